"""Placing: the days that each event is put to, and the reasons why some have none."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagement.counting.placing import REASONS, place_events
from engagement.events.events import Meeting
from engagement.log.eventlog import EventLog
from engagement.values.vocabulary import Status
from strategies.counting import FREQS, logs

RULES = st.fixed_dictionaries(
    {
        "imprecise": st.sampled_from(["spread", "start", "middle", "end", "exclude", "impute"]),
        "durations": st.sampled_from(["start", "spread"]),
    }
)


def place(log, rules, *, freq="M", statuses=(Status.RECORDED, Status.PLANNED), rng=None):
    """Place events by rules."""
    return place_events(log, statuses, freq, rules, rng)


def a_log(*texts):
    """Make a log of meetings whose ids are their dates."""
    return EventLog(
        [Meeting(date=text, channel="bilateral", countries=["KGZ"], id=text) for text in texts]
    )


@given(logs(), RULES, st.sampled_from(FREQS))
def test_event_has_days_or_a_reason(log, rules, freq):
    """Each event is either counted, with days, or left out whole for one reason."""
    placed = place(log, rules, freq=freq, statuses=[Status.RECORDED])

    counted = np.zeros(len(log), dtype=bool)
    counted[placed.counted] = True
    assert (placed.lost.sum(axis=1) == ~counted).all()
    assert ((placed.lost == 0) | (placed.lost == 1)).all()
    assert (placed.start[counted] < placed.end[counted]).all()
    assert not counted[[k for k, event in enumerate(log) if event.status == "planned"]].any()


@given(logs(), RULES, st.sampled_from(FREQS))
def test_days_are_of_the_date(log, rules, freq):
    """The days of an event lie within its date and within the extent of all recorded ones."""
    placed = place(log, rules, freq=freq)

    for place_ in placed.counted:
        low, high = log[int(place_)].date.bounds
        assert low <= placed.start[place_] < placed.end[place_] <= high
        if log[int(place_)].status == "recorded":
            first, stop = placed.extent
            assert first <= placed.start[place_] < placed.end[place_] <= stop


@given(logs(), RULES, st.sampled_from(FREQS))
def test_extent_does_not_depend_on_the_rule_for_imprecise_dates(log, rules, freq):
    """The extent is that of spread dates, whatever is done with them."""
    spread = place(log, rules | {"imprecise": "spread"}, freq=freq)

    placed = place(log, rules, freq=freq)

    assert placed.extent == spread.extent


@given(logs(), st.sampled_from(["start", "spread"]), st.integers(0, 2**60), st.data())
def test_draw_depends_on_seed_and_id_alone(log, durations, seed, data):
    """An event is drawn to the same day in any part of the log. Condition: the same seed."""
    rules = {"imprecise": "impute", "durations": durations}
    some = data.draw(st.lists(st.integers(0, len(log) - 1), unique=True) if log else st.just([]))
    part = log.take(some)

    placed, again = place(log, rules, rng=seed), place(part, rules, rng=seed)

    days = {event.id: (placed.start[k], placed.end[k]) for k, event in enumerate(log)}
    assert all(days[event.id] == (again.start[k], again.end[k]) for k, event in enumerate(part))


@pytest.mark.parametrize(
    ("texts", "rules", "reasons"),
    [
        (["../2006"], {}, ["date has no start"]),
        (["../2006"], {"durations": "spread"}, ["date has no start"]),
        (["2006/.."], {}, [None]),
        (["2006/.."], {"durations": "spread"}, ["duration has no end to spread to"]),
        (["2019-05"], {"imprecise": "exclude"}, [None]),
        (["2019"], {"imprecise": "exclude"}, ["date is not within one period"]),
        (["2019/2020"], {"imprecise": "exclude"}, ["date is not within one period"]),
        (["2019/2020"], {"imprecise": "exclude", "durations": "spread"}, [None]),
    ],
)
def test_reason_is_told(texts, rules, reasons):
    """What has no place in time, or no place of one period, is left out for that reason."""
    placed = place(a_log(*texts), {"imprecise": "spread", "durations": "start"} | rules)

    found = [REASONS[row.argmax()] if row.any() else None for row in placed.lost]
    assert found == reasons


def test_status_is_asked_for():
    """Events of other statuses are left out, however they are dated, and set no extent."""
    planned = Meeting(date="../2030", channel="bilateral", countries=["KGZ"], status="planned")
    log = EventLog([*a_log("2019-05"), planned])

    placed = place(log, {"imprecise": "spread", "durations": "start"}, statuses=[Status.RECORDED])

    assert [REASONS[row.argmax()] for row in placed.lost if row.any()] == ["status not asked for"]
    assert placed.extent[1] - placed.extent[0] == 31


def test_nothing_has_no_extent():
    """A log without events that have a place in time has the extent of no days."""
    for log in (EventLog(), a_log("../2006")):
        assert place(log, {"imprecise": "spread", "durations": "start"}).extent == (0, 0)
