"""A file of counts: one row per label and period, or one column per series."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from engagement.counting.counts import Counts
from engagement.errors import SettingError, TableError
from engagement.files.delimited import restored
from engagement.files.opening import OPENING_SETTINGS, read_file_settings
from engagement.files.table_content import holds_guarded_texts, read_content
from engagement.settings.checks import check_path
from engagement.tables.table_numbers import plain_number

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["read_counts"]


def read_counts(
    path: str,
    opening: Mapping[str, Any],
    *,
    period: str = "period",
    count: str | None = None,
    by: Sequence[str] | None = None,
    **asked: Any,
) -> Counts:
    """
    Read counts from a file of any format that events are read from.

    Parameters
    ----------
    path
        Of the file.
    opening
        How it is opened, see `FileSettings`.
    period
        The column of the periods.
    count
        The column of the counts; ``None`` takes the column ``count``, or else each column but
        that of the periods for a series.
    by
        The columns of labels, ``None`` for all others; of a table with one column per series, what
        the columns are labels of.
    **asked
        See `Counts.from_frame`: ``exposure``, ``freq``, ``missing``.

    Raises
    ------
    TableError
        All that is wrong, by the row that a spreadsheet shows.
    """
    useless = [name for name in opening if name not in OPENING_SETTINGS]
    if useless:
        raise SettingError(f"{useless[0]} says how events are read, not counts")
    file, exposure = check_path("path", path), asked.get("exposure")
    columns = {"period": period, "count": count or "count", "exposure": exposure or "exposure"}
    settings, layout = read_file_settings({**opening, "columns": columns})
    content = read_content(file, settings, layout)
    if content.unread:
        raise TableError(file.name, content.unread, len(content.rows))
    rows = content.rows
    if holds_guarded_texts(file):
        rows = [restored(row) for row in rows]
    frame = pd.DataFrame(rows, columns=content.header, dtype=object)
    rest = [name for name in frame.columns if name not in (period, exposure)]
    if count is None and "count" not in rest:  # one column per series
        numbers: Any = rest
    else:
        numbers = count or "count"
        by = by or [name for name in rest if name != numbers]
    for name in [*numbers] if isinstance(numbers, list) else [numbers, exposure]:
        if name in frame.columns:
            frame[name] = pd.Series([*map(_number, frame[name])], dtype=object)
    try:
        return Counts.from_frame(frame, period=period, by=by or None, count=numbers, **asked)
    except TableError as error:
        faults = [
            (content.numbers[row - 1] if row else 0, column, value, problem)
            for row, column, value, problem in error.faults
        ]
        raise TableError(file.name, faults, error.n_rows) from None


def _number(cell: object) -> object:
    """Read a cell of a number; what is none stays, to be told with its row."""
    if not isinstance(cell, str):
        return cell
    try:
        return float(plain_number(cell, whole=True)) if cell.strip() else None
    except ValueError:
        return cell
