"""Series: made from anyone's arrays, and what they say of themselves."""

import re

import numpy as np
import pandas as pd
import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from engagement.counting.series import CountSeries, format_count
from engagement.errors import EngagementError, SeriesError

YEARS = [1990, 1991, 1992]
NAN = float("nan")


@st.composite
def arrays(draw):
    """Counts and exposures that fit each other, on consecutive years."""
    pairs = draw(
        st.lists(
            st.tuples(st.integers(0, 9), st.floats(0.01, 1)) | st.just((NAN, 0)) | st.just((0, 0)),
            max_size=8,
        )
    )
    return [n for n, _ in pairs], [years for _, years in pairs], range(1990, 1990 + len(pairs))


@given(arrays())
def test_series_keeps_what_it_is_given(given_arrays):
    """Counts, exposures and periods are kept; what was not observed is NaN."""
    counts, years, periods = given_arrays

    series = CountSeries.from_arrays(counts, periods, years, name="talks")

    assert len(series) == len(counts)
    assert series.exposure_years.tolist() == years
    assert (np.isnan(series.counts) == (series.exposure_years == 0)).all()
    assert series.counts[series.observed].tolist() == [n for n, y in zip(counts, years) if y]  # noqa: B905
    assert series.total == sum(n for n, y in zip(counts, years) if y)  # noqa: B905
    assert series.total_years == pytest.approx(sum(years))
    assert series.n_observed == sum(y > 0 for y in years)
    assert [period.year for period in series.periods] == list(periods)


def test_series_without_exposure_is_observed_throughout():
    """Without exposures, every period has its nominal length."""
    yearly = CountSeries.from_arrays([1, 2], [1990, 1991])
    monthly = CountSeries.from_arrays([1, 2], ["1990-01", "1990-07"])

    assert yearly.exposure_years.tolist() == [1, 1]
    assert monthly.exposure_years.tolist() == pytest.approx([1 / 12, 1 / 12])
    assert yearly.coverage_stated


def test_series_takes_pandas():
    """Columns of a data frame with a PeriodIndex make a series."""
    frame = pd.DataFrame(
        {"n": [1, 2], "years": [1.0, 0.5]}, index=pd.period_range("1990", periods=2, freq="Y")
    )

    series = CountSeries.from_arrays(frame["n"], frame.index, frame["years"])

    assert series.counts.tolist() == [1, 2]
    assert series.total_years == 1.5


def test_arrays_are_copied_and_read_only():
    """Changing the caller's array changes no series, and a series' arrays cannot be set."""
    counts = np.array([1.0, 2.0, 3.0])
    series = CountSeries.from_arrays(counts, YEARS)

    counts[0] = 7

    assert series.counts[0] == 1
    with pytest.raises(ValueError, match="read-only"):
        series.counts[0] = 7
    with pytest.raises(ValueError, match="read-only"):
        series.exposure_years[0] = 7


@pytest.mark.parametrize(
    "change",
    [
        {"counts": [1, 2, 4]},
        {"exposure_years": [1, 1, 0.5]},
        {"name": "visits"},
        {"axes": {"country": "KGZ"}},
        {"coverage_stated": False},
        {"periods": pd.period_range("1991", periods=3, freq="Y")},
        {"periods": pd.period_range("1990-01", periods=3, freq="M")},
    ],
)
def test_series_are_equal_if_all_is(change):
    """Series are equal if all that they hold is, NaN included, and not otherwise."""
    series = CountSeries.from_arrays([1, NAN, 3], YEARS, [1, 0, 1], name="talks")

    assert series == CountSeries.from_arrays([1, NAN, 3], YEARS, [1, 0, 1], name="talks")
    assert series != evolve(series, **change)
    assert series != "talks"


@pytest.mark.parametrize(
    ("counts", "periods", "years", "message"),
    [
        ([1, -2, 3], YEARS, None, "counts must be non-negative, got -2 in period 1991"),
        ([1, 2, np.inf], YEARS, None, "counts must be finite, got inf in period 1992"),
        (
            [1, NAN, 3],
            YEARS,
            None,
            (
                "counts may be NaN only where exposure_years is 0, got nan with exposure 1 "
                "in period 1991"
            ),
        ),
        (
            [1, 2, 3],
            YEARS,
            [1, 0, 1],
            "counts must be 0 or NaN where exposure_years is 0, got 2 in period 1991",
        ),
        ([1, 2, 3], YEARS, [1, 1, -1], "exposure_years must not be negative, got -1 in period 19"),
        ([1, 2, 3], YEARS, [NAN, 1, 1], "exposure_years must be finite, got nan in period 1990"),
        ([1, 2, 3], YEARS, [np.inf, 1, 1], "exposure_years must be finite, got inf in period 1990"),
        ([1, 2], YEARS, None, "counts must have shape (3,) as the periods do, got (2,)"),
        ([[1, 2, 3]], YEARS, None, "counts must have shape (3,) as the periods do, got (1, 3)"),
        (5, YEARS, None, "counts must have shape (3,) as the periods do, got ()"),
        ([1, 2, 3], YEARS, [1], "exposure_years must have shape (3,) as the periods do, got (1,)"),
        ([1, 2, 3], YEARS, 1, "exposure_years must have shape (3,) as the periods do, got ()"),
        (["one", 2, 3], YEARS, None, "counts must be numbers, got ['one', 2, 3]"),
        ([1, 2, 3], [1990, 1992, 1991], None, "periods must increase, but 1991 follows 1992"),
        ([1, 2, 3], "1990", None, "period '1' cannot be read"),
    ],
)
def test_arrays_that_are_no_series_are_told(counts, periods, years, message):
    """What cannot be counts with their exposures is an error with value and place."""
    with pytest.raises(SeriesError, match=re.escape(message)) as caught:
        CountSeries.from_arrays(counts, periods, years)

    assert isinstance(caught.value, EngagementError)
    assert isinstance(caught.value, ValueError)


def test_all_faults_are_told_at_once():
    """Everything that is wrong with the numbers is told in one error, after the name."""
    with pytest.raises(SeriesError) as caught:
        CountSeries.from_arrays(
            [1, -1, NAN, np.inf, 3, 2],
            range(1990, 1996),
            [-1, 1, 1, 1, 0, NAN],
            name="talks",
        )

    assert str(caught.value) == (
        "talks: exposure_years must be finite, got nan in period 1995; "
        "exposure_years must not be negative, got -1 in period 1990; "
        "counts must be finite, got inf in period 1993; "
        "counts must be non-negative, got -1 in period 1991; "
        "counts may be NaN only where exposure_years is 0, got nan with exposure 1 "
        "in period 1992; "
        "counts must be 0 or NaN where exposure_years is 0, got 3 in period 1994"
    )


def test_many_faults_are_cut_short():
    """Of more than twenty faults the first twenty are told, and how many more there are."""
    with pytest.raises(SeriesError, match=r"period 1909; and 5 more$") as caught:
        CountSeries.from_arrays([-1] * 25, range(1890, 1915))

    assert str(caught.value).count("non-negative") == 20


def test_texts():
    """A series says its name, what it counts and its extent, and shows all as a table."""
    series = CountSeries.from_arrays([1, NAN, 1234567], YEARS, [1, 0, 0.5], name="KGZ bilateral")

    assert str(series) == ("KGZ bilateral: 1234568 events in 2 observed of 3 periods, 1990 to 1992")
    assert str(CountSeries.from_arrays([], [])) == "series: no periods"
    lines = series.summary().splitlines()
    assert lines[0] == str(series)
    assert lines[2].split() == ["period", "events", "years"]
    assert lines[4].split() == ["1991", "not", "observed", "0"]


def test_frame_has_a_row_a_period():
    """A series as a table has period, count and exposure."""
    frame = CountSeries.from_arrays([1, NAN, 3], YEARS, [1, 0, 0.5]).to_frame()

    assert frame.columns.tolist() == ["period", "count", "exposure_years"]
    assert frame["period"].astype(str).tolist() == ["1990", "1991", "1992"]
    assert frame["count"].isna().tolist() == [False, True, False]
    assert frame["exposure_years"].tolist() == [1, 0, 0.5]


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (10, "10"), (1 / 3, "0.33"), (2.5, "2.5"), (1234567.0, "1234567"), (100.004, "100")],
)
def test_counts_are_written_in_full(value, text):
    """A count is written with all its digits before the point and two after it at most."""
    assert format_count(value) == text
