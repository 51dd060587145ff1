"""What a cell means in view of the others of its column."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagement.errors import SettingError
from engagement.log.eventlog import EventLog
from engagement.tables.whole_columns import (
    column_decimal,
    holds_fiscal_years,
    next_year_of,
    read_fiscal_year,
)


def table(**columns):
    """Make a table of transfers."""
    n = len(next(iter(columns.values())))
    return pd.DataFrame(
        {
            "date": [f"2019-{1 + number:02}-01" for number in range(n)],
            "channel": "bilateral",
            "activity": "transfer",
            "initiator": "CHN",
            "countries": "KGZ",
            **columns,
        }
    )


def amounts(cells, **settings):
    log = EventLog.from_frame(table(value=cells, currency="EUR"), **settings)
    return [str(event.value.amount) for event in log]


def test_the_column_shows_the_decimal_mark():
    """1.500 is fifteen hundred beside decimal commas, and one and a half beside points."""
    assert amounts(["1.234.567,5", "12,75", "1.500", "250.000"]) == [
        *("1234567.5", "12.75", "1500", "250000"),
    ]
    assert amounts(["1,500", "12.75"]) == ["1500", "12.75"]
    assert amounts(["1.500", "3"]) == ["1.5", "3"]


def test_a_column_with_both_marks_is_refused_whole():
    """Two cells that contradict one another are named, and the remedy."""
    with pytest.raises(SettingError, match=r"a point in '2.5' and a comma in '12,75'.*say decimal"):
        column_decimal(["12,75", "1.500", "2.5"])


@given(st.lists(st.sampled_from(["1.500", "12", "1 000,5", "0,25", "7.000.000"]), min_size=1))
def test_the_decimal_mark_does_not_depend_on_the_order(cells):
    """Turned round, a column shows the same."""
    assert column_decimal(cells) == column_decimal(cells[::-1])


def test_fiscal_years_are_told_as_a_column():
    """All cells are refused where one of them can only be two years, and none is a season."""
    years = ["2018-19", "2019-20", "2020-21", "2021-22", "2022-23", "2023-24"]

    log, faults = EventLog.from_frame(table(date=years), on_error="collect")

    assert (len(log), len(faults)) == (0, 6)
    assert faults["problem"].str.contains("fiscal_years=").all()


def test_fiscal_years_are_read_by_their_first_month():
    """Each is one unknown day of twelve months."""
    log = EventLog.from_frame(table(date=["2018-19", "2020-21"]), fiscal_years=4)

    assert [str(event.date) for event in log] == ["[2018-04..2019-03]", "[2020-04..2021-03]"]


def test_seasons_stay_seasons():
    """A column with other months, or of which the caller says so, has seasons in it."""
    kept = EventLog.from_frame(table(date=["2020-21", "2020-05"]))
    said = EventLog.from_frame(table(date=["2020-21", "2021-22", "2022-23"]), fiscal_years=False)

    assert [str(event.date) for event in kept] == ["2020-21", "2020-05"]
    assert len(said) == 3


@pytest.mark.parametrize("month", [0, 13, True, "4", 4.0])
def test_a_month_is_a_month(month):
    """Anything else is refused by name."""
    with pytest.raises(SettingError, match="fiscal_years must be a month from 1 to 12"):
        EventLog.from_frame(table(date=["2018-19"]), fiscal_years=month)


@given(st.integers(1000, 9900), st.integers(1, 12))
def test_a_fiscal_year_lasts_twelve_months(year, month):
    """It begins in its month and ends a year later."""
    text = f"{year}-{(year + 1) % 100:02}"

    date = read_fiscal_year(text, month)

    assert next_year_of(text) == str(year)
    assert (date.start.year, date.start.month, date.start.day) == (year, month, 1)
    assert (date.end.year, date.end.month, date.end.day) == (year + 1, month, 1)


def test_years_that_follow_one_another_need_no_impossible_cell():
    """Three pairs of years are years, but not in a table that the library wrote."""
    cells = ["2009-10", "2010-11", "2011-12"]

    assert holds_fiscal_years(cells)
    assert not holds_fiscal_years(cells, is_own=True)
    assert not holds_fiscal_years(cells[:2])
    assert not holds_fiscal_years([*cells, "2012-01"])


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        (True, "True"),
        ([1, "b"], "1;b"),
        ({"a": [1]}, '{"a": [1]}'),
        (pd.Timedelta("1h"), "0 days 01:00:00"),
    ],
)
def test_any_cell_of_an_unknown_column_is_kept(cell, told):
    """Whatever its type, nothing of it is lost."""
    log = EventLog.from_frame(table(other=[cell]), unknown_columns="keep")

    assert log[0].own == (("other", told),)


def test_a_shortened_id_is_refused():
    """Two ids that a spreadsheet made alike are no ids."""
    _, faults = EventLog.from_frame(table(id=["1.2E+10"]), on_error="collect")

    assert "shortened" in faults["problem"][0]
