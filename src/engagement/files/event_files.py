"""Logs in files: CSV, Excel, JSON and Parquet, read whole and written whole or not at all."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Unpack, overload

from engagement.errors import FormatError, SettingError, named, shown
from engagement.events.columns import EventColumns
from engagement.events.coverage import Coverage
from engagement.files.atomic_write import write_whole
from engagement.files.beside import (
    BESIDE,
    check_beside,
    files_beside,
    path_beside,
    read_coverage,
    read_topics,
    rows_beside,
    table_bytes,
)
from engagement.files.delimited import restored
from engagement.files.json_files import json_bytes
from engagement.files.opening import FileSettings, read_file_settings
from engagement.files.parquet import parquet_bytes
from engagement.files.table_content import TEXTS, holds_guarded_texts, read_content, suffix_of
from engagement.files.workbooks import workbook_bytes
from engagement.log.eventlog import EventLog
from engagement.log.ids import with_ids
from engagement.settings.checks import check_instance, check_path, check_whole
from engagement.tables.cells import is_absent
from engagement.tables.records import REQUIRED, columns_of, to_cells
from engagement.tables.table import RowFault, check_on_error, read_cells, read_rows, settle
from engagement.tables.table_settings import PROBLEM_COLUMN, ROW_COLUMN
from engagement.values.vocabulary import Status

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Mapping, Sequence

    import pandas as pd

    from engagement.files.content import Content
    from engagement.tables.layouts import Layout

__all__ = ["read_events", "rows_at_fault", "write_events"]


@overload
def read_events(
    path: str | os.PathLike[str],
    *,
    on_error: Literal["raise"] = ...,
    **settings: Unpack[FileSettings],
) -> EventLog: ...
@overload
def read_events(
    path: str | os.PathLike[str],
    *,
    on_error: Literal["collect"],
    **settings: Unpack[FileSettings],
) -> tuple[EventLog, pd.DataFrame]: ...
def read_events(
    path: str | os.PathLike[str],
    *,
    on_error: Literal["raise", "collect"] = "raise",
    **settings: Unpack[FileSettings],
) -> EventLog | tuple[EventLog, pd.DataFrame]:
    """
    Read a log from a file.

    Parameters
    ----------
    path
        A file that ends in ``.csv``, ``.tsv``, ``.xlsx``, ``.json``, ``.jsonl`` or ``.parquet``.
        Beside a text with one row per event, coverage is read from ``NAME.coverage.csv`` and own
        topics from ``NAME.topics.csv`` (``.tsv``, ``.jsonl``: ends as the text does), both
        optional; in a workbook they are sheets.
    on_error
        ``"raise"``: faults raise, and nothing is read. ``"collect"``: the good rows and the
        list of faults. A file that is no table of events, or faulty coverage, raises anyway.
    **settings
        How the file is opened, see `FileSettings`: ``encoding``, ``delimiter``, ``sheet``,
        ``header_row``, ``limits``; and how its table differs from the documented one, see
        `TableSettings`: ``columns``, ``defaults``, ``values`` and others.

    Returns
    -------
    EventLog, or a pair of it and a frame with columns row, column, value, problem
        A row has the number that a spreadsheet shows: the header of a CSV is row 1. In JSON and
        Parquet rows are counted from 1, and in ``.jsonl`` lines are.

    Raises
    ------
    TableError
        All faults of all rows, also as data on the exception.
    FormatError
        If the file is of another format.
    LimitError
        If the file is larger than the limits.
    SettingError
        If there is no such setting, or not with such a value.
    FileNotFoundError
        If there is no such file.

    Warns
    -----
    MixedFilesWarning
        If coverage or topics beside a text were written with other events than it holds now.
    """
    check_on_error(on_error)
    settled: EventLog | tuple[EventLog, pd.DataFrame]
    log, faults, n_rows, _ = read_table(path, settings)
    settled = settle(log, faults, n_rows, Path(path).name, on_error)
    return settled


def read_table(
    path: str | os.PathLike[str],
    settings: Mapping[str, Any],
    *,
    mended: Mapping[int, dict[str, Any]] | None = None,
) -> tuple[EventLog, list[RowFault], int, Iterable[tuple[str, int]]]:
    """
    Read a file as `read_events` does: the events, all faults, how many rows, each event's row.

    Rows of the numbers in *mended* are read as they stand there, and not if nothing is left.
    """
    opening, layout = read_file_settings(settings)
    file = check_path("path", path)
    content = read_content(file, opening, layout)
    instead = mended or {}
    if content.table is not None and not instead:
        columns = dict(zip(content.header, content.table.columns, strict=True))
        held = read_cells(columns, layout)
        if held is not None:
            log, row_of = _log_of(held, content, content.numbers, file, layout)
            return log, [], len(content.rows), row_of
    kept = {
        number: restored(row) if holds_guarded_texts(file) else row
        for number, row in zip(content.numbers, content.rows, strict=True)
    }
    kept |= instead
    for number, row in instead.items():
        if _is_emptied(row):
            del kept[number]
    events, faults, rows = read_rows(
        list(kept.values()),
        content.header,
        layout=layout,
        numbers=list(kept),
        unread=[fault for fault in content.unread if fault[0] not in instead],
    )
    below = layout.find_header(content.top) if opening.header_row is None else None
    if below is not None and any(row == 0 for row, *_ in faults):
        problem = f"row {below} has names of columns; header_row={below} begins the table there"
        faults.append((0, "", None, problem))
    log, row_of = _log_of(EventColumns.of(events), content, rows, file, layout)
    return log, faults, len(kept), row_of


def _log_of(
    events: EventColumns, content: Content, rows: Sequence[int], file: Path, layout: Layout
) -> tuple[EventLog, Iterable[tuple[str, int]]]:
    """Make a log of events, and say of each id in which row it stands."""
    coverage = read_coverage(content.coverage, file.name)
    topics = read_topics(content.topics, file.name)
    named = with_ids(events)
    log = with_span(EventLog(named, coverage=coverage, topics=topics), layout.coverage)
    return log, ((event.id, row) for event, row in zip(named, rows, strict=True))


def with_span(log: EventLog, span: tuple[str, str] | None) -> EventLog:
    """
    Give a log with one span of coverage for all that it has, see `Coverage.since_to`.

    Raises
    ------
    SettingError
        If coverage is stated beside the table already.
    """
    if span is None:
        return log
    if log.coverage.is_given:
        raise SettingError("coverage is stated beside the table already; state it once")
    return log.with_coverage(Coverage.since_to(log, *span))


def _is_emptied(row: Mapping[str, object]) -> bool:
    """Tell whether a row has nothing but what was said of it when it could not be read."""
    return all(is_absent(row[name]) for name in {*row} - {PROBLEM_COLUMN, ROW_COLUMN})


def rows_at_fault(
    source: str | os.PathLike[str] | pd.DataFrame,
    faults: pd.DataFrame,
    **settings: Unpack[FileSettings],
) -> pd.DataFrame:
    """
    Give the rows that could not be read, as they stand, with what is wrong with each.

    Write them, mend them, and read the new file with the same settings: its events and those
    of the good rows are all.

    Parameters
    ----------
    source
        What was read: a file or a data frame.
    faults
        What ``on_error="collect"`` gave beside the log.
    **settings
        Those of the call that gave *faults*.

    Returns
    -------
    pandas.DataFrame
        The columns of the source, and last "problem (not read)", which is not read again. The
        index is the number of the row.

    Examples
    --------
    >>> import pandas as pd
    >>> from engagement import EventLog
    >>> mine = pd.DataFrame({"date": ["2019", "soon"]})
    >>> common = {"channel": "domestic", "activity": "measure"}
    >>> log, faults = EventLog.from_frame(mine, defaults=common, on_error="collect")
    >>> rows_at_fault(mine, faults)["problem (not read)"].item()
    "date: 'soon' is not a date: ..."
    """
    import pandas as pd

    opening, layout = read_file_settings(settings)
    if isinstance(source, pd.DataFrame):
        frame = source.set_axis(range(1, len(source) + 1))
    else:
        content = read_content(check_path("source", source), opening, layout)
        columns = list(
            dict.fromkeys([*content.header, *(name for row in content.rows for name in row)])
        )
        index = list(content.numbers)
        frame = pd.DataFrame(list(content.rows), columns=columns, index=index, dtype=object)
    problems: dict[int, list[str]] = {}
    for row, column, problem in _listed_faults(faults):
        problems.setdefault(int(row), []).append(f"{column}: {problem}")
    strange = sorted(set(problems) - set(frame.index))
    if strange:
        raise SettingError(f"the source has no row {strange[0]}; give the source of these faults")
    bad = frame.loc[sorted(problems)].drop(columns=[PROBLEM_COLUMN, ROW_COLUMN], errors="ignore")
    return bad.assign(**{PROBLEM_COLUMN: ["; ".join(problems[row]) for row in bad.index]})


def _listed_faults(faults: object) -> list[tuple[int, str, str]]:
    import pandas as pd

    names = ("row", "column", "problem")
    if not isinstance(faults, pd.DataFrame) or not {*names} <= {*map(named, faults.columns)}:
        raise SettingError(
            "faults must be a frame of row, column, value and problem, as on_error='collect' "
            f"gives it, got {shown(faults)}"
        )
    rows = [check_whole("each row of faults", row, least=0) for row in faults["row"]]
    texts = (faults[name].astype(str) for name in names[1:])
    return list(zip(rows, *texts, strict=True))


def write_events(log: EventLog, path: str | os.PathLike[str]) -> None:
    """
    Write a log to a file, whole or not at all, so that reading it gives an equal log.

    Parameters
    ----------
    log
        A log without implied events, which are not stored.
    path
        A file that ends in ``.csv``, ``.tsv``, ``.xlsx``, ``.json``, ``.jsonl`` or ``.parquet``.
        What stands there is replaced. Beside a text with one row per event, coverage and own topics
        go to ``NAME.coverage.csv`` and ``NAME.topics.csv`` (``.tsv``, ``.jsonl``: ends as the
        text does), together with the events or not at all; where there are none, such files of
        the log that stood there are removed. Texts that a spreadsheet would run as formulas are
        made harmless.

    Raises
    ------
    SettingError
        If it is no log, or holds implied events.
    FormatError
        If the path ends otherwise, a text is too long for Excel, or what goes beside the events
        would replace a file that does not belong to them.
    OSError
        If a file cannot be written, is read-only or is no regular file.
    """
    check_instance("log", log, EventLog)
    file = check_path("path", path)
    if suffix_of(file) in TEXTS:
        check_beside(file)
    n_implied = sum(event.status is Status.IMPLIED for event in log)
    if n_implied:
        raise SettingError(
            f"the log holds {n_implied} implied events, which are not stored; "
            "write the log as it was before expand()"
        )
    rows = [to_cells(event) for event in log]
    used = [
        column
        for column in columns_of(log)
        if column in ("id", *REQUIRED) or any(row.get(column) not in ("", None) for row in rows)
    ]
    write_whole(_files_of(log, file, rows, used), main=file)


Rows = list[dict[str, Any]]


def table_files(
    file: Path, columns: Sequence[str], rows: Rows, *, is_beside: bool = True
) -> dict[Path, bytes | None]:
    """
    Give the content of the files that hold a table without coverage, for `write_whole`.

    Parameters
    ----------
    file
        A path that ends as `write_events` takes it, but for JSON and Parquet.
    columns, rows
        The table.
    is_beside
        Whether empty tables of coverage and topics go with it.
    """
    suffix = suffix_of(file)
    if suffix == ".xlsx":
        sheets: dict[str, tuple[Sequence[str], Rows]] = {"events": (columns, rows)}
        if is_beside:
            sheets |= {what: (names, []) for what, names in BESIDE.items()}
        return {file: workbook_bytes(sheets)}
    if suffix not in (".csv", ".tsv"):
        raise FormatError(f"{file.name}: a table to fill in ends in .csv, .tsv or .xlsx")
    files: dict[Path, bytes | None] = {
        path_beside(file, what): table_bytes(suffix, names, [])
        for what, names in BESIDE.items()
        if is_beside
    }
    return {**files, file: table_bytes(suffix, columns, rows)}


def _files_of(
    log: EventLog, file: Path, rows: Rows, used: Sequence[str]
) -> dict[Path, bytes | None]:
    suffix = suffix_of(file)
    beside = rows_beside(log)
    if suffix in (".json", ".parquet"):
        coverage = beside["coverage"]
        topics = [
            {"term": t.term, "definition": t.definition, "implies": list(t.implies)}
            for t in log.topics
        ]
        to_bytes = json_bytes if suffix == ".json" else parquet_bytes
        return {file: to_bytes(rows, coverage, topics)}
    if suffix == ".xlsx":
        sheets: dict[str, tuple[Sequence[str], Rows]] = {"events": (used, rows)}
        sheets |= {what: (BESIDE[what], said) for what, said in beside.items() if said}
        return {file: workbook_bytes(sheets)}
    events = table_bytes(suffix, used, rows)
    return {**files_beside(file, events, beside), file: events}
