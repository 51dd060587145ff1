"""What stands beside the events of a file: coverage, and topics of the log's own."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from attrs import fields_dict

from engagement.errors import CoverageError, EngagementError, EventError, TableError
from engagement.events.coverage import Coverage
from engagement.events.observed import REQUIRED_STATEMENTS, Observed, read_observed
from engagement.files.decoding import decode
from engagement.files.delimited import csv_bytes, read_delimited, restored
from engagement.tables.cells import as_cell_text, is_absent
from engagement.tables.table import RowFault, header_faults
from engagement.values.vocabulary import SEPARATOR, Basis, Topic

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from engagement.log.eventlog import EventLog

__all__ = [
    "BESIDE",
    "files_beside",
    "path_beside",
    "read_beside",
    "read_coverage",
    "read_topics",
    "rows_beside",
]

Rows = list[dict[str, Any]]

BESIDE = {
    "coverage": tuple(fields_dict(Observed)),
    "topics": ("term", "definition", "implies"),
}
"""The tables beside the events, and their columns."""

_UNTOLD = {"basis": str(Basis.SYSTEMATIC), "only": "", "coded": ""}

_REQUIRED = {"coverage": REQUIRED_STATEMENTS, "topics": ("term",)}


def path_beside(file: Path, what: str) -> Path:
    """Give the file in which coverage or topics stand beside a text."""
    return file.with_name(f"{file.stem}.{what}.csv")


def read_beside(file: Path) -> tuple[Rows, Rows]:
    """
    Read the rows of coverage and topics from the files beside a text.

    Raises
    ------
    TableError, FormatError
        If there is such a file and it is no such table.
    """
    found: dict[str, Rows] = {}
    for what, columns in BESIDE.items():
        found[what] = []
        other = path_beside(file, what)
        if not other.exists():
            continue
        text = decode(other.read_bytes(), other.name)
        table = read_delimited(text, other.name, columns)
        faults = header_faults(table.header, columns, _REQUIRED[what]) or table.unread
        if faults:
            raise TableError(other.name, faults, len(table.rows))
        found[what] = [restored(row) for row in table.rows]
    return found["coverage"], found["topics"]


def rows_beside(log: EventLog) -> dict[str, Rows]:
    """
    Give the rows of coverage and topics of a log, as a table of texts holds them.

    Raises
    ------
    CoverageError
        If coverage is stated and nothing is left of it, which no rows can say.
    """
    if log.coverage.is_stated and not log.coverage.entries:
        raise CoverageError(
            "nothing was observed of what the log was narrowed to, which no file can say; write "
            "the whole log, or take the coverage away by with_coverage(None)"
        )
    topics = [
        {"term": t.term, "definition": t.definition, "implies": SEPARATOR.join(t.implies)}
        for t in log.topics
    ]
    return {"coverage": log.coverage.to_rows(), "topics": topics}


def files_beside(file: Path, rows: Mapping[str, Rows]) -> dict[Path, bytes | None]:
    """Give the files beside a text; ``None`` where there is nothing to say."""
    return {
        path_beside(file, what): (
            csv_bytes(_told(columns, rows[what]), rows[what]) if rows[what] else None
        )
        for what, columns in BESIDE.items()
    }


def _told(columns: Sequence[str], rows: Rows) -> list[str]:
    """Leave out the columns of coverage in which every statement has what it has if none says."""
    return [
        column
        for column in columns
        if column not in _UNTOLD or any(row[column] != _UNTOLD[column] for row in rows)
    ]


def read_coverage(rows: Iterable[Mapping[str, Any]], name: str) -> Coverage:
    """
    Read rows of coverage.

    Raises
    ------
    TableError
        All faults of all rows.
    """
    faults: list[RowFault] = []
    entries: list[Observed] = []
    n_rows = 0
    for number, row in enumerate(rows, 1):
        n_rows = number
        cells = {
            name: cell if name == "completeness" else as_cell_text(cell)
            for name, cell in row.items()
            if not is_absent(cell)
        }
        share = cells.get("completeness")
        if isinstance(share, str):
            with suppress(ValueError):  # what is no number is told with the rest of the row
                cells["completeness"] = float(share)
        try:
            entries.append(read_observed(cells))
        except EventError as error:
            faults += [(number, *fault) for fault in error.faults]
    if faults:
        raise TableError(f"coverage of {name}", faults, n_rows)
    return Coverage(entries)


def read_topics(rows: Iterable[Mapping[str, Any]], name: str) -> list[Topic]:
    """
    Read rows of topics.

    Raises
    ------
    TableError
        All faults of all rows.
    """
    topics, faults = [], []
    for number, row in enumerate(rows, 1):
        implies = row.get("implies") or ()
        terms = implies.split(SEPARATOR) if isinstance(implies, str) else implies
        try:
            topic = Topic(row.get("term", ""), row.get("definition") or "", terms)
        except EngagementError as error:
            faults.append((number, "term", row.get("term"), str(error)))
        else:
            topics.append(topic)
    if faults:
        raise TableError(f"topics of {name}", faults, len(faults) + len(topics))
    return topics
