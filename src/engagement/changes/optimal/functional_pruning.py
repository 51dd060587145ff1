"""Exact segmentations of long series of Poisson counts, in time that grows with their length."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engagement.changes.optimal.dynamic_programming import (
    constrained_partitions,
    merge_equal,
    penalised_partition,
    trace_numbers,
)
from engagement.changes.optimal.sweep import solve, solve_numbers
from engagement.models.segment_costs import PoissonCost

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["pruned_partition", "pruned_partitions"]

SHORTEST, LONGEST = 1e-100, 1e100
"""Exposures between which no product of two numbers leaves the range of floating point."""
SPREAD = 1e-12
"""Share of all exposure that the shortest must have."""


def pruned_partition(
    counts: Floats, exposures: Floats, penalty: float, min_length: int
) -> list[int]:
    """
    Minimise the Poisson costs of segments plus a penalty for each change, exactly.

    Functional pruning [1]_ [2]_: for every rate that the present segment may have, the start
    at which it is best is kept. Only few starts are needed at a time, so that the work of a
    period hardly depends on the number of periods. What is slow is a long trend without noise, in
    which no start is ever beaten at its rate.

    The answer costs what that of
    `engagement.changes.optimal.dynamic_programming.penalised_partition` costs,
    which does the work where exposures are so far apart that arithmetic fails.

    Counts are whole and sum to less than 2**53; exposures are positive.

    References
    ----------
    .. [1] G. Rigaill (2015), *Journal de la Société Française de Statistique* 156(4), 180-205.
    .. [2] R. Maidstone, T. Hocking, G. Rigaill and P. Fearnhead (2017), *Statistics and
       Computing* 27(2), 519-533.

    Examples
    --------
    >>> import numpy as np
    >>> pruned_partition(np.array([2.0, 1, 2, 9, 7, 8]), np.ones(6), 2.7, 1)
    [3]
    """
    if len(counts) < 2 * min_length or not counts.any():
        return []
    if not _is_within_reach(exposures):
        cost = PoissonCost()
        return penalised_partition(cost.scaled(counts, exposures), cost.cost, penalty, min_length)
    starts = merge_equal(counts, exposures) if min_length == 1 else np.arange(len(counts))
    if len(starts) < 2:
        return []
    events, years = (_compact(np.add.reduceat(one, starts)) for one in (counts, exposures))
    previous = np.empty(len(events), dtype=np.int32)
    size = solve(events, years, penalty, min_length, previous)
    changes: list[int] = starts[previous[len(previous) - size :]].tolist()
    return changes


def pruned_partitions(
    counts: Floats, exposures: Floats, max_changes: int, min_length: int
) -> list[list[int]]:
    """
    Minimise the Poisson costs of segments for every number of changes, exactly.

    As `pruned_partition`, once for each number, with the costs of one change less in the place
    of the best costs. The answer costs what that of
    `engagement.changes.optimal.dynamic_programming.constrained_partitions` costs.

    Examples
    --------
    >>> import numpy as np
    >>> pruned_partitions(np.array([2.0, 1, 2, 9, 7, 8]), np.ones(6), 2, 1)
    [[], [3], [3, 4]]
    """
    if not counts.any():  # all cost the same, nothing
        ends = range(min_length, (max_changes + 1) * min_length, min_length)
        return [list(ends[:number]) for number in range(max_changes + 1)]
    if not _is_within_reach(exposures):
        cost, statistics = PoissonCost().cost, PoissonCost().scaled(counts, exposures)
        return constrained_partitions(statistics, cost, max_changes, min_length)
    previous = np.empty((max_changes + 1, len(counts)), dtype=np.int32)
    solve_numbers(_compact(counts), _compact(exposures), min_length, previous)
    return trace_numbers(previous)


def _is_within_reach(exposures: Floats) -> bool:
    """
    Tell whether arithmetic can hold exposures beside one another.

    Starts wait until a segment is long enough, and what differs between two of them may meanwhile
    drown in the sums.
    """
    shortest = float(exposures.min())
    if shortest < SHORTEST or exposures.max() > LONGEST:
        return False
    return shortest >= SPREAD * float(exposures.sum())


def _compact(values: Floats) -> Floats:
    """Give an array of the one layout that is compiled for, the same where it has that."""
    return np.require(values, dtype=np.float64, requirements=["C", "W"])
