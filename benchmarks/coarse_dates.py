"""
Measure what coarse dates do to `detect_changes`, on simulated logs whose days are known.

Events are drawn on days over fourteen years and their dates are then coarsened: some keep only
their month, some only their year. The same log is counted in quarters in each of several ways:
with the true days, with dates drawn as `detect_changes` does by itself, and as a user might do
by hand. ``size`` cells hold logs without a change and give the share with a p-value up to .05;
``change`` cells hold logs whose rate changes at a random quarter, and give the share in which
that was found, and among those with one change found the share with the true quarter and the
true ratio inside of their intervals, the quarters of the interval, and the mean distance of the
date from the truth.

Each cell has its own seed and is written as soon as it is done, with its number of runs and its
Monte Carlo error. A file that exists is read first, and cells that it holds are not run again::

    python benchmarks/coarse_dates.py --out benchmarks/coarse_dates.csv
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Literal
from zlib import crc32

import numpy as np
import pandas as pd

from engagement.changes.detect.detection import detect_changes
from engagement.counting.counting import count_events
from engagement.counting.series import CountSeries
from engagement.events.coverage import Coverage
from engagement.events.events import Meeting
from engagement.log.eventlog import EventLog

if TYPE_CHECKING:
    from collections.abc import Callable

    from engagement.counting.counts import Counts

FIRST, N_YEARS, MEAN, RATIO = 2000, 14, 2.0, 2.5
QUARTERS = pd.period_range(f"{FIRST}Q1", periods=4 * N_YEARS, freq="Q")
OBSERVED = Coverage(
    [
        {
            "country": "KAZ",
            "channel": "bilateral",
            "activity": "meeting",
            "since": str(FIRST),
            "until": str(FIRST + N_YEARS - 1),
        }
    ]
)
COARSENED = {"half to the year": (0.3, 0.2, 0.5), "all to the year": (0.0, 0.0, 1.0)}
"""Shares of dates that keep their day, their month, their year alone."""


def draw_days(means: np.ndarray, rng: np.random.Generator) -> list[str]:
    """Draw the day of each event from the mean of its quarter."""
    starts = QUARTERS.start_time.to_numpy().astype("datetime64[D]")
    lengths = (QUARTERS.end_time.to_numpy().astype("datetime64[D]") - starts).astype(int) + 1
    quarters = np.repeat(np.arange(len(means)), rng.poisson(means))
    days = starts[quarters] + np.floor(rng.random(len(quarters)) * lengths[quarters]).astype(int)
    return [str(day) for day in days]


def coarsen(days: list[str], coarsened: str, rng: np.random.Generator) -> list[str]:
    """Cut dates to their month or year at random."""
    kept = rng.choice([10, 7, 4], size=len(days), p=COARSENED[coarsened])
    return [day[:length] for day, length in zip(days, kept.tolist(), strict=True)]


def log_of(dates: list[str]) -> EventLog:
    """Make a log of meetings, observed over all years."""
    meetings = [
        Meeting(id=f"e{place}", date=date, channel="bilateral", countries=["KAZ"])
        for place, date in enumerate(dates)
    ]
    return EventLog(meetings, coverage=OBSERVED)


def count(
    log: EventLog,
    imprecise: Literal["spread", "start", "middle", "exclude"] = "spread",
) -> Counts:
    """Count events in quarters."""
    window = (str(FIRST), str(FIRST + N_YEARS - 1))
    return count_events(log, by=[], freq="Q", window=window, imprecise=imprecise)


def rounded(log: EventLog) -> CountSeries:
    """Spread coarse dates over their quarters, and round the sums."""
    series = count(log).series()
    return CountSeries.from_arrays(np.rint(series.counts), series.periods)


WAYS: dict[str, Callable[[EventLog], Counts | CountSeries]] = {
    "drawn, as detect_changes does": count,
    "on 1 January, on the first": lambda log: count(log, "start"),
    "in the middle": lambda log: count(log, "middle"),
    "spread, sums rounded": rounded,
    "left out": lambda log: count(log, "exclude"),
}


def measure(kind: str, coarsened: str, n_runs: int) -> list[dict[str, object]]:
    """Measure one kind of log, counted in every way."""
    rng = np.random.default_rng(crc32(f"{kind} {coarsened}".encode()))
    hits: dict[tuple[str, str], list[float]] = {}
    for number in range(n_runs):
        means = np.full(len(QUARTERS), MEAN)
        place = int(rng.integers(14, 43))
        if kind == "change":
            means[place:] *= RATIO
        days = draw_days(means, rng)
        coarse = log_of(coarsen(days, coarsened, rng))
        counted: dict[str, Counts | CountSeries] = {"true days": count(log_of(days))}
        counted |= {name: way(coarse) for name, way in WAYS.items()}
        for name, counts in counted.items():
            found = detect_changes(counts, fdr=0.05, rng=number)
            hits.setdefault((name, "p <= 0.05"), []).append(found.verdicts[0].p_value <= 0.05)
            if kind == "size" or len(found) == 0:
                continue
            hits.setdefault((name, "one change, of found"), []).append(len(found) == 1)
            if len(found) == 1:
                (change,) = found
                truth = QUARTERS[place]
                inside = change.date_low <= truth <= change.date_high
                hits.setdefault((name, "date in its interval"), []).append(inside)
                inside = change.ratio_low <= RATIO <= change.ratio_high
                hits.setdefault((name, "ratio in its interval"), []).append(inside)
                quarters = (change.date_high - change.date_low).n + 1
                hits.setdefault((name, "quarters in the interval"), []).append(quarters)
                off = abs((change.date - truth).n)
                hits.setdefault((name, "quarters off"), []).append(off)
    return [
        {
            "kind": kind,
            "coarsened": coarsened,
            "dates": name,
            "measure": measured,
            "value": round(float(np.mean(values)), 4),
            "error": round(float(np.std(values) / len(values) ** 0.5), 4),
            "runs": len(values),
        }
        for (name, measured), values in hits.items()
    ]


def main() -> None:
    """Run the cells that are not known yet."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=1000, help="logs without a change a cell")
    parser.add_argument("--change", type=int, default=400, help="logs with one")
    parser.add_argument("--out", type=Path, default=Path("benchmarks/coarse_dates.csv"))
    args = parser.parse_args()
    done = pd.read_csv(args.out) if args.out.exists() else pd.DataFrame()
    for coarsened in COARSENED:
        for kind, n_runs in (("change", args.change), ("size", args.size)):
            if len(done) and ((done["kind"] == kind) & (done["coarsened"] == coarsened)).any():
                continue
            done = pd.concat([done, pd.DataFrame(measure(kind, coarsened, n_runs))])
            done.to_csv(args.out, index=False)
            print(kind, coarsened, flush=True)
    print(done.to_string(index=False))


if __name__ == "__main__":
    main()
