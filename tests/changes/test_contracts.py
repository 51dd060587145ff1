"""What every family and method must do with any series: one list of rules, run on all of them."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from attrs import frozen
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from engagement.changes.optimal import optimum
from engagement.changes.optimal.segmentation import segment
from engagement.changes.posterior.inference import change_posterior
from engagement.changes.testing.scan_test import scan_test
from engagement.counting.series import CountSeries
from engagement.errors import EngagementError, SeriesError
from engagement.models.gaussian import Gaussian
from engagement.models.negative_binomial import NegativeBinomial
from naive import changes as ways
from naive import families as naive
from strategies.series import (
    build,
    closed,
    count_series,
    few,
    mirrored,
    places_of,
    scaled,
    seen_parts,
)

FAMILIES = {
    "poisson": "poisson",
    "negative binomial": "negative_binomial",
    "negative binomial, dispersion 3": NegativeBinomial(dispersion=3.0),
    "auto": "auto",
    "gaussian": "gaussian",
    "gaussian, variance 2": Gaussian(variance=2.0),
}
NULLS = ("poisson", "robust", "permutation")


@frozen(kw_only=True)
class Method:
    """One way to ask whether, when and by how much a series changed."""

    name: str
    """Which function, with which family or null."""
    ask: Callable[[CountSeries], Any]
    """Asks it."""
    numbers: Callable[[Any, CountSeries], Any]
    """What of the answer must not depend on where time runs or what unit it has."""
    by_place: Callable[[Any, CountSeries], Any]
    """What of the answer belongs to the observed periods, for comparing places."""
    whole: bool = True
    """Whether it asks for whole counts."""
    has_memory: bool = False
    """Whether a count may resemble the one before, more so the nearer that is."""
    learns_scatter: bool = False
    """Whether it must estimate how much values vary, and refuses a series that does not show it."""
    ask_in_unit: Callable[[CountSeries, float], Any] | None = None
    """Asks of exposures in another unit, where something that was given has one."""

    def __str__(self) -> str:
        """Return the name, which pytest shows."""
        return self.name


def segment_numbers(best, series):
    """Give the objective, less what a unit of exposure adds: the number of events times its log."""
    if best.family == "gaussian" or not series.n_observed:
        return [best.objective]
    return [best.objective - series.total * np.log(series.total_years) / best.dispersion]


def posterior_numbers(posterior, _):
    """Give the probabilities of numbers of changes and of dispersions."""
    return [*posterior.n_changes, *posterior.dispersion]


def posterior_places(posterior, series):
    """Give where new segments start."""
    return posterior.probability.to_numpy()[series.observed]


def in_unit(call):
    """Ask with a variance that is given for another unit of exposure."""
    return lambda series, factor: call(series, family=Gaussian(variance=2.0 / factor))


def segment_as_if_long(series):
    """Segment in the compiled code that long series go to."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(optimum, "LONG", 1)
        return segment(series)


METHODS = [
    Method(
        name="segment, poisson, as a long series",
        ask=segment_as_if_long,
        numbers=segment_numbers,
        by_place=lambda best, series: best.positions,
    ),
    *(
        Method(
            name=f"segment, {name}",
            ask=lambda series, family=family: segment(series, family=family),
            numbers=segment_numbers,
            by_place=lambda best, series: best.positions,
            whole="gaussian" not in name,
            learns_scatter=name == "gaussian",
            ask_in_unit=in_unit(segment) if "variance" in name else None,
        )
        for name, family in FAMILIES.items()
    ),
    *(
        Method(
            name=f"change_posterior, {name}",
            ask=lambda series, family=family: change_posterior(series, family=family),
            numbers=posterior_numbers,
            by_place=posterior_places,
            whole="gaussian" not in name,
            has_memory=name in {"auto", "negative binomial"},
            learns_scatter=name == "gaussian",
            ask_in_unit=in_unit(change_posterior) if "variance" in name else None,
        )
        for name, family in FAMILIES.items()
    ),
    *(
        Method(
            name=f"scan_test, {null}",
            ask=lambda series, null=null: scan_test(series, null=null, n_draws=30),
            numbers=lambda test, _: [test.statistic],
            by_place=lambda test, _: [test.p_value],
        )
        for null in NULLS
    ),
]
TOO_FAR = "standard deviations apart"
every_method = pytest.mark.parametrize("method", METHODS, ids=str)
every_family = pytest.mark.parametrize("family", FAMILIES.values(), ids=FAMILIES)


def ask(method, series):
    """Ask, unless the values do not show how they vary, or rates lie too far apart for a grid."""
    if method.learns_scatter:
        counts, exposures = seen_parts(series)
        rates = np.divide(counts, exposures)
        assume(np.ptp(rates) > 1e-6 * max(rates.max(), 1e-300))
    try:
        return method.ask(series)
    except SeriesError as error:
        assume(TOO_FAR not in str(error) or not method.name.startswith("change_posterior"))
        raise


def said(method, series):
    """Give the numbers, or what is said instead where rates lie too far apart."""
    try:
        return method.numbers(method.ask(series), series)
    except SeriesError as error:
        assume(TOO_FAR in str(error))
        return str(error)


def same(one, other, tolerance=1e-7):
    """Tell whether numbers agree, relative to the largest."""
    one, other = np.asarray(one, dtype=float), np.asarray(other, dtype=float)
    return one.shape == other.shape and np.allclose(one, other, rtol=tolerance, atol=tolerance)


@every_family
@settings(max_examples=10)
@given(
    series=count_series(min_observed=2, max_observed=6, counts=few | st.just(40)),
    penalty=st.sampled_from(["mbic", 0.3, 5.0]),
)
def test_no_segmentation_costs_less(family, series, penalty):
    """From the definition of the density, no other changes have a lower penalised cost."""
    counts, exposures = seen_parts(series)
    assume(family != "gaussian" or len(set(np.divide(counts, exposures).round(9))) > 1)
    best = segment(series, family=family, penalty=penalty)
    density = naive.log_density(best.family)

    costs = {
        way: naive.cost(way, counts, exposures, density) / best.dispersion + best.penalty * len(way)
        for way in ways.segmentations(len(counts))
    }

    found = costs[tuple(places_of(series, best.dates))]
    assert found <= min(costs.values()) + 1e-7 * (1 + abs(found))
    path = best.path()["cost"]
    for number in path.index:
        least = min(
            cost - best.penalty * number for way, cost in costs.items() if len(way) == number
        )
        gain = least - costs[()]
        assert path[number] - path[0] == pytest.approx(gain, rel=1e-7, abs=1e-7)


def draw_for(method, data):
    """Draw a series; where neighbours resemble each other, without tens of events or decades."""
    if not method.has_memory:
        return data.draw(count_series(min_observed=2, counts=few | st.just(40)))
    series = data.draw(count_series(min_observed=2, counts=few))
    exposures = seen_parts(series)[1]
    assume(max(exposures) <= 12 * min(exposures))
    return series


@every_method
@settings(max_examples=10)
@given(data=st.data())
def test_time_reversed_gives_the_same_numbers(method, data):
    """
    Read backwards, a series is as changed as it is forwards.

    A count that resembles the one before is described given that one, which turned round is
    another distribution of the same moments: the answers are alike but not the same, unless
    exposures differ by decades, or neighbours by tens of events.
    """
    series = draw_for(method, data)
    one, other = ask(method, closed(series)), ask(method, mirrored(series))

    near = 0.1 if method.has_memory else 1e-7
    numbers, expected = (
        method.numbers(answer, part)
        for answer, part in ((one, closed(series)), (other, mirrored(series)))
    )
    assert same(numbers, expected, near)
    if isinstance(method.by_place(one, closed(series)), np.ndarray):
        there, back = (method.by_place(answer, closed(series)) for answer in (one, other))
        assert same(there[1:], back[:0:-1], near)


@every_method
@settings(max_examples=10)
@given(data=st.data())
def test_periods_without_exposure_change_nothing(method, data):
    """
    Left in or taken out, they end no segment and count for nothing.

    Where counts resemble the one before, they only set two counts further apart.
    """
    series = draw_for(method, data)
    one, other = ask(method, series), ask(method, closed(series))

    near = 0.1 if method.has_memory else 1e-12
    assert same(method.numbers(one, series), method.numbers(other, closed(series)), near)
    if method.name.startswith("segment"):
        assert places_of(series, one.dates) == list(other.positions)
    elif method.name != "scan_test, robust":  # it knows how far apart periods are that depend
        places, dropped = method.by_place(one, series), method.by_place(other, closed(series))
        assert same(places, dropped, near)


@every_method
@settings(max_examples=10)
@given(
    series=count_series(min_observed=2, counts=few | st.just(40)),
    factor=st.sampled_from([2.0, 1 / 8, 365.2425]),
)
def test_the_unit_of_exposure_decides_nothing(method, series, factor):
    """In days or in years, the same changes are as probable."""
    longer = scaled(series, factor)
    one = ask(method, series)
    again = method.ask_in_unit or (lambda series, _: method.ask(series))
    other = again(longer, factor)

    numbers, expected = method.numbers(one, series), method.numbers(other, longer)
    if "posterior" in method.name and "gaussian" in method.name:  # the variances have the unit
        numbers, expected = numbers[: len(one.n_changes)], expected[: len(one.n_changes)]
    assert same(numbers, expected, 1e-6)
    assert same(method.by_place(one, series), method.by_place(other, longer), 1e-6)


@every_method
@settings(max_examples=10)
@given(series=count_series(min_observed=2))
def test_the_same_question_gets_the_same_answer_and_changes_nothing(method, series):
    """Asked twice it says the same, and what it was given is as it was."""
    counts, years = series.counts.copy(), series.exposure_years.copy()

    one, other = said(method, series), said(method, series)

    assert np.array_equal(one, other)
    assert np.array_equal(series.counts, counts, equal_nan=True)
    assert np.array_equal(series.exposure_years, years)


@every_method
@settings(max_examples=10)
@given(
    values=st.lists(st.sampled_from([0, 1, 3, 10**6, 10**9]), min_size=2, max_size=12),
    data=st.data(),
)
def test_extreme_counts_and_exposures_give_finite_numbers(method, values, data):
    """
    One huge count, and exposures over twelve decades, leave every number finite.

    Where rates lie too far apart for a grid, the error says so.
    """
    decades = st.sampled_from([1e-6, 1e-3, 1.0, 1e3, 1e6])
    years = data.draw(st.lists(decades, min_size=len(values), max_size=len(values)))
    series = build(["seen"] * len(values), values, years)

    try:
        answer = ask(method, series)
        numbers = method.numbers(answer, series)
    except SeriesError as error:
        assert "standard deviations" in str(error)  # noqa: PT017 - an answer or this error
        return

    assert np.isfinite(numbers).all()
    assert np.isfinite(method.by_place(answer, series)).all()
    assert answer.summary()
    frame = answer.to_frame()
    assert np.isfinite(frame.select_dtypes("number").to_numpy()).all()


@every_method
def test_one_huge_count_is_told_where_scatter_is_not_left_open(method):
    """
    A count of a billion among small ones is a segment; it may be overdispersion where that is open.

    For a grid of rates it lies too far from the others, which the error says.
    """
    counts = [1, 2, 0, 3, 1, 10**9, 2, 1, 0, 2, 1, 1]
    series = CountSeries.from_arrays(counts, range(2000, 2012))

    if method.name.startswith("change_posterior"):
        with pytest.raises(SeriesError, match=r"rates .* may lie .* standard deviations apart"):
            method.ask(series)
        return
    answer = method.ask(series)

    if method.name == "scan_test, poisson":
        assert answer.p_value < 0.2
    elif method.name.endswith(("poisson", "3", "2")):
        assert {5, 6} <= set(answer.positions)
    else:
        assert np.isfinite(method.numbers(answer, series)).all()


@every_method
@pytest.mark.parametrize("n_periods", [0, 1, 2, 30])
def test_zeros_alone_are_no_change(method, n_periods):
    """Without a single event there is none, in no period, one, two or thirty."""
    series = CountSeries.from_arrays([0] * n_periods, range(2000, 2000 + n_periods))

    if method.learns_scatter and n_periods:
        with pytest.raises(SeriesError, match=r"equal do not show .*Gaussian\(variance=\.\.\.\)"):
            method.ask(series)
        return
    answer = method.ask(series)

    if method.name.startswith("segment"):
        assert answer.positions == ()
    elif method.name.startswith("change"):
        assert answer.n_changes.idxmax() == 0
        assert answer.n_changes[0] > 0.5
    else:
        assert answer.p_value == 1


@every_method
@pytest.mark.parametrize("counts", [[7], [3, 3], [0, 1], [1, 0]])
def test_one_period_or_two_show_no_change(method, counts):
    """That is too little for any method to be sure of one."""
    series = CountSeries.from_arrays(counts, range(2000, 2000 + len(counts)))

    if method.learns_scatter and len(set(counts)) == 1:
        with pytest.raises(SeriesError, match="give it"):
            method.ask(series)
        return
    answer = method.ask(series)

    if method.name.startswith("segment"):
        assert answer.positions == ()
    elif method.name.startswith("change"):
        assert answer.n_changes[0] > 0.4
    else:
        assert answer.p_value > 0.3


@every_method
def test_parts_of_events_are_refused_by_counts_and_taken_by_totals(method):
    """The message names period, family and remedy; a family of totals takes them."""
    series = CountSeries.from_arrays([1, 0.5, 4, 7], range(1996, 2000), name="KGZ")

    if method.whole:
        with pytest.raises(SeriesError, match=r"whole numbers .* got 0\.5 in period 1997 \(KGZ\)"):
            method.ask(series)
    else:
        assert np.isfinite(method.numbers(method.ask(series), series)).all()


@every_method
@pytest.mark.parametrize(
    ("counts", "years", "message"),
    [
        ([1, np.nan, 3], [1, 1, 1], "NaN only where exposure_years is 0, got nan with exposure 1"),
        ([1, np.inf, 3], [1, 1, 1], "counts must be finite, got inf in period 2001"),
        ([1, -2, 3], [1, 1, 1], "counts must be non-negative, got -2 in period 2001"),
        ([1, 2, 3], [1, 0, 1], "counts must be 0 or NaN where exposure_years is 0, got 2"),
        ([1, 2, 3], [1, -1, 1], "exposure_years must not be negative, got -1"),
        ([1, 2, 3], [1, np.nan, 1], "exposure_years must be finite, got nan"),
        ([1, 2], [1, 1, 1], r"counts must have shape \(3,\) as the periods do, got \(2,\)"),
    ],
)
def test_what_is_no_count_is_never_answered(method, counts, years, message):
    """NaN, infinite, negative or unobserved counts are refused before any method sees them."""
    with pytest.raises(SeriesError, match=message):
        method.ask(CountSeries.from_arrays(counts, range(2000, 2003), years))


@every_method
def test_periods_out_of_order_are_refused_and_gaps_are_unobserved(method):
    """Unsorted or repeated periods are an error; periods left out are what is said of them."""
    for periods in ([2001, 2000, 2002], [2000, 2000, 2001]):
        with pytest.raises(SeriesError, match="period"):
            method.ask(CountSeries.from_arrays([1, 2, 3], periods))
    counts = [1, 0, 2, 9, 8, 9]
    gapped = CountSeries.from_arrays(
        counts, [2000, 2001, 2002, 2006, 2007, 2008], missing="unobserved"
    )
    filled = CountSeries.from_arrays(
        [*counts[:3], *[np.nan] * 3, *counts[3:]], range(2000, 2009), [1, 1, 1, 0, 0, 0, 1, 1, 1]
    )

    one, other = method.ask(gapped), method.ask(filled)

    assert same(method.numbers(one, gapped), method.numbers(other, filled), 1e-12)


@every_method
@pytest.mark.parametrize("series", [[1, 2, 3], np.array([1, 2]), pd.Series([1, 2]), None])
def test_what_is_no_series_is_refused(method, series):
    """The message says what it was, and how to make one."""
    with pytest.raises(
        EngagementError, match=r"Counts or a CountSeries are needed, got .*from_arrays"
    ):
        method.ask(series)


@every_method
def test_counts_beyond_what_a_float_holds_are_refused(method):
    """From 2**53 on whole numbers are no longer told apart."""
    series = CountSeries.from_arrays([1, 2.0**53, 3], range(2000, 2003))

    with pytest.raises(SeriesError, match=r"must sum to less than 2\*\*53"):
        method.ask(series)
