"""Changes among events whose days are known: when, to the day, without counting by period."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pandas as pd
from attrs import field, frozen
from numpy.typing import NDArray

from engagement.answers import Answer
from engagement.changes.continuous.days import DatedEvents, read_days
from engagement.changes.continuous.instants import Instants, rates_between, weigh_instants
from engagement.changes.posterior.segmentation_inference import (
    CHANGES_PRIOR,
    DEFAULT_MAX_CHANGES,
)
from engagement.display import Column, names
from engagement.models.priors import Prior
from engagement.settings.checks import (
    check_change,
    check_n_changes,
    check_positive,
    check_share,
    check_whole,
    list_several,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from engagement.counting.counts import Counts
    from engagement.counting.series import CountSeries
    from engagement.log.eventlog import EventLog
    from engagement.values.dates import EventDate

__all__ = ["LocatedChanges", "locate_changes"]

Floats = NDArray[np.float64]

_MOST_CHANGES = 50  # work and memory grow with it


@frozen(kw_only=True, eq=False, repr=False)
class LocatedChanges(Answer):
    """
    The exact posterior over the instants of changes, from `locate_changes`.

    A change is dated to its first day: the first whole day of the new regime.
    """

    observed_from: date
    """First day observed."""
    observed_to: date
    """Last day observed."""
    n_events: int
    """Events seen."""
    n_days: int
    """Days observed."""
    window_stated: bool
    """Whether what was observed was stated, or taken from the first to the last event."""
    prior: Prior
    """Prior on the rate of each segment."""
    changes_prior: float
    """By how much each further change is less probable beforehand."""
    max_changes: int
    """Largest number of changes that was allowed for."""
    _events: DatedEvents = field(repr=False)
    _instants: Instants = field(repr=False)

    @property
    def n_changes(self) -> pd.Series:
        """Posterior probability of each number of changes, from 0; sums to one."""
        index = pd.RangeIndex(self.max_changes + 1, name="n_changes")
        return pd.Series(self._instants.probabilities, index=index, name="probability")

    def log_evidence(self, n_changes: int) -> float:
        """
        Return the log marginal likelihood of a number of changes.

        The mean over all instants of that many changes, rates integrated out; a difference of
        two is a log Bayes factor. It holds no prior on the number.

        Raises
        ------
        SettingError
            If *n_changes* is more than were allowed for.
        """
        return self._instants.log_evidence(check_n_changes(n_changes, self.max_changes))

    def probability(self, freq: str = "Y") -> pd.Series:
        """
        Give the expected number of changes in each calendar period, whatever their number.

        Parameters
        ----------
        freq
            ``Y``, ``Q``, ``M``, ``W`` or ``D``.

        Raises
        ------
        SettingError
            If *freq* is none of these.
        """
        return self._by_period(self._instants.expected_below(), freq)

    def date_distribution(
        self, change: int = 1, n_changes: int = 1, *, freq: str = "Y"
    ) -> pd.Series:
        """
        Give where one change lies, if there are so many, by calendar periods.

        Parameters
        ----------
        change
            Which of the changes, from 1, or from the last with -1.
        n_changes
            How many changes there are taken to be.
        freq
            ``Y``, ``Q``, ``M``, ``W`` or ``D``.

        Returns
        -------
        pandas.Series
            Probability of each period of the time observed; sums to one.

        Raises
        ------
        SettingError
            If there is no such change, so many were not allowed for, or *freq* is unknown.
        """
        return self._by_period(self._below(change, n_changes), freq)

    def interval(
        self, change: int = 1, n_changes: int = 1, *, level: float = 0.95
    ) -> tuple[date, date]:
        """
        Give between which days one change lies, if there are so many.

        Parameters
        ----------
        change
            Which of the changes, from 1, or from the last with -1.
        n_changes
            How many changes there are taken to be.
        level
            Probability that the equal-tailed interval holds, strictly between 0 and 1.

        Returns
        -------
        tuple of datetime.date
            First and last day, both included.

        Raises
        ------
        SettingError
            If there is no such change, so many were not allowed for, or *level* is not a share.
        """
        tail = (1 - check_share("level", level)) / 2
        below = self._below(change, n_changes)
        ends = np.interp([tail, 1 - tail], below / below[-1], self._instants.edges)
        return self._events.day_at(float(ends[0])), self._events.day_at(float(ends[1]))

    def most_probable(self, n_changes: int = 1) -> tuple[date, ...]:
        """
        Give the most probable first days of the new regimes.

        Each is right before or right after an event: where the rate goes up the event is the
        first of the new regime, where it goes down it is the last of the old, and the new one
        begins on the day after.

        Raises
        ------
        SettingError
            If so many were not allowed for.
        """
        found = self._instants.most_probable(check_n_changes(n_changes, self.max_changes))
        return tuple(
            self._events.day_at(when) + timedelta(days=1 if is_after else 0)
            for when, is_after in found
        )

    def rates(self, dates: Iterable[date], *, level: float = 0.95) -> pd.DataFrame:
        """
        Give the rate of each segment for given changes.

        Parameters
        ----------
        dates
            First day of each new segment, increasing.
        level
            Probability of the equal-tailed intervals, strictly between 0 and 1.

        Returns
        -------
        pandas.DataFrame
            One row per segment: start, end (both days of it), events, mean, low, high a year.

        Raises
        ------
        SeriesError
            If a day was not observed, is the first observed one, or does not come after the
            one before it.
        SettingError
            If *level* is not a share.
        """
        tail = (1 - check_share("level", level)) / 2
        starts, ends, sums = self._events.segments(
            cast("list[date]", list_several("dates", dates, "days"))
        )
        mean, low, high = rates_between(sums[0], sums[1], self.prior, tail)
        return pd.DataFrame(
            {
                "start": pd.to_datetime(starts),
                "end": pd.to_datetime(ends),
                "events": sums[0].astype(np.int64),
                "mean": mean,
                "low": low,
                "high": high,
            }
        )

    @property
    def title(self) -> str:
        """How many events, and what was observed."""
        stated = "" if self.window_stated else " (not stated: first to last event)"
        return (
            f"{self.n_events} events on {self.n_days} days observed, {self.observed_from} to "
            f"{self.observed_to}{stated}"
        )

    @property
    def columns(self) -> list[Column]:
        """Events and changes by calendar period."""
        period = Column("period", is_index=True)
        return [period, *names("events", "days", "probability")]

    @property
    def rows(self) -> pd.DataFrame:
        """One row per year; ``to_frame(freq)`` gives other periods."""
        return self.to_frame().reset_index()

    @property
    def notes(self) -> tuple[str]:
        """The priors in force."""
        return (
            (
                f"Poisson process in continuous time; prior on each rate {self.prior}; each "
                f"further change {self.changes_prior:g} times as probable, up to "
                f"{self.max_changes}, instants uniform"
            ),
        )

    def to_frame(self, freq: str = "Y") -> pd.DataFrame:
        """Return one row per calendar period: events, days observed, expected number of changes."""
        frame = self._events.by_period(freq)
        return frame.assign(probability=self.probability(freq))

    def running_total(self) -> pd.Series:
        """Return the number of events up to and with each day that has any."""
        return self._events.running()

    def _below(self, change: int, n_changes: int) -> Floats:
        number = check_n_changes(n_changes, self.max_changes)
        return self._instants.below(check_change(change, number), number)

    def _by_period(self, below: Floats, freq: str) -> pd.Series:
        """Split what is known at the edges of cells over calendar periods."""
        periods, bounds = self._events.periods(freq)
        values = np.diff(np.interp(bounds, self._instants.edges, below))
        return pd.Series(values, index=periods, name="probability")


def locate_changes(
    dates: EventLog | Counts | CountSeries | Iterable[Any],
    *,
    window: tuple[EventDate | str | date, EventDate | str | date] | None = None,
    prior: Prior | None = None,
    changes_prior: float = CHANGES_PRIOR,
    max_changes: int = DEFAULT_MAX_CHANGES,
) -> LocatedChanges:
    """
    Find when the rate of events changed, to the day, from the days of the events.

    Events are taken for a Poisson process, whose rate changes at instants that are uniform
    beforehand; rates are integrated out over their prior and instants over all there are, so
    that no period has to be chosen [1]_ [2]_. Number of changes and rates have the priors of
    `change_posterior`; there is no overdispersion, as for its family ``poisson``.

    Use it where every day is known and the date of the change is what is asked. Where days are
    imprecise, events many, or counts may be overdispersed, count them and use `change_posterior`,
    which knows all of that.

    Parameters
    ----------
    dates
        The days of events; or an event log, every event of which has an exact day (a duration
        counts at its start); or a series of daily counts, by itself, as Counts or as a pandas
        Series with an index of days.
    window
        First and last day observed; a text such as ``"1990"`` takes in its whole span. For a
        log it narrows the coverage. ``None`` takes what the log or the series observed, and
        for mere days goes from the first to the last, which hides what was quiet before and
        after: state it.
    prior
        Prior on the rate of each segment, by default the scale-free one of `change_posterior`.
    changes_prior
        By how much each further change is less probable beforehand.
    max_changes
        Largest number of changes that is allowed for.

    Returns
    -------
    LocatedChanges
        Number, instants and sizes of changes, each with how sure it is.

    Raises
    ------
    DateError
        If a day is missing or cannot be read, with its position.
    SeriesError
        If a day is imprecise, or outside of what was observed, or there are more than 2,000.
    SettingError
        If a setting is outside of what it may be.

    References
    ----------
    .. [1] A. E. Raftery and V. E. Akman (1986), *Biometrika* 73(1), 85-89.
    .. [2] P. J. Green (1995), *Biometrika* 82(4), 711-732.

    Examples
    --------
    >>> often = [f"{year}-{month:02}-15" for year in (1995, 1996) for month in (2, 5, 8, 11)]
    >>> found = locate_changes(["1990-03-01", "1992-07-09", *often], window=("1990", "1996"))
    >>> print(*found.most_probable(1), *found.interval())
    1995-02-15 1991-11-07 1995-12-22
    """
    odds = check_positive("changes_prior", changes_prior)
    most = check_whole("max_changes", max_changes, least=0, most=_MOST_CHANGES)
    events = read_days(dates, window)
    times, length = events.times()
    instants = weigh_instants(times, length, prior=prior, changes_prior=odds, max_changes=most)
    return LocatedChanges(
        observed_from=events.observed_from,
        observed_to=events.observed_to,
        n_events=len(times),
        n_days=len(events.observed),
        window_stated=events.window_stated,
        prior=instants.prior,
        changes_prior=odds,
        max_changes=most,
        events=events,
        instants=instants,
    )
