"""Tables read in columns: the very events that reading row by row gives, or none."""

from datetime import date

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagement.events.columns import EventColumns
from engagement.tables.layouts import read_layout
from engagement.tables.records import NUMBERS, to_cells
from engagement.tables.table import read_cells, read_rows
from strategies.events import events
from strategies.frames import messy_rows, messy_table

GOOD = {
    "id": ["a", "b", "c"],
    "date": ["2019", "2019-05-03", "2020-XX"],
    "channel": ["bilateral", "multilateral", "domestic"],
    "activity": ["meeting", "transfer", "measure"],
    "initiator": ["CHN", "CHN", "KGZ"],
    "countries": ["KGZ", "TJK;KGZ", ""],
    "source": ["one", "two", "two"],
}

SETTINGS = (
    {},
    {"date_order": "day-first"},
    {"countries": "iso3"},
    {"groups": True},
    {"defaults": {"initiator": "CHN"}},
    {"defaults": {"status": "planned", "place": "Bishkek"}},
    {"values": {"channel": {"bilateral": "multilateral"}}},
    {"list_separator": "|"},
    {"unknown_columns": "keep"},
)


def by_rows(table, settings):
    """Read a table row by row: the events, or none where anything is at fault."""
    events_read, faults, _ = read_rows(
        table.to_pylist(), table.column_names, layout=read_layout(settings)
    )
    return None if faults else events_read


def in_columns(table, settings):
    """Read a table in columns."""
    columns = dict(zip(table.column_names, table.columns, strict=True))
    return read_cells(columns, read_layout(settings))


def written(found):
    """Write events as a table of Arrow, as a file holds it."""
    rows = [to_cells(event) for event in found]
    names = dict.fromkeys(name for row in rows for name in row)
    columns = {name: [row.get(name) for row in rows] for name in names}
    for name in NUMBERS:
        columns[name] = [None if cell is None else float(cell) for cell in columns[name]]
    return pa.table({name: pa.array(cells) for name, cells in columns.items()})


@given(
    st.lists(events(ids=st.sampled_from(["a", "b", ""])), min_size=1, max_size=5),
    st.sampled_from(SETTINGS),
)
def test_events_are_those_of_the_rows(found, settings):
    """What is read in columns is what is read row by row, with every kind of cell."""
    table = written(found)
    read = in_columns(table, settings)

    if read is not None:
        assert list(read) == by_rows(table, settings)


@given(st.lists(events(ids=st.just("")), min_size=1, max_size=5))
def test_a_table_of_the_library_is_read_in_columns(found):
    """No event without an id is of a sort that only rows can tell."""
    table = written(found)
    is_read = in_columns(table, {}) is not None

    assert is_read or by_rows(table, {}) is None


@given(messy_rows(), st.booleans(), st.sampled_from(SETTINGS))
def test_messy_tables_are_read_as_rows_are(rows, as_lists, settings):
    """Names, blanks, gaps and doubles are read as a row is, or left to the rows."""
    table = messy_table(rows, as_lists=as_lists)
    read = in_columns(table, settings)

    if read is not None:
        assert list(read) == by_rows(table, settings)


@pytest.mark.parametrize(
    ("column", "cells"),
    [
        ("id", ["a", "b", "a"]),
        ("id", ["a", "b", "1.2E+10"]),
        ("date", ["2019", "2019-13", "2020"]),
        ("date", ["2018-19", "2020-21", "2019"]),
        ("channel", ["bilateral", "multilateral", "no"]),
        ("activity", ["meeting", "transfer", None]),
        ("countries", ["KGZ", "KGZ;KGZ", ""]),
        ("countries", ["KGZ;TJK", "TJK;KGZ", ""]),
        ("countries", ["CHN", "TJK;KGZ", ""]),
        ("countries", ["XYZ", "TJK;KGZ", ""]),
        ("countries", ["KGZ", "TJK;KGZ", "TJK"]),
        ("source", ["one", "two;", "two"]),
        ("status", ["recorded", "implied", ""]),
        ("personnel_low", [1, None, -1]),
        ("goods", ["cars", "", ""]),
        ("nonsense", ["x", "", ""]),
    ],
)
def test_a_table_with_a_fault_is_left_to_the_rows(column, cells):
    """Whatever a row is refused for, the table is not read in columns."""
    table = pa.table({**GOOD, column: cells})

    assert by_rows(table, {}) is None
    assert in_columns(table, {}) is None
    assert in_columns(pa.table(GOOD), {}) is not None


def test_many_different_texts_are_held_as_they_are():
    """Ids, notes and sources of which each is another are read as rows are, and taken apart."""
    n = 40
    table = pa.table(
        {
            "id": [f"e{number}" for number in range(n)],
            "date": pa.array([date(2019, 1, 1 + number % 28) for number in range(n)]),
            "channel": ["bilateral"] * n,
            "activity": ["meeting"] * n,
            "countries": pa.array([["KGZ"]] * n, pa.list_(pa.string())),
            "note": [f" note {number} é" if number % 3 else "" for number in range(n)],
            "source": [f"document {number}" for number in range(n)],
            "where": ["" if number % 2 else f"p. {number}" for number in range(n)],
        }
    )
    read = in_columns(table, {})

    assert isinstance(read, EventColumns)
    assert read == EventColumns.of(by_rows(table, {}))
    assert list(read[5:9]) == by_rows(table, {})[5:9]
    assert hash(read) == hash(EventColumns.of(by_rows(table, {})))
