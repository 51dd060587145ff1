"""The cells and periods that events are counted into, and how long each was observed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from engagement.counting.calendar import YEARS, first_days, numbers_of_days
from engagement.counting.exposure import COVERED_AXES, ObservedDays, observed_spans
from engagement.values.vocabulary import NONE_LABEL, Activity, Channel, Rank

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from engagement.events.coverage import Coverage

__all__ = ["Panel", "ordered_labels", "whole_periods"]

_ORDERED = {
    "channel": [str(term) for term in Channel],
    "activity": [str(term) for term in Activity],
    "rank": [str(term) for term in Rank],
}


def whole_periods(days: tuple[int, int], freq: str) -> tuple[int, int]:
    """Widen a span of days to the periods in which it begins and ends."""
    if days[0] == days[1]:
        return days
    numbers = numbers_of_days(np.array([days[0], days[1] - 1]), freq)
    low, high = first_days(numbers + np.array([0, 1]), freq)
    return int(low), int(high)


def ordered_labels(
    axes: Sequence[str], cells: Iterable[Sequence[str]], coverage: Coverage
) -> dict[str, tuple[str, ...]]:
    """
    List the labels on each axis in their order.

    Parameters
    ----------
    axes
        Their names.
    cells
        What events reach: a label an axis.
    coverage
        It knows labels too.
    """
    known: dict[str, set[str]] = {axis: set() for axis in axes}
    for cell in cells:
        for axis, label in zip(axes, cell, strict=True):
            known[axis].add(label)
    for axis in set(axes).intersection(COVERED_AXES):
        known[axis] |= {key[COVERED_AXES.index(axis)] for key in coverage.merged}
    return {axis: tuple(sorted(known[axis], key=_place_of(axis))) for axis in axes}


def _place_of(axis: str) -> Callable[[str], tuple[bool, int, str]]:
    order = _ORDERED.get(axis, [])
    return lambda label: (
        label == NONE_LABEL,
        order.index(label) if label in order else 0,
        label,
    )


@frozen(eq=False)
class Panel:
    """The cells and periods to count into, made by `lay_out`."""

    labels: Mapping[str, tuple[str, ...]]
    cells: Sequence[tuple[str, ...]]
    freq: str
    low: int
    high: int
    numbers: NDArray[np.int64]
    bounds: NDArray[np.int64]

    @classmethod
    def lay_out(
        cls, labels: Mapping[str, tuple[str, ...]], freq: str, window: tuple[int, int]
    ) -> Panel:
        """
        Make the cells of all labels in full product, and the periods of a window.

        Parameters
        ----------
        labels
            By axis.
        freq
            Letter of the frequency.
        window
            The first day, and the day after the last.
        """
        low, high = window
        cells = list(product(*labels.values()))
        empty = np.zeros(0, dtype=np.int64)
        if low >= high:
            return cls(labels, cells, freq, low, high, empty, empty)
        first, last = numbers_of_days(np.array([low, high - 1]), freq)
        numbers = np.arange(first, last + 1)
        bounds = first_days(np.append(numbers, last + 1), freq)
        return cls(labels, cells, freq, low, high, numbers, bounds)


@frozen(eq=False)
class Observed:
    """Sets of observed days within the window, and which of them each cell has."""

    days: ObservedDays
    n_sets: int
    of_cell: NDArray[np.int64]

    @classmethod
    def of_panel(
        cls, panel: Panel, coverage: Coverage, extent: tuple[int, int], *, complete: bool
    ) -> Observed:
        """
        Find what was observed of a panel.

        Parameters
        ----------
        panel
            What to count into.
        coverage
            What is stated; where nothing is, *extent* widened to periods.
        extent
            First day, and the day after the last, of all dates.
        complete
            Whether all that a cell sums must have been observed, or a part of it.
        """
        if not coverage.is_stated:
            days = ObservedDays.from_spans(
                [(whole_periods(extent, panel.freq),)], panel.low, panel.high
            )
            return cls(days, 1, np.zeros(len(panel.cells), dtype=np.int64))
        named = [place for place, axis in enumerate(panel.labels) if axis in COVERED_AXES]
        axes = [tuple(panel.labels)[place] for place in named]
        spans = observed_spans(coverage.merged, axes, complete=complete)
        sets = [*spans.values(), ()]
        number = {labels: place for place, labels in enumerate(spans)}
        of_cell = [number.get(tuple(cell[p] for p in named), len(spans)) for cell in panel.cells]
        days = ObservedDays.from_spans(sets, panel.low, panel.high)
        return cls(days, len(sets), np.array(of_cell, dtype=np.int64))

    def years(self, panel: Panel) -> NDArray[np.float64]:
        """Return the years observed, shape ``(n_cells, n_periods)``."""
        bounds = panel.bounds
        sets = np.arange(self.n_sets)[:, np.newaxis]
        parts = self.days.between(sets, bounds[:-1], bounds[1:]) / np.diff(bounds)
        exposure: NDArray[np.float64] = (parts * YEARS[panel.freq])[self.of_cell]
        return exposure
