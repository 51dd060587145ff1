"""ICEWS coded event data."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any, Literal, Unpack, overload

import numpy as np

from engagement.sources.cameo_codes import CAMEO_TEXTS, actions_of
from engagement.sources.declaration import Declaration, Free, Lookup
from engagement.sources.headers import headed_layout
from engagement.sources.mapping import WHOLE
from engagement.sources.pair_events import Act, act_of, pair_events, read_act
from engagement.sources.pair_rules import Actor, PairRules
from engagement.sources.reader_settings import Actors, check_flag
from engagement.sources.reading import DataSet, PairSettings
from engagement.sources.row_cells import Cells, read_day_in
from engagement.tables.table_dates import DateOrder, check_date_order
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
    from engagement.values.vocabulary import Activity

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


class IcewsSettings(PairSettings, total=False):
    """The settings of `read_icews`."""

    join_dyads: bool
    date_order: DateOrder | None


@overload
def read_icews(
    path: Paths, *, on_error: Literal["raise"] = ..., **settings: Unpack[IcewsSettings]
) -> EventLog: ...
@overload
def read_icews(
    path: Paths, *, on_error: Literal["collect"], **settings: Unpack[IcewsSettings]
) -> tuple[EventLog, pd.DataFrame]: ...
def read_icews(
    path: Paths,
    *,
    on_error: OnError = "raise",
    focal: str | None = None,
    kinds: Mapping[str, Activity | str | None] | None = None,
    actors: Actors = "state",
    domestic: bool = False,
    join_dyads: bool = True,
    date_order: DateOrder | None = None,
    encoding: str = "utf-8",
    limits: Mapping[str, int] | None = None,
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
    on_error
        ``"raise"``: faults raise, and a warning lists excluded rows. ``"collect"``: the
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
    date_order
        ``"day-first"`` or ``"month-first"``, for days such as 5/3/2017, which some files have
        and which are refused without.
    encoding
        That of the text.
    limits
        What a file holds at most, by name, see `FileSettings`; here ``rows`` (16.8 million),
        ``cells`` of a workbook or of JSON (33.6 million), ``characters`` of a line (16.8
        million) and ``megabytes``, unpacked (2,048).

    Returns
    -------
    EventLog, or a pair of it and a frame with columns row, column, value, problem, outcome
        The outcome is ``refused``, ``left out`` or ``joined``; of several files, the first
        column is the file. The log states no coverage.

    Raises
    ------
    TableError
        All faults of all rows, and as data on the exception.
    FormatError
        If the file is something else, with what it looks like.
    LimitError
        If it is larger than the limits.
    SettingError
        If a setting is none of those above.
    """
    data_set = _declared(PairRules(focal, actors, domestic), kinds, join_dyads, date_order)
    return data_set.read(path, on_error, encoding, limits)


@overload
def scan_icews(
    path: Paths, *, on_error: Literal["raise"] = ..., **settings: Unpack[IcewsSettings]
) -> EventTable: ...
@overload
def scan_icews(
    path: Paths, *, on_error: Literal["collect"], **settings: Unpack[IcewsSettings]
) -> tuple[EventTable, pd.DataFrame]: ...
def scan_icews(
    path: Paths,
    *,
    on_error: OnError = "raise",
    focal: str | None = None,
    kinds: Mapping[str, Activity | str | None] | None = None,
    actors: Actors = "state",
    domestic: bool = False,
    join_dyads: bool = True,
    date_order: DateOrder | None = None,
    encoding: str = "utf-8",
    limits: Mapping[str, int] | None = None,
) -> EventTable | tuple[EventTable, pd.DataFrame]:
    """
    Read coded event data of ICEWS in columns, to be counted without making any object.

    Parameters and errors are those of `read_icews`. Files are read a block at a time; what is
    held is what rows that are events say, so that many files may be larger than the memory.

    Returns
    -------
    EventTable, or a pair of it and the frame of `read_icews`
        `count_events` takes it as it takes a log; `EventTable.log` makes the log of
        `read_icews`.
    """
    data_set = _declared(PairRules(focal, actors, domestic), kinds, join_dyads, date_order)
    return data_set.scan(path, on_error, encoding, limits)


def _declared(
    choice: PairRules,
    kinds: Mapping[str, Activity | str | None] | None,
    join_dyads: bool,  # noqa: FBT001 - checked here
    date_order: DateOrder | None,
) -> DataSet:
    check_date_order(date_order)
    check_flag(join_dyads, "join_dyads")
    declaration = Declaration(
        layout=_layout,
        id_column="event id",
        cells=(
            Free("event id", _read_id, WHOLE),
            Lookup("act", (_CODE, _TEXT), partial(_read_act, actions_of(kinds))),
            Lookup("when", ("event date",), partial(_read_date, date_order)),
            Lookup("first", _cells_of("source"), partial(_read_actor, "source")),
            Lookup("second", _cells_of("target"), partial(_read_actor, "target")),
            Lookup("place", _PLACE, _read_place),
            Free("story id", partial(_known, name="story id")),
            Free("sentence number", partial(_known, name="sentence number")),
            Lookup("note", ("event text",), partial(_known, name="event text")),
        ),
        rules=choice.rules(),
        claims="kept",
        id_of=_id_of,
    )
    return DataSet(
        declaration, partial(pair_events, focal=choice.focal, join=join_dyads, stories=_stories)
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


def _read_id(cells: Cells) -> str:
    cells.whole("event id", 0, 10**18, 0)
    return cells.raw("event id")


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
    return Actor(Party(country), column, sectors, acts_for_state=is_official or is_state)
