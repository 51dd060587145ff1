"""Anyone's periods, read: pandas periods, years, dates and texts."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from engagement.counting.calendar import (
    PANDAS,
    check_freq,
    index_of,
    multiple_of,
    numbers_of_days,
    period_index,
)
from engagement.counting.period_texts import ReadPeriod, UnreadableError, read_item
from engagement.errors import LabelError, SeriesError, shown

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = [
    "as_periods",
    "is_labelled_by_period",
    "listed_faults",
    "one_period",
    "places_within",
    "read_periods",
]

Freq = Literal["Y", "Q", "M", "W", "D"]
Fault = tuple[int, object, str]
"""Position, value and problem."""

_WEEKDAYS = tuple(f"{day}days" for day in ("Mon", "Tues", "Wednes", "Thurs", "Fri", "Satur", "Sun"))
_COUNT_BY = 'each row is an event with its day: say freq="Y", "Q", "M", "W" or "D" to count by'
_UNIT_OF = {"Y": "year", "Q": "quarter", "M": "month", "W": "week", "D": "day"}


def as_periods(periods: object, freq: Freq | None = None) -> pd.PeriodIndex:
    """
    Read anyone's periods, which increase.

    Periods are a pandas PeriodIndex or DatetimeIndex, pandas periods, years as whole numbers, days
    of Python, NumPy, pandas or polars, or texts such as ``"1993"``, ``"1993Q2"``, ``"1993-05"``,
    ``"May 1993"``, ``"1993-05-01"``, all of one frequency. *freq* is what dates stand for; without
    it they are days where they can be nothing else, and a DatetimeIndex with a frequency keeps it.

    Examples
    --------
    >>> as_periods(["Jan 2010", "Feb 2010"]).astype(str).tolist()
    ['2010-01', '2010-02']
    """
    index, faults = read_periods(periods, freq)
    if faults:
        raise SeriesError(listed_faults(faults))
    check_increase(index)
    return index.rename("period")


def check_increase(index: pd.PeriodIndex) -> None:
    """Check that periods increase and do not overlap."""
    if index.hasnans:
        raise SeriesError(f"period {int(np.argmax(index.isna()))} is missing (NaT)")
    steps = np.diff(index.asi8)
    if (steps <= 0).any():
        place = int(np.argmax(steps <= 0)) + 1
        raise SeriesError(
            f"periods must increase, but {index[place]} follows {index[place - 1]} "
            f"at position {place}; sort the series by period and sum what stands twice"
        )
    if (steps < multiple_of(index)).any():
        place = int(np.argmax(steps < multiple_of(index))) + 1
        raise SeriesError(
            f"periods must not overlap, but each is of {index.freqstr} and {index[place]} "
            f"follows {index[place - 1]} at position {place}"
        )


def one_period(item: object) -> pd.Period:
    """Read one period; a date is the day."""
    try:
        read = read_item(item)
    except UnreadableError as error:
        raise SeriesError(str(error)) from None
    if read.freq:
        return pd.Period(ordinal=read.ordinal, freq=read.freq)
    return period_index(np.array([read.ordinal]), "D")[0]


def places_within(index: pd.PeriodIndex, item: object) -> NDArray[np.intp]:
    """Return which periods lie within one, such as the months of ``"2003"``."""
    wanted = one_period(item)
    starts, ends = index.asfreq("D", "S").asi8, index.asfreq("D", "E").asi8
    inside = starts >= wanted.asfreq("D", "S").ordinal
    inside &= ends <= wanted.asfreq("D", "E").ordinal
    if not inside.any():
        extent = f"{index[0]} to {index[-1]}" if len(index) else "none"
        raise LabelError(f"no period of the counts lies within {wanted}; they have {extent}")
    return np.flatnonzero(inside)


def is_labelled_by_period(index: pd.Index) -> bool:
    """
    Tell whether the labels of an index can be periods.

    The numbers of rows, from 0 on, are none.
    """
    if isinstance(index, (pd.PeriodIndex, pd.DatetimeIndex)):
        return True
    if isinstance(index, pd.MultiIndex) or not len(index) or has_row_numbers(index):
        return False
    try:
        for item in index.unique()[:50]:
            read_item(item)
    except UnreadableError:
        return False
    return True


def has_row_numbers(index: pd.Index) -> bool:
    """Tell whether an index only numbers the rows from 0 on."""
    return index.dtype.kind in "iu" and bool((index == np.arange(len(index))).all())


def read_periods(
    periods: object, freq: Freq | None = None, *, of_events: bool = False
) -> tuple[pd.PeriodIndex, list[Fault]]:
    """
    Read anyone's periods in any order, and list what cannot be read.

    With *of_events* each stands for an event, which may be known to a finer period than *freq*.
    Returned are the periods, NaT where there is a fault, and the faults; one of all periods
    together has position -1.
    """
    if freq is not None:
        check_freq(freq)
    if isinstance(periods, pd.DatetimeIndex) and freq is None and periods.freq is not None:
        stated = _at_its_word(periods)
        if stated is not None:
            return stated.rename("period"), []
    if not isinstance(periods, pd.PeriodIndex):
        index, faults = _read_items(periods, freq, of_events=of_events)
        return index.rename("period"), faults
    index, faults = _to_freq(periods, freq, of_events=of_events)
    missing = [(int(k), pd.NaT, "is missing") for k in np.flatnonzero(periods.isna())]
    return index.rename("period"), [*faults, *missing]


def _at_its_word(dates: pd.DatetimeIndex) -> pd.PeriodIndex | None:
    """Return the periods of dates that have a frequency; None if it is not one of periods."""
    if dates.freqstr in {"B", "C"}:  # working days
        return None
    try:
        return dates.to_period()
    except ValueError:  # such as every two months
        return None


def _to_freq(
    index: pd.PeriodIndex, freq: Freq | None, *, of_events: bool
) -> tuple[pd.PeriodIndex, list[Fault]]:
    """Hold periods against the frequency that was asked for."""
    if freq is None or not len(index):
        return (index if len(index) or freq is None else pd.PeriodIndex([], freq=PANDAS[freq])), []
    given = index.freqstr.lstrip("0123456789")[0]
    if given == freq:
        return index, []
    if of_events and _nests(given, freq):
        return index.asfreq(PANDAS[freq]), []
    if given not in PANDAS:
        return index, [(-1, index.freqstr, f"periods are of frequency {index.freqstr}")]
    remedy = "; leave freq out, and resample the counts" if _nests(given, freq) else ""
    problem = f'periods are {_UNIT_OF[given]}s, and freq="{freq}" asks for {_UNIT_OF[freq]}s'
    return index, [(-1, index.freqstr, problem + remedy)]


def _nests(fine: str, coarse: str) -> bool:
    order = "DMQY" if coarse != "W" else "DW"
    return fine in order and coarse in order and order.index(fine) <= order.index(coarse)


def _read_items(
    periods: object, freq: Freq | None, *, of_events: bool
) -> tuple[pd.PeriodIndex, list[Fault]]:
    """Read each different item once."""
    items, codes = _different(periods)
    reads: list[ReadPeriod | None] = []
    problems: dict[int, str] = {}
    for code, item in enumerate(items):
        try:
            reads.append(read_item(item))
        except UnreadableError as error:
            reads.append(None)
            problems[code] = str(error)
    places = np.flatnonzero(np.isin(codes, list(problems))).tolist()
    faults: list[Fault] = [(k, items[codes[k]], problems[codes[k]]) for k in places]
    freqs = {one.freq for one in reads if one is not None}
    if len(freqs) > 1:
        named = {name or PANDAS["D"] for name in freqs}
        listed = ", ".join(sorted(named)) if len(named) > 1 else "periods and dates"
        faults.append((-1, None, f"periods are of several frequencies ({listed}); give one"))
        return pd.PeriodIndex([pd.NaT] * len(codes), freq=PANDAS[freq or "Y"]), faults
    ordinals = np.array([0 if one is None else one.ordinal for one in reads], dtype=np.int64)
    unread = np.array([one is None for one in reads], dtype=bool)
    given = next(iter(freqs), PANDAS[freq or "Y"])
    index, more = _in_one_freq(ordinals, unread, given, freq, of_events=of_events)
    return index.take(codes), [*faults, *more]


def _different(periods: object) -> tuple[list[object], NDArray[np.intp]]:
    """List the different items, and say which of them stands where."""
    if isinstance(periods, (pd.Series, pd.Index)) and periods.dtype != object:
        codes, uniques = pd.factorize(periods, use_na_sentinel=False)
        return list(uniques), codes
    known: dict[object, int] = {}
    items: list[object] = []
    found: list[int] = []
    for place, item in enumerate(_items(periods)):
        key = (type(item), item) if isinstance(item, Hashable) else place
        found.append(known.setdefault(key, len(known)))
        if found[-1] == len(items):
            items.append(item)
    return items, np.array(found, dtype=np.intp)


def _in_one_freq(
    ordinals: NDArray[np.int64],
    unread: NDArray[np.bool_],
    given: str,
    freq: Freq | None,
    *,
    of_events: bool,
) -> tuple[pd.PeriodIndex, list[Fault]]:
    """Make an index of ordinals that are all of one frequency, or all days."""
    faults: list[Fault] = []
    if given:
        index = index_of(ordinals, given)
        index, faults = _to_freq(index, freq, of_events=of_events)
    else:
        days = np.unique(ordinals[~unread])
        problem = _weeks_apart(days) if freq == "W" and not of_events else ""
        if not freq:
            problem = _COUNT_BY if of_events else _what_dates_can_be(days)
        if problem:
            faults.append((-1, None, problem))
        days = np.where(unread, days[0], ordinals)
        letter = freq or "D"
        index = period_index(numbers_of_days(days, letter), letter)
    if unread.any():
        ordinals = index.asi8.copy()
        ordinals[unread] = pd.NaT.value
        index = index_of(ordinals, index.freqstr)
    return index, faults


def _items(periods: object) -> Sequence[object]:
    """List the items; arrays of dates become days or, if they are of years or months, periods."""
    if isinstance(periods, np.ndarray) and periods.ndim != 1:
        raise SeriesError(f"periods must have shape (n,), got {periods.shape}")
    if isinstance(periods, np.ma.MaskedArray):
        return [None if item is np.ma.masked else item for item in periods]
    if isinstance(periods, np.ndarray) and periods.dtype.kind == "M":
        unit = np.datetime_data(periods.dtype)[0]
        if unit in "YM":
            numbers = periods.astype(np.int64) if len(periods) else np.zeros(0, dtype=np.int64)
            return [
                None if np.isnat(when) else pd.Period(ordinal=int(number), freq=PANDAS[unit])
                for when, number in zip(periods, numbers, strict=True)
            ]
    if isinstance(periods, np.ndarray) and periods.dtype.kind in "Uiuf":
        return periods.tolist()  # type: ignore[no-any-return]
    if isinstance(periods, (str, bytes)) or not isinstance(periods, Iterable):
        raise SeriesError(f"periods must be a sequence, got {shown(periods)}")
    return list(periods)


def _what_dates_can_be(days: NDArray[np.int64]) -> str:
    """Say what dates can stand for beside days; an empty text where they can be days only."""
    if not len(days):
        return ""
    dates = [date.fromordinal(int(day)) for day in days]
    after = [date.fromordinal(min(int(day) + 1, date.max.toordinal())) for day in days]
    for what, firsts in (("first", dates), ("last", after)):
        if all(day.day == 1 for day in firsts):
            letters = "M"
            if all(day.month in (1, 4, 7, 10) for day in firsts):
                letters += "Q"
            if all(day.month == 1 for day in firsts):
                letters += "Y"
            return _ask(f"the {what} days of {_UNIT_OF[letters[-1]]}s", letters)
    if len(days) > 1 and (np.diff(days) % 7 == 0).all():
        weekday = _WEEKDAYS[dates[0].weekday()]
        if weekday in ("Mondays", "Sundays"):
            return _ask(weekday, "W")
        return (
            f'periods are dates, all of them {weekday}: write freq="D" if each is its day, or for '
            f'weeks give periods, such as .to_period("W-{weekday[:3].upper()}")'
        )
    return ""


def _ask(what: str, letters: str) -> str:
    ways = [f'freq="{letter}" if each is its {_UNIT_OF[letter]}' for letter in [*letters, "D"]]
    return (
        f"periods are dates, all of them {what}, and can mean several things: write "
        f"{', '.join(ways[:-1])} or {ways[-1]}; or give periods, such as "
        f'.to_period("{letters[-1]}")'
    )


def _weeks_apart(days: NDArray[np.int64]) -> str:
    """Say where dates of weeks are neither the first nor the last days of weeks."""
    weekdays = {date.fromordinal(int(day)).weekday() for day in days}
    if len(weekdays) == 1 and not weekdays & {0, 6}:
        (weekday,) = weekdays
        return (
            f'freq="W" is weeks from Monday to Sunday, but all dates are {_WEEKDAYS[weekday]}; '
            f'give pandas periods, such as .to_period("W-{_WEEKDAYS[weekday][:3].upper()}")'
        )
    return ""


def listed_faults(faults: Iterable[Fault], most: int = 5) -> str:
    """Tell what is wrong with periods, the first of them by position."""
    listed = list(faults)
    told = [
        f"{problem} (position {place})" if place >= 0 else problem
        for place, _, problem in listed[:most]
    ]
    more = f"; and {len(listed) - most} more" if len(listed) > most else ""
    return "; ".join(told) + more
