"""The cells of tables: what is absent, what is a text, what is a list, what is JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from enum import Enum
from numbers import Real
from typing import Any, cast

from engagement.errors import SettingError, shown
from engagement.values.checking import read_several
from engagement.values.vocabulary import SEPARATOR

__all__ = ["as_cell_text", "is_absent", "list_items", "read_json"]


def is_absent(value: object) -> bool:
    """Tell whether a cell of a table holds nothing."""
    if isinstance(value, str):
        return not value or value.isspace()
    if value is None or type(value).__name__ in {"NAType", "NaTType"}:
        return True
    if isinstance(value, Decimal):
        return value.is_nan()
    return isinstance(value, Real) and bool(value != value)  # noqa: PLR0124 - NaN alone does so


def as_cell_text(cell: Any) -> Any:
    """Give a term, a number or a day as text; anything else stays, for the event to refuse."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, Enum):
        return cell.value
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, (Real, Decimal)) and not isinstance(cell, bool):
        try:
            whole = int(cast("int", cell))
            return str(whole if whole == cell else cell)  # 2019.0 is how a frame says 2019
        except (ValueError, OverflowError):
            return cell
    return cell


def as_own_text(cell: Any) -> str:
    """
    Write any cell of a column of the user's own as a text, whatever its type.

    Examples
    --------
    >>> as_own_text(True), as_own_text(["a", "b"]), as_own_text({"a": 1}), as_own_text(2.0)
    ('True', 'a;b', '{"a": 1}', '2')
    """
    if isinstance(cell, Mapping):
        return json.dumps(dict(cell), ensure_ascii=False, default=as_own_text)
    told = as_cell_text(cell)
    is_several = isinstance(told, Iterable) and not isinstance(told, (str, bytes, bytearray))
    return SEPARATOR.join(map(as_own_text, told)) if is_several else str(told)


def note_text(cell: Any) -> str:
    """
    Write any cell as a text for the note of an event, whatever its type.

    Examples
    --------
    >>> note_text(True), note_text(["a", "b"]), note_text({"a": 1}), note_text(2.0)
    ('true', 'a; b', '{"a": 1}', '2')
    """
    if isinstance(cell, bool) or type(cell).__name__ in {"bool", "bool_"}:
        return str(bool(cell)).lower()
    told = as_cell_text(cell)
    if isinstance(told, str):
        return told
    if isinstance(cell, Mapping):
        return json.dumps(dict(cell), ensure_ascii=False, default=note_text)
    if isinstance(cell, Iterable) and not isinstance(cell, (bytes, bytearray)):
        return f"{SEPARATOR} ".join(note_text(item) for item in cell)
    return str(cell)


def list_items(cell: object) -> list[Any]:
    """Give the items of a list inside one cell; absent ones are empty texts."""
    text = as_cell_text(cell)
    if isinstance(text, str):
        return [item.strip() for item in text.split(SEPARATOR)]
    try:
        return ["" if is_absent(item) else as_cell_text(item) for item in read_several(cell, "it")]
    except SettingError:
        return [cell]


def read_json(text: str) -> Any:
    """
    Read JSON in which no object names a key twice.

    Raises
    ------
    ValueError
        If it is not JSON, is nested too deep, or a key stands twice in one object.
    """
    try:
        return json.loads(text, object_pairs_hook=_object)
    except RecursionError:
        raise ValueError("nested too deep") from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    read = dict(pairs)
    if len(read) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"key {shown(twice)} stands twice in one object")
    return read
