"""Calendar periods of some length, as spans of days."""

from __future__ import annotations

from datetime import date

from engagement.counting.calendar import MONTHS_IN

__all__ = ["periods_of"]


def periods_of(start: int, end: int, rule: str) -> list[tuple[int, int]]:
    """
    Cut a half-open span of days into periods.

    Parameters
    ----------
    start, end
        Proleptic ordinals.
    rule
        A letter of Y, Q, M, with a number before it or none. Periods of several years or
        months begin with the one in which the span begins.

    Returns
    -------
    list
        Half-open spans of days; the first and the last are cut to the span.

    Examples
    --------
    >>> from engagement.values.dates import EventDate
    >>> len(periods_of(*EventDate("2010/2020").bounds, "Y"))
    11
    """
    unit = MONTHS_IN[rule[-1]]
    step = unit * int(rule[:-1] or 1)
    first = date.fromordinal(start)
    month = (first.year * 12 + first.month - 1) // unit * unit
    periods = []
    while (low := _day(month)) < end:
        periods.append((max(low, start), min(_day(month + step), end)))
        month += step
    return periods


def _day(month: int) -> int:
    year, place = divmod(month, 12)
    return date(year, place + 1, 1).toordinal() if year < 9999 else date.max.toordinal()
