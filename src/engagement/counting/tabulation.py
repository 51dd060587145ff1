"""Counts tabulated from a data frame: its rows put into the cells that they name."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from attrs import frozen
from numpy.typing import NDArray

from engagement.counting.alignment import numbers
from engagement.counting.calendar import years_per_period
from engagement.counting.cells import MOST_CELLS
from engagement.counting.consistency import count_faults
from engagement.counting.gaps import MISSING, REMEDY, all_periods
from engagement.counting.long_form import Asked, LongForm, as_pandas, long_form
from engagement.counting.periods import read_periods
from engagement.errors import SeriesError, SettingError, TableError, shown
from engagement.settings.checks import check_choice

if TYPE_CHECKING:
    from collections.abc import Iterable

    from engagement.counting.gaps import Missing
    from engagement.counting.periods import Freq

__all__ = ["tabulate"]

Floats = NDArray[np.float64]
Fault = tuple[int, str, object, str]

_TOLD = 20


@frozen(kw_only=True)
class _Cells:
    """The cells of a table, and which of them each row names."""

    axes: dict[str, tuple[str, ...]]
    periods: pd.PeriodIndex
    of_row: NDArray[np.intp]

    @property
    def shape(self) -> tuple[int, ...]:
        return (*map(len, self.axes.values()), len(self.periods))

    @property
    def period_years(self) -> float:
        return years_per_period(self.periods) if len(self.periods) else 0.0

    def name(self, cell: int) -> str:
        """Name a cell by its labels and its period."""
        *places, when = np.unravel_index(cell, self.shape)
        labels = [labels[k] for labels, k in zip(self.axes.values(), places, strict=True)]
        return " ".join([*labels, str(self.periods[int(when)])])


def tabulate(
    frame: object, asked: Asked, *, freq: Freq | None, missing: Missing | None
) -> dict[str, Any]:
    """Put the counts of a frame into cells; `Counts.from_frame` says what the settings mean."""
    check_choice("missing", missing, MISSING, optional=True)
    table = as_pandas(frame)
    rows = long_form(table, asked)
    faults: list[Fault] = []
    index, unread = read_periods(rows.periods, freq, of_events=rows.counts is None)
    faults += [
        (int(rows.row[place]) if place >= 0 else 0, rows.columns["period"], value, problem)
        for place, value, problem in unread
    ]
    counts, years = _numbers(rows, faults)
    axes, codes = _labels(rows, faults)
    if not faults:
        cells = _cells(axes, codes, index, faults)
    if not faults and rows.counts is not None:
        faults += _named_twice(rows, cells)
    if not faults:
        given, values, seen = _put(rows, cells, counts, years)
        if not given.all() and missing is None:
            faults.append(_gaps(~given, cells))
    if faults:
        raise TableError("data frame", _cut(faults), len(table))
    if missing == "zero" and years is not None and not given.all():
        raise SettingError(
            f'missing="zero" needs the exposure of the {int((~given).sum())} cells that are '
            'not there; add their rows, or say missing="unobserved"'
        )
    values[~given] = 0.0
    seen[~given] = cells.period_years if missing == "zero" else 0.0
    values[seen == 0] = np.nan
    return {
        "axes": cells.axes,
        "periods": cells.periods,
        "values": values.reshape(cells.shape),
        "exposure_years": seen.reshape(cells.shape),
    }


def _numbers(rows: LongForm, faults: list[Fault]) -> tuple[Floats, Floats | None]:
    """Read counts and exposures, NaN where absent; exposures are None where not stated."""
    size = len(rows.row)
    if rows.counts is None:
        return np.ones(size), None
    counts = _column(rows.counts, rows, "count", faults)
    years = None if rows.years is None else _column(rows.years, rows, "exposure", faults)
    seen = np.where(np.isnan(counts), 0.0, 1.0) if years is None else years
    for (place,), what, problem in count_faults(counts, seen):
        values, column = (counts, "count") if what == "counts" else (seen, "exposure")
        faults.append((int(rows.row[place]), rows.columns[column], values[place], problem))
    return counts, years


def _column(values: object, rows: LongForm, what: str, faults: list[Fault]) -> Floats:
    try:
        return numbers(values, what)
    except SeriesError:
        pass
    read = np.full(len(rows.row), np.nan)
    for place, value in enumerate(values):  # type: ignore[arg-type, var-annotated]
        try:
            read[place] = numbers([value], what)[0]
        except SeriesError:
            read[place] = 0.0  # told here, and not as missing once more
            problem = f"{what} must be a number, got {shown(value)}"
            faults.append((int(rows.row[place]), rows.columns[what], value, problem))
    return read


def _labels(
    rows: LongForm, faults: list[Fault]
) -> tuple[dict[str, tuple[str, ...]], dict[str, NDArray[np.intp]]]:
    """Return the labels of each axis, sorted, and which of them each row has."""
    axes, codes = {}, {}
    for name, given in rows.labels.items():
        places, uniques = pd.factorize(given)
        is_whole = [isinstance(one, float) and one.is_integer() for one in uniques]
        texts = [str(int(x) if whole else x) for x, whole in zip(uniques, is_whole, strict=True)]
        for place in np.flatnonzero(places < 0).tolist():
            problem = "label is missing; write what it is, such as '(none)'"
            faults.append((int(rows.row[place]), name, given[place], problem))
        labels = tuple(sorted(set(texts)))
        order = {text: k for k, text in enumerate(labels)}
        to_label = np.array([order[text] for text in texts], dtype=np.intp)
        stripped: dict[str, str] = {}
        for text in labels:
            other = stripped.setdefault(text.strip(), text)
            if other != text:
                problem = f"labels {shown(other)} and {shown(text)} differ in blanks only"
                faults.append((0, name, text, problem))
        axes[str(name)] = labels
        codes[str(name)] = to_label[places] if len(to_label) else places
    return axes, codes


def _cells(
    axes: dict[str, tuple[str, ...]],
    codes: dict[str, NDArray[np.intp]],
    index: pd.PeriodIndex,
    faults: list[Fault],
) -> _Cells:
    """Lay the cells out, from the first period to the last."""
    try:
        full = all_periods(index)
        if len(full):
            years_per_period(full)
    except SeriesError as error:
        faults.append((0, "", None, str(error)))
        full = index[:0]
    shape = (*map(len, axes.values()), len(full))
    if prod(shape) > MOST_CELLS:
        told = " x ".join(map(str, shape))
        faults.append(
            (0, "", None, f"{told} cells are more than the {MOST_CELLS:,} that are taken")
        )
    if faults or not len(index):
        return _Cells(axes=axes, periods=full, of_row=np.zeros(0, dtype=np.intp))
    when = full.get_indexer(index)
    of_row = np.ravel_multi_index((*codes.values(), when), shape)
    return _Cells(axes=axes, periods=full, of_row=of_row)


def _put(
    rows: LongForm, cells: _Cells, counts: Floats, years: Floats | None
) -> tuple[NDArray[np.bool_], Floats, Floats]:
    """Put rows into their cells: which have a count, the counts, and the exposures."""
    size, length = prod(cells.shape), cells.period_years
    if rows.counts is None:
        values = np.bincount(cells.of_row, minlength=size).astype(np.float64)
        return values > 0, values, np.where(values > 0, length, 0.0)
    stated = ~np.isnan(counts)
    if years is not None:
        stated |= years == 0
    values, seen, given = np.zeros(size), np.zeros(size), np.zeros(size, dtype=bool)
    values[cells.of_row], given[cells.of_row] = counts, stated
    seen[cells.of_row] = length if years is None else years
    return given, values, seen


def _named_twice(rows: LongForm, cells: _Cells) -> Iterable[Fault]:
    """Say which rows name a cell that another row names too."""
    cell = cells.of_row
    _, first, back = np.unique(cell, return_index=True, return_inverse=True)
    for place in np.flatnonzero(first[back] != np.arange(len(cell))).tolist():
        name = cells.name(cell[place])
        row = int(rows.row[first[back[place]]])
        problem = (
            f"{name} stands in row {row} too; sum the rows, or name the axis in which they "
            "differ in by"
        )
        yield int(rows.row[place]), rows.columns["period"], name, problem


def _gaps(gone: NDArray[np.bool_], cells: _Cells) -> Fault:
    """Say how many cells have no count, and which are the first."""
    places = np.flatnonzero(gone)
    told = ", ".join(cells.name(place) for place in places[:3]) + (
        ", ..." if len(places) > 3 else ""
    )
    what = "cells (a label and a period)" if cells.axes else "periods"
    problem = f"{len(places)} of {gone.size} {what} have no count ({told}): {REMEDY}"
    return 0, "", None, problem


def _cut(faults: list[Fault]) -> list[Fault]:
    """Keep the first faults, and say how many more there are."""
    faults = sorted(faults, key=lambda fault: fault[0])
    if len(faults) <= _TOLD:
        return faults
    return [*faults[:_TOLD], (0, "", None, f"and {len(faults) - _TOLD} more")]
