"""
Where in time a set of labelled events is best cut in two, and what chance does.

An event i has a vector x_i and lies in period p with mass m_ip; the masses of an event sum to
one. In a piece of periods [a, b) the event weighs u_i, its mass there, and v_i(s) of that lies
at s or later. With q(s) = sum v_i / sum u_i, a cut at s is judged by

    D(s) = sum_i (v_i - u_i q) x_i        T(s) = |D(s)|^2 / sum_i (v_i - u_i q)^2

which for exact dates is n1 n2 / n times the squared distance of the means on both sides. If
whole vectors are dealt out at random, T(s) has the same mean at every s.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scipy.sparse import csr_array

__all__ = ["Piece", "batches_of_sums", "deal", "make_piece"]

Floats = NDArray[np.float64]
Places = NDArray[np.intp]

_AT_ONCE = 2**21  # numbers held at once


@frozen(kw_only=True, eq=False)
class Piece:
    """A run of periods, and where it may be cut."""

    start: int
    """Its first period."""
    stop: int
    """The period after its last."""
    cuts: Places
    """First periods of what may be its second part, shape ``(n_cuts,)``."""
    shares: Floats
    """Share of the piece's events that lie at each cut or later, q above."""
    norms: Floats
    """Sum of squares under T above, at each cut."""
    n_events: float
    """Events in the piece, by their masses."""

    def parts(self, sums: Floats) -> Floats:
        """
        Judge every cut, label by label.

        Parameters
        ----------
        sums
            Vectors summed by period, shape ``(..., n_periods, n_labels)``.

        Returns
        -------
        numpy.ndarray
            What each label adds to T, shape ``(..., n_cuts, n_labels)``.
        """
        inside = sums[..., self.start : self.stop, :]
        after = np.cumsum(inside[..., ::-1, :], axis=-2)[..., ::-1, :]
        whole = after[..., :1, :]
        gaps = after[..., self.cuts - self.start, :] - self.shares[:, None] * whole
        return np.asarray(gaps**2 / self.norms[:, None], dtype=np.float64)

    def means(self, sums: Floats, cut: int, counts: Floats) -> tuple[Floats, Floats]:
        """Return the mean vector before a cut and from it on."""
        before, after = slice(self.start, cut), slice(cut, self.stop)
        return (
            np.asarray(sums[before].sum(axis=0) / counts[before].sum(), dtype=np.float64),
            np.asarray(sums[after].sum(axis=0) / counts[after].sum(), dtype=np.float64),
        )


def make_piece(masses: csr_array, start: int, stop: int, min_events: int) -> Piece:
    """
    Find where a run of periods may be cut.

    A cut stands at a period in which some event may lie, and leaves *min_events* on each side.
    """
    inside = masses[start:stop].toarray()
    counts = inside.sum(axis=1)
    after = np.cumsum(counts[::-1])[::-1]
    total = float(counts.sum())
    fits = (after >= min_events - 1e-9) & (total - after >= min_events - 1e-9) & (counts > 0)
    fits[:1] = False
    weights = inside.sum(axis=0)
    later = np.cumsum(inside[::-1], axis=0)[::-1][fits]
    shares = after[fits] / total if total else after[fits]
    norms = ((later - weights * shares[:, None]) ** 2).sum(axis=1)
    usable = norms > 1e-9
    return Piece(
        start=start,
        stop=stop,
        cuts=np.flatnonzero(fits)[usable] + start,
        shares=shares[usable],
        norms=norms[usable],
        n_events=total,
    )


def deal(masses: csr_array, bounds: list[int], n_draws: int, rng: np.random.Generator) -> Places:
    """
    Deal whole events out again inside pieces.

    An event that may lie in two pieces is put into one of them by chance, anew in each draw.

    Parameters
    ----------
    masses
        Shape ``(n_periods, n_events)``.
    bounds
        First period of each piece, and the period after the last; what is outside stays.
    n_draws
        How many orders to give.

    Returns
    -------
    numpy.ndarray
        For each draw and event the event whose vector it is given, shape
        ``(n_draws, n_events)``.
    """
    below = np.stack([masses[:bound].sum(axis=0) for bound in bounds])
    n_events = masses.shape[1]
    chance = rng.random((n_draws, n_events))
    groups = (below[:, None, :] <= np.clip(chance, 1e-9, 1 - 1e-9)).sum(axis=0)
    slots = np.argsort(groups, axis=1, kind="stable")
    order = np.argsort(groups + rng.random((n_draws, n_events)), axis=1)
    dealt = np.empty((n_draws, n_events), dtype=np.intp)
    np.put_along_axis(dealt, slots, order, axis=1)
    stays = (groups == 0) | (groups == len(bounds))
    return np.where(stays, np.arange(n_events), dealt)


def batches_of_sums(
    masses: csr_array,
    vectors: Floats,
    bounds: list[int],
    n_draws: int,
    rng: np.random.Generator,
) -> Iterator[Floats]:
    """
    Sum dealt-out vectors by period, many draws at once.

    Yields
    ------
    numpy.ndarray
        Shape ``(n_in_batch, n_periods, n_labels)``.
    """
    n_events, n_labels = vectors.shape
    size = max(1, _AT_ONCE // max(1, (n_events + masses.shape[0]) * n_labels))
    for start in range(0, n_draws, size):
        orders = deal(masses, bounds, min(size, n_draws - start), rng)
        dealt = vectors[orders.T]  # event, draw, label
        sums = masses @ dealt.reshape(n_events, -1)
        yield np.asarray(
            sums.reshape(masses.shape[0], -1, n_labels).transpose(1, 0, 2), dtype=np.float64
        )
