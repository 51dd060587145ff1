"""Periods: their numbers, their days, their length, and reading anyone's."""

import re
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagement.counting.calendar import (
    YEARS,
    check_freq,
    first_days,
    multiple_of,
    numbers_of_days,
    period_index,
    split_rule,
    years_per_period,
)
from engagement.errors import SeriesError, SettingError
from naive.counting import period_days, period_of

freqs = st.sampled_from(list(YEARS))
days = st.dates(date(1, 1, 1), date(9998, 12, 31)).map(date.toordinal)


@given(st.lists(days, max_size=20), freqs)
def test_day_lies_in_its_period(ordinals, freq):
    """A day lies in the period of its number, and the last day before it does not."""
    ordinals = np.array(ordinals, dtype=np.int64)

    numbers = numbers_of_days(ordinals, freq)

    assert (first_days(numbers, freq) <= ordinals).all()
    assert (ordinals < first_days(numbers + 1, freq)).all()
    assert (numbers_of_days(first_days(numbers, freq), freq) == numbers).all()


@given(days, freqs)
def test_periods_are_those_of_the_calendar(day, freq):
    """First days, lengths and names are those that enumeration of the calendar gives."""
    number = numbers_of_days(np.array([day]), freq)

    first, following = first_days(np.append(number, number + 1), freq)

    assert set(range(first, following)) >= period_days(day, freq)
    if following <= date.max.toordinal():
        assert set(range(first, following)) == period_days(day, freq)
        assert str(period_index(number, freq)[0]) == period_of(day, freq)


@given(days, freqs, st.integers(0, 40))
def test_numbers_are_consecutive(day, freq, n):
    """Numbers count periods as pandas does, also across the years before 1677."""
    number = numbers_of_days(np.array([day]), freq)[0]
    periods = period_index(np.arange(number, number + n + 1), freq)

    assert periods[0] + n == periods[-1]
    assert periods[0] == pd.Period(ordinal=periods[0].ordinal, freq=periods.freq)


def test_numbers_are_documented_ones():
    """Years are years, quarters and months counted from the year 0, weeks from the year 1."""
    day = np.array([date(2019, 5, 16).toordinal()])

    numbers = {freq: int(numbers_of_days(day, freq)[0]) for freq in YEARS}

    assert numbers == {
        "Y": 2019,
        "Q": 2019 * 4 + 1,
        "M": 2019 * 12 + 4,
        "W": (day[0] - 1) // 7,
        "D": day[0],
    }


def test_numbers_keep_the_shape():
    """Days of any shape have numbers of that shape."""
    ordinals = np.full((2, 3), 737_000)

    assert all(numbers_of_days(ordinals, freq).shape == (2, 3) for freq in YEARS)
    assert all(first_days(ordinals // 400, freq).shape == (2, 3) for freq in YEARS)


@pytest.mark.parametrize(
    ("day", "week"),
    [
        ("2020-12-27", "2020-12-21/2020-12-27"),
        ("2020-12-28", "2020-12-28/2021-01-03"),
        ("2021-01-03", "2020-12-28/2021-01-03"),
        ("2021-01-04", "2021-01-04/2021-01-10"),
        ("0001-01-01", "0001-01-01/0001-01-07"),
    ],
)
def test_weeks_are_iso_weeks(day, week):
    """Weeks begin on Monday and run across the new year."""
    number = numbers_of_days(np.array([date.fromisoformat(day).toordinal()]), "W")

    assert str(period_index(number, "W")[0]) == week


def test_multiples_span_several_periods():
    """An index of multiples begins each entry with the first period of the bin."""
    periods = period_index(np.array([2001, 2006]), "Y", 5)

    assert periods.tolist() == [pd.Period("2001", "5Y"), pd.Period("2006", "5Y")]
    assert (multiple_of(periods), years_per_period(periods)) == (5, 5)
    assert periods.name == "period"


@pytest.mark.parametrize(
    ("freq", "years"),
    [
        ("Y-DEC", 1),
        ("Y-JUN", 1),
        ("10Y", 10),
        ("Q", 1 / 4),
        ("2Q", 1 / 2),
        ("M", 1 / 12),
        ("18M", 1.5),
        ("W", 7 / 365.2425),
        ("W-WED", 7 / 365.2425),
        ("D", 1 / 365.2425),
    ],
)
def test_length_in_years_is_nominal(freq, years):
    """A period has its nominal length, whatever day it begins on and whichever year it is."""
    periods = pd.period_range("2019-01", periods=2, freq=freq)

    assert years_per_period(periods) == pytest.approx(years)


@pytest.mark.parametrize("freq", ["h", "min", "s"])
def test_period_without_a_length_is_told(freq):
    """Hours, minutes and seconds have no stated length in years."""
    periods = pd.period_range("2019-01-01", periods=2, freq=freq)
    message = (
        f"periods of frequency '{freq}' have no stated length in years; "
        "use years, quarters, months, weeks or days, or give exposure_years"
    )

    with pytest.raises(SeriesError, match=re.escape(message)):
        years_per_period(periods)


# Rules


@pytest.mark.parametrize(
    ("rule", "freq", "expected"),
    [
        ("Y", "Y", (1, "Y")),
        ("5Y", "Y", (5, "Y")),
        ("Y", "Q", (1, "Y")),
        ("10Y", "D", (10, "Y")),
        ("2Q", "M", (2, "Q")),
        ("W", "D", (1, "W")),
        ("2W", "W", (2, "W")),
        ("30D", "D", (30, "D")),
    ],
)
def test_rule_is_a_number_and_a_letter(rule, freq, expected):
    """A rule is read as how many of which period."""
    assert split_rule(rule, freq) == expected


@pytest.mark.parametrize(
    "rule", ["", "5", "5y", "0Y", "-1Y", "1.5Y", "YE", "5YY", "A", "5 Y", "²Y", 5, None]
)
def test_unreadable_rule_is_told(rule):
    """What is no rule is an error that shows it."""
    message = f"rule {rule!r} is not a number and one of the letters Y, Q, M, W, D, such as '5Y'"

    with pytest.raises(SettingError, match=re.escape(message)):
        split_rule(rule, "Y")


@pytest.mark.parametrize(
    ("rule", "freq"),
    [("Y", "W"), ("M", "W"), ("Q", "W"), ("M", "Y"), ("W", "M"), ("D", "M"), ("M", "Q")],
)
def test_periods_that_do_not_nest_are_told(rule, freq):
    """Weeks nest in nothing but weeks, and nothing nests in what is finer."""
    with pytest.raises(SettingError, match=f"^periods of freq '{freq}' do not nest in '{rule}'$"):
        split_rule(rule, freq)


def test_freq_is_checked():
    """A letter is given back; anything else is an error with what there is."""
    assert [check_freq(freq) for freq in YEARS] == list(YEARS)
    for wrong in ("", "YQ", "m", 1, None, ["Y"]):
        with pytest.raises(SettingError, match=re.escape(f"unknown freq {wrong!r}; the freq")):
            check_freq(wrong)
