"""Which of two series changed first: it equals going through every pair of segmentations."""

from itertools import product
from math import fsum

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engagement.changes.posterior.date_order import compare_dates
from engagement.changes.posterior.inference import change_posterior
from engagement.counting.series import CountSeries
from engagement.errors import SeriesError, SettingError
from engagement.models.priors import unit_prior
from naive import changes as naive
from strategies.series import build, count_series, few, seen_parts


def spans(series):
    """Give the first and the last year in which a change seen in each observed year may lie."""
    years = [int(str(period)) for period in series.periods[series.observed]]
    return [(years[place - 1] + 1 if place else year, year) for place, year in enumerate(years)]


def conjugate(series):
    """Weigh Poisson counts with a gamma prior, which has a closed form to compare with."""
    prior = unit_prior(series.total, series.total_years)
    return change_posterior(series, prior=prior, changes_prior=0.25, family="poisson", min_length=1)


def dated(series, which):
    """Give the weight of every date of the earliest or latest change, by enumeration."""
    counts, exposures = seen_parts(series)
    prior = unit_prior(series.total, series.total_years)
    found = {}
    for way, weight in naive.posterior(
        counts, exposures, prior.shape, prior.rate, odds=0.25
    ).items():
        if way:
            place = way[0 if which == 1 else -1]
            found[place] = found.get(place, 0.0) + weight
    return found


@settings(max_examples=25)
@given(
    count_series(min_observed=2, max_observed=6, counts=few),
    count_series(min_observed=2, max_observed=6, counts=few),
    st.sampled_from([1, -1]),
)
def test_the_order_equals_that_of_going_through_all_pairs(first, second, which):
    """Every pair of segmentations is weighed; gaps leave an order open."""
    one, other = dated(first, which), dated(second, which)
    total = fsum(one.values()) * fsum(other.values())

    order = compare_dates(conjugate(first), conjugate(second), change=which)

    before = after = 0.0
    for (i, a), (j, b) in product(one.items(), other.items()):
        (low_i, high_i), (low_j, high_j) = spans(first)[i], spans(second)[j]
        before += a * b * (high_i < low_j) / total
        after += a * b * (low_i > high_j) / total
    assert order.before == pytest.approx(before, abs=1e-5)
    assert order.after == pytest.approx(after, abs=1e-5)
    assert order.before + order.same + order.after == pytest.approx(1)
    assert order.probability_both == pytest.approx(total, abs=1e-5)
    assert order.lags.sum() == pytest.approx(1)


@settings(max_examples=15)
@given(
    count_series(min_observed=2, counts=few),
    count_series(min_observed=2, counts=few),
    st.sampled_from([1, -1]),
)
def test_swapping_the_series_swaps_before_and_after(first, second, which):
    """What came before comes after, and lags change their sign."""
    one, other = (compare_dates(*pair, change=which) for pair in ((first, second), (second, first)))

    assert one.before == pytest.approx(other.after, abs=1e-12)
    assert one.same == pytest.approx(other.same, abs=1e-12)
    assert one.prior_before == pytest.approx(other.prior_after, abs=1e-12)
    assert {-lag: p for lag, p in one.lags.items() if p > 0} == pytest.approx(
        {lag: p for lag, p in other.lags.items() if p > 0}
    )


def test_without_counts_the_windows_alone_decide():
    """A series that is observed later cannot change earlier, whatever the counts."""
    early = build(["seen"] * 5, [1, 1, 1, 1, 1], [1.0] * 5, first=1990)
    late = build(["seen"] * 5, [1, 1, 1, 1, 1], [1.0] * 5, first=2000)

    order = compare_dates(conjugate(early), conjugate(late), n_changes=1)

    assert (order.prior_before, order.prior_same, order.prior_after) == (1.0, 0.0, 0.0)
    assert order.before == pytest.approx(1)
    same = compare_dates(conjugate(early), conjugate(early), n_changes=1)
    assert same.prior_same == pytest.approx(1 / 4)


def test_a_gap_leaves_the_order_open():
    """A change that shows after unobserved years may have come before one inside of them."""
    gap = build(["seen"] * 3 + ["blind"] * 4 + ["seen"] * 3, [1, 0, 1, 30, 31, 29], [1.0] * 6)
    inside = build(["seen"] * 10, [1, 0, 1, 0, 1, 30, 31, 29, 30, 31], [1.0] * 10)

    order = compare_dates(gap, inside, n_changes=1)

    assert order.same > 0.99
    assert (order.lag_low, order.lag_high) == (-2, 2)
    assert order.lag == -2


def test_summary_says_what_it_rests_on():
    """The probability that both changed, the priors and the independence are told."""
    series = [
        build(["seen"] * 8, counts, [1.0] * 8)
        for counts in ([1, 0, 1, 9, 8, 7, 9, 8], [0, 1, 0, 1, 1, 9, 8, 7])
    ]

    order = compare_dates(*series, n_changes=(1, None))
    text = order.summary()

    assert "the one change of series" in text
    assert "earliest change of series" in text
    assert f"if both are there (probability {order.probability_both:.3f})" in text
    assert "the series are taken as independent" in text
    assert "each further change 0.33 times as probable" in text
    assert order.to_frame()["probability"].sum() == pytest.approx(1)
    assert order.plot().get_ylabel() == "probability"


@pytest.mark.parametrize(
    ("settings_", "message"),
    [
        ({"change": 0}, "change must be a whole number, from 1 or from the last with -1, got 0"),
        ({"change": (1, 2, 3)}, "one value or a pair is needed"),
        ({"change": 2, "n_changes": 1}, "n_changes must be a whole number of at least 2"),
        ({"level": 1}, "level must lie strictly between 0 and 1"),
    ],
)
def test_settings_out_of_range_are_refused(settings_, message):
    """Each message says what may be asked."""
    series = CountSeries.from_arrays([1, 2, 3, 4], range(2000, 2004))

    with pytest.raises(SettingError, match=message):
        compare_dates(series, series, **settings_)


def test_series_that_cannot_be_compared_are_refused():
    """Other frequencies and too short series are told."""
    years = CountSeries.from_arrays([1, 2, 3], range(2000, 2003), name="visits")
    months = CountSeries.from_arrays([1, 2], ["2000-01", "2000-02"], name="calls")

    with pytest.raises(SeriesError, match=r"one frequency, got \w+-DEC \(visits\) and M \(calls\)"):
        compare_dates(years, months)
    with pytest.raises(SeriesError, match="calls: there is no room for 2 changes"):
        compare_dates(months, months, change=2)
