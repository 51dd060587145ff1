"""Logarithms of ratios of gamma functions, with no digits lost."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["log_gamma_gap", "log_rising"]

Floats = NDArray[np.float64]

_LARGE = 1e6
"""Above this the two ends of a gap are no longer subtracted from one another."""

_FEW = 12
"""Up to so many factors a product is formed, whose logarithm is taken once."""


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
        return np.asarray(gammaln(low) - gammaln(high), dtype=np.float64)
    safe = np.maximum(low, _LARGE)
    ends = safe + gap
    logs = (0.5 - safe) * np.log1p(gap / safe) - gap * np.log(ends) + gap
    logs += 1 / (12 * safe) - 1 / (12 * ends)  # the next term is below 1e-20
    return np.where(low < _LARGE, gammaln(low) - gammaln(high), logs)


def log_rising(start: Floats, steps: Floats) -> Floats:
    """
    Return the log of ``start (start + 1) ... (start + steps - 1)``.

    Parameters
    ----------
    start
        Positive, shape ``(..., m, k)``, or ``(..., 1, k)`` for all numbers of steps.
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
    is_one = start.shape[-2] == 1
    logs = np.ones((*start.shape[:-2], len(steps), start.shape[-1]))
    product = logs[..., :n_few, :]
    for step in range(int(steps[:n_few].max(initial=0.0))):
        first = int(np.searchsorted(steps[:n_few], step, side="right"))
        product[..., first:, :] *= (start if is_one else start[..., first:n_few, :]) + step
    np.log(product, out=product)
    if n_few < len(steps):
        rest = logs[..., n_few:, :]
        low = np.broadcast_to(start if is_one else start[..., n_few:, :], rest.shape)
        rest[...] = -log_gamma_gap(low, np.broadcast_to(steps[n_few:, None], rest.shape))
    return logs
