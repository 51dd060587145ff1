"""Which event went into which cell."""

from __future__ import annotations

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from engagement.errors import SeriesError

__all__ = ["Entries"]


@frozen(kw_only=True, eq=False)
class Entries:
    """What went into which cell: arrays of one length, one entry a share of an event."""

    event: NDArray[np.int64]
    """Position of the event in the log, or of the unit in a tally."""
    cell: NDArray[np.int64]
    """Position of the cell in the flattened axes."""
    period: NDArray[np.int64]
    """Position of the period."""

    def check(self, n_events: int, n_cells: int, n_periods: int) -> None:
        """Check that there are such events, cells and periods."""
        parts = ((self.event, n_events), (self.cell, n_cells), (self.period, n_periods))
        inside = all(((part >= 0) & (part < most)).all() for part, most in parts)
        if not inside or len({len(part) for part, _ in parts}) > 1:
            raise SeriesError("entries name events, cells or periods that the counts do not have")

    def of_cells(self, cells: NDArray[np.int64], n_cells: int) -> Entries:
        """Keep what went into some cells, which are numbered anew in their order."""
        to_new = np.full(n_cells, -1)
        to_new[cells] = np.arange(len(cells))
        kept = to_new[self.cell] >= 0
        return Entries(
            event=self.event[kept], cell=to_new[self.cell[kept]], period=self.period[kept]
        )
