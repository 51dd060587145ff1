"""One change of one series: its date, its size, and how sure each is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
from attrs import field, frozen

from engagement.changes.detect.interval_coverage import (
    LEVEL,
    IntervalCoverage,
    measured_coverage,
)
from engagement.changes.detect.question import Question
from engagement.changes.detect.series_verdict import SeriesVerdict, in_years
from engagement.changes.detect.verdicts import Direction
from engagement.counting.series import CountSeries
from engagement.display import percent
from engagement.events.coverage import Coverage

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engagement.changes.posterior.answer import ChangePosterior

__all__ = ["Change"]


@frozen(kw_only=True, eq=False)
class Change:
    """
    One change of one series.

    Its intervals are those of the posterior, given the number of changes. Among changes that
    were found their coverage is slightly below that over all series, because a test finds weak
    changes mainly where chance exaggerates them.
    """

    series: SeriesVerdict
    """The series' own verdict."""
    number: int
    """Which of the series' changes, from 1, those that cannot be dated included."""
    date: pd.Period
    """First observed period of the new regime: the most probable one."""
    date_low: pd.Period
    """First period of the interval, unobserved ones right before it taken in."""
    date_high: pd.Period
    """Last period of the interval, included."""
    rate_before: float
    """Events a year in the segment before: posterior mean over its dates."""
    rate_after: float
    """Events a year in the segment after: posterior mean over its dates."""
    ratio: float
    """Rate ratio: the rate after over the rate before, as they are printed."""
    ratio_low: float
    """Lower end of the posterior's interval of the rate ratio, over dates."""
    ratio_high: float
    """Upper end of it."""
    events_before: float
    """Events counted in the segment before, between the dates said."""
    years_before: float
    """Years observed of it."""
    events_after: float
    """Events counted in the segment after."""
    years_after: float
    """Years observed of it."""
    probability: float
    """That some change starts between date_low and date_high, over all segmentations."""
    level: float
    """Of the intervals."""
    before_from: pd.Period
    """First observed period of the segment before."""
    after_to: pd.Period
    """Last observed period of the segment after."""
    family: str
    """What the counts were taken to be."""
    min_length: int
    """Least number of observed periods in a segment."""
    counted: CountSeries = field(repr=False)
    """The counts that it was found in; of several draws of dates one that agrees with all."""
    coverage: Coverage | None = field(default=None, repr=False)
    """What is stated of the sources; None where the counts were not made of a log."""
    _question: Question = field(repr=False)
    empty_until: pd.Period | None = None
    """For a first change: the last observed period before the series' first event, if any."""
    leans_on_start: bool = False
    """Whether the change is no longer found once that empty stretch is excluded."""

    @property
    def axes(self) -> Mapping[str, str]:
        """The label on each axis."""
        return self.series.axes

    def __str__(self) -> str:
        """Return the change as a sentence, with what was counted on both sides."""
        verb = "rose" if self.is_rise else "fell"
        within = f"{percent(self.level)} interval {self.date_low} to {self.date_high}"
        return (
            f"{self.label or 'the rate'} {verb} in {self.date} ({within}): "
            f"{in_years(self.events_before, self.years_before)} before, "
            f"{in_years(self.events_after, self.years_after)} after; rate ratio "
            f"{_ratio(self.ratio)} ({_ratio(self.ratio_low)} to {_ratio(self.ratio_high)})"
        )

    @property
    def is_rise(self) -> bool:
        """Whether the rate went up: the interval of its ratio is above 1, or else below."""
        return self.ratio_low > 1

    @property
    def direction(self) -> Direction:
        """Rise or fall."""
        return Direction.RISE if self.is_rise else Direction.FALL

    @property
    def label(self) -> str:
        """The labels of the series in one text."""
        return self.series.label

    @property
    def measured(self) -> IntervalCoverage | None:
        """
        How often such intervals held the truth in simulated series like this one.

        None where none like it were simulated, or where the level is not 0.95.
        """
        if self.level != LEVEL:
            return None
        tested = self.series
        return measured_coverage(tested.n_observed, tested.dispersion, tested.dependence)

    def posterior_of(self, series: CountSeries) -> ChangePosterior:
        """
        Compute the posterior of a series as that of this change's own series was computed.

        Parameters
        ----------
        series
            The change's own series with other exposures or fewer periods.
        """
        return self._question.posterior_of(series)


def _ratio(value: float) -> str:
    """Write a rate ratio with two digits, and what is far from 1 as a bound."""
    if value >= 99.5:
        return "over 100"
    return f"{value:.2g}" if value >= 0.01 else "under .01"
