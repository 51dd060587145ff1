"""The best changes of a series, in places among its observed periods."""

from __future__ import annotations

from math import fsum
from typing import TYPE_CHECKING

import numpy as np

from engagement.changes.optimal.dynamic_programming import (
    constrained_partitions,
    merge_equal,
    penalised_partition,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from engagement.models.observed import ObservedPeriods
    from engagement.models.segment_costs import SegmentCost

    Floats = NDArray[np.float64]

__all__ = [
    "best_changes",
    "best_ways",
    "changes_and_dispersion",
    "cost_of",
    "dispersion_of_neighbours",
    "sums_between",
]

LONG = 5_000
"""Observed periods from which on numba is loaded: that takes as long as a few calls without it."""

_NOTHING = 1e-12
"""Residuals of less than this share of what they were are rounding."""

ROUNDS = 8
"""Segmentations at most from which the dispersion is taken."""


def changes_and_dispersion(
    observed: ObservedPeriods, cost: SegmentCost, penalty: float, min_length: int
) -> tuple[list[int], float]:
    """
    Return the best changes where the dispersion is not known, and the dispersion within segments.

    The dispersion is first that of neighbouring periods, which a change hardly touches. With it
    a change is dear as many times; the residuals of the segments then give the next dispersion,
    until it gives the same changes. Where two dispersions give rise to one another, or changes
    are so many that residuals tell nothing, it is the larger one.
    """
    dispersion = dispersion_of_neighbours(observed.counts, observed.exposures, cost)
    changes = best_changes(observed, cost, penalty * dispersion, min_length)
    seen = {tuple(changes): dispersion}
    for _ in range(ROUNDS):
        if 2 * len(changes) >= len(observed):
            break
        found = dispersion_within(observed, cost, changes)
        if found < _NOTHING * dispersion:
            break
        others = best_changes(observed, cost, penalty * found, min_length)
        if others == changes:
            return changes, found
        if tuple(others) in seen:
            round_again = list(seen).index(tuple(others))
            way, dispersion = max(list(seen.items())[round_again:], key=lambda pair: pair[1])
            return list(way), dispersion
        seen[tuple(others)] = found
        changes, dispersion = others, found
    return changes, dispersion


def dispersion_of_neighbours(values: Floats, exposures: Floats, cost: SegmentCost) -> float:
    """Return the dispersion that differences of neighbouring periods show."""
    if len(values) < 2:
        return 1.0
    pairs = np.stack([values[:-1], values[1:]]), np.stack([exposures[:-1], exposures[1:]])
    sums = cost.statistics(values, exposures)
    sums = sums[:, :-1] + sums[:, 1:]
    found = cost.squares(*pairs, cost.rate(sums)).sum(axis=0)
    weights = cost.weight(sums)
    total = float(weights.sum())
    return max(float(found @ weights) / total if total else 1.0, cost.least_dispersion)


def dispersion_within(
    observed: ObservedPeriods, cost: SegmentCost, changes: Sequence[int]
) -> float:
    """Return Pearson's estimate: the mean square of the residuals of some segments."""
    values, exposures = observed.counts, observed.exposures
    if not len(values):
        return 1.0
    lengths = np.diff([0, *changes, len(values)])
    rates = np.repeat(cost.rate(sums_between(observed, cost, changes)), lengths)
    spare = max(len(values) - len(lengths), 1)
    found = float(cost.squares(values, exposures, rates).sum()) / spare
    return max(found, cost.least_dispersion)


def best_changes(
    observed: ObservedPeriods, cost: SegmentCost, penalty: float, min_length: int
) -> list[int]:
    """Return the changes with the least cost and penalties, for a dispersion of 1."""
    if not len(observed):
        return []
    if _is_long(observed, cost):
        from engagement.changes.optimal.functional_pruning import pruned_partition

        return pruned_partition(observed.counts, observed.exposures, penalty, min_length)
    statistics = cost.scaled(observed.counts, observed.exposures)
    if min_length > 1:
        return penalised_partition(statistics, cost.cost, penalty, min_length)
    starts = merge_equal(observed.counts, observed.exposures)
    rows = np.add.reduceat(statistics, starts, axis=1)
    changes = penalised_partition(rows, cost.cost, penalty, min_length)
    return [int(starts[row]) for row in changes]


def best_ways(
    observed: ObservedPeriods, cost: SegmentCost, max_changes: int, min_length: int
) -> list[list[int]]:
    """Return the changes with the least cost for every number of them."""
    if not len(observed):
        return [[]]
    if _is_long(observed, cost):
        from engagement.changes.optimal.functional_pruning import pruned_partitions

        return pruned_partitions(observed.counts, observed.exposures, max_changes, min_length)
    statistics = cost.scaled(observed.counts, observed.exposures)
    return constrained_partitions(statistics, cost.cost, max_changes, min_length)


def sums_between(observed: ObservedPeriods, cost: SegmentCost, changes: Sequence[int]) -> Floats:
    """Return the statistics of the segments between changes."""
    statistics = cost.statistics(observed.counts, observed.exposures)
    if not len(observed):
        return statistics
    return np.asarray(np.add.reduceat(statistics, [0, *changes], axis=1), dtype=np.float64)


def cost_of(observed: ObservedPeriods, cost: SegmentCost, changes: Sequence[int]) -> float:
    """Return the cost of the segments between changes, without penalties."""
    return fsum(cost.cost(sums_between(observed, cost, changes)))


def _is_long(observed: ObservedPeriods, cost: SegmentCost) -> bool:
    """Tell whether compiled code takes a series on."""
    return cost.is_of_counts and len(observed) >= LONG
