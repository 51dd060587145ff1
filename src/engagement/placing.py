"""Where in time each event lies, by the caller's rules for imprecise dates and durations."""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from engagement.periods import numbers_of_days

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from engagement.dates import EventDate
    from engagement.eventlog import EventLog
    from engagement.events import Event
    from engagement.vocabulary import Status

__all__ = ["REASONS", "Lost", "Placed", "place_events"]

STATUS = "status not asked for"
NO_START = "date has no start"
NO_END = "duration has no end to spread to"
IMPRECISE = "date is not within one period"
WINDOW = "outside the window"
NOT_STATED = "no coverage stated for it"
NOT_COVERED = "outside the coverage"

REASONS = (STATUS, NO_START, NO_END, IMPRECISE, WINDOW, NOT_STATED, NOT_COVERED)
"""Why an event, or a part of one, can be left out."""


@frozen(eq=False)
class Lost:
    """Parts of events that are not counted: event, share of the event, reason."""

    event: int
    share: float
    reason: str


@frozen(eq=False)
class Placed:
    """Where each event lies: days ``[start, end)``, and which events are counted at all."""

    start: NDArray[np.int64]
    end: NDArray[np.int64]
    counted: NDArray[np.int64]
    lost: list[Lost]


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
    start = np.zeros(len(log), dtype=np.int64)
    end = np.zeros(len(log), dtype=np.int64)
    counted, lost, rigid = [], [], np.zeros(len(log), dtype=bool)
    for place, event in enumerate(log):
        reason = STATUS if event.status not in statuses else ""
        if not reason:
            rigid[place] = event.date.is_duration and settings["durations"] == "spread"
            first, last, reason = _days(event.date, spread=bool(rigid[place]))
            start[place], end[place] = first, last
        if reason:
            lost.append(Lost(place, 1.0, reason))
        else:
            counted.append(place)
    kept = np.array(counted, dtype=np.int64)
    imprecise = settings["imprecise"]
    loose = kept[~rigid[kept] & (end[kept] - start[kept] > 1)]
    if imprecise == "exclude":
        within = numbers_of_days(start[loose], freq) == numbers_of_days(end[loose] - 1, freq)
        lost += [Lost(int(place), 1.0, IMPRECISE) for place in loose[~within]]
        kept = np.setdiff1d(kept, loose[~within])
    elif imprecise != "spread":
        n_days = end[loose] - start[loose]
        start[loose] += _steps(imprecise, n_days, [log[int(place)] for place in loose], rng)
        end[loose] = start[loose] + 1
    return Placed(start, end, kept, lost)


def _days(when: EventDate, *, spread: bool) -> tuple[int, int, str]:
    if when.is_duration and not spread:
        if when.first is None:
            return 0, 0, NO_START
        when = when.first
    if when.start_day is None:
        return 0, 0, NO_START
    if when.end_day is None:
        return 0, 0, NO_END
    return when.start_day, when.end_day, ""


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
