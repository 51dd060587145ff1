"""Events inside of what was observed: the same for every function that uses events."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from engagement.counting.counting import count_events
from engagement.counting.inside import ObservedKinds
from engagement.counting.placing import place_events
from engagement.events.axes import labels_of
from engagement.events.coverage import Coverage
from engagement.events.events import Meeting
from engagement.interests.composition import composition_changes
from engagement.interests.ranks import count_ranks
from engagement.log.eventlog import EventLog
from engagement.values.vocabulary import COVERED_AXES, Status
from strategies.counting import FREQS, logs

AS_COUNTED = {"imprecise": "spread", "durations": "start"}


@given(logs(), st.sampled_from(FREQS))
def test_events_inside_are_those_that_are_counted(log, freq):
    """The events that lie inside are those that add to cells of their own kinds."""
    counts = count_events(log, by=COVERED_AXES, freq=freq)
    placed = place_events(log, [Status.RECORDED], freq, AS_COUNTED, None)

    inside = ObservedKinds.of(log, freq).inside(log, placed)

    assert {log[place].id for place in inside.places.tolist()} == {e.id for e in counts.events()}
    assert (placed.start[inside.places] <= inside.start).all()
    assert (inside.start < inside.end).all()
    assert (inside.end <= placed.end[inside.places]).all()


@given(logs())
def test_every_function_takes_the_events_that_are_counted(log):
    """Ranks and compositions are of the events that counting by their kinds counts."""
    counted = count_events(log, by=COVERED_AXES).events()

    changes = composition_changes(log, labels="activity", n_draws=19)
    ranks = count_ranks(log, every="100Y")

    assert changes.n_events == len(counted)
    partners = [event for event in counted if event.countries]
    assert ranks.n_events == len(partners)
    assert ranks.n_events + ranks.n_left_out == len(log)


def test_a_partner_that_was_not_observed_has_no_ranks():
    """A meeting with two counts with the one that was observed."""
    meeting = Meeting(date="2005", channel="multilateral", countries=["KGZ", "TJK"])
    coverage = Coverage.since_to([meeting], "2000", "2010")
    log = EventLog([meeting], coverage=Coverage(e for e in coverage if e.country == "KGZ"))

    assert count_ranks(log).counts["country"].tolist() == ["KGZ"]
    assert np.nansum(count_events(log, by="country").values) == 1
    assert labels_of(meeting, "country") == ("KGZ", "TJK")
