"""ICEWS coded event data."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Literal, overload

from attrs import frozen

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
from engagement.sources.row_cells import Cells, read_day
from engagement.sources.sheets import Sheet, read_headed
from engagement.tables.table import check_on_error
from engagement.values.actor_names import NOBODY, Party, country_of_name, organisation_of_name
from engagement.values.dates import EventDate
from engagement.values.vocabulary import fold_term

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator, Mapping

    import pandas as pd

    from engagement.log.eventlog import EventLog
    from engagement.sources.reader_settings import Actors
    from engagement.values.vocabulary import Activity

__all__ = ["read_icews"]

_REQUIRED = (
    *("event id", "event date", "cameo code"),
    *("source name", "source sectors", "source country"),
    *("target name", "target sectors", "target country"),
)

STATE_SECTORS = frozenset(
    {
        *("government", "executive", "executive office", "cabinet", "diplomatic"),
        *("military", "army", "navy", "air force", "police", "judicial", "state"),
        *("legislative / parliamentary", "upper house", "lower house"),
    }
)
"""Sectors of those who act for a state, beside all that end in "ministry"."""

_ABSENT = frozenset({"", "null", "none"})


@overload
def read_icews(
    path: str | os.PathLike[str],
    *,
    on_error: Literal["raise"] = ...,
    focal: str | None = ...,
    kinds: Mapping[str, Activity | str | None] | None = ...,
    actors: Actors = ...,
    domestic: bool = ...,
    join_dyads: bool = ...,
    encoding: str = ...,
) -> EventLog: ...
@overload
def read_icews(
    path: str | os.PathLike[str],
    *,
    on_error: Literal["collect"],
    focal: str | None = ...,
    kinds: Mapping[str, Activity | str | None] | None = ...,
    actors: Actors = ...,
    domestic: bool = ...,
    join_dyads: bool = ...,
    encoding: str = ...,
) -> tuple[EventLog, pd.DataFrame]: ...
def read_icews(
    path: str | os.PathLike[str],
    *,
    on_error: OnError = "raise",
    focal: str | None = None,
    kinds: Mapping[str, Activity | str | None] | None = None,
    actors: Actors = "state",
    domestic: bool = False,
    join_dyads: bool = True,
    encoding: str = "utf-8",
) -> EventLog | tuple[EventLog, pd.DataFrame]:
    """
    Read coded event data of ICEWS.

    Rows are events where their CAMEO code is of a kind and two parties are known, each a
    country or an organisation; others are left out, with the reason.

    Parameters
    ----------
    path
        A file with a header, or a zip archive of one.
    on_error
        ``"raise"``: faults raise, and rows left out are told in a warning. ``"collect"``: the
        log, and a list of all rows that made no event of their own.
    focal
        The state whose dealings are studied: only its rows are read, and it is the initiator,
        except of a transfer that it receives. ``None``: all rows, and the source is.
    kinds
        For the start of a CAMEO code an activity, or ``None`` to leave such rows out. Laid
        over the documented choice.
    actors
        ``"state"``: both must be a state as such or of one of its sectors. ``"any"``: anybody
        of a country.
    domestic
        Whether rows in which both are of one country are read, as domestic events.
    join_dyads
        Whether rows that tell of one event are joined.
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
    pairing = Pairing(focal, actors, domestic, join_dyads, "Event ID")
    actions = actions_of(kinds)
    sheet = read_headed(path, encoding, what="an ICEWS file", required=_REQUIRED)
    outcomes = Outcomes(sheet.name)
    outcomes.n_rows = len(sheet.rows)
    outcomes.events += pairing.events(_dyads(sheet, actions, pairing, outcomes), outcomes)
    return outcomes.finish(on_error)


def _dyads(
    sheet: Sheet, actions: Mapping[str, Action | None], pairing: Pairing, outcomes: Outcomes
) -> Iterator[Dyad]:
    places = sheet.places()
    seen: dict[str, dict[tuple[str, ...], int]] = {}
    for number, row in enumerate(sheet.rows, 1):
        cells = Cells(number, row, places, sheet.columns)
        if number in sheet.ragged:
            outcomes.refuse([(number, cells.column("event id"), None, sheet.ragged[number])])
            continue
        fields = _read(cells)
        if cells.faults:
            outcomes.refuse(cells.faults)
            continue
        action = find_action(fields.code, actions)
        if action is None:
            problem = f"CAMEO {fields.code} is of no kind"
            outcomes.leave_out(cells, "cameo code", problem, "of a CAMEO code that is of no kind")
            continue
        if not pairing.admits(cells, outcomes, fields.source, fields.target):
            continue
        # an id stands on rows of several dates, and on several rows of one
        name = f"icews-{cells.raw('event id')}-{fields.day:%Y%m%d}"
        same_id = seen.setdefault(name, {})
        earlier = same_id.setdefault(tuple(row), number)
        if earlier != number:
            outcomes.repeat(cells, "event id", earlier, same=True)
            continue
        yield fields.dyad(number, name if len(same_id) == 1 else f"{name}-{len(same_id)}", action)


@frozen
class _Actor:
    """Who an actor is, and of which sectors."""

    party: Party
    column: str
    role: str
    acts_for_state: bool


@frozen
class _Fields:
    """What one row says."""

    code: str
    text: str
    day: date
    source: _Actor
    target: _Actor
    place: str
    story: tuple[str, str] | None

    def dyad(self, number: int, name: str, action: Action) -> Dyad:
        """Give the row as a pair of actors."""
        first, second = self.source.party, self.target.party
        return Dyad(
            number=number,
            id=name,
            date=EventDate.from_day(self.day),
            activity=action.activity,
            subkind=action.subkind,
            first=first,
            second=second,
            is_directed=is_directed(self.code),
            is_domestic=first == second,
            host=host_of(self.code, first, second),
            place=self.place,
            note=f"CAMEO {self.code} {self.text}".strip(),
            story=self.story,
        )


def _read(cells: Cells) -> _Fields:
    cells.whole("event id", 0, 10**18, 0)
    code = cells.required("cameo code", read_cameo_code, "")
    day = cells.required("event date", read_day, date.min)
    source, target = _actor(cells, "source"), _actor(cells, "target")
    where = [_known(cells, name) for name in ("city", "district", "province", "country")]
    story, sentence = _known(cells, "story id"), _known(cells, "sentence number")
    return _Fields(
        code,
        _known(cells, "event text"),
        day,
        source,
        target,
        ", ".join(dict.fromkeys(filter(None, where))),
        (story, sentence) if story else None,
    )


def _known(cells: Cells, name: str) -> str:
    text = cells.text(name)
    return "" if text.casefold() in _ABSENT else text


def _actor(cells: Cells, who: str) -> _Actor:
    name = _known(cells, f"{who} name")
    land = _known(cells, f"{who} country")
    country = cells.read(f"{who} country", country_of_name, None) if land else None
    sectors = _known(cells, f"{who} sectors")
    column = f"{who} name"
    if country is None:
        organisation = "" if land else organisation_of_name(name)
        party = Party(organisation=organisation) if organisation else NOBODY
        return _Actor(party, column, sectors, acts_for_state=True)
    listed = {fold_term(sector) for sector in sectors.split(",")}
    is_official = not listed.isdisjoint(STATE_SECTORS) or any(
        sector.endswith("ministry") for sector in listed
    )
    is_state = not sectors or fold_term(name) == fold_term(land)
    return _Actor(Party(country), column, sectors, acts_for_state=is_official or is_state)
