"""ICEWS coded event data."""

from __future__ import annotations

from datetime import date
from functools import partial
from operator import methodcaller
from typing import TYPE_CHECKING, Any, Literal, Unpack, overload

import numpy as np

from engagement.sources.cameo_codes import CAMEO_TEXTS, actions_of
from engagement.sources.declaration import Declaration, Free, Lookup
from engagement.sources.headers import headed_layout
from engagement.sources.mapping import WHOLE
from engagement.sources.pair_events import Act, act_of, pair_events, read_act
from engagement.sources.pair_rules import Actor, PairRules
from engagement.sources.reader_settings import IcewsSettings, naming_of
from engagement.sources.reading import DataSet, takes
from engagement.sources.row_cells import Cells, read_day_in
from engagement.values.actor_names import NOBODY, Party, country_of_name, organisation_of_name
from engagement.values.dates import EventDate
from engagement.values.vocabulary import fold_term

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from numpy.typing import NDArray

    from engagement.log.eventlog import EventLog
    from engagement.sources.cameo_codes import Action
    from engagement.sources.cut import FileLayout
    from engagement.sources.event_table import EventTable
    from engagement.sources.fates import OnError
    from engagement.sources.published import Paths, PublishedFile
    from engagement.tables.table_dates import DateOrder

__all__ = ["read_icews", "scan_icews"]

_CODE, _TEXT = "cameo code", "event text"
_REQUIRED = (
    *("event id", "event date"),
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
    path: Paths, *, on_error: Literal["raise"] = ..., **settings: Unpack[IcewsSettings]
) -> EventLog: ...
@overload
def read_icews(
    path: Paths, *, on_error: Literal["collect"], **settings: Unpack[IcewsSettings]
) -> tuple[EventLog, pd.DataFrame]: ...
@takes(IcewsSettings, "EventLog")
def read_icews(
    path: Paths, *, on_error: OnError = "raise", **settings: Unpack[IcewsSettings]
) -> EventLog | tuple[EventLog, pd.DataFrame]:
    """
    Read coded event data of ICEWS.

    Rows are events where their CAMEO code is of a kind and two parties are known, each a
    country or an organisation; others are excluded, with the reason.

    Parameters
    ----------
    path
        A file with a header, or a zip archive of one; a folder of such files, a pattern, or
        several of these.
    """
    return _declared(settings).read(path, on_error, settings)


@overload
def scan_icews(
    path: Paths, *, on_error: Literal["raise"] = ..., **settings: Unpack[IcewsSettings]
) -> EventTable: ...
@overload
def scan_icews(
    path: Paths, *, on_error: Literal["collect"], **settings: Unpack[IcewsSettings]
) -> tuple[EventTable, pd.DataFrame]: ...
@takes(IcewsSettings, "EventTable")
def scan_icews(
    path: Paths, *, on_error: OnError = "raise", **settings: Unpack[IcewsSettings]
) -> EventTable | tuple[EventTable, pd.DataFrame]:
    """
    Read coded event data of ICEWS in columns, to be counted without making any object.

    Parameters
    ----------
    path
        As in `read_icews`.
    """
    return _declared(settings).scan(path, on_error, settings)


def _declared(settings: IcewsSettings) -> DataSet:
    choice = PairRules.of(settings)
    actions = actions_of(settings["kinds"])
    declaration = Declaration(
        layout=_layout,
        id_column="event id",
        cells=(
            Free("event id", methodcaller("numeral", "event id", 10**18), WHOLE),
            Lookup("act", (_CODE, _TEXT), partial(_read_act, actions)),
            Lookup("when", ("event date",), partial(_read_date, settings["date_order"])),
            Lookup("first", _cells_of("source"), partial(_read_actor, "source")),
            Lookup("second", _cells_of("target"), partial(_read_actor, "target")),
            Lookup("place", _PLACE, _read_place),
            Free("story id", partial(_known, name="story id")),
            Free("sentence number", partial(_known, name="sentence number")),
            Lookup("note", ("event text",), partial(_known, name="event text")),
        ),
        rules=choice.rules(),
        claims="kept",
        state_of=naming_of(settings),
        id_of=_id_of,
    )
    return DataSet(
        declaration,
        partial(pair_events, focal=choice.focal, join=settings["join_dyads"], stories=_stories),
    )


def _layout(file: PublishedFile) -> FileLayout:
    """Find out where columns stand, in files with or without codes."""
    opened = partial(headed_layout, file, what="an ICEWS file")
    layout = opened(required=_REQUIRED)
    if _CODE in layout.names or _TEXT not in layout.names:
        return opened(required=(*_REQUIRED, _CODE))
    return layout


def _read_act(actions: Mapping[str, Action | None], cells: Cells) -> Act:
    if cells.has(_CODE):
        return read_act(_CODE, actions, cells)
    text = cells.apart(partial(_known, name=_TEXT))
    code = CAMEO_TEXTS.get(" ".join(text.casefold().split()))
    return act_of(code, actions, _TEXT) if code else Act(repr(text), _TEXT)


_PLACE = ("city", "district", "province", "country")


def _cells_of(who: str) -> tuple[str, ...]:
    return (f"{who} name", f"{who} country", f"{who} sectors")


def _id_of(text: str, when: EventDate) -> str:
    # an id stands on rows of several dates, and on several rows of one
    return f"icews-{text}-{when.text.replace('-', '')}"


def _read_date(order: DateOrder | None, cells: Cells) -> EventDate:
    return EventDate.from_day(cells.required("event date", partial(read_day_in, order), date.min))


def _read_place(cells: Cells) -> str:
    where = [_known(cells, name) for name in _PLACE]
    return ", ".join(dict.fromkeys(filter(None, where)))


def _stories(texts: Mapping[str, Any]) -> NDArray[np.int64]:
    """Number the sentences of stories, which ICEWS tells apart."""
    stories, sentences = texts["story id"].to_pylist(), texts["sentence number"].to_pylist()
    known: dict[tuple[str, str], int] = {}
    numbers = [
        known.setdefault((story, sentence), len(known)) if story else -1
        for story, sentence in zip(stories, sentences, strict=True)
    ]
    return np.array(numbers, dtype=np.int64)


def _known(cells: Cells, name: str) -> str:
    text = cells.text(name)
    return "" if text.casefold() in _ABSENT else text


def _read_actor(who: str, cells: Cells) -> Actor:
    name = _known(cells, f"{who} name")
    land = _known(cells, f"{who} country")
    country = cells.read(f"{who} country", country_of_name, None) if land else None
    sectors = _known(cells, f"{who} sectors")
    column = f"{who} name"
    if country is None:
        organisation = "" if land else organisation_of_name(name)
        party = Party(organisation=organisation) if organisation else NOBODY
        return Actor(party, column, sectors, acts_for_state=True)
    listed = {fold_term(sector) for sector in sectors.split(",")}
    is_official = not listed.isdisjoint(STATE_SECTORS) or any(
        sector.endswith("ministry") for sector in listed
    )
    is_state = not sectors or fold_term(name) == fold_term(land)
    party = Party(cells.state_of(country))
    return Actor(party, column, sectors, acts_for_state=is_official or is_state)
