"""A table of events on any engine, with what its sources covered."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from attrs import field, frozen

from engagement.counting.frames.engines import OpenFrame, open_frame
from engagement.errors import SettingError, TableError, shown, suggest
from engagement.events.coverage import Coverage, as_coverage
from engagement.settings.unpickling import checked_again
from engagement.sources.event_table import EventTable
from engagement.tables.records import COLUMNS, OWN, REQUIRED
from engagement.tables.table_dates import DateOrder, check_date_order
from engagement.tables.table_settings import ENDS
from engagement.tables.times_of_day import check_times
from engagement.values.topics import TOPICS, own_topics
from engagement.values.vocabulary import Topic, fold_term

__all__ = ["EventFrame"]


def _as_names(value: Mapping[str, Any] | None) -> Mapping[str, Any]:
    given = {} if value is None else value
    if not isinstance(given, Mapping):
        raise SettingError(f"columns and defaults are mappings, got {shown(given)}")
    for name in given:
        if name not in COLUMNS and not str(name).startswith(OWN):
            raise SettingError(
                f"no documented column is named {shown(name)}{suggest(str(name), COLUMNS)}"
            )
    return dict(given)


def _hint(name: object, names: Collection[str]) -> str:
    start, end = ENDS
    if name == "date" and start in names:
        return f"; join '{start}' and '{end}' to one text, such as 2019-05-01/2019-05-06"
    return suggest(str(name), names)


@checked_again
@frozen(eq=False, repr=False)
class EventFrame:
    """
    A data frame with one event per row, and what its sources covered.

    `count_events` takes a bare frame too; this adds what a frame cannot state.

    Parameters
    ----------
    frame
        A frame of pandas or polars, a lazy frame of polars, a relation of DuckDB or a frame of
        PySpark, with the documented columns. Others that it has are columns of the user's own.
    coverage
        What was observed. ``None``: not stated, and then the first to the last event's period.
    topics
        Terms that are defined beside the library's.
    columns
        For a documented column the name that it has in the frame.
    defaults
        For a documented column the value of cells that are absent.
    date_order
        ``"day-first"`` or ``"month-first"``, for dates such as 03/04/2019, which are refused
        without. Other dates are read as `EventLog.from_frame` reads them, each text once.
    times
        What becomes of times of day: ``"refuse"``, ``"cut"`` or a time zone, see
        `TableSettings`.
    canonical
        Whether ``countries`` and ``topics`` hold codes and terms just as they are counted, each
        once in a cell. Then this is not checked list by list. Otherwise it is, and where a list
        names something twice, has a gap, or can mean the same by different spellings, every
        different list is read once, as `EventLog.from_frame` does, and the memory needed grows
        with their number.

    Raises
    ------
    SettingError
        If the frame is of none of these, or a column or a default is not documented.
    TableError
        If the frame lacks a column.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"when": ["2019-05", "2019-07-02"], "who": ["KGZ", "KGZ"]})
    >>> source = EventFrame(
    ...     frame,
    ...     coverage=Coverage([{
    ...         "country": "KGZ", "channel": "bilateral", "activity": "meeting",
    ...         "since": "2018", "until": "2020",
    ...     }]),
    ...     columns={"date": "when", "countries": "who"},
    ...     defaults={"channel": "bilateral", "activity": "meeting"},
    ... )
    >>> print(source)
    events in a frame of pandas, coverage stated
    """

    frame: Any = field()
    coverage: Coverage = field(default=None, kw_only=True, converter=as_coverage)
    topics: tuple[Topic, ...] = field(default=(), kw_only=True, converter=own_topics)
    columns: Mapping[str, str] = field(default=None, kw_only=True, converter=_as_names)
    defaults: Mapping[str, Any] = field(default=None, kw_only=True, converter=_as_names)
    date_order: DateOrder | None = field(default=None, kw_only=True)
    times: str = field(default="refuse", kw_only=True)
    canonical: bool = field(default=False, kw_only=True)

    def __attrs_post_init__(self) -> None:
        """Say what the frame lacks."""
        check_date_order(self.date_order)
        check_times(self.times)
        if not isinstance(self.canonical, bool):
            raise SettingError(f"canonical must be True or False, got {shown(self.canonical)}")
        names = self.open().names
        theirs = {name: self.columns.get(name, name) for name in (*COLUMNS, *self.columns)}
        lacking = [name for name in self.columns if theirs[name] not in names]
        lacking += [
            name
            for name in REQUIRED
            if theirs[name] not in names and name not in {*lacking, *self.defaults}
        ]
        if lacking:
            faults = [
                (
                    0,
                    name,
                    None,
                    f"column {shown(theirs[name])} is missing{_hint(theirs[name], names)}",
                )
                for name in lacking
            ]
            raise TableError("data frame", faults, 0)

    @classmethod
    def of(cls, source: Any) -> EventFrame:
        """Take a frame, or one with what was said about it, or a table of a published data set."""
        if isinstance(source, EventTable):
            return cls(source.frame, coverage=source.coverage)
        return source if isinstance(source, cls) else cls(source)

    def open(self) -> OpenFrame:
        """Return the frame as it is asked questions."""
        return open_frame(self.frame)

    @property
    def own_columns(self) -> tuple[str, ...]:
        """The columns of the frame that are not documented, which can be axes."""
        theirs = {self.columns.get(name, name) for name in (*COLUMNS, *self.columns)}
        ours = [name for name in self.columns if name.startswith(OWN)]
        named = [*ours, *(name for name in self.open().names if name not in theirs)]
        return tuple(sorted({name.removeprefix(OWN) for name in named}))

    @property
    def known_topics(self) -> Mapping[str, Topic]:
        """Topics that the library or the caller defines, by their spelling in lower case."""
        return {**TOPICS, **{fold_term(topic.term): topic for topic in self.topics}}

    def has(self, columns: Iterable[str]) -> dict[str, str]:
        """Map those of some documented columns that the frame has to the names that it gives."""
        names = self.open().names
        theirs = {column: self.columns.get(column, column) for column in columns}
        theirs |= {
            column: column.removeprefix(OWN)
            for column, name in theirs.items()
            if column.startswith(OWN) and name not in names
        }
        return {column: name for column, name in theirs.items() if name in names}

    def __str__(self) -> str:
        """Return the engine, and whether coverage is stated."""
        stated = "stated" if self.coverage.is_stated else "not stated"
        return f"events in a frame of {self.open().engine}, coverage {stated}"

    def __repr__(self) -> str:
        """Return the frame in one line."""
        return f"<EventFrame: {self}>"
