"""What a family of counts has to answer, and the families that there are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from attrs import field, frozen

from engagement.changes.poisson import Poisson
from engagement.changes.settings import check_positive, read_choice

if TYPE_CHECKING:
    import numpy as np
    from attrs import Attribute
    from numpy.typing import NDArray

__all__ = ["FAMILIES", "Family", "GammaPrior", "read_family", "unit_prior"]


def _positive(_: object, attribute: Attribute[float], value: float) -> None:
    check_positive(attribute.name, value)


@frozen(kw_only=True)
class GammaPrior:
    """
    A gamma prior on the rate of a segment.

    Its mean is ``shape / rate`` events a year; it weighs as much as ``shape`` events seen in
    ``rate`` years.

    Parameters
    ----------
    shape
        Events, positive and finite.
    rate
        Years, positive and finite.

    Raises
    ------
    SettingError
        If either is not positive and finite.

    Examples
    --------
    >>> print(GammaPrior(shape=1, rate=2))
    Gamma(shape 1, rate 2 years): mean 0.5 a year
    """

    shape: float = field(validator=_positive)
    """Events that the prior weighs as much as."""
    rate: float = field(validator=_positive)
    """Years that the prior weighs as much as."""

    def __str__(self) -> str:
        """Return the prior in words."""
        return (
            f"Gamma(shape {self.shape:.4g}, rate {self.rate:.4g} years): "
            f"mean {self.shape / self.rate:.4g} a year"
        )


class Family(Protocol):
    """
    How counts scatter about the rate of their segment.

    What a segment says about its rate is held in a few statistics that are sums over its
    periods, so that whoever searches over segmentations adds columns and never knows of the
    family. To add a family, write a class with these methods and name it in `FAMILIES`.
    """

    @property
    def name(self) -> str:
        """The name by which it is asked for."""

    @property
    def whole_counts(self) -> bool:
        """Whether counts must be whole numbers."""

    def statistics(
        self, counts: NDArray[np.float64], exposures: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Return what is summed over a segment, shape ``(n_statistics, n_periods)``."""

    def cost(self, sums: NDArray[np.float64]) -> NDArray[np.float64]:
        """
        Return minus the largest log likelihood of segments.

        *sums* has shape ``(n_statistics, ...)``, the answer the same without the first axis.
        What is the same for every segmentation may be left out.
        """

    def rate(self, sums: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the rate of each segment at which the likelihood is largest."""

    def log_marginal(self, sums: NDArray[np.float64], prior: GammaPrior) -> NDArray[np.float64]:
        """Return the log likelihood of segments with their rates integrated over the prior."""

    def rate_mean(self, sums: NDArray[np.float64], prior: GammaPrior) -> NDArray[np.float64]:
        """Return the posterior mean of each segment's rate."""

    def rate_below(
        self, rate: float, sums: NDArray[np.float64], prior: GammaPrior
    ) -> NDArray[np.float64]:
        """Return the posterior probability that each segment's rate is at most *rate*."""

    def rate_quantile(
        self, share: float, sums: NDArray[np.float64], prior: GammaPrior
    ) -> NDArray[np.float64]:
        """Return the rate below which each segment's lies with probability *share*."""

    def rate_draws(
        self, sums: NDArray[np.float64], prior: GammaPrior, rng: np.random.Generator
    ) -> NDArray[np.float64]:
        """Draw each segment's rate once from its posterior."""


FAMILIES: dict[str, Family] = {"poisson": Poisson()}
"""The families by name."""


def read_family(name: object) -> Family:
    """
    Look up a family.

    Raises
    ------
    SettingError
        If there is none of that name; close ones are suggested.

    Examples
    --------
    >>> read_family("poisson").name
    'poisson'
    """
    return read_choice("family", name, FAMILIES)


def unit_prior(n_events: float, exposure_years: float) -> GammaPrior:
    """
    Return the prior that weighs as much as one event at the series' own rate.

    It is free of units: in months or in years, the same posterior follows. A series without
    events takes the rate of half an event in all its exposure, and one without exposure a
    rate of one a year, which then decides nothing.

    Parameters
    ----------
    n_events
        Events of the whole series.
    exposure_years
        Exposure of the whole series.

    Examples
    --------
    >>> unit_prior(20, 10)
    GammaPrior(shape=1.0, rate=0.5)
    """
    if exposure_years <= 0:
        return GammaPrior(shape=1.0, rate=1.0)
    return GammaPrior(shape=1.0, rate=exposure_years / (n_events if n_events > 0 else 0.5))
