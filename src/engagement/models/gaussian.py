"""Values that scatter about their rate normally, and need not be counts."""

from __future__ import annotations

from math import ceil, log, log2, pi
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


@frozen(kw_only=True)
class NormalTotals:
    """
    Normal totals, one rate a segment, with a given variance for a year.

    In e years with rate L a total has the mean ``L e`` and the variance ``v e``, so that a
    longer observation weighs more. A segment is summed up by its total Y, taken about the
    centre, and its exposure E. See `Likelihood` for what each method answers.
    """

    parameter: float
    """v, the variance of the total of a year."""
    centre: float
    """A rate about which totals are taken, so that no digits are lost."""

    def in_unit(self, years: float) -> NormalTotals:
        """Return it with variance and centre for that many years."""
        return NormalTotals(parameter=self.parameter * years, centre=self.centre * years)

    def statistics(self, counts: Floats, exposures: Floats) -> Floats:
        """Return totals less those at the centre, over exposures."""
        return np.stack([counts - self.centre * exposures, exposures])

    def cost(self, sums: Floats) -> Floats:
        """Return ``-Y^2 / 2vE``."""
        return np.asarray(-(sums[0] ** 2) / (2 * self.parameter * sums[1]), dtype=np.float64)

    def rate(self, sums: Floats) -> Floats:
        """Return ``Y / E``, with the centre put back."""
        return np.asarray(self.centre + sums[0] / sums[1], dtype=np.float64)

    def log_constant(self, counts: Floats, exposures: Floats) -> float:
        """Return the log density of all totals if each segment had the centre for its rate."""
        squares = (counts - self.centre * exposures) ** 2 / (self.parameter * exposures)
        return -0.5 * float((squares + np.log(2 * pi * self.parameter * exposures)).sum())

    def _posterior(self, sums: Floats, prior: NormalPrior) -> tuple[Floats, Floats]:
        """Return mean, about the centre, and variance of the rate."""
        precision = sums[1] / self.parameter + prior.sd**-2
        pull = sums[0] / self.parameter + (prior.mean - self.centre) * prior.sd**-2
        return pull / precision, 1 / precision

    def log_marginal(self, sums: Floats, prior: NormalPrior, weight: float = 1.0) -> Floats:
        """Return the log of the density with the rate integrated out, over that at the centre."""
        scaled = weight * sums
        mean, variance = self._posterior(scaled, prior)
        off = (prior.mean - self.centre) / prior.sd
        logs = 0.5 * (mean**2 / variance + np.log(variance / prior.sd**2) - off**2)
        return np.asarray(logs, dtype=np.float64)

    def rate_mean(self, sums: Floats, prior: NormalPrior) -> Floats:
        """Return the mean of the normal posterior."""
        return np.asarray(self.centre + self._posterior(sums, prior)[0], dtype=np.float64)

    def rate_below(self, rate: float | Floats, sums: Floats, prior: NormalPrior) -> Floats:
        """Return the normal distribution's function at *rate*."""
        from scipy.special import ndtr

        mean, variance = self._posterior(sums, prior)
        below = ndtr((rate - self.centre - mean) / np.sqrt(variance))
        return np.asarray(below, dtype=np.float64)

    def rate_quantile(self, share: float, sums: Floats, prior: NormalPrior) -> Floats:
        """Return the normal distribution's quantile at *share*."""
        from scipy.special import ndtri

        mean, variance = self._posterior(sums, prior)
        return np.asarray(self.centre + mean + ndtri(share) * np.sqrt(variance), dtype=np.float64)

    def rate_draws(self, sums: Floats, prior: NormalPrior, rng: np.random.Generator) -> Floats:
        """Draw from the normal distribution."""
        mean, variance = self._posterior(sums, prior)
        draws = self.centre + mean + np.sqrt(variance) * rng.standard_normal(mean.shape)
        return np.asarray(draws, dtype=np.float64)


def _variance(_: object, attribute: Attribute[float | None], value: float | None) -> None:
    if value is not None:
        check_positive(attribute.name, value)


@checked_again
@frozen(kw_only=True)
class Gaussian:
    """
    Normal totals with one rate a segment and one variance for the series.

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
        known = "" if self.variance is None else f", variance {self.variance:g} a year"
        return f"{self.name}{known}"

    def likelihoods(
        self, counts: Floats, exposures: Floats
    ) -> tuple[tuple[NormalTotals, ...], tuple[float, ...]]:
        """
        Return that of the variance given, or one a variance on a grid, all alike.

        Raises
        ------
        SeriesError
            If all values are equal a year and no variance is given.
        """
        centre = _own_rate(counts, exposures)
        if self.variance is not None or not len(counts):
            grid: tuple[float, ...] = (self.variance or 1.0,)
        else:
            grid = variance_grid(counts, exposures)
        totals = tuple(NormalTotals(parameter=variance, centre=centre) for variance in grid)
        return totals, (1.0 / len(totals),) * len(totals)

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
        """Return one component a variance."""
        del steps
        totals, chances = self.likelihoods(counts, exposures)
        return NormalRows(
            totals=counts,
            exposures=exposures,
            parameters=np.array([one.parameter for one in totals]),
            weights=np.array(chances),
        )

    def read_rate_prior(self, prior: object, counts: Floats, exposures: Floats) -> NormalPrior:
        """Return the same prior as `read_prior`."""
        return self.read_prior(prior, counts, exposures)

    def read_prior(self, prior: object, counts: Floats, exposures: Floats) -> NormalPrior:
        """
        Return a normal prior, by default with mean and scatter of the series' own rates.

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
        """Return normal priors as wide as the series' own rates scatter, and others."""
        unit = self.read_prior(None, counts, exposures)
        widths = {"own scatter": 1.0, "half of it": 0.5, "twice": 2.0, "four times": 4.0}
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
            "values that are all equal do not tell how much they scatter, got "
            f"{rates[0]:g} a year in {len(rates)} observed period{'s' * (len(rates) > 1)}; "
            "give it, as in Gaussian(variance=...)"
        )
    top, bottom = 2 * raw, min(float(np.median(steps)), raw) / 8
    octaves = log2(top / bottom)
    n_variances = min(ceil(2 * octaves) + 1, MOST_VARIANCES)
    return tuple(np.exp(np.linspace(log(bottom), log(top), n_variances)).tolist())
