"""GDELT event exports, 1.0 and 2.0."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Literal, overload

from attrs import field, frozen

from engagement.errors import DateError, FormatError
from engagement.files.recognition import looks_like
from engagement.sources.cameo_codes import (
    Action,
    actions_of,
    find_action,
    host_of,
    is_directed,
    read_cameo_code,
)
from engagement.sources.dyads import Dyad
from engagement.sources.outcomes import OnError, Outcomes
from engagement.sources.pairing import Pairing
from engagement.sources.reader_settings import Actors, RelativeDates, check_choice
from engagement.sources.row_cells import Cells, days_around, month_of, read_day
from engagement.sources.sheets import open_lines
from engagement.tables.table import check_on_error
from engagement.values.actor_names import NOBODY, Party, organisation_of_name
from engagement.values.cameo_actors import cameo_country, cameo_organisation
from engagement.values.dates import EventDate

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator

    import pandas as pd

    from engagement.log.eventlog import EventLog
    from engagement.values.vocabulary import Activity

__all__ = ["read_gdelt"]

_OF_ACTOR = (
    *("Code", "Name", "CountryCode", "KnownGroupCode", "EthnicCode"),
    *("Religion1Code", "Religion2Code", "Type1Code", "Type2Code", "Type3Code"),
)
_OF_ACTION = (
    *("IsRootEvent", "EventCode", "EventBaseCode", "EventRootCode", "QuadClass"),
    *("GoldsteinScale", "NumMentions", "NumSources", "NumArticles", "AvgTone"),
)
_GEO_1 = ("Type", "FullName", "CountryCode", "ADM1Code", "Lat", "Long", "FeatureID")
_GEO_2 = (*_GEO_1[:4], "ADM2Code", *_GEO_1[4:])


def _columns(geo: tuple[str, ...], *end: str) -> tuple[str, ...]:
    return (
        *("GlobalEventID", "SQLDATE", "MonthYear", "Year", "FractionDate"),
        *(f"Actor{n}{name}" for n in (1, 2) for name in _OF_ACTOR),
        *_OF_ACTION,
        *(f"{who}Geo_{name}" for who in ("Actor1", "Actor2", "Action") for name in geo),
        *end,
    )


_LAYOUTS = {
    57: _columns(_GEO_1, "DATEADDED"),
    58: _columns(_GEO_1, "DATEADDED", "SOURCEURL"),
    61: _columns(_GEO_2, "DATEADDED", "SOURCEURL"),
}
_PLACES = {
    width: {name: place for place, name in enumerate(columns)}
    for width, columns in _LAYOUTS.items()
}

_OF_IDENTITY = ("Code", "Name", "CountryCode", "KnownGroupCode", "Type1Code")

STATE_ROLES = frozenset({"GOV", "MIL", "COP", "JUD", "LEG", "SPY"})
"""Roles of those who act for a state."""

BEGINS = date(1979, 1, 1)
"""The first day of the data set."""

DAILY_SINCE = date(2013, 4, 1)
"""Since when rows are added day by day, so that the lag of a row means something."""

MOST_LAG = 3660
"""Days between an event and its row in the daily files, which tell at most of a decade ago."""

_DATE_CELLS = ("SQLDATE", "MonthYear", "Year", "FractionDate", "DATEADDED")

_N_TRIED = 20


@overload
def read_gdelt(
    path: str | os.PathLike[str],
    *,
    on_error: Literal["raise"] = ...,
    focal: str | None = ...,
    kinds: Mapping[str, Activity | str | None] | None = ...,
    actors: Actors = ...,
    domestic: bool = ...,
    join_dyads: bool = ...,
    relative_dates: RelativeDates = ...,
    encoding: str = ...,
) -> EventLog: ...
@overload
def read_gdelt(
    path: str | os.PathLike[str],
    *,
    on_error: Literal["collect"],
    focal: str | None = ...,
    kinds: Mapping[str, Activity | str | None] | None = ...,
    actors: Actors = ...,
    domestic: bool = ...,
    join_dyads: bool = ...,
    relative_dates: RelativeDates = ...,
    encoding: str = ...,
) -> tuple[EventLog, pd.DataFrame]: ...
def read_gdelt(
    path: str | os.PathLike[str],
    *,
    on_error: OnError = "raise",
    focal: str | None = None,
    kinds: Mapping[str, Activity | str | None] | None = None,
    actors: Actors = "state",
    domestic: bool = False,
    join_dyads: bool = True,
    relative_dates: RelativeDates = "widen",
    encoding: str = "utf-8",
) -> EventLog | tuple[EventLog, pd.DataFrame]:
    """
    Read an event export of GDELT 1.0 or 2.0.

    Rows are events where their CAMEO code is of a kind and two parties are known, each a
    country or an organisation; others are left out, with the reason.

    Parameters
    ----------
    path
        A file of tab-separated rows of 57, 58 or 61 cells without a header, or a zip archive
        of one.
    on_error
        ``"raise"``: faults raise, and rows left out are told in a warning. ``"collect"``: the
        log, and a list of all rows that made no event of their own.
    focal
        The state whose dealings are studied: only its rows are read, and it is the initiator,
        except of a transfer that it receives. ``None``: all rows, and the first actor is.
    kinds
        For the start of a CAMEO code an activity, or ``None`` to leave such rows out. Laid
        over the documented choice.
    actors
        ``"state"``: both must be a state as such, its government, forces, police, courts,
        parliament or services. ``"any"``: anybody of a country.
    domestic
        Whether rows in which both are of one country are read, as domestic events.
    join_dyads
        Whether rows that tell of one event are joined.
    relative_dates
        ``"widen"``: a day that GDELT made of "last week", "last month" or "last year" is given
        as imprecise as that. ``"keep"``: such days are taken for exact.
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
    check_choice(relative_dates, ("widen", "keep"), "relative_dates")
    pairing = Pairing(focal, actors, domestic, join_dyads, "GlobalEventID")
    actions = actions_of(kinds)
    name, rows = open_lines(path, encoding)
    head = list(islice(rows(), _N_TRIED))
    if head and not any(len(cells) in _LAYOUTS for cells in head):
        raise FormatError(
            f"{name}: not a GDELT export: rows have 57, 58 or 61 cells between tabs, here "
            f"{len(head[0])}" + looks_like("\n".join("\t".join(cells) for cells in head))
        )
    outcomes = Outcomes(name)
    reader = _Reader(actions, relative_dates == "widen", pairing)
    outcomes.events += pairing.events(_dyads(rows(), reader, outcomes), outcomes)
    return outcomes.finish(on_error)


def _dyads(rows: Iterator[list[str]], reader: _Reader, outcomes: Outcomes) -> Iterator[Dyad]:
    row_of_id: dict[str, tuple[int, int]] = {}
    for number, row in enumerate(rows, 1):
        outcomes.n_rows = number
        columns = _LAYOUTS.get(len(row))
        if columns is None:
            problem = f"the row has {len(row)} cells; a row of GDELT has 57, 58 or 61"
            outcomes.refuse([(number, "GlobalEventID", None, problem)])
            continue
        cells = Cells(number, row, _PLACES[len(row)], columns)
        dyad = reader.read(cells, outcomes)
        earlier = row_of_id.setdefault(cells.raw("GlobalEventID"), (number, hash(tuple(row))))
        if cells.faults:
            outcomes.refuse(cells.faults)
        elif dyad is not None and earlier[0] != number:
            outcomes.repeat(cells, "GlobalEventID", earlier[0], same=earlier[1] == hash(tuple(row)))
        elif dyad is not None:
            yield dyad


@frozen
class _Actor:
    """Who an actor is, and for whom it acts."""

    party: Party
    column: str
    role: str

    @property
    def acts_for_state(self) -> bool:
        """Whether it is a state as such or an office of one; an organisation acts for itself."""
        return self.party.country is None or not self.role or self.role in STATE_ROLES


@frozen
class _Reader:
    """Reads rows under the caller's settings."""

    actions: Mapping[str, Action | None]
    widens: bool
    pairing: Pairing
    known_actors: dict[tuple[str, ...], _Actor] = field(factory=dict)
    known_dates: dict[tuple[str, ...], EventDate] = field(factory=dict)

    def read(self, cells: Cells, outcomes: Outcomes) -> Dyad | None:
        """Read a row; ``None`` if it has faults or is left out."""
        number = cells.whole("GlobalEventID", 0, 10**18, 0)
        code = cells.required("EventCode", read_cameo_code, "")
        when = self._date(cells)
        first, second = self._actor(cells, "Actor1"), self._actor(cells, "Actor2")
        place = cells.text("ActionGeo_FullName")
        document = cells.item("SOURCEURL")
        if cells.faults:
            return None
        action = find_action(code, self.actions)
        if action is None:
            problem = f"CAMEO {code} is of no kind"
            outcomes.leave_out(cells, "EventCode", problem, "of a CAMEO code that is of no kind")
            return None
        if not self.pairing.admits(cells, outcomes, first, second):
            return None
        activity, subkind = action
        return Dyad(
            number=cells.number,
            id=f"gdelt-{number}",
            date=when,
            activity=activity,
            subkind=subkind,
            first=first.party,
            second=second.party,
            is_directed=is_directed(code),
            is_domestic=first.party == second.party,
            host=host_of(code, first.party, second.party),
            place=place,
            document=document,
            note=f"CAMEO {code}",
            story=document if document.startswith(("http://", "https://")) else None,
        )

    def _date(self, cells: Cells) -> EventDate:
        """Read the date; the same few cells stand in many rows, and are read once."""
        key = tuple(cells.raw(name) for name in _DATE_CELLS)
        known = self.known_dates.get(key)
        if known is not None:
            return known
        n_faults = len(cells.faults)
        day = cells.required("SQLDATE", _compact_day, date.min)
        added = cells.required("DATEADDED", _added_day, date.max)
        if (day - added).days > 1:
            cells.fault("SQLDATE", f"the event lies after {added}, on which the row was added")
        if len(cells.faults) > n_faults:
            return EventDate.from_day(day)
        problem = contradiction(day, added, *map(cells.raw, _DATE_CELLS[1:4]))
        if problem:
            cells.fault("SQLDATE", problem)
            return EventDate.from_day(day)
        when = event_date(day, added) if self.widens else EventDate.from_day(day)
        self.known_dates[key] = when
        return when

    def _actor(self, cells: Cells, who: str) -> _Actor:
        """Read an actor; the same few stand in many rows, and are read once."""
        key = (who, *(cells.raw(f"{who}{name}") for name in _OF_IDENTITY))
        known = self.known_actors.get(key)
        if known is not None:
            return known
        n_faults = len(cells.faults)
        actor = _actor(cells, who)
        if len(cells.faults) == n_faults:
            self.known_actors[key] = actor
        return actor


def _compact_day(text: str) -> date:
    if len(text) != 8:
        raise DateError(f"must be a day such as 20191016, got {text[:60]!r}")
    return read_day(text)


def _added_day(text: str) -> date:
    if len(text) not in (8, 14) or not text.isdecimal():
        raise DateError(f"must be 8 digits of a day, or 14 with a time, got {text[:60]!r}")
    return read_day(text[:8])


def contradiction(day: date, added: date, month: str, year: str, fraction: str) -> str:
    """
    Say what else in a row contradicts the day of its event.

    Parameters
    ----------
    day, added
        Of the event, and of the row.
    month, year, fraction
        The cells ``MonthYear``, ``Year`` and ``FractionDate``, empty where absent.

    Returns
    -------
    str
        The problem, or an empty text.

    Examples
    --------
    >>> from datetime import date
    >>> day = date(2020, 3, 18)
    >>> contradiction(day, day, "202003", "2020", "2020.2137")
    ''
    >>> contradiction(day, day, "202003", "1920", "2020.2137")
    "2020-03-18 is not in the row's Year '1920'"
    """
    if month and month.removesuffix(".0") != f"{day.year:04}{day.month:02}":
        return f"{day} is not in the row's MonthYear {month[:60]!r}"
    if year and year.removesuffix(".0") != f"{day.year:04}":
        return f"{day} is not in the row's Year {year[:60]!r}"
    if fraction and fraction.partition(".")[0] != f"{day.year:04}":
        return f"{day} is not in the year of the row's FractionDate {fraction[:60]!r}"
    if day < BEGINS:
        return f"the event lies before {BEGINS}, on which GDELT begins"
    if added >= DAILY_SINCE and (added - day).days > MOST_LAG:
        return f"the event lies more than ten years before {added}, on which the row was added"
    return ""


def event_date(day: date, added: date) -> EventDate:
    """
    Give the date of an event by its day and that on which its row was added.

    A lag of exactly 7, 30, 365 or 3650 days is what GDELT makes of "last week", "last month",
    "last year" and "a decade ago".

    Parameters
    ----------
    day
        Of the event.
    added
        Of the row; before the daily exports began it tells nothing.

    Examples
    --------
    >>> from datetime import date
    >>> added = date(2020, 3, 18)
    >>> [str(event_date(day, added)) for day in (date(2020, 3, 17), date(2020, 2, 17))]
    ['2020-03-17', '2020-02']
    >>> print(event_date(date(2019, 3, 19), added))
    2019
    """
    lag = (added - day).days if added >= DAILY_SINCE else 0
    if lag == 7:
        return days_around(day, 6)
    if lag == 30:
        before = month_of(added.replace(day=1) - timedelta(days=1))
        first, last = sorted((before, month_of(day)))  # on 1 March the day lies in January
        return EventDate(first if first == last else f"[{first}..{last}]")
    if lag == 365:
        before = f"{added.year - 1:04}"
        return EventDate(before if day.year == added.year - 1 else f"[{before}..{day.year:04}]")
    if lag == 3650:
        return EventDate(f"{day.year:04}~")
    return EventDate.from_day(day)


def _actor(cells: Cells, who: str) -> _Actor:
    code = cells.text(f"{who}Code")
    country = cells.read(f"{who}CountryCode", cameo_country, None)
    if country is None and not cells.raw(f"{who}CountryCode") and code[:3] in ("GMW", "GME"):
        country = cameo_country(code[:3])
    party = Party(country) if country else _organisation(cells, who, code)
    return _Actor(party, f"{who}Code", cells.text(f"{who}Type1Code"))


def _organisation(cells: Cells, who: str, code: str) -> Party:
    name = cameo_organisation(cells.text(f"{who}KnownGroupCode"))
    if not name and code.startswith("IGO"):
        name = organisation_of_name(cells.text(f"{who}Name"))
    return Party(organisation=name) if name else NOBODY
