"""The Armed Conflict Location and Event Data Project."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from functools import lru_cache, partial
from operator import methodcaller
from typing import TYPE_CHECKING, Literal, Unpack, overload

from attrs import frozen

from engagement.errors import DateError, SettingError, UnknownTermError, suggest
from engagement.events.coded import Coded
from engagement.events.parts import Participant
from engagement.sources.acled_types import TYPES, kinds_of
from engagement.sources.declaration import Against, Declaration, Free, Lookup, Rule
from engagement.sources.event_table import EventTable, What
from engagement.sources.headers import headed_layout
from engagement.sources.joining import settle_ids
from engagement.sources.parties import Parties, parties_of_states
from engagement.sources.reader_settings import AcledSettings, focal_of, naming_of
from engagement.sources.reading import DataSet, takes
from engagement.sources.row_cells import (
    Cells,
    days_around,
    month_of,
    read_day,
    read_day_in,
    read_whole,
)
from engagement.values.actor_names import party_of_name
from engagement.values.dates import EventDate
from engagement.values.places import country_name
from engagement.values.state_numbers import country_of_number
from engagement.values.vocabulary import Activity, fold_term

if TYPE_CHECKING:
    import pandas as pd

    from engagement.log.eventlog import EventLog
    from engagement.sources.fates import OnError
    from engagement.sources.published import Paths
    from engagement.sources.scanning import Scanned
    from engagement.tables.table_dates import DateOrder

__all__ = ["read_acled", "scan_acled"]

_REQUIRED = ("event id cnty", "event date", "time precision", "event type", "actor1", "country")

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
    path: Paths, *, on_error: Literal["raise"] = ..., **settings: Unpack[AcledSettings]
) -> EventLog: ...
@overload
def read_acled(
    path: Paths, *, on_error: Literal["collect"], **settings: Unpack[AcledSettings]
) -> tuple[EventLog, pd.DataFrame]: ...
@takes(AcledSettings, "EventLog")
def read_acled(
    path: Paths, *, on_error: OnError = "raise", **settings: Unpack[AcledSettings]
) -> EventLog | tuple[EventLog, pd.DataFrame]:
    """
    Read an export of ACLED.

    Its rows are political violence, protest and what surrounds them, not dealings between
    states. They become domestic events of the country in which they took place, or, where
    forces of another state take part, or those of states met, events between these.

    Parameters
    ----------
    path
        A file with a header, a zip archive of one, a workbook, or JSON; a folder of such files,
        a pattern, or several of these.
    """
    return _declared(settings).read(path, on_error, settings)


@overload
def scan_acled(
    path: Paths, *, on_error: Literal["raise"] = ..., **settings: Unpack[AcledSettings]
) -> EventTable: ...
@overload
def scan_acled(
    path: Paths, *, on_error: Literal["collect"], **settings: Unpack[AcledSettings]
) -> tuple[EventTable, pd.DataFrame]: ...
@takes(AcledSettings, "EventTable")
def scan_acled(
    path: Paths, *, on_error: OnError = "raise", **settings: Unpack[AcledSettings]
) -> EventTable | tuple[EventTable, pd.DataFrame]:
    """
    Read an export of ACLED in columns, to be counted without making any object.

    Parameters
    ----------
    path
        As in `read_acled`.
    """
    return _declared(settings).scan(path, on_error, settings)


def _declared(settings: AcledSettings) -> DataSet:
    date_order = settings["date_order"]
    choice = _Choice(
        kinds_of(settings["kinds"]),
        focal_of(settings),
        settings["forces_abroad"] == "initiate",
    )
    declaration = Declaration(
        layout=partial(headed_layout, what="an ACLED export", required=_REQUIRED),
        id_column="event id cnty",
        cells=(
            Lookup("when", _DATE, partial(_read_date, date_order)),
            Lookup("place", ("location", "admin1", "country"), _read_place),
            Lookup("who", _ACTORS, _read_who),
            Lookup("deaths", ("fatalities",), _read_deaths),
            Free("notes", methodcaller("text", "notes")),
            Lookup("source", ("source",), methodcaller("text", "source")),
            Free(
                "event id cnty",
                methodcaller("required", "event id cnty", _id, ""),
                "[0-9A-Za-z_-]{3,60}",
            ),
            Lookup("kind", ("event type", "sub event type"), _read_kind),
            Lookup("country", ("iso", "country", *_DATE), partial(_read_country, date_order)),
        ),
        rules=[
            Rule(("kind",), choice.why_of_no_kind),
            Rule(("country", "who"), choice.why_elsewhere),
        ],
        claims="readable",
        same_by=("when", "kind", "country"),
        state_of=naming_of(settings),
        id_of=lambda text, _: f"acled-{text}",
    )
    return DataSet(declaration, choice.make)


_DATE = ("event date", "time precision", "year")
_ACTORS = ("actor1", "assoc actor 1", "actor2", "assoc actor 2")


@frozen
class _Who:
    """The states whose forces are named on either side, and the actors as printed."""

    side_a: tuple[str, ...]
    side_b: tuple[str, ...]
    actors: tuple[str, ...]


@frozen(eq=False)
class _Choice:
    """The caller's choice of rows, and of what they become."""

    kinds: Mapping[str, Activity | None]
    focal: str | None
    forces_abroad_initiate: bool

    def activity(self, kind: tuple[str, str]) -> Activity | None:
        """Give what a type and a sub-type are read as."""
        return self.kinds.get(fold_term(kind[1]), self.kinds[fold_term(kind[0])])

    def why_of_no_kind(self, kind: tuple[str, str]) -> Against | None:
        """Say why a row of a type is no event."""
        if self.activity(kind) is not None:
            return None
        told = kind[1] or kind[0]
        problem = f"{told!r} is of no kind; kinds={{{told!r}: ...}} reads it"
        return Against("event type", problem, f"of the type {kind[0]!r}, which is of no kind")

    def why_elsewhere(self, country: str, who: _Who) -> Against | None:
        """Say why a row of other states is not asked for."""
        if self.focal is None or self.focal in self.states(country, who):
            return None
        problem = f"not in {self.focal}, whose forces are not told of"
        return Against("country", problem, problem)

    def states(self, country: str, who: _Who) -> tuple[str, ...]:
        """Give the states under which an event counts, the one that acts first."""
        forces = tuple(dict.fromkeys(who.side_a + who.side_b))
        if who.side_a and who.side_b and set(who.side_a).isdisjoint(who.side_b):
            return forces
        is_abroad = self.forces_abroad_initiate and bool(set(forces) - {country})
        return tuple(dict.fromkeys((*forces, country))) if is_abroad else (country,)

    def make(self, scanned: Scanned) -> EventTable:
        """Make the events."""
        kept, ids = settle_ids(scanned)

        def what(kind: tuple[str, str], deaths: str) -> What:
            activity = self.activity(kind)
            assert activity is not None  # noqa: S101 - or else the row was excluded
            return What(activity, " ".join((kind[1] or kind[0]).casefold().split()), deaths)

        def parties(country: str, who: _Who) -> Parties:
            people = map(_participant, who.actors)
            return parties_of_states(self.states(country, who), self.focal, people)

        return EventTable.of_rows(
            scanned,
            kept,
            ids,
            whats=Coded(*scanned.derived(kept, ("kind", "deaths"), what)),
            parties=Coded(*scanned.derived(kept, ("country", "who"), parties)),
            documents=Coded(kept.codes["source"], scanned.entries["source"].values),
            notes=kept.texts["notes"],
        )


def _participant(actor: str) -> Participant:
    states = states_in(actor)
    return (
        Participant(country=states[0], office=actor) if states else Participant(organisation=actor)
    )


def _read_date(order: DateOrder | None, cells: Cells) -> EventDate:
    """Read the date, and compare the year that the row states with it."""
    precision = cells.whole("time precision", 1, 3, 1)
    day = _read_day(order, cells)
    year = cells.read("year", lambda text: read_whole(text, 1, 9999), day.year)
    if day != date.min and year != day.year:
        cells.fault("event date", f"{day} is not in the row's year {year}")
    return event_date(precision, day)


def _read_day(order: DateOrder | None, cells: Cells) -> date:
    return cells.required("event date", partial(read_written_day, order=order), date.min)


def _read_place(cells: Cells) -> str:
    where = [cells.text(name) for name in ("location", "admin1", "country")]
    return ", ".join(dict.fromkeys(filter(None, where)))


def _read_who(cells: Cells) -> _Who:
    one, beside_one, two, beside_two = map(cells.text, _ACTORS)
    return _Who(
        _states(f"{one}; {beside_one}", cells),
        _states(f"{two}; {beside_two}", cells),
        tuple(filter(None, (one, two))),
    )


def _states(actors: str, cells: Cells) -> tuple[str, ...]:
    return tuple(dict.fromkeys(map(cells.state_of, states_in(actors))))


def _read_deaths(cells: Cells) -> str:
    deaths = cells.text("fatalities")
    return f"fatalities {deaths}" if deaths else ""


def _id(text: str) -> str:
    if ";" in text or len(text) > 60:
        raise SettingError(f"must be an id such as 'KGZ1234', got {text[:60]!r}")
    return text


def _read_kind(cells: Cells) -> tuple[str, str]:
    return cells.required("event type", _type, TYPES[0]), cells.text("sub event type")


def _type(text: str) -> str:
    if fold_term(text) not in TYPES:
        raise UnknownTermError(f"unknown event type {text[:60]!r}{suggest(text, TYPES)}")
    return text


def _read_country(order: DateOrder | None, cells: Cells) -> str:
    day = cells.apart(partial(_read_day, order))
    number = cells.read("iso", lambda text: read_whole(text, 0, 999), 0)
    if not number:  # Kosovo has none
        return cells.state_of(cells.required("country", _by_name, ""))
    country = cells.read("iso", lambda text: _by_number(text, day), "")
    party = _known_party(cells.text("country"))
    if country and party and party != country:
        cells.fault("iso", f"{number} is {country_name(country)}, but the country is another")
    return cells.state_of(country)


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
