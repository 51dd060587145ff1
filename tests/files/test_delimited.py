"""Tables of text whose cells are quoted otherwise than by the rule."""

import pytest

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
