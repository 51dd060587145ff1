"""The main job: a log counted, its changes found, told in sentences, tables and one page."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import frozen

from engagement.changes.detect.detection import detect_changes
from engagement.counting.counting import count_events
from engagement.counting.counts import Counts
from engagement.counting.panels import read_counts
from engagement.errors import SettingError, shown
from engagement.files.atomic_write import read_whole
from engagement.files.folder_swap import write_folder
from engagement.log.eventlog import EventLog
from engagement.report.contents import Contents
from engagement.report.listings import NotCounted, changes_frame, counts_frame, events_frame
from engagement.report.page import GENERATOR, page_of
from engagement.report.panel import Panel
from engagement.report.sentences import headline_of
from engagement.report.terminal import text_of
from engagement.tables.formulas import guard_frame

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    import pandas as pd

    from engagement.counting.panels import CountsLike
    from engagement.models.families import Family

__all__ = ["Report", "check_folder", "report"]

_BY = ("country", "channel", "activity")


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class Report(Contents):
    """
    The changes in a log or in counts, as sentences, tables and a page; made by `report`.

    Its ``findings`` are sentences; ``print(report.summary())`` shows the changes as a table.
    """

    def __str__(self) -> str:
        """Return the title with the headline."""
        return f"{self.title}: {headline_of(self.panels[0].findings)}"

    def __repr__(self) -> str:
        """Return the name of the class with the headline."""
        return f"<Report: {self}>"

    def _repr_html_(self) -> str:
        """Return the headline, and the table of what changed."""
        from html import escape

        frame = changes_frame(self.panels)
        table = frame[frame["verdict"] == "change"].to_html(max_rows=60, na_rep="", index=False)
        return f"<p><b>{escape(self.title)}</b></p><p>{escape(self.findings[0])}</p>{table}"

    def tables(self, *, unobserved: bool = False) -> dict[str, pd.DataFrame]:
        """
        Return the tables that `save` writes, by name.

        Parameters
        ----------
        unobserved
            Whether the counts list periods, too, in which nothing was observed.

        Returns
        -------
        dict
            ``changes``: one row per change and one for each other series, with all that is said of
            it; ``counts``; and where the events are known ``events``, those behind each count,
            whose shares sum to it, and ``not_counted``.
        """
        tables = {
            "changes": changes_frame(self.panels),
            "counts": counts_frame(self.panels, unobserved=unobserved),
        }
        if self.log is not None:
            tables["events"] = events_frame(self.panels)
            tables["not_counted"] = NotCounted(counts=self.panels[0].counts).frame
        return tables

    def summary(self, *, width: int | None = 80, everything: bool = False) -> str:
        """
        Return what changed as a table in plain text.

        Parameters
        ----------
        width
            Columns of text; ``None`` breaks no line.
        everything
            Whether to list the other series and the notes too.
        """
        return text_of(self, width=width, everything=everything)

    def to_html(self) -> str:
        """Return the page, which needs no other file."""
        return page_of(self)

    def save(self, folder: str | os.PathLike[str], *, unobserved: bool = False) -> list[Path]:
        """
        Write the page and its tables.

        Parameters
        ----------
        folder
            Made if missing. The files of a report that stands there are replaced as a whole; other
            files stay.
        unobserved
            Whether ``counts.csv`` lists periods, too, in which nothing was observed.

        Returns
        -------
        list of pathlib.Path
            What was written: ``report.html``, and a CSV for each of `tables`.

        Raises
        ------
        SettingError
            If *folder* is an empty text, or a file of the same name stands there that is of no
            report.
        OSError
            If a file cannot be written or is read-only.
        """
        out = check_folder(folder)
        tables = {
            f"{name}.csv": frame for name, frame in self.tables(unobserved=unobserved).items()
        }
        page = page_of(self, tables=tuple(tables)).encode("utf-8", "xmlcharrefreplace")
        written = {_PAGE: page} | {name: _csv(frame) for name, frame in tables.items()}
        gone = dict.fromkeys(_standing(out) - set(written))
        write_folder(out, written | gone, main=_PAGE)
        return [out / name for name in written]


_PAGE = "report.html"
_TABLES = tuple(f"{name}.csv" for name in ("changes", "counts", "events", "not_counted"))


def _standing(out: Path) -> set[str]:
    """Give the names of the files of the report that stands in a folder."""
    page = (read_whole(out / _PAGE)[out / _PAGE] or b"").decode("utf-8", "replace")
    if GENERATOR not in page:
        return set()
    return {_PAGE, *(name for name in _TABLES if f'href="{name}"' in page)}


def check_folder(folder: str | os.PathLike[str]) -> Path:
    """
    Give the path of a folder that a report may be written into.

    Raises
    ------
    SettingError
        If it has no name, or holds a file that a report would replace and that is of none.
    """
    if not os.fspath(folder):
        raise SettingError("the folder of a report must have a name, got ''")
    out = Path(folder)
    known = _standing(out)
    for name in (_PAGE, *_TABLES):
        if name not in known and os.path.lexists(out / name):
            raise SettingError(
                f"{out / name} is there and is of no report; move it away, or name another folder"
            )
    return out


def _csv(frame: pd.DataFrame) -> bytes:
    """Write a table; ten digits, since sums differ in the last ones from machine to machine."""
    text: str = guard_frame(frame).to_csv(index=False, lineterminator="\n", float_format="%.10g")
    return text.encode("utf-8", "backslashreplace")


def report(
    source: EventLog | CountsLike,
    *,
    periods: object = None,
    title: str | None = None,
    by: str | Sequence[str] | None = None,
    freq: str = "Y",
    window: Any = None,
    level: float = 0.95,
    fdr: float = 0.1,
    family: str | Family = "auto",
    null: str = "robust",
    season: int | None = None,
    date: date | str | None = None,
    rng: np.random.Generator | int | None = None,
) -> Report:
    """
    Count events, find what changed, and tell it in sentences, tables and one page.

    Parameters
    ----------
    source
        A log, which is counted; or counts in any form, which are taken as they are: `Counts`, a
        `CountSeries`, a pandas Series or a data frame whose index says the periods, or an array.
    periods
        Periods of an array, see `CountSeries.from_arrays`.
    title
        Of the page; ``None`` says what is counted, and when.
    by
        Axes to count a log by; ``None`` for country, channel and activity, and for whole
        channels beside these.
    freq, window
        How a log is counted, see `count_events`.
    level, fdr, family, null, season, rng
        See `detect_changes`.
    date
        Of the report, such as ``"2024-05-01"``; ``None`` for the day of the environment variable
        SOURCE_DATE_EPOCH, or else today.

    Returns
    -------
    Report
        Its ``findings`` are sentences, its ``summary()`` a table in plain text, its
        ``to_html()`` one page; ``save(folder)`` writes all of it.

    Raises
    ------
    SeriesError
        If *source* is neither a log nor counts.
    SettingError
        If counts are given together with settings that say how to count, or a setting is not
        one of those above.

    Examples
    --------
    >>> counts = [2, 1, 2, 0, 1, 2, 9, 7, 8, 6, 9, 8]
    >>> print(report(counts, periods=range(1990, 2002)).findings[0])
    series rose about 1996, from 8 in 6 years to 47 in 6.
    """
    asked: dict[str, Any] = {
        "level": level,
        "fdr": fdr,
        "family": family,
        "null": null,
        "season": season,
    }
    panels: list[Panel]
    if isinstance(source, EventLog):
        if periods is not None:
            raise SettingError("periods belong to an array of counts, and a log has dates")
        panels = _panels_of_log(source, by, freq, window, {**asked, "rng": rng})
        counted: EventLog | Counts = source
    else:
        if by is not None or window is not None or freq != "Y":
            raise SettingError("by, freq and window say how a log is counted; counts are as made")
        counted = _as_counts(source, periods)
        changes = detect_changes(counted, **asked, rng=rng)
        heading = f"By {', '.join(changes.by)}"
        panels = [Panel(key="s", heading=heading, counts=counted, changes=changes)]
    main = panels[0]
    settings = {**main.counts.settings, **asked, "seed": main.changes.seed}
    return Report(
        title=_title(main) if title is None else title,
        panels=tuple(panels),
        source=counted,
        made_on=_date(date),
        settings=settings,
    )


def _panels_of_log(
    log: EventLog, by: Any, freq: Any, window: Any, asked: dict[str, Any]
) -> list[Panel]:
    axes = _BY if by is None else by
    counts = count_events(log, by=axes, freq=freq, window=window)
    recorded = None
    if log.coverage.is_stated and len(counts.periods):
        days = (counts.periods[0].start_time.date(), counts.periods[-1].end_time.date())
        recorded = count_events(log.with_coverage(None), by=axes, freq=freq, window=days)
    heading = f"By {', '.join(counts.by)}"
    panels = [
        Panel(
            key="s",
            heading=heading,
            counts=counts,
            changes=detect_changes(counts, **asked),
            recorded=recorded,
        )
    ]
    if by is None and len(counts.axes["activity"]) > 1:
        totals = count_events(log, by=("country", "channel"), freq=freq, window=window)
        heading = "Whole channels, while each of their activities was observed"
        panels.append(
            Panel(key="t", heading=heading, counts=totals, changes=detect_changes(totals, **asked))
        )
    return panels


def _as_counts(source: CountsLike, periods: object) -> Counts:
    """Take counts in any form; a series becomes a table of one."""
    if {"date", "channel", "activity"} <= {*map(str, getattr(source, "columns", ()))}:
        raise SettingError("a frame of events is read first: report(EventLog.from_frame(frame))")
    given = read_counts(source, periods)
    if isinstance(given, Counts):
        return given
    import pandas as pd

    axes = dict(given.axes) or {"series": given.name or "series"}
    shape = (*[1] * len(axes), len(given))
    return Counts(
        axes={name: (label,) for name, label in axes.items()},
        periods=given.periods,
        values=given.counts.reshape(shape),
        exposure_years=given.exposure_years.reshape(shape),
        freq=str(given.periods.freqstr)[:1],
        settings={},
        coverage_stated=given.coverage_stated,
        left_out=pd.DataFrame(columns=["id", "date", "reason", "share", "amount"]),
    )


def _title(panel: Panel) -> str:
    periods = panel.counts.periods
    extent = f", {periods[0]} to {periods[-1]}" if len(periods) else ""
    what = "Events" if len(panel.counts) != 1 else next(iter(panel.counts.axes.values()))[0]
    return f"{what}{extent}"


def _date(given: date | str | None) -> date:
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    try:
        if given is None and epoch:
            return datetime.fromtimestamp(int(epoch), tz=UTC).date()
        if isinstance(given, str):
            return date.fromisoformat(given)
    except (ValueError, OverflowError, OSError):
        name = "SOURCE_DATE_EPOCH" if given is None else "date"
        wanted = "a number of seconds" if given is None else "a day such as 2024-05-01"
        raise SettingError(f"{name} must be {wanted}, got {shown(given or epoch)}") from None
    return datetime.now(tz=UTC).date() if given is None else given
