"""The best changes of a series, in places among its observed periods."""

from __future__ import annotations

from math import fsum, log
from typing import TYPE_CHECKING

import numpy as np

from engagement.changes.optimal.dynamic_programming import (
    constrained_partitions,
    merge_equal,
    penalised_partition,
)
from engagement.models.poisson import Poisson

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from engagement.models.families import Family, Likelihood
    from engagement.models.observed import ObservedPeriods

__all__ = ["best_changes", "best_ways", "cost_of", "likeliest", "sums_between"]

LONG = 5_000
"""Observed periods from which on numba is loaded: that takes as long as a few calls without it."""


def likeliest(
    observed: ObservedPeriods, family: Family, penalty: float, min_length: int
) -> tuple[Likelihood, list[int]]:
    """
    Return the likelihood of a family that fits best with its best changes, and these.

    Each likelihood is judged at the changes that are the best with it, by its chance times
    the marginal likelihood of the segments, less the penalties.
    """
    counts, exposures = observed.counts, observed.exposures
    likelihoods, chances = family.likelihoods(counts, exposures)
    ways = [best_changes(observed, one, penalty, min_length) for one in likelihoods]
    if len(likelihoods) == 1:
        return likelihoods[0], ways[0]
    prior = family.read_prior(None, counts, exposures)
    scores = [
        log(chance)
        + one.log_constant(counts, exposures)
        + fsum(one.log_marginal(sums_between(observed, one, changes), prior))
        - penalty * len(changes)
        for one, chance, changes in zip(likelihoods, chances, ways, strict=True)
    ]
    best = int(np.argmax(scores))
    return likelihoods[best], ways[best]


def best_changes(
    observed: ObservedPeriods, likelihood: Likelihood, penalty: float, min_length: int
) -> list[int]:
    """Return the changes with the least cost and penalties."""
    if not len(observed):
        return []
    if _is_long(observed, likelihood):
        from engagement.changes.optimal.functional_pruning import pruned_partition

        return pruned_partition(observed.counts, observed.exposures, penalty, min_length)
    scaled, statistics = _in_own_unit(observed, likelihood)
    if min_length > 1:
        return penalised_partition(statistics, scaled.cost, penalty, min_length)
    starts = merge_equal(observed.counts, observed.exposures)
    rows = np.add.reduceat(statistics, starts, axis=1)
    changes = penalised_partition(rows, scaled.cost, penalty, min_length)
    return [int(starts[row]) for row in changes]


def best_ways(
    observed: ObservedPeriods, likelihood: Likelihood, max_changes: int, min_length: int
) -> list[list[int]]:
    """Return the changes with the least cost for every number of them."""
    if not len(observed):
        return [[]]
    if _is_long(observed, likelihood):
        from engagement.changes.optimal.functional_pruning import pruned_partitions

        return pruned_partitions(observed.counts, observed.exposures, max_changes, min_length)
    scaled, statistics = _in_own_unit(observed, likelihood)
    return constrained_partitions(statistics, scaled.cost, max_changes, min_length)


def sums_between(
    observed: ObservedPeriods, likelihood: Likelihood, changes: Sequence[int]
) -> NDArray[np.float64]:
    """Return the statistics of the segments between changes."""
    statistics = likelihood.statistics(observed.counts, observed.exposures)
    if not len(observed):
        return statistics
    return np.asarray(np.add.reduceat(statistics, [0, *changes], axis=1), dtype=np.float64)


def cost_of(observed: ObservedPeriods, likelihood: Likelihood, changes: Sequence[int]) -> float:
    """Return the cost of the segments between changes, without penalties."""
    return fsum(likelihood.cost(sums_between(observed, likelihood, changes)))


def _is_long(observed: ObservedPeriods, likelihood: Likelihood) -> bool:
    """Tell whether compiled code takes a series on."""
    return isinstance(likelihood, Poisson) and len(observed) >= LONG


def _in_own_unit(
    observed: ObservedPeriods, likelihood: Likelihood
) -> tuple[Likelihood, NDArray[np.float64]]:
    """Return likelihood and statistics in a unit of exposure that gives the series a rate of 1."""
    unit = fsum(observed.exposures) / (observed.total or 1.0)
    scaled = likelihood.in_unit(unit)
    return scaled, scaled.statistics(observed.counts, observed.exposures / unit)
