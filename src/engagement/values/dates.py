"""Dates as imprecise as their sources leave them."""

from __future__ import annotations

import re
from datetime import date, datetime
from enum import StrEnum
from functools import total_ordering
from numbers import Integral
from operator import index
from typing import TypeAlias

from attrs import field, frozen

from engagement.errors import DateError, SettingError, shown
from engagement.settings.unpickling import checked_again
from engagement.values.edtf import LAST_YEAR, OPEN, DatePrecision, read_text, suggest_dates

__all__ = ["DateKind", "DateLike", "DatePrecision", "EventDate", "read_date", "read_span"]

NEVER = date.max.toordinal() + 1
"""The end, as an ordinal, of a span that is open; 0 is the start of one."""


class DateKind(StrEnum):
    """What a date's span means."""

    EXACT = "exact"
    """The span is one day."""
    IMPRECISE = "imprecise"
    """One unknown day of the span."""
    DURATION = "duration"
    """Lasted, between the two ends of an interval."""


def _check_text(value: object) -> str:
    if not isinstance(value, str):
        raise DateError(
            f"a date is read from a text such as '2019-10', got {shown(value)}"
            + suggest_dates(value)
        )
    return str.__str__(value)  # a plain text also where a subclass was given


@checked_again
@total_ordering
@frozen
class EventDate:
    """
    A date as its source gives it: a day, something less precise, or a duration.

    The text is a subset of the Extended Date/Time Format [1]_:

    ========================================  =============================================
    ``2019-10-16``                            that day
    ``2019-10``, ``2019-10-XX``               one unknown day of that month
    ``2019``, ``2019-XX``, ``2019-XX-XX``     one unknown day of that year
    ``201X``                                  of that decade
    ``2019-21`` ... ``2019-24``               of spring (March to May), summer, autumn,
                                              winter (December to February of 2020)
    ``2019-33`` ... ``2019-36``               of a quarter of the year
    ``[2013..2014]``, ``[2013,2015-05]``      of one of these; the span is from the first
                                              to the last, holes not excluded
    ``2002-05-01/2002-05-06``, ``2002/2006``  lasted from the one to the other
    ``2019-10/..``, ``../2006``               lasted, open at one end
    ========================================  =============================================

    After any of them, each end of an interval and each member of a set may stand ``~``
    (approximate), ``?`` (uncertain) or ``%`` (both). Flags leave the span as it is.
    Years are 0001 to 9998. Seasons are the northern ones. An interval stands if it can end on
    or after the day on which it starts: so does ``2019-10/2019-10-05``, see `onset_days`.

    Two dates are equal if their texts are: ``2019-10`` and ``2019-10-XX`` have one span and
    are not equal. ``<`` and its like are there to sort by, see `sort_key`; what came when is
    told by `is_before`, `is_after`, `is_possibly_before`, `is_possibly_after`, `is_within`,
    `contains` and `overlaps`, which take a date, a day or a text.

    Parameters
    ----------
    text
        As above, without blanks around it. `str` gives the same text back.

    Attributes
    ----------
    start_day
        Proleptic ordinal of the first day of the span; None where it is open.
    end_day
        Proleptic ordinal of the day after its last; None where it is open.
    precision
        The form, see `DatePrecision`.

    Raises
    ------
    DateError
        If the text is not a date, with what it may have been meant to be.

    References
    ----------
    .. [1] ISO 8601-2:2019, annex A; Library of Congress (2019), *Extended Date/Time Format
       Specification*.

    Examples
    --------
    >>> talks = EventDate("2019-10")
    >>> talks.start, talks.end, talks.is_imprecise
    (datetime.date(2019, 10, 1), datetime.date(2019, 11, 1), True)
    >>> talks.is_before("2020"), talks.is_within("2019-36"), talks.overlaps("2019-10-16")
    (True, True, True)
    >>> EventDate("May 2019")
    Traceback (most recent call last):
    ...
    engagement.errors.DateError: 'May 2019' is not a date: a year is four digits, ... \
Did you mean '2019-05'?
    """

    text: str = field(converter=_check_text)
    start_day: int | None = field(init=False, eq=False)
    end_day: int | None = field(init=False, eq=False)
    precision: DatePrecision = field(init=False, eq=False)

    def __attrs_post_init__(self) -> None:
        """Read the text."""
        start_day, end_day, precision = read_text(self.text)
        object.__setattr__(self, "start_day", start_day)
        object.__setattr__(self, "end_day", end_day)
        object.__setattr__(self, "precision", precision)

    @classmethod
    def parse(cls, text: str) -> EventDate:
        """
        Read a text; the same as ``EventDate(text)``.

        Examples
        --------
        >>> EventDate.parse("2019-10~")
        EventDate('2019-10~')
        """
        return cls(text)

    @classmethod
    def from_day(cls, day: date) -> EventDate:
        """
        Give the exact date of a day, which is a `date` and not a `datetime`.

        Examples
        --------
        >>> from datetime import date
        >>> EventDate.from_day(date(2019, 10, 16))
        EventDate('2019-10-16')
        """
        if not _is_day(day):
            raise DateError(f"a day is a date without a time, got {shown(day)}{suggest_dates(day)}")
        return cls(day.isoformat())

    def __str__(self) -> str:
        """Return the text."""
        return self.text

    def __repr__(self) -> str:
        """Return what makes the same date when evaluated."""
        return f"EventDate({self.text!r})"

    def __lt__(self, other: object) -> bool:
        """Tell whether this sorts before the other, see `sort_key`."""
        if not isinstance(other, EventDate):
            return NotImplemented
        mine, theirs = self.start_day or 0, other.start_day or 0
        return mine < theirs if mine != theirs else self.sort_key < other.sort_key

    @property
    def sort_key(self) -> tuple[int, int, str]:
        """Start, end and text: a total order, in which an open start is first."""
        return self.start_day or 0, self.end_day or NEVER, self.text

    @property
    def bounds(self) -> tuple[int, int]:
        """Start and end as ordinals to compare by: 0 and 3652060 stand for open ones."""
        return self.start_day or 0, self.end_day or NEVER

    @property
    def extent(self) -> tuple[int, int] | None:
        """
        First day and the day after the last on which it was, as ordinals; ``None`` without start.

        Of what lasts without an end it is the days on which it may have begun.
        """
        if self.start_day is None:
            return None
        onset = self.onset_days or (self.start_day, self.start_day + 1)
        return self.start_day, self.end_day or onset[1]

    @property
    def start(self) -> date | None:
        """The first day of the span, None where it is open."""
        return None if self.start_day is None else date.fromordinal(self.start_day)

    @property
    def end(self) -> date | None:
        """The day after the last of the span, None where it is open."""
        return None if self.end_day is None else date.fromordinal(self.end_day)

    @property
    def n_days(self) -> int | None:
        """The length of the span, None where it is open."""
        if self.start_day is None or self.end_day is None:
            return None
        return self.end_day - self.start_day

    @property
    def kind(self) -> DateKind:
        """
        Exact, imprecise or duration.

        An interval is a duration even if it is of one day; anything else is exact if its
        span is one day, and imprecise if not. Flags make no difference.
        """
        if self.precision is DatePrecision.INTERVAL:
            return DateKind.DURATION
        return DateKind.EXACT if self.n_days == 1 else DateKind.IMPRECISE

    @property
    def is_exact(self) -> bool:
        """Whether this is one known day."""
        return self.kind is DateKind.EXACT

    @property
    def is_imprecise(self) -> bool:
        """Whether this is one unknown day of several."""
        return self.kind is DateKind.IMPRECISE

    @property
    def is_duration(self) -> bool:
        """Whether this is an interval."""
        return self.kind is DateKind.DURATION

    @property
    def is_open(self) -> bool:
        """Whether this is an interval open at one end."""
        return self.start_day is None or self.end_day is None

    @property
    def is_approximate(self) -> bool:
        """Whether ``~`` or ``%`` stands after the date or any part of it."""
        return "~" in self.text or "%" in self.text

    @property
    def is_uncertain(self) -> bool:
        """Whether ``?`` or ``%`` stands after the date or any part of it."""
        return "?" in self.text or "%" in self.text

    @property
    def first(self) -> EventDate | None:
        """When a duration began, None where open; any other date itself."""
        return self._take_end(0)

    @property
    def last(self) -> EventDate | None:
        """When a duration ended, None where open; any other date itself."""
        return self._take_end(1)

    def _take_end(self, position: int) -> EventDate | None:
        if not self.is_duration:
            return self
        text = self.text.split("/")[position]
        return None if text == OPEN else EventDate(text)

    @property
    def onset_days(self) -> tuple[int, int] | None:
        """
        The days on which this may have begun, ordinals, half-open; None where open.

        They are the span of `first`, as far as that reaches no further than the end:
        ``2019-10/2019-10-05`` began on one of the first five days of October.

        Examples
        --------
        >>> start_day, end_day = EventDate("2019-10/2019-10-05").onset_days
        >>> end_day - start_day
        5
        """
        if self.first is None or self.first.end_day is None:
            return None
        return self.bounds[0], min(self.first.end_day, self.bounds[1])

    @property
    def ending_days(self) -> tuple[int, int] | None:
        """The days on which this may have ended, as `onset_days`."""
        if self.last is None or self.last.start_day is None:
            return None
        return max(self.last.start_day, self.bounds[0]), self.bounds[1]

    def is_before(self, other: DateLike) -> bool:
        """Tell whether every day of this lies before every day of the other."""
        return self.bounds[1] <= read_date(other).bounds[0]

    def is_after(self, other: DateLike) -> bool:
        """Tell whether every day of this lies after every day of the other."""
        return read_date(other).is_before(self)

    def is_possibly_before(self, other: DateLike) -> bool:
        """
        Tell whether this may have ended before the other began.

        That is so if the first of this one's `ending_days` lies before the last of the
        other's `onset_days`. What has no end is before nothing.

        Examples
        --------
        >>> EventDate("2019").is_possibly_before("2019-10-16")
        True
        """
        ending, onset = self.ending_days, read_date(other).onset_days
        return ending is not None and onset is not None and ending[0] < onset[1] - 1

    def is_possibly_after(self, other: DateLike) -> bool:
        """Tell whether this may have begun after the other ended."""
        return read_date(other).is_possibly_before(self)

    def is_within(self, other: DateLike) -> bool:
        """Tell whether every day of this is a day of the other."""
        (start, end), (low, high) = self.bounds, read_date(other).bounds
        return low <= start and end <= high

    def contains(self, other: DateLike) -> bool:
        """Tell whether every day of the other is a day of this."""
        return read_date(other).is_within(self)

    def overlaps(self, other: DateLike) -> bool:
        """
        Tell whether a day of this is a day of the other.

        Of any two dates, either they overlap, or one is before the other.
        """
        (start, end), (low, high) = self.bounds, read_date(other).bounds
        return start < high and low < end

    def shift(self, *, years: int) -> EventDate:
        """
        Move by whole years, keeping form and flags.

        Parameters
        ----------
        years
            Later if positive, earlier if negative; whole tens for a decade.

        Raises
        ------
        DateError
            If the shifted date does not exist: 29 February, which no other day stands in
            for, part of a decade, or a year outside 1 to 9998.

        Examples
        --------
        >>> EventDate("2019-10~/..").shift(years=-9)
        EventDate('2010-10~/..')
        """
        if isinstance(years, bool) or not isinstance(years, Integral):
            raise SettingError(f"years must be a whole number, got {shown(years)}")

        def move(year: re.Match[str]) -> str:
            if "X" not in year[0]:
                return f"{int(year[0]) + years:04}"
            if years % 10:
                raise DateError("a decade moves by whole tens of years")
            return f"{int(year[0][:3]) + years // 10:03}X"

        years = index(years)
        if abs(years) > LAST_YEAR:
            raise DateError(
                f"{self.text!r} cannot be moved by years={shown(years)}: years are 0001 to 9998"
            )
        try:
            return EventDate(re.sub(r"\d{3}[\dX]", move, self.text))
        except DateError as problem:
            raise DateError(f"{self.text!r} cannot be moved by years={years}: {problem}") from None


DateLike: TypeAlias = EventDate | date | str
"""What is taken for a date: one, a day, or a text."""


def read_date(value: DateLike) -> EventDate:
    """
    Take a date, a day or a text for a date.

    Examples
    --------
    >>> from datetime import date
    >>> read_date(date(2019, 10, 16)), read_date("2019-10")
    (EventDate('2019-10-16'), EventDate('2019-10'))
    """
    if isinstance(value, EventDate):
        return value
    return EventDate.from_day(value) if isinstance(value, date) else EventDate(value)


def _is_day(value: object) -> bool:
    return isinstance(value, date) and not isinstance(value, datetime)


def read_span(since: DateLike | None, until: DateLike | None) -> tuple[int | None, int | None]:
    """
    Turn two ends, as a caller writes them, into a half-open span of days.

    All of *until* is included. Returned are proleptic ordinals of the first day and of the day
    after the last, None where open. A span without days is a DateError.

    Examples
    --------
    >>> from datetime import date
    >>> [str(date.fromordinal(day)) for day in read_span("1993", "2020")]
    ['1993-01-01', '2021-01-01']
    """
    start = None if since is None else read_date(since).start_day
    end = None if until is None else read_date(until).end_day
    if start is not None and end is not None and start >= end:
        raise DateError(
            f"since must begin before until ends, got since='{since}' and until='{until}'"
        )
    return start, end
