"""
Count how often tools say that a series changed: where it did not, and where it did.

The same simulated series go to every tool, in one run. A tool that has a test says "changed" at
five per cent; one that has a penalty says so where the best segmentation has a change, with the
penalty that its documentation proposes for counts or for noise of unknown size:

- ruptures: PELT, least squares, every period a candidate, penalty once, twice and three times
  log n times the variance of the noise, estimated from differences of neighbouring periods;
- skchange: PELT with its Poisson cost and its default penalty;
- strucchange (R): ``breakpoints`` with the number that BIC chooses, and the OLS-CUSUM test;
- MCMCpack (R): ``MCMCpoissonChange`` with one change against none, by marginal likelihoods, in
  fewer runs for it takes seconds a series.

The first two are in the extra ``peers``; R and its packages are found or left out::

    python benchmarks/peers.py --out benchmarks/peers.csv

Each row has its number of runs and its Monte Carlo error.
"""

from __future__ import annotations

import argparse
import csv
import shutil
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING
from zlib import crc32

import numpy as np
import pandas as pd
from worlds import WORLDS, means_of

from engagement.changes.optimal.segmentation import segment
from engagement.changes.testing.scan_test import scan_test
from engagement.counting.series import CountSeries

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Tool = Callable[[NDArray[np.float64]], NDArray[np.bool_]]

CELLS: dict[str, tuple[str, NDArray[np.float64]]] = {
    "28 at .3": ("Poisson", np.full(28, 0.3)),
    "28 at 2": ("Poisson", np.full(28, 2.0)),
    "28 at 10": ("Poisson", np.full(28, 10.0)),
    "28 at 2, variance 2x": ("variance 2x mean", np.full(28, 2.0)),
    "120 at 2": ("Poisson", np.full(120, 2.0)),
    "28: 1 to 3.5, middle": ("Poisson", means_of("28: 1 to 3.5, middle")),
    "28: .3 to 1.5, middle": ("Poisson", means_of("28: .3 to 1.5, middle")),
    "28: 2, 5, 2": ("Poisson", means_of("28: 2, 5, 2")),
    "120: 1 to 2, middle": ("Poisson", means_of("120: 1 to 2, middle")),
}
"""How counts vary, and their means; the first five have no change."""

STRUCCHANGE = """
suppressMessages(library(strucchange))
rows <- as.matrix(read.csv(commandArgs(TRUE)[1], header = FALSE))
said <- apply(rows, 1, function(y) {
  y <- as.numeric(y)
  if (var(y) == 0) return(c(0, 0))
  found <- breakpoints(y ~ 1, h = max(2, floor(0.15 * length(y))))$breakpoints
  p <- sctest(efp(y ~ 1, type = "OLS-CUSUM"))$p.value
  as.numeric(c(!is.na(found[1]), isTRUE(p <= 0.05)))
})
write.table(t(said), commandArgs(TRUE)[2], sep = ",", row.names = FALSE, col.names = FALSE)
"""

MCMCPACK = """
suppressMessages(library(MCMCpack))
rows <- as.matrix(read.csv(commandArgs(TRUE)[1], header = FALSE))
said <- apply(rows, 1, function(y) {
  y <- as.numeric(y)
  if (sum(y) == 0) return(0)
  log_marginal <- function(m) as.numeric(attr(MCMCpoissonChange(y ~ 1, data = data.frame(y = y),
    m = m, c0 = 1, d0 = 1, mcmc = 1000, burnin = 500, verbose = 0,
    marginal.likelihood = "Chib95"), "logmarglike"))
  as.numeric(log_marginal(1) > log_marginal(0))
})
write.table(said, commandArgs(TRUE)[2], sep = ",", row.names = FALSE, col.names = FALSE)
"""


def series_of(row: NDArray[np.float64]) -> CountSeries:
    """Make a yearly series."""
    return CountSeries.from_arrays(row, range(1900, 1900 + len(row)))


def by_scan(null: str) -> Tool:
    """Say "changed" where the test of this library does at five per cent."""
    return lambda rows: np.array(
        [scan_test(series_of(row), null=null).p_value <= 0.05 for row in rows]
    )


def by_segment(rows: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Say "changed" where the best segmentation of this library has a change."""
    return np.array([segment(series_of(row), family="poisson").n_changes > 0 for row in rows])


def by_ruptures(factor: float) -> Tool:
    """Ask ruptures, with a penalty of *factor* log n times the variance of the noise."""

    def ask(rows: NDArray[np.float64]) -> NDArray[np.bool_]:
        import ruptures

        said = []
        for row in rows:
            noise = float((np.diff(row) ** 2).mean()) / 2
            if noise == 0:
                said.append(False)
                continue
            found = ruptures.Pelt(model="l2", jump=1, min_size=2).fit(row)
            said.append(len(found.predict(pen=factor * np.log(len(row)) * noise)) > 1)
        return np.array(said)

    return ask


def by_skchange(rows: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Ask skchange."""
    from skchange.detectors import PELT
    from skchange.interval_scorers import PoissonCost

    said = []
    for row in rows:
        counts = row.astype(np.int64)[:, None]
        said.append(len(PELT(PoissonCost()).fit_predict(counts)) > 0)
    return np.array(said)


def by_r(script: str, column: int) -> Tool:
    """Ask a script of R, which reads rows of counts and writes one column per answer."""

    def ask(rows: NDArray[np.float64]) -> NDArray[np.bool_]:
        with tempfile.TemporaryDirectory() as folder:
            paths = [Path(folder) / name for name in ("ask.R", "rows.csv", "said.csv")]
            paths[0].write_text(script, encoding="utf-8")
            np.savetxt(paths[1], rows, fmt="%d", delimiter=",")
            subprocess.run(
                ["Rscript", *map(str, paths)], check=True, capture_output=True, text=True
            )
            said = np.loadtxt(paths[2], delimiter=",", ndmin=2)
        return np.asarray(said[:, column] > 0.5)

    return ask


def has_r(package: str) -> bool:
    """Tell whether R has a package."""
    if shutil.which("Rscript") is None:
        return False
    asked = ["Rscript", "-e", f"quit(status = !requireNamespace('{package}', quietly = TRUE))"]
    return subprocess.run(asked, check=False, capture_output=True).returncode == 0


def tools() -> dict[str, tuple[Tool, float]]:
    """Name the tools that are there, each with the share of the runs that it takes part in."""
    found: dict[str, tuple[Tool, float]] = {
        "engagement scan_test, poisson": (by_scan("poisson"), 1),
        "engagement scan_test, robust": (by_scan("robust"), 1),
        "engagement segment, mbic": (by_segment, 1),
    }
    if find_spec("ruptures"):
        for factor in (1, 2, 3):
            found[f"ruptures PELT, least squares, {factor} log n"] = (by_ruptures(factor), 1)
    if find_spec("skchange"):
        found["skchange PELT, Poisson"] = (by_skchange, 1)
    if has_r("strucchange"):
        found["strucchange breakpoints, BIC"] = (by_r(STRUCCHANGE, 0), 1)
        found["strucchange OLS-CUSUM"] = (by_r(STRUCCHANGE, 1), 1)
    if has_r("MCMCpack"):
        found["MCMCpack, one change against none"] = (by_r(MCMCPACK, 0), 0.05)
    return found


def main() -> None:
    """Run the cells that the file does not hold yet."""
    parser = argparse.ArgumentParser(description="Count how often tools say that a series changed.")
    parser.add_argument("--runs", type=int, default=1000, help="series a cell")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=Path("peers.csv"))
    asked = parser.parse_args()
    columns = ["cell", "world", "changes", "tool", "share", "error", "runs"]
    done = set()
    if asked.out.exists():
        done = set(pd.read_csv(asked.out)[["cell", "tool"]].itertuples(index=False, name=None))
    there = tools()
    with asked.out.open("a", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns)
        if not done:
            writer.writeheader()
        for cell, (world, means) in CELLS.items():
            rng = np.random.default_rng([asked.seed, crc32(cell.encode())])
            rows = np.array([WORLDS[world](means, rng) for _ in range(asked.runs)])
            for name, (tool, part) in there.items():
                if (cell, name) in done:
                    continue
                said = tool(rows[: round(part * len(rows))])
                share = float(said.mean())
                error = (share * (1 - share) / len(said)) ** 0.5
                truth = int((np.diff(means) != 0).sum())
                values = [cell, world, truth, name, f"{share:.4f}", f"{error:.4f}", len(said)]
                writer.writerow(dict(zip(columns, values, strict=True)))
                file.flush()
                print(*values, sep=" | ", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
