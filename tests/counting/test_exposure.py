"""Exposure: sets of days, and how many of them lie in a span."""

import itertools

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from engagement.counting.exposure import ObservedDays, observed_spans

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


keys = st.tuples(st.sampled_from("AB"), st.sampled_from("mb"), st.sampled_from("xyz"))


@given(
    st.dictionaries(keys, spans().filter(bool), max_size=8),
    st.lists(st.sampled_from(["country", "channel", "activity"]), unique=True),
    st.booleans(),
)
def test_cells_sum_what_is_stated(merged, axes, complete):
    """A cell is observed while all, or any, of what is stated for its labels is observed."""
    found = observed_spans(merged, axes, complete=complete)

    names = ("country", "channel", "activity")
    expected = {}
    for key in merged:
        cell = tuple(key[names.index(axis)] for axis in axes)
        sets = [
            as_set(days)
            for other, days in merged.items()
            if all(other[names.index(a)] == b for a, b in zip(axes, cell, strict=True))
        ]
        expected[cell] = set.intersection(*sets) if complete else set.union(*sets)
    assert {cell: as_set(days) for cell, days in found.items()} == expected
    for days in found.values():
        assert all(start < end for start, end in days)
        assert all(one[1] < other[0] for one, other in itertools.pairwise(days))


def test_nothing_stated_is_no_cell():
    """A cell for which nothing is stated is absent, not empty."""
    merged = {("A", "m", "x"): ((0, 10),)}

    assert observed_spans(merged, ["country"], complete=True) == {("A",): ((0, 10),)}
    assert observed_spans({}, [], complete=False) == {}
