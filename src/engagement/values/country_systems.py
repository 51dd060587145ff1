"""Countries as tables write them, by code, number or name."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from engagement.errors import DateError, SettingError, UnknownTermError, shown, suggest
from engagement.values.actor_names import country_of_name
from engagement.values.cameo_actors import cameo_country
from engagement.values.dates import read_date
from engagement.values.places import alpha2_codes, country_code
from engagement.values.state_numbers import country_of_number, number_of_letters

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from engagement.values.dates import DateLike, EventDate

__all__ = ["COUNTRY_SYSTEMS", "check_system", "read_country"]

COUNTRY_SYSTEMS = {
    "name": "ISO 3166 alpha-3 codes, and English names with their aliases",
    "iso3": "ISO 3166 alpha-3 codes alone",
    "iso2": "ISO 3166 alpha-2 codes, in which NA is Namibia, and UK, EL (Greece) and XK (Kosovo)",
    "iso_number": "ISO 3166 numbers",
    "gw": "numbers of Gleditsch and Ward",
    "cow": "numbers of the Correlates of War project",
    "cow_letters": "three letters of the Correlates of War project, in which AUS is Austria",
    "cameo": "three letters as the actor dictionaries of CAMEO write them",
}
"""The systems that `read_country` reads, and what each holds."""

_OTHER_ALPHA2 = {"EL": "GRC", "UK": "GBR", "XK": "XKX"}
"""Codes that the European Union writes beside those of ISO 3166."""

_NUMBERED = {"iso_number": "iso", "gw": "gw", "cow": "cow"}


def check_system(system: str) -> str:
    """Give a system of countries back."""
    if not isinstance(system, str) or system not in COUNTRY_SYSTEMS:
        listed = ", ".join(f"'{name}'" for name in COUNTRY_SYSTEMS)
        hint = suggest(system, COUNTRY_SYSTEMS) if isinstance(system, str) else ""
        raise SettingError(
            f"unknown system of countries {shown(system)}; the systems are {listed}{hint}"
        )
    return system


def read_country(
    text: str | int, *, system: str = "name", on: EventDate | date | str | None = None
) -> str:
    """
    Read a country as a table writes it.

    Parameters
    ----------
    text
        A code, a number or a name.
    system
        ``"name"`` (an alpha-3 code, or an English name or alias), ``"iso3"``, ``"iso2"``,
        ``"iso_number"``, ``"gw"`` (Gleditsch and Ward), ``"cow"`` or ``"cow_letters"``
        (Correlates of War), or ``"cameo"``.
    on
        When, for numbers and letters that outlived a state; ``None`` for their latest meaning.
        Of an imprecise date and of a duration any day will do on which the number was in
        force; it is what it meant on the first of them.

    Returns
    -------
    str
        The ISO 3166 alpha-3 code.

    Raises
    ------
    UnknownTermError
        If the system has no such country, or not on that date. None is guessed.
    SettingError
        If there is no such system, or the date cannot be read.

    Examples
    --------
    >>> read_country("Kyrgyz Republic"), read_country("PRC"), read_country("Turkey")
    ('KGZ', 'CHN', 'TUR')
    >>> read_country(365, system="gw", on="1990"), read_country("365", system="cow")
    ('SUN', 'RUS')
    >>> read_country("NA", system="iso2"), read_country("ROM", system="cameo")
    ('NAM', 'ROU')
    >>> read_country("AUS", system="cow_letters"), read_country("AUS")
    ('AUT', 'AUS')
    """
    check_system(system)
    if system in _NUMBERED:
        return country_of_number(_whole(text, system), system=_NUMBERED[system], day=_date(on))
    if not isinstance(text, str):
        raise UnknownTermError(f"a country is a text, got {shown(text)}")
    if system == "cow_letters":
        return country_of_number(number_of_letters(text.strip()), system="cow", day=_date(on))
    return _READERS[system](text.strip())


def _whole(text: object, system: str) -> int:
    if isinstance(text, int) and not isinstance(text, bool):
        return text
    digits = text.strip().removesuffix(".0") if isinstance(text, str) else ""
    if not (digits.isascii() and digits.isdecimal() and len(digits) <= 4):
        told = COUNTRY_SYSTEMS[system]
        raise UnknownTermError(f"must be one of the {told}, got {shown(text)}")
    return int(digits)


def _date(on: DateLike | None) -> EventDate | None:
    try:
        return None if on is None else read_date(on)
    except DateError as error:
        raise SettingError(f"on: {error}") from None


def _of_name(text: str) -> str:
    try:
        return country_of_name(text)
    except UnknownTermError:
        return country_code(text)  # whose error is shorter


def _of_alpha3(text: str) -> str:
    code = country_code(text)
    if code != text.upper():
        raise UnknownTermError(
            f"must be an ISO 3166 alpha-3 code, got {shown(text)}. Did you mean '{code}'?"
        )
    return code


def _of_alpha2(text: str) -> str:
    code = alpha2_codes().get(text.upper()) or _OTHER_ALPHA2.get(text.upper())
    if code is None:
        raise UnknownTermError(f"must be an ISO 3166 alpha-2 code, got {shown(text)}")
    return code


def _of_cameo(text: str) -> str:
    code = cameo_country(text)
    if code is None:
        raise UnknownTermError(f"{shown(text)} is a region, not a country")
    return code


_READERS: dict[str, Callable[[str], str]] = {
    "name": lru_cache(maxsize=2**12)(_of_name),
    "iso3": _of_alpha3,
    "iso2": _of_alpha2,
    "cameo": _of_cameo,
}
