"""One loop that reads declared data sets, column by column."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import define, field, frozen
from numpy.typing import NDArray

from engagement.sources.cut import Batch, FileLayout, Wanted, cut_file
from engagement.sources.declaration import Declaration, Free, Lookup
from engagement.sources.fates import Fates
from engagement.sources.mapping import WHOLE, Derived, ReadCells, cell_faults, doubtful, kept_texts
from engagement.sources.published import PublishedFile
from engagement.sources.spill import Spill, Spilled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    import pyarrow as pa

    from engagement.sources.mapping import CellFault

__all__ = ["Kept", "Scanned", "scan_files"]


@frozen(eq=False)
class Kept:
    """Rows that are events by the rules, in the order of files and rows."""

    file: NDArray[np.int32]
    row: NDArray[np.int64]
    codes: dict[str, NDArray[np.int32]]
    """By lookup the number of what was read."""
    texts: dict[str, Any]
    """By free cell what it says."""
    claim: NDArray[np.int64]
    """Of all rows that claim an id, which this is; empty where only rows that are kept do."""

    def place(self, row: int) -> tuple[int, int]:
        """Give file and row number of one of them."""
        return int(self.file[row]), int(self.row[row])


@frozen(eq=False)
class Scanned:
    """What one loop over files has found."""

    declaration: Declaration
    files: tuple[PublishedFile, ...]
    layouts: tuple[FileLayout, ...]
    entries: dict[str, ReadCells]
    kept: Kept
    claims: Claims
    fates: Fates

    def derived(
        self, kept: Kept, names: Sequence[str], function: Callable[..., Any]
    ) -> tuple[NDArray[np.int64], list[Any]]:
        """Give the numbers of what a function says of rows by their lookups, and what it says."""
        found = Derived(self.entries, names, function)
        return found.number(kept.codes), found.answers

    def fault(self, row: int, column: str, problem: str) -> CellFault:
        """Say what is wrong with one of the rows that were kept, in a column of a lookup."""
        for entries in self.entries.values():
            if column in entries.lookup.columns:
                return (
                    *entries.told(int(self.kept.codes[entries.lookup.name][row]), column),
                    problem,
                )
        raise KeyError(column)

    def refuse(self, kept: Kept, row: int, fault: CellFault) -> None:
        """Note that one of the rows that were kept cannot be an event."""
        self.fates.refuse(*kept.place(row), [fault])

    def row_of(self, place: tuple[int, int], file: int) -> str:
        """Name a row, and its file where it is another one than that in which it is named."""
        of = "" if place[0] == file else f" of {self.files[place[0]].name}"
        return f"row {place[1]}{of}"


@define(eq=False)
class Claims:
    """The ids of all rows, as numbers, batch by batch."""

    ids: list[Spilled] = field(factory=list)
    starts: list[int] = field(factory=list)
    """How many rows come before each batch."""
    is_rising: bool = True
    """Whether each id is higher than the one before, so that none stands twice."""
    _files: list[int] = field(factory=list)
    _rows: list[Spilled] = field(factory=list)
    _size: int = 0
    _last: int = -(2**63)
    _others: dict[str, int] = field(factory=dict)
    _spill: Spill = field(factory=Spill)

    def add(self, cells: pa.Array | list[str], file: int, rows: NDArray[np.int64]) -> int:
        """Number the ids of rows, equal ones equally, and give how many rows came before."""
        import pyarrow as pa
        import pyarrow.compute as pc

        numbers = np.empty(len(cells), dtype=np.int64)
        doubts = doubtful(cells, WHOLE)
        if not isinstance(cells, list):
            is_sure = np.ones(len(cells), dtype=bool)
            is_sure[doubts] = False
            sure = cells if is_sure.all() else pc.filter(cells, pa.array(is_sure))
            numbers[is_sure] = pc.cast(sure, pa.int64()).to_numpy(zero_copy_only=False)
        for row in doubts:
            cell = cells[row] if isinstance(cells, list) else cells[row].as_py()
            text = cell.strip()
            if text.isascii() and text.isdecimal() and len(text) <= 18 and str(int(text)) == text:
                numbers[row] = int(text)
            else:
                numbers[row] = -1 - self._others.setdefault(text, len(self._others))
        is_rising = numbers[0] > self._last and bool((numbers[1:] > numbers[:-1]).all())
        self.is_rising, self._last = self.is_rising and is_rising, int(numbers[-1])
        self.ids.append(self._spill.hold(numbers))
        self._rows.append(self._spill.hold(rows.astype(np.int32)))
        self._files.append(file)
        self.starts.append(self._size)
        self._size += len(numbers)
        return self.starts[-1]

    def place(self, claim: int) -> tuple[int, int]:
        """Give file and row number of one of all rows."""
        batch = int(np.searchsorted(self.starts, claim, side="right")) - 1
        return self._files[batch], int(self._rows[batch].array()[claim - self.starts[batch]])

    def firsts(self, claims: NDArray[np.int64]) -> NDArray[np.int64]:
        """Give for some rows, in their order, the first of all rows with the same id."""
        edges = np.searchsorted(claims, [*self.starts, self._size])
        parts = [
            ids.array()[claims[low:high] - start]
            for ids, start, low, high in zip(
                self.ids, self.starts, edges[:-1], edges[1:], strict=True
            )
        ]
        own = np.concatenate(parts)
        wanted = np.unique(own)
        firsts = np.full(len(wanted), self._size)
        for ids, start in zip(self.ids, self.starts, strict=True):
            numbers = ids.array()
            places = np.flatnonzero(np.isin(numbers, wanted))
            np.minimum.at(firsts, np.searchsorted(wanted, numbers[places]), places + start)
        found: NDArray[np.int64] = firsts[np.searchsorted(wanted, own)]
        return found


@frozen(eq=False)
class _Read:
    """The rows of a batch as numbers and texts."""

    file: int
    batch: Batch
    layout: FileLayout
    codes: dict[str, NDArray[np.int32]]
    """By lookup the number of what was read."""
    cells: dict[str, Any]
    """By free cell the texts."""


class _Gathered:
    """What batches leave behind."""

    def __init__(self, declaration: Declaration) -> None:
        self.declaration = declaration
        self.lookups = [cell for cell in declaration.cells if isinstance(cell, Lookup)]
        self.free = [cell for cell in declaration.cells if isinstance(cell, Free)]
        self.entries = {
            lookup.name: ReadCells(lookup, declaration.state_of) for lookup in self.lookups
        }
        self.claims = Claims()
        self.parts: list[Kept] = []

    def take(self, file: int, batch: Batch, layout: FileLayout, fates: Fates) -> None:
        """Read a batch: note the fate of its rows, and keep those that are events."""
        column = layout.printed.get(self.declaration.id_column, self.declaration.id_column)
        for row, problem in batch.misshapen.items():
            fates.refuse(file, row, [(column, None, problem)])
        if not len(batch):
            return
        read = _Read(
            file=file,
            batch=batch,
            layout=layout,
            codes={one.lookup.name: one.number(batch, layout) for one in self.entries.values()},
            cells={free.name: batch.plain(free.name) for free in self.free},
        )
        faults = self._faults(read)
        for place in sorted(faults):
            fates.refuse(file, int(batch.numbers[place]), faults[place])
        is_read = np.ones(len(batch), dtype=bool)
        is_read[list(faults)] = False
        rows = np.flatnonzero(is_read)
        if self.declaration.claims != "readable":
            rows = rows[fates.judge(file, batch.numbers[rows], _taken(read.codes, rows))]
        self._keep(read, rows, self._claim(read))

    def _faults(self, read: _Read) -> dict[int, list[CellFault]]:
        """Give all faults of each row that has any, in the order of cells."""
        faults: dict[int, list[CellFault]] = {}
        for cell in self.declaration.cells:
            if isinstance(cell, Free):
                for row, found in cell_faults(cell, read.cells[cell.name], read.layout).items():
                    faults.setdefault(row, []).extend(found)
                continue
            entries, numbers = self.entries[cell.name], read.codes[cell.name]
            is_faulty = entries.is_faulty()
            if is_faulty.any():
                for row in np.flatnonzero(is_faulty[numbers]).tolist():
                    faults.setdefault(row, []).extend(entries.faults[numbers[row]])
        return faults

    def _claim(self, read: _Read) -> NDArray[np.int64]:
        """Number the ids of all rows, where they are compared with all; give the rows' places."""
        if self.declaration.claims != "all":
            return np.empty(0, dtype=np.int64)
        cells = read.cells[self.declaration.id_column]
        start = self.claims.add(cells, read.file, read.batch.numbers)
        return np.arange(start, start + len(read.batch))

    def _keep(self, read: _Read, rows: NDArray[np.int64], claim: NDArray[np.int64]) -> None:
        import pyarrow as pa

        if not len(rows):
            return
        self.parts.append(
            Kept(
                file=np.full(len(rows), read.file, dtype=np.int32),
                row=read.batch.numbers[rows],
                codes=_taken(read.codes, rows),
                texts={
                    free.name: pa.array(
                        kept_texts(free, read.cells[free.name], rows, read.layout), pa.string()
                    )
                    for free in self.free
                },
                claim=claim[rows] if len(claim) else claim,
            )
        )

    def kept(self) -> Kept:
        """Give the rows that were kept."""
        import pyarrow as pa

        def joined(arrays: Iterable[NDArray[Any]], kind: type[np.integer[Any]]) -> NDArray[Any]:
            return np.concatenate([np.empty(0, dtype=kind), *arrays])

        return Kept(
            file=joined((part.file for part in self.parts), np.int32),
            row=joined((part.row for part in self.parts), np.int64),
            codes={
                name: joined((part.codes[name] for part in self.parts), np.int32)
                for name in self.entries
            },
            texts={
                free.name: pa.chunked_array(
                    [part.texts[free.name] for part in self.parts], pa.string()
                ).combine_chunks()
                for free in self.free
            },
            claim=joined((part.claim for part in self.parts), np.int64),
        )


def _taken(codes: Mapping[str, NDArray[Any]], rows: NDArray[Any]) -> dict[str, NDArray[Any]]:
    return {name: numbers[rows] for name, numbers in codes.items()}


def scan_files(files: Sequence[PublishedFile], declaration: Declaration) -> Scanned:
    """
    Read files row by row, as one data set.

    Parameters
    ----------
    files
        The files, in their order.
    declaration
        What they say in which cells.

    Raises
    ------
    FormatError
        If a file is something else.
    """
    gathered = _Gathered(declaration)
    fates = Fates([file.name for file in files], declaration.rules, gathered.entries)
    wanted = Wanted(
        coded=tuple(dict.fromkeys(c for lookup in gathered.lookups for c in lookup.columns)),
        plain=tuple(free.name for free in gathered.free),
    )
    layouts = []
    for number, file in enumerate(files):
        layout = declaration.layout(file)
        n_rows = 0
        for batch in cut_file(file, layout, wanted):
            gathered.take(number, batch, layout, fates)
            n_rows += batch.n_rows
        fates.n_rows.append(n_rows)
        layouts.append(layout)
    return Scanned(
        declaration=declaration,
        files=tuple(files),
        layouts=tuple(layouts),
        entries=gathered.entries,
        kept=gathered.kept(),
        claims=gathered.claims,
        fates=fates,
    )
