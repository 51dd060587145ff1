"""How much counts scatter, estimated so that a change hardly matters."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["estimate_dispersion"]


def estimate_dispersion(counts: Floats, exposures: Floats) -> float:
    """
    Estimate variance over mean from differences of successive rates.

    A change of the rate touches one difference only. Never below 1.

    Parameters
    ----------
    counts, exposures
        Of the observed periods, shape ``(n,)``; exposures positive.

    Examples
    --------
    >>> import numpy as np
    >>> estimate_dispersion(np.array([2.0, 8.0, 2.0, 8.0]), np.ones(4))
    3.6
    """
    years, next_years = exposures[:-1], exposures[1:]
    squares = (counts[1:] * years - counts[:-1] * next_years) ** 2 / (years * next_years)
    expected = float((counts[1:] + counts[:-1]).sum())
    return max(float(squares.sum()) / expected, 1.0) if expected else 1.0
