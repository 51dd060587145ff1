"""The posterior over segmentations of a series of counts, in places and numbers only."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from attrs import evolve, frozen
from numpy.typing import NDArray

from engagement.changes.posterior.component_runs import (
    ComponentRuns,
    Task,
    log_numbers_of_ways,
    too_small,
)
from engagement.changes.posterior.component_screen import screen_components, split_components
from engagement.changes.posterior.date_intervals import best_in_order, negligible, normalised
from engagement.changes.posterior.grid_distribution import RatioTable, rate_quantiles
from engagement.changes.posterior.rate_grid import FINE, WIDE, RateGrid
from engagement.changes.posterior.segmentation_draws import (
    draw_bounds,
    draw_rates,
    segment_rates,
)
from engagement.changes.posterior.smoothed_rates import Ending, Given, Smoothed

if TYPE_CHECKING:
    from engagement.models.likelihood_rows import LikelihoodRows

__all__ = ["TOLERANCE", "Segmentations"]

Floats = NDArray[np.float64]
Places = NDArray[np.intp]

TOLERANCE = 3e-3
"""Posterior probability of components that are passed over."""


@frozen(kw_only=True, eq=False)
class Segmentations:
    """
    The posterior over segmentations, rates and components of a model.

    From `infer_counts`. Every answer is a mixture over the components of the model.
    Components that hold less than the tolerance in all are passed over for dates and rates.
    """

    task: Task
    tolerance: float

    @cached_property
    def log_ways(self) -> Floats:
        """Log number of sets of so many changes, shape ``(max_changes + 1,)``."""
        return log_numbers_of_ways(self.n_periods, self.task.min_length, self.max_changes)

    @property
    def max_changes(self) -> int:
        """Largest number of changes."""
        return len(self.task.log_odds) - 1

    @property
    def n_periods(self) -> int:
        """Periods observed."""
        return self.task.model.n_periods

    @property
    def model(self) -> LikelihoodRows:
        """How the observed periods are distributed about their rates."""
        return self.task.model

    @property
    def min_length(self) -> int:
        """Least number of periods in a segment."""
        return self.task.min_length

    @property
    def restriction(self) -> str:
        """At which places changes are looked for, in words; empty for all."""
        return ""

    def _start(self, which: Places, *, in_logs: bool) -> tuple[ComponentRuns, ...]:
        """Lay the grids of components."""
        mesh = FINE if self._is_full else WIDE
        return tuple(
            ComponentRuns.of(self.task, part, grid=self.task.lay_grid(part, mesh), in_logs=in_logs)
            for part in split_components(which, self.task.model.n_periods)
        )

    def log_likelihoods(self) -> Floats:
        """Return log likelihoods by component and number of changes; minus infinity if far off."""
        logs = screen_components(self.task).logs
        prior = np.log(self.task.model.weights)[:, None] + self.task.log_odds + self.log_ways
        return np.asarray(logs - prior, dtype=np.float64)

    @cached_property
    def _base(self) -> tuple[tuple[ComponentRuns, ...], Floats]:
        """
        Run the components that matter.

        Returns
        -------
        tuple
            The runs, and the log joint probabilities of all components and numbers of changes,
            ``(n_components, K + 1)``.
        """
        if self._is_full:
            return self._run_all(in_logs=False)
        screen = screen_components(self.task)
        which = self._matter(screen.logs)
        if screen.runs is not None:
            return (screen.runs.take(which),), screen.logs
        per_number = normalised(screen.logs).sum(axis=0)
        n_levels = 1 + int(np.flatnonzero(per_number > self.tolerance / 10).max())
        return self._run(which, screen.logs.copy(), n_levels, in_logs=screen.in_logs)

    @property
    def _is_full(self) -> bool:
        """Whether no component may be passed over."""
        return len(self.task.model.weights) == 1 or not self.tolerance

    def _run_all(self, *, in_logs: bool) -> tuple[tuple[ComponentRuns, ...], Floats]:
        """Run all components, again in logarithms if any sum is too small."""
        n_components = len(self.task.model.weights)
        shape = (n_components, self.max_changes + 1)
        parts, logs = self._run(
            np.arange(n_components), np.full(shape, -np.inf), shape[1], in_logs=in_logs
        )
        if not in_logs and any(too_small(runs, runs.log_joint(shape[1])) for runs in parts):
            return self._run_all(in_logs=True)
        return parts, logs

    def _run(
        self, which: Places, logs: Floats, n_levels: int, *, in_logs: bool
    ) -> tuple[tuple[ComponentRuns, ...], Floats]:
        """Run components on fine grids, and write what they say into the log joint."""
        parts = self._start(which, in_logs=in_logs)
        for runs in parts:
            logs[runs.which, :n_levels] = runs.log_joint(n_levels)
        return parts, logs

    @property
    def log_joint(self) -> Floats:
        """Log joint probability of component and number of changes, ``(n_components, K + 1)``."""
        return self._base[1]

    def _matter(self, logs: Floats) -> Places:
        """List components that hold all but the tolerance, in all and where there is a change."""
        kept = np.zeros(len(logs), dtype=bool)
        for part in (logs, logs[:, 1:]):
            if part.size and np.isfinite(part).any():
                kept |= ~negligible(normalised(part).sum(axis=1), self.tolerance)
        return np.flatnonzero(kept)

    @cached_property
    def _joint(self) -> Floats:
        return normalised(self.log_joint)

    @property
    def probabilities(self) -> Floats:
        """Of each number of changes, shape ``(max_changes + 1,)``."""
        return np.asarray(self._joint.sum(axis=0), dtype=np.float64)

    @property
    def of_components(self) -> Floats:
        """Probability of each component of the model, shape ``(n_components,)``."""
        return np.asarray(self._joint.sum(axis=1), dtype=np.float64)

    @property
    def dependence(self) -> float:
        """Posterior mean of the correlation of neighbouring periods at the mean count."""
        return float(self.of_components @ self.task.model.correlations)

    @property
    def dispersion(self) -> float:
        """Posterior mean of the components' overdispersion, as the family counts it."""
        return float(self.of_components @ self.task.model.parameters)

    @cached_property
    def n_changes(self) -> int:
        """The most probable number, given that there is one at all; 0 without room for any."""
        return 1 + int(np.argmax(self.probabilities[1:])) if self.max_changes else 0

    def log_evidence(self, n_changes: int) -> float:
        """Return the log of the mean over all sets of so many changes, and over components."""
        logs = self.log_joint[:, n_changes].copy()
        for runs in self._running(n_changes):
            logs[runs.which] = runs.log_joint(n_changes + 1)[:, n_changes]
        top = float(logs.max())
        if top == -np.inf:
            return top
        total = float(np.log(np.exp(logs - top).sum()))
        return top + total - float(self.task.log_odds[n_changes] + self.log_ways[n_changes])

    def log_probability_of_changes(self, which: Places) -> float:
        """Return the log probability of the series and some components, given any change."""
        logs = self.log_joint[which, 1:]
        prior = self.task.log_odds[1:] + self.log_ways[1:]
        top = float(logs.max())
        return top + float(np.log(np.exp(logs - top).sum()) - np.log(np.exp(prior).sum()))

    def _running(self, n_changes: int) -> tuple[ComponentRuns, ...]:
        """Return the runs that matter given a number of changes."""
        parts, logs = self._base
        known = np.concatenate([runs.which for runs in parts])
        column = logs[:, n_changes]
        if len(known) == len(logs) or not np.isfinite(column).any():
            return parts
        wanted = np.flatnonzero(~negligible(normalised(column), self.tolerance))
        return parts + self._start(np.setdiff1d(wanted, known), in_logs=parts[0].rows.in_logs)

    def _held(self, n_changes: int) -> list[tuple[ComponentRuns, Floats]]:
        """Return the runs that matter given a number of changes, with weights that sum to one."""
        parts = self._running(n_changes)
        logs = [runs.log_joint(n_changes + 1)[:, n_changes] for runs in parts]
        chances = normalised(np.concatenate(logs))
        kept = ~negligible(chances, self.tolerance / 10)
        chances = np.where(kept, chances, 0.0) / chances[kept].sum()
        ends = np.cumsum([len(one) for one in logs])[:-1]
        pairs = [
            (runs, weights, np.flatnonzero(weights))
            for runs, weights in zip(parts, np.split(chances, ends), strict=True)
        ]
        return [(runs.take(own), weights[own]) for runs, weights, own in pairs if len(own)]

    @cached_property
    def _given(self) -> dict[int, list[Given]]:
        return {}

    def given(self, n_changes: int) -> list[Given]:
        """Return all that is known given a number of changes, by run."""
        if n_changes not in self._given:
            self._given[n_changes] = [
                Given.of(runs, weights, n_changes) for runs, weights in self._held(n_changes)
            ]
        return self._given[n_changes]

    def change_marginals(self, n_changes: int) -> Floats:
        """Return where each change lies, shape ``(n_changes, n)``; rows sum to one."""
        parts = [np.einsum("c,ckn->kn", one.weights, one.dates) for one in self.given(n_changes)]
        return np.asarray(sum(parts), dtype=np.float64)

    def best_changes(self, n_changes: int) -> list[int]:
        """Return the most probable place of each change, as far as they are in order."""
        return best_in_order(self.change_marginals(n_changes), self.min_length)

    def probability_between(self, first: int, last: int) -> float:
        """Return the probability that some segment starts between places, both included."""
        if last < first:
            return 0.0
        whole, without = [], []
        n_levels, barred = self._n_levels, self._log_masses_without(first, last)
        for runs in self._everything():
            whole.append(runs.log_joint(n_levels))
            without.append(runs.weighed_by(barred, n_levels))
        top = max(float(one.max()) for one in whole)
        total = sum(float(np.exp(one - top).sum()) for one in whole)
        rest = sum(float(np.exp(one - top).sum()) for one in without)
        return min(max(1 - rest / total, 0.0), 1.0)

    def _log_masses_without(self, first: int, last: int) -> Floats:
        """Return log weights of segments by their start, none being from *first* to *last*."""
        known = self.task.log_masses
        log_masses = np.zeros(self.task.model.n_periods) if known is None else known.copy()
        log_masses[max(first, 1) : last + 1] = -np.inf
        return log_masses

    @property
    def _n_levels(self) -> int:
        """Levels that matter over all numbers of changes."""
        least = 0.0 if self._is_full else self.tolerance / 10
        return 1 + int(np.flatnonzero(self.probabilities > least).max())

    def _everything(self) -> list[ComponentRuns]:
        """Return the runs that matter over all numbers of changes."""
        chances = self._joint.sum(axis=1)
        dropped = negligible(chances, self.tolerance)
        return [runs for runs in self._base[0] if not dropped[runs.which].all()]

    def _weighed(self) -> list[tuple[ComponentRuns, Floats]]:
        """Return the runs with the log probabilities of component and number of changes."""
        parts = self._everything()
        logs = [runs.log_joint(self._n_levels) for runs in parts]
        top = max(float(one.max()) for one in logs)
        total = top + np.log(sum(float(np.exp(one - top).sum()) for one in logs))
        return [(runs, one - total) for runs, one in zip(parts, logs, strict=True)]

    @cached_property
    def smoothed(self) -> list[Smoothed]:
        """The rate in each period and where segments start, over all numbers of changes."""
        return [Smoothed.of(runs, logs) for runs, logs in self._weighed()]

    def ending(self) -> list[Ending]:
        """Return what is known of the last segment, over all numbers of changes."""
        return [Ending.of(runs, logs) for runs, logs in self._weighed()]

    def change_probability(self) -> Floats:
        """Return the probability that a new segment starts in each period, shape ``(n,)``."""
        return np.asarray(sum(one.starting for one in self.smoothed), dtype=np.float64)

    def band(self, tail: float) -> tuple[Floats, Floats, Floats]:
        """Return mean, lower and upper end of the rate in each period, each of shape ``(n,)``."""
        parts = [(one.grid, one.masses) for one in self.smoothed]
        mean = sum((masses * grid.rates[:, None]).sum(axis=(0, 2)) for grid, masses in parts)
        low, high = rate_quantiles(parts, (tail, 1 - tail))
        return np.asarray(mean, dtype=np.float64), low, high

    def rates(self, n_changes: int) -> list[tuple[RateGrid, Floats]]:
        """
        Return what is known of the rate of each segment, given the number of changes.

        Grids of some components each, with masses of shape ``(n_components, K + 1, G)``.
        """
        return [(one.grid, one.masses) for one in self.given(n_changes)]

    def rate_means(self, n_changes: int) -> Floats:
        """Return the posterior mean of each segment's rate, shape ``(n_changes + 1,)``."""
        means = sum(
            (masses * grid.rates[:, None]).sum(axis=(0, 2))
            for grid, masses in self.rates(n_changes)
        )
        return np.asarray(means, dtype=np.float64)

    def ratio_tables(self, n_changes: int, change: int) -> list[RatioTable]:
        """Return the joint distributions of the rates on both sides of a change, from 0."""
        return [one.ratios[change] for one in self.given(n_changes)]

    def draw(self, n_changes: int, n_draws: int, rng: np.random.Generator) -> tuple[Places, Floats]:
        """
        Draw segmentations with their rates, given the number of changes.

        Returns
        -------
        tuple of numpy.ndarray
            Boundaries, 0 and n included, shape ``(n_draws, n_changes + 2)``; and the rate of
            each segment, shape ``(n_draws, n_changes + 1)``.
        """
        held = self._held(n_changes)
        weights = np.concatenate([weights for _, weights in held])
        numbers = rng.multinomial(n_draws, weights / weights.sum())
        bounds, rates, place = [], [], 0
        for runs, own in held:
            for one in range(len(own)):
                if numbers[place]:
                    alone = runs.take(np.array([one]))
                    bounds.append(draw_bounds(alone, n_changes, int(numbers[place]), rng))
                    rates.append(draw_rates(alone, bounds[-1], rng))
                place += 1
        order = rng.permutation(n_draws)
        return np.concatenate(bounds)[order], np.concatenate(rates)[order]

    def rates_of(self, bounds: Places, tail: float) -> tuple[Floats, Floats, Floats]:
        """Return mean, low and high of the rates of the segments of one segmentation."""
        return self._rates_of(evolve(self.task, min_length=1), bounds, tail)

    def _rates_of(self, task: Task, bounds: Places, tail: float) -> tuple[Floats, Floats, Floats]:
        which = np.concatenate([runs.which for runs in self._base[0]])
        parts, logs = [], []
        for part in split_components(which, task.model.n_periods):
            in_logs = self._base[0][0].rows.in_logs
            runs = ComponentRuns.of(task, part, in_logs=in_logs)
            masses, evidence = segment_rates(runs, bounds[:-1], bounds[1:])
            parts.append((runs.grid, masses))
            logs.append(evidence.sum(axis=1) + runs.log_start)
        chances = normalised(np.concatenate(logs))
        ends = np.cumsum([len(one) for one in logs])[:-1]
        weighed = [
            (grid, masses * own[:, None, None])
            for (grid, masses), own in zip(parts, np.split(chances, ends), strict=True)
        ]
        mean = sum((masses * grid.rates[:, None]).sum(axis=(0, 2)) for grid, masses in weighed)
        low, high = rate_quantiles(weighed, (tail, 1 - tail))
        return np.asarray(mean, dtype=np.float64), low, high
