"""How much of each unit falls into which cell and period, and how much beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

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
from engagement.values.vocabulary import Basis

if TYPE_CHECKING:
    from engagement.counting.cells import CountGrid, ObservedCells
    from engagement.counting.placing import Placed
    from engagement.counting.tally import Tally

__all__ = ["Pairs", "share_out"]


@frozen(eq=False)
class Pairs:
    """Each counted unit with each of its cells, and what share of an event a cell of it has."""

    unit: NDArray[np.int64]
    cell: NDArray[np.int64]
    is_stated: NDArray[np.bool_]
    """Whether the cell sums events of the unit's kind."""
    is_mentioned: NDArray[np.bool_]
    """Whether it does not, since others are observed there and these only mentioned."""
    cell_part: NDArray[np.float64]

    @classmethod
    def of(cls, panel: CountGrid, tally: Tally, placed: Placed, observed: ObservedCells) -> Pairs:
        """Pair the units that have a place in time with the cells of a panel."""
        number = {cell: place for place, cell in enumerate(panel.cells)}
        first, reached = [], []
        cells: list[int] = []
        stated: list[Basis | None] = []
        for kind in tally.kinds:
            first.append(len(cells))
            reached.append(len(kind.cells))
            if all(cell in number for cell in kind.cells):  # or none of the kind is asked for
                cells += [number[cell] for cell in kind.cells]
                stated += kind.stated
        kind_of = tally.kind[placed.counted]
        which, place = _ranges(
            np.array(first, dtype=np.int64)[kind_of], np.array(reached, dtype=np.int64)[kind_of]
        )
        cell = np.array(cells, dtype=np.int64)[place]
        is_named = np.array([basis is not None for basis in stated], dtype=np.bool_)[place]
        selective = np.array([basis is Basis.SELECTIVE for basis in stated], dtype=np.bool_)[place]
        beside = selective & observed.is_systematic[cell]
        return cls(placed.counted[which], cell, is_named & ~beside, beside, tally.cell_part)


def _ranges(
    first: NDArray[np.int64], lengths: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Write out ranges that begin at *first*: for each number the range that it is of, and it."""
    which = np.repeat(np.arange(len(lengths)), lengths)
    before = np.cumsum(lengths) - lengths
    return which, np.arange(len(which)) - before[which] + first[which]


def share_out(
    panel: CountGrid, placed: Placed, pairs: Pairs, observed: ObservedCells
) -> tuple[Entries, NDArray[np.float64], NDArray[np.float64]]:
    """
    Give pairs of unit and cell their periods, and say what falls beside them.

    Returns
    -------
    tuple
        The entries, the share of an event's days that is in each, and what share of every
        unit's event is lost, a column for each of `REASONS`.
    """
    start, end = placed.start[pairs.unit], placed.end[pairs.unit]
    low, high = np.maximum(start, panel.low), np.minimum(end, panel.high)
    inside = np.maximum(high - low, 0)
    usable = np.flatnonzero(pairs.is_stated & (inside > 0))
    origin = panel.numbers[0] if len(panel.numbers) else 0
    first = numbers_of_days(low[usable], panel.freq) - origin
    last = numbers_of_days(high[usable] - 1, panel.freq) - origin
    which, period = _ranges(first, last - first + 1)
    pair = usable[which]
    seen = observed.days.between(
        observed.of_cell[pairs.cell[pair]],
        np.maximum(low[pair], panel.bounds[period]),
        np.minimum(high[pair], panel.bounds[period + 1]),
    )
    counted = np.bincount(pair, seen, minlength=len(start))
    cut = placed.whole[pairs.unit] & (counted > 0) & (counted < end - start)
    seen = np.where(cut[pair], 0, seen)
    lost = placed.lost.copy(order="F")
    for reason, days in (
        (NOT_STATED, np.where(pairs.is_stated | pairs.is_mentioned, 0, end - start)),
        (SELECTIVE, np.where(pairs.is_mentioned, end - start, 0)),
        (PARTLY, np.where(cut, end - start, 0)),
        (WINDOW, np.where(pairs.is_stated & ~cut, end - start - inside, 0)),
        (NOT_COVERED, np.where(pairs.is_stated & ~cut, inside - counted, 0)),
    ):
        at = np.flatnonzero(days)  # hardly any
        unit = pairs.unit[at]
        share = days[at] / (end - start)[at] * pairs.cell_part[unit]
        lost[:, REASONS.index(reason)] = np.bincount(unit, share, minlength=len(lost))
    kept = seen > 0
    pair = pair[kept]
    entries = Entries(event=pairs.unit[pair], cell=pairs.cell[pair], period=period[kept])
    return entries, seen[kept] / (end - start)[pair], lost
