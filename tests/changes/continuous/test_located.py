"""Changes to the day: what they say equals integrating over all instants."""

from datetime import date, timedelta
from math import exp, log
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from engagement.changes.continuous.instants import weigh_instants
from engagement.changes.continuous.located import locate_changes
from engagement.changes.posterior.inference import change_posterior
from engagement.counting.counting import count_events
from engagement.counting.counts import Counts
from engagement.counting.series import CountSeries
from engagement.errors import DateError, SeriesError, SettingError
from engagement.events.coverage import Coverage
from engagement.events.events import Meeting
from engagement.log.eventlog import EventLog
from engagement.models.priors import GammaPrior
from naive import instants as naive

FIRST = date(1990, 1, 1)
days_of_a_year = st.lists(st.integers(0, 364), max_size=8).map(sorted)


@pytest.fixture(scope="module")
def disasters():
    """Give the days of coal-mining disasters, 1851 to 1962."""
    table = pd.read_csv(Path(__file__).parents[2] / "data" / "coal_days.csv")
    return table["date"].tolist()


def located(days, **asked):
    """Locate changes in the year 1990, given the numbers of days."""
    return locate_changes(
        [FIRST + timedelta(days=day) for day in days], window=("1990", "1990"), **asked
    )


@settings(max_examples=12)
@given(
    st.lists(st.floats(0.05, 2.9), min_size=0, max_size=5, unique=True).map(sorted),
    st.sampled_from([(1.0, 0.5), (0.5, 2.0), (3.0, 1.0)]),
)
@example([np.nextafter(0.5, 0), 0.5], (1.0, 0.5))
@example([0.05, np.nextafter(0.05, 1), 2.0], (3.0, 1.0))
@example([1.0, 1.0 + 1e-9, 2.0], (1.0, 0.5))
@example([1.0, 1.0 + 1e-8, 2.0], (0.5, 2.0))
@example([1.0, 1.0 + 1e-7, 2.0], (0.5, 2.0))
def test_evidence_and_dates_equal_those_of_integrating(times, prior):
    """Evidence of no, one and two changes, and where one lies, to the accuracy of quadrature."""
    shape, rate = prior
    found = weigh_instants(
        np.array(times), 3.0, prior=GammaPrior(shape=shape, rate=rate), changes_prior=0.5,
        max_changes=2,
    )  # fmt: skip

    logs = [log(naive.evidence(number, times, 3.0, shape, rate)) for number in range(3)]

    assert found.log_evidence(0) == pytest.approx(logs[0], abs=1e-5)
    assert found.log_evidence(1) == pytest.approx(logs[1], abs=3e-5)
    assert found.log_evidence(2) == pytest.approx(logs[2], abs=1e-3)
    odds = [exp(value) * 0.5**number for number, value in enumerate(logs)]
    assert found.probabilities == pytest.approx(np.array(odds) / sum(odds), abs=1e-3)
    below = found.below(1, 1)
    for place in (60, len(below) // 2, len(below) - 20):
        part = naive.mass((0.0, found.edges[place]), times, 3.0, shape, rate)
        assert below[place] == pytest.approx(part / exp(logs[1]), abs=1e-5)


def test_the_coal_disasters_change_after_the_one_of_march_1890(disasters):
    """The mode of one change is that of Raftery and Akman (1986), 10 to 11 March 1890."""
    found = locate_changes(disasters, window=("1851-03-15", "1962-03-22"))

    last_of_old = found.most_probable(1)[0] - timedelta(days=1)
    assert last_of_old in {date(1890, 3, 10), date(1890, 3, 11)}
    assert str(last_of_old) in disasters
    assert found.date_distribution().idxmax() == pd.Period("1890")
    assert found.interval()[0].year == 1887
    assert found.interval()[1].year == 1896
    rates = found.rates(found.most_probable(1))
    assert rates["mean"].round(2).tolist() == [3.2, 0.92]


def test_days_and_yearly_counts_agree(disasters, coal):
    """Number of changes and date are much the same when the days are counted by year."""
    prior = GammaPrior(shape=1, rate=1)
    window = ("1851", "1962")
    same = {"prior": prior, "changes_prior": 0.25, "max_changes": 3}
    found = locate_changes(disasters, window=window, **same)
    counted = change_posterior(coal, family="poisson", min_length=1, **same)

    assert np.allclose(found.n_changes, counted.n_changes, atol=0.06)
    by_year = found.date_distribution(freq="Y")
    assert list(by_year.index) == list(coal.periods)
    gap = (by_year.cumsum() - counted.date_distribution().cumsum().shift(-1, fill_value=1)).abs()
    assert gap.max() < 0.1


@settings(max_examples=10)
@given(days_of_a_year, st.sampled_from([0.25, 1.0]), st.integers(0, 3))
def test_probabilities_add_up(days, odds, most):
    """Numbers and dates sum to one, and the expected changes to the sum over periods."""
    found = located(days, changes_prior=odds, max_changes=most)

    numbers = found.n_changes
    assert numbers.sum() == pytest.approx(1)
    expected = (numbers * numbers.index).sum()
    for freq in "MWD":
        assert found.probability(freq).sum() == pytest.approx(expected, abs=1e-9)
        assert found.to_frame(freq)["events"].sum() == len(days)
    for number in range(1, most + 1):
        for change in range(1, number + 1):
            assert found.date_distribution(change, number, freq="M").sum() == pytest.approx(1)
            first, last = found.interval(change, number, level=0.5)
            assert FIRST <= first <= last <= date(1990, 12, 31)


@settings(max_examples=10)
@given(days_of_a_year)
def test_turning_time_round_mirrors_the_answer(days):
    """Read backwards, the numbers are the same and the dates are mirrored."""
    there, back = located(days), located([364 - day for day in days])

    assert np.allclose(there.n_changes, back.n_changes, atol=1e-9)
    one, other = (found.date_distribution(freq="D").to_numpy() for found in (there, back))
    assert np.allclose(one, other[::-1], atol=1e-8)


@settings(max_examples=10)
@given(days_of_a_year)
def test_no_day_is_more_probable_than_the_most_probable(days):
    """One change: right before and right after events nothing beats the instant that is given."""
    prior = GammaPrior(shape=1, rate=0.3)
    found = located(days, max_changes=1, prior=prior)
    instants, years = found._instants, 365 / 365.2425
    times = [(day + 0.5) / 365.2425 for day in days]
    tried = np.random.default_rng(0).uniform(0, years, 200)

    ((when, is_after),) = instants.most_probable(1)

    best = when + 1e-8 if is_after else when - 1e-8
    top = naive.log_marginal([best], times, years, 1, 0.3)
    for way in tried.tolist() if days else []:
        assert naive.log_marginal([way], times, years, 1, 0.3) <= top + 1e-5


def test_days_that_were_not_observed_are_passed_over():
    """With a gap in the coverage time stands still, and a change is dated outside of it."""
    days = pd.date_range("1990-01-01", "1992-12-31", freq="D")
    seen = (days.year != 1991).astype(float)
    counts = np.where(seen > 0, 0.0, np.nan)
    for day in ["1990-02-01", "1990-11-07", *(f"1992-{month:02}-20" for month in range(1, 13))]:
        counts[days.get_loc(day)] = 1
    series = CountSeries.from_arrays(counts, days.to_period("D"), seen / 365.2425)

    found = locate_changes(series)
    labelled = pd.Series([2.0, 0, 1], index=pd.period_range("1990-01-01", periods=3, freq="D"))

    assert locate_changes(labelled).n_events == 3
    assert locate_changes(Counts.from_frame(labelled)).n_days == 3
    assert found.n_days == 365 + 366
    assert found.most_probable(1) == (date(1992, 1, 20),)
    assert found.date_distribution(freq="Y")["1991"] == 0
    assert found.rates([date(1992, 1, 20)])["events"].tolist() == [2, 12]


def test_a_log_of_exact_days_is_taken_with_its_coverage():
    """The log's coverage is the window, and the same answer follows from its days."""
    days = ["1993-03-01", "1994-05-09", "1997-01-30", "1997-02-11", "1997-05-02"]
    events = [
        Meeting(date=day, channel="bilateral", initiator="CHN", countries=["KGZ"]) for day in days
    ]
    log = EventLog(events)
    log = log.with_coverage(Coverage.since_to(log, "1992", "1997-05"))

    by_log, by_day = locate_changes(log), locate_changes(days, window=("1992", "1997-05"))
    series = count_events(log, by=(), freq="D").series()

    assert by_log.n_changes.equals(by_day.n_changes)
    assert by_log.n_changes.equals(locate_changes(series).n_changes)
    assert by_log.most_probable(1) == (date(1997, 1, 30),)
    assert "not stated" not in by_log.summary()
    assert "(not stated: first to last event)" in locate_changes(days).summary()


def test_the_summary_names_priors_days_and_rates(disasters):
    """Everything that was asked is written out."""
    text = locate_changes(disasters, window=("1851", "1962")).summary()

    assert "191 events on 40907 days observed, 1851-01-01 to 1962-12-31" in text
    assert "prior on each rate log-logistic(shape 1, median 1.705 per year)" in text
    assert "up to 20, instants uniform" in text
    assert "1  1890-03-12     1887-02-19 to 1896-08-11" in text


def test_the_figure_shows_events_rates_and_the_change(disasters):
    """The running number of events, even rates and the interval are drawn."""
    ax = locate_changes(disasters, window=("1851", "1962")).plot()

    labels = ax.get_legend_handles_labels()[1]
    assert labels == ["events", "even rates between", "95% interval of the change"]
    assert [text.get_text() for text in ax.texts] == [" 1890-03-12"]


def test_without_events_nothing_is_seen_to_change():
    """A window without events leaves the prior, and is drawn and told all the same."""
    found = locate_changes([], window=("1990", "1999"))

    assert found.n_changes[0] > 0.5
    assert found.plot() is not None
    assert "0 events on 3652 days" in found.summary()


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: locate_changes(["1990-02"]), SeriesError, "an exact day is needed, got '1990-02'"),
        (lambda: locate_changes(["spring"]), DateError, "spring"),
        (
            lambda: locate_changes(pd.to_datetime(["2000-01-01", "2000-05-01", None])),
            DateError,
            "1 of 3 days are missing, at position 2; leave them out",
        ),
        (
            lambda: locate_changes([None, "2000-01-01", float("nan"), pd.NA]),
            DateError,
            "3 of 4 days are missing, at position 0, 2, 3",
        ),
        (
            lambda: locate_changes(np.array(["NaT", "2000-01-01"], dtype="datetime64[D]")),
            DateError,
            "1 of 2 days are missing, at position 0",
        ),
        (
            lambda: locate_changes(["2000-01-01", "2000-05-01"]).rates([pd.NaT]),
            DateError,
            "1 of 1 days are missing, at position 0",
        ),
        (
            lambda: locate_changes("1990-02-01"),
            SeriesError,
            "daily CountSeries are needed, got str",
        ),
        (lambda: locate_changes([]), SeriesError, "without events a window must be stated"),
        (
            lambda: locate_changes(["1990-02-01", "1995-01-01"], window=("1990", "1991")),
            SeriesError,
            "1 of 2 days lie outside the window: 1995-01-01",
        ),
        (
            lambda: locate_changes(["1990-02-01"], window="1990"),
            SettingError,
            "window must be its first and its last day, got '1990'",
        ),
        (
            lambda: locate_changes(["1990-02-01"], window=("1990", "1991/..")),
            SettingError,
            "window must not be open",
        ),
        (
            lambda: locate_changes(CountSeries.from_arrays([1, 2], [1990, 1991])),
            SeriesError,
            "daily counts are needed, got periods of frequency Y-DEC; count with freq=",
        ),
        (
            lambda: locate_changes(pd.date_range("1990-01-01", periods=2001)),
            SeriesError,
            "2001 events are more than the 2000 that can be located; count them",
        ),
        (
            lambda: locate_changes(
                EventLog(
                    [
                        Meeting(
                            date="1990-02", channel="bilateral", initiator="CHN", countries=["KGZ"]
                        )
                    ]
                )
            ),
            SeriesError,
            r"1 of 1 events have no exact day: '1990-02' \(event '.*'\); leave them out",
        ),
        (
            lambda: located([3], prior=2),
            SettingError,
            "prior must be a GammaPrior, a LogLogisticPrior or None, got 2",
        ),
        (
            lambda: located([3]).interval(change=2),
            SettingError,
            "there is no change 2 among n_changes=1",
        ),
        (
            lambda: located([3]).most_probable(24),
            SettingError,
            "n_changes=24 is more than was allowed for, which is 20",
        ),
        (
            lambda: located([3]).rates([date(1991, 1, 1)]),
            SeriesError,
            "1991-01-01 was not observed, so no change can begin there",
        ),
        (
            lambda: located([3]).rates([date(1990, 2, 1), date(1990, 2, 1)]),
            SeriesError,
            "dates of changes must increase, and come after the first day, got 1990-02-01, 1990",
        ),
        (lambda: located([3]).probability("H"), SettingError, "unknown freq 'H'"),
    ],
)
def test_what_cannot_be_asked_is_refused(call, error, message):
    """The message shows the rule and the value."""
    with pytest.raises(error, match=message):
        call()
