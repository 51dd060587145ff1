"""Series whose dates are drawn: what is not known about dates reaches what is found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import numpy as np
from attrs import evolve, field, frozen
from numpy.typing import NDArray

from engagement.counting.calendar import multiple_of
from engagement.counting.counting import count_events
from engagement.counting.series import CountSeries
from engagement.errors import SeriesError
from engagement.models.observed import ObservedPeriods, label_of, observe, read_series

if TYPE_CHECKING:
    from engagement.counting.counts import Counts
    from engagement.log.eventlog import EventLog
    from engagement.models.families import Family

__all__ = ["DrawnSeries", "draw_dates"]

Floats = NDArray[np.float64]

_SEEDS = 1_000_003
"""Seeds of one caller's draws lie so far from those of another's."""


@frozen(kw_only=True, eq=False)
class DrawnSeries:
    """A series with whole counts: its own, or several for as many draws of its dates."""

    series: CountSeries
    """As it was counted."""
    observed: ObservedPeriods
    """What was observed of it; counts may be in parts where dates are imprecise."""
    rows: Floats = field(repr=False)
    """Whole counts of the observed periods, shape ``(n_draws, n)``, one row if they are so."""

    @property
    def n_imputations(self) -> int:
        """How often its dates were drawn; 0 where that was not needed."""
        return len(self.rows) if len(self.rows) > 1 else 0

    def with_counts(self, row: Floats) -> CountSeries:
        """Return the series with other counts in its observed periods."""
        return evolve(self.series, counts=self.observed.spread(row, np.nan))

    def since(self, place: int) -> DrawnSeries:
        """Return what is left from a place among the observed periods on."""
        start = int(self.observed.positions[place])
        rest = CountSeries.from_arrays(
            self.series.counts[start:],
            self.series.periods[start:],
            self.series.exposure_years[start:],
            name=self.series.name,
        )
        return DrawnSeries(series=rest, observed=observe(rest), rows=self.rows[:, place:])


def draw_dates(
    panel: list[CountSeries],
    counts: Counts | None,
    family: Family,
    *,
    n_imputations: int,
    seed: int,
) -> list[DrawnSeries]:
    """
    Give every series whole counts, drawing dates where imprecise ones were spread.

    Parameters
    ----------
    panel
        The series.
    counts
        The table that they are of, or None.
    family
        What the counts are taken to be; all is as it is if it takes any numbers.
    n_imputations
        How often dates are drawn for the series that need it. The same draw serves all of
        them, so an event that stands in several series is on the same day in each.
    seed
        Of the draws.

    Raises
    ------
    SeriesError
        If counts are not whole and no draw of dates can make them so, with the remedy.
    """
    if not family.whole_counts:
        return [_as_it_is(series, family) for series in panel]
    parted = [place for place, series in enumerate(panel) if not _is_whole(series)]
    if not parted:
        return [_as_it_is(series, family) for series in panel]
    if counts is None or not _can_be_drawn(counts):
        return [_as_it_is(series, family) for series in panel]  # the family refuses them
    draws = np.stack(
        [_rows(_drawn(counts, seed * _SEEDS + number))[parted] for number in range(n_imputations)]
    )
    drawn = {place: draws[:, order] for order, place in enumerate(parted)}
    return [
        _of_draws(series, drawn[place]) if place in drawn else _as_it_is(series, family)
        for place, series in enumerate(panel)
    ]


def _is_whole(series: CountSeries) -> bool:
    counts = series.counts[series.observed]
    whole = np.rint(counts)
    return bool((np.abs(counts - whole) <= 1e-9 * np.maximum(whole, 1)).all())


def _as_it_is(series: CountSeries, family: Family) -> DrawnSeries:
    observed = read_series(series, family)
    return DrawnSeries(series=series, observed=observed, rows=observed.counts[None, :])


def _of_draws(series: CountSeries, draws: Floats) -> DrawnSeries:
    observed = observe(series)
    rows = draws[:, observed.positions]
    whole = np.rint(rows)
    if not np.allclose(rows, whole, rtol=1e-9):
        raise SeriesError(
            f"counts are in parts even once dates are drawn ({label_of(series)}); "
            'count with durations="start"; family="gaussian" of segment and change_posterior takes '
            "values in parts"
        )
    return DrawnSeries(series=series, observed=observed, rows=whole)


def _can_be_drawn(counts: Counts) -> bool:
    """Tell whether imprecise dates alone put counts into parts, and the events are at hand."""
    asked = counts.settings
    return (
        counts.log is not None
        and asked.get("imprecise") == "spread"
        and asked.get("counting") == "whole"
    )


def _drawn(counts: Counts, seed: int) -> Counts:
    """Count the same log by the same rules, each imprecise date on a day that is drawn."""
    asked = cast("dict[str, Any]", dict(counts.settings))
    again = count_events(
        cast("EventLog", counts.log), **asked | {"imprecise": "impute", "rng": seed}
    )
    multiple = multiple_of(counts.periods) if len(counts.periods) else 1
    if (counts.freq, multiple) != (again.freq, 1):
        again = again.resample(f"{multiple}{counts.freq}")
    return again.select(**counts.axes)


def _rows(counts: Counts) -> Floats:
    return np.asarray(counts.values.reshape(len(counts), len(counts.periods)), dtype=np.float64)
