"""A trend instead of steps: whether a steady growth is more probable than the changes found."""

from __future__ import annotations

from math import log
from typing import TYPE_CHECKING

import numpy as np

from engagement.changes.posterior.exact import weigh_segmentations
from engagement.models.poisson import Poisson
from engagement.models.priors import unit_prior

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["is_rather_a_trend", "log_odds_of_trend"]

ODDS = 3.0
"""By how many times a trend must be the more probable to be called one."""

CHANGES_PRIOR = 0.25
"""By how much each further change is less probable beforehand."""

_STEEPEST = 16.0
"""Log of the largest ratio of a trend's ends."""

_NEGLIGIBLE = 20.0
"""Slopes whose log weight is this far below the best hold nothing."""


def is_rather_a_trend(
    counts: Floats,
    exposures: Floats,
    times: Floats,
    n_changes: int,
    *,
    min_length: int,
    weight: float = 1.0,
) -> bool:
    """
    Tell whether a trend is three times as probable as changes, both being alike beforehand.

    Parameters
    ----------
    counts, exposures
        Of the observed periods, shape ``(n,)``; exposures positive.
    times
        When they were, increasing, in any unit.
    n_changes
        The number of changes that was found; fewer, but for none, are weighed with it.
    min_length
        Periods in a segment.
    weight
        The power to which either likelihood is raised.

    Examples
    --------
    >>> import numpy as np
    >>> times, years = np.arange(20.0), np.ones(20)
    >>> steady = np.rint(np.exp(times / 7)) * 3
    >>> is_rather_a_trend(steady, years, times, 1, min_length=2)
    True
    >>> is_rather_a_trend(np.repeat([1.0, 9.0], 10), years, times, 1, min_length=2)
    False
    """
    if len(counts) < 4 or not n_changes or not counts.any():
        return False
    odds = log_odds_of_trend(
        counts, exposures, times, n_changes, min_length=min_length, weight=weight
    )
    return odds > log(ODDS)


def log_odds_of_trend(
    counts: Floats,
    exposures: Floats,
    times: Floats,
    n_changes: int,
    *,
    min_length: int,
    weight: float = 1.0,
) -> float:
    """
    Return the log of how many times a trend makes counts as probable as changes do.

    Both are averaged over what they leave open. A trend has a level with the prior that
    segments have for their rates, and the ratio of its two ends has the one that follows from
    it for the ratio of two segments: its log is logistic. Changes are of one up to *n_changes*,
    at all dates.

    Parameters
    ----------
    counts, exposures, times, n_changes, min_length, weight
        As in `is_rather_a_trend`.
    """
    steps = weigh_segmentations(
        counts,
        exposures,
        family=Poisson(),
        min_length=min_length,
        max_changes=n_changes,
        weight=weight,
    )
    numbers = np.arange(1, n_changes + 1)
    logs = numbers * log(CHANGES_PRIOR) + [steps.log_evidence(k) for k in numbers.tolist()]
    of_steps = _log_sum(logs) - _log_sum(numbers * log(CHANGES_PRIOR))
    return _log_evidence_of_trend(counts, exposures, times, weight) - of_steps


def _log_evidence_of_trend(
    counts: Floats, exposures: Floats, times: Floats, weight: float
) -> float:
    """Integrate a log-linear trend over its level, exactly, and over its slope, on a grid."""
    middle = (times[0] + times[-1]) / 2
    scaled = (times - middle) / (times[-1] - times[0])
    events, pull = counts.sum(), weight * float(counts @ scaled)
    prior = unit_prior(float(events), float(exposures.sum()))
    low, high = -_STEEPEST, _STEEPEST
    while True:
        slopes = np.linspace(low, high, 65)
        tilted = np.exp(slopes[:, None] * scaled) @ exposures
        sums = np.stack([np.full_like(tilted, events), tilted])
        logs = Poisson().log_marginal(sums, prior, weight) + pull * slopes
        logs -= np.abs(slopes) + 2 * np.log1p(np.exp(-np.abs(slopes)))
        kept = np.flatnonzero(logs > logs.max() - _NEGLIGIBLE)
        if kept[-1] - kept[0] > 16 or high - low < 1e-6:
            return _log_sum(logs) + log(slopes[1] - slopes[0])
        low, high = slopes[max(kept[0] - 1, 0)], slopes[min(kept[-1] + 1, 64)]


def _log_sum(logs: NDArray[np.floating]) -> float:
    top = float(logs.max())
    return top + log(float(np.exp(logs - top).sum()))
