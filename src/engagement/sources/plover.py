"""POLECAT, the event data coded by PLOVER."""

from __future__ import annotations

import re
from datetime import date
from functools import partial
from operator import methodcaller
from typing import TYPE_CHECKING, Literal, Unpack, overload

from attrs import evolve, frozen

from engagement.errors import SettingError, UnknownTermError, suggest
from engagement.events.coded import Coded
from engagement.sources.cut import widest_row
from engagement.sources.declaration import Against, Declaration, Free, Lookup, Rule
from engagement.sources.event_table import EventTable, What
from engagement.sources.headers import headed_layout
from engagement.sources.joining import settle_ids
from engagement.sources.pair_rules import Actor, PairRules
from engagement.sources.parties import Parties, parties_of
from engagement.sources.plover_records import rows_of_records
from engagement.sources.plover_types import EVENT_TYPES, kinds_of
from engagement.sources.reader_settings import PloverSettings, naming_of
from engagement.sources.reading import DataSet, takes
from engagement.sources.row_cells import Cells, read_day_in
from engagement.values.actor_names import NOBODY, Party, organisation_of_name, party_of_name
from engagement.values.cameo_actors import REGIONS
from engagement.values.dates import EventDate
from engagement.values.vocabulary import Activity

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from engagement.log.eventlog import EventLog
    from engagement.sources.cut import FileLayout
    from engagement.sources.fates import OnError
    from engagement.sources.published import Paths, PublishedFile
    from engagement.sources.scanning import Scanned
    from engagement.tables.table_dates import DateOrder

__all__ = ["read_plover", "scan_plover"]

_REQUIRED = (
    *("event id", "event date", "event type", "event mode", "contexts"),
    *("actor name", "actor country", "recipient name", "recipient country"),
)
_SPARE = frozenset({"headline", "event text", "feed", "story id"})
"""Names that stand in some headers with no cells below them."""

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
    path: Paths, *, on_error: Literal["raise"] = ..., **settings: Unpack[PloverSettings]
) -> EventLog: ...
@overload
def read_plover(
    path: Paths, *, on_error: Literal["collect"], **settings: Unpack[PloverSettings]
) -> tuple[EventLog, pd.DataFrame]: ...
@takes(PloverSettings, "EventLog")
def read_plover(
    path: Paths, *, on_error: OnError = "raise", **settings: Unpack[PloverSettings]
) -> EventLog | tuple[EventLog, pd.DataFrame]:
    """
    Read event data that are coded by PLOVER, as POLECAT is.

    Rows are events where their type is of a kind and two parties are known, each a country or
    an organisation; others are excluded, with the reason.

    Parameters
    ----------
    path
        A file with a header, a zip archive of one, a workbook, or JSON, with the columns of
        POLECAT or the fields of PLOVER's records; a folder of such files, a pattern, or several
        of these.
    """
    return _declared(settings).read(path, on_error, settings)


@overload
def scan_plover(
    path: Paths, *, on_error: Literal["raise"] = ..., **settings: Unpack[PloverSettings]
) -> EventTable: ...
@overload
def scan_plover(
    path: Paths, *, on_error: Literal["collect"], **settings: Unpack[PloverSettings]
) -> tuple[EventTable, pd.DataFrame]: ...
@takes(PloverSettings, "EventTable")
def scan_plover(
    path: Paths, *, on_error: OnError = "raise", **settings: Unpack[PloverSettings]
) -> EventTable | tuple[EventTable, pd.DataFrame]:
    """
    Read event data of POLECAT in columns, to be counted without making any object.

    Parameters
    ----------
    path
        As in `read_plover`.
    """
    return _declared(settings).scan(path, on_error, settings)


def _declared(settings: PloverSettings) -> DataSet:
    chosen, choice = kinds_of(settings["kinds"]), PairRules.of(settings)

    def why_kind(act: _Act) -> Against | None:
        if act.activity is not None:
            problem = f"told as {act.told_as}"
            return Against("contexts", problem, problem) if act.told_as else None
        problem = f"{act.key} is of no kind"
        return Against("event type", problem, problem)

    def why_not(actors: _Side, recipients: _Side) -> Against | None:
        return choice.why_not(*_pair(actors, recipients), _everybody(actors, recipients))

    declaration = Declaration(
        layout=_layout,
        id_column="event id",
        cells=(
            Lookup("act", ("event type", "event mode", "contexts"), partial(_read_act, chosen)),
            Lookup("place", _PLACE, _read_place),
            Lookup("when", _DATES, partial(_read_date, settings["date_order"])),
            Free(
                "event id",
                methodcaller("required", "event id", _id, ""),
                "[0-9A-Za-z_-]{3,200}",
            ),
            Lookup("actors", _cells_of("actor"), partial(_read_side, "actor")),
            Lookup("recipients", _cells_of("recipient"), partial(_read_side, "recipient")),
        ),
        rules=[Rule(("act",), why_kind), Rule(("actors", "recipients"), why_not)],
        claims="readable",
        state_of=naming_of(settings),
        id_of=lambda text, _: f"polecat-{text}",
    )
    return DataSet(declaration, partial(_make, choice.focal))


def _layout(file: PublishedFile) -> FileLayout:
    """Find out where columns stand, without names in the header that no row has a cell for."""
    layout = headed_layout(
        file,
        what="a POLECAT file",
        required=_REQUIRED,
        reaches="recipient country",
        records=rows_of_records,
    )
    ((width, names),) = layout.widths.items()
    kept = [name for name in names if name not in _SPARE]
    if len(kept) == width or widest_row(file, layout) > len(kept):
        return layout
    return evolve(layout, widths={len(kept): kept})


@frozen
class _Side:
    """Who acts, or towards whom."""

    parties: tuple[Party, ...]
    column: str
    role: str
    acts_for_state: bool


def _everybody(actors: _Side, recipients: _Side) -> tuple[Party, ...]:
    """Give who takes part, each once; of those after the first the recipients go before."""
    first = actors.parties[:1]
    return tuple(dict.fromkeys((*first, *recipients.parties, *actors.parties)))


def _pair(actors: _Side, recipients: _Side) -> tuple[Actor, Actor]:
    """Give the first actor, and somebody else if there is anybody."""
    first = _actor(actors, next(iter(actors.parties), NOBODY))
    others = [one for one in _everybody(actors, recipients) if one != first.party]
    if not others:
        return first, _actor(recipients, next(iter(recipients.parties), NOBODY))
    side = recipients if others[0] in recipients.parties else actors
    return first, _actor(side, others[0])


def _actor(side: _Side, party: Party) -> Actor:
    return Actor(party, side.column, side.role, side.acts_for_state)


@frozen
class _Act:
    """What is done, by a type with its mode or context."""

    key: str
    activity: Activity | None
    """What it means; ``None`` where such rows are excluded."""
    subkind: str
    contexts: tuple[str, ...]

    @property
    def told_as(self) -> str:
        """How it is told, where not as something that took place then."""
        return next((context for context in _NOT_SO if context in self.contexts), "")


def _make(focal: str | None, scanned: Scanned) -> EventTable:
    kept, ids = settle_ids(scanned)

    def what(act: _Act) -> What:
        assert act.activity is not None  # noqa: S101 - or else the row was excluded
        told = f" ({', '.join(act.contexts)})" if act.contexts else ""
        return What(act.activity, act.subkind, f"PLOVER {act.key}{told}")

    def parties(act: _Act, actors: _Side, recipients: _Side) -> Parties:
        is_gift = act.activity is Activity.TRANSFER
        return parties_of(_everybody(actors, recipients), None if is_gift else focal)

    def host(act: _Act, actors: _Side, recipients: _Side) -> str | None:
        side = {"CONSULT-visit": recipients, "CONSULT-host": actors}.get(act.key)
        hosts = [party.country for party in side.parties if party.country] if side else []
        return hosts[0] if len(hosts) == 1 else None

    return EventTable.of_rows(
        scanned,
        kept,
        ids,
        whats=Coded(*scanned.derived(kept, ("act",), what)),
        parties=Coded(*scanned.derived(kept, ("act", "actors", "recipients"), parties)),
        details={"host": Coded(*scanned.derived(kept, ("act", "actors", "recipients"), host))},
    )


def _read_act(chosen: Mapping[str, Activity | None], cells: Cells) -> _Act:
    kind = cells.required("event type", _type, EVENT_TYPES[0])
    mode = _known(cells, "event mode").casefold().removeprefix(f"{kind.casefold()}-")
    for short in ("third", "multi"):  # written third-party, multilateral, or cut short
        if mode.startswith(short):
            mode = short
    contexts = cells.apart(_read_contexts)
    found = [*filter(contexts.__contains__, _COOPERATION), *contexts]
    modes = dict.fromkeys(found if kind == "COOPERATE" else [mode])
    key = next((f"{kind}-{one}" for one in modes if f"{kind}-{one}" in chosen), "")
    activity = chosen[key] if key else chosen.get(kind)
    key = key or (f"{kind}-{mode}" if mode else kind)
    return _Act(key, activity, _SUBKINDS.get(key, _SUBKINDS.get(kind, "")), contexts)


def _read_contexts(cells: Cells) -> tuple[str, ...]:
    return tuple(_list(_known(cells, "contexts").casefold()))


_DATES = ("event date", "end date", "contexts", "publication date")
_PLACE = ("placename", "city", "province", "country")


def _read_place(cells: Cells) -> str:
    where = [_known(cells, name) for name in _PLACE]
    return ", ".join(dict.fromkeys(filter(None, where)))


def _read_date(order: DateOrder | None, cells: Cells) -> EventDate:
    """Read the date; a day cannot be that of an event which the report told of as recent."""
    day = cells.required("event date", partial(read_day_in, order), date.min)
    contexts = _read_contexts(cells)
    published = cells.read("publication date", partial(read_day_in, order), date.min)
    if date.min not in (day, published) and set(_NOT_SO).isdisjoint(contexts):
        when = f"{published}, when it was published"
        if (day - published).days > 1:
            cells.fault("event date", f"the event lies after {when}")
        elif (published - day).days > MOST_LAG:
            cells.fault("event date", f"the event lies more than a century before {when}")
    last = cells.read("end date", partial(read_day_in, order), day)
    if last < day:
        cells.fault("end date", f"the event ends before {day}, on which it begins")
    return EventDate.from_day(day) if last <= day else EventDate(f"{day}/{last}")


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
    if ";" in text:
        raise UnknownTermError(f"{text[:60]!r} are several types, so that it is not one event")
    if text.upper() not in EVENT_TYPES:
        raise UnknownTermError(f"unknown event type {text[:60]!r}{suggest(text, EVENT_TYPES)}")
    return text.upper()


def _cells_of(who: str) -> tuple[str, ...]:
    return (f"{who} name", f"{who} country", f"primary {who} sector", f"{who} sectors")


def _read_side(who: str, cells: Cells) -> _Side:
    nobody: tuple[str, ...] = ()
    countries = cells.read(f"{who} country", _countries, nobody)
    names = _list(_known(cells, f"{who} name"))
    organisations = [Party(organisation=name) for name in map(organisation_of_name, names) if name]
    states = [Party(cells.state_of(code)) for code in countries]
    parties = tuple(dict.fromkeys((*states, *organisations)))
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
