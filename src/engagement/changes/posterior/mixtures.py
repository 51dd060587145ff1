"""Quantiles of mixtures that overlapping segments make of the rates in each period."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from engagement.changes.posterior.ladders import rates_below

if TYPE_CHECKING:
    from engagement.models.families import Likelihood
    from engagement.models.priors import Prior

__all__ = ["SegmentMixture", "intensity_band"]

Floats = NDArray[np.float64]
Places = NDArray[np.intp]

TOLERANCE = 5e-4
"""By how much the probability below a quantile may differ from what was asked."""

_LEFT_OUT = 3e-4
"""Probability of segments in a period that is left out as too small to matter."""

_MOST_AT_ONCE = 1_000_000
"""Probabilities that are in memory at a time, unless one rate has more segments."""


@frozen(kw_only=True, eq=False)
class SegmentMixture:
    """
    For each period the mixture, over the segments that cover it, of what is known of their rates.

    Segments are told apart by what they sum to; those that are alike are one kind.

    Parameters
    ----------
    starts, ends
        The periods that each segment covers, from *starts* up to before *ends*.
    weights
        Probability of each segment. Over each period they sum to about one.
    kinds
        The kind of each segment.
    n_kinds
        How many kinds there are.
    n_periods
        Number of periods.
    below
        For rates of shape ``(n_rates,)``, the probability of each kind that its own rate is at
        most each of them, shape ``(n_rates, n_kinds)``.
    """

    starts: Places
    ends: Places
    weights: Floats
    kinds: Places
    n_kinds: int
    n_periods: int
    below: Callable[[Floats], Floats]

    def cover(self, values: Floats) -> Floats:
        """Sum weighted values of the kinds over each period, shape ``(n_periods,)``."""
        weighted = self.weights * values[self.kinds]
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
            Rates between which every quantile lies. The grid is one of their logarithms where
            both are positive.

        Returns
        -------
        numpy.ndarray
            Shape ``(n_shares, n_periods)``.
        """
        total = self.cover(np.ones(self.n_kinds))
        to_scale, to_rate = (np.log, np.exp) if low > 0 else (np.positive, np.positive)
        grid = np.linspace(to_scale(low), to_scale(high), 33)
        closest = 1e-9 * max(grid[-1] - grid[0], 1e-300) if low <= 0 else 1e-9
        chances = self._below(to_rate(grid)) / total
        wanted = np.repeat(shares, self.n_periods)
        period = np.tile(np.arange(self.n_periods), len(shares))
        for _ in range(60):
            cells = np.clip((chances[:, period] < wanted).sum(axis=0) - 1, 0, len(grid) - 2)
            before, after = chances[cells, period], chances[cells + 1, period]
            inside = np.clip((wanted - before) / np.maximum(after - before, 1e-300), 0.0, 1.0)
            width = grid[cells + 1] - grid[cells]
            off = np.minimum(np.abs(wanted - before), np.abs(wanted - after))
            open_ = (off > TOLERANCE) & (after - before > 8 * TOLERANCE) & (width > closest)
            if not open_.any():
                break
            parts = np.clip(np.rint(inside[open_] * 16), 1, 15) / 16
            added = np.unique(grid[cells[open_]] + parts * width[open_])
            places = np.searchsorted(grid, added)
            below = self._below(to_rate(added)) / total
            chances = np.insert(chances, places, below, axis=0)
            grid = np.insert(grid, places, added)
        rates = to_rate(grid[cells] + inside * width)
        return np.asarray(rates.reshape(len(shares), -1), dtype=np.float64)

    def _below(self, rates: Floats) -> Floats:
        at_once = max(1, _MOST_AT_ONCE // self.n_kinds)
        return np.stack(
            [
                self.cover(below)
                for first in range(0, len(rates), at_once)
                for below in self.below(rates[first : first + at_once])
            ]
        )


def intensity_band(
    parts: Sequence[tuple[Floats, Likelihood]], sums: Floats, prior: Prior, tail: float
) -> tuple[Floats, Floats, Floats]:
    """
    Average the rates of all segments that cover each period, and find a band for them.

    Parameters
    ----------
    parts
        Likelihoods, each with the probability of each segment under it, shape
        ``(n + 1, n + 1)``, at ``[end, start]``; over all parts one segment covers each period.
    sums
        Statistics of each segment, shape ``(n_statistics, n + 1, n + 1)``.
    prior
        On the rate of each segment.
    tail
        Probability on either side of the band.

    Returns
    -------
    tuple of numpy.ndarray
        Mean, lower end and upper end in each period, each of shape ``(n,)``.
    """
    n_periods = sums.shape[-1] - 1
    ends, starts = np.nonzero(np.logical_or.reduce([chances > 0 for chances, _ in parts]))
    weights = np.stack([chances[ends, starts] for chances, _ in parts])
    mean, whole = np.zeros(n_periods), np.zeros(n_periods)
    for chances, one in parts:
        mean += _cover_all(chances, one.rate_mean(sums[:, ends, starts], prior), ends, starts)
        whole += _cover_all(chances, np.ones(len(ends)), ends, starts)
    mean /= whole
    kept = worth_keeping(weights.ravel())
    which, kept = np.divmod(kept, len(ends))
    starts, ends, weights = starts[kept], ends[kept], weights[which, kept]
    kinds, used, n_kinds = np.empty(len(which), dtype=np.intp), [], 0
    for part in np.unique(which):
        here = which == part
        alike, same = np.unique(sums[:, ends[here], starts[here]], axis=1, return_inverse=True)
        kinds[here] = n_kinds + same.ravel()
        n_kinds += alike.shape[1]
        used.append((parts[part][1], alike))
    below = [rates_below(one, alike, prior, n_periods) for one, alike in used]
    mixture = SegmentMixture(
        starts=starts,
        ends=ends,
        weights=weights,
        kinds=kinds,
        n_kinds=n_kinds,
        n_periods=n_periods,
        below=lambda rates: np.concatenate([ask(rates) for ask in below], axis=1),
    )
    low = min(float(one.rate_quantile(tail / 2, alike, prior).min()) for one, alike in used)
    high = max(float(one.rate_quantile(1 - tail / 2, alike, prior).max()) for one, alike in used)
    lower, upper = mixture.quantiles((tail, 1 - tail), low, high)
    return mean, lower, upper


def _cover_all(chances: Floats, values: Floats, ends: Places, starts: Places) -> Floats:
    """Sum weighted values of segments over each period, by addition only, shape ``(n,)``."""
    weighted = np.zeros_like(chances)
    weighted[ends, starts] = chances[ends, starts] * values
    np.cumsum(weighted, axis=1, out=weighted)
    return np.asarray(np.tril(weighted, -1).sum(axis=0)[:-1], dtype=np.float64)


def worth_keeping(weights: Floats) -> Places:
    """Return the places of all segments but the least, which together hold almost nothing."""
    some = np.flatnonzero(weights > 1e-3 * _LEFT_OUT / max(len(weights), 1))
    order = some[np.argsort(weights[some])]
    spent = np.cumsum(weights[order])
    return np.sort(order[spent > _LEFT_OUT])
