"""Likelihoods of whole blocks of periods, for series that are too long to take one by one."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from attrs import evolve, field, frozen
from numpy.typing import NDArray

from engagement.models.count_rows import CountRows
from engagement.models.likelihood_rows import DistinctRows
from engagement.models.rate_scale import SegmentScale

if TYPE_CHECKING:
    from collections.abc import Callable

    from scipy.sparse import csr_array

    from engagement.models.likelihood_rows import RatePrior

__all__ = ["BlockRows"]

Floats = NDArray[np.float64]
Places = NDArray[np.intp]

GROWTH = 1.4
"""Factor by which the numbers of blocks grow in the stretches whose rates are looked at."""

_SHIFTS = 8
"""Stretches of a length start so many times in it, or at every block."""

KINDS_AT_A_TIME = 50_000
"""Distinct periods whose log likelihoods are held at a time."""


@frozen(kw_only=True, eq=False)
class BlockRows:
    """
    Blocks of neighbouring periods of a series of counts; see `LikelihoodRows`.

    A segment begins with a block and holds whole blocks. The log likelihood of a block is a sum
    over the distinct periods in it: one product of a sparse matrix of their numbers with their
    log likelihoods on a grid.
    """

    model: CountRows
    """The periods."""
    starts: Places = field(repr=False)
    """First period of each block, increasing from 0, shape ``(m,)``."""

    @property
    def weights(self) -> Floats:
        """Prior probability of each component."""
        return self.model.weights

    @property
    def parameters(self) -> Floats:
        """Variance over mean of each component at the mean count of a period."""
        return self.model.parameters

    @property
    def correlations(self) -> Floats:
        """Correlation of neighbouring periods of each component at the mean count."""
        return self.model.correlations

    @property
    def parents(self) -> Places:
        """The component without memory of each, or itself."""
        return self.model.parents

    @property
    def n_periods(self) -> int:
        """Blocks, m."""
        return len(self.starts)

    def with_silent_period(self) -> CountRows:
        """Return the model of one period that says nothing."""
        return self.model.with_silent_period()

    @cached_property
    def _sums(self) -> CountRows:
        """The blocks as periods that are counted as a whole."""
        return evolve(
            self.model,
            counts=np.add.reduceat(self.model.counts, self.starts),
            exposures=np.add.reduceat(self.model.exposures, self.starts),
            steps=np.ones(len(self.starts)),
        )

    def span(
        self, which: Places, prior: RatePrior, min_length: int, tail: float
    ) -> tuple[Floats, Floats]:
        """Return rates between which all but ``exp(-tail)`` of a segment's rate lies."""
        return self._sums.span(which, prior, min_length, tail)

    @cached_property
    def _stretches(self) -> tuple[Floats, Floats, Floats]:
        """Counts, exposures and sums of rates over periods, of stretches of growing lengths."""
        model = self.model
        relative = model.counts / model.exposures * (model.exposures.sum() / len(model.counts))
        running = [
            np.concatenate([[0.0], np.cumsum(np.add.reduceat(one, self.starts))])
            for one in (model.counts, model.exposures, relative)
        ]
        running.append(np.append(self.starts, len(model.counts)).astype(np.float64))
        sums, length = [], 1
        while length <= len(self.starts):
            firsts = np.arange(0, len(self.starts) - length + 1, max(length // _SHIFTS, 1))
            sums.append([one[firsts + length] - one[firsts] for one in running])
            longer = max(length + 1, int(length * GROWTH))
            length = longer if length == len(self.starts) else min(longer, len(self.starts))
        counts, years, relative, numbers = np.concatenate(sums, axis=1)
        usual = model.exposures.sum() / len(model.counts)
        return counts, np.log((counts + 0.5) / years), np.log((relative + 0.5) / (numbers * usual))

    def scale(self, which: Places, prior: RatePrior) -> SegmentScale:
        """
        Return a scale that is as fine at a rate as the longest stretch that has such a rate asks.

        A rate that only short stretches have needs few points, so that the size of a grid grows
        with the logarithm of the number of periods. The rate of a stretch is its counts over
        its exposure or, where counts tell the more the less they are overdispersed, near the
        mean of the rates of its periods.
        """
        counts, *rates = self._stretches
        middle = np.stack([np.minimum(*rates), np.maximum(*rates)])
        linear, square = self.model.components.linear, self.model.components.square
        usual = float(self.model.exposures.sum()) / len(self.model.exposures)
        told = [
            (counts + 0.5) / (1 + linear[one] + square[one] * usual * np.exp(middle[0]))
            for one in which.tolist()
        ]
        return SegmentScale.of(middle, told, least=prior.pseudo_years)

    @cached_property
    def _first_numbers(self) -> csr_array:
        return self._numbers(self.model.kinds[1])

    @cached_property
    def _later_numbers(self) -> csr_array:
        return self._numbers(self.model.later_kinds[1])

    def _numbers(self, kind: Places) -> csr_array:
        """Return how often each kind of period is in each block, shape ``(m, n_kinds)``."""
        from scipy.sparse import coo_array

        block = np.repeat(np.arange(len(self.starts)), np.diff(self.starts, append=len(kind)))
        shape = (len(self.starts), int(kind.max()) + 1)
        return coo_array((np.ones(len(kind)), (block, kind)), shape=shape).tocsr()

    def rows(self, which: Places, rates: Floats) -> DistinctRows:
        """Return the log likelihoods of some components, a kind of its own for each block."""
        later = np.empty((len(which), len(self.starts), rates.shape[1]))
        has_memory = self.model.components.memory[which] > 0
        first = later.copy() if has_memory.any() else later
        for place, is_alike in enumerate(has_memory):
            own, points = which[place : place + 1], rates[place : place + 1]
            if is_alike:
                first[place], later[place] = self._with_memory(own, points)
            else:
                later[place] = self._without_memory(own, points)
                first[place] = later[place]
        kind = np.arange(len(self.starts))
        return DistinctRows(first=first, first_kind=kind, later=later, later_kind=kind)

    def _without_memory(self, which: Places, rates: Floats) -> Floats:
        kinds = self.model.kinds[0]
        return self._total(
            self._first_numbers, lambda part: self.model.log_first(which, rates, kinds[part])[0]
        )

    def _with_memory(self, which: Places, rates: Floats) -> tuple[Floats, Floats]:
        """Return the log likelihoods of blocks that begin a segment, and of those that go on."""
        (kinds, kind), (told, told_kind) = self.model.kinds, self.model.later_kinds
        later = self._total(
            self._later_numbers, lambda part: self.model.log_later(which, rates, told[part])[0]
        )
        opening = self.model.log_first(which, rates, kinds[kind[self.starts]])
        begun = self.model.log_later(which, rates, told[told_kind[self.starts]])
        return later - begun[0] + opening[0], later

    @staticmethod
    def _total(numbers: csr_array, tell: Callable[[slice], Floats]) -> Floats:
        """Sum log likelihoods of kinds over blocks, some kinds at a time."""
        parts = [slice(k, k + KINDS_AT_A_TIME) for k in range(0, numbers.shape[1], KINDS_AT_A_TIME)]
        return np.asarray(sum(numbers[:, part] @ tell(part) for part in parts), dtype=np.float64)
