"""
Measure how often `shared_changes` is right, on simulated panels of six series and 28 years.

Each cell has its own seed; those in the output with as many panels are not run again::

    python benchmarks/shared_changes.py --panels 200 --out benchmarks/shared_changes.csv
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pandas as pd

from engagement.changes.shared.shared_changes import shared_changes
from engagement.counting.counts import Counts

N_SERIES, N_PERIODS, PLACE, RATIO = 6, 28, 14, 4.0
DESIGNS = ("nothing changes", "each alone", "four of six together")


def draw_panel(design: str, mean: float, rng: np.random.Generator) -> Counts:
    means = np.full((N_SERIES, N_PERIODS), mean)
    for row in range(N_SERIES):
        if design == "each alone":
            means[row, int(rng.integers(4, N_PERIODS - 4)) :] *= RATIO
        elif design == "four of six together" and row < 4:
            means[row, PLACE:] *= RATIO
    return Counts(
        axes={"country": tuple("ABCDEF")},
        periods=pd.period_range("1993", periods=N_PERIODS, freq="Y"),
        values=rng.poisson(means).astype(float),
        exposure_years=np.ones(means.shape),
        freq="Y",
        settings={},
        coverage_stated=True,
        left_out=pd.DataFrame(columns=["id", "date", "reason", "share", "amount"]),
    )


def measure(design: str, mean: float, n_panels: int) -> dict[str, object]:
    rng = np.random.default_rng([DESIGNS.index(design), int(10 * mean)])
    numbers, covered, right, wrong = [], [], [], []
    for _ in range(n_panels):
        answer = shared_changes(draw_panel(design, mean, rng), n_draws=300)
        numbers.append(len(answer))
        if design == DESIGNS[-1] and len(answer) == 1:
            (change,) = answer
            date = pd.Period(str(1993 + PLACE), change.date.freqstr)
            covered.append(change.date_low <= date <= change.date_high)
            said = [member.takes_part for member in change.members]
            right.append(np.mean(said[:4]))
            wrong.append(np.mean(said[4:]))
    shares = {
        "none": np.mean(np.array(numbers) == 0).round(3),
        "one": np.mean(np.array(numbers) == 1).round(3),
        "more": np.mean(np.array(numbers) > 1).round(3),
    }
    return {
        "design": design,
        "mean": mean,
        "panels": n_panels,
        **shares,
        "error": round(
            max((share * (1 - share) / n_panels) ** 0.5 for share in shares.values()), 3
        ),
        "date_covered": np.mean(covered).round(3) if covered else None,
        "members_found": np.mean(right).round(3) if right else None,
        "others_said": np.mean(wrong).round(3) if wrong else None,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--panels", type=int, default=200)
    parser.add_argument("--out", type=Path, default=Path("benchmarks/shared_changes.csv"))
    args = parser.parse_args()
    cells = [(design, mean) for design in DESIGNS for mean in (1.0, 4.0)]
    known = pd.read_csv(args.out).to_dict("records") if args.out.exists() else []
    found = {(row["design"], row["mean"]): row for row in known if row["panels"] == args.panels}
    for cell in cells:
        if cell not in found:
            found[cell] = measure(*cell, args.panels)
            print(found[cell], flush=True)
        rows = [found[cell] for cell in cells if cell in found]
        pd.DataFrame(rows).to_csv(args.out, index=False)


if __name__ == "__main__":
    main()
