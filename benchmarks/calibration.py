"""
Measure how often the change-point functions are right, on simulated series.

The kinds of cell are

``size``
    Series without change: the share with a p-value up to .05.
``power``
    Series with known changes: the share with a p-value up to .05.
``verdict``
    Series without change: the shares that `detect_changes` says to have changed, and to be
    uneven without a dated change.
``cover``
    Series with known changes, given to `detect_changes`: the share said to have changed. Of these
    the share with the right number of changes and with more and, where the number is right, the
    share of date and of ratio intervals that hold the truth, and the widths of those of dates.
    Weak changes are only found where chance exaggerates them, and their intervals then miss the
    truth more often than the posterior does by itself. So of all series, found or not, the same
    shares are measured by `change_posterior` at the true number of changes. Of all changes found,
    the share that cannot be dated and so is not listed. Of Poisson counts also how many times as
    wide the interval of a date is as with the family told, the median.

Each cell has its own seed and is written as soon as it is done, with its number of runs and its
Monte Carlo error. A file that exists is read first, and cells that it holds are not run again,
so that a change of the inference needs a new file; what takes least is run first::

    python benchmarks/calibration.py --kinds size power --out benchmarks/calibration.csv
    python benchmarks/calibration.py --kinds verdict cover --out benchmarks/coverage.csv

How series vary and for how long they are observed stands in ``worlds.py``; panels of series are
measured by ``panels.py``.
"""

from __future__ import annotations

import argparse
import csv
import re
import sys
import time
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING
from zlib import crc32

import numpy as np
import pandas as pd
from attrs import asdict, frozen
from worlds import DESIGNS, EXPOSURES, LEVELS, drawn, means_of, places_of, shape_of

from engagement.changes.detect.detection import detect_changes
from engagement.changes.detect.verdicts import ChangeVerdict
from engagement.changes.posterior.inference import change_posterior
from engagement.changes.testing.nulls import NULLS
from engagement.changes.testing.scan_test import ResamplingTable
from engagement.changes.testing.season import fit_season
from engagement.counting.series import CountSeries

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray
    from worlds import Rng

    from engagement.changes.detect.found import Changes
    from engagement.changes.testing.null_layout import NullLayout

MEANS = (2.0, 10.0, 0.3, 50.0, 0.05)
LENGTHS = (28, 120, 336)
SIZE_WORLDS = (
    "Poisson",
    "variance 4x mean",
    "latent AR .3, sd .5",
    "variance 2x mean",
    "latent AR .3, sd .3",
)
COVER_WORLDS = (
    ("Poisson", "even", "none"),
    ("variance 2x mean", "even", "none"),
    ("variance 4x mean", "even", "none"),
    ("latent AR .3, sd .3", "even", "none"),
    ("latent AR .3, sd .5", "even", "none"),
    ("Poisson", "1 to 5, gap", "none"),
    ("Poisson", "even", "12"),
)
"""How counts vary, how periods are observed and which season there is."""
LEVEL_WORLDS = ("Poisson", "variance 2x mean", "variance 4x mean", "latent AR .3, sd .5")
"""How the counts of many levels vary."""

KEYS = ["kind", "null", "world", "exposure", "season", "design"]


@frozen
class Cell:
    """What one cell simulates."""

    kind: str
    null: str
    world: str
    exposure: str
    season: str
    design: str

    @property
    def turn(self) -> int | None:
        """Periods of a season."""
        return None if self.season == "none" else int(self.season)


@frozen
class Measure:
    """One measured share, or mean width."""

    measure: str
    value: float
    error: float
    runs: int


def share(measure: str, hits: list[bool]) -> Measure:
    """Give a share, its Monte Carlo error and the number of runs."""
    n_runs = len(hits)
    value = float(np.mean(hits)) if hits else float("nan")
    return Measure(measure, value, (value * (1 - value) / n_runs) ** 0.5 if hits else value, n_runs)


def average(measure: str, values: list[float]) -> Measure:
    """Give a mean, its Monte Carlo error and the number of values."""
    if not values:
        return Measure(measure, float("nan"), float("nan"), 0)
    error = float(np.std(values)) / len(values) ** 0.5
    return Measure(measure, float(np.mean(values)), error, len(values))


def p_value(counts: NDArray[np.float64], layout: NullLayout, null: str, rng: Rng) -> float:
    """Test a series as `scan_test` does, but for fewer draws where p is small."""
    if len(counts) < 2 or not counts.sum():
        return 1.0
    return staged(ResamplingTable(counts[None, :], layout, NULLS[null], rng))


def staged(table: ResamplingTable, deepest: int = 199) -> float:
    """Draw 99 series, 199 where the p-value is then at most .2, and more if none comes near."""
    table.grow_to(99)
    if table.p_value <= 0.2:
        table.grow_to(199)
    if table.is_at_floor:
        table.grow_to(deepest)
    return table.p_value


def size_measures(cell: Cell, runs: int, rng: Rng) -> list[Measure]:
    """Measure how often a series without change is said to have one."""
    length, mean = cell.design.split(" at ")
    means = np.full(int(length), float(mean))
    p_values = [
        p_value(*drawn(means, cell.world, cell.exposure, cell.turn, rng), cell.null, rng)
        for _ in range(runs)
    ]
    return [share("p <= 0.05", [p <= 0.05 for p in p_values])]


def power_measures(cell: Cell, runs: int, rng: Rng) -> list[Measure]:
    """Measure how often a change is seen."""
    means = means_of(cell.design)
    p_values = [
        p_value(*drawn(means, cell.world, cell.exposure, cell.turn, rng), cell.null, rng)
        for _ in range(runs)
    ]
    return [share("p <= 0.05", [p <= 0.05 for p in p_values])]


def series_of(
    counts: NDArray[np.float64], layout: NullLayout, *, season: bool = False
) -> CountSeries:
    """Make a monthly series of the observed periods, a season taken into the exposures if asked."""
    exposures = fit_season(counts, layout).exposures if season else layout.exposures
    months = pd.PeriodIndex.from_ordinals(np.asarray(layout.ordinals, dtype=np.int64), freq="M")
    every = pd.period_range(months[0], months[-1], freq="M")
    seen = every.get_indexer(months)
    values, years = np.full(len(every), np.nan), np.zeros(len(every))
    values[seen], years[seen] = counts, exposures
    return CountSeries.from_arrays(values, every, years)


def verdict_measures(cell: Cell, runs: int, rng: Rng) -> list[Measure]:
    """Measure what is said of series without change."""
    length, mean = cell.design.split(" at ")
    means = np.full(int(length), float(mean))
    said = []
    for _ in range(runs):
        series = series_of(*drawn(means, cell.world, cell.exposure, cell.turn, rng))
        asked = {"null": cell.null, "season": cell.turn, "rng": int(rng.integers(2**31))}
        said.append(detect_changes(series, **asked).verdicts[0].verdict)
    return [
        share(str(verdict), [one is verdict for one in said])
        for verdict in (ChangeVerdict.CHANGE, ChangeVerdict.UNEVEN)
    ]


def cover_measures(cell: Cell, runs: int, rng: Rng) -> list[Measure]:
    """Measure the number of changes, and what the intervals hold."""
    means, starts = means_of(cell.design), places_of(cell.design)
    levels = shape_of(cell.design)[2]
    truth = np.divide(levels[1:], levels[:-1])
    found, right, more, widths, undated, wider = [], [], [], [], [], []
    held: dict[str, list[bool]] = {name: [] for name in ("date", "ratio", "any date", "any ratio")}
    for _ in range(runs):
        counts, layout = drawn(means, cell.world, cell.exposure, cell.turn, rng)
        if counts.sum() < 2:
            found.append(False)
            continue
        places = np.searchsorted(layout.ordinals, starts)
        dates = [pd.Period(ordinal=int(layout.ordinals[place]), freq="M") for place in places]
        asked = {"null": cell.null, "season": cell.turn, "rng": int(rng.integers(2**31))}
        changes = detect_changes(series_of(counts, layout), **asked)
        found.append(len(changes) > 0)
        (verdict,) = changes.verdicts
        undated += [True] * len(verdict.undated) + [False] * len(changes)
        if found[-1]:
            right.append(verdict.n_changes == len(starts))
            more.append(verdict.n_changes > len(starts))
            if right[-1]:
                for change in changes:
                    date, ratio = dates[change.number - 1], truth[change.number - 1]
                    held["date"].append(change.date_low <= date <= change.date_high)
                    held["ratio"].append(bool(change.ratio_low <= ratio <= change.ratio_high))
                    widths.append((change.date_high - change.date_low).n + 1.0)
            if right[-1] and cell.world == "Poisson":
                wider += _over_poisson(changes, series_of(counts, layout))
        series = series_of(counts, layout, season=cell.turn is not None)
        for date, ratio, inside in zip(dates, truth, _told(series, len(starts), rng), strict=True):
            (first, last), (low, high) = inside
            held["any date"].append(first <= date <= last)
            held["any ratio"].append(bool(low <= ratio <= high))
    return [
        share("found", found),
        share("number right, of found", right),
        share("too many, of found", more),
        share("date in its interval", held["date"]),
        share("ratio in its interval", held["ratio"]),
        average("periods in the interval", widths),
        share("date, found or not", held["any date"]),
        share("ratio, found or not", held["any ratio"]),
        share("cannot be dated, of changes", undated),
        Measure("width over Poisson", float(np.median(wider or [np.nan])), np.nan, len(wider)),
    ]


def _over_poisson(changes: Changes, series: CountSeries) -> list[float]:
    """Give how many times as wide the intervals of dates are as with the family told."""
    posterior = change_posterior(series, family="poisson")
    number = changes.verdicts[0].n_changes
    told = [posterior.interval(change.number, number) for change in changes]
    return [
        ((one.date_high - one.date_low).n + 1) / ((last - first).n + 1)
        for one, (first, last) in zip(changes, told, strict=True)
    ]


def _told(
    series: CountSeries, number: int, rng: Rng
) -> list[tuple[tuple[pd.Period, pd.Period], tuple[float, float]]]:
    """Give the intervals of date and ratio of each change, their number being told."""
    posterior = change_posterior(series)
    _, rates = posterior.draw_segmentations(number, 2000, rng)
    bounds = np.quantile(rates[:, 1:] / rates[:, :-1], [0.025, 0.975], axis=0).T
    return [
        (posterior.interval(k + 1, number), (float(low), float(high)))
        for k, (low, high) in enumerate(bounds)
    ]


MEASURES = {
    "size": size_measures,
    "power": power_measures,
    "verdict": verdict_measures,
    "cover": cover_measures,
}


def cells(kinds: list[str], nulls: list[str]) -> list[Cell]:
    """List what there is to run, what takes least first."""
    found = [
        Cell("power", null, "Poisson", "even", "none", design)
        for design, null in product(DESIGNS, nulls)
    ]
    found += [
        Cell("size", null, world, exposure, season, f"{length} at {mean:g}")
        for length, null, season, exposure, world, mean in product(
            LENGTHS, nulls, ("none", "12"), EXPOSURES, SIZE_WORLDS, MEANS
        )
    ]
    found += [
        Cell("verdict", "robust", world, "even", "none", f"{length} at {mean:g}")
        for length, world, mean in product(LENGTHS, SIZE_WORLDS, MEANS)
    ]
    found += [
        Cell("cover", "robust", world, exposure, season, design)
        for design in DESIGNS
        for world, exposure, season in COVER_WORLDS
    ]
    found += [
        Cell("cover", "robust", world, "even", "none", design)
        for design, world in product(LEVELS, LEVEL_WORLDS)
    ]
    return sorted((cell for cell in found if cell.kind in kinds), key=_effort)


def _effort(cell: Cell) -> tuple[int, int]:
    """Order cells so that some of every kind come early, and long series late."""
    length = int(re.match(r"\d+", cell.design)[0])
    hard = (cell.exposure != "even") + (cell.season != "none")
    return sum(length > one for one in LENGTHS) + hard, length


def run(
    asked: list[Cell], measure: Callable[[Cell, Rng], list[Measure]], out: Path, seed: int
) -> None:
    """Run the cells that the file does not hold yet, and add them to it."""
    done = set()
    if out.exists():
        table = pd.read_csv(out, dtype=str)
        done = set(table[KEYS].itertuples(index=False, name=None))
    todo = [cell for cell in asked if tuple(asdict(cell).values()) not in done]
    with out.open("a", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, [*KEYS, *Measure.__annotations__])
        if not done:
            writer.writeheader()
        for number, cell in enumerate(todo, start=1):
            name = " | ".join(asdict(cell).values())
            rng = np.random.default_rng([seed, crc32(name.encode())])
            begun = time.perf_counter()
            measures = measure(cell, rng)
            for one in measures:
                numbers = asdict(one)
                for key in ("value", "error"):
                    numbers[key] = f"{numbers[key]:.5g}"
                writer.writerow(asdict(cell) | numbers)
            file.flush()
            told = ", ".join(f"{one.measure} {one.value:.3f}" for one in measures)
            spent = time.perf_counter() - begun
            print(
                f"{number}/{len(todo)} {name}: {told} ({spent:.0f} s)", file=sys.stderr, flush=True
            )


def main() -> None:
    """Run what is asked for."""
    parser = argparse.ArgumentParser(description="Measure how often change points are right.")
    parser.add_argument("--runs", type=int, default=400, help="series a cell of verdicts, coverage")
    parser.add_argument("--size-runs", type=int, default=1000, help="series a cell of size, power")
    parser.add_argument("--kinds", nargs="+", default=list(MEASURES), choices=list(MEASURES))
    parser.add_argument("--nulls", nargs="+", default=["robust", "poisson"], choices=list(NULLS))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=Path("calibration.csv"))
    asked = parser.parse_args()

    def measure(cell: Cell, rng: Rng) -> list[Measure]:
        runs = asked.runs if cell.kind in ("verdict", "cover") else asked.size_runs
        return MEASURES[cell.kind](cell, runs, rng)

    run(cells(asked.kinds, asked.nulls), measure, asked.out, asked.seed)


if __name__ == "__main__":
    main()
