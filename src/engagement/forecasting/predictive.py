"""
What the posterior says of counts to come: mixtures of predictive distributions.

The last regime has a component of the model and a rate, of joint probability known on a grid; a
new regime keeps the component and draws its rate from the prior. A count given both has the
distribution of the model, and follows the last one where its component has memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from engagement.changes.posterior.date_intervals import negligible
from engagement.changes.posterior.rate_grid import lay_grid
from engagement.changes.posterior.segmentations import TOLERANCE
from engagement.changes.posterior.smoothed_rates import Ending
from engagement.models.count_rows import CountRows
from engagement.models.priors import GammaPrior

__all__ = ["Regimes", "probabilities_up_to", "trim"]

Floats = NDArray[np.float64]
Complex = NDArray[np.complex128]

_MISSED = 1e-7
"""Probability beyond the largest count that is looked at, where that is not too far out."""

_FARTHEST = 4_000
"""The largest count that is looked at, unless the mean asks for more."""

_AS_POISSON = 1e-6
"""Overdispersion below which there is none in a total."""

_NEGLIGIBLE = 1e-6
"""A rate of less than this share of the most probable one's is passed over."""

_ALL_UP_TO = 500
"""Up to so many counts the probability of each is computed."""

_STEP = 0.2
"""Distance of counts that are, in standard deviations of Poisson counts."""

_ALIASED = 1e-8
"""Share of what lies beyond the largest total that is added to those below it."""

_AT_A_TIME = 200_000
"""Probabilities given a rate that are held at a time."""


def trim(endings: Sequence[Ending]) -> list[Ending]:
    """
    List components one by one, with the rates that hold some probability.

    Components that hold less than the tolerance of the posterior in all are passed over;
    what is left sums to one.
    """
    chances = [ending.masses.sum(axis=1) for ending in endings]
    dropped = iter(negligible(np.concatenate(chances), TOLERANCE).tolist())
    found = []
    for ending in endings:
        for which, rates, masses in zip(ending.which, ending.rates, ending.masses, strict=True):
            if not next(dropped):
                held = masses > _NEGLIGIBLE * masses.max()
                one = np.array([which])
                found.append(Ending(which=one, rates=rates[None, held], masses=masses[None, held]))
    total = sum(float(one.masses.sum()) for one in found)
    return [Ending(which=o.which, rates=o.rates, masses=o.masses / total) for o in found]


@frozen(kw_only=True, eq=False)
class Regimes:
    """The last regime by component, and how probable a new one is before each future period."""

    model: CountRows
    last: Sequence[Ending]
    """Of one component each, from `trim`."""
    prior: GammaPrior
    """On the rate of a new regime."""
    years: Floats
    """Exposure of each future period, shape ``(horizon,)``."""
    steps: Floats
    """Periods from the last observed one to each, shape ``(horizon,)``."""
    turns: Floats
    """Probability of a change right before each, given none before, shape ``(horizon,)``."""

    @cached_property
    def changed(self) -> Floats:
        """Probability that a new regime has begun by each period."""
        return np.asarray(1 - np.cumprod(1 - self.turns), dtype=np.float64)

    @cached_property
    def fresh(self) -> tuple[Ending, ...]:
        """A new regime by component, in the order of `last`, with the same probabilities."""
        years = float(self.years.max())
        rows = CountRows(  # a period that says nothing, so that the grid spans the prior
            counts=np.array([0.0, np.rint(years * self.prior.shape / self.prior.rate)]),
            exposures=np.array([1e-9 * years, years]),
            steps=np.ones(2),
            components=self.model.components,
        )
        found = []
        for one in self.last:
            grid = lay_grid(rows, one.which, self.prior, min_length=1)
            masses = np.exp(grid.log_masses)
            held = masses[0] > _NEGLIGIBLE * masses.max()
            rates, masses = grid.rates[:, held], masses[:, held]
            share = float(one.masses.sum() / masses.sum())
            found.append(Ending(which=one.which, rates=rates, masses=masses * share))
        return tuple(found)

    def means(self) -> Floats:
        """Return the mean count of each period."""
        last = np.zeros(len(self.years))
        ratio = self.model.counts[-1] / self.model.exposures[-1]
        for one in self.last:
            means, before = one.rates * self.years[:, None], float(self.model.exposures[-1])
            alike, _ = self.model.given_last(
                one.which, one.rates[None], self.years[:, None], before, self.steps[:, None]
            )
            moved = (1 - alike[0]) * means + alike[0] * ratio * self.years[:, None]
            last += moved @ one.masses[0]
        new = self.years * self.prior.shape / self.prior.rate
        return np.asarray((1 - self.changed) * last + self.changed * new, dtype=np.float64)

    @property
    def _n_rates(self) -> int:
        return sum(one.rates.size for one in (*self.last, *self.fresh))

    def work(self) -> float:
        """Return about how many probabilities are computed for all periods."""
        roots = np.sqrt([_start(float(mean)) for mean in self.means()])
        return float(self._n_rates * 2 / _STEP * roots.sum())

    def work_of_total(self) -> float:
        """Return about how many numbers the distribution of the total takes."""
        horizon = len(self.years)
        return float(self._n_rates * horizon * (horizon + 1) / 2 * self.means().sum())

    def log_probabilities(self, step: int, counts: Floats) -> Floats:
        """Return the log probability of counts in one period."""
        years, changed = float(self.years[step]), float(self.changed[step])
        told = np.full(len(counts), -np.inf)
        cases = ((self.last, 1 - changed, float(self.steps[step])), (self.fresh, changed, None))
        for regimes, share, steps in cases:
            for one in regimes if share > 0 else ():
                size = max(_AT_A_TIME // one.rates.size, 1)
                for first in range(0, len(counts), size):
                    some = slice(first, first + size)
                    logs = self.model.coming(one.which, one.rates, counts[some], years, steps)[0]
                    logs += np.log(share * one.masses)
                    top = logs.max(axis=1)
                    own = top + np.log(np.exp(logs - top[:, None]).sum(axis=1))
                    told[some] = np.logaddexp(told[some], own)
        return told

    def probabilities(self, step: int) -> Floats:
        """Return the probability of 0, 1, ... in one period, up to where hardly any is left."""
        mean = float(self.means()[step])
        return probabilities_up_to(lambda counts: self.log_probabilities(step, counts), mean)

    def total_probabilities(self, size: int) -> Floats:
        """Return the probability of 0, 1, ... below *size* over all periods together."""
        radius = _ALIASED ** (1 / size)
        points = radius * np.exp(-2j * np.pi * np.arange(size // 2 + 1) / size)
        sums = np.zeros(len(points), dtype=np.complex128)
        for last, fresh in zip(self.last, self.fresh, strict=True):
            has_memory = self.model.components.memory[last.which[0]] > 0
            generate = self._generate_by_runs if has_memory else self._generate
            sums += generate(last, fresh, points)
        found = np.fft.irfft(sums, size) * radius ** -np.arange(float(size))
        return np.asarray(np.maximum(found, 0.0), dtype=np.float64)

    def _generate(self, last: Ending, fresh: Ending, points: Complex) -> Complex:
        """
        Return the generating function of the total of one component, times its probability.

        Forwards, by the rate of the period, as counts given their rates are independent.
        """
        prior = fresh.masses[0] / fresh.masses.sum()
        old = last.masses[0][:, None].astype(np.complex128)
        new = np.zeros((len(prior), 1), dtype=np.complex128)
        for place, turn in enumerate(self.turns.tolist()):
            begun = turn * (old.sum(axis=0) + new.sum(axis=0))
            new = (1 - turn) * new + prior[:, None] * begun
            old = (1 - turn) * old
            old = old * self._of_period(last, place, points)
            if self.changed[place] > 0:
                new = new * self._of_period(fresh, place, points)
        return np.asarray(old.sum(axis=0) + new.sum(axis=0), dtype=np.complex128)

    def _of_period(self, one: Ending, place: int, points: Complex) -> Complex:
        """Return the generating function of one count by itself, shape ``(G, m)``."""
        mean = (one.rates * self.years[place])[:, :, None]
        power = _log_generating(self.model.excess(one.which, mean)[0], points)
        return np.asarray(np.exp(mean[0] * power), dtype=np.complex128)

    def _generate_by_runs(self, last: Ending, fresh: Ending, points: Complex) -> Complex:
        """
        Return the same of a component with memory.

        By where the run of periods of one rate stops that goes on, and from there by the runs
        of new regimes, from the last period backwards.
        """
        horizon = len(self.years)
        prior = fresh.masses[0] / fresh.masses.sum()
        after = np.zeros((horizon + 1, len(points)), dtype=np.complex128)
        after[horizon] = 1.0
        begun = np.zeros((horizon + 1, horizon + 1, len(points)), dtype=np.complex128)
        for stop in range(1, horizon + 1 if self.changed.any() else 0):
            for start, logs in self._runs(fresh, stop, points, is_new=True):
                begun[start, stop] = prior @ np.exp(logs)
        for start in range(horizon - 1, -1, -1):
            for stop, share in self._stops(start, start + 1):
                after[start] += share * begun[start, stop] * after[stop]
        whole = np.zeros_like(points)
        for stop, share in self._stops(0, 0):
            run = np.full_like(points, last.masses.sum())
            for _, logs in self._runs(last, stop, points, is_new=False):
                run = last.masses[0] @ np.exp(logs)
            whole += share * run * after[stop]
        return whole

    def _stops(self, start: int, first: int) -> list[tuple[int, float]]:
        """List where a run from a period may stop, with the probability of each."""
        stops, lasts = [], 1.0
        for stop in range(max(first, start), len(self.years) + 1):
            turn = float(self.turns[stop]) if stop < len(self.years) else 1.0
            if lasts * turn > 0:
                stops.append((stop, lasts * turn))
            lasts *= 1 - turn
        return stops

    def _runs(
        self, one: Ending, stop: int, points: Complex, *, is_new: bool
    ) -> Iterator[tuple[int, Complex]]:
        """
        Give the log generating functions of the totals of runs up to a stop, shape ``(G, m)``.

        A count given the one before has a mean that is linear in that, so that the generating
        function of both is that of the one before at another point. Each comes with where the run
        starts: of new regimes one by one backwards, or of the one that follows the last period of
        the series.
        """
        model = self.model
        at = np.broadcast_to(points, (one.rates.size, len(points)))
        logs = np.zeros_like(at)
        for place in range(stop - 1, -1, -1):
            mean = (one.rates * self.years[place])[:, :, None]
            if is_new:
                power = _log_generating(model.excess(one.which, mean)[0], at)
                yield place, logs + mean[0] * power
            if place or not is_new:
                steps = 1.0 if place else float(self.steps[0])
                before = self.years[place - 1] if place else float(model.exposures[-1])
                alike, left = model.given_last(
                    one.which, one.rates[:, :, None], float(self.years[place]), before, steps
                )
                power = _log_generating(left[0], at)
                logs = logs + (1 - alike[0]) * mean[0] * power
                carried = alike[0] * (self.years[place] / before) * power
                at = points * np.exp(carried)
        if stop and not is_new:
            yield 0, logs + carried * model.counts[-1]


def _log_generating(excess: Floats, at: Complex) -> Complex:
    """Return the log of the generating function of counts of mean 1, shape ``(n, m)``."""
    if excess.max() < _AS_POISSON:
        return at - 1
    some = np.maximum(excess, _AS_POISSON)
    return np.asarray(np.log(1 + some * (1 - at)) / -some, dtype=np.complex128)


def _start(mean: float) -> int:
    return int(2 * mean + 8 * mean**0.5) + 32


def _limit(mean: float) -> int:
    return max(_FARTHEST, int(20 * mean))


def probabilities_up_to(log_probabilities: Callable[[Floats], Floats], mean: float) -> Floats:
    """
    Evaluate a distribution of counts from 0 to where hardly any probability is left.

    Its log is smooth beside the standard deviation of Poisson counts: between counts that are a
    fifth of that apart it is interpolated by cubic splines.
    """
    stop = _start(mean)
    while True:
        counts = np.arange(stop, dtype=np.float64)
        if stop > _ALL_UP_TO:
            told = _lattice(stop)
            found = np.exp(_spline(told, log_probabilities(told))(counts))
        else:
            found = np.exp(log_probabilities(counts))
        if found.sum() >= 1 - _MISSED or stop >= _limit(mean):
            return np.asarray(found / max(found.sum(), 1.0), dtype=np.float64)
        stop *= 2


def _lattice(stop: int) -> Floats:
    """Return whole numbers from 0 to one below a stop, ever farther apart."""
    first = int(_STEP**-2)
    n_steps = int(np.ceil(2 / _STEP * (stop**0.5 - first**0.5)))
    far = np.rint((first**0.5 + np.arange(1, n_steps + 1) * _STEP / 2) ** 2)
    return np.unique(np.concatenate([np.arange(float(first)), np.minimum(far, stop - 1.0)]))


def _spline(at: Floats, values: Floats) -> Callable[[Floats], Floats]:
    from scipy.interpolate import CubicSpline

    spline: Callable[[Floats], Floats] = CubicSpline(at, np.maximum(values, -1e4))
    return spline
