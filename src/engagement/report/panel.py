"""One table of counts in the report, with what was found in it and the events behind it."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from attrs import frozen

from engagement.changes.detect.found import Changes
from engagement.counting.counts import Counts
from engagement.progress import watched
from engagement.report.evidence import Evidence
from engagement.report.findings import RECORDED, Finding, findings_of
from engagement.values.places import country_name
from engagement.values.vocabulary import NONE_LABEL

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from engagement.events.events import Event

__all__ = ["Panel"]


@frozen(kw_only=True, eq=False, slots=False)
class Panel:
    """One table of counts with what was found in it."""

    key: str
    """Names the table within the page."""
    heading: str
    """What is counted by what."""
    counts: Counts
    """The counts."""
    changes: Changes
    """A verdict for each of its series."""
    recorded: Counts | None = None
    """The same events counted as if all had been observed, for series without coverage."""

    @property
    def axes(self) -> tuple[str, ...]:
        """Names of the axes; ``series`` for a table of one series."""
        return self.changes.by

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """What was found in each series that there is something to say of."""
        return findings_of(self.counts, self.changes, self.recorded)

    @property
    def n_hidden(self) -> int:
        """How many combinations of labels are not told of."""
        return len(self.changes.verdicts) - len(self.findings)

    @cached_property
    def _evidence(self) -> tuple[Evidence, Evidence]:
        own = Evidence(counts=self.counts)
        return own, own if self.recorded is None else Evidence(counts=self.recorded)

    def events_of(self, finding: Finding) -> Mapping[int, Sequence[tuple[Event, float]]]:
        """Return the events behind the bars of a series with their shares, by place of a period."""
        return self._evidence[finding.verdict == RECORDED].by_series.get(finding.cell, {})

    @cached_property
    def bands(self) -> dict[int, pd.DataFrame]:
        """Intensity of each series that was tested, by the number of the series."""
        return {
            finding.number: self.changes.intensity(**finding.axes)
            for finding in watched(self.findings, "estimating")
            if finding.is_tested and finding.series.total
        }

    @cached_property
    def n_rows(self) -> int:
        """How many rows the events behind all bars have."""
        return sum(
            len(behind) for finding in self.findings for behind in self.events_of(finding).values()
        )

    def initiator_of(self, finding: Finding) -> str:
        """Name the state that all events of a series are of, where it is one and not its own."""
        known = {
            event.initiator for behind in self.events_of(finding).values() for event, _ in behind
        }
        (one,) = known if len(known) == 1 else (None,)
        if one is None or finding.axes.get("country") in {None, NONE_LABEL, one}:
            return ""
        return country_name(one)
