"""Watching a series: it equals going through every set of changes, count by count."""

import json
from itertools import pairwise

import attrs
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engagement.changes.online.alarms import find_threshold
from engagement.changes.online.hazard_filter import follow_series
from engagement.changes.online.monitoring import Monitor, monitor
from engagement.changes.online.unchanged import Likenesses, draw_likenesses, draw_unchanged
from engagement.changes.testing.overdispersion import dispersion_of_differences
from engagement.counting.series import CountSeries
from engagement.errors import FormatError, SeriesError, SettingError
from engagement.models.negative_binomial import NegativeBinomial
from engagement.models.priors import GammaPrior
from naive import monitoring as naive
from strategies.series import build, count_series, few, scaled, seen_parts

PRIOR = GammaPrior(shape=1.5, rate=0.8)
ASKED = {"prior": PRIOR, "family": "poisson", "threshold": 0.5, "within": 3}
watched = count_series(max_observed=7, counts=few)


@settings(max_examples=40)
@given(watched, st.sampled_from([0.01, 0.3, 0.9]))
def test_starts_equal_those_of_going_through_every_set_of_changes(series, hazard):
    """The chance of a change grows with the years since the last observed period."""
    counts, exposures = seen_parts(series)
    years = series.periods.year[series.observed].tolist()
    chances = [0.0] + [1 - (1 - hazard) ** (b - a) for a, b in pairwise(years)]

    state = monitor(series, hazard=hazard, **ASKED)

    expected = naive.latest_starts(counts, exposures, chances, shape=1.5, rate=0.8)
    found = state.starts[series.observed].to_numpy()
    assert found == pytest.approx([expected[place] for place in range(len(counts))], abs=1e-4)
    recent = [
        p for place, p in expected.items() if place and years[place] > series.periods[-1].year - 3
    ]
    assert state.probability == pytest.approx(sum(recent), abs=1e-4)


@pytest.mark.parametrize("family", [NegativeBinomial(dispersion=4.0), "auto"])
def test_starts_and_components_equal_those_of_going_through_every_set(family):
    """Overdispersed, with memory and averaged over: rates are summed on a grid in the twin."""
    counts, exposures = [3, 0, 4, 9, 12, 7], [1.0, 0.5, 1.0, 1.0, 2.0, 1.0]
    series = build(["seen"] * 6, counts, exposures)

    state = monitor(series, hazard=0.2, **(ASKED | {"family": family}))

    parts = state.components
    weights = naive.starts_and_components(
        counts, exposures, [0.0] + [0.2] * 5, PRIOR,
        list(zip(parts.weights, parts.linear, parts.square, parts.memory, strict=True)),
    )  # fmt: skip
    for place in range(6):
        expected = sum(value for (start, _), value in weights.items() if start == place)
        assert state.starts.iloc[place] == pytest.approx(expected, abs=1e-4)
    expected = [
        sum(value for (_, which), value in weights.items() if which == one)
        for one in range(len(parts))
    ]
    assert state._filter.of_components() == pytest.approx(expected, abs=1e-4)
    assert state.dispersion_mean == pytest.approx(
        np.dot(expected, state._filter.model.parameters), rel=1e-3
    )


@settings(max_examples=30)
@given(watched, st.integers(0, 10))
def test_one_by_one_is_as_good_as_all_at_once(series, cut):
    """However a series is handed over, the state is the same to the last digit."""
    cut = min(cut, len(series))
    whole = monitor(series, **ASKED)
    parts = [
        CountSeries.from_arrays(
            series.counts[part], series.periods[part], series.exposure_years[part]
        )
        for part in (slice(0, cut), slice(cut, None))
    ]

    state = monitor(parts[0], **ASKED).update(parts[1])

    assert state.to_frame().equals(whole.to_frame())
    assert state.starts.equals(whole.starts)
    assert state.to_json() == whole.to_json()


@settings(max_examples=30)
@given(watched, st.lists(few, max_size=4), st.sampled_from(["poisson", "auto"]))
def test_saved_and_resumed_equals_continued(series, counts, family):
    """Nothing is lost on the way through a text, not a digit."""
    state = monitor(series, hazard=0.07, **(ASKED | {"family": family}))

    resumed = Monitor.from_json(state.to_json())

    for count in counts:
        state, resumed = state.update(count), resumed.update(count)
    assert resumed.to_json() == state.to_json()
    assert resumed.to_frame().equals(state.to_frame())
    assert resumed.rate() == state.rate()
    assert resumed.dispersion.equals(state.dispersion)


@settings(max_examples=30)
@given(watched, st.sampled_from([0.5, 4.0, 1024.0]))
def test_scaling_exposure_and_prior_moves_nothing(series, factor):
    """In another unit of exposure the probabilities are the same, and rates scale."""
    scaled_prior = GammaPrior(shape=PRIOR.shape, rate=PRIOR.rate * factor)

    one = monitor(series, **ASKED)
    other = monitor(scaled(series, factor), **(ASKED | {"prior": scaled_prior}))

    assert np.allclose(one.to_frame()["probability"], other.to_frame()["probability"], atol=1e-6)
    assert one.rate()[0] == pytest.approx(other.rate()[0] * factor, rel=1e-6)


@pytest.mark.parametrize("family", ["poisson", "auto"])
def test_the_simulation_follows_series_as_the_monitor_does(family):
    """Many series at once give what each gives alone, on a coarser grid."""
    counts = np.random.default_rng(2).poisson(2.0, (3, 120))
    prior = GammaPrior(shape=1.0, rate=0.5)
    known = {"prior": prior, "family": family, "threshold": 0.5, "within": 3}

    for row in counts:
        state = monitor(CountSeries.from_arrays(row, range(1900, 2020)), **known)
        (found,) = follow_series(
            row[None].astype(float), state._filter.model, prior, exposure=1.0, chance=0.1, within=3
        )
        alone = state.to_frame()["probability"].to_numpy()
        assert alone == pytest.approx(found, abs=0.01)
        assert np.abs(alone - found).mean() < 0.002


def test_series_without_change_scatter_as_their_guess_says():
    """Mean, variance over mean and correlation of neighbours are those of the process."""
    guess = Likenesses(excess=np.full(4000, 3.0), dependence=np.full(4000, 0.4))

    counts = draw_unchanged(24.0, np.full(60, 0.25), guess, np.random.default_rng(5))

    centred = counts - 6.0
    alike = (centred[:, 1:] * centred[:, :-1]).mean() / (centred**2).mean()
    assert counts.mean() == pytest.approx(6.0, rel=0.02)
    assert (centred**2).mean() / 6.0 == pytest.approx(4.0, rel=0.03)
    assert alike == pytest.approx(0.4 * 3 / 4, abs=0.02)  # the Poisson part has none
    poisson = Likenesses(excess=np.zeros(500), dependence=np.zeros(500))
    even = draw_unchanged(24.0, np.full(60, 0.25), poisson, np.random.default_rng(6))
    assert even.var() / even.mean() == pytest.approx(1.0, abs=0.04)


@pytest.mark.parametrize(("excess", "low", "high"), [(0.0, 0.0, 0.5), (4.0, 2.0, 8.0)])
def test_guesses_come_close_to_how_a_series_scatters(excess, low, high):
    """A step in the middle does not change that, and little observed leaves all open."""
    rng = np.random.default_rng(8)
    truth = Likenesses(excess=np.array([excess]), dependence=np.zeros(1))
    exposures = np.ones(150)
    for step in (1, 3):
        (row,) = draw_unchanged(6.0, exposures, truth, rng)
        row[75:] += 6.0 * (step - 1)
        guessed = draw_likenesses(row, exposures, row.mean(), rng)
        assert low <= np.median(guessed.excess) * row.mean() / 6.0 <= high
    open_ = draw_likenesses(np.array([3.0, 2.0]), np.ones(2), 2.5, rng)
    assert np.quantile(open_.excess, 0.95) > 10


@given(
    st.lists(
        st.lists(st.sampled_from([0.0, 0.1, 0.2, 0.5, 0.9]), min_size=4, max_size=4),
        min_size=1, max_size=4,
    ),
    st.integers(0, 6),
)  # fmt: skip
def test_the_threshold_is_the_least_that_keeps_alarms_rare(rows, most):
    """At it and at each value above alarms begin at most so often, just below it more often."""
    table = np.array(rows)

    def begun(value):
        return int(((table[:, 1:] >= value) & (table[:, :-1] < value)).sum())

    threshold, n_alarms = find_threshold(table, most)

    values = np.unique(table[:, 1:])
    assert begun(threshold) == n_alarms <= most
    assert all(begun(value) <= most for value in values if value >= threshold)
    reached = table[:, 1:][table[:, 1:] > table[:, :-1]]
    below = [value for value in np.unique(reached) if value < threshold]
    assert not below or begun(below[-1]) > most


@pytest.mark.slow
@pytest.mark.parametrize("mean", [0.5, 5.0])
def test_false_alarms_are_as_rare_as_asked(mean):
    """On fresh series without change they begin at most as often, within the error of both."""
    rng = np.random.default_rng(11)
    known = CountSeries.from_arrays(
        rng.poisson(mean, 24), pd.period_range("2000Q1", periods=24, freq="Q")
    )
    prior = GammaPrior(shape=1.0, rate=0.25 / mean)
    state = monitor(known, prior=prior, family="poisson", false_alarms=0.2)
    rate, n_before = state.calibration.rate, 24
    n_counted = state.calibration.n_counted

    counts = rng.poisson(rate / 4, (3000, n_before + n_counted)).astype(float)
    chance = 1 - (1 - state.hazard) ** 0.25
    followed = follow_series(
        counts, state._filter.model, prior, exposure=0.25, chance=chance, within=state.within
    )
    kept = followed[:, n_before - 1 :]
    begun = (kept[:, 1:] >= state.threshold) & (kept[:, :-1] < state.threshold)
    found = begun.sum() / (3000 * n_counted / 4)

    assert state.calibration.found <= 0.2
    assert found == pytest.approx(state.calibration.found, abs=0.03)


@pytest.mark.slow
def test_false_alarms_stay_rare_where_the_scatter_is_not_known():
    """On average over what was known, though nobody said that the variance is thrice the mean."""
    rng = np.random.default_rng(12)
    periods = pd.period_range("2000Q1", periods=40, freq="Q")
    truth = Likenesses(excess=np.full(100, 2.0), dependence=np.zeros(100))
    chance, n_begun = 1 - 0.9**0.25, 0
    for number in range(8):
        counts = draw_unchanged(16.0, np.full(40 + 20, 0.25), truth, rng)
        counts[:, :40] = counts[0, :40]
        known = CountSeries.from_arrays(counts[0, :40], periods)
        state = monitor(known, false_alarms=0.2, rng=number)
        model, prior, within = state._filter.model, state.prior, state.within
        kept = follow_series(counts, model, prior, exposure=0.25, chance=chance, within=within)[
            :, 39:
        ]
        n_begun += int(((kept[:, 1:] >= state.threshold) & (kept[:, :-1] < state.threshold)).sum())

    assert n_begun / (8 * 100 * 5) < 0.3


def test_a_change_is_found_soon_after_it_came():
    """After a fourfold rise the alarm begins within two periods, and names the period."""
    quiet = CountSeries.from_arrays([3, 2, 4, 3, 2, 3, 4, 3, 2, 3] * 2, range(1990, 2010))
    state = monitor(quiet, family="poisson")

    later = state.update([12, 11, 13])

    assert not state.is_alarm
    assert str(later.since) == "2010"
    begins = later.to_frame().set_index("period")["begins"]
    assert begins["2010":"2011"].any()
    assert state.probability < 0.3
    assert later.rate()[1] > 6


def test_differences_tell_how_much_counts_scatter():
    """A step leaves the share near 1, and clusters do not; a longer lag sees slow levels."""
    rng = np.random.default_rng(3)
    step = np.append(rng.poisson(3.0, 200), rng.poisson(30.0, 200)).astype(float)
    clustered = rng.poisson(rng.gamma(1.0, 5.0, 400)).astype(float)
    slow = rng.poisson(np.repeat(rng.gamma(1.0, 5.0, 200), 2)).astype(float)
    years = np.ones(400)

    def share(counts, lag=1):
        found, expected = dispersion_of_differences(counts, years, lag)
        return float(found / expected)

    assert share(step) == pytest.approx(1.0, abs=0.25)
    assert share(clustered) == pytest.approx(6.0, rel=0.2)
    assert share(slow, lag=2) > 1.5 * share(slow)
    halved = dispersion_of_differences(clustered, years / 2)
    assert float(halved[0] / halved[1]) == pytest.approx(share(clustered))


def test_nothing_observed_yet_is_the_prior():
    """An empty monitor needs a prior, says it, and takes in a series."""
    empty = CountSeries.from_arrays([], pd.PeriodIndex([], freq="M"))

    state = monitor(empty, **ASKED)

    assert (state.probability, state.since, len(state.starts)) == (0.0, None, 0)
    assert state.rate()[0] == pytest.approx(1.479, abs=0.003)  # of Gamma(1.5, .8)
    assert "nothing taken in yet" in state.summary()
    with pytest.raises(SeriesError, match="there is no next period; give a CountSeries"):
        state.update(3)
    with pytest.raises(SettingError, match="prior is needed where no event was observed yet"):
        monitor(empty)
    later = state.update(CountSeries.from_arrays([2, 0], ["2020-01", "2020-02"]))
    assert len(later.series) == 2


def test_summary_and_plot_say_what_they_rest_on():
    """Prior, threshold, false alarms and the difference from the posterior's prior are told."""
    series = CountSeries.from_arrays([2, 3, 2, 1, 3, 9, 8, 9], range(2000, 2008), name="visits")

    state = monitor(series, family=NegativeBinomial(dispersion=2.0), false_alarms=0.2)
    text = state.summary()

    assert text.startswith("visits: probability that the rate changed within the latest 3 periods")
    assert text.count("\n200") == 3
    assert "a change has probability 0.1 in every year" in text
    assert "not the prior of change_posterior" in text
    assert "overdispersion 2" in text
    assert "asked for at most 0.2" in text
    given_ = monitor(series, threshold=0.9, family="poisson")
    assert "the rate of false alarms is not known" in given_.summary()
    assert state.plot().get_ylabel() == "probability"


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"hazard": 0}, "hazard must lie strictly between 0 and 1"),
        ({"within": 0}, "within must be a whole number of at least 1"),
        ({"false_alarms": -1}, "false_alarms must be a positive finite number"),
        ({"threshold": 1.5}, "threshold must lie strictly between 0 and 1"),
        ({"family": "gaussian"}, "a family of counts is needed"),
        ({"prior": 3}, "prior must be a GammaPrior, a LogLogisticPrior or None, got 3"),
    ],
)
def test_settings_out_of_range_are_refused(asked, message):
    """Each message says what may be asked."""
    series = CountSeries.from_arrays([1, 2, 3], range(2000, 2003))

    with pytest.raises(SettingError, match=message):
        monitor(series, **asked)


@pytest.mark.parametrize(
    ("update", "error", "message"),
    [
        (("x",), SeriesError, "counts must be numbers, got 'x'"),
        ((2.5,), SeriesError, "counts must be whole numbers"),
        ((-1,), SeriesError, "counts must be non-negative, got -1 in period 2003"),
        ((float("nan"),), SeriesError, "counts may be NaN only where exposure_years is 0"),
        (([1, 2], [1.0]), SeriesError, r"exposure_years must have shape \(2,\)"),
        (
            (CountSeries.from_arrays([1], [2002]),),
            SeriesError,
            "2002 does not follow 2002, the latest period",
        ),
        (
            (CountSeries.from_arrays([1], ["2003-01"]),),
            SeriesError,
            r"periods of M cannot follow those of \w+-DEC",
        ),
        ((CountSeries.from_arrays([1], [2003]), 1.0), SettingError, "a series has its own"),
    ],
)
def test_counts_that_cannot_follow_are_refused(update, error, message):
    """The state stays as it was, and the message says what is wrong."""
    state = monitor(CountSeries.from_arrays([1, 2, 3], range(2000, 2003)), **ASKED)

    with pytest.raises(error, match=message):
        state.update(*update)
    assert len(state.series) == 3


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda known: known.update(format="x"), "has the format 'engagement monitor 3', got 'x'"),
        (lambda known: known.pop("counts"), "counts is missing"),
        (lambda known: known.update(hazard="much"), "hazard: must be a number, got 'much'"),
        (lambda known: known["counts"].append(1), "counts must have shape"),
        (
            lambda known: known["components"]["weights"].append(0.5),
            "components: must be of one length",
        ),
        (lambda known: known["components"].update(memory=[-1]), "components: must not be negative"),
        (lambda known: known["components"].update(weights=[2]), "weights that sum to one"),
        (lambda known: known.pop("components"), "components is missing"),
        (lambda known: known["prior"].update(rate=-1), "prior: rate must be a positive"),
        (lambda known: known.update(calibration={"x": 1}), "calibration: "),
    ],
)
def test_a_spoilt_text_is_refused(spoil, message):
    """What cannot be a state is not resumed from."""
    state = monitor(CountSeries.from_arrays([1, 2, 3], range(2000, 2003)), **ASKED)
    known = json.loads(state.to_json())

    spoil(known)

    with pytest.raises(FormatError, match=message):
        Monitor.from_json(json.dumps(known))


def test_text_that_is_no_json_is_refused():
    """All faults are told at once where there are several."""
    state = monitor(CountSeries.from_arrays([1, 2], range(2000, 2002)), **ASKED)
    known = json.loads(state.to_json()) | {"hazard": None, "within": "x"}

    with pytest.raises(FormatError, match="is JSON, but"):
        Monitor.from_json("{")
    with pytest.raises(FormatError, match=r"hazard: must be a number.*; within: must be a number"):
        Monitor.from_json(json.dumps(known))


def test_a_state_cannot_be_changed():
    """An update gives another state."""
    state = monitor(CountSeries.from_arrays([1, 2], range(2000, 2002)), **ASKED)

    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        state.hazard = 0.5
    assert state.update(1) is not state
