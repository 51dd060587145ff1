"""The layer between a series with dates and the arithmetic, which knows positions only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd
from attrs import evolve, frozen
from numpy.typing import NDArray

from engagement.counting.calendar import multiple_of
from engagement.counting.panels import read_one_series
from engagement.counting.series import CountSeries
from engagement.errors import SeriesError, shown

if TYPE_CHECKING:
    from collections.abc import Iterable

    from engagement.counting.series import CountSeries
    from engagement.models.families import Family

__all__ = [
    "ObservedPeriods",
    "label_of",
    "observe",
    "read_series",
]


@frozen(kw_only=True, eq=False)
class ObservedPeriods:
    """
    What was observed of a series, and where its periods stand.

    The arithmetic sees the observed periods alone, in a row, and calls a change by its place
    among them; this class turns such places into dates.
    """

    counts: NDArray[np.float64]
    """Events in each observed period, shape ``(n,)``."""
    exposures: NDArray[np.float64]
    """Years observed in each, shape ``(n,)``, positive."""
    positions: NDArray[np.intp]
    """Where each stands in the periods of the series, shape ``(n,)``."""
    periods: pd.PeriodIndex
    """All periods of the series."""

    def __len__(self) -> int:
        """Return how many periods were observed."""
        return len(self.positions)

    @property
    def total(self) -> float:
        """Events in all."""
        return float(self.counts.sum())

    @property
    def steps(self) -> NDArray[np.float64]:
        """Periods from each observed one to the one before, 1 for neighbours, shape ``(n,)``."""
        ordinals = self.periods.asi8[self.positions].astype(np.float64)
        steps = np.ones(len(ordinals))
        steps[1:] = np.diff(ordinals) / multiple_of(self.periods)
        return steps

    def date(self, place: int) -> pd.Period:
        """Return the observed period at a place."""
        return self.periods[int(self.positions[place])]

    def dates(self, places: Iterable[int]) -> tuple[pd.Period, ...]:
        """Return the observed periods at several places."""
        return tuple(self.periods[self.positions[list(places)]])

    def earliest(self, place: int) -> pd.Period:
        """
        Return the first period in which a change seen at a place may lie.

        That is the period itself, or the first of the unobserved ones right before it: whether
        they are not in the index, or have no exposure.
        """
        return self.date(place - 1) + 1 if place > 0 else self.date(place)

    def place(self, date: object) -> int:
        """
        Return the place of a date that a caller wrote.

        Raises
        ------
        SeriesError
            If the series has no such period, or did not observe it.
        """
        period = self._period(date)
        position = int(np.searchsorted(self.periods.asi8, period.ordinal))
        place = int(np.searchsorted(self.positions, position))
        if place < len(self) and self.date(place) == period:
            return place
        if position < len(self.periods) and self.periods[position] == period:
            raise SeriesError(f"period {period} was not observed, so no change can be seen there")
        raise SeriesError(f"{period} is no period of the series, which has {self.extent()}")

    def n_before(self, date: object, *, included: bool = False) -> int:
        """
        Count the observed periods before a date that a caller wrote.

        Raises
        ------
        SeriesError
            If it is no period like those of the series.
        """
        side: Literal["left", "right"] = "right" if included else "left"
        position = np.searchsorted(self.periods.asi8, self._period(date).ordinal, side=side)
        return int(np.searchsorted(self.positions, position))

    def _period(self, date: object) -> pd.Period:
        wanted = self.periods.freqstr
        if isinstance(date, pd.Period) and date.freqstr == wanted:
            return date
        try:
            found = pd.Period(str(date), freq=wanted) if isinstance(date, (str, int)) else pd.NaT
        except ValueError:
            found = pd.NaT
        if isinstance(found, pd.Period):
            return found
        raise SeriesError(f"{shown(date)} is no period of frequency {wanted}")

    def extent(self) -> str:
        """Return the first and the last period in words."""
        if not len(self.periods):
            return "no periods"
        return f"{self.periods[0]} to {self.periods[-1]}"

    def spread(self, values: NDArray[np.float64], fill: float) -> NDArray[np.float64]:
        """Put values of the observed periods at their positions, and *fill* elsewhere."""
        spread = np.full(len(self.periods), fill)
        spread[self.positions] = values
        return spread


def label_of(series: CountSeries) -> str:
    """Return how a series is called in tables and figures."""
    return series.name or " ".join(series.axes.values()) or "series"


def read_series(series: object, family: Family) -> ObservedPeriods:
    """
    Take the observed periods out of a series.

    Parameters
    ----------
    series
        A CountSeries.
    family
        What the counts are taken to be; it may ask for whole numbers.

    Raises
    ------
    SeriesError
        If *series* is none, or has a count that the family cannot take.
    """
    series = read_one_series(series)
    observed = observe(series)
    counts = observed.counts
    whole = np.rint(counts)
    if family.whole_counts and not np.array_equal(counts, whole):
        broken = np.abs(counts - whole) > 1e-9 * np.maximum(whole, 1)
        if broken.any():
            first = int(np.argmax(broken))
            raise SeriesError(
                f"counts must be whole numbers for family '{family.name}', got "
                f"{counts[first]:g} in period {observed.date(first)} "
                f'({label_of(series)}); count with a coarser freq, with imprecise="impute" '
                'or with counting="whole"; family="gaussian" of segment and change_posterior '
                "takes values in parts"
            )
        observed = evolve(observed, counts=whole)
    if counts.sum() >= 2.0**53:
        raise SeriesError(
            f"counts must sum to less than 2**53, got {counts.sum():g} ({label_of(series)})"
        )
    return observed


def observe(series: CountSeries) -> ObservedPeriods:
    """Take the observed periods out of a series, whatever its counts are."""
    counts, exposures = series.counts, series.exposure_years
    positions = np.flatnonzero(series.observed)
    if len(positions) < len(series):
        counts, exposures = counts[positions], exposures[positions]
    return ObservedPeriods(
        counts=counts,
        exposures=exposures,
        positions=positions,
        periods=series.periods,
    )
