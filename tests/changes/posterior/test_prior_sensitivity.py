"""How the answer depends on the priors."""

import numpy as np
import pytest
from hypothesis import given, settings

from engagement.changes.posterior.inference import change_posterior
from engagement.counting.series import CountSeries
from engagement.models.negative_binomial import NegativeBinomial
from engagement.models.priors import GammaPrior, LogLogisticPrior, NormalPrior
from strategies.series import count_series, few


def test_on_the_coal_series_the_prior_decides_how_many_changes(coal):
    """One change has a probability below .04 under one prior in use and near .8 under another."""
    frame = (
        change_posterior(coal, family="poisson", min_length=1, max_changes=6)
        .sensitivity()
        .to_frame()
    )

    one = frame.set_index(["prior", "changes_prior"])["one"]
    assert one["one event per year", 1.0] == pytest.approx(0.036, abs=5e-4)
    assert one["near Jeffreys", 1.0] == pytest.approx(0.793, abs=5e-4)
    assert one["one event", 0.33] == pytest.approx(0.354, abs=5e-4)
    assert set(frame["date"].astype(str)) == {"1892"}
    assert (frame["none"] < 1e-10).all()


@settings(max_examples=8)
@given(count_series(max_observed=10, counts=few))
def test_each_row_is_the_posterior_under_its_priors(series):
    """Computing the posterior anew under a row's priors gives the row."""
    tried = change_posterior(series, max_changes=4).sensitivity().tried

    for one in tried[::5]:
        posterior = change_posterior(
            series, prior=one.prior, changes_prior=one.changes_prior, max_changes=4
        )
        numbers = posterior.n_changes.reindex(range(5), fill_value=0.0).to_numpy()
        assert np.allclose(one.numbers, [*numbers[:3], numbers[3:].sum()], atol=2e-3)
        assert posterior.n_changes[one.likeliest] == pytest.approx(numbers.max())
        if posterior.max_changes:
            assert (one.date_low, one.date_high) == posterior.interval()


def test_the_priors_in_force_are_among_those_tried_and_marked():
    """Whether they are a usual pair or the caller's own."""
    series = CountSeries.from_arrays([2, 1, 2, 0, 9, 7, 8], range(1990, 1997))
    own = {"prior": GammaPrior(shape=2, rate=7), "changes_prior": 0.7}

    usual = change_posterior(series).sensitivity()
    strange = change_posterior(series, **own).sensitivity()

    assert [(one.name, one.changes_prior) for one in usual.tried if one.in_force] == [
        ("scale-free", 0.33)
    ]
    assert [(one.prior, one.changes_prior) for one in strange.tried if one.in_force] == [
        (own["prior"], 0.7)
    ]
    assert len(strange.tried) == 7 * 5
    assert len(usual.tried) == 6 * 4


def test_other_families_try_priors_of_their_own():
    """Normal priors for normal values, gamma priors for any counts, with the dispersion kept."""
    series = CountSeries.from_arrays([2, 1, 2, 0, 9, 7, 8], range(1990, 1997))

    normal = change_posterior(series, family="gaussian").sensitivity()
    wild = change_posterior(series, family=NegativeBinomial(dispersion=6.0)).sensitivity()

    assert {type(one.prior) for one in normal.tried} == {NormalPrior}
    assert {type(one.prior) for one in wild.tried} == {GammaPrior, LogLogisticPrior}
    assert wild.family == "negative_binomial, dispersion 6"
    assert wild.to_frame()["none"].min() > 0.05


def test_the_summary_says_what_depends_on_the_priors_and_what_does_not(coal):
    """Every prior is written out, and the range of each answer."""
    text = change_posterior(coal).sensitivity().summary()

    assert (
        "under 24 pairs of priors, family auto (Poisson or negative binomial), up to 20 changes"
        in text
    )
    assert "scale-free" + " " * 12 + "0.33*" in text
    assert "date if there is one: 1892 under all" in text
    assert "likeliest number of changes: 1 to 5" in text
    assert "near Jeffreys: Gamma(shape 0.5, rate 0.001 years): mean 500 per year" in text


def test_one_period_has_nothing_to_date():
    """Where no change finds room each prior says none, and no date."""
    found = change_posterior(CountSeries.from_arrays([3], [2000])).sensitivity()

    assert (found.to_frame()["none"] == 1).all()
    assert found.to_frame()["date"].isna().all()
    assert "date if" not in found.summary()


def test_the_figure_has_a_bar_for_each_pair(coal):
    """Every pair of priors is drawn, and the one in force is marked."""
    ax = change_posterior(coal).sensitivity().plot()

    assert len(ax.patches) == 4 * 24
    labels = ax.get_legend_handles_labels()[1]
    assert set(labels) == {"none", "one", "two", "more", "priors in force"}
    reach = [patch.get_x() + patch.get_width() for patch in ax.patches[-20:]]
    assert reach == pytest.approx([1] * 20)
