"""
Sums over changes at any instant, for events that are dated to the day or better.

Time is counted in observed years from the start. Between two events nothing happens but that
time passes, so that whatever is integrated is smooth there: each stretch between events is cut
into cells that are short beside the whole, with two Gauss-Legendre nodes in each. A segment may
start at every node, with its weight, so that the sums over segmentations of counts serve: a
period goes from one node to the next. To see the density beside events, a segment may also start
right before and right after each, with next to no weight.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

from engagement.changes.posterior.component_runs import Task
from engagement.changes.posterior.date_intervals import best_in_order
from engagement.changes.posterior.segmentation_inference import infer_counts
from engagement.changes.posterior.segmentations import Segmentations
from engagement.models.count_rows import CountRows
from engagement.models.poisson import Poisson
from engagement.models.priors import Prior

if TYPE_CHECKING:
    from engagement.models.likelihood_rows import RatePrior
    from engagement.models.rate_scale import CountScale

__all__ = ["Instants", "rates_between", "weigh_instants"]

Floats = NDArray[np.float64]
Places = NDArray[np.intp]

N_CELLS = 1000
"""
Cells that the whole time is cut into, besides the cuts at events.

Half of the pairs of instants in one cell are omitted, which lowers the evidence of two changes by
a share of one over twice the number of cells at most.
"""

APART = 1e-6
"""Least distance of an event from an even cut, as a share of the whole time."""

BESIDE = 1e-9
"""How far from an event right before and right after it are, as a share of the whole time."""

TOGETHER = 10 * BESIDE
"""Up to which distance events are taken to be at one instant, as a share of the whole time."""

NO_WEIGHT = -60.0
"""Log weight of a segment that starts there."""


@frozen(kw_only=True, eq=False)
class InstantRows(CountRows):
    """
    Events between nodes; rates have the grid of counts in cells.

    The stretches about events are too short to bound the rate of a segment. Segments that are
    shorter than a cell have rates as those of one cell at most.
    """

    cells: CountRows = field(repr=False)

    def scale(self, which: Places, prior: RatePrior) -> CountScale:
        """Return the scale of rates of some components."""
        return self.cells.scale(which, prior)

    def span(
        self, which: Places, prior: RatePrior, min_length: int, tail: float
    ) -> tuple[Floats, Floats]:
        """Return rates between which all but ``exp(-tail)`` of a segment's rate lies."""
        return self.cells.span(which, prior, min_length, tail)


@frozen(kw_only=True, eq=False)
class Instants:
    """The posterior over the instants of changes, from `weigh_instants`."""

    length: float
    """How long was observed."""
    prior: Prior
    """On the rate of each segment."""
    changes_prior: float
    """By how much each further change is less probable beforehand."""
    edges: Floats = field(repr=False)
    """Where cells begin and end, shape ``(n_cells + 1,)``."""
    _starts: Floats = field(repr=False)
    _log_constant: float = field(repr=False)
    _exact: Segmentations = field(repr=False)

    @property
    def probabilities(self) -> Floats:
        """Of each number of changes, from 0."""
        return self._exact.probabilities

    def log_evidence(self, n_changes: int) -> float:
        """Return the log of the mean over all instants of so many changes."""
        exact = self._exact
        scale = exact.log_ways[n_changes] + exact.task.log_odds[n_changes]
        own = exact.log_evidence(n_changes) - self._log_constant
        return float(own + scale - n_changes * np.log(self.changes_prior))

    def below(self, change: int, n_changes: int) -> Floats:
        """Return the probability that a change lies before each edge, given their number."""
        return self._before_edges(self._exact.change_marginals(n_changes)[change - 1])

    def expected_below(self) -> Floats:
        """Return the expected number of changes before each edge, whatever their number."""
        return self._before_edges(self._exact.change_probability())

    def _before_edges(self, masses: Floats) -> Floats:
        below = np.concatenate(([0.0], np.cumsum(masses)))
        return np.asarray(below[np.searchsorted(self._starts, self.edges)], dtype=np.float64)

    @cached_property
    def _beside(self) -> Places:
        """Where segments may start beside events, or at any node where there is none."""
        beside = np.flatnonzero(self._log_weights[1:] == NO_WEIGHT) + 1
        return beside if len(beside) else np.arange(1, len(self._starts))

    @property
    def _log_weights(self) -> Floats:
        weights = self._exact.task.log_masses
        return np.zeros(len(self._starts)) if weights is None else weights

    def most_probable(self, n_changes: int) -> list[tuple[float, bool]]:
        """
        Return the most probable instants, and whether each is right after an event.

        The density is looked at right before and right after events; between two of them it is
        a sum of exponentials, and lower.
        """
        if not n_changes:
            return []
        beside = self._beside
        density = self._exact.change_marginals(n_changes)[:, beside]
        density = density * np.exp(NO_WEIGHT - self._log_weights[beside])
        density /= density.max(axis=1, keepdims=True)
        places = best_in_order(density, 1)
        has_events = bool(self._log_weights[beside[0]] == NO_WEIGHT)
        return [
            (float(self._starts[beside[place]]), has_events and place % 2 == 1) for place in places
        ]


def weigh_instants(
    times: Floats,
    length: float,
    *,
    prior: Prior | None,
    changes_prior: float,
    max_changes: int,
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
        On the rate of each segment; None for the scale-free one.
    changes_prior
        The number of changes has a prior in proportion to its power; given it, their instants
        are uniform.
    max_changes
        Most changes that are allowed for.
    """
    from scipy.special import gammaln

    when, events = _instants_of(times, length)
    even = np.linspace(0, length, N_CELLS + 1)
    inner = even[1:-1]
    apart = np.abs(inner[:, None] - when).min(axis=1, initial=np.inf) > APART * length
    edges = np.sort(np.concatenate((even[[0, -1]], inner[apart], when)))
    half = np.diff(edges) / 2
    middle = edges[:-1] + half
    nodes = np.concatenate([middle - half / 3**0.5, middle + half / 3**0.5])
    beside = BESIDE * length
    starts = np.concatenate(([0.0], nodes, when - beside, when + beside))
    logs = np.concatenate(([0.0], np.log(half), np.log(half), np.full(2 * len(when), NO_WEIGHT)))
    order = np.argsort(starts, kind="stable")
    starts = starts[order]
    counts = np.zeros(len(starts))
    counts[np.searchsorted(starts, when) - 1] = events
    numbers = np.arange(max_changes + 1)
    exposures = np.diff(starts, append=length)
    family = Poisson()
    whole = np.array([float(events.sum())]), np.array([length])
    used = family.read_rate_prior(prior, *whole)
    cells = np.histogram(times, even)[0].astype(np.float64)
    rows = family.rows(cells, np.full(N_CELLS, length / N_CELLS), np.ones(N_CELLS))
    model = InstantRows(
        counts=counts,
        exposures=exposures,
        steps=np.ones(len(starts)),
        components=rows.components,
        cells=rows,
    )
    task = Task(
        model=model,
        prior=used,
        min_length=1,
        log_odds=gammaln(numbers + 1) + numbers * np.log(changes_prior / length),
        log_masses=logs[order],
    )
    return Instants(
        length=length,
        prior=used,
        changes_prior=changes_prior,
        edges=edges,
        starts=starts,
        log_constant=float(counts @ np.log(exposures)),
        exact=Segmentations(task=task, tolerance=0.0),
    )


def _instants_of(times: Floats, length: float) -> tuple[Floats, Floats]:
    """Return the different instants of events, and how many events each has."""
    is_new = np.diff(times, prepend=-np.inf) > TOGETHER * length
    firsts = np.flatnonzero(is_new)
    return times[firsts], np.diff(firsts, append=len(times)).astype(np.float64)


def rates_between(
    events: Floats, years: Floats, prior: Prior, tail: float
) -> tuple[Floats, Floats, Floats]:
    """Return mean, low and high of the rates of segments with some events in some years."""
    exact, _ = infer_counts(
        events,
        years,
        np.ones(len(events)),
        family=Poisson(),
        min_length=1,
        prior=prior,
        max_changes=len(events) - 1,
    )
    return exact.rates_of(np.arange(len(events) + 1), tail)
