"""Settings under which a table of someone's own can be read, proposed from what it holds."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any, Unpack

from engagement.errors import EngagementError, FormatError
from engagement.events.own import is_taken
from engagement.files.atomic_write import read_whole
from engagement.files.content import Content
from engagement.files.delimited import DELIMITERS
from engagement.files.event_files import read_table
from engagement.files.opening import read_file_settings
from engagement.files.table_content import read_content, suffix_of
from engagement.files.workbooks import sheets_with_cells
from engagement.settings.checks import check_path
from engagement.tables.column_names import ACTIVITIES, find_columns, known_names
from engagement.tables.layouts import read_layout
from engagement.tables.records import OWN
from engagement.tables.table import frame_rows, is_no_date, read_frame
from engagement.tables.table_settings import KNOWN_COLUMNS
from engagement.values.money import parse_amount
from engagement.values.vocabulary import fold_term

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    import pandas as pd

    from engagement.files.opening import FileSettings
    from engagement.tables.table import RowFault

__all__ = ["propose_settings"]

_MOST_ROUNDS = 6
_ONE_HINT = re.compile(r"Did you mean '([^']+)'\?$")
_WRONG_ITEM = re.compile(r"unknown \w+ '([^']+)'")
_DAYS = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.]\d{4}", re.ASCII)
_ALIKE = ("date", "channel", "activity", "status", "terms")
"""Columns in which one suggestion for a text is taken for what it means."""


def propose_settings(
    source: str | os.PathLike[str] | pd.DataFrame, **settings: Unpack[FileSettings]
) -> dict[str, Any]:
    """
    Propose how to read a table of someone's own; look at the proposal before it is used.

    The row with the names of the columns is the one that has most names in use; columns are
    known by their names, and where these say nothing by their cells. A text that has one likely
    meaning gets it. What may be two things is left open, for the faults of the table to say.

    Parameters
    ----------
    source
        A file or a data frame.
    **settings
        What is known already, see `FileSettings`; it is kept.

    Returns
    -------
    dict
        Settings for `read_events` or `EventLog.from_frame`, with which at least those rows are
        read that the given ones read.

    Raises
    ------
    FormatError
        If the file is no table.
    SettingError
        If there is no such setting, or not with such a value.

    Examples
    --------
    >>> import pandas as pd
    >>> mine = pd.DataFrame({"When": ["mid-2019"], "Partner": ["KGZ"], "What": ["talks"]})
    >>> found = propose_settings(mine)
    >>> found["columns"]
    {'date': 'When', 'countries': 'Partner', 'activity': 'What'}
    >>> found["values"]
    {'date': {'mid-2019': '[2019-05..2019-08]'}, 'activity': {'talks': 'meeting'}}
    """
    given: Mapping[str, Any] = settings
    found = {name: value for name, value in given.items() if value is not None}
    asked = set(found)
    if isinstance(source, (str, os.PathLike)):
        file = check_path("source", source)
        found, content = _find_table(file, found)
    else:
        header, rows = frame_rows(source)
        content = Content(header=header, rows=rows, numbers=list(range(1, len(rows) + 1)))
    columns = _add_columns(found, content, asked)
    theirs = {name: ours for ours, name in columns.items()}
    for _ in range(_MOST_ROUNDS):
        if isinstance(source, (str, os.PathLike)):
            _, faults, *_ = read_table(source, found)
        else:
            _, faults = read_frame(source, read_layout(found))
        more = dict(_amendments([fault for fault in faults if fault[0]], theirs, content, found))
        if not more:
            break
        values = _joined(more.pop("values", {}), found.get("values", {}))
        found |= {**more, "values": values} if values else more
    return found


def _add_columns(found: dict[str, Any], content: Content, asked: set[str]) -> dict[str, str]:
    """Add what the columns hold to the settings, and give all that is known of them."""
    given = read_layout({"columns": found.get("columns")}).columns
    columns = find_columns(content.header, content.rows, given)
    needed = {
        ours: name
        for ours, name in columns.items()
        if ours in given or fold_term(str(name)) != fold_term(str(ours))
    }
    named = {fold_term(str(name)) for name in (*KNOWN_COLUMNS, *needed.values())}
    strange = [name for name in content.header if fold_term(str(name)) not in named]
    if strange and "unknown_columns" not in asked:
        found["unknown_columns"] = "keep"
        needed |= {f"{OWN}my {name}": name for name in strange if is_taken(name)}
    if needed:
        found["columns"] = needed
    return columns


def _joined(
    texts: Mapping[str, Mapping[str, str]], known: Mapping[str, Mapping[str, str]]
) -> dict[str, dict[str, str]]:
    """Join what texts mean by column; what is known goes first."""
    return {
        column: {**texts.get(column, {}), **known.get(column, {})}
        for column in dict.fromkeys([*known, *texts])
    }


def _find_table(file: Path, asked: dict[str, Any]) -> tuple[dict[str, Any], Content]:
    """Find sheet, delimiter and row of the header."""
    best, found, settings = -1, None, asked
    for extra in _openings(file, asked):
        tried = {**asked, **extra}
        try:
            content = read_content(file, *read_file_settings(tried))
        except FormatError:
            if not extra:
                raise
            continue
        lines = [(None, content.header), *content.top]
        if "header_row" in asked:
            lines = lines[:1]
        for number, cells in lines:
            if known_names(cells) > best:
                best, found, settings = known_names(cells), number, tried
    if found is not None:
        settings = {**settings, "header_row": found}
    content = read_content(file, *read_file_settings(settings))
    if settings.get("delimiter") == ",":
        settings = {name: value for name, value in settings.items() if name != "delimiter"}
    return dict(settings), content


def _openings(file: Path, asked: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Give the ways in which a file may be opened."""
    suffix = suffix_of(file)
    if suffix == ".xlsx" and "sheet" not in asked:
        limits = read_file_settings(asked)[0].limits
        content = read_whole(file, limits=limits)[file]
        names = [] if content is None else sheets_with_cells(content, file.name, limits)
        yield from ({"sheet": name} for name in names) if len(names) > 1 else ({},)
    else:
        yield {}
        if suffix == ".csv" and "delimiter" not in asked:
            yield from ({"delimiter": mark} for mark in DELIMITERS)


_OFFERED: Mapping[str, tuple[str, Any]] = {
    "groups=True": ("groups", True),
    "times='cut'": ("times", "cut"),
}
"""By the words of a fault the setting that it offers."""


def _amendments(
    faults: Sequence[RowFault],
    theirs: Mapping[str, str],
    content: Content,
    settings: Mapping[str, Any],
) -> Iterator[tuple[str, Any]]:
    """Give settings that mend faults, as far as these can mean one thing only."""
    texts: dict[str, dict[str, str]] = {}
    amounts = next((name for name, ours in theirs.items() if ours == "value"), "")
    has_amounts = any(_is_amount(row.get(amounts)) for row in content.rows)
    for _, name, value, problem in faults:
        column = theirs.get(name, name)
        yield from (
            (setting, value)
            for words, (setting, value) in _OFFERED.items()
            if words in problem and setting not in settings
        )
        if column in ("value", "currency") and "amounts" not in settings and has_amounts:
            yield "amounts", True
        if "say date_order=" in problem and (order := _order_of(content, name)):
            yield "date_order", order
        elif column in ("date", "date_start") and is_no_date(value):
            if "undated" not in settings:
                yield "undated", "leave out"
        elif column in _ALIKE and isinstance(value, str):
            meant = _meaning(column, value, problem)
            known = settings.get("values", {}).get(column, {})
            if meant and meant[0] not in known:
                texts.setdefault(column, {})[meant[0]] = meant[1]
    if texts:
        yield "values", texts


def _is_amount(value: object) -> bool:
    try:
        return isinstance(value, str) and bool(parse_amount(value, "USD"))
    except EngagementError:
        return False


def _order_of(content: Content, name: str) -> str | None:
    """Tell the order of day and month by the cells of a column that leave no choice."""
    days = [_DAYS.fullmatch(str(row.get(name) or "").strip()) for row in content.rows]
    first = any(int(found[1]) > 12 for found in days if found)
    second = any(int(found[2]) > 12 for found in days if found)
    if first == second:
        return None
    return "day-first" if first else "month-first"


def _meaning(column: str, value: str, problem: str) -> tuple[str, str] | None:
    """Give a text and what it means, if there is one thing that it may mean."""
    if column == "activity" and fold_term(value) in ACTIVITIES:
        return value.strip(), ACTIVITIES[fold_term(value)]
    hint = _ONE_HINT.search(problem)
    if hint is None:
        return None
    item = _WRONG_ITEM.search(problem)
    return (item[1] if item else value).strip(), hint[1]
