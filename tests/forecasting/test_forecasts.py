"""The distribution of the counts of the next periods."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from engagement.counting.series import CountSeries
from engagement.errors import SeriesError, SettingError
from engagement.forecasting.forecasts import forecast
from engagement.forecasting.predictive import Regime
from engagement.forecasting.scores import log_score
from engagement.models.negative_binomial import SizedCounts
from engagement.models.priors import GammaPrior
from naive.forecasting import probabilities

PRIOR = GammaPrior(shape=1.5, rate=0.8)


def series(counts, years=None, start=2000):
    """Make a yearly series."""
    return CountSeries.from_arrays(counts, range(start, start + len(counts)), years)


small_counts = st.lists(st.integers(0, 6), min_size=1, max_size=4)


@settings(max_examples=15)
@given(small_counts, st.integers(0, 6), st.sampled_from([0, 0.3, 0.8]), st.data())
def test_it_equals_going_through_everything(counts, extra, hazard, data):
    """Each period and the total have the probabilities that all ways to change add up to."""
    counts = [*counts, extra]
    years = data.draw(
        st.lists(st.sampled_from([0.5, 1.0, 2.0]), min_size=len(counts), max_size=len(counts))
    )
    coming = forecast(
        series(counts, years),
        horizon=2,
        hazard=hazard,
        exposure_years=[0.4, 1.3],
        prior=PRIOR,
        changes_prior=0.4,
        family="poisson",
        min_length=1,
    )
    prior = PRIOR.shape, PRIOR.rate
    wanted = probabilities(
        counts, years, [0.4, 1.3], turns=[hazard] * 2, prior=prior, odds=0.4, n_counts=6
    )

    for count in range(6):
        first = sum(chance for pair, chance in wanted.items() if pair[0] == count)
        assert coming.probabilities()[count] >= first - 1e-9  # the second may be 6 or more
        total = sum(chance for pair, chance in wanted.items() if sum(pair) == count)
        assert coming.total()[count] == pytest.approx(total, abs=1e-9)
    one = probabilities(counts, years, [0.4], turns=[hazard], prior=prior, odds=0.4, n_counts=6)
    for count in range(6):
        assert coming.probabilities()[count] == pytest.approx(one[count,], abs=1e-9)


@settings(max_examples=12)
@given(
    st.lists(st.integers(0, 30), min_size=1, max_size=12),
    st.sampled_from(["poisson", "negative_binomial", "auto"]),
    st.integers(1, 4),
    st.sampled_from([None, 0, 0.2]),
)
def test_probabilities_sum_to_one_and_have_the_mean(counts, family, horizon, hazard):
    """For every family what is listed is nearly all, and never more."""
    coming = forecast(series(counts), horizon=horizon, family=family, hazard=hazard)

    for period in coming.periods:
        total = coming.probabilities(period).sum()
        assert 0.999 < total <= 1 + 1e-9
    frame = coming.to_frame()
    assert (frame["low"] <= frame["median"]).all()
    assert (frame["median"] <= frame["high"]).all()
    if family == "poisson":
        chances = coming.probabilities()
        assert (chances * chances.index).sum() == pytest.approx(coming.mean[0], rel=1e-3)
        total = coming.total()
        assert (total * total.index).sum() == pytest.approx(coming.mean.sum(), rel=1e-3)


def test_without_changes_it_is_the_negative_binomial_of_the_textbooks():
    """One regime for good: gamma posterior, negative binomial forecast."""
    coming = forecast(
        series([3, 1, 4]), hazard=0, max_changes=0, prior=PRIOR, family="poisson", exposure_years=2
    )
    shape, rate = PRIOR.shape + 8, PRIOR.rate + 3
    wanted = stats.nbinom.pmf(np.arange(30), shape, rate / (rate + 2))

    assert coming.probabilities().to_numpy()[:30] == pytest.approx(wanted)
    assert coming.mean[0] == pytest.approx(2 * shape / rate)
    assert coming.chance_of_at_least(3) == pytest.approx(1 - wanted[:3].sum())


def test_both_ways_to_what_a_marginal_leaves_out_agree():
    """The fast way for negative binomial counts gives what asking the likelihood gives."""

    class Wrapped:
        def __init__(self, inner):
            self.inner = inner

        def __getattr__(self, name):
            return getattr(self.inner, name)

    sized = SizedCounts(size=1.7, parameter=2.0)
    parts = {"prior": PRIOR, "weights": np.array([0.3, 0.7]), "sums": np.array([[3, 8], [1, 4.0]])}
    counts = np.arange(40.0)

    for is_new in (False, True):
        fast = Regime(likelihood=sized, **parts).log_probabilities(counts, 0.5, is_new=is_new)
        slow = Regime(likelihood=Wrapped(sized), **parts).log_probabilities(
            counts, 0.5, is_new=is_new
        )
        assert fast == pytest.approx(slow)
        assert np.exp(fast).sum() <= 1
        assert np.exp(fast).sum() > 0.99


def test_negative_binomial_forecast_is_that_of_drawing():
    """Rates from beta prime, counts from negative binomial: drawn, they come as foretold."""
    rng = np.random.default_rng(2)
    sized = SizedCounts(size=1.5, parameter=2.0)
    sums = np.array([[9.0], [4.0]])
    rates = sized.rate_draws(np.repeat(sums, 40_000, axis=1), PRIOR, rng)
    drawn = rng.negative_binomial(1.5 * 2, 1.5 / (1.5 + rates))
    regime = Regime(likelihood=sized, prior=PRIOR, weights=np.ones(1), sums=sums)
    told = np.exp(regime.log_probabilities(np.arange(12.0), 2.0, is_new=False))

    assert np.bincount(drawn, minlength=12)[:12] / 40_000 == pytest.approx(told, abs=0.008)


@given(st.lists(st.integers(0, 9), min_size=2, max_size=8), st.integers(-40, 40))
@settings(max_examples=8)
def test_shifted_years_shift_the_forecast(counts, years):
    """A series moved in time is forecast alike, moved."""
    one = forecast(series(counts), horizon=2)
    other = forecast(series(counts, start=2000 + years), horizon=2)

    assert list(one.periods + years) == list(other.periods)
    assert one.mean == pytest.approx(other.mean)


def test_periods_need_not_be_years():
    """A series of years and the same in months of a tenth of the length of exposure agree."""
    quarters = pd.period_range("2000Q1", periods=6, freq="Q")
    counts = [2, 0, 3, 1, 4, 2]
    by_quarter = CountSeries.from_arrays(counts, quarters)
    coming = forecast(by_quarter, horizon=3, hazard=0.4)

    assert list(coming.periods.astype(str)) == ["2001Q3", "2001Q4", "2002Q1"]
    assert coming.exposure_years.tolist() == [0.25] * 3
    assert coming.chance_of_change == pytest.approx(1 - 0.6 ** (np.arange(1, 4) / 4))
    by_year = forecast(series(counts), horizon=3, hazard=1 - 0.6**0.25)
    assert coming.mean == pytest.approx(by_year.mean)


def test_time_without_observation_makes_a_change_more_probable():
    """Years at the end that nobody observed are years in which the rate may have changed."""
    counts = [2.0, 3, 1, np.nan, np.nan]
    coming = forecast(series(counts, [1, 1, 1, 0, 0]), hazard=0.2)

    assert str(coming.periods[0]) == "2005"
    assert coming.chance_of_change[0] == pytest.approx(1 - 0.8**3)


def test_the_hazard_follows_from_the_series_unless_stated():
    """Expected changes over observed years, as the chance within one."""
    known = series([1, 0, 1, 0, 9, 8, 11, 9])
    coming = forecast(known)
    numbers = coming.posterior.n_changes

    assert coming.hazard == pytest.approx(1 - np.exp(-(numbers * numbers.index).sum() / 8))
    assert "as often as in the series" in coming.summary()
    assert "0.3, as stated" in forecast(known, hazard=0.3).summary()
    assert forecast(known, hazard=0).mean[0] > forecast(known, hazard=0.9).mean[0]


def test_a_series_without_observation_has_the_prior():
    """Where nothing was observed the prior is all there is."""
    blind = series([np.nan, np.nan], [0, 0])
    coming = forecast(blind, prior=GammaPrior(shape=2, rate=1), family="poisson")

    assert coming.mean[0] == pytest.approx(2)
    assert coming.probabilities()[0] == pytest.approx(0.25)


def test_scores_are_those_of_the_distribution():
    """A forecast that is scored by what came gets the scores of its own probabilities."""
    known = series([2, 3, 1, 4, 2, 3, 2])
    coming = forecast(known, horizon=3)
    came = series([4, 90], start=2007)
    table = coming.score(came)

    assert table["period"].astype(str).tolist() == ["2007", "2008"]
    assert table["log_score"][0] == pytest.approx(log_score(coming.probabilities("2007"), 4))
    assert 8 < table["log_score"][1] < np.inf  # beyond what is listed, and not impossible
    assert table["ranked_probability_score"][1] > 80


def test_a_steady_series_is_forecast_with_the_probability_stated():
    """Of steady Poisson series, the next count lies in the interval as often as it says."""
    rng = np.random.default_rng(6)
    inside = 0
    for _ in range(60):
        counts = rng.poisson(4, 13)
        row = forecast(series(counts[:12]), level=0.8).to_frame().iloc[0]
        inside += row["low"] <= counts[12] <= row["high"]

    assert inside >= 42  # 48 expected, or more since counts are whole; fewer with p below .03


def test_what_is_said_about_it():
    """The summary names periods, total, hazard and priors; the figure has its bands."""
    coming = forecast(series([2, 3, 1, 4, 2, 3, 2]), horizon=2, level=0.9)
    axes = coming.plot()

    for text in ("forecast after 2006", "90%", "in all", "no trend and no season", "prior on each"):
        assert text in coming.summary()
    texts = [text.get_text() for text in axes.get_legend().get_texts()]
    assert sorted(texts) == ["90% of the forecast", "half of the forecast", "median", "observed"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"horizon": 0}, "horizon must be a whole number of at least 1"),
        ({"hazard": 1}, "hazard must be a chance of at least 0 and below 1, got 1"),
        ({"hazard": "often"}, "hazard must be a chance .* got 'often'"),
        ({"level": 1}, "level must lie strictly between 0 and 1"),
        ({"exposure_years": 0}, "exposure_years must be a positive finite number, got 0"),
        ({"exposure_years": [1, 2]}, "exposure_years must be a number, or one for each of 1"),
        ({"family": "gaussian"}, "family 'gaussian' is not one of counts"),
        ({"family": "nbinom"}, "family must be one of .*, got 'nbinom'"),
    ],
)
def test_settings_outside_of_what_they_may_be(options, message):
    """Each setting says what it takes, and what it got."""
    with pytest.raises(SettingError, match=message):
        forecast(series([1, 2, 3]), **options)


def test_what_cannot_be_forecast_or_scored():
    """No periods, unknown periods and other exposures are refused."""
    coming = forecast(series([1, 2, 3]))

    with pytest.raises(SeriesError, match="a series without periods has no period after"):
        forecast(series([]))
    with pytest.raises(SettingError, match="'2001' is not forecast; the periods are 2003 to 2003"):
        coming.probabilities("2001")
    with pytest.raises(SeriesError, match="none of the periods that were forecast was observed"):
        coming.score(series([1]))
    with pytest.raises(SeriesError, match=r"observed for 0\.5 years and forecast for 1; say so by"):
        coming.score(series([1], [0.5], start=2003))
    with pytest.raises(SeriesError, match=r"counts must be whole numbers to be scored, got 0\.5"):
        coming.score(series([0.5], start=2003))
    with pytest.raises(SeriesError, match=r"Counts or a CountSeries are needed, got list"):
        coming.score([1])
