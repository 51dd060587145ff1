"""Counts from data frames: long, wide and one row per event, in any order, of any engine."""

# ruff: noqa: PD011 - the values are those of Counts, not of pandas

import re

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagement.counting.counts import Counts
from engagement.counting.tabulation import MOST_CELLS
from engagement.errors import SettingError, TableError
from frame_engines import ENGINES
from strategies.panels import event_rows, long_rows, of_dates, panels, same_counts

seeds = st.integers(0, 999)


@given(panels(), seeds)
def test_layouts_hold_the_same_in_any_order(counts, seed):
    """Long, wide, with levels, or one row per event: whatever the order of rows and columns."""
    rng = np.random.default_rng(seed)
    long = long_rows(counts).sample(frac=1, random_state=seed)
    wide = counts.wide().sample(frac=1, random_state=seed)
    wide = wide[rng.permutation(wide.columns)]
    named = {"period": "period", "by": "country", "count": "count"}
    letter = counts.freq

    tables = [
        Counts.from_frame(long, **named, exposure="exposure_years"),
        Counts.from_frame(long, **named),
        Counts.from_frame(counts.to_frame()),
        Counts.from_frame(wide),
        Counts.from_frame(wide.rename_axis(None, axis=1), by="country"),
        Counts.from_frame(wide.reset_index(), period="period", by="country"),
        Counts.from_frame(
            wide.reset_index(), period="period", by="country", count=list(wide.columns)
        ),
        Counts.from_frame(of_dates(counts), freq=letter),
        Counts.from_frame(of_dates(counts, "end").astype("Int64"), freq=letter),
        Counts.from_frame(counts.to_frame().set_index(["country", "period"])["count"]),
    ]
    without_zeros = [  # a country without events is not in such a table
        Counts.from_frame(long_rows(counts, without_zeros=True), **named, missing="zero"),
        Counts.from_frame(event_rows(counts), period="period", by="country", missing="zero"),
        Counts.from_frame(event_rows(counts).set_index("period"), by="country", missing="zero"),
    ]

    for place, table in enumerate(tables):
        assert same_counts(table, counts), place
    for table in without_zeros:
        assert same_counts(table, counts.select(country=table.axes["country"]))
    assert all(table.freq == letter for table in tables)


@given(panels(), st.sampled_from([*ENGINES, "polars wide"]))
def test_engines_give_the_same(counts, engine):
    """Frames of pandas, polars, DuckDB and Arrow are read alike."""
    table = pa.Table.from_pandas(long_rows(counts), preserve_index=False)

    if engine == "polars wide":
        wide = counts.wide().reset_index().astype({"period": "str"})
        made = Counts.from_frame(pl.from_pandas(wide), by="country")
    else:
        made = Counts.from_frame(
            ENGINES[engine](table), period="period", by="country", count="count"
        )

    assert same_counts(made, counts)
    assert same_counts(Counts.from_frame(table), counts)


@given(panels(), st.data())
def test_what_is_missing_is_what_is_said_of_it(counts, data):
    """Cells without a row are zeros or not observed; nothing is read until that is said."""
    frame = long_rows(counts)
    gone = data.draw(st.sets(st.integers(1, len(frame) - 1), min_size=1))
    kept = frame.drop(index=[*gone])
    has_gaps = {tuple(row) for row in kept[["country", "period"]].to_numpy()}
    named = {"period": "period", "by": "country", "count": "count"}
    product = {(a, b) for a in set(kept["country"]) for b in all_periods(kept, counts)}
    if has_gaps == product:
        return

    with pytest.raises(TableError, match=rf"{len(product - has_gaps)} of {len(product)} cells"):
        Counts.from_frame(kept, **named)
    zeros = Counts.from_frame(kept, **named, missing="zero")
    unobserved = Counts.from_frame(kept, **named, missing="unobserved")

    seen = zeros.to_frame()
    absent = [
        pair not in has_gaps
        for pair in zip(seen["country"], seen["period"].astype(str), strict=True)
    ]
    assert (seen["count"][absent] == 0).all()
    assert (seen["exposure_years"] > 0).all()
    frame = unobserved.to_frame()
    assert frame["count"].isna().tolist() == absent
    assert (frame["exposure_years"] == 0).tolist() == absent
    assert zeros.values.sum() == np.nansum(unobserved.values) == kept["count"].sum()


def all_periods(frame, counts):
    """List the periods from the first to the last of a frame."""
    first, last = frame["period"].min(), frame["period"].max()
    texts = counts.periods.astype(str)
    return [text for text in texts if first <= text <= last]


def test_gaps_are_counted_and_the_remedy_is_told():
    """Months that grouping dropped are no silence: how many, the first, and what to write."""
    frame = pd.DataFrame({"month": ["2019-01", "2019-04"], "n": [1, 2]})

    with pytest.raises(TableError) as caught:
        Counts.from_frame(frame, period="month", count="n")

    assert str(caught.value) == (
        "data frame: 2 of 4 periods have no count (2019-02, 2019-03): say "
        'missing="zero" if nothing happened there, or missing="unobserved" if nobody looked'
    )


def test_masked_and_missing_numbers_are_gaps():
    """Missing numbers of nullable columns are cells without a count."""
    frame = pd.DataFrame({"KGZ": [1, None], "TJK": [0, 3]}, index=[2010, 2011], dtype="Int64")

    with pytest.raises(TableError, match=r"1 of 4 cells .* \(KGZ 2011\)"):
        Counts.from_frame(frame)
    made = Counts.from_frame(frame, missing="unobserved")

    assert made.exposure_years.tolist() == [[1, 0], [1, 1]]


def test_exposure_is_read_beside_counts():
    """A column of years observed is the exposure, and zero of it is no count."""
    frame = pd.DataFrame(
        {"year": [2010, 2011, 2010, 2011], "c": list("BBAA"), "n": [1, 2, 3, None]}
    ).assign(years=[1, 0.5, 1, 0])

    made = Counts.from_frame(frame, period="year", by="c", count="n", exposure="years")

    assert made.series(c="A").exposure_years.tolist() == [1, 0]
    assert made.series(c="B").counts.tolist() == [1, 2]
    with pytest.raises(SettingError, match="needs the exposure of the 1 cells"):
        Counts.from_frame(
            frame[:3], period="year", by="c", count="n", exposure="years", missing="zero"
        )
    wide = pd.DataFrame({"A": [1, 2], "B": [3, 4], "years": [1, 0.5]}, index=[2010, 2011])
    assert Counts.from_frame(wide, exposure="years").exposure_years.tolist() == [[1, 0.5]] * 2


def test_all_faults_are_told_at_once():
    """Periods, numbers and labels at fault are told together, by row and column."""
    frame = pd.DataFrame(
        {
            "m": ["Jan 2010", "Feb 201", "Jan 2010", None],
            "c": ["A", "A", "A ", None],
            "n": [1, -2, "x", np.inf],
            "years": [1, 1, -1, np.nan],
        }
    )

    with pytest.raises(TableError) as caught:
        Counts.from_frame(frame, period="m", by="c", count="n", exposure="years")

    told = {(row, column) for row, column, _, _ in caught.value.faults}
    assert told == {
        (0, "c"),
        *((2, "m"), (2, "n")),
        *((3, "n"), (3, "years")),
        *((4, "m"), (4, "c"), (4, "n"), (4, "years")),
    }
    assert "labels 'A' and 'A ' differ in blanks only" in str(caught.value)
    assert "row 3, column 'n': count must be a number, got 'x'" in str(caught.value)


def test_many_faults_are_cut_short():
    """Of more than twenty faults the first are told, and how many more there are."""
    frame = pd.DataFrame({"year": range(1900, 2000), "n": -1})

    with pytest.raises(TableError, match="and 80 more") as caught:
        Counts.from_frame(frame, period="year", count="n")

    assert len(caught.value.faults) == 21


@pytest.mark.parametrize("by", [(), "c"])
def test_rows_that_name_one_cell_are_told(by):
    """Rows of one label and period are not summed in silence, nor is the last one taken."""
    frame = pd.DataFrame({"year": [2010, 2011, 2010], "c": ["A", "A", "A"], "n": [1, 2, 3]})

    with pytest.raises(TableError, match="2010 stands in row 1 too; sum the rows") as caught:
        Counts.from_frame(frame, period="year", by=by, count="n")

    assert [row for row, *_ in caught.value.faults] == [3]


FRAME = pd.DataFrame({"month": ["2019-01", "2019-02"], "country": ["KGZ", "TJK"], "n": [1, 2]})


@pytest.mark.parametrize(
    ("frame", "settings", "error", "message"),
    [
        (FRAME, {}, SettingError, "period must name the column of the periods; the columns are"),
        (FRAME, {"period": "mont"}, TableError, "Did you mean 'month'?"),
        (FRAME, {"period": "month", "by": ["country", "country"]}, SettingError, "named twice"),
        (FRAME, {"period": "month", "count": "m"}, TableError, "count names column 'm', which"),
        (FRAME, {"period": "month", "count": "n", "by": "land"}, TableError, "by names column"),
        (FRAME, {"period": "month", "exposure": "n"}, SettingError, "each row is an event"),
        (
            FRAME,
            {"period": "month", "missing": "none"},
            SettingError,
            "missing must be one of 'zero'",
        ),
        (FRAME, {"period": "month", "freq": "X", "count": "n"}, SettingError, "unknown freq 'X'"),
        (FRAME, {"period": "month", "freq": "Y", "count": "n"}, TableError, "periods are months"),
        (FRAME.rename(columns={"n": "count"}), {"period": "month"}, SettingError, 'count="count"'),
        (FRAME.rename(columns={"n": "month"}), {"period": "month"}, TableError, "stands twice"),
        (
            5,
            {},
            SettingError,
            "a data frame of pandas, polars or another engine is needed, got int",
        ),
        ([1, 2], {"period": "month"}, SettingError, "is needed, got list"),
        (
            pd.DataFrame({"day": ["2019-01-04", "2019-02-07"]}),
            {"period": "day", "missing": "zero"},
            TableError,
            "each row is an event with its day: say freq=",
        ),
        (
            pd.DataFrame({"m": ["2015-01-01", "2015-02-01"], "n": [1, 2]}),
            {"period": "m", "count": "n"},
            TableError,
            'write freq="M" if each is its month or freq="D" if each is its day',
        ),
        (
            pd.DataFrame(
                {"A": [1]}, index=pd.period_range("2010-01-01 00:00", periods=1, freq="h")
            ),
            {},
            TableError,
            "periods of frequency 'h' have no stated length",
        ),
        (
            FRAME.assign(month=[2019, 2020]).set_index(["month", "country"]),
            {},
            SettingError,
            "period must name the level of the periods",
        ),
        (
            FRAME.assign(month="2019-01", n=[1, "2"]),
            {"period": "month", "by": "country", "count": "n"},
            TableError,
            "row 2, column 'n': count must be a number, got '2'",
        ),
    ],
)
def test_frames_that_cannot_be_read_are_told(frame, settings, error, message):
    """What does not say its periods, labels or counts is an error that says what to write."""
    with pytest.raises(error, match=re.escape(message)):
        Counts.from_frame(frame, **settings)


def test_tables_have_a_largest_size():
    """A stray date does not fill the memory."""
    frame = pd.DataFrame({"day": ["1000-01-02", "9000-01-03"] * 20, "n": 1, "c": range(40)})

    with pytest.raises(TableError, match=f"cells are more than the {MOST_CELLS:,}"):
        Counts.from_frame(frame, period="day", by="c", count="n", missing="zero")


def test_events_are_counted_by_the_period_that_is_asked():
    """Days and months are put into years where each row is an event."""
    frame = pd.DataFrame({"day": pd.to_datetime(["2019-01-01", "2019-07-04", "2021-02-01"])})

    made = Counts.from_frame(frame, period="day", freq="Y", missing="zero")

    assert made.series().counts.tolist() == [2, 0, 1]
    assert made.axes == {}


def test_labels_are_texts():
    """Numbers and whole floats become the same texts, and labels are sorted."""
    frame = pd.DataFrame({"year": [2010] * 3, "code": [705.0, 701.0, 702.0], "n": [1, 2, 3]})

    made = Counts.from_frame(frame, period="year", by="code", count="n")

    assert made.axes == {"code": ("701", "702", "705")}
    assert made.values.tolist() == [[2], [3], [1]]


def test_several_axes_are_a_full_product():
    """Combinations of labels that never occur are cells without a count."""
    frame = pd.DataFrame(
        {"year": [2010] * 3, "country": ["A", "A", "B"], "channel": ["x", "y", "x"], "n": [1, 2, 3]}
    )
    named = {"period": "year", "by": ["country", "channel"], "count": "n"}

    with pytest.raises(TableError, match=r"1 of 4 cells .* \(B y 2010\)"):
        Counts.from_frame(frame, **named)
    made = Counts.from_frame(frame, **named, missing="unobserved")

    assert made.by == ("country", "channel")
    assert made.series(country="B", channel="y").n_observed == 0
    assert same_counts(Counts.from_frame(made.wide(), missing="unobserved"), made)
    assert same_counts(Counts.from_frame(made.to_frame()), made)
