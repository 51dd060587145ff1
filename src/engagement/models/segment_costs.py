"""What a segment costs: minus the largest log likelihood, divided by the dispersion."""

from __future__ import annotations

from math import fsum
from typing import ClassVar, Protocol

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

__all__ = ["NormalCost", "PoissonCost", "SegmentCost"]

Floats = NDArray[np.float64]


class SegmentCost(Protocol):
    """
    How badly one rate fits the values of a segment.

    What a segment says about its rate is held in two sums over its periods, so that a search
    adds columns and never knows of the family. Costs are those of a dispersion of 1; with
    another they are divided by it, the quasi-likelihood of R. W. M. Wedderburn (1974),
    *Biometrika* 61(3), 439-447.
    """

    @property
    def least_dispersion(self) -> float:
        """Below this no dispersion can be."""

    @property
    def is_of_counts(self) -> bool:
        """Whether it is the Poisson cost, whose best segmentation can be found by pruning."""

    def statistics(self, values: Floats, exposures: Floats) -> Floats:
        """Return what is summed over a segment, shape ``(2, n)``."""

    def scaled(self, values: Floats, exposures: Floats) -> Floats:
        """Return the same in a unit of exposure in which costs lose no digits."""

    def cost(self, sums: Floats) -> Floats:
        """Return the cost of segments; *sums* has shape ``(2, ...)``."""

    def rate(self, sums: Floats) -> Floats:
        """Return the rate of each segment that costs least."""

    def squares(self, values: Floats, exposures: Floats, rates: Floats) -> Floats:
        """Return squared residuals over what is expected of them with a dispersion of 1."""

    def weight(self, sums: Floats) -> Floats:
        """Return how much the squared residuals of segments tell of the dispersion."""


@frozen
class PoissonCost:
    """Of counts: with S events in E years, ``S - S log(S / E)``, which is 0 where S is."""

    least_dispersion: ClassVar[float] = 1.0
    is_of_counts: ClassVar[bool] = True

    def statistics(self, values: Floats, exposures: Floats) -> Floats:
        """Return counts over exposures."""
        return np.stack([values, exposures])

    def scaled(self, values: Floats, exposures: Floats) -> Floats:
        """Return them in a unit that gives the series a rate of 1."""
        unit = fsum(exposures) / (float(values.sum()) or 1.0)
        return self.statistics(values, exposures / unit)

    def cost(self, sums: Floats) -> Floats:
        """Return ``S - S log(S / E)``."""
        events, exposure = sums
        rate = np.divide(events, exposure, out=np.ones_like(events), where=events > 0)
        return np.asarray(events - events * np.log(rate), dtype=np.float64)

    def rate(self, sums: Floats) -> Floats:
        """Return ``S / E``."""
        return np.asarray(sums[0] / sums[1], dtype=np.float64)

    def squares(self, values: Floats, exposures: Floats, rates: Floats) -> Floats:
        """Return ``(y - e r)^2 / e r``, 0 where no event is expected."""
        mean = exposures * rates
        some = np.where(mean > 0, mean, 1.0)
        return np.asarray(np.where(mean > 0, (values - mean) ** 2 / some, 0.0), dtype=np.float64)

    def weight(self, sums: Floats) -> Floats:
        """Return the events."""
        return np.asarray(sums[0], dtype=np.float64)


@frozen(kw_only=True)
class NormalCost:
    """Of totals whose variance goes by the exposure: ``-Y^2 / 2 E``, Y taken about a centre."""

    centre: float
    """A rate about which totals are taken, so that no digits are lost."""
    least_dispersion: ClassVar[float] = 0.0
    is_of_counts: ClassVar[bool] = False

    def statistics(self, values: Floats, exposures: Floats) -> Floats:
        """Return totals less those at the centre, over exposures."""
        return np.stack([values - self.centre * exposures, exposures])

    def scaled(self, values: Floats, exposures: Floats) -> Floats:
        """Return `statistics`."""
        return self.statistics(values, exposures)

    def cost(self, sums: Floats) -> Floats:
        """Return ``-Y^2 / 2 E``."""
        return np.asarray(-(sums[0] ** 2) / (2 * sums[1]), dtype=np.float64)

    def rate(self, sums: Floats) -> Floats:
        """Return ``Y / E``, with the centre put back."""
        return np.asarray(self.centre + sums[0] / sums[1], dtype=np.float64)

    def squares(self, values: Floats, exposures: Floats, rates: Floats) -> Floats:
        """Return ``(y - e r)^2 / e``."""
        return np.asarray((values - exposures * rates) ** 2 / exposures, dtype=np.float64)

    def weight(self, sums: Floats) -> Floats:
        """Return 1."""
        return np.ones_like(sums[0])
