"""Printed numbers of people and amounts of money."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

from engagement.errors import EngagementError, UnknownTermError, shown, suggest
from engagement.events.parts import Personnel
from engagement.values.money import Money, currency_code
from engagement.values.places import country_code

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["parse_amount", "parse_personnel"]

_PEOPLES = {
    "afghan": "AFG",
    "american": "USA",
    "chinese": "CHN",
    "indian": "IND",
    "iranian": "IRN",
    "kazakh": "KAZ",
    "kazakhstani": "KAZ",
    "kyrgyz": "KGZ",
    "kyrgyzstani": "KGZ",
    "pakistani": "PAK",
    "russian": "RUS",
    "tajik": "TJK",
    "tajikistani": "TJK",
    "turkish": "TUR",
    "turkmen": "TKM",
    "uzbek": "UZB",
    "uzbekistani": "UZB",
}
_UNKNOWN = frozenset({"", "-", "n/a", "not known", "unknown"})
_NUMBER = r"(?:\d{1,3}(?:,\d{3})+|\d+)"
_TOTAL = re.compile(
    rf"(?P<low>{_NUMBER})?(?: ?[-\u2013] ?(?P<high>{_NUMBER}))? ?(?:\((?P<shares>.+)\))?", re.ASCII
)
_SHARE = re.compile(rf"(?:of which )?(?P<n>{_NUMBER}) (?P<who>.+)", re.ASCII)

_SCALES = {
    "": 0,
    "k": 3,
    "thousand": 3,
    "m": 6,
    "mn": 6,
    "million": 6,
    "b": 9,
    "bn": 9,
    "billion": 9,
}
_MOST_DIGITS = 15
_CURRENCIES = {"rmb": "CNY", "yuan": "CNY", "us$": "USD"}
_AMOUNT = re.compile(
    r"(?:worth )?(?P<before>us\$|\$|[a-z]{3})? ?"
    rf"(?P<number>{_NUMBER}(?:\.\d+)?) ?(?P<scale>thousand|million|billion|mn|bn|k|m|b)?\b"
    r" ?(?P<after>[a-z]{3,4})?(?: worth)?",
    re.IGNORECASE | re.ASCII,
)


def parse_personnel(text: str, *, countries: Iterable[str] = ()) -> Personnel | None:
    """
    Read a printed number of people.

    Parameters
    ----------
    text
        A number or a range, with the numbers of single countries in brackets or without any:
        ``1100 (270 Chinese)``, ``24-40``, ``(800 Chinese)``, ``5000 (1000 each country)``.
    countries
        Who takes part, by code or name; needed where the text says "each country".

    Returns
    -------
    Personnel or None
        ``None`` where the text says that the number is unknown. Where only countries' numbers
        are printed, their sum is the least, and there is no greatest.

    Raises
    ------
    UnknownTermError
        If the text cannot be read or contradicts itself.

    Examples
    --------
    >>> parse_personnel("1,100 (270 Chinese)")
    Personnel(low=1100, high=1100, by_country=(('CHN', 270),))
    >>> parse_personnel("24-40")
    Personnel(low=24, high=40)
    >>> parse_personnel("(800 Chinese)").low
    800
    >>> parse_personnel("2000 (1000 each country)", countries=["CHN", "KGZ"]).by_country
    (('CHN', 1000), ('KGZ', 1000))
    >>> parse_personnel("Unknown")
    """
    if not isinstance(text, str):
        raise UnknownTermError(f"a number of people is a text, got {shown(text)}")
    words = " ".join(text.split())
    if words.casefold() in _UNKNOWN:
        return None
    found = _TOTAL.fullmatch(words)
    if not found or (found["high"] and not found["low"]):
        raise UnknownTermError(
            f"unknown number of people {shown(text)}; read are '150', '24-40', "
            "'1100 (270 Chinese)', '(800 Chinese)', '5000 (1000 each country)' and 'unknown'"
        )
    shares = _read_shares(found["shares"], tuple(map(country_code, countries)), text)
    low = _whole(found["low"]) if found["low"] else sum(shares.values())
    high = _whole(found["high"] or found["low"]) if found["low"] else None
    try:
        return Personnel(low=low, high=high, by_country=shares)
    except EngagementError as error:
        raise UnknownTermError(f"{shown(text)} contradicts itself: {error}") from error


def _whole(number: str) -> int:
    digits = number.replace(",", "")
    if len(digits) > _MOST_DIGITS:
        raise UnknownTermError(f"nobody has counted so many people: {shown(number)}")
    return int(digits)


def _read_shares(text: str | None, countries: tuple[str, ...], whole: str) -> dict[str, int]:
    shares: dict[str, int] = {}
    for part in re.split(r", |; | and ", text) if text else ():
        found = _SHARE.fullmatch(part.strip())
        if not found:
            raise UnknownTermError(
                f"unknown share {shown(part)} in the number of people {shown(whole)}"
            )
        if found["who"].casefold() == "each country":
            if not countries:
                raise UnknownTermError(
                    f"{shown(whole)} speaks of each country; say which countries"
                )
            codes = countries
        else:
            codes = (_read_people(found["who"], whole),)
        for code in codes:
            if code in shares:
                raise UnknownTermError(f"{code} has two numbers in {shown(whole)}")
            shares[code] = _whole(found["n"])
    return shares


def _read_people(who: str, whole: str) -> str:
    code = _PEOPLES.get(who.casefold())
    if code is None:
        try:
            return country_code(who)
        except UnknownTermError:
            raise UnknownTermError(
                f"unknown people {shown(who)} in {shown(whole)}"
                + suggest(who, map(str.title, _PEOPLES))
            ) from None
    return code


def parse_amount(text: str) -> Money:
    """
    Read a printed amount of money.

    A dollar sign beside RMB or another currency's letters says nothing, as in ``$30M RMB``; alone
    it is the US dollar.

    Parameters
    ----------
    text
        Such as ``$480,000``, ``30M RMB``, ``6M USD`` or ``EUR 2.5 million``.

    Returns
    -------
    Money
        The exact amount, its ISO 4217 currency, and the text as printed.

    Raises
    ------
    UnknownTermError
        If the amount cannot be read, or names no currency or two.

    Examples
    --------
    >>> print(parse_amount("$30M RMB"), "and", parse_amount("$2.5m"))
    30,000,000 CNY and 2,500,000 USD
    >>> parse_amount("4.5M RMB Worth").text
    '4.5M RMB Worth'
    >>> parse_amount("300K")
    Traceback (most recent call last):
    ...
    engagement.errors.UnknownTermError: the amount '300K' names no currency
    """
    if not isinstance(text, str):
        raise UnknownTermError(f"an amount of money is a text, got {shown(text)}")
    found = _AMOUNT.fullmatch(" ".join(text.split()))
    if not found:
        raise UnknownTermError(
            f"unknown amount {shown(text)}; read are '$480,000', '30M RMB', '6M USD', "
            "'2.5 million EUR'"
        )
    amount = Decimal(found["number"].replace(",", "")).scaleb(
        _SCALES[(found["scale"] or "").casefold()]
    )
    try:
        return Money(amount=amount, currency=_read_currency(found, text), text=text)
    except UnknownTermError:
        raise
    except EngagementError as error:
        raise UnknownTermError(f"unknown amount {shown(text)}: {error}") from error


def _read_currency(found: re.Match[str], text: str) -> str:
    before, after = ((found[side] or "").casefold() for side in ("before", "after"))
    words = {
        _CURRENCIES.get(word) or currency_code(word) for word in (before, after) if word.strip("$")
    }
    if len(words) == 1:
        return words.pop()
    if words:
        raise UnknownTermError(f"the amount {shown(text)} names two currencies")
    if before:
        return "USD"
    raise UnknownTermError(f"the amount {shown(text)} names no currency")
