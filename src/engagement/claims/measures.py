"""What each measure finds in a log: an answer, the events behind it, and what limits it."""

from __future__ import annotations

from collections import Counter
from math import inf
from typing import TYPE_CHECKING

from attrs import evolve

from engagement.claims.answers import (
    Labels,
    Number,
    PossibleDates,
    Ratio,
    Rhythms,
    write_number,
    write_span,
)
from engagement.claims.fields import said_labels
from engagement.claims.matching import (
    COVERED,
    DAYS_A_YEAR,
    Found,
    Matches,
    QueriedLog,
    onset_within,
    periods_of,
)
from engagement.claims.rate_ratios import compare_two_spans
from engagement.errors import CoverageError
from engagement.events.events import Mechanism
from engagement.log.eventlog import EventLog
from engagement.values.dates import NEVER
from engagement.values.vocabulary import AXES, NONE_LABEL

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from engagement.claims.queries import Measurement
    from engagement.events.events import Event
    from engagement.events.parts import Personnel
    from engagement.values.money import Money

__all__ = ["measure"]

UNKNOWN = Number(-inf, inf)
"""Where there is nothing to measure."""


def measure(queried: QueriedLog, asked: Measurement) -> Found:
    """Measure the events of a log."""
    return _MEASURES[asked.measure](queried, asked)


def _count_of(tally: Matches) -> Number:
    low = len(tally.certain)
    return Number(low, inf if tally.gaps else low + len(tally.possible))


def _count(queried: QueriedLog, asked: Measurement) -> Found:
    tally = queried.tally(asked.where)
    return queried.found(asked.where, tally, _count_of(tally))


def _found_labels(queried: QueriedLog, asked: Measurement) -> tuple[Found, Labels]:
    tally = queried.tally(asked.where)
    certain = frozenset(label for event in tally.certain for label in said_labels(event, asked.of))
    possible = frozenset(label for event in tally.events for label in said_labels(event, asked.of))
    silent = _silent(queried, asked, tally)
    labels = Labels(certain, None if tally.gaps or silent else possible)
    return queried.found(asked.where, tally, labels, further=silent), labels


def _silent(queried: QueriedLog, asked: Measurement, tally: Matches) -> tuple[str, ...]:
    n = sum(queried.is_silent(event, asked.of) for event in tally.events)
    return (f"{n} of {len(tally.events)} events say nothing of their {asked.of}",) if n else ()


def _labels(queried: QueriedLog, asked: Measurement) -> Found:
    return _found_labels(queried, asked)[0]


def _distinct(queried: QueriedLog, asked: Measurement) -> Found:
    found, labels = _found_labels(queried, asked)
    high = inf if labels.possible is None else len(labels.possible)
    return evolve(found, answer=Number(len(labels.certain), high))


def _extreme_labels(queried: QueriedLog, asked: Measurement) -> Found:
    """Find the labels that have more, or fewer, events than all but a few others."""
    tally = queried.tally(asked.where)
    sign = 1 if asked.measure == "most" else -1
    counts: dict[str, Number] = {}
    limits = list(tally.doubts)
    for label in _known_labels(queried, asked, tally):
        own = queried.tally(asked.where.narrowed({asked.of: label}))
        counts[label] = _count_of(own)
        limits += own.gaps
    surely, maybe = set(), set()
    for label, count in counts.items():
        others = [other for name, other in counts.items() if name != label]
        may_match = sum(_top(other, sign) >= _bottom(count, sign) for other in others)
        must_match = sum(_bottom(other, sign) >= _top(count, sign) for other in others)
        least = 1 if sign > 0 else 0  # what has no event has not the most
        if may_match < asked.n and count.low >= least:
            surely.add(label)
        if must_match < asked.n and count.high >= least:
            maybe.add(label)
    silent = () if asked.where.label(asked.of) else _silent(queried, asked, tally)
    ranked = sorted(counts, key=lambda label: (-sign * counts[label].low, label))
    shown = ", ".join(f"{label} {counts[label]}" for label in ranked[: asked.n + 2])
    answer = Labels(frozenset(surely), None if silent else frozenset(maybe))
    told = (shown,) if shown else ()
    return queried.found(asked.where, tally, answer, limits=limits, further=silent, remarks=told)


def _top(count: Number, sign: int) -> float:
    return count.high if sign > 0 else -count.low


def _bottom(count: Number, sign: int) -> float:
    return count.low if sign > 0 else -count.high


def _known_labels(queried: QueriedLog, asked: Measurement, tally: Matches) -> list[str]:
    if asked.of in AXES and (named := asked.where.label(asked.of)) is not None:
        return list(named)
    known = {label for event in tally.events for label in said_labels(event, asked.of)}
    if asked.of in COVERED:
        known |= {key[COVERED.index(asked.of)] for key in queried.keys(asked.where)}
    return sorted(known - {NONE_LABEL})


def _extreme_date(queried: QueriedLog, asked: Measurement) -> Found:
    """Find when the first or the last event began."""
    tally = queried.tally(asked.where)
    first = asked.measure == "first"
    gaps = queried.gaps(asked.where, ends=(first, not first))
    tally = evolve(tally, gaps=gaps)
    known = [onset_within(event, asked.where) for event in tally.certain]
    loose = [onset_within(event, asked.where) for event in tally.possible]
    if not known and not loose:
        spots = ((0, NEVER),) if gaps else ()
        return queried.found(asked.where, tally, PossibleDates(spots, "none", may_be_none=True))
    starts, ends = zip(*known, *loose, strict=True)
    if first:
        low = min(starts)
        high = min(end for _, end in known) if known else max(ends)
    else:
        low = max(start for start, _ in known) if known else min(starts)
        high = max(ends)
    text = write_span(low, high)
    if gaps:
        low, high = (0, high) if first else (low, NEVER)
        text += ", or earlier" if first else ", or later"
    answer = PossibleDates(((low, high),), text, may_be_none=not known)
    return queried.found(asked.where, tally, answer)


def _peak(queried: QueriedLog, asked: Measurement) -> Found:
    tally = queried.tally(asked.where)
    extent = queried.extent(asked.where)
    if extent is None or not tally.events:
        return queried.found(asked.where, tally, PossibleDates((), "none", may_be_none=True))
    counts, limits = {}, list(tally.doubts)
    for span in periods_of(*extent, asked.per):
        own = queried.tally(asked.where.narrowed(span=span))
        counts[span] = _count_of(own)
        limits += own.gaps
    floor = max(count.low for count in counts.values())
    spots = tuple(span for span, count in counts.items() if count.high >= floor)
    best = [write_span(*span) for span in spots if counts[span].low == floor]
    text = f"{' or '.join(best)} ({write_number(floor)})" if floor else "not known"
    return queried.found(asked.where, tally, PossibleDates(spots, text), limits=limits)


def _gap(queried: QueriedLog, asked: Measurement) -> Found:
    """Find the longest time between an event and the next one."""
    tally = queried.tally(asked.where)
    if len(tally.events) < 2:
        return queried.found(asked.where, tally, UNKNOWN, further=("a gap needs two events",))
    low, high = _longest(
        [onset_within(event, asked.where) for event in tally.certain],
        [onset_within(event, asked.where) for event in tally.possible],
    )
    answer = Number(0, inf) if tally.gaps else Number(low / DAYS_A_YEAR, high / DAYS_A_YEAR)
    return queried.found(asked.where, tally, answer)


def _longest(known: list[tuple[int, int]], loose: list[tuple[int, int]]) -> tuple[int, int]:
    """
    Bound the longest gap between events that may each lie on any day of a span, in days.

    It is at least the longest stretch in which none can lie, with a known event on either side.
    It is at most what is left when all that can lie on the first day of a span or before do so
    and all others as late as they can; where all can lie before, one of them lies as late as it
    can. Those that are not known may be there or not.
    """
    every = sorted(known + loose)
    first_end = min((end for _, end in known), default=NEVER)
    last_start = max((start for start, _ in known), default=0)
    low, reached = 0, every[0][1]
    for start, end in every[1:]:
        if first_end <= reached and start <= last_start:
            low = max(low, start - (reached - 1))
        reached = max(reached, end)
    high = 0
    for place, (left, _) in enumerate(every):
        later = [end - 1 for start, end in known if start > left]
        others = [end - 1 for _, end in every[:place] + every[place + 1 :]]
        high = max(high, (min(later) if later else max(others)) - left)
    return low, high


def _share(queried: QueriedLog, asked: Measurement) -> Found:
    """Bound the part of the events that is also something else."""
    tally = queried.tally(asked.where)
    if asked.part is None or not tally.events:
        nothing = "there is nothing to take a share of"
        return queried.found(asked.where, tally, UNKNOWN, further=(nothing,))
    sure = Counter(queried.matches(event, asked.part) for event in tally.certain)
    loose = Counter(queried.matches(event, asked.part) for event in tally.possible)
    others = sure[None] + sure[False] + loose[None] + loose[False]
    most = sure[True] + sure[None] + loose[True] + loose[None]
    low = sure[True] / (sure[True] + others) if sure[True] + others else 0.0
    high = most / (most + sure[False]) if most + sure[False] else 1.0
    n_unsaid = sure[None] + loose[None]
    unsaid = f"whether {n_unsaid} of them belong to the part is not known"
    return queried.found(
        asked.where,
        tally,
        Number(0, 1) if tally.gaps else Number(low, high),
        further=(unsaid,) if n_unsaid else (),
        remarks=(f"{sure[True]} of {len(tally.certain)}",),
    )


def _amount(queried: QueriedLog, asked: Measurement) -> Found:
    """Add up, or find the extreme of, people or worth."""
    tally = queried.tally(asked.where)
    bounds = {event.id: _bounds(event, asked) for event in tally.events}
    stated = [e for e in tally.events if bounds[e.id] is not None]
    known = [bounds[e.id] for e in tally.certain]
    loose = [bounds[e.id] for e in tally.possible]
    n_silent = len(tally.events) - len(stated)
    limits: tuple[str, ...] = ()
    if n_silent:
        limits = (f"{n_silent} of {len(tally.events)} events state no number",)
    elif not stated:
        limits = ("there is no such event",)
    is_partly = n_silent > 0 and queried.about == "records"
    is_open = bool(tally.gaps) or (n_silent > 0 and (queried.about == "world" or not stated))
    return queried.found(
        asked.where,
        tally,
        _total(asked.measure, known, loose, is_open=is_open),
        further=limits,
        remarks=(f"{len(stated)} of {len(tally.events)} state a number",) if is_partly else (),
    )


Bounds = tuple[float, float] | None


def _total(how: str, known: list[Bounds], loose: list[Bounds], *, is_open: bool) -> Number:
    sure = [pair for pair in known if pair is not None]
    every = sure + [pair for pair in loose if pair is not None]
    if how == "sum":
        low = sum(pair[0] for pair in sure)
        return Number(low, inf if is_open else sum(pair[1] for pair in every))
    if not every:
        return Number(0, inf) if is_open else UNKNOWN
    if how == "largest":
        low = max((pair[0] for pair in sure), default=0.0)
        return Number(low, inf if is_open else max(pair[1] for pair in every))
    high = min((pair[1] for pair in sure), default=inf)
    return Number(0.0 if is_open else min(pair[0] for pair in every), high)


def _bounds(event: Event, asked: Measurement) -> Bounds:
    """Give the least and the greatest number that an event states; None where it states none."""
    if asked.of == "value":
        value: Money | None = getattr(event, "value", None)
        if value is None or value.currency != asked.currency:
            return None
        return float(value.amount), float(value.amount)
    people: Personnel | None = getattr(event, "personnel", None)
    shares = dict(people.by_country) if people is not None else {}
    if asked.by:
        n = shares.get(asked.by)
        return None if n is None else (float(n), float(n))
    if people is None or (people.low is None and people.high is None and not shares):
        return None
    low = people.low if people.low is not None else sum(shares.values())
    return float(low), inf if people.high is None else float(people.high)


def _rhythms(queried: QueriedLog, asked: Measurement) -> Found:
    tally = queried.tally(asked.where)
    stated = tuple(
        event.recurrence
        for event in tally.certain
        if isinstance(event, Mechanism) and event.recurrence is not None
    )
    limits = ("no mechanism with a stated rhythm is recorded",)
    return queried.found(asked.where, tally, Rhythms(stated), limits=limits)


def _rate_after(queried: QueriedLog, asked: Measurement) -> Found:
    """Compare the rate after other events with the rate elsewhere, as `lead_lag` does."""
    from engagement.sequence.leading import lead_lag

    tally = queried.tally(asked.where)
    causes = tally if asked.after is None else queried.tally(asked.after)
    unknown = Ratio((), "not known")
    both = {event.id for event in causes.certain} & {event.id for event in tally.certain}
    if both or not causes.certain or not tally.certain:
        told = f"{len(both)} events are both" if both else "there is nothing to compare"
        return queried.found(asked.where, tally, unknown, limits=(told,))
    first, then = (
        EventLog(one.certain, coverage=queried.log.coverage, topics=queried.log.topics)
        for one in (causes, tally)
    )
    try:
        found = lead_lag(queried.log, first, then, asked.months).pooled
    except CoverageError as error:
        return queried.found(asked.where, tally, unknown, limits=(str(error),))
    text = (
        f"{found.n_after:g} in {found.years_after:.0f} years after, {found.n_otherwise:g} in "
        f"{found.years_otherwise:.0f} elsewhere; ratio {found.ratio:.3g}, p = {found.p_value:.2g}"
    )
    return Found(
        answer=Ratio(((found.ratio, found.p_value),), text),
        events=(*causes.certain, *tally.certain),
        limits=tally.doubts + causes.doubts,
        remarks=queried.remarks(asked.where),
    )


_MEASURES: Mapping[str, Callable[[QueriedLog, Measurement], Found]] = {
    "count": _count,
    "distinct": _distinct,
    "sum": _amount,
    "largest": _amount,
    "smallest": _amount,
    "share": _share,
    "gap": _gap,
    "first": _extreme_date,
    "last": _extreme_date,
    "peak": _peak,
    "labels": _labels,
    "most": _extreme_labels,
    "fewest": _extreme_labels,
    "ratio": compare_two_spans,
    "follows": _rate_after,
    "rhythm": _rhythms,
}
