"""Lead and lag: what is at risk, what is counted, what is found, what is said."""

import numpy as np
import pytest
from attrs import evolve
from hypothesis import assume, given
from hypothesis import strategies as st

import engagement as eg
from engagement.counting.calendar import YEARS
from engagement.errors import CoverageError, SettingError, UnknownTermError
from sequence.conftest import month
from strategies.counting import events, exact_dates, logs

MEETING, EXERCISE = {"activity": "meeting"}, {"activity": "exercise"}
TRANSFER = {"activity": "transfer"}
RANDOM = np.random.default_rng(11)
N_MONTHS = 300
CAUSES = sorted(RANDOM.choice(N_MONTHS, 50, replace=False).tolist())


def ask(log, n_periods=3, **settings):
    """Ask whether exercises follow meetings."""
    settings = {"n_draws": 999, **settings}
    return eg.lead_lag(log, MEETING, EXERCISE, n_periods, **settings)


def test_a_planted_lag_is_found(make_log):
    """Exercises two months after meetings are found, and the curve is highest there."""
    found = ask(make_log(CAUSES, [place + 2 for place in CAUSES if place < N_MONTHS - 2]))["KGZ"]

    assert found.verdict == "more often after"
    assert found.p_value < 0.01
    assert found.low > 1
    curve = found.curve.set_index("lag")
    assert curve["ratio"].idxmax() == 2
    assert curve.loc[2, "ratio"] > curve.loc[2, "high_all"]
    assert (curve["ratio"].drop(2) <= curve["high_all"].drop(2)).all()


def test_exercises_that_keep_away_from_meetings_are_found(make_log):
    """A ratio below one is found as well as one above."""
    after = {place + lag for place in CAUSES for lag in range(4)}
    found = ask(make_log(CAUSES, [place for place in range(N_MONTHS) if place not in after]))["KGZ"]

    assert (found.verdict, found.n_after, found.ratio) == ("less often after", 0, 0)
    assert found.high < 1


def test_causes_do_not_follow_their_effects(make_log):
    """Turned round, the lag stands on the left of the curve, and nothing follows."""
    log = make_log(CAUSES, [place + 2 for place in CAUSES if place < N_MONTHS - 2])

    turned = eg.lead_lag(log, EXERCISE, MEETING, 3, n_draws=999)["KGZ"]

    assert turned.curve.set_index("lag")["ratio"].idxmax() == -2
    assert turned.verdict == "no difference found"


def test_counts_by_hand(make_log):
    """Months after a meeting, with one, and others, over three years of which one is lookback."""
    log = make_log([11, 14, 30], [10, 12, 14, 16, 20, 33], until="2002")

    found = ask(log, n_periods=2, block_years=1)["KGZ"]

    # at risk are March 2000 to February 2002, two whole years after the window before
    assert (found.n_causes, found.n_same, found.n_after, found.n_otherwise) == (2, 1, 2, 2)
    assert found.years_same == pytest.approx(2 / 12)
    assert found.years_after == pytest.approx(4 / 12)
    assert found.years_otherwise == pytest.approx(18 / 12)


def test_what_was_not_observed_is_not_taken_for_silence(make_log):
    """Months without observed causes in the window before are in no class."""
    log = make_log([5, 40], [3, 42, 50], until="2009")
    seen = [
        evolve(entry, since="2002") if entry.activity == "meeting" else entry
        for entry in log.coverage
    ]

    found = ask(log.with_coverage(eg.Coverage(seen)), keep_season=False)

    one = found["KGZ"]
    assert one.years_after + one.years_same + one.years_otherwise == pytest.approx(8 - 3 / 12)
    assert (one.n_after, one.n_otherwise, one.n_causes) == (1, 1, 1)
    assert found.n_not_at_risk == 1
    assert found.n_left_out == (1, 0)
    assert "excluded: 1 causes and 0 effects" in found.summary()


def in_all(log):
    """Give the effects of all series, in whatever class."""
    return sum(one.n_after + one.n_otherwise + one.n_same for one in log)


@given(
    logs(all_events=events(exact_dates), is_stated=True),
    st.sampled_from(["Q", "M", "W"]),
    st.integers(1, 3),
    st.booleans(),
)
def test_no_effect_is_lost(log, freq, window, keep_season):
    """Effects in a class and those not at risk are all that lie in observed periods."""
    activities = {str(entry.activity) for entry in log.coverage}
    assume({"meeting", "transfer"} <= activities)

    found = eg.lead_lag(
        log, MEETING, TRANSFER, window, freq=freq, keep_season=keep_season, n_draws=99
    )

    counts = eg.count_events(log.where(**TRANSFER), by="country", freq=freq)
    seen = np.isclose(counts.exposure_years, YEARS[freq])
    kept = [label in {one.label for one in found} for label in counts.axes["country"]]
    n_observed = np.where(seen, np.nan_to_num(counts.values), 0)[kept].sum()
    assert in_all(found) + found.n_not_at_risk == pytest.approx(n_observed)
    assert found.n_not_at_risk >= 0


def test_years_later_is_the_same(make_log):
    """Dates and coverage moved by whole years give the same answer."""
    log = make_log(CAUSES, CAUSES[::2])
    later = eg.EventLog(
        [evolve(event, date=event.date.shift(years=7)) for event in log],
        coverage=eg.Coverage(
            evolve(one, since=one.since.shift(years=7), until=one.until.shift(years=7))
            for one in log.coverage
        ),
    )

    assert ask(log).to_frame().equals(ask(later).to_frame())


def test_a_country_alone_is_as_in_a_panel(make_log):
    """With the same coverage, another country changes nothing but the adjustment."""
    one = make_log(CAUSES, [place + 2 for place in CAUSES[::4]])
    other = make_log(CAUSES[::3], CAUSES[2::3], country="TJK")

    alone, both = ask(one)["KGZ"], ask(one | other)["KGZ"]

    assert (alone.ratio, alone.low, alone.p_value) == (both.ratio, both.low, both.p_value)
    first, second = sorted(item.p_value for item in ask(one | other))
    adjusted = sorted(item.p_adjusted for item in ask(one | other))
    assert adjusted == pytest.approx([min(1, 2 * first), min(1, max(2 * first, second))])


def test_seasons_are_not_taken_for_sequence(make_log):
    """Meetings each May and exercises each August follow one another, but say nothing."""
    rng = np.random.default_rng(0)
    years = np.arange(0, N_MONTHS, 12)
    meetings, exercises = (years + place + rng.integers(0, 2, 25) for place in (4, 7))
    log = make_log(meetings.tolist(), exercises.tolist())

    kept, shifted = ask(log)["KGZ"], ask(log, keep_season=False)["KGZ"]

    assert kept.verdict == "no difference found"
    assert shifted.verdict == "more often after"


def test_imprecise_dates_are_drawn(make_log):
    """An exercise of an unknown month of a year is in each class in part, and widens the answer."""
    sure = make_log(CAUSES, [place + 1 for place in CAUSES[::2]])
    unsure = make_log(CAUSES, ["2004", "2006", *(place + 1 for place in CAUSES[::2])])

    found = ask(unsure)

    assert found.n_imprecise == 2
    assert "20 draws of their dates" in found.summary()
    one = found["KGZ"]
    assert one.n_after % 1 > 0
    assert in_all(found) + found.n_not_at_risk == pytest.approx(len(unsure.where(**EXERCISE)))
    assert ask(sure).n_imprecise == 0


def test_the_order_within_a_month_is_not_made_up(make_log):
    """Exercises in the months of meetings are neither after nor otherwise."""
    found = ask(make_log(CAUSES, CAUSES))["KGZ"]

    assert found.n_same == pytest.approx(len([place for place in CAUSES if place >= 3]), abs=9)
    assert (found.n_after, found.n_otherwise) == (0, 0)
    assert (found.verdict, np.isnan(found.ratio)) == ("insufficient data", True)


def test_all_countries_as_one_series(make_log):
    """Without an axis a meeting with one country is a cause for what is held with another."""
    log = make_log(CAUSES, []) | make_log(
        [], [place + 1 for place in CAUSES if place < N_MONTHS - 1], country="TJK"
    )

    by_country, as_one = ask(log), ask(log, by=None)

    assert by_country.pooled.n_after == 0
    assert as_one["all"].verdict == "more often after"


def test_coverage_that_is_not_stated_is_said(make_log):
    """It is taken from the first to the last event's month, and the summary says so."""
    log = make_log(CAUSES, [place + 2 for place in CAUSES[::4]]).with_coverage(None)

    found = ask(log)

    assert not found.coverage_stated
    assert "coverage is not stated" in found.summary()


def test_logs_can_be_given_as_selections(make_log):
    """What is selected beforehand gives what its arguments give."""
    log = make_log(CAUSES, [place + 2 for place in CAUSES[::4]])

    given_logs = eg.lead_lag(log, log.where(**MEETING), log.where(**EXERCISE), 3, n_draws=999)

    assert given_logs.to_frame().equals(ask(log).to_frame())


def test_the_answer_has_a_table_a_summary_and_figures(bundled):
    """One row per country and one for all; the summary says what was asked; two figures."""
    found = eg.lead_lag(bundled, EXERCISE, {"activity": "transfer", "channel": "bilateral"}, 4)

    frame = found.to_frame()
    assert frame["series"].tolist() == ["KAZ", "KGZ", "TJK", "UZB", "together"]
    assert found["together"] is found.pooled
    told = found.summary()
    assert "cause: activity exercise" in told
    assert "months 1 to 4 after a cause" in told
    assert "p by shifting effects by whole years within" in told
    assert "never observed for both: CHN" in told
    ax = found.plot()
    labels = [text.get_text() for text in ax.get_legend().get_texts()]
    assert "same month: order unknown" in labels
    assert found.plot_ratios().get_xscale() == "log"
    assert found["KGZ"].plot().get_title(loc="left").startswith("KGZ")


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"n_periods": 0}, "n_periods must be a whole number of at least 1, got 0"),
        ({"freq": "month"}, "unknown freq 'month'"),
        ({"by": "topic"}, "by must be 'country' or None, got 'topic'"),
        ({"level": 95}, "level must lie strictly between 0 and 1, got 95"),
        ({"block_years": 0}, "block_years must be a positive finite number, got 0"),
        ({"n_draws": 10}, "n_draws must be a whole number of at least 99, got 10"),
        ({"n_imputations": 1}, "n_imputations must be a whole number of at least 2, got 1"),
        ({"keep_season": "yes"}, "keep_season must be True or False, got 'yes'"),
        ({"cause": "meeting"}, r"cause must be a log, or arguments of EventLog.where"),
        ({"cause": {"kind": "meeting"}}, "cause: events cannot be selected by 'kind'"),
        ({"effect": {"activity": "meeting"}}, "events are both cause and effect, such as"),
    ],
)
def test_what_cannot_be_asked_is_refused(make_log, settings, told):
    """The message names the setting and the value."""
    asked = {"cause": MEETING, "effect": EXERCISE, **settings}

    with pytest.raises(SettingError, match=told):
        eg.lead_lag(make_log([1, 20], [5]), **asked)


def test_an_unknown_term_tells_in_which_selection(make_log):
    """The name of the selection stands before the message."""
    with pytest.raises(UnknownTermError, match=r"effect: .*'exercize'.*Did you mean 'exercise'"):
        eg.lead_lag(make_log([1], [5]), MEETING, {"activity": "exercize"})


def test_events_that_nobody_looked_for_are_refused(bundled):
    """The coverage of the data states nothing for agreements, so that none is no zero."""
    with pytest.raises(CoverageError, match=r"cause: .* nothing for activity agreement, so that"):
        eg.lead_lag(bundled, {"activity": "agreement"}, EXERCISE)


def test_something_else_than_a_log_is_refused():
    """The message says what is needed."""
    with pytest.raises(SettingError, match="log must be an EventLog, got"):
        eg.lead_lag([], MEETING, EXERCISE)


def test_nothing_observed_is_too_little():
    """A log without events and coverage has no series, and an answer that says so."""
    found = eg.lead_lag(eg.EventLog(), MEETING, EXERCISE)

    assert len(found) == 0
    assert found.pooled.verdict == "insufficient data"
    assert "insufficient data" in found.summary()
    assert found.plot().get_title(loc="left") == "together: insufficient data"


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["rise", "step"])
def test_what_both_have_in_common_is_no_sequence(kind):
    """Of 100 sets of five countries that rise together about 5% are said to follow; error 2.2%."""
    from engagement.sequence.measuring import measure

    months = np.arange(228)
    profile = {
        "rise": 10.0 ** (months / 228),
        "step": np.where(months < 107, 1.0, 6.0),
    }[kind]
    rng = np.random.default_rng(5)
    at_risk = np.ones((5, 228), dtype=bool)
    at_risk[:, :6] = False
    small = 0
    for _ in range(100):
        drawn = rng.poisson(profile / profile.mean() / 6, (2, 5, 1, 228)).astype(float)
        _, pooled, _ = measure(
            ["KAZ", "KGZ", "TJK", "TKM", "UZB"],
            *drawn,
            at_risk,
            freq="M",
            n_periods=6,
            block_years=4,
            keep_season=True,
            level=0.95,
            n_draws=199,
            rng=rng,
        )
        small += pooled.p_value <= 0.05

    assert small / 100 < 0.05 + 3 * 0.022


def test_months_are_written():
    """The thirteenth month from January 2000 is January 2001."""
    assert month(12) == "2001-01"
