"""Which number of changes is the best at which penalty: the hull of least costs."""

from __future__ import annotations

from itertools import pairwise
from math import inf
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["Way", "penalty_ranges"]

NO_GAIN = 1e-12
"""Share of a cost by which another way must be better to be more than rounding."""


class Way(NamedTuple):
    """A segmentation: where segments start, without the first, and its cost without penalties."""

    changes: Sequence[int]
    cost: float


def penalty_ranges(
    solve: Callable[[float], Way], ways: Sequence[Way]
) -> dict[int, tuple[float, float]]:
    """
    Find the numbers of changes that are the best of all at some penalty.

    Least costs by number of changes have a convex hull. The numbers on it are the best at
    penalties between the slopes on either side, and no other number is ever the best. At the
    slope between two that are known, the best segmentation is one between them on the hull,
    or shows that there is none [1]_.

    *solve* gives the best segmentation at a penalty; *ways* are the best ones with 0, 1, ...
    changes. Those with more are looked for, to see where the ranges of these end. Returned are the
    lower and the upper end of each range by number of changes, for those of *ways* that have one:
    the first has no upper end, and each begins where the next one ends.

    References
    ----------
    .. [1] K. Haynes, I. A. Eckley and P. Fearnhead (2017), *Journal of Computational and
       Graphical Statistics* 26(1), 134-143.

    Examples
    --------
    >>> costs = [10.0, 9.0, 2.0]
    >>> ways = [Way(range(number), cost) for number, cost in enumerate(costs)]
    >>> penalty_ranges(lambda penalty: ways[0 if penalty > 4 else 2], ways[:2])
    {0: (4.0, inf)}
    >>> penalty_ranges(lambda penalty: ways[0 if penalty > 4 else 2], ways)
    {0: (4.0, inf), 2: (0.0, 4.0)}
    """
    best = dict(enumerate(ways))
    finest = solve(0.0)
    best.setdefault(len(finest.changes), finest)
    settled: set[tuple[int, int]] = set()
    while True:
        numbers = _hull(best)
        unsettled = [
            (few, many)
            for few, many in pairwise(numbers)
            if few < len(ways) <= many and (few, many) not in settled
        ]
        if not unsettled:
            break
        few, many = unsettled[-1]
        slope = _slope(best, few, many)
        found = solve(slope)
        number = len(found.changes)
        gain = best[few].cost - found.cost - slope * (number - few)
        if few < number < many and number not in best and gain > NO_GAIN * (1 + abs(found.cost)):
            best[number] = found
        else:
            settled.add((few, many))
    slopes = [_slope(best, few, many) for few, many in pairwise(numbers)]
    return {
        number: (low, high)
        for number, low, high in zip(numbers, [*slopes, 0.0], [inf, *slopes], strict=True)
        if number < len(ways)
    }


def _slope(best: dict[int, Way], few: int, many: int) -> float:
    """Return the penalty at which two numbers of changes are as good as one another."""
    return (best[few].cost - best[many].cost) / (many - few)


def _hull(best: dict[int, Way]) -> list[int]:
    """List the numbers of changes on the lower hull of costs, as long as more cost less."""
    hull: list[int] = []
    for number in sorted(best):
        while len(hull) > 1 and _slope(best, hull[-1], number) >= _slope(best, *hull[-2:]):
            hull.pop()
        if not hull or best[number].cost < best[hull[-1]].cost:
            hull.append(number)
    return hull
