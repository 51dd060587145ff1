"""
Measure which series of simulated panels are said to have changed, and how often in error.

The means of the series go from .3 to 10 in a period; some of the series have known changes.
Compared are, on the same series, the posterior that a panel shares (`detect_changes` with
*borrow*) and the tests of each series by itself under the robust and the Poisson null. Measured
are, at a nominal false discovery rate of .1,

- the mean share of false ones among the series found, and the share found of those that changed;
- where a tenth of the series varies otherwise and does not change, how many of these are found;
- where a third of the series drifts, how many of these are found: neither in error nor right.

What the series have to do with one another is one of

``shared path``
    Their rates follow one autoregressive path about their means, of correlation .6 and standard
    deviation .3 of the logarithm.
``shared burst``
    In one period, at random, all have three times their rate.
``shares of a total``
    In each period the same number of events is dealt out to the series by their means, so that
    one has more where others have less.

Each cell has its own seed and is written as soon as it is done; a file that exists is read first,
and cells that it holds are not run again::

    python benchmarks/panels.py --runs 1000 --out benchmarks/panels.csv
"""

from __future__ import annotations

import argparse
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from attrs import evolve, frozen
from calibration import SIZE_WORLDS, Cell, Measure, average, run, staged
from statsmodels.stats.multitest import multipletests
from worlds import DESIGNS, drawn, means_of

from engagement.changes.detect.dating import Dating
from engagement.changes.detect.panel_model import fit_panel_model
from engagement.changes.testing.false_discovery import discover_by_posterior
from engagement.changes.testing.null_layout import NullLayout
from engagement.changes.testing.nulls import NULLS
from engagement.changes.testing.permutation import gaussian_paths
from engagement.changes.testing.scan_test import ResamplingTable
from engagement.changes.testing.season import fit_season
from engagement.models.negative_binomial import AnyDispersion

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from worlds import Rng

    Floats = NDArray[np.float64]
    Series = tuple[Floats, NullLayout]

RATE = 0.1
"""Nominal false discovery rate."""
FEWEST = 10
"""Panels of a cell."""


@frozen(kw_only=True)
class Panel:
    """What the series of a panel are like."""

    n_series: int
    n_periods: int = 28
    changed: float = 0.0
    """Share with changes."""
    minority: str | None = None
    """How a tenth varies, if not as the others."""
    drifting: float = 0.0
    """Share whose rate grows or falls steadily, five to twenty times in all."""
    between: str | None = None
    """What the series have to do with one another."""


PANELS = {
    "20 series, 30 % changed": Panel(n_series=20, changed=0.3),
    "100 series, 30 % changed": Panel(n_series=100, changed=0.3),
    "20 series, none changed": Panel(n_series=20),
    "20 series, a tenth latent AR .6": Panel(n_series=20, minority="latent AR .6, sd .5"),
    "20 series, 30 % changed, a tenth latent AR .6": Panel(
        n_series=20, changed=0.3, minority="latent AR .6, sd .5"
    ),
    "20 series, 30 % changed, a third drifting": Panel(n_series=20, changed=0.3, drifting=1 / 3),
    "20 series, none changed, shared path": Panel(n_series=20, between="shared path"),
    "20 series, 30 % changed, shared path": Panel(n_series=20, changed=0.3, between="shared path"),
    "20 series, none changed, shared burst": Panel(n_series=20, between="shared burst"),
    "20 series, 30 % changed, shared burst": Panel(
        n_series=20, changed=0.3, between="shared burst"
    ),
    "20 series, none changed, shares of a total": Panel(n_series=20, between="shares of a total"),
    "20 series, a tenth variance 8x": Panel(n_series=20, minority="variance 8x mean"),
    "100 series, a tenth latent AR .6": Panel(n_series=100, minority="latent AR .6, sd .5"),
    "20 series, 10 % changed": Panel(n_series=20, changed=0.1),
    "120 periods, 20 series, none changed": Panel(n_series=20, n_periods=120),
    "120 periods, 20 series, 30 % changed": Panel(n_series=20, n_periods=120, changed=0.3),
    "120 periods, 20 series, none changed, shared path": Panel(
        n_series=20, n_periods=120, between="shared path"
    ),
    "120 periods, 20 series, 30 % changed, shared path": Panel(
        n_series=20, n_periods=120, changed=0.3, between="shared path"
    ),
}
"""The panels by name."""


def measure(cell: Cell, runs: int, rng: Rng) -> list[Measure]:
    """Measure what is found in each way, and how often in error."""
    panel = PANELS[cell.design]
    told: dict[str, list[float]] = {}
    for _ in range(max(FEWEST, runs // panel.n_series)):
        truth, series = draw(panel, cell, rng)
        for name, said in found_by(series, rng).items():
            for kind in ("changed", "minority", "drifting"):
                if (truth == kind).any():
                    hits = float(said[truth == kind].mean())
                    told.setdefault(f"{kind}, found by {name}", []).append(hits)
            false = (said & np.isin(truth, ("unchanged", "minority"))).sum() / max(said.sum(), 1)
            told.setdefault(f"false discoveries, {name}", []).append(float(false))
    return [average(name, values) for name, values in told.items()]


def found_by(series: Sequence[Series], rng: Rng) -> dict[str, NDArray[np.bool_]]:
    """Say which series are found, by the panel and by each null."""
    found = {"panel": found_by_panel(series)}
    for name in ("robust", "poisson"):
        p_values = [
            staged(ResamplingTable(counts[None, :], layout, NULLS[name], rng), 999)
            for counts, layout in series
        ]
        found[name] = multipletests(p_values, alpha=RATE, method="fdr_bh")[0]
    return found


def found_by_panel(series: Sequence[Series]) -> NDArray[np.bool_]:
    """Say which series are found by the posterior that they share."""
    panel = [
        Dating(
            rows=counts[None, :],
            exposures=fit_season(counts, layout).exposures,
            steps=np.diff(layout.ordinals, prepend=layout.ordinals[0] - 1).astype(float),
            family=AnyDispersion(),
            min_length=2,
        )
        for counts, layout in series
    ]
    learned = fit_panel_model(panel)
    told = [evolve(one, family=learned.family, changed=learned.changed).unchanged for one in panel]
    return np.array([one.is_changed for one in discover_by_posterior(told, RATE)])


def draw(panel: Panel, cell: Cell, rng: Rng) -> tuple[NDArray[np.str_], list[Series]]:
    """Draw a panel, and say what is true of each of its series."""
    n_periods = panel.n_periods
    shared = common_factor(panel.between, n_periods, rng)
    designs = [design for design in DESIGNS if design.startswith(f"{n_periods}:")]
    truth: list[str] = []
    series: list[Series] = []
    expected: list[Floats] = []
    while len(series) < panel.n_series:
        place = len(series)
        means = np.full(n_periods, np.exp(rng.uniform(np.log(0.3), np.log(10))))
        kind, world = "unchanged", cell.world
        if place < panel.changed * panel.n_series:
            kind, means = "changed", means_of(designs[place % len(designs)])
        elif place < (panel.changed + panel.drifting) * panel.n_series:
            times = np.linspace(-0.5, 0.5, n_periods)
            kind = "drifting"
            means = means * np.exp(rng.choice([-1, 1]) * rng.uniform(np.log(5), np.log(20)) * times)
        elif panel.minority and place >= 0.9 * panel.n_series:
            kind, world, means = "minority", panel.minority, np.maximum(means, 1)
        counts, layout = drawn(means * shared, world, cell.exposure, cell.turn, rng)
        if counts.sum():
            truth.append(kind)
            series.append((counts, layout))
            expected.append(means)
    if panel.between == "shares of a total":
        series = shares_of_a_total(np.stack(expected), rng)
    return np.array(truth), series


def common_factor(between: str | None, n_periods: int, rng: Rng) -> Floats:
    """Draw what all series have in common."""
    if between == "shared path":
        path = gaussian_paths(1, np.ones(n_periods - 1, dtype=np.int64), 0.6, rng)[0]
        return np.exp(0.3 * path - 0.3**2 / 2)
    if between == "shared burst":
        return np.where(np.arange(n_periods) == rng.integers(n_periods), 3.0, 1.0)
    return np.ones(n_periods)


def shares_of_a_total(means: Floats, rng: Rng) -> list[Series]:
    """Deal the same number of events in every period out to series that have their means."""
    shares = means / means.sum(axis=0)
    total = round(float(means.sum(axis=0).mean()))
    counts = np.zeros(means.shape)
    while not counts.any(axis=1).all():
        counts = np.stack([rng.multinomial(total, part) for part in shares.T], axis=1)
    return [(row.astype(float), NullLayout.of(np.ones(len(row)))) for row in counts]


def cells() -> list[Cell]:
    """List what there is to run, what matters most first."""
    plain = "20 series, 30 % changed"
    kinds = [(world, "even", "none", plain) for world in SIZE_WORLDS]
    kinds += [("Poisson", "even", "none", design) for design in PANELS if design != plain]
    kinds += [
        (world, *special, plain)
        for special, world in product(
            (("1 to 5, gap", "none"), ("even", "4")), ("Poisson", "variance 2x mean")
        )
    ]
    kinds += [
        ("variance 2x mean", "even", "none", design)
        for design in (
            "20 series, 30 % changed, a third drifting",
            "20 series, 30 % changed, shared path",
            "100 series, 30 % changed",
            "120 periods, 20 series, 30 % changed",
        )
    ]
    kinds += [("latent AR .3, sd .5", "even", "none", "20 series, none changed")]
    return [Cell("panel", "panel", *kind) for kind in kinds]


def main() -> None:
    """Run the cells that the file does not hold yet."""
    parser = argparse.ArgumentParser(description="Measure what a panel finds.")
    parser.add_argument("--runs", type=int, default=1000, help="series of a cell")
    parser.add_argument("--only", default="", help="cells whose panel and counts hold this")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=Path("panels.csv"))
    asked = parser.parse_args()
    chosen = [cell for cell in cells() if asked.only in f"{cell.design} | {cell.world}"]
    run(chosen, lambda cell, rng: measure(cell, asked.runs, rng), asked.out, asked.seed)


if __name__ == "__main__":
    main()
