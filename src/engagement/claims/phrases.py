"""What is claimed, and by how much what was found falls beside it, in words."""

from __future__ import annotations

from math import nan

from engagement.claims.answers import (
    CHANGE_SIGNS,
    Answer,
    Labels,
    Number,
    PossibleDates,
    write_number,
)
from engagement.claims.queries import MEASURES, Measurement, Test, Value
from engagement.values.dates import EventDate

__all__ = [
    "date_differences",
    "exactly",
    "label_differences",
    "number_differences",
    "write_claimed",
]


def exactly(value: Answer | Value) -> Number:
    """Take a value for a number; NaN where it is none."""
    number = float(value) if isinstance(value, int | float) else nan
    return Number(number, number)


def number_differences(found: Number, claimed: Number) -> tuple[str, ...]:
    """Tell by how much a number is too small or too large."""
    if found.high < claimed.low:
        return (f"short by {write_number(claimed.low - found.high)}",)
    if found.low > claimed.high:
        return (f"above by {write_number(found.low - claimed.high)}",)
    return (f"exactly {found}",) if found.low == found.high else ()


def date_differences(found: PossibleDates, claimed: tuple[tuple[int, int], ...]) -> tuple[str, ...]:
    """Tell how long a date lies before or after all claimed days, or that it is one of them."""
    if not found.spans or not claimed:
        return ()
    first, end = min(start for start, _ in found.spans), max(end for _, end in found.spans)
    low, high = min(start for start, _ in claimed), max(end for _, end in claimed)
    if end <= low:
        return (f"earlier by {_duration(low - end + 1)}",)
    if first >= high:
        return (f"later by {_duration(first - high + 1)}",)
    return ("in that very time",) if low <= first and end <= high else ("at another time",)


def _duration(n_days: int) -> str:
    """Write days as people do, in months or years where there are many."""
    years = n_days / 365.2425
    if years >= 2:
        return f"{round(years, 1):g} years"
    if years * 12 >= 2:
        return f"{years * 12:.0f} months"
    return f"{n_days} day{'' if n_days == 1 else 's'}"


def label_differences(found: Labels, sign: str, claimed: frozenset[str]) -> tuple[str, ...]:
    """Tell which labels are missing, and which others there are."""
    lacking = sorted(claimed - found.possible) if found.possible is not None else []
    others = sorted(found.certain - claimed)
    lacking, others = (lacking if sign != "<=" else []), (others if sign != ">=" else [])
    told = [f"without {', '.join(lacking)}"] if lacking else []
    return (*told, f"also {', '.join(others)}") if others else tuple(told)


_NUMBER_WORDS = {
    "==": "{}",
    "!=": "not {}",
    "<": "fewer than {}",
    "<=": "at most {}",
    ">": "more than {}",
    ">=": "at least {}",
    "about": "about {}",
}
_DATE_WORDS = {
    "==": "in {}",
    "!=": "not in {}",
    "<": "before {}",
    "<=": "by {}",
    ">": "after {}",
    ">=": "in {} or after",
}
_LABEL_WORDS = {"==": "{}", "!=": "not {}", "<=": "no others than {}", ">=": "{} at least"}


def write_claimed(test: Test) -> str:
    """Write what is claimed."""
    if test.sign in CHANGE_SIGNS:
        return test.sign
    value = test.value
    if isinstance(value, tuple):
        return ", ".join(f"{name} {part}" for name, part in value)
    if isinstance(value, Measurement):
        answer = MEASURES[value.measure].answer
        told = "the other"
    elif isinstance(value, frozenset):
        answer, told = "labels", ", ".join(sorted(value)) or "none"
    elif isinstance(value, EventDate):
        answer, told = "date", str(value)
    else:
        answer, told = "number", write_number(exactly(value).low)
    words = {"date": _DATE_WORDS, "labels": _LABEL_WORDS}.get(answer, _NUMBER_WORDS)
    text = words[test.sign].format(told)
    return f"{text} (within {test.tolerance:.0%})" if test.sign == "about" else text
