"""Counts in any form: every function on counts takes them, and gives the same answer."""

import inspect

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import engagement
from engagement.counting.counts import Counts
from engagement.counting.panels import read_counts, read_one_series, read_panel
from engagement.counting.series import CountSeries
from engagement.errors import EngagementError, SeriesError, SettingError, TableError
from strategies.panels import long_rows, panels, same_counts

MONTHS = pd.period_range("2010-01", periods=20, freq="M")
RNG = np.random.default_rng(5)
PANEL = Counts(
    axes={"country": ("KAZ", "KGZ", "TJK")},
    periods=MONTHS,
    values=np.stack([RNG.poisson(np.repeat([rate, 8], 10)) for rate in (1, 2, 8)]).astype(float),
    exposure_years=np.full((3, 20), 1 / 12),
    freq="M",
    settings={},
    coverage_stated=True,
    left_out=pd.DataFrame(),
)

ONE = {  # of one series
    "segment": lambda given, **more: engagement.segment(given, **more).to_frame(),
    "scan_test": lambda given, **more: engagement.scan_test(given, n_draws=19, **more).to_frame(),
    "change_posterior": lambda given, **more: engagement.change_posterior(given, **more).to_frame(),
    "smooth_intensity": lambda given, **more: engagement.smooth_intensity(given, **more).to_frame(),
    "forecast": lambda given, **more: engagement.forecast(given, **more).to_frame(),
    "monitor": lambda given, **more: engagement.monitor(
        given, threshold=0.5, family="poisson", **more
    ).to_frame(),
    "compare_shapes": lambda given, **more: engagement.compare_shapes(given, **more).reset_index(),
}
SEVERAL = {  # of a panel, or of one series
    "detect_changes": lambda given, **more: engagement.detect_changes(given, **more).to_frame(),
    "estimate_rate": lambda given, **more: engagement.estimate_rate(given, **more).to_frame(),
    "fit_trend": lambda given, **more: engagement.fit_trend(
        given, errors="model", **more
    ).to_frame(),
}
PANELS = {  # of a panel, without periods of their own
    "compare_rates": lambda given: engagement.compare_rates(given, over="country").to_frame(),
    "shared_changes": lambda given: engagement.shared_changes(given, n_draws=100).to_frame(),
}


def numbers_of(frame):
    """Leave names and labels out of a table: they are those that the form has."""
    return frame.select_dtypes(exclude=["object", "string", "str"]).reset_index(drop=True)


def series_forms(series):
    """List what somebody may have in the place of a series."""
    counts, periods = series.counts, series.periods
    labelled = pd.Series(counts, index=periods)
    return {
        "Series": labelled,
        "Series in another order": labelled.sample(frac=1, random_state=1),
        "Series of integers": labelled.astype("Int64"),
        "Series of texts": labelled.rename(str),
        "Series of month names": labelled.set_axis(periods.strftime("%b %Y")),
        "Series of dates": labelled.to_timestamp(),
        "frame": labelled.to_frame("n"),
        "frame of columns": series.to_frame(),
        "dictionary": labelled.to_dict(),
        "Counts": PANEL.select(country="KGZ"),
        "polars": pl.from_pandas(series.to_frame().astype({"period": "str"})),
    }


def panel_forms(counts):
    """List what somebody may have in the place of a panel."""
    wide, long = counts.wide(), counts.to_frame()
    return {
        "wide": wide,
        "wide in another order": wide.sample(frac=1, random_state=1)[wide.columns[::-1]],
        "long": long,
        "long in another order": long.sample(frac=1, random_state=2),
        "levels": long.set_index(["country", "period"])["count"].iloc[::-1],
        "polars": pl.from_pandas(long_rows(counts)),
        "polars in another order": pl.from_pandas(long_rows(counts)[::-1]),
    }


def test_every_function_on_counts_is_tried():
    """The functions whose first parameter is of counts are those above, and call it so."""
    found = set()
    for name in engagement.__all__:
        value = getattr(engagement, name)
        if inspect.isfunction(value):
            first = next(iter(inspect.signature(value).parameters.values()), None)
            if first is not None and str(first.annotation).strip("'\"") == "CountsLike":
                assert first.name == "counts"
                found.add(name)

    assert found == {*ONE, *SEVERAL, *PANELS}


@pytest.mark.parametrize("name", [*ONE, *SEVERAL])
def test_one_series_gives_one_answer_in_every_form(name):
    """A Series, a frame, a dictionary, or arrays beside periods: the numbers are the same."""
    ask = (ONE | SEVERAL)[name]
    series = PANEL.series(country="KGZ")
    expected = numbers_of(ask(series))

    assert len(expected.columns)
    for form, given_form in series_forms(series).items():
        pd.testing.assert_frame_equal(numbers_of(ask(given_form)), expected, obj=form)
    for counts, periods in (
        (series.counts, MONTHS),
        (series.counts.tolist(), MONTHS.strftime("%b %Y")),
        (pl.Series(series.counts), MONTHS.astype(str).tolist()),
    ):
        pd.testing.assert_frame_equal(numbers_of(ask(counts, periods=periods)), expected)


@pytest.mark.parametrize("name", [*SEVERAL, *PANELS])
def test_panels_give_one_answer_in_every_form(name):
    """Long, wide or with levels, of pandas or polars, in any order: the tables are equal."""
    ask = (SEVERAL | PANELS)[name]
    expected = ask(PANEL)

    for form, given_form in panel_forms(PANEL).items():
        pd.testing.assert_frame_equal(ask(given_form), expected, obj=form)


@settings(max_examples=25)
@given(panels())
def test_forms_are_read_alike(counts):
    """What is read of each form is the same table, whatever the counts."""
    for form, given_form in panel_forms(counts).items():
        assert same_counts(read_counts(given_form), counts), form
    panel, by = read_panel(counts.wide())
    assert by == ("country",)
    assert len(panel) == len(counts)


@pytest.mark.parametrize("name", [*ONE, *SEVERAL, *PANELS])
@pytest.mark.parametrize(
    "given_form",
    [
        [1, 2, 3],
        np.array([1, 2]),
        pd.Series([1, 2]),
        pd.Series([1, 2], index=["a", "b"]),
        None,
        5,
        "2010",
        pd.DataFrame({"n": [1, 2]}),
        pl.DataFrame({"n": [1, 2]}),
        pl.Series([1, 2]),
        {},
        pd.Series([1, 2], index=pd.to_datetime(["2010-01-01", "2010-02-01"])),
        pd.Series([1, 2], index=[2010, 2012]),
        pd.Series([1, 2], index=[2010, 2010]),
        pd.Series([1, -2], index=[2010, 2011]),
        pd.Series([1, None], index=[2010, 2011]),
        pl.DataFrame({"n": [1, 2]}).lazy(),
        engagement.EventLog([]),
    ],
)
def test_what_has_no_periods_or_no_counts_is_refused(name, given_form):
    """Each function says what is needed, and reads nothing by its place."""
    with pytest.raises((SeriesError, SettingError, TableError)):
        (ONE | SEVERAL | PANELS)[name](given_form)


@pytest.mark.parametrize("given_form", [PANEL, PANEL.series(country="KGZ"), PANEL.wide()])
def test_periods_are_for_arrays(given_form):
    """Periods beside what has its own are an error."""
    with pytest.raises(SettingError, match="periods belong to an array, and"):
        read_counts(given_form, MONTHS)


def test_one_series_is_not_several():
    """A function on a series does not choose one of a table."""
    for given_form in (PANEL, PANEL.wide()):
        with pytest.raises(
            SeriesError, match="one series is needed, and these counts have 3; choose"
        ):
            read_one_series(given_form)


def test_error_of_a_frame_of_events_says_what_to_write():
    """A long frame with names of its own has to be named."""
    frame = pd.DataFrame({"month": ["2010-01"], "country": ["KGZ"], "visits": [2]})

    with pytest.raises(EngagementError, match="period must name the column of the periods"):
        engagement.detect_changes(frame)


def test_a_score_takes_any_form():
    """What came is read as what was known."""
    series = PANEL.series(country="KGZ")
    known = CountSeries.from_arrays(series.counts[:14], MONTHS[:14])
    later = pd.Series(series.counts, index=MONTHS)

    found = engagement.forecast(known, horizon=6)

    pd.testing.assert_frame_equal(found.score(later), found.score(series))


@given(st.permutations(range(3)))
def test_order_of_series_changes_no_rate(order):
    """Rates are those of the labels, however the table is sorted."""
    labels = [PANEL.axes["country"][place] for place in order]

    found = engagement.estimate_rate(PANEL.select(country=labels)).to_frame()

    expected = engagement.estimate_rate(PANEL).to_frame()
    assert found.sort_values("country", ignore_index=True).equals(expected)


def test_nothing_takes_what_it_is_given_by_a_bag_of_settings():
    """The settings of counting are named by each function that has them."""
    for name in engagement.__all__:
        function = getattr(engagement, name)
        if inspect.isfunction(function):
            parameters = inspect.signature(function).parameters.values()
            bags = {one.name for one in parameters if one.kind is one.VAR_KEYWORD}
            assert bags <= {"axes", "settings"}
