"""The days of the events of each series, drawn within the imprecision of their dates."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

from engagement.counting.exposure import CoverageRule, observed_spans
from engagement.counting.placing import place_events
from engagement.events.axes import labels_of
from engagement.log.eventlog import EventLog
from engagement.sequence.selecting import EVERYWHERE, describe, select_events, with_some_coverage
from engagement.settings.checks import (
    MOST_IMPUTATIONS,
    check_choice,
    check_instance,
    check_whole,
)
from engagement.values.vocabulary import NONE_LABEL, Status

if TYPE_CHECKING:
    from engagement.events.coverage import Coverage
    from engagement.events.observed import Spans
    from engagement.sequence.selecting import Selection

__all__ = ["DrawnDays", "SeriesDays", "draw_days"]

_AS_DRAWN = {"imprecise": "impute", "durations": "start"}


@frozen(kw_only=True, eq=False)
class SeriesDays:
    """One series: when it was observed, and the days of its events there in each draw."""

    label: str
    """The country, or ``all``."""
    spans: tuple[tuple[int, int], ...]
    """Spans of ordinals that were observed, half-open."""
    draws: tuple[NDArray[np.int64], ...] = field(repr=False)
    """Days of the events within them, increasing."""
    widths: NDArray[np.int64] = field(repr=False)
    """Of how many days each event's date is."""


@frozen(kw_only=True, eq=False)
class DrawnDays:
    """Every series of a log, and what was asked for."""

    series: tuple[SeriesDays, ...]
    """By label."""
    events: str
    """What was selected, in words."""
    n_imprecise: int
    """Events of more than one day."""
    n_left_out: int
    """Events that are in no series in any draw."""
    coverage_stated: bool
    """Whether spans rest on stated coverage, or on the first and last event."""


def draw_days(
    whole: EventLog, events: Selection | None, *, by: str | None, n_imputations: int, seed: int
) -> DrawnDays:
    """
    Select events, draw the days of those recorded, and sort them into series.

    A date of more than one day is drawn *n_imputations* times; the draw of an event depends on
    the seed and the event's id.
    """
    check_instance("log", whole, EventLog)
    check_choice("by", by, ("country",), optional=True)
    n_imputations = check_whole("n_imputations", n_imputations, least=2, most=MOST_IMPUTATIONS)
    wanted: Selection = {} if events is None else events
    log = select_events(with_some_coverage(whole), wanted, "events")
    spans = _observed_by(log.coverage, by)
    onsets = [event.date.onset_days for event in log]
    widths = np.array([0 if days is None else days[1] - days[0] for days in onsets], dtype=np.int64)
    is_recorded = np.array([event.status is Status.RECORDED for event in log], dtype=bool)
    n_imprecise = int((is_recorded & (widths > 1)).sum())
    seeds = np.random.default_rng(seed).integers(2**31, size=n_imputations if n_imprecise else 1)
    placed = [place_events(log, [Status.RECORDED], "D", _AS_DRAWN, one) for one in seeds.tolist()]
    members: dict[str, list[int]] = {label: [] for label in spans if label != NONE_LABEL}
    for place in placed[0].counted.tolist() if placed else []:
        for label in labels_of(log[place], by) if by else (EVERYWHERE,):
            if label in members:
                members[label].append(place)
    used: set[int] = set()
    series = []
    for label, places in sorted(members.items()):
        seen = spans[label]
        of = np.array(places, dtype=np.int64)
        draws = []
        for one in placed:
            kept = of[_within(one.start[of], seen)]
            used.update(kept.tolist())
            draws.append(np.sort(one.start[kept]))
        series.append(SeriesDays(label=label, spans=seen, draws=tuple(draws), widths=widths[of]))
    return DrawnDays(
        series=tuple(series),
        events=describe(wanted),
        n_imprecise=n_imprecise,
        n_left_out=len(log) - len(used),
        coverage_stated=(events if isinstance(events, EventLog) else whole).coverage.is_stated,
    )


def _observed_by(coverage: Coverage, by: str | None) -> dict[str, Spans]:
    """Find when all that is summed was observed, by label; what is only mentioned has none."""
    known = sorted({key[0] for key in coverage.merged})
    found = observed_spans(coverage, {by: known} if by else {}, CoverageRule(freq="D"))
    labels = (known if by else [EVERYWHERE]) if known else []
    return {
        label: found.systematic[place]
        for label, place in zip(labels, found.of_cell.tolist(), strict=False)
    }


def _within(days: NDArray[np.int64], spans: tuple[tuple[int, int], ...]) -> NDArray[np.bool_]:
    inside = np.zeros(len(days), dtype=bool)
    for start, end in spans:
        inside |= (days >= start) & (days < end)
    return inside
