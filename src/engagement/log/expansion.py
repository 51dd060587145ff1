"""The events that a mechanism implies by its stated recurrence."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from attrs import fields

from engagement.events.events import KINDS, Event
from engagement.values.vocabulary import Activity, Status

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engagement.events.events import Mechanism

__all__ = ["implied_events"]


def implied_events(mechanism: Mechanism, last_year: int) -> Iterator[Event]:
    """
    Yield the events that a mechanism's recurrence implies.

    Each is dated by the year, or by one of the years of a stretch of several; a stretch that goes
    beyond *last_year* is not begun. What is said of the mechanism holds of each, and a meeting
    names the mechanism by its id.
    """
    recurrence = mechanism.recurrence
    if recurrence is None or recurrence.since.start is None:
        return
    first, years, times = recurrence.since.start.year, recurrence.years, recurrence.times
    if recurrence.until is not None and recurrence.until.end_day is not None:
        last_year = min(last_year, date.fromordinal(recurrence.until.end_day - 1).year)
    own = {"id", "date", "status", "note"}
    said = {one.name: getattr(mechanism, one.name) for one in fields(Event) if one.name not in own}
    if recurrence.activity is Activity.MEETING:
        said["mechanism"] = mechanism.id
    for year in range(first, last_year - years + 2, years):
        when = f"{year:04}" if years == 1 else f"[{year:04}..{year + years - 1:04}]"
        for number in range(1, times + 1):
            suffix = f"{year:04}" if times == 1 else f"{year:04}-{number}"
            name = f"{mechanism.id}-implied-{suffix}"
            yield KINDS[recurrence.activity](id=name, date=when, status=Status.IMPLIED, **said)
