"""What a change in reporting would have to be to explain a change away."""

import attrs
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagement.changes.detect.detection import detect_changes
from engagement.changes.posterior.inference import change_posterior
from engagement.counting.counting import count_events
from engagement.counting.series import CountSeries
from engagement.errors import SettingError
from engagement.events.coverage import Coverage
from engagement.events.events import Meeting
from engagement.files.datasets import load_dataset
from engagement.log.eventlog import EventLog
from engagement.sensitivity.reporting import reporting_sensitivity

RISE = [1, 0, 2, 1, 0, 7, 5, 8, 6]
FALL = [9, 7, 8, 6, 9, 1, 0, 2, 1]
UNEVEN = [1.0, 0.5, 2.0, 1.0, 1.0, 1.0, 0.5, 2.0, 1.0]
steps = st.sampled_from([(RISE, None), (FALL, None), (RISE, UNEVEN), ([0, 0, 0, 0, 5, 4, 6], None)])


def change_in(counts, exposures=None):
    """Give the one change of a yearly series."""
    series = CountSeries.from_arrays(counts, range(1990, 1990 + len(counts)), exposures)
    (change,) = detect_changes(series, null="poisson", family="poisson")
    return change


def meetings(years, statements):
    """Make a log of meetings with Kyrgyzstan, some in each year."""
    events = [
        Meeting(date=f"{year}-{1 + place:02}", channel="bilateral", countries=["KGZ"])
        for year, number in years.items()
        for place in range(number)
    ]
    about = {"country": "KGZ", "channel": "bilateral", "activity": "meeting"}
    return EventLog(events, coverage=Coverage([about | one for one in statements]))


@given(steps)
def test_no_change_in_reporting_leaves_the_change_as_it_is(step):
    """With a factor of 1 the probability is the change's own."""
    change = change_in(*step)

    answer = reporting_sensitivity(change)

    assert answer.probability(1.0) == pytest.approx(change.probability, abs=1e-12)
    assert answer.to_frame()["probability"].iloc[0] == pytest.approx(change.probability, abs=1e-12)
    assert answer.to_frame()["ratio"].iloc[0] == change.ratio


@given(steps, st.sampled_from([0.2, 0.5, 1.0, 3.0, 8.0]))
def test_what_is_left_is_that_of_the_posterior_with_other_exposures(step, factor):
    """The exposure after the change is multiplied, and every segmentation weighed again."""
    change = change_in(*step)
    series = change.counted
    after = series.periods >= change.date
    years = np.where(after, series.exposure_years * factor, series.exposure_years).tolist()
    adjusted = attrs.evolve(series, exposure_years=np.array(years))
    posterior = change_posterior(adjusted, family="poisson", min_length=change.min_length)
    expected = posterior.probability_between(change.date_low, change.date_high)

    found = reporting_sensitivity(change).probability(factor)
    assert found == pytest.approx(expected, abs=1e-9)


@given(steps, st.sampled_from([0.25, 12.0]))
def test_the_unit_of_exposure_makes_no_difference(step, unit):
    """In months or in years, the factors are the same."""
    counts, exposures = step
    exposures = [1.0] * len(counts) if exposures is None else exposures
    one = reporting_sensitivity(change_in(counts, exposures))
    other = reporting_sensitivity(change_in(counts, [years * unit for years in exposures]))

    assert one.factor_to_doubt == pytest.approx(other.factor_to_doubt, rel=1e-9)
    assert one.factor_to_lose == pytest.approx(other.factor_to_lose, rel=1e-6)
    assert one.n_missing == pytest.approx(other.n_missing, rel=1e-9)
    assert one.probability(2.0) == pytest.approx(other.probability(2.0), abs=1e-9)


@given(steps)
def test_the_factor_to_lose_is_where_the_change_is_even(step):
    """Short of it the change is more probable than not, at it no longer."""
    answer = reporting_sensitivity(change_in(*step))
    lose = answer.factor_to_lose

    assert answer.probability(lose) == pytest.approx(0.5, abs=1e-4)
    assert answer.probability(lose**0.9) > 0.5


def test_a_planted_change_in_reporting_is_explained_by_its_factor():
    """Where half goes unrecorded up to a date, a factor of two takes the change away."""
    counts = [10, 11, 9, 10, 12, 8, 20, 21, 19, 22, 18, 20]

    answer = reporting_sensitivity(change_in(counts))

    assert answer.factor == pytest.approx(2.0, rel=0.05)
    assert answer.probability(2.0) < 0.1
    assert 1 < answer.factor_to_doubt < answer.factor


def test_stated_shares_reach_as_far_as_all_that_is_missing_on_one_side():
    """Of 44 meetings at 80 per cent 11 are missing, which may all be from before."""
    years = dict.fromkeys(range(2000, 2008), 1) | dict.fromkeys(range(2008, 2012), 9)
    log = meetings(years, [{"since": "2000", "until": "2011", "completeness": 0.8}])

    counts = count_events(log, by=("country", "channel", "activity"))
    (change,) = detect_changes(counts, null="poisson", family="poisson")
    answer = reporting_sensitivity(change)

    n_before = change.rate_before * 8
    assert answer.stated.n_lower == pytest.approx(n_before)
    assert answer.stated.reach == pytest.approx(1 + 11 / n_before)
    needed = n_before * (change.ratio_low - 1)
    assert answer.n_missing == pytest.approx(needed)
    assert answer.share_needed == pytest.approx(44 / (44 + needed))
    assert (answer.stated.reach >= change.ratio_low) == (answer.share_needed >= 0.8)


@pytest.mark.parametrize(
    ("shares", "reach", "verdict"),
    [
        ((0.9, 0.9), 1.0, "beyond what is stated"),
        ((0.1, 1.0), 10.0, "within what is stated"),
        ((0.45, 0.9), 2.0, "beyond what is stated"),
        ((0.9, None), None, "nothing stated"),
    ],
)
def test_each_side_has_its_own_statement(shares, reach, verdict):
    """Two statements give the factor between them, and one without a share gives none."""
    years = dict.fromkeys(range(2000, 2008), 1) | dict.fromkeys(range(2008, 2012), 9)
    spans = (("2000", "2007"), ("2008", "2011"))
    log = meetings(
        years,
        [
            {"since": since, "until": until, "completeness": share}
            for (since, until), share in zip(spans, shares, strict=True)
        ],
    )

    counts = count_events(log, by=("country", "channel", "activity"))
    (change,) = detect_changes(counts, null="poisson", family="poisson")
    answer = reporting_sensitivity(change)

    assert len(answer.stated.statements) == 2
    assert answer.stated.reach == (None if reach is None else pytest.approx(reach))
    assert answer.verdict == verdict


def test_statements_about_other_cells_are_left_out():
    """Only what is stated of the country, channel and activity of the series is told."""
    counts = count_events(load_dataset("china-central-asia"), by=("country", "channel", "activity"))
    chosen = counts.select(country="UZB", channel="bilateral", activity="training")

    *_, change = detect_changes(chosen, null="poisson", family="poisson")
    answer = reporting_sensitivity(change)

    (statement,) = answer.stated.statements
    assert statement.key == ("UZB", "bilateral", "training")
    assert statement.completeness == 0.42
    text = answer.summary()
    assert "21 groups are documented of more than 50" in text
    assert f"completeness as stated: {answer.verdict}" in text
    assert f"{answer.factor_to_doubt:.3g}  put 1 inside the interval" in text
    assert answer.plot().get_ylabel() == "probability of the change"


def test_an_interval_that_holds_one_is_in_doubt_anyway():
    """No change in reporting is needed where the ratio may be 1."""
    change = attrs.evolve(change_in(RISE), ratio_low=0.9)

    answer = reporting_sensitivity(change)

    assert (answer.factor_to_doubt, answer.n_missing) == (1.0, 0.0)
    assert answer.verdict == "in doubt anyway"
    assert "it is there anyway" in answer.summary()


def test_what_is_no_change_is_refused():
    """A table of changes is not one of them, and a factor is positive."""
    series = CountSeries.from_arrays(RISE, range(1990, 1999))
    changes = detect_changes(series)

    with pytest.raises(SettingError, match=r"change must be a Change, got .*; detect_changes"):
        reporting_sensitivity(changes)
    with pytest.raises(SettingError, match="factors must be a positive finite number, got 0"):
        reporting_sensitivity(changes.found[0], factors=[1, 0])
    assert change_posterior(series).probability_between(1994, 1996) > 0.9
