"""What all families of counts have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from engagement.models.count_rows import CountComponents, CountRows
from engagement.models.priors import gamma_priors_to_try, read_rate_prior
from engagement.models.segment_costs import PoissonCost

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from engagement.models.priors import GammaPrior, LogLogisticPrior, Prior

    Floats = NDArray[np.float64]
    Component = tuple[float, float, float, float]

__all__ = ["CountFamily"]


class CountFamily:
    """
    Whole counts whose rates are positive, a mixture of the components that a family lists.

    See `engagement.models.families.Family` for what each method answers.
    """

    __slots__ = ()

    whole_counts: ClassVar[bool] = True
    parameter_name: ClassVar[str] = "dispersion"

    def components(self, counts: Floats) -> list[Component]:
        """List rows of `CountComponents` for a series of counts."""
        raise NotImplementedError

    def segment_cost(self, counts: Floats, exposures: Floats) -> PoissonCost:
        """Return the Poisson cost, which a search divides by the dispersion."""
        del counts, exposures
        return PoissonCost()

    def rows(self, counts: Floats, exposures: Floats, steps: Floats) -> CountRows:
        """Return the likelihoods of a series."""
        return CountRows(
            counts=counts,
            exposures=exposures,
            steps=steps,
            components=CountComponents.of(self.components(counts)),
        )

    def read_rate_prior(
        self, prior: object, counts: Floats, exposures: Floats
    ) -> GammaPrior | LogLogisticPrior:
        """Return a prior on positive rates, by default the scale-free one."""
        return read_rate_prior(prior, float(counts.sum()), float(exposures.sum()))

    def priors_to_try(self, counts: Floats, exposures: Floats) -> dict[str, Prior]:
        """Return the scale-free prior and gamma priors."""
        return gamma_priors_to_try(float(counts.sum()), float(exposures.sum()))
