"""Settings are proposed for a table that nobody described, and none that may be wrong."""

from pathlib import Path

import pandas as pd
import pytest

import engagement as eg
from engagement.errors import SettingError

MESSY = Path(__file__).resolve().parents[2] / "examples" / "messy_sheet.xlsx"


def test_a_proposal_reads_all_but_what_may_be_two_things():
    """Of a messy sheet, the rows that are left at fault have several meanings."""
    log, faults = eg.read_events(MESSY, on_error="collect", **eg.propose_settings(MESSY))

    wrong = faults[~faults["problem"].str.contains("excluded")]
    assert len(log) == 79
    assert wrong["row"].tolist() == [59, 72, 76]


def test_a_frame_gets_the_proposal_of_the_file_that_holds_it(tmp_path):
    """File and data frame of one table are proposed the same meaning."""
    frame = pd.DataFrame(
        {
            "Date": ["13/05/2019", "03/04/2020", "late 2018"],
            "Partner(s)": ["Kazakhstan and Tajikistan", "KGZ", "Central Asia"],
            "Event type": ["drill", "Summit", "talks"],
            "Amount": ["", "", ""],
        }
    )
    frame.to_csv(tmp_path / "mine.csv", index=False)

    proposed = eg.propose_settings(frame)

    assert proposed == eg.propose_settings(tmp_path / "mine.csv")
    assert proposed["date_order"] == "day-first"
    assert proposed["groups"] is True
    assert len(eg.EventLog.from_frame(frame, **proposed)) == 3


def test_what_is_said_is_kept():
    """A proposal adds to what the user says and changes nothing of it."""
    frame = pd.DataFrame({"When": ["2019"], "Date": ["2020"], "Who": ["KGZ"], "What": ["talks"]})
    said = {"columns": {"date": "When"}, "values": {"activity": {"talks": "visit"}}}

    proposed = eg.propose_settings(frame, **said)

    assert proposed["columns"]["date"] == "When"
    assert proposed["values"]["activity"] == {"talks": "visit"}


def test_dates_that_show_no_order_are_left_open():
    """Where no cell shows whether the day comes first, no order is proposed."""
    frame = pd.DataFrame({"date": ["03/04/2019"], "countries": ["KGZ"], "activity": ["meeting"]})

    assert eg.propose_settings(frame) == {}


@pytest.mark.parametrize(
    ("header", "cells", "column"),
    [
        ("Participants", ["Kazakhstan", "Tajikistan"], "countries"),
        ("Participants", ["20", "30"], "personnel_low"),
        ("Where", ["Osh", "Astana"], "place"),
        ("x", ["5 May 2019", "mid-2020"], "date"),
        ("x", ["bilateral", "domestic"], "channel"),
    ],
)
def test_columns_are_known_by_name_and_by_cells(header, cells, column):
    """A name that may be several things, or none, is decided by what stands below it."""
    assert eg.propose_settings(pd.DataFrame({header: cells}))["columns"] == {column: header}


def test_an_unknown_setting_is_refused():
    """As everywhere."""
    with pytest.raises(SettingError, match="unknown setting 'colums'"):
        eg.propose_settings(pd.DataFrame({"date": ["2019"]}), colums={})
