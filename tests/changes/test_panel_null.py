"""A panel's null: what its draws keep, what the fit finds, and who falls back."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from engagement.changes import detect_changes
from engagement.changes.layout import Layout, working_exposures
from engagement.changes.nulls import NULLS
from engagement.changes.ordering import gaussian_paths
from engagement.changes.panel_evidence import EXCESSES, log_evidence
from engagement.changes.panel_model import Member, fit_panel
from engagement.changes.panel_null import PanelNull, common_profile, panel_nulls
from engagement.changes.scan import ResamplingTable
from engagement.series import CountSeries
from naive import changes as naive
from strategies.series import count_series, few, panel, seen_parts

EVEN = Layout.of(np.ones(28))


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
    layout = Layout.of(exposures, season=season)
    assume(not dependence or layout.is_even_within_slots)
    null = PanelNull(excesses=EXCESSES, weights=np.full(23, 1 / 23), dependence=dependence)

    rows = null.prepare(counts, layout).draw(30, np.random.default_rng(0))

    assert rows.shape == (30, len(counts))
    for slot in np.unique(layout.slots):
        here = layout.slots == slot
        assert (rows[:, here].sum(axis=1) == counts[here].sum()).all()


@pytest.mark.parametrize("uneven", [False, True])
@pytest.mark.parametrize("dependence", [0.0, 0.5])
def test_draws_scatter_and_depend_as_asked(uneven, dependence):
    """Variance, and correlation of neighbours, are those of the null."""
    rng = np.random.default_rng(0)
    layout = Layout.of(rng.uniform(1, 5, 200) if uneven else np.ones(200))
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
def test_the_fit_finds_how_widely_counts_scatter(excess):
    """Over a panel, some of which has changes."""
    rng = np.random.default_rng(2)
    series = [(drawn(rate, excess, rng), EVEN) for rate in np.geomspace(0.5, 10, 40)]
    for counts, _ in series[:8]:
        counts[14:] += 8
    panel_members = members(series)

    reading = fit_panel(panel_members).read(panel_members)

    assert reading.usual.mean() == pytest.approx(excess, rel=0.45, abs=0.1)
    assert reading.weights.sum(axis=1) == pytest.approx(np.ones(40))


def test_a_season_takes_no_scatter_away():
    """In two turns of twelve months a profile of each series' own would leave half of it."""
    rng = np.random.default_rng(2)
    layout = Layout.of(np.ones(28), season=12)
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
    nulls = panel_nulls(series, rng=rng)
    rows = nulls[20].prepare(*series[20]).draw(2000, rng)
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
        nulls = panel_nulls(series, rng=np.random.default_rng(0))
        return np.median([n.dependence for n in nulls if isinstance(n, PanelNull)])

    assert dependence(quick) < 0.1
    assert dependence(slow) > 0.25


def test_a_series_unlike_the_others_is_tested_by_itself():
    """One that scatters far more than a Poisson panel keeps its own null."""
    rng = np.random.default_rng(4)
    series = [(drawn(5, 0, rng), EVEN) for _ in range(30)]
    series[7] = (drawn(5, 9, rng), EVEN)

    nulls = panel_nulls(series, rng=np.random.default_rng(0))

    assert nulls[7] is NULLS["robust"]
    assert sum(isinstance(null, PanelNull) for null in nulls) >= 22


def test_few_or_silent_series_are_tested_by_themselves():
    """Four series are no panel, and those without events or with few periods tell nothing."""
    rng = np.random.default_rng(5)
    series = [(drawn(5, 0, rng), EVEN) for _ in range(4)]
    silent = (np.zeros(28), EVEN)
    short = (np.array([3.0, 1, 2]), Layout.of(np.ones(3)))

    assert panel_nulls([], rng=rng) == []
    for rest in ([], [silent, short]):
        nulls = panel_nulls([*series, *rest], rng=rng)
        assert all(null is NULLS["robust"] for null in nulls)
    whole = panel_nulls([*series, silent, short, (drawn(5, 0, rng), EVEN)], rng=rng)
    assert [null is NULLS["robust"] for null in whole[4:6]] == [True, True]
    assert any(isinstance(null, PanelNull) for null in whole)


def test_series_of_any_length_season_and_exposure_make_a_panel():
    """Different lengths, unobserved stretches, and slots of a season, side by side."""
    rng = np.random.default_rng(6)
    series = []
    for n_periods in (5, 12, 28, 28, 50, 90):
        exposures = rng.uniform(1, 5, n_periods)
        layout = Layout.of(exposures, ordinals=np.arange(n_periods) * 2, season=4)
        series.append((drawn(2, 1, rng, layout), layout))

    for (counts, layout), null in zip(series, panel_nulls(series, rng=rng), strict=True):
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
    assert one == pytest.approx(other, abs=0.05)
    assert "panel" in changes.summary()


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
        nulls = panel_nulls(series, rng=rng)
        for place, (counts, layout) in enumerate(series):
            for name, hits in found.items():
                null = nulls[place] if name == "panel" else NULLS[name]
                if place < 20 and name != "panel":
                    continue
                table = ResamplingTable(counts[None, :], layout, null, rng)
                table.grow_to(199)
                hit = table.ranks.p_value <= 0.05
                (false if place < 20 else hits).append(hit)

    assert np.mean(false) <= 0.095
    assert np.mean(found["panel"]) > np.mean(found["robust"])
    assert np.mean(found["panel"]) > 0.8 * np.mean(found["poisson"])
