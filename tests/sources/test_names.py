"""Names and numbers of states, and CAMEO's codes."""

import csv
from datetime import date
from importlib import resources
from itertools import pairwise

import pytest

from engagement.errors import SettingError, UnknownTermError
from engagement.sources.cameo_codes import CAMEO_KINDS, actions_of, find_action, read_cameo_code
from engagement.values.actor_names import country_of_name, organisation_of_name, party_of_name
from engagement.values.cameo_actors import REGIONS, cameo_country
from engagement.values.dates import EventDate
from engagement.values.places import country_code
from engagement.values.state_numbers import SYSTEMS, country_of_number
from engagement.values.vocabulary import fold_term


def table(name):
    """Read a table that comes with the library."""
    file = resources.files("engagement") / "data" / name
    return list(csv.DictReader(file.read_text(encoding="utf-8").splitlines()))


def test_numbers_are_of_known_states():
    """Each number of a state gives a code that the library knows."""
    for row in table("state_numbers.csv"):
        assert country_code(row["code"]) == row["code"]
        assert set(row["systems"].split(";")) <= set(SYSTEMS)


@pytest.mark.parametrize("system", SYSTEMS)
def test_spells_of_a_number_do_not_overlap(system):
    """On any day a number means one state at most."""
    spells = {}
    for row in table("state_numbers.csv"):
        if system in row["systems"].split(";"):
            spells.setdefault(row["number"], []).append(
                (row["since"] or "0", row["until"] or "9999-12-31")
            )
    for of_number in spells.values():
        ordered = sorted(of_number)
        assert all(end < start for (_, end), (start, _) in pairwise(ordered))


@pytest.mark.parametrize(
    ("number", "system", "day", "code"),
    [
        (260, "gw", None, "DEU"),
        (255, "cow", None, "DEU"),
        (260, "cow", date(1989, 1, 1), "DEU"),
        (678, "gw", None, "YEM"),
        (679, "cow", None, "YEM"),
        (340, "gw", None, "SRB"),
        (345, "cow", date(2010, 1, 1), "SRB"),
        (345, "gw", date(2006, 6, 4), "YUG"),
        (345, "gw", date(2006, 6, 5), "SRB"),
        (970, "gw", None, "KIR"),
        (970, "cow", None, "NRU"),
        (156, "iso", None, "CHN"),
        (810, "iso", None, "SUN"),
        (891, "iso", date(2003, 2, 3), "YUG"),
        (891, "iso", date(2003, 2, 4), "SCG"),
        (230, "iso", date(1990, 1, 1), "ETH"),
        (736, "iso", date(2011, 7, 8), "SDN"),
        (365, "gw", date(1991, 12, 25), "SUN"),
        (365, "gw", date(1991, 12, 26), "RUS"),
        (365, "cow", date(1914, 8, 1), "RUS"),
        (345, "cow", date(1914, 8, 1), "SRB"),
        (255, "cow", date(1941, 12, 11), "DEU"),
        (255, "gw", date(1941, 12, 11), "DEU"),
        (255, "cow", EventDate("1990"), "DEU"),
        (255, "cow", EventDate("1990-10"), "DEU"),
        (679, "cow", EventDate("1990"), "YEM"),
        (679, "cow", EventDate("1990-05"), "YEM"),
        (680, "cow", EventDate("1990"), "YMD"),
        (365, "gw", EventDate("1991"), "SUN"),
        (255, "cow", EventDate("../1900"), "DEU"),
    ],
)
def test_systems_differ(number, system, day, code):
    """The systems give some states different numbers, and some numbers to different states."""
    assert country_of_number(number, system=system, day=day) == code


def test_unknown_numbers_are_told():
    """A number or a system that is not there is an error; so is a number out of its time."""
    with pytest.raises(UnknownTermError, match="Gleditsch and Ward has no state numbered 1"):
        country_of_number(1, system="gw")
    with pytest.raises(UnknownTermError, match="no state numbered 679 on 1980-01-01"):
        country_of_number(679, system="cow", day=date(1980, 1, 1))
    with pytest.raises(UnknownTermError, match=r"on 1990-01-01 or any later day of 1990-01$"):
        country_of_number(679, system="cow", day=EventDate("1990-01"))
    with pytest.raises(UnknownTermError, match=r"on any day of \.\./1980$"):
        country_of_number(679, system="cow", day=EventDate("../1980"))
    with pytest.raises(UnknownTermError, match="no state numbered 255 on 1960-01-01"):
        country_of_number(255, system="cow", day=date(1960, 1, 1))
    with pytest.raises(UnknownTermError, match="no state numbered 891 on 2006-06-05"):
        country_of_number(891, system="iso", day=date(2006, 6, 5))
    with pytest.raises(SettingError, match="unknown system 'un'; the systems are 'gw', 'cow'"):
        country_of_number(1, system="un")


def test_names_add_to_the_librarys_own():
    """No name of the table is known already, and each names a country or an organisation."""
    rows = table("actor_names.csv")
    for row in rows:
        assert bool(row["code"]) != bool(row["organisation"])
        assert not row["code"] or country_code(row["code"]) == row["code"]
        with pytest.raises(UnknownTermError):
            country_code(row["name"])
    folded = [fold_term(row["name"]) for row in rows]
    assert len(set(folded)) == len(folded)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("DR Congo", "COD"),
        ("Democratic Republic of Congo", "COD"),
        ("Republic of Congo", "COG"),
        ("Occupied Palestinian Territory", "PSE"),
        ("Kyrgyz Republic", "KGZ"),
        ("PRC", "CHN"),
        ("Turkiye", "TUR"),
        ("Bosnia-Herzegovina", "BIH"),
        ("MYANMAR (BURMA)", "MMR"),
    ],
)
def test_names_of_countries(name, code):
    """Names as the data sets write them are read, in any case."""
    assert country_of_name(name) == code


def test_unknown_names_are_told():
    """A name of nothing is an error with close ones; an organisation is no country."""
    with pytest.raises(UnknownTermError, match=r"unknown country 'Kyrgystan'.*'Kyrgyzstan'"):
        country_of_name("Kyrgystan")
    with pytest.raises(UnknownTermError, match="Or 'United Nations'"):
        party_of_name("United Natons")
    with pytest.raises(UnknownTermError, match="'NATO' is an organisation, not a country"):
        country_of_name("NATO")


def test_organisations_by_name():
    """An organisation is read by its long or its short name; other texts are none."""
    assert organisation_of_name("Shanghai Cooperation Organisation") == "SCO"
    assert organisation_of_name("sco") == "SCO"
    assert organisation_of_name("Scottish Government") == ""


def test_cameo_codes_of_countries():
    """Codes of CAMEO's dictionaries are countries of ISO, regions are none, others an error."""
    assert [cameo_country(code) for code in ("ROM", "TMP", "KSV", "NAM")] == [
        "ROU",
        "TLS",
        "XKX",
        "NAM",
    ]
    assert {cameo_country(code) for code in REGIONS} == {None}
    for code in ("sco", "AB", "China"):
        with pytest.raises(UnknownTermError, match=f"three capitals of a country, got '{code}'"):
            cameo_country(code)


@pytest.mark.parametrize(
    ("text", "code"),
    [("040", "040"), ("40", "040"), ("190", "190"), ("1211", "1211"), ("311", "0311")],
)
def test_cameo_codes_are_texts(text, code):
    """A code of three or four digits stands; a lost zero is put back."""
    assert read_cameo_code(text) == code


@pytest.mark.parametrize("text", ["4", "", "00", "2100x", "abc", "99", "٠٤٠"])
def test_other_texts_are_no_cameo_codes(text):
    """Anything else is an error that shows it."""
    with pytest.raises(UnknownTermError, match="must be a CAMEO code of three or four digits"):
        read_cameo_code(text)


def test_longest_start_decides():
    """A code is of the kind of its longest known start."""
    actions = actions_of({"07": None, "0711": "transfer"})

    assert find_action("0711", actions).activity == "transfer"
    assert find_action("0712", actions) is None
    assert find_action("040", actions) == CAMEO_KINDS["040"]


@pytest.mark.parametrize("name", ["Zaire", "ZAR", "DR Congo (Zaire)", "Congo, Dem. Rep."])
def test_state_of_another_name_is_one_state(name):
    """The Congo is one state by its names, its codes and its number, whatever it was called."""
    assert party_of_name(name).country == "COD"
    assert country_of_number(490, system="gw", day=date(1980, 5, 1)) == "COD"
