"""Log probabilities of counts on a grid of rates, compiled."""

from __future__ import annotations

from math import log, log1p, sqrt
from typing import TYPE_CHECKING

from engagement.compiling import compiled

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["write_log_first", "write_log_later"]

FEW = 12
"""Up to so many factors a product is formed."""

LARGE = 10.0
"""Above this five terms of Stirling's series are right to 1e-12."""


@compiled
def _correction(value: float) -> float:
    square = 1.0 / (value * value)
    return (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square / 1680))) / value


@compiled
def _log_rising(start: float, steps: float) -> float:
    """Return ``lgG(start + steps) - lgG(start)``."""
    if steps <= FEW and start < 1e20:
        product = 1.0
        for step in range(int(steps)):
            product *= start + step
        return log(product)
    shifted = 0.0
    if start < LARGE:
        ratio = 1.0
        for step in range(10):
            ratio *= (start + step) / (start + steps + step)
        shifted = log(ratio)
        start += 10.0
    end = start + steps
    gap = (start - 0.5) * log1p(steps / start) + steps * log(end) - steps
    return shifted + gap + _correction(end) - _correction(start)


@compiled
def _log_probability(count: float, mean: float, excess: float) -> float:
    """Return the log probability of a count, see `log_probability`."""
    if excess == 0.0:
        return count * log(mean) - mean
    spread = log1p(excess)
    size = mean / excess
    value = _log_rising(size, count) - size * spread
    return value + count * (log(excess) - spread) if count > 0.0 else value


@compiled
def write_log_first(
    kinds: Floats, rates: Floats, component: tuple[float, float, float], logs: Floats
) -> None:
    """
    Write log probabilities of first counts for one component (linear, square, memory).

    *kinds* has rows of count and exposure; *rates* has shape ``(n_rates,)``, *logs*
    ``(n_kinds, n_rates)``.
    """
    linear, square, _ = component
    for kind in range(len(kinds)):
        count, years = kinds[kind]
        for g in range(len(rates)):
            mean = years * rates[g]
            logs[kind, g] = _log_probability(count, mean, linear + square * mean)


@compiled
def write_log_later(
    kinds: Floats, rates: Floats, component: tuple[float, float, float], logs: Floats
) -> None:
    """
    Write log probabilities of later counts, see `CountRows`.

    *kinds* has rows of count, exposure, both of the period before, and the periods since.
    """
    linear, square, memory = component
    for kind in range(len(kinds)):
        count, years, count_before, years_before, steps = kinds[kind]
        longer = years_before / years
        there, back = min(longer, 1.0), min(1.0 / longer, 1.0)
        for g in range(len(rates)):
            mean, mean_before = years * rates[g], years_before * rates[g]
            excess, excess_before = linear + square * mean, linear + square * mean_before
            alike = memory * (linear * there + square * mean_before) / (1.0 + excess_before)
            shared = memory * (linear * back + square * mean) / (1.0 + excess)
            if steps != 1.0:
                told = excess / (1.0 + excess) * (excess_before / (1.0 + excess_before))
                faded = (memory * sqrt(told)) ** (steps - 1.0)
                alike *= faded
                shared *= faded
            moved = (1.0 - alike) * mean + alike * (count_before / longer)
            left = (1.0 + excess) * (1.0 - alike * shared) - 1.0
            logs[kind, g] = _log_probability(count, moved, max(left, 1e-12))
