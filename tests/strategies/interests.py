"""Logs of meetings on a few topics, and their labels as numbers."""

from hypothesis import strategies as st

from engagement.events.events import Meeting
from engagement.log.eventlog import EventLog

SETS = ((), ("terrorism",), ("separatism",), ("terrorism", "separatism"), ("three evils",))
MONTHS = tuple(f"{year}-{month:02}" for year in range(2000, 2006) for month in (1, 6, 12))
YEARS = ("2001", "2003", "[2002..2004]")


@st.composite
def topical_logs(draw, *, min_size=0, max_size=14, dates=MONTHS + YEARS):
    """Logs of meetings, each on none, one or two topics."""
    rows = draw(
        st.lists(
            st.tuples(st.sampled_from(dates), st.sampled_from(SETS)),
            min_size=min_size,
            max_size=max_size,
        )
    )
    return EventLog(
        Meeting(id=f"m{place}", date=date, channel="bilateral", countries=["KGZ"], topics=topics)
        for place, (date, topics) in enumerate(rows)
    )
