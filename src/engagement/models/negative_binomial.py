"""Counts that scatter about their rate more than Poisson counts do."""

from __future__ import annotations

from math import isfinite
from numbers import Real
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from attrs import field, frozen

from engagement.errors import SettingError, shown
from engagement.models.count_rows import (
    POISSON,
    POISSON_WEIGHT,
    CountComponents,
    CountRows,
    overdispersed_components,
)
from engagement.models.log_gamma import log_gamma_gap, log_gamma_of_steps
from engagement.models.poisson import Poisson
from engagement.models.priors import gamma_priors_to_try, read_gamma_prior, read_rate_prior
from engagement.models.segment_costs import PoissonCost
from engagement.settings.unpickling import checked_again

if TYPE_CHECKING:
    from attrs import Attribute
    from numpy.typing import NDArray

    from engagement.models.priors import GammaPrior, LogLogisticPrior, Prior

    Floats = NDArray[np.float64]

__all__ = ["AnyDispersion", "NegativeBinomial", "dispersion_grid"]

FIRST_EXCESS = 0.1
"""Least excess of the variance over the mean on the grid, as a share of the mean."""

LEAST_TOP = 6.4
"""The grid goes at least so far."""

MOST_SQUARE = 1e4
"""Overdispersion by event expected, at most: counts then have a hundred times their mean as SD."""


@frozen(kw_only=True)
class SizedCounts:
    """
    Negative binomial counts, one rate a segment, with a given size for a year.

    In e years with rate L the size is ``r e``, so that the variance is ``1 + L / r`` times the
    mean, however long the period; and a segment with exposure E is again negative binomial,
    with size ``r E``. ``L / r`` has the prior beta prime(a, b r + 1), which has the mean
    ``a / b`` of the gamma prior that it tends to as r grows, and the posterior beta
    prime(a + S, (b + E) r + 1). See `Likelihood` for what each method answers.
    """

    size: float
    """r, for a year."""
    parameter: float
    """Variance over mean at the series' own rate."""

    def in_unit(self, years: float) -> SizedCounts:
        """Return it with the size for that many years."""
        return SizedCounts(size=self.size * years, parameter=self.parameter)

    def statistics(self, counts: Floats, exposures: Floats) -> Floats:
        """Return counts over exposures."""
        return np.stack([counts, exposures])

    def cost(self, sums: Floats) -> Floats:
        """Return ``(S + r E) log(1 + S / r E) - S log(S / E)``."""
        events, exposure = sums
        rate = np.divide(events, exposure, out=np.ones_like(events), where=events > 0)
        spread = (events + self.size * exposure) * np.log1p(events / (self.size * exposure))
        return np.asarray(spread - events * np.log(rate), dtype=np.float64)

    def rate(self, sums: Floats) -> Floats:
        """Return ``S / E``."""
        return np.asarray(sums[0] / sums[1], dtype=np.float64)

    def log_constant(self, counts: Floats, exposures: Floats) -> float:
        """Return the sum of ``lgG(y + r e) - lgG(r e) - y log e``."""
        some = counts > 0
        sizes = self.size * exposures[some]
        gaps = log_gamma_gap(sizes, counts[some]) + counts[some] * np.log(exposures[some])
        return -float(gaps.sum())

    def log_marginal(self, sums: Floats, prior: GammaPrior, weight: float = 1.0) -> Floats:
        """Return ``log B(a + S, b r + 1 + r E) - log B(a, b r + 1)``."""
        events, exposure = sums
        shape, first = prior.shape, prior.rate * self.size + 1
        logs = log_gamma_gap(first + (weight * self.size) * exposure, shape + weight * events)
        logs += log_gamma_of_steps(events, shape, weight)
        start = log_gamma_gap(np.array([first]), np.array([shape]))
        start += log_gamma_of_steps(np.zeros(1), shape, weight)
        logs -= start
        return logs

    def rate_mean(self, sums: Floats, prior: GammaPrior) -> Floats:
        """Return ``(a + S) / (b + E)``."""
        return np.asarray((prior.shape + sums[0]) / (prior.rate + sums[1]), dtype=np.float64)

    def _parameters(self, sums: Floats, prior: GammaPrior) -> tuple[Floats, Floats]:
        return prior.shape + sums[0], (prior.rate + sums[1]) * self.size + 1

    def rate_below(self, rate: float | Floats, sums: Floats, prior: GammaPrior) -> Floats:
        """Return the beta prime distribution's function at *rate*."""
        from scipy.special import betainc

        share = rate / (rate + self.size)
        return np.asarray(betainc(*self._parameters(sums, prior), share), dtype=np.float64)

    def rate_quantile(self, share: float, sums: Floats, prior: GammaPrior) -> Floats:
        """Return the beta prime distribution's quantile at *share*."""
        from scipy.special import betaincinv

        first, second = self._parameters(sums, prior)
        # the odds of a share near one would lose their digits
        part, rest = betaincinv(first, second, share), betaincinv(second, first, 1 - share)
        return np.asarray(self.size * part / rest, dtype=np.float64)

    def rate_draws(self, sums: Floats, prior: GammaPrior, rng: np.random.Generator) -> Floats:
        """Draw from the beta prime distribution, as a ratio of two gamma draws."""
        first, second = self._parameters(sums, prior)
        draws = self.size * rng.standard_gamma(first) / rng.standard_gamma(second)
        return np.asarray(draws, dtype=np.float64)


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
class NegativeBinomial:
    """
    Negative binomial counts with one rate a segment and one dispersion for the series.

    Parameters
    ----------
    dispersion
        Variance over mean of the counts at the series' own rate, above 1; where the rate is
        higher than that it is larger, and lower where it is lower. ``None`` leaves it open:
        a grid of dispersions is weighed by how likely each makes the counts within segments,
        over all segmentations.

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
    whole_counts: ClassVar[bool] = True
    parameter_name: ClassVar[str] = "dispersion"

    def __str__(self) -> str:
        """Return the family in words."""
        known = "" if self.dispersion is None else f", dispersion {self.dispersion:g}"
        return f"{self.name}{known}"

    def likelihoods(
        self, counts: Floats, exposures: Floats
    ) -> tuple[tuple[SizedCounts, ...], tuple[float, ...]]:
        """Return that of the dispersion given, or one a dispersion on the grid, all alike."""
        given = self.dispersion
        grid = dispersion_grid(counts, exposures) if given is None else (given,)
        sized = tuple(sized_counts(phi, counts, exposures) for phi in grid)
        return sized, (1.0 / len(sized),) * len(sized)

    @property
    def known_dispersion(self) -> float | None:
        """Return the dispersion given."""
        return self.dispersion

    def segment_cost(self, counts: Floats, exposures: Floats) -> PoissonCost:
        """Return the Poisson cost, which a search divides by the dispersion."""
        del counts, exposures
        return PoissonCost()

    def rows(self, counts: Floats, exposures: Floats, steps: Floats) -> CountRows:
        """Return one component of the dispersion given, or all that are overdispersed."""
        rows = overdispersed_components(1.0)
        if self.dispersion is not None:
            rows = [_component(self.dispersion, 1.0, counts)]
        return CountRows(
            counts=counts, exposures=exposures, steps=steps, components=CountComponents.of(rows)
        )

    def read_rate_prior(
        self, prior: object, counts: Floats, exposures: Floats
    ) -> GammaPrior | LogLogisticPrior:
        """Return a prior on positive rates, by default the scale-free one."""
        return read_rate_prior(prior, float(counts.sum()), float(exposures.sum()))

    def read_prior(self, prior: object, counts: Floats, exposures: Floats) -> GammaPrior:
        """Return a gamma prior; by default it weighs as much as one event."""
        return read_gamma_prior(prior, float(counts.sum()), float(exposures.sum()))

    def priors_to_try(self, counts: Floats, exposures: Floats) -> dict[str, Prior]:
        """Return gamma priors."""
        return gamma_priors_to_try(float(counts.sum()), float(exposures.sum()))


@frozen(kw_only=True)
class AnyDispersion:
    """
    Poisson or negative binomial counts, each dispersion with its chance.

    Parameters
    ----------
    dispersions
        The dispersions to average over; 1 is Poisson. ``None`` for 1 and the grid.
    chances
        Their chances beforehand, which need not sum to one. ``None`` for half on Poisson, and
        the other half shared alike.
    """

    dispersions: tuple[float, ...] | None = None
    chances: tuple[float, ...] | None = None
    weights: tuple[float, ...] | None = None
    """Probability of each component of `rows`, learned elsewhere; None for those set there."""
    name: ClassVar[str] = "auto"
    whole_counts: ClassVar[bool] = True
    parameter_name: ClassVar[str] = "dispersion"

    def __str__(self) -> str:
        """Return the family in words."""
        return "auto (Poisson or negative binomial)"

    def likelihoods(
        self, counts: Floats, exposures: Floats
    ) -> tuple[tuple[Poisson | SizedCounts, ...], tuple[float, ...]]:
        """Return one a dispersion."""
        grid = self.dispersions or (1.0, *dispersion_grid(counts, exposures))
        chances = self.chances or (1.0, *[1.0 / (len(grid) - 1)] * (len(grid) - 1))
        whole = sum(chances)
        found = tuple(
            Poisson() if phi == 1 else sized_counts(phi, counts, exposures) for phi in grid
        )
        return found, tuple(chance / whole for chance in chances)

    @property
    def known_dispersion(self) -> float | None:
        """Return the dispersion, where one alone is given."""
        given = self.dispersions
        return given[0] if given is not None and len(given) == 1 else None

    def segment_cost(self, counts: Floats, exposures: Floats) -> PoissonCost:
        """Return the Poisson cost, which a search divides by the dispersion."""
        del counts, exposures
        return PoissonCost()

    def rows(self, counts: Floats, exposures: Floats, steps: Floats) -> CountRows:
        """Return a Poisson component and overdispersed ones, or those of the dispersions given."""
        rows = [(POISSON_WEIGHT, *POISSON[1:]), *overdispersed_components(1 - POISSON_WEIGHT)]
        if self.weights is not None:
            rows = [(weight, *row[1:]) for weight, row in zip(self.weights, rows, strict=True)]
        if self.dispersions is not None:
            dispersed = len(self.dispersions) - 1
            chances = self.chances or (1.0, *[1 / max(dispersed, 1)] * dispersed)
            pairs = zip(self.dispersions, chances, strict=True)
            rows = [_component(phi, chance, counts) for phi, chance in pairs]
        return CountRows(
            counts=counts, exposures=exposures, steps=steps, components=CountComponents.of(rows)
        )

    def read_rate_prior(
        self, prior: object, counts: Floats, exposures: Floats
    ) -> GammaPrior | LogLogisticPrior:
        """Return a prior on positive rates, by default the scale-free one."""
        return read_rate_prior(prior, float(counts.sum()), float(exposures.sum()))

    def read_prior(self, prior: object, counts: Floats, exposures: Floats) -> GammaPrior:
        """Return a gamma prior; by default it weighs as much as one event."""
        return read_gamma_prior(prior, float(counts.sum()), float(exposures.sum()))

    def priors_to_try(self, counts: Floats, exposures: Floats) -> dict[str, Prior]:
        """Return gamma priors."""
        return gamma_priors_to_try(float(counts.sum()), float(exposures.sum()))


def _component(
    dispersion: float, weight: float, counts: Floats
) -> tuple[float, float, float, float]:
    """Return the component that has a dispersion at the series' own mean."""
    mean = (float(counts.sum()) or 0.5) / max(len(counts), 1)
    if (dispersion - 1) / mean > MOST_SQUARE:
        raise SettingError(
            f"dispersion must be at most {1 + MOST_SQUARE * mean:.4g}, as the mean count is "
            f"{mean:.3g}, got {dispersion:g}; counts would tell nothing of their rate"
        )
    return weight, 0.0, (dispersion - 1) / mean, 0.0


def sized_counts(dispersion: float, counts: Floats, exposures: Floats) -> SizedCounts:
    """Return the likelihood that has a dispersion at the series' own rate."""
    events, years = float(counts.sum()), float(exposures.sum())
    rate = (events or 0.5) / years if years > 0 else 1.0
    return SizedCounts(size=rate / (dispersion - 1), parameter=float(dispersion))


def dispersion_grid(
    counts: Floats,
    exposures: Floats,
    *,
    first: float = FIRST_EXCESS,
    factor: float = 2.0,
    least_top: float = LEAST_TOP,
) -> tuple[float, ...]:
    """
    Return dispersions above 1 whose excess grows by a factor, up to what the series may have.

    That is at least 7.4, unless asked for otherwise; where the counts scatter more about one
    common rate, the grid goes on until it is beyond that. Changes only add to that scatter, so
    that what counts scatter within segments is on the grid.

    Examples
    --------
    >>> import numpy as np
    >>> dispersion_grid(np.array([2.0, 3.0]), np.array([1.0, 1.0]))
    (1.1, 1.2, 1.4, 1.8, 2.6, 4.2, 7.4)
    """
    top = least_top
    if len(counts) > 1 and counts.sum() > 0:
        means = exposures * (counts.sum() / exposures.sum())
        raw = float(((counts - means) ** 2 / means).sum() / (len(counts) - 1))
        top = max(top, raw)
    excess = [first]
    while excess[-1] < top * (1 - 1e-9):
        excess.append(factor * excess[-1])
    return tuple(round(1 + value, 10) for value in excess)
