"""
Build the bundled data set from the coded tables beside this script: python seeds/build.py.

With ``--into FOLDER`` it is written there and the package is left as it is.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from appendices import SEEDS, SeedError, read_appendices, read_table
from engagement import Coverage, EngagementError, EventLog, write_events
from prose import add_mentions, read_told

if TYPE_CHECKING:
    from collections.abc import Sequence

NAME = "china-central-asia"
TARGET = SEEDS.parent / "src" / "engagement" / "data"


def read_coverage() -> Coverage:
    """Read what the tables are said to cover."""
    return Coverage(
        {
            column: float(cell) if column == "completeness" else cell
            for column, cell in row.items()
            if cell
        }
        for row in read_table("coverage.csv")
    )


def build() -> EventLog:
    """Make the log of all tables."""
    events = add_mentions(read_appendices())
    return EventLog(
        [*events, *read_told("text.csv"), *read_told("news.csv")], coverage=read_coverage()
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the data set and say what is in it."""
    parser = argparse.ArgumentParser(description="Build the bundled data set.")
    parser.add_argument("--into", type=Path, default=TARGET, help="folder to write into")
    folder: Path = parser.parse_args(arguments).into
    try:
        log = build()
    except (EngagementError, SeedError) as error:
        print(f"nothing is written: {error}", file=sys.stderr)
        return 1
    write_events(log, folder / f"{NAME}.csv")
    for claims in SEEDS.glob("claims.csv"):  # bundled as it stands
        shutil.copyfile(claims, folder / f"{NAME}.claims.csv")
    print(f"{NAME}: {log}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
