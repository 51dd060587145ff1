"""
Time the change-point functions on series of the usual lengths.

Nothing is asserted: the table is for reading. Run it as ``python benchmarks/speed.py``; each
figure is the best of several runs, in milliseconds, on one core. How segmentation compares with
other packages, and on long series, is measured by ``benchmarks/segmentation.py``.
"""

from __future__ import annotations

import argparse
import csv
import subprocess
import sys
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from engagement.changes import change_posterior, detect_changes, scan_test, segment
from engagement.series import CountSeries

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SIZES = (28, 112, 336, 1000)


def best_of(call: Callable[[], object], seconds: float) -> float:
    """Return the least time of a call in milliseconds, tried for some seconds."""
    call()
    times = []
    end = perf_counter() + seconds
    while perf_counter() < end or len(times) < 3:
        start = perf_counter()
        call()
        times.append(perf_counter() - start)
    return 1000 * min(times)


def made(n_periods: int, mean: float, *, steps: bool) -> CountSeries:
    """Draw a monthly series, with a rise by half every hundred periods or without change."""
    levels = mean * (1 + 0.5 * (np.arange(n_periods) // max(n_periods // 3, 1) % 2) * steps)
    counts = np.random.default_rng(n_periods).poisson(levels)
    return CountSeries.from_arrays(
        counts, pd.period_range("1993-01", periods=n_periods, freq="M"), np.ones(n_periods)
    )


def own(series: CountSeries) -> dict[str, Callable[[], object]]:
    """Name what is timed of the library's own."""
    posterior = change_posterior(series)
    return {
        "segment": lambda: segment(series),
        "segment, path": lambda: segment(series).path(),
        "change_posterior, n_changes": lambda: change_posterior(series).n_changes,
        "intensity": posterior.intensity,
        "sample(1000)": lambda: posterior.sample(1000),
        "scan_test, 999 draws": lambda: scan_test(series, n_draws=999),
        "detect_changes": lambda: detect_changes(series),
    }


def rows(sizes: tuple[int, ...], seconds: float) -> Iterator[dict[str, object]]:
    """Time everything on series of several lengths, sparse and not."""
    for n_periods in sizes:
        for mean in (0.3, 3.0):
            series = made(n_periods, mean, steps=True)
            for name, call in own(series).items():
                time = best_of(call, seconds)
                yield {"what": name, "periods": n_periods, "mean": mean, "ms": time}


def import_time(module: str) -> float:
    """Return how long a fresh interpreter takes to import a module, less one without it."""

    def run(code: str) -> float:
        return best_of(lambda: subprocess.run([sys.executable, "-c", code], check=True), 1.0)

    return run(f"import {module}") - run("pass")


def main() -> None:
    """Print the table, and write it if asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=0.5, help="to spend on each figure")
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="numbers of periods")
    parser.add_argument("--out", type=Path, help="CSV file to write")
    asked = parser.parse_args()
    table = []
    print(f"{'what':32} {'periods':>8} {'mean':>5} {'ms':>10}")
    for row in rows(tuple(asked.sizes), asked.seconds):
        table.append(row)
        size = f"{row['periods']:8} {row['mean']:5}"
        print(f"{row['what']:32} {size} {row['ms']:10.3f}", flush=True)
    for module in ("engagement", "engagement.changes"):
        print(f"import {module}: {import_time(module):.0f} ms")
    if asked.out:
        with asked.out.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, ["what", "periods", "mean", "ms"])
            writer.writeheader()
            writer.writerows(table)


if __name__ == "__main__":
    main()
