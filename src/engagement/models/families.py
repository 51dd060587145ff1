"""What a family of distributions has to answer, and the families that there are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, cast

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

__all__ = ["FAMILIES", "Family", "read_family"]


class Family(Protocol):
    """
    How values are distributed about the rate of their segment.

    A family is one component of a model, or several with a prior probability for each where it
    leaves open how much values vary. To add a family, write a class with these members, or for
    counts one derived from `engagement.models.count_family.CountFamily`, and name it in
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
        """What its components differ in."""

    @property
    def known_dispersion(self) -> float | None:
        """The one dispersion (or variance) that it asserts, or None where it is left open."""

    def segment_cost(
        self, counts: NDArray[np.float64], exposures: NDArray[np.float64]
    ) -> SegmentCost:
        """Return what segments of a series cost in the search for the best ones."""

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
    *("known_dispersion", "segment_cost", "priors_to_try"),
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
