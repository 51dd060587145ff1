"""How much counts scatter, estimated so that a change hardly matters."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy as np
    from numpy.typing import NDArray

    from engagement.series import CountSeries

    Floats = NDArray[np.float64]

__all__ = ["estimate_dispersion", "pooled_dispersion"]


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
    return _at_least_one(*_successive(counts, exposures))


def pooled_dispersion(panel: Iterable[CountSeries]) -> float:
    """
    Estimate one variance over mean for all series of a panel, as `estimate_dispersion` does.

    Parameters
    ----------
    panel
        The series; unobserved periods are passed over.
    """
    sums = [0.0, 0.0]
    for series in panel:
        seen = series.observed
        found, expected = _successive(series.counts[seen], series.exposure_years[seen])
        sums = [sums[0] + found, sums[1] + expected]
    return _at_least_one(*sums)


def _successive(counts: Floats, exposures: Floats) -> tuple[float, float]:
    """Return the sum of squared differences, and what Poisson counts lead to expect of it."""
    years, next_years = exposures[:-1], exposures[1:]
    squares = (counts[1:] * years - counts[:-1] * next_years) ** 2 / (years * next_years)
    return float(squares.sum()), float((counts[1:] + counts[:-1]).sum())


def _at_least_one(found: float, expected: float) -> float:
    return max(found / expected, 1.0) if expected else 1.0
