"""
Exact sums over changes at any instant, for events that are dated to the day or better.

Time is counted in observed years from the start. Between two events nothing happens but that
time passes, so that whatever is integrated is smooth there: each stretch between events is cut
into cells that are short beside the whole, with two Gauss-Legendre nodes in each.
"""

from __future__ import annotations

from functools import cached_property
from math import lgamma, log

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

from engagement.changes.posterior.recursion import Recursion
from engagement.models.poisson import Poisson
from engagement.models.priors import GammaPrior

__all__ = ["Instants", "weigh_instants"]

Floats = NDArray[np.float64]

N_CELLS = 300
"""Cells that the whole time is cut into, besides the cuts at events."""


@frozen(kw_only=True, eq=False)
class Instants:
    """The posterior over the instants of changes, from `weigh_instants`."""

    times: Floats = field(repr=False)
    """When events took place, sorted, shape ``(n_events,)``."""
    length: float
    """How long was observed."""
    prior: GammaPrior
    """On the rate of each segment."""
    edges: Floats = field(repr=False)
    """Where cells begin and end, shape ``(n_cells + 1,)``."""
    _log_scale: Floats = field(repr=False)
    _recursion: Recursion = field(repr=False)

    @property
    def probabilities(self) -> Floats:
        """Of each number of changes, from 0."""
        return self._recursion.probabilities

    def log_evidence(self, n_changes: int) -> float:
        """Return the log of the mean over all instants of so many changes."""
        return self._recursion.log_evidence(n_changes) + float(self._log_scale[n_changes])

    def below(self, change: int, n_changes: int) -> Floats:
        """Return the probability that a change lies before each edge, given their number."""
        nodes = self._recursion.change_marginals(n_changes)[change - 1, 1:-1]
        return np.concatenate(([0.0], np.cumsum(nodes[0::2] + nodes[1::2])))

    def expected_below(self) -> Floats:
        """Return the expected number of changes before each edge, whatever their number."""
        nodes = self._recursion.change_probability()[1:-1]
        return np.concatenate(([0.0], np.cumsum(nodes[0::2] + nodes[1::2])))

    @cached_property
    def _beside_events(self) -> tuple[Floats, Floats]:
        """Return the instants right before and right after events, and the events before each."""
        when = np.unique(self.times)
        sides = [np.searchsorted(self.times, when, side) for side in ("left", "right")]
        return np.repeat(when, 2), np.stack(sides, axis=1).ravel().astype(np.float64)

    def most_probable(self, n_changes: int) -> list[tuple[float, bool]]:
        """
        Return the jointly most probable instants, and whether each is right after an event.

        The density is log-convex in each instant between two events, so that its highest point
        is right before or right after an event.
        """
        if not n_changes:
            return []
        times, before = self._beside_events
        ends = np.concatenate(([0.0], times, [self.length]))
        counts = np.concatenate(([0.0], before, [float(len(self.times))]))
        recursion = Recursion(
            n_periods=len(ends) - 1,
            tell_marginals=lambda _: _log_marginals(ends, counts, self.prior),
            min_length=1,
            log_prior=np.zeros(n_changes + 1),
            scratch=np.empty((len(ends), len(ends))),
        )
        places = recursion.best_changes(n_changes)[0]
        return [(float(ends[place]), place % 2 == 0) for place in places]


def weigh_instants(
    times: Floats, length: float, *, prior: GammaPrior, changes_prior: float, max_changes: int
) -> Instants:
    """
    Weigh all instants of up to some changes of the rate of a Poisson process.

    Parameters
    ----------
    times
        When events took place, sorted, inside ``(0, length)``, in years.
    length
        How long was observed, in years.
    prior
        On the rate of each segment.
    changes_prior
        The number of changes has a prior in proportion to its power; given it, their instants
        are uniform.
    max_changes
        Most changes that are allowed for.
    """
    edges = np.unique(np.concatenate((np.linspace(0, length, N_CELLS + 1), times)))
    half = np.diff(edges) / 2
    middle = edges[:-1] + half
    nodes = np.stack([middle - half / 3**0.5, middle + half / 3**0.5], axis=1).ravel()
    bounds = np.concatenate(([0.0], nodes, [length]))
    counts = np.searchsorted(times, bounds).astype(np.float64)
    weights = np.log(np.repeat(half, 2))

    def tell(_: Floats) -> Floats:
        logs = _log_marginals(bounds, counts, prior)
        logs[1:-1] += weights[:, None]
        pairs = np.arange(1, len(bounds) - 1, 2)
        logs[pairs + 1, pairs] += log(2)  # for both changes at one node, which is left out
        return logs

    numbers = np.arange(max_changes + 1)
    scale = np.array([lgamma(number + 1) for number in numbers]) - numbers * log(length)
    return Instants(
        times=times,
        length=length,
        prior=prior,
        edges=edges,
        log_scale=scale,
        recursion=Recursion(
            n_periods=len(bounds) - 1,
            tell_marginals=tell,
            min_length=1,
            log_prior=scale + numbers * log(changes_prior),
            scratch=np.empty((len(bounds), len(bounds))),
        ),
    )


def _log_marginals(bounds: Floats, counts: Floats, prior: GammaPrior) -> Floats:
    """Return the log marginal of each segment between bounds, minus infinity where none is."""
    inside = np.tri(len(bounds), k=-1, dtype=bool)
    years = np.where(inside, bounds[:, None] - bounds, 0.0)
    events = np.where(inside, counts[:, None] - counts, 0.0)
    logs = Poisson().log_marginal(np.stack([events, years]), prior)
    return np.where(inside, logs, -np.inf)
