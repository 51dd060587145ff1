"""The items of lists that an engine has taken apart, each different one read once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engagement.errors import EngagementError, shown
from engagement.events.coded import Coded
from engagement.tables.cells import is_absent

if TYPE_CHECKING:
    from engagement.counting.frames.cells import CellReader
    from engagement.counting.frames.rows import Few

__all__ = ["canonical_items", "plain_items"]

_HINT = "; leave canonical=False to have every list read"


def plain_items(few: Few, axis: str, column: str, reader: CellReader) -> Coded | None:
    """
    Read the items of lists by themselves.

    Returns
    -------
    Coded or None
        Their labels; None where whole lists have to be read, since an item is absent or cannot
        be read, or two different ones mean the same, so that both may stand in one list.
    """
    items = few.texts[axis]
    is_lost = (items.codes < 0) & (few.codes[f"n_{axis}"] > 0)
    if is_lost.any() or any(map(is_absent, items.meanings[:-1])):
        return None
    try:
        labels = [reader.item(column, item.strip()) for item in items.meanings[:-1]]
    except EngagementError:
        return None
    return Coded(items.codes, [*labels, None]) if len(set(labels)) == len(labels) else None


def canonical_items(few: Few, axis: str, column: str, reader: CellReader) -> Coded:
    """Take items for the labels that they are said to be, and note those that are not."""
    items = few.texts[axis]
    rows = np.bincount(items.codes % len(items.meanings), few.number, len(items.meanings))
    for item, number in zip(items.meanings[:-1], rows, strict=False):
        _check_canonical(column, item, int(number), reader)
    n_absent = int(few.number[(items.codes < 0) & (few.codes[f"n_{axis}"] > 0)].sum())
    if n_absent:
        reader.faults.add(column, None, f"an item of a list is absent{_HINT}", n_absent)
    return items


def _check_canonical(column: str, item: str, number: int, reader: CellReader) -> None:
    try:
        label = reader.item(column, item)
    except EngagementError as error:
        reader.faults.add(column, item, str(error), number)
        return
    if label != item:
        problem = f"{shown(item)} is counted as {shown(label)} and not as it stands{_HINT}"
        reader.faults.add(column, item, problem, number)
