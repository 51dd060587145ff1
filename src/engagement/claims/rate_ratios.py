"""The rate after a date over the rate before it, tested, and without what was empty at first."""

from __future__ import annotations

from datetime import date
from itertools import product
from math import inf, isfinite, nan
from typing import TYPE_CHECKING

import numpy as np
from attrs import evolve, frozen
from numpy.typing import NDArray

from engagement.changes.testing.null_layout import NullLayout
from engagement.changes.testing.nulls import NULLS
from engagement.claims.answers import Ratio, write_number, write_span
from engagement.claims.fields import said_labels
from engagement.claims.matching import (
    DAYS_A_YEAR,
    Found,
    Matches,
    QueriedLog,
    onset_within,
    periods_of,
)
from engagement.settings.seeds import Stream, series_generator

if TYPE_CHECKING:
    from collections.abc import Iterable

    from engagement.claims.queries import Filter, Measurement
    from engagement.events.events import Event

__all__ = ["compare_two_spans"]

N_DRAWS = 1999
SEED = 12  # any; the same question gets the same answer
ENOUGH_YEARS = 8

Span = tuple[int, int]


def compare_two_spans(queried: QueriedLog, asked: Measurement) -> Found:
    """Hold the rate after a date, or that of the later half, against the rate before it."""
    tally, unknown = queried.tally(asked.where), Ratio((), "not known")
    extent = queried.extent(asked.where)
    unseen = tuple(gap for gap in tally.gaps if gap.endswith("not observed"))
    if extent is None or unseen:
        told = unseen or ("there are no events to compare",)
        return queried.found(asked.where, tally, unknown, limits=told)
    seen = [span for span in queried.observed(asked.where, extent) if span[0] < span[1]]
    split = _middle(seen or [extent]) if asked.split is None else asked.split.start_day
    split = extent[0] if split is None else split
    parts = [_cut(seen, (low, high)) for low, high in ((extent[0], split), (split, extent[1]))]
    if not all(parts):
        told = ("one of the two spans was not observed",)
        return queried.found(asked.where, tally, unknown, limits=told)
    sides = [_side(queried, asked, spans, _rule(seen)) for spans in parts]
    cases = tuple(_case(*pair) for pair in product(*sides) if all(map(_is_possible, pair)))
    if not cases:
        told = ("there are more events than those that they are to be among",)
        return queried.found(asked.where, tally, unknown, limits=told)
    answer = Ratio(cases, _write(parts, sides, cases))
    found = queried.found(asked.where, tally, answer, limits=tally.doubts)
    return evolve(found, bare=_without_empty_start(queried, asked, tally, seen, split))


def _middle(seen: list[Span]) -> int:
    """Give the first day of the calendar year that begins nearest to the middle of what is seen."""
    middle = date.fromordinal((seen[0][0] + seen[-1][1]) // 2)
    starts = [date(middle.year, 1, 1), date(min(middle.year + 1, 9999), 1, 1)]
    return min(starts, key=lambda start: abs((start - middle).days)).toordinal()


def _cut(spans: list[Span], between: Span) -> list[Span]:
    low, high = between
    return [(max(a, low), min(b, high)) for a, b in spans if max(a, low) < min(b, high)]


def _without_empty_start(
    queried: QueriedLog, asked: Measurement, tally: Matches, seen: list[Span], split: int
) -> Ratio | None:
    """
    Compare again over the years after those in which the countries had their first events.

    Sources that begin to report leave empty years behind, which are no rise of what they report.
    The year of the last first event is excluded too, since it was chosen for its event. None where
    no country's years begin empty, or parts of other events are compared.
    """
    if asked.among is not None:
        return None
    start = _last_begun(queried, asked.where, tally.certain)
    if start is None or date.fromordinal(start).year <= date.fromordinal(seen[0][0]).year + 1:
        return None
    rest = _cut(seen, (start, seen[-1][1]))
    if not rest:
        return Ratio((), "nothing is left")
    if asked.split is None:
        split = _middle(rest)
    parts = [_cut(rest, (start, split)), _cut(rest, (split, rest[-1][1]))]
    if not all(parts):
        return Ratio((), f"from {date.fromordinal(start).year} on there is nothing before")
    sides = [_side(queried, asked, spans, _rule(rest)) for spans in parts]
    cases = tuple(_case(*pair) for pair in product(*sides))
    return Ratio(cases, _write(parts, sides, cases))


def _last_begun(queried: QueriedLog, where: Filter, events: Iterable[Event]) -> int | None:
    """Give the first day after the year in which the last country had its first event."""
    firsts: dict[str, int] = {}
    for event in events:
        day = onset_within(event, where)[0]
        for country in said_labels(event, "country"):
            firsts[country] = min(firsts.get(country, day), day)
    spoken_of = {key[0] for key in queried.keys(where)}
    begun = [day for country, day in firsts.items() if not spoken_of or country in spoken_of]
    return date(date.fromordinal(max(begun)).year + 1, 1, 1).toordinal() if begun else None


@frozen(eq=False)
class _RateSide:
    """One side of a comparison, in one of the cases that imprecise dates leave."""

    n: int
    size: float
    """Years, or other events that they are among."""
    counts: NDArray[np.float64]
    """Events of each period, shape ``(n_periods,)``; empty among other events."""
    years: NDArray[np.float64]
    """Length observed of each."""


def _is_possible(side: _RateSide) -> bool:
    return bool(len(side.counts)) or side.n <= side.size


def _rule(seen: list[Span]) -> str:
    """Choose periods so short that a test has enough of them: years, quarters or months."""
    years = sum(end - start for start, end in seen) / DAYS_A_YEAR
    return "Y" if years >= ENOUGH_YEARS else "Q" if years >= ENOUGH_YEARS / 4 else "M"


def _side(queried: QueriedLog, asked: Measurement, spans: list[Span], rule: str) -> list[_RateSide]:
    """Count one side, in as many cases as imprecise dates leave."""
    tallies = [queried.tally(asked.where.narrowed(span=span)) for span in spans]
    if asked.among is not None:
        base: Filter = asked.among
        totals = _sizes([queried.tally(base.narrowed(span=span)) for span in spans])
        none = np.zeros(0)
        return [_RateSide(n, total, none, none) for n in _sizes(tallies) for total in totals]
    periods = [period for span in spans for period in periods_of(*span, rule)]
    years = np.array([(end - start) / DAYS_A_YEAR for start, end in periods])
    cases = {}
    for chosen in (
        [event for tally in tallies for event in tally.certain],
        [event for tally in tallies for event in tally.events],
    ):
        counts = np.zeros(len(periods))
        for event in chosen:
            counts[_place(event, asked.where, periods)] += 1
        cases[len(chosen)] = _RateSide(len(chosen), float(years.sum()), counts, years)
    return list(cases.values())


def _place(event: Event, where: Filter, periods: list[Span]) -> int:
    """Find the first period in which an event may have begun."""
    low, high = onset_within(event, where)
    return next((n for n, (start, end) in enumerate(periods) if low < end and start < high), 0)


def _sizes(tallies: Iterable[Matches]) -> list[int]:
    known = list(tallies)
    low = sum(len(tally.certain) for tally in known)
    return sorted({low, sum(len(tally.events) for tally in known)})


def _case(before: _RateSide, after: _RateSide) -> tuple[float, float]:
    """Give the ratio of two rates and the p-value of none: twice the lesser tail, or permuted."""
    n, m = before.n, after.n
    if not before.size or not after.size or n + m == 0:
        return nan, 1.0
    ratio = (m / after.size) / (n / before.size) if n else inf
    if len(before.counts):
        return ratio, _permuted(before, after)
    from scipy.stats import fisher_exact

    table = np.array([[m, after.size - m], [n, before.size - n]])
    tails = [fisher_exact(table, alternative=tail).pvalue for tail in ("less", "greater")]
    return ratio, min(1.0, 2 * float(min(tails)))


def _permuted(before: _RateSide, after: _RateSide) -> float:
    """
    Give the p-value of a split among series of the same counts without change.

    The series are those of the robust null of `detect_changes`: counts vary as much as they do,
    and neighbouring periods are as alike as they are. The statistic is the likelihood ratio of two
    Poisson rates against one.
    """
    counts = np.concatenate([before.counts, after.counts])
    years = np.concatenate([before.years, after.years])
    draws = NULLS["robust"].prepare(counts, NullLayout.of(years))
    rng = series_generator(SEED, counts, stream=Stream.RATIOS)
    rows = np.vstack([counts[None, :], draws.draw(N_DRAWS, rng)])
    place = len(before.counts)
    statistics = _likelihood_ratios(rows, years, place)
    return float(np.mean(statistics >= statistics[0] - 1e-9))


def _likelihood_ratios(
    rows: NDArray[np.float64], years: NDArray[np.float64], place: int
) -> NDArray[np.float64]:
    totals = rows.sum(axis=1)
    ratios = np.zeros(len(rows))
    for part in (slice(0, place), slice(place, None)):
        events = rows[:, part].sum(axis=1)
        expected = totals * years[part].sum() / years.sum()
        with np.errstate(divide="ignore", invalid="ignore"):
            ratios += np.where(events > 0, events * np.log(events / expected), 0.0)
    return ratios


def _write(
    parts: list[list[Span]], sides: list[list[_RateSide]], cases: tuple[tuple[float, float], ...]
) -> str:
    told = [
        f"{write_span(spans[0][0], spans[-1][1])}: {_write_side(side)}"
        for spans, side in zip(parts, sides, strict=True)
    ]
    ratios, p_values = zip(*cases, strict=True)
    return f"{', '.join(told)}; ratio {_write_range(ratios)}, p = {_write_range(p_values)}"


def _write_side(cases: list[_RateSide]) -> str:
    counts, sizes = _write_range(side.n for side in cases), [side.size for side in cases]
    if not len(cases[0].counts):
        return f"{counts} of {_write_range(sizes)}"
    return f"{counts} in {round(sizes[0], 1):g} years"


def _write_range(values: Iterable[float]) -> str:
    known = sorted(values)
    return " to ".join(dict.fromkeys(_write_value(value) for value in (known[0], known[-1])))


def _write_value(value: float) -> str:
    return write_number(value) if isfinite(value) and value >= 1 else f"{value:.2g}"
