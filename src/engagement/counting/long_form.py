"""A data frame in long form: rows of labels, period, count and exposure, however it is laid out."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from numbers import Integral
from typing import Any

import numpy as np
import pandas as pd
from attrs import field, frozen
from numpy.typing import NDArray

from engagement.counting.alignment import numbers
from engagement.counting.periods import is_labelled_by_period
from engagement.errors import SeriesError, SettingError, TableError, named, shown, suggest
from engagement.settings.checks import list_several

__all__ = ["Asked", "LongForm", "as_pandas", "long_form"]


@frozen(kw_only=True)
class Asked:
    """Which columns a caller names; `Counts.from_frame` says what they are."""

    period: str | None
    by: tuple[Any, ...]
    count: str | tuple[Any, ...] | None
    exposure: str | None

    @classmethod
    def of(cls, period: object, by: object, count: object, exposure: object) -> Asked:
        """Read the settings."""
        for name, column in (("period", period), ("exposure", exposure)):
            if column is not None and not _is_name(column):
                raise SettingError(f"{name} must name one column or be None, got {shown(column)}")
        several = count if count is None or isinstance(count, str) else _several("count", count)
        made: Any = cls
        return made(period=period, by=_several("by", by), count=several, exposure=exposure)  # type: ignore[no-any-return]


@frozen(kw_only=True)
class LongForm:
    """Rows of labels, period, count and exposure."""

    labels: dict[str, NDArray[np.object_]]
    """By axis the label of each row."""
    periods: pd.Index
    """The period of each row."""
    counts: object
    """The count of each row; ``None`` where each row is an event."""
    years: object
    """The exposure of each row; ``None`` where it is not stated."""
    row: NDArray[np.int64]
    """The row of the frame, from 1, that each came from."""
    columns: dict[str, str] = field(factory=dict)
    """How the columns of period, count and exposure are called."""


def as_pandas(frame: object) -> pd.DataFrame:
    """Return a frame of any engine as one of pandas."""
    if isinstance(frame, pd.Series):
        frame = frame.to_frame(name="count")
    if not isinstance(frame, pd.DataFrame):
        import narwhals as nw

        try:
            opened = nw.from_native(frame)  # type: ignore[call-overload]
        except TypeError:
            raise SettingError(
                "a data frame of pandas, polars or another engine is needed, got "
                f"{type(frame).__name__}"
            ) from None
        frame = (opened.collect() if isinstance(opened, nw.LazyFrame) else opened).to_pandas()
    twice = frame.columns[frame.columns.duplicated()]
    if len(twice):
        problem = f"column {shown(twice[0])} stands twice"
        raise TableError("data frame", [(0, named(twice[0]), None, problem)], len(frame))
    return frame


def long_form(table: pd.DataFrame, asked: Asked) -> LongForm:
    """Find which column is what, and make rows of a wide frame."""
    if isinstance(table.index, pd.MultiIndex):
        return _of_levels(table, asked)
    if {table.index.name} & ({asked.period, *asked.by} - {None} - set(table.columns)):
        table = table.reset_index()
    _check_columns(table, {"period": [asked.period], "exposure": [asked.exposure]})
    where, when = _find_periods(table, asked.period)
    if asked.count is None and "count" in table.columns:
        asked = _as_written(table, asked)
    if isinstance(asked.count, tuple) or (
        asked.count is None and not _has_event_rows(table, asked, where)
    ):
        return _melted(table, asked, where, when)
    _check_columns(table, {"by": asked.by, "count": [asked.count]})
    if asked.count is None and asked.exposure is not None:
        raise SettingError(
            "exposure belongs to counts, and without count each row is an event; name the column "
            "of counts, or leave exposure out"
        )
    return LongForm(
        labels={name: table[name].to_numpy(dtype=object) for name in asked.by},
        periods=when,
        counts=None if asked.count is None else table[asked.count].array,
        years=None if asked.exposure is None else table[asked.exposure].array,
        row=np.arange(1, len(table) + 1),
        columns=_called(asked, where),
    )


def _as_written(table: pd.DataFrame, asked: Asked) -> Asked:
    """Take the columns that `Counts.to_frame` writes."""
    if asked.period is not None:
        raise SettingError(
            'the frame has a column "count": write count="count" to take it for the counts, '
            "or drop it if each row is an event"
        )
    exposure = "exposure_years" if "exposure_years" in table.columns else asked.exposure
    rest = [name for name in table.columns if name not in {"period", "count", exposure}]
    return Asked(period=None, by=asked.by or tuple(rest), count="count", exposure=exposure)


def _of_levels(table: pd.DataFrame, asked: Asked) -> LongForm:
    """Make rows of a frame whose index has the labels and the periods for levels."""
    levels = list(table.index.names)
    if None in levels or set(levels) & set(table.columns):
        raise SettingError(f"the levels of the index need names of their own, got {levels}")
    period, count = asked.period, asked.count
    if period is None:
        values = {name: table.index.unique(name) for name in levels}
        found = [
            name
            for name, index in values.items()
            if index.dtype.kind not in "iuf" and is_labelled_by_period(index)
        ]
        if len(found) != 1:
            raise SettingError(f"period must name the level of the periods, one of {levels}")
        period = str(found[0])
    by = asked.by or tuple(name for name in levels if name != period)
    if count is None:
        rest = [name for name in table.columns if name not in (asked.exposure, *by)]
        if len(rest) != 1:
            raise SettingError(f"count must name the column of the counts, one of {rest}")
        count = rest[0]
    count = count if isinstance(count, tuple) else str(count)
    rows = table.reset_index().rename(columns=str)
    return long_form(rows, Asked(period=period, by=by, count=count, exposure=asked.exposure))


def _has_event_rows(table: pd.DataFrame, asked: Asked, where: str | None) -> bool:
    """Tell whether a frame without a column of counts has an event in each row."""
    if asked.by:
        return any(axis in table.columns for axis in asked.by)
    return where is not None


def _called(asked: Asked, where: str | None) -> dict[str, str]:
    return {
        "period": "index" if where is None else str(where),
        "count": asked.count if isinstance(asked.count, str) else "count",
        "exposure": str(asked.exposure),
    }


def _find_periods(table: pd.DataFrame, period: str | None) -> tuple[str | None, pd.Index]:
    """Return the column of the periods, or None for the index, and the periods."""
    name = period
    if name is None and "period" in table.columns:
        name = "period"
    if name is not None:
        return name, pd.Index(table[name])
    if is_labelled_by_period(table.index):
        return None, table.index
    listed = ", ".join(f"'{name}'" for name in table.columns[:12])
    raise SettingError(f"period must name the column of the periods; the columns are {listed}")


def _melted(table: pd.DataFrame, asked: Asked, where: str | None, when: pd.Index) -> LongForm:
    """Make rows of a frame with one column per series."""
    rest = [name for name in table.columns if name not in (where, asked.exposure)]
    chosen = rest if asked.count is None else list(asked.count)
    _check_columns(table, {"count": chosen})
    n_rows, n_columns = len(table), len(chosen)
    keys = [key if isinstance(key, tuple) else (key,) for key in chosen]
    years = None
    if asked.exposure is not None:
        years = np.tile(_numbers_or_items(table[asked.exposure].array), n_columns)
    return LongForm(
        labels={
            name: np.repeat(np.array([key[place] for key in keys], dtype=object), n_rows)
            for place, name in enumerate(_names_of_axes(table.columns, asked.by))
        },
        periods=when.take(np.tile(np.arange(n_rows), n_columns)),
        counts=np.concatenate(
            [np.zeros(0), *(_numbers_or_items(table[name].array) for name in chosen)]
        ),
        years=years,
        row=np.tile(np.arange(1, n_rows + 1), n_columns),
        columns=_called(asked, where),
    )


def _names_of_axes(columns: pd.Index, by: tuple[Any, ...]) -> tuple[str, ...]:
    """Name an axis for each level of the columns of a wide frame."""
    levels = columns.nlevels
    names = by or tuple(name for name in columns.names if name is not None)
    if not by and levels == 1 and not names:
        return ("series",)
    if len(names) != levels:
        raise SettingError(
            f"by must name {levels} {'axis' if levels == 1 else 'axes'}, one for each level of the "
            f"columns, got {shown(by)}"
        )
    return tuple(map(str, names))


def _numbers_or_items(column: object) -> Any:
    """Return numbers where all are, and the values as they are where some are not."""
    try:
        return numbers(column, "count")
    except SeriesError:
        return np.array(list(column), dtype=object)  # type: ignore[call-overload]


def _is_name(column: object) -> bool:
    """Tell whether a column of a frame can be called so."""
    if isinstance(column, Integral):
        return abs(int(column)) < 2**63
    return isinstance(column, str | float | date | pd.Period | tuple)


def _several(setting: str, given: object) -> tuple[Any, ...]:
    if given is None:
        return ()
    is_one = isinstance(given, str) or not isinstance(given, Iterable)
    names = (given,) if is_one else tuple(list_several(setting, given, "names of columns"))
    for name in names:
        if not _is_name(name):
            raise SettingError(f"{setting} must name columns, got {shown(name)}")
        if names.count(name) > 1:
            raise SettingError(f"column {shown(name)} is named twice")
    return names


def _check_columns(table: pd.DataFrame, asked: dict[str, Iterable[Any]]) -> None:
    for setting, names in asked.items():
        for name in names:
            if name is not None and name not in table.columns:
                known = [str(column) for column in table.columns]
                problem = (
                    f"{setting} names column {shown(name)}, which is missing; the columns are "
                    f"{', '.join(known[:12])}{suggest(str(name), known)}"
                )
                raise TableError("data frame", [(0, named(name), None, problem)], len(table))
