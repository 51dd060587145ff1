"""The overdispersion of counts, measured so that a change hardly matters."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["dispersion_of_differences"]

Floats = NDArray[np.float64]


def dispersion_of_differences(
    counts: Floats, exposures: Floats, lag: int = 1
) -> tuple[Floats, Floats]:
    """
    Sum up squared differences of rates some periods apart, and what Poisson counts have of it.

    A change of the rate touches as many differences as periods lie between, and no others. The
    ratio of the two is the variance over the mean where periods are independent.

    Parameters
    ----------
    counts
        Of the observed periods, shape ``(..., n)``.
    exposures
        Of the same periods, positive, shape ``(n,)``.
    lag
        How many periods apart.

    Returns
    -------
    tuple
        The sum, and what is expected of it; each of shape ``(...)``.

    Examples
    --------
    >>> import numpy as np
    >>> found, expected = dispersion_of_differences(np.array([2.0, 8.0, 2.0, 8.0]), np.ones(4))
    >>> float(found / expected)
    3.6
    """
    years, later_years = exposures[:-lag], exposures[lag:]
    before, after = counts[..., :-lag], counts[..., lag:]
    squares = (after * years - before * later_years) ** 2 / (years * later_years)
    return np.asarray(squares.sum(axis=-1)), np.asarray((before + after).sum(axis=-1))
