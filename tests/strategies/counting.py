"""
Small logs to count, with imprecise dates, durations and gaps in coverage, and settings.

Most values are drawn from short lists: few draws make an example, so that many are looked at,
and values meet one another often.
"""

from hypothesis import strategies as st

from engagement.events.coverage import Coverage
from engagement.events.events import KINDS
from engagement.events.parts import Participant
from engagement.log.eventlog import EventLog
from engagement.values.vocabulary import AXES, Rank
from strategies.dates import date_texts

FREQS = ("Y", "Q", "M", "W", "D")
PARTIES = (
    ("bilateral", ("KGZ",)),
    ("bilateral", ("TJK",)),
    ("bilateral", ("UZB",)),
    ("multilateral", ("KGZ", "TJK")),
    ("multilateral", ("KGZ", "TJK", "UZB")),
    ("multilateral", ()),
    ("domestic", ()),
)
TOPICS = ((), ("terrorism",), ("trade",), ("terrorism", "trade"), ("trade", "crime", "terrorism"))
RANKS = ((), (None,), (Rank.MINISTER,), (Rank.AMBASSADOR, None), (Rank.AMBASSADOR, Rank.MINISTER))
PARTICIPANTS = tuple(
    tuple(Participant(country="CHN", rank=rank) for rank in ranks) for ranks in RANKS
)
ACTIVITIES = ("meeting", "meeting", "transfer", "measure")  # few, so that coverage meets them

DAYS = (
    "2018-01-01",
    "2018-12-31",
    "2019-02-28",
    "2019-12-29",
    "2019-12-30",
    "2020-02-28",
    "2020-07-14",
    "2020-12-28",
    "2021-01-03",
    "2021-12-31",
)
IMPRECISE = (
    "2019",
    "2020",
    "2018-02",
    "2019-12-XX",
    "2020-02~",
    "2019-24",
    "2020-22?",
    "2019-33",
    "2020-36",
    "201X",
    "[2018..2019-03]",
    "[2019-01-15,2020-05%]",
    "[2019-12-31..2020-01-02]",
)
LASTED = (
    "2019-05-01/2019-05-06",
    "2019-12-30/2020-01-01",
    "2018/2020",
    "2019/2019-03-05",
    "2020-02~/2021?",
    "2018-24/2019-02",
    "2020-05-04/2020-05-04",
)
OPEN = ("2019-10/..", "2020-01-01/..", "../2019-06", "../2020")
SPANS = (
    ("2018", "2021"),
    ("2018", "2019-06"),
    ("2019", "2020"),
    ("2019-02-15", "2019-12-30"),
    ("2019-12-31", "2020-01-01"),
    ("2020-03", "2021"),
    ("2020-05-04", "2020-36"),
)

exact_dates = st.sampled_from(DAYS)
all_dates = st.one_of(
    exact_dates,
    st.sampled_from(IMPRECISE),
    st.sampled_from(LASTED),
    st.sampled_from(DAYS + IMPRECISE + LASTED + OPEN),
    date_texts(2018, 2021),
)


def events(dates=all_dates):
    """Events of some kinds and all channels, without an id, a third of them planned."""
    return st.builds(
        lambda activity, date, parties, initiator, topics, participants, status, own: KINDS[
            activity
        ](
            date=date,
            channel=parties[0],
            countries=parties[1],
            organisations=["SCO"] if parties[0] == "multilateral" else [],
            initiator=initiator,
            topics=topics,
            participants=participants,
            status=status,
            own=own,
        ),
        st.sampled_from(ACTIVITIES),
        dates,
        st.sampled_from(PARTIES),
        st.sampled_from(["CHN", None]),
        st.sampled_from(TOPICS),
        st.sampled_from(PARTICIPANTS),
        st.sampled_from(["recorded", "recorded", "planned"]),
        st.sampled_from([{}, {"region": "north"}, {"region": "south; north"}]),
    )


def statements():
    """Statements of coverage, each of some months, years or days."""
    return st.builds(
        lambda country, channel, activity, span: {
            "country": country,
            "channel": channel,
            "activity": activity,
            "since": span[0],
            "until": span[1],
        },
        st.sampled_from(["KGZ", "TJK", "UZB", "CHN", "(none)"]),
        st.sampled_from(["bilateral", "multilateral", "domestic"]),
        st.sampled_from(ACTIVITIES),
        st.sampled_from(SPANS),
    )


@st.composite
def coverages(draw, known=()):
    """Coverage of anything, or of a part of all that some events have, or of both."""
    kept = []
    if known and draw(st.booleans()):
        span = list(Coverage.since_to(known, *draw(st.sampled_from(SPANS))))
        gaps = draw(st.sets(st.integers(0, len(span) - 1), max_size=3))
        kept = [entry for place, entry in enumerate(span) if place not in gaps]
    return Coverage([*kept, *draw(st.lists(statements(), min_size=not kept, max_size=6))])


@st.composite
def logs(draw, all_events=None, *, is_stated=None, max_size=6):
    """Logs of a few events; *is_stated* says whether their coverage is, ``None`` either."""
    drawn = draw(st.lists(events() if all_events is None else all_events, max_size=max_size))
    if is_stated is None:
        is_stated = draw(st.booleans())
    return EventLog(drawn, coverage=draw(coverages(drawn)) if is_stated else None)


def axes(max_size=4, known=AXES):
    """Several axes, in any order, or none."""
    return st.lists(st.sampled_from(known), max_size=max_size, unique=True).map(tuple)


WINDOWS = (
    ("2018", "2021"),
    ("2019-02-15", "2020-05-04"),
    (None, "2019-36"),
    ("2019-12-31", None),
    ("2017", "2022-05"),
    ("2030", "2030"),
)


def settings(**fixed):
    """Every setting of a count; those given are held."""
    free = {
        "by": axes(),
        "freq": st.sampled_from(FREQS),
        "window": st.none() | st.sampled_from(WINDOWS),
        "counting": st.sampled_from(["whole", "fractional"]),
        "imprecise": st.sampled_from(["spread", "start", "middle", "end", "exclude", "impute"]),
        "durations": st.sampled_from(["start", "spread"]),
        "coverage": st.sampled_from(["complete", "any"]),
        "statuses": st.sampled_from([("recorded",), ("recorded", "planned"), ("planned",)]),
    }
    held = {
        name: value if isinstance(value, st.SearchStrategy) else st.just(value)
        for name, value in fixed.items()
    }
    return st.fixed_dictionaries(free | held)
