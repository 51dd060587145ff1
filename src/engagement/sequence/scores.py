"""The ratio of two rates within stretches: estimate, interval, and its test by shifts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engagement.sequence.shifts import Stretch, Tables

__all__ = ["Score", "draw_shifts", "envelope", "shift_test", "two_sided"]

Floats = NDArray[np.float64]

_LARGEST = 25.0  # logarithm of a ratio beyond which it is as good as infinite
_SAME = 1e-9  # statistics that differ by rounding alone


@frozen(kw_only=True, eq=False)
class Score:
    """
    The conditional likelihood of a rate ratio, given the effects of each stratum.

    A stratum is a slot of a stretch. Of its effects that do not share a period with a cause,
    those after one are binomial with the odds ``ratio * time_after / time_other``. Draws of
    imprecise dates are averaged, and the variance between them is added.
    """

    after: Floats
    """Effects after a cause, shape ``(n_draws, n_strata)``."""
    total: Floats
    """Those and the other ones."""
    share: Floats
    """Share of the time that is after a cause, of the same shape."""
    dispersion: float = 1.0
    """By how much the score varies more under shifts than under the binomial."""

    def parts(self, log_ratio: float) -> tuple[float, float]:
        """Return the score at a ratio, and its variance."""
        odds = np.exp(log_ratio) * self.share
        chance = np.divide(odds, odds + (1 - self.share), out=np.zeros_like(odds), where=odds > 0)
        by_draw = (self.after - self.total * chance).sum(axis=1)
        variance = (self.total * chance * (1 - chance)).sum(axis=1).mean()
        between = 0.0
        if len(by_draw) > 1:
            between = (1 + 1 / len(by_draw)) * by_draw.var(ddof=1)
        return float(by_draw.mean()), float(self.dispersion * variance + between)

    @property
    def is_informative(self) -> bool:
        """Whether any stratum has effects, and time of both kinds for them to fall in."""
        inner = (self.share > 0) & (self.share < 1) & (self.total > 0)
        return bool(inner.any())

    def solve(self, z: float) -> float:
        """
        Return the ratio at which the score stands at *z* standard deviations.

        It falls as the ratio grows, so that 0 gives the estimate, a positive number a lower end
        and a negative one an upper end. Zero or infinite where no ratio does.
        """
        from scipy.optimize import brentq

        def excess(log_ratio: float) -> float:
            score, variance = self.parts(log_ratio)
            return score - z * float(np.sqrt(max(variance, 0.0)))

        if excess(-_LARGEST) <= 0:
            return 0.0
        if excess(_LARGEST) >= 0:
            return float("inf")
        return float(np.exp(float(brentq(excess, -_LARGEST, _LARGEST, xtol=1e-10))))


def draw_shifts(
    stretches: Sequence[Stretch], n_draws: int, rng: np.random.Generator
) -> NDArray[np.intp]:
    """
    Draw a shift for each stretch many times, shape ``(n_draws, n_stretches)``.

    One number a block is drawn and taken as a share of the shifts of each of its stretches, so
    that series which share events or a rhythm keep doing so.
    """
    blocks = sorted({stretch.block for stretch in stretches})
    number = {block: place for place, block in enumerate(blocks)}
    drawn = rng.random((n_draws, len(blocks)))
    of = np.array([number[stretch.block] for stretch in stretches], dtype=np.intp)
    sizes = np.array([stretch.n_shifts for stretch in stretches], dtype=np.float64)
    return np.asarray(np.floor(drawn[:, of] * sizes), dtype=np.intp)


def shift_test(tables: Sequence[Tables], shifts: NDArray[np.intp]) -> tuple[float, Floats, float]:
    """
    Test by shifts whether effects fall after causes more, or less, than elsewhere.

    Returned are the score of a ratio of 1 over its standard deviation, NaN if no stretch tells
    anything; the same of each shift; and the variance of the shifted scores over the binomial one.
    """
    scores = np.zeros(len(shifts))
    variances = np.zeros(len(shifts))
    observed = observed_variance = 0.0
    for table, chosen in zip(tables, shifts.T, strict=True):
        total = table.after + table.other
        share = table.share[:, :, None]
        score = (table.after - total * share).sum(axis=1).mean(axis=0)
        variance = (total * share * (1 - share)).sum(axis=1).mean(axis=0)
        observed, observed_variance = observed + score[0], observed_variance + variance[0]
        scores += score[chosen]
        variances += variance[chosen]
    if not observed_variance > 0:
        return float("nan"), np.full(len(shifts), np.nan), 1.0
    drawn = np.divide(scores, np.sqrt(variances), out=np.zeros_like(scores), where=variances > 0)
    dispersion = float(scores.var() / max(variances.mean(), 1e-300))
    return float(observed / observed_variance**0.5), drawn, dispersion


def two_sided(observed: float, drawn: Floats) -> float:
    """
    Return how often a value at least as far from zero comes; the observed counts among them.

    >>> two_sided(-9.0, np.arange(9.0))
    0.1
    """
    if not np.isfinite(observed):
        return float("nan")
    n_as_far = (np.abs(drawn) >= abs(observed) - _SAME).sum()
    return float((n_as_far + 1) / (len(drawn) + 1))


def envelope(drawn: Floats, level: float) -> tuple[Floats, Floats, Floats, Floats]:
    """
    Return the ends of the pointwise band of drawn curves, and those of the simultaneous band.

    Both run from one quantile of the drawn values to another. For the second the quantiles are
    set further out, until no more than ``1 - level`` of the curves leave it anywhere.
    """
    n_draws = len(drawn)
    order = np.argsort(drawn, axis=0)
    ordered = np.take_along_axis(drawn, order, axis=0)
    depth = _depths(ordered, order).min(axis=1)
    trim = int((1 - level) / 2 * n_draws)
    while trim > 0 and (depth <= trim).mean() > 1 - level:
        trim -= max(1, trim // 50)
    ends = [int((1 - level) / 2 * n_draws), max(trim, 0)]
    (low, high), (wide_low, wide_high) = ((ordered[k], ordered[n_draws - 1 - k]) for k in ends)
    return low, high, wide_low, wide_high


def _depths(ordered: Floats, order: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return how many values of its column lie as far out as each, on the side where fewer do."""
    n_draws = len(ordered)
    places = np.arange(n_draws)[:, None]
    is_new = np.ones(ordered.shape, dtype=bool)
    is_new[1:] = ordered[1:] != ordered[:-1]
    n_below = np.maximum.accumulate(np.where(is_new, places, 0), axis=0)
    is_last = np.ones(ordered.shape, dtype=bool)
    is_last[:-1] = is_new[1:]
    up_to = np.minimum.accumulate(np.where(is_last, places + 1, n_draws)[::-1], axis=0)[::-1]
    depths = np.empty_like(order)
    np.put_along_axis(depths, order, np.minimum(up_to, n_draws - n_below), axis=0)
    return depths
