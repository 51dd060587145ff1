"""What stands beside the events of a file: coverage, and topics of the log's own."""

from __future__ import annotations

import warnings
from codecs import BOM_UTF8
from contextlib import suppress
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from attrs import fields_dict

from engagement.errors import (
    CoverageError,
    EngagementError,
    EventError,
    FormatError,
    TableError,
)
from engagement.events.coverage import Coverage
from engagement.events.observed import REQUIRED_STATEMENTS, Observed, read_observed
from engagement.files.atomic_write import read_whole
from engagement.files.decoding import decode
from engagement.files.delimited import csv_bytes, read_delimited, restored
from engagement.files.json_files import json_lines_bytes, read_json_lines
from engagement.tables.cells import as_cell_text, is_absent
from engagement.tables.table import RowFault, header_faults
from engagement.values.vocabulary import SEPARATOR, Basis, Topic

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from engagement.log.eventlog import EventLog

__all__ = [
    "BESIDE",
    "MixedFilesWarning",
    "check_beside",
    "files_beside",
    "path_beside",
    "read_beside",
    "read_coverage",
    "read_topics",
    "rows_beside",
    "table_bytes",
]

Rows = list[dict[str, Any]]

BESIDE = {
    "coverage": tuple(fields_dict(Observed)),
    "topics": ("term", "definition", "implies"),
}
"""The tables beside the events, and their columns."""

_UNTOLD = {"basis": str(Basis.SYSTEMATIC), "only": "", "coded": ""}

_DIGEST = "events_digest"
"""The column beside those that says with which events the table was written."""

_REQUIRED = {"coverage": REQUIRED_STATEMENTS, "topics": ("term",)}


class MixedFilesWarning(UserWarning):
    """
    Coverage or topics beside a text were written with other events than it holds now.

    The events were edited since, or the files are from different runs.
    """


def path_beside(file: Path, what: str) -> Path:
    """Give the file in which coverage or topics stand beside a text, of the same format."""
    suffix = ".csv" if file.suffix.lower() == ".csv" else file.suffix
    return file.with_name(f"{file.stem}.{what}{suffix}")


def read_beside(file: Path, contents: Mapping[Path, bytes | None]) -> tuple[Rows, Rows]:
    """
    Read the rows of coverage and topics from the files beside a text.

    Parameters
    ----------
    file
        The text.
    contents
        Of the text, and of the files beside it, see `path_beside`; ``None`` for one that is
        missing.

    Raises
    ------
    TableError, FormatError
        If there is such a file and it is no such table.

    Warns
    -----
    MixedFilesWarning
        If such a file was written with other events.
    """
    events = contents[file]
    found: dict[str, Rows] = {}
    for what, columns in BESIDE.items():
        found[what] = []
        other = path_beside(file, what)
        content = contents[other]
        if content is None:
            _refuse_stray(file, other, what)
            continue
        text = decode(content, other.name)
        suffix = other.suffix.lower()
        if suffix == ".jsonl":
            table = read_json_lines(text, other.name)
        else:
            delimiter = "\t" if suffix == ".tsv" else None
            table = read_delimited(text, other.name, columns, delimiter=delimiter)
        known = (*columns, _DIGEST)
        faults = header_faults(table.header, known, _REQUIRED[what]) or table.unread
        if faults:
            raise TableError(other.name, faults, len(table.rows))
        written_with = {str(row.pop(_DIGEST, None) or "").strip() for row in table.rows} - {""}
        if events is not None and not written_with <= {_digest_of(events)}:
            _tell_of_mixture(file.name, other.name)
        rows = list(table.rows)
        found[what] = rows if suffix == ".jsonl" else [restored(row) for row in rows]
    return found["coverage"], found["topics"]


def _digest_of(events: bytes) -> str:
    """Give the digest of a text; line ends, which other programs change, do not matter."""
    lines = events.replace(b"\r\n", b"\n").removeprefix(BOM_UTF8)
    return sha256(lines).hexdigest()[:16]


def _tell_of_mixture(events: str, other: str) -> None:
    message = (
        f"{other} was written with other events than {events} now holds; if you edited {events} "
        f"yourself, delete the column '{_DIGEST}' of {other}, or write the log again; if not, "
        "the two files are from different runs"
    )
    warnings.warn(message, MixedFilesWarning, stacklevel=2)


def _refuse_stray(file: Path, other: Path, what: str) -> None:
    """Raise FormatError if coverage or topics stand beside a text under the name for a CSV."""
    stray = file.with_name(f"{file.stem}.{what}.csv")
    if stray != other and stray.exists() and not file.with_suffix(".csv").exists():
        raise FormatError(
            f"{stray.name} stands beside {file.name}, of which {what} is read from {other.name}; "
            "rename it"
        )


def check_beside(file: Path) -> None:
    """
    Check that what a log is written to, and what goes beside it, replaces nothing of others.

    Raises
    ------
    FormatError
        If the name is one of coverage or topics, or such a file stands there and is another's.
    """
    for what in BESIDE:
        if file.stem.lower().endswith(f".{what}"):
            raise FormatError(f"{file.name}: under such a name {what} of a log is kept")
    contents = read_whole(file, [path_beside(file, what) for what in BESIDE])
    for other, content in list(contents.items())[1:]:
        if content is None:
            continue
        problem = f"there is no {file.name} that it belongs to"
        if contents[file] is not None:
            try:
                read_beside(file, {**dict.fromkeys(contents), other: content})
            except EngagementError as error:
                problem = str(error)
            else:
                continue
        raise FormatError(
            f"{other} would be replaced, and is another's: {problem}; "
            "move it away, or write under another name"
        )


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


def files_beside(file: Path, events: bytes, rows: Mapping[str, Rows]) -> dict[Path, bytes | None]:
    """Give the files beside a text with these events; ``None`` where there is nothing to say."""
    digest = _digest_of(events)
    files: dict[Path, bytes | None] = {}
    for what, columns in BESIDE.items():
        told = [*_told(columns, rows[what]), _DIGEST]
        tied = [{**row, _DIGEST: digest} for row in rows[what]]
        files[path_beside(file, what)] = table_bytes(file.suffix, told, tied) if tied else None
    return files


def table_bytes(suffix: str, columns: Sequence[str], rows: Rows) -> bytes:
    """Give a table as a text that ends in .csv, .tsv or .jsonl."""
    if suffix.lower() == ".jsonl":
        return json_lines_bytes({name: row.get(name) for name in columns} for row in rows)
    return csv_bytes(columns, rows, delimiter="\t" if suffix.lower() == ".tsv" else ",")


def _told(columns: Sequence[str], rows: Rows) -> list[str]:
    """Drop the columns of coverage in which every statement has the default."""
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
