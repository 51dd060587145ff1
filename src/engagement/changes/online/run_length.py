"""
Since when the present regime runs, one count after another: the run-length recursion.

A run is a regime that started with some observed period and still lasts. Each has a weight, the
probability that it is the present one, and the events and the exposure that it has seen. How
much counts scatter is the same in all regimes; where it is left open, each run has a weight for
each dispersion.
"""

from __future__ import annotations

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from engagement.models.negative_binomial import SizedCounts
from engagement.models.poisson import Poisson
from engagement.models.priors import GammaPrior

__all__ = [
    "NO_RUNS",
    "RateModel",
    "Runs",
    "advance_runs",
    "follow_series",
    "likelihood_of",
    "mixture_quantile",
]

Floats = NDArray[np.float64]

_DROPPED = 1e-10
"""Probability of the least probable runs that one step may drop in all."""


def likelihood_of(prior: GammaPrior, dispersion: float) -> Poisson | SizedCounts:
    """Return how counts scatter that have a dispersion at the prior's mean rate, 1 for Poisson."""
    if dispersion == 1:
        return Poisson()
    return SizedCounts(size=prior.shape / prior.rate / (dispersion - 1), parameter=dispersion)


@frozen(kw_only=True)
class RateModel:
    """What is known of the rate of a run, and how counts may scatter about it."""

    dispersions: tuple[float, ...]
    """Variance over mean of the counts at the prior's mean rate; 1 for Poisson counts."""
    prior: GammaPrior
    """On the rate of each run."""

    @property
    def chances(self) -> Floats:
        """Chance of each dispersion beforehand: half for Poisson counts, the others alike."""
        poisson = np.array(self.dispersions) == 1
        weights = np.where(poisson, max(len(poisson) - 1, 1), 1.0)
        return np.asarray(weights / weights.sum(), dtype=np.float64)

    @property
    def likelihoods(self) -> tuple[Poisson | SizedCounts, ...]:
        """How counts scatter about their rate, for each dispersion."""
        return tuple(likelihood_of(self.prior, one) for one in self.dispersions)

    def log_foretold(self, runs: Runs, count: float, exposure: float) -> Floats:
        """Return how likely each run makes a count, in logs, up to what all share."""
        before = runs.sums
        after = before + np.array([[count], [exposure]])
        one = np.array([count]), np.array([exposure])
        return np.stack(
            [
                each.log_marginal(after, self.prior)
                - each.log_marginal(before, self.prior)
                + each.log_constant(*one)
                for each in self.likelihoods
            ]
        )


@frozen(kw_only=True, eq=False)
class Runs:
    """All runs that may be the present one."""

    starts: NDArray[np.intp]
    """Position of the period with which each started, increasing."""
    weights: Floats
    """
    Probability of each under each dispersion, shape ``(n_dispersions, n)``; sums to one, unless
    there are none.
    """
    events: Floats
    """Events that each has seen."""
    exposures: Floats
    """Years that each has seen."""

    @property
    def sums(self) -> Floats:
        """Events over exposures, shape ``(2, n)``."""
        return np.stack([self.events, self.exposures])

    @property
    def chances(self) -> Floats:
        """Probability of each, whatever the dispersion, shape ``(n,)``."""
        return np.asarray(self.weights.sum(axis=0), dtype=np.float64)

    def __len__(self) -> int:
        """Return the number of runs."""
        return len(self.starts)


NO_RUNS = Runs(
    starts=np.zeros(0, dtype=np.intp),
    weights=np.zeros((1, 0)),
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
    if len(runs):
        scatter = runs.weights.sum(axis=1, keepdims=True)
        prior = np.hstack((runs.weights * (1 - chance), scatter * chance))
    else:
        prior = model.chances[:, None]
    before = Runs(
        starts=np.append(runs.starts, position),
        weights=prior,
        events=np.append(runs.events, 0.0),
        exposures=np.append(runs.exposures, 0.0),
    )
    logs = model.log_foretold(before, count, exposure)
    weights = prior * np.exp(logs - logs.max())
    weights /= weights.sum()
    chances = weights.sum(axis=0)
    order = np.argsort(chances, kind="stable")
    spent = np.cumsum(chances[order])
    n_dropped = int(np.searchsorted(spent, _DROPPED, side="right"))
    kept = np.sort(order[n_dropped:])
    lost = float(spent[n_dropped - 1]) if n_dropped else 0.0
    # in one layout, so that sums round alike in a state that was saved and resumed
    weights = np.ascontiguousarray(weights[:, kept])
    made = Runs(
        starts=before.starts[kept],
        weights=weights / weights.sum(),
        events=before.events[kept] + count,
        exposures=before.exposures[kept] + exposure,
    )
    return made, lost


def follow_series(
    counts: Floats, model: RateModel, exposure: float, chance: float, within: int
) -> Floats:
    """
    Follow many series at once, all periods alike, and tell how probable a recent change is.

    Of old runs only so many are kept that the cost of a period grows with the logarithm of
    those before; where counts scatter as the model says, that moves probabilities by less than
    .001.

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
    from engagement.changes.online.compiled_run_length import Watch, follow_all

    sizes = [each.size if isinstance(each, SizedCounts) else np.inf for each in model.likelihoods]
    watch = Watch(
        sizes=np.array(sizes),
        chances=model.chances,
        shape=float(model.prior.shape),
        rate=float(model.prior.rate),
        exposure=float(exposure),
        hazard=float(chance),
        within=int(within),
    )
    return follow_all(np.ascontiguousarray(counts, dtype=np.float64), watch)


def mixture_quantile(model: RateModel, runs: Runs, share: float) -> float:
    """Return the rate below which the present one lies with probability *share*."""
    from scipy.optimize import brentq

    parts = list(zip(model.likelihoods, runs.weights, strict=True))
    sums, prior = runs.sums, model.prior
    low = min(each.rate_quantile(share / 2, sums, prior).min() for each, _ in parts)
    high = max(each.rate_quantile((1 + share) / 2, sums, prior).max() for each, _ in parts)

    def excess(log_rate: float) -> float:
        rate = float(np.exp(log_rate))
        return sum(float(own @ each.rate_below(rate, sums, prior)) for each, own in parts) - share

    ends = np.log(max(low, 1e-300)), np.log(high)
    return float(np.exp(brentq(excess, *ends, xtol=1e-10)))
