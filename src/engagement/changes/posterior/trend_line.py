"""The probability of counts whose log rate is a line in time, over all levels and slopes."""

from __future__ import annotations

from math import log
from typing import TYPE_CHECKING

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

from engagement.models.count_rows import CountRows, read_count_rows
from engagement.models.likelihood_rows import RatePrior

if TYPE_CHECKING:
    from engagement.changes.posterior.segmentations import Segmentations

__all__ = ["TrendLine", "log_density_of_slope"]

Floats = NDArray[np.float64]

_ROUNDS = 25
"""Steps of Newton's method, at most."""

_LONGEST = 2.0
"""Length of a step at most, in the log rate."""

_REACH = 5
"""Standard deviations to each side over which level and slope are summed."""

_AT_A_TIME = 100_000
"""Periods times pairs of level and slope that are held at a time."""


def log_density_of_slope(slopes: Floats) -> Floats:
    """Return the log prior density of log ratios of both ends, which is logistic."""
    size = np.abs(slopes)
    return np.asarray(-size - 2 * np.log1p(np.exp(-size)), dtype=np.float64)


@frozen(kw_only=True, eq=False)
class TrendLine:
    """
    Lines through the log rates of a series, under one component of its model.

    The level is the log rate in the middle, with the prior that a segment has; the slope is the
    log ratio of both ends.
    """

    model: CountRows
    component: int
    prior: RatePrior
    scaled: Floats = field(repr=False)
    """Times from minus one half to one half, shape ``(n,)``."""
    likeliest: Floats
    """Level and slope."""
    spread: Floats
    """Lower triangle whose square is about the posterior covariance of both, shape ``(2, 2)``."""

    @classmethod
    def of(cls, posterior: Segmentations, component: int, scaled: Floats) -> TrendLine:
        """Look for the likeliest line, as regression of overdispersed counts does."""
        model = read_count_rows(posterior.model)
        alike = float(model.correlations[component])
        linear, square = (
            float(part[component]) for part in (model.components.linear, model.components.square)
        )
        sides = np.stack([np.ones_like(scaled), scaled])
        middle = log((float(model.counts.sum()) or 0.5) / float(model.exposures.sum()))
        at = np.array([middle, 0.0])
        for _ in range(_ROUNDS):
            means = model.exposures * np.exp(at @ sides)
            told = (1 - alike) / (1 + alike) / (1 + linear + square * means)
            # both priors are near to logistic
            aside = (at - [middle, 0.0]) / 2
            score = sides @ (told * (model.counts - means)) - np.tanh(aside)
            information = (sides * (told * means)) @ sides.T + np.diag(0.5 / np.cosh(aside) ** 2)
            step = np.linalg.solve(information, score)
            at = at + step * min(1.0, _LONGEST / max(float(np.abs(step).max()), 1e-300))
            if step @ score < 1e-6:
                break
        return cls(
            model=model,
            component=component,
            prior=posterior.task.prior,
            scaled=scaled,
            likeliest=at,
            spread=np.linalg.cholesky(np.linalg.inv(information)),
        )

    def log_about(self) -> float:
        """Return about the log probability of the counts, from the likeliest line alone."""
        return float(self._logs(self.likeliest[:, None])[0]) + log(2 * np.pi) + self._log_area

    def log_evidence(self) -> float:
        """Return the log probability of the counts, summed over levels and slopes."""
        steps = np.arange(-_REACH, _REACH + 1.0)
        places = np.stack([np.repeat(steps, len(steps)), np.tile(steps, len(steps))])
        lines = self.likeliest[:, None] + self.spread @ places
        n_parts = len(self.scaled) * lines.shape[1] // _AT_A_TIME + 1
        logs = np.concatenate([self._logs(part) for part in np.array_split(lines, n_parts, axis=1)])
        return float(np.logaddexp.reduce(logs)) + self._log_area

    @property
    def _log_area(self) -> float:
        return log(abs(float(np.linalg.det(self.spread))))

    def _logs(self, lines: Floats) -> Floats:
        """Return log joint densities of counts, component, level and slope, ``(2, m)`` to m."""
        level, slope = lines
        rates = np.exp(level + slope * self.scaled[:, None])
        logs = _log_likelihoods(self.model, self.component, rates)
        logs += self.prior.log_density(np.exp(level)) + level + log_density_of_slope(slope)
        return np.asarray(logs + log(self.model.weights[self.component]), dtype=np.float64)


def _log_likelihoods(model: CountRows, component: int, rates: Floats) -> Floats:
    """Return log likelihoods of rates that differ from period to period, ``(n, m)`` to m."""
    which, one, m = np.array([component]), np.ones((1, 1)), rates.shape[1]
    means = model.exposures[:, None] * rates
    counts, steps = (
        np.broadcast_to(part[:, None], means.shape) for part in (model.counts, model.steps)
    )
    alone = 1 if model.components.memory[component] else len(means)
    order = np.argsort(model.counts[:alone], kind="stable")  # by count, as they are asked for
    kinds = np.stack([counts[order], means[order]], axis=2)
    logs = model.log_first(which, one, kinds.reshape(-1, 2)).reshape(-1, m).sum(axis=0)
    if alone < len(means):
        told = np.stack([counts[1:], means[1:], counts[:-1], means[:-1], steps[1:]], axis=2)
        told = told[np.argsort(model.counts[1:], kind="stable")]
        logs += model.log_later(which, one, told.reshape(-1, 5)).reshape(-1, m).sum(axis=0)
    return np.asarray(logs, dtype=np.float64)
