"""Tables that differ from the documented one: read by stated rules, or told."""

from datetime import date, datetime

import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagement.errors import SettingError, TableError
from engagement.events.parts import Participant
from engagement.files.event_files import read_events, rows_at_fault
from engagement.log.eventlog import EventLog
from engagement.tables.layouts import PROBLEM_COLUMN, read_layout

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
    """What is not documented is a fault, or goes into the note with its name; never lost."""
    rows = [
        {"date": "2019", "countries": "KGZ", "note": "a", "City": "Osh", "n": 5},
        {"date": "2020", "countries": "KGZ", "note": None, "City": None, "n": 2.5},
    ]

    with pytest.raises(TableError, match=r"'City'.*; unknown column 'n'; unknown_columns='note'"):
        read(rows)
    log = read(rows, unknown_columns="note")
    assert [event.note for event in log] == ["a; City: Osh; n: 5", "n: 2.5"]
    several = read([{**rows[0], "City": ["Osh", "Naryn"]}], unknown_columns="note")
    assert several[0].note == "a; City: Osh; Naryn; n: 5"


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


@pytest.mark.parametrize("cell", ["KGZ, TJK", "Kyrgyzstan/Tajikistan", "KGZ and Uzbekistan"])
def test_countries_between_other_marks_are_told_the_mark(cell):
    """Several countries in a cell are separated in one way, which is said."""
    ((_, _, told),) = faults_of([{"date": "2019", "countries": cell}])

    assert told.endswith("; several in one cell are separated by ';'")


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
        ("2019-05-01 12:00", "'2019-05-01 12:00' is not a date"),
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
            "unknown_columns must be one of 'refuse', 'note', got 'drop'",
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
