"""What a family of distributions has to answer, and the families that there are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, cast

from engagement.models.gaussian import Gaussian
from engagement.models.negative_binomial import AnyDispersion, NegativeBinomial
from engagement.models.poisson import Poisson
from engagement.settings.checks import read_choice

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from engagement.models.likelihood_rows import LikelihoodRows
    from engagement.models.priors import Prior
    from engagement.models.segment_costs import SegmentCost

__all__ = ["FAMILIES", "Family", "Likelihood", "read_family"]


class Likelihood(Protocol):
    """
    How likely values are in a segment, all but the segment's rate being given.

    What a segment says about its rate is held in a few statistics that are sums over its
    periods, so that whoever searches over segmentations adds columns and never knows of the
    family. They are the same for all likelihoods of a family.
    """

    @property
    def parameter(self) -> float:
        """What tells this likelihood from the others of its family."""

    def in_unit(self, years: float) -> Likelihood:
        """Return the same likelihood for exposures that are counted in units of some years."""

    def statistics(
        self, counts: NDArray[np.float64], exposures: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Return what is summed over a segment, shape ``(n_statistics, n_periods)``."""

    def cost(self, sums: NDArray[np.float64]) -> NDArray[np.float64]:
        """
        Return minus the largest log likelihood of segments.

        *sums* has shape ``(n_statistics, ...)``, the answer the same without the first axis.
        What is the same for every segmentation is left out.
        """

    def rate(self, sums: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the rate of each segment at which the likelihood is largest."""

    def log_constant(self, counts: NDArray[np.float64], exposures: NDArray[np.float64]) -> float:
        """
        Return what `log_marginal` leaves out since it is the same for every segmentation.

        It may in turn leave out what is the same for all likelihoods of a family.
        """

    def log_marginal(
        self, sums: NDArray[np.float64], prior: Any, weight: float = 1.0
    ) -> NDArray[np.float64]:
        """
        Return the log likelihood of segments with their rates integrated over the prior.

        The likelihood is raised to the power *weight* before.
        """

    def rate_mean(self, sums: NDArray[np.float64], prior: Any) -> NDArray[np.float64]:
        """Return the posterior mean of each segment's rate."""

    def rate_below(
        self, rate: float | NDArray[np.float64], sums: NDArray[np.float64], prior: Any
    ) -> NDArray[np.float64]:
        """
        Return the posterior probability that each segment's rate is at most *rate*.

        Several rates, of a shape that broadcasts with that of the segments, are taken at once.
        """

    def rate_quantile(
        self, share: float, sums: NDArray[np.float64], prior: Any
    ) -> NDArray[np.float64]:
        """Return the rate below which each segment's lies with probability *share*."""

    def rate_draws(
        self, sums: NDArray[np.float64], prior: Any, rng: np.random.Generator
    ) -> NDArray[np.float64]:
        """Draw each segment's rate once from its posterior."""


class Family(Protocol):
    """
    How values scatter about the rate of their segment.

    A family offers one likelihood, or several with a chance for each where it leaves open how
    much values scatter. To add a family, write a class with these members and name it in
    `FAMILIES`.
    """

    @property
    def name(self) -> str:
        """The name by which it is asked for."""

    @property
    def whole_counts(self) -> bool:
        """Whether values must be whole numbers."""

    @property
    def parameter_name(self) -> str:
        """What its likelihoods differ in."""

    @property
    def known_dispersion(self) -> float | None:
        """The one dispersion (or variance) that it asserts, or None where it is left open."""

    def segment_cost(
        self, counts: NDArray[np.float64], exposures: NDArray[np.float64]
    ) -> SegmentCost:
        """Return what segments of a series cost in the search for the best ones."""

    def likelihoods(
        self, counts: NDArray[np.float64], exposures: NDArray[np.float64]
    ) -> tuple[tuple[Likelihood, ...], tuple[float, ...]]:
        """Return its likelihoods for a series, and their chances beforehand."""

    def rows(
        self,
        counts: NDArray[np.float64],
        exposures: NDArray[np.float64],
        steps: NDArray[np.float64],
    ) -> LikelihoodRows:
        """
        Return the likelihoods of a series on grids of rates.

        *steps* are the periods from each observed one to the one before, 1 for neighbours.
        """

    def read_rate_prior(
        self, prior: object, counts: NDArray[np.float64], exposures: NDArray[np.float64]
    ) -> Prior:
        """Return the prior on rates that a caller passes, or the default for `rows`."""

    def read_prior(
        self, prior: object, counts: NDArray[np.float64], exposures: NDArray[np.float64]
    ) -> Prior:
        """Return the prior on rates that a caller passes, or the default of the family."""

    def priors_to_try(
        self, counts: NDArray[np.float64], exposures: NDArray[np.float64]
    ) -> dict[str, Prior]:
        """Return reasonable priors on rates by name, the default of the family first."""


FAMILIES: dict[str, Family] = {
    "poisson": Poisson(),
    "negative_binomial": NegativeBinomial(),
    "gaussian": Gaussian(),
    "auto": AnyDispersion(),
}
"""The families by name."""

_MEMBERS = (
    *("name", "whole_counts", "parameter_name", "rows", "read_rate_prior"),
    *("known_dispersion", "segment_cost"),
    *("likelihoods", "read_prior", "priors_to_try"),
)


def read_family(family: object) -> Family:
    """
    Look up a family by name, or take it as it is.

    Raises
    ------
    SettingError
        If there is none of that name; close ones are suggested.

    Examples
    --------
    >>> read_family("poisson").name, read_family(NegativeBinomial(dispersion=2.0)).dispersion
    ('poisson', 2.0)
    """
    if not isinstance(family, (str, type)) and all(hasattr(family, name) for name in _MEMBERS):
        return cast("Family", family)
    return read_choice("family", family, FAMILIES)
