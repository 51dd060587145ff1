"""The filter of `hazard_filter` for many series whose periods are all alike, compiled."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from engagement.compiling import compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Places = NDArray[np.intp]

__all__ = ["Watch", "follow_all"]

NEGLIGIBLE = 1e-5
"""Probability below which a component is dropped."""

SMALLEST = 1e-200
"""A probability below this is zero, for numbers near the least are slow to compute with."""


class Watch(NamedTuple):
    """What is known of all series beforehand; all periods are alike."""

    weights: Floats
    """Of each component beforehand, shape ``(n_components,)``; sum to one."""
    masses: Floats
    """Prior probability of each rate, shape ``(n_components, G)``."""
    first: Floats
    """Likelihood of each kind of first count, shape ``(n_components, n_kinds, G)``."""
    later: Floats
    """Likelihood of each kind of count given the one before, for the components in *place*."""
    place: Places
    """Where each component stands in *later*, or -1 where its counts have no memory."""
    hazard: float
    """Probability of a change at every period but the first."""
    within: int
    """How many of the latest periods are recent."""


class Room(NamedTuple):
    """Room for what is known of one series."""

    state: Floats
    """By component, start and rate; first of all starts that are not recent."""
    sums: Floats
    """Probability of each component."""
    alive: Places
    """Components that have some probability left."""


@compiled
def follow_all(kinds: Places, later_kinds: Places, watch: Watch) -> Floats:
    """
    Follow many series, and tell how probable a recent change is.

    The kinds of counts, as first ones and as later ones, have shape ``(n_series, n_periods)``, as
    the answer has.
    """
    n_series, n_periods = kinds.shape
    n_components, n_rates = watch.masses.shape
    room = Room(
        np.zeros((n_components, watch.within + 1, n_rates)),
        np.zeros(n_components),
        np.arange(n_components),
    )
    found = np.zeros((n_series, n_periods))
    for row in range(n_series):
        n_alive = n_components
        room.alive[:] = np.arange(n_components)
        room.sums[:] = watch.weights
        room.state[:] = 0.0
        for place in range(n_periods):
            later = later_kinds[row, place]
            recent = _advance(room, n_alive, place, (kinds[row, place], later), watch)
            total = room.sums[room.alive[:n_alive]].sum()
            found[row, place] = min(recent / total, 1.0)
            n_alive = _keep(room, n_alive, total)
    return found


@compiled
def _advance(room: Room, n_alive: int, place: int, kinds: tuple[int, int], watch: Watch) -> float:
    """Take a count in; return the sum of what began lately, on the scale of the sums."""
    recent, slot = 0.0, 1 + place % watch.within
    for k in room.alive[:n_alive]:
        first, state = watch.first[k, kinds[0]], room.state[k]
        if place == 0:
            room.sums[k] = _enter(state[0], first, watch.masses[k], room.sums[k])
            continue
        later = first
        if watch.place[k] >= 0:
            later = watch.later[watch.place[k], kinds[1]]
        _stay(state, later, slot, 1.0 - watch.hazard)
        begun = _enter(state[slot], first, watch.masses[k], watch.hazard * room.sums[k])
        old = state[0].sum()
        for age in range(1, watch.within + 1):
            if age != slot:
                begun += state[age].sum()
        room.sums[k] = old + begun
        recent += begun
    return recent


@compiled
def _keep(room: Room, n_alive: int, total: float) -> int:
    """Divide by the sum of all, and leave improbable components out; return how many are left."""
    left = 0
    for k in room.alive[:n_alive]:
        room.sums[k] /= total
        if room.sums[k] >= NEGLIGIBLE:
            room.state[k] /= total
            room.alive[left] = k
            left += 1
    return left


@compiled
def _stay(state: Floats, later: Floats, slot: int, stays: float) -> None:
    """Let the regimes of one component go on, those of one start being recent no more."""
    for g in range(len(later)):
        state[0, g] += state[slot, g]
    for age in range(len(state)):
        if age != slot:
            for g in range(len(later)):
                value = stays * state[age, g] * later[g]
                state[age, g] = value if value > SMALLEST else 0.0


@compiled
def _enter(state: Floats, first: Floats, masses: Floats, begun: float) -> float:
    """Let a regime begin; return its probability."""
    total = 0.0
    for g in range(len(first)):
        state[g] = begun * masses[g] * first[g]
        total += state[g]
    return total
