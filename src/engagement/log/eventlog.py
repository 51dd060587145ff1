"""An immutable, date-ordered collection of events, with what its sources covered."""

from __future__ import annotations

from collections import Counter
from datetime import date
from operator import index
from typing import TYPE_CHECKING, ClassVar, Literal, Self, Unpack, cast, overload

import numpy as np
from attrs import evolve, field, frozen

from engagement.answers import Answer
from engagement.display import Column
from engagement.errors import DuplicateEventError, SettingError
from engagement.events.axes import coded_axes, labels_in, own_columns
from engagement.events.columns import EventColumns
from engagement.events.coverage import (
    Coverage,
    as_coverage,
    coverage_on_basis,
    narrow_coverage,
)
from engagement.events.observed import CUTS
from engagement.log.doubts import doubts_in_words, far_events
from engagement.log.expansion import implied_events
from engagement.log.ids import as_events
from engagement.log.selection import labels_covered, read_selection
from engagement.settings.unpickling import checked_again
from engagement.tables.layouts import read_layout
from engagement.tables.records import columns_of
from engagement.tables.table import (
    check_on_error,
    duplicates_frame,
    events_frame,
    read_frame,
    settle,
)
from engagement.values.dates import EventDate, read_span
from engagement.values.topics import TOPICS, own_topics
from engagement.values.vocabulary import (
    CODED_AXES,
    EVERY_AXIS,
    Activity,
    Basis,
    Status,
    Topic,
    fold_term,
    with_implied,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    import pandas as pd

    from engagement.events.events import Event, Mechanism
    from engagement.tables.table_settings import TableSettings
    from engagement.values.dates import DateLike
    from engagement.values.vocabulary import Rank

__all__ = ["EventLog"]


def _respelled(events: EventColumns, topics: Iterable[Topic]) -> EventColumns:
    """Write the topics of events as a log's own terms are written."""
    own = {fold_term(topic.term): topic.term for topic in topics}
    if not own:
        return events
    return events.mapped(
        "topics",
        lambda terms: tuple(dict.fromkeys(own.get(fold_term(term), term) for term in terms)),
    )


@checked_again
@frozen(repr=False)
class EventLog(Answer):
    """
    Events in the order of their dates, with what their sources covered.

    Parameters
    ----------
    events
        Events of any kinds, in any order. One without an id is given one, derived from what it
        says; a second that says the same gets the same with ``-2`` behind. Those of a file are
        kept in columns, and made when they are asked for.
    coverage
        ``None``: not stated; what recorded events have counts as observed from the first to the
        last one's period, and every answer says so.
    topics
        Terms that the log defines beside the library's. Other spellings of one in the events
        become that term.

    Raises
    ------
    DuplicateEventError
        If an id stands more than once.
    SettingError
        If something else than events is given, or a topic is defined in two ways.

    Examples
    --------
    >>> from engagement.events.events import Meeting
    >>> log = EventLog([
    ...     Meeting(date="2019-05", channel="bilateral", initiator="CHN", countries=["KGZ"]),
    ...     Meeting(date="2001", channel="multilateral", organisations=["SCO"]),
    ... ])
    >>> print(log)
    2 events, 2001 to 2019-05, coverage not stated
    >>> len(log.where(country="KGZ"))
    1
    """

    events: EventColumns = field(factory=lambda: EventColumns.of(()), converter=as_events)
    coverage: Coverage = field(default=None, kw_only=True, converter=as_coverage)
    topics: tuple[Topic, ...] = field(default=(), kw_only=True, converter=own_topics)

    most_rows: ClassVar[int | None] = 20

    def __attrs_post_init__(self) -> None:
        """Bring the events' topics into the log's own spelling."""
        object.__setattr__(self, "events", _respelled(self.events, self.topics))

    def __len__(self) -> int:
        """Return the number of events."""
        return len(self.events)

    def __iter__(self) -> Iterator[Event]:
        """Yield the events in the order of their dates."""
        return iter(self.events)

    @overload
    def __getitem__(self, place: int) -> Event: ...
    @overload
    def __getitem__(self, place: slice) -> EventLog: ...
    def __getitem__(self, place: int | slice) -> Event | EventLog:
        """Return the event at a place, or the log of a slice, see `take`."""
        if isinstance(place, slice):
            return self.take(range(len(self))[place])
        return self.events[place]

    def __contains__(self, event: object) -> bool:
        """Tell whether the log has an event, or an event of that id."""
        if isinstance(event, str):
            return event in self.events.coded("id").at()
        return event in self.events

    def __or__(self, other: EventLog) -> EventLog:
        """
        Join two logs.

        Equal ids with equal content are one event. A cell is covered where either covers it:
        one that each of them was narrowed away from stays unobserved.
        """
        if not isinstance(other, EventLog):
            return NotImplemented
        topics = (*self.topics, *other.topics)
        known, others = (_respelled(one.events, topics) for one in (self, other))
        place_of = {name: place for place, name in enumerate(known.coded("id").at())}
        ids = others.coded("id").at()
        both = [(place_of[name], place) for place, name in enumerate(ids) if name in place_of]
        clashing = [ids[place] for same, place in both if known[same] != others[place]]
        if clashing:
            raise DuplicateEventError(
                f"{len(clashing)} ids stand for different events in the two logs: "
                + ", ".join(clashing[:10])
            )
        new = np.delete(np.arange(len(others)), [place for _, place in both])
        events = known.followed_by(others.take(new)).in_order()
        joined = EventLog(events, coverage=self._joined_coverage(other), topics=topics)
        for one in (self, other):  # nothing that is assumed of one is more than the other's
            is_assumed = not one.coverage.is_given and len(one) == len(joined)
            if is_assumed and joined.coverage == one.given_coverage:
                return evolve(joined, coverage=None)
        return joined

    def _joined_coverage(self, other: EventLog) -> Coverage:
        """Join coverage; what is assumed counts beside what is left of other assumptions."""
        one, another = self.coverage, other.coverage
        if one.is_given and not one.is_systematic:
            another = other.given_coverage
        elif another.is_given and not another.is_systematic:
            one = self.given_coverage
        return one | another

    @property
    def title(self) -> str:
        """How many events there are, from when to when."""
        if not self.events:
            return "0 events"
        n_by_status = Counter(self.events.coded("status").at())
        told = [
            f"{n_by_status[status]} {status}"
            for status in (Status.IMPLIED, Status.PLANNED)
            if n_by_status[status]
        ]
        extra = f" ({', '.join(told)})" if told else ""
        stated = "stated" if self.coverage.is_stated else "not stated"
        if self.coverage.is_stated and not self.coverage.is_systematic:
            stated = "selective" if self.coverage.entries else "of nothing"
        extent = f"{self.events[0].date} to {self.events[-1].date}"
        noun = "event" if len(self) == 1 else "events"
        return f"{len(self)} {noun}{extra}, {extent}, coverage {stated}"

    @property
    def notes(self) -> tuple[str, ...]:
        """What ought to be looked at again: dates far from all others, and possible duplicates."""
        return doubts_in_words(self.far_events(), self.duplicates())

    @property
    def given_coverage(self) -> Coverage:
        """The coverage, or where none is stated what is assumed, see `Coverage.assumed`."""
        return self.coverage if self.coverage.is_given else Coverage.assumed(self.events)

    def take(self, places: Iterable[int]) -> EventLog:
        """
        Return the log of the events at some places.

        Events that are picked one by one say nothing of those that are not: unless all are
        taken, coverage is ``selective``, see `Basis`. `where` keeps what can be known.
        """
        at = np.arange(len(self))[np.array([*map(index, places)], dtype=np.int64)]
        kept = self.events.take(at)
        if len(np.unique(at)) == len(self):
            return evolve(self, events=kept)
        picked = coverage_on_basis(self.given_coverage, Basis.SELECTIVE)
        return evolve(self, events=kept, coverage=picked)

    def with_coverage(self, coverage: Coverage | None) -> EventLog:
        """Return the log with another coverage."""
        return evolve(self, coverage=coverage)

    @property
    def known_topics(self) -> Mapping[str, Topic]:
        """Topics that the library or the log defines, by their spelling in lower case."""
        return {**TOPICS, **{fold_term(topic.term): topic for topic in self.topics}}

    def with_implied_topics(self) -> EventLog:
        """Return the log with every event's topics followed by those that they imply."""
        known = self.known_topics
        implied = self.events.mapped("topics", lambda terms: with_implied(terms, known))
        return evolve(self, events=implied)

    @property
    def own_columns(self) -> tuple[str, ...]:
        """The columns of the user's own that its events have, or those that it was taken from."""
        stated = {
            axis for entry in self.coverage for axis in (*dict(entry.only), *(entry.coded or ()))
        }
        known = {*own_columns(self.events.coded("own").different()), *stated}
        return tuple(sorted(known.difference((*EVERY_AXIS, *CUTS))))

    def where(
        self, **chosen: str | Topic | Rank | EventDate | date | Iterable[str | Topic | Rank] | None
    ) -> EventLog:
        """
        Select whole events; nothing inside an event is trimmed.

        Parameters
        ----------
        **chosen
            Labels on axes: channel, country, activity, topic, rank (the highest), initiator, pair
            (two states such as ``CHN-KGZ``, in any order), organisation, participant, subkind,
            mechanism, terms, place, status, and any column of the user's own; each a term or
            several, of which an event has at least one. ``"(none)"`` selects events without a
            label. And the dates ``since`` and ``until``, both included: ``until="2020"`` reaches
            to the end of that year; of an event that reaches beyond, what is within is counted.

        Returns
        -------
        EventLog
            With coverage narrowed alike: of what the selection leaves out nothing was observed.
            Without conditions the log itself.

        Raises
        ------
        UnknownTermError
            If a term is not known; close ones are suggested.
        SettingError
            If events are not selected by something.
        """
        own = self.own_columns
        wanted = read_selection(self.events, self.known_topics, own, chosen)
        start, end = read_span(*(cast("DateLike | None", chosen.get(cut)) for cut in CUTS))
        if not wanted and start is None and end is None:
            return self
        dates = self.events.coded("date")
        is_kept = np.ones(len(self), dtype=np.bool_)
        if start is not None:
            is_kept &= dates.holds(lambda when: when.bounds[1] > start)
        if end is not None:
            is_kept &= dates.holds(lambda when: when.bounds[0] < end)
        for axis, terms in wanted.items():
            labels = labels_in(self.events, axis)
            is_kept &= np.logical_not(labels.holds(terms.isdisjoint))
        return evolve(
            self,
            events=self.events.take(np.flatnonzero(is_kept), is_ordered=True),
            coverage=narrow_coverage(
                self.given_coverage,
                labels_covered(wanted),
                (start, end),
                coded_axes(self.events, (*CODED_AXES, *own)),
            ),
        )

    def expand(self, until: EventDate | str | date | None = None) -> EventLog:
        """
        Add the events that mechanisms imply by their stated recurrence.

        A mechanism that meets once a year gives one event of status ``implied`` a year, dated
        by the year alone; the founding's year is the first. ``str`` of the result says how
        many there are.

        Parameters
        ----------
        until
            Included. ``None``: the end of what was looked for, or else of the last recorded event.
            A mechanism with an end of its own implies nothing after that.

        Raises
        ------
        SettingError
            If the log holds implied events already.
        """
        if Status.IMPLIED in self.events.coded("status").different():
            raise SettingError("the log holds implied events already; expand it once")
        _, stop = read_span(None, until)
        if stop is None:
            ends = [e.days[1] for e in self.coverage if e.basis is not Basis.SELECTIVE]
            recorded = [e.date for e in self.events if e.status is Status.RECORDED]
            ends = ends or [date.end_day for date in recorded if date.end_day is not None]
            stop = max(ends, default=1)
        last = date.fromordinal(stop - 1).year if stop > 1 else 0
        is_mechanism = self.events.coded("activity").holds(lambda one: one is Activity.MECHANISM)
        implied = [
            event
            for mechanism in self.events.take(np.flatnonzero(is_mechanism))
            for event in implied_events(cast("Mechanism", mechanism), last)
        ]
        return evolve(self, events=self.events.followed_by(EventColumns.of(implied)))

    def cite(self) -> str:
        """Return one line per event: what it is, and where each of its sources tells it."""
        return "\n".join(
            f"{event}: {'; '.join(map(str, event.sources)) or 'no source given'}"
            for event in self.events
        )

    def far_events(self) -> tuple[Event, ...]:
        """
        Find events whose dates lie far from all others, so that they may be mistyped.

        They are at most two in a hundred, or one, and further off than ten years, and than all
        the others lie apart. Where coverage is not stated, one widens what counts as observed.
        """
        return far_events(self.events)

    def duplicates(self) -> pd.DataFrame:
        """
        List events that may be one: same kind, channel, parties and offices at the same date.

        Returns
        -------
        pandas.DataFrame
            Columns ``group``, ``id``, ``date``, ``event``, and ``differ``: the columns in
            which the events of the group differ.
        """
        return duplicates_frame(self.events)

    @property
    def columns(self) -> list[Column]:
        """The documented columns and the user's own: texts, ``;`` between several, or numbers."""
        return [Column(name, name if name in _SHOWN else None) for name in columns_of(self)]

    @property
    def rows(self) -> pd.DataFrame:
        """One row per event."""
        return events_frame(self.events)

    @overload
    @classmethod
    def from_frame(
        cls,
        df: pd.DataFrame,
        *,
        on_error: Literal["raise"] = ...,
        **settings: Unpack[TableSettings],
    ) -> Self: ...
    @overload
    @classmethod
    def from_frame(
        cls,
        df: pd.DataFrame,
        *,
        on_error: Literal["collect"],
        **settings: Unpack[TableSettings],
    ) -> tuple[Self, pd.DataFrame]: ...
    @classmethod
    def from_frame(
        cls,
        df: pd.DataFrame,
        *,
        on_error: Literal["raise", "collect"] = "raise",
        **settings: Unpack[TableSettings],
    ) -> Self | tuple[Self, pd.DataFrame]:
        """
        Read a table of events.

        Parameters
        ----------
        df
            One row per event, or one row per participant.
        on_error
            ``"raise"``: faults raise. ``"collect"``: the good rows and the list of faults.
        **settings
            How it differs from the documented table, see `TableSettings`.

        Returns
        -------
        EventLog, or a pair of it and a frame with columns row, column, value, problem
            Rows are counted from 1. `rows_at_fault` gives them to be mended.

        Raises
        ------
        TableError
            All faults of all rows, and as data on the exception.
        """
        check_on_error(on_error)
        layout = read_layout(settings)
        events, faults = read_frame(df, layout)
        log = cls(events, coverage=(span := layout.coverage) and Coverage.since_to(events, *span))
        settled: Self | tuple[Self, pd.DataFrame] = settle(log, faults, len(df), "table", on_error)
        return settled


_SHOWN = frozenset(("date", "channel", "activity", "initiator", "countries", "topics", "place"))
