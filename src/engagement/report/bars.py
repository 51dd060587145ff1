"""The rows of events behind the bars of a page: as HTML, or packed where there are many."""

from __future__ import annotations

import base64
import gzip
import json
from typing import TYPE_CHECKING, Any

from attrs import Factory, frozen

from engagement.display import visible
from engagement.report.evidence import COLUMNS, cells_of, told_share
from engagement.report.markup import escape, head_of, row_of
from engagement.words.report import number_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engagement.events.events import Event
    from engagement.report.findings import Finding
    from engagement.report.panel import Panel

__all__ = ["MOST_ROWS", "BarRows"]

MOST_ROWS = 3000
"""Rows up to which each stands on the page as HTML."""


@frozen(kw_only=True, eq=False)
class BarRows:
    """
    Rows of events, and the addresses at which bars find them.

    Up to `MOST_ROWS` rows stand below their figure. Beyond, they are packed: each event once,
    compressed, to be unpacked by the page's script when a bar is chosen first.
    """

    is_packed: bool
    _events: dict[str, tuple[int, list[str]]] = Factory(dict)
    _bars: dict[str, list[Any]] = Factory(dict)

    @staticmethod
    def key(panel: Panel, finding: Finding, place: int) -> str:
        """Name the rows of a bar."""
        return f"{panel.key}{finding.number}-{place}"

    def address(self, panel: Panel, finding: Finding, place: int) -> str:
        """Return where the rows behind a bar are; an empty text where they are not known."""
        if place not in panel.events_of(finding):
            return ""
        key = self.key(panel, finding, place)
        return f"#packed-{key}" if self.is_packed else f"#{key}"

    def listed(self, panel: Panel, finding: Finding) -> str:
        """Write the rows of a series below its figure, or pack them."""
        behind = panel.events_of(finding)
        bodies = []
        for place, events in behind.items():
            key = self.key(panel, finding, place)
            if self.is_packed:
                self._pack(key, events)
            else:
                rows = "".join(_row(event, share) for event, share in events)
                period = finding.series.periods[place]
                bodies.append(f'<tbody id="{key}" data-period="{period}">{rows}</tbody>')
        if not bodies:
            return ""
        n_events = len({event.id for events in behind.values() for event, _ in events})
        told = f"{number_of(n_events, 'event')} behind the bars, with sources"
        return (
            f"<details><summary>{told}</summary>"
            f'<table class="rows cards">{head_of(COLUMNS)}{"".join(bodies)}</table></details>'
        )

    def _pack(self, key: str, events: Sequence[tuple[Event, float]]) -> None:
        bar = []
        for event, share in events:
            place, _ = self._events.setdefault(
                event.id, (len(self._events), [*map(visible, cells_of(event))])
            )
            told = told_share(share)
            bar.append([place, told] if told else [place])
        self._bars[key] = bar

    def packed(self) -> str:
        """Write what was packed as an element that is neither shown nor run."""
        if not self.is_packed:
            return ""
        store = {"events": [cells for _, cells in self._events.values()], "bars": self._bars}
        data = gzip.compress(json.dumps(store, separators=(",", ":")).encode(), mtime=0)
        text = base64.b64encode(data).decode()
        return f'<script type="application/octet-stream" id="packed">{text}</script>'


def _row(event: Event, share: float) -> str:
    date, *rest = cells_of(event)
    told = told_share(share)
    first = f"{date} ({told})" if told else date
    return row_of(COLUMNS, map(escape, (first, *rest)))
