"""The posterior over segmentations of a long series, with changes at chosen places."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, cast

import numpy as np
from attrs import evolve, frozen
from numpy.typing import NDArray

from engagement.changes.posterior.component_runs import Task, log_numbers_of_ways
from engagement.changes.posterior.restricted_places import RestrictedPlaces
from engagement.changes.posterior.segmentations import Segmentations
from engagement.models.block_rows import BlockRows

if TYPE_CHECKING:
    from engagement.models.count_rows import CountRows

__all__ = ["RestrictedSegmentations"]

Floats = NDArray[np.float64]
Places = NDArray[np.intp]


@frozen(kw_only=True, eq=False)
class RestrictedSegmentations(Segmentations):
    """
    The posterior over segmentations with changes at some places of a long series of counts.

    The sums are those of blocks between the places; answers are by period as those of
    `Segmentations`. A date is known to within the periods that its place stands for: one near
    the changes of a penalised segmentation.
    """

    places: RestrictedPlaces
    least: int
    """Least number of periods in a segment that was asked for."""

    @classmethod
    def of(
        cls, task: Task, model: CountRows, places: RestrictedPlaces, *, tolerance: float
    ) -> RestrictedSegmentations:
        """Sum over the blocks of a series in the place of its periods."""
        blocks = BlockRows(model=model, starts=places.starts)
        length = task.min_length if places.are_all else min(task.min_length, 2)
        room = max(len(places.starts) // length - 1, 0)
        restricted = evolve(
            task,
            model=blocks,
            min_length=length,
            log_odds=task.log_odds[: room + 1],
            log_masses=places.log_masses,
        )
        return cls(task=restricted, tolerance=tolerance, places=places, least=task.min_length)

    @property
    def model(self) -> CountRows:
        """How the observed periods are distributed about their rates."""
        return self._blocks.model

    @property
    def _blocks(self) -> BlockRows:
        return cast("BlockRows", self.task.model)

    @property
    def n_periods(self) -> int:
        """Periods observed."""
        return self.places.n_periods

    @property
    def min_length(self) -> int:
        """Least number of periods in a segment."""
        return self.least

    @property
    def restriction(self) -> str:
        """At which places changes are looked for, in words; empty for all."""
        if self.places.are_all:
            return ""
        return (
            f"changes are looked for in {len(self.places.starts) - 1:,} of "
            f"{self.n_periods - 1:,} periods: those about the changes of a penalised "
            f"segmentation, and one of {int(np.diff(self.places.bounds).max())} at least"
        )

    @cached_property
    def log_ways(self) -> Floats:
        """Log number of sets of so many changes, shape ``(max_changes + 1,)``."""
        return log_numbers_of_ways(self.n_periods, self.least, self.max_changes)

    def change_marginals(self, n_changes: int) -> Floats:
        """Return where each change lies, shape ``(n_changes, n)``; rows sum to one."""
        return self.places.spread(super().change_marginals(n_changes))

    def change_probability(self) -> Floats:
        """Return the probability that a new segment starts in each period, shape ``(n,)``."""
        return self.places.spread(super().change_probability())

    def band(self, tail: float) -> tuple[Floats, Floats, Floats]:
        """Return mean, lower and upper end of the rate in each period, each of shape ``(n,)``."""
        mean, low, high = (self.places.stretch(one) for one in super().band(tail))
        return mean, low, high

    def _log_masses_without(self, first: int, last: int) -> Floats:
        """Return log weights of places, where no change is from *first* to *last*."""
        return self.places.log_masses_without(first, last)

    def draw(self, n_changes: int, n_draws: int, rng: np.random.Generator) -> tuple[Places, Floats]:
        """Draw segmentations with their rates, see `Segmentations.draw`."""
        bounds, rates = super().draw(n_changes, n_draws, rng)
        starts = np.append(self.places.starts, self.n_periods)
        return starts[bounds], rates

    def rates_of(self, bounds: Places, tail: float) -> tuple[Floats, Floats, Floats]:
        """Return mean, low and high of the rates of the segments of one segmentation."""
        segments = evolve(self._blocks, starts=np.asarray(bounds[:-1], dtype=np.intp))
        task = evolve(self.task, model=segments, min_length=1, log_masses=None)
        return self._rates_of(task, np.arange(len(bounds)), tail)
