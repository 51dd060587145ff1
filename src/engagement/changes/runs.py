"""
Since when the present regime runs, one count after another: the run-length recursion.

A run is a regime that started with some observed period and still lasts. Each has a weight, the
probability that it is the present one, and the events and the exposure that it has seen.
"""

from __future__ import annotations

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from engagement.changes.negative_binomial import SizedCounts
from engagement.changes.poisson import Poisson
from engagement.changes.priors import GammaPrior

__all__ = [
    "NO_RUNS",
    "RateModel",
    "Runs",
    "advance_runs",
    "mixture_quantile",
    "simulate_probabilities",
]

Floats = NDArray[np.float64]

_DROPPED = 1e-10
"""Probability of the least probable runs that one step may drop in all."""


@frozen(kw_only=True)
class RateModel:
    """What is known of the rate of a run, and how counts scatter about it."""

    likelihood: Poisson | SizedCounts
    """How counts scatter about their rate."""
    prior: GammaPrior
    """On the rate of each run."""

    @classmethod
    def of(cls, prior: GammaPrior, dispersion: float) -> RateModel:
        """Return the model with a dispersion at the prior's mean rate, 1 for Poisson counts."""
        if dispersion == 1:
            return cls(likelihood=Poisson(), prior=prior)
        size = prior.shape / prior.rate / (dispersion - 1)
        return cls(likelihood=SizedCounts(size=size, parameter=dispersion), prior=prior)

    def log_marginal(self, events: Floats, exposures: Floats) -> Floats:
        """Return the log likelihood of runs, their rates integrated out, up to what all share."""
        sums = np.stack(np.broadcast_arrays(events, exposures))
        return self.likelihood.log_marginal(sums, self.prior)

    def below(self, rate: float, runs: Runs) -> Floats:
        """Return the probability that the rate of each run is at most *rate*."""
        return self.likelihood.rate_below(rate, runs.sums, self.prior)

    def quantile(self, share: float, runs: Runs) -> Floats:
        """Return the rate below which that of each run lies with probability *share*."""
        return self.likelihood.rate_quantile(share, runs.sums, self.prior)

    def draw_counts(
        self, rate: float, exposure: float, size: tuple[int, ...], rng: np.random.Generator
    ) -> Floats:
        """Draw counts at a constant rate."""
        means = np.full(size, rate * exposure)
        if isinstance(self.likelihood, SizedCounts):
            shape = self.likelihood.size * exposure
            means = rng.gamma(shape, rate / self.likelihood.size, size)
        return rng.poisson(means).astype(np.float64)


@frozen(kw_only=True, eq=False)
class Runs:
    """All runs that may be the present one."""

    starts: NDArray[np.intp]
    """Position of the period with which each started, increasing."""
    weights: Floats
    """Probability of each; sums to one, unless there are none."""
    events: Floats
    """Events that each has seen."""
    exposures: Floats
    """Years that each has seen."""

    @property
    def sums(self) -> Floats:
        """Events over exposures, shape ``(2, n)``."""
        return np.stack([self.events, self.exposures])

    def __len__(self) -> int:
        """Return the number of runs."""
        return len(self.starts)


NO_RUNS = Runs(
    starts=np.zeros(0, dtype=np.intp),
    weights=np.zeros(0),
    events=np.zeros(0),
    exposures=np.zeros(0),
)
"""Nothing has been observed yet."""


def advance_runs(
    runs: Runs, model: RateModel, *, position: int, count: float, exposure: float, chance: float
) -> tuple[Runs, float]:
    """
    Take in one count.

    Every run goes on with the probability ``1 - chance``, and a new one starts with the rest;
    then each is weighed by how well it foretold the count [1]_ [2]_. The least probable runs,
    together not above 1e-10, are dropped.

    Parameters
    ----------
    runs
        Those before the count.
    model
        What is known of rates.
    position
        Of the period.
    count, exposure
        What was observed; the exposure is positive.
    chance
        Of a change since the period observed before.

    Returns
    -------
    tuple
        The runs after the count, and the probability of those that were dropped.

    References
    ----------
    .. [1] R. P. Adams and D. J. C. MacKay (2007), arXiv:0710.3742.
    .. [2] P. Fearnhead and Z. Liu (2007), *JRSS B* 69(4), 589-605.
    """
    starts = np.append(runs.starts, position)
    before = np.append(runs.events, 0.0), np.append(runs.exposures, 0.0)
    prior = np.append(runs.weights * (1 - chance), chance) if len(runs) else np.ones(1)
    after = before[0] + count, before[1] + exposure
    logs = model.log_marginal(*after) - model.log_marginal(*before)
    weights = prior * np.exp(logs - logs.max())
    weights /= weights.sum()
    order = np.argsort(weights, kind="stable")
    spent = np.cumsum(weights[order])
    n_dropped = int(np.searchsorted(spent, _DROPPED, side="right"))
    kept = np.sort(order[n_dropped:])
    lost = float(spent[n_dropped - 1]) if n_dropped else 0.0
    made = Runs(
        starts=starts[kept],
        weights=weights[kept] / weights[kept].sum(),
        events=after[0][kept],
        exposures=after[1][kept],
    )
    return made, lost


def simulate_probabilities(
    counts: Floats, model: RateModel, exposure: float, chance: float, within: int
) -> Floats:
    """
    Follow many series at once, all periods alike, and tell how probable a recent change is.

    Parameters
    ----------
    counts
        Shape ``(n_series, n_periods)``.
    model
        What is known of rates.
    exposure
        Of every period.
    chance
        Of a change at every period but the first.
    within
        How many of the latest periods are recent.

    Returns
    -------
    numpy.ndarray
        Probability that a change started in one of them, shape ``(n_series, n_periods)``.
    """
    n_series, n_periods = counts.shape
    exposures = exposure * np.arange(n_periods, 0, -1.0)  # of runs started at 0, 1, ...
    events = np.zeros((n_series, n_periods))
    weights = np.zeros((n_series, n_periods))
    logs = np.zeros((n_series, n_periods))
    recent = np.zeros((n_series, n_periods))
    start = float(model.log_marginal(np.zeros(1), np.zeros(1))[0])
    for place in range(n_periods):
        alive = slice(0, place + 1)
        weights[:, :place] *= 1 - chance
        weights[:, place] = chance if place else 1.0
        logs[:, place] = start
        events[:, alive] += counts[:, place, None]
        new = model.log_marginal(events[:, alive], exposures[n_periods - 1 - place :])
        gained = new - logs[:, alive]
        logs[:, alive] = new
        gained -= gained.max(axis=1, keepdims=True)
        weights[:, alive] *= np.exp(gained, out=gained)
        weights[:, alive] /= weights[:, alive].sum(axis=1, keepdims=True)
        first = max(place + 1 - within, 1)
        recent[:, place] = weights[:, first : place + 1].sum(axis=1)
    return recent


def mixture_quantile(model: RateModel, runs: Runs, share: float) -> float:
    """Return the rate below which the present one lies with probability *share*."""
    from scipy.optimize import brentq

    low = model.quantile(share / 2, runs).min()
    high = model.quantile((1 + share) / 2, runs).max()

    def excess(log_rate: float) -> float:
        return float(runs.weights @ model.below(float(np.exp(log_rate)), runs)) - share

    ends = np.log(max(low, 1e-300)), np.log(high)
    return float(np.exp(brentq(excess, *ends, xtol=1e-10)))
