"""The places at which changes of a long series are looked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

from engagement.changes.optimal.functional_pruning import pruned_partition
from engagement.changes.optimal.optimum import dispersion_of_neighbours
from engagement.changes.posterior.component_runs import RESTRICTED
from engagement.models.segment_costs import PoissonCost

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["RestrictedPlaces", "choose_places"]

Floats = NDArray[np.float64]
Places = NDArray[np.intp]

NEXT = 10
"""Up to so many steps from a change of the penalised segmentation each is a place."""

GROWTH = 1.1
"""Factor by which the distance of places then grows."""

MOST_CHANGES = 200
"""Changes of the penalised segmentation, at most; its penalty is doubled until it has no more."""


@frozen(kw_only=True, eq=False)
class RestrictedPlaces:
    """
    Places that stand for the periods about them.

    A place that stands for several periods has the prior probability of all of them, and what
    is found of it is spread over them evenly.
    """

    n_periods: int
    """Observed periods, n."""
    starts: Places = field(repr=False)
    """First period of each block between two places, increasing from 0, shape ``(m,)``."""

    @property
    def bounds(self) -> Places:
        """
        The first period that each place stands for, and n, shape ``(m + 1,)``.

        The first place stands for period 0 alone, where a series begins.
        """
        middles = (self.starts[1:-1] + self.starts[2:] + 1) // 2
        return np.concatenate([[0, 1], middles, [self.n_periods]])

    @property
    def are_all(self) -> bool:
        """Whether every period is a place."""
        return len(self.starts) == self.n_periods

    @property
    def log_masses(self) -> Floats:
        """Log number of periods that each place stands for, shape ``(m,)``."""
        return np.asarray(np.log(np.diff(self.bounds)), dtype=np.float64)

    def log_masses_without(self, first: int, last: int) -> Floats:
        """Return `log_masses` where the periods from *first* to *last* count for nothing."""
        bounds = self.bounds
        barred = np.minimum(bounds[1:], last + 1) - np.maximum(bounds[:-1], max(first, 1))
        left = np.diff(bounds) - np.maximum(barred, 0)
        with np.errstate(divide="ignore"):
            return np.asarray(np.log(left), dtype=np.float64)

    def spread(self, chances: Floats) -> Floats:
        """Spread probabilities of places over periods, shape ``(..., m)`` to ``(..., n)``."""
        numbers = np.diff(self.bounds)
        return np.repeat(chances / numbers, numbers, axis=-1)

    def stretch(self, values: Floats) -> Floats:
        """Give each period the value of its block, shape ``(m,)`` to ``(n,)``."""
        return np.repeat(values, np.diff(self.starts, append=self.n_periods))


def choose_places(counts: Floats, exposures: Floats, min_length: int) -> RestrictedPlaces:
    """
    Choose places about the changes of a penalised segmentation, and a mesh of others.

    All periods of a series that is not too long; the mesh has `RESTRICTED` / 2 places or more. The
    penalty is that of `mbic` times the dispersion of neighbouring periods. Distances from its
    changes are 0, 1, 2 ... 10 and then grow by a tenth, as long as they are closer than the mesh.

    Parameters
    ----------
    counts, exposures
        Of the observed periods, shape ``(n,)``.
    min_length
        Least number of periods in a segment; where not all periods are places, two blocks are
        never shorter.
    """
    n = len(counts)
    if n < RESTRICTED:
        return RestrictedPlaces(n_periods=n, starts=np.arange(n))
    width = 2 * n // RESTRICTED
    step = max((min_length + 1) // 2, 1)
    apart = np.array(list(_distances(width)), dtype=np.intp) * step
    apart = np.concatenate([-apart[::-1], apart[1:]])
    places = [np.arange(0, n, max(width, step))]
    places += [change + apart for change in _penalised_changes(counts, exposures)]
    starts = np.unique(np.concatenate(places))
    starts = starts[(starts >= 0) & (starts <= n - step)]
    return RestrictedPlaces(n_periods=n, starts=starts if step == 1 else _thinned(starts, step))


def _distances(width: int) -> Iterator[int]:
    distance = apart = 0
    while apart <= width:
        yield distance
        apart = 1 if distance < NEXT else int(np.ceil(distance * (GROWTH - 1)))
        distance += apart


def _thinned(starts: Places, step: int) -> Places:
    """Drop places that are closer than a step to the one before."""
    kept = [0]
    for start in starts[1:].tolist():
        if start - kept[-1] >= step:
            kept.append(start)
    return np.array(kept, dtype=np.intp)


def _penalised_changes(counts: Floats, exposures: Floats) -> list[int]:
    penalty = 1.5 * np.log(len(counts))
    penalty *= dispersion_of_neighbours(counts, exposures, PoissonCost())
    while True:
        changes = pruned_partition(counts, exposures, penalty, 1)
        if len(changes) <= MOST_CHANGES:
            return changes
        penalty *= 2
