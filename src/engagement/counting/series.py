"""One series of counts, period by period, with exposure beside every count."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from attrs import Factory, cmp_using, field, frozen
from numpy.typing import NDArray

from engagement.answers import Answer
from engagement.counting.calendar import as_periods, years_per_period
from engagement.display import Column
from engagement.errors import SeriesError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

__all__ = ["CountSeries"]


def _read_only(values: ArrayLike) -> NDArray[np.float64]:
    array = np.array(values, dtype=np.float64)
    array.setflags(write=False)
    return array


array_field: Any = {
    "converter": _read_only,
    "eq": cmp_using(eq=lambda a, b: np.array_equal(a, b, equal_nan=True)),
    "hash": False,
}
index_field: Any = {
    "eq": cmp_using(eq=lambda a, b: a.dtype == b.dtype and a.equals(b)),
    "hash": False,
}


@frozen(kw_only=True, hash=False, repr=False)
class CountSeries(Answer):
    """
    Counts of one kind of event, period by period, and for how long each was observed.

    Made by `Counts.series`, or by `from_arrays` from anyone's numbers. Its rows are the periods:
    period, count and exposure_years.
    """

    counts: NDArray[np.float64] = field(**array_field)
    """Events in each period, shape ``(n_periods,)``; NaN where nothing was observed."""
    exposure_years: NDArray[np.float64] = field(**array_field)
    """Years observed in each period, shape ``(n_periods,)``; zero where nothing was."""
    periods: pd.PeriodIndex = field(**index_field)
    """The periods, increasing; one that is missing in between was not observed."""
    name: str = ""
    """What is counted, for tables and figures."""
    axes: Mapping[str, str] = Factory(dict)
    """The label on each axis of the table that the series was taken from."""
    coverage_stated: bool = True
    """Whether the exposure rests on stated coverage, or on the first and last event."""

    @classmethod
    def from_arrays(
        cls,
        counts: ArrayLike,
        periods: object,
        exposure_years: ArrayLike | None = None,
        *,
        name: str = "",
    ) -> CountSeries:
        """
        Make a series from anyone's numbers.

        Parameters
        ----------
        counts
            Events in each period, shape ``(n_periods,)``, finite and not negative.
            NaN is allowed only where the exposure is 0.
        periods
            A pandas PeriodIndex, pandas periods, whole years, or texts like ``"1993-05"``.
            They increase; periods left out in between count as not observed.
        exposure_years
            Years observed in each period, shape ``(n_periods,)``, finite and not negative.
            ``None`` takes every period as observed throughout.
        name
            What is counted.

        Raises
        ------
        SeriesError
            If the shapes differ, periods do not increase, a count or an exposure is negative
            or infinite, a count is NaN where something was observed, or events are counted
            where nothing was.

        Examples
        --------
        >>> series = CountSeries.from_arrays([3, float("nan"), 1], [1993, 1994, 1995], [1, 0, 1])
        >>> series.n_observed, series.total
        (2, 4.0)
        """
        index = as_periods(periods)
        values = _one_dimension(counts, "counts", len(index))
        if exposure_years is None:
            years = np.full(len(index), years_per_period(index))
        else:
            years = _one_dimension(exposure_years, "exposure_years", len(index))
        _check_series(values, years, index, name)
        values = np.where(years == 0, np.nan, values)
        return cls(counts=values, exposure_years=years, periods=index, name=name)

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
        """A row a period."""
        return pd.DataFrame(
            {"period": self.periods, "count": self.counts, "exposure_years": self.exposure_years}
        )


def format_count(value: float) -> str:
    """Write a count with two digits behind the point at most, and none that says nothing."""
    text = f"{value:.2f}"
    return text.rstrip("0").rstrip(".")


def _one_dimension(values: ArrayLike, name: str, n_periods: int) -> NDArray[np.float64]:
    try:
        array = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        raise SeriesError(f"{name} must be numbers, got {values!r}") from None
    if array.ndim != 1 or len(array) != n_periods:
        raise SeriesError(
            f"{name} must have shape ({n_periods},) as the periods do, got {array.shape}"
        )
    return array


def _check_series(
    counts: NDArray[np.float64], years: NDArray[np.float64], index: pd.PeriodIndex, name: str
) -> None:
    rules = (
        (~np.isfinite(years), "exposure_years must be finite, got {1}"),
        (years < 0, "exposure_years must not be negative, got {1}"),
        (np.isinf(counts), "counts must be finite, got {0}"),
        (counts < 0, "counts must be non-negative, got {0}"),
        (
            np.isnan(counts) & (years > 0),
            "counts may be NaN only where exposure_years is 0, got {0} with exposure {1}",
        ),
        (
            (counts > 0) & (years == 0),
            "counts must be 0 or NaN where exposure_years is 0, got {0}",
        ),
    )
    faults = [
        rule.format(f"{counts[place]:g}", f"{years[place]:g}") + f" in period {index[place]}"
        for broken, rule in rules
        for place in np.flatnonzero(broken).tolist()
    ]
    if faults:
        told = "; ".join(faults[:20])
        more = f"; and {len(faults) - 20} more" if len(faults) > 20 else ""
        raise SeriesError(f"{name}: {told}{more}" if name else told + more)
