"""Scales of rates on which what a whole series says of one rate has standard deviation 1."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from attrs import evolve, frozen
from numpy.typing import NDArray

__all__ = ["CountScale", "LinearScale", "SegmentScale"]

Floats = NDArray[np.float64]

_MOST_KNOTS = 400_000
"""Knots of a scale, at most."""

_REACH = (7.0, 14.0, 28.0)
"""
Standard deviations from a rate within which steps are as short as one, as two and as four.
"""

_GRADES = 1.5
"""Factor between two amounts of information that are told apart."""

_BEYOND = 80.0
"""How far the logarithm of a rate may lie beyond those that stretches have."""

_NO_BEND = 1e-12
"""Below this the variance is taken not to go by the square of the mean."""


@frozen(kw_only=True, eq=False)
class CountScale:
    r"""
    A scale of rates for several kinds of overdispersion of counts.

    With x the rate times *unit*, the events expected in all, the counts of a series hold
    ``x / (1 + b x)`` units of information on the logarithm of the rate, and the prior about one:
    a scale v should have the slope ``dv / d log x = sqrt(1 + x / (1 + b x))``. Within some
    percent that is the slope of

    .. math:: x = \sinh^2(\sqrt{c} y) / c, \quad y = \log(1 + e^{v / 2}), \quad c = b / (1 + b)

    which is :math:`x = y^2` for b = 0. It is analytic, so that sums over evenly spaced v stand
    for integrals. All arrays have one row a kind.

    Parameters
    ----------
    unit
        Exposure by which a rate is multiplied, each kind's own, shape ``(n_kinds,)``.
    bend
        b of each kind, shape ``(n_kinds,)``.
    """

    unit: Floats
    bend: Floats

    def take(self, which: NDArray[np.intp]) -> CountScale:
        """Return the scale of some of the kinds."""
        return evolve(self, unit=self.unit[which], bend=self.bend[which])

    def _root(self) -> Floats:
        return np.asarray(
            np.sqrt(np.maximum(self.bend / (1 + self.bend), _NO_BEND))[:, None], dtype=np.float64
        )

    def value(self, rates: Floats) -> Floats:
        """Return v at positive rates, shape ``(n_kinds, m)`` as *rates*."""
        root = self._root()
        y = np.arcsinh(root * np.sqrt(rates * self.unit[:, None])) / root
        # log(exp(y) - 1), which loses no digits where y is small or large
        return np.asarray(2 * (y + np.log(-np.expm1(-y))), dtype=np.float64)

    def rate(self, values: Floats) -> Floats:
        """Return the rates at which v has given values, shape ``(n_kinds, m)`` as *values*."""
        root = self._root()
        x = (np.sinh(root * np.logaddexp(0.0, values / 2)) / root) ** 2
        return np.asarray(x / self.unit[:, None], dtype=np.float64)

    def width(self, values: Floats) -> Floats:
        """Return ``d rate / dv`` at values of v, shape as *values*."""
        root = self._root()
        y = np.logaddexp(0.0, values / 2)
        slope = -np.expm1(-y) / root / self.unit[:, None]
        return np.asarray(slope * np.sinh(root * y) * np.cosh(root * y), dtype=np.float64)


@frozen(kw_only=True, eq=False)
class LinearScale:
    """
    A scale of rates that may be negative, in steps of one length.

    Parameters
    ----------
    unit
        The standard deviation with which all values together tell one rate, shape
        ``(n_kinds,)``.
    """

    unit: Floats

    def take(self, which: NDArray[np.intp]) -> LinearScale:
        """Return the scale of some of the kinds."""
        return evolve(self, unit=self.unit[which])

    def value(self, rates: Floats) -> Floats:
        """Return rates in units of the standard deviation."""
        return np.asarray(rates / self.unit[:, None], dtype=np.float64)

    def rate(self, values: Floats) -> Floats:
        """Return the rates at which v has given values."""
        return np.asarray(values * self.unit[:, None], dtype=np.float64)

    def width(self, values: Floats) -> Floats:
        """Return ``d rate / dv``."""
        return np.broadcast_to(self.unit[:, None], values.shape)


@frozen(kw_only=True, eq=False)
class SegmentScale:
    """
    A scale of rates whose steps are as short as the longest stretch of such a rate asks.

    Its slope in the logarithm of the rate is the root of one and the information that such a
    stretch holds, linear between knots.

    Parameters
    ----------
    knots
        Logarithms of rates, increasing, of each kind, shape ``(m,)``.
    slopes
        Slope at the knots, of each kind.
    """

    knots: tuple[Floats, ...]
    slopes: tuple[Floats, ...]

    @classmethod
    def of(cls, middles: Floats, told: list[Floats], *, least: float) -> SegmentScale:
        """
        Make the scale from what stretches of a series tell.

        Parameters
        ----------
        middles
            Between which log rates that of each stretch is the likeliest, shape ``(2, m)``.
        told
            Information on the log rate in each stretch, for each kind.
        least
            Years that a prior weighs as much as, whose information is held everywhere.
        """
        scales = [_slopes(middles, one, least) for one in told]
        return cls(knots=tuple(one[0] for one in scales), slopes=tuple(one[1] for one in scales))

    def take(self, which: NDArray[np.intp]) -> SegmentScale:
        """Return the scale of some of the kinds."""
        return evolve(
            self,
            knots=tuple(self.knots[one] for one in which.tolist()),
            slopes=tuple(self.slopes[one] for one in which.tolist()),
        )

    @cached_property
    def _heights(self) -> tuple[Floats, ...]:
        """The scale at the knots of each kind."""
        return tuple(
            np.concatenate([[0.0], np.cumsum(np.diff(knots) * (slopes[1:] + slopes[:-1]) / 2)])
            for knots, slopes in zip(self.knots, self.slopes, strict=True)
        )

    def value(self, rates: Floats) -> Floats:
        """Return v at positive rates, shape ``(n_kinds, m)`` as *rates*."""
        values = np.empty(rates.shape)
        for one, (knots, slopes) in enumerate(zip(self.knots, self.slopes, strict=True)):
            logs = np.log(rates[one])
            cell = np.clip(np.searchsorted(knots, logs) - 1, 0, len(knots) - 2)
            part = logs - knots[cell]
            bend = (slopes[cell + 1] - slopes[cell]) / (knots[cell + 1] - knots[cell])
            values[one] = self._heights[one][cell] + part * (slopes[cell] + bend * part / 2)
        return values

    def _logs(self, values: Floats) -> tuple[Floats, Floats]:
        """Return the log rates at values of v, and the slopes there."""
        logs, slopes_there = np.empty(values.shape), np.empty(values.shape)
        for one, (knots, slopes) in enumerate(zip(self.knots, self.slopes, strict=True)):
            heights = self._heights[one]
            cell = np.clip(np.searchsorted(heights, values[one]) - 1, 0, len(knots) - 2)
            above, low = values[one] - heights[cell], slopes[cell]
            bend = (slopes[cell + 1] - low) / (knots[cell + 1] - knots[cell])
            slopes_there[one] = np.sqrt(np.maximum(low * low + 2 * bend * above, 1e-300))
            logs[one] = knots[cell] + 2 * above / (low + slopes_there[one])
        return logs, slopes_there

    def rate(self, values: Floats) -> Floats:
        """Return the rates at which v has given values, shape as *values*."""
        return np.asarray(np.exp(self._logs(values)[0]), dtype=np.float64)

    def width(self, values: Floats) -> Floats:
        """Return ``d rate / dv`` at values of v, shape as *values*."""
        logs, slopes = self._logs(values)
        return np.asarray(np.exp(logs) / slopes, dtype=np.float64)


def _slopes(middles: Floats, told: Floats, least: float) -> tuple[Floats, Floats]:
    """Return knots and slopes for stretches with log rates and information of their own."""
    far = _REACH[-1] / np.sqrt(told)
    low, high = float((middles[0] - far).min()), float((middles[1] + far).max())
    n_knots = min(int((high - low) * np.sqrt(told.max())) // 2 + 2, _MOST_KNOTS)
    knots = np.linspace(low, high, n_knots)
    per_unit = (n_knots - 1) / (high - low)
    grade = np.floor(np.log(told) / np.log(_GRADES)).astype(np.intp)
    order = np.argsort(grade, kind="stable")
    groups = np.split(order, np.flatnonzero(np.diff(grade[order])) + 1)
    information = np.zeros(n_knots)
    for times, reach in enumerate(_REACH):
        far = reach / np.sqrt(told)
        first, last = (
            np.ceil((ends - low) * per_unit).astype(np.intp)
            for ends in (middles[0] - far, middles[1] + far)
        )
        for mine in groups:
            held = np.bincount(first[mine], minlength=n_knots + 1)
            held -= np.bincount(last[mine], minlength=n_knots + 1)
            inside = np.cumsum(held)[:n_knots] > 0
            information[inside] = np.maximum(information[inside], told[mine].max() / 4**times)
    slopes = np.sqrt(1 + information + least * np.exp(knots))
    # the ends go on with the slopes that they have
    knots = np.concatenate([[low - _BEYOND], knots, [high + _BEYOND]])
    return knots, np.concatenate([slopes[:1], slopes, slopes[-1:]])
