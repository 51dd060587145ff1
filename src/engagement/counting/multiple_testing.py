"""What is left of p-values once it counts how many of them there are."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["benjamini_hochberg", "holm"]

Floats = NDArray[np.float64]

ROUNDING = 1e-12
"""By what share a p-value may pass its border: one in 490 is on that of 49 tests at 0.1."""


def benjamini_hochberg(p_values: Floats, fdr: float) -> tuple[NDArray[np.bool_], Floats]:
    """
    Reject hypotheses so that few of those rejected are true, by the rule of [1]_.

    The expected share of true ones among them is at most *fdr* where the p-values are independent
    or positively dependent.

    None of *p_values* is NaN. Returned are which are rejected, and the least rate at which each
    would be, both of shape ``(n,)``.

    References
    ----------
    .. [1] Y. Benjamini and Y. Hochberg (1995), *Journal of the Royal Statistical Society B* 57(1),
       289-300.

    Examples
    --------
    >>> rejected, q_values = benjamini_hochberg(np.array([0.01, 0.04, 0.03, 0.5]), 0.05)
    >>> print(rejected, q_values.round(3))
    [ True False False False] [0.04  0.053 0.053 0.5  ]
    """
    order = np.argsort(p_values, kind="stable")
    ranked = p_values[order]
    share = np.arange(1, len(ranked) + 1) / len(ranked)
    below = np.flatnonzero(ranked <= share * fdr * (1 + ROUNDING))
    n_rejected = below[-1] + 1 if len(below) else 0
    rejected = np.zeros(len(ranked), dtype=np.bool_)
    rejected[order[:n_rejected]] = True
    q_values = np.empty_like(ranked)
    q_values[order] = np.minimum(np.minimum.accumulate((ranked / share)[::-1])[::-1], 1)
    return rejected, q_values


def holm(p_values: Floats) -> Floats:
    """
    Adjust p-values for how many there are, however they depend, by the rule of [1]_.

    NaN stands where nothing was tested, and does not count as a test. The probability that any
    p-value of a true hypothesis is adjusted to at most *a* is at most *a*.

    References
    ----------
    .. [1] S. Holm (1979), *Scandinavian Journal of Statistics* 6(2), 65-70.

    Examples
    --------
    >>> print(holm(np.array([0.01, np.nan, 0.04, 0.03])))
    [0.03  nan 0.06 0.06]
    """
    adjusted = np.array(p_values, dtype=np.float64)
    tested = np.flatnonzero(np.isfinite(adjusted))
    order = tested[np.argsort(adjusted[tested], kind="stable")]
    at_least = adjusted[order] * np.arange(len(order), 0, -1)
    adjusted[order] = np.minimum(np.maximum.accumulate(at_least), 1)
    return adjusted
