"""Texts in any encoding and between any delimiters: read as they are, or told what they may be."""

from contextlib import suppress

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagement.errors import FormatError, SettingError
from engagement.files.decoding import decode
from engagement.files.delimited import csv_bytes, read_delimited, restored
from engagement.files.event_files import read_events
from engagement.tables.formulas import guard_frame, guard_text, restore_text
from engagement.tables.records import COLUMNS

TABLE = "date,channel,activity,note\n2019,domestic,meeting,{}\n"


def note_of(folder, content, **settings):
    """Read the note of the one event of a file."""
    path = folder / "events.csv"
    path.write_bytes(content)
    (event,) = read_events(path, **settings)
    return event.note


# Encodings


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_marked_texts_are_read(tmp_path, encoding):
    """The mark at the start says which encoding it is; without one it is UTF-8."""
    assert note_of(tmp_path, TABLE.format("Ош").encode(encoding)) == "Ош"


@pytest.mark.parametrize(
    ("encoding", "word"),
    [("cp1252", "Orbán"), ("cp1251", "Ош"), ("gb18030", "上海"), ("utf-16-le", "Ош")],
)
def test_unmarked_texts_are_told_and_read_when_told(tmp_path, encoding, word):
    """Other encodings are never assumed; the message shows the word as it would read in them."""
    content = TABLE.format(f"in {word}, 2019").replace(", 2019", " 2019").encode(encoding)

    with pytest.raises(FormatError) as caught:
        note_of(tmp_path, content)

    if not encoding.startswith("utf"):
        assert f"{word!r} in {encoding}" in str(caught.value)
    assert "give encoding=" in str(caught.value)
    assert "looks like" not in str(caught.value)
    assert note_of(tmp_path, content, encoding=encoding) == f"in {word} 2019"


def test_encoding_that_is_wrong_is_told(tmp_path):
    """A stated encoding that the bytes are not of is refused, and one that does not exist."""
    with pytest.raises(FormatError, match="not ASCII, byte 49 is 0xc3"):
        note_of(tmp_path, TABLE.format("é").encode(), encoding="ascii")
    for unknown in ("utf-9", "hex", 5):
        with pytest.raises(SettingError, match="unknown encoding"):
            note_of(tmp_path, b"", encoding=unknown)


@given(st.binary(max_size=60), st.sampled_from([None, "utf-8", "utf-16", "cp1252", "utf-7"]))
def test_any_bytes_are_text_or_told(content, encoding):
    """Whatever a file holds, decoding gives a text or an error of the library's own."""
    with suppress(FormatError):
        assert isinstance(decode(content, "events.csv", encoding), str)


# Delimiters


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiter_is_that_of_the_known_columns(tmp_path, delimiter):
    """The delimiter under which the header has known columns is taken, with lists inside too."""
    rows = [["date", "channel", "activity", "countries"], ["2019", "multilateral", "visit", "A"]]
    text = "\n".join(delimiter.join(row) for row in rows).replace("A", '"KGZ;TJK"')
    path = tmp_path / "events.csv"
    path.write_text(text)

    (event,) = read_events(path)

    assert event.countries == ("KGZ", "TJK")
    assert list(read_events(path, delimiter=delimiter)) == [event]


def test_line_of_a_spreadsheet_says_the_delimiter(tmp_path):
    """The line sep=; is no row, and decides."""
    assert (
        note_of(tmp_path, b"sep=;\r\ndate;channel;activity;note\r\n2019;domestic;visit;a,b")
        == "a,b"
    )


def test_delimiter_is_one_of_four(tmp_path):
    """Others are refused before the file is opened."""
    with pytest.raises(SettingError, match="delimiter must be one of ',', ';'"):
        read_events(tmp_path / "nowhere.csv", delimiter=":")


def test_row_of_the_header_may_be_said(tmp_path):
    """Titles above the header are passed over when the caller says where it is."""
    content = b"Events of 2019\n\ndate,channel,activity,note\n2019,domestic,visit,x\n"

    assert note_of(tmp_path, content, header_row=3) == "x"


def test_rows_have_the_numbers_of_a_spreadsheet(tmp_path):
    """Blank lines and lines inside quotes count as a spreadsheet counts them."""
    path = tmp_path / "events.csv"
    path.write_text(
        'date,channel,activity,note\n\n2019,domestic,visit,"two\nlines"\nsoon,domestic,visit,\n'
    )

    log, faults = read_events(path, on_error="collect")

    assert len(log) == 1
    assert faults["row"].tolist() == [4]


def test_cells_without_a_column_are_told(tmp_path):
    """What stands in a column without a name is not lost."""
    path = tmp_path / "events.csv"
    path.write_text("date,,channel,activity,,\n2019,x,domestic,visit,,\n2019,,domestic,visit,,y\n")

    log, faults = read_events(path, on_error="collect")

    assert len(log) == 0
    assert faults["problem"].tolist() == [
        "a column without a name holds 'x'",
        "the row has 6 cells, the header 4",
    ]


# Formulas


@given(st.text(alphabet="'=+-@\t\r\n\uff1d a", max_size=6) | st.text(max_size=6))
def test_guarded_text_comes_back(text):
    """Each text comes back, and none that is guarded begins as a formula does."""
    guarded = guard_text(text)

    assert restore_text(guarded) == text
    assert guarded[:1] not in set("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20") - {""}


def test_texts_are_guarded_in_csv_and_numbers_are_not():
    """A negative number stays a number; a text that begins as a formula gets an apostrophe."""
    content = csv_bytes(["note", "n"], [{"note": "=HYPERLINK(0)", "n": -5}])

    assert content == b"note,n\n'=HYPERLINK(0),-5\n"
    table = read_delimited(content.decode(), "x", COLUMNS)
    assert restored(table.rows[0])["note"] == "=HYPERLINK(0)"
    guarded = guard_frame(pd.DataFrame({"@x": ["-1", "b"], "n": [-1, 2.5]}))
    assert guarded.to_csv(index=False) == "'@x,n\n'-1,-1.0\nb,2.5\n"
