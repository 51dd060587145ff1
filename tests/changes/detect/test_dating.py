"""Number, dates and sizes of changes in overdispersed, autocorrelated or seasonal counts."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings

from engagement.changes.detect.dated_changes import DatedChanges, list_changes
from engagement.changes.detect.dating import Dating
from engagement.changes.detect.detection import detect_changes
from engagement.changes.posterior.inference import change_posterior
from engagement.counting.series import CountSeries
from engagement.models.families import read_family
from strategies.series import closed, count_series, few, seen_parts

STEP = [1.0] * 14 + [5.0] * 14


def dating(rows, family="auto", exposures=None):
    """Weigh the segmentations of rows of counts."""
    rows = np.atleast_2d(np.array(rows, dtype=float))
    years = np.ones(rows.shape[1]) if exposures is None else np.array(exposures)
    return Dating(
        rows=rows,
        exposures=years,
        steps=np.ones(rows.shape[1]),
        family=read_family(family),
        min_length=2,
    )


def given_number(one, n_changes=None, level=0.95):
    """Date so many changes, or the most probable number of them."""
    return DatedChanges(dating=one, n_changes=n_changes or one.most_probable, level=level)


@settings(max_examples=30)
@given(count_series(min_observed=4, max_observed=9, counts=few))
def test_answers_are_those_of_the_posterior(series):
    """Number, dates and intervals of one row are those of `change_posterior`."""
    counts, exposures = seen_parts(series)
    one = dating(counts, "auto", exposures)
    posterior = change_posterior(closed(series))

    assert one.probabilities == pytest.approx(posterior.n_changes.to_numpy())
    dated = given_number(one, level=0.9)
    assert dated.places == posterior.best_places(one.most_probable)
    for change, interval in enumerate(dated.intervals):
        assert interval == posterior.places_between(change + 1, one.most_probable, level=0.9)
        assert dated.chances[change] == pytest.approx(one.probability_between(*interval))


@settings(max_examples=20)
@given(count_series(min_observed=4, max_observed=9, counts=few))
def test_the_same_row_twice_says_what_it_says_once(series):
    """Draws of dates that all agree add nothing."""
    counts, exposures = seen_parts(series)
    once = dating(counts, exposures=exposures)
    twice = dating([counts, counts, counts], exposures=exposures)

    assert twice.probabilities == pytest.approx(once.probabilities)
    assert given_number(twice).places == given_number(once).places
    assert given_number(twice).intervals == given_number(once).intervals
    assert twice.probability_between(1, 2) == pytest.approx(once.probability_between(1, 2))


def test_rows_that_disagree_widen_the_interval():
    """Two worlds with their change at different dates give an interval over both."""
    early = [1] * 8 + [6] * 20
    late = [1] * 18 + [6] * 10

    (low, high), *_ = given_number(dating([early, late])).intervals

    assert low <= 8
    assert high >= 18
    assert given_number(dating(early)).intervals[0][1] < 10
    assert given_number(dating(late)).intervals[0][0] > 16


def test_counts_that_scatter_widen_the_ratio():
    """The same totals in clumps leave more room for the ratio and for the date."""
    calm = [2] * 14 + [8] * 14
    wild = [0, 6, 0, 2] * 3 + [0, 4] + [20, 0, 9, 3] * 3 + [16, 0]
    spans = []
    for counts in (calm, wild):
        low, high = given_number(dating(counts), 1).ratio_intervals[0]
        spans.append(high / low)

    assert dating(wild).dispersion > 2
    assert dating(calm).dispersion < 1.2
    assert spans[1] > 1.5 * spans[0]


def test_neighbours_that_are_alike_are_told_as_dependence():
    """A slow wave has components with memory in its posterior, independent counts hardly any."""
    wave = np.rint(20 + 16 * np.sin(np.arange(60) / 2))
    calm = np.random.default_rng(1).poisson(20, 60)

    assert dating(wave).dependence > 0.1
    assert dating(calm).dependence < 0.02


def test_a_number_is_listed_whose_changes_can_all_be_dated():
    """A change that cannot be dated takes no place beside those that can, if there is a way."""
    counts = [2, 1, 0, 1, 2, 0, 1, 1, 0, 2, 6, 8, 5, 9, 7, 6, 9, 8, 5, 7, 2, 9]
    one = dating(counts)
    listed = list_changes(one, 0.95)

    assert all(listed.is_dated)
    assert listed.places == [10]
    assert one.probabilities[listed.n_changes] >= 0.5 * one.probabilities[one.most_probable]


@settings(max_examples=20)
@given(count_series(min_observed=4, max_observed=12, counts=few))
def test_what_is_listed_says_something(series):
    """A change is more probable than none, and one at least is dated; else nothing is listed."""
    counts, exposures = seen_parts(series)
    one = dating(counts, exposures=exposures)
    listed = list_changes(one, 0.95)
    first = given_number(one)

    if listed is None:
        assert one.unchanged >= 0.5 or not any(first.is_dated)
    else:
        assert one.unchanged < 0.5
        assert any(listed.is_dated)
        assert all(listed.is_dated) or listed.n_changes == first.n_changes
        for (low, high), chance, (lower, upper), is_dated in zip(
            listed.intervals, listed.chances, listed.ratio_intervals, listed.is_dated, strict=True
        ):
            says = high - low + 1 < 0.6 * len(counts) and chance >= 0.5
            assert is_dated == (says and (lower > 1 or upper < 1))


@pytest.mark.slow
def test_intervals_hold_the_truth_where_counts_are_clumped():
    """With a variance of four times the mean, nine in ten intervals and more, found or not."""
    rng = np.random.default_rng(11)
    means = np.array(STEP)
    dates, ratios = [], []
    for _ in range(80):
        one = dating(rng.poisson(3 * rng.gamma(means / 3)))
        if one.most_probable == 1:
            dated = given_number(one)
            low, high = dated.intervals[0]
            dates.append(low <= 14 <= high)
            low, high = dated.ratio_intervals[0]
            ratios.append(low <= 5 <= high)

    assert len(dates) > 50
    assert np.mean(dates) > 0.9
    assert np.mean(ratios) > 0.88


def test_a_season_is_no_change_and_hides_none():
    """Twelve years of one profile have no change; doubled from some month on they have one."""
    months = pd.period_range("1993-01", periods=144, freq="M")
    profile = np.tile([9, 6, 4, 2, 1, 1, 1, 1, 2, 4, 6, 9], 12)
    rng = np.random.default_rng(4)
    flat = CountSeries.from_arrays(rng.poisson(profile), months)
    risen = CountSeries.from_arrays(rng.poisson(profile * np.repeat([1.0, 2.0], 72)), months)

    assert len(detect_changes(flat, season=12)) == 0
    changes = detect_changes(risen, season=12)
    assert len(changes) == 1
    assert abs(changes.found[0].date.ordinal - months[72].ordinal) <= 3
    assert changes.found[0].ratio_low < 2 < changes.found[0].ratio_high
    assert "season of 12 periods" in changes.summary()


def test_a_trend_is_called_one_and_a_step_is_not():
    """The verdict and the summary say which of the two it is rather."""
    rng = np.random.default_rng(6)
    steady = CountSeries.from_arrays(rng.poisson(np.geomspace(2, 40, 28)), range(1993, 2021))
    step = CountSeries.from_arrays(rng.poisson(STEP), range(1993, 2021))

    trend, jump = detect_changes(steady), detect_changes(step)

    assert trend.verdicts[0].is_trend
    assert "rather a trend than steps: series" in trend.summary()
    assert not jump.verdicts[0].is_trend
    assert "rather a trend" not in jump.summary()
