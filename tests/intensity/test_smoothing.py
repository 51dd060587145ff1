"""Intensity over all segmentations, and by kernel from the dates in a log."""

import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from engagement.changes.posterior.inference import change_posterior
from engagement.counting.counting import count_events
from engagement.counting.series import CountSeries
from engagement.errors import LabelError, SeriesError, SettingError
from engagement.events.coverage import Coverage
from engagement.events.events import Meeting
from engagement.intensity.bandwidths import (
    KERNELS,
    RULES,
    DayEvents,
    _left_out,
    choose_bandwidth,
    kernel_weights,
    smooth_days,
)
from engagement.intensity.kernels import kernel_intensity
from engagement.intensity.smoothing import smooth_intensity
from engagement.log.eventlog import EventLog
from engagement.models.priors import GammaPrior
from strategies.series import count_series, few

YEAR = 365.2425


def log_of(dates, spans=(("2001", "2010"),), country="KGZ"):
    """Make a log of meetings with one country, observed over spans."""
    events = [Meeting(date=date, channel="bilateral", countries=[country]) for date in dates]
    said = {"country": country, "channel": "bilateral", "activity": "meeting"}
    return EventLog(events, coverage=Coverage({**said, "since": a, "until": b} for a, b in spans))


def days_of(places, n_days, gap=()):
    """Put events on exact days."""
    observed = np.ones(n_days)
    observed[list(gap)] = 0
    start = np.array(places, dtype=np.intp)
    return DayEvents(start=start, end=start + 1, mass=np.ones(len(places)), observed=observed)


@settings(max_examples=20)
@given(count_series(counts=few), st.sampled_from([0.5, 0.9]))
def test_the_mean_is_that_of_the_posterior(series, level):
    """Mean and band are those of the exact posterior with the same priors."""
    prior = GammaPrior(shape=2, rate=1)
    smooth = smooth_intensity(series, level=level, prior=prior, changes_prior=0.5, max_changes=3)
    posterior = change_posterior(series, prior=prior, changes_prior=0.5, max_changes=3)

    pd.testing.assert_frame_equal(smooth.band, posterior.intensity(level=level))
    assert smooth.to_frame()["mean"].isna().tolist() == (~series.observed).tolist()


def test_a_smooth_intensity_tells_its_priors_and_gaps():
    """The summary has one row per period, and says what was not observed and which priors hold."""
    series = CountSeries.from_arrays([2, np.nan, 9], [1993, 1994, 1995], [1, 0, 1], name="visits")

    told = smooth_intensity(series, changes_prior=0.5).summary()

    assert "1994    not observed      0\n" in told
    assert "each further change 0.5 times as probable" in told
    assert smooth_intensity(series).plot().get_title("left") == "visits"


def test_levels_that_cannot_be_are_refused():
    """The message names the value."""
    series = CountSeries.from_arrays([2, 3], [1993, 1994])

    with pytest.raises(SettingError, match=r"level must lie .* got 3"):
        smooth_intensity(series, level=3)


@pytest.mark.parametrize("kernel", KERNELS)
def test_kernels_have_their_standard_deviation(kernel):
    """On days they sum to one, and spread as far as their width says."""
    weights = kernel_weights(kernel, 50.0, 10_000)
    days = np.arange(len(weights)) - len(weights) // 2

    assert weights.sum() == pytest.approx(1)
    assert np.sqrt((weights * days**2).sum()) == pytest.approx(50, rel=1e-3)


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("width", [0.02, 0.5, 8.0])
def test_a_constant_rate_stays_constant(kernel, width):
    """With an event a day the intensity is 365 a year throughout: at both ends and at a gap."""
    days = pd.date_range("2001-01-01", "2001-12-31").strftime("%Y-%m-%d")
    spans = [("2001-01-01", "2001-03-31"), ("2001-06-01", "2001-12-31")]

    found = kernel_intensity(log_of(days, spans), bandwidth=width, kernel=kernel)

    seen = found.series.observed
    assert found.mean[seen] == pytest.approx(np.full(seen.sum(), YEAR))
    assert np.isnan(found.mean[~seen]).all()
    assert (~seen).sum() == 61


@pytest.mark.parametrize("kernel", KERNELS)
def test_the_intensity_is_that_of_summing_over_events(kernel):
    """Weights of the days around over weights of the observed days around, one at a time."""
    places, n_days, width = [3, 3, 40, 77], 90, 11.0
    gap = range(50, 60)
    events = days_of(places, n_days, gap)
    weights = kernel_weights(kernel, width, n_days)
    shape = KERNELS[kernel]

    daily = smooth_days(events.daily(), weights) / smooth_days(events.observed, weights)

    observed = [day for day in range(n_days) if day not in gap]
    for day in (0, 3, 49, 60, 89):
        above = sum(float(shape(np.array((day - place) / width))) for place in places)
        below = sum(float(shape(np.array((day - other) / width))) for other in observed)
        assert daily[day] == pytest.approx(above / below, abs=1e-9)


@settings(max_examples=25)
@given(
    st.lists(st.integers(0, 59), min_size=2, max_size=6),
    st.lists(st.integers(1, 9), min_size=6, max_size=6),
    st.sampled_from([2.0, 9.0, 40.0]),
)
def test_left_out_means_left_out(places, lengths, width):
    """What others say of an event is what remains once it is taken out."""
    start = np.array(places)
    end = np.minimum(start + np.array(lengths[: len(places)]), 60)
    observed = np.ones(60)
    observed[20:25] = 0
    keep = [
        place for place, (a, b) in enumerate(zip(start, end, strict=True)) if observed[a:b].any()
    ]
    start, end = start[keep], end[keep]
    events = DayEvents(start=start, end=end, mass=1 / (end - start), observed=observed)

    others, _, _ = _left_out(events, "gaussian", width)

    weights = kernel_weights("gaussian", width, 60)
    seen = smooth_days(observed, weights)
    for place in range(len(start)):
        rest = np.delete(np.arange(len(start)), place)
        without = DayEvents(
            start=start[rest], end=end[rest], mass=events.mass[rest], observed=observed
        )
        intensity = smooth_days(without.daily(), weights) / seen
        days = [day for day in range(start[place], end[place]) if observed[day]]
        assert others[place] == pytest.approx(intensity[days].mean(), abs=1e-9)


def test_widths_follow_the_pace_of_change():
    """A burst wants a narrower kernel than a constant rate, by either rule."""
    rng = np.random.default_rng(3)
    flat = np.sort(rng.integers(0, 2000, 120))
    burst = np.sort(np.concatenate([rng.integers(0, 2000, 20), rng.integers(900, 960, 100)]))
    candidates = np.geomspace(5, 2000, 20)

    for rule in RULES:
        wide, narrow = (
            choose_bandwidth(days_of(places, 2000), "gaussian", rule, candidates)[0]
            for places in (flat, burst)
        )
        assert narrow < 60 < wide


def test_days_hold_the_events_that_are_counted():
    """Imprecise dates lie in parts on their days; the whole is that of counting by day."""
    log = log_of(["2003-05", "2004", "2004-02-03", "2005-12-30/2006-02", "[2007-01..2007-02]"])

    found = kernel_intensity(log, bandwidth=1.0)

    counts = count_events(log, by=(), freq="D")
    assert found.series.counts == pytest.approx(counts.series().counts)
    assert found.series.total == pytest.approx(5)
    middle = kernel_intensity(log, bandwidth=1.0, imprecise="middle")
    assert sorted(middle.series.counts[middle.series.counts > 0]) == [1, 1, 1, 1, 1]


def test_the_intensity_scales_with_the_number_of_events():
    """Twice the events, each at the same date, is twice the intensity on every day."""
    dates = ["2003-05-02", "2004-07", "2008-01-09"]

    one, two = (kernel_intensity(log_of(dates * n), bandwidth=1.0) for n in (1, 2))

    assert two.mean == pytest.approx(2 * one.mean)


def test_a_label_selects(meetings):
    """With a label the series is that country's alone; one that is not there is an error."""
    log = log_of(["2003-05-02"]) | log_of(["2004-05-02", "2005-05-02"], country="TJK")

    found = kernel_intensity(log, country="TJK", bandwidth=2)

    assert (found.series.name, found.series.total) == ("TJK", 2)
    with pytest.raises(LabelError, match="no label 'TJX'"):
        kernel_intensity(log, country="TJX")


def test_intervals_at_a_width_without_bounds_are_garwoods():
    """Where every event weighs alike the interval of Fay and Feuer is the exact one."""
    log = log_of([f"{year}-06-15" for year in range(2002, 2009)])

    day = kernel_intensity(log, bandwidth=1000).at("2005-07-01")

    years = 3652 / YEAR
    assert day["mean"] == pytest.approx(7 / years, rel=1e-3)
    assert day["low"] == pytest.approx(stats.gamma.ppf(0.025, 7) / years, rel=1e-3)
    assert day["high"] == pytest.approx(stats.gamma.ppf(0.975, 8) / years, rel=1e-3)


def test_far_from_all_events_is_zero_with_an_upper_end():
    """Nothing near gives 0, not the noise of a transform, and an interval above it."""
    found = kernel_intensity(log_of(["2001-01-02"]), bandwidth=0.1, kernel="epanechnikov")

    day = found.at("2009-01-01")

    assert (day["mean"], day["low"]) == (0, 0)
    assert day["high"] > 5


def test_the_summary_tells_how_it_was_made():
    """Kernel, width, rule, the days not observed, and a width at the edge of what was tried."""
    log = log_of(
        [f"{year}-06-15" for year in range(2001, 2011)], [("2001", "2004"), ("2007", "2010")]
    )
    found = kernel_intensity(log, bandwidth="likelihood")

    told = found.summary()

    assert "years, by likelihood cross-validation" in told
    assert re.search(r"2005 +not observed", told)
    assert found.is_at_edge == ("the dates do not determine it" in told)
    assert list(found.tried) == sorted(found.tried)
    assert found.tried[found.bandwidth_years] == max(found.tried.values())
    assert "as given" in kernel_intensity(log, bandwidth=1).summary()


def test_a_figure_shows_line_gaps_and_events():
    """The line, hatching where nothing was observed, and ticks for events."""
    log = log_of(["2002-01-05", "2009-03"], [("2001", "2004"), ("2007", "2010")])

    labels = [
        text.get_text()
        for text in kernel_intensity(log, bandwidth=1).plot().get_legend().get_texts()
    ]

    assert labels == ["gaussian kernel, 1 years", "not observed", "days with events"]


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"bandwidth": "lcv"}, "bandwidth must be one of 'likelihood', 'least-squares', got"),
        ({"bandwidth": 0}, "bandwidth must be a positive finite number, got 0"),
        ({"bandwidth": None}, "bandwidth must be years, .* got None"),
        ({"kernel": "box"}, "kernel must be one of 'gaussian', .*, got 'box'"),
        ({"level": 1}, "level must lie .* got 1"),
        ({"imprecise": "no"}, "imprecise must be one of"),
    ],
)
def test_settings_that_cannot_be_are_refused(settings, told):
    """The message names the value, and what there is."""
    with pytest.raises(SettingError, match=told):
        kernel_intensity(log_of(["2003-05-02", "2004-05-02"]), **settings)


def test_too_few_events_choose_no_width():
    """One event foretells none; nothing observed has no intensity; other days are told."""
    with pytest.raises(SettingError, match="events that foretell one another, and 1 was counted"):
        kernel_intensity(log_of(["2003-05-02"]))
    with pytest.raises(SeriesError, match="no day was observed"):
        kernel_intensity(EventLog())
    with pytest.raises(SeriesError, match="2011-01-01 lies outside of 2001-01-01 to 2010-12-31"):
        kernel_intensity(log_of(["2003-05-02"]), bandwidth=1).at("2011-01-01")
    with pytest.raises(SettingError, match=r"date must be a period .*'Bishkek'"):
        kernel_intensity(log_of(["2003-05-02"]), bandwidth=1).at("Bishkek")


@pytest.mark.slow
def test_intervals_cover_the_smoothed_intensity():
    """
    Of 600 Poisson logs at a constant rate, at least 95% of intervals hold it, at an end and in
    the middle; the standard error is 0.9%.
    """
    rng = np.random.default_rng(5)
    n_days, rate = 3652, 1.5
    dates = pd.date_range("2001-01-01", periods=n_days).strftime("%Y-%m-%d")
    held = {"2001-01-01": 0, "2005-12-31": 0}
    for _ in range(600):
        places = rng.integers(0, n_days, rng.poisson(rate * n_days / YEAR))
        found = kernel_intensity(log_of(dates[places]), bandwidth=1.0)
        for day in held:
            row = found.at(day)
            held[day] += row["low"] <= rate <= row["high"]

    assert min(held.values()) / 600 > 0.95 - 3 * 0.009
