"""Names of countries and organisations as event data sets write them."""

from __future__ import annotations

from functools import cache, lru_cache

from attrs import frozen

from engagement.errors import UnknownTermError, suggest
from engagement.values.code_lists import rows_of
from engagement.values.places import country_code
from engagement.values.vocabulary import fold_term

__all__ = ["NOBODY", "Party", "country_of_name", "organisation_of_name", "party_of_name"]


@frozen
class Party:
    """Who takes part: a country, or an organisation, or nobody who is known."""

    country: str | None = None
    """Alpha-3 code."""
    organisation: str = ""
    """Short name."""

    def __bool__(self) -> bool:
        """Tell whether somebody is known."""
        return self.country is not None or bool(self.organisation)

    def __str__(self) -> str:
        """Return the code or the name."""
        return self.country or self.organisation or "nobody known"


NOBODY = Party()
"""Nobody who is known."""


@cache
def _names() -> dict[str, Party]:
    """Folded name to whom it means, for names that `country_code` does not know."""
    rows = rows_of("actor_names")
    found = {
        fold_term(row["name"]): Party(row["code"] or None, row["organisation"]) for row in rows
    }
    short = {row["organisation"] for row in rows if row["organisation"]}
    return found | {fold_term(name): Party(organisation=name) for name in short}


@lru_cache(maxsize=2**12)
def party_of_name(text: str) -> Party:
    """
    Read the name of a country or of an organisation.

    Close names are suggested in the error, none is guessed.

    Examples
    --------
    >>> party_of_name("DR Congo (Zaire)").country
    'COD'
    >>> party_of_name("North Atlantic Treaty Organization").organisation
    'NATO'
    """
    known = _names().get(fold_term(text))
    if known is not None:
        return known
    try:
        return Party(country_code(text))
    except UnknownTermError as error:
        told, hint = str(error), suggest(text, [row["name"] for row in rows_of("actor_names")])
        if told.endswith("?"):
            hint = hint.replace(". Did you mean", " Or")
        raise UnknownTermError(f"{told}{hint}") from None


def country_of_name(text: str) -> str:
    """
    Read the name of a country, with the aliases that event data sets use.

    Examples
    --------
    >>> country_of_name("Occupied Palestinian Territory"), country_of_name("Turkiye")
    ('PSE', 'TUR')
    """
    party = party_of_name(text)
    if party.country is None:
        raise UnknownTermError(f"{text!r} is an organisation, not a country")
    return party.country


def organisation_of_name(text: str) -> str:
    """
    Give the short name of an organisation, or an empty text where the name is of none.

    Examples
    --------
    >>> organisation_of_name("Shanghai Cooperation Organization")
    'SCO'
    >>> organisation_of_name("Scottish")
    ''
    """
    known = _names().get(fold_term(text))
    return known.organisation if known is not None else ""
