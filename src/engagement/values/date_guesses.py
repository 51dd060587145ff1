"""What a text that is not a date may have been meant to be, for hints in errors."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from engagement.values.months import MONTHS, SEASONS

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["guess_dates"]

_QUARTERS = {f"q{number}": f"{32 + number}" for number in range(1, 5)}
_ABOUT = {"about", "approximately", "around", "c", "ca", "circa"}
_MAX_LENGTH = 80


def guess_dates(text: str) -> Iterator[str]:
    """
    Guess what was meant, the likeliest first; a guess need not be a date itself.

    Examples
    --------
    >>> list(guess_dates("May 2019"))[-1]
    '2019-05'
    """
    if len(text) > _MAX_LENGTH:
        return
    tidy = _tidy(text)
    yield tidy
    yield tidy.upper().replace(" ", "")
    yield from _cut_time(tidy)
    yield from _mend_interval(tidy)
    yield from _move_flags(tidy)
    yield from _order_numbers(tidy)
    yield from _read_words(tidy)


def _tidy(text: str) -> str:
    """Write digits and dashes of any script in ASCII, without blanks around."""
    return "".join(
        str(unicodedata.digit(char, ""))
        or ("-" if unicodedata.category(char) == "Pd" or char == "\N{MINUS SIGN}" else char)
        for char in text
    ).strip()


def _cut_time(tidy: str) -> Iterator[str]:
    if re.match(r"\d{4}-\d\d-\d\d[Tt ]\d\d", tidy):
        yield tidy[:10]


def _mend_interval(tidy: str) -> Iterator[str]:
    if century := re.fullmatch(r"(\d\d)(XX|xx)", tidy):
        yield f"[{century[1]}00..{century[1]}99]"
    first, slash, last = tidy.partition("/")
    if slash:
        yield f"{first or '..'}/{last or '..'}"
        yield f"{last}/{first}"
    elif years := re.fullmatch(r"(\d{4}) *(?:-|\.\.|to) *(\d{4})", tidy):
        yield f"{years[1]}/{years[2]}"
        yield f"[{years[1]}..{years[2]}]"


def _move_flags(tidy: str) -> Iterator[str]:
    flags = set(re.findall("[~?%]", tidy))
    if flags and "/" not in tidy:
        yield re.sub("[~?%]", "", tidy) + (flags.pop() if len(flags) == 1 else "%")


def _order_numbers(tidy: str) -> Iterator[str]:
    """Join what is separated otherwise than by hyphens, or not padded."""
    compact = re.fullmatch(r"(\d{4})(\d\d)(\d\d)?", tidy)
    numbers = re.fullmatch(r"(\d{4})[-/. ](\d{1,2})(?:[-/. ](\d{1,2}))?", tidy)
    if found := compact or numbers:
        yield "-".join(f"{number:0>2}" for number in found.groups() if number)
    if found := re.fullmatch(r"(?:(\d{1,2})[-/. ])?(\d{1,2})[-/. ](\d{4})", tidy):
        one, other, year = (f"{number or '':0>2}" for number in found.groups())
        yield f"{year}-{other}" if found[1] is None else f"{year}-{other}-{one}"
        yield f"{year}-{one}-{other}"
    yield tidy.removesuffix(".0")


def _read_words(tidy: str) -> Iterator[str]:
    """Read English names of months, seasons, quarters and decades, and 'about'."""
    words = re.findall(r"[a-z]+\d?(?!\d)|\d+", tidy.casefold())
    years = [word for word in words if re.fullmatch(r"\d{4}", word)]
    if len(years) != 1:
        return
    days = [f"{word:0>2}" for word in words if re.fullmatch(r"\d{1,2}", word)]
    names = [word for word in words if word.isalpha() and word not in {"st", "nd", "rd", "th"}]
    flag = "~" if _ABOUT & set(names) else ""
    if "s" in names and years[0].endswith("0"):
        yield f"{years[0][:3]}X{flag}"
    if flag and len(words) == 2:
        yield years[0] + flag
    for word in words:
        code = SEASONS.get(word) or _QUARTERS.get(word)
        if code:
            yield f"{years[0]}-{code}{flag}"
        for number, name in enumerate(MONTHS, 1):
            if len(word) >= 3 and name.casefold().startswith(word):
                yield "-".join([years[0], f"{number:02}", *days]) + flag
