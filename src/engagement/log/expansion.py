"""The events that a mechanism implies by its stated rhythm."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from engagement.events.events import KINDS
from engagement.values.vocabulary import Activity, Status

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engagement.events.events import Event, Mechanism

__all__ = ["implied_events"]


def implied_events(mechanism: Mechanism, last_year: int) -> Iterator[Event]:
    """
    Yield the events that a mechanism's recurrence implies.

    Each is dated by the year, or by one of the years of a stretch of several; a stretch that goes
    beyond *last_year* is not begun. What is said of the mechanism holds of each, and a meeting
    names the mechanism by its id.
    """
    rhythm = mechanism.recurrence
    if rhythm is None or rhythm.since.start is None:
        return
    if rhythm.until is not None and rhythm.until.end_day is not None:
        last_year = min(last_year, date.fromordinal(rhythm.until.end_day - 1).year)
    of_kind: dict[str, Any] = (
        {"mechanism": mechanism.id} if rhythm.activity is Activity.MEETING else {}
    )
    for year in range(rhythm.since.start.year, last_year - rhythm.years + 2, rhythm.years):
        stretch_end = year + rhythm.years - 1
        when = f"{year:04}" if rhythm.years == 1 else f"[{year:04}..{stretch_end:04}]"
        for number in range(1, rhythm.times + 1):
            suffix = f"{year:04}" if rhythm.times == 1 else f"{year:04}-{number}"
            yield KINDS[rhythm.activity](
                id=f"{mechanism.id}-implied-{suffix}",
                date=when,
                channel=mechanism.channel,
                initiator=mechanism.initiator,
                countries=mechanism.countries,
                organisations=mechanism.organisations,
                participants=mechanism.participants,
                topics=mechanism.topics,
                place=mechanism.place,
                sources=mechanism.sources,
                status=Status.IMPLIED,
                subkind=mechanism.subkind,
                own=mechanism.own,
                **of_kind,
            )
