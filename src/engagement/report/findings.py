"""What was found in each series of a table of counts, as the report tells it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from attrs import field, frozen
from numpy.typing import NDArray

from engagement.changes.detect.change import Change
from engagement.changes.detect.series_verdict import SeriesVerdict
from engagement.counting.series import CountSeries
from engagement.words.report import name_series

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from engagement.changes.detect.found import Changes
    from engagement.counting.counts import Counts


__all__ = [
    "CHANGE",
    "EMPTY_START",
    "NO_CHANGE",
    "RECORDED",
    "TOO_FEW",
    "TREND",
    "UNEVEN",
    "UNOBSERVED",
    "ChangeSide",
    "Finding",
    "FoundChange",
    "findings_of",
    "surest_first",
]

CHANGE, UNEVEN, NO_CHANGE = "change", "uneven, no dated change", "no change found"
TOO_FEW, UNOBSERVED = "too few events", "not observed"
RECORDED = "recorded, not systematically covered"


EMPTY_START, TREND = "empty start", "trend"


@frozen(kw_only=True)
class ChangeSide:
    """What was counted on one side of a change."""

    first: pd.Period
    """First observed period."""
    last: pd.Period
    """Last observed period."""
    events: float
    """Events counted; in parts where imprecise dates were spread."""
    years: float
    """Years observed."""


@frozen(kw_only=True, eq=False)
class FoundChange:
    """One change with its raw counts and what is to be said of it."""

    change: Change
    before: ChangeSide
    after: ChangeSide
    marks: tuple[str, ...]
    """``empty start``, ``trend``, and ``burst`` or ``lull``, where they hold."""
    has_short_interval: bool
    """Whether its interval spans at most a third of the periods observed."""

    @property
    def is_firm(self) -> bool:
        """Whether it does not rest on an empty start."""
        return EMPTY_START not in self.marks


@frozen(kw_only=True, eq=False)
class Finding:
    """What was found in one series."""

    number: int
    """Place of the series in its table, which names it on the page."""
    series: CountSeries = field(repr=False)
    """The counts; those of a selective record have no exposure and stand in `recorded`."""
    axes: Mapping[str, str]
    verdict: str
    changes: tuple[FoundChange, ...]
    tested: SeriesVerdict
    """Of the series, with p-value and q-value."""
    recorded: NDArray[np.float64] | None = field(default=None, repr=False)
    """Events recorded in each period of a series that is not systematically covered."""
    n_recorded: int = 0
    """Events that `recorded` has, whole or in part."""
    cell: int
    """Place of the series in the counts that its events are behind."""

    @cached_property
    def name(self) -> str:
        """What is counted, in words."""
        return name_series(self.axes)

    @property
    def events(self) -> float:
        """Events counted or, without coverage, recorded."""
        return self.n_recorded if self.recorded is not None else self.series.total

    @property
    def is_tested(self) -> bool:
        """Whether there were enough events for a test."""
        return self.verdict in {CHANGE, UNEVEN, NO_CHANGE}


def findings_of(
    counts: Counts, changes: Changes, recorded: Counts | None = None
) -> tuple[Finding, ...]:
    """
    Put together what was found in each series that there is something to say of.

    Parameters
    ----------
    counts
        A table of counts.
    changes
        The answer of `detect_changes` on it.
    recorded
        The same table counted as if all had been observed, for series without coverage.

    Returns
    -------
    tuple
        A finding a series that was observed or recorded, in the order of the table. Where
        coverage is not stated, every combination of labels counts as observed, and those
        without an event are omitted.
    """
    found = []
    noted = _recorded(counts, recorded)
    for number, (series, verdict) in enumerate(
        zip(counts.all_series(), changes.verdicts, strict=True)
    ):
        observed = verdict.n_observed > 0
        cell, own = noted.get(tuple(series.axes.values()), (number, None))
        if (observed and not (verdict.n_events or counts.coverage_stated)) or (
            not observed and own is None
        ):
            continue
        found.append(
            Finding(
                number=number,
                cell=number if observed else cell,
                series=series,
                axes=verdict.axes,
                verdict=_verdict(verdict) if observed else RECORDED,
                changes=tuple(_found(change, series) for change in changes.of(verdict)),
                tested=verdict,
                recorded=None if observed else own,
                n_recorded=0 if observed else _number(recorded or counts, cell, own),
            )
        )
    return tuple(found)


def _recorded(
    counts: Counts, recorded: Counts | None
) -> dict[tuple[str, ...], tuple[int, NDArray[np.float64]]]:
    """Return the place and the events of each series that has any without regard to coverage."""
    noted = {}
    selective: Any = getattr(counts, "selective", None)
    if recorded is not None and len(counts.periods):
        for cell, series in enumerate(recorded.all_series()):
            noted[tuple(series.axes.values())] = cell, np.nan_to_num(series.counts)
    elif selective is not None:
        rows = np.nan_to_num(np.asarray(selective).reshape(len(counts), -1))
        for cell, series in enumerate(counts.all_series()):
            noted[tuple(series.axes.values())] = cell, rows[cell]
    return {labels: one for labels, one in noted.items() if one[1].any()}


def _number(counts: Counts, cell: int, own: NDArray[np.float64] | None) -> int:
    """Return how many events are behind a series, or their sum where they are not known."""
    if counts.entries is None:
        return round(float(own.sum())) if own is not None else 0
    return len(np.unique(counts.entries.event[counts.entries.cell == cell]))


def _verdict(verdict: SeriesVerdict) -> str:
    return TOO_FEW if verdict.verdict == "too little observed" else str(verdict.verdict)


def _found(change: Change, series: CountSeries) -> FoundChange:
    observed = np.flatnonzero(series.observed)
    starts = series.periods.asi8[observed]
    n_between = int(
        np.sum((starts >= change.date_low.ordinal) & (starts <= change.date_high.ordinal))
    )
    marks = [EMPTY_START] if change.leans_on_start else []
    marks += [TREND] if change.series.is_trend else []
    pattern: str = getattr(change.series, "pattern", "")
    marks += [pattern] if pattern else []
    return FoundChange(
        change=change,
        before=_side(series, change.before_from, change.date - 1),
        after=_side(series, change.date, change.after_to),
        marks=tuple(marks),
        has_short_interval=n_between <= -(-len(observed) // 3),
    )


def _side(series: CountSeries, first: pd.Period, last: pd.Period) -> ChangeSide:
    ordinals = series.periods.asi8
    inside = (ordinals >= first.ordinal) & (ordinals <= last.ordinal) & series.observed
    places = np.flatnonzero(inside)
    return ChangeSide(
        first=series.periods[int(places[0])],
        last=series.periods[int(places[-1])],
        events=float(np.nansum(series.counts[inside])),
        years=float(series.exposure_years[inside].sum()),
    )


def surest_first(findings: Iterable[Finding]) -> Sequence[Finding]:
    """Sort the series that changed: those with a firm change first, then by q and p."""
    changed = [finding for finding in findings if finding.changes]
    return sorted(
        changed,
        key=lambda one: (
            not any(change.is_firm for change in one.changes),
            one.tested.q_value,
            one.tested.p_value,
            one.number,
        ),
    )
