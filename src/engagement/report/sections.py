"""The sections of the page in their order: what changed, timelines, channels, and the rest."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from attrs import Factory, define

from engagement import __version__
from engagement.counting.series import format_count
from engagement.progress import watched
from engagement.report.bars import MOST_ROWS, BarRows
from engagement.report.evidence import COLUMNS
from engagement.report.findings import (
    CHANGE,
    RECORDED,
    TOO_FEW,
    UNOBSERVED,
    Finding,
    FoundChange,
    surest_first,
)
from engagement.report.markup import escape, head_of, table_of
from engagement.report.records import channel_table, coverage_table, records_picture
from engagement.report.sentences import (
    headline_of,
    lead_of,
    measured_coverage_of,
    sentences_of,
    told_numbers,
)
from engagement.report.timeline import HATCH, draw_mark, draw_strip, draw_timeline, mark_in_words
from engagement.words.report import (
    name_label,
    name_series,
    number_of,
    write_chance,
    write_rate,
    write_ratio,
    write_side,
    write_span,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from engagement.report.contents import Contents
    from engagement.report.panel import Panel

__all__ = ["MOST_FIGURES", "Sections"]

MOST_FIGURES = 100
"""Figures beyond which a page begins with those of changes only, and draws less of each."""

_SECTIONS = (
    ("changed", "What changed"),
    ("timelines", "Timelines"),
    ("channels", "By country and channel"),
    ("same", "No change found"),
    ("basis", "What this rests on"),
    ("cite", "How to cite"),
)


def _paragraphs(texts: Iterable[str]) -> str:
    return "".join(f"<p>{escape(text)}</p>" for text in texts)


def _items(texts: Iterable[str]) -> str:
    return f"<ul>{''.join(f'<li>{escape(text)}</li>' for text in texts)}</ul>"


@define
class Sections:
    """The parts of the page in their order."""

    report: Contents
    tables: tuple[str, ...]
    rows: BarRows = Factory(
        lambda self: BarRows(
            is_packed=sum(panel.n_rows for panel in self.report.panels) > MOST_ROWS
        ),
        takes_self=True,
    )

    @property
    def _main(self) -> Panel:
        return self.report.panels[0]

    def body(self) -> str:
        """Return all between the tags of the body."""
        parts = {
            "changed": self._changed(),
            "timelines": self._timelines(),
            "channels": self._channels(),
            "same": self._same(),
            "basis": self._basis(),
            "cite": self._cite(),
        }
        links = "".join(
            f'<li><a href="#{key}">{heading}</a></li>' for key, heading in _SECTIONS if parts[key]
        )
        sections = "".join(
            f'<section id="{key}"><h2>{self._heading(key, heading)}</h2>{parts[key]}</section>'
            for key, heading in _SECTIONS
            if parts[key]
        )
        return (
            f'{HATCH}<header><p class="title">{escape(self.report.title)}</p>'
            f"<h1>{escape(headline_of(self._main.findings))}</h1>"
            f'<div class="lead">{_paragraphs(self._lead())}</div>'
            f'<p class="quiet">{escape(self.report.made_of)}</p>'
            f'<nav aria-label="Contents"><ul>{links}{self._files()}</ul></nav></header>'
            f"<main>{sections}</main>{self._panel()}{self.rows.packed()}"
        )

    def _heading(self, key: str, heading: str) -> str:
        return f"{heading}, surest first" if key == "changed" else heading

    def _lead(self) -> tuple[str, ...]:
        return lead_of(self._main.findings, fdr=self._main.changes.fdr)

    def _files(self) -> str:
        return "".join(f'<li><a href="{name}">{name}</a></li>' for name in self.tables)

    def _panel(self) -> str:
        return (
            '<aside id="panel" class="panel" tabindex="-1" aria-label="Events behind a bar" hidden>'
            '<button type="button">Close (Esc)</button><h2></h2>'
            f'<table class="cards">{head_of(COLUMNS)}<tbody></tbody></table></aside>'
        )

    # What changed

    def _changed(self) -> str:
        parts = []
        for panel in self.report.panels:
            changed = surest_first(panel.findings)
            if panel is not self._main:
                parts.append(f"<h3>{escape(panel.heading)}</h3>")
                parts.append(_paragraphs([told_numbers(panel.findings, fdr=panel.changes.fdr)]))
            if changed:
                parts.append(self._changes_table(panel, changed))
        if any(panel.changes for panel in self.report.panels):
            parts.append(self._legend())
            parts += [self._simulated(), self._sentences()]
        else:
            parts.append("<p>Nothing was found to have changed.</p>")
        return "".join(parts)

    def _changes_table(self, panel: Panel, changed: Sequence[Finding]) -> str:
        level = f"{100 * panel.changes.level:g}\N{NO-BREAK SPACE}%"
        periods = panel.counts.periods
        columns = [
            *("series", "change", f"date within ({level})", f"{periods[0]} to {periods[-1]}"),
            *("before", "after", f"rate ratio ({level})", "q-value", "caution"),
        ]
        kinds = ["", "tight", "tight", "", "tight", "tight", "number", "number", ""]
        rows = [
            self._change_row(panel, finding, found)
            for finding in changed
            for found in finding.changes
        ]
        return f'<div class="wide">{table_of(columns, rows, kinds)}</div>'

    def _change_row(self, panel: Panel, finding: Finding, found: FoundChange) -> list[str]:
        change = found.change
        word = "rose" if change.is_rise else "fell"
        mark = f'<svg viewBox="0 0 14 14" aria-hidden="true">{draw_mark(7, 7, found)}</svg>'
        return [
            f'<a href="#{panel.key}{finding.number}">{escape(finding.name)}</a>',
            f'<span class="key">{mark}</span> {change.date}, {word}',
            escape(write_span(change.date_low, change.date_high)),
            draw_strip(finding, found, panel.counts.periods),
            write_side(found.before.events, found.before.years),
            write_side(found.after.events, found.after.years),
            (
                f"{write_ratio(change.ratio)} ({write_ratio(change.ratio_low)} to "
                f"{write_ratio(change.ratio_high)})"
            ),
            write_chance(finding.tested.q_value, finding.tested.n_draws),
            escape(", ".join(found.marks)),
        ]

    def _legend(self) -> str:
        unit = self.report.unit
        return (
            f'<p class="note">Before and after: events counted in the years observed. A change is '
            f"the first {unit} of the new rate; the thick line is the interval of that {unit}. "
            "A triangle points up or down; it is hollow where the change rests on an empty start "
            "of observation and is not found without it. Trend: the counts drift rather than "
            "step, so the date says little. Burst or lull: two changes that lead to another "
            "rate and back.</p>"
        )

    def _simulated(self) -> str:
        every = [one for panel in self.report.panels for one in panel.findings]
        told = _paragraphs(measured_coverage_of(every))
        summary = "How often such intervals contain the truth"
        return f"<details class=kept><summary>{summary}</summary>{told}</details>" if told else ""

    def _sentences(self) -> str:
        texts = [
            text
            for panel in self.report.panels
            for finding in surest_first(panel.findings)
            for text in sentences_of(finding, panel.changes, panel.initiator_of(finding))
        ]
        return (
            f"<details><summary>In words: {number_of(len(texts), 'sentence')} to quote</summary>"
            f"{_items(texts)}</details>"
        )

    # Timelines

    def _timelines(self) -> str:
        n_figures = sum(len(panel.findings) for panel in self.report.panels)
        if not n_figures:
            return ""
        is_light = n_figures > MOST_FIGURES
        changed = any(one.changes for panel in self.report.panels for one in panel.findings)
        parts = [self._filters(begins_with_changes=is_light and changed), self._caption()]
        for panel in self.report.panels:
            if panel is not self._main:
                parts.append(f'<h3 class="screen">{escape(panel.heading)}</h3>')
            groups: dict[str, list[Finding]] = {}
            for finding in panel.findings:
                groups.setdefault(_group_of(finding), []).append(finding)
            if all(len(group) == 1 for group in groups.values()):  # a grid of all is clearer
                groups = {"": list(panel.findings)}
            ordered = sorted(groups.items(), key=lambda pair: _is_bare(pair[1]))
            for name, group in watched(ordered, "drawing", at_least=20):
                parts.append(self._group(panel, name, group, is_light=is_light))
        return "".join(parts)

    def _group(self, panel: Panel, name: str, group: list[Finding], *, is_light: bool) -> str:
        """Draw the series of one country; those without coverage one click away."""
        covered = [one for one in group if one.verdict != RECORDED]
        recorded = [one for one in group if one.verdict == RECORDED]
        head = f"<h3>{escape(name)}</h3>" if name else ""
        parts = [
            f'<div class="group">'
            f"{''.join(self._figure(panel, one, name, is_light=is_light) for one in own)}</div>"
            for own in (covered, recorded)
        ]
        if recorded:
            series = number_of(len(recorded), "series", "series")
            parts[1] = (
                f"<details{'' if covered else ' open'}><summary>Recorded, not systematically "
                f"covered: {series}</summary>{parts[1]}</details>"
            )
        shown = [part for part, own in zip(parts, (covered, recorded), strict=True) if own]
        kind = "grouped screen" if _is_bare(group) else "grouped"
        return f'<div class="{kind}">{head}{"".join(shown)}</div>'

    def _filters(self, *, begins_with_changes: bool) -> str:
        selects = []
        for axis, labels in self._labels.items():
            options = "".join(
                f'<option value="{escape(label)}">{escape(name_label(axis, label))}</option>'
                for label in labels
            )
            selects.append(
                f"<label>{escape(axis)}<select><option value=''>all</option>{options}</select>"
                "</label>"
            )
        checked = " checked" if begins_with_changes else ""
        return (
            f'<form id="filters" class="filters" hidden>{"".join(selects)}'
            f'<label><input type="checkbox"{checked}> changes only</label>'
            '<output class="quiet" aria-live="polite"></output></form>'
        )

    @property
    def _labels(self) -> dict[str, list[str]]:
        """The labels of each axis that has several, in their order."""
        known: dict[str, dict[str, None]] = {axis: {} for axis in self._main.axes}
        for panel in self.report.panels:
            for finding in panel.findings:
                for axis, own in known.items():
                    if axis in finding.axes:
                        own[finding.axes[axis]] = None
        return {axis: list(own) for axis, own in known.items() if len(own) > 1}

    def _caption(self) -> str:
        unit = self.report.unit
        told = [
            (
                f"Bars: events counted in each {unit}. Line and shading: events per {unit} as "
                f"estimated, with {100 * self._main.changes.level:g} % band. Hatched: not "
                f"observed. Dashed outline: the count of a whole {unit} at the same rate, where "
                "only a part was observed. Each figure has its own scale."
            )
        ]
        if any(one.verdict == RECORDED for one in self._main.findings):
            told.append(
                "Dashed bars with numbers: recorded, not systematically covered, so no rate can "
                "be given."
            )
        if any(panel.n_rows for panel in self.report.panels):
            told.append("Choose a bar to see the events behind it and where each stands in "
                        "its source; arrow keys go from bar to bar.")  # fmt: skip
        if self.rows.is_packed:
            n_rows = sum(panel.n_rows for panel in self.report.panels)
            told.append(
                f"To keep the page small, its {n_rows:,} rows of events are packed and shown by "
                "the page's script; without the script, read them in events.csv."
            )
        return f'<p class="note">{escape(" ".join(told))}</p>'

    def _figure(self, panel: Panel, finding: Finding, group: str, *, is_light: bool) -> str:
        picture = draw_timeline(
            finding,
            panel.bands.get(finding.number),
            lambda place: self.rows.address(panel, finding, place),
            is_light=is_light,
        )
        own = [finding.axes.get(axis, "") for axis in self._labels]
        rest = {axis: label for axis, label in finding.axes.items() if axis != "country"}
        name = name_series(rest) if group and "country" in finding.axes else finding.name
        changed = " data-changed" if finding.changes else ""
        return (
            f'<figure id="{panel.key}{finding.number}" data-labels="{escape(json.dumps(own))}" '
            f'data-name="{escape(finding.name)}"{changed}><figcaption>'
            f"<b>{escape(name[:1].upper() + name[1:])}</b><span>{escape(_told(finding))}</span>"
            f"</figcaption>{picture}{self.rows.listed(panel, finding)}</figure>"
        )

    # The rest

    def _channels(self) -> str:
        if not {"country", "channel", "activity"} <= set(self._main.axes):
            return ""
        note = (
            "Events in the years observed; a mark has the date of a change. All activities of a "
            "channel together are counted only while each of them was observed."
        )
        return f'<p class="note">{note}</p>{channel_table(self.report.panels)}'

    def _same(self) -> str:
        others = [
            (panel, one)
            for panel in self.report.panels
            for one in panel.findings
            if one.verdict != CHANGE
        ]
        parts = []
        for told, own in (
            (
                "without a dated change",
                [pair for pair in others if pair[1].verdict != RECORDED],
            ),
            (RECORDED, [pair for pair in others if pair[1].verdict == RECORDED]),
        ):
            if own:
                summary = f"{number_of(len(own), 'series', 'series')} {told}"
                kind = " class=kept" if told != RECORDED else ""
                table = table_of(_OTHERS, [_other_row(*pair) for pair in own], _OTHER_KINDS)
                parts.append(f"<details{kind}><summary>{summary}</summary>{table}</details>")
        return "".join(parts)

    def _basis(self) -> str:
        log = self.report.log
        parts = [_items(self.report.notes), "<h3>Settings</h3>", _items(self.report.settings_told)]
        if self.tables:
            parts.append(f"<p>Tables beside this page:</p><ul>{self._files()}</ul>")
        if log is not None:
            parts += ["<h3>Coverage</h3>", coverage_table(log.coverage)]
            parts.append(
                "<details><summary>All records, day by day</summary>"
                '<p class="note">Grey: observed. A tick: an event, at the middle of what its '
                "date may be; the number counts them.</p>"
                f"{records_picture(log)}</details>"
            )
        return "".join(parts)

    def _cite(self) -> str:
        citation = self.report.citation
        sources = [document.text() for document in self.report.documents[:50]]
        told = "<h3>Sources of the events</h3>" + _items(sources) if sources else ""
        bibtex = "\n".join(map(escape, citation.bibtex().split("\n")))
        return (
            f'<div class="breaks">{_paragraphs(one.text() for one in citation.references)}</div>'
            f"<pre>{bibtex}</pre>{told}"
            f'<p class="quiet">Made with engagement {escape(__version__)}.</p>'
        )


_OTHERS = ("series", "found", "events", "observed", "per year", "p-value", "q-value")
_OTHER_KINDS = ("", "", "number", "tight", "number", "number", "number")


def _other_row(panel: Panel, one: Finding) -> list[str]:
    tested = one.tested
    has_rate = tested.exposure_years > 0
    span = write_span(tested.observed_from, tested.observed_to)
    chances = (tested.p_value, tested.q_value)
    return [
        f'<a href="#{panel.key}{one.number}">{escape(one.name)}</a>',
        escape(one.verdict),
        format_count(one.events),
        escape(span) if has_rate else "",
        write_rate(tested.rate) if has_rate else "",
        *(write_chance(value, tested.n_draws) if one.is_tested else "" for value in chances),
    ]


def _group_of(finding: Finding) -> str:
    if "country" in finding.axes:
        return name_label("country", finding.axes["country"])
    axes = list(finding.axes.items())
    return name_label(*axes[0]) if len(axes) > 1 else ""


def _is_bare(group: Sequence[Finding]) -> bool:
    """Tell whether none of some series is systematically covered."""
    return all(one.verdict == RECORDED for one in group)


def _told(finding: Finding) -> str:
    """Say below the name of a figure what was found."""
    if finding.changes:
        return "; ".join(
            f"{found.change.date} ({write_span(found.change.date_low, found.change.date_high)}): "
            f"{mark_in_words(found)}, {write_side(found.before.events, found.before.years)} to "
            f"{write_side(found.after.events, found.after.years)}"
            for found in finding.changes
        )
    if finding.verdict == RECORDED:
        told = number_of(finding.events, "event")
        return f"at least {told}: recorded, not systematically covered; no rate"
    told = f"{finding.verdict}; {write_side(finding.events, finding.tested.exposure_years)}"
    return (
        told
        if finding.verdict in {TOO_FEW, UNOBSERVED}
        else (f"{told}, {write_rate(finding.tested.rate)} per year")
    )
