"""Series without change that are like one at hand in overdispersion and autocorrelation."""

from __future__ import annotations

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from engagement.changes.testing.overdispersion import dispersion_of_differences
from engagement.settings.tuned import (
    ALIKE_CANDIDATES,
    CANDIDATES,
    KEPT_CANDIDATES,
    LEAST_EXCESS,
    MOST_ALIKE,
    POISSON_CANDIDATES,
    TOP_EXCESS,
)

__all__ = ["Likenesses", "draw_likenesses", "draw_unchanged"]

Floats = NDArray[np.float64]

_MOST_COUNTS = 240_000  # that candidates may cost to draw
_MOST_PERIODS = 1500  # the latest tell enough


@frozen(kw_only=True, eq=False)
class Likenesses:
    """Several guesses of how overdispersed a series is, each as good as the others."""

    excess: Floats
    """Variance over mean at the series' own rate and exposure, less 1."""
    dependence: Floats
    """Correlation of the levels of neighbouring periods, from which counts are drawn."""

    def __len__(self) -> int:
        """Return the number of guesses."""
        return len(self.excess)

    def take(self, places: NDArray[np.intp]) -> Likenesses:
        """Return some of them."""
        return Likenesses(excess=self.excess[places], dependence=self.dependence[places])


def draw_likenesses(
    counts: Floats, exposures: Floats, rate: float, rng: np.random.Generator
) -> Likenesses:
    """
    Guess how overdispersed a series is, as widely as it leaves that open.

    Candidates are drawn beforehand: one in five Poisson, the others with an excess of the
    variance spread evenly over orders of magnitude, and seven in ten of these with neighbouring
    levels that are alike, by a correlation of up to .6. Each gives one series without change
    with the rate and exposures of the one at hand. Those are kept that come closest to it in
    two numbers: the squared differences of neighbouring periods, and those two apart by those
    one apart. A change in the series hardly touches either. With little observed all candidates
    come about as close as one another, and the guesses are as wide as the candidates.

    Only the latest 1,500 of the observed periods are used.
    """
    counts, exposures = counts[-_MOST_PERIODS:], exposures[-_MOST_PERIODS:]
    n_candidates = int(np.clip(_MOST_COUNTS // max(len(counts), 1), *CANDIDATES))
    dispersion, _ = _numbers(counts, exposures)
    top = max(TOP_EXCESS, 4 * (float(np.exp(dispersion)) - 1))
    excess = np.exp(rng.uniform(np.log(LEAST_EXCESS), np.log(top), n_candidates))
    n_poisson = round(POISSON_CANDIDATES * n_candidates)
    excess[:n_poisson] = 0.0
    alike = rng.random(n_candidates) < ALIKE_CANDIDATES
    alike &= excess > 0
    dependence = np.where(alike, rng.uniform(0, MOST_ALIKE, n_candidates), 0.0)
    candidates = Likenesses(excess=excess, dependence=dependence)
    if len(counts) < 3 or not counts.sum():
        return candidates
    found = np.stack(_numbers(draw_unchanged(rate, exposures, candidates, rng), exposures))
    wanted = np.stack(_numbers(counts, exposures))[:, None]
    spread = np.maximum(found[:, :n_poisson].std(axis=1, keepdims=True), 1e-9)
    distance = (((found - wanted) / spread) ** 2).sum(axis=0)
    return candidates.take(np.argsort(distance, kind="stable")[: n_candidates // KEPT_CANDIDATES])


def draw_unchanged(
    rate: float, exposures: Floats, likenesses: Likenesses, rng: np.random.Generator
) -> Floats:
    """
    Draw a series without change for each guess of its overdispersion.

    Levels go about their mean as a stationary gamma process: each is a part of the one before
    and something new [1]_, so that they are gamma distributed whatever the correlation, and
    counts negative binomial.

    The counts have shape ``(n_guesses, n_periods)``.

    References
    ----------
    .. [1] P. A. W. Lewis, E. McKenzie and D. K. Hugus (1989), *Stochastic Models* 5(1), 1-30.
    """
    means = np.tile(rate * exposures, (len(likenesses), 1))
    usual = rate * float(np.median(exposures)) if len(exposures) else rate
    some = np.flatnonzero(likenesses.excess > 0)
    shape, alike = usual / likenesses.excess[some], likenesses.dependence[some]
    linked = alike > 0
    kept, new = np.where(linked, shape * alike, 1.0), shape * (1 - alike)
    level = rng.gamma(shape)
    for place in range(len(exposures)):
        if place:
            part = np.where(linked, rng.beta(kept, np.where(linked, new, 1.0)), 0.0)
            level = part * level + rng.gamma(new)
        means[some, place] *= level / shape
    return rng.poisson(means).astype(np.float64)


def _numbers(counts: Floats, exposures: Floats) -> tuple[Floats, Floats]:
    """Return the log dispersion of neighbouring periods, and how much larger it is two apart."""
    least = 0.5 / max(counts.shape[-1], 1)
    logs = []
    for lag in (1, 2):
        found, expected = dispersion_of_differences(counts, exposures, lag)
        share = np.divide(found, expected, out=np.ones_like(found), where=expected > 0)
        logs.append(np.log(np.maximum(share, least)))
    return logs[0], logs[1] - logs[0]
