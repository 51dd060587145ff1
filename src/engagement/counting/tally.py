"""Events that are alike, and how many there are: what is counted, wherever it came from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from attrs import astuple, frozen
from numpy.typing import NDArray

from engagement.counting.calendar import numbers_of_days
from engagement.counting.exposure import widened
from engagement.events.axes import labels_in
from engagement.events.coded import Coded, alike, spread
from engagement.values.dates import DatePrecision
from engagement.values.vocabulary import COVERED_AXES, NONE_LABEL, Basis, Status

if TYPE_CHECKING:
    from engagement.events.coverage import Coverage
    from engagement.log.eventlog import EventLog
    from engagement.values.dates import EventDate

__all__ = [
    "Dates",
    "Members",
    "Tally",
    "alike_dates",
    "basis_of",
    "cuts_of",
    "labelled",
    "needs_activity",
    "stated_by",
    "tally_events",
    "tally_log",
]


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
        pairs = zip(astuple(self, recurse=False), astuple(other, recurse=False), strict=True)
        return Dates(*(np.append(one, two) for one, two in pairs))

    def take(self, places: NDArray[np.int64]) -> Dates:
        """Return the dates at some places."""
        return Dates(*(column[places] for column in astuple(self, recurse=False)))


@frozen(eq=False)
class Members:
    """Which events of a log make up the units of a tally: an entry an event in one of its cells."""

    event: NDArray[np.int64]
    """Place of the event in the log."""
    unit: NDArray[np.int64]
    """Place of the unit."""


@frozen(kw_only=True, eq=False)
class Tally:
    """
    Units that are alike in date and cell, and how many there are of each.

    A unit is an event in one of its cells, or several such that count alike.
    """

    dates: Dates
    """When, one a unit."""
    asked: NDArray[np.bool_]
    """Whether it is of a status that is asked for, one a unit."""
    recorded: NDArray[np.bool_]
    """Whether it is recorded, one a unit."""
    coded: Mapping[str, Collection[str]]
    """By activity, where that matters, the axes on which some of its events have a label."""
    labels: Mapping[str, Coded]
    """By axis the label of each unit."""
    basis: NDArray[np.int64]
    """Place in `BASES`, one a unit: on which coverage is stated for its activity, if it is."""
    part: NDArray[np.float64]
    """What share of an event it is, one a unit; where they differ among those alike, the mean."""
    number: NDArray[np.int64]
    """How many are alike, one a unit."""
    ids_at: Callable[[NDArray[np.int64]], Sequence[str]]
    """Gives the ids of the events at some places, by which a day is drawn."""
    members: Members | None = None
    """Where the events are known, which they are."""


BASES = (None, *Basis)
"""On which basis coverage is stated for something, the first where it is not."""

Stated = frozenset[tuple[str, str, bool]]
"""Channel, activity and whether they are observed systematically, for all that is stated."""


def stated_by(coverage: Coverage) -> Callable[[Iterable[str]], Stated]:
    """Give what says, of several countries, what is stated of any of them."""
    of_country: defaultdict[str, set[tuple[str, str, bool]]] = defaultdict(set)
    for (country, channel, activity), is_systematic in coverage.keys.items():
        of_country[country].add((channel, activity, is_systematic))
    return lambda countries: frozenset(x for name in countries for x in of_country.get(name, ()))


def basis_of(stated: Coded, channel: Coded, activity: Coded) -> NDArray[np.int64]:
    """Find on which basis coverage is stated, of what is stated for the countries of each."""
    parts = [stated.compact(), channel, activity]
    which, firsts = alike([one.codes % len(one.meanings) for one in parts], len(channel))
    told = zip(*(one.at(firsts) for one in parts), strict=True)
    known = [
        Basis.SYSTEMATIC
        if (str(by), str(what), True) in said
        else Basis.SELECTIVE
        if (str(by), str(what), False) in said
        else None
        for said, by, what in told
    ]
    return np.array([BASES.index(one) for one in known], dtype=np.int64)[which]


def needs_activity(axes: Sequence[str], coverage: Coverage) -> bool:
    """Tell whether exposure depends on the activity, beside counting by it."""
    return coverage.is_given or sum(axis not in (*COVERED_AXES, "status") for axis in axes) > 1


def labelled(labels: Mapping[str, Coded], activity: Coded) -> dict[str, set[str]]:
    """Find by activity the axes on which some of its events have a label."""
    n_activities = len(activity.meanings)
    codes = activity.codes % n_activities
    used = np.flatnonzero(np.bincount(codes, minlength=n_activities)).tolist()
    found: dict[str, set[str]] = {str(activity.meanings[code]): set() for code in used}
    for axis, label in labels.items():
        named = label.holds(lambda one: one != NONE_LABEL)
        for code in np.flatnonzero(np.bincount(codes, named, n_activities)).tolist():
            found[str(activity.meanings[code])].add(axis)
    return found


def cuts_of(
    coverage: Coverage, limits: tuple[int | None, int | None], freq: str
) -> NDArray[np.int64]:
    """List the days on which a window or an observed span begins, or has ended."""
    days = {day for entry in coverage for day in widened(entry, freq)}
    return np.array(sorted(days | {day for day in limits if day is not None}), dtype=np.int64)


def alike_dates(
    dates: Dates, freq: str, cuts: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], int]:
    """
    Number the dates that count alike.

    Known days of one period are alike, if nothing begins or ends between them.

    Returned are the number of each date, the first that has each number, and how many of the
    numbers stand for known days, which come first.
    """
    is_exact = ~dates.lasted & (dates.end - dates.start == 1)
    keys = np.stack(
        [
            ~is_exact,
            np.where(is_exact, numbers_of_days(dates.start, freq), dates.start),
            np.where(is_exact, np.searchsorted(cuts, dates.start, side="right"), dates.end),
            np.where(is_exact, 0, dates.onset_start),
            np.where(is_exact, 0, dates.onset_end),
            dates.lasted,
        ],
        axis=1,
    ).astype(np.int64)
    _, firsts, classes = np.unique(keys, axis=0, return_index=True, return_inverse=True)
    return classes.reshape(-1), firsts, int(is_exact[firsts].sum())


def tally_log(
    log: EventLog,
    axes: Sequence[str],
    statuses: Sequence[Status],
    freq: str,
    limits: tuple[int | None, int | None],
    *,
    draws: bool,
) -> Tally:
    """
    Put the events of a log together that count alike.

    With *draws*, a day is to be drawn where it is not known, and such events are kept apart.
    """
    alone = tally_events(log, statuses)
    when = log.events.coded("date")
    dates = Dates.of(when.meanings)
    classes, firsts, n_exact = alike_dates(dates, freq, cuts_of(log.coverage, limits, freq))
    event = np.arange(len(log))
    labels: dict[str, Coded] = {}
    for axis in axes:
        label, rows, _ = spread(labels_in(log.events, axis).take(event))
        if len(rows) > len(event):
            labels = {name: known.take(rows) for name, known in labels.items()}
            event = event[rows]
        labels[axis] = label
    basis = np.full(len(event), BASES.index(Basis.ASSUMED))
    if log.coverage.is_given:
        stated = stated_by(log.coverage)
        if "country" in labels:
            known = labels["country"].map(lambda label: stated((label,)))
        else:
            known = labels_in(log.events, "country").map(stated).take(event)
        basis = basis_of(known, *(log.events.coded(x).take(event) for x in ("channel", "activity")))
    coded: dict[str, set[str]] = {}
    if "activity" in axes or needs_activity(axes, log.coverage):
        coded = labelled(labels, log.events.coded("activity").take(event))
    parts = [classes[when.codes][event], basis, alone.asked[event], alone.recorded[event]]
    parts += [label.codes for label in labels.values()]
    if draws:
        parts.append(np.where(parts[0] < n_exact, 0, event))
    unit, first_of = alike(parts, len(event))
    number = np.bincount(unit, minlength=len(first_of))
    part = 1 / np.bincount(event, minlength=len(log))[event]
    first = event[first_of]
    return Tally(
        dates=dates.take(firsts[parts[0][first_of]]),
        asked=alone.asked[first],
        recorded=alone.recorded[first],
        coded=coded,
        labels={axis: label.take(first_of) for axis, label in labels.items()},
        basis=basis[first_of],
        part=np.bincount(unit, part, len(first_of)) / number,
        number=number,
        ids_at=lambda places: alone.ids_at(first[places]),
        members=Members(event, unit),
    )


def tally_events(log: EventLog, statuses: Sequence[Status]) -> Tally:
    """Take the events of a log each by itself, whatever its labels."""
    events, n_events = log.events, len(log)
    dates, status = events.coded("date"), events.coded("status")
    return Tally(
        dates=Dates.of(dates.meanings).take(dates.codes),
        asked=status.holds(lambda one: one in statuses),
        recorded=status.holds(lambda one: one is Status.RECORDED),
        coded={},
        labels={},
        basis=np.full(n_events, BASES.index(Basis.ASSUMED)),
        part=np.ones(n_events),
        number=np.ones(n_events, dtype=np.int64),
        ids_at=events.coded("id").at,
    )
