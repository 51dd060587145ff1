"""Events of every kind with every field, coverage, own topics, and logs of them."""

from functools import cache

from attrs import evolve
from hypothesis import strategies as st

from engagement.events.coverage import Coverage
from engagement.events.events import KINDS
from engagement.events.observed import Observed
from engagement.events.parts import Participant, Personnel, Recurrence, Source
from engagement.log.eventlog import EventLog
from engagement.values.money import Money
from engagement.values.topics import TOPICS
from engagement.values.vocabulary import (
    EVERY_AXIS,
    NONE_LABEL,
    SEPARATOR,
    Activity,
    Channel,
    Rank,
    Status,
    Terms,
    Topic,
    fold_term,
)
from strategies.dates import event_dates

COUNTRIES = ("CHN", "KGZ", "NAM", "TJK", "UZB")

NASTY = (
    "=1+1",
    "@SUM(A1)",
    'say "no"',
    "'",
    "a,b",
    "two\nlines",
    "two\r\nlines",
    "two\rlines",
    "\t tab and blanks \t",
    "\u00a0no-break\u00a0",
    "line\u2028separator",
    "next\x85line",
    "\ufeffmark",
    "NA",
    "nan",
    "null",
    "None",
    "NaT",
    "true",
    "0123",
    "1e5",
    "-0",
    "[]",
    "{}",
    "#",
    "\\",
    "\\n",
    "Шанхай 上海 🛡️ ﷽",
    "ß İ ŉ",
    "x" * 300,
)
"""Texts that a table may spoil."""


@cache
def texts():
    """Texts of any characters that a table can keep, often nasty ones, maybe empty."""
    any_text = st.text(
        st.characters(
            exclude_categories=["Cs"], exclude_characters=[chr(code) for code in range(32)]
        ),
        max_size=8,
    )
    return st.sampled_from(NASTY) | any_text | st.just("")


@cache
def names():
    """Texts that can stand in a list inside a cell."""
    return (
        texts()
        .map(lambda text: text.replace(SEPARATOR, ","))
        .filter(lambda text: text.strip() and text.strip().casefold() != NONE_LABEL)
    )


@cache
def name_lists(max_size=3):
    """Lists of names, none twice."""
    return st.lists(
        names(), max_size=max_size, unique_by=lambda name: name.strip().replace("\r", "\n")
    ).filter(lambda found: len({" ".join(name.split()) for name in found}) == len(found))


@cache
def own_names():
    """Names of columns of one's own, often those of documented columns, never those of axes."""
    known = st.sampled_from(["value", "note", "date", "Region", "own:x", "problem (not read)"])
    taken = {*EVERY_AXIS, "since", "until", "period", "count", "exposure_years"}
    any_name = names().map(lambda text: " ".join(text.split()))
    return (known | any_name).filter(lambda name: name and name.casefold() not in taken)


@cache
def dates():
    """Dates of every form, oftener near the present."""
    return event_dates(1990, 2030) | event_dates()


@cache
def amounts():
    """Amounts of money that a table of floating-point numbers keeps."""
    return st.builds(
        "{}e{}".format,
        st.integers(0, 10**15 - 1) | st.integers(0, 99),
        st.integers(-12, 12) | st.sampled_from([-280, 280]),
    )


@cache
def money():
    """Amounts in a currency, with or without what was printed."""
    return st.builds(
        Money, amount=amounts(), currency=st.sampled_from(["CNY", "USD", "KGS"]), text=texts()
    )


@st.composite
def personnel(draw):
    """Numbers of people that do not contradict one another."""
    shares = draw(
        st.dictionaries(st.sampled_from(COUNTRIES), st.integers(0, 5000), max_size=3)
        | st.dictionaries(st.sampled_from(COUNTRIES), st.just(2**50), max_size=1)
    )
    total = sum(shares.values())
    high = draw(st.none() | st.integers(total, total + 3) | st.integers(total, 2**53 - 1))
    most = 2**53 - 1 if high is None else high
    low = draw(st.none() | st.integers(0, min(most, 3)) | st.integers(0, most))
    forces = draw(name_lists(2))
    if low is high is None and not shares and not forces:
        low = 0
    return Personnel(low=low, high=high, by_country=shares, forces=forces)


@cache
def sources():
    """Documents, with or without the place in them."""
    where = texts().map(lambda text: text.replace(SEPARATOR, ","))
    parts = names().map(lambda text: "forces=" + text.strip().replace(",", "."))
    fields = st.lists(st.sampled_from(["date", "terms", "place"]) | parts, max_size=2)
    known = fields.map(lambda found: list({" ".join(one.split()): one for one in found}.values()))
    return st.builds(Source, document=names(), where=where, fields=known)


@cache
def participants():
    """Offices of a country or of an organisation."""
    common = {"office": texts(), "name": texts(), "rank": st.none() | st.sampled_from(Rank)}
    return st.builds(Participant, country=st.sampled_from(COUNTRIES), **common) | st.builds(
        Participant, organisation=texts().filter(str.strip), **common
    )


_SINCE = event_dates(1990, 2010).filter(lambda date: date.start is not None)
_UNTIL = st.none() | event_dates(2010, 2030).filter(lambda date: date.end is not None)


@st.composite
def recurrences(draw):
    """Rhythms of every kind, with or without an end."""
    since, until = draw(_SINCE), draw(_UNTIL)
    if until is not None and until.end_day <= since.start_day:
        until = None
    return Recurrence(
        since=since,
        until=until,
        times=draw(st.integers(1, 3)),
        years=draw(st.integers(1, 4)),
        activity=draw(st.sampled_from(Activity)),
    )


_OF_KINDS = {
    "meeting": {"mechanism": texts(), "personnel": st.none() | personnel()},
    "exercise": {"personnel": st.none() | personnel(), "scenario": texts()},
    "training": {"personnel": st.none() | personnel(), "audience": texts(), "provider": texts()},
    "visit": {"host": st.none() | st.sampled_from(COUNTRIES)},
    "operation": {"personnel": st.none() | personnel()},
    "transfer": {"terms": st.sampled_from(Terms), "value": st.none() | money(), "goods": texts()},
    "agreement": {"in_force": st.none() | dates()},
    "mechanism": {"recurrence": st.none() | recurrences()},
    "measure": {"value": st.none() | money(), "personnel": st.none() | personnel()},
}


@cache
def terms():
    """Terms of topics, of the library or not."""
    return st.sampled_from(sorted(TOPICS)) | names()


def _parties(channel, initiator, countries, organisations):
    """Make parties fit their channel."""
    partners = [country for country in countries if country != initiator]
    others = [country for country in COUNTRIES if country != initiator and country not in partners]
    lowest = {"bilateral": 1, "domestic": 0, "multilateral": 0 if organisations else 2}[channel]
    highest = {"bilateral": 1, "domestic": 0, "multilateral": 9}[channel]
    return {
        "channel": channel,
        "initiator": initiator,
        "countries": [*partners, *others[: max(0, lowest - len(partners))]][:highest],
        "organisations": organisations,
    }


_COUNTRY_LISTS = st.lists(st.sampled_from(COUNTRIES), max_size=3, unique=True)


@cache
def event_values(activity=None, statuses=(Status.RECORDED, Status.PLANNED)):
    """A class of events and values for each of its fields, without an id."""
    if activity is None:
        return st.one_of([event_values(kind, statuses) for kind in Activity])
    values = {
        "date": dates(),
        "participants": st.lists(participants(), max_size=2),
        "topics": st.lists(terms(), max_size=3),
        "place": texts(),
        "sources": st.lists(sources(), max_size=2),
        "note": texts(),
        "status": st.sampled_from(statuses),
        "subkind": texts(),
        "own": st.dictionaries(own_names(), texts(), max_size=2),
        **_OF_KINDS[activity],
    }
    parties = st.builds(
        _parties,
        st.sampled_from(Channel),
        st.sampled_from([None, *COUNTRIES]),
        _COUNTRY_LISTS,
        name_lists(2),
    )
    return st.builds(
        lambda parties, values: (KINDS[Activity(activity)], {**values, **parties}),
        parties,
        st.fixed_dictionaries(values),
    )


@cache
def events(activity=None, ids=None, statuses=(Status.RECORDED, Status.PLANNED)):
    """Events of every kind with every field."""
    named = st.just("") if ids is None else ids
    return st.builds(
        lambda made, name: made[0](id=name, **made[1]),
        event_values(activity, statuses),
        named,
    )


@cache
def _bounded(min_year, max_year):
    return event_dates(min_year, max_year, is_open=False)


def _observed(pair, **values):
    since, until = sorted(pair, key=lambda date: date.start_day)
    return Observed(since=since, until=until, **values)


@cache
def observed(min_year=1990, max_year=2030):
    """Statements of coverage."""
    ends = _bounded(min_year, max_year)
    return st.builds(
        _observed,
        st.tuples(ends, ends),
        country=st.sampled_from([*COUNTRIES, NONE_LABEL]),
        channel=st.sampled_from(Channel),
        activity=st.sampled_from([Activity.MEETING, Activity.TRANSFER]),
        completeness=st.none() | st.floats(0, 1, exclude_min=True),
        note=texts(),
        source=texts(),
    )


@cache
def coverages(max_size=4, **kwargs):
    """Coverage, stated or not."""
    return st.lists(observed(**kwargs), max_size=max_size).map(Coverage)


def _topics(found):
    return [Topic(*values) for values in found if fold_term(values[0]) not in TOPICS]


@cache
def own_topics():
    """Topics that a log defines beside the library's."""
    own = names().map(lambda text: " ".join(text.casefold().split()))
    values = st.tuples(own, texts(), st.lists(terms(), max_size=2))
    return st.lists(values, max_size=2, unique_by=lambda found: fold_term(found[0])).map(_topics)


def _log(found, ids, coverage, topics):
    given = [*ids, *[""] * len(found)]
    named = [evolve(event, id=name) for event, name in zip(found, given, strict=False)]
    return EventLog(named, coverage=coverage, topics=topics)


@cache
def logs(max_size=3):
    """Logs of any events, some with an id of their own, with coverage and own topics."""
    ids = st.lists(names(), max_size=max_size, unique_by=lambda name: " ".join(name.split()))
    return st.builds(
        _log, st.lists(events(), max_size=max_size), ids, coverages(max_size=2), own_topics()
    )
