"""The report as plain text for a terminal: what changed in few lines, the rest in numbers."""

from __future__ import annotations

import textwrap
from collections import Counter
from typing import TYPE_CHECKING

from engagement.counting.series import format_count
from engagement.display import visible
from engagement.log.eventlog import EventLog
from engagement.report.findings import (
    CHANGE,
    NO_CHANGE,
    RECORDED,
    TOO_FEW,
    UNEVEN,
    UNSURE,
    UP,
    surest_first,
)
from engagement.report.sentences import headline_of
from engagement.words.report import name_label, number_of, write_rate, write_span

if TYPE_CHECKING:
    from collections.abc import Iterable

    from engagement.report.contents import Contents
    from engagement.report.findings import Finding, FoundChange
    from engagement.report.panel import Panel

__all__ = ["text_of"]

MOST_LINES = 16
"""Changes of a table that are listed unless all are asked for."""

_NARROWEST = 12
"""Columns to which a label is narrowed where a line is short."""


def text_of(report: Contents, *, width: int | None, everything: bool) -> str:
    """
    Write a report in plain text.

    Parameters
    ----------
    report
        What is told of.
    width
        Columns of text; ``None`` breaks no line.
    everything
        Whether to list all series and the notes, or the changes only.
    """
    lines = [*_filled(report.title, width), *_filled(_events(report), width), ""]
    for panel in report.panels:
        is_main = panel is report.panels[0]
        lines += _filled(_counted(panel, is_main=is_main), width)
        lines += _changes(panel, width, everything=everything)
        if is_main:
            lines += _filled(_rest(panel.findings), width)
        if everything:
            lines += ["", *_others(panel, width)]
        lines.append("")
    if everything:
        for note in report.notes:
            lines += _filled(note, width)
    return "\n".join(lines).rstrip("\n")


def _filled(text: str, width: int | None) -> list[str]:
    clean = visible(text)
    if width is None:
        return [clean]
    return textwrap.wrap(clean, max(width, 20), break_on_hyphens=False) or [""]


def _events(report: Contents) -> str:
    log = report.source
    if not isinstance(log, EventLog):
        return f"{log}"
    counted = Counter(str(event.channel) for event in log)
    told = ", ".join(f"{n} {channel}" for channel, n in counted.most_common())
    return f"{number_of(len(log), 'event')}: {told}" if told else "0 events"


def _counted(panel: Panel, *, is_main: bool) -> str:
    findings = panel.findings
    n_tested = sum(one.is_tested for one in findings)
    n_changed = sum(one.verdict == CHANGE for one in findings)
    if not n_tested:
        return headline_of(findings)
    told = f"{n_changed} of {number_of(n_tested, 'series', 'series')} changed"
    if not is_main:
        return f"{panel.heading}: {told}"
    own = _constant(panel)
    return f"{told} (false discovery rate {100 * panel.changes.fdr:g} %){own}"


def _constant(panel: Panel) -> str:
    """Name the labels that all changes have in common, which the table leaves out."""
    changed = [one for one in panel.findings if one.changes]
    if len(changed) < 2:
        return ""
    common = [
        name_label(axis, changed[0].axes[axis])
        for axis in panel.axes
        if len({one.axes[axis] for one in changed}) == 1
    ]
    return f", all {', '.join(common)}" if common else ""


def _changes(panel: Panel, width: int | None, *, everything: bool) -> list[str]:
    changed = surest_first(panel.findings)
    if not changed:
        return []
    axes = [
        axis
        for axis in panel.axes
        if len(changed) == 1 or len({one.axes[axis] for one in changed}) > 1
    ]
    rows: list[list[str]] = []
    for finding in changed:
        for place, found in enumerate(finding.changes):
            labels = [visible(name_label(axis, finding.axes[axis])) for axis in axes]
            own = labels if not place else [""] * len(labels)
            rows.append([*own, *_cells(found, is_first=not rows)])
    more = 0
    if not everything and len(rows) > MOST_LINES:
        more = len(rows) - MOST_LINES
        rows = rows[:MOST_LINES]
    n_axes = len(axes)
    columns = list(zip(*rows, strict=True))
    before = [" ".join(cells).rstrip() for cells in _joined(columns[n_axes + 2 : n_axes + 6])]
    after = [" ".join(cells) for cells in _joined(columns[n_axes + 6 : n_axes + 9])]
    rows = [
        [*row[: n_axes + 2], before[k], after[k], *row[n_axes + 9 :]] for k, row in enumerate(rows)
    ]
    head = [*[""] * n_axes, "", "from", "before", "after", "date within", ""]
    lines = _aligned([head, *rows], right={n_axes + 1}, n_labels=n_axes, width=width)
    if width is not None and max(map(len, lines)) > width:
        lines = [line for row in rows for line in _stacked(row, n_axes, width)]
    if more:
        lines.append(f"... and {number_of(more, 'more change', 'more changes')}; --all lists them")
    return lines


def _stacked(row: list[str], n_axes: int, width: int) -> list[str]:
    """Write a row as a paragraph, where a line is too short for the table."""
    sign, date, before, after, within, marks = row[n_axes:]
    sides = " ".join(f"{before} to {after}".split())
    told = f"{sign} {date}: {sides}, date within {within}"
    return [
        *(_filled(" ".join(row[:n_axes]), width) if any(row[:n_axes]) else []),
        *textwrap.wrap(f"{told}, {marks}" if marks else told, width, initial_indent="  ",
                       subsequent_indent="    "),
    ]  # fmt: skip


def _joined(columns: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Bring the cells of each column to one width, and put those of a row together."""
    widths = [max(map(len, column)) for column in columns]
    return [
        tuple(cell.rjust(size) for cell, size in zip(cells, widths, strict=True))
        for cells in zip(*columns, strict=True)
    ]


def _cells(found: FoundChange, *, is_first: bool) -> list[str]:
    change = found.change
    sign = "?" if found.direction == UNSURE else "+" if found.direction == UP else "-"
    low, high = str(change.date_low), str(change.date_high)
    within = low if low == high else f"{low}-{high}" if "-" not in low else f"{low} to {high}"
    return [
        sign,
        str(change.date),
        *(format_count(found.before.events), "in", format_count(found.before.years)),
        "years" if is_first else "",
        *(format_count(found.after.events), "in", format_count(found.after.years)),
        within,
        ", ".join(found.marks),
    ]


def _aligned(
    rows: list[list[str]], *, right: set[int], n_labels: int, width: int | None
) -> list[str]:
    """
    Lay cells out in columns: some to the right, all others to the left.

    Where a row is wider than asked for, its labels are broken into several lines.
    """
    last = len(rows[0]) - 1
    gaps = ["  " if place >= n_labels + 2 else " " for place in range(1, last + 1)] + [""]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    if not rows[0][last]:  # the heading before may stand over the last column, which has none
        widths[last - 1] = max((len(row[last - 1]) for row in rows[1:]), default=0)
    over = 0 if width is None else sum(widths) + len("".join(gaps)) - width
    while over > 0 and max(widths[:n_labels], default=0) > _NARROWEST:
        widest = max(range(n_labels), key=lambda place: widths[place])
        cut = min(over, widths[widest] - _NARROWEST)
        widths[widest] -= cut
        over -= cut
    lines = []
    for row in rows:
        parts = [
            textwrap.wrap(cell, max(widths[place], 1)) or [""] if place < n_labels else [cell]
            for place, cell in enumerate(row)
        ]
        for depth in range(max(map(len, parts))):
            cells = [part[depth] if depth < len(part) else "" for part in parts]
            line = "".join(
                (cell.rjust(size) if place in right else cell.ljust(size)) + gap
                for place, (cell, size, gap) in enumerate(zip(cells, widths, gaps, strict=True))
            )
            lines.append(line.rstrip())
    return lines


def _rest(findings: Iterable[Finding]) -> str:
    counted = Counter(one.verdict for one in findings)
    told = []
    if n := counted[UNEVEN]:
        told.append(f"{n} more {'is' if n == 1 else 'are'} uneven without a dated change")
    if n := counted[NO_CHANGE]:
        told.append(f"{n} did not change")
    if n := counted[TOO_FEW]:
        told.append(f"{n} {'has' if n == 1 else 'have'} too few events")
    if n := counted[RECORDED]:
        told.append(f"{n} {'is' if n == 1 else 'are'} recorded but not systematically covered")
    return f"{'; '.join(told)}." if told else ""


def _others(panel: Panel, width: int | None) -> list[str]:
    """List the series without a dated change, each in a line."""
    rows: list[list[str]] = []
    for one in panel.findings:
        if one.verdict == CHANGE:
            continue
        tested = one.tested
        has_rate = tested.exposure_years > 0
        rows.append(
            [
                visible(one.name),
                format_count(one.events),
                write_rate(tested.rate) if has_rate else "",
                f"{tested.p_value:.2g}" if one.is_tested else "",
                write_span(tested.observed_from, tested.observed_to) if has_rate else "",
                "recorded, no rate" if one.verdict == RECORDED else one.verdict,
            ]
        )
    if not rows:
        return []
    head = ["", "events", "per year", "p", "observed", "found"]
    lines = _aligned([head, *rows], right={1, 2, 3}, n_labels=1, width=None)
    if width is None or max(map(len, lines)) <= width:
        return lines
    stacked = []
    for name, events, rate, p_value, observed, found in rows:
        told = [f"{events} events", rate and f"{rate} per year", p_value and f"p {p_value}"]
        text = f"  {', '.join(filter(None, [*told, observed]))}: {found}"
        stacked += [*_filled(name, width), *textwrap.wrap(text, width, subsequent_indent="    ")]
    return stacked
