"""The exact posterior: it equals going through every segmentation."""

from itertools import pairwise
from math import exp, fsum, log

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from engagement.changes.optimal.segmentation import segment
from engagement.changes.posterior.component_runs import log_numbers_of_ways
from engagement.changes.posterior.inference import change_posterior
from engagement.counting.series import CountSeries
from engagement.errors import SeriesError, SettingError
from engagement.models.priors import GammaPrior, LogLogisticPrior, unit_prior
from naive import changes as naive
from strategies.series import (
    build,
    closed,
    count_series,
    few,
    places_of,
    scaled,
    seen_parts,
)

priors = st.builds(
    lambda shape, rate: GammaPrior(shape=shape, rate=rate),
    st.sampled_from([0.5, 1.0, 3.0]),
    st.sampled_from([0.01, 1.0, 40.0]),
)


NEAR = 1e-5
"""
How near a probability comes to that of going through all.

At either end of the grid a segment's rate lies beyond it with a probability of about 3e-7, and
rates below .0002 events expected in the whole series are one rate; the spacing adds 5e-9.
"""


def conjugate(series, *, prior=None, changes_prior=0.25, min_length=1, max_changes=None):
    """Weigh Poisson counts with a gamma prior, which has a closed form to compare with."""
    used = unit_prior(series.total, series.total_years) if prior is None else prior
    return change_posterior(
        series,
        prior=used,
        changes_prior=changes_prior,
        family="poisson",
        min_length=min_length,
        max_changes=max_changes,
    )


odds = st.sampled_from([0.25, 0.01, 1.0, 2.0])
limits = st.sampled_from([None, 0, 1, 2, 3])


@pytest.mark.usefixtures("way")
@given(
    count_series(counts=few | st.sampled_from([40, 5000])),
    st.none() | priors,
    odds,
    limits,
    st.integers(1, 2),
)
def test_the_posterior_equals_that_of_going_through_all(series, prior, g, limit, min_length):
    """Numbers, dates and segments have the probabilities that enumeration gives."""
    counts, exposures = seen_parts(series)
    n_periods = len(counts)
    if n_periods < 2 * min_length:
        min_length = 1
    posterior = conjugate(
        series, prior=prior, changes_prior=g, max_changes=limit, min_length=min_length
    )
    used = posterior.prior
    ways = naive.posterior(
        counts, exposures, used.shape, used.rate, odds=g, min_length=min_length, max_changes=limit
    )

    numbers = [
        fsum(p for way, p in ways.items() if len(way) == k) for k in posterior.n_changes.index
    ]
    starts = [fsum(p for way, p in ways.items() if place in way) for place in range(n_periods)]
    probability = posterior.probability
    assert np.allclose(posterior.n_changes, numbers, atol=NEAR)
    assert np.allclose(probability[series.observed], starts, atol=NEAR)
    assert (probability[~series.observed] == 0).all()
    for n_changes in range(1, posterior.max_changes + 1):
        own = {way: p for way, p in ways.items() if len(way) == n_changes}
        alike = {
            way: naive.log_marginal(way, counts, exposures, used.shape, used.rate) for way in own
        }
        top = max(alike.values())
        whole = fsum(exp(value - top) for value in alike.values())
        of_exposures = fsum(y * log(e) for y, e in zip(counts, exposures, strict=True))
        evidence = top + log(whole / len(alike)) + of_exposures
        assert posterior.log_evidence(n_changes) == pytest.approx(evidence, rel=1e-7, abs=10 * NEAR)
        best = places_of(series, posterior.most_probable(n_changes))
        assert all(b - a >= min_length for a, b in pairwise(best))
        for change in range(1, n_changes + 1):
            dates = posterior.date_distribution(change, n_changes)[series.observed]
            expected = [
                fsum(exp(v - top) for way, v in alike.items() if way[change - 1] == place) / whole
                for place in range(n_periods)
            ]
            assert np.allclose(dates, expected, atol=NEAR)
            if n_changes == 1:
                assert dates.iloc[best[0]] == dates.max()


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize(
    ("counts", "years", "prior"),
    [
        ([5000, 5000, 0, 5000], [1.0] * 4, GammaPrior(shape=0.5, rate=1)),
        ([5000, 5000, 0, 5000], [1.0] * 4, GammaPrior(shape=3, rate=40)),
        ([1, 40], [1e-6, 1e-3], GammaPrior(shape=1, rate=2.4e-5)),
    ],
    ids=["a prior of a year", "a prior of forty years", "a short period with one event"],
)
def test_the_grid_holds_the_rate_of_every_segment(counts, years, prior):
    """Also where a prior pulls short segments more, and where short periods tell little."""
    series = CountSeries.from_arrays(counts, range(2000, 2000 + len(counts)), years)
    posterior = conjugate(series, prior=prior)

    for n_changes in range(len(counts)):
        logs = [
            naive.log_marginal(way, counts, years, prior.shape, prior.rate)
            for way in naive.segmentations(len(counts))
            if len(way) == n_changes
        ]
        evidence = max(logs) + log(fsum(exp(one - max(logs)) for one in logs) / len(logs))
        evidence += fsum(y * log(e) for y, e in zip(counts, years, strict=True))
        assert posterior.log_evidence(n_changes) == pytest.approx(evidence, rel=1e-8, abs=NEAR)


@pytest.mark.usefixtures("way")
@given(count_series(counts=few | st.sampled_from([40, 5000])), priors, st.data())
def test_the_probability_of_a_change_in_a_span_equals_that_of_going_through_all(
    series, prior, data
):
    """It is the weight of all segmentations with a start inside the span."""
    counts, exposures = seen_parts(series)
    ways = naive.posterior(counts, exposures, prior.shape, prior.rate, odds=0.25)
    first = data.draw(st.integers(0, len(series) - 1))
    last = data.draw(st.integers(first, len(series) - 1))
    span = series.periods[first], series.periods[last]

    found = conjugate(series, prior=prior).probability_between(*span)

    seen = series.periods[series.observed]
    inside = {place for place, date in enumerate(seen) if span[0] <= date <= span[1]}
    assert found == pytest.approx(fsum(p for way, p in ways.items() if inside & set(way)), abs=NEAR)


@settings(max_examples=25)
@given(count_series(max_observed=14, counts=few), odds, limits)
def test_probabilities_add_up(series, g, limit):
    """Numbers and dates sum to one, and starts to the expected number of changes."""
    posterior = change_posterior(series, changes_prior=g, max_changes=limit)

    numbers = posterior.n_changes
    assert numbers.sum() == pytest.approx(1)
    assert list(numbers.index) == list(range(posterior.max_changes + 1))
    expected = (numbers * numbers.index).sum()
    assert posterior.probability.sum() == pytest.approx(expected, abs=0.02)
    for n_changes in range(1, min(posterior.max_changes, 4) + 1):
        for change in range(1, n_changes + 1):
            dates = posterior.date_distribution(change, n_changes)
            assert dates.sum() == pytest.approx(1)
            first, last = posterior.places_between(change, n_changes, level=0.8)
            below = np.concatenate([[0.0], np.cumsum(dates[series.observed])])
            size = last - first
            assert below[last + 1] - below[first] >= 0.8 - 1e-9
            assert (below[size:] - below[: len(below) - size]).max() < 0.8


@settings(max_examples=25)
@given(count_series(counts=few), odds, st.sampled_from([2.0, 1 / 8, 100.0]))
def test_scaling_exposure_and_prior_moves_nothing(series, g, factor):
    """The default prior scales by itself, a fixed one with its rate."""
    one = change_posterior(series, changes_prior=g)
    longer = scaled(series, factor)
    fixed = LogLogisticPrior(median=one.prior.median / factor)

    for other in (
        change_posterior(longer, changes_prior=g),
        change_posterior(longer, changes_prior=g, prior=fixed),
    ):
        assert np.allclose(one.n_changes, other.n_changes, atol=1e-7)
        assert np.allclose(one.probability, other.probability, atol=1e-7)
        assert np.allclose(
            one.intensity()["mean"], other.intensity()["mean"] * factor, equal_nan=True, rtol=1e-6
        )


@settings(max_examples=25)
@given(count_series(min_observed=2, counts=few))
def test_periods_that_were_not_observed_change_only_the_gap(series):
    """Without them everything is the same, but for the gap that an interval takes in."""
    one, other = (change_posterior(part, family="poisson") for part in (series, closed(series)))
    seen = series.periods[series.observed]

    assert np.array_equal(one.n_changes, other.n_changes)
    assert np.array_equal(one.probability[series.observed], other.probability)
    first, last = one.interval()
    first_closed, last_closed = (int(date.year) - 1990 for date in other.interval())
    assert last == seen[last_closed]
    assert first == seen[first_closed - 1] + 1


@pytest.mark.usefixtures("way")
@settings(max_examples=25)
@given(count_series(max_observed=6, counts=few), st.sampled_from([0.5, 0.95]))
def test_the_intensity_is_the_mixture_over_all_segmentations(series, level):
    """Its mean is exact, and its ends hold the probability asked within the tolerance."""
    counts, exposures = seen_parts(series)
    posterior = conjugate(series)
    shape, rate = posterior.prior.shape, posterior.prior.rate
    ways = naive.posterior(counts, exposures, shape, rate, odds=0.25)

    frame = posterior.intensity(level=level)

    assert frame.index.equals(series.periods)
    assert frame[~series.observed].isna().all(axis=None)
    tail = (1 - level) / 2
    for place, (_, row) in enumerate(frame[series.observed].iterrows()):
        parts = []
        for way, weight in ways.items():
            a, b = next((a, b) for a, b in pairwise((0, *way, len(counts))) if a <= place < b)
            parts.append((weight, shape + sum(counts[a:b]), rate + sum(exposures[a:b])))
        mean = sum(weight * s / r for weight, s, r in parts)
        assert row["mean"] == pytest.approx(mean, rel=5e-5)  # a tail of e^-15 is cut
        for column, share in (("low", tail), ("high", 1 - tail)):
            below = sum(w * stats.gamma.cdf(row[column], s, scale=1 / r) for w, s, r in parts)
            assert below == pytest.approx(share, abs=5e-3)


def test_the_coal_series_gives_the_published_dates(coal):
    """One change in the yearly disasters, as Fearnhead's recursion dates it."""
    posterior = conjugate(coal, prior=GammaPrior(shape=1, rate=1))

    dates = posterior.date_distribution(change=1, n_changes=1)
    assert dates["1892"] == pytest.approx(0.245, abs=5e-4)
    assert dates["1891"] == pytest.approx(0.185, abs=5e-4)
    assert dates["1890"] == pytest.approx(0.143, abs=5e-4)
    assert dates["1893"] == pytest.approx(0.099, abs=5e-4)
    assert dates["1888"] == pytest.approx(0.093, abs=5e-4)
    assert [str(date) for date in posterior.interval(change=1, n_changes=1)] == ["1887", "1897"]
    assert [str(date) for date in posterior.most_probable(1)] == ["1892"]
    assert posterior.rates(["1892"])["mean"].round(2).tolist() == [3.05, 0.90]
    factor = (posterior.log_evidence(1) - posterior.log_evidence(0)) / log(10)
    assert factor == pytest.approx(12.57, abs=0.005)


@pytest.mark.usefixtures("way")
def test_samples_are_as_frequent_as_they_are_probable():
    """Drawn segmentations and rates agree with the exact answers."""
    series = build(
        ["seen"] * 3 + ["blind"] + ["seen"] * 3, [1, 0, 2, 7, 5, 6], [1, 1, 0.5, 1, 1, 2]
    )
    counts, exposures = seen_parts(series)
    posterior = conjugate(series)
    prior = posterior.prior
    ways = naive.posterior(counts, exposures, prior.shape, prior.rate, odds=0.25)
    n_draws = 20_000

    draws = posterior.sample(n_draws, rng=5)

    observed = list(series.periods[series.observed])
    drawn = draws.groupby("draw")["start"].agg(tuple)
    seen = drawn.map(lambda way: tuple(observed.index(date) for date in way[1:])).value_counts()
    for way, probability in ways.items():
        error = 4 * (probability * (1 - probability) / n_draws) ** 0.5
        assert seen.get(way, 0) / n_draws == pytest.approx(probability, abs=error + 1e-3)
    last = draws.groupby("draw")["rate"].last()
    intensity = posterior.intensity().iloc[-1]
    assert last.mean() == pytest.approx(intensity["mean"], rel=0.02)
    assert (last < intensity["low"]).mean() == pytest.approx(0.025, abs=0.005)
    assert (last > intensity["high"]).mean() == pytest.approx(0.025, abs=0.005)


def test_the_same_seed_draws_the_same(coal):
    """None is a fixed seed; a generator moves on."""
    posterior = change_posterior(coal)
    generator = np.random.default_rng(3)

    assert posterior.sample(5).equals(posterior.sample(5, rng=0))
    assert not posterior.sample(5, generator).equals(posterior.sample(5, generator))


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("n_changes", [0, 1, 2, 3, 5])
def test_what_the_data_exclude_is_still_exact(n_changes):
    """Numbers of changes that are improbable beyond any float have dates and evidence too."""
    counts = [1000, 900, 200_000, 190_000, 5, 3, 700_000]
    series = CountSeries.from_arrays(counts, range(2000, 2007))
    posterior = conjugate(series, max_changes=5)
    prior = posterior.prior
    ways = [way for way in naive.segmentations(7) if len(way) == n_changes]
    logs = [naive.log_marginal(way, counts, [1.0] * 7, prior.shape, prior.rate) for way in ways]

    top = max(logs)
    weights = [exp(value - top) for value in logs]
    evidence = top + log(sum(weights) / len(ways))
    assert posterior.log_evidence(n_changes) == pytest.approx(evidence, rel=1e-7)
    for change in range(1, n_changes + 1):
        dates = posterior.date_distribution(change, n_changes).to_numpy()
        expected = [
            sum(w for way, w in zip(ways, weights, strict=True) if way[change - 1] == place)
            for place in range(7)
        ]
        assert dates == pytest.approx(np.array(expected) / sum(weights), abs=1e-6)
    drawn = posterior.draw_segmentations(n_changes, 200, np.random.default_rng(0))[0]
    assert drawn.shape == (200, n_changes + 2)
    assert (np.diff(drawn, axis=1) > 0).all()


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("limit", [0, 1, 2])
def test_a_limit_on_changes_that_the_data_exclude_is_still_exact(limit):
    """With fewer changes allowed than there are, what is left is weighed rightly."""
    counts = [1000, 900, 200_000, 190_000, 5, 3, 700_000]
    series = CountSeries.from_arrays(counts, range(2000, 2007))
    posterior = conjugate(series, max_changes=limit)
    prior = posterior.prior
    ways = naive.posterior(counts, [1.0] * 7, prior.shape, prior.rate, odds=0.25, max_changes=limit)

    starts = [sum(p for way, p in ways.items() if place in way) for place in range(7)]
    assert posterior.probability.to_numpy() == pytest.approx(starts, abs=1e-6)
    assert posterior.n_changes.iloc[-1] == pytest.approx(1)
    inside = sum(p for way, p in ways.items() if {3, 4} & set(way))
    assert posterior.probability_between(2003, 2004) == pytest.approx(inside, abs=1e-6)
    assert posterior.intensity()["mean"].notna().all()


def test_without_priors_given_they_are_free_of_units_and_printed(coal):
    """The default is scale-free, its median the series' own rate."""
    posterior = change_posterior(coal)

    assert posterior.prior == LogLogisticPrior(median=191 / 112)
    assert "prior on each rate log-logistic(shape 1, median 1.705 per year)" in posterior.summary()
    assert "each further change 0.33 times as probable, up to 20" in posterior.summary()


@pytest.mark.parametrize("years", [[0.0, 0.0], [1.0, 1.0, 2.0], [1.0]])
def test_a_series_without_events_has_no_change_to_show(years):
    """Nothing observed, or nothing but zeros, leaves the prior, which says so."""
    series = CountSeries.from_arrays([0.0] * len(years), range(2000, 2000 + len(years)), years)
    posterior = change_posterior(series)

    total = sum(years)
    assert posterior.prior == LogLogisticPrior(median=0.5 / total if total else 1)
    assert posterior.n_changes.sum() == pytest.approx(1)
    assert posterior.n_changes.idxmax() == 0
    assert posterior.probability.sum() < 0.5
    assert posterior.intensity()["mean"].notna().sum() == sum(year > 0 for year in years)
    assert isinstance(posterior.summary(), str)
    assert len(posterior.sample(3)) >= (3 if total else 0)
    assert posterior.plot() is not None


def test_a_flat_series_of_zeros_keeps_the_mean_near_half_an_event():
    """Ten empty years speak for a rate that is lower than one event in all of them."""
    series = CountSeries.from_arrays([0] * 10, range(2000, 2010))

    assert change_posterior(series).intensity()["mean"].to_numpy() == pytest.approx(0.055, rel=0.1)


def test_an_interval_takes_in_the_gap_before_it():
    """After an unobserved stretch the change may lie anywhere in it."""
    states = ["seen"] * 4 + ["blind", "missing", "blind"] + ["seen"] * 4
    series = build(states, [0, 1, 0, 0, 9, 8, 9, 8], [1.0] * 8)

    first, last = change_posterior(series).interval()

    assert (first.year, last.year) == (1994, 1997)


def test_rates_given_dates_are_gamma_quantiles(coal):
    """Each segment's rate has the conjugate posterior."""
    posterior = conjugate(coal, prior=GammaPrior(shape=2, rate=3))

    rates = posterior.rates([pd.Period("1892")], level=0.9)

    gamma = stats.gamma(2 + 127, scale=1 / (3 + 41))
    assert rates.loc[0, ["low", "high"]].tolist() == pytest.approx(
        gamma.ppf([0.05, 0.95]), rel=2e-3
    )
    assert [str(date) for date in rates["end"]] == ["1891", "1962"]
    assert posterior.rates([])["mean"].tolist() == pytest.approx([193 / 115], rel=1e-5)


def test_the_frame_has_a_row_a_period(coal):
    """Counts, probabilities and the intensity stand side by side."""
    frame = change_posterior(coal).to_frame()

    assert list(frame) == ["count", "exposure_years", "probability", "mean", "low", "high"]
    assert (frame["low"] < frame["mean"]).all()
    assert (frame["mean"] < frame["high"]).all()


def test_more_evidence_narrows_the_date(coal):
    """A level below takes in fewer years."""
    posterior = change_posterior(coal)

    wide, narrow = posterior.interval(level=0.99), posterior.interval(level=0.5)
    assert wide[0] < narrow[0] <= narrow[1] < wide[1]


def test_long_series_sum_to_one():
    """Over a thousand periods nothing overflows, with many changes allowed."""
    rng = np.random.default_rng(0)
    counts = rng.poisson(np.repeat([1.0, 5.0, 2.0, 2.0], 250))
    periods = pd.period_range("1900-01", periods=1000, freq="M")
    posterior = change_posterior(CountSeries.from_arrays(counts, periods), max_changes=6)

    assert posterior.n_changes.sum() == pytest.approx(1)
    assert posterior.n_changes.idxmax() == 2
    assert posterior.probability.sum() == pytest.approx(
        (posterior.n_changes * posterior.n_changes.index).sum(), abs=0.01
    )
    best = posterior.most_probable(2)
    assert set(segment(posterior.series, max_changes=2).dates) == set(best)


def test_numbers_of_ways_are_binomial_whatever_their_size():
    """The count of sets with a least length, small and large."""
    small = np.exp(log_numbers_of_ways(9, 2, 3))
    large = log_numbers_of_ways(5001, 1, 2)

    assert small.round().tolist() == [
        len([way for way in naive.segmentations(9, 2) if len(way) == k]) for k in range(4)
    ]
    assert large == pytest.approx([0, log(5000), log(5000 * 4999 / 2)])


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda s: change_posterior(s, prior=1),
            SettingError,
            "prior must be a GammaPrior, a LogLogisticPrior or No",
        ),
        (
            lambda s: change_posterior(s, changes_prior=0),
            SettingError,
            "changes_prior must be a positive finite number, got 0",
        ),
        (
            lambda s: change_posterior(s, family="normal"),
            SettingError,
            "family must be one of .*, got 'normal'",
        ),
        (
            lambda s: change_posterior(s, min_length=4),
            SettingError,
            "min_length=4 leaves no room for a change in 6 observed periods; at least 8 are needed",
        ),
        (
            lambda s: change_posterior(s, max_changes=0.5),
            SettingError,
            "max_changes must be a whole number of at least 0, got 0.5",
        ),
        (lambda s: GammaPrior(shape=0, rate=1), SettingError, "shape must be a positive finite"),
        (lambda s: GammaPrior(shape=1, rate=np.inf), SettingError, "rate must be .*, got inf"),
        (lambda s: GammaPrior(shape="1", rate=1), SettingError, "shape must be .*, got '1'"),
        (
            lambda s: change_posterior(s).interval(level=1),
            SettingError,
            "level must lie strictly between 0 and 1, got 1",
        ),
        (
            lambda s: change_posterior(s).intensity(level=0),
            SettingError,
            "level must lie strictly between 0 and 1, got 0",
        ),
        (
            lambda s: change_posterior(s).interval(change=2),
            SettingError,
            "there is no change 2 among n_changes=1",
        ),
        (
            lambda s: change_posterior(s).date_distribution(change=0),
            SettingError,
            "change must be a whole number, from 1 or from the last with -1, got 0",
        ),
        (
            lambda s: change_posterior(s, max_changes=2).most_probable(3),
            SettingError,
            "n_changes=3 is more than was allowed for, which is 2",
        ),
        (
            lambda s: change_posterior(s).sample(0),
            SettingError,
            "n must be a whole number of at least 1, got 0",
        ),
        (
            lambda s: change_posterior(s).sample(10**9),
            SettingError,
            "n must be a whole number of at most 1000000, got 1000000000",
        ),
        (
            lambda s: change_posterior(s).sample(1, rng="x"),
            SettingError,
            "rng must be a numpy Generator, a whole number of at least 0, or None, got 'x'",
        ),
        (
            lambda s: change_posterior(s).rates(["1995", "1991"]),
            SeriesError,
            "dates of changes must increase, and come after the first .*, got 1995, 1991",
        ),
        (
            lambda s: change_posterior(s).rates(["1990"]),
            SeriesError,
            "dates of changes must increase, and come after the first observed period, got 1990",
        ),
        (
            lambda s: change_posterior(s).rates(["1993"]),
            SeriesError,
            "period 1993 was not observed, so no change can be seen there",
        ),
        (
            lambda s: change_posterior(s).rates(["2050"]),
            SeriesError,
            "2050 is no period of the series, which has 1990 to 1996",
        ),
        (
            lambda s: change_posterior(s).rates(["spring"]),
            SeriesError,
            "'spring' is no period of frequency Y-DEC",
        ),
        (
            lambda s: change_posterior(s).probability_between(pd.Period("1990-01", "M"), 1992),
            SeriesError,
            r"Period\('1990-01', 'M'\) is no period of frequency Y-DEC",
        ),
    ],
)
def test_what_cannot_be_asked_is_refused(call, error, message):
    """The message shows the rule and the value."""
    series = build(["seen"] * 3 + ["blind"] + ["seen"] * 3, [1, 0, 2, 7, 5, 6], [1.0] * 6)

    with pytest.raises(error, match=message):
        call(series)


def test_the_figure_shows_intensity_band_and_changes(coal):
    """The band, its mean and each change's interval are drawn."""
    ax = change_posterior(coal).plot()

    assert {"observed", "band", "mean intensity", "change, with interval"} <= set(
        ax.get_legend_handles_labels()[1]
    )
