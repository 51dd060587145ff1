"""Counts: tables, selection, series, coarser periods and the events behind cells."""

# ruff: noqa: PD011 - the values are those of Counts, not of pandas

import pickle
import re
import sys

import numpy as np
import pandas as pd
import pytest
from attrs import evolve
from hypothesis import assume, given
from hypothesis import strategies as st

from engagement.counting.counting import count_events
from engagement.counting.counts import Counts
from engagement.counting.series import CountSeries
from engagement.errors import EngagementError, LabelError, SeriesError, SettingError
from engagement.events.coverage import Coverage
from engagement.events.events import Meeting
from engagement.log.eventlog import EventLog
from engagement.values.vocabulary import Channel, Rank
from strategies.counting import axes, logs, settings
from worked_log import LOG

NAN = float("nan")


@pytest.fixture(scope="module")
def worked():
    """The worked log by country and channel."""
    return count_events(LOG)


@pytest.fixture(scope="module")
def small():
    """Two countries over three years, the last of one of them not observed."""
    log = EventLog(
        [
            Meeting(date=date, channel="bilateral", countries=[country], id=f"{country} {date}")
            for date, country in (("2018-05", "KGZ"), ("2018-06", "KGZ"), ("2019", "TJK"))
        ],
        coverage=Coverage(
            {
                "country": country,
                "channel": "bilateral",
                "activity": "meeting",
                "since": "2018",
                "until": until,
            }
            for country, until in (("KGZ", "2019"), ("TJK", "2020"))
        ),
    )
    return count_events(log, by="country")


# Tables


def test_frame_is_long(small):
    """As a table, counts have one column per axis, then period, count and exposure."""
    frame = small.to_frame()

    assert frame.columns.tolist() == ["country", "period", "count", "exposure_years"]
    assert frame["country"].tolist() == ["KGZ"] * 3 + ["TJK"] * 3
    assert frame["period"].astype(str).tolist() == ["2018", "2019", "2020"] * 2
    assert frame["count"].tolist() == pytest.approx([2, 0, NAN, 0, 1, 0], nan_ok=True)
    assert frame["exposure_years"].tolist() == [1, 1, 0, 1, 1, 1]
    assert isinstance(frame["period"].dtype, pd.PeriodDtype)


@given(logs(), settings(by=axes(3), freq=st.sampled_from("YQ")))
def test_frame_and_wide_table_hold_the_same(log, chosen):
    """The long and the wide table hold the values of every series. Condition: none."""
    counts = count_events(log, **chosen)

    frame, wide = counts.to_frame(), counts.wide()

    assert frame.columns.tolist() == [*chosen["by"], "period", "count", "exposure_years"]
    assert wide.shape == (len(counts.periods), len(counts))
    n_periods = len(counts.periods)
    for place, series in enumerate(counts.all_series()):
        rows = frame.iloc[place * n_periods : (place + 1) * n_periods]
        assert all((rows[axis] == label).all() for axis, label in series.axes.items())
        for values in (rows["count"], wide.iloc[:, place]):
            assert np.array_equal(values, series.counts, equal_nan=True)
        assert np.array_equal(rows["exposure_years"], series.exposure_years)
        assert rows["period"].tolist() == wide.index.tolist() == series.periods.tolist()


def test_wide_columns_are_labels(small, worked):
    """By one axis the columns are its labels, by several pairs of them, by none all."""
    together = count_events(LOG, by=())

    assert small.wide()["KGZ"].tolist() == pytest.approx([2, 0, NAN], nan_ok=True)
    assert small.wide().columns.name == "country"
    assert worked.wide()["TJK", "bilateral"].iloc[0] == 1.5
    assert worked.wide().columns.names == ["country", "channel"]
    assert together.wide().columns.tolist() == ["all"]


def test_texts(small):
    """Counts tell in one line what they are of, and in a table what each series has."""
    assert str(small) == "counts by country, 2018 to 2020: 3 in all"
    assert [line.split() for line in small.summary().splitlines()[2:]] == [
        ["country", "events", "years"],
        ["KGZ", "2", "2"],
        ["TJK", "1", "3"],
    ]


def test_summary_tells_what_was_left_out(worked):
    """The summary names what was not observed, and the reasons with the amounts left out."""
    summary = worked.summary()

    assert re.search(r"CHN +bilateral +not observed +0\n", summary)
    assert re.search(r"TJK +bilateral +2 +3\n", summary)
    assert "not counted: 1 (date has no start), 3 (no coverage stated for it), " in summary
    assert "1.6 (outside the window)" in summary
    assert "coverage is not stated" not in summary


def test_summary_says_that_coverage_is_not_stated():
    """Without stated coverage the summary says what was taken instead, and a series knows."""
    counts = count_events(LOG.with_coverage(None), by="country")

    assert counts.summary().splitlines()[-2] == (
        "coverage is not stated: taken as first to last event's period"
    )
    assert not counts.coverage_stated
    assert not any(series.coverage_stated for series in counts.all_series())


@pytest.mark.parametrize("by", [(), ("country",), ("country", "topic")])
def test_tables_of_nothing(by):
    """A log that knows nothing has tables without rows, and says so."""
    counts = count_events(EventLog(), by=by)

    assert counts.to_frame().columns.tolist() == [*by, "period", "count", "exposure_years"]
    assert counts.to_frame().empty
    assert counts.wide().shape == (0, int(not by))
    assert str(counts).endswith("no periods: not observed")
    assert str(counts) in counts.summary()
    assert counts.resample("5Y").wide().empty
    assert len(list(counts.all_series())) == int(not by)


def test_large_numbers_are_told_in_full(small):
    """A million events are not rounded to six digits."""
    many = evolve(small, values=np.where(small.exposure_years > 0, 1_234_567, np.nan))

    assert str(many) == "counts by country, 2018 to 2020: 6172835 in all"
    assert "2469134" in many.summary()


# Selection and series


def test_selection_keeps_labels_in_the_order_wanted(worked):
    """Selecting keeps the labels asked for, in that order, with values, exposure and events."""
    chosen = worked.select(country=["TJK", "KGZ"], channel="bilateral")

    assert chosen.axes == {"country": ("TJK", "KGZ"), "channel": ("bilateral",)}
    for country in ("TJK", "KGZ"):
        cell = {"country": country, "channel": "bilateral"}
        assert chosen.series(**cell) == worked.series(**cell)
        assert chosen.events(**cell) == worked.events(**cell)
    assert chosen.left_out.equals(worked.left_out)


@given(logs(), settings(by=axes(3), freq=st.just("Y")), st.data())
def test_selection_keeps_events_behind_cells(log, chosen, data):
    """
    The events behind a label are those of its selection; all labels, those of everything.

    Condition: none.
    """
    counts = count_events(log, **chosen)
    assume(all(counts.axes.values()))
    some = {
        axis: data.draw(st.lists(st.sampled_from(labels), unique=True, min_size=1))
        for axis, labels in counts.axes.items()
    }

    chosen_counts = counts.select(**some)

    assert chosen_counts.events() == counts.events(**some)
    assert counts.select(**counts.axes).events() == counts.events()
    assert all(series == counts.series(**series.axes) for series in chosen_counts.all_series())


def test_terms_are_labels():
    """Members of a vocabulary select as their texts do."""
    counts = count_events(LOG, by=("channel", "rank"), coverage="any")

    chosen = counts.select(channel=Channel.BILATERAL, rank=[Rank.MINISTER, "(none)"])

    assert chosen.axes == {"channel": ("bilateral",), "rank": ("minister", "(none)")}
    assert counts.series(channel="bilateral", rank=Rank.MINISTER).total == 1


def test_no_label_selects_nothing(small):
    """An empty selection has no series."""
    nothing = small.select(country=[])

    assert len(nothing) == 0
    assert nothing.wide().shape == (3, 0)
    assert len(nothing.events()) == 0


def test_series_knows_where_it_is_from(worked):
    """A series has the labels of its cell, and a name of them."""
    series = worked.series(country="KGZ", channel="bilateral")

    assert series.name == "KGZ bilateral"
    assert series.axes == {"country": "KGZ", "channel": "bilateral"}
    assert series.periods.equals(worked.periods)
    assert series.coverage_stated


def test_axis_with_one_label_may_be_left_out(small):
    """An axis that has one label only needs none named."""
    one = small.select(country="TJK")

    assert one.series() == small.series(country="TJK")
    assert count_events(LOG, by=()).series().name == ""


def test_all_series_are_in_order(worked):
    """Series come by the labels of the first axis, then by those of the next."""
    names = [series.name for series in worked.all_series()]

    assert names[:4] == ["CHN multilateral", "CHN bilateral", "CHN domestic", "KGZ multilateral"]
    assert len(names) == len(worked) == 12


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (
            lambda counts: counts.select(contry="KGZ"),
            "unknown axis 'contry'; the axes are 'country', 'channel'. Did you mean 'country'?",
        ),
        (
            lambda counts: counts.select(country="KGX"),
            (
                "axis 'country' has no label 'KGX'; it has 'CHN', 'KGZ', 'TJK', '(none)'. "
                "Did you mean 'KGZ'?"
            ),
        ),
        (lambda counts: counts.select(country=["KGZ", 3]), "axis 'country' has no label '3'"),
        (lambda counts: counts.select(country=None), "axis 'country' has no label 'None'"),
        (
            lambda counts: counts.select(country=["KGZ", "TJK", "KGZ"]),
            "label 'KGZ' of axis 'country' stands twice",
        ),
        (lambda counts: counts.series(topic="trade"), "unknown axis 'topic'; the axes are"),
        (
            lambda counts: counts.series(country="KGZ"),
            (
                "a series needs a label for axis 'channel', which has 'multilateral', 'bilateral', "
                "'domestic'"
            ),
        ),
        (
            lambda counts: counts.series(country="KGZ", channel="bilatral"),
            (
                "axis 'channel' has no label 'bilatral'; it has 'multilateral', 'bilateral', "
                "'domestic'. Did you mean 'bilateral' or 'multilateral'?"
            ),
        ),
        (lambda counts: counts.events(country="UZB"), "axis 'country' has no label 'UZB'"),
        (
            lambda counts: counts.events(period="1990"),
            "no period of the counts lies within 1990; they have 2001 to 2004",
        ),
        (
            lambda counts: counts.events(period="2003-05"),
            "no period of the counts lies within 2003-05; they have 2001 to 2004",
        ),
        (
            lambda counts: evolve(counts, log=None, entries=None).events(),
            "these counts do not know their events: they were not made of a log",
        ),
    ],
)
def test_what_counts_do_not_have_is_told(worked, ask, message):
    """An axis, a label or a period that there is not is an error with what there is."""
    with pytest.raises(LabelError, match=re.escape(message)) as caught:
        ask(worked)

    assert isinstance(caught.value, EngagementError)
    assert isinstance(caught.value, LookupError)


def test_empty_axis_has_no_series():
    """An axis without labels is told as one that has none."""
    with pytest.raises(LabelError, match="needs a label for axis 'country', which has none"):
        count_events(EventLog(), by="country").series()


def test_long_lists_of_labels_are_cut_short():
    """Of more than twelve labels twelve are shown."""
    codes = [
        "AFG",
        "ARM",
        "AZE",
        "BLR",
        "CHN",
        "GEO",
        "IND",
        "IRN",
        "KAZ",
        "KGZ",
        "MNG",
        "PAK",
        "RUS",
        "TJK",
        "TKM",
    ]
    log = EventLog([Meeting(date="2019", channel="bilateral", countries=[code]) for code in codes])

    with pytest.raises(LabelError, match=r"'IRN', 'KAZ', 'KGZ', 'MNG', 'PAK' and 3 more") as caught:
        count_events(log, by="country").series(country="XXX")

    assert "'RUS'" not in str(caught.value)


# Events


def test_period_takes_all_that_lie_within_it():
    """A year asks for all its months; a month for itself; every form of period is read."""
    counts = count_events(LOG, by=(), freq="M", window=("2001", "2004"), coverage="any")

    def behind(period):
        return {event.id for event in counts.events(period=period)}

    year = behind("2003")
    assert year == {"talks-day", "talks-either", "talks-winter", "tour-in-gap", "law", "bureau"}
    assert year == behind(2003) == behind(pd.Period("2003", "Y"))
    assert behind("2003-05") == {"tour-in-gap", "law", "bureau"}
    assert behind("2003Q4") == {"talks-winter", "law", "bureau"}
    assert behind(pd.Period("2003", "2Y")) == year | behind("2004")


def test_unreadable_period_is_told(worked):
    """A period that cannot be read is an error that shows it."""
    with pytest.raises(SeriesError, match="period 'spring 2003' cannot be read"):
        worked.events(period="spring 2003")


@pytest.mark.parametrize("freq", ["Y", "Q", "M", "W", "D"])
@pytest.mark.parametrize("year", ["0001", "1600", "2400", "9998"])
def test_events_of_far_years_are_found(freq, year):
    """Events are found in years beyond what nanoseconds since 1970 reach."""
    log = EventLog([Meeting(date=f"{year}-05-16", channel="bilateral", countries=["KGZ"])])
    counts = count_events(log, by=(), freq=freq)

    assert counts.events(period=year) == counts.events(period=counts.periods[0]) == log


# Coarser periods


def test_last_short_bin_has_its_true_exposure():
    """Of bins of three years over four years the second has the exposure of one year."""
    counts = count_events(LOG, coverage="any").resample("3Y")

    kgz = counts.series(country="KGZ", channel="bilateral")
    assert kgz.periods.tolist() == [pd.Period("2001", "3Y"), pd.Period("2004", "3Y")]
    assert kgz.exposure_years.tolist() == [3, 1]
    assert kgz.counts.tolist() == pytest.approx([4 + 31 / 91, 2 + 60 / 91])


def test_bin_is_observed_if_a_part_of_it_was():
    """A bin sums what was observed; only one of which nothing was is NaN."""
    fine = count_events(LOG, freq="Q")
    counts = fine.resample("Y")

    assert counts.freq == "Y"
    home = {"country": "CHN", "channel": "domestic"}
    assert counts.series(**home).counts.tolist() == pytest.approx([NAN, 0, 1, NAN], nan_ok=True)
    assert counts.series(country="KGZ", channel="bilateral").exposure_years[1] == 184 / 365
    two = fine.resample("8Q").series(**home)
    assert two.counts.tolist() == [0, 1]
    assert two.exposure_years.tolist() == [1, 1]


def test_bins_begin_with_the_first_period():
    """Bins of several periods begin where the counts begin, those of other letters in January."""
    log = EventLog([Meeting(date=f"2019-{m:02}", channel="bilateral", countries=["KGZ"])
                    for m in range(3, 12)])  # fmt: skip
    months = count_events(log, by=(), freq="M")

    assert [str(period) for period in months.resample("4M").periods] == [
        "2019-03",
        "2019-07",
        "2019-11",
    ]
    assert months.resample("4M").values.tolist() == [4, 4, 1]
    assert months.resample("4M").exposure_years.tolist() == pytest.approx([4 / 12, 4 / 12, 1 / 12])
    years = months.resample("Y")
    assert years.exposure_years.tolist() == [275 / 365]  # March to November
    assert months.resample("Q").values.tolist() == [1, 3, 3, 2]


@given(
    logs(),
    settings(by=axes(2), freq=st.sampled_from("YQM")),
    st.sampled_from(["Y", "2Y", "3Y", "Q", "5Q", "M", "7M"]),
)
def test_resampling_keeps_everything(log, chosen, rule):
    """
    Bins hold all that was counted, in whole the same observed time, and the same events.

    Conditions: periods nest in the rule; time is compared in years where both are years.
    """
    counts = count_events(log, **chosen)
    assume("YQM".index(rule[-1]) <= "YQM".index(chosen["freq"]))

    bins = counts.resample(rule)

    assert np.nansum(bins.values) == pytest.approx(np.nansum(counts.values))
    assert (np.isnan(bins.values) == (bins.exposure_years == 0)).all()
    if rule[-1] == chosen["freq"]:
        np.testing.assert_allclose(
            bins.exposure_years.sum(axis=-1), counts.exposure_years.sum(axis=-1)
        )
    assert bins.axes == counts.axes
    assert bins.left_out is counts.left_out
    assert bins.events() == counts.events()
    for period in bins.periods:
        inside = bins.events(period=period)
        assert len(inside) == 0 or list(inside) == list(_events_within(counts, period))


def _events_within(counts, period):
    """Join the events of all fine periods in one coarse period."""
    first, last = period.asfreq("D", "S"), period.asfreq("D", "E")
    found = {}
    for fine in counts.periods:
        if first <= fine.asfreq("D", "S") and fine.asfreq("D", "E") <= last:
            found |= {event.id: event for event in counts.events(period=fine)}
    return EventLog(found.values(), coverage=counts.log.coverage)


def test_one_period_each_changes_nothing(worked):
    """Putting each period into a bin of its own changes nothing."""
    same = worked.resample("Y")

    assert same.periods.equals(worked.periods)
    assert np.array_equal(same.values, worked.values, equal_nan=True)
    assert np.array_equal(same.exposure_years, worked.exposure_years)


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (
            lambda counts: counts.resample("5"),
            "rule '5' is not a number and one of the letters Y, Q, M, W, D, such as '5Y'",
        ),
        (lambda counts: counts.resample(5), "rule 5 is not a number and one of the letters"),
        (lambda counts: counts.resample("M"), "periods of freq 'Y' do not nest in 'M'"),
        (
            lambda counts: counts.resample("2Y").resample("4Y"),
            "counts in bins of 2Y-DEC are not resampled again",
        ),
    ],
)
def test_rule_that_does_not_fit_is_told(worked, ask, message):
    """A rule that cannot be read, or in which periods do not nest, is an error."""
    with pytest.raises(SettingError, match=re.escape(message)):
        ask(worked)


def test_weeks_do_not_nest():
    """Weeks are put together only as weeks."""
    weeks = count_events(LOG, by=(), freq="W", coverage="any")

    assert weeks.resample("4W").values.size == -(-len(weeks.periods) // 4)
    with pytest.raises(SettingError, match="periods of freq 'W' do not nest in 'Y'"):
        weeks.resample("Y")


# What is held


def test_values_are_read_only(worked):
    """The arrays of counts cannot be changed."""
    with pytest.raises(ValueError, match="read-only"):
        worked.values[0, 0, 0] = 1
    with pytest.raises(ValueError, match="read-only"):
        worked.exposure_years[0, 0, 0] = 1


# Made past count_events


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"axes": {"country": ("KGZ", "KGZ")}}, "label 'KGZ' of axis 'country' stands twice"),
        ({"axes": {"country": ("KGZ",)}}, "values must have shape (1, 3), a dimension an axis and"),
        ({"axes": {"country": "KGZ"}}, "axes must map names to several texts, got {'country'"),
        ({"axes": [("country", ("KGZ", "TJK"))]}, "axes must map names to labels, got [("),
        ({"values": np.ones((2, 2))}, "values must have shape (2, 3)"),
        ({"values": -np.ones((2, 3))}, "got -1 in period 2018 (country 'KGZ')"),
        ({"values": np.full((2, 3), NAN)}, "counts may be NaN only where exposure_years is 0"),
        ({"values": pd.DataFrame(np.ones((2, 3)))}, "values are a data frame, whose rows have"),
        ({"values": pd.Series(np.ones(3))}, "values have labels; Counts.from_frame reads them"),
        ({"exposure_years": np.ones((3, 2))}, "exposure_years must have shape (2, 3)"),
        ({"exposure_years": -np.ones((2, 3))}, "exposure_years must not be negative, got -1 in"),
        ({"periods": pd.period_range("2018", periods=3, freq="Y")[::-1]}, "periods must increase"),
        ({"periods": pd.period_range("2018", periods=6, freq="Y")[::2]}, "must be consecutive"),
        ({"periods": pd.period_range("2018", periods=3, freq="M")}, "freq is 'Y', but periods are"),
        ({"freq": "M"}, "freq is 'M', but periods are of Y-DEC"),
        ({"log": None}, "entries name events, cells or periods that the counts do not have"),
        ({"left_out": None}, "left_out must be of DataFrame, got None"),
        ({"selective": np.ones((3, 2))}, "selective must have shape (2, 3)"),
        ({"selective": np.array([[NAN, NAN, -1.0], [NAN] * 3])}, "negative, got -1 in period 2020"),
        ({"selective": np.array([[NAN, NAN, np.inf], [NAN] * 3])}, "selective must be finite"),
        ({"selective": pd.DataFrame(np.ones((2, 3)))}, "selective must be an array without"),
    ],
)
def test_counts_check_themselves(small, change, message):
    """What does not belong together is an error, with the value and the cell."""
    with pytest.raises(SeriesError, match=re.escape(message)):
        evolve(small, **change)


def test_all_faults_of_a_table_are_told(small):
    """Each cell at fault is named with its labels."""
    with pytest.raises(SeriesError) as caught:
        evolve(small, values=[[1, -2, NAN], [np.inf, 1, -1]])

    assert str(caught.value) == (
        "counts must be finite, got inf in period 2018 (country 'TJK'); "
        "counts must be non-negative, got -2 in period 2019 (country 'KGZ'); "
        "counts must be non-negative, got -1 in period 2020 (country 'TJK')"
    )


def test_counts_come_back_with_their_events(small):
    """Pickled counts are equal in all that they hold, and know their events."""
    again = pickle.loads(pickle.dumps(small))  # noqa: S301 - our own

    assert again.to_frame().equals(small.to_frame())
    assert again.events(country="KGZ") == small.events(country="KGZ")
    with pytest.raises(ValueError, match="read-only"):
        again.values[0, 0] = 7


def test_fiscal_years_are_not_put_into_others():
    """Quarters of a fiscal year do not nest in calendar years."""
    quarters = pd.period_range("2010Q1", periods=4, freq="Q-MAR")
    counts = Counts.from_frame(pd.DataFrame({"n": 1}, index=quarters))

    with pytest.raises(SettingError, match="periods of Q-MAR do not nest in 'Y'"):
        counts.resample("Y")
    assert counts.resample("2Q").series().counts.tolist() == [2, 2]


# Recorded selectively


def test_what_is_recorded_selectively_is_kept(small):
    """It is pickled, evolved, selected, put together and written as the counts beside it."""
    counts = evolve(small, selective=[[NAN, NAN, 4], [NAN] * 3])

    for again in (pickle.loads(pickle.dumps(counts)), evolve(counts)):  # noqa: S301 - our own
        assert np.array_equal(again.selective, counts.selective, equal_nan=True)
        assert not again.selective.flags.writeable
    turned = counts.select(country=["TJK", "KGZ"])
    assert turned.n_selective.tolist() == [0, 4]
    assert counts.select(country="TJK").selective is None
    assert evolve(counts, selective=np.full((2, 3), NAN)).selective is None
    alone = evolve(
        counts, values=np.full((2, 3), NAN), exposure_years=np.zeros((2, 3)), entries=None
    )
    assert alone.resample("2Y").selective.tolist()[0][1] == 4
    assert np.isnan(alone.resample("2Y").selective).sum() == 3


# xarray


def test_data_set_of_xarray_has_the_axes_for_dimensions(small):
    """Counts and exposures are given with labels, and the first days of periods."""
    dataset = small.to_xarray()

    assert dataset["count"].dims == dataset["exposure_years"].dims == ("country", "period")
    assert np.array_equal(dataset["count"].values, small.values, equal_nan=True)
    assert np.array_equal(dataset["exposure_years"].values, small.exposure_years)
    assert dataset["country"].values.tolist() == ["KGZ", "TJK"]
    assert dataset["period"].dt.strftime("%Y-%m-%d").values.tolist() == [
        *("2018-01-01", "2019-01-01", "2020-01-01")
    ]
    assert dataset.attrs == {"freq": "Y-DEC"}
    assert sorted(dataset.data_vars) == ["count", "exposure_years"]
    noted = evolve(small, selective=[[NAN, NAN, 4], [NAN] * 3]).to_xarray()
    assert noted["selective"].dims == ("country", "period")
    assert noted["selective"].sum() == 4


def test_a_series_of_a_data_set_is_read_again(small):
    """A row of an xarray data set is a series with its own periods."""
    chosen = small.to_xarray()["count"].sel(country="TJK")

    series = CountSeries.from_arrays(chosen, exposure_years=[1, 1, 1], freq="Y")

    assert series.counts.tolist() == [0, 1, 0]


def test_without_xarray_its_absence_is_told(small, monkeypatch):
    """What is missing and how to install it is said."""
    monkeypatch.setitem(sys.modules, "xarray", None)

    with pytest.raises(SettingError, match=r"to_xarray needs the package xarray, .* pip install"):
        small.to_xarray()


def test_days_of_a_partly_observed_month_add_up_exactly():
    """However many days of a month were observed, its exposure is that of the year to the day."""
    for n_days in range(1, 32):
        events = [Meeting(date="2019-01-01", channel="bilateral", countries=["KGZ"])]
        until = f"2019-01-{n_days:02}"
        log = EventLog(events, coverage=Coverage.since_to(events, "2019-01-01", until))

        months = count_events(log, freq="M").resample("Y")

        assert months.exposure_years.ravel() == pytest.approx([n_days / 365], rel=1e-12)


def test_a_share_of_what_is_mentioned_selectively_is_no_note():
    """Shares are told of what is counted, which selective records are not."""
    events = [Meeting(date="2019", channel="bilateral", countries=["KGZ"])]
    cell = {"country": "KGZ", "channel": "bilateral", "activity": "meeting", "completeness": 0.5}
    coverage = [{**cell, "since": "2018", "until": "2019", "basis": "systematic"}]
    selective = {**cell, "since": "2020", "until": "2021", "basis": "selective"}

    noted = count_events(EventLog(events, coverage=Coverage(coverage))).notes
    whole = {**coverage[0], "completeness": None}
    other = count_events(EventLog(events, coverage=Coverage([whole, selective]))).notes

    assert "recorded in part, as stated: KGZ bilateral meeting 50%" in noted
    assert not any("in part" in note for note in other)
