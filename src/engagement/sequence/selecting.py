"""From a log to counts of causes and effects on one calendar, and the time at risk of both."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

from engagement.counting.calendar import YEARS, check_freq, numbers_of_days
from engagement.counting.counting import count_events
from engagement.errors import CoverageError, EngagementError, SettingError, shown
from engagement.log.eventlog import EventLog
from engagement.values.vocabulary import Status

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engagement.counting.counts import Counts
    from engagement.counting.periods import Freq

__all__ = ["EVERYWHERE", "Pairing", "describe", "pair_up", "select_events", "with_some_coverage"]

Floats = NDArray[np.float64]

Selection = Mapping[str, Any] | EventLog

EVERYWHERE = "all"
"""The label of a series that is not of one country."""


def with_some_coverage(log: EventLog) -> EventLog:
    """Return a log with its coverage, or if none is stated, that which is assumed."""
    return log.with_coverage(log.given_coverage)


def select_events(
    log: EventLog, chosen: Selection, name: str, *, unobserved: bool = False
) -> EventLog:
    """
    Select events by the arguments of `EventLog.where`, or take a log of those selected.

    The *name* of the selection stands before messages. With *unobserved*, events may be selected
    for which the coverage of the log states nothing; else that is an error.
    """
    if isinstance(chosen, EventLog):
        return with_some_coverage(chosen)
    if not isinstance(chosen, Mapping) or not all(isinstance(key, str) for key in chosen):
        raise SettingError(
            f"{name} must be a log, or arguments of EventLog.where such as "
            f"{{'activity': 'exercise'}}, got {shown(chosen)}"
        )
    try:
        found = log.where(**chosen)
    except EngagementError as error:
        raise type(error)(f"{name}: {error}") from None
    if found.coverage.is_given and not found.coverage.merged and not unobserved:
        raise CoverageError(
            f"{name}: the log's coverage states nothing for {describe(chosen)}, so that nobody "
            "knows when there were none; add a statement for them, as by Coverage.since_to"
        )
    return found


def describe(chosen: Selection) -> str:
    """
    Put a selection in words.

    >>> describe({"activity": "meeting", "rank": ["minister", "head of state"]})
    'activity meeting, rank minister or head of state'
    """
    if isinstance(chosen, EventLog):
        kinds = sorted({str(event.activity) for event in chosen})
        return f"{len(chosen)} events given ({', '.join(kinds) or 'none'})"
    parts = []
    for name, value in chosen.items():
        several = isinstance(value, (list, tuple, set, frozenset))
        parts.append(f"{name} {' or '.join(map(str, value)) if several else value}")
    return ", ".join(parts) or "all events"


@frozen(kw_only=True, eq=False)
class Pairing:
    """Causes and effects on one calendar."""

    labels: tuple[str, ...]
    """Of each series."""
    causes: Floats = field(repr=False)
    """Shape ``(n_series, n_imputations, n_periods)``, zero where not observed."""
    effects: Floats = field(repr=False)
    """Of the same shape."""
    at_risk: NDArray[np.bool_] = field(repr=False)
    """Shape ``(n_series, n_periods)``, see `measure`."""
    not_observed: tuple[str, ...]
    """Labels without time at risk; they have no series."""
    n_imprecise: int
    """Events whose dates are drawn from several periods."""
    n_left_out: tuple[int, int]
    """Causes and effects excluded from the counts: not observed there, or not recorded."""


def pair_up(
    cause: EventLog,
    effect: EventLog,
    *,
    by: str | None,
    freq: Freq,
    n_periods: int,
    n_imputations: int,
    seed: int,
) -> Pairing:
    """
    Count causes and effects, and find when both were observed.

    The settings are those of `lead_lag`; that an event is both is an error.
    """
    check_freq(freq)
    both = {event.id for event in cause} & {event.id for event in effect}
    if both:
        raise SettingError(
            f"{len(both)} events are both cause and effect, such as {shown(min(both))}; "
            "no event follows itself: select two kinds that have none in common"
        )
    n_imprecise = _n_imprecise([*cause, *effect], freq)
    draws = n_imputations if n_imprecise else 1
    days = [entry.days for log in (cause, effect) for entry in log.coverage]
    calendar = (
        date.fromordinal(min((start for start, _ in days), default=1)),
        date.fromordinal(max((end for _, end in days), default=2) - 1),
    )
    seeds = np.random.default_rng(seed).integers(2**31, size=draws).tolist()
    counted = [
        [
            count_events(log, by=by or (), freq=freq, window=calendar, imprecise="impute", rng=one)
            for one in seeds
        ]
        for log in (cause, effect)
    ]
    labels = sorted({label for draws in counted for label in _labels(draws[0])} - {"(none)"})
    (causes, cause_seen), (effects, effect_seen) = (_aligned(one, labels) for one in counted)
    at_risk = _seen_before(cause_seen, n_periods) & effect_seen
    kept = at_risk.any(axis=1)
    return Pairing(
        labels=tuple(np.array(labels, dtype=object)[kept]),
        causes=causes[kept],
        effects=effects[kept],
        at_risk=at_risk[kept],
        not_observed=tuple(np.array(labels, dtype=object)[~kept]),
        n_imprecise=n_imprecise,
        n_left_out=(_n_left_out(counted[0][0]), _n_left_out(counted[1][0])),
    )


def _n_imprecise(events: Sequence[Any], freq: str) -> int:
    """Count the events that may have begun in several periods."""
    onsets = [e.date.onset_days for e in events if e.status is Status.RECORDED]
    known = np.array([days for days in onsets if days is not None], dtype=np.int64).reshape(-1, 2)
    first = numbers_of_days(known[:, 0], freq)
    last = numbers_of_days(known[:, 1] - 1, freq)
    return int((first != last).sum())


def _labels(counts: Counts) -> tuple[str, ...]:
    return counts.axes["country"] if counts.axes else (EVERYWHERE,)


def _aligned(draws: list[Counts], labels: list[str]) -> tuple[Floats, NDArray[np.bool_]]:
    """Return counts by label, draw and period, and whether a period was wholly observed."""
    n_periods = len(draws[0].periods)
    values = np.zeros((len(labels), len(draws), n_periods))
    seen = np.zeros((len(labels), n_periods), dtype=bool)
    for place, label in enumerate(labels):
        if label not in _labels(draws[0]):
            continue
        row = _labels(draws[0]).index(label)
        years = draws[0].exposure_years.reshape(-1, n_periods)[row]
        seen[place] = years > YEARS[draws[0].freq] * (1 - 1e-9)
        for number, counts in enumerate(draws):
            values[place, number] = counts.values.reshape(-1, n_periods)[row]
    return np.where(seen[:, None], np.nan_to_num(values), 0.0), seen


def _seen_before(seen: NDArray[np.bool_], n_periods: int) -> NDArray[np.bool_]:
    """Tell whether a period and the *n_periods* periods before it were observed."""
    padded = np.concatenate([np.zeros((len(seen), n_periods), dtype=bool), seen], axis=1)
    return np.asarray(
        np.lib.stride_tricks.sliding_window_view(padded, n_periods + 1, axis=1).all(axis=2)
    )


def _n_left_out(counts: Counts) -> int:
    ids = set(counts.left_out["id"])
    if counts.selective is not None and counts.entries is not None and counts.log is not None:
        mentioned = ~np.isnan(counts.selective.reshape(len(counts), -1))
        at = counts.entries.event[mentioned[counts.entries.cell, counts.entries.period]]
        ids |= {counts.log[place].id for place in at.tolist()}
    return len(ids)
