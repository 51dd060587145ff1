"""
Measure what choosing the best window takes from the correlation of neighbouring periods.

On series without change the lag-1 correlation about the known mean is set beside that of the
residuals from the best window. Their difference times the number of periods is what
`estimate_dependence` gives back; the last column is the line that it uses. ``python
benchmarks/dependence.py --out benchmarks/dependence.csv`` takes some two minutes.
"""

from __future__ import annotations

import argparse
from itertools import product
from pathlib import Path
from zlib import crc32

import numpy as np
import pandas as pd
from worlds import WORLDS

from engagement.changes.testing.autocorrelation import (
    lost_to_the_best_window,
    residuals_of_best_window,
)

LENGTHS = (28, 60, 120, 336)
SERIES = (
    ("Poisson", 0.3),
    ("Poisson", 2.0),
    ("Poisson", 10.0),
    ("variance 4x mean", 10.0),
    ("latent AR .3, sd .3", 10.0),
    ("latent AR .3, sd .5", 10.0),
)


def lag_one(residuals: np.ndarray) -> float:
    """Give the lag-1 correlation of residuals about zero, or none where all of them are zero."""
    power = float(residuals @ residuals)
    return float(residuals[1:] @ residuals[:-1]) / power if power else 0.0


def measure(world: str, mean: float, length: int, runs: int) -> dict[str, object]:
    """Measure one kind of series."""
    rng = np.random.default_rng(crc32(f"{world}|{mean}|{length}".encode()))
    known, left = [], []
    while len(known) < runs:
        counts = WORLDS[world](np.full(length, mean), rng)
        if counts.sum() > 1:
            known.append(lag_one(counts - mean))
            left.append(lag_one(residuals_of_best_window(counts, np.ones(length))[0]))
    lost = length * (np.array(known) - np.array(left))
    return {
        "periods": length,
        "world": world,
        "mean": mean,
        "about the known mean": round(float(np.mean(known)), 3),
        "about the best window": round(float(np.mean(left)), 3),
        "lost, times periods": round(float(lost.mean()), 2),
        "error": round(float(lost.std() / runs**0.5), 2),
        "given back": round(lost_to_the_best_window(length), 2),
        "runs": runs,
    }


def main() -> None:
    """Measure all and print them."""
    parser = argparse.ArgumentParser(description="Measure what the best window takes away.")
    parser.add_argument("--runs", type=int, default=1000, help="series a row")
    parser.add_argument("--out", type=Path, default=Path("dependence.csv"))
    asked = parser.parse_args()
    table = pd.DataFrame(
        [
            measure(world, mean, length, asked.runs)
            for length, (world, mean) in product(LENGTHS, SERIES)
        ]
    )
    table.to_csv(asked.out, index=False)
    print(table.to_string(index=False))


if __name__ == "__main__":
    main()
