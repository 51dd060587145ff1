r"""
Sums over all segmentations of a series and all rates on a grid, forwards and backwards.

A segmentation of n periods has K changes and K + 1 segments of L periods or more. Level k is
the segment after k changes. With g a rate on the grid, ``f0`` the likelihood of the first
period of a segment, ``f`` that of a later one, ``pi`` the prior mass of a rate, and
``F(s, g) = pi(g) f0(s, g) f(s + 1, g) ... f(s + L - 1, g)``, the sums are

.. math::
    \alpha_k(t, g) &= \alpha_k(t - 1, g) f(t, g) + S_{k-1}(t - L) F(t - L + 1, g) \\
    S_k(t) &= \sum_g \alpha_k(t, g) \\
    \beta_k(t, g) &= f(t + 1, g) \beta_k(t + 1, g) + B_{k+1}(t + 1) \\
    B_k(s) &= \sum_g F(s, g) \beta_k(s + L - 1, g)

where alpha holds all that ends at t in a segment of level k and rate g, of L periods at least,
and beta all that may follow, ending after k changes with a given weight. Each sum carries a log
scale of its own, so that no series is too long. Arrays have an axis of components in front;
each component has its own likelihoods and its own grid [1]_.

References
----------
.. [1] P. Fearnhead (2006), *Statistics and Computing* 16(2), 203-213.
"""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

import numpy as np
from attrs import evolve, field, frozen
from numpy.typing import NDArray

from engagement.errors import SeriesError

if TYPE_CHECKING:
    from engagement.changes.posterior.compiled_forward_backward import CompiledRows
    from engagement.changes.posterior.rate_grid import RateGrid
    from engagement.models.likelihood_rows import DistinctRows

__all__ = ["Backward", "Forward", "SegmentRows", "run_backward", "run_forward", "segment_rows"]

Floats = NDArray[np.float64]
Places = NDArray[np.intp]


@frozen(kw_only=True, eq=False)
class SegmentRows:
    """Likelihoods of the periods of a series on grids of rates, on a common scale."""

    first: Floats = field(repr=False)
    """Prior mass and f0 of each kind of first period, shape ``(n_components, n_kinds, G)``."""
    first_kind: Places = field(repr=False)
    """The kind of each period as a first one, shape ``(n,)``."""
    later: Floats = field(repr=False)
    """f of each kind of later period, shape ``(n_components, n_kinds, G)``."""
    kind: Places = field(repr=False)
    """The kind of each period as a later one, shape ``(n,)``."""
    log_scale: Floats = field(repr=False)
    """The log of what all likelihoods of a segmentation were divided by, ``(n_components,)``."""
    log_masses: Floats = field(repr=False)
    """Log weight of a segment that starts in each period, shape ``(n,)``; 0 as a rule."""
    sizes: Places = field(repr=False)
    """Points of each grid, the others having no mass, shape ``(n_components,)``."""
    min_length: int
    """L."""
    in_logs: bool = False
    """Whether likelihoods are held as logarithms."""
    is_long: bool = True
    """Whether compiled code is worth loading."""

    @property
    def n_periods(self) -> int:
        """Periods, n."""
        return len(self.kind)

    def entering(self, starts: Places) -> Floats:
        """Return F at some first periods, shape ``(n_components, m, G)``, or its logarithm."""
        combine = np.add if self.in_logs else np.multiply
        values = self.first[:, self.first_kind[starts]]
        for step in range(1, self.min_length):
            combine(values, self.later[:, self.kind[starts + step]], out=values)
        return np.asarray(values, dtype=np.float64)

    def entries(self, starts: Places) -> tuple[Floats, Floats]:
        """
        Return F at some first periods, each on a scale of its own.

        Returns
        -------
        tuple of numpy.ndarray
            The values, shape ``(n_components, m, G)``, and the logs of their scales,
            ``(n_components, m)``.
        """
        entering = self.entering(starts)
        if not self.in_logs:
            return entering, np.zeros(entering.shape[:2])
        top = entering.max(axis=2)
        return np.exp(entering - top[..., None]), top

    @property
    def starts(self) -> Places:
        """First periods of segments that are long enough."""
        return np.arange(self.n_periods - self.min_length + 1)

    def leading(self) -> tuple[Floats, Places]:
        """
        Return F without the last of the L periods, or that of the one, each kind once.

        Returns
        -------
        tuple of numpy.ndarray
            The values, shape ``(n_components, n_kinds, G)``, and the kind of each start.
        """
        if self.min_length <= 2:
            return self.first, self.first_kind
        return evolve(self, min_length=self.min_length - 1).entering(self.starts), self.starts

    def compiled(self) -> CompiledRows:
        """Return the rows for compiled code."""
        from engagement.changes.posterior.compiled_forward_backward import CompiledRows

        leading, of_start = self.leading()
        return CompiledRows(
            np.ascontiguousarray(leading),
            of_start,
            np.ascontiguousarray(self.later),
            self.kind,
            self.log_masses,
            self.sizes,
            self.min_length,
        )

    def take(self, which: Places) -> SegmentRows:
        """Return the rows of some of the components."""
        return evolve(
            self,
            first=self.first[which],
            later=self.later[which],
            log_scale=self.log_scale[which],
            sizes=self.sizes[which],
        )


@frozen(kw_only=True, eq=False)
class Forward:
    """What ends in each period, level by level."""

    log_sums: Floats = field(repr=False)
    """``log S``, shape ``(n_components, n_levels, n)``; minus infinity where nothing ends."""
    rates: Floats = field(repr=False)
    """alpha / S, shape ``(n_components, n_levels, n, G)``, or the last period's only."""


@frozen(kw_only=True, eq=False)
class Backward:
    """What may follow each period, level by level."""

    log_sums: Floats = field(repr=False)
    """``log B`` of a segment that starts in each period, ``(n_components, n_levels, n)``."""
    rates: Floats = field(repr=False)
    """
    beta on its own scale, shape ``(n_components, n_levels, n, G)``; its logarithm where likelihoods
    are held as logarithms.
    """
    log_scales: Floats = field(repr=False)
    """The log of the scale of beta, shape ``(n_components, n_levels, n)``."""


def segment_rows(
    rows: DistinctRows,
    grid: RateGrid,
    min_length: int,
    log_masses: Floats | None,
    *,
    in_logs: bool,
    is_long: bool,
) -> SegmentRows:
    """
    Take the likelihoods of a model to a common scale, and start segments.

    *log_masses* are log weights of a segment that starts in each period, shape ``(n,)``, or None
    for 0; with *in_logs* likelihoods are held as logarithms.
    """
    tops = _tops(rows, MOST_GAINED / min_length)
    first = rows.first - tops
    later = first if rows.later is rows.first else rows.later - tops[:, rows.first_of_later]
    masses = grid.log_masses[:, None, :]
    if in_logs:
        first = first + masses
    else:
        is_same = later is first
        first = np.exp(first, out=first)
        later = first if is_same else np.exp(later, out=later)
        first = first * np.exp(masses)
    n = len(rows.first_kind)
    return SegmentRows(
        first=first,
        first_kind=rows.first_kind,
        later=later,
        kind=rows.later_kind,
        log_scale=tops[:, rows.first_kind, 0].sum(axis=1),
        log_masses=np.zeros(n) if log_masses is None else log_masses,
        sizes=grid.sizes,
        min_length=min_length,
        in_logs=in_logs,
        is_long=is_long,
    )


MOST_GAINED = 600.0
"""Log of what a period may be likelier given the one before than by itself, over a segment."""


def _tops(rows: DistinctRows, most: float) -> Floats:
    """
    Return the logs of the scales of first periods, shape ``(n_components, n_kinds, 1)``.

    That is the likeliest rate's, or more where counts that are impossible by themselves are
    not so given the ones before: no later period is then above its scale by more than *most*.
    """
    tops = rows.first.max(axis=2, keepdims=True)
    if rows.later is not rows.first:
        gained = rows.later.max(axis=2, keepdims=True) - tops[:, rows.first_of_later] - most
        raised = np.zeros_like(tops).swapaxes(0, 1)
        np.maximum.at(raised, rows.first_of_later, gained.swapaxes(0, 1))
        tops = tops + raised.swapaxes(0, 1)
    return np.asarray(tops, dtype=np.float64)


MOST_NUMBERS = 250_000_000
"""Numbers that the states of one run may hold: two gigabytes."""


def _refuse_too_many(*shape: int) -> None:
    """Refuse to hold more than `MOST_NUMBERS`."""
    if prod(shape) > MOST_NUMBERS:
        _, n_levels, n, n_rates = shape
        raise SeriesError(
            f"the posterior of {n:,} observed periods with up to {n_levels - 1} changes and "
            f"{n_rates} rates holds {prod(shape):.3g} numbers, and at most {MOST_NUMBERS:,} are "
            "taken; count by longer periods, or give a smaller max_changes"
        )


def run_forward(rows: SegmentRows, before: Floats | None, n_levels: int, *, keep: bool) -> Forward:
    """
    Sum over all that ends in each period, for some levels.

    *before* is ``log S`` of the level before the first of these, shape ``(n_components, n)``, or
    None to start at level 0; *keep* says whether alpha is kept for every period.
    """
    n_components, _, n_rates = rows.later.shape
    n = rows.n_periods
    ended = np.full((n_components, n + 1), -np.inf)  # the last is before the first period
    if before is None:
        ended[:, n] = 0.0
    else:
        ended[:, :n] = before
    n_kept = n if keep else 1
    _refuse_too_many(n_components, n_levels, n_kept, n_rates)
    if not rows.in_logs and not rows.is_long:
        return _forward(rows, ended, n_levels, keep=keep)
    log_sums = np.full((n_components, n_levels, n), -np.inf)
    kept = np.zeros((n_components, n_levels, n_kept, n_rates))
    if rows.in_logs:
        forward_in_logs(rows, ended, log_sums, kept)
    else:
        from engagement.changes.posterior.compiled_forward_backward import sum_forward

        sum_forward(rows.compiled(), ended, log_sums, kept)
    return Forward(log_sums=log_sums, rates=kept)


def _forward(rows: SegmentRows, ended: Floats, n_levels: int, *, keep: bool) -> Forward:
    """Sum all levels of all components together, without a scale: for few periods."""
    n, length = rows.n_periods, rows.min_length
    leading, of_start, later = _by_kind(rows)
    top = np.maximum(ended.max(axis=1), -1e300)[:, None]
    # level by level what has ended in each period, the level before the first of these included
    sums = np.zeros((n + 1, len(ended), n_levels + 1, 1))
    sums[:, :, 0, 0] = np.exp(ended - top).T
    masses = np.exp(rows.log_masses)
    states = np.zeros((n if keep else 1, len(ended), n_levels, later.shape[3]))
    state, begun = np.zeros(states.shape[1:]), np.empty(states.shape[1:])
    ones = np.ones((later.shape[3], 1))
    for t in range(length - 1, n):
        start = t - length + 1
        np.multiply(sums[start - 1, :, :-1], leading[of_start[start]], out=begun)
        if masses[start] != 1.0:
            begun *= masses[start]
        if length > 1:
            begun += state
            state = np.multiply(begun, later[rows.kind[t]], out=states[t if keep else 0])
        else:
            state = np.multiply(state, later[rows.kind[t]], out=states[t if keep else 0])
            state += begun
        np.matmul(state, ones, out=sums[t, :, 1:])
    whole = sums[:n, :, 1:]
    scale = whole if keep else whole[-1:]
    states /= np.where(scale > 0, scale, 1.0)
    with np.errstate(divide="ignore"):
        log_sums = np.log(whole[..., 0].transpose(1, 2, 0)) + top[..., None]
    return Forward(log_sums=log_sums, rates=states.transpose(1, 2, 0, 3))


def _by_kind(rows: SegmentRows) -> tuple[Floats, Places, Floats]:
    """Return what `SegmentRows.leading` does, and f, ``(n_kinds, n_components, 1, G)``."""
    leading, of_start = rows.leading()
    leading, later = (
        np.ascontiguousarray(part.swapaxes(0, 1)[:, :, None]) for part in (leading, rows.later)
    )
    return leading, of_start, later


def run_backward(rows: SegmentRows, log_weights: Floats) -> Backward:
    """
    Sum over all that may follow each period.

    *log_weights* are of an end after each number of changes, shape ``(n_components, n_levels)``.
    """
    n_components, n_levels = log_weights.shape
    n, n_rates = rows.n_periods, rows.later.shape[2]
    _refuse_too_many(n_components, n_levels, n, n_rates)
    if not rows.in_logs and not rows.is_long:
        return _backward(rows, log_weights)
    log_sums = np.full((n_components, n_levels, n), -np.inf)
    kept = np.zeros((n_components, n_levels, n, n_rates))
    scales = np.full((n_components, n_levels, n), -np.inf)
    if rows.in_logs:
        backward_in_logs(rows, log_weights, log_sums, kept, scales)
    else:
        from engagement.changes.posterior.compiled_forward_backward import sum_backward

        sum_backward(rows.compiled(), log_weights, log_sums, kept, scales)
    return Backward(log_sums=log_sums, rates=kept, log_scales=scales)


def _backward(rows: SegmentRows, log_weights: Floats) -> Backward:
    """Sum all levels of all components together, with one scale: for few periods."""
    n, length = rows.n_periods, rows.min_length
    leading, of_start, later = _by_kind(rows)
    top = log_weights.max(axis=1, keepdims=True, initial=-1e300)
    sums = np.zeros((n, *log_weights.shape, 1))
    masses = np.exp(rows.log_masses)
    states = np.zeros((n, *log_weights.shape, later.shape[3]))
    state = states[n - 1]
    state += np.exp(log_weights - top)[..., None]
    for t in range(n - 1, length - 2, -1):
        if t < n - 1:
            state = np.multiply(state, later[rows.kind[t + 1]], out=states[t])
            state[:, :-1] += masses[t + 1] * sums[t + 1, :, 1:]
        start = t - length + 1
        entry = leading[of_start[start]]
        entry = entry * later[rows.kind[t]] if length > 1 else entry
        np.matmul(state, entry.swapaxes(1, 2), out=sums[start])
    with np.errstate(divide="ignore"):
        log_sums = np.log(sums[..., 0].transpose(1, 2, 0)) + top[..., None]
    scales = np.full((*log_weights.shape, n), -np.inf)
    scales[:, :, length - 1 :] = top[..., None]
    return Backward(log_sums=log_sums, rates=states.transpose(1, 2, 0, 3), log_scales=scales)


def forward_in_logs(rows: SegmentRows, ended: Floats, log_sums: Floats, kept: Floats) -> None:
    """Sum all levels in logarithms, where no number is too small."""
    n_components, n_levels, n = log_sums.shape
    length, is_kept = rows.min_length, kept.shape[2] == n
    entering = rows.entering(rows.starts)
    state = np.full((n_components, n_levels, kept.shape[3]), -np.inf)
    begun = np.full((n_components, n_levels, 1), -np.inf)
    for t in range(length - 1, n):
        start = t - length + 1
        begun[:, 0, 0] = ended[:, start - 1]
        if start:
            begun[:, 1:, 0] = log_sums[:, :-1, start - 1]
        state += rows.later[:, rows.kind[t], None]
        entry = begun + rows.log_masses[start] + entering[:, start, None]
        np.logaddexp(state, entry, out=state)
        top = np.maximum(state.max(axis=2, keepdims=True), -1e300)
        odds = np.exp(state - top)
        total = odds.sum(axis=2, keepdims=True)
        with np.errstate(divide="ignore"):
            log_sums[:, :, t] = (top + np.log(total))[..., 0]
        if is_kept or t == n - 1:
            kept[:, :, t if is_kept else 0] = odds / np.where(total > 0, total, 1.0)


def backward_in_logs(
    rows: SegmentRows, log_weights: Floats, log_sums: Floats, kept: Floats, scales: Floats
) -> None:
    """Sum all levels in logarithms, where no number is too small."""
    n, length = rows.n_periods, rows.min_length
    entering = rows.entering(rows.starts)
    state = np.repeat(log_weights[..., None], kept.shape[3], axis=2)
    for t in range(n - 1, length - 2, -1):
        if t < n - 1:
            state += rows.later[:, rows.kind[t + 1], None]
            following = log_sums[:, 1:, t + 1, None] + rows.log_masses[t + 1]
            np.logaddexp(state[:, :-1], following, out=state[:, :-1])
        top = np.maximum(state.max(axis=2), -1e300)
        kept[:, :, t] = state - top[..., None]
        scales[:, :, t] = top
        start = t - length + 1
        held = state + entering[:, start, None]
        most = np.maximum(held.max(axis=2), -1e300)
        with np.errstate(divide="ignore"):
            log_sums[:, :, start] = most + np.log(np.exp(held - most[..., None]).sum(axis=2))
