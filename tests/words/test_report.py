"""The sentences about series say what was found, how sure, and on what it rests."""

import pytest

from engagement import CountSeries, Coverage, EventLog, Meeting, count_events, detect_changes
from engagement.words.report import name_series, sentences


def found_in(counts, exposure=None, **settings):
    """Detect changes in a yearly series that starts in 1990."""
    periods = range(1990, 1990 + len(counts))
    return detect_changes(
        CountSeries.from_arrays(counts, periods, exposure, name="meetings"), **settings
    )


RISE = [1, 2, 1, 1, 2, 1, 1, 2, 9, 8, 9, 10, 8, 9, 10, 9]
FALL = RISE[::-1]
NO_CHANGE = [2, 1, 3, 2, 2, 3, 1, 2, 2, 3, 2, 1]


def test_a_rise_names_rates_date_interval_ratio_p_and_basis():
    """A change is told with its rates, date, interval, ratio, p-value and observed years."""
    changes = found_in(RISE)
    (change,) = changes

    (sentence,) = sentences(changes)

    assert sentence.startswith("meetings: rose from 1.")
    assert f"per year from {change.date} on (95% interval " in sentence
    assert f"rate ratio {change.ratio:.1f} (" in sentence
    assert "p at most 0.001" in sentence
    assert sentence.endswith(
        "Based on 83 events in 16 years observed, 1990 to 2005 (coverage stated)."
    )


def test_a_fall_is_called_one():
    """A rate that sinks is said to have fallen, with a ratio below one."""
    (sentence,) = sentences(found_in(FALL))

    assert sentence.startswith("meetings: fell from 8.9 to 1.5 per year")
    assert "0.1" in sentence.partition("rate ratio")[2].partition("(")[0]


def test_a_change_of_uncertain_direction_is_not_called_rise_or_fall():
    """A burst told as one change lies at either of its ends, and the sentence takes no side."""
    changes = found_in([0, 0, 1, 2, 1, 3, 1, 3, 2, 3, 2, 1, 2, 1, 1, 0, 1, 0, 0])
    (change,) = changes

    (sentence,) = sentences(changes)

    assert change.ratio_low < 1 < change.ratio_high
    assert sentence.startswith("meetings: changed from ")
    assert "Whether it went up or down there is not sure." in sentence


def test_a_change_out_of_an_empty_start_says_that_it_rests_on_it():
    """Where nothing is recorded before the change, the sentence says on what it rests."""
    (sentence,) = sentences(found_in([0] * 10 + [2, 3, 2, 3, 2, 3, 2, 3]))

    assert "No event is recorded from 1990 to 1999, where observation begins" in sentence
    assert "the change rests on that empty stretch, not found without it." in sentence


def test_a_change_that_stands_without_the_empty_start_says_so():
    """An empty first year does not take a later change away, and the sentence says so."""
    (sentence,) = sentences(found_in([0, *RISE]))

    assert "No event is recorded in 1990, where observation begins" in sentence
    assert "the change is found without that stretch too." in sentence


def test_no_change_and_too_little_are_told_apart():
    """A steady series and one with a single event get different sentences."""
    (steady,) = sentences(found_in(NO_CHANGE))
    (little,) = sentences(found_in([0, 0, 1, 0, 0]))

    assert steady.startswith("meetings: no change found, 2.0 per year throughout; p = ")
    assert little == (
        "meetings: too little observed to say whether anything changed. "
        "Based on 1 event in 5 years observed, 1990 to 1994 (coverage stated)."
    )


def test_a_series_that_was_never_observed_says_so():
    """Without exposure nothing is said but that."""
    (sentence,) = sentences(found_in([float("nan")] * 3, [0, 0, 0]))

    assert sentence == "meetings: not observed."


def test_the_initiator_is_named_and_empty_series_are_told_together():
    """A panel names the state whose events they are, and gathers what has no event."""
    meetings = [
        Meeting(date=str(year), channel="bilateral", initiator="CHN", countries=["KGZ"])
        for year in range(2000, 2010)
    ]
    stated = Coverage(
        {"country": c, "channel": "bilateral", "activity": "meeting", "since": "2000",
         "until": "2009"}
        for c in ("KGZ", "TJK", "UZB")
    )  # fmt: skip
    changes = detect_changes(count_events(EventLog(meetings, coverage=stated)))

    told = sentences(changes, initiators={"KGZ bilateral": "CHN"})

    assert told[0].startswith("China with Kyrgyzstan, bilateral events: no change found")
    assert told[1] == (
        "Observed without any event, so that nothing can be said of change: "
        "Tajikistan, bilateral events (10 years observed, 2000 to 2009); "
        "Uzbekistan, bilateral events (10 years observed, 2000 to 2009)."
    )


@pytest.mark.parametrize(
    ("axes", "name"),
    [
        ({"country": "KGZ", "channel": "bilateral"}, "Kyrgyzstan, bilateral events"),
        ({"channel": "multilateral", "activity": "exercise"}, "multilateral exercises"),
        ({"country": "(none)", "activity": "measure"}, "no partner country, measures"),
        ({"country": "TJK", "rank": "minister"}, "Tajikistan, events, rank minister"),
        ({}, "events"),
    ],
)
def test_series_are_named_by_their_labels(axes, name):
    """Labels become words in one order, whatever the axes."""
    assert name_series(axes) == name
