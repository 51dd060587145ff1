"""What the settings of the change-point functions may be, and what is said when they are not."""

from __future__ import annotations

from math import isfinite
from numbers import Integral, Real
from typing import TYPE_CHECKING, TypeVar

from engagement.errors import SettingError, suggest

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "check_change",
    "check_n_changes",
    "check_positive",
    "check_room",
    "check_share",
    "check_whole",
    "largest_number_of_changes",
    "read_choice",
]

T = TypeVar("T")


def check_whole(name: str, value: object, *, least: int) -> int:
    """
    Check a setting that is a whole number.

    Raises
    ------
    SettingError
        If it is none, or less than *least*.
    """
    if isinstance(value, bool) or not isinstance(value, Integral) or value < least:
        raise SettingError(f"{name} must be a whole number of at least {least}, got {value!r}")
    return int(value)


def check_share(name: str, value: object) -> float:
    """
    Check a setting that lies strictly between 0 and 1.

    Raises
    ------
    SettingError
        If it does not.
    """
    if isinstance(value, bool) or not isinstance(value, Real) or not 0 < float(value) < 1:
        raise SettingError(f"{name} must lie strictly between 0 and 1, got {value!r}")
    return float(value)


def check_positive(name: str, value: object) -> float:
    """
    Check a setting that is a positive finite number.

    Raises
    ------
    SettingError
        If it is not.
    """
    if (
        isinstance(value, bool)
        or not isinstance(value, Real)
        or not isfinite(float(value))
        or float(value) <= 0
    ):
        raise SettingError(f"{name} must be a positive finite number, got {value!r}")
    return float(value)


def check_room(min_length: object, n_observed: int) -> int:
    """
    Check the least length of a segment against the length of the series.

    Raises
    ------
    SettingError
        If it is no whole number of at least 1, or above 1 and the series has no room for two
        segments of that length.
    """
    length = check_whole("min_length", min_length, least=1)
    if length > 1 and n_observed < 2 * length:
        raise SettingError(
            f"min_length={length} leaves no room for a change in {n_observed} observed periods; "
            f"at least {2 * length} are needed"
        )
    return length


def largest_number_of_changes(n_observed: int, min_length: int) -> int:
    """
    Return how many changes find room.

    Examples
    --------
    >>> largest_number_of_changes(28, 1), largest_number_of_changes(28, 5)
    (27, 4)
    """
    return max(n_observed // min_length - 1, 0)


def check_n_changes(n_changes: object, most: int) -> int:
    """
    Check a number of changes against the largest that was allowed for.

    Raises
    ------
    SettingError
        If it is no whole number, negative, or more than *most*.
    """
    number = check_whole("n_changes", n_changes, least=0)
    if number > most:
        raise SettingError(f"n_changes={number} is more than was allowed for, which is {most}")
    return number


def check_change(change: object, n_changes: int) -> int:
    """
    Check which of *n_changes* changes is meant, counted from 1.

    Raises
    ------
    SettingError
        If it is no whole number, or there is none such.
    """
    which = check_whole("change", change, least=1)
    if which > n_changes:
        raise SettingError(f"there is no change {which} among n_changes={n_changes}")
    return which


def read_choice(kind: str, value: object, choices: Mapping[str, T]) -> T:
    """
    Look up what a setting names.

    Parameters
    ----------
    kind
        Name of the setting, to be told in the error.
    value
        What was asked.
    choices
        What there is.

    Raises
    ------
    SettingError
        If there is nothing of that name; close ones are suggested.

    Examples
    --------
    >>> read_choice("penalty", "bic", {"aic": 2, "bic": 3})
    3
    """
    if isinstance(value, str) and value in choices:
        return choices[value]
    listed = ", ".join(f"'{name}'" for name in choices)
    hint = suggest(value, choices) if isinstance(value, str) else ""
    raise SettingError(f"unknown {kind} {value!r}; there is {listed}{hint}")
