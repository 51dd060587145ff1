"""Tables that differ from the documented one: read by stated rules, or told."""

from datetime import date, datetime

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagement.errors import SettingError, TableError
from engagement.events.axes import labels_of
from engagement.events.coverage import Coverage
from engagement.events.parts import Participant
from engagement.files.event_files import read_events, rows_at_fault
from engagement.log.eventlog import EventLog
from engagement.tables.layouts import read_layout
from engagement.tables.table_settings import PROBLEM_COLUMN

COMMON = {"channel": "bilateral", "activity": "meeting"}


def read(rows, **settings):
    """Read rows of meetings."""
    defaults = {**COMMON, **settings.pop("defaults", {})}
    return EventLog.from_frame(pd.DataFrame(rows), defaults=defaults, **settings)


def faults_of(rows, **settings):
    """Give row, column and problem of each fault."""
    _, faults = read(rows, on_error="collect", **settings)
    return list(faults[["row", "column", "problem"]].itertuples(index=False, name=None))


# Columns


def test_names_of_columns_are_read_in_any_case():
    """Case, blanks and hyphens in a header make no difference."""
    (event,) = read([{"Date": "2019", " countries ": "KGZ", "Value-Text": None, "NOTE": "x"}])

    assert (str(event.date), event.countries, event.note) == ("2019", ("KGZ",), "x")


def test_two_spellings_of_one_column_are_told():
    """Two columns that mean the same are refused."""
    with pytest.raises(TableError, match="column 'date' stands twice"):
        read([{"date": "2019", "Date": "2020", "countries": "KGZ"}])


def test_unknown_columns_are_refused_or_kept():
    """What is not documented is a fault, or a column of the user's own; never lost."""
    rows = [
        {"date": "2019", "countries": "KGZ", "note": "a", "City": "Osh", "n": 5},
        {"date": "2020", "countries": "KGZ", "note": None, "City": None, "n": 2.5},
    ]

    with pytest.raises(TableError, match=r"'City'.*; unknown column 'n'; unknown_columns='keep'"):
        read(rows)
    log = read(rows, unknown_columns="keep")
    assert [dict(event.own) for event in log] == [{"City": "Osh", "n": "5"}, {"n": "2.5"}]
    assert [event.note for event in log] == ["a", ""]
    several = read([{**rows[0], "City": ["Osh", "Naryn"]}], unknown_columns="keep")
    assert labels_of(several[0], "City") == ("Osh", "Naryn")


def test_a_column_named_as_a_documented_one_may_be_ones_own():
    """A column whose name means something else here is declared one's own, and nothing is lost."""
    rows = [{"date": "2019", "countries": "KGZ", "Status": "likely", "value": 3}]

    log = read(rows, columns={"own:certainty": "Status", "own:value": "value"})

    assert dict(log[0].own) == {"certainty": "likely", "value": "3"}
    assert str(log[0].status) == "recorded"
    assert EventLog.from_frame(log.to_frame()) == log
    assert read([{"date": "2019", "countries": "KGZ", "OWN: x": True}])[0].own == (("x", "True"),)


@pytest.mark.parametrize("name", ["own:status", "own:", "own:Since", "Country"])
def test_a_column_of_ones_own_is_not_named_as_an_axis(name):
    """What events are counted or selected by already names no column of one's own."""
    with pytest.raises(TableError, match=r"own.*name"):
        read([{"date": "2019", "countries": "KGZ", name: "x"}], unknown_columns="keep")


def test_true_and_false_are_kept():
    """Truth values of a frame and of a sheet are kept as they are written."""
    rows = [
        {"date": "2019", "countries": "KGZ", "held": True},
        {"date": "2020", "countries": "KGZ", "held": np.False_},
        {"date": "2021", "countries": "KGZ", "held": pd.NA},
    ]

    log = read(rows, unknown_columns="keep")

    assert [dict(event.own).get("held") for event in log] == ["True", "False", None]


def test_one_column_is_not_read_as_two():
    """A column that is given for two documented ones is refused before anything is read."""
    with pytest.raises(SettingError, match="columns gives 'When' for 'date' and 'note'; it can be"):
        read([{"When": "2019"}], columns={"date": "When", "note": "When"})


def test_frame_of_another_library_is_told():
    """What is read is a frame of pandas; others have a way to one, and one past it."""
    with pytest.raises(SettingError, match=r"got polars's DataFrame; its to_pandas\(\) gives one"):
        EventLog.from_frame(pl.DataFrame({"date": ["2019"]}))
    with pytest.raises(SettingError, match=r"a pandas DataFrame is read, got \{'date': '2019'\}"):
        EventLog.from_frame({"date": "2019"})


@pytest.mark.parametrize(
    ("cell", "codes"),
    [
        ("KGZ, TJK", "KGZ TJK"),
        ("Kyrgyzstan/Tajikistan", "KGZ TJK"),
        ("KGZ and Uzbekistan", "KGZ UZB"),
        ("Kazakhstan, Kyrgyzstan, and Tajikistan", "KAZ KGZ TJK"),
        ("Bosnia and Herzegovina and Trinidad and Tobago", "BIH TTO"),
        ("Serbia; Bosnia and Herzegovina", "BIH SRB"),
    ],
)
def test_known_countries_may_stand_between_other_marks(cell, codes):
    """A cell is taken apart at commas, slashes and "and" where every part is a known name."""
    (event,) = read([{"date": "2019", "countries": cell}], defaults={"channel": "multilateral"})

    assert event.countries == tuple(codes.split())


def test_a_cell_with_one_unknown_part_is_not_taken_apart():
    """Where one part is no known name, the whole cell is told."""
    ((_, _, told),) = faults_of([{"date": "2019", "countries": "Kazakhstan, Nowhere"}])

    assert "unknown country 'Kazakhstan, Nowhere'" in told


def test_known_topics_and_organisations_are_taken_apart_and_others_kept():
    """A text with an unknown part stays one topic or one name."""
    rows = [{"date": "2019", "topics": "terrorism, drug crime", "organisations": "SCO and CSTO"}]
    rows += [{"date": "2020", "topics": "water, energy", "organisations": "Aid and Trade"}]

    log = read(rows, defaults={"channel": "multilateral"})

    assert [event.topics for event in log] == [("terrorism", "drug crime"), ("water, energy",)]
    assert [event.organisations for event in log] == [("SCO", "CSTO"), ("Aid and Trade",)]


def test_a_separator_of_lists_is_what_is_said():
    """With a separator, items stand between it and nothing else."""
    row = {"date": "2019", "countries": "KAZ | Kyrgyzstan", "topics": "terrorism, b | c"}
    read_settings = {"defaults": {"channel": "multilateral"}, "list_separator": "|"}

    (event,) = read([row], **read_settings)

    assert event.countries == ("KAZ", "KGZ")
    assert event.topics == ("terrorism, b", "c")


# What texts mean


def test_texts_mean_what_is_said():
    """A text is read as the term that is given for it, in any case, also within a list."""
    rows = [
        {"date": "mid-2019", "activity": "Summit", "countries": "KGZ; the Tajiks", "place": "tba"},
    ]
    values = {
        "date": {"mid-2019": "[2019-05..2019-08]"},
        "activity": {"summit": "meeting"},
        "countries": {"the tajiks": "TJK;UZB"},
        "place": {"TBA": ""},
    }

    (event,) = read(rows, values=values, defaults={"channel": "multilateral"})

    assert str(event.date) == "[2019-05..2019-08]"
    assert (event.countries, event.place) == (("KGZ", "TJK", "UZB"), "")


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (
            {"values": {"activty": {"a": "b"}}},
            "values names the unknown column 'activty'.*activity",
        ),
        ({"values": {"activity": {"a": 1}}}, "values of 'activity' must be texts, got 1"),
        ({"values": {"activity": "meeting"}}, "values of 'activity' must be a mapping"),
        ({"list_separator": ""}, "list_separator must be a text or None, got ''"),
        ({"undated": "drop"}, "undated must be one of 'refuse', 'leave out', got 'drop'"),
        ({"amounts": 1}, "amounts must be True or False, got 1"),
        ({"coverage": "2019"}, "coverage must be a first and a last date or None, got '2019'"),
    ],
)
def test_settings_of_a_table_are_checked(settings, message):
    """A setting that cannot be meant is told before anything is read."""
    with pytest.raises(SettingError, match=message):
        read([{"date": "2019"}], **settings)


# Channels


@pytest.mark.parametrize(
    ("cells", "channel"),
    [
        ({"countries": "KGZ"}, "bilateral"),
        ({"countries": "KGZ;TJK"}, "multilateral"),
        ({"organisations": "SCO"}, "multilateral"),
        ({"countries": "CHN"}, "domestic"),
        ({"countries": ""}, "domestic"),
        ({"participants": '[{"country": "KGZ"}]', "countries": "KGZ"}, "bilateral"),
    ],
)
def test_a_channel_that_no_column_says_follows_from_the_partners(cells, channel):
    """One partner is bilateral, several or an organisation multilateral, none domestic."""
    rows = pd.DataFrame([{"date": "2019", **cells}])

    (event,) = EventLog.from_frame(rows, defaults={"activity": "meeting", "initiator": "CHN"})

    assert str(event.channel) == channel


def test_a_channel_that_partners_leave_open_is_a_fault():
    """One partner with an organisation may be either, and nobody at all is neither."""
    rows = pd.DataFrame(
        [
            {"date": "2019", "countries": "KGZ", "organisations": "SCO"},
            {"date": "2019", "countries": "", "organisations": None},
            {"date": "soon", "countries": "", "organisations": None},
        ]
    )

    _, faults = EventLog.from_frame(rows, defaults={"activity": "meeting"}, on_error="collect")

    assert list(faults["column"]) == ["channel", "channel", "date"]
    assert "may be bilateral or multilateral" in faults["problem"][0]
    assert "neither a partner nor an initiator" in faults["problem"][1]


# Dates that are missing


@pytest.mark.parametrize("cell", ["", None, "n.d.", "Unknown", " tbc ", float("nan"), pd.NaT])
def test_rows_without_a_date_are_refused_or_left_out(cell):
    """Left out they are listed, and no error; a date that cannot be read is one."""
    rows = [{"date": cell, "countries": "KGZ"}, {"date": "2019", "countries": "KGZ"}]

    assert faults_of(rows)[0][:2] == (1, "date")
    assert len(read(rows, undated="leave out")) == 1
    assert faults_of(rows, undated="leave out") == [
        (1, "date", "no date, and excluded as was asked")
    ]
    with pytest.raises(TableError, match="1 of 3 rows could not be read: row 3"):
        read([*rows, {"date": "soon", "countries": "KGZ"}], undated="leave out")


# Amounts and coverage


def test_printed_amounts_are_read_on_request():
    """An amount gives number, currency and text; without the setting it is a fault."""
    cells = ["$2.5m", "RMB 26bn", "\u20ac3 million", "1,000,000", "300K"]
    rows = [
        {"date": "2019", "countries": "KGZ", "value": cell, "activity": "transfer"}
        for cell in cells
    ]
    rows[3]["currency"] = rows[4]["currency"] = "USD"

    log = read(rows, amounts=True)

    told = {str(event.value) for event in log}
    assert told == {"2,500,000 USD", "26,000,000,000 CNY", "3,000,000 EUR", "1,000,000 USD",
                    "300,000 USD"}  # fmt: skip
    assert (
        "an amount must be a number, got '$2.5m'"
        in faults_of([{**rows[0], "currency": "USD"}])[0][2]
    )
    assert "names no currency" in faults_of([{**rows[4], "currency": ""}], amounts=True)[0][2]
    wrong = faults_of([{**rows[0], "currency": "CNY"}], amounts=True)
    assert wrong == [(1, "value", "'$2.5m' is in USD, 'currency' CNY")]


def test_coverage_is_stated_for_all_that_a_table_has():
    """A span of coverage holds for every kind of event in the table."""
    log = read([{"date": "2019", "countries": "KGZ"}], coverage=("2015", "2020"))

    assert log.coverage == Coverage.since_to(log, "2015", "2020")


def test_unknown_column_without_a_value_holds_nothing_to_lose():
    """An empty column of any name is read over, if rows are there to be empty."""
    assert len(read([{"date": "2019", "countries": "KGZ", "remarks": None}])) == 1


def test_default_stays_with_the_kinds_that_have_it():
    """A default of a currency goes to rows with an amount, one of terms to transfers."""
    log = read(
        [
            {"date": "2019", "countries": "KGZ", "activity": "meeting", "value": None},
            {"date": "2020", "countries": "KGZ", "activity": "transfer", "value": None},
            {"date": "2021", "countries": "KGZ", "activity": "transfer", "value": "5"},
        ],
        defaults={"currency": "USD", "terms": "gift"},
    )

    assert [str(getattr(event, "terms", "")) for event in log] == ["", "gift", "gift"]
    assert [str(getattr(event, "value", None)) for event in log] == ["None", "None", "5 USD"]


# Dates


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        *(("2019-10~", "2019-10~"), ("13/05/2019", "2019-05-13"), ("05.13.2019", "2019-05-13")),
        *(("5/5/2019", "2019-05-05"), ("2019/5/3", "2019-05-03"), ("5.2019", "2019-05")),
        *(("13 May 2019", "2019-05-13"), ("May 2019", "2019-05"), ("spring 2019", "2019-21")),
        *(("2019-05-01 00:00:00", "2019-05-01"), (datetime(2019, 5, 1), "2019-05-01")),  # noqa: DTZ001
        *((date(2019, 5, 1), "2019-05-01"), (2019.0, "2019")),
        *(("Q2 2019", "2019-34"), ("2019q4", "2019-36"), ("1990s", "199X")),
        *((pd.Period("2019-05", "M"), "2019-05"), (pd.Period("2019Q2"), "2019-34")),
        *((pd.Period("2019", "Y"), "2019"), (pd.Period("2019-05-01", "D"), "2019-05-01")),
    ],
)
def test_dates_that_mean_one_thing_are_read(cell, text):
    """Text of any precision, days in numbers that leave no choice, English names, real days."""
    (event,) = read([{"date": cell, "countries": "KGZ"}])

    assert str(event.date) == text


@pytest.mark.parametrize(
    ("cell", "problem"),
    [
        (
            "03/04/2019",
            "'03/04/2019' is 2019-04-03 or 2019-03-04; say date_order='day-first' or 'month-first'",
        ),
        ("13/05/19", "a year has four digits"),
        ("43754", "Is it a spreadsheet's number of a day? 43754 is 2019-10-16"),
        (43754, "Is it a spreadsheet's number of a day? 43754 is 2019-10-16"),
        ("31/04/2019", "2019-04 has days 01 to 30"),
        (pd.Period("2019Q2", "Q-MAR"), "a date is a text such as '2019-10', or a day, got Period"),
        ("13/13/2019", "'2019-13-13' is not a date"),
        ("2019-05-01 12:00", "got 2019-05-01T12:00:00; times='cut' takes the day"),
    ],
)
def test_dates_that_may_be_two_are_told(cell, problem):
    """Nothing is guessed, and what could help is said."""
    ((row, column, told),) = faults_of([{"date": cell, "countries": "KGZ"}])

    assert (row, column) == (1, "date")
    assert problem in told


@given(st.dates(date(1900, 1, 1), date(2099, 12, 31)), st.sampled_from("/.-"))
def test_order_of_day_and_month_is_the_callers(day, mark):
    """Every day is read back in the order in which it was written."""
    for order, form in (("day-first", "%d{0}%m{0}%Y"), ("month-first", "%m{0}%d{0}%Y")):
        text = day.strftime(form.format(mark))
        (event,) = read([{"date": text, "countries": "KGZ"}], date_order=order)
        assert event.date.start == day
        assert str(event.date) == day.isoformat()


@pytest.mark.parametrize(
    ("start", "end", "text"),
    [
        ("2019-05-01", "2019-05-06", "2019-05-01/2019-05-06"),
        ("13/05/2019", "June 2019", "2019-05-13/2019-06"),
        ("2019", None, "2019"),
        ("2019-05", "2019-05", "2019-05"),
        (datetime(2019, 5, 1), datetime(2019, 5, 6), "2019-05-01/2019-05-06"),  # noqa: DTZ001
    ],
)
def test_start_and_end_make_a_date(start, end, text):
    """Two columns make an interval; one that is empty or the same leaves the start."""
    (event,) = read([{"Begin": start, "date_end": end, "countries": "KGZ"}],
                    columns={"date_start": "Begin"})  # fmt: skip

    assert str(event.date) == text


@pytest.mark.parametrize(
    ("cells", "column", "problem"),
    [
        ({"date_start": "2019", "date_end": "2018"}, "date_end", "an interval ends no earlier"),
        ({"date_start": None, "date_end": "2018"}, "date_start", "'date_start' is required where"),
        ({"date_start": "soon", "date_end": "2018"}, "date_start", "'soon' is not a date"),
        ({"date": "2019", "date_start": "2019"}, "date_start", "not in both"),
        ({"date_start": None}, "date", "'date' is required"),
    ],
)
def test_faulty_start_and_end_are_told_once(cells, column, problem):
    """The column to blame is named, and nothing is said to be missing that is only at fault."""
    rows = [{"date_start": "2019", "countries": "KGZ"}, {"countries": "KGZ", **cells}]

    ((row, told, message),) = faults_of(rows)

    assert (row, told) == (2, column)
    assert problem in message


# Numbers


@pytest.mark.parametrize(
    ("cell", "decimal", "amount"),
    [
        *(("1,234,567.5", None, "1234567.5"), ("1.234.567,5", None, "1234567.5")),
        *(("12 500", None, "12500"), ("12,5", None, "12.5"), ("4.5e6", None, "4500000")),
        *(("1,234", ".", "1234"), ("1,234", ",", "1.234"), ("1.234", ",", "1234")),
        *(("1.234", None, "1.234"), (1234.5, ",", "1234.5")),
    ],
)
def test_separated_thousands_are_read(cell, decimal, amount):
    """Amounts are read where they mean one number, or as the caller says."""
    row = {"date": "2019", "countries": "KGZ", "activity": "transfer", "value": cell}

    (event,) = read([row], decimal=decimal, defaults={"currency": "USD"})

    assert f"{event.value.amount:f}" == amount


@pytest.mark.parametrize(
    ("cell", "decimal", "problem"),
    [
        ("1,234", None, "'1,234' is 1234 or 1.234; say decimal='.' or decimal=','"),
        ("1.5", ",", "'1.5' is no number with decimal=','"),
        ("1,5", ".", "'1,5' is no number with decimal='.'"),
        ("1,23,456", None, "an amount must be a number"),
    ],
)
def test_amount_that_may_be_two_is_told(cell, decimal, problem):
    """A comma before three digits is thousands in one country and tenths in another."""
    row = {"date": "2019", "countries": "KGZ", "activity": "transfer", "value": cell}

    ((_, column, told),) = faults_of([row], decimal=decimal, defaults={"currency": "USD"})

    assert column == "value"
    assert problem in told


def test_whole_numbers_of_people_have_no_decimals():
    """A comma in a number of people separates thousands."""
    row = {
        "date": "2019",
        "countries": "KGZ",
        "activity": "exercise",
        "personnel_low": "1,100",
        "personnel_by_country": "China=1,000",
    }

    (event,) = read([row])

    assert (event.personnel.low, event.personnel.by_country) == (1100, (("CHN", 1000),))


# Countries


@pytest.mark.parametrize(
    ("system", "cell"),
    [("name", "Kyrgyz Republic"), ("iso2", "KG"), ("gw", 703), ("cow", "703.0"), ("iso3", "KGZ")],
)
def test_countries_are_read_in_the_callers_system(system, cell):
    """All columns of countries are in one system."""
    rows = [{"date": "2019", "countries": cell, "initiator": cell}]

    ((*_, told),) = faults_of(rows, countries=system)

    assert "KGZ" in told
    assert read([{"date": "2019", "countries": cell}], countries=system)[0].countries == ("KGZ",)


def test_na_is_namibia():
    """The alpha-2 code of Namibia is no missing value, alone or in a list."""
    rows = [{"date": "2019", "countries": "NA; ZA", "channel": "multilateral"}]

    assert read(rows, countries="iso2")[0].countries == ("NAM", "ZAF")


def test_number_of_a_state_is_read_on_the_date_of_the_row():
    """365 is the Soviet Union before it ended and Russia afterwards, for days as for texts."""
    rows = [
        {"date": "1990", "countries": "365"},
        {"date": datetime(1990, 5, 1), "countries": "365"},  # noqa: DTZ001
        {"date": "13/05/2019", "countries": "365"},
    ]

    assert [event.countries[0] for event in read(rows, countries="gw")] == ["SUN", "SUN", "RUS"]


def test_groups_are_read_as_their_members_on_the_date():
    """A group stands for those who were members then, without the initiator and none twice."""
    rows = [
        {"date": "2005", "countries": "SCO members; KGZ", "initiator": "CHN"},
        {"date": "2018", "countries": "SCO;TKM", "initiator": "CHN"},
    ]
    common = {"defaults": {"channel": "multilateral"}}

    log = read(rows, groups=True, **common)

    assert log[0].countries == ("KAZ", "KGZ", "RUS", "TJK", "UZB")
    assert log[1].countries == ("IND", "KAZ", "KGZ", "PAK", "RUS", "TJK", "TKM", "UZB")
    assert faults_of(rows[:1], **common) == [
        (1, "countries", "'SCO members' is a group, not a country; groups=True reads its members")
    ]
    assert "changed within 2017" in faults_of(
        [{**rows[0], "date": "2017"}], groups=True, **common
    )[0][2]  # fmt: skip


# One row a participant


PEOPLE = [
    {"id": "a", "date": "2019", "topics": "terrorism", "participant_country": "CHN",
     "participant_office": "Premier", "participant_rank": "head of government"},
    {"id": "b", "date": "2020", "topics": None, "participant_country": "Tajikistan"},
    {"id": "a", "date": None, "topics": "drugs;terrorism", "participant_country": "KGZ"},
]  # fmt: skip


def test_rows_of_participants_are_joined_by_id():
    """Rows with one id are one event: lists are put together, people listed in their order."""
    log = read(PEOPLE, defaults={"initiator": "CHN"})

    assert [event.id for event in log] == ["a", "b"]
    assert log[0].countries == ("KGZ",)
    assert log[0].topics == ("terrorism", "drugs")
    assert log[0].participants == (
        Participant(country="CHN", office="Premier", rank="head of government"),
        Participant(country="KGZ"),
    )
    assert log[1].countries == ("TJK",)


def test_partners_may_be_stated_beside_participants():
    """Where there is a column of countries, partners are those and no others."""
    rows = [{**PEOPLE[0], "countries": "KGZ"}]

    (event,) = read(rows)

    assert event.countries == ("KGZ",)
    assert [person.country for person in event.participants] == ["CHN"]


def test_rows_that_contradict_one_another_are_told():
    """Each row of an event that cannot be read is refused, with the row that is to blame."""
    rows = [*PEOPLE, {**PEOPLE[2], "date": "2018", "participant_rank": "ministre"}]

    faults = faults_of(rows, defaults={"initiator": "CHN"})

    assert [(row, column) for row, column, _ in faults] == [
        *((1, "id"), (3, "id"), (4, "participant_rank"), (4, "date"))
    ]
    assert faults[0][2] == "its event is at fault, see row 4"
    assert "Did you mean 'minister'" in faults[2][2]
    assert faults[3][2] == "row 1 of the same event says '2019', this one '2018'"


def test_rows_without_id_are_an_event_each():
    """Nothing is joined that no id joins."""
    assert len(read([{**PEOPLE[0], "id": None}, {**PEOPLE[0], "id": " "}])) == 2


def test_participants_stand_in_one_form():
    """A table with both forms is refused."""
    with pytest.raises(TableError, match="participants stand in one column or in a row each"):
        read([{**PEOPLE[0], "participants": "[]"}])


# Settings


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"colums": {}}, "unknown setting 'colums'; the settings are .* Did you mean 'columns'"),
        ({"columns": ["date"]}, "columns must be a mapping"),
        ({"defaults": 5}, "defaults must be a mapping"),
        (
            {"unknown_columns": "drop"},
            "unknown_columns must be one of 'refuse', 'keep', 'note', got 'drop'",
        ),
        (
            {"date_order": "dmy"},
            "date_order must be one of 'day-first', 'month-first' or None, got 'dmy'",
        ),
        ({"decimal": ";"}, "decimal must be one of '.', ',' or None, got ';'"),
        ({"countries": "fips"}, "unknown system of countries 'fips'"),
        ({"groups": "yes"}, "groups must be True or False, got 'yes'"),
    ],
)
def test_unknown_settings_are_told(settings, message):
    """A setting that does not exist, or has no such value, is refused by name."""
    with pytest.raises(SettingError, match=message):
        read_layout(settings)


# Mending


ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "When": st.sampled_from(["2019", "13/05/2019", "03/04/2019", "soon", None]),
            "countries": st.sampled_from(["KGZ", "Kirgistan", "KGZ;TJK"]),
            "note": st.sampled_from(["x", "=1+1", "'=1+1", None, "a;b"]),
        }
    ),
    max_size=6,
)


@given(ROWS)
def test_rows_at_fault_can_be_mended_and_read(tmp_path_factory, rows):
    """Good rows and mended rows together are the events of the table without faults."""
    settings = {"columns": {"date": "When"}, "defaults": COMMON}
    folder = tmp_path_factory.mktemp("mend")
    frame = pd.DataFrame(rows, columns=["When", "countries", "note"], dtype=object)
    frame.to_csv(folder / "mine.csv", index=False)
    mended(frame).to_csv(folder / "whole.csv", index=False)

    log, faults = read_events(folder / "mine.csv", on_error="collect", **settings)
    bad = rows_at_fault(folder / "mine.csv", faults, **settings)
    mended(bad).to_csv(folder / "bad.csv", index=False)
    rest = read_events(folder / "bad.csv", **settings)
    whole = read_events(folder / "whole.csv", **settings)

    assert len(log) + len(bad) == len(rows)
    assert list(bad.index) == sorted(set(faults["row"]))
    said = [cells_of(event) for event in (*log, *rest)]
    assert sorted(said) == sorted(cells_of(event) for event in whole)


def mended(frame):
    """Put right what is wrong in a frame of events."""
    wrong = {"03/04/2019": "2019-04-03", "soon": "2020", "": "2021", None: "2021"}
    return frame.assign(
        When=[wrong.get(cell, cell) for cell in frame["When"]],
        countries=["KGZ"] * len(frame),
    )


def cells_of(event):
    """Give what an event says beside its id."""
    return str(event.date), event.countries, event.note


def test_problems_stand_beside_the_rows():
    """The last column says what is wrong, and is read over when the rows are read again."""
    rows = pd.DataFrame([{"date": "soon", "countries": "KGZ"}, {"date": "2019", "countries": "XX"}])
    _, faults = read(rows, on_error="collect")

    bad = rows_at_fault(rows, faults)

    assert bad.columns[-1] == PROBLEM_COLUMN
    assert bad[PROBLEM_COLUMN].iloc[0].startswith("date: 'soon' is not a date")
    assert len(read(bad.assign(date="2019", countries="KGZ"))) == 2
    with pytest.raises(SettingError, match="the source has no row 2; give the source of these"):
        rows_at_fault(rows[:1], faults)


def test_unknown_columns_are_kept_in_the_note_if_asked():
    """Cells of any type become texts behind what the note says; empty ones leave no trace."""
    frame = pd.DataFrame(
        {
            "date": ["2019", "2020"],
            "channel": "bilateral",
            "activity": "meeting",
            "countries": "KGZ",
            "note": ["seen", ""],
            "cofinanced": [True, False],
            "about": [["water", "gas"], None],
            "sizes": [{"a": 1}, None],
        }
    )

    log = EventLog.from_frame(frame, unknown_columns="note")

    assert [event.note for event in log] == [
        'seen; cofinanced: true; about: water; gas; sizes: {"a": 1}',
        "cofinanced: false",
    ]
    assert log.own_columns == ()
