"""Counting: what holds for every log and every setting, and the errors."""

import re

import numpy as np
import pytest
from attrs import evolve
from hypothesis import assume, given
from hypothesis import strategies as st

from engagement.counting.counting import count_events
from engagement.errors import DateError, EngagementError, SettingError, UnknownTermError
from engagement.events.axes import labels_of
from engagement.events.coverage import Coverage
from engagement.events.events import Measure, Meeting, Transfer
from engagement.events.parts import Participant
from engagement.log.eventlog import EventLog
from engagement.values.dates import EventDate
from naive.counting import NaiveCount, period_of, span_days
from strategies.counting import axes, events, logs
from strategies.counting import settings as choices
from strategies.dates import day_texts

EPOCH = 719163  # ordinal of 1970-01-01


def cells(counts):
    """Map labels and the name of a period to count and exposure."""
    frame = counts.to_frame()
    keys = zip(*(frame[name] for name in (*counts.by, "period")), strict=True)
    return {
        (key[:-1], str(key[-1])): pair
        for key, pair in zip(
            keys, zip(frame["count"], frame["exposure_years"], strict=True), strict=True
        )
    }


def assert_same(one, other):
    """Hold that two counts have the same labels, periods, counts and exposures."""
    assert one.axes == other.axes
    assert one.periods.equals(other.periods)
    np.testing.assert_allclose(one.values, other.values, atol=1e-9)
    np.testing.assert_allclose(one.exposure_years, other.exposure_years, atol=1e-12)


def shares_left(counts):
    """Give the share of each event that is left out, by id and reason."""
    return {(row.id, row.reason): row.share for row in counts.left_out.itertuples()}


def n_cells(event, by):
    """Count the cells that an event's labels reach."""
    return int(np.prod([len(labels_of(event, axis)) for axis in by]))


def meeting(date, *countries, **rest):
    """Make a bilateral or multilateral meeting."""
    channel = "bilateral" if len(countries) == 1 else "multilateral"
    return Meeting(date=date, channel=channel, countries=countries, **rest)


# Equal to the twin


def day_drawn(event, seed):
    """Read the day that is drawn for an event, counting it by days and alone, as recorded."""
    alone = count_events(
        EventLog([evolve(event, status="recorded")]),
        by=(),
        freq="D",
        imprecise="impute",
        rng=seed,
    )
    return alone.periods[int(np.flatnonzero(alone.values)[0])].ordinal + EPOCH


@given(logs(), choices(by=axes(2)), st.integers(0, 2**32))
def test_equals_naive(log, chosen, seed):
    """
    Counts, exposures and what is left out are those of a twin that looks at every day.

    Condition: none. A drawn day is taken from a count of the event alone with the same seed,
    so this holds too that the draw depends on nothing else.
    """
    twin = NaiveCount(log, draw=lambda event: day_drawn(event, seed), **chosen)

    counts = count_events(log, **chosen, rng=seed)

    assert {axis: set(labels) for axis, labels in counts.axes.items()} == twin.labels
    assert list(counts.periods.astype(str)) == twin.periods
    expected = {
        key: (np.nan if twin.counts[key] is None else float(twin.counts[key]), float(years))
        for key, years in twin.years.items()
    }
    found = cells(counts)
    assert found.keys() == expected.keys()
    np.testing.assert_allclose(
        [found[key] for key in expected], list(expected.values()), atol=1e-12, rtol=1e-12
    )
    assert shares_left(counts) == pytest.approx({k: float(v) for k, v in twin.left.items()})


@given(logs(), choices(by=axes(2), imprecise=st.sampled_from(["spread", "start", "exclude"])))
def test_events_behind_a_cell_are_those_that_add_to_it(log, chosen):
    """
    ``events`` gives for each cell those events that the twin adds to it, and no other.

    What each adds sums to the cell. Condition: none; days that are drawn are left to the twin.
    """
    twin = NaiveCount(log, **chosen)

    counts = count_events(log, **chosen)

    found = cells(counts)
    assume(len(found) < 500)
    for labels in {key[0] for key in twin.behind} | {key[0] for key in list(found)[:1]}:
        for period in counts.periods:
            behind = twin.behind[labels, str(period)]
            there = counts.events(period=period, **dict(zip(chosen["by"], labels, strict=True)))
            assert {event.id for event in there} == set(behind)
            if behind:
                assert found[labels, str(period)][0] == pytest.approx(float(sum(behind.values())))


# Nothing is lost


@given(logs(), choices())
def test_counted_and_left_out_are_all(log, chosen):
    """
    What is counted and what is left out is every event, for all settings.

    Fractional counts and the amounts left out sum to the number of events, whole ones to the
    labels reached, and each event's share that is left out is at most one. Condition: none.
    """
    counts = count_events(log, **chosen)

    total = np.nansum(counts.values) + counts.left_out["amount"].sum()
    whole = chosen["counting"] == "whole"
    units = [n_cells(event, chosen["by"]) if whole else 1 for event in log]
    assert total == pytest.approx(sum(units))
    shares = counts.left_out.groupby("id")["share"].sum()
    assert (shares <= 1 + 1e-9).all()
    behind = {event.id for event in counts.events()}
    assert {event.id for event in log} - behind == set(shares[shares > 1 - 1e-9].index)
    assert (counts.left_out["share"] > 0).all()


@given(logs(is_stated=False), choices(window=None, statuses=("recorded",)))
def test_unstated_coverage_loses_no_date(log, chosen):
    """
    Without stated coverage, whole counts sum to the labels reached and fractional to the events.

    Conditions: no window, all is recorded, no open end, nothing excluded.
    """
    log = EventLog(
        [event for event in log if not event.date.is_open and event.status == "recorded"]
    )
    assume(chosen["imprecise"] != "exclude")

    counts = count_events(log, **chosen)

    whole = chosen["counting"] == "whole"
    units = [n_cells(event, chosen["by"]) if whole else 1 for event in log]
    assert np.nansum(counts.values) == pytest.approx(sum(units))
    assert counts.left_out.empty
    assert not counts.coverage_stated


@given(logs(), choices())
def test_without_exposure_is_nan(log, chosen):
    """A cell is NaN if and only if its exposure is zero, and a count is never negative."""
    counts = count_events(log, **chosen)

    assert (np.isnan(counts.values) == (counts.exposure_years == 0)).all()
    assert (counts.values[counts.exposure_years > 0] >= 0).all()
    assert (counts.exposure_years >= 0).all()


@given(logs(), choices(), st.sampled_from(["start", "middle", "end", "exclude", "impute"]))
def test_panel_does_not_depend_on_the_rule_for_imprecise_dates(log, chosen, imprecise):
    """Labels, periods and exposures are the same whatever is done with imprecise dates."""
    one = count_events(log, **chosen)
    other = count_events(log, **(chosen | {"imprecise": imprecise, "counting": "fractional"}))

    assert one.axes == other.axes
    assert one.periods.equals(other.periods)
    assert np.array_equal(one.exposure_years, other.exposure_years)


@given(logs(), choices(counting="fractional"))
def test_fractional_parts_sum_over_an_axis(log, chosen):
    """
    Fractional counts, summed over all axes, are the whole counts of all events together.

    Condition: coverage is not stated, since exposure differs between cells otherwise. A country
    of which nothing is recorded, but only planned, is not observed, and in neither.
    """
    log = log.with_coverage(None)

    by_cell = count_events(log, **chosen)
    together = count_events(log, **(chosen | {"by": (), "counting": "whole"}))

    summed = np.nansum(by_cell.values.reshape(len(by_cell), len(by_cell.periods)), axis=0)
    if len(by_cell):
        np.testing.assert_allclose(summed, np.nan_to_num(together.values), atol=1e-9)


# Order, selection, addition, union


@given(logs(), choices(), st.randoms(use_true_random=False), st.integers(0, 9))
def test_order_is_irrelevant(log, chosen, random, seed):
    """Counts are the same in whatever order events are given. Condition: events have ids."""
    shuffled = random.sample(log.events, len(log))

    one = count_events(log, **chosen, rng=seed)
    other = count_events(EventLog(shuffled, coverage=log.coverage), **chosen, rng=seed)

    assert_same(one, other)
    assert shares_left(one) == pytest.approx(shares_left(other))


@given(logs(is_stated=True), choices(by=axes(2), window=("2018", "2021")), st.data())
def test_selecting_before_is_selecting_after(log, chosen, data):
    """
    Selecting a label's events before counting gives the series of that label.

    Conditions: coverage is stated, since the extent of the events is the coverage otherwise;
    a window is given, since coverage is narrowed by channel and activity and with it its extent.
    """
    counts = count_events(log, **chosen)
    several = [axis for axis in chosen["by"] if counts.axes[axis]]
    assume(several)
    axis = data.draw(st.sampled_from(several))
    label = data.draw(st.sampled_from(counts.axes[axis]))
    part = log.where(**{axis: label})
    assume(part.coverage.is_stated)

    before = cells(count_events(part, **chosen))

    after = cells(counts.select(**{axis: label}))
    for key in before.keys() & after.keys():
        assert before[key] == pytest.approx(after[key], nan_ok=True)
    for key in after.keys() - before.keys():
        assert after[key][0] == 0 or np.isnan(after[key][0])
    place = chosen["by"].index(axis)
    assert {key for key in before if key[0][place] == label} <= after.keys()


@given(logs(is_stated=True), events(), choices(by=axes(2), window=("2018", "2021")))
def test_one_more_event_adds_its_parts_to_its_cells(log, event, chosen):
    """
    One more event adds to its cells what it counts for alone, and changes no other cell.

    What it adds is one to each of its cells, or parts that sum to one, less what is left out.
    Conditions: coverage is stated; a window, as all that may be counted is inside it.
    """
    event = evolve(event, id="one-more")
    seed = {"rng": 3}

    without = cells(count_events(log, **chosen, **seed))
    counts = count_events(EventLog([*log, event], coverage=log.coverage), **chosen, **seed)

    added = {
        key: count - np.nan_to_num(without.get(key, (0,))[0])
        for key, (count, _) in cells(counts).items()
        if not np.isnan(count)
    }
    reached = dict.fromkeys(key for key, value in added.items() if abs(value) > 1e-9)
    own = [set(labels_of(event, axis)) for axis in chosen["by"]]
    assert all(
        label in labels for key, _ in reached for label, labels in zip(key, own, strict=True)
    )
    units = n_cells(event, chosen["by"]) if chosen["counting"] == "whole" else 1
    lost = counts.left_out.loc[counts.left_out["id"] == "one-more", "share"].sum()
    assert sum(added.values()) == pytest.approx(units * (1 - lost), abs=1e-9)
    assert all(value >= -1e-9 for value in added.values())


def test_one_more_event_adds_one_to_exactly_its_cells():
    """A meeting with two countries adds one, or halves, to the two cells of its month."""
    coverage = Coverage.since_to([meeting("2019", "KGZ", "TJK", "UZB")], "2019", "2019")
    log = EventLog([meeting("2019-05-01", "KGZ", "UZB")], coverage=coverage)
    more = log | EventLog([meeting("2019-08-09", "KGZ", "TJK")], coverage=coverage)

    for counting, amount in (("whole", 1), ("fractional", 0.5)):
        before = count_events(log, by="country", freq="M", counting=counting)
        after = count_events(more, by="country", freq="M", counting=counting)
        difference = after.values - before.values
        changed = {
            (str(after.periods[period]), after.axes["country"][country]): difference[
                country, period
            ]
            for country, period in np.argwhere(difference)
        }
        assert changed == {
            ("2019-08", "KGZ"): amount,
            ("2019-08", "TJK"): amount,
        }


@given(logs(is_stated=True), logs(is_stated=False), choices(by=axes(2)), st.integers(0, 9))
def test_union_counts_as_the_sum(one, other, chosen, seed):
    """
    The union of two logs counts as their sum, cell by cell.

    Conditions: the same stated coverage, no common id, axes of coverage: on others it depends
    on both logs for which activities labels are known.
    """
    covered = [axis for axis in chosen["by"] if axis in {"country", "channel", "activity"}]
    chosen = {**chosen, "by": covered or ["country"]}
    other = EventLog(
        [evolve(event, id=f"other-{event.id}") for event in other], coverage=one.coverage
    )

    parts = [cells(count_events(log, **chosen, rng=seed)) for log in (one, other)]
    union = cells(count_events(one | other, **chosen, rng=seed))

    assert union.keys() >= parts[0].keys() | parts[1].keys()
    for key, (count, years) in union.items():
        known = [part[key] for part in parts if key in part]
        assert {there for _, there in known} <= {years}
        assert np.nan_to_num(count) == pytest.approx(sum(np.nan_to_num(n) for n, _ in known))


# Coarser periods


@given(
    logs(is_stated=True),
    choices(imprecise=st.sampled_from(["spread", "start", "middle", "end", "impute"])),
    st.sampled_from(["DM", "DQ", "DY", "DW", "MQ", "MY", "QY"]),
)
def test_coarser_periods_are_sums_of_finer(log, chosen, freqs):
    """
    Finer counts resampled are the coarser counts, exposures too, exactly in what was observed.

    Conditions: periods nest, as days do in all and weeks in none; coverage is stated, since it
    is the extent of whole periods otherwise; ``exclude`` asks how long a period is.
    """
    fine, coarse = freqs
    assume(fine != "D" or len(chosen["by"]) < 3)

    finer = count_events(log, **(chosen | {"freq": fine}))
    resampled = finer.resample(coarse)
    coarser = count_events(log, **(chosen | {"freq": coarse}))

    assert_same(resampled, coarser)
    assert np.array_equal(resampled.exposure_years, coarser.exposure_years)
    assert shares_left(finer) == pytest.approx(shares_left(coarser))
    assert resampled.events() == coarser.events()


# Shifts


def shifted(log, years):
    """Move all dates of a log, and its coverage, by whole years."""
    return EventLog(
        [evolve(event, date=event.date.shift(years=years)) for event in log],
        coverage=Coverage(
            evolve(
                entry, since=entry.since.shift(years=years), until=entry.until.shift(years=years)
            )
            for entry in log.coverage
        ),
    )


def shifted_window(window, years):
    """Move both ends of a window."""
    if window is None:
        return None
    return tuple(end and str(EventDate(end).shift(years=years)) for end in window)


@given(logs(), choices(), st.sampled_from([400, -400, 2000]))
def test_shift_by_whole_calendar_cycles(log, chosen, years):
    """
    Dates, coverage and window shifted together by 400 years shift the counts.

    Condition: none, as the calendar repeats itself after 400 years, weeks and all.
    """
    window = shifted_window(chosen["window"], years)

    here = count_events(log, **chosen)
    there = count_events(shifted(log, years), **(chosen | {"window": window}))

    assert here.axes == there.axes
    assert np.array_equal(here.values, there.values, equal_nan=True)
    assert np.array_equal(here.exposure_years, there.exposure_years)
    if len(here.periods):
        per_year = {"Y": 1, "Q": 4, "M": 12, "W": 146097 / 2800, "D": 146097 / 400}[chosen["freq"]]
        assert there.periods[0].ordinal - here.periods[0].ordinal == years * per_year


@given(
    logs(
        events(dates=day_texts(2018, 2021).filter(lambda day: not day.endswith("02-29"))),
        is_stated=False,
    ),
    choices(
        freq=st.sampled_from("YQM"),
        window=st.sampled_from([None, ("2017", "2019"), ("2019", None)]),
    ),
    st.integers(-30, 30),
    st.sampled_from([None, ("2018", "2021"), ("2019", "2020")]),
)
def test_shift_by_years(log, chosen, years, observed):
    """
    Dates, coverage and window shifted together by whole years shift the counts.

    Conditions: days are exact and none is 29 February; coverage, if stated, and window are of
    whole years: a span, or a part of a year, may be a day longer elsewhere. Weeks do not shift.
    """
    if observed is not None:
        log = log.with_coverage(Coverage.since_to(log, *observed))
    window = shifted_window(chosen["window"], years)

    here = count_events(log, **chosen)
    there = count_events(shifted(log, years), **(chosen | {"window": window}))

    assert here.axes == there.axes
    assert np.array_equal(here.values, there.values, equal_nan=True)
    assert np.array_equal(here.exposure_years, there.exposure_years)
    steps = years * {"Y": 1, "Q": 4, "M": 12}[chosen["freq"]]
    assert (there.periods.asi8 == here.periods.asi8 + steps).all()


# Drawn days


@given(logs(is_stated=False), st.integers(0, 2**32))
def test_drawn_day_lies_within_the_span(log, seed):
    """Each event is drawn to one day of its span, whole; one and the same seed draws the same."""
    chosen = {"by": (), "freq": "D", "imprecise": "impute"}
    log = EventLog([event for event in log if not event.date.is_duration])

    counts = count_events(log, **chosen, rng=seed)

    again = count_events(log, **chosen, rng=np.random.default_rng(seed))
    assert np.array_equal(counts.values, again.values)
    assert np.nansum(counts.values) + len(set(counts.left_out["id"])) == len(log)
    for period in counts.periods[np.flatnonzero(np.nan_to_num(counts.values))]:
        for event in counts.events(period=period):
            assert period.ordinal + EPOCH in span_days(str(event.date))


def test_without_a_seed_the_same_is_drawn():
    """Without a generator the draw is that of one fixed seed."""
    log = EventLog([meeting("2019", "KGZ", id=f"m{n}") for n in range(50)])
    chosen = {"by": (), "freq": "M", "imprecise": "impute"}

    one, other = (count_events(log, **chosen).values for _ in range(2))

    assert np.array_equal(one, other)
    assert not np.array_equal(one, count_events(log, **chosen, rng=1).values)


def test_generator_draws_anew_each_time():
    """One generator, passed twice, gives two draws."""
    log = EventLog([meeting("2019", "KGZ", id=f"m{n}") for n in range(50)])
    rng = np.random.default_rng(1)

    one, other = (
        count_events(log, by=(), freq="M", imprecise="impute", rng=rng).values for _ in range(2)
    )

    assert not np.array_equal(one, other)


def test_draws_differ_between_events():
    """Events with the same span and other ids are drawn apart from one another."""
    log = EventLog([meeting("2019", "KGZ", id=f"m{n}") for n in range(200)])

    counts = count_events(log, by=(), freq="M", imprecise="impute", rng=5)

    assert (counts.values > 0).all()


@pytest.mark.slow
def test_draws_are_uniform():
    """Over many events, and over many seeds, every month is drawn in proportion to its days."""
    log = EventLog([meeting("2019", "KGZ", id=f"m{n}") for n in range(40_000)])
    few = EventLog(log.events[:20])
    n_days = np.array([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])

    chosen = {"by": (), "freq": "M", "imprecise": "impute"}
    over_events = count_events(log, **chosen, rng=11).values
    over_seeds = sum(count_events(few, **chosen, rng=seed).values for seed in range(2000))

    for found in (over_events, over_seeds):
        expected = 40_000 * n_days / 365
        assert ((found - expected) ** 2 / expected).sum() < 35  # chi-squared of 11, p = 0.0002


# Single rules


@pytest.mark.parametrize(
    ("freq", "window", "years"),
    [
        ("Y", ("2019", "2019"), 1),
        ("Y", ("2020-07", "2020-12"), 184 / 366),
        ("Q", ("2019-33", "2019-33"), 1 / 4),
        ("M", ("2019-02", "2019-02"), 1 / 12),
        ("M", ("2019-02-15", "2019-02-28"), 1 / 12 / 2),
        ("W", ("2020-12-28", "2021-01-03"), 7 / 365.2425),
        ("W", ("2020-12-31", "2021-01-01"), 2 / 365.2425),
        ("D", ("2020-02-29", "2020-02-29"), 1 / 365.2425),
    ],
)
def test_exposure_is_in_calendar_years(freq, window, years):
    """Exposure is the nominal length of the period times the part that was observed."""
    log = EventLog(coverage=Coverage.since_to([meeting("2019", "KGZ")], "2010", "2024"))

    counts = count_events(log, freq=freq, window=window)

    assert counts.exposure_years.shape == (1, 1, 1)
    assert counts.exposure_years.item() == pytest.approx(years, rel=1e-12)
    assert counts.values.item() == 0


@pytest.mark.parametrize(
    ("imprecise", "expected"),
    [
        ("spread", {"2019-11": 30 / 91, "2019-12": 31 / 91, "2020-01": 30 / 91}),
        ("start", {"2019-11": 1}),
        ("middle", {"2019-12": 1}),
        ("end", {"2020-01": 1}),
        ("exclude", {}),
    ],
)
def test_imprecise_date_is_treated_by_its_rule(imprecise, expected):
    """A date that is one of 91 days over three months goes where the rule says."""
    log = EventLog([meeting("[2019-11-01..2020-01-30]", "KGZ"), meeting("2020-05-05", "KGZ")])

    counts = count_events(log, by=(), freq="M", imprecise=imprecise)

    found = {str(period): n for period, n in counts.wide()["all"].items() if n}
    assert found == pytest.approx(expected | {"2020-05": 1})
    assert len(counts.periods) == 7


@pytest.mark.parametrize(
    ("n_days", "imprecise", "chosen"),
    [
        (2, "start", 1),
        (5, "start", 1),
        (2, "end", 2),
        (5, "end", 5),
        (2, "middle", 1),
        (3, "middle", 2),
        (4, "middle", 2),
        (5, "middle", 3),
    ],
)
def test_one_day_is_chosen(n_days, imprecise, chosen):
    """The first, the middle or the last day; of two in the middle the earlier."""
    log = EventLog([meeting(f"[2019-05-01..2019-05-{n_days:02}]", "KGZ")])

    counts = count_events(log, by=(), freq="D", imprecise=imprecise)

    assert counts.values.tolist() == [float(day == chosen) for day in range(1, n_days + 1)]


def test_date_within_one_period_is_not_excluded():
    """A month is imprecise by days, not by months: it is excluded from the one count only."""
    log = EventLog([meeting("2019-05", "KGZ")])

    by_month = count_events(log, by=(), freq="M", imprecise="exclude")
    by_day = count_events(log, by=(), freq="D", imprecise="exclude")

    assert by_month.values.tolist() == [1]
    assert by_day.values.tolist() == [0] * 31
    assert by_day.left_out["reason"].tolist() == ["date is not within one period"]


@pytest.mark.parametrize("window", [None, ("2019", "2019")])
@pytest.mark.parametrize("n_days", [1, 2, 30])
def test_a_date_that_was_observed_in_part_is_excluded(n_days, window):
    """Of a month of which some days were observed it is not known whether its day was."""
    log = EventLog(
        [meeting("2019-05", "KGZ")],
        coverage=Coverage.since_to([meeting("2019-05", "KGZ")], "2019-01", f"2019-05-{n_days:02}"),
    )

    counts = count_events(log, by=(), imprecise="exclude", window=window)

    assert counts.values.tolist() == [0]
    assert counts.left_out[["reason", "share"]].to_numpy().tolist() == [
        ["date lies partly outside of what was observed", 1]
    ]


@pytest.mark.parametrize(
    ("text", "durations", "expected"),
    [
        ("2019-10-30/2019-11-02", "start", {"2019-10": 1, "2019-11": 0}),
        ("2019-10-30/2019-11-02", "spread", {"2019-10": 0.5, "2019-11": 0.5}),
        ("2019-10/2019-11-02", "start", {"2019-10": 1, "2019-11": 0}),
        ("2019/2019-03-01", "start", {"2019-01": 31 / 60, "2019-02": 28 / 60, "2019-03": 1 / 60}),
        ("2019-10/..", "start", {"2019-10": 1}),
        ("2019-10~/2020-01", "start", {"2019-10": 1, "2019-11": 0, "2019-12": 0, "2020-01": 0}),
    ],
)
def test_duration_is_treated_by_its_rule(text, durations, expected):
    """A duration counts at its start, which is not after its end, or over all its days."""
    log = EventLog([meeting(text, "KGZ")])

    counts = count_events(log, by=(), freq="M", durations=durations)

    assert counts.wide()["all"].rename(str).to_dict() == pytest.approx(expected)


@pytest.mark.parametrize(
    ("text", "durations", "reason"),
    [
        ("../2006", "start", "date has no start"),
        ("../2006", "spread", "date has no start"),
        ("2019-10/..", "spread", "duration has no end to spread to"),
    ],
)
def test_open_date_that_has_no_place_is_left_out(text, durations, reason):
    """An open duration without the end that the rule needs is left out, with the reason."""
    log = EventLog([meeting(text, "KGZ", id="a"), meeting("2006-05", "KGZ", id="b")])

    counts = count_events(log, by="country", durations=durations)

    assert counts.left_out.to_dict("records") == [
        {"id": "a", "date": text, "reason": reason, "share": 1.0, "amount": 1.0}
    ]
    assert [event.id for event in counts.events()] == ["b"]


def test_spread_duration_is_not_imprecise():
    """What lasted and is spread over its days is neither excluded nor put to one of them."""
    log = EventLog([meeting("2019-10-30/2019-11-02", "KGZ")])

    for imprecise in ("start", "end", "exclude", "impute"):
        counts = count_events(log, by=(), freq="M", durations="spread", imprecise=imprecise)
        assert counts.values.tolist() == [0.5, 0.5]


def test_events_beyond_the_window_are_left_out():
    """What lies before or after the window is left out, in parts where it lies across."""
    log = EventLog(
        [meeting(text, "KGZ", id=text) for text in ("2017-12-31", "2018", "2019-01-01")],
        coverage=Coverage.since_to([meeting("2019", "KGZ")], "2010", "2024"),
    )

    counts = count_events(log, by=(), window=("2018-07-02", "2018"))

    assert counts.values.tolist() == pytest.approx([183 / 365])
    assert counts.exposure_years.tolist() == pytest.approx([183 / 365])
    assert shares_left(counts) == pytest.approx(
        {
            ("2017-12-31", "outside the window"): 1,
            ("2018", "outside the window"): 182 / 365,
            ("2019-01-01", "outside the window"): 1,
        }
    )


@pytest.mark.parametrize("window", [("2030", None), (None, "1990")])
def test_window_beside_the_coverage_has_no_periods(window):
    """A window that is open towards the coverage, and lies beside it, has no periods."""
    log = EventLog([meeting("2018-05", "KGZ", id="a")])

    for known in (log, log.with_coverage(Coverage.since_to(log, "2018", "2020"))):
        counts = count_events(known, window=window)
        assert counts.values.shape == (1, 1, 0)
        assert shares_left(counts) == {("a", "outside the window"): 1}


def test_window_wider_than_unstated_coverage_is_not_observed():
    """Without stated coverage, nothing is known outside the first and last event's periods."""
    log = EventLog([meeting("2018-05", "KGZ"), meeting("2019", "KGZ")])

    counts = count_events(log, by=(), window=("2017", "2020"))

    assert np.array_equal(counts.values, [np.nan, 1, 1, np.nan], equal_nan=True)
    assert counts.exposure_years.tolist() == [0, 1, 1, 0]
    assert not counts.coverage_stated


def test_activity_without_stated_coverage_is_left_out():
    """An activity that nobody observed is not counted, with a reason of its own."""
    coverage = Coverage.since_to([meeting("2019", "KGZ")], "2018", "2020")
    gift = Transfer(date="2019", channel="bilateral", countries=["KGZ"], id="gift")
    log = EventLog([meeting("2019", "KGZ", id="talks"), gift], coverage=coverage)

    counts = count_events(log, by=("country", "activity"))

    assert counts.series(country="KGZ", activity="meeting").counts.tolist() == [0, 1, 0]
    assert np.isnan(counts.series(country="KGZ", activity="transfer").counts).all()
    assert shares_left(counts) == {("gift", "no coverage stated for it"): 1}


def test_complete_is_while_all_were_observed_and_any_while_one_was():
    """Meetings are observed from 2018, transfers in 2019: complete is 2019, any is both."""
    talks = [meeting("2018-03-01", "KGZ", id="early"), meeting("2019-03-01", "KGZ", id="late")]
    stated = {"country": "KGZ", "channel": "bilateral"}
    log = EventLog(
        talks,
        coverage=Coverage(
            [
                {**stated, "activity": "meeting", "since": "2018", "until": "2019"},
                {**stated, "activity": "transfer", "since": "2019", "until": "2019-06"},
            ]
        ),
    )

    complete = count_events(log, by="country")
    either = count_events(log, by="country", coverage="any")

    assert np.array_equal(complete.values, [[np.nan, 1]], equal_nan=True)
    assert complete.exposure_years.tolist() == pytest.approx(np.array([[0, 181 / 365]]))
    assert shares_left(complete) == {("early", "outside the coverage"): 1}
    assert either.values.tolist() == [[1, 1]]
    assert either.exposure_years.tolist() == [[1, 1]]


def test_series_of_zeros_is_a_series():
    """Labels that coverage or any event asked for knows are all there, in full product."""
    coverage = Coverage.since_to([meeting("2019", "KGZ")], "2018", "2020")
    log = EventLog(
        [
            meeting("2019-03", "TJK", topics=["trade"]),
            meeting("2019", "UZB", status="planned"),
        ],
        coverage=coverage,
    )

    counts = count_events(log, by=("country", "topic"))

    assert counts.axes == {"country": ("KGZ", "TJK"), "topic": ("trade",)}
    assert counts.series(country="KGZ").counts.tolist() == [0, 0, 0]
    assert np.isnan(counts.series(country="TJK").counts).all()


def test_excluded_event_keeps_its_label():
    """An event that is left out for its date leaves its series behind, as zeros."""
    log = EventLog([meeting("2019", "KGZ"), meeting("2019-03", "TJK")])

    counts = count_events(log, by="country", freq="M", imprecise="exclude")

    assert counts.series(country="KGZ").total == 0
    assert counts.series(country="TJK").total == 1
    assert len(counts.periods) == 12


def test_labels_are_in_their_order():
    """Channels, activities and ranks keep the order of the vocabulary, others the alphabet's."""
    log = EventLog(
        [
            Measure(date="2019", channel="domestic", initiator="UZB"),
            meeting("2019", "TJK", topics=["trade", "crime"]),
            meeting("2019", "KGZ", "TJK"),
            meeting("2019", "KGZ", participants=[Participant(country="KGZ", rank="minister")]),
            meeting(
                "2019",
                "UZB",
                participants=[Participant(country="UZB", rank="speaker of parliament")],
            ),
        ]
    )

    counts = count_events(log, by=("channel", "activity", "country", "topic", "rank"))

    assert counts.axes == {
        "channel": ("multilateral", "bilateral", "domestic"),
        "activity": ("meeting", "measure"),
        "country": ("KGZ", "TJK", "UZB"),
        "topic": ("crime", "trade", "(none)"),
        "rank": ("speaker of parliament", "minister", "(none)"),
    }


def test_answer_says_what_was_asked():
    """The settings in force stand in the answer."""
    log = EventLog([meeting("2019", "KGZ")])

    counts = count_events(log, by="country", window=("2018", "2020"), statuses="recorded")

    assert counts.settings == {
        "by": ("country",),
        "freq": "Y",
        "window": ("2018", "2020"),
        "counting": "whole",
        "imprecise": "spread",
        "durations": "start",
        "coverage": "complete",
        "selective": "apart",
        "statuses": ("recorded",),
    }


# Empty logs


@pytest.mark.parametrize("by", [(), ("country",), ("country", "channel"), ("topic", "rank")])
@pytest.mark.parametrize("window", [None, (None, "2020"), ("2018", None)])
def test_empty_log_has_no_periods(by, window):
    """A log without events and coverage has nothing to count and no periods, nor an error."""
    counts = count_events(EventLog(), by=by, window=window)

    assert counts.values.size == 0
    assert len(counts.periods) == 0
    assert len(counts) == (not by)
    assert counts.to_frame().empty
    assert counts.left_out.empty
    assert len(counts.events()) == 0


def test_empty_log_with_a_window_was_not_observed():
    """A window over a log that knows nothing has its periods, none of them observed."""
    counts = count_events(EventLog(), by=(), window=("2018", "2020"))

    assert np.isnan(counts.values).tolist() == [True] * 3


def test_empty_log_with_coverage_is_zeros():
    """Coverage alone makes series of zeros."""
    log = EventLog(coverage=Coverage.since_to([meeting("2019", "KGZ")], "2018", "2020-06"))

    counts = count_events(log)

    assert counts.series(country="KGZ", channel="bilateral").counts.tolist() == [0, 0, 0]
    assert counts.exposure_years.ravel().tolist() == pytest.approx([1, 1, 182 / 366])


# Edges of the calendar


@pytest.mark.parametrize("freq", ["Y", "Q", "M", "W", "D"])
@pytest.mark.parametrize("text", ["0001-01-01", "9998-12-31", "1899-12-31", "1970-01-01"])
def test_every_year_can_be_counted(freq, text):
    """The first and the last day that a date can have lie in the period of that name."""
    counts = count_events(EventLog([meeting(text, "KGZ")]), by=(), freq=freq)

    assert counts.values.tolist() == [1]
    if not (freq == "W" and text == "9998-12-31"):
        day = EventDate(text).start.toordinal()
        assert str(counts.periods[0]) == period_of(day, freq)
    assert len(counts.events(period=counts.periods[0])) == 1


def test_weeks_are_from_monday_to_sunday():
    """The last ISO week of 2020 runs to 3 January 2021, and the next begins on the 4th."""
    days = ("2020-12-27", "2020-12-28", "2020-12-31", "2021-01-01", "2021-01-03", "2021-01-04")
    log = EventLog([meeting(day, "KGZ") for day in days])

    counts = count_events(log, by=(), freq="W")

    assert counts.wide()["all"].rename(str).to_dict() == {
        "2020-12-21/2020-12-27": 1,
        "2020-12-28/2021-01-03": 4,
        "2021-01-04/2021-01-10": 1,
    }


# Errors


@pytest.mark.parametrize(
    ("chosen", "error", "message"),
    [
        (
            {"by": "chanel"},
            SettingError,
            (
                "unknown axis 'chanel'; the axes are 'country', 'channel', 'activity', 'topic', "
                "'rank', 'initiator', 'pair', 'organisation', 'participant', 'subkind', "
                "'mechanism', 'terms', 'place', 'status'. Did you mean 'channel'?"
            ),
        ),
        ({"by": ["country", 3]}, SettingError, "unknown axis 3; the axes are 'country', "),
        ({"by": None}, SettingError, "by must be several axes, got None"),
        ({"by": ("topic", "topic")}, SettingError, "axis 'topic' stands twice in by"),
        (
            {"freq": "A"},
            SettingError,
            "unknown freq 'A'; the frequencies are 'Y', 'Q', 'M', 'W', 'D'",
        ),
        ({"freq": "m"}, SettingError, "Did you mean 'M'?"),
        ({"freq": None}, SettingError, "unknown freq None; "),
        (
            {"counting": "hole"},
            SettingError,
            "counting must be one of 'whole', 'fractional', got 'hole'. Did you mean 'whole'?",
        ),
        (
            {"imprecise": "begin"},
            SettingError,
            (
                "imprecise must be one of 'spread', 'start', 'middle', 'end', 'exclude', 'impute', "
                "got 'begin'"
            ),
        ),
        ({"durations": "end"}, SettingError, "durations must be one of 'start', 'spread', got"),
        ({"coverage": "all"}, SettingError, "coverage must be one of 'complete', 'any', got"),
        ({"coverage": None}, SettingError, "coverage must be one of 'complete', 'any', got None"),
        (
            {"window": "2019"},
            SettingError,
            "window must be a pair of dates, first and last, got '2019'",
        ),
        ({"window": ("2018", "2019", "2020")}, SettingError, "window must be a pair of dates"),
        ({"window": 2019}, SettingError, "window must be a pair of dates, first and last, got 2"),
        (
            {"window": ("2020", "2019")},
            DateError,
            "window: since must begin before until ends, got since='2020' and until='2019'",
        ),
        ({"window": ("May 2019", None)}, DateError, "window: 'May 2019' is not a date"),
        (
            {"statuses": ()},
            SettingError,
            "statuses must name at least one of 'recorded', 'implied', 'planned'",
        ),
        (
            {"statuses": ["recorded", "plan"]},
            UnknownTermError,
            (
                "unknown status 'plan'; the terms are 'recorded', 'implied', 'planned'. "
                "Did you mean 'planned'?"
            ),
        ),
        ({"statuses": None}, SettingError, "statuses must be several statuses, got None"),
    ],
)
def test_setting_that_is_none_is_told(chosen, error, message):
    """A setting that there is not is an error that shows it and says what there is."""
    with pytest.raises(error, match=re.escape(message)) as caught:
        count_events(EventLog([meeting("2019", "KGZ")]), **chosen)

    assert isinstance(caught.value, EngagementError)
    assert isinstance(caught.value, ValueError)


@pytest.mark.parametrize("source", ["events.csv", [], None])
def test_source_that_is_neither_log_nor_frame_is_told(source):
    """Anything but a log or a data frame is an error that says what there may be."""
    message = (
        "events are counted from an EventLog or from a data frame of pandas, polars, DuckDB or "
        f"PySpark, got {type(source).__name__}"
    )

    with pytest.raises(SettingError, match=re.escape(message)):
        count_events(source)


@pytest.mark.parametrize("setting", ["by", "freq", "counting", "imprecise", "coverage"])
def test_a_setting_of_any_size_is_refused_by_an_error_of_our_own(setting):
    """A number of thousands of digits, which Python does not write out, is no crash."""
    with pytest.raises(SettingError, match="a value of int"):
        count_events(EventLog(), **{setting: 10**5000})


@pytest.mark.parametrize("freq", ["M", "D"])
def test_tables_that_fill_the_memory_are_refused(freq):
    """More cells than are counted are told before they are made, with what makes them fewer."""
    log = EventLog([meeting("2019", "KGZ", "TJK", topics=[f"topic {n}" for n in range(900)])])
    asked = {"by": ("country", "topic"), "freq": freq}

    with pytest.raises(SettingError, match=r"series in .* periods are more than the 50,000,000"):
        count_events(log, **asked, window=("0001", "9998"))
    assert count_events(log, **asked).values.sum() == pytest.approx(1800)
