"""
Exact sums over all segmentations, given what each segment says on its own.

The boundaries of n periods are numbered 0 to n; a segment runs from one boundary to a later
one, and a segmentation is a way from 0 to n. Matrices hold a segment at ``[end, start]``.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from math import comb, lgamma, log

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

from engagement import compiling

__all__ = ["Recursion", "log_numbers_of_ways", "segment_sums"]

Floats = NDArray[np.float64]
Places = NDArray[np.intp]

_TRUSTED = 1e-120
"""Ways that weigh less than this in all are summed in logarithms instead."""

_DROPPED = 1e-153
"""What weighs less than this is dropped; the product of two such weights is still a normal float,
with which processors are many times faster than with one that is not."""


_LOG_DROPPED = log(_DROPPED)

_KEPT = 512
"""Periods up to which compiled code leaves the weights of segments in a matrix of their own."""

_BLOCK = 8192
"""Segments that are weighed together, so that what is in hand stays in the cache."""


def segment_sums(statistics: Floats) -> Floats:
    """
    Sum statistics over every segment.

    Each segment is the one that ends a period earlier and that period, so that nothing is ever
    subtracted and exposures of any size leave no rounding behind.

    Parameters
    ----------
    statistics
        Shape ``(n_statistics, n)``.

    Returns
    -------
    numpy.ndarray
        Shape ``(n_statistics, n + 1, n + 1)``, zero where no segment is.

    Examples
    --------
    >>> import numpy as np
    >>> segment_sums(np.array([[1.0, 2.0, 4.0]]))[0]
    array([[0., 0., 0., 0.],
           [1., 0., 0., 0.],
           [3., 2., 0., 0.],
           [7., 6., 4., 0.]])
    """
    n_statistics, n_periods = statistics.shape
    sums = np.zeros((n_statistics, n_periods + 1, n_periods + 1))
    for end in range(1, n_periods + 1):
        np.add(sums[:, end - 1, :end], statistics[:, end - 1 : end], out=sums[:, end, :end])
    return sums


def log_numbers_of_ways(n_periods: int, min_length: int, max_changes: int) -> Floats:
    """
    Count the sets of 0 to *max_changes* changes that leave segments long enough, as logs.

    Examples
    --------
    >>> import numpy as np
    >>> np.exp(log_numbers_of_ways(6, 2, 2)).round()
    array([1., 3., 1.])
    """
    logs = np.zeros(max_changes + 1)
    for n_changes in range(1, max_changes + 1):
        free = n_periods - (n_changes + 1) * (min_length - 1) - 1
        if free < 1000:
            logs[n_changes] = log(comb(free, n_changes))
        else:
            logs[n_changes] = (
                lgamma(free + 1) - lgamma(n_changes + 1) - lgamma(free - n_changes + 1)
            )
    return logs


@frozen(kw_only=True, eq=False)
class Recursion:
    """
    Sums over all ways to cut periods into segments.

    Each segment is weighed by its marginal and by a constant, and its weight is taken
    relative to the best way to cut up to its start and up to its end [1]_. No weight is then
    above 1, and the best way of all weighs 1, so that nothing overflows. That costs one
    exponential a segment; each further number of segments is one product of the triangle of
    weights with a vector.

    What weighs less than 1e-120 is summed again in logarithms, slower but for any size: the
    answers for a number of changes that the data exclude are exact too.

    Parameters
    ----------
    n_periods
        Number of periods.
    tell_marginals
        Writes the log marginal likelihood of each segment at ``[end, start]`` of a matrix of
        shape ``(n + 1, n + 1)``, and minus infinity on the diagonal and for segments that are
        too short; what is above the diagonal it need not touch. It is called again for what is
        asked later, so that of many recursions none holds a matrix that is not needed.
    scratch
        Where a matrix that is not kept may be written, shape ``(n + 1, n + 1)``; recursions
        can share it.
    min_length
        Periods in a segment.
    log_prior
        For 0 to the largest number of changes, log prior probability of each set of that many
        changes, up to a constant.

    References
    ----------
    .. [1] P. Fearnhead (2006), *Statistics and Computing* 16(2), 203-213.
    """

    n_periods: int
    tell_marginals: Callable[[Floats], Floats] = field(repr=False)
    min_length: int
    log_prior: Floats
    scratch: Floats = field(repr=False)

    @property
    def max_changes(self) -> int:
        """Largest number of changes."""
        return len(self.log_prior) - 1

    @cached_property
    def log_marginals(self) -> Floats:
        """Log marginal likelihood of each segment, shape ``(n + 1, n + 1)``."""
        return self.tell_marginals(np.full_like(self.scratch, -np.inf))

    @property
    def _log_constant(self) -> float:
        """What is added to the log weight of each segment."""
        constant = -log(max(self.n_periods - 1, 1))
        if self.max_changes:
            constant = max(constant, float(self.log_prior[1] - self.log_prior[0]))
        return constant

    @property
    def _is_long(self) -> bool:
        """Whether compiled code sums over ways."""
        return self.n_periods >= compiling.LONG

    @cached_property
    def _forward_and_best(self) -> tuple[Floats, Floats]:
        """
        Weight of all ways from 0 to each boundary in k steps, and the best way's log to each.

        The shapes are ``(K + 2, n + 1)`` and ``(n + 1,)``. The matrix of weights is not kept.
        """
        if self._is_long:
            return self._reached[:2]
        logs, constant = self.tell_marginals(self.scratch), self._log_constant
        best = np.full(self.n_periods + 1, -np.inf)
        best[0] = 0.0
        sums = np.empty(self.n_periods + 1)
        largest = np.maximum.reduce
        for end in range(self.min_length, self.n_periods + 1):
            usable = end - self.min_length + 1
            np.add(best[:usable], logs[end, :usable], out=sums[:usable])
            best[end] = largest(sums[:usable]) + constant
        return self._powers(self._weigh(logs, best), 0, trans=1), best

    @cached_property
    def _reached(self) -> tuple[Floats, Floats, Floats | None]:
        """The same by compiled code, with the matrix of weights unless it is large."""
        from engagement.changes.posterior.compiled_recursion import reach

        is_kept = self.n_periods <= _KEPT
        logs = self.tell_marginals(np.empty_like(self.scratch) if is_kept else self.scratch)
        best, reached = np.empty(self.n_periods + 1), self._room()
        reach(logs, self._log_constant, best, reached)
        return np.ascontiguousarray(reached.T), best, logs if is_kept else None

    def _room(self) -> Floats:
        """Return room for weights by boundary and number of steps."""
        return np.empty((self.n_periods + 1, self.max_changes + 2))

    def _weigh(self, logs: Floats, best: Floats) -> Floats:
        """Turn log marginals into weights, in place, and not above the diagonal."""
        offsets = self._log_constant - np.where(np.isfinite(best), best, 0.0)
        step = max(_BLOCK // len(best), 1)
        for first in range(0, len(best), step):
            rows = slice(first, first + step)
            part = logs[rows, : first + step]
            part += best[: first + step]
            part += offsets[rows, None]
            part[part < _LOG_DROPPED] = -np.inf
            np.exp(part, out=part)
        return logs

    @cached_property
    def _weights(self) -> Floats:
        """Weight of each segment, shape ``(n + 1, n + 1)``, at ``[end, start]``."""
        if self._is_long and self._reached[2] is not None:
            return self._reached[2]
        best = self._forward_and_best[1]
        logs = self.tell_marginals(np.full_like(self.scratch, -np.inf))
        weights = self._weigh(logs, best)
        weights[np.isneginf(weights)] = 0.0
        return weights

    @property
    def _forward(self) -> Floats:
        return self._forward_and_best[0]

    @cached_property
    def _backward(self) -> Floats:
        """Weight of all ways from each boundary to the last in k steps, ``[k, boundary]``."""
        if self._is_long:
            from engagement.changes.posterior.compiled_recursion import reach_back

            reached = self._room()
            reach_back(self._weights, reached)
            return np.ascontiguousarray(reached.T)
        return self._powers(self._weights, -1, trans=0)

    def _powers(self, weights: Floats, origin: int, *, trans: int) -> Floats:
        from scipy.linalg.blas import dtrmv

        triangle = weights.T  # as BLAS reads it, without a copy
        table = np.zeros((self.max_changes + 2, self.n_periods + 1))
        table[0, origin] = 1.0
        for k in range(1, self.max_changes + 2):
            table[k] = dtrmv(triangle, table[k - 1], lower=0, trans=trans)
            table[k, table[k] < _DROPPED] = 0.0
        return table

    @cached_property
    def _log_forward(self) -> Floats:
        return _log_powers(self.log_marginals, 0, self.max_changes + 1)

    @cached_property
    def _log_backward(self) -> Floats:
        return _log_powers(self.log_marginals.T, self.n_periods, self.max_changes + 1)

    @cached_property
    def _all_in_logs(self) -> bool:
        """Whether a number of changes that may matter weighs too little beside the best way."""
        reached = self._forward[1:, -1]
        gains = self.log_prior - np.arange(1, len(reached) + 1) * self._log_constant
        known = reached > _TRUSTED
        if not known.any() or not np.isfinite(reached).all():
            return True
        best = (gains[known] + np.log(reached[known])).max()
        return bool((gains[~known] + log(_TRUSTED) > best - 40).any())

    def _in_logs(self, n_changes: int) -> bool:
        return not _TRUSTED < self._forward[n_changes + 1, -1] < np.inf

    def log_evidence(self, n_changes: int) -> float:
        """Return the log of the sum over all sets of *n_changes* of the product of marginals."""
        if self._in_logs(n_changes):
            return float(self._log_forward[n_changes + 1, -1])
        best = float(self._forward_and_best[1][-1]) - (n_changes + 1) * self._log_constant
        return best + log(self._forward[n_changes + 1, -1])

    @cached_property
    def log_masses(self) -> Floats:
        """For each number of changes log prior and evidence, shape ``(max_changes + 1,)``."""
        if self._all_in_logs:
            return np.asarray(self.log_prior + self._log_forward[1:, -1], dtype=np.float64)
        reached = self._forward[1:, -1]
        logs = np.log(reached, out=np.full(len(reached), -np.inf), where=reached > 0)
        logs += self.log_prior + self._forward_and_best[1][-1]
        logs -= np.arange(1, len(reached) + 1) * self._log_constant
        return np.asarray(logs, dtype=np.float64)

    @cached_property
    def log_mass(self) -> float:
        """Log of the sum over all numbers of changes."""
        top = self.log_masses.max()
        return float(top + log(np.exp(self.log_masses - top).sum()))

    @cached_property
    def probabilities(self) -> Floats:
        """Posterior probability of 0, 1, ... changes, shape ``(max_changes + 1,)``."""
        return np.asarray(np.exp(self.log_masses - self.log_mass), dtype=np.float64)

    @cached_property
    def _shares(self) -> Floats:
        """Posterior probability of k segments over their weight, index k."""
        reached = self._forward[1:, -1]
        share = np.divide(
            self.probabilities, reached, out=np.zeros(len(reached)), where=reached > _TRUSTED
        )
        return np.concatenate(([0.0], share))

    def change_marginals(self, n_changes: int) -> Floats:
        """
        Return where each change lies, given their number.

        Returns
        -------
        numpy.ndarray
            Shape ``(n_changes, n + 1)``, rows sum to one.
        """
        if self._in_logs(n_changes):
            logs = (
                self._log_forward[1 : n_changes + 1] + self._log_backward[n_changes:0:-1]
            ) - self._log_forward[n_changes + 1, -1]
            return np.asarray(np.exp(logs), dtype=np.float64)
        products = self._forward[1 : n_changes + 1] * self._backward[n_changes:0:-1]
        return np.asarray(products / self._forward[n_changes + 1, -1], dtype=np.float64)

    @cached_property
    def segment_probability(self) -> Floats:
        """Probability of each segment, shape ``(n + 1, n + 1)``, at ``[end, start]``."""
        if self._all_in_logs:
            return self._segment_probability_in_logs()
        n_segments = self.max_changes + 1
        places = np.add.outer(np.arange(n_segments), np.arange(n_segments)) + 1
        shares = np.append(self._shares, np.zeros(n_segments))
        after = self._backward[:n_segments].T @ shares[places]
        return np.asarray(self._weights * (after @ self._forward[:n_segments]), dtype=np.float64)

    def change_probability(self) -> Floats:
        """Return the probability that a segment starts at each boundary, 0 at both ends."""
        total = self.segment_probability.sum(axis=0)
        total[[0, -1]] = 0.0
        return np.asarray(np.minimum(total, 1.0), dtype=np.float64)

    def _segment_probability_in_logs(self) -> Floats:
        evidence = self._log_forward[1:, -1]
        with np.errstate(divide="ignore"):
            shares = np.log(self.probabilities) - evidence
        total = np.zeros_like(self.log_marginals)
        for before in range(self.max_changes + 1):
            ahead = self.max_changes + 1 - before
            after = _log_sum(shares[before:, None] + self._log_backward[:ahead])
            logs = self.log_marginals + after[:, None] + self._log_forward[before][None, :]
            total += np.exp(logs)
        return total

    def probability_between(self, first: int, last: int) -> float:
        """
        Return the probability that some segment starts in a range of boundaries.

        It is one minus that of all segmentations that have no start there, both ends included.
        """
        first, last = max(first, 1), min(last, self.n_periods - 1)
        if first > last:
            return 0.0
        if self._all_in_logs:
            log_steps = self.log_marginals.copy()
            log_steps[first : last + 1] = -np.inf
            reached = _log_powers(log_steps, 0, self.max_changes + 1)[1:, -1]
            ratios = np.exp(reached - self._log_forward[1:, -1])
            kept = float(ratios @ self.probabilities)
        elif self._is_long:
            from engagement.changes.posterior.compiled_recursion import reach_past

            passed = self._room()
            reach_past(self._weights, first, last, passed)
            kept = float(self._shares @ passed[-1])
        else:
            row = self._forward[0]
            kept = 0.0
            for share in self._shares[1:]:
                row = self._weights @ row
                row[first : last + 1] = 0.0
                kept += float(share * row[-1])
        return min(max(1.0 - kept, 0.0), 1.0)

    def best_changes(self, n_changes: int) -> tuple[list[int], float]:
        """Return the boundaries of the likeliest segmentation with so many changes, and its log."""
        score = self.log_marginals[:, 0]
        origins = []
        for _ in range(n_changes):
            scores = self.log_marginals + score
            origin = np.argmax(scores, axis=1)
            score = scores[np.arange(len(scores)), origin]
            origins.append(origin)
        changes = [self.n_periods]
        for origin in reversed(origins):
            changes.append(int(origin[changes[-1]]))
        return changes[:0:-1], float(score[-1])

    def draw_boundaries(self, n_changes: int, n_draws: int, rng: np.random.Generator) -> Places:
        """
        Draw segmentations with a given number of changes from their exact posterior.

        Returns
        -------
        numpy.ndarray
            Shape ``(n_draws, n_changes + 2)``: the boundaries of each, 0 and n included.
        """
        drawn = np.zeros((n_draws, n_changes + 2), dtype=np.intp)
        drawn[:, -1] = self.n_periods
        for k in range(n_changes, 0, -1):
            ends = drawn[:, k + 1]
            chances = rng.random(n_draws)
            order = np.argsort(ends, kind="stable")
            values, first = np.unique(ends[order], return_index=True)
            for end, rows in zip(values, np.split(order, first[1:]), strict=True):
                sums = np.cumsum(self._origin_weights(int(end), k, n_changes))
                places = np.searchsorted(sums, chances[rows] * sums[-1], side="right")
                drawn[rows, k] = np.minimum(places, np.searchsorted(sums, sums[-1]))
        return drawn

    def _origin_weights(self, end: int, n_segments: int, n_changes: int) -> Floats:
        """Weigh the starts of a segment that ends at a boundary, *n_segments* before it."""
        if self._in_logs(n_changes):
            logs = self.log_marginals[end, :end] + self._log_forward[n_segments, :end]
            return np.asarray(np.exp(logs - logs.max()), dtype=np.float64)
        return np.asarray(
            self._weights[end, :end] * self._forward[n_segments, :end], dtype=np.float64
        )


def _log_sum(logs: Floats) -> Floats:
    """Sum over the first axis in logarithms."""
    top = logs.max(axis=0)
    shift = np.where(np.isfinite(top), top, 0.0)
    with np.errstate(divide="ignore"):
        return np.asarray(shift + np.log(np.exp(logs - shift).sum(axis=0)), dtype=np.float64)


def _log_powers(log_steps: Floats, origin: int, n_powers: int) -> Floats:
    """Sum over all ways of 0, 1, ... steps from a boundary to each, in logarithms."""
    table = np.full((n_powers + 1, len(log_steps)), -np.inf)
    table[0, origin] = 0.0
    for k in range(1, n_powers + 1):
        table[k] = _log_sum((log_steps + table[k - 1]).T)
    return table
