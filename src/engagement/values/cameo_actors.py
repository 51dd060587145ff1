"""CAMEO's codes for countries, regions and organisations as actors."""

from __future__ import annotations

import re

from engagement.errors import UnknownTermError
from engagement.values.code_lists import rows_of
from engagement.values.places import country_code

__all__ = ["REGIONS", "cameo_country", "cameo_organisation"]

_CODES = {row["code"]: row for row in rows_of("cameo_actors")}
"""Codes that ISO 3166 does not have: of countries, of organisations, and of neither."""

REGIONS = frozenset(
    code for code, row in _CODES.items() if not row["country"] and not row["organisation"]
)
"""Codes of regions, which are no countries; NAM is none of them but Namibia."""


def cameo_country(code: str) -> str | None:
    """
    Read the code of a country as actor dictionaries write it; ``None`` for a region.

    Raises
    ------
    UnknownTermError
        If it is neither.

    Examples
    --------
    >>> cameo_country("GMW"), cameo_country("NAM"), cameo_country("CAS")
    ('DEU', 'NAM', None)
    """
    if code in REGIONS:
        return None
    if re.fullmatch("[A-Z]{3}", code) is None:
        raise UnknownTermError(f"must be the three capitals of a country, got {code[:60]!r}")
    return _CODES.get(code, {}).get("country") or country_code(code)


def cameo_organisation(code: str) -> str:
    """
    Give the short name of an organisation by its code, empty where it is not known.

    The case of letters counts: ``SCO`` is the organisation, ``sco`` are the Scottish.

    Examples
    --------
    >>> cameo_organisation("UNO"), cameo_organisation("sco")
    ('UN', '')
    """
    return _CODES.get(code, {}).get("organisation", "")
