"""Ids for events that have none, derived from what they say."""

from __future__ import annotations

from collections import Counter
from copy import copy
from typing import TYPE_CHECKING

from engagement.tables.records import content_id

if TYPE_CHECKING:
    from engagement.events.events import Event

__all__ = ["with_ids"]


def with_ids(events: list[Event]) -> list[Event]:
    """Give an id to each event without; a second that says the same gets ``-2`` behind it."""
    taken = {event.id for event in events if event.id}
    named: list[Event] = []
    seen: Counter[str] = Counter()
    for event in events:
        if event.id:
            named.append(event)
            continue
        base = content_id(event)
        while True:
            seen[base] += 1
            name = base if seen[base] == 1 else f"{base}-{seen[base]}"
            if name not in taken:
                break
        taken.add(name)
        twin = copy(event)  # and not evolve, which would check again all that was checked
        object.__setattr__(twin, "id", name)
        named.append(twin)
    return named
