"""
Build the bundled data set from the coded tables beside this script: python seeds/build.py.

With ``--into FOLDER`` it is written there and the package is left as it is. Nothing is written
unless every cell of every table can be kept; what cannot be is told at once, each with table,
row, column and value.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from appendices import read_appendices
from coded_columns import APPENDICES, COUNTED_WITHIN, COVERAGE, SOURCES
from coded_tables import SEEDS, Fault, Row, SeedError, read_table
from engagement import EngagementError, EventLog, write_events
from engagement.claims.files import read_claims
from engagement.errors import EventError, TableError, suggest
from engagement.events.coverage import Coverage, Observed
from prose import add_mentions, read_told

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from engagement import Event

NAME = "china-central-asia"
TARGET = SEEDS.parent / "src" / "engagement" / "data"
CLAIMS = "claims.csv"
COURSES = "appendix6.csv"


def read_coverage() -> tuple[Coverage, list[Fault]]:
    """Read what the tables are said to cover."""
    rows, faults = read_table("coverage.csv", COVERAGE)
    entries: dict[Observed, Row] = {}
    for row in rows:
        cells = {name: cell for name, cell in row.cells.items() if cell}
        share = float(row["completeness"]) if row["completeness"] else None
        try:
            entry = Observed(**{**cells, "completeness": share})
        except EventError as error:
            faults += [row.fault(name, problem) for name, _, problem in error.faults]
            continue
        if entry in entries:
            faults.append(row.fault("", f"says the same as row {entries[entry].number}"))
        entries.setdefault(entry, row)
    return Coverage(list(entries)), faults


def read_log() -> EventLog:
    """
    Make the log of all tables.

    Raises
    ------
    SeedError
        All cells that cannot be kept.
    """
    events, faults = read_appendices()
    events, more = add_mentions(events, are_all=not faults)
    faults += more
    for name in ("text.csv", "news.csv"):
        told, more = read_told(name)
        events += told
        faults += more
    coverage, more = read_coverage()
    faults += more
    faults += read_table(COURSES, APPENDICES[6], counted_within=COUNTED_WITHIN[6])[1]
    faults += _source_faults(events)
    faults += _claim_faults()
    if faults:
        raise SeedError(faults)
    return EventLog(events, coverage=coverage)


def _source_faults(events: Iterable[Event]) -> Iterator[Fault]:
    """Tell what is wrong with the table of documents, and which of those cited it lacks."""
    rows, faults = read_table("sources.csv", SOURCES)
    yield from faults
    known = [row["id"] for row in rows]
    for row in rows:
        if known.count(row["id"]) > 1:
            yield row.fault("id", "stands twice")
    for event in events:
        for source in event.sources:
            if source.document not in known:
                problem = f"{event.id} cites it, and it stands not in the table"
                hint = suggest(source.document, known)
                yield Fault("sources.csv", 0, "id", source.document, problem + hint)


def _claim_faults() -> Iterator[Fault]:
    if not (SEEDS / CLAIMS).is_file():
        yield Fault(CLAIMS, 0, "", "", f"there is no such table in {SEEDS}")
        return
    try:
        read_claims(SEEDS / CLAIMS)
    except TableError as error:
        for row, column, value, problem in error.faults:
            yield Fault(CLAIMS, row, column, "" if value is None else str(value), problem)
    except EngagementError as error:
        yield Fault(CLAIMS, 0, "", "", str(error))


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the data set and say what is in it."""
    parser = argparse.ArgumentParser(description="Build the bundled data set.")
    parser.add_argument("--into", type=Path, default=TARGET, help="folder to write into")
    folder: Path = parser.parse_args(arguments).into
    if not folder.is_dir():
        print(f"nothing is written: there is no folder {folder}", file=sys.stderr)
        return 1
    try:
        log = read_log()
    except EngagementError as error:
        print(f"nothing is written: {error}", file=sys.stderr)
        return 1
    write_events(log, folder / f"{NAME}.csv")
    as_they_stand = ((CLAIMS, "claims"), (COURSES, "courses"), ("sources.csv", "sources"))
    for table, kind in as_they_stand:
        shutil.copyfile(SEEDS / table, folder / f"{NAME}.{kind}.csv")
    print(f"{NAME}: {log}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
