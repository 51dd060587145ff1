"""Waits: what begins and ends them, what cuts them off, and how sure their middle is."""

import numpy as np
import pytest
from hypothesis import assume, given
from statsmodels.duration.survfunc import SurvfuncRight

import engagement as eg
from engagement.errors import SettingError
from engagement.sequence.days import draw_days
from engagement.sequence.survival import pooled_survival, waits_of
from naive import sequence as naive
from strategies.sequence import day_sets

PAIR = {"channel": "bilateral", "countries": ["KGZ"]}
ENDED = [6, 6, 6, 7, 10, 13, 16, 22, 23]
CUT_OFF = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]


def meetings(*dates, coverage=("2003", "2004")):
    """Make a log of meetings with one country."""
    log = eg.EventLog(eg.Meeting(date=date, **PAIR) for date in dates)
    return log.with_coverage(eg.Coverage.since_to(log, *coverage)) if coverage else log


def test_what_is_planned_was_not_observed():
    """Without stated coverage, waits end with the last recorded event, not with a plan."""
    log = meetings("2003-01-01", "2003-03-01", coverage=None)
    planned = eg.Meeting(date="2031", status="planned", **PAIR)

    with_plan = eg.EventLog([*log, planned])

    frame = eg.waiting_times(with_plan).to_frame()
    assert frame.equals(eg.waiting_times(log).to_frame())


@given(day_sets())
def test_waits_are_those_of_a_loop(drawn):
    """Each event waits for the next in its span, the last for the span's end."""
    days, spans = drawn

    lengths, ended = waits_of(days, spans)

    assert list(zip(lengths, ended, strict=True)) == naive.waits(days.tolist(), spans)


@given(day_sets())
def test_the_curve_is_that_of_kaplan_and_meier(drawn):
    """One draw gives the product over lengths, by hand and by statsmodels."""
    waits = waits_of(*drawn)
    assume(waits[1].any())

    curve = pooled_survival([waits], 0.95)

    by_hand = naive.survival(list(zip(*waits, strict=True)))
    assert dict(zip(curve["days"], curve["waiting"], strict=True)) == pytest.approx(by_hand)
    assert (curve["low"] <= curve["waiting"] + 1e-12).all()
    assert (curve["waiting"] <= curve["high"] + 1e-12).all()
    assert curve["low"].is_monotonic_decreasing
    assert curve["high"].is_monotonic_decreasing


def test_published_remission_times():
    """The 21 remission times under 6-MP of Freireich and others give the printed curve."""
    lengths = np.array([*ENDED, *CUT_OFF], dtype=float)
    ended = np.arange(len(lengths)) < len(ENDED)

    curve = pooled_survival([(lengths, ended)], 0.95).set_index("days")["waiting"]

    printed = {6: 0.857, 7: 0.807, 10: 0.753, 13: 0.690, 16: 0.627, 22: 0.538, 23: 0.448}
    assert curve.round(3).to_dict() == printed


def test_the_median_is_that_of_statsmodels():
    """Median and interval are its quantile and its interval on the log-log scale."""
    rng = np.random.default_rng(4)
    days = np.cumsum(rng.integers(5, 60, 30))
    first = np.datetime64("2003-01-01")
    log = meetings(
        *(str(first + np.timedelta64(int(day), "D")) for day in days), coverage=("2003", "2006")
    )

    found = eg.waiting_times(log)["KGZ"]

    span = ((0, (np.datetime64("2007-01-01") - first).astype(int)),)
    lengths, ended = waits_of(days, span)
    theirs = SurvfuncRight(lengths, ended.astype(int))
    assert found.median == theirs.quantile(0.5)
    assert (found.low, found.high) == theirs.quantile_ci(0.5, method="cloglog")
    assert (found.n_events, found.n_waits, found.n_censored) == (30, 29, 1)


def test_draws_that_agree_change_nothing():
    """Several equal draws give the curve and the band of one."""
    waits = waits_of(np.array([1, 5, 9, 30]), ((0, 40),))

    assert pooled_survival([waits] * 3, 0.9).equals(pooled_survival([waits], 0.9))


def test_draws_that_differ_widen_the_band():
    """What is not known of the dates is added to the variance, by the rule of Rubin."""
    waits = [waits_of(np.array([0, gap, 50]), ((0, 60),)) for gap in (10, 20)]

    at = pooled_survival(waits, 0.95).set_index("days").loc[30]

    # of two waits that ended and one cut off after 9 days, the longer lasts 40 or 30 days
    shares = np.array([1 / 2, 0.0])
    within = shares[0] * (1 - shares[0]) / 2 / 2
    variance = within + (1 + 1 / 2) * shares.var(ddof=1)
    mean = shares.mean()
    width = np.exp(1.959964 * np.sqrt(variance) / abs(mean * np.log(mean)))
    assert at["waiting"] == mean
    assert at["low"] == pytest.approx(mean**width, rel=1e-5)


def test_draws_are_in_order():
    """Events of one month change places from draw to draw, and each draw is in order."""
    chosen = meetings(*["2003-05"] * 4, "2003-07", coverage=("2003", "2004"))

    drawn = draw_days(chosen, None, by="country", n_imputations=9, seed=1)

    assert len(drawn.series[0].draws) == 9
    assert all((np.diff(days) >= 0).all() for days in drawn.series[0].draws)
    assert len({tuple(days.tolist()) for days in drawn.series[0].draws}) > 1


def test_an_end_of_coverage_cuts_a_wait_off():
    """Waits do not reach across what was not observed, and begin with an event."""
    dates = ("2003-01-11", "2003-01-31", "2006-01-11", "2006-02-20")
    coverage = eg.Coverage(
        {"country": "KGZ", "channel": "bilateral", "activity": "meeting", "since": s, "until": u}
        for s, u in (("2003-01", "2003-01"), ("2006", "2006"))
    )

    found = eg.waiting_times(meetings(*dates).with_coverage(coverage))["KGZ"]

    assert (found.n_waits, found.n_censored, found.n_spans) == (2, 2, 2)
    assert found.curve["days"].tolist() == [20, 40]


def test_long_waits_that_are_cut_off_count_as_long():
    """Where most waits are cut off the median is not reached, and the text says so."""
    log = meetings("2003-01-11", "2003-02-11", "2004-03-01", coverage=("2003", "2020"))

    found = eg.waiting_times(log)["KGZ"]

    assert found.median == 384  # 31 and 384 days ended, and one went on for 17 years
    assert found.high == np.inf
    assert "to inf" in eg.waiting_times(log).summary()


def test_imprecise_dates_are_drawn():
    """Months give waits of different lengths in each draw; the summary tells how many."""
    answer = eg.waiting_times(meetings("2003-01", "2003-04", "2003-06-15", "2004-02"))

    assert answer.n_imprecise == 3
    assert "3 events are of more than one day: 20 draws" in answer.summary()
    assert len(answer[0].curve) > 10
    again = eg.waiting_times(meetings("2003-01", "2003-04", "2003-06-15", "2004-02"))
    assert answer[0].curve.equals(again[0].curve)


def test_too_little_is_said():
    """A series with one event has no wait that ended."""
    answer = eg.waiting_times(meetings("2003-05-01"))

    assert str(answer[0]) == "insufficient data"
    assert answer.plot().texts[0].get_text() == "insufficient data"
    assert "not reached" in answer.summary()


def test_the_answer_has_a_table_a_summary_and_figures(bundled):
    """One row per country; one curve each, and a band for one alone."""
    answer = eg.waiting_times(bundled, {"activity": "meeting", "channel": "bilateral"})

    assert answer.to_frame()["series"].tolist() == ["KAZ", "KGZ", "TJK", "TKM", "UZB"]
    assert "days from one event to the next: activity meeting" in answer.summary()
    assert len(answer.plot().get_lines()) == 6
    labels = [text.get_text() for text in answer["TKM"].plot().get_legend().get_texts()]
    assert labels[0] == "95% band"


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"level": 0}, "level must lie strictly between 0 and 1, got 0"),
        ({"by": "rank"}, "by must be 'country' or None, got 'rank'"),
        ({"n_draws": 9}, "n_draws must be a whole number of at least 99, got 9"),
        ({"n_imputations": 0}, "n_imputations must be a whole number of at least 2, got 0"),
        ({"events": "meeting"}, "events must be a log, or arguments of EventLog.where"),
    ],
)
def test_what_cannot_be_asked_is_refused(settings, told):
    """The message names the setting and the value."""
    with pytest.raises(SettingError, match=told):
        eg.waiting_times(meetings("2003-05-01"), **settings)


def test_something_else_than_a_log_is_refused():
    """The message says what is needed."""
    with pytest.raises(SettingError, match="log must be an EventLog, got"):
        eg.waiting_times("events.csv")
