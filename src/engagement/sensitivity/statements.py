"""What is stated of the completeness of the sources on either side of a change."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from engagement.display import percent
from engagement.events.observed import Observed
from engagement.values.vocabulary import Basis

if TYPE_CHECKING:
    import pandas as pd

    from engagement.changes.detect.change import Change

__all__ = ["StatedCompleteness", "change_in_words", "read_statements"]


_Side = tuple[float, tuple[Observed, ...]]
"""Events expected at a segment's posterior mean rate, never 0, and what is stated of it."""


@frozen(kw_only=True)
class StatedCompleteness:
    """
    How far the stated completeness lets reporting differ between both sides of a change.

    The side with the lower rate is the one where events would have had to go unrecorded. A
    statement that spans both sides does not say on which of them events are missing, so that
    all of them are put where they explain most.
    """

    statements: tuple[Observed, ...]
    """All that apply to the series around the change, in order."""
    n_spanned: float
    """Events of the series within the statements about the side with the lower rate."""
    n_lower: float
    """Events expected on that side from what was recorded."""
    reach: float | None
    """Largest factor between the sides that the stated shares leave room for; None if unknown."""

    @property
    def lowest(self) -> float | None:
        """The lowest share that is stated."""
        shares = [one.completeness for one in self.statements if one.completeness is not None]
        return min(shares) if shares else None

    def n_missing(self, factor: float) -> float:
        """Return how many events must be missing on the lower side to make up for a factor."""
        return self.n_lower * (factor - 1)

    def share_needed(self, factor: float) -> float:
        """Return the largest share recorded in all that leaves so many events missing."""
        return self.n_spanned / (self.n_spanned + self.n_missing(factor))


def change_in_words(change: Change) -> str:
    """Say which change it is that is asked about."""
    return (
        f"{change.label}: {'rise' if change.is_rise else 'fall'} in {change.date} "
        f"({change.date_low} to {change.date_high}), rate ratio {change.ratio:.3g} "
        f"({percent(change.level)} interval {change.ratio_low:.3g} to {change.ratio_high:.3g}), "
        f"probability {change.probability:.3f}"
    )


def read_statements(change: Change) -> StatedCompleteness:
    """Gather what is stated around a change, and how far it reaches."""
    before = _side(change, change.before_from, change.date - 1, change.rate_before)
    after = _side(change, change.date, change.after_to, change.rate_after)
    lower, higher = (before, after) if change.is_rise else (after, before)
    every = tuple(dict.fromkeys((*before[1], *after[1])))
    n_lower, about_lower = lower
    spanned = _events_within(change, about_lower)
    stated = bool(every) and all(one.completeness is not None for one in every)
    return StatedCompleteness(
        statements=every,
        n_spanned=max(spanned, n_lower),
        n_lower=n_lower,
        reach=_reach(lower, higher, spanned) if stated else None,
    )


def _side(change: Change, first: pd.Period, last: pd.Period, rate: float) -> _Side:
    start, end = first.start_time.toordinal(), last.end_time.toordinal() + 1
    inside = (change.counted.periods >= first) & (change.counted.periods <= last)
    found = tuple(
        one
        for one in (change.coverage.entries if change.coverage is not None else ())
        if one.basis is not Basis.SELECTIVE
        and _is_about(one, change)
        and one.days[0] < end
        and start < one.days[1]
    )
    return rate * float(change.counted.exposure_years[inside].sum()), found


def _is_about(statement: Observed, change: Change) -> bool:
    """Tell whether a statement is about events that a series counts, by the axes it names."""
    known = dict(zip(("country", "channel", "activity"), statement.key, strict=True))
    return all(change.axes.get(axis, label) == label for axis, label in known.items())


def _events_within(change: Change, statements: tuple[Observed, ...]) -> float:
    """Count the events in periods that begin within one of the statements."""
    starts = np.array([start.toordinal() for start in change.counted.periods.start_time])
    inside = np.zeros(len(starts), dtype=bool)
    for one in statements:
        inside |= (starts >= one.days[0]) & (starts < one.days[1])
    return float(np.nansum(change.counted.counts[inside]))


def _reach(lower: _Side, higher: _Side, n_spanned: float) -> float | None:
    """Put every event that may be missing where it explains most."""
    n_lower, about_lower = lower
    both = {id(one) for one in about_lower} & {id(one) for one in higher[1]}
    shares = [one.completeness for one in about_lower if one.completeness is not None]
    if not shares:
        return None
    n_known = max(n_spanned, n_lower) if both else n_lower
    reach = 1 + n_known * (1 / min(shares) - 1) / n_lower
    own = [one.completeness for one in higher[1] if id(one) not in both]
    if own and len(own) == len(higher[1]):
        reach *= max(share for share in own if share is not None)
    return reach
