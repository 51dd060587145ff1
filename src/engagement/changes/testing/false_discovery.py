"""Which of many series changed: tests in stages, and the rule for false discoveries."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

import numpy as np
from attrs import field, frozen

from engagement.changes.testing.scan_test import ResamplingTable
from engagement.counting.multiple_testing import benjamini_hochberg
from engagement.progress import worked

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from engagement.models.observed import ObservedPeriods

__all__ = ["Discovery", "SeriesTest", "discover", "is_too_little"]


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
    """The table, if it is here and at its floor; of the many others nothing is kept."""

    @classmethod
    def in_stages(cls, table: ResamplingTable) -> SeriesTest:
        """Draw as long as the p-value may turn out small."""
        table.grow_in_stages()
        return cls._read(table)

    @classmethod
    def _read(cls, table: ResamplingTable) -> SeriesTest:
        return cls(
            p_value=table.ranks.p_value,
            n_draws=table.n_draws,
            is_at_floor=table.is_at_floor,
            table=table if table.is_at_floor else None,
        )

    def grown_to(self, n_draws: int) -> SeriesTest:
        """Draw more, if no draw was as uneven."""
        if self.table is None:
            return self
        self.table.grow_to(n_draws)
        return self._read(self.table)


@frozen(kw_only=True)
class Discovery:
    """What the rule says of a series."""

    p_value: float
    """NaN if it was not tested."""
    q_value: float
    """The least rate of false discoveries at which it is said to have changed."""
    n_draws: int
    """Simulated series; 0 if it was not tested."""
    is_changed: bool


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

    Draws are added only to a series that none of its draws equals, so that they never go on
    until a p-value happens to be small.

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
    while found:
        p_values = np.array([test.p_value for test in found])
        changed, q_values = benjamini_hochberg(p_values, fdr)
        stuck = [
            place
            for place, test in enumerate(found)
            if not changed[place] and test.is_at_floor and test.n_draws + 1 < needed
        ]
        if not stuck:
            break
        numbers = [min(10 * (found[place].n_draws + 1), needed) - 1 for place in stuck]
        if grow is None:
            grown = _grown([found[place] for place in stuck], numbers)
        else:
            grown = grow([places[place] for place in stuck], numbers)
        for place, test in zip(stuck, grown, strict=True):
            found[place] = test
    answers = [
        Discovery(p_value=np.nan, q_value=np.nan, n_draws=0, is_changed=False) for _ in tests
    ]
    for place, test, q_value, yes in zip(places, found, q_values, changed, strict=True):
        answers[place] = Discovery(
            p_value=test.p_value, q_value=float(q_value), n_draws=test.n_draws, is_changed=bool(yes)
        )
    return answers
