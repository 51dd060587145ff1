"""The cells and periods that events are counted into, and how long each was observed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from math import prod
from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from engagement.counting.calendar import YEARS, first_days, numbers_of_days
from engagement.counting.exposure import (
    ObservedDays,
    assumed_span,
    observed_spans,
    whole_periods,
)
from engagement.errors import SettingError
from engagement.events.observed import join_spans
from engagement.values.vocabulary import COVERED_AXES, NONE_LABEL, Activity, Channel, Rank

if TYPE_CHECKING:
    from collections.abc import Iterable

    from engagement.counting.exposure import CoverageRule
    from engagement.events.coded import Coded
    from engagement.events.coverage import Coverage
    from engagement.events.observed import Spans

__all__ = ["MOST_CELLS", "CountGrid", "ordered_labels"]

MOST_CELLS = 50_000_000
"""Larger tables of counts are refused."""

_ORDERED = {
    "channel": [str(term) for term in Channel],
    "activity": [str(term) for term in Activity],
    "rank": [str(term) for term in Rank],
}


def ordered_labels(
    labels: Mapping[str, Iterable[str]], coverage: Coverage
) -> dict[str, tuple[str, ...]]:
    """List the labels on each axis in their order."""
    known = {axis: set(of_axis) for axis, of_axis in labels.items()}
    for axis in known.keys() & set(COVERED_AXES):
        known[axis] |= {key[COVERED_AXES.index(axis)] for key in coverage.keys}
    return {axis: _in_order(axis, every) for axis, every in known.items()}


def _in_order(axis: str, labels: Iterable[str]) -> tuple[str, ...]:
    place = {label: number for number, label in enumerate(_ORDERED.get(axis, ()))}
    return tuple(sorted(labels, key=lambda one: (one == NONE_LABEL, place.get(one, 0), one)))


@frozen(eq=False)
class CountGrid:
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
    ) -> CountGrid:
        """Make the cells of all labels in full product, and the periods of a window."""
        low, high = window
        numbers = np.zeros(0, dtype=np.int64)
        if low < high:
            first, last = numbers_of_days(np.array([low, high - 1]), freq)
            numbers = np.arange(first, last + 1)
        n_series = prod(map(len, labels.values()))
        if n_series * max(len(numbers), 10) > MOST_CELLS:
            raise SettingError(
                f"{n_series:,} series in {len(numbers):,} periods are more than the "
                f"{MOST_CELLS:,} cells that are counted; count on fewer axes, by longer periods, "
                "or in a shorter window"
            )
        cells = list(product(*labels.values()))
        if low >= high:
            return cls(labels, cells, freq, low, high, numbers, numbers)
        bounds = first_days(np.append(numbers, last + 1), freq)
        return cls(labels, cells, freq, low, high, numbers, bounds)

    def cells_of(self, labels: Mapping[str, Coded], n_units: int) -> NDArray[np.int64]:
        """Number the cells of units by their labels; where one is not in the panel it is any."""
        numbers = np.zeros(n_units, dtype=np.int64)
        for axis, known in self.labels.items():
            place = {label: number for number, label in enumerate(known)}
            at = np.array([place.get(one, 0) for one in labels[axis].meanings], dtype=np.int64)
            numbers = numbers * len(known) + at[labels[axis].codes]
        return numbers


@frozen(eq=False)
class ObservedCells:
    """Sets of days within the window, and which of them each cell has."""

    days: ObservedDays
    """Those that count, by number of the set: observed or, where nothing was, mentioned."""
    seen: ObservedDays
    """Those that were observed, so that what is not recorded did not take place."""
    n_sets: int
    of_cell: NDArray[np.int64]
    """The set of each cell."""
    is_systematic: NDArray[np.bool_]
    """Whether the cell sums anything that is not only mentioned."""

    @classmethod
    def of_panel(
        cls, panel: CountGrid, coverage: Coverage, extent: tuple[int, int], asked: CoverageRule
    ) -> ObservedCells:
        """
        Find what was observed of a panel.

        Where no coverage is stated, *extent*, the days of all recorded events, is widened to
        periods.
        """
        if not coverage.is_given:
            return cls._assumed(panel, assumed_span(extent, panel.freq), asked)
        spans = observed_spans(coverage, panel.labels, asked)
        low, high = panel.low, panel.high
        seen = [tuple(_within(one, low, high)) for one in spans.systematic]
        counted = [
            join_spans([*one, *_beside(one, _within(other, low, high), panel.freq)])
            for one, other in zip(seen, spans.selective, strict=True)
        ]
        return cls(
            ObservedDays.from_spans(counted, low, high),
            ObservedDays.from_spans(seen, low, high),
            len(seen),
            spans.of_cell,
            spans.is_systematic[spans.of_cell],
        )

    @classmethod
    def _assumed(
        cls, panel: CountGrid, span: tuple[int, int], asked: CoverageRule
    ) -> ObservedCells:
        """Take all as observed, but for labels on axes on which no activity has any."""
        days = ObservedDays.from_spans([(span,), ()], panel.low, panel.high)
        axes = tuple(panel.labels)
        of_activity = axes.index("activity") if "activity" in axes else None

        def is_uncoded(cell: Sequence[str]) -> bool:
            labelled = {
                axis
                for axis, label in zip(axes, cell, strict=True)
                if label != NONE_LABEL and axis not in (*COVERED_AXES, "status")
            }
            sums = [*asked.coded] if of_activity is None else [cell[of_activity]]
            coded = (asked.coded.get(activity, labelled) for activity in sums)
            return bool(sums and labelled) and not any(labelled.issubset(one) for one in coded)

        of_cell = np.array([is_uncoded(cell) for cell in panel.cells], dtype=np.int64)
        return cls(days, days, 2, of_cell, np.ones(len(panel.cells), dtype=np.bool_))

    def years(self, panel: CountGrid) -> NDArray[np.float64]:
        """Return the years observed, shape ``(n_cells, n_periods)``."""
        return self._part(self.seen, panel) * YEARS[panel.freq]

    def is_mentioned(self, panel: CountGrid) -> NDArray[np.bool_]:
        """Tell where a selection was mentioned and nothing observed, of the same shape."""
        not_seen = self._part(self.seen, panel) == 0
        return np.asarray(not_seen & (self._part(self.days, panel) > 0))

    def _part(self, days: ObservedDays, panel: CountGrid) -> NDArray[np.float64]:
        bounds = panel.bounds
        sets = np.arange(self.n_sets)[:, np.newaxis]
        parts = days.between(sets, bounds[:-1], bounds[1:]) / np.diff(bounds)
        by_cell: NDArray[np.float64] = parts[self.of_cell]
        return by_cell


def _within(spans: Spans, low: int, high: int) -> list[tuple[int, int]]:
    cut = [(max(start, low), min(end, high)) for start, end in spans]
    return [(start, end) for start, end in cut if start < end]


def _beside(
    seen: Iterable[tuple[int, int]], mentioned: Iterable[tuple[int, int]], freq: str
) -> list[tuple[int, int]]:
    """Cut spans to those periods in which nothing was observed."""
    left = list(mentioned)
    for span in seen:
        low, high = whole_periods(span, freq)
        left = [
            part
            for start, end in left
            for part in ((start, min(end, low)), (max(start, high), end))
            if part[0] < part[1]
        ]
    return left
