"""The grid of rates over which a segment's rate is integrated."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from attrs import evolve, field, frozen
from numpy.typing import NDArray

from engagement.errors import SeriesError
from engagement.models.likelihood_rows import RateScale

if TYPE_CHECKING:
    from engagement.models.likelihood_rows import LikelihoodRows, RatePrior

__all__ = ["COARSE", "FINE", "WIDE", "Mesh", "RateGrid", "lay_grid"]

Floats = NDArray[np.float64]
Places = NDArray[np.intp]


class Mesh(NamedTuple):
    """How close the points of a grid are, and how far it goes."""

    spacing: float
    """Distance of points, in standard deviations of a rate's posterior given the whole series."""
    tail: float
    """Minus the log of the probability that a segment's rate lies beyond an end."""
    most: int = 25_000
    """Points, at most."""


FINE = Mesh(1.0, 15.0)
"""
The trapezoid sum of a normal density at points so far apart is right to ``2 exp(-2 pi^2)``, or
5e-9; quantiles between points are right to .003 in probability.
"""

WIDE = Mesh(1.3, 10.0)
"""Leaves 1e-4 to numbers and dates, less than components that may be passed over hold."""

COARSE = Mesh(2.6, 6.0)
"""Tells which components matter."""


@frozen(kw_only=True, eq=False)
class RateGrid:
    """
    Grids of rates, one for each of some components of a model; all arrays ``(n_components, G)``.

    Points are evenly spaced on the scale on which a rate's posterior given the whole series
    has standard deviation 1; a grid that is shorter than the longest repeats its last point
    without mass.
    """

    rates: Floats = field(repr=False)
    """Increasing."""
    log_masses: Floats = field(repr=False)
    """Log prior mass of each; what lies beyond the highest is dropped, not added to it."""
    sizes: Places = field(repr=False)
    """Number of points of each grid, shape ``(n_components,)``."""
    scale: RateScale = field(repr=False)
    """The scale on which points are evenly spaced."""
    starts: Floats = field(repr=False)
    """The scale at the first point of each grid, shape ``(n_components,)``."""
    spacing: float
    """Distance of points."""

    def __len__(self) -> int:
        """Return the number of points of the longest grid."""
        return int(self.rates.shape[1])

    def take(self, which: Places) -> RateGrid:
        """Return the grids of some of the components."""
        return evolve(
            self,
            rates=self.rates[which],
            log_masses=self.log_masses[which],
            sizes=self.sizes[which],
            scale=self.scale.take(which),
            starts=self.starts[which],
        )

    def positions(self, rates: Floats) -> Floats:
        """Return where rates, shape ``(n_components, ...)``, lie among the points, from 0."""
        values = self.scale.value(rates.reshape(len(rates), -1)).reshape(rates.shape)
        starts = self.starts.reshape(-1, *[1] * (rates.ndim - 1))
        return np.asarray((values - starts) / self.spacing, dtype=np.float64)


def lay_grid(
    model: LikelihoodRows,
    which: Places,
    prior: RatePrior,
    *,
    min_length: int,
    mesh: Mesh = FINE,
) -> RateGrid:
    """
    Lay a grid for each of some components, *which* being their positions.

    The integral of a smooth function that vanishes at both ends over evenly spaced points is
    spectrally accurate. Towards a rate of 0, where the prior goes by a power of the rate, the
    lowest point holds the masses of all points below it, a geometric series.

    Raises
    ------
    SeriesError
        If rates may lie so many standard deviations apart that more points than *mesh* allows
        would be needed.
    """
    spacing, tail, most = mesh
    scale = model.scale(which, prior)
    low, high = model.span(which, prior, min_length, tail)
    ends = scale.value(np.stack([low, high], axis=1))
    lengths = np.ceil((ends[:, 1] - ends[:, 0]) / spacing)
    if not lengths.max() < most:
        raise SeriesError(
            f"the rates of the series may lie {lengths.max() * spacing:.3g} standard deviations "
            f"apart, and at most {most * spacing:,.0f} are taken; count by other periods, "
            "exclude periods of very short exposure, or use a prior that weighs less"
        )
    sizes = lengths.astype(np.intp) + 1
    steps = np.minimum(np.arange(int(sizes.max())), sizes[:, None] - 1)
    values = ends[:, :1] + spacing * steps
    rates = scale.rate(values)
    widths = scale.width(values)
    logs = prior.log_density(rates) + np.log(widths * spacing)
    if prior.pseudo_events:
        ratio = prior.pseudo_events * spacing * widths[:, 0] / rates[:, 0]
        logs[:, 0] -= np.log(-np.expm1(-ratio))
    logs[np.arange(int(sizes.max())) >= sizes[:, None]] = -np.inf
    return RateGrid(
        rates=rates,
        log_masses=logs,
        sizes=sizes,
        scale=scale,
        starts=ends[:, 0],
        spacing=spacing,
    )
