"""Long series, whose changes are looked for at chosen places: against the sums over all."""

import numpy as np
import pandas as pd
import pytest

from engagement.changes.posterior import component_runs, restricted_places, segmentation_inference
from engagement.changes.posterior.date_intervals import shortest_run
from engagement.changes.posterior.grid_distribution import ratio_quantiles
from engagement.changes.posterior.inference import change_posterior
from engagement.changes.posterior.restricted_places import RestrictedPlaces, choose_places
from engagement.changes.posterior.restricted_segmentations import RestrictedSegmentations
from engagement.changes.posterior.segmentation_inference import infer_counts
from engagement.counting.series import CountSeries
from engagement.models.families import read_family

SHARES = np.array([0.025, 0.5, 0.975])


def drawn(n, kind, seed):
    """Draw a series with changes at a third and at four fifths."""
    rng = np.random.default_rng(seed)
    means = np.full(n, 3.0)
    means[n // 3 :] = 4.2
    means[4 * n // 5 :] = 2.8
    if kind == "overdispersed":
        return rng.poisson(rng.gamma(means / 2, 2)).astype(float)
    return rng.poisson(means).astype(float)


def weigh(counts, *, family="auto", exposures=None, steps=None, min_length=2):
    """Infer the segmentations of counts."""
    ones = np.ones(len(counts))
    return infer_counts(
        counts,
        ones if exposures is None else exposures,
        ones if steps is None else steps,
        family=read_family(family),
        min_length=min_length,
    )[0]


@pytest.fixture
def in_full(monkeypatch):
    """Sum over every period, whatever their number."""

    def ask(counts, **settings):
        with monkeypatch.context() as patch:
            patch.setattr(segmentation_inference, "MANY", 10**9)
            return weigh(counts, **settings)

    return ask


@pytest.fixture
def restricted_from(monkeypatch):
    """Restrict places from a number of periods on."""

    def set_to(number):
        monkeypatch.setattr(segmentation_inference, "MANY", min(number, 1000))
        for module in (component_runs, restricted_places):
            monkeypatch.setattr(module, "RESTRICTED", number)

    return set_to


@pytest.mark.parametrize("kind", ["poisson", "overdispersed"])
def test_blocks_of_one_period_say_what_periods_say(kind, in_full):
    """On the grid for long series: numbers, dates, ratios, rates, starts and spans."""
    counts = drawn(1100, kind, 1)
    exposures = np.random.default_rng(2).choice([0.5, 1.0, 2.0], 1100)
    steps = np.ones(1100)
    steps[500] = 30
    settings = {"exposures": exposures, "steps": steps}
    found, full = weigh(counts, **settings), in_full(counts, **settings)
    number = full.n_changes

    assert isinstance(found, RestrictedSegmentations)
    assert not found.restriction
    assert found.n_changes == number
    assert found.probabilities == pytest.approx(full.probabilities, abs=2e-3)
    assert found.dependence == pytest.approx(full.dependence, abs=2e-3)
    assert found.log_evidence(1) - found.log_evidence(0) == pytest.approx(
        full.log_evidence(1) - full.log_evidence(0), abs=5e-3
    )
    assert found.best_changes(number) == full.best_changes(number)
    assert found.change_marginals(number) == pytest.approx(full.change_marginals(number), abs=1e-3)
    assert found.change_probability() == pytest.approx(full.change_probability(), abs=1e-3)
    assert found.probability_between(300, 370) == pytest.approx(
        full.probability_between(300, 370), abs=2e-3
    )
    for own, expected in zip(found.band(0.025), full.band(0.025), strict=True):
        assert own == pytest.approx(expected, rel=1e-2)
    bounds = np.array([0, 366, 880, 1100])
    for own, expected in zip(
        found.rates_of(bounds, 0.025), full.rates_of(bounds, 0.025), strict=True
    ):
        assert own == pytest.approx(expected, rel=2e-3)
    for change in range(number):
        own, expected = (
            ratio_quantiles(one.ratio_tables(number, change), SHARES) for one in (found, full)
        )
        assert own == pytest.approx(expected, rel=3e-3)


@pytest.mark.parametrize("kind", ["poisson", "overdispersed"])
def test_restricted_places_say_nearly_what_all_say(kind, in_full, restricted_from):
    """With a mesh of ten periods: numbers to .03, rates and ratios to a percent."""
    restricted_from(300)
    for seed in range(3):
        counts = drawn(1500, kind, seed)
        found, full = weigh(counts), in_full(counts)
        number = full.n_changes

        assert len(found.places.starts) < 600
        assert f"in {len(found.places.starts) - 1:,} of 1,499 periods" in found.restriction
        assert found.probabilities == pytest.approx(full.probabilities, abs=0.03)
        for change in range(number):
            dates = [one.change_marginals(number)[change] for one in (found, full)]
            assert dates[0].sum() == pytest.approx(1)
            first, last = shortest_run(dates[0], 0.95)
            assert dates[1][first : last + 1].sum() > 0.92
            low, high = shortest_run(dates[1], 0.95)
            assert last - first < 1.1 * (high - low) + 10
            own, expected = (
                ratio_quantiles(one.ratio_tables(number, change), SHARES) for one in (found, full)
            )
            assert own == pytest.approx(expected, rel=0.01)
        low, high = shortest_run(full.change_marginals(number)[0], 0.95)
        assert found.probability_between(low - 10, high + 10) == pytest.approx(
            full.probability_between(low - 10, high + 10), abs=0.03
        )
        bounds = np.array([0, 500, 1200, 1500])
        for own, expected in zip(
            found.rates_of(bounds, 0.025), full.rates_of(bounds, 0.025), strict=True
        ):
            assert own == pytest.approx(expected, rel=2e-3)


def test_drawn_segmentations_have_the_probabilities_of_the_answer(restricted_from):
    """Dates in the drawn segmentations lie where the answer says, and segments are long enough."""
    restricted_from(300)
    found = weigh(drawn(1500, "poisson", 4))
    number = found.n_changes
    bounds, rates = found.draw(number, 400, np.random.default_rng(1))

    assert bounds.shape == (400, number + 2)
    assert (bounds[:, 0] == 0).all()
    assert (bounds[:, -1] == 1500).all()
    assert (np.diff(bounds, axis=1) >= 2).all()
    assert (rates > 0).all()
    low, high = shortest_run(found.change_marginals(number)[0], 0.8)
    share = ((bounds[:, 1] >= low - 5) & (bounds[:, 1] <= high + 5)).mean()
    assert share > 0.7


@pytest.mark.parametrize("min_length", [1, 2, 5, 40])
def test_places_have_the_mass_of_all_periods(min_length, restricted_from):
    """They stand for every period once, and two blocks are as long as the least segment."""
    restricted_from(300)
    counts = drawn(1700, "poisson", 3)
    places = choose_places(counts, np.ones(1700), min_length)

    assert places.bounds[0] == 0
    assert places.bounds[-1] == 1700
    assert np.diff(places.bounds).min() >= 1
    inside = (places.bounds[:-1] <= places.starts) & (places.starts < places.bounds[1:])
    assert inside.all()
    assert np.exp(places.log_masses).sum() == pytest.approx(1700)
    lengths = np.diff(places.starts, append=1700)
    if min_length > 1:
        assert (lengths[1:] + lengths[:-1]).min() >= min_length
    spread = places.spread(np.full(len(places.starts), 2.0))
    assert spread.sum() == pytest.approx(2 * len(places.starts))
    barred = np.exp(places.log_masses_without(5, 21))
    assert barred.sum() == pytest.approx(1700 - 17)


def test_the_places_next_to_a_change_are_all_periods():
    """About a change that is plain to see each of ten periods on both sides is a place."""
    counts = np.repeat([2.0, 9.0], 10_000)
    places = choose_places(counts, np.ones(20_000), 2)

    assert set(range(9_990, 10_011)) <= set(places.starts.tolist())
    assert np.diff(places.starts).max() == 5
    assert isinstance(places, RestrictedPlaces)


def test_a_long_series_is_dated_and_says_how():
    """Thirty thousand days: dates inside intervals, and the notes say where was looked."""
    rng = np.random.default_rng(5)
    means = np.repeat([2.0, 2.4, 1.5], 10_000)
    days = pd.period_range("1900-01-01", periods=30_000, freq="D")
    found = change_posterior(CountSeries.from_arrays(rng.poisson(means), days))

    assert found.n_changes.idxmax() == 2
    for change, place in ((1, 10_000), (2, 20_000)):
        first, last = found.interval(change, 2)
        assert first <= days[place] <= last
        assert (last - first).n < 300
    assert any("changes are looked for in" in note for note in found.notes)
    assert found.probability.sum() == pytest.approx(2.0, abs=0.2)
    band = found.intensity()
    assert len(band) == 30_000
    assert band["mean"].iloc[5_000] == pytest.approx(2.0 * 365.2425, rel=0.05)
    drawn_segments = found.sample(3)
    assert drawn_segments["draw"].nunique() == 3
    assert len(drawn_segments) >= 8
