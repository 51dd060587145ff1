"""Rows read, joined, left out and refused are the rows of a file, whatever reads it."""

import csv
import io
import json
from collections import Counter

import openpyxl
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import engagement
from engagement.errors import TableError
from engagement.files.event_files import read_events
from engagement.files.table_content import SUFFIXES
from engagement.log.eventlog import EventLog
from readers_under_test import READERS

PLAIN = ("id", "date", "channel", "activity", "organisations", "note")
GROUPED = (
    *("id", "date", "channel", "activity", "organisations", "participant_name"),
    *("participant_country", "participant_rank"),
)
LAYOUTS = {"an event": PLAIN, "a participant": GROUPED}
TABLES = (*SUFFIXES, "frame")
HAS_BLANKS = (".csv", ".tsv", ".xlsx")


@st.composite
def tables(draw, header):
    """
    Rows of a table, some of which cannot be read; each bears its number, as a note or a name.

    Some rows share an id, in tables of participants to be one event and otherwise at fault.
    """
    cells = {
        "id": st.sampled_from([None, "a", "b", "c"]),
        "date": st.sampled_from(["2019", "May 2019", "2019", "2019", "soon", None]),
        "channel": st.sampled_from(["multilateral", "multilateral", "multilateral", "mixed"]),
        "activity": st.just("meeting"),
        "organisations": st.just("SCO"),
        "participant_country": st.sampled_from(["KGZ", "TJK", "Kirgistan", None]),
        "participant_rank": st.sampled_from([None, None, "minister", "prince"]),
    }
    rows = draw(
        st.lists(st.fixed_dictionaries({n: cells[n] for n in header if n in cells}), max_size=8)
    )
    marked = "note" if "note" in header else "participant_name"
    return [row | {marked: f"row {number}"} for number, row in enumerate(rows)]


def written(folder, kind, header, rows, gaps):
    """
    Write rows, with lines between them that hold nothing, where a format has such.

    Returns
    -------
    tuple
        What is read, and for each row the number that it is known by.
    """
    lines, numbers = [], []
    for row, n_gaps in zip(rows, gaps, strict=True):
        lines += [{}] * n_gaps if kind in HAS_BLANKS else []
        lines.append(row)
        numbers.append(len(lines) + (kind in HAS_BLANKS))
    cells = [[line.get(name) for name in header] for line in lines]
    path = folder / f"events{kind}"
    if kind == "frame":
        return pd.DataFrame(cells, columns=list(header), dtype=object), numbers
    if kind == ".xlsx":
        book = openpyxl.Workbook()
        for place, line in enumerate([list(header), *cells], 1):
            for column, cell in enumerate(line, 1):
                book.active.cell(place, column, cell)
        book.save(path)
    elif kind == ".parquet":
        pd.DataFrame(cells, columns=list(header), dtype="str").to_parquet(path)
    elif kind in HAS_BLANKS:
        text = io.StringIO()
        csv.writer(text, delimiter="\t" if kind == ".tsv" else ",").writerows([header, *cells])
        path.write_text(text.getvalue(), encoding="utf-8", newline="")
    else:
        objects = [dict.fromkeys(header) | row for row in rows]
        texts = [json.dumps(one) for one in objects]
        path.write_text("\n".join(texts) if kind == ".jsonl" else json.dumps(objects))
    return path, numbers


@pytest.mark.parametrize("kind", TABLES)
@pytest.mark.parametrize("layout", LAYOUTS)
@given(data=st.data())
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_row_of_a_table_is_read_or_refused(layout, kind, data, tmp_path):
    """Each row of a table is in one event or has a fault, and never both; blank lines are none."""
    header = LAYOUTS[layout]
    rows = data.draw(tables(header))
    gaps = data.draw(st.lists(st.integers(0, 2), min_size=len(rows), max_size=len(rows)))
    source, numbers = written(tmp_path, kind, header, rows, gaps)
    read = EventLog.from_frame if kind == "frame" else read_events

    log, faults = read(source, on_error="collect")

    told = [event.note for event in log] if layout == "an event" else []
    told += [person.name for event in log for person in event.participants]
    in_events = [numbers[int(text.removeprefix("row "))] for text in told]
    refused = sorted(set(faults["row"]))
    assert sorted([*in_events, *refused]) == numbers
    if refused:
        with pytest.raises(TableError, match=f"{len(refused)} of {len(rows)} rows could not be"):
            read(source)


N_ABOVE = {"gdelt": 0, "register": 2}
"""Lines above the first row, where not one."""


def count_rows(content, name):
    """Count the rows of a file by hand: its lines, or where cells are quoted, those of CSV."""
    text = content.decode("utf-8", "surrogateescape")
    first, _, _ = text.partition("\n")
    if "\t" in first:
        n_lines = sum(bool(line.strip()) for line in text.split("\n"))
    else:
        lines = csv.reader(io.StringIO(text, newline=""), delimiter=";" if ";" in first else ",")
        n_lines = sum(1 for _ in lines)
    return n_lines - N_ABOVE.get(name, 1)


def rows_of(log, name):
    """List the rows of the file that events say they were made of."""
    return [
        int(row)
        for event in log
        for source in event.sources
        if source.document == name and source.where.startswith("row ")
        for row in source.where.removeprefix("row ").split(", ")
    ]


@pytest.mark.parametrize("how", ["read_", "scan_"])
@pytest.mark.parametrize("name", READERS)
@given(data=st.data())
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_row_of_a_data_set_has_one_outcome(name, how, data, tmp_path):
    """
    Each row makes an event, is joined to one, left out or refused, and no row is two of these.

    Rows that were joined are in the sources of that event, but for those that repeat another.
    """
    reader, files, _ = READERS[name]
    read = getattr(engagement, reader.__name__.replace("read_", how))
    content = data.draw(files)
    (tmp_path / "data.txt").write_bytes(content)

    log, faults = read(tmp_path / "data.txt", on_error="collect")

    by_outcome = {key: set(part["row"]) for key, part in faults.groupby("outcome")}
    counted = Counter({key: len(rows) for key, rows in by_outcome.items()})
    joined = by_outcome.pop("joined", set())
    in_sources = rows_of(log, "data.txt")
    n_rows = count_rows(content, name)
    told = [*in_sources, *(joined - set(in_sources))]
    told += [row for rows in by_outcome.values() for row in rows]
    assert sorted(told) == list(range(1, n_rows + 1))
    assert len(log) + counted.total() == n_rows
    assert len(log) == len(set(in_sources) - joined)
