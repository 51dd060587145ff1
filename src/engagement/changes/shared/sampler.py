"""
Dates at which several series may change together: the arithmetic.

A set of dates is common to all series. A date is of one of several kinds: one series changes
alone, or every series takes part with the same chance, independently. Where a series takes part,
its rate is drawn anew. Given the dates and their kinds the series are independent, and the sums
over who takes part where, and over all rates, are exact. Only the dates and their kinds are
sampled.

Kinds are numbered: 0 to 7 for the chances of taking part, from 8 on for the series alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import evolve, field, frozen
from numpy.typing import NDArray

from engagement.settings.tuned import N_CHANCES, N_MOVES

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["PanelDraw", "SharedModel", "draw_dates"]

Floats = NDArray[np.float64]

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(N_CHANCES)
CHANCES = (_NODES + 1) / 2
CHANCE_WEIGHTS = _WEIGHTS / 2

_CERTAIN = 1 - 1e-12  # short of one, so that its logarithm is a number
_LARGE = 600.0  # a Bayes factor beyond which taking part is certain, and exp would overflow


@frozen(kw_only=True, eq=False)
class SharedModel:
    """
    What each segment of each series says, and where series can change at all.

    Parameters
    ----------
    log_marginals
        Of each segment of each series, shape ``(m, n + 1, n + 1)``, at ``[series, end, start]``.
    can_change
        Whether a series was observed on both sides of a boundary, shape ``(m, n + 1)``.
    log_odds
        Log of how many dates are expected beforehand, before they are weighed by kind.
    """

    log_marginals: Floats = field(repr=False)
    can_change: NDArray[np.bool_] = field(repr=False)
    log_odds: float
    shared_prior: float
    """
    Weight beforehand of a date at which any number of series may take part; what it lacks of one
    is the weight of a date of each single series.
    """

    def chances(self, kind: int) -> Floats:
        """Return the chance of each series of taking part at a date of a kind."""
        if kind < N_CHANCES:
            return np.full(self.n_series, CHANCES[kind])
        alone = np.zeros(self.n_series)
        alone[kind - N_CHANCES] = _CERTAIN
        return alone

    @property
    def n_series(self) -> int:
        """Number of series."""
        return int(self.log_marginals.shape[0])

    @property
    def n_periods(self) -> int:
        """Number of periods."""
        return int(self.log_marginals.shape[1] - 1)

    @property
    def places(self) -> NDArray[np.intp]:
        """Boundaries at which some series can change."""
        return np.flatnonzero(self.can_change.any(axis=0))

    def at(self, dates: SharedDates) -> DatedPanel:
        """Sum over who takes part, for given dates."""
        bounds = np.array([0, *dates.places, self.n_periods])
        chances = [self.chances(kind) for kind in dates.kinds]
        able = self.can_change[:, bounds[1:]]
        taking = np.where(able, np.stack([*chances, np.zeros(self.n_series)], axis=1), 0.0)
        with np.errstate(divide="ignore"):
            log_in, log_out = np.log(taking), np.log1p(-taking)
        log_in[:, -1] = 0.0
        passed = np.concatenate((np.zeros((self.n_series, 1)), np.cumsum(log_out, axis=1)), axis=1)
        segments = self.log_marginals[:, bounds[:, None], bounds[None, :]]
        return DatedPanel(
            model=self,
            bounds=bounds,
            log_in=np.concatenate((np.zeros((self.n_series, 1)), log_in), axis=1),
            passed=passed,
            segments=segments,
        )


@frozen(kw_only=True, eq=False)
class SharedDates:
    """A set of dates, each of one kind."""

    places: tuple[int, ...] = ()
    """Boundaries, increasing."""
    kinds: tuple[int, ...] = ()
    """Kind of each."""

    def __len__(self) -> int:
        """Return the number of dates."""
        return len(self.places)

    def without(self, which: int) -> SharedDates:
        """Leave one date out."""
        return evolve(
            self,
            places=self.places[:which] + self.places[which + 1 :],
            kinds=self.kinds[:which] + self.kinds[which + 1 :],
        )

    def plus(self, place: int, kind: int) -> SharedDates:
        """Add one date."""
        which = int(np.searchsorted(self.places, place))
        return evolve(
            self,
            places=(*self.places[:which], place, *self.places[which:]),
            kinds=(*self.kinds[:which], kind, *self.kinds[which:]),
        )


@frozen(kw_only=True, eq=False, slots=False)
class DatedPanel:
    """
    The series' sums over who takes part, for one set of dates.

    Boundaries of the set are numbered 0 (the start), 1 to K (the dates) and K + 1 (the end).
    """

    model: SharedModel
    bounds: NDArray[np.intp]
    """Places of the boundaries, shape ``(K + 2,)``."""
    log_in: Floats
    """Log chance that a series takes part at each, shape ``(m, K + 2)``; 0 at both ends."""
    passed: Floats
    """Sum of the log chances of not taking part at the dates before each, ``(m, K + 2)``."""
    segments: Floats
    """Log marginals of segments between boundaries, ``(m, K + 2, K + 2)``, [end, start]."""

    def forward(self) -> Floats:
        """Return the log weight of all that is before each boundary, if a series changes there."""
        size = len(self.bounds)
        logs = np.full((self.model.n_series, size), -np.inf)
        logs[:, 0] = 0.0
        for end in range(1, size):
            logs[:, end] = self.log_in[:, end] + _log_sum(self.origins(logs, end))
        return logs

    def origins(self, forward: Floats, end: int) -> Floats:
        """Return the log weights of the segments that end at a boundary, by where they start."""
        skipped = self._skipped(slice(0, end), end)
        return np.asarray(forward[:, :end] + skipped + self.segments[:, end, :end])

    def _skipped(self, start: slice, end: int) -> Floats:
        """Sum the log chances of not taking part at the dates strictly between boundaries."""
        # passed[:, j] holds the dates 1 to j; those strictly between j and end are 1 to end - 1
        return np.asarray(self.passed[:, end - 1, None] - self.passed[:, start])

    def backward(self) -> Floats:
        """Return the log weight of all that is after each boundary, if a series changes there."""
        size = len(self.bounds)
        logs = np.full((self.model.n_series, size), -np.inf)
        logs[:, -1] = 0.0
        for start in range(size - 2, -1, -1):
            ends = np.arange(start + 1, size)
            skipped = self.passed[:, ends - 1] - self.passed[:, start, None]
            logs[:, start] = _log_sum(
                skipped + self.segments[:, ends, start] + self.log_in[:, ends] + logs[:, ends]
            )
        return logs

    def log_gains(self) -> Floats:
        """
        Return the log Bayes factor of each series for one more change at each boundary.

        Returns
        -------
        numpy.ndarray
            Shape ``(m, n + 1)``, over all who take part at the other dates; minus infinity at
            the ends and at the dates there are.
        """
        forward, backward = self.forward(), self.backward()
        with np.errstate(invalid="ignore"):
            left = (forward[:, :-1] - self.passed[:, :-1])[:, None, :] + self._from_bounds
            right = (self.log_in + self._passed_before + backward)[:, None, 1:] + self._to_bounds
            gains = _log_sum(left) + _log_sum(right) - forward[:, -1:]
        gains[:, self.bounds] = -np.inf
        return gains

    @property
    def _passed_before(self) -> Floats:
        """Sum of the log chances of not taking part at the dates strictly before each."""
        return np.concatenate((np.zeros((self.model.n_series, 1)), self.passed[:, :-1]), axis=1)

    @property
    def _from_bounds(self) -> Floats:
        """Log marginals from each boundary but the last to each place after it."""
        starts = self.bounds[:-1]
        return np.where(
            np.arange(self.model.n_periods + 1)[:, None] > starts,
            self.model.log_marginals[:, :, starts],
            -np.inf,
        )

    @property
    def _to_bounds(self) -> Floats:
        """Log marginals from each place to each boundary after it."""
        ends = self.bounds[1:]
        segments = self.model.log_marginals[:, ends, :].transpose(0, 2, 1)
        return np.where(np.arange(self.model.n_periods + 1)[:, None] < ends, segments, -np.inf)

    def draw_taking(self, rng: np.random.Generator) -> NDArray[np.bool_]:
        """Draw who takes part at each date, shape ``(m, K)``, exactly."""
        forward = self.forward()
        n_series, size = forward.shape
        taking = np.zeros((n_series, size), dtype=bool)
        ends = np.full(n_series, size - 1)
        for end in range(size - 1, 0, -1):
            rows = np.flatnonzero(ends == end)
            if not len(rows):
                continue
            logs = self.origins(forward, end)[rows]
            weights = np.cumsum(np.exp(logs - logs.max(axis=1, keepdims=True)), axis=1)
            drawn = rng.random(len(rows)) * weights[:, -1]
            ends[rows] = np.minimum((weights <= drawn[:, None]).sum(axis=1), end - 1)
            taking[rows, ends[rows]] = True
        return taking[:, 1:-1]


@frozen(kw_only=True, eq=False)
class PanelDraw:
    """One draw: the dates at which somebody takes part, and who."""

    places: NDArray[np.intp]
    """Boundaries, increasing, shape ``(K,)``."""
    taking: NDArray[np.bool_]
    """Who takes part, shape ``(m, K)``."""


def draw_dates(
    model: SharedModel, *, start: SharedDates, n_draws: int, n_before: int, rng: np.random.Generator
) -> Iterator[PanelDraw]:
    """
    Draw sets of dates from their posterior, each with who takes part.

    In each step some dates are moved, one at a time and given the others, to a place drawn from
    its exact conditional distribution over all places and kinds; then dates are added
    or dropped by Metropolis-Hastings steps that propose places by the same distribution.

    Parameters
    ----------
    model
        The panel.
    start
        Where the chain starts.
    n_draws
        How many draws to give.
    n_before
        How many steps are passed over first.
    rng
        Source of the draws.

    Yields
    ------
    PanelDraw
        One a step; dates at which nobody takes part are omitted.
    """
    dates = start
    for step in range(n_before + n_draws):
        for _ in range(min(len(dates), N_MOVES)):
            others = dates.without(int(rng.integers(len(dates))))
            dates = _draw_date(others, _proposal(model, others)[0], rng)
        for _ in range(2):
            dates = _add_or_drop(model, dates, rng)
        if step >= n_before:
            taking = model.at(dates).draw_taking(rng)
            some = taking.any(axis=0)
            yield PanelDraw(
                places=np.array(dates.places, dtype=np.intp)[some], taking=taking[:, some]
            )


def _proposal(model: SharedModel, dates: SharedDates) -> tuple[Floats, float]:
    """
    Weigh every place and kind of one more date, and sum the weights.

    Returns
    -------
    tuple
        Log weights, shape ``(n_kinds, n + 1)``, and the log of their sum.
    """
    gains = model.at(dates).log_gains()
    free = np.zeros(model.n_periods + 1, dtype=bool)
    free[model.places] = True
    free[list(dates.places)] = False
    logs = np.full((N_CHANCES + model.n_series, model.n_periods + 1), -np.inf)
    can = model.can_change[:, free]
    own = np.where(can, gains[:, free], 0.0)
    beyond = np.maximum(own - _LARGE, 0.0).sum(axis=0)
    excess = np.expm1(np.minimum(own, _LARGE))
    logs[:N_CHANCES, free] = np.log1p(CHANCES[:, None, None] * excess).sum(axis=1) + beyond
    logs[:N_CHANCES] += np.log(model.shared_prior * CHANCE_WEIGHTS)[:, None]
    alone = np.log(1 - model.shared_prior)  # each series changes alone as often as in any panel
    logs[N_CHANCES:, free] = np.where(can, own + alone, -np.inf)
    top = logs.max()
    return logs, float(top + np.log(np.exp(logs - top).sum()))


def _draw_date(dates: SharedDates, logs: Floats, rng: np.random.Generator) -> SharedDates:
    sums = np.cumsum(np.exp(logs - logs.max()).ravel())
    cell = int(np.searchsorted(sums, rng.random() * sums[-1], side="right"))
    kind, place = divmod(min(cell, len(sums) - 1), logs.shape[1])
    return dates.plus(int(place), int(kind))


def _add_or_drop(model: SharedModel, dates: SharedDates, rng: np.random.Generator) -> SharedDates:
    """Add a date or drop one; the weights of all places make up the acceptance."""
    n_free = len(model.places)
    if rng.random() < 0.5:
        if len(dates) >= n_free:
            return dates
        logs, total = _proposal(model, dates)
        accepted = model.log_odds + total - np.log(n_free * (len(dates) + 1))
        added = _draw_date(dates, logs, rng)
        return added if np.log(rng.random()) < accepted else dates
    if not len(dates):
        return dates
    fewer = dates.without(int(rng.integers(len(dates))))
    _, total = _proposal(model, fewer)
    accepted = np.log(n_free * len(dates)) - model.log_odds - total
    return fewer if np.log(rng.random()) < accepted else dates


def _log_sum(logs: Floats) -> Floats:
    """Sum over the last axis in logarithms."""
    top = logs.max(axis=-1)
    shift = np.where(np.isfinite(top), top, 0.0)
    with np.errstate(divide="ignore"):
        summed = shift + np.log(np.exp(logs - shift[..., None]).sum(axis=-1))
    return np.asarray(summed, dtype=np.float64)
