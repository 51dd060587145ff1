"""What each measure finds, and that no verdict goes beyond what the log knows."""

from __future__ import annotations

from math import comb, inf
from pathlib import Path
from typing import ClassVar

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from engagement.claims.claim import Claim
from engagement.claims.queries import MEASURES
from engagement.claims.table import check_claims
from engagement.claims.verdicts import Verdict
from engagement.events.coverage import Coverage
from engagement.events.events import Exercise, Mechanism, Meeting, Transfer
from engagement.events.parts import Participant, Personnel, Recurrence
from engagement.log.eventlog import EventLog
from engagement.values.dates import EventDate
from engagement.values.money import Money
from naive.claims import holds, worlds_of
from strategies.claims import EXACT, logs, queries


def claim_of(query, name="one"):
    return Claim(
        id=name, kind="number", statement="a claim", source="a report", where="p. 1", query=query
    )


def check(log, **query):
    if "sign" in query:
        query["is"] = query.pop("sign")
    return check_claims(log, [claim_of(query)])["one"]


def verdict(log, **query):
    return str(check(log, **query).verdict)


def meeting(date="2001", country="KGZ", **more):
    return Meeting(date=date, channel="bilateral", countries=[country], **more)


def exercise(date="2001", country="KGZ", people=None, **more):
    personnel = Personnel(**people) if people else None
    return Exercise(
        date=date, channel="bilateral", countries=[country], personnel=personnel, **more
    )


def covered(events, *cells, **more):
    """Make a log of which a country's activity is observed in some years."""
    return EventLog(
        events,
        coverage=Coverage(
            {
                "country": country,
                "channel": "bilateral",
                "activity": activity,
                "since": since,
                "until": until,
                **more,
            }
            for country, activity, since, until in cells
        ),
    )


def value_of(query):
    if MEASURES[query["measure"]].answer == "date":
        return EventDate(query["value"]).bounds
    return set(query["value"]) if isinstance(query["value"], list) else query["value"]


def plain(query):
    """Write a query's dates as the naive twin reads them."""
    where = dict(query["where"])
    start = EventDate(where.pop("since")).bounds[0] if "since" in where else 0
    end = EventDate(where.pop("until")).bounds[1] if "until" in where else 10**7
    return {**query, "where": {**where, "span": (start, end)}}


@given(logs(), queries(), st.randoms(use_true_random=False))
def test_verdict_holds_in_every_world_that_the_log_allows(log, query, chance):
    """What agrees holds, and what disagrees does not, on whichever days and topics it was."""
    found = check(log, **query).verdict
    choices = [worlds_of(event, (chance.random(), chance.random())) for event in log]

    for _ in range(30):
        world = [chance.choice(options) for options in choices]
        truth = holds(world, plain(query), value_of(query))
        assert truth is None or found is not Verdict.AGREES or truth
        assert truth is None or found is not Verdict.DISAGREES or not truth


@given(logs(dates=EXACT, may_be_blank=False), queries(about=("world", "records")))
def test_nothing_is_left_open_where_all_is_known(log, query):
    """With exact dates and no blanks every claim agrees or disagrees, as the definition says."""
    world = [worlds_of(event, ())[0] for event in log]
    truth = holds(world, plain(query), value_of(query))
    expected = {True: "agrees", False: "disagrees", None: "cannot be checked"}[truth]

    assert verdict(log, **query) == expected


@given(st.integers(0, 8), st.integers(0, 8), st.sampled_from(["==", "<", "<=", ">", ">=", "!="]))
def test_verdict_follows_the_number_of_events(n_events, claimed, sign):
    """Adding or removing an event turns the verdict as arithmetic does."""
    log = EventLog([meeting(f"2001-01-{day:02}") for day in range(1, n_events + 1)])
    expected = {
        "==": n_events == claimed,
        "!=": n_events != claimed,
        "<": n_events < claimed,
        "<=": n_events <= claimed,
        ">": n_events > claimed,
        ">=": n_events >= claimed,
    }[sign]

    found = verdict(log, measure="count", sign=sign, value=claimed)

    assert found == ("agrees" if expected else "disagrees")


@given(st.integers(-20, 20))
def test_shifting_the_dates_turns_the_verdict(years):
    """A claim of a year agrees with the log of that year alone."""
    log = EventLog([meeting(EventDate("2001-05").shift(years=years))])

    found = verdict(log, measure="first", sign="==", value="2001")

    assert found == ("agrees" if years == 0 else "disagrees")


class TestImpreciseDates:
    """A date that may lie on either side of a bound decides nothing."""

    def test_count_is_a_span(self):
        """An event of a year may or may not lie in the half that is asked for."""
        log = EventLog([meeting("2001"), meeting("2001-08")])
        found = check(log, measure="count", where={"since": "2001-07"}, sign="==", value=2)

        assert (found.verdict, found.found) == (Verdict.CANNOT_BE_CHECKED, "1 to 2")
        assert "1 event is too imprecisely dated" in found.why

    def test_bound_beside_the_span_is_decided(self):
        """Where even the least possible number is enough the claim agrees."""
        log = EventLog([meeting("2001"), meeting("2001-08")])
        where = {"since": "2001-07"}

        assert verdict(log, measure="count", where=where, sign=">=", value=1) == "agrees"
        assert verdict(log, measure="count", where=where, sign=">", value=2) == "disagrees"

    def test_first_date_within_and_across(self):
        """A month is within its year; a year overlaps a month of it."""
        log = EventLog([meeting("2001-05")])

        assert verdict(log, measure="first", sign="==", value="2001") == "agrees"
        assert verdict(log, measure="first", sign="==", value="2001-05-03") == "cannot be checked"
        assert verdict(log, measure="first", sign="<", value="2001-05") == "disagrees"
        assert verdict(log, measure="first", sign="<=", value="2001-05") == "agrees"
        assert verdict(log, measure="last", sign=">", value="2001-04") == "agrees"

    def test_reason_names_the_dates(self):
        """A date that cannot be placed is said to be too imprecise."""
        found = check(EventLog([meeting("2001")]), measure="first", sign="==", value="2001-05")

        assert found.why.startswith("the dates are too imprecise")

    def test_duration_counts_at_its_start(self):
        """What lasted from one year to the next lies in the first."""
        log = EventLog([meeting("2001-05/2003")])

        assert check(log, measure="count", where={"until": "2001"}, sign="==", value=1).found == "1"
        assert check(log, measure="count", where={"since": "2002"}, sign="==", value=1).found == "0"

    def test_two_dates_are_held_against_each_other(self):
        """Which of two came first is told where their spans lie apart."""
        log = EventLog([meeting("2001", "KGZ"), meeting("2002-05", "TJK"), meeting("2002", "UZB")])

        def before(one, other):
            return verdict(
                log,
                measure="first",
                where={"country": one},
                sign="<",
                value={"measure": "first", "where": {"country": other}},
            )

        assert before("KGZ", "TJK") == "agrees"
        assert before("TJK", "KGZ") == "disagrees"
        assert before("TJK", "UZB") == "cannot be checked"


class TestUnobserved:
    """What no source observed is not taken for nothing."""

    LOG = covered([meeting("2001-05")], ("KGZ", "meeting", "2001", "2003"))

    def test_country_without_coverage(self):
        """No event of a country that was not observed leaves the claim open, and says why."""
        found = check(
            self.LOG,
            measure="count",
            where={"country": "TKM", "channel": "bilateral", "activity": "meeting"},
            sign="==",
            value=0,
        )

        assert found.verdict == "cannot be checked"
        assert found.why == "bilateral meeting with TKM not observed"

    def test_records_are_all_there_is_to_themselves(self):
        """The same claim about what is recorded agrees."""
        where = {"country": "TKM", "channel": "bilateral", "activity": "meeting"}

        found = verdict(self.LOG, measure="count", where=where, about="records", sign="==", value=0)

        assert found == "agrees"

    def test_time_outside_the_coverage(self):
        """A count that reaches beyond what was observed is a least count."""
        where = {"country": "KGZ", "since": "2000", "until": "2003"}

        found = check(self.LOG, measure="count", where=where, sign="<=", value=5)

        assert (found.verdict, found.found) == ("cannot be checked", "at least 1")
        assert found.why == "bilateral meeting with KGZ observed 2001 to 2003 only"
        assert verdict(self.LOG, measure="count", where=where, sign=">=", value=1) == "agrees"
        assert verdict(self.LOG, measure="count", where=where, sign="==", value=0) == "disagrees"

    def test_time_within_the_coverage(self):
        """Where all of it was observed nothing is nothing."""
        where = {"country": "KGZ", "since": "2002", "until": "2003"}

        assert verdict(self.LOG, measure="count", where=where, sign="==", value=0) == "agrees"

    def test_first_of_all_times(self):
        """The start of a source is not the start of what it tells of."""
        found = check(self.LOG, measure="first", sign="==", value="2001")

        assert (found.verdict, found.found) == ("cannot be checked", "2001-05, or earlier")
        assert verdict(self.LOG, measure="first", sign=">", value="2001") == "disagrees"

    def test_first_since_a_day_that_is_observed(self):
        """Asked from the start of the coverage on, the first is known."""
        where = {"since": "2001"}

        assert verdict(self.LOG, measure="first", where=where, sign="==", value="2001") == "agrees"

    def test_last_of_all_times(self):
        """Nor is the end of a source the end."""
        found = check(self.LOG, measure="last", sign="==", value="2001")

        assert (found.verdict, found.found) == ("cannot be checked", "2001-05, or later")

    def test_incomplete_records(self):
        """A share of completeness below one leaves room for more, and for no fewer."""
        log = covered([meeting()], ("KGZ", "meeting", "2001", "2003"), completeness=0.5)

        found = check(log, measure="count", where={"country": "KGZ"}, sign="==", value=1)

        assert found.verdict == "cannot be checked"
        assert found.why == "bilateral meeting with KGZ recorded to 50% only"

    def test_note_of_the_coverage_is_told(self):
        """What coverage notes stands beside the verdict."""
        log = covered([meeting()], ("KGZ", "meeting", "2001", "2003"), note="officials only")

        found = check(log, measure="count", where={"country": "KGZ"}, sign="==", value=1)

        assert (found.verdict, found.why) == (
            "agrees",
            "bilateral meeting with KGZ: officials only",
        )

    def test_countries_that_were_seen_otherwise_are_told(self):
        """A claim that names no country says of whom nothing was observed."""
        log = covered(
            [exercise()], ("KGZ", "exercise", "2001", "2003"), ("TKM", "transfer", "2001", "2003")
        )
        where = {"channel": "bilateral", "activity": "exercise"}

        found = check(log, measure="count", where=where, sign="==", value=1)

        assert (found.verdict, found.why) == ("agrees", "nothing was observed of TKM")

    def test_coverage_not_stated_is_told(self):
        """A log without coverage is taken as it is, and every answer says so."""
        found = check(EventLog([meeting()]), measure="count", sign="==", value=1)

        assert (found.verdict, found.why) == ("agrees", "coverage is not stated")

    def test_labels_and_shares_are_open(self):
        """Unobserved events may have any label."""
        where = {"country": ["KGZ", "TKM"]}

        assert (
            verdict(self.LOG, measure="labels", of="country", where=where, sign="<=", value=["KGZ"])
            == "cannot be checked"
        )
        assert (
            verdict(
                self.LOG,
                measure="share",
                where=where,
                part={"country": "KGZ"},
                sign="==",
                value=1,
            )
            == "cannot be checked"
        )

    def test_most_with_a_country_that_was_not_observed(self):
        """Who was not observed may have had the most."""
        where = {"country": ["KGZ", "TKM"], "activity": "meeting"}

        found = check(self.LOG, measure="most", of="country", where=where, sign="==", value=["KGZ"])

        assert found.verdict == "cannot be checked"
        assert "meeting with TKM not observed" in found.why


class TestBlanks:
    """An event that does not say what is asked may be it."""

    def test_topic_not_printed(self):
        """A meeting without topics may have been on any, but its record has none."""
        log = EventLog([meeting(topics=["terrorism"]), meeting("2000")])
        where = {"topic": "terrorism"}

        found = check(log, measure="count", where=where, sign="==", value=1)

        assert (found.verdict, found.found) == ("cannot be checked", "1 to 2")
        assert "1 event is without a word on what is asked" in found.why
        assert (
            verdict(log, measure="count", where=where, about="records", sign="==", value=1)
            == "agrees"
        )

    def test_terms_unknown(self):
        """Unknown terms of a transfer are a blank."""
        log = EventLog(
            [
                Transfer(date="2001", channel="bilateral", countries=["KGZ"], terms=terms)
                for terms in ("sale", "unknown")
            ]
        )

        found = check(log, measure="count", where={"terms": "sale"}, sign="==", value=1)

        assert found.found == "1 to 2"

    def test_field_of_another_kind(self):
        """What has no such field is not it."""
        log = EventLog([meeting()])

        assert (
            verdict(log, measure="count", where={"goods": "cars"}, sign="==", value=0) == "agrees"
        )

    def test_note_without_the_words(self):
        """A note that is not there does not hold the words."""
        log = EventLog([meeting(note="In Osh"), meeting("2002")])

        assert check(log, measure="count", where={"note": "osh"}, sign="==", value=1).found == "1"

    def test_none_is_a_label(self):
        """Events without a label can be asked for."""
        log = EventLog([meeting(topics=["terrorism"]), meeting("2002")])

        assert (
            check(log, measure="count", where={"topic": "(none)"}, sign="==", value=1).found == "1"
        )

    def test_implied_topics(self):
        """Implied topics count where they are asked for, and only there."""
        log = EventLog([meeting(topics=["three evils"])])

        def found(**more):
            where = {"topic": "terrorism", **more}
            return check(log, measure="count", where=where, sign="==", value=1).found

        assert (found(), found(implied=True)) == ("0", "1")


class TestFilters:
    """What a filter selects."""

    LOG = EventLog(
        [
            exercise("2001-01-01", "KGZ", place="Osh", subkind="cyber"),
            exercise("2002-01-01", "TJK", place="Kulob"),
            meeting(
                "2003-01-01",
                "UZB",
                place="Tashkent",
                participants=[
                    Participant(country="UZB", office="Deputy Minister", rank="minister")
                ],
            ),
            meeting("2004-01-01", "UZB", place="Osh", status="planned", subkind="summit"),
        ]
    )

    @pytest.mark.parametrize(
        ("where", "n"),
        [
            ({}, 3),
            ({"country": ["KGZ", "TJK"]}, 2),
            ({"country": "Kyrgyz Republic"}, 1),
            ({"activity": "exercise", "country": "UZB"}, 0),
            ({"place": "osh"}, 1),
            ({"place": ["osh", "KULOB"]}, 2),
            ({"subkind": "cyb"}, 0),
            ({"subkind": "Cyber"}, 1),
            ({"participants": "deputy"}, 1),
            ({"rank": "minister"}, 1),
            ({"status": ["recorded", "planned"]}, 4),
            ({"status": "planned"}, 1),
            ({"since": "2002"}, 2),
            ({"until": "2002"}, 2),
            ({"since": "2002", "until": "2002"}, 1),
            ({"not": {"activity": "exercise"}}, 1),
            ({"not": {"country": "UZB", "activity": "exercise"}}, 3),
        ],
    )
    def test_count(self, where, n):
        """Conditions are joined by and, several terms of one by or."""
        found = check(self.LOG, measure="count", where=where, about="records", sign="==", value=n)

        assert (found.found, found.verdict) == (str(n), "agrees")
        assert len(found.events) == n


class TestAmounts:
    """People and worth."""

    LOG = EventLog(
        [
            exercise("2001", people={"low": 100, "high": 100, "by_country": {"CHN": 40}}),
            exercise("2002", people={"low": 24, "high": 40}),
            exercise("2003", people={"by_country": {"CHN": 30}}),
            exercise("2004"),
        ]
    )

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ({"measure": "sum", "where": {"until": "2002"}}, "124 to 140"),
            ({"measure": "largest", "where": {"until": "2002"}}, "100"),
            ({"measure": "smallest", "where": {"until": "2002"}}, "24 to 40"),
            ({"measure": "largest"}, "at least 100"),
            ({"measure": "smallest"}, "0 to 40"),
            ({"measure": "smallest", "about": "records"}, "24 to 40"),
            ({"measure": "largest", "about": "records"}, "at least 100"),
            ({"measure": "largest", "by": "CHN", "about": "records"}, "40"),
            ({"measure": "sum", "by": "CHN", "about": "records"}, "70"),
            ({"measure": "sum", "by": "CHN"}, "at least 70"),
            ({"measure": "sum", "where": {"since": "2004"}, "about": "records"}, "not known"),
            ({"measure": "sum", "where": {"since": "2005"}}, "0"),
            ({"measure": "largest", "where": {"since": "2005"}}, "not known"),
        ],
    )
    def test_people(self, query, found):
        """Bounds are added up and compared as bounds; silence is not zero."""
        assert check(self.LOG, **query, of="personnel", sign="==", value=1).found == found

    def test_silent_events_are_told(self):
        """How many events state no number is a reason against a verdict."""
        found = check(self.LOG, measure="sum", of="personnel", sign="<", value=1000)

        assert found.verdict == "cannot be checked"
        assert "1 of 4 events state no number" in found.why

    def test_worth_by_currency(self):
        """Only amounts of the currency are added."""
        log = EventLog(
            [
                Transfer(
                    date=year,
                    channel="bilateral",
                    countries=["KGZ"],
                    value=Money(amount=amount, currency=currency),
                )
                for year, amount, currency in (("2001", 5, "USD"), ("2002", 7, "CNY"))
            ]
        )

        def total(**more):
            query = {"measure": "sum", "of": "value", "currency": "USD", **more}
            return check(log, **query, sign="==", value=5).found

        assert (total(about="records"), total()) == ("5", "at least 5")


class TestMeasures:
    """The other measures on logs that can be counted by eye."""

    LOG = EventLog(
        [
            exercise("2001-01-01", "KGZ"),
            exercise("2001-07-01", "KGZ"),
            exercise("2004-07-01", "TJK"),
            meeting("2005-01-01", "UZB"),
        ]
    )

    @pytest.mark.parametrize(
        ("query", "found", "expected"),
        [
            ({"measure": "distinct", "of": "country", "sign": "==", "value": 3}, "3", "agrees"),
            (
                {"measure": "labels", "of": "activity", "sign": "<=", "value": ["exercise"]},
                "exercise, meeting",
                "disagrees",
            ),
            (
                {"measure": "labels", "of": "country", "sign": ">=", "value": ["KGZ", "TJK"]},
                "KGZ, TJK, UZB",
                "agrees",
            ),
            (
                {"measure": "most", "of": "country", "sign": "==", "value": ["KGZ"]},
                "KGZ",
                "agrees",
            ),
            (
                {"measure": "most", "of": "country", "n": 2, "sign": "==", "value": ["KGZ", "TJK"]},
                "KGZ",
                "disagrees",
            ),
            (
                {
                    "measure": "fewest",
                    "of": "country",
                    "where": {"activity": "exercise"},
                    "sign": "==",
                    "value": ["TJK"],
                },
                "TJK",
                "agrees",
            ),
            ({"measure": "gap", "sign": "about", "value": 3}, "3", "agrees"),
            ({"measure": "peak", "sign": "==", "value": "2001"}, "2001 (2)", "agrees"),
            ({"measure": "peak", "sign": ">", "value": "2001"}, "2001 (2)", "disagrees"),
            (
                {
                    "measure": "share",
                    "part": {"activity": "exercise"},
                    "sign": "==",
                    "value": 0.75,
                },
                "0.75",
                "agrees",
            ),
        ],
    )
    def test_answer(self, query, found, expected):
        """Each measure gives what the eye counts."""
        row = check(self.LOG, **query)

        assert (row.found, row.verdict) == (found, expected)

    def test_differences_are_told(self):
        """Who lacks and who is too many stands beside the verdict."""
        query = {"measure": "labels", "of": "country", "sign": "==", "value": ["KGZ", "TKM"]}

        assert "without TKM; also TJK, UZB" in check(self.LOG, **query).why

    def test_how_much_it_falls_short(self):
        """A count that is too low says by how much."""
        short = check(self.LOG, measure="count", sign=">=", value=10)
        above = check(self.LOG, measure="count", sign="<", value=4)

        assert (short.why, above.why) == (
            "short by 6; coverage is not stated",
            "exactly 4; coverage is not stated",
        )
        assert check(self.LOG, measure="count", sign="==", value=1).why.startswith("above by 3")

    @pytest.mark.parametrize(
        ("sign", "value", "why"),
        [
            ("==", "2000-12", "later by 1 day"),
            ("<", "1999-10", "later by 14 months"),
            (">=", "2010", "earlier by 9 years"),
            (">", "2001-02", "earlier by 31 days"),
            ("!=", "2001", "in that very time"),
        ],
    )
    def test_how_far_a_date_is_off(self, sign, value, why):
        """A date that is not as claimed says by how much, or that it is just then."""
        log = EventLog([meeting("2001-01-01"), meeting("2003")])

        row = check(log, measure="first", sign=sign, value=value)

        assert row.verdict == "disagrees"
        assert row.why.startswith(why)

    def test_a_denial_that_fails_says_so(self):
        """Where the opposite of a claim holds, that stands beside the verdict."""
        part = {"measure": "count", "is": ">=", "value": 1}

        assert check(self.LOG, **{"not": part}).why.startswith("what is denied holds")

    @pytest.mark.parametrize(("tolerance", "expected"), [(0.1, "disagrees"), (0.25, "agrees")])
    def test_about_is_within_a_stated_part(self, tolerance, expected):
        """About is a tenth where nothing is said, and what is said elsewhere."""
        found = check(self.LOG, measure="count", sign="about", value=5, tolerance=tolerance)

        assert found.verdict == expected
        assert found.claimed == f"about 5 (within {tolerance:.0%})"

    def test_two_counts(self):
        """A count can be held against another."""
        found = check(
            self.LOG,
            measure="count",
            where={"activity": "exercise"},
            sign=">",
            value={"measure": "count", "where": {"activity": "meeting"}},
        )

        assert (found.verdict, found.found) == ("agrees", "3 against 1")
        assert len(found.events) == 4

    def test_share_of_nothing(self):
        """A share of no events is not known."""
        found = check(
            self.LOG,
            measure="share",
            where={"country": "KAZ"},
            part={"activity": "meeting"},
            sign=">=",
            value=0,
        )

        assert (found.verdict, found.found) == ("cannot be checked", "not known")
        assert "there is nothing to take a share of" in found.why

    @pytest.mark.parametrize(
        ("sign", "value", "expected"),
        [
            ("<=", 0.5, "cannot be checked"),
            (">=", 0.6, "cannot be checked"),
            ("<=", 0.7, "agrees"),
            (">", 0.7, "disagrees"),
        ],
    )
    def test_share_with_an_event_that_may_belong(self, sign, value, expected):
        """An event that may lie in the part or not counts towards either bound of the share."""
        log = EventLog([meeting("2001"), meeting("[2001..2002]"), meeting("2003")])

        found = check(log, measure="share", part={"until": "2001"}, sign=sign, value=value)

        assert (found.found, found.verdict) == ("0.333 to 0.667", expected)

    def test_gap_of_imprecise_dates(self):
        """Between two events of known years lie at least and at most so many years."""
        log = EventLog([meeting("2001"), meeting("2003")])

        found = check(log, measure="gap", sign="<=", value=3)

        assert (found.found, found.verdict) == ("1 to 3", "agrees")

    def test_no_event_at_all(self):
        """The first of nothing is in no year."""
        assert verdict(EventLog(), measure="first", sign="==", value="2001") == "disagrees"
        assert verdict(EventLog(), measure="first", sign="!=", value="2001") == "agrees"


class TestEach:
    """Tests that must hold for every period and label."""

    LOG = covered(
        [meeting("2001-05", "KGZ"), meeting("2003-05", "KGZ"), meeting("2002", "TJK")],
        ("KGZ", "meeting", "2001", "2003"),
        ("TJK", "meeting", "2002", "2003"),
    )

    def test_every_year(self):
        """The years that fail are named."""
        found = check(
            self.LOG,
            measure="count",
            where={"country": "KGZ", "since": "2001", "until": "2003"},
            each={"period": "Y"},
            sign=">=",
            value=1,
        )

        assert (found.verdict, found.found, found.why) == ("disagrees", "in 2 of 3", "not in 2002")
        assert found.claimed == "at least 1 in each year"

    def test_years_and_countries(self):
        """All combinations are asked."""
        found = check(
            self.LOG,
            measure="count",
            where={"activity": "meeting", "since": "2002", "until": "2003"},
            each={"period": "Y", "country": ["KGZ", "TJK"]},
            sign=">=",
            value=1,
        )

        assert found.found == "in 2 of 4"
        assert found.why == "not in KGZ 2002, TJK 2003"

    def test_unobserved_years_are_open(self):
        """A year that was not observed decides nothing."""
        found = check(
            self.LOG,
            measure="count",
            where={"country": "TJK", "since": "2001", "until": "2002"},
            each={"period": "Y"},
            sign=">=",
            value=1,
        )

        assert (found.verdict, found.found) == ("cannot be checked", "in 1 of 2, 1 not known")
        assert found.why == "bilateral meeting with TJK observed 2002 to 2003 only"

    def test_years_of_the_coverage(self):
        """Without dates the periods are those that were observed."""
        found = check(
            self.LOG,
            measure="count",
            where={"country": "KGZ"},
            each={"period": "Y"},
            sign=">=",
            value=0,
        )

        assert found.found == "in 3 of 3"

    def test_stretches_of_years(self):
        """A period may have several years."""
        found = check(
            self.LOG,
            measure="count",
            where={"country": "KGZ", "since": "2001", "until": "2004"},
            about="records",
            each={"period": "2Y"},
            sign="==",
            value=1,
        )

        assert (found.verdict, found.found) == ("agrees", "in 2 of 2")

    def test_nothing_to_look_at(self):
        """An empty log has no periods, which proves nothing."""
        found = check(EventLog(), measure="count", each={"period": "Y"}, sign=">=", value=1)

        assert found.verdict == "cannot be checked"
        assert "there are no periods to look at" in found.why


class TestCombinations:
    """All, any and not."""

    LOG = EventLog([meeting("2001-01-01"), meeting("2001")])
    YES: ClassVar = {"measure": "count", "is": "==", "value": 2}
    NO: ClassVar = {"measure": "count", "is": "==", "value": 3}
    OPEN: ClassVar = {"measure": "count", "where": {"since": "2001-07"}, "is": "==", "value": 1}

    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            ({"all": [YES, YES]}, "agrees"),
            ({"all": [YES, OPEN]}, "cannot be checked"),
            ({"all": [NO, OPEN]}, "disagrees"),
            ({"any": [NO, YES, OPEN]}, "agrees"),
            ({"any": [NO, OPEN]}, "cannot be checked"),
            ({"any": [NO, NO]}, "disagrees"),
            ({"not": NO}, "agrees"),
            ({"not": YES}, "disagrees"),
            ({"not": OPEN}, "cannot be checked"),
            ({"not": {"all": [YES, NO]}}, "agrees"),
        ],
    )
    def test_truth(self, query, expected):
        """What is not known stays so, unless the rest decides."""
        assert check_claims(self.LOG, [claim_of(query)])["one"].verdict == expected

    def test_reasons_come_from_the_parts_that_matter(self):
        """Only what decides is given as the reason."""
        found = check_claims(self.LOG, [claim_of({"all": [self.NO, self.OPEN]})])["one"]

        assert found.why == "short by 1; coverage is not stated"
        assert (found.claimed, found.found) == ("3 and 1", "2; 0 to 1")


class TestChange:
    """Rates before and after a date."""

    @staticmethod
    def log(before, after):
        """Make a log of observed years, with so many events in each."""
        events = [
            meeting(f"{year}-{month % 12 + 1:02}-{month // 12 + 1:02}")
            for year, n in enumerate((*before, *after), 2002 - len(before))
            for month in range(n)
        ]
        first, last = 2002 - len(before), 2001 + len(after)
        return covered(events, ("KGZ", "meeting", str(first), str(last)))

    FEW, MANY = (1, 0, 1, 0, 1, 0), (3, 4, 2, 4, 3, 3)

    @pytest.mark.parametrize(
        ("before", "after", "sign", "expected"),
        [
            (FEW, MANY, "rose", "agrees"),
            (FEW, MANY, "fell", "disagrees"),
            (MANY, FEW, "fell", "agrees"),
            (MANY, MANY, "rose", "cannot be checked"),
            ((0, 0), (0, 0), "rose", "cannot be checked"),
            (FEW, (0, 18, 0, 0, 0, 1), "rose", "cannot be checked"),  # one year, and no rise
            ((2,), (20,), "rose", "agrees"),  # of two years, months tell how they vary
        ],
    )
    def test_direction(self, before, after, sign, expected):
        """A direction needs a test that knows how much counts vary; chance decides nothing."""
        log = self.log(before, after)

        assert verdict(log, measure="ratio", split="2002", sign=sign) == expected

    def test_p_value_is_that_of_the_robust_null(self):
        """Twelve years of which the six highest come last do so in few orders by chance."""
        found = check(self.log(self.FEW, self.MANY), measure="ratio", split="2002", sign="rose")

        assert found.found.startswith("1996 to 2001: 3 in 6 years, 2002 to 2007: 19 in 6 years")
        p_value = float(found.found.rpartition("p = ")[2])
        assert 2 / comb(12, 6) * 0.3 < p_value < 0.02

    def test_level_is_of_the_claim(self):
        """What counts as chance is said by the query."""
        log = self.log((2, 3, 2, 3, 2), (4, 2, 5, 3, 4))
        asked = {"measure": "ratio", "split": "2002", "sign": "rose"}

        assert verdict(log, **asked) == "cannot be checked"
        assert check(log, **asked).why == "chance alone may have made the difference"
        assert verdict(log, **asked, level=0.3) == "agrees"

    def test_split_in_the_middle(self):
        """Without a date the later half of what was observed is held against the earlier."""
        found = check(self.log((2, 1, 0), (9, 8, 9, 7)), measure="ratio", sign="rose")

        assert found.found.startswith("1999 to 2001: 3 in 3 years, 2002 to 2005: 33 in 4 years")

    def test_halves_are_of_what_all_tables_observed(self):
        """Years that only some of the tables cover belong to neither half."""
        log = covered(
            [meeting("1995-01-01"), meeting("2003-05-01")],
            ("KGZ", "meeting", "1990", "2003"),
            ("KGZ", "exercise", "2000", "2003"),
        )

        found = check(log, measure="ratio", sign="rose")

        assert found.found.startswith("2000 to 2001: 0 in 2 years, 2002 to 2003: 1 in 2 years")

    def test_what_rests_on_an_empty_start_is_marked(self):
        """A rise that is lost without the years before all had an event cannot be checked."""
        events = [meeting(f"{year}-0{n}-01") for year in range(1990, 2010) for n in (1, 2)]
        late = [
            evolve(meeting(f"{year}-0{n}-05"), countries=["TJK"])
            for year in range(2000, 2010)
            for n in (1, 2, 3)
        ]
        spans = [("KGZ", "meeting", "1990", "2009"), ("TJK", "meeting", "1990", "2009")]

        found = check(covered(events + late, *spans), measure="ratio", sign="rose")

        assert found.verdict == "cannot be checked"
        assert found.found.startswith("1990 to 1999: 20 in 10 years, 2000 to 2009: 50 in 10 years")
        assert found.why.startswith(
            "rests on years before every country had its first event; later 2001 to 2004: 20 in 4"
        )
        assert verdict(covered(events, spans[0]), measure="ratio", sign="rose") != "agrees"

    def test_a_rise_after_the_start_stands(self):
        """What is found without the first years as well agrees."""
        n_by_year = (1, 1, 0, 2, 1, 1, 0, 1, 1, 2, 5, 6, 4, 7, 5, 6, 5, 4, 6, 5)
        events = [
            meeting(f"{year}-{month + 1:02}-01")
            for year, n in enumerate(n_by_year, 1990)
            for month in range(n)
        ]
        late = [evolve(meeting(f"{year}-05-05"), countries=["TJK"]) for year in range(1993, 2010)]
        log = covered(
            events + late, ("KGZ", "meeting", "1990", "2009"), ("TJK", "meeting", "1990", "2009")
        )

        assert verdict(log, measure="ratio", sign="rose") == "agrees"

    def test_other_splits_that_are_as_good_are_told(self):
        """A date that could as well be another is said to be one of several."""
        found = check(self.log(self.FEW, self.MANY), measure="ratio", split="2002", sign="rose")

        assert found.why.startswith("the same at every split from ")

    def test_unequal_spans_are_rates(self):
        """Years that were not observed are no years without events."""
        log = covered(
            [meeting("2001-01-01"), meeting("2004-01-01")], ("KGZ", "meeting", "2001", "2004")
        )
        where = {"since": "1991", "until": "2004"}

        found = check(log, measure="ratio", where=where, split="2004", sign=">", value=2.9)

        assert found.verdict == "agrees"
        assert "1 in 3 years" in found.found

    def test_side_without_observation(self):
        """Nothing is said of a span that nobody observed."""
        found = check(self.log((3,), (3,)), measure="ratio", split="2000", sign="rose")

        assert found.verdict == "cannot be checked"
        assert "one of the two spans was not observed" in found.why

    def test_shares(self):
        """The part of other events is compared by Fisher's test."""
        log = EventLog(
            [meeting(f"2001-{month:02}-01", topics=["crime"]) for month in range(1, 11)]
            + [meeting(f"2003-{month:02}-01", topics=["terrorism"]) for month in range(1, 11)]
        )

        found = check(
            log,
            measure="ratio",
            where={"topic": "crime"},
            among={"activity": "meeting"},
            split="2003",
            sign="fell",
        )

        assert found.verdict == "agrees"
        assert "10 of 10" in found.found
        assert "0 of 10; ratio 0, p = 1.1e-05" in found.found

    def test_imprecise_dates_make_cases(self):
        """Events that may lie on either side count on both in turn."""
        log = EventLog([meeting("2001-01-01"), meeting("200X"), meeting("2009-01-01")])

        found = check(log, measure="ratio", split="2005", sign=">=", value=1)

        assert found.verdict == "cannot be checked"
        assert "1 to 2 in" in found.found


class TestFollowing:
    """Whether events come oftener after others."""

    @staticmethod
    def log(lag):
        """Make a log in which an exercise follows every meeting after some months."""
        events = []
        for start in range(0, 240, 16):
            for kind, month in ((meeting, start), (exercise, start + lag)):
                day = f"{2000 + month // 12}-{month % 12 + 1:02}-01"
                events.append(evolve(kind(), date=day))
        return EventLog(events)

    def test_what_follows_within_the_months_agrees(self):
        """Exercises two months after each meeting follow; chance would spread them."""
        asked = {"where": {"activity": "exercise"}, "after": {"activity": "meeting"}}

        found = check(self.log(2), measure="follows", months=3, sign="rose", **asked)

        assert found.verdict == "agrees"
        assert found.found.startswith("13 in 3 years after, 0 in ")

    def test_events_that_are_both_are_refused(self):
        """What is cause and effect at once cannot be compared."""
        found = check(self.log(2), measure="follows", after={"activity": "meeting"}, sign="rose")

        assert found.verdict == "cannot be checked"
        assert "15 events are both" in found.why


class TestRhythm:
    """What mechanisms are said to do."""

    LOG = EventLog(
        [
            Mechanism(
                date="2001",
                channel="multilateral",
                organisations=["SCO"],
                subkind="ministers",
                recurrence=Recurrence(since="2001-06", times=2, years=1),
            ),
            Mechanism(date="2002", channel="multilateral", organisations=["SCO"], subkind="forum"),
        ]
    )

    @pytest.mark.parametrize(
        ("value", "expected"),
        [
            ({"times": 2, "years": 1}, "agrees"),
            ({"times": 1}, "disagrees"),
            ({"since": "2001"}, "agrees"),
            ({"since": "2002"}, "disagrees"),
            ({"activity": "meeting", "times": 2}, "agrees"),
        ],
    )
    def test_stated_rhythm(self, value, expected):
        """All that is claimed of a rhythm must be as stated."""
        assert verdict(self.LOG, measure="rhythm", sign="==", value=value) == expected

    def test_rhythm_not_stated(self):
        """A mechanism without a rhythm tests nothing."""
        found = check(
            self.LOG, measure="rhythm", where={"subkind": "forum"}, sign="==", value={"times": 1}
        )

        assert (found.verdict, found.found) == ("cannot be checked", "none stated")

    def test_implied_events_can_be_counted(self):
        """The events that a rhythm implies count where they are asked for."""
        where = {"status": "implied", "until": "2003"}

        found = check(self.LOG, measure="count", where=where, sign="==", value=4)

        assert found.found == "4"  # two a year; the log ends with 2002
        assert found.verdict == "agrees"


def test_every_measure_is_tried():
    """No measure is without a hand-made case on this page."""
    page = Path(__file__).read_text(encoding="utf-8")
    tried = [name for name in MEASURES if f'"measure": "{name}"' in page]
    tried += [name for name in MEASURES if f'measure="{name}"' in page]

    assert set(MEASURES) == set(tried)


def test_numbers_are_kept_for_the_picture():
    """A claim about one number keeps the claimed and the found one, with their bounds."""
    log = EventLog([meeting("2001")])
    found = check(log, measure="count", where={"until": "2001-06"}, sign="==", value=1)
    silent = check(EventLog([exercise()]), measure="largest", of="personnel", sign="==", value=1)

    assert (found.claimed_number, found.found_number) == ((1, 1), (0, 1))
    assert silent.found_number == (0, inf)


def test_claims_ask_for_columns_of_ones_own_and_further_axes():
    """A filter, a label and an ``each`` may be of one's own column, a pair or a participant."""
    log = covered(
        [
            meeting("2001", initiator="CHN", own={"region": "north; east"}),
            meeting("2002", own={"region": "north"}),
            meeting("2003", own={"region": "south"}, organisations=["SCO"]),
        ],
        ("KGZ", "meeting", "2000", "2010"),
    )
    count = {"measure": "count", "sign": "=="}

    assert verdict(log, **count, where={"own:region": "North"}, value=2) == "agrees"
    assert verdict(log, **count, where={"own:region": ["east", "south"]}, value=3) == "disagrees"
    assert verdict(log, **count, where={"pair": "KGZ-CHN"}, about="records", value=1) == "agrees"
    assert verdict(log, **count, where={"organisation": "SCO"}, value=1) == "agrees"
    named = {"measure": "labels", "of": "own:region", "sign": "=="}
    assert verdict(log, **named, value=["north", "east", "south"]) == "agrees"
    most = {"measure": "most", "of": "own:region", "sign": "=="}
    assert verdict(log, **most, value=["north"]) == "agrees"
    each = {"own:region": ["north", "south"]}
    assert verdict(log, measure="count", each=each, sign=">=", value=1) == "agrees"
