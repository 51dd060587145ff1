"""The command that turns one format into another: engagement convert IN OUT."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from engagement.report.commands.options import (
    add_reading_options,
    reading_settings,
    refuse_to_replace,
    tell,
)

if TYPE_CHECKING:
    import argparse

__all__ = ["add_convert"]


def add_convert(commands: Any) -> None:
    """Add the command."""
    convert = commands.add_parser(
        "convert",
        help="write a table of events in another format",
        description=(
            "Read a table of events with its coverage and topics, and write it in the format "
            "that the second name ends in. If a row cannot be read, nothing is written."
        ),
    )
    convert.add_argument("events", nargs="+", metavar="IN", help="the table, or several as one")
    convert.add_argument("out", metavar="OUT", help="what is written")
    convert.add_argument("--replace", action="store_true", help="overwrite OUT")
    add_reading_options(convert)
    convert.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    from engagement.files.event_files import write_events
    from engagement.files.mended_rows import read_several

    refuse_to_replace(Path(options.out), replace=options.replace)
    log = read_several(options.events, reading_settings(options)).settled()
    write_events(log, options.out)
    tell(f"written to {options.out}: {log}")
    return 0
