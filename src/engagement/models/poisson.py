"""Counts that scatter about their rate as Poisson counts do."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np
from attrs import frozen

from engagement.models.count_rows import POISSON, CountComponents, CountRows
from engagement.models.log_gamma import log_gamma_of_steps
from engagement.models.priors import gamma_priors_to_try, read_gamma_prior, read_rate_prior
from engagement.models.segment_costs import PoissonCost

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engagement.models.priors import GammaPrior, LogLogisticPrior, Prior

__all__ = ["Poisson"]


@frozen
class Poisson:
    """
    Poisson counts, one rate a segment.

    A segment is summed up by its events S and its exposure E. With the rate's prior
    Gamma(a, b), the posterior is Gamma(a + S, b + E). See `Family` and `Likelihood` for what
    each method answers.
    """

    name: ClassVar[str] = "poisson"
    whole_counts: ClassVar[bool] = True
    parameter_name: ClassVar[str] = "dispersion"
    parameter: ClassVar[float] = 1.0

    def __str__(self) -> str:
        """Return the family in words."""
        return self.name

    def likelihoods(
        self, counts: NDArray[np.float64], exposures: NDArray[np.float64]
    ) -> tuple[tuple[Poisson, ...], tuple[float, ...]]:
        """Return this one alone."""
        del counts, exposures
        return (self,), (1.0,)

    @property
    def known_dispersion(self) -> float:
        """Return 1."""
        return 1.0

    def segment_cost(
        self, counts: NDArray[np.float64], exposures: NDArray[np.float64]
    ) -> PoissonCost:
        """Return the Poisson cost."""
        del counts, exposures
        return PoissonCost()

    def rows(
        self,
        counts: NDArray[np.float64],
        exposures: NDArray[np.float64],
        steps: NDArray[np.float64],
    ) -> CountRows:
        """Return one component, without overdispersion."""
        return CountRows(
            counts=counts,
            exposures=exposures,
            steps=steps,
            components=CountComponents.of([POISSON]),
        )

    def read_rate_prior(
        self, prior: object, counts: NDArray[np.float64], exposures: NDArray[np.float64]
    ) -> GammaPrior | LogLogisticPrior:
        """Return a prior on positive rates, by default the scale-free one."""
        return read_rate_prior(prior, float(counts.sum()), float(exposures.sum()))

    def read_prior(
        self, prior: object, counts: NDArray[np.float64], exposures: NDArray[np.float64]
    ) -> GammaPrior:
        """Return a gamma prior; by default it weighs as much as one event."""
        return read_gamma_prior(prior, float(counts.sum()), float(exposures.sum()))

    def priors_to_try(
        self, counts: NDArray[np.float64], exposures: NDArray[np.float64]
    ) -> dict[str, Prior]:
        """Return gamma priors."""
        return gamma_priors_to_try(float(counts.sum()), float(exposures.sum()))

    def in_unit(self, years: float) -> Poisson:
        """Return itself."""
        del years
        return self

    def statistics(
        self, counts: NDArray[np.float64], exposures: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Return counts over exposures."""
        return np.stack([counts, exposures])

    def cost(self, sums: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return ``S - S log(S / E)``, which is 0 where S is."""
        events, exposure = sums
        rate = np.divide(events, exposure, out=np.ones_like(events), where=events > 0)
        return np.asarray(events - events * np.log(rate), dtype=np.float64)

    def rate(self, sums: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return ``S / E``."""
        return np.asarray(sums[0] / sums[1], dtype=np.float64)

    def log_constant(self, counts: NDArray[np.float64], exposures: NDArray[np.float64]) -> float:
        """Return 0: what is left out is the sum of ``y log e - log y!``."""
        del counts, exposures
        return 0.0

    def log_marginal(
        self, sums: NDArray[np.float64], prior: GammaPrior, weight: float = 1.0
    ) -> NDArray[np.float64]:
        """Return ``a log b - lgG(a) + lgG(a + S) - (a + S) log(b + E)``."""
        events, exposure = sums
        shape, rate = prior.shape, prior.rate
        logs = log_gamma_of_steps(events, shape, weight)
        logs += shape * np.log(rate) - log_gamma_of_steps(np.zeros(1), shape, weight)
        counted = shape + weight * events
        counted *= np.log(rate + weight * exposure)
        logs -= counted
        return logs

    def rate_mean(self, sums: NDArray[np.float64], prior: GammaPrior) -> NDArray[np.float64]:
        """Return ``(a + S) / (b + E)``."""
        return np.asarray((prior.shape + sums[0]) / (prior.rate + sums[1]), dtype=np.float64)

    def rate_below(
        self, rate: float | NDArray[np.float64], sums: NDArray[np.float64], prior: GammaPrior
    ) -> NDArray[np.float64]:
        """Return the gamma distribution's function at *rate*."""
        from scipy.special import gammainc

        below = gammainc(prior.shape + sums[0], (prior.rate + sums[1]) * rate)
        return np.asarray(below, dtype=np.float64)

    def rate_quantile(
        self, share: float, sums: NDArray[np.float64], prior: GammaPrior
    ) -> NDArray[np.float64]:
        """Return the gamma distribution's quantile at *share*."""
        from scipy.special import gammaincinv

        quantile = gammaincinv(prior.shape + sums[0], share) / (prior.rate + sums[1])
        return np.asarray(quantile, dtype=np.float64)

    def rate_draws(
        self, sums: NDArray[np.float64], prior: GammaPrior, rng: np.random.Generator
    ) -> NDArray[np.float64]:
        """Draw from the gamma distribution."""
        draws = rng.standard_gamma(prior.shape + sums[0]) / (prior.rate + sums[1])
        return np.asarray(draws, dtype=np.float64)
