"""Dates by enumeration: every day is looked at, nothing is computed with months."""

import re
from datetime import date

SEASONS = {"21": (3, 4, 5), "22": (6, 7, 8), "23": (9, 10, 11), "24": (12, 1, 2)}
QUARTERS = {"33": (1, 2, 3), "34": (4, 5, 6), "35": (7, 8, 9), "36": (10, 11, 12)}


def days_of(text):
    """List the ordinals of the days that a single date may be, in order."""
    text = text.rstrip("~?%")
    low = int(text[:4].replace("X", "0"))
    high = int(text[:4].replace("X", "9"))
    nearby = range(date(low, 1, 1).toordinal(), date(high + 1, 12, 31).toordinal() + 1)
    return [ordinal for ordinal in nearby if _is_meant(date.fromordinal(ordinal), text)]


def _is_meant(day, text):
    code = text[5:]
    if code in QUARTERS:
        return f"{day.year:04}" == text[:4] and day.month in QUARTERS[code]
    if code in SEASONS:
        year = day.year - 1 if code == "24" and day.month < 3 else day.year
        return f"{year:04}" == text[:4] and day.month in SEASONS[code]
    return re.match(text.replace("X", "[0-9]"), day.isoformat()) is not None


def span_of(text):
    """Give the ordinals of the first and the last day, None where open."""
    text = text.rstrip("~?%")
    if "/" in text:
        first, last = text.split("/")
        return (
            None if first == ".." else days_of(first)[0],
            None if last == ".." else days_of(last)[-1],
        )
    if text.startswith("["):
        members = [member.split("..") for member in text[1:-1].split(",")]
        return (
            min(days_of(member[0])[0] for member in members),
            max(days_of(member[-1])[-1] for member in members),
        )
    days = days_of(text)
    return days[0], days[-1]


def courses_of(text):
    """List every first and last day that what is dated may have had, as ordinals."""
    if "/" in text:
        first, last = text.split("/")
        return [(one, other) for one in days_of(first) for other in days_of(last) if one <= other]
    start, stop = span_of(text)
    return [(day, day) for day in range(start, stop + 1)]
