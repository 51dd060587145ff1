"""Printed dates, written as ``EventDate`` reads them."""

from __future__ import annotations

import re

from engagement.errors import DateError, shown, suggest
from engagement.tables.typos import mend_typos
from engagement.values.dates import EventDate
from engagement.values.months import MONTHS, SEASONS

__all__ = ["parse_printed_date", "read_printed_form"]

_NUMBERS = {name.casefold(): f"{number:02}" for number, name in enumerate(MONTHS, 1)}
_NUMBERS |= {name[:3]: number for name, number in _NUMBERS.items()} | {"sept": "09"}

_MONTH = r"(?P<month>[^\W\d_]+)\.?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>\d{4})"
_FORMS = tuple(
    re.compile(form, re.IGNORECASE | re.ASCII)
    for form in (
        _YEAR,
        rf"{_MONTH},? {_YEAR}",
        rf"{_MONTH} {_DAY},? {_YEAR}",
        rf"{_DAY} {_MONTH},? {_YEAR}",
    )
)
_SPAN = re.compile(r"(?P<since>.+?) ?(?:-|\u2013| to ) ?(?P<until>.+)")


def parse_printed_date(text: str) -> str:
    """
    Read an English date as the text of an ``EventDate``.

    Read are years, months, seasons and days, each with its year, spans of two of them, and what
    is in the form of ``EventDate`` already. The date stays as imprecise as it is printed.

    Parameters
    ----------
    text
        Such as ``November 2020``, ``May 19, 2009``, ``19 May 2009``, ``2019`` or
        ``August to December 2021``.

    Returns
    -------
    str
        A text that ``EventDate.parse`` takes.

    Raises
    ------
    DateError
        If it cannot be read, or there is no such day. Dates of numbers only, such as 3/4/2019,
        are refused, since two orders are in use.

    Examples
    --------
    >>> parse_printed_date("Feburary 2019"), parse_printed_date("May 19, 2009")
    ('2019-02', '2009-05-19')
    >>> parse_printed_date("August to December 2021")
    '2021-08/2021-12'
    >>> parse_printed_date("Agust 2019")
    Traceback (most recent call last):
    ...
    engagement.errors.DateError: unknown date 'Agust 2019'. Did you mean 'August'?
    """
    if not isinstance(text, str):
        raise DateError(f"a date is a text, got {shown(text)}")
    mended = " ".join(mend_typos(text).split())
    read = read_printed_form(mended) or _read_span(mended) or _read_own_form(mended)
    if read is None:
        words = re.findall(r"[^\W\d_]{4,}", mended)
        hints = [suggest(word, MONTHS) for word in words if word.casefold() not in _NUMBERS]
        raise DateError(f"unknown date {shown(text)}" + next(filter(None, hints), ""))
    return str(EventDate.parse(read))


def read_printed_form(text: str) -> str | None:
    """
    Read one English date without misprints, as a text that need not be a date that exists.

    Examples
    --------
    >>> read_printed_form("19 May 2009"), read_printed_form("May or June 2009")
    ('2009-05-19', None)
    """
    for form in _FORMS:
        found = form.fullmatch(text)
        if not found:
            continue
        parts = found.groupdict()
        if "month" not in parts:
            return parts["year"]
        word = parts["month"].casefold()
        if "day" in parts:
            number = _NUMBERS.get(word)
            return number and f"{parts['year']}-{number}-{parts['day']:0>2}"
        number = _NUMBERS.get(word) or SEASONS.get(word)
        return number and f"{parts['year']}-{number}"
    return None


def _read_span(text: str) -> str | None:
    found = _SPAN.fullmatch(text)
    if not found:
        return None
    until = read_printed_form(found["until"])
    since = read_printed_form(found["since"])
    if since is None and until is not None:
        since = read_printed_form(f"{found['since']} {until[:4]}")
    return f"{since}/{until}" if since and until else None


def _read_own_form(text: str) -> str | None:
    try:
        return str(EventDate.parse(text))
    except DateError:
        return None
