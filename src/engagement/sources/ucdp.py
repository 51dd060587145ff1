"""The Georeferenced Event Dataset of the Uppsala Conflict Data Program."""

from __future__ import annotations

import re
from datetime import date
from functools import partial
from operator import methodcaller
from typing import TYPE_CHECKING, Literal, TypeAlias, Unpack, overload

from engagement.errors import DateError, SettingError
from engagement.events.coded import Coded
from engagement.events.parts import Participant
from engagement.sources.declaration import Against, Declaration, Free, Lookup, Rule, numbered_id
from engagement.sources.event_table import EventTable, What
from engagement.sources.headers import headed_layout
from engagement.sources.joining import settle_ids
from engagement.sources.parties import Parties, parties_of_states
from engagement.sources.reader_settings import UcdpSettings, focal_of, naming_of
from engagement.sources.reading import DataSet, takes
from engagement.sources.row_cells import Cells, read_day_in, read_whole, span_of
from engagement.values.dates import EventDate
from engagement.values.state_numbers import country_of_number
from engagement.values.vocabulary import Activity, read_term

if TYPE_CHECKING:
    import pandas as pd

    from engagement.log.eventlog import EventLog
    from engagement.sources.fates import OnError
    from engagement.sources.published import Paths
    from engagement.sources.scanning import Scanned
    from engagement.tables.table_dates import DateOrder

__all__ = ["read_ucdp_ged", "scan_ucdp_ged"]

_REQUIRED = (
    *("id", "type of violence", "side a", "side b", "country id"),
    *("date prec", "date start", "date end"),
)
ALL_COLUMNS = (
    *("id", "relid", "year", "active_year", "code_status", "type_of_violence"),
    *("conflict_dset_id", "conflict_new_id", "conflict_name"),
    *("dyad_dset_id", "dyad_new_id", "dyad_name"),
    *("side_a_dset_id", "side_a_new_id", "side_a", "side_b_dset_id", "side_b_new_id", "side_b"),
    *("number_of_sources", "source_article", "source_office", "source_date", "source_headline"),
    *("source_original", "where_prec", "where_coordinates", "where_description", "adm_1", "adm_2"),
    *("latitude", "longitude", "geom_wkt", "priogrid_gid", "country", "country_id", "region"),
    *("event_clarity", "date_prec", "date_start", "date_end"),
    *("deaths_a", "deaths_b", "deaths_civilians", "deaths_unknown", "best", "high", "low"),
    *("gwnoa", "gwnob"),
)
"""The columns in their order: some candidate files were published without a header."""

_SUBKINDS = {1: "state-based violence", 2: "non-state violence", 3: "one-sided violence"}
_INTERSTATE = "interstate violence"
_NUMBERS = re.compile(r"[\s,;]+")


@overload
def read_ucdp_ged(
    path: Paths, *, on_error: Literal["raise"] = ..., **settings: Unpack[UcdpSettings]
) -> EventLog: ...
@overload
def read_ucdp_ged(
    path: Paths, *, on_error: Literal["collect"], **settings: Unpack[UcdpSettings]
) -> tuple[EventLog, pd.DataFrame]: ...
@takes(UcdpSettings, "EventLog")
def read_ucdp_ged(
    path: Paths, *, on_error: OnError = "raise", **settings: Unpack[UcdpSettings]
) -> EventLog | tuple[EventLog, pd.DataFrame]:
    """
    Read the UCDP Georeferenced Event Dataset.

    Its rows are acts of organised violence, not dealings between states. They become domestic
    events of the country in which they took place, or, where states fought states, bilateral
    or multilateral ones; the sides are the participants, and the subkind says what it was.

    Parameters
    ----------
    path
        A file with a header, a zip archive of one, a workbook, or JSON; a folder of such files,
        a pattern, or several of these. Files in the candidate layout need no header.
    """
    return _declared(settings).read(path, on_error, settings)


@overload
def scan_ucdp_ged(
    path: Paths, *, on_error: Literal["raise"] = ..., **settings: Unpack[UcdpSettings]
) -> EventTable: ...
@overload
def scan_ucdp_ged(
    path: Paths, *, on_error: Literal["collect"], **settings: Unpack[UcdpSettings]
) -> tuple[EventTable, pd.DataFrame]: ...
@takes(UcdpSettings, "EventTable")
def scan_ucdp_ged(
    path: Paths, *, on_error: OnError = "raise", **settings: Unpack[UcdpSettings]
) -> EventTable | tuple[EventTable, pd.DataFrame]:
    """
    Read the UCDP Georeferenced Event Dataset in columns, to be counted without any object.

    Parameters
    ----------
    path
        As in `read_ucdp_ged`.
    """
    return _declared(settings).scan(path, on_error, settings)


_DATE = ("date start", "date prec", "date end", "year")


def _declared(settings: UcdpSettings) -> DataSet:
    order = settings["date_order"]
    kind = read_term(Activity, settings["activity"], "activity")
    wanted = focal_of(settings)

    def why_elsewhere(country: str, sides: _Sides) -> Against | None:
        if wanted is None or wanted in _states_of(country, sides):
            return None
        problem = f"not in {wanted}, which did not fight it either"
        return Against("country", problem, problem)

    declaration = Declaration(
        layout=partial(
            headed_layout, what="a UCDP GED file", required=_REQUIRED, headless=ALL_COLUMNS
        ),
        id_column="id",
        cells=(
            Free("id", methodcaller("numeral", "id", 10**12), "0|[1-9][0-9]{0,11}"),
            Lookup(
                "kind", ("type of violence",), methodcaller("whole", "type of violence", 1, 3, 1)
            ),
            Lookup("when", _DATE, partial(_date, order)),
            Lookup("country", ("country id", *_DATE, "country"), partial(_read_country, order)),
            Lookup("sides", ("gwnoa", "gwnob", *_DATE), partial(_read_sides, order)),
            Lookup("names", ("side a", "side b"), _read_names),
            Lookup("place", ("where coordinates", "country"), _read_place),
            Lookup("note", _NOTED, _note),
        ),
        rules=[Rule(("country", "sides"), why_elsewhere)],
        claims="readable",
        state_of=naming_of(settings),
        id_of=partial(numbered_id, "ucdp"),
    )
    return DataSet(declaration, partial(_make, kind, wanted))


def _make(kind: Activity, focal: str | None, scanned: Scanned) -> EventTable:
    kept, ids = settle_ids(scanned)

    def what(violence: int, sides: _Sides, note: str) -> What:
        return What(kind, _INTERSTATE if all(sides) else _SUBKINDS[violence], note)

    def parties(country: str, sides: _Sides, names: tuple[str, str]) -> Parties:
        people = [one for side in zip(sides, names, strict=True) for one in _side(*side)]
        return parties_of_states(_states_of(country, sides), focal, people)

    return EventTable.of_rows(
        scanned,
        kept,
        ids,
        whats=Coded(*scanned.derived(kept, ("kind", "sides", "note"), what)),
        parties=Coded(*scanned.derived(kept, ("country", "sides", "names"), parties)),
    )


_Sides: TypeAlias = tuple[tuple[str, ...], tuple[str, ...]]
"""The states that fought on either side."""


def _states_of(country: str, sides: _Sides) -> tuple[str, ...]:
    """Give the states under which an event counts: those that fought states, or of the place."""
    return tuple(dict.fromkeys(sides[0] + sides[1])) if all(sides) else (country,)


def _side(states: tuple[str, ...], name: str) -> list[Participant]:
    if not states:
        return [Participant(organisation=name)] if name else []
    return [Participant(country=state, office=name) for state in states]


def _read_country(order: DateOrder | None, cells: Cells) -> str:
    when = cells.apart(partial(_date, order))
    return cells.state_of(cells.required("country id", lambda text: _state(text, when), ""))


def _read_sides(order: DateOrder | None, cells: Cells) -> _Sides:
    when = cells.apart(partial(_date, order))
    nobody: tuple[str, ...] = ()
    side_a, side_b = (
        cells.read(column, lambda text: _states(text, when), nobody)
        for column in ("gwnoa", "gwnob")
    )
    return _merged(side_a, cells), _merged(side_b, cells)


def _merged(states: tuple[str, ...], cells: Cells) -> tuple[str, ...]:
    return tuple(dict.fromkeys(map(cells.state_of, states)))


def _read_names(cells: Cells) -> tuple[str, str]:
    return cells.text("side a"), cells.text("side b")


def _read_place(cells: Cells) -> str:
    return cells.text("where coordinates") or cells.text("country")


def _state(text: str, when: EventDate | None) -> str:
    return country_of_number(read_whole(text, 1, 999), system="gw", day=when)


def _states(text: str, when: EventDate | None) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_state(item, when) for item in _NUMBERS.split(text) if item))


def _date(order: DateOrder | None, cells: Cells) -> EventDate | None:
    """Give the date; ``None`` where it cannot be read."""
    n_faults = len(cells.faults)
    precision = cells.whole("date prec", 1, 5, 1)
    first = cells.required("date start", partial(read_day_in, order), date.min)
    last = cells.required("date end", partial(read_day_in, order), date.min)
    if len(cells.faults) > n_faults:
        return None
    try:
        when = event_date(precision, first, last)
    except (DateError, SettingError) as error:
        cells.fault("date end", str(error))
        return None
    year = cells.read("year", lambda text: read_whole(text, 1, 9999), first.year)
    if not first.year <= year <= last.year:
        cells.fault("date start", f"{first} to {last} is not in the row's year {year}")
    return when


def event_date(precision: int, first: date, last: date) -> EventDate:
    """
    Give the date of an event by its precision and the days between which it took place.

    The days are the earliest and the latest that are possible. Where they are one but the
    precision is not that of a day, the day is approximate; where they are several but the
    precision is that of a day, the event lasted.

    Parameters
    ----------
    precision
        1 for a day, 2 for a few days, 3 for a week, 4 for a month, 5 for longer.
    first, last
        Both included.

    Raises
    ------
    SettingError
        If the last day is before the first.

    Examples
    --------
    >>> from datetime import date
    >>> first, last = date(1994, 7, 1), date(1994, 7, 31)
    >>> print(event_date(4, first, last), event_date(3, first, date(1994, 7, 7)))
    1994-07 [1994-07-01..1994-07-07]
    >>> print(event_date(4, first, first), event_date(1, first, last))
    1994-07-01~ 1994-07-01/1994-07-31
    """
    if last < first:
        raise SettingError(f"the event ends on {last}, before it starts on {first}")
    if first == last:
        return EventDate(f"{first.isoformat()}{'~' if precision > 1 else ''}")
    if precision == 1:
        return EventDate(f"{first.isoformat()}/{last.isoformat()}")
    return span_of(first, last)


_NOTED = ("conflict name", "best", "low", "high", "event clarity", "code status")


def _note(cells: Cells) -> str:
    told = [cells.text("conflict name")]
    best, low, high = (cells.text(name) for name in ("best", "low", "high"))
    if best:
        told.append(f"deaths {_shown(best)} ({_shown(low)} to {_shown(high)})")
    if cells.text("event clarity").partition(".")[0] == "2":
        told.append("told as part of a sum of events")
    status = cells.text("code status")
    if status and status.casefold() != "clear":
        told.append(f"code status {status}")
    return "; ".join(filter(None, told))


def _shown(number: str) -> str:
    return number.removesuffix(".0") or "?"
