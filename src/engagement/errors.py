"""The errors that the library raises on purpose."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "CoverageError",
    "DataError",
    "DateError",
    "DuplicateEventError",
    "EngagementError",
    "EventError",
    "FormatError",
    "LabelError",
    "LimitError",
    "SeriesError",
    "SettingError",
    "TableError",
    "UnknownTermError",
]


class EngagementError(Exception):
    """The base of every error that the library raises on purpose."""


class DateError(EngagementError, ValueError):
    """A date that cannot be read, or that does not exist."""


class UnknownTermError(EngagementError, ValueError):
    """A term that a controlled vocabulary does not hold."""


class EventError(EngagementError, ValueError):
    """
    An event that breaks rules; all of them are listed.

    Attributes
    ----------
    faults
        Tuples of field, value and problem, one per broken rule.
    """

    def __init__(self, kind: str, faults: Iterable[tuple[str, object, str]]) -> None:
        self.kind = kind
        self.faults = tuple(faults)
        told = "; ".join(f"{name}: {problem}" for name, _, problem in self.faults)
        super().__init__(f"{kind}: {told}")

    def __reduce__(self) -> tuple[type[EventError], tuple[object, ...]]:
        """Pickle by the arguments, not by the message."""
        return type(self), (self.kind, self.faults)


class DuplicateEventError(EngagementError, ValueError):
    """Two events that share an id."""


class CoverageError(EngagementError, ValueError):
    """A statement of coverage that cannot be kept."""


class TableError(EngagementError, ValueError):
    """
    A table of events with rows that cannot be read; all faults of all rows are listed.

    Attributes
    ----------
    faults
        Tuples of row (as a program that shows the table numbers it; 0 for the table as a whole),
        column, value and problem.
    n_rows
        Rows that the table has.
    """

    def __init__(
        self, where: str, faults: Iterable[tuple[int, str, object, str]], n_rows: int
    ) -> None:
        self.where = where
        self.faults = tuple(faults)
        self.n_rows = n_rows
        n_bad = len({row for row, *_ in self.faults if row})
        told = "; ".join(
            f"row {row}, column '{column}': {problem}" if row else problem
            for row, column, _, problem in self.faults
        )
        lead = f"{where}: "
        if n_bad:
            lead += f"{n_bad} of {n_rows} rows could not be read: "
        super().__init__(lead + told)

    def __reduce__(self) -> tuple[type[TableError], tuple[object, ...]]:
        """Pickle by the arguments, not by the message."""
        return type(self), (self.where, self.faults, self.n_rows)


class FormatError(EngagementError, ValueError):
    """A file of a format that is not read or written here."""


class LimitError(FormatError):
    """A file beyond the limits of what is read; the message names the limit."""


class DataError(EngagementError, LookupError):
    """A bundled data set of that name does not exist."""


class SettingError(EngagementError, ValueError):
    """A setting outside of what a function takes."""


class LabelError(EngagementError, LookupError):
    """An axis or a label that a table of counts does not have."""


class SeriesError(EngagementError, ValueError):
    """A series of counts that cannot be what it says, or that a method cannot take."""


def shown(value: object) -> str:
    """
    Write a value as a message names it, cut where it is long.

    Examples
    --------
    >>> shown("bilatral"), shown(10**5000)
    ("'bilatral'", 'a value of int')
    """
    try:
        text = repr(value)
    except (ValueError, RecursionError):  # an integer of thousands of digits, a nest of lists
        return f"a value of {type(value).__name__}"
    return text if len(text) <= 120 else f"{text[:100]}... ({len(text)} characters)"


def named(value: object) -> str:
    """
    Give the name of a column, which is a text as a rule, but can be anything in a data frame.

    Examples
    --------
    >>> named("date"), named(2019)
    ('date', '2019')
    """
    return value if isinstance(value, str) else shown(value)


def suggest(wrong: str, known: Iterable[str]) -> str:
    """
    Say what was probably meant, as a hint to end a message with.

    Parameters
    ----------
    wrong
        What was written.
    known
        What could have been written.

    Returns
    -------
    str
        ``". Did you mean 'x' or 'y'?"``, or an empty text where nothing is close.

    Examples
    --------
    >>> suggest("bilatral", ["bilateral", "domestic"])
    ". Did you mean 'bilateral'?"
    """
    folded = {word.casefold(): word for word in known}
    close = get_close_matches(wrong.casefold(), list(folded), n=3, cutoff=0.6)
    if not close:
        return ""
    return ". Did you mean " + " or ".join(f"'{folded[word]}'" for word in close) + "?"
