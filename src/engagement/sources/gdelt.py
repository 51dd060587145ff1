"""GDELT event exports, 1.0 and 2.0."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from operator import methodcaller
from typing import TYPE_CHECKING, Literal, Unpack, overload

import numpy as np

from engagement.errors import DateError
from engagement.sources.cameo_codes import actions_of
from engagement.sources.declaration import Declaration, Free, Lookup, numbered_id
from engagement.sources.gdelt_layouts import gdelt_layout
from engagement.sources.mapping import WHOLE
from engagement.sources.pair_events import pair_events, read_act
from engagement.sources.pair_rules import Actor, PairRules
from engagement.sources.reader_settings import GdeltSettings, naming_of
from engagement.sources.reading import DataSet, takes
from engagement.sources.row_cells import Cells, days_around, month_of, read_day
from engagement.values.actor_names import NOBODY, Party, organisation_of_name
from engagement.values.cameo_actors import cameo_country, cameo_organisation
from engagement.values.dates import EventDate

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    import pyarrow as pa
    from numpy.typing import NDArray

    from engagement.log.eventlog import EventLog
    from engagement.sources.event_table import EventTable
    from engagement.sources.fates import OnError
    from engagement.sources.published import Paths

__all__ = ["read_gdelt", "scan_gdelt"]

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


@overload
def read_gdelt(
    path: Paths, *, on_error: Literal["raise"] = ..., **settings: Unpack[GdeltSettings]
) -> EventLog: ...
@overload
def read_gdelt(
    path: Paths, *, on_error: Literal["collect"], **settings: Unpack[GdeltSettings]
) -> tuple[EventLog, pd.DataFrame]: ...
@takes(GdeltSettings, "EventLog")
def read_gdelt(
    path: Paths, *, on_error: OnError = "raise", **settings: Unpack[GdeltSettings]
) -> EventLog | tuple[EventLog, pd.DataFrame]:
    """
    Read event exports of GDELT 1.0 or 2.0.

    Rows are events where their CAMEO code is of a kind and two parties are known, each a
    country or an organisation; others are excluded, with the reason.

    Parameters
    ----------
    path
        A file of rows of 57, 58 or 61 cells without a header, or with one that names them as
        the codebook does, or a zip archive of one; a folder of such files, a pattern
        (``"gdelt/2019*.zip"``), or several of these.
    """
    return _declared(settings).read(path, on_error, settings)


@overload
def scan_gdelt(
    path: Paths, *, on_error: Literal["raise"] = ..., **settings: Unpack[GdeltSettings]
) -> EventTable: ...
@overload
def scan_gdelt(
    path: Paths, *, on_error: Literal["collect"], **settings: Unpack[GdeltSettings]
) -> tuple[EventTable, pd.DataFrame]: ...
@takes(GdeltSettings, "EventTable")
def scan_gdelt(
    path: Paths, *, on_error: OnError = "raise", **settings: Unpack[GdeltSettings]
) -> EventTable | tuple[EventTable, pd.DataFrame]:
    """
    Read event exports of GDELT in columns, to be counted without making any object.

    Parameters
    ----------
    path
        As in `read_gdelt`.
    """
    return _declared(settings).scan(path, on_error, settings)


def _declared(settings: GdeltSettings) -> DataSet:
    choice = PairRules.of(settings)
    actions = actions_of(settings["kinds"])
    read_date = partial(_read_date, settings["relative_dates"] == "widen")
    declaration = Declaration(
        layout=gdelt_layout,
        id_column="GlobalEventID",
        cells=(
            Free("GlobalEventID", methodcaller("numeral", "GlobalEventID", 10**18), WHOLE),
            Lookup("act", ("EventCode",), partial(read_act, "EventCode", actions)),
            Lookup("when", _DATE_CELLS, read_date, shorten=_shortened),
            _actor("first", "Actor1"),
            _actor("second", "Actor2"),
            Lookup("place", ("ActionGeo_FullName",), methodcaller("text", "ActionGeo_FullName")),
            Free("SOURCEURL", methodcaller("item", "SOURCEURL")),
        ),
        rules=choice.rules(),
        claims="all",
        state_of=naming_of(settings),
        id_of=partial(numbered_id, "gdelt"),
    )
    return DataSet(
        declaration,
        partial(
            pair_events,
            focal=choice.focal,
            join=settings["join_dyads"],
            stories=_stories,
            document="SOURCEURL",
        ),
    )


def _actor(name: str, who: str) -> Lookup:
    columns = tuple(f"{who}{column}" for column in _OF_IDENTITY)
    needed = (f"{who}Name", f"{who}Code", _is_of_states)
    return Lookup(name, columns, partial(_read_actor, who), needed)


def _is_of_states(code: str) -> bool:
    """Tell whether an actor is an organisation of states, which is known by its name too."""
    return code.strip().startswith("IGO")


def _stories(texts: Mapping[str, pa.Array]) -> NDArray[np.int64]:
    """Number the addresses of reports, by which GDELT tells their stories apart."""
    addresses = texts["SOURCEURL"].dictionary_encode()
    is_one = [text.startswith(("http://", "https://")) for text in addresses.dictionary.to_pylist()]
    numbers = np.where(is_one, np.arange(len(is_one)), -1)
    return numbers[addresses.indices.to_numpy()] if len(addresses) else numbers


def _read_date(widens: bool, cells: Cells) -> EventDate:  # noqa: FBT001 - bound by its place
    n_faults = len(cells.faults)
    day = cells.required("SQLDATE", _compact_day, date.min)
    added = cells.required("DATEADDED", _added_day, date.max)
    if (day - added).days > 1:
        cells.fault("SQLDATE", f"the event lies after {added}, on which the row was added")
    if len(cells.faults) == n_faults:
        problem = contradiction(day, added, *map(cells.raw, _DATE_CELLS[1:4]))
        if problem:
            cells.fault("SQLDATE", problem)
    return event_date(day, added) if widens and not cells.faults else EventDate.from_day(day)


def _shortened(added: str) -> str:
    """Take the time of day off when a row was added, which tells nothing of the event."""
    try:
        _added_day(added)
    except DateError:
        return added
    return added[:8]


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


def _read_actor(who: str, cells: Cells) -> Actor:
    code = cells.text(f"{who}Code")
    country = cells.read(f"{who}CountryCode", cameo_country, None)
    if country is None and not cells.raw(f"{who}CountryCode") and code[:3] in ("GMW", "GME"):
        country = cameo_country(code[:3])
    party = Party(cells.state_of(country)) if country else _organisation(cells, who, code)
    role = cells.text(f"{who}Type1Code")
    acts_for_state = party.country is None or not role or role in STATE_ROLES
    return Actor(party, f"{who}Code", role, acts_for_state)


def _organisation(cells: Cells, who: str, code: str) -> Party:
    name = cameo_organisation(cells.text(f"{who}KnownGroupCode"))
    if not name and code.startswith("IGO"):
        name = organisation_of_name(cells.text(f"{who}Name"))
    return Party(organisation=name) if name else NOBODY
