"""Where in time each event lies, by the caller's rules for imprecise dates and durations."""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from engagement.dates import DatePrecision
from engagement.periods import numbers_of_days

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from engagement.dates import EventDate
    from engagement.eventlog import EventLog
    from engagement.events import Event
    from engagement.vocabulary import Status

__all__ = ["REASONS", "Placed", "place_events"]

STATUS = "status not asked for"
NO_START = "date has no start"
NO_END = "duration has no end to spread to"
IMPRECISE = "date is not within one period"
PARTLY = "date lies partly outside of what was observed"
WINDOW = "outside the window"
NOT_STATED = "no coverage stated for it"
NOT_COVERED = "outside the coverage"

REASONS = (STATUS, NO_START, NO_END, IMPRECISE, PARTLY, WINDOW, NOT_STATED, NOT_COVERED)
"""Why an event, or a part of one, can be left out."""


@frozen(eq=False)
class Placed:
    """Where in time the events of a log lie; arrays of one entry an event."""

    start: NDArray[np.int64]
    """Ordinal of the first day over which the event is spread."""
    end: NDArray[np.int64]
    """The day after the last."""
    asked: NDArray[np.bool_]
    """Whether the event is of a status that is asked for."""
    counted: NDArray[np.int64]
    """Places in the log of the events that have a place in time."""
    extent: tuple[int, int]
    """
    First day, and the day after the last, of all dates that are asked for: before any of their
    days is chosen, so that it is the same by every rule for imprecise dates.
    """
    whole: NDArray[np.bool_]
    """Whether the event is left out of a cell in which only some of its days were observed."""
    lost: NDArray[np.float64]
    """Share of each event that is left out, a column for each of `REASONS`."""


def place_events(
    log: EventLog,
    statuses: Sequence[Status],
    freq: str,
    settings: Mapping[str, str],
    rng: np.random.Generator | int | None,
) -> Placed:
    """
    Give each event of a status that is asked for its days.

    Parameters
    ----------
    log
        The events.
    statuses
        Those to count.
    freq
        Letter of the frequency; it matters to ``imprecise="exclude"`` alone.
    settings
        ``imprecise`` and ``durations``, see `count_events`.
    rng
        For ``imprecise="impute"``.
    """
    lost = np.zeros((len(log), len(REASONS)))
    asked = np.array([event.status in statuses for event in log.events], dtype=bool)
    lost[~asked, REASONS.index(STATUS)] = 1
    dates = [event.date for event in log.events]
    start = np.array([when.start_day or 0 for when in dates], dtype=np.int64)
    end = np.array([when.end_day or 0 for when in dates], dtype=np.int64)
    lasted = np.array([when.precision is DatePrecision.INTERVAL for when in dates], dtype=bool)
    for place in np.flatnonzero(asked & lasted):
        days, reason = _days(dates[place], spread=settings["durations"] == "spread")
        start[place], end[place] = days
        if reason:
            lost[place, REASONS.index(reason)] = 1
    kept: NDArray[np.bool_] = np.logical_not(lost.any(axis=1))
    extent = (int(start[kept].min()), int(end[kept].max())) if kept.any() else (0, 0)
    rigid = lasted if settings["durations"] == "spread" else np.zeros(len(log), dtype=bool)
    loose = np.flatnonzero(kept & ~rigid & (end - start > 1))
    imprecise = settings["imprecise"]
    whole = np.zeros(len(log), dtype=bool)
    if imprecise == "exclude":
        whole[loose] = True
        first, last = numbers_of_days(start[loose], freq), numbers_of_days(end[loose] - 1, freq)
        lost[loose[first != last], REASONS.index(IMPRECISE)] = 1
        kept[loose[first != last]] = False
    elif imprecise != "spread":
        n_days = end[loose] - start[loose]
        start[loose] += _steps(imprecise, n_days, [log[int(place)] for place in loose], rng)
        end[loose] = start[loose] + 1
    return Placed(start, end, asked, np.flatnonzero(kept), extent, whole, lost)


def _days(when: EventDate, *, spread: bool) -> tuple[tuple[int, int], str]:
    """Give the days to which a duration is put, half-open, or the reason why there are none."""
    if when.start_day is None:
        return (0, 0), NO_START
    if not spread:
        return when.onset_days or (0, 0), ""
    if when.end_day is None:
        return (0, 0), NO_END
    return (when.start_day, when.end_day), ""


def _steps(
    imprecise: str,
    n_days: NDArray[np.int64],
    events: Sequence[Event],
    rng: np.random.Generator | int | None,
) -> NDArray[np.int64]:
    """Return how many days after its first the chosen day of each date lies."""
    if imprecise == "start":
        return np.zeros(len(n_days), dtype=np.int64)
    if imprecise == "middle":
        return (n_days - 1) // 2
    if imprecise == "end":
        return n_days - 1
    seed = int(np.random.default_rng(0 if rng is None else rng).integers(2**62))
    key = seed.to_bytes(8, "little")
    drawn = [blake2b(e.id.encode(), key=key, digest_size=8).digest() for e in events]
    uniform = np.array([int.from_bytes(digest, "little") >> 11 for digest in drawn]) / 2**53
    return np.floor(uniform * n_days).astype(np.int64)
