"""POLECAT, the event data coded by PLOVER."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Literal, overload

from attrs import evolve, frozen

from engagement.errors import SettingError, UnknownTermError, shown, suggest
from engagement.sources.dyads import Dyad, event_of
from engagement.sources.outcomes import OnError, Outcomes
from engagement.sources.pairing import Pairing
from engagement.sources.row_cells import Cells, read_day
from engagement.sources.sheets import Sheet, read_headed
from engagement.tables.table import check_on_error
from engagement.values.actor_names import NOBODY, Party, organisation_of_name, party_of_name
from engagement.values.cameo_actors import REGIONS
from engagement.values.dates import EventDate
from engagement.values.vocabulary import Activity, fold_term, read_term

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator

    import pandas as pd

    from engagement.log.eventlog import EventLog
    from engagement.sources.reader_settings import Actors

__all__ = ["read_plover"]

_REQUIRED = (
    *("event id", "event date", "event type", "event mode", "contexts"),
    *("actor name", "actor country", "recipient name", "recipient country"),
)
_SPARE = frozenset({"headline", "event text", "feed", "story id"})
"""Names that stand in some headers with no cells below them."""

EVENT_TYPES = (
    *("AGREE", "CONSULT", "SUPPORT", "CONCEDE", "COOPERATE", "AID", "RETREAT"),
    *("DEMAND", "REQUEST", "ACCUSE", "REJECT", "THREATEN", "PROTEST", "SANCTION"),
    *("MOBILIZE", "COERCE", "ASSAULT"),
)
"""The words for types; REQUEST is another for DEMAND."""

PLOVER_KINDS: dict[str, Activity | None] = {
    "CONSULT": Activity.MEETING,
    "CONSULT-visit": Activity.VISIT,
    "COOPERATE": None,
    "COOPERATE-military": Activity.OPERATION,
    "COOPERATE-intelligence": Activity.OPERATION,
    "COOPERATE-legal": Activity.OPERATION,
    "AID": Activity.TRANSFER,
    "AID-asylum": None,
}
"""Types, and types with a mode, or with a context in the case of COOPERATE."""

_SUBKINDS = {
    "CONSULT-phone": "telephone talk",
    "CONSULT-third": "third location",
    "CONSULT-multi": "multilateral talks",
    "COOPERATE-military": "military cooperation",
    "COOPERATE-intelligence": "intelligence sharing",
    "COOPERATE-legal": "judicial cooperation",
    "AID": "aid",
    "AID-economic": "economic aid",
    "AID-military": "military aid",
    "AID-humanitarian": "humanitarian aid",
}
_COOPERATION = ("military", "intelligence", "legal")
_NOT_SO = ("historical", "future", "hypothetical", "negation")
_STATE_ROLES = frozenset({"gov", "mil", "cop", "jud", "leg", "spy"})
MOST_LAG = 36525
"""Days between an event and the report of it, which is not of another century."""

_NO_STATES = REGIONS | {"IGO", "NGO", "ISM", "NGM", "IMG", "MNC", "INT", "UIS"}
_ABSENT = frozenset({"", "none", "null", "nan"})
_ITEMS = re.compile("[;|]")


@overload
def read_plover(
    path: str | os.PathLike[str],
    *,
    on_error: Literal["raise"] = ...,
    focal: str | None = ...,
    kinds: Mapping[str, Activity | str | None] | None = ...,
    actors: Actors = ...,
    domestic: bool = ...,
    encoding: str = ...,
) -> EventLog: ...
@overload
def read_plover(
    path: str | os.PathLike[str],
    *,
    on_error: Literal["collect"],
    focal: str | None = ...,
    kinds: Mapping[str, Activity | str | None] | None = ...,
    actors: Actors = ...,
    domestic: bool = ...,
    encoding: str = ...,
) -> tuple[EventLog, pd.DataFrame]: ...
def read_plover(
    path: str | os.PathLike[str],
    *,
    on_error: OnError = "raise",
    focal: str | None = None,
    kinds: Mapping[str, Activity | str | None] | None = None,
    actors: Actors = "state",
    domestic: bool = False,
    encoding: str = "utf-8",
) -> EventLog | tuple[EventLog, pd.DataFrame]:
    """
    Read event data of POLECAT, which is coded by PLOVER.

    Rows are events where their type is of a kind and two parties are known, each a country or
    an organisation; others are left out, with the reason.

    Parameters
    ----------
    path
        A file with a header, or a zip archive of one.
    on_error
        ``"raise"``: faults raise, and rows left out are told in a warning. ``"collect"``: the
        log, and a list of all rows that made no event of their own.
    focal
        The state whose dealings are studied: only its rows are read, and it is the initiator,
        except of a transfer that it receives. ``None``: all rows, and the first actor is.
    kinds
        For a type (``"CONSULT"``), or a type with a mode or, of COOPERATE, a context
        (``"AID-military"``) an activity, or ``None`` to leave such rows out. Laid over the
        documented choice.
    actors
        ``"state"``: each side must be a state as such or of one of its sectors. ``"any"``:
        anybody of a country.
    domestic
        Whether rows in which all are of one country are read, as domestic events.
    encoding
        That of the text; some files are ``"latin-1"``.

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
    pairing = Pairing(focal, actors, domestic)
    chosen = kinds_of(kinds)
    sheet = read_headed(
        path,
        encoding,
        what="a POLECAT file",
        required=_REQUIRED,
        reaches="recipient country",
    )
    outcomes = Outcomes(sheet.name)
    outcomes.n_rows = len(sheet.rows)
    dyads = _dyads(_without_spare_names(sheet), chosen, pairing, outcomes)
    outcomes.events += (event_of(dyad, outcomes.where, pairing.focal) for dyad in dyads)
    return outcomes.finish(on_error)


def kinds_of(
    kinds: Mapping[str, Activity | str | None] | None,
) -> dict[str, Activity | None]:
    """
    Lay a caller's choice of types over `PLOVER_KINDS`.

    Raises
    ------
    SettingError
        If it is no mapping.
    UnknownTermError
        If a type or an activity is not known.

    Examples
    --------
    >>> kinds_of({"cooperate": "operation"})["COOPERATE"]
    <Activity.OPERATION: 'operation'>
    """
    if kinds is not None and not isinstance(kinds, Mapping):
        raise SettingError(
            "kinds must be a mapping of event types to activities, such as {'AID': None}, "
            f"got {shown(kinds)}"
        )
    given: dict[str, Activity | None] = {}
    for name, activity in (kinds or {}).items():
        kind, dash, mode = str(name).partition("-")
        if not isinstance(name, str) or kind.upper() not in EVENT_TYPES:
            raise UnknownTermError(
                f"unknown event type {shown(name)}; the types are {', '.join(EVENT_TYPES)}"
                + suggest(kind, EVENT_TYPES)
            )
        term = None if activity is None else read_term(Activity, activity, "activity")
        given[kind.upper() + dash + mode.casefold()] = term
    taken = {name for name in given if "-" not in name}  # a type goes for all of its modes
    kept = {n: kind for n, kind in PLOVER_KINDS.items() if n.partition("-")[0] not in taken}
    return kept | given


def _without_spare_names(sheet: Sheet) -> Sheet:
    """Drop names from the header that no row has a cell for."""
    spare = [name for name in sheet.columns if fold_term(name) in _SPARE]
    width = max(map(len, sheet.rows), default=0)
    if not spare or width > len(sheet.columns) - len(spare):
        return sheet
    columns = tuple(name for name in sheet.columns if name not in spare)
    return evolve(sheet, columns=columns)


def _dyads(
    sheet: Sheet, chosen: Mapping[str, Activity | None], pairing: Pairing, outcomes: Outcomes
) -> Iterator[Dyad]:
    places = sheet.places()
    row_of_id: dict[str, int] = {}
    for number, row in enumerate(sheet.rows, 1):
        cells = Cells(number, row, places, sheet.columns)
        if number in sheet.ragged:
            outcomes.refuse([(number, cells.column("event id"), None, sheet.ragged[number])])
            continue
        report = _read(cells)
        if cells.faults:
            outcomes.refuse(cells.faults)
            continue
        earlier = row_of_id.setdefault(report.id, number)
        if earlier != number:
            outcomes.repeat(
                cells, "event id", earlier, same=list(sheet.rows[earlier - 1]) == list(row)
            )
            continue
        key, activity = report.kind(chosen)
        if activity is None:
            outcomes.leave_out(cells, "event type", f"{key} is of no kind")
        elif report.told_as:
            outcomes.leave_out(cells, "contexts", f"told as {report.told_as}")
        elif pairing.admits(cells, outcomes, *report.pair(), report.everybody):
            yield report.dyad(number, key, activity)


@frozen
class _Side:
    """Who acts, or towards whom."""

    parties: tuple[Party, ...]
    column: str
    role: str
    acts_for_state: bool

    @property
    def party(self) -> Party:
        """The first of them; nobody where there is none."""
        return self.parties[0] if self.parties else NOBODY


@frozen
class _Report:
    """What one row says."""

    id: str
    day: date
    type: str
    mode: str
    contexts: tuple[str, ...]
    actors: _Side
    recipients: _Side
    place: str

    @property
    def told_as(self) -> str:
        """How it is told, where not as something that took place then."""
        return next((context for context in _NOT_SO if context in self.contexts), "")

    def kind(self, chosen: Mapping[str, Activity | None]) -> tuple[str, Activity | None]:
        """Give the type with its mode or context, and the kind that it is of."""
        found = self.contexts if self.type == "COOPERATE" else (self.mode,)
        for mode in (*_COOPERATION, *found) if self.type == "COOPERATE" else found:
            key = f"{self.type}-{mode}"
            if mode in found and key in chosen:
                return key, chosen[key]
        key = f"{self.type}-{self.mode}" if self.mode else self.type
        return key, chosen.get(self.type)

    @property
    def everybody(self) -> tuple[Party, ...]:
        """Who takes part, each once; of those after the first the recipients go before."""
        actors, recipients = self.actors.parties, self.recipients.parties
        return tuple(dict.fromkeys((*actors[:1], *recipients, *actors)))

    def pair(self) -> tuple[_Side, _Side]:
        """Give the first actor, and somebody else if there is anybody."""
        others = [party for party in self.everybody if party != self.actors.party]
        if not others:
            return self.actors, self.recipients
        side = self.recipients if others[0] in self.recipients.parties else self.actors
        return self.actors, evolve(side, parties=(others[0],))

    def dyad(self, number: int, key: str, activity: Activity) -> Dyad:
        """Give the row as a dyad of all that it names."""
        first, second = self.pair()
        hosts = [party.country for party in self.recipients.parties if party.country]
        return Dyad(
            number=number,
            id=f"polecat-{self.id}",
            date=EventDate.from_day(self.day),
            activity=activity,
            subkind=_SUBKINDS.get(key, _SUBKINDS.get(self.type, "")),
            first=first.party,
            second=second.party,
            others=self.everybody,
            host=hosts[0] if key == "CONSULT-visit" and len(hosts) == 1 else None,
            place=self.place,
            note=f"PLOVER {key}" + (f" ({', '.join(self.contexts)})" if self.contexts else ""),
        )


def _read(cells: Cells) -> _Report:
    kind = cells.required("event type", _type, EVENT_TYPES[0])
    mode = _known(cells, "event mode").casefold().removeprefix(f"{kind.casefold()}-")
    for short in ("third", "multi"):  # written third-party, multilateral, or cut short
        if mode.startswith(short):
            mode = short
    where = [_known(cells, name) for name in ("placename", "city", "province", "country")]
    day = cells.required("event date", read_day, date.min)
    contexts = tuple(_list(_known(cells, "contexts").casefold()))
    _compare_publication(cells, day, contexts)
    return _Report(
        id=cells.required("event id", _id, ""),
        day=day,
        type=kind,
        mode=mode,
        contexts=contexts,
        actors=_side(cells, "actor"),
        recipients=_side(cells, "recipient"),
        place=", ".join(dict.fromkeys(filter(None, where))),
    )


def _compare_publication(cells: Cells, day: date, contexts: tuple[str, ...]) -> None:
    """Note a day that cannot be that of an event which the report told of as recent."""
    published = cells.read("publication date", read_day, date.min)
    if date.min in (day, published) or not set(_NOT_SO).isdisjoint(contexts):
        return
    if (day - published).days > 1:
        cells.fault("event date", f"the event lies after {published}, when it was published")
    elif (published - day).days > MOST_LAG:
        problem = f"the event lies more than a century before {published}, when it was published"
        cells.fault("event date", problem)


def _known(cells: Cells, name: str) -> str:
    text = cells.text(name)
    return "" if text.casefold() in _ABSENT else text


def _list(text: str) -> list[str]:
    items = (item.strip() for item in _ITEMS.split(text))
    return [item for item in items if item.casefold() not in _ABSENT]


def _id(text: str) -> str:
    if ";" in text or len(text) > 200:
        raise SettingError(f"must be an id without ';', got {text[:60]!r}")
    return text


def _type(text: str) -> str:
    if text.upper() not in EVENT_TYPES:
        raise UnknownTermError(f"unknown event type {text[:60]!r}{suggest(text, EVENT_TYPES)}")
    return text.upper()


def _side(cells: Cells, who: str) -> _Side:
    nobody: tuple[str, ...] = ()
    countries = cells.read(f"{who} country", _countries, nobody)
    names = _list(_known(cells, f"{who} name"))
    organisations = [Party(organisation=name) for name in map(organisation_of_name, names) if name]
    parties = tuple(dict.fromkeys((*(Party(code) for code in countries), *organisations)))
    roles = _known(cells, f"primary {who} sector") or _known(cells, f"{who} sectors")
    listed = {role[:3].casefold() for role in _list(roles)}
    acts = not countries or not listed or not listed.isdisjoint(_STATE_ROLES)
    return _Side(parties, f"{who} name", roles, acts_for_state=acts)


def _countries(text: str) -> tuple[str, ...]:
    found = []
    for item in _list(text):
        if item.upper() not in _NO_STATES:
            party = party_of_name(item)
            found += [party.country] if party.country else []
    return tuple(dict.fromkeys(found))
