"""Read what the text and the news tell: events of their own, and mentions of the appendices'."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import evolve

from coded_columns import MENTIONS
from coded_tables import SEEDS, Fault, read_table
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
from engagement.errors import TableError, suggest

if TYPE_CHECKING:
    from collections.abc import Iterable

    from coded_tables import Row

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


def read_told(name: str) -> tuple[list[Event], list[Fault]]:
    """Read a table in the library's own columns, and give its offices their ranks."""
    if not (SEEDS / name).is_file():
        return [], [Fault(name, 0, "", "", f"there is no such table in {SEEDS}")]
    try:
        log = read_events(SEEDS / name)
    except TableError as error:
        return [], [
            Fault(name, row, column, "" if value is None else str(value), problem)
            for row, column, value, problem in error.faults
        ]
    except EngagementError as error:
        return [], [Fault(name, 0, "", "", str(error))]
    told, faults = [], []
    for event in log:
        try:
            told.append(evolve(event, participants=[_ranked(who) for who in event.participants]))
        except EngagementError as error:
            faults.append(Fault(name, 0, "participants", event.id, str(error)))
    return told, faults


def _ranked(who: Participant) -> Participant:
    return who if who.office in BODIES else evolve(who, rank=parse_office(who.office).rank)


def add_mentions(
    events: Iterable[Event], *, are_all: bool = True
) -> tuple[list[Event], list[Fault]]:
    """
    Give the events of the appendices what the text says of them beside.

    Where *are_all* is false, rows were refused whose mentions are then no faults.
    """
    told = {event.id: event for event in events}
    rows, faults = read_table("mentions.csv", MENTIONS)
    for row in rows:
        if row["id"] not in told:
            if are_all:
                faults.append(row.fault("id", "no event has this id" + suggest(row["id"], told)))
            continue
        event = told[row["id"]]
        wrong = list(_against(event, row))
        faults += wrong
        if not wrong:
            told[row["id"]] = _with_mention(event, row)
    return list(told.values()), faults


def _against(event: Event, row: Row) -> Iterable[Fault]:
    """Tell what of a mention its event cannot take."""
    if row["date"] and not EventDate.parse(row["date"]).is_within(event.date):
        yield row.fault("date", f"is not within {event.date}, the date of {event.id}")
    if row["place"] and event.place:
        yield row.fault("place", f"{event.id} has a place, {event.place}")
    for column in ("forces", "personnel_by_country"):
        if row[column] and not isinstance(event, Exercise):
            yield row.fault(column, f"{event.id} is no exercise and has no forces")


def _with_mention(event: Event, row: Row) -> Event:
    changed = evolve(
        event,
        date=EventDate.parse(row["date"]) if row["date"] else event.date,
        place=event.place or row["place"],
        sources=(*event.sources, Source(document=row["source"], where=row["where"])),
        note="; ".join(filter(None, (event.note, row["note"]))),
    )
    if isinstance(changed, Exercise) and (row["forces"] or row["personnel_by_country"]):
        return evolve(changed, personnel=_with_people(changed.personnel, row))
    return changed


def _with_people(known: Personnel | None, row: Row) -> Personnel:
    pairs = (pair.split("=") for pair in filter(None, row["personnel_by_country"].split(";")))
    by_country = {**dict(known.by_country if known else ()), **{c: int(n) for c, n in pairs}}
    return Personnel(
        low=known.low if known else None,
        high=known.high if known else None,
        by_country=by_country,
        forces=(*(known.forces if known else ()), *filter(None, row["forces"].split(";"))),
    )
