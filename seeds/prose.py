"""Read what the text and the news tell: events of their own, and mentions of the appendices'."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Any

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
    with (SEEDS / name).open(newline="", encoding="utf-8") as file:
        empty = [n for n, cells in enumerate(csv.reader(file), 1) if not any(cells)]
    faults += [Fault(name, n, "", "", "is empty") for n in empty]
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
    for column in ("place", "subkind", "mechanism"):
        known = getattr(event, column, None)
        if row[column] and known is None:
            yield row.fault(column, f"a {event.activity} has no {column}")
        elif row[column] and known:
            yield row.fault(column, f"the {column} of {event.id} is known: {known}")
    for column in ("tasks", "forces", "personnel_by_country"):
        if row[column] and not isinstance(event, Exercise):
            yield row.fault(column, f"{event.id} is no exercise and has no {column}")


def _with_mention(event: Event, row: Row) -> Event:
    """Add what a place of the text tells, and say of the source what stands in it alone."""
    changes: dict[str, Any] = {
        column: row[column] for column in ("date", "place", "subkind", "mechanism") if row[column]
    }
    fields = [*changes, *filter(None, row["fields"].split(";"))]
    changes["note"] = "; ".join(filter(None, (event.note, row["note"])))
    if isinstance(event, Exercise):
        tasks = [task for task in row["tasks"].split(";") if task and task not in event.scenario]
        changes["scenario"] = _with_tasks(event.scenario, tasks)
        changes["personnel"] = _with_people(event.personnel, row)
        forces, shares = (row[name].split(";") for name in ("forces", "personnel_by_country"))
        fields += [f"scenario={task}" for task in tasks]
        fields += [f"forces={force}" for force in forces if force]
        fields += [f"personnel_by_country={share.partition('=')[0]}" for share in shares if share]
    source = Source(document=row["source"], where=row["where"], fields=fields)
    return evolve(event, **changes, sources=(*event.sources, source))


def _with_tasks(scenario: str, tasks: list[str]) -> str:
    """Put tasks behind those that follow the colon after a scenario, or behind it."""
    if not tasks:
        return scenario
    return scenario + (", " if ": " in scenario else ": ") + ", ".join(tasks)


def _with_people(known: Personnel | None, row: Row) -> Personnel | None:
    if not (row["forces"] or row["personnel_by_country"]):
        return known
    pairs = (pair.split("=") for pair in filter(None, row["personnel_by_country"].split(";")))
    by_country = {**dict(known.by_country if known else ()), **{c: int(n) for c, n in pairs}}
    return Personnel(
        low=known.low if known else None,
        high=known.high if known else None,
        by_country=by_country,
        forces=(*(known.forces if known else ()), *filter(None, row["forces"].split(";"))),
    )
