"""Dates as tables write them: the library's own form, and those that mean one thing only."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Literal

from engagement.errors import DateError
from engagement.settings.checks import check_choice
from engagement.tables.printed_dates import read_printed_form
from engagement.tables.times_of_day import cut_moment, day_of
from engagement.values.dates import EventDate

__all__ = ["DateOrder", "check_date_order", "read_table_date"]

DateOrder = Literal["day-first", "month-first"]

_ORDERS = ("day-first", "month-first")
_YEAR_FIRST = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})", re.ASCII)
_YEAR_LAST = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})", re.ASCII)
_MONTH_OF_YEAR = re.compile(r"(\d{1,2})[-/.](\d{4})", re.ASCII)
_QUARTER = re.compile(r"Q([1-4])[ /-]?(\d{4})|(\d{4})[ /-]?Q([1-4])", re.ASCII | re.IGNORECASE)
_DECADE = re.compile(r"(\d{3})0s", re.ASCII)
_SHORT_YEAR = re.compile(r"(\d{1,2})([-/. ])(?:\d{1,2}|[A-Za-z]+)\2(\d\d)", re.ASCII)
_SERIAL = re.compile(r"[1-9]\d{4}(?:\.0+)?", re.ASCII)
_SERIAL_START = date(1899, 12, 30)


def check_date_order(order: str | None) -> None:
    """
    Raise SettingError unless an order of day and month is one of the two, or left open.

    Examples
    --------
    >>> check_date_order("day-first")
    """
    check_choice("date_order", order, _ORDERS, optional=True)


def read_table_date(text: str, order: str | None = None, times: str = "refuse") -> EventDate:
    """
    Read a date from a cell.

    Read are the forms of `EventDate`; days and months in numbers, with the year in four digits,
    such as ``13/05/2019``, ``2019/5/13`` and ``5.2019``; quarters and decades such as
    ``Q2 2019`` and ``1990s``; English dates such as ``13 May 2019``, ``May 2019`` and
    ``spring 2019``; and days with a time of day behind.

    Parameters
    ----------
    text
        The cell.
    order
        ``"day-first"`` or ``"month-first"``, for days in numbers that end in the year; ``None``
        reads those that mean one day in any order, and refuses the others.
    times
        What becomes of a time of day other than midnight, see `day_of`.

    Raises
    ------
    DateError
        If it is no date, or may be two, or has a time of day that is refused.

    Examples
    --------
    >>> print(read_table_date("13/05/2019"), read_table_date("May 2019"), read_table_date("2019~"))
    2019-05-13 2019-05 2019~
    >>> print(read_table_date("2019Q2"), read_table_date("1990s"))
    2019-34 199X
    >>> print(read_table_date("03/04/2019", "day-first"))
    2019-04-03
    >>> read_table_date("03/04/2019")
    Traceback (most recent call last):
    ...
    engagement.errors.DateError: '03/04/2019' is 2019-04-03 or 2019-03-04; say date_order=...
    """
    try:
        return EventDate.parse(text)
    except DateError as error:
        words = " ".join(text.split())
        moment = cut_moment(words)
        if moment is not None:
            written, clock = moment
            when = read_table_date(written, order)
            if when.start is None or not when.is_exact:
                raise DateError(f"{words[:60]!r} has a time of day, but no day") from None
            day = day_of(datetime.combine(when.start, clock), times)
            return when if day == when.start else EventDate.from_day(day)
        found = _in_numbers(words, order) or _of_several_months(words) or read_printed_form(words)
        if found is None:
            raise DateError(f"{error}{_hint(words)}") from None
    return EventDate.parse(found)


def _in_numbers(text: str, order: str | None) -> str | None:
    if found := _YEAR_FIRST.fullmatch(text):
        return f"{found[1]}-{found[3]:0>2}-{found[4]:0>2}"
    if found := _MONTH_OF_YEAR.fullmatch(text):
        return f"{found[2]}-{found[1]:0>2}"
    found = _YEAR_LAST.fullmatch(text)
    if found is None:
        return None
    one, other, year = f"{found[1]:0>2}", f"{found[3]:0>2}", found[4]
    day_first, month_first = f"{year}-{other}-{one}", f"{year}-{one}-{other}"
    if order is not None:
        return day_first if order == "day-first" else month_first
    if one != other and max(one, other) <= "12":
        raise DateError(
            f"{text!r} is {day_first} or {month_first}; say date_order='day-first' or 'month-first'"
        )
    return day_first if one > "12" or one == other else month_first


def _of_several_months(text: str) -> str | None:
    if found := _QUARTER.fullmatch(text):
        return f"{found[2] or found[3]}-{32 + int(found[1] or found[4])}"
    found = _DECADE.fullmatch(text)
    return f"{found[1]}X" if found else None


def _hint(text: str) -> str:
    if _SHORT_YEAR.fullmatch(text):
        return "; a year has four digits"
    if _SERIAL.fullmatch(text):
        day = _SERIAL_START + timedelta(days=int(text[:5]))
        return (
            f". Is it a spreadsheet's number of a day? {text[:5]} is {day.isoformat()}; "
            "give the column a format of dates"
        )
    return ""
