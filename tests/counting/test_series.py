"""Series: made from anyone's arrays, and what they say of themselves."""

import copy
import pickle
import re

import numpy as np
import pandas as pd
import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from engagement.counting.series import CountSeries, format_count
from engagement.errors import EngagementError, SeriesError, SettingError

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
    monthly = CountSeries.from_arrays([1, 2], ["1990-01", "1990-02"])

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

    CountSeries.from_arrays(gapped := np.array([1.0, NAN, 3.0]), YEARS, missing="zero")
    counts[0] = 7

    assert np.isnan(gapped[1])

    assert series.counts[0] == 1
    with pytest.raises(ValueError, match="read-only"):
        series.counts[0] = 7
    with pytest.raises(ValueError, match="read-only"):
        series.exposure_years[0] = 7


@pytest.mark.parametrize(
    "change",
    [
        {"counts": [1, NAN, 4]},
        {"counts": [1, 2, 3], "exposure_years": [1, 1, 1]},
        {"exposure_years": [1, 0, 0.5]},
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
        ([1, 2, 3], "1990", None, "periods must be a sequence, got '1990'"),
        (["1", "2", "3"], YEARS, None, "counts must be numbers, got ['1', '2', '3']"),
        ([True, False, True], YEARS, None, "counts must be numbers"),
        ([1, 2, 3j], YEARS, None, "counts must be numbers"),
        (pd.to_datetime(YEARS), YEARS, None, "counts must be numbers"),
        (pd.DataFrame({"n": [1, 2, 3]}), YEARS, None, "counts are a data frame"),
        (pd.array([1, None, 3]), YEARS, None, "counts may be NaN only where exposure_years is 0"),
        ([1, 2, 3], YEARS, np.ma.array([1, 1, 1], mask=[0, 1, 0]), "got 2 in period 1991"),
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


# What has labels, and what is masked


@given(st.permutations(range(5)))
def test_labels_join_and_order_says_nothing(order):
    """A Series is joined to periods by its index, however it is sorted; without periods too."""
    years = pd.period_range("1990", periods=5, freq="Y")
    counts = pd.Series([3.0, 1, 4, 1, 5], index=years)
    exposures = pd.Series([1, 0.5, 1, 1, 0.25], index=range(1990, 1995))
    straight = CountSeries.from_arrays(counts.to_numpy(), years, exposures.to_numpy())
    shuffled = counts.iloc[list(order)]

    assert CountSeries.from_arrays(shuffled, years, exposures) == straight
    assert CountSeries.from_arrays(shuffled, exposure_years=exposures.iloc[::-1]) == straight
    assert CountSeries.from_arrays(dict(shuffled), range(1990, 1995), exposures) == straight
    assert CountSeries.from_arrays(shuffled.rename(str), years, exposures) == straight


def test_counts_of_values_are_joined_by_value():
    """What value_counts gives is sorted by frequency and labelled by year."""
    years = pd.Series([1990] * 2 + [1991] * 7 + [1992] * 5)

    series = CountSeries.from_arrays(
        years.value_counts(), pd.period_range("1990", "1992", freq="Y")
    )

    assert series.counts.tolist() == [2, 7, 5]


def test_columns_of_one_frame_are_joined_by_row():
    """Columns with the same row labels stand beside one another, in whatever order."""
    frame = pd.DataFrame({"year": YEARS, "n": [1, 2, 3]}, index=[7, 3, 5])

    straight = CountSeries.from_arrays(frame["n"], frame["year"])
    joined = CountSeries.from_arrays(frame["n"].sort_index(), frame["year"])

    assert straight.counts.tolist() == joined.counts.tolist() == [1, 2, 3]
    with pytest.raises(SeriesError, match="different row labels"):
        CountSeries.from_arrays(frame["n"].reset_index(drop=True), frame["year"])


@pytest.mark.parametrize(
    ("counts", "message"),
    [
        (
            pd.Series([2.0, 7, 5], index=range(1991, 1994)),
            "1993 only in the labels of counts; 1990",
        ),
        (pd.Series([2.0, 7, 5], index=["a", "b", "c"]), "labels that are no periods, such as 'a'"),
        (pd.Series([2.0, 7, 5], index=[1990, 1991, 1991]), "counts name period 1991 twice"),
        (pd.Series([2.0, 7, 5], index=[3, 4, 5]), "labels that are no periods, such as 3"),
        (pd.Series([2.0, 7], index=[1990, 1992]), "1991 only in periods"),
        (
            pd.Series([1.0], index=pd.PeriodIndex(["1990-01"], freq="M")),
            "1990-01 only in the label",
        ),
    ],
)
def test_labels_that_contradict_the_periods_are_told(counts, message):
    """Labels are never put aside: what they name has to be the periods."""
    with pytest.raises(SeriesError, match=re.escape(message)):
        CountSeries.from_arrays(counts, YEARS)


def test_masked_counts_were_not_observed():
    """A mask on counts or on exposures leaves the period without exposure."""
    masked = np.ma.array([2, 99, 2], mask=[0, 1, 0])
    exposures = np.ma.array([1, 1, 1], mask=[0, 1, 0])

    for series in (
        CountSeries.from_arrays(masked, YEARS),
        CountSeries.from_arrays(masked, YEARS, exposures),
        CountSeries.from_arrays([2, NAN, 2], YEARS, exposures),
        CountSeries.from_arrays(masked.astype(float), YEARS),
    ):
        assert series.exposure_years.tolist() == [1, 0, 1]
        assert np.isnan(series.counts[1])
        assert series.total == 4


@pytest.mark.parametrize(
    "counts",
    [
        [1, None, 3],
        [1, NAN, 3],
        pd.array([1, None, 3], dtype="Int64"),
        pd.Series([1, None, 3], dtype="Float64"),
        pd.Series([1, 3], index=[1990, 1992]),
        {1992: 3, 1990: 1},
    ],
)
def test_what_is_missing_is_what_is_said_of_it(counts):
    """Counts that are not there are zeros or not observed, and nothing until that is said."""
    periods = None if len(counts) == 2 else YEARS
    with pytest.raises(SeriesError, match=r'say missing="zero" if .* or missing="unobserved" if'):
        CountSeries.from_arrays(counts, periods)

    zeros = CountSeries.from_arrays(counts, periods, missing="zero")
    unobserved = CountSeries.from_arrays(counts, periods, missing="unobserved")

    assert (zeros.counts.tolist(), zeros.exposure_years.tolist()) == ([1, 0, 3], [1, 1, 1])
    assert unobserved.exposure_years.tolist() == [1, 0, 1]
    assert unobserved == CountSeries.from_arrays([1, NAN, 3], YEARS, [1, 0, 1])


def test_gaps_are_counted():
    """How many periods are missing, and which are the first, is told."""
    with pytest.raises(SeriesError) as caught:
        CountSeries.from_arrays([1, 2], ["Jan 2010", "Jan 2011"], name="visits")

    assert str(caught.value) == (
        "visits: 11 of 13 periods are missing (2010-02, 2010-03, 2010-04, ...): say "
        'missing="zero" if nothing happened there, or missing="unobserved" if nobody looked'
    )
    with pytest.raises(
        SettingError, match="missing must be one of 'zero', 'unobserved' or None, got 'zeros'"
    ):
        CountSeries.from_arrays([1, 2], [1990, 1992], missing="zeros")
    minutes = [pd.Period("1950-01-01 00:00", "min"), pd.Period("2000-01-01 00:00", "min")]
    with pytest.raises(SeriesError, match="periods, and at most 10,000,000 are taken"):
        CountSeries.from_arrays([1, 2], minutes, [1, 1], missing="zero")


def test_periods_are_needed():
    """Counts without labels do not say when they were."""
    with pytest.raises(SeriesError, match="periods are needed"):
        CountSeries.from_arrays([1, 2])


# Made past from_arrays

GOOD = {
    "counts": np.array([1, NAN, 3]),
    "exposure_years": np.array([1.0, 0, 1]),
    "periods": pd.period_range("1990", periods=3, freq="Y"),
}
BAD = [
    ({"periods": GOOD["periods"][::-1]}, "periods must increase, but 1991 follows 1992"),
    ({"periods": pd.PeriodIndex(["1990", "1990", "1991"], freq="Y")}, "periods must increase"),
    (
        {"periods": pd.PeriodIndex(["1990", "1991", "1993"], freq="Y")},
        "must be consecutive, but 1993",
    ),
    ({"periods": pd.PeriodIndex(["1990", None, "1992"], freq="Y")}, "period 1 is missing (NaT)"),
    ({"periods": [1990, 1991, 1992]}, "periods must be a PeriodIndex, got [1990, 1991, 1992]"),
    ({"periods": GOOD["periods"][:2]}, "counts must have shape (2,)"),
    ({"exposure_years": [1, 1, 1]}, "counts may be NaN only where exposure_years is 0"),
    ({"exposure_years": [1, 0]}, "exposure_years must have shape (3,)"),
    ({"exposure_years": [1, 0, -1]}, "exposure_years must not be negative, got -1"),
    ({"exposure_years": [1, 0, np.inf]}, "exposure_years must be finite"),
    ({"counts": [1, NAN, -3]}, "counts must be non-negative, got -3 in period 1992"),
    ({"counts": [1, 2, 3]}, "counts must be 0 or NaN where exposure_years is 0, got 2"),
    ({"counts": pd.Series([1, NAN, 3], index=[1991, 1992, 1993])}, "1993 only in the labels"),
    ({"name": 5}, "name must be of str, got 5"),
    ({"axes": {"country": 3}}, "axes must map names to labels, both texts"),
    ({"coverage_stated": "yes"}, "coverage_stated must be of bool"),
]


@pytest.mark.parametrize(("change", "message"), BAD)
def test_series_checks_itself_wherever_it_is_made(change, message):
    """Made directly, evolved, copied or unpickled, a series that cannot be is an error."""
    good = CountSeries(**GOOD)
    smuggled = CountSeries(**GOOD)
    for name, value in change.items():
        object.__setattr__(smuggled, name, value)

    for make in (
        lambda: CountSeries(**GOOD | change),
        lambda: evolve(good, **change),
        lambda: copy.copy(smuggled),
        lambda: pickle.loads(pickle.dumps(smuggled)),  # noqa: S301 - our own
    ):
        with pytest.raises(SeriesError, match=re.escape(message)):
            make()


def test_pickled_and_copied_series_are_equal_and_read_only():
    """What comes back is the same, and cannot be written to."""
    series = CountSeries(**GOOD, name="talks", axes={"country": "KGZ"}, coverage_stated=False)

    for again in (pickle.loads(pickle.dumps(series)), copy.deepcopy(series)):  # noqa: S301 - our own
        assert again == series
        with pytest.raises(ValueError, match="read-only"):
            again.counts[0] = 7


def test_zero_where_nothing_was_observed_is_nan():
    """A zero without exposure is not a count."""
    series = CountSeries(**GOOD | {"counts": [1, 0, 3]})

    assert np.isnan(series.counts[1])


def test_labelled_fields_are_joined():
    """A Series given for a field is joined to the periods by its labels."""
    counts = pd.Series([3, 1, NAN], index=pd.PeriodIndex(["1992", "1990", "1991"], freq="Y"))

    assert CountSeries(**GOOD | {"counts": counts}).counts[[0, 2]].tolist() == [1, 3]
