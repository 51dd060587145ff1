"""Logarithms of gamma functions over many segments, without one slow call for each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["log_gamma_gap", "log_gamma_of_steps"]

_SMALL = 12.0
"""Below this Stirling's series is not used."""

_LARGE = 1e6
"""Above this the two ends of a gap are no longer subtracted from one another."""


def log_gamma_of_steps(steps: Floats, offset: float, unit: float) -> Floats:
    """
    Return the log of the gamma function of ``offset + unit * steps``.

    Where steps are whole and fewer values can occur than are asked for, each is computed once.

    Examples
    --------
    >>> import numpy as np
    >>> log_gamma_of_steps(np.array([0.0, 1.0, 4.0]), 1.0, 1.0).round(3)
    array([0.   , 0.   , 3.178])
    """
    from scipy.special import gammaln

    largest = float(steps.max(initial=0.0))
    if largest < steps.size:
        places = steps.astype(np.intp)
        if (places == steps).all():
            table = gammaln(offset + unit * np.arange(largest + 1))
            return np.asarray(table[places], dtype=np.float64)
    return np.asarray(gammaln(offset + unit * steps), dtype=np.float64)


def log_gamma_gap(low: Floats, gap: Floats) -> Floats:
    """
    Return the log of the gamma function of *low*, less that of ``low + gap``.

    By Stirling's series, to eleven digits of the logarithms' difference from one period to
    the next; where *low* is so large that the two logarithms agree in most of their digits,
    their difference is formed before it is taken.

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
        logs = (low - 0.5) * np.log(low) - (high - 0.5) * np.log(high)
    else:
        logs = -(low - 0.5) * np.log1p(gap / low) - gap * np.log(high)
    logs += gap
    logs += _beyond_stirling(low)
    logs -= _beyond_stirling(high)
    small = np.flatnonzero(low < _SMALL)
    if len(small):
        logs.flat[small] = gammaln(low.flat[small]) - gammaln(high.flat[small])
    return np.asarray(logs, dtype=np.float64)


def _beyond_stirling(values: Floats) -> Floats:
    """Return ``1 / 12z - 1 / 360z^3 + 1 / 1260z^5 - 1 / 1680z^7``."""
    inverse = 1.0 / values
    square = inverse * inverse
    series = square * (-1 / 1680)
    series += 1 / 1260
    series *= square
    series -= 1 / 360
    series *= square
    series += 1 / 12
    series *= inverse
    return np.asarray(series, dtype=np.float64)
