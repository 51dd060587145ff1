"""The season's profile, estimated together with changes of the rate."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from engagement.changes.testing.null_layout import NullLayout
from engagement.changes.testing.season import fit_season
from strategies.series import count_series, few, seen_parts


@given(count_series(min_observed=2, counts=few, gaps=False), st.sampled_from([None, 2, 3]))
def test_weighing_keeps_the_exposure_in_all(series, season):
    """A profile moves exposure between slots, and a season without events or slots moves none."""
    counts, exposures = map(np.array, seen_parts(series))
    layout = NullLayout.of(exposures, season=season)

    profile = fit_season(counts, layout)

    assert profile.exposures.sum() == pytest.approx(exposures.sum())
    assert profile.exposures == pytest.approx(exposures * profile.weights[layout.slots])
    if season is None or not counts.sum():
        assert (profile.weights == 1).all()
        assert profile.places == ()


@given(st.permutations(range(4)), st.integers(0, 3))
def test_the_profile_follows_the_calendar(order, shift):
    """Beginning in another slot turns the weights with it."""
    counts = np.array([1.0, 4, 9, 2])[list(order)]
    layout = NullLayout.of(np.ones(24), ordinals=np.arange(24) + shift, season=4)

    weights = fit_season(np.tile(counts, 6), layout).weights

    assert np.roll(weights, -shift) == pytest.approx(counts / counts.mean(), rel=0.1)


def test_a_step_does_not_bend_the_profile():
    """The first months of the year are not blamed for a rate that fell in a June."""
    months = np.arange(66)
    truth = 1 + 0.5 * np.cos(np.arange(12) * np.pi / 6)
    means = 60 * truth[months % 12] * np.where(months < 29, 3, 1)
    counts = np.random.default_rng(1).poisson(means).astype(float)
    layout = NullLayout.of(np.ones(66), season=12)
    naive = np.bincount(layout.slots, counts) / np.bincount(layout.slots)

    profile = fit_season(counts, layout)
    jointly = np.abs(np.log(profile.weights / truth)).mean()

    assert profile.places == (29,)
    assert jointly < 0.05
    assert jointly < 0.5 * np.abs(np.log(naive / naive.mean() / truth)).mean()


def test_scatter_is_not_segmented():
    """Counts with a variance of five times the mean leave one segment."""
    rng = np.random.default_rng(3)
    truth = np.tile([0.5, 1, 2, 0.5], 15)
    counts = rng.poisson(4 * rng.gamma(8 * truth / 4)).astype(float)
    layout = NullLayout.of(np.ones(60), season=4)

    assert fit_season(counts, layout).places == ()


@given(count_series(min_observed=3, counts=few, gaps=False), st.sampled_from([2, 3]))
def test_units_of_exposure_do_not_matter(series, season):
    """In months or in years, the same profile."""
    counts, exposures = map(np.array, seen_parts(series))
    assume(counts.sum())

    one = fit_season(counts, NullLayout.of(exposures, season=season))
    other = fit_season(counts, NullLayout.of(exposures / 4, season=season))

    assert one.weights == pytest.approx(other.weights, rel=1e-9)
