"""What a file holds, before any of it is read as an event."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, overload

from attrs import field, frozen

from engagement.errors import FormatError, shown
from engagement.tables.cells import is_absent
from engagement.tables.table import RowFault

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from engagement.files.limits import Limits

__all__ = ["BEYOND", "Content", "TableRows", "cut_table", "objects_of"]

_N_TOP = 20

BEYOND = "(beyond the header)"
"""Where cells are kept that no column has a name for."""


class TableRows(Sequence[dict[str, Any]]):
    """
    The rows of a table of Arrow, made where they are asked for.

    Raises
    ------
    FormatError
        Where they are made, if Python has no value for a cell.
    """

    def __init__(self, table: Any, name: str) -> None:
        self._table, self._name = table, name

    def __len__(self) -> int:
        """Return the number of rows."""
        return int(self._table.num_rows)

    @cached_property
    def _made(self) -> list[dict[str, Any]]:
        try:
            made: list[dict[str, Any]] = self._table.to_pylist()
        except (ValueError, OverflowError) as error:
            raise FormatError(f"{self._name}: not Parquet: {error}") from None
        return made

    @overload
    def __getitem__(self, place: int) -> dict[str, Any]: ...
    @overload
    def __getitem__(self, place: slice) -> list[dict[str, Any]]: ...
    def __getitem__(self, place: int | slice) -> dict[str, Any] | list[dict[str, Any]]:
        """Give a row, or those of a slice."""
        return self._made[place]

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """Give the rows one by one."""
        return iter(self._made)


@frozen(kw_only=True)
class Content:
    """
    The rows of a file and what stands beside them.

    Rows that cannot be told into cells are there too; `unread` says why.
    """

    header: list[str]
    """Names of the columns, as they stand."""
    rows: Sequence[dict[str, Any]]
    """Cells by column."""
    numbers: Sequence[int]
    """Of each row, as a program that shows the file numbers it."""
    unread: list[RowFault] = field(factory=list)
    """Faults of rows that are not to be read."""
    top: list[tuple[int, Sequence[Any]]] = field(factory=list)
    """Numbers and cells of the first lines below the header, as they stand."""
    coverage: list[dict[str, Any]] = field(factory=list)
    """Statements of coverage."""
    topics: list[dict[str, Any]] = field(factory=list)
    """Topics of the log's own."""
    table: Any = None
    """The rows as a table of Arrow, where they are held so."""


def cut_table(
    lines: Iterable[tuple[int, Sequence[Any]]],
    *,
    name: str,
    header_row: int | None = None,
    is_even: bool = False,
    limits: Limits,
) -> Content:
    """
    Cut the lines of a sheet into a header and rows.

    Lines without any value are none. Cells without a column are kept where they are empty, and
    are a fault of their row otherwise.

    Parameters
    ----------
    lines
        Number of the line, counted from 1, and its cells.
    name
        Of the file.
    header_row
        Number of the line with the names of the columns; ``None`` for the first that has a value.
    is_even
        Whether a line may end early, as in a sheet whose empty cells are not stored.
    limits
        How many rows, columns and cells are read at most.

    Raises
    ------
    FormatError
        If there is no line of that number, or there are more rows, columns or cells.
    """
    header: list[str] = []
    rows: list[dict[str, Any]] = []
    numbers: list[int] = []
    content = Content(header=header, rows=rows, numbers=numbers)
    has_header = False
    n_cells = 0
    for number, cells in lines:
        n_cells += len(cells)
        limits.hold("rows", number - 1, name)
        limits.hold("columns", len(cells), name)
        limits.hold("cells", n_cells, name)
        if all(is_absent(cell) for cell in cells):
            continue
        if not has_header:
            if header_row is None or number == header_row:
                has_header = True
                header += [str(cell).strip() if not is_absent(cell) else "" for cell in cells]
                while header and not header[-1]:
                    header.pop()
            continue
        if len(content.top) < _N_TOP:
            content.top.append((number, cells))
        rows.append(_row_of(content, number, cells, is_even=is_even))
        numbers.append(number)
    if header_row is not None and not has_header:
        raise FormatError(f"{name}: row {header_row} has no names of columns")
    header[:] = [column for column in header if column]
    return content


def _row_of(
    content: Content, number: int, cells: Sequence[Any], *, is_even: bool
) -> dict[str, Any]:
    """Give the cells of a line by column, and note what is wrong with it."""
    header = content.header
    beyond = [cell for cell in cells[len(header) :] if not is_absent(cell)]
    nameless = [
        cell
        for column, cell in zip(header, cells, strict=False)
        if not column and not is_absent(cell)
    ]
    if beyond or (len(cells) < len(header) and not is_even):
        problem = f"the row has {len(cells)} cells, the header {len(header)}"
        content.unread.append((number, header[0], None, problem))
    elif nameless:
        problem = f"a column without a name holds {shown(nameless[0])}"
        content.unread.append((number, BEYOND, nameless[0], problem))
    row = {column: cell for column, cell in zip(header, cells, strict=False) if column}
    if beyond or nameless:
        row[BEYOND] = "; ".join(map(str, [*nameless, *beyond]))
    return row


def objects_of(parts: Mapping[str, Any], part: str, name: str) -> list[dict[str, Any]]:
    """
    Give a part of a file that is a list of objects.

    Raises
    ------
    FormatError
        If it is not.
    """
    found = parts.get(part, [])
    if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
        raise FormatError(f"{name}: '{part}' must be a list of objects")
    return found
