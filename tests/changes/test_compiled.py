"""Compiled code gives what arithmetic on arrays gives, for any series."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagement import compiling
from engagement.changes.testing.permutation import gaussian_paths, place_in_order
from engagement.changes.testing.windows import Windows
from strategies.series import count_series, few, seen_parts


def both(ask):
    """Ask on arrays, and of compiled code."""
    answers = []
    for least in (10**9, 2):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(compiling, "LONG", least)
            answers.append(ask())
    return answers


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
