"""A panel's null: what its draws keep, what the fit finds, and who falls back."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from engagement.changes.detect import detection
from engagement.changes.detect.detection import detect_changes
from engagement.changes.testing.null_layout import NullLayout, working_exposures
from engagement.changes.testing.nulls import NULLS
from engagement.changes.testing.panel_draws import Borrowed, PanelNull
from engagement.changes.testing.panel_evidence import (
    _carefully,
    _log_sums,
    log_evidence,
)
from engagement.changes.testing.panel_fit import Member, fit_panel
from engagement.changes.testing.panel_null import common_profile, panel_nulls
from engagement.changes.testing.permutation import gaussian_paths
from engagement.changes.testing.scan_test import ResamplingTable
from engagement.counting.series import CountSeries
from engagement.settings.tuned import EXCESSES, PANEL_MOST_CHANGES
from naive import changes as naive
from strategies.series import count_series, few, panel, seen_parts

EVEN = NullLayout.of(np.ones(28))


def drawn(rate, excess, rng, layout=EVEN):
    """Draw counts without change, with a given excess of the variance."""
    means = rate * layout.exposures
    if excess:
        means = excess * rng.gamma(means / excess)
    return rng.poisson(means).astype(float)


def members(series):
    """Look at series of a panel."""
    return [Member.of(c, layout, working_exposures(c, layout)) for c, layout in series]


@settings(max_examples=30)
@given(count_series(min_observed=2, max_observed=7, counts=few, gaps=False))
def test_the_evidence_equals_that_of_going_through_all_sets_of_changes(series):
    """By excess and number of changes, with segments of two periods or more."""
    counts, exposures = map(np.array, seen_parts(series))
    assume(counts.sum())
    assume(exposures.max() / exposures.min() < 100)

    found = log_evidence(counts, exposures)

    for place in (0, 1, 12, 22):
        expected = naive.excess_evidence(counts, exposures, EXCESSES[place])
        assert found[place].tolist() == pytest.approx(expected, abs=1e-6)


@given(
    count_series(min_observed=2, gaps=False),
    st.sampled_from([None, 2]),
    st.sampled_from([0.0, 0.4]),
)
def test_draws_keep_the_total_of_every_slot(series, season, dependence):
    """Events move within their slot; where exposures differ and order matters, nearly so."""
    counts, exposures = map(np.array, seen_parts(series))
    assume(0 < counts.sum() < 10_000)
    layout = NullLayout.of(exposures, season=season)
    assume(not dependence or layout.is_even_within_slots)
    null = PanelNull(excesses=EXCESSES, weights=np.full(23, 1 / 23), dependence=dependence)

    rows = null.prepare(counts, layout).draw(30, np.random.default_rng(0))

    assert rows.shape == (30, len(counts))
    for slot in np.unique(layout.slots):
        here = layout.slots == slot
        assert (rows[:, here].sum(axis=1) == counts[here].sum()).all()


@pytest.mark.parametrize("uneven", [False, True])
@pytest.mark.parametrize("dependence", [0.0, 0.5])
def test_draws_have_the_dispersion_and_dependence_asked(uneven, dependence):
    """Variance, and correlation of neighbours, are those of the null."""
    rng = np.random.default_rng(0)
    layout = NullLayout.of(rng.uniform(1, 5, 200) if uneven else np.ones(200))
    means = 4 * layout.exposures / layout.exposures.mean()
    counts = rng.poisson(means).astype(float)
    null = PanelNull(
        excesses=np.array([0.0, 2.0]), weights=np.array([0.0, 1.0]), dependence=dependence
    )

    rows = null.prepare(counts, layout).draw(300, rng)
    residuals = (rows - means) / np.sqrt(means)

    assert rows.sum(axis=1).mean() == pytest.approx(counts.sum(), rel=0.05)
    assert residuals.var() == pytest.approx(3, rel=0.1)
    lag = (residuals[:, 1:] * residuals[:, :-1]).mean() / residuals.var()
    assert lag == pytest.approx(0.93 * dependence, abs=0.06)


@pytest.mark.parametrize("excess", [0.0, 1.0, 4.0])
def test_the_fit_finds_the_overdispersion(excess):
    """Over a panel, some of which has changes."""
    rng = np.random.default_rng(2)
    series = [(drawn(rate, excess, rng), EVEN) for rate in np.geomspace(0.5, 10, 40)]
    for counts, _ in series[:8]:
        counts[14:] += 8
    panel_members = members(series)

    reading = fit_panel(panel_members).read(panel_members)

    assert reading.usual.mean() == pytest.approx(excess, rel=0.45, abs=0.1)
    assert reading.weights.sum(axis=1) == pytest.approx(np.ones(40))


def test_a_season_takes_no_overdispersion_away():
    """In two turns of twelve months a profile of each series' own would leave half of it."""
    rng = np.random.default_rng(2)
    layout = NullLayout.of(np.ones(28), season=12)
    truth = 1 + 0.5 * np.cos(layout.slots * np.pi / 6)
    series = [
        (rng.poisson(3 * rng.gamma(rate * truth / 3)).astype(float), layout)
        for rate in np.geomspace(1, 10, 40)
    ]
    profile = common_profile(series)
    exposures = profile[layout.slots] / profile[layout.slots].mean()
    panel_members = [Member.of(counts, layout, exposures) for counts, _ in series]

    assert profile == pytest.approx(truth[:12] / np.mean(truth), rel=0.35)
    assert fit_panel(panel_members).read(panel_members).usual.mean() == pytest.approx(3, rel=0.4)
    nulls = panel_nulls(series)
    rows = nulls[20][0].prepare(*series[20]).draw(2000, rng)
    assert (rows[:, :12].sum(axis=1)).var() > 0.8 * 3 * rows[:, :12].sum(axis=1).mean() / 2


def test_dependence_of_a_panel_is_seen():
    """Series that follow slow latent paths, and series that do not."""
    rng = np.random.default_rng(3)
    steps = np.ones(27, dtype=int)
    slow, quick = [], []
    for _ in range(40):
        path = gaussian_paths(1, steps, 0.6, rng)[0]
        slow.append((rng.poisson(6 * np.exp(0.5 * path)).astype(float), EVEN))
        quick.append((drawn(6, 0, rng), EVEN))

    def dependence(series):
        nulls = panel_nulls(series)
        return np.median([null.dependence for null, *_ in nulls])

    assert dependence(quick) < 0.1
    assert dependence(slow) > 0.25


def test_series_of_under_four_events_tell_nothing_of_dependence():
    """Three events in neighbouring periods look alike by chance, and are in no estimate."""
    rng = np.random.default_rng(4)
    panel_of_many = [(drawn(6, 0, rng), EVEN) for _ in range(12)]
    few_events = np.zeros(28)
    few_events[12:15] = 1
    known = fit_panel(members(panel_of_many))

    fit = fit_panel(members([*panel_of_many, *[(few_events, EVEN)] * 6]))

    assert fit.common == pytest.approx(known.common, abs=0.02)


def test_order_is_not_kept_for_a_correlation_that_is_next_to_none():
    """Up to a correlation of .005 the draws are those of independent periods."""
    counts = drawn(6, 0, np.random.default_rng(5))
    one = np.ones(1)

    def rows(dependence):
        null = PanelNull(excesses=0.5 * one, weights=one, dependence=dependence)
        return null.prepare(counts, EVEN).draw(50, np.random.default_rng(6)).tolist()

    assert rows(0.005) == rows(0.0)
    assert rows(0.006) != rows(0.0)


def test_a_series_unlike_the_others_is_held_to_its_own_null_too():
    """One that is far more overdispersed than a Poisson panel, but few of the others."""
    rng = np.random.default_rng(4)
    series = [(drawn(5, 0, rng), EVEN) for _ in range(30)]
    series[7] = (drawn(5, 9, rng), EVEN)

    nulls = panel_nulls(series)

    assert nulls[7][1:] == (NULLS["robust"],)
    assert all(isinstance(null, PanelNull) for null, *_ in nulls)
    assert sum(len(own) == 1 for own in nulls) >= 20


def test_few_or_silent_series_are_tested_by_themselves():
    """Four series are no panel, and those without events or with few periods tell nothing."""
    rng = np.random.default_rng(5)
    series = [(drawn(5, 0, rng), EVEN) for _ in range(4)]
    silent = (np.zeros(28), EVEN)
    short = (np.array([3.0, 1, 2]), NullLayout.of(np.ones(3)))

    assert panel_nulls([]) == []
    for rest in ([], [silent, short]):
        nulls = panel_nulls([*series, *rest])
        assert all(own == (NULLS["robust"],) for own in nulls)
    whole = panel_nulls([*series, silent, short, (drawn(5, 0, rng), EVEN)])
    assert whole[4:6] == [(NULLS["robust"],)] * 2
    assert all(isinstance(null, PanelNull) for null, *_ in whole[:4])


def test_the_nulls_are_a_function_of_the_set_of_series():
    """In another order and with silent series among them, each has the same null to the digit."""
    rng = np.random.default_rng(8)
    series = []
    for _ in range(8):  # runs of high and low counts, so that what the fit misses is drawn for
        runs = np.repeat(rng.gamma(0.7, size=14), 2)
        series.append((rng.poisson(4 * runs).astype(float), EVEN))
    silent = (np.zeros(0), NullLayout.of(np.ones(0)))

    found = [null for null, *_ in panel_nulls(series)]
    again = [null for null, *_ in panel_nulls([silent, *series[::-1], silent])[1:-1]][::-1]

    assert min(null.dependence for null in found) > 0.05
    for one, other in zip(found, again, strict=True):
        assert one.dependence == other.dependence
        assert np.array_equal(one.excesses, other.excesses)
        assert np.array_equal(one.weights, other.weights)


def test_series_of_any_length_season_and_exposure_make_a_panel():
    """Different lengths, unobserved stretches, and slots of a season, side by side."""
    rng = np.random.default_rng(6)
    series = []
    for n_periods in (5, 12, 28, 28, 50, 90):
        exposures = rng.uniform(1, 5, n_periods)
        layout = NullLayout.of(exposures, ordinals=np.arange(n_periods) * 2, season=4)
        series.append((drawn(2, 1, rng, layout), layout))

    for (counts, layout), (null, *_) in zip(series, panel_nulls(series), strict=True):
        rows = null.prepare(counts, layout).draw(20, rng)
        assert rows.shape == (20, len(counts))
        assert rows.min() >= 0


def test_detection_asks_the_panel():
    """The same verdicts in any order, and what was asked is told."""
    rng = np.random.default_rng(7)
    periods = range(1993, 2021)
    series = [CountSeries.from_arrays(drawn(3, 0, rng), periods) for _ in range(7)]
    series.append(CountSeries.from_arrays(np.repeat([1, 6], 14) + rng.poisson(1, 28), periods))
    labels = list("ABCDEFGH")

    changes = detect_changes(panel(series, labels), null="panel")
    turned = detect_changes(panel(series[::-1], labels[::-1]), null="panel")

    assert [change.axes["country"] for change in changes] == ["H"]
    one = {verdict.axes["country"]: verdict.p_value for verdict in changes.verdicts}
    other = {verdict.axes["country"]: verdict.p_value for verdict in turned.verdicts}
    assert one == other
    borrowed = changes.borrowed
    assert borrowed.n_compared == 8
    assert borrowed.dispersion == pytest.approx(1, abs=0.3)
    assert f"8 of 8 series compared: variance {borrowed.dispersion:.2f}" in changes.summary()
    assert detect_changes(panel(series, labels)).borrowed is None


def test_a_series_has_the_larger_p_value_of_its_nulls(monkeypatch):
    """Where a series is held to two, neither may say less than the answer does."""
    rng = np.random.default_rng(11)
    periods = range(1993, 2021)
    series = [CountSeries.from_arrays(drawn(3, 0, rng), periods) for _ in range(6)]
    asked = panel(series, list("ABCDEF"))

    def p_values(*nulls):
        lent = Borrowed(nulls=(nulls,) * len(series), n_observed=len(series))
        monkeypatch.setattr(detection, "borrowed_nulls", lambda *_, **__: lent)
        return np.array([v.p_value for v in detect_changes(asked, null="panel").verdicts])

    both = p_values(NULLS["robust"], NULLS["poisson"])
    robust, poisson = p_values(NULLS["robust"]), p_values(NULLS["poisson"])

    assert (robust < poisson).any()
    assert (robust > poisson).any()
    assert both == pytest.approx(np.maximum(robust, poisson))


def test_what_a_panel_lends_is_told():
    """How many are compared, and that there are too few."""
    lent = PanelNull(excesses=np.array([0.0, 2.0]), weights=np.array([0.5, 0.5]), dependence=0.2)
    alone = NULLS["robust"]

    some = Borrowed(nulls=((lent,), (lent, alone), (alone,)), n_observed=3)
    none = Borrowed(nulls=((alone,),) * 3, n_observed=3)

    assert some.words() == (
        "2 of 3 series compared: variance 2.00 times the mean, correlation of neighbours 0.20 "
        "(medians); 1 that may be unlike them held to null robust too"
    )
    assert none.words() == "fewer than 5 of 3 series can be compared: all have null robust"


def test_drift_is_not_taken_for_dependence():
    """Series that grow tenfold, the others constant: residuals from steps would be alike."""
    rng = np.random.default_rng(12)
    growth = np.geomspace(10**-0.5, 10**0.5, 28)
    drifting = [(rng.poisson(4 * growth).astype(float), EVEN) for _ in range(14)]
    steady = [(drawn(4, 0, rng), EVEN) for _ in range(14)]

    panel_members = members([*drifting, *steady])
    fit = fit_panel(panel_members)

    assert fit.dependence(fit.read(panel_members).shares).mean() < 0.06


@settings(max_examples=20)
@given(st.integers(0, 2**32 - 1), st.floats(1, 1e7))
def test_sums_of_any_scale_are_those_of_a_scale_each(seed, scale):
    """Where a segment outweighs others beyond what numbers hold, sums are made with care."""
    rng = np.random.default_rng(seed)
    segments = scale * rng.standard_normal((3, 12, 12))
    segments[:, np.tri(12, k=1, dtype=bool)] = -np.inf

    careful = [segments[:, 0, :]]
    for _ in range(PANEL_MOST_CHANGES):
        careful.append(_carefully(careful[-1], segments))

    assert _log_sums(segments) == pytest.approx(np.stack(careful, axis=1)[:, :, -1], rel=1e-9)


@pytest.mark.slow
def test_a_panel_holds_its_size_and_wins_back_power():
    """On Poisson series of 28 periods, beside the exact test and the robust null."""
    rng = np.random.default_rng(8)
    means = np.repeat([2.0, 5, 2], [10, 9, 9])
    found = {"panel": [], "robust": [], "poisson": []}
    false = []
    for _ in range(8):
        series = [(drawn(rate, 0, rng), EVEN) for rate in np.geomspace(0.5, 8, 20)]
        series += [(rng.poisson(means).astype(float), EVEN) for _ in range(8)]
        nulls = panel_nulls(series)
        for place, (counts, layout) in enumerate(series):
            for name, hits in found.items():
                if place < 20 and name != "panel":
                    continue
                p_values = []
                for null in nulls[place] if name == "panel" else [NULLS[name]]:
                    table = ResamplingTable(counts[None, :], layout, null, rng)
                    table.grow_to(199)
                    p_values.append(table.ranks.p_value)
                (false if place < 20 else hits).append(max(p_values) <= 0.05)

    assert np.mean(false) <= 0.095
    assert np.mean(found["panel"]) > np.mean(found["robust"])
    assert np.mean(found["panel"]) > 0.8 * np.mean(found["poisson"])
