"""Counts that scatter about their rate as Poisson counts do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engagement.changes.families import GammaPrior

__all__ = ["Poisson"]


@frozen
class Poisson:
    """
    Poisson counts, one rate a segment, see `Family` for what each method answers.

    A segment is summed up by its events S and its exposure E. With the rate's prior
    Gamma(a, b), the posterior is Gamma(a + S, b + E).
    """

    name: str = "poisson"
    whole_counts: bool = True

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

    def log_marginal(self, sums: NDArray[np.float64], prior: GammaPrior) -> NDArray[np.float64]:
        """Return ``a log b - lgG(a) + lgG(a + S) - (a + S) log(b + E)``."""
        from scipy.special import gammaln

        events, exposure = sums
        largest = events.max(initial=0.0)
        if largest < events.size:
            table = gammaln(prior.shape + np.arange(largest + 1))
            factorials = table[events.astype(np.intp)]
        else:
            factorials = gammaln(prior.shape + events)
        constant = prior.shape * np.log(prior.rate) - gammaln(prior.shape)
        weight = (prior.shape + events) * np.log(prior.rate + exposure)
        return np.asarray(factorials - weight + constant, dtype=np.float64)

    def rate_mean(self, sums: NDArray[np.float64], prior: GammaPrior) -> NDArray[np.float64]:
        """Return ``(a + S) / (b + E)``."""
        return np.asarray((prior.shape + sums[0]) / (prior.rate + sums[1]), dtype=np.float64)

    def rate_below(
        self, rate: float, sums: NDArray[np.float64], prior: GammaPrior
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
