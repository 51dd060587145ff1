"""The main call: which series of a panel changed, when, and by how much."""

from __future__ import annotations

import sys
from math import ceil
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from attrs import frozen

from engagement.changes.draws import read_seed, series_generator
from engagement.changes.families import read_family
from engagement.changes.found import Change, Changes, SeriesVerdict, series_posterior
from engagement.changes.nulls import NULLS, Null
from engagement.changes.observed import label_of, read_series
from engagement.changes.scan import make_table
from engagement.changes.settings import check_share, read_choice
from engagement.coverage import Coverage
from engagement.errors import SeriesError
from engagement.series import CountSeries

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from engagement.changes.observed import ObservedPeriods
    from engagement.changes.posterior import ChangePosterior
    from engagement.changes.scan import ResamplingTable
    from engagement.counts import Counts

__all__ = ["detect_changes"]

T = TypeVar("T")

MIN_LENGTH = 1
"""Least number of observed periods in a segment."""

N_DRAWS = 10_000
"""Draws of dates and rates behind the interval of a ratio."""

MANY = 50
"""Series from which on progress is shown on a terminal."""

_LEANS = 0.05  # p-value above which a change is not found again without its empty start


@frozen(kw_only=True, eq=False)
class _Question:
    """What is asked of every series."""

    level: float
    family: str
    null: Null
    seed: int
    coverage: Coverage | None


def detect_changes(
    counts_or_series: Counts | CountSeries,
    *,
    level: float = 0.95,
    fdr: float = 0.1,
    family: str = "poisson",
    null: str = "poisson",
    rng: np.random.Generator | int | None = None,
) -> Changes:
    """
    Find which series changed, when, by how much, and how sure each of these is.

    Each series is tested once by `scan_test`; over all that were tested the false discovery
    rate is held by the rule of Benjamini and Hochberg, which assumes that series are
    independent or positively dependent. Where the test says that there is a change, its exact
    posterior (`change_posterior` with its default priors) says how many there are, and their
    dates and sizes.

    A series has too little observed to say anything where even the most uneven outcome, all
    its N events in one period, would come about without change with a probability above
    ``1 - level``: the sum over periods of their share of exposure to the power N. That is so
    with one event or none, or with one observed period. It then takes no part in the rule.

    Parameters
    ----------
    counts_or_series
        A table of counts, every series of which is looked at, or one series.
    level
        Level of the intervals, strictly between 0 and 1.
    fdr
        Share of false ones among the series said to have changed, strictly between 0 and 1.
        For one series it is the largest p-value at which a change is said.
    family
        What the counts are taken to be: ``"poisson"``.
    null
        What a series without change looks like: ``"poisson"``.
    rng
        A generator or a seed; ``None`` for a fixed seed. A series gets the same answer alone
        and in any panel, but for what the panel's rule makes of its p-value.

    Returns
    -------
    Changes
        A verdict for each series, and every change.

    Raises
    ------
    SeriesError
        If a count is not whole.
    SettingError
        If a setting is outside of what it may be.

    Examples
    --------
    >>> from engagement.series import CountSeries
    >>> series = CountSeries.from_arrays(
    ...     [2, 1, 2, 0, 9, 7, 8], range(1990, 1997), name="meetings"
    ... )
    >>> for change in detect_changes(series):
    ...     print(change.date, change.date_low, change.date_high, round(change.ratio, 1))
    1994 1994 1994 5.7
    """
    question = _Question(
        level=check_share("level", level),
        family=read_family(family).name,
        null=read_choice("null", null, NULLS),
        seed=read_seed(rng),
        coverage=_coverage(counts_or_series),
    )
    check_share("fdr", fdr)
    panel, by = _panel(counts_or_series)
    chosen = read_family(family)
    observed = [read_series(series, chosen) for series in panel]
    tables = [_table(one, question) for one in _watched(observed, "testing")]
    p_values, q_values, changed = _decide(tables, fdr)
    verdicts: list[SeriesVerdict] = []
    found: list[Change] = []
    for place, series in enumerate(_watched(panel, "dating")):
        posterior = None
        if changed[place]:
            posterior = series_posterior(series, question.family, MIN_LENGTH)
        found_places = _places(posterior) if posterior is not None else []
        verdict = SeriesVerdict(
            axes=dict(series.axes) or {by[0]: label_of(series)},
            verdict=_verdict(tables[place], found_places),
            p_value=float(p_values[place]),
            q_value=float(q_values[place]),
            n_draws=_n_draws(tables[place]),
            n_changes=len(found_places),
            **_extent(observed[place]),
            coverage_stated=series.coverage_stated,
        )
        verdicts.append(verdict)
        if posterior is not None:
            found += _describe(verdict, posterior, observed[place], question)
    return Changes(
        verdicts=tuple(verdicts),
        found=tuple(found),
        by=by,
        level=question.level,
        fdr=float(fdr),
        family=question.family,
        null=null,
        seed=question.seed,
        min_length=MIN_LENGTH,
        tested=tuple(panel),
    )


def _panel(counts_or_series: object) -> tuple[list[CountSeries], tuple[str, ...]]:
    from engagement.counts import Counts

    if isinstance(counts_or_series, CountSeries):
        return [counts_or_series], tuple(counts_or_series.axes) or ("series",)
    if isinstance(counts_or_series, Counts):
        return list(counts_or_series.all_series()), tuple(counts_or_series.by) or ("series",)
    raise SeriesError(
        f"Counts or a CountSeries are needed, got {type(counts_or_series).__name__}; "
        "CountSeries.from_arrays(counts, periods) makes one"
    )


def _coverage(counts_or_series: object) -> Coverage | None:
    """Return what the log behind the counts states of its sources, if there is one."""
    log = getattr(counts_or_series, "log", None)
    return log.coverage if log is not None else None


def _watched(items: Sequence[T], doing: str) -> Iterable[T]:
    """Show progress over many items on a terminal, and nothing elsewhere."""
    if len(items) <= MANY or not sys.stderr.isatty():
        return items
    from rich.console import Console
    from rich.progress import track

    return track(items, description=doing, console=Console(stderr=True), transient=True)


def is_too_little(observed: ObservedPeriods, level: float) -> bool:
    """Tell whether all events in one period would be no wonder without any change."""
    if not len(observed):
        return True
    shares = observed.exposures / observed.exposures.sum()
    return float((shares**observed.total).sum()) > 1 - level + 1e-12


def _table(observed: ObservedPeriods, question: _Question) -> ResamplingTable | None:
    """Test a series in stages, unless too little was observed."""
    if is_too_little(observed, question.level):
        return None
    table = make_table(observed, question.null, question.seed)
    if table is not None:
        table.grow_in_stages()
    return table


def _decide(
    tables: Sequence[ResamplingTable | None], fdr: float
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.bool_]]:
    """
    Say which series changed, drawing more where the panel's rule needs smaller p-values.

    Draws are added only to a series that none of its draws equals, so that they never go on
    until a p-value happens to be small.
    """
    tested = [place for place, table in enumerate(tables) if table is not None]
    p_values = np.full(len(tables), np.nan)
    q_values = np.full(len(tables), np.nan)
    changed = np.zeros(len(tables), dtype=bool)
    if not tested:
        return p_values, q_values, changed
    from statsmodels.stats.multitest import multipletests

    needed = ceil(len(tested) / fdr)
    while True:
        p_values[tested] = [table.ranks.p_value for table in tables if table is not None]
        changed[tested], q_values[tested], *_ = multipletests(
            p_values[tested], alpha=fdr, method="fdr_bh"
        )
        stuck = [
            table
            for table, rejected in zip(tables, changed, strict=True)
            if table is not None
            and not rejected
            and table.is_at_floor
            and table.n_draws + 1 < needed
        ]
        if not stuck:
            return p_values, q_values, changed
        for table in stuck:
            table.grow_to(min(10 * (table.n_draws + 1), needed) - 1)


def _places(posterior: ChangePosterior) -> list[int]:
    """Return where the changes are, given that there are some."""
    if not posterior.max_changes:
        return []
    number = 1 + int(np.argmax(posterior.n_changes.to_numpy()[1:]))
    return posterior.best_places(number)


def _verdict(table: ResamplingTable | None, places: Sequence[int]) -> str:
    if table is None:
        return "too little observed"
    return "change" if places else "no change found"


def _n_draws(table: ResamplingTable | None) -> int:
    return 0 if table is None else table.n_draws


def _extent(observed: ObservedPeriods) -> dict[str, Any]:
    return {
        "n_events": int(observed.total),
        "n_periods": len(observed.periods),
        "n_observed": len(observed),
        "exposure_years": float(observed.exposures.sum()),
        "observed_from": observed.date(0) if len(observed) else None,
        "observed_to": observed.date(-1) if len(observed) else None,
    }


def _describe(
    verdict: SeriesVerdict,
    posterior: ChangePosterior,
    observed: ObservedPeriods,
    question: _Question,
) -> list[Change]:
    """Give each change its interval, its rates and its ratio."""
    places = _places(posterior)
    rng = series_generator(question.seed, observed.counts, stream=1)
    means, ratios = posterior.draw_rates(len(places), N_DRAWS, rng)
    tail = (1 - question.level) / 2
    low, middle, high = np.quantile(ratios, [tail, 0.5, 1 - tail], axis=0)
    changes = []
    bounds = [0, *places, len(observed)]
    for k, place in enumerate(places):
        first, last = posterior.places_between(k + 1, len(places), level=question.level)
        first, last = min(first, place), max(last, place)
        empty_until, leans = None, False
        if k == 0 and not observed.counts[0]:
            n_empty = int(np.argmax(observed.counts > 0))
            empty_until = observed.date(n_empty - 1)
            leans = _leans_on(n_empty, place, (first, last), posterior, question)
        changes.append(
            Change(
                series=verdict,
                number=k + 1,
                date=observed.date(place),
                date_low=observed.earliest(first),
                date_high=observed.date(last),
                rate_before=float(means[k]),
                rate_after=float(means[k + 1]),
                ratio=float(middle[k]),
                ratio_low=float(low[k]),
                ratio_high=float(high[k]),
                probability=posterior.probability_between_places(first, last),
                level=question.level,
                before_from=observed.date(bounds[k]),
                after_to=observed.date(bounds[k + 2] - 1),
                family=question.family,
                min_length=MIN_LENGTH,
                counted=posterior.series,
                coverage=question.coverage,
                empty_until=empty_until,
                leans_on_start=leans,
            )
        )
    return changes


def _leans_on(
    n_empty: int,
    place: int,
    between: tuple[int, int],
    posterior: ChangePosterior,
    question: _Question,
) -> bool:
    """
    Tell whether a change is lost once the empty stretch at the start is left out.

    It is where it coincides with the first event, where too little remains, where what
    remains shows no change by itself, or where that change is more probably elsewhere.
    """
    if place <= n_empty:
        return True
    series = posterior.series
    start = int(np.flatnonzero(series.observed)[n_empty])
    rest = CountSeries.from_arrays(
        series.counts[start:], series.periods[start:], series.exposure_years[start:]
    )
    observed = read_series(rest, read_family(question.family))
    table = _table(observed, question)
    if table is None or table.ranks.p_value > _LEANS:
        return True
    without = series_posterior(rest, question.family, MIN_LENGTH)
    return without.probability_between_places(*(end - n_empty for end in between)) < 0.5
