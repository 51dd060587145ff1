"""Log probabilities of counts on a grid of rates, compiled."""

from __future__ import annotations

from math import exp, log, log1p
from typing import TYPE_CHECKING

from engagement.compiling import compiled

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["write_log_probabilities"]

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
def write_log_probabilities(
    kinds: Floats, rates: Floats, component: tuple[float, float, float], logs: Floats
) -> None:
    """
    Write log probabilities of one component (linear, square, memory), without ``log y!``.

    *kinds* has rows of count, exposure, the count before at this exposure, and the periods
    since; *rates* has shape ``(n_rates,)``, *logs* ``(n_kinds, n_rates)``.
    """
    linear, square, memory = component
    for kind in range(len(kinds)):
        count, years, before, steps = kinds[kind]
        for g in range(len(rates)):
            mean = years * rates[g]
            excess = linear + square * mean
            if excess == 0.0:
                logs[kind, g] = count * log(mean) - mean
                continue
            if memory > 0.0:
                alike = memory * excess / (1.0 + excess)
                if steps != 1.0:
                    alike = exp(steps * log(alike))
                mean = (1.0 - alike) * mean + alike * before
                excess = max((1.0 + excess) * (1.0 - alike * alike) - 1.0, 1e-12)
            spread = log1p(excess)
            size = mean / excess
            value = _log_rising(size, count) - size * spread
            if count > 0.0:
                value += count * (log(excess) - spread)
            logs[kind, g] = value
