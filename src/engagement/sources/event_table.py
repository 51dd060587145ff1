"""Events of a published data set in columns, which can be counted without making any object."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cached_property
from operator import attrgetter
from typing import TYPE_CHECKING, Any, overload

import numpy as np
from attrs import evolve, field, fields_dict, frozen
from numpy.typing import NDArray

from engagement.errors import SettingError, shown
from engagement.events.coded import Cells, Coded, alike
from engagement.events.columns import FIELDS, EventColumns
from engagement.events.coverage import Coverage, as_coverage
from engagement.events.events import KINDS, Event
from engagement.events.parts import Source
from engagement.log.eventlog import EventLog
from engagement.settings.checks import check_instance, list_several
from engagement.settings.unpickling import checked_again
from engagement.sources.citation import source_of
from engagement.sources.joining import Groups
from engagement.sources.parties import Parties
from engagement.tables.coded_cells import read_texts
from engagement.values.dates import EventDate
from engagement.values.vocabulary import SEPARATOR, Activity, read_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import pandas as pd

    from engagement.events.parts import Participant
    from engagement.sources.scanning import Kept, Scanned

__all__ = ["EventTable", "Rows", "What"]


@frozen
class What:
    """What took place."""

    activity: Activity
    subkind: str
    note: str


@frozen(eq=False)
class Rows:
    """The rows that tell of events, and what they cite."""

    groups: Groups
    """The rows of each event."""
    files: Sequence[str]
    """The names of the files."""
    file: NDArray[np.int32]
    """Of each row its file."""
    row: NDArray[np.int64]
    """Of each row its number in the file."""
    documents: Any = None
    """Of each row what it cites, texts with ``;`` between, in an array; or nothing."""

    @classmethod
    def of(cls, scanned: Scanned, kept: Kept, groups: Groups, documents: Any = None) -> Rows:
        """Take the rows that are kept."""
        names = [file.name for file in scanned.files]
        return cls(groups, names, kept.file, kept.row, documents)

    def sources(self, event: int) -> list[Source]:
        """Give the sources of an event."""
        starts = self.groups.starts
        end = starts[event + 1] if event + 1 < len(starts) else None
        rows = self.groups.rows[starts[event] : end]
        sources = []
        for file in dict.fromkeys(self.file[rows].tolist()):
            numbers = self.row[rows[self.file[rows] == file]].tolist()
            sources.append(source_of(self.files[file], numbers))
        if self.documents is not None:
            cells = (self.documents[row] for row in rows.tolist())
            texts = (str(cell).split(SEPARATOR) for cell in cells)
            cited = dict.fromkeys(text.strip() for parts in texts for text in parts)
            sources += [Source(document=one) for one in filter(None, cited)]
        return sources


@frozen(eq=False)
class Cited(Sequence[tuple[Source, ...]]):
    """The sources of each event, made where they are asked for."""

    rows: Rows

    def __len__(self) -> int:
        """Return the number of events."""
        return len(self.rows.groups.starts)

    @overload
    def __getitem__(self, place: int) -> tuple[Source, ...]: ...
    @overload
    def __getitem__(self, place: slice) -> list[tuple[Source, ...]]: ...
    def __getitem__(self, place: int | slice) -> tuple[Source, ...] | list[tuple[Source, ...]]:
        """Make the sources of an event, or of those of a slice."""
        places = range(len(self))[place]
        if isinstance(places, range):
            return [tuple(self.rows.sources(one)) for one in places]
        return tuple(self.rows.sources(places))


_KINDS = {"dates": EventDate, "whats": What, "parties": Parties, "places": str}
"""What the columns hold."""

_OF_PARTIES = ("channel", "initiator", "countries", "organisations", "participants")


def _an_event(activity: Activity = Activity.MEETING, **values: Any) -> Event:
    """Make an event that says what is given and nothing else, so that this is checked."""
    return KINDS[activity](
        **{"date": "2000", "channel": "multilateral", "organisations": ["x"], **values}
    )


def _with_parties(who: Any) -> Event:
    return _an_event(**{name: getattr(who, name) for name in _OF_PARTIES})


def _detail(activity: Activity, name: str, value: Any) -> Any:
    """Give what an event of a kind has in a field, if it has it; ``None`` is not known."""
    kind = KINDS[activity]
    if not hasattr(kind, name):
        return None
    if isinstance(value, str) and fields_dict(kind)[name].default == "":
        return read_text(value, name)  # which is all that an event does with it
    return getattr(_an_event(activity, **({} if value is None else {name: value})), name)


def _check_column(name: str, column: object, n_events: int, kind: type) -> None:
    """Check that a column says of each event something of a kind."""
    coded = check_instance(name, column, Coded)
    if len(coded) != n_events:
        raise SettingError(f"{name} must be of {n_events} events, as ids, got {len(coded)}")
    n_meanings = len(coded.meanings)
    if coded.codes.min(initial=-1) < -1 or coded.codes.max(initial=-1) >= n_meanings:
        raise SettingError(f"{name} must have numbers of its {n_meanings} meanings")
    for value in coded.different() if n_events else []:
        if not isinstance(value, kind):
            raise SettingError(f"{name} must hold {kind.__name__} alone, got {shown(value)}")


@checked_again
@frozen(eq=False, repr=False, slots=False)
class EventTable:
    """
    Events of published files, held in columns.

    `count_events` takes it as it takes a log, and makes no objects. An event is made when it is
    asked for, by its place or by iteration. They stand in the order in which the files tell of
    them.

    Raises
    ------
    SettingError
        If a column is none, is of other events than the ids, or holds values of another kind.
    """

    ids: Sequence[str]
    dates: Coded
    whats: Coded
    parties: Coded
    places: Coded
    rows: Rows
    details: Mapping[str, Coded] = field(factory=dict)
    """Fields that some kinds of events have, by name; ``None`` where nothing is known."""
    notes: Any = None
    """What is noted beside what took place, an array of texts; or nothing."""
    coverage: Coverage = field(default=None, converter=as_coverage)

    def __attrs_post_init__(self) -> None:
        """Check that all columns are of the same events."""
        import pyarrow as pa

        ids = list_several("ids", self.ids, "texts")
        if not all(isinstance(one, str) for one in ids):
            raise SettingError(f"ids must be texts, got {shown(ids)}")
        for name, kind in _KINDS.items():
            _check_column(name, getattr(self, name), len(ids), kind)
        if not isinstance(self.details, Mapping):
            raise SettingError(f"details must be columns by name, got {shown(self.details)}")
        for name, column in self.details.items():
            if name not in FIELDS:
                raise SettingError(f"details must be of fields of events, got {shown(name)}")
            _check_column(name, column, len(ids), object)
        cited = check_instance("rows", self.rows, Rows)
        if len(cited.groups.starts) != len(ids):
            raise SettingError(f"rows must be of {len(ids)} events, as ids")
        is_noted = isinstance(self.notes, (pa.Array, pa.ChunkedArray))
        if self.notes is not None and not (is_noted and len(self.notes) == len(ids)):
            raise SettingError(
                f"notes must be an array of {len(ids)} texts, got {shown(self.notes)}"
            )

    @classmethod
    def of_rows(
        cls, scanned: Scanned, kept: Kept, ids: Sequence[str], **columns: Any
    ) -> EventTable:
        """Take each row for an event, by lookups ``when`` and ``place`` and other columns."""
        when, place = (Coded(kept.codes[n], scanned.entries[n].values) for n in ("when", "place"))
        documents = columns.pop("documents", None)
        rows = Rows.of(scanned, kept, Groups.alone(len(ids)), documents)
        return cls(ids=ids, dates=when, places=place, rows=rows, **columns)

    def __len__(self) -> int:
        """Return the number of events."""
        return len(self.ids)

    @overload
    def __getitem__(self, place: int) -> Event: ...
    @overload
    def __getitem__(self, place: slice) -> list[Event]: ...
    def __getitem__(self, place: int | slice) -> Event | list[Event]:
        """Make the event at a place, or those of a slice."""
        found = self.events[place]
        return list(found) if isinstance(found, EventColumns) else found

    def __iter__(self) -> Iterator[Event]:
        """Make the events one by one."""
        return iter(self.events)

    @cached_property
    def events(self) -> EventColumns:
        """The events in columns, whose different values are checked as those of an event."""
        import pyarrow as pa

        who = self.parties.used().map(_with_parties)
        columns = {name: who.map(attrgetter(name)) for name in _OF_PARTIES}
        activity = self.whats.map(lambda what: what.activity)
        for name, coded in self.details.items():
            numbers = [one.codes % len(one.meanings) for one in (activity, coded)]
            codes, firsts = alike(numbers, len(self))
            both = zip(activity.at(firsts), coded.at(firsts), strict=True)
            columns[name] = Coded(codes, [_detail(kind, name, value) for kind, value in both])
        each = np.arange(len(self), dtype=np.int32)
        ids, notes = pa.array(self.ids, pa.string()), self._all_notes()
        return EventColumns.of_columns(
            activity,
            date=self.dates.used(),
            subkind=self.whats.used().map(lambda what: _an_event(subkind=what.subkind).subkind),
            place=self.places.used().map(lambda place: read_text(place, "a place")),
            note=Coded(each, Cells((read_texts(notes),), str)),
            id=Coded(each, Cells((read_texts(ids),), str)),
            sources=Coded(each, Cited(self.rows)),
            **columns,
        )

    def log(self) -> EventLog:
        """Give all events as a log, which makes them where they are asked for."""
        return EventLog(self.events, coverage=self.coverage)

    def with_coverage(self, coverage: Coverage | None) -> EventTable:
        """Return the same events with another coverage."""
        return evolve(self, coverage=coverage)

    @property
    def frame(self) -> pd.DataFrame:
        """The events as a data frame with the documented columns, lists with ``;`` between."""
        import pandas as pd
        import pyarrow as pa

        columns = {
            "id": pa.array(self.ids, pa.string()),
            "date": self.dates.texts(),
            "channel": self.parties.map(lambda who: who.channel).texts(),
            "activity": self.whats.map(lambda what: what.activity).texts(),
            "initiator": self.parties.map(lambda who: who.initiator).texts(),
            "countries": self.parties.map(lambda who: ";".join(who.countries)).texts(),
            "organisations": self.parties.map(lambda who: ";".join(who.organisations)).texts(),
            "place": self.places.texts(),
            "subkind": self.whats.map(lambda what: what.subkind).texts(),
            "note": self._all_notes(),
        }
        people = self.parties.map(lambda who: _participants_cell(who.participants)).texts()
        if people.null_count < len(people):
            columns["participants"] = people
        made: pd.DataFrame = pa.table(columns).to_pandas(types_mapper=pd.ArrowDtype)
        return made

    def _all_notes(self) -> Any:
        import pyarrow.compute as pc

        notes = self.whats.map(lambda what: what.note).texts()
        if self.notes is None:
            return notes
        both = pc.binary_join_element_wise(notes, self.notes, "; ")
        either = pc.if_else(pc.equal(notes, ""), self.notes, notes)
        has_both = pc.and_(pc.not_equal(notes, ""), pc.not_equal(self.notes, ""))
        return pc.if_else(has_both, both, either)

    def __str__(self) -> str:
        """Return how many events there are, and whether coverage is stated."""
        noun = "event" if len(self) == 1 else "events"
        stated = "stated" if self.coverage.is_stated else "not stated"
        return f"{len(self)} {noun} in columns, coverage {stated}"

    def __repr__(self) -> str:
        """Return the table in one line."""
        return f"<EventTable: {self}>"


def _participants_cell(participants: Iterable[Participant]) -> str | None:
    fields = ("country", "organisation", "office")
    people = [
        {name: value for name in fields if (value := getattr(one, name))} for one in participants
    ]
    return json.dumps(people, ensure_ascii=False) if people else None
