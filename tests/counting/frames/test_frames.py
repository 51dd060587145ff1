"""Counting of frames: every engine gives what the typed log gives."""

# ruff: noqa: PD011 - the values are those of Counts, not of pandas

import re
from collections import Counter
from datetime import UTC, date, datetime

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import HealthCheck, assume, given
from hypothesis import settings as limits
from hypothesis import strategies as st

from engagement.counting.counting import count_events
from engagement.counting.frames.source import EventFrame
from engagement.errors import EngagementError, SettingError, TableError
from engagement.events.coverage import Coverage
from engagement.files.event_files import read_events
from engagement.log.eventlog import EventLog
from engagement.values.vocabulary import EVERY_AXIS, Channel, Topic
from frame_engines import ENGINES, assert_same
from strategies.counting import axes, events, exact_dates, logs
from strategies.counting import settings as choices
from strategies.frames import DATES, arrow_table, messy_rows, messy_table


@pytest.mark.parametrize("engine", ENGINES)
@limits(max_examples=25)
@given(
    logs(),
    choices(by=axes(3, (*EVERY_AXIS, "region"))),
    st.tuples(st.booleans(), st.booleans()),
)
def test_frame_counts_as_the_log(engine, log, chosen, how):
    """A frame counts as the log that is read from it, on every engine, axis and setting."""
    assume("region" not in chosen["by"] or log.own_columns)
    as_lists, canonical = how
    frame = ENGINES[engine](arrow_table(log.to_frame(), as_lists=as_lists))
    source = EventFrame(frame, coverage=log.coverage, canonical=canonical)

    counts = count_events(source, **chosen, rng=1)

    assert_same(counts, count_events(log, **chosen, rng=1))


@pytest.mark.parametrize("engine", ENGINES)
@limits(max_examples=15)
@given(logs(events(dates=exact_dates)), choices(by=axes(2)), st.booleans())
def test_days_count_as_their_texts(engine, log, chosen, canonical):
    """A column of a type for days counts as the same days written as texts."""
    table = arrow_table(log.to_frame(), as_lists=True, as_days=True)
    source = EventFrame(ENGINES[engine](table), coverage=log.coverage, canonical=canonical)

    counts = count_events(source, **chosen, rng=1)

    assert_same(counts, count_events(log, **chosen, rng=1))


@pytest.mark.parametrize("engine", ENGINES)
@limits(max_examples=20)
@given(messy_rows(), choices(by=axes(2)), st.booleans(), st.data())
def test_cells_are_read_as_rows_are(engine, rows, chosen, as_lists, data):
    """
    Names, blanks, gaps and doubles in lists count as when the rows are read one by one.

    So do empty lists, lists of nothing, letters of any script, and an ``NA`` that is a text.
    """
    log = EventLog.from_frame(messy_table(rows, as_lists=False).to_pandas())
    if data.draw(st.booleans()):
        log = log.with_coverage(Coverage.since_to(log, "2019", "2020-05")) if len(log) else log
    source = EventFrame(
        ENGINES[engine](messy_table(rows, as_lists=as_lists)), coverage=log.coverage
    )

    counts = count_events(source, **chosen, rng=1)

    assert_same(counts, count_events(log, **chosen, rng=1))


@pytest.mark.parametrize("engine", ENGINES)
def test_dates_are_read_as_those_of_rows_are(engine):
    """Dates in every form that a row's may have count as they do in a log, text by text."""
    texts = [text for text in DATES if text != "05.13.2019"]  # whose day comes last
    texts += ["03/04/2019", "4.3.2020"]
    table = rows_of(date=texts).to_arrow()
    log = EventLog.from_frame(table.to_pandas(), date_order="day-first")
    source = EventFrame(ENGINES[engine](table), date_order="day-first")

    assert [str(event.date) for event in log] != sorted(texts)
    for imprecise in ("spread", "start", "exclude"):
        asked = {"by": (), "freq": "M", "imprecise": imprecise}
        assert_same(count_events(source, **asked), count_events(log, **asked))


def rows_of(**columns):
    """Make a table of bilateral meetings, some columns given."""
    n_rows = max(len(cells) for cells in columns.values())
    filled = {"date": "2019-05", "channel": "bilateral", "activity": "meeting", "countries": "KGZ"}
    return pl.DataFrame({name: [cell] * n_rows for name, cell in filled.items()} | columns)


ALL_KINDS = {
    "pandas": lambda frame: frame.to_pandas(),
    "polars": lambda frame: frame.lazy(),
    "DuckDB": lambda frame: duckdb.connect().from_arrow(frame.to_arrow()),
}


@pytest.mark.parametrize("engine", ALL_KINDS)
def test_every_wrong_value_is_told_once_with_its_rows(engine):
    """All values that cannot be read are told together, each with the number of its rows."""
    frame = rows_of(
        date=["2019-13", "2019-13", None, "2019", "2019"],
        channel=["bilateral", "bilatral", "bilateral", "domestic", "bilateral"],
        activity=["meeting", "meeting", "party", "meeting", "meeting"],
        countries=["KGZ", "KGZ", "Kirgizia", "", "KGZ;TJK;KGZ"],
        status=["recorded", "done", "done", "done", None],
    )

    with pytest.raises(TableError) as caught:
        count_events(ALL_KINDS[engine](frame), by=("country", "activity"))

    told = str(caught.value)
    for expected in (
        "column 'date': '2019-13' is not a date: after the year comes a month 01 to 12",
        "got '13' (2 rows)",
        "column 'date': 'date' is required (1 row)",
        "column 'channel': unknown channel 'bilatral'; the terms are",
        "column 'activity': unknown activity 'party'",
        "column 'countries': unknown country 'Kirgizia'",
        "column 'countries': countries names 'KGZ' twice (1 row)",
        "column 'status': unknown status 'done'; the terms are 'recorded', 'implied', 'planned' (3",
    ):
        assert expected in told
    assert {fault[1] for fault in caught.value.faults} == {
        "date",
        "channel",
        "activity",
        "countries",
        "status",
    }
    assert isinstance(caught.value, EngagementError)
    assert isinstance(caught.value, ValueError)


def test_many_wrong_values_are_counted():
    """Of many wrong values of a column those in most rows are told, and how many more."""
    dates = [f"{year}-13" for year in range(1900, 1950)] + ["x"] * 3

    with pytest.raises(TableError, match=re.escape("column 'date': and 31 more values")) as caught:
        count_events(rows_of(date=dates))

    assert len(caught.value.faults) == 21
    assert "'x' is not a date" in caught.value.faults[0][3]


@pytest.mark.parametrize("engine", ALL_KINDS)
def test_rules_of_a_channel_are_told(engine):
    """A bilateral event with two partners, and a domestic one with any, are told."""
    frame = rows_of(
        channel=["bilateral", "domestic", "domestic"], countries=["KGZ;TJK", "KGZ", "KGZ"]
    )

    with pytest.raises(TableError) as caught:
        count_events(ALL_KINDS[engine](frame))

    assert "a bilateral event has exactly one partner country, got several (1 row)" in str(
        caught.value
    )
    assert "a domestic event has no partner country, got one (2 rows)" in str(caught.value)


@pytest.mark.parametrize("engine", ALL_KINDS)
@pytest.mark.parametrize(
    "twice", [["KGZ", "TJK", "KGZ"], ["TJK", "TJK"], ["KGZ", "Kyrgyzstan"], "KGZ; TJK;KGZ"]
)
def test_country_twice_in_one_cell_is_told(engine, twice):
    """One cell among clean ones that names a country twice is told with its row, however spelt."""
    clean = ["KGZ;TJK", "TJK;UZB"]
    cells = [*clean, twice] if isinstance(twice, str) else [*(c.split(";") for c in clean), twice]
    frame = rows_of(countries=cells, channel=["multilateral"] * 3, topics=["trade;terrorism"] * 3)

    with pytest.raises(TableError, match=r"countries names '(KGZ|TJK)' twice \(1 row\)"):
        count_events(ALL_KINDS[engine](frame), by=("country", "topic"))


@pytest.mark.parametrize("engine", ALL_KINDS)
def test_topic_twice_in_one_cell_counts_once(engine):
    """A topic that a cell names twice is counted once, as in a log."""
    frame = rows_of(topics=[["trade", "trade"], ["trade", "terrorism"]])

    counts = count_events(ALL_KINDS[engine](frame), by="topic")

    assert counts.axes["topic"] == ("terrorism", "trade")
    assert counts.values.ravel().tolist() == [1, 2]


@pytest.mark.parametrize("dtype", [pl.Categorical, pl.Enum(["KGZ", "TJK"])])
def test_items_of_lists_may_be_categories(dtype):
    """Lists of categories count as lists of texts."""
    frame = rows_of(countries=[["KGZ", "TJK"], ["TJK"]], channel=["multilateral"] * 2)
    made = frame.with_columns(pl.col("countries").cast(pl.List(dtype)))

    assert_same(count_events(made), count_events(frame))


@pytest.mark.parametrize("engine", ["polars", "DuckDB"])
def test_canonical_lists_hold_what_is_counted(engine):
    """Where lists are said to be canonical, a name for a code is refused and not counted apart."""
    frame = rows_of(countries=["KGZ", "Kyrgyzstan"])

    with pytest.raises(
        TableError,
        match=re.escape(
            "column 'countries': 'Kyrgyzstan' is counted as 'KGZ' and not as it stands; leave "
            "canonical=False to have every list read (1 row)"
        ),
    ):
        count_events(EventFrame(ALL_KINDS[engine](frame), canonical=True))


@pytest.mark.parametrize("engine", ALL_KINDS)
def test_columns_and_defaults_are_the_callers(engine):
    """Columns may have other names, and absent cells a value that the caller gives."""
    frame = rows_of(countries=["KGZ", None, "TJK"]).rename({"date": "when"}).drop("activity")
    source = EventFrame(
        ALL_KINDS[engine](frame),
        columns={"date": "when"},
        defaults={"activity": "meeting", "countries": "UZB", "initiator": "CHN"},
    )

    counts = count_events(source, by=("country", "activity", "initiator"))

    assert counts.axes["country"] == ("KGZ", "TJK", "UZB")
    assert counts.values.ravel().tolist() == [1, 1, 1]


@pytest.mark.parametrize("engine", ALL_KINDS)
@pytest.mark.parametrize("freq", ["Y", "Q", "M", "W", "D"])
def test_moments_at_midnight_are_days(engine, freq):
    """Columns of days and of moments at midnight count alike; a time of day is a fault."""
    days = [date(2018, 12, 30), date(2019, 1, 1), date(2019, 1, 1), date(2020, 12, 28)]
    moments = [datetime(day.year, day.month, day.day) for day in days]  # noqa: DTZ001

    texts, as_days, as_moments = (
        count_events(ALL_KINDS[engine](rows_of(date=cells)), freq=freq)
        for cells in ([str(day) for day in days], days, moments)
    )

    assert_same(as_days, texts)
    assert_same(as_moments, texts)
    late = [*moments, datetime(2019, 5, 1, 3, 30)]  # noqa: DTZ001
    with pytest.raises(TableError, match=r"a date has no time of day, got 2019-05-01T03:30:00"):
        count_events(ALL_KINDS[engine](rows_of(date=late)), freq=freq)


@pytest.mark.parametrize("engine", ALL_KINDS)
@pytest.mark.parametrize("make", [str, datetime.fromisoformat])
def test_times_of_day_are_cut_where_asked(engine, make):
    """Moments without a time zone count on the day that is written, as texts or as moments."""
    moments = ["2018-12-31 23:59:00", "2019-01-01 00:30:00", "2019-12-31 12:00:00"]
    frame = ALL_KINDS[engine](rows_of(date=[make(moment) for moment in moments]))

    for times in ("cut", "Asia/Bishkek"):
        counts = count_events(EventFrame(frame, times=times), by=())
        assert dict(zip(map(str, counts.periods), counts.values, strict=True)) == {
            "2018": 1.0,
            "2019": 2.0,
        }


@pytest.mark.parametrize("engine", ALL_KINDS)
def test_moments_of_a_time_zone_count_on_the_day_there(engine):
    """Moments with a time zone are refused until the caller says in which zone the day is meant."""
    moments = [datetime(2018, 12, 31, 20, tzinfo=UTC), datetime(2019, 12, 31, 3, tzinfo=UTC)]
    frame = ALL_KINDS[engine](rows_of(date=moments))

    counts = count_events(EventFrame(frame, times="Asia/Bishkek"), by=())

    assert list(map(str, counts.periods)) == ["2019"]
    assert counts.values.tolist() == [2.0]
    with pytest.raises(TableError, match="times='UTC', or another time zone, takes the day there"):
        count_events(EventFrame(frame, times="cut"), by=())
    with pytest.raises(SettingError, match="times must be"):
        EventFrame(frame, times="local")


PAIRS = st.lists(
    st.tuples(
        st.sampled_from(["2019-05-03", "2019-06", "2020-01-01"]),
        st.sampled_from([("CHN", "KGZ"), ("PRK", "USA"), ("CHN", "USA")]),
    ),
    min_size=1,
    max_size=8,
)


@pytest.mark.parametrize("engine", [*ENGINES, "CSV"])
@limits(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(PAIRS, st.randoms(use_true_random=False))
def test_pairs_have_no_order(engine, tmp_path, rows, chance):
    """Neither the order of rows nor who is named first changes counts by pair."""

    def table_of(rows):
        dates, states = zip(*rows, strict=True)
        first, second = zip(*states, strict=True)
        both = {"initiator": list(first), "countries": list(second)}
        return rows_of(date=list(dates), **both).to_arrow()

    def count(table):
        if engine != "CSV":
            return count_events(ENGINES[engine](table), by="pair")
        pl.from_arrow(table).write_csv(tmp_path / "mine.csv")
        return count_events(read_events(tmp_path / "mine.csv"), by="pair")

    mirrored = [(when, chance.choice([states, states[::-1]])) for when, states in rows]
    chance.shuffle(mirrored)

    counts = count(table_of(mirrored))

    assert_same(counts, count(table_of(rows)))
    expected = Counter("-".join(sorted(states)) for _, states in rows)
    totals = counts.values.reshape(len(counts.axes["pair"]), -1).sum(axis=1)
    assert dict(zip(counts.axes["pair"], totals.tolist(), strict=True)) == expected


@pytest.mark.parametrize("engine", ALL_KINDS)
def test_years_may_be_numbers(engine):
    """A column of whole numbers is one of years."""
    counts = count_events(ALL_KINDS[engine](rows_of(date=[2019, 2019, 2021])), by=())

    assert counts.wide()["all"].rename(str).to_dict() == {"2019": 2, "2020": 0, "2021": 1}


@pytest.mark.parametrize("engine", ALL_KINDS)
def test_days_outside_of_the_calendar_are_told(engine):
    """A day of a type for days may lie beyond the years that a date can have."""
    frame = rows_of(date=[date(9999, 5, 1), date(2019, 1, 1)])

    with pytest.raises(TableError, match=r"column 'date': .*0001 to 9998, got .*9999"):
        count_events(ALL_KINDS[engine](frame))


def test_cells_of_pandas_may_be_values():
    """A column of pandas may hold terms, days, tuples and texts side by side."""
    frame = pd.DataFrame(
        {
            "date": [date(2019, 5, 1), "2019-06", pd.Timestamp("2019-07-01"), "2019"],
            "channel": [Channel.BILATERAL, "bilateral", "multilateral", Channel.MULTILATERAL],
            "activity": pd.Categorical(["meeting"] * 4),
            "countries": ["KGZ", ("TJK",), ["KGZ", "TJK"], "KGZ;UZB"],
        }
    )

    counts = count_events(frame, by="country")

    assert dict(zip(counts.axes["country"], counts.values.ravel(), strict=True)) == {
        "KGZ": 3,
        "TJK": 2,
        "UZB": 1,
    }


def test_topics_of_ones_own_are_spelt_alike():
    """Terms that the caller defines are read in any spelling."""
    frame = rows_of(topics=["Water_Rights", "water rights"])

    counts = count_events(EventFrame(frame, topics=[Topic("water-rights")]), by="topic")

    assert counts.axes == {"topic": ("water-rights",)}


def test_drawing_a_day_needs_ids():
    """A day is drawn by the id, so that a frame without ids cannot have one drawn."""
    with pytest.raises(SettingError, match="the frame has no column 'id'"):
        count_events(rows_of(date=["2019"]), imprecise="impute")

    frame = rows_of(date=["2019", "2019"], id=["a", None])
    with pytest.raises(SettingError, match="but 1 events whose day is not known have none"):
        count_events(frame, imprecise="impute")


@pytest.mark.parametrize(
    ("made", "error", "message"),
    [
        (lambda f: EventFrame(f, columns={"dat": "x"}), SettingError, "no documented column is"),
        (lambda f: EventFrame(f, defaults=3), SettingError, "columns and defaults are mappings"),
        (lambda f: EventFrame(f, columns={"place": "x"}), TableError, "column 'x' is missing"),
        (
            lambda f: EventFrame(f.rename({"channel": "chanel"})),
            TableError,
            "data frame: column 'channel' is missing. Did you mean 'chanel'?",
        ),
        (lambda f: EventFrame(f.to_arrow()), SettingError, "or PySpark, got Table"),
        (
            lambda f: EventFrame(f.rename({"date": "date_start"})),
            TableError,
            "column 'date' is missing; join 'date_start' and 'date_end' to one text",
        ),
        (
            lambda f: EventFrame(f, date_order="us"),
            SettingError,
            "date_order must be one of 'day-first', 'month-first' or None, got 'us'",
        ),
        (
            lambda f: count_events(f.with_columns(date=pl.lit("03/04/2019"))),
            TableError,
            "'03/04/2019' is 2019-04-03 or 2019-03-04; say date_order='day-first' or",
        ),
        (lambda f: EventFrame(f, coverage=[]), SettingError, "coverage must be of Coverage"),
    ],
)
def test_frame_that_cannot_be_asked_is_told(made, error, message):
    """What a frame lacks is told when it is taken, and what of it means two things."""
    with pytest.raises(error, match=re.escape(message)):
        made(rows_of(date=["2019"]))


def test_connection_of_the_relation_is_used():
    """A relation of a connection of one's own is joined there, and leaves nothing behind."""
    connection = duckdb.connect()
    connection.execute(
        "create table events as select '2019-05' as date, 'bilateral' as channel,"
        " 'meeting' as activity, ['KGZ'] as countries"
    )

    counts = count_events(connection.table("events"), by="country")

    assert counts.values.tolist() == [[1]]
    assert connection.execute("show tables").fetchall() == [("events",)]


def test_left_out_is_told_by_reason():
    """What a frame does not count is summed by reason, and makes up all with what is counted."""
    frame = rows_of(
        date=["2017", "2019-05", "../2019"], countries=["KGZ;TJK"] * 3, channel=["multilateral"] * 3
    )

    counts = count_events(frame, by="country", window=("2018", "2020"))

    assert counts.left_out.to_dict("records") == [
        {"reason": "date has no start", "share": 1.0, "amount": 2.0},
        {"reason": "outside the window", "share": 1.0, "amount": 2.0},
    ]
    assert np.nansum(counts.values) == 2
    assert "not counted: 2 (date has no start), 2 (outside the window)" in counts.summary()
    assert counts.log is None


@pytest.mark.parametrize("engine", ALL_KINDS)
def test_columns_of_ones_own_are_axes_of_frames(engine):
    """A column that is not documented is an axis by its name, or by that which it is given."""
    frame = rows_of(region=["a; b", "a", None], Status=["sure", "sure", "no"], n=[1.0, 2.5, None])
    made = ALL_KINDS[engine](frame)
    log = EventLog.from_frame(
        frame.to_pandas(), unknown_columns="keep", columns={"own:certainty": "Status"}
    )
    source = EventFrame(made, columns={"own:certainty": "Status"})

    for by in (("region", "country"), "certainty", "n", ("pair", "region")):
        assert_same(count_events(source, by=by), count_events(log, by=by))
    assert_same(count_events(made, by="region"), count_events(log, by="region"))
    with pytest.raises(SettingError, match=r"unknown axis 'Region'.*Did you mean 'region'"):
        count_events(made, by="Region")


@pytest.mark.parametrize("engine", ALL_KINDS)
def test_wrong_values_on_further_axes_are_told_once(engine):
    """Terms, participants and organisations that cannot be read are told with their rows."""
    frame = rows_of(
        terms=["gift", "gifts", "gifts"],
        participants=['[{"rank": "x"}]', None, None],
        organisations=["SCO;SCO", None, None],
    )

    with pytest.raises(TableError) as caught:
        count_events(ALL_KINDS[engine](frame), by=("terms", "participant", "rank", "organisation"))

    told = str(caught.value)
    assert "unknown terms of a transfer 'gifts'" in told
    assert told.count("(2 rows)") == 1
    assert "unknown rank 'x'" in told
    assert "names 'SCO' twice (1 row)" in told
