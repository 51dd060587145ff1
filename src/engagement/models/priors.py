"""What is believed of the rate of a segment before its events are seen."""

from __future__ import annotations

from math import isfinite
from numbers import Real
from typing import TYPE_CHECKING

from attrs import field, frozen

from engagement.errors import SettingError
from engagement.settings.checks import check_positive
from engagement.settings.unpickling import checked_again

if TYPE_CHECKING:
    from attrs import Attribute

__all__ = [
    "GammaPrior",
    "NormalPrior",
    "Prior",
    "gamma_priors_to_try",
    "read_gamma_prior",
    "unit_prior",
]


def _positive(_: object, attribute: Attribute[float], value: float) -> None:
    check_positive(attribute.name, value)


def _finite(_: object, attribute: Attribute[float], value: float) -> None:
    if isinstance(value, bool) or not isinstance(value, Real) or not isfinite(value):
        raise SettingError(f"{attribute.name} must be a finite number, got {value!r}")


@checked_again
@frozen(kw_only=True)
class GammaPrior:
    """
    A gamma prior on the rate of a segment.

    Its mean is ``shape / rate`` events a year; it weighs as much as ``shape`` events seen in
    ``rate`` years. Where counts scatter more than Poisson counts, it becomes the scaled beta
    prime distribution that is conjugate to them, with the same mean.

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


@checked_again
@frozen(kw_only=True)
class NormalPrior:
    """
    A normal prior on the rate of a segment, for the family ``gaussian``.

    Parameters
    ----------
    mean
        Per year, finite.
    sd
        Standard deviation, per year, positive and finite.

    Raises
    ------
    SettingError
        If *mean* is not finite, or *sd* not positive and finite.

    Examples
    --------
    >>> print(NormalPrior(mean=20, sd=5))
    Normal(mean 20, sd 5) a year
    """

    mean: float = field(validator=_finite)
    """What the rate is expected to be, per year."""
    sd: float = field(validator=_positive)
    """How far from it the rate may well be, per year."""

    def __str__(self) -> str:
        """Return the prior in words."""
        return f"Normal(mean {self.mean:.4g}, sd {self.sd:.4g}) a year"


Prior = GammaPrior | NormalPrior


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


def read_gamma_prior(prior: object, n_events: float, exposure_years: float) -> GammaPrior:
    """
    Return the gamma prior that a caller passes, or the unit prior for None.

    Raises
    ------
    SettingError
        If it is another thing.
    """
    if prior is None:
        return unit_prior(n_events, exposure_years)
    if isinstance(prior, GammaPrior):
        return prior
    raise SettingError(f"prior must be a GammaPrior or None, got {prior!r}")


def gamma_priors_to_try(n_events: float, exposure_years: float) -> dict[str, Prior]:
    """
    Return gamma priors that are in use, by name.

    The first three weigh as much as one event, half an event and four events at the series'
    own rate. The others are fixed in years, and thereby mean one thing for a series that is
    counted in years and another for one in seconds.
    """
    unit = unit_prior(n_events, exposure_years)
    own = {"one event": 1.0, "half an event": 0.5, "four events": 4.0}
    priors: dict[str, Prior] = {
        name: GammaPrior(shape=weight, rate=weight * unit.rate) for name, weight in own.items()
    }
    priors["one event a year"] = GammaPrior(shape=1.0, rate=1.0)
    priors["near Jeffreys"] = GammaPrior(shape=0.5, rate=0.001)
    return priors
