"""Columns of the user's own: what they may be named, and how their values are kept."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from numbers import Real
from typing import Any

from engagement.errors import SettingError, shown
from engagement.values.checking import read_several
from engagement.values.vocabulary import EVERY_AXIS, read_text

__all__ = ["Own", "is_taken", "own_name", "own_text", "read_own"]

Own = tuple[tuple[str, str], ...]
"""Pairs of name and text, sorted by name."""

_TAKEN = frozenset((*EVERY_AXIS, "since", "until", "period", "count", "exposure_years"))


def own_name(value: object) -> str:
    """Read the name of a column of the user's own."""
    name = read_text(value, "the name of a column of one's own")
    if not name:
        raise SettingError(f"a column of one's own needs a name, got {shown(value)}")
    if is_taken(name):
        raise SettingError(
            f"{shown(name)} cannot name a column of one's own, since events are counted and "
            f"selected by what is named so already; give it another name, such as 'my {name}'"
        )
    return name


def is_taken(name: str) -> bool:
    """Tell whether events are counted or selected by something of that name already."""
    return name.strip().casefold() in _TAKEN


def own_text(value: object) -> str:
    """
    Write a value of such a column as a table of texts holds it.

    Examples
    --------
    >>> own_text(True), own_text(2.0), own_text(0.25), own_text(" north ")
    ('True', '2', '0.25', 'north')
    """
    if isinstance(value, bool) or type(value).__name__ in {"bool", "bool_"}:
        return str(bool(value))
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (Real, Decimal)):
        number: Any = value
        return str(int(number) if _is_whole(number) else value)
    return read_text(value, "a value of a column of one's own")


def _is_whole(number: Any) -> bool:
    try:
        return bool(int(number) == number)
    except (ValueError, OverflowError):
        return False


def read_own(value: object) -> Own:
    """Read values by column, from a mapping or from pairs; empty values are ignored."""
    pairs = value.items() if isinstance(value, Mapping) else read_several(value, "own columns")
    read: dict[str, str] = {}
    for pair in pairs:
        if not isinstance(pair, tuple) or len(pair) != 2:
            raise SettingError(f"own columns must be values by name, got {shown(value)}")
        name = own_name(pair[0])
        if name in read:
            raise SettingError(f"own columns name {shown(name)} twice")
        read[name] = "" if pair[1] is None else own_text(pair[1])
    return tuple(sorted((name, text) for name, text in read.items() if text))
