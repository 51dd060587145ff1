"""How alike neighbouring periods are, beyond what a change explains."""

from __future__ import annotations

from math import log
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from engagement.changes.testing.windows import WindowSet
from engagement.settings.tuned import (
    CORRELATION_RAISED,
    LIKELY_CORRELATION,
    LIKELY_WEIGHT,
    LOST_AT_ONE,
    LOST_BY_LOG_LENGTH,
)

if TYPE_CHECKING:
    from engagement.changes.testing.null_layout import NullLayout

__all__ = ["estimate_dependence", "order_kept", "residuals_of_best_window"]

Floats = NDArray[np.float64]


def residuals_of_best_window(counts: Floats, exposures: Floats) -> tuple[Floats, int]:
    """
    Return Pearson residuals from two rates, in and out of the best window.

    Parameters
    ----------
    counts, exposures
        Shape ``(n,)``.

    Returns
    -------
    tuple
        The residuals, shape ``(n,)``, and the number of segments: two or three.
    """
    _, start, end = WindowSet.of(exposures).best(counts)
    inside = np.zeros(len(counts), dtype=bool)
    inside[start:end] = True
    means = np.empty(len(counts))
    for part in (inside, ~inside):
        means[part] = exposures[part] * counts[part].sum() / exposures[part].sum()
    residuals = (counts - means) / np.sqrt(np.maximum(means, 1e-300))
    return np.where(means > 0, residuals, 0.0), 2 + (start > 0)


def estimate_dependence(counts: Floats, exposures: Floats, layout: NullLayout) -> float:
    """
    Estimate the correlation of neighbouring periods that the order of a series must keep.

    It is the lag-1 correlation of the residuals from the best window, brought up by what the
    choice of that window took from it (`lost_to_the_best_window`), and drawn towards half the
    excess share of the variance: the share beyond that of Poisson counts, for independent
    events make no periods alike. (Choosing the best window takes from the variance as much
    again as fitting it.) Short series are drawn more, as if there were 28 further periods. As
    values in the order of a path follow it the less closely the fewer they are, the correlation
    is divided by what the slots leave of it, and it is raised by a tenth for not being known.

    Parameters
    ----------
    counts
        Shape ``(n,)``.
    exposures
        Weighed by the season, shape ``(n,)``.
    layout
        Where the counts stand; only periods that follow one another tell.

    Returns
    -------
    float
        From 0 to 0.9.
    """
    n_periods = len(counts)
    residuals, n_segments = residuals_of_best_window(counts, exposures)
    power = float(residuals @ residuals)
    if not power:
        return 0.0
    together = float((residuals[1:] * residuals[:-1])[layout.steps == 1].sum())
    lag = together / power + lost_to_the_best_window(n_periods) / n_periods
    n_free = n_periods - 2 * n_segments - len(np.unique(layout.slots)) + 1
    excess = max(0.0, 1.0 - max(n_free, 1) / power)
    drawn = (n_periods * lag + LIKELY_WEIGHT * LIKELY_CORRELATION * excess) / (
        n_periods + LIKELY_WEIGHT
    )
    return float(np.clip(CORRELATION_RAISED * drawn / order_kept(layout.slots), 0.0, 0.9))


def lost_to_the_best_window(n_periods: int) -> float:
    """
    Return how much the sum of products of neighbours loses to the best window, of unit variance.

    The more windows there are to choose from, the more the best of them takes. The line was
    fitted to simulated Poisson and overdispersed series without change of 28 to 336 periods;
    `benchmarks/dependence.py` shows it beside them.

    Examples
    --------
    >>> [round(lost_to_the_best_window(n), 1) for n in (28, 120, 336)]
    [3.6, 5.3, 6.6]
    """
    return max(LOST_BY_LOG_LENGTH * log(n_periods) + LOST_AT_ONE, 0.0)


def order_kept(slots: NDArray[np.int64]) -> float:
    """
    Return how much of a path's correlation is left where ranks within slots stand for it.

    Examples
    --------
    >>> import numpy as np
    >>> round(order_kept(np.zeros(28, dtype=int)), 2), round(order_kept(np.arange(24) % 12), 2)
    (0.94, 0.69)
    """
    from scipy.special import ndtri

    kept, free = 0.0, 0.0
    sizes, how_many = np.unique(np.bincount(slots), return_counts=True)
    for size, times in zip(sizes.tolist(), how_many.tolist(), strict=True):
        if size > 1:
            scores = ndtri((np.arange(1, size + 1) - 0.375) / (size + 0.25))
            kept += times * float(scores @ scores)
            free += times * (size - 1)
    return kept / free if free else 1.0
