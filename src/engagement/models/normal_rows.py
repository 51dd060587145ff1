"""Likelihoods of normal totals about a rate, for several variances."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from attrs import evolve, field, frozen
from numpy.typing import NDArray

from engagement.models.likelihood_rows import (
    DistinctRows,
    RatePrior,
    distinct_rows,
    sums_by_length,
)
from engagement.models.rate_scale import LinearScale

__all__ = ["NormalRows"]

Floats = NDArray[np.float64]
Places = NDArray[np.intp]


@frozen(kw_only=True, eq=False)
class NormalRows:
    """
    Totals of one series that are normal about ``e rate`` with variance ``v e``.

    One component a variance; see `LikelihoodRows`. Rates may be negative.
    """

    totals: Floats = field(repr=False)
    """Shape ``(n_periods,)``."""
    exposures: Floats = field(repr=False)
    """Years, positive, shape ``(n_periods,)``."""
    parameters: Floats
    """Variance of the total of a year of each component, shape ``(n_components,)``."""
    weights: Floats
    """Prior probability of each component, sums to one."""

    @property
    def correlations(self) -> Floats:
        """No component has memory."""
        return np.zeros(len(self.parameters))

    @property
    def parents(self) -> Places:
        """No component has memory."""
        return np.arange(len(self.parameters))

    @property
    def n_periods(self) -> int:
        """Periods observed."""
        return len(self.totals)

    def with_silent_period(self) -> NormalRows:
        """Return the same model of one period that says nothing."""
        return evolve(self, totals=np.zeros(1), exposures=np.full(1, 1e-9))

    def scale(self, which: Places, prior: RatePrior) -> LinearScale:
        """Return the scale of rates of some components: steps of the posterior's deviation."""
        information = float(self.exposures.sum()) / self.parameters[which] + prior.information
        return LinearScale(unit=1 / np.sqrt(information))

    def span(
        self, which: Places, prior: RatePrior, min_length: int, tail: float
    ) -> tuple[Floats, Floats]:
        """Return rates between which all but ``exp(-tail)`` of a segment's rate lies."""
        length = max(min(min_length, len(self.totals)), 1)
        pull = prior.information
        variances = self.parameters[which][:, None]
        lower = np.full(len(which), np.inf)
        upper = np.full(len(which), -np.inf)
        for sums, years in sums_by_length(self.totals, self.exposures, length):
            precision = years / variances + pull
            means = (sums / variances + prior.centre * pull) / precision
            reach = np.sqrt(2 * tail / precision)
            lower = np.minimum(lower, (means - reach).min(axis=1))
            upper = np.maximum(upper, (means + reach).max(axis=1))
        return lower, upper

    @cached_property
    def _kinds(self) -> tuple[Floats, Places]:
        pairs = np.stack([self.totals, self.exposures], axis=1)
        return distinct_rows(pairs)

    def rows(self, which: Places, rates: Floats) -> DistinctRows:
        """Return the log densities of some components."""
        kinds, kind = self._kinds
        totals, years = kinds[:, :1], kinds[:, 1:]
        variances = self.parameters[which][:, None, None] * years
        squares = (totals - years * rates[:, None, :]) ** 2 / variances
        logs = -0.5 * (squares + np.log(2 * np.pi * variances))
        return DistinctRows(first=logs, first_kind=kind, later=logs, later_kind=kind)
