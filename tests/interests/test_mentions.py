"""How often topics are named, which are named together, and what that is worth."""

from itertools import combinations
from math import prod

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engagement.errors import SettingError
from engagement.events.events import Meeting
from engagement.interests.mentions import count_mentions
from engagement.interests.pairs import (
    count_pairs,
    fitted_odds,
    inclusion_chances,
    pair_chances,
    symmetric_sums,
    tail_probability,
)
from engagement.interests.proportions import exact_interval
from engagement.log.eventlog import EventLog
from strategies.interests import topical_logs


def talks(*rows):
    """Make a log of talks from dates and topics."""
    return EventLog(
        Meeting(id=f"t{k:03}", date=date, channel="bilateral", countries=["KGZ"], topics=topics)
        for k, (date, topics) in enumerate(rows)
    )


@settings(max_examples=15)
@given(topical_logs(), st.booleans(), st.sampled_from([None, "2Y", "3Y"]))
def test_shares_of_mentions_sum_to_one(log, implied, every):
    """In every period with a mention, over all topics; and the mentions are all there are."""
    found = count_mentions(log, implied=implied, every=every, n_draws=9)
    whole = log.with_implied_topics() if implied else log
    frame = found.to_frame()
    named = frame[frame["topic"] != "(none)"]
    sums = named.groupby("period")["share"].sum(min_count=1).dropna()

    assert np.allclose(sums, 1)
    assert named["count"].sum() == pytest.approx(sum(len(event.topics) for event in whole))
    assert found.n_events + found.n_without == pytest.approx(len(log))
    assert (named["low"].dropna() <= named["high"].dropna() + 1e-12).all()


def test_a_topic_named_once_has_an_interval_of_the_bootstrap():
    """Only where a topic is not named at all is its upper limit the exact one of events."""
    log = talks(("2001", ["terrorism"]), *[("2001", ["separatism"])] * 9)

    found = count_mentions(log).topics.set_index("topic")

    exact = exact_interval(np.array([1.0]), np.array([10.0]), 0.95)[1]
    assert found.loc["terrorism", "low"] == 0
    assert 0.2 < found.loc["terrorism", "high"] < exact - 0.05


@settings(max_examples=15)
@given(topical_logs(min_size=1))
def test_first_and_last_mention_lie_between_the_days_told(log):
    """Whatever days imprecise dates mean, first and last mention are between those told."""
    found = count_mentions(log, n_draws=9).topics

    for row in found.itertuples():
        dates = [event.date for event in log if row.topic in event.topics]
        for pick in (0, -1):  # every date at its first day, and every date at its last
            days = [(date.start_day, date.end_day - 1)[pick] for date in dates]
            assert row.first_low.toordinal() <= min(days) <= row.first_high.toordinal()
            assert row.last_low.toordinal() <= max(days) <= row.last_high.toordinal()


def test_whole_events_are_drawn():
    """Three mentions of one event are no surer than the event."""
    single = talks(*((f"{2000 + k % 2}", ["a"] if k < 10 else ["b"]) for k in range(20)))
    triple = talks(
        *((f"{2000 + k % 2}", ["a", "c", "d"] if k < 10 else ["b", "e", "f"]) for k in range(20))
    )
    one, three = (count_mentions(log).topics.set_index("topic") for log in (single, triple))

    assert three.loc["a", "share"] == pytest.approx(one.loc["a", "share"] / 3)
    assert three.loc["a", "high"] == pytest.approx(one.loc["a", "high"] / 3)


def test_a_topic_that_nobody_names_has_no_interval_of_nothing():
    """The upper end is that of the exact interval: one minus the root of a half of 5 per cent."""
    log = talks(*(("2000", ["a"]) for _ in range(10)), ("2001", ["b"]))
    frame = count_mentions(log).to_frame().set_index(["topic", "period"])
    row = frame.loc["b"].iloc[0]

    assert (row["share"], row["low"]) == (0, 0)
    assert row["high"] == pytest.approx(1 - 0.025 ** (1 / 10))


def test_shares_of_events_need_not_sum_to_one():
    """An event that names two topics is in the share of both."""
    log = talks(("2000", ["a", "b"]), ("2000-05", ["a"]), ("2000-06", []))
    found = count_mentions(log, share_of="events")

    assert found.topics.set_index("topic")["share"].to_dict() == {"a": 1.0, "b": 0.5}
    assert "not in the shares: 1 event without a topic" in found.summary()


def test_the_bundled_topics_are_told_since_when(meetings):
    """Separatism is named first in August 1993, by its month; the figure has one row per topic."""
    found = count_mentions(meetings, every="4Y")

    assert "1993-08" in found.summary()
    assert [text.get_text() for text in found.plot(n_topics=2).get_yticklabels()] == [
        "three evils",
        "regional security",
    ]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"share_of": "talks"}, "share_of must be one of 'mentions', 'events', got 'talks'"),
        ({"every": "7"}, "rule '7' is not a number and one of the letters"),
        ({"n_draws": 0}, "n_draws must be a whole number of at least 1"),
    ],
)
def test_settings_of_mentions(meetings, options, message):
    """Each setting says what it takes, and what it got."""
    with pytest.raises(SettingError, match=message):
        count_mentions(meetings, **options)


weights = st.lists(st.integers(1, 9), min_size=3, max_size=6).map(np.array).map(np.float64)


@given(weights, st.data())
def test_chances_are_those_of_listing_every_draw(odds, data):
    """Of so many different labels, each set in proportion to the product of its odds."""
    size = data.draw(st.integers(1, len(odds)))
    sets = list(combinations(range(len(odds)), size))
    masses = np.array([prod(odds[list(chosen)]) for chosen in sets])
    total = masses.sum()

    assert symmetric_sums(odds, size)[size] == pytest.approx(total)
    single = inclusion_chances(odds, np.array([size]))[0]
    for label in range(len(odds)):
        wanted = sum(m for m, chosen in zip(masses, sets, strict=True) if label in chosen)
        assert single[label] == pytest.approx(wanted / total)
    wanted = sum(m for m, chosen in zip(masses, sets, strict=True) if {0, 1} <= set(chosen))
    assert pair_chances(odds, 0, 1, np.array([size]))[0] == pytest.approx(wanted / total)


@settings(max_examples=20)
@given(topical_logs(min_size=3))
def test_expected_totals_are_those_counted(log):
    """The odds give each topic its own number of events, and every event its own size."""
    named = [event.topics for event in log if event.topics]
    topics = sorted({topic for several in named for topic in several})
    if len(topics) < 2 or any(len(several) == len(topics) for several in named):
        return
    totals = np.array([sum(topic in several for several in named) for topic in topics]) * 1.0
    sizes, numbers = np.unique([len(several) for several in named], return_counts=True)
    odds = fitted_odds(totals, sizes, numbers)
    expected = numbers @ inclusion_chances(odds, sizes)

    assert expected.sum() == pytest.approx(totals.sum())
    assert expected == pytest.approx(totals, rel=0.02)


def test_a_tail_is_that_of_independent_events():
    """Two of three coins: twice the smaller tail."""
    assert tail_probability(3, np.array([0.5]), np.array([3])) == pytest.approx(0.25)
    assert tail_probability(0, np.array([0.5, 0.1]), np.array([1, 1])) == pytest.approx(0.9)
    assert tail_probability(1, np.array([0.5]), np.array([2])) == 1


def test_pairs_that_chance_explains_are_seldom_marked():
    """Topics drawn without regard to one another give few p-values below a tenth."""
    rng = np.random.default_rng(4)
    shares = np.array([0.6, 0.4, 0.3, 0.3, 0.2])
    small = 0
    for _ in range(15):
        named = rng.random((80, 5)) < shares
        log = talks(*(("2000", [f"t{j}" for j in np.flatnonzero(row)]) for row in named))
        small += int((count_pairs(log).pairs["p_value"] < 0.1).sum())

    assert small <= 26  # 15 of 150 expected at most


def test_the_umbrella_term_keeps_its_parts_away(meetings):
    """Where the three evils are named, the three are not; together they stand out."""
    found = count_pairs(meetings)
    pair = found.pairs.set_index(["first", "second"]).loc["three evils", "terrorism"]

    assert pair["together"] == 0
    assert pair["q_value"] < 0.01
    assert found.matrix("together").loc["terrorism", "separatism"] == 15
    assert "9 of 136 pairs stand out among 253 events" in found.summary()
    assert found.plot() is not None
    assert count_pairs(talks()).plot() is not None
    with pytest.raises(SettingError, match=r"values must be one of 'together', .*, got 'odds'"):
        found.matrix("odds")
