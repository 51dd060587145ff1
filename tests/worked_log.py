"""
A log to count by hand: every kind, channel and form of date, gaps in coverage, all reasons.

What it is worth under several settings is worked out in `test_counting_by_hand`.
"""

from engagement.events.coverage import Coverage
from engagement.events.events import (
    Agreement,
    Exercise,
    Measure,
    Mechanism,
    Meeting,
    Operation,
    Training,
    Transfer,
    Visit,
)
from engagement.events.parts import Participant
from engagement.log.eventlog import EventLog

MINISTER = Participant(country="CHN", office="Minister of Defence", rank="minister")
AMBASSADOR = Participant(country="KGZ", office="Ambassador", rank="ambassador")
PRESIDENT = Participant(country="KGZ", office="President", rank="head of state")


def _with(country):
    return {"channel": "bilateral", "initiator": "CHN", "countries": [country]}


_SCO = {"channel": "multilateral", "initiator": "CHN", "organisations": ["SCO"]}
_HOME = {"channel": "domestic", "initiator": "CHN"}

EVENTS = (
    # bilateral with KGZ: meetings 2001 to 2004 and exercises from July 2002 on were observed
    Meeting(
        id="talks-day",
        date="2003-03-05?",
        topics=["terrorism", "trade"],
        participants=[AMBASSADOR, MINISTER],
        **_with("KGZ"),
    ),
    Meeting(id="talks-month", date="2002-06", **_with("KGZ")),
    Meeting(id="talks-year", date="2002", **_with("KGZ")),
    Meeting(id="talks-winter", date="2003-24", **_with("KGZ")),  # December 2003 to February 2004
    Meeting(id="talks-either", date="[2003-01-31,2003-02-28]", **_with("KGZ")),  # 29 days
    Meeting(id="talks-late", date="2005-01-01", **_with("KGZ")),
    Meeting(id="talks-planned", date="2004-05", status="planned", **_with("KGZ")),
    Exercise(id="drill", date="2004-08-10%/2004-08-14", **_with("KGZ")),
    Exercise(id="drill-open", date="2004-10/..", **_with("KGZ")),
    # bilateral with TJK: visits but in 2003 and training were observed, transfers never
    Visit(id="tour", date="[2001..2002]", **_with("TJK")),
    Visit(id="tour-in-gap", date="2003-05-01", **_with("TJK")),
    Training(id="course-open", date="../2001", **_with("TJK")),
    Training(id="course-quarter", date="2001-33~", **_with("TJK")),
    Transfer(id="gift", date="2002-09-XX", **_with("TJK")),
    # multilateral: operations with both, meetings with KGZ alone were observed
    Operation(id="patrol", date="2002-12-30/2003-01-02", countries=["KGZ", "TJK"], **_SCO),
    Meeting(
        id="summit",
        date="2001-06-15",
        countries=["KGZ", "TJK"],
        topics=["separatism", "terrorism", "extremism"],
        participants=[PRESIDENT],
        **_SCO,
    ),
    # of the organisation alone: observed from 2003 on
    Agreement(id="treaty", date="2004-06-17", **_SCO),
    Mechanism(id="bureau", date="200X", **_SCO),
    # at home: observed 2002 and 2003
    Measure(id="law", date="2003-XX-XX", **_HOME),
    Measure(id="law-early", date="2001-12-31", **_HOME),
    Measure(id="of-nobody", date="2003-07", channel="domestic"),
)

COVERAGE = Coverage(
    {
        "country": country,
        "channel": channel,
        "activity": activity,
        "since": since,
        "until": until,
    }
    for country, channel, activity, since, until in (
        ("KGZ", "bilateral", "meeting", "2001", "2004"),
        ("KGZ", "bilateral", "exercise", "2002-07", "2004"),
        ("TJK", "bilateral", "visit", "2001", "2002"),
        ("TJK", "bilateral", "visit", "2004", "2004"),
        ("TJK", "bilateral", "training", "2001", "2004"),
        ("KGZ", "multilateral", "meeting", "2001", "2004"),
        ("KGZ", "multilateral", "operation", "2001", "2004"),
        ("TJK", "multilateral", "operation", "2001", "2004"),
        ("(none)", "multilateral", "agreement", "2003", "2004"),
        ("(none)", "multilateral", "mechanism", "2003", "2004"),
        ("CHN", "domestic", "measure", "2002", "2003"),
    )
)

LOG = EventLog(EVENTS, coverage=COVERAGE)
