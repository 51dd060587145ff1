"""Whether a steady trend explains counts better than steps do."""

from __future__ import annotations

from math import log
from typing import TYPE_CHECKING

import numpy as np
from attrs import evolve
from numpy.typing import NDArray

from engagement.changes.posterior.component_runs import ComponentRuns

if TYPE_CHECKING:
    from engagement.changes.posterior.segmentations import Segmentations

__all__ = ["is_rather_a_trend", "log_odds_of_trend"]

Floats = NDArray[np.float64]

ODDS = 3.0
"""How many times as probable as steps a trend must be to be said."""

_STEEPEST = 12.0
"""Log of the ratio of both ends beyond which no trend is looked for at first."""

_POINTS = 17
"""Slopes on the grid."""

_NEGLIGIBLE = 12.0
"""Slopes so far below the best, in logs, hold nothing."""

_COMPONENTS = 2
"""The likeliest components of the model, which stand for all."""


def is_rather_a_trend(posterior: Segmentations, times: Floats) -> bool:
    """
    Tell whether a log-linear trend is three times as probable as the changes found.

    Parameters
    ----------
    posterior
        Of a series of counts.
    times
        Of the periods observed, increasing, shape ``(n,)``.

    Examples
    --------
    >>> import numpy as np
    >>> from engagement.changes.posterior.segmentation_inference import infer_counts
    >>> from engagement.models.families import read_family
    >>> def weighed(counts):
    ...     ones = np.ones(len(counts))
    ...     return infer_counts(counts, ones, ones, family=read_family("auto"), min_length=2)[0]
    >>> times = np.arange(20.0)
    >>> is_rather_a_trend(weighed(np.rint(np.exp(times / 7)) * 3), times)
    True
    >>> is_rather_a_trend(weighed(np.repeat([1.0, 9.0], 10)), times)
    False
    """
    if len(times) < 4 or not posterior.n_changes:
        return False
    return log_odds_of_trend(posterior, times) > log(ODDS)


def log_odds_of_trend(posterior: Segmentations, times: Floats) -> float:
    """
    Return the log of how many times a trend makes counts as probable as changes do.

    Both are averaged over what they leave open, for the likeliest components of the model. A
    trend has a level with the prior that segments have for their rates, and the log ratio of
    its two ends is logistic, as that of two segments nearly is. Changes are of one or more, by
    their prior. A series with a trend is one without change whose exposures grow.
    """
    best = np.argsort(posterior.of_components)[::-1][:_COMPONENTS]
    of_steps = posterior.log_probability_of_changes(best)
    middle = (times[0] + times[-1]) / 2
    scaled = (times - middle) / (times[-1] - times[0])
    low, high = -_STEEPEST, _STEEPEST
    while True:
        slopes = np.linspace(low, high, _POINTS)
        logs = np.array([_log_level(posterior, best, np.exp(slope * scaled)) for slope in slopes])
        logs -= np.abs(slopes) + 2 * np.log1p(np.exp(-np.abs(slopes)))
        if not np.isfinite(logs).any():
            return -np.inf
        kept = np.flatnonzero(logs > logs.max() - _NEGLIGIBLE)
        if kept[-1] - kept[0] >= _POINTS // 3 or high - low < 1e-6:
            return _log_sum(logs) + log(slopes[1] - slopes[0]) - of_steps
        low, high = slopes[max(kept[0] - 1, 0)], slopes[min(kept[-1] + 1, _POINTS - 1)]


def _log_level(posterior: Segmentations, which: NDArray[np.intp], growth: Floats) -> float:
    """Return the log probability of counts whose rate grows, over its level and components."""
    grown = posterior.task.model.with_growth(growth)
    runs = ComponentRuns.of(evolve(posterior.task, model=grown), which, keep=False)
    return _log_sum(runs.log_joint(1))


def _log_sum(logs: NDArray[np.floating]) -> float:
    top = float(logs.max())
    if top == -np.inf:
        return top
    return top + log(float(np.exp(logs - top).sum()))
