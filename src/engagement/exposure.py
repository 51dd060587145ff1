"""How long a cell was observed: sets of days, and the part of each period that they fill."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from engagement.coverage import Key, Spans

__all__ = ["ObservedDays", "observed_days"]


@frozen(eq=False)
class ObservedDays:
    """
    A set of days, as disjoint spans ``[start, end)`` of ordinals that increase.

    Parameters
    ----------
    starts, ends
        Shape ``(n_spans,)``.
    """

    starts: NDArray[np.int64]
    ends: NDArray[np.int64]

    def before(self, days: NDArray[np.int64]) -> NDArray[np.int64]:
        """Count the days of the set that lie before each of *days*, of any shape."""
        total = np.zeros(np.shape(days), dtype=np.int64)
        for start, end in zip(self.starts, self.ends, strict=True):
            total += np.clip(days - start, 0, end - start)
        return total

    def within(self, low: int, high: int) -> ObservedDays:
        """Keep the days of ``[low, high)``."""
        starts = np.clip(self.starts, low, high)
        ends = np.clip(self.ends, low, high)
        return ObservedDays(starts[ends > starts], ends[ends > starts])


def observed_days(
    merged: Mapping[Key, Spans], wanted: Mapping[str, str], *, complete: bool
) -> ObservedDays:
    """
    Find the days on which a cell was observed.

    Parameters
    ----------
    merged
        Disjoint spans by country, channel and activity.
    wanted
        Of ``country``, ``channel`` and ``activity`` the labels that the cell has; it sums
        over the others.
    complete
        Whether every kind of activity that the cell sums must have been observed, or one.

    Returns
    -------
    ObservedDays
        Empty where nothing is stated for the cell.
    """
    names = ("country", "channel", "activity")
    spans = [
        stated
        for key, stated in merged.items()
        if all(wanted.get(name, label) == label for name, label in zip(names, key, strict=True))
    ]
    return _at_least(spans, len(spans) if complete else 1)


def _at_least(sets: Sequence[Iterable[tuple[int, int]]], n: int) -> ObservedDays:
    """Return the days that lie in at least *n* of several sets of disjoint spans."""
    change: dict[int, int] = {}
    for spans in sets:
        for start, end in spans:
            change[start] = change.get(start, 0) + 1
            change[end] = change.get(end, 0) - 1
    starts, ends = [], []
    depth = 0
    for day in sorted(change):
        was, depth = depth, depth + change[day]
        if was < n <= depth:
            starts.append(day)
        elif depth < n <= was:
            ends.append(day)
    return ObservedDays(np.array(starts, dtype=np.int64), np.array(ends, dtype=np.int64))
