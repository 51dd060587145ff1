"""Rates with exact intervals, by series and by span, and the dispersion beside them."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from engagement.changes.detect.detection import detect_changes
from engagement.changes.optimal.segmentation import segment
from engagement.counting.counting import count_events
from engagement.counting.series import CountSeries
from engagement.errors import LabelError, SeriesError, SettingError
from engagement.events.events import Meeting
from engagement.intensity.dispersion import dispersion_p_value, pearson_dispersion
from engagement.intensity.rates import estimate_rate, exact_interval
from engagement.log.eventlog import EventLog
from strategies.series import closed, count_series, few, panel, scaled

COLUMNS = [
    "start", "end", "n_events", "exposure_years", "rate", "low", "high", "dispersion",
    "dispersion_p",
]  # fmt: skip
# 95% limits of a Poisson mean, as printed in tables after Garwood (1936)
GARWOOD = {
    0: (0, 3.689), 1: (0.0253, 5.572), 2: (0.242, 7.225), 3: (0.619, 8.767), 4: (1.09, 10.24),
    5: (1.62, 11.67), 6: (2.2, 13.06), 7: (2.81, 14.42), 8: (3.45, 15.76), 9: (4.12, 17.08),
    10: (4.8, 18.39), 20: (12.22, 30.89), 30: (20.24, 42.83), 50: (37.11, 65.92),
}  # fmt: skip


def yearly(counts, exposures=None, first=1993):
    """Make a yearly series."""
    return CountSeries.from_arrays(counts, range(first, first + len(counts)), exposures)


@pytest.mark.parametrize("n_events", GARWOOD)
def test_intervals_are_those_of_the_published_table(n_events):
    """Each limit is the printed one, to the digits that are printed."""
    rate = estimate_rate(yearly([n_events]))[0]

    for limit, printed in zip((rate.low, rate.high), GARWOOD[n_events], strict=True):
        digits = len(str(printed).partition(".")[2])
        assert round(limit, digits) == pytest.approx(printed, abs=1e-9)


@pytest.mark.parametrize("level", [0.8, 0.95])
def test_intervals_cover_at_least_as_asked(level):
    """The chance that the interval holds the mean is at least its level, for every mean tried."""
    counts = np.arange(120)
    ends = np.array([exact_interval(int(count), 1.0, level) for count in counts])

    for mean in [*np.linspace(0.01, 6, 80), 11.3, 25.0, 40.0]:
        inside = (ends[:, 0] <= mean) & (mean <= ends[:, 1])
        assert stats.poisson.pmf(counts, mean)[inside].sum() >= level - 1e-9


@given(count_series(), st.sampled_from([0.25, 2.0, 10.0]))
def test_rates_scale_with_exposure(series, factor):
    """All exposures multiplied by a factor divide rate and limits, and leave the dispersion."""
    one, other = estimate_rate(series)[0], estimate_rate(scaled(series, factor))[0]

    for name in ("rate", "low", "high"):
        assert getattr(other, name) * factor == pytest.approx(getattr(one, name))
    assert other.dispersion == pytest.approx(one.dispersion, nan_ok=True)


@given(count_series(counts=few))
def test_periods_that_were_not_observed_change_no_rate(series):
    """Without them rate, interval and dispersion are the same, with its p-value."""
    one, other = estimate_rate(series)[0], estimate_rate(closed(series))[0]

    names = ("n_events", "exposure_years", "n_observed", "rate", "low", "high")
    assert [getattr(one, name) for name in names] == [getattr(other, name) for name in names]
    for name in ("dispersion", "dispersion_p"):
        assert getattr(one, name) == pytest.approx(getattr(other, name), nan_ok=True)


@given(st.lists(st.integers(0, 5), min_size=8, max_size=24), st.data())
def test_putting_periods_together_leaves_the_rate(counts, data):
    """Months, quarters and years of the same events have one rate and one interval."""
    months = pd.period_range("1993-01", periods=24, freq="M")
    events = [
        Meeting(date=str(months[place]), channel="bilateral", countries=["KGZ"])
        for place, count in enumerate(counts)
        for _ in range(count)
    ]
    log = EventLog(events)
    if not events:
        return
    log = log.with_coverage(type(log.coverage).since_to(log, "1993", "1994"))
    fine = count_events(log, by="country", freq="M")
    rule = data.draw(st.sampled_from(["Q", "Y", "2Y"]))

    one, other = estimate_rate(fine)[0], estimate_rate(fine.resample(rule))[0]

    assert (one.n_events, other.n_events) == (len(events), len(events))
    for name in ("rate", "low", "high"):
        assert getattr(one, name) == pytest.approx(getattr(other, name))


@given(count_series(min_observed=3), st.data())
def test_spans_share_out_events_and_years(series, data):
    """Over the spans that dates make, events and years sum to those of the whole."""
    cut = data.draw(st.sampled_from([str(period) for period in series.periods[1:]]))
    parts = estimate_rate(series, by_segment=[cut])
    (whole,) = estimate_rate(series)

    assert sum(part.n_events for part in parts) == whole.n_events
    assert sum(part.exposure_years for part in parts) == pytest.approx(whole.exposure_years)


def test_what_was_not_observed_has_no_rate():
    """Without exposure rate and limits are NaN, and the summary says so; zero events have both."""
    nothing = yearly([np.nan, np.nan], [0, 0])
    table = panel([nothing, yearly([0, 0])], ["KAZ", "KGZ"])

    blind, empty = estimate_rate(table)

    assert np.isnan([blind.rate, blind.low, blind.high, blind.dispersion]).all()
    assert (blind.start, blind.end, str(blind)) == (None, None, "not observed")
    assert (empty.rate, empty.low, round(empty.high, 3)) == (0, 0, 1.844)
    told = estimate_rate(table).summary()
    assert "1 not observed: no rate, which is not a rate of 0" in told
    assert estimate_rate(table).to_frame()["rate"].isna().tolist() == [True, False]


def test_the_table_has_a_row_a_series_and_span(meetings):
    """Axes, the observed ends of each span, and the numbers."""
    frame = estimate_rate(meetings, by_segment=["2001"]).to_frame()

    assert list(frame.columns) == ["country", *COLUMNS]
    assert len(frame) == 2 * len(meetings)
    kgz = frame[frame["country"] == "KGZ"]
    assert [str(when) for when in kgz["start"]] == ["1993", "2001"]
    assert kgz["n_events"].tolist() == [10, 67]
    assert kgz["exposure_years"].tolist() == [8, 20]
    assert frame["start"].dtype == "period[Y-DEC]"


@pytest.mark.parametrize(
    "spans",
    [
        [("1993", "1996"), ("1997", "1998")],
        ["1997"],
        [1997],
        [pd.Period("1997", freq="Y")],
        [pd.Timestamp("1997-01-01").date()],
        ["1997-01"],
    ],
)
def test_spans_are_read_from_dates_and_pairs(spans):
    """A date begins a span, a pair is one with both ends included."""
    found = estimate_rate(yearly([1, 2, 3, 4, 50, 60]), by_segment=spans)

    assert [rate.n_events for rate in found] == [10, 110]
    assert [rate.span for rate in found] == ["1993 to 1996", "1997 to 1998"]


def test_spans_of_months_take_in_whole_years():
    """A pair of years over months takes in the whole of the last."""
    months = pd.period_range("1993-01", periods=36, freq="M")
    series = CountSeries.from_arrays(np.ones(36), months)

    found = estimate_rate(series, by_segment=[("1993", "1994")])[0]

    assert (found.n_events, found.span) == (24, "1993-01 to 1994-12")


def test_found_segments_have_their_rates():
    """The rates are those of the segmentation, and the summary says that dates were sought."""
    series = yearly([1, 2, 1, 2, 9, 8, 10, 9])
    found = segment(series)

    estimate = estimate_rate(series, by_segment=found)

    assert [rate.rate for rate in estimate] == pytest.approx(found.rates)
    assert "rates that differ most were sought out" in estimate.summary()
    assert "sought out" not in estimate_rate(series, by_segment=["1997"]).summary()


def test_changes_give_each_series_its_own_spans():
    """A series that changed has one rate per segment, one that did not has one."""
    step, flat = yearly([1, 2, 1, 2, 9, 8, 10, 9]), yearly([3, 2, 4, 3, 2, 4, 3, 3])
    table = panel([step, flat], ["KGZ", "TKM"])

    estimate = estimate_rate(table, by_segment=detect_changes(table))

    assert [rate.axes["country"] for rate in estimate] == ["KGZ", "KGZ", "TKM"]
    assert [rate.n_events for rate in estimate] == [6, 36, 24]


def test_changes_of_other_series_are_refused():
    """Changes are looked up by label."""
    step = yearly([1, 2, 1, 2, 9, 8, 10, 9])
    changes = detect_changes(panel([step], ["KGZ"]))

    with pytest.raises(LabelError, match="no series fit"):
        estimate_rate(panel([step], ["TJK"]), by_segment=changes)


@pytest.mark.parametrize(
    ("spans", "told"),
    [
        ("1997", r"several dates or several pairs of dates, got '1997'"),
        ([], r"several dates or several pairs of dates, got \[\]"),
        (3, r"several pairs of dates, got 3"),
        (["1993"], "dates must increase and lie after 1993 and up to 1998, got 1993"),
        (["1999"], "got 1999 after 1993"),
        (["1997", "1995"], "got 1995 after 1997"),
        (["1997-05"], "1997-05 begins inside of period 1997"),
        ([("1993", "1996-05")], "1996-05 ends inside of period 1996"),
        ([("1996", "1993")], "1993 ends before 1996 begins"),
        ([("1993", "1994", "1995")], r"a span is a pair of dates, got \('1993'"),
        (["Bishkek"], "by_segment must be a period such as .*, got 'Bishkek'"),
        ([True], "by_segment must be a period such as .*, got True"),
    ],
)
def test_spans_that_cannot_be_are_refused(spans, told):
    """The message names the date and what the series has."""
    with pytest.raises(SettingError, match=told):
        estimate_rate(yearly([1, 2, 3, 4, 5, 6]), by_segment=spans)


def test_counts_must_be_whole():
    """Parts of events are refused with the remedy."""
    with pytest.raises(SeriesError, match=r"got 0.5 in period 1994 .* imprecise=\"impute\""):
        estimate_rate(yearly([1, 0.5]))


@pytest.mark.parametrize("level", [0, 1, "0.95", True])
def test_levels_that_cannot_be_are_refused(level):
    """The message names the value."""
    with pytest.raises(SettingError, match=f"strictly between 0 and 1, got {level!r}"):
        estimate_rate(yearly([1]), level=level)


def test_other_data_are_refused():
    """What is no series is told of."""
    with pytest.raises(SeriesError, match=r"Counts or a CountSeries are needed, got list"):
        estimate_rate([1, 2])


@given(count_series(min_observed=2, counts=few))
def test_dispersion_is_pearsons_chi_square_a_degree_of_freedom(series):
    """It is the sum over periods of (count - expected)^2 / expected, divided by n - 1."""
    counts = series.counts[series.observed]
    years = series.exposure_years[series.observed]
    rate = estimate_rate(series)[0]

    if not counts.sum():
        assert np.isnan(rate.dispersion)
        return
    expected = counts.sum() * years / years.sum()
    chi2 = stats.chisquare(counts, expected).statistic
    assert rate.dispersion == pytest.approx(chi2 / (len(counts) - 1), rel=1e-6)


def test_the_dispersion_test_counts_outcomes_as_uneven():
    """Three events in one of two years come about in one outcome of four."""
    rng = np.random.default_rng(5)

    p_value = dispersion_p_value(np.array([3.0, 0.0]), np.ones(2), 20_000, rng)

    assert p_value == pytest.approx(0.25, abs=0.01)
    assert dispersion_p_value(np.array([2.0, 1.0]), np.ones(2), 99, rng) == 1


def test_a_rate_that_varies_too_much_is_marked():
    """The summary stars its dispersion and says that the interval is too narrow."""
    told = estimate_rate(yearly([0, 0, 12, 0, 0, 0, 11, 0])).summary()

    assert "*" in told
    assert "interval is too narrow" in told
    assert "too narrow" not in estimate_rate(yearly([3, 2, 4, 3, 2, 4])).summary()


def test_a_seed_decides_the_p_value_and_the_panel_does_not():
    """The same seed gives the same p-value, alone or in a table, and another another."""
    series = yearly([0, 3, 1, 5, 0, 2])
    alone = estimate_rate(series, rng=1)[0].dispersion_p

    again = estimate_rate(panel([yearly([1] * 6), series]), rng=1)[1].dispersion_p
    other = estimate_rate(series, rng=2)[0].dispersion_p

    assert alone == again != other


def test_unstated_coverage_is_told():
    """An answer that rests on the first and last event says so."""
    log = EventLog([Meeting(date="2001", channel="bilateral", countries=["KGZ"])])

    assert "coverage is not stated" in estimate_rate(count_events(log)).summary()


def test_figures_show_what_was_observed(meetings):
    """One row per rate, from the top down, without those that were not observed."""
    ax = estimate_rate(meetings, by_segment=["2001"]).plot()

    names = [tick.get_text() for tick in ax.get_yticklabels()]
    assert names[0] == "KAZ, 1993 to 2000"
    assert len(names) == 10
    assert ax.get_ylim()[0] > ax.get_ylim()[1]
    assert "events per year, with 95% intervals" in ax.get_xlabel()


@pytest.mark.slow
@pytest.mark.parametrize("mean", [0.2, 1.0, 5.0])
def test_the_dispersion_test_holds_its_size(mean):
    """Of 2,000 Poisson series at most 5% have p up to 0.05; the standard error is 0.5%."""
    rng = np.random.default_rng(int(10 * mean))
    years = np.where(np.arange(20) % 3, 1.0, 0.25)
    p_values = np.array(
        [
            dispersion_p_value(rng.poisson(mean * years).astype(float), years, 199, rng)
            for _ in range(2000)
        ]
    )

    assert np.mean(p_values <= 0.05) < 0.05 + 3 * 0.005


@pytest.mark.slow
def test_the_dispersion_test_finds_clusters():
    """Of 500 series with the variance three times the mean, more than 90% have p up to 0.05."""
    rng = np.random.default_rng(3)
    rows = rng.negative_binomial(1.5, 1 / 3, size=(500, 28)).astype(float)

    p_values = [dispersion_p_value(row, np.ones(28), 199, rng) for row in rows]

    assert np.mean(np.array(p_values) <= 0.05) > 0.9
    assert pearson_dispersion(rows.reshape(-1), np.ones(rows.size)) == pytest.approx(3, rel=0.1)
