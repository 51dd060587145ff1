"""The Georeferenced Event Dataset of the Uppsala Conflict Data Program."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any, Literal, overload

from attrs import frozen

from engagement.errors import DateError, SettingError
from engagement.events.events import KINDS
from engagement.events.parts import Participant
from engagement.sources.citation import source_of
from engagement.sources.outcomes import OnError, Outcomes
from engagement.sources.row_cells import Cells, read_day, read_whole, span_of
from engagement.sources.sheets import read_headed
from engagement.tables.table import check_on_error
from engagement.values.dates import EventDate
from engagement.values.places import country_code
from engagement.values.state_numbers import country_of_number
from engagement.values.vocabulary import Activity, Channel, read_term

if TYPE_CHECKING:
    import os

    import pandas as pd

    from engagement.log.eventlog import EventLog

__all__ = ["read_ucdp_ged"]

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
    path: str | os.PathLike[str],
    *,
    on_error: Literal["raise"] = ...,
    activity: Activity | str = ...,
    focal: str | None = ...,
    encoding: str = ...,
) -> EventLog: ...
@overload
def read_ucdp_ged(
    path: str | os.PathLike[str],
    *,
    on_error: Literal["collect"],
    activity: Activity | str = ...,
    focal: str | None = ...,
    encoding: str = ...,
) -> tuple[EventLog, pd.DataFrame]: ...
def read_ucdp_ged(
    path: str | os.PathLike[str],
    *,
    on_error: OnError = "raise",
    activity: Activity | str = Activity.OPERATION,
    focal: str | None = None,
    encoding: str = "utf-8",
) -> EventLog | tuple[EventLog, pd.DataFrame]:
    """
    Read the UCDP Georeferenced Event Dataset.

    Its rows are acts of organised violence, not dealings between states. They become domestic
    events of the country in which they took place, or, where states fought states, bilateral
    or multilateral ones; the sides are the participants, and the subkind says what it was.

    Parameters
    ----------
    path
        A file with a header, or a zip archive of one.
    on_error
        ``"raise"``: faults raise, and rows left out are told in a warning. ``"collect"``: the
        log, and a list of all rows that made no event.
    activity
        The kind of all events: the vocabulary has none for violence.
    focal
        Only events that took place in this country or that it fought; it is the initiator.
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
    UnknownTermError
        If the activity or the focal state is not known.
    """
    check_on_error(on_error)
    kind = KINDS[read_term(Activity, activity, "activity")]
    wanted = None if focal is None else country_code(focal)
    sheet = read_headed(
        path, encoding, what="a UCDP GED file", required=_REQUIRED, headless=ALL_COLUMNS
    )
    places = sheet.places()
    outcomes = Outcomes(sheet.name)
    outcomes.n_rows = len(sheet.rows)
    row_of_id: dict[int, int] = {}
    for number, row in enumerate(sheet.rows, 1):
        cells = Cells(number, row, places, sheet.columns)
        if number in sheet.ragged:
            outcomes.refuse([(number, cells.column("id"), None, sheet.ragged[number])])
            continue
        violence = _read(cells)
        if violence is None:
            outcomes.refuse(cells.faults)
            continue
        earlier = row_of_id.setdefault(violence.id, number)
        if earlier != number:
            same = list(sheet.rows[earlier - 1]) == list(row)
            outcomes.repeat(cells, "id", earlier, same=same)
        elif wanted is not None and wanted not in violence.states:
            outcomes.leave_out(cells, "country", f"not in {wanted}, which did not fight it either")
        else:
            values = violence.values(wanted, sheet.name, number)
            outcomes.make(kind, cells, _COLUMNS, **values)
    return outcomes.finish(on_error)


_COLUMNS = {"countries": "gwnob", "initiator": "country id", "date": "date start"}


@frozen
class _Violence:
    """What one row says."""

    id: int
    kind: int
    when: EventDate
    country: str
    side_a: tuple[str, ...]
    side_b: tuple[str, ...]
    names: tuple[str, str]
    place: str
    note: str

    @property
    def is_interstate(self) -> bool:
        """Whether states fought states."""
        return bool(self.side_a and self.side_b)

    @property
    def states(self) -> tuple[str, ...]:
        """The states under which the event counts."""
        if not self.is_interstate:
            return (self.country,)
        return tuple(dict.fromkeys(self.side_a + self.side_b))

    def values(self, focal: str | None, name: str, number: int) -> dict[str, Any]:
        """Give the fields of the event."""
        states = self.states
        initiator = focal if focal in states else states[0]
        partners = [code for code in states if code != initiator]
        channel = Channel.MULTILATERAL if len(partners) > 1 else Channel.BILATERAL
        return {
            "id": f"ucdp-{self.id}",
            "date": self.when,
            "channel": channel if partners else Channel.DOMESTIC,
            "initiator": initiator,
            "countries": partners,
            "participants": [
                *_side(self.side_a, self.names[0]),
                *_side(self.side_b, self.names[1]),
            ],
            "place": self.place,
            "subkind": _INTERSTATE if self.is_interstate else _SUBKINDS[self.kind],
            "sources": [source_of(name, [number])],
            "note": self.note,
        }


def _side(states: tuple[str, ...], name: str) -> list[Participant]:
    if not states:
        return [Participant(organisation=name)] if name else []
    return [Participant(country=state, office=name) for state in states]


def _read(cells: Cells) -> _Violence | None:
    number = cells.whole("id", 0, 10**12, 0)
    kind = cells.whole("type of violence", 1, 3, 1)
    when = _date(cells)
    country = cells.required("country id", lambda text: _state(text, when), "")
    nobody: tuple[str, ...] = ()
    side_a = cells.read("gwnoa", lambda text: _states(text, when), nobody)
    side_b = cells.read("gwnob", lambda text: _states(text, when), nobody)
    names = cells.text("side a"), cells.text("side b")
    place = cells.text("where coordinates") or cells.text("country")
    note = _note(cells)
    if cells.faults or when is None:
        return None
    return _Violence(number, kind, when, country, side_a, side_b, names, place, note)


def _state(text: str, when: EventDate | None) -> str:
    return country_of_number(read_whole(text, 1, 999), system="gw", day=when)


def _states(text: str, when: EventDate | None) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_state(item, when) for item in _NUMBERS.split(text) if item))


def _date(cells: Cells) -> EventDate | None:
    """Give the date; ``None`` where it cannot be read."""
    n_faults = len(cells.faults)
    precision = cells.whole("date prec", 1, 5, 1)
    first = cells.required("date start", read_day, date.min)
    last = cells.required("date end", read_day, date.min)
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
