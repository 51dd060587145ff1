"""Where in time each unit lies, by the caller's rules for imprecise dates and durations."""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from engagement.counting.calendar import numbers_of_days
from engagement.counting.tally import tally_events
from engagement.settings.seeds import read_generator

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from engagement.counting.tally import Tally
    from engagement.log.eventlog import EventLog
    from engagement.values.vocabulary import Status

__all__ = ["REASONS", "Placed", "place_events", "place_units"]

STATUS = "status not asked for"
NO_START = "date has no start"
NO_END = "duration has no end to spread to"
IMPRECISE = "date is not within one period"
PARTLY = "date lies partly outside of what was observed"
WINDOW = "outside the window"
NOT_STATED = "no coverage stated for it"
SELECTIVE = "recorded selectively, beside what was observed"
NOT_COVERED = "outside the coverage"

REASONS = (
    *(STATUS, NO_START, NO_END, IMPRECISE, PARTLY, WINDOW),
    *(NOT_STATED, SELECTIVE, NOT_COVERED),
)
"""Why an event, or a part of one, can be excluded."""


@frozen(eq=False)
class Placed:
    """Where in time the units of a tally lie; arrays of one entry a unit."""

    start: NDArray[np.int64]
    """Ordinal of the first day over which the unit is spread."""
    end: NDArray[np.int64]
    """The day after the last."""
    counted: NDArray[np.int64]
    """Places of the units that have a place in time."""
    extent: tuple[int, int]
    """
    First day, and the day after the last, of all recorded events: before any of their days is
    chosen, so that it is the same by every rule and for every status that is counted.
    """
    whole: NDArray[np.bool_]
    """Whether the unit is excluded from a cell in which only some of its days were observed."""
    lost: NDArray[np.float64]
    """Share of the unit that is excluded, a column for each of `REASONS`."""


def place_units(
    tally: Tally,
    freq: str,
    settings: Mapping[str, str],
    rng: np.random.Generator | int | None,
) -> Placed:
    """Give each unit of a status that is asked for its days."""
    dates, asked = tally.dates, tally.asked
    lost = np.zeros((len(asked), len(REASONS)), order="F")
    lost[~asked, REASONS.index(STATUS)] = 1
    spread = settings["durations"] == "spread"
    start, end = dates.start.copy(), dates.end.copy()
    open_start = asked & (dates.start == 0)
    lost[open_start, REASONS.index(NO_START)] = 1
    if spread:
        lost[asked & (dates.start > 0) & (dates.end == 0), REASONS.index(NO_END)] = 1
    else:
        start[dates.lasted] = dates.onset_start[dates.lasted]
        end[dates.lasted] = dates.onset_end[dates.lasted]
    is_lost = lost[:, : REASONS.index(NO_END) + 1].any(axis=1)
    kept: NDArray[np.bool_] = np.logical_not(is_lost)
    known = np.flatnonzero(tally.recorded & (dates.start > 0))
    lasts = np.where(dates.end > 0, dates.end, dates.onset_end)[known]
    extent = (int(dates.start[known].min()), int(lasts.max())) if len(known) else (0, 0)
    rigid = dates.lasted if spread else np.zeros(len(asked), dtype=bool)
    loose = np.flatnonzero(kept & ~rigid & (end - start > 1))
    imprecise = settings["imprecise"]
    whole = np.zeros(len(asked), dtype=bool)
    if imprecise == "exclude":
        whole[loose] = True
        first, last = numbers_of_days(start[loose], freq), numbers_of_days(end[loose] - 1, freq)
        lost[loose[first != last], REASONS.index(IMPRECISE)] = 1
        kept[loose[first != last]] = False
    elif imprecise != "spread":
        n_days = end[loose] - start[loose]
        start[loose] += _steps(imprecise, n_days, lambda: tally.ids_at(loose), rng)
        end[loose] = start[loose] + 1
    return Placed(start, end, np.flatnonzero(kept), extent, whole, lost)


def place_events(
    log: EventLog,
    statuses: Sequence[Status],
    freq: str,
    settings: Mapping[str, str],
    rng: np.random.Generator | int | None,
) -> Placed:
    """Give each event of a log its days, whatever its labels, see `place_units`."""
    return place_units(tally_events(log, statuses), freq, settings, rng)


def _steps(
    imprecise: str,
    n_days: NDArray[np.int64],
    ids: Callable[[], Sequence[str]],
    rng: np.random.Generator | int | None,
) -> NDArray[np.int64]:
    """Return how many days after its first the chosen day of each date lies."""
    if imprecise == "start":
        return np.zeros(len(n_days), dtype=np.int64)
    if imprecise == "middle":
        return (n_days - 1) // 2
    if imprecise == "end":
        return n_days - 1
    seed = int(read_generator(rng).integers(2**62))
    key = seed.to_bytes(8, "little")
    drawn = [blake2b(name.encode(), key=key, digest_size=8).digest() for name in ids()]
    uniform = np.array([int.from_bytes(digest, "little") >> 11 for digest in drawn]) / 2**53
    return np.floor(uniform * n_days).astype(np.int64)
