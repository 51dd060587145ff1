"""
Compiled arithmetic of functional pruning: which last change is best at which rate.

A segment that starts after period s and has rate x costs, up to period t,

    A_s + (E_t - E_s) (x - 1) - (S_t - S_s) log x,

with A_s the least cost up to s and a penalty, E and S the sums of exposure and of events up to
a period, exposures in a unit in which the whole series has the rate 1. Of two starts the better
one at a rate stays the better one there, so it is enough to keep the best at every rate, in
pieces: ordered intervals of x, each with its start.
"""

from __future__ import annotations

from math import exp, inf, log, sqrt
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from engagement.compiling import compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = [
    "Start",
    "best_piece",
    "lower",
    "set_against",
    "whole_range",
    "with_room",
    "write",
]

# the columns of a piece; it ends where the next one begins, the last one at an extra row
LOW = 0
LOG_LOW = 1
COST = 2
EXPOSURE = 3
EVENTS = 4
START = 5
N_COLUMNS = 6

WITHIN = 1e-9
"""Share by which an optimum may lie outside of its piece."""


class Start(NamedTuple):
    """A start of a segment: the cost up to it, sums up to it, and its place."""

    cost: float
    exposure: float
    events: float
    place: int


@compiled
def _log_root(depth: float, side: float) -> float:
    """
    Solve ``exp(y) - 1 - y = depth`` for the y of the sign of *side*.

    With ``s = side sqrt(2 depth)`` a power series near 0, else Halley's iteration.
    """
    s = side * sqrt(2 * depth)
    tail = 1 / 4320 + s * (1 / 17010 + s * (-139 / 5443200 + s / 204120))
    y = s * (1 + s * (1 / 3 + s * (1 / 36 + s * (-1 / 270 + s * tail)))) - depth
    if abs(s) <= 0.25:
        return y
    if s > 1:
        y = log(1 + s + 0.8 * depth)
    elif s < -1:
        y = max(s - s * s / 6 + s * s * s / 36, -1 - depth)
    for _ in range(50):
        grown = exp(y)
        slope = grown - 1
        excess = slope - y - depth
        step = excess / (slope - 0.5 * excess * grown / slope)
        y -= step
        if abs(step) <= 1e-6 * abs(y):  # each step triples the number of right digits
            break
    return y


@compiled
def _excess(rows: Floats, piece: int, border: int, new: Start) -> float:
    """Tell by how much a piece's start is worse than a new one at a border; negative if better."""
    return float(
        rows[piece, COST]
        - new.cost
        + (new.exposure - rows[piece, EXPOSURE]) * (rows[border, LOW] - 1)
        - (new.events - rows[piece, EVENTS]) * rows[border, LOG_LOW]
    )


@compiled
def _kept(
    rows: Floats, piece: int, new: Start, at_low: float, at_high: float
) -> tuple[float, float, float, float]:
    """
    Find where in a piece its start is no worse than a new one, given the excess at both ends.

    Where ``gap + exposure (x - 1) - events log x <= 0``: an interval, for that is convex.
    Returned as its low end with its logarithm and its high end with its own, which is not set
    where that is the end of the piece. Empty if the high end is not above the low one.
    """
    low, log_low, high = rows[piece, LOW], rows[piece, LOG_LOW], rows[piece + 1, LOW]
    if at_low <= 0 and at_high <= 0:
        return low, log_low, high, 0.0
    nothing = (low, log_low, low, log_low)
    gap = rows[piece, COST] - new.cost
    exposure = new.exposure - rows[piece, EXPOSURE]
    events = new.events - rows[piece, EVENTS]
    if events <= 0:
        root = 1 - gap / exposure
        return nothing if root <= low else (low, log_low, min(root, high), log(root))
    centre = events / exposure
    if at_low > 0 and at_high > 0 and (centre <= low or centre >= high):
        return nothing
    log_centre = log(centre)
    depth = -(gap + events - exposure - events * log_centre) / events
    if depth <= 0:
        return nothing
    start, log_start, end, log_end = low, log_low, high, 0.0
    if at_low > 0:
        y = _log_root(depth, -1.0)
        if centre * exp(y) > low:
            start, log_start = centre * exp(y), log_centre + y
    if at_high > 0:
        y = _log_root(depth, 1.0)
        if centre * exp(y) < high:
            end, log_end = centre * exp(y), log_centre + y
    return start, log_start, end, log_end


@compiled
def write(rows: Floats, piece: int, low: float, log_low: float, start: Start) -> None:
    """Set a piece: where it begins, and its start."""
    rows[piece, LOW] = low
    rows[piece, LOG_LOW] = log_low
    rows[piece, COST] = start.cost
    rows[piece, EXPOSURE] = start.exposure
    rows[piece, EVENTS] = start.events
    rows[piece, START] = start.place


@compiled
def _copy(source: Floats, first: int, last: int, target: Floats, begin: int) -> None:
    for row in range(last - first):
        for column in range(N_COLUMNS):
            target[begin + row, column] = source[first + row, column]


@compiled
def _split(rows: Floats, first: int, last: int, new: Start, out: Floats) -> int:
    """Write what pieces become beside a new start to *out*; return how many they are."""
    size = 0
    is_new = False  # whether the last piece written belongs to the new start
    for piece in range(first, last):
        low, high = rows[piece, LOW], rows[piece + 1, LOW]
        at_low = _excess(rows, piece, piece, new)
        at_high = _excess(rows, piece, piece + 1, new)
        start, log_start, end, log_end = _kept(rows, piece, new, at_low, at_high)
        is_kept = end > start
        if not is_new and (start > low or not is_kept):
            write(out, size, low, rows[piece, LOG_LOW], new)
            size += 1
            is_new = True
        if is_kept:
            _copy(rows, piece, piece + 1, out, size)
            out[size, LOW], out[size, LOG_LOW] = start, log_start
            size += 1
            is_new = end < high
            if is_new:
                write(out, size, end, log_end, new)
                size += 1
    return size


@compiled
def _is_worse(rows: Floats, piece: int, new: Start) -> bool:
    """Tell whether a piece's start is worse than a new one at either end of the piece."""
    return _excess(rows, piece, piece, new) > 0 or _excess(rows, piece, piece + 1, new) > 0


@compiled
def set_against(rows: Floats, scratch: Floats, span: tuple[int, int], new: Start) -> int:
    """
    Set a new start against all pieces, and return where they then end.

    A start no worse than the new one at two rates is no worse between them, and so is the best of
    all: only the pieces from the first to the last worse one are touched.
    """
    begin, last = span
    end = last
    while begin < end and not _is_worse(rows, begin, new):
        begin += 1
    while begin < end and not _is_worse(rows, end - 1, new):
        end -= 1
    if begin == end:
        return last
    size = _split(rows, begin, end, new, scratch)
    _copy(rows, end, last + 1, scratch, size)
    size += last - end
    _copy(scratch, 0, size + 1, rows, begin)
    return begin + size


@compiled
def best_piece(
    rows: Floats, span: tuple[int, int], events: float, exposure: float
) -> tuple[float, int]:
    """
    Find the least cost, and the piece that has it.

    A minimum is never where two pieces meet, so only those count in which their own optimum
    lies. The last piece, which is often the best, goes first, and a bound on the logarithm spares
    most others theirs: ``log(1 + z) <= z (6 + z) / (6 + 4 z)`` for z of at least 0, and all but
    so for one that rounding put below.
    """
    best, found = inf, span[0]
    for piece in range(span[1] - 1, span[0] - 1, -1):
        own_events = events - rows[piece, EVENTS]
        own_exposure = exposure - rows[piece, EXPOSURE]
        if own_events < rows[piece, LOW] * own_exposure * (1 - WITHIN):
            continue
        if own_events > rows[piece + 1, LOW] * own_exposure * (1 + WITHIN):
            continue
        rate = own_events / own_exposure
        z = rate / rows[piece, LOW] - 1
        cost = rows[piece, COST] + own_events - own_exposure
        if cost - own_events * (rows[piece, LOG_LOW] + z * (6 + z) / (6 + 4 * z)) < best:
            cost -= own_events * log(rate)
            if cost < best:
                best, found = cost, piece
    return best, found


@compiled
def whole_range(low: float, high: float) -> tuple[Floats, Floats, int, int]:
    """
    Return rows with one piece, of a start before all periods, and rows to work in.

    Then its row, and the row after it.
    """
    rows = np.empty((256, N_COLUMNS))
    first = len(rows) // 2
    write(rows, first, low, log(low), Start(0.0, 0.0, 0.0, 0))
    write(rows, first + 1, high, log(high), Start(0.0, 0.0, 0.0, 0))
    return rows, np.empty((256, N_COLUMNS)), first, first + 1


@compiled
def with_room(
    rows: Floats, scratch: Floats, span: tuple[int, int]
) -> tuple[Floats, Floats, int, int]:
    """Give the pieces room for one step on either side, in the middle of new rows if need be."""
    first, last = span
    size = last - first
    if min(first, len(rows) - last - 1) >= 2 * size + 4:
        return rows, scratch, first, last
    moved = np.empty((max(256, 12 * size), N_COLUMNS))
    begin = (len(moved) - size) // 2
    _copy(rows, first, last + 1, moved, begin)
    return moved, np.empty((len(moved), N_COLUMNS)), begin, begin + size


@compiled
def lower(rows: Floats, span: tuple[int, int], cost: float, exposure: float) -> None:
    """Begin costs and sums of exposure anew."""
    for row in range(span[0], span[1]):
        rows[row, COST] -= cost
        rows[row, EXPOSURE] -= exposure
