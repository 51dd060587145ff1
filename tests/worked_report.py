"""Logs and reports that the tests of the report share."""

from functools import cache

from engagement import (
    Coverage,
    EventLog,
    Exercise,
    Measure,
    Meeting,
    Participant,
    Source,
    report,
)

MARKUP = "</script><img src=x onerror=document.title='ran'>'\"&{x}"
"""A text that would run in a page and end an attribute."""

HOSTILE = f"{MARKUP}\x1b[31m\N{RIGHT-TO-LEFT OVERRIDE}"
"""One that would steer a terminal, too; events hold no such characters, a title may."""


def meeting(year, number, country="KGZ", **settings):
    """Make one of several meetings of a year."""
    given = {"id": f"{country}-{year}-{number}", "initiator": "CHN", "date": str(year)} | settings
    return Meeting(channel="bilateral", countries=[country], **given)


def small_log(**settings):
    """Make a log with a rise of meetings with one country, none with another, one exercise."""
    risen = [
        meeting(year, n, **settings)
        for year in range(2000, 2016)
        for n in range(1 if year < 2008 else 8)
    ]
    steady = [meeting(year, n, "TJK") for year in range(2000, 2016) for n in range(3)]
    exercise = Exercise(date="2010", channel="bilateral", initiator="CHN", countries=["KGZ"])
    return EventLog([*risen, *steady, exercise])


def covered_log():
    """
    Make a log with stated coverage.

    Meetings with one country are observed until the middle of the last year, those with another
    from later on; a measure is dated to one year or another, one is not covered at all.
    """
    stated = [
        {"country": country, "channel": channel, "activity": activity, "since": since,
         "until": until}
        for country, channel, activity, since, until in (
            ("KGZ", "bilateral", "meeting", "2000", "2015-06"),
            ("TJK", "bilateral", "meeting", "2004", "2015"),
            ("TJK", "domestic", "measure", "2000", "2015"),
            ("KGZ", "bilateral", "exercise", "2005", "2015"),
        )
    ]  # fmt: skip
    source = Source(document="a book", where="table 3, row 1")
    own = [
        *(meeting(2015, n, date=f"2015-{3 if n < 4 else 9:02}") for n in range(8)),
        Measure(date="2012", channel="domestic", initiator="KGZ", id="law", sources=[source]),
        Measure(
            date="[2006..2007]", channel="domestic", initiator="TJK", id="vague",
            place="Dushanbe", note="one of two years", sources=[source],
            participants=[Participant(country="TJK", office="minister")],
        ),
        Meeting(date="2010", channel="bilateral", countries=["TJK"], id="plan", status="planned"),
        Meeting(date="1990", channel="bilateral", countries=["TJK"], id="early"),
    ]  # fmt: skip
    known = [event for event in small_log() if not event.id.startswith("KGZ-2015")]
    return EventLog([*known, *own], coverage=Coverage(stated))


def hostile_log():
    """Make a log whose texts would run, if anything ran them."""
    texts = {
        "place": MARKUP,
        "note": MARKUP,
        "topics": [MARKUP],
        "sources": [Source(document=MARKUP, where="file:///etc/passwd")],
        "participants": [Participant(country="CHN", office=MARKUP, name=MARKUP)],
    }
    log = small_log(**texts)
    stated = {"channel": "bilateral", "since": "2000", "until": "2015", "note": MARKUP}
    cells = [("KGZ", "meeting"), ("TJK", "meeting"), ("KGZ", "exercise")]
    return log.with_coverage(Coverage([{"country": c, "activity": a} | stated for c, a in cells]))


@cache
def small_report():
    """Report on the small log."""
    return report(small_log(), title="small", date="2024-05-01")


@cache
def covered_report():
    """Report on the log with stated coverage."""
    return report(covered_log(), title="covered", date="2024-05-01")


@cache
def hostile_report():
    """Report on texts that would run, under a title that would."""
    return report(hostile_log(), title=HOSTILE, date="2024-05-01")
