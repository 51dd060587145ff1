"""
Time the change-point functions on series of the usual lengths.

Nothing is asserted: the table is for reading. Run it as ``python benchmarks/speed.py``; each
figure is the best of several runs, in milliseconds of one processor's time, so that what else
runs on the machine matters little.

The posterior is timed for each family, and beside the plain way to sum over segmentations: a
step of the recursion for each end of a segment, with the exponentials of that row. Set
``OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1``. How segmentation compares with
other packages, and on long series, is measured by ``benchmarks/segmentation.py``.
"""

from __future__ import annotations

import argparse
import csv
import subprocess
import sys
from importlib.resources import files
from os import cpu_count
from pathlib import Path
from time import perf_counter, process_time
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.special import gammaln, logsumexp
from segmentation import peak_megabytes

from engagement.changes.detect.dated_changes import DatedChanges
from engagement.changes.detect.dating import Dating
from engagement.changes.detect.detection import detect_changes
from engagement.changes.optimal.segmentation import segment
from engagement.changes.posterior.inference import change_posterior
from engagement.changes.testing.scan_test import scan_test
from engagement.counting.counting import count_events
from engagement.counting.counts import Counts
from engagement.counting.series import CountSeries
from engagement.events.coverage import Coverage
from engagement.events.events import Meeting
from engagement.log.eventlog import EventLog
from engagement.models.families import read_family

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

SIZES = (28, 112, 336, 1000)


def best_of(
    call: Callable[[], object], seconds: float, clock: Callable[[], float] = process_time
) -> float:
    """Return the least time of a call in milliseconds, tried for some seconds."""
    call()
    times = []
    end = perf_counter() + seconds
    while perf_counter() < end or len(times) < 3:
        start = clock()
        call()
        times.append(clock() - start)
    return 1000 * min(times)


def plain_posterior(series: CountSeries) -> NDArray[np.float64]:
    """Give the probabilities of numbers of changes by a recursion over rows, Poisson counts."""
    counts, exposures = series.counts, series.exposure_years
    n_periods, most = len(counts), min(20, len(counts) - 1)
    rate = exposures.sum() / counts.sum()
    log_evidence = np.full((most + 2, n_periods + 1), -np.inf)
    log_evidence[0, 0] = 0.0
    for end in range(1, n_periods + 1):
        events = np.cumsum(counts[end - 1 :: -1])[::-1]
        years = np.cumsum(exposures[end - 1 :: -1])[::-1]
        marginal = gammaln(1 + events) + np.log(rate) - (1 + events) * np.log(rate + years)
        scores = log_evidence[:-1, :end] + marginal
        log_evidence[1:, end] = logsumexp(scores, axis=1)
    numbers = np.arange(most + 1)
    logs = log_evidence[1:, -1] + numbers * np.log(0.25)
    logs -= gammaln(n_periods) - gammaln(numbers + 1) - gammaln(n_periods - numbers)
    odds = np.exp(logs - logs.max())
    return odds / odds.sum()


def made(n_periods: int, mean: float, *, steps: bool) -> CountSeries:
    """Draw a monthly series, with a rise by half every hundred periods or without change."""
    levels = mean * (1 + 0.5 * (np.arange(n_periods) // max(n_periods // 3, 1) % 2) * steps)
    counts = np.random.default_rng(n_periods).poisson(levels)
    return CountSeries.from_arrays(
        counts, pd.period_range("1993-01", periods=n_periods, freq="M"), np.ones(n_periods)
    )


def date_all(series: CountSeries) -> list[bool]:
    """Find number, dates, intervals and rate ratios of the changes, and which can be dated."""
    dating = Dating(
        rows=series.counts[None, :],
        exposures=series.exposure_years,
        steps=np.ones(len(series)),
        family=read_family("auto"),
        min_length=2,
    )
    return DatedChanges(dating=dating, n_changes=dating.most_probable, level=0.95).is_dated


def own(series: CountSeries) -> dict[str, Callable[[], object]]:
    """Name what is timed of the library's own."""
    posterior = change_posterior(series)
    return {
        "segment": lambda: segment(series),
        "segment, path": lambda: segment(series).path(),
        "plain recursion": lambda: plain_posterior(series),
        **{
            f"change_posterior, {family}": lambda family=family: (
                change_posterior(series, family=family).n_changes
            )
            for family in ("poisson", "auto", "negative_binomial", "gaussian")
        },
        "dates of one change, auto": lambda: change_posterior(
            series, family="auto"
        ).date_distribution(),
        "number, dates and ratios, auto": lambda: date_all(series),
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
        return best_of(
            lambda: subprocess.run([sys.executable, "-c", code], check=True), 1.0, perf_counter
        )

    return run(f"import {module}") - run("pass")


def drawn_panel(n_series: int, n_periods: int = 336) -> Counts:
    """Draw monthly series of .3 to 3 events a month; every tenth rises to 2.5 times as many."""
    rng = np.random.default_rng(1)
    means = np.repeat(rng.choice([0.3, 1.0, 3.0], n_series)[:, None], n_periods, axis=1)
    means[::10, n_periods // 2 :] *= 2.5
    return Counts(
        axes={"country": tuple(f"series {number}" for number in range(n_series))},
        periods=pd.period_range("1993-01", periods=n_periods, freq="M"),
        values=rng.poisson(means).astype(float),
        exposure_years=np.full(means.shape, 1 / 12),
        freq="M",
        settings={},
        coverage_stated=True,
        left_out=pd.DataFrame(columns=["id", "date", "reason", "share", "amount"]),
    )


def imprecise_panel(n_series: int, n_years: int = 74) -> Counts:
    """
    Count a log by country and year whose dates are not all known to the year.

    Of .3, 1 or 3 events a year a fifth is known to one of two years, a tenth to one of ten; in
    three of ten countries there are 2.5 times as many in the second half.
    """
    rng, first = np.random.default_rng(1), 1950
    table = pd.read_csv(str(files("engagement") / "data" / "countries.csv"))
    codes, events = table.iloc[:n_series, 0].tolist(), []
    for code in codes:
        means = np.full(n_years, rng.choice([0.3, 1.0, 3.0]))
        means[n_years // 2 :] *= 2.5 if rng.random() < 0.3 else 1.0
        years = np.repeat(np.arange(n_years), rng.poisson(means))
        spans = rng.choice([1, 2, 10], len(years), p=[0.7, 0.2, 0.1])
        starts = np.clip(years - np.floor(rng.random(len(years)) * spans), 0, n_years - spans)
        for start, span in zip((first + starts).astype(int).tolist(), spans.tolist(), strict=True):
            date = str(start) if span == 1 else f"[{start}..{start + span - 1}]"
            events.append(Meeting(date=date, channel="bilateral", countries=[code]))
    kind = {"channel": "bilateral", "activity": "meeting", "since": str(first)}
    until = {"until": str(first + n_years - 1)}
    coverage = Coverage([{"country": code, **kind, **until} for code in codes])
    return count_events(EventLog(events, coverage=coverage), by=["country"], freq="Y")


PANELS = {"months": drawn_panel, "imprecise years": imprecise_panel}

PANEL_COLUMNS = [
    *("panel", "series", "periods", "processors", "found", "seconds", "processor_seconds"),
    *("megabytes_before", "megabytes_at_peak"),
]


def time_panel(kind: str, n_series: int) -> dict[str, object]:
    """Detect the changes of a panel, once."""
    detect_changes(PANELS[kind](60))  # what is compiled or loaded once, is by now
    panel = PANELS[kind](n_series)
    before = peak_megabytes()
    start, own = perf_counter(), process_time()
    answer = detect_changes(panel, rng=1)
    return {
        "panel": kind,
        "series": n_series,
        "periods": len(panel.periods),
        "processors": cpu_count(),
        "found": sum(verdict.verdict == "change" for verdict in answer.verdicts),
        "seconds": round(perf_counter() - start, 1),
        "processor_seconds": round(process_time() - own, 1),
        "megabytes_before": round(before),
        "megabytes_at_peak": round(peak_megabytes()),
    }


def panels(asked: list[tuple[str, int]]) -> Iterator[dict[str, object]]:
    """Time each panel in a process of its own."""
    for kind, size in asked:
        command = [sys.executable, __file__, "--one-panel", kind, str(size)]
        told = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
        yield dict(zip(PANEL_COLUMNS, told.strip().split(","), strict=True))


def main() -> None:
    """Print the table, and write it if asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=0.5, help="to spend on each figure")
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="numbers of periods")
    parser.add_argument("--out", type=Path, help="CSV file to write")
    parser.add_argument(
        "--panel", type=int, nargs="+", default=[], help="time whole panels of so many series"
    )
    parser.add_argument(
        "--imprecise", type=int, nargs="+", default=[], help="and so many with imprecise dates"
    )
    parser.add_argument("--one-panel", nargs=2, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one_panel:
        kind, size = asked.one_panel
        print(*time_panel(kind, int(size)).values(), sep=",")
        return
    wanted = [("months", size) for size in asked.panel]
    wanted += [("imprecise years", size) for size in asked.imprecise]
    if wanted:
        print(*PANEL_COLUMNS)
        table = []
        for row in panels(wanted):
            table.append(row)
            print(*row.values(), flush=True)
        write(table, PANEL_COLUMNS, asked.out)
        return
    table = []
    print(f"{'what':32} {'periods':>8} {'mean':>5} {'ms':>10}")
    for row in rows(tuple(asked.sizes), asked.seconds):
        table.append(row)
        size = f"{row['periods']:8} {row['mean']:5}"
        print(f"{row['what']:32} {size} {row['ms']:10.3f}", flush=True)
    for module in ("engagement", "engagement.changes"):
        print(f"import {module}: {import_time(module):.0f} ms")
    write(table, ["what", "periods", "mean", "ms"], asked.out)


def write(table: list[dict[str, object]], columns: list[str], out: Path | None) -> None:
    """Write a table, if a file is named."""
    if out is not None:
        with out.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, columns)
            writer.writeheader()
            writer.writerows(table)


if __name__ == "__main__":
    main()
