"""What the series of a panel tell of one another: variation, and how many of them change."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import engagement as eg
from engagement.changes.detect import dating, detection
from engagement.changes.detect.panel_model import fit_panel_model
from engagement.changes.detect.question import read_question
from engagement.changes.detect.series_answer import date_series
from engagement.changes.testing.false_discovery import discover_by_posterior
from engagement.errors import SettingError
from engagement.models.families import read_family
from engagement.models.imputation import draw_dates

YEARS = range(1993, 2021)


def panel_of(rows):
    """Make a panel of yearly series."""
    return {
        f"S{place:03}": eg.CountSeries.from_arrays(row, YEARS, name=f"S{place:03}")
        for place, row in enumerate(rows)
    }


def fit(series):
    """Fit the model to series."""
    drawn = draw_dates(series, None, read_family("auto"), n_imputations=2, seed=0)
    question = read_question(0.95, "auto", "robust", None, None)
    return fit_panel_model([date_series(one, question) for one in drawn])


def fitted(rows):
    """Fit the model to rows of counts."""
    return fit(list(panel_of(rows).values()))


def simulated(n_series, dispersion, seed, changed=0.0):
    """Draw rows of mean 4, some of which change threefold in the middle."""
    rng = np.random.default_rng(seed)
    means = np.full((n_series, len(YEARS)), 4.0)
    means[: round(changed * n_series), 14:] *= 3
    if dispersion > 1:
        means = (dispersion - 1) * rng.gamma(means / (dispersion - 1))
    return rng.poisson(means)


def mean_dispersion(model, mean=4.0):
    """Give the mean overdispersion that a model expects at a mean count."""
    rows = model.family.rows(np.full(2, mean), np.ones(2), np.ones(2))
    return float(np.log(rows.parameters) @ rows.weights)


def test_variation_is_learned():
    """Panels that vary more are said to, and of Poisson ones nearly all weight stays Poisson."""
    poisson, double, four = (fitted(simulated(40, ratio, 1)) for ratio in (1, 2, 4))

    assert poisson.weights[0] > 0.7
    assert double.weights[0] < 0.2
    assert four.weights[0] < 0.05
    assert mean_dispersion(poisson) < mean_dispersion(double) < mean_dispersion(four)
    assert np.exp(mean_dispersion(four)) == pytest.approx(4, rel=0.3)


def test_the_share_that_changes_is_learned():
    """Changes are not taken for variation; some of the unchanged may have changed a little."""
    none, half, all_of_them = (fitted(simulated(40, 1, 2, changed=share)) for share in (0, 0.5, 1))

    assert none.changed < 0.06
    assert 0.5 < half.changed < 0.7
    assert all_of_them.changed > 0.95
    assert min(one.weights[0] for one in (none, half, all_of_them)) > 0.7


def test_without_series_nothing_is_learned():
    """The probabilities are then those of the family, and of a panel that tells nothing too."""
    prior = read_family("auto").rows(np.ones(2), np.ones(2), np.ones(2)).weights

    for rows in ([], [[0] * 28], [[1, *[0] * 27]]):
        model = fitted(rows)
        assert model.n_series == 0
        assert np.allclose(model.weights, prior)


@settings(max_examples=8)
@given(st.permutations(range(6)), st.integers(0, 3))
def test_order_and_silent_series_do_not_matter(order, n_silent):
    """The same model and the same changes come of any order, and with unobserved series added."""
    rows = simulated(6, 2, 3, changed=0.5)
    silent = eg.CountSeries.from_arrays([np.nan] * 28, YEARS, [0.0] * 28)
    straight = list(panel_of(rows).values())
    mixed = [*(straight[place] for place in order), *[silent] * n_silent]

    assert fit(mixed) == fit(straight)


def test_one_series_is_read_as_its_panel_is():
    """The same counts vary more about their rates in a panel that varies more."""
    own = np.random.default_rng(6).poisson(np.repeat([2.0, 9.0], 14))
    found = [
        eg.detect_changes(counts_of([own, *simulated(24, ratio, 5)]), borrow=True, rng=1)
        for ratio in (1, 4)
    ]
    alone = eg.detect_changes(counts_of([own, *simulated(24, 4, 5)]), rng=1)

    steady, varied = (answer.verdicts[0] for answer in found)
    assert steady.n_changes == varied.n_changes == 1
    assert steady.dispersion < alone.verdicts[0].dispersion
    assert steady.dispersion < varied.dispersion
    assert found[0].found[0].ratio_low > found[1].found[0].ratio_low
    assert "learned from 25 series together" in found[1].summary()


def counts_of(rows):
    """Make a table of counts of rows."""
    frame = pd.DataFrame(np.transpose(rows), index=pd.period_range("1993", "2020", freq="Y"))
    return eg.Counts.from_frame(frame.rename(columns="S{}".format), by="series")


def test_only_the_open_family_learns():
    """A family that is told leaves nothing to be learned, and that is said."""
    with pytest.raises(SettingError, match="borrow is for the family 'auto'"):
        eg.detect_changes([1, 2, 3, 4], periods=range(1990, 1994), family="poisson", borrow=True)


def test_the_panel_decides_in_place_of_a_test():
    """What is found has a mean probability of no change within the rate, and says so."""
    counts = counts_of(simulated(30, 1, 4, changed=0.4))
    found = eg.detect_changes(counts, borrow=True, fdr=0.05)

    told = [one for one in found.verdicts if one.verdict == "change"]
    assert 9 <= len(told) <= 14
    assert np.mean([one.unchanged for one in told]) <= 0.05
    assert all(np.isnan(one.p_value) and one.q_value <= 0.05 for one in told)
    assert all(
        one.q_value > 0.05 or one.unchanged >= 0.5 for one in found.verdicts if one not in told
    )
    assert "no test" in found.summary()
    assert "mean of their probabilities of no change is at most 0.05" in found.summary()


@settings(max_examples=50)
@given(
    st.lists(st.one_of(st.none(), st.floats(0, 1)), max_size=20),
    st.floats(0.01, 0.5),
    st.randoms(),
)
def test_the_rule_is_the_largest_set_whose_mean_is_within_the_rate(unchanged, fdr, random):
    """Whatever the order; equal series have equal answers, and the surest come first."""
    order = list(range(len(unchanged)))
    random.shuffle(order)
    found = discover_by_posterior(unchanged, fdr)
    shuffled = discover_by_posterior([unchanged[place] for place in order], fdr)
    told = sorted(one for one in unchanged if one is not None)
    within = [k for k in range(1, len(told) + 1) if np.mean(told[:k]) <= fdr + 1e-12]
    chosen = [one for one, answer in zip(unchanged, found, strict=True) if answer.is_changed]

    assert [answer.is_changed for answer in shuffled] == [found[k].is_changed for k in order]
    assert all(one < 0.5 for one in chosen)
    assert len(chosen) <= max(within, default=0)
    if chosen:
        assert np.mean(chosen) <= fdr + 1e-12
    for one, answer in zip(unchanged, found, strict=True):
        assert answer.is_tested == (one is not None)
        assert answer.is_changed == (one in chosen)


def test_the_posterior_of_a_row_is_that_by_which_it_was_decided():
    """With the probabilities of components that were learned, and the share of changed series."""
    found = eg.detect_changes(counts_of(simulated(12, 2, 4, changed=0.5)), borrow=True)
    shown = [found.posterior(**one.axes) for one in found.verdicts]

    told = [one.unchanged for one in found.verdicts]
    assert [one.n_changes[0] for one in shown] == pytest.approx(told, rel=1e-12)
    assert all(one.changed == found.panel.changed for one in shown)
    assert f"any change {found.panel.changed:.2g} probable" in shown[0].summary()
    tried = shown[0].sensitivity().to_frame()
    in_force = tried[tried["in_force"]]
    assert in_force["none"].tolist() == pytest.approx([told[0]], abs=1e-3)
    (change, *_) = found.found
    again = change.posterior_of(found.series(**change.axes))
    assert again.n_changes[0] == pytest.approx(change.series.unchanged, rel=1e-12)


def test_a_panel_too_large_to_keep_is_dated_alike(monkeypatch):
    """Posteriors that are computed again are the same."""
    counts = counts_of(simulated(8, 1, 4, changed=0.5))
    kept = eg.detect_changes(counts, borrow=True)
    monkeypatch.setattr(detection, "MOST_KEPT", 7)

    assert eg.detect_changes(counts, borrow=True).to_frame().equals(kept.to_frame())


def test_what_a_panel_has_weighed_is_not_weighed_again(monkeypatch):
    """Each series is weighed once, whether it changed or not, and a start that is cut off too."""
    weighed = []
    infer = dating.infer_counts
    monkeypatch.setattr(
        dating, "infer_counts", lambda *told, **more: weighed.append(1) or infer(*told, **more)
    )
    rows = [[0, *row[1:]] for row in simulated(8, 1, 4, changed=0.5)]
    found = eg.detect_changes(counts_of(rows), borrow=True)

    cut = sum(change.empty_until is not None for change in found)
    assert cut > 0
    assert len(weighed) == len(rows) + cut
