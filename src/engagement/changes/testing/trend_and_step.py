"""A trend and a step fitted to counts given their totals: what the two are compared by."""

from __future__ import annotations

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

__all__ = ["TrendAndStep"]

Floats = NDArray[np.float64]

_STEEPEST = 200.0  # slope over half the series, beyond which all events are at one end
_AT_ONCE = 2**21  # cells drawn at once


@frozen(kw_only=True, eq=False)
class TrendAndStep:
    """
    A trend and a step, fitted to rows of counts given their totals.

    Parameters
    ----------
    times
        From -1 to 1, increasing, shape ``(n,)``.
    exposures
        Years observed, positive.
    """

    times: Floats
    exposures: Floats

    def slopes(self, rows: Floats) -> Floats:
        """
        Find the slope of the log-linear trend of each row, by halving.

        The mean time of the events is that under the trend, which grows with the slope.
        """
        wanted = rows @ self.times / rows.sum(axis=1)
        low, high = np.full(len(rows), -_STEEPEST), np.full(len(rows), _STEEPEST)
        for _ in range(45):
            middle = (low + high) / 2
            is_low = self._mean_times(middle) < wanted
            low, high = np.where(is_low, middle, low), np.where(is_low, high, middle)
        return np.asarray((low + high) / 2, dtype=np.float64)

    def _mean_times(self, slopes: Floats) -> Floats:
        return np.asarray(self._tilted(slopes) @ self.times, dtype=np.float64)

    def _tilted(self, slopes: Floats) -> Floats:
        powers = slopes[:, None] * self.times
        tilted = self.exposures * np.exp(powers - powers.max(axis=1, keepdims=True))
        return np.asarray(tilted / tilted.sum(axis=1, keepdims=True), dtype=np.float64)

    def fits(self, rows: Floats) -> tuple[Floats, Floats]:
        """Return the log likelihoods of each row's trend and of its best step."""
        shares = self._tilted(self.slopes(rows))
        rates = shares / self.exposures
        trend = (rows * np.log(np.maximum(rates, 1e-300))).sum(axis=1)
        return trend, self._step_likelihoods(rows).max(axis=1)

    def best_steps(self, rows: Floats) -> NDArray[np.intp]:
        """Return the first period after each row's best step."""
        return np.asarray(1 + self._step_likelihoods(rows).argmax(axis=1), dtype=np.intp)

    def _step_likelihoods(self, rows: Floats) -> Floats:
        """Return the log likelihood of a step before each period but the first."""
        before = np.cumsum(rows, axis=1)[:, :-1]
        total = rows.sum(axis=1, keepdims=True)
        years = np.cumsum(self.exposures)
        logs = np.zeros_like(before)
        for events, span in ((before, years[:-1]), (total - before, years[-1] - years[:-1])):
            rates = np.maximum(events, 1e-300) / (span * total)
            logs += events * np.log(rates)
        return logs

    def trend_shares(self, slope: float) -> Floats:
        """Return each period's share of the events under a trend."""
        shares: Floats = self._tilted(np.array([slope]))[0]
        return shares

    def step_shares(self, counts: Floats, place: int) -> Floats:
        """Return each period's share of the events under a step before a place."""
        shares = np.empty(len(counts))
        for part in (slice(None, place), slice(place, None)):
            within = self.exposures[part] / self.exposures[part].sum()
            shares[part] = counts[part].sum() / counts.sum() * within
        return shares

    def draw_places(
        self, counts: Floats, n_draws: int, rng: np.random.Generator
    ) -> NDArray[np.intp]:
        """
        Draw where the step may have been, by how likely each place makes the counts.

        The share of events before it is integrated out, over Jeffreys' prior. To take the best
        place for known would make a step look clearer than it was, since it was chosen for that.
        """
        from scipy.special import betaln

        before, total = np.cumsum(counts)[:-1], counts.sum()
        part = np.cumsum(self.exposures)[:-1] / self.exposures.sum()
        logs = betaln(before + 0.5, total - before + 0.5)
        logs -= before * np.log(part) + (total - before) * np.log1p(-part)
        weights = np.exp(logs - logs.max())
        places = rng.choice(len(weights), size=n_draws, p=weights / weights.sum())
        return np.asarray(1 + places, dtype=np.intp)

    def draw_fits(
        self, shares: Floats, total: int, rng: np.random.Generator
    ) -> tuple[Floats, Floats]:
        """Draw a total over the periods by each row of shares, and fit each draw."""
        step = max(1, _AT_ONCE // shares.shape[1])
        parts = []
        for start in range(0, len(shares), step):
            rows = shares[start : start + step]
            drawn = rng.multinomial(total, rows / rows.sum(axis=1, keepdims=True))
            parts.append(self.fits(drawn.astype(np.float64)))
        trend, steps = zip(*parts, strict=True)
        return np.concatenate(trend), np.concatenate(steps)
