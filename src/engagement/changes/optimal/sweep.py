"""Compiled sweeps over a series: for each period, the start of the last segment that is best."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from engagement.changes.optimal.lower_envelope import (
    COST,
    EVENTS,
    EXPOSURE,
    N_COLUMNS,
    START,
    Start,
    best_piece,
    lower,
    set_against,
    whole_range,
    with_room,
    write,
)
from engagement.compiling import compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Places = NDArray[np.int32]

__all__ = ["solve", "solve_numbers"]

SPAN = 1024.0
"""Running sums begin anew when they exceed the next exposure this many times."""


class SweepTask(NamedTuple):
    """A series, its overall rate, bounds of segments' rates in multiples of it, and the penalty."""

    counts: Floats
    exposures: Floats
    overall: float
    low: float
    high: float
    penalty: float


@compiled
def _sweep(
    task: SweepTask, min_length: int, given: Floats, previous: Places, costs: Floats
) -> None:
    """
    Find the best last start for each period, with a least number of periods in a segment.

    A start is set against the others as soon as a segment from there is long enough. Segments
    without events are looked after apart, for their best rate is 0.

    The cost up to a start is what was found for it, with the penalty; or where costs are
    *given*, that. Costs up to each period are left in *costs*, if there is room.
    """
    rows, scratch, first, last = whole_range(task.low, task.high)
    waiting = np.full((min_length, N_COLUMNS), inf)  # starts too late for a segment yet
    write(waiting, 0, 0.0, 0.0, Start(0.0, 0.0, 0.0, 0))
    if len(given):
        rows[first, COST] = waiting[0, COST] = given[0]
    shift = all_events = all_exposure = 0.0
    quiet_cost, quiet_start, quiet_from = inf, 0, 0
    for end in range(1, len(task.counts) + 1):
        exposure = task.exposures[end - 1] * task.overall
        if all_exposure > SPAN * exposure:
            level = rows[last - 1, COST] if rows[last - 1, COST] < inf else 0.0
            lower(rows, (first, last), level, all_exposure)
            lower(waiting, (0, min_length), level, all_exposure)
            quiet_cost -= level + all_exposure
            shift += level
            all_exposure = 0.0
        all_events += task.counts[end - 1]
        all_exposure += exposure
        if task.counts[end - 1] > 0:
            quiet_cost, quiet_from = inf, end
        slot, best = end % min_length, inf
        if end >= min_length:
            ready = waiting[slot]
            new = Start(ready[COST], ready[EXPOSURE], ready[EVENTS], end - min_length)
            if new.place >= quiet_from and new.cost + new.exposure < quiet_cost:
                quiet_cost, quiet_start = new.cost + new.exposure, new.place
            if new.place > 0 and new.cost < inf:
                rows, scratch, first, last = with_room(rows, scratch, (first, last))
                last = set_against(rows, scratch, (first, last), new)
            best, found = best_piece(rows, (first, last), all_events, all_exposure)
            previous[end - 1] = int(rows[found, START])
            if quiet_cost - all_exposure < best:
                best, previous[end - 1] = quiet_cost - all_exposure, quiet_start
        cost = given[end] - shift if len(given) else best + task.penalty
        if len(costs):
            costs[end] = best + shift
        write(waiting, slot, 0.0, 0.0, Start(cost, all_exposure, all_events, end))


@compiled
def _trace(previous: Places) -> int:
    """Gather the changes in order at the end of *previous*; return how many they are."""
    size = 0
    end = len(previous)
    while end > 0:
        end = previous[end - 1]
        if end > 0:  # the place written was read before, or is never read
            size += 1
            previous[len(previous) - size] = end
    return size


@compiled
def _task(counts: Floats, exposures: Floats, penalty: float) -> SweepTask:
    """Find the overall rate, and between what a segment's rate may lie."""
    events = exposure = rest = highest = 0.0
    least = inf
    for period in range(len(counts)):
        events += counts[period]
        grown = exposure + exposures[period]
        part = grown - exposure
        rest += (exposure - (grown - part)) + (exposures[period] - part)
        exposure = grown
        if counts[period] > 0:
            least = min(least, counts[period])
            highest = max(highest, counts[period] / exposures[period])
    overall = events / (exposure + rest)
    low, high = least / events * (1 - 1e-7), highest / overall * (1 + 1e-7)
    return SweepTask(counts, exposures, overall, low, high, penalty)


@compiled
def solve(
    counts: Floats, exposures: Floats, penalty: float, min_length: int, previous: Places
) -> int:
    """
    Find the best segmentation of a series with an event, and with room for two segments.

    The last numbers of *previous*, shape ``(n,)``, are then the changes; returned is their number.
    """
    none = np.empty(0)
    _sweep(_task(counts, exposures, penalty), min_length, none, previous, none)
    return _trace(previous)


@compiled
def solve_numbers(counts: Floats, exposures: Floats, min_length: int, previous: Places) -> None:
    """
    Find the best segmentation for each number of changes.

    There must be an event, and room for so many segments.

    In each row of *previous*, shape ``(max_changes + 1, n)``, then stands for each period where the
    last of so many changes is if the series ends there.
    """
    task = _task(counts, exposures, 0.0)
    given = np.full(len(counts) + 1, inf)
    given[0] = 0.0
    for number in range(len(previous)):
        costs = np.full(len(counts) + 1, inf)
        _sweep(task, min_length, given, previous[number], costs)
        given = costs
