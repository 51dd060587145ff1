"""The command that says how a table is read, and what of it: engagement check FILE."""

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

__all__ = ["add_check"]


def add_check(commands: Any) -> None:
    """Add the command."""
    check = commands.add_parser(
        "check",
        help="say how a table can be read, what would be read, and every fault",
        description=(
            "Look for the row with the names of the columns, propose what the columns and the "
            "texts in them mean, print how many events there are by country, channel and year, "
            "every row that cannot be read, and the command that reads the table. "
            "Ends with 0 if all rows are read, with 1 if some are not, with 2 if it is no table."
        ),
    )
    check.add_argument("events", nargs="+", metavar="FILE", help="the table, or several as one")
    check.add_argument(
        "--faulty",
        metavar="OUT",
        help="a .csv or .xlsx for the rows that cannot be read, to be corrected",
    )
    check.add_argument(
        "--save", metavar="OUT", help="a .json for the settings, which --mapping reads again"
    )
    check.add_argument("--replace", action="store_true", help="overwrite OUT")
    add_reading_options(check)
    check.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    from engagement.report.checked_table import CheckedTable

    settings = reading_settings(options)
    for out in filter(None, (options.faulty, options.save)):
        refuse_to_replace(Path(out), replace=options.replace)
    table = CheckedTable.of(options.events, settings)
    tell(table.proposal(), end="")
    tell(table.contents())
    tell(table.write(faulty=options.faulty, save=options.save), end="")
    return 1 if table.n_bad else 0
