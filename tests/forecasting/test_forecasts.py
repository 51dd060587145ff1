"""The distribution of the counts of the next periods."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from engagement.changes.posterior.smoothed_rates import Ending
from engagement.counting.series import CountSeries
from engagement.errors import SeriesError, SettingError
from engagement.forecasting.forecasts import forecast
from engagement.forecasting.predictive import Regimes, probabilities_up_to
from engagement.forecasting.scores import log_score
from engagement.models.count_rows import CountComponents, CountRows
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
        assert coming.probabilities()[count] >= first - 1e-5  # the second may be 6 or more
        total = sum(chance for pair, chance in wanted.items() if sum(pair) == count)
        assert coming.total()[count] == pytest.approx(total, abs=1e-5)
    one = probabilities(counts, years, [0.4], turns=[hazard], prior=prior, odds=0.4, n_counts=6)
    for count in range(6):
        assert coming.probabilities()[count] == pytest.approx(one[count,], abs=1e-5)


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

    assert coming.probabilities().to_numpy()[:30] == pytest.approx(wanted, abs=1e-6)
    assert coming.mean[0] == pytest.approx(2 * shape / rate)
    assert coming.chance_of_at_least(3) == pytest.approx(1 - wanted[:3].sum(), abs=1e-6)


def drawn_future(regime, model, years, n_draws, rng):
    """Draw counts of the next periods from one regime of one component, one after the other."""
    linear, square, memory = (
        float(part[regime.which[0]])
        for part in (model.components.linear, model.components.square, model.components.memory)
    )
    chances = regime.masses[0] / regime.masses.sum()
    rates = rng.choice(regime.rates[0], n_draws, p=chances)
    last, before = np.full(n_draws, model.counts[-1]), model.exposures[-1]
    drawn = []
    for exposure in years:
        mean, mean_before, least = rates * exposure, rates * before, min(exposure, before)
        covariance = memory * rates * least * (linear + square * rates * max(exposure, before))
        variance = mean * (1 + linear + square * mean)
        variance_before = mean_before * (1 + linear + square * mean_before)
        moved = mean + covariance / variance_before * (last - mean_before)
        mean, left = moved, (variance - covariance**2 / variance_before) / mean - 1
        last, before = rng.negative_binomial(mean / left, 1 / (1 + left)), exposure
        drawn.append(last)
    return np.stack(drawn)


@pytest.mark.parametrize("component", [(0.0, 0.4, 0.6), (3.0, 0.0, 0.6), (1.0, 0.0, 0.0)])
def test_counts_with_and_without_memory_come_as_told(component):
    """Drawn one after the other, counts and their total have the probabilities told."""
    linear, square, memory = component
    model = CountRows(
        counts=np.array([2.0, 3, 14]),
        exposures=np.array([1.0, 1, 2]),
        steps=np.ones(3),
        components=CountComponents.of([(1.0, linear, square, memory)]),
    )
    last = Ending(
        which=np.zeros(1, dtype=int), rates=np.array([[2.0, 5]]), masses=np.array([[0.4, 0.6]])
    )
    coming = Regimes(
        model=model,
        last=[last],
        prior=PRIOR,
        years=np.array([1.5, 0.5, 1.0]),
        steps=np.array([1.0, 2, 3]),
        turns=np.zeros(3),
    )
    drawn = drawn_future(last, model, coming.years, 200_000, np.random.default_rng(4))
    first = np.bincount(drawn[0], minlength=12)[:12] / drawn.shape[1]
    whole = np.bincount(drawn.sum(axis=0), minlength=30)[:30] / drawn.shape[1]

    assert coming.probabilities(0)[:12] == pytest.approx(first, abs=0.004)
    assert coming.total_probabilities(400)[:30] == pytest.approx(whole, abs=0.004)
    assert coming.means()[0] == pytest.approx(drawn[0].mean(), rel=0.01)
    assert coming.means() == pytest.approx(drawn.mean(axis=1), rel=0.04)  # as over a gap


def test_both_ways_to_the_total_agree():
    """Run by run and forwards, the total has one distribution where counts have no memory."""
    last = Ending(which=np.zeros(1, dtype=int), rates=np.array([[2.0]]), masses=np.ones((1, 1)))
    totals = []
    for memory in (0.0, 1e-9):
        coming = Regimes(
            model=CountRows(
                counts=np.array([3.0]),
                exposures=np.ones(1),
                steps=np.ones(1),
                components=CountComponents.of([(1.0, 1.0, 0.0, memory)]),
            ),
            last=[last],
            prior=PRIOR,
            years=np.array([1.5, 0.5, 1.0]),
            steps=np.array([1.0, 2, 3]),
            turns=np.array([0.1, 0.5, 0.3]),
        )
        totals.append(coming.total_probabilities(300))

    assert totals[0] == pytest.approx(totals[1], abs=1e-7)
    assert totals[0].sum() == pytest.approx(1, abs=1e-6)
    assert totals[0] @ np.arange(300) == pytest.approx(coming.means().sum(), rel=1e-4)


def test_counts_between_those_computed_are_interpolated():
    """Of many counts a lattice is computed, and what lies between is right to six digits."""
    told = probabilities_up_to(lambda y: stats.nbinom.logpmf(y, 50.0, 0.02), 2450.0)
    wanted = stats.nbinom.pmf(np.arange(len(told)), 50.0, 0.02)

    assert told == pytest.approx(wanted, rel=1e-5, abs=1e-12)


@pytest.mark.parametrize(
    ("size", "message"),
    [
        (1e6, r"1\.0\d*e\+06 events are expected in period 2028, and at most 10,000"),
        (1e15, r"counts must sum to less than 2\*\*53"),
    ],
)
def test_more_events_than_can_be_listed_are_refused(size, message):
    """A count of millions is refused before anything takes long."""
    counts = [round(size * (1 + 0.1 * np.sin(k))) for k in range(28)]

    with pytest.raises(SeriesError, match=message):
        forecast(series(counts))


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

    assert coming.mean[0] == pytest.approx(2, rel=1e-5)
    assert coming.probabilities()[0] == pytest.approx(0.25, abs=1e-6)


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
