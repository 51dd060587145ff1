"""Counts that vary about their rate more than Poisson counts do."""

from __future__ import annotations

from math import isfinite
from numbers import Real
from typing import TYPE_CHECKING, ClassVar

from attrs import field, frozen

from engagement.errors import SettingError, shown
from engagement.models.count_family import CountFamily
from engagement.models.count_rows import POISSON, POISSON_WEIGHT, overdispersed_components
from engagement.settings.unpickling import checked_again

if TYPE_CHECKING:
    import numpy as np
    from attrs import Attribute
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Component = tuple[float, float, float, float]

__all__ = ["AnyDispersion", "NegativeBinomial"]

MOST_SQUARE = 1e4
"""Overdispersion by event expected, at most: counts then have a hundred times their mean as SD."""


def _dispersed(_: object, attribute: Attribute[float | None], value: float | None) -> None:
    if value is None:
        return
    if isinstance(value, bool) or not isinstance(value, Real) or not isfinite(value) or value <= 1:
        raise SettingError(
            f"{attribute.name} must be a finite number above 1 or None, got {shown(value)}; "
            "1 is the family 'poisson'"
        )


@checked_again
@frozen(kw_only=True)
class NegativeBinomial(CountFamily):
    """
    Negative binomial counts with one rate per segment and one dispersion for the series.

    Parameters
    ----------
    dispersion
        Variance over mean of the counts at the series' own mean, above 1; where the rate is
        higher than that it is larger, and lower where it is lower. ``None`` leaves it open:
        many dispersions are weighed by how likely each makes the counts within segments, over
        all segmentations.

    Raises
    ------
    SettingError
        If *dispersion* is not finite and above 1; when a series is analysed, if it is above
        10000 times the mean count.

    Examples
    --------
    >>> from engagement.changes.optimal.segmentation import segment
    >>> from engagement.counting.series import CountSeries
    >>> series = CountSeries.from_arrays([3, 9, 2, 12, 31, 44, 20, 39], range(1990, 1998))
    >>> print(*segment(series, family=NegativeBinomial(dispersion=5.0)).dates)
    1994
    """

    dispersion: float | None = field(default=None, validator=_dispersed)
    """Variance over mean at the series' own rate; None to leave it open."""
    name: ClassVar[str] = "negative_binomial"

    def __str__(self) -> str:
        """Return the family in words."""
        known = "" if self.dispersion is None else f", dispersion {self.dispersion:g}"
        return f"{self.name}{known}"

    @property
    def known_dispersion(self) -> float | None:
        """Return the dispersion given."""
        return self.dispersion

    def components(self, counts: Floats) -> list[Component]:
        """
        List the component of the dispersion given, or all that are overdispersed.

        Raises
        ------
        SettingError
            If counts of that dispersion would tell nothing of their rate.
        """
        if self.dispersion is None:
            return overdispersed_components(1.0)
        mean = (float(counts.sum()) or 0.5) / max(len(counts), 1)
        square = (self.dispersion - 1) / mean
        if square > MOST_SQUARE:
            raise SettingError(
                f"dispersion must be at most {1 + MOST_SQUARE * mean:.4g}, as the mean count is "
                f"{mean:.3g}, got {self.dispersion:g}; counts would tell nothing of their rate"
            )
        return [(1.0, 0.0, square, 0.0)]


@frozen(kw_only=True)
class AnyDispersion(CountFamily):
    """
    Poisson or negative binomial counts, each component with its probability.

    Parameters
    ----------
    weights
        Probability of each component, learned elsewhere; None for those set here.
    """

    weights: tuple[float, ...] | None = None
    name: ClassVar[str] = "auto"
    known_dispersion: ClassVar[None] = None

    def __str__(self) -> str:
        """Return the family in words."""
        return "auto (Poisson or negative binomial)"

    def components(self, counts: Floats) -> list[Component]:
        """List a Poisson component and overdispersed ones."""
        del counts
        rows = [(POISSON_WEIGHT, *POISSON[1:]), *overdispersed_components(1 - POISSON_WEIGHT)]
        if self.weights is None:
            return rows
        return [(weight, *row[1:]) for weight, row in zip(self.weights, rows, strict=True)]
