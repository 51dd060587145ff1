"""Shared changes: they equal going through every set of dates and all who may take part."""

import re
from itertools import product
from math import exp

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engagement.changes.shared.panel import ReadyPanel
from engagement.changes.shared.sampler import CHANCES, SharedDates
from engagement.changes.shared.shared_changes import _increasing_modes, shared_changes
from engagement.counting.series import CountSeries
from engagement.errors import SeriesError, SettingError
from engagement.models.families import read_family
from engagement.settings.tuned import N_CHANCES
from naive import panels as naive
from strategies.series import build, panel


def table(rows, exposures=None, labels=None):
    """Put yearly counts in a panel."""
    size = len(rows[0])
    years = exposures or [[1.0] * size] * len(rows)
    series = [
        CountSeries.from_arrays(
            np.where(np.array(seen) > 0, counts, np.nan), range(1990, 1990 + size), seen
        )
        for counts, seen in zip(rows, years, strict=True)
    ]
    return panel(series, labels)


def parts_of(rows, exposures):
    """Give what the twin takes of each series: counts, years and the median of the prior."""
    return [
        (counts, years, (sum(counts) or 0.5) / (sum(years) or 1.0))
        for counts, years in zip(rows, exposures, strict=True)
    ]


def arithmetic(rows, exposures):
    """Give the arithmetic of a panel of Poisson counts, and its parts for the twin."""
    panel_of_rows = table(rows, exposures)
    ready = ReadyPanel.of(
        [panel_of_rows.series(country=label) for label in panel_of_rows.axes["country"]],
        panel_of_rows.periods,
        read_family("poisson"),
        (0.25, 0.3),
    )
    parts = parts_of(rows, exposures)
    return ready.model, [parts[k] for k in ready.order]


@st.composite
def small_panels(draw):
    """Two or three short series; some periods of some are not observed."""
    size = draw(st.integers(3, 6))
    n_series = draw(st.integers(2, 3))
    years = [
        draw(st.lists(st.sampled_from([1.0, 1.0, 0.5, 0.0]), min_size=size, max_size=size))
        for _ in range(n_series)
    ]
    years[0] = [one or 1.0 for one in years[0]]
    rows = [[draw(st.sampled_from([0, 1, 2, 7])) if seen else 0 for seen in one] for one in years]
    return rows, years


@given(small_panels(), st.data())
def test_sums_over_who_takes_part_equal_going_through_all(given_, data):
    """For given dates and chances, with and without one more date, every subset is summed."""
    rows, years = given_
    model, parts = arithmetic(rows, years)
    size = len(rows[0])
    places = data.draw(st.sets(st.integers(1, size - 1), max_size=3).map(sorted))
    kinds = data.draw(
        st.lists(
            st.integers(0, N_CHANCES + len(rows) - 1), min_size=len(places), max_size=len(places)
        )
    )

    dated = model.at(SharedDates(places=tuple(places), kinds=tuple(kinds)))
    found, gains = dated.forward()[:, -1], dated.log_gains()

    def weight(k, more=()):
        """Sum over the subsets of the dates at which a series can change, plus some for sure."""
        total = 0.0
        for taking in product([False, True], repeat=len(places)):
            value, own = 1.0, list(more)
            for place, kind, takes in zip(places, kinds, taking, strict=True):
                chance = CHANCES[kind] if kind < N_CHANCES else float(kind == N_CHANCES + k)
                able = naive.can_change(parts[k][1], place)
                value *= chance * able if takes else 1 - chance * able
                own += [place] * takes
            if value:
                total += value * exp(naive.series_weight(sorted(own), *parts[k]))
        return total

    for k in range(len(rows)):
        whole = exp(naive.series_weight([], *parts[k]))
        scaled = exp(found[k] - model.log_marginals[k, -1, 0])
        assert scaled == pytest.approx(weight(k) / whole, rel=1e-6)
        for place in set(range(1, size)) - set(places):
            expected = weight(k, [place]) / weight(k)
            assert exp(gains[k, place]) == pytest.approx(expected, rel=1e-6)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("rows", "years"),
    [
        ([[1, 0, 1, 7, 8], [2, 1, 2, 9, 7]], [[1.0] * 5] * 2),
        ([[1, 1, 5, 6], [0, 2, 7, 6], [3, 2, 3, 2]], [[1.0] * 4] * 3),
        ([[0, 1, 4, 5], [0, 0, 3, 4]], [[1.0] * 4, [0.0, 1.0, 1.0, 0.5]]),
    ],
)
def test_draws_are_as_frequent_as_they_are_probable(rows, years):
    """Numbers of shared dates and own changes agree with enumeration, within the noise."""
    ways = naive.configurations(parts_of(rows, years), 0.25, 0.1)

    answer = shared_changes(table(rows, years), family="poisson", n_draws=4000, rng=4)

    numbers = np.zeros(len(rows[0]))
    own = np.zeros(len(rows))
    for way, probability in ways.items():
        numbers[sum(len(taking) >= 2 for _, taking in way)] += probability
        for _, taking in way:
            if len(taking) == 1:
                own[next(iter(taking))] += probability
    found = answer.n_shared.reindex(range(len(numbers)), fill_value=0.0)
    assert found.to_numpy() == pytest.approx(numbers, abs=0.06)
    assert answer.own.to_numpy() == pytest.approx(own, abs=0.06)
    assert answer.disagreement < 0.09


@given(
    st.lists(st.sets(st.integers(1, 7), min_size=2, max_size=2).map(sorted), min_size=1, max_size=9)
)
def test_dates_are_the_most_frequent_that_increase(drawn):
    """They are those of the pair whose places are the most frequent, looked up one by one."""
    table_ = np.array(drawn, dtype=np.intp)
    often = [np.bincount(column, minlength=9) + 1e-9 for column in table_.T]

    first, second = _increasing_modes(table_)

    pairs = [(a, b) for a in range(1, 8) for b in range(a + 1, 9)]
    best = max(often[0][a] * often[1][b] for a, b in pairs)
    assert first < second
    assert often[0][first] * often[1][second] == pytest.approx(best)


@pytest.fixture(scope="module")
def planted():
    """Give six series, of which four rise tenfold in the same year, and one is flat."""
    rng = np.random.default_rng(7)
    means = np.full((6, 20), 2.0)
    means[:4, 12:] = 12.0
    means[5, 5:] = 9.0
    return table(rng.poisson(means).tolist(), labels=["A", "B", "C", "D", "flat", "alone"])


def test_a_planted_shared_change_is_found_with_its_members(planted):
    """The date, those who take part, and what a series does alone."""
    answer = shared_changes(planted, n_draws=300, rng=1)

    (change,) = answer
    assert str(change.date) == "2002"
    assert change.probability > 0.99
    assert [member.label for member in change.taking_part] == ["A", "B", "C", "D"]
    assert all(4 < member.ratio < 9 for member in change.taking_part)
    assert answer.own["alone"] > 0.6
    assert answer.own.drop("alone").max() < 0.5


def test_permuting_series_permutes_the_answer(planted):
    """In another order the same is found, to the last digit."""
    order = ["flat", "D", "alone", "A", "C", "B"]

    one = shared_changes(planted, n_draws=150)
    other = shared_changes(planted.select(country=order), n_draws=150)

    assert one.n_shared.equals(other.n_shared)
    assert one.own[order].equals(other.own)
    for change, twin in zip(one, other, strict=True):
        told = {member.label: member.probability for member in change.members}
        assert [told[label] for label in order] == [m.probability for m in twin.members]


def test_the_unit_of_exposure_makes_no_difference(planted):
    """Exposures in months give the same dates and members as in years."""
    one = shared_changes(planted, n_draws=150, family="poisson")
    longer = table(
        planted.to_frame()["count"].to_numpy().reshape(6, -1).tolist(),
        (planted.exposure_years * 16).tolist(),
        planted.axes["country"],
    )
    other = shared_changes(longer, n_draws=150, family="poisson")

    assert one.n_shared.equals(other.n_shared)
    assert [m.answer for c in one for m in c.members] == [
        m.answer for c in other for m in c.members
    ]


def test_a_member_that_begins_to_be_observed_is_no_shared_change():
    """The sum rises with it, and the warning says why; no member changes."""
    rng = np.random.default_rng(3)
    rows = rng.poisson(4.0, (3, 20)).tolist()
    rows[2] = [0] * 10 + [40, 38, 44, 41, 39, 37, 43, 40, 41, 42]
    years = [[1.0] * 20, [1.0] * 20, [0.0] * 10 + [1.0] * 10]

    answer = shared_changes(table(rows, years, ["A", "B", "late"]), n_draws=200, rng=2)

    assert len(answer) == 0
    (total,) = answer.total
    assert str(total.date) == "2000"
    assert total.entering == ("late",)
    assert total.warning == ("begins to be observed: late; no member is found to change by itself")
    assert re.search(r"!\s+2000 ", answer.summary())


def test_one_member_alone_is_told_where_the_sum_changes():
    """A rise of one series moves the sum, and is no change of the others."""
    rng = np.random.default_rng(5)
    means = np.full((4, 24), 2.0)
    means[1, 12:] = 14.0

    answer = shared_changes(
        table(rng.poisson(means).tolist(), labels=list("ABCD")), n_draws=200, rng=2
    )

    assert len(answer) == 0
    total = answer.total[0]
    assert str(total.date) == "2002"
    assert total.members == ("B",)
    assert total.warning == "one member alone changes: B"


def test_series_that_were_not_observed_on_both_sides_take_no_part():
    """Their participation is not a number, and they are called not observed."""
    rows = [[1, 2, 1, 9, 8, 9, 9], [2, 1, 2, 11, 9, 8, 10], [0, 0, 0, 3, 2, 3, 2], [0] * 7]
    years = [[1.0] * 7, [1.0] * 7, [0.0] * 3 + [1.0] * 4, [0.0] * 7]

    answer = shared_changes(table(rows, years), family="poisson", n_draws=200)

    (change,) = answer
    assert [m.answer for m in change.members] == ["yes", "yes", "not observed", "not observed"]
    frame = answer.to_frame()
    assert frame["takes_part"].isna().tolist() == [False, False, True, True]
    assert "not observed on both sides" in answer.summary()


def test_an_interval_takes_in_a_gap_that_no_series_observed():
    """A change that shows after unobserved years may have come inside of them."""
    seen = ["seen"] * 4 + ["blind"] * 3 + ["seen"] * 4
    rows = [build(seen, counts, [1.0] * 8) for counts in (
        [1, 2, 1, 1, 20, 21, 19, 22], [2, 1, 1, 2, 25, 22, 24, 23],
    )]  # fmt: skip

    (change,) = shared_changes(panel(rows), family="poisson", n_draws=200)

    assert str(change.date) == "1997"
    assert (str(change.date_low), str(change.date_high)) == ("1994", "1997")


@pytest.mark.slow
@pytest.mark.parametrize("world", ["poisson", "clustered"])
def test_panels_without_change_seldom_show_one(world):
    """In twenty panels of change-free series a shared change is found in few."""
    rng = np.random.default_rng(12)
    found = 0
    for _ in range(20):
        means = np.full((5, 28), rng.choice([0.5, 3.0, 10.0]))
        draws = rng.poisson(means if world == "poisson" else rng.gamma(means))
        found += len(shared_changes(table(draws.tolist()), n_draws=150)) > 0

    assert found <= 2


def test_summary_and_plot_say_what_they_rest_on(planted):
    """What is exact, what is sampled, and the priors are told."""
    answer = shared_changes(planted, n_draws=150)
    text = answer.summary()

    assert "1 shared change of 6 series" in text
    assert "given dates, who takes part and all rates are summed over exactly" in text
    assert "150 draws from two chains" in text
    assert "prior: 0.025 dates expected at which several series may take part" in text
    assert list(answer.to_frame().columns) == [
        "change", "date", "date_low", "date_high", "probability", "country", "takes_part", "ratio",
    ]  # fmt: skip
    assert len(answer.to_frame()) == 6
    assert [label.get_text() for label in answer.plot().get_yticklabels()][-1] == "alone"


def test_a_panel_without_shared_changes_has_an_empty_table():
    """There are no rows, and the columns are as ever."""
    answer = shared_changes(table([[3, 2, 3, 2], [1, 2, 1, 2]]), n_draws=100)

    assert len(answer) == 0
    assert answer.to_frame().empty
    assert isinstance(answer.to_frame()["date"].dtype, pd.PeriodDtype)
    assert answer.plot() is not None


@settings(max_examples=10)
@given(small_panels())
def test_every_panel_gets_an_answer(given_):
    """Whatever was observed, probabilities sum to one and are named for every series."""
    rows, years = given_

    answer = shared_changes(table(rows, years), n_draws=100)

    assert answer.n_shared.sum() == pytest.approx(1)
    assert len(answer.own) == len(rows)


def test_what_is_no_panel_is_refused():
    """One series, another thing, parts of events and too large a panel are told."""
    series = CountSeries.from_arrays([1, 2, 3], range(2000, 2003))

    with pytest.raises(SeriesError, match="two series or more are needed, got 1"):
        shared_changes(series)
    with pytest.raises(SeriesError, match="two series or more are needed, got 1"):
        shared_changes(panel([series]))
    with pytest.raises(SeriesError, match="counts must be whole numbers"):
        shared_changes(table([[1, 2.5, 3], [1, 2, 3]]))
    long = CountSeries.from_arrays(
        np.ones(6000), pd.period_range("2000-01-01", periods=6000, freq="D")
    )
    with pytest.raises(SeriesError, match="2 series of 6000 periods are too many"):
        shared_changes(panel([long, long]))


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"level": 0}, "level must lie strictly between 0 and 1"),
        ({"changes_prior": 0}, "changes_prior must be a positive finite number"),
        ({"shared_prior": 1}, "shared_prior must lie strictly between 0 and 1"),
        ({"family": "gaussian"}, "family must be one of counts, got 'gaussian'"),
        ({"n_draws": 10}, "n_draws must be a whole number of at least 100"),
    ],
)
def test_settings_out_of_range_are_refused(asked, message):
    """Each message says what may be asked."""
    with pytest.raises(SettingError, match=message):
        shared_changes(table([[1, 2], [3, 4]]), **asked)
