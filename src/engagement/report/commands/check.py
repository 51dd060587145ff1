"""The command that says what of a table would be read: engagement check FILE."""

from __future__ import annotations

import json
import shutil
import sys
import textwrap
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engagement.report.commands.options import (
    add_reading_options,
    reading_settings,
    refuse_to_replace,
)
from engagement.values.vocabulary import SEPARATOR, Channel

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Sequence

    import pandas as pd

    from engagement.log.eventlog import EventLog

__all__ = ["add_check"]


def add_check(commands: Any) -> None:
    """Add the command."""
    check = commands.add_parser(
        "check",
        help="say what of a table would be read, and every fault",
        description=(
            "Read a table of events, print how many events there are by country, channel and "
            "year, and every row that cannot be read, with column, value and what was meant. "
            "Ends with 0 if all rows are read, with 1 if some are not, with 2 if it is no table."
        ),
    )
    check.add_argument("events", metavar="FILE", help="the table")
    check.add_argument(
        "--faulty",
        metavar="OUT",
        help="a .csv or .xlsx for the rows that cannot be read, to be mended and read again",
    )
    check.add_argument("--replace", action="store_true", help="write over OUT if it is there")
    add_reading_options(check)
    check.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    from engagement.files.event_files import read_table
    from engagement.tables.table import settle

    settings = reading_settings(options)
    if options.faulty:
        refuse_to_replace(Path(options.faulty), replace=options.replace)
    log, found, n_rows = read_table(options.events, settings)
    log, faults = settle(log, found, n_rows, Path(options.events).name, "collect")
    n_bad = faults["row"].nunique()
    print(f"{options.events}: {log}")
    if not n_rows:
        print("the table has no rows")
        return 0
    for lines in (_by_channel(log), _by_country(log), _by_year(log)):
        print()
        print("\n".join(lines))
    print()
    for note in log.notes:
        print(_fitted(f"look again: {note}"))
    n_read = n_rows - n_bad
    told = "" if n_read == len(log) else f" as {_number(len(log), 'event')}"
    if not n_bad:
        print(f"every row was read: {_number(n_rows, 'row')}{told}")
        return 0
    print(f"{_number(n_rows, 'row')}: {n_read} read{told}, {n_bad} could not be read")
    print()
    counted = Counter(faults["column"])
    print("\n".join(_table(["column", "faults"], [[c, str(n)] for c, n in counted.most_common()])))
    print()
    for row, column, value, problem in faults.itertuples(index=False):
        told = "" if not isinstance(value, str) or repr(value)[1:-1] in problem else f" {value!r}"
        print(_fitted(f"row {row}, column '{column}'{told}: {problem}"))
    if options.faulty:
        _write_faulty(options, faults, settings)
        print(f"written to {options.faulty}: {n_bad} rows, to be mended and read again")
    return 1


def _number(number: int, what: str) -> str:
    return f"{number} {what}" + "s" * (number != 1)


def _fitted(line: str) -> str:
    """Break a line for a terminal; what goes into a file or a pipe stays one line."""
    if not sys.stdout.isatty():
        return line
    width = max(shutil.get_terminal_size().columns - 1, 40)
    return textwrap.fill(line, width, subsequent_indent="  ", break_on_hyphens=False)


def _by_channel(log: EventLog) -> list[str]:
    counted = Counter(str(event.channel) for event in log)
    return _table(["channel", "events"], [[str(c), str(counted[str(c)])] for c in Channel])


def _by_country(log: EventLog) -> list[str]:
    from engagement.events.events import labels_of

    channels = [str(channel) for channel in Channel]
    counted = Counter(
        (country, str(event.channel)) for event in log for country in labels_of(event, "country")
    )
    countries = sorted({country for country, _ in counted})
    rows = [
        [country, *(str(counted[country, channel]) for channel in channels)]
        for country in countries
    ]
    return _table(["country", *channels], rows)


def _by_year(log: EventLog) -> list[str]:
    starts = (event.date.start for event in log)
    counted = Counter("(open)" if start is None else f"{start.year:04}" for start in starts)
    return _table(
        ["year of start", "events"], [[year, str(counted[year])] for year in sorted(counted)]
    )


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    lines = [header, *rows]
    widths = [max(len(line[place]) for line in lines) for place in range(len(header))]
    return [
        "  ".join(
            cell.rjust(width) if place else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    ]


def _write_faulty(
    options: argparse.Namespace, faults: pd.DataFrame, settings: dict[str, Any]
) -> None:
    from engagement.files.atomic_write import write_whole
    from engagement.files.delimited import restored
    from engagement.files.event_files import holds_guarded_texts, rows_at_fault, table_files
    from engagement.tables.cells import is_absent

    bad = rows_at_fault(options.events, faults, **settings)
    rows: list[dict[str, Any]] = [
        {str(name): "" if is_absent(cell) else _as_cell(cell) for name, cell in row.items()}
        for row in bad.to_dict("records")
    ]
    if holds_guarded_texts(Path(options.events)):
        rows = [restored(row) for row in rows]  # the file that is written guards them anew
    write_whole(table_files(Path(options.faulty), list(bad.columns), rows, is_beside=False))


def _as_cell(cell: Any) -> Any:
    """Write what only JSON and Parquet can hold as a cell of a table of texts."""
    if isinstance(cell, list) and all(isinstance(item, str) for item in cell):
        return SEPARATOR.join(cell)
    if isinstance(cell, (list, dict)):
        return json.dumps(cell, ensure_ascii=False, default=str)
    return str(cell)
