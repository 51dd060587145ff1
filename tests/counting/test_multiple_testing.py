"""What is left of p-values once it counts how many of them there are."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.multitest import multipletests

from engagement.counting.multiple_testing import benjamini_hochberg, holm
from strategies.p_values import p_values


@given(p_values(), st.sampled_from([0.01, 0.05, 0.1, 0.3]))
def test_benjamini_hochberg_is_that_of_statsmodels(values, fdr):
    """Which are rejected, and from which rate on, is what statsmodels says, but on the border."""
    rejected, q_values = benjamini_hochberg(values, fdr)

    expected, adjusted, *_ = multipletests(values, alpha=fdr, method="fdr_bh")
    assert np.array_equal(q_values, adjusted)
    aside = ~np.isclose(adjusted, fdr, rtol=1e-9)
    assert np.array_equal(rejected[aside], expected[aside])
    assert rejected[~aside].all()


@pytest.mark.parametrize("n_tests", [1, 7, 49, 98, 107])
def test_p_value_on_the_border_is_rejected(n_tests):
    """The least p-value that draws enough for n tests can give is rejected, for every n."""
    values = np.ones(n_tests)
    values[0] = 1 / (10 * n_tests)

    assert benjamini_hochberg(values, 0.1)[0][0]


@given(p_values())
def test_holm_is_that_of_statsmodels(values):
    """Adjusted p-values are what statsmodels says, and what was not tested counts for nothing."""
    with_gaps = np.insert(values, len(values) // 2, np.nan)

    adjusted = holm(with_gaps)

    assert np.isnan(adjusted[len(values) // 2])
    kept = adjusted[np.isfinite(adjusted)]
    np.testing.assert_allclose(kept, multipletests(values, method="holm")[1], rtol=1e-12)


def test_nothing_is_adjusted_without_tests():
    """No p-values give none, and nothing is rejected."""
    none = np.array([])

    assert holm(none).shape == (0,)
    assert [part.shape for part in benjamini_hochberg(none, 0.1)] == [(0,), (0,)]
