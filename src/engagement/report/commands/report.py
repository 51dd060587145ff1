"""The command that does the main job: engagement report [FILE ...] --out DIR."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engagement.display import visible
from engagement.errors import SettingError, shown
from engagement.report.commands.options import add_reading_options, reading_settings

if TYPE_CHECKING:
    import argparse

    from engagement.counting.counts import Counts
    from engagement.log.eventlog import EventLog

__all__ = ["add_report"]


def add_report(commands: Any) -> None:
    """Add the command."""
    report = commands.add_parser(
        "report",
        help="count events by country and channel and find dated changes",
        description=(
            "Count events by country, channel and activity, find the changes in how many "
            "there are per year and how sure they are, print what changed, and write one HTML "
            "page with tables as CSV."
        ),
    )
    report.add_argument(
        "events",
        nargs="*",
        metavar="FILE",
        help="tables of events: .csv, .tsv, .xlsx, .json, .jsonl or .parquet, several as one; "
        "without any the bundled data set is used",
    )
    report.add_argument("--out", metavar="DIR", help="folder to write into; made if missing")
    report.add_argument("--title", metavar="TEXT", help="title of the report")
    report.add_argument("--date", metavar="DATE", help="date that the report bears, YYYY-MM-DD")
    report.add_argument("--all", action="store_true", help="print all series and what they rest on")
    report.add_argument(
        "--unobserved",
        action="store_true",
        help="list periods in counts.csv, too, in which nothing was observed",
    )
    report.add_argument(
        "--freq",
        default="Y",
        choices=["Y", "Q", "M"],
        help="length of a period: year, quarter or month (default: Y)",
    )
    report.add_argument("--since", metavar="DATE", help="first date of the window, included")
    report.add_argument("--until", metavar="DATE", help="last date of the window, included")
    add_reading_options(report)
    _add_counts_options(report)
    report.set_defaults(run=_run)


def _add_counts_options(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("a table of counts in the place of events")
    group.add_argument(
        "--counts", action="store_true", help="FILE holds counts: a row a label and period"
    )
    group.add_argument(
        "--period-column", default="period", metavar="NAME", help="of the periods (default: period)"
    )
    group.add_argument(
        "--count-column", default="count", metavar="NAME", help="of the counts (default: count)"
    )
    group.add_argument(
        "--exposure-column", metavar="NAME", help="of the years observed; all of each without it"
    )
    group.add_argument(
        "--missing",
        choices=["zero", "unobserved"],
        help="what a period is that has no row: no events, or not observed",
    )


def _run(options: argparse.Namespace) -> int:
    from engagement.report.report import check_folder, report

    if options.out is not None:
        check_folder(options.out)
    asked: dict[str, Any] = {"title": options.title, "date": options.date}
    source: EventLog | Counts
    if options.counts:
        source = _counts(options)
    else:
        source, title = _log(options)
        asked |= {"freq": options.freq, "title": options.title or title}
        if options.since or options.until:
            asked["window"] = (options.since, options.until)
    made = report(source, **asked)
    print(made.summary(width=terminal_width(), everything=options.all))
    if options.out is None:
        return 0
    made.save(options.out, unobserved=options.unobserved)
    print(f"\nRead {visible(str(Path(options.out) / 'report.html'))} for all of it.")
    return 0


def terminal_width() -> int | None:
    """Return the columns that output has: COLUMNS, else those of a terminal, else no limit."""
    asked = os.environ.get("COLUMNS", "")
    if asked.isdecimal() and int(asked):
        return int(asked)
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def _log(options: argparse.Namespace) -> tuple[EventLog, str | None]:
    """Read the files as one log; an event that stands in two of them in one form is one."""
    if not options.events:
        from engagement.files.datasets import DATASETS, load_dataset

        (name, title), *_ = DATASETS.items()
        return load_dataset(name), title
    from engagement.files.event_files import read_events

    settings = reading_settings(options)
    log, *others = (read_events(path, **settings) for path in options.events)
    for other in others:
        log = log | other
    return log, ", ".join(Path(path).name for path in options.events)


def _number(text: str) -> float | str | None:
    """Read a cell of a number; what is none stays, to be told of with its row."""
    try:
        return float(text) if text else None
    except ValueError:
        return text


def _counts(options: argparse.Namespace) -> Counts:
    import pandas as pd

    from engagement.counting.counts import Counts

    if len(options.events) != 1:
        raise SettingError(f"--counts takes one FILE, got {len(options.events)}")
    if options.since or options.until or options.freq != "Y":
        raise SettingError("--since, --until and --freq say how events are counted, not counts")
    (path,) = options.events
    if not path.lower().endswith((".csv", ".tsv")):
        raise SettingError(f"--counts reads .csv and .tsv, got {shown(path)}")
    frame = pd.read_csv(path, sep="\t" if path.lower().endswith(".tsv") else ",", dtype=str,
                        keep_default_na=False, encoding="utf-8-sig")  # fmt: skip
    known = {options.period_column, options.count_column, options.exposure_column}
    by = [str(name) for name in frame.columns if name not in known]
    numbers = [name for name in (options.count_column, options.exposure_column) if name in frame]
    for name in numbers:
        frame[name] = pd.Series([*map(_number, frame[name])], dtype=object)
    return Counts.from_frame(
        frame,
        period=options.period_column,
        by=by or None,
        count=options.count_column,
        exposure=options.exposure_column,
        missing=options.missing,
    )
