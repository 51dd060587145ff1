"""The command that writes an empty table: engagement template FILE."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from engagement.report.commands.options import refuse_to_replace, tell

if TYPE_CHECKING:
    import argparse

__all__ = ["add_template"]


def add_template(commands: Any) -> None:
    """Add the command."""
    template = commands.add_parser(
        "template",
        help="write an empty table with the documented columns",
        description=(
            "Write a table with the documented columns and no rows, and beside it the tables of "
            "coverage and topics: as further files beside a .csv or .tsv, as sheets of an .xlsx, "
            "whose cells are formatted as texts, so that 2019-05 stays a month."
        ),
    )
    template.add_argument("file", metavar="FILE", help="a .csv, .tsv or .xlsx")
    template.add_argument("--replace", action="store_true", help="overwrite FILE")
    template.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    from engagement.files.atomic_write import write_whole
    from engagement.files.event_files import table_files
    from engagement.tables.records import COLUMNS

    files = table_files(Path(options.file), COLUMNS, [])
    for file in files:
        refuse_to_replace(file, replace=options.replace)
    write_whole(files, main=Path(options.file))
    tell(f"written: {', '.join(str(file) for file in files)}")
    return 0
