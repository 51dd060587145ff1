"""What was recorded and what was observed: by country and channel, and day by day."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from engagement.events.axes import labels_of
from engagement.report.findings import CHANGE, RECORDED
from engagement.report.markup import escape, head_of, table_of
from engagement.report.timeline import draw_mark, mark_in_words
from engagement.values.vocabulary import NONE_LABEL, Channel, Status
from engagement.words.report import name_label, number_of, write_side

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from engagement.events.coverage import Coverage
    from engagement.log.eventlog import EventLog
    from engagement.report.findings import Finding
    from engagement.report.panel import Panel

__all__ = ["channel_table", "coverage_table", "records_picture"]

Key = tuple[str, str, str]

_STATED = (
    *("country", "channel", "activity", "basis", "since", "until"),
    *("completeness", "note", "source"),
)
"""Columns of a statement of coverage, of which those are shown that say something."""


def channel_table(panels: Sequence[Panel]) -> str:
    """
    Write one row per country and one column per channel: what was counted, observed, and found.

    Parameters
    ----------
    panels
        The table by country, channel and activity, and that of the channels in all, if any.
    """
    cells: dict[tuple[str, str], list[Finding]] = {}
    for finding in panels[0].findings:
        cells.setdefault((finding.axes["country"], finding.axes["channel"]), []).append(finding)
    totals = {
        (one.axes["country"], one.axes["channel"]): one
        for panel in panels[1:]
        for one in panel.findings
    }
    rows = []
    for country in dict.fromkeys(country for country, _ in cells):
        texts = "".join(
            f'<td data-h="{channel}">'
            f"{_cell(cells.get((country, str(channel)), []), totals.get((country, str(channel))))}"
            "</td>"
            for channel in Channel
        )
        name = escape(name_label("country", country))
        rows.append(f'<tr><th scope="row">{name}</th>{texts}</tr>')
    return (
        f'<table class="cards">{head_of(["country", *map(str, Channel)])}'
        f"<tbody>{''.join(rows)}</tbody></table>"
    )


def _cell(findings: list[Finding], total: Finding | None) -> str:
    covered = [one for one in findings if one.verdict != RECORDED]
    recorded = [one for one in findings if one.verdict == RECORDED]
    lines = []
    if len(covered) > 1 and total is not None and total.verdict != RECORDED:
        lines.append(f"all: {_told(total)}")
    lines += [f"{escape(name_label('activity', one.axes['activity']))}: {_told(one)}"
              for one in covered]  # fmt: skip
    if recorded:
        names = ", ".join(
            f"{one.events} ({name_label('activity', one.axes['activity'])})" for one in recorded
        )
        lines.append(f'<span class="quiet">recorded, not systematically covered: at least '
                     f"{escape(names)}; no rate</span>")  # fmt: skip
    return "<br>".join(lines) or '<span class="quiet">not observed</span>'


def _told(finding: Finding) -> str:
    told = escape(write_side(finding.events, finding.tested.exposure_years))
    if finding.verdict != CHANGE:
        return told
    marks = "".join(
        f' <span class="key"><svg viewBox="0 0 14 14" role="img" '
        f'aria-label="{escape(mark_in_words(found))}">{draw_mark(7, 7, found)}</svg></span> '
        f"{found.change.date}"
        for found in finding.changes
    )
    return told + marks


def coverage_table(stated: Coverage) -> str:
    """Write the statements of coverage as a table."""
    if not stated.is_stated:
        return "<p>Coverage is not stated.</p>"
    rows = stated.to_rows()
    columns = [name for name in _STATED if any(row.get(name) not in {None, ""} for row in rows)]
    cells = ([escape("" if row[name] is None else row[name]) for name in columns] for row in rows)
    return (
        f"<details><summary>Coverage as stated, {number_of(len(rows), 'line')}</summary>"
        f"{table_of(columns, cells)}</details>"
    )


def records_picture(log: EventLog) -> str:
    """
    Draw one row per country, channel and activity: what was observed, and every event by its date.

    Parameters
    ----------
    log
        All of it is drawn: an event stands in the row of each of its countries, at the middle
        of what its date may be. Each country is a picture of its own, so that none is split
        in print.
    """
    days: dict[Key, list[float]] = {}
    for event in log:
        start, end = event.date.start_day, event.date.end_day
        if event.status is not Status.RECORDED or start is None or end is None:
            continue
        for country in labels_of(event, "country"):
            key = (country, str(event.channel), str(event.activity))
            days.setdefault(key, []).append((start + end) / 2)
    spans = log.coverage.merged
    keys = set(days) | set(spans)
    ends = [day for own in days.values() for day in own]
    ends += [day for own in spans.values() for span in own for day in span]
    if not keys or not ends:
        return "<p>There is nothing to draw.</p>"
    order = {str(channel): place for place, channel in enumerate(Channel)}
    groups: dict[str, list[Key]] = {}
    for key in sorted(keys, key=lambda one: (one[0] == NONE_LABEL, one[0], order[one[1]], one[2])):
        groups.setdefault(key[0], []).append(key)
    return "".join(
        _country(country, own, days, spans, (min(ends), max(ends)))
        for country, own in groups.items()
    )


def _country(
    country: str,
    keys: list[Key],
    days: dict[Key, list[float]],
    spans: Mapping[Key, tuple[tuple[int, int], ...]],
    extent: tuple[float, float],
) -> str:
    left, width, step = 190, 680, 13
    first, last = extent
    scale = (width - left - 6) / max(last - first, 1)
    height = step * len(keys) + 16
    name = name_label("country", country)
    parts = [
        f'<div class="block"><h3>{escape(name)}</h3>',
        f'<svg class="records" viewBox="0 0 {width} {height}" role="img" ',
        f'aria-label="Coverage and events of {escape(name)}">',
    ]
    for place, key in enumerate(keys):
        y = step * place + 2
        own = days.get(key, [])
        for start, end in spans.get(key, ()):
            parts.append(
                f'<rect class="covered" x="{left + (start - first) * scale:.1f}" y="{y}" '
                f'width="{(end - start) * scale:.1f}" height="{step - 3}"/>'
            )
        ticks = "".join(
            f"M{left + (day - first) * scale:.1f} {y + 1}v{step - 5}" for day in sorted(own)
        )
        parts.append(f'<path class="tick" d="{ticks}"/>' if ticks else "")
        label = f"{key[1]} {name_label('activity', key[2])} {len(own)}"
        parts.append(
            f'<text class="y" x="{left - 6}" y="{y + step / 2 - 1}">{escape(label)}</text>'
        )
    parts += _years(first, last, left, scale, height)
    return "".join([*parts, "</svg></div>"])


def _years(first: float, last: float, left: float, scale: float, height: float) -> list[str]:
    low, high = date.fromordinal(max(int(first), 1)).year, date.fromordinal(int(last)).year
    jump = next(s for s in (1, 2, 5, 10, 20, 50, 100, 1000, 10_000) if (high - low + 1) / s <= 10)
    years = [year for year in range(low + 1, high + 1) if year % jump == 0]
    return [
        f'<text class="x" x="{left + (date(year, 1, 1).toordinal() - first) * scale:.1f}" '
        f'y="{height - 3}">{year}</text>'
        for year in years
    ]
