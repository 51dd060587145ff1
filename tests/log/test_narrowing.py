"""Narrowing: after every selection, what was left out is unobserved and never zero."""

import numpy as np
import pytest
from attrs import evolve
from hypothesis import assume, given
from hypothesis import strategies as st

from engagement.counting.counting import count_events
from engagement.errors import DateError
from engagement.events.axes import labels_of
from engagement.events.coverage import Coverage, coverage_on_basis
from engagement.events.events import Meeting, Training
from engagement.files.event_files import read_events, write_events
from engagement.log.eventlog import EventLog
from engagement.values.vocabulary import COVERED_AXES, EVERY_AXIS, NONE_LABEL, Basis
from strategies.counting import FREQS, SPANS, logs

DATES = ("2018-06", "2019", "2019-02-15", "2019-12-31", "2020-03-10", "2020", "2021-06")


@st.composite
def selections(draw, log):
    """Some labels on one to three axes, of those that the log knows."""
    known_axes = st.sampled_from((*EVERY_AXIS, *log.own_columns))
    axes = draw(st.lists(known_axes, min_size=1, max_size=3, unique=True))
    chosen = {}
    for axis in axes:
        known = {label for event in log for label in labels_of(event, axis)}
        if axis in COVERED_AXES:
            known |= {key[COVERED_AXES.index(axis)] for key in log.coverage.keys}
        assume(known)
        labels = st.sampled_from(sorted(known))
        chosen[axis] = draw(st.lists(labels, min_size=1, max_size=2, unique=True))
    return chosen


def cells(counts):
    """Map labels and period to count and exposure; NaN counts where not observed."""
    frame = counts.to_frame()
    keys = zip(*(frame[axis] for axis in counts.by), frame["period"].astype(str), strict=True)
    values = zip(frame["count"], frame["exposure_years"], strict=True)
    return dict(zip(keys, values, strict=True))


def of(key, by, axis):
    """Give the label of a cell on an axis."""
    return key[by.index(axis)]


def knows(counts, key):
    """Tell whether counts have a series for the labels of a cell."""
    return all(label in known for label, known in zip(key, counts.axes.values(), strict=False))


def same(one, other):
    """Compare to rounding."""
    return one == pytest.approx(other, abs=1e-9)


def assume_known(log, by):
    """Leave out axes that no event of a log has a column for."""
    assume("region" not in by or "region" in log.own_columns)


axes = st.lists(st.sampled_from((*EVERY_AXIS, "region")), max_size=3, unique=True).map(tuple)
freqs = st.sampled_from(FREQS[:3])


@given(logs(), axes, freqs, st.data())
def test_a_selection_leaves_numbers_or_nothing(log, more, freq, data):
    """
    A cell after a selection has the number that it had before, or is unobserved.

    Condition: the axes selected by are counted; on others a selection says what is counted.
    """
    assume_known(log, more)
    chosen = data.draw(selections(log))
    by = tuple(dict.fromkeys((*chosen, *more)))[:4]
    assume(set(chosen) <= set(by))
    before = cells(count_events(log, by=by, freq=freq))

    after = cells(count_events(log.where(**chosen), by=by, freq=freq))

    for key, (number, years) in after.items():
        left_out = [axis for axis in chosen if of(key, by, axis) not in chosen[axis]]
        if left_out:
            assert np.isnan(number), (key, left_out)
            assert years == 0
        elif years > 0 and key in before:
            assert same(number, before[key][0])
            assert same(years, before[key][1])
        elif years > 0:
            assert number == 0
    kept = {key for key in before if all(of(key, by, axis) in chosen[axis] for axis in chosen)}
    for key in kept if "pair" not in chosen else ():  # which says nothing of other countries
        if before[key][1] > 0:
            assert same(after.get(key, (0, 0))[0], before[key][0])


@given(logs(), axes, st.data())
def test_what_is_selected_is_counted_on_other_axes(log, by, data):
    """
    On axes that a selection does not speak of, the events selected are counted.

    Conditions: one label on one axis, which is not counted: then the numbers are those of its
    cells, with their exposure.
    """
    assume_known(log, by)
    chosen = data.draw(selections(log))
    axis = next(iter(chosen))
    by = tuple(name for name in by if name != axis)
    label = chosen[axis][0]
    before = cells(count_events(log, by=(*by, axis)))

    after = cells(count_events(log.where(**{axis: label}), by=by))

    for key, (number, years) in after.items():
        number_before, years_before = before.get((*key[:-1], label, key[-1]), (0, years))
        if years > 0:
            assert same(number, number_before)
            assert same(years, years_before)


HOW = st.fixed_dictionaries({
    "freq": freqs,
    "durations": st.sampled_from(["start", "spread"]),
    "statuses": st.sampled_from([("recorded",), ("recorded", "planned"), ("planned",)]),
})  # fmt: skip


@given(logs(), axes, st.sampled_from(DATES), HOW)
def test_parts_cut_by_dates_sum_to_the_whole(log, by, cut, how):
    """
    Counts before and after any day sum to those of all, and so do exposures.

    Condition: none for counts; for exposures that both parts know the labels of a cell.
    """
    assume_known(log, by)
    settings = {"by": by, **how}
    whole = cells(count_events(log, **settings))
    since = Meeting(date=cut, channel="domestic").date.start
    counts = [
        count_events(log.where(until=since - ONE_DAY), **settings),
        count_events(log.where(since=since), **settings),
    ]
    parts = [cells(one) for one in counts]

    for key, (number, years) in whole.items():
        found = [part[key] for part in parts if key in part]
        assert same(np.nansum([one[0] for one in found]), np.nan_to_num(number))
        if all(knows(one, key) for one in counts):
            assert same(sum(one[1] for one in found), years)
    for part in parts:
        assert all(years == 0 for key, (_, years) in part.items() if key not in whole)


@given(logs(), axes, freqs, st.sampled_from(["complete", "any"]), st.data())
def test_dates_of_a_selection_are_a_window(log, by, freq, coverage, data):
    """
    What is selected by dates counts as the whole log does within a window of these dates.

    Condition: for cells whose labels no event selected has, nothing is counted.
    """
    assume_known(log, by)
    dates = st.none() | st.sampled_from(DATES)
    since, until = data.draw(dates), data.draw(dates)
    settings = {"by": by, "freq": freq, "coverage": coverage}
    try:
        within = cells(count_events(log, window=(since, until), **settings))
    except DateError:
        assume(False)  # noqa: FBT003

    counts = count_events(log.where(since=since, until=until), **settings)
    selected = cells(counts)

    for key in {*within, *selected}:
        number, years = within.get(key, (np.nan, 0))
        other, other_years = selected.get(key, (np.nan, 0))
        assert same(np.nan_to_num(other), np.nan_to_num(number))
        if knows(counts, key):
            assert same(other_years, years)


@given(logs(), axes, st.slices(6))
def test_events_picked_one_by_one_say_nothing_of_others(log, by, part):
    """A slice, and what is taken by place, has no exposure: only what is recorded is told."""
    picked = log[part]
    assume_known(picked, by)
    assume(0 < len(picked) < len(log))
    before = cells(count_events(log, by=by, coverage="any"))

    counts = count_events(picked, by=by)

    assert not (counts.exposure_years > 0).any()
    assert np.isnan(counts.values).all()
    for key, (number, _) in cells(counts).items():
        most = before.get(key, (0, 0))[0]
        assert np.isnan(number) or np.isnan(most) or number <= most + 1e-9


@given(logs(), axes)
def test_events_behind_cells_say_nothing_of_others(log, by):
    """The events of some cells, counted again, have no exposure, unless they are all."""
    assume_known(log, by)
    counts = count_events(log, by=by)
    assume(len(counts.periods))
    behind = counts.events(period=counts.periods[0])
    assume_known(behind, by)
    assume(len(behind) < len(log))

    again = count_events(behind, by=by)

    assert not (again.exposure_years > 0).any()


@given(logs(), axes, st.data())
def test_joined_parts_know_what_either_knows(log, by, data):
    """
    Of two narrowed logs joined, no cell has a number that it has not in the log of both.

    Conditions: axes that are selected by are counted.
    """
    assume_known(log, by)
    one, other = data.draw(selections(log)), data.draw(selections(log))
    by = tuple(dict.fromkeys((*one, *other, *by)))
    assume(len(by) <= 4)
    before = cells(count_events(log, by=by))

    joined = log.where(**one) | log.where(**other)

    for key, (number, years) in cells(count_events(joined, by=by)).items():
        if years > 0:
            assert same(number, before.get(key, (0, 0))[0])
            assert any(
                all(of(key, by, axis) in labels for axis, labels in chosen.items())
                for chosen in (one, other)
            )


@given(logs(), st.data())
def test_joined_with_the_whole_nothing_is_narrowed(log, data):
    """A part joined with the log that it was taken from counts as that."""
    part = log.where(**data.draw(selections(log)))

    for joined in (part | log, log | part, log[:1] | log):
        assert list(joined) == list(log)
        counts, again = count_events(log), count_events(joined)
        assert again.axes == counts.axes
        assert np.array_equal(again.values, counts.values, equal_nan=True)
        assert np.array_equal(again.exposure_years, counts.exposure_years)


@given(logs(), st.data(), st.sampled_from(["csv", "json", "parquet", "xlsx", "jsonl"]))
def test_narrowing_outlives_files(tmp_path_factory, log, data, suffix):
    """A narrowed log is read from a file as it was written."""
    part = log.where(**data.draw(selections(log)), since=data.draw(st.sampled_from(DATES)))
    part = data.draw(st.sampled_from([part, part[:1], log[:1]]))
    assume(part.coverage.entries)
    file = tmp_path_factory.mktemp("narrowed") / f"part.{suffix}"

    write_events(part, file)

    assert read_events(file) == part


SPAN = {"since": "2000", "until": "2020"}
ONE_DAY = (
    Meeting(date="2000-01-02", channel="domestic").date.start
    - Meeting(date="2000-01-01", channel="domestic").date.start
)


def covered(*kinds):
    """State the same years of several countries."""
    return Coverage(
        {"country": country, "channel": channel, "activity": activity, **SPAN}
        for country, channel, activity in kinds
    )


def test_countries_that_were_left_out_have_no_rate():
    """Training of two countries says nothing of the two others."""
    codes = ("KAZ", "KGZ", "TJK", "UZB")
    log = EventLog(
        [Training(date=str(2001 + n), channel="bilateral", countries=[c]) for n, c in
         enumerate(codes)],
        coverage=covered(*((code, "bilateral", "training") for code in codes)),
    )  # fmt: skip

    counts = count_events(log.where(country=["TJK", "KGZ"]), by="country")

    assert counts.axes["country"] == ("KGZ", "TJK")
    assert counts.values.sum() == 2


def test_a_year_cut_away_does_not_make_its_activity_forgotten():
    """A cell sums meetings and training also where the selection ends before training began."""
    log = EventLog(
        [Meeting(date="2005", channel="bilateral", countries=["KGZ"])],
        coverage=Coverage([
            {"country": "KGZ", "channel": "bilateral", "activity": "meeting", **SPAN},
            {"country": "KGZ", "channel": "bilateral", "activity": "training",
             "since": "2010", "until": "2020"},
        ]),
    )  # fmt: skip

    early = count_events(log.where(until="2008"), by="country")

    assert not early.exposure_years.any()
    assert count_events(log.where(until="2008"), coverage="any", by="country").values.max() == 1


def test_a_topic_that_was_left_out_is_unobserved_beside_one_that_was_kept():
    """An event of two topics, one of them selected, counts under that one only."""
    both = Meeting(date="2005", channel="bilateral", countries=["KGZ"], topics=["trade", "crime"])
    log = EventLog([both], coverage=covered(("KGZ", "bilateral", "meeting")))

    counts = count_events(log.where(topic="trade"), by="topic")

    assert counts.axes["topic"] == ("crime", "trade")
    assert np.nansum(counts.values, axis=-1).tolist() == [0, 1]
    assert counts.exposure_years.sum(axis=-1).tolist() == [0, 21]


def test_narrowing_to_topics_in_turn_leaves_neither():
    """Events with both topics are no full count of either, but can be counted."""
    both = Meeting(date="2005", channel="bilateral", countries=["KGZ"], topics=["trade", "crime"])
    log = EventLog([both], coverage=covered(("KGZ", "bilateral", "meeting")))
    narrowed = log.where(topic="trade").where(topic="crime")

    assert not count_events(narrowed, by="topic").exposure_years.any()
    assert np.nansum(count_events(narrowed, by="country").values) == 1


@pytest.mark.parametrize("span", SPANS)
def test_window_of_a_log_without_coverage_stays(span):
    """The years observed of a log without stated coverage are those of the log it came from."""
    log = EventLog(
        [Meeting(date=span[0], channel="bilateral", countries=["KGZ"], topics=["trade"]),
         Meeting(date=span[1], channel="bilateral", countries=["TJK"])],
    )  # fmt: skip

    whole = count_events(log, by="country")
    part = count_events(log.where(country="KGZ"), by="country")

    assert part.periods.equals(whole.periods)
    assert np.array_equal(part.exposure_years[0], whole.exposure_years[0])
    assert not part.coverage_stated


def test_an_axis_that_nobody_coded_has_no_zeros():
    """Meetings have topics, training has none: of topics of training nothing is known."""
    kinds = ("KGZ", "bilateral", "meeting"), ("KGZ", "bilateral", "training")
    log = EventLog(
        [Meeting(date="2005", channel="bilateral", countries=["KGZ"], topics=["trade"]),
         Training(date="2006", channel="bilateral", countries=["KGZ"])],
        coverage=covered(*kinds),
    )  # fmt: skip

    for known in (log, log.with_coverage(None)):
        counts = count_events(known, by=("activity", "topic"))
        seen = counts.exposure_years.any(axis=-1)
        assert counts.axes["topic"] == ("trade", NONE_LABEL)
        assert seen.tolist() == [[True, True], [False, True]]
    said = Coverage(evolve(entry, coded=["topic"]) for entry in log.coverage)
    assert count_events(log.with_coverage(said), by=("activity", "topic")).exposure_years.all()


def test_what_a_text_mentions_is_a_least_number():
    """Selective coverage gives numbers without exposure, in no rate unless that is asked for."""
    meetings = [
        Meeting(date=str(year), channel="bilateral", countries=["KGZ"]) for year in (2003, 2005)
    ]
    coverage = coverage_on_basis(covered(("KGZ", "bilateral", "meeting")), Basis.SELECTIVE)
    log = EventLog(meetings, coverage=coverage)

    counts = count_events(log)

    assert str(counts).endswith("2000 to 2020: at least 2 where sources are selective")
    assert "at least 2" in counts.summary()
    assert np.isnan(counts.values).all()
    assert not counts.exposure_years.any()
    frame = counts.to_frame()
    assert frame["count"].sum() == 2
    assert frame["exposure_years"].isna().all()
    assert np.nansum(counts.resample("5Y").selective) == 2
    assert counts.left_out.empty
    assert count_events(log, selective="count").values.sum() == 2


def test_longer_periods_keep_what_is_mentioned():
    """Put together to longer periods, what was mentioned is kept beside what was observed."""
    meeting = {"country": "KGZ", "channel": "bilateral", "activity": "meeting"}
    log = EventLog(
        [Meeting(date=str(year), channel="bilateral", countries=["KGZ"])
         for year in range(2000, 2006)],
        coverage=Coverage([
            {**meeting, "since": "2000", "until": "2002"},
            {**meeting, "since": "2003", "until": "2008", "basis": "selective"},
        ]),
    )  # fmt: skip
    counts = count_events(log)

    bins = counts.resample("4Y")

    assert bins.values.reshape(-1).tolist()[:1] == [3]
    assert bins.exposure_years.reshape(-1).tolist() == [3, 0, 0]
    assert bins.selective.reshape(-1).tolist() == [1, 2, 0]
    assert bins.n_selective.sum() == counts.n_selective.sum() == 3
    assert bins.to_frame()["count"].tolist() == [3, 2, 0]


def test_what_is_mentioned_is_not_added_to_what_was_observed():
    """Agreements that a text mentions are not counted with meetings that were looked for."""
    log = EventLog(
        [Meeting(date="2003", channel="bilateral", countries=["KGZ"]),
         Training(date="2004", channel="bilateral", countries=["KGZ"])],
        coverage=covered(("KGZ", "bilateral", "meeting"))
        | coverage_on_basis(covered(("KGZ", "bilateral", "training")), Basis.SELECTIVE),
    )  # fmt: skip

    together, apart = count_events(log), count_events(log, by="activity")

    assert together.values.sum() == 1
    assert together.left_out["reason"].tolist() == [
        "recorded selectively, beside what was observed"
    ]
    assert together.selective is None
    assert np.nansum(apart.values) == 1
    assert np.nansum(apart.selective) == 1
    assert apart.n_selective.tolist() == [0, 1]


def test_parts_narrowed_on_different_axes_are_not_added():
    """Meetings on trade of all, joined with all of one country, count for that country alone."""
    kinds = [(code, "bilateral", "meeting") for code in ("KGZ", "TJK")]
    log = EventLog(
        [Meeting(date="2005", channel="bilateral", countries=[code], topics=topics)
         for code in ("KGZ", "TJK") for topics in (["trade"], ["crime"], [])],
        coverage=covered(*kinds),
    )  # fmt: skip

    joined = log.where(topic="trade") | log.where(country="KGZ")
    by_country = count_events(joined, by="country")
    by_topic = count_events(joined, by=("country", "topic"))

    assert by_country.exposure_years.sum(axis=-1).tolist() == [21, 0]
    assert np.nansum(by_country.values) == 3
    assert by_topic.axes["topic"] == ("crime", "trade", NONE_LABEL)
    assert by_topic.exposure_years.any(axis=-1).tolist() == [
        [True, True, True],
        [False, True, False],
    ]


def test_parts_narrowed_to_different_topics_are_narrowed_to_both():
    """Meetings on trade and those on crime, joined, are those on either."""
    log = EventLog(
        [Meeting(date="2005", channel="bilateral", countries=["KGZ"], topics=topics)
         for topics in (["trade"], ["crime"], ["trade", "crime"], [])],
        coverage=covered(("KGZ", "bilateral", "meeting")),
    )  # fmt: skip

    joined = log.where(topic="trade") | log.where(topic="crime")

    assert joined == log.where(topic=["trade", "crime"])
    assert np.nansum(count_events(joined).values) == 3
