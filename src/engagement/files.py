"""Logs in files: CSV, JSON and Parquet, read whole and written whole or not at all."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Literal, overload

from attrs import fields_dict

from engagement.coverage import REQUIRED_STATEMENTS, Coverage, Observed, read_observed
from engagement.errors import (
    EngagementError,
    EventError,
    FormatError,
    SettingError,
    TableError,
    shown,
    suggest,
)
from engagement.eventlog import EventLog
from engagement.records import COLUMNS, NUMBERS, REQUIRED, is_absent, read_json, to_cells
from engagement.tables import RowFault, check_on_error, header_faults, read_rows, settle
from engagement.vocabulary import SEPARATOR, Status, Topic

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    import pandas as pd

__all__ = ["read_events", "write_events"]

_SUFFIXES = (".csv", ".json", ".parquet")
_METADATA_KEY = b"engagement"
_COVERAGE_COLUMNS = tuple(fields_dict(Observed))
_TOPIC_COLUMNS = ("term", "definition", "implies")
_PARTS = ("events", "coverage", "topics")


@overload
def read_events(path: str | os.PathLike[str], *, on_error: Literal["raise"] = ...) -> EventLog: ...
@overload
def read_events(
    path: str | os.PathLike[str], *, on_error: Literal["collect"]
) -> tuple[EventLog, pd.DataFrame]: ...
def read_events(
    path: str | os.PathLike[str], *, on_error: Literal["raise", "collect"] = "raise"
) -> EventLog | tuple[EventLog, pd.DataFrame]:
    """
    Read a log from a file.

    Parameters
    ----------
    path
        A file that ends in ``.csv`` (UTF-8, commas; coverage beside it as
        ``NAME.coverage.csv`` and own topics as ``NAME.topics.csv``, both optional),
        ``.json`` or ``.parquet``.
    on_error
        ``"raise"``: faults raise, and nothing is read. ``"collect"``: the good rows and the
        list of faults. A file that is no table of events, or faulty coverage, raises anyway.

    Returns
    -------
    EventLog, or a pair of it and a frame with columns row, column, value, problem
        Rows are counted from 1, the header not counted.

    Raises
    ------
    TableError
        All faults of all rows, also as data on the exception.
    FormatError
        If the file is of another format.
    FileNotFoundError
        If there is no such file.
    """
    check_on_error(on_error)
    file = Path(path)
    suffix = _suffix(file)
    reader = {".csv": _read_csv, ".json": _read_json, ".parquet": _read_parquet}[suffix]
    header, rows, ragged, coverage_rows, topic_rows = reader(file)
    events, faults = read_rows(rows, header, unread=ragged)
    coverage = _read_coverage(coverage_rows, file)
    topics = _read_topics(topic_rows, file)
    log = EventLog(events, coverage=coverage, topics=topics)
    settled: EventLog | tuple[EventLog, pd.DataFrame]
    settled = settle(log, faults, len(rows), file.name, on_error)
    return settled


def write_events(log: EventLog, path: str | os.PathLike[str]) -> None:
    """
    Write a log to a file, whole or not at all, so that reading it gives an equal log.

    Parameters
    ----------
    log
        A log without implied events, which are not stored.
    path
        A file that ends in ``.csv``, ``.json`` or ``.parquet``. What stands there is replaced.
        Beside a CSV coverage and own topics go to ``NAME.coverage.csv`` and
        ``NAME.topics.csv``; where there are none, such files are removed.

    Raises
    ------
    SettingError
        If the log holds implied events.
    FormatError
        If the path ends otherwise.
    """
    file = Path(path)
    suffix = _suffix(file)
    n_implied = sum(event.status is Status.IMPLIED for event in log)
    if n_implied:
        raise SettingError(
            f"the log holds {n_implied} implied events, which are not stored; "
            "write the log as it was before expand()"
        )
    rows = [to_cells(event) for event in log]
    coverage = log.coverage.to_rows()
    topics = [
        {"term": t.term, "definition": t.definition, "implies": list(t.implies)} for t in log.topics
    ]
    if suffix == ".csv":
        _write_csv(file, rows, coverage, topics)
    elif suffix == ".json":
        _write_whole({file: _json_bytes(rows, coverage, topics)})
    else:
        _write_whole({file: _parquet_bytes(log, coverage, topics)})


def _suffix(file: Path) -> str:
    suffix = file.suffix.lower()
    if suffix not in _SUFFIXES:
        listed = ", ".join(_SUFFIXES)
        raise FormatError(
            f"{file.name}: events are kept in files that end in {listed}; got {file.suffix!r}"
            + suggest(suffix, _SUFFIXES)
        )
    return suffix


Read = tuple[
    list[str],
    list[dict[str, Any]],
    list[RowFault],
    list[dict[str, Any]],
    list[dict[str, Any]],
]


def _beside(file: Path, what: str) -> Path:
    return file.with_name(f"{file.stem}.{what}.csv")


def _text_of(file: Path) -> str:
    try:
        return file.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FormatError(
            f"{file.name}: not UTF-8, byte {error.start} is {error.object[error.start]:#04x}; "
            "save the file as UTF-8"
        ) from None


_LIMIT = Lock()


@contextmanager
def _cells_of_any_length() -> Iterator[None]:
    """Lift the limit that csv sets for the whole process to a cell's length, for a while."""
    with _LIMIT:
        limit = csv.field_size_limit(2**31 - 1)
        try:
            yield
        finally:
            csv.field_size_limit(limit)


def _csv_rows(file: Path) -> tuple[list[str], list[dict[str, Any]], list[RowFault]]:
    reader = csv.reader(io.StringIO(_text_of(file), newline=""), strict=True)
    rows: list[dict[str, Any]] = []
    ragged: list[RowFault] = []
    header: list[str] = []
    try:
        with _cells_of_any_length():
            for cells in reader:
                if not cells:
                    continue
                if not header:
                    header = [name.strip() for name in cells]
                    continue
                if len(cells) != len(header):
                    problem = f"the row has {len(cells)} cells, the header {len(header)}"
                    ragged.append((len(rows) + 1, header[0], None, problem))
                rows.append(dict(zip(header, cells, strict=False)))
    except csv.Error as error:
        raise FormatError(f"{file.name}: line {reader.line_num}: not CSV: {error}") from None
    if len(header) == 1:
        for other in (";", "\t", "|"):
            if other in header[0]:
                raise FormatError(
                    f"{file.name}: the header is one column, {shown(header[0])}; "
                    f"columns are separated by commas, not by {other!r}"
                )
    return header, rows, ragged


def _read_csv(file: Path) -> Read:
    header, rows, ragged = _csv_rows(file)
    beside: list[list[dict[str, Any]]] = []
    for what, columns, required in (
        ("coverage", _COVERAGE_COLUMNS, REQUIRED_STATEMENTS),
        ("topics", _TOPIC_COLUMNS, ("term",)),
    ):
        other = _beside(file, what)
        if not other.exists():
            beside.append([])
            continue
        names, found, uneven = _csv_rows(other)
        faults = header_faults(names, columns, required)
        if faults or uneven:
            raise TableError(other.name, faults or uneven, len(found))
        beside.append(found)
    return header, rows, ragged, beside[0], beside[1]


def _read_json(file: Path) -> Read:
    try:
        content = read_json(_text_of(file))
    except ValueError as error:
        if isinstance(error, FormatError):
            raise
        raise FormatError(f"{file.name}: not JSON: {error}") from None
    if isinstance(content, list):
        content = {"events": content}
    parts = content if isinstance(content, dict) else {}
    if "events" not in parts:
        raise FormatError(f"{file.name}: a JSON object with 'events', or a list of events, is read")
    unknown = sorted(set(parts) - set(_PARTS))
    if unknown:
        listed = ", ".join(f"'{name}'" for name in _PARTS)
        raise FormatError(
            f"{file.name}: unknown part {shown(unknown[0])}; the parts are {listed}"
            + suggest(unknown[0], _PARTS)
        )
    events, coverage, topics = (_objects(parts, name, file) for name in _PARTS)
    header = list(dict.fromkeys(name for event in events for name in event))
    header += [name for name in REQUIRED if name not in header]
    return header, events, [], coverage, topics


def _objects(parts: Mapping[str, Any], name: str, file: Path) -> list[dict[str, Any]]:
    part = parts.get(name, [])
    if not isinstance(part, list) or not all(isinstance(item, dict) for item in part):
        raise FormatError(f"{file.name}: '{name}' must be a list of objects")
    return part


def _read_parquet(file: Path) -> Read:
    import pyarrow as pa
    import pyarrow.parquet as pq

    content = pa.BufferReader(file.read_bytes())
    try:
        table = pq.ParquetFile(content).read()
        names = table.column_names
        # pyarrow makes no rows of a table that has a column twice; its header is refused anyway
        rows = table.to_pylist() if len(set(names)) == len(names) else []
    except (pa.ArrowException, OSError, ValueError, OverflowError) as error:
        raise FormatError(f"{file.name}: not Parquet: {error}") from None
    try:
        parts = read_json((table.schema.metadata or {}).get(_METADATA_KEY, b"{}").decode())
    except ValueError as error:
        raise FormatError(f"{file.name}: metadata 'engagement' is not JSON: {error}") from None
    if not isinstance(parts, dict):
        raise FormatError(f"{file.name}: metadata 'engagement' must be a JSON object")
    return names, rows, [], _objects(parts, "coverage", file), _objects(parts, "topics", file)


def _read_coverage(rows: Iterable[Mapping[str, Any]], file: Path) -> Coverage:
    faults: list[RowFault] = []
    entries: list[Observed] = []
    n_rows = 0
    for number, row in enumerate(rows, 1):
        n_rows = number
        cells = {name: cell for name, cell in row.items() if not is_absent(cell)}
        share = cells.get("completeness")
        if isinstance(share, str):
            with suppress(ValueError):  # what is no number is told with the rest of the row
                cells["completeness"] = float(share)
        try:
            entries.append(read_observed(cells))
        except EventError as error:
            faults += [(number, *fault) for fault in error.faults]
    if faults:
        raise TableError(f"coverage of {file.name}", faults, n_rows)
    return Coverage(entries)


def _read_topics(rows: Iterable[Mapping[str, Any]], file: Path) -> list[Topic]:
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
        raise TableError(f"topics of {file.name}", faults, len(faults) + len(topics))
    return topics


def _write_csv(
    file: Path,
    rows: list[dict[str, Any]],
    coverage: list[dict[str, Any]],
    topics: list[dict[str, Any]],
) -> None:
    used = [
        column
        for column in COLUMNS
        if column in ("id", *REQUIRED) or any(row[column] not in ("", None) for row in rows)
    ]
    joined = [{**topic, "implies": SEPARATOR.join(topic["implies"])} for topic in topics]
    files: dict[Path, bytes | None] = {}
    for what, columns, cells in (
        ("coverage", _COVERAGE_COLUMNS, coverage),
        ("topics", _TOPIC_COLUMNS, joined),
    ):
        files[_beside(file, what)] = _csv_bytes(columns, cells) if cells else None
    _write_whole({**files, file: _csv_bytes(used, rows)})


def _csv_bytes(columns: Iterable[str], rows: Iterable[Mapping[str, Any]]) -> bytes:
    names = list(columns)
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([[_cell(row[name]) for name in names] for row in rows])
    return text.getvalue().encode()


def _cell(value: object) -> str:
    return "" if value is None else str(value)


def _json_bytes(
    rows: list[dict[str, Any]], coverage: list[dict[str, Any]], topics: list[dict[str, Any]]
) -> bytes:
    events = [
        {c: (str(v) if c == "value" else v) for c, v in row.items() if not is_absent(v)}
        for row in rows
    ]
    stated = [{c: v for c, v in row.items() if not is_absent(v)} for row in coverage]
    content = {"events": events, "coverage": stated, "topics": topics}
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()


def _parquet_bytes(
    log: EventLog, coverage: list[dict[str, Any]], topics: list[dict[str, Any]]
) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    rows = [to_cells(event) for event in log]
    kinds = {"value": pa.float64(), "personnel_low": pa.int64(), "personnel_high": pa.int64()}
    schema = pa.schema([(c, kinds[c] if c in NUMBERS else pa.string()) for c in COLUMNS])
    for row in rows:
        row["value"] = None if row["value"] is None else float(row["value"])
    metadata = json.dumps({"coverage": coverage, "topics": topics}, ensure_ascii=False)
    schema = schema.with_metadata({_METADATA_KEY: metadata.encode()})
    sink = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows, schema=schema), sink)
    return sink.getvalue()


def _write_whole(files: Mapping[Path, bytes | None]) -> None:
    """
    Write all files beside their places first, then move them there; ``None`` removes a file.

    If that fails anywhere, all files are as they were.
    """
    with ExitStack() as drafts, ExitStack() as undo:
        waiting: list[tuple[Path | None, Path]] = []
        for file, content in files.items():
            draft = None if content is None else _hidden(file, "part")
            if draft is not None and content is not None:
                drafts.callback(_remove, draft)
                draft.write_bytes(content)
            waiting.append((draft, file))
        for draft, file in waiting:
            if os.path.lexists(file):
                kept = _hidden(file, "kept")
                drafts.callback(_remove, kept)
                shutil.copy2(file, kept, follow_symlinks=False)
                undo.callback(kept.replace, file)
            elif draft is not None:
                undo.callback(_remove, file)
            if draft is not None:
                draft.replace(file)
            else:
                file.unlink(missing_ok=True)
        undo.pop_all()


def _hidden(file: Path, ending: str) -> Path:
    return file.with_name(f".{file.name}.{os.getpid()}.{ending}")


def _remove(file: Path) -> None:
    with suppress(OSError):
        file.unlink(missing_ok=True)
