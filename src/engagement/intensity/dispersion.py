"""Whether counts vary more than Poisson counts at one rate do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["dispersion_p_value", "pearson_dispersion"]

_AT_ONCE = 2**22  # numbers drawn at once


def pearson_dispersion(counts: NDArray[np.float64], exposures: NDArray[np.float64]) -> float:
    """
    Divide Pearson's chi-square about a constant rate by its degrees of freedom.

    It is about 1 where counts are Poisson with one rate; NaN for fewer than two periods or no
    events.

    >>> import numpy as np
    >>> pearson_dispersion(np.array([0.0, 4.0]), np.array([1.0, 1.0]))
    4.0
    """
    if len(counts) < 2 or not counts.sum():
        return float("nan")
    expected = exposures * (counts.sum() / exposures.sum())
    return float(((counts - expected) ** 2 / expected).sum() / (len(counts) - 1))


def dispersion_p_value(
    counts: NDArray[np.float64],
    exposures: NDArray[np.float64],
    n_draws: int,
    rng: np.random.Generator,
) -> float:
    """
    Return the one-sided p-value of the dispersion among Poisson counts of the same total.

    Given their total, Poisson counts with one rate are multinomial with chances in proportion
    to exposure, whatever the rate. Draws from that give the p-value, which is valid however
    few the events: the chi-square distribution is not, where a period expects less than about
    five. NaN as in `pearson_dispersion`.
    """
    if len(counts) < 2 or not counts.sum():
        return float("nan")
    total = int(counts.sum())
    shares = exposures / exposures.sum()
    # given the total, chi-square orders outcomes as the sum of y^2 / share does
    seen = (counts**2 / shares).sum()
    n_as_large = 0
    step = max(1, _AT_ONCE // len(counts))
    for start in range(0, n_draws, step):
        drawn = rng.multinomial(total, shares, size=min(step, n_draws - start))
        sums = (drawn.astype(np.float64) ** 2 / shares).sum(axis=1)
        n_as_large += int((sums >= seen * (1 - 1e-12)).sum())
    return (n_as_large + 1) / (n_draws + 1)
