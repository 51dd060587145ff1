"""The rhythm that mechanisms are said to have, held against a claimed one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engagement.claims.answers import Truth, every
from engagement.events.events import Mechanism
from engagement.values.dates import EventDate

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from engagement.events.events import Event
    from engagement.events.parts import Recurrence

__all__ = ["hold_rhythm"]


def hold_rhythm(events: Iterable[Event], claimed: Mapping[str, Any]) -> tuple[Truth, str]:
    """
    Hold the stated rhythms of mechanisms against a claimed one.

    Parameters
    ----------
    events
        Those that are no mechanisms, or state no rhythm, are passed over.
    claimed
        Any of times, years, since, until and activity.

    Returns
    -------
    truth
        Whether all rhythms are as claimed; None where none is stated.
    text
        The rhythms in words.
    """
    rhythms = [
        event.recurrence
        for event in events
        if isinstance(event, Mechanism) and event.recurrence is not None
    ]
    if not rhythms:
        return None, "none stated"
    truths = [_is_as(rhythm, name, value) for rhythm in rhythms for name, value in claimed.items()]
    return every(truths), "; ".join(dict.fromkeys(map(_write, rhythms)))


def _is_as(rhythm: Recurrence, name: str, value: Any) -> bool:
    stated = getattr(rhythm, name)
    if isinstance(stated, EventDate):
        return stated.is_within(value)
    return bool(stated == value)


def _write(rhythm: Recurrence) -> str:
    times = "once" if rhythm.times == 1 else f"{rhythm.times} times"
    every_so = "a year" if rhythm.years == 1 else f"in {rhythm.years} years"
    until = f" until {rhythm.until}" if rhythm.until is not None else ""
    return f"{times} {every_so} since {rhythm.since}{until}"
