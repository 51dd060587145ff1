"""The inference on a grid of rates: exact sums over segmentations, checked by going through all."""

from itertools import pairwise
from math import exp, log

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, special, stats

from engagement import compiling
from engagement.changes.posterior import component_runs, forward_backward
from engagement.changes.posterior.component_runs import ComponentRuns
from engagement.changes.posterior.date_intervals import best_in_order, shortest_run
from engagement.changes.posterior.grid_distribution import (
    Cumulative,
    rate_quantiles,
    ratio_quantiles,
)
from engagement.changes.posterior.rate_grid import FINE, WIDE, lay_grid
from engagement.changes.posterior.segmentation_inference import infer_segmentations
from engagement.errors import SettingError
from engagement.models.count_rows import CountComponents, CountRows
from engagement.models.families import read_family
from engagement.models.gaussian import Gaussian
from engagement.models.negative_binomial import NegativeBinomial
from engagement.models.priors import GammaPrior, LogLogisticPrior, NormalPrior
from naive import changes as conjugate
from naive import segmentations as naive

RISE_AND_FALL = [0] * 6 + [1, 1, 0, 0, 0, 1, 2, 1, 3, 1, 3, 2, 3, 2, 1, 2, 1] + [0] * 5
EARLY_RISE = [1, 0, 1, 1, 1, 1, 1, 4, 6, 5, 5, 2, 4, 3, 1, 3, 3, 3, 3, 4, 3, 3, 2, 1, 4, 3, 5, 4]
COMPONENTS = [
    (0.5, (0.0, 0.0, 0.0)),
    (0.2, (1.5, 0.0, 0.0)),
    (0.2, (0.0, 0.3, 0.6)),
    (0.1, (0.8, 0.0, 0.6)),
]
SERIES = (
    [2, 0, 3, 1, 9, 12, 7, 8, 0],
    [1.0, 0.5, 1.0, 2.0, 1.0, 1.0, 0.75, 1.0, 0.5],
    [1.0, 1.0, 1.0, 2.0, 1.0, 1.0, 4.0, 1.0, 1.0],
)


def weigh(counts, exposures=None, steps=None, *, family="auto", prior=None, **settings):
    """Infer the segmentations of counts under a family."""
    counts = np.asarray(counts, dtype=float)
    exposures = np.ones(len(counts)) if exposures is None else np.asarray(exposures, dtype=float)
    steps = np.ones(len(counts)) if steps is None else np.asarray(steps, dtype=float)
    chosen = read_family(family)
    asked = {"changes_prior": 0.33, "min_length": 2, "max_changes": 20} | settings
    return infer_segmentations(
        chosen.rows(counts, exposures, steps),
        chosen.read_rate_prior(prior, counts, exposures),
        **asked,
    )


def mixture(series, components=COMPONENTS):
    """Make the rows of a small mixture."""
    rows = [(weight, *component) for weight, component in components]
    counts, exposures, steps = (np.array(one, dtype=float) for one in series)
    return CountRows(
        counts=counts, exposures=exposures, steps=steps, components=CountComponents.of(rows)
    )


@pytest.fixture(params=["short", "compiled", "logs"])
def path(request, monkeypatch):
    """Sum by each of the ways there are."""
    if request.param == "compiled":
        monkeypatch.setattr(compiling, "LONG", 1)
    if request.param == "logs":
        plain = component_runs.segment_rows
        monkeypatch.setattr(
            component_runs,
            "segment_rows",
            lambda *asked, **how: plain(*asked, **how | {"in_logs": True}),
        )
    return request.param


@pytest.mark.usefixtures("path")
@pytest.mark.parametrize("min_length", [1, 2, 3])
def test_every_answer_is_that_of_going_through_all_segmentations(min_length):
    """Numbers, dates, starts, spans and rates agree on a series with memory, gaps and exposures."""
    model, prior = mixture(SERIES), LogLogisticPrior(median=5.0)
    found = infer_segmentations(
        model, prior, changes_prior=0.4, min_length=min_length, max_changes=3, tolerance=0
    )
    grid = lay_grid(model, np.arange(4), prior, min_length=min_length)
    grids = [
        list(zip(grid.rates[k, :size], np.exp(grid.log_masses[k, :size]), strict=True))
        for k, size in enumerate(grid.sizes)
    ]
    n, most = len(SERIES[0]), found.max_changes
    joint = naive.posterior(
        SERIES, COMPONENTS, grids, odds=0.4, min_length=min_length, max_changes=most
    )

    numbers = [sum(p for (_, way), p in joint.items() if len(way) == k) for k in range(most + 1)]
    assert found.probabilities == pytest.approx(numbers, rel=1e-9, abs=1e-12)
    for k in range(1, most + 1):
        for m in range(k):
            dates = [
                sum(p for (_, way), p in joint.items() if len(way) == k and way[m] == t)
                for t in range(n)
            ]
            assert found.change_marginals(k)[m] == pytest.approx(
                np.array(dates) / numbers[k], abs=1e-9
            )
    starts = [sum(p for (_, way), p in joint.items() if t in way) for t in range(n)]
    assert found.change_probability() == pytest.approx(starts, abs=1e-9)
    between = sum(p for (_, way), p in joint.items() if {4, 5, 6} & set(way))
    assert found.probability_between(4, 6) == pytest.approx(between, abs=1e-9)
    means = np.zeros(n)
    for (which, way), p in joint.items():
        for start, end in pairwise((0, *way, n)):
            masses = naive.rate_masses(start, end, grids[which], SERIES, COMPONENTS[which][1])
            means[start:end] += p * sum(
                q * rate for q, (rate, _) in zip(masses, grids[which], strict=True)
            )
    assert found.band(0.025)[0] == pytest.approx(means, rel=1e-8)


def test_numbers_and_dates_are_those_of_the_conjugate_recursion():
    """Poisson counts with a gamma prior, at unequal exposures: to 1e-6 of the closed form."""
    counts, exposures = SERIES[0], SERIES[1]
    exact = conjugate.posterior(counts, exposures, 2.0, 0.5, odds=0.33, min_length=2)
    found = weigh(
        counts, exposures, family="poisson", prior=GammaPrior(shape=2.0, rate=0.5), max_changes=9
    )

    numbers = [sum(p for way, p in exact.items() if len(way) == k) for k in range(4)]
    assert found.probabilities == pytest.approx(numbers, abs=1e-6)
    for k in (1, 2):
        dates = [
            sum(p for way, p in exact.items() if len(way) == k and way[0] == t) / numbers[k]
            for t in range(len(counts))
        ]
        assert found.change_marginals(k)[0] == pytest.approx(dates, abs=1e-6)


@pytest.mark.parametrize(
    "component", [(0.0, 0.0, 0.0), (4.0, 0.0, 0.0), (0.0, 0.8, 0.6), (0.0, 0.02, 0.0)]
)
@pytest.mark.parametrize("counts", [[3, 5, 40, 35], [0, 0, 0, 1], [900, 1100, 1000, 980]])
@pytest.mark.parametrize("weight", [None, 0.5, 4.0, 400.0])
def test_the_grid_stands_for_the_integral_over_rates(component, counts, weight):
    """The evidence of no change and of one is that of quadrature, however much a prior tells."""
    series = (counts, [1.0, 2.0, 1.0, 1.0], [1.0] * 4)
    centre = max(sum(counts), 0.5) / 5
    prior = LogLogisticPrior(median=centre)
    if weight is not None:
        prior = GammaPrior(shape=weight, rate=weight / centre)
    found = infer_segmentations(
        mixture(series, [(1.0, component)]), prior, changes_prior=1.0, min_length=2, max_changes=1
    )

    def log_integral(start, end):
        def height(u):
            own = naive.log_segment(start, end, exp(u), series, component)
            return own + float(prior.log_density(exp(u))) + u

        marks = np.linspace(log(centre) - 25, log(centre) + 25, 4001)
        heights = [height(u) for u in marks]
        top, peak = max(heights), marks[int(np.argmax(heights))]
        held = [u for u, one in zip(marks, heights, strict=True) if one > top - 45]
        value = integrate.quad(
            lambda u: exp(height(u) - top),
            held[0],
            held[-1],
            points=[peak],
            limit=400,
            epsabs=0,
            epsrel=1e-11,
        )[0]
        return top + log(value)

    factor = log_integral(0, 2) + log_integral(2, 4) - log_integral(0, 4)
    assert found.log_evidence(1) - found.log_evidence(0) == pytest.approx(factor, abs=5e-5)


def test_a_series_is_told_as_the_two_series_that_were_dated_wrongly():
    """A rise in 2004 and a fall in 2016 are two changes; an early rise is dated to 1997-2001."""
    both = weigh(RISE_AND_FALL)
    assert both.n_changes == 2
    assert [1993 + place for place in both.best_changes(2)] == [2004, 2016]
    early = weigh(EARLY_RISE)
    assert early.n_changes == 1
    low, high = shortest_run(early.change_marginals(1)[0], 0.95)
    assert (1993 + low, 1993 + high) == (1997, 2001)


def test_two_events_in_a_long_calm_are_no_change():
    """Events in two neighbouring years of 73 leave no change more probable than not."""
    assert weigh([0] * 30 + [1, 1] + [0] * 41).probabilities[0] > 0.5


def test_a_burst_has_the_ratio_of_its_counts():
    """Three periods at 15 among 117 at 1: the prior takes nothing from the ratio."""
    found = weigh([1] * 57 + [15] * 3 + [1] * 60)

    assert found.n_changes == 2
    assert found.best_changes(2) == [57, 60]
    low, middle, high = ratio_quantiles(found.ratio_tables(2, 0), np.asarray((0.025, 0.5, 0.975)))
    assert low < 15 < high
    assert middle == pytest.approx(14.7, abs=0.3)


def test_the_end_of_a_long_calm_is_dated_to_its_end():
    """The interval is the shortest run, not one between equal tails."""
    found = weigh([0] * 60 + [3] * 4)
    assert shortest_run(found.change_marginals(1)[0], 0.95) == (59, 60)


@pytest.mark.parametrize("counts", [[0] * 9, [3], [0], [4, 9], [1, 0, 2]])
def test_short_and_empty_series_have_an_answer(counts):
    """Zeros only, one period and two."""
    found = weigh(counts)

    assert found.probabilities.sum() == pytest.approx(1)
    mean, low, high = found.band(0.025)
    assert (low < mean).all()
    assert (mean < high).all()
    assert found.max_changes == max(len(counts) // 2 - 1, 0)


@pytest.mark.parametrize("size", [1e4, 1e6, 1e8])
def test_counts_of_any_size_have_their_change_found(size):
    """A rise by a half, at any size, with noise of a tenth."""
    rng = np.random.default_rng(3)
    means = np.repeat([size, 1.5 * size], 12)
    found = weigh(np.rint(means * rng.normal(1, 0.1, 24)))

    assert found.n_changes == 1
    assert found.best_changes(1) == [12]
    low, high = ratio_quantiles(found.ratio_tables(1, 0), np.asarray((0.025, 0.975)))
    assert low < 1.5 < high
    assert high / low < 1.5


def test_what_poisson_counts_cannot_be_is_still_weighed():
    """Counts in the millions with wild noise, said to be Poisson: evidence stays finite."""
    rng = np.random.default_rng(4)
    counts = np.rint(1e6 * rng.uniform(1, 2, 60))
    found = weigh(counts, family="poisson", max_changes=3)

    evidence = [found.log_evidence(k) for k in range(4)]
    assert all(np.isfinite(evidence))
    assert all(a < b for a, b in pairwise(evidence))
    assert found.probabilities[3] == pytest.approx(1)
    assert found.change_marginals(1).sum() == pytest.approx(1)


def test_a_prior_against_all_counts_is_summed_without_overflow():
    """Counts that memory alone explains are far likelier given the ones before than alone."""
    found = weigh([0, 1, 0, 1, 8, 9, 7, 9], prior=GammaPrior(shape=1e6, rate=1.0), tolerance=0)

    assert found.probabilities.sum() == pytest.approx(1)
    assert np.isfinite(found.dependence)


@pytest.mark.parametrize("min_length", [1, 3])
def test_scales_of_periods_change_nothing(min_length, monkeypatch):
    """Numbers are the same where later periods are scaled by what they gain."""
    asked = {"changes_prior": 0.4, "min_length": min_length, "max_changes": 3, "tolerance": 0}
    plain = infer_segmentations(mixture(SERIES), LogLogisticPrior(median=5.0), **asked)
    evidence = [plain.log_evidence(k) for k in range(plain.max_changes + 1)]
    monkeypatch.setattr(forward_backward, "MOST_GAINED", -30.0)
    scaled = infer_segmentations(mixture(SERIES), LogLogisticPrior(median=5.0), **asked)

    assert [scaled.log_evidence(k) for k in range(scaled.max_changes + 1)] == pytest.approx(
        evidence, rel=1e-12
    )


def test_a_dispersion_with_which_counts_tell_nothing_is_refused():
    """Rates would have no bounds within the range of numbers; the message says the largest."""
    counts = [2, 4, 3, 3]

    assert weigh(counts, family=NegativeBinomial(dispersion=3e4)).probabilities.sum() > 0.999
    with pytest.raises(SettingError, match=r"must be at most 3e\+04, as the mean count is 3, got"):
        weigh(counts, family=NegativeBinomial(dispersion=3.1e4))


def test_components_passed_over_change_little():
    """The tolerance moves numbers, dates and ratios by less than itself."""
    for counts in (RISE_AND_FALL, EARLY_RISE, [5, 2, 9, 14, 1, 30, 22, 41, 19, 35]):
        quick, full = weigh(counts), weigh(counts, tolerance=0)
        number = full.n_changes
        assert quick.n_changes == number
        assert quick.probabilities == pytest.approx(full.probabilities, abs=1e-3)
        assert quick.change_marginals(number) == pytest.approx(
            full.change_marginals(number), abs=2e-3
        )
        shares = (0.025, 0.5, 0.975)
        assert ratio_quantiles(quick.ratio_tables(number, 0), np.asarray(shares)) == pytest.approx(
            ratio_quantiles(full.ratio_tables(number, 0), np.asarray(shares)), rel=5e-3
        )


@pytest.mark.parametrize("seed", [6, 18, 77])
def test_grids_hold_the_rates_of_all_segments(seed):
    """Also where exposures differ and counts do not go by them: evidence of one with far ends."""
    rng = np.random.default_rng(seed)
    exposures = rng.choice([0.25, 1.0, 3.0], 30)
    means = np.minimum(np.repeat([3000.0, 1500, 41_000, 15_000], [12, 12, 2, 4]) * exposures, 2e4)
    found = weigh(rng.poisson(means), exposures)
    which = np.argsort(found.of_components)[-3:]
    laid, far = (
        ComponentRuns.of(found.task, which, grid=found.task.lay_grid(which, mesh)).log_joint(5)
        for mesh in (WIDE, FINE._replace(tail=40.0))
    )

    assert laid[:, 2:] == pytest.approx(far[:, 2:], abs=2e-3)


@pytest.mark.parametrize(("counts", "change"), [([0, 0, 5000, 0], 2), ([0, 0, 5000, 5000, 0], 2)])
def test_a_segment_of_unlike_parts_has_its_rate(counts, change):
    """Where no rate is likely both at the start of a segment and after it, its rate is known."""
    found = weigh(counts, family="poisson", prior=GammaPrior(shape=1, rate=1), min_length=1)

    before, after = found.rate_means(1)
    assert found.change_marginals(1)[0, change] == pytest.approx(1)
    assert before == pytest.approx((sum(counts[:change]) + 1) / (change + 1), rel=1e-3)
    assert after == pytest.approx((sum(counts[change:]) + 1) / (len(counts) - change + 1), rel=1e-3)


counts_of = st.lists(st.integers(0, 12), min_size=4, max_size=12)


@settings(max_examples=15, deadline=None)
@given(counts_of, st.sampled_from([1e-3, 0.25, 30.0]))
def test_units_of_exposure_do_not_matter(counts, unit):
    """In years or in days, numbers and dates are the same and rates change with the unit."""
    plain = weigh(counts, tolerance=0, max_changes=3)
    other = weigh(counts, np.full(len(counts), unit), tolerance=0, max_changes=3)

    assert other.probabilities == pytest.approx(plain.probabilities, abs=1e-9)
    assert other.change_probability() == pytest.approx(plain.change_probability(), abs=1e-9)
    assert other.rate_means(0) * unit == pytest.approx(plain.rate_means(0), rel=1e-9)


@pytest.mark.parametrize("compiled_from", [1, 10**9])
@pytest.mark.parametrize("step", [1, 3])
@pytest.mark.parametrize("component", [(0.8, 0.0, 0.6), (0.0, 0.3, 0.6), (0.5, 0.1, 0.9)])
@pytest.mark.parametrize("years", [(1.0, 1.0), (0.2, 3.0), (3.0, 0.2)])
def test_neighbours_have_the_moments_of_their_own_exposures(
    years, component, step, compiled_from, monkeypatch
):
    """A later count has mean and variance of a first one, and the covariance read backwards."""
    monkeypatch.setattr(compiling, "LONG", compiled_from)
    most, rate = 90, 1.2
    pairs = np.stack(np.meshgrid(np.arange(most), np.arange(most), indexing="ij"), axis=-1)
    covariances = []
    for before, after in (years, years[::-1]):
        n = most * most
        model = mixture((pairs.ravel(), [before, after] * n, [1, step] * n), [(1.0, component)])
        rows = model.rows(np.array([0]), np.full((1, 1), rate))
        first, later = rows.first[0, rows.first_kind, 0], rows.later[0, rows.later_kind, 0]
        logs = first[::2] + later[1::2] - special.gammaln(pairs.reshape(-1, 2) + 1).sum(axis=1)
        joint = np.exp(logs)
        means = joint @ pairs.reshape(-1, 2)
        linear, square, _ = component
        expected = np.array([before, after]) * rate
        assert joint.sum() == pytest.approx(1, abs=1e-6)
        assert means == pytest.approx(expected, rel=1e-5)
        second = (joint[:, None] * pairs.reshape(-1, 2)).T @ pairs.reshape(-1, 2)
        second -= np.outer(means, means)
        variance = expected * (1 + linear + square * expected)
        assert np.diag(second) == pytest.approx(variance, rel=1e-4)
        covariances.append(second[0, 1])
    assert covariances[0] == pytest.approx(covariances[1], rel=1e-4)
    assert covariances[0] > 0


def test_exposures_that_differ_a_thousandfold_say_alike_forwards_and_backwards():
    """A count over a short exposure does not foretell a thousand times as many over a long one."""
    counts, exposures = [0, 40, 40, 40], [1e-6, 1e-6, 1e-6, 1e-3]
    forwards = weigh(counts, exposures, tolerance=0)
    backwards = weigh(counts[::-1], exposures[::-1], tolerance=0)

    assert forwards.probabilities == pytest.approx(backwards.probabilities, abs=0.12)


@settings(max_examples=15, deadline=None)
@given(counts_of)
def test_without_memory_time_may_run_backwards(counts):
    """The reversed series has the same numbers and mirrored starts."""
    components = [part for part in COMPONENTS if not part[1][2]]
    n = len(counts)
    told = [
        infer_segmentations(
            mixture((row, [1.0] * n, [1.0] * n), components),
            LogLogisticPrior(median=2.0),
            changes_prior=0.33,
            min_length=2,
            max_changes=3,
            tolerance=0,
        )
        for row in (counts, counts[::-1])
    ]

    assert told[1].probabilities == pytest.approx(told[0].probabilities, abs=1e-9)
    mirrored = told[1].change_probability()[::-1]
    assert mirrored[:-1] == pytest.approx(told[0].change_probability()[1:], abs=1e-9)


def test_normal_totals_have_their_closed_form():
    """The family gaussian on its grid of rates: evidence of no change as a normal density."""
    totals, years = np.array([3.0, -1.0, 2.5, 9.0]), np.array([1.0, 2.0, 1.0, 0.5])
    found = weigh(
        totals,
        years,
        family=Gaussian(variance=4.0),
        prior=NormalPrior(mean=1.0, sd=2.0),
        max_changes=1,
    )

    def density(part):
        own = years[part]
        covariance = np.diag(4.0 * own) + 4.0 * np.outer(own, own)
        return stats.multivariate_normal.logpdf(totals[part], 1.0 * own, covariance)

    assert found.log_evidence(0) == pytest.approx(density(slice(0, 4)), abs=1e-6)
    assert found.log_evidence(1) == pytest.approx(
        density(slice(0, 2)) + density(slice(2, 4)), abs=1e-6
    )


@pytest.mark.parametrize("means", [[1.0, 6, 3], [0.2, 40, 0.2], [300.0, 900, 800]])
def test_series_weighed_alike_say_what_one_says(means):
    """By compiled code, where components are compared on coarse grids first: to .001."""
    counts = np.random.default_rng(3).poisson(np.repeat(means, [12, 10, 12])).astype(float)
    alone, alike = weigh(counts), weigh(counts, n_alike=100)
    assert (alone.task.is_long, alike.task.is_long) == (False, True)
    number = alone.n_changes

    assert alike.probabilities == pytest.approx(alone.probabilities, abs=1e-3)
    assert alike.change_marginals(number) == pytest.approx(alone.change_marginals(number), abs=1e-3)
    assert alike.rate_means(number) == pytest.approx(alone.rate_means(number), rel=5e-3)
    assert alike.probability_between(10, 14) == pytest.approx(
        alone.probability_between(10, 14), abs=1e-3
    )


@pytest.mark.parametrize("shape", [1.0, 4.0, 60.0])
def test_quantiles_on_a_grid_are_those_of_the_distribution(shape):
    """A gamma distribution on the grid has its quantiles to a few parts in ten thousand."""
    model = mixture(([shape - 1] * 2, [1, 1], [1, 1]), COMPONENTS[:1])
    grid = lay_grid(model, np.array([0]), GammaPrior(shape=1.0, rate=1e-9), min_length=1)
    widths = grid.scale.width(grid.scale.value(grid.rates))
    masses = stats.gamma.pdf(grid.rates, shape) * widths * grid.spacing
    shares = np.array([0.025, 0.5, 0.975])

    found = rate_quantiles([(grid, masses[:, None])], shares)[:, 0]
    assert stats.gamma.cdf(found, shape) == pytest.approx(shares, abs=1e-3)


def test_a_distribution_function_rises_from_zero_to_one():
    """Between the points of a grid too."""
    cumulative = Cumulative.of(stats.norm.pdf(np.arange(-8, 9.0), scale=1.2))
    positions = np.linspace(-0.5, 16.5, 200)

    found = cumulative.at(positions)
    assert found == pytest.approx(stats.norm.cdf(positions - 8, scale=1.2), abs=2e-3)


def test_the_shortest_run_holds_its_level_and_none_shorter_does():
    """On random distributions, against every run."""
    rng = np.random.default_rng(5)
    for _ in range(50):
        chances = rng.dirichlet(np.full(12, 0.3))
        first, last = shortest_run(chances, 0.8)
        assert chances[first : last + 1].sum() >= 0.8 - 1e-9
        size = last - first + 1
        runs = [chances[k : k + size].sum() for k in range(12 - size + 1)]
        assert chances[first : last + 1].sum() == pytest.approx(max(runs))
        assert all(chances[k : k + size - 1].sum() < 0.8 for k in range(12 - size + 2))


def test_dates_in_order_have_the_largest_product():
    """Where modes coincide or cross, against every increasing pair."""
    rng = np.random.default_rng(6)
    for _ in range(50):
        marginals = rng.dirichlet(np.full(8, 0.5), 2)
        best = max(
            (marginals[0, a] * marginals[1, b], -a, -b) for a in range(8) for b in range(a + 2, 8)
        )
        modes = marginals.argmax(axis=1)
        if modes[1] - modes[0] < 2:
            assert best_in_order(marginals, 2) == [-best[1], -best[2]]


def test_a_component_that_needs_more_changes_than_others_is_not_given_up():
    """Six levels of Poisson counts look overdispersed with fewer changes, and have five."""
    means = np.repeat([200.0, 400.0, 250.0, 600.0, 300.0, 900.0], 33)
    counts = np.random.default_rng(3).poisson(means)
    found = weigh(counts)

    assert int(np.argmax(found.probabilities)) == 5
    assert found.of_components[0] > 0.9
