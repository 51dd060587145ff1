"""The events behind each bar: who, what, when, and where in its source each stands."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from attrs import field, frozen

from engagement.counting.counts import Counts
from engagement.counting.series import format_count
from engagement.values.places import country_name

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engagement.events.events import Event

__all__ = ["COLUMNS", "Evidence", "cells_of", "told_share"]

COLUMNS = ("date", "kind", "who", "place", "note", "source and place in it")


def cells_of(event: Event) -> tuple[str, ...]:
    """
    Write an event as the cells of a row.

    Returns
    -------
    tuple
        Texts for `COLUMNS`, as they stand in the data.
    """
    kind = f"{event.activity} ({event.subkind})" if event.subkind else str(event.activity)
    named = "; ".join(
        f"{country_name(one.country) if one.country else one.organisation}: "
        f"{', '.join(filter(None, (one.office, one.name)))}"
        for one in event.participants
        if one.office or one.name
    )
    return (
        str(event.date),
        kind,
        named or _parties(event),
        event.place,
        event.note,
        "; ".join(map(str, event.sources)) or "no source given",
    )


def _parties(event: Event) -> str:
    others = ", ".join((*map(country_name, event.countries), *event.organisations))
    first = country_name(event.initiator) if event.initiator else ""
    return f"{first} with {others}" if first and others else first or others or "not stated"


@frozen(kw_only=True, eq=False)
class Evidence:
    """Which events stand behind which cells of a table of counts, and with what share."""

    counts: Counts = field(repr=False)
    """Made of a log; otherwise nothing is behind any cell."""

    @cached_property
    def by_series(self) -> dict[int, dict[int, list[tuple[Event, float]]]]:
        """
        Events and their shares by place of the series, and in it of the period.

        A date that may lie in several periods puts shares of its event into each. The shares
        of a cell sum to its count: what whole events leave is divided among the others by the
        days of their dates that the period has.
        """
        entries, log = self.counts.entries, self.counts.log
        if entries is None or log is None:
            return {}
        order = np.lexsort((entries.event, entries.period, entries.cell))
        places = zip(entries.cell[order].tolist(), entries.period[order].tolist(), strict=True)
        behind: dict[int, dict[int, list[Event]]] = {}
        for (cell, period), event in zip(places, entries.event[order].tolist(), strict=True):
            behind.setdefault(cell, {}).setdefault(period, []).append(log[event])
        totals = self.counts.values.reshape(len(self.counts), -1)
        return {
            cell: {
                period: self._with_shares(events, period, float(totals[cell, period]))
                for period, events in bars.items()
            }
            for cell, bars in behind.items()
        }

    def _with_shares(
        self, events: list[Event], period: int, total: float
    ) -> list[tuple[Event, float]]:
        if total == len(events) or not total > 0:
            return [(event, 1.0) for event in events]
        parts = np.array([self._part(event, period) for event in events])
        whole = parts >= 1
        left = total - whole.sum()
        if left <= 0 or whole.all():
            parts *= total / parts.sum()
        else:
            parts[~whole] *= left / parts[~whole].sum()
        return list(zip(events, parts.tolist(), strict=True))

    def _part(self, event: Event, period: int) -> float:
        """Return the share of the days of an event's date that a period has."""
        start, end = event.date.start_day, event.date.end_day
        if start is None or end is None:
            return 1.0
        low, high = self._bounds[0][period], self._bounds[1][period]
        return float(max(min(end, high) - max(start, low), 1) / (end - start))

    @cached_property
    def _bounds(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """First day of each period, and the day after its last, as proleptic ordinals."""
        epoch = 719163  # ordinal of 1970-01-01, from which pandas counts days
        starts = self.counts.periods.asfreq("D", "S").asi8 + epoch
        ends = self.counts.periods.asfreq("D", "E").asi8 + epoch + 1
        return starts, ends


def told_share(share: float) -> str:
    """Say with what share an event counts, where it is not whole."""
    return "" if abs(share - 1) < 5e-3 else f"counted as {format_count(share)} here"
