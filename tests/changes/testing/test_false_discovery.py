"""Which of many series changed, and when a p-value is known well enough to say so."""

from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.stats import binom

from engagement.changes.testing.false_discovery import SeriesTest

CERTAIN, OPEN = 2e-4, 8e-3
"""Chances of what is seen at the bound; that of three standard errors to one side is .00135."""


@given(st.floats(0.001, 0.5), st.sampled_from([999, 3999, 39_999]), st.floats(0, 1))
def test_a_p_value_is_near_a_bound_where_the_bound_may_have_given_it(bound, n_draws, share):
    """The distribution of how many draws are as uneven is binomial, and far from normal near 0."""
    assume(bound * n_draws >= 5)
    as_uneven = round(share * min(3 * bound, 1) * n_draws)
    p_value = (as_uneven + 1) / (n_draws + 1)
    test = SeriesTest(p_value=p_value, n_draws=n_draws, is_at_floor=as_uneven == 0)

    seen = binom(n_draws, bound)
    chance = seen.cdf(as_uneven) if p_value < bound else seen.sf(as_uneven - 1)
    if chance < CERTAIN:
        assert not test.is_near(bound)
    if chance > OPEN:
        assert test.is_near(bound)


def test_a_series_that_no_draw_equals_is_surely_below_a_bound_of_one_in_a_hundred():
    """Not one of 999 draws would be as uneven with probability .00004 only."""
    test = SeriesTest(p_value=0.001, n_draws=999, is_at_floor=True)

    assert not test.is_near(0.01)
    assert test.is_near(0.003)
