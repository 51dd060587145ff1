"""Compiled distribution functions of rates, from one number of events to the next."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from engagement.compiling import compiled

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Whole = NDArray[np.int64]

__all__ = ["Rungs", "climb"]

NOTHING = 1e-20
"""Steps smaller than this change no chance any more."""


class Rungs(NamedTuple):
    """
    What is known of a rate in one number of events for each group of segments.

    With S events the chance of a rate below some bound is *chance* at S = *start*. One event
    more lowers it by *step*, and the steps after that have the ratios
    ``(constant + slope (a + S)) / (a + S + 1)``.
    """

    start: Whole
    chance: Floats
    step: Floats
    constant: Floats
    slope: float


@compiled
def climb(numbers: Whole, bounds: Whole, shape: float, rungs: Rungs, chances: Floats) -> None:
    """
    Write the chances of rates below a bound, for many numbers of events.

    Parameters
    ----------
    numbers
        Events of segments, increasing within a group.
    bounds
        Where each group begins, and the end.
    shape
        a, of the prior.
    rungs
        Where to begin in each group: best where steps are largest, from where they only shrink.
    chances
        Room for the answer, one a segment.
    """
    for group in range(len(bounds) - 1):
        constant, slope = rungs.constant[group], rungs.slope
        middle = bounds[group]
        while middle < bounds[group + 1] and numbers[middle] < rungs.start[group]:
            middle += 1
        chance, step, now = rungs.chance[group], rungs.step[group], rungs.start[group]
        for place in range(middle, bounds[group + 1]):
            while now < numbers[place] and step > NOTHING:
                chance -= step
                step *= (constant + slope * (shape + now)) / (shape + now + 1)
                now += 1
            chances[place] = max(chance, 0.0)
        chance, step, now = rungs.chance[group], rungs.step[group], rungs.start[group]
        for place in range(middle - 1, bounds[group] - 1, -1):
            while now > numbers[place] and step > NOTHING:
                step *= (shape + now) / (constant + slope * (shape + now - 1))
                chance += step
                now -= 1
            chances[place] = min(chance, 1.0)
