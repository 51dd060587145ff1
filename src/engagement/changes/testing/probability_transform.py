"""Places of counts in their distributions, and back: what makes unequal exposures comparable."""

from __future__ import annotations

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from engagement.settings.tuned import EXCESSES_OF_ONE

__all__ = ["CountTransform", "fit_dispersion", "tabulate"]

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]

_LONGEST = 1024
"""Counts of one period that are tabulated; beyond, only so many of them."""


def fit_dispersion(counts: Floats, means: Floats) -> Floats:
    """
    Fit negative binomials without change, and return the size of each period's.

    The variance is either a constant times the mean, or the mean and a constant times its
    square, whichever is likelier; both constants are the likeliest of a grid.

    Parameters
    ----------
    counts, means
        Shape ``(n,)``, means positive.

    Returns
    -------
    numpy.ndarray
        Sizes, shape ``(n,)``; infinite if counts are best taken to be Poisson.
    """
    from scipy.special import gammaln, xlogy

    level = means.mean()
    best = float((xlogy(counts, means) - means).sum())
    sizes = np.full(len(means), np.inf)
    for excess in EXCESSES_OF_ONE[1:]:
        for tried in (means / excess, np.full(len(means), level / excess)):
            fit = (
                gammaln(counts + tried) - gammaln(tried) - (counts + tried) * np.log(tried + means)
            )
            fit += tried * np.log(tried) + xlogy(counts, means)
            if fit.sum() > best:
                best, sizes = float(fit.sum()), tried
    return sizes


@frozen(kw_only=True, eq=False)
class CountTransform:
    """
    Cumulative chances of the counts of each period, if nothing changed.

    Periods that are alike share a row of the table.
    """

    kinds: Whole
    """Which row of the table each period uses, shape ``(n,)``."""
    values: Whole
    """The counts that are tabulated, increasing, shape ``(n_values,)``."""
    chances: Floats
    """Chance of at most each of them, shape ``(n_kinds, n_values)``; 1 at the end."""

    @classmethod
    def of(cls, means: Floats, sizes: Floats, counts: Floats | Whole) -> CountTransform:
        """Tabulate negative binomials so that given counts can be looked up."""
        _, first, kinds = np.unique(np.round(means, 12), return_index=True, return_inverse=True)
        values, chances = tabulate(means[first], sizes[first], counts)
        return cls(kinds=kinds.astype(np.int64), values=values, chances=chances)

    @classmethod
    def fit(cls, counts: Floats, exposures: Floats) -> CountTransform:
        """Fit a negative binomial to counts, and tabulate it."""
        means = exposures * counts.sum() / exposures.sum()
        return cls.of(means, fit_dispersion(counts, means), counts)

    def steps(self, rows: Floats | Whole) -> tuple[Floats, Floats]:
        """Return the chances of less than each count and of at most it, shape of *rows*."""
        places = np.searchsorted(self.values, rows)
        before = self.chances[self.kinds, np.maximum(places - 1, 0)]
        return np.where(places > 0, before, 0.0), self.chances[self.kinds, places]

    def random_places(self, rows: Floats | Whole, rng: np.random.Generator) -> Floats:
        """Draw where in its distribution each count stands, shape ``(n_rows, n)``."""
        low, high = self.steps(rows)
        return low + (high - low) * rng.random(rows.shape)

    def counts_at(self, places: Floats) -> Whole:
        """Return the counts at given places of the distributions, shape ``(n_rows, n)``."""
        n_kinds, n_values = self.chances.shape
        ladder = (self.chances + np.arange(n_kinds)[:, None]).ravel()
        found = np.searchsorted(ladder, places + self.kinds, side="left")
        return np.asarray(self.values[found - self.kinds * n_values], dtype=np.int64)


def tabulate(means: Floats, sizes: Floats, counts: Floats | Whole) -> tuple[Whole, Floats]:
    """
    Tabulate cumulative chances of negative binomials.

    Parameters
    ----------
    means, sizes
        Of each, shape ``(n_kinds,)``; an infinite size is a Poisson distribution.
    counts
        What the table must hold.

    Returns
    -------
    tuple of numpy.ndarray
        The counts, shape ``(n_values,)``: all that may come about, or if these are very many,
        some of them; and the chances, shape ``(n_kinds, n_values)``, the last of each row 1.
    """
    deviation = np.sqrt(means + means**2 / sizes)
    top = max(float(counts.max()), float((means + 12 * deviation).max())) + 12
    if top < _LONGEST:
        values = np.arange(int(top) + 1)
        with np.errstate(invalid="ignore"):
            first = np.where(np.isinf(sizes), -means, -sizes * np.log1p(means / sizes))
        # each chance over the one before: (size + k - 1) / k * mean / (size + mean)
        steps = np.log1p((values[1:] - 1) / sizes[:, None]) - np.log(values[1:])
        steps += (np.log(means) - np.log1p(means / sizes))[:, None]
        logs = np.concatenate((first[:, None], steps), axis=1)
        chances = np.minimum(np.exp(logs.cumsum(axis=1)).cumsum(axis=1), 1.0)
    else:
        grid = np.linspace(0, top, _LONGEST).astype(np.int64)
        known = np.unique(counts).astype(np.int64)
        values = np.unique(np.concatenate((grid, known, np.maximum(known - 1, 0))))
        chances = _chances(values, means[:, None], sizes[:, None])
    chances[:, -1] = 1.0
    return values.astype(np.int64), chances


def _chances(values: Whole, means: Floats, sizes: Floats) -> Floats:
    """Return the chances of at most given counts."""
    from scipy.special import betainc, gammaincc

    with np.errstate(invalid="ignore"):
        dispersed = betainc(sizes, values + 1.0, 1 / (1 + means / sizes))
    return np.where(np.isinf(sizes), gammaincc(values + 1.0, means), dispersed)
