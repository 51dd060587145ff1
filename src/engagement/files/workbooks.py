"""Logs as Excel workbooks: a sheet of events, and sheets of coverage and topics beside it."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from contextlib import contextmanager
from datetime import date, datetime, time
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from engagement.errors import FormatError, SettingError, shown, suggest
from engagement.files.content import Content, cut_table
from engagement.files.hidden_rows import hidden_rows, tell_of_rows
from engagement.files.limits import Limits
from engagement.files.merged_cells import Block, Blocks, find_blocks

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from engagement.tables.table import RowFault

__all__ = ["read_workbook", "sheets_with_cells", "workbook_bytes"]

MOST_ROWS, MOST_CHARACTERS = 2**20 - 1, 32_767
"""What a sheet of Excel holds below its header, and what a cell of it does."""

_DIGITS = 15
"""What Excel keeps of a number; one of more digits is written as a text."""

_COVERAGE, _TOPICS, _EVENTS = "coverage", "topics", "events"
_CELL = re.compile(rb"<(?:\w+:)?c[\s/>]")
_ROW = re.compile(rb"<(?:\w+:)?row\s[^>]*?\br=[\"'](\d{1,18})[\"']")
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
_TO_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)|[\ufffe\uffff]")
_NO_DIGITS = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.')


def _openpyxl() -> Any:
    try:
        import openpyxl
    except ImportError:
        raise FormatError(
            "Excel workbooks need openpyxl; install it, or engagement[excel], or use CSV"
        ) from None
    return openpyxl


def read_workbook(
    content: bytes,
    name: str,
    *,
    sheet: str | None = None,
    header_row: int | None = None,
    limits: Limits | None = None,
) -> Content:
    """
    Read a workbook.

    Parameters
    ----------
    content
        The bytes of the file.
    name
        Of the file, for errors.
    sheet
        The sheet with the events; ``None`` for the one named "events", or the only one.
    header_row, limits
        See `cut_table`.

    Raises
    ------
    FormatError
        If it is no workbook, is larger than the limits, or several sheets may be meant.
    SettingError
        If there is no such sheet.
    """
    book = _Book(content, name, limits or Limits())
    chosen = book.choose(sheet)
    events = book.table(chosen, header_row)
    beside = {
        part: book.table(part, None)
        for part in (_COVERAGE, _TOPICS)
        if part in book.sheets and part != chosen
    }
    for part, table in beside.items():
        if table.unread:
            row, column, _, problem = table.unread[0]
            raise FormatError(f"{name}: sheet '{part}', row {row}, column '{column}': {problem}")
    return Content(
        header=events.header,
        rows=events.rows,
        numbers=events.numbers,
        unread=events.unread,
        top=events.top,
        coverage=list(beside[_COVERAGE].rows) if _COVERAGE in beside else [],
        topics=list(beside[_TOPICS].rows) if _TOPICS in beside else [],
    )


def sheets_with_cells(content: bytes, name: str, limits: Limits) -> list[str]:
    """Give the names of the sheets that may hold events; one named "events" does alone."""
    book = _Book(content, name, limits)
    return [_EVENTS] if _EVENTS in book.sheets else book.filled()


class _Book:
    """An opened workbook; whatever a damaged one raises is told as a `FormatError`."""

    def __init__(self, content: bytes, name: str, limits: Limits) -> None:
        openpyxl = _openpyxl()
        self.name, self.limits = name, limits
        self._n_characters = 0
        with _damage_told(name), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of parts that hold no cells
            self._merged, self._hidden = _check_parts(content, name, limits)
            self._as_written = openpyxl.load_workbook(io.BytesIO(content), read_only=True)
            self._as_shown = openpyxl.load_workbook(
                io.BytesIO(content), read_only=True, data_only=True
            )
            self.sheets = {
                sheet.title: sheet for sheet in self._as_written if hasattr(sheet, "iter_rows")
            }

    def choose(self, sheet: str | None) -> str:
        """Give the name of the sheet with the events."""
        if sheet is not None:
            if sheet not in self.sheets:
                listed = ", ".join(f"'{one}'" for one in self.sheets)
                hint = suggest(sheet, self.sheets) if isinstance(sheet, str) else ""
                raise SettingError(
                    f"{self.name} has no sheet {shown(sheet)}; its sheets are {listed}{hint}"
                )
            return sheet
        if _EVENTS in self.sheets:
            return _EVENTS
        beside = {_COVERAGE, _TOPICS}
        filled = self.filled()
        if len(filled) > 1:
            listed = ", ".join(f"'{one}'" for one in filled)
            raise FormatError(f"{self.name}: say sheet=, for several have cells: {listed}")
        return next(iter(filled or [one for one in self.sheets if one not in beside]), "")

    def filled(self) -> list[str]:
        """Give the names of the sheets with cells, but for those of coverage and topics."""
        others = {_COVERAGE, _TOPICS}
        return [one for one in self.sheets if one not in others and self._has_cells(one)]

    def _has_cells(self, sheet: str) -> bool:
        return any(
            cell.value is not None for _, cells in self._lines(self.sheets[sheet]) for cell in cells
        )

    def _lines(self, sheet: Any) -> Iterator[tuple[int, Sequence[Any]]]:
        sheet.reset_dimensions()  # what a file says of its size need not be so
        with _damage_told(self.name):
            n_cells = 0
            for number, cells in enumerate(sheet.iter_rows(min_row=1, min_col=1), 1):
                n_cells += len(cells)
                self.limits.hold("cells", n_cells, self.name)
                yield number, cells

    def table(self, sheet: str, header_row: int | None) -> Content:
        """Cut a sheet into rows, with a fault for each cell that shows no value."""
        if sheet not in self.sheets:
            return Content(header=[], rows=[], numbers=[])
        faults: dict[int, list[tuple[int, str, object]]] = {}
        shown_lines = self._lines(self._as_shown[sheet])
        part = self.sheets[sheet]._worksheet_path  # noqa: SLF001 - nothing public says it
        blocks = Blocks(self._merged.get(part, []), self.name)
        strikes = any(font.strike for font in self._as_written._fonts)  # noqa: SLF001 - likewise
        struck = set()

        def lines() -> Iterator[tuple[int, list[Any]]]:
            width, n_cells = None, 0
            for number, cells in self._lines(self.sheets[sheet]):
                _, shown_cells = next(shown_lines)
                read = [
                    (None, "") if cell.value is None else self._value_of(cell, shown_cell)
                    for cell, shown_cell in zip(cells, shown_cells, strict=True)
                ]
                read = blocks.fill(number, read, width=width, empty=(None, ""))
                n_cells += len(read) + blocks.n_begun
                self.limits.hold("cells", n_cells, self.name)
                values = [value for value, _ in read]
                for place, (value, problem) in enumerate(read):
                    if problem:
                        faults.setdefault(number, []).append((place, problem, value))
                if number == header_row or (header_row is width is None and any(values)):
                    width = len(values)
                if strikes and any(c.value is not None and c.font.strike for c in cells):
                    struck.add(number)
                yield number, values

        with _damage_told(self.name):
            table = cut_table(
                lines(), name=self.name, header_row=header_row, is_even=True, limits=self.limits
            )
        numbers = set(table.numbers)
        tell_of_rows(self.name, numbers & self._hidden.get(part, set()), numbers & struck)
        unread: list[RowFault] = [
            (number, _column(table.header, place), value, problem)
            for number, found in faults.items()
            for place, problem, value in found
            if number in numbers
        ]
        table.unread.extend(unread)
        return table

    def _value_of(self, cell: Any, result: Any) -> tuple[Any, str]:
        """Give what a cell shows, and the problem if it shows no value; hold texts to limits."""
        if isinstance(result.value, str):
            length = len(result.value)
            what = f"{length} characters in the cell {cell.coordinate}"
            self.limits.hold("characters", length, self.name, what)
            self._n_characters += length
            self.limits.hold("megabytes", self._n_characters / 2**20, self.name)
        return _value_of(cell, result)


@contextmanager
def _damage_told(name: str) -> Iterator[None]:
    """Tell whatever a damaged workbook raises as a `FormatError`."""
    try:
        yield
    except FormatError:
        raise
    except Exception as error:  # noqa: BLE001 - openpyxl raises whatever it stumbles over
        told = str(error) or type(error).__name__
        raise FormatError(f"{name}: not an Excel workbook that can be read: {told[:200]}") from None


def _check_parts(
    content: bytes, name: str, limits: Limits
) -> tuple[dict[str, list[Block]], dict[str, set[int]]]:
    """
    Refuse what would fill the memory, and rows out of order, which openpyxl passes over.

    Gives the merged blocks and the hidden rows of each sheet, by the name of its part.
    """
    merged, hidden = {}, {}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        unpacked = sum(member.file_size for member in archive.infolist())
        limits.hold("megabytes", unpacked / 2**20, name)
        for member in archive.namelist():
            if member.startswith("xl/worksheets/") and member.endswith(".xml"):
                sheet = archive.read(member)
                limits.hold("cells", sum(1 for _ in _CELL.finditer(sheet)), name)
                merged[member] = find_blocks(sheet)
                hidden[member] = hidden_rows(sheet)
                rows = [int(found[1]) for found in _ROW.finditer(sheet)]
                limits.hold("rows", len(rows) - 1, name)
                if any(later <= earlier for earlier, later in pairwise(rows)):
                    raise FormatError(f"{name}: {member} has rows out of their order")
                if rows and rows[-1] > MOST_ROWS + 1:
                    raise FormatError(f"{name}: {member} has a row {rows[-1]}, which no sheet has")
    return merged, hidden


def _column(header: Sequence[str], place: int) -> str:
    return header[place] if place < len(header) else ""


def _value_of(cell: Any, result: Any) -> tuple[Any, str]:
    """Give what a cell shows, and the problem if it shows no value."""
    value = result.value
    if cell.data_type == "f" and value is None:
        problem = "a formula without a result; calculate and save the workbook, or paste values"
        return str(cell.value), problem
    if result.data_type == "e":
        return str(value), f"the cell shows the error {value}"
    if isinstance(value, str):
        return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), value), ""
    if isinstance(value, datetime):
        return _as_shown(value, result.number_format), ""
    if isinstance(value, float):
        return float(f"{value:.{_DIGITS}g}"), ""
    return value, ""


def _as_shown(moment: datetime, number_format: str) -> date | datetime | str:
    """Give a day as precise as its cell shows it: May 2019 is stored as its first day."""
    first, *_ = _NO_DIGITS.sub("", number_format).lower().split(";")
    if moment.time() != time(0):
        return moment
    if not set("dhs").intersection(first) and moment.day == 1 and "y" in first:
        if "m" in first:
            return f"{moment.year:04}-{moment.month:02}"
        if moment.month == 1:
            return f"{moment.year:04}"
    return moment.date()


def workbook_bytes(
    sheets: Mapping[str, tuple[Sequence[str], Iterable[Mapping[str, Any]]]],
) -> bytes:
    """
    Write sheets of a header and rows; texts are texts and never formulas.

    The same sheets give the same bytes.

    Raises
    ------
    FormatError
        If a text or the rows are too many for Excel.
    """
    openpyxl = _openpyxl()
    tables = {
        title: [list(columns)]
        + [[_checked(row.get(name), title, name) for name in columns] for row in rows]
        for title, (columns, rows) in sheets.items()
    }
    n_rows = max(map(len, tables.values()), default=1) - 1
    if n_rows > MOST_ROWS:
        raise FormatError(
            f"a sheet of Excel holds {MOST_ROWS} rows, and there are {n_rows}; use Parquet"
        )
    book = openpyxl.Workbook(write_only=True)
    for title, table in tables.items():
        sheet = book.create_sheet(title)
        sheet.freeze_panes = "A2"
        for place in range(1, len(table[0]) + 1):
            letter = openpyxl.utils.get_column_letter(place)
            sheet.column_dimensions[letter].number_format = "@"  # or 2019-05 becomes a day
            sheet.column_dimensions[letter].width = 16
        for line in table:
            sheet.append([_cell(sheet, value) for value in line])
    sink = io.BytesIO()
    book.save(sink)
    return _timeless(sink.getvalue())


def _checked(value: Any, title: str, column: str) -> str | float | None:
    """Give a value as a cell can hold it: a number of few digits, or a text of bearable length."""
    if value is None or value == "":
        return None
    if not isinstance(value, str) and float(f"{value:.{_DIGITS}g}") == float(value):
        number = float(value)
        return int(number) if number.is_integer() else number
    text = _TO_ESCAPE.sub(lambda found: f"_x{ord(found[0]):04X}_", str(value))
    if len(text) > MOST_CHARACTERS:
        raise FormatError(
            f"a cell of Excel holds {MOST_CHARACTERS} characters, and one of column '{column}' in "
            f"sheet '{title}' has {len(text)}; use CSV, JSON or Parquet"
        )
    return text


def _cell(sheet: Any, value: str | float | None) -> Any:
    from openpyxl.cell import WriteOnlyCell

    if value is None:
        return None
    cell = WriteOnlyCell(sheet, value)
    if isinstance(value, str):
        cell.data_type = "s"  # also what begins as a formula does
        cell.number_format = "@"
        cell.quotePrefix = True
    else:
        cell.number_format = "General"
    return cell


def _timeless(content: bytes) -> bytes:
    """Pack a workbook again without the time at which it was made."""
    sink = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for member in old.namelist():
            part = old.read(member)
            if member == "docProps/core.xml":
                part = re.sub(rb">[0-9T:.-]+Z<", b">2000-01-01T00:00:00Z<", part)
            new.writestr(zipfile.ZipInfo(member, (1980, 1, 1, 0, 0, 0)), part)
    return sink.getvalue()
