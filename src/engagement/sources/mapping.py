"""Rows to what they say: each different combination of cells is read once, the rest is numbers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from engagement.sources.row_cells import Cells

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import pyarrow as pa
    from numpy.typing import NDArray

    from engagement.sources.cut import Batch, FileLayout
    from engagement.sources.declaration import Free, Lookup

__all__ = ["CellFault", "Derived", "ReadCells", "cell_faults", "combined", "doubtful", "kept_texts"]

CellFault = tuple[str, str | None, str]
"""The column as printed, the cell, and the problem."""

_Printed: TypeAlias = "tuple[str | None, ...]"
"""The columns of a lookup as a file prints them, ``None`` where it has none."""

WHOLE = "0|[1-9][0-9]{0,17}"
"""A whole number without a sign as the cells of ids should have it."""

_PLAIN = re.compile("[0-9]+|[!-:<-~][ -:<-~]{7,}[!-:<-~]")
"""What is a text as it stands: a number, or what is too long for a word that says "absent"."""


class ReadCells:
    """
    All different combinations of some cells so far, and what was read from each.

    They are numbered in the order in which they were met.
    """

    def __init__(self, lookup: Lookup, state_of: Callable[[str], str] = str) -> None:
        self.lookup = lookup
        self._state_of = state_of
        self.values: list[Any] = []
        self.faults: list[tuple[CellFault, ...]] = []
        self._told: list[tuple[_Printed, tuple[str, ...]]] = []
        self._known: dict[_Printed, dict[tuple[str, ...], int]] = {}
        self._places: dict[_Printed, dict[str, int]] = {}
        self._alike: dict[Any, tuple[dict[Any, int], NDArray[np.int64]]] = {}
        self._faulty = np.empty(0, dtype=bool)

    def number(self, batch: Batch, layout: FileLayout) -> NDArray[np.int32]:
        """Give the number of each row's combination of cells; those that are new are read."""
        columns = self.lookup.columns
        parts = [batch.coded(name) for name in columns]
        if self.lookup.shorten is not None:
            codes, cells = parts[-1]
            parts[-1] = codes, list(map(self.lookup.shorten, cells))
        if self.lookup.if_other is not None:
            _blank_unneeded(parts, columns, *self.lookup.if_other)
        which, places = combined([(codes, len(cells)) for codes, cells in parts])
        texts = [
            [cells[place] for place in chosen]
            for (_, cells), chosen in zip(parts, places, strict=True)
        ]
        printed = tuple(layout.printed.get(name) for name in columns)
        known = self._known.setdefault(printed, {})
        numbers = [
            known[key] if key in known else self._read(key, printed, known)
            for key in zip(*texts, strict=True)
        ]
        return np.array(numbers, dtype=np.int32)[which]

    def _read(
        self,
        key: tuple[str, ...],
        printed: _Printed,
        known: dict[tuple[str, ...], int],
    ) -> int:
        cells = self._cells(printed, key)
        value = self.lookup.read(cells)
        self.values.append(None if cells.faults else value)
        self.faults.append(
            tuple((column, str(told), text) for _, column, told, text in cells.faults)
        )
        self._told.append((printed, key))
        known[key] = len(self.values) - 1
        return known[key]

    def _cells(self, printed: _Printed, key: tuple[str, ...]) -> Cells:
        if printed not in self._places:
            there = zip(self.lookup.columns, range(len(printed)), printed, strict=True)
            self._places[printed] = {
                column: place for column, place, name in there if name is not None
            }
        return Cells(0, key, self._places[printed], printed, self._state_of)

    def of(self, codes: NDArray[Any]) -> list[Any]:
        """Give what was read, by the numbers of combinations."""
        return [self.values[code] for code in codes.tolist()]

    def told(self, number: int, column: str) -> tuple[str, str]:
        """Give a column as printed and the cell in it, for one combination."""
        cells = self._cells(*self._told[number])
        return cells.column(column), cells.told(column)

    def alike(self, of: Callable[[Any], Any] | None = None) -> NDArray[np.int64]:
        """Give for each combination the first of which the same was read, or the same of that."""
        firsts, known = self._alike.get(of, ({}, np.empty(0, dtype=np.int64)))
        new = self.values[len(known) :]
        keys = new if of is None else [None if value is None else of(value) for value in new]
        added = [firsts.setdefault(key, number) for number, key in enumerate(keys, len(known))]
        known = np.concatenate([known, np.array(added, dtype=np.int64)])
        self._alike[of] = firsts, known
        return known

    def is_faulty(self) -> NDArray[np.bool_]:
        """Tell for each combination whether it could not be read."""
        new = [bool(faults) for faults in self.faults[len(self._faulty) :]]
        self._faulty = np.concatenate([self._faulty, np.array(new, dtype=bool)])
        return self._faulty


class Derived:
    """What a function says of what several lookups read, once of each different combination."""

    def __init__(
        self,
        entries: Mapping[str, ReadCells],
        names: Sequence[str],
        function: Callable[..., Any],
        of: Callable[[Any], Any] | None = None,
    ) -> None:
        self.names = names
        self._of = of
        self.answers: list[Any] = []
        self._entries = [entries[name] for name in names]
        self._function = function
        self._known: dict[tuple[int, ...], int] = {}
        self._numbers: dict[Any, int] = {}

    def number(self, codes: Mapping[str, NDArray[Any]]) -> NDArray[np.int64]:
        """Give for each row, of which all was read without faults, the number of a value."""
        parts = [
            (one.alike(self._of)[codes[name]], len(one.values))
            for one, name in zip(self._entries, self.names, strict=True)
        ]
        which, places = combined(parts)
        numbers = [
            self._known[key] if key in self._known else self._ask(key)
            for key in zip(*places, strict=True)
        ]
        return np.array(numbers, dtype=np.int64)[which]

    def _ask(self, key: tuple[int, ...]) -> int:
        values = [one.values[place] for one, place in zip(self._entries, key, strict=True)]
        value = self._function(*values)
        number = self._numbers.setdefault(value, len(self.answers))
        if number == len(self.answers):
            self.answers.append(value)
        self._known[key] = number
        return number


def _blank_unneeded(
    parts: list[tuple[NDArray[np.int32], list[str]]],
    columns: Sequence[str],
    name: str,
    other: str,
    is_needed: Callable[[str], bool],
) -> None:
    """Take the cells of a column for empty where nothing looks at them."""
    codes, cells = parts[columns.index(name)]
    other_codes, other_cells = parts[columns.index(other)]
    needed = np.array([is_needed(cell) for cell in other_cells], dtype=bool)[other_codes]
    parts[columns.index(name)] = np.where(needed, codes, len(cells)), [*cells, ""]


def combined(
    parts: Sequence[tuple[NDArray[Any], int]],
) -> tuple[NDArray[np.int64], list[list[int]]]:
    """
    Number combinations of numbers.

    Parameters
    ----------
    parts
        For each part numbers from 0, and below which number they are.

    Returns
    -------
    tuple
        The number of each row's combination, and for each part its numbers in each combination.

    Examples
    --------
    >>> codes, parts = combined([(np.array([0, 1, 0]), 2), (np.array([5, 5, 5]), 6)])
    >>> codes.tolist(), parts
    ([0, 1, 0], [[0, 1], [5, 5]])
    """
    import pyarrow as pa

    first, *others = parts
    codes = np.asarray(first[0], dtype=np.int64)
    steps = []
    for other, size in others:
        found = pa.array(codes * size + other).dictionary_encode()
        codes = found.indices.to_numpy().astype(np.int64)
        steps.append(found.dictionary.to_numpy())
    if not others:
        found = pa.array(codes).dictionary_encode()
        return found.indices.to_numpy().astype(np.int64), [found.dictionary.to_pylist()]
    lists = []
    which = np.arange(len(steps[-1]))
    for keys, (_, size) in zip(reversed(steps), reversed(others), strict=True):
        which, last = np.divmod(keys[which], size)
        lists.append(last.tolist())
    return codes, [which.tolist(), *reversed(lists)]


def cell_faults(
    free: Free, cells: pa.Array | list[str], layout: FileLayout
) -> dict[int, list[CellFault]]:
    """Read those cells of a column that are not surely good; tell what is wrong, by row."""
    found: dict[int, list[CellFault]] = {}
    for row in doubtful(cells, free.sure):
        cell = cells[row] if isinstance(cells, list) else cells[row].as_py()
        known = _cells_of(free, cell, layout)
        free.read(known)
        if known.faults:
            found[row] = [(column, str(told), text) for _, column, told, text in known.faults]
    return found


def kept_texts(
    free: Free, cells: pa.Array | list[str], rows: NDArray[np.int64], layout: FileLayout
) -> list[str]:
    """Give what cells of rows without faults say."""
    if isinstance(cells, list):
        texts = [cells[row] for row in rows.tolist()]
    else:
        texts = cells.take(rows).to_pylist()
    return [
        text if _PLAIN.fullmatch(text) else free.read(_cells_of(free, text, layout))
        for text in texts
    ]


def _cells_of(free: Free, cell: str, layout: FileLayout) -> Cells:
    if free.name not in layout.printed:
        return Cells(0, [], {}, [])
    return Cells(0, [cell], {free.name: 0}, [layout.printed[free.name]])


def doubtful(cells: pa.Array | list[str], sure: str | None) -> list[int]:
    r"""
    List the cells that a pattern does not match, or that are not plain printable characters.

    Examples
    --------
    >>> import pyarrow as pa
    >>> doubtful(pa.array(["17", "017", "", "1e3"]), WHOLE)
    [1, 2, 3]
    >>> doubtful(pa.array(["17", "a;b", ""]), "[a-z0-9]+")
    [1, 2]
    >>> doubtful(pa.array(["17 ways", "", "a\tb", "naïve"]), None)
    [2, 3]
    """
    if isinstance(cells, list):
        return list(range(len(cells)))
    if not len(cells):
        return []
    if sure is not None and sure != WHOLE:
        import pyarrow.compute as pc

        is_good = pc.match_substring_regex(cells, f"^(?:{sure})$")
        return np.flatnonzero(~is_good.to_numpy(zero_copy_only=False)).tolist()
    _, ends, data = cells.buffers()
    offsets = np.frombuffer(ends, np.int32)[cells.offset : cells.offset + len(cells) + 1]
    if data is None:
        return list(range(len(cells))) if sure else []
    low, high = (0x30, 0x39) if sure else (0x20, 0x7E)
    characters = np.frombuffer(data, np.uint8)[offsets[0] : offsets[-1]]
    is_other = (characters - np.uint8(low)) > np.uint8(high - low)
    places = np.flatnonzero(is_other) + offsets[0]
    rows = np.searchsorted(offsets, places, side="right") - 1
    if sure:
        lengths = np.diff(offsets)
        starts = np.minimum(offsets[:-1], offsets[-1] - 1) - offsets[0]
        leads = characters[starts] == 0x30 if len(characters) else np.ones(len(cells), bool)
        is_odd = (lengths == 0) | (lengths > 18) | ((lengths > 1) & leads)
        rows = np.concatenate([rows, np.flatnonzero(is_odd)])
    found: list[int] = np.unique(rows).tolist()
    return found
