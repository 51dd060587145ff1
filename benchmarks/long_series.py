"""
Measure the posterior of long series: how often intervals hold what is true, and its time.

Series of 10,000, 100,000 and 1,000,000 periods have changes at three random places: up, down and
up again. Of those in which three changes are the most probable number, how often do the 95 %
intervals of the dates and of the ratios hold the true ones? One row a cell and a measure, with
the number of series and the Monte Carlo error. Time is that of one processor. A file that exists
is read first, and what it holds is not run again::

    python benchmarks/long_series.py --out benchmarks/long_series.csv
"""

from __future__ import annotations

import argparse
import csv
from pathlib import Path
from time import process_time
from typing import TYPE_CHECKING
from zlib import crc32

import numpy as np
from worlds import WORLDS

from engagement.changes.posterior.date_intervals import shortest_run
from engagement.changes.posterior.grid_distribution import ratio_quantiles
from engagement.changes.posterior.segmentation_inference import MIN_LENGTH, infer_counts
from engagement.models.families import read_family

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engagement.changes.posterior.segmentations import Segmentations

SIZES = {10_000: (1.25, 60), 100_000: (1.12, 20), 1_000_000: (1.05, 5)}
"""By number of periods, the ratio of neighbouring levels and how many series are drawn."""

CHOSEN = ("Poisson", "variance 2x mean", "latent AR .3, sd .3")
MEAN = 3.0
COLUMNS = ("periods", "world", "measure", "value", "error", "runs")


def held(found: Segmentations, places: list[int], ratios: list[float]) -> tuple[list[bool], ...]:
    """Tell which dates and ratios lie inside their intervals, given their number."""
    number = len(places)
    marginals = found.change_marginals(number)
    dates, sizes = [], []
    for change in range(number):
        first, last = shortest_run(marginals[change], 0.95)
        dates.append(first <= places[change] <= last)
        tables = found.ratio_tables(number, change)
        low, high = ratio_quantiles(tables, np.array([0.025, 0.975]))
        sizes.append(bool(low <= ratios[change] <= high))
    return dates, sizes


def measured(
    n_periods: int, world: str, rng: np.random.Generator
) -> Iterator[tuple[str, float, float, int]]:
    """Simulate series, and yield a measure, its value, its error and its number of cases."""
    ratio, runs = SIZES[n_periods]
    right, dates, sizes, seconds = [], [], [], []
    ones = np.ones(n_periods)
    for _ in range(runs):
        while True:
            places = np.sort(rng.integers(n_periods // 20, n_periods - n_periods // 20, 3))
            if np.diff(places).min() >= n_periods // 20:
                break
        ratios = [ratio, 1 / ratio, ratio]
        levels = np.repeat([1, ratio, 1, ratio], np.diff([0, *places, n_periods]))
        counts = WORLDS[world](MEAN * levels, rng).astype(np.float64)
        start = process_time()
        found, _ = infer_counts(
            counts, ones, ones, family=read_family("auto"), min_length=MIN_LENGTH
        )
        right.append(found.n_changes == len(places) and found.probabilities[0] < 0.5)
        if right[-1]:
            own = held(found, places.tolist(), ratios)
            dates += own[0]
            sizes += own[1]
        seconds.append(process_time() - start)
    for measure, hits in (
        ("number right", right),
        ("date in its interval", dates),
        ("ratio in its interval", sizes),
    ):
        value = float(np.mean(hits)) if hits else float("nan")
        yield measure, value, (value * (1 - value) / max(len(hits), 1)) ** 0.5, len(hits)
    yield "seconds", float(np.median(seconds)), float(np.std(seconds) / runs**0.5), runs


def main() -> None:
    """Run what the file does not hold yet."""
    parser = argparse.ArgumentParser(description="Measure the posterior of long series.")
    parser.add_argument("--out", type=Path, default=Path("long_series.csv"))
    out = parser.parse_args().out
    known = set()
    if out.exists():
        with out.open(newline="", encoding="utf-8") as stream:
            known = {(int(row["periods"]), row["world"]) for row in csv.DictReader(stream)}
    else:
        out.write_text(",".join(COLUMNS) + "\n", encoding="utf-8")
    ones = np.ones(10_000)
    infer_counts(ones, ones, ones, family=read_family("auto"), min_length=MIN_LENGTH)  # compiles
    for n_periods in SIZES:
        for world in CHOSEN:
            if (n_periods, world) in known:
                continue
            rng = np.random.default_rng([n_periods, crc32(world.encode())])
            with out.open("a", newline="", encoding="utf-8") as stream:
                for measure, value, error, runs in measured(n_periods, world, rng):
                    row = (n_periods, world, measure, f"{value:.3f}", f"{error:.3f}", runs)
                    csv.writer(stream, lineterminator="\n").writerow(row)
                    print(*row, flush=True)


if __name__ == "__main__":
    main()
