"""
Compare `monitor` with rules that early-warning dashboards use, on simulated weekly counts.

A year of weeks is known, and ``--weeks`` more are watched. On series without change the alarms
that begin are counted; on series whose rate doubles a year into the watch, the weeks until the
first alarm from then on. Each cell has its own seed; those in the output are not run again::

    python benchmarks/monitoring.py --known 3 --ahead 100 --out benchmarks/monitoring.csv
"""

from __future__ import annotations

import argparse
from pathlib import Path
from zlib import crc32

import numpy as np
import pandas as pd

from engagement.changes import monitor
from engagement.changes.runs import RateModel, simulate_probabilities
from engagement.series import CountSeries

N_KNOWN = 52
WORLDS = ("Poisson", "variance 2x mean")
MEANS = (1.0, 5.0, 20.0)
SEEN_FOR = 26  # weeks in which a change counts as found


def draw(means: np.ndarray, world: str, rng: np.random.Generator) -> np.ndarray:
    return rng.poisson(means if world == "Poisson" else rng.gamma(means))


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


def follow(counts: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Set a monitor up on the known weeks of the first row, and follow every row."""
    periods = pd.period_range("2015-01-05", periods=N_KNOWN, freq="W")
    state = monitor(CountSeries.from_arrays(counts[0, :N_KNOWN], periods), rng=rng)
    week = float(state.series.exposure_years[0])
    chances = simulate_probabilities(
        counts.astype(float),
        RateModel.of(state.prior, state.dispersion),
        week,
        1 - (1 - state.hazard) ** week,
        state.within,
    )
    raised = chances[:, N_KNOWN - 1 :] >= state.threshold
    return raised[:, 1:], raised[:, 0]


def begins(raised: np.ndarray, before: np.ndarray) -> np.ndarray:
    return raised & ~np.concatenate((before[:, None], raised[:, :-1]), axis=1)


def run_cell(mean: float, world: str, args: argparse.Namespace) -> list[dict[str, object]]:
    rng = np.random.default_rng(crc32(f"{mean} {world}".encode()))
    alarms: dict[str, list[float]] = {}
    delays: dict[str, list[float]] = {}
    for _ in range(args.known):
        known = draw(np.full(N_KNOWN, mean), world, rng)
        for changed in (False, True):
            means = np.full((args.ahead, args.weeks), mean)
            if changed:
                means[:, 52:] *= 2
            ahead = draw(means, world, rng)
            counts = np.concatenate((np.tile(known, (args.ahead, 1)), ahead), axis=1)
            quiet = np.zeros(args.ahead, dtype=bool)
            found = {name: (raised, quiet) for name, raised in rules(counts).items()}
            found["monitor"] = follow(counts, rng)
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
            "error": round(float(np.std(own) / n_runs**0.5), 3),
            "found_within_26_weeks": round(float(np.isfinite(delays[name]).mean()), 3),
            "median_delay_weeks": float(np.median(delays[name])),
            "known_series": args.known,
            "runs": n_runs,
        }
        for name, own in alarms.items()
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--known", type=int, default=10)
    parser.add_argument("--ahead", type=int, default=100)
    parser.add_argument("--weeks", type=int, default=208)
    parser.add_argument("--out", type=Path, default=Path("benchmarks/monitoring.csv"))
    args = parser.parse_args()
    done = pd.read_csv(args.out) if args.out.exists() else pd.DataFrame()
    for world in WORLDS:
        for mean in MEANS:
            if len(done) and ((done["world"] == world) & (done["mean"] == mean)).any():
                continue
            done = pd.concat([done, pd.DataFrame(run_cell(mean, world, args))])
            done.to_csv(args.out, index=False)
            print(world, mean, flush=True)
    print(done.to_string(index=False))


if __name__ == "__main__":
    main()
