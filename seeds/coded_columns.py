"""What every cell of the coded tables may hold: the codebook, as far as a machine can hold it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coded_tables import CellError, Column, by_itself, each_by_itself, one_of, some_of, whole_number
from coding import (
    parse_amount,
    parse_offices,
    parse_personnel,
    parse_printed_date,
    parse_topics,
)
from engagement import EventDate, Source
from engagement.values.places import country_code

if TYPE_CHECKING:
    from collections.abc import Mapping

    from coded_tables import Row

SCENARIO_TOPICS = {
    "armed criminal group": ("transnational crime",),
    "armed terrorist group": ("terrorism",),
    "attack on a checkpoint": ("terrorism",),
    "attack on a city": ("terrorism",),
    "east turkestan movement crosses the border": ("terrorism", "east turkestan movement"),
    "hijacked plane": ("terrorism",),
    "hostage taking": ("terrorism",),
    "online terrorist campaign": ("terrorism", "cyber security"),
    "terrorist camp": ("terrorism",),
    "terrorists cross the border": ("terrorism", "border security"),
    "terrorists in a city": ("terrorism",),
    "terrorists in mountains": ("terrorism",),
}
TASKS = (
    "air strike",
    "arrest",
    "attack",
    "block movement",
    "border management",
    "chase",
    "close the airstrip",
    "combat skills",
    "combat tactics",
    "detect extremist content",
    "detect recruitment",
    "detect smugglers",
    "drones",
    "force the plane down",
    "inspect vehicles",
    "jets",
    "joint command",
    "joint investigation",
    "locate terrorists",
    "night combat",
    "remove content",
    "rescue hostages",
    "share intelligence",
    "shooting",
    "special forces action",
    "surround",
    "trace funding",
    "unified command",
    "united nations permission",
)
SUBKINDS = {
    "Education": (
        "training program",
        "military education",
        "senior commander class",
        "exchange program",
        "lecture",
    ),
    "Field Visit": ("delegation", "inspection"),
    "Joint Operation": (
        "patrol",
        "arrest",
        "handover",
        "investigation",
        "law enforcement operation",
    ),
}
OBJECT_TOPICS = {
    "cross border criminals": ("transnational crime",),
    "drug smugglers": ("drug trafficking",),
    "embassy bombing": (),
    "wildlife smugglers": ("wildlife trafficking",),
}
"""What an operation was about, and the topics that follow."""
SITES = ("guard of honor", "military school")
"""What was visited inside a body."""
KINDS_OF_EXERCISE = ("army training", "counter-terrorism", "cyber", "military")
COMMANDS = ("RATS",)
TERMS = ("sale", "gift", "loan", "unknown")
KINDS_OF_TRANSFER = (
    "Aid",
    "COVID aid",
    "Donation",
    "Equipment",
    "Grant",
    "Medical Equipment",
    "Police Equipment",
    "Purchase",
)
PURPOSES = ("border guards", "military officers", "state army")
FIELDS_OF_COURSES = ("topic", "trainer", "subject", "form", "visit")

TRAINING = ("type", frozenset({"Education"}))
VISIT = ("type", frozenset({"Field Visit"}))
OPERATION = ("type", frozenset({"Joint Operation"}))
MET_OR_ACTED = ("type", frozenset({"Field Visit", "Joint Operation"}))
TAUGHT_OR_ACTED = ("type", frozenset({"Education", "Joint Operation"}))


def _offices(side: str) -> Column:
    def check(text: str, row: Row) -> None:
        body = row[f"{side}_body"]
        parse_offices(text, of=body, date=parse_printed_date(row["date"]))

    return Column(check, is_required=True)


def _count_of_topics(text: str, row: Row) -> None:
    items = [row["topic"], *row["further_topics"].split(", ")]
    n = sum(map(bool, items))
    if text != str(n):
        raise CellError(f"the row has {n} topics")


def _shares(text: str, row: Row) -> None:
    parse_personnel(text, countries=row["participants"].split(", "))


def _states(text: str, row: Row) -> None:
    del row
    codes = [country_code(name) for name in text.split(", ")]
    if len(set(codes)) < len(codes):
        raise CellError("names a state twice")


def _subkind(text: str, row: Row) -> None:
    one_of(*SUBKINDS.get(row["type"], ()))(text, row)


def _object(text: str, row: Row) -> None:
    one_of(*(SITES if row["type"] == "Field Visit" else OBJECT_TOPICS))(text, row)


def _visitor(text: str, row: Row) -> None:
    one_of("China", "partner")(text, row)


def _year(text: str, row: Row) -> None:
    del row
    if not (len(text) == 4 and text.isascii() and text.isdecimal()):
        raise CellError("must be a year")


def _above(text: str, row: Row) -> None:
    known = [f"row {number}" for number in range(1, int(row["row"]))]
    one_of(*known)(text, row)


def _share(text: str, row: Row) -> None:
    del row
    try:
        is_share = 0 < float(text) <= 1
    except ValueError:
        is_share = False
    if not is_share:
        raise CellError("must be a share above 0 and at most 1")


def _by_country(text: str, row: Row) -> None:
    del row
    for pair in text.split(";"):
        code, _, number = pair.partition("=")
        country_code(code)
        if not (number.isascii() and number.isdecimal()):
            raise CellError(f"must be pairs such as IND=300, got '{pair}'")


def _fields(text: str, row: Row) -> None:
    Source(document=row["source"], fields=text.split(";"))


DATE = Column(by_itself(parse_printed_date), is_required=True)
TOPICS = Column(by_itself(parse_topics))
ANY = Column()
REQUIRED = Column(is_required=True)


def _appendix(number: int, *, partner: bool = True) -> dict[str, Column]:
    """Give the columns that the tables of an appendix have in common."""
    columns = {
        "document": Column(is_required=True),
        "appendix": Column(one_of(str(number)), is_required=True),
        "row": Column(whole_number, is_required=True),
        "date": DATE,
        "partner": Column(by_itself(country_code), is_required=True),
        "note": ANY,
    }
    return columns if partner else {k: v for k, v in columns.items() if k != "partner"}


def _ordered(names: str, *known: Mapping[str, Column]) -> dict[str, Column]:
    """Put columns into the order of a table; those that may hold anything need no entry."""
    merged = {name: column for columns in known for name, column in columns.items()}
    return {name: merged.get(name, ANY) for name in names.split(",")}


APPENDICES: Mapping[int, Mapping[str, Column]] = {
    1: _ordered(
        "document,appendix,row,date,partner_office,partner_body,partner,china_office,china_body,"
        "topic,topic_count,further_topics,note",
        _appendix(1),
        {
            "partner_office": _offices("partner"),
            "china_office": _offices("china"),
            "topic": TOPICS,
            "topic_count": Column(_count_of_topics, is_required=True),
            "further_topics": TOPICS,
        },
    ),
    2: _ordered(
        "document,appendix,row,date,place,size,participants,inherited,kind,scenario,command,"
        "tasks,name,note",
        _appendix(2, partner=False),
        {
            "date": Column(_year, is_required=True),
            "place": REQUIRED,
            "size": Column(_shares, is_required=True),
            "participants": Column(_states, is_required=True),
            "inherited": Column(_above),
            "kind": Column(one_of(*KINDS_OF_EXERCISE), is_required=True),
            "scenario": Column(one_of(*SCENARIO_TOPICS)),
            "command": Column(one_of(*COMMANDS)),
            "tasks": Column(some_of(*TASKS)),
        },
    ),
    3: _ordered(
        "document,appendix,row,date,place,partner_force,partner,china_force,size,scenario,tasks,"
        "name,note",
        _appendix(3),
        {
            "place": REQUIRED,
            "partner_force": REQUIRED,
            "china_force": REQUIRED,
            "size": Column(by_itself(parse_personnel), is_required=True),
            "scenario": Column(one_of(*SCENARIO_TOPICS)),
            "tasks": Column(some_of(*TASKS)),
        },
    ),
    4: _ordered(
        "document,appendix,row,date,type,partner,subkind,china_body,audience,partner_body,visitor,"
        "object,organisation_body,people,duration,place,alike,note",
        _appendix(4),
        {
            "type": Column(one_of(*SUBKINDS), is_required=True),
            "subkind": Column(_subkind, is_required=True),
            "audience": Column(only_for=TRAINING),
            "visitor": Column(_visitor, is_required=True, only_for=VISIT),
            "object": Column(_object, only_for=MET_OR_ACTED),
            "organisation_body": Column(only_for=OPERATION),
            "people": Column(by_itself(parse_personnel), only_for=TAUGHT_OR_ACTED),
            "duration": Column(only_for=TAUGHT_OR_ACTED),
            "alike": Column(each_by_itself(country_code), only_for=TRAINING),
        },
    ),
    5: _ordered(
        "document,appendix,row,date,partner,partner_body,kind,goods,china_body,amount,purpose,"
        "terms,note",
        _appendix(5),
        {
            "kind": Column(one_of(*KINDS_OF_TRANSFER)),
            "amount": Column(by_itself(parse_amount)),
            "purpose": Column(some_of(*PURPOSES)),
            "terms": Column(one_of(*TERMS), is_required=True),
        },
    ),
    6: _ordered(
        "document,appendix,course,field,row,item",
        {
            "document": REQUIRED,
            "appendix": Column(one_of("6"), is_required=True),
            "course": Column(one_of("1", "2", "3"), is_required=True),
            "field": Column(one_of(*FIELDS_OF_COURSES), is_required=True),
            "row": Column(whole_number, is_required=True),
            "item": REQUIRED,
        },
    ),
}
"""The columns of the report's tables."""

COUNTED_WITHIN = {1: ("partner",), 2: (), 3: ("partner",), 4: ("partner",), 5: ("partner",)}
COUNTED_WITHIN[6] = ("course", "field")
"""Columns within whose terms the rows of an appendix count."""

MENTIONS = _ordered(
    "id,source,where,date,place,subkind,mechanism,tasks,forces,personnel_by_country,fields,note",
    {
        "id": REQUIRED,
        "source": REQUIRED,
        "where": REQUIRED,
        "date": Column(by_itself(EventDate.parse)),
        "tasks": Column(some_of(*TASKS)),
        "personnel_by_country": Column(_by_country),
        "fields": Column(_fields),
    },
)
COVERAGE = _ordered(
    "country,channel,activity,since,until,basis,completeness,note,source",
    {
        **dict.fromkeys(("country", "channel", "activity", "since", "until", "source"), REQUIRED),
        "completeness": Column(_share),
    },
)
SOURCES = _ordered(
    "id,title,author,publisher,date,kind,language,note",
    {
        **dict.fromkeys(("id", "title", "publisher", "kind", "language"), REQUIRED),
        "date": Column(by_itself(EventDate.parse), is_required=True),
    },
)
