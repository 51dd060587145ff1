"""Small logs with imprecise dates and blank topics, and claims about them."""

from hypothesis import strategies as st

from engagement.claims.queries import MEASURES
from engagement.events.events import Meeting
from engagement.log.eventlog import EventLog

COUNTRIES = ("KGZ", "TJK", "UZB")
TOPICS = ("terrorism", "crime")
LOOSE = ("2001", "2002", "2001-05", "2002-02", "[2001-11..2002-02]", "2001-06/2002-03")
EXACT = ("2001-03-01", "2001-05-31", "2001-12-31", "2002-01-01", "2002-02-10", "2002-06-15")
VALUES = ("2001", "2002", "2001-05", "2001-12", "2002-02")


def events(dates=(*LOOSE, *EXACT), may_be_blank=True):  # noqa: FBT002
    """Bilateral meetings on one topic, or without a word on it."""
    topics = [[topic] for topic in TOPICS] + ([[]] if may_be_blank else [])
    return st.builds(
        lambda date, country, known: Meeting(
            date=date, channel="bilateral", countries=[country], topics=known
        ),
        st.sampled_from(dates),
        st.sampled_from(COUNTRIES),
        st.sampled_from(topics),
    )


def logs(**how):
    """Logs of a few such events, their coverage not stated."""
    return st.lists(events(**how), max_size=5).map(EventLog)


@st.composite
def filters(draw):
    """Filters by country, topic and dates."""
    where = {}
    if draw(st.booleans()):
        where["country"] = draw(st.sampled_from(COUNTRIES))
    if draw(st.booleans()):
        where["topic"] = draw(st.sampled_from(TOPICS))
    if draw(st.booleans()):
        where["since"] = draw(st.sampled_from(["2001-06", "2002"]))
    if draw(st.booleans()):
        where["until"] = draw(st.sampled_from(["2002-02", "2002"]))
    return where


@st.composite
def queries(draw, about=("world",)):
    """Queries of every measure that a log of such events can answer exactly."""
    kind = draw(st.sampled_from([name for name in MEASURES if name in ANSWERED]))
    measure = MEASURES[kind]
    query = {"measure": kind, "where": draw(filters()), "about": draw(st.sampled_from(about))}
    if kind in {"distinct", "labels", "most"}:
        query["of"] = draw(st.sampled_from(["country", "topic"]))
    if kind == "most":
        query["n"] = draw(st.integers(1, 2))
    if kind == "share":
        query["part"] = {"topic": draw(st.sampled_from(TOPICS))}
    query["is"] = draw(st.sampled_from([sign for sign in measure.signs if sign != "about"]))
    if measure.answer == "date":
        query["value"] = draw(st.sampled_from(VALUES))
    elif measure.answer == "labels":
        known = COUNTRIES if query["of"] == "country" else TOPICS
        query["value"] = draw(st.lists(st.sampled_from(known), unique=True))
    elif kind in {"gap", "share"}:
        query["value"] = draw(st.sampled_from([0, 0.25, 0.5, 1]))
    else:
        query["value"] = draw(st.integers(0, 5))
    return query


ANSWERED = ("count", "distinct", "labels", "first", "last", "gap", "share", "most")
