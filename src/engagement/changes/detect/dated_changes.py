"""Of a series that changed: how many changes, when, how large, and how sure each of these is."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from attrs import evolve, field, frozen
from numpy.typing import NDArray

from engagement.changes.detect.dating import Dating
from engagement.changes.posterior.date_intervals import best_in_order, shortest_run
from engagement.changes.posterior.grid_distribution import RatioTable, ratio_quantiles
from engagement.changes.testing.false_discovery import HALF

if TYPE_CHECKING:
    from engagement.changes.posterior.segmentations import Segmentations

__all__ = ["DatedChanges", "list_changes"]

Floats = NDArray[np.float64]

LIKELY = 0.5
"""How probable, of the most probable number of changes, another is that may be listed."""

WIDEST = 0.6
"""Share of the periods from which on an interval says too little of a date."""

_NEGLIGIBLE = 1e-4
"""A row whose share in the number of changes is below this is passed over for dates and rates."""


def list_changes(dating: Dating, level: float) -> DatedChanges | None:
    """
    Date the changes of the number that is listed.

    It is the most probable one at which all changes are dated, see `DatedChanges.is_dated`, among
    those at least half as probable as the most probable of all; without any, that one, if it has
    a dated change. Only the dated ones are listed. None where no change is at least as probable
    as one, or where no change can be dated.
    """
    if dating.unchanged >= HALF or not dating.most_probable:
        return None
    chances = dating.probabilities
    likely = np.flatnonzero(chances >= chances[dating.most_probable] * LIKELY)
    ranked = sorted(likely[likely > 0].tolist(), key=lambda number: -chances[number])
    found = [DatedChanges(dating=dating, n_changes=number, level=level) for number in ranked]
    for one in found:
        if all(one.is_dated):
            return one
    return found[0] if any(found[0].is_dated) else None


@frozen(kw_only=True, eq=False)
class DatedChanges:
    """Dates and sizes of the changes of a series, given their number."""

    dating: Dating = field(repr=False)
    n_changes: int
    level: float
    """Of the intervals."""

    @cached_property
    def _given(self) -> tuple[tuple[Segmentations, float], ...]:
        """Rows that matter given the number of changes, with weights that sum to one."""
        posteriors = self.dating.posteriors
        weights = np.array([one.probabilities[self.n_changes] for one in posteriors])
        if not weights.sum() > 0:
            weights = np.ones(len(weights))
        weights /= weights.sum()
        pairs = zip(posteriors, weights.tolist(), strict=True)
        return tuple((one, weight) for one, weight in pairs if weight > _NEGLIGIBLE)

    @cached_property
    def _marginals(self) -> Floats:
        """Where each change lies, over all rows, shape ``(n_changes, n)``."""
        total = sum(weight * one.change_marginals(self.n_changes) for one, weight in self._given)
        return np.asarray(total, dtype=np.float64)

    @cached_property
    def places(self) -> list[int]:
        """The most probable place of each change, in order."""
        return best_in_order(self._marginals, self.dating.min_length)

    @cached_property
    def typical(self) -> Segmentations:
        """The posterior of the row in which the places of the changes are the most probable."""
        rank = np.arange(self.n_changes)
        with np.errstate(divide="ignore"):
            scores = [
                float(np.log(one.change_marginals(self.n_changes)[rank, self.places]).sum())
                for one, _ in self._given
            ]
        return self._given[int(np.argmax(scores))][0]

    @property
    def typical_row(self) -> Floats:
        """The row of that posterior."""
        place = self.dating.posteriors.index(self.typical)
        return np.asarray(self.dating.rows[place], dtype=np.float64)

    @cached_property
    def intervals(self) -> list[tuple[int, int]]:
        """The shortest interval of each change, as places; its date is inside."""
        runs = [shortest_run(marginal, self.level) for marginal in self._marginals]
        return [
            (min(first, place), max(last, place))
            for (first, last), place in zip(runs, self.places, strict=True)
        ]

    @cached_property
    def chances(self) -> list[float]:
        """The probability that some change lies in each interval, whatever their number."""
        return [self.dating.probability_between(*interval) for interval in self.intervals]

    @cached_property
    def ratio_intervals(self) -> Floats:
        """Interval of each rate ratio, shape ``(n_changes, 2)``."""
        return np.array([self.ratio_quantiles(k, self._tails) for k in range(self.n_changes)])

    @property
    def _tails(self) -> tuple[float, float]:
        return (1 - self.level) / 2, (1 + self.level) / 2

    @cached_property
    def is_dated(self) -> list[bool]:
        """
        Whether each change can be dated.

        It can where its interval is shorter than three fifths of the periods, a change lies in it
        with a probability of one half or more, and its rate ratio has an interval without 1.
        """
        widest = WIDEST * len(self.dating.exposures)
        return [
            last - first + 1 < widest and chance >= HALF and not low <= 1 <= high
            for (first, last), chance, (low, high) in zip(
                self.intervals, self.chances, self.ratio_intervals, strict=True
            )
        ]

    def rate_means(self) -> Floats:
        """Return the posterior mean of each segment's rate, shape ``(n_changes + 1,)``."""
        total = sum(weight * one.rate_means(self.n_changes) for one, weight in self._given)
        return np.asarray(total, dtype=np.float64)

    def ratio_quantiles(self, change: int, shares: tuple[float, ...]) -> Floats:
        """Return quantiles of the rate after a change, from 0, over the rate before."""
        tables = [
            evolve(table, masses=weight * table.masses)
            for one, weight in self._given
            for table in one.ratio_tables(self.n_changes, change)
        ]
        return ratio_quantiles(tables, np.asarray(shares))

    def outer_ratio(self) -> Floats:
        """Return the interval of the last segment's rate over the first's, given components."""
        tables = []
        for one, weight in self._given:
            for grid, masses in one.rates(self.n_changes):
                first, last = masses[:, 0], masses[:, -1]
                total = np.maximum(first.sum(axis=1), 1e-300)[:, None, None]
                joint = weight * first[:, :, None] * last[:, None, :] / total
                tables.append(RatioTable(grid=grid, first=0, second=0, masses=joint))
        return ratio_quantiles(tables, np.asarray(self._tails))
