"""
How long exact segmentation takes, by length, beside other packages.

``python benchmarks/segmentation.py`` gives every solver the same series, in a process of its own
for each solver and kind of series, and writes a row for each length to
``benchmarks/segmentation.csv`` as soon as it is there: the least of several runs, in seconds of
the clock and of the processor (on a machine that others use, the latter tells more), and the
most memory that the process has had so far, libraries included. A file that exists is read
first; of each solver only longer series than it holds are run. A solver that would take too long
at the next length is not asked for it. At the end ratios of processor seconds are printed, and
written to ``benchmarks/segmentation_table.csv``.

The peers come with the extra ``peers``; one that is not installed is passed over. Those named
"least squares" minimise another cost, and stand here for their speed alone.
"""

from __future__ import annotations

import argparse
import csv
import re
import subprocess
import sys
from importlib.util import find_spec
from math import log
from pathlib import Path
from time import perf_counter, process_time
from typing import TYPE_CHECKING, NamedTuple
from unittest import mock

import numpy as np
import pandas as pd

from engagement.changes.optimal import optimum
from engagement.changes.optimal.segmentation import segment
from engagement.counting.series import CountSeries
from engagement.models.segment_costs import PoissonCost

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    Counts = NDArray[np.int64]
    Solve = Callable[[], object]

DESIGNS = {
    "no changes": "no changes",
    "every 250": "a change every 250",
    "every 10": "a change every 10",
    "trend": "a trend from 5 to 15",
}
"""What the series are like. Rates between changes are drawn between .3 and 30."""
OURS = "engagement"


class Timing(NamedTuple):
    """One solver on one series."""

    solver: str
    design: str
    n_periods: int
    n_runs: int
    seconds: float
    processor_seconds: float
    n_changes: int
    objective: float
    peak_megabytes: float


def draw_counts(design: str, n_periods: int) -> Counts:
    """Draw a series of a design, the same one each time."""
    rng = np.random.default_rng([list(DESIGNS).index(design), n_periods])
    if design.startswith("every"):
        every = int(design.split()[1])
        rates = np.repeat(10.0 ** rng.uniform(-0.5, 1.5, n_periods // every + 1), every)
        return rng.poisson(rates[:n_periods])
    if design == "trend":
        return rng.poisson(np.linspace(5, 15, n_periods))
    return rng.poisson(3.0, n_periods)


def as_series(counts: Counts) -> CountSeries:
    """Make a series, a minute each, before any time is taken."""
    minutes = pd.period_range("2000-01-01", periods=len(counts), freq="min")
    return CountSeries.from_arrays(counts, minutes, np.ones(len(counts)))


def ours(counts: Counts, penalty: float) -> Solve:
    series = as_series(counts)
    return lambda: segment(series, penalty=penalty, family="poisson").positions


def ours_with_length(counts: Counts, penalty: float) -> Solve:
    series = as_series(counts)
    return lambda: segment(series, penalty=penalty, min_length=2, family="poisson").positions


def ours_for_short_series(counts: Counts, penalty: float) -> Solve:
    series = as_series(counts)

    def solve() -> object:
        with mock.patch.object(optimum, "LONG", np.inf):
            return segment(series, penalty=penalty, family="poisson").positions

    return solve


def our_path(counts: Counts, penalty: float) -> Solve:
    found = segment(as_series(counts), penalty=penalty, family="poisson")

    def solve() -> object:
        found.path(20)
        return found.positions

    return solve


def skchange_pelt(counts: Counts, penalty: float) -> Solve:
    from skchange.detectors import PELT
    from skchange.interval_scorers import PoissonCost

    values = counts.reshape(-1, 1)
    solver = PELT(PoissonCost(), penalty=2 * penalty, min_segment_length=1)
    return lambda: solver.fit_predict(values)


def skchange_fpop(counts: Counts, penalty: float) -> Solve:
    from skchange.detectors import FPOP

    values = counts.reshape(-1, 1).astype(float)
    solver = FPOP(penalty=2 * penalty * float(counts.var()))
    return lambda: solver.fit_predict(values)


def ruptures_pelt(counts: Counts, penalty: float) -> Solve:
    from ruptures import Pelt
    from ruptures.base import BaseCost

    class PoissonSegments(BaseCost):
        """The Poisson cost, added as that package's documentation tells to add one's own."""

        model = ""
        min_size = 1

        def fit(self, signal: NDArray[np.float64]) -> PoissonSegments:
            self.signal = signal
            self.sums = np.concatenate(([0.0], np.cumsum(signal)))
            return self

        def error(self, start: int, end: int) -> float:
            events = float(self.sums[end] - self.sums[start])
            return events - events * log(events / (end - start)) if events else 0.0

    values = counts.astype(float)
    return lambda: (
        Pelt(custom_cost=PoissonSegments(), min_size=1, jump=1).fit(values).predict(penalty)[:-1]
    )


def ruptures_kernel(counts: Counts, penalty: float) -> Solve:
    from ruptures import KernelCPD

    values = counts.astype(float)
    price = 2 * penalty * float(counts.var())
    return lambda: (
        KernelCPD(kernel="linear", min_size=1, jump=1).fit(values).predict(pen=price)[:-1]
    )


SOLVERS: dict[str, Callable[[Counts, float], Solve]] = {
    OURS: ours,
    f"{OURS}, min_length=2": ours_with_length,
    f"{OURS}, path to 20": our_path,
    f"{OURS}, without numba": ours_for_short_series,
    "skchange PELT, Poisson": skchange_pelt,
    "ruptures Pelt, Poisson": ruptures_pelt,
    "skchange FPOP, least squares": skchange_fpop,
    "ruptures KernelCPD, least squares": ruptures_kernel,
}
LINEAR = (OURS, f"{OURS}, min_length=2", f"{OURS}, path to 20")
"""Those whose time is known to grow with the length."""
SAME_PROBLEM = (OURS, f"{OURS}, without numba", "skchange PELT, Poisson", "ruptures Pelt, Poisson")
"""Those whose least objective is the same."""


def installed_solvers() -> list[str]:
    """List ours and those of the peers that are installed."""
    return [name for name in SOLVERS if find_spec(re.split(r"[ ,]", name)[0]) is not None]


def objective(counts: Counts, changes: NDArray[np.intp], penalty: float) -> float:
    """Give what was to be minimised."""
    bounds = np.array([0, *changes, len(counts)], dtype=np.intp)
    events = np.add.reduceat(counts, bounds[:-1]).astype(float)
    costs = PoissonCost().cost(np.stack([events, np.diff(bounds).astype(float)]))
    return float(costs.sum()) + penalty * len(changes)


def time_solver(solver: str, design: str, n_periods: int, n_runs: int, patience: float) -> Timing:
    """Run a solver several times, but not longer than patience allows, and keep the least."""
    counts = draw_counts(design, n_periods)
    penalty = 1.5 * log(n_periods)
    solve = SOLVERS[solver](counts, penalty)
    timings = []
    begun = process_time()
    while len(timings) < n_runs and (not timings or process_time() - begun < patience):
        clock, processor = perf_counter(), process_time()
        found = solve()
        timings.append((perf_counter() - clock, process_time() - processor))
    changes = np.asarray(found, dtype=np.intp)
    return Timing(
        solver,
        design,
        n_periods,
        len(timings),
        min(wall for wall, _ in timings),
        min(own for _, own in timings),
        len(changes),
        objective(counts, changes, penalty),
        peak_megabytes(),
    )


def peak_megabytes() -> float:
    """Give the most memory that this process has had, libraries included."""
    try:
        import resource
    except ImportError:  # on Windows
        return float("nan")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (2**20 if sys.platform == "darwin" else 2**10)


def time_apart(
    solver: str, design: str, sizes: list[int], asked: argparse.Namespace
) -> Iterator[Timing]:
    """Time a solver at rising lengths in a process of its own, so that its memory can be told."""
    command = [sys.executable, "-W", "ignore", __file__, "--one", solver, design]
    command += ["--runs", str(asked.runs), "--limit", str(asked.limit)]
    command += ["--sizes", *map(str, sizes)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        for line in process.stdout or ():
            yield read_timing(line.strip().split("\t"))
    if process.returncode:
        raise SystemExit(f"{solver} failed on {design}")


def time_one(asked: argparse.Namespace) -> None:
    """Time a solver at rising lengths until it takes too long, and print a row for each."""
    solver, design = asked.one
    # the first call loads what was compiled before, or compiles; the peers' needs no more
    n_first = min(optimum.LONG, max(asked.sizes)) if solver.startswith(OURS) else 100
    SOLVERS[solver](draw_counts(design, n_first), 10.0)()
    for n_periods in asked.sizes:
        timing = time_solver(solver, design, n_periods, asked.runs, asked.limit)
        print(*timing, sep="\t", flush=True)
        if is_too_slow(timing, asked.limit):
            break


def is_too_slow(timing: Timing, limit: float) -> bool:
    """Tell whether a solver would take too long for ten times as many periods."""
    return timing.solver not in LINEAR and timing.processor_seconds * 30 > limit


def read_timing(cells: list[str]) -> Timing:
    """Read a row of the table."""
    solver, design, n_periods, n_runs, *rest = cells
    seconds, own, n_changes, least, peak = rest
    return Timing(
        solver,
        design,
        int(n_periods),
        int(n_runs),
        float(seconds),
        float(own),
        int(n_changes),
        float(least),
        float(peak),
    )


def read_timings(path: Path) -> list[Timing]:
    """Read what was timed before."""
    if not path.exists():
        return []
    with path.open(newline="", encoding="utf-8") as file:
        return [read_timing(cells) for cells in list(csv.reader(file))[1:]]


def run_all(asked: argparse.Namespace) -> list[Timing]:
    """Time what is not in the file yet, and write it down."""
    timings = read_timings(asked.out)
    done = {(one.solver, one.design): one for one in timings}
    with asked.out.open("a", newline="", encoding="utf-8") as file:
        table = csv.writer(file, lineterminator="\n")
        if not timings:
            table.writerow(Timing._fields)
        for design in DESIGNS:
            for solver in installed_solvers():
                last = done.get((solver, design))
                sizes = [size for size in asked.sizes if last is None or size > last.n_periods]
                if solver != OURS:  # the memory of some grows with the square
                    sizes = [size for size in sizes if size <= 10**6]
                if not sizes or (last is not None and is_too_slow(last, asked.limit)):
                    continue
                for timing in time_apart(solver, design, sizes, asked):
                    timings.append(timing)
                    table.writerow(timing)
                    file.flush()
                    print(*timing, sep="\t", flush=True)
    return timings


def ratio_rows(timings: list[Timing]) -> list[list[str]]:
    """Tell how many times longer each solver takes than ours on the same series."""
    own = {(one.design, one.n_periods): one for one in timings if one.solver == OURS}
    rows = [["solver", "periods", *DESIGNS.values()]]
    for n_periods in sorted({one.n_periods for one in timings} & {10**4, 10**6}):
        for solver in SOLVERS:
            found = {
                one.design: one
                for one in timings
                if one.solver == solver and one.n_periods == n_periods
            }
            cells = []
            for design in DESIGNS:
                one = found.get(design)
                if one is None:
                    cells.append("")
                elif solver == OURS:
                    cells.append(f"{one.processor_seconds:.2g} s")
                else:
                    ratio = one.processor_seconds / own[design, n_periods].processor_seconds
                    cells.append(f"{ratio:.0f} times" if ratio >= 10 else f"{ratio:.2g} times")
            if found:
                rows.append([solver, f"{n_periods:,}", *cells])
    return rows


def check_objectives(timings: list[Timing]) -> None:
    """Tell where another exact solver of the same problem found something better or worse."""
    own = {(one.design, one.n_periods): one for one in timings if one.solver == OURS}
    for one in timings:
        base = own.get((one.design, one.n_periods))
        if base and one.solver in SAME_PROBLEM:
            excess = (one.objective - base.objective) / abs(base.objective)
            if abs(excess) > 1e-12:
                print(f"{one.solver}, {one.design}, {one.n_periods}: objective {excess:+.1e}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[10**k for k in range(2, 8)])
    parser.add_argument("--runs", type=int, default=3, help="the least of so many is kept")
    parser.add_argument("--limit", type=float, default=4.0, help="seconds for all runs of one")
    parser.add_argument("--out", type=Path, default=Path(__file__).with_suffix(".csv"))
    parser.add_argument("--one", nargs=2, metavar=("SOLVER", "DESIGN"), help="time one")
    asked = parser.parse_args()
    if asked.one:
        time_one(asked)
        return
    timings = run_all(asked)
    rows = ratio_rows(timings)
    for row in rows:
        print("\t".join(row))
    check_objectives(timings)
    table = asked.out.with_name(f"{asked.out.stem}_table.csv")
    with table.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


if __name__ == "__main__":
    main()
