"""Counts of one log, worked out by hand; see `worked_log` for what is in it."""

from itertools import product

import pytest

from engagement.counting.counting import count_events
from engagement.events.events import KINDS
from worked_log import LOG

NAN = float("nan")


def assert_counts(counts, expected):
    """Hold all series, in the order of the labels; one that is not named was not observed."""
    n_periods = len(counts.periods)
    found = {
        labels: counts.series(**dict(zip(counts.by, labels, strict=True))).counts.tolist()
        for labels in product(*counts.axes.values())
    }
    assert set(expected) <= set(found)
    for labels, values in found.items():
        wanted = expected.get(labels, [NAN] * n_periods)
        assert values == pytest.approx(wanted, nan_ok=True), labels


def assert_left_out(counts, expected):
    """Hold the shares left out, by event and reason."""
    found = {(row.id, row.reason): row.share for row in counts.left_out.itertuples()}
    assert found == pytest.approx(expected)


def test_log_has_every_kind():
    """The log has events of every kind."""
    assert {type(event) for event in LOG} == set(KINDS.values())


def test_by_country_and_channel():
    """By country and channel, with every setting left as it is."""
    counts = count_events(LOG)

    assert counts.periods.astype(str).tolist() == ["2001", "2002", "2003", "2004"]
    assert counts.axes == {
        "country": ("CHN", "KGZ", "TJK", "(none)"),
        "channel": ("multilateral", "bilateral", "domestic"),
    }
    assert_counts(
        counts,
        {
            # meetings and exercises: from July 2002, so 184 of 365 days of that year;
            # talks-month is of June; talks-year has 184 of its days inside;
            # 2003: talks-day, talks-either, and of the winter's 91 days the 31 of December;
            # 2004: the other 60 days, drill, and drill-open, which began in October
            ("KGZ", "bilateral"): [NAN, 184 / 365, 2 + 31 / 91, 2 + 60 / 91],
            # visits and training: not 2003; half of tour each year, course-quarter in 2001
            ("TJK", "bilateral"): [1.5, 0.5, NAN, 0],
            # summit in 2001; patrol began in 2002
            ("KGZ", "multilateral"): [1, 1, 0, 0],
            # nobody observed multilateral meetings with TJK, so patrol alone
            ("TJK", "multilateral"): [0, 1, 0, 0],
            # the bureau's decade has 3653 days; treaty in 2004
            ("(none)", "multilateral"): [NAN, NAN, 365 / 3653, 1 + 366 / 3653],
            # law in 2003; law-early was before
            ("CHN", "domestic"): [NAN, 0, 1, NAN],
        },
    )
    years = {
        labels: counts.series(country=labels[0], channel=labels[1]).exposure_years.tolist()
        for labels in (("KGZ", "bilateral"), ("TJK", "bilateral"), ("CHN", "bilateral"))
    }
    assert years == {
        ("KGZ", "bilateral"): pytest.approx([0, 184 / 365, 1, 1]),
        ("TJK", "bilateral"): [1, 1, 0, 1],
        ("CHN", "bilateral"): [0, 0, 0, 0],
    }
    assert_left_out(
        counts,
        {
            ("talks-month", "outside the coverage"): 1,
            ("talks-year", "outside the coverage"): 181 / 365,
            ("talks-late", "outside the window"): 1,
            ("talks-planned", "status not asked for"): 1,
            ("tour-in-gap", "outside the coverage"): 1,
            ("course-open", "date has no start"): 1,
            ("gift", "no coverage stated for it"): 1,
            ("summit", "no coverage stated for it"): 1 / 2,  # its part with TJK
            ("bureau", "outside the window"): (366 + 1826) / 3653,  # 2000 and 2005 to 2009
            ("bureau", "outside the coverage"): 730 / 3653,  # 2001 and 2002
            ("law-early", "outside the coverage"): 1,
            ("of-nobody", "no coverage stated for it"): 1,
        },
    )


def test_while_any_was_observed():
    """The same, observed while any activity was."""
    counts = count_events(LOG, coverage="any")

    assert_counts(
        counts,
        {
            # meetings were observed from 2001 on: talks-month and talks-year are whole
            ("KGZ", "bilateral"): [0, 2, 2 + 31 / 91, 2 + 60 / 91],
            # training was observed in 2003 too: tour-in-gap counts
            ("TJK", "bilateral"): [1.5, 0.5, 1, 0],
            ("KGZ", "multilateral"): [1, 1, 0, 0],
            ("TJK", "multilateral"): [0, 1, 0, 0],
            ("(none)", "multilateral"): [NAN, NAN, 365 / 3653, 1 + 366 / 3653],
            ("CHN", "domestic"): [NAN, 0, 1, NAN],
        },
    )


def test_fractional_by_country_and_channel():
    """In parts: what is with two countries is half in each, what is with one is as before."""
    counts = count_events(LOG, counting="fractional", imprecise="middle")

    assert_counts(
        counts,
        {
            # the middle of 2002 is 2 July; of the 91 days of winter the 46th, 15 January 2004
            ("KGZ", "bilateral"): [NAN, 1, 2, 3],
            # the middle of two years is the last day of the first
            ("TJK", "bilateral"): [2, 0, NAN, 0],
            ("KGZ", "multilateral"): [1 / 2, 1 / 2, 0, 0],
            ("TJK", "multilateral"): [0, 1 / 2, 0, 0],
            # the middle of the decade is 31 December 2004, the 1827th of 3653 days
            ("(none)", "multilateral"): [NAN, NAN, 0, 2],
            ("CHN", "domestic"): [NAN, 0, 1, NAN],
        },
    )
    amounts = counts.left_out.set_index("id")["amount"]
    assert amounts["summit"] == pytest.approx(1 / 2)


def test_by_channel():
    """By channel: observed while all countries and activities of the channel were."""
    counts = count_events(LOG, by="channel")

    assert_counts(
        counts,
        {
            # from 2003 on for the organisation's sake: the bureau and the treaty
            ("multilateral",): [NAN, NAN, 365 / 3653, 1 + 366 / 3653],
            # July to December 2002 and 2004: 184 days of talks-year and of the two years of tour;
            # 60 days of winter, drill and drill-open
            ("bilateral",): [NAN, 184 / 365 + 184 / 730, NAN, 2 + 60 / 91],
            ("domestic",): [NAN, 0, 1, NAN],
        },
    )


def test_by_topic():
    """By topic in parts, while any was observed, which is all four years."""
    counts = count_events(LOG, by="topic", counting="fractional", coverage="any")

    bureau = 365 / 3653
    assert_counts(
        counts,
        {
            ("extremism",): [1 / 3, 0, 0, 0],
            ("separatism",): [1 / 3, 0, 0, 0],
            ("terrorism",): [1 / 3, 0, 1 / 2, 0],
            ("trade",): [0, 0, 1 / 2, 0],
            ("(none)",): [
                0.5 + 1 + 1 + bureau,  # tour, course-quarter, law-early
                1 + 1 + 0.5 + 1 + bureau,  # talks-month, talks-year, tour, patrol
                31 / 91 + 1 + 1 + 1 + bureau,  # talks-winter, talks-either, tour-in-gap, law
                60 / 91 + 1 + 1 + 1 + 366 / 3653,  # talks-winter, drill, drill-open, treaty
            ],
        },
    )


def test_by_rank():
    """By rank: an event has that of the highest of its participants, and a summit is first."""
    counts = count_events(LOG, by="rank", coverage="any", imprecise="end")

    assert list(counts.axes["rank"]) == ["head of state", "minister", "(none)"]
    assert_counts(
        counts,
        {
            ("head of state",): [1, 0, 0, 0],
            ("minister",): [0, 0, 1, 0],
            ("(none)",): [
                1 + 1,  # course-quarter, law-early
                1 + 1 + 1 + 1,  # talks-month, talks-year, tour, patrol
                1 + 1 + 1,  # talks-either, tour-in-gap, law
                1 + 1 + 1 + 1,  # talks-winter, drill, drill-open, treaty; the bureau ends in 2009
            ],
        },
    )


def test_by_activity():
    """By activity, planned ones too, while any was observed, without dates of several years."""
    counts = count_events(
        LOG,
        by="activity",
        coverage="any",
        imprecise="exclude",
        statuses=("recorded", "planned"),
    )

    assert_counts(
        counts,
        {
            ("meeting",): [1, 2, 2, 1],  # summit; month and year; day and either; planned
            ("exercise",): [NAN, 0, 0, 2],
            ("training",): [1, 0, 0, 0],
            ("visit",): [0, 0, NAN, 0],
            ("operation",): [0, 1, 0, 0],
            ("agreement",): [NAN, NAN, 0, 1],
            ("mechanism",): [NAN, NAN, 0, 0],
            ("measure",): [NAN, 0, 1, NAN],
        },
    )
    excluded = counts.left_out.query("reason == 'date is not within one period'")
    assert sorted(excluded["id"]) == ["bureau", "talks-winter", "tour"]


def test_two_months_with_durations_spread():
    """Two months by country, durations over all their days, dates at their start."""
    counts = count_events(
        LOG, by="country", freq="M", durations="spread", imprecise="start",
        window=("2002-12", "2003-01"),
    )  # fmt: skip

    assert_counts(
        counts,
        {
            # of patrol's four days two lie in each month; talks-either may be of 31 January
            ("KGZ",): [1 / 2, 1 / 2 + 1],
            ("TJK",): [1 / 2, NAN],
            ("CHN",): [0, 1],  # the law's year starts in January
            ("(none)",): [NAN, 0],
        },
    )
    assert counts.series(country="KGZ").exposure_years.tolist() == pytest.approx([1 / 12, 1 / 12])
    left = counts.left_out.set_index("id")
    assert left.loc["patrol", "share"] == pytest.approx(1 / 4)  # with TJK, in January
    assert left.loc["patrol", "amount"] == pytest.approx(1 / 2)
    assert left.loc["drill-open", "reason"] == "duration has no end to spread to"


def test_two_days():
    """By days around the beginning of complete coverage, in each of which talks-year has a part."""
    counts = count_events(LOG, by="country", freq="D", window=("2002-06-30", "2002-07-01"))

    kgz = counts.series(country="KGZ")
    assert kgz.counts.tolist() == pytest.approx([NAN, 1 / 365], nan_ok=True)
    assert kgz.exposure_years.tolist() == pytest.approx([0, 1 / 365.2425])


def test_all_together_was_never_observed():
    """All together was never observed: what began in 2003 and what ended then do not meet 2004."""
    counts = count_events(LOG, by=(), freq="Q")

    assert counts.values.tolist() == pytest.approx([NAN] * 16, nan_ok=True)
    assert counts.left_out["share"].sum() == pytest.approx(len(LOG))


def test_cell_leads_to_its_events():
    """The events behind a cell are those that the working names, with a part or whole."""
    counts = count_events(LOG)

    def behind(**cell):
        return {event.id for event in counts.events(**cell)}

    assert behind(country="KGZ", channel="bilateral", period="2003") == {
        "talks-day",
        "talks-either",
        "talks-winter",
    }
    assert behind(country="KGZ", channel="bilateral", period=2002) == {"talks-year"}
    assert behind(country="TJK", period="2002") == {"tour", "patrol"}
    assert behind(country="(none)") == {"bureau", "treaty"}
    assert behind(channel="domestic", period="2001") == set()
