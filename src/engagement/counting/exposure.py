"""How long cells were observed: sets of days, and how many of them lie in a span."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from engagement.events.coverage import Key, Spans

__all__ = ["COVERED_AXES", "ObservedDays", "observed_spans"]

COVERED_AXES = ("country", "channel", "activity")
"""The axes for whose labels coverage is stated."""

_SPACING = 2**22  # above the ordinal of every day


@frozen(eq=False)
class ObservedDays:
    """
    Several sets of days, made by `from_spans`.

    Parameters
    ----------
    starts
        First days of spans: the number of the set times a constant, plus the ordinal. They
        increase; one span without days comes first.
    n_days
        Lengths of the spans.
    """

    starts: NDArray[np.int64]
    n_days: NDArray[np.int64]

    @classmethod
    def from_spans(cls, sets: Iterable[Spans], low: int, high: int) -> ObservedDays:
        """
        Keep of each set the days in ``[low, high)``.

        Parameters
        ----------
        sets
            Disjoint spans ``[start, end)`` of ordinals that increase.
        low, high
            Ordinals.
        """
        starts, n_days = [-1], [0]
        for number, spans in enumerate(sets):
            for span_start, span_end in spans:
                start, end = max(span_start, low), min(span_end, high)
                if start < end:
                    starts.append(number * _SPACING + start)
                    n_days.append(end - start)
        return cls(np.array(starts, dtype=np.int64), np.array(n_days, dtype=np.int64))

    def between(
        self, number: NDArray[np.int64], since: NDArray[np.int64], until: NDArray[np.int64]
    ) -> NDArray[np.int64]:
        """Count the days of numbered sets in ``[since, until)``; the shapes broadcast."""
        return self._before(number * _SPACING + until) - self._before(number * _SPACING + since)

    def _before(self, keys: NDArray[np.int64]) -> NDArray[np.int64]:
        """Count the days before each of *keys*, those of earlier sets included."""
        total = np.cumsum(self.n_days) - self.n_days
        span = np.searchsorted(self.starts, keys, side="right") - 1
        counted: NDArray[np.int64] = total[span] + np.minimum(
            keys - self.starts[span], self.n_days[span]
        )
        return counted


def observed_spans(
    merged: Mapping[Key, Spans], axes: Sequence[str], *, complete: bool
) -> dict[tuple[str, ...], Spans]:
    """
    Find when cells were observed.

    Parameters
    ----------
    merged
        Disjoint spans by country, channel and activity.
    axes
        Which of `COVERED_AXES` the cells have labels on; they sum over the others.
    complete
        Whether all that a cell sums must have been observed, or a part of it.

    Returns
    -------
    dict
        Disjoint spans by the labels on *axes*; nothing is stated for a cell that is absent.
    """
    positions = [COVERED_AXES.index(axis) for axis in axes]
    grouped: dict[tuple[str, ...], list[Spans]] = {}
    for key, spans in merged.items():
        grouped.setdefault(tuple(key[place] for place in positions), []).append(spans)
    return {
        labels: _at_least(sets, len(sets) if complete else 1) for labels, sets in grouped.items()
    }


def _at_least(sets: Sequence[Spans], n: int) -> Spans:
    """Return the days that lie in at least *n* of several sets of disjoint spans."""
    change: dict[int, int] = {}
    for spans in sets:
        for start, end in spans:
            change[start] = change.get(start, 0) + 1
            change[end] = change.get(end, 0) - 1
    found = []
    depth = since = 0
    for day in sorted(change):
        was, depth = depth, depth + change[day]
        if was < n <= depth:
            since = day
        elif depth < n <= was:
            found.append((since, day))
    return tuple(found)
