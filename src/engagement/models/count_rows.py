"""Likelihoods of counts that may vary more than Poisson counts and may resemble the last one."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from attrs import evolve, field, frozen
from numpy.typing import NDArray

from engagement import compiling
from engagement.errors import SettingError
from engagement.models.likelihood_rows import DistinctRows, distinct_rows, sums_by_length
from engagement.models.log_gamma import log_rising
from engagement.models.rate_scale import CountScale

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engagement.models.likelihood_rows import LikelihoodRows, RatePrior

__all__ = [
    "POISSON",
    "POISSON_WEIGHT",
    "CountComponents",
    "CountRows",
    "log_probability",
    "overdispersed_components",
    "read_count_rows",
]

Floats = NDArray[np.float64]
Places = NDArray[np.intp]

MOST_TOLD = 32.0
"""
A segment tells no more of the logarithm of its rate than it has events: so many times the
events of the whole series bound what is allowed for, however many a high rate would bring.
"""

LEAST_EXPECTED = 2e-4
"""Events expected in the whole series at a rate that is not told from a lower one."""

LINEAR = (0.3, 1.0, 3.0, 9.0, 27.0, 81.0)
"""Overdispersions that do not depend on the mean."""

SQUARE = (0.003, 0.006, 0.0125, 0.025, 0.05, 0.1, 0.2, 0.4, 0.8)
"""Overdispersions by event expected."""

MEMORY = 0.6
"""
Correlation of neighbouring intensities in components that have one.

A component of .9 is a random walk, which explains every sequence of levels without a change.
"""

WITH_MEMORY = 0.4
"""Prior probability of memory, given overdispersion."""

POISSON_WEIGHT = 0.5
"""Prior probability that counts are Poisson about their rates."""


@frozen(kw_only=True, eq=False)
class CountComponents:
    """
    Components of a mixture of count distributions, arrays of shape ``(n_components,)``.

    With mean mu, the variance of a component is ``mu (1 + x)`` with the overdispersion
    ``x = linear + square mu``; x = 0 is Poisson. At equal exposures a count correlates with the
    one before it in its segment by ``memory x / (1 + x)``: Poisson counts have no memory, and
    where counts tell the intensity well, the correlation is that of the intensity.
    """

    weights: Floats
    """Prior probability, sums to one."""
    linear: Floats
    """Overdispersion that does not depend on the mean."""
    square: Floats
    """Overdispersion by event expected."""
    memory: Floats
    """Correlation of neighbouring periods where counts are many."""

    @classmethod
    def of(cls, rows: Sequence[tuple[float, float, float, float]]) -> CountComponents:
        """Make components of rows of weight, linear, square and memory; weights are normalised."""
        weights, linear, square, memory = np.array(rows, dtype=np.float64).T
        return cls(weights=weights / weights.sum(), linear=linear, square=square, memory=memory)

    def __len__(self) -> int:
        """Return the number of components."""
        return len(self.weights)


POISSON = (1.0, 0.0, 0.0, 0.0)
"""The component of Poisson counts, with its weight among those of an open dispersion."""


def overdispersed_components(weight: float) -> list[tuple[float, float, float, float]]:
    """
    List the overdispersed components of an open dispersion, as rows of `CountComponents`.

    Parameters
    ----------
    weight
        Prior probability of all of them together.

    Examples
    --------
    >>> rows = overdispersed_components(0.3)
    >>> len(rows), round(sum(row[0] for row in rows), 12)
    (30, 0.3)
    """
    rows = []
    for memory, share in ((0.0, 1 - WITH_MEMORY), (MEMORY, WITH_MEMORY)):
        half = weight * share / 2
        rows += [(half / len(LINEAR), linear, 0.0, memory) for linear in LINEAR]
        rows += [(half / len(SQUARE), 0.0, square, memory) for square in SQUARE]
    return rows


@frozen(kw_only=True, eq=False)
class CountRows:
    r"""
    Counts of one series under a mixture of distributions; see `LikelihoodRows`.

    The first count of a segment is Poisson or negative binomial of mean ``mu = e rate`` and
    variance ``mu (1 + x)``. A later one has the mean ``m = mu + r (y' mu / mu' - mu)`` and the
    variance ``m (1 + x) (1 - r r')``, where y' and mu' are of the period before, and

    .. math:: r = a \min(x', x \mu' / \mu) / (1 + x'), \quad r' = a \min(x, x' \mu / \mu') / (1 + x)

    for the memory a: the intensities of both periods, over their means, have the variances
    x / mu and x' / mu', and a times the lesser as covariance. So each count has the mean and
    the variance of a first one whatever the exposures, and two neighbours the same covariance
    read from either side. At equal exposures ``r = r' = a x / (1 + x)``. Over a gap of g periods
    both are multiplied by the power g - 1 of ``a sqrt(x x' / ((1 + x) (1 + x')))``.
    """

    counts: Floats = field(repr=False)
    """Whole numbers, shape ``(n_periods,)``."""
    exposures: Floats = field(repr=False)
    """Years, positive, shape ``(n_periods,)``."""
    steps: Floats = field(repr=False)
    """Periods since the one before, 1 for neighbours, shape ``(n_periods,)``."""
    components: CountComponents = field(repr=False)

    @property
    def weights(self) -> Floats:
        """Prior probability of each component."""
        return self.components.weights

    @property
    def correlations(self) -> Floats:
        """Correlation of neighbouring periods of each component at the mean count."""
        return np.asarray(self.components.memory * (1 - 1 / self.parameters), dtype=np.float64)

    @cached_property
    def parents(self) -> Places:
        """The component without memory of each, or itself where there is none such."""
        told = list(
            zip(self.components.linear.tolist(), self.components.square.tolist(), strict=True)
        )
        first = {pair: place for place, pair in reversed(list(enumerate(told)))}
        parents = np.array([first[pair] for pair in told], dtype=np.intp)
        has_none = self.components.memory[parents] > 0
        return np.where(has_none, np.arange(len(told)), parents)

    @property
    def n_periods(self) -> int:
        """Periods observed."""
        return len(self.counts)

    @cached_property
    def parameters(self) -> Floats:
        """Variance over mean of each component at the mean count."""
        mean = (float(self.counts.sum()) or 0.5) / max(len(self.counts), 1)
        return np.asarray(
            1 + self.components.linear + self.components.square * mean, dtype=np.float64
        )

    def with_silent_period(self) -> CountRows:
        """Return the same model of one period that says nothing."""
        return evolve(self, counts=np.zeros(1), exposures=np.full(1, 1e-9), steps=np.ones(1))

    def with_growth(self, growth: Floats) -> CountRows:
        """Return the same model of rates that are *growth* times as high in each period."""
        return evolve(self, exposures=self.exposures * growth)

    def scale(self, which: Places, prior: RatePrior) -> CountScale:
        """
        Return the scale of rates of some components.

        Counts tell as much less of a rate as they are overdispersed, a prior does not.
        """
        years = float(self.exposures.sum()) + prior.pseudo_years
        events = float(self.counts.sum()) + prior.pseudo_events
        scaled = 1 + self.components.linear[which]
        told = max(prior.pseudo_events - 1, 0.0)  # the scale has room for one event by itself
        told_years = told and prior.pseudo_years * told / prior.pseudo_events
        bend = self.components.square[which] / max(len(self.counts), 1)
        bend += scaled / (MOST_TOLD * events)
        return CountScale(
            unit=(years - told_years) / scaled + told_years,
            bend=bend / (1 + 4 * told * bend),  # four fifths of the prior are told at its mean
        )

    def span(
        self, which: Places, prior: RatePrior, min_length: int, tail: float
    ) -> tuple[Floats, Floats]:
        r"""
        Return rates between which all but ``exp(-tail)`` of a segment's rate lies.

        Given k events in shape and their exposure, a gamma distributed rate exceeds m e^u with
        a log probability of about :math:`-k (e^u - 1 - u)` and is below m e^{-u} with
        :math:`-k (u - 1 + e^{-u})`; bounds of u follow from both. Overdispersion divides k, and
        that by the square of the mean leaves a tail in powers of the rate, about the mean of
        periods' rates where their exposures differ.
        """
        length = max(min(min_length, len(self.counts)), 1)
        linear, square = (
            part[which][:, None] for part in (self.components.linear, self.components.square)
        )
        fresh = (1 - self.components.memory[which][:, None]) ** 2
        told = 1 + (length - 1) * fresh  # periods' worth
        upper, lower = np.zeros(len(which)), np.full(len(which), np.inf)
        squared = square / told
        spread = tail * squared / (1 + squared)
        power = np.sqrt(2 * spread) + 0.7 * spread
        pooled = sums_by_length(self.counts, self.exposures, length)
        single = sums_by_length(self.counts / self.exposures, np.ones(len(self.counts)), length)
        for (sums, exposures), (rates, numbers) in zip(pooled, single, strict=False):
            events, years = sums + prior.pseudo_events, exposures + prior.pseudo_years
            likeliest = events / years, rates / numbers + prior.pseudo_events / years
            lack = tail * (1 + linear) / events
            highest = np.maximum(*likeliest) * (1 + np.sqrt(2 * lack) + lack) * np.exp(power)
            upper = np.maximum(upper, highest.max(axis=1))
            lack += tail * squared
            lowest = np.minimum(*likeliest) * np.exp(-np.sqrt(2 * lack) - 0.7 * lack)
            lower = np.minimum(lower, lowest.min(axis=1))
            if not prior.pseudo_years and prior.pseudo_events <= 1:
                break  # longer segments have their rates between those of the shortest
        years_in_all = float(self.exposures.sum()) + prior.pseudo_years
        return np.maximum(lower, LEAST_EXPECTED * (1 + linear[:, 0]) / years_in_all), upper

    @cached_property
    def kinds(self) -> tuple[Floats, Places]:
        """Distinct pairs of count and exposure ``(n_kinds, 2)``, and the kind of each period."""
        pairs = np.stack([self.counts, self.exposures], axis=1)
        return distinct_rows(pairs)

    @cached_property
    def later_kinds(self) -> tuple[Floats, Places]:
        """Distinct ``(count, exposure, count before, exposure before, steps)``, and kinds."""
        counts, exposures = np.zeros(len(self.counts)), self.exposures.copy()
        counts[1:], exposures[1:] = self.counts[:-1], self.exposures[:-1]
        told = np.stack([self.counts, self.exposures, counts, exposures, self.steps], axis=1)
        return distinct_rows(told)

    def rows(self, which: Places, rates: Floats) -> DistinctRows:
        """Return the log likelihoods of some components; all without ``log y!``."""
        kinds, kind = self.kinds
        first = self.log_first(which, rates, kinds)
        memory = self.components.memory[which] > 0
        if not memory.any():
            return DistinctRows(first=first, first_kind=kind, later=first, later_kind=kind)
        told, later_kind = self.later_kinds
        of_first = self._first_of_later
        later = first[:, of_first]
        later[memory] = self.log_later(which[memory], rates[memory], told)
        return DistinctRows(first=first, first_kind=kind, later=later, later_kind=later_kind)

    @cached_property
    def _first_of_later(self) -> Places:
        """The kind as a first period of each kind of later period."""
        of_first = np.empty(len(self.later_kinds[0]), dtype=np.intp)
        of_first[self.later_kinds[1]] = self.kinds[1]
        return of_first

    def _compile(self, which: Places, rates: Floats, kinds: Floats, *, later: bool) -> Floats:
        from engagement.models.compiled_count_rows import write_log_first, write_log_later

        logs = np.empty((len(which), len(kinds), rates.shape[1]))
        write = write_log_later if later else write_log_first
        parts = self.components
        for place, one in enumerate(which):
            component = (
                float(parts.linear[one]),
                float(parts.square[one]),
                float(parts.memory[one]),
            )
            write(kinds, rates[place], component, logs[place])
        return logs

    def log_first(self, which: Places, rates: Floats, kinds: Floats) -> Floats:
        """Return log likelihoods of kinds of first periods, ``(n_components, m, n_rates)``."""
        if len(self.counts) >= compiling.LONG:
            return self._compile(which, rates, kinds, later=False)
        counts, years = kinds.T[:, :, None]
        mean = rates[:, None, :] * _once(years)
        return log_probability(counts, mean, self.excess(which, mean))

    def log_later(self, which: Places, rates: Floats, told: Floats) -> Floats:
        """Return log likelihoods of kinds of later periods, ``(n_components, m, n_rates)``."""
        if len(self.counts) >= compiling.LONG:
            return self._compile(which, rates, told, later=True)
        counts, years, counts_before, years_before, steps = told.T[:, :, None]
        years, years_before, steps = _once(years), _once(years_before), _once(steps)
        alike, left = self.given_last(which, rates[:, None, :], years, years_before, steps)
        own = (1 - alike) * (rates[:, None, :] * years)
        moved = own + alike * (counts_before / (years_before / years))
        return log_probability(counts, moved, left)

    def given_last(
        self,
        which: Places,
        rates: Floats,
        years: Floats | float,
        years_before: Floats | float,
        steps: Floats | float,
    ) -> tuple[Floats, Floats]:
        """
        Return the weight of the count before, and the overdispersion that is left.

        Parameters
        ----------
        which
            Positions of components, shape ``(n,)``.
        rates
            Shape ``(n, m, n_rates)`` or one that broadcasts to it.
        years, years_before
            Exposures of the period and of the one before.
        steps
            Periods from one to the other.
        """
        mean, mean_before = rates * years, rates * years_before
        excess, excess_before = self.excess(which, mean), self.excess(which, mean_before)
        memory = self.components.memory[which][:, None, None]
        longer = np.asarray(years_before) / years
        shared = memory * self.excess(which, mean, np.minimum(1 / longer, 1.0))
        alike = memory * self.excess(which, mean_before, np.minimum(longer, 1.0))
        alike /= 1 + excess_before
        shared /= 1 + excess
        if np.any(np.asarray(steps) > 1):
            told_of = excess / (1 + excess) * (excess_before / (1 + excess_before))
            faded = (memory * np.sqrt(told_of)) ** (np.asarray(steps) - 1)
            alike, shared = alike * faded, shared * faded
        left = (1 + excess) * (1 - alike * shared) - 1
        return alike, np.maximum(left, np.where(alike > 0, 1e-12, 0.0))

    def coming(
        self, which: Places, rates: Floats, counts: Floats, years: float, steps: float | None
    ) -> Floats:
        """
        Return the log probabilities of counts in one period to come.

        Parameters
        ----------
        which
            Positions of components, shape ``(n,)``.
        rates
            Grid of each of them, shape ``(n, n_rates)``.
        counts
            Whole numbers that do not fall, shape ``(m,)``.
        years
            Exposure of the period, positive.
        steps
            Periods since the last of the series, whose segment goes on; None in a new segment.

        Returns
        -------
        numpy.ndarray
            Shape ``(n, m, n_rates)``.
        """
        from scipy.special import gammaln

        mean = np.repeat((rates * years)[:, None, :], len(counts), axis=1)
        left = self.excess(which, mean)
        if steps is not None:
            before = float(self.exposures[-1])
            alike, left = self.given_last(which, rates[:, None, :], years, before, steps)
            mean = (1 - alike) * mean + alike * (self.counts[-1] * years / before)
            left = np.broadcast_to(left, mean.shape)
        logs = [
            log_probability(counts[:, None], mean[k : k + 1], left[k : k + 1])
            for k in range(len(which))
        ]
        return np.concatenate(logs) - gammaln(counts + 1)[:, None]

    def excess(self, which: Places, mean: Floats, share: Floats | float = 1.0) -> Floats:
        """Return the overdispersion at means, with a share of what does not depend on them."""
        linear = self.components.linear[which][:, None, None]
        square = self.components.square[which][:, None, None]
        return np.asarray(linear * share + square * mean, dtype=np.float64)


def _once(column: Floats) -> Floats:
    """Return a column whose values are all the same as one row, to be computed with once."""
    return column[:1] if bool((column == column[:1]).all()) else column


def read_count_rows(model: LikelihoodRows) -> CountRows:
    """
    Return a model of counts as it is.

    Raises
    ------
    SettingError
        If it is a model of other values.
    """
    if isinstance(model, CountRows):
        return model
    raise SettingError(f"a family of counts is needed, whose rows are CountRows, got {model!r:.80}")


def log_probability(counts: Floats, mean: Floats, excess: Floats) -> Floats:
    """
    Return the log probability of counts, without ``log y!``.

    Negative binomial of given mean and variance ``mean (1 + excess)``; Poisson where the
    excess is 0.

    Parameters
    ----------
    counts
        Whole numbers that do not fall, shape ``(m, 1)``.
    mean
        Positive, shape ``(..., m, n_rates)``, or one row for all counts.
    excess
        At least 0, of the same shape or one row.

    Examples
    --------
    >>> import numpy as np
    >>> values = log_probability(np.array([[2.0]]), np.array([[3.0]]), np.array([[0.0]]))
    >>> print(np.exp(values).round(4))  # 3^2 e^-3
    [[0.4481]]
    """
    poisson = excess[..., :1] == 0
    if poisson.all():
        return np.asarray(counts * np.log(mean) - mean, dtype=np.float64)
    some = np.where(excess > 0, excess, 1.0)
    size = mean / some
    spread = np.log1p(some)
    logs = log_rising(size, counts[:, 0])
    logs += counts * (np.log(some) - spread) - size * spread
    if poisson.any():
        logs = np.where(poisson, counts * np.log(mean) - mean, logs)
    return logs
