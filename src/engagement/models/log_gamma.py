"""Logarithms of gamma functions over many segments, without one slow call for each."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

__all__ = ["log_gamma_gap", "log_gamma_of_steps", "log_rising"]

Floats = NDArray[np.float64]

_LARGE = 1e6
"""Above this the two ends of a gap are no longer subtracted from one another."""

_FEW = 12
"""Up to so many factors a product is formed, whose logarithm is taken once."""

_LONGEST = 4096
"""A table is made of so many values, or of as many as are asked for, but of no more."""


def log_gamma_of_steps(steps: Floats, offset: float, unit: float) -> Floats:
    """
    Return the log of the gamma function of ``offset + unit * steps``.

    Where steps are whole and not too large, each value is computed once.

    Examples
    --------
    >>> import numpy as np
    >>> log_gamma_of_steps(np.array([0.0, 1.0, 4.0]), 1.0, 1.0).round(3)
    array([0.   , 0.   , 3.178])
    """
    largest = float(steps.max(initial=0.0))
    if largest < max(steps.size, _LONGEST):
        places = steps.astype(np.intp)
        if (places == steps).all():
            n_steps = 1 << int(largest).bit_length()
            return np.asarray(_table(offset, unit, n_steps)[places], dtype=np.float64)
    from scipy.special import gammaln

    return np.asarray(gammaln(offset + unit * steps), dtype=np.float64)


@lru_cache(maxsize=16)
def _table(offset: float, unit: float, n_steps: int) -> Floats:
    from scipy.special import gammaln

    table = np.asarray(gammaln(offset + unit * np.arange(n_steps)), dtype=np.float64)
    table.setflags(write=False)
    return table


def log_gamma_gap(low: Floats, gap: Floats) -> Floats:
    """
    Return the log of the gamma function of *low*, less that of ``low + gap``.

    Where *low* is so large that the two logarithms agree in most of their digits, their
    difference is formed before it is taken, by Stirling's series.

    Parameters
    ----------
    low
        Positive.
    gap
        At least 0, of the same shape.

    Examples
    --------
    >>> import numpy as np
    >>> np.exp(-log_gamma_gap(np.array([5.0, 1e12]), np.array([2.0, 1.0]))).round()
    array([3.e+01, 1.e+12])
    """
    from scipy.special import gammaln

    high = low + gap
    if low.max(initial=0.0) < _LARGE:
        return np.asarray(_log_gamma_by_diagonal(low) - gammaln(high), dtype=np.float64)
    safe = np.maximum(low, _LARGE)
    ends = safe + gap
    logs = (0.5 - safe) * np.log1p(gap / safe) - gap * np.log(ends) + gap
    logs += 1 / (12 * safe) - 1 / (12 * ends)  # the next term is below 1e-20
    return np.where(low < _LARGE, gammaln(low) - gammaln(high), logs)


def _log_gamma_by_diagonal(values: Floats) -> Floats:
    """
    Return the log of the gamma function, once a diagonal where diagonals are constant.

    They are so where values go by the lengths of segments, as with equal exposures.
    """
    from scipy.special import gammaln

    if values.ndim != 2 or not (values[1:, 1:] == values[:-1, :-1]).all():
        return np.asarray(gammaln(values), dtype=np.float64)
    n_rows, n_columns = values.shape
    diagonals = gammaln(np.concatenate((values[::-1, 0], values[0, 1:])))
    rows = np.lib.stride_tricks.sliding_window_view(diagonals, n_columns)
    return np.asarray(rows[:n_rows][::-1], dtype=np.float64)


def log_rising(start: Floats, steps: Floats) -> Floats:
    """
    Return the log of ``start (start + 1) ... (start + steps - 1)``.

    Parameters
    ----------
    start
        Positive, shape ``(..., m, k)``.
    steps
        Whole numbers that do not fall, shape ``(m,)``.

    Examples
    --------
    >>> import numpy as np
    >>> start = np.array([[5.0, 1e12], [5.0, 1e12]])
    >>> np.exp(log_rising(start, np.array([1.0, 2.0]))).round()
    array([[5.e+00, 1.e+12],
           [3.e+01, 1.e+24]])
    """
    n_few = int(np.searchsorted(steps, _FEW, side="right"))
    logs = np.ones_like(start)
    product = logs[..., :n_few, :]
    for step in range(int(steps[:n_few].max(initial=0.0))):
        first = int(np.searchsorted(steps[:n_few], step, side="right"))
        product[..., first:, :] *= start[..., first:n_few, :] + step
    np.log(product, out=product)
    if n_few < len(steps):
        rest = start[..., n_few:, :]
        gap = np.broadcast_to(steps[n_few:, None], rest.shape)
        logs[..., n_few:, :] = -log_gamma_gap(rest, gap)
    return logs
