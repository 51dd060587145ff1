"""Scales of rates on which what a whole series says of one rate has standard deviation 1."""

from __future__ import annotations

import numpy as np
from attrs import evolve, frozen
from numpy.typing import NDArray

__all__ = ["CountScale", "LinearScale"]

Floats = NDArray[np.float64]

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
