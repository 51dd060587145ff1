"""The command line does the main job and says what is wrong with its input."""

import json
import os
import shlex
import subprocess
import sys
import warnings
from pathlib import Path

import pandas as pd
import pytest

from engagement.files.datasets import load_dataset
from engagement.files.event_files import read_events, write_events
from engagement.report.cli import main
from engagement.tables.records import COLUMNS

GOOD = """date,channel,activity,countries
2001-05,bilateral,meeting,KGZ
2003-05-04,bilateral,meeting,KGZ
2003,multilateral,exercise,KGZ;TJK
"""
BAD = """date,channel,activity,countries
2019-13,bilateral,meeting,KGZ
2019-05,bilatral,meeting,KGZ
2019-05,bilateral,meeting,KGZ
"""


@pytest.fixture
def events(tmp_path):
    """Write a table of events and return its path."""

    def write(text):
        path = tmp_path / "my_events.csv"
        path.write_text(text, encoding="utf-8")
        return str(path)

    return write


def test_a_users_file_is_reported_and_written(events, tmp_path, capsys):
    """The command prints the table and names what it wrote."""
    code = main(["report", events(GOOD), "--out", str(tmp_path / "out")])

    printed = capsys.readouterr().out
    assert code == 0
    assert printed.startswith("my_events.csv\n3 events: 2 bilateral, 1 multilateral\n")
    assert printed.endswith(f"Read {tmp_path / 'out' / 'report.html'} for all of it.\n")
    assert (tmp_path / "out" / "report.html").exists()


def test_the_options_of_the_report_are_those_of_the_function(events, tmp_path, capsys):
    """A title, a date and a window are passed on; all prints what every number rests on."""
    words = ["--title", "Mine", "--date", "2024-05-01", "--since", "2001", "--until", "2002"]

    code = main(["report", events(GOOD), *words, "--all", "--out", str(tmp_path)])

    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert code == 0
    assert capsys.readouterr().out.startswith("Mine\n")
    assert "<title>Mine</title>" in page
    assert "Counted by year, 2001 to 2002. Made on 2024-05-01" in page


def test_several_files_are_one_log(events, tmp_path, capsys):
    """Events of all files are counted together, and one that stands in both is one."""
    other = tmp_path / "more.csv"
    other.write_text(GOOD + "2005,bilateral,meeting,TJK\n", encoding="utf-8")

    assert main(["report", events(GOOD), str(other)]) == 0

    assert "4 events: 3 bilateral, 1 multilateral" in capsys.readouterr().out


def test_a_warning_is_told_once_in_the_words_of_the_shell(tmp_path, capsys):
    """Events edited by hand are read, and what is said of that names no code of the library."""
    path = tmp_path / "x.csv"
    log = load_dataset("china-central-asia")
    write_events(log[:5], path)
    path.write_bytes(path.read_bytes().replace(b",bilateral,", b",Bilateral,", 1))
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        shown = warnings.showwarning

        code = main(["check", str(path)])

        assert warnings.showwarning is shown
    told = capsys.readouterr().err
    assert code == 0
    assert told.startswith("engagement: x.coverage.csv was written with other events than x.csv")
    assert told.count("\n") == 1


def test_nothing_that_data_hold_steers_the_terminal(events, capsys):
    """A control character in a cell is told of in a fault, as its escape."""
    assert main(["report", events(GOOD + "2001,bilateral,meeting,\x1b[31mX\n")]) == 2

    told = capsys.readouterr().err
    assert "\x1b" not in told
    assert "31mX" in told


COUNTS = """country,period,count
KGZ,2001,3
KGZ,2002,1
KGZ,2004,2
"""


def test_a_table_of_counts_is_reported(events, tmp_path, capsys):
    """Counts are read as they are, and what a missing period means has to be said."""
    path = events(COUNTS)

    assert main(["report", path, "--counts"]) == 2
    assert "2003" in capsys.readouterr().err
    assert main(["report", path, "--counts", "--missing", "zero", "--out", str(tmp_path)]) == 0
    assert (tmp_path / "counts.csv").read_text(encoding="utf-8").count("\n") == 5


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["a.csv", "b.csv"], "--counts takes one FILE, got 2"),
        (["a.csv", "--since", "2001"], "--since and --until say how events are counted"),
        (["a.csv", "--groups"], "--groups says how events are read, not counts"),
        (["a.txt"], "a.txt: events are kept in files that end in"),
    ],
)
def test_options_that_say_nothing_of_counts_are_refused(words, message, capsys):
    """What says how events are counted is no option of counts."""
    assert main(["report", "--counts", *words]) == 2
    assert message in capsys.readouterr().err


def test_every_fault_of_a_file_is_told_and_nothing_is_written(events, tmp_path, capsys):
    """All faults go to standard error with row and column; no folder is made."""
    code = main(["report", events(BAD), "--out", str(tmp_path / "out")])

    told = capsys.readouterr()
    assert code == 2
    assert told.out == ""
    assert "my_events.csv cannot be read, nothing was written" in told.err
    assert "row 2, column 'date': '2019-13' is not a date" in told.err
    assert "row 3, column 'channel': unknown channel 'bilatral'" in told.err
    assert "2 of 3 rows are at fault" in told.err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["report", "nowhere.csv"], "nowhere.csv: no such file"),
        (["report", "events.xls"], "events.xls: events are kept in files that end in"),
        (["report", "--since", "2010", "--until", "2000"], "since must begin before until ends"),
        (["report", "--since", "soon"], "'soon' is not a date"),
    ],
)
def test_input_that_cannot_be_used_ends_with_code_two(words, message, capsys):
    """A missing file, an unknown format or a bad date is told in one line."""
    code = main(words)

    assert code == 2
    assert message in capsys.readouterr().err


def test_an_unknown_command_is_refused(capsys):
    """The parser says which commands there are."""
    with pytest.raises(SystemExit) as stop:
        main(["rapport"])

    assert stop.value.code == 2
    assert "report" in capsys.readouterr().err


def test_a_pipe_gets_no_bar_and_no_colour(events):
    """Where output is no terminal, there is plain text and standard error is silent."""
    run = subprocess.run(
        [sys.executable, "-m", "engagement", "report", events(GOOD)],
        capture_output=True,
        text=True,
        check=True,
    )

    assert "\x1b" not in run.stdout
    assert run.stderr == ""


# Tables of one's own


MINE = """When;Partner;What;Remarks
2019-05-13;Kyrgyz Republic;meeting;=1+1
03/04/2019;KGZ;meeting;
2019;Kirgistan;meeting;x
"""
READING = [
    *("--column", "date=When", "--column", "countries=Partner", "--column", "activity=What"),
    *("--default", "channel=bilateral", "--default", "initiator=CHN", "--column", "note=Remarks"),
]


def test_check_says_what_is_read_and_what_is_not(events, capsys):
    """Counts by country, channel and year, every fault, and the code 1 where there are any."""
    code = main(["check", events(MINE), *READING])

    printed = capsys.readouterr().out
    assert code == 1
    assert "my_events.csv: 1 event, 2019-05-13 to 2019-05-13" in printed
    assert "KGZ                 0          1         0" in printed
    assert "2019                1" in printed
    assert "bilateral          1\n" in printed
    assert "3 rows: 1 read, 2 could not be read\n\ncolumn   faults\nWhen          1\n" in printed
    told = "'03/04/2019' is 2019-04-03 or 2019-03-04; say --date-order day-first or month-first"
    assert f"row 3, column 'When': {told}\n" in printed
    assert "row 4, column 'Partner': unknown country 'Kirgistan'" in printed


def test_check_of_a_table_without_faults_ends_with_zero(events, capsys):
    """Nothing wrong is said in so many words."""
    assert main(["check", events(GOOD)]) == 0
    assert "every row was read" in capsys.readouterr().out
    assert main(["check", events("date,channel,activity\n")]) == 0
    assert capsys.readouterr().out.endswith(": 0 events\nthe table has no rows\n")


def test_check_counts_rows_that_became_one_event(events, capsys):
    """Where a row is a participant, rows read and events are told apart."""
    rows = (
        "id,date,channel,activity,organisations,participant_country\n"
        "a,2019,multilateral,meeting,SCO,KGZ\na,2019,multilateral,meeting,,TJK\n"
    )

    assert main(["check", events(rows)]) == 0
    assert "every row was read: 2 rows as 1 event\n" in capsys.readouterr().out
    assert main(["check", events(rows + "b,soon,multilateral,meeting,SCO,KGZ\n")]) == 1
    assert "3 rows: 2 read as 1 event, 1 could not be read\n" in capsys.readouterr().out


def test_check_fits_its_lines_to_a_terminal(events, capsys, monkeypatch):
    """On a terminal no line is longer than it is wide; in a pipe a fault is one line."""
    main(["check", events(MINE), *READING])
    piped = capsys.readouterr().out
    monkeypatch.setenv("COLUMNS", "60")
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)

    main(["check", events(MINE), *READING])

    fitted = capsys.readouterr().out
    told, command = fitted.split("\n  engagement ")
    assert max(map(len, told.splitlines()[1:])) < 60 < max(map(len, piped.splitlines()[1:]))
    assert max(len(line) for line in command.splitlines()[1:] if "/" not in line) < 60
    assert shlex.split(command.replace("\\\n", " ")) == command_in(piped)[1:]
    assert told.split()[1:] == piped.split("\n  engagement ")[0].split()[1:]


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_rows_at_fault_are_written_to_be_mended(events, tmp_path, ending):
    """The file of faulty rows has their problems beside them and is read again when mended."""
    bad = tmp_path / f"bad.{ending}"
    path = events(
        MINE.replace("=1+1", "x").replace("2019;Kirgistan;meeting;x", "soon;KGZ;visit;=2")
    )

    assert main(["check", path, *READING, "--faulty", str(bad)]) == 1

    frame = pd.read_csv(bad) if ending == "csv" else pd.read_excel(bad)
    assert list(frame.columns) == ["When", "Partner", "What", "Remarks", "problem (not read)",
                                   "row (not read)"]  # fmt: skip
    assert len(frame) == 2
    assert main(["check", str(bad), *READING, "--date-order", "day-first"]) == 1
    assert main(["check", path, *READING, "--faulty", str(bad)]) == 2


def test_template_is_an_empty_table_that_is_read(tmp_path, capsys):
    """A template has the documented columns, and coverage beside it."""
    for ending in ("csv", "tsv", "xlsx"):
        path = tmp_path / f"mine.{ending}"

        assert main(["template", str(path), "--replace"]) == 0
        assert main(["check", str(path)]) == 0
        assert main(["template", str(path)]) == 2

    names = sorted(file.name for file in tmp_path.iterdir())
    beside = [f"mine.{what}{end}" for what in ("coverage", "topics") for end in (".csv", ".tsv")]
    assert names == sorted([*beside, "mine.csv", "mine.tsv", "mine.xlsx"])
    assert list(pd.read_csv(tmp_path / "mine.csv").columns) == list(COLUMNS)
    assert list(pd.read_excel(tmp_path / "mine.xlsx", sheet_name=None)) == [
        *("events", "coverage", "topics")
    ]
    assert main(["template", str(tmp_path / "mine.json")]) == 2
    assert "a table to fill in ends in .csv, .tsv or .xlsx" in capsys.readouterr().err


@pytest.mark.parametrize("ending", ["tsv", "xlsx", "json", "jsonl", "parquet"])
def test_convert_keeps_the_log(tmp_path, ending):
    """From one format to another and back the log is the same, with its coverage."""
    log = load_dataset("china-central-asia")
    write_events(log, tmp_path / "a.csv")
    middle, back = tmp_path / f"b.{ending}", tmp_path / "c.csv"

    assert main(["convert", str(tmp_path / "a.csv"), str(middle)]) == 0
    assert main(["convert", str(middle), str(back)]) == 0

    assert read_events(back) == log


def test_convert_writes_over_nothing_and_no_half(events, tmp_path, capsys):
    """What is there stays unless it is to be replaced, and a faulty table gives no file."""
    out = tmp_path / "out.csv"

    assert main(["convert", events(BAD), str(out)]) == 2
    assert not out.exists()
    assert main(["convert", events(GOOD), str(out)]) == 0
    before = out.read_bytes()
    assert main(["convert", events(GOOD), str(out)]) == 2
    assert "exists already; --replace overwrites it" in capsys.readouterr().err
    assert main(["convert", events(GOOD), str(out), "--replace"]) == 0
    assert out.read_bytes() == before


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--column", "date"], "--column takes OURS=THEIRS, got 'date'"),
        (["--encoding", "utf-9"], "unknown encoding 'utf-9'"),
        (["--sheet", "one"], "--sheet says nothing of a file that ends in .csv"),
        (["--header-row", "0"], "--header-row must be a whole number of at least 1, got 0"),
        (["--header-row", "9"], "row 9 has no names of columns"),
        (["--column", "date=When"], "there is no column 'When'"),
    ],
)
def test_options_of_reading_are_checked(events, words, message, capsys):
    """What is asked in vain is told in one line."""
    assert main(["check", events(GOOD), *words]) == 2
    assert message in capsys.readouterr().err


# What a table of one's own is proposed to mean

MESSY = Path(__file__).resolve().parents[2] / "examples" / "messy_sheet.xlsx"


def command_in(printed):
    """Take the command that a check ends with, as words."""
    lines = printed.rstrip("\n").split("\n  engagement ")[-1]
    return ["engagement", *shlex.split(lines.replace("\\\n", " "))]


def test_check_finds_the_header_and_proposes_what_columns_and_texts_mean(capsys):
    """Of a sheet that nobody described, all is read but for what may be two things."""
    assert main(["check", str(MESSY)]) == 1

    printed = capsys.readouterr().out
    for line in (
        f"{MESSY}, sheet 'Log', names of columns in row 4",
        "Partner(s)  countries",
        "Seen by     own:Seen by",
        "mid-2019        [2019-05..2019-08]",
        "14-15 May 2017  2017-05-14/2017-05-15",
        "H1 2015         [2015-01..2015-06]",
        "before 2005     ../2004",
        "drill            exercise",
        "also proposed: --date-order day-first --amounts --undated --groups",
        "84 rows: 79 read, 3 could not be read",
        "rows without a date excluded: 22, 27",
    ):
        assert line in printed
    assert "say --fiscal-years, the month in which it begins" in printed
    assert printed.count("\nrow ") == 3


def test_the_command_that_check_prints_reads_the_table(tmp_path, capsys):
    """The command is run as it stands, and the report holds the events that check counted."""
    words = ["--fiscal-years", "4", "--default", "initiator=IND", "--coverage", "2005", "2023"]
    words += ["--value", "countries:Kirgistan=Kyrgyzstan"]
    assert main(["check", str(MESSY), *words]) == 0
    asked = command_in(capsys.readouterr().out)

    assert main([*asked[1:-1], str(tmp_path)]) == 0

    told = capsys.readouterr()
    assert told.out.startswith("messy_sheet.xlsx\n82 events: 79 bilateral, 3 multilateral")
    assert "2 rows without a date excluded: 22, 27" in told.err
    assert (tmp_path / "report.html").exists()


def test_settings_are_kept_in_a_file_that_every_command_and_python_read(tmp_path, capsys):
    """A saved mapping is what `read_events` takes, and options go before it."""
    saved = tmp_path / "mapping.json"
    main(["check", str(MESSY), "--save", str(saved)])
    assert command_in(capsys.readouterr().out)[3:5] == ["--mapping", str(saved)]

    words = ["--mapping", str(saved), "--fiscal-years", "4"]
    words += ["--value", "countries:Kirgistan=Kyrgyzstan"]
    assert main(["convert", str(MESSY), str(tmp_path / "out.csv"), *words]) == 0
    settings = json.loads(saved.read_text(encoding="utf-8"))
    settings["values"]["countries"] = {"Kirgistan": "Kyrgyzstan"}
    assert read_events(tmp_path / "out.csv") == read_events(MESSY, **settings, fiscal_years=4)


def test_rows_that_were_mended_are_read_in_the_place_of_those_at_fault(tmp_path, capsys):
    """A report on a sheet and its mended rows has all events once; an emptied row is left out."""
    mend, out = tmp_path / "mend.csv", tmp_path / "out.csv"
    assert main(["check", str(MESSY), "--faulty", str(mend)]) == 1
    asked = command_in(capsys.readouterr().out)
    options = asked[asked.index(str(mend)) + 1 : -2]
    mended = mend.read_text(encoding="utf-8").replace("Kirgistan,", "Kyrgyzstan,")
    mend.write_text(mended, encoding="utf-8")

    assert main(["convert", str(MESSY), str(mend), str(out), *options]) == 2
    told = capsys.readouterr().err
    assert "messy_sheet.xlsx cannot be read" in told
    assert "row 72, column 'When': '2020-21' is the fiscal year from 2020 to 2021" in told
    frame = pd.read_csv(mend, dtype=str, keep_default_na=False)
    frame["When"] = frame["When"].replace("2018-19", "2018-04")
    frame.loc[frame["When"] == "2020-21", list(frame.columns[:9])] = ""
    frame.to_csv(mend, index=False)
    assert main(["convert", str(MESSY), str(mend), str(out), *options]) == 0
    assert len(read_events(out)) == 81
    assert main(["check", str(mend), str(MESSY), *options]) == 0
    (tmp_path / "a.csv").write_text(GOOD, encoding="utf-8")
    assert main(["convert", str(tmp_path / "a.csv"), str(mend), str(out), "--replace"]) == 2
    assert "rows of messy_sheet.xlsx were mended; name that file, too" in capsys.readouterr().err


def test_a_missing_column_is_told_with_the_option_that_says_it(events, capsys):
    """Where no column holds the activity, the two options that can say it are named."""
    assert main(["check", events("When,Partner\n2019,KGZ\n")]) == 2

    told = capsys.readouterr()
    assert "When     date" in told.out
    assert "column 'activity' is required and missing" in told.err
    assert "--column activity=NAME" in told.err
    assert "--default activity=meeting" in told.err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--value", "summit=meeting"], "--value takes COLUMN:THEIRS=OURS, got 'summit=meeting'"),
        (["--value", "activty:a=b"], "--value names the unknown column 'activty'"),
        (["--mapping", "nowhere.json"], "nowhere.json: no such file"),
        (["--coverage", "soon", "2019"], "'soon' is not a date"),
        (["--fiscal-years", "13"], "--fiscal-years must be a month from 1 to 12"),
    ],
)
def test_settings_that_cannot_be_meant_are_told_in_words_of_the_shell(
    events, words, message, capsys
):
    """An option that is written wrongly is named as it was written."""
    assert main(["check", events(GOOD), *words]) == 2
    assert message in capsys.readouterr().err


@pytest.mark.parametrize("suffix", ["csv", "tsv", "xlsx", "parquet", "jsonl"])
@pytest.mark.parametrize("is_wide", [False, True])
def test_counts_are_read_from_every_format_long_or_wide(tmp_path, capsys, suffix, is_wide):
    """The same counts in any format give the same report."""
    frame = pd.DataFrame({"month": ["2015-01-01", "2015-02-01"], "KGZ": [2, 1], "TJK": [4, 5]})
    if not is_wide:
        frame = frame.melt("month", var_name="country", value_name="n")
    path = tmp_path / f"mine.{suffix}"
    write = {
        "csv": lambda: frame.to_csv(path, index=False),
        "tsv": lambda: frame.to_csv(path, index=False, sep="\t"),
        "xlsx": lambda: frame.to_excel(path, index=False),
        "parquet": lambda: frame.to_parquet(path),
        "jsonl": lambda: frame.to_json(path, orient="records", lines=True),
    }
    write[suffix]()
    words = ["report", str(path), "--counts", "--period-column", "month"]
    words += ["--by", "country"] if is_wide else ["--count-column", "n"]

    assert main(words) == 2
    told = capsys.readouterr().err
    assert f"mine.{suffix} cannot be read" in told
    assert "write --freq M if each is its month or --freq D if each is its day\n" in told
    assert main([*words, "--freq", "M"]) == 0
    assert "counts by country, 2015-01 to 2015-02: 12 in all" in capsys.readouterr().out


def test_faults_of_counts_have_the_rows_of_the_file(events, capsys):
    """A number that is none is told with the row that a spreadsheet shows, in shell words."""
    path = events("A title\n\ncountry,period,count\nKGZ,2001,x\nKGZ,2002,\n")

    assert main(["report", path, "--counts", "--header-row", "3"]) == 2
    told = capsys.readouterr().err
    assert "row 4, column 'count': count must be a number, got 'x'" in told
    assert "data frame" not in told


def test_a_column_of_ones_own_is_named_on_the_command_line(tmp_path, capsys):
    """Its name has a colon; what is read so is counted by as any axis."""
    table = tmp_path / "own.csv"
    table.write_text(
        "date,channel,activity,countries,Status,At: where\n"
        + "".join(f"{year},bilateral,meeting,KGZ,likely,Osh\n" for year in range(2001, 2007))
    )
    columns = ("--column", "own:certainty=Status", "--column", "place=At: where")

    code = main(
        [
            "report",
            str(table),
            *columns,
            "--by",
            "country,certainty",
            "--out",
            str(tmp_path / "out"),
        ]
    )

    assert code == 0, capsys.readouterr().err
    counts = pd.read_csv(tmp_path / "out" / "counts.csv")
    assert set(counts["certainty"]) == {"likely"}


def test_names_of_files_do_not_steer_the_terminal(tmp_path, capsys):
    """An escape sequence in the name of a file is shown as its escape by every command."""
    if os.name != "posix":
        pytest.skip("no such names here")
    path, faulty, out = (tmp_path / f"\x1b[31m{name}" for name in ("a.csv", "b.csv", "c.csv"))
    path.write_text("date,channel,activity\n2019,domestic,measure\nsoon,domestic,measure\n")

    assert main(["check", str(path), "--faulty", str(faulty)]) == 1
    assert main(["template", str(out)]) == 0
    assert main(["check", str(out)]) == 0
    assert main(["convert", str(out), str(tmp_path / "\x1b[31md.json")]) == 0
    assert main(["convert", str(path), str(tmp_path / "e.json")]) == 2

    told = capsys.readouterr()
    assert "\x1b" not in told.out + told.err
    assert told.out.count(r"\x1b[31m") > 5
