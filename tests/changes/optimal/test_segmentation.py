"""The best segmentation: exact, whatever the exposures."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from engagement.changes.optimal import optimum
from engagement.changes.optimal.dynamic_programming import penalised_partition
from engagement.changes.optimal.segmentation import segment as segment_by_any_family
from engagement.counting.series import CountSeries
from engagement.errors import SeriesError, SettingError
from engagement.models.negative_binomial import NegativeBinomial
from engagement.models.segment_costs import PoissonCost
from naive import changes as naive
from strategies.series import (
    build,
    count_series,
    few,
    places_of,
    scaled,
    seen_parts,
)

penalties = st.sampled_from(["aic", "bic", "mbic", 0.0, 0.3, 5.0])


def segment(series, **settings):
    """Segment counts that are taken for Poisson, unless another family is asked for."""
    return segment_by_any_family(series, **{"family": "poisson"} | settings)


def as_if_long(series, **settings):
    """Segment a series in the way of long ones; give the answer and its path."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(optimum, "LONG", 1)
        found = segment(series, **settings)
        return found, found.path()


def close(a, b):
    return a == pytest.approx(b, rel=1e-9, abs=1e-9 * max(1.0, abs(a)))


@given(count_series(), penalties, st.sampled_from([None, 0, 1, 2]))
def test_no_segmentation_does_better(series, penalty, max_changes):
    """The objective is the least over every segmentation, one at a time."""
    counts, exposures = seen_parts(series)

    best = segment(series, penalty=penalty, max_changes=max_changes)

    ways = naive.segmentations(len(counts), 1, max_changes)
    least = min(naive.cost(way, counts, exposures) + best.penalty * len(way) for way in ways)
    assert close(best.objective, least)
    assert close(best.cost, naive.cost(places_of(series, best.dates), counts, exposures))


@given(count_series(min_observed=6, max_observed=9), penalties, st.integers(2, 3))
def test_no_segmentation_with_long_segments_does_better(series, penalty, min_length):
    """With a least length the objective is the least over what is left."""
    counts, exposures = seen_parts(series)

    best = segment(series, penalty=penalty, min_length=min_length)

    ways = naive.segmentations(len(counts), min_length)
    assert tuple(places_of(series, best.dates)) in ways
    least = min(naive.cost(way, counts, exposures) + best.penalty * len(way) for way in ways)
    assert close(best.objective, least)


@given(count_series(min_observed=2), st.integers(1, 2))
def test_every_number_of_changes_has_its_best(series, min_length):
    """The path gives the least cost for each number of changes."""
    counts, exposures = seen_parts(series)
    assume(len(counts) >= 2 * min_length)

    path = segment(series, min_length=min_length).path()

    for n_changes, row in path.iterrows():
        ways = [
            way for way in naive.segmentations(len(counts), min_length) if len(way) == n_changes
        ]
        assert close(row["cost"], min(naive.cost(way, counts, exposures) for way in ways))
        assert len(row["dates"]) == n_changes
    assert len(path) == len(counts) // min_length


@given(count_series(min_observed=2, counts=few))
def test_the_path_says_which_penalty_gives_how_many_changes(series):
    """Any penalty inside the range of a number of changes gives that number."""
    path = segment(series).path()

    for n_changes, row in path.dropna().iterrows():
        low, high = row["penalty_low"], min(row["penalty_high"], row["penalty_low"] + 100)
        if high - low > 1e-6:
            assert segment(series, penalty=(low + high) / 2).n_changes == n_changes
    assert path["penalty_high"].iloc[0] == np.inf
    assert path["penalty_low"].iloc[-1] == 0 or np.isnan(path["penalty_low"].iloc[-1])


def test_a_path_that_ends_early_says_the_same_of_what_it_lists():
    """Ranges are those among all numbers of changes, those beyond the path too."""
    counts = np.random.default_rng(3).poisson(np.repeat([2, 7, 1, 4, 9], 6))
    found = segment(CountSeries.from_arrays(counts, range(1900, 1930)))
    whole = found.path(29)

    assert len(found.path()) == 21
    for last in (0, 1, 5, 12):
        pd.testing.assert_frame_equal(found.path(last), whole.iloc[: last + 1])
    pd.testing.assert_frame_equal(segment(found.series, max_changes=3).path(), whole.iloc[:4])


@given(count_series(), penalties, st.integers(1, 3), st.sampled_from([None, 0, 1, 3]))
def test_long_series_are_solved_as_short_ones(series, penalty, min_length, max_changes):
    """The solver of long series finds the same least objective, and the same ranges."""
    assume(min_length == 1 or series.n_observed >= 2 * min_length)
    settings = {"penalty": penalty, "min_length": min_length, "max_changes": max_changes}
    short = segment(series, **settings)
    path = short.path()

    found, found_path = as_if_long(series, **settings)

    assert close(found.objective, short.objective)
    size = 1 + path["cost"].abs().max()
    assert np.allclose(found_path["cost"], path["cost"], rtol=0, atol=1e-12 * size)
    wide = path["penalty_high"] - path["penalty_low"] > 1e-9 * size
    for column in ("penalty_low", "penalty_high"):
        ends = found_path[column][wide], path[column][wide]
        assert np.allclose(*ends, rtol=0, atol=1e-10 * size)


def test_a_series_of_five_thousand_periods_is_solved_as_short_ones(monkeypatch):
    """On either side of the length from which on the other solver is used, costs are the same."""
    rng = np.random.default_rng(8)
    exposures = rng.choice([0.0, 0.5, 1.0], 6000)
    rates = np.repeat(rng.uniform(0.5, 4, 40), 150)
    periods = pd.period_range("2000-01-01", periods=6000, freq="D")
    counts = np.where(exposures > 0, rng.poisson(rates * exposures), np.nan)
    series = CountSeries.from_arrays(counts, periods, exposures)
    settings = [{}, {"penalty": 2}, {"min_length": 20}]
    monkeypatch.setattr(optimum, "LONG", series.n_observed)

    long = [segment(series, **setting) for setting in settings]

    monkeypatch.setattr(optimum, "LONG", series.n_observed + 1)
    for setting, found in zip(settings, long, strict=True):
        short = segment(series, **setting)
        assert found.objective == pytest.approx(short.objective, rel=1e-12)
        assert found.n_changes == short.n_changes > 10


@given(count_series(), st.floats(0, 20), st.floats(0.01, 20))
def test_a_larger_penalty_never_means_more_changes(series, penalty, more):
    """The number of changes falls as the penalty grows."""
    few_changes = segment(series, penalty=penalty + more).n_changes

    assert few_changes <= segment(series, penalty=penalty).n_changes


@given(count_series(), penalties, st.sampled_from([2.0, 1 / 8, 4096.0]))
def test_scaling_exposure_scales_rates_and_moves_nothing(series, penalty, factor):
    """A longer year means lower rates and the same changes."""
    one, other = segment(series, penalty=penalty), segment(scaled(series, factor), penalty=penalty)

    assert one.dates == other.dates
    assert np.allclose(np.array(one.rates), np.array(other.rates) * factor, rtol=1e-12)


@given(count_series(), penalties)
def test_segments_cover_the_observed_periods_once(series, penalty):
    """Segments follow one another, and their events and years add up to all."""
    best = segment(series, penalty=penalty)
    frame = best.to_frame()

    assert len(frame) == best.n_changes + 1
    assert tuple(frame["start"][1:]) == best.dates
    assert [series.periods[position] for position in best.positions] == list(best.dates)
    assert (frame["start"] <= frame["end"]).all()
    assert (frame["start"][1:].to_numpy() > frame["end"][:-1].to_numpy()).all()
    assert frame["events"].sum() == series.total
    assert frame["exposure_years"].sum() == pytest.approx(series.total_years)
    assert np.allclose(frame["rate"], frame["events"] / frame["exposure_years"])


@given(count_series(min_observed=12, max_observed=40, counts=few), penalties, st.integers(1, 4))
def test_pruning_loses_nothing(series, penalty, min_length):
    """A longer series costs what a plain recursion over all last changes says."""
    counts, exposures = (np.array(part) for part in seen_parts(series))
    best = segment(series, penalty=penalty, min_length=min_length)

    least = [-best.penalty]
    for end in range(1, len(counts) + 1):
        values = [
            least[start]
            + naive.cost((), counts[start:end].tolist(), exposures[start:end].tolist())
            + best.penalty
            for start in range(end - min_length + 1)
        ]
        least.append(min(values, default=np.inf))

    assert close(best.objective, least[-1])


def test_exposures_over_many_decades_leave_no_rounding():
    """A tiny exposure after a huge one keeps all its digits."""
    series = CountSeries.from_arrays([5, 1, 1, 60], range(2000, 2004), [1e9, 1e-7, 1e-7, 1e-7])

    best = segment(series, penalty=1)

    assert best.rates == pytest.approx((5e-9, 1e7, 6e8), rel=1e-12)


def test_the_coal_series_changes_once_by_the_strictest_penalty(coal):
    """Yearly disasters fall to less than a third from 1892 on."""
    best = segment(coal)

    assert [str(date) for date in best.dates] == ["1892"]
    assert best.rates == pytest.approx((127 / 41, 64 / 71))


def test_equal_rates_at_unequal_exposures_are_one_segment():
    """Even without a penalty nothing is cut where nothing changes."""
    series = CountSeries.from_arrays([1, 2, 4, 0, 0], range(2000, 2005), [0.1, 0.2, 0.4, 3, 1])

    assert segment(series, penalty=0).positions == (3,)


@pytest.mark.parametrize("counts", [[], [np.nan], [np.nan, np.nan], [0], [7], [0, 0, 0], [3, 3]])
def test_nothing_to_cut_is_not_cut(counts):
    """No period, one, none observed, no events, no differences: no change."""
    years = [0.0 if np.isnan(count) else 1.0 for count in counts]
    best = segment(CountSeries.from_arrays(counts, range(2000, 2000 + len(counts)), years))

    assert best.positions == best.dates == ()
    assert len(best.rates) == (1 if any(years) else 0)
    assert np.isfinite(best.objective)
    assert len(best.path()) == max(sum(year > 0 for year in years), 1)
    assert "0 changes" in best.summary()


def test_one_huge_count_stands_alone():
    """A count of a trillion among small ones is a segment of its own."""
    series = CountSeries.from_arrays([1, 2, 10**12, 1, 0], range(2000, 2005))

    assert segment(series).positions == (2, 3)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"family": "posson"}, "family must be one of 'poisson', .*Did you mean 'poi"),
        ({"family": None}, "family must be one of 'poisson', 'negative_binomial', .*None"),
        ({"penalty": "mbik"}, r"penalty must be one of .*'mbik'.*Did you mean 'mbic'"),
        ({"penalty": -1}, "penalty must be a finite number of at least 0, .* got -1"),
        ({"penalty": np.inf}, "penalty must be a finite number of at least 0, .* got inf"),
        ({"penalty": np.nan}, "penalty must be a finite number of at least 0, .* got nan"),
        ({"penalty": True}, "penalty must be a finite number of at least 0, .* got True"),
        ({"min_length": 0}, "min_length must be a whole number of at least 1, got 0"),
        ({"min_length": 1.5}, "min_length must be a whole number of at least 1, got 1.5"),
        (
            {"min_length": 6},
            "min_length=6 leaves no room for a change in 8 observed periods; at least 12 are",
        ),
        ({"max_changes": -1}, "max_changes must be a whole number of at least 0, got -1"),
        ({"max_changes": True}, "max_changes must be a whole number of at least 0, got True"),
    ],
)
def test_a_setting_that_cannot_be_is_refused(settings, message):
    """The message shows the rule and the value."""
    series = CountSeries.from_arrays(range(8), range(2000, 2008))

    with pytest.raises(SettingError, match=message):
        segment(series, **settings)


def test_a_length_of_the_path_that_cannot_be_is_refused():
    """The message shows the rule and the value."""
    with pytest.raises(SettingError, match="max_changes must be a whole number of at least 0, go"):
        segment(CountSeries.from_arrays(range(8), range(2000, 2008))).path(-1)


def test_a_count_that_is_not_whole_is_refused_with_the_remedy():
    """The message names period, series and what to do."""
    series = CountSeries.from_arrays([1, 0.5], ["1996-03", "1996-04"], name="KGZ bilateral")

    with pytest.raises(SeriesError, match=r"got 0\.5 in period 1996-04 \(KGZ bilateral\); count w"):
        segment(series)


def test_a_sum_of_parts_that_is_whole_but_for_rounding_is_taken():
    """Three thirds are one event."""
    series = CountSeries.from_arrays([1 / 3 + 1 / 3 + 1 / 3, 0.1 * 30], [2000, 2001])

    assert segment(series, penalty=0).rates == (1.0, 3.0)


def test_a_gap_in_the_index_counts_as_not_observed():
    """A change after a gap is dated to the first observed period."""
    series = build(
        ["seen"] * 3 + ["missing", "blind"] + ["seen"] * 3, [1, 0, 1, 9, 8, 9], [1.0] * 6
    )

    best = segment(series)

    assert [str(date) for date in best.dates] == ["1995"]
    assert best.positions == (5,)


def test_a_segment_starts_only_where_one_of_the_least_length_can():
    """The kernel keeps to the least length also where a short segment would pay."""
    statistics = np.array([[0.0, 0, 50, 0, 0, 0], [1, 1, 1, 1, 1, 1]])

    assert penalised_partition(statistics, PoissonCost().cost, 1.0, 3) == [3]


def test_the_figure_shows_segments_and_changes(coal):
    """Rates are drawn as lines, changes as broken ones."""
    ax = segment(coal).plot()

    labels = ax.get_legend_handles_labels()[1]
    assert {"observed", "rate of the segment", "change"} <= set(labels)
    assert segment(coal).plot(ax) is ax


def test_large_counts_are_printed_whole():
    """No digit before the point is rounded away."""
    best = segment(CountSeries.from_arrays([123456, 0.0], [2000, 2001], [1, 0.25]))

    lines = best.summary().splitlines()

    assert lines[3].split() == ["2000", "2000", "123456", "1", "123456"]
    assert lines[4].split() == ["2001", "2001", "0", "0.25", "0"]


def test_a_table_of_many_segments_is_cut():
    """The first sixty segments are printed, and how many more there are; the frame has all."""
    best = segment(CountSeries.from_arrays([1, 9] * 50, range(1900, 2000)), penalty=0)

    lines = best.summary().splitlines()

    assert len(best.to_frame()) == 100
    assert lines[3].split()[:2] == ["1900", "1900"]
    assert lines[62].split()[:2] == ["1959", "1959"]
    assert lines[63] == "... and 40 more"


def test_the_table_of_a_monthly_series_has_periods_of_its_own_frequency():
    """Dates keep the frequency of the series."""
    periods = pd.period_range("2000-01", periods=6, freq="M")
    best = segment(CountSeries.from_arrays([0, 0, 0, 9, 9, 9], periods))

    assert best.to_frame()["start"].dtype == periods.dtype
    assert best.dates == (pd.Period("2000-04", "M"),)


def overdispersed(means, dispersion, seed):
    """Draw a yearly series of negative binomial counts."""
    rng = np.random.default_rng(seed)
    sizes = np.asarray(means, dtype=float) / (dispersion - 1)
    return CountSeries.from_arrays(
        rng.negative_binomial(sizes, 1 / dispersion), range(1900, 1900 + len(sizes))
    )


def test_counts_that_vary_more_than_poisson_counts_are_not_cut_to_pieces():
    """By default the dispersion within segments is found, and a change costs as many times more."""
    steady = [overdispersed(np.full(120, 20.0), 4, seed) for seed in range(20)]

    found = [segment_by_any_family(series) for series in steady]

    assert sum(best.n_changes for best in found) <= 2
    assert 3 < np.mean([best.dispersion for best in found]) < 5
    assert sum(segment(series).n_changes for series in steady) > 40
    assert "variance over mean within segments" in found[0].summary()


def test_changes_are_found_beside_dispersion():
    """Three levels far apart are three segments, with the dispersion that they were drawn with."""
    best = segment_by_any_family(overdispersed(np.repeat([10.0, 60, 20], 30), 3, 5))

    assert [date.year for date in best.dates] == pytest.approx([1930, 1960], abs=2)
    assert 2 < best.dispersion < 4


def test_the_answer_is_the_best_for_the_dispersion_that_it_tells():
    """What was found for an unknown dispersion is what is found where it is given."""
    for seed in range(30):
        series = overdispersed(np.repeat([4.0, 12, 4], 8), 2.5, seed)

        best = segment_by_any_family(series, penalty="aic")

        if best.dispersion > 1:
            known = segment(series, family=NegativeBinomial(dispersion=best.dispersion), penalty=1)
            assert known.positions == best.positions
            assert known.objective == pytest.approx(best.objective)
            assert "times as much" not in known.summary()


def test_poisson_counts_need_not_be_asserted():
    """On Poisson counts with changes, the default finds what asserting them finds."""
    rng = np.random.default_rng(2)
    same = 0
    for _ in range(40):
        counts = rng.poisson(np.repeat([2.0, 9], 14))
        series = CountSeries.from_arrays(counts, range(1900, 1928))
        same += segment_by_any_family(series).dates == segment(series).dates

    assert same >= 36
