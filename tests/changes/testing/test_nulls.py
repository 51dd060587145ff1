"""What series without change look like: what their draws keep, and how often a test errs."""

from itertools import permutations

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from engagement.changes.testing.autocorrelation import (
    estimate_dependence,
    order_kept,
    residuals_of_best_window,
)
from engagement.changes.testing.null_layout import NullLayout, working_exposures
from engagement.changes.testing.nulls import NULLS
from engagement.changes.testing.permutation import gaussian_paths, place_in_order
from engagement.changes.testing.probability_transform import CountTransform, fit_dispersion
from engagement.changes.testing.scan_test import ResamplingTable, scan_test
from engagement.counting.series import CountSeries
from naive import changes as naive
from strategies.series import count_series, few, seen_parts

seasons = st.sampled_from([None, 2, 3, 12])


def latent(n_periods, correlation, deviation, rng):
    """Draw factors of the rate that neighbouring periods share in part."""
    path = gaussian_paths(1, np.ones(n_periods - 1, dtype=int), correlation, rng)[0]
    return np.exp(deviation * path - deviation**2 / 2)


def p_value(counts, layout, null, rng, n_draws=199):
    """Test counts against a null."""
    table = ResamplingTable(counts.astype(float)[None, :], layout, NULLS[null], rng)
    table.grow_to(n_draws)
    return table.p_value


@given(
    count_series(min_observed=2, gaps=False), seasons, st.sampled_from(["robust", "permutation"])
)
def test_equal_exposures_only_put_counts_into_another_order(series, season, null):
    """In each slot of the season the draws hold the very counts of the series."""
    counts = np.array(seen_parts(series)[0])
    assume(counts.sum())
    layout = NullLayout.of(np.ones(len(counts)), season=season)

    rows = NULLS[null].prepare(counts, layout).draw(20, np.random.default_rng(0))

    for slot in np.unique(layout.slots):
        here = layout.slots == slot
        assert (np.sort(rows[:, here], axis=1) == np.sort(counts[here])).all()


@given(count_series(min_observed=2, gaps=False), seasons)
def test_poisson_draws_keep_the_total_of_every_slot(series, season):
    """Events move within their slot of the season only."""
    counts, exposures = map(np.array, seen_parts(series))
    assume(counts.sum())
    layout = NullLayout.of(exposures, season=season)

    rows = NULLS["poisson"].prepare(counts, layout).draw(20, np.random.default_rng(0))

    for slot in np.unique(layout.slots):
        here = layout.slots == slot
        assert (rows[:, here].sum(axis=1) == counts[here].sum()).all()


@given(count_series(min_observed=2, gaps=False), seasons)
def test_a_place_in_its_distribution_leads_back_to_the_count(series, season):
    """Transformed and mapped back each count is itself, wherever in its step the place falls."""
    counts, exposures = map(np.array, seen_parts(series))
    assume(0 < counts.max() < 300)
    layout = NullLayout.of(exposures, season=season)
    transform = CountTransform.fit(counts, working_exposures(counts, layout))
    low, high = transform.steps(counts)
    rows = np.tile(counts, (20, 1))

    places = transform.random_places(rows, np.random.default_rng(0))

    assert (transform.counts_at(places) == rows)[:, high - low > 1e-9].all()


def test_unequal_exposures_keep_rate_and_dispersion():
    """Series in other order have the events of longer periods there, and vary as widely."""
    rng = np.random.default_rng(3)
    exposures = rng.uniform(1, 5, 400)
    counts = rng.poisson(3 * rng.gamma(exposures))  # variance four times the mean

    rows = (
        NULLS["permutation"].prepare(counts.astype(float), NullLayout.of(exposures)).draw(50, rng)
    )

    assert rows.sum() / 50 == pytest.approx(counts.sum(), rel=0.03)
    slope = np.polyfit(np.tile(exposures, 50), rows.ravel(), 1)[0]
    assert slope == pytest.approx(3, abs=0.3)
    assert ((rows - 3 * exposures) ** 2 / (3 * exposures)).mean() == pytest.approx(4, abs=0.8)


@given(
    st.lists(st.integers(0, 4), min_size=1, max_size=9),
    st.integers(1, 3),
    st.permutations(range(9)),
)
def test_values_take_the_order_of_the_path(values, n_slots, order):
    """Slot by slot the least value stands where the path is least."""
    slots = np.arange(len(values)) % n_slots
    path = [place / 9 - 0.5 for place in order[: len(values)]]
    values = np.array(values)

    placed = place_in_order(values, slots, np.array([path]))[0]
    by_row = place_in_order(values[None, :].astype(float), slots, np.array([path]))[0]

    assert placed.tolist() == by_row.tolist() == naive.in_order(values, slots, path)


def test_paths_are_stationary_and_forget_over_gaps():
    """Unit variance throughout, and a correlation that falls with the distance."""
    paths = gaussian_paths(40_000, np.array([1, 2, 1]), 0.6, np.random.default_rng(1))
    correlation = np.corrcoef(paths.T)

    assert paths.var(axis=0) == pytest.approx(np.ones(4), abs=0.03)
    assert correlation[0] == pytest.approx([1, 0.6, 0.6**3, 0.6**4], abs=0.02)


def test_dependence_is_seen_where_neighbours_are_alike():
    """Independent Poisson counts need next to none, those of a slow latent process much."""
    rng = np.random.default_rng(0)
    layout = NullLayout.of(np.ones(200))
    independent = rng.poisson(5, 200).astype(float)
    dependent = rng.poisson(5 * latent(200, 0.8, 0.7, rng)).astype(float)

    assert estimate_dependence(independent, layout.exposures, layout) < 0.15
    assert estimate_dependence(dependent, layout.exposures, layout) > 0.4


def test_dependence_is_that_of_its_definition():
    """Lag-1 correlation of periods that follow one another, drawn to what is likely beforehand."""
    ordinals = np.array([0, 1, 2, 4, 5, 6, 7, 9, 10, 11, 12, 13])
    counts = np.array([9.0, 2, 8, 9, 9, 1, 9, 8, 2, 1, 7, 9])
    layout = NullLayout.of(np.ones(12), ordinals=ordinals)
    residuals, n_segments = residuals_of_best_window(counts, layout.exposures)
    power = sum(residuals**2)
    n = len(counts)
    together = sum(residuals[k] * residuals[k + 1] for k in range(n - 1) if k not in (2, 6))
    lag = together / power + (1.2 * np.log(n) - 0.4) / n
    excess = 1 - (n - 2 * n_segments) / power

    found = estimate_dependence(counts, layout.exposures, layout)

    assert 0 < excess < 1
    expected = 1.1 * (n * lag + 28 * 0.5 * excess) / (n + 28) / order_kept(layout.slots)
    assert 0 < expected < 0.9
    assert found == pytest.approx(expected)


def test_small_slots_follow_a_path_less():
    """What the order of a few values keeps of a path's correlation is what simulation gives."""
    slots = np.arange(36) % 12
    paths = gaussian_paths(4000, np.ones(35, dtype=int), 0.5, np.random.default_rng(0))
    scores = np.repeat([-0.8463, 0.0, 0.8463], 12)

    placed = place_in_order(scores, slots, paths)
    lag = (placed[:, 1:] * placed[:, :-1]).mean() / (placed**2).mean()

    assert lag == pytest.approx(0.5 * order_kept(slots), abs=0.03)


def test_overdispersion_is_fitted_where_there_is_any():
    """Poisson counts ask for little, others for the size that they were drawn with."""
    rng = np.random.default_rng(1)
    means = rng.uniform(2, 10, 2000)

    assert fit_dispersion(rng.poisson(means), means).min() > 50
    by_mean = fit_dispersion(rng.poisson(3 * rng.gamma(means / 3)), means)
    by_square = fit_dispersion(rng.poisson(means * rng.gamma(2, 1 / 2, 2000)), means)
    assert by_mean / means == pytest.approx(np.full(2000, 1 / 3), rel=0.25)
    assert by_square == pytest.approx(np.full(2000, 2), rel=0.25)


@pytest.mark.parametrize(
    ("counts", "season"), [([0, 0, 1, 2, 5, 9], None), ([0, 7, 1, 8, 3, 20, 4], 2)]
)
def test_order_is_tested_exactly_whatever_the_counts(counts, season):
    """Over all orders within slots, p-values of at most a level are no more than that share."""
    layout = NullLayout.of(np.ones(len(counts)), season=season)
    groups = [np.flatnonzero(layout.slots == slot) for slot in np.unique(layout.slots)]
    rng = np.random.default_rng(0)
    p_values = []
    for order in permutations(range(len(counts))):
        if all(set(np.array(order)[group]) == set(group) for group in groups):
            row = np.array(counts, dtype=float)[list(order)]
            p_values.append(p_value(row, layout, "permutation", rng, n_draws=39))

    for level in (0.05, 0.1, 0.3, 0.6):
        assert np.mean(np.array(p_values) <= level) <= level + 0.04


@settings(max_examples=20)
@given(count_series(min_observed=2, counts=few, gaps=False), seasons)
def test_stages_draw_what_drawing_at_once_draws(series, season):
    """At equal exposures the first draws are the same however many follow."""
    counts = np.array(seen_parts(series)[0])
    assume(counts.sum())
    layout = NullLayout.of(np.ones(len(counts)), season=season)
    for null in ("robust", "permutation"):
        tables = [
            ResamplingTable(counts[None, :], layout, NULLS[null], np.random.default_rng(1))
            for _ in range(2)
        ]
        tables[0].grow_to(20)
        tables[0].grow_to(60)
        tables[1].grow_to(60)

        assert tables[0].split.tolist() == tables[1].split.tolist()
        assert tables[0].window.tolist() == tables[1].window.tolist()


@pytest.mark.parametrize(("first", "n_draws"), [(0.15, 999), (0.25, 99)])
def test_a_p_value_above_a_fifth_is_not_drawn_further(first, n_draws):
    """After 99 draws a p-value up to .2 may still turn out small, and is drawn on to 999."""
    rng = np.random.default_rng(0)
    layout = NullLayout.of(np.ones(20))
    for _ in range(200):
        counts = rng.poisson(3, 20).astype(float)[None, :]
        short, long = (
            ResamplingTable(counts, layout, NULLS["permutation"], np.random.default_rng(1))
            for _ in range(2)
        )
        short.grow_to(99)
        if abs(short.p_value - first) < 0.04:
            break
    long.grow_in_stages()

    assert abs(short.p_value - first) < 0.04
    assert long.n_draws == n_draws


@pytest.mark.parametrize("null", list(NULLS))
def test_december_is_no_change(null):
    """Four Decembers of many events are a change to a test that knows of no season alone."""
    rng = np.random.default_rng(1)
    means = np.tile([2.0] * 11 + [14], 6)
    series = CountSeries.from_arrays(
        rng.poisson(means), pd.period_range("2000-01", periods=72, freq="M")
    )

    assert scan_test(series, null=null, season=12).p_value > 0.2
    assert "season of 12 periods" in scan_test(series, null=null, season=12).summary()


def test_a_slot_goes_by_the_date():
    """Months left out do not shift the season."""
    months = pd.period_range("2000-01", periods=72, freq="M")
    means = np.tile([2.0] * 11 + [14], 6)
    counts = np.random.default_rng(1).poisson(means)
    kept = np.delete(np.arange(72), [5, 6, 7, 30, 31])
    series = CountSeries.from_arrays(counts[kept], months[kept], missing="unobserved")

    assert scan_test(series, null="poisson", season=12).p_value > 0.2


def test_a_step_is_found_in_spite_of_the_season():
    """A rate that trebles is seen through a profile of three to one."""
    rng = np.random.default_rng(2)
    months = np.arange(72)
    means = 3 * (1 + 0.5 * np.cos(months * np.pi / 6)) * np.where(months < 40, 1, 3)
    series = CountSeries.from_arrays(
        rng.poisson(means), pd.period_range("2000-01", periods=72, freq="M")
    )

    for null in NULLS:
        test = scan_test(series, null=null, season=12)
        assert test.p_value <= 0.01
        assert abs((test.date - pd.Period("2003-05", "M")).n) <= 5


def test_one_turn_of_the_season_can_show_nothing():
    """Where every slot was seen once, all orders are one."""
    series = CountSeries.from_arrays(
        [1] * 6 + [30] * 6, pd.period_range("2000-01", periods=12, freq="M")
    )

    assert scan_test(series, season=12).p_value == 1


def test_one_huge_count_is_survived():
    """A trillion events in one short period, without overflow, by every null."""
    series = CountSeries.from_arrays(
        [1, 2, 10**12, 1, 0, 3], range(2000, 2006), [1, 1, 0.5, 1, 2, 1]
    )

    for null in NULLS:
        test = scan_test(series, null=null)
        assert 0 < test.p_value <= 1
        assert np.isfinite(test.statistic)


WORLDS = {
    "variance 4x": lambda means, rng: rng.poisson(3 * rng.gamma(means / 3)),
    "latent .3": lambda means, rng: rng.poisson(means * latent(len(means), 0.3, 0.3, rng)),
}


@pytest.mark.slow
@pytest.mark.parametrize("world", list(WORLDS))
@pytest.mark.parametrize(("uneven", "season"), [(False, None), (True, None), (True, 4)])
def test_the_robust_null_holds_its_size(world, uneven, season):
    """Overdispersed or autocorrelated counts seem to change in few of twenty series."""
    rng = np.random.default_rng(5)
    found = []
    for _ in range(400):
        exposures = rng.uniform(1, 5, 40) if uneven else np.ones(40)
        layout = NullLayout.of(exposures, season=season)
        profile = 1 + 0.5 * np.cos(layout.slots * np.pi / 2) if season else 1.0
        counts = WORLDS[world](2 * exposures * profile, rng)
        found.append(p_value(counts, layout, "robust", rng) <= 0.05)

    assert np.mean(found) <= 0.085


@pytest.mark.slow
def test_what_robustness_costs():
    """On Poisson counts the robust null finds less than the exact one, and most of it."""
    rng = np.random.default_rng(6)
    layout = NullLayout.of(np.ones(28))
    means = np.repeat([2.0, 5, 2], [10, 9, 9])
    found = {"robust": 0, "permutation": 0, "poisson": 0}
    for _ in range(300):
        counts = rng.poisson(means)
        for null in found:
            found[null] += p_value(counts, layout, null, rng) <= 0.05

    assert found["robust"] < found["poisson"]
    assert found["robust"] > 0.55 * found["poisson"]
