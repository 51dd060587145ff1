"""The Armed Conflict Location and Event Data Project."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any, Literal, overload

from attrs import frozen

from engagement.errors import DateError, SettingError, UnknownTermError, shown, suggest
from engagement.events.events import KINDS
from engagement.events.parts import Participant, Source
from engagement.sources.citation import source_of
from engagement.sources.outcomes import OnError, Outcomes
from engagement.sources.reader_settings import check_choice
from engagement.sources.row_cells import (
    Cells,
    days_around,
    month_of,
    read_day,
    read_day_in,
    read_whole,
)
from engagement.sources.sheets import Sheet, read_headed
from engagement.tables.table import check_on_error
from engagement.tables.table_dates import DateOrder, check_date_order
from engagement.values.actor_names import party_of_name
from engagement.values.dates import EventDate
from engagement.values.places import country_code, country_name
from engagement.values.state_numbers import country_of_number
from engagement.values.vocabulary import Activity, Channel, fold_term, read_term

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator

    import pandas as pd

    from engagement.events.events import Event
    from engagement.log.eventlog import EventLog

__all__ = ["read_acled"]

ForcesAbroad = Literal["initiate", "domestic"]

_REQUIRED = ("event id cnty", "event date", "time precision", "event type", "actor1", "country")

ACLED_KINDS: dict[str, Activity | None] = {
    "battles": Activity.OPERATION,
    "explosions/remote violence": Activity.OPERATION,
    "violence against civilians": Activity.OPERATION,
    "protests": None,
    "riots": None,
    "strategic developments": None,
    "agreement": Activity.AGREEMENT,
    "arrests": Activity.OPERATION,
    "disrupted weapons use": Activity.OPERATION,
    "headquarters or base established": Activity.MEASURE,
}
"""Event types, and sub-event types that are of another kind than their type."""

_TYPES = tuple(ACLED_KINDS)[:6]
_STRATEGIC = tuple(ACLED_KINDS)[5:]
_SUBTYPES = (
    *("government regains territory", "non state actor overtakes territory", "armed clash"),
    *("excessive force against protesters", "protest with intervention", "peaceful protest"),
    *("violent demonstration", "mob violence", "chemical weapon", "air/drone strike"),
    *("suicide bomb", "shelling/artillery/missile attack", "remote explosive/landmine/ied"),
    *("grenade", "sexual violence", "attack", "abduction/forced disappearance"),
    *("change to group/activity", "looting/property destruction"),
    *("non violent transfer of territory", "other"),
)
_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_WRITTEN_DAY = re.compile(r"(\d{1,2})[ -]([A-Za-z]{3,9})[ -](\d{4})")
_STATE = re.compile(
    r"(?:Government|Forces|Coast Guard|Border Guards?) of (?:the )?([^;(]{1,60}) \(\d{4}-"
)


@overload
def read_acled(
    path: str | os.PathLike[str],
    *,
    on_error: Literal["raise"] = ...,
    kinds: Mapping[str, Activity | str | None] | None = ...,
    focal: str | None = ...,
    forces_abroad: ForcesAbroad = ...,
    date_order: DateOrder | None = ...,
    encoding: str = ...,
) -> EventLog: ...
@overload
def read_acled(
    path: str | os.PathLike[str],
    *,
    on_error: Literal["collect"],
    kinds: Mapping[str, Activity | str | None] | None = ...,
    focal: str | None = ...,
    forces_abroad: ForcesAbroad = ...,
    date_order: DateOrder | None = ...,
    encoding: str = ...,
) -> tuple[EventLog, pd.DataFrame]: ...
def read_acled(
    path: str | os.PathLike[str],
    *,
    on_error: OnError = "raise",
    kinds: Mapping[str, Activity | str | None] | None = None,
    focal: str | None = None,
    forces_abroad: ForcesAbroad = "initiate",
    date_order: DateOrder | None = None,
    encoding: str = "utf-8",
) -> EventLog | tuple[EventLog, pd.DataFrame]:
    """
    Read an export of ACLED.

    Its rows are political violence, protest and what surrounds them, not dealings between
    states. They become domestic events of the country in which they took place, or, where
    forces of another state take part, or those of states met, events between these.

    Parameters
    ----------
    path
        A file with a header, or a zip archive of one.
    on_error
        ``"raise"``: faults raise, and rows left out are told in a warning. ``"collect"``: the
        log, and a list of all rows that made no event of their own.
    kinds
        For an event type or a sub-event type an activity, or ``None`` to leave such rows out.
        Laid over the documented choice; sub-event types go before types.
    focal
        Only events that took place in this country or in which its forces met others; it is
        the initiator.
    forces_abroad
        ``"initiate"``: where forces of another state take part in what no two states fight, the
        event is between the states named and that of the place, and the first whose forces
        are named is the initiator. ``"domestic"``: it stays domestic, of the place.
    date_order
        ``"day-first"`` or ``"month-first"``, for days such as 5/3/2017, which a spreadsheet
        makes and which are refused without.
    encoding
        That of the text.

    Returns
    -------
    EventLog, or a pair of it and a frame with columns row, column, value, problem, outcome
        The outcome is ``refused``, ``left out`` or ``joined``. The log states no coverage.

    Raises
    ------
    TableError
        All faults of all rows, and as data on the exception.
    FormatError
        If the file is something else, with what it looks like.
    SettingError
        If a setting is none of those above.
    """
    check_on_error(on_error)
    check_choice(forces_abroad, ("initiate", "domestic"), "forces_abroad")
    check_date_order(date_order)
    chosen = kinds_of(kinds)
    wanted = None if focal is None else country_code(focal)
    sheet = read_headed(path, encoding, what="an ACLED export", required=_REQUIRED)
    outcomes = Outcomes(sheet.name)
    outcomes.n_rows = len(sheet.rows)
    settings = _Settings(forces_abroad == "initiate", date_order)
    for cells, record in _records(sheet, outcomes, settings):
        activity = chosen.get(fold_term(record.subtype), chosen[fold_term(record.type)])
        if activity is None:
            told = record.subtype or record.type
            problem = f"{told!r} is of no kind; kinds={{{told!r}: ...}} reads it"
            reason = f"of the type {record.type!r}, which is of no kind"
            outcomes.leave_out(cells, "event type", problem, reason)
        elif wanted is not None and wanted not in record.states:
            outcomes.leave_out(cells, "country", f"not in {wanted}, whose forces are not told of")
        else:
            kind: type[Event] = KINDS[activity]
            outcomes.make(kind, cells, _COLUMNS, **record.values(wanted, sheet.name, cells.number))
    return outcomes.finish(on_error)


_COLUMNS = {"countries": "actor2", "initiator": "country", "date": "event date"}


def kinds_of(
    kinds: Mapping[str, Activity | str | None] | None,
) -> dict[str, Activity | None]:
    """
    Lay a caller's choice of types over `ACLED_KINDS`.

    Raises
    ------
    SettingError
        If it is no mapping.
    UnknownTermError
        If a type or an activity is not known.

    Examples
    --------
    >>> kinds_of({"Peaceful protest": "measure"})["peaceful protest"]
    <Activity.MEASURE: 'measure'>
    """
    if kinds is not None and not isinstance(kinds, Mapping):
        raise SettingError(
            "kinds must be a mapping of event types to activities, such as "
            f"{{'Protests': 'measure'}}, got {shown(kinds)}"
        )
    given: dict[str, Activity | None] = {}
    known = (*ACLED_KINDS, *_SUBTYPES)
    for name, activity in (kinds or {}).items():
        term = fold_term(name) if isinstance(name, str) else ""
        if term not in known:
            raise UnknownTermError(f"unknown event type {shown(name)}{suggest(str(name), known)}")
        given[term] = None if activity is None else read_term(Activity, activity, "activity")
    taken = _STRATEGIC if _STRATEGIC[0] in given else ()  # a type goes for all of its sub-types
    return {term: kind for term, kind in ACLED_KINDS.items() if term not in taken} | given


@frozen
class _Settings:
    forces_abroad_initiate: bool
    date_order: DateOrder | None


@frozen
class _Record:
    """What one row says."""

    id: str
    when: EventDate
    type: str
    subtype: str
    country: str
    side_a: tuple[str, ...]
    side_b: tuple[str, ...]
    actors: tuple[str, ...]
    place: str
    note: str
    documents: tuple[str, ...]
    forces_abroad_initiate: bool

    @property
    def is_interstate(self) -> bool:
        """Whether forces of different states met."""
        return bool(self.side_a and self.side_b) and not set(self.side_a) & set(self.side_b)

    @property
    def states(self) -> tuple[str, ...]:
        """The states under which the event counts."""
        forces = self.side_a + self.side_b
        if self.is_interstate:
            return tuple(dict.fromkeys(forces))
        is_abroad = self.forces_abroad_initiate and bool(set(forces) - {self.country})
        return tuple(dict.fromkeys((*forces, self.country))) if is_abroad else (self.country,)

    @property
    def same_as(self) -> tuple[object, ...]:
        """What two rows of one event have in common, whoever is named first."""
        return self.id, str(self.when), self.type, self.subtype, self.country

    def values(self, focal: str | None, name: str, number: int) -> dict[str, Any]:
        """Give the fields of the event."""
        initiator = focal if focal in self.states else self.states[0]
        partners = [code for code in self.states if code != initiator]
        channel = Channel.MULTILATERAL if len(partners) > 1 else Channel.BILATERAL
        return {
            "id": f"acled-{self.id}",
            "date": self.when,
            "channel": channel if partners else Channel.DOMESTIC,
            "initiator": initiator,
            "countries": partners,
            "participants": [_participant(actor) for actor in self.actors],
            "place": self.place,
            "subkind": self.subtype or self.type,
            "sources": [
                source_of(name, [number]),
                *(Source(document=document) for document in self.documents),
            ],
            "note": self.note,
        }


def _participant(actor: str) -> Participant:
    states = states_in(actor)
    return (
        Participant(country=states[0], office=actor) if states else Participant(organisation=actor)
    )


def _records(
    sheet: Sheet, outcomes: Outcomes, settings: _Settings
) -> Iterator[tuple[Cells, _Record]]:
    places = sheet.places()
    seen: dict[str, tuple[int, tuple[object, ...]]] = {}
    for number, row in enumerate(sheet.rows, 1):
        cells = Cells(number, row, places, sheet.columns)
        if number in sheet.ragged:
            column = cells.column("event id cnty")
            outcomes.refuse([(number, column, None, sheet.ragged[number])])
            continue
        record = _read(cells, settings)
        if cells.faults:
            outcomes.refuse(cells.faults)
            continue
        earlier, same_as = seen.setdefault(record.id, (number, record.same_as))
        if earlier == number:
            yield cells, record
        elif same_as == record.same_as:
            problem = f"tells of the event of row {earlier}"
            outcomes.join(number, cells.column("event id cnty"), record.id, problem)
        else:
            outcomes.repeat(cells, "event id cnty", earlier, same=False)


def _read(cells: Cells, settings: _Settings) -> _Record:
    precision = cells.whole("time precision", 1, 3, 1)
    day = cells.required(
        "event date", partial(read_written_day, order=settings.date_order), date.min
    )
    where = [cells.text(name) for name in ("location", "admin1", "country")]
    actors = [cells.text(name) for name in ("actor1", "assoc actor 1", "actor2", "assoc actor 2")]
    deaths = cells.text("fatalities")
    note = [f"fatalities {deaths}" if deaths else "", cells.text("notes")]
    documents = [text.strip() for text in cells.text("source").split(";")]
    return _Record(
        id=cells.required("event id cnty", _id, ""),
        when=_when(cells, precision, day),
        type=cells.required("event type", _type, _TYPES[0]),
        subtype=cells.text("sub event type"),
        country=_country(cells, day),
        side_a=states_in(f"{actors[0]}; {actors[1]}"),
        side_b=states_in(f"{actors[2]}; {actors[3]}"),
        actors=tuple(filter(None, (actors[0], actors[2]))),
        place=", ".join(dict.fromkeys(filter(None, where))),
        note="; ".join(filter(None, note)),
        documents=tuple(dict.fromkeys(filter(None, documents))),
        forces_abroad_initiate=settings.forces_abroad_initiate,
    )


def _when(cells: Cells, precision: int, day: date) -> EventDate:
    """Give the date, and compare the year that the row states with it."""
    year = cells.read("year", lambda text: read_whole(text, 1, 9999), day.year)
    if day != date.min and year != day.year:
        cells.fault("event date", f"{day} is not in the row's year {year}")
    return event_date(precision, day)


def _id(text: str) -> str:
    if ";" in text or len(text) > 60:
        raise SettingError(f"must be an id such as 'KGZ1234', got {text[:60]!r}")
    return text


def _type(text: str) -> str:
    if fold_term(text) not in _TYPES:
        raise UnknownTermError(f"unknown event type {text[:60]!r}{suggest(text, _TYPES)}")
    return text


def _country(cells: Cells, day: date) -> str:
    number = cells.read("iso", lambda text: read_whole(text, 0, 999), 0)
    if not number:  # Kosovo has none
        return cells.required("country", _by_name, "")
    country = cells.read("iso", lambda text: _by_number(text, day), "")
    party = _known_party(cells.text("country"))
    if country and party and party != country:
        cells.fault("iso", f"{number} is {country_name(country)}, but the country is another")
    return country


def _by_name(text: str) -> str:
    country = party_of_name(text).country
    if country is None:
        raise UnknownTermError(f"{text!r} is an organisation, not a country")
    return country


def _by_number(text: str, day: date) -> str:
    return country_of_number(read_whole(text, 0, 999), system="iso", day=day)


@lru_cache(maxsize=2**12)
def _known_party(text: str) -> str | None:
    try:
        return party_of_name(text).country
    except UnknownTermError:
        return None


def read_written_day(text: str, *, order: DateOrder | None = None) -> date:
    """
    Read a day as ACLED writes it: ``2019-10-16`` or ``16 October 2019``.

    Raises
    ------
    DateError
        If it is none; days as ``16/10/2019`` leave the order open and are none without *order*.

    Examples
    --------
    >>> read_written_day("16 October 2019")
    datetime.date(2019, 10, 16)
    """
    found = _WRITTEN_DAY.fullmatch(text) if text.isascii() else None
    if found is None:
        return read_day_in(order, text)
    name = found[2].casefold()
    months = [place for place, month in enumerate(_MONTHS, 1) if name in (month, month[:3])]
    if not months:
        raise DateError(f"{text[:60]!r} names no month")
    return read_day(f"{found[3]}-{months[0]:02}-{int(found[1]):02}")


def event_date(precision: int, day: date) -> EventDate:
    """
    Give the date of an event by its day and its precision.

    Beyond precision 1 the day is made up: somewhere in the week, or in the month.

    Examples
    --------
    >>> from datetime import date
    >>> [str(event_date(code, date(2019, 10, 16))) for code in (1, 2, 3)]
    ['2019-10-16', '[2019-10-10..2019-10-22]', '2019-10']
    """
    if precision == 2:
        return days_around(day, 6)
    return EventDate(month_of(day)) if precision == 3 else EventDate.from_day(day)


@lru_cache(maxsize=2**12)
def states_in(actors: str) -> tuple[str, ...]:
    """
    Give the states whose governments or forces are named; other actors are no states.

    Examples
    --------
    >>> states_in("Military Forces of Kyrgyzstan (2021-) Border Guards; Civilians (Tajikistan)")
    ('KGZ',)
    """
    found = [_known_party(name) for name in _STATE.findall(actors)]
    return tuple(dict.fromkeys(code for code in found if code is not None))
