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
    import pandas as pd

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

    def evidence_of(self, finding: Finding) -> Evidence:
        """Return the events behind a series, by its number and the place of a period."""
        return self._evidence[finding.verdict == RECORDED]

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
            len(self.evidence_of(finding).of(finding.cell, place))
            for finding in self.findings
            for place in range(len(finding.series))
        )

    def initiator_of(self, finding: Finding) -> str:
        """Name the state that all events of a series are of, where it is one and not its own."""
        evidence = self.evidence_of(finding)
        log = evidence.counts.log
        if log is None:
            return ""
        known = {
            log[event].initiator
            for place in range(len(finding.series))
            for event, _ in evidence.of(finding.cell, place)
        }
        (one,) = known if len(known) == 1 else (None,)
        if one is None or finding.axes.get("country") in {None, NONE_LABEL, one}:
            return ""
        return country_name(one)
