"""Events: their kinds and fields, the rules of the channels, and how faults are told."""

import pickle
import re
from datetime import date, datetime

import attrs
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engagement.errors import EngagementError, EventError
from engagement.events import events as events_module
from engagement.events.axes import labels_of
from engagement.events.events import KINDS, Event, Meeting, Transfer
from engagement.events.parts import Participant, Personnel, Recurrence, Source
from engagement.values.dates import EventDate
from engagement.values.money import Money
from engagement.values.vocabulary import (
    AXES,
    NONE_LABEL,
    Activity,
    Channel,
    Rank,
    Status,
    Terms,
    Topic,
)
from strategies.events import COUNTRIES, event_values, events, name_lists, terms

NAMES = {
    kind.__name__: kind
    for kind in (*KINDS.values(), Money, Participant, Personnel, Recurrence, Source)
}
BILATERAL = {"date": "2019", "channel": "bilateral", "countries": ["KGZ"]}


def faults_of(kind, **values):
    """Give the faults of an event, field and problem; each stands in the message too."""
    with pytest.raises(EventError) as caught:
        kind(**values)
    assert str(caught.value).startswith(f"{kind.activity}: ")
    assert all(
        f"{name}: {problem}" in str(caught.value) for name, _, problem in caught.value.faults
    )
    return [(name, problem) for name, _, problem in caught.value.faults]


# Kinds


def test_every_activity_has_a_kind():
    """The nine kinds are named after their activities and are public."""
    assert set(KINDS) == set(Activity)
    assert all(kind.__name__.lower() == activity for activity, kind in KINDS.items())
    assert {kind.__name__ for kind in KINDS.values()} <= set(events_module.__all__)


@pytest.mark.parametrize("activity", Activity)
@settings(max_examples=30)
@given(data=st.data())
def test_every_kind_takes_every_field(activity, data):
    """An event of each kind keeps what is said in each of its fields."""
    kind, values = data.draw(event_values(activity))

    event = kind(**values)

    fields = {attribute.name for attribute in attrs.fields(kind)} - {"id"}
    assert fields == set(values)
    assert event.activity is activity
    for name in ("date", "channel", "initiator", "status", "personnel", "value", "recurrence"):
        if name in values:
            assert getattr(event, name) == values[name]
    assert event.countries == tuple(sorted(values["countries"]))
    assert len(event.organisations) == len(values["organisations"])
    assert event.participants == tuple(values["participants"])
    assert event.sources == tuple(values["sources"])
    assert event.note == values["note"].strip().replace("\r\n", "\n").replace("\r", "\n")


@given(events())
def test_event_is_a_value(event):
    """An event's repr makes the same event; it is hashable, frozen and survives pickling."""
    assert eval(repr(event), dict(NAMES)) == event  # noqa: S307
    assert pickle.loads(pickle.dumps(event)) == event  # noqa: S301
    assert len({event, attrs.evolve(event)}) == 1
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        event.note = "x"


@given(events())
def test_event_made_of_its_own_values_is_the_same(event):
    """What an event says, said again, is the same event: reading changes nothing twice."""
    assert (
        type(event)(**{a.name: getattr(event, a.name) for a in attrs.fields(type(event))}) == event
    )


@pytest.mark.parametrize("kind", KINDS.values())
def test_values_are_named(kind):
    """No value is given by its position."""
    with pytest.raises(TypeError, match="positional argument"):
        kind("2019", "domestic")


def test_kinds_are_not_equal():
    """Events of two kinds that say the same are two events."""
    assert len({kind(date="2019", channel="domestic") for kind in KINDS.values()}) == len(KINDS)


def test_repr_leaves_out_what_has_its_default():
    """The repr shows texts, not objects, and only what was said."""
    event = Transfer(**BILATERAL, terms=Terms.GIFT, value=Money(amount=5, currency="CNY"))

    assert repr(event) == (
        "Transfer(date='2019', channel='bilateral', countries=('KGZ',), terms='gift', "
        "value=Money(amount='5', currency='CNY'))"
    )


def test_repr_of_numpy_texts_is_sound():
    """Texts of NumPy become plain ones."""
    words = {
        name: np.str_(text)
        for name, text in {
            "date": "2019",
            "channel": "bilateral",
            "note": "a",
            "initiator": "CHN",
        }.items()
    }
    event = Meeting(**words, countries=np.array(["KGZ"]), topics=np.array(["terrorism"]))

    assert "np.str_" not in repr(event)
    assert event.countries == ("KGZ",)


def test_event_says_itself():
    """An event in one line: date, kind, channel, and who with whom."""
    assert str(Meeting(**BILATERAL, initiator="CHN", subkind="Summit")) == (
        "2019 meeting (summit), bilateral, CHN with KGZ"
    )
    assert str(Meeting(date="2019", channel="domestic")) == "2019 meeting, domestic, nobody"
    assert str(Meeting(date="2019", channel="multilateral", organisations=["SCO"])) == (
        "2019 meeting, multilateral, SCO"
    )


# Reading


def test_texts_are_read_as_terms():
    """Terms, countries and dates are read from texts in any spelling."""
    event = Transfer(
        date=date(2019, 10, 16),
        channel="Bilateral",
        initiator="China",
        countries=["Kyrgyz Republic"],
        topics=["Three_Evils", "  Sea  Lanes", "three evils", Topic("own")],
        status="PLANNED",
        subkind="  Grant  AID ",
        terms="Gift",
    )

    assert event.date == EventDate("2019-10-16")
    assert event.channel is Channel.BILATERAL
    assert (event.initiator, event.countries) == ("CHN", ("KGZ",))
    assert event.topics == ("three evils", "sea lanes", "own")
    assert event.status is Status.PLANNED
    assert event.subkind == "grant aid"
    assert event.terms is Terms.GIFT


@given(st.sets(st.sampled_from(COUNTRIES), min_size=2), st.sets(terms()), name_lists())
def test_sets_are_taken_in_the_order_of_their_texts(countries, topics, organisations):
    """A set gives the same event in every run, for its items are sorted first."""
    common = {"date": "2019", "channel": "multilateral", "countries": countries}
    one = Meeting(**common, topics=topics, organisations=set(organisations))
    other = Meeting(**common, topics=sorted(topics), organisations=sorted(organisations))

    assert one == other


UNREADABLE = {
    "date": [
        None,
        5,
        True,
        float("nan"),
        "May 2019",
        datetime(2019, 5, 1, 12, 0),  # noqa: DTZ001
        pd.NaT,
        ["2019"],
    ],
    "channel": [None, 5, "bilatral", b"bilateral", Activity.MEETING],
    "id": [None, 5, ["a"], "a\0", "a;b", "(none)"],
    "initiator": [5, "", "XCO", "XYZ", float("nan"), ["CHN"]],
    "countries": [
        "KGZ",
        b"KGZ",
        None,
        5,
        {"KGZ": 1},
        ["KGZ", "Kyrgyzstan"],
        ["XYZ"],
        [None],
        np.array(5),
    ],
    "organisations": ["SCO", None, ["a;b"], [""], [5], ["SCO", "SCO"], [float("nan")]],
    "participants": ["x", None, [None], [{"country": "KGZ"}], Participant(country="KGZ")],
    "topics": ["terrorism", None, [5], [""], ["a;b"], ["(none)"], [None], ["a\ud800"]],
    "place": [None, 5, b"x", float("nan"), ["x"]],
    "sources": ["yau-2022", None, ["yau-2022"], Source(document="a")],
    "note": [None, 5, True, "a\x07"],
    "status": [None, "recordet", 1],
    "subkind": [None, 5, ["patrol"]],
}


@pytest.mark.parametrize(
    ("field", "value"), [(field, value) for field, values in UNREADABLE.items() for value in values]
)
def test_unreadable_value_is_told_of_its_field(field, value):
    """A value that cannot be read is a fault of its own field, which carries the value."""
    with pytest.raises(EventError) as caught:
        Meeting(**{**BILATERAL, field: value})

    ((name, told, problem),) = caught.value.faults
    assert name == field
    assert told is value
    assert problem in str(caught.value)
    assert problem


@pytest.mark.parametrize(
    ("kind", "field", "value"),
    [
        ("meeting", "mechanism", 5),
        ("exercise", "personnel", 5),
        ("exercise", "scenario", None),
        ("training", "personnel", {"low": 5}),
        ("training", "audience", 5),
        ("training", "provider", 5),
        ("visit", "host", "SCO"),
        ("operation", "personnel", "many"),
        ("transfer", "terms", "present"),
        ("transfer", "value", 5),
        ("transfer", "goods", 5),
        ("agreement", "in_force", "soon"),
        ("mechanism", "recurrence", "yearly"),
        ("measure", "value", "5 CNY"),
    ],
)
def test_unreadable_value_of_a_kind_is_told(kind, field, value):
    """The same of the fields that only some kinds have."""
    ((name, _),) = faults_of(
        KINDS[Activity(kind)], **BILATERAL | {"channel": "bilateral"}, **{field: value}
    )

    assert name == field


def test_time_of_day_is_not_dropped():
    """A date with a time is refused, not cut."""
    ((name, problem),) = faults_of(Meeting, **{**BILATERAL, "date": datetime(2019, 5, 1)})  # noqa: DTZ001

    assert name == "date"
    assert "a day is a date without a time" in problem


def test_all_faults_are_told_at_once():
    """Each unreadable value and each broken rule is told, in the order of the fields."""
    faults = faults_of(
        Transfer,
        date="2019-13",
        channel="domestic",
        id="a;b",
        initiator="KGZ",
        countries=["KGZ"],
        topics=5,
        status="recordet",
        terms="gifts",
        value=5,
    )

    assert [name for name, _ in faults] == [
        *("date", "topics", "status", "terms", "value", "id", "countries", "countries")
    ]
    assert "Did you mean 'recorded'?" in dict(faults)["status"]
    assert "Did you mean 'gift'?" in dict(faults)["terms"]


def test_error_survives_pickling():
    """The faults come through a process boundary as data."""
    with pytest.raises(EventError) as caught:
        Meeting(date="x", channel="y")
    copy = pickle.loads(pickle.dumps(caught.value))  # noqa: S301

    assert copy.faults == caught.value.faults
    assert str(copy) == str(caught.value)
    assert isinstance(copy, EngagementError)
    assert isinstance(copy, ValueError)


def test_endless_values_are_cut_in_messages():
    """A message shows only the beginning of a value of a million characters."""
    ((_, problem),) = faults_of(Meeting, **BILATERAL, note="\0" + "x" * 10**6)

    assert len(problem) < 300
    assert "characters)" in problem


# Channels


@pytest.mark.parametrize(
    ("channel", "countries", "organisations", "problem"),
    [
        ("bilateral", [], [], "a bilateral event has exactly one partner country, got none"),
        ("bilateral", [], ["SCO"], "a bilateral event has exactly one partner country, got none"),
        (
            "bilateral",
            ["TJK", "KGZ"],
            [],
            "a bilateral event has exactly one partner country, got KGZ, TJK",
        ),
        (
            "multilateral",
            ["KGZ"],
            [],
            "a multilateral event has two or more partner countries or an organisation, got KGZ",
        ),
        (
            "multilateral",
            [],
            [],
            "a multilateral event has two or more partner countries or an organisation, got none",
        ),
        ("domestic", ["KGZ"], [], "a domestic event has no partner country, got KGZ"),
    ],
)
def test_channel_follows_from_who_takes_part(channel, countries, organisations, problem):
    """A channel that contradicts the parties is a fault of the countries."""
    faults = faults_of(
        Meeting, date="2019", channel=channel, countries=countries, organisations=organisations
    )

    assert faults == [("countries", problem)]


@pytest.mark.parametrize(
    ("channel", "countries", "organisations"),
    [
        ("bilateral", ["KGZ"], []),
        ("bilateral", ["KGZ"], ["SCO"]),
        ("multilateral", ["KGZ", "TJK"], []),
        ("multilateral", ["KGZ"], ["SCO"]),
        ("multilateral", [], ["SCO"]),
        ("domestic", [], []),
        ("domestic", [], ["SCO"]),
    ],
)
def test_parties_that_a_channel_allows(channel, countries, organisations):
    """Organisations may stand beside the partners of any channel."""
    event = Meeting(date="2019", channel=channel, countries=countries, organisations=organisations)

    assert event.countries == tuple(countries)


def test_initiator_is_not_its_own_partner():
    """The initiator among the partners is a fault."""
    problem = "initiator CHN stands among countries, which are its partners"

    assert faults_of(
        Meeting, date="2019", channel="bilateral", initiator="China", countries=["CHN"]
    ) == [("countries", problem)]


def test_unreadable_parties_break_no_rule():
    """Where the countries cannot be read, no rule about their number is blamed as well."""
    assert [name for name, _ in faults_of(Meeting, **{**BILATERAL, "countries": ["XYZ"]})] == [
        "countries"
    ]


# Labels


@given(events())
def test_every_event_has_labels_on_every_axis(event):
    """On each axis an event has one label or more, all texts and none twice."""
    for axis in AXES:
        labels = labels_of(event, axis)
        assert labels
        assert all(type(label) is str for label in labels)
        assert len(set(labels)) == len(labels)


def test_labels():
    """Partners, the country of a domestic event itself, the highest rank, or the label of none."""
    event = Meeting(
        **BILATERAL,
        participants=[
            Participant(country="CHN"),
            Participant(country="CHN", rank="ambassador"),
            Participant(country="KGZ", rank=Rank.MINISTER),
        ],
    )
    at_home = Meeting(date="2019", channel="domestic", initiator="CHN")
    nowhere = Meeting(date="2019", channel="domestic")

    assert [labels_of(event, axis) for axis in AXES] == [
        *(("KGZ",), ("bilateral",), ("meeting",), (NONE_LABEL,), ("minister",), (NONE_LABEL,))
    ]
    assert labels_of(at_home, "country") == ("CHN",)
    assert labels_of(nowhere, "country") == (NONE_LABEL,)
    assert nowhere.rank is None


def test_bare_event_is_of_no_kind():
    """The class that all kinds share has no activity."""
    assert not hasattr(Event, "activity")


def test_error_names_field_value_and_rule():
    """The message of a faulty event in full."""
    message = (
        "meeting: date: '2019-13' is not a date: after the year comes a month 01 to 12, "
        "a season 21 to 24, a quarter 33 to 36 or XX, got '13'"
    )

    with pytest.raises(EventError, match=f"^{re.escape(message)}"):
        Meeting(date="2019-13", channel="domestic")


def test_organisations_may_begin_an_event():
    """The EU meets a country; it is none itself, and no event at home is its own."""
    talks = Meeting(
        date="2019",
        channel="bilateral",
        initiator="eu",
        countries=["KGZ"],
        participants=[Participant(organisation="EU", office="High Representative")],
    )

    assert str(talks) == "2019 meeting, bilateral, EU with KGZ"
    assert labels_of(talks, "initiator") == labels_of(talks, "participant") == ("EU",)
    assert labels_of(talks, "pair") == (NONE_LABEL,)
    with pytest.raises(EventError, match="initiator: a domestic event is one country's own"):
        Meeting(date="2019", channel="domestic", initiator="NATO")
    with pytest.raises(EventError, match="'SCO' is an organisation"):
        Meeting(date="2019", channel="bilateral", countries=["SCO"])


def test_columns_of_ones_own_are_kept_as_texts():
    """Values of any type are kept as a table writes them; what is empty is left out."""
    own = {"n": 2.0, "held": True, "day": date(2019, 5, 1), "region": " a; b;a ", "no": None}
    event = Meeting(date="2019", channel="domestic", own=own)

    assert dict(event.own) == {"n": "2", "held": "True", "day": "2019-05-01", "region": "a; b;a"}
    assert labels_of(event, "region") == ("a", "b")
    assert labels_of(event, "other") == (NONE_LABEL,)
    assert attrs.evolve(event, note="x").own == event.own
    assert hash(event) == hash(attrs.evolve(event, own=dict(event.own)))


@pytest.mark.parametrize(
    ("own", "told"),
    [
        ({"status": "x"}, "own: 'status' cannot name a column of one's own"),
        ({"": "x"}, "own: a column of one's own needs a name, got ''"),
        ({1: "x"}, "own: the name of a column of one's own must be a text, got 1"),
        ({"x": ["a"]}, r"own: a value of a column of one's own must be a text, got \['a'\]"),
        ([("x", "a"), (" x", "b")], "own: own columns name 'x' twice"),
        ("x", "own: own columns must be several"),
        (["x"], "own: own columns must be values by name"),
    ],
)
def test_faulty_columns_of_ones_own_are_told(own, told):
    """A name that is taken, or a value that is no text or number, is told."""
    with pytest.raises(EventError, match=told):
        Meeting(date="2019", channel="domestic", own=own)
