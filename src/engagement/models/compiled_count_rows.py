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
def _tell(excess: float) -> tuple[float, float]:
    """Return the log of one plus the excess, and by how much that of the excess is above it."""
    spread = log1p(excess)
    return spread, log(excess) - spread if excess > 0.0 else 0.0


@compiled
def _log_probability(count: float, mean: float, excess: float, told: tuple[float, float]) -> float:
    """Return the log probability of a count, see `log_probability`."""
    if excess == 0.0:
        return count * log(mean) - mean
    spread, gain = told
    size = mean / excess
    value = _log_rising(size, count) - size * spread
    return value + count * gain if count > 0.0 else value


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
    for g in range(len(rates)):
        before = 0.0
        for kind in range(len(kinds)):
            count, years = kinds[kind]
            if years != before:
                mean = years * rates[g]
                excess = linear + square * mean
                told = _tell(excess)
                before = years
            logs[kind, g] = _log_probability(count, mean, excess, told)


@compiled
def write_log_later(
    kinds: Floats, rates: Floats, component: tuple[float, float, float], logs: Floats
) -> None:
    """
    Write log probabilities of later counts, see `CountRows`.

    *kinds* has rows of count, exposure, both of the period before, and the periods since.
    """
    linear, square, memory = component
    for g in range(len(rates)):
        last = (0.0, 0.0, 0.0)
        for kind in range(len(kinds)):
            count, years, count_before, years_before, steps = kinds[kind]
            if (years, years_before, steps) != last:
                last = (years, years_before, steps)
                longer = years_before / years
                there, back = min(longer, 1.0), min(1.0 / longer, 1.0)
                mean, mean_before = years * rates[g], years_before * rates[g]
                excess, excess_before = linear + square * mean, linear + square * mean_before
                alike = memory * (linear * there + square * mean_before) / (1.0 + excess_before)
                shared = memory * (linear * back + square * mean) / (1.0 + excess)
                if steps != 1.0:
                    known = excess / (1.0 + excess) * (excess_before / (1.0 + excess_before))
                    faded = (memory * sqrt(known)) ** (steps - 1.0)
                    alike *= faded
                    shared *= faded
                left = max((1.0 + excess) * (1.0 - alike * shared) - 1.0, 1e-12)
                told = _tell(left)
            moved = (1.0 - alike) * mean + alike * (count_before / longer)
            logs[kind, g] = _log_probability(count, moved, left, told)
