"""The command that does the main job: engagement report [EVENTS] --out DIR."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engagement.report.commands.options import add_reading_options, reading_settings

if TYPE_CHECKING:
    import argparse

__all__ = ["add_report"]


def add_report(commands: Any) -> None:
    """Add the command."""
    report = commands.add_parser(
        "report",
        help="count events by country and channel and find dated changes",
        description=(
            "Count events by country, channel and activity, find the changes in how many "
            "there are a year and how sure they are, print them, and write tables, figures "
            "and one HTML page."
        ),
    )
    report.add_argument(
        "events",
        nargs="?",
        metavar="EVENTS",
        help="a table of events: .csv, .tsv, .xlsx, .json, .jsonl or .parquet; "
        "without it the bundled data set is used",
    )
    report.add_argument("--out", metavar="DIR", help="folder to write into; made if missing")
    report.add_argument(
        "--freq",
        default="Y",
        choices=["Y", "Q", "M"],
        help="length of a period: year, quarter or month (default: Y)",
    )
    report.add_argument("--since", metavar="DATE", help="first date of the window, included")
    report.add_argument("--until", metavar="DATE", help="last date of the window, included")
    add_reading_options(report)
    report.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    from engagement.report.report import make_report

    if options.events is None:
        from engagement.files.datasets import DATASETS, load_dataset

        (name, title), *_ = DATASETS.items()
        log = load_dataset(name)
    else:
        from engagement.files.event_files import read_events

        title = options.events
        log = read_events(options.events, **reading_settings(options))
    window = None
    if options.since or options.until:
        window = (options.since, options.until)
    report = make_report(log, title=title, freq=options.freq, window=window)
    report.print()
    if options.out is not None:
        written = report.write(options.out)
        print(f"\nwritten to {options.out}: {', '.join(path.name for path in written)}")
    return 0
