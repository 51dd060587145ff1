"""Whether one kind of event follows another, as an answer: rates after and otherwise."""

from __future__ import annotations

from math import isnan
from typing import TYPE_CHECKING

import pandas as pd
from attrs import field, frozen

from engagement.answers import Drawn, SeveralAnswer
from engagement.counting.calendar import PERIOD_NAMES
from engagement.display import NOT_STATED, Column, names, percent

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["POOLED", "Following", "LeadLag"]

POOLED = "together"
"""What all series together are called."""


@frozen(kw_only=True, eq=False)
class Following(Drawn):
    """How often effects came after causes in one series, or in all of them together."""

    label: str
    """The country, or ``together``."""
    n_causes: float
    """Causes in the time at risk, mean over draws of the dates as all counts here."""
    n_after: float
    """Effects in periods after a cause, which have none themselves."""
    years_after: float
    """Years of such periods."""
    n_otherwise: float
    """Effects in periods without a cause in them or in the window before."""
    years_otherwise: float
    """Years of such periods."""
    n_same: float
    """Effects in periods that have a cause: which came first is not known."""
    years_same: float
    """Years of such periods."""
    ratio: float
    """
    Rate after a cause over the rate otherwise, each stretch compared with itself; NaN where
    nothing can be said.
    """
    low: float
    """Lower end of its interval."""
    high: float
    """Upper end of it; infinite where no effect came otherwise."""
    p_value: float
    """That effects do not heed causes, two-sided, by shifts."""
    p_adjusted: float
    """Corrected for the number of series."""
    n_arrangements: float
    """How many shifts there are; no p-value is below about 1 over it."""
    dispersion: float
    """By how much the score varies more under shifts than if effects were independent."""
    curve: pd.DataFrame = field(repr=False)
    """
    One row per lag, from minus to plus the window: lag, pairs (of a cause and an effect so many
    periods after it), expected (mean over shifts), ratio, low and high (where the ratio would
    be without any sequence, each lag by itself), low_all and high_all (all lags at once).
    """
    freq: str
    """Letter of the frequency."""
    n_periods: int
    """Periods after a cause."""
    level: float
    """Of interval and bands."""

    @property
    def verdict(self) -> str:
        """
        Whether effects follow causes.

        ``more often after``, ``less often after``, ``no difference found`` or
        ``insufficient data``.
        """
        if isnan(self.p_adjusted):
            return "insufficient data"
        if self.p_adjusted > (1 - self.level) * (1 + 1e-9):
            return "no difference found"
        return "more often after" if self.ratio > 1 else "less often after"

    @property
    def rate_after(self) -> float:
        """Effects a year in periods after a cause; NaN if there were none."""
        return self.n_after / self.years_after if self.years_after else float("nan")

    @property
    def rate_otherwise(self) -> float:
        """Effects a year in the other periods; NaN if there were none."""
        return self.n_otherwise / self.years_otherwise if self.years_otherwise else float("nan")

    @property
    def rate_same(self) -> float:
        """Effects a year in periods with a cause; NaN if there were none."""
        return self.n_same / self.years_same if self.years_same else float("nan")


@frozen(kw_only=True, eq=False, repr=False)
class LeadLag(SeveralAnswer[Following]):
    """
    Whether one kind of event follows another, from `lead_lag`.

    Iterating gives the `Following` of each series; ``len`` is their number. Its rows are the
    series, and last all together: series, n_causes, n_after, years_after, rate_after,
    n_otherwise, years_otherwise, rate_otherwise, n_same, years_same, rate_same, ratio, low,
    high, p_value, p_adjusted, n_arrangements, dispersion and verdict.
    """

    found: tuple[Following, ...]
    """Of each series."""
    pooled: Following
    """Of all together."""
    cause: str
    """What was selected, in words."""
    effect: str
    """What was selected, in words."""
    n_periods: int
    """Periods after a cause."""
    freq: str
    """Letter of the frequency."""
    block_years: float
    """About how long the blocks are within which effects were shifted."""
    n_blocks: int
    """How many there were."""
    keep_season: bool
    """Whether they were shifted by whole years alone."""
    level: float
    """Of intervals and bands."""
    n_imprecise: int
    """Events whose dates were drawn from several periods."""
    n_imputations: int
    """Draws of their dates."""
    n_draws: int
    """Shifts drawn."""
    seed: int
    """Seed of the draws."""
    not_observed: tuple[str, ...]
    """Countries of causes or effects that were not observed for both at once; they are in none."""
    n_left_out: tuple[int, int]
    """Causes and effects that are in no count, for nothing was observed where they lie."""
    n_not_at_risk: float
    """
    Effects that were counted, but not in time at risk: causes were not observed there or in the
    window before, or it is the rest of a year that cannot be shifted.
    """
    coverage_stated: bool
    """Whether the time at risk rests on stated coverage, or on the first and last event."""

    @property
    def title(self) -> str:
        """What was asked."""
        return f"cause: {self.cause}; effect: {self.effect}"

    @property
    def columns(self) -> list[Column]:
        """Counts, years and rates of each class of periods, and what the rates' ratio says."""
        classes = [
            column
            for when in ("after", "otherwise", "same")
            for column in (
                Column(f"n_{when}", when, f"{{:.3g}} in {{years_{when}:.3g}}"),
                *names(f"years_{when}", f"rate_{when}"),
            )
        ]
        return [
            Column("series", "series", value="label", dtype="str"),
            Column("n_causes", "causes", "{:.4g}"),
            *classes,
            Column("ratio", "rate ratio", "{:.3g}"),
            Column("low", f"{percent(self.level)} interval", "{:.3g} to {high:.3g}"),
            *names("high"),
            Column("p_value", "p", "{:.3g}"),
            Column("p_adjusted", "adjusted p", "{:.3g}"),
            *names("n_arrangements", "dispersion"),
            Column("verdict", "verdict", dtype="str"),
        ]

    @property
    def rows(self) -> tuple[Following, ...]:
        """What was found of each series, and last of all together."""
        return (*self.found, self.pooled)

    @property
    def _items(self) -> tuple[Following, ...]:
        return self.found

    @property
    def _named(self) -> tuple[Following, ...]:
        return self.rows

    @property
    def notes(self) -> tuple[str, ...]:
        """What the reader should know."""
        unit = f"{PERIOD_NAMES[self.freq]}s"
        how = "whole years" if self.keep_season else unit
        notes = [
            (
                f"effects in years of each kind; after: {unit} 1 to {self.n_periods} after a "
                f"cause, same: {unit} with a cause"
            ),
            (
                f"p by shifting effects by {how} within {self.n_blocks} blocks of about "
                f"{self.block_years:g} years, all series together; {self.n_draws} shifts, "
                f"seed {self.seed}"
            ),
            f"p adjusted over {len(self)} series: holm",
        ]
        if self.pooled.n_arrangements < _FEW:
            notes.append(
                f"there are only {self.pooled.n_arrangements:g} shifts: no p-value can be small"
            )
        if self.not_observed:
            notes.append(f"never observed for both: {', '.join(self.not_observed)}")
        if self.n_imprecise:
            notes.append(
                f"{self.n_imprecise} events may lie in several {unit}: "
                f"{self.n_imputations} draws of their dates, averaged"
            )
        if any(self.n_left_out):
            notes.append(
                f"excluded: {self.n_left_out[0]} causes and {self.n_left_out[1]} effects that are "
                "not recorded, or lie where nothing was observed"
            )
        if self.n_not_at_risk >= _LEAST:
            notes.append(
                f"{self.n_not_at_risk:.3g} effects lie where causes were not observed all through "
                "the window before, or in the rest of a year"
            )
        if not self.coverage_stated:
            notes.append(NOT_STATED)
        return tuple(notes)

    def plot_ratios(self, ax: Axes | None = None) -> Axes:
        """Draw the ratio of each series and of all together with its interval."""
        return self._plot(ax, ratios=True)


_FEW = 100  # shifts, under which p-values are coarse
_LEAST = 0.005  # of an effect, drawn dates averaged, that is worth a line
