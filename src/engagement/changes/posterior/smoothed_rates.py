"""What is known of dates and rates: given a number of changes, and over all numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

from engagement.changes.posterior.date_intervals import negligible
from engagement.changes.posterior.forward_backward import Backward, run_forward
from engagement.changes.posterior.grid_distribution import RatioTable
from engagement.changes.posterior.rate_grid import RateGrid

if TYPE_CHECKING:
    from engagement.changes.posterior.component_runs import ComponentRuns

__all__ = ["Ending", "Given", "Smoothed"]

Floats = NDArray[np.float64]
Places = NDArray[np.intp]

UNSEEN = 1e-6
"""Probability of the places that are passed over for the rates on the two sides of a change."""


class Sides(NamedTuple):
    """The places of a change, in a row, and the rates on its two sides given each place."""

    dates: Floats
    """Probability of each place, 0 where it is negligible, shape ``(n_components, m)``."""
    before: Floats
    """Of the rate before, summing to one at each place, shape ``(n_components, m, G)``."""
    shares: Floats
    """*dates* over the sums of *after*."""
    after: Floats
    """Of the rate after, up to a factor at each place, shape ``(n_components, m, G)``."""

    @classmethod
    def of(
        cls, runs: ComponentRuns, backward: Backward, dates: Floats, weights: Floats, change: int
    ) -> Sides:
        """Find the places where a change may be, and what is known there of the rates."""
        rows = runs.rows
        seen = ~negligible(weights @ dates, UNSEEN)
        held = np.flatnonzero(seen)
        places = slice(int(held[0]), int(held[-1]) + 1)
        before = slice(places.start - 1, places.stop - 1)
        last = slice(places.start + rows.min_length - 1, places.stop + rows.min_length - 1)
        after = rows.entering(np.arange(places.start, places.stop))
        totals = backward.log_sums[:, change, places] - backward.log_scales[:, change, last]
        if rows.in_logs:
            after += backward.rates[:, change, last]
            top = np.maximum(after.max(axis=2), -1e300)
            after = np.exp(after - top[..., None])
            totals -= top
        else:
            after *= backward.rates[:, change, last]
        dates = np.where(seen, dates, 0.0)[:, places]
        shares = dates / bounded_exp(np.where(dates > 0, totals, 0.0))
        return cls(dates, runs.states(change)[:, before], shares, after)

    def ratio_table(self, grid: RateGrid, weights: Floats) -> RatioTable:
        """Return the joint distribution of the rates on both sides of a change."""
        first, last = held_columns(self.dates * weights, self.before)
        second, final = held_columns(self.shares * weights, self.after)
        after = self.after[:, :, second:final] * (self.shares * weights)[:, :, None]
        masses = self.before[:, :, first:last].transpose(0, 2, 1) @ after
        return RatioTable(grid=grid, first=first, second=second, masses=masses)


@frozen(kw_only=True, eq=False)
class Given:
    """
    What some components say given the number of changes K.

    The sums over rates in every period, from which it comes, take K times the room of the
    likelihoods and are not held.
    """

    grid: RateGrid
    weights: Floats = field(repr=False)
    """Of each component, shape ``(n_components,)``; sums to one over all runs."""
    dates: Floats = field(repr=False)
    """Where each change lies by component, shape ``(n_components, K, n)``."""
    masses: Floats = field(repr=False)
    """Weighted probabilities of the segments' rates, shape ``(n_components, K + 1, G)``."""
    ratios: tuple[RatioTable, ...] = field(repr=False)
    """Of each change the joint distribution of the rates on its two sides, weighted too."""

    @classmethod
    def of(cls, runs: ComponentRuns, weights: Floats, n_changes: int) -> Given:
        """Run backwards from an end after *n_changes* changes."""
        ends = np.full((len(runs.which), n_changes), -np.inf)
        ends[:, -1:] = 0.0
        backward = runs.backward(ends)
        dates = _dates(runs, backward, n_changes)
        masses = np.empty((len(weights), n_changes + 1, len(runs.grid)))
        if not n_changes:
            masses[:, 0] = runs.forward(1).rates[:, 0, -1]
        ratios = []
        for change in range(n_changes):
            sides = Sides.of(runs, backward, dates[:, change], weights, change)
            if not change:
                masses[:, 0] = (sides.dates[:, None] @ sides.before)[:, 0]
            masses[:, change + 1] = (sides.shares[:, None] @ sides.after)[:, 0]
            ratios.append(sides.ratio_table(runs.grid, weights[:, None]))
        masses /= np.maximum(masses.sum(axis=2, keepdims=True), 1e-300)
        masses *= weights[:, None, None]
        return cls(
            grid=runs.grid, weights=weights, dates=dates, masses=masses, ratios=tuple(ratios)
        )


def _dates(runs: ComponentRuns, backward: Backward, n_changes: int) -> Floats:
    """Say where each change lies by component, shape ``(n_components, K, n)``."""
    sums = runs.forward(n_changes + 1).log_sums
    logs = np.full(backward.log_sums.shape, -np.inf)
    logs[:, :, 1:] = sums[:, :n_changes, :-1] + backward.log_sums[:, :, 1:]
    logs += runs.rows.log_masses
    top = logs.max(axis=2, keepdims=True) if n_changes else logs
    with np.errstate(invalid="ignore"):
        dates = np.exp(logs - np.maximum(top, -1e300))
    totals = dates.sum(axis=2, keepdims=True)
    return np.asarray(dates / np.where(totals > 0, totals, 1.0), dtype=np.float64)


@frozen(kw_only=True, eq=False)
class Smoothed:
    """What some components say of each period, over all numbers of changes."""

    grid: RateGrid
    masses: Floats = field(repr=False)
    """Of the rate in each period, shape ``(n_components, n, G)``; sums to one over all."""
    starting: Floats = field(repr=False)
    """Probability that a new segment starts in each period, shape ``(n,)``."""

    @classmethod
    def of(cls, runs: ComponentRuns, log_weights: Floats) -> Smoothed:
        """Run backwards from ends after each number of changes, of given joint log weight."""
        n_levels = log_weights.shape[1]
        forward = run_forward(runs.rows, None, n_levels, keep=True)
        ended = forward.log_sums[:, :, -1]
        is_held = np.isfinite(ended)
        ends = log_weights - np.where(is_held, ended, 0.0)
        backward = runs.backward(np.where(is_held, ends, -np.inf))
        rows, length = runs.rows, runs.rows.min_length
        begun = np.full((len(log_weights), n_levels, rows.n_periods), -np.inf)
        begun[:, 1:, 1:] = forward.log_sums[:, :-1, :-1]
        begun[:, 0, 0] = 0.0
        begun += rows.log_masses
        n_starts = rows.n_periods - length + 1
        share = bounded_exp(begun + backward.log_sums)[:, :, :n_starts]
        scale = bounded_exp(forward.log_sums + backward.log_scales)
        following = np.exp(backward.rates) if runs.rows.in_logs else backward.rates
        masses = np.einsum("ckn,ckng,ckng->cng", scale, forward.rates, following)
        if length > 1:
            entries, scales = rows.entries(rows.starts)
            begun = begun[:, :, :n_starts] + scales[:, None]
            weight = bounded_exp(begun + backward.log_scales[:, :, length - 1 :])
            starts = entries * np.einsum("ckn,ckng->cng", weight, following[:, :, length - 1 :])
            for age in range(length - 1):
                masses[:, age : age + n_starts] += starts
        starting = np.zeros(rows.n_periods)
        starting[1:n_starts] = share[:, 1:, 1:].sum(axis=(0, 1))
        return cls(grid=runs.grid, masses=masses, starting=starting)


@frozen(kw_only=True, eq=False)
class Ending:
    """What some components say of the last segment, over all numbers of changes."""

    which: Places
    """Positions of the components in the model, shape ``(n_components,)``."""
    rates: Floats = field(repr=False)
    """Grid of each, shape ``(n_components, G)``."""
    masses: Floats = field(repr=False)
    """Probability of component and rate, of the same shape; sums to one over all."""

    @classmethod
    def of(cls, runs: ComponentRuns, log_weights: Floats) -> Ending:
        """Take the last states of each number of changes, of given joint log weight."""
        n_levels = log_weights.shape[1]
        states = runs.forward(n_levels).rates[:, :n_levels, -1]
        masses = np.einsum("ck,ckg->cg", np.exp(log_weights), states)
        return cls(which=runs.which, rates=runs.grid.rates, masses=masses)


def held_columns(dates: Floats, rates: Floats) -> tuple[int, int]:
    """Return the first rate and one beyond the last that hold a probability worth counting."""
    most = (dates[:, None] @ rates).sum(axis=(0, 1))
    columns = np.flatnonzero(most > 1e-8 * most.sum())
    return max(int(columns[0]) - 2, 0), int(columns[-1]) + 3


def bounded_exp(logs: Floats) -> Floats:
    """Return exponentials, of logs up to 600 only, so that none is infinite."""
    return np.asarray(np.exp(np.minimum(logs, 600.0)), dtype=np.float64)
