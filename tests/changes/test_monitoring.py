"""Watching a series: it equals going through every set of changes, count by count."""

import json
from itertools import pairwise

import attrs
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engagement.changes import GammaPrior, Monitor, monitor
from engagement.changes.alarms import find_threshold
from engagement.changes.dispersion import estimate_dispersion
from engagement.changes.runs import RateModel, simulate_probabilities
from engagement.errors import FormatError, SeriesError, SettingError
from engagement.series import CountSeries
from naive import monitoring as naive
from strategies.series import build, count_series, few, scaled, seen_parts

PRIOR = GammaPrior(shape=1.5, rate=0.8)
ASKED = {"prior": PRIOR, "dispersion": 1.0, "threshold": 0.5, "within": 3}
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
    assert found == pytest.approx([expected[place] for place in range(len(counts))], abs=1e-9)
    recent = [
        p for place, p in expected.items() if place and years[place] > series.periods[-1].year - 3
    ]
    assert state.probability == pytest.approx(sum(recent), abs=1e-9)


@pytest.mark.parametrize("dispersion", [1.5, 4.0])
def test_overdispersed_starts_equal_those_of_going_through_every_set(dispersion):
    """The negative binomial's rate is integrated numerically in the twin."""
    counts, exposures = [3, 0, 4, 9, 12, 7], [1.0, 0.5, 1.0, 1.0, 2.0, 1.0]
    series = build(["seen"] * 6, counts, exposures)
    size = PRIOR.shape / PRIOR.rate / (dispersion - 1)

    state = monitor(series, hazard=0.2, **(ASKED | {"dispersion": dispersion}))

    expected = naive.latest_starts(
        counts, exposures, [0.0] + [0.2] * 5, shape=1.5, rate=0.8, size=size
    )
    assert state.starts.to_numpy() == pytest.approx(list(expected.values()), abs=1e-7)


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
@given(watched, st.lists(few, max_size=4))
def test_saved_and_resumed_equals_continued(series, counts):
    """Nothing is lost on the way through a text, not a digit."""
    state = monitor(series, hazard=0.07, **ASKED)

    resumed = Monitor.from_json(state.to_json())

    for count in counts:
        state, resumed = state.update(count), resumed.update(count)
    assert resumed.to_json() == state.to_json()
    assert resumed.to_frame().equals(state.to_frame())
    assert resumed.rate() == state.rate()


@settings(max_examples=30)
@given(watched, st.sampled_from([0.5, 4.0, 1024.0]))
def test_scaling_exposure_and_prior_moves_nothing(series, factor):
    """In another unit of exposure the probabilities are the same, and rates scale."""
    scaled_prior = GammaPrior(shape=PRIOR.shape, rate=PRIOR.rate * factor)

    one = monitor(series, **ASKED)
    other = monitor(scaled(series, factor), **(ASKED | {"prior": scaled_prior}))

    assert np.allclose(one.to_frame()["probability"], other.to_frame()["probability"], atol=1e-9)
    assert one.rate()[0] == pytest.approx(other.rate()[0] * factor, rel=1e-6)


@pytest.mark.parametrize("dispersion", [1.0, 3.0])
def test_the_simulation_follows_series_as_the_monitor_does(dispersion):
    """Many series at once give what each gives alone."""
    counts = np.random.default_rng(2).poisson(2.0, (4, 30))
    prior = GammaPrior(shape=1.0, rate=0.5)

    found = simulate_probabilities(counts, RateModel.of(prior, dispersion), 1.0, 0.1, 3)

    for row, own in zip(counts, found, strict=True):
        series = CountSeries.from_arrays(row, range(1990, 2020))
        state = monitor(series, prior=prior, dispersion=dispersion, threshold=0.5, within=3)
        assert state.to_frame()["probability"].to_numpy() == pytest.approx(own, abs=1e-8)


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
    state = monitor(known, prior=prior, dispersion=1, false_alarms=0.2)
    rate, n_before = state.calibration.rate, 24
    n_counted = state.calibration.n_counted

    counts = rng.poisson(rate / 4, (3000, n_before + n_counted))
    chance = 1 - (1 - state.hazard) ** 0.25
    followed = simulate_probabilities(counts, RateModel.of(prior, 1.0), 0.25, chance, state.within)
    kept = followed[:, n_before - 1 :]
    begun = (kept[:, 1:] >= state.threshold) & (kept[:, :-1] < state.threshold)
    found = begun.sum() / (3000 * n_counted / 4)

    assert state.calibration.found <= 0.2
    assert found == pytest.approx(state.calibration.found, abs=0.03)


def test_a_change_is_found_soon_after_it_came():
    """After a fourfold rise the alarm begins within two periods, and names the period."""
    quiet = CountSeries.from_arrays([3, 2, 4, 3, 2, 3, 4, 3, 2, 3] * 2, range(1990, 2010))
    state = monitor(quiet, dispersion=1)

    later = state.update([12, 11, 13])

    assert not state.is_alarm
    assert str(later.since) == "2010"
    begins = later.to_frame().set_index("period")["begins"]
    assert begins["2010":"2011"].any()
    assert state.probability < 0.3
    assert later.rate()[1] > 6


def test_dispersion_is_estimated_from_successive_differences():
    """A step leaves it near 1, and clusters do not; never below 1."""
    rng = np.random.default_rng(3)
    step = np.append(rng.poisson(3.0, 200), rng.poisson(30.0, 200)).astype(float)
    clustered = rng.poisson(rng.gamma(1.0, 5.0, 400)).astype(float)
    even = np.full(20, 7.0)

    years = np.ones(400)
    assert estimate_dispersion(step, years) == pytest.approx(1.0, abs=0.25)
    assert estimate_dispersion(clustered, years) == pytest.approx(6.0, rel=0.2)
    assert estimate_dispersion(even, np.ones(20)) == 1.0
    assert estimate_dispersion(np.zeros(3), np.ones(3)) == 1.0


def test_nothing_observed_yet_is_the_prior():
    """An empty monitor needs a prior, says it, and takes in a series."""
    empty = CountSeries.from_arrays([], pd.PeriodIndex([], freq="M"))

    state = monitor(empty, **ASKED)

    assert (state.probability, state.since, len(state.starts)) == (0.0, None, 0)
    assert state.rate()[0] == pytest.approx(1.479, abs=0.001)  # of Gamma(1.5, .8)
    assert "nothing taken in yet" in state.summary()
    with pytest.raises(SeriesError, match="there is no next period; give a CountSeries"):
        state.update(3)
    with pytest.raises(SettingError, match="prior is needed where no event was observed yet"):
        monitor(empty)
    later = state.update(CountSeries.from_arrays([2, 0], ["2020-01", "2020-02"]))
    assert len(later.series) == 2


def test_pruned_runs_are_counted():
    """What was dropped is said, and is little."""
    counts = [2] * 30 + [400] * 30
    state = monitor(CountSeries.from_arrays(counts, range(1960, 2020)), **ASKED)

    assert len(state._runs) < 40
    assert 0 <= state.left_out < 60 * 1e-10
    assert state.starts["1990"] == pytest.approx(1, abs=1e-3)


def test_summary_and_plot_say_what_they_rest_on():
    """Prior, threshold, false alarms and the difference from the posterior's prior are told."""
    series = CountSeries.from_arrays([2, 3, 2, 1, 3, 9, 8, 9], range(2000, 2008), name="visits")

    state = monitor(series, dispersion=2.0, false_alarms=0.2)
    text = state.summary()

    assert "visits: 8 observed of 8 periods, 2000 to 2007, 37 events" in text
    assert "a change has the chance 0.1 in every year" in text
    assert "not the prior of change_posterior" in text
    assert "variance 2 times the mean" in text
    assert "asked for at most 0.2" in text
    given_ = monitor(series, threshold=0.9, dispersion=1)
    assert "the rate of false alarms is not known" in given_.summary()
    assert state.plot().get_ylabel() == "probability"


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"hazard": 0}, "hazard must lie strictly between 0 and 1"),
        ({"within": 0}, "within must be a whole number of at least 1"),
        ({"false_alarms": -1}, "false_alarms must be a positive finite number"),
        ({"threshold": 1.5}, "threshold must lie strictly between 0 and 1"),
        ({"dispersion": 0.5}, "dispersion must be at least 1, as of Poisson counts, got 0.5"),
        ({"prior": 3}, "prior must be a GammaPrior or None, got 3"),
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
        (lambda known: known.update(format="x"), "has the format 'engagement monitor 1', got 'x'"),
        (lambda known: known.pop("counts"), "counts is missing"),
        (lambda known: known.update(hazard="much"), "hazard must be a number, got 'much'"),
        (lambda known: known["counts"].append(1), "counts must have shape"),
        (lambda known: known["probabilities"].pop(), "probabilities: 2 for 3 periods"),
        (lambda known: known["runs"]["weights"].append(0.5), "runs are of several lengths"),
        (lambda known: known["runs"].update(starts=[0, 1, 7]), "runs start outside"),
        (lambda known: known["runs"].update(starts=[0, 0, 1]), "do not start one after the other"),
        (lambda known: known["runs"].update(weights=[1, 1, 1]), "weights that do not sum to one"),
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
    with pytest.raises(FormatError, match=r"hazard must be a number.*; within must be a number"):
        Monitor.from_json(json.dumps(known))


def test_a_state_cannot_be_changed():
    """An update gives another state."""
    state = monitor(CountSeries.from_arrays([1, 2], range(2000, 2002)), **ASKED)

    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        state.hazard = 0.5
    assert state.update(1) is not state
