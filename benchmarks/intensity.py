"""
Measure what the page on intensity says of its tests and intervals, on simulated data.

``trend in clusters`` cells give how often a common trend is found at 5% where each country only
drifts by itself. ``weights`` cells give how often a 95% interval holds the expected sum.

Each cell has its own seed and is written as soon as it is done, with its Monte Carlo error. A
file that exists is read first, and cells that it holds are not run again::

    python benchmarks/intensity.py --runs 400 --out benchmarks/intensity.csv
"""

from __future__ import annotations

import argparse
import csv
import sys
from pathlib import Path
from typing import TYPE_CHECKING
from zlib import crc32

import numpy as np
import pandas as pd
from scipy import stats
from scipy.sparse import csr_array

from engagement.counting.counts import Counts
from engagement.intensity.trends import fit_trend
from engagement.intensity.weighing import bounded_sums
from engagement.intensity.weights import Sizes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Share = tuple[str, list[bool]]

N_YEARS = 28


UNEQUAL = "each drifts about none, rates and coverage unequal"


def trend_in_clusters(
    world: str, n_countries: int, runs: int, rng: np.random.Generator
) -> list[Share]:
    """Fit a common trend to countries that each drift about none."""
    times = np.arange(N_YEARS) - (N_YEARS - 1) / 2
    labels = [f"C{number:02}" for number in range(n_countries)]
    low: dict[str, list[bool]] = {"model": [], "normal": [], "t": []}
    for _run in range(runs):
        rates, starts = np.full(n_countries, 2.0), np.zeros(n_countries)
        if world == UNEQUAL:
            rates, starts = 2.0 ** (np.arange(n_countries) - 1), 4.0 * np.arange(n_countries)
        drifts = np.exp(np.outer(rng.normal(0, 0.03, n_countries), times))
        values = rng.poisson(rates[:, None] * drifts).astype(float)
        seen = np.arange(N_YEARS) >= starts[:, None]
        table = Counts(
            axes={"country": tuple(labels)},
            periods=pd.period_range("1993", periods=N_YEARS, freq="Y"),
            values=np.where(seen, values, np.nan),
            exposure_years=seen.astype(float),
            freq="Y",
            settings={},
            coverage_stated=True,
            left_out=pd.DataFrame(columns=["id", "date", "reason", "share", "amount"]),
        )
        fit = fit_trend(table, "year + country")
        row = fit.to_frame().loc["year"]
        own = fit_trend(table, "year + country", errors="model").to_frame().loc["year"]
        low["model"].append(own["p_value"] <= 0.05)
        z = abs(row["coefficient"] / row["std_error"])
        low["normal"].append(2 * stats.norm.sf(z) <= 0.05)
        low["t"].append(row["p_value"] <= 0.05)
    return [(f"p <= .05, {name} errors", hits) for name, hits in low.items()]


SPREADS = {"all alike": 0.0, "by a factor of 1.6": 0.5, "of 2.7": 1.0, "of 4.5": 1.5}


def weights(spread: str, n_events: int, runs: int, rng: np.random.Generator) -> list[Share]:
    """Sum log-normal sizes of a Poisson number of events."""
    sd = SPREADS[spread]
    held = []
    for _run in range(runs):
        sizes = rng.lognormal(0, sd, rng.poisson(n_events))
        if not len(sizes):
            held.append(False)
            continue
        given = Sizes(low=sizes, high=sizes, is_unknown=np.zeros(len(sizes), bool), unit="")
        times = rng.poisson(1, (len(sizes), 499)).astype(np.uint8)
        sums = bounded_sums(csr_array(np.ones((1, len(sizes)))), given, times, 0.95)
        held.append(bool(sums["low"][0] <= n_events * np.exp(sd**2 / 2) <= sums["high"][0]))
    return [("interval holds the expected sum", held)]


def cells() -> Iterator[tuple[str, str, int, Callable[..., list[Share]]]]:
    """List what there is to run."""
    for world in ("each drifts about none", UNEQUAL):
        yield "trend in clusters", world, 5, trend_in_clusters
    for spread in SPREADS:
        for n_events in (5, 10, 20, 50):
            yield "weights", spread, n_events, weights


def main() -> None:
    """Run the cells that the file does not hold yet."""
    parser = argparse.ArgumentParser(description="Measure tests and intervals of intensity.")
    parser.add_argument("--runs", type=int, default=400, help="data sets a cell")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=Path("intensity.csv"))
    asked = parser.parse_args()
    names = ["kind", "world", "size", "measure", "value", "error", "runs"]
    done = set()
    if asked.out.exists():
        table = pd.read_csv(asked.out)
        done = set(table[names[:3]].itertuples(index=False, name=None))
    with asked.out.open("a", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        if not done:
            writer.writerow(names)
        for kind, world, size, run in cells():
            if (kind, world, size) in done:
                continue
            key = crc32(f"{kind} | {world} | {size}".encode())
            rng = np.random.default_rng([asked.seed, key])
            for measure, hits in run(world, size, asked.runs, rng):
                value = float(np.mean(hits))
                error = (value * (1 - value) / len(hits)) ** 0.5
                writer.writerow([kind, world, size, measure, value, round(error, 5), len(hits)])
                print(f"{kind} | {world} | {size}: {measure} {value:.3f}", file=sys.stderr)
            file.flush()


if __name__ == "__main__":
    main()
