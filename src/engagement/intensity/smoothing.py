"""Intensity as it runs over time: the mean over all segmentations, with a band."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
from attrs import field, frozen

from engagement.answers import Answer
from engagement.changes.posterior.answer import ChangePosterior
from engagement.changes.posterior.inference import change_posterior
from engagement.changes.posterior.segmentation_inference import CHANGES_PRIOR
from engagement.display import Column, names, percent
from engagement.models.observed import label_of
from engagement.settings.checks import check_share

if TYPE_CHECKING:
    from engagement.counting.panels import CountsLike
    from engagement.counting.series import CountSeries
    from engagement.models.families import Family
    from engagement.models.priors import Prior

__all__ = ["SmoothIntensity", "smooth_intensity"]


@frozen(kw_only=True, eq=False, repr=False)
class SmoothIntensity(Answer):
    """
    The intensity of a series in each period, from `smooth_intensity`.

    Its rows are the periods: period, count, exposure_years, mean, low, high.
    """

    posterior: ChangePosterior = field(repr=False)
    """The posterior over segmentations that it averages over."""
    level: float
    """Probability that the band holds in each period."""
    band: pd.DataFrame = field(repr=False)
    """
    Indexed by period: mean, low and high in events per year; NaN in periods that were not
    observed.
    """

    @property
    def series(self) -> CountSeries:
        """What was observed."""
        return self.posterior.series

    @property
    def mean(self) -> pd.Series:
        """Posterior mean of the intensity in each period, in events per year."""
        return self.band["mean"]

    @property
    def title(self) -> str:
        """The series."""
        return f"{label_of(self.series)}: intensity over all segmentations"

    @property
    def columns(self) -> list[Column]:
        """What was observed in each period, and the intensity there."""
        return [
            Column("period", "period"),
            Column("count", "events", "{:g}", missing="not observed"),
            Column("exposure_years", "years", "{:.4g}"),
            Column("mean", "per year", "{:.3g}"),
            Column("low", f"{percent(self.level)} credible interval", "{:.3g} to {high:.3g}"),
            *names("high"),
        ]

    @property
    def rows(self) -> pd.DataFrame:
        """One row per period."""
        return self.series.to_frame().set_index("period").join(self.band).reset_index()

    @property
    def notes(self) -> tuple[str, ...]:
        """The model and the priors in force."""
        return (*self.posterior.model_notes, "the band is pointwise")


def smooth_intensity(
    counts: CountsLike,
    *,
    periods: object = None,
    level: float = 0.95,
    prior: Prior | None = None,
    changes_prior: float = CHANGES_PRIOR,
    family: str | Family = "auto",
    min_length: int | None = None,
    max_changes: int | None = None,
) -> SmoothIntensity:
    """
    Estimate how a series' intensity runs over time, without choosing change points.

    Every segmentation is weighed by its posterior probability, exactly, and the rates that they
    give to a period are averaged [1]_. Where the counts show a step the mean has one; where
    they do not say when it was, the mean slopes. There is no width to choose; the priors are
    those of `change_posterior`.

    Parameters
    ----------
    counts
        Counts with exposures. Periods without exposure are passed over.
    periods
        Periods of *counts* where that is an array, see `CountSeries.from_arrays`.
    level
        Probability that the band holds in each period, strictly between 0 and 1.
    prior, changes_prior, family, min_length, max_changes
        As in `change_posterior`.

    Returns
    -------
    SmoothIntensity
        Mean, low and high in each observed period.

    Raises
    ------
    SeriesError
        If a count is not whole.
    SettingError
        If a setting is outside of what it may be.

    References
    ----------
    .. [1] P. Fearnhead (2006), *Statistics and Computing* 16(2), 203-213.

    Examples
    --------
    >>> from engagement.counting.series import CountSeries
    >>> series = CountSeries.from_arrays([2, 1, 2, 0, 9, 7, 8], range(1990, 1997))
    >>> print(smooth_intensity(series).mean.round(1).tolist())
    [1.7, 1.7, 1.6, 1.6, 7.7, 7.7, 7.7]
    """
    level = check_share("level", level)
    posterior = change_posterior(
        counts,
        periods=periods,
        prior=prior,
        changes_prior=changes_prior,
        family=family,
        min_length=min_length,
        max_changes=max_changes,
    )
    return SmoothIntensity(posterior=posterior, level=level, band=posterior.intensity(level=level))
