"""Whether counts have no change, steps, a steady trend, or a trend with a break."""

from __future__ import annotations

from math import log
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from attrs import evolve
from numpy.typing import NDArray

from engagement.changes.posterior.component_runs import ComponentRuns
from engagement.changes.posterior.inference import change_posterior
from engagement.changes.posterior.rate_grid import FINE, TAIL
from engagement.changes.posterior.segmentations import COARSE, COARSE_TAIL
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
"""Log of the ratio of both ends beyond which no trend is looked for at first."""

_POINTS = 17
"""Slopes on the grid."""

_NEGLIGIBLE = 12.0
"""Slopes so far below the best, in logs, hold nothing."""

_COMPONENTS = 2
"""The likeliest components of the model, which stand for all."""


def compare_shapes(
    counts: CountsLike, *, periods: object = None, family: str | Family = "auto"
) -> pd.Series:
    """
    Tell how probable no change, steps, a steady trend, and a trend with a break are.

    Each has a quarter of the probability beforehand, and is averaged over what it leaves open:
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
    best, scaled = _likeliest(posterior), _scaled(times)
    least = posterior.log_probability_of_changes(best) + log(ODDS)
    return _log_trend(posterior, best, scaled, 0, grid=(COARSE, COARSE_TAIL), least=least) > least


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
    none = _log_levels(posterior, best, np.ones(len(times)), 0)
    steps = posterior.log_probability_of_changes(best)
    trends = [_log_trend(posterior, best, scaled, n_changes) for n_changes in (0, 1)]
    return np.array([none, steps, *trends])


def _likeliest(posterior: Segmentations) -> NDArray[np.intp]:
    """List the likeliest components of the model."""
    return np.argsort(posterior.of_components)[::-1][:_COMPONENTS]


def _scaled(times: Floats) -> Floats:
    """Return times from minus one half to one half."""
    return np.asarray((times - (times[0] + times[-1]) / 2) / (times[-1] - times[0]))


def _log_trend(
    posterior: Segmentations,
    which: NDArray[np.intp],
    scaled: Floats,
    n_changes: int,
    *,
    grid: tuple[float, float] = (FINE, TAIL),
    least: float = -np.inf,
) -> float:
    """
    Integrate over slopes, between those that hold something.

    Where no slope of the first, coarse ones comes near *least*, none between them does either:
    the log likelihood is concave in the slope, and its curvature at most a quarter of the events.
    """
    low, high = -_STEEPEST, _STEEPEST
    n_events = float(read_count_rows(posterior.model).counts.sum())
    reach = (_STEEPEST / (_POINTS - 1)) ** 2 / 2 * n_events / 4
    while True:
        slopes = np.linspace(low, high, _POINTS)
        logs = np.array(
            [
                _log_levels(posterior, which, np.exp(slope * scaled), n_changes, grid=grid)
                for slope in slopes
            ]
        )
        logs -= np.abs(slopes) + 2 * np.log1p(np.exp(-np.abs(slopes)))
        if not np.isfinite(logs).any():
            return -np.inf
        if logs.max() + reach + _NEGLIGIBLE < least:
            return -np.inf
        kept = np.flatnonzero(logs > logs.max() - _NEGLIGIBLE)
        if kept[-1] - kept[0] >= _POINTS // 3 or high - low < 1e-6:
            return _log_sum(logs) + log(slopes[1] - slopes[0])
        low, high = slopes[max(kept[0] - 1, 0)], slopes[min(kept[-1] + 1, _POINTS - 1)]


def _log_levels(
    posterior: Segmentations,
    which: NDArray[np.intp],
    growth: Floats,
    n_changes: int,
    *,
    grid: tuple[float, float] = (FINE, TAIL),
) -> float:
    """Return the log probability of counts whose rate grows, with one level or with two."""
    grown = posterior.task.model.with_growth(growth)
    in_blocks = grown.n_periods == 1  # a long series, of which no break can be weighed
    if in_blocks and n_changes:
        return -np.inf
    task = evolve(
        posterior.task,
        model=grown,
        min_length=min(posterior.task.min_length, grown.n_periods),
        log_masses=None if in_blocks else posterior.task.log_masses,
    )
    runs = ComponentRuns.of(task, which, spacing=grid[0], tail=grid[1], keep=False)
    logs = runs.log_joint(n_changes + 1)[:, n_changes]
    prior = posterior.task.log_odds[n_changes] + posterior.log_ways[n_changes]
    return _log_sum(logs) - float(prior)


def _log_sum(logs: NDArray[np.floating]) -> float:
    top = float(logs.max())
    if top == -np.inf:
        return top
    return top + log(float(np.exp(logs - top).sum()))
