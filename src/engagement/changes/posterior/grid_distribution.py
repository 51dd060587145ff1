"""Quantiles of rates and of their ratios, from probabilities on a grid."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

from engagement.changes.posterior.rate_grid import RateGrid

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


__all__ = ["Cumulative", "RatioTable", "rate_quantiles", "ratio_quantiles"]

Floats = NDArray[np.float64]

_STEPS = 60
"""Steps at most in the search for a quantile."""

_CLOSE = 5e-3
"""How close to those asked for the log odds at a quantile are found."""

_MARKS = np.array([-6.0, -3.0, -2.2, -1.6, 0.0, 1.6, 2.2, 3.0, 6.0])
"""Where the distribution of a log ratio is first looked at, in standard deviations."""

_STENCIL = (
    (27 / 576 + 21 / 5760, 150 / 256),
    (-1 / 576 - 7 / 5760, -25 / 256),
    (0.0, 3 / 256),
)
"""
By the distance of two points to both sides of an end: the weight of their difference, of which
the first and the third derivative of the density are made, and of their sum, for the density.
"""

_POINTS = 600
"""Rates at which the distribution functions of components with their own grids are added."""


@frozen(kw_only=True, eq=False)
class Cumulative:
    """
    Distribution functions between the points of a grid, along the last axis.

    At the middle between two points the sum of the masses below is corrected by the first two
    terms of Euler's and Maclaurin's formula; between two middles it is interpolated by the
    cubic that has the density for its slope.
    """

    ends: Floats = field(repr=False)
    """The function at half a step below each point, and above the last, ``(..., G + 1)``."""
    slopes: Floats = field(repr=False)
    """The density there, per step."""

    @classmethod
    def of(cls, masses: Floats) -> Cumulative:
        """Sum masses of points, shape ``(..., G)``."""
        size = masses.shape[-1]
        wide = np.zeros((*masses.shape[:-1], size + 6))
        wide[..., 3:-3] = masses
        ends = np.zeros((*masses.shape[:-1], size + 1))
        np.cumsum(masses, axis=-1, out=ends[..., 1:])
        slopes, part = np.zeros_like(ends), np.empty_like(ends)
        for reach, (correction, weight) in enumerate(_STENCIL):
            low = wide[..., 2 - reach : 3 - reach + size]
            high = wide[..., 3 + reach : 4 + reach + size]
            if correction:
                np.subtract(high, low, out=part)
                part *= correction
                ends += part
            np.add(high, low, out=part)
            part *= weight
            slopes += part
        return cls(ends=ends, slopes=np.maximum(slopes, 0.0, out=slopes))

    def at(self, positions: Floats) -> Floats:
        """
        Return the functions at positions among the points.

        Parameters
        ----------
        positions
            Shape ``(..., m)`` for functions of shape ``(..., G)``; 0 is the first point.
        """
        cell, part = self._cells(positions)
        cell += np.arange(0, self.ends.size, self.ends.shape[-1]).reshape(*cell.shape[:-1], 1)
        ends, slopes = self.ends.ravel(), self.slopes.ravel()
        return _cubic(part, (ends[cell], ends[cell + 1]), (slopes[cell], slopes[cell + 1]))

    def at_same(self, positions: Floats) -> Floats:
        """Return all functions at the same positions, shape ``(m,)``, as ``(..., m)``."""
        cell, part = self._cells(positions)
        ends, slopes = self.ends, self.slopes
        return _cubic(
            part,
            (ends[..., cell], ends[..., cell + 1]),
            (slopes[..., cell], slopes[..., cell + 1]),
        )

    def _cells(self, positions: Floats) -> tuple[NDArray[np.intp], Floats]:
        """Return between which ends positions lie, and how far."""
        shifted = np.clip(positions + 0.5, 0.0, self.ends.shape[-1] - 1 - 1e-9)
        cell = shifted.astype(np.intp)
        return cell, shifted - cell


def _cubic(part: Floats, ends: tuple[Floats, Floats], slopes: tuple[Floats, Floats]) -> Floats:
    """Interpolate between two ends by the cubic that has these slopes there."""
    (low, high), (slope, final) = ends, slopes
    value = low + (high - low) * (part * part * (3 - 2 * part))
    return np.asarray(value + part * (1 - part) * (slope * (1 - part) - final * part))


@frozen(kw_only=True, eq=False)
class RatioTable:
    """The joint distribution of two rates, for some components with grids of their own."""

    grid: RateGrid = field(repr=False)
    """Grids, of which the first rate uses the columns from *first* on, the second from *second*."""
    first: int
    second: int
    masses: Floats = field(repr=False)
    """Shape ``(n_components, G, G')``; sums to the weight of each component."""

    def oriented(self) -> tuple[Floats, Floats, int, bool]:
        """Return masses with the lower rate last, logs of the higher, and where the last start."""
        n_first, n_second = self.masses.shape[1:]
        rates = self.grid.rates
        one = rates[:, self.first : self.first + n_first]
        two = rates[:, self.second : self.second + n_second]
        rises = float((self.masses.sum(axis=2) * one).sum()) <= float(
            (self.masses.sum(axis=1) * two).sum()
        )
        if rises:
            return self.masses.transpose(0, 2, 1), two, self.first, True
        return self.masses, one, self.second, False


def ratio_quantiles(tables: Sequence[RatioTable], shares: Floats) -> Floats:
    """
    Return quantiles of the ratio of the second rate to the first, at increasing shares.

    The tables together sum to one. The sum goes over the points of the higher rate, and the
    distribution function of the lower rate given the higher is interpolated, for it changes less
    from point to point.
    """
    found = []
    for table in tables:
        masses, rates, start, rises = table.oriented()
        found.append((Cumulative.of(masses), masses.sum(axis=2), rates, start, rises, table.grid))

    def below(logs: Floats) -> Floats:
        total = np.zeros(len(logs))
        for cumulative, sums, rates, start, rises, grid in found:
            moved = rates[:, :, None] * np.exp(-logs if rises else logs)
            position = grid.positions(moved) - start
            value = cumulative.at(position)
            total += ((sums[:, :, None] - value) if rises else value).sum(axis=(0, 1))
        return total

    whole = sum(float(table.masses.sum()) for table in tables)
    middle, width = log_ratio_moments(tables)
    marks = middle + width * _MARKS
    return np.exp(_search(lambda logs: below(logs) / whole, shares, marks))


def log_ratio_moments(tables: Sequence[RatioTable]) -> tuple[float, float]:
    """Return mean and standard deviation of the logarithm of the ratio."""
    sums = np.zeros(3)
    for table in tables:
        n_first, n_second = table.masses.shape[1:]
        logs = np.log(table.grid.rates)
        before = logs[:, table.first : table.first + n_first, None]
        after = logs[:, None, table.second : table.second + n_second]
        ratio = after - before
        weighted = table.masses * ratio
        sums += table.masses.sum(), weighted.sum(), (weighted * ratio).sum()
    mean = sums[1] / sums[0]
    return float(mean), float(max(sums[2] / sums[0] - mean * mean, 1e-20) ** 0.5)


def _search(function: Callable[[Floats], Floats], shares: Floats, marks: Floats) -> Floats:
    """Find where an increasing function has given values, from its values at some marks."""
    told = np.maximum.accumulate(function(marks))
    while told[0] > shares[0] or told[-1] < shares[-1]:
        marks = np.concatenate([[2 * marks[0] - marks[-1]], marks, [2 * marks[-1] - marks[0]]])
        told = np.maximum.accumulate(function(marks))
    place = np.clip(np.searchsorted(told, shares), 1, len(marks) - 1)
    low, high = marks[place - 1], marks[place]
    at_low, at_high = _logit(told[place - 1]), _logit(told[place])
    wanted = _logit(shares)
    for step in range(_STEPS):
        # the secant of the log odds, which are close to a line; every third step bisects
        share = (wanted - at_low) / np.maximum(at_high - at_low, 1e-300)
        share = np.full_like(share, 0.5) if step % 3 == 2 else np.clip(share, 0.001, 0.999)
        middle = low + share * (high - low)
        value = _logit(function(middle))
        if bool(np.all(np.abs(value - wanted) < _CLOSE)):
            return np.asarray(middle, dtype=np.float64)
        is_low = value < wanted
        low, at_low = np.where(is_low, middle, low), np.where(is_low, value, at_low)
        high, at_high = np.where(is_low, high, middle), np.where(is_low, at_high, value)
        if bool(np.all(high - low < 1e-12 * np.maximum(np.abs(high), 1.0))):
            break
    return np.asarray((low + high) / 2, dtype=np.float64)


def _logit(shares: Floats) -> Floats:
    bounded = np.clip(shares, 1e-15, 1 - 1e-15)
    return np.asarray(np.log(bounded) - np.log1p(-bounded), dtype=np.float64)


def rate_quantiles(parts: Sequence[tuple[RateGrid, Floats]], shares: Sequence[float]) -> Floats:
    """
    Return quantiles of mixtures of rates on grids.

    Parameters
    ----------
    parts
        Grids of some components, and masses on them, shape ``(n_components, m, G)`` for m
        mixtures; over all parts and components the masses of a mixture sum to one.
    shares
        Probabilities below the quantiles.

    Returns
    -------
    numpy.ndarray
        Shape ``(n_shares, m)``.
    """
    held = [
        grid.rates[one, [columns[0], columns[-1]]]
        for grid, masses in parts
        for one in range(len(masses))
        for columns in [np.flatnonzero(masses[one].max(axis=0) > 1e-9)]
        if len(columns)
    ]
    low, high = min(ends[0] for ends in held), max(ends[1] for ends in held)
    if low > 0:
        points = np.geomspace(low * 0.5, high * 1.5, _POINTS)
    else:
        points = np.linspace(low, high, _POINTS)
    total = np.zeros((parts[0][1].shape[1], _POINTS))
    for grid, masses in parts:
        position = grid.positions(np.broadcast_to(points, (len(masses), _POINTS)))
        for one, cumulative in enumerate(map(Cumulative.of, masses)):
            total += cumulative.at_same(position[one])
    below = np.maximum.accumulate(total, axis=1)
    found = np.empty((len(shares), len(below)))
    for mixture, one in enumerate(below):
        found[:, mixture] = np.interp(np.asarray(shares) * one[-1], one, points)
    return found
