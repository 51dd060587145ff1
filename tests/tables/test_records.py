"""Rows of a table of events: every cell read or told, and back."""

import json
import math
from datetime import UTC, date, datetime
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engagement.events.events import Agreement, Exercise, Meeting, Transfer
from engagement.events.parts import Participant, Personnel, Recurrence, Source
from engagement.tables.cells import is_absent, read_json
from engagement.tables.records import (
    COLUMNS,
    NUMBERS,
    REQUIRED,
    columns_of,
    content_id,
    read_record,
    to_cells,
)
from engagement.values.dates import EventDate
from engagement.values.money import Money
from engagement.values.vocabulary import Activity, Channel, Status, Topic
from strategies.events import events, names

ROW = {"date": "2019", "channel": "domestic", "activity": "meeting"}


def read(**cells):
    """Give the event of a row that has no faults."""
    event, faults = read_record({**ROW, **cells})
    assert faults == []
    return event


def faults_of(**cells):
    """Give the faults of a row, column and problem."""
    event, faults = read_record({**ROW, **cells})
    assert event is None
    assert all(column in COLUMNS for column, _, _ in faults)
    return [(column, problem) for column, _, problem in faults]


# There and back


@given(events(ids=names()))
def test_event_becomes_cells_and_comes_back(event):
    """Every event is read from its own cells."""
    assert read_record(to_cells(event)) == (event, [])


@given(events())
def test_cells_are_texts_but_for_numbers(event):
    """A row has all the columns: texts, and in three of them numbers or nothing."""
    cells = to_cells(event)

    assert list(cells) == columns_of([event])
    assert tuple(cells)[: len(COLUMNS)] == COLUMNS
    for column, cell in cells.items():
        if column in NUMBERS:
            assert cell is None or isinstance(cell, (int, Decimal))
        else:
            assert type(cell) is str


@given(events())
def test_row_as_text_is_the_same_row(event):
    """Numbers may stand as texts, as a CSV has them, or as floats, as a data frame has them."""
    cells = to_cells(event)
    as_texts = {column: "" if cell is None else str(cell) for column, cell in cells.items()}
    as_floats = {
        column: math.nan if cell is None else float(cell) if column in NUMBERS else cell
        for column, cell in cells.items()
    }

    assert read_record(as_texts) == (event, [])
    assert read_record(as_floats) == (event, [])


# Absent cells


@pytest.mark.parametrize(
    "value",
    [
        *(None, "", " ", "\n\t", math.nan, np.nan, np.float32("nan"), pd.NA, pd.NaT),
        *(np.float64("nan"), Decimal("nan"), Decimal("sNaN")),
    ],
)
def test_nothing_is_absent(value):
    """Blanks, None and every form of not-a-number are cells that hold nothing."""
    assert is_absent(value)
    assert read(note=value, personnel_low=value, value=value, participants=value) == read()
    assert faults_of(date=value) == [("date", "'date' is required")]


@pytest.mark.parametrize(
    "value", ["NA", "nan", "None", "0", 0, 0.0, False, [], {}, np.array([]), np.array([1, 2])]
)
def test_anything_else_is_there(value):
    """Words for nothing are words, and zero is a number."""
    assert not is_absent(value)


def test_words_for_nothing_stay_words():
    """NA, nan and null are texts like others."""
    event = read(note="NA", place="nan", id="null", topics="none; n/a")

    assert (event.note, event.place, event.id, event.topics) == (
        "NA",
        "nan",
        "null",
        ("none", "n/a"),
    )


@pytest.mark.parametrize("missing", REQUIRED)
def test_required_cell_is_told_once(missing):
    """A required cell that is absent is one fault, and the rest of the row is still checked."""
    assert faults_of(**{missing: None, "initiator": "XYZ"})[0] == (
        missing,
        f"'{missing}' is required",
    )
    assert len(faults_of(**{missing: None, "initiator": "XYZ"})) == 2


def test_empty_row_lacks_all_that_is_required():
    """A row without cells has three faults."""
    assert read_record({}) == (None, [(name, None, f"'{name}' is required") for name in REQUIRED])


# Values that are no texts


@pytest.mark.parametrize(
    ("value", "text"),
    [
        *((2019, "2019"), (2019.0, "2019"), (np.int64(2019), "2019"), (np.float64(2019), "2019")),
        *((date(2019, 5, 1), "2019-05-01"), (datetime(2019, 5, 1), "2019-05-01")),  # noqa: DTZ001
        *((pd.Timestamp("2019-05-01"), "2019-05-01"), (EventDate("2019~"), "2019~")),
        *((pd.Timestamp("2019-05-01", tz="Asia/Bishkek"), "2019-05-01"), (" 2019 ", "2019")),
    ],
)
def test_dates_of_a_frame_are_read(value, text):
    """Days, midnights and whole numbers are dates, in every column of dates."""
    assert read(date=value).date == EventDate(text)
    assert read(activity="agreement", in_force=value).in_force == EventDate(text)


@pytest.mark.parametrize("column", ["date", "in_force"])
@pytest.mark.parametrize(
    ("value", "problem"),
    [
        (
            datetime(2019, 5, 1, 12, 30, tzinfo=UTC),
            "a date has no time of day, got 2019-05-01T12:30:00+00:00",
        ),
        (pd.Timestamp("2019-05-01 00:00:01"), "a date has no time of day"),
        (True, "a date is a text such as '2019-10', or a day, got True"),
        (["2019"], "a date is a text such as '2019-10', or a day, got ['2019']"),
        (b"2019", "a date is a text"),
        (math.inf, "a date is a text"),
        (pytest.param(10**5000, "a date is a text", id="huge")),
        (2019.5, "'2019.5' is not a date"),
        (20191, "'20191' is not a date"),
        ("May 2019", "Did you mean '2019-05'?"),
    ],
)
def test_what_is_no_date_is_told_of_its_column(column, value, problem):
    """A time of day is not dropped, and nothing is guessed."""
    (((name, told, message),)) = read_record({**ROW, "activity": "agreement", column: value})[1]

    assert name == column
    assert told is value
    assert problem in message


def test_numbers_and_terms_become_texts():
    """A number in a column of texts is its text, whole numbers without a point."""
    event = read(
        id=7.0,
        note=5.5,
        place=np.int64(3),
        channel=Channel.DOMESTIC,
        activity=Activity.MEETING,
        status=Status.PLANNED,
    )

    assert (event.id, event.note, event.place) == ("7", "5.5", "3")
    assert (event.channel, event.status) == (Channel.DOMESTIC, Status.PLANNED)


@pytest.mark.parametrize(
    "value",
    [
        True,
        b"text",
        ["text"],
        {"a": 1},
        math.inf,
        object(),
        np.array(["a"]),
        pytest.param(10**5000, id="huge"),
    ],
)
@pytest.mark.parametrize("column", ["id", "place", "note", "subkind", "mechanism"])
def test_what_is_no_text_is_not_made_one(column, value):
    """Truth values, bytes, lists and objects are refused in columns of texts."""
    ((name, problem),) = faults_of(**{column: value})

    assert name == column
    assert "must be a text, got" in problem


# Lists


@pytest.mark.parametrize(
    "cell",
    [
        *("KGZ;TJK", " KGZ ; TJK;", ";TJK;;KGZ", ["KGZ", "TJK"], ("TJK", "KGZ"), {"KGZ", "TJK"}),
        *(np.array(["KGZ", "TJK"]), pd.Series(["KGZ", "TJK"]), ["KGZ", None, "TJK", math.nan, ""]),
    ],
)
def test_list_is_read_from_text_or_list(cell):
    """Items stand between semicolons or in a list; what is absent among them is left out."""
    assert read(channel="multilateral", countries=cell).countries == ("KGZ", "TJK")


@pytest.mark.parametrize(
    "cell", [b"KGZ", {"KGZ": 1}, np.array(5), True, [["KGZ"]], ["KGZ;TJK"], [b"KGZ"], object()]
)
@pytest.mark.parametrize("column", ["countries", "organisations", "topics", "forces"])
def test_what_is_no_list_is_refused(column, cell):
    """Bytes, mappings, arrays without dimensions and lists in lists are no lists of texts."""
    faults = faults_of(
        activity="exercise", channel="multilateral", **{"organisations": "SCO", column: cell}
    )

    assert {name for name, _ in faults} == {column}


def test_topics_may_be_topics():
    """A list of topics may hold definitions."""
    assert read(topics=[Topic("sea lanes"), "Terrorism"]).topics == ("sea lanes", "terrorism")


# Sources


def test_sources_and_their_places_go_in_pairs():
    """As many places as documents, some of them empty."""
    event = read(source="a; b ;c", where="; p. 2;")

    assert event.sources == (
        Source(document="a"),
        Source(document="b", where="p. 2"),
        Source(document="c"),
    )
    assert read(source=["a", "b"], where=[None, "p. 2"]).sources == event.sources[:2]
    assert read(source="a").sources == (Source(document="a"),)
    assert read(source=5, where=3.0).sources == (Source(document="5", where="3"),)


def test_sources_say_which_fields_stand_in_them_alone():
    """Fields go with their source; the others are sources of the event as a whole."""
    event = read(source="a;b", where="row 1;p. 2", fields=";date, forces=CHN Air Force")

    assert event.sources == (
        Source(document="a", where="row 1"),
        Source(document="b", where="p. 2", fields=["date", "forces=CHN Air Force"]),
    )
    assert to_cells(event)["fields"] == ";date, forces=CHN Air Force"
    assert to_cells(read(source="a;b"))["fields"] == ""


@pytest.mark.parametrize(
    ("cells", "fault"),
    [
        ({"where": "p. 3"}, ("source", "'where' says a place, but 'source' no document")),
        (
            {"source": "a;b", "where": "p. 3"},
            ("where", "'where' has 1 places for 2 documents in 'source'"),
        ),
        (
            {"source": "a", "where": "1;2"},
            ("where", "'where' has 2 places for 1 documents in 'source'"),
        ),
        (
            {"source": "a;;b"},
            ("source", "source: document: a document must be a text without ';', got ''"),
        ),
        ({"source": b"a"}, ("source", "source: document: a document must be a text, got b'a'")),
        (
            {"source": "a", "where": ["p;q"]},
            ("source", "source: where: where must not hold ';', got 'p;q'"),
        ),
        (
            {"fields": "date"},
            ("source", "'fields' says what stands there, but 'source' no document"),
        ),
        (
            {"source": "a;b", "fields": "date"},
            ("fields", "'fields' has 1 lists of fields for 2 documents in 'source'"),
        ),
        (
            {"source": "a", "fields": "dat"},
            ("source", "source: fields: unknown field 'dat'. Did you mean 'date'?"),
        ),
        (
            {"source": "a", "fields": "date, date"},
            ("source", "source: fields: fields names 'date' twice"),
        ),
    ],
)
def test_sources_that_do_not_fit_are_told(cells, fault):
    """Places without documents, and numbers of them that differ, are faults."""
    assert faults_of(**cells) == [fault]


# Objects


PARTICIPANTS = [{"country": "KGZ", "rank": "minister"}, {"organisation": "SCO", "office": None}]


@pytest.mark.parametrize(
    "form", [json.dumps, list, tuple, np.array], ids=lambda form: form.__name__
)
def test_participants_are_read_from_json_or_objects(form):
    """Participants stand as JSON in a cell, or as objects where a table can hold those."""
    assert read(participants=form(PARTICIPANTS)).participants == (
        Participant(country="KGZ", rank="minister"),
        Participant(organisation="SCO"),
    )


@pytest.mark.parametrize(
    "cell", ["{}", "5", "null", '"KGZ"', "[5]", "[null]", 5, {}, [5], [None], b"[]", True]
)
def test_participants_are_a_list_of_objects(cell):
    """Anything else is refused."""
    assert faults_of(participants=cell) == [("participants", "must be a JSON list of objects")]


@pytest.mark.parametrize(
    "cell", ["[", "Minister", "[" * 10**5, "[{'country': 'KGZ'}]", '[{"a":1,"a":2}]', "9" * 5000]
)
def test_what_is_not_json_is_told(cell):
    """Broken, too deep, ambiguous and endless JSON is refused."""
    ((name, problem),) = faults_of(participants=cell)

    assert name == "participants"
    assert problem.startswith("not JSON: ")


def test_faults_of_participants_are_told_with_their_place():
    """Which participant it is, which field, and what was meant; all of them."""
    cell = json.dumps(
        [
            {"country": "KGZ"},
            {"country": "KGZ", "rank": "ministre", "office": 5},
            {"country": "KGZ", "title": "x"},
            {},
        ]
    )

    faults = faults_of(participants=cell)

    assert [name for name, _ in faults] == ["participants"] * 3
    assert faults[0][1].startswith(
        "no. 2: participant: office: it must be a text, got 5; rank: unknown rank"
    )
    assert "Did you mean 'minister'" in faults[0][1]
    assert "no. 3: participant: title: unknown key 'title'; the keys are 'country'" in faults[1][1]
    assert "no. 4: participant: country: a participant is of a country or of an org" in faults[2][1]


def test_recurrence_is_read_from_json_or_object():
    """A rhythm stands as JSON in a cell; what is null has its default."""
    item = {"since": "2002", "times": 2, "until": None}
    expected = Recurrence(since="2002", times=2)

    assert read(activity="mechanism", recurrence=json.dumps(item)).recurrence == expected
    assert read(activity="mechanism", recurrence=item).recurrence == expected


@pytest.mark.parametrize(
    ("cell", "problem"),
    [
        ("[]", "must be a JSON object"),
        (5, "must be a JSON object"),
        ("{", "not JSON: "),
        ("{}", "recurrence: since: is required"),
        ('{"since":null}', "recurrence: since: is required"),
        ('{"since":"soon"}', "recurrence: since: 'soon' is not a date"),
        ('{"since":"2002","times":1.5}', "recurrence: times: it must be a whole number"),
        ('{"since":"2002","year":1}', "recurrence: year: unknown key 'year'; the keys are 'since'"),
        ('{"since":"2002","since":"2003"}', "not JSON: key 'since' stands twice in one object"),
    ],
)
def test_faulty_recurrence_is_told(cell, problem):
    """Anything but an object with a start and whole numbers is refused."""
    ((name, told),) = faults_of(activity="mechanism", recurrence=cell)

    assert name == "recurrence"
    assert told.startswith(problem)


def test_json_names_a_key_once():
    """JSON that says two things under one key is no statement."""
    assert read_json('{"a": [1, {"b": 2}]}') == {"a": [1, {"b": 2}]}
    with pytest.raises(ValueError, match="key 'b' stands twice in one object"):
        read_json('[{"a": {"b": 1, "b": 1}}]')
    with pytest.raises(ValueError, match="nested too deep"):
        read_json("[" * 10**6)


# Numbers


def test_personnel_is_read():
    """Numbers as texts, whole floats or decimals; shares as pairs."""
    expected = Personnel(low=5, high=2270, by_country={"CHN": 270, "RUS": 2000}, forces=["army"])
    common = {"personnel_by_country": " CHN = 270; Russia=2000 ", "forces": "army"}

    for low, high in ((" 5 ", "2270"), (5.0, 2270), (np.int64(5), Decimal("2270.0"))):
        event = read(activity="exercise", personnel_low=low, personnel_high=high, **common)
        assert event.personnel == expected


@pytest.mark.parametrize("column", ["personnel_low", "personnel_high"])
@pytest.mark.parametrize(
    "value",
    [
        "-5",
        "5.5",
        5.5,
        -1,
        "many",
        "1,000",
        "1 000",
        "\u0665",
        "5+",
        True,
        [5],
        math.inf,
        "9" * 5000,
        2.0**70,
        b"5",
    ],
)
def test_number_of_people_is_a_whole_number(column, value):
    """Signs, fractions, separators, other digits and endless numbers are refused."""
    ((name, problem),) = faults_of(activity="exercise", **{column: value})

    assert name == column
    assert "must be a whole number and not negative, got" in problem
    assert len(problem) < 300


def test_all_faults_of_personnel_are_told():
    """Each cell of the group has its own faults."""
    faults = faults_of(
        activity="exercise", personnel_low="x", personnel_high="y", personnel_by_country="CHN;KGZ=z"
    )

    assert [name for name, _ in faults] == [
        *("personnel_low", "personnel_high", "personnel_by_country", "personnel_by_country")
    ]
    assert faults[2][1] == "must be pairs such as CHN=270;RUS=2000, got 'CHN'"


@pytest.mark.parametrize(
    ("cells", "column", "problem"),
    [
        ({"personnel_low": 9, "personnel_high": 5}, "personnel_low", "personnel_low 9 is above"),
        (
            {"personnel_high": 5, "personnel_by_country": "CHN=6"},
            "personnel_by_country",
            "sum to 6",
        ),
        ({"personnel_by_country": "CHN=6;China=6"}, "personnel_by_country", "names 'CHN' twice"),
        ({"personnel_by_country": "XYZ=6"}, "personnel_by_country", "unknown country 'XYZ'"),
        ({"personnel_by_country": {"CHN": 6}}, "personnel_by_country", "must be pairs"),
        ({"forces": "army;army"}, "forces", "names 'army' twice"),
    ],
)
def test_contradictions_of_personnel_are_told_of_their_column(cells, column, problem):
    """What the numbers say together is a fault of the column to blame."""
    ((name, told),) = faults_of(activity="exercise", **cells)

    assert name == column
    assert problem in told


@pytest.mark.parametrize(
    "value", ["4.5e6", " 4500000 ", 4.5e6, 4500000, np.float64(4.5e6), Decimal("4.5e6")]
)
def test_amount_is_read(value):
    """Amounts stand as texts or numbers of any kind."""
    event = read(activity="transfer", value=value, currency="cny", value_text=" 4.5M RMB")

    assert event.value == Money(amount="4.5e6", currency="CNY", text="4.5M RMB")


@pytest.mark.parametrize(
    ("cells", "columns"),
    [
        (
            {"value": "five", "currency": "CNYY", "value_text": ["x"]},
            ["value", "currency", "value_text"],
        ),
        ({"value": "currency", "currency": "CNY"}, ["value"]),
        ({"value": 5}, ["currency"]),
        ({"currency": "CNY"}, ["value"]),
        ({"value_text": "5M RMB"}, ["value"]),
        ({"value": True, "currency": "CNY"}, ["value"]),
        ({"value": [5], "currency": 5}, ["value", "currency"]),
    ],
)
def test_faults_of_an_amount_are_told_of_their_columns(cells, columns):
    """An amount and its currency are told apart and both told."""
    assert [name for name, _ in faults_of(activity="transfer", **cells)] == columns


# Kinds


OF_KINDS = {
    "value": "a meeting has no value",
    "currency": "a meeting has no value",
    "terms": "a meeting has no terms",
    "goods": "a meeting has no goods",
    "audience": "a meeting has no audience",
    "provider": "a meeting has no provider",
    "host": "a meeting has no host",
    "scenario": "a meeting has no scenario",
    "in_force": "a meeting has no in_force",
    "recurrence": "a meeting has no recurrence",
}


@pytest.mark.parametrize("column", OF_KINDS)
def test_field_of_another_kind_is_refused(column):
    """What an event of the kind does not have is a fault and not dropped."""
    assert faults_of(**{column: "x"}) == [(column, OF_KINDS[column])]
    assert read(**{column: " "}) == read()


def test_people_are_refused_where_a_kind_has_none():
    """A visit has no personnel, whatever column says so."""
    for column, cell in (("personnel_low", 5), ("forces", "x")):
        assert faults_of(activity="visit", **{column: cell}) == [
            (column, "a visit has no personnel")
        ]


def test_kinds_read_their_fields():
    """Each kind takes the columns of its own."""
    assert read(activity="transfer", terms="Gift", goods="radios") == Transfer(
        date="2019", channel="domestic", terms="gift", goods="radios"
    )
    assert read(activity="agreement", in_force="2020-02") == Agreement(
        date="2019", channel="domestic", in_force="2020-02"
    )
    assert read(activity="exercise", scenario="flood") == Exercise(
        date="2019", channel="domestic", scenario="flood"
    )


def test_unknown_kind_hides_no_other_fault():
    """Where the kind is unknown, all that kinds share is still checked."""
    faults = faults_of(
        activity="meating", date="x", countries="XYZ", participants="[", personnel_low="y"
    )

    assert [name for name, _ in faults] == ["date", "activity", "countries", "participants"]
    assert "Did you mean 'meeting'" in faults[1][1]


def test_all_faults_of_a_row_are_told_in_the_order_of_the_columns():
    """One row, every fault, each once."""
    faults = faults_of(
        activity="transfer",
        date="2019-13",
        channel="bilatral",
        id="a;b",
        initiator="XCO",
        countries="XYZ",
        status="recordet",
        participants='[{"rank":"x"}]',
        where="p. 3",
        value="five",
        currency="CNY",
        terms="gifts",
        in_force="2020",
        host="KGZ",
    )

    assert [name for name, _ in faults] == [
        *("id", "date", "channel", "initiator", "countries", "status", "participants", "source"),
        *("value", "terms", "host", "in_force"),
    ]


def test_channel_rule_is_told_of_the_countries():
    """A row that contradicts its channel has a fault in the countries."""
    assert faults_of(channel="bilateral") == [
        ("countries", "a bilateral event has exactly one partner country, got none")
    ]


# Any cell

CELLS = st.one_of(
    st.text(max_size=8),
    st.sampled_from(
        [
            "2019",
            "meeting",
            "transfer",
            "domestic",
            "KGZ",
            "KGZ;TJK",
            "5",
            "CNY",
            "[]",
            "{}",
            '{"since":"2019"}',
        ]
    ),
    st.integers(),
    st.sampled_from([10**4400, -(10**4400)]),
    st.floats(),
    st.booleans(),
    st.none(),
    st.binary(max_size=5),
    st.dates(),
    st.datetimes(),
    st.datetimes(datetime(1970, 1, 1), datetime(2100, 1, 1)).map(pd.Timestamp),  # noqa: DTZ001
    st.decimals(),
    st.fractions(),
    st.complex_numbers(),
    st.sampled_from(
        [
            pd.NA,
            pd.NaT,
            np.array(5),
            np.array([None]),
            np.datetime64("NaT", "D"),
            object,
            "\ud800",
            np.float32(1.5),
        ]
    ),
    st.recursive(
        st.none() | st.text(max_size=3) | st.integers() | st.floats(),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.text(max_size=3) | st.integers(), inner, max_size=3)
        ),
        max_leaves=5,
    ),
)


@settings(max_examples=1500)
@given(
    st.dictionaries(st.sampled_from(COLUMNS), CELLS, max_size=8),
    st.fixed_dictionaries(
        {},
        optional={
            "date": st.just("2019"),
            "channel": st.just("domestic"),
            "activity": st.sampled_from(Activity),
        },
    ),
)
def test_any_row_is_read_or_told(cells, given_cells):
    """Whatever stands in the cells, a row is an event or a list of faults of its own columns."""
    row = {**cells, **given_cells}

    event, faults = read_record(row)

    assert (event is None) == bool(faults)
    assert all(column in COLUMNS and problem for column, _, problem in faults)
    if event is not None:
        assert read_record(to_cells(event)) == (event, [])


# Ids


@given(events())
def test_id_follows_from_what_an_event_says(event):
    """Equal events have equal ids, whatever id they have; the id begins with kind and date."""
    twin = read_record(to_cells(event))[0]

    assert content_id(event) == content_id(twin)
    assert content_id(event).startswith(f"{event.activity}-{event.date.text.replace('/', '_')}-")
    assert ";" not in content_id(event)


@given(events(), events())
def test_different_events_have_different_ids(one, other):
    """Events that say different things have different ids."""
    assert (content_id(one) == content_id(other)) == (one == other)


def test_id_is_the_same_on_every_machine():
    """The id of an event does not change from one version to the next without being noticed."""
    event = Meeting(date="2019-05/2019-06", channel="bilateral", countries=["KGZ"], note="é")

    assert content_id(event) == "meeting-2019-05_2019-06-096260c0"
