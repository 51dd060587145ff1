"""
Measure what it is worth that the series of a panel learn from one another how counts vary.

Panels of 25 yearly series of 28 periods, 60 % of which change, most of them in the middle and
some four periods before the end. The same panels are given to `detect_changes` with and without
*borrow*; measured are, of the changes found in series whose number of changes is found right, the
shares of 95 % intervals of dates and of rate ratios that hold the truth, and the share of the
changed series that are found::

    python benchmarks/borrowing.py --runs 40 --out benchmarks/borrowing.csv
"""

from __future__ import annotations

import argparse
import csv
from collections import defaultdict
from pathlib import Path
from zlib import crc32

import numpy as np
import pandas as pd
from worlds import WORLDS

from engagement.changes.detect.detection import detect_changes
from engagement.counting.counts import Counts

N_SERIES, N_PERIODS = 25, 28
DESIGNS = {"middle": (14, 1.5, 6.0), "four before the end": (24, 5.0, 10.0)}
"""Where the rate changes, and the means before and after."""
CHANGED = 15
WORLDS_TRIED = ("Poisson", "variance 2x mean", "variance 4x mean", "latent AR .3, sd .5")
COLUMNS = ("world", "design", "borrow", "measure", "value", "error", "runs")


def panel(world: str, design: str, rng: np.random.Generator) -> pd.DataFrame:
    """Draw a panel, the changed series first."""
    place, before, after = DESIGNS[design]
    rows = []
    for number in range(N_SERIES):
        means = np.full(N_PERIODS, before)
        if number < CHANGED:
            means[place:] = after
        rows.append(WORLDS[world](means, rng))
    periods = pd.period_range("1993", periods=N_PERIODS, freq="Y")
    return pd.DataFrame(np.transpose(rows), index=periods).rename(columns="S{:02}".format)


def measured(world: str, design: str, runs: int) -> list[dict[str, object]]:
    """Measure one cell, with and without borrowing on the same panels."""
    rng = np.random.default_rng(crc32(f"{world}|{design}".encode()))
    place, before, after = DESIGNS[design]
    hits: dict[tuple[bool, str], list[bool]] = defaultdict(list)
    for _ in range(runs):
        frame = panel(world, design, rng)
        true = frame.index[place]
        counts = Counts.from_frame(frame, by="series")
        for borrow in (False, True):
            found = detect_changes(counts, borrow=borrow)
            for number, verdict in enumerate(found.verdicts):
                changes = found.of(verdict)
                if number >= CHANGED:
                    hits[borrow, "unchanged, said to change"].append(bool(changes))
                    continue
                hits[borrow, "changed, found"].append(bool(changes))
                if len(changes) == 1:
                    (one,) = changes
                    hits[borrow, "date in its interval"].append(
                        one.date_low <= true <= one.date_high
                    )
                    hits[borrow, "ratio in its interval"].append(
                        bool(one.ratio_low <= after / before <= one.ratio_high)
                    )
    rows = []
    for (borrow, measure), told in sorted(hits.items()):
        value = float(np.mean(told))
        error = (value * (1 - value) / len(told)) ** 0.5
        numbers = (measure, f"{value:.4g}", f"{error:.2g}", len(told))
        rows.append(dict(zip(COLUMNS, (world, design, borrow, *numbers), strict=True)))
    return rows


def main() -> None:
    """Run all cells and write them."""
    parser = argparse.ArgumentParser(description="Measure what a panel's series lend one another.")
    parser.add_argument("--runs", type=int, default=40, help="panels a cell")
    parser.add_argument("--out", type=Path, default=Path("borrowing.csv"))
    asked = parser.parse_args()
    with asked.out.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        for design in DESIGNS:
            for world in WORLDS_TRIED:
                writer.writerows(measured(world, design, asked.runs))
                file.flush()


if __name__ == "__main__":
    main()
