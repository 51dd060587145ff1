"""Several files as one log, where one may hold rows of another as they were mended."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import frozen

from engagement.errors import FormatError, shown
from engagement.files.delimited import restored
from engagement.files.event_files import read_table, with_span
from engagement.files.opening import read_file_settings
from engagement.files.table_content import holds_guarded_texts, read_content
from engagement.log.eventlog import EventLog
from engagement.tables.table import LEFT_OUT, RowFault, settle
from engagement.tables.table_settings import ROW_COLUMN

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


__all__ = ["ReadFiles", "part_mended", "read_several"]

_Mended = dict[str, dict[int, dict[str, Any]]]
_PLACE = re.compile(r"(?s)(?P<name>.+) row (?P<row>\d+)")


@frozen(kw_only=True)
class ReadFiles:
    """What several files hold."""

    log: EventLog
    """The events of all."""
    faults: dict[str, list[RowFault]]
    """By file what could not be read."""
    n_rows: dict[str, int]
    """By file how many rows it has; rows that another file has mended are not among them."""
    rows: dict[str, str]
    """Where each event stands, by its id: ``row 5``, and of several files which."""

    def settled(self) -> EventLog:
        """
        Give the log.

        Raises
        ------
        TableError
            If a file has faults.
        """
        for path, faults in self.faults.items():
            settle(self.log, faults, self.n_rows[path], Path(path).name, "raise")
        return self.log

    def left_out(self) -> dict[str, list[int]]:
        """Give by file the rows without a date that were excluded, as was asked."""
        found = {
            path: [row for row, *_, problem in faults if problem == LEFT_OUT]
            for path, faults in self.faults.items()
        }
        return {path: rows for path, rows in found.items() if rows}


def read_several(paths: Sequence[str], settings: Mapping[str, Any]) -> ReadFiles:
    """
    Read files as one log; an event that stands in two of them in one form is one.

    A file with a column "row (not read)", as ``engagement check --faulty`` writes it, holds rows
    of another file after they were mended: they are read in the place of those, with their
    numbers, and a row that was emptied is ignored.

    Parameters
    ----------
    paths
        Of the files, at least one.
    settings
        See `FileSettings`, for all files; coverage is stated for all events together.

    Raises
    ------
    FormatError
        If rows are mended of a file that is not among them, or that it does not have.
    """
    ours = {**settings, "coverage": None}
    tables, mended = part_mended(paths)
    log = EventLog()
    faults, n_rows = {}, {}
    rows: dict[str, str] = {}
    for place, path in enumerate(tables):
        read, faults[path], n_rows[path], row_of = read_table(
            path, ours, mended=mended.get(Path(path).name)
        )
        where = f"{Path(path).name} " if len(tables) > 1 else ""
        rows |= {name: f"{where}row {row}" for name, row in row_of if name not in rows}
        log = log | read if place else read
    span = settings.get("coverage")
    return ReadFiles(log=with_span(log, span), faults=faults, n_rows=n_rows, rows=rows)


def part_mended(paths: Sequence[str]) -> tuple[list[str], _Mended]:
    """
    Part tables from files of rows that were mended.

    Returns
    -------
    tuple
        The tables, and by the name of a table the rows by number.

    Raises
    ------
    FormatError
        If rows are mended of a table that is not among them.
    """
    mended: _Mended = {}
    tables = [path for path in paths if len(paths) == 1 or not _find_mended(path, mended)]
    unknown = sorted(set(mended) - {Path(path).name for path in tables})
    if unknown:
        raise FormatError(f"rows of {unknown[0]} were mended; name that file, too")
    return tables, mended


def _find_mended(path: str, mended: _Mended) -> bool:
    """Tell whether a file holds mended rows, and add them by file and number."""
    try:
        content = read_content(Path(path), *read_file_settings({}))
    except FormatError:
        return False  # told when it is read
    if ROW_COLUMN not in content.header:
        return False
    for number, row in zip(content.numbers, content.rows, strict=True):
        place = row.get(ROW_COLUMN)
        found = _PLACE.fullmatch(str(place or ""))
        if found is None:
            raise FormatError(
                f"{Path(path).name}: row {number}, column '{ROW_COLUMN}' must name a row such as "
                f"'mine.csv row 12', got {shown(place)}"
            )
        cells = restored(row) if holds_guarded_texts(Path(path)) else row
        mended.setdefault(found["name"], {})[int(found["row"])] = cells
    return True
