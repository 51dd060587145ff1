"""Verdicts: each claim's query asked of a log, and what was found held against the claim."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from itertools import product
from typing import TYPE_CHECKING, TypeAlias

from attrs import evolve, field, frozen

from engagement.claims.answers import (
    CHANGE_SIGNS,
    Answer,
    Labels,
    Number,
    PossibleDates,
    Ratio,
    Rhythms,
    Truth,
    agreed,
    dates_agree,
    every,
    labels_agree,
    negated,
    number_agrees,
    ratio_agrees,
    rhythms_agree,
    some,
    write_span,
)
from engagement.claims.claim import Claim
from engagement.claims.matching import periods_of
from engagement.claims.measures import measure
from engagement.claims.phrases import (
    date_differences,
    exactly,
    label_differences,
    number_differences,
    write_claimed,
)
from engagement.claims.queries import (
    Combination,
    Filter,
    Measurement,
    Query,
    Test,
    Value,
)
from engagement.counting.calendar import PERIOD_NAMES
from engagement.errors import UnknownTermError
from engagement.events.events import Event
from engagement.values.dates import EventDate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from engagement.claims.matching import QueriedLog
    from engagement.claims.own_words import OwnWords


__all__ = ["TESTED", "CheckedClaim", "Verdict", "check_claim", "check_terms"]


class Verdict(StrEnum):
    """What a log says of a claim."""

    AGREES = "agrees"
    """The claim holds, whatever is not known."""
    DISAGREES = "disagrees"
    """The claim does not hold, whatever is not known."""
    SAYS_SO_ITSELF = "says so itself"
    """It holds only by what was coded from the text that makes it, which is no test of it."""
    CANNOT_BE_CHECKED = "cannot be checked"
    """Nothing can test it, or what is not known could turn it either way."""


TESTED = (Verdict.AGREES, Verdict.DISAGREES)
"""The verdicts of claims that could have been contradicted."""

QueriedLogs: TypeAlias = "Mapping[str, QueriedLog]"
"""A log as queries see it, by what they are about."""


@frozen(kw_only=True)
class Outcome:
    """What became of a query."""

    truth: Truth
    claimed: str
    found: str
    events: tuple[Event, ...] = ()
    limits: tuple[str, ...] = ()
    """Why it cannot be told."""
    differences: tuple[str, ...] = ()
    """By how much the found falls beside the claimed."""
    remarks: tuple[str, ...] = ()
    numbers: tuple[Number, Number] | None = None
    """The claimed and the found number, where it is about one."""


@frozen(kw_only=True)
class CheckedClaim:
    """A claim with what a log says of it."""

    claim: Claim
    """What is claimed."""
    verdict: Verdict
    """Whether the log bears it out."""
    claimed: str = ""
    """The claimed value in words; empty without a query."""
    found: str = ""
    """The value found in words; empty without a query."""
    why: str = ""
    """By how much it falls short, why it cannot be checked, what should be known with it."""
    events: tuple[Event, ...] = field(default=(), repr=False)
    """The events behind the value found, those included that only may belong."""
    claimed_number: tuple[float, float] | None = None
    """Least and greatest claimed value, the same mostly, where a claim is about one number."""
    found_number: tuple[float, float] | None = None
    """Least and greatest value that the log allows, where a claim is about one number."""


def check_claim(
    logs: QueriedLogs, claim: Claim, words: OwnWords, without: Callable[[OwnWords], QueriedLogs]
) -> CheckedClaim:
    """
    Ask one claim's query of a log, by what it is about.

    *without* gives the log without what was coded from the claim's own text, *words*, alone.
    """
    if claim.query is None:
        return CheckedClaim(claim=claim, verdict=Verdict.CANNOT_BE_CHECKED, why=claim.reason)
    outcome = _ask(logs, claim.query)
    parts = {True: (), False: outcome.differences, None: outcome.limits}[outcome.truth]
    verdict = _VERDICTS[outcome.truth]
    if outcome.truth and any(map(words.touch, outcome.events)):
        bare = _ask(without(words), claim.query)
        if not bare.truth or not bare.events:
            verdict = Verdict.SAYS_SO_ITSELF
            parts = (f"without what was coded from the text that says so: {bare.found}",)
    remarks = outcome.remarks
    claimed, found = outcome.numbers or (None, None)
    return CheckedClaim(
        claim=claim,
        verdict=verdict,
        claimed=outcome.claimed,
        found=outcome.found,
        why="; ".join(dict.fromkeys((*_shortened(parts), *remarks))),
        events=outcome.events,
        claimed_number=None if claimed is None else (claimed.low, claimed.high),
        found_number=None if found is None else (found.low, found.high),
    )


_VERDICTS: Mapping[Truth, Verdict] = {
    True: Verdict.AGREES,
    False: Verdict.DISAGREES,
    None: Verdict.CANNOT_BE_CHECKED,
}


def check_terms(queried: QueriedLog, claims: Iterable[Claim]) -> None:
    """Check that a log knows the topics that claims ask for; all that it does not are told."""
    told = [
        f"claim '{claim.id}': {problem}"
        for claim in claims
        if claim.query is not None
        for where in _filters(claim.query)
        for problem in queried.unknown_topics(where)
    ]
    if told:
        raise UnknownTermError("; ".join(dict.fromkeys(told)))


def _filters(query: Query) -> Iterator[Filter]:
    for test in query.tests():
        yield Filter(labels=tuple(pair for pair in test.each if pair[0] != "period"))
        for part in (test.measurement, test.value):
            if isinstance(part, Measurement):
                named = (part.where, part.part, part.among, part.after)
                yield from (where for where in named if where is not None)


def _shortened(parts: tuple[str, ...], most: int = 4) -> tuple[str, ...]:
    if len(parts) <= most:
        return parts
    return (*parts[: most - 1], f"and {len(parts) - most + 1} more such limits")


def _ask(logs: QueriedLogs, query: Query) -> Outcome:
    if isinstance(query, Combination):
        return _ask_parts(logs, query)
    (test,) = query.tests()
    return _ask_each(logs, test) if test.each else _ask_test(logs, test)


def _ask_parts(logs: QueriedLogs, query: Combination) -> Outcome:
    """Ask all parts of a combination, and join what they say."""
    parts = [_ask(logs, part) for part in query.parts]
    truths = [part.truth for part in parts]
    truth = some(truths) if query.kind == "any" else every(truths)
    word = " or " if query.kind == "any" else " and "
    claimed = word.join(dict.fromkeys(part.claimed for part in parts))
    return Outcome(
        truth=negated(truth) if query.kind == "not" else truth,
        claimed=f"not ({claimed})" if query.kind == "not" else claimed,
        found="; ".join(part.found for part in parts),
        events=_together(part.events for part in parts),
        limits=_chained(part.limits for part in parts if part.truth is None),
        differences=("what is denied holds",)
        if query.kind == "not"
        else _chained(part.differences for part in parts if part.truth is False),
        remarks=_chained(part.remarks for part in parts),
    )


def _together(groups: Iterable[tuple[Event, ...]]) -> tuple[Event, ...]:
    return tuple({event.id: event for group in groups for event in group}.values())


def _chained(groups: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for group in groups for text in group))


def _ask_each(logs: QueriedLogs, test: Test) -> Outcome:
    """Ask a test once for every period and label, of which each must pass."""
    queried = logs[test.measurement.about]
    where = test.measurement.where
    axes = {name: labels for name, labels in test.each if name != "period"}
    rule = dict(test.each).get("period")
    spans: list[tuple[int, int] | None] = [None]
    if rule is not None:
        extent = queried.extent(where)
        spans = [*periods_of(*extent, rule[0])] if extent else []
    outcomes: dict[str, Outcome] = {}
    for span, labels in product(spans, product(*axes.values())):
        narrowed = where.narrowed(dict(zip(axes, labels, strict=True)), span)
        one = evolve(test, measurement=evolve(test.measurement, where=narrowed), each=())
        outcomes[" ".join((*labels, *([write_span(*span)] if span else [])))] = _ask_test(logs, one)
    truths = [outcome.truth for outcome in outcomes.values()]
    failing = [name for name, outcome in outcomes.items() if outcome.truth is False]
    n_unknown = truths.count(None)
    found = f"in {truths.count(True)} of {len(truths)}"
    limits = _chained(outcome.limits for outcome in outcomes.values() if outcome.truth is None)
    return Outcome(
        truth=every(truths) if truths else None,
        claimed=f"{write_claimed(test)} in each {' and '.join(_each_names(test))}",
        found=f"{found}, {n_unknown} not known" if n_unknown else found,
        events=_together(outcome.events for outcome in outcomes.values()),
        limits=limits or ("there are no periods to look at",),
        differences=(f"not in {', '.join(failing)}",),
        remarks=queried.remarks(where),
    )


def _each_names(test: Test) -> list[str]:
    return [
        PERIOD_NAMES.get(terms[0], f"period of {terms[0]}") if name == "period" else name
        for name, terms in test.each
    ]


def _ask_test(logs: QueriedLogs, test: Test) -> Outcome:
    asked = test.measurement
    queried = logs[asked.about]
    found = measure(queried, asked)
    other = None
    value: Answer | Value = test.value
    if isinstance(test.value, Measurement):
        other = measure(logs[test.value.about], test.value)
        value = other.answer
    truth, differences, numbers = _agreement(found.answer, test, value)
    start: tuple[str, ...] = ()
    if truth and test.sign in CHANGE_SIGNS and isinstance(found.bare, Ratio):
        truth = ratio_agrees(found.bare, test.sign, test.level) or None
        if not truth:
            start = (
                f"rests on years before every country had its first event; later {found.bare}",
            )
    text = str(found.answer) if other is None else f"{found.answer} against {other.answer}"
    limits = start + found.limits + (other.limits if other else ())
    if test.sign in CHANGE_SIGNS and not start:
        limits += ("chance alone may have made the difference",)
    return Outcome(
        truth=truth,
        claimed=write_claimed(test),
        found=text,
        events=_together((found.events, other.events if other else ())),
        limits=limits or (_FALLBACK.get(type(found.answer), "it is not known well enough"),),
        differences=differences,
        remarks=_chained(
            (_same_elsewhere(queried, test, truth), found.remarks, other.remarks if other else ())
        ),
        numbers=numbers,
    )


def _same_elsewhere(queried: QueriedLog, test: Test, truth: Truth) -> tuple[str, ...]:
    """Say at which other years a change would be found as well as at the one that is claimed."""
    asked = test.measurement
    extent = queried.extent(asked.where)
    if not truth or test.sign not in CHANGE_SIGNS or asked.split is None or extent is None:
        return ()
    claimed = date.fromordinal(asked.split.bounds[0]).year
    years = [date.fromordinal(day).year for day in (extent[0], extent[1] - 1)]

    def holds(year: int) -> bool:
        moved = evolve(asked, split=EventDate(f"{year:04}"))
        answer = measure(queried, moved).answer
        return isinstance(answer, Ratio) and bool(ratio_agrees(answer, test.sign, test.level))

    first = last = claimed
    while first > years[0] + 1 and holds(first - 1):
        first -= 1
    while last < years[1] and holds(last + 1):
        last += 1
    return (f"the same at every split from {first} to {last}",) if first < last else ()


_FALLBACK: Mapping[type, str] = {PossibleDates: "the dates are too imprecise"}
"""Why a claim cannot be told where nothing else is said of it."""


Held = tuple[Truth, tuple[str, ...], tuple[Number, Number] | None]
"""Whether it holds, by how much it does not, and the two numbers where it is about numbers."""


def _agreement(answer: Answer, test: Test, value: Answer | Value) -> Held:
    """Hold an answer against a value, which may be another answer."""
    if isinstance(answer, Ratio):
        if test.sign in CHANGE_SIGNS:
            return ratio_agrees(answer, test.sign, test.level), (), None
        answer = answer.number
    if isinstance(value, Ratio):
        value = value.number
    if isinstance(answer, Number):
        claimed = value if isinstance(value, Number) else exactly(value)
        truth = number_agrees(answer, test.sign, claimed, test.tolerance)
        return truth, number_differences(answer, claimed), (claimed, answer)
    if isinstance(answer, Rhythms):
        claimed_rhythm = dict(value) if isinstance(value, tuple) else {}
        return rhythms_agree(answer, claimed_rhythm), (), None
    if isinstance(answer, Labels):
        labels = value.certain if isinstance(value, Labels) else _set(value)
        truth = labels_agree(answer, test.sign, labels)
        if isinstance(value, Labels) and value.possible != value.certain:
            truth = None
        return truth, label_differences(answer, test.sign, labels), None
    if isinstance(value, PossibleDates):
        spans = value.spans
        truth = _two_dates_agree(answer, test.sign, value)
    else:
        spans = (_date(value).bounds,)
        truth = dates_agree(answer, test.sign, _date(value))
    return truth, date_differences(answer, spans), None


def _set(value: Answer | Value) -> frozenset[str]:
    return value if isinstance(value, frozenset) else frozenset()


def _date(value: Answer | Value) -> EventDate:
    return value if isinstance(value, EventDate) else EventDate("../9998")


def _two_dates_agree(found: PossibleDates, sign: str, other: PossibleDates) -> Truth:
    """Hold a date against another that may also lie on any day of several spans."""
    if other.may_be_none:
        return None
    days = [day for start, end in other.spans for day in (start, end - 1)]
    return agreed(
        dates_agree(found, sign, EventDate.from_day(date.fromordinal(max(day, 1)))) for day in days
    )
