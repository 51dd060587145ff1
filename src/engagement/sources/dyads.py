"""Pairs of actors, into which a source splits its events, joined back into whole events."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from engagement.events.events import KINDS, Event
from engagement.events.parts import Source
from engagement.values.actor_names import NOBODY, Party
from engagement.values.dates import EventDate
from engagement.values.vocabulary import SEPARATOR, Activity, Channel

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["Dyad", "event_of", "join_dyads", "source_of"]


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
    is_directed: bool = False
    """Whether the first does something to the second, rather than both together."""
    is_domestic: bool = False
    """Whether both are of one country."""
    host: str | None = None
    """The country that is visited."""
    place: str = ""
    """Where."""
    document: str = ""
    """What tells of it."""
    note: str = ""
    """Anything else."""
    story: Hashable = field(default=None)
    """What rows of one story have in common; ``None`` where the source does not say."""

    @property
    def parties(self) -> tuple[Party, ...]:
        """Who is known to take part, each once."""
        everybody = (self.first, self.second, *self.others)
        return tuple(dict.fromkeys(party for party in everybody if party))

    @property
    def key(self) -> tuple[Hashable, ...]:
        """What two rows of one event have in common."""
        actor = self.first if self.is_directed else None
        pair = None if self.story is not None else frozenset(self.parties)
        what = (str(self.date), self.activity, self.subkind, self.is_domestic)
        return (*what, self.place, actor, self.story, pair)


def join_dyads(dyads: Iterable[Dyad]) -> list[list[Dyad]]:
    """
    Group rows that tell of one event.

    Rows belong together if they agree in date, kind and place, are told by one story, and are
    linked by somebody who takes part in both, directly or through others. Where the source
    names no story, they must name the same parties. In what one side does to the other, such
    as a transfer, the side that acts must be the same too.

    Returns
    -------
    list
        Groups in the order of their first rows; rows in their order.
    """
    by_key: dict[tuple[Hashable, ...], list[Dyad]] = {}
    for dyad in dyads:
        by_key.setdefault(dyad.key, []).append(dyad)
    groups = [group for same in by_key.values() for group in _linked(same)]
    return sorted(groups, key=lambda group: group[0].number)


def _linked(dyads: list[Dyad]) -> list[list[Dyad]]:
    """Split rows into those that are linked by parties in common."""
    if len(dyads) == 1:
        return [dyads]
    leader: dict[Party, Party] = {}

    def find(party: Party) -> Party:
        while leader.setdefault(party, party) != party:
            leader[party] = leader[leader[party]]
            party = leader[party]
        return party

    for dyad in dyads:
        first, *others = dyad.parties
        for other in others:
            leader[find(other)] = find(first)
    groups: dict[Party, list[Dyad]] = {}
    for dyad in dyads:
        groups.setdefault(find(dyad.parties[0]), []).append(dyad)
    return list(groups.values())


def source_of(name: str, numbers: Iterable[int]) -> Source:
    """Say in which rows of a file something stands."""
    written = "".join(c if c.isprintable() else " " for c in name)
    document = written.encode("utf-8", "replace").decode().replace(SEPARATOR, ",").strip()
    rows = ", ".join(map(str, numbers))
    return Source(document=document or "file", where=f"row {rows}")


def event_of(group: Sequence[Dyad], name: str, focal: str | None) -> Event:
    """
    Make the event of a group.

    The initiator is the focal state if it takes part, but of a transfer always the state that
    gives; otherwise the state that acts in the first row. Without a focal state an organisation
    that acts makes the event one of the others, without an initiator. A visit has a host where
    the rows agree on one.

    Parameters
    ----------
    group
        Rows of one event.
    name
        Of the file.
    focal
        Alpha-3 code of the focal state.
    """
    lead = group[0]
    parties = list(dict.fromkeys(party for dyad in group for party in dyad.parties))
    states = [party.country for party in parties if party.country is not None]
    organisations = sorted({party.organisation for party in parties if party.organisation})
    initiator = lead.first.country
    if focal in states and lead.activity is not Activity.TRANSFER:
        initiator = focal
    partners = [] if lead.is_domestic else [code for code in states if code != initiator]
    channel = Channel.MULTILATERAL
    if lead.is_domestic:
        channel, organisations = Channel.DOMESTIC, []
    elif len(partners) == 1 and not organisations:
        channel = Channel.BILATERAL
    documents = dict.fromkeys(dyad.document for dyad in group if dyad.document)
    of_kind: dict[str, Any] = {}
    hosts = {dyad.host for dyad in group if dyad.host is not None}
    if lead.activity is Activity.VISIT and len(hosts) == 1:
        of_kind["host"] = hosts.pop()
    return KINDS[lead.activity](
        id=lead.id,
        date=lead.date,
        channel=channel,
        initiator=initiator,
        countries=partners,
        organisations=organisations,
        place=lead.place,
        subkind=lead.subkind,
        note=lead.note,
        sources=[
            source_of(name, (dyad.number for dyad in group)),
            *(Source(document=document) for document in documents),
        ],
        **of_kind,
    )
