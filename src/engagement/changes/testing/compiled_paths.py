"""Compiled steps of drawing series: paths in time, and values put into their order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engagement.compiling import compiled

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Whole = NDArray[np.int64]
    Values = NDArray[np.int64] | NDArray[np.float64]

__all__ = ["follow", "place", "place_few"]


@compiled
def follow(paths: Floats, shares: Floats, rests: Floats) -> None:
    """
    Make each value follow the one before, in place.

    Parameters
    ----------
    paths
        Independent values, shape ``(n_rows, n)``.
    shares, rests
        What each takes of the one before and of itself, shape ``(n - 1,)``.
    """
    for row in range(len(paths)):
        path = paths[row]
        for step in range(len(shares)):
            path[step + 1] = path[step + 1] * rests[step] + shares[step] * path[step]


@compiled
def place(values: Values, order: Whole, placed: Values) -> None:
    """
    Write values to places.

    Parameters
    ----------
    values
        Shape ``(n_rows, n)``, or ``(1, n)`` for the same in every row.
    order
        The place of each value, shape ``(n_rows, n)``.
    placed
        Where they are written, of the same shape.
    """
    for row in range(len(order)):
        own = values[row if len(values) > 1 else 0]
        for rank in range(len(own)):
            placed[row, order[row, rank]] = own[rank]


@compiled
def place_few(
    values: Values, firsts: Whole, ordered: Floats, paths: Floats, placed: Values
) -> None:
    """
    Write few distinct values to the places of paths: where a path is least, the least value.

    Parameters
    ----------
    values
        Distinct, increasing, shape ``(m,)``.
    firsts
        How many places have lesser values, shape ``(m,)``.
    ordered
        Paths in order, shape ``(n_rows, n)``.
    paths
        Shape ``(n_rows, n)``.
    placed
        Where they are written, of the same shape.
    """
    for row in range(len(paths)):
        path, written = paths[row], placed[row]
        written[:] = values[0]
        for rank in range(1, len(values)):
            least, more = ordered[row, firsts[rank]], values[rank] - values[rank - 1]
            for period in range(len(path)):
                written[period] += more if path[period] >= least else 0
