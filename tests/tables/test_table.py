"""Tables of events: header, rows, and every fault of them at once."""

import pickle
import re

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagement.errors import EngagementError, SettingError, TableError
from engagement.log.eventlog import EventLog
from engagement.tables.layouts import read_layout
from engagement.tables.records import COLUMNS, REQUIRED, to_cells
from engagement.tables.table import check_on_error, faults_frame, header_faults, read_rows, settle
from engagement.values.vocabulary import Status
from strategies.events import events, names

GOOD = {"date": "2019", "channel": "domestic", "activity": "meeting"}


def problems_of(rows, header=tuple(GOOD), **kwargs):
    """Give the faults of a table, row, column and problem."""
    return [
        (row, column, problem) for row, column, _, problem in read_rows(rows, header, **kwargs)[1]
    ]


# Header


def test_unknown_column_is_told_with_a_suggestion():
    """A column that is not documented is refused, and a close one suggested."""
    assert header_faults([*REQUIRED, "topic"], COLUMNS, REQUIRED) == [
        (0, "topic", None, "unknown column 'topic'. Did you mean 'topics'?")
    ]


def test_all_faults_of_a_header_are_told():
    """Unknown, repeated and missing columns are told together."""
    faults = header_faults(["dat", "channel", "channel", "", "\ud800"], COLUMNS, REQUIRED)

    assert [(column, problem.partition(".")[0]) for _, column, _, problem in faults] == [
        ("dat", "unknown column 'dat'"),
        ("", "unknown column ''"),
        ("\ud800", "unknown column '\\ud800'"),
        ("channel", "column 'channel' stands twice"),
        ("date", "column 'date' is required and missing"),
        ("activity", "column 'activity' is required and missing"),
    ]


def test_default_stands_in_for_a_column():
    """A required column may come from a default, which must be of a documented column."""
    assert header_faults(["date"], COLUMNS, REQUIRED, {"channel": "x", "activity": "y"}) == []
    assert header_faults(list(REQUIRED), COLUMNS, REQUIRED, {"chanel": "x"})[0][1] == "chanel"


def test_header_of_a_hundred_thousand_columns_is_told_soon():
    """A file that is no table does not keep the reader busy: nothing is compared with all else."""
    faults = header_faults([f"column {n}" for n in range(100_000)], COLUMNS, REQUIRED)

    assert len(faults) == 100_000 + len(REQUIRED)


def test_rows_under_a_faulty_header_are_not_read():
    """A fault of the header is told alone."""
    events_read, faults, _ = read_rows([{"date": "x"}], ["date"])

    assert events_read == []
    assert {row for row, *_ in faults} == {0}


# Rows


def test_every_fault_of_every_row_is_told():
    """Rows are counted from 1, and each fault carries row, column, value and problem."""
    rows = [
        GOOD,
        {**GOOD, "date": "2019-13", "channel": "bilatral"},
        GOOD,
        {**GOOD, "activity": "meating"},
        {},
    ]

    found, faults, _ = read_rows(rows, GOOD)

    assert len(found) == 2
    assert [(row, column, value) for row, column, value, _ in faults] == [
        (2, "date", "2019-13"),
        (2, "channel", "bilatral"),
        (4, "activity", "meating"),
        *((5, name, None) for name in REQUIRED),
    ]


def test_implied_event_is_not_read():
    """Implied events follow from a rhythm and are not stored."""
    problem = "implied events are not stored; they follow from a mechanism's recurrence"

    assert problems_of([{**GOOD, "status": "implied"}], [*GOOD, "status"]) == [
        (1, "status", problem)
    ]


def test_id_stands_once():
    """A second row with an id is told with the first; a row that is refused takes no id."""
    header = [*GOOD, "id"]
    rows = [
        {**GOOD, "id": "a", "date": "x"},
        {**GOOD, "id": "a"},
        {**GOOD, "id": " a "},
        {**GOOD, "id": "a"},
        {**GOOD, "id": ""},
        GOOD,
    ]

    found, faults, _ = read_rows(rows, header)

    assert [event.id for event in found] == ["a", "", ""]
    assert [(row, column) for row, column, *_ in faults] == [(1, "date"), (3, "id"), (4, "id")]
    assert faults[-1][3] == "id 'a' stands in row 2 already"


def test_default_fills_absent_cells_only():
    """A default stands where a cell is absent, in rows with and without the column."""
    rows = [
        {"date": "2019"},
        {"date": "2020", "channel": " "},
        {"date": "2021", "channel": "multilateral", "organisations": "SCO"},
    ]
    defaults = {"channel": "domestic", "activity": "visit"}

    found, faults, _ = read_rows(
        rows,
        ["date", "channel", "organisations"],
        layout=read_layout({"defaults": defaults}),
    )

    assert faults == []
    assert [str(event.channel) for event in found] == ["domestic", "domestic", "multilateral"]
    assert {str(event.activity) for event in found} == {"visit"}


def test_unread_row_is_refused_and_not_read():
    """A row whose cells cannot be told apart is counted as refused, though it might be read."""
    fault = (2, "date", None, "the row has 2 cells, the header 3")

    found, faults, _ = read_rows([GOOD, GOOD, {"date": "x"}], GOOD, unread=[fault])

    assert len(found) == 1
    assert faults[0] == fault
    assert {row for row, *_ in faults} == {2, 3}


@given(
    st.lists(
        events(ids=names() | st.just(""), statuses=tuple(Status))
        | st.sampled_from([GOOD, {}, {**GOOD, "date": "?"}]),
        max_size=8,
    )
)
def test_every_row_is_read_or_refused(given_rows):
    """Rows read and rows refused are all rows, whatever they hold."""
    rows = [row if isinstance(row, dict) else to_cells(row) for row in given_rows]

    found, faults, _ = read_rows(rows, COLUMNS)

    assert len(found) + len({row for row, *_ in faults}) == len(rows)
    assert len(EventLog(found)) == len(found)


# What becomes of faults


def test_faults_raise_with_all_of_them():
    """The error tells each fault with row and column, and carries them as data."""
    faults = [
        (2, "date", "x", "'x' is not a date"),
        (7, "id", "a", "id 'a' stands in row 1 already"),
    ]

    with pytest.raises(TableError) as caught:
        settle(EventLog(), faults, 9, "events.csv", "raise")

    assert str(caught.value) == (
        "events.csv: 2 of 9 rows could not be read: row 2, column 'date': 'x' is not a date; "
        "row 7, column 'id': id 'a' stands in row 1 already"
    )
    assert caught.value.faults == tuple(faults)
    assert caught.value.n_rows == 9
    copy = pickle.loads(pickle.dumps(caught.value))  # noqa: S301
    assert (str(copy), copy.faults, copy.n_rows) == (str(caught.value), tuple(faults), 9)
    assert isinstance(copy, EngagementError)
    assert isinstance(copy, ValueError)


def test_faults_are_collected_as_a_frame():
    """Asked to collect, the caller gets what was read and a frame of what was not."""
    log, frame = settle(EventLog(), [(2, "date", "x", "no")], 9, "events.csv", "collect")

    assert log == EventLog()
    expected = pd.DataFrame({"row": [2], "column": ["date"], "value": ["x"], "problem": ["no"]})
    pd.testing.assert_frame_equal(frame, expected, check_dtype=False)


def test_no_faults_are_an_empty_frame():
    """Without faults the frame has its columns and no rows."""
    assert list(faults_frame([]).columns) == ["row", "column", "value", "problem"]
    assert len(faults_frame([])) == 0


def test_fault_of_the_header_raises_in_any_case():
    """A table that is none cannot be half-read."""
    with pytest.raises(TableError, match=r"^t: unknown column 'x'$"):
        settle(EventLog(), [(0, "x", None, "unknown column 'x'")], 9, "t", "collect")


@pytest.mark.parametrize("choice", ["ignore", None, True, ["raise"]])
def test_there_are_two_ways_with_faults(choice):
    """Anything but raise and collect is refused."""
    with pytest.raises(
        SettingError, match=re.escape(f"on_error must be one of 'raise', 'collect', got {choice!r}")
    ):
        check_on_error(choice)
