"""Regular, consistent with chance, or in clusters; empty years; rhythms that are kept or not."""

import numpy as np
import pytest
from attrs import evolve
from hypothesis import given

import engagement as eg
from engagement.errors import SettingError
from engagement.sequence.days import SeriesDays
from engagement.sequence.regularity import log_dispersions, simulate
from strategies.sequence import day_sets

PAIR = {"channel": "bilateral", "countries": ["KGZ"]}
BODY = {"channel": "multilateral", "organisations": ["SCO"]}


def meetings(dates, since="2001", until="2020"):
    """Make a log of meetings with one country, observed over some years."""
    log = eg.EventLog(eg.Meeting(date=str(date), **PAIR) for date in dates)
    return log.with_coverage(eg.Coverage.since_to(log, since, until))


def random_days(number, seed, years=20):
    """Draw days from 2001 on."""
    days = np.random.default_rng(seed).integers(365 * years, size=number)
    return [np.datetime64("2001-01-01") + np.timedelta64(int(day), "D") for day in days]


@given(day_sets())
def test_dispersion_is_variance_over_squared_mean(drawn):
    """Gaps are those within spans; a day is added for rounding."""
    days, spans = drawn
    gaps = [
        gap
        for start, end in spans
        for gap in np.diff([day for day in days if start <= day < end]).tolist()
    ]

    found = log_dispersions(days, spans)

    if len(gaps) > 1 and any(gaps):
        assert np.exp(found) == pytest.approx((np.var(gaps, ddof=1) + 1) / np.mean(gaps) ** 2)
    else:
        assert np.isnan(found)


def test_what_comes_every_year_is_regular():
    """A meeting each June is no chance, whether its day, month or year is known."""
    years = range(2001, 2021)
    for dates in (
        [f"{year}-06-15" for year in years],
        [f"{year}-06" for year in years],
        [str(year) for year in years],
    ):
        found = eg.waiting_times(meetings(dates))["KGZ"]

        assert found.verdict == "regular"
        assert found.empty_years == ()
    assert found.n_events == 20


def test_what_comes_together_is_in_clusters():
    """Three meetings on each of few journeys are more clustered than chance."""
    dates = [day + np.timedelta64(offset, "D") for day in random_days(8, 3) for offset in (0, 1, 2)]

    found = eg.waiting_times(meetings(dates))["KGZ"]

    assert found.verdict == "in clusters"
    assert found.dispersion > 2


@pytest.mark.parametrize("width", [1, 31])
def test_chance_is_taken_for_chance(width):
    """Of 300 series at random, dates known or forgotten, about 5% are said to be otherwise."""
    rng = np.random.default_rng(width)
    spans = ((0, 3000), (3500, 6000))
    widths = np.full(12, width)
    n_draws = 1 if width == 1 else 5
    small = 0
    null = None
    for _ in range(300):
        places = rng.integers(5500, size=12)
        true = np.where(places < 3000, places, places + 500)
        draws = []
        for _ in range(n_draws):
            again = true // width * width + rng.integers(width, size=12)
            inside = np.where(true < 3000, again < 3000, (again >= 3500) & (again < 6000))
            draws.append(np.sort(np.where(inside, again, true)))
        series = SeriesDays(label="KGZ", spans=spans, draws=tuple(draws), widths=widths)
        if null is None:
            null = simulate(series, 1999, rng)
        value = np.mean([log_dispersions(days, spans) for days in draws])
        tail = min((null <= value).mean(), (null >= value).mean())
        small += 2 * tail <= 0.05

    assert abs(small / 300 - 0.05) < 3 * (0.05 * 0.95 / 300) ** 0.5


def test_dates_that_are_forgotten_tell_less_of_gaps():
    """Simulated dates are forgotten as the events' were: years leave less spread than days."""
    draws = tuple(np.arange(0, 6000, 300) for _ in range(9))
    spreads = [
        simulate(
            SeriesDays(label="KGZ", spans=((0, 6000),), draws=draws, widths=np.full(20, width)),
            400,
            np.random.default_rng(0),
        ).std()
        for width in (1, 1500)
    ]

    assert spreads[1] < 0.8 * spreads[0]


def test_empty_years_are_listed():
    """Years observed throughout without an event; imprecise dates leave some open."""
    log = meetings(["2001-03", "2002", "[2004..2005]", "2007-01-01"], "2001", "2008-06")

    found = eg.waiting_times(log)["KGZ"]

    assert found.empty_years == (2003, 2006)
    assert found.maybe_empty_years == (2004, 2005)
    assert "2003, 2004?, 2005?, 2006" in eg.waiting_times(log).summary()


def test_the_dispersions_are_told_and_drawn(bundled):
    """The summary tells how they were tested; the figure has one row per country."""
    answer = eg.waiting_times(bundled, {"activity": "meeting", "channel": "bilateral"})

    assert "p by 999 series of as many events" in answer.summary()
    assert answer.plot_dispersions().get_yticklabels()[0].get_text() == "KAZ"
    few = eg.waiting_times(meetings(["2001-01-01", "2003-05-05"]))
    assert few[0].verdict == "insufficient data"
    assert few.plot_dispersions().texts[0].get_text() == "insufficient data"


def mechanism(**rhythm):
    """Make a mechanism with a rhythm."""
    return eg.Mechanism(
        id="talks", date="2001", recurrence=eg.Recurrence(since="2001", **rhythm), **BODY
    )


def held(dates, since="2001", until="2006", **rhythm):
    """Check a mechanism with meetings at some dates."""
    members = [eg.Meeting(date=date, mechanism="talks", **BODY) for date in dates]
    log = eg.EventLog([mechanism(**rhythm), *members])
    coverage = eg.Coverage.since_to(members or [eg.Meeting(date="2001", **BODY)], since, until)
    return eg.check_recurrence(log.with_coverage(coverage), "talks", observed=(since, until))


def test_stretches_by_hand():
    """Kept, more, lapsed, open, and not observed or in part."""
    kept = held(["2001-05", "2002", "2002-06", "[2004..2005-06]"], since="2001", until="2006-06")

    assert kept.stretches["verdict"].tolist() == [
        "kept",
        "more",
        "lapsed",
        "cannot tell",
        "cannot tell",
        "cannot tell",
    ]
    assert kept.lapsed == ("2003",)
    assert kept.verdict == "lapsed in 1 of 3, 3 of 6 not observed"
    assert kept.stretches["observed"].iloc[-1] == pytest.approx(181 / 365)


def test_what_was_not_observed_has_not_lapsed():
    """Years before the coverage are not judged, but what was recorded in them counts."""
    kept = held(["2002-05", "2005", "2006"], since="2005", until="2006")

    assert kept.stretches["verdict"].tolist() == [
        "not observed",
        "kept",
        "not observed",
        "not observed",
        "kept",
        "kept",
    ]
    assert kept.verdict == "not observed but for 3 of 6"


def test_stretches_of_several_years():
    """Two in three years make stretches of three years, the last only if it is whole."""
    kept = held(["2001-05", "2003", "2004"], until="2008", years=3, times=2)

    assert kept.lapsed == ("2004 to 2006",)
    assert len(kept.stretches) == 2


def test_implied_events_keep_every_rhythm():
    """What a mechanism implies, were it recorded, is what its rhythm expects."""
    talks = mechanism(times=2)
    log = eg.EventLog([talks]).expand(until="2009")
    recorded = [
        eg.Meeting(date=event.date, mechanism="talks", **BODY)
        for event in log
        if event.status == "implied"
    ]
    whole = eg.EventLog([talks, *recorded])

    kept = eg.check_recurrence(whole, talks, observed=("2001", "2009"))

    assert kept.verdict == "kept"
    assert set(kept.stretches["verdict"]) == {"kept"}
    assert eg.check_recurrence(log, talks).verdict == "not observed"


def test_the_coverage_of_a_country_is_not_that_of_a_mechanism():
    """Meetings that were observed are no committees that were looked for."""
    members = [eg.Meeting(date=date, mechanism="talks", **BODY) for date in ("2001", "2002")]
    log = eg.EventLog([mechanism(), *members])
    log = log.with_coverage(eg.Coverage.since_to(log, "2001", "2010"))

    alone = eg.check_recurrence(log, "talks")

    assert alone.verdict == "not observed but for 2 of 10"
    assert alone.lapsed == ()
    given = eg.check_recurrence(log, "talks", {"activity": "meeting", "channel": "multilateral"})
    assert given.verdict == "lapsed in 8 of 10"


def test_what_is_recorded_in_part_has_not_lapsed():
    """A table that lacks most of them cannot show that there were none."""
    log = eg.EventLog([mechanism(), eg.Meeting(date="2003", **BODY)])
    coverage = [
        evolve(entry, completeness=share, note="at most")
        for entry, share in zip(eg.Coverage.since_to([log[1]], "2001", "2005"), [0.2], strict=True)
    ]

    found = eg.check_recurrence(
        log.with_coverage(eg.Coverage(coverage)), "talks", {"activity": "meeting"}
    )

    assert found.verdict == "not observed but for 1 of 5"


def test_committees_of_the_bundled_data_are_not_observed(bundled):
    """The table of meetings names no format, so that nothing is known of the other years."""
    verdicts = {
        name: eg.check_recurrence(bundled, f"t-committee-{name}").verdict
        for name in ("kaz", "uzb", "tkm")
    }

    assert verdicts == {
        "kaz": "not observed but for 1 of 7",
        "uzb": "not observed but for 1 of 7",
        "tkm": "kept",  # it is known from 2021 on, and met in 2021
    }
    secretaries = eg.check_recurrence(bundled, "t-sco-security-council-secretaries")
    assert secretaries.verdict == "not observed but for 1 of 17"


def test_a_rhythm_has_a_summary_a_table_and_a_figure(bundled):
    """Exercises every third year, against those recorded."""
    drills = {"activity": "exercise", "channel": "multilateral"}

    kept = eg.check_recurrence(bundled, "t-sco-exercises", drills)

    assert kept.to_frame().columns[0] == "since"
    assert kept.verdict in kept.summary()
    gap = held(["2001", "2003"], since="2001", until="2003")
    assert "lapsed" in [text.get_text() for text in gap.plot().get_legend().get_texts()]
    unseen = eg.check_recurrence(bundled, "t-sco-prosecutors-general")
    assert unseen.verdict == "not observed"
    assert len(unseen.stretches) == 19
    assert unseen.plot().get_title(loc="left") == "not observed"
    empty = eg.check_recurrence(eg.EventLog([mechanism()]), "talks")
    assert "no stretch" in empty.summary()


@pytest.mark.parametrize(
    "observed", [("2001",), ("2003", "2001"), ("2001", "x"), "2001", (None, "2001")]
)
def test_a_time_that_is_none_is_refused(observed):
    """What was looked for has a first and a last date."""
    with pytest.raises(eg.EngagementError, match=r"observed|2003|'x'"):
        eg.check_recurrence(eg.EventLog([mechanism()]), "talks", observed=observed)


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (("talk",), "the log has no mechanism 'talk'. Did you mean 'talks'"),
        (("forum",), "mechanism 'forum' states no rhythm to be held against"),
        (("drills",), "what recurs are exercises, which do not name their mechanism"),
        (("talks", "meeting"), "events must be a log, or arguments of EventLog.where"),
    ],
)
def test_what_cannot_be_checked_is_refused(asked, told):
    """The message names the mechanism, and what is needed."""
    drills = eg.Recurrence(since="2001", activity="exercise")
    log = eg.EventLog(
        [
            mechanism(),
            eg.Mechanism(id="forum", date="2001", **BODY),
            eg.Mechanism(id="drills", date="2001", recurrence=drills, **BODY),
        ]
    )

    with pytest.raises(SettingError, match=told):
        eg.check_recurrence(log, *asked)


def test_something_else_than_a_log_is_refused():
    """The message says what is needed."""
    with pytest.raises(SettingError, match="log must be an EventLog, got"):
        eg.check_recurrence(None, "talks")
