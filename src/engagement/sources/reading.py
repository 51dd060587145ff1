"""Reading published data sets, as a log or in columns."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import wraps
from inspect import Parameter
from textwrap import indent
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import frozen

from engagement.sources.declaration import Declaration
from engagement.sources.event_table import EventTable
from engagement.sources.published import find_files
from engagement.sources.reader_settings import check_setting, settings_of
from engagement.sources.scanning import Scanned, scan_files
from engagement.tables.table import check_on_error

if TYPE_CHECKING:
    import pandas as pd

    from engagement.log.eventlog import EventLog
    from engagement.sources.fates import OnError
    from engagement.sources.reader_settings import ReaderSettings

__all__ = ["DataSet", "takes"]

F = TypeVar("F", bound=Callable[..., Any])

_ON_ERROR = """
on_error
    ``"raise"``: faults raise, and a warning lists excluded rows. ``"collect"``: the events, and a
    list of all rows that made no event of their own.
"""

_ANSWERS = """

Returns
-------
{answer}, or a pair of it and a frame with columns row, column, value, problem, outcome
    The outcome is ``refused``, ``left out`` or ``joined``; of several files, the first column
    is the file. No coverage is stated.

Raises
------
TableError
    All faults of all rows, and as data on the exception.
FormatError
    If the file is something else, with what it looks like.
LimitError
    If it is larger than the limits.
SettingError, UnknownTermError
    If a setting is none of those above.
"""


def takes(settings: type, answer: str) -> Callable[[F], F]:
    """
    Make a function of a path take declared settings, with their defaults, and document them.

    Parameters
    ----------
    settings
        Declares them, see `settings_of`.
    answer
        What the function gives, to be named in its documentation.

    Returns
    -------
    Callable
        Decorates a function whose documentation ends with that of its path.
    """
    declared = settings_of(settings)

    def decorate(function: F) -> F:
        shape = inspect.signature(function)
        path, on_error, _ = shape.parameters.values()
        own = [
            Parameter(name, Parameter.KEYWORD_ONLY, default=setting.default, annotation=kind)
            for name, (kind, setting) in declared.items()
        ]
        signature = shape.replace(parameters=[path, on_error, *own])

        @wraps(function)
        def reader(*args: Any, **given: Any) -> Any:
            bound = signature.bind(*args, **given)
            bound.apply_defaults()
            for name, (kind, _) in declared.items():
                check_setting(name, kind, bound.arguments[name])
            return function(*bound.args, **bound.kwargs)

        told = [_ON_ERROR.strip()]
        for name, (_, setting) in declared.items():
            told.append(f"{name}\n{indent(inspect.cleandoc(setting.says), '    ')}")
        beginning = inspect.cleandoc(function.__doc__ or "")
        reader.__doc__ = "\n".join([beginning, *told]) + _ANSWERS.format(answer=answer)
        reader.__signature__ = signature  # type: ignore[attr-defined]
        return cast("F", reader)

    return decorate


@frozen(eq=False)
class DataSet:
    """A published data set that can be read from files."""

    declaration: Declaration
    """What it says in which cells."""
    make: Callable[[Scanned], EventTable]
    """Makes events of the rows that are kept."""

    def scan(
        self, path: object, on_error: OnError, settings: ReaderSettings
    ) -> EventTable | tuple[EventTable, pd.DataFrame]:
        """
        Read files as a table of events.

        Parameters
        ----------
        path
            The files, see `find_files`.
        on_error
            Whether the rows that made no event of their own are listed, or told in an error or
            a warning.
        settings
            Of these, what all readers take.
        """
        check_on_error(on_error)
        files = find_files(path, settings["encoding"], settings["limits"])
        scanned = scan_files(files, self.declaration)
        table = self.make(scanned)
        if on_error == "collect":
            return table, scanned.fates.frame()
        scanned.fates.settle()
        return table

    def read(
        self, path: object, on_error: OnError, settings: ReaderSettings
    ) -> EventLog | tuple[EventLog, pd.DataFrame]:
        """Read files as a log, see `scan`."""
        found = self.scan(path, on_error, settings)
        return (found[0].log(), found[1]) if isinstance(found, tuple) else found.log()
