"""Rows of a sheet that a reader of it does not see, or sees struck through."""

from __future__ import annotations

import re
import warnings
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

__all__ = ["HiddenRowsWarning", "hidden_rows", "tell_of_rows"]

_ROW = re.compile(rb"<(?:\w+:)?row\s[^>]*>")
_NUMBER = re.compile(rb"\br=[\"'](\d{1,18})[\"']")
_HIDDEN = re.compile(rb"\bhidden=[\"'](?:1|true)[\"']")
_LISTED = 10


class HiddenRowsWarning(UserWarning):
    """
    Rows of a workbook that are hidden, filtered out or struck through.

    They are read like all others; the warning says which they are.
    """


def hidden_rows(sheet: bytes) -> set[int]:
    """
    Find the rows of a sheet that are hidden, by hand or by a filter.

    Examples
    --------
    >>> sorted(hidden_rows(b'<row r="2"/><row r="3" hidden="1"><c r="A3"/></row>'))
    [3]
    """
    found = set()
    for row in _ROW.findall(sheet):
        number = _NUMBER.search(row)
        if number is not None and _HIDDEN.search(row):
            found.add(int(number[1]))
    return found


def tell_of_rows(name: str, hidden: Collection[int], struck: Collection[int]) -> None:
    """Warn of rows that are read although they are hidden or struck through."""
    told = [
        f"{len(rows)} {'row is' if len(rows) == 1 else 'rows are'} {what} ({_listed(rows)})"
        for rows, what in ((hidden, "hidden or filtered out"), (struck, "struck through"))
        if rows
    ]
    if told:
        message = f"{name}: {' and '.join(told)}, and read like all others"
        warnings.warn(message, HiddenRowsWarning, stacklevel=2)


def _listed(rows: Collection[int]) -> str:
    first = ", ".join(map(str, sorted(rows)[:_LISTED]))
    return first if len(rows) <= _LISTED else f"{first}, ..."
