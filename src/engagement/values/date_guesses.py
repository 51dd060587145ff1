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
_PARTS = {
    "early": ("01", "04"),
    "beginning of": ("01", "04"),
    "mid": ("05", "08"),
    "middle of": ("05", "08"),
    "late": ("09", "12"),
    "end of": ("09", "12"),
    **dict.fromkeys(("h1", "first half of", "1st half of", "first half"), ("01", "06")),
    **dict.fromkeys(("h2", "second half of", "2nd half of", "second half"), ("07", "12")),
}
_PART = re.compile(rf"({'|'.join(_PARTS)})[ -]*(\d{{4}})", re.IGNORECASE)
_DAYS = re.compile(
    r"(?:(?P<day>\d{1,2}) ?(?:-|to|and) ?(?P<last>\d{1,2}) (?P<month>[a-z]+)|"
    r"(?P<us_month>[a-z]+) (?P<us_day>\d{1,2}) ?(?:-|to|and) ?(?P<us_last>\d{1,2}),?) "
    r"(?P<year>\d{4})",
    re.IGNORECASE,
)
_TWO_DAYS = re.compile(r"(\d{1,2}) ([a-z]+) ?(?:-|to) ?(\d{1,2}) ([a-z]+) (\d{4})", re.IGNORECASE)
_MONTHS = re.compile(r"([a-z]+) ?(?:-|to) ?([a-z]+) (\d{4})", re.IGNORECASE)


def guess_dates(text: str) -> Iterator[str]:
    """
    Guess what was meant, the likeliest first; a guess need not be a date itself.

    Examples
    --------
    >>> list(guess_dates("May 2019"))[-1]
    '2019-05'
    >>> list(guess_dates("mid-2019"))[-1], list(guess_dates("14-15 May 2017"))[3]
    ('[2019-05..2019-08]', '2017-05-14/2017-05-15')
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
    yield from _read_parts(tidy)
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


def _read_parts(tidy: str) -> Iterator[str]:
    """Read a part of a year, several days of a month, several months, and what has no start."""
    words = " ".join(tidy.split())
    swapped = re.sub(r"^(\d{4})[ -]?(h[12])$", r"\2 \1", words, flags=re.IGNORECASE)
    if found := _PART.fullmatch(swapped):
        first, last = _PARTS[found[1].casefold()]
        yield f"[{found[2]}-{first}..{found[2]}-{last}]"
    if found := _DAYS.fullmatch(words):
        names = ("day", "last", "month") if found["day"] else ("us_day", "us_last", "us_month")
        day, last, month = (found[name] for name in names)
        if number := _month(month):
            start = f"{found['year']}-{number}"
            yield f"{start}-{day:0>2}/{start}-{last:0>2}"
    if found := _TWO_DAYS.fullmatch(words):
        ends = (f"{found[5]}-{_month(found[n + 1])}-{found[n]:0>2}" for n in (1, 3))
        yield "/".join(ends)
    if (found := _MONTHS.fullmatch(words)) and (first := _month(found[1])):
        yield f"{found[3]}-{first}/{found[3]}-{_month(found[2])}"
    if found := re.fullmatch(r"before (\d{4})", words, re.IGNORECASE):
        yield f"../{int(found[1]) - 1:04}"
    if found := re.fullmatch(r"(\d{4}) or (\d{4})", words, re.IGNORECASE):
        yield f"[{found[1]},{found[2]}]"
    if found := re.fullmatch(r"since (\d{4})", words, re.IGNORECASE):
        yield f"{found[1]}/.."


def _month(word: str) -> str:
    """Give the number of a month by its name or the first letters of it, or an empty text."""
    folded = word.casefold()
    names = (name.casefold() for name in MONTHS)
    numbers = [n for n, name in enumerate(names, 1) if len(folded) >= 3 and name.startswith(folded)]
    return f"{numbers[0]:02}" if len(numbers) == 1 else ""


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
        if number := _month(word):
            yield "-".join([years[0], number, *days]) + flag
