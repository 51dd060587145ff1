"""The next periods: how many events are to be expected, and how sure that is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from attrs import field, frozen
from numpy.typing import NDArray

from engagement.answers import Answer
from engagement.changes.posterior.answer import ChangePosterior
from engagement.changes.posterior.inference import change_posterior
from engagement.changes.posterior.segmentation_inference import CHANGES_PRIOR
from engagement.counting.calendar import multiple_of, years_per_period
from engagement.counting.named_periods import read_period
from engagement.counting.panels import read_one_series
from engagement.counting.series import CountSeries
from engagement.display import Column, percent
from engagement.errors import SeriesError, SettingError, shown
from engagement.forecasting.predictive import Regimes, trim
from engagement.forecasting.scores import ranked_probability_score
from engagement.models.count_rows import read_count_rows
from engagement.models.families import read_family
from engagement.models.observed import label_of
from engagement.models.priors import GammaPrior, Prior, unit_prior
from engagement.settings.checks import check_below_one, check_share, check_whole, read_exposures

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engagement.counting.panels import CountsLike
    from engagement.counting.series import CountSeries
    from engagement.models.families import Family

__all__ = ["Forecast", "forecast"]

Floats = NDArray[np.float64]

_MOST_PERIODS = 1_000
"""The largest horizon; what is said of periods farther off is the prior alone."""

_MOST_EXPECTED = 10_000
"""Events that may be expected in a period, each number of which has its probability."""

_BEYOND = 1e-4
"""Probability beyond the counts of each period whose sum is the largest total told of."""

_MOST_WORK = 3e7
"""Probabilities that are computed for one forecast: some seconds."""


@frozen(kw_only=True, eq=False, repr=False)
class Forecast(Answer):
    """
    The distribution of the counts of the next periods, from `forecast`.

    Its rows are the periods: exposure_years, mean, median, low, high, chance_of_change.
    """

    posterior: ChangePosterior = field(repr=False)
    """The posterior over segmentations that it averages over."""
    periods: pd.PeriodIndex
    """The periods that are forecast."""
    exposure_years: Floats
    """Years that each will be observed."""
    hazard: float
    """Chance of a change within a year."""
    is_hazard_given: bool
    """Whether the caller stated it, or it follows from the changes found."""
    level: float
    """Probability that the intervals hold at least."""
    chance_of_change: Floats
    """Probability that a new regime has begun by each period."""
    mean: Floats
    """Mean of each count."""
    _regimes: Regimes = field(repr=False)
    _probabilities: tuple[Floats, ...] = field(repr=False)

    @property
    def series(self) -> CountSeries:
        """What was observed."""
        return self.posterior.series

    def probabilities(self, period: object = None) -> pd.Series:
        """
        Give the probability of each count in one period.

        Parameters
        ----------
        period
            One of the periods, or a text for it; ``None`` for the first.

        Returns
        -------
        pandas.Series
            Indexed by count from 0. It sums to one, but for what lies farther out than is
            worth listing.

        Raises
        ------
        SettingError
            If it is not one of the periods.
        """
        return _by_count(self._probabilities[self._step(period)])

    def total(self) -> pd.Series:
        """
        Give the probability of each total over all the periods.

        Periods of one regime have one unknown rate in common, and so hang together: the total
        is less sure than the periods by themselves would make it.

        Raises
        ------
        SeriesError
            If there are too many periods, or events to be expected, for all runs of periods
            between changes to be added up.
        """
        work = self._regimes.work_of_total()
        if work > _MOST_WORK:
            raise SeriesError(
                f"the total of {len(self.periods)} periods with {self.mean.sum():.4g} events "
                f"expected takes {work:.3g} steps, and at most {_MOST_WORK:.3g} are taken; "
                "give a smaller horizon, or hazard=0"
            )
        most = sum(_quantile(chances, 1 - _BEYOND) for chances in self._probabilities)
        return _by_count(self._regimes.total_probabilities(int(most) + 32))

    def quantile(self, share: float) -> pd.Series:
        """
        Give for each period the least count that is not exceeded with a given probability.

        Raises
        ------
        SettingError
            If *share* does not lie strictly between 0 and 1.
        """
        share = check_share("share", share)
        values = [_quantile(chances, share) for chances in self._probabilities]
        return pd.Series(values, index=self.periods, name="count")

    def chance_of_at_least(self, count: int, period: object = None) -> float:
        """
        Return the probability that there are at least so many events in a period.

        Raises
        ------
        SettingError
            If *count* is not a whole number of at least 0, or the period is not forecast.
        """
        least = check_whole("count", count, least=0)
        return float(1 - self._probabilities[self._step(period)][:least].sum())

    def score(self, observed: CountsLike) -> pd.DataFrame:
        """
        Score the forecast by what came.

        Parameters
        ----------
        observed
            A series with some of the periods, observed as long as they were forecast for.

        Returns
        -------
        pandas.DataFrame
            One row per period that was forecast and observed: period, count, mean, low, high,
            log_score and ranked_probability_score, of which lower is better.

        Raises
        ------
        SeriesError
            If it has none of the periods, or was observed for another length of time.
        """
        seen = read_one_series(observed)
        rows = []
        places = seen.periods.get_indexer(self.periods)
        for step, place in enumerate(places.tolist()):
            if place < 0 or seen.exposure_years[place] == 0:
                continue
            years, wanted = seen.exposure_years[place], self.exposure_years[step]
            if abs(years - wanted) > 1e-6 * max(wanted, 1e-6):
                raise SeriesError(
                    f"period {self.periods[step]} was observed for {years:.4g} years and "
                    f"forecast for {wanted:.4g}; say so by exposure_years"
                )
            count = float(seen.counts[place])
            if not count.is_integer():
                raise SeriesError(
                    f"counts must be whole numbers to be scored, got {count:g} in period "
                    f"{self.periods[step]}"
                )
            rows.append((step, int(count)))
        if not rows:
            raise SeriesError("none of the periods that were forecast was observed")
        table = self.to_frame().iloc[[step for step, _ in rows]].reset_index(drop=True)
        table["count"] = [count for _, count in rows]
        table["log_score"] = [
            -float(self._regimes.log_probabilities(step, np.array([float(count)]))[0])
            for step, count in rows
        ]
        table["ranked_probability_score"] = [
            ranked_probability_score(self._probabilities[step], count) for step, count in rows
        ]
        return table[
            ["period", "count", "mean", "low", "high", "log_score", "ranked_probability_score"]
        ]

    @property
    def title(self) -> str:
        """The series, and from when on it is forecast."""
        return f"{label_of(self.series)}: forecast after {self.series.periods[-1]}"

    @property
    def columns(self) -> list[Column]:
        """One column per number; the table to read has the two ends of the interval in one."""
        interval = f"{percent(self.level)} interval"
        return [
            Column("period", "period"),
            Column("exposure_years", "years", "{:.4g}"),
            Column("mean", "mean", "{:.3g}"),
            Column("median", "median", "{:g}"),
            Column("low", interval, "{:g} to {high:g}"),
            Column("high"),
            Column("chance_of_change", "change by then", "{:.0%}"),
        ]

    @property
    def rows(self) -> pd.DataFrame:
        """One row per period."""
        tail = (1 - self.level) / 2
        ends = {"median": 0.5, "low": tail, "high": 1 - tail}
        return pd.DataFrame(
            {
                "period": self.periods,
                "exposure_years": self.exposure_years,
                "mean": self.mean,
                **{name: self.quantile(share).to_numpy() for name, share in ends.items()},
                "chance_of_change": self.chance_of_change,
            }
        )

    @property
    def notes(self) -> tuple[str, ...]:
        """The total, the hazard and the priors in force."""
        posterior, notes = self.posterior, []
        if len(self.periods) > 1 and self._regimes.work_of_total() <= _MOST_WORK:
            below = np.cumsum(self.total().to_numpy())
            tail = (1 - self.level) / 2
            low, high = np.searchsorted(below, [tail, min(1 - tail, below[-1])])
            notes.append(
                f"in all {self.mean.sum():.3g} expected, {percent(self.level)} interval "
                f"{low} to {high}"
            )
        source = "as stated" if self.is_hazard_given else "as often as in the series"
        return (
            *notes,
            (
                f"probability of a change within a year: {self.hazard:.3g}, {source}; the rate "
                f"after it has the prior {self._regimes.prior}"
            ),
            *posterior.model_notes,
            "no trend and no season",
        )

    def _step(self, period: object) -> int:
        if period is None:
            return 0
        wanted = read_period("period", period)
        is_alike = wanted.freqstr == self.periods.freqstr
        found = int(self.periods.get_indexer(pd.PeriodIndex([wanted]))[0]) if is_alike else -1
        if found < 0:
            raise SettingError(
                f"{shown(period)} is not forecast; the periods are {self.periods[0]} to "
                f"{self.periods[-1]}"
            )
        return found


def _by_count(probabilities: Floats) -> pd.Series:
    index = pd.RangeIndex(len(probabilities), name="count")
    return pd.Series(probabilities, index=index, name="probability")


def _quantile(probabilities: Floats, share: float) -> float:
    below = np.cumsum(probabilities)
    if share > below[-1]:
        return float("inf")
    return float(np.searchsorted(below, share * (1 - 1e-12), side="left"))


def forecast(
    counts: CountsLike,
    *,
    periods: object = None,
    horizon: int = 1,
    hazard: float | None = None,
    level: float = 0.95,
    exposure_years: float | Sequence[float] | None = None,
    prior: Prior | None = None,
    changes_prior: float = CHANGES_PRIOR,
    family: str | Family = "auto",
    min_length: int | None = None,
    max_changes: int | None = None,
) -> Forecast:
    """
    Give the distribution of the counts of the next periods.

    The rate of the last segment continues until the next change, and is then drawn from its
    prior. The forecast is a mixture over the posterior of `change_posterior`: over all
    segmentations, the rate on a grid, overdispersion and memory, and over the time of the next
    change. There is no trend and no season.

    Parameters
    ----------
    counts
        Counts with exposures. Periods without exposure are passed over.
    periods
        Periods of *counts* where that is an array, see `CountSeries.from_arrays`.
    horizon
        How many periods after the last one of the series.
    hazard
        Chance that the rate changes within a year, at least 0 and below 1; the more time has
        passed since the last observed period, the more probable is a change. 0 says that there
        will be none. ``None``: as often as changes are expected to have come in the series, by
        the posterior.
    level
        Probability that each interval holds at least, strictly between 0 and 1.
    exposure_years
        Years that each of the periods will be observed, one number or one a period. ``None``
        for the whole of each.
    prior, changes_prior, family, min_length, max_changes
        As in `change_posterior`. The rate after a further change has the `GammaPrior` given; or
        one that weighs as much as one event at the series' own rate, since the scale-free prior
        has no mean.

    Returns
    -------
    Forecast
        Mean, median, interval and the whole distribution for each period, and for the total.

    Raises
    ------
    SeriesError
        If the series has no periods, a count is not whole, or more than 10,000 events are
        expected in a period.
    SettingError
        If a setting is outside of what it may be.

    Examples
    --------
    >>> from engagement.counting.series import CountSeries
    >>> series = CountSeries.from_arrays([2, 1, 2, 0, 9, 7, 8], range(1990, 1997))
    >>> coming = forecast(series, horizon=2)
    >>> frame = coming.to_frame()[["period", "mean", "median", "low", "high"]]
    >>> print(frame.to_string(index=False, float_format="{:.2f}".format))
    period  mean  median  low  high
      1997  7.25    7.00 0.00 16.00
      1998  6.79    7.00 0.00 16.00
    >>> print(round(coming.chance_of_at_least(5), 2))
    0.75
    """
    steps = check_whole("horizon", horizon, least=1, most=_MOST_PERIODS)
    level = check_share("level", level)
    series = read_one_series(counts, periods)
    chosen = read_family(family)
    if not chosen.whole_counts:
        raise SettingError(f"counts are forecast, and family '{chosen.name}' is not one of counts")
    posterior = change_posterior(
        series,
        prior=prior,
        changes_prior=changes_prior,
        family=chosen,
        min_length=min_length,
        max_changes=max_changes,
    )
    if not len(series):
        raise SeriesError("a series without periods has no period after its last")
    last = series.periods[-1]
    periods = pd.period_range(last, periods=steps + 1, freq=series.periods.freq)[1:]
    years = _future_years(exposure_years, periods)
    chance = _hazard(hazard, posterior)
    steps_since = _steps(series, periods)
    gaps = np.diff(steps_since, prepend=0.0) * years_per_period(series.periods)
    after = posterior.prior
    if not isinstance(after, GammaPrior):
        after = unit_prior(series.total, series.total_years)
    regimes = Regimes(
        model=read_count_rows(posterior.exact.model),
        last=trim(posterior.exact.ending()),
        prior=after,
        years=years,
        steps=steps_since,
        turns=1 - (1 - chance) ** gaps,
    )
    _refuse_too_many(regimes, periods)
    return Forecast(
        posterior=posterior,
        periods=periods.rename("period"),
        exposure_years=years,
        hazard=chance,
        is_hazard_given=hazard is not None,
        level=level,
        chance_of_change=regimes.changed,
        mean=regimes.means(),
        regimes=regimes,
        probabilities=tuple(regimes.probabilities(step) for step in range(steps)),
    )


def _refuse_too_many(regimes: Regimes, periods: pd.PeriodIndex) -> None:
    """Refuse what would take too long: the work grows with the counts that may come."""
    means = regimes.means()
    most = int(np.argmax(means)) if np.isfinite(means).all() else int(np.argmin(means))
    if not means[most] <= _MOST_EXPECTED:
        raise SeriesError(
            f"{means[most]:.6g} events are expected in period {periods[most]}, and at most "
            f"{_MOST_EXPECTED:,} can be forecast; count by shorter periods"
        )
    if regimes.work() > _MOST_WORK:
        raise SeriesError(
            f"a forecast of {len(periods)} periods with up to {means[most]:.4g} events expected "
            f"in each takes {regimes.work():.3g} steps, and at most {_MOST_WORK:.3g} are taken; "
            "give a smaller horizon"
        )


def _steps(series: CountSeries, periods: pd.PeriodIndex) -> Floats:
    """Return the periods from the last observed one, or the first at all, to each."""
    seen = np.flatnonzero(series.observed)
    before = series.periods.asi8[seen[-1]] if len(seen) else series.periods.asi8[0]
    return np.asarray((periods.asi8 - before) / multiple_of(series.periods), dtype=np.float64)


def _future_years(given: float | Sequence[float] | None, periods: pd.PeriodIndex) -> Floats:
    if given is None:
        return np.full(len(periods), years_per_period(periods))
    return read_exposures("exposure_years", given, len(periods))


def _hazard(given: float | None, posterior: ChangePosterior) -> float:
    if given is None:
        years = posterior.series.total_years
        expected = float((posterior.n_changes * posterior.n_changes.index).sum())
        return float(-np.expm1(-expected / years)) if years > 0 else 0.0
    return check_below_one("hazard", given)
