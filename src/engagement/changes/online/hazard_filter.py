r"""
Since when the present regime runs, and at what rate: the filter under a constant hazard.

With c a component of the model of counts, g a rate on its grid, h the probability of a change
before a period, ``pi`` the prior mass of a rate, and f0 and f the likelihoods of a count as the
first of a regime and as a later one,

.. math::
    \alpha_t(c, g) \propto (1 - h_t) \alpha_{t-1}(c, g) f(t, c, g)
        + h_t \pi(c, g) f0(t, c, g) \sum_{g'} \alpha_{t-1}(c, g')

which is the forward pass of `engagement.changes.posterior.forward_backward` with one level [1]_
[2]_. Regimes that began lately are carried on apart from the others, so that the work of a
period does not grow with the number of those before.

References
----------
.. [1] R. P. Adams and D. J. C. MacKay (2007), arXiv:0710.3742.
.. [2] P. Fearnhead and Z. Liu (2007), *JRSS B* 69(4), 589-605.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from attrs import evolve, field, frozen
from numpy.typing import NDArray

from engagement.changes.posterior.grid_distribution import rate_quantiles
from engagement.changes.posterior.rate_grid import FINE, RateGrid, lay_grid
from engagement.models.count_rows import CountRows
from engagement.models.priors import Prior

if TYPE_CHECKING:
    from engagement.models.likelihood_rows import DistinctRows

__all__ = ["HazardFilter", "follow_series"]

Floats = NDArray[np.float64]
Places = NDArray[np.intp]

COUNTS_AT_A_TIME = 5_000
"""Counts whose likelihoods are held at a time where many series are followed."""

COARSE = FINE._replace(spacing=2.0)
"""The grid where many series are followed."""


@frozen(kw_only=True, eq=False)
class HazardFilter:
    """What is known of the present regime after each observed period of a series."""

    model: CountRows
    """Counts of the observed periods."""
    prior: Prior
    """On the rate of each regime."""
    hazards: Floats = field(repr=False)
    """Of a change since the period observed before, shape ``(n,)``; the first is not used."""
    numbers: NDArray[np.int64] = field(repr=False)
    """Of the observed periods in the calendar, shape ``(n,)``."""
    within: int
    """How many of the latest periods of the calendar are recent."""

    @cached_property
    def grid(self) -> RateGrid:
        """The grids of the components."""
        model = self.model if self.model.n_periods else self.model.with_silent_period()
        return lay_grid(model, self._everyone, self.prior, min_length=1)

    @property
    def _everyone(self) -> Places:
        return np.arange(len(self.model.components))

    @property
    def _fresh(self) -> Floats:
        """Probability of component and rate before anything is seen, ``(n_components, G)``."""
        masses = np.exp(self.grid.log_masses)
        return np.asarray(self.model.weights[:, None] * masses, dtype=np.float64)

    @cached_property
    def _rows(self) -> tuple[DistinctRows, Floats]:
        """Log likelihoods, and the largest of each period."""
        rows = self.model.rows(self._everyone, self.grid.rates)
        first, later = (part.max(axis=(0, 2)) for part in (rows.first, rows.later))
        return rows, np.maximum(first[rows.first_kind], later[rows.later_kind])

    @cached_property
    def _passed(self) -> tuple[Floats, list[tuple[NDArray[np.int64], Floats]], Floats, Floats]:
        """
        Take in all counts.

        Returned are the probability of component and rate after the last; the recent starts after
        each period, as numbers of the calendar with probabilities; the log probability that a
        regime of each component began in each period, ``(n, n_components)``, before its count; and
        the log sum after each, ``(n,)``.
        """
        n, fresh = self.model.n_periods, self._fresh
        begun, sums, recent = np.full((n, len(fresh)), -np.inf), np.zeros(n), []
        starts: list[int] = []
        state = np.zeros((1, *fresh.shape))
        for place in range(n):
            (rows, tops), log_sum = self._rows, float(sums[place - 1]) if place else 0.0
            first = np.exp(rows.first[:, rows.first_kind[place]] - tops[place])
            if place:
                later = np.exp(rows.later[:, rows.later_kind[place]] - tops[place])
                own = self.hazards[place] * state.sum(axis=(0, 2))
                masses = np.exp(self.grid.log_masses)
                state = np.concatenate(
                    [state * ((1 - self.hazards[place]) * later), [own[:, None] * masses * first]]
                )
                starts.append(place)
                while starts and self.numbers[starts[0]] <= self.numbers[place] - self.within:
                    state[1] += state[0]
                    state = state[1:]
                    starts.pop(0)
            else:
                own = self.model.weights
                state[0] = fresh * first
            with np.errstate(divide="ignore"):
                begun[place] = np.log(own) + log_sum
            total = float(state.sum())
            state /= total
            sums[place] = log_sum + np.log(total)
            recent.append((self.numbers[starts], state[1:].sum(axis=(1, 2))))
        return (state.sum(axis=0) if n else fresh), recent, begun, sums

    @property
    def present(self) -> Floats:
        """Probability of component and rate now, shape ``(n_components, G)``."""
        return self._passed[0]

    def probability(self, place: int, number: int) -> float:
        """
        Return how probable a recent change is at a period of the calendar.

        *place* is that of the latest observed period up to then, *number* that of the period.
        """
        numbers, found = self._passed[1][place]
        return float(min(found[numbers > number - self.within].sum(), 1.0))

    def starts(self) -> Floats:
        """Return the probability that the present regime began in each period, shape ``(n,)``."""
        n = self.model.n_periods
        (rows, tops), (_, _, begun, sums) = self._rows, self._passed
        stays = np.log1p(-np.minimum(self.hazards, 1 - 1e-16)) - tops
        told = np.full(n, -np.inf)
        for one, size in enumerate(self.grid.sizes):
            later = rows.later[one][rows.later_kind][:, :size] + stays[:, None]
            after = np.zeros_like(later)
            after[:-1] = np.cumsum(later[:0:-1], axis=0)[::-1]
            first = rows.first[one][rows.first_kind][:, :size] - tops[:, None]
            logs = after + first + self.grid.log_masses[one, :size]
            top = logs.max(axis=1)
            own = top + np.log(np.exp(logs - top[:, None]).sum(axis=1))
            told = np.logaddexp(told, begun[:, one] + own)
        return np.asarray(np.exp(told - sums[-1]) if n else told, dtype=np.float64)

    def of_components(self) -> Floats:
        """Return the probability of each component by now, shape ``(n_components,)``."""
        told = self.present.sum(axis=1)
        return np.asarray(told / told.sum(), dtype=np.float64)

    def quantiles(self, shares: tuple[float, ...]) -> Floats:
        """Return rates below which the present one lies with some probabilities."""
        masses = self.present / self.present.sum()
        return rate_quantiles([(self.grid, masses[:, None, :])], shares)[:, 0]


def follow_series(
    counts: Floats,
    model: CountRows,
    prior: Prior,
    *,
    exposure: float,
    chance: float,
    within: int,
) -> Floats:
    """
    Follow many series at once, all periods alike, and tell how probable a recent change is.

    Counts and the probabilities returned have shape ``(n_series, n_periods)``. The grid is one for
    all, a little coarser than that of a single series, which moves probabilities by some
    thousandths.
    """
    from engagement.changes.online.compiled_filter import Watch, follow_all

    n_series, n_periods = counts.shape
    usual = np.full(n_periods, float(np.rint(counts.mean())))
    usual[:2] = [counts.max(), counts.min()][:n_periods]
    everyone = np.arange(len(model.components))
    rows = _of_period(model, usual, exposure)
    grid = lay_grid(rows, everyone, prior, min_length=1, mesh=COARSE)
    memory = np.flatnonzero(model.components.memory > 0)
    place = np.full(len(everyone), -1)
    place[memory] = np.arange(len(memory))
    found = []
    size = max(COUNTS_AT_A_TIME // n_periods, 1)
    for start in range(0, n_series, size):
        part = counts[start : start + size]
        told = _of_period(model, part.ravel(), exposure)
        first = told.rows(np.flatnonzero(model.components.memory == 0), grid.rates[place < 0])
        both = told.rows(memory, grid.rates[memory])
        tops = first.first.max(axis=(0, 2))
        as_first = np.empty((len(everyone), len(tops), len(grid)))
        as_first[place < 0], as_first[place >= 0] = first.first, both.first
        later_tops = tops[both.first_of_later] if len(memory) else tops[:1]
        watch = Watch(
            weights=model.weights,
            masses=np.exp(grid.log_masses),
            first=np.exp(as_first - tops[:, None]),
            later=np.exp(np.minimum(both.later - later_tops[:, None], 600.0)),
            place=place,
            hazard=float(chance),
            within=int(within),
        )
        shape = part.shape
        found.append(
            follow_all(both.first_kind.reshape(shape), both.later_kind.reshape(shape), watch)
        )
    return np.concatenate(found)


def _of_period(model: CountRows, counts: Floats, exposure: float) -> CountRows:
    """Return the same components for counts of periods that are all alike."""
    return evolve(
        model,
        counts=counts,
        exposures=np.full(len(counts), exposure),
        steps=np.ones(len(counts)),
    )
