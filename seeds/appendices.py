"""Make typed events of the coded appendices: what each column becomes is said in codebook.md."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from coded_columns import APPENDICES, COUNTED_WITHIN, OBJECT_TOPICS, SCENARIO_TOPICS
from coded_tables import read_table
from coding import (
    find_typos,
    parse_amount,
    parse_office,
    parse_offices,
    parse_personnel,
    parse_printed_date,
    parse_topics,
)
from engagement import (
    EngagementError,
    Event,
    Exercise,
    Meeting,
    Operation,
    Participant,
    Personnel,
    Source,
    Training,
    Transfer,
    Visit,
)
from engagement.errors import EventError
from engagement.values.places import country_code

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from coded_tables import Fault, Row

FOCAL = "CHN"

# Offices that stand among the bodies of appendices 4 and 5.
OFFICE = re.compile(r"(?:Deputy )?Minister |Chief of Staff |Ambassador ")


def read_appendices() -> tuple[list[Event], list[Fault]]:
    """Make an event of every row that tells of one, and tell what stands against it."""
    events, faults = [], []
    for number, make in MAKERS.items():
        rows, told = read_table(
            f"appendix{number}.csv", APPENDICES[number], counted_within=COUNTED_WITHIN[number]
        )
        faults += told
        for row in rows:
            if row.is_unseen:
                continue
            try:
                events.append(make(row))
            except EventError as error:
                faults += [
                    row.fault(name if name in row.cells else "", f"{name}: {problem}")
                    for name, _, problem in error.faults
                ]
            except EngagementError as error:
                faults.append(row.fault("", str(error)))
    return events, faults


def _common(row: Row, *notes: str, printed: Iterable[str] = ()) -> dict[str, Any]:
    """Give the fields that every row of a bilateral table has."""
    country = country_code(row["partner"])
    cells = (row["date"], *printed)
    typos = [f"printed '{wrong}'" for text in cells for wrong, _ in find_typos(text)]
    return {
        "id": f"a{row['appendix']}-{country.lower()}-{int(row['row']):02}",
        "date": parse_printed_date(row["date"]),
        "channel": "bilateral",
        "initiator": FOCAL,
        "countries": [country],
        "sources": [Source(document=row["document"], where=row.place)],
        "note": "; ".join(dict.fromkeys(filter(None, (row["note"], *notes, *typos)))),
    }


def _meeting(row: Row) -> Meeting:
    topics = ", ".join(filter(None, (row["topic"], row["further_topics"])))
    common = _common(row, printed=(row["partner_office"], row["china_office"], topics))
    present = [
        *_officials(common["countries"][0], row, "partner"),
        *_officials(FOCAL, row, "china"),
    ]
    names = [person.organisation for person in present if person.organisation]
    return Meeting(
        **common,
        organisations=list(dict.fromkeys(names)),
        participants=present,
        topics=parse_topics(topics),
    )


def _officials(country: str, row: Row, side: str) -> list[Participant]:
    """Read the offices of one side; the body that an office belongs to follows after a comma."""
    body = row[f"{side}_body"]
    date = parse_printed_date(row["date"])
    return [
        Participant(
            country=None if read.organisation else country,
            organisation=read.organisation or "",
            office=re.sub(rf" of {re.escape(body)}$", f", {body}", read.printed),
            name=read.name or "",
            rank=read.rank,
        )
        for read in parse_offices(row[f"{side}_office"], of=body, date=date)
    ]


def _bodies(country: str, *printed: str) -> list[Participant]:
    """Name the bodies of one side; a rank has only who is printed by office."""
    return [
        Participant(
            country=country,
            office=body,
            rank=parse_office(body).rank if OFFICE.match(body) else None,
        )
        for body in printed
        if body not in {"", "Unknown"}
    ]


def _scenario(row: Row) -> str:
    tasks = row["tasks"].replace(";", ", ")
    return ": ".join(filter(None, (row["scenario"], tasks)))


def _multilateral_exercise(row: Row) -> Exercise:
    states = sorted(map(country_code, row["participants"].split(", ")))
    name = f"named {row['name']}" if row["name"] else ""
    return Exercise(
        id=f"a2-{int(row['row']):02}",
        date=parse_printed_date(row["date"]),
        channel="multilateral",
        initiator=FOCAL,
        countries=[code for code in states if code != FOCAL],
        organisations=["SCO", *filter(None, [row["command"]])],
        topics=SCENARIO_TOPICS.get(row["scenario"], ()),
        place=row["place"],
        subkind=row["kind"],
        personnel=parse_personnel(row["size"], countries=states),
        scenario=_scenario(row),
        sources=[Source(document=row["document"], where=row.place)],
        note="; ".join(filter(None, (name, row["note"]))),
    )


def _bilateral_exercise(row: Row) -> Exercise:
    common = _common(row, f"named {row['name']}" if row["name"] else "")
    size = parse_personnel(row["size"])
    sides = ((common["countries"][0], row["partner_force"]), (FOCAL, row["china_force"]))
    topics = parse_topics("border management") if "border management" in row["tasks"] else ()
    return Exercise(
        **common,
        topics=SCENARIO_TOPICS.get(row["scenario"], topics),
        place=row["place"],
        personnel=Personnel(
            low=size.low if size else None,
            high=size.high if size else None,
            by_country=size.by_country if size else (),
            forces=[f"{code} {force}" for code, force in sides],
        ),
        scenario=_scenario(row),
    )


def _engagement(row: Row) -> Event:
    """Make what the printed type of appendix 4 says."""
    return {"Education": _training, "Field Visit": _visit, "Joint Operation": _operation}[
        row["type"]
    ](row)


def _training(row: Row) -> Training:
    lasted = f"lasted {row['duration']}" if row["duration"] else ""
    alike = f"alike in {row['alike'].replace(';', ', ')}" if row["alike"] else ""
    return Training(
        **_common(row, lasted, alike),
        subkind=row["subkind"],
        place=row["place"],
        personnel=parse_personnel(row["people"]),
        audience=", ".join(filter(None, (row["audience"], row["partner_body"]))),
        provider=row["china_body"],
    )


def _visit(row: Row) -> Visit:
    common = _common(row, row["object"])
    partner = common["countries"][0]
    visitor, host = (FOCAL, partner) if row["visitor"] == "China" else (partner, FOCAL)
    bodies = {FOCAL: row["china_body"], partner: row["partner_body"]}
    return Visit(
        **common,
        subkind=row["subkind"],
        place=row["place"],
        host=host,
        participants=[
            *_bodies(visitor, bodies[visitor]),
            *_bodies(host, bodies[host]),
        ],
    )


def _operation(row: Row) -> Operation:
    lasted = f"lasted {row['duration']}" if row["duration"] else ""
    common = _common(row, row["object"], lasted)
    bodies = [
        *_bodies(common["countries"][0], row["partner_body"]),
        *_bodies(FOCAL, row["china_body"]),
    ]
    organisation, _, body = row["organisation_body"].partition(" ")
    if organisation:
        bodies.append(Participant(organisation=organisation, office=body))
    return Operation(
        **common,
        subkind=row["subkind"],
        organisations=list(filter(None, [organisation])),
        topics=OBJECT_TOPICS.get(row["object"], ()),
        place=row["place"],
        personnel=parse_personnel(row["people"]),
        participants=bodies,
    )


def _transfer(row: Row) -> Transfer:
    purpose = f"for {row['purpose'].replace(';', ', ')}" if row["purpose"] else ""
    common = _common(row, purpose, printed=(row["kind"], row["goods"]))
    return Transfer(
        **common,
        subkind=row["kind"],
        terms=row["terms"],
        value=parse_amount(row["amount"]) if row["amount"] else None,
        goods=row["goods"].replace(";", ", "),
        participants=[
            *_bodies(common["countries"][0], row["partner_body"]),
            *_bodies(FOCAL, row["china_body"]),
        ],
    )


MAKERS: dict[int, Callable[[Row], Event]] = {
    1: _meeting,
    2: _multilateral_exercise,
    3: _bilateral_exercise,
    4: _engagement,
    5: _transfer,
}
