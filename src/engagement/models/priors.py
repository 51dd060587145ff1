"""What is believed of the rate of a segment before its events are seen."""

from __future__ import annotations

from math import isfinite, lgamma, log, pi
from numbers import Real
from typing import TYPE_CHECKING

import numpy as np
from attrs import field, frozen

from engagement.errors import SettingError, shown
from engagement.settings.checks import check_positive
from engagement.settings.unpickling import checked_again

if TYPE_CHECKING:
    from attrs import Attribute
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = [
    "GammaPrior",
    "LogLogisticPrior",
    "NormalPrior",
    "Prior",
    "gamma_priors_to_try",
    "read_rate_prior",
    "scale_free_prior",
    "unit_prior",
]


def _positive(_: object, attribute: Attribute[float], value: float) -> None:
    check_positive(attribute.name, value)


def _weight(_: object, attribute: Attribute[float], value: float) -> None:
    check_positive(attribute.name, value, most=1e12)


def _years(_: object, attribute: Attribute[float], value: float) -> None:
    check_positive(attribute.name, value, most=1e18)


def _finite(_: object, attribute: Attribute[float], value: float) -> None:
    if isinstance(value, bool) or not isinstance(value, Real) or not isfinite(value):
        raise SettingError(f"{attribute.name} must be a finite number, got {shown(value)}")


@checked_again
@frozen(kw_only=True)
class GammaPrior:
    """
    A gamma prior on the rate of a segment.

    Its mean is ``shape / rate`` events per year; it weighs as much as ``shape`` events seen in
    ``rate`` years.

    Parameters
    ----------
    shape
        Events, from 1e-12 to 1e12.
    rate
        Years, from 1e-12 to 1e12.

    Raises
    ------
    SettingError
        If either is outside of that.

    Examples
    --------
    >>> print(GammaPrior(shape=1, rate=2))
    Gamma(shape 1, rate 2 years): mean 0.5 per year
    """

    shape: float = field(validator=_weight)
    """Events that the prior weighs as much as."""
    rate: float = field(validator=_years)
    """Years that the prior weighs as much as."""

    @property
    def usual_rate(self) -> float:
        """The mean, a year."""
        return self.shape / self.rate

    @property
    def pseudo_events(self) -> float:
        """Events that the prior weighs as much as."""
        return self.shape

    @property
    def pseudo_years(self) -> float:
        """Years that the prior weighs as much as."""
        return self.rate

    @property
    def centre(self) -> float:
        """Return 0: the prior is one of positive rates."""
        return 0.0

    @property
    def information(self) -> float:
        """Return 0: the prior is one of positive rates."""
        return 0.0

    def log_density(self, rates: Floats) -> Floats:
        """Return the log density at positive rates."""
        constant = self.shape * log(self.rate) - lgamma(self.shape)
        return constant + (self.shape - 1) * np.log(rates) - self.rate * rates

    def __str__(self) -> str:
        """Return the prior in words."""
        return (
            f"Gamma(shape {self.shape:.4g}, rate {self.rate:.4g} years): "
            f"mean {self.shape / self.rate:.4g} per year"
        )


@checked_again
@frozen(kw_only=True)
class LogLogisticPrior:
    """
    A prior on the rate of a segment that favours no order of magnitude by much.

    The density is ``(1 / m) / (1 + rate / m)^2``, a log-logistic distribution of shape 1 and
    median m: that of a gamma prior of shape 1 whose scale is itself exponential. A rate ten
    times the median or more has the probability 1/11, one a tenth of it or less the same.

    Parameters
    ----------
    median
        Per year, positive and finite.

    Raises
    ------
    SettingError
        If *median* is not positive and finite.

    Examples
    --------
    >>> print(LogLogisticPrior(median=2.5))
    log-logistic(shape 1, median 2.5 per year)
    """

    median: float = field(validator=_positive)
    """The rate above and below which rates are equally probable."""

    @property
    def usual_rate(self) -> float:
        """The median, a year."""
        return self.median

    @property
    def pseudo_events(self) -> float:
        """Return 1, for the density is finite at 0."""
        return 1.0

    @property
    def pseudo_years(self) -> float:
        """Return 0, for high rates are bounded by the counts alone."""
        return 0.0

    @property
    def centre(self) -> float:
        """Return 0: the prior is one of positive rates."""
        return 0.0

    @property
    def information(self) -> float:
        """Return 0: the prior is one of positive rates."""
        return 0.0

    def log_density(self, rates: Floats) -> Floats:
        """Return the log density at rates."""
        return -2 * np.log1p(rates / self.median) - log(self.median)

    def __str__(self) -> str:
        """Return the prior in words."""
        return f"log-logistic(shape 1, median {self.median:.4g} per year)"


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
    Normal(mean 20, sd 5) per year
    """

    mean: float = field(validator=_finite)
    """What the rate is expected to be, per year."""
    sd: float = field(validator=_positive)
    """How far from it the rate may well be, per year."""

    @property
    def pseudo_events(self) -> float:
        """Return 0: rates may be negative."""
        return 0.0

    @property
    def pseudo_years(self) -> float:
        """Return 0: rates may be negative."""
        return 0.0

    @property
    def centre(self) -> float:
        """Return the mean."""
        return self.mean

    @property
    def information(self) -> float:
        """Return the inverse of the variance."""
        return self.sd**-2

    def log_density(self, rates: Floats) -> Floats:
        """Return the log density at rates."""
        return -0.5 * ((rates - self.mean) / self.sd) ** 2 - log(self.sd) - 0.5 * log(2 * pi)

    def __str__(self) -> str:
        """Return the prior in words."""
        return f"Normal(mean {self.mean:.4g}, sd {self.sd:.4g}) per year"


Prior = GammaPrior | LogLogisticPrior | NormalPrior


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


def scale_free_prior(n_events: float, exposure_years: float) -> LogLogisticPrior:
    """
    Return the default prior on rates: log-logistic with the series' own rate for its median.

    A series without events takes the rate of half an event in all its exposure, and one
    without exposure a rate of one a year, which then decides nothing.

    Parameters
    ----------
    n_events
        Events of the whole series.
    exposure_years
        Exposure of the whole series.

    Examples
    --------
    >>> scale_free_prior(20, 10)
    LogLogisticPrior(median=2.0)
    """
    if exposure_years <= 0:
        return LogLogisticPrior(median=1.0)
    return LogLogisticPrior(median=(n_events or 0.5) / exposure_years)


def read_rate_prior(
    prior: object, n_events: float, exposure_years: float
) -> GammaPrior | LogLogisticPrior:
    """
    Return the prior on positive rates that a caller passes, or the scale-free one for None.

    Raises
    ------
    SettingError
        If it is another thing.
    """
    if prior is None:
        return scale_free_prior(n_events, exposure_years)
    if isinstance(prior, (GammaPrior, LogLogisticPrior)):
        return prior
    raise SettingError(
        f"prior must be a GammaPrior, a LogLogisticPrior or None, got {shown(prior)}"
    )


def gamma_priors_to_try(n_events: float, exposure_years: float) -> dict[str, Prior]:
    """
    Return priors that are in use, by name.

    The first is the scale-free default. The next three are gamma and weigh as much as one
    event, half an event and four events at the series' own rate. The others are fixed in years,
    and thereby mean one thing for a series that is counted in years and another for one in
    seconds.
    """
    unit = unit_prior(n_events, exposure_years)
    own = {"one event": 1.0, "half an event": 0.5, "four events": 4.0}
    priors: dict[str, Prior] = {"scale-free": scale_free_prior(n_events, exposure_years)}
    for name, weight in own.items():
        priors[name] = GammaPrior(shape=weight, rate=weight * unit.rate)
    priors["one event per year"] = GammaPrior(shape=1.0, rate=1.0)
    priors["near Jeffreys"] = GammaPrior(shape=0.5, rate=0.001)
    return priors
