"""Intervals for shares of events, and for the difference of two."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["difference_interval", "exact_interval", "wilson_interval"]

Floats = NDArray[np.float64]


def wilson_interval(share: Floats, n_events: Floats | float, level: float) -> tuple[Floats, Floats]:
    """
    Give Wilson's interval for shares.

    Where an event counts by a part between 0 and 1, its variance is at most that of one which
    counts wholly or not at all, and the interval is too wide rather than too narrow.

    >>> low, high = wilson_interval(np.array([0.1]), 10, 0.95)
    >>> print(low.round(4), high.round(4))
    [0.0179] [0.4042]
    """
    from scipy.special import ndtri

    z2 = float(ndtri((1 + level) / 2)) ** 2
    n = np.asarray(n_events, dtype=np.float64)
    centre = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = np.sqrt(z2) / (1 + z2 / n) * np.sqrt(share * (1 - share) / n + z2 / (4 * n**2))
    return np.maximum(centre - half, 0.0), np.minimum(centre + half, 1.0)


def difference_interval(
    before: Floats, n_before: float, after: Floats, n_after: float, level: float
) -> tuple[Floats, Floats]:
    """
    Give Newcombe's interval for the difference of two independent shares, after minus before.

    >>> low, high = difference_interval(np.array([48 / 80]), 80, np.array([56 / 70]), 70, 0.95)
    >>> print(low.round(4), high.round(4))
    [0.0524] [0.3339]
    """
    low1, high1 = wilson_interval(before, n_before, level)
    low2, high2 = wilson_interval(after, n_after, level)
    gap = after - before
    low = gap - np.sqrt((after - low2) ** 2 + (high1 - before) ** 2)
    high = gap + np.sqrt((high2 - after) ** 2 + (before - low1) ** 2)
    return low, high


def exact_interval(n_named: Floats, n_events: Floats, level: float) -> tuple[Floats, Floats]:
    """
    Give the exact interval of Clopper and Pearson for shares; NaN where there are no events.

    >>> low, high = exact_interval(np.array([0.0, 3.0]), np.array([10.0, 10.0]), 0.95)
    >>> print(low.round(4), high.round(4))
    [0.     0.0667] [0.3085 0.6525]
    """
    from scipy.special import betaincinv

    tail = (1 - level) / 2
    rest = n_events - n_named
    none, whole = n_named <= 1e-12, rest <= 1e-12
    low = np.where(none, 0.0, betaincinv(np.where(none, 1.0, n_named), rest + 1, tail))
    high = np.where(whole, 1.0, betaincinv(n_named + 1, np.where(whole, 1.0, rest), 1 - tail))
    empty = n_events <= 1e-12
    return np.where(empty, np.nan, low), np.where(empty, np.nan, high)
