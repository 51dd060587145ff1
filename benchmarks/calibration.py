"""
Measure how often the change-point functions are right, on simulated series.

Two kinds of cell are run. ``size`` cells hold series without change and give the share with a
p-value up to .05; ``cover`` cells hold series with known changes and give, among the series in
which a change was found, the share with the right number of changes and, among those, the share
of date and of ratio intervals that hold the truth, and their widths.

Each cell has its own seed and is written as soon as it is done, with its number of runs and its
Monte Carlo error. A file that exists is read first, and cells that it holds are not run again::

    python benchmarks/calibration.py --runs 400 --out benchmarks/calibration.csv

A further null is one more name in ``NULLS`` (how it is asked for), a further kind of series one
more entry in ``WORLDS`` (how counts scatter about their means).
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
from attrs import asdict, frozen

from engagement.changes import detect_changes, scan_test
from engagement.series import CountSeries

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

NULLS = ("poisson",)
"""Nulls of `scan_test` to measure."""

MEANS = (0.05, 0.3, 2.0, 10.0, 50.0)
LENGTHS = (28, 120, 336)


def scatter_poisson(means: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.int64]:
    """Draw Poisson counts."""
    return rng.poisson(means)


def scatter_twice(means: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.int64]:
    """Draw counts with a variance of twice their mean."""
    return rng.poisson(rng.gamma(np.maximum(means, 1e-300)))


WORLDS: dict[str, Callable[[NDArray[np.float64], np.random.Generator], NDArray[np.int64]]] = {
    "Poisson": scatter_poisson,
    "variance 2x mean": scatter_twice,
}
"""How counts scatter about their means. The Poisson null is expected to fail in all but one."""


def even(n_periods: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Observe every period alike."""
    del rng
    return np.ones(n_periods)


def uneven(n_periods: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Observe periods from one to five times as long, with a stretch of none."""
    years = rng.uniform(1, 5, n_periods)
    years[n_periods // 3 : n_periods // 3 + n_periods // 10] = 0
    return years / years[years > 0].mean()


EXPOSURES = {"even": even, "1 to 5, gap": uneven}

DESIGNS: dict[str, tuple[int, tuple[float, ...], tuple[float, ...]]] = {
    "28: 1 to 3.5, middle": (28, (0.5,), (1, 3.5)),
    "28: .3 to 1.5, middle": (28, (0.5,), (0.3, 1.5)),
    "28: 5 to 10, last four": (28, (6 / 7,), (5, 10)),
    "28: 2, 5, 2": (28, (0.36, 0.68), (2, 5, 2)),
    "28: .05 to 2, at a third": (28, (1 / 3,), (0.05, 2)),
    "28: 10 to 4, middle": (28, (0.5,), (10, 4)),
    "120: 1 to 2, middle": (120, (0.5,), (1, 2)),
    "120: 1, 3, .5": (120, (0.3, 0.7), (1, 3, 0.5)),
    "336: .5 to 1.2, at two thirds": (336, (2 / 3,), (0.5, 1.2)),
    "336: 3, 5, 2, 4": (336, (0.25, 0.5, 0.75), (3, 5, 2, 4)),
}
"""Periods, where changes are as shares of them, and the means of the segments."""


@frozen
class Row:
    """One measured share, or mean width."""

    kind: str
    world: str
    exposure: str
    null: str
    design: str
    measure: str
    value: float
    error: float
    runs: int


def share(hits: list[bool]) -> tuple[float, float, int]:
    """Return a share, its Monte Carlo error and the number of runs."""
    n_runs = len(hits)
    if not n_runs:
        return float("nan"), float("nan"), 0
    value = float(np.mean(hits))
    return value, (value * (1 - value) / n_runs) ** 0.5, n_runs


def made(
    means: NDArray[np.float64], world: str, exposure: str, rng: np.random.Generator
) -> CountSeries:
    """Draw one series."""
    years = EXPOSURES[exposure](len(means), rng)
    counts = np.where(years > 0, WORLDS[world](means * years, rng), np.nan)
    periods = pd.period_range("1993-01", periods=len(means), freq="M")
    return CountSeries.from_arrays(counts, periods, years)


def size_rows(
    key: tuple[str, str, str, str], mean: float, length: int, runs: int, rng: np.random.Generator
) -> Iterator[Row]:
    """Measure how often a series without change is said to have one."""
    _, world, exposure, null = key
    means = np.full(length, mean)
    p_values = [
        scan_test(made(means, world, exposure, rng), null=null, rng=rng).p_value
        for _ in range(runs)
    ]
    for level in (0.01, 0.05):
        found = share([p_value <= level for p_value in p_values])
        yield Row(*key, f"{length} at {mean:g}", f"p <= {level:g}", *found)


def cover_rows(
    key: tuple[str, str, str, str], design: str, runs: int, rng: np.random.Generator
) -> Iterator[Row]:
    """Measure power, number of changes, and what the intervals hold."""
    _, world, exposure, null = key
    length, shares_of, levels = DESIGNS[design]
    places = [round(length * part) for part in shares_of]
    means = np.repeat(levels, np.diff([0, *places, length]))
    truth = np.divide(levels[1:], levels[:-1])
    found, right, more, dates, ratios, widths, claimed = [], [], [], [], [], [], []
    for _ in range(runs):
        series = made(means, world, exposure, rng)
        changes = detect_changes(series, fdr=0.05, null=null, rng=rng)
        found.append(len(changes) > 0)
        if not len(changes):
            continue
        right.append(len(changes) == len(places))
        more.append(len(changes) > len(places))
        if not right[-1]:
            continue
        for change, place, ratio in zip(changes, places, truth, strict=True):
            date = series.periods[place]
            dates.append(change.date_low <= date <= change.date_high)
            ratios.append(change.ratio_low <= ratio <= change.ratio_high)
            widths.append((change.date_high - change.date_low).n + 1)
            claimed.append(change.probability)
    for measure, hits in (
        ("found", found),
        ("number right, of found", right),
        ("too many, of found", more),
        ("date in its interval", dates),
        ("ratio in its interval", ratios),
    ):
        yield Row(*key, design, measure, *share(hits))
    for measure, values in (("periods in the interval", widths), ("stated probability", claimed)):
        error = float(np.std(values) / max(len(values), 1) ** 0.5) if values else float("nan")
        value = float(np.mean(values)) if values else float("nan")
        yield Row(*key, design, measure, value, error, len(values))


def cells(
    kinds: list[str], worlds: list[str], size_runs: int, cover_runs: int
) -> Iterator[tuple[tuple[str, ...], Callable[[np.random.Generator], list[Row]]]]:
    """List what there is to run, each with its name."""
    for null in NULLS:
        for world in worlds:
            for exposure in EXPOSURES:
                if "size" in kinds:
                    key = ("size", world, exposure, null)
                    for length in LENGTHS:
                        for mean in MEANS:
                            yield (
                                (*key, f"{length} at {mean:g}"),
                                lambda rng, key=key, mean=mean, length=length: list(
                                    size_rows(key, mean, length, size_runs, rng)
                                ),
                            )
                if "cover" in kinds:
                    key = ("cover", world, exposure, null)
                    for design in DESIGNS:
                        yield (
                            (*key, design),
                            lambda rng, key=key, design=design: list(
                                cover_rows(key, design, cover_runs, rng)
                            ),
                        )


def main() -> None:
    """Run the cells that the file does not hold yet."""
    parser = argparse.ArgumentParser(description="Measure how often change points are right.")
    parser.add_argument("--runs", type=int, default=400, help="series a cell of coverage")
    parser.add_argument("--size-runs", type=int, default=1000, help="series a cell of size")
    parser.add_argument("--kinds", nargs="+", default=["size", "cover"])
    parser.add_argument("--worlds", nargs="+", default=list(WORLDS))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=Path("calibration.csv"))
    asked = parser.parse_args()
    done = set()
    if asked.out.exists():
        table = pd.read_csv(asked.out)
        done = set(
            table[["kind", "world", "exposure", "null", "design"]].itertuples(
                index=False, name=None
            )
        )
    columns = list(Row.__annotations__)
    with asked.out.open("a", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns)
        if not done:
            writer.writeheader()
        for name, run in cells(asked.kinds, asked.worlds, asked.size_runs, asked.runs):
            if name in done:
                continue
            rng = np.random.default_rng([asked.seed, crc32(" | ".join(name).encode())])
            rows = run(rng)
            writer.writerows(asdict(row) for row in rows)
            file.flush()
            told = ", ".join(f"{row.measure} {row.value:.3f}" for row in rows)
            print(f"{' | '.join(name)}: {told}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
