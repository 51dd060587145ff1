"""No change, steps, a trend, or a trend with a break: compared by evidence."""

import numpy as np
import pandas as pd
import pytest
from attrs import evolve
from scipy.special import gammaln, logsumexp

from engagement.changes.posterior.component_runs import ComponentRuns
from engagement.changes.posterior.segmentation_inference import infer_counts
from engagement.changes.posterior.shapes import (
    ODDS,
    SHAPES,
    compare_shapes,
    is_rather_a_trend,
    log_evidence_of_shapes,
)
from engagement.changes.posterior.trend_line import TrendLine
from engagement.counting.series import CountSeries
from engagement.errors import SeriesError, SettingError
from engagement.models.families import read_family
from engagement.models.priors import unit_prior

TIMES = np.arange(40)
MEANS = {
    "no change": np.full(40, 8.0),
    "steps": np.repeat([3.0, 14, 6], [13, 13, 14]),
    "trend": 3 * np.exp(TIMES / 20),
    "trend with a break": np.where(TIMES < 20, 3, 9) * np.exp(TIMES / 25),
}


def naive_evidence(counts, exposures, times, prior):
    """Give the log probability of each shape: plain sums over slopes and places of one change."""

    def evidence(counts, exposures):
        events, years = counts.sum(), exposures.sum()
        shape, rate = prior.shape, prior.rate
        logs = gammaln(shape + events) - gammaln(shape)
        return logs + shape * np.log(rate) - (shape + events) * np.log(rate + years)

    def with_change(exposures):
        logs = [
            evidence(counts[:place], exposures[:place])
            + evidence(counts[place:], exposures[place:])
            for place in range(1, len(counts))
        ]
        return logsumexp(logs) - np.log(len(logs))

    scaled = (times - (times[0] + times[-1]) / 2) / (times[-1] - times[0])
    slopes = np.linspace(-16, 16, 4001)
    grown = [exposures * np.exp(slope * scaled) for slope in slopes]
    weights = [slope * (counts @ scaled) - np.log(2 + 2 * np.cosh(slope)) for slope in slopes]
    width = np.log(slopes[1] - slopes[0])
    trend, broken = (
        logsumexp([own(years) + weight for years, weight in zip(grown, weights, strict=True)])
        for own in (lambda years: evidence(counts, years), with_change)
    )
    return np.array(
        [evidence(counts, exposures), with_change(exposures), trend + width, broken + width]
    )


def test_the_evidence_of_each_shape_is_that_of_plain_sums():
    """Over slopes and over places of one change, on a grid of rates and by the closed form."""
    counts, exposures = np.array([2.0, 0, 3, 1, 6, 4, 9]), np.array([1.0, 2, 1, 1, 0.5, 1, 1])
    times = np.cumsum(exposures)
    prior = unit_prior(counts.sum(), exposures.sum())
    posterior, _ = infer_counts(
        counts,
        exposures,
        np.ones(7),
        family=read_family("poisson"),
        prior=prior,
        min_length=1,
        max_changes=1,
    )

    found = log_evidence_of_shapes(posterior, times)

    expected = naive_evidence(counts, exposures, times, prior)
    assert found - found[0] == pytest.approx(expected - expected[0], abs=5e-3)


@pytest.mark.parametrize("n", [20, 120])
def test_the_evidence_of_a_trend_is_that_of_a_sum_over_slopes(n):
    """With memory, overdispersion, exposures and gaps; the likeliest is estimated to one half."""
    rng = np.random.default_rng(n)
    times = np.cumsum(rng.integers(1, 3, n)).astype(float)
    exposures, counts = rng.uniform(0.5, 2, n), rng.poisson(np.geomspace(2, 15, n)).astype(float)
    posterior, _ = infer_counts(
        counts, exposures, np.diff(times, prepend=0), family=read_family("auto"), min_length=2
    )
    scaled = (times - times.mean()) / np.ptp(times)
    scaled -= (scaled[0] + scaled[-1]) / 2
    slopes = np.linspace(-2, 6, 61)
    likeliest = int(np.argmax(posterior.of_components))
    for one in {likeliest, 0, 12, 18, 28}:  # Poisson and others, without memory and with it
        line = TrendLine.of(posterior, one, scaled)
        logs = [
            ComponentRuns.of(
                evolve(posterior.task, model=posterior.model.with_growth(np.exp(slope * scaled))),
                np.array([one]),
            ).log_joint(1)[0, 0]
            for slope in slopes
        ]
        expected = logsumexp(logs - np.log(2 + 2 * np.cosh(slopes))) + np.log(slopes[1] - slopes[0])
        assert line.log_evidence() == pytest.approx(expected, abs=5e-3)
        if one == likeliest:
            assert line.log_about() == pytest.approx(expected, abs=0.5)


def test_a_series_is_called_a_trend_by_the_evidence_of_shapes():
    """The estimate decides where it is far from the odds, and the sum where it is near."""
    rng, ones, times = np.random.default_rng(5), np.ones(28), np.arange(28.0)
    margins = []
    for _ in range(25):
        means = np.exp(rng.normal(0, 0.4, 28)) * np.geomspace(2, rng.uniform(2, 12), 28)
        posterior, _ = infer_counts(
            rng.poisson(means).astype(float), ones, ones, family=read_family("auto"), min_length=2
        )
        _, steps, trend, _ = log_evidence_of_shapes(posterior, times)
        margins.append(trend - steps - np.log(ODDS))
        assert is_rather_a_trend(posterior, times) == (margins[-1] > 0)

    assert np.histogram(margins, [-np.inf, -1, 0, 1, np.inf])[0].min() > 0


@pytest.mark.parametrize("shape", SHAPES)
def test_each_shape_is_told_from_the_others(shape):
    """Of eight simulated series of each, six or more have it for the most probable."""
    rng = np.random.default_rng(3)
    told = [compare_shapes(rng.poisson(MEANS[shape]), periods=range(1980, 2020)) for _ in range(8)]

    assert all(one.sum() == pytest.approx(1) for one in told)
    assert sum(one.idxmax() == shape for one in told) >= 6


def test_time_turned_round_and_moved_changes_nothing():
    """A growing series and its mirror are as much of a trend, in any years."""
    counts = [2, 1, 3, 4, 3, 6, 8, 7, 12]

    one = compare_shapes(counts, periods=range(1990, 1999), family="poisson")

    moved = compare_shapes(counts, periods=range(1950, 1959), family="poisson")
    back = compare_shapes(counts[::-1], periods=range(1990, 1999), family="poisson")
    pd.testing.assert_series_equal(one, moved)
    pd.testing.assert_series_equal(one, back, atol=1e-6)


def test_what_cannot_be_compared_is_refused():
    """Too few periods, and values that are no counts."""
    short = CountSeries.from_arrays([1, 2, 3], range(2000, 2003))

    with pytest.raises(SeriesError, match=r"4 observed periods are needed .* got 3"):
        compare_shapes(short)
    with pytest.raises(SettingError, match="trends are of counts, and family 'gaussian' is not"):
        compare_shapes(short, family="gaussian")


def test_too_short_a_series_is_never_called_a_trend():
    """With three periods there is nothing to tell apart."""
    ones = np.ones(3)
    posterior, _ = infer_counts(
        np.array([1.0, 2, 3]), ones, ones, family=read_family("auto"), min_length=1
    )

    assert not is_rather_a_trend(posterior, np.arange(3.0))


@pytest.mark.slow
def test_steps_are_seldom_called_trends_and_trends_often():
    """Over simulated series, at the odds that the module states."""
    rng = np.random.default_rng(8)
    called = {}
    ones = np.ones(28)
    step = np.repeat([2.0, 8], 14)
    for name, means in {"step": step, "trend": np.geomspace(1, 20, 28)}.items():
        told = []
        for _ in range(60):
            posterior, _ = infer_counts(
                rng.poisson(means).astype(float), ones, ones,
                family=read_family("auto"), min_length=2,
            )  # fmt: skip
            told.append(is_rather_a_trend(posterior, np.arange(28.0)))
        called[name] = np.mean(told)

    assert called["step"] < 0.15
    assert called["trend"] > 0.75
