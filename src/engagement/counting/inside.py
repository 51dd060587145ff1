"""Which events of a log lie inside of what was observed: one rule for all that uses events."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from engagement.counting.exposure import widened
from engagement.events.axes import labels_of
from engagement.events.observed import Key, Spans, join_spans
from engagement.values.vocabulary import Basis

if TYPE_CHECKING:
    from collections.abc import Iterable

    from engagement.counting.placing import Placed
    from engagement.events.events import Event
    from engagement.log.eventlog import EventLog

__all__ = ["InsideEvents", "ObservedKinds"]


@frozen(eq=False)
class InsideEvents:
    """Events that were placed in time and observed there; arrays of one entry an event."""

    places: NDArray[np.int64]
    """Their places in the log."""
    start: NDArray[np.int64]
    """Ordinal of the first day of the event that was observed."""
    end: NDArray[np.int64]
    """The day after the last."""


@frozen(eq=False)
class ObservedKinds:
    """
    When kinds of events were observed: what country, channel and activity they are of.

    An event was observed if its own kind was, with any of its countries; what else is summed
    with it, and whether that was observed too, matters to cells alone.
    """

    spans: dict[Key, Spans] | None
    """By country, channel and activity; ``None`` where all is taken as observed."""

    @classmethod
    def of(cls, log: EventLog, freq: str) -> ObservedKinds:
        """
        Find them.

        Without coverage all recorded events were observed, in periods of *freq*.
        """
        if not log.coverage.is_given:
            return cls(None)
        days: defaultdict[Key, list[tuple[int, int]]] = defaultdict(list)
        for entry in log.coverage:
            if entry.basis is not Basis.SELECTIVE:
                days[entry.key].append(widened(entry, freq))
        return cls({key: join_spans(spans) for key, spans in days.items()})

    def of_event(self, event: Event, countries: Iterable[str] | None = None) -> Spans | None:
        """Give the spans in which an event of this kind is observed; ``None``: always."""
        if self.spans is None:
            return None
        known = labels_of(event, "country") if countries is None else countries
        keys = ((label, str(event.channel), str(event.activity)) for label in known)
        return join_spans(span for key in keys for span in self.spans.get(key, ()))

    def inside(self, log: EventLog, placed: Placed) -> InsideEvents:
        """Keep the events of which some day was observed, from the first to the last such day."""
        places, starts, ends = [], [], []
        for place in placed.counted.tolist():
            low, high = int(placed.start[place]), int(placed.end[place])
            spans = self.of_event(log[place])
            if spans is not None:
                parts = [(max(low, start), min(high, end)) for start, end in spans]
                parts = [part for part in parts if part[0] < part[1]]
                if not parts:
                    continue
                low, high = parts[0][0], parts[-1][1]
            places.append(place)
            starts.append(low)
            ends.append(high)
        return InsideEvents(*(np.array(v, dtype=np.int64) for v in (places, starts, ends)))
