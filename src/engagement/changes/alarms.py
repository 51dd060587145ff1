"""From which probability on an alarm is raised, so that false ones are as rare as was asked."""

from __future__ import annotations

from math import ceil

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from engagement.changes.runs import RateModel, simulate_probabilities

__all__ = ["Calibration", "calibrate", "find_threshold"]

Floats = NDArray[np.float64]

_MOST_STEPS = 40_000_000  # runs times periods times series that one calibration may cost
_MOST_PERIODS = 1500
_FEWEST, _MOST = 50, 4000  # series


@frozen(kw_only=True)
class Calibration:
    """
    A threshold with what it rests on: simulated series in which nothing changes.

    An alarm begins where the probability reaches the threshold and did not before.
    """

    threshold: float
    """The least probability at which an alarm is raised."""
    asked: float
    """False alarms a year that were asked for at most."""
    found: float
    """Alarms that began a year in the simulated series."""
    error: float
    """Monte Carlo error of that, one standard deviation."""
    rate: float
    """Events a year in the simulated series."""
    exposure_years: float
    """Exposure of each of their periods."""
    n_before: int
    """Periods that each had behind it before alarms were counted."""
    n_counted: int
    """Periods in which alarms were counted."""
    n_series: int
    """How many series were simulated."""


def calibrate(
    model: RateModel,
    *,
    rate: float,
    exposure: float,
    period_years: float,
    chance: float,
    within: int,
    n_before: int,
    asked: float,
    rng: np.random.Generator,
) -> Calibration:
    """
    Find the least threshold with which alarms are as rare as asked.

    Parameters
    ----------
    model
        What the monitor takes rates and counts to be.
    rate
        Constant rate of the simulated series, in events a year.
    exposure
        Years observed in each period.
    period_years
        Length of a period.
    chance
        Of a change at a period, in the monitor's prior.
    within
        How many of the latest periods are recent.
    n_before
        Periods that the monitor has behind it.
    asked
        False alarms a year at most. They are counted over the time in which one is expected, or
        1,500 periods less those before if that is shorter.
    rng
        Source of the draws.
    """
    n_before = min(max(n_before, 1), _MOST_PERIODS // 2)
    n_counted = min(max(ceil(1 / asked / period_years), 10), _MOST_PERIODS - n_before)
    n_periods = n_before + n_counted
    n_series = int(np.clip(2 * _MOST_STEPS / n_periods**2, _FEWEST, _MOST))
    recent = []
    for size in _parts(n_series, n_periods):
        counts = model.draw_counts(rate, exposure, (size, n_periods), rng)
        followed = simulate_probabilities(counts, model, exposure, chance, within)
        recent.append(followed[:, n_before - 1 :])
    probabilities = np.concatenate(recent)
    years = n_series * n_counted * period_years
    threshold, n_alarms = find_threshold(probabilities, asked * years)
    begun = (probabilities[:, 1:] >= threshold) & (probabilities[:, :-1] < threshold)
    spread = float(begun.sum(axis=1).std(ddof=1)) / n_series**0.5
    return Calibration(
        threshold=threshold,
        asked=asked,
        found=n_alarms / years,
        error=spread / (n_counted * period_years),
        rate=rate,
        exposure_years=exposure,
        n_before=n_before,
        n_counted=n_counted,
        n_series=n_series,
    )


def find_threshold(probabilities: Floats, most: float) -> tuple[float, int]:
    """
    Find the least threshold such that it, and any above it, gives at most so many alarms.

    Parameters
    ----------
    probabilities
        Shape ``(n_series, n_periods)``; the first period only says where each series stood.
    most
        Alarms that may begin in all of them together.

    Returns
    -------
    tuple
        The threshold, and how many alarms begin with it.

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


def _parts(n_series: int, n_periods: int) -> list[int]:
    """Split the series so that a part takes little memory."""
    size = max(1, min(n_series, 2_000_000 // n_periods))
    full, rest = divmod(n_series, size)
    return [size] * full + ([rest] if rest else [])
