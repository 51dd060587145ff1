"""
Sum up what intervals were measured to hold, for the library to tell beside a change.

Reads ``coverage.csv``, which ``calibration.py`` wrote, and writes a row for each length and way in
which counts vary: shares over all designs, each change counted once. Observed evenly, and without
a season, for these are the series that most users have::

    python benchmarks/interval_coverage.py
"""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd

HERE = Path(__file__).parent
OUT = HERE.parent / "src" / "engagement" / "data" / "interval_coverage.csv"
LENGTHS = (28, 120, 336)
"""Periods of series that were measured in several designs."""
COLUMNS = ["periods", "world", "date", "ratio", "number", "n_changes"]


def summed(table: pd.DataFrame) -> list[dict[str, object]]:
    """
    Sum up the rows of ``coverage.csv``.

    Parameters
    ----------
    table
        Its rows.
    """
    kept = table[
        (table["kind"] == "cover") & (table["exposure"] == "even") & (table["season"] == "none")
    ]
    kept = kept.assign(periods=kept["design"].str.split(":").str[0].astype(int))
    kept = kept[kept["periods"].isin(LENGTHS)]
    rows = []
    for (periods, world), cells in kept.groupby(["periods", "world"], sort=True):
        row: dict[str, object] = {"periods": periods, "world": world}
        for name, measure in (
            ("date", "date in its interval"),
            ("ratio", "ratio in its interval"),
            ("number", "number right, of found"),
        ):
            of = cells[cells["measure"] == measure].dropna(subset=["value"])
            hits, runs = (of["value"] * of["runs"]).sum(), of["runs"].sum()
            row[name] = f"{hits / runs:.4f}"
            if name == "date":
                row["n_changes"] = int(runs)
        rows.append(row)
    return rows


def main() -> None:
    """Write the file."""
    with OUT.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(summed(pd.read_csv(HERE / "coverage.csv")))


if __name__ == "__main__":
    main()
