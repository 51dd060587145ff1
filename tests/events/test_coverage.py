"""Coverage: what was observed, joined, cut, and stated without holes in its logic."""

import itertools
import re
from datetime import date, timedelta

import numpy as np
import pytest
from attrs import evolve
from hypothesis import assume, given
from hypothesis import strategies as st

from engagement.counting.counting import count_events
from engagement.errors import CoverageError, DateError, EventError, SettingError, UnknownTermError
from engagement.events.coverage import Coverage, narrow_coverage
from engagement.events.events import Measure, Meeting, Transfer
from engagement.events.observed import Observed, read_observed
from engagement.files.event_files import write_events
from engagement.log.eventlog import EventLog
from engagement.values.dates import EventDate, read_span
from engagement.values.vocabulary import NONE_LABEL, Activity, Channel
from strategies.dates import event_dates
from strategies.events import coverages, events, observed

KEY = {"country": "KGZ", "channel": "bilateral", "activity": "meeting"}
STATED = {**KEY, "since": "1993", "until": "2020"}
# of few kinds, so that statements meet
small = st.lists(
    observed(2018, 2021).map(lambda entry: evolve(entry, country="KGZ", activity="meeting")),
    max_size=5,
).map(Coverage)


def days_of(coverage):
    """List observed days by key, one by one: the slow twin of spans."""
    days = {}
    for entry in coverage:
        first, stop = entry.days
        days.setdefault(entry.key, set()).update(range(first, stop))
    return {key: found for key, found in days.items() if found}


# Statements


@given(observed())
def test_statement_is_a_value(statement):
    """A statement's repr makes the same, and so do its fields as a mapping of texts."""
    assert eval(repr(statement), {"Observed": Observed}) == statement  # noqa: S307
    assert read_observed(Coverage([statement]).to_rows()[0]) == statement
    assert hash(evolve(statement)) == hash(statement)


@pytest.mark.parametrize(
    ("values", "field", "problem"),
    [
        ({"since": "../2000"}, "since", "'../2000' has no start; say when observation began"),
        ({"until": "2000/.."}, "until", "'2000/..' has no end; say until when was observed"),
        ({"until": "1992"}, "until", "'1992' ends before since '1993' begins"),
        ({"since": "soon"}, "since", "'soon' is not a date"),
        ({"since": None}, "since", "a date is read from a text"),
        ({"country": "SCO"}, "country", "'SCO' is an organisation, not a country"),
        ({"country": ["KGZ"]}, "country", "unknown country ['KGZ']"),
        ({"channel": "bilatral"}, "channel", "unknown channel 'bilatral'"),
        ({"activity": "meating"}, "activity", "unknown activity 'meating'"),
        ({"note": 5}, "note", "it must be a text, got 5"),
    ],
)
def test_faulty_statement_is_told(values, field, problem):
    """An open end, an end before the start and unknown terms are refused."""
    with pytest.raises(EventError) as caught:
        Observed(**{**STATED, **values})

    ((name, _, told),) = caught.value.faults
    assert name == field
    assert told.startswith(problem)


@pytest.mark.parametrize(
    "share", [0, -0.1, 1.0000001, float("nan"), float("inf"), True, "0.5", [0.5], np.True_]
)
def test_completeness_is_a_share(share):
    """A share is above 0 and at most 1: nothing is observed where nothing is recorded."""
    with pytest.raises(
        EventError, match="completeness: must be a share above 0 and at most 1, got"
    ):
        Observed(**STATED, completeness=share)


@pytest.mark.parametrize("share", [1, 1e-300, 0.5, np.float32(0.5), np.int64(1)])
def test_completeness_takes_numbers(share):
    """Numbers of any kind are taken and become Python's."""
    read = Observed(**STATED, completeness=share).completeness

    assert type(read) is float
    assert read == share


@pytest.mark.parametrize(
    ("statement", "problem"),
    [
        ({**STATED, "comment": "x"}, "comment: unknown; the columns are country, channel"),
        (
            {"country": "KGZ"},
            "channel: is required; activity: is required; since: is required; until",
        ),
        (5, "statement: must be a mapping, got 5"),
        ("KGZ", "statement: must be a mapping, got 'KGZ'"),
        ({5: 5, **STATED}, "5: unknown"),
    ],
)
def test_what_is_no_statement_is_told(statement, problem):
    """Unknown and missing fields are told, with the place of the statement."""
    with pytest.raises(CoverageError, match=re.escape(f"statement 2: observed: {problem}")):
        Coverage([STATED, statement])


def test_all_faulty_statements_are_told():
    """Every statement that cannot be kept is told at once."""
    with pytest.raises(CoverageError, match=r"statement 1: .*; statement 3: .*country.*"):
        Coverage([{**STATED, "until": "1990"}, STATED, {**STATED, "country": "XYZ"}])


@pytest.mark.parametrize("statements", [5, "KGZ", None, STATED])
def test_statements_are_several(statements):
    """A single statement, or anything else, is not taken for a list."""
    with pytest.raises(CoverageError, match="statements of coverage must be several"):
        Coverage(statements)


# Spans


@given(small)
def test_spans_are_the_observed_days(coverage):
    """Joined spans hold exactly the days stated, increase and never touch."""
    twin = days_of(coverage)

    assert set(coverage.merged) == set(twin)
    for key, days in twin.items():
        spans = coverage.spans(*key)
        assert {
            start.toordinal() + n for start, end in spans for n in range((end - start).days)
        } == days
        assert all(start < end for start, end in spans)
        assert all(end < start for (_, end), (start, _) in itertools.pairwise(spans))


@pytest.mark.parametrize(
    ("spans", "joined"),
    [
        ((("2018", "2018"), ("2019", "2020")), [("2018", "2020")]),
        ((("2018", "2021"), ("2019", "2019")), [("2018", "2021")]),
        ((("2018", "2019"), ("2019-06", "2020")), [("2018", "2020")]),
        ((("2018", "2018-12-30"), ("2019", "2019")), [("2018", "2018-12-30"), ("2019", "2019")]),
    ],
)
def test_spans_that_touch_or_overlap_are_joined(spans, joined):
    """Spans are joined where no day lies between them, also one inside another."""
    stated = Coverage([{**KEY, "since": since, "until": until} for since, until in spans])

    assert stated.spans("KGZ", "bilateral", "meeting") == tuple(
        (EventDate(since).start, EventDate(until).end) for since, until in joined
    )


@given(small, st.randoms())
def test_order_and_repetition_are_irrelevant(coverage, random):
    """The same statements in any order, some of them twice, are the same coverage."""
    shuffled = [*coverage, *coverage]
    random.shuffle(shuffled)

    assert Coverage(shuffled) == coverage
    assert hash(Coverage(shuffled)) == hash(coverage)


@given(small, small)
def test_union_observes_what_either_observes(one, other):
    """Joined coverage has the days of both, whatever stands first."""
    twin = days_of(one)
    for key, days in days_of(other).items():
        twin.setdefault(key, set()).update(days)

    assert days_of(one | other) == twin
    assert one | other == other | one
    assert one | one == one
    assert one | Coverage() == one


def test_coverage_joins_coverage_only():
    """Anything else cannot be joined."""
    with pytest.raises(TypeError, match="unsupported operand"):
        assert Coverage() | [STATED]


def test_spans_are_asked_for_in_any_spelling():
    """Country, channel and activity are read as everywhere; unknown ones are errors."""
    coverage = Coverage([STATED])

    assert coverage.spans("Kyrgyz Republic", "Bilateral", Activity.MEETING) == (
        (date(1993, 1, 1), date(2021, 1, 1)),
    )
    assert coverage.spans(NONE_LABEL, Channel.DOMESTIC, "visit") == ()
    with pytest.raises(UnknownTermError, match="unknown activity 'meetings'"):
        coverage.spans("KGZ", "bilateral", "meetings")


@given(
    small,
    st.none() | event_dates(2017, 2022),
    st.none() | event_dates(2017, 2022),
    st.none() | st.sets(st.sampled_from(Channel)),
    st.none() | st.sets(st.sampled_from(Activity)),
)
def test_narrowed_coverage_is_the_days_that_remain(coverage, since, until, channels, activities):
    """Narrowing keeps exactly the days of the kept channels and activities within the dates."""
    try:
        low, high = read_span(since, until)
    except DateError:
        assume(False)  # noqa: FBT003
    twin = {}
    for (country, channel, activity), days in days_of(coverage).items():
        kept = {day for day in days if (low is None or day >= low) and (high is None or day < high)}
        if (
            kept
            and (channels is None or channel in channels)
            and (activities is None or activity in activities)
        ):
            twin[country, channel, activity] = kept

    wanted = {"channel": channels, "activity": activities}
    labels = {axis: kept for axis, kept in wanted.items() if kept is not None}
    narrowed = narrow_coverage(coverage, labels, (low, high))

    assert days_of(narrowed) == twin
    assert narrow_coverage(narrowed, {}, (low, high)) == narrowed


def test_narrowing_keeps_what_is_said_of_completeness():
    """A statement that is cut keeps its share, its note and its source."""
    coverage = Coverage([{**STATED, "completeness": 0.5, "note": "partly", "source": "a"}])

    (entry,) = narrow_coverage(coverage, {}, read_span("2000", "2001-06"))

    assert (entry.completeness, entry.note, entry.source) == (0.5, "partly", "a")
    assert (str(entry.since), str(entry.until)) == ("2000-01-01", "2001-06-30")


def test_coverage_is_assumed_of_events():
    """What is no event is told by name, as where a span is stated."""
    with pytest.raises(SettingError, match="events must be several events, got 'log'"):
        Coverage.assumed("log")
    with pytest.raises(SettingError, match="events must be of Event, got 'a'"):
        Coverage.assumed(["a"])


# One span for all


@given(st.lists(events(), min_size=1, max_size=4))
def test_one_span_for_all_that_a_log_has(found):
    """Every country is covered with every channel and activity of the events, over one span."""
    coverage = Coverage.since_to(iter(found), "1993", "2020-06")

    countries = {label for event in found for label in event.country_labels or (NONE_LABEL,)}
    keys = {(c, h.channel, a.activity) for c in countries for h in found for a in found}
    assert set(coverage.merged) == keys
    assert {spans for spans in coverage.merged.values()} == {  # noqa: C416
        ((date(1993, 1, 1).toordinal(), date(2020, 7, 1).toordinal()),)
    }


def test_no_events_state_nothing():
    """Without events one span states nothing."""
    assert Coverage.since_to([], "1993", "2020") == Coverage()
    assert not Coverage().is_stated
    assert Coverage([STATED]).is_stated


@pytest.mark.parametrize(
    ("since", "until", "error", "message"),
    [
        ("2020", "1993", DateError, "since must begin before until ends"),
        ("soon", "2020", DateError, "'soon' is not a date"),
        (
            "../2000",
            "2020",
            CoverageError,
            "a span needs both ends, got since '../2000' and until '2020'",
        ),
        ("2000", "2020/..", CoverageError, "a span needs both ends"),
    ],
)
def test_one_span_has_both_ends(since, until, error, message):
    """A span that cannot be kept is told once, not for each statement that it would make."""
    meetings = [Meeting(date="2019", channel="bilateral", countries=[c]) for c in ("KGZ", "TJK")]

    with pytest.raises(error, match=re.escape(message)) as caught:
        Coverage.since_to(meetings, since, until)
    assert str(caught.value).count(message) == 1


def test_days_and_dates_are_taken_as_ends():
    """The ends of a span are dates in any form."""
    found = [Transfer(date="2019", channel="domestic")]
    expected = Coverage.since_to(found, "2000-01-01", "2000-12-31")

    assert Coverage.since_to(found, date(2000, 1, 1), EventDate("2000-12-31")) == expected


# Tables and texts


@given(coverages())
def test_coverage_is_a_table_and_back(coverage):
    """The table has one row per statement, with dates as texts."""
    frame = coverage.to_frame()

    assert len(frame) == len(coverage) == len(list(coverage))
    assert Coverage(coverage.to_rows()) == coverage
    assert list(frame.columns) == [
        *("country", "channel", "activity", "since", "until", "completeness", "note", "source"),
        *("basis", "only", "coded"),
    ]


def test_coverage_says_itself():
    """The repr says how much is stated and from when to when."""
    other = {**STATED, "until": "2021-06"}

    assert repr(Coverage([STATED, other])) == "Coverage(2 statements, 1993-01-01 to 2021-06-30)"
    assert repr(Coverage()) == "Coverage(not stated)"


def test_last_year_of_all_can_be_covered():
    """The end of the last year that a date can have is no fault."""
    coverage = Coverage([{**STATED, "since": "0001", "until": "9998"}])

    assert coverage.spans("KGZ", "bilateral", "meeting") == (
        (date(1, 1, 1), date(9998, 12, 31) + timedelta(days=1)),
    )
    assert len(narrow_coverage(coverage, {}, read_span("9998-12-31", "9998-12-31"))) == 1


def test_what_a_log_is_narrowed_to_and_nobody_observed_is_no_zero():
    """Kinds of events that no statement names are unobserved after a selection as before it."""
    domestic = Measure(date="2005", channel="domestic", initiator="KGZ", id="d")
    log = EventLog(
        [*(Meeting(date=str(y), channel="bilateral", countries=["KGZ"]) for y in (2003, 2008)),
         domestic],
        coverage=Coverage([STATED]),
    )  # fmt: skip

    alone = log.where(channel="domestic")
    counts = count_events(alone, by=("country", "channel"))

    assert alone.coverage.is_stated
    assert repr(alone.coverage) == "Coverage(nothing observed)"
    assert alone.coverage != Coverage()
    assert np.isnan(counts.values).all()
    assert (counts.exposure_years == 0).all()
    assert counts.left_out["reason"].tolist() == ["no coverage stated for it"]
    assert (alone | log) == log


def test_nothing_observed_is_not_written_as_nothing_stated(tmp_path):
    """No file can say that coverage is stated and empty, so none is written."""
    log = EventLog([], coverage=Coverage(is_stated=True))

    for name in ("a.csv", "a.json", "a.parquet", "a.xlsx"):
        with pytest.raises(CoverageError, match="nothing was observed of what the log"):
            write_events(log, tmp_path / name)
    assert list(tmp_path.iterdir()) == []
