"""The sums over segmentations of some components of a model, run as far as they are asked for."""

from __future__ import annotations

import numpy as np
from attrs import define, evolve, field, frozen
from numpy.typing import NDArray

from engagement import compiling
from engagement.changes.posterior.forward_backward import (
    Backward,
    Forward,
    SegmentRows,
    run_backward,
    run_forward,
    segment_rows,
)
from engagement.changes.posterior.rate_grid import FINE, Mesh, RateGrid, lay_grid
from engagement.models.likelihood_rows import LikelihoodRows, RatePrior

__all__ = ["RESTRICTED", "ComponentRuns", "Task", "fewest_left", "log_numbers_of_ways", "too_small"]

Floats = NDArray[np.float64]
Places = NDArray[np.intp]

RESTRICTED = 8_000
"""Observed periods from which on a change of counts is not looked for in every one of them."""

_ALIKE = 10
"""So many short series that are weighed alike are worth as much loading as a long one."""

FEWEST_LEFT = 400.0
"""Log of what the best component may lose to its likeliest rates before logarithms are summed."""


def log_numbers_of_ways(n_periods: int, min_length: int, max_changes: int) -> Floats:
    """
    Count the sets of 0 to *max_changes* changes that leave segments long enough, as logs.

    Examples
    --------
    >>> import numpy as np
    >>> np.exp(log_numbers_of_ways(6, 2, 2)).round()
    array([1., 3., 1.])
    """
    from scipy.special import gammaln

    numbers = np.arange(max_changes + 1)
    free = n_periods - (numbers + 1) * (min_length - 1) - 1
    logs = gammaln(free + 1) - gammaln(numbers + 1) - gammaln(np.maximum(free - numbers, 0) + 1)
    return np.where(numbers > 0, logs, 0.0)


@frozen(kw_only=True, eq=False)
class Task:
    """What is asked about the segmentations of one series."""

    model: LikelihoodRows
    """Likelihoods of the series."""
    prior: RatePrior
    """Prior on the rate of a segment."""
    min_length: int
    """Least number of periods in a segment, at most all of them."""
    log_odds: Floats = field(repr=False)
    """Log prior weight of each set of so many changes, from 0, shape ``(max_changes + 1,)``."""
    log_masses: Floats | None = field(default=None, repr=False)
    """Log weight of a segment that starts in each period, shape ``(n,)``; None for 0."""
    n_alike: int = 1
    """Series that are weighed alike, this one among them."""

    @property
    def is_long(self) -> bool:
        """Whether compiled code is worth loading."""
        n_periods = self.model.n_periods
        return max(n_periods, n_periods * self.n_alike // _ALIKE) >= compiling.LONG

    def lay_grid(self, which: Places, mesh: Mesh = FINE) -> RateGrid:
        """Lay the grids of some components."""
        return lay_grid(self.model, which, self.prior, min_length=self.min_length, mesh=mesh)


@define(kw_only=True, eq=False)
class ComponentRuns:
    """
    Some components of a model on grids of their own, with the levels that were run so far.

    Levels are only ever added; nothing that was told changes.
    """

    task: Task
    which: Places
    """Positions of the components in the model, shape ``(n_components,)``."""
    grid: RateGrid
    rows: SegmentRows
    _forward: Forward | None = None

    @classmethod
    def of(
        cls,
        task: Task,
        which: Places,
        *,
        grid: RateGrid | None = None,
        in_logs: bool = False,
    ) -> ComponentRuns:
        """Take the likelihoods of some components to grids, fine ones where none are given."""
        grid = task.lay_grid(which) if grid is None else grid
        rows = segment_rows(
            task.model.rows(which, grid.rates),
            grid,
            task.min_length,
            task.log_masses,
            in_logs=in_logs,
            is_long=task.is_long,
        )
        return cls(task=task, which=which, grid=grid, rows=rows)

    def take(self, which: Places) -> ComponentRuns:
        """Return the runs of some of the components, by their places among these."""
        if len(which) == len(self.which):
            return self
        known = self._forward
        if known is not None:
            known = Forward(log_sums=known.log_sums[which], rates=known.rates[which])
        return evolve(
            self,
            which=self.which[which],
            grid=self.grid.take(which),
            rows=self.rows.take(which),
            forward=known,
        )

    @property
    def n_levels(self) -> int:
        """Levels that were run."""
        return 0 if self._forward is None else self._forward.log_sums.shape[1]

    @property
    def log_start(self) -> Floats:
        """Log weight of each component and of its likeliest rates, shape ``(n_components,)``."""
        weights = np.log(self.task.model.weights[self.which])
        return np.asarray(weights + self.rows.log_scale, dtype=np.float64)

    def forward(self, n_levels: int) -> Forward:
        """Return the sums forwards of at least so many levels, with the rates at the end."""
        known = self._forward
        if known is None:
            known = run_forward(self.rows, None, n_levels, keep=False)
        elif self.n_levels < n_levels:
            before = known.log_sums[:, -1]
            more = run_forward(self.rows, before, n_levels - self.n_levels, keep=False)
            known = Forward(
                log_sums=np.concatenate([known.log_sums, more.log_sums], axis=1),
                rates=np.concatenate([known.rates, more.rates], axis=1),
            )
        self._forward = known
        return known

    def states(self, level: int) -> Floats:
        """Return alpha / S of one level in each period, shape ``(n_components, n, G)``."""
        before = self.forward(level).log_sums[:, level - 1] if level else None
        return run_forward(self.rows, before, 1, keep=True).rates[:, 0]

    def log_joint(self, n_levels: int) -> Floats:
        """
        Return the log probability of the series, each component and each number of changes.

        Shape ``(n_components, n_levels)``; up to what is the same for all.
        """
        sums = self.forward(n_levels).log_sums[:, :n_levels, -1]
        return np.asarray(
            sums + self.log_start[:, None] + self.task.log_odds[:n_levels], dtype=np.float64
        )

    def backward(self, log_weights: Floats) -> Backward:
        """Return the sums backwards, see `run_backward`."""
        return run_backward(self.rows, log_weights)

    def weighed_by(self, log_masses: Floats, n_levels: int) -> Floats:
        """Return `log_joint` with other log weights of segments that start in each period."""
        rows = evolve(self.rows, log_masses=log_masses)
        sums = run_forward(rows, None, n_levels, keep=False).log_sums[:, :, -1]
        return np.asarray(
            sums + self.log_start[:, None] + self.task.log_odds[:n_levels], dtype=np.float64
        )


def too_small(runs: ComponentRuns, logs: Floats) -> bool:
    """
    Tell whether any log joint probability has lost more than its sum of numbers can hold.

    Long series have a scale for each period; there a number of changes loses what it is below
    the best, and each period costs about one half.
    """
    lost = logs - runs.log_start[:, None] - runs.task.log_odds[: logs.shape[1]]
    least = fewest_left(runs.task)
    if runs.task.is_long:
        least = np.maximum(lost.max(axis=1, keepdims=True), least + FEWEST_LEFT) - FEWEST_LEFT
    return bool((lost < least).any())


def fewest_left(task: Task) -> float:
    """Return the log of what a component may lose to its likeliest rates as a sum of numbers."""
    return -2 * FEWEST_LEFT - 2 * task.model.n_periods if task.is_long else -FEWEST_LEFT
