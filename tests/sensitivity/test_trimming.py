"""Whether a change is still found when the ends of the window are cut."""

import numpy as np
import pytest

from engagement.changes.detect.detection import detect_changes
from engagement.changes.posterior.inference import change_posterior
from engagement.counting.series import CountSeries
from engagement.errors import SettingError
from engagement.sensitivity.trimming import window_sensitivity


def change_in(counts, exposures=None, number=1):
    """Give one change of a yearly series."""
    series = CountSeries.from_arrays(counts, range(1990, 1990 + len(counts)), exposures)
    return detect_changes(series, null="poisson", family="poisson").found[number - 1]


FIRM = [1, 2, 1, 0, 2, 1, 1, 2, 1, 1, 9, 8, 11, 9, 10, 9, 12, 8, 9, 10]


def test_the_whole_window_gives_the_change_itself():
    """The first row is uncut, with the change's own probability and all events."""
    change = change_in(FIRM)

    whole = window_sensitivity(change).windows[0]

    assert whole.probability == pytest.approx(change.probability, abs=1e-12)
    assert (whole.end, whole.n_before, whole.n_after) == ("neither", 10, 10)
    assert whole.n_events == sum(FIRM)


def test_each_window_is_what_its_own_counts_give():
    """A window's probability is that of a series which never had the rest."""
    change = change_in(FIRM)

    for window in window_sensitivity(change).windows:
        years = range(int(str(window.since)), int(str(window.until)) + 1)
        counts = FIRM[years[0] - 1990 : years[-1] - 1989]
        length = min(change.min_length, max(len(counts) // 2, 1))
        series = CountSeries.from_arrays(counts, years)
        alone = change_posterior(series, family=change.family, min_length=length)
        expected = alone.probability_between(
            max(change.date_low, window.since), min(change.date_high, window.until)
        )
        assert window.probability == pytest.approx(expected, abs=1e-12)
        assert window.n_before + window.n_after == len(counts)


def test_a_firm_change_leans_on_neither_end():
    """It is found down to a few periods on either side."""
    answer = window_sensitivity(change_in(FIRM))

    assert not answer.leans_on_start
    assert not answer.leans_on_end
    assert "it leans on neither end" in answer.summary()
    assert int(str(answer.latest_since)) >= 1995
    assert int(str(answer.earliest_until)) <= 2004


def test_a_rise_out_of_an_empty_start_says_so():
    """It is lost without the years before the first event, and told as such."""
    change = change_in([0] * 10 + [2, 1, 2, 1, 2, 2, 3, 1, 2, 3])

    answer = window_sensitivity(change)

    assert answer.is_lost_without_empty_start
    assert answer.leans_on_start
    assert "nothing was counted up to 1999, right before it" in answer.summary()


def test_an_empty_stretch_further_back_is_left_out_on_its_own():
    """The window that begins with the first event is among those tried, however few are."""
    change = change_in([0, 0, 0, 0, 0, 1, 0, 1, 8, 7, 9, 8, 9])

    answer = window_sensitivity(change, n_windows=1)

    assert "1995" in [str(window.since) for window in answer.cut("start")]
    assert not answer.is_lost_without_empty_start
    assert "nothing was counted up to 1994: without that stretch" in answer.summary()


def test_a_change_that_needs_its_last_periods_leans_on_the_end():
    """A slight rise is not found from the first half of what came after."""
    change = change_in([3, 2, 4, 3, 2, 3, 4, 3, 5, 6, 4, 5, 6, 9, 9, 10])

    answer = window_sensitivity(change)

    assert answer.leans_on_end
    assert "it leans on the end" in answer.summary()


def test_unobserved_periods_are_passed_over():
    """Windows start and end with observed periods, and count those alone."""
    counts = [1.0, 2, 1, np.nan, np.nan, 1, 2, 9, 8, np.nan, 9, 10, 8]
    exposures = np.where(np.isnan(counts), 0.0, 1.0)

    answer = window_sensitivity(change_in(counts, exposures))

    seen = {year + 1990 for year in np.flatnonzero(exposures)}
    assert {int(str(window.since)) for window in answer.windows} <= seen
    assert {int(str(window.until)) for window in answer.windows} <= seen
    assert answer.windows[0].n_before == 5
    assert answer.to_frame()["n_events"].iloc[0] == 51
    assert answer.plot().get_ylabel() == "probability of the change"


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda change: window_sensitivity(None), "change must be a Change, got None"),
        (
            lambda change: window_sensitivity(change, n_windows=0),
            "n_windows must be a whole number of at least 1, got 0",
        ),
        (
            lambda change: window_sensitivity(change).cut("top"),
            "end must be one of 'start', 'end', got 'top'",
        ),
    ],
)
def test_what_cannot_be_asked_is_refused(ask, message):
    """Each message names what may be asked."""
    with pytest.raises(SettingError, match=message):
        ask(change_in(FIRM))
