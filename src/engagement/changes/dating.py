"""Of a series that changed: how many changes, when, how large, and how sure each of these is."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

from engagement.changes.dependence import residuals_of_best_window
from engagement.changes.exact import ExactPosterior, weigh_segmentations
from engagement.changes.families import Family, read_family

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["Dating", "Weighing", "lag_above_chance"]

Floats = NDArray[np.float64]
Places = NDArray[np.intp]

MOST_CHANGES = 20
"""Changes that are allowed for."""


@frozen(kw_only=True)
class Weighing:
    """How much the likelihood of counts is trusted."""

    dependence: float
    """Lag-1 correlation of what two rates leave, as far as it is above chance; 0 if not."""
    spread: float
    """Pearson's measure of scatter about the rates of the segments: 1 for Poisson counts."""

    @classmethod
    def of(cls, counts: Floats, exposures: Floats, places: Sequence[int]) -> Weighing:
        """
        Look at counts about the rates of their segments.

        Parameters
        ----------
        counts, exposures
            Of the observed periods, shape ``(n,)``.
        places
            Where segments start, but for the first.
        """
        if not len(counts):
            return cls(dependence=0.0, spread=1.0)
        bounds = [0, *places]
        rates = np.add.reduceat(counts, bounds) / np.add.reduceat(exposures, bounds)
        means = np.repeat(rates, np.diff([*bounds, len(counts)])) * exposures
        some = means > 0
        chi_square = float((((counts - means) ** 2)[some] / means[some]).sum())
        free = max(len(counts) - len(bounds), 1)
        return cls(dependence=lag_above_chance(counts, exposures), spread=chi_square / free)

    @property
    def inflation(self) -> float:
        """By how much dependence inflates the variance of a sum: ``(1 + r) / (1 - r)``."""
        return (1 + self.dependence) / (1 - self.dependence)

    @property
    def weight(self) -> float:
        """The power to which a Poisson likelihood is raised."""
        return 1 / (max(self.spread, 1.0) * self.inflation)


def lag_above_chance(counts: Floats, exposures: Floats) -> float:
    """
    Return the lag-1 correlation of what the best window leaves, if it is above chance.

    Parameters
    ----------
    counts, exposures
        Of the observed periods, shape ``(n,)``.

    Returns
    -------
    float
        0 up to ``1 / sqrt(n)``, and never above 0.9.
    """
    if len(counts) < 4 or not counts.any():
        return 0.0
    residuals, _ = residuals_of_best_window(counts, exposures)
    power = float(residuals @ residuals)
    lag = float(residuals[1:] @ residuals[:-1]) / power if power else 0.0
    return min(lag, 0.9) if lag > len(counts) ** -0.5 else 0.0


@frozen(kw_only=True, eq=False)
class Dating:
    """
    Number, dates and sizes of changes, over one row of counts or several draws of it.

    How many there are is asked of the family. With the family ``auto``, which averages over
    how much counts scatter, the likelihood is tempered once by what neighbouring periods have
    in common; dates and sizes are then those of Poisson counts, tempered by that and by how
    much counts were found to scatter about the segments. Several rows are so many equally
    probable worlds, and every answer is the mixture of theirs.
    """

    rows: Floats = field(repr=False)
    """Whole counts, shape ``(n_rows, n)``."""
    exposures: Floats = field(repr=False)
    """Shape ``(n,)``, a season's profile taken in."""
    family: Family
    """What counts are taken to be."""
    min_length: int
    """Least number of periods in a segment."""

    @property
    def is_tempered(self) -> bool:
        """Whether the likelihood is trusted less where counts depend or scatter."""
        return self.family.name == "auto"

    @cached_property
    def counted(self) -> tuple[ExactPosterior, ...]:
        """The posterior of each row from which the number of changes is taken."""
        found = []
        for row in self.rows:
            lag = lag_above_chance(row, self.exposures) if self.is_tempered else 0.0
            found.append(self._weigh(row, self.family, MOST_CHANGES, (1 - lag) / (1 + lag)))
        return tuple(found)

    @cached_property
    def weighings(self) -> tuple[Weighing, ...]:
        """How much the likelihood of each row is trusted, given the number of changes."""
        found = []
        for row in self.rows:
            exact = self._weigh(row, read_family("poisson"), self.n_changes)
            places = exact.best_changes(self.n_changes)
            found.append(Weighing.of(row, self.exposures, places))
        return tuple(found)

    @property
    def weighing(self) -> Weighing:
        """The mean of those of the rows."""
        return Weighing(
            dependence=float(np.mean([one.dependence for one in self.weighings])),
            spread=float(np.mean([one.spread for one in self.weighings])),
        )

    @cached_property
    def probabilities(self) -> Floats:
        """Of each number of changes, shape ``(max_changes + 1,)``."""
        return self._mean(lambda one: one.probabilities, self.counted)

    @property
    def n_changes(self) -> int:
        """The most probable number, given that there is one at all; 0 without room for any."""
        return 1 + int(np.argmax(self.probabilities[1:])) if len(self.probabilities) > 1 else 0

    @cached_property
    def dated(self) -> tuple[ExactPosterior, ...]:
        """The posterior of each row from which dates and sizes are taken."""
        if not self.is_tempered:
            return self.counted
        return tuple(
            self._weigh(
                row,
                read_family("poisson"),
                self.n_changes,
                weighing.weight,
            )
            for row, weighing in zip(self.rows, self.weighings, strict=True)
        )

    @cached_property
    def _ways(self) -> tuple[tuple[int, ...], ...]:
        return tuple(tuple(one.best_changes(self.n_changes)) for one in self.dated)

    @property
    def typical_row(self) -> Floats:
        """A row whose most probable changes are those of all rows together."""
        return np.asarray(self.rows[self._ways.index(tuple(self.places))], dtype=np.float64)

    @cached_property
    def places(self) -> list[int]:
        """The changes that are jointly the most probable, over all rows."""
        ways = set(self._ways)
        if len(ways) == 1:
            return list(ways.pop())
        marginals = self._mean(lambda one: one.change_marginals(self.n_changes), self.dated)
        with np.errstate(divide="ignore"):
            logs = np.log(marginals)
        rank = np.arange(self.n_changes)
        return list(max(sorted(ways), key=lambda way: float(logs[rank, list(way)].sum())))

    def between(self, change: int, level: float) -> tuple[int, int]:
        """Return the equal-tailed interval of a change, from 0, as places."""
        marginals = self._mean(lambda one: one.change_marginals(self.n_changes), self.dated)
        below = np.cumsum(marginals[change])
        tail = (1 - level) / 2 * below[-1]
        low = int(np.searchsorted(below, tail, side="right"))
        high = int(np.searchsorted(below, below[-1] - tail, side="left"))
        return low, max(low, high)

    def probability_between(self, first: int, last: int) -> float:
        """Return the probability that some change lies between places, whatever their number."""
        return float(np.mean([one.probability_between(first, last) for one in self.counted]))

    def draw_rates(self, n_draws: int, rng: np.random.Generator) -> tuple[Floats, Floats]:
        """
        Draw rates over all dates.

        Returns
        -------
        tuple of numpy.ndarray
            The mean rate of each segment, shape ``(n_changes + 1,)``; and draws of the ratio of
            each to the one before, shape ``(at least n_draws, n_changes)``.
        """
        share = -(-n_draws // len(self.dated))
        drawn = [one.draw(self.n_changes, share, rng) for one in self.dated]
        rates = np.concatenate([rates for _, rates, _ in drawn])
        means = np.concatenate([means for _, _, means in drawn])
        return means.mean(axis=0), rates[:, 1:] / rates[:, :-1]

    def _weigh(
        self, row: Floats, family: Family, max_changes: int, weight: float = 1.0
    ) -> ExactPosterior:
        return weigh_segmentations(
            row,
            self.exposures,
            family=family,
            min_length=self.min_length,
            max_changes=max_changes,
            weight=weight,
        )

    @staticmethod
    def _mean(
        ask: Callable[[ExactPosterior], Floats], posteriors: tuple[ExactPosterior, ...]
    ) -> Floats:
        answers = [ask(one) for one in posteriors]
        return np.asarray(sum(answers) / len(answers), dtype=np.float64)
