"""Events by their days, and the days on which they would have been seen."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from itertools import pairwise
from math import isnan
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from attrs import field, frozen
from numpy.typing import NDArray

from engagement.counting.calendar import (
    YEARS,
    check_freq,
    first_days,
    numbers_of_days,
    period_index,
)
from engagement.counting.counting import count_events
from engagement.counting.counts import Counts
from engagement.counting.panels import read_one_series
from engagement.counting.periods import is_labelled_by_period
from engagement.counting.series import CountSeries
from engagement.errors import DateError, SeriesError, SettingError, shown
from engagement.log.eventlog import EventLog
from engagement.values.dates import read_date, read_span

if TYPE_CHECKING:
    from engagement.values.dates import EventDate

__all__ = ["DatedEvents", "read_days"]

MOST_EVENTS = 2_000
"""Days with events that are taken; the memory grows with their square."""

_DAY = YEARS["D"]


@frozen(kw_only=True, eq=False)
class DatedEvents:
    """Days of events, and days that were observed, as proleptic ordinals."""

    days: NDArray[np.int64] = field(repr=False)
    """Days of events, sorted; one stands as often as it has events."""
    observed: NDArray[np.int64] = field(repr=False)
    """Days that were observed, increasing."""
    window_stated: bool
    """Whether these were stated, or taken from the first to the last event."""

    @property
    def observed_from(self) -> date:
        """First day observed."""
        return date.fromordinal(int(self.observed[0]))

    @property
    def observed_to(self) -> date:
        """Last day observed."""
        return date.fromordinal(int(self.observed[-1]))

    def times(self) -> tuple[NDArray[np.float64], float]:
        """Return when events took place, at noon, in observed years; and how long was observed."""
        places = np.searchsorted(self.observed, self.days)
        times = (places + 0.5) * _DAY
        return np.asarray(times, dtype=np.float64), len(self.observed) * _DAY

    def day_at(self, when: float) -> date:
        """Return the day of a time in observed years."""
        place = min(max(int(when / _DAY), 0), len(self.observed) - 1)
        return date.fromordinal(int(self.observed[place]))

    def periods(self, freq: str) -> tuple[pd.PeriodIndex, NDArray[np.float64]]:
        """Return the calendar periods of what was observed, and their ends in observed years."""
        ends = np.array([self.observed[0], self.observed[-1]])
        first, last = numbers_of_days(ends, check_freq(freq)).tolist()
        numbers = np.arange(first, last + 2, dtype=np.int64)
        bounds = np.searchsorted(self.observed, first_days(numbers, freq)) * _DAY
        index = period_index(numbers[:-1], freq).rename("period")
        return index, np.asarray(bounds, dtype=np.float64)

    def by_period(self, freq: str) -> pd.DataFrame:
        """Return events and days observed in each calendar period."""
        index, bounds = self.periods(freq)
        cuts = np.rint(bounds / _DAY).astype(np.int64)
        places = np.searchsorted(self.observed, self.days)
        events = np.diff(np.searchsorted(places, cuts))
        return pd.DataFrame({"events": events, "days": np.diff(cuts)}, index=index)

    def running(self) -> pd.Series:
        """Return how many events there were up to each day with any."""
        days, counts = np.unique(self.days, return_counts=True)
        index = pd.to_datetime([date.fromordinal(int(day)) for day in days])
        return pd.Series(np.cumsum(counts), index=index, name="events")

    def segments(self, dates: Iterable[date]) -> tuple[list[date], list[date], NDArray[np.float64]]:
        """
        Return first days, last days and sums of segments, given the first days of new ones.

        Raises
        ------
        SeriesError
            If a day was not observed, is the first observed one, or does not come after the
            one before it.
        """
        places = [0]
        for ordinal in _ordinals(list(dates)):
            place = int(np.searchsorted(self.observed, ordinal))
            if place == len(self.observed) or self.observed[place] != ordinal:
                day = date.fromordinal(ordinal)
                raise SeriesError(f"{day} was not observed, so no change can begin there")
            places.append(place)
        places.append(len(self.observed))
        if not all(a < b for a, b in pairwise(places)):
            told = ", ".join(str(date.fromordinal(int(self.observed[p]))) for p in places[1:-1])
            raise SeriesError(
                f"dates of changes must increase, and come after the first day, got {told}"
            )
        before = np.searchsorted(np.searchsorted(self.observed, self.days), places)
        sums = np.stack([np.diff(before), np.diff(places) * _DAY]).astype(np.float64)
        firsts = [date.fromordinal(int(self.observed[place])) for place in places[:-1]]
        lasts = [date.fromordinal(int(self.observed[place - 1])) for place in places[1:]]
        return firsts, lasts, sums


def read_days(
    source: EventLog | Counts | CountSeries | Iterable[Any],
    window: tuple[EventDate | str | date, EventDate | str | date] | None,
) -> DatedEvents:
    """
    Read the days of events, and which days were observed.

    Raises
    ------
    DateError
        If a day is missing or cannot be read.
    SeriesError
        If there are no days, or too many; if one is imprecise, or was not observed; or if a
        series is not of daily whole counts.
    SettingError
        If the window is none.
    """
    stated = True
    if isinstance(source, EventLog):
        _check_exact(source)
        series = count_events(source, by=(), freq="D", window=window).series()
        days, observed = _of_series(series)
        stated = series.coverage_stated
    elif _is_of_counts(source):
        if window is not None:
            raise SettingError("a window belongs to days or a log; a series has its own exposure")
        series = read_one_series(source)
        days, observed = _of_series(series)
        stated = series.coverage_stated
    else:
        days = np.sort(np.array(_ordinals(_listed(source)), dtype=np.int64))
        stated = window is not None
        observed = _of_window(days, window)
    if not len(observed):
        raise SeriesError("no day was observed")
    if len(days) > MOST_EVENTS:
        raise SeriesError(
            f"{len(days)} events are more than the {MOST_EVENTS} that can be located; "
            "count them by day or week and use change_posterior"
        )
    return DatedEvents(days=days, observed=observed, window_stated=stated)


def _listed(source: object) -> list[Any]:
    if isinstance(source, str) or not isinstance(source, Iterable):
        raise SeriesError(
            f"days, an EventLog or a daily CountSeries are needed, got {type(source).__name__}"
        )
    return list(source)


def _is_of_counts(source: object) -> bool:
    """Tell whether these are counts by day, and not the days of events."""
    if isinstance(source, pd.Series):
        return is_labelled_by_period(source.index) and source.dtype.kind in "iuf"
    return isinstance(source, (CountSeries, Counts))


def _ordinals(days: list[Any]) -> list[int]:
    """Return days as ordinals."""
    missing = [place for place, day in enumerate(days) if _is_missing(day)]
    if missing:
        told = ", ".join(map(str, missing[:5])) + (", ..." if len(missing) > 5 else "")
        raise DateError(
            f"{len(missing)} of {len(days)} days are missing, at position {told}; leave them out"
        )
    return [_ordinal(day) for day in days]


def _is_missing(day: object) -> bool:
    if isinstance(day, np.datetime64):
        return bool(np.isnat(day))
    return day is None or day is pd.NaT or day is pd.NA or (isinstance(day, float) and isnan(day))


def _ordinal(day: object) -> int:
    """Return a day as an ordinal."""
    if isinstance(day, np.datetime64):
        day = pd.Timestamp(day)
    if isinstance(day, datetime) and not pd.isna(day):  # pandas timestamps too
        return day.date().toordinal()
    read = read_date(day)  # type: ignore[arg-type]  # what is no date is refused there
    if read.n_days != 1 or read.start is None:
        raise SeriesError(f"an exact day is needed, got '{read}'; count by period instead")
    return read.start.toordinal()


def _check_exact(log: EventLog) -> None:
    """Refuse a log with a day that is not known."""
    vague = []
    for event in log:
        onset = event.date.onset_days
        if onset is None or onset[0] is None or onset[1] - onset[0] != 1:
            vague.append(f"'{event.date}' (event '{event.id}')")
    if vague:
        more = f" and {len(vague) - 5} more" if len(vague) > 5 else ""
        raise SeriesError(
            f"{len(vague)} of {len(log)} events have no exact day: {', '.join(vague[:5])}{more}; "
            "leave them out, or count by period and use change_posterior"
        )


def _of_series(series: CountSeries) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    if series.periods.freqstr != "D":
        raise SeriesError(
            f"daily counts are needed, got periods of frequency {series.periods.freqstr}; "
            'count with freq="D", or use change_posterior'
        )
    counts, seen = series.counts[series.observed], series.observed
    if (counts != np.rint(counts)).any():
        raise SeriesError("daily counts must be whole numbers; use change_posterior for parts")
    observed = np.array([day.start_time.toordinal() for day in series.periods[seen]], np.int64)
    return np.repeat(observed, counts.astype(np.int64)), observed


def _of_window(days: NDArray[np.int64], window: tuple[Any, Any] | None) -> NDArray[np.int64]:
    if window is None:
        if not len(days):
            raise SeriesError("without events a window must be stated")
        return np.arange(days[0], days[-1] + 1)
    if not isinstance(window, (tuple, list)) or len(window) != 2 or None in window:
        raise SettingError(f"window must be its first and its last day, got {shown(window)}")
    start, end = read_span(*window)
    if start is None or end is None:
        raise SettingError(f"window must not be open, got {shown(window)}")
    outside = days[(days < start) | (days >= end)]
    if len(outside):
        told = ", ".join(str(date.fromordinal(int(day))) for day in outside[:5])
        raise SeriesError(f"{len(outside)} of {len(days)} days lie outside the window: {told}")
    return np.arange(start, end)
