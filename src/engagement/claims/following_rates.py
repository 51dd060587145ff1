"""Whether events come oftener in the months after other events than elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import evolve

from engagement.claims.answers import Ratio
from engagement.claims.found import Found, found_in
from engagement.errors import CoverageError
from engagement.log.eventlog import EventLog

if TYPE_CHECKING:
    from engagement.claims.matching import Ground, Matches
    from engagement.claims.queries import Measurement

__all__ = ["compare_after"]


def compare_after(ground: Ground, asked: Measurement) -> Found:
    """Hold the rate after other events against the rate elsewhere, as `lead_lag` does."""
    from engagement.sequence.leading import lead_lag

    tally = ground.tally(asked.where)
    causes = tally if asked.after is None else ground.tally(asked.after)
    both = {event.id for event in causes.certain} & {event.id for event in tally.certain}
    if both or not causes.certain or not tally.certain:
        told = f"{len(both)} events are both" if both else "there is nothing to compare"
        return evolve(found_in(ground, asked, tally, Ratio((), "not known")), limits=(told,))
    try:
        first, then = _log(ground, causes), _log(ground, tally)
        found = lead_lag(ground.log, first, then, asked.months).pooled
    except CoverageError as error:
        return evolve(found_in(ground, asked, tally, Ratio((), "not known")), limits=(str(error),))
    text = (
        f"{found.n_after:g} in {found.years_after:.0f} years after, {found.n_otherwise:g} in "
        f"{found.years_otherwise:.0f} elsewhere; ratio {found.ratio:.3g}, p = {found.p_value:.2g}"
    )
    return Found(
        answer=Ratio(((found.ratio, found.p_value),), text),
        events=(*causes.certain, *tally.certain),
        limits=tally.doubts + causes.doubts,
        remarks=ground.remarks(asked.where),
    )


def _log(ground: Ground, tally: Matches) -> EventLog:
    return EventLog(tally.certain, coverage=ground.log.coverage, topics=ground.log.topics)
