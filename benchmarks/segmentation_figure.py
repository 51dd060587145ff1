"""Draw how long segmentation takes by length, from ``benchmarks/segmentation.csv``."""

import csv
import sys
from pathlib import Path

from matplotlib import pyplot as plt

PANELS = {"no changes": "no changes", "every 250": "a change every 250", "trend": "a slow trend"}
STYLES = {
    "engagement": ("#000000", "o", "-"),
    "engagement, min_length=2": ("#000000", "s", "--"),
    "engagement, without numba": ("#777777", "^", ":"),
    "skchange PELT, Poisson": ("#d55e00", "D", "-"),
    "ruptures Pelt, Poisson": ("#0072b2", "v", "-"),
    "skchange FPOP, least squares": ("#e69f00", "D", "--"),
    "ruptures KernelCPD, least squares": ("#56b4e9", "v", "--"),
}

# where this file stands, whether it is run or drawn from by the documentation
with Path(sys.argv[0]).with_name("segmentation.csv").open(encoding="utf-8") as file:
    rows = list(csv.DictReader(file))

figure, axes = plt.subplots(1, len(PANELS), figsize=(10, 4.6), sharex=True, sharey=True)
for ax, (design, title) in zip(axes, PANELS.items(), strict=True):
    for solver, (colour, marker, line) in STYLES.items():
        timed = [row for row in rows if (row["solver"], row["design"]) == (solver, design)]
        ax.plot(
            [int(row["n_periods"]) for row in timed],
            [float(row["processor_seconds"]) for row in timed],
            color=colour,
            marker=marker,
            linestyle=line,
            markersize=5,
            label=solver,
        )
    ax.set(xscale="log", yscale="log", title=title, xlabel="periods")
    ax.grid(visible=True, color="#dddddd", linewidth=0.6)
    ax.spines[["top", "right"]].set_visible(False)
axes[0].set_ylabel("seconds of processor time")
figure.legend(*axes[0].get_legend_handles_labels(), loc="lower center", ncols=3, frameon=False)
figure.tight_layout(rect=(0, 0.16, 1, 1))
plt.show()
