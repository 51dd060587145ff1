"""Events in columns: the very events that were given, whatever is done to them."""

import pickle

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagement.events.axes import coded_axes, labels_in, labels_of
from engagement.events.coded import Cells, Coded, alike, spread
from engagement.events.columns import FIELDS, EventColumns
from engagement.events.events import Meeting, Transfer, Visit
from engagement.log.eventlog import EventLog
from engagement.values.vocabulary import EVERY_AXIS, NONE_LABEL
from strategies.events import events

SEVERAL = st.lists(events(ids=st.sampled_from(["a", "b", "c"])), max_size=5)


def in_columns(found):
    """Hold events in columns alone."""
    given_ones = EventColumns.of(found)
    return EventColumns.of_columns(
        **{name: given_ones.coded(name) for name in ("activity", *FIELDS)}
    )


@given(SEVERAL)
def test_events_come_out_as_they_went_in(found):
    """Each event is made again equal, by its place and in order, and its hash is the same."""
    held = in_columns(found)

    assert held.given is None
    assert list(held) == found
    assert [held[place] for place in range(-len(found), len(found))] == found * 2
    assert list(map(hash, held)) == list(map(hash, found))
    assert held == EventColumns.of(found) == tuple(found)
    assert hash(held) == hash(EventColumns.of(found))
    assert pickle.loads(pickle.dumps(held)) == held  # noqa: S301 - made here


@given(SEVERAL, SEVERAL)
def test_events_that_differ_in_anything_are_not_equal(found, others):
    """Columns are equal where all events are."""
    assert (in_columns(found) == in_columns(others)) == (found == others)


@given(SEVERAL, SEVERAL, st.data())
def test_parts_and_joins_are_those_of_the_events(found, others, data):
    """Places are taken, and others put behind, in columns as in lists."""
    places = data.draw(st.lists(st.integers(0, max(len(found) - 1, 0)), max_size=4))
    places = places if found else []
    held = in_columns(found)

    assert list(held.take(np.array(places, dtype=np.int64))) == [found[p] for p in places]
    assert list(held[::2]) == found[::2]
    for one in (held, EventColumns.of(found)):
        for other in (in_columns(others), EventColumns.of(others)):
            assert list(one.followed_by(other)) == found + others


@given(SEVERAL, st.sampled_from([*EVERY_AXIS, "region"]))
def test_labels_are_those_of_each_event(found, axis):
    """What is looked up once for all that is alike is what each event has."""
    for held in (EventColumns.of(found), in_columns(found)):
        assert labels_in(held, axis).at() == [labels_of(event, axis) for event in found]
        for activity, axes in coded_axes(held, [axis]).items():
            of_kind = [event for event in found if event.activity == activity]
            labels = [labels_of(event, axis) for event in of_kind]
            assert (axes == (axis,)) == any(one != (NONE_LABEL,) for one in labels)


@given(st.lists(events(), max_size=5))
def test_a_log_is_the_same_from_columns(found):
    """Ids are given and events sorted as in a log of objects."""
    log = EventLog(found)

    assert EventLog(in_columns(found)) == log
    assert hash(EventLog(in_columns(found))) == hash(log)


def test_a_field_that_no_column_holds_has_its_default():
    """Fields that are not held are as the kind of the event has them."""
    held = EventColumns.of_columns(
        Coded.of([Transfer.activity, Visit.activity]),
        date=EventColumns.of([Meeting(date="2019", channel="domestic")])
        .coded("date")
        .take(np.array([0, 0])),
        channel=Coded.of([Meeting(date="2019", channel="domestic").channel] * 2),
    )

    assert list(held) == [
        Transfer(date="2019", channel="domestic"),
        Visit(date="2019", channel="domestic"),
    ]
    assert held.coded("terms").at() == [Transfer(date="2019", channel="domestic").terms, None]
    with pytest.raises(IndexError):
        held[2]


def test_values_are_made_of_cells_where_they_are_asked_for():
    """Texts and what is made of several cells are read by place, in slices and in order."""
    names = Cells((pa.array(["a", "b", "c"]), pa.array([1, 2, 3])), "{}{}".format)

    assert (names[0], names[-1], names[1:], list(names)) == ("a1", "c3", ["b2", "c3"], list(names))
    assert Coded(np.array([2, 0]), names).at() == ["c3", "a1"]
    both = Coded(np.array([0]), names).followed_by(Coded(np.array([1, 2]), names))
    assert both.at() == ["a1", "b2", "c3"]


@given(st.lists(st.lists(st.integers(0, 5), min_size=3, max_size=3), max_size=20))
def test_alike_rows_have_one_number(rows):
    """Two rows have one number where all their columns are equal."""
    table = np.array(rows, dtype=np.int64).reshape(-1, 3)
    numbers, firsts = alike(list(table.T), len(table))

    assert len(firsts) == len({tuple(row) for row in rows})
    assert (table[firsts][numbers] == table).all()


def test_rows_are_spread_over_their_labels():
    """A row stands once for each of its labels, in their order."""
    several = Coded(np.array([1, 0, 1]), [("a",), ("b", "a")])
    labels, rows, times = spread(several)

    assert labels.at() == ["b", "a", "a", "b", "a"]
    assert (rows.tolist(), times.tolist()) == ([0, 0, 1, 2, 2], [2, 1, 2])
