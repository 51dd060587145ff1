"""Values that are normal about their rate, and need not be counts."""

from __future__ import annotations

from math import ceil, log, log2
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from attrs import field, frozen

from engagement.errors import SeriesError, SettingError, shown
from engagement.models.normal_rows import NormalRows
from engagement.models.priors import NormalPrior
from engagement.models.segment_costs import NormalCost
from engagement.settings.checks import check_positive
from engagement.settings.unpickling import checked_again

if TYPE_CHECKING:
    from attrs import Attribute
    from numpy.typing import NDArray

    from engagement.models.priors import Prior

    Floats = NDArray[np.float64]

__all__ = ["Gaussian"]

MOST_VARIANCES = 61
"""Variances on the grid at most, where they span many decades."""


def _variance(_: object, attribute: Attribute[float | None], value: float | None) -> None:
    if value is not None:
        check_positive(attribute.name, value)


@checked_again
@frozen(kw_only=True)
class Gaussian:
    """
    Normal totals with one rate per segment and one variance for the series.

    For weighted intensities, such as people or money, which are no counts. A rate may come out
    negative, and money is seldom normal: look at the values, and at their logarithms.

    Parameters
    ----------
    variance
        Variance of the total of a year, positive; that of half a year is half of it. ``None``
        leaves it open: a grid of variances is weighed by how likely each makes the values
        within segments, over all segmentations.

    Raises
    ------
    SettingError
        If *variance* is not positive and finite.

    Examples
    --------
    >>> from engagement.changes.optimal.segmentation import segment
    >>> from engagement.counting.series import CountSeries
    >>> people = CountSeries.from_arrays([400.5, 380, 420, 1150, 1210, 1190], range(1990, 1996))
    >>> print(*segment(people, family=Gaussian(variance=900.0)).dates)
    1993
    """

    variance: float | None = field(default=None, validator=_variance)
    """Of the total of a year; None to leave it open."""
    name: ClassVar[str] = "gaussian"
    whole_counts: ClassVar[bool] = False
    parameter_name: ClassVar[str] = "variance"

    def __str__(self) -> str:
        """Return the family in words."""
        known = "" if self.variance is None else f", variance {self.variance:g} per year"
        return f"{self.name}{known}"

    @property
    def known_dispersion(self) -> float | None:
        """Return the variance given."""
        return self.variance

    def segment_cost(self, counts: Floats, exposures: Floats) -> NormalCost:
        """
        Return the normal cost.

        Raises
        ------
        SeriesError
            If all values are equal a year and no variance is given.
        """
        if self.variance is None and len(counts):
            variance_grid(counts, exposures)
        return NormalCost(centre=_own_rate(counts, exposures))

    def rows(self, counts: Floats, exposures: Floats, steps: Floats) -> NormalRows:
        """
        Return one component a variance: the one given, or those of a grid, all alike.

        Raises
        ------
        SeriesError
            If all values are equal a year and no variance is given.
        """
        del steps
        if self.variance is not None or not len(counts):
            grid: tuple[float, ...] = (self.variance or 1.0,)
        else:
            grid = variance_grid(counts, exposures)
        return NormalRows(
            totals=counts,
            exposures=exposures,
            parameters=np.array(grid),
            weights=np.full(len(grid), 1.0 / len(grid)),
        )

    def read_rate_prior(self, prior: object, counts: Floats, exposures: Floats) -> NormalPrior:
        """
        Return a normal prior, by default with mean and deviation of the series' own rates.

        Raises
        ------
        SettingError
            If *prior* is neither a NormalPrior nor None.
        """
        if isinstance(prior, NormalPrior):
            return prior
        if prior is not None:
            raise SettingError(
                f"prior must be a NormalPrior or None for family '{self.name}', got {shown(prior)}"
            )
        centre = _own_rate(counts, exposures)
        if not len(counts):
            return NormalPrior(mean=centre, sd=1.0)
        shares = exposures / exposures.sum()
        spread = float((shares * (counts / exposures - centre) ** 2).sum())
        if not spread:
            spread = (self.variance or 1.0) / float(exposures.mean())
        return NormalPrior(mean=centre, sd=spread**0.5)

    def priors_to_try(self, counts: Floats, exposures: Floats) -> dict[str, Prior]:
        """Return normal priors as wide as the series' own rates vary, and others."""
        unit = self.read_rate_prior(None, counts, exposures)
        widths = {"own spread": 1.0, "half of it": 0.5, "twice": 2.0, "four times": 4.0}
        return {
            name: NormalPrior(mean=unit.mean, sd=unit.sd * width) for name, width in widths.items()
        }


def _own_rate(counts: Floats, exposures: Floats) -> float:
    return float(counts.sum() / exposures.sum()) if len(counts) else 0.0


def variance_grid(counts: Floats, exposures: Floats) -> tuple[float, ...]:
    """
    Return variances between that within segments, at the least, and that about one rate.

    They grow by a factor of about root two, from an eighth of the middle one of the squared
    steps from period to period, which a change or two hardly move, to twice the variance about
    one common rate.

    Raises
    ------
    SeriesError
        If all values are equal a year.
    """
    centre = _own_rate(counts, exposures)
    raw = float(((counts - centre * exposures) ** 2 / exposures).sum()) / max(len(counts) - 1, 1)
    rates = counts / exposures
    steps = np.diff(rates) ** 2 / (1 / exposures[1:] + 1 / exposures[:-1])
    steps = steps[np.abs(np.diff(rates)) > 1e-9 * np.abs(rates).max(initial=0.0)]
    if not len(steps) or not raw > 0:
        raise SeriesError(
            "values that are all equal do not show how much they vary, got "
            f"{rates[0]:g} per year in {len(rates)} observed period{'s' * (len(rates) > 1)}; "
            "give it, as in Gaussian(variance=...)"
        )
    top, bottom = 2 * raw, min(float(np.median(steps)), raw) / 8
    octaves = log2(top / bottom)
    n_variances = min(ceil(2 * octaves) + 1, MOST_VARIANCES)
    return tuple(np.exp(np.linspace(log(bottom), log(top), n_variances)).tolist())
