"""The components of a model compared, so that those which hold next to nothing are passed over."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

from engagement.changes.posterior.component_runs import ComponentRuns, fewest_left
from engagement.changes.posterior.rate_grid import COARSE, WIDE, RateGrid
from engagement.errors import SeriesError

if TYPE_CHECKING:
    from engagement.changes.posterior.component_runs import Task

__all__ = ["ComponentScreen", "screen_components", "split_components"]

Floats = NDArray[np.float64]
Places = NDArray[np.intp]

SHORT = WIDE._replace(most=150)
"""Grids on which all components of a short series are compared, unless that takes more points."""

NUMBERS_AT_A_TIME = 4
"""Numbers of changes that are run at a time."""

STOP = 7.0
"""
A component stops where two numbers of changes in turn are so far below its best, in logs; or where
its best is so far below that of all, unless more changes still make it more probable.
"""

FAR = 15.0
"""A component with memory is passed over where the one without is so far below the best."""

MANY = 1000
"""Periods from which on components are run one by one, so that memory does not hold all."""


@frozen(kw_only=True, eq=False)
class ComponentScreen:
    """What each component of a model holds, by number of changes."""

    logs: Floats = field(repr=False)
    """
    Log joint probability of component and number of changes, ``(n_components, K + 1)``, minus
    infinity where it was not asked for; on coarse grids where the series is long.
    """
    runs: ComponentRuns | None
    """All components on the grids of the answer, where the series is short."""
    in_logs: bool
    """Whether sums are too small for any but logarithms."""


def screen_components(task: Task, *, in_logs: bool = False) -> ComponentScreen:
    """Compare the components of a model: all at once, or on coarse grids where a series is long."""
    parents, n_periods = task.model.parents, task.model.n_periods
    everyone = np.arange(len(parents))
    logs = np.full((len(parents), len(task.log_odds)), -np.inf)
    lost = np.full(len(parents), -np.inf)
    grid, runs = _short_grid(task, everyone), None
    groups = [everyone]
    if grid is None:
        groups = [everyone[parents == everyone], everyone[parents != everyone]]
    for which in groups:
        tops = logs.max(axis=1)
        least = tops.max() - FAR if np.isfinite(tops).any() else -np.inf
        for part in split_components(which[tops[parents[which]] >= least], n_periods):
            laid = task.lay_grid(part, COARSE) if grid is None else grid
            runs = ComponentRuns.of(task, part, grid=laid, in_logs=in_logs)
            _compare(runs, logs)
            lost[part] = logs[part].max(axis=1) - runs.log_start
    if not in_logs and lost[np.argmax(logs.max(axis=1))] < fewest_left(task):
        return screen_components(task, in_logs=True)
    return ComponentScreen(logs=logs, runs=None if grid is None else runs, in_logs=in_logs)


def split_components(which: Places, n_periods: int) -> list[Places]:
    """Take components together where the series is short, and one by one where it is long."""
    if not len(which):
        return []
    return [which] if n_periods < MANY else np.split(which, len(which))


def _short_grid(task: Task, everyone: Places) -> RateGrid | None:
    """Lay the grids of all components of a short series, unless they have too many points."""
    if task.is_long:
        return None
    try:
        return task.lay_grid(everyone, SHORT)
    except SeriesError:
        return None


def _compare(runs: ComponentRuns, logs: Floats) -> None:
    """Write the log joint probabilities of some components, until they fall."""
    n_levels, most = 0, logs.shape[1]
    while n_levels < most:
        n_levels = min(n_levels + NUMBERS_AT_A_TIME, most)
        told = runs.log_joint(n_levels)
        logs[runs.which, :n_levels] = told
        tops = told.max(axis=1)
        last = told[:, -2:].max(axis=1)
        goes_on = (last >= tops - STOP) & ((tops >= logs.max() - STOP) | (last == tops))
        if not goes_on.any():
            break
        runs = runs.take(np.flatnonzero(goes_on))
