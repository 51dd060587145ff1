"""The command that does the main job: engagement report [FILE ...] --out DIR."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engagement.display import visible
from engagement.errors import SettingError
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
            "Count events by country, channel and activity, find changes in their number per "
            "year, print what changed, and write one HTML page with tables as CSV."
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
    report.add_argument("--date", metavar="DATE", help="date of the report, YYYY-MM-DD")
    report.add_argument("--all", action="store_true", help="print all series and the notes")
    report.add_argument(
        "--unobserved",
        action="store_true",
        help="also list unobserved periods in counts.csv",
    )
    report.add_argument(
        "--freq",
        choices=["Y", "Q", "M"],
        help="length of a period: year (default), quarter or month; for counts, what dates mean",
    )
    report.add_argument(
        "--by",
        metavar="NAMES",
        help="axes to count by, such as country,activity; for counts, the columns of labels",
    )
    report.add_argument("--since", metavar="DATE", help="first date of the window, included")
    report.add_argument("--until", metavar="DATE", help="last date of the window, included")
    add_reading_options(report)
    _add_counts_options(report)
    report.set_defaults(run=_run)


def _add_counts_options(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("a table of counts instead of events")
    group.add_argument(
        "--counts",
        action="store_true",
        help="FILE holds counts: one row per label and period, or one column per series",
    )
    group.add_argument(
        "--period-column", default="period", metavar="NAME", help="of the periods (default: period)"
    )
    group.add_argument(
        "--count-column",
        metavar="NAME",
        help="of the counts; without it 'count', or else every column is a series",
    )
    group.add_argument(
        "--exposure-column", metavar="NAME", help="of the years observed; all of each without it"
    )
    group.add_argument(
        "--missing",
        choices=["zero", "unobserved"],
        help="what a period without a row means: no events, or not observed",
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
        asked |= {
            "freq": options.freq or "Y",
            "title": options.title or title,
            "by": _axes(options),
        }
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
    from engagement.files.mended_rows import read_several
    from engagement.report.checked_table import left_out_lines

    reading = read_several(options.events, reading_settings(options))
    log = reading.settled()
    for line in left_out_lines(reading):
        print(visible(line), file=sys.stderr)
    return log, ", ".join(Path(path).name for path in options.events)


def _counts(options: argparse.Namespace) -> Counts:
    from engagement.report.counts_file import read_counts

    if len(options.events) != 1:
        raise SettingError(f"--counts takes one FILE, got {len(options.events)}")
    if options.since or options.until:
        raise SettingError("--since and --until say how events are counted, not counts")
    return read_counts(
        options.events[0],
        reading_settings(options),
        period=options.period_column,
        count=options.count_column,
        exposure=options.exposure_column,
        by=_axes(options),
        freq=options.freq,
        missing=options.missing,
    )


def _axes(options: argparse.Namespace) -> list[str] | None:
    return options.by and [name.strip() for name in options.by.split(",")]
