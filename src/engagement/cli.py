"""The command line: engagement report [EVENTS] --out DIR."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from engagement import __version__
from engagement.errors import EngagementError, TableError

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """
    Run a command.

    Parameters
    ----------
    arguments
        Words of the command line; ``None`` takes those of the process.

    Returns
    -------
    int
        0 if done, 2 if the input cannot be used; what is wrong with it goes to standard error.
    """
    settings = _parser().parse_args(arguments)
    try:
        return _report(settings)
    except TableError as error:
        n_rows = len({row for row, *_ in error.faults if row})
        print(f"engagement: {error.where} cannot be read, nothing was written", file=sys.stderr)
        for row, column, _, problem in error.faults:
            place = f"row {row}, column '{column}': " if row else ""
            print(f"  {place}{problem}", file=sys.stderr)
        if n_rows:
            print(f"  {n_rows} of {error.n_rows} rows are at fault", file=sys.stderr)
        return 2
    except FileNotFoundError as error:
        print(f"engagement: {error.filename}: no such file", file=sys.stderr)
        return 2
    except (EngagementError, OSError) as error:
        print(f"engagement: {error}", file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="engagement",
        description="Count how states engage one another, and find when that changed.",
    )
    parser.add_argument("--version", action="version", version=f"engagement {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
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
        help="a table of events in the documented columns: .csv, .json or .parquet; "
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
    return parser


def _report(settings: argparse.Namespace) -> int:
    from engagement.report import make_report

    if settings.events is None:
        from engagement.datasets import DATASETS, load_dataset

        (name, title), *_ = DATASETS.items()
        log = load_dataset(name)
    else:
        from engagement.files import read_events

        title = settings.events
        log = read_events(settings.events)
    window = None
    if settings.since or settings.until:
        window = (settings.since, settings.until)
    report = make_report(log, title=title, freq=settings.freq, window=window)
    report.print()
    if settings.out is not None:
        written = report.write(settings.out)
        print(f"\nwritten to {settings.out}: {', '.join(path.name for path in written)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
