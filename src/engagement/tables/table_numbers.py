"""Numbers as tables write them, with thousands separated or a decimal comma."""

from __future__ import annotations

import re

from engagement.errors import SettingError, shown
from engagement.settings.checks import check_choice

__all__ = ["check_decimal", "decimal_marks", "plain_number"]

_BLANKS = (
    " \N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{THIN SPACE}'\N{RIGHT SINGLE QUOTATION MARK}"
)
_PLAIN = re.compile(r"[\d.eE+-]*", re.ASCII)


def _form(separators: str, mark: str) -> re.Pattern[str]:
    return re.compile(
        rf"(\d{{1,3}}(?:([{separators}])\d{{3}}(?:\2\d{{3}})*)|\d+)(?:{mark}(\d+))?", re.ASCII
    )


_WITH_POINT = _form(f",{_BLANKS}", r"\.")
_WITH_COMMA = _form(rf"\.{_BLANKS}", ",")


def check_decimal(decimal: str | None) -> None:
    """
    Raise SettingError unless a decimal mark is a point or a comma, or left open.

    Examples
    --------
    >>> check_decimal(",")
    """
    check_choice("decimal", decimal, (".", ","), optional=True)


def plain_number(text: str, decimal: str | None = None, *, whole: bool = False) -> str:
    """
    Write a number without separated thousands, and with a point as its decimal mark.

    Parameters
    ----------
    text
        The cell; what has no form of a number is given back as it is.
    decimal
        ``"."`` or ``","``; ``None`` reads what means one number in any case, takes a single
        point for a decimal mark, as programs write it, and refuses ``1,234``, which may be two.
    whole
        Whether it is a whole number, so that ``1,234`` is one thing only.

    Raises
    ------
    SettingError
        If it may be two numbers, or contradicts *decimal*.

    Examples
    --------
    >>> plain_number("1,234,567.5"), plain_number("1.234.567,5"), plain_number("12 500")
    ('1234567.5', '1234567.5', '12500')
    >>> plain_number("1,234", ","), plain_number("1,234", "."), plain_number("1,234", whole=True)
    ('1.234', '1234', '1234')
    >>> plain_number("1,234")
    Traceback (most recent call last):
    ...
    engagement.errors.SettingError: '1,234' is 1234 or 1.234; say decimal='.' or decimal=','
    """
    tidy = text.strip()
    if decimal != "," and _PLAIN.fullmatch(tidy) and tidy.count(".") < 2:
        return tidy
    point, comma = _read(_WITH_POINT, tidy), _read(_WITH_COMMA, tidy)
    if decimal is not None:
        told, other = (point, comma) if decimal == "." else (comma, point)
        if told is None and other is not None:
            raise SettingError(f"{shown(tidy)} is no number with decimal='{decimal}'")
        return told or tidy
    if point and comma and point != comma:
        if not whole:
            raise SettingError(
                f"{shown(tidy)} is {point} or {comma}; say decimal='.' or decimal=','"
            )
        return point
    return point or comma or tidy


def decimal_marks(text: str) -> set[str]:
    """
    Give the decimal marks under which a text is a number, if it tells them apart.

    Returns
    -------
    set of str
        One mark where only that makes it a number, both where each does but the numbers differ,
        none where it is no number or the same number by either.

    Examples
    --------
    >>> decimal_marks("12,75"), decimal_marks("1.234.567"), sorted(decimal_marks("1.500"))
    ({','}, {','}, [',', '.'])
    >>> decimal_marks("1500")
    set()
    """
    tidy = text.strip()
    point, comma = _read(_WITH_POINT, tidy), _read(_WITH_COMMA, tidy)
    if point == comma:
        return set()
    return {mark for mark, number in ((".", point), (",", comma)) if number is not None}


def _read(form: re.Pattern[str], text: str) -> str | None:
    found = form.fullmatch(text)
    if found is None:
        return None
    digits = re.sub(r"\D", "", found[1])
    return f"{digits}.{found[3]}" if found[3] else digits
