"""What a measurement found: an answer, the events behind it, and what limits it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from engagement.claims.answers import Answer
from engagement.events.events import Event

if TYPE_CHECKING:
    from engagement.claims.matching import Ground, Matches
    from engagement.claims.queries import Measurement

__all__ = ["DAYS_A_YEAR", "Found", "found_in"]

DAYS_A_YEAR = 365.2425


@frozen(kw_only=True)
class Found:
    """What a measurement found."""

    answer: Answer
    events: tuple[Event, ...] = ()
    """The events behind it, those included that only may belong."""
    limits: tuple[str, ...] = ()
    """Why it is not known better."""
    remarks: tuple[str, ...] = ()
    """What a reader should know, whatever the verdict."""
    bare: Answer | None = None
    """The answer without an empty start of what was observed, where there is one."""


def found_in(ground: Ground, asked: Measurement, tally: Matches, answer: Answer) -> Found:
    """Give an answer with the events of a tally, and with all that limits it."""
    return Found(
        answer=answer,
        events=tally.events,
        limits=(*tally.gaps, *tally.doubts),
        remarks=ground.remarks(asked.where),
    )
