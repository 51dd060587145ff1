"""Times of day in tables: refused unless the caller says what becomes of them."""

from datetime import datetime, timedelta, timezone

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagement.errors import DateError, SettingError, TableError
from engagement.log.eventlog import EventLog
from engagement.tables.table_dates import read_table_date
from engagement.tables.times_of_day import check_times, cut_moment, day_of

MOMENTS = st.datetimes(datetime(1000, 1, 3), datetime(9990, 1, 1))  # noqa: DTZ001
OFFSETS = st.integers(-14 * 60, 14 * 60).map(lambda n: timezone(timedelta(minutes=n)))
FORMS = ("%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S", "%d %B %Y, %I:%M %p", "%Y/%m/%d %H:%M:%S.%f")


def frame_of(*dates):
    """Give a table of events with these dates."""
    return pd.DataFrame(
        {"date": list(dates), "channel": "bilateral", "activity": "meeting", "countries": "KGZ"}
    )


@given(MOMENTS, st.sampled_from(FORMS))
def test_cutting_gives_the_day_that_is_written(moment, form):
    """Whatever the hour and the way of writing, the day is the one that stands there."""
    when = read_table_date(moment.strftime(form), times="cut")

    assert str(when) == moment.date().isoformat()
    assert day_of(moment, "cut") == moment.date()


@given(MOMENTS, OFFSETS, st.sampled_from(["UTC", "Asia/Bishkek", "America/New_York"]))
def test_a_time_zone_gives_the_day_there(moment, offset, zone):
    """A moment with an offset falls on the day that clocks in the asked zone show."""
    told = moment.replace(tzinfo=offset)

    when = read_table_date(told.isoformat(sep=" "), times=zone)

    assert str(when) == pd.Timestamp(told).tz_convert(zone).date().isoformat()
    assert day_of(told, zone) == when.start
    assert str(read_table_date(moment.isoformat(), times=zone)) == moment.date().isoformat()


@pytest.mark.parametrize(
    "text", ["2019-05-03 00:00", "2019-05-03T00:00:00Z", "3 May 2019 12:00 AM"]
)
def test_midnight_is_a_day_without_being_asked(text):
    """Programs write days as midnights; these are days, also where times are cut."""
    assert str(read_table_date(text)) == "2019-05-03"
    assert str(read_table_date(text, times="cut")) == "2019-05-03"


@pytest.mark.parametrize(
    ("text", "times", "problem"),
    [
        ("2019-05-03 14:30", "refuse", "got 2019-05-03T14:30:00; times='cut' takes the day as"),
        ("2019-05-03 14:30+06:00", "refuse", "with a time zone; times='UTC', or another"),
        ("2019-05-03 14:30Z", "cut", "with a time zone; times='UTC', or another"),
        ("2019-05 14:30", "cut", "'2019-05 14:30' has a time of day, but no day"),
        ("2019-05-03 25:30", "cut", "no time of day that exists: hour must be in 0..23"),
        ("2019-05-03 13:30 pm", "cut", "no time of day that exists"),
        ("03/04/2019 14:30", "cut", "'03/04/2019' is 2019-04-03 or 2019-03-04"),
        ("0001-01-01 02:00+06:00", "UTC", "has no day in UTC"),
    ],
)
def test_what_is_no_day_is_refused(text, times, problem):
    """No time is cut unasked, no time zone is guessed, and the message says what to set."""
    with pytest.raises(DateError) as caught:
        read_table_date(text, times=times)

    assert problem in str(caught.value)


@pytest.mark.parametrize("wrong", ["drop", "Asia/Bishkec", "", "../UTC", "America", None, 6])
def test_settings_are_checked(wrong):
    """What is neither a choice nor a time zone is refused, before a table is read."""
    with pytest.raises(SettingError, match="times must be 'refuse', 'cut' or a time zone"):
        check_times(wrong)
    with pytest.raises(SettingError, match="times must be"):
        EventLog.from_frame(frame_of("2019"), times=wrong)


@pytest.mark.parametrize("make", [str, pd.Timestamp, datetime.fromisoformat])
@pytest.mark.parametrize("columns", [("date",), ("date_start", "date_end")])
def test_tables_are_read_with_the_setting(make, columns):
    """Texts and moments of a table are days in every column of dates, or faults that say why."""
    moments = [make("2019-05-03 14:30"), make("2020-12-31 23:59:59")]
    table = frame_of(*moments).drop(columns="date").assign(**dict.fromkeys(columns, moments))

    log = EventLog.from_frame(table, times="cut")

    assert [str(event.date) for event in log] == ["2019-05-03", "2020-12-31"]
    with pytest.raises(TableError, match="times='cut' takes the day as it is written"):
        EventLog.from_frame(table)


def test_moments_of_a_zone_are_days_where_the_caller_says():
    """A column of moments with a time zone is read by the day in the zone that is named."""
    table = frame_of(*pd.to_datetime(["2019-05-03 20:30", "2019-05-03 02:00"], utc=True))

    there = EventLog.from_frame(table, times="Asia/Bishkek")

    assert [str(event.date) for event in there] == ["2019-05-03", "2019-05-04"]
    with pytest.raises(TableError, match="times='UTC', or another time zone"):
        EventLog.from_frame(table, times="cut")


def test_a_text_without_a_time_is_left():
    """A day, a span or a name is no moment."""
    assert cut_moment("2019-05-03") is None
    assert cut_moment("May 2019") is None
    assert cut_moment("n.d. 3:1") is None
