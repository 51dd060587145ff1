"""Number, dates and sizes of changes in overdispersed, autocorrelated or seasonal counts."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings

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


@settings(max_examples=30)
@given(count_series(min_observed=4, max_observed=9, counts=few))
def test_answers_are_those_of_the_posterior(series):
    """Number, dates and intervals of one row are those of `change_posterior`."""
    counts, exposures = seen_parts(series)
    one = dating(counts, "auto", exposures)
    posterior = change_posterior(closed(series))

    assert one.probabilities == pytest.approx(posterior.n_changes.to_numpy())
    assert one.places == posterior.best_places(one.n_changes)
    for change in range(one.n_changes):
        assert one.between(change, 0.9) == posterior.places_between(
            change + 1, one.n_changes, level=0.9
        )


@settings(max_examples=20)
@given(count_series(min_observed=4, max_observed=9, counts=few))
def test_the_same_row_twice_says_what_it_says_once(series):
    """Draws of dates that all agree add nothing."""
    counts, exposures = seen_parts(series)
    once = dating(counts, exposures=exposures)
    twice = dating([counts, counts, counts], exposures=exposures)

    assert twice.probabilities == pytest.approx(once.probabilities)
    assert twice.places == once.places
    assert twice.between(0, 0.95) == once.between(0, 0.95)
    assert twice.probability_between(1, 2) == pytest.approx(once.probability_between(1, 2))


def test_rows_that_disagree_widen_the_interval():
    """Two worlds with their change at different dates give an interval over both."""
    early = [1] * 8 + [6] * 20
    late = [1] * 18 + [6] * 10

    low, high = dating([early, late]).between(0, 0.95)

    assert low <= 8
    assert high >= 18
    assert dating(early).between(0, 0.95)[1] < 10
    assert dating(late).between(0, 0.95)[0] > 16


def test_counts_that_scatter_widen_the_ratio():
    """The same totals in clumps leave more room for the ratio and for the date."""
    calm = [2] * 14 + [8] * 14
    wild = [0, 6, 0, 2] * 3 + [0, 4] + [20, 0, 9, 3] * 3 + [16, 0]
    spans = []
    for counts in (calm, wild):
        low, high = dating(counts).ratio_quantiles(0, (0.025, 0.975))
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


@pytest.mark.slow
def test_intervals_hold_the_truth_where_counts_are_clumped():
    """With a variance of four times the mean, nine in ten intervals and more, found or not."""
    rng = np.random.default_rng(11)
    means = np.array(STEP)
    dates, ratios = [], []
    for _ in range(80):
        one = dating(rng.poisson(3 * rng.gamma(means / 3)))
        if one.n_changes == 1:
            low, high = one.between(0, 0.95)
            dates.append(low <= 14 <= high)
            low, high = one.ratio_quantiles(0, (0.025, 0.975))
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
