"""The main job: a log counted, its changes found, told in tables, figures and one page."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import frozen

from engagement.changes.detect.detection import detect_changes
from engagement.counting.counting import count_events
from engagement.figures.report import country_figures, overview_figure, records_figure
from engagement.files.atomic_write import write_whole
from engagement.log.eventlog import EventLog
from engagement.report.page import page_of
from engagement.report.panel import Panel
from engagement.tables.formulas import guard_frame

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping

    from rich.console import Console

__all__ = ["Report", "make_report"]


@frozen(kw_only=True, eq=False)
class Report:
    """A log counted, and what changed in it; made by `make_report`."""

    title: str
    """Of the page."""
    log: EventLog
    """The events."""
    panels: tuple[Panel, ...]
    """By country, channel and activity; then channels in all, where they have several."""

    @property
    def notes(self) -> tuple[str, ...]:
        """What every number rests on."""
        main = self.panels[0]
        changes = main.changes
        percent = f"{100 * changes.level:g}%"
        notes = [
            f"{self.log}.",
            "Observed means: as the log's coverage states."
            if self.log.coverage.is_stated
            else "Coverage is not stated: every series is taken as observed from the period of "
            "the log's first event to that of its last.",
            (
                f"A change is the first observed period of the new rate; intervals at {percent}. "
                "p is the chance of so uneven a series without any change, whose counts scatter "
                "as widely as these and whose neighbouring periods are as alike; dates and sizes "
                "allow for that too."
            ),
            (
                f"Said to have changed are series with q at most {changes.fdr:g}, which holds the "
                "share of false ones among them if series are independent or positively dependent."
            ),
            (
                "Priors: each rate gamma with shape 1 and the series' own mean, so one event's "
                "weight; one more change is a quarter as probable; dates uniform."
            ),
        ]
        if any(change.leans_on_start for panel in self.panels for change in panel.changes):
            notes.append(
                "* rests on an empty stretch at the start of the window: not found without it."
            )
        if any(verdict.is_trend for panel in self.panels for verdict in panel.changes.verdicts):
            notes.append("~ rather a trend than steps: the counts drift, and the date says little.")
        drawn = (
            max(verdict.n_imputations for verdict in changes.verdicts) if changes.verdicts else 0
        )
        if drawn:
            notes.append(
                "Events whose dates may be in one period or another are spread over them in the "
                f"counts; for the changes their dates were drawn {drawn} times."
            )
        left_out = main.counts.left_out
        if len(left_out):
            by_reason = left_out.groupby("reason")["share"].sum()
            told = ", ".join(f"{share:.4g} ({reason})" for reason, share in by_reason.items())
            notes.append(f"Events not counted: {told}; see left_out.csv.")
        hidden = sum(panel.n_hidden for panel in self.panels)
        if hidden:
            why = "were never observed" if main.counts.coverage_stated else "have no event at all"
            notes.append(f"{hidden} combinations of labels {why} and are not shown.")
        return tuple(notes)

    def summary(self) -> str:
        """Return tables, sentences and notes in plain text."""
        from rich.console import Console

        file = io.StringIO()
        self.print(Console(file=file, width=200, color_system=None))
        return file.getvalue()

    def print(self, console: Console | None = None) -> None:
        """
        Print tables, sentences and notes for a person to read.

        Parameters
        ----------
        console
            Of rich; ``None`` prints to standard output, as wide as its tables where that is
            no terminal.
        """
        from rich import box
        from rich.console import Console
        from rich.table import Table

        if console is None:
            console = Console()
            if not console.is_terminal:
                console = Console(width=180)
        console.print(self.title, style="bold", markup=False)
        for panel in self.panels:
            table = Table(
                title=panel.heading, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False
            )
            rows = panel.rows
            for column in rows[0] if rows else ():
                right = column in {"events", "per year", "before, after", "rate ratio", "p", "q"}
                table.add_column(column, justify="right" if right else "left", overflow="fold")
            for row in rows:
                found = bool(row["interval"])
                table.add_row(*map(_plain, row.values()), style="bold" if found else None)
            console.print(table)
            for sentence in (*panel.headline, *(f"- {text}" for text in panel.sentences)):
                console.print(sentence, markup=False, highlight=False)
            console.print()
        for note in self.notes:
            console.print(note, markup=False, highlight=False, style="dim")

    def write(self, folder: str | os.PathLike[str]) -> list[Path]:
        """
        Write the tables as CSV, the figures as PNG, and one self-contained page.

        Parameters
        ----------
        folder
            Made if missing. Files of the same names are replaced, all or none of them.

        Returns
        -------
        list of pathlib.Path
            What was written: ``report.html``, ``changes.csv``, ``counts.csv``,
            ``left_out.csv``, ``changes.png`` (every change with its interval), ``records.png``
            (coverage and events) and a ``timeline-LABEL.png`` for each country.
        """
        out = Path(folder)
        out.mkdir(parents=True, exist_ok=True)
        main = self.panels[0]
        timelines = country_figures(main.counts, main.changes)
        overview = overview_figure(main.changes, main.shown)
        records = records_figure(self.log)
        frames = [panel.changes.to_frame() for panel in self.panels]
        counts = [panel.counts.to_frame() for panel in self.panels]
        files = {out / "report.html": self._page(timelines, overview, records)}
        files[out / "changes.csv"] = _csv(frames)
        files[out / "counts.csv"] = _csv(counts)
        files[out / "left_out.csv"] = _csv([self.panels[0].counts.left_out])
        named = {"changes": overview, "records": records}
        files |= {out / f"{name}.png": picture for name, picture in named.items() if picture}
        for label, picture in timelines.items():
            name = "".join(char for char in label if char.isalnum()) or "other"
            files[out / f"timeline-{name}.png"] = picture
        write_whole(files)
        return list(files)

    def _page(
        self, timelines: Mapping[str, bytes], overview: bytes | None, records: bytes | None
    ) -> bytes:
        page = page_of(
            title=self.title,
            log=self.log,
            panels=self.panels,
            notes=self.notes,
            timelines=timelines,
            overview=overview,
            records=records,
        )
        return page.encode()


def _plain(text: str) -> Any:
    from rich.text import Text

    return Text(text)


def _csv(frames: list[Any]) -> bytes:
    import pandas as pd

    frame = guard_frame(pd.concat(frames, ignore_index=True))
    text: str = frame.to_csv(index=False, lineterminator="\n")
    return text.encode()


def make_report(
    log: EventLog,
    *,
    title: str = "engagement",
    freq: Any = "Y",
    window: Any = None,
) -> Report:
    """
    Count a log by country, channel and activity, and find what changed.

    Parameters
    ----------
    log
        The events and their coverage.
    title
        Of the page.
    freq, window
        See `count_events`.

    Returns
    -------
    Report
        Where a channel has several activities, its total is a series of its own, over the
        spans in which all activities that the log covers there were observed.
    """
    asked: dict[str, Any] = {"freq": freq, "window": window}
    counts = count_events(log, by=("country", "channel", "activity"), **asked)
    tables = {"By country, channel and activity": counts}
    if len(counts.axes["activity"]) > 1:
        heading = "Channels in all, while every covered activity was observed"
        tables[heading] = count_events(log, by=("country", "channel"), **asked)
    panels = [
        Panel(heading=heading, counts=table, changes=detect_changes(table))
        for heading, table in tables.items()
    ]
    return Report(title=title, log=log, panels=tuple(panels))
