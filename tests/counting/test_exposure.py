"""Exposure: sets of days, and how many of them lie in a span."""

import itertools
from datetime import date

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from engagement.counting.exposure import (
    CoverageRule,
    ObservedDays,
    assumed_span,
    observed_spans,
    whole_periods,
)
from engagement.events.coverage import Coverage
from engagement.values.today import today

LOW, HIGH = 0, 60


@st.composite
def spans(draw):
    """Disjoint spans that increase, some of which touch the ends."""
    edges = sorted(draw(st.sets(st.integers(LOW, HIGH), max_size=8)))
    return tuple(zip(edges[::2], edges[1::2], strict=False))


def as_set(some):
    """Enumerate the days of spans."""
    return {day for start, end in some for day in range(start, end)}


@given(
    st.lists(spans(), max_size=5),
    st.tuples(st.integers(LOW, HIGH), st.integers(LOW, HIGH)).map(sorted),
    st.lists(
        st.tuples(
            st.integers(0, 4),
            st.tuples(st.integers(LOW, HIGH), st.integers(LOW, HIGH)).map(sorted),
        ),
        max_size=10,
    ),
)
def test_days_between_are_counted(sets, window, asked):
    """Of each set those days are counted that lie in the span asked for and in the window."""
    asked = [(number, span) for number, span in asked if number < len(sets)]
    numbers = np.array([number for number, _ in asked], dtype=np.int64)
    since, until = np.array([span for _, span in asked], dtype=np.int64).reshape(-1, 2).T

    counted = ObservedDays.from_spans(sets, *window).between(numbers, since, until)

    expected = [
        len(as_set(sets[number]) & set(range(*span)) & set(range(*window)))
        for number, span in asked
    ]
    assert counted.tolist() == expected


def test_days_of_all_dates_are_told_apart():
    """The last possible day of one set is not taken for one of the next set."""
    days = ObservedDays.from_spans([((3_651_000, 3_652_059),), ((1, 3),)], 0, 3_652_060)
    everything = (np.array(0), np.array(3_652_060))

    assert days.between(np.array([0, 1]), *everything).tolist() == [1059, 2]


def test_shapes_broadcast():
    """Sets down and spans across give a table."""
    days = ObservedDays.from_spans([((0, 10),), (), ((5, 6),)], 0, 60)

    table = days.between(np.arange(3)[:, np.newaxis], np.array([0, 5]), np.array([5, 60]))

    assert table.tolist() == [[5, 5], [0, 0], [0, 1]]


keys = st.tuples(
    st.sampled_from(["KGZ", "TJK"]),
    st.sampled_from(["multilateral", "bilateral"]),
    st.sampled_from(["meeting", "exercise", "training"]),
)
NAMES = ("country", "channel", "activity")


def stated(merged):
    """State spans by kind of activity."""
    return Coverage(
        dict(zip(NAMES, key, strict=True))
        | {"since": date.fromordinal(start + 1), "until": date.fromordinal(end)}
        for key, days in merged.items()
        for start, end in days
    )


@given(
    st.dictionaries(keys, spans().filter(bool), max_size=8),
    st.lists(st.sampled_from(NAMES), unique=True),
    st.booleans(),
)
def test_cells_sum_what_is_stated(merged, axes, complete):
    """A cell is observed while all, or any, of what is stated for its labels is observed."""
    labels = {axis: sorted({key[NAMES.index(axis)] for key in merged}) for axis in axes}

    found = observed_spans(stated(merged), labels, CoverageRule(freq="D", complete=complete))

    for cell, answer in zip(itertools.product(*labels.values()), found.of_cell, strict=True):
        sets = [
            as_set(days)
            for other, days in merged.items()
            if all(other[NAMES.index(a)] == b for a, b in zip(axes, cell, strict=True))
        ]
        expected = (set.intersection(*sets) if complete else set.union(*sets)) if sets else set()
        days = found.systematic[answer]
        assert as_set(days) == {day + 1 for day in expected}
        assert found.selective[answer] == ()
        assert all(start < end for start, end in days)
        assert all(one[1] < other[0] for one, other in itertools.pairwise(days))


def test_what_is_assumed_ends_with_today():
    """A span is widened to its periods, today included and tomorrow not."""
    now = today().toordinal()

    assert assumed_span((now, now + 1), "D") == (now, now + 1)
    assert assumed_span((now, now + 1), "Y") == (whole_periods((now, now + 1), "Y")[0], now + 1)
    assert assumed_span((now + 1, now + 2), "D") == (0, 0)


def test_states_at_home_are_in_no_pair():
    """By pair, what is stated of a country at home is no exposure of its pairs."""
    stated = {"country": "KGZ", "activity": "meeting", "since": "2018", "until": "2019"}
    coverage = Coverage(
        [
            {**stated, "channel": "bilateral"},
            {**stated, "channel": "domestic", "until": "2018"},
        ]
    )

    spans = observed_spans(coverage, {"pair": ("CHN-KGZ",)}, CoverageRule(freq="Y"))

    (days,) = (spans.systematic[place] for place in spans.of_cell)
    assert days == ((date(2018, 1, 1).toordinal(), date(2020, 1, 1).toordinal()),)
