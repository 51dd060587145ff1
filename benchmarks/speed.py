"""
Time the change-point functions, beside peers where they are installed.

Nothing is asserted: the table is for reading. Run it as ``python benchmarks/speed.py``; each
figure is the best of several runs, in milliseconds, on one core. The peer is ruptures, exact
(PELT, jump 1) with the same penalty on least squares, since it has no Poisson cost.
"""

from __future__ import annotations

import argparse
import csv
import subprocess
import sys
from importlib.util import find_spec
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


def peers(series: CountSeries) -> dict[str, tuple[str, Callable[[], object]]]:
    """Name what a peer does, with our name for it."""
    if find_spec("ruptures") is None:
        return {}
    import ruptures

    signal = series.counts.copy()
    penalty = 2 * 1.5 * np.log(len(signal)) * signal.var()
    return {
        "ruptures PELT (l2)": (
            "segment",
            lambda: ruptures.Pelt(model="l2", jump=1, min_size=1).fit_predict(signal, penalty),
        ),
        "ruptures Dynp (l2), 20 changes": (
            "segment, path",
            lambda: ruptures.Dynp(model="l2", jump=1, min_size=1).fit_predict(signal, 20),
        ),
    }


def rows(sizes: tuple[int, ...], seconds: float) -> Iterator[dict[str, object]]:
    """Time everything on series of several lengths, sparse and not."""
    for n_periods in sizes:
        for mean in (0.3, 3.0):
            series = made(n_periods, mean, steps=True)
            mine = {name: best_of(call, seconds) for name, call in own(series).items()}
            for name, time in mine.items():
                yield {"what": name, "periods": n_periods, "mean": mean, "ms": time, "ratio": ""}
            for name, (rival, call) in peers(series).items():
                if n_periods > 336 and "Dynp" in name:
                    continue
                time = best_of(call, seconds)
                ratio = f"{time / mine[rival]:.2f} x {rival}"
                yield {"what": name, "periods": n_periods, "mean": mean, "ms": time, "ratio": ratio}


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
    print(f"{'what':32} {'periods':>8} {'mean':>5} {'ms':>10}  times ours")
    for row in rows(tuple(asked.sizes), asked.seconds):
        table.append(row)
        size = f"{row['periods']:8} {row['mean']:5}"
        print(f"{row['what']:32} {size} {row['ms']:10.3f}  {row['ratio']}", flush=True)
    for module in ("engagement", "engagement.changes"):
        print(f"import {module}: {import_time(module):.0f} ms")
    if asked.out:
        with asked.out.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, ["what", "periods", "mean", "ms", "ratio"])
            writer.writeheader()
            writer.writerows(table)


if __name__ == "__main__":
    main()
