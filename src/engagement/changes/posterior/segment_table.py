"""Marginal likelihoods and mean rates of all segments of a series, for searches of another kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from engagement.changes.posterior.component_runs import ComponentRuns, Task

if TYPE_CHECKING:
    from engagement.models.likelihood_rows import LikelihoodRows, RatePrior

__all__ = ["segment_table"]

Floats = NDArray[np.float64]


def segment_table(model: LikelihoodRows, component: int, prior: RatePrior) -> tuple[Floats, Floats]:
    """
    Integrate the rate out of every segment of a series, for one component of its model.

    Returns
    -------
    tuple of numpy.ndarray
        Log marginal likelihoods up to what is the same for all segmentations, and posterior
        means of the rate; at ``[end, start]``, of shape ``(n + 1, n + 1)``, minus infinity and 0
        where end is not after start.
    """
    task = Task(model=model, prior=prior, min_length=1, log_odds=np.zeros(1))
    runs = ComponentRuns.of(task, np.array([component]), in_logs=True)
    rows = runs.rows
    entering, later, kind = rows.entering(rows.starts)[0], rows.later[0], rows.kind
    rates, n = runs.grid.rates[0], len(kind)
    logs, means = np.full((n + 1, n + 1), -np.inf), np.zeros((n + 1, n + 1))
    state = np.array(entering)
    for end in range(1, n + 1):
        state[: end - 1] += later[kind[end - 1]]
        top = state[:end].max(axis=1, keepdims=True)
        odds = np.exp(state[:end] - top)
        total = odds.sum(axis=1)
        logs[end, :end] = top[:, 0] + np.log(total)
        means[end, :end] = odds @ rates / total
    return logs, means
