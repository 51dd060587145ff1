"""CAMEO's codes for countries, regions and organisations as actors."""

from __future__ import annotations

import re

from engagement.errors import UnknownTermError
from engagement.values.places import country_code

__all__ = ["REGIONS", "cameo_country", "cameo_organisation"]

REGIONS = frozenset(
    (
        *("AFR", "ASA", "BLK", "CAS", "CAU", "CEU", "CFR", "CRB", "EAF", "EEU", "EIN", "EUR"),
        *("LAM", "MDT", "MEA", "NAF", "NMR", "PGS", "SAF", "SAM", "SAS", "SCN", "SEA", "WAF"),
        "WST",
    )
)
"""Codes of regions, which are no countries; NAM is none of them but Namibia."""

_OTHER_CODES = {
    "BAG": "IRQ",
    "CZA": "CSK",
    "FRY": "YUG",
    "GME": "DDR",
    "GMW": "DEU",
    "GZS": "PSE",
    "IMY": "IMN",
    "KSV": "XKX",
    "MTN": "MNE",
    "ROM": "ROU",
    "TMP": "TLS",
    "WSB": "PSE",
}
"""Codes of the actor dictionaries that ISO 3166 does not have."""

_ORGANISATIONS = {
    "ADB": "ADB",
    "AFU": "AU",
    "ARL": "Arab League",
    "ASN": "ASEAN",
    "CIS": "CIS",
    "COE": "Council of Europe",
    "EEC": "EU",
    "GCC": "GCC",
    "GOE": "G8",
    "GOS": "G7",
    "HCR": "UNHCR",
    "IAD": "IGAD",
    "IAE": "IAEA",
    "ICC": "ICC",
    "IMF": "IMF",
    "ITP": "INTERPOL",
    "KID": "UNICEF",
    "NAT": "NATO",
    "OAS": "OAS",
    "OAU": "AU",
    "OIC": "OIC",
    "OPC": "OPEC",
    "SAA": "SAARC",
    "SAD": "SADC",
    "SCE": "OSCE",
    "SCO": "SCO",
    "UNO": "UN",
    "WAS": "ECOWAS",
    "WBK": "World Bank",
    "WFP": "WFP",
    "WHO": "WHO",
    "WTO": "WTO",
}


def cameo_country(code: str) -> str | None:
    """
    Read the code of a country as actor dictionaries write it.

    Examples
    --------
    >>> cameo_country("GMW"), cameo_country("NAM"), cameo_country("CAS")
    ('DEU', 'NAM', None)
    """
    if code in REGIONS:
        return None
    if re.fullmatch("[A-Z]{3}", code) is None:
        raise UnknownTermError(f"must be the three capitals of a country, got {code[:60]!r}")
    return _OTHER_CODES.get(code) or country_code(code)


def cameo_organisation(code: str) -> str:
    """
    Give the short name of an organisation by its code, empty where it is not known.

    The case of letters counts: ``SCO`` is the organisation, ``sco`` are the Scottish.

    Examples
    --------
    >>> cameo_organisation("UNO"), cameo_organisation("sco")
    ('UN', '')
    """
    return _ORGANISATIONS.get(code, "")
