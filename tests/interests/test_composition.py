"""When what events are about changed: the search, its dates and its p-values."""

from itertools import permutations

import numpy as np
import pandas as pd
import pytest
from attrs import evolve
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from engagement.errors import SettingError, UnknownTermError
from engagement.events.events import Meeting
from engagement.interests.composition import composition_changes
from engagement.interests.labelled import bundle, label_events
from engagement.interests.search import PermutationTest, label_p_values, places_not_refused
from engagement.interests.splits import make_piece, permute
from engagement.log.eventlog import EventLog
from engagement.values.vocabulary import NONE_LABEL
from naive.interests import distance_of_means, split_statistic
from strategies.interests import MONTHS, topical_logs


def talks(*rows):
    """Make a log of talks from dates and topics."""
    return EventLog(
        Meeting(id=f"t{k:03}", date=date, channel="bilateral", countries=["KGZ"], topics=topics)
        for k, (date, topics) in enumerate(rows)
    )


def turned(year=2001, first=("separatism",), second=("terrorism",)):
    """Make a log in which the topic turns at the start of a year."""
    return talks(
        *(
            (f"{when}-{month:02}", first if when < year else second)
            for when in range(1996, 2007)
            for month in (2, 5, 8, 11)
        )
    )


def labelled(log, freq="Y", counting="whole"):
    """Label a log by topic as printed."""
    return label_events(log, labels="topic", implied=False, counting=counting, freq=freq)


def permutation_of(events, n_draws=99, seed=1, min_events=1, together=None):
    """Make what is permuted."""
    return PermutationTest(
        bundles=bundle(events, together),
        min_events=min_events,
        n_draws=n_draws,
        rng=np.random.default_rng(seed),
    )


@given(topical_logs(), st.sampled_from(["whole", "fractional"]), st.sampled_from("YQM"))
def test_labels_and_spans_are_told_in_full(log, counting, freq):
    """Each event's span is spread over the periods wholly, and its labels are those it has."""
    events = labelled(log, freq, counting)
    topics = [event.topics for event in log if event.topics]

    assert len(events) + events.n_unlabelled + events.n_undated == len(log)
    assert np.allclose(events.masses.sum(axis=0), 1)
    for event, vector in zip(events.log, events.vectors, strict=True):
        assert {events.labels[k] for k in np.flatnonzero(vector)} == set(event.topics)
        assert vector.sum() == pytest.approx(1 if counting == "fractional" else len(event.topics))
    assert sorted(map(len, topics)) == sorted((events.vectors > 0).sum(axis=1).tolist())


@given(topical_logs(min_size=2), st.data())
def test_statistic_is_that_of_the_definition(log, data):
    """Every cut of every piece is judged as the definition does, event by event."""
    events = labelled(log, "Q")
    assume(len(events.periods) > 1)
    start = data.draw(st.integers(0, len(events.periods) - 2))
    stop = data.draw(st.integers(start + 2, len(events.periods)))
    bundles = bundle(events, data.draw(st.sampled_from([None, "M", "Y"])))
    piece = make_piece(bundles, start, stop, 0)
    found = piece.parts(bundles.as_they_are())[0]
    masses = events.masses.toarray()

    for cut, parts in zip(piece.cuts, found, strict=True):
        wanted = split_statistic(
            events.vectors.tolist(),
            masses[cut:stop].sum(axis=0).tolist(),
            masses[start:stop].sum(axis=0).tolist(),
        )
        assert parts == pytest.approx(wanted, abs=1e-9)


@given(topical_logs(min_size=2, dates=MONTHS))
def test_exact_dates_give_the_distance_of_means(log):
    """For dates within one period a cut is judged by the distance of the means on both sides."""
    events = labelled(log, "M")
    assume(len(events))
    bundles = bundle(events, None)
    piece = make_piece(bundles, 0, len(events.periods), 1)
    found = piece.parts(bundles.as_they_are())[0]

    for cut, parts in zip(piece.cuts, found, strict=True):
        first = events.periods[cut].start_time.date().isoformat()[:7]
        wanted = distance_of_means(
            events.vectors.tolist(), [str(event.date) >= first for event in events.log]
        )
        assert parts == pytest.approx(wanted)


def test_every_cut_has_the_same_mean_under_chance():
    """Over all permutations of six events every cut has the same mean, imprecise dates too."""
    log = talks(
        ("2000-02", ["separatism"]),
        ("2000/2001", ["terrorism", "crime"]),
        ("[2000..2002]", ["terrorism"]),
        ("2002-05", ["crime"]),
        ("2003", ["separatism", "crime"]),
        ("2003-06", ["terrorism"]),
    )
    events = labelled(log)
    bundles = bundle(events, None)
    piece = make_piece(bundles, 0, len(events.periods), 0)
    means = np.mean(
        [
            piece.totals(evolve(bundles, vectors=bundles.vectors[list(order)]).as_they_are())[0]
            for order in permutations(range(6))
        ],
        axis=0,
    )
    spread = ((events.vectors - events.vectors.mean(axis=0)) ** 2).sum() / 5

    assert len(means) >= 3
    assert means == pytest.approx(spread)


@given(topical_logs(min_size=2), st.integers(0, 5), st.integers(0, 99))
def test_deals_stay_within_their_pieces(log, where, seed):
    """Events are permuted whole, each goes to one place, and none leaves its piece."""
    events = labelled(log, "M")
    assume(len(events.periods) > 1)
    cut = 1 + where * (len(events.periods) - 2) // 5
    masses = events.masses.toarray()
    sides = masses[:cut].sum(axis=0)
    bounds = [0, cut, len(events.periods)]
    exact = np.isclose(sides, 0) | np.isclose(sides, 1)

    for permuted in permute(events.masses, bounds, 5, np.random.default_rng(seed)):
        assert sorted(permuted) == list(range(len(events)))
        known = exact & exact[permuted]
        assert np.allclose(sides[permuted][known], sides[known])


def test_events_outside_of_a_piece_stay():
    """What lies before the first bound or after the last keeps its vector."""
    events = labelled(turned())
    stays = [k for k, event in enumerate(events.log) if not "1999" < str(event.date) < "2003"]

    for permuted in permute(events.masses, [3, 5, 7], 20, np.random.default_rng(1)):
        assert np.array_equal(permuted[stays], stays)
    assert not np.array_equal(permuted, np.arange(len(events)))


def test_a_turn_is_dated():
    """Where every event names another topic from a year on, that year is found, and no other."""
    found = composition_changes(turned(2001))
    change = found[0]

    assert found.verdict == "change"
    assert len(found) == 1
    assert (str(change.date), str(change.date_low), str(change.date_high)) == ("2001",) * 3
    assert change.p_value == found.p_value == 0.001
    assert (change.n_before, change.n_after) == (20, 24)
    assert change.labels["label"].tolist() == ["terrorism", "separatism"]
    assert change.labels["difference"].tolist() == [1, -1]
    assert change.labels["contribution"].tolist() == pytest.approx([0.5, 0.5])
    assert (change.labels["p_value"] <= 0.005).all()


def test_two_turns_are_dated():
    """Two changes are both found, each with the shares between its neighbours."""
    log = turned(1999)
    log = EventLog(
        evolve(event, topics=["crime"]) if str(event.date) >= "2003" else event for event in log
    )
    found = composition_changes(log)

    assert [str(change.date) for change in found.changes] == ["1999", "2003"]
    assert [change.n_before for change in found.changes] == [12, 16]
    assert [change.n_after for change in found.changes] == [16, 16]
    assert found.to_frame().groupby("date")["contribution"].sum().tolist() == pytest.approx([1, 1])


def test_max_changes_is_a_limit():
    """No more changes are told than are allowed for, the strongest first."""
    rows = [(f"{1990 + k // 5}-06", ["a"] if k < 50 else ["b", "c"]) for k in range(80)]
    rows += [(f"{2006 + k // 5}-06", ["b"]) for k in range(40)]
    log = talks(*rows)

    assert len(composition_changes(log)) == 2
    assert [str(c.date) for c in composition_changes(log, max_changes=1).changes] == ["2000"]
    assert len(composition_changes(log, max_changes=0)) == 0
    assert composition_changes(log, max_changes=0).p_value == 0.001


def test_a_dated_gap_is_taken_in():
    """Years without events before a change belong to its interval."""
    log = EventLog(event for event in turned(2001) if not "1999" <= str(event.date) < "2001")
    change = composition_changes(log)[0]

    assert (str(change.date), str(change.date_low), str(change.date_high)) == (
        *("2001", "1999", "2001"),
    )


@settings(max_examples=25)
@given(topical_logs(min_size=6, dates=MONTHS), st.integers(-30, 30))
def test_shifted_dates_shift_changes(log, years):
    """All dates moved by whole years move the changes, and leave their p-values."""
    moved = EventLog(evolve(event, date=event.date.shift(years=years)) for event in log)
    options = {"min_events": 2, "n_draws": 99, "level": 0.7}
    found, again = composition_changes(log, **options), composition_changes(moved, **options)

    assert [change.date + years for change in found.changes] == [c.date for c in again.changes]
    assert found.p_value == again.p_value or np.isnan(found.p_value)


@settings(max_examples=25)
@given(topical_logs(min_size=6))
def test_the_best_date_lies_in_its_interval(log):
    """The date that was found is never refused."""
    found = composition_changes(log, min_events=1, n_draws=39, level=0.5)

    for change in found.changes:
        assert change.date_low <= change.date <= change.date_high
        assert 0 < change.p_value <= 0.5
        assert change.n_before >= 1
        assert change.n_after >= 1


@given(topical_logs(), st.sampled_from(["Y", "M"]), st.sampled_from([None, "Y", "M", "D"]))
def test_bundles_hold_what_events_do(log, freq, together):
    """Put together or not, events and their labels sum to the same in every period."""
    events = labelled(log, freq)
    bundles = bundle(events, together)

    assert bundles.counts == pytest.approx(events.masses.sum(axis=1))
    assert bundles.as_they_are().sums[0] == pytest.approx(events.masses @ events.vectors)
    assert bundles.sizes.sum() == len(events)
    assert np.allclose(bundles.masses.sum(axis=0), 1)


def test_events_of_one_journey_count_as_one_where_they_are_dealt():
    """Meetings that share a month and their topics tell of chance only together."""
    rng = np.random.default_rng(5)
    hits = {"M": 0, None: 0}
    for _ in range(60):
        months = rng.choice(120, 25, replace=False)
        topics = rng.choice(["a", "b", "c"], 25)
        log = talks(
            *(
                (f"{2000 + month // 12}-{month % 12 + 1:02}", [topic])
                for month, topic in zip(months, topics, strict=True)
                for _ in range(4)
            )
        )
        for together in hits:
            chance = permutation_of(labelled(log), 39, min_events=5, together=together)
            hits[together] += chance.p_value(chance.piece(0, chance.n_periods)) <= 0.1

    assert hits["M"] <= 14  # 6 expected; more than 14 with probability .001
    assert hits[None] >= 30


@pytest.mark.parametrize("counting", ["whole", "fractional"])
def test_p_values_are_valid_under_chance(counting):
    """In logs without a change, p is at most .1 in about a tenth of the cases or fewer."""
    rng = np.random.default_rng(8)
    sets = (("a",), ("b",), ("a", "b", "c"), ("d", "e"))
    hits = 0
    for _ in range(200):
        years = rng.integers(1995, 2010, 40)
        topics = rng.choice(4, 40, p=[0.5, 0.3, 0.1, 0.1])
        log = talks(*((str(y), sets[t]) for y, t in zip(years, topics, strict=True)))
        chance = permutation_of(labelled(log, counting=counting), 39, min_events=3)
        hits += chance.p_value(chance.piece(0, chance.n_periods)) <= 0.1

    assert hits <= 34  # 20 expected; more than 34 with probability .001


@pytest.mark.slow
def test_the_true_place_is_seldom_refused():
    """The set of dates at 80% leaves out the true one in about a fifth of the cases or fewer."""
    rng = np.random.default_rng(9)
    missed = 0
    for _ in range(120):
        years = np.sort(rng.integers(1995, 2010, 50))
        is_new = rng.random(50) < np.where(years < 2003, 0.25, 0.75)
        log = talks(
            *((str(y), ["new" if new else "old"]) for y, new in zip(years, is_new, strict=True))
        )
        chance = permutation_of(labelled(log), seed=int(rng.integers(99)), min_events=3)
        piece = chance.piece(0, chance.n_periods)
        place = int(np.argmax(labelled(log).periods >= pd.Period("2003", freq="Y")))
        missed += place not in places_not_refused(chance, piece, 0.8)

    assert 5 <= missed <= 38  # 24 expected of an exact test; more than 38 with probability .0006


def test_labels_are_adjusted_for_one_another():
    """A label without a change is seldom told beside one with, and rare labels have no p."""
    rng = np.random.default_rng(3)
    rows = [
        (
            f"{1990 + k // 6}-06",
            [
                *(["moved"] if k >= 60 else []),
                *(f"still {j}" for j in range(8) if rng.random() < 0.4),
                *(["rare"] if k in {7, 90} else []),
            ],
        )
        for k in range(120)
    ]
    events = labelled(talks(*rows))
    chance = permutation_of(events, 499, min_events=5)
    p_values = dict(
        zip(
            events.labels,
            label_p_values(chance, chance.piece(0, chance.n_periods)),
            strict=True,
        )
    )

    assert p_values["moved"] <= 0.03
    assert min(p for label, p in p_values.items() if label.startswith("still")) > 0.05
    assert np.isnan(p_values["rare"])


def test_an_umbrella_term_changes_the_print_and_not_what_it_implies():
    """Where a source comes to print the umbrella for its parts, only the printed topics change."""
    log = turned(first=("separatism", "terrorism", "extremism"), second=("three evils",))

    assert len(composition_changes(log)) == 1
    implied = composition_changes(log, implied=True).to_frame()
    assert implied["label"].iloc[0] == "three evils"  # the wording itself
    assert (implied.set_index("label")["difference"].drop("three evils") == 0).all()


def test_fractional_counting_hears_nothing_of_longer_lists():
    """Events that come to name more topics each change shares of events, not of mentions."""
    topics = ("a", "b", "c", "d")
    rows = [(f"{1990 + k // 8}-06", [topics[k % 4]] if k < 64 else topics) for k in range(128)]

    assert len(composition_changes(talks(*rows))) == 1
    fractional = composition_changes(talks(*rows), counting="fractional")
    assert np.allclose(fractional.shares, 0.25)
    assert len(fractional) == 0


def test_any_axis_and_any_function_can_be_asked(meetings):
    """Ranks change as topics do, and a function may give labels of its own."""
    ranks = composition_changes(meetings, "rank")
    own = composition_changes(meetings, lambda event: [str(event.rank)] if event.rank else [])

    assert ranks[0].date == own[0].date == pd.Period("2017", freq="Y")
    assert NONE_LABEL not in ranks.shares.columns
    assert ranks.n_unlabelled == 2
    assert "excluded: 2 events without rank" in ranks.summary()


def test_the_bundled_meetings_changed_what_they_are_about(meetings):
    """Three changes in the printed topics; about 2002 the three were put under one term."""
    found = composition_changes(meetings)
    second = found[1].labels.set_index("label")

    assert [str(change.date) for change in found.changes] == ["1998", "2002", "2011"]
    assert second.loc["three evils", "low"] > 0
    assert second.loc[["separatism", "terrorism", "extremism"], "high"].max() < 0
    assert str(found.summary()).startswith("3 changes in the composition of 253 events, 1993 to")


@pytest.mark.parametrize("rows", [[], [("2001", ["a"])], [("2001", []), ("2002", [])]])
def test_too_little_is_said_to_be_so(rows):
    """Without room for a cut there is no p-value, and the summary says why."""
    found = composition_changes(talks(*rows))

    assert found.verdict == "insufficient data"
    assert np.isnan(found.p_value)
    assert len(found.to_frame()) == 0
    assert "no date leaves 5 events on either side" in found.summary()
    assert found.plot() is not None


def test_nothing_found_is_said_to_be_so():
    """Topics that do not change give the p-value of the test."""
    found = composition_changes(
        talks(*((str(2000 + k % 8), ["a"] if k % 3 else ["b"]) for k in range(48)))
    )

    assert found.verdict == "no change found"
    assert f"no change found: p = {found.p_value:.3g}" in found.summary()


def test_the_figure_shows_labels_and_changes():
    """The picture has one row per label, and names the year of a change."""
    axes = composition_changes(turned()).plot(n_labels=1)

    assert [text.get_text() for text in axes.get_yticklabels()] == ["terrorism"]
    assert [text.get_text() for text in axes.texts] == ["2001"]


def test_seeds_decide_the_draws():
    """The same seed gives the same answer, another one nearly so."""
    log = turned(1998, ("a", "b"), ("b",))

    assert composition_changes(log, rng=4).p_value == composition_changes(log, rng=4).p_value
    assert composition_changes(log, rng=4).seed == 4


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"labels": "theme"}, UnknownTermError, r"unknown axis 'theme'; events have labels on"),
        ({"labels": "topics"}, UnknownTermError, r"or give a function. Did you mean 'topic'"),
        ({"labels": lambda e: "a"}, SettingError, "labels must give several texts for an event"),
        ({"labels": lambda e: [1]}, SettingError, "a label is a text, got 1 for"),
        ({"implied": "yes"}, SettingError, "implied must be True or False, got 'yes'"),
        (
            {"counting": "half"},
            SettingError,
            "counting must be one of 'whole', 'fractional', got 'half'",
        ),
        ({"freq": "A"}, SettingError, "unknown freq 'A'"),
        ({"together": "week"}, SettingError, "unknown freq 'week'"),
        ({"level": 95}, SettingError, "level must lie strictly between 0 and 1"),
        ({"min_events": 0}, SettingError, "min_events must be a whole number of at least 1"),
        ({"max_changes": -1}, SettingError, "max_changes must be a whole number of at least 0"),
        ({"n_draws": 5}, SettingError, "n_draws must be a whole number of at least 19"),
        ({"rng": "x"}, SettingError, "rng must be a numpy Generator"),
    ],
)
def test_settings_outside_of_what_they_may_be(options, error, message):
    """Each setting says what it takes, and what it got."""
    with pytest.raises(error, match=message):
        composition_changes(turned(), **options)


def test_something_else_than_a_log_is_refused():
    """A frame or a list is no log."""
    with pytest.raises(SettingError, match="log must be an EventLog, got"):
        composition_changes([])
