"""
Where in time a set of labelled events is best cut in two, and what chance does.

What is permuted is an event, or a bundle of several events as one. Bundle i has k_i events and a
mean vector x_i, and lies in period p with mass m_ip; its masses sum to one. In a piece of
periods [a, b) it weighs u_i, its mass there, and v_i(s) of that lies at s or later.
With q(s) = sum k v / sum k u, a cut at s is judged by

    D(s) = sum_i k_i (v_i - u_i q) x_i        T(s) = |D(s)|^2 / sum_i k_i (v_i - u_i q)^2

which for exact dates is n1 n2 / n times the squared distance of the means on both sides, n1 and
n2 being the numbers of events. If single events are permuted at random, T(s) has the same mean
at every s. A bundle takes its number of events along, wherever it goes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen
from numpy.typing import NDArray
from scipy.sparse import csr_array

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Bundles", "Permuted", "Piece", "make_piece", "permutations", "permute"]

Floats = NDArray[np.float64]
Places = NDArray[np.intp]

_AT_ONCE = 2**21  # numbers held at once


@frozen(kw_only=True, eq=False)
class Bundles:
    """What is permuted."""

    masses: csr_array
    """Part of each bundle in each period, shape ``(n_periods, n_bundles)``; columns sum to 1."""
    vectors: Floats
    """Mean vector of each, shape ``(n_bundles, n_labels)``."""
    sizes: Floats
    """Events in each, shape ``(n_bundles,)``."""

    @property
    def counts(self) -> Floats:
        """Events by period."""
        return np.asarray(self.masses @ self.sizes, dtype=np.float64)

    def as_they_are(self) -> Permuted:
        """Return the bundles at their own dates."""
        sums = self.masses @ (self.vectors * self.sizes[:, None])
        return Permuted(sums=np.asarray(sums)[None], sizes=self.sizes[None])


@frozen(kw_only=True, eq=False)
class Permuted:
    """Bundles over their dates, in one permutation or several."""

    sums: Floats
    """Vectors of events summed by period, shape ``(n_permutations, n_periods, n_labels)``."""
    sizes: Floats
    """Events of the bundle at each date, shape ``(n_permutations, n_bundles)``."""


@frozen(kw_only=True, eq=False)
class Piece:
    """A run of periods, and where it may be cut."""

    start: int
    """Its first period."""
    stop: int
    """The period after its last."""
    cuts: Places
    """First periods of what may be its second part, shape ``(n_cuts,)``."""
    weights: Floats
    """Part of each date that lies in the piece, u above, shape ``(n_bundles,)``."""
    later: Floats
    """Part of each date that lies at each cut or later, v above, ``(n_cuts, n_bundles)``."""

    def parts(self, permuted: Permuted) -> Floats:
        """Return what each label adds to T at each cut, ``(n_permutations, n_cuts, n_labels)``."""
        inside = permuted.sums[:, self.start : self.stop]
        after = np.cumsum(inside[:, ::-1], axis=1)[:, ::-1]
        sizes, u, v = permuted.sizes, self.weights, self.later
        share = (sizes @ v.T) / (sizes @ u)[:, None]
        norm = (
            sizes @ (v * v).T - 2 * share * (sizes @ (v * u).T) + share**2 * (sizes @ u**2)[:, None]
        )
        gaps = after[:, self.cuts - self.start] - share[..., None] * after[:, :1]
        usable = np.where(norm > 1e-9, norm, np.inf)
        return np.asarray(gaps**2 / usable[..., None], dtype=np.float64)

    def totals(self, permuted: Permuted) -> Floats:
        """Return T at each cut, shape ``(n_permutations, n_cuts)``."""
        return np.asarray(self.parts(permuted).sum(axis=-1), dtype=np.float64)


def make_piece(bundles: Bundles, start: int, stop: int, min_events: int) -> Piece:
    """Find the cuts of a run of periods: where some event may lie, *min_events* on each side."""
    inside = bundles.masses[start:stop].toarray()
    counts = inside @ bundles.sizes
    after = np.cumsum(counts[::-1])[::-1]
    total = float(counts.sum())
    least = max(min_events, 1e-6) - 1e-9
    fits = (after >= least) & (total - after >= least) & (counts > 0)
    fits[:1] = False
    return Piece(
        start=start,
        stop=stop,
        cuts=np.flatnonzero(fits) + start,
        weights=inside.sum(axis=0),
        later=np.cumsum(inside[::-1], axis=0)[::-1][fits],
    )


def permute(
    masses: csr_array, bounds: list[int], n_permutations: int, rng: np.random.Generator
) -> Places:
    """
    Permute bundles inside pieces, which begin at *bounds*; what is outside stays.

    A date that may lie in two pieces is put into one of them by chance, anew in each permutation.
    The answer is for each permutation and date the bundle that it puts there, shape
    ``(n_permutations, n_bundles)``.
    """
    below = np.stack([masses[:bound].sum(axis=0) for bound in bounds])
    n_bundles = masses.shape[1]
    chance = np.clip(rng.random((n_permutations, n_bundles)), 1e-9, 1 - 1e-9)
    groups = (below[:, None, :] <= chance).sum(axis=0)
    slots = np.argsort(groups, axis=1, kind="stable")
    order = np.argsort(groups + rng.random((n_permutations, n_bundles)), axis=1)
    permuted = np.empty((n_permutations, n_bundles), dtype=np.intp)
    np.put_along_axis(permuted, slots, order, axis=1)
    stays = (groups == 0) | (groups == len(bounds))
    return np.where(stays, np.arange(n_bundles), permuted)


def permutations(
    bundles: Bundles, bounds: list[int], n_permutations: int, rng: np.random.Generator
) -> Iterator[Permuted]:
    """Yield bundles permuted inside pieces, many permutations at once."""
    n_bundles, n_labels = bundles.vectors.shape
    weighed = bundles.vectors * bundles.sizes[:, None]
    step = max(1, _AT_ONCE // max(1, (n_bundles + bundles.masses.shape[0]) * n_labels))
    for start in range(0, n_permutations, step):
        orders = permute(bundles.masses, bounds, min(step, n_permutations - start), rng)
        sums = bundles.masses @ weighed[orders.T].reshape(n_bundles, -1)
        by_permutation = sums.reshape(bundles.masses.shape[0], -1, n_labels).transpose(1, 0, 2)
        yield Permuted(
            sums=np.asarray(by_permutation, dtype=np.float64), sizes=bundles.sizes[orders]
        )
