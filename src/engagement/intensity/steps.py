"""A trend or a step: which of the two a series follows, where its counts can tell."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from attrs import field, frozen
from numpy.typing import NDArray

from engagement.answers import SeveralAnswer
from engagement.changes.testing.trend_and_step import TrendAndStep
from engagement.counting.panels import read_panel
from engagement.counting.series import CountSeries
from engagement.display import Column, axis_columns, names
from engagement.intensity.design import years_of
from engagement.models.families import read_family
from engagement.models.observed import ObservedPeriods, read_series
from engagement.settings.checks import MOST_DRAWS, check_share, check_whole
from engagement.settings.seeds import Stream, read_seed, series_generator

if TYPE_CHECKING:
    from engagement.counting.panels import CountsLike

__all__ = ["TrendOrStep", "TrendOrSteps", "compare_trend_and_step"]

Floats = NDArray[np.float64]

RATES = ("rate_before", "rate_after")
TREND, STEP = "a trend, not a step", "a step, not a trend"
EITHER, NEITHER = "cannot tell", "neither a trend nor a step"

_SAME = 1e-9  # log likelihoods that differ by rounding alone


@frozen(kw_only=True, eq=False)
class TrendOrStep:
    """Whether one series follows a trend or a step."""

    axes: Mapping[str, str]
    """The label on each axis; ``series`` with its name where it came from no table."""
    verdict: str
    """
    ``a trend, not a step``, ``a step, not a trend``, ``cannot tell`` (both would do, or a
    constant rate would) or ``neither a trend nor a step`` (neither would).
    """
    p_flat: float
    """How often a constant rate gives counts that speak so much for either; small: not that."""
    p_trend: float
    """How often a trend gives counts that speak so much for a step; small: not a trend."""
    p_step: float
    """How often a step gives counts that speak so much for a trend; small: not a step."""
    gain: float
    """Log likelihood of the best step less that of the best trend; NaN if too little is there."""
    ratio_a_year: float
    """By how many times the rate grows each year, were it a trend."""
    date: pd.Period | None
    """First observed period after the step, were it one."""
    rate_before: float
    """Events per year before the step."""
    rate_after: float
    """Events per year after it."""
    n_events: int
    """Events counted."""
    series: CountSeries = field(repr=False)
    """What was looked at."""

    @property
    def label(self) -> str:
        """The labels in one text."""
        return " ".join(self.axes.values())


@frozen(kw_only=True, eq=False, repr=False)
class TrendOrSteps(SeveralAnswer[TrendOrStep]):
    """
    Trend against step for one series or a table of them, from `compare_trend_and_step`.

    Iterating gives each `TrendOrStep`; ``len`` is their number. Its rows are the series: one column
    per axis (``series`` where there are none), then verdict, p_flat, p_trend, p_step, gain,
    ratio_a_year, date, rate_before, rate_after and n_events.
    """

    found: tuple[TrendOrStep, ...]
    """One for each series."""
    by: tuple[str, ...]
    """Names of the axes."""
    level: float
    """One minus the p-value up to which a trend, or a step, is ruled out."""
    n_draws: int
    """Series simulated from each."""
    seed: int
    """Seed of the draws."""

    @property
    def _items(self) -> tuple[TrendOrStep, ...]:
        return self.found

    @property
    def title(self) -> str:
        """What was asked, and of how many series."""
        return f"a trend or a step in {len(self)} series"

    @property
    def columns(self) -> list[Column]:
        """The verdict on each series, what it rests on, and both fits."""
        return [
            *axis_columns(self.by),
            Column("verdict", "verdict", dtype="str"),
            Column("p_flat", "p (constant)", "{:.3g}"),
            Column("p_trend", "p (trend)", "{:.3g}"),
            Column("p_step", "p (step)", "{:.3g}"),
            *names("gain"),
            Column("ratio_a_year", "trend: ratio per year", "{:.3g}"),
            Column("date", "step in"),
            Column("rate_before", "from", "{:.3g}"),
            Column("rate_after", "to", "{:.3g}"),
            Column("n_events", "events"),
        ]

    @property
    def notes(self) -> tuple[str, ...]:
        """What a verdict rests on."""
        return (
            (
                f"'{TREND}': a step and a constant rate are ruled out at {1 - self.level:.3g}, "
                "a trend not"
            ),
            f"p-values from {self.n_draws} Poisson series drawn from each; seed {self.seed}",
        )


def compare_trend_and_step(
    counts: CountsLike,
    *,
    periods: object = None,
    level: float = 0.95,
    n_draws: int = 1999,
    rng: np.random.Generator | int | None = None,
) -> TrendOrSteps:
    """
    Ask of each series whether its rate drifted steadily or changed at once.

    Change points divide a steady rise into steps, and a regression fits a slope through a step.
    Both models are fitted here: a log-linear trend, and the best single step. The gain is the
    difference of their log likelihoods. Its distribution is found by simulating from either
    model [1]_: a trend is ruled out where series with the fitted trend rarely have so large a
    gain, a step where series with a step rarely have so small a one. The date of the step is
    not known and is drawn too, in proportion to the likelihood of each date. Neither is
    reported where a constant rate is not ruled out.
    Counts are Poisson and are drawn given their total, so that the level of the rate does not
    matter.

    Parameters
    ----------
    counts
        A table of counts, each series of which is looked at, or one series. Whole numbers.
    periods
        Periods of *counts* where that is an array, see `CountSeries.from_arrays`.
    level
        One minus the p-value up to which either is ruled out, strictly between 0 and 1.
    n_draws
        Series to simulate from each.
    rng
        A generator or a seed; ``None`` for a fixed seed. A series gets the same answer alone
        and in any table.

    Returns
    -------
    TrendOrSteps
        A verdict for each series, in plain words. ``cannot tell`` where there are fewer than
        three observed periods or two events.

    Raises
    ------
    SeriesError
        If a count is not whole.
    SettingError
        If a setting is outside of what it may be.

    References
    ----------
    .. [1] D. A. Williams (1970), *Biometrics* 26(1), 23-32.

    Examples
    --------
    >>> series = CountSeries.from_arrays([1, 2, 1, 2, 1, 2, 9, 8, 10, 8, 9, 9], range(1990, 2002))
    >>> found = compare_trend_and_step(series)[0]
    >>> print(found.verdict, found.date)
    a step, not a trend 1996
    """
    level = check_share("level", level)
    n_draws = check_whole("n_draws", n_draws, least=1, most=MOST_DRAWS)
    seed = read_seed(rng)
    panel, by = read_panel(counts, periods)
    return TrendOrSteps(
        found=tuple(_compare(series, by, level, n_draws, seed) for series in panel),
        by=by,
        level=level,
        n_draws=n_draws,
        seed=seed,
    )


def _compare(
    series: CountSeries, by: tuple[str, ...], level: float, n_draws: int, seed: int
) -> TrendOrStep:
    observed = read_series(series, read_family("poisson"))
    axes = dict(series.axes) or {by[0]: series.name or "series"}
    nan = float("nan")
    if len(observed) < 3 or observed.total < 2:
        return TrendOrStep(
            axes=axes,
            verdict=EITHER,
            p_flat=nan,
            p_trend=nan,
            p_step=nan,
            gain=nan,
            ratio_a_year=nan,
            date=None,
            rate_before=nan,
            rate_after=nan,
            n_events=int(observed.total),
            series=series,
        )
    times, half_span = _times(observed)
    rivals = TrendAndStep(times=times, exposures=observed.exposures)
    counts = observed.counts[None, :]
    trend_fit, step_fit = (float(fits[0]) for fits in rivals.fits(counts))
    gain = step_fit - trend_fit
    slope = float(rivals.slopes(counts)[0])
    place = int(rivals.best_steps(counts)[0])
    rng = series_generator(seed, observed.counts, stream=Stream.TREND_OR_STEP)
    total = int(observed.total)
    steps = rivals.step_shares(observed.counts, place)
    flat = observed.exposures / observed.exposures.sum()
    from_flat, from_trend = (
        rivals.draw_fits(np.tile(shares, (n_draws, 1)), total, rng)
        for shares in (flat, rivals.trend_shares(slope))
    )
    places = rivals.draw_places(observed.counts, n_draws, rng)
    of_place = {one: rivals.step_shares(observed.counts, one) for one in set(places.tolist())}
    from_step = rivals.draw_fits(np.stack([of_place[one] for one in places.tolist()]), total, rng)
    p_flat = _share(np.maximum(*from_flat) >= max(trend_fit, step_fit) - _SAME)
    p_trend = _share(from_trend[1] - from_trend[0] >= gain - _SAME)
    p_step = _share(from_step[1] - from_step[0] <= gain + _SAME)
    rates = steps * total / observed.exposures
    return TrendOrStep(
        axes=axes,
        verdict=verdict_of(p_flat, p_trend, p_step, 1 - level),
        p_flat=p_flat,
        p_trend=p_trend,
        p_step=p_step,
        gain=gain,
        ratio_a_year=float(np.exp(np.clip(slope / half_span, -700, 700))),
        date=observed.date(place),
        rate_before=float(rates[0]),
        rate_after=float(rates[-1]),
        n_events=total,
        series=series,
    )


def _share(as_extreme: NDArray[np.bool_]) -> float:
    """Return a p-value: the observed series counts among those that were drawn."""
    return float((as_extreme.sum() + 1) / (len(as_extreme) + 1))


def verdict_of(p_flat: float, p_trend: float, p_step: float, alpha: float) -> str:
    """
    Put three p-values in plain words.

    Examples
    --------
    >>> verdict_of(0.001, 0.01, 0.6, 0.05)
    'a step, not a trend'
    """
    bound = alpha * (1 + 1e-9)
    no_trend, no_step = p_trend <= bound, p_step <= bound
    if no_trend and no_step:
        return NEITHER
    if p_flat > bound or no_trend == no_step:
        return EITHER
    return STEP if no_trend else TREND


def _times(observed: ObservedPeriods) -> tuple[Floats, float]:
    """Return the middles of observed periods on a scale from -1 to 1, and years to its unit."""
    years = years_of(observed.periods[observed.positions])
    half_span = float(years[-1] - years[0]) / 2
    return (years - years[0]) / half_span - 1, half_span
