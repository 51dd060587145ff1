"""The report in plain text: changes only, within the width, and nothing that steers a terminal."""

import io
import sys
from pathlib import Path

import pytest

from engagement import load_dataset, report
from engagement.display import visible
from engagement.files.datasets import DATASETS
from engagement.report import terminal
from engagement.report.cli import main
from engagement.report.commands.report import terminal_width
from worked_report import HOSTILE, covered_report, hostile_report, small_log, small_report

GOLDEN = Path(__file__).with_name("terminal.txt")
"""What ``COLUMNS=80 engagement report`` prints."""


def test_changes_only_are_listed_and_the_rest_is_counted():
    """A change is a line with raw counts; the other series are numbers."""
    lines = small_report().summary().splitlines()

    assert lines[:7] == [
        "small",
        "121 events: 121 bilateral",
        "",
        "1 of 2 series changed (false discovery rate 10 %)",
        "                                from  before        after    date within",
        "Kyrgyzstan bilateral meetings + 2008  8 in 8 years  64 in 8  2008",
        "no change was found in 1; 1 has too few events.",
    ]
    assert not [line for line in lines if "Tajikistan" in line]


def test_all_lists_every_series_and_the_notes():
    """With all asked for, each series has a line, and what the numbers rest on follows."""
    text = covered_report().summary(width=100, everything=True)

    assert "Tajikistan, bilateral meetings" in text
    assert "recorded, no rate" in text
    assert "each is in not_counted.csv" in text


@pytest.mark.parametrize("width", [40, 60, 80, None])
@pytest.mark.parametrize("made", [small_report, covered_report, hostile_report])
def test_lines_are_no_longer_than_asked(made, width):
    """Texts are broken and labels narrowed; without a width no text is broken."""
    lines = made().summary(width=width).splitlines()

    if width is None:
        assert lines[0] == visible(made().title)
        assert any("more" in line or "no change was found" in line for line in lines)
    else:
        assert max(map(len, lines)) <= width


def test_many_changes_are_cut_with_a_word(monkeypatch):
    """Of more changes than fit the surest are listed, and how to see the others is said."""
    monkeypatch.setattr(terminal, "MOST_LINES", 0)

    assert "... and 1 more change; --all lists them" in small_report().summary()
    assert "--all" not in small_report().summary(everything=True)


def test_data_do_not_steer_the_terminal():
    """Escapes, line ends and marks of direction in a title or a name are written out."""
    text = hostile_report().summary(everything=True)

    assert "\x1b" not in text
    assert "\N{RIGHT-TO-LEFT OVERRIDE}" not in text
    assert "\\x1b[31m" in text
    assert HOSTILE not in text


def test_a_terminal_without_the_characters_gets_escapes(monkeypatch, tmp_path):
    """Output that is not UTF-8 is written with escapes, and is no error."""
    path = tmp_path / "mine.csv"
    path.write_text("date,channel,activity,countries\n2001,bilateral,meeting,KGZ\n", "utf-8")
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding="ascii"))

    assert main(["report", str(path), "--title", "Türkiye \N{SNOWMAN}"]) == 0

    sys.stdout.flush()
    assert raw.getvalue().startswith(b"T\\xfcrkiye \\u2603\n")


def test_the_width_is_that_of_columns_or_of_the_terminal(monkeypatch):
    """COLUMNS is obeyed; a pipe has no width; a terminal has its own."""
    monkeypatch.setenv("COLUMNS", "66")
    assert terminal_width() == 66
    monkeypatch.setenv("COLUMNS", "many")
    assert terminal_width() is None
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    assert terminal_width() == 80


@pytest.mark.slow
def test_the_bundled_data_fit_on_one_screen():
    """At 80 columns the main job prints what it printed, in about 25 lines."""
    made = report(load_dataset(), title=DATASETS["china-central-asia"])

    lines = made.summary(width=80).splitlines()

    assert max(map(len, lines)) <= 80
    assert len(lines) <= 26
    assert lines == GOLDEN.read_text(encoding="utf-8").splitlines()


def test_the_small_log_is_told_of_in_a_few_lines():
    """The list stays short where little changed."""
    assert len(report(small_log(), title="x").summary().splitlines()) <= 12
