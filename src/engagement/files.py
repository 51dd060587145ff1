"""Logs in files: CSV, JSON and Parquet, read whole and written whole or not at all."""

from __future__ import annotations

import csv
import io
import json
import os
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, overload

from attrs import fields_dict

from engagement.coverage import Coverage, Observed
from engagement.errors import EngagementError, FormatError, SettingError, TableError, suggest
from engagement.eventlog import EventLog
from engagement.records import COLUMNS, NUMBERS, REQUIRED, is_absent, to_cells
from engagement.tables import RowFault, check_on_error, read_rows, settle
from engagement.vocabulary import SEPARATOR, Status, Topic

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pandas as pd

__all__ = ["read_events", "write_events"]

_SUFFIXES = (".csv", ".json", ".parquet")
_METADATA_KEY = b"engagement"
_COVERAGE_COLUMNS = tuple(fields_dict(Observed))
_TOPIC_COLUMNS = ("term", "definition", "implies")


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
    events, faults = read_rows(rows, header)
    if ragged and not any(fault[0] == 0 for fault in faults):
        bad = {fault[0] for fault in ragged}
        numbered = [fault for fault in faults if fault[0] not in bad]
        faults = sorted([*numbered, *ragged], key=lambda fault: fault[0])
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


def _csv_rows(file: Path) -> tuple[list[str], list[dict[str, Any]], list[RowFault]]:
    reader = csv.reader(io.StringIO(_text_of(file), newline=""), strict=True)
    rows: list[dict[str, Any]] = []
    ragged: list[RowFault] = []
    try:
        header = [name.strip() for name in next(reader, [])]
        for cells in reader:
            if not cells:
                continue
            if len(cells) != len(header):
                problem = f"the row has {len(cells)} cells, the header {len(header)}"
                ragged.append((len(rows) + 1, header[0] if header else "", None, problem))
            rows.append(dict(zip(header, cells, strict=False)))
    except csv.Error as error:
        raise FormatError(f"{file.name}: line {reader.line_num}: not CSV: {error}") from None
    if len(header) == 1:
        for other in (";", "\t", "|"):
            if other in header[0]:
                raise FormatError(
                    f"{file.name}: the header is one column, {header[0]!r}; "
                    f"columns are separated by commas, not by {other!r}"
                )
    return header, rows, ragged


def _read_csv(file: Path) -> Read:
    header, rows, ragged = _csv_rows(file)
    beside: list[list[dict[str, Any]]] = []
    for what, columns in (("coverage", _COVERAGE_COLUMNS), ("topics", _TOPIC_COLUMNS)):
        other = _beside(file, what)
        if not other.exists():
            beside.append([])
            continue
        names, found, uneven = _csv_rows(other)
        faults: list[RowFault] = [
            (0, name, None, f"unknown column '{name}'{suggest(name, columns)}")
            for name in names
            if name not in columns
        ]
        if faults or uneven:
            raise TableError(other.name, faults or uneven, len(found))
        beside.append(found)
    return header, rows, ragged, beside[0], beside[1]


def _read_json(file: Path) -> Read:
    try:
        content = json.loads(_text_of(file))
    except (json.JSONDecodeError, RecursionError) as error:
        raise FormatError(f"{file.name}: not JSON: {error}") from None
    if isinstance(content, list):
        content = {"events": content}
    parts = content if isinstance(content, dict) else {}
    if "events" not in parts:
        raise FormatError(f"{file.name}: a JSON object with 'events', or a list of events, is read")
    for name in ("events", "coverage", "topics"):
        part = parts.get(name, [])
        if not isinstance(part, list) or not all(isinstance(item, dict) for item in part):
            raise FormatError(f"{file.name}: '{name}' must be a list of objects")
    events = parts["events"]
    header = list(dict.fromkeys(name for event in events for name in event))
    header += [name for name in REQUIRED if name not in header]
    return header, events, [], parts.get("coverage", []), parts.get("topics", [])


def _read_parquet(file: Path) -> Read:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.read_table(pa.BufferReader(file.read_bytes()))
    except pa.ArrowInvalid as error:
        raise FormatError(f"{file.name}: not Parquet: {error}") from None
    metadata = json.loads((table.schema.metadata or {}).get(_METADATA_KEY, b"{}"))
    rows = table.to_pylist()
    return (
        table.column_names,
        rows,
        [],
        metadata.get("coverage", []),
        metadata.get("topics", []),
    )


def _read_coverage(rows: Iterable[Mapping[str, Any]], file: Path) -> Coverage:
    faults: list[RowFault] = []
    entries: list[dict[str, Any]] = []
    for number, row in enumerate(rows, 1):
        cells = {name: cell for name, cell in row.items() if not is_absent(cell)}
        if "completeness" in cells:
            try:
                cells["completeness"] = float(cells["completeness"])
            except (TypeError, ValueError):
                problem = f"must be a number, got {cells['completeness']!r}"
                faults.append((number, "completeness", cells["completeness"], problem))
                continue
        try:
            Coverage([cells])
        except EngagementError as error:
            problem = str(error).removeprefix("statement 1: ").removeprefix("observed: ")
            faults.append((number, problem.partition(":")[0], None, problem))
        entries.append(cells)
    if faults:
        raise TableError(f"coverage of {file.name}", faults, len(faults) + len(entries))
    return Coverage(entries)


def _read_topics(rows: Iterable[Mapping[str, Any]], file: Path) -> list[Topic]:
    topics, faults = [], []
    for number, row in enumerate(rows, 1):
        implies = row.get("implies") or ()
        terms: list[str] = implies.split(SEPARATOR) if isinstance(implies, str) else list(implies)
        try:
            topic = Topic(row.get("term", ""), row.get("definition") or "", tuple(terms))
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
    used = [c for c in COLUMNS if c in ("id", *REQUIRED) or any(row[c] for row in rows)]
    joined = [{**topic, "implies": SEPARATOR.join(topic["implies"])} for topic in topics]
    files = {}
    for what, columns, cells in (
        ("coverage", _COVERAGE_COLUMNS, coverage),
        ("topics", _TOPIC_COLUMNS, joined),
    ):
        if cells:
            files[_beside(file, what)] = _csv_bytes(columns, cells)
    stale = [b for what in ("coverage", "topics") if (b := _beside(file, what)) not in files]
    _write_whole({**files, file: _csv_bytes(used, rows)})
    for other in stale:
        other.unlink(missing_ok=True)


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


def _write_whole(files: Mapping[Path, bytes]) -> None:
    """Write all files beside their places first, then move them there."""
    with ExitStack() as undo:
        waiting: list[tuple[Path, Path]] = []
        for file, content in files.items():
            draft = file.with_name(f".{file.name}.{os.getpid()}.part")
            undo.callback(_remove, draft)
            draft.write_bytes(content)
            waiting.append((draft, file))
        for draft, file in waiting:
            draft.replace(file)


def _remove(file: Path) -> None:
    with suppress(OSError):
        file.unlink(missing_ok=True)
