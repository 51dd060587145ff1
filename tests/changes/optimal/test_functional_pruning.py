"""Functional pruning: exact, whatever the exposures, however long the series."""

import subprocess
import sys
from itertools import pairwise
from math import expm1, log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagement.changes.optimal import lower_envelope
from engagement.changes.optimal.dynamic_programming import merge_equal, penalised_partition
from engagement.changes.optimal.functional_pruning import pruned_partition, pruned_partitions
from engagement.models.segment_costs import PoissonCost
from naive.quadratic import costs_between, least_costs, least_objective
from strategies.rows import COUNTS, EXPOSURES, any_count, count_rows, draw_row, row_penalties

penalties = st.sampled_from([0.0, 1e-9, 0.3, 1.0, 5.0, 20.0]) | st.floats(0, 100)


def objective(counts, exposures, penalty, changes):
    """Give the costs and penalties of a segmentation, and the size of what was added up."""
    costs = costs_between(changes, counts.tolist(), exposures.tolist())
    return sum(costs) + penalty * len(changes), sum(map(abs, costs)) + penalty * len(changes)


def difference(counts, exposures, penalty, min_length=1):
    """Solve fast and naively; give the relative difference, as a share of what is added up."""
    changes = pruned_partition(counts, exposures, penalty, min_length)
    value, size = objective(counts, exposures, penalty, changes)
    least = least_objective(counts.tolist(), exposures.tolist(), penalty, min_length)
    assert all(b - a >= min_length for a, b in pairwise([0, *changes, len(counts)]))
    return abs(value - least) / (size or 1.0)


def worst_difference(rng, n_series, longest, exposures, lengths=(1,)):
    """Give the largest relative difference over random series."""
    worst = 0.0
    for _ in range(n_series):
        min_length = int(rng.choice(lengths))
        size = int(rng.integers(min_length, longest))
        counts, years = draw_row(rng, size, exposures, str(rng.choice(sorted(COUNTS))))
        gap = difference(counts, years, row_penalties(rng, counts), min_length)
        worst = max(worst, gap)
    return worst


def reference(counts, exposures, penalty):
    """Solve with the pruned recursion on arrays."""
    family = PoissonCost()
    starts = merge_equal(counts, exposures)
    scaled = exposures * (counts.sum() / exposures.sum())
    sums = np.add.reduceat(family.statistics(counts, scaled), starts, axis=1)
    return [int(starts[row]) for row in penalised_partition(sums, family.cost, penalty, 1)]


@pytest.mark.parametrize("exposures", sorted(EXPOSURES))
def test_no_segmentation_does_better(exposures):
    """The objective is that of the quadratic recursion, with exposures of every kind."""
    assert worst_difference(np.random.default_rng(1), 150, 30, exposures) < 1e-13


@pytest.mark.parametrize("exposures", sorted(EXPOSURES))
def test_no_segmentation_with_long_segments_does_better(exposures):
    """With a least length likewise."""
    rng = np.random.default_rng(2)

    assert worst_difference(rng, 100, 30, exposures, lengths=(2, 3, 5)) < 1e-12


def worst_difference_by_number(rng, n_series, longest, exposures):
    """Give the largest relative difference over numbers of changes and random series."""
    worst = 0.0
    for _ in range(n_series):
        min_length = int(rng.choice([1, 1, 2, 3]))
        size = int(rng.integers(min_length, longest))
        counts, years = draw_row(rng, size, exposures, str(rng.choice(sorted(COUNTS))))
        most = min(int(rng.integers(0, 7)), size // min_length - 1)
        ways = pruned_partitions(counts, years, most, min_length)
        costs = least_costs(counts.tolist(), years.tolist(), most, min_length)
        for number, (way, least) in enumerate(zip(ways, costs, strict=True)):
            assert len(way) == number
            assert all(b - a >= min_length for a, b in pairwise([0, *way, size]))
            value, weight = objective(counts, years, 0.0, way)
            worst = max(worst, abs(value - least) / (weight or 1.0))
    return worst


@pytest.mark.parametrize("exposures", sorted(EXPOSURES))
def test_every_number_of_changes_has_its_best(exposures):
    """For each number the cost is that of the cubic recursion, with exposures of every kind."""
    assert worst_difference_by_number(np.random.default_rng(6), 40, 20, exposures) < 1e-12


@pytest.mark.slow
@pytest.mark.parametrize("exposures", sorted(EXPOSURES))
def test_no_segmentation_does_better_ever(exposures):
    """Nor in thousands of series of each kind, with and without a least length."""
    rng = np.random.default_rng(3)

    assert worst_difference(rng, 4000, 40, exposures) < 1e-13
    assert worst_difference(rng, 1500, 40, exposures, lengths=(2, 3, 5, 9)) < 1e-12
    assert worst_difference_by_number(rng, 400, 40, exposures) < 1e-12


@given(count_rows(), penalties, st.integers(1, 3))
def test_small_series_are_solved_exactly(row, penalty, min_length):
    """The objective is that of the quadratic recursion, also where an example was sought."""
    if len(row[0]) >= min_length:
        assert difference(*row, penalty, min_length) < 1e-12


@given(count_rows(), penalties, st.integers(1, 3))
def test_turning_time_round_costs_the_same(row, penalty, min_length):
    """A series read backwards has the same least objective."""
    counts, exposures = row
    there = pruned_partition(counts, exposures, penalty, min_length)
    back = pruned_partition(counts[::-1], exposures[::-1], penalty, min_length)

    value, size = objective(counts, exposures, penalty, there)
    turned = sorted(len(counts) - place for place in back)
    assert abs(objective(counts, exposures, penalty, turned)[0] - value) <= 1e-12 * size


@given(count_rows(), penalties, st.sampled_from([2.0, 1 / 8, 2.0**40]), st.integers(1, 3))
def test_scaling_exposure_moves_nothing(row, penalty, factor, min_length):
    """Other units of exposure leave the changes where they are."""
    counts, exposures = row
    changes = pruned_partition(counts, exposures, penalty, min_length)

    assert pruned_partition(counts, exposures * factor, penalty, min_length) == changes


@given(count_rows(most=30), penalties, st.floats(0.01, 50), st.integers(1, 3))
def test_a_larger_penalty_never_means_more_changes(row, penalty, more, min_length):
    """The number of changes falls as the penalty grows."""
    few = pruned_partition(*row, penalty + more, min_length)
    many = pruned_partition(*row, penalty, min_length)

    assert len(few) <= len(many)


@given(count_rows(counts=st.just(0)), penalties, st.integers(1, 3))
def test_without_events_there_is_no_change(row, penalty, min_length):
    """A series of zeros has no change, and any so many as are asked for, where there is room."""
    most = max(len(row[0]) // min_length - 1, 0)

    assert pruned_partition(*row, penalty, min_length) == []
    for number, way in enumerate(pruned_partitions(*row, most, min_length)):
        assert len(way) == number
        bounds = [0, *way, max(len(row[0]), min_length)]
        assert all(b - a >= min_length for a, b in pairwise(bounds))


@given(st.integers(1, 1000), st.sampled_from([1.0, 0.25, 7.0]), st.integers(2, 60), penalties)
def test_equal_rates_have_no_change(count, exposure, size, penalty):
    """Nor has one in which every period is alike, even without a penalty."""
    row = np.full(size, float(count)), np.full(size, exposure)

    assert pruned_partition(*row, penalty, 1) == []


@given(st.integers(3, 40), st.data())
def test_one_huge_count_stands_alone(size, data):
    """A count that dwarfs the rest is a segment of its own."""
    place = data.draw(st.integers(1, size - 2))
    counts = np.ones(size)
    counts[place] = 10**9

    assert pruned_partition(counts, np.ones(size), 10.0, 1) == [place, place + 1]


@pytest.mark.parametrize("exposures", ["even", "uneven", "six decades", "mixed"])
@pytest.mark.parametrize("counts", ["steps", "rates", "small", "rare", "gaps", "one huge"])
def test_long_series_are_solved_as_by_the_other_solver(exposures, counts):
    """A thousand periods cost what the pruned recursion on arrays finds."""
    row = draw_row(np.random.default_rng(4), 1000, exposures, counts)
    for penalty in (1.0, 10.0):
        changes = pruned_partition(*row, penalty, 1)

        value, size = objective(*row, penalty, changes)
        other, _ = objective(*row, penalty, reference(*row, penalty))
        assert abs(value - other) <= 1e-12 * size


@pytest.mark.parametrize("min_length", [1, 2])
def test_trends_without_noise_make_many_pieces_and_are_solved(min_length):
    """Each period of a smooth trend may be the best start at some rate."""
    size = 2500
    for counts, exposures in (
        (np.full(size, 50.0), np.linspace(1, 2, size)),
        (np.full(size, 50.0), np.linspace(2, 1, size)),
        (50 + np.arange(size) / 5 // 1, np.ones(size)),
        (1000 * (2 + np.sin(np.arange(size) / 150)) // 1, np.ones(size)),
    ):
        changes = pruned_partition(counts, exposures, 3.0, min_length)

        value, weight = objective(counts, exposures, 3.0, changes)
        other, _ = objective(counts, exposures, 3.0, reference(counts, exposures, 3.0))
        assert abs(value - other) <= 1e-12 * weight
        assert len(changes) > 3


@pytest.mark.parametrize("min_length", [1, 2])
@pytest.mark.parametrize("factor", [1e-150, 1e150])
def test_exposures_beyond_what_can_be_multiplied_are_solved(factor, min_length):
    """Exposures whose products leave the range of floating point move nothing."""
    counts, exposures = draw_row(np.random.default_rng(5), 60, "uneven", "steps")

    changes = pruned_partition(counts, exposures * factor, 5.0, min_length)
    ways = pruned_partitions(counts, exposures * factor, 4, min_length)

    assert changes == pruned_partition(counts, exposures, 5.0, min_length)
    assert ways == pruned_partitions(counts, exposures, 4, min_length)
    assert len(changes) > 3


@pytest.mark.parametrize("depth", [1e-12, 1e-6, 0.01, 0.031, 0.032, 0.4, 0.6, 3.0, 100.0, 1e6])
@pytest.mark.parametrize("side", [-1.0, 1.0])
def test_roots_solve_their_equation(depth, side):
    """The ends of what a start keeps are found to ten digits."""
    root = lower_envelope._log_root(depth, side)

    assert root * side > 0
    error = expm1(root) - root - depth
    slope = abs(expm1(root))
    assert abs(error) <= 1e-10 * slope * abs(root) + 1e-15


def test_arrays_may_lie_anyhow_and_are_left_as_they_are():
    """Every second number of an array, and what cannot be written to."""
    counts, exposures = np.array([2.0, 1, 2, 9, 7, 8]), np.ones(6)
    locked = counts.copy()
    locked.flags.writeable = False

    for given_counts in (locked, np.repeat(counts, 2)[::2]):
        assert pruned_partition(given_counts, exposures, 2.7, 1) == [3]
    assert locked.tolist() == counts.tolist()


def test_the_compiler_is_loaded_only_when_needed():
    """Neither the package nor a short segmentation loads numba."""
    code = (
        "import sys, engagement, engagement.changes as changes\n"
        "from engagement.counting.series import CountSeries\n"
        "found = changes.segment(CountSeries.from_arrays([1, 2, 9], range(1990, 1993)))\n"
        "found.path()\n"
        "assert 'numba' not in sys.modules"
    )

    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.slow
def test_a_million_periods_are_solved_exactly():
    """Backwards it costs the same, and no planted or nearby segmentation does better."""
    rng = np.random.default_rng(7)
    size = 10**6
    exposures = rng.uniform(0.5, 2, size)
    for every in (250, 10_000, size):
        rates = np.repeat(10 ** rng.uniform(-0.5, 1, size // every), every)
        counts = rng.poisson(rates * exposures).astype(float)
        penalty = 1.5 * log(size)

        sums = PoissonCost().statistics(counts, exposures)
        planted = range(every, size, every)
        changes = pruned_partition(counts, exposures, penalty, 1)
        back = pruned_partition(counts[::-1], exposures[::-1], penalty, 1)

        turned = [size - place for place in reversed(back)]
        least, least_back, least_planted = (
            PoissonCost().cost(np.add.reduceat(sums, [0, *way], axis=1)).sum() + penalty * len(way)
            for way in (changes, turned, planted)
        )
        assert least_back == pytest.approx(least, rel=1e-12)
        assert least <= least_planted
        assert abs(len(changes) - len(planted)) <= 0.3 * len(planted)


@pytest.mark.slow
@given(count_rows(least=30, most=200, counts=any_count), penalties, st.integers(1, 8))
def test_longer_series_are_solved_exactly(row, penalty, min_length):
    """As the short ones, up to two hundred periods."""
    assert difference(*row, penalty, min_length) < 1e-12
