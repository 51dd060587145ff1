"""Coded tables read as text: every cell is checked, and all faults are told at once."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import field, frozen

from engagement import EngagementError
from engagement.errors import shown, suggest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

SEEDS = Path(__file__).parent
UNSEEN = "no public information available"


@frozen
class Fault:
    """A cell that cannot be kept."""

    table: str
    row: int
    """As a program that shows the table numbers it: the header is row 1; 0 for the table."""
    column: str
    value: str
    problem: str
    place: str = ""
    """Where the row stands in the document."""

    def __str__(self) -> str:
        """Return table, row, column, value and problem."""
        told = self.table
        if self.row:
            told += f", row {self.row}" + (f" ({self.place})" if self.place else "")
        if self.column:
            told += f", column '{self.column}'"
        value = f" {shown(self.value)}:" if self.value else ""
        return f"{told}:{value} {self.problem}"


class SeedError(EngagementError, ValueError):
    """Cells that cannot be kept, all of them, each with its place."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        noun = "fault" if len(self.faults) == 1 else "faults"
        super().__init__("\n  ".join([f"{len(self.faults)} {noun}", *map(str, self.faults)]))


@frozen
class Row:
    """A row of a coded table, cells as text."""

    table: str
    number: int
    """The header is row 1."""
    cells: Mapping[str, str] = field(eq=False)

    def __getitem__(self, column: str) -> str:
        """Return a cell."""
        return self.cells[column]

    @property
    def is_unseen(self) -> bool:
        """Whether it says that the document's table observed nothing of its country."""
        return self.cells.get("note") == UNSEEN

    @property
    def place(self) -> str:
        """Where the row stands in the document, as far as its cells say so."""
        named = (f"appendix {self.cells.get('appendix')}", self.cells.get("partner"))
        number = self.cells.get("row")
        if number is None or "appendix" not in self.cells:
            return self.cells.get("id", "")
        return ", ".join(filter(None, (*named, f"row {number}")))

    def fault(self, column: str, problem: str) -> Fault:
        """Give a fault of one of its cells."""
        value = self.cells.get(column, "")
        return Fault(self.table, self.number, column, value, problem, self.place)


@frozen
class Column:
    """What a cell of a column may hold."""

    check: Callable[[str, Row], object] | None = None
    """Raises `EngagementError` for a text that is not empty and cannot be kept."""
    is_required: bool = False
    """Whether it must not be empty."""
    only_for: tuple[str, frozenset[str]] | None = None
    """Another column and the terms of it beside which alone a cell may be filled."""

    def is_for(self, row: Row) -> bool:
        """Tell whether a row may have it."""
        return self.only_for is None or row[self.only_for[0]] in self.only_for[1]


class CellError(EngagementError, ValueError):
    """A cell that cannot be kept, without its place."""


def one_of(*terms: str) -> Callable[[str, Row], object]:
    """Allow one of several terms."""

    def check(text: str, row: Row) -> None:
        del row
        if text not in terms:
            listed = ", ".join(f"'{term}'" for term in terms)
            raise CellError(f"is none of {listed}{suggest(text, terms)}")

    return check


def some_of(*terms: str) -> Callable[[str, Row], object]:
    """Allow several terms, separated by semicolons, none of them twice."""
    single = one_of(*terms)

    def check(text: str, row: Row) -> None:
        parts = text.split(";")
        for part in parts:
            single(part, row)
        if len(set(parts)) < len(parts):
            raise CellError("names a term twice")

    return check


def by_itself(read: Callable[[str], object]) -> Callable[[str, Row], object]:
    """Allow what a parser reads."""
    return lambda text, _: read(text)


def each_by_itself(read: Callable[[str], object]) -> Callable[[str, Row], object]:
    """Allow several texts, separated by semicolons, each of which a parser reads."""
    return lambda text, _: [read(part) for part in text.split(";")]


def whole_number(text: str, row: Row) -> None:
    """Allow a number from 1 on, without leading zeros."""
    del row
    if not (text.isascii() and text.isdecimal() and text == str(int(text)) and int(text)):
        raise CellError("must be a whole number of 1 or more")


def read_table(
    name: str, columns: Mapping[str, Column], *, counted_within: tuple[str, ...] | None = None
) -> tuple[list[Row], list[Fault]]:
    """
    Read a coded table.

    Parameters
    ----------
    name
        Its file in the folder of this module.
    columns
        What each of its columns may hold, in their order.
    counted_within
        Columns within whose terms the column ``row`` counts from 1 without a gap, if it does.

    Returns
    -------
    rows
        Those without fault.
    faults
        All that is wrong with the others, or with the table as a whole.
    """
    rows, faults = _rows_of(name, tuple(columns))
    kept = []
    if counted_within is not None:
        faults += _numbering_faults(rows, counted_within)
    for row in rows:
        told = list(_faults_of(row, columns))
        faults += told
        if not told:
            kept.append(row)
    return kept, faults


def _rows_of(name: str, header: tuple[str, ...]) -> tuple[list[Row], list[Fault]]:
    """Cut a table into rows as long as its header."""
    path = SEEDS / name
    if not path.is_file():
        return [], [Fault(name, 0, "", "", f"there is no such table in {SEEDS}")]
    try:
        lines = list(csv.reader(io.StringIO(path.read_text("utf-8"), newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        return [], [Fault(name, 0, "", "", f"is no CSV in UTF-8: {error}")]
    found = tuple(lines[0]) if lines else ()
    if found != header:
        return [], list(_header_faults(name, found, header))
    rows, faults = [], []
    for number, cells in enumerate(lines[1:], 2):
        if not any(map(str.strip, cells)):
            faults.append(Fault(name, number, "", "", "is empty"))
        elif len(cells) != len(header):
            problem = f"has {len(cells)} cells, the header {len(header)}"
            faults.append(Fault(name, number, "", "", problem))
        else:
            rows.append(Row(name, number, dict(zip(header, cells, strict=True))))
    return rows, faults


def _header_faults(name: str, found: tuple[str, ...], header: tuple[str, ...]) -> Iterator[Fault]:
    for column in dict.fromkeys(found):
        if column not in header:
            problem = "is no column of this table" + suggest(column, header)
            yield Fault(name, 1, column, "", problem)
        elif found.count(column) > 1:
            yield Fault(name, 1, column, "", "stands twice in the header")
    for column in header:
        if column not in found:
            yield Fault(name, 1, column, "", "is missing")
    if sorted(found) == sorted(header):
        yield Fault(name, 1, "", "", f"has its columns in another order than {', '.join(header)}")


def _faults_of(row: Row, columns: Mapping[str, Column]) -> Iterator[Fault]:
    unseen = ("document", "appendix", "row", "partner", "note")
    for name, column in columns.items():
        text = row[name]
        if text != text.strip():
            yield row.fault(name, "begins or ends with a space")
        elif row.is_unseen and name not in unseen:
            if text:
                yield row.fault(name, f"must be empty beside the note '{UNSEEN}'")
        elif not text:
            if column.is_required and column.is_for(row):
                yield row.fault(name, "must not be empty")
        else:
            yield from _check(row, name, column)


def _check(row: Row, name: str, column: Column) -> Iterator[Fault]:
    if column.only_for is not None and not column.is_for(row):
        other, terms = column.only_for
        listed = ", ".join(f"'{term}'" for term in sorted(terms))
        yield row.fault(name, f"is read only where '{other}' is {listed}")
    elif column.check is not None:
        try:
            column.check(row[name], row)
        except EngagementError as error:
            yield row.fault(name, str(error))


def _numbering_faults(rows: Iterable[Row], within: tuple[str, ...]) -> Iterator[Fault]:
    """Find rows whose numbers do not count from one without a gap."""
    last: dict[tuple[str, ...], int] = {}
    for row in rows:
        if not row["row"].isdecimal():
            continue  # told as a cell that cannot be kept
        key = tuple(row[name] for name in within)
        number, expected = int(row["row"]), last.get(key, 0) + 1
        if number != expected:
            yield row.fault("row", f"the next number here is {expected}")
        last[key] = number
