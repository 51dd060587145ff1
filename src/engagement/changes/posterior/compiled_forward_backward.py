"""The sums of `forward_backward`, compiled."""

from __future__ import annotations

from math import exp, inf, log
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from engagement.compiling import compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Places = NDArray[np.intp]

__all__ = ["CompiledRows", "sum_backward", "sum_forward"]

SMALLEST = 1e-200
"""A share of a sum below this is zero, for numbers near the least are slow to compute with."""


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


@compiled
def _sum(state: Floats, n_rates: int) -> float:
    first, second, third, fourth = 0.0, 0.0, 0.0, 0.0
    whole = n_rates - n_rates % 4
    for g in range(0, whole, 4):
        first += state[g]
        second += state[g + 1]
        third += state[g + 2]
        fourth += state[g + 3]
    for g in range(whole, n_rates):
        first += state[g]
    return (first + second) + (third + fourth)


@compiled
def _combine(
    state: Floats, row: Floats, entry: Floats, shares: tuple[float, float], n_rates: int
) -> float:
    """Let the first share of *state* and the second of *entry* go on by a row, and sum it."""
    kept, begun = shares
    for g in range(n_rates):
        value = (kept * state[g] + begun * entry[g]) * row[g]
        state[g] = value if value > SMALLEST else 0.0
    return _sum(state, n_rates)


@compiled
def _combine_singly(
    state: Floats, row: Floats, entry: Floats, shares: tuple[float, float], n_rates: int
) -> float:
    """Do so for segments that may have one period only, which *entry* holds."""
    kept, begun = shares
    for g in range(n_rates):
        value = kept * state[g] * row[g] + begun * entry[g]
        state[g] = value if value > SMALLEST else 0.0
    return _sum(state, n_rates)


@compiled
def _rescale(state: Floats, total: float, n_rates: int) -> float:
    """Divide *state* by *total* and return the log of that, or set it to zero."""
    if total > SMALLEST:
        inverse = 1.0 / total
        for g in range(n_rates):
            state[g] *= inverse
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
    entering, later, length = rows.entering[one], rows.later[one], rows.length
    entering_kind, kind, log_masses = rows.entering_kind, rows.kind, rows.log_masses
    n, n_levels, n_rates = len(kind), log_sums.shape[0], rows.sizes[one]
    is_kept = kept.shape[1] == n
    state = np.zeros(later.shape[1])
    for level in range(n_levels):
        state[:] = 0.0
        logs = -inf
        for t in range(length - 1, n):
            start = t - length + 1
            if level:
                begun = log_sums[level - 1, start - 1] if start else -inf
            else:
                begun = before[start - 1]  # the last entry for start 0
            begun += log_masses[start]
            top = max(logs, begun)
            if top > -inf:
                shares = (exp(logs - top), exp(begun - top))
                row, entry = later[kind[t]], entering[entering_kind[start]]
                if length == 1:
                    total = _combine_singly(state, row, entry, shares, n_rates)
                else:
                    total = _combine(state, row, entry, shares, n_rates)
                logs = top + _rescale(state, total, n_rates)
            log_sums[level, t] = logs
            if is_kept:
                kept[level, t] = state
        if not is_kept:
            kept[level, 0] = state


@compiled
def _continue(
    state: Floats, after: Floats, row: Floats, shares: tuple[float, float], n_rates: int
) -> float:
    """Set *state* to the first share of ``after row`` plus the second, and sum it."""
    own, begun = shares
    for g in range(n_rates):
        value = own * after[g] * row[g] + begun
        state[g] = value if value > SMALLEST else 0.0
    return _sum(state, n_rates)


@compiled
def _held(held: Floats, entry: Floats, row: Floats, state: Floats, n_rates: int) -> float:
    """Return the log of the sum of ``entry row state``."""
    for g in range(n_rates):
        held[g] = entry[g] * row[g] * state[g]
    total = _sum(held, n_rates)
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
    held, last = np.empty(later.shape[1]), later
    if length == 1:
        last = np.ones_like(later)
    for level in range(n_levels - 1, -1, -1):
        kept[level, n - 1] = 1.0
        logs = log_weights[level]
        for t in range(n - 1, length - 2, -1):
            state = kept[level, t]
            if t < n - 1:
                following = -inf
                if level < n_levels - 1:
                    following = log_sums[level + 1, t + 1] + log_masses[t + 1]
                top = max(logs, following)
                if top > -inf:
                    shares = (exp(logs - top), exp(following - top))
                    row = later[kind[t + 1]]
                    total = _continue(state, kept[level, t + 1], row, shares, n_rates)
                    logs = top + _rescale(state, total, n_rates)
            log_scales[level, t] = logs
            if logs > -inf:
                start = t - length + 1
                entry, row = entering[entering_kind[start]], last[kind[t]]
                log_sums[level, start] = logs + _held(held, entry, row, state, n_rates)
