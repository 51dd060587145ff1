"""Who meets whom: ranks on both sides, and the network of actors."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engagement.errors import SettingError, UnknownTermError
from engagement.events.events import Meeting
from engagement.events.parts import Participant
from engagement.interests.network import link_actors
from engagement.interests.ranks import count_ranks
from engagement.log.eventlog import EventLog
from strategies.counting import logs


def meeting(date, countries, *ranks, organisations=(), **rest):
    """Make a meeting of China with some, and a delegation for each rank given."""
    sides = ("CHN", *countries)
    return Meeting(
        date=date,
        channel="bilateral" if len(countries) == 1 else "multilateral",
        initiator="CHN",
        countries=countries,
        organisations=organisations,
        participants=[
            Participant(country=side, rank=rank, office=f"office {rank}")
            for side, rank in zip(sides, ranks, strict=False)
            if rank
        ],
        **rest,
    )


SUMMIT = meeting("2001-06", ("KAZ", "KGZ"), *["head of state"] * 3, organisations=["SCO"])
TALKS = meeting("2004", ("KGZ",), "minister", "head of state")
LATE = meeting("2009-05", ("KGZ",), "minister", "minister")


@settings(max_examples=40)
@given(logs(), st.sampled_from(["whole", "fractional"]), st.sampled_from(["all", "initiator"]))
def test_weights_sum_to_pairs_or_to_events(log, counting, ties):
    """Whole counting sums to the pairs of events, fractional counting to the events with one."""
    found = link_actors(log, counting=counting, ties=ties)
    frame = found.to_frame()

    total = frame["n_events"].sum() if counting == "whole" else found.n_events
    assert frame["weight"].sum() == pytest.approx(total)
    recorded = sum(e.status == "recorded" for e in log)
    assert found.n_events + found.n_alone + found.n_outside == recorded
    assert found.n_outside == 0 or log.coverage.is_stated
    pairs = {frozenset(pair) for pair in frame[["source", "target"]].itertuples(index=False)}
    assert len(pairs) == len(frame)
    assert all(len(pair) == 2 for pair in pairs)
    assert set(frame["source"]) | set(frame["target"]) <= set(found.nodes["actor"])


@settings(max_examples=25)
@given(logs())
def test_ties_of_the_initiator_are_among_all_ties(log):
    """Tying the initiator's side only leaves out pairs, and changes none."""
    every, some = (
        {
            frozenset((row.source, row.target)): row.n_events
            for row in link_actors(log, ties=ties).to_frame().itertuples()
        }
        for ties in ("all", "initiator")
    )

    assert all(number <= every[pair] for pair, number in some.items())


def test_a_summit_is_many_pairs_and_one_event():
    """Four actors make six pairs; by fractions they weigh one."""
    log = EventLog([SUMMIT, TALKS])
    whole, parts = link_actors(log), link_actors(log, counting="fractional")

    assert whole.to_frame()["weight"].tolist() == [2, 1, 1, 1, 1, 1]
    assert parts.to_frame()["weight"].sum() == pytest.approx(2)
    row = parts.to_frame().iloc[0]
    assert (row["source"], row["target"], row["weight"]) == ("CHN", "KGZ", pytest.approx(7 / 6))
    assert (row["first"], row["last"]) == ("2001-06", "2004")
    assert "4 actors (states) and 6 ties in 2 events" in whole.summary()


def test_the_last_event_of_a_tie_is_the_one_that_may_end_last():
    """A date that is a whole year may be later than a month of it, though it begins before."""
    log = EventLog(
        [meeting("2017", ["KGZ"]), meeting("2018", ["KGZ"]), meeting("2018-06", ["KGZ"])]
    )

    (tie,) = link_actors(log).edges.itertuples()

    assert (tie.first, tie.last) == ("2017", "2018")


def test_offices_of_one_side_do_not_meet():
    """A president and his minister are tied to the hosts and not to one another."""
    log = EventLog(
        [
            Meeting(
                date="2001",
                channel="bilateral",
                initiator="CHN",
                countries=["KGZ"],
                participants=[
                    Participant(country="CHN", office="Premier"),
                    Participant(country="KGZ", office="President"),
                    Participant(country="KGZ", office="Minister of Defence"),
                ],
            )
        ]
    )
    found = link_actors(log, actors="offices").to_frame()

    assert found[["source", "target"]].to_numpy().tolist() == [
        ["CHN: Premier", "KGZ: Minister of Defence"],
        ["CHN: Premier", "KGZ: President"],
    ]


def test_planned_and_lonely_events_tie_nobody():
    """What is only planned is not counted; an event of one actor has no pair."""
    planned = meeting("2030", ("KAZ",), status="planned")
    alone = Meeting(date="2001", channel="multilateral", organisations=["SCO"])
    found = link_actors(EventLog([planned, alone]))

    assert (len(found.edges), found.n_events, found.n_alone) == (0, 0, 1)
    assert found.plot() is not None
    assert "1 event without a tie" in found.summary()


def test_the_figure_of_the_network_names_actors(meetings):
    """As many actors as asked for, and the rest is told."""
    axes = link_actors(meetings).plot(n_actors=4)

    assert [text.get_text() for text in axes.texts] == ["CHN", "KGZ", "UZB", "KAZ"]
    assert "3 further actors not shown" in axes.get_title(loc="right")


def test_ranks_are_those_of_both_sides():
    """One row per partner: a summit stands with each of its partners."""
    found = count_ranks(EventLog([SUMMIT, TALKS, LATE]), every="5Y")

    assert found.matrix().loc["head of state"].to_dict() == {"head of state": 2, "minister": 1}
    assert found.matrix(country="Kyrgyzstan", period="2006").to_numpy().tolist() == [[1]]
    assert found.n_events == 3
    assert found.to_frame()["n_events"].sum() == 4
    assert found.to_frame()["period"].astype(str).tolist() == ["2001", "2001", "2001", "2006"]


def test_the_share_between_heads_of_state_is_exact(meetings):
    """Those with a rank on both sides are counted, with the interval of Clopper and Pearson."""
    found = count_ranks(meetings)
    row = found.share(by=()).iloc[0]

    assert (row["n_both"], row["n_events"]) == (70, 260)
    assert (row["low"], row["high"]) == (
        pytest.approx(0.2163, abs=1e-4),
        pytest.approx(0.3275, abs=1e-4),
    )
    by_country = found.share()
    assert by_country["n_both"].sum() == 70
    assert found.share("minister", by=())["n_both"].iloc[0] > 70
    assert found.share(by=("country", "period"))["n_events"].sum() == 260
    assert "21 of 51" in found.summary()
    assert found.plot(country="KAZ").get_title(loc="left") == "KAZ"


def test_dates_in_several_periods_and_events_at_home_are_left_out():
    """An event that may lie in two bins has none, and one without a partner has no other side."""
    vague = meeting("[2004..2006]", ("KGZ",), "minister", "minister")
    home = Meeting(date="2005", channel="multilateral", initiator="CHN", organisations=["SCO"])
    found = count_ranks(EventLog([SUMMIT, vague, home]))

    assert (found.n_events, found.n_left_out) == (1, 2)
    assert "2 events without a partner country" in found.summary()
    assert count_ranks(EventLog([])).matrix().empty
    assert count_ranks(EventLog([])).plot() is not None


@pytest.mark.parametrize(
    ("ask", "error", "message"),
    [
        (
            lambda log: link_actors(log, actors="people"),
            SettingError,
            "actors must be one of 'states', 'offices', got 'people'",
        ),
        (
            lambda log: link_actors(log, ties="some"),
            SettingError,
            "ties must be one of 'all', 'initiator', got 'some'",
        ),
        (
            lambda log: link_actors(log, counting="half"),
            SettingError,
            "counting must be one of 'whole', 'fractional', got 'half'",
        ),
        (lambda log: link_actors(log).plot(n_actors=1), SettingError, "n_actors must be a whole"),
        (lambda log: count_ranks(log, level=2), SettingError, "level must lie strictly between"),
        (lambda log: count_ranks(log).matrix(period="1950"), SettingError, "no event stands in"),
        (lambda log: count_ranks(log).matrix(country="XYZ"), UnknownTermError, "unknown country"),
        (lambda log: count_ranks(log).share(by="rank"), SettingError, "by takes 'country' and"),
        (lambda log: count_ranks(log).share("chief"), UnknownTermError, "unknown rank 'chief'"),
    ],
)
def test_what_cannot_be_asked(meetings, ask, error, message):
    """Each setting says what it takes, and what it got."""
    with pytest.raises(error, match=message):
        ask(meetings)
