"""Dates of changes and their intervals, from the probabilities of places."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["best_in_order", "negligible", "normalised", "shortest_run"]

Floats = NDArray[np.float64]


def best_in_order(marginals: Floats, min_length: int) -> list[int]:
    """
    Return increasing places whose probabilities have the largest product.

    Parameters
    ----------
    marginals
        Where each change lies, shape ``(n_changes, n)``.
    min_length
        Least distance of two places.

    Examples
    --------
    >>> import numpy as np
    >>> best_in_order(np.array([[0.1, 0.6, 0.3], [0.0, 0.5, 0.5]]), 1)
    [1, 2]
    """
    modes = marginals.argmax(axis=1)
    if (np.diff(modes) >= min_length).all():
        return [int(place) for place in modes]
    with np.errstate(divide="ignore"):
        logs = np.log(marginals)
    n = logs.shape[1]
    best, back = logs[0], []
    for row in logs[1:]:
        top = np.maximum.accumulate(best)
        first = np.where(best == top, np.arange(n), 0)
        where = np.maximum.accumulate(first)
        value = np.full(n, -np.inf)
        value[min_length:] = top[: n - min_length] + row[min_length:]
        back.append(np.concatenate([np.zeros(min_length, dtype=np.intp), where[: n - min_length]]))
        best = value
    places = [int(np.argmax(best))]
    for one in reversed(back):
        places.append(int(one[places[-1]]))
    return places[::-1]


def shortest_run(chances: Floats, level: float) -> tuple[int, int]:
    """
    Return the shortest run of places that holds a probability, both ends included.

    Of several equally short ones, the most probable.

    Parameters
    ----------
    chances
        Of each place, shape ``(n,)``.
    level
        The share of their sum that the run holds at least.

    Examples
    --------
    >>> import numpy as np
    >>> shortest_run(np.array([0.03, 0.02, 0.0, 0.6, 0.35]), 0.95)
    (3, 4)
    """
    below = np.concatenate([[0.0], np.cumsum(chances)])
    wanted = level * below[-1] * (1 - 1e-12)
    ends = np.searchsorted(below, below[:-1] + wanted, side="left")
    fits = ends < len(below)
    starts = np.flatnonzero(fits)
    lengths = ends[fits] - starts
    shortest = starts[lengths == lengths.min()]
    size = int(lengths.min())
    first = int(max(shortest, key=lambda start: (below[start + size] - below[start], -start)))
    return first, first + size - 1


def negligible(chances: Floats, tolerance: float) -> NDArray[np.bool_]:
    """Tell which are so improbable that together they hold no more than the tolerance."""
    order = np.argsort(chances, kind="stable")
    dropped = np.zeros(len(chances), dtype=bool)
    dropped[order] = np.cumsum(chances[order]) <= tolerance * chances.sum()
    return dropped


def normalised(logs: Floats) -> Floats:
    """Return probabilities in proportion to the exponentials of logs."""
    odds = np.exp(logs - logs.max())
    return np.asarray(odds / odds.sum(), dtype=np.float64)
