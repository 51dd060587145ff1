"""The report in sentences: a headline, what follows it, and one or more for each series."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from engagement.changes.detect.verdicts import Direction
from engagement.counting.series import format_count
from engagement.report.findings import (
    CHANGE,
    EMPTY_START,
    NO_CHANGE,
    RECORDED,
    TOO_FEW,
    TREND,
    UNEVEN,
    surest_first,
)
from engagement.words.report import (
    listed,
    number_of,
    write_chance,
    write_ratio,
    write_side,
    write_span,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from engagement.changes.detect.found import Changes
    from engagement.report.findings import Finding, FoundChange

__all__ = [
    "headline_of",
    "lead_of",
    "measured_coverage_of",
    "sentences_of",
    "told_change",
    "told_numbers",
    "told_others",
]

_IN_HEADLINE = 2
_IN_LEAD = 6
_VERBS = {Direction.RISE: "rose", Direction.FALL: "fell"}
_DRIFTS = {Direction.RISE: "drifted up", Direction.FALL: "drifted down"}


def told_change(found: FoundChange) -> str:
    """Say what changed with raw counts; a date only where its interval is short."""
    change, direction = found.change, found.change.direction
    before, after = found.before, found.after
    first = write_side(before.events, before.years)
    second = f"{format_count(after.events)} in {format_count(after.years)}"
    if TREND in found.marks:
        return f"{_DRIFTS[direction]}, {first} before {change.date} and {second} since"
    if not found.has_short_interval:
        return f"{_VERBS[direction]} from {first} to {second}, at an uncertain date"
    return f"{_VERBS[direction]} about {change.date}, from {first} to {second}"


def headline_of(findings: Sequence[Finding]) -> str:
    """
    Say in one sentence what changed, where, when, up or down.

    Only changes of sure direction are named that do not rest on an empty start of observation.
    """
    firm = [
        (finding, [change for change in finding.changes if change.is_firm])
        for finding in surest_first(findings)
    ]
    firm = [pair for pair in firm if pair[1]]
    if firm:
        told = [
            f"{_named(finding)} {listed([told_change(change) for change in changes])}"
            for finding, changes in firm[:_IN_HEADLINE]
        ]
        return "; ".join(told)
    n_tested = sum(finding.is_tested for finding in findings)
    if not n_tested:
        return "Too few events to say whether anything changed"
    series = number_of(n_tested, "series", "series")
    if any(finding.changes for finding in findings):
        return f"No change of sure direction in {series} with enough events for a test"
    return f"No change found in {series} with enough events for a test"


def _named(finding: Finding) -> str:
    place, sign, rest = finding.name.partition(", ")
    return f"{place}: {rest}" if sign else place


def lead_of(findings: Sequence[Finding], *, fdr: float) -> tuple[str, ...]:
    """Say in two or three sentences what else was found, and of how many series."""
    changed = surest_first(findings)
    firm = [one for one in changed if any(change.is_firm for change in one.changes)]
    told = []
    if more := firm[_IN_HEADLINE:]:
        parts = [
            f"{one.name} {listed([told_change(c) for c in one.changes if c.is_firm])}"
            for one in more[:_IN_LEAD]
        ]
        rest = f"; and {len(more) - _IN_LEAD} more in the table" if len(more) > _IN_LEAD else ""
        told.append(f"Also: {'; '.join(parts)}{rest}.")
    empty = [one for one in changed if any(EMPTY_START in c.marks for c in one.changes)]
    if empty:
        names = [one.name for one in empty[:_IN_LEAD]]
        if len(empty) > _IN_LEAD:
            names.append(f"and {len(empty) - _IN_LEAD} more")
        told.append(
            f"{number_of(len(empty), 'change rests', 'changes rest')} on an empty start of "
            f"observation and {'is' if len(empty) == 1 else 'are'} not found without it: "
            f"{'; '.join(names)}. An empty start may be a fact about the world or about what "
            "the source could find."
        )
    return (*told, told_numbers(findings, fdr=fdr))


def told_numbers(findings: Sequence[Finding], *, fdr: float) -> str:
    """Say of how many series what was found."""
    counted = Counter(one.verdict for one in findings)
    n_tested = counted[CHANGE] + counted[UNEVEN] + counted[NO_CHANGE]
    first = (
        f"{counted[CHANGE]} of {number_of(n_tested, 'series', 'series')} with enough events for a "
        f"test changed (false discovery rate {100 * fdr:g} %)"
    )
    return f"{'; '.join([first, *told_others(findings)])}."


def told_others(findings: Iterable[Finding]) -> list[str]:
    """Say of how many series something else than a change was found, a part for each verdict."""
    counted = Counter(one.verdict for one in findings)
    told = []
    if n := counted[UNEVEN]:
        told.append(f"{n} more {'is' if n == 1 else 'are'} uneven without a dated change")
    if n := counted[NO_CHANGE]:
        told.append(f"no change was found in {n}")
    if n := counted[TOO_FEW]:
        told.append(f"{n} {'has' if n == 1 else 'have'} too few events")
    if n := counted[RECORDED]:
        told.append(f"{n} {'is' if n == 1 else 'are'} recorded but not systematically covered")
    return told


def sentences_of(finding: Finding, changes: Changes, initiator: str = "") -> tuple[str, ...]:
    """
    Say what was found in a series, one sentence or more a change, to be quoted.

    Parameters
    ----------
    finding
        Of the series.
    changes
        The answer that it is from.
    initiator
        Name of the state that all its events are of; empty where there is none.
    """
    name = f"{initiator} with {finding.name}" if initiator else finding.name
    if finding.changes:
        told = [_change(found, finding, changes) for found in finding.changes]
        if finding.tested.undated:
            told.append(f"{finding.tested.undated_in_words()}.")
        return tuple(f"{name}: {one}" for one in told)
    basis = _basis(finding)
    if finding.verdict == RECORDED:
        why = "recorded, but not systematically covered, so that no rate can be given."
        return (f"{name}: {why} {number_of(finding.n_recorded, 'event')} recorded.",)
    if finding.verdict == TOO_FEW:
        return (f"{name}: too few events to say whether anything changed. {basis}",)
    if finding.verdict == UNEVEN:
        why = f"the counts are uneven, but no change can be dated{_window(finding)}"
        return (f"{name}: {why}; {_test(finding)}. {basis}",)
    return (f"{name}: no change found; {_test(finding)}. {basis}",)


def measured_coverage_of(findings: Sequence[Finding]) -> tuple[str, ...]:
    """Say how often intervals like those of the changes hold the truth, by simulation."""
    groups: dict[str, list[str]] = {}
    for finding in findings:
        for found in finding.changes[:1]:
            if found.change.measured is not None:
                groups.setdefault(str(found.change.measured), []).append(finding.name)
    if len(groups) == 1:
        return tuple(groups)
    return tuple(f"{text} This applies to {'; '.join(names)}." for text, names in groups.items())


def _change(found: FoundChange, finding: Finding, changes: Changes) -> str:
    change = found.change
    percent = f"{100 * changes.level:g}% interval"
    told = (
        f"{_VERBS[found.change.direction]} in {change.date} ({percent} "
        f"{write_span(change.date_low, change.date_high)}), from "
        f"{write_side(found.before.events, found.before.years)} "
        f"({write_span(found.before.first, found.before.last)}) to "
        f"{write_side(found.after.events, found.after.years)} "
        f"({write_span(found.after.first, found.after.last)}); rate ratio "
        f"{write_ratio(change.ratio)} ({percent} {write_ratio(change.ratio_low)} to "
        f"{write_ratio(change.ratio_high)}); {_test(finding)}. {_basis(finding)}"
    )
    if TREND in found.marks:
        told += " The counts follow a trend rather than a step, so the date says little."
    if change.empty_until is None:
        return told
    span = write_span(finding.tested.observed_from, change.empty_until)
    stretch = f" No event is recorded in {span}, where observation begins"
    if EMPTY_START in found.marks:
        return f"{told}{stretch}; without that empty start the change is not found."
    return f"{told}{stretch}; the change is found without that empty start too."


def _window(finding: Finding) -> str:
    """Say which window of an uneven series stands out."""
    first = getattr(finding.tested, "uneven_from", None)
    if first is None:
        return ""
    tested: Any = finding.tested
    side = write_side(tested.uneven_events, tested.uneven_years)
    return f" (what stands out is {write_span(first, tested.uneven_to)}, with {side})"


def _test(finding: Finding) -> str:
    tested = finding.tested
    p_value = write_chance(tested.p_value, tested.n_draws)
    return f"p-value {p_value}, q-value {write_chance(tested.q_value, tested.n_draws)}"


def _basis(finding: Finding) -> str:
    tested = finding.tested
    years = number_of(tested.exposure_years, "year")
    stated = "stated" if tested.coverage_stated else "not stated"
    return (
        f"{number_of(tested.n_events, 'event')} in {years} observed, "
        f"{write_span(tested.observed_from, tested.observed_to)} (coverage {stated})."
    )
