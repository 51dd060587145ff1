"""From which probability on an alarm is raised, so that false ones are as rare as was asked."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from engagement.changes.online.hazard_filter import follow_series
from engagement.changes.online.unchanged import Likenesses, draw_likenesses, draw_unchanged
from engagement.settings.tuned import CALIBRATION_SERIES

if TYPE_CHECKING:
    from engagement.models.count_rows import CountRows
    from engagement.models.priors import GammaPrior, LogLogisticPrior

__all__ = ["Calibration", "calibrate", "find_threshold"]

Floats = NDArray[np.float64]

_MOST_COUNTS = 20_000  # that one calibration may draw
_MOST_PERIODS = 600


@frozen(kw_only=True)
class Calibration:
    """
    A threshold with what it rests on: simulated series in which nothing changes.

    An alarm begins where the probability reaches the threshold and did not before.
    """

    threshold: float
    """The least probability at which an alarm is raised."""
    asked: float
    """False alarms per year that were asked for at most."""
    found: float
    """Alarms that began per year in the simulated series."""
    error: float
    """Monte Carlo error of that, one standard deviation."""
    rate: float
    """Events per year in the simulated series."""
    exposure_years: float
    """Exposure of each of their periods."""
    dispersion: float
    """Median over them of the variance over the mean of their counts."""
    dispersion_low: float
    """One in twenty of them has less."""
    dispersion_high: float
    """One in twenty of them has more."""
    dependence: float
    """Mean over them of how alike the levels of neighbouring periods are, a correlation."""
    n_before: int
    """Periods that each had behind it before alarms were counted."""
    n_counted: int
    """Periods in which alarms were counted."""
    n_series: int
    """How many series were simulated."""

    @property
    def note(self) -> str:
        """How often an alarm is false, in words."""
        dispersion = f"overdispersion {self.dispersion:.3g}"
        if self.dispersion_high > self.dispersion_low:
            dispersion += f" (90% {self.dispersion_low:.3g} to {self.dispersion_high:.3g})"
        if self.dependence:
            dispersion += (
                f", levels of neighbouring periods correlated by {self.dependence:.2g} on average"
            )
        return (
            f"false alarms: in {self.n_series} simulated series without change, at "
            f"{self.rate:.3g} events per year, {dispersion}: one began {self.found:.3g} times per "
            f"year (Monte Carlo error {self.error:.1g}) in {self.n_counted} periods after "
            f"{self.n_before}; asked for at most {self.asked:g}"
        )


def calibrate(
    model: CountRows,
    prior: GammaPrior | LogLogisticPrior,
    *,
    period_years: float,
    chance: float,
    within: int,
    asked: float,
    rng: np.random.Generator,
) -> Calibration:
    """
    Find the least threshold with which alarms are as rare as asked.

    *model* holds the counts of the periods observed so far. Simulated series have their rate and
    usual exposure, and as many periods before alarms are counted. Where the dispersion is left
    open, each series follows a guess of it, so that alarms are as rare as asked on average over the
    guesses. Alarms are counted over the time in which one is expected, of 600 periods in all at
    most.
    """
    counts, exposures = model.counts, model.exposures
    events, years = float(counts.sum()), float(exposures.sum())
    rate = events / years if events else prior.usual_rate
    exposure = float(np.median(exposures)) if years else period_years
    if len(model.components) > 1:
        likenesses = draw_likenesses(counts, exposures, rate, rng)
    else:
        mean = rate * exposure
        excess = model.components.linear + model.components.square * mean
        likenesses = Likenesses(excess=excess, dependence=model.components.memory)
    n_before = min(max(len(counts), 1), _MOST_PERIODS // 2)
    n_counted = min(max(ceil(1 / asked / period_years), 10), _MOST_PERIODS - n_before)
    n_periods = n_before + n_counted
    n_series = int(np.clip(_MOST_COUNTS // n_periods, *CALIBRATION_SERIES))
    drawn = likenesses.take(rng.permutation(np.arange(n_series) % len(likenesses)))
    simulated = draw_unchanged(rate, np.full(n_periods, exposure), drawn, rng)
    followed = follow_series(
        simulated, model, prior, exposure=exposure, chance=chance, within=within
    )
    probabilities = followed[:, n_before - 1 :]
    watched = n_series * n_counted * period_years
    threshold, n_alarms = find_threshold(probabilities, asked * watched)
    begun = (probabilities[:, 1:] >= threshold) & (probabilities[:, :-1] < threshold)
    spread = float(begun.sum(axis=1).std(ddof=1)) / n_series**0.5
    low, middle, high = np.quantile(1 + drawn.excess, (0.05, 0.5, 0.95)).tolist()
    return Calibration(
        threshold=threshold,
        asked=asked,
        found=n_alarms / watched,
        error=spread / (n_counted * period_years),
        rate=rate,
        exposure_years=exposure,
        dispersion=middle,
        dispersion_low=low,
        dispersion_high=high,
        dependence=float(drawn.dependence.mean()),
        n_before=n_before,
        n_counted=n_counted,
        n_series=n_series,
    )


def find_threshold(probabilities: Floats, most: float) -> tuple[float, int]:
    """
    Find the least threshold such that it, and any above it, gives at most so many alarms.

    *probabilities* have shape ``(n_series, n_periods)``; the first period only says where each
    series stood. Returned are the threshold, and how many alarms begin with it.

    Examples
    --------
    >>> import numpy as np
    >>> find_threshold(np.array([[0.0, 0.4, 0.1, 0.6, 0.2, 0.5]]), 2)
    (0.5, 2)
    """
    rises = probabilities[:, 1:] > probabilities[:, :-1]
    reached = np.sort(probabilities[:, 1:][rises])
    left = np.sort(probabilities[:, :-1][rises])
    candidates = np.unique(reached)
    n_rises = len(reached)
    begun = (n_rises - np.searchsorted(reached, candidates, side="left")) - (
        n_rises - np.searchsorted(left, candidates, side="left")
    )
    worst = np.maximum.accumulate(begun[::-1])[::-1]
    allowed = np.flatnonzero(worst <= most)
    if len(allowed):
        return float(candidates[allowed[0]]), int(begun[allowed[0]])
    top = float(candidates[-1]) if len(candidates) else 0.5
    return float(np.nextafter(top, 2.0)), 0
