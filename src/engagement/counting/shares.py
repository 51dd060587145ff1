"""How much of each unit falls into which cell and period, and how much beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engagement.counting.calendar import numbers_of_days
from engagement.counting.entries import Entries
from engagement.counting.placing import (
    NOT_COVERED,
    NOT_STATED,
    PARTLY,
    REASONS,
    SELECTIVE,
    WINDOW,
)
from engagement.counting.tally import BASES
from engagement.values.vocabulary import Basis

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engagement.counting.cells import CountGrid, ObservedCells
    from engagement.counting.placing import Placed
    from engagement.counting.tally import Members, Tally

__all__ = ["entries_of", "share_out"]


def _ranges(
    first: NDArray[np.int64], lengths: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Write out ranges that begin at *first*: for each number the range that it is of, and it."""
    which = np.repeat(np.arange(len(lengths)), lengths)
    before = np.cumsum(lengths) - lengths
    return which, np.arange(len(which)) - before[which] + first[which]


def share_out(
    panel: CountGrid, tally: Tally, placed: Placed, observed: ObservedCells
) -> tuple[Entries, NDArray[np.float64], NDArray[np.float64]]:
    """
    Give units their periods, and say what falls beside them.

    Returned are the entries of units, the share of a unit's days that is in each, and what share of
    every unit is lost, a column for each of `REASONS`.
    """
    unit = placed.counted
    cell = panel.cells_of(tally.labels, len(tally.number))[unit]
    is_selective = tally.basis[unit] == BASES.index(Basis.SELECTIVE)
    is_mentioned = is_selective & observed.is_systematic[cell]  # others are observed there
    is_stated = (tally.basis[unit] != BASES.index(None)) & ~is_mentioned
    start, end = placed.start[unit], placed.end[unit]
    low, high = np.maximum(start, panel.low), np.minimum(end, panel.high)
    inside = np.maximum(high - low, 0)
    usable = np.flatnonzero(is_stated & (inside > 0))
    origin = panel.numbers[0] if len(panel.numbers) else 0
    first = numbers_of_days(low[usable], panel.freq) - origin
    last = numbers_of_days(high[usable] - 1, panel.freq) - origin
    which, period = _ranges(first, last - first + 1)
    at = usable[which]
    seen = observed.days.between(
        observed.of_cell[cell[at]],
        np.maximum(low[at], panel.bounds[period]),
        np.minimum(high[at], panel.bounds[period + 1]),
    )
    counted = np.bincount(at, seen, minlength=len(start))
    cut = placed.whole[unit] & (counted > 0) & (counted < end - start)
    seen = np.where(cut[at], 0, seen)
    lost = placed.lost.copy(order="F")
    for reason, days in (
        (NOT_STATED, np.where(is_stated | is_mentioned, 0, end - start)),
        (SELECTIVE, np.where(is_mentioned, end - start, 0)),
        (PARTLY, np.where(cut, end - start, 0)),
        (WINDOW, np.where(is_stated & ~cut, end - start - inside, 0)),
        (NOT_COVERED, np.where(is_stated & ~cut, inside - counted, 0)),
    ):
        lost[unit, REASONS.index(reason)] = days / (end - start)
    kept = seen > 0
    at = at[kept]
    entries = Entries(event=unit[at], cell=cell[at], period=period[kept])
    return entries, seen[kept] / (end - start)[at], lost


def entries_of(members: Members, of_units: Entries, n_units: int) -> Entries:
    """Give the entries of events from those of units, which increase by unit."""
    n_entries = np.bincount(of_units.event, minlength=n_units)
    first = np.cumsum(n_entries) - n_entries
    which, place = _ranges(first[members.unit], n_entries[members.unit])
    return Entries(
        event=members.event[which], cell=of_units.cell[place], period=of_units.period[place]
    )
