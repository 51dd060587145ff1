"""Anyone's periods: read where they can mean one thing, and an error where they can mean two."""

import re
from datetime import date, datetime

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagement.counting.periods import as_periods, read_periods
from engagement.errors import SeriesError


@pytest.mark.parametrize(
    ("given_periods", "freq", "texts"),
    [
        ([1993, 1995], "Y-DEC", ["1993", "1995"]),
        (np.array([1993, 1994]), "Y-DEC", ["1993", "1994"]),
        (range(1993, 1995), "Y-DEC", ["1993", "1994"]),
        (["0001", "9998"], "Y-DEC", ["0001", "9998"]),
        (("1993Q2", "1993Q4"), "Q-DEC", ["1993Q2", "1993Q4"]),
        (["1993-05"], "M", ["1993-05"]),
        (["1993-05-01", "1993-05-03"], "D", ["1993-05-01", "1993-05-03"]),
        (pd.Series(["1993", "1994"]), "Y-DEC", ["1993", "1994"]),
        ([pd.Period("1993-05", "M"), "1993-06"], "M", ["1993-05", "1993-06"]),
        (
            [pd.Period("2020-12-30", "W-SUN")],
            "W-SUN",
            ["2020-12-28/2021-01-03"],
        ),
        (pd.period_range("1993", periods=2, freq="5Y"), "5Y-DEC", ["1993", "1998"]),
        ([], "Y-DEC", []),
    ],
)
def test_periods_of_many_forms_are_read(given_periods, freq, texts):
    """Years, texts and pandas periods are read as they stand."""
    index = as_periods(given_periods)

    assert index.freqstr == freq
    assert [str(period) for period in index] == texts
    assert index.name == "period"


@pytest.mark.parametrize(
    ("forms", "freq", "texts"),
    [
        (["Jan 2010", "February 2010", "Sept. 2010", "2010-Oct"], "M", "01 02 09 10"),
        (["2010/01", "2/2010", "2010M03", "2010m4", " 2010-05 "], "M", "01 02 03 04 05"),
        (["2010-Q1", "2010 q2", "2010q3", "Q4 2010"], "Q-DEC", "Q1 Q2 Q3 Q4"),
        (np.array(["2010-01", "2010-02"], dtype="datetime64[M]"), "M", "01 02"),
        (np.array(["2010", "2011"], dtype="datetime64[Y]"), "Y-DEC", "2010 2011"),
        ([2010.0, np.int16(2011)], "Y-DEC", "2010 2011"),
        (pd.date_range("2010-01-01", periods=2, freq="MS"), "M", "01 02"),
        (pd.date_range("2010-01-31", periods=2, freq="ME"), "M", "01 02"),
        (pd.date_range("2010", periods=2, freq="YS"), "Y-DEC", "2010 2011"),
        (pd.date_range("2010", periods=2, freq="QE"), "Q-DEC", "Q1 Q2"),
        (pd.date_range("2010-01-04", periods=2, freq="D"), "D", "04 05"),
        (pd.date_range("2010-01-04", periods=2, freq="B"), "D", "04 05"),
        ([date(2010, 1, 4), np.datetime64("2010-01-05")], "D", "04 05"),
        (pd.Series(pd.to_datetime(["2010-01-04", "2010-01-05"])), "D", "04 05"),
        (pd.to_datetime(["2010-01-04", "2010-01-05"]).tz_localize("Asia/Bishkek"), "D", "04 05"),
        (["2010-01-04 00:00:00", "2010-01-05T00:00"], "D", "04 05"),
        (["2010-W01", "2010-01-11/2010-01-17"], "W-SUN", "04/2010-01-10 11/2010-01-17"),
    ],
)
def test_forms_that_mean_one_thing_are_read(forms, freq, texts):
    """Names of months, forms of R, Stata and ISO 8601, and days that can be nothing else."""
    index = as_periods(forms)

    assert index.freqstr == freq
    for period, end in zip(index, texts.split(), strict=True):
        assert str(period).endswith(end)


def test_dates_of_polars_are_read():
    """A column of polars is read as a list of its items."""
    index = as_periods(pl.Series([date(2010, 1, 4), date(2010, 1, 5)]))

    assert index.astype(str).tolist() == ["2010-01-04", "2010-01-05"]


@pytest.mark.parametrize(
    ("dates", "letters"),
    [
        (["2010-01-01", "2010-02-01"], "MD"),
        (["2010-01-31", "2010-02-28"], "MD"),
        (["2010-01-01", "2010-04-01"], "MQD"),
        (["2010-03-31", "2010-06-30"], "MQD"),
        (["2010-01-01", "2011-01-01"], "MQYD"),
        (["2010-12-31", "2011-12-31"], "MQYD"),
        (["2010-01-01"], "MQYD"),
        (["2010-01-04", "2010-01-11"], "WD"),
        (["2010-01-03", "2010-01-17"], "WD"),
    ],
)
@pytest.mark.parametrize("form", [list, pd.DatetimeIndex, pd.to_datetime, np.array])
def test_dates_that_can_mean_several_things_are_asked_about(dates, letters, form):
    """First and last days of months, and days weeks apart, are read once freq is said."""
    with pytest.raises(SeriesError, match="can mean several things") as caught:
        as_periods(form(dates))

    assert re.findall('freq="(.)"', str(caught.value)) == list(letters)
    for letter in letters:
        index = as_periods(form(dates), letter)
        assert index.freqstr[0] == letter
        assert index[0].start_time <= pd.Timestamp(dates[0]) <= index[0].end_time


def test_dates_of_other_weekdays_are_no_weeks():
    """Weeks are from Monday to Sunday; others need periods of their own."""
    days = ["2010-01-06", "2010-01-13"]

    for freq in (None, "W"):
        with pytest.raises(SeriesError, match=re.escape('.to_period("W-WED")')):
            as_periods(days, freq)
    assert as_periods(pd.to_datetime(days).to_period("W-WED")).freqstr == "W-WED"


@pytest.mark.parametrize(
    ("given_periods", "freq", "message"),
    [
        (["2010-01"], "Y", 'periods are months, and freq="Y" asks for years; leave freq out'),
        (["2010"], "M", 'periods are years, and freq="M" asks for months'),
        (pd.period_range("2010", periods=2, freq="Q"), "M", "periods are quarters"),
        (["2010-01-05", "2010-01-09"], "M", "periods must increase, but 2010-01 follows 2010-01"),
    ],
)
def test_freq_is_held_against_the_periods(given_periods, freq, message):
    """What stands for other periods than was said is an error."""
    with pytest.raises(SeriesError, match=re.escape(message)):
        as_periods(given_periods, freq)


@pytest.mark.parametrize("form", [list, np.array, pd.Index, pd.Series])
def test_faults_are_told_with_their_positions(form):
    """Every item that cannot be read is listed, the first five in words."""
    index, faults = read_periods(form(["2010", "x", "2012", "", "x"]))

    assert [(place, value) for place, value, _ in faults] == [(1, "x"), (3, ""), (4, "x")]
    assert index.isna().tolist() == [False, True, False, True, True]
    with pytest.raises(SeriesError, match=r"'x' .*\(position 1\); .*\(position 3\).* more$"):
        as_periods(form(["2010", "x", "2012", "", "x", "y", "z", "w"]))


@given(st.lists(st.dates(date(1000, 1, 1), date(9998, 12, 31)), min_size=1, max_size=20))
def test_dates_are_read_alike_in_every_form(days):
    """Dates of Python, NumPy, pandas and texts give the same periods, or the same error."""
    days = sorted(set(days))
    forms = [days, [day.isoformat() for day in days], np.array(days, dtype="datetime64[D]")]
    found = []
    for form in [*forms, pd.Index(forms[2].astype("datetime64[s]")), pd.Series(forms[1])]:
        try:
            found.append(as_periods(form).astype(str).tolist())
        except SeriesError as error:
            found.append(str(error))

    assert all(one == found[0] for one in found)


@pytest.mark.parametrize(
    ("given_periods", "message"),
    [
        (
            ["spring 1993"],
            (
                "period 'spring 1993' cannot be read; use '1993', '1993Q2', '1993-05', "
                "'May 1993', '1993-05-01', or pandas periods"
            ),
        ),
        (["May 93"], "write 'May 1993' or 'May 2093'; use"),
        (["01/02/1993"], "write '1993-02-01' or '1993-01-02'"),
        (["31/12/1993"], "write '1993-12-31'; use"),
        ([199305], "for a month write '1993-05'"),
        ([19930501], "for a day write '1993-05-01'"),
        (["0000"], "period '0000' cannot be read"),
        (["2010-W54"], "period '2010-W54' is not in the calendar"),
        ([np.datetime64("NaT", "D")], "period is missing (position 0)"),
        (np.ma.array([1993, 1994], mask=[0, 1]), "period is missing (position 1)"),
        ([True], "period True cannot be read"),
        ([1993.5], "period 1993.5 cannot be read"),
        ([193], "period 193 cannot be read"),
        ([None], "period is missing (position 0)"),
        ([pd.NaT], "period is missing (position 0)"),
        ([datetime(1993, 5, 1)], "can mean several"),  # noqa: DTZ001 - has no zone on purpose
        ("1993", "periods must be a sequence, got '1993'"),
        (["1993-13"], "period '1993-13' cannot be read"),
        (["1993Q5"], "period '1993Q5' cannot be read"),
        (["1993-02-29"], "period '1993-02-29' is not in the calendar"),
        (["1993-05", "1993-05-04"], "periods are of several frequencies (D, M); give one"),
        (["1993", "1994-05"], "periods are of several frequencies (M, Y-DEC); give one"),
        (1993, "periods must be a sequence, got 1993"),
        (None, "periods must be a sequence, got None"),
        (pd.PeriodIndex(["1993", pd.NaT], freq="Y"), "is missing (position 1)"),
        (
            [1993, 1995, 1994],
            (
                "periods must increase, but 1994 follows 1995 at position 2; sort the series by "
                "period and sum what stands twice"
            ),
        ),
        ([1993, 1993], "periods must increase, but 1993 follows 1993 at position 1"),
        (
            pd.PeriodIndex(["1993", "1998", "2001"], freq="5Y"),
            "periods must not overlap, but each is of 5Y-DEC and 2001 follows 1998 at position 2",
        ),
    ],
)
def test_unreadable_periods_are_told(given_periods, message):
    """What are no periods that increase is an error that shows the value and its place."""
    with pytest.raises(SeriesError, match=re.escape(message)):
        as_periods(given_periods)
