"""The report as one page of HTML that needs no other file."""

from __future__ import annotations

import base64
from html import escape
from typing import TYPE_CHECKING

from engagement import __version__
from engagement.values.places import country_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from engagement.events.coverage import Coverage
    from engagement.log.eventlog import EventLog
    from engagement.report.panel import Panel

__all__ = ["page_of"]

MOST_EVENTS = 2000
"""Events that the page lists; beyond it says how many more there are."""

_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; color: #1a1a1a; background: #fff;
       max-width: 74rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.6rem; margin-bottom: .2rem; } h2 { font-size: 1.2rem; margin-top: 2.2rem; }
table { border-collapse: collapse; font-size: .85rem; margin: 1rem 0; }
th, td { text-align: left; padding: .25rem .5rem; border-bottom: 1px solid #ddd;
         vertical-align: top; }
th { border-bottom: 2px solid #1a1a1a; white-space: nowrap; }
td.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
td.word { white-space: nowrap; } p { max-width: 60rem; }
tr.found td { font-weight: 600; }
img { max-width: 100%; height: auto; display: block; margin: 1rem 0; }
.notes { color: #555; font-size: .9rem; } .wide { overflow-x: auto; }
details { margin: .5rem 0; } summary { cursor: pointer; }
"""

_NUMBERS = {"events", "per year", "before, after", "rate ratio", "p", "q"}


def page_of(
    *,
    title: str,
    log: EventLog,
    panels: Sequence[Panel],
    notes: Iterable[str],
    timelines: Mapping[str, bytes],
    overview: bytes | None = None,
    records: bytes | None = None,
) -> str:
    """
    Make the page.

    Parameters
    ----------
    title
        Of the page.
    log
        The events and their coverage.
    panels
        Tables of counts, each with what changed in it.
    notes
        What every number rests on.
    timelines
        PNG by country label.
    overview
        PNG of all changes.
    records
        PNG of coverage and events.

    Returns
    -------
    str
        A whole document; every text that came from the data is escaped.
    """
    parts = [f"<h1>{escape(title)}</h1>", f'<p class="notes">{escape(str(log))}</p>']
    for panel in panels:
        parts.append(f"<h2>{escape(panel.heading)}</h2>")
        parts += [f"<p>{escape(text)}</p>" for text in panel.headline]
        if overview is not None and panel is panels[0]:
            parts.append(_image(overview, "Every change with the interval of its date"))
        parts += [_table(panel), _sentences(panel)]
    parts += ["<h2>What this rests on</h2>", _list(notes, "notes")]
    if timelines:
        parts.append("<h2>Timelines</h2>")
        parts.append(
            '<p class="notes">Bars: events per year as counted. Line: mean intensity over all '
            "segmentations, with its band. Diamond and bar above: a change and the interval "
            "of its date. Hatched: not observed.</p>"
        )
    parts += [
        _image(picture, f"Timeline of {country_name(label)}")
        for label, picture in timelines.items()
    ]
    parts.append("<h2>What was recorded, and what was observed</h2>")
    if records is not None:
        parts.append(_image(records, "Coverage and events by country and activity"))
    parts += [_coverage(log.coverage), _events(log)]
    body = "\n".join(parts)
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        f'{body}\n<p class="notes">Made by engagement {escape(__version__)}.</p>\n'
        "</body>\n</html>\n"
    )


def _image(picture: bytes, told: str) -> str:
    data = base64.b64encode(picture).decode()
    return f'<img src="data:image/png;base64,{data}" alt="{escape(told, quote=True)}">'


def _sentences(panel: Panel) -> str:
    texts = panel.sentences
    if not texts:
        return ""
    summary = f"In words: {len(texts)} sentences to quote"
    return f"<details open><summary>{summary}</summary>{_list(texts)}</details>"


def _list(texts: Iterable[str], kind: str = "") -> str:
    items = "".join(f"<li>{escape(text)}</li>" for text in texts)
    return f'<ul class="{kind}">{items}</ul>' if kind else f"<ul>{items}</ul>"


def _table(panel: Panel) -> str:
    rows = panel.rows
    if not rows:
        return "<p>Nothing was observed.</p>"
    head = "".join(f"<th>{escape(column)}</th>" for column in rows[0])
    lines = []
    for row in rows:
        cells = "".join(
            f'<td class="number">{escape(text)}</td>'
            if column in _NUMBERS
            else f'<td class="word">{escape(text)}</td>'
            for column, text in row.items()
        )
        found = ' class="found"' if row["interval"] else ""
        lines.append(f"<tr{found}>{cells}</tr>")
    return f'<div class="wide"><table><tr>{head}</tr>{"".join(lines)}</table></div>'


def _plain_table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    head = "".join(f"<th>{escape(column)}</th>" for column in columns)
    lines = ("<tr>" + "".join(f"<td>{escape(text)}</td>" for text in row) + "</tr>" for row in rows)
    return f'<div class="wide"><table><tr>{head}</tr>{"".join(lines)}</table></div>'


def _coverage(stated: Coverage) -> str:
    if not stated.is_stated:
        return "<p>Not stated.</p>"
    columns = ["country", "channel", "activity", "since", "until", "completeness", "note", "source"]
    rows = [
        ["" if row[column] is None else str(row[column]) for column in columns]
        for row in stated.to_rows()
    ]
    table = _plain_table(columns, rows)
    return f"<details><summary>Coverage as stated, {len(rows)} lines</summary>{table}</details>"


def _events(log: EventLog) -> str:
    rows = [
        [
            str(event.date),
            str(event),
            "; ".join(filter(None, (p.office for p in event.participants))),
            "; ".join(event.topics),
            "; ".join(map(str, event.sources)),
        ]
        for event in log[:MOST_EVENTS]
    ]
    more = len(log) - len(rows)
    told = f"<p>{more} more are not listed.</p>" if more else ""
    table = _plain_table(["date", "event", "offices", "topics", "source"], rows)
    return (
        f"<details><summary>{len(rows)} events and where each stands in its source</summary>"
        f"{table}{told}</details>"
    )
