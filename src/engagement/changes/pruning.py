"""Exact segmentations of long series of Poisson counts, in time that grows with their length."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engagement.changes.kernels.sweep import solve, solve_long
from engagement.changes.partition import penalised_partition
from engagement.changes.poisson import Poisson

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["pruned_partition"]

SHORTEST, LONGEST = 1e-100, 1e100
"""Exposures between which no product of two numbers leaves the range of floating point."""
SPREAD = 1e-12
"""Share of all exposure that the shortest must have where segments have a least length."""


def pruned_partition(
    counts: Floats, exposures: Floats, penalty: float, min_length: int
) -> list[int]:
    """
    Minimise the Poisson costs of segments plus a penalty for each change, exactly.

    Functional pruning [1]_ [2]_: for every rate that the present segment may have, the start
    at which it is best is kept. Here runs of periods with equal rates are taken together, a
    start is set against the others only on the side on which its change must lie, and only
    if the periods after it bear it out, so that a period costs little more than a logarithm
    or two. With a *min_length* above 1 neither holds, and a period costs some times more.
    What is slow is a long trend without noise, in which no start is ever beaten at its rate.

    The answer costs what that of `engagement.changes.partition.penalised_partition` costs,
    which does the work where exposures are so far apart that arithmetic fails.

    Parameters
    ----------
    counts, exposures
        Shape ``(n,)``; whole numbers that sum to less than 2**53, and positive exposures.
    penalty
        For each change, at least 0.
    min_length
        Periods in a segment, at least 1.

    Returns
    -------
    list of int
        Where segments start, without the first.

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
    shortest, total = float(exposures.min()), float(exposures.sum())
    is_extreme = shortest < SHORTEST or exposures.max() > LONGEST
    # with a least length, starts wait until a segment is long enough, and what differs between
    # two of them may meanwhile drown in the sums
    if is_extreme or (min_length > 1 and shortest < SPREAD * total):
        family = Poisson()
        statistics = family.statistics(counts, exposures / total * counts.sum())
        return penalised_partition(statistics, family.cost, penalty, min_length)
    events, years = (
        np.require(part, dtype=np.float64, requirements=["C", "W"]) for part in (counts, exposures)
    )
    previous = np.empty(len(events), dtype=np.int64)
    if min_length == 1:
        size = solve(events, years, penalty, previous)
    else:
        size = solve_long(events, years, penalty, min_length, previous)
    changes: list[int] = previous[len(previous) - size :].tolist()
    return changes
