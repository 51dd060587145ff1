"""What a model of counts answers to the inference over a grid of rates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = [
    "DistinctRows",
    "LikelihoodRows",
    "RatePrior",
    "RateScale",
    "distinct_rows",
    "sums_by_length",
]

Floats = NDArray[np.float64]
Places = NDArray[np.intp]

GROWTH = 1.02
"""Factor by which the lengths grow of segments whose rates are bounded."""


def sums_by_length(
    values: Floats, exposures: Floats, shortest: int
) -> Iterator[tuple[Floats, Floats]]:
    """
    Sum values and exposures over all segments of one length after another.

    A prior pulls the rate of a short segment more than that of a long one, so that the most
    extreme rate need not be that of a shortest. Every length up to 50 is taken, then lengths
    that are 2 % apart, and last the whole series. Sums are of additions only.

    Examples
    --------
    >>> import numpy as np
    >>> for sums, years in sums_by_length(np.array([1.0, 2, 4]), np.ones(3), 2):
    ...     print(sums, years)
    [3. 6.] [2. 2.]
    [7.] [3.]
    """
    sums, years = values, exposures
    following = float(shortest)
    for length in range(1, len(values) + 1):
        if length > 1:
            sums = sums[:-1] + values[length - 1 :]
            years = years[:-1] + exposures[length - 1 :]
        if length >= following or length == len(values):
            yield sums, years
            following = max(length + 1, length * GROWTH)


def distinct_rows(table: Floats) -> tuple[Floats, Places]:
    """
    Return the distinct rows of a table in order, and which of them each row is.

    Examples
    --------
    >>> import numpy as np
    >>> rows, which = distinct_rows(np.array([[2.0, 1], [0, 1], [2, 1], [0, 3]]))
    >>> rows.tolist(), which.tolist()
    ([[0.0, 1.0], [0.0, 3.0], [2.0, 1.0]], [2, 0, 2, 1])
    """
    code = np.zeros(len(table), dtype=np.intp)
    for column in table.T:
        if not (column == column[:1]).all():
            size, own = _places_in_order(column)
            _, code = _places_in_order(code * size + own)
    first = np.empty(code.max(initial=-1) + 1, dtype=np.intp)
    first[code] = np.arange(len(code))
    return table[first], code


def _places_in_order(values: NDArray[np.floating] | Places) -> tuple[int, Places]:
    """Return how many distinct values there are, and the place of each in their order."""
    most = values.max()
    if values.min() >= 0 and most <= 4 * len(values):
        whole = values.astype(np.intp)
        if (whole == values).all():
            is_there = np.zeros(int(most) + 1, dtype=np.intp)
            is_there[whole] = 1
            place = np.cumsum(is_there) - 1
            return int(place[-1]) + 1, place[whole]
    found, place = np.unique(values, return_inverse=True)
    return len(found), place.reshape(-1)


class RateScale(Protocol):
    """A scale on which a rate's posterior given the whole series has standard deviation 1."""

    def take(self, which: Places) -> RateScale:
        """Return the scale of some of the components."""

    def value(self, rates: Floats) -> Floats:
        """Return the scale at rates, shape ``(n_components, ...)`` as *rates*."""

    def rate(self, values: Floats) -> Floats:
        """Return the rates at values of the scale, shape as *values*."""

    def width(self, values: Floats) -> Floats:
        """Return by how much the rate grows in one unit of the scale, shape as *values*."""


class RatePrior(Protocol):
    """A prior on the rate of a segment, of counts or of other values."""

    @property
    def pseudo_events(self) -> float:
        """
        Events that the prior weighs as much as.

        Near a rate of 0 the prior probability of lower rates goes by that power of the rate;
        0 for a prior on rates that may be negative.
        """

    @property
    def pseudo_years(self) -> float:
        """Years that the prior weighs as much as."""

    @property
    def centre(self) -> float:
        """The rate about which it lies, for rates that may be negative."""

    @property
    def information(self) -> float:
        """The inverse of its variance, for rates that may be negative."""

    def log_density(self, rates: Floats) -> Floats:
        """Return the log density at rates."""


@frozen(kw_only=True, eq=False)
class DistinctRows:
    """
    Log likelihoods of periods on a grid of rates, each kind of period once.

    Two periods are of one kind where counts and exposures agree, and for a later period of a
    segment with memory those of the period before too. What does not depend on the rate may
    be omitted where it is the same for all components of the model.
    """

    first: Floats = field(repr=False)
    """Of the first period of a segment, shape ``(n_components, n_kinds, n_rates)``."""
    first_kind: Places = field(repr=False)
    """The kind of each period as a first one, shape ``(n_periods,)``."""
    later: Floats = field(repr=False)
    """Of the later periods, given the one before; the same array as *first* without memory."""
    later_kind: Places = field(repr=False)
    """The kind of each period as a later one, shape ``(n_periods,)``."""

    @property
    def first_of_later(self) -> Places:
        """The kind as a first period of each kind of later period."""
        of_first = np.empty(self.later.shape[1], dtype=np.intp)
        of_first[self.later_kind] = self.first_kind
        return of_first


class LikelihoodRows(Protocol):
    """
    A mixture of likelihoods of one series, its components known but for the rate.

    Each component says how counts are distributed about a rate: the first period of a segment
    on its own, later ones given the period before. To add a model, write a class with these
    members and a family that returns it.
    """

    @property
    def weights(self) -> Floats:
        """Prior probability of each component, shape ``(n_components,)``; sums to one."""

    @property
    def parameters(self) -> Floats:
        """What each component is called by in answers, such as its overdispersion."""

    @property
    def correlations(self) -> Floats:
        """Correlation of neighbouring periods of each component at the mean count."""

    @property
    def parents(self) -> Places:
        """
        The component from which each differs by its memory only; itself if it has none.

        Where a parent explains a series far worse than others do, so does its child, which
        then need not be looked at.
        """

    @property
    def n_periods(self) -> int:
        """Periods observed."""

    def with_silent_period(self) -> LikelihoodRows:
        """Return the same model of one period that says nothing, for a series without any."""

    def scale(self, which: Places, prior: RatePrior) -> RateScale:
        """Return the scale of rates of some components."""

    def span(
        self, which: Places, prior: RatePrior, min_length: int, tail: float
    ) -> tuple[Floats, Floats]:
        """
        Return rates between which all but ``exp(-tail)`` of a segment's rate lies.

        For every segment of *min_length* periods or more; two arrays of shape ``(n,)`` for n
        components.
        """

    def rows(self, which: Places, rates: Floats) -> DistinctRows:
        """
        Return the log likelihoods of some components.

        Parameters
        ----------
        which
            Positions of components, shape ``(n,)``.
        rates
            Grid of each of them, shape ``(n, n_rates)``.
        """
