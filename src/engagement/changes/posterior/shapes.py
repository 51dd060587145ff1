"""Whether counts have no change, steps, a steady trend, or a trend with a break."""

from __future__ import annotations

from math import log
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from attrs import evolve
from numpy.typing import ArrayLike, NDArray

from engagement.changes.posterior.component_runs import ComponentRuns
from engagement.changes.posterior.inference import change_posterior
from engagement.changes.posterior.trend_line import TrendLine, log_density_of_slope
from engagement.errors import SeriesError, SettingError
from engagement.models.count_rows import read_count_rows
from engagement.models.families import read_family

if TYPE_CHECKING:
    from engagement.changes.posterior.segmentations import Segmentations
    from engagement.counting.panels import CountsLike
    from engagement.models.families import Family

__all__ = ["SHAPES", "compare_shapes", "is_rather_a_trend", "log_evidence_of_shapes"]

Floats = NDArray[np.float64]

SHAPES = ("no change", "steps", "trend", "trend with a break")
"""What is compared."""

ODDS = 3.0
"""How many times as probable as steps a trend must be to be said."""

_FEWEST = 4
"""Periods that a trend can be told from."""

_STEEPEST = 12.0
"""Log of the ratio of both ends beyond which no trend with a break is looked for."""

_POINTS = 17
"""Slopes on the grid of a trend with a break."""

_NEGLIGIBLE = 12.0
"""Slopes so far below the best, in logs, hold nothing."""

_CLOSE = 1.0
"""Logs from the odds asked for, within which the evidence of a trend is summed, not estimated."""

_COMPONENTS = 2
"""The likeliest components of the model, which stand for all."""


def compare_shapes(
    counts: CountsLike, *, periods: object = None, family: str | Family = "auto"
) -> pd.Series:
    """
    Give the probabilities of no change, steps, a steady trend, and a trend with a break.

    Each has a prior probability of one quarter, and is averaged over its parameters:
    steps over one change or more and their dates, with the priors of `change_posterior`; a
    trend over its slope, the log ratio of its two ends being logistic; a trend with a break
    over one slope, two levels, and the date of the break.

    Parameters
    ----------
    counts
        Counts with exposures. Periods without exposure are passed over.
    periods
        Periods of *counts* where that is an array, see `CountSeries.from_arrays`.
    family
        What the counts are taken to be, see `change_posterior`.

    Returns
    -------
    pandas.Series
        Indexed by ``shape``: ``no change``, ``steps``, ``trend``, ``trend with a break``; sums to
        one.

    Raises
    ------
    SeriesError
        If a count is not whole, or there are fewer than four observed periods, or so many that
        changes are looked for in some of them only.
    SettingError
        If the family is unknown, or not one of counts.

    Examples
    --------
    >>> counts = [3, 3, 4, 5, 7, 8, 9, 12, 14, 17, 20, 25, 29, 35]
    >>> print(compare_shapes(counts, periods=range(1990, 2004)).round(2).to_string())
    shape
    no change             0.00
    steps                 0.00
    trend                 0.83
    trend with a break    0.17
    """
    chosen = read_family(family)
    if not chosen.whole_counts:
        raise SettingError(f"trends are of counts, and family '{chosen.name}' is not one of these")
    posterior = change_posterior(counts, periods=periods, family=chosen)
    series = posterior.series
    if series.n_observed < _FEWEST:
        raise SeriesError(
            f"{_FEWEST} observed periods are needed to tell a trend from steps, got "
            f"{series.n_observed}"
        )
    if getattr(posterior.exact, "restriction", ""):
        raise SeriesError(
            f"shapes are compared where changes can be in every period, got {series.n_observed:,} "
            "observed periods; use longer ones, as with Counts.resample"
        )
    times = series.periods.asi8[series.observed].astype(np.float64)
    logs = log_evidence_of_shapes(posterior.exact, times)
    odds = np.exp(logs - logs.max())
    index = pd.Index(SHAPES, name="shape")
    return pd.Series(odds / odds.sum(), index=index, name="probability")


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
    if len(times) < _FEWEST or not posterior.n_changes:
        return False
    best = _likeliest(posterior)
    lines = [TrendLine.of(posterior, one, _scaled(times)) for one in best.tolist()]
    least = posterior.log_probability_of_changes(best) + log(ODDS)
    found = _log_sum([line.log_about() for line in lines])
    if abs(found - least) < _CLOSE:
        found = _log_sum([line.log_evidence() for line in lines])
    return found > least


def log_evidence_of_shapes(posterior: Segmentations, times: Floats) -> Floats:
    """
    Return the log probability of counts with each of `SHAPES`, up to what is the same for all.

    Each is averaged over what it leaves open, for the likeliest components of the model. Steps
    are one change or more, by their prior. A trend has a level with the prior that segments have
    for their rates, and the log ratio of its two ends is logistic, as that of two segments
    nearly is; with a break it has two levels, and one slope. A series with a trend is one whose
    exposures grow.

    Parameters
    ----------
    posterior
        Of a series with room for a change.
    times
        Of the periods observed, increasing, shape ``(n,)``.
    """
    best, scaled = _likeliest(posterior), _scaled(times)
    none = _log_sum(posterior.log_joint[best, 0])
    steps = posterior.log_probability_of_changes(best)
    lines = [TrendLine.of(posterior, one, scaled) for one in best.tolist()]
    trend = _log_sum([line.log_evidence() for line in lines])
    return np.array([none, steps, trend, _log_broken_trend(posterior, best, scaled)])


def _likeliest(posterior: Segmentations) -> NDArray[np.intp]:
    """List the likeliest components of the model."""
    return np.argsort(posterior.of_components)[::-1][:_COMPONENTS]


def _scaled(times: Floats) -> Floats:
    """Return times from minus one half to one half."""
    return np.asarray((times - (times[0] + times[-1]) / 2) / (times[-1] - times[0]))


def _log_broken_trend(posterior: Segmentations, which: NDArray[np.intp], scaled: Floats) -> float:
    """Integrate over the slope of a trend with a break, between slopes that hold something."""
    low, high = -_STEEPEST, _STEEPEST
    while True:
        slopes = np.linspace(low, high, _POINTS)
        logs = np.array(
            [_log_two_levels(posterior, which, np.exp(slope * scaled)) for slope in slopes]
        )
        logs += log_density_of_slope(slopes)
        if not np.isfinite(logs).any():
            return -np.inf
        kept = np.flatnonzero(logs > logs.max() - _NEGLIGIBLE)
        if kept[-1] - kept[0] >= _POINTS // 3 or high - low < 1e-6:
            return _log_sum(logs) + log(slopes[1] - slopes[0])
        low, high = slopes[max(kept[0] - 1, 0)], slopes[min(kept[-1] + 1, _POINTS - 1)]


def _log_two_levels(posterior: Segmentations, which: NDArray[np.intp], growth: Floats) -> float:
    """Return the log probability of counts whose rate grows, with a change of its level."""
    if not posterior.max_changes:
        return -np.inf
    model = read_count_rows(posterior.model).with_growth(growth)
    task = evolve(posterior.task, model=model, log_masses=None)
    logs = ComponentRuns.of(task, which).log_joint(2)[:, 1]
    return _log_sum(logs) - float(posterior.task.log_odds[1] + posterior.log_ways[1])


def _log_sum(logs: ArrayLike) -> float:
    logs = np.asarray(logs, dtype=np.float64)
    top = float(logs.max())
    if top == -np.inf:
        return top
    return top + log(float(np.exp(logs - top).sum()))
