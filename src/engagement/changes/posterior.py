"""How many changes there are, where, and how large: the exact posterior."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import field, frozen

from engagement.changes.draws import read_generator
from engagement.changes.families import GammaPrior, read_family, unit_prior
from engagement.changes.mixtures import intensity_band
from engagement.changes.observed import label_of, read_series
from engagement.changes.recursion import Recursion, log_numbers_of_ways, segment_sums
from engagement.changes.settings import (
    check_positive,
    check_room,
    check_share,
    check_whole,
    largest_number_of_changes,
)
from engagement.errors import SeriesError, SettingError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pandas as pd
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from engagement.changes.observed import Observed
    from engagement.counts import CountSeries

__all__ = ["ChangePosterior", "change_posterior"]

DEFAULT_MAX_CHANGES = 20
"""Changes that are allowed for where the caller names no number."""


@frozen(kw_only=True, eq=False)
class ChangePosterior:
    """
    The exact posterior over segmentations of a series, from `change_posterior`.

    Everything that it tells is summed over all segmentations with up to `max_changes`
    changes; only `sample` draws.
    """

    series: CountSeries
    """What was observed."""
    family: str
    """What the counts were taken to be."""
    prior: GammaPrior
    """Prior on the rate of each segment."""
    changes_prior: float
    """By how much each further change is less probable beforehand."""
    min_length: int
    """Least number of observed periods in a segment."""
    max_changes: int
    """Largest number of changes that was allowed for."""
    _observed: Observed = field(repr=False)
    _sums: NDArray[np.float64] = field(repr=False)
    _recursion: Recursion = field(repr=False)

    @property
    def n_changes(self) -> pd.Series:
        """Posterior probability of each number of changes, from 0; sums to one."""
        import pandas as pd

        index = pd.RangeIndex(self.max_changes + 1, name="n_changes")
        return pd.Series(self._recursion.probabilities, index=index, name="probability")

    @property
    def probability(self) -> pd.Series:
        """
        Probability that a new segment starts in each period, whatever their number.

        It sums to the expected number of changes. Zero in periods that were not observed,
        for a change is the first observed period of the new regime.
        """
        return self._by_period(self._recursion.change_probability()[: len(self._observed)])

    def log_evidence(self, n_changes: int) -> float:
        """
        Return the log marginal likelihood of a number of changes.

        The mean over all sets of that many changes, rates integrated out; a difference of two
        is a log Bayes factor. It holds no prior on the number.

        Raises
        ------
        SettingError
            If *n_changes* is more than were allowed for.
        """
        number = self._check_number(n_changes)
        ways = log_numbers_of_ways(len(self._observed), self.min_length, number)[-1]
        return self._recursion.log_evidence(number) - float(ways)

    def date_distribution(self, change: int = 1, n_changes: int = 1) -> pd.Series:
        """
        Give where one change lies, if there are so many.

        Parameters
        ----------
        change
            Which of the changes, from 1.
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
        return self._by_period(self._marginal(change, n_changes)[: len(self._observed)])

    def interval(
        self, change: int = 1, n_changes: int = 1, *, level: float = 0.95
    ) -> tuple[pd.Period, pd.Period]:
        """
        Give between which periods one change lies, if there are so many.

        Equal-tailed: on either side lies at most half of what *level* leaves out.

        Parameters
        ----------
        change
            Which of the changes, from 1.
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
        tail = (1 - check_share("level", level)) / 2
        below = np.cumsum(self._marginal(change, n_changes))
        low = int(np.searchsorted(below, tail * below[-1], side="right"))
        high = int(np.searchsorted(below, (1 - tail) * below[-1], side="left"))
        return low, max(low, high)

    def most_probable(self, n_changes: int) -> tuple[pd.Period, ...]:
        """
        Give the jointly most probable dates of a number of changes.

        Raises
        ------
        SettingError
            If so many were not allowed for.
        """
        number = self._check_number(n_changes)
        return self._observed.dates(self._recursion.best_changes(number))

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
            If the series has no such period.
        """
        places = self._observed.positions
        first_place = int(np.searchsorted(places, self._position(first), side="left"))
        last_place = int(np.searchsorted(places, self._position(last), side="right")) - 1
        return self._recursion.probability_between(first_place, last_place)

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
            out, each to within 0.001. NaN in periods that were not observed: which
            regime they belong to is known only through their neighbours.

        Raises
        ------
        SettingError
            If *level* is not a share.
        """
        import pandas as pd

        tail = (1 - check_share("level", level)) / 2
        columns = dict.fromkeys(("mean", "low", "high"), np.full(len(self.series), np.nan))
        if len(self._observed):
            band = intensity_band(
                self._recursion.segment_probability,
                self._sums,
                read_family(self.family),
                self.prior,
                tail,
            )
            columns = {
                name: self._observed.spread(values, np.nan)
                for name, values in zip(columns, band, strict=True)
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
            A row a segment: start, end (both observed), mean, low, high in events a year.

        Raises
        ------
        SeriesError
            If a date is no observed period of the series, is its first observed one, or
            does not come after the date before it.
        SettingError
            If *level* is not a share.
        """
        import pandas as pd

        family = read_family(self.family)
        tail = (1 - check_share("level", level)) / 2
        places = [self._observed.place(date) for date in dates]
        bounds = [0, *places, len(self._observed)]
        if not all(a < b for a, b in zip(bounds[:-1], bounds[1:], strict=True)):
            told = ", ".join(str(self._observed.date(place)) for place in places)
            raise SeriesError(
                "dates of changes must increase, and come after the first observed period, "
                f"got {told or 'none, in a series without observed periods'}"
            )
        sums = self._sums[:, bounds[1:], bounds[:-1]]
        freq = self.series.periods.freq
        return pd.DataFrame(
            {
                "start": pd.PeriodIndex(self._observed.dates(bounds[:-1]), freq=freq),
                "end": pd.PeriodIndex([self._observed.date(b - 1) for b in bounds[1:]], freq=freq),
                "mean": family.rate_mean(sums, self.prior),
                "low": family.rate_quantile(tail, sums, self.prior),
                "high": family.rate_quantile(1 - tail, sums, self.prior),
            }
        )

    def sample(self, n: int, rng: np.random.Generator | int | None = None) -> pd.DataFrame:
        """
        Draw whole segmentations with their rates from the exact posterior.

        Parameters
        ----------
        n
            How many, at least 1.
        rng
            A generator or a seed; ``None`` for a fixed seed.

        Returns
        -------
        pandas.DataFrame
            A row a segment: ``draw`` from 0, ``segment`` from 0, ``start`` (its first observed
            period) and ``rate`` in events a year.

        Raises
        ------
        SettingError
            If *n* is not a whole number of at least 1, or *rng* neither of these.
        """
        import pandas as pd

        generator = read_generator(rng)
        size = check_whole("n", n, least=1)
        if not len(self._observed):
            return pd.DataFrame({"draw": [], "segment": [], "start": [], "rate": []})
        numbers = generator.choice(self.max_changes + 1, size, p=self._recursion.probabilities)
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
        bounds = self._recursion.draw_boundaries(n_changes, n_draws, rng)
        sums = self._sums[:, bounds[:, 1:], bounds[:, :-1]]
        return bounds, read_family(self.family).rate_draws(sums, self.prior, rng)

    def to_frame(self) -> pd.DataFrame:
        """Return a row a period: count, exposure_years, probability, mean, low, high."""
        frame = self.series.to_frame().set_index("period")
        frame["probability"] = self.probability
        return frame.join(self.intensity())

    def summary(self) -> str:
        """Return the numbers of changes and their dates in plain text, with the priors."""
        numbers = self.n_changes
        likely = int(numbers.to_numpy().argmax())
        lines = [
            f"{label_of(self.series)}: {len(self._observed)} observed periods of "
            f"{len(self.series)}, {self._observed.extent()}, {self._observed.total:g} events",
            f"family {self.family}; prior on each rate {self.prior}; each further change "
            f"{self.changes_prior:g} times as probable, up to {self.max_changes}, "
            f"dates uniform; segments of at least {self.min_length} observed",
            "",
            "changes  probability",
        ]
        shown = numbers[numbers >= 0.0005]
        lines += [f"{number:>7}  {value:11.3f}" for number, value in shown.items()]
        if likely:
            lines += ["", f"if there are {likely}:", "change  most probable  95% interval"]
            for place, date in enumerate(self.most_probable(likely), 1):
                first, last = self.interval(place, likely)
                lines.append(f"{place:>6}  {date!s:>13}  {first} to {last}")
        return "\n".join(lines)

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the mean intensity with its 95% band, and the changes of the likeliest number."""
        from engagement.changes.drawing import draw_intensity

        likely = int(self._recursion.probabilities.argmax())
        dates = self.most_probable(likely)
        intervals = [(d, *self.interval(k, likely)) for k, d in enumerate(dates, 1)]
        return draw_intensity(self.series, self.intensity(), intervals, ax)

    def _by_period(self, values: NDArray[np.float64]) -> pd.Series:
        import pandas as pd

        spread = self._observed.spread(values, 0.0)
        return pd.Series(spread, index=self.series.periods.rename("period"), name="probability")

    def _marginal(self, change: int, n_changes: int) -> NDArray[np.float64]:
        number = self._check_number(n_changes)
        which = check_whole("change", change, least=1)
        if which > number:
            raise SettingError(f"there is no change {which} among n_changes={number}")
        return np.asarray(self._recursion.change_marginals(number)[which - 1], dtype=np.float64)

    def _check_number(self, n_changes: int) -> int:
        number = check_whole("n_changes", n_changes, least=0)
        if number > self.max_changes:
            raise SettingError(
                f"n_changes={number} is more than this posterior allows for, which is "
                f"{self.max_changes}"
            )
        return number

    def _position(self, date: object) -> int:
        import pandas as pd

        periods = self.series.periods
        try:
            period = date if isinstance(date, pd.Period) else pd.Period(date, periods.freq)
            return int(periods.searchsorted(period))
        except (TypeError, ValueError):
            raise SeriesError(
                f"{date!s} is no period like those of the series, {self._observed.extent()}"
            ) from None


def change_posterior(
    series: CountSeries,
    *,
    prior: GammaPrior | None = None,
    changes_prior: float = 0.25,
    family: str = "poisson",
    min_length: int = 1,
    max_changes: int | None = None,
) -> ChangePosterior:
    """
    Compute the exact posterior over all segmentations of a series.

    The rate of each segment is integrated out over its prior, and all sets of changes are
    summed by a recursion over segments [1]_ [2]_. There is no sampling and nothing to tune.
    Memory grows with the square of the observed periods: some 100 MB for 1,000.

    Parameters
    ----------
    series
        Counts with exposures. Periods without exposure are passed over.
    prior
        Prior on the rate of each segment. ``None`` weighs as much as one event at the series'
        own rate, ``GammaPrior(shape=1, rate=1 / rate)``, and is thereby free of units; a
        series without events takes the rate of half an event in all its exposure.
    changes_prior
        By how much each further change is less probable beforehand: P(K changes) is
        proportional to its K-th power. Positive.
        Given K, all sets of K changes are equally probable beforehand.
    family
        What the counts are taken to be: ``"poisson"``.
    min_length
        Least number of observed periods in a segment.
    max_changes
        Largest number of changes that is allowed for, as far as there is room; ``None`` for 20.

    Returns
    -------
    ChangePosterior
        Number, dates and sizes of changes, each with how sure it is.

    Raises
    ------
    SeriesError
        If a count is not whole.
    SettingError
        If a setting is outside of what it may be, or two segments find no room.

    References
    ----------
    .. [1] P. Fearnhead (2006), *Statistics and Computing* 16(2), 203-213.
    .. [2] G. Rigaill, E. Lebarbier and S. Robin (2012), *Statistics and Computing* 22(4),
       917-929.

    Examples
    --------
    >>> from engagement.counts import CountSeries
    >>> series = CountSeries.from_arrays([2, 1, 2, 0, 9, 7, 8], range(1990, 1997))
    >>> posterior = change_posterior(series, max_changes=2)
    >>> print(posterior.n_changes.round(3).to_dict())
    {0: 0.011, 1: 0.922, 2: 0.067}
    >>> print(*posterior.interval(change=1, n_changes=1))
    1994 1994
    """
    chosen = read_family(family)
    observed = read_series(series, chosen)
    if prior is None:
        prior = unit_prior(observed.total, float(observed.exposures.sum()))
    elif not isinstance(prior, GammaPrior):
        raise SettingError(f"prior must be a GammaPrior or None, got {prior!r}")
    odds = check_positive("changes_prior", changes_prior)
    length = check_room(min_length, len(observed))
    if max_changes is not None:
        check_whole("max_changes", max_changes, least=0)
    wanted = DEFAULT_MAX_CHANGES if max_changes is None else max_changes
    most = min(wanted, largest_number_of_changes(len(observed), length))
    statistics = chosen.statistics(observed.counts, observed.exposures)
    if not len(observed):  # the same as one period that says nothing
        statistics = np.zeros((len(statistics), 1))
    sums = segment_sums(statistics)
    ways = log_numbers_of_ways(len(observed), length, most)
    recursion = Recursion(
        log_marginals=chosen.log_marginal(sums, prior),
        min_length=length,
        log_prior=np.arange(most + 1) * np.log(odds) - ways,
    )
    return ChangePosterior(
        series=series,
        family=chosen.name,
        prior=prior,
        changes_prior=odds,
        min_length=length,
        max_changes=most,
        observed=observed,
        sums=sums,
        recursion=recursion,
    )
