"""The events that a mechanism implies by its rhythm."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagement.errors import SettingError
from engagement.events.coverage import Coverage
from engagement.events.events import Mechanism, Meeting
from engagement.events.parts import Participant, Recurrence, Source
from engagement.log.eventlog import EventLog
from engagement.log.expansion import implied_events
from engagement.values.vocabulary import Activity, Status
from strategies.events import events, logs, recurrences

COMMON = {"id": "m", "date": "2002", "channel": "multilateral", "organisations": ["SCO"]}


def dates_of(last_year, **rhythm):
    """Give the dates that a rhythm implies."""
    mechanism = Mechanism(**COMMON, recurrence=Recurrence(**rhythm))
    return [str(event.date) for event in implied_events(mechanism, last_year)]


def test_yearly_rhythm_gives_one_event_a_year():
    """A body that meets once a year met in each year from its first, dated by the year alone."""
    assert dates_of(2005, since="2002-06") == ["2002", "2003", "2004", "2005"]


def test_several_events_a_year():
    """A body that meets twice a year has two events of the same date."""
    assert dates_of(2003, since="2002", times=2) == ["2002", "2002", "2003", "2003"]


def test_every_few_years():
    """A rhythm of years dates an event to one of several; no stretch is begun that cannot end."""
    assert dates_of(2008, since="2002", years=3) == ["[2002..2004]", "[2005..2007]"]
    assert dates_of(2007, since="2002", years=3) == ["[2002..2004]", "[2005..2007]"]
    assert dates_of(2006, since="2002", years=3) == ["[2002..2004]"]
    assert dates_of(2003, since="2002", years=3) == []


def test_mechanism_that_ended_implies_nothing_after():
    """The year of its end is its last."""
    assert dates_of(2020, since="2002", until="2004-01") == ["2002", "2003", "2004"]
    assert dates_of(2003, since="2002", until="2010") == ["2002", "2003"]


def test_nothing_is_implied_before_the_start_or_without_a_rhythm():
    """A mechanism that starts later, or has no rhythm, implies nothing."""
    assert dates_of(2001, since="2002") == []
    assert list(implied_events(Mechanism(**COMMON), 2020)) == []


@given(recurrences(), st.integers(1985, 2035))
def test_as_many_events_as_the_rhythm_says(rhythm, last_year):
    """As many events as whole stretches fit, times the events of each; ids are unique."""
    mechanism = Mechanism(**COMMON, recurrence=rhythm)
    if rhythm.until is not None:
        last_year = min(last_year, (rhythm.until.end.replace(day=1)).year)
        if (rhythm.until.end.month, rhythm.until.end.day) == (1, 1):
            last_year = min(last_year, rhythm.until.end.year - 1)
    n_stretches = max(0, last_year - rhythm.since.start.year + 1) // rhythm.years

    found = list(implied_events(mechanism, last_year))

    assert len(found) == n_stretches * rhythm.times
    assert len({event.id for event in found}) == len(found)
    assert {event.activity for event in found} <= {rhythm.activity}
    assert {event.status for event in found} <= {Status.IMPLIED}
    assert all(event.date.start.year >= rhythm.since.start.year for event in found)
    assert all(event.date.end.year <= last_year + 1 for event in found)


def test_implied_event_leads_back_to_its_mechanism():
    """An implied event has its mechanism's parties, topics and sources, and names it."""
    mechanism = Mechanism(
        **COMMON,
        initiator="CHN",
        countries=["KGZ"],
        participants=[Participant(country="CHN", rank="minister")],
        topics=["terrorism"],
        sources=[Source(document="a", where="p. 3")],
        subkind="summit",
        note="founded in Shanghai",
        recurrence=Recurrence(since="2002"),
    )

    (event,) = implied_events(mechanism, 2002)

    assert event == Meeting(
        id="m-implied-2002",
        mechanism="m",
        date="2002",
        channel="multilateral",
        organisations=["SCO"],
        initiator="CHN",
        countries=["KGZ"],
        participants=[Participant(country="CHN", rank="minister")],
        topics=["terrorism"],
        sources=[Source(document="a", where="p. 3")],
        subkind="summit",
        status="implied",
    )


@pytest.mark.parametrize("activity", Activity)
def test_any_kind_recurs(activity):
    """Events of every kind can be implied, several a year with numbers in their ids."""
    mechanism = Mechanism(**COMMON, recurrence=Recurrence(since="2002", times=2, activity=activity))

    found = list(implied_events(mechanism, 2002))

    assert [event.activity for event in found] == [activity, activity]
    assert [event.id for event in found] == ["m-implied-2002-1", "m-implied-2002-2"]


# Of a log


RHYTHM = Mechanism(**COMMON, recurrence=Recurrence(since="2002"))
STATED = {"country": "KGZ", "channel": "bilateral", "activity": "meeting", "since": "1993"}


def n_implied(log, **kwargs):
    """Count the implied events of an expanded log."""
    return len(log.expand(**kwargs)) - len(log)


def test_log_is_expanded_to_a_date():
    """What is implied reaches to the date that the caller gives, that date's year included."""
    log = EventLog([RHYTHM])

    assert n_implied(log, until="2005") == 4
    assert n_implied(log, until="2005-01-01") == 4
    assert n_implied(log, until="2001") == 0
    assert "5 events (4 implied)" in str(log.expand(until="2005"))


def test_log_is_expanded_to_the_end_of_its_coverage():
    """Without a date, the end of the coverage is the last; events after it make no difference."""
    coverage = Coverage([{**STATED, "until": "2004"}, {**STATED, "until": "2003"}])
    later = Meeting(date="2010", channel="bilateral", countries=["KGZ"])

    assert n_implied(EventLog([RHYTHM, later], coverage=coverage)) == 3


def test_log_without_coverage_is_expanded_to_its_last_recorded_event():
    """Without coverage the last recorded event is the last: planned and unending ones are not."""
    last = Meeting(date="2004-05", channel="bilateral", countries=["KGZ"])
    planned = Meeting(date="2030", channel="bilateral", countries=["KGZ"], status="planned")
    unending = Meeting(date="2010/..", channel="bilateral", countries=["KGZ"])

    assert n_implied(EventLog([RHYTHM, last, planned, unending])) == 3
    assert n_implied(EventLog([RHYTHM])) == 1


def test_log_is_expanded_once():
    """A log that holds implied events is not expanded again."""
    log = EventLog([RHYTHM]).expand(until="2005")

    with pytest.raises(SettingError, match="the log holds implied events already; expand it once"):
        log.expand(until="2005")


@given(logs())
def test_expanding_adds_implied_events_only(log):
    """Every event of the log stays as it is, and coverage and topics too."""
    expanded = log.expand(until="2012")

    assert set(log) <= set(expanded)
    assert all(event.status is Status.IMPLIED for event in expanded if event not in log.events)
    assert (expanded.coverage, expanded.topics) == (log.coverage, log.topics)


@given(st.lists(events("meeting"), max_size=3))
def test_log_without_mechanisms_is_as_it_was(found):
    """Without mechanisms nothing is implied, also where nothing ends."""
    log = EventLog(found)

    assert log.expand() == log
