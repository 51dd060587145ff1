"""Events that are alike, and how many there are: what is counted, wherever it came from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from itertools import count as counter
from itertools import product
from operator import attrgetter
from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from engagement.events.axes import coded_axes, labels_of
from engagement.values.dates import DatePrecision
from engagement.values.vocabulary import AXES, COVERED_AXES, Basis, Status

if TYPE_CHECKING:
    from engagement.events.coverage import Coverage
    from engagement.log.eventlog import EventLog
    from engagement.values.dates import EventDate

__all__ = ["Dates", "Kind", "Tally", "needs_activity", "stated_basis", "tally_log"]

_FIELDS = {"topic": "topics", "rank": "rank"}  # of an event, beside those of every kind


@frozen(eq=False)
class Dates:
    """Dates as arrays of one entry a date: ordinals, half-open, and 0 where a date is open."""

    start: NDArray[np.int64]
    """First day."""
    end: NDArray[np.int64]
    """Day after the last."""
    onset_start: NDArray[np.int64]
    """First day on which it may have begun."""
    onset_end: NDArray[np.int64]
    """Day after the last on which it may have begun."""
    lasted: NDArray[np.bool_]
    """Whether it is a duration."""

    @classmethod
    def of(cls, dates: Sequence[EventDate]) -> Dates:
        """Read dates."""
        start = np.array([when.start_day or 0 for when in dates], dtype=np.int64)
        end = np.array([when.end_day or 0 for when in dates], dtype=np.int64)
        lasted = np.array([when.precision is DatePrecision.INTERVAL for when in dates], dtype=bool)
        onset_start, onset_end = start.copy(), end.copy()
        for place in np.flatnonzero(lasted).tolist():
            onset_start[place], onset_end[place] = dates[place].onset_days or (0, 0)
        return cls(start, end, onset_start, onset_end, lasted)

    @classmethod
    def of_days(cls, days: NDArray[np.int64]) -> Dates:
        """Take ordinals of days as exact dates."""
        return cls(days, days + 1, days, days + 1, np.zeros(len(days), dtype=bool))

    def followed_by(self, other: Dates) -> Dates:
        """Return these dates and then others."""
        return Dates(
            np.append(self.start, other.start),
            np.append(self.end, other.end),
            np.append(self.onset_start, other.onset_start),
            np.append(self.onset_end, other.onset_end),
            np.append(self.lasted, other.lasted),
        )

    def take(self, places: NDArray[np.int64]) -> Dates:
        """Return the dates at some places."""
        return Dates(
            self.start[places],
            self.end[places],
            self.onset_start[places],
            self.onset_end[places],
            self.lasted[places],
        )


@frozen(eq=False)
class Kind:
    """What is alike in where it counts."""

    cells: tuple[tuple[str, ...], ...]
    """The cells that it adds to, one label per axis."""
    stated: tuple[Basis | None, ...]
    """For each of them, on which basis coverage is stated for its activity there, if it is."""


@frozen(kw_only=True, eq=False)
class Tally:
    """
    Units that are alike in date and kind, and how many there are of each.

    A unit of a log is an event. A unit of a frame is an event in one of its cells, since the
    engine has taken lists apart.
    """

    dates: Dates
    """When, one a unit."""
    asked: NDArray[np.bool_]
    """Whether it is of a status that is asked for, one a unit."""
    recorded: NDArray[np.bool_]
    """Whether it is recorded, one a unit."""
    coded: Mapping[str, Collection[str]]
    """By activity, where that matters, the axes on which some of its events have a label."""
    kinds: Sequence[Kind]
    """All kinds."""
    kind: NDArray[np.int64]
    """Place in `kinds`, one a unit."""
    part: NDArray[np.float64]
    """What share of an event it is, one a unit; where they differ among those alike, the mean."""
    number: NDArray[np.int64]
    """How many are alike, one a unit."""
    ids_at: Callable[[NDArray[np.int64]], Sequence[str]]
    """Gives the ids of the events at some places, by which a day is drawn."""

    @property
    def cell_part(self) -> NDArray[np.float64]:
        """What share of an event one of its cells has, one a unit."""
        n_cells = np.array([len(kind.cells) for kind in self.kinds], dtype=np.int64)
        return self.part / n_cells[self.kind]


def stated_basis(
    coverage: Coverage, countries: Sequence[str], channel: str, activity: str
) -> Basis | None:
    """Tell on which basis coverage is stated for an activity in one of several countries."""
    if not coverage.is_given:
        return Basis.ASSUMED
    known = [coverage.keys.get((country, channel, activity)) for country in countries]
    if True in known:
        return Basis.SYSTEMATIC
    return Basis.SELECTIVE if False in known else None


def needs_activity(axes: Sequence[str], coverage: Coverage) -> bool:
    """Tell whether exposure depends on the activity, beside counting by it."""
    return coverage.is_given or sum(axis not in (*COVERED_AXES, "status") for axis in axes) > 1


def tally_log(log: EventLog, axes: Sequence[str], statuses: Sequence[Status]) -> Tally:
    """
    Take the events of a log each by itself, and find what is alike.

    Labels are looked up once for all events that have the same.

    Parameters
    ----------
    log
        The events.
    axes
        Names of the axes to count on.
    statuses
        Those to count.
    """
    more = [axis for axis in axes if axis not in AXES]
    fields = {_FIELDS.get(axis, axis) for axis in axes if axis in AXES and axis != "country"}
    fields |= {"channel", "status"}
    if "country" in axes or log.coverage.is_given:
        fields |= {"countries", "initiator"}
    if needs_activity(axes, log.coverage):
        fields.add("activity")
    of, firsts = _alike(log, sorted(fields), more)
    kinds = []
    for event in (log.events[place] for place in firsts):
        by_axis = [labels_of(event, axis) for axis in axes]
        cells = tuple(product(*by_axis))
        where = [labels_of(event, "country")] * len(cells)
        if "country" in axes:
            where = [(cell[axes.index("country")],) for cell in cells]
        stated = tuple(
            stated_basis(log.coverage, countries, str(event.channel), str(event.activity))
            for countries in where
        )
        kinds.append(Kind(cells, stated))
    status = [log.events[place].status for place in firsts]
    asked = np.array([one in statuses for one in status], dtype=bool)
    recorded = np.array([one is Status.RECORDED for one in status], dtype=bool)
    has_activity = "activity" in fields
    when, first_dates = _alike(log, ["date.text"])
    return Tally(
        dates=Dates.of([log.events[place].date for place in first_dates]).take(when),
        asked=asked[of],
        recorded=recorded[of],
        coded=coded_axes(map(log.events.__getitem__, firsts), axes) if has_activity else {},
        kinds=kinds,
        kind=of,
        part=np.ones(len(log)),
        number=np.ones(len(log), dtype=np.int64),
        ids_at=lambda places: [log.events[place].id for place in places],
    )


def _alike(
    log: EventLog, fields: Sequence[str], more: Sequence[str] = ()
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """
    Number the events that are alike, and give the place of each one's first.

    Parameters
    ----------
    log
        The events.
    fields
        In which they are alike.
    more
        Axes on which they have the same labels.
    """
    number: defaultdict[object, int] = defaultdict(counter().__next__)
    keys: Iterable[object] = map(
        attrgetter(*fields), log.events
    )  # a list of them would cost as much again
    if more:
        labels = (tuple(labels_of(event, axis) for axis in more) for event in log.events)
        keys = zip(keys, labels, strict=True)
    of = np.fromiter(map(number.__getitem__, keys), dtype=np.int64, count=len(log))
    return of, np.flatnonzero(np.diff(np.maximum.accumulate(of), prepend=-1))
