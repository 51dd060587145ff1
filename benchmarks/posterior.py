"""
Measure what the exact posterior says of simulated series with one change, family by family.

For each world (how counts vary about their means), each design and each family: how often
the likeliest number of changes is the true one, and above it; and, given that number, how often
the 95 % intervals of date and ratio hold the truth. One row a measure, with the number of series
and the Monte Carlo error. A file that exists is read first, and what it holds is not run again::

    python benchmarks/posterior.py --runs 400 --out benchmarks/posterior.csv
"""

from __future__ import annotations

import argparse
import csv
from pathlib import Path
from zlib import crc32

import numpy as np
import pandas as pd

from engagement.changes.posterior.inference import change_posterior
from engagement.counting.series import CountSeries

FAMILIES = ("poisson", "auto")
DISPERSIONS = {"Poisson": 1.0, "variance 2x mean": 2.0, "variance 4x mean": 4.0}
DESIGNS = {
    "28, no change at 2": (28, 28, 2.0, 2.0),
    "28, 1 to 3.5 in the middle": (28, 14, 1.0, 3.5),
    "28, 5 to 10, last four": (28, 24, 5.0, 10.0),
    "120, no change at 2": (120, 120, 2.0, 2.0),
    "120, 2 to 4 in the middle": (120, 60, 2.0, 4.0),
}
"""Periods, the first of the new regime, and the means of both."""

COLUMNS = ("world", "design", "family", "measure", "value", "error", "runs")


def drawn_about(means: np.ndarray, dispersion: float, rng: np.random.Generator) -> np.ndarray:
    """Draw counts with a variance of so many times their mean."""
    if dispersion == 1:
        return rng.poisson(means)
    return rng.negative_binomial(means / (dispersion - 1), 1 / dispersion)


def judged(counts: np.ndarray, family: str, place: int, ratio: float) -> dict[str, bool]:
    """Ask one series, and hold the answer against the truth."""
    periods = pd.period_range("1900", periods=len(counts), freq="Y")
    posterior = change_posterior(CountSeries.from_arrays(counts, periods), family=family)
    likeliest = int(posterior.n_changes.to_numpy().argmax())
    truth = int(place < len(counts))
    found = {"number right": likeliest == truth, "too many": likeliest > truth}
    if truth:
        first, last = posterior.interval()
        found["date in its interval"] = bool(first <= periods[place] <= last)
        _, rates = posterior.draw_segmentations(1, 2000, np.random.default_rng(0))
        low, high = np.quantile(rates[:, 1] / rates[:, 0], [0.025, 0.975])
        found["ratio in its interval"] = bool(low <= ratio <= high)
    return found


def main() -> None:
    """Run what the file does not hold yet."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=400)
    parser.add_argument("--out", type=Path, default=Path("posterior.csv"))
    asked = parser.parse_args()
    done = set()
    if asked.out.exists():
        known = pd.read_csv(asked.out)
        done = set(known[["world", "design"]].itertuples(index=False, name=None))
    with asked.out.open("a", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        if not done:
            writer.writerow(COLUMNS)
        for world, dispersion in DISPERSIONS.items():
            for design, (length, place, before, after) in DESIGNS.items():
                if (world, design) in done:
                    continue
                rng = np.random.default_rng([1, crc32(f"{world} | {design}".encode())])
                means = np.where(np.arange(length) < place, before, after)
                drawn = [drawn_about(means, dispersion, rng) for _ in range(asked.runs)]
                for family in FAMILIES:
                    table = pd.DataFrame(
                        [judged(counts, family, place, after / before) for counts in drawn]
                    )
                    for measure, hits in table.items():
                        value = float(hits.mean())
                        error = (value * (1 - value) / len(hits)) ** 0.5
                        row = [world, design, family, measure, f"{value:.4f}", f"{error:.4f}"]
                        writer.writerow([*row, len(hits)])
                    print(world, design, family, table.mean().round(3).to_dict(), flush=True)
                file.flush()


if __name__ == "__main__":
    main()
