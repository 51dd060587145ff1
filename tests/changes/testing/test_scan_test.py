"""The test for any change: exact if counts are Poisson, and it finds steps and bursts."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, reject, settings
from hypothesis import strategies as st

from engagement.changes.posterior.segmentation_inference import inverse_bayes_factor
from engagement.changes.testing.null_layout import NullLayout
from engagement.changes.testing.nulls import NULLS
from engagement.changes.testing.scan_test import ResamplingTable, make_table, scan_test
from engagement.changes.testing.windows import Ranks, Windows, rank_first, window_lengths
from engagement.counting.series import CountSeries
from engagement.errors import SeriesError, SettingError
from engagement.models.families import read_family
from engagement.models.observed import read_series
from engagement.settings.seeds import series_generator
from engagement.settings.tuned import MODEL_SHARE
from naive import changes as naive
from strategies.series import build, closed, count_series, few, mirrored, seen_parts


def statistics(rows, exposures):
    """Give both statistics of rows of counts."""
    rows, exposures = np.array(rows, dtype=np.int64), np.array(exposures)
    return tuple(
        windows.log_mean_ratios(rows)
        for windows in (Windows.splits(exposures), Windows.inner(exposures))
    )


@pytest.mark.usefixtures("way")
@given(count_series(min_observed=2, counts=few | st.just(40)))
def test_the_statistics_equal_those_of_going_through_all_windows(series):
    """Mean likelihood ratios over splits and over inner windows, alone and in a table."""
    counts, exposures = seen_parts(series)
    assume(sum(counts))
    try:
        expected = naive.mean_ratios(counts, exposures, window_lengths(len(counts)))
    except OverflowError:
        reject()
    assume(max(expected) < 500)

    alone = statistics([counts], exposures)
    table = statistics([counts] * 140, exposures)
    among = statistics([counts] * 3 + [[2 * count for count in counts]], exposures)

    for kind in (0, 1):
        assert alone[kind][0] == pytest.approx(expected[kind], rel=1e-6, abs=1e-6)
        assert (table[kind] == alone[kind][0]).all()
        assert among[kind][:3] == pytest.approx(alone[kind][0], rel=1e-9, abs=1e-8)


@given(count_series(min_observed=2, max_observed=12, counts=few))
def test_turning_time_round_changes_no_statistic(series):
    """A series and its mirror are equally uneven, to the last digit that is kept."""
    assume(series.total)

    one, other = (
        statistics([seen_parts(s)[0]], seen_parts(s)[1]) for s in (closed(series), mirrored(series))
    )

    assert np.allclose(one, other, atol=2e-9)


@given(count_series(min_observed=2))
def test_periods_that_were_not_observed_change_nothing(series):
    """Without them p-value and statistic are the same, and the date is the same period."""
    one, other = (scan_test(s, null="poisson", n_draws=50) for s in (series, closed(series)))

    assert (one.p_value, one.statistic) == (other.p_value, other.statistic)
    if one.date is not None:
        seen = list(series.periods[series.observed])
        assert one.date == seen[int(other.date.year) - 1990]


@given(count_series(), st.integers(1, 60))
def test_p_values_are_ranks_in_the_table(series, n_draws):
    """They are at least one in so many draws and one, and at most 1."""
    test = scan_test(series, null="permutation", n_draws=n_draws)

    if test.date is None:
        assert (test.p_value, test.n_draws) == (1, 0)
    else:
        assert test.n_draws == n_draws
        assert 1 <= round(test.p_value * (n_draws + 1), 9) <= n_draws + 1
        assert test.p_value * (n_draws + 1) == pytest.approx(round(test.p_value * (n_draws + 1)))


def test_several_levels_are_not_taken_for_dependence():
    """Neighbours are alike by either; the model, which has its share of the level, tells which."""
    means = np.repeat([20.0, 60.0, 30.0, 90.0], 15)
    levels = np.random.default_rng(1).poisson(means)
    series = CountSeries.from_arrays(levels, range(1900, 1960))
    table = make_table(read_series(series, read_family("auto")), NULLS["robust"], 0)
    table.grow_to(99)

    assert table.ranks.p_value > 0.05
    assert table.p_value == scan_test(series).p_value < 1e-6
    assert table.p_value == inverse_bayes_factor(levels, np.ones(60), np.ones(60)) / MODEL_SHARE


def test_the_model_is_not_asked_where_order_tells():
    """The p-value of a series whose neighbours do not resemble one another is its rank."""
    series = CountSeries.from_arrays([2, 1, 3, 1, 2, 2, 1, 3, 1, 2] * 3, range(1900, 1930))
    table = make_table(read_series(series, read_family("auto")), NULLS["robust"], 0)
    table.grow_to(99)

    assert table.p_value == table.ranks.p_value


def test_ranks_count_equal_rows_against_a_change():
    """A row that many others equal is not taken for rare."""
    same = np.zeros(5)

    assert rank_first(np.array([3.0, 1.0, 3.0, 2.0])).tolist() == [2, 4, 2, 3]
    assert Ranks.of(same + 1, same + 1).p_value == 1


def test_ranks_weigh_splits_and_windows_three_to_two():
    """The lesser rank is ranked again among all rows."""
    split, window = np.array([4.0, 5, 3, 2, 1]), np.array([9.0, 1, 2, 3, 4])

    ranks = Ranks.of(split, window)

    assert (ranks.p_split, ranks.p_window) == pytest.approx((2 / 5, 1 / 5))
    # lesser of 2 split ranks and 3 window ranks: 3, 2, 6, 8, 6
    assert ranks.p_value == pytest.approx(2 / 5)


@pytest.mark.parametrize("exposures", [[1.0] * 6, [1, 0.5, 2, 1, 0.25, 1], [1e-6, 1, 1e6, 1, 1, 1]])
@pytest.mark.parametrize("total", [1, 2, 3])
def test_p_values_are_valid_however_sparse(exposures, total):
    """Over all outcomes of a few events the chance of a p-value up to any level is at most that."""
    exposures = np.array(exposures)
    rows = np.unique(
        [np.bincount(cells, minlength=6) for cells in np.ndindex(*[6] * total)],
        axis=0,
    )
    chances = [
        naive.multinomial(row.tolist(), (exposures / exposures.sum()).tolist()) for row in rows
    ]
    rng = np.random.default_rng(total)

    p_values = np.array(
        [
            [
                scan_test(
                    CountSeries.from_arrays(row, range(2000, 2006), exposures),
                    null="poisson",
                    n_draws=39,
                    rng=rng,
                ).p_value
                for _ in range(20)
            ]
            for row in rows
        ]
    )

    assert sum(chances) == pytest.approx(1)
    for level in (0.05, 0.1, 0.3, 0.6):
        assert chances @ (p_values <= level).mean(axis=1) <= level + 0.03


def test_a_planted_step_is_found_and_dated():
    """From one to seven events a year in the middle: no doubt, and where."""
    series = CountSeries.from_arrays([1, 0, 2, 1, 1, 1, 7, 8, 6, 7, 9, 6], range(2000, 2012))

    test = scan_test(series, null="poisson")

    assert test.p_value == 0.001
    assert test.date == pd.Period("2006")
    assert test.to_frame()["kind"].tolist() == ["split", "window"]
    assert test.to_frame().loc[0, ["rate_within", "rate_without"]].tolist() == [43 / 6, 1]


def test_a_planted_burst_is_found_and_dated():
    """Two years of many events amid few: the window says from when to when."""
    series = CountSeries.from_arrays([1, 0, 1, 1, 0, 8, 9, 1, 0, 1, 1, 0], range(2000, 2012))

    test = scan_test(series, null="poisson")
    window = test.to_frame().set_index("kind").loc["window"]

    assert test.p_value <= 0.002
    assert (str(test.date), str(window["start"]), str(window["end"])) == ("2005", "2005", "2006")
    assert window["p_value"] < test.to_frame().set_index("kind").loc["split", "p_value"]


def test_uneven_exposure_is_no_change():
    """Ten times the events in ten times the exposure is the same rate."""
    series = CountSeries.from_arrays(
        [3, 2, 4, 30, 28, 33], range(2000, 2006), [1, 1, 1, 10, 10, 10]
    )

    for null in NULLS:
        assert scan_test(series, null=null).p_value > 0.2


def test_simulated_series_keep_the_total_and_follow_the_exposures():
    """Events fall into periods in proportion to how long these were observed."""
    exposures = np.array([1.0, 0.25, 3.0, 5.75])
    draws = NULLS["poisson"].prepare(np.array([4.0, 0, 9, 7]), NullLayout.of(exposures))
    rows = draws.draw(5000, np.random.default_rng(0))

    assert (rows.sum(axis=1) == 20).all()
    assert rows.mean(axis=0) == pytest.approx(2 * exposures, abs=0.15)


def test_draws_come_in_stages():
    """A series with nothing in it is given up after the first, others get more."""
    quiet = CountSeries.from_arrays([2, 1, 2, 2, 1, 2], range(2000, 2006))
    loud = CountSeries.from_arrays([0] * 9 + [9, 7] * 4, range(2000, 2017))

    for null in NULLS:
        assert scan_test(quiet, null=null).n_draws == 99
        assert scan_test(loud, null=null).n_draws == 999
        assert scan_test(quiet, null=null, n_draws=10).n_draws == 10


def test_the_same_seed_gives_the_same_p_value():
    """None is a fixed seed; a name or a generator's state does not matter to a seed."""
    counts = [2, 1, 0, 2, 5, 3, 4, 1]
    series = CountSeries.from_arrays(counts, range(2000, 2008))
    renamed = CountSeries.from_arrays(counts, range(1900, 1908), name="another")

    tests = [scan_test(s, n_draws=300, rng=rng) for s in (series, renamed) for rng in (None, 0)]
    others = {scan_test(series, n_draws=300, rng=rng).p_value for rng in range(8)}
    moving = np.random.default_rng(2)
    moved = {scan_test(series, n_draws=300, rng=moving).p_value for _ in range(8)}

    assert len({test.p_value for test in tests}) == 1
    assert len(others) > 1
    assert len(moved) > 1


def test_series_of_a_panel_do_not_share_their_draws():
    """One seed gives other numbers to other counts, and to other uses."""
    one, two = np.array([1.0, 2.0]), np.array([2.0, 1.0])

    firsts = {
        series_generator(seed, counts, stream=stream).random()
        for seed in (0, 1)
        for counts in (one, two)
        for stream in (0, 1)
    }
    assert len(firsts) == 8
    assert series_generator(0, one, 0).random() == series_generator(0, one.copy(), 0).random()


@pytest.mark.parametrize(
    "series",
    [
        CountSeries.from_arrays([], []),
        CountSeries.from_arrays([0, 0, 0], [2000, 2001, 2002]),
        CountSeries.from_arrays([7], [2000]),
        build(["seen", "blind", "blind"], [7], [1.0]),
    ],
)
def test_nothing_to_see_is_p_one(series):
    """No events, or one observed period: no date, and the summary says that no test can say."""
    test = scan_test(series)

    assert (test.p_value, test.date, test.n_draws) == (1, None, 0)
    assert "no test can say" in test.summary()
    assert len(test.to_frame()) == 0
    assert test.plot() is not None


def test_two_periods_have_one_split():
    """The shortest series that can be tested."""
    test = scan_test(CountSeries.from_arrays([0, 30], [2000, 2001]), null="poisson")

    assert test.p_value == 0.001
    assert str(test.date) == "2001"
    assert test.to_frame()["kind"].tolist() == ["split"]


def test_one_huge_count_is_a_change():
    """A trillion events in one period, and few elsewhere, without overflow."""
    series = CountSeries.from_arrays([1, 2, 10**12, 1, 0, 3], range(2000, 2006))
    test = scan_test(series, null="poisson")

    assert test.p_value == 0.001
    assert str(test.date) == "2002"
    assert np.isfinite(test.statistic)


@settings(max_examples=20)
@given(count_series(min_observed=2, counts=few), st.sampled_from(list(NULLS.values())))
def test_a_table_that_grows_equals_one_made_at_once(series, null):
    """Draws are added to those before, so that stages cost nothing twice."""
    counts, exposures = (np.array(part) for part in seen_parts(series))
    assume(counts.sum())
    tables = [
        ResamplingTable(counts[None, :], NullLayout.of(exposures), null, np.random.default_rng(1))
        for _ in range(2)
    ]
    tables[0].grow_to(20)
    tables[0].grow_to(60)
    tables[1].grow_to(60)

    assert tables[0].n_draws == tables[1].n_draws == 60
    assert len(tables[0].split) == len(tables[0].window) == 61


@pytest.mark.slow
@pytest.mark.parametrize("mean", [0.1, 0.5, 3])
@pytest.mark.parametrize("uneven", [False, True])
def test_the_test_holds_its_size(mean, uneven):
    """Without change at most one series in twenty has a p-value up to .05, however sparse."""
    rng = np.random.default_rng([int(10 * mean), uneven])
    n_series, n_periods = 1000, 28
    exposures = rng.choice([0.2, 1, 5, 0], n_periods, p=[0.3, 0.4, 0.2, 0.1]) if uneven else None
    years = np.ones(n_periods) if exposures is None else exposures
    periods = pd.period_range("1993", periods=n_periods, freq="Y")

    p_values = [
        scan_test(
            CountSeries.from_arrays(
                np.where(years > 0, rng.poisson(mean * years), np.nan), periods, years
            ),
            null="poisson",
            rng=rng,
        ).p_value
        for _ in range(n_series)
    ]

    for level in (0.01, 0.05, 0.2):
        error = 3 * (level * (1 - level) / n_series) ** 0.5
        assert np.mean(np.array(p_values) <= level) <= level + error


@pytest.mark.parametrize(
    ("ask", "error", "message"),
    [
        (
            {"null": "poison"},
            SettingError,
            "null must be one of .*'poisson', got 'poison'. Did you mean 'poi",
        ),
        ({"season": 1}, SettingError, "season must be a whole number of at least 2, got 1"),
        ({"season": "12"}, SettingError, "season must be a whole number of at least 2, got '12'"),
        ({"n_draws": 0}, SettingError, "n_draws must be a whole number of at least 1, got 0"),
        ({"n_draws": 9.5}, SettingError, "n_draws must be a whole number of at least 1, got 9.5"),
        ({"rng": -1}, SettingError, "rng must be .* at least 0, or None, got -1"),
        ({"rng": True}, SettingError, "rng must be .* at least 0, or None, got True"),
    ],
)
def test_a_setting_that_cannot_be_is_refused(ask, error, message):
    """The message shows the rule and the value."""
    with pytest.raises(error, match=message):
        scan_test(CountSeries.from_arrays([1, 2], [2000, 2001]), **ask)


def test_counts_too_large_to_be_exact_are_refused():
    """Beyond 2**53 a float no longer holds each whole number."""
    with pytest.raises(SeriesError, match=r"counts must sum to less than 2\*\*53"):
        scan_test(CountSeries.from_arrays([1, 1e300], [2000, 2001]))


def test_the_figure_shows_the_best_window():
    """Rates in and out of it are drawn, for a split, and for a window."""
    step = scan_test(CountSeries.from_arrays([1, 1, 1, 9, 9, 9], range(2000, 2006)))
    burst = scan_test(
        CountSeries.from_arrays([1, 0, 1, 1, 0, 8, 9, 1, 0, 1, 1, 0], range(2000, 2012)),
        null="poisson",
    )

    for test, n_changes in ((step, 1), (burst, 2)):
        lines = [line for line in test.plot().lines if line.get_linestyle() == "--"]
        assert len(lines) == n_changes
