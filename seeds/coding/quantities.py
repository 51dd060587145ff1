"""Printed numbers of people."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from engagement.errors import EngagementError, UnknownTermError, shown, suggest
from engagement.events.parts import Personnel
from engagement.values.places import country_code

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["parse_personnel"]

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

_MOST_DIGITS = 15


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
