"""Logs in files: the same back from every format, whole or not at all, and nothing half-read."""

import csv
import io
import json
import os
import re
import shutil
import threading
from contextlib import suppress

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from attrs import evolve
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from engagement.errors import EngagementError, FormatError, SettingError, TableError
from engagement.events.coverage import Coverage
from engagement.events.events import Exercise, Mechanism, Meeting, Transfer
from engagement.events.parts import Participant, Personnel, Recurrence, Source
from engagement.files import table_content
from engagement.files.beside import MixedFilesWarning
from engagement.files.event_files import read_events, write_events
from engagement.log.eventlog import EventLog
from engagement.tables.records import COLUMNS, to_cells
from engagement.values.money import Money
from engagement.values.vocabulary import Topic
from strategies.events import NASTY, logs

SUFFIXES = (".csv", ".tsv", ".xlsx", ".json", ".jsonl", ".parquet")
TEXTS = (".csv", ".tsv", ".jsonl")
FAST = tuple(suffix for suffix in SUFFIXES if suffix != ".xlsx")
"""Formats of which hundreds of files are tried; damaged workbooks have a test of their own."""

HEADER = "date,channel,activity\n"
ROW = "2019,domestic,meeting\n"
COMMON = {"channel": "bilateral", "initiator": "CHN", "countries": ["KGZ"]}
STATED = {
    "country": "KGZ",
    "channel": "bilateral",
    "activity": "meeting",
    "since": "1993",
    "until": "2020",
}
LOG = EventLog(
    [Meeting(date="2019", **COMMON, note="a"), Transfer(date="2020", **COMMON, terms="gift")],
    coverage=Coverage([STATED]),
    topics=[Topic("drones", "Unmanned.", ["terrorism"])],
)

several_logs = settings(
    max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def write(folder, text, name="events.csv"):
    """Write a text or bytes into a file and give its path."""
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def names_in(folder):
    """List the files of a folder."""
    return sorted(path.name for path in folder.iterdir())


# There and back


@pytest.mark.parametrize("suffix", SUFFIXES)
@several_logs
@given(logs())
def test_log_comes_back_equal(tmp_path, suffix, log):
    """A log that is written and read is the same log, with its coverage and topics."""
    path = tmp_path / f"events{suffix}"

    write_events(log, path)

    assert read_events(path) == log
    read, faults = read_events(path, on_error="collect")
    assert read == log
    assert len(faults) == 0


@pytest.mark.parametrize(
    ("suffix", "text"),
    [
        (suffix, text)
        for suffix in SUFFIXES
        for text in [*NASTY, "x" * 1_000_000, '"' * 1001, "é" * 70_000]
        if suffix != ".xlsx" or len(text) < 30_000
    ],
)
def test_nasty_text_comes_back(tmp_path, suffix, text):
    """Every text comes back from every column that holds texts, however a table might read it."""
    name = text.strip().replace(";", ",")
    event = Transfer(
        date="2019",
        **COMMON,
        id=name,
        place=text,
        note=text,
        goods=text,
        subkind=text,
        topics=[name],
        organisations=[name],
        participants=[Participant(organisation=name, office=text, name=text)],
        sources=[Source(document=name, where=name), Source(document="b", where=name)],
        value=Money(amount=5, currency="CNY", text=text),
    )
    log = EventLog(
        [event],
        coverage=Coverage([{**STATED, "note": text, "source": text}]),
        topics=[Topic("x", text)],
    )
    path = tmp_path / f"events{suffix}"

    write_events(log, path)

    assert read_events(path) == log


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_zero_comes_back(tmp_path, suffix):
    """Zero people and an amount of zero are said, and not the same as nothing."""
    events = [
        Exercise(date="2019", **COMMON, personnel=Personnel(low=0)),
        Exercise(date="2020", **COMMON, personnel=Personnel(high=0)),
        Transfer(date="2021", **COMMON, value=Money(amount=0, currency="CNY")),
    ]
    path = tmp_path / f"events{suffix}"

    write_events(EventLog(events), path)

    assert read_events(path) == EventLog(events)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_empty_log_comes_back(tmp_path, suffix):
    """A log without events keeps its coverage and topics."""
    path = tmp_path / f"events{suffix}"

    for log in (EventLog(), LOG[:0]):
        write_events(log, path)
        assert read_events(path) == log


@pytest.mark.parametrize("suffix", SUFFIXES)
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(log=logs())
def test_same_log_gives_the_same_bytes(tmp_path, suffix, log):
    """Files do not differ from run to run: writing what was read changes nothing."""
    path, again = tmp_path / f"a{suffix}", tmp_path / f"b{suffix}"

    write_events(log, path)
    write_events(read_events(path), again)

    assert path.read_bytes() == again.read_bytes()


def test_suffix_in_capitals_is_a_suffix(tmp_path):
    """EVENTS.CSV is a CSV, with coverage beside it; a path may be a text."""
    write_events(LOG, str(tmp_path / "EVENTS.CSV"))

    assert read_events(str(tmp_path / "EVENTS.CSV")) == LOG
    assert names_in(tmp_path) == ["EVENTS.CSV", "EVENTS.coverage.csv", "EVENTS.topics.csv"]


def test_csv_has_the_columns_that_are_used(tmp_path):
    """A CSV has the required columns, the id and those that hold something, in their order."""
    path = tmp_path / "events.csv"

    write_events(LOG, path)

    header = path.read_text(encoding="utf-8").splitlines()[0]
    assert header == "id,date,channel,activity,initiator,countries,status,note,terms"


def test_parquet_has_all_columns_with_their_types(tmp_path):
    """A Parquet file has every column, numbers as numbers and all others as texts."""
    path = tmp_path / "events.parquet"

    write_events(LOG, path)

    schema = pq.read_schema(path)
    assert tuple(schema.names) == COLUMNS
    assert {
        name: str(schema.field(name).type)
        for name in COLUMNS
        if schema.field(name).type != pa.string()
    } == {
        "personnel_low": "int64",
        "personnel_high": "int64",
        "value": "double",
    }


def test_formats_of_pandas_are_read(tmp_path):
    """Tables that pandas writes are read: days, numbers, lists, rows of JSON."""
    frame = pd.DataFrame(
        {
            "date": pd.to_datetime(["2019-05-01"]),
            "channel": ["multilateral"],
            "activity": pd.Categorical(["exercise"]),
            "countries": [["KGZ", "TJK"]],
            "personnel_low": [300.0],
            "participants": [[{"country": "KGZ", "rank": None}]],
        }
    )
    frame.to_parquet(tmp_path / "events.parquet")
    frame.assign(date="2019-05-01").to_json(tmp_path / "events.json", orient="records")

    for suffix in (".parquet", ".json"):
        (event,) = read_events(tmp_path / f"events{suffix}")
        assert str(event.date) == "2019-05-01"
        assert event.countries == ("KGZ", "TJK")
        assert event.personnel == Personnel(low=300)
        assert event.participants == (Participant(country="KGZ"),)


# What is not written


def test_implied_events_are_not_stored(tmp_path):
    """An expanded log is refused before anything is written."""
    rhythm = Recurrence(since="2002")
    log = EventLog([Mechanism(date="2002", **COMMON, recurrence=rhythm)]).expand(until="2004")

    with pytest.raises(SettingError, match="the log holds 3 implied events, which are not stored"):
        write_events(log, tmp_path / "events.csv")
    assert names_in(tmp_path) == []


@pytest.mark.parametrize("name", ["events.xls", "events", "events.csv.gz", ".csv", "events.cvs"])
def test_other_formats_are_refused(tmp_path, name):
    """A suffix that is none of those is refused, for reading and for writing."""
    with pytest.raises(
        FormatError, match=r"files that end in \.csv, \.tsv, \.xlsx, \.json, \.jsonl, \.parquet"
    ):
        write_events(LOG, tmp_path / name)
    with pytest.raises(FormatError, match="events are kept in files that end in"):
        read_events(tmp_path / name)
    assert names_in(tmp_path) == []


# Whole or not at all


def test_coverage_and_topics_stand_beside_a_csv_and_go_with_it(tmp_path):
    """Files beside a CSV that the new log does not need are removed."""
    path = tmp_path / "events.csv"
    write_events(LOG, path)
    assert names_in(tmp_path) == ["events.coverage.csv", "events.csv", "events.topics.csv"]

    write_events(EventLog(LOG.events), path)

    assert names_in(tmp_path) == ["events.csv"]
    assert read_events(path) == EventLog(LOG.events)


OTHER = evolve(LOG[:1], coverage=Coverage([{**STATED, "since": "2000"}]), topics=[])


def contents(folder):
    """Give the bytes of each file of a folder."""
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


class Interrupted(BaseException):
    """Stands for whatever stops a program: a full disk, a signal."""


@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".parquet"])
@pytest.mark.parametrize("step", ["fsync", "replace", "unlink"])
@pytest.mark.parametrize("n_before", range(6))
def test_interrupted_writing_leaves_all_as_it_was(tmp_path, monkeypatch, suffix, step, n_before):
    """Wherever writing is interrupted, the files are the old ones or the new ones."""
    new, old = tmp_path / "new", tmp_path / "old"
    for folder, log in ((old, LOG), (new, OTHER)):
        folder.mkdir()
        write_events(log, folder / f"events{suffix}")
    before, after = contents(old), contents(new)
    real, n_calls = getattr(os, step), []

    def interrupt(*args, **kwargs):
        n_calls.append(args)
        if len(n_calls) == n_before + 1:
            raise Interrupted
        return real(*args, **kwargs)

    monkeypatch.setattr(os, step, interrupt)
    with suppress(Interrupted):
        write_events(OTHER, old / f"events{suffix}")
    monkeypatch.undo()

    assert read_events(old / f"events{suffix}") in (LOG, OTHER)
    if step in ("fsync", "replace") and len(n_calls) <= n_before:
        assert contents(old) == after
    if step == "replace" and len(n_calls) > n_before:
        assert contents(old) == before
    write_events(OTHER, old / f"events{suffix}")
    assert contents(old) == after


def test_half_written_draft_is_removed(tmp_path, monkeypatch):
    """A disk that fills up while the new file is written leaves the old one and nothing else."""
    path = tmp_path / "events.json"
    write_events(LOG, path)
    before = contents(tmp_path)

    def full(handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_events(OTHER, path)

    assert contents(tmp_path) == before


@pytest.mark.parametrize("blocked", ["events.csv", "events.coverage.csv", "events.topics.csv"])
def test_folder_in_the_place_of_a_file_undoes_all(tmp_path, blocked):
    """Where one of the files cannot be put in its place, none is."""
    write_events(LOG, tmp_path / "events.csv")
    (tmp_path / blocked).unlink()
    (tmp_path / blocked).mkdir()
    before = contents(tmp_path)

    with pytest.raises(OSError, match=blocked):
        write_events(OTHER, tmp_path / "events.csv")

    assert contents(tmp_path) == before
    assert (tmp_path / blocked).is_dir()


def test_texts_of_one_name_have_each_their_own_coverage(tmp_path):
    """x.csv, x.tsv and x.jsonl stand beside one another, and none changes what another holds."""
    logs = {".csv": LOG, ".tsv": OTHER, ".jsonl": EventLog(LOG.events)}
    for suffix, log in logs.items():
        write_events(log, tmp_path / f"x{suffix}")
    for suffix in reversed(logs):
        write_events(read_events(tmp_path / f"x{suffix}"), tmp_path / f"x{suffix}")

    assert {suffix: read_events(tmp_path / f"x{suffix}") for suffix in logs} == logs


def without_digest(content, suffix):
    """Drop the digest, the last column of what stands beside events."""
    cut = rb', "events_digest": "\w*"' if suffix == ".jsonl" else rb"[,\t](events_digest|\w{16})$"
    return re.sub(cut, b"", content, flags=re.MULTILINE)


@pytest.mark.parametrize("what", ["coverage", "topics"])
@pytest.mark.parametrize("suffix", TEXTS)
def test_files_of_two_runs_are_told(tmp_path, suffix, what):
    """Events beside the coverage or the topics of other events are read with a warning."""
    for name, log in (("one", LOG), ("other", LOG[:1])):
        (tmp_path / name).mkdir()
        write_events(log, tmp_path / name / f"x{suffix}")
    mixed = f"x.{what}{suffix}"
    shutil.copy(tmp_path / "one" / mixed, tmp_path / "other" / mixed)

    with pytest.warns(MixedFilesWarning, match=rf"^x\.{what}\{suffix} was written with other even"):
        read = read_events(tmp_path / "other" / f"x{suffix}")

    assert read.events == LOG[:1].events
    assert read.coverage == (LOG if what == "coverage" else LOG[:1]).coverage


@pytest.mark.parametrize("suffix", TEXTS)
def test_events_edited_by_hand_are_told_until_that_is_confirmed(tmp_path, suffix):
    """A row that was corrected is read with a warning, which either remedy that it names ends."""
    file, beside = tmp_path / f"x{suffix}", tmp_path / f"x.coverage{suffix}"
    write_events(evolve(LOG, topics=[]), file)
    file.write_bytes(file.read_bytes().replace(b"2019", b"2018"))

    with pytest.warns(MixedFilesWarning, match=r"delete the column 'events_digest' of x\.coverage"):
        edited = read_events(file)

    assert str(edited[0].date) == "2018"
    written = beside.read_bytes()
    beside.write_bytes(without_digest(written, suffix))
    assert beside.read_bytes() != written
    assert read_events(file) == edited
    write_events(edited, file)
    assert b"events_digest" in beside.read_bytes()
    assert read_events(file) == edited


def test_a_digest_is_that_of_the_events_whatever_the_line_ends(tmp_path):
    """Line ends and a mark of the encoding change nothing; a part of the rows may say a digest."""
    file, beside = tmp_path / "x.csv", tmp_path / "x.coverage.csv"
    write_events(LOG, file)
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes().replace(b"\n", b"\r\n"))
    with beside.open("ab") as stream:
        stream.write(b"KGZ,bilateral,visit,1993,2020,,,,\n")

    assert read_events(file).events == LOG.events
    assert len(read_events(file).coverage.entries) == 2


def test_rows_of_coverage_of_another_run_are_told(tmp_path):
    """One statement that was copied from beside other events is enough for the warning."""
    write_events(LOG, tmp_path / "x.csv")
    with (tmp_path / "x.coverage.csv").open("ab") as stream:
        stream.write(b"KGZ,bilateral,visit,1993,2020,,,,0123456789abcdef\n")

    with pytest.warns(MixedFilesWarning):
        read_events(tmp_path / "x.csv")


@pytest.mark.parametrize("suffix", [".tsv", ".jsonl"])
def test_coverage_under_the_name_for_a_csv_is_not_passed_over(tmp_path, suffix):
    """x.coverage.csv beside x.tsv alone is meant for it, and is told; beside x.csv it is not."""
    path = tmp_path / f"x{suffix}"
    write_events(EventLog(LOG.events), path)
    write_events(LOG, tmp_path / "x.csv")
    assert not read_events(path).coverage.is_stated

    (tmp_path / "x.csv").unlink()

    with pytest.raises(FormatError, match=rf"read from x\.coverage\{suffix}; rename it"):
        read_events(path)


@pytest.mark.parametrize("log", [LOG, EventLog(LOG.events)])
@pytest.mark.parametrize(
    ("there", "content", "problem"),
    [
        ([], "country,channel,activity,since,until\n", "there is no x.csv that it belongs to"),
        (["x.csv"], "name,age\nme,7\n", "column 'country' is required and missing"),
        (["x.csv"], "\0\1\2", "many bytes are zero"),
    ],
)
def test_a_file_of_someone_else_is_not_replaced(tmp_path, log, there, content, problem):
    """What stands under the name of coverage and is not this log's stays; nothing is written."""
    for name in there:
        write_events(EventLog(LOG.events), tmp_path / name)
    (tmp_path / "x.coverage.csv").write_text(content)
    before = contents(tmp_path)

    with pytest.raises(FormatError, match="would be replaced") as caught:
        write_events(log, tmp_path / "x.csv")

    assert problem in str(caught.value)
    assert contents(tmp_path) == before


@pytest.mark.parametrize("name", ["x.coverage.csv", "x.topics.jsonl", "x.COVERAGE.tsv"])
def test_events_are_not_written_under_the_name_of_coverage(tmp_path, name):
    """A log called x.coverage.csv would be the coverage of x.csv."""
    with pytest.raises(FormatError, match="under such a name"):
        write_events(LOG, tmp_path / name)
    assert contents(tmp_path) == {}


def test_missing_folder_is_an_error_of_the_system(tmp_path):
    """Folders are not made silently."""
    with pytest.raises(FileNotFoundError, match="nowhere"):
        write_events(LOG, tmp_path / "nowhere" / "events.csv")


# Rows that cannot be read


def test_good_rows_and_the_bad_are_told_apart(tmp_path):
    """Collecting gives the log of the good rows and a frame that names every fault of the bad."""
    path = write(tmp_path, f"{HEADER}{ROW}2019-13,domestic,meating\n{ROW}2019,bilateral,meeting\n")

    log, faults = read_events(path, on_error="collect")

    assert len(log) == 2
    assert faults[["row", "column", "value"]].to_numpy().tolist() == [
        [3, "date", "2019-13"],
        [3, "activity", "meating"],
        [5, "countries", None] if pd.isna(faults["value"][2]) else [5, "countries", ()],
    ]


def test_bad_rows_raise_with_all_their_faults(tmp_path):
    """Without collecting nothing is read, and the error tells each fault with row and column."""
    path = write(tmp_path, f"{HEADER}2019-13,domestic,meating\n{ROW}")

    with pytest.raises(TableError) as caught:
        read_events(path)

    assert str(caught.value).startswith(
        "events.csv: 1 of 2 rows could not be read: row 2, column 'date': "
    )
    assert [(row, column) for row, column, *_ in caught.value.faults] == [
        (2, "date"),
        (2, "activity"),
    ]


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(
        st.sampled_from(
            [
                "2019,domestic,meeting",
                "2019,domestic",
                "2019,domestic,meeting,",
                ",,",
                "x,y,z",
                "2019,domestic,visit",
                "a",
            ]
        ),
        max_size=8,
    ),
    blank=st.sets(st.integers(0, 8)),
)
def test_every_row_is_read_or_refused(tmp_path, rows, blank):
    """Rows read and rows refused are all rows of the file; rows without any value are none."""
    lines: list[str] = []
    for place, row in enumerate(rows):
        lines += ["", row] if place in blank else [row]
    path = write(tmp_path, HEADER + "".join(f"{line}\n" for line in lines))

    log, faults = read_events(path, on_error="collect")

    good = ("2019,domestic,meeting", "2019,domestic,meeting,", "2019,domestic,visit")
    bad = [n for n, line in enumerate(lines, 2) if line.strip(",") and line not in good]
    assert len(log) + len(bad) == sum(bool(line.strip(",")) for line in lines)
    assert sorted(set(faults["row"])) == bad


def test_ragged_row_is_told_with_its_number_of_cells(tmp_path):
    """A row with cells too many or too few is refused, since they cannot be told apart."""
    path = write(
        tmp_path, "date,channel,activity,note\n2019,domestic,meeting\n2019,domestic,meeting,a,b\n"
    )

    log, faults = read_events(path, on_error="collect")

    assert len(log) == 0
    assert faults["problem"].tolist() == [
        "the row has 3 cells, the header 4",
        "the row has 5 cells, the header 4",
    ]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_ids_stand_once_in_a_file(tmp_path, suffix):
    """A second event of an id is told with the row of the first."""
    rows = [{**to_cells(event), "id": "a"} for event in LOG]
    path = tmp_path / f"events{suffix}"
    frame = pd.DataFrame(rows)
    by_suffix = {
        ".csv": lambda: frame.to_csv(path, index=False),
        ".tsv": lambda: frame.to_csv(path, index=False, sep="\t"),
        ".xlsx": lambda: frame.to_excel(path, index=False),
        ".json": lambda: path.write_text(json.dumps(rows, default=str)),
        ".jsonl": lambda: path.write_text(
            "".join(json.dumps(row, default=str) + "\n" for row in rows)
        ),
        ".parquet": lambda: frame.to_parquet(path),
    }
    by_suffix[suffix]()

    first = 2 if suffix in (".csv", ".tsv", ".xlsx") else 1
    told = f"row {first + 1}, column 'id': id 'a' stands in row {first} already"
    with pytest.raises(TableError, match=told):
        read_events(path)


def test_number_that_stands_for_what_is_missing_is_not_zero(tmp_path):
    """An empty cell of numbers is absent."""
    path = write(
        tmp_path, "date,channel,activity,personnel_low,personnel_high\n2019,domestic,exercise,,5\n"
    )

    assert read_events(path)[0].personnel == Personnel(high=5)


# Files that are none


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "column 'date' is required and missing; column 'channel' is required and missing"),
        ("\n\n", "column 'date' is required and missing"),
        (
            "date,chanel,activity\n2019,domestic,meeting\n",
            "makes such columns your own; column 'channel' is required and missing",
        ),
        ("date,channel,activity,date\n", "column 'date' stands twice"),
        ("date,channel,activity,dat\n2019,domestic,meeting,5\n", "unknown column 'dat'. Did you"),
        ("date,channel\n", "column 'activity' is required and missing"),
        ("date\n2019\n", "column 'channel' is required and missing"),
    ],
)
def test_faulty_header_is_told(tmp_path, text, message):
    """A table without the documented columns is none, whether faults are collected or not."""
    path = write(tmp_path, text)

    for on_error in ("raise", "collect"):
        with pytest.raises(TableError) as caught:
            read_events(path, on_error=on_error)
        assert str(caught.value).startswith("events.csv: ")
        assert message in str(caught.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (f'{HEADER}2019,domestic,"meeting\n', "line 2: not CSV: unexpected end of data"),
        (f'{HEADER}2019,domestic,"meet"ing\n', "line 2: not CSV: ',' expected after '\"'"),
        (f"{HEADER}{ROW}".encode("utf-16-le"), "many bytes are zero, as in UTF-16; give encoding="),
        (f"{HEADER}2019,domestic,r\xe9union\n".encode("latin-1"), "not UTF-8, byte 37 is 0xe9"),
    ],
)
def test_file_that_is_no_csv_is_told(tmp_path, text, message):
    """Other delimiters, broken quotes and other encodings are named."""
    with pytest.raises(FormatError, match=rf"^events\.csv: .*{message}"):
        read_events(write(tmp_path, text), on_error="collect")


def test_header_alone_is_an_empty_log(tmp_path):
    """A table without rows is a log without events."""
    assert read_events(write(tmp_path, HEADER)) == EventLog()
    assert read_events(write(tmp_path, HEADER.strip())) == EventLog()


@pytest.mark.parametrize(
    "text",
    [
        f"\ufeff{HEADER}{ROW}",
        f"\n\n{HEADER}\n{ROW}\n\n",
        f"{HEADER}{ROW}".replace("\n", "\r\n"),
        f"{HEADER}{ROW}".replace("\n", "\r"),
        f"{HEADER}{ROW}".rstrip(),
        " date , channel,activity \n 2019 , domestic,meeting \n",
        'date,channel,activity\n"2019","domestic","meeting"\n',
    ],
)
def test_ways_to_write_a_csv(tmp_path, text):
    """A mark at the start, blank lines, all line ends, blanks and quotes change nothing."""
    assert read_events(write(tmp_path, text)) == read_events(write(tmp_path, HEADER + ROW))


def test_nul_is_told_as_a_fault_of_its_cell(tmp_path):
    """A NUL byte, which some programs leave behind, is a fault of its row."""
    path = write(tmp_path, "date,channel,activity,note\n2019,domestic,meeting,a\0b\n")

    with pytest.raises(TableError, match="row 2, column 'note': it holds a control character"):
        read_events(path)


@pytest.mark.parametrize(
    ("text", "error", "message"),
    [
        ("", FormatError, "not JSON"),
        ("{", FormatError, "not JSON"),
        ("[" * 10**5, FormatError, "not JSON: nested too deep"),
        ("9" * 5000, FormatError, "not JSON: Exceeds the limit"),
        (
            '{"events": [], "events": []}',
            FormatError,
            "not JSON: key 'events' stands twice in one object",
        ),
        (b"\xff", FormatError, "not UTF-8"),
        ("5", FormatError, "a JSON object with 'events', or a list of events, is read"),
        ("{}", FormatError, "a JSON object with 'events', or a list of events, is read"),
        ('{"events": {}}', FormatError, "'events' must be a list of objects"),
        ("[5]", FormatError, "'events' must be a list of objects"),
        ('{"events": [], "coverage": 5}', FormatError, "'coverage' must be a list of objects"),
        ('{"events": [], "topics": [5]}', FormatError, "'topics' must be a list of objects"),
        (
            '{"events": [], "covrage": []}',
            FormatError,
            "unknown part 'covrage'; the parts are 'events', 'coverage', 'topics'. Did you mean",
        ),
        ('[{"dat": "2019"}]', TableError, "unknown column 'dat'. Did you mean 'date'?"),
        ("[{}]", TableError, "row 1, column 'date': 'date' is required"),
        (
            '[{"date": "2019", "channel": "domestic", "activity": "meeting", "note": "\\ud800"}]',
            TableError,
            "half a character",
        ),
    ],
)
def test_file_that_is_no_json_log_is_told(tmp_path, text, error, message):
    """Broken and other JSON is named."""
    with pytest.raises(error) as caught:
        read_events(write(tmp_path, text, "events.json"))
    assert str(caught.value).startswith("events.json: ")
    assert message in str(caught.value)


def test_list_of_events_is_a_log(tmp_path):
    """JSON may be the list of events alone."""
    path = write(
        tmp_path, '[{"date": 2019, "channel": "domestic", "activity": "meeting"}]', "events.json"
    )

    assert len(read_events(path)) == 1
    assert read_events(write(tmp_path, "[]", "events.json")) == EventLog()


@pytest.mark.parametrize(
    "content", [b"", b"PAR1", b"PAR1" * 100, b"not parquet", HEADER.encode(), os.urandom(1000)]
)
def test_file_that_is_no_parquet_is_told(tmp_path, content):
    """Anything but Parquet is named."""
    with pytest.raises(FormatError, match=r"^events\.parquet: not Parquet: "):
        read_events(write(tmp_path, content, "events.parquet"))


@pytest.mark.parametrize(
    ("metadata", "message"),
    [
        (b"{", "metadata 'engagement' is not JSON"),
        (b"\xff", "metadata 'engagement' is not JSON"),
        (b"[]", "metadata 'engagement' must be a JSON object"),
        (b'{"coverage": 5}', "'coverage' must be a list of objects"),
        (b'{"topics": [5]}', "'topics' must be a list of objects"),
    ],
)
def test_damaged_metadata_is_told(tmp_path, metadata, message):
    """Coverage that cannot be read from a Parquet file is not taken for none."""
    path = tmp_path / "events.parquet"
    write_events(LOG, path)
    pq.write_table(pq.read_table(path).replace_schema_metadata({b"engagement": metadata}), path)

    with pytest.raises(FormatError, match=message):
        read_events(path)


def test_parquet_with_a_column_twice_is_told(tmp_path):
    """A column that stands twice is a fault of the header."""
    column = pa.array(["2019"])
    table = pa.Table.from_arrays([column] * 4, names=["date", "channel", "activity", "date"])
    pq.write_table(table, tmp_path / "events.parquet")

    with pytest.raises(TableError, match="column 'date' stands twice"):
        read_events(tmp_path / "events.parquet")


def test_times_that_no_date_can_be_are_told(tmp_path):
    """A time beyond all calendars is a fault of the file and no other error."""
    table = pa.table({"date": pa.array([2**60], pa.timestamp("us"))})
    pq.write_table(table, tmp_path / "events.parquet")

    with pytest.raises(FormatError, match="not Parquet"):
        read_events(tmp_path / "events.parquet")


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_missing_file_and_folder_are_errors_of_the_system(tmp_path, suffix):
    """What the system cannot open is told by the system."""
    (tmp_path / f"folder{suffix}").mkdir()

    with pytest.raises(FileNotFoundError, match="nowhere"):
        read_events(tmp_path / f"nowhere{suffix}")
    with pytest.raises(OSError, match="folder"):
        read_events(tmp_path / f"folder{suffix}")


def test_on_error_is_checked_first(tmp_path):
    """A setting that does not exist is told before a file is sought."""
    with pytest.raises(
        SettingError, match="on_error must be one of 'raise', 'collect', got 'skip'"
    ):
        read_events(tmp_path / "nowhere.csv", on_error="skip")


def test_limit_of_csv_is_left_as_it_was(tmp_path):
    """Cells of any length are read without changing the limit that others rely on."""
    limit = csv.field_size_limit()
    path = tmp_path / "events.csv"
    write_events(EventLog([Meeting(date="2019", **COMMON, note="x" * 200_000)]), path)
    readers = [threading.Thread(target=read_events, args=(path,)) for _ in range(4)]

    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()

    assert csv.field_size_limit() == limit
    write(tmp_path, f'{HEADER}"', "events.csv")
    with pytest.raises(FormatError, match="not CSV"):
        read_events(path)
    assert csv.field_size_limit() == limit


# Coverage and topics beside the events


BAD_COVERAGE = """\
country,channel,activity,since,until,completeness
KGZ,bilateral,meeting,1993,2020,all
KGZ,bilateral,meeting,1993,2020,
XYZ,bilatral,meeting,2020,1993,2
"""


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        (
            "coverage",
            "country,channel,activity,since\n",
            "events.coverage.csv: column 'until' is required and missing",
        ),
        (
            "coverage",
            "country,channel,activity,since,until,share\n",
            "events.coverage.csv: unknown column 'share'",
        ),
        (
            "coverage",
            "country,channel,activity,since,until,since\n",
            "events.coverage.csv: column 'since' stands twice",
        ),
        ("coverage", "", "events.coverage.csv: column 'country' is required and missing"),
        (
            "coverage",
            "country,channel,activity,since,until\nKGZ,bilateral\n",
            "events.coverage.csv: 1 of 1 rows could not be read: row 2, column 'country': the row",
        ),
        (
            "coverage",
            BAD_COVERAGE,
            (
                "coverage of events.csv: 2 of 3 rows could not be read: row 1, column "
                "'completeness': must be a share above 0 and at most 1, got 'all'; row 3, column"
            ),
        ),
        (
            "coverage",
            "country,channel,activity,since,until\nKGZ,,meeting,1993,2020\n",
            "row 1, column 'channel': is required",
        ),
        ("topics", "topic,definition\nx,y\n", "events.topics.csv: unknown column 'topic'"),
        (
            "topics",
            "term,definition\nBig Words,y\n",
            "topics of events.csv: 1 of 1 rows could not be read: row 1, column 'term': a topic's",
        ),
        ("topics", "term,definition,implies\n,y,\n", "column 'term': a topic is one or more words"),
        (
            "topics",
            "term,definition,implies\nx,y,a;;b\n",
            "column 'term': a topic is one or more words",
        ),
        ("topics", "term\nterrorism\n", "the library defines topic 'terrorism' already"),
        ("coverage", b"\xff", "events.coverage.csv: not UTF-8"),
    ],
)
def test_faulty_file_beside_is_told(tmp_path, name, text, message):
    """Coverage and topics that cannot be read are never dropped, also when faults are collected."""
    write(tmp_path, text, f"events.{name}.csv")
    path = write(tmp_path, HEADER + ROW)

    for on_error in ("raise", "collect"):
        with pytest.raises(EngagementError) as caught:
            read_events(path, on_error=on_error)
        assert message in str(caught.value)


@pytest.mark.parametrize(
    ("part", "message"),
    [
        (
            {"coverage": [{**STATED, "completeness": True}]},
            "column 'completeness': must be a share",
        ),
        (
            {"coverage": [{**STATED, "country": ["KGZ"]}]},
            "column 'country': unknown country ['KGZ']",
        ),
        ({"coverage": [{}]}, "column 'country': is required"),
        ({"coverage": [{**STATED, "x": 1}]}, "column 'x': unknown; the columns are"),
        ({"topics": [{"term": 5}]}, "a topic is a text, got 5"),
        ({"topics": [{"term": "x", "implies": 5}]}, "implied terms must be several"),
        ({"topics": [{"term": "x", "definition": [5]}]}, "a definition must be a text, got [5]"),
        ({"topics": [{"implies": []}]}, "a topic is one or more words"),
    ],
)
def test_faulty_part_of_a_json_log_is_told(tmp_path, part, message):
    """The same inside JSON, whatever stands there."""
    path = write(tmp_path, json.dumps({"events": [], **part}), "events.json")

    with pytest.raises(EngagementError) as caught:
        read_events(path)
    assert message in str(caught.value)


# Anything at all


def pieces():
    """Texts made of what tables are made of."""
    words = [
        "date",
        "channel",
        "activity",
        "note",
        "2019",
        "domestic",
        "meeting",
        "events",
        "coverage",
    ]
    return st.lists(
        st.sampled_from([*words, *',;\n\r"\t\0{}[]:', "\ufeff", "null", "1e999", "\\ud800"])
        | st.text(max_size=3),
        max_size=40,
    ).map("".join)


@pytest.mark.foremost
@pytest.mark.parametrize("suffix", FAST)
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    content=st.binary(max_size=200)
    | pieces().map(lambda text: text.encode("utf-8", "surrogatepass"))
)
@example(content=(HEADER + ROW).encode())
@example(content=b"[" * 100_000)
def test_any_file_is_read_or_told(tmp_path, suffix, content):
    """Whatever bytes a file has, it gives a log or one of the library's own errors."""
    path = write(tmp_path, content, f"events{suffix}")

    for on_error in ("raise", "collect"):
        with suppress(EngagementError):
            read_events(path, on_error=on_error)


@pytest.mark.foremost
@pytest.mark.parametrize("suffix", FAST)
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.filterwarnings("ignore::engagement.MixedFilesWarning")
@given(data=st.data())
def test_damaged_file_is_read_or_told(tmp_path, suffix, data):
    """A file with bytes changed, cut out or added gives a log or an error of the library."""
    path = tmp_path / f"events{suffix}"
    write_events(LOG, path)
    content = path.read_bytes()
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(content)))
        stop = min(len(content), start + data.draw(st.integers(0, 5)))
        content = content[:start] + data.draw(st.binary(max_size=3)) + content[stop:]
    path.write_bytes(content)

    with suppress(EngagementError):
        read_events(path)


def test_long_header_is_told_soon(tmp_path):
    """A single line of a hundred thousand words is refused without comparing each with each."""
    path = write(tmp_path, ",".join(f"word {n}" for n in range(100_000)))

    with pytest.raises(TableError, match="unknown column 'word 0'; "):
        read_events(path)


def test_written_csv_is_plain(tmp_path):
    """A CSV is UTF-8 with commas, quotes where needed and one kind of line end."""
    path = tmp_path / "events.csv"
    write_events(EventLog([Meeting(date="2019", **COMMON, note='é, "x"\r\ny')]), path)

    content = path.read_bytes()

    assert b"\r" not in content
    (row,) = csv.DictReader(io.StringIO(content.decode()))
    assert row["note"] == 'é, "x"\ny'


def test_module_says_what_it_reads():
    """The endings that the module reads are those that are tested here."""
    assert table_content.SUFFIXES == SUFFIXES
