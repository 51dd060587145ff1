"""Excel workbooks: what a cell shows is what is read, and what it does not show is told."""

import io
import socket
import sys
import zipfile
from contextlib import suppress
from datetime import datetime

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engagement.errors import EngagementError, FormatError, SettingError, TableError
from engagement.events.coverage import Coverage
from engagement.events.events import Meeting
from engagement.files.event_files import read_events, write_events
from engagement.files.hidden_rows import HiddenRowsWarning
from engagement.files.workbooks import read_workbook, workbook_bytes
from engagement.log.eventlog import EventLog

HEADER = ("date", "channel", "activity", "note", "value", "currency")


def workbook(folder, *rows, header=HEADER, **sheets):
    """Write a workbook with one sheet of events, and others."""
    book = openpyxl.Workbook()
    book.active.title = "mine"
    for row in (header, *rows):
        book.active.append(row)
    for name, lines in sheets.items():
        sheet = book.create_sheet(name)
        for line in lines:
            sheet.append(line)
    path = folder / "events.xlsx"
    book.save(path)
    return path


def edited(path, **formats):
    """Set the format of numbers of some cells."""
    book = openpyxl.load_workbook(path)
    for place, form in formats.items():
        book.active[place].number_format = form
    book.save(path)
    return path


@pytest.mark.parametrize(
    ("form", "day", "text"),
    [
        ("yyyy-mm-dd", datetime(2019, 5, 13), "2019-05-13"),  # noqa: DTZ001
        ("d mmm yyyy", datetime(2019, 5, 1), "2019-05-01"),  # noqa: DTZ001
        ("mmm-yy", datetime(2019, 5, 1), "2019-05"),  # noqa: DTZ001
        ('[$-409]mmmm\\ yyyy;@"d"', datetime(2019, 5, 1), "2019-05"),  # noqa: DTZ001
        ("mmm-yy", datetime(2019, 5, 13), "2019-05-13"),  # noqa: DTZ001
        ("yyyy", datetime(2019, 1, 1), "2019"),  # noqa: DTZ001
    ],
)
def test_date_is_as_precise_as_its_cell_shows(tmp_path, form, day, text):
    """A month typed into a sheet is stored as its first day, and read as the month it shows."""
    path = edited(workbook(tmp_path, (day, "domestic", "visit")), A2=form)

    assert str(read_events(path)[0].date) == text


def merged(path, *blocks):
    """Merge cells of the sheet with the events, and keep what is hidden by it."""
    book = openpyxl.load_workbook(path)
    for block in blocks:
        book["mine"].merged_cells.add(block)
    book.save(path)
    return path


def test_merged_cells_show_the_value_of_the_first(tmp_path):
    """A block counts in each of its rows and columns; what it hides is not looked at."""
    path = workbook(
        tmp_path,
        ("2019-05-01", "domestic", "measure", "a"),
        (None, "domestic", "exercise", "hidden"),
        ("2020", "domestic", "measure", None),
        header=("date", "channel", "activity", "note", "place"),
    )
    merged(path, "A2:A3", "D2:E3", "B4:B9")

    log, faults = read_events(path, on_error="collect")

    assert [(str(event.date), event.note, event.place) for event in log] == [
        ("2019-05-01", "a", "a"),
        ("2019-05-01", "a", "a"),
        ("2020", "", ""),
    ]
    assert faults.empty  # rows 5 to 9 are not stored, and hold nothing of their own


def test_header_below_a_title_is_found_and_not_assumed(tmp_path):
    """Where a title stands above the table, the row of the header is named in the error."""
    rows = [("Date", "Channel", "Activity"), ("2019", "domestic", "measure")]
    path = merged(workbook(tmp_path, *rows, header=("My sheet",)), "A1:C1")

    with pytest.raises(TableError, match="row 2 has names of columns; header_row=2 begins"):
        read_events(path)
    assert len(read_events(path, header_row=2)) == 1

    text = tmp_path / "events.csv"
    text.write_text("My sheet\n\nWhen;Channel;Activity\n2019;domestic;measure\n")
    with pytest.raises(TableError, match="'When'; row 3 has names of columns; header_row=3"):
        read_events(text, columns={"date": "When"})
    with pytest.raises(TableError) as told:
        read_events(text, columns={"date": "When"}, header_row=1)
    assert "header_row=" not in str(told.value)


def test_merged_header_names_each_of_its_columns(tmp_path):
    """Over two columns a name stands twice, which is told; over two rows it is in the second."""
    rows = [("2019", "domestic", "measure")]
    wide = workbook(tmp_path, *rows, header=("date", None, "activity"))

    with pytest.raises(TableError, match="column 'date' stands twice"):
        read_events(merged(wide, "A1:B1"))

    high = workbook(tmp_path, (None, "channel", "activity"), *rows, header=("date", "what", None))
    assert len(read_events(merged(high, "A1:A2", "B1:C1"), header_row=2)) == 1


def test_fault_in_a_merged_block_is_told_for_each_of_its_rows(tmp_path):
    """A cell that shows no value shows none in all rows of its block."""
    path = workbook(tmp_path, ("=1+1", "domestic", "measure"), (None, "domestic", "measure"))

    _, faults = read_events(merged(path, "A2:A3"), on_error="collect")

    assert list(faults["row"]) == [2, 3]
    assert faults["problem"].str.startswith("a formula without a result").all()


def test_merged_blocks_of_any_size_are_borne(tmp_path):
    """A block is cut at the table's last column, and blocks that overlap are refused."""
    rows = [("2019", "domestic", "measure"), ("2020", "domestic", "measure")]

    path = merged(workbook(tmp_path, *rows, header=HEADER[:3]), "C3:XFD1048576")
    assert len(read_events(path)) == 2
    path = merged(workbook(tmp_path, *rows, header=HEADER[:3]), "C3:XFD4", "A3:XFD3")
    with pytest.raises(FormatError, match="row 3 has merged cells that overlap"):
        read_events(path)


def test_time_of_day_is_told(tmp_path):
    """A cell with a time is no date."""
    path = workbook(tmp_path, (datetime(2019, 5, 1, 12, 30), "domestic", "visit"))  # noqa: DTZ001

    _, faults = read_events(path, on_error="collect")

    assert "a date has no time of day" in faults["problem"].item()


def test_formulas_without_a_result_and_errors_are_told(tmp_path):
    """A formula that was never calculated is not an empty cell, and an error is no text."""
    path = workbook(
        tmp_path,
        ("2019", "domestic", "visit", "=1+1"),
        ("2019", "domestic", "visit", "#REF!"),
        ("2019", "domestic", "visit", "x"),
    )

    log, faults = read_events(path, on_error="collect")

    assert len(log) == 1
    assert faults[["row", "column"]].to_numpy().tolist() == [[2, "note"], [3, "note"]]
    assert faults["problem"].str.contains("formula without a result|shows the error #REF!").all()


def test_numbers_have_the_digits_that_the_sheet_keeps(tmp_path):
    """Fifteen digits are kept; a sum that shows 0.3 is 0.3."""
    path = workbook(
        tmp_path, ("2019", "domestic", "measure", "", 0.1 + 0.2, "USD"), (2019, "domestic", "visit")
    )

    log = read_events(path)

    assert str(log[0].value) == "0.3 USD"
    assert str(log[1].date) == "2019"


def test_written_texts_are_no_formulas(tmp_path):
    """A text that begins as a formula is stored as a text, and comes back."""
    log = EventLog([Meeting(date="2019", channel="domestic", note="=1+1", place="_x0041_\ufffe")])
    path = tmp_path / "events.xlsx"

    write_events(log, path)

    assert read_events(path) == log
    cells = [cell for row in openpyxl.load_workbook(path)["events"] for cell in row]
    assert {cell.data_type for cell in cells if cell.value is not None} == {"s"}
    assert {cell.number_format for cell in cells if cell.value is not None} == {"@"}


def test_sheet_is_chosen_or_asked_for(tmp_path):
    """The only sheet with cells is read; of several the caller says which, by name."""
    row = ("2019", "domestic", "visit")
    one = read_events(workbook(tmp_path, row, empty=[]))
    path = workbook(tmp_path, row, other=[HEADER, ("2020", "domestic", "visit")])

    with pytest.raises(FormatError, match="say sheet=, for several have cells: 'mine', 'other'"):
        read_events(path)
    with pytest.raises(SettingError, match=r"has no sheet 'othr'; .* Did you mean 'other'"):
        read_events(path, sheet="othr")
    assert read_events(path, sheet="mine") == one
    assert str(read_events(path, sheet="other")[0].date) == "2020"


def test_coverage_and_topics_are_sheets(tmp_path):
    """A workbook holds coverage beside its events, also when the sheet of events is another's."""
    stated = ("KGZ", "bilateral", "meeting", "1993", 2020)
    path = workbook(
        tmp_path,
        ("2019", "domestic", "visit"),
        coverage=[("country", "channel", "activity", "since", "until"), stated],
    )

    entry = dict(zip(("country", "channel", "activity", "since", "until"), stated, strict=True))
    assert read_events(path).coverage == Coverage([{**entry, "until": "2020"}])


def test_what_excel_cannot_hold_is_refused():
    """A text that a cell would cut off is refused before anything is written."""
    with pytest.raises(FormatError, match="a cell of Excel holds 32767 characters, and one of col"):
        workbook_bytes({"events": (("note",), [{"note": "x" * 32_768}])})


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (b'<row r="3"', b'<row r="1"', "has rows out of their order"),
        (b'<row r="3"', b'<row r="3000000"', "has a row 3000000, which no sheet has"),
    ],
)
def test_rows_that_would_be_passed_over_are_told(tmp_path, old, new, message):
    """Rows in a wrong order, or beyond the last that there is, are not lost in silence."""
    row = ("2019", "domestic", "visit")
    content = damaged(workbook(tmp_path, row, row).read_bytes(), old, new)

    with pytest.raises(FormatError, match=message):
        read_workbook(content, "x")


def damaged(content, old, new):
    """Change the first sheet of a workbook, whole in all else."""
    sink = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as archive, zipfile.ZipFile(sink, "w") as changed:
        for name in archive.namelist():
            part = archive.read(name)
            if name == "xl/worksheets/sheet1.xml":
                part = part.replace(old, new)
            changed.writestr(name, part)
    return sink.getvalue()


@pytest.mark.foremost
@settings(max_examples=50)
@given(data=st.data())
def test_damaged_workbook_is_read_or_told(tmp_path_factory, data):
    """A workbook with any of its parts changed gives a log or an error of the library."""
    log = EventLog([Meeting(date="2019", channel="domestic", note="x")])
    path = tmp_path_factory.mktemp("damaged") / "events.xlsx"
    write_events(log, path)
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = data.draw(st.sampled_from(sorted(parts)))
    part = parts[name]
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(part)))
        stop = min(len(part), start + data.draw(st.integers(0, 8)))
        part = part[:start] + data.draw(st.binary(max_size=4) | st.just(b"99999999")) + part[stop:]
    with zipfile.ZipFile(path, "w") as archive:
        for known, content in {**parts, name: part}.items():
            archive.writestr(known, content)

    with suppress(EngagementError):
        read_events(path)


def with_entities(path, entities):
    """Declare entities in the text of a sheet, the last of them in the place of a note."""
    content = path.read_bytes()
    with zipfile.ZipFile(io.BytesIO(content)) as good, zipfile.ZipFile(path, "w") as changed:
        for name in good.namelist():
            part = good.read(name)
            if name == "xl/worksheets/sheet1.xml":
                part = part.replace(b"<worksheet", entities + b"<worksheet", 1)
                part = part.replace(b"NOTE", b"&last;")
            changed.writestr(name, part)
    return path


def test_entities_are_neither_opened_nor_unfolded(tmp_path):
    """A sheet that names another file does not show it, and one that unfolds for long is told."""
    row = ("2019", "domestic", "measure", "NOTE")
    (tmp_path / "secret.txt").write_text("SECRET")
    address = (tmp_path / "secret.txt").as_uri().encode()
    tens = [b'<!ENTITY e0 "aaaaaaaaaa">']
    tens += [b'<!ENTITY e%d "%s">' % (n, b"&e%d;" % (n - 1) * 10) for n in range(1, 8)]

    for entities in (
        b'<!ENTITY last SYSTEM "' + address + b'">',
        b"".join(tens) + b'<!ENTITY last "' + b"&e7;" * 10 + b'">',
    ):
        path = workbook(tmp_path, row)
        with_entities(path, b"<!DOCTYPE worksheet [" + entities + b"]>")
        with pytest.raises(FormatError, match="not an Excel workbook that can be read") as told:
            read_events(path)
        assert "SECRET" not in str(told.value)


def test_links_of_a_workbook_are_not_followed(tmp_path, monkeypatch):
    """Formulas that ask the network or another file, and hyperlinks, open nothing."""
    path = workbook(
        tmp_path,
        ("2019", "domestic", "measure", '=WEBSERVICE("http://example.org/")'),
        ("2019", "domestic", "measure", "='file:///etc/[passwd]Sheet1'!A1"),
        ("2019", "domestic", "measure", "there"),
    )
    book = openpyxl.load_workbook(path)
    book["mine"]["D4"].hyperlink = "http://example.org/"
    book.save(path)

    def refuse(*words, **settings):
        raise AssertionError("a connection was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    log, faults = read_events(path, on_error="collect")

    assert [event.note for event in log] == ["there"]
    assert list(faults["row"]) == [2, 3]


def test_missing_package_is_told(tmp_path, monkeypatch):
    """Without openpyxl the message says what to install, and what to do without it."""
    path = workbook(tmp_path, ("2019", "domestic", "visit"))
    monkeypatch.setitem(sys.modules, "openpyxl", None)

    with pytest.raises(FormatError, match=r"need openpyxl; install it, or engagement\[excel\]"):
        read_events(path)


def test_rows_that_are_hidden_or_struck_through_are_told(tmp_path):
    """Rows that are hidden, by hand or by a filter, or struck through are read, and are told."""
    book = openpyxl.Workbook()
    book.active.append(["date", "channel", "activity", "countries", "initiator"])
    for year in range(2001, 2006):
        book.active.append([str(year), "bilateral", "meeting", "KGZ", "CHN"])
    book.active.row_dimensions[3].hidden = book.active.row_dimensions[4].hidden = True
    book.active["C6"].font = openpyxl.styles.Font(strike=True)
    book.save(tmp_path / "events.xlsx")
    told = "2 rows are hidden or filtered out .3, 4. and 1 row is struck through .6., and read like"

    with pytest.warns(HiddenRowsWarning, match=f"^events.xlsx: {told} all others$"):
        log = read_events(tmp_path / "events.xlsx")

    assert len(log) == 5
