"""The command line does the main job and says what is wrong with its input."""

import subprocess
import sys

import pytest

from engagement.cli import main

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
    assert "Kyrgyzstan, bilateral meetings" in printed
    assert "written to" in printed
    assert (tmp_path / "out" / "report.html").exists()


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
        [sys.executable, "-m", "engagement.cli", "report", events(GOOD)],
        capture_output=True,
        text=True,
        check=True,
    )

    assert "\x1b" not in run.stdout
    assert run.stderr == ""
