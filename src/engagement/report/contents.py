"""What a report holds: tables of counts with what was found in them, and what they rest on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cached_property

from attrs import field, frozen

from engagement import __version__
from engagement.counting.counts import Counts
from engagement.log.doubts import doubts_in_words
from engagement.log.eventlog import EventLog
from engagement.report.citation import Citation, Reference, cite_report, digest_of, documents_of
from engagement.report.findings import surest_first
from engagement.report.listings import NotCounted
from engagement.report.panel import Panel
from engagement.report.sentences import headline_of, lead_of, sentences_of

__all__ = ["Contents"]

_UNITS = {"Y": "year", "Q": "quarter", "M": "month", "W": "week", "D": "day"}


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class Contents:
    """What a log or a table of counts says of change, before it is written in any form."""

    title: str
    """Of the page."""
    panels: tuple[Panel, ...] = field(repr=False)
    """The table that was asked for; then whole channels, where activities were counted."""
    source: EventLog | Counts = field(repr=False)
    """The log or the counts."""
    made_on: date
    """Its date."""
    settings: Mapping[str, object]
    """What was asked."""

    @property
    def log(self) -> EventLog | None:
        """The events, where they are known."""
        return self.panels[0].counts.log

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the events with their coverage, or of the counts."""
        return digest_of(self.source)

    @property
    def citation(self) -> Citation:
        """How to cite it."""
        return cite_report(self.title, self.made_on, self.digest)

    @cached_property
    def documents(self) -> list[Reference]:
        """The documents that the events name, those of most events first."""
        return documents_of(self.log)

    @property
    def unit(self) -> str:
        """What a period is called."""
        return _UNITS.get(self.panels[0].counts.freq, "period")

    @cached_property
    def findings(self) -> tuple[str, ...]:
        """What was found, in sentences: the headline, what follows it, and each change."""
        main = self.panels[0]
        told = [f"{headline_of(main.findings)}.", *lead_of(main.findings, fdr=main.changes.fdr)]
        for panel in self.panels:
            for finding in surest_first(panel.findings):
                told += sentences_of(finding, panel.changes, panel.initiator_of(finding))
        return tuple(told)

    @property
    def made_of(self) -> str:
        """What it was made of, in one line."""
        counts = self.panels[0].counts
        source = f"{self.source}"
        extent = ""
        if len(counts.periods):
            extent = f" Counted by {self.unit}, {counts.periods[0]} to {counts.periods[-1]}."
        return (
            f"{source[:1].upper()}{source[1:]}.{extent} Made on {self.made_on.isoformat()} with "
            f"engagement {__version__}; input SHA-256 {self.digest[:12]}."
        )

    @property
    def settings_told(self) -> tuple[str, ...]:
        """What was asked, one line per setting."""
        return tuple(f"{name}: {_written(value)}" for name, value in self.settings.items())

    @cached_property
    def notes(self) -> tuple[str, ...]:
        """What to know about the numbers, a sentence or more each."""
        main = self.panels[0]
        changes = main.changes
        notes = []
        if self.log is not None:
            notes.append(
                "What was observed is stated by the coverage of the log."
                if self.log.coverage.is_stated
                else "Coverage is not stated: every series is taken as observed from the period "
                "of the first event of the log to that of its last."
            )
            rest = NotCounted(counts=main.counts)
            duplicates = self.log.duplicates()
            n_counted = int(duplicates["id"].isin(rest.counted).sum())
            doubts = doubts_in_words(self.log.far_events(), duplicates, n_counted=n_counted)
            notes += [f"{note}." for note in doubts]
            notes += rest.notes
        notes += [
            (
                f"A change is the first observed {self.unit} of the new rate. Intervals are at "
                f"{100 * changes.level:g} %."
            ),
            (
                "The p-value is that of a test of a constant rate against any change; the q-value "
                "is the least false discovery rate at which the series counts as changed. Series "
                f"with a q-value of at most {changes.fdr:g} count as changed."
            ),
        ]
        drawn = max((verdict.n_imputations for verdict in changes.verdicts), default=0)
        if drawn:
            notes.append(
                "An event whose date may lie in several periods counts in each with a share; for "
                f"the changes such dates were drawn {drawn} times."
            )
        hidden = sum(panel.n_hidden for panel in self.panels)
        if hidden:
            why = "were never observed" if main.counts.coverage_stated else "have no event"
            notes.append(f"{hidden} combinations of labels {why} and are not shown.")
        return tuple(notes)


def _written(value: object) -> str:
    if isinstance(value, (tuple, list)):
        return ", ".join(map(_written, value))
    return "none" if value is None else str(value)
