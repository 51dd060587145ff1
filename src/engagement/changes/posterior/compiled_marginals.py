"""Compiled marginal likelihoods of all segments of a series of counts."""

from __future__ import annotations

from math import inf, lgamma, log, log1p
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from engagement.compiling import compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Whole = NDArray[np.int64]

__all__ = ["Segments", "poisson_marginals", "sized_marginals"]

SMALL = 16.0
"""Above this five terms of Stirling's series are exact."""

SLOTS = 64
"""How many values are kept for segments of a length, by events."""


class Segments(NamedTuple):
    """
    What the marginals of all segments of a series are made of.

    ``events[end] - events[start]`` are those of a segment, ``exposure[end, start]`` its
    exposure, and ``log_gammas[S]`` is ``lgG(a + S) - lgG(a)``, with the prior Gamma(a, b).
    Segments are of *min_length* periods at least, and the likelihood is raised to the power
    *weight*.
    """

    events: Whole
    exposure: Floats
    log_gammas: Floats
    shape: float
    rate: float
    min_length: int
    weight: float


@compiled
def _set_none(logs: Floats, end: int, min_length: int) -> None:
    for start in range(max(end - min_length + 1, 0), end + 1):
        logs[end, start] = -inf


@compiled
def poisson_marginals(segments: Segments, logs: Floats) -> None:
    """
    Write ``lgG(a + S) - lgG(a) + a log b - (a + S) log(b + E)`` at ``[end, start]``.

    And minus infinity on the diagonal and where segments are too short.

    The logarithm is taken anew only where the exposure differs from that of the last segment
    of the same length.
    """
    shape, rate, weight = segments.shape, segments.rate, segments.weight
    start_log = shape * log(rate)
    last = np.full(len(logs), -1.0)
    log_of_last = np.empty(len(logs))
    for end in range(len(logs)):
        _set_none(logs, end, segments.min_length)
        for start in range(end - segments.min_length + 1):
            events = segments.events[end] - segments.events[start]
            exposure, length = segments.exposure[end, start], end - start
            if exposure != last[length]:
                last[length] = exposure
                log_of_last[length] = log(rate + weight * exposure)
            counted = (shape + weight * events) * log_of_last[length]
            logs[end, start] = segments.log_gammas[events] + start_log - counted


@compiled
def _stirling(number: float) -> float:
    """Return what Stirling's series adds to the log of the gamma function."""
    square = 1 / (number * number)
    terms = 1 / 1260 - square * (1 / 1680 - square / 1188)
    return (1 / 12 - square * (1 / 360 - square * terms)) / number


@compiled
def _log_gamma_gap(low: float, gap: float) -> float:
    """Return the log of the gamma function of *low*, less that of ``low + gap``."""
    high = low + gap
    if low < SMALL:
        return lgamma(low) - lgamma(high)
    logs = gap - (low - 0.5) * log1p(gap / low) - gap * log(high)
    return logs + _stirling(low) - _stirling(high)


@compiled
def sized_marginals(segments: Segments, size: float, logs: Floats) -> None:
    """
    Write ``log B(a + S, b r + 1 + r E) - log B(a, b r + 1)`` likewise, r being the size.

    For each length of segments some values are kept, and found by the last digits of S.
    """
    shape, first, weight = segments.shape, segments.rate * size + 1, segments.weight
    start_log = _log_gamma_gap(first, shape)
    own_events = np.full((len(logs), SLOTS), -1)
    own_exposure = np.empty((len(logs), SLOTS))
    known = np.empty((len(logs), SLOTS))
    for end in range(len(logs)):
        _set_none(logs, end, segments.min_length)
        for start in range(end - segments.min_length + 1):
            events = segments.events[end] - segments.events[start]
            exposure, length, slot = segments.exposure[end, start], end - start, events % SLOTS
            if own_events[length, slot] != events or own_exposure[length, slot] != exposure:
                own_events[length, slot], own_exposure[length, slot] = events, exposure
                gap = _log_gamma_gap(first + weight * size * exposure, shape + weight * events)
                known[length, slot] = segments.log_gammas[events] + gap - start_log
            logs[end, start] = known[length, slot]
