"""The main call: which series of a panel changed, when, and by how much."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from attrs import evolve

from engagement.changes.detect.found import Changes
from engagement.changes.detect.panel_model import PanelModel, fit_panel_model
from engagement.changes.detect.question import Question, read_question
from engagement.changes.detect.series_answer import (
    answer_series,
    date_series,
    test_series,
    weigh_series,
)
from engagement.changes.posterior.segmentation_inference import MIN_LENGTH
from engagement.changes.testing.false_discovery import (
    HALF,
    Discovery,
    discover,
    discover_by_posterior,
)
from engagement.counting.counts import Counts
from engagement.counting.panels import read_counts, read_panel
from engagement.errors import SettingError, shown
from engagement.models.imputation import DrawnSeries, draw_dates
from engagement.progress import worked
from engagement.settings.checks import (
    MOST_IMPUTATIONS,
    check_flag,
    check_share,
    check_whole,
)

if TYPE_CHECKING:
    import numpy as np

    from engagement.changes.detect.change import Change
    from engagement.changes.detect.dating import Dating
    from engagement.changes.detect.series_verdict import SeriesVerdict
    from engagement.counting.panels import CountsLike
    from engagement.events.coverage import Coverage
    from engagement.models.families import Family

__all__ = ["bound_of", "detect_changes", "gather"]

MANY = 50
"""Series from which on several are worked on at a time, with progress on a terminal."""

MOST_KEPT = 500
"""
Series of a panel whose posteriors are kept until it has decided, at most; those of a larger one
are computed again where it finds a change, so that memory does not grow with the panel.
"""


def detect_changes(
    counts: CountsLike,
    *,
    periods: object = None,
    level: float = 0.95,
    fdr: float = 0.1,
    family: str | Family = "auto",
    null: str = "robust",
    season: int | None = None,
    borrow: bool = False,
    n_imputations: int = 20,
    rng: np.random.Generator | int | None = None,
) -> Changes:
    """
    Find which series changed, when, by how much, and how sure each of these is.

    Each series is tested once by `scan_test`; over all that were tested the false discovery
    rate is held by the rule of Benjamini and Hochberg, which assumes that series are
    independent or positively dependent. Where the test finds that counts are uneven, the
    posterior of `change_posterior` says whether that is a change: it is where no change has a
    posterior probability below one half, and where changes can be dated. A change can be if its
    interval is shorter than three fifths of the series, if some change lies in it with
    probability one half or more, and if the interval of its rate ratio excludes 1. The number of
    changes is the most probable one at which all can be dated, among those at least half as
    probable as the most probable of all; if there is none, that one, if any of its changes can
    be dated. Dates and sizes follow from the posterior given that number.

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
        ``"poisson"``, see `scan_test`. With *borrow* there is no such test.
    season
        Periods after which a season comes again, such as 12 for months; ``None`` for none. Each
        place in the season then has a factor of its own, estimated together with the changes.
    borrow
        Whether the series learn from one another how much counts vary about their rates, how
        alike neighbouring periods are, and what share of the series changes: an empirical Bayes
        fit over the panel, with the family ``auto``. The posterior then decides in place of a
        test: series count as changed as long as the mean of their probabilities of no change,
        which is the expected share of false ones, is at most *fdr*. It finds more than a test of
        each series by itself, and its intervals are honest where most series vary more than a
        short one can show. It is for series of one kind.
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
    question = evolve(read_question(level, family, null, season, rng), coverage=_coverage(table))
    fdr = check_share("fdr", fdr)
    n_imputations = check_whole("n_imputations", n_imputations, least=2, most=MOST_IMPUTATIONS)
    drawn = draw_dates(
        panel,
        table if isinstance(table, Counts) else None,
        question.family,
        n_imputations=n_imputations,
        seed=question.seed,
    )
    learned, datings = None, cast("list[Dating | None]", [None] * len(drawn))
    rate = fdr if len(panel) > 1 else min(fdr, 1 - question.level)
    if check_flag("borrow", borrow):
        if family != "auto":
            raise SettingError(
                "borrow is for the family 'auto', whose probabilities it learns, got family "
                f"{shown(family)}"
            )
        learned = fit_panel_model([date_series(one, question) for one in drawn])
        question = evolve(question, family=learned.family, changed=learned.changed)
        told, datings = _weigh(drawn, question)
        results = discover_by_posterior(told, rate)
        bound = max((one.unchanged for one in results if one.is_changed), default=rate)
    else:
        tests = worked(lambda one: test_series(one, question), drawn, "testing", at_least=MANY)
        results = discover(tests, rate)
        bound = bound_of(results, rate)
    question = evolve(question, bound=bound)
    answers = worked(
        lambda told: answer_series(*told[:2], question, axis=by[0], dating=told[2]),
        list(zip(drawn, results, datings, strict=True)),
        "dating",
        at_least=MANY,
    )
    return gather(answers, drawn, question, by=by, fdr=fdr, panel=learned)


def _weigh(
    drawn: list[DrawnSeries], question: Question
) -> tuple[list[float | None], list[Dating | None]]:
    """Give the probability of no change of each series, and what is kept of how it was weighed."""
    keeps = len(drawn) <= MOST_KEPT

    def weigh(one: DrawnSeries) -> tuple[float | None, Dating | None]:
        dating = weigh_series(one, question)
        told = None if dating is None else dating.unchanged
        return told, dating if keeps and told is not None and told < HALF else None

    weighed = worked(weigh, drawn, "weighing", at_least=MANY)
    return [told for told, _ in weighed], [dating for _, dating in weighed]


def gather(
    answers: list[tuple[SeriesVerdict, list[Change]]],
    drawn: list[DrawnSeries],
    question: Question,
    *,
    by: tuple[str, ...],
    fdr: float,
    panel: PanelModel | None = None,
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
        panel=panel,
        question=question,
        tested=tuple(drawn),
        coverage=question.coverage,
    )


def _coverage(table: object) -> Coverage | None:
    """Return what the log behind the counts states of its sources, if there is one."""
    return table.log.coverage if isinstance(table, Counts) and table.log is not None else None


def bound_of(results: list[Discovery], rate: float) -> float:
    """Return the largest p-value at which the rule finds a series uneven, as it stands."""
    n_tested = sum(one.is_tested for one in results)
    return max(sum(one.is_changed for one in results), 1) * rate / max(n_tested, 1)
