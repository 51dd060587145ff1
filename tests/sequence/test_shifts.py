"""The arithmetic of sequence: classes of time, stretches, shifts, ratios and bands."""

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.proportion import proportion_confint

from engagement.sequence.measuring import measure
from engagement.sequence.scores import (
    Score,
    _depths,
    draw_shifts,
    envelope,
    shift_test,
    two_sided,
)
from engagement.sequence.shifts import Stretch, cut_stretches, tabulate
from naive import sequence as naive
from strategies.sequence import months, risks


@given(months(), st.integers(1, 6), st.sampled_from([1, 12]))
def test_every_shift_gives_what_turning_by_hand_gives(drawn, window, step):
    """Counts by class, time by class and pairs by lag are those of loops over months."""
    (causes,), (effects,) = drawn
    start = step
    length = len(causes) - start
    stretch = Stretch(series=0, block=0, start=start, length=length, step=step)

    tables = tabulate(stretch, causes[None], effects[None], window)

    kinds = naive.classes(causes, window)[start:]
    assert tables.time_after.sum() == kinds.count("after")
    assert tables.time_other.sum() == kinds.count("other")
    for place, shift in enumerate(range(0, length, step)):
        moved = naive.turned(effects, start, length, shift)
        counts = naive.tally(causes, moved, window, start, length)
        assert tables.after[..., place].sum() == counts["after"]
        assert tables.other[..., place].sum() == counts["other"]
        assert tables.same[..., place].sum() == counts["same"]
        for row, lag in enumerate(range(-window, window + 1)):
            expected = naive.pairs(causes, moved, lag, start, length)
            assert tables.by_lag[row, place] == expected


@given(months(), st.integers(1, 6))
def test_the_mean_score_of_all_shifts_is_nothing(drawn, window):
    """Over all shifts effects after causes are as many as the time after causes leads to expect."""
    (causes,), (effects,) = drawn
    stretch = Stretch(series=0, block=0, start=0, length=len(causes), step=12)

    tables = tabulate(stretch, causes[None], effects[None], window)

    total = tables.after + tables.other
    score = (tables.after - total * tables.share[:, :, None]).sum(axis=(0, 1))
    assert score.mean() == pytest.approx(0, abs=1e-9)


@given(risks(), st.sampled_from([1, 3, 4]), st.integers(1, 12))
def test_stretches_are_whole_parts_of_the_time_at_risk(at_risk, step, block_length):
    """None overlap, all lie at risk, all are of whole steps that begin on one calendar."""
    stretches = cut_stretches(at_risk, block_length, step)

    taken = np.zeros(at_risk.shape, dtype=int)
    first = np.flatnonzero(at_risk.any(axis=0))[0] if at_risk.any() else 0
    for one in stretches:
        taken[one.series, one.start : one.start + one.length] += 1
        assert one.length > 0
        assert one.length % step == 0
        assert (one.start - first) % step == 0
    assert taken.max(initial=0) <= 1
    assert not (taken > at_risk).any()
    if step == 1:
        assert (taken == at_risk).all()


def test_blocks_are_the_same_for_all_series_and_nearly_equal():
    """Nineteen years in blocks of about four are five, one of three years."""
    stretches = cut_stretches(np.ones((2, 19 * 12), dtype=bool), 48, 12)

    assert [one.length // 12 for one in stretches if one.series == 0] == [4, 4, 3, 4, 4]
    assert {(one.block, one.start) for one in stretches if one.series == 0} == {
        (one.block, one.start) for one in stretches if one.series == 1
    }


def test_stretches_of_one_block_are_shifted_together():
    """What series share stays shared; a stretch of half the length goes half as far."""
    stretches = [
        Stretch(series=series, block=block, start=0, length=length, step=1)
        for series, block, length in ((0, 0, 8), (1, 0, 8), (2, 0, 4), (0, 1, 8))
    ]

    shifts = draw_shifts(stretches, 500, np.random.default_rng(1))

    assert (shifts[:, 0] == shifts[:, 1]).all()
    assert (shifts[:, 0] // 2 == shifts[:, 2]).all()
    assert (shifts[:, 0] != shifts[:, 3]).any()
    assert set(shifts[:, 0]) == set(range(8))


@pytest.mark.parametrize(("n_after", "n_other"), [(6, 3), (0, 4), (5, 0)])
@pytest.mark.parametrize("share", [0.2, 0.7])
def test_one_stratum_has_the_interval_of_wilson(n_after, n_other, share):
    """The interval is Wilson's for the share of effects, turned into a ratio of rates."""
    score = Score(
        after=np.array([[n_after]]),
        total=np.array([[n_after + n_other]]),
        share=np.array([[share]]),
    )
    low, high = proportion_confint(n_after, n_after + n_other, method="wilson")

    ends = [score.solve(1.959964), score.solve(-1.959964)]

    odds = [
        np.inf if part > 1 - 1e-9 else (part if part > 1e-9 else 0) / (1 - part)
        for part in (low, high)
    ]
    assert ends == pytest.approx([one * (1 - share) / share for one in odds], rel=1e-4)
    if n_after and n_other:
        assert score.solve(0) == pytest.approx(n_after / n_other * (1 - share) / share)


def test_draws_that_differ_widen_the_interval():
    """What is not known of the dates is added to the variance, by the rule of Rubin."""
    share = np.full((4, 1), 0.5)
    alike = Score(after=np.full((4, 1), 6.0), total=np.full((4, 1), 10.0), share=share)
    apart = Score(after=np.array([[4.0], [6], [6], [8]]), total=alike.total, share=share)

    assert apart.parts(0.0)[0] == alike.parts(0.0)[0] == 1
    assert apart.parts(0.0)[1] == pytest.approx(alike.parts(0.0)[1] + (1 + 1 / 4) * 8 / 3)
    assert apart.solve(0) == pytest.approx(alike.solve(0))
    assert apart.solve(2) < alike.solve(2)
    assert apart.solve(-2) > alike.solve(-2)


@settings(max_examples=30)
@given(months(min_years=3, n_series=2))
def test_the_ratio_is_that_of_a_regression_with_a_level_a_stratum(drawn):
    """A Poisson GLM of statsmodels with a level for each block and country has the same ratio."""
    causes, effects = drawn
    at_risk = np.ones(causes.shape, dtype=bool)
    at_risk[:, :2] = False

    found, pooled, stretches = measure(
        ["KGZ", "TJK"],
        causes[:, None],
        effects[:, None],
        at_risk,
        freq="M",
        n_periods=2,
        block_years=1,
        keep_season=False,
        level=0.95,
        n_draws=99,
        rng=np.random.default_rng(0),
    )

    rows = []
    for number, one in enumerate(stretches):
        kinds = naive.classes(causes[one.series], 2)
        rows += [
            (number, kinds[month] == "after", effects[one.series, month])
            for month in range(one.start, one.start + one.length)
            if kinds[month] != "same"
        ]
    strata, after, counts = (np.array(column) for column in zip(*rows, strict=True))
    useful = [
        k for k in set(strata) if counts[strata == k].sum() and 0 < after[strata == k].mean() < 1
    ]
    kept = np.isin(strata, useful)
    strata, after, counts = strata[kept], after[kept].astype(float), counts[kept]
    assert sum(one.n_after for one in found) == pytest.approx(pooled.n_after)
    if not (counts @ after and counts @ (1 - after)):
        assert pooled.ratio in (0, np.inf) or np.isnan(pooled.ratio)
        return
    design = np.column_stack([(strata[:, None] == np.array(useful)).astype(float), after])
    fit = sm.GLM(counts, design, family=sm.families.Poisson()).fit()
    assert np.log(pooled.ratio) == pytest.approx(fit.params[-1], abs=1e-5)
    assert pooled.low <= pooled.ratio <= pooled.high


def test_the_p_value_is_that_of_all_arrangements():
    """Drawn shifts give the share of all of them that lie as far out."""
    rng = np.random.default_rng(3)
    causes, effects = rng.poisson(0.3, (2, 1, 96)).astype(float)
    stretches = cut_stretches(np.ones((1, 96), dtype=bool), 48, 12)
    tables = [tabulate(one, causes, effects, 3) for one in stretches]
    every = np.stack(np.meshgrid(range(4), range(4)), axis=-1).reshape(-1, 2)

    observed, drawn, _ = shift_test(tables, every)
    exact = (np.abs(drawn) >= abs(observed) - 1e-9).mean()
    _, sampled, _ = shift_test(tables, draw_shifts(stretches, 20_000, rng))

    assert two_sided(observed, sampled) == pytest.approx(exact, abs=0.02)


def test_values_that_differ_by_rounding_lie_as_far_out():
    """A drawn value on either side counts where rounding alone keeps it from the observed one."""
    drawn = np.array([1 - 1e-14, 1e-14 - 1, 0.5])

    assert two_sided(1.0, drawn) == 0.75


@given(st.lists(st.lists(st.integers(0, 3), min_size=2, max_size=2), min_size=1, max_size=12))
def test_depths_are_counted(rows):
    """A value's depth is the number of those as low or as high, the lesser of the two."""
    drawn = np.array(rows, dtype=float)
    order = np.argsort(drawn, axis=0)

    depths = _depths(np.take_along_axis(drawn, order, axis=0), order)

    for place, row in enumerate(drawn):
        for column, value in enumerate(row):
            low, high = (drawn[:, column] <= value).sum(), (drawn[:, column] >= value).sum()
            assert depths[place, column] == min(low, high)


def test_bands_hold_what_they_say():
    """Of new curves 95% stay within the wide band, and of single values 95% in the narrow one."""
    rng = np.random.default_rng(2)
    curves = rng.normal(size=(4000, 9)).cumsum(axis=1)

    low, high, low_all, high_all = envelope(curves[:2000], 0.95)

    new = curves[2000:]
    assert ((new >= low) & (new <= high)).mean() == pytest.approx(0.95, abs=0.01)
    assert ((new >= low_all) & (new <= high_all)).all(axis=1).mean() == pytest.approx(
        0.95, abs=0.02
    )
    assert (low_all <= low).all()
    assert (high <= high_all).all()
