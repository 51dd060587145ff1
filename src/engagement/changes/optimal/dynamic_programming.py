"""Exact optimal segmentations: dynamic programming over the last change."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

__all__ = ["constrained_partitions", "merge_equal", "penalised_partition", "trace_numbers"]

Floats = NDArray[np.float64]
Cost = Callable[[Floats], Floats]


def merge_equal(counts: Floats, exposures: Floats) -> NDArray[np.intp]:
    """
    Find the runs of periods with equal rates.

    A cost that is the least over a segment's rate is concave in the sums, so that one end of
    such a run is at least as good a change as any place inside: only the runs' starts need
    to be tried. A run of zeros is one of them.

    The raw values are compared, crosswise, never sums of them.

    Examples
    --------
    >>> import numpy as np
    >>> merge_equal(np.array([0.0, 0, 2, 1]), np.array([1.0, 3, 1, 0.5]))
    array([0, 2])
    """
    if not len(counts):
        return np.zeros(0, dtype=np.intp)
    differs = counts[1:] * exposures[:-1] != counts[:-1] * exposures[1:]
    return np.flatnonzero(np.concatenate(([True], differs)))


def penalised_partition(
    statistics: Floats, cost: Cost, penalty: float, min_length: int
) -> list[int]:
    """
    Minimise the segments' costs plus a penalty for each change, exactly.

    The best segmentation up to each period is found from those up to earlier ones. A last
    change that lost, even before it pays for a further one, to one at the present period
    never wins again, and is dropped as soon as a segment can start there [1]_. The sums of
    each candidate's last segment grow by addition only, so that exposures of any size leave
    no rounding behind.

    *statistics* are what is summed over a segment, shape ``(n_statistics, n)``; splitting a segment
    must never raise the *cost*. Returned is where segments start, without the first.

    References
    ----------
    .. [1] R. Killick, P. Fearnhead and I. A. Eckley (2012), *JASA* 107(500), 1590-1598.

    Examples
    --------
    >>> import numpy as np
    >>> statistics = np.array([[1.0, 1, 1, 9, 9], [1, 1, 1, 1, 1]])
    >>> penalised_partition(statistics, lambda sums: -(sums[0] ** 2) / sums[1], 10.0, 1)
    [3]
    """
    n_periods = statistics.shape[1]
    best = np.full(n_periods + 1, np.inf)
    best[0] = -penalty
    previous = np.zeros(n_periods + 1, dtype=np.intp)
    starts = np.empty(0, dtype=np.intp)
    expires = np.empty(0, dtype=np.intp)
    sums = np.empty((len(statistics), 0))
    for end in range(1, n_periods + 1):
        if np.isfinite(best[end - 1]):
            starts = np.append(starts, end - 1)
            expires = np.append(expires, n_periods + 1)
            sums = np.append(sums, np.zeros((len(statistics), 1)), axis=1)
        sums += statistics[:, end - 1 : end]
        n_usable = int(np.searchsorted(starts, end - min_length, side="right"))
        if not n_usable:
            continue
        totals = best[starts[:n_usable]] + cost(sums[:, :n_usable])
        choice = int(np.argmin(totals))
        best[end] = totals[choice] + penalty
        previous[end] = starts[choice]
        slack = 1e-9 * (1.0 + abs(best[end]))  # rounding must not drop the optimum
        lost = np.flatnonzero(totals > best[end] + slack)
        expires[lost] = np.minimum(expires[lost], end + min_length)
        if (expires <= end + 1).any():
            keep = expires > end + 1
            starts, expires, sums = starts[keep], expires[keep], sums[:, keep]
    return _trace(previous, n_periods)


def _trace(previous: NDArray[np.intp], end: int) -> list[int]:
    changes = []
    while previous[end] > 0:
        end = int(previous[end])
        changes.append(end)
    return changes[::-1]


def constrained_partitions(
    statistics: Floats, cost: Cost, max_changes: int, min_length: int
) -> list[list[int]]:
    """
    Minimise the segments' costs for every number of changes, exactly.

    *statistics* and *cost* are as for `penalised_partition`; segments of *min_length* must find
    room. Returned is, for 0 to *max_changes* changes, where segments start, without the first.
    """
    n_periods = statistics.shape[1]
    table = np.full((max_changes + 1, n_periods + 1), np.inf)
    previous = np.zeros((max_changes + 1, n_periods), dtype=np.intp)
    sums = np.zeros_like(statistics)
    for end in range(1, n_periods + 1):
        sums[:, :end] += statistics[:, end - 1 : end]
        n_usable = end - min_length + 1
        if n_usable < 1:
            continue
        costs = cost(sums[:, :n_usable])
        table[0, end] = costs[0]
        if n_usable > 1:
            totals = table[:-1, 1:n_usable] + costs[1:]
            choice = np.argmin(totals, axis=1)
            table[1:, end] = totals[np.arange(max_changes), choice]
            previous[1:, end - 1] = choice + 1
    return trace_numbers(previous)


def trace_numbers(previous: NDArray[np.signedinteger]) -> list[list[int]]:
    """
    Follow last changes back, for every number of changes.

    *previous* says for each number of changes, and each period, where the last change is if the
    series ends there, shape ``(max_changes + 1, n)``.

    Examples
    --------
    >>> import numpy as np
    >>> trace_numbers(np.array([[0, 0, 0], [0, 1, 2], [0, 0, 2]]))
    [[], [2], [1, 2]]
    """
    ways = []
    for number in range(len(previous)):
        end = previous.shape[1]
        changes = [end := int(previous[row, end - 1]) for row in range(number, 0, -1)]
        ways.append(changes[::-1])
    return ways
