"""The sums of `forward_backward`, compiled."""

from __future__ import annotations

from math import exp, inf, log
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from engagement.compiling import compiled, summing

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Places = NDArray[np.intp]

__all__ = ["CompiledRows", "sum_backward", "sum_forward"]

SMALLEST = 1e-200
"""A number below this is zero, for numbers near the least are slow to compute with."""

LEAST, MOST = 1e-30, 1e30
"""Between these a sum keeps its scale."""

FAR = 60.0
"""Log of what begins over the scale of a sum, from which on the sum takes its scale."""


class CompiledRows(NamedTuple):
    """Likelihoods on grids, see `SegmentRows`; the first columns of each component count."""

    entering: Floats
    """Of all but the last of the first L periods of a segment, of the first where L is 1."""
    entering_kind: Places
    later: Floats
    kind: Places
    log_masses: Floats
    sizes: Places
    length: int


@summing
def _combine(state: Floats, row: Floats, entry: Floats, begun: float, n_rates: int) -> float:
    """Let *state* and what has begun go on by a row, and sum it."""
    total = 0.0
    for g in range(n_rates):
        value = (state[g] + begun * entry[g]) * row[g]
        state[g] = value = value if value > SMALLEST else 0.0
        total += value
    return total


@summing
def _combine_singly(state: Floats, row: Floats, entry: Floats, begun: float, n_rates: int) -> float:
    """Do so for segments that may have one period only, which *entry* holds."""
    total = 0.0
    for g in range(n_rates):
        value = state[g] * row[g] + begun * entry[g]
        state[g] = value = value if value > SMALLEST else 0.0
        total += value
    return total


@compiled
def _multiply(state: Floats, factor: float, into: Floats, n_rates: int) -> None:
    for g in range(n_rates):
        into[g] = state[g] * factor


@compiled
def _rescale(state: Floats, total: float, n_rates: int) -> float:
    """Divide *state* by *total* and return the log of that, or set it to zero."""
    if total > SMALLEST:
        _multiply(state, 1.0 / total, state, n_rates)
        return log(total)
    state[:] = 0.0
    return -inf


@compiled
def sum_forward(rows: CompiledRows, before: Floats, log_sums: Floats, kept: Floats) -> None:
    """
    Write log sums and normalised states of some levels.

    *before* is the log sum of the level before, with a last entry for what ends before the
    first period, ``(n_components, n + 1)``; *log_sums* has shape ``(n_components, n_levels,
    n)``, *kept* ``(n_components, n_levels, n, G)`` or ``(n_components, n_levels, 1, G)``.
    """
    for one in range(len(log_sums)):
        _sum_forward(rows, one, before[one], log_sums[one], kept[one])


@compiled
def _sum_forward(
    rows: CompiledRows, one: int, before: Floats, log_sums: Floats, kept: Floats
) -> None:
    # what has ended in each period, as numbers and the logs of their scales; the last entry is
    # of what ends before the first period
    ended, scales, masses = np.ones(len(before)), before.copy(), np.exp(rows.log_masses)
    for level in range(len(log_sums)):
        ended, scales = _sum_level(rows, one, (ended, scales, masses), kept[level])
        for t in range(len(masses)):
            log_sums[level, t] = scales[t] + log(ended[t]) if ended[t] > 0.0 else -inf


@compiled
def _sum_level(
    rows: CompiledRows, one: int, told: tuple[Floats, Floats, Floats], kept: Floats
) -> tuple[Floats, Floats]:
    ended, scales, masses = told
    entering, later, length = rows.entering[one], rows.later[one], rows.length
    n, n_rates, first = len(masses), rows.sizes[one], len(masses) - len(kept)
    state, sums, own = np.zeros(later.shape[1]), np.zeros(n + 1), np.full(n + 1, -inf)
    scale, apart, share = -inf, inf, 0.0
    for t in range(length - 1, n):
        start = t - length + 1
        begun, its = 0.0, scales[start - 1]
        if ended[start - 1] > 0.0 and its > -inf and masses[start] > 0.0:
            if its - scale > FAR:
                _multiply(state, exp(scale - its), state, n_rates)
                scale = its
            if its - scale != apart:
                apart = its - scale
                share = exp(apart)
            begun = ended[start - 1] * masses[start] * share
        if scale > -inf:
            row, entry = later[rows.kind[t]], entering[rows.entering_kind[start]]
            if length == 1:
                total = _combine_singly(state, row, entry, begun, n_rates)
            else:
                total = _combine(state, row, entry, begun, n_rates)
            if not LEAST < total < MOST:
                scale += _rescale(state, total, n_rates)
                total = 1.0 if scale > -inf else 0.0
            sums[t], own[t] = total, scale
            if t >= first and total > 0.0:
                _multiply(state, 1.0 / total, kept[t - first], n_rates)
    return sums, own


@summing
def _continue(state: Floats, after: Floats, row: Floats, begun: float, n_rates: int) -> float:
    """Set *state* to ``after row`` plus what begins, and sum it."""
    total = 0.0
    for g in range(n_rates):
        value = after[g] * row[g] + begun
        state[g] = value = value if value > SMALLEST else 0.0
        total += value
    return total


@summing
def _held(entry: Floats, row: Floats, state: Floats, n_rates: int) -> float:
    """Return the log of the sum of ``entry row state``."""
    total = 0.0
    for g in range(n_rates):
        total += entry[g] * row[g] * state[g]
    return log(total) if total > SMALLEST else -inf


@compiled
def sum_backward(
    rows: CompiledRows, log_weights: Floats, log_sums: Floats, kept: Floats, log_scales: Floats
) -> None:
    """
    Write log sums of segments by their start, and states with their scales.

    Shapes as in `sum_forward`; *log_weights* has shape ``(n_components, n_levels)``.
    """
    for one in range(len(log_sums)):
        _sum_backward(rows, one, log_weights[one], (log_sums[one], kept[one], log_scales[one]))


@compiled
def _sum_backward(
    rows: CompiledRows, one: int, log_weights: Floats, written: tuple[Floats, Floats, Floats]
) -> None:
    log_sums, kept, log_scales = written
    entering, later, length = rows.entering[one], rows.later[one], rows.length
    entering_kind, kind, log_masses = rows.entering_kind, rows.kind, rows.log_masses
    n, n_levels, n_rates = len(kind), len(log_weights), rows.sizes[one]
    last = later if length > 1 else np.ones_like(later)
    next_sums = np.full(n, -inf)
    for level in range(n_levels - 1, -1, -1):
        scale = log_weights[level]
        kept[level, n - 1] = 1.0 if scale > -inf else 0.0
        for t in range(n - 1, length - 2, -1):
            state = kept[level, t]
            if t < n - 1:
                after, begun = kept[level, t + 1], 0.0
                following = next_sums[t + 1] + log_masses[t + 1]
                if following > -inf:
                    if following - scale > FAR:
                        _multiply(after, exp(scale - following), after, n_rates)
                        scale = following
                        log_scales[level, t + 1] = scale
                    begun = exp(following - scale)
                if scale > -inf:
                    total = _continue(state, after, later[kind[t + 1]], begun, n_rates)
                    if not LEAST < total < MOST:
                        scale += _rescale(state, total, n_rates)
            log_scales[level, t] = scale
            if scale > -inf:
                start = t - length + 1
                entry, row = entering[entering_kind[start]], last[kind[t]]
                log_sums[level, start] = scale + _held(entry, row, state, n_rates)
        next_sums = log_sums[level]
