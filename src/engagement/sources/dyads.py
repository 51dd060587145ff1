"""Rows that say who did what with whom, as events."""

from __future__ import annotations

from typing import Any

from attrs import frozen

from engagement.events.events import KINDS, Event
from engagement.sources.citation import source_of
from engagement.sources.parties import parties_of
from engagement.values.actor_names import NOBODY, Party
from engagement.values.dates import EventDate
from engagement.values.vocabulary import Activity

__all__ = ["Dyad", "event_of"]


@frozen(kw_only=True)
class Dyad:
    """What one row says: who did what with whom."""

    number: int
    """Of the row."""
    id: str
    """Of the event that it would make alone."""
    date: EventDate
    """When."""
    activity: Activity
    """What."""
    subkind: str = ""
    """What, more closely."""
    first: Party
    """Who acts."""
    second: Party = NOBODY
    """With whom, or towards whom."""
    others: tuple[Party, ...] = ()
    """Who else takes part, where a row names more than two."""
    host: str | None = None
    """The country that is visited."""
    place: str = ""
    """Where."""
    note: str = ""
    """Anything else."""

    @property
    def parties(self) -> tuple[Party, ...]:
        """Who is known to take part, each once."""
        everybody = (self.first, self.second, *self.others)
        return tuple(dict.fromkeys(party for party in everybody if party))


def event_of(dyad: Dyad, name: str, focal: str | None) -> Event:
    """
    Make the event of a row.

    The initiator is the focal state if it takes part, but of a transfer always the state that
    gives; otherwise the state that acts.

    Parameters
    ----------
    dyad
        The row.
    name
        Of the file.
    focal
        Alpha-3 code of the focal state.
    """
    is_gift = dyad.activity is Activity.TRANSFER
    who = parties_of(dyad.parties, None if is_gift else focal)
    of_kind: dict[str, Any] = {}
    if dyad.activity is Activity.VISIT and dyad.host is not None:
        of_kind["host"] = dyad.host
    return KINDS[dyad.activity](
        id=dyad.id,
        date=dyad.date,
        channel=who.channel,
        initiator=who.initiator,
        countries=who.countries,
        organisations=who.organisations,
        place=dyad.place,
        subkind=dyad.subkind,
        note=dyad.note,
        sources=[source_of(name, [dyad.number])],
        **of_kind,
    )
