"""The main call: a verdict for each series, and each change with its uncertainty."""

import sys
from itertools import pairwise

import attrs
import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from scipy import stats
from statsmodels.stats.multitest import multipletests

from engagement.changes.detect.detection import detect_changes
from engagement.changes.posterior.inference import change_posterior
from engagement.changes.testing import false_discovery
from engagement.changes.testing.false_discovery import is_too_little
from engagement.changes.testing.scan_test import scan_test
from engagement.counting.series import CountSeries
from engagement.errors import LabelError, SeriesError, SettingError
from engagement.models.families import read_family
from engagement.models.observed import read_series
from strategies.series import build, closed, count_series, few, panel, scaled

COLUMNS = [
    "date", "date_low", "date_high", "rate_before", "rate_after", "ratio", "ratio_low",
    "ratio_high", "events_before", "years_before", "events_after", "years_after", "probability",
    "direction", "p_value", "q_value", "verdict", "uncertain",
]  # fmt: skip
YEARS = range(1993, 2021)


def yearly(counts, exposures=None, name=""):
    """Make a series that begins in 1993."""
    return CountSeries.from_arrays(counts, range(1993, 1993 + len(counts)), exposures, name=name)


def poisson(means, seed):
    """Draw a series that begins in 1993."""
    return yearly(np.random.default_rng(seed).poisson(means))


@pytest.fixture(scope="module")
def step():
    """Give a series that rises fivefold in 2007."""
    return yearly(
        [1, 2, 0, 1, 1, 0, 2, 1, 1, 0, 1, 2, 1, 1, 5, 4, 6, 5, 5, 7, 3, 6, 5, 4, 5, 6, 4, 5]
    )


@pytest.fixture(scope="module")
def mixed(step):
    """Give a panel of a step, two flat series, one with one event, and one not observed."""
    flat = [poisson(np.full(28, mean), seed) for seed, mean in ((1, 0.5), (2, 4))]
    lone = yearly([0] * 20 + [1] + [0] * 7)
    blind = yearly([np.nan] * 28, [0.0] * 28)
    return panel([step, *flat, lone, blind], ["KGZ", "KAZ", "TJK", "TKM", "UZB"])


def test_a_panel_has_one_verdict_a_series(mixed):
    """Changed, not found, too few events to say, or not observed."""
    changes = detect_changes(mixed)

    assert [verdict.verdict for verdict in changes.verdicts] == [
        "change",
        "no change found",
        "no change found",
        "too few events",
        "not observed",
    ]
    assert [str(change.date) for change in changes] == ["2007"]
    assert len(changes) == 1


def test_the_table_has_the_columns_that_are_promised(mixed):
    """One row per change, and one without date for each series without change."""
    frame = detect_changes(mixed).to_frame()

    assert list(frame) == ["country", *COLUMNS]
    assert frame["country"].tolist() == ["KGZ", "KAZ", "TJK", "TKM", "UZB"]
    assert frame["date"].isna().tolist() == [False, True, True, True, True]
    assert frame["date"].dtype == mixed.periods.dtype
    assert frame["p_value"].isna().tolist() == [False, False, False, True, True]
    assert frame["ratio"].isna().tolist() == [False, True, True, True, True]


def test_one_series_is_answered_alike(step):
    """Without axes the column is called after the series."""
    frame = detect_changes(step).to_frame()

    assert list(frame) == ["series", *COLUMNS]
    assert frame["series"].tolist() == ["series"]
    assert detect_changes(attrs.evolve(step, name="meetings")).to_frame()["series"][0] == "meetings"


def test_a_series_gets_the_same_answer_alone_and_in_a_panel(mixed):
    """Only the panel's rule makes a difference, to the q-value."""
    together = detect_changes(mixed).to_frame().set_index("country")
    alone = detect_changes(mixed.series(country="KGZ")).to_frame().set_index("country")
    turned = detect_changes(mixed.select(country=["UZB", "TJK", "KGZ"])).to_frame()

    assert alone.drop(columns="q_value").equals(together.loc[["KGZ"]].drop(columns="q_value"))
    assert turned["country"].tolist() == ["UZB", "TJK", "KGZ"]
    assert turned.set_index("country").loc["TJK", "p_value"] == together.loc["TJK", "p_value"]
    assert (
        scan_test(mixed.series(country="KGZ"), null="poisson").p_value
        == together.loc["KGZ", "p_value"]
    )


def test_q_values_are_those_of_benjamini_and_hochberg(mixed):
    """Over the series that were tested, and no others."""
    frame = detect_changes(mixed).to_frame().dropna(subset="p_value")

    expected = multipletests(frame["p_value"], method="fdr_bh")[1]
    assert frame["q_value"].tolist() == pytest.approx(expected)


@settings(max_examples=20)
@given(count_series(min_observed=2, max_observed=7, counts=few))
def test_every_change_is_told_as_the_posterior_has_it(series):
    """Number, dates, intervals and probability are those of the posterior."""
    changes = detect_changes(series, level=0.05, fdr=0.9999, family="poisson", null="poisson")
    posterior = change_posterior(series, family="poisson")

    verdict = changes.verdicts[0]
    assert verdict.n_changes == len(changes) + len(verdict.undated)
    if not np.isnan(verdict.unchanged):
        assert verdict.unchanged == pytest.approx(posterior.n_changes[0])
        assert verdict.unchanged < 0.5 or verdict.verdict != "change"
    assert (verdict.verdict == "change") == (len(changes) > 0)
    likely = verdict.n_changes
    if likely:
        chances = posterior.n_changes.to_numpy()[1:]
        assert chances[likely - 1] >= chances.max() / 2
        dates = posterior.most_probable(likely)
        assert [change.date for change in changes] == [dates[c.number - 1] for c in changes]
    for change in changes:
        low, high = posterior.interval(change.number, likely, level=0.05)
        assert change.date_low <= low
        assert change.date_high >= high
        assert change.date_low <= change.date <= change.date_high
        assert change.probability == pytest.approx(
            posterior.probability_between(change.date_low, change.date_high)
        )
        assert change.ratio == change.rate_after / change.rate_before
        assert change.ratio_low > 1 or change.ratio_high < 1
        assert change.is_rise == (change.direction == "rise") == (change.ratio_low > 1)


def test_a_change_without_a_date_is_told_and_not_listed():
    """Of a rise and a fall whose ratio may be 1, the rise is listed and the fall is a note."""
    counts = [1, 0, 0, 5, 2, 1, 3, 2, 1, 0, 7, 4, 5, 2, 7, 4, 10, 6, 4, 2, 2, 2, 3, 1, 0, 2, 1, 2]
    years = pd.period_range("1993", periods=28, freq="Y")
    found = detect_changes(pd.Series(counts, index=years))

    (rise,) = found
    assert rise.date == years[10]
    assert rise.is_rise
    ((first, last),) = found.verdicts[0].undated
    assert years[10] < first <= years[19] <= last
    assert found.verdicts[0].n_changes == 2
    assert f"one more change is probable between {first} and {last}" in found.summary()


@settings(max_examples=30)
@given(count_series(min_observed=2, max_observed=9, counts=few))
def test_counts_and_years_are_those_of_the_segments(series):
    """What is counted before and after every change adds up to the series."""
    found = detect_changes(series, level=0.05, fdr=0.9999, family="poisson", null="poisson")
    changes = found.found
    assume(not found.verdicts[0].undated)

    for one, following in pairwise(changes):
        assert one.events_after == following.events_before
        assert one.years_after == following.years_before
    if changes:
        events = [changes[0].events_before, *(change.events_after for change in changes)]
        years = [changes[0].years_before, *(change.years_after for change in changes)]
        assert sum(events) == series.total
        assert sum(years) == pytest.approx(series.total_years)


@settings(max_examples=30)
@given(count_series(min_observed=2, counts=few))
def test_periods_that_were_not_observed_change_only_gaps(series):
    """Without them everything but the dates' gaps is the same."""
    # a robust null knows how far periods are apart, and so does a family with memory
    asked = {"level": 0.05, "fdr": 0.9999, "null": "poisson", "family": "poisson"}
    one = detect_changes(series, **asked).to_frame().select_dtypes("number")
    other = detect_changes(closed(series), **asked).to_frame().select_dtypes("number")

    assert one.equals(other)


@settings(max_examples=30)
@given(count_series(min_observed=2, counts=few))
def test_scaling_exposure_scales_rates_only(series):
    """Twice the years mean half the rates, and the same dates and ratios."""
    one = detect_changes(series, level=0.05, fdr=0.9999).to_frame()
    other = detect_changes(scaled(series, 2.0), level=0.05, fdr=0.9999).to_frame()
    years = ["years_before", "years_after"]
    other[years] /= 2

    rates = ["rate_before", "rate_after"]
    assert one[["date", "date_low", "date_high"]].equals(other[["date", "date_low", "date_high"]])
    assert np.allclose(one[rates], other[rates] * 2, equal_nan=True)
    assert one["direction"].equals(other["direction"])
    left = one.drop(columns=rates).select_dtypes("number")
    assert np.allclose(left, other[left.columns], equal_nan=True)


def test_rates_and_ratio_account_for_the_date(step):
    """They agree with draws of dates and rates, and are wider than at a fixed date."""
    change = next(iter(detect_changes(step, family="poisson")))
    posterior = change_posterior(step, family="poisson")
    bounds, rates = posterior.draw_segmentations(1, 20_000, np.random.default_rng(9))

    ratios = rates[:, 1] / rates[:, 0]
    assert change.rate_before == pytest.approx(rates[:, 0].mean(), rel=0.02)
    assert change.rate_after == pytest.approx(rates[:, 1].mean(), rel=0.02)
    expected = np.quantile(ratios, [0.025, 0.975])
    assert [change.ratio_low, change.ratio_high] == pytest.approx(expected, rel=0.03)
    fixed = ratios[bounds[:, 1] == 14]
    assert change.ratio_high / change.ratio_low > np.quantile(fixed, 0.975) / np.quantile(
        fixed, 0.025
    )


def test_the_ratio_at_a_certain_date_is_that_of_two_gammas():
    """Where no doubt is left of the date, the interval is the exact one of beta primes."""
    series = yearly([100] * 5 + [1000] * 5)
    change = next(iter(detect_changes(series, level=0.9, family="poisson")))

    exact = stats.betaprime(1 + 5000, 1 + 500)
    assert [change.ratio_low, change.ratio_high] == pytest.approx(exact.ppf([0.05, 0.95]), rel=0.01)
    assert change.rate_after == pytest.approx(1000, rel=1e-3)
    assert change.ratio == pytest.approx(10, rel=0.01)
    assert change.date_low == change.date == change.date_high == pd.Period("1998")


@pytest.mark.parametrize(
    ("counts", "exposures", "level", "too_little"),
    [
        ([0, 0, 0], [1, 1, 1], 0.95, True),
        ([0, 1, 0], [1, 1, 1], 0.95, True),
        ([9], [1], 0.95, True),
        ([np.nan], [0], 0.95, True),
        ([0, 2, 0], [1, 1, 1], 0.95, True),  # three in nine
        ([0, 4, 0], [1, 1, 1], 0.95, False),  # three in eighty-one
        ([0, 4, 0], [1, 1, 1], 0.97, True),
        ([0, 1, 1] * 10, [1] * 30, 0.95, False),
        ([2, 0, 0], [100, 1, 1], 0.95, True),
        ([100, 0, 0], [100, 1, 1], 0.95, True),
        ([200, 0, 0], [100, 1, 1], 0.95, False),
    ],
)
def test_too_little_is_where_no_outcome_could_say(counts, exposures, level, too_little):
    """The most uneven outcome, all events in one period, is likely enough without change."""
    series = yearly(counts, np.array(exposures, dtype=float))

    assert is_too_little(read_series(series, read_family("poisson")), level) == too_little
    verdict = detect_changes(series, level=level).verdicts[0]
    assert (verdict.verdict in {"too few events", "not observed"}) == too_little
    assert np.isnan(verdict.p_value) == too_little


def test_a_large_panel_draws_more_where_its_rule_needs_it():
    """One changed series among many that are not is found, by more draws than alone."""
    rng = np.random.default_rng(0)
    flat = [yearly(row) for row in rng.permuted(np.tile([1, 2, 3, 4] * 7, (149, 1)), axis=1)]
    changed = yearly([0] * 14 + [6] * 14)

    changes = detect_changes(panel([*flat, changed]), fdr=0.01)

    assert [change.axes["country"] for change in changes] == ["S149"]
    assert changes.verdicts[-1].n_draws > 999
    assert changes.verdicts[-1].p_value < 0.01 / 100
    assert changes.verdicts[0].n_draws <= 999


def test_a_rise_from_an_empty_start_says_so():
    """Where nothing is left without the empty stretch, the change leans on it."""
    leaning = next(iter(detect_changes(yearly([0] * 12 + [2, 1, 2, 3, 1, 2, 2, 1, 3, 2, 1, 2]))))
    standing = next(iter(detect_changes(yearly([0, 1, 0, 1, 0, 1, 1, 0, 7, 8, 6, 9, 7, 8, 9]))))
    started = next(iter(detect_changes(yearly([1, 0, 0, 0, 0, 0, 0, 0, 7, 8, 6, 9, 7, 8, 9]))))

    assert (leaning.leans_on_start, str(leaning.empty_until)) == (True, "2004")
    assert (standing.leans_on_start, str(standing.empty_until)) == (False, "1993")
    assert (started.leans_on_start, started.empty_until) == (False, None)


def test_a_later_change_does_not_hide_that_the_first_leans():
    """What remains has a change, but elsewhere."""
    counts = [0] * 12 + [1, 0, 2, 3, 2, 3, 2, 3, 2, 3, 2] + [12, 14, 11, 13, 15, 12, 13]
    changes = list(detect_changes(yearly(counts), family="poisson"))

    assert [str(change.date) for change in changes] == ["2007", "2016"]
    assert [change.leans_on_start for change in changes] == [True, False]


def test_a_rise_and_a_fall_are_two_changes_and_one_burst():
    """Turkmenistan's meetings: up in 2004 and down again in 2016, the direction of both sure."""
    counts = [0] * 6 + [1, 1, 0, 0, 0, 1, 2, 1, 3, 1, 3, 2, 3, 2, 1, 2, 1] + [0] * 5
    changes = detect_changes(yearly(counts))

    assert [str(change.date) for change in changes] == ["2004", "2016"]
    assert [str(change.direction) for change in changes] == ["rise", "fall"]
    assert (changes.found[0].events_before, changes.found[0].years_before) == (2, 11)
    assert changes.verdicts[0].pattern == "burst"
    assert "the two changes are one burst" in changes.summary()


@pytest.mark.parametrize(
    ("counts", "n_empty", "leans"),
    [
        ([0] * 6 + [1, 1, 0, 0, 0, 1, 2, 1, 3, 1, 3, 2, 3, 2, 1, 2, 1] + [0] * 5, 6, True),
        (
            [0, 2, 1, 2, 0, 1, 0, 1, 0, 2, 2, 2, 1, 2, 1, 2, 3, 2, 5, 5, 2, 4, 4, 0, 1, 2, 4, 1],
            1,
            True,
        ),
        (
            [0, 0, 0, 0, 1, 0, 1, 0, 2, 2, 2, 1, 2, 1, 2, 3, 2, 5, 5, 2, 4, 4, 0, 1, 2, 4, 1],
            4,
            True,
        ),
        ([0] * 3 + [1, 2, 1, 0, 2, 1, 1, 2, 0, 1] + [6, 8, 5, 9, 7, 6, 8, 9, 7, 6], 3, False),
    ],
    ids=["Turkmenistan", "Kazakhstan", "begun later", "steps after it"],
)
def test_what_is_found_without_the_empty_start_is_found_by_asking_again(counts, n_empty, leans):
    """Meetings: the answer for what remains, asked on its own, has the change or has it not."""
    change = detect_changes(yearly(counts)).found[0]
    rest = CountSeries.from_arrays(counts[n_empty:], range(1993 + n_empty, 1993 + len(counts)))
    again = [
        one
        for one in detect_changes(rest)
        if one.date_low <= change.date <= one.date_high and one.is_rise == change.is_rise
    ]

    assert change.leans_on_start == leans
    assert bool(again) != leans


def test_no_seed_decides_on_a_series_near_the_bound():
    """Drawn further, a p-value is known on which side it is, or the answer says that it is not."""
    counts = [0, 2, 1, 2, 0, 1, 0, 1, 0, 2, 2, 2, 1, 2, 1, 2, 3, 2, 5, 5, 2, 4, 4, 0, 1, 2, 4, 1]
    answers = [detect_changes(yearly(counts[1:]), rng=seed) for seed in range(8)]
    told = [answer.verdicts[0] for answer in answers]

    assert max(one.n_draws for one in told) > 999
    assert len({one.verdict for one in told if not one.is_uncertain}) == 1
    for one, answer in zip(told, answers, strict=True):
        apart = np.arcsin(one.p_value**0.5) - np.arcsin(0.05**0.5)
        assert one.is_uncertain == (abs(apart) <= 1.5 / (one.n_draws + 1) ** 0.5)
        assert one.is_uncertain == ("with another seed" in " ".join(answer.notes))
        assert f"Monte Carlo standard error at most {one.p_error:.2g}" in " ".join(answer.notes)


def uncertain_at(n_draws, monkeypatch):
    """Answer for that series with so few simulated ones that nothing is certain."""
    monkeypatch.setattr(false_discovery, "MOST_FURTHER", n_draws)
    counts = [2, 1, 2, 0, 1, 0, 1, 0, 2, 2, 2, 1, 2, 1, 2, 3, 2, 5, 5, 2, 4, 4, 0, 1, 2, 4, 1]
    return detect_changes(yearly(counts))


def test_what_chance_may_turn_is_told(monkeypatch):
    """Where drawing further is cut short, the answer says that another seed may turn it."""
    (verdict,) = uncertain_at(0, monkeypatch).verdicts

    assert verdict.n_draws == 999
    assert verdict.is_uncertain
    assert "with another seed the verdict may be another" in uncertain_at(0, monkeypatch).summary()


def test_an_uneven_series_without_a_dated_change_says_what_stands_out():
    """Two events in neighbouring years of a long calm are uneven, and no change."""
    series = yearly([0] * 30 + [1, 1] + [0] * 41)
    changes = detect_changes(series)

    (verdict,) = changes.verdicts
    assert verdict.p_value <= 0.05
    assert verdict.verdict == "uneven, no dated change"
    assert verdict.unchanged > 0.5
    assert len(changes) == 0
    assert (str(verdict.uneven_from), str(verdict.uneven_to)) == ("2023", "2024")
    assert verdict.uneven_events == 2
    assert "2 events in 2 years from 2023 to 2024, 0 events in 71 years otherwise" in (
        changes.summary()
    )


def test_one_series_is_tested_at_the_level_that_readers_expect():
    """At 1 - level, whatever the false discovery rate of a panel would let through."""
    told = detect_changes(yearly([1, 2, 0, 1, 2, 1, 3, 1])).summary()

    assert "a series is uneven where p is at most 0.05" in told


def test_an_interval_takes_in_the_gap_before_it():
    """After an unobserved stretch the change may lie anywhere in it."""
    states = ["seen"] * 8 + ["blind", "missing", "blind"] + ["seen"] * 8
    series = build(states, [0, 1, 0, 0, 1, 0, 1, 0, 9, 8, 9, 8, 7, 9, 8, 9], [1.0] * 16)

    change = next(iter(detect_changes(series)))

    assert (str(change.date_low), str(change.date), str(change.date_high)) == (
        "1998",
        "2001",
        "2001",
    )


def test_the_summary_says_what_was_asked_and_what_it_rests_on(mixed):
    """Settings, priors, the rule's assumption, and periods without exposure."""
    told = detect_changes(mixed, level=0.9, rng=4).summary()

    assert "1 change in 1 of 5 series, 2 without a change found, 1 with too few" in told
    assert "family auto, null robust, intervals 90%, seed 4" in told
    assert "variance over mean within the segments of changed series" in told
    assert "priors: each rate log-logistic, its median the series' own rate" in told
    assert "if the series are independent or positively dependent" in told
    assert "28 periods without exposure were passed over" in told
    assert told.splitlines()[2].split()[:3] == ["country", "date", "between"]


def test_the_summary_says_where_coverage_is_not_stated(step):
    """An exposure that is only taken from first to last event is told."""
    series = attrs.evolve(step, coverage_stated=False)

    assert "coverage is not stated" in detect_changes(series).summary()
    assert "coverage is not stated" not in detect_changes(step).summary()


def test_the_series_behind_an_answer_are_at_hand(mixed):
    """By labels; the posterior has the settings of the answer."""
    changes = detect_changes(mixed)

    assert changes.series(country="TJK") == mixed.series(country="TJK")
    posterior = changes.posterior(country="KGZ")
    assert posterior.most_probable(1) == (changes.found[0].date,)
    with pytest.raises(LabelError, match=r"unknown axis 'contry'; .* Did you"):
        changes.series(contry="KGZ")
    with pytest.raises(LabelError, match="country='KG': no series fit, but one is needed"):
        changes.series(country="KG")
    with pytest.raises(LabelError, match="no labels: 5 series fit, but one is needed"):
        changes.series()
    assert detect_changes(mixed.series(country="KGZ")).series() == mixed.series(country="KGZ")


def test_each_change_knows_on_what_it_rests(step):
    """Events, observed periods and years stand with the verdict."""
    change = next(iter(detect_changes(step)))

    verdict = change.series
    assert (verdict.n_events, verdict.n_periods, verdict.n_observed) == (84, 28, 28)
    assert verdict.exposure_years == 28
    assert detect_changes(step).of(verdict) == ()
    assert (str(verdict.observed_from), str(verdict.observed_to)) == ("1993", "2020")
    assert verdict.rate == pytest.approx(3)
    assert change.axes == {"series": "series"}


def test_the_same_seed_gives_the_same_answer(mixed):
    """None is a fixed seed; others differ in the last digits only."""
    one, two, other = (detect_changes(mixed, rng=rng).to_frame() for rng in (None, 0, 1))
    moved = detect_changes(mixed, rng=np.random.default_rng(1))

    assert one.equals(two)
    assert not one.equals(other)
    assert one["date"].equals(other["date"])
    assert moved.seed not in {0, 1}


@pytest.mark.parametrize(
    ("ask", "error", "message"),
    [
        ({"level": 0}, SettingError, "level must lie strictly between 0 and 1, got 0"),
        ({"level": "95%"}, SettingError, "level must lie strictly between 0 and 1, got '95%'"),
        ({"fdr": 1}, SettingError, "fdr must lie strictly between 0 and 1, got 1"),
        (
            {"family": "poison"},
            SettingError,
            r"family must be one of .*, got 'poison'. Did you mean",
        ),
        ({"null": "robst"}, SettingError, "null must be one of .*'robst'. Did you mean 'robust'"),
        ({"rng": 1.5}, SettingError, "rng must be a numpy Generator, .* got 1.5"),
    ],
)
def test_a_setting_that_cannot_be_is_refused(ask, error, message, step):
    """The message shows the rule and the value."""
    with pytest.raises(error, match=message):
        detect_changes(step, **ask)


def test_what_has_no_counts_is_refused():
    """The message says what is needed, and names the series that cannot be taken."""
    with pytest.raises(SeriesError, match=r"Counts or a CountSeries are needed, got dict"):
        detect_changes({})
    parts = panel([yearly([1, 2]), yearly([1, 0.5])], ["KGZ", "TJK"])
    with pytest.raises(SeriesError, match=r"whole numbers .* got 0.5 in period 1994 \(TJK\)"):
        detect_changes(parts)


def test_a_panel_without_a_series_has_no_verdict():
    """No series, no rows, but the same columns."""
    table = panel([yearly([1, 2])]).select(country=[])
    changes = detect_changes(table)

    assert list(changes.to_frame()) == ["country", *COLUMNS]
    assert len(changes.to_frame()) == 0
    assert "0 changes in 0 of 0 series" in changes.summary()
    assert changes.plot() is not None


def test_the_figure_has_a_line_a_series(mixed):
    """Each series is labelled, and the change is a triangle that points up."""
    ax = detect_changes(mixed).plot()

    assert [text.get_text() for text in ax.get_yticklabels()] == list(mixed.axes["country"])
    assert {"observed", "95% interval of the date", "rise"} <= set(
        ax.get_legend_handles_labels()[1]
    )


def test_progress_is_shown_on_a_terminal_only(monkeypatch, capsys):
    """A pipe stays silent, also for many series."""
    many = panel([yearly([0, 0, 0, 1])] * 60)
    detect_changes(many)
    silent = capsys.readouterr().err
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    detect_changes(many)

    assert not silent
    assert "testing" in capsys.readouterr().err


@pytest.mark.slow
def test_false_discoveries_are_held_down():
    """Over panels of which a third changes, the false share is at most the rate asked."""
    rng = np.random.default_rng(5)
    shares = []
    for _ in range(60):
        means = np.full((30, 28), 2.0)
        means[:10, 14:] = 7
        changes = detect_changes(panel([yearly(row) for row in rng.poisson(means)]), rng=rng)
        called = [place for place, v in enumerate(changes.verdicts) if v.verdict == "change"]
        shares.append(np.mean([place >= 10 for place in called]) if called else 0.0)

    assert np.mean(shares) <= 0.1 + 3 * np.std(shares) / len(shares) ** 0.5


def test_a_change_is_told_in_a_sentence():
    """It says what was counted on both sides, and how sure date and ratio are."""
    counts = CountSeries.from_arrays(
        [0] * 8 + [6, 7, 5, 8, 6, 7, 9, 6], range(2000, 2016), name="talks"
    )

    (change,) = detect_changes(counts)

    assert str(change).startswith(
        "talks rose in 2008 (95% interval 2008 to 2008): 0 events in 8 years"
    )
    assert "before, 54 events in 8 years after; rate ratio" in str(change)
    assert "to over 100)" in str(change)


def seasonal(seed, ratio):
    """Draw ten years of months with a strong season, whose rate grows in the middle."""
    rng = np.random.default_rng(seed)
    months = pd.period_range("2010-01", periods=120, freq="M")
    means = 3 * np.exp(1.6 * np.sin(np.arange(120) * np.pi / 6))
    means[60:] *= ratio
    return CountSeries.from_arrays(rng.poisson(means), months, name="visits")


def test_a_season_that_hides_a_change_is_told():
    """Where the season of the calendar turns the answer, the notes say so, and only there."""
    told = [detect_changes(seasonal(seed, 1.5), rng=1) for seed in range(4)]
    asked = [detect_changes(seasonal(seed, 1.5), season=12, rng=1) for seed in range(4)]
    flat = [
        detect_changes(CountSeries.from_arrays(np.tile([2, 3, 1, 4], 30), seasonal(0, 1).periods))
    ]

    hidden = [one for one in told if one.verdicts[0].seasonal_p <= 0.05]
    assert hidden
    for without, taken_out in zip(told, asked, strict=True):
        is_told = any("counts have a season" in note for note in without.notes)
        assert is_told == (without.verdicts[0].p_value > 0.05 >= taken_out.verdicts[0].p_value)
        assert not any("counts have a season" in note for note in taken_out.notes)
    assert not any("counts have a season" in note for one in flat for note in one.notes)
