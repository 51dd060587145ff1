"""
What the posterior says of counts to come: mixtures of predictive distributions, exactly.

What a family calls the marginal likelihood of a segment gives its predictive distribution too:
that y events come in the next e years is as likely as the segment with them is, over the
segment without.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property, partial

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

from engagement.models.families import Likelihood
from engagement.models.negative_binomial import SizedCounts
from engagement.models.poisson import Poisson
from engagement.models.priors import GammaPrior

__all__ = ["Regime", "Regimes", "probabilities_up_to"]

Floats = NDArray[np.float64]
Run = Callable[[int, int], Floats]

_MISSED = 1e-7
"""Probability beyond the largest count that is looked at, where that is not too far out."""

_FARTHEST = 4_000
"""The largest count that is looked at, unless the mean asks for more."""


@frozen(kw_only=True, eq=False)
class Regime:
    """The last segment by one likelihood, and what a new one would be."""

    likelihood: Likelihood = field(repr=False)
    prior: GammaPrior
    weights: Floats = field(repr=False)
    """Probability of each segment, shape ``(n,)``."""
    sums: Floats = field(repr=False)
    """Statistics of each, shape ``(n_statistics, n)``."""

    @property
    def chance(self) -> float:
        """Probability of the likelihood."""
        return float(self.weights.sum())

    def mean_rate(self) -> float:
        """Return the mean rate of the last segment."""
        means = self.likelihood.rate_mean(self.sums, self.prior)
        return float(self.weights @ means) / self.chance

    def log_probabilities(self, counts: Floats, years: float, *, is_new: bool) -> Floats:
        """Return the log probability of counts in so many years, if the regime lasts."""
        from scipy.special import gammaln, logsumexp

        if years <= 0:
            return np.where(counts == 0, 0.0, -np.inf)
        if is_new:
            sums, logs = np.zeros((len(self.sums), 1)), np.zeros(1)
        else:
            sums, logs = self.sums, np.log(self.weights / self.chance)
        exposures = np.full_like(counts, years)
        added = self.likelihood.statistics(counts, exposures)
        both = (sums[:, :, None] + added[:, None, :]).reshape(len(sums), -1)
        with_them = self.likelihood.log_marginal(both, self.prior).reshape(-1, len(counts))
        ratio = with_them - self.likelihood.log_marginal(sums, self.prior)[:, None]
        constant = _left_out(self.likelihood, counts, years)
        constant += counts * np.log(years) - gammaln(counts + 1)
        return np.asarray(logsumexp(ratio + logs[:, None], axis=0) + constant, dtype=np.float64)


@frozen(kw_only=True, eq=False)
class Regimes:
    """All likelihoods with a chance, and how probable a change is before each future period."""

    regimes: Sequence[Regime]
    years: Floats
    """Exposure of each future period, shape ``(horizon,)``."""
    turns: Floats
    """Probability of a change right before each, given none before, shape ``(horizon,)``."""

    @cached_property
    def changed(self) -> Floats:
        """Probability that a new regime has begun by each period."""
        return np.asarray(1 - np.cumprod(1 - self.turns), dtype=np.float64)

    @property
    def prior_rate(self) -> float:
        """Mean rate of a new regime."""
        prior = self.regimes[0].prior
        return prior.shape / prior.rate

    def means(self) -> Floats:
        """Return the mean count of each period."""
        last = sum(one.chance * one.mean_rate() for one in self.regimes)
        rates = (1 - self.changed) * last + self.changed * self.prior_rate
        return np.asarray(rates * self.years, dtype=np.float64)

    def work(self) -> float:
        """Return about how many probabilities are computed for all periods."""
        n_segments = sum(len(one.weights) for one in self.regimes)
        return float(n_segments * sum(_start(float(mean)) for mean in self.means()))

    def log_probabilities(self, step: int, counts: Floats) -> Floats:
        """Return the log probability of counts in one period."""
        from scipy.special import logsumexp

        years, changed = float(self.years[step]), self.changed[step]
        parts = []
        with np.errstate(divide="ignore"):
            for one in self.regimes:
                for is_new, share in ((False, 1 - changed), (True, changed)):
                    if share > 0:
                        logs = one.log_probabilities(counts, years, is_new=is_new)
                        parts.append(logs + np.log(one.chance * share))
        return np.asarray(logsumexp(parts, axis=0), dtype=np.float64)

    def probabilities(self, step: int) -> Floats:
        """Return the probability of 0, 1, ... in one period, up to where hardly any is left."""
        mean = float(self.means()[step])
        return probabilities_up_to(lambda counts: self.log_probabilities(step, counts), mean)

    def total_probabilities(self) -> Floats:
        """Return the probability of 0, 1, ... over all periods together."""
        mean = float(self.means().sum())
        size = _start(mean)
        while True:
            found = sum((one.chance * self._total_of(one, size)) for one in self.regimes)
            if np.sum(found) >= 1 - _MISSED or size >= _limit(mean):
                return np.asarray(found, dtype=np.float64)
            size *= 2

    def _total_of(self, one: Regime, size: int) -> Floats:
        """
        Add up runs of periods between changes, from the last period backwards.

        Within a run all periods have one rate, so that its events are those of the run's whole
        exposure; runs are independent of one another.
        """
        horizon, counts = len(self.years), np.arange(size, dtype=np.float64)

        def run(start: int, stop: int, *, is_new: bool) -> Floats:
            years = float(self.years[start:stop].sum())
            return np.exp(one.log_probabilities(counts, years, is_new=is_new))

        after = {horizon: (counts == 0).astype(np.float64)}
        for start in range(horizon - 1, -1, -1):
            after[start] = self._runs(start, start + 1, after, partial(run, is_new=True))
        return self._runs(0, 0, after, partial(run, is_new=False))

    def _runs(
        self,
        start: int,
        first: int,
        after: dict[int, Floats],
        run: Run,
    ) -> Floats:
        from scipy.signal import fftconvolve

        """Sum over where the run that starts at a period stops."""
        horizon, lasts = len(self.years), 1.0
        size = len(after[horizon])
        total = np.zeros(size)
        for stop in range(first, horizon + 1):
            turn = self.turns[stop] if stop < horizon else 1.0
            if lasts * turn > 0:
                both = fftconvolve(run(start, stop), after[stop])[:size]
                total += lasts * turn * np.maximum(both, 0.0)
            lasts *= 1 - turn
        return total


def _left_out(likelihood: Likelihood, counts: Floats, years: float) -> Floats:
    """Return for each count what the marginal likelihood of a segment leaves out."""
    from scipy.special import gammaln

    if isinstance(likelihood, Poisson):
        return np.zeros_like(counts)
    if isinstance(likelihood, SizedCounts):  # the general way below is slow for many counts
        size = likelihood.size * years
        gaps = gammaln(counts + size) - gammaln(size) - counts * np.log(years)
        return np.asarray(gaps, dtype=np.float64)
    exposure = np.array([years])
    one_by_one = [likelihood.log_constant(counts[k : k + 1], exposure) for k in range(len(counts))]
    return np.array(one_by_one, dtype=np.float64)


def _start(mean: float) -> int:
    return int(2 * mean + 8 * mean**0.5) + 32


def _limit(mean: float) -> int:
    return max(_FARTHEST, int(20 * mean))


def probabilities_up_to(log_probabilities: Callable[[Floats], Floats], mean: float) -> Floats:
    """Evaluate a distribution of counts from 0 to where hardly any probability is left."""
    found = np.zeros(0)
    stop = _start(mean)
    while True:
        counts = np.arange(len(found), stop, dtype=np.float64)
        found = np.concatenate([found, np.exp(log_probabilities(counts))])
        if found.sum() >= 1 - _MISSED or stop >= _limit(mean):
            return found
        stop *= 2
