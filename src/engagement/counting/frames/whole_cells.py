"""Axes whose labels need whole cells: each different cell is read, and taken apart here."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import evolve, frozen

from engagement.counting.frames.cells import Faults
from engagement.counting.frames.lookups import ItemLookup, numbered_cells
from engagement.events.axes import pair_label
from engagement.events.coded import Coded, spread
from engagement.tables.records import OWN
from engagement.values.places import is_organisation
from engagement.values.vocabulary import EVERY_AXIS, NONE_LABEL

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    import narwhals as nw
    from numpy.typing import NDArray

    from engagement.counting.frames.cells import CellReader
    from engagement.counting.frames.engines import OpenFrame

__all__ = ["WholeCells", "read_whole_cells", "whole_column"]

_COLUMNS = {"organisation": "organisations", "participant": "participants", "pair": "countries"}


def whole_column(axis: str) -> str | None:
    """Name the column whose whole cells tell the labels on an axis, if it is such an axis."""
    return _COLUMNS.get(axis) if axis in EVERY_AXIS else OWN + axis


@frozen(eq=False)
class WholeCells:
    """The different cells of a column as tuples of labels on an axis."""

    axis: str
    column: str
    lookup: ItemLookup
    """One row per cell, with its number in a column of this `name`."""
    default: tuple[str, ...]
    """Labels of an absent cell."""

    @property
    def name(self) -> str:
        """What the numbers are named."""
        return f"whole_{self.axis}"

    def expand(
        self, codes: NDArray[np.int64], initiator: Coded | None
    ) -> tuple[Coded, NDArray[np.int64], NDArray[np.int64]]:
        """
        Give each unit once for each of its labels.

        Parameters
        ----------
        codes
            Of the cells, one a unit.
        initiator
            One a unit, where pairs are asked for.

        Returns
        -------
        tuple
            The labels, the unit that each is of, and how many each unit has.
        """
        cells = [*self.lookup.meanings, self.default]
        which = codes % len(cells)
        if initiator is not None:
            n_names = len(initiator.meanings)
            both = which * n_names + initiator.codes % n_names
            used, which = np.unique(both, return_inverse=True)
            cells = [
                _pairs(cells[one // n_names], initiator.meanings[one % n_names])
                for one in used.tolist()
            ]
        return spread(Coded(which, [cell or (NONE_LABEL,) for cell in cells]))


def _pairs(partners: tuple[str, ...], initiator: Any) -> tuple[str, ...]:
    is_state = initiator not in {None, NONE_LABEL} and not is_organisation(initiator)
    states = [initiator, *partners] if is_state else list(partners)
    return tuple(
        sorted(pair_label(a, b) for place, a in enumerate(states) for b in states[place + 1 :])
    )


def read_whole_cells(
    frame: OpenFrame,
    table: nw.LazyFrame[Any],
    reader: CellReader,
    axes: Sequence[str],
    columns: Collection[str],
) -> list[WholeCells]:
    """
    Read the different cells of columns that the frame has, for the axes that need them whole.

    What is wrong with a column that is read for another axis too is noted there.
    """
    found = []
    for axis in axes:
        column = whole_column(axis)
        if column is None or column not in columns:
            continue
        twice = axis == "pair" or (axis == "participant" and "rank" in axes)
        alone = evolve(reader, faults=Faults()) if twice else reader
        lookup = numbered_cells(
            frame, table, column, f"whole_{axis}", partial(alone.whole, axis, column)
        )
        default = alone.whole(axis, column, None, 0)
        found.append(WholeCells(axis, column, lookup, default))
    return found
