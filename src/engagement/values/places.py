"""Countries by ISO 3166 alpha-3 code, and their names."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from engagement.errors import UnknownTermError, shown, suggest
from engagement.values.code_lists import rows_of
from engagement.values.vocabulary import NONE_LABEL, SEPARATOR, fold_term

__all__ = ["alpha2_codes", "country_code", "country_name", "is_organisation", "party_code"]

_NAMES = (
    "APEC ASEAN AU BRICS CICA CIS CSTO EAEU ECO EU GCC IMF INTERPOL NATO OAS OPEC OSCE RATS SAARC "
    "SCO UN UNODC WTO"
)
_ORGANISATIONS = frozenset(_NAMES.split())
_LONGEST = 200
_SEVERAL = re.compile(r"\s*[,/&+|]\s*|\s+and\s+", re.IGNORECASE)


@cache
def _countries() -> dict[str, tuple[str, tuple[str, ...]]]:
    """Code to name and aliases: ISO 3166-1, states that ended since 1990, and Kosovo as XKX."""
    return {
        row["code"]: (row["name"], tuple(filter(None, row["aliases"].split(SEPARATOR))))
        for row in rows_of("countries")
    }


@cache
def alpha2_codes() -> dict[str, str]:
    """Give the alpha-3 code by the alpha-2 code of ISO 3166-1."""
    return {row["alpha2"]: row["code"] for row in rows_of("countries") if row["alpha2"]}


@cache
def _codes() -> dict[str, str]:
    folded = {
        fold_term(text): code
        for code, (name, aliases) in _countries().items()
        for text in (code, name, *aliases)
    }
    return folded | {code: code for code in _countries()}


def country_code(text: str) -> str:
    """
    Read a country.

    It is an alpha-3 code of ISO 3166-1, of a state that ended since 1990 (ISO 3166-3, such as
    ``SUN``), or ``XKX`` for Kosovo; or an English name or a common alias of one. Close ones are
    suggested in the error, none is guessed.

    Examples
    --------
    >>> country_code("KGZ"), country_code("Kyrgyz Republic"), country_code("Namibia")
    ('KGZ', 'KGZ', 'NAM')
    >>> country_code("SCO")
    Traceback (most recent call last):
    ...
    engagement.errors.UnknownTermError: 'SCO' is an organisation, not a country
    """
    hint = ""
    if isinstance(text, str):
        code = _codes().get(text) or _codes().get(fold_term(text))
        if code is not None:
            return code
        if is_organisation(text):
            raise UnknownTermError(f"{text.strip()!r} is an organisation, not a country")
        hint = _hint(text)
    raise UnknownTermError(f"unknown country {shown(text)}; ISO 3166 alpha-3 codes are known{hint}")


def party_code(text: str) -> str:
    """
    Read a country, or an organisation of states by its short name.

    Examples
    --------
    >>> party_code("China"), party_code("eu"), party_code("SCO")
    ('CHN', 'EU', 'SCO')
    """
    return text.strip().upper() if is_organisation(text) else country_code(text)


def is_organisation(text: object) -> bool:
    """
    Tell whether a text is the short name of an organisation of states.

    Examples
    --------
    >>> is_organisation("SCO"), is_organisation("KGZ")
    (True, False)
    """
    return isinstance(text, str) and text.strip().upper() in _ORGANISATIONS


@lru_cache(maxsize=2**10)
def _hint(text: str) -> str:
    code = alpha2_codes().get(text.strip().upper())
    if code is not None:  # NA is close to NGA, but what is meant is Namibia
        return f"; {text.strip()!r} is the alpha-2 code of {code}"
    parts = _SEVERAL.split(text.strip()) if len(text) <= _LONGEST else []
    if len(parts) > 1 and all(fold_term(part) in _codes() for part in parts):
        return f"; several in one cell are separated by '{SEPARATOR}'"
    known = [
        word for code, (name, aliases) in _countries().items() for word in (code, name, *aliases)
    ]
    return suggest(text, known)


def country_name(code: str) -> str:
    """
    Give the English short name of a country.

    The label ``(none)`` and the short name of an organisation are given back.

    Examples
    --------
    >>> country_name("KGZ")
    'Kyrgyzstan'
    """
    if code == NONE_LABEL or is_organisation(code):
        return code
    return _countries()[country_code(code)][0]
