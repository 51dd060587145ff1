"""One topic against another, by both readings."""

import numpy as np
import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from engagement.errors import SettingError, UnknownTermError
from engagement.events.events import Meeting
from engagement.interests.contest import compare_topics
from engagement.interests.proportions import difference_interval, exact_interval, wilson_interval
from engagement.log.eventlog import EventLog
from engagement.values.vocabulary import Topic
from strategies.interests import topical_logs

numbers = st.integers(1, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


def talks(*rows):
    """Make a log of talks from dates and topics."""
    return EventLog(
        Meeting(id=f"t{k:03}", date=date, channel="bilateral", countries=["KGZ"], topics=topics)
        for k, (date, topics) in enumerate(rows)
    )


@settings(max_examples=40)
@given(topical_logs())
def test_events_that_name_either_are_counted_once(log):
    """Those that name only one, only the other and both are all that name either."""
    found = compare_topics(log, "terrorism", "separatism", min_events=1, n_draws=19)
    either = {"terrorism", "separatism"}

    for shift, events in zip(found.shifts, (log, log.with_implied_topics()), strict=True):
        named = [either.intersection(event.topics) for event in events]
        assert shift.n_events == sum(map(bool, named))
        assert shift.n_first == sum(names == {"terrorism"} for names in named)
        assert shift.n_both == sum(len(names) == 2 for names in named)
        assert np.nansum(shift.shares["n_events"]) == pytest.approx(shift.n_events)


@settings(max_examples=30)
@given(topical_logs(min_size=4))
def test_turned_round_the_shares_are_the_rest(log):
    """The second topic's share is what the first leaves, at the same date."""
    one = compare_topics(log, "terrorism", "separatism", min_events=1, n_draws=19)
    other = compare_topics(log, "separatism", "terrorism", min_events=1, n_draws=19)

    for here, there in zip(one.shifts, other.shifts, strict=True):
        assert here.date == there.date
        assert here.before == pytest.approx(1 - there.before, nan_ok=True)
        assert here.after_low == pytest.approx(1 - there.after_high, nan_ok=True)
        assert here.p_value == pytest.approx(there.p_value, nan_ok=True)


@settings(max_examples=30)
@given(topical_logs(min_size=4))
def test_a_group_is_named_by_any_of_its_topics(log):
    """Comparing groups is comparing one topic each that stands for all of its group."""
    groups = (["terrorism", "crime"], ["separatism", "afghanistan"])
    renamed = EventLog(
        evolve(
            event,
            topics=[
                name
                for name, group in zip(("terrorism", "separatism"), groups, strict=True)
                if set(group) & set(event.topics)
            ],
        )
        for event in log
    )

    found = compare_topics(log, *groups, min_events=1, n_draws=19).printed
    single = compare_topics(renamed, "terrorism", "separatism", min_events=1, n_draws=19).printed

    assert (found.n_first, found.n_second, found.n_both) == (
        single.n_first,
        single.n_second,
        single.n_both,
    )
    assert found.date == single.date
    assert found.before == pytest.approx(single.before, nan_ok=True)
    assert found.p_value == pytest.approx(single.p_value, nan_ok=True)


def test_a_group_is_called_by_its_topics():
    """One topic given twice, or alone in a list, is that topic."""
    log = talks(*((f"{2000 + k}", ["crime"] if k % 2 else ["terrorism"]) for k in range(12)))

    found = compare_topics(log, ["crime", "human trafficking", "crime"], ("terrorism",))

    assert (found.first, found.second) == ("crime or human trafficking", "terrorism")
    assert "crime or human trafficking" in found.summary()


@pytest.mark.parametrize(
    ("first", "second", "told"),
    [
        (["crime", "terrorism"], "terrorism", "two topics are compared, got 'terrorism' twice"),
        ([], "terrorism", "a group of topics must name at least one"),
        (5, "terrorism", "topics must be several"),
    ],
)
def test_groups_that_are_none_are_refused(first, second, told):
    """A topic on both sides decides nothing, and an empty group names nothing."""
    log = talks(("2001", ["crime"]), ("2002", ["terrorism"]))

    with pytest.raises(SettingError, match=told):
        compare_topics(log, first, second)


def test_the_wording_is_told_from_the_matter():
    """Where the umbrella came into print, the printed reading turns and the implied one less."""
    rows = [(f"{1990 + k // 3}-06", ["separatism"]) for k in range(30)]
    rows += [
        (f"{2000 + k // 3}-06", ["three evils"] + ["terrorism"] * (k % 3 == 0)) for k in range(30)
    ]
    found = compare_topics(talks(*rows), "terrorism", "separatism")

    assert (found.printed.before, found.printed.after) == (0, 1)
    assert (found.implied.before, found.implied.after) == (0, 0.5)
    assert str(found.printed.date) == str(found.implied.date) == "2000"
    assert found.printed.n_both == 0
    assert found.implied.n_both == 30


def test_the_bundled_meetings_on_terrorism_and_separatism(meetings):
    """With implied terms terrorism came beside separatism about 2000; the print turned later."""
    found = compare_topics(meetings, "terrorism", "separatism")

    assert str(found.implied.date) == "2000"
    assert 1999 <= found.implied.date_low.year <= found.implied.date_high.year <= 2001
    assert found.implied.p_value <= 0.003
    assert found.implied.low > 0
    assert found.implied.after_low < 0.5 < found.implied.after_high
    assert str(found.printed.date) == "2010"


def test_a_fixed_date_is_not_sought(meetings):
    """A date that the caller fixed is that of both readings, without an interval."""
    found = compare_topics(meetings, "terrorism", "separatism", split="2000")

    assert set(found.to_frame()["date"].astype(str)) == {"2000"}
    assert found.printed.date_low == found.printed.date_high == found.printed.date
    assert "date fixed beforehand" in found.summary()


def test_a_fixed_date_is_tested_without_a_price_for_searching():
    """With seven against seven events in order, the exact p-value of the split is two in 3432."""
    log = talks(*((f"{2000 + k}", ["a"] if k < 7 else ["b"]) for k in range(14)))
    p_value = compare_topics(log, "a", "b", split=2007, n_draws=19999).printed.p_value

    assert p_value == pytest.approx(2 / 3432, abs=5e-4)


@pytest.mark.parametrize("split", ["1980", "2030"])
def test_a_date_outside_of_the_events_compares_nothing(split):
    """Where all events lie on one side there is no date, and the summary says so."""
    found = compare_topics(talks(("2000", ["a"]), ("2001", ["b"])), "a", "b", split=split)

    assert found.printed.date is None
    assert np.isnan(found.printed.p_value)
    assert "insufficient data" in found.summary()
    assert found.plot() is not None


def test_a_topic_of_the_log_and_an_object_are_taken():
    """Terms that the log defines are known, and may be given as topics."""
    log = talks(*((f"{2000 + k}", ["sea lanes"] if k < 7 else ["trade"]) for k in range(14)))

    assert compare_topics(log, Topic("sea lanes"), "Trade").first == "sea lanes"


def test_the_figure_shows_both_readings(meetings):
    """The legend names both, with their events and p-values."""
    axes = compare_topics(meetings, "terrorism", "separatism").plot()

    texts = [text.get_text() for text in axes.get_legend().get_texts()]
    assert [text.split(",")[0] for text in texts] == [
        "as printed: 37 events",
        "with implied terms: 181 events",
    ]


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        (("terorism", "separatism"), UnknownTermError, "unknown topic 'terorism'.*'terrorism'"),
        (("crime", "Crime"), SettingError, "two topics are compared, got 'crime' twice"),
    ],
)
def test_topics_that_cannot_be_compared(meetings, arguments, error, message):
    """An unknown topic brings a suggestion; one topic is not compared with itself."""
    with pytest.raises(error, match=message):
        compare_topics(meetings, *arguments)


@pytest.mark.parametrize(
    ("split", "message"),
    [
        ("soon", "split must be a period such as '2001' or '2001-05', got 'soon'"),
        ("2001-06", "split=2001-06 begins inside of period 2001; use a finer freq"),
    ],
)
def test_dates_that_cannot_be_read(meetings, split, message):
    """A split is a period's first day."""
    with pytest.raises(SettingError, match=message):
        compare_topics(meetings, "terrorism", "separatism", split=split)


@given(numbers, numbers)
def test_intervals_are_those_of_statsmodels(one, other):
    """Wilson's, Newcombe's and the exact interval agree with statsmodels."""
    (k1, n1), (k2, n2) = one, other
    share = np.array([k1 / n1])

    low, high = wilson_interval(share, n1, 0.9)
    wanted = proportion_confint(k1, n1, 0.1, method="wilson")
    assert (low[0], high[0]) == pytest.approx(wanted, abs=1e-9)
    low, high = exact_interval(np.array([float(k1)]), np.array([float(n1)]), 0.9)
    wanted = proportion_confint(k1, n1, 0.1, method="beta")
    assert (low[0], high[0]) == pytest.approx(wanted, abs=1e-9)
    low, high = difference_interval(share, n1, np.array([k2 / n2]), n2, 0.9)
    wanted = confint_proportions_2indep(k2, n2, k1, n1, method="newcomb", alpha=0.1)
    assert (low[0], high[0]) == pytest.approx(wanted, abs=1e-9)
