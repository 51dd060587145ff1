"""Which of many series changed: tests in stages, and the rule for false discoveries."""

from __future__ import annotations

from itertools import accumulate
from math import asin, ceil, isnan, nan, sqrt
from typing import TYPE_CHECKING

import numpy as np
from attrs import field, frozen

from engagement.changes.testing.scan_test import ResamplingTable
from engagement.counting.multiple_testing import benjamini_hochberg
from engagement.progress import worked
from engagement.settings.tuned import GIVE_UP

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from engagement.models.observed import ObservedPeriods

__all__ = [
    "HALF",
    "Discovery",
    "SeriesTest",
    "discover",
    "discover_by_posterior",
    "is_too_little",
    "p_error",
]

HALF = 0.5
"""Posterior probability of no change from which on no change is dated."""

SURE_BY = 3.0
"""Standard errors by which a p-value must be off the rule's bound to count as known."""

MOST_FURTHER = 39_999
"""Simulated series of a test whose p-value is near the rule's bound."""


def p_error(p_value: float, n_draws: int) -> float:
    """
    Give the Monte Carlo standard error of a p-value.

    Examples
    --------
    >>> round(p_error(0.05, 999), 4)
    0.0069
    """
    return sqrt(p_value * (1 - p_value) / (n_draws + 1))


def is_too_little(observed: ObservedPeriods, level: float) -> bool:
    """Tell whether all events in one period would be no wonder without any change."""
    if not len(observed):
        return True
    shares = observed.exposures / observed.exposures.sum()
    return float((shares**observed.total).sum()) > 1 - level + 1e-12


@frozen(kw_only=True, eq=False)
class SeriesTest:
    """What testing a series gave, so far."""

    p_value: float
    """Rank of the series in its table."""
    n_draws: int
    """Simulated series in the table."""
    is_at_floor: bool
    """Whether no simulated series is as uneven, so that more draws may make it smaller."""
    table: ResamplingTable | None = field(default=None, repr=False)
    """The table, if it is here and may have to grow; of the many others nothing is kept."""

    @classmethod
    def in_stages(cls, table: ResamplingTable) -> SeriesTest:
        """Draw as long as the p-value may turn out small."""
        table.grow_in_stages()
        return cls._read(table)

    @classmethod
    def _read(cls, table: ResamplingTable) -> SeriesTest:
        return cls(
            p_value=table.p_value,
            n_draws=table.n_draws,
            is_at_floor=table.is_at_floor,
            table=table if table.is_at_floor or table.p_value <= GIVE_UP else None,
        )

    def is_near(self, bound: float) -> bool:
        """
        Tell whether Monte Carlo error may have put the p-value on the other side of a bound.

        Compared are the arcsines of the roots, whose error is the same for all p-values: near 0
        the error of a share is far from normal.
        """
        apart = asin(sqrt(self.p_value)) - asin(sqrt(min(bound, 1.0)))
        return abs(apart) <= SURE_BY / 2 / sqrt(self.n_draws + 1)

    def wanted_near(self, bound: float) -> int:
        """Give how many simulated series are needed next to tell the p-value from a bound."""
        if self.p_value > GIVE_UP or not self.is_near(bound):
            return self.n_draws
        return max(self.n_draws, min(4 * self.n_draws + 3, MOST_FURTHER))

    def decided(self, bound: float) -> SeriesTest:
        """Draw until the p-value is known to be on one side of a bound, if that can be told."""
        test = self
        while (wanted := test.wanted_near(bound)) > test.n_draws:
            test = test.grown_to(wanted)
        return test

    def grown_to(self, n_draws: int) -> SeriesTest:
        """Draw more, if the p-value may be small."""
        if self.table is None:
            return self
        self.table.grow_to(n_draws)
        return self._read(self.table)


@frozen(kw_only=True)
class Discovery:
    """What the rule says of a series."""

    p_value: float
    """NaN if it was not tested by simulation."""
    q_value: float
    """
    The least rate of false discoveries at which it is said to have changed; NaN if there was too
    little to tell.
    """
    n_draws: int
    """Simulated series; 0 if there are none."""
    is_changed: bool
    is_uncertain: bool = False
    """Whether the Monte Carlo error of the p-value may turn *is_changed*."""
    unchanged: float = nan
    """Posterior probability of no change, where that decides in place of a test."""

    @property
    def is_tested(self) -> bool:
        """Whether enough was observed to say anything."""
        return not isnan(self.q_value)


def discover_by_posterior(unchanged: Sequence[float | None], fdr: float) -> list[Discovery]:
    """
    Say which series changed by the posterior probability that each did not [1]_.

    Series are taken in the order of that probability as long as its mean over those taken, which
    is the expected share of false ones among them, is at most the rate, and as long as a change
    is more probable than none.

    Parameters
    ----------
    unchanged
        Posterior probability of no change, one a series, or ``None`` where too little was observed.
    fdr
        Rate of false discoveries.

    References
    ----------
    .. [1] M. A. Newton, A. Noueiry, D. Sarkar and P. Ahlquist (2004), *Biostatistics* 5(2),
       155-176.

    Examples
    --------
    >>> for one in discover_by_posterior([0.3, 0.02, 0.04], 0.1):
    ...     print(one.is_changed, round(one.q_value, 3))
    False 0.12
    True 0.02
    True 0.03
    """
    told = sorted(one for one in unchanged if one is not None)
    means = dict(zip(told, accumulate(told), strict=True))  # the last of equal ones counts for all
    places = {value: place for place, value in enumerate(told, start=1)}
    answers = []
    for one in unchanged:
        q_value = nan if one is None else means[one] / places[one]
        answers.append(
            Discovery(
                p_value=nan,
                q_value=q_value,
                n_draws=0,
                is_changed=one is not None and one < HALF and q_value <= fdr,
                unchanged=nan if one is None else one,
            )
        )
    return answers


def _grown(tests: list[SeriesTest], numbers: list[int]) -> list[SeriesTest]:
    """Draw more for some series in this process."""
    pairs = list(zip(tests, numbers, strict=True))
    return worked(lambda pair: pair[0].grown_to(pair[1]), pairs, "drawing more")


def discover(
    tests: Sequence[SeriesTest | None],
    fdr: float,
    *,
    grow: Callable[[list[int], list[int]], list[SeriesTest]] | None = None,
) -> list[Discovery]:
    """
    Say which series changed, drawing more where the panel's rule needs smaller p-values.

    Draws are added to a series that none of its draws equals; and to one whose p-value is within
    three Monte Carlo standard errors of the bound that the rule holds it to, on whichever side,
    until it is not. So they never go on until a p-value happens to be small.

    Parameters
    ----------
    tests
        One a series, or ``None`` where it was not tested.
    fdr
        Rate of false discoveries.
    grow
        Draws more for the tests at some places until each has so many draws, and returns them
        anew; by default in this process.
    """
    places = [place for place, test in enumerate(tests) if test is not None]
    found = [test for test in tests if test is not None]
    q_values, changed = np.zeros(0), np.zeros(0, dtype=bool)
    needed = ceil(len(found) / fdr)
    near: list[bool] = []
    while found:
        p_values = np.array([test.p_value for test in found])
        changed, q_values = benjamini_hochberg(p_values, fdr)
        wanted: dict[int, int] = {}
        bounds = np.where(changed, changed.sum(), changed.sum() + 1) * fdr / len(found)
        near = [test.is_near(bound) for test, bound in zip(found, bounds, strict=True)]
        for place, (test, bound) in enumerate(zip(found, bounds, strict=True)):
            size, further = test.n_draws + 1, test.wanted_near(bound)
            if not changed[place] and test.is_at_floor and size < needed:
                wanted[place] = min(10 * size, needed) - 1
            elif further >= size:
                wanted[place] = further
        if not wanted:
            break
        stuck, numbers = list(wanted), list(wanted.values())
        if grow is None:
            grown = _grown([found[place] for place in stuck], numbers)
        else:
            grown = grow([places[place] for place in stuck], numbers)
        for place, test in zip(stuck, grown, strict=True):
            found[place] = test
    answers = [
        Discovery(p_value=np.nan, q_value=np.nan, n_draws=0, is_changed=False) for _ in tests
    ]
    for place, test, q_value, yes, is_near in zip(
        places, found, q_values, changed, near, strict=True
    ):
        answers[place] = Discovery(
            p_value=test.p_value,
            q_value=float(q_value),
            n_draws=test.n_draws,
            is_changed=bool(yes),
            is_uncertain=is_near,
        )
    return answers
