"""Quantiles of mixtures that overlapping segments make of the rates in each period."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

if TYPE_CHECKING:
    from engagement.changes.families import Family, GammaPrior

__all__ = ["SegmentMixture", "intensity_band"]

Floats = NDArray[np.float64]
Places = NDArray[np.intp]

TOLERANCE = 5e-4
"""By how much the probability below a quantile may differ from what was asked."""

_LEFT_OUT = 3e-4
"""Probability of segments in a period that is left out as too small to matter."""


@frozen(kw_only=True, eq=False)
class SegmentMixture:
    """
    For each period the mixture, over the segments that cover it, of what is known of their rates.

    Parameters
    ----------
    starts, ends
        The periods that each segment covers, from *starts* up to before *ends*.
    weights
        Probability of each segment. Over each period they sum to about one.
    n_periods
        Number of periods.
    below
        For a rate, the probability of each segment that its own rate is at most that.
    """

    starts: Places
    ends: Places
    weights: Floats
    n_periods: int
    below: Callable[[float], Floats]

    def cover(self, values: Floats) -> Floats:
        """Sum weighted values of segments over each period, shape ``(n_periods,)``."""
        weighted = self.weights * values
        size = self.n_periods + 1
        steps = np.bincount(self.starts, weighted, size) - np.bincount(self.ends, weighted, size)
        return np.asarray(np.cumsum(steps)[:-1], dtype=np.float64)

    def quantiles(self, shares: tuple[float, ...], low: float, high: float) -> Floats:
        """
        Find in each period the rates below which the mixture holds given shares.

        A grid of rates, common to all periods, is made finer where a quantile is guessed to
        lie between two of its rates, until it is right within the tolerance at one of them, or
        within eight times that at both. Then it is interpolated.

        Parameters
        ----------
        shares
            Probabilities below the quantiles.
        low, high
            Rates between which every quantile lies, positive.

        Returns
        -------
        numpy.ndarray
            Shape ``(n_shares, n_periods)``.
        """
        total = self.cover(np.ones_like(self.weights))
        grid = np.linspace(np.log(low), np.log(high), 33)
        chances = self._below(grid) / total
        wanted = np.repeat(shares, self.n_periods)
        period = np.tile(np.arange(self.n_periods), len(shares))
        for _ in range(60):
            cells = np.clip((chances[:, period] < wanted).sum(axis=0) - 1, 0, len(grid) - 2)
            before, after = chances[cells, period], chances[cells + 1, period]
            inside = np.clip((wanted - before) / np.maximum(after - before, 1e-300), 0.0, 1.0)
            width = grid[cells + 1] - grid[cells]
            off = np.minimum(np.abs(wanted - before), np.abs(wanted - after))
            open_ = (off > TOLERANCE) & (after - before > 8 * TOLERANCE) & (width > 1e-9)
            if not open_.any():
                break
            parts = np.clip(np.rint(inside[open_] * 16), 1, 15) / 16
            added = np.unique(grid[cells[open_]] + parts * width[open_])
            places = np.searchsorted(grid, added)
            chances = np.insert(chances, places, self._below(added) / total, axis=0)
            grid = np.insert(grid, places, added)
        rates = np.exp(grid[cells] + inside * width)
        return np.asarray(rates.reshape(len(shares), -1), dtype=np.float64)

    def _below(self, logs: Floats) -> Floats:
        return np.stack([self.cover(self.below(float(rate))) for rate in np.exp(logs)])


def intensity_band(
    probability: Floats, sums: Floats, family: Family, prior: GammaPrior, tail: float
) -> tuple[Floats, Floats, Floats]:
    """
    Average the rates of all segments that cover each period, and find a band for them.

    Parameters
    ----------
    probability
        Of each segment, shape ``(n + 1, n + 1)``, at ``[end, start]``.
    sums
        Statistics of each segment, shape ``(n_statistics, n + 1, n + 1)``.
    family, prior
        What they say about the segment's rate.
    tail
        Probability on either side of the band.

    Returns
    -------
    tuple of numpy.ndarray
        Mean, lower end and upper end in each period, each of shape ``(n,)``.
    """
    ends, starts = np.nonzero(probability)
    weights = probability[ends, starts]
    means = family.rate_mean(sums[:, ends, starts], prior)
    n_periods = len(probability) - 1
    everything = SegmentMixture(
        starts=starts, ends=ends, weights=weights, n_periods=n_periods, below=lambda _: means
    )
    mean = everything.cover(means) / everything.cover(np.ones_like(means))
    kept = worth_keeping(weights)
    starts, ends, weights = starts[kept], ends[kept], weights[kept]
    alike, same = np.unique(sums[:, ends, starts], axis=1, return_inverse=True)
    mixture = SegmentMixture(
        starts=starts,
        ends=ends,
        weights=weights,
        n_periods=n_periods,
        below=lambda rate: family.rate_below(rate, alike, prior)[same],
    )
    low = float(family.rate_quantile(tail / 2, alike, prior).min())
    high = float(family.rate_quantile(1 - tail / 2, alike, prior).max())
    lower, upper = mixture.quantiles((tail, 1 - tail), low, high)
    return mean, lower, upper


def worth_keeping(weights: Floats) -> Places:
    """Return the places of all segments but the least, which together hold almost nothing."""
    order = np.argsort(weights)
    spent = np.cumsum(weights[order])
    return np.sort(order[spent > _LEFT_OUT])
