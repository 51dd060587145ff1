"""How often intervals like those of a change hold the truth, as simulations have measured it."""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files
from math import log
from typing import Final

from attrs import frozen

__all__ = ["IntervalCoverage", "measured_coverage"]

LEVEL: Final = 0.95
"""The level of the intervals that were measured."""

_DEPENDENT: Final = 0.15
"""Correlation of neighbouring periods from which on a series is compared with dependent ones."""

_WORDS: Final = {
    "Poisson": "Poisson counts",
    "variance 2x mean": "counts whose variance is twice their mean",
    "variance 4x mean": "counts whose variance is four times their mean",
    "latent AR .3, sd .5": "counts that depend on their neighbours",
}
_DISPERSIONS: Final = {"Poisson": 1.0, "variance 2x mean": 2.0, "variance 4x mean": 4.0}
_DEPENDENT_WORLD: Final = "latent AR .3, sd .5"
_FURTHEST: Final = log(2.5)
"""How far, in the log, a series may be from what was simulated."""


@frozen(kw_only=True)
class IntervalCoverage:
    """
    What simulations of series like one's own have measured, from `Change.measured`.

    The simulations are those of ``benchmarks/calibration.py``; shares are of changes that were
    found in series whose number of changes was found right, over several designs.
    """

    periods: int
    """Periods of the simulated series."""
    counts: str
    """How their counts vary, in words."""
    date: float
    """Share of the 95 % intervals of a date that hold the true one."""
    ratio: float
    """Share of the 95 % intervals of a rate ratio that hold the true one."""
    number: float
    """Share of the changed series that were given the right number of changes."""
    n_changes: int
    """Changes behind the first two shares."""

    def __str__(self) -> str:
        """Return it as a sentence."""
        return (
            f"In simulated series of {self.periods} periods with {self.counts}, such 95% intervals "
            f"held the true date in {self.date:.0%} and the true rate ratio in {self.ratio:.0%} of "
            f"{self.n_changes} changes found; the number of changes was right in {self.number:.0%} "
            "of changed series."
        )


def measured_coverage(
    n_periods: int, dispersion: float, dependence: float
) -> IntervalCoverage | None:
    """
    Look up the simulations that are most like a series.

    Parameters
    ----------
    n_periods
        Observed periods.
    dispersion
        Variance over mean of the counts within segments.
    dependence
        Correlation of neighbouring periods within segments.

    Returns
    -------
    IntervalCoverage or None
        None where nothing like the series was simulated: fewer or more periods than two fifths
        and two and a half times those simulated, or a dispersion that far above four.
    """
    rows = _measured()
    if not rows or n_periods < 1 or log(max(dispersion, 1.0) / 4) > _FURTHEST:
        return None
    world = min(
        _DISPERSIONS, key=lambda name: abs(log(max(dispersion, 1.0)) - log(_DISPERSIONS[name]))
    )
    if dependence >= _DEPENDENT:
        world = _DEPENDENT_WORLD
    alike = [row for row in rows if row.counts == _WORDS[world]]
    nearest = min(alike, key=lambda row: abs(log(n_periods / row.periods)), default=None)
    if nearest is None or abs(log(n_periods / nearest.periods)) > _FURTHEST:
        return None
    return nearest


@cache
def _measured() -> tuple[IntervalCoverage, ...]:
    path = files("engagement") / "data" / "interval_coverage.csv"
    return tuple(
        IntervalCoverage(
            periods=int(row["periods"]),
            counts=_WORDS[row["world"]],
            date=float(row["date"]),
            ratio=float(row["ratio"]),
            number=float(row["number"]),
            n_changes=int(row["n_changes"]),
        )
        for row in csv.DictReader(path.read_text(encoding="utf-8").splitlines())
        if row["world"] in _WORDS
    )
