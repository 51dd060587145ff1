"""One period as somebody writes it: a year, a quarter, a month, a week or a day."""

from __future__ import annotations

import re
from datetime import date, datetime
from math import isnan, nan
from typing import NamedTuple

import numpy as np
import pandas as pd

from engagement.counting.calendar import PANDAS, numbers_of_days, period_index
from engagement.errors import shown
from engagement.values.months import MONTHS

__all__ = ["ReadPeriod", "UnreadableError", "read_item"]

_FORMS = "'1993', '1993Q2', '1993-05', 'May 1993', '1993-05-01', or pandas periods"
_MONTH = {name[:n].lower(): place for place, name in enumerate(MONTHS, 1) for n in (3, len(name))}
_MONTH["sept"] = 9
_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?", re.ASCII)
_SPAN = re.compile(r"(\d{4}-\d{2}-\d{2})/(\d{4}-\d{2}-\d{2})", re.ASCII)
_ISO_WEEK = re.compile(r"(\d{4})-?W(\d{2})", re.ASCII)
_QUARTERS = (
    re.compile(r"(?P<year>\d{4})[- ]?[Qq](?P<quarter>[1-4])", re.ASCII),
    re.compile(r"[Qq](?P<quarter>[1-4])[- ](?P<year>\d{4})", re.ASCII),
)
_MONTH_FORMS = (
    re.compile(r"(?P<year>\d{4})[-/](?P<month>\d{2})", re.ASCII),
    re.compile(r"(?P<year>\d{4})[Mm](?P<month>\d{1,2})", re.ASCII),
    re.compile(r"(?P<month>\d{1,2})/(?P<year>\d{4})", re.ASCII),
    re.compile(r"(?P<name>[A-Za-z]{3,9})\.?[- ](?P<year>\d{4})", re.ASCII),
    re.compile(r"(?P<year>\d{4})[- ](?P<name>[A-Za-z]{3,9})\.?", re.ASCII),
)
_TWO_DIGIT_YEAR = re.compile(r"([A-Za-z]{3,9})\.?[- ']+(\d{2})", re.ASCII)
_TWO_ORDERS = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})", re.ASCII)


class ReadPeriod(NamedTuple):
    """A period as it was read: a day, or a pandas ordinal of a frequency."""

    freq: str
    """pandas' name of the frequency; empty for a day, which may stand for a longer period."""
    ordinal: int
    """pandas' ordinal of the period; of a day the proleptic ordinal."""


class UnreadableError(Exception):
    """Why an item is no period."""


def read_item(item: object) -> ReadPeriod:
    """Read one period; a date is a day, which may stand for a longer period."""
    if item is None or item is pd.NaT or item is pd.NA or (isinstance(item, float) and isnan(item)):
        raise UnreadableError("period is missing")
    if isinstance(item, pd.Period):
        return ReadPeriod(item.freqstr, item.ordinal)
    if isinstance(item, np.datetime64):
        if np.isnat(item):
            raise UnreadableError("period is missing")
        item = item.astype("datetime64[D]").item()
    if isinstance(item, datetime):  # pandas timestamps too
        return ReadPeriod("", item.date().toordinal())
    if isinstance(item, date):
        return ReadPeriod("", item.toordinal())
    if isinstance(item, (int, float, np.integer, np.floating)) and not isinstance(item, bool):
        return _read_number(float(item) if -1e15 < item < 1e15 else nan, item)
    if isinstance(item, str):
        return _read_text(item.strip(), item)
    raise UnreadableError(f"period {shown(item)} cannot be read; use {_FORMS}")


def _read_number(number: float, item: object) -> ReadPeriod:
    if number.is_integer() and 1000 <= number <= 9999:
        return ReadPeriod(PANDAS["Y"], int(number) - 1970)
    text = f"{int(number)}" if number.is_integer() else ""
    hint = ""
    if len(text) == 6 and "01" <= text[4:] <= "12":
        hint = f"; for a month write '{text[:4]}-{text[4:]}'"
    elif len(text) == 8:
        hint = f"; for a day write '{text[:4]}-{text[4:6]}-{text[6:]}'"
    raise UnreadableError(f"period {shown(item)} cannot be read; use {_FORMS}{hint}")


def _read_text(text: str, item: object) -> ReadPeriod:
    if len(text) == 4 and text.isascii() and text.isdecimal() and text != "0000":
        return ReadPeriod(PANDAS["Y"], int(text) - 1970)
    for form in _QUARTERS:
        if found := form.fullmatch(text):
            return ReadPeriod(
                PANDAS["Q"], (int(found["year"]) - 1970) * 4 + int(found["quarter"]) - 1
            )
    for form in _MONTH_FORMS:
        if found := form.fullmatch(text):
            groups = found.groupdict()
            name = groups.get("name")
            month = _MONTH.get(name.lower(), 0) if name else int(groups["month"])
            if 1 <= month <= 12:
                return ReadPeriod(PANDAS["M"], (int(groups["year"]) - 1970) * 12 + month - 1)
    return _read_day_or_week(text, item)


def _read_day_or_week(text: str, item: object) -> ReadPeriod:
    try:
        if found := _DAY.fullmatch(text):
            return ReadPeriod("", date(int(found[1]), int(found[2]), int(found[3])).toordinal())
        if found := _ISO_WEEK.fullmatch(text):
            return _week(date.fromisocalendar(int(found[1]), int(found[2]), 1))
        if found := _SPAN.fullmatch(text):
            first, last = map(date.fromisoformat, found.groups())
            if first.weekday() == 0 and (last - first).days == 6:
                return _week(first)
    except ValueError:
        raise UnreadableError(f"period {shown(item)} is not in the calendar") from None
    raise UnreadableError(f"period {shown(item)} cannot be read; {_hint(text)}use {_FORMS}")


def _week(monday: date) -> ReadPeriod:
    number = numbers_of_days(np.array([monday.toordinal()]), "W")
    return ReadPeriod(PANDAS["W"], int(period_index(number, "W").asi8[0]))


def _hint(text: str) -> str:
    if (found := _TWO_DIGIT_YEAR.fullmatch(text)) and found[1].lower() in _MONTH:
        name = found[1].capitalize()
        return f"write '{name} 19{found[2]}' or '{name} 20{found[2]}'; "
    if found := _TWO_ORDERS.fullmatch(text):
        first, second, year = found[1].zfill(2), found[2].zfill(2), found[3]
        ways = [
            f"'{year}-{month}-{day}'"
            for month, day in dict.fromkeys(((second, first), (first, second)))
            if "01" <= month <= "12" and "01" <= day <= "31"
        ]
        if ways:
            return f"write {' or '.join(ways)}; "
    return ""
