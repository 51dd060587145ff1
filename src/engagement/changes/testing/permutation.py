"""Values put into the order of random paths, slot by slot."""

from __future__ import annotations

from itertools import pairwise
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from engagement import compiling

__all__ = ["gaussian_paths", "place_in_order"]

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
Values = TypeVar("Values", np.int64, np.float64)

_APART = 32.0
"""What keeps the slots of a season apart when all are sorted at once: paths stay within 16."""


_FEW = 50
"""Up to so many distinct values it is faster to look for each one's least place than for all."""


def gaussian_paths(
    n_rows: int,
    steps: Whole,
    dependence: float,
    rng: np.random.Generator,
    *,
    latent: float = 0.0,
) -> Floats:
    """
    Draw stationary Gaussian paths of unit variance.

    Parameters
    ----------
    n_rows
        How many.
    steps
        Periods from each value to the next, shape ``(n - 1,)``, positive.
    dependence
        Correlation of values one period apart, at least 0 and below 1.
    rng
        Where they are drawn from.
    latent
        What is left of the correlation from one further period to the next, if that is more
        than *dependence*: the path is then that of rates which are so alike, seen through the
        noise of counts, and dies away more slowly than that of one autoregressive step.

    Returns
    -------
    numpy.ndarray
        Shape ``(n_rows, n)``.

    Examples
    --------
    >>> import numpy as np
    >>> paths = gaussian_paths(20_000, np.array([1, 3]), 0.5, np.random.default_rng(1))
    >>> np.corrcoef(paths.T)[0].round(1).tolist()
    [1.0, 0.5, 0.1]
    >>> paths = gaussian_paths(
    ...     20_000, np.array([1, 1]), 0.2, np.random.default_rng(1), latent=0.5
    ... )
    >>> np.corrcoef(paths.T)[0].round(1).tolist()
    [1.0, 0.2, 0.1]
    """
    n = len(steps) + 1
    if not dependence:
        return rng.standard_normal((n_rows, n))
    lasting = max(dependence, latent)
    is_noisy = lasting > dependence
    normal = rng.standard_normal((n_rows, 1 + is_noisy, n))
    alike = _followed(normal[:, 0], lasting ** steps.astype(np.float64))
    if is_noisy:
        share = dependence / lasting
        alike *= np.sqrt(share)
        alike += np.sqrt(1 - share) * normal[:, 1]
    return alike


def _followed(normal: Floats, shares: Floats) -> Floats:
    """Give each value a share of the one before, and so much of its own that the variance is 1."""
    rests: Floats = np.sqrt(1 - shares**2)
    if normal.shape[1] >= compiling.LONG:
        from engagement.changes.testing.compiled_paths import follow

        paths = np.ascontiguousarray(normal)
        follow(paths, shares, rests)
        return paths
    paths = np.ascontiguousarray(normal.T)
    paths[1:] *= rests[:, None]
    for place, share in enumerate(shares):
        paths[place + 1] += share * paths[place]
    return np.ascontiguousarray(paths.T)


def place_in_order(values: NDArray[Values], slots: Whole, paths: Floats) -> NDArray[Values]:
    """
    Put values into the order of paths.

    In each slot the least value goes where the path is least there, and so on.

    Parameters
    ----------
    values
        Shape ``(n,)``, or ``(n_rows, n)`` for others in every row.
    slots
        The slot of each place, shape ``(n,)``.
    paths
        Shape ``(n_rows, n)``.

    Returns
    -------
    numpy.ndarray
        Shape ``(n_rows, n)``.

    Examples
    --------
    >>> import numpy as np
    >>> paths = np.array([[0.3, 0.1, -1.0, 0.2]])
    >>> place_in_order(np.array([1, 2, 3, 4]), np.array([0, 0, 0, 0]), paths)
    array([[4, 2, 1, 3]])
    >>> place_in_order(np.array([1, 2, 3, 4]), np.array([0, 1, 0, 1]), paths)
    array([[3, 2, 1, 4]])
    """
    if values.ndim == 1 and paths.shape[1] >= compiling.LONG and not slots.any():
        distinct, firsts = np.unique(np.sort(values), return_index=True)
        if len(distinct) <= _FEW:
            return _placed_few(distinct, firsts, paths)
    if values.ndim == 1:
        ordered = values[np.lexsort((values, slots))][None, :]
    else:
        by_slot = np.argsort(slots, kind="stable")
        ordered = values[:, by_slot]
        bounds = np.flatnonzero(np.diff(slots[by_slot], prepend=-1, append=-1))
        for start, end in pairwise(bounds.tolist()):
            ordered[:, start:end].sort(axis=1)
    keys = paths + _APART * slots if slots.any() else paths
    placed = np.empty(paths.shape, dtype=values.dtype)
    order = np.argsort(keys, axis=1)
    if paths.shape[1] >= compiling.LONG:
        from engagement.changes.testing.compiled_paths import place

        place(np.ascontiguousarray(ordered), order, placed)
    else:
        np.put_along_axis(placed, order, np.broadcast_to(ordered, paths.shape), axis=1)
    return placed


def _placed_few(
    values: NDArray[Values], firsts: NDArray[np.intp], paths: Floats
) -> NDArray[Values]:
    """Put few distinct values, with how many places have lesser ones, into the order of paths."""
    from engagement.changes.testing.compiled_paths import place_few

    placed = np.empty(paths.shape, dtype=values.dtype)
    place_few(values, firsts, np.sort(paths, axis=1), paths, placed)
    return placed
