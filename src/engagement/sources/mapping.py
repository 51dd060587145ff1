"""Rows to what they say: each different combination of cells is read once, the rest is numbers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from engagement.sources.row_cells import Cells

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pyarrow as pa

    from engagement.sources.cut import Batch, Layout
    from engagement.sources.declaration import Free, Lookup

__all__ = ["CellFault", "Entries", "Mapped", "cell_faults", "combined", "kept_texts"]

CellFault = tuple[str, str | None, str]
"""The column as printed, the cell, and the problem."""

_PLAIN = re.compile("[0-9]+|[!-:<-~][ -:<-~]{7,}[!-:<-~]")
"""What is a text as it stands: a number, or what is too long for a word that says "absent"."""


class Entries:
    """
    All different combinations of some cells so far, and what was read from each.

    They are numbered in the order in which they were met.
    """

    def __init__(self, lookup: Lookup) -> None:
        self.lookup = lookup
        self.values: list[Any] = []
        self.faults: list[tuple[CellFault, ...]] = []
        self._cells: list[Cells] = []
        self._known: dict[tuple[str | None, ...], dict[tuple[str, ...], int]] = {}
        self._arrays: dict[Callable[[Any], Any], NDArray[Any]] = {}

    def number(self, batch: Batch, layout: Layout) -> NDArray[np.int64]:
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
        return np.array(numbers, dtype=np.int64)[which]

    def _read(
        self,
        key: tuple[str, ...],
        printed: tuple[str | None, ...],
        known: dict[tuple[str, ...], int],
    ) -> int:
        columns = self.lookup.columns
        there = [place for place, name in enumerate(printed) if name is not None]
        places = {columns[place]: place for place in there}
        cells = Cells(0, key, places, [name or "" for name in printed])
        value = self.lookup.read(cells)
        self.values.append(None if cells.faults else value)
        self.faults.append(
            tuple((column, str(told), text) for _, column, told, text in cells.faults)
        )
        self._cells.append(cells)
        known[key] = len(self.values) - 1
        return known[key]

    def value(self, number: int) -> Any:
        """Give what was read from one combination."""
        return self.values[number]

    def told(self, number: int, column: str) -> tuple[str, str]:
        """Give a column as printed and the cell in it, for one combination."""
        cells = self._cells[number]
        return cells.column(column), cells.told(column)

    def array(self, of: Callable[[Any], Any], *, absent: Any) -> NDArray[Any]:
        """
        Give for each combination what a function says of what was read.

        Parameters
        ----------
        of
            The function; it is kept, so that it should be the same one every time.
        absent
            What stands for a combination with faults; it says the type too.
        """
        found = self._arrays.get(of)
        n_known = 0 if found is None else len(found)
        if found is None or n_known < len(self.values):
            new = [absent if value is None else of(value) for value in self.values[n_known:]]
            added = np.array(new, dtype=np.array(absent).dtype)
            found = added if found is None else np.concatenate([found, added])
            self._arrays[of] = found
        return found

    def is_faulty(self) -> NDArray[np.bool_]:
        """Tell for each combination whether it could not be read."""
        return ~self.array(_is_there, absent=False)


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


def _is_there(value: object) -> bool:
    del value
    return True


@frozen(eq=False)
class Mapped:
    """The rows of a batch, as numbers of combinations of cells."""

    codes: Mapping[str, NDArray[np.int64]]
    entries: Mapping[str, Entries]

    def of(self, name: str, function: Callable[[Any], Any], *, absent: Any) -> NDArray[Any]:
        """Give for each row what a function says of what was read, see `Entries.array`."""
        return self.entries[name].array(function, absent=absent)[self.codes[name]]


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
    free: Free, cells: pa.Array | list[str], layout: Layout
) -> dict[int, list[CellFault]]:
    """Read those cells of a column that are not surely good; tell what is wrong, by row."""
    found: dict[int, list[CellFault]] = {}
    for row in doubtful(cells, is_number=free.is_number):
        cell = cells[row] if isinstance(cells, list) else cells[row].as_py()
        known = _cells_of(free, cell, layout)
        free.read(known)
        if known.faults:
            found[row] = [(column, str(told), text) for _, column, told, text in known.faults]
    return found


def kept_texts(
    free: Free, cells: pa.Array | list[str], rows: NDArray[np.int64], layout: Layout
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


def _cells_of(free: Free, cell: str, layout: Layout) -> Cells:
    return Cells(0, [cell], {free.name: 0}, [layout.printed.get(free.name, free.name)])


def doubtful(cells: pa.Array | list[str], *, is_number: bool) -> list[int]:
    r"""
    List the cells that are not plain printable characters, or no plain whole number.

    Examples
    --------
    >>> import pyarrow as pa
    >>> doubtful(pa.array(["17", "017", "", "1e3"]), is_number=True)
    [1, 2, 3]
    >>> doubtful(pa.array(["17 ways", "", "a\tb", "naïve"]), is_number=False)
    [2, 3]
    """
    if isinstance(cells, list):
        return list(range(len(cells)))
    if not len(cells):
        return []
    _, ends, data = cells.buffers()
    offsets = np.frombuffer(ends, np.int32)[cells.offset : cells.offset + len(cells) + 1]
    if data is None:
        return list(range(len(cells))) if is_number else []
    low, high = (0x30, 0x39) if is_number else (0x20, 0x7E)
    characters = np.frombuffer(data, np.uint8)[offsets[0] : offsets[-1]]
    is_other = (characters - np.uint8(low)) > np.uint8(high - low)
    places = np.flatnonzero(is_other) + offsets[0]
    rows = np.searchsorted(offsets, places, side="right") - 1
    if is_number:
        lengths = np.diff(offsets)
        starts = np.minimum(offsets[:-1], offsets[-1] - 1) - offsets[0]
        leads = characters[starts] == 0x30 if len(characters) else np.ones(len(cells), bool)
        is_odd = (lengths == 0) | (lengths > 18) | ((lengths > 1) & leads)
        rows = np.concatenate([rows, np.flatnonzero(is_odd)])
    found: list[int] = np.unique(rows).tolist()
    return found
