"""Read what the text and the news tell: events of their own, and mentions of the appendices'."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import evolve

from appendices import SEEDS, SeedError, read_table
from coding import parse_office
from engagement import (
    EngagementError,
    Event,
    EventDate,
    Exercise,
    Participant,
    Personnel,
    Source,
    read_events,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from appendices import Row

# Among the participants, bodies that are no offices have no rank.
BODIES = frozenset(
    {
        "Academy of Armed Police and Special Police",
        "Department of Public Security of Beijing",
        "IIBB",
        "Ministry of Defence",
        "Public Security Administration of Zhengzhou",
        "Supreme Court",
        "Tashkent police department",
    }
)


def read_told(name: str) -> list[Event]:
    """Read a table in the library's own columns, and give its offices their ranks."""
    told, faults = [], []
    for event in read_events(SEEDS / name):
        try:
            told.append(evolve(event, participants=[_ranked(who) for who in event.participants]))
        except EngagementError as error:
            faults.append(f"{name}, {event.id}: {error}")
    if faults:
        raise SeedError("; ".join(faults))
    return told


def _ranked(who: Participant) -> Participant:
    return who if who.office in BODIES else evolve(who, rank=parse_office(who.office).rank)


def add_mentions(events: Iterable[Event]) -> list[Event]:
    """Give the events of the appendices what the text says of them beside."""
    told = {event.id: event for event in events}
    faults = []
    for row in read_table("mentions.csv"):
        try:
            told[row["id"]] = _with_mention(told[row["id"]], row)
        except KeyError:
            faults.append(f"{row['where']}: no event has the id '{row['id']}'")
        except SeedError as error:
            faults.append(f"{row['where']}: {error}")
    if faults:
        raise SeedError("; ".join(faults))
    return list(told.values())


def _with_mention(event: Event, row: Row) -> Event:
    date = EventDate.parse(row["date"]) if row["date"] else event.date
    if not date.is_within(event.date):
        raise SeedError(f"{date} is not within {event.date}, the date of {event.id}")
    changed = evolve(
        event,
        date=date,
        place=event.place or row["place"],
        sources=(*event.sources, Source(document=row["source"], where=row["where"])),
        note="; ".join(filter(None, (event.note, row["note"]))),
    )
    if not (row["forces"] or row["personnel_by_country"]):
        return changed
    if not isinstance(changed, Exercise):
        raise SeedError(f"{event.id} is no exercise and has no forces")
    return evolve(changed, personnel=_with_people(changed.personnel, row))


def _with_people(known: Personnel | None, row: Row) -> Personnel:
    pairs = (pair.split("=") for pair in filter(None, row["personnel_by_country"].split(";")))
    by_country = {**dict(known.by_country if known else ()), **{c: int(n) for c, n in pairs}}
    return Personnel(
        low=known.low if known else None,
        high=known.high if known else None,
        by_country=by_country,
        forces=(*(known.forces if known else ()), *filter(None, row["forces"].split(";"))),
    )
