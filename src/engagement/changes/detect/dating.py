"""Of a series that changed: how many changes, when, how large, and how sure each of these is."""

from __future__ import annotations

from functools import cached_property
from math import ceil
from typing import TYPE_CHECKING

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

from engagement.changes.posterior.exact import ExactPosterior, weigh_segmentations
from engagement.changes.testing.autocorrelation import residuals_of_best_window
from engagement.models.families import Family, read_family

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Dating", "Weighing", "lag_above_chance"]

Floats = NDArray[np.float64]
Places = NDArray[np.intp]

MOST_CHANGES = 20
"""Changes that are allowed for."""


LEAST_FREEDOM = 3.0
"""Degrees of freedom that the scatter is taken to be known with at the least."""

KNOWN_WELL = 100.0
"""Degrees of freedom from which on the scatter is taken for known."""

_SHARES = (5 / 18, 8 / 18, 5 / 18)
_LEVELS = (0.5 - 0.15**0.5, 0.5, 0.5 + 0.15**0.5)
"""Gauss's rule of three points: probabilities at which a quantile is taken, and what each holds."""


@frozen(kw_only=True)
class Weighing:
    """How much the likelihood of counts is trusted."""

    dependence: float
    """Lag-1 correlation of what two rates leave, as far as it is above chance; 0 if not."""
    spread: float
    """Pearson's measure of scatter about the rates of the segments: 1 for Poisson counts."""
    freedom: float
    """Degrees of freedom with which the spread is known."""

    @classmethod
    def of(
        cls, counts: Floats, exposures: Floats, places: Sequence[int], *, n_slots: int = 1
    ) -> Weighing:
        """
        Look at counts about the rates of their segments.

        A change takes two degrees of freedom, its size and its date, for it was put where it
        leaves least. What is left knows the spread less well than for normal values where
        counts are small or clumped, whose squares vary more: by the kurtosis of a negative
        binomial distribution of that spread.

        Parameters
        ----------
        counts, exposures
            Of the observed periods, shape ``(n,)``.
        places
            Where segments start, but for the first.
        n_slots
            Slots of the season whose profile was fitted into the exposures.
        """
        if not len(counts) or not counts.any():
            return cls(dependence=0.0, spread=1.0, freedom=LEAST_FREEDOM)
        bounds = [0, *places]
        rates = np.add.reduceat(counts, bounds) / np.add.reduceat(exposures, bounds)
        means = np.repeat(rates, np.diff([*bounds, len(counts)])) * exposures
        some = means > 0
        chi_square = float((((counts - means) ** 2)[some] / means[some]).sum())
        free = max(len(counts) - 2 * len(places) - n_slots, 1)
        spread = chi_square / free
        ratio = max(spread, 1.0)
        kurtosis = (6 * (ratio - 1) + 1 / ratio) / float(counts.mean())
        return cls(
            dependence=lag_above_chance(counts, exposures),
            spread=spread,
            freedom=max(free * 2 / (2 + kurtosis), LEAST_FREEDOM),
        )

    @property
    def inflation(self) -> float:
        """By how much dependence inflates the variance of a sum: ``(1 + r) / (1 - r)``."""
        return (1 + self.dependence) / (1 - self.dependence)

    @property
    def weight(self) -> float:
        """The power to which a Poisson likelihood is raised, the spread taken for known."""
        return self._weight(self.spread)

    @property
    def weights(self) -> tuple[tuple[float, float], ...]:
        """
        The powers to which it is raised for all that the spread may be, and a share for each.

        The spread has a scaled inverse chi-square distribution, but is never below 1.
        """
        if self.freedom >= KNOWN_WELL:
            return ((self.weight, 1.0),)
        from scipy.special import chdtri

        found: dict[float, float] = {}
        for level, share in zip(_LEVELS, _SHARES, strict=True):
            spread = self.spread * self.freedom / float(chdtri(self.freedom, level))
            weight = self._weight(spread)
            found[weight] = found.get(weight, 0.0) + share
        return tuple(found.items())

    def _weight(self, spread: float) -> float:
        return 1 / (max(spread, 1.0) * self.inflation)


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
    in common. Dates and sizes are then those of Poisson counts, tempered by that and by how
    much counts scatter about the segments, and averaged over what that may be. (The counts of
    the family scatter by the square of the rate, so that a segment with few events seems
    better known than it is where they scatter by the rate.) Several rows are so many equally
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
    n_slots: int = 1
    """Slots of the season whose profile was taken in."""

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
            found.append(Weighing.of(row, self.exposures, places, n_slots=self.n_slots))
        return tuple(found)

    @property
    def weighing(self) -> Weighing:
        """The mean of those of the rows."""
        return Weighing(
            dependence=float(np.mean([one.dependence for one in self.weighings])),
            spread=float(np.mean([one.spread for one in self.weighings])),
            freedom=float(np.mean([one.freedom for one in self.weighings])),
        )

    @cached_property
    def probabilities(self) -> Floats:
        """Of each number of changes, shape ``(max_changes + 1,)``."""
        means = np.mean([one.probabilities for one in self.counted], axis=0)
        return np.asarray(means, dtype=np.float64)

    @property
    def n_changes(self) -> int:
        """The most probable number, given that there is one at all; 0 without room for any."""
        return 1 + int(np.argmax(self.probabilities[1:])) if len(self.probabilities) > 1 else 0

    @cached_property
    def dated(self) -> tuple[tuple[tuple[ExactPosterior, float], ...], ...]:
        """The posteriors of each row from which dates and sizes are taken, with their shares."""
        if not self.is_tempered:
            return tuple(((one, 1.0),) for one in self.counted)
        poisson = read_family("poisson")
        return tuple(
            tuple(
                (self._weigh(row, poisson, self.n_changes, weight), share)
                for weight, share in weighing.weights
            )
            for row, weighing in zip(self.rows, self.weighings, strict=True)
        )

    @cached_property
    def _marginals(self) -> Floats:
        """Where each change lies, over all rows, shape ``(n_changes, n + 1)``."""
        total = sum(
            share * one.change_marginals(self.n_changes) for row in self.dated for one, share in row
        )
        return np.asarray(total / len(self.rows), dtype=np.float64)

    @cached_property
    def _ways(self) -> tuple[tuple[int, ...], ...]:
        """The most probable changes of each row, by its posterior with the largest share."""
        likeliest = [max(row, key=lambda pair: pair[1])[0] for row in self.dated]
        return tuple(tuple(one.best_changes(self.n_changes)) for one in likeliest)

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
        with np.errstate(divide="ignore"):
            logs = np.log(self._marginals)
        rank = np.arange(self.n_changes)
        return list(max(sorted(ways), key=lambda way: float(logs[rank, list(way)].sum())))

    def between(self, change: int, level: float) -> tuple[int, int]:
        """Return the equal-tailed interval of a change, from 0, as places."""
        below = np.cumsum(self._marginals[change])
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
        drawn = [
            one.draw(self.n_changes, ceil(share * n_draws / len(self.rows)), rng)
            for row in self.dated
            for one, share in row
        ]
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
