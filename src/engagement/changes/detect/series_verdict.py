"""What was found of one series of a panel, and on how much that rests."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from attrs import frozen

from engagement.changes.detect.verdicts import ChangeVerdict
from engagement.changes.testing.false_discovery import p_error

__all__ = ["SeriesVerdict", "in_years"]


SEASONS = {"Q": 4, "M": 12, "W": 52}
"""Periods after which the season of the calendar comes again, by the frequency's letter."""


@frozen(kw_only=True, eq=False)
class SeriesVerdict:
    """Whether one series changed, and on how much that rests."""

    axes: Mapping[str, str]
    """The label on each axis; ``series`` with its name where it came from no table."""
    verdict: ChangeVerdict
    """What may be said of it."""
    p_value: float
    """Of the scan test; NaN where too little was observed to test."""
    q_value: float
    """The least false discovery rate at which the series counts as changed; NaN as above."""
    n_draws: int
    """Series simulated for the p-value."""
    is_uncertain: bool
    """Whether the p-value is within its Monte Carlo error of the bound that decides on it."""
    unchanged: float
    """Posterior probability of no change; NaN where the test finds nothing uneven."""
    n_changes: int
    """Changes found, those that cannot be dated included."""
    undated: tuple[tuple[pd.Period, pd.Period], ...]
    """The intervals of those that cannot be dated, which are not listed as changes."""
    n_imputations: int
    """How often imprecise dates were drawn; 0 where the counts are whole as they are."""
    dispersion: float
    """
    Variance over mean of counts, 1 for Poisson counts: within segments, at the series' own
    mean count, as the posterior mean; without a change about one rate, Pearson's chi-square by
    its degrees of freedom.
    """
    dependence: float
    """Correlation of neighbouring periods within segments, posterior mean; 0 without a change."""
    is_trend: bool
    """Whether a steady trend is three times as probable as the changes found."""
    n_events: float
    """Events counted; in parts where imprecise dates were spread."""
    n_periods: int
    """Periods of the series, observed or not."""
    n_observed: int
    """Periods observed at least in part."""
    exposure_years: float
    """Years observed."""
    observed_from: pd.Period | None
    """First period observed; None if none was."""
    observed_to: pd.Period | None
    """Last period observed; None if none was."""
    coverage_stated: bool
    """Whether the exposure rests on stated coverage, or on the first and last event."""
    pattern: str = ""
    """``burst`` or ``lull`` where two changes lead to a rate and back, which is one finding."""
    seasonal_p: float = float("nan")
    """
    P-value with the season of the calendar taken out, where counts have one, none was asked for
    and the verdict of the test would be another with it; NaN otherwise.
    """
    uneven_from: pd.Period | None = None
    """Where the verdict is `ChangeVerdict.UNEVEN`: first period of the window that stands out."""
    uneven_to: pd.Period | None = None
    """Last period of that window."""
    uneven_events: float = 0.0
    """Events in that window."""
    uneven_years: float = 0.0
    """Years observed in that window."""

    @property
    def rate(self) -> float:
        """Events a year over all that was observed; NaN if nothing was."""
        return self.n_events / self.exposure_years if self.exposure_years > 0 else float("nan")

    @property
    def p_error(self) -> float:
        """Monte Carlo standard error of the p-value; NaN where too little was observed to test."""
        return p_error(self.p_value, self.n_draws) if self.n_draws else float("nan")

    @property
    def label(self) -> str:
        """The labels in one text."""
        return " ".join(self.axes.values())

    def undated_in_words(self) -> str:
        """Say where changes lie that are found beside those listed, but cannot be dated."""
        spans = " and ".join(f"between {first} and {last}" for first, last in self.undated)
        one = len(self.undated) == 1
        return (
            f"{'one more change is' if one else f'{len(self.undated)} more changes are'} probable "
            f"{spans}, but {'its date or direction is' if one else 'their dates or directions are'}"
            " not determined"
        )

    def season_in_words(self) -> str:
        """Say what the season of the calendar, if it were taken out, would change."""
        freq = self.observed_from.freqstr[:1] if self.observed_from is not None else ""
        return (
            f"counts have a season: with season={SEASONS.get(freq)} the p-value is "
            f"{self.seasonal_p:.2g} instead of {self.p_value:.2g}, which changes the answer"
        )

    def uneven_in_words(self) -> str:
        """Say what stands out in a series in which no change could be dated."""
        first, last = self.uneven_from, self.uneven_to
        span = f"in {first}" if first == last else f"from {first} to {last}"
        rest = in_years(self.n_events - self.uneven_events, self.exposure_years - self.uneven_years)
        return (
            f"uneven, but no dated change: {in_years(self.uneven_events, self.uneven_years)} "
            f"{span}, {rest} otherwise; no change has probability {self.unchanged:.2g}"
        )


def in_years(n_events: float, years: float) -> str:
    """Write how many events in how many years."""
    events = f"{n_events:.4g} event{'' if n_events == 1 else 's'}"
    return f"{events} in {years:.3g} year{'' if years == 1 else 's'}"
