"""What a query finds, as exactly as a log allows, and how it is compared with a claim."""

from __future__ import annotations

from datetime import date
from math import inf, isnan
from typing import TYPE_CHECKING, Any, TypeAlias

from attrs import frozen

from engagement.events.parts import Recurrence
from engagement.values.dates import NEVER, EventDate

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = [
    "Answer",
    "Labels",
    "Number",
    "PossibleDates",
    "Ratio",
    "Rhythms",
    "Truth",
    "dates_agree",
    "every",
    "labels_agree",
    "number_agrees",
    "ratio_agrees",
    "rhythms_agree",
    "some",
]

Truth: TypeAlias = bool | None
"""Holds, does not hold, or cannot be told."""

ORDER_SIGNS = ("==", "!=", "<", "<=", ">", ">=")
"""Signs that hold two things of one order against each other."""
SET_SIGNS = ("==", "!=", "<=", ">=")
"""Signs that hold two sets against each other: ``<=`` is no others than, ``>=`` these at least."""
CHANGE_SIGNS = ("rose", "fell")
"""Signs that ask for the direction of a change, by a test."""


def every(truths: Iterable[Truth]) -> Truth:
    """Tell whether all hold: one that does not settles it, one that cannot be told unsettles it."""
    known = list(truths)
    if False in known:
        return False
    return None if None in known else True


def some(truths: Iterable[Truth]) -> Truth:
    """Tell whether at least one holds."""
    return negated(every(negated(truth) for truth in truths))


def negated(truth: Truth) -> Truth:
    """Turn a truth round; what cannot be told still cannot."""
    return None if truth is None else not truth


def agreed(truths: Iterable[Truth]) -> Truth:
    """Give what all cases say alike; None where they differ, or there are none."""
    cases = set(truths)
    return cases.pop() if len(cases) == 1 else None


@frozen
class Number:
    """A number of which the least and the greatest possible value are known."""

    low: float
    high: float

    def __str__(self) -> str:
        """Return the number, or its bounds in words."""
        if self.low == self.high:
            return write_number(self.low)
        if self.high == inf:
            return "not known" if self.low <= 0 else f"at least {write_number(self.low)}"
        return f"{write_number(self.low)} to {write_number(self.high)}"


@frozen
class PossibleDates:
    """
    Spans of days in one of which a date lies.

    Each is half-open, in proleptic ordinals; 0 and the year 9999 stand for open ends.
    """

    spans: tuple[tuple[int, int], ...]
    text: str
    """How the date is written."""
    may_be_none: bool = False
    """Whether there may be no such date at all."""

    def __str__(self) -> str:
        """Return the date as it is written."""
        return self.text


@frozen
class Labels:
    """Labels that surely belong, and those that may."""

    certain: frozenset[str]
    possible: frozenset[str] | None
    """Those that may belong, the certain ones among them; None where any may."""

    def __str__(self) -> str:
        """Return the labels in a row, those that only may belong behind."""
        said = ", ".join(sorted(self.certain)) or "none"
        if self.possible is None:
            return f"{said}, perhaps others"
        others = sorted(self.possible - self.certain)
        return f"{said}, perhaps {', '.join(others)}" if others else said


@frozen
class Ratio:
    """
    A rate after a date over the rate before it.

    Imprecise dates make several cases; each has its ratio and the p-value of no change.
    """

    cases: tuple[tuple[float, float], ...]
    text: str
    """The counts, the ratio and the p-value in words."""

    @property
    def number(self) -> Number:
        """The least and the greatest ratio; not known where there was nothing before or after."""
        ratios = [ratio for ratio, _ in self.cases]
        if not ratios or any(map(isnan, ratios)):
            return Number(0, inf)
        return Number(min(ratios), max(ratios))

    def __str__(self) -> str:
        """Return the ratio in words."""
        return self.text


@frozen
class Rhythms:
    """The rhythms that mechanisms are said to have."""

    stated: tuple[Recurrence, ...]

    def __str__(self) -> str:
        """Return the rhythms in words, each once."""
        return "; ".join(dict.fromkeys(map(_write_rhythm, self.stated))) or "none stated"


Answer: TypeAlias = Number | PossibleDates | Labels | Ratio | Rhythms


def write_number(value: float) -> str:
    """
    Write a number without needless digits.

    >>> write_number(7000.0), write_number(1 / 3)
    ('7,000', '0.333')
    """
    return f"{int(value):,}" if value == int(value) else f"{value:.3g}"


def number_agrees(found: Number, sign: str, claimed: Number, tolerance: float = 0.0) -> Truth:
    """
    Compare a number with a claimed one by a sign of `ORDER_SIGNS`, or ``about``.

    Either may be a span of possible values. ``about`` lets the found one differ by a part of the
    claimed value, *tolerance*.

    >>> number_agrees(Number(78, 81), ">=", Number(80, 80)) is None
    True
    >>> number_agrees(Number(57, 57), "about", Number(60, 60), tolerance=0.1)
    True
    """
    if sign == "about":
        low, high = claimed.low * (1 - tolerance), claimed.high * (1 + tolerance)
        return every(
            (
                number_agrees(found, ">=", Number(low, low)),
                number_agrees(found, "<=", Number(high, high)),
            )
        )
    if sign in {"<", "<="}:
        return number_agrees(claimed, ">" + sign[1:], found)
    if sign == ">=":
        return _settled(holds=found.low >= claimed.high, fails=found.high < claimed.low)
    if sign == ">":
        return _settled(holds=found.low > claimed.high, fails=found.high <= claimed.low)
    apart = found.high < claimed.low or claimed.high < found.low
    same = found.low == found.high == claimed.low == claimed.high
    return _settled(holds=same, fails=apart) if sign == "==" else _settled(holds=apart, fails=same)


def _settled(*, holds: bool, fails: bool) -> Truth:
    return True if holds else False if fails else None


def dates_agree(found: PossibleDates, sign: str, claimed: EventDate) -> Truth:
    """
    Compare a date that may lie in one of several spans with a claimed date.

    Of the `ORDER_SIGNS`, ``==`` is within the claimed date, ``<`` before its first day, ``<=`` on
    its last day or before.

    >>> talks = EventDate("1998-04")
    >>> dates_agree(PossibleDates((talks.bounds,), "1998-04"), "==", EventDate("1998"))
    True
    >>> dates_agree(PossibleDates((talks.bounds,), "1998-04"), "<", EventDate("1998-04-20")) is None
    True
    """
    cases = [_span_agrees(span, sign, claimed.bounds) for span in found.spans]
    if found.may_be_none:
        cases.append(sign == "!=")
    return agreed(cases)


def _span_agrees(span: tuple[int, int], sign: str, claimed: tuple[int, int]) -> Truth:
    (start, end), (low, high) = span, claimed
    if sign == "<":
        return _settled(holds=end <= low, fails=start >= low)
    if sign == "<=":
        return _settled(holds=end <= high, fails=start >= high)
    if sign in {">", ">="}:
        return negated(_span_agrees(span, "<=" if sign == ">" else "<", claimed))
    within = _settled(holds=low <= start and end <= high, fails=end <= low or high <= start)
    return within if sign == "==" else negated(within)


def labels_agree(found: Labels, sign: str, claimed: frozenset[str]) -> Truth:
    """
    Compare labels with claimed ones: ``<=`` no others than those, ``>=`` at least those.

    >>> one, both = frozenset({"KAZ"}), frozenset({"KAZ", "UZB"})
    >>> labels_agree(Labels(one, both), ">=", one)
    True
    """
    no_others = _settled(
        holds=found.possible is not None and found.possible <= claimed,
        fails=not found.certain <= claimed,
    )
    all_these = _settled(
        holds=claimed <= found.certain,
        fails=found.possible is not None and not claimed <= found.possible,
    )
    if sign == "<=":
        return no_others
    if sign == ">=":
        return all_these
    same = every((no_others, all_these))
    return same if sign == "==" else negated(same)


def ratio_agrees(found: Ratio, sign: str, level: float) -> Truth:
    """
    Tell whether a rate rose or fell, by the test of each case at a level.

    None where the difference may be due to chance.

    >>> ratio_agrees(Ratio(((0.2, 0.001),), ""), "fell", 0.05)
    True
    >>> ratio_agrees(Ratio(((0.8, 0.6),), ""), "fell", 0.05) is None
    True
    """
    return agreed(
        None if isnan(ratio) or p_value > level else (ratio > 1) == (sign == "rose")
        for ratio, p_value in found.cases
    )


def rhythms_agree(found: Rhythms, claimed: Mapping[str, Any]) -> Truth:
    """Tell whether all rhythms are as claimed; None if none is stated."""
    if not found.stated:
        return None
    return every(
        stated.is_within(value) if isinstance(stated, EventDate) else bool(stated == value)
        for rhythm in found.stated
        for name, value in claimed.items()
        for stated in [getattr(rhythm, name)]
    )


def _write_rhythm(rhythm: Recurrence) -> str:
    times = "once" if rhythm.times == 1 else f"{rhythm.times} times"
    every_so = "a year" if rhythm.years == 1 else f"in {rhythm.years} years"
    until = f" until {rhythm.until}" if rhythm.until is not None else ""
    return f"{times} {every_so} since {rhythm.since}{until}"


def write_span(start: int, end: int) -> str:
    """
    Write a half-open span of days as shortly as it can be.

    >>> write_span(*EventDate("2007").bounds), write_span(*EventDate("2007/2012").bounds)
    ('2007', '2007 to 2012')
    """
    if start <= 1 or end >= NEVER:
        if end < NEVER:
            return f"{date.fromordinal(end - 1)} or earlier"
        return f"{date.fromordinal(start)} or later" if start > 1 else "any time"
    first, last, after = map(date.fromordinal, (start, end - 1, end))
    low, high = str(first), str(last)
    if first.day == after.day == 1:
        low, high = low[:7], high[:7]
        if first.month == after.month == 1:
            low, high = low[:4], high[:4]
    return low if low == high else f"{low} to {high}"
