"""Proper scores of predictive distributions of counts: the lower, the better."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engagement.errors import SettingError, shown
from engagement.settings.checks import check_whole, is_number

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["log_score", "ranked_probability_score"]


def log_score(probabilities: ArrayLike, count: int) -> float:
    """
    Return minus the log of the probability of the observed count.

    The rest of the distribution does not matter; the score is infinite where the count had
    probability zero [1]_.

    Parameters
    ----------
    probabilities
        Of the counts 0, 1, ..., shape ``(n,)``; what is missing to one lies beyond.
    count
        What came.

    Raises
    ------
    SettingError
        If the probabilities are no such, or *count* is not a whole number of at least 0.

    References
    ----------
    .. [1] T. Gneiting and A. E. Raftery (2007), *Journal of the American Statistical
       Association* 102(477), 359-378.

    Examples
    --------
    >>> print(round(log_score([0.5, 0.3, 0.2], 1), 3))
    1.204
    """
    chances, seen = _read(probabilities, count)
    chance = chances[seen] if seen < len(chances) else 0.0
    return float(-np.log(chance)) if chance > 0 else float("inf")


def ranked_probability_score(probabilities: ArrayLike, count: int) -> float:
    """
    Return the sum of squared differences between the predicted and the observed distribution.

    Both are distribution functions: this is the continuous ranked probability score of a
    count [1]_. Its unit is that of counts; for a forecast of one number it is the absolute error.

    Parameters
    ----------
    probabilities
        Of the counts 0, 1, ..., shape ``(n,)``; what is missing to one lies just beyond.
    count
        What came.

    Raises
    ------
    SettingError
        If the probabilities are no such, or *count* is not a whole number of at least 0.

    References
    ----------
    .. [1] C. Czado, T. Gneiting and L. Held (2009), *Biometrics* 65(4), 1254-1261.

    Examples
    --------
    >>> print(round(ranked_probability_score([0.5, 0.3, 0.2], 1), 3))
    0.29
    >>> ranked_probability_score([0, 0, 0, 1], 1)
    2.0
    """
    chances, seen = _read(probabilities, count)
    below = np.minimum(np.cumsum(chances), 1.0)
    came = np.arange(len(below)) >= seen
    return float(((below - came) ** 2).sum()) + max(seen - len(below), 0)


def _read(probabilities: ArrayLike, count: int) -> tuple[NDArray[np.float64], int]:
    try:
        chances = np.asarray(probabilities, dtype=np.float64)
    except (TypeError, ValueError, OverflowError):
        raise SettingError(f"probabilities must be numbers, got {shown(probabilities)}") from None
    if chances.ndim != 1 or not len(chances):
        raise SettingError(f"probabilities must have shape (n,), got {chances.shape}")
    if not (chances >= 0).all() or chances.sum() > 1 + 1e-9:
        raise SettingError(
            "probabilities must not be negative and sum to at most 1, got a least of "
            f"{chances.min():g} and a sum of {chances.sum():.10g}"
        )
    is_whole = is_number(count) and float(count).is_integer()
    return chances, check_whole("count", int(count) if is_whole else count, least=0)
