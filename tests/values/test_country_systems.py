"""Countries by code, number and name: the same country from every system, none guessed."""

import csv
import re
from datetime import date
from importlib import resources
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagement.errors import EngagementError, SettingError, UnknownTermError
from engagement.values.country_systems import COUNTRY_SYSTEMS, check_system, read_country

DATA = Path(__file__).resolve().parent.parent / "data"


def rows():
    """Give the table of countries."""
    file = resources.files("engagement") / "data" / "countries.csv"
    return list(csv.DictReader(file.read_text(encoding="utf-8").splitlines()))


KYRGYZSTAN = {
    "name": ("Kyrgyz Republic", "kgz", " Kyrgyzstan "),
    "iso3": ("KGZ", "kgz"),
    "iso2": ("KG", "kg"),
    "iso_number": ("417", 417, "417.0"),
    "gw": ("703", 703),
    "cow": ("703", 703),
    "cow_letters": ("KYR", " kyr "),
    "cameo": ("KGZ",),
}


@pytest.mark.parametrize(
    ("system", "text"), [(system, text) for system in KYRGYZSTAN for text in KYRGYZSTAN[system]]
)
def test_one_country_in_every_system(system, text):
    """Each system has Kyrgyzstan, and all of them give one code."""
    assert read_country(text, system=system) == "KGZ"


def test_every_system_is_tried():
    """The cases above leave no system out."""
    assert set(KYRGYZSTAN) == set(COUNTRY_SYSTEMS)


@pytest.mark.parametrize(
    ("text", "code"),
    [("PRC", "CHN"), ("Russia", "RUS"), ("Turkey", "TUR"), ("Türkiye", "TUR"), ("NAM", "NAM")],
)
def test_aliases_are_names(text, code):
    """Common names and aliases of a country are read."""
    assert read_country(text) == code


def test_alpha_2_codes_are_those_of_the_standard():
    """There are 249, each of one country; NA is Namibia and not missing."""
    pairs = [(row["alpha2"], row["code"]) for row in rows() if row["alpha2"]]

    assert len(pairs) == len({two for two, _ in pairs}) == 249
    assert all(read_country(two, system="iso2") == three for two, three in pairs)
    assert read_country("NA", system="iso2") == "NAM"


def test_number_of_a_state_that_ended_needs_its_date():
    """The date decides between a state and its successor; an imprecise one counts by its start."""
    assert read_country(365, system="gw", on="1990-01") == "SUN"
    assert read_country(365, system="cow", on=date(2001, 5, 1)) == "RUS"
    assert read_country(365, system="gw") == "RUS"


@pytest.mark.parametrize(
    ("letters", "on", "code"),
    [
        *(("AUS", None, "AUT"), ("AUL", None, "AUS"), ("MAC", None, "MKD"), ("SWZ", None, "CHE")),
        *(("CZE", "1990", "CSK"), ("CZR", "1993", "CZE"), ("RUS", "1990", "SUN")),
        *(("GFR", "1990-10-02", "DEU"), ("GMY", "1990-10-03", "DEU"), ("YUG", "2010", "SRB")),
    ],
)
def test_letters_of_the_correlates_of_war_are_their_own(letters, on, code):
    """They mean other countries than the same letters of ISO 3166, and end with their states."""
    assert read_country(letters, system="cow_letters", on=on) == code


@pytest.mark.parametrize(
    ("text", "system", "code"),
    [
        ("Korea, Rep.", "name", "KOR"),
        ("Korea, Dem. People's Rep.", "name", "PRK"),
        ("Egypt, Arab Rep.", "name", "EGY"),
        ("Congo, Dem. Rep.", "name", "COD"),
        ("Hong Kong SAR, China", "name", "HKG"),
        ("Slovak Republic", "name", "SVK"),
        ("FYROM", "name", "MKD"),
        ("XK", "name", "XKX"),
        ("EL", "name", "GRC"),
        ("UK", "name", "GBR"),
        ("uk", "iso2", "GBR"),
        ("EL", "iso2", "GRC"),
        ("XK", "iso2", "XKX"),
    ],
)
def test_names_and_codes_of_statistical_offices_are_read(text, system, code):
    """Forms of the World Bank and of the European Union mean one country each."""
    assert read_country(text, system=system) == code


@pytest.mark.parametrize("system", ["gw", "cow"])
@pytest.mark.parametrize(
    ("number", "last", "code"), [(265, "1990-10-02", "DDR"), (315, "1992-12-31", "CSK"),
                                 (680, "1990-05-21", "YMD")]
)  # fmt: skip
def test_state_that_ended_has_no_number_afterwards(system, number, last, code):
    """The published lists end these states on that day; a later use is refused, not guessed."""
    assert read_country(number, system=system, on=last) == code
    with pytest.raises(UnknownTermError, match=f"no state numbered {number} on 1995-01-01"):
        read_country(number, system=system, on="1995")


def test_codes_of_the_published_list_of_cameo_are_read():
    """Every code for a country in the list that GDELT publishes is read, and each as one."""
    own = {"BAG", "GZS", "IMY", "MTN", "ROM", "TMP", "WSB"}  # that ISO 3166 does not have
    published = (DATA / "cameo_countries.txt").read_text(encoding="utf-8").split()

    read = {code: read_country(code, system="cameo") for code in published}

    assert len(read) == 234
    assert {code for code, iso in read.items() if code != iso} == own


@pytest.mark.parametrize(
    ("text", "system", "message"),
    [
        ("Kirgistan", "name", "unknown country 'Kirgistan'"),
        (
            "NA",
            "name",
            "ISO 3166 alpha-3 codes are known; 'NA' is the alpha-2 code of NAM",
        ),
        ("SCO", "name", "'SCO' is an organisation, not a country"),
        (703, "name", "a country is a text, got 703"),
        ("Kyrgyzstan", "iso3", "must be an ISO 3166 alpha-3 code, got 'Kyrgyzstan'. Did you mean"),
        ("KGZ", "iso2", "must be an ISO 3166 alpha-2 code, got 'KGZ'"),
        ("KGZ", "gw", "must be one of the numbers of Gleditsch and Ward, got 'KGZ'"),
        (True, "gw", "must be one of the numbers of Gleditsch and Ward, got True"),
        (999, "cow", "Correlates of War has no state numbered 999"),
        ("KGZ", "cow_letters", "Correlates of War has no state 'KGZ'"),
        (703, "cow_letters", "a country is a text, got 703"),
        ("CAS", "cameo", "'CAS' is a region, not a country"),
        ("kg", "cameo", "must be the three capitals of a country, got 'kg'"),
    ],
)
def test_unknown_country_is_told(text, system, message):
    """What a system does not hold is refused, and what it holds is said."""
    with pytest.raises(UnknownTermError, match=re.escape(message)):
        read_country(text, system=system)


@pytest.mark.parametrize("system", ["ISO3", "", None, ["gw"]])
def test_unknown_system_is_told(system):
    """The systems are listed."""
    with pytest.raises(SettingError, match=r"unknown system of countries .* are 'name'"):
        check_system(system)


def test_date_that_is_none_is_told():
    """What stands in for a date must be one."""
    with pytest.raises(SettingError, match="on: 'soon' is not a date"):
        read_country(365, system="gw", on="soon")


@given(
    st.text(max_size=8) | st.integers() | st.none() | st.floats() | st.binary(max_size=3),
    st.sampled_from(sorted(COUNTRY_SYSTEMS)),
)
def test_anything_is_read_or_refused(text, system):
    """Whatever is given makes a code of three letters, or an error of the library's own."""
    try:
        code = read_country(text, system=system)
    except EngagementError:
        return
    assert re.fullmatch("[A-Z]{3}", code)
