"""One series of counts, period by period, with exposure beside every count."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from attrs import Factory, cmp_using, field, frozen
from numpy.typing import NDArray

from engagement.answers import Answer
from engagement.counting.alignment import aligned, labelled, masked
from engagement.counting.calendar import years_per_period
from engagement.counting.consistency import check_kinds, check_periods, consistent
from engagement.counting.gaps import MISSING, REMEDY, Missing, without_gaps
from engagement.counting.periods import (
    Freq,
    as_periods,
    is_labelled_by_period,
    listed_faults,
    read_periods,
)
from engagement.display import Column
from engagement.errors import SeriesError, shown
from engagement.settings.checks import check_choice
from engagement.settings.unpickling import checked_again

__all__ = ["CountSeries"]


array_field: Any = {
    "eq": cmp_using(eq=lambda a, b: np.array_equal(a, b, equal_nan=True)),
    "hash": False,
}
index_field: Any = {
    "eq": cmp_using(eq=lambda a, b: a.dtype == b.dtype and a.equals(b)),
    "hash": False,
}


@checked_again
@frozen(kw_only=True, hash=False, repr=False)
class CountSeries(Answer):
    """
    Counts of one kind of event, period by period, and for how long each was observed.

    Made by `Counts.series`, or by `from_arrays` from your own numbers. Its rows are the periods:
    period, count and exposure_years.
    """

    counts: NDArray[np.float64] = field(**array_field)
    """Events in each period, shape ``(n_periods,)``; NaN where nothing was observed."""
    exposure_years: NDArray[np.float64] = field(**array_field)
    """Years observed in each period, shape ``(n_periods,)``; zero where nothing was."""
    periods: pd.PeriodIndex = field(**index_field)
    """The periods, consecutive."""
    name: str = ""
    """What is counted, for tables and figures."""
    axes: Mapping[str, str] = Factory(dict)
    """The label on each axis of the table that the series was taken from."""
    coverage_stated: bool = True
    """Whether the exposure rests on stated coverage, or on the first and last event."""

    def __attrs_post_init__(self) -> None:
        """Check that periods, counts and exposures belong together."""
        index = check_periods(self.periods)
        counts, years = consistent(
            aligned(self.counts, "counts", index),
            aligned(self.exposure_years, "exposure_years", index),
            lambda cell: f"period {index[cell[0]]}",
            name=self.name,
        )
        check_kinds(name=(self.name, str), coverage_stated=(self.coverage_stated, bool | np.bool_))
        if not isinstance(self.axes, Mapping) or not all(
            isinstance(text, str) for pair in self.axes.items() for text in pair
        ):
            raise SeriesError(f"axes must map names to labels, both texts, got {shown(self.axes)}")
        for name, value in (("counts", counts), ("exposure_years", years), ("periods", index)):
            object.__setattr__(self, name, value)

    @classmethod
    def from_arrays(
        cls,
        counts: object,
        periods: object = None,
        exposure_years: object = None,
        *,
        name: str = "",
        freq: Freq | None = None,
        missing: Missing | None = None,
    ) -> CountSeries:
        """
        Make a series from anyone's numbers.

        What has labels is joined by them: a pandas Series whose index is of periods or of the
        rows of the same frame as *periods*. What has none is taken in the order of the periods.

        Parameters
        ----------
        counts
            Events in each period, shape ``(n_periods,)``, finite and not negative. What is
            masked was not observed; NaN is allowed only where the exposure is 0.
        periods
            A PeriodIndex, pandas periods, whole years, dates, or texts like ``"1993-05"`` and
            ``"May 1993"``, increasing. ``None`` takes the labels of *counts*, in any order.
        exposure_years
            Years observed in each period, shape ``(n_periods,)``, finite and not negative.
            ``None`` takes every period as observed throughout.
        name
            What is counted.
        freq
            What dates stand for: ``Y``, ``Q``, ``M``, ``W`` or ``D``; needed where they can be
            days as well as the first days of months.
        missing
            What periods between the first and the last are that are not there, or whose count
            is NaN without a stated exposure: ``"zero"``, nothing happened in them, or
            ``"unobserved"``, nobody looked. There is no default.

        Raises
        ------
        SeriesError
            If the shapes or labels differ, periods do not increase or are missing, a count or
            an exposure is negative or infinite, a count is NaN where something was observed, or
            events are counted where nothing was.
        SettingError
            If *freq* or *missing* is none of the above.

        Examples
        --------
        >>> series = CountSeries.from_arrays([3, float("nan"), 1], [1993, 1994, 1995], [1, 0, 1])
        >>> series.n_observed, series.total
        (2, 4.0)
        >>> months = CountSeries.from_arrays([4, 2], ["Jan 2010", "Mar 2010"], missing="zero")
        >>> months.counts.tolist()
        [4.0, 0.0, 2.0]
        """
        check_choice("missing", missing, MISSING, optional=True)
        if periods is None:
            periods, counts = _by_its_labels(counts, freq)
        index = as_periods(periods, freq)
        values = aligned(counts, "counts", index, periods).copy()
        if exposure_years is None:
            years = np.full(len(index), years_per_period(index))
            years[masked(counts, len(index))] = 0.0
            gone = np.isnan(values) & (years > 0)
            if missing is not None and gone.any():
                values[gone], years[gone] = (0.0, years[gone]) if missing == "zero" else (np.nan, 0)
        else:
            years = aligned(exposure_years, "exposure_years", index, periods).copy()
            years[masked(exposure_years, len(index))] = 0.0
        consistent(
            values,
            years,
            lambda cell: f"period {index[cell[0]]}",
            name=name,
            remedy=f"; {REMEDY}" if exposure_years is None and np.isnan(values).any() else "",
        )
        full = without_gaps(index, missing, name)
        if len(full) > len(index):
            places = full.get_indexer(index)
            length = years_per_period(full) if missing == "zero" else 0.0
            filled = np.full(len(full), 0.0 if missing == "zero" else np.nan)
            filled[places] = values
            seen = np.full(len(full), length)
            seen[places] = years
            values, years = filled, seen
        return cls(counts=values, exposure_years=years, periods=full, name=name)

    def __len__(self) -> int:
        """Return the number of periods."""
        return len(self.periods)

    @property
    def title(self) -> str:
        """The name with the extent of the series."""
        name = self.name or "series"
        if not len(self):
            return f"{name}: no periods"
        return (
            f"{name}: {format_count(self.total)} events in {self.n_observed} observed "
            f"of {len(self)} periods, {self.periods[0]} to {self.periods[-1]}"
        )

    @property
    def observed(self) -> NDArray[np.bool_]:
        """Which periods were observed at least in part, shape ``(n_periods,)``."""
        return self.exposure_years > 0

    @property
    def n_observed(self) -> int:
        """How many periods were observed at least in part."""
        return int(self.observed.sum())

    @property
    def total(self) -> float:
        """Events counted in all."""
        return float(np.nansum(self.counts))

    @property
    def total_years(self) -> float:
        """Years observed in all."""
        return float(self.exposure_years.sum())

    @property
    def columns(self) -> list[Column]:
        """The count and the exposure of each period."""
        return [
            Column("period", "period"),
            Column("count", "events", format_count, missing="not observed"),
            Column("exposure_years", "years", "{:.4g}"),
        ]

    @property
    def rows(self) -> pd.DataFrame:
        """One row per period."""
        return pd.DataFrame(
            {"period": self.periods, "count": self.counts, "exposure_years": self.exposure_years}
        )


def format_count(value: float) -> str:
    """Write a count with two digits behind the point at most, and none that says nothing."""
    text = f"{value:.2f}"
    return text.rstrip("0").rstrip(".")


def _by_its_labels(counts: object, freq: Freq | None) -> tuple[pd.PeriodIndex, object]:
    """Take the labels of counts for their periods, and put both in order."""
    series = labelled(counts)
    if series is None or (len(series) and not is_labelled_by_period(series.index)):
        raise SeriesError(
            "periods are needed beside counts that have none for labels, such as "
            "CountSeries.from_arrays(counts, periods)"
        )
    index, faults = read_periods(series.index, freq)
    if faults:
        raise SeriesError(listed_faults(faults))
    order = np.argsort(index.asi8, kind="stable")
    return as_periods(index.take(order)), series.array.take(order)
