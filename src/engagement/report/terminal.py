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
    RECORDED,
    surest_first,
)
from engagement.report.sentences import headline_of, told_others
from engagement.words.report import name_label, number_of, write_rate, write_side, write_span

if TYPE_CHECKING:
    from engagement.report.contents import Contents
    from engagement.report.findings import Finding, FoundChange
    from engagement.report.panel import Panel

__all__ = ["text_of"]

MOST_LINES = 12
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
        if is_main or everything:
            lines += _changes(panel, width, everything=everything)
        if is_main and (others := told_others(panel.findings)):
            lines += _filled(f"{'; '.join(others)}.", width)
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
    """Name the labels that all changes have in common, which the table omits."""
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
    """
    List the changes, a line each.

    Where such lines are too long, the labels of the axis with the fewest become headings, and
    where they still are, each change is a paragraph.
    """
    changed = surest_first(panel.findings)
    shown = [(finding, found) for finding in changed for found in finding.changes]
    more = 0 if everything else max(len(shown) - MOST_LINES, 0)
    shown = shown[: len(shown) - more]
    n_labels = {axis: len({one.axes[axis] for one in changed}) for axis in panel.axes}
    axes = [axis for axis, n in n_labels.items() if n > 1 or len(changed) == 1]
    lines = _lines(shown, axes, "", width)
    if len(axes) > 1 and _is_wider(lines, width):
        heading = min(axes, key=lambda axis: n_labels[axis])
        lines = _lines(shown, [axis for axis in axes if axis != heading], heading, width)
    if _is_wider(lines, width):
        rows = [[*_labels(finding, axes), *_cells(found)] for finding, found in shown]
        lines = [line for row in rows for line in _stacked(row, len(axes), width or 0)]
    if more:
        lines.append(f"... and {number_of(more, 'more change', 'more changes')}; --all lists them")
    return lines if shown else lines[1:]


def _is_wider(lines: list[str], width: int | None) -> bool:
    return width is not None and max(map(len, lines), default=0) > width


def _labels(finding: Finding, axes: list[str]) -> list[str]:
    return [visible(name_label(axis, finding.axes[axis])) for axis in axes]


def _lines(
    shown: list[tuple[Finding, FoundChange]], axes: list[str], heading: str, width: int | None
) -> list[str]:
    """Lay changes out as a table, by the labels of *heading* if there is one."""
    if heading:
        order = list(dict.fromkeys(finding.axes[heading] for finding, _ in shown))
        shown = sorted(shown, key=lambda pair: order.index(pair[0].axes[heading]))
    n_axes = len(axes)
    cells = [_cells(found) for _, found in shown]
    before = _sides([(one.before.events, one.before.years) for _, one in shown])
    after = _sides([(one.after.events, one.after.years) for _, one in shown])
    rows = [[*[""] * n_axes, "", "from", "before", "after", "date within", ""]]
    for place, (finding, _) in enumerate(shown):
        is_same = place > 0 and shown[place - 1][0] is finding
        labels = [""] * n_axes if is_same else _labels(finding, axes)
        sign, when, _, _, within, marks = cells[place]
        first = f"{before[place]} years" if not place else before[place]
        rows.append([*labels, sign, when, first, after[place], within, marks])
    head, *blocks = _aligned(rows, right={n_axes + 1}, n_labels=n_axes, width=width)
    lines, last = list(head), ""
    for (finding, _), block in zip(shown, blocks, strict=True):
        if heading and finding.axes[heading] != last:
            last = finding.axes[heading]
            lines.append(visible(name_label(heading, last)))
        lines += block
    return lines


def _sides(sides: list[tuple[float, float]]) -> list[str]:
    """Write raw counts and years below one another."""
    events, years = ([format_count(side[k]) for side in sides] for k in (0, 1))
    widths = [max(map(len, texts), default=0) for texts in (events, years)]
    return [
        f"{n.rjust(widths[0])} in {y.rjust(widths[1])}" for n, y in zip(events, years, strict=True)
    ]


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


def _cells(found: FoundChange) -> list[str]:
    """Write sign, date, both sides, interval and marks of a change."""
    change = found.change
    sign = "+" if found.change.is_rise else "-"
    low, high = str(change.date_low), str(change.date_high)
    within = low if low == high else f"{low}-{high}" if "-" not in low else f"{low} to {high}"
    return [
        sign,
        str(change.date),
        write_side(found.before.events, found.before.years),
        f"{format_count(found.after.events)} in {format_count(found.after.years)}",
        within,
        ", ".join(found.marks),
    ]


def _aligned(
    rows: list[list[str]], *, right: set[int], n_labels: int, width: int | None
) -> list[list[str]]:
    """
    Lay cells out in columns: some to the right, all others to the left.

    Returns
    -------
    list
        The lines of each row: one, or several where rows are wider than asked for, so that
        labels and the last column are broken.
    """
    last = len(rows[0]) - 1
    gaps = ["  " if place >= n_labels + 2 else " " for place in range(1, last + 1)] + [""]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    if not rows[0][last]:  # the heading before may stand over the last column, which has none
        widths[last - 1] = max((len(row[last - 1]) for row in rows[1:]), default=0)
    over = 0 if width is None else sum(widths) + len("".join(gaps)) - width
    longest = max(len(mark) + 1 for row in rows for mark in row[last].split(", "))
    if over > 0 and longest < widths[last]:  # several marks stand below one another
        over -= widths[last] - longest
        widths[last] = longest
    while over > 0 and max(widths[:n_labels], default=0) > _NARROWEST:
        widest = max(range(n_labels), key=lambda place: widths[place])
        cut = min(over, widths[widest] - _NARROWEST)
        widths[widest] -= cut
        over -= cut
    blocks = []
    for row in rows:
        lines = []
        parts = [
            textwrap.wrap(cell, max(widths[place], 1)) or [""]
            if place < n_labels or place == last
            else [cell]
            for place, cell in enumerate(row)
        ]
        for depth in range(max(map(len, parts))):
            cells = [part[depth] if depth < len(part) else "" for part in parts]
            line = "".join(
                (cell.rjust(size) if place in right else cell.ljust(size)) + gap
                for place, (cell, size, gap) in enumerate(zip(cells, widths, gaps, strict=True))
            )
            lines.append(line.rstrip())
        blocks.append(lines)
    return blocks


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
    blocks = _aligned([head, *rows], right={1, 2, 3}, n_labels=1, width=None)
    lines = [line for block in blocks for line in block]
    if width is None or max(map(len, lines)) <= width:
        return lines
    stacked = []
    for name, events, rate, p_value, observed, found in rows:
        told = [f"{events} events", rate and f"{rate} per year", p_value and f"p {p_value}"]
        text = f"  {', '.join(filter(None, [*told, observed]))}: {found}"
        stacked += [*_filled(name, width), *textwrap.wrap(text, width, subsequent_indent="    ")]
    return stacked
