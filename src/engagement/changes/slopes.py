"""A trend instead of steps: whether a steady growth says as much with fewer words."""

from __future__ import annotations

from math import log
from typing import TYPE_CHECKING

import numpy as np

from engagement.intensity.steps import Rivals

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["is_rather_a_trend"]


def is_rather_a_trend(
    counts: Floats,
    exposures: Floats,
    times: Floats,
    places: Sequence[int],
    *,
    inflation: float = 1.0,
) -> bool:
    """
    Tell whether a log-linear trend accounts for counts better than their segments do.

    The trend must come within a quarter of log n of the log likelihood of the segments for each
    of their changes: far less than a change has to gain where it is looked for. So what is
    called a trend seldom is a step, while a trend may go uncalled where counts are few.

    Parameters
    ----------
    counts, exposures
        Of the observed periods, shape ``(n,)``; exposures positive.
    times
        When they were, increasing, in any unit.
    places
        Where segments start, but for the first.
    inflation
        By how much the variance exceeds that of independent Poisson counts.

    Examples
    --------
    >>> import numpy as np
    >>> times, years = np.arange(20.0), np.ones(20)
    >>> steady = np.rint(np.exp(times / 7)) * 3
    >>> is_rather_a_trend(steady, years, times, [10])
    True
    >>> is_rather_a_trend(np.repeat([1.0, 9.0], 10), years, times, [10])
    False
    """
    if len(counts) < 4 or not places or not counts.any():
        return False
    middle = (times[0] + times[-1]) / 2
    rivals = Rivals(times=(times - middle) / (times[-1] - middle), exposures=exposures)
    trend = float(rivals.fits(counts[None, :])[0][0])
    bounds = [0, *places]
    events = np.add.reduceat(counts, bounds)
    some = events > 0
    rates = events[some] / np.add.reduceat(exposures, bounds)[some] / counts.sum()
    steps = float((events[some] * np.log(rates)).sum())
    margin = 0.25 * log(len(counts)) * max(inflation, 1.0) * len(places)
    return trend > steps - margin
