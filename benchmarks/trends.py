"""
Measure how often changes that were found are called a trend, of steady growth and of steps.

Series with a steady growth, linear or exponential, and the series with changes of ``worlds.py``
are given to `detect_changes`. Of those in which changes were found, how many are "rather a trend
than steps"? One row a cell and a measure, with the number of series and the Monte Carlo error.
A file that exists is read first, and what it holds is not run again::

    python benchmarks/trends.py --runs 200 --out benchmarks/trends.csv
"""

from __future__ import annotations

import argparse
import csv
from pathlib import Path
from typing import TYPE_CHECKING
from zlib import crc32

import numpy as np
import pandas as pd
from worlds import DESIGNS, WORLDS, means_of

from engagement.changes.detect.detection import detect_changes
from engagement.counting.series import CountSeries

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

MEANS = {28: 6.0, 120: 3.0, 336: 2.0}
"""Mean number of events in a period of a series with a trend, by its number of periods."""

CHOSEN = ("Poisson", "variance 2x mean", "latent AR .3, sd .3")
COLUMNS = ("kind", "design", "world", "measure", "value", "error", "runs")


def steady(n_periods: int, kind: str, ratio: float) -> NDArray[np.float64]:
    """Give the means of a series that grows by a ratio from its first period to its last."""
    times = np.linspace(0, 1, n_periods)
    means = 1 + (ratio - 1) * times if kind == "linear" else ratio**times
    return np.asarray(means * MEANS[n_periods] / means.mean(), dtype=np.float64)


def cells() -> list[tuple[str, str, NDArray[np.float64]]]:
    """List the kinds of series: trend or steps, in words, and the means; short ones first."""
    found = [
        ("trend", f"{n_periods}: {kind}, x {ratio}", steady(n_periods, kind, ratio))
        for n_periods in MEANS
        for kind in ("linear", "exponential")
        for ratio in (2, 6)
    ]
    found += [("steps", design, means_of(design)) for design in DESIGNS]
    return sorted(found, key=lambda cell: len(cell[2]))


def measured(
    means: NDArray[np.float64], world: str, runs: int, rng: np.random.Generator
) -> Iterator[tuple[str, float, float, int]]:
    """Simulate series, and yield a measure, its share, its error and its number of series."""
    months = pd.period_range("1993-01", periods=len(means), freq="M")
    found, trends = [], []
    for _ in range(runs):
        series = CountSeries.from_arrays(WORLDS[world](means, rng), months)
        changes = detect_changes(series, rng=int(rng.integers(2**31)))
        found.append(len(changes) > 0)
        if found[-1]:
            trends.append(changes.verdicts[0].is_trend)
    for measure, hits in (("found", found), ("rather a trend, of found", trends)):
        value = float(np.mean(hits)) if hits else float("nan")
        yield measure, value, (value * (1 - value) / max(len(hits), 1)) ** 0.5, len(hits)


def main() -> None:
    """Run what the file does not hold yet."""
    parser = argparse.ArgumentParser(description="Measure how often changes are called a trend.")
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--out", type=Path, default=Path("trends.csv"))
    asked = parser.parse_args()
    done = set()
    if asked.out.exists():
        known = pd.read_csv(asked.out)
        done = set(known[["design", "world"]].itertuples(index=False, name=None))
    with asked.out.open("a", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        if not done:
            writer.writerow(COLUMNS)
        for kind, design, means in cells():
            for world in CHOSEN:
                if (design, world) in done:
                    continue
                rng = np.random.default_rng([1, crc32(f"{design} | {world}".encode())])
                for measure, value, error, runs in measured(means, world, asked.runs, rng):
                    row = [kind, design, world, measure, f"{value:.4f}", f"{error:.4f}", runs]
                    writer.writerow(row)
                    print(*row, sep=", ", flush=True)
                file.flush()


if __name__ == "__main__":
    main()
