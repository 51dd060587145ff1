"""What is told to be looked at again: events to come, dates far from others, duplicates."""

from datetime import UTC, datetime
from unittest.mock import patch

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagement.counting.counting import count_events
from engagement.counting.frames.source import EventFrame
from engagement.errors import EventError, TableError
from engagement.events.events import Meeting
from engagement.log.doubts import far_events
from engagement.log.eventlog import EventLog
from engagement.report.report import report

in_2020 = patch("engagement.values.today._now", lambda: datetime(2020, 6, 15, 9, tzinfo=UTC))


def meeting(date, **values):
    """Make a bilateral meeting."""
    return Meeting(date=date, channel="bilateral", initiator="CHN", countries=["KGZ"], **values)


@in_2020
@pytest.mark.parametrize("date", ["2020-06-16", "2104", "2021/2022", "[2021..2022]"])
def test_a_recorded_event_is_not_yet_to_come(date):
    """An event in the future is planned; nobody has recorded it."""
    with pytest.raises(EventError, match=r"date: '.*' is yet to come; what is not recorded has"):
        meeting(date)
    assert str(meeting(date, status="planned").status) == "planned"


@in_2020
@pytest.mark.parametrize("date", ["2020-06-15", "2020", "2020/..", "202X", "../2104"])
def test_an_event_that_may_have_begun_is_recorded(date):
    """What may have begun by today can be recorded."""
    assert str(meeting(date).date) == date


@in_2020
def test_a_frame_has_no_recorded_events_to_come():
    """A frame is refused as a log is, with the number of rows; planned events are kept."""
    frame = pd.DataFrame(
        {"date": ["2019", "2104-05"], "channel": "domestic", "activity": "measure"}
    )

    with pytest.raises(TableError, match="'2104-05-01' is yet to come"):
        count_events(EventFrame(frame), by=())
    frame["status"] = ["recorded", "planned"]
    assert str(count_events(EventFrame(frame), by=())).endswith("2019 to 2019: 1 in all")


@in_2020
@pytest.mark.parametrize(("freq", "last"), [("Y", 167 / 366), ("Q", 76 / 91), ("M", 0.5)])
def test_what_is_assumed_ends_today(freq, last):
    """A log without stated coverage is not observed beyond today."""
    log = EventLog([meeting("2019"), meeting("2020-06-03")])

    for known in (log, log.where(country="KGZ")):
        years = count_events(known, freq=freq).exposure_years[0, 0]
        unit = {"Y": 1, "Q": 1 / 4, "M": 1 / 12}[freq]
        assert years[-1] == pytest.approx(last * unit)
        assert (years[:-1] == unit).all()


def test_a_date_far_from_all_others_is_named():
    """One mistyped year is named by the log, and by the report on it."""
    years = [f"{year}-05" for year in range(2000, 2020)]
    log = EventLog([meeting(year) for year in [*years, "2104-05"]])

    assert [str(event.date) for event in log.far_events()] == ["2104-05"]
    (note,) = log.notes
    assert note == (
        "1 date is far from all others, perhaps mistyped: 2104-05 meeting, bilateral, CHN with KGZ"
    )
    assert note in log.summary()
    assert any(note in told for told in report(log).notes)


@given(st.lists(st.integers(1990, 2020), min_size=6, max_size=30), st.integers(1, 8000))
def test_a_date_is_far_if_the_others_are_closer_together(years, year):
    """One event is far if it lies further off than all others span, and ten years."""
    log = EventLog([Meeting(date=f"{y:04}-01-01", channel="bilateral", countries=["KGZ"])
                    for y in [*years, year]])  # fmt: skip
    gap = min(abs(year - other) for other in years)
    span = max(years) - min(years)

    found = {event.date.start.year for event in far_events(log.events)}

    if not min(years) <= year <= max(years) and gap > max(11, span + 1):
        assert year in found
    if gap < max(10, span) - 1 and max(np.diff(sorted(years)), default=0) < 9:
        assert not found


def test_few_or_spread_events_have_no_far_dates():
    """Of few events nothing is far, and nothing is where events come evenly."""
    assert not EventLog([meeting("1914"), meeting("2000")]).far_events()
    assert not EventLog([meeting(f"{year}") for year in range(1900, 2020, 15)]).far_events()
    assert not EventLog().notes


def test_possible_duplicates_are_told():
    """Three rows alike are told as one event, in the log's notes and in the report's."""
    log = EventLog([meeting("2019-05")] * 3 + [meeting("2018")])

    (note,) = log.notes
    assert note == (
        "3 events are alike in 1 group and may be duplicates; all are counted: "
        "2019-05 meeting, bilateral, CHN with KGZ, 3 times"
    )
    assert any(note in told for told in report(log).notes)


def test_the_report_says_how_many_possible_duplicates_are_counted():
    """Of three that are alike, the planned ones are not counted, and the note says so."""
    planned = Meeting(
        date="2019-05", channel="bilateral", countries=["KGZ"], initiator="CHN", status="planned"
    )
    log = EventLog([meeting("2019-05")] * 2 + [planned, meeting("2018")])

    (note,) = (told for told in report(log).notes if "duplicates" in told)

    assert note.startswith("3 events are alike in 1 group and may be duplicates; 2 are counted:")
