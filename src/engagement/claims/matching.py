"""Which events a filter selects, which it may select, and what of it was not observed."""

from __future__ import annotations

from datetime import date
from functools import cached_property
from itertools import product
from typing import TYPE_CHECKING

from attrs import frozen

from engagement.claims.answers import Answer, Truth, every, negated, write_span
from engagement.claims.fields import field_of, field_texts, said_labels
from engagement.counting.calendar import MONTHS_IN
from engagement.errors import suggest
from engagement.events.events import Event
from engagement.log.eventlog import EventLog
from engagement.values.dates import NEVER
from engagement.values.vocabulary import AXES, NONE_LABEL, Status, fold_term

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from engagement.claims.queries import Filter
    from engagement.events.observed import Key, Observed

__all__ = ["DAYS_A_YEAR", "Found", "Matches", "QueriedLog", "onset_within", "periods_of"]

DAYS_A_YEAR = 365.2425

COVERED = ("country", "channel", "activity")
"""The axes that coverage is stated for, in the order of its keys."""


@frozen(kw_only=True)
class Matches:
    """What a filter selects."""

    certain: tuple[Event, ...]
    """Events that surely belong."""
    possible: tuple[Event, ...]
    """Events that may belong: their date is too imprecise, or their source says too little."""
    gaps: tuple[str, ...]
    """What was not observed, so that more events may have taken place."""
    doubts: tuple[str, ...]
    """Why the events that may belong only may."""

    @property
    def events(self) -> tuple[Event, ...]:
        """Return all that belong or may."""
        return (*self.certain, *self.possible)


@frozen(kw_only=True)
class Found:
    """What a measurement found."""

    answer: Answer
    events: tuple[Event, ...] = ()
    """The events behind it, those included that only may belong."""
    limits: tuple[str, ...] = ()
    """Why it is not known better."""
    remarks: tuple[str, ...] = ()
    """What a reader should know, whatever the verdict."""
    bare: Answer | None = None
    """The answer without an empty start of what was observed, where there is one."""


@frozen(eq=False, slots=False)
class QueriedLog:
    """
    A log as queries see it.

    Parameters
    ----------
    log
        The events and what their sources covered.
    about
        ``world``: what is not observed, or not said, may be otherwise. ``records``: what is
        recorded is all there is to it; only imprecise dates leave something open.
    """

    log: EventLog
    about: str

    def tally(self, where: Filter) -> Matches:
        """Find what a filter selects."""
        certain, possible, doubts = [], [], []
        for event in self.events(where):
            truth = self.matches(event, where)
            if truth:
                certain.append(event)
            elif truth is None:
                possible.append(event)
                doubts.append(_within(event, where) is None)
        return Matches(
            certain=tuple(certain),
            possible=tuple(possible),
            gaps=self.gaps(where),
            doubts=_doubts(sum(doubts), len(doubts) - sum(doubts)),
        )

    def events(self, where: Filter) -> Iterator[Event]:
        """Yield the events of the statuses asked for, with implied topics if asked for."""
        log = self._with_topics if where.implied else self.log
        if Status.IMPLIED in where.statuses and not self._is_expanded:
            log = log.expand()
        return (event for event in log if event.status in where.statuses)

    @cached_property
    def _with_topics(self) -> EventLog:
        return self.log.with_implied_topics()

    @cached_property
    def _is_expanded(self) -> bool:
        return any(event.status is Status.IMPLIED for event in self.log)

    def matches(self, event: Event, where: Filter) -> Truth:
        """Tell whether an event passes every condition of a filter but that of its status."""
        truth: Truth = True
        for one in self._conditions(event, where):
            if one is False:
                return False
            truth = truth and one
        return truth

    def _conditions(self, event: Event, where: Filter) -> Iterator[Truth]:
        for axis, labels in where.labels:
            yield self._has_label(event, axis, labels)
        for name, texts in where.words:
            yield self._has_words(event, name, texts)
        yield _within(event, where)
        if where.without is not None:
            yield negated(self.matches(event, where.without))

    def _has_label(self, event: Event, axis: str, labels: tuple[str, ...]) -> Truth:
        said = said_labels(event, axis)
        if said:
            return not set(labels).isdisjoint(said)
        return True if NONE_LABEL in labels else self._unsaid

    def _has_words(self, event: Event, name: str, texts: tuple[str, ...]) -> Truth:
        said = field_texts(event, name)
        if said is None:
            return False
        if not said:
            return False if field_of(name).blank_is_none else self._unsaid
        folded = [text.casefold() for text in said]
        wanted = [text.casefold() for text in texts]
        if field_of(name).whole:
            return any(text in folded for text in wanted)
        return any(text in one for text in wanted for one in folded)

    def is_silent(self, event: Event, of: str) -> bool:
        """Tell whether an event may have labels, on an axis or in a column, beside none."""
        if self.about != "world" or said_labels(event, of):
            return False
        return of in AXES or (field_texts(event, of) is not None and not field_of(of).blank_is_none)

    @property
    def _unsaid(self) -> Truth:
        """What to think of an event that does not say what is asked."""
        return None if self.about == "world" else False

    def found(
        self,
        where: Filter,
        tally: Matches,
        answer: Answer,
        *,
        limits: Iterable[str] | None = None,
        further: Iterable[str] = (),
        remarks: Iterable[str] = (),
    ) -> Found:
        """Give an answer with the events of a tally and what limits it: gaps, doubts and more."""
        kept = (*tally.gaps, *tally.doubts) if limits is None else limits
        return Found(
            answer=answer,
            events=tally.events,
            limits=tuple(dict.fromkeys((*kept, *further))),
            remarks=(*remarks, *self.remarks(where)),
        )

    def keys(self, where: Filter) -> list[Key]:
        """List the kinds of activity with stated coverage that a filter speaks of."""
        return [key for key in self.log.coverage.merged if _speaks_of(where, key)]

    def gaps(self, where: Filter, *, ends: tuple[bool, bool] = (False, False)) -> tuple[str, ...]:
        """
        Say what a filter speaks of that was not observed.

        Without dates it speaks of the time that was observed, with *ends* also of all time before,
        or after.
        """
        if self.about != "world" or not self.log.coverage.is_stated:
            return ()
        start, end = where.span
        told: dict[tuple[str, str], list[str]] = {}
        for named in product(*(where.label(axis) or (None,) for axis in COVERED)):
            one = where.narrowed(
                {axis: label for axis, label in zip(COVERED, named, strict=True) if label}
            )
            keys = self.keys(one)
            if not keys and NONE_LABEL not in named:
                _tell(told, named, "not observed")
            for key in keys:
                spans = self.log.coverage.merged[key]
                low = start if start is not None else 0 if ends[0] else spans[0][0]
                high = end if end is not None else NEVER if ends[1] else spans[-1][1]
                if not any(s <= low and high <= e for s, e in spans):
                    seen = " and ".join(write_span(*span) for span in spans)
                    _tell(told, key, f"observed {seen} only")
        for entry in self._entries(where):
            if entry.completeness is not None and entry.completeness < 1:
                _tell(told, entry.key, f"recorded to {entry.completeness:.0%} only")
        return _written(told)

    def remarks(self, where: Filter) -> tuple[str, ...]:
        """Say what a reader should know of the coverage, whatever the answer."""
        if self.about != "world":
            return ()
        if not self.log.coverage.is_stated:
            return ("coverage is not stated",)
        told: dict[tuple[str, str], list[str]] = {}
        for entry in self._entries(where):
            if entry.note and entry.completeness is None:
                _tell(told, entry.key, f": {entry.note}")
        remarks = _written(told)
        if where.label("country") is None and where.label("channel") and where.label("activity"):
            seen = {key[0] for key in self.keys(where)}
            channels = where.label("channel") or ()
            known = {key[0] for key in self.log.coverage.merged if key[1] in channels}
            unseen = sorted(known - seen - {NONE_LABEL})
            if seen and unseen:
                remarks += (f"nothing was observed of {', '.join(unseen)}",)
        return remarks

    def _entries(self, where: Filter) -> Iterator[Observed]:
        start, end = where.span
        for entry in self.log.coverage:
            first, stop = entry.days
            in_time = (start is None or start < stop) and (end is None or first < end)
            if in_time and _speaks_of(where, entry.key):
                yield entry

    def extent(self, where: Filter) -> tuple[int, int] | None:
        """
        Give the days that a filter speaks of: its own, else those observed.

        A log without stated coverage was observed from its first to its last event.
        """
        start, end = where.span
        spans = [span for key in self.keys(where) for span in self.log.coverage.merged[key]]
        if not spans:
            spans = [event.date.onset_days or event.date.bounds for event in self.events(where)]
        if start is None:
            start = min((span[0] for span in spans), default=None)
        if end is None:
            end = max((span[1] for span in spans), default=None)
        return None if start is None or end is None or start >= end else (start, end)

    def observed(self, where: Filter, span: tuple[int, int]) -> list[tuple[int, int]]:
        """List the parts of a span in which all was observed that a filter speaks of."""
        parts = [span]
        if self.about != "world" or not self.log.coverage.is_stated:
            return parts
        keys = self.keys(where)
        for key in keys:
            parts = [
                (max(start, low), min(end, high))
                for start, end in parts
                for low, high in self.log.coverage.merged[key]
                if max(start, low) < min(end, high)
            ]
        return parts if keys else []

    def unknown_topics(self, where: Filter) -> list[str]:
        """Say which topics of a filter no event has and nobody defines."""
        asked = [*(where.label("topic") or ())]
        told = []
        if asked:
            used = {topic for event in self.log for topic in event.topics}
            known = self.log.known_topics
            told = [
                f"unknown topic {topic!r}; no event has it and nobody defines it"
                + suggest(topic, sorted(used | {one.term for one in known.values()}))
                for topic in asked
                if topic not in used and topic != NONE_LABEL and fold_term(topic) not in known
            ]
        return told + (self.unknown_topics(where.without) if where.without else [])


def onset_within(event: Event, where: Filter) -> tuple[int, int]:
    """Give the days of a filter on which an event may have begun."""
    first, stop = event.date.onset_days or event.date.bounds
    start, end = where.span
    low = first if start is None else max(first, start)
    return low, stop if end is None else min(stop, end)


def periods_of(start: int, end: int, rule: str) -> list[tuple[int, int]]:
    """
    Cut a half-open span of days into periods, a letter of Y, Q, M with a number before it or none.

    Periods of several years or months begin with the one in which the span begins.

    >>> from engagement.values.dates import EventDate
    >>> len(periods_of(*EventDate("2010/2020").bounds, "Y"))
    11
    """
    unit = MONTHS_IN[rule[-1]]
    step = unit * int(rule[:-1] or 1)
    first = date.fromordinal(start)
    month = (first.year * 12 + first.month - 1) // unit * unit
    periods = []
    while (low := _first_day(month)) < end:
        periods.append((max(low, start), min(_first_day(month + step), end)))
        month += step
    return periods


def _first_day(month: int) -> int:
    year, place = divmod(month, 12)
    return date(year, place + 1, 1).toordinal() if year < 9999 else date.max.toordinal()


def _within(event: Event, where: Filter) -> Truth:
    """Tell whether an event began within a filter's dates; what lasted counts at its start."""
    start, end = where.span
    first, stop = event.date.onset_days or event.date.bounds
    truths: list[Truth] = []
    if start is not None:
        truths.append(True if first >= start else False if stop <= start else None)
    if end is not None:
        truths.append(True if stop <= end else False if first >= end else None)
    return every(truths)


def _doubts(n_dates: int, n_blanks: int) -> tuple[str, ...]:
    told = []
    if n_dates:
        told.append(f"{_events(n_dates)} too imprecisely dated")
    if n_blanks:
        told.append(f"{_events(n_blanks)} without a word on what is asked")
    return tuple(told)


def _events(n: int) -> str:
    return "1 event is" if n == 1 else f"{n} events are"


def _speaks_of(where: Filter, key: Key) -> bool:
    return all(
        label in (where.label(axis) or (label,)) for axis, label in zip(COVERED, key, strict=True)
    )


def _tell(told: dict[tuple[str, str], list[str]], named: tuple[str | None, ...], what: str) -> None:
    """Note something of a kind of activity, beside the countries of which the same is noted."""
    country, *others = named
    name = " ".join(filter(None, others)) or "events"
    countries = told.setdefault((name, what), [])
    if country is not None and country not in countries:
        countries.append(country)


def _written(told: dict[tuple[str, str], list[str]]) -> tuple[str, ...]:
    texts = []
    for (name, what), countries in told.items():
        shown = f" with {', '.join(sorted(countries))}" if countries else ""
        texts.append(f"{name}{shown}{'' if what.startswith(':') else ' '}{what}")
    return tuple(texts)
