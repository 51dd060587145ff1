"""What a series says about its dispersion and its number of changes, both at once."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from engagement.settings.tuned import EXCESSES, PANEL_MOST_CHANGES

__all__ = ["log_evidence"]

Floats = NDArray[np.float64]

_BLOCKS = 32
"""Into so many blocks a longer series is cut, between which changes are looked for."""

_SHORTEST = 2  # periods of a segment

_LOST = 1e-280  # of its scale, below which a sum is made anew on a scale of its own


@lru_cache(maxsize=32)
def _frame(n_periods: int) -> tuple[NDArray[np.int64], NDArray[np.bool_], Floats]:
    """Return bounds of blocks, which pairs of them are segments, and the log numbers of ways."""
    n_blocks = min(n_periods, _BLOCKS)
    bounds = np.round(np.linspace(0, n_periods, n_blocks + 1)).astype(np.int64)
    allowed = bounds[None, :] - bounds[:, None] >= _SHORTEST
    return bounds, allowed, _log_sums(np.where(allowed, 0.0, -np.inf)[None])[0]


def log_evidence(counts: Floats, exposures: Floats) -> Floats:
    """
    Tabulate the log evidence of a series by its dispersion and its number of changes.

    Counts are negative binomial with a variance of 1 + x times the mean at the overall rate;
    the rate of each segment, of two periods or more, has a prior that weighs as much as one
    event at that rate, and sets of changes are averaged. In long series changes are looked for
    between blocks of periods only.

    Parameters
    ----------
    counts, exposures
        Shape ``(n,)``, at least one event.

    Returns
    -------
    numpy.ndarray
        Shape ``(n_excesses, 4)``: by x of `EXCESSES`, and by no to three changes; minus
        infinity where there is no room for so many.
    """
    from scipy.special import gammaln, xlogy

    n_periods = len(counts)
    bounds, allowed, log_ways = _frame(n_periods)
    years = exposures / exposures.mean()
    rate = counts.sum() / n_periods
    events = np.concatenate(([0.0], np.cumsum(counts)))[bounds]
    time = np.concatenate(([0.0], np.cumsum(years)))[bounds]
    starts, ends = np.nonzero(allowed)
    s, e = events[ends] - events[starts], time[ends] - time[starts]

    x = EXCESSES[1:, None]
    size = rate / x  # of one period; a prior of one event has the size 1 / x
    base = 1 / x
    ratio = np.empty((len(EXCESSES), len(s)))
    log_gamma = gammaln(1 + s)
    ratio[0] = np.log(1 / rate) + log_gamma - (1 + s) * np.log(1 / rate + e)
    ratio[1:] = log_gamma + gammaln(base + 1) - gammaln(base)
    ratio[1:] += gammaln(base + size * e) - gammaln(base + size * e + 1 + s)
    outside = np.empty(len(EXCESSES))
    outside[0] = xlogy(counts, years).sum()
    here = size * years
    outside[1:] = (gammaln(counts + here) - gammaln(here)).sum(axis=1)

    segments = np.full((len(EXCESSES), len(bounds), len(bounds)), -np.inf)
    segments[:, starts, ends] = ratio
    with np.errstate(invalid="ignore"):
        means = _log_sums(segments) - log_ways
    return np.where(np.isneginf(log_ways), -np.inf, means) + outside[:, None]


def _log_sums(segments: Floats) -> Floats:
    """
    Sum over all ways to cut the blocks in up to four, as logs.

    Parameters
    ----------
    segments
        Log weight of each segment, shape ``(n_tables, n_blocks + 1, n_blocks + 1)``.

    Returns
    -------
    numpy.ndarray
        Shape ``(n_tables, 4)``.
    """
    top = _finite(segments.max(axis=1))
    weights = np.exp(segments - top[:, None, :])
    sums = np.empty((len(segments), PANEL_MOST_CHANGES + 1))
    reached = segments[:, 0, :]
    sums[:, 0] = reached[:, -1]
    is_open = np.isfinite(segments[0])  # in all tables alike
    ends = is_open[0]
    for n_changes in range(1, PANEL_MOST_CHANGES + 1):
        highest = _finite(reached.max(axis=1))[:, None]
        steps = (np.exp(reached - highest)[:, None, :] @ weights)[:, 0, :]
        with np.errstate(divide="ignore"):
            further = np.log(steps) + top + highest
        ends = ends @ is_open
        lost = (steps[:, ends] < _LOST).any(axis=1)
        if lost.any():
            further[lost] = _carefully(reached[lost], segments[lost])
        reached = further
        sums[:, n_changes] = reached[:, -1]
    return sums


def _carefully(reached: Floats, segments: Floats) -> Floats:
    """Sum over the last segment, each sum on a scale of its own."""
    steps = reached[:, :, None] + segments
    top = _finite(steps.max(axis=1))
    with np.errstate(divide="ignore"):
        return np.asarray(top + np.log(np.exp(steps - top[:, None, :]).sum(axis=1)))


def _finite(logs: Floats) -> Floats:
    return np.where(np.isneginf(logs), 0.0, logs)
