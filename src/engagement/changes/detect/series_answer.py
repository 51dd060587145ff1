"""One series: its test, its verdict, and the number, dates and sizes of its changes."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import evolve

from engagement.changes.detect.change import Change
from engagement.changes.detect.dated_changes import DatedChanges, list_changes
from engagement.changes.detect.dating import Dating
from engagement.changes.detect.series_verdict import SEASONS, SeriesVerdict
from engagement.changes.detect.verdicts import ChangeVerdict
from engagement.changes.posterior.segmentation_inference import MIN_LENGTH, room_for
from engagement.changes.posterior.shapes import is_rather_a_trend
from engagement.changes.testing.false_discovery import (
    Discovery,
    SeriesTest,
    is_too_little,
)
from engagement.changes.testing.null_layout import NullLayout
from engagement.changes.testing.nulls import NULLS
from engagement.changes.testing.scan_test import make_table
from engagement.changes.testing.season import fit_season, season_p_value
from engagement.changes.testing.windows import WindowSet
from engagement.models.observed import label_of

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from engagement.changes.detect.question import Question
    from engagement.models.imputation import DrawnSeries
    from engagement.models.observed import ObservedPeriods

__all__ = ["answer_series", "date_series", "test_series", "weigh_series"]

FEWEST_TURNS = 3
"""Turns of the season from which on it is looked for."""

PLAIN_SEASON = 0.001
"""P-value up to which a season that nobody asked for is taken to be there."""


def test_series(drawn: DrawnSeries, question: Question) -> SeriesTest | None:
    """Test a series, unless too little was observed."""
    if is_too_little(drawn.observed, question.level):
        return None
    table = make_table(
        drawn.observed,
        NULLS[question.null],
        question.seed,
        season=question.season,
        rows=drawn.rows,
    )
    return None if table is None else SeriesTest.in_stages(table)


def weigh_series(drawn: DrawnSeries, question: Question) -> Dating | None:
    """Weigh the segmentations of a series, unless too little was observed."""
    if is_too_little(drawn.observed, question.level):
        return None
    dating = date_series(drawn, question)
    _ = dating.unchanged
    return dating


def answer_series(
    drawn: DrawnSeries,
    result: Discovery,
    question: Question,
    *,
    axis: str,
    dating: Dating | None = None,
) -> tuple[SeriesVerdict, list[Change]]:
    """Give one series its verdict, and each of its changes; *dating* if it was weighed before."""
    if not result.is_changed:
        dating = None
    elif dating is None:
        dating = date_series(drawn, question)
    dated = None if dating is None else list_changes(dating, question.level)
    said = _verdict(drawn, result, dated)
    verdict = SeriesVerdict(
        axes=dict(drawn.series.axes) or {axis: label_of(drawn.series)},
        verdict=said,
        p_value=result.p_value,
        q_value=result.q_value,
        n_draws=result.n_draws,
        is_uncertain=result.is_uncertain,
        unchanged=dating.unchanged if dating is not None else result.unchanged,
        n_changes=0 if dated is None else dated.n_changes,
        undated=() if dated is None else _undated(dated, drawn.observed),
        n_imputations=drawn.n_imputations,
        **_variation(drawn, dated, question),
        **_extent(drawn.observed),
        **(_window(drawn.observed) if said is ChangeVerdict.UNEVEN else {}),
        coverage_stated=drawn.series.coverage_stated,
        seasonal_p=_seasonal_p(drawn, result, question),
    )
    return verdict, [] if dated is None else _describe(verdict, dated, drawn, question)


def _seasonal_p(drawn: DrawnSeries, result: Discovery, question: Question) -> float:
    """Test again with the season of the calendar, where counts have one that nobody asked for."""
    observed = drawn.observed
    season = SEASONS.get(drawn.series.periods.freqstr[:1])
    if question.season is not None or season is None or not result.n_draws:
        return float("nan")
    layout = NullLayout.of_observed(observed, season)
    if len(observed) < FEWEST_TURNS * season:
        return float("nan")
    if season_p_value(observed.counts, layout) > PLAIN_SEASON:
        return float("nan")
    test = test_series(drawn, evolve(question, season=season))
    if test is None:
        return float("nan")
    p_value = test.decided(question.bound).p_value
    return float("nan") if (p_value <= question.bound) == result.is_changed else p_value


def date_series(drawn: DrawnSeries, question: Question) -> Dating:
    """Weigh the segmentations of a series; segments are shorter where room is scarce."""
    exposures, _ = _weighed(drawn, question.season)
    return Dating(
        rows=drawn.rows,
        exposures=exposures,
        steps=drawn.observed.steps,
        family=question.family,
        min_length=room_for(len(drawn.observed)),
        changed=question.changed,
    )


def _weighed(drawn: DrawnSeries, season: int | None) -> tuple[NDArray[np.float64], int]:
    """Take a season's profile into the exposures, and say of how many slots it is."""
    if season is None:
        return drawn.observed.exposures, 1
    layout = NullLayout.of_observed(drawn.observed, season)
    profile = fit_season(drawn.observed.counts, layout)
    return profile.exposures, len(profile.weights)


def _variation(
    drawn: DrawnSeries, dated: DatedChanges | None, question: Question
) -> dict[str, Any]:
    """Say how much counts vary about their rates, and what else describes the changes."""
    observed = drawn.observed
    if dated is None:
        exposures, n_slots = _weighed(drawn, question.season)
        spread = _chi_square_by_freedom(observed.counts, exposures, n_slots)
        return {"dispersion": spread, "dependence": 0.0, "is_trend": False}
    times = observed.periods.asi8[observed.positions].astype(np.float64)
    return {
        "dispersion": dated.dating.dispersion,
        "dependence": dated.dating.dependence,
        "is_trend": is_rather_a_trend(dated.typical, times),
        "pattern": _pattern(dated),
    }


def _chi_square_by_freedom(
    counts: NDArray[np.float64], exposures: NDArray[np.float64], n_slots: int
) -> float:
    """Return Pearson's measure of variance about one rate: 1 for Poisson counts."""
    if not len(counts) or not counts.any():
        return 1.0
    means = exposures * (counts.sum() / exposures.sum())
    return float(((counts - means) ** 2 / means).sum()) / max(len(counts) - n_slots, 1)


def _undated(
    dated: DatedChanges, observed: ObservedPeriods
) -> tuple[tuple[pd.Period, pd.Period], ...]:
    """Return the intervals of the changes that cannot be dated."""
    return tuple(
        (observed.earliest(first), observed.date(last))
        for (first, last), is_dated in zip(dated.intervals, dated.is_dated, strict=True)
        if not is_dated
    )


def _pattern(dated: DatedChanges) -> str:
    """Call two changes a burst or a lull, where the rate before and after may be the same."""
    if dated.n_changes != 2 or not all(dated.is_dated):
        return ""
    low, high = dated.outer_ratio()
    if not low <= 1 <= high:
        return ""
    first, second = dated.ratio_intervals
    if first[0] > 1 and second[1] < 1:
        return "burst"
    return "lull" if first[1] < 1 and second[0] > 1 else ""


def _verdict(drawn: DrawnSeries, result: Discovery, dated: DatedChanges | None) -> ChangeVerdict:
    if not len(drawn.observed):
        return ChangeVerdict.NOT_OBSERVED
    if not result.is_tested:
        return ChangeVerdict.TOO_FEW
    if not result.is_changed:
        return ChangeVerdict.NO_CHANGE
    return ChangeVerdict.UNEVEN if dated is None else ChangeVerdict.CHANGE


def _extent(observed: ObservedPeriods) -> dict[str, Any]:
    return {
        "n_events": observed.total,
        "n_periods": len(observed.periods),
        "n_observed": len(observed),
        "exposure_years": float(observed.exposures.sum()),
        "observed_from": observed.date(0) if len(observed) else None,
        "observed_to": observed.date(-1) if len(observed) else None,
    }


def _window(observed: ObservedPeriods) -> dict[str, Any]:
    """Return the window that the test saw to be the most uneven."""
    _, start, end = WindowSet.of(observed.exposures).best(observed.counts)
    return {
        "uneven_from": observed.date(start),
        "uneven_to": observed.date(end - 1),
        "uneven_events": float(observed.counts[start:end].sum()),
        "uneven_years": float(observed.exposures[start:end].sum()),
    }


def _describe(
    verdict: SeriesVerdict, dated: DatedChanges, drawn: DrawnSeries, question: Question
) -> list[Change]:
    """Give each change that can be dated its interval, its rates and its ratio."""
    observed, places = drawn.observed, dated.places
    means = dated.rate_means()
    bounds = [0, *places, len(observed)]
    row = dated.typical_row
    seen = [
        (float(row[a:b].sum()), float(observed.exposures[a:b].sum())) for a, b in pairwise(bounds)
    ]
    counted = drawn.with_counts(row)
    changes = []
    for k, place in enumerate(places):
        if not dated.is_dated[k]:
            continue
        first, last = dated.intervals[k]
        low, high = dated.ratio_intervals[k]
        change = Change(
            series=verdict,
            number=k + 1,
            date=observed.date(place),
            date_low=observed.earliest(first),
            date_high=observed.date(last),
            rate_before=float(means[k]),
            rate_after=float(means[k + 1]),
            ratio=float(means[k + 1] / means[k]),
            ratio_low=float(low),
            ratio_high=float(high),
            events_before=seen[k][0],
            years_before=seen[k][1],
            events_after=seen[k + 1][0],
            years_after=seen[k + 1][1],
            probability=dated.chances[k],
            level=question.level,
            before_from=observed.date(bounds[k]),
            after_to=observed.date(bounds[k + 2] - 1),
            family=question.family.name,
            question=question,
            min_length=MIN_LENGTH,
            counted=counted,
            coverage=question.coverage,
        )
        if k == 0 and not observed.counts[0]:
            n_empty = int(np.argmax(observed.counts > 0))
            change = evolve(
                change,
                empty_until=observed.date(n_empty - 1),
                leans_on_start=not _is_found_without(n_empty, place, change, drawn, question),
            )
        changes.append(change)
    return changes


def _weigh_uneven(drawn: DrawnSeries, question: Question) -> Dating | None:
    """Weigh a series that is found uneven at the bound that holds for the panel."""
    if question.changed is not None:
        dating = weigh_series(drawn, question)
        return None if dating is None or dating.unchanged > question.bound else dating
    test = test_series(drawn, question)
    if test is None or test.decided(question.bound).p_value > question.bound:
        return None
    return date_series(drawn, question)


def _is_found_without(
    n_empty: int, place: int, change: Change, drawn: DrawnSeries, question: Question
) -> bool:
    """
    Tell whether a change is found again once the empty stretch at the start is excluded.

    By the same rule as the verdict: what remains is uneven beyond chance, a change in it is dated,
    and one of its changes has the same direction and an interval that holds the date. A change at
    the first event cannot be found without what is before it.
    """
    if place <= n_empty:
        return False
    rest = drawn.since(n_empty)
    dating = _weigh_uneven(rest, question)
    without = None if dating is None else list_changes(dating, question.level)
    if without is None:
        return False
    return any(
        is_dated and first <= place - n_empty <= last and (low > 1) == change.is_rise
        for (first, last), (low, _), is_dated in zip(
            without.intervals, without.ratio_intervals, without.is_dated, strict=True
        )
    )
