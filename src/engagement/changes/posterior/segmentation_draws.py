"""Whole segmentations with their rates, drawn from the sums forwards."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from engagement.changes.posterior.grid_distribution import Cumulative

if TYPE_CHECKING:
    from engagement.changes.posterior.component_runs import ComponentRuns

__all__ = ["draw_bounds", "draw_rates", "segment_rates"]

Floats = NDArray[np.float64]
Places = NDArray[np.intp]

_PARTS = 8
"""Parts of the step of a grid between which a drawn rate is interpolated."""


def draw_bounds(
    runs: ComponentRuns, n_changes: int, n_draws: int, rng: np.random.Generator
) -> Places:
    """
    Draw where the segments of the one component of *runs* start, given their number.

    From the last segment backwards: where it starts, given where it ends, by what ends before
    it and by its marginal likelihood.

    Returns
    -------
    numpy.ndarray
        Boundaries, 0 and n included, shape ``(n_draws, n_changes + 2)``.
    """
    rows = runs.rows
    length, log_sums = rows.min_length, runs.forward(n_changes + 1).log_sums[0]
    entering, so_far = _log_likelihoods(runs, 0)
    bounds = np.zeros((n_draws, n_changes + 2), dtype=np.intp)
    bounds[:, -1] = rows.n_periods
    for level in range(n_changes, 0, -1):
        for end in np.unique(bounds[:, level + 1]).tolist():
            starts = np.arange(length, end - length + 1)
            logs = _log_sum(entering[starts] + so_far[end] - so_far[starts + length])
            logs += log_sums[level - 1, starts - 1] + rows.log_masses[starts]
            mine = np.flatnonzero(bounds[:, level + 1] == end)
            below = np.cumsum(np.exp(logs - logs.max()))
            drawn = np.searchsorted(below, rng.random(len(mine)) * below[-1], side="right")
            bounds[mine, level] = starts[drawn]
    return bounds


def _log_likelihoods(runs: ComponentRuns, one: int) -> tuple[Floats, Floats]:
    """Return log likelihoods of one component: of the first periods, and sums over later ones."""
    rows = runs.rows.take(np.array([one]))
    size = int(runs.grid.sizes[one])
    entering, later = rows.entering(rows.starts)[0, :, :size], rows.later[0, :, :size]
    if not rows.in_logs:
        with np.errstate(divide="ignore"):
            entering, later = np.log(entering), np.log(np.maximum(later, 1e-300))
    so_far = np.zeros((rows.n_periods + 1, size))
    np.cumsum(later[rows.kind], axis=0, out=so_far[1:])
    return entering, so_far


def _log_sum(logs: Floats) -> Floats:
    top = logs.max(axis=-1)
    return np.asarray(top + np.log(np.exp(logs - top[..., None]).sum(axis=-1)), dtype=np.float64)


def segment_rates(runs: ComponentRuns, starts: Places, ends: Places) -> tuple[Floats, Floats]:
    """
    Return what is known of the rates of segments of at least the least length.

    Returns
    -------
    tuple of numpy.ndarray
        Probabilities on the grids, shape ``(n_components, m, G)`` for m segments, and the log
        marginal likelihood of each, ``(n_components, m)``, without the runs' scale.
    """
    n_components, length = len(runs.which), runs.rows.min_length
    masses = np.zeros((n_components, len(starts), len(runs.grid)))
    evidence = np.empty((n_components, len(starts)))
    for one, size in enumerate(runs.grid.sizes):
        entering, so_far = _log_likelihoods(runs, one)
        logs = entering[starts] + so_far[ends] - so_far[starts + length]
        evidence[one] = _log_sum(logs)
        masses[one, :, :size] = np.exp(logs - evidence[one][:, None])
    return masses, evidence


def draw_rates(runs: ComponentRuns, bounds: Places, rng: np.random.Generator) -> Floats:
    """Draw segments' rates for the one component of *runs*, shape as *bounds* less one column."""
    pairs = np.stack([bounds[:, :-1].ravel(), bounds[:, 1:].ravel()], axis=1)
    distinct, which = np.unique(pairs, axis=0, return_inverse=True)
    which = which.reshape(-1)
    masses, _ = segment_rates(runs, distinct[:, 0], distinct[:, 1])
    size = len(runs.grid)
    positions = np.arange(-_PARTS // 2, _PARTS * size - _PARTS // 2 + 1) / _PARTS
    cumulative = Cumulative.of(masses[0])
    below = np.maximum.accumulate(
        cumulative.at(np.broadcast_to(positions, (len(distinct), len(positions)))), axis=1
    )
    shares = rng.random(len(which))
    drawn = np.empty(len(which))
    for segment in range(len(distinct)):
        mine = which == segment
        own = below[segment]
        drawn[mine] = np.interp(shares[mine] * own[-1], own, positions)
    grid = runs.grid
    values = grid.starts + grid.spacing * drawn
    return np.asarray(grid.scale.rate(values[None])[0].reshape(len(bounds), -1), dtype=np.float64)
