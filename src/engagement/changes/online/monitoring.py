"""Has it changed lately? Counts taken in as they arrive, and how probable a recent change is."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from attrs import asdict, evolve, field, frozen
from numpy.typing import NDArray

from engagement.answers import Answer
from engagement.changes.online.alarms import Calibration, calibrate
from engagement.changes.online.arrivals import join_arrivals
from engagement.changes.online.hazard_filter import HazardFilter
from engagement.changes.online.monitor_files import state_from_json, state_to_json
from engagement.counting.calendar import multiple_of, years_per_period
from engagement.counting.panels import read_one_series
from engagement.counting.series import CountSeries
from engagement.display import Column, number_of
from engagement.errors import SettingError
from engagement.models.count_rows import CountComponents, CountRows, read_count_rows
from engagement.models.families import read_family
from engagement.models.observed import label_of, read_series
from engagement.models.priors import GammaPrior, LogLogisticPrior, read_rate_prior
from engagement.settings.checks import check_positive, check_share, check_whole
from engagement.settings.seeds import read_generator

if TYPE_CHECKING:
    from collections.abc import Iterable

    from engagement.counting.panels import CountsLike
    from engagement.models.families import Family

__all__ = ["Monitor", "monitor"]

Floats = NDArray[np.float64]

_UNKNOWN = "the threshold was given, so that the rate of false alarms is not known"


@frozen(kw_only=True, eq=False, repr=False)
class Monitor(Answer):
    """
    What is known of a series up to its latest period, from `monitor`.

    A monitor never changes: `update` returns the next one. Everything is exact under its prior,
    to the accuracy of the grid of rates. One row per period: ``period``, ``count``,
    ``exposure_years``; ``probability`` of a recent change then, ``alarm`` where it had reached the
    threshold, ``begins`` where an alarm began.
    """

    series: CountSeries
    """All counts taken in so far."""
    hazard: float
    """Probability of a change in a year, the same in every year whatever came before."""
    within: int
    """How many of the latest periods are recent."""
    prior: GammaPrior | LogLogisticPrior
    """Prior on the rate of each regime."""
    family: str
    """What the counts are taken to be."""
    components: CountComponents = field(repr=False)
    """How counts may vary about their rate; several are averaged over."""
    threshold: float
    """Probability of a recent change from which on an alarm is raised."""
    calibration: Calibration | None
    """What the threshold rests on; None where the caller gave it."""

    @property
    def name(self) -> str:
        """What is counted."""
        return label_of(self.series)

    @property
    def probability(self) -> float:
        """
        Probability that the present regime began within the latest periods.

        The first observed period began the series, which is no change. Zero before anything
        was observed.
        """
        return float(self._followed[-1]) if len(self._followed) else 0.0

    @property
    def is_alarm(self) -> bool:
        """Whether that probability has reached the threshold."""
        return self.probability >= self.threshold

    @property
    def starts(self) -> pd.Series:
        """Probability of each period that the present regime began there; sums to one."""
        chances = np.zeros(len(self.series))
        chances[self.series.observed] = self._filter.starts()
        index = self.series.periods.rename("period")
        return pd.Series(chances, index=index, name="probability")

    @property
    def dispersion(self) -> pd.Series:
        """
        Probability of each dispersion of the counts within a regime, by now; sums to one.

        Indexed by the variance over the mean at the mean count of the series, 1 being Poisson.
        It has one entry where the caller asserted it.
        """
        known = self._filter
        index = pd.Index(known.model.parameters, name="dispersion")
        chances = pd.Series(known.of_components(), index=index, name="probability")
        return chances.groupby(level=0).sum()

    @property
    def dispersion_mean(self) -> float:
        """Mean of the index of `dispersion`, by its probabilities."""
        chances = self.dispersion
        return float((chances * chances.index).sum())

    @property
    def since(self) -> pd.Period | None:
        """The most probable first period of the present regime; None if nothing was observed."""
        if not self.series.n_observed:
            return None
        found: pd.Period = self.series.periods[int(np.argmax(self.starts.to_numpy()))]
        return found

    def rate(self, *, level: float = 0.95) -> tuple[float, float, float]:
        """
        Give the present rate in events per year: median, and the ends of an interval.

        It is the mixture over all regimes that may be the present one, each with what it has
        seen. Before anything was observed it is the prior.

        Parameters
        ----------
        level
            Probability of the equal-tailed interval, strictly between 0 and 1.

        Raises
        ------
        SettingError
            If *level* is not a share.
        """
        tail = (1 - check_share("level", level)) / 2
        low, middle, high = self._filter.quantiles((tail, 0.5, 1 - tail)).tolist()
        return middle, low, high

    def update(
        self,
        counts: float | Iterable[float] | CountSeries,
        exposure_years: float | Iterable[float] | None = None,
    ) -> Monitor:
        """
        Take in what came next.

        Parameters
        ----------
        counts
            A count, several in a row, or a series whose periods follow those that are known.
            NaN stands for a period that was not observed, with an exposure of 0.
        exposure_years
            Years observed in each; ``None`` for the whole of each period. Not for a series,
            which has its own.

        Returns
        -------
        Monitor
            The next state; this one stays as it is.

        Raises
        ------
        SeriesError
            If a count or exposure cannot be, or periods do not follow.
        SettingError
            If an exposure is given beside a series.
        """
        return evolve(self, series=join_arrivals(self.series, counts, exposure_years))

    @cached_property
    def _filter(self) -> HazardFilter:
        series = self.series
        observed = read_series(series, read_family("poisson"))
        numbers = series.periods.asi8 // multiple_of(series.periods)
        years = years_per_period(series.periods) if len(series) else 1.0
        return HazardFilter(
            model=CountRows(
                counts=observed.counts,
                exposures=observed.exposures,
                steps=observed.steps,
                components=self.components,
            ),
            prior=self.prior,
            hazards=1 - (1 - self.hazard) ** (observed.steps * years),
            numbers=numbers[observed.positions],
            within=self.within,
        )

    @cached_property
    def _followed(self) -> Floats:
        """How probable a recent change was in each period."""
        seen = np.cumsum(self.series.observed)
        numbers = self.series.periods.asi8 // multiple_of(self.series.periods)
        return np.array(
            [
                self._filter.probability(count - 1, number) if count else 0.0
                for count, number in zip(seen.tolist(), numbers.tolist(), strict=True)
            ],
            dtype=np.float64,
        )

    @property
    def title(self) -> str:
        """How probable a recent change is, and whether that is an alarm."""
        return (
            f"{self.name}: probability that the rate changed within the latest "
            f"{number_of(self.within, 'period')} {self.probability:.3f}, threshold "
            f"{self.threshold:.3f}: {'ALARM' if self.is_alarm else 'no alarm'}"
        )

    @property
    def columns(self) -> list[Column]:
        """What was observed in each period, and how probable a recent change was then."""
        return [
            Column("period", "period"),
            Column("count", "events", "{:g}", missing="not observed"),
            Column("exposure_years", "years", "{:.4g}"),
            Column("probability", "probability", "{:.3f}"),
            Column("alarm", "alarm", lambda alarm: "alarm" if alarm else ""),
            Column("begins"),
        ]

    @property
    def rows(self) -> pd.DataFrame:
        """One row per period."""
        frame = self.series.to_frame()
        frame["probability"] = self._followed
        frame["alarm"] = frame["probability"] >= self.threshold
        frame["begins"] = frame["alarm"] & ~frame["alarm"].shift(fill_value=False)
        return frame

    def to_json(self) -> str:
        """Return the whole state as text, from which `from_json` resumes."""
        return state_to_json(asdict(self, recurse=False, filter=lambda part, _: part.init))

    @classmethod
    def from_json(cls, text: str) -> Monitor:
        """
        Resume from a text of `to_json`.

        Raises
        ------
        FormatError
            If the text is none; all that is wrong with it is told.
        """
        return cls(**state_from_json(text))

    @property
    def notes(self) -> tuple[str, ...]:
        """The present regime, earlier alarms, the priors, and how often alarms are false."""
        middle, low, high = self.rate()
        regime = (
            f"present regime most probably since {self.since}, at {middle:.3g} per year "
            f"(95% credible interval {low:.3g} to {high:.3g})"
        )
        notes = ["nothing taken in yet" if self.since is None else regime]
        begun = list(map(str, self.to_frame().query("begins")["period"]))
        if begun:
            notes.append(f"alarms that began: {len(begun)}, the latest in {', '.join(begun[-8:])}")
        return (
            *notes,
            (
                f"prior: a change has probability {self.hazard:g} in every year, whatever came "
                "before (not the prior of change_posterior)"
            ),
            f"prior on the rate of each regime {self.prior}",
            f"counts: {self._dispersion_note()}",
            _UNKNOWN if self.calibration is None else self.calibration.note,
        )

    def _dispersion_note(self) -> str:
        if len(self.components) == 1:
            return f"family {self.family}, overdispersion {self.dispersion_mean:.3g}"
        poisson = float(self.dispersion.get(1.0, 0.0))
        dependence = float(self._filter.of_components() @ self._filter.model.correlations)
        return (
            f"family {self.family}, overdispersion {self.dispersion_mean:.3g} on average, Poisson "
            f"(1) with probability {poisson:.2f}; neighbouring periods correlated by "
            f"{dependence:.2g}"
        )


def monitor(
    counts: CountsLike,
    *,
    periods: object = None,
    hazard: float = 0.1,
    within: int | None = None,
    false_alarms: float = 0.1,
    threshold: float | None = None,
    prior: GammaPrior | LogLogisticPrior | None = None,
    family: str | Family = "auto",
    rng: np.random.Generator | int | None = None,
) -> Monitor:
    """
    Watch a series: how probable is it that its rate changed lately?

    The probabilities of the present rate and of the period in which the present regime began are
    updated with each count, as in the forward sums of `change_posterior` [1]_ [2]_. A change has
    the same probability in every year, whatever came before. `change_posterior` has another
    prior, with a prior on the number of changes and uniform dates; so the two answers differ
    somewhat on the same counts.

    How much counts vary about their rate, and depend on the one before, is estimated as they
    arrive: the answer is averaged over the components of the family, each with the probability
    that the counts so far give it.

    An alarm is raised when the probability of a recent change reaches a threshold. The
    threshold is the least one with which false alarms are as rare as asked, in simulated series
    without change, at the series' own rate, that were watched for as long as this one before
    alarms were counted. Their overdispersion and autocorrelation are drawn from what the counts
    leave open: a short series leaves much open, which raises the threshold.

    Parameters
    ----------
    counts
        What is known so far; may be empty, if *prior* is given.
    periods
        Periods of *counts* where that is an array, see `CountSeries.from_arrays`.
    hazard
        Probability of a change in a year, strictly between 0 and 1.
    within
        How many of the latest periods are recent. ``None`` for a year, but three periods at
        least and twelve at most.
    false_alarms
        Accepted number of false alarms per year, on average; positive.
    threshold
        A probability to use instead of one that keeps false alarms rare.
    prior
        Prior on the rate of each regime. ``None`` is the scale-free one of `change_posterior` at
        the rate of *counts*, and then stays as it is.
    family
        What the counts are taken to be, see `change_posterior`. ``"auto"`` leaves open how much
        they vary and depend on one another, in the monitor and in the simulation; ``"poisson"``
        and ``NegativeBinomial(dispersion=2.0)`` assert that they are independent and vary just so
        much.
    rng
        A generator or a seed for the simulation; ``None`` for a fixed seed.

    Returns
    -------
    Monitor
        The state after the latest period. Its `Monitor.update` takes in what comes next.

    Raises
    ------
    SeriesError
        If a count is not whole.
    SettingError
        If a setting is outside of what it may be.

    References
    ----------
    .. [1] R. P. Adams and D. J. C. MacKay (2007), arXiv:0710.3742.
    .. [2] P. Fearnhead and Z. Liu (2007), *JRSS B* 69(4), 589-605.

    Examples
    --------
    >>> from engagement.counting.series import CountSeries
    >>> known = CountSeries.from_arrays([2, 1, 3, 2, 1, 2, 3, 1, 2, 2], range(2000, 2010))
    >>> watched = monitor(known, family="poisson")
    >>> print(watched.is_alarm, f"{watched.probability:.2f}")
    False 0.12
    >>> watched = watched.update(8).update(9)
    >>> print(watched.is_alarm, f"{watched.probability:.2f}", watched.since)
    True 0.97 2010
    """
    series = read_one_series(counts, periods)
    chosen = read_family(family)
    observed = read_series(series, chosen)
    hazard = check_share("hazard", hazard)
    false_alarms = check_positive("false_alarms", false_alarms)
    years = years_per_period(series.periods)
    if prior is None and not observed.total:
        raise SettingError(
            "prior is needed where no event was observed yet, such as "
            "GammaPrior(shape=1, rate=0.5) for about two events per year"
        )
    used = read_rate_prior(prior, observed.total, float(observed.exposures.sum()))
    rows = read_count_rows(chosen.rows(observed.counts, observed.exposures, observed.steps))
    recent = int(np.clip(round(1 / years), 3, 12))
    if within is not None:
        recent = check_whole("within", within, least=1)
    calibration = None
    if threshold is None:
        calibration = calibrate(
            rows,
            used,
            period_years=years,
            chance=1 - (1 - hazard) ** years,
            within=recent,
            asked=float(false_alarms),
            rng=read_generator(rng),
        )
    return Monitor(
        series=series,
        hazard=hazard,
        within=recent,
        prior=used,
        family=chosen.name,
        components=rows.components,
        threshold=check_share("threshold", threshold)
        if calibration is None
        else calibration.threshold,
        calibration=calibration,
    )
