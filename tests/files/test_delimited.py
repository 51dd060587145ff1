"""Tables of text whose cells are quoted otherwise than by the rule."""

import pytest

from engagement.files.delimited import csv_bytes, read_delimited
from engagement.files.event_files import read_events


@pytest.mark.parametrize("suffix", [".csv", ".tsv"])
def test_quotes_escaped_by_backslashes_are_read(suffix, tmp_path):
    """A backslash before quotes stands for doubled ones, where the file is CSV only so."""
    sign = "," if suffix == ".csv" else "\t"
    rows = [
        ("date", "channel", "activity", "countries", "initiator", "note"),
        ("2019", "bilateral", "meeting", "KGZ", "CHN", r'"he said \"no\", twice"'),
    ]
    (tmp_path / f"events{suffix}").write_text("\n".join(map(sign.join, rows)) + "\n")

    log, faults = read_events(tmp_path / f"events{suffix}", on_error="collect")

    assert [event.note for event in log] == ['he said "no", twice']
    assert faults.empty


def test_known_columns_decide_over_the_number_of_cells():
    """Commas within the name of a column do not separate cells where semicolons do."""
    text = "date;activity;place, as it is printed, with its region, and country\n2019;meeting;Osh\n"

    content = read_delimited(text, "mine.csv", {"date", "activity"})

    assert list(content.rows[0].values()) == ["2019", "meeting", "Osh"]


def test_names_of_columns_are_no_formulas_either():
    """A column that somebody named as a formula begins is written with an apostrophe before it."""
    assert csv_bytes(["date", "=1+1"], [{"date": "2019", "=1+1": "x"}]) == b"date,'=1+1\n2019,x\n"
