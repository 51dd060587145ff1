"""
Compare `monitor` with rules that early-warning dashboards use, on simulated weekly counts.

A year of weeks is known, and ``--weeks`` more are watched. On series without change the alarms
that begin are counted; on series whose rate doubles a year into the watch, the weeks until the
first alarm from then on. Several series go on from each known year, and the Monte Carlo error
is that of means over known years. Each cell has its own seed; those in the output are not run
again::

    python benchmarks/monitoring.py --known 20 --ahead 20 --out benchmarks/monitoring.csv
"""

from __future__ import annotations

import argparse
from pathlib import Path
from zlib import crc32

import numpy as np
import pandas as pd
from worlds import WORLDS

from engagement.changes.online.hazard_filter import follow_series
from engagement.changes.online.monitoring import Monitor, monitor
from engagement.counting.series import CountSeries
from engagement.models.count_rows import read_count_rows
from engagement.models.families import read_family

N_KNOWN = 52
WATCHED = (
    "Poisson",
    "variance 2x mean",
    "variance 4x mean",
    "latent AR .3, sd .3",
)
MEANS = (1.0, 5.0, 20.0)
SEEN_FOR = 26  # weeks in which a change counts as found


def draw(means: np.ndarray, world: str, rng: np.random.Generator) -> np.ndarray:
    return np.stack([WORLDS[world](row, rng) for row in means])


def past(counts: np.ndarray, weeks: int, summed: object) -> np.ndarray:
    """Sum up the weeks before each week from the first that is watched."""
    windows = np.lib.stride_tricks.sliding_window_view(counts[:, :-1], weeks, axis=1)
    return summed(windows, axis=2)[:, N_KNOWN - weeks :]


def rules(counts: np.ndarray) -> dict[str, np.ndarray]:
    """Say for each watched week whether a rule raises its alarm."""
    now, month = counts[:, N_KNOWN:], past(counts, 4, np.mean)
    return {
        "double the past month": (now >= 2 * month) & (now > 0),
        "25 % off the past month": np.abs(now - month) > 0.25 * month,
        "not seen in a year": now > past(counts, 52, np.max),
    }


def set_up(known: np.ndarray, rng: np.random.Generator) -> Monitor:
    """Set a monitor up on a year of weeks."""
    periods = pd.period_range("2015-01-05", periods=N_KNOWN, freq="W")
    return monitor(CountSeries.from_arrays(known, periods), rng=rng)


def follow(state: Monitor, counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Let a monitor follow rows of counts, the known weeks taken in."""
    week = float(state.series.exposure_years[0])
    series = state.series
    rows = read_family(state.family).rows(
        series.counts, series.exposure_years, np.ones(len(series))
    )
    chances = follow_series(
        counts.astype(float),
        read_count_rows(rows),
        state.prior,
        exposure=week,
        chance=1 - (1 - state.hazard) ** week,
        within=state.within,
    )
    raised = chances[:, N_KNOWN - 1 :] >= state.threshold
    return raised[:, 1:], raised[:, 0]


def begins(raised: np.ndarray, before: np.ndarray) -> np.ndarray:
    return raised & ~np.concatenate((before[:, None], raised[:, :-1]), axis=1)


def error_of(values: list[float], n_known: int) -> float:
    """Return the Monte Carlo error of a mean over known years."""
    means = np.reshape(values, (n_known, -1)).mean(axis=1)
    return float(means.std(ddof=1) / n_known**0.5)


def run_cell(mean: float, world: str, args: argparse.Namespace) -> list[dict[str, object]]:
    rng = np.random.default_rng(crc32(f"{mean} {world}".encode()))
    alarms: dict[str, list[float]] = {}
    delays: dict[str, list[float]] = {}
    for _ in range(args.known):
        known = draw(np.full((1, N_KNOWN), mean), world, rng)
        state = set_up(known[0], rng)
        for changed in (False, True):
            means = np.full((args.ahead, args.weeks), mean)
            if changed:
                means[:, 52:] *= 2
            ahead = draw(means, world, rng)
            counts = np.concatenate((np.repeat(known, args.ahead, axis=0), ahead), axis=1)
            quiet = np.zeros(args.ahead, dtype=bool)
            found = {name: (raised, quiet) for name, raised in rules(counts).items()}
            found["monitor"] = follow(state, counts)
            for name, (raised, before) in found.items():
                if changed:
                    late = begins(raised, before)[:, 52 : 52 + SEEN_FOR]
                    first = np.where(late.any(axis=1), late.argmax(axis=1) + 1, np.inf)
                    delays.setdefault(name, []).extend(first.tolist())
                else:
                    number = begins(raised, before).sum(axis=1) / (args.weeks / 52.1775)
                    alarms.setdefault(name, []).extend(number.tolist())
    n_runs = args.known * args.ahead
    return [
        {
            "world": world,
            "mean": mean,
            "rule": name,
            "false_alarms_a_year": round(float(np.mean(own)), 3),
            "error": round(error_of(own, args.known), 3),
            "found_within_26_weeks": round(float(np.isfinite(delays[name]).mean()), 3),
            "median_delay_weeks": float(np.median(delays[name])),
            "known_series": args.known,
            "runs": n_runs,
        }
        for name, own in alarms.items()
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--known", type=int, default=20)
    parser.add_argument("--ahead", type=int, default=20)
    parser.add_argument("--weeks", type=int, default=208)
    parser.add_argument("--out", type=Path, default=Path("benchmarks/monitoring.csv"))
    args = parser.parse_args()
    done = pd.read_csv(args.out) if args.out.exists() else pd.DataFrame()
    for world in WATCHED:
        for mean in MEANS:
            if len(done) and ((done["world"] == world) & (done["mean"] == mean)).any():
                continue
            done = pd.concat([done, pd.DataFrame(run_cell(mean, world, args))])
            done.to_csv(args.out, index=False)
            print(world, mean, flush=True)
    print(done.to_string(index=False))


if __name__ == "__main__":
    main()
