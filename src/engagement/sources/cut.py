"""Published files cut into batches of rows, of which each column is an array of texts."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import Factory, field, frozen
from numpy.typing import NDArray

from engagement.errors import FormatError
from engagement.files.delimited import find_escape

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    import pyarrow as pa

    from engagement.sources.published import Block, PublishedFile

__all__ = [
    "Batch",
    "FileLayout",
    "Wanted",
    "cut_by_arrow",
    "cut_file",
    "cut_text",
    "rows_at",
    "widest_row",
]

_NOWHERE = 2**31
_CACHED = 2**20
"""Bytes that Arrow parses at a time, which is fastest where a cache of the processor holds them."""

_AT_A_TIME = 2**14
"""Rows that Python cuts at a time."""


@frozen(eq=False)
class Wanted:
    """Columns that are asked for."""

    coded: tuple[str, ...]
    """Those of which each different cell is read."""
    plain: tuple[str, ...]
    """Those of which nearly each cell is another."""


@frozen(eq=False)
class FileLayout:
    """Where the columns of a file stand, and which rows fit them."""

    what: str
    """What the file is, to be named in errors."""
    widths: Mapping[int, Sequence[str]]
    """The names of columns, as they are declared, of rows of so many cells."""
    printed: Mapping[str, str]
    """For a declared name that of the file."""
    misfit: str
    """What is wrong with a row of another width, in which ``{n}`` stands for that."""
    least: int | None = None
    """
    Of files with one width, how many cells a row must have: those missing at its end are empty,
    and empty ones behind the last column are none. ``None``: neither is so.
    """
    delimiter: str = "\t"
    """What separates the cells: a tab, without quotes but those around a whole cell, or CSV."""
    has_quotes: bool = True
    """Whether quotes around a whole cell between tabs are no part of it."""
    n_skipped: int = 0
    """Bytes above the first row, or above the header of CSV."""
    has_header: bool = False
    """Whether the first row of CSV is a header."""
    rows: Sequence[list[str]] | None = None
    """The rows of what is no text."""
    unread: Mapping[int, str] = Factory(dict)
    """By number rows of these with a cell that shows no value, and what is wrong."""
    places: Mapping[int, Mapping[str, int]] = field(init=False)
    """By width the place of each column; of a name that stands twice, the first."""

    @places.default
    def _find_places(self) -> Mapping[int, Mapping[str, int]]:
        return {
            width: {name: place for place, name in reversed(list(enumerate(names)))}
            for width, names in self.widths.items()
        }

    @property
    def names(self) -> Collection[str]:
        """All columns."""
        return set(chain.from_iterable(self.widths.values()))

    def fitted(self, row: list[str], number: int = 0) -> str:
        """Drop what is empty behind the last column, and say what is wrong with a row's shape."""
        if number in self.unread:
            return self.unread[number]
        if len(row) in self.places:
            return ""
        if self.least is not None:
            width = max(self.places)
            while len(row) > width and not row[-1].strip():
                row.pop()
            if self.least <= len(row) <= width:
                return ""
        return self.misfit.format(n=len(row))

    def told(self, row: Sequence[str], name: str) -> str:
        """Give a cell as a list of faults can hold it, whatever bytes it was made of."""
        place = self.places_in(row).get(name, _NOWHERE)
        cell = row[place].strip() if place < len(row) else ""
        return cell.encode("utf-8", "backslashreplace").decode()

    def places_in(self, row: Sequence[str]) -> Mapping[str, int]:
        """Give the places of the columns of a row that fits."""
        return self.places.get(len(row)) or self.places[max(self.places)]


@frozen(eq=False)
class Batch:
    """Rows of one file that follow one another, and what of their cells is asked for."""

    first: int
    """The number of the first."""
    n_rows: int
    """How many they are."""
    numbers: NDArray[np.int64]
    """Of those whose cells are here."""
    columns: Mapping[str, Any]
    """Cells by the declared names of columns that the file has, arrays of Arrow or lists."""
    misshapen: Mapping[int, str] = Factory(dict)
    """The others by their numbers, and what is wrong with the shape of each."""

    def __len__(self) -> int:
        """Return the number of rows whose cells are here."""
        return len(self.numbers)

    def coded(self, name: str) -> tuple[NDArray[np.int32], list[str]]:
        """Give for each row the number of its cell, and the cells that are numbered."""
        import pyarrow as pa

        cells = self.columns.get(name)
        if cells is None:
            return np.zeros(len(self), dtype=np.int32), [""]
        if isinstance(cells, list):
            try:
                cells = pa.array(cells, pa.string())
            except UnicodeEncodeError:  # bytes of another encoding
                known: dict[str, int] = {}
                codes = [known.setdefault(cell, len(known)) for cell in cells]
                return np.array(codes, dtype=np.int32), list(known)
        if not _is_coded(cells):
            cells = cells.dictionary_encode()
        return cells.indices.to_numpy(), cells.dictionary.to_pylist()

    def plain(self, name: str) -> Any:
        """Give the cells of a column as an array of texts, or where there is none such a list."""
        import pyarrow as pa

        cells = self.columns.get(name)
        if cells is None:
            return pa.array([""] * len(self), pa.string())
        if isinstance(cells, list):
            try:
                return pa.array(cells, pa.string())
            except UnicodeEncodeError:
                return cells
        return cells


def cut_file(file: PublishedFile, layout: FileLayout, wanted: Wanted) -> Iterator[Batch]:
    """
    Cut a file into batches of rows.

    Where a block holds nothing but rows of one width in UTF-8, Arrow cuts it; anything else,
    and all CSV, is cut by Python. Both give the same.

    Raises
    ------
    FormatError
        If a file cannot be cut, see also `PublishedFile.blocks`.
    LimitError
        If it has more rows than the limits.
    """
    first = 1
    for block in _row_blocks(file, layout):
        if isinstance(block, (bytes, bytearray)):
            batch = cut_by_arrow(block, first, layout, wanted)
            if batch is not None:
                first += batch.n_rows
                file.limits.hold("rows", first - 1, file.name)
                yield batch
                continue
        rows = _rows_of(block, file, layout)
        while some := list(islice(rows, _AT_A_TIME)):
            yield _batch(some, first, layout, wanted)
            first += len(some)
            file.limits.hold("rows", first - 1, file.name)


def rows_at(
    file: PublishedFile, layout: FileLayout, numbers: Collection[int]
) -> dict[int, tuple[str, ...]]:
    """Give the cells of some rows, by their numbers, as they stand in the file."""
    found = {}
    first = 1
    for block in _row_blocks(file, layout):
        for number, row in enumerate(_rows_of(block, file, layout), first):
            first = number + 1
            if number in numbers:
                layout.fitted(row)
                found[number] = tuple(row)
    return found


def widest_row(file: PublishedFile, layout: FileLayout) -> int:
    """Count the cells of the widest row."""
    blocks = _row_blocks(file, layout)
    return max((len(row) for block in blocks for row in _rows_of(block, file, layout)), default=0)


def _row_blocks(file: PublishedFile, layout: FileLayout) -> Iterator[Block | Iterator[list[str]]]:
    """Give blocks of rows between tabs, or all rows of CSV or of what is no text."""
    if layout.rows is not None:
        yield iter(layout.rows)
        return
    if layout.delimiter == "\t":
        yield from _below(file, layout.n_skipped)
        return
    yield _comma_separated(file, layout)


def _rows_of(
    block: Block | Iterator[list[str]], file: PublishedFile, layout: FileLayout
) -> Iterator[list[str]]:
    if isinstance(block, (bytes, bytearray)):
        return cut_text(file.text_of(block), "\t", has_quotes=layout.has_quotes)
    return block


def _lines(file: PublishedFile, n_skipped: int) -> Iterator[str]:
    for block in _below(file, n_skipped):
        yield from io.StringIO(file.text_of(block), newline="")


def _below(file: PublishedFile, n_skipped: int) -> Iterator[Block]:
    """Give the blocks of a file without the bytes above the first row."""
    for block in file.blocks():
        if n_skipped < len(block):
            yield block[n_skipped:] if n_skipped else block
        n_skipped = max(0, n_skipped - len(block))


def _comma_separated(file: PublishedFile, layout: FileLayout) -> Iterator[list[str]]:
    def lines() -> Iterator[str]:
        return _lines(file, layout.n_skipped)

    sign = layout.delimiter
    try:
        escape = find_escape(lines, sign)
        reader = csv.reader(lines(), delimiter=sign, escapechar=escape, strict=True)
        rows = (cells for cells in reader if cells and (len(cells) > 1 or cells[0].strip()))
        yield from islice(rows, int(layout.has_header), None)
    except csv.Error as error:
        raise FormatError(f"{file.name}: not {layout.what}: not CSV: {error}") from None


def cut_text(text: str, delimiter: str, *, has_quotes: bool = True) -> Iterator[list[str]]:
    """Cut a text into rows of cells; rows of blanks are none."""
    if delimiter != "\t":
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        yield from (cells for cells in rows if cells and (len(cells) > 1 or cells[0].strip()))
        return
    for line in text.split("\n"):
        stripped = line.removesuffix("\r")
        if stripped.strip():
            cells = stripped.split("\t")
            yield [unquoted(cell) for cell in cells] if has_quotes else cells


def unquoted(cell: str) -> str:
    """Take quotes off that stand around a cell."""
    if len(cell) >= 2 and cell[0] == cell[-1] == '"':
        return cell[1:-1].replace('""', '"')
    return cell


def _batch(rows: list[list[str]], first: int, layout: FileLayout, wanted: Wanted) -> Batch:
    """Take the cells of rows that Python cut."""
    misshapen, numbers, fitting = {}, [], []
    for number, row in enumerate(rows, first):
        problem = layout.fitted(row, number)
        if problem:
            misshapen[number] = problem
        else:
            numbers.append(number)
            fitting.append(row)
    names = [name for name in (*wanted.coded, *wanted.plain) if name in layout.names]
    columns = {name: _cells_in(fitting, name, layout) for name in names}
    return Batch(first, len(rows), np.array(numbers, dtype=np.int64), columns, misshapen)


def _cells_in(rows: list[list[str]], name: str, layout: FileLayout) -> list[str]:
    """Give the cells of a column, which are empty where a row is too short for it."""
    if len(layout.places) > 1:
        places = [layout.places_in(row).get(name, _NOWHERE) for row in rows]
        both = zip(rows, places, strict=True)
        return [row[place] if place < len(row) else "" for row, place in both]
    ((_, of_all),) = layout.places.items()
    place = of_all[name]
    return [row[place] if place < len(row) else "" for row in rows]


def cut_by_arrow(block: Block, first: int, layout: FileLayout, wanted: Wanted) -> Batch | None:
    """Cut rows between tabs; ``None`` where anything in them is out of the ordinary."""
    import pyarrow as pa

    width = block[: block.find(b"\n") if b"\n" in block else None].count(b"\t") + 1
    places = layout.places.get(width)
    if places is None or _has_lone_return(block):
        return None
    kinds: dict[str, pa.DataType] = {"0": pa.string()}
    asked = {name: str(places[name]) for name in (*wanted.coded, *wanted.plain) if name in places}
    for name, place in asked.items():
        is_coded = name in wanted.coded
        kinds[place] = pa.dictionary(pa.int32(), pa.string()) if is_coded else pa.string()
    table = _parsed(block, width, kinds)
    if table is None or not len(table):
        return None
    if _has_blank(table.column("0").chunk(0)):
        return None
    columns = {name: table.column(place).chunk(0) for name, place in asked.items()}
    if layout.has_quotes and b'"' in block:
        columns = {name: _without_quotes(cells) for name, cells in columns.items()}
    numbers = np.arange(first, first + len(table), dtype=np.int64)
    return Batch(first, len(table), numbers, columns)


def _has_lone_return(block: Block) -> bool:
    return b"\r" in block and block.count(b"\r") != block.count(b"\r\n")


def _parsed(block: Block, width: int, kinds: Mapping[str, pa.DataType]) -> pa.Table | None:
    import pyarrow as pa
    from pyarrow import csv as arrow_csv

    try:
        table = arrow_csv.read_csv(
            pa.BufferReader(block),
            arrow_csv.ReadOptions(
                use_threads=False,
                block_size=_CACHED,
                column_names=list(map(str, range(width))),
            ),
            arrow_csv.ParseOptions(
                delimiter="\t",
                quote_char=False,
                double_quote=False,
                escape_char=False,
            ),
            arrow_csv.ConvertOptions(
                column_types=kinds,
                include_columns=list(kinds),
                strings_can_be_null=False,
            ),
        )
    except pa.ArrowInvalid:  # rows of another width, or bytes that are not of UTF-8
        return None
    return table.unify_dictionaries().combine_chunks()


def _has_blank(cells: pa.Array) -> bool:
    """Tell whether a first cell is blank, since rows of blanks alone are none."""
    import pyarrow.compute as pc

    if _is_coded(cells):
        cells = cells.dictionary
    lengths = pc.binary_length(pc.utf8_trim_whitespace(cells))
    return bool(pc.min(lengths).as_py() == 0)


def _is_coded(cells: Any) -> bool:
    """Tell whether an array of Arrow holds numbers of different values."""
    import pyarrow as pa

    return bool(pa.types.is_dictionary(cells.type))


def _without_quotes(cells: pa.Array) -> pa.Array:
    """Take quotes off that stand around cells, as `unquoted` does."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if _is_coded(cells):
        texts = [unquoted(cell) for cell in cells.dictionary.to_pylist()]
        return pa.DictionaryArray.from_arrays(cells.indices, pa.array(texts, pa.string()))
    is_quoted = pc.and_(pc.starts_with(cells, '"'), pc.ends_with(cells, '"'))
    is_quoted = pc.and_(is_quoted, pc.greater_equal(pc.binary_length(cells), 2))
    inside = pc.replace_substring(pc.utf8_slice_codeunits(cells, 1, -1), '""', '"')
    return pc.if_else(is_quoted, inside, cells)
