"""Events as a log holds them: in order, each with an id that no other has."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from engagement.errors import DuplicateEventError, SettingError, shown
from engagement.events.columns import EventColumns
from engagement.events.events import Event
from engagement.tables.records import content_id
from engagement.values.checking import read_several

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["as_events", "with_ids"]


def as_events(values: Iterable[Event]) -> EventColumns:
    """Put events in order, and give an id to each without, see `with_ids`."""
    if not isinstance(values, EventColumns):
        events = read_several(values, "events")
        for place, event in enumerate(events):
            if not isinstance(event, Event) or type(event) is Event:
                told = f"a log is made of events of a kind, got {shown(event)} at {place}"
                raise SettingError(told)
        values = EventColumns.of(events)
    if values.is_ordered:
        return values
    named = with_ids(values)
    ids = named.coded("id").texts()
    if len(ids.unique()) < len(ids):
        twice = sorted(name for name, n in Counter(ids.to_pylist()).items() if n > 1)
        raise DuplicateEventError(
            f"ids must be unique, but {len(twice)} stand more than once: {', '.join(twice[:10])}"
        )
    return named.in_order()


def with_ids(events: EventColumns) -> EventColumns:
    """Give an id to each event without; a second that says the same gets ``-2`` behind it."""
    import pyarrow.compute as pc

    ids = events.coded("id").texts()
    lacking = np.flatnonzero(pc.equal(ids, "").to_numpy(zero_copy_only=False))
    if not len(lacking):
        return events
    ids = ids.to_pylist()
    taken = set(ids)
    seen: Counter[str] = Counter()
    for place, event in zip(lacking.tolist(), events.take(lacking), strict=True):
        base = content_id(event)
        while True:
            seen[base] += 1
            name = base if seen[base] == 1 else f"{base}-{seen[base]}"
            if name not in taken:
                break
        taken.add(name)
        ids[place] = name
    return events.named(ids)
