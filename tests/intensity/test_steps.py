"""Trend against step: the fits, the two tests, and the words for them."""

import warnings
from math import lgamma

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import assume, given

from engagement.changes.optimal.segmentation import segment
from engagement.changes.testing.trend_and_step import TrendAndStep
from engagement.counting.series import CountSeries
from engagement.errors import SettingError
from engagement.intensity.design import years_of
from engagement.intensity.steps import compare_trend_and_step, verdict_of
from strategies.series import closed, count_series, few, panel, seen_parts

STEP = [1, 2, 1, 2, 1, 2, 9, 8, 10, 8, 9, 9]
TREND = [1, 1, 2, 2, 3, 4, 6, 8, 11, 15, 21, 28, 38, 52]


def yearly(counts, exposures=None, first=1993):
    """Make a yearly series."""
    return CountSeries.from_arrays(counts, range(first, first + len(counts)), exposures)


def poisson_log_likelihood(counts, means):
    """Sum the log chances of Poisson counts, those of zero where the mean is zero left out."""
    return sum(
        (count * np.log(mean) if count else 0.0) - mean - lgamma(count + 1)
        for count, mean in zip(counts, means, strict=True)
    )


@given(count_series(min_observed=3, counts=few))
def test_the_gain_is_that_of_two_fitted_models(series):
    """It is the log likelihood of the best of all steps less that of a Poisson GLM on time."""
    counts, years = map(np.array, seen_parts(series))
    assume(np.count_nonzero(counts) > 2 and max(years) / min(years) < 50)
    times = years_of(series.periods[series.observed])
    design = sm.add_constant(times - times.mean())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # some are fitted without rest
        trend = sm.GLM(counts, design, family=sm.families.Poisson(), offset=np.log(years)).fit()
    best = max(
        sum(
            poisson_log_likelihood(
                counts[part], years[part] * counts[part].sum() / years[part].sum()
            )
            for part in (slice(None, place), slice(place, None))
        )
        for place in range(1, len(counts))
    )

    found = compare_trend_and_step(series, n_draws=1)[0]

    assert found.gain == pytest.approx(best - trend.llf, abs=1e-5)
    assert np.log(found.ratio_a_year) == pytest.approx(trend.params[1], abs=1e-4)


def test_the_step_is_that_of_the_best_segmentation():
    """With one change allowed and no penalty, date and rates are the same."""
    series = yearly(STEP)
    best = segment(series, penalty=0, max_changes=1)

    found = compare_trend_and_step(series)[0]

    assert found.date == best.dates[0]
    assert (found.rate_before, found.rate_after) == pytest.approx(best.rates)


@pytest.mark.parametrize(
    ("counts", "verdict"),
    [
        (STEP, "a step, not a trend"),
        (TREND, "a trend, not a step"),
        ([3, 2, 4, 3, 2, 3, 4, 3], "cannot tell"),
        ([0, 1, 0, 1, 1, 2, 1, 2], "cannot tell"),
        ([2] * 8 + [40] * 8 + [2] * 4 + [100] * 6, "neither a trend nor a step"),
    ],
)
def test_verdicts_are_in_plain_words(counts, verdict):
    """A planted step, a planted trend, nothing, a few events, and what is neither."""
    assert compare_trend_and_step(yearly(counts), n_draws=499)[0].verdict == verdict


@pytest.mark.parametrize(
    ("p_flat", "p_trend", "p_step", "verdict"),
    [
        (0.05, 0.05, 0.06, "a step, not a trend"),
        (0.05, 0.06, 0.05, "a trend, not a step"),
        (0.06, 0.06, 0.05, "cannot tell"),
        (0.06, 0.05, 0.06, "cannot tell"),
        (0.05, 0.06, 0.06, "cannot tell"),
        (0.06, 0.05, 0.05, "neither a trend nor a step"),
    ],
)
def test_what_is_ruled_out_decides_the_words(p_flat, p_trend, p_step, verdict):
    """A p-value of at most one minus the level rules its model out."""
    assert verdict_of(p_flat, p_trend, p_step, 1 - 0.95) == verdict


def test_a_constant_rate_is_ruled_out_by_what_it_rarely_gives():
    """Its p-value is small for a step and a trend, and not for neither."""
    p_flat = [
        compare_trend_and_step(yearly(counts), n_draws=499)[0].p_flat
        for counts in (STEP, TREND, [3, 2, 4, 3, 2, 3, 4, 3])
    ]

    assert p_flat[:2] == [1 / 500, 1 / 500]
    assert p_flat[2] > 0.2


@given(count_series(counts=few))
def test_periods_that_were_not_observed_leave_the_step(series):
    """Its rates are those of the observed periods, and its date is one of them."""
    one = compare_trend_and_step(series, n_draws=1)[0]
    other = compare_trend_and_step(closed(series), n_draws=1)[0]

    assert one.rate_before == pytest.approx(other.rate_before, nan_ok=True)
    assert one.rate_after == pytest.approx(other.rate_after, nan_ok=True)
    if one.date is not None:
        assert one.date in series.periods[series.observed]


@pytest.mark.parametrize("counts", [[], [3, 4], [0, 1, 0, 0], [0, 0, 0]])
def test_too_little_cannot_tell(counts):
    """With under three periods or two events there is nothing to compare."""
    found = compare_trend_and_step(yearly(counts))[0]

    assert (found.verdict, found.date) == ("cannot tell", None)
    assert np.isnan([found.p_flat, found.p_trend, found.p_step, found.gain]).all()


def test_all_events_at_one_end_are_a_steep_trend():
    """The slope is held at a bound, where its likelihood is that of all at the end."""
    models = TrendAndStep(times=np.linspace(-1, 1, 5), exposures=np.ones(5))
    rows = np.array([[0.0, 0, 0, 0, 7]])

    assert [fit[0] for fit in models.fits(rows)] == pytest.approx([0, 0], abs=1e-9)
    assert models.slopes(rows)[0] > 50


def test_shares_are_those_of_the_fits():
    """They sum to one, follow exposure, and share out the events of each segment."""
    models = TrendAndStep(times=np.linspace(-1, 1, 4), exposures=np.array([1.0, 2, 1, 1]))

    flat = models.trend_shares(0.0)
    step = models.step_shares(np.array([1.0, 2, 4, 5]), 2)

    assert flat == pytest.approx(np.array([1, 2, 1, 1]) / 5)
    assert step == pytest.approx(np.array([1, 2, 4.5, 4.5]) / 12)


def test_a_series_gets_the_same_answer_in_any_table():
    """Draws belong to the series and the seed."""
    alone = compare_trend_and_step(yearly(STEP), n_draws=99, rng=3)[0]

    table = panel([yearly(TREND[:12]), yearly(STEP)], ["KAZ", "KGZ"])
    within = compare_trend_and_step(table, n_draws=99, rng=3)[1]
    other = compare_trend_and_step(yearly([3, 1, 4, 2, 5, 3, 6]), n_draws=99, rng=4)[0]
    again = compare_trend_and_step(yearly([3, 1, 4, 2, 5, 3, 6]), n_draws=99, rng=5)[0]

    assert (alone.p_trend, alone.p_step) == (within.p_trend, within.p_step)
    assert (other.p_trend, other.p_step) != (again.p_trend, again.p_step)


def test_the_answer_has_a_table_a_summary_and_figures(meetings):
    """One row per series, with the settings; one series is drawn with its fits."""
    answer = compare_trend_and_step(meetings, n_draws=99)

    frame = answer.to_frame()
    assert frame["country"].tolist() == ["KAZ", "KGZ", "TJK", "TKM", "UZB"]
    assert list(frame.columns)[1:5] == ["verdict", "p_flat", "p_trend", "p_step"]
    assert "99 Poisson series drawn from each; seed 0" in answer.summary()
    assert answer.plot().get_xscale() == "log"
    single = compare_trend_and_step(meetings.series(country="TJK"), n_draws=99)
    labels = [text.get_text() for text in single.plot().get_legend().get_texts()]
    assert {"step", "trend", "observed"} <= set(labels)


@pytest.mark.parametrize(
    ("settings", "told"),
    [({"level": 1}, "level must lie .* got 1"), ({"n_draws": 0}, "n_draws must be .* got 0")],
)
def test_settings_that_cannot_be_are_refused(settings, told):
    """The message names the value."""
    with pytest.raises(SettingError, match=told):
        compare_trend_and_step(yearly(STEP), **settings)


def test_places_of_a_step_are_drawn_by_their_likelihood():
    """They are as often drawn as the counts are likely, by integrating over rates numerically."""
    counts, exposures = np.array([0.0, 1, 1, 3, 4]), np.array([1.0, 2, 1, 1, 1])
    models = TrendAndStep(times=np.linspace(-1, 1, 5), exposures=exposures)
    grid = (np.arange(20_000) + 0.5) / 20_000
    likely = []
    for place in range(1, 5):
        years = [exposures[:place].sum(), exposures[place:].sum()]
        events = [counts[:place].sum(), counts[place:].sum()]
        rates = (grid / years[0], (1 - grid) / years[1])
        likelihood = rates[0] ** events[0] * rates[1] ** events[1]
        likely.append((likelihood / np.sqrt(grid * (1 - grid))).sum())

    drawn = models.draw_places(counts, 40_000, np.random.default_rng(0))

    shares = np.bincount(drawn, minlength=5)[1:] / 40_000
    assert shares == pytest.approx(np.array(likely) / sum(likely), abs=0.01)


@pytest.mark.slow
@pytest.mark.parametrize("total", [15, 60])
@pytest.mark.parametrize("truth", ["flat", "trend", "step"])
def test_both_tests_hold_their_size(total, truth):
    """
    Of 300 series of 28 years the true model is ruled out at 5% in about 5%. Without any change
    both are true. The bound is three standard errors above 6%, the most that was measured.
    """
    bound = 0.06 + 3 * (0.06 * 0.94 / 300) ** 0.5
    models = TrendAndStep(times=np.linspace(-1, 1, 28), exposures=np.ones(28))
    shares = {
        "flat": np.full(28, 1 / 28),
        "trend": models.trend_shares(1.0),
        "step": models.step_shares(np.where(np.arange(28) < 14, 1.0, 4.0), 14),
    }[truth]
    rng = np.random.default_rng(total)
    rows = rng.multinomial(total, shares, size=300)

    answers = [compare_trend_and_step(yearly(row), n_draws=99)[0] for row in rows]

    if truth == "flat":
        assert np.mean([one.p_flat <= 0.05 for one in answers]) < bound
        assert np.mean([one.verdict != "cannot tell" for one in answers]) < 0.06
    if truth != "step":
        assert np.mean([one.p_trend <= 0.05 for one in answers]) < bound
    if truth != "trend":
        assert np.mean([one.p_step <= 0.05 for one in answers]) < bound
