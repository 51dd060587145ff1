"""Groups of countries by the date of membership."""

import csv
from datetime import date
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagement.errors import SettingError, UnknownTermError
from engagement.values.country_groups import group_members, is_group
from engagement.values.dates import EventDate
from engagement.values.places import country_code

FOUNDERS = ("CHN", "KAZ", "KGZ", "RUS", "TJK", "UZB")


def rows():
    """Give the table of groups."""
    file = resources.files("engagement") / "data" / "country_groups.csv"
    return list(csv.DictReader(file.read_text(encoding="utf-8").splitlines()))


@pytest.mark.parametrize(
    ("on", "members"),
    [
        ("2001-06-14", ()),
        ("2001-06-15", FOUNDERS),
        ("2017-06-08", FOUNDERS),
        ("2017-06-09", (*FOUNDERS, "IND", "PAK")),
        ("[2017-05-01..2017-06-08]", FOUNDERS),
        ("[2017-06-09..2017-06-30]", (*FOUNDERS, "IND", "PAK")),
        ("2023-07-03", (*FOUNDERS, "IND", "PAK")),
        ("2023-07-04", (*FOUNDERS, "IND", "PAK", "IRN")),
        ("2024-07-04", (*FOUNDERS, "IND", "PAK", "IRN", "BLR")),
    ],
)
def test_members_of_the_sco_by_date(on, members):
    """Membership begins with the day of the declaration that admits a state."""
    assert group_members("SCO", on=on) == tuple(sorted(members))
    assert group_members("SCO", on=EventDate(on)) == tuple(sorted(members))


def test_group_became_another_on_one_day():
    """The Shanghai Five admitted Uzbekistan on the day before they became the SCO."""
    assert group_members("Shanghai Five", on="2001-06-13") == ("CHN", "KAZ", "KGZ", "RUS", "TJK")
    assert group_members("Shanghai Five", on="2001-06-14") == FOUNDERS
    assert group_members("Shanghai Five", on=date(2001, 6, 15)) == ()


def test_group_that_never_changed_needs_no_date():
    """Central Asia is the same five on any date and on none."""
    five = ("KAZ", "KGZ", "TJK", "TKM", "UZB")

    assert group_members("central asia") == group_members("C5", on="1995") == five


@given(st.dates(date(1990, 1, 1), date(2030, 1, 1)), st.dates(date(1990, 1, 1), date(2030, 1, 1)))
def test_imprecise_date_gives_what_each_of_its_days_gives(one, other):
    """Members of a span are given only if its first and last day, and all between, agree."""
    first, last = sorted((one, other))
    span = EventDate(f"[{first}..{last}]") if first < last else EventDate(f"{first}")
    starts = {date.fromisoformat(row["since"]) for row in rows() if row["group"] == "SCO"}

    if any(first < start <= last for start in starts):
        with pytest.raises(SettingError, match=r"the members of SCO changed within .* say a day"):
            group_members("SCO", on=span)
    else:
        assert group_members("SCO", on=span) == group_members("SCO", on=last)


def test_duration_counts_by_its_start():
    """Who was a member when something began decides, however long it lasted."""
    assert group_members("SCO", on="2016/2018") == FOUNDERS


@pytest.mark.parametrize(
    ("group", "on", "error", "message"),
    [
        ("Central Asai", None, UnknownTermError, "Did you mean 'Central Asia'"),
        ("NATO", None, UnknownTermError, "unknown group 'NATO'; the groups are 'Central Asia'"),
        (5, None, UnknownTermError, "unknown group 5"),
        ("SCO", None, SettingError, "the members of SCO changed over time; say on= which date"),
        ("SCO", "[2017-06-01..2017-06-09]", SettingError, "IND, PAK from 2017-06-09; say a day"),
        ("SCO", "soon", SettingError, "on: 'soon' is not a date"),
        ("SCO", "../2001", SettingError, "has no start"),
        ("SCO", None, SettingError, "say on="),
    ],
)
def test_what_cannot_be_answered_is_told(group, on, error, message):
    """Unknown groups, and dates that are missing or none, are refused."""
    with pytest.raises(error) as caught:
        group_members(group, on=on)
    assert message in str(caught.value)


def test_table_of_groups_holds_known_countries_with_sources():
    """Each spell is of a known code, no longer than time runs, and says where it is from."""
    for row in rows():
        assert country_code(row["code"]) == row["code"]
        assert not row["until"] or row["since"] <= row["until"]
        assert row["source"]
        assert is_group(row["group"])
    assert not is_group("Kazakhstan")
