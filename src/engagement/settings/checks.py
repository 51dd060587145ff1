"""
What the settings of all functions may be, and what is said when they are something else.

Each check takes the name of a setting and what a caller passed, which may be anything. It gives
back the value in Python's own type, or raises a SettingError with the name, the rule and the
value. A text is never a number, and neither is a truth value.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from math import isfinite
from numbers import Integral, Real
from os import PathLike, fspath
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeGuard, TypeVar, cast

import numpy as np

from engagement.errors import SettingError, shown, suggest

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = [
    "LARGEST",
    "MOST_DRAWS",
    "MOST_IMPUTATIONS",
    "MOST_YEARS",
    "check_below_one",
    "check_change",
    "check_choice",
    "check_flag",
    "check_instance",
    "check_n_changes",
    "check_path",
    "check_positive",
    "check_room",
    "check_share",
    "check_table",
    "check_whole",
    "is_number",
    "list_several",
    "read_choice",
    "read_exposures",
    "several",
]

T = TypeVar("T")

MOST_DRAWS = 1_000_000
"""Draws that a function can be asked for; the error of a p-value is then below 0.001."""

MOST_IMPUTATIONS = 10_000
"""Draws of imprecise dates that a function can be asked for."""

MOST = 2**31 - 1
"""The largest whole number that a setting may be where no other bound is stated."""

LARGEST = 1e100
"""The largest number that a setting may be, and one over the least; squares are finite then."""

MOST_YEARS = 10_000.0
"""The longest span of time that a setting may be, in years: dates have four digits."""

_LARGEST_TABLE = 250_000_000
"""Numbers in the largest table that a setting may make a function keep: 2 GB."""


def is_number(value: object) -> TypeGuard[float]:
    """
    Tell whether a value is a number on the real line, which NaN and truth values are not.

    Examples
    --------
    >>> [is_number(value) for value in (1, 0.5, np.int64(2), "1", True, float("nan"), 10**400)]
    [True, True, True, False, False, False, False]
    """
    if isinstance(value, bool) or not isinstance(value, Real):
        return False
    try:
        return not np.isnan(float(value))
    except OverflowError:
        return False


def check_whole(name: str, value: object, *, least: int, most: int = MOST) -> int:
    """
    Check a setting that is a whole number.

    Examples
    --------
    >>> check_whole("n_draws", np.int64(99), least=19)
    99
    """
    if isinstance(value, bool) or not isinstance(value, Integral) or int(value) < least:
        raise SettingError(f"{name} must be a whole number of at least {least}, got {shown(value)}")
    if int(value) > most:
        raise SettingError(f"{name} must be a whole number of at most {most}, got {shown(value)}")
    return int(value)


def check_share(name: str, value: object) -> float:
    """
    Check a setting that lies strictly between 0 and 1.

    One closer to either end than 1e-12 is refused, since intervals are then everything or nothing.
    """
    if not is_number(value) or not 0 < float(value) < 1:
        raise SettingError(f"{name} must lie strictly between 0 and 1, got {shown(value)}")
    share = float(value)
    if not 1e-12 <= share <= 1 - 1e-12:
        raise SettingError(f"{name} must lie at least 1e-12 from 0 and from 1, got {shown(value)}")
    return share


def check_below_one(name: str, value: object) -> float:
    """Check a setting that is a chance of at least 0 and below 1."""
    if not is_number(value) or not 0 <= float(value) < 1:
        raise SettingError(f"{name} must be a chance of at least 0 and below 1, got {shown(value)}")
    return float(value)


def check_positive(
    name: str, value: object, *, most: float = LARGEST, least: float | None = None
) -> float:
    """
    Check a setting that is a positive finite number.

    The least is by default one over *most*.
    """
    if not is_number(value) or not isfinite(float(value)) or float(value) <= 0:
        raise SettingError(f"{name} must be a positive finite number, got {shown(value)}")
    number = float(value)
    if number > most:
        raise SettingError(f"{name} must be at most {most:g}, got {shown(value)}")
    lowest = 1 / most if least is None else least
    if number < lowest:
        raise SettingError(f"{name} must be at least {lowest:g}, got {shown(value)}")
    return number


def check_flag(name: str, value: object) -> bool:
    """Check a setting that is true or false."""
    if not isinstance(value, bool | np.bool_):
        raise SettingError(f"{name} must be True or False, got {shown(value)}")
    return bool(value)


def check_choice(
    name: str, value: object, choices: Iterable[str], *, optional: bool = False
) -> str | None:
    """
    Check a setting that is one of several words.

    Close words are suggested.

    Examples
    --------
    >>> check_choice("counting", "hole", ["whole", "fractional"])
    Traceback (most recent call last):
    engagement.errors.SettingError: counting must be one of 'whole', 'fractional', got 'hole'. ...
    """
    if optional and value is None:
        return None
    try:
        return read_choice(name, value, {choice: choice for choice in choices})
    except SettingError as error:
        if not optional:
            raise
        raise SettingError(str(error).replace(", got ", " or None, got ", 1)) from None


def read_choice(name: str, value: object, choices: Mapping[str, T]) -> T:
    """
    Look up what a setting names.

    Examples
    --------
    >>> read_choice("penalty", "bic", {"aic": 2, "bic": 3})
    3
    """
    if isinstance(value, str) and value in choices:
        return choices[value]
    listed = ", ".join(f"'{choice}'" for choice in choices)
    rule = f"must be one of {listed}" if len(choices) > 1 else f"must be {listed}"
    hint = suggest(value, choices) if isinstance(value, str) else ""
    raise SettingError(f"{name} {rule}, got {shown(value)}{hint}")


def check_instance(name: str, value: object, kind: type[T], hint: str = "") -> T:
    """Check what must be of a class of the library; a *hint* ends the message."""
    if not isinstance(value, kind):
        article = "an" if kind.__name__[0] in "AEIOU" else "a"
        raise SettingError(f"{name} must be {article} {kind.__name__}, got {shown(value)}{hint}")
    return value


def check_path(name: str, value: object) -> Path:
    """Take the path of a file or a folder."""
    text = fspath(value) if isinstance(value, (str, PathLike)) else None
    if not isinstance(text, str) or not text or "\0" in text:
        raise SettingError(f"{name} must be the path of a file or a folder, got {shown(value)}")
    return Path(text)


def list_several(name: str, value: object, what: str) -> list[object]:
    """List what a caller gives several of; a text or a mapping is not several."""
    items = several(value)
    if items is None:
        raise SettingError(f"{name} must be several {what}, got {shown(value)}")
    return items


def several(value: object) -> list[Any] | None:
    """List several items; None for a text, a mapping, a data frame and what has no items."""
    if type(value) in (tuple, list):
        return list(cast("Iterable[object]", value))
    kind = type(value)
    is_frame = hasattr(kind, "columns") and hasattr(kind, "dtypes")
    is_single = is_frame or isinstance(value, (str, bytes, bytearray, Mapping))
    if isinstance(value, Iterable) and not is_single:
        with suppress(TypeError):  # an array without dimensions says that it can be iterated
            return list(value)
    return None


def read_exposures(name: str, value: object, n_periods: int) -> NDArray[np.float64]:
    """
    Read the years that some periods are observed for: one number, or one a period.

    They are one number, or one for each period.

    Examples
    --------
    >>> read_exposures("exposure_years", 0.5, 3)
    array([0.5, 0.5, 0.5])
    """
    if is_number(value):
        return np.full(n_periods, _exposure(name, value))
    numbers = several(value) or []
    if len(numbers) != n_periods or not numbers:
        raise SettingError(
            f"{name} must be a number, or one for each of {n_periods} periods, got {shown(value)}"
        )
    return np.array([_exposure(name, number) for number in numbers])


def _exposure(name: str, value: object) -> float:
    return check_positive(name, value, most=MOST_YEARS, least=1e-9)


def check_table(what: str, n_rows: int, n_columns: int) -> None:
    """Refuse a setting that would have a function keep more numbers than memory may hold."""
    if n_rows * n_columns > _LARGEST_TABLE:
        raise SettingError(
            f"{what} make a table of {n_rows * n_columns:,} numbers, and at most "
            f"{_LARGEST_TABLE:,} are kept"
        )


def check_room(min_length: object, n_observed: int) -> int:
    """Check the least length of a segment against the length of the series."""
    length = check_whole("min_length", min_length, least=1)
    if length > 1 and n_observed < 2 * length:
        raise SettingError(
            f"min_length={length} leaves no room for a change in {n_observed} observed periods; "
            f"at least {2 * length} are needed"
        )
    return length


def check_n_changes(n_changes: object, most: int) -> int:
    """Check a number of changes against the largest that was allowed for."""
    number = check_whole("n_changes", n_changes, least=0)
    if number > most:
        raise SettingError(f"n_changes={number} is more than was allowed for, which is {most}")
    return number


def check_change(change: object, n_changes: int) -> int:
    """
    Check which of *n_changes* changes is meant: from 1, or from the last with -1.

    Examples
    --------
    >>> check_change(2, 3), check_change(-1, 3)
    (2, 3)
    """
    if isinstance(change, bool) or not isinstance(change, Integral) or not int(change):
        raise SettingError(
            f"change must be a whole number, from 1 or from the last with -1, got {shown(change)}"
        )
    which = int(change)
    if abs(which) > n_changes:
        raise SettingError(f"there is no change {shown(which)} among n_changes={n_changes}")
    return which if which > 0 else n_changes + 1 + which
