"""Simulated series whose truth is known: how counts vary, for how long they are observed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from engagement.changes.testing.null_layout import NullLayout

if TYPE_CHECKING:
    from collections.abc import Callable

Floats = NDArray[np.float64]
Rng = np.random.Generator


def poisson(means: Floats, rng: Rng) -> Floats:
    """Draw Poisson counts."""
    return rng.poisson(means).astype(float)


def dispersed(ratio: float) -> Callable[[Floats, Rng], Floats]:
    """Draw counts with a variance of so many times their mean."""

    def draw(means: Floats, rng: Rng) -> Floats:
        shapes = np.maximum(means / (ratio - 1), 1e-300)
        return rng.poisson((ratio - 1) * rng.gamma(shapes)).astype(float)

    return draw


def latent(correlation: float, deviation: float) -> Callable[[Floats, Rng], Floats]:
    """Draw Poisson counts whose log rates follow an autoregressive path about their means."""

    def draw(means: Floats, rng: Rng) -> Floats:
        path = rng.standard_normal(len(means))
        for t in range(1, len(means)):
            path[t] = correlation * path[t - 1] + (1 - correlation**2) ** 0.5 * path[t]
        factors = np.exp(deviation * path - deviation**2 / 2)
        return rng.poisson(means * factors).astype(float)

    return draw


WORLDS: dict[str, Callable[[Floats, Rng], Floats]] = {
    "Poisson": poisson,
    "variance 2x mean": dispersed(2),
    "variance 4x mean": dispersed(4),
    "variance 8x mean": dispersed(8),
    "latent AR .3, sd .3": latent(0.3, 0.3),
    "latent AR .3, sd .5": latent(0.3, 0.5),
    "latent AR .6, sd .5": latent(0.6, 0.5),
}
"""How counts vary about their means."""


def even(n_periods: int, rng: Rng) -> Floats:
    """Observe every period alike."""
    del rng
    return np.ones(n_periods)


def uneven(n_periods: int, rng: Rng) -> Floats:
    """Observe periods from one to five times as long, with a stretch of none."""
    years = rng.uniform(1, 5, n_periods)
    years[n_periods // 3 : n_periods // 3 + n_periods // 10] = 0
    return years / years[years > 0].mean()


EXPOSURES = {"even": even, "1 to 5, gap": uneven}


def profile(n_periods: int, season: int | None) -> Floats:
    """Give a season in which the busiest slot has three times the events of the quietest."""
    if not season:
        return np.ones(n_periods)
    return 1 + 0.5 * np.cos(2 * np.pi * np.arange(n_periods) / season)


def drawn(
    means: Floats, world: str, exposure: str, season: int | None, rng: Rng
) -> tuple[Floats, NullLayout]:
    """Draw one series: the counts of its observed periods, and where they stand."""
    years = EXPOSURES[exposure](len(means), rng)
    seen = np.flatnonzero(years)
    counts = WORLDS[world](means * years * profile(len(means), season), rng)
    return counts[seen], NullLayout.of(years[seen], ordinals=seen, season=season)


DESIGNS: dict[str, tuple[int, tuple[float, ...], tuple[float, ...]]] = {
    "28: 1 to 3.5, middle": (28, (0.5,), (1, 3.5)),
    "28: .3 to 1.5, middle": (28, (0.5,), (0.3, 1.5)),
    "28: 5 to 10, last four": (28, (6 / 7,), (5, 10)),
    "28: 2, 5, 2": (28, (0.36, 0.68), (2, 5, 2)),
    "28: .05 to 2, at a third": (28, (1 / 3,), (0.05, 2)),
    "28: 10 to 4, middle": (28, (0.5,), (10, 4)),
    "120: 1 to 2, middle": (120, (0.5,), (1, 2)),
    "120: 1, 3, .5": (120, (0.3, 0.7), (1, 3, 0.5)),
    "336: .5 to 1.2, at two thirds": (336, (2 / 3,), (0.5, 1.2)),
    "336: 3, 5, 2, 4": (336, (0.25, 0.5, 0.75), (3, 5, 2, 4)),
}
"""Periods, where changes are as shares of them, and the means of the segments."""

LEVELS: dict[str, tuple[int, tuple[float, ...], tuple[float, ...]]] = {
    "60: 20, 60, 30, 90": (60, (0.25, 0.5, 0.75), (20, 60, 30, 90)),
    "100: 4, 12, 4": (100, (0.4, 0.7), (4, 12, 4)),
    "120: 1, 5, 1.5, 8": (120, (0.25, 0.5, 0.75), (1, 5, 1.5, 8)),
    "120: 1, 15, 1, three periods": (120, (58 / 120, 61 / 120), (1, 15, 1)),
    "150: 800, 2000, 1200": (150, (0.3, 0.6), (800, 2000, 1200)),
    "200: 200, 400, 250, 600, 300, 900": (
        200,
        (1 / 6, 1 / 3, 1 / 2, 2 / 3, 5 / 6),
        (200, 400, 250, 600, 300, 900),
    ),
}
"""Series of three to six levels, and a burst; as `DESIGNS`."""


def shape_of(design: str) -> tuple[int, tuple[float, ...], tuple[float, ...]]:
    """Give what a design of either list is."""
    return {**DESIGNS, **LEVELS}[design]


def places_of(design: str) -> list[int]:
    """Give where the changes of a design are."""
    length, shares, _ = shape_of(design)
    return [round(length * share) for share in shares]


def means_of(design: str) -> Floats:
    """Give the mean of every period of a design."""
    length, _, levels = shape_of(design)
    return np.repeat(np.asarray(levels, dtype=float), np.diff([0, *places_of(design), length]))
