"""Compiled sums over all ways from the first boundary to the last, segment by segment."""

from __future__ import annotations

from math import exp, inf, log
from typing import TYPE_CHECKING

from engagement.compiling import compiled

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["reach", "reach_back", "reach_past"]

DROPPED = 1e-153
"""What weighs less than this is dropped; the product of two such weights is still a normal float,
with which processors are many times faster than with one that is not."""

LOG_DROPPED = log(DROPPED)


@compiled
def _drop(weights: Floats) -> None:
    for k in range(len(weights)):
        if weights[k] < DROPPED:
            weights[k] = 0.0


@compiled
def reach(logs: Floats, constant: float, best: Floats, reached: Floats) -> None:
    """
    Sum over all ways to each boundary, and turn log marginals into weights on the way.

    Parameters
    ----------
    logs
        Log marginal of each segment at ``[end, start]``, minus infinity where none may be; what
        is above the diagonal does not matter. In its place the weight of each segment is left,
        relative to the best ways to its start and to its end, and 0 where no segment is.
    constant
        What is added to the log of each segment.
    best
        Room for the log of the best way to each boundary, shape ``(n + 1,)``.
    reached
        Room for the weight of all ways from the first boundary in k steps, shape
        ``(n + 1, K + 2)``.
    """
    n_powers = reached.shape[1]
    best[0] = 0.0
    reached[:] = 0.0
    reached[0, 0] = 1.0
    logs[0] = 0.0
    for end in range(1, len(best)):
        row, own, top = logs[end], reached[end], -inf
        for start in range(end):
            row[start] += best[start]
            top = max(top, row[start])
        best[end] = top + constant
        row[end:] = 0.0
        for start in range(end):
            log_weight = row[start] - top
            row[start] = 0.0
            if log_weight >= LOG_DROPPED:
                weight = exp(log_weight)
                row[start] = weight
                for k in range(n_powers - 1):
                    own[k + 1] += weight * reached[start, k]
        _drop(own)


@compiled
def reach_past(weights: Floats, first: int, last: int, reached: Floats) -> None:
    """
    Sum over the ways that leave boundaries out, from *first* to *last*, both included.

    Parameters
    ----------
    weights
        Of each segment at ``[end, start]``.
    first, last
        Which are left out.
    reached
        Room, as for `reach`.
    """
    n_powers = reached.shape[1]
    reached[:] = 0.0
    reached[0, 0] = 1.0
    for end in range(1, len(weights)):
        if first <= end <= last:
            continue
        own = reached[end]
        for start in range(end):
            weight = weights[end, start]
            if weight > 0:
                for k in range(n_powers - 1):
                    own[k + 1] += weight * reached[start, k]
        _drop(own)


@compiled
def reach_back(weights: Floats, reached: Floats) -> None:
    """
    Sum over all ways from each boundary to the last.

    Parameters
    ----------
    weights
        Of each segment at ``[end, start]``.
    reached
        Room for the weight of those in k steps, shape ``(n + 1, K + 2)``.
    """
    n_powers = reached.shape[1]
    reached[:] = 0.0
    reached[len(weights) - 1, 0] = 1.0
    for end in range(len(weights) - 1, 0, -1):
        _drop(reached[end])
        for start in range(end):
            weight = weights[end, start]
            if weight > 0:
                for k in range(n_powers - 1):
                    reached[start, k + 1] += weight * reached[end, k]
    _drop(reached[0])
