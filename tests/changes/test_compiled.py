"""Compiled code gives what arithmetic on arrays gives, for any series."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engagement import compiling
from engagement.changes.posterior.compiled_marginals import _log_gamma_gap
from engagement.changes.posterior.exact import weigh_segmentations
from engagement.changes.posterior.ladders import Ladder
from engagement.changes.testing.permutation import gaussian_paths, place_in_order
from engagement.changes.testing.windows import Windows
from engagement.models.log_gamma import log_gamma_gap
from engagement.models.negative_binomial import AnyDispersion, NegativeBinomial, SizedCounts
from engagement.models.poisson import Poisson
from engagement.models.priors import GammaPrior
from strategies.series import count_series, few, seen_parts

families = st.sampled_from(
    [Poisson(), AnyDispersion(), NegativeBinomial(dispersion=1.001), NegativeBinomial(dispersion=9)]
)


def both(ask):
    """Ask on arrays, and of compiled code."""
    answers = []
    for least in (10**9, 2):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(compiling, "LONG", least)
            answers.append(ask())
    return answers


@settings(max_examples=60)
@given(
    count_series(min_observed=2, max_observed=20, counts=few | st.sampled_from([0, 60_000, 10**9])),
    families,
    st.sampled_from([1.0, 0.37]),
    st.integers(1, 3),
    st.none() | st.just(GammaPrior(shape=0.5, rate=1e-4)),
)
def test_the_posterior_is_the_same(series, family, weight, min_length, prior):
    """Numbers, places and evidence, with one huge count too and exposures over many decades."""
    counts, exposures = (np.array(part) for part in seen_parts(series))
    n_periods = len(counts)

    def ask():
        found = weigh_segmentations(
            counts, exposures, family=family, prior=prior, weight=weight,
            min_length=min(min_length, n_periods // 2),
        )  # fmt: skip
        return (
            found.probabilities,
            found.change_probability(),
            found.change_marginals(1),
            found.probability_between(1, n_periods // 2),
            found.of_likelihoods,
            found.log_evidence(1) - found.log_evidence(0),
        )

    plain, compiled = both(ask)

    rounding = 1e-9 + 1e-13 * float(counts.sum())
    for one, other in zip(plain, compiled, strict=True):
        assert np.allclose(one, other, rtol=1e-9, atol=rounding)


@given(
    st.floats(-1, 16).map(lambda power: 1 + 10**power),
    st.floats(-3, 9).map(lambda power: 10**power),
)
def test_gaps_of_log_gammas_are_the_same(low, gap):
    """Where the difference of two logarithms keeps its digits, it is the same to rounding."""
    plain = float(log_gamma_gap(np.array([low]), np.array([gap]))[0])
    scale = max(low * np.log(low) if low < 1e6 else gap, abs(plain), 1.0)

    assert _log_gamma_gap.py_func(low, gap) == pytest.approx(plain, abs=4e-15 * scale)


@given(
    st.lists(st.integers(1, 4), min_size=1, max_size=12),
    st.sampled_from([0.0, 0.2, 0.9]),
    st.integers(1, 4),
    st.integers(1, 3),
    st.booleans(),
)
def test_simulated_series_are_the_same_to_the_last_bit(steps, dependence, n_rows, n_slots, by_row):
    """Paths, and values in their order, so that p-values hang on no way of computing."""
    slots = np.arange(len(steps) + 1) % n_slots
    values = np.random.default_rng(1).poisson(2, (n_rows, len(slots)))

    def ask():
        rng = np.random.default_rng(0)
        paths = gaussian_paths(n_rows, np.array(steps), dependence, rng, latent=0.5)
        return paths, place_in_order(values if by_row else values[0], slots, paths)

    plain, compiled = both(ask)

    assert (plain[0] == compiled[0]).all()
    assert (plain[1] == compiled[1]).all()


@given(
    count_series(min_observed=2, counts=few | st.sampled_from([0, 0, 20_000, 70_000, 10**12])),
    st.integers(1, 300),
    st.integers(0, 2**32),
)
def test_sums_of_likelihood_ratios_are_the_same(series, n_rows, seed):
    """Rows of one total and of others, few and many, without events, and with very many."""
    counts, exposures = (np.array(part) for part in seen_parts(series))
    rng = np.random.default_rng(seed)
    shuffled = rng.permuted(np.tile(counts, (n_rows, 1)), axis=1).astype(np.int64)
    thinned = shuffled * rng.integers(0, 2, shuffled.shape)
    inner = Windows.inner(exposures)

    for rows in (shuffled, thinned):
        for some in (Windows.splits(exposures), inner)[: 1 + bool(len(inner))]:
            plain, compiled = both(lambda some=some, rows=rows: some.sums_of_ratios(rows))
            assert np.abs(np.log(compiled / plain)).max() <= 1e-9


@given(
    st.lists(
        st.tuples(st.integers(0, 300), st.sampled_from([0.25, 1.0, 2.0, 1e-9, 1e9])), min_size=1
    ),
    st.sampled_from([Poisson(), *(SizedCounts(size=r, parameter=2.0) for r in (0.01, 3, 1e7))]),
    st.floats(-9, 9).map(lambda power: 10**power),
    st.sampled_from([0.5, 1.0, 7.25]),
)
def test_chances_of_rates_are_the_same(segments, likelihood, rate, shape):
    """From one number of events to the next no more is lost than rounding."""
    sums = np.array(segments).T.astype(float)
    prior = GammaPrior(shape=shape, rate=0.1)

    climbed = Ladder.of(likelihood, sums, prior).below(np.array([rate]))[0]

    assert np.allclose(climbed, likelihood.rate_below(rate, sums, prior), rtol=0, atol=1e-9)
