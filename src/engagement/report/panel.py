"""One table of counts in the report, with the changes that were found in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from engagement.changes.detect.found import Changes
from engagement.counting.counts import Counts
from engagement.counting.series import format_count
from engagement.words.report import name_series, sentences

if TYPE_CHECKING:
    from engagement.changes.detect.found import Change, SeriesVerdict

__all__ = ["Panel"]


@frozen(kw_only=True, eq=False)
class Panel:
    """One table of counts with the changes that were found in it."""

    heading: str
    """What is counted by what."""
    counts: Counts
    """The counts."""
    changes: Changes
    """A verdict for each of its series."""

    @property
    def shown(self) -> tuple[SeriesVerdict, ...]:
        """
        The series that are told of: with events, or stated to be observed.

        Where coverage is not stated, every combination of labels counts as observed, and those
        without an event say nothing.
        """
        return tuple(
            verdict
            for verdict in self.changes.verdicts
            if verdict.n_observed and (verdict.n_events or self.counts.coverage_stated)
        )

    @property
    def rows(self) -> list[dict[str, str]]:
        """The table as texts: a row a change, and one for each other series that is shown."""
        return [
            _row(verdict, change)
            for verdict in self.shown
            for change in self.changes.of(verdict) or (None,)
        ]

    @property
    def n_hidden(self) -> int:
        """How many combinations of labels are not shown."""
        return len(self.changes.verdicts) - len(self.shown)

    @property
    def headline(self) -> tuple[str, ...]:
        """What was found in all, in a sentence or two."""
        verdicts = [verdict.verdict for verdict in self.shown]
        changed, same = verdicts.count("change"), verdicts.count("no change found")
        little = verdicts.count("too little observed")
        if not changed + same:
            return (
                (
                    f"None of {_number(little, 'series', 'series')} has enough events for a test, "
                    "so nothing can be said of change."
                ),
            )
        sure = [change.is_rise for change in self.changes if change.is_direction_sure]
        rises, falls, open_ = sum(sure), len(sure) - sum(sure), len(self.changes) - len(sure)
        ways = [_number(rises, "rise", "rises"), _number(falls, "fall", "falls")]
        if open_:
            ways.append(f"{_number(open_, 'change', 'changes')} of uncertain direction")
        directions = f"{', '.join(ways[:-1])} and {ways[-1]}"
        told = [
            (
                f"Of {_number(changed + same, 'series', 'series')} with enough events for a test, "
                f"{changed} changed: {directions} in how many events there are a year. "
                f"In {same} no change was found; {little} more have too few events to say."
            )
        ]
        if leaning := sum(change.leans_on_start for change in self.changes):
            told.append(
                f"{_number(leaning, 'change rests', 'changes rest')} on an empty stretch where "
                "observation begins (marked *): without it nothing is found. An empty stretch "
                "may be a fact about the world, or about what the source could find."
            )
        return tuple(told)

    @property
    def sentences(self) -> tuple[str, ...]:
        """What was found about each series that is shown, in words, changes first."""
        initiators = {}
        for verdict in self.shown:
            known = {event.initiator for event in self.counts.events(**verdict.axes)}
            if len(known) == 1 and (one := known.pop()):
                initiators[verdict.label] = one
        return sentences(self.changes, of=self.shown, initiators=initiators)


def _number(value: int, one: str, many: str) -> str:
    return f"{value} {one if value == 1 else many}"


def _row(verdict: SeriesVerdict, change: Change | None) -> dict[str, str]:
    row = {
        "series": name_series(verdict.axes),
        "events": format_count(verdict.n_events),
        "observed": f"{verdict.observed_from} to {verdict.observed_to}",
        "per year": f"{verdict.rate:.2f}",
        "change": verdict.verdict,
        "interval": "",
        "before, after": "",
        "rate ratio": "",
        "p": "" if verdict.n_draws == 0 else f"{verdict.p_value:.3f}",
        "q": "" if verdict.n_draws == 0 else f"{verdict.q_value:.3f}",
    }
    if change is not None:
        row |= {
            "change": str(change.date)
            + ("*" if change.leans_on_start else "")
            + ("~" if verdict.is_trend else ""),
            "interval": f"{change.date_low} to {change.date_high}",
            "before, after": f"{change.rate_before:.2f}, {change.rate_after:.2f}",
            "rate ratio": f"{change.ratio:.1f} ({change.ratio_low:.1f} to {change.ratio_high:.1f})",
        }
    return row
