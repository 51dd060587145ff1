"""Countries: codes, names, aliases and what is none."""

import re

import numpy as np
import pytest

from engagement.errors import UnknownTermError
from engagement.values import places
from engagement.values.places import country_code, country_name
from engagement.values.vocabulary import fold_term

COUNTRIES = places._countries()
CODES = sorted(COUNTRIES)


@pytest.mark.parametrize("code", CODES)
def test_country_is_read_from_code_name_and_aliases(code):
    """Every code, name and alias, in any case, is read as its own country."""
    name, aliases = COUNTRIES[code]
    spellings = [code, code.lower(), f" {name.upper()} ", name, *aliases]

    assert {country_code(spelling) for spelling in spellings} == {code}
    assert country_name(code) == name


def test_no_two_countries_share_a_spelling():
    """No text could mean two countries."""
    owners = {}
    for code, (name, aliases) in COUNTRIES.items():
        for spelling in {fold_term(text) for text in (code, name, *aliases)}:
            owners.setdefault(spelling, set()).add(code)

    assert {spelling: codes for spelling, codes in owners.items() if len(codes) > 1} == {}


def test_codes_are_alpha_3():
    """There are the 249 countries of ISO 3166-1 at the least, each by three capitals."""
    assert len(CODES) >= 249
    assert all(re.fullmatch("[A-Z]{3}", code) for code in CODES)


def test_code_is_a_plain_text():
    """The code of a text of another class is a plain text, so that a repr is sound."""
    assert type(country_code(np.str_("KGZ"))) is str


@pytest.mark.parametrize("name", ["SCO", "sco", " Rats ", "NATO", "EU", "UN"])
def test_organisation_is_not_a_country(name):
    """An organisation is told to be one, in any case, and nothing is suggested for it."""
    with pytest.raises(UnknownTermError) as caught:
        country_code(name)

    assert str(caught.value) == f"'{name.strip()}' is an organisation, not a country"


def test_na_is_not_guessed():
    """NA, which means Namibia to one and missing to another, is no country of alpha-3."""
    assert country_code("Namibia") == "NAM"
    with pytest.raises(UnknownTermError, match="unknown country 'NA';"):
        country_code("NA")


def test_close_names_are_suggested():
    """A misspelt name is not guessed but suggested."""
    with pytest.raises(UnknownTermError, match=r"Did you mean 'Kyrgyzstan'"):
        country_code("Kirgyzstan")


@pytest.mark.parametrize(
    "value", [None, 5, 2.5, float("nan"), True, b"KGZ", ["KGZ"], {"KGZ": 1}, "", " ", "\ud800"]
)
def test_what_is_no_country_is_refused(value):
    """Anything but a name of a country is refused."""
    with pytest.raises(
        UnknownTermError, match=r"unknown country .*ISO 3166 alpha-3 codes are known"
    ):
        country_code(value)
    with pytest.raises(UnknownTermError, match="unknown country"):
        country_name(value)


def test_label_of_none_has_a_name():
    """The label of events without a country is its own name."""
    assert country_name("(none)") == "(none)"
