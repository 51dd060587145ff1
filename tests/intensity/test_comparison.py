"""Ratios of rates between countries, channels and spans."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

from engagement.changes.optimal.segmentation import segment
from engagement.counting.counting import count_events
from engagement.counting.series import CountSeries
from engagement.errors import LabelError, SettingError
from engagement.events.coverage import Coverage
from engagement.events.events import Meeting
from engagement.intensity.comparison import compare_rates, exact_ratio
from engagement.log.eventlog import EventLog
from strategies.series import few, panel


def yearly(counts, exposures=None, first=1993):
    """Make a yearly series."""
    return CountSeries.from_arrays(counts, range(first, first + len(counts)), exposures)


def two(first, second, **settings):
    """Compare two countries with counts and exposures."""
    table = panel([yearly(*first), yearly(*second)], ["KAZ", "KGZ"])
    return compare_rates(table, over="country", **settings)[0]


def test_a_ratio_is_that_of_rs_example():
    """Eleven events in 800 years against 21 in 3011, as R prints them for poisson.test."""
    found = two(([11], [800]), ([21], [3011]))

    assert found.ratio == pytest.approx(1.971488, abs=1e-6)
    assert (found.low, found.high) == pytest.approx((0.8584264, 4.2772659), abs=1e-6)


@given(st.integers(0, 9), st.integers(0, 9), st.sampled_from([0.5, 1.0, 3.0]))
def test_the_exact_p_value_is_twice_the_lesser_tail(first, second, years):
    """It is that of the binomial distribution given the total."""
    share = years / (years + 1)
    tails = (
        stats.binom.cdf(first, first + second, share),
        stats.binom.sf(first - 1, first + second, share),
    )

    found = two(([first], [years]), ([second], [1]))

    assert found.p_value == pytest.approx(min(1, 2 * min(tails)))


@given(
    st.integers(0, 12),
    st.integers(0, 12),
    st.sampled_from([0.5, 1.0, 3.0]),
    st.sampled_from([0.8, 0.95]),
)
def test_the_interval_leaves_out_1_where_the_test_rejects(first, second, years, level):
    """The exact p-value and the interval are of one mind."""
    found = two(([first], [years]), ([second], [1]), level=level)
    assume(abs(found.p_value - (1 - level)) > 1e-9)

    assert (found.p_value < 1 - level) == (not found.low <= 1 <= found.high)


@given(few, few, st.sampled_from([0.5, 1.0, 3.0]), st.sampled_from([0.25, 10.0]))
def test_turning_a_pair_round_inverts_its_ratio(one, other, years, factor):
    """The ratio, its ends and the p-value are those of the pair the other way, in any unit."""
    there = two(([one], [years]), ([other], [1]))
    back = two(([other], [factor]), ([one], [years * factor]))

    assert there.p_value == pytest.approx(back.p_value)
    with np.errstate(divide="ignore"):
        assert there.ratio == pytest.approx(np.divide(1, back.ratio), nan_ok=True)
        assert there.low == pytest.approx(np.divide(1, back.high))


def test_without_events_nothing_is_ruled_out():
    """No events on both sides give no ratio, an interval without bounds, and p of 1."""
    found = two(([0], [1]), ([0], [2]))

    assert np.isnan(found.ratio)
    assert (found.low, found.high, found.p_value) == (0, np.inf, 1)


def test_a_side_without_events_has_one_bound():
    """Nothing on the second side gives an infinite ratio with a finite lower end."""
    found = two(([6], [1]), ([0], [1]))

    assert found.ratio == found.high == np.inf
    assert found.low == pytest.approx(exact_ratio((6, 0), (1, 1), 0.95)[0])
    assert 0 < found.low < 6


def test_what_was_not_observed_is_not_compared():
    """A side without exposure has NaN, and the summary says so."""
    table = panel([yearly([np.nan], [0]), yearly([4])], ["KAZ", "KGZ"])

    comparison = compare_rates(table, over="country")

    assert np.isnan([comparison[0].ratio, comparison[0].low, comparison[0].p_value]).all()
    assert "1 could not be compared" in comparison.summary()
    comparison.plot()


def test_only_years_observed_in_both_are_compared():
    """A year that one side did not observe counts on neither."""
    first, second = ([9, 2, 1], None), ([np.nan, 2, 1], [0, 1, 1])

    assert two(first, second).n_events == (3, 3)
    assert two(first, second).exposure_years == (2, 2)


def test_all_pairs_or_a_reference(meetings):
    """Five countries make ten pairs; with a reference each of the others stands first."""
    pairs = compare_rates(meetings, over="country")
    fixed = compare_rates(meetings, over="country", reference="TKM")

    assert [(one.first, one.second) for one in pairs][:2] == [("KAZ", "KGZ"), ("KAZ", "TJK")]
    assert len(pairs) == 10
    assert [(one.first, one.second) for one in fixed] == [
        (name, "TKM") for name in ("KAZ", "KGZ", "TJK", "UZB")
    ]


def test_p_values_are_adjusted_by_the_rule_of_holm(meetings):
    """The k-th smallest of m is multiplied by m + 1 - k, and none falls below the one before."""
    comparison = compare_rates(meetings, over="country")
    p_values = np.sort([one.p_value for one in comparison])
    steps = np.maximum.accumulate(p_values * np.arange(len(p_values), 0, -1))

    adjusted = np.sort([one.p_adjusted for one in comparison])

    assert adjusted == pytest.approx(np.minimum(steps, 1))


def test_spans_are_compared_with_the_one_before():
    """The later span stands first, so that a ratio above 1 is a rise."""
    found = compare_rates(
        yearly([1, 0, 2, 4, 6, 5, 1, 0]), over="segment", by_segment=["1996", "1999"]
    )

    assert [(one.first, one.second) for one in found] == [
        ("1996 to 1998", "1993 to 1995"),
        ("1999 to 2000", "1996 to 1998"),
    ]
    assert [one.ratio for one in found] == pytest.approx([5, 0.1])


def test_segments_that_were_found_are_not_tested():
    """Their difference is why they were found; the message says what to use."""
    series = yearly([1, 0, 2, 9, 8, 9])

    with pytest.raises(SettingError, match=r"found in counts cannot be tested .* detect_changes"):
        compare_rates(series, over="segment", by_segment=segment(series))


def test_events_on_both_sides_are_told():
    """A meeting with two countries stands on both sides of their comparison."""
    events = [
        Meeting(date="2001", channel="multilateral", countries=["KAZ", "KGZ"]),
        Meeting(date="2002", channel="multilateral", countries=["KAZ", "TJK"]),
        Meeting(date="2009", channel="multilateral", countries=["KAZ", "KGZ"]),
    ]
    log = EventLog(events)
    counts = count_events(
        log.with_coverage(Coverage.since_to(log, "2001", "2005")), by="country"
    ).select(country=["KAZ", "KGZ"])

    comparison = compare_rates(counts, over="country")

    assert comparison[0].n_shared == 1
    assert comparison[0].n_events == (2, 1)
    assert "some events stand on both sides" in comparison.summary()


@pytest.mark.parametrize(
    ("settings", "error", "told"),
    [
        (
            {"over": "chanel"},
            LabelError,
            "unknown axis 'chanel'; what can be .* 'country'",
        ),
        ({"over": "country", "reference": "KGX"}, LabelError, "no label 'KGX'.*'KAZ'"),
        ({"over": "country", "level": 2}, SettingError, "level must lie .* got 2"),
        ({"over": "country", "by_segment": ["1995"]}, SettingError, "by_segment goes with"),
        ({"over": "segment"}, SettingError, "over='segment' needs by_segment"),
        (
            {"over": "segment", "by_segment": ["1995"], "reference": "KAZ"},
            SettingError,
            "reference is a label of an axis",
        ),
    ],
)
def test_settings_that_cannot_be_are_refused(meetings, settings, error, told):
    """The message names the value, and what there is."""
    with pytest.raises(error, match=told):
        compare_rates(meetings, **settings)


def test_one_series_has_no_labels_to_compare():
    """A single series is compared over spans alone."""
    with pytest.raises(SettingError, match="compared over 'segment', got over='country'"):
        compare_rates(yearly([1, 2]), over="country")


def test_the_table_has_a_row_a_pair(meetings):
    """The axes that are not compared, both sides, and the numbers."""
    frame = compare_rates(meetings, over="segment", by_segment=["2001"]).to_frame()

    assert list(frame.columns) == [
        "country", "first", "second", "n_events_first", "n_events_second",
        "exposure_years_first", "exposure_years_second", "n_shared", "ratio", "low", "high",
        "p_value", "p_adjusted",
    ]  # fmt: skip
    kgz = frame[frame["country"] == "KGZ"].iloc[0]
    assert (kgz["n_events_first"], kgz["exposure_years_second"]) == (67, 8)
    assert kgz["ratio"] == pytest.approx(67 / 20 / (10 / 8))


def test_figures_have_a_row_a_pair(meetings):
    """On a logarithmic axis, with the pairs' names."""
    ax = compare_rates(meetings, over="country", reference="TKM").plot()

    assert ax.get_xscale() == "log"
    assert ax.get_yticklabels()[0].get_text() == "KAZ / TKM"
    assert "95% intervals" in ax.get_xlabel()


@pytest.mark.parametrize("mean", [0.5, 2.0, 8.0])
@pytest.mark.parametrize("ratio", [1.0, 3.0])
def test_intervals_of_ratios_cover_at_least_as_asked(mean, ratio):
    """Over all outcomes of two Poisson counts the interval holds the ratio with 95% or more."""
    counts = np.arange(100)
    first = stats.poisson.pmf(counts, 2 * mean * ratio)
    second = stats.poisson.pmf(counts, mean)
    held = 0.0
    for a in counts[first > 1e-7]:
        for b in counts[second > 1e-7]:
            low, high = exact_ratio((int(a), int(b)), (2.0, 1.0), 0.95)
            held += first[a] * second[b] * (low <= ratio <= high)

    assert held >= 0.95
