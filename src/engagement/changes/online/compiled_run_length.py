"""
Compiled arithmetic of watching many series: the run-length recursion, averaged over dispersions.

A run is a regime that started with some period and still lasts; it has seen S events in m
periods of e years. With a gamma prior of shape a and rate b on rates, and for negative binomial
counts the size q = r e a period, its log likelihood is, up to what all runs share,

    lgG(a + S) - (a + S) log(b + m e)                       for Poisson counts,
    lgG(a + S) + lgG(c + m q) - lgG(a + c + S + m q)        with c = b r + 1,

less that of no period. What one count adds to it weighs a run.
"""

from __future__ import annotations

from math import exp, inf, isinf, log
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from engagement.compiling import compiled
from engagement.settings.tuned import KEPT_RUNS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Places = NDArray[np.int64]

__all__ = ["Watch", "follow_all", "log_gamma"]

NEGLIGIBLE = 1e-5
"""Probability below which a dispersion is left out from then on."""


class Watch(NamedTuple):
    """What is known of all series beforehand; all periods are alike."""

    sizes: Floats
    """r of the negative binomial for a year, infinite for Poisson, shape ``(n_sizes,)``."""
    chances: Floats
    """Of each size beforehand; sum to one."""
    shape: float
    """Of the prior on rates."""
    rate: float
    """Of the prior on rates."""
    exposure: float
    """Of every period, in years."""
    hazard: float
    """Chance of a change at every period but the first."""
    within: int
    """How many of the latest periods are recent."""


class Room(NamedTuple):
    """Room for the runs of one series; a column a run, a row a size."""

    starts: Places
    marks: Places
    lengths: Places
    events: Floats
    weights: Floats
    firsts: Floats
    """lgG(a + S) of each run."""
    seconds: Floats
    """What depends on the length of a run alone, a column a length."""
    thirds: Floats
    """lgG(a + c + S + m q) of each run and size."""
    gains: Floats
    """What the latest count added to the log likelihood of each."""
    sizes: Places
    """Which sizes have some probability left."""


@compiled
def log_gamma(value: float) -> float:
    """Return the log of the gamma function, to about ten digits."""
    less = 0.0
    if value < 8.0:
        product = 1.0
        while value < 8.0:
            product *= value
            value += 1.0
        less = log(product)
    inverse = 1.0 / value
    square = inverse * inverse
    series = inverse * (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square / 1680)))
    return (value - 0.5) * log(value) - value + 0.9189385332046727 + series - less


@compiled
def follow_all(counts: Floats, watch: Watch) -> Floats:
    """
    Follow many series, and tell how probable a recent change is.

    Of runs with starts that lie near one another, seen from now, the more probable one is kept
    with the weight of both, so that a series of n periods costs about n log n.

    Parameters
    ----------
    counts
        Shape ``(n_series, n_periods)``.
    watch
        What is known beforehand.

    Returns
    -------
    numpy.ndarray
        Probability that a change started in one of the latest periods, shape
        ``(n_series, n_periods)``.
    """
    n_series, n_periods = counts.shape
    room = _make_room(n_periods, watch)
    found = np.zeros((n_series, n_periods))
    for row in range(n_series):
        n_runs, n_sizes = 0, len(watch.sizes)
        room.sizes[:] = np.arange(n_sizes)
        for place in range(n_periods):
            _begin(room, n_runs, n_sizes, place, watch)
            n_runs += 1
            _foretell(room, n_runs, n_sizes, counts[row, place], watch)
            n_sizes = _weigh(room, n_runs, n_sizes)
            found[row, place] = _recent(room, n_runs, n_sizes, place - watch.within)
            n_runs = _thin(room, n_runs, n_sizes, place - watch.within)
    return found


@compiled
def _make_room(n_periods: int, watch: Watch) -> Room:
    n_sizes = len(watch.sizes)
    seconds = np.empty((n_sizes, n_periods + 1))
    for k in range(n_sizes):
        for length in range(n_periods + 1):
            years = watch.rate + length * watch.exposure
            poisson = isinf(watch.sizes[k])
            seconds[k, length] = log(years) if poisson else log_gamma(watch.sizes[k] * years + 1)
    return Room(
        np.empty(n_periods, dtype=np.int64),
        np.empty(n_periods, dtype=np.int64),
        np.empty(n_periods, dtype=np.int64),
        np.empty(n_periods),
        np.empty((n_sizes, n_periods)),
        np.empty(n_periods),
        seconds,
        np.empty((n_sizes, n_periods)),
        np.empty((n_sizes, n_periods)),
        np.arange(n_sizes),
    )


@compiled
def _begin(room: Room, n_runs: int, n_sizes: int, place: int, watch: Watch) -> None:
    """Let a run begin; the others go on with the rest of the probability."""
    room.starts[n_runs], room.marks[n_runs] = place, place
    room.lengths[n_runs], room.events[n_runs] = 0, 0.0
    room.firsts[n_runs] = log_gamma(watch.shape)
    for k in room.sizes[:n_sizes]:
        weights = room.weights[k]
        weights[n_runs] = watch.hazard * weights[:n_runs].sum() if n_runs else watch.chances[k]
        weights[:n_runs] *= 1 - watch.hazard
        if not isinf(watch.sizes[k]):
            room.thirds[k, n_runs] = log_gamma(watch.shape + watch.sizes[k] * watch.rate + 1)


@compiled
def _foretell(room: Room, n_runs: int, n_sizes: int, count: float, watch: Watch) -> None:
    """Find how likely each run makes the count, and take the count in."""
    gained = np.empty(n_runs)
    for i in range(n_runs):
        first = log_gamma(watch.shape + room.events[i] + count)
        gained[i] = first - room.firsts[i]
        room.firsts[i] = first
        room.events[i] += count
        room.lengths[i] += 1
    for k in room.sizes[:n_sizes]:
        size, seconds = watch.sizes[k], room.seconds[k]
        poisson, each = isinf(size), size * watch.exposure
        own = 0.0
        if not poisson:
            own = log_gamma(count + each) - log_gamma(each) - count * log(watch.exposure)
        for i in range(n_runs):
            length, after = room.lengths[i], watch.shape + room.events[i]
            if poisson:
                more = (after - count) * seconds[length - 1] - after * seconds[length]
            else:
                third = log_gamma(after + size * watch.rate + length * each + 1)
                more = own + seconds[length] - seconds[length - 1] - third + room.thirds[k, i]
                room.thirds[k, i] = third
            room.gains[k, i] = gained[i] + more


@compiled
def _weigh(room: Room, n_runs: int, n_sizes: int) -> int:
    """Weigh every run by how likely it made the count; return how many sizes are left."""
    most, total = -inf, 0.0
    for k in room.sizes[:n_sizes]:
        most = max(most, room.gains[k, :n_runs].max())
    for k in room.sizes[:n_sizes]:
        for i in range(n_runs):
            room.weights[k, i] *= exp(room.gains[k, i] - most)
            total += room.weights[k, i]
    left = 0
    for k in room.sizes[:n_sizes]:
        room.weights[k, :n_runs] /= total
        if room.weights[k, :n_runs].sum() >= NEGLIGIBLE:
            room.sizes[left] = k
            left += 1
    return left


@compiled
def _recent(room: Room, n_runs: int, n_sizes: int, before: int) -> float:
    """Sum up the probability of runs that started after a period, but for the first run."""
    total = 0.0
    for i in range(n_runs - 1, 0, -1):
        if room.starts[i] <= before:
            break
        for k in room.sizes[:n_sizes]:
            total += room.weights[k, i]
    return total


@compiled
def _thin(room: Room, n_runs: int, n_sizes: int, before: int) -> int:
    """
    Merge runs whose starts lie near one another, seen from now; return how many are left.

    A mark says which starts a run stands for: the fewer powers of two are in it, the sooner it
    gives way to the run before. The first run began the series, which is no change, and stays.
    """
    sizes, kept = room.sizes[:n_sizes], 1
    for i in range(1, n_runs):
        gap = room.marks[i] & -room.marks[i]
        if kept == 1 or before - room.marks[i] < KEPT_RUNS * 2 * gap:
            _copy(room, i, kept)
            room.marks[kept] = room.marks[i]
            kept += 1
            continue
        into, here, there = kept - 1, 0.0, 0.0
        for k in sizes:
            here += room.weights[k, i]
            there += room.weights[k, into]
            room.weights[k, i] += room.weights[k, into]
            room.weights[k, into] = room.weights[k, i]
        if here > there:
            _copy(room, i, into)
    return kept


@compiled
def _copy(room: Room, i: int, into: int) -> None:
    """Let a run take another place."""
    if i != into:
        room.starts[into], room.lengths[into] = room.starts[i], room.lengths[i]
        room.events[into], room.firsts[into] = room.events[i], room.firsts[i]
        room.weights[:, into], room.thirds[:, into] = room.weights[:, i], room.thirds[:, i]
