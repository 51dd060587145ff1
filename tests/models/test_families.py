"""Families beside Poisson: what they take for dispersion, and what they refuse."""

from math import fsum, log

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from engagement.changes.optimal.segmentation import segment
from engagement.changes.posterior.inference import change_posterior
from engagement.counting.series import CountSeries
from engagement.errors import SeriesError, SettingError
from engagement.models.families import read_family
from engagement.models.gaussian import Gaussian
from engagement.models.log_gamma import log_gamma_gap
from engagement.models.negative_binomial import NegativeBinomial
from engagement.models.priors import GammaPrior, NormalPrior
from strategies.series import count_series, few


@given(count_series(min_observed=2, max_observed=6, counts=few))
def test_a_dispersion_of_nearly_one_is_poisson(series):
    """The negative binomial family runs into the Poisson one, with no digits lost."""
    seen = series.exposure_years[series.observed]
    assume(seen.max() / seen.min() < 100)  # else a short period's own rate is 1e12 times the mean
    near = change_posterior(series, family=NegativeBinomial(dispersion=1 + 1e-12))
    poisson = change_posterior(series, family="poisson")

    assert np.allclose(near.n_changes, poisson.n_changes, atol=1e-6)
    assert np.allclose(near.intensity(), poisson.intensity(), rtol=2e-3, equal_nan=True)
    assert near.log_evidence(0) == pytest.approx(poisson.log_evidence(0), abs=1e-4)


def test_a_change_is_not_taken_for_dispersion():
    """Poisson counts on two levels are found Poisson, though as a whole they vary much more."""
    rng = np.random.default_rng(4)
    counts = rng.poisson(np.repeat([1.0, 12.0], 40))
    series = CountSeries.from_arrays(counts, range(1900, 1980))

    posterior = change_posterior(series, family="auto")

    assert counts.var() / counts.mean() > 5
    assert posterior.dispersion[1.0] > 0.5
    assert posterior.dispersion_mean < 1.2
    assert posterior.n_changes.idxmax() == 1
    assert segment(series, family="auto").dispersion < 1.5


def test_dispersion_is_not_taken_for_changes():
    """Counts with four times the variance and one level get no change once that is seen."""
    rng = np.random.default_rng(8)
    counts = rng.negative_binomial(3 / 3, 1 / 4, 80)
    series = CountSeries.from_arrays(counts, range(1900, 1980))

    posterior = change_posterior(series, family="auto")

    assert change_posterior(series, family="poisson").n_changes[0] < 0.01
    assert posterior.n_changes.idxmax() == 0
    assert posterior.dispersion[1.0] < 1e-6
    assert 2.5 < posterior.dispersion_mean < 7
    best = segment(series, family="negative_binomial")
    assert best.n_changes == 0
    assert 2.5 < best.dispersion < 8
    assert segment(series, family="poisson").n_changes > 0


def test_the_variance_is_found_within_segments():
    """Normal totals on two levels have the variance that they were drawn with, not that of all."""
    rng = np.random.default_rng(2)
    totals = rng.normal(np.repeat([100.0, 400.0], 40), 10)
    series = CountSeries.from_arrays(totals, range(1900, 1980))

    posterior, best = (
        change_posterior(series, family="gaussian"),
        segment(series, family="gaussian"),
    )

    assert totals.var() > 100 * 100
    assert 60 < posterior.dispersion_mean < 160
    assert 60 < best.dispersion < 160
    assert [str(date) for date in best.dates] == ["1940"]
    assert posterior.n_changes.idxmax() == 1


def test_the_summary_says_what_was_found_of_the_dispersion():
    """Family, priors and the dispersion found are printed."""
    series = CountSeries.from_arrays([3, 9, 2, 12, 31, 44, 20, 39], range(1990, 1998))

    auto = change_posterior(series, family="auto").summary()
    given_ = change_posterior(series, family=NegativeBinomial(dispersion=2)).summary()
    normal = change_posterior(series, family="gaussian").summary()

    assert "family auto (Poisson or negative binomial)" in auto
    assert "dispersion within segments: mean 10, 95% credible interval 1 to 28;" in auto
    assert "family negative_binomial, dispersion 2" in given_
    assert "within segments" not in given_
    assert "prior on each rate Normal(mean 20, sd 15.23) per year" in normal
    assert "variance within segments: mean" in normal


@given(st.floats(1e-3, 1e12), st.integers(0, 40))
def test_a_gap_of_log_gammas_is_the_product_that_it_stands_for(low, gap):
    """For whole gaps it is minus the sum of logs from the lower end on, at any size."""
    found = float(log_gamma_gap(np.array([low]), np.array([float(gap)]))[0])

    expected = -fsum(log(low + step) for step in range(gap))
    assert found == pytest.approx(expected, rel=1e-11, abs=1e-9)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda _: NegativeBinomial(dispersion=1.0),
            SettingError,
            "dispersion must be a finite number above 1 or None, got 1.0; 1 is the family 'poi",
        ),
        (lambda _: NegativeBinomial(dispersion=np.nan), SettingError, "above 1 or None, got nan"),
        (lambda _: Gaussian(variance=0), SettingError, "variance must be a positive finite"),
        (lambda _: NormalPrior(mean=np.inf, sd=1), SettingError, "mean must be a finite number"),
        (lambda _: NormalPrior(mean=0, sd=0), SettingError, "sd must be a positive finite"),
        (
            lambda s: change_posterior(s, prior=NormalPrior(mean=0, sd=1)),
            SettingError,
            "prior must be a GammaPrior, a LogLogisticPrior or None, got NormalPrior",
        ),
        (
            lambda s: change_posterior(s, family="gaussian", prior=GammaPrior(shape=1, rate=1)),
            SettingError,
            "prior must be a NormalPrior or None for family 'gaussian', got GammaPrior",
        ),
        (
            lambda s: segment(s, family=NegativeBinomial),
            SettingError,
            "family must be one of 'poisson', .*<class .*NegativeBinomial'>",
        ),
        (
            lambda _: segment(CountSeries.from_arrays([4, 4], [2000, 2001]), family="gaussian"),
            SeriesError,
            "values that are all equal do not show .* got 4 per year in 2 observed periods",
        ),
        (
            lambda _: change_posterior(CountSeries.from_arrays([4.5], [2000]), family="gaussian"),
            SeriesError,
            r"got 4.5 per year in 1 observed period; give it, as in Gaussian\(variance=...\)",
        ),
    ],
)
def test_what_cannot_be_is_refused(call, error, message):
    """The message shows the rule and the value."""
    with pytest.raises(error, match=message):
        call(CountSeries.from_arrays([1, 2, 9, 8], range(2000, 2004)))


def test_a_family_may_be_given_by_name_or_as_it_is():
    """Both are read as the same."""
    series = CountSeries.from_arrays([1, 2, 9, 8], range(2000, 2004))

    one = change_posterior(series, family="negative_binomial")
    other = change_posterior(series, family=NegativeBinomial())

    assert one.n_changes.equals(other.n_changes)
    assert read_family(NegativeBinomial()) == read_family("negative_binomial")


def test_the_figure_of_amounts_speaks_of_no_events():
    """What a Gaussian series sums are totals, and its pictures say so; counts are of events."""
    amounts = CountSeries.from_arrays([400.5, 380, 420, 1150, 1210, 1190], range(1990, 1996))
    counts = CountSeries.from_arrays([4, 3, 4, 11, 12, 11], range(1990, 1996))

    for function in (segment, change_posterior):
        assert function(amounts, family="gaussian").plot().get_ylabel() == "total per year"
        assert function(counts).plot().get_ylabel() == "events per year"


def test_who_has_parts_of_counts_hears_of_the_family_that_takes_them():
    """The refusal of values in parts names the family, and the functions that know it."""
    series = CountSeries.from_arrays([400.5, 380, 420, 1150], range(1990, 1994))

    message = "must be whole numbers.*family=.gaussian. of segment and change_posterior takes"
    with pytest.raises(SeriesError, match=message):
        change_posterior(series)
