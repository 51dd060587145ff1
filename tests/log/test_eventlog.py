"""Logs: order, ids, selection, union, tables."""

import math
import pickle
import re
from datetime import date, datetime

import attrs
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from engagement.counting.counting import count_events
from engagement.errors import (
    DateError,
    DuplicateEventError,
    SettingError,
    TableError,
    UnknownTermError,
)
from engagement.events.axes import labels_of
from engagement.events.coverage import Coverage
from engagement.events.events import Event, Exercise, Meeting, Transfer
from engagement.events.parts import Participant, Personnel, Source
from engagement.files.event_files import read_events, write_events
from engagement.log.eventlog import EventLog
from engagement.tables.records import COLUMNS, content_id
from engagement.values.dates import EventDate, read_span
from engagement.values.money import Money
from engagement.values.topics import TOPICS
from engagement.values.vocabulary import (
    EVERY_AXIS,
    NONE_LABEL,
    Activity,
    Channel,
    Rank,
    Topic,
    with_implied,
)
from strategies.dates import event_dates
from strategies.events import events, logs

COMMON = {"channel": "bilateral", "initiator": "CHN", "countries": ["KGZ"]}
STATED = {
    "country": "KGZ",
    "channel": "bilateral",
    "activity": "meeting",
    "since": "1993",
    "until": "2020",
}


def meeting(date="2019", **values):
    """Make a bilateral meeting."""
    return Meeting(date=date, **{**COMMON, **values})


# Order and ids


@given(st.lists(events(), max_size=6), st.randoms())
def test_log_is_the_same_whatever_the_order(found, random):
    """Events without ids in any order make one log, in the order of dates, each with an id."""
    shuffled = list(found)
    random.shuffle(shuffled)
    log = EventLog(found)

    assert EventLog(shuffled) == log
    assert [event.date for event in log] == sorted(event.date for event in found)
    assert len({event.id for event in log}) == len(found)
    assert EventLog(log) == log
    assert EventLog(log.events[::-1]) == log


@given(events())
def test_event_that_stands_twice_is_numbered(event):
    """Events that say the same, without ids, are kept apart by a number."""
    base = content_id(event)

    assert [e.id for e in EventLog([event] * 3)] == [base, f"{base}-2", f"{base}-3"]


def test_given_ids_are_kept_and_not_given_again():
    """An id that somebody gave is never given to another event."""
    base = content_id(meeting())
    taken = meeting("2001", id=base)

    log = EventLog([meeting(), taken, meeting(), meeting("2002", id=f"{base}-3")])

    assert {event.id for event in log} == {base, f"{base}-2", f"{base}-3", f"{base}-4"}
    assert log[0] == taken


def test_id_stands_once():
    """Ids that stand more than once are told."""
    with pytest.raises(DuplicateEventError) as caught:
        EventLog([meeting(id="b"), meeting("2001", id="b"), meeting(id="a"), meeting(id="a")])

    assert str(caught.value) == "ids must be unique, but 2 stand more than once: a, b"


@pytest.mark.parametrize("values", [5, None, "events", [5], [None], [{"date": "2019"}], Meeting])
def test_log_is_made_of_events(values):
    """Anything else is refused."""
    with pytest.raises(
        SettingError, match=r"events must be several|a log is made of events of a kind"
    ):
        EventLog(values)


def test_log_is_made_of_events_of_a_kind():
    """An event of no kind has no activity and is refused."""
    with pytest.raises(SettingError, match="a log is made of events of a kind, got Event"):
        EventLog([meeting(), Event(date="2019", channel="domestic")])


@pytest.mark.parametrize("coverage", [5, [STATED], "stated"])
def test_coverage_of_a_log_is_coverage(coverage):
    """A log's coverage is of its class."""
    with pytest.raises(SettingError, match="coverage must be of Coverage, got"):
        EventLog([], coverage=coverage)


@given(logs())
def test_log_is_a_value(log):
    """A log is frozen, hashable and survives pickling."""
    assert pickle.loads(pickle.dumps(log)) == log  # noqa: S301
    assert hash(attrs.evolve(log)) == hash(log)
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        log.events = ()


# As a collection


@given(logs(max_size=4), st.slices(6))
def test_log_is_a_sequence(log, part):
    """Length, iteration, places and slices are those of the events; a slice keeps the topics."""
    assert len(log) == len(list(log)) == len(log.events)
    assert [log[place] for place in range(len(log))] == list(log)
    assert set(log[part]) == set(log.events[part])
    assert log[part].topics == log.topics
    assert log.take(range(len(log))[part]) == log[part]
    assert log[:] == log
    with pytest.raises(IndexError, match="out of range"):
        log[len(log)]


def test_log_contains_events_and_ids():
    """An event and an id can be asked for."""
    log = EventLog([meeting(id="a")])

    assert "a" in log
    assert meeting(id="a") in log
    assert "b" not in log
    assert meeting("2001", id="a") not in log


def test_taking_an_event_twice_is_refused():
    """A log cannot hold one event twice."""
    with pytest.raises(DuplicateEventError, match="ids must be unique"):
        EventLog([meeting()]).take([0, 0])


def test_log_says_itself():
    """How many events, of which status, from when to when, and whether coverage is stated."""
    log = EventLog([meeting(), meeting("2001", status="planned")], coverage=Coverage([STATED]))

    assert str(log) == "2 events (1 planned), 2001 to 2019, coverage stated"
    assert repr(EventLog([meeting()])) == "<EventLog: 1 event, 2019 to 2019, coverage not stated>"
    assert str(EventLog()) == "0 events"


def test_coverage_is_replaced():
    """A log with another coverage is another log of the same events."""
    log = EventLog([meeting()])

    assert log.with_coverage(Coverage([STATED])).coverage == Coverage([STATED])
    assert log.with_coverage(Coverage([STATED])).with_coverage(None) == log


# Union


@given(logs(max_size=3), logs(max_size=3))
def test_union_holds_the_events_of_both(one, other):
    """A union has every event of both, and order makes no difference."""
    ids = {event.id for event in one} & {event.id for event in other}
    assume(not ids)
    assume(
        len({topic.term for topic in (*one.topics, *other.topics)})
        == len(one.topics) + len(other.topics)
    )
    union = one | other

    assert {event.id for event in union} == {event.id for event in (*one, *other)}
    assert union == other | one
    assert union.coverage == one.coverage | other.coverage


@given(logs())
def test_union_with_itself_is_the_log(log):
    """Equal ids with equal content are one event."""
    assert log | log == log
    assert log | EventLog() == log
    assert log[:1] | log == log | log[:1] == log


def test_union_of_clashing_ids_is_refused():
    """One id for two different events is an error that names it."""
    with pytest.raises(
        DuplicateEventError, match=r"1 ids stand for different events in the two logs: a$"
    ):
        assert EventLog([meeting(id="a")]) | EventLog([meeting("2001", id="a")])


def test_union_with_what_is_no_log_is_refused():
    """A log is joined with a log."""
    with pytest.raises(TypeError, match="unsupported operand"):
        assert EventLog() | [meeting()]


def test_union_of_topics_defined_in_two_ways_is_refused():
    """Two logs that mean different things by one topic are not joined."""
    one = EventLog(topics=[Topic("drones", "One.")])
    other = EventLog(topics=[Topic("drones", "Other.")])

    with pytest.raises(
        SettingError, match="the log defines topic 'drones' already, in another way"
    ):
        assert one | other


def test_union_spells_topics_alike():
    """An event that two logs spell differently, of which one defines the term, is one event."""
    one = EventLog([meeting(id="a", topics=["drone strikes"])])
    other = EventLog([meeting(id="a", topics=["drone-strikes"])], topics=[Topic("drone-strikes")])

    assert (one | other) == (other | one) == other


# Topics


def test_own_topics_rule_the_spelling_of_the_events():
    """Other spellings of a log's own term become that term, and select alike."""
    log = EventLog(
        [
            meeting(topics=["Drone Strikes", "trade"]),
            meeting(topics=["drone_strikes", "drone-strikes"]),
        ],
        topics=[Topic("drone-strikes", implies=["terrorism"])],
    )

    assert {event.topics for event in log} == {("drone-strikes", "trade"), ("drone-strikes",)}
    assert len(log.where(topic="Drone Strikes")) == 2
    assert len(log.where(topic=Topic("drone strikes"))) == 2


@given(logs())
def test_implied_topics_follow(log):
    """With implied topics each event has its own topics first, and saying it twice adds nothing."""
    implied = log.with_implied_topics()

    assert implied.with_implied_topics() == implied
    for before, after in zip(log, implied, strict=True):
        assert after == attrs.evolve(before, topics=with_implied(before.topics, log.known_topics))
        assert after.topics[: len(before.topics)] == before.topics


def test_implied_topics_of_the_library_and_of_the_log():
    """Definitions of the library and of the log are followed together."""
    log = EventLog(
        [meeting(topics=["hybrid threats"])],
        topics=[Topic("hybrid threats", implies=["three evils", "drug trafficking"])],
    )

    assert log.with_implied_topics()[0].topics == (
        *("hybrid threats", "three evils", "drug trafficking"),
        *("separatism", "terrorism", "extremism", "drug crime", "crime"),
    )
    assert set(log.known_topics) == {*TOPICS, "hybrid threats"}


# Selection


@given(logs(max_size=4), st.data())
def test_selection_is_by_label(log, data):
    """On every axis exactly the events are selected that have one of the labels."""
    axis = data.draw(st.sampled_from(EVERY_AXIS))
    labels = sorted({label for event in log for label in labels_of(event, axis)} | {NONE_LABEL})
    wanted = data.draw(st.lists(st.sampled_from(labels), min_size=1, unique=True))
    expected = [event for event in log if set(labels_of(event, axis)) & set(wanted)]

    assert list(log.where(**{axis: wanted})) == expected
    assert list(log.where(**{axis: iter(wanted)})) == expected
    if len(wanted) == 1:
        assert list(log.where(**{axis: wanted[0]})) == expected


@given(logs(max_size=4), st.none() | event_dates(1990, 2030), st.none() | event_dates(1990, 2030))
def test_selection_is_by_dates(log, since, until):
    """Events are selected that may lie within, also in part; one that is open there does."""
    try:
        low, high = read_span(since, until)
    except DateError:
        assume(False)  # noqa: FBT003
    bounds = (-math.inf if low is None else low, math.inf if high is None else high)
    expected = [
        event
        for event in log
        if (event.date.end_day or math.inf) > bounds[0] and (event.date.start_day or 0) < bounds[1]
    ]

    selected = log.where(since=since, until=until)

    assert list(selected) == expected


@given(logs(max_size=4))
def test_selecting_nothing_in_particular_is_the_log(log):
    """Without conditions all is selected."""
    assert log.where() == log


@given(logs(max_size=4), st.sampled_from(Channel), st.sampled_from(Activity))
def test_conditions_hold_together(log, channel, activity):
    """Several conditions select what each of them selects, in any order."""
    both = log.where(channel=channel, activity=activity)

    assert list(both) == list(log.where(channel=channel).where(activity=activity))
    assert both == log.where(activity=activity).where(channel=channel)
    assert {(e.channel, e.activity) for e in both.coverage} <= {(channel, activity)}
    assert both.topics == log.topics


def test_selection_reads_terms_in_any_spelling():
    """Names of countries, ranks and members are read as everywhere."""
    rank = Participant(country="KGZ", rank="minister")
    log = EventLog([meeting(participants=[rank, Participant(country="CHN", rank="ambassador")])])

    assert len(log.where(country="Kyrgyz Republic", initiator="china", rank=Rank.MINISTER)) == 1
    assert len(log.where(rank=[Rank.AMBASSADOR, "working_level"])) == 0
    assert len(log.where(channel=Channel.BILATERAL, activity=[Activity.MEETING])) == 1
    assert len(log.where(rank=NONE_LABEL)) == 0


def test_selection_reads_free_texts_as_they_are_or_in_any_case():
    """A text of the log selects itself; another case or spacing does, where it is clear."""
    names = ("two\nlines", "SCO secretariat", "Sco Secretariat")
    log = EventLog([meeting(place=name) for name in names])

    assert [len(log.where(place=name)) for name in names] == [1, 1, 1]
    assert len(log.where(place="Two  Lines")) == 1
    with pytest.raises(
        UnknownTermError, match="may be any of 'SCO secretariat', 'Sco Secretariat'"
    ):
        log.where(place="sco secretariat")


def test_domestic_event_is_of_its_own_country():
    """A domestic event is selected by the country at home."""
    log = EventLog([Transfer(date="2019", channel="domestic", initiator="CHN")])

    assert len(log.where(country="CHN")) == 1


def test_end_of_a_selection_is_included():
    """Dates as texts include their whole span; days and dates are taken too."""
    log = EventLog([meeting("2019-12-31"), meeting("2020-01-01"), meeting("2019/2020")])

    assert len(log.where(until="2019")) == 2
    assert len(log.where(since=date(2020, 1, 1))) == 2
    assert len(log.where(since=EventDate("2019"), until="2020")) == 3


@pytest.mark.parametrize(
    ("conditions", "error", "message"),
    [
        ({"channel": "bilatral"}, UnknownTermError, "Did you mean 'bilateral'"),
        ({"country": "SCO"}, UnknownTermError, "'SCO' is an organisation"),
        ({"country": ["KGZ", "Kirgyzstan"]}, UnknownTermError, "Did you mean 'Kyrgyzstan'"),
        ({"activity": "meetings"}, UnknownTermError, "Did you mean 'meeting'"),
        ({"rank": "ministre"}, UnknownTermError, "Did you mean 'minister'"),
        (
            {"topic": "terorism"},
            UnknownTermError,
            "unknown topic 'terorism'; no event has it and nobody defines it. Did you mean",
        ),
        ({"topic": ""}, UnknownTermError, "a topic is one or more words"),
        ({"initiator": 5}, SettingError, "initiator must be several, in a list or a tuple, got 5"),
        ({"topic": [5]}, UnknownTermError, "a topic is a text, got 5"),
        ({"since": "2020", "until": "2019"}, DateError, "since must begin before until ends"),
        ({"since": datetime(2019, 1, 1)}, DateError, "a day is a date without a time"),  # noqa: DTZ001
        ({"until": "soon"}, DateError, "'soon' is not a date"),
    ],
)
def test_unknown_conditions_are_told(conditions, error, message):
    """A term that does not exist selects nothing silently: it is an error with suggestions."""
    with pytest.raises(error, match=re.escape(message)):
        EventLog([meeting()]).where(**conditions)


# Citing, duplicates


def test_events_are_cited():
    """Each event is cited with all its sources, or told to have none."""
    source = [Source(document="yau-2022", where="p. 3"), Source(document="b")]
    log = EventLog([meeting(sources=source), meeting("2001")])

    assert log.cite() == (
        "2001 meeting, bilateral, CHN with KGZ: no source given\n"
        "2019 meeting, bilateral, CHN with KGZ: yau-2022, p. 3; b"
    )
    assert EventLog().cite() == ""


def test_duplicates_are_listed_with_what_differs():
    """Events of the same kind, channel, parties, offices and date stand in a group."""
    office = [Participant(country="KGZ", office="Minister")]
    again = [Participant(country="KGZ", office="MINISTER", name="A.")]
    log = EventLog(
        [
            meeting(id="a", participants=office),
            meeting(id="b", participants=again, note="x"),
            meeting(id="c"),
            meeting("2019-01", id="d", participants=office),
            Exercise(date="2019", **COMMON, participants=office, id="e"),
            meeting(id="f", participants=[Participant(organisation="SCO", office="Minister")]),
            meeting(id="g", participants=[Participant(organisation="RATS", office="Minister")]),
        ]
    )

    found = log.duplicates()

    assert found["id"].tolist() == ["a", "b"]
    assert found["group"].tolist() == [1, 1]
    assert set(found["differ"]) == {"participants, note"}


def test_mirrored_rows_may_be_one_event():
    """A meeting told from either side is listed; gifts in both directions are two events."""
    other_way = {"initiator": "KGZ", "countries": ("CHN",), "channel": "bilateral"}
    log = EventLog(
        [
            meeting(id="a"),
            Meeting(date="2019", id="b", **other_way),
            Transfer(date="2019", id="c", **COMMON),
            Transfer(date="2019", id="d", **other_way),
        ]
    )

    found = log.duplicates()

    assert found["id"].tolist() == ["a", "b"]
    assert set(found["differ"]) == {"initiator, countries"}


@given(logs())
def test_event_twice_is_a_duplicate(log):
    """Copies of all events under other ids give groups that hold every event."""
    copies = [attrs.evolve(event, id=f"copy of {event.id}") for event in log]

    found = EventLog([*log, *copies]).duplicates()

    assert len(found) == 2 * len(log)
    assert list(found.columns) == ["group", "id", "date", "event", "differ"]


# Tables


@given(logs())
def test_table_of_a_log_gives_the_same_events(log):
    """Events that go into a data frame come back the same."""
    frame = log.to_frame()

    assert tuple(frame.columns) == (*COLUMNS, *(f"own:{name}" for name in log.own_columns))
    assert len(frame) == len(log)
    assert EventLog.from_frame(frame) == EventLog(log)
    assert EventLog.from_frame(frame.astype(object)) == EventLog(log)


def test_table_has_texts_and_numbers():
    """Columns are texts but for three of numbers, also where nothing is in them."""
    for log in (EventLog(), EventLog([meeting()])):
        dtypes = log.to_frame().dtypes
        assert str(dtypes.pop("personnel_low")) == "Int64"
        assert str(dtypes.pop("personnel_high")) == "Int64"
        assert str(dtypes.pop("value")) == "float64"
        assert set(map(str, dtypes)) == {"str"}


def test_frame_of_an_analyst_is_read():
    """Own names of columns, values for all rows, days, missing numbers and an index of any kind."""
    frame = pd.DataFrame(
        {
            "When": pd.to_datetime(["2019-05-01", "2019-06-01"]),
            "who": ["Kyrgyzstan", "TJK"],
            "soldiers": [300.0, math.nan],
            "note": [None, "NA"],
        },
        index=["x", "x"],
    )

    log = EventLog.from_frame(
        frame,
        columns={"date": "When", "countries": "who", "personnel_low": "soldiers"},
        defaults={"channel": Channel.BILATERAL, "activity": "exercise", "initiator": "CHN"},
    )

    assert [event.personnel for event in log] == [Personnel(low=300), None]
    assert [str(event.date) for event in log] == ["2019-05-01", "2019-06-01"]
    assert [event.note for event in log] == ["", "NA"]


def test_columns_may_be_swapped():
    """Names are exchanged all at once and not one after the other."""
    frame = pd.DataFrame(
        {"note": ["a"], "place": ["b"], "date": 2019, "channel": "domestic", "activity": "visit"}
    )

    (event,) = EventLog.from_frame(frame, columns={"note": "place", "place": "note"})

    assert (event.note, event.place) == ("b", "a")


def test_faults_of_a_frame_are_told():
    """Rows are counted from 1 whatever the index, and all faults of all rows told or collected."""
    frame = pd.DataFrame(
        {"date": ["x", "2019", "y"], "channel": "domestic", "activity": "visit"}, index=[7, 8, 9]
    )

    with pytest.raises(
        TableError, match=r"table: 2 of 3 rows could not be read: row 1, .*; row 3, "
    ):
        EventLog.from_frame(frame)
    log, faults = EventLog.from_frame(frame, on_error="collect")
    assert len(log) == 1
    assert faults[["row", "column", "value"]].to_numpy().tolist() == [
        [1, "date", "x"],
        [3, "date", "y"],
    ]


@pytest.mark.parametrize(
    ("frame", "kwargs", "message"),
    [
        ([["2019", "x"]], {"columns": ["date", "date"]}, "column 'date' stands twice"),
        ([["2019"]], {"columns": ["dat"]}, "unknown column 'dat'. Did you mean 'date'?"),
        ([["2019"]], {"columns": [0]}, "unknown column '0'"),
        ([], {"columns": ["date"]}, "column 'channel' is required and missing"),
    ],
)
def test_faulty_header_of_a_frame_is_told(frame, kwargs, message):
    """Repeated, unknown and missing columns are told, without a warning of pandas."""
    for on_error in ("raise", "collect"):
        with pytest.raises(TableError, match=re.escape(message)):
            EventLog.from_frame(pd.DataFrame(frame, **kwargs), on_error=on_error)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"columns": {"date": "When"}}, "there is no column 'When'. Did you mean 'when'?"),
        ({"columns": {"dat": "when"}}, "unknown column 'dat'. Did you mean 'date'?"),
        ({"defaults": {"chanel": "x"}}, "unknown column 'chanel'. Did you mean 'channel'?"),
    ],
)
def test_faulty_settings_of_a_frame_are_told(settings, message):
    """A column that is not there, or a name that is not documented, is an error."""
    frame = pd.DataFrame({"when": ["2019"], "channel": "domestic", "activity": "visit"})

    with pytest.raises(TableError, match=re.escape(message)):
        EventLog.from_frame(frame, **settings)


def test_settings_of_a_frame_are_checked():
    """Only frames of pandas, and two ways with faults."""
    with pytest.raises(SettingError, match=r"a pandas DataFrame is read, got \{'date': 5\}"):
        EventLog.from_frame({"date": 5})
    with pytest.raises(
        SettingError, match="on_error must be one of 'raise', 'collect', got 'drop'"
    ):
        EventLog.from_frame(pd.DataFrame(), on_error="drop")


def test_amounts_of_a_frame_are_exact():
    """An amount that a frame holds as a float comes back as it was."""
    log = EventLog([Transfer(date="2019", **COMMON, value=Money(amount="0.1", currency="USD"))])

    assert EventLog.from_frame(log.to_frame()) == log


def test_selection_by_more_axes():
    """Pairs in either order, texts in any case, and terms are read; what nobody has is told."""
    gift = Transfer(
        date="2019",
        channel="bilateral",
        initiator="CHN",
        countries=["KGZ"],
        terms="gift",
        subkind="donation",
        place="Bishkek",
    )
    talks = Meeting(
        date="2018",
        channel="multilateral",
        initiator="CHN",
        countries=["KGZ", "TJK"],
        organisations=["SCO"],
        participants=[Participant(organisation="RATS", office="Director")],
    )
    log = EventLog([gift, talks])

    assert len(log.where(pair="KGZ-CHN")) == len(log.where(pair=["CHN-KGZ"])) == 2
    assert len(log.where(pair="TJK-KGZ")) == 1
    assert len(log.where(terms="Gift", place="BISHKEK", subkind="Donation")) == 1
    assert len(log.where(organisation="sco", participant="RATS")) == 1
    assert len(log.where(mechanism=NONE_LABEL, status="recorded")) == 2
    for axis, wrong in (("pair", "CHN"), ("place", "Bishkec"), ("organisation", [5])):
        with pytest.raises(UnknownTermError):
            log.where(**{axis: wrong})
    with pytest.raises(SettingError, match="cannot be selected by 'locality'; there is country"):
        log.where(locality="Bishkek")


def test_a_pair_is_of_its_two_countries():
    """Events of one pair say nothing of other countries that take part."""
    talks = Meeting(date="2018", channel="multilateral", initiator="CHN", countries=["KGZ", "TJK"])
    log = EventLog([talks])

    counts = count_events(log.where(pair="CHN-KGZ"), by="country")

    assert counts.exposure_years.sum(axis=-1).tolist() == [1, 0]
    assert counts.axes["country"] == ("KGZ", "TJK")


def regional():
    """Meetings of two countries, with a column of one's own."""
    return EventLog(
        [
            Meeting(date=date, channel="bilateral", countries=[code], own={"Region": region})
            for date, code, region in (
                ("2018", "KGZ", "north"),
                ("2019", "KGZ", "N; south"),
                ("2020", "TJK", ""),
            )
        ],
        coverage=Coverage(
            {
                "country": code,
                "channel": "bilateral",
                "activity": "meeting",
                "since": "2018",
                "until": "2020",
            }
            for code in ("KGZ", "TJK")
        ),
    )


def test_a_column_of_ones_own_is_an_axis_and_a_filter():
    """It selects, narrows coverage, and is counted as any axis is, by its own name alone."""
    log = regional()

    north = log.where(Region="NORTH")

    assert [str(event.date) for event in north] == ["2018"]
    assert len(log.where(Region=["north", "south"])) == 2
    assert len(log.where(Region=NONE_LABEL)) == 1
    counts = count_events(log, by=("country", "Region"))
    assert counts.axes["Region"] == ("N", "north", "south", NONE_LABEL)
    assert counts.series(country="KGZ", Region="south").counts.sum() == 1
    part = count_events(north, by=("country", "Region"))
    assert part.exposure_years.sum(axis=-1).tolist() == [[3], [3]]
    assert north.own_columns == ("Region",)
    with pytest.raises(SettingError, match=r"selected by 'region'.*Did you mean 'Region'"):
        log.where(region="north")
    with pytest.raises(SettingError, match=r"unknown axis 'region'.*Did you mean 'Region'"):
        count_events(log, by="region")


def test_a_column_of_ones_own_is_written_and_listed(tmp_path):
    """Files, frames and lists of duplicates have it beside the documented columns."""
    log = regional()
    for suffix in ("csv", "xlsx", "json", "jsonl", "parquet"):
        write_events(log, tmp_path / f"own.{suffix}")

        assert read_events(tmp_path / f"own.{suffix}") == log

    assert log.to_frame()["own:Region"].tolist() == ["north", "N; south", ""]
    one, other, _ = log
    twins = EventLog([one, attrs.evolve(other, date="2018", id="")])
    assert set(twins.duplicates()["differ"]) == {"own:Region"}
