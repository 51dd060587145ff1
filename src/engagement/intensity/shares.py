"""Which part of each event lies in which cell: what counting did, event by event."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from engagement.counting.counting import count_events
from engagement.events.axes import labels_of
from engagement.values.dates import DatePrecision

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scipy.sparse import csr_array

    from engagement.counting.counts import Counts
    from engagement.events.events import Event
    from engagement.log.eventlog import EventLog

__all__ = ["event_shares"]


def event_shares(counts: Counts, log: EventLog, settings: Mapping[str, Any]) -> csr_array:
    """
    Return what each event adds to each cell, shape ``(n_cells * n_periods, n_events)``.

    Its rows sum to *counts*, which were made from *log* with these arguments of `count_events`.
    An event whose days lie on both sides of a border, or partly outside of what was observed,
    adds a part. Counting by day tells it: there each of an event's days is in or out.
    """
    from scipy.sparse import csr_array

    entries = counts.entries
    if entries is None:
        return csr_array((counts.exposure_years.size, len(log)))
    is_whole = settings["imprecise"] not in ("spread", "exclude")
    if is_whole and settings["durations"] == "start":
        event, cell, period = entries.event, entries.cell, entries.period
        parts = np.ones(len(log))
    else:
        by_days = dict(settings) | {"freq": "D"}
        if not is_whole:
            by_days["imprecise"] = "spread"
        days = count_events(log, **by_days)
        found = days.entries
        if found is None:
            return csr_array((counts.exposure_years.size, len(log)))
        kept = np.isin(found.event, entries.event)
        event, cell = found.event[kept], found.cell[kept]
        of_day = counts.periods.get_indexer(days.periods.asfreq(counts.periods.freqstr))
        period = of_day[found.period[kept]]
        parts = np.array([_n_days(one, settings, is_whole=is_whole) for one in log.events]) * 1.0
    if settings["counting"] == "fractional":
        parts *= [prod(len(labels_of(one, axis)) for axis in counts.by) for one in log.events]
    rows = cell * len(counts.periods) + period
    seen = counts.exposure_years.reshape(-1)[rows] > 0  # the others are only mentioned
    rows, event = rows[seen], event[seen]
    shape = counts.exposure_years.size, len(log)
    shares = csr_array((np.ones(len(event)), (rows, event)), shape=shape)  # sums days
    shares.data /= parts[shares.indices]
    return shares


def _n_days(event: Event, settings: Mapping[str, Any], *, is_whole: bool) -> int:
    """Return over how many days an event is spread."""
    when = event.date
    lasted = when.precision is DatePrecision.INTERVAL and settings["durations"] == "spread"
    if lasted:
        return max((when.end_day or 1) - (when.start_day or 0), 1)
    low, high = when.onset_days or (0, 1)
    return 1 if is_whole else high - low
