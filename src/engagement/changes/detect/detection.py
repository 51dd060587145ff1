"""The main call: which series of a panel changed, when, and by how much."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import evolve, frozen

from engagement.changes.detect.change import Change
from engagement.changes.detect.dating import Dating
from engagement.changes.detect.found import Changes
from engagement.changes.detect.series_verdict import SeriesVerdict
from engagement.changes.detect.slopes import is_rather_a_trend
from engagement.changes.detect.verdicts import ChangeVerdict
from engagement.changes.posterior.segmentation_inference import MIN_LENGTH, room_for
from engagement.changes.testing.false_discovery import (
    Discovery,
    SeriesTest,
    discover,
    is_too_little,
)
from engagement.changes.testing.null_layout import Layout
from engagement.changes.testing.nulls import NULLS, Null
from engagement.changes.testing.panel_null import borrowed_nulls
from engagement.changes.testing.scan_test import make_table
from engagement.changes.testing.season import fit_season
from engagement.changes.testing.windows import WindowSet
from engagement.counting.counts import Counts
from engagement.counting.panels import read_counts, read_panel
from engagement.errors import SettingError
from engagement.events.coverage import Coverage
from engagement.models.families import Family, read_family
from engagement.models.imputation import DrawnSeries, draw_dates
from engagement.models.observed import label_of
from engagement.progress import worked
from engagement.settings.checks import MOST_IMPUTATIONS, check_share, check_whole, read_choice
from engagement.settings.seeds import read_seed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engagement.changes.testing.panel_draws import Borrowed
    from engagement.counting.panels import CountsLike
    from engagement.models.observed import ObservedPeriods

__all__ = [
    "Question",
    "answer_series",
    "detect_changes",
    "gather",
    "largest_p",
    "read_question",
    "test_series",
]

PANEL = "panel"
"""The null that all series of a panel are needed for."""

MANY = 50
"""Series from which on several are worked on at a time, with progress on a terminal."""

HALF = 0.5
"""Posterior probability of no change from which on no change is dated."""


@frozen(kw_only=True, eq=False)
class Question:
    """What is asked of every series."""

    level: float
    family: Family
    null: str
    nulls: tuple[Null, ...]
    """The largest of their p-values is that of the series."""
    season: int | None
    seed: int
    coverage: Coverage | None
    largest_p: float = 1.0
    """The largest p-value at which a series of the panel is found uneven."""


def detect_changes(
    counts: CountsLike,
    *,
    periods: object = None,
    level: float = 0.95,
    fdr: float = 0.1,
    family: str | Family = "auto",
    null: str = "robust",
    season: int | None = None,
    n_imputations: int = 20,
    rng: np.random.Generator | int | None = None,
) -> Changes:
    """
    Find which series changed, when, by how much, and how sure each of these is.

    Each series is tested once by `scan_test`; over all that were tested the false discovery
    rate is held by the rule of Benjamini and Hochberg, which assumes that series are
    independent or positively dependent. Where the test finds that counts are uneven, the
    posterior of `change_posterior` says whether that is a change: it is where no change has a
    posterior probability below one half. The number of changes is then the most probable one of
    at least one; dates and sizes follow from the posterior given that number.

    With the family ``auto`` the posterior averages over Poisson counts and counts of many
    overdispersions, some of which correlate with the period before.

    Where imprecise dates that were spread over periods put counts into parts, the dates are
    drawn instead, *n_imputations* times: one test statistic is averaged over the draws and
    ranked in one table, and numbers, dates and sizes are those of the mixture of all draws.
    So what is not known about dates makes no answer surer.

    A series has too little observed to say anything where even the most uneven outcome, all
    its N events in one period, would come about without change with a probability above
    ``1 - level``: the sum over periods of their share of exposure to the power N. That is so
    with one event or none, or with one observed period. It then takes no part in the rule.

    Parameters
    ----------
    counts
        A table of counts, every series of which is looked at, or one series.
    periods
        Periods of *counts* where that is an array, see `CountSeries.from_arrays`.
    level
        Level of the intervals, strictly between 0 and 1.
    fdr
        Share of false ones among the series found uneven, strictly between 0 and 1. One series
        alone is found uneven where its p-value is at most ``1 - level``, or *fdr* if that is less.
    family
        What the counts are taken to be once there is a change: ``"auto"``, ``"poisson"``,
        ``"negative_binomial"``, or a family such as ``NegativeBinomial(dispersion=2)``.
    null
        What a series without change looks like: ``"robust"``, ``"permutation"`` or
        ``"poisson"``, see `scan_test`; or ``"panel"``, which learns from all series together how
        widely counts scatter and how alike neighbouring periods are, and finds more thereby.
        Series that may not be like the others of their panel are held to the robust null too,
        and all of a panel of fewer than five to the robust null only.
    season
        Periods after which a season comes again, such as 12 for months; ``None`` for none. Each
        place in the season then has a factor of its own, estimated together with the changes.
    n_imputations
        How often dates are drawn where that is needed, at least 2. The counts must know their
        events then: made of a log, with whole counting and imprecise dates spread.
    rng
        A generator or a seed; ``None`` for a fixed seed.

    Returns
    -------
    Changes
        A verdict for each series, and every change.

    Raises
    ------
    SeriesError
        If a count is not whole and dates cannot be drawn.
    SettingError
        If a setting is outside of what it may be.

    Examples
    --------
    >>> from engagement.counting.series import CountSeries
    >>> series = CountSeries.from_arrays(
    ...     [2, 1, 2, 0, 1, 2, 9, 7, 8, 6, 9, 8], range(1990, 2002), name="meetings"
    ... )
    >>> for change in detect_changes(series):
    ...     print(change.date, change.date_low, change.date_high, round(change.ratio, 1))
    1996 1995 1996 5.4
    """
    table = read_counts(counts, periods)
    panel, by = read_panel(table)
    question = read_question(level, family, null, season, rng, others=(PANEL,))
    question = evolve(question, coverage=_coverage(table))
    fdr = check_share("fdr", fdr)
    n_imputations = check_whole("n_imputations", n_imputations, least=2, most=MOST_IMPUTATIONS)
    drawn = draw_dates(
        panel,
        table if isinstance(table, Counts) else None,
        question.family,
        n_imputations=n_imputations,
        seed=question.seed,
    )
    questions, borrowed = [question] * len(drawn), None
    if null == PANEL:
        borrowed = borrowed_nulls(drawn, season=question.season, seed=question.seed)
        questions = [evolve(question, nulls=nulls) for nulls in borrowed.nulls]
    asked = list(zip(drawn, questions, strict=True))
    tests = worked(lambda pair: test_series(*pair), asked, "testing", at_least=MANY)
    rate = fdr if len(panel) > 1 else min(fdr, 1 - question.level)
    results = discover(tests, rate)
    questions = [evolve(one, largest_p=largest_p(results, rate)) for one in questions]
    answers = worked(
        lambda triple: answer_series(*triple, axis=by[0]),
        list(zip(drawn, results, questions, strict=True)),
        "dating",
        at_least=MANY,
    )
    return gather(answers, drawn, question, by=by, fdr=fdr, borrowed=borrowed)


def gather(
    answers: list[tuple[SeriesVerdict, list[Change]]],
    drawn: list[DrawnSeries],
    question: Question,
    *,
    by: tuple[str, ...],
    fdr: float,
    borrowed: Borrowed | None = None,
) -> Changes:
    """Put the answers for the series of a panel together."""
    return Changes(
        verdicts=tuple(verdict for verdict, _ in answers),
        found=tuple(change for _, found in answers for change in found),
        by=by,
        level=question.level,
        fdr=fdr,
        family=question.family.name,
        null=question.null,
        season=question.season,
        seed=question.seed,
        min_length=MIN_LENGTH,
        borrowed=borrowed,
        scatter=question.family,
        tested=tuple(drawn),
    )


def read_question(
    level: float,
    family: object,
    null: object,
    season: object,
    rng: object,
    *,
    others: tuple[str, ...] = (),
) -> Question:
    """Read the settings of `detect_changes`; *others* are nulls that need all series at once."""
    known = NULLS | dict.fromkeys(others, NULLS["robust"])
    return Question(
        level=check_share("level", level),
        family=_read_counting_family(family),
        null=str(null),
        nulls=(read_choice("null", null, known),),
        season=None if season is None else check_whole("season", season, least=2),
        seed=read_seed(rng),
        coverage=None,
    )


def _read_counting_family(family: object) -> Family:
    chosen = read_family(family)
    if not chosen.whole_counts:
        raise SettingError(
            f"changes are detected in counts, and family '{chosen.name}' is of other numbers; "
            "change_posterior and segment take it"
        )
    return chosen


def _coverage(table: object) -> Coverage | None:
    """Return what the log behind the counts states of its sources, if there is one."""
    return table.log.coverage if isinstance(table, Counts) and table.log is not None else None


def test_series(drawn: DrawnSeries, question: Question) -> SeriesTest | None:
    """Test a series under each null, unless too little was observed; the larger p-value holds."""
    if is_too_little(drawn.observed, question.level):
        return None
    tables = [
        make_table(drawn.observed, null, question.seed, season=question.season, rows=drawn.rows)
        for null in question.nulls
    ]
    tests = [SeriesTest.in_stages(table) for table in tables if table is not None]
    return max(tests, key=lambda test: test.p_value, default=None)


def largest_p(results: list[Discovery], rate: float) -> float:
    """Return the largest p-value that the rule finds uneven, as it stands."""
    n_changed = sum(one.is_changed for one in results)
    n_tested = sum(one.n_draws > 0 for one in results)
    return max(n_changed, 1) * rate / max(n_tested, 1)


def answer_series(
    drawn: DrawnSeries, result: Discovery, question: Question, *, axis: str
) -> tuple[SeriesVerdict, list[Change]]:
    """Give one series its verdict, and each of its changes."""
    dating = _date(drawn, question) if result.is_changed else None
    said = _verdict(drawn, result, dating)
    n_changes = dating.n_changes if dating is not None and said is ChangeVerdict.CHANGE else 0
    verdict = SeriesVerdict(
        axes=dict(drawn.series.axes) or {axis: label_of(drawn.series)},
        verdict=said,
        p_value=result.p_value,
        q_value=result.q_value,
        n_draws=result.n_draws,
        unchanged=dating.unchanged if dating is not None else float("nan"),
        n_changes=n_changes,
        n_imputations=drawn.n_imputations,
        **_variation(drawn, dating if n_changes else None, question),
        **_extent(drawn.observed),
        **(_window(drawn.observed) if said is ChangeVerdict.UNEVEN else {}),
        coverage_stated=drawn.series.coverage_stated,
    )
    if dating is None or not n_changes:
        return verdict, []
    return verdict, _describe(verdict, dating, drawn, question)


def _date(drawn: DrawnSeries, question: Question) -> Dating:
    """Weigh the segmentations of a series; segments are shorter where room is scarce."""
    exposures, _ = _weighed(drawn, question.season)
    return Dating(
        rows=drawn.rows,
        exposures=exposures,
        steps=drawn.observed.steps,
        family=question.family,
        min_length=room_for(len(drawn.observed)),
    )


def _weighed(drawn: DrawnSeries, season: int | None) -> tuple[NDArray[np.float64], int]:
    """Take a season's profile into the exposures, and say of how many slots it is."""
    if season is None:
        return drawn.observed.exposures, 1
    layout = Layout.of_observed(drawn.observed, season)
    profile = fit_season(drawn.observed.counts, layout)
    return profile.exposures, len(profile.weights)


def _variation(drawn: DrawnSeries, dating: Dating | None, question: Question) -> dict[str, Any]:
    """Say how much counts vary about their rates, and what else describes the changes."""
    observed = drawn.observed
    if dating is None:
        exposures, n_slots = _weighed(drawn, question.season)
        spread = _chi_square_by_freedom(observed.counts, exposures, n_slots)
        return {"dispersion": spread, "dependence": 0.0, "is_trend": False}
    times = observed.periods.asi8[observed.positions].astype(np.float64)
    return {
        "dispersion": dating.dispersion,
        "dependence": dating.dependence,
        "is_trend": is_rather_a_trend(dating.typical, times),
        "pattern": _pattern(dating, question.level),
    }


def _chi_square_by_freedom(
    counts: NDArray[np.float64], exposures: NDArray[np.float64], n_slots: int
) -> float:
    """Return Pearson's measure of variance about one rate: 1 for Poisson counts."""
    if not len(counts) or not counts.any():
        return 1.0
    means = exposures * (counts.sum() / exposures.sum())
    return float(((counts - means) ** 2 / means).sum()) / max(len(counts) - n_slots, 1)


def _pattern(dating: Dating, level: float) -> str:
    """Call two changes a burst or a lull, where the rate before and after may be the same."""
    if dating.n_changes != 2:
        return ""
    shares = ((1 - level) / 2, (1 + level) / 2)
    first, second = (dating.ratio_quantiles(change, shares) for change in (0, 1))
    low, high = dating.outer_ratio(shares)
    if not low <= 1 <= high:
        return ""
    if first[0] > 1 and second[1] < 1:
        return "burst"
    return "lull" if first[1] < 1 and second[0] > 1 else ""


def _verdict(drawn: DrawnSeries, result: Discovery, dating: Dating | None) -> ChangeVerdict:
    if not len(drawn.observed):
        return ChangeVerdict.NOT_OBSERVED
    if not result.n_draws:
        return ChangeVerdict.TOO_FEW
    if dating is None:
        return ChangeVerdict.NO_CHANGE
    return ChangeVerdict.CHANGE if _is_dated(dating) else ChangeVerdict.UNEVEN


def _is_dated(dating: Dating) -> bool:
    """Tell whether a change is more probable than none."""
    return dating.n_changes > 0 and dating.unchanged < HALF


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
    verdict: SeriesVerdict, dating: Dating, drawn: DrawnSeries, question: Question
) -> list[Change]:
    """Give each change its interval, its rates and its ratio."""
    observed, places = drawn.observed, dating.places
    means, tail = dating.rate_means(), (1 - question.level) / 2
    bounds = [0, *places, len(observed)]
    row = dating.typical_row
    seen = [
        (float(row[a:b].sum()), float(observed.exposures[a:b].sum())) for a, b in pairwise(bounds)
    ]
    counted = drawn.with_counts(row)
    changes = []
    for k, place in enumerate(places):
        first, last = dating.between(k, question.level)
        low, high = dating.ratio_quantiles(k, (tail, 1 - tail))
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
            probability=dating.probability_between(first, last),
            level=question.level,
            before_from=observed.date(bounds[k]),
            after_to=observed.date(bounds[k + 2] - 1),
            family=question.family.name,
            scatter=question.family,
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


def _is_found_without(
    n_empty: int, place: int, change: Change, drawn: DrawnSeries, question: Question
) -> bool:
    """
    Tell whether a change is found again once the empty stretch at the start is left out.

    By the same rule as the verdict: what remains is uneven beyond chance, a change in it is more
    probable than none, and one of its changes has the same direction and an interval that holds
    the date. A change at the first event cannot be found without what is before it.
    """
    if place <= n_empty:
        return False
    rest = drawn.since(n_empty)
    test = test_series(rest, question)
    if test is None or test.p_value > question.largest_p:
        return False
    without = _date(rest, question)
    if not _is_dated(without):
        return False
    for other in range(without.n_changes):
        first, last = without.between(other, question.level)
        (middle,) = without.ratio_quantiles(other, (0.5,))
        if first <= place - n_empty <= last and (middle > 1) == (change.ratio > 1):
            return True
    return False
