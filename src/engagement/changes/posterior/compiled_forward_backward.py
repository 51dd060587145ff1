"""The sums of `forward_backward`, compiled, for one component at a time."""

from __future__ import annotations

from math import exp, inf, log
from typing import TYPE_CHECKING, NamedTuple

from engagement.compiling import compiled

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Places = NDArray[np.intp]

__all__ = ["CompiledRows", "sum_backward", "sum_forward"]

SMALLEST = 1e-200
"""A share of a sum below this is zero, for numbers near the least are slow to compute with."""


class CompiledRows(NamedTuple):
    """Likelihoods of one component, see `SegmentRows`; the first *n_rates* columns count."""

    entering: Floats
    later: Floats
    kind: Places
    log_masses: Floats
    n_rates: int


@compiled
def _combine(
    state: Floats, row: Floats, entry: Floats, shares: tuple[float, float], n_rates: int
) -> float:
    """Set *state* to the first share of ``state row`` and the second of *entry*; sum it."""
    kept, begun = shares
    for g in range(n_rates):
        value = kept * state[g] * row[g] + begun * entry[g]
        state[g] = value if value > SMALLEST else 0.0
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
    first period; *log_sums* has shape ``(n_levels, n)``, *kept* ``(n_levels, n, G)`` or
    ``(n_levels, 1, G)``.
    """
    n, n_levels, n_rates = len(rows.kind), log_sums.shape[0], rows.n_rates
    length = n - len(rows.entering) + 1
    is_kept = kept.shape[1] == n
    state = kept[0, 0].copy()
    for level in range(n_levels):
        state[:] = 0.0
        logs = -inf
        log_sums[level, : length - 1] = -inf
        for t in range(length - 1, n):
            start = t - length + 1
            if level:
                begun = log_sums[level - 1, start - 1] if start else -inf
            else:
                begun = before[start - 1]  # the last entry for start 0
            begun += rows.log_masses[start]
            top = max(logs, begun)
            if top > -inf:
                shares = (exp(logs - top), exp(begun - top))
                row, entry = rows.later[rows.kind[t]], rows.entering[start]
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
    """Set *state* to the first share of ``after row`` plus the second; return its largest."""
    own, begun = shares
    largest = 0.0
    for g in range(n_rates):
        value = own * after[g] * row[g] + begun
        state[g] = value if value > SMALLEST else 0.0
        largest = max(largest, value)
    return largest


@compiled
def _held(entry: Floats, state: Floats, n_rates: int) -> float:
    """Return the log of the sum of ``entry state``."""
    total = 0.0
    for g in range(n_rates):
        total += entry[g] * state[g]
    return log(total) if total > SMALLEST else -inf


@compiled
def sum_backward(
    rows: CompiledRows, log_weights: Floats, log_sums: Floats, kept: Floats, log_scales: Floats
) -> None:
    """
    Write log sums of segments by their start, and states with their scales.

    Shapes as in `sum_forward`; *log_weights* has shape ``(n_levels,)``.
    """
    n, n_levels, n_rates = len(rows.kind), len(log_weights), rows.n_rates
    length = n - len(rows.entering) + 1
    for level in range(n_levels - 1, -1, -1):
        kept[level, n - 1] = 1.0
        logs = log_weights[level]
        for t in range(n - 1, length - 2, -1):
            state = kept[level, t]
            if t < n - 1:
                following = -inf
                if level < n_levels - 1:
                    following = log_sums[level + 1, t + 1] + rows.log_masses[t + 1]
                top = max(logs, following)
                if top > -inf:
                    shares = (exp(logs - top), exp(following - top))
                    row = rows.later[rows.kind[t + 1]]
                    largest = _continue(state, kept[level, t + 1], row, shares, n_rates)
                    logs = top + _rescale(state, largest, n_rates)
            log_scales[level, t] = logs
            start = t - length + 1
            log_sums[level, start] = -inf
            if logs > -inf:
                log_sums[level, start] = logs + _held(rows.entering[start], state, n_rates)
