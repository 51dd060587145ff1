"""How many changes there are, where, and how large: the exact posterior."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from attrs import field, frozen

from engagement.answers import Answer
from engagement.changes.posterior.date_intervals import shortest_run
from engagement.changes.posterior.segmentations import Segmentations
from engagement.counting.series import CountSeries
from engagement.display import Column, names, percent
from engagement.errors import SeriesError
from engagement.models.families import Family
from engagement.models.observed import ObservedPeriods, label_of
from engagement.models.priors import Prior
from engagement.settings.checks import (
    MOST_DRAWS,
    check_change,
    check_n_changes,
    check_share,
    check_whole,
    list_several,
)
from engagement.settings.seeds import read_generator

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from engagement.changes.posterior.prior_sensitivity import PriorSensitivity

__all__ = ["ChangePosterior"]


@frozen(kw_only=True, eq=False, repr=False)
class ChangePosterior(Answer):
    """
    The exact posterior over segmentations of a series, from `change_posterior`.

    All of its numbers are sums over all segmentations with up to `max_changes`
    changes, and over rates on a grid, which is right to four digits; only `sample` draws.
    Where a family leaves open how much counts vary, components that together hold less than
    0.003 of the posterior are passed over. Its rows are the periods, by which the data frame is
    indexed: count, exposure_years, probability, mean, low, high.
    """

    series: CountSeries
    """What was observed."""
    family: str
    """What the counts were taken to be."""
    prior: Prior
    """Prior on the rate of each segment."""
    changes_prior: float
    """By how much each further change is less probable beforehand."""
    changed: float | None = None
    """Probability of any change beforehand, where a panel told it, or None."""
    min_length: int
    """Least number of observed periods in a segment."""
    max_changes: int
    """Largest number of changes that was allowed for."""
    _asked_family: Family = field(repr=False)
    _observed: ObservedPeriods = field(repr=False)
    _exact: Segmentations = field(repr=False)

    @property
    def n_changes(self) -> pd.Series:
        """Posterior probability of each number of changes, from 0; sums to one."""
        index = pd.RangeIndex(self.max_changes + 1, name="n_changes")
        return pd.Series(self._exact.probabilities, index=index, name="probability")

    @property
    def dispersion(self) -> pd.Series:
        """
        Posterior probability of the overdispersion within segments; sums to one.

        Indexed by dispersion, the variance over the mean at the mean count of the series, 1
        being Poisson; for the family ``gaussian`` by the variance of the total of a year. It
        has one entry where the family leaves nothing open.
        """
        index = pd.Index(self._exact.task.model.parameters, name=self._asked_family.parameter_name)
        chances = pd.Series(self._exact.of_components, index=index, name="probability")
        return chances.groupby(level=0).sum()

    @property
    def dependence(self) -> float:
        """Posterior mean of the correlation of neighbouring periods within segments."""
        return self._exact.dependence

    @property
    def dispersion_mean(self) -> float:
        """Posterior mean of the index of `dispersion`."""
        chances = self.dispersion
        return float((chances * chances.index).sum())

    @property
    def probability(self) -> pd.Series:
        """
        Probability that a new segment starts in each period, whatever their number.

        It sums to the expected number of changes. Zero in periods that were not observed,
        for a change is the first observed period of the new regime.
        """
        return self._by_period(self._exact.change_probability())

    def log_evidence(self, n_changes: int) -> float:
        """
        Return the log marginal likelihood of a number of changes.

        The mean over all sets of that many changes, rates integrated out; a difference of two
        is a log Bayes factor. It holds no prior on the number, and of counts not the factorials.

        Raises
        ------
        SettingError
            If *n_changes* is more than were allowed for.
        """
        return self._exact.log_evidence(check_n_changes(n_changes, self.max_changes))

    def date_distribution(self, change: int = 1, n_changes: int = 1) -> pd.Series:
        """
        Give where one change lies, if there are so many.

        Parameters
        ----------
        change
            Which of the changes, from 1, or from the last with -1.
        n_changes
            How many changes there are taken to be.

        Returns
        -------
        pandas.Series
            Probability of each period; sums to one.

        Raises
        ------
        SettingError
            If there is no such change, or so many were not allowed for.
        """
        return self._by_period(self._marginal(change, n_changes))

    def interval(
        self, change: int = 1, n_changes: int = 1, *, level: float = 0.95
    ) -> tuple[pd.Period, pd.Period]:
        """
        Give between which periods one change lies, if there are so many.

        The shortest run of observed periods that holds the change with the probability *level*.

        Parameters
        ----------
        change
            Which of the changes, from 1, or from the last with -1.
        n_changes
            How many changes there are taken to be.
        level
            Probability that the interval holds at least, strictly between 0 and 1.

        Returns
        -------
        tuple of pandas.Period
            The first and the last period, both included. Periods right before the first
            that were not observed are taken in, for the change may lie among them.

        Raises
        ------
        SettingError
            If there is no such change, so many were not allowed for, or *level* is not a share.
        """
        low, high = self.places_between(change, n_changes, level=level)
        return self._observed.earliest(low), self._observed.date(high)

    def places_between(self, change: int, n_changes: int, *, level: float) -> tuple[int, int]:
        """Return the interval of `interval` as places among the observed periods."""
        return shortest_run(self._marginal(change, n_changes), check_share("level", level))

    def most_probable(self, n_changes: int) -> tuple[pd.Period, ...]:
        """
        Give the most probable date of each of a number of changes.

        Where these are not in order, the dates in order with the largest product of
        probabilities.

        Raises
        ------
        SettingError
            If so many were not allowed for.
        """
        return self._observed.dates(self.best_places(n_changes))

    def best_places(self, n_changes: int) -> list[int]:
        """Return the dates of `most_probable` as places among the observed periods."""
        return self._exact.best_changes(check_n_changes(n_changes, self.max_changes))

    def probability_between(self, first: object, last: object) -> float:
        """
        Give the probability that some change starts in a span, whatever their number.

        Parameters
        ----------
        first, last
            Periods of the series, or texts for them; both ends are included.

        Raises
        ------
        SeriesError
            If they are no periods like those of the series.
        """
        return self.probability_between_places(
            self._observed.n_before(first), self._observed.n_before(last, included=True) - 1
        )

    def probability_between_places(self, first: int, last: int) -> float:
        """Return the answer of `probability_between` for places among the observed periods."""
        return self._exact.probability_between(first, last)

    def intensity(self, *, level: float = 0.95) -> pd.DataFrame:
        """
        Give the intensity in each period, over all segmentations and rates.

        Parameters
        ----------
        level
            Probability that the band holds in each period, strictly between 0 and 1.

        Returns
        -------
        pandas.DataFrame
            Indexed by period, in events a year: ``mean``, exact; ``low`` and ``high``, below
            and above which the intensity lies with half the probability that *level* leaves
            out, each to within 0.005. NaN in periods that were not observed: which
            regime they belong to is known only through their neighbours.

        Raises
        ------
        SettingError
            If *level* is not a share.
        """
        tail = (1 - check_share("level", level)) / 2
        columns = dict.fromkeys(("mean", "low", "high"), np.full(len(self.series), np.nan))
        if len(self._observed):
            columns = {
                name: self._observed.spread(values, np.nan)
                for name, values in zip(columns, self._exact.band(tail), strict=True)
            }
        return pd.DataFrame(columns, index=self.series.periods.rename("period"))

    def rates(self, dates: Iterable[object], *, level: float = 0.95) -> pd.DataFrame:
        """
        Give the rate of each segment for given changes.

        Parameters
        ----------
        dates
            First observed period of each new segment, increasing; periods or texts for them.
        level
            Probability of the equal-tailed intervals, strictly between 0 and 1.

        Returns
        -------
        pandas.DataFrame
            One row per segment: start, end (both observed), mean, low, high in events a year.

        Raises
        ------
        SeriesError
            If a date is no observed period of the series, is its first observed one, or
            does not come after the date before it.
        SettingError
            If *level* is not a share.
        """
        tail = (1 - check_share("level", level)) / 2
        places = [self._observed.place(date) for date in list_several("dates", dates, "dates")]
        bounds = [0, *places, len(self._observed)]
        if not all(a < b for a, b in pairwise(bounds)):
            told = ", ".join(str(self._observed.date(place)) for place in places)
            raise SeriesError(
                "dates of changes must increase, and come after the first observed period, "
                f"got {told or 'none, in a series without observed periods'}"
            )
        mean, low, high = self._exact.rates_of(np.array(bounds), tail)
        freq = self.series.periods.freq
        return pd.DataFrame(
            {
                "start": pd.PeriodIndex(self._observed.dates(bounds[:-1]), freq=freq),
                "end": pd.PeriodIndex([self._observed.date(b - 1) for b in bounds[1:]], freq=freq),
                "mean": mean,
                "low": low,
                "high": high,
            }
        )

    def sample(self, n: int, rng: np.random.Generator | int | None = None) -> pd.DataFrame:
        """
        Draw whole segmentations with their rates from the posterior.

        Parameters
        ----------
        n
            How many, from 1 to a million.
        rng
            A generator or a seed; ``None`` for a fixed seed.

        Returns
        -------
        pandas.DataFrame
            One row per segment: ``draw`` from 0, ``segment`` from 0, ``start`` (its first observed
            period) and ``rate`` in events a year.

        Raises
        ------
        SettingError
            If *n* is no such number, or *rng* neither of these.
        """
        generator = read_generator(rng)
        size = check_whole("n", n, least=1, most=MOST_DRAWS)
        if not len(self._observed):
            return pd.DataFrame({"draw": [], "segment": [], "start": [], "rate": []})
        numbers = generator.choice(self.max_changes + 1, size, p=self._exact.probabilities)
        parts = []
        for number in np.unique(numbers):
            rows = np.flatnonzero(numbers == number)
            bounds, rates = self.draw_segmentations(int(number), len(rows), generator)
            draw = np.repeat(rows, number + 1)
            segment = np.tile(np.arange(number + 1), len(rows))
            parts.append(np.stack([draw, segment, bounds[:, :-1].ravel(), rates.ravel()]))
        table = np.concatenate(parts, axis=1)
        table = table[:, np.lexsort(table[1::-1])]
        starts = self._observed.positions[table[2].astype(np.intp)]
        return pd.DataFrame(
            {
                "draw": table[0].astype(np.int64),
                "segment": table[1].astype(np.int64),
                "start": self.series.periods[starts],
                "rate": table[3],
            }
        )

    def draw_segmentations(
        self, n_changes: int, n_draws: int, rng: np.random.Generator
    ) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
        """Draw boundaries ``(n_draws, n_changes + 2)`` and rates ``(n_draws, n_changes + 1)``."""
        return self._exact.draw(n_changes, n_draws, rng)

    def sensitivity(self) -> PriorSensitivity:
        """
        Tell how the answer depends on the priors.

        The posterior is computed again under each of several reasonable priors on the rate,
        each with several on the number of changes. Where they agree the data have spoken.

        Examples
        --------
        >>> from engagement.changes.posterior.inference import change_posterior
        >>> from engagement.counting.series import CountSeries
        >>> series = CountSeries.from_arrays([2, 1, 2, 0, 9, 7, 8], range(1990, 1997))
        >>> tried = change_posterior(series).sensitivity().to_frame()
        >>> print(tried["none"].max().round(2), *tried["date"].unique())
        0.58 1994
        """
        from engagement.changes.posterior.prior_sensitivity import try_priors

        return try_priors(self, self._observed, self._asked_family)

    @property
    def title(self) -> str:
        """The series, and how much of it was observed."""
        series = self.series
        extent = f"{series.periods[0]} to {series.periods[-1]}" if len(series) else "no periods"
        return (
            f"{label_of(series)}: {series.n_observed} observed periods of {len(series)}, {extent}, "
            f"{series.total:g} events"
        )

    @property
    def columns(self) -> list[Column]:
        """What was observed in each period, the probability of a change, and the intensity."""
        counted = names("count", "exposure_years", "probability", "mean", "low", "high")
        return [Column("period", is_index=True), *counted]

    @property
    def rows(self) -> pd.DataFrame:
        """One row per period."""
        frame = self.series.to_frame().set_index("period")
        frame["probability"] = self.probability
        return frame.join(self.intensity()).reset_index()

    @property
    def notes(self) -> tuple[str, ...]:
        """The model and the priors in force, and the dispersion where it was left open."""
        family, priors = self.model_notes
        length = f"{family}; segments of {self.min_length} or more observed periods"
        notes = tuple(filter(None, (length, priors, self._exact.restriction)))
        chances = self.dispersion
        if len(chances) == 1:
            return notes
        held = chances.cumsum()
        low, high = (float(chances.index[int((held < share).sum())]) for share in (0.025, 0.975))
        told = (
            f"{chances.index.name} within segments: mean {self.dispersion_mean:.3g}, "
            f"{percent(0.95)} credible interval {low:.3g} to {high:.3g}"
        )
        if chances.index.name == "dispersion":
            told += f"; Poisson (1) has probability {chances.get(1.0, 0.0):.3f}"
        return (*notes, told)

    @property
    def exact(self) -> Segmentations:
        """The posterior in places and numbers only."""
        return self._exact

    def family_in_words(self) -> str:
        """Return the family with what it takes as given."""
        return str(self._asked_family)

    @property
    def model_notes(self) -> tuple[str, ...]:
        """The family and the priors in force, a line each."""
        learned = "" if self.changed is None else f"any change {self.changed:.2g} probable, "
        return (
            f"family {self.family_in_words()}",
            (
                f"prior on each rate {self.prior}; {learned}each further change "
                f"{self.changes_prior:g} times as probable, up to {self.max_changes}, dates uniform"
            ),
        )

    def _by_period(self, values: NDArray[np.float64]) -> pd.Series:
        spread = self._observed.spread(values, 0.0)
        return pd.Series(spread, index=self.series.periods.rename("period"), name="probability")

    def _marginal(self, change: int, n_changes: int) -> NDArray[np.float64]:
        number = check_n_changes(n_changes, self.max_changes)
        which = check_change(change, number)
        return np.asarray(self._exact.change_marginals(number)[which - 1], dtype=np.float64)
