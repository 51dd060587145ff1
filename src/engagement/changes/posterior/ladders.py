"""Chances of rates below a bound for many segments, each from that of one event less."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from engagement import compiling
from engagement.models.negative_binomial import SizedCounts
from engagement.models.poisson import Poisson
from engagement.models.priors import GammaPrior

if TYPE_CHECKING:
    from collections.abc import Callable

    from engagement.changes.posterior.compiled_ladders import Rungs
    from engagement.models.families import Likelihood
    from engagement.models.priors import Prior

__all__ = ["rates_below"]

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]

_FAR = 32
"""Numbers of events that are passed for each that is asked for, at most."""


def rates_below(
    likelihood: Likelihood, sums: Floats, prior: Prior, n_periods: int
) -> Callable[[Floats], Floats]:
    """
    Return a function that gives the chances of rates up to bounds, for each bound and segment.

    In long series of counts most segments share their exposure with many others. Their gamma
    or beta distributions then follow from one another, event by event.

    Parameters
    ----------
    likelihood
        What values are taken to be.
    sums
        Statistics of the segments, shape ``(n_statistics, n_segments)``.
    prior
        On their rates.
    n_periods
        Periods of the series.
    """
    if (
        n_periods >= compiling.LONG
        and isinstance(likelihood, Poisson | SizedCounts)
        and isinstance(prior, GammaPrior)
        and (sums[0] == np.floor(sums[0])).all()
    ):
        ladder = Ladder.of(likelihood, sums, prior)
        if ladder.length <= _FAR * len(ladder.order):
            return ladder.below
    return lambda bounds: likelihood.rate_below(bounds[:, None], sums, prior)


@frozen(kw_only=True, eq=False)
class Ladder:
    """Segments in groups that have one exposure, by their numbers of events."""

    likelihood: Poisson | SizedCounts
    prior: GammaPrior
    order: NDArray[np.intp]
    """The segments, group by group."""
    numbers: Whole
    """The events of each, in that order."""
    bounds: Whole
    """Where each group begins, and the end."""
    exposures: Floats
    """Of each group."""

    @classmethod
    def of(cls, likelihood: Poisson | SizedCounts, sums: Floats, prior: GammaPrior) -> Ladder:
        """Sort segments."""
        order = np.lexsort((sums[0], sums[1]))
        events, exposures = sums[:, order]
        firsts = np.flatnonzero(np.diff(exposures, prepend=-1.0))
        return cls(
            likelihood=likelihood,
            prior=prior,
            order=order,
            numbers=events.astype(np.int64),
            bounds=np.append(firsts, len(order)).astype(np.int64),
            exposures=np.asarray(exposures[firsts], dtype=np.float64),
        )

    @property
    def length(self) -> int:
        """Numbers of events that are passed in all."""
        return int((self.numbers[self.bounds[1:] - 1] - self.numbers[self.bounds[:-1]] + 1).sum())

    def below(self, rates: Floats) -> Floats:
        """Return the chance of each segment that its rate is at most each of some."""
        from engagement.changes.posterior.compiled_ladders import climb

        found = np.empty(len(self.order))
        chances = np.empty((len(rates), len(self.order)))
        for row, rate in zip(chances, rates.tolist(), strict=True):
            climb(self.numbers, self.bounds, self.prior.shape, self._rungs(rate), found)
            row[self.order] = found
        return chances

    def _rungs(self, rate: float) -> Rungs:
        """Find in each group the number of events at which the chance falls fastest."""
        from scipy.special import betaln, gammaln, xlogy

        from engagement.changes.posterior.compiled_ladders import Rungs

        shape, years = self.prior.shape, self.prior.rate + self.exposures
        low, high = self.numbers[self.bounds[:-1]], self.numbers[self.bounds[1:] - 1]
        start = np.clip(np.rint(rate * years - shape), low, high)
        first = shape + start
        chance = self.likelihood.rate_below(rate, np.stack([start, self.exposures]), self.prior)
        if isinstance(self.likelihood, Poisson):
            expected = rate * years
            logs = xlogy(first, expected) - expected - gammaln(first + 1)
            constant, slope = expected, 0.0
        else:
            size = self.likelihood.size
            share, second = rate / (rate + size), years * size + 1
            logs = xlogy(first, share) - second * np.log1p(rate / size)
            logs -= np.log(first) + betaln(first, second)
            constant, slope = share * second, share
        return Rungs(
            start=start.astype(np.int64),
            chance=chance,
            step=np.exp(logs),
            constant=constant,
            slope=slope,
        )
