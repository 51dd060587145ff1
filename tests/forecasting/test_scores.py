"""Proper scores of distributions of counts."""

from math import log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from engagement.errors import SettingError
from engagement.forecasting.scores import log_score, ranked_probability_score

SCORES = [log_score, ranked_probability_score]
distributions = (
    st.lists(st.integers(1, 20), min_size=2, max_size=8).map(np.array).map(lambda w: w / w.sum())
)


@pytest.mark.parametrize("score", SCORES)
@given(truth=distributions, data=st.data())
def test_no_forecast_beats_the_truth(score, truth, data):
    """What is expected of a score is least for the distribution that counts come from."""
    other = data.draw(
        st.lists(st.integers(1, 20), min_size=len(truth), max_size=len(truth)).map(np.array)
    )
    other = other / other.sum()
    own = sum(chance * score(truth, count) for count, chance in enumerate(truth))
    expected = sum(chance * score(other, count) for count, chance in enumerate(truth))

    assert own <= expected + 1e-12
    if np.abs(other - truth).max() > 1e-3:
        assert own < expected


@given(st.floats(0.2, 30), st.integers(0, 60))
def test_ranked_probability_score_is_half_the_spread_less_than_the_distance(mean, count):
    """It is E|X - y| - E|X - X'| / 2, the form in which it is also defined."""
    k = np.arange(140)
    chances = stats.poisson.pmf(k, mean)
    distance = (chances * np.abs(k - count)).sum()
    spread = (chances[:, None] * chances * np.abs(k[:, None] - k)).sum()

    assert ranked_probability_score(chances, count) == pytest.approx(
        distance - spread / 2, abs=1e-9
    )


@given(st.integers(0, 30), st.integers(0, 30))
def test_a_forecast_of_one_number_is_scored_by_its_error(told, count):
    """All on one count: the absolute error, and nothing or everything."""
    chances = np.zeros(told + 1)
    chances[told] = 1

    assert ranked_probability_score(chances, count) == abs(told - count)
    assert log_score(chances, count) == (0 if told == count else float("inf"))


def test_reference_values():
    """A fair coin on 0 and 1 has log 2 and a quarter; beyond the listed counts, infinity."""
    assert log_score([0.5, 0.5], 1) == pytest.approx(log(2))
    assert ranked_probability_score([0.5, 0.5], 0) == pytest.approx(0.25)
    assert log_score([0.5, 0.5], 2) == float("inf")
    assert ranked_probability_score([0.5, 0.5], 3) == pytest.approx(0.25 + 1 + 1)


@pytest.mark.parametrize("score", SCORES)
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((["a"], 1), "probabilities must be numbers"),
        (([[0.5, 0.5]], 1), r"probabilities must have shape \(n,\), got \(1, 2\)"),
        (([], 1), "probabilities must have shape"),
        (([0.5, 0.6], 1), "must not be negative and sum to at most 1.* a sum of 1.1"),
        (([1.5, -0.5], 1), "a least of -0.5"),
        (([0.5, 0.5], -1), "count must be a whole number of at least 0, got -1"),
        (([0.5, 0.5], 0.5), "count must be a whole number of at least 0, got 0.5"),
        (([0.5, 0.5], True), "count must be a whole number of at least 0, got True"),
    ],
)
def test_what_cannot_be_scored(score, arguments, message):
    """What is no distribution and what is no count is refused."""
    with pytest.raises(SettingError, match=message):
        score(*arguments)
