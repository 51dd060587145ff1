"""Read a text of the Extended Date/Time Format into the span of days that it means."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from functools import lru_cache
from numbers import Real
from typing import TypeAlias

from engagement.errors import DateError, shown
from engagement.values.date_guesses import guess_dates

__all__ = ["DatePrecision", "Reading", "read_text", "suggest_dates"]

LAST_YEAR = 9998

OPEN = ".."
"""How an open end of an interval is written."""

FLAGS = ("~", "?", "%")
"""Approximate, uncertain, both; one may follow a date."""

N_CACHED = 2**15
"""Readings of texts that are kept, so that a date repeated in a table is read once."""


class DatePrecision(StrEnum):
    """
    The form in which a date is given.

    What is unspecified is no precision: ``2019-10-XX`` is a month.
    """

    DAY = "day"
    MONTH = "month"
    SEASON = "season"
    QUARTER = "quarter"
    YEAR = "year"
    DECADE = "decade"
    SET = "set"
    """One of several dates, which is not said."""
    INTERVAL = "interval"
    """From one date to another, each with a precision of its own."""


Reading: TypeAlias = tuple[int | None, int | None, DatePrecision]

# code after the year -> first month, number of months
_PARTS = {f"{m:02}": (m, 1, DatePrecision.MONTH) for m in range(1, 13)}
_PARTS |= {f"{21 + k}": (3 + 3 * k, 3, DatePrecision.SEASON) for k in range(4)}
_PARTS |= {f"{33 + k}": (1 + 3 * k, 3, DatePrecision.QUARTER) for k in range(4)}
_PARTS |= {"XX": (1, 12, DatePrecision.YEAR)}


def _read_any(text: str) -> Reading:
    """Give start, end (ordinals, half-open) and precision, or raise the broken rule."""
    if not text:
        raise DateError("the text is empty")
    if not text.isascii():
        raise DateError("letters and digits are the plain ASCII ones")
    if "/" in text:
        return _read_interval(text)
    if text[0] == "[":
        return _read_set(text)
    return _read_single(text)


def _read_single(text: str) -> tuple[int, int, DatePrecision]:
    body = text[:-1] if text.endswith(FLAGS) else text
    year, *parts = body.split("-")
    if len(year) == 4 and year[3] == "X" and year[:3].isdigit() and not parts:
        first = int(year[:3]) * 10
        _check_year(first, year)
        return *_span_months(_check_year(first + 9, year) - 9, 1, 120), DatePrecision.DECADE
    if len(year) != 4 or not year.isdigit():
        raise DateError(f"a year is four digits, of which the last may be X, got {shown(year)}")
    number = _check_year(int(year), year)
    if not parts:
        return *_span_months(number, 1, 12), DatePrecision.YEAR
    if parts[0] not in _PARTS:
        raise DateError(
            "after the year comes a month 01 to 12, a season 21 to 24, a quarter 33 to 36 or XX, "
            f"got {shown(parts[0])}"
        )
    month, n_months, precision = _PARTS[parts[0]]
    if len(parts) == 1 or (parts[1:] == ["XX"] and n_months in (1, 12)):
        return *_span_months(number, month, n_months), precision
    if len(parts) > 2 or n_months > 1:
        raise DateError(f"a day follows a month and ends the date, got {shown(body[5:])}")
    start = _read_day(number, month, parts[1])
    return start, start + 1, DatePrecision.DAY


def _check_year(number: int, text: str) -> int:
    if not 1 <= number <= LAST_YEAR:
        raise DateError(f"years are 0001 to 9998, got {shown(text)}")
    return number


def _span_months(year: int, month: int, n_months: int) -> tuple[int, int]:
    after = year * 12 + month - 1 + n_months
    return date(year, month, 1).toordinal(), date(after // 12, after % 12 + 1, 1).toordinal()


def _read_day(year: int, month: int, text: str) -> int:
    if len(text) != 2 or not text.isdigit():
        raise DateError(f"a day is two digits or XX, with no time after it, got {shown(text)}")
    try:
        return date(year, month, int(text)).toordinal()
    except ValueError:
        start, end = _span_months(year, month, 1)
        raise DateError(
            f"{year:04}-{month:02} has days 01 to {end - start}, got {shown(text)}"
        ) from None


def _read_set(text: str) -> Reading:
    body = text[:-1] if text.endswith(FLAGS) else text
    if not body.endswith("]"):
        raise DateError("a set starts with '[' and ends with ']'")
    members = [_read_member(member) for member in body[1:-1].split(",")]
    return min(low for low, _ in members), max(high for _, high in members), DatePrecision.SET


def _read_member(text: str) -> tuple[int, int]:
    low, dots, high = text.partition(OPEN)
    if not low or (dots and not high):
        raise DateError(f"a set's members are dates, none of them empty or open, got {shown(text)}")
    start, end, _ = _read_single(low)
    if dots:
        _, end, _ = _read_single(high)
    if start >= end:
        raise DateError(
            f"a range in a set runs from the earlier to the later date, got {shown(text)}"
        )
    return start, end


def _read_interval(text: str) -> Reading:
    ends = text.split("/")
    if len(ends) > 2:
        raise DateError(
            "slashes stand between the ends of an interval; "
            "between day, month and year they would leave the order open"
        )
    if ends == [OPEN, OPEN]:
        raise DateError("an interval is open at one end at most")
    for end in ends:
        if not end or end[0] == "[":
            raise DateError(f"an end of an interval is a single date or '..', got {shown(end)}")
    start = None if ends[0] == OPEN else _read_single(ends[0])[0]
    stop = None if ends[1] == OPEN else _read_single(ends[1])[1]
    if start is not None and stop is not None and start >= stop:
        raise DateError("an interval ends no earlier than it starts")
    return start, stop, DatePrecision.INTERVAL


@lru_cache(maxsize=N_CACHED)
def read_text(text: str) -> Reading:
    """
    Read a text.

    Returns
    -------
    tuple
        Ordinals of the first day and of the day after the last, None where open, and the
        precision.

    Raises
    ------
    DateError
        With the text, the rule that it breaks, and what it may have been meant to be.

    Examples
    --------
    >>> start_day, end_day, precision = read_text("2019-10")
    >>> date.fromordinal(start_day), end_day - start_day, precision.value
    (datetime.date(2019, 10, 1), 31, 'month')
    """
    try:
        return _read_any(text)
    except DateError as problem:
        raise DateError(f"{text!r:.80} is not a date: {problem}{suggest_dates(text)}") from None


def suggest_dates(value: object) -> str:
    """Hint at the dates that a value may have been meant to be, if there are any."""
    if not isinstance(value, (str, Real, date)):
        return ""
    try:
        text = str(value)
    except ValueError:  # a number of thousands of digits
        return ""
    near = dict.fromkeys(guess for guess in guess_dates(text) if _is_readable(guess))
    if not near:
        return ""
    return ". Did you mean " + " or ".join(f"'{guess}'" for guess in list(near)[:2]) + "?"


def _is_readable(text: str) -> bool:
    try:
        _read_any(text)
    except DateError:
        return False
    return True
