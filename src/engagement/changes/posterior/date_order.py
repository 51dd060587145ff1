"""Which of two series changed first, and by how much earlier."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import numpy as np
import pandas as pd
from attrs import frozen
from numpy.typing import NDArray

from engagement.answers import Answer
from engagement.changes.posterior.answer import ChangePosterior
from engagement.changes.posterior.inference import change_posterior
from engagement.counting.calendar import multiple_of
from engagement.display import Column, percent
from engagement.errors import SeriesError, SettingError, shown
from engagement.models.observed import label_of
from engagement.settings.checks import check_share

if TYPE_CHECKING:
    from engagement.counting.series import CountSeries

__all__ = ["DateComparison", "compare_dates"]

Floats = NDArray[np.float64]
Ordinals = NDArray[np.int64]
T = TypeVar("T")

_NOTHING = 1e-12
"""Numbers of changes that are less probable than this are passed over."""


@frozen(kw_only=True, eq=False)
class DatedChange:
    """One change of one series: how probable it is, and where it lies if it is there."""

    label: str
    """What the series is called."""
    change: int
    """Which change of the series: from 1, or from the last with -1."""
    n_changes: int | None
    """How many changes the series is taken to have; None for an average over all numbers."""
    probability: float
    """That the series has such a change, or so many, under the posterior's priors."""
    dates: pd.Series
    """Probability of each period, if the change is there; sums to one."""
    date_low: pd.Period
    """First period of the interval, unobserved ones right before it taken in."""
    date_high: pd.Period
    """Last period of the interval."""
    prior: str
    """The priors that the posterior rests on."""

    @property
    def name(self) -> str:
        """Which of the changes it is, by its number."""
        number = abs(self.change)
        name = {1: "change", 2: "second change", 3: "third change"}.get(number, f"change {number}")
        if self.n_changes == 1:
            return "the one change"
        if self.change < 0:
            return "latest change" if number == 1 else f"{name} from the last"
        return "earliest change" if number == 1 else name

    @property
    def date(self) -> pd.Period:
        """The most probable period."""
        found: pd.Period = self.dates.index[int(np.argmax(self.dates.to_numpy()))]
        return found


@frozen(kw_only=True, eq=False, repr=False)
class DateComparison(Answer):
    """
    The order of a change in each of two series, from `compare_dates`.

    Everything is conditional on both changes being there; how probable that is stands in
    `probability_both`. The two posteriors are multiplied: given the dates and rates, the
    series are independent. One row per order: ``order``, ``probability`` and ``prior``.
    """

    first: DatedChange
    """The change of the first series."""
    second: DatedChange
    """The change of the second series."""
    level: float
    """Of the intervals."""
    before: float
    """Probability that the first came before the second."""
    same: float
    """That both fall into one period, or into unobserved gaps that leave their order open."""
    after: float
    """That the first came after the second."""
    prior_before: float
    """The same as `before` without looking at the counts: what the windows alone say."""
    prior_same: float
    """The same as `same` without looking at the counts."""
    lags: pd.Series
    """Probability of each number of periods from the first to the second; sums to one."""
    lag_low: int
    """Lower end of the interval of the lag, in periods; unobserved gaps taken in."""
    lag_high: int
    """Upper end of the interval of the lag."""

    @property
    def probability_both(self) -> float:
        """Probability that both changes are there, the series taken as independent."""
        return self.first.probability * self.second.probability

    @property
    def prior_after(self) -> float:
        """The same as `after` without looking at the counts."""
        return 1.0 - self.prior_before - self.prior_same

    @property
    def lag(self) -> int:
        """The median number of periods from the first change to the second."""
        return int(self.lags.index[_quantile(self.lags.to_numpy(), 0.5)])

    @property
    def title(self) -> str:
        """Which changes are compared."""
        first, second = (f"{one.name} of {one.label}" for one in (self.first, self.second))
        return f"{first} against {second}"

    @property
    def columns(self) -> list[Column]:
        """The probability of each order, with the counts and without."""
        told = {"before": "first before second", "after": "first after second"}
        return [
            Column("order", "order", lambda o: told.get(o, "same period, or order left open")),
            Column("probability", "probability", "{:.3f}"),
            Column("prior", "from the windows alone", "{:.3f}"),
        ]

    @property
    def rows(self) -> list[dict[str, object]]:
        """One row per order."""
        return [
            {"order": "before", "probability": self.before, "prior": self.prior_before},
            {"order": "same", "probability": self.same, "prior": self.prior_same},
            {"order": "after", "probability": self.after, "prior": self.prior_after},
        ]

    @property
    def notes(self) -> tuple[str, ...]:
        """The lag, and what the order rests on."""
        return (
            (
                f"periods from the first to the second: median {self.lag}, "
                f"{percent(self.level)} credible interval {self.lag_low} to {self.lag_high}"
            ),
            ("exact, from the product of the two posteriors: the series are taken as independent"),
            *dict.fromkeys(f"{one.label}: {one.prior}" for one in (self.first, self.second)),
        )


def compare_dates(
    first: CountSeries | ChangePosterior,
    second: CountSeries | ChangePosterior,
    *,
    change: int | tuple[int, int] = 1,
    n_changes: int | tuple[int | None, int | None] | None = None,
    level: float = 0.95,
) -> DateComparison:
    """
    Ask which of two series changed first, with what probability.

    The exact distributions of the two dates are compared pair by pair. Given dates and rates
    the series are taken as independent: common causes are not modelled, and events that are in
    both series would count twice.

    Parameters
    ----------
    first, second
        Series, which get the default priors of `change_posterior`, or posteriors.
        Their periods are of one frequency.
    change
        Which change of each: 1 for the earliest, -1 for the latest. A pair where the two differ.
    n_changes
        How many changes each is taken to have; ``None`` averages over all numbers with which
        there is such a change. A pair where the two differ.
    level
        Level of the intervals, strictly between 0 and 1.

    Returns
    -------
    DateComparison
        Probability of each order, the distribution of the lag, and what the windows of
        observation alone would say: a series observed later cannot change earlier.

    Raises
    ------
    SeriesError
        If the periods are not of one frequency, or a series has no room for such a change.
    SettingError
        If a setting is outside of what it may be.

    Examples
    --------
    >>> from engagement.counting.series import CountSeries
    >>> years = range(2000, 2010)
    >>> one = CountSeries.from_arrays([0, 1, 0, 6, 7, 5, 8, 6, 7, 5], years, name="multilateral")
    >>> two = CountSeries.from_arrays([1, 0, 1, 0, 1, 0, 9, 6, 8, 7], years, name="bilateral")
    >>> order = compare_dates(one, two)
    >>> print(round(order.before, 3), round(order.prior_before, 3), order.lag)
    0.894 0.42 3
    """
    level = check_share("level", level)
    posteriors = [
        one if isinstance(one, ChangePosterior) else change_posterior(one)
        for one in (first, second)
    ]
    changes, numbers = _pair(change), _pair(n_changes)
    steps = _check_periods(*(posterior.series for posterior in posteriors))
    known = [
        _DateSpans.of(posterior, _check_change(posterior, which, number), number)
        for posterior, which, number in zip(posteriors, changes, numbers, strict=True)
    ]
    before, after = _orders(known, [spans.weights for spans in known])
    prior_before, prior_after = _orders(known, [spans.prior_weights for spans in known])
    a, b = known
    joint = np.outer(a.weights, b.weights)
    lags = _lag_distribution(joint, b.last[None, :] - a.last[:, None], steps)
    tail = (1 - level) / 2
    low = _lag_distribution(joint, b.first[None, :] - a.last[:, None], steps)
    high = _lag_distribution(joint, b.last[None, :] - a.first[:, None], steps)
    dated = [
        spans.describe(posterior, which, number, tail)
        for spans, posterior, which, number in zip(known, posteriors, changes, numbers, strict=True)
    ]
    return DateComparison(
        first=dated[0],
        second=dated[1],
        level=level,
        before=before,
        same=max(1.0 - before - after, 0.0),
        after=after,
        prior_before=prior_before,
        prior_same=max(1.0 - prior_before - prior_after, 0.0),
        lags=lags,
        lag_low=int(low.index[_quantile(low.to_numpy(), tail)]),
        lag_high=int(high.index[_quantile(high.to_numpy(), 1 - tail)]),
    )


@frozen(kw_only=True, eq=False)
class _DateSpans:
    """Where a change may lie, for each observed period in which it may be seen."""

    first: Ordinals
    """First period, unobserved ones before it taken in."""
    last: Ordinals
    """The observed period."""
    weights: Floats
    """Probability of each, given that the change is there."""
    prior_weights: Floats
    """The same without the counts."""
    probability: float
    """That the change is there."""

    @classmethod
    def of(cls, posterior: ChangePosterior, change: int, n_changes: int | None) -> _DateSpans:
        series = posterior.series
        chances = posterior.n_changes.to_numpy()
        wanted = [n_changes] if n_changes is not None else range(abs(change), len(chances))
        weights, prior = np.zeros(len(series)), np.zeros(series.n_observed)
        for number in wanted:
            which = change if change > 0 else number + 1 + change
            known = 1.0 if n_changes is not None else float(chances[number])
            if known > _NOTHING:
                weights += known * posterior.date_distribution(which, number).to_numpy()
            prior += _prior_dates(posterior, which, number)
        last = series.periods.asi8[series.observed]
        if not weights.sum() > 0:
            raise SeriesError(f"{label_of(series)}: such a change has no probability at all")
        return cls(
            first=np.append(last[:1], last[:-1] + multiple_of(series.periods)),
            last=last,
            weights=weights[series.observed] / weights.sum(),
            prior_weights=prior / prior.sum(),
            probability=float(sum(chances[number] for number in wanted)),
        )

    def describe(
        self, posterior: ChangePosterior, change: int, n_changes: int | None, tail: float
    ) -> DatedChange:
        series = posterior.series
        dates = np.zeros(len(series))
        dates[series.observed] = self.weights
        index = series.periods
        ends = [
            int(self.first[_quantile(self.weights, tail)]),
            int(self.last[_quantile(self.weights, 1 - tail)]),
        ]
        low, high = (pd.Period(ordinal=end, freq=index.freqstr) for end in ends)
        return DatedChange(
            label=label_of(series),
            change=change,
            n_changes=n_changes,
            probability=min(self.probability, 1.0),
            dates=pd.Series(dates, index=index.rename("period"), name="probability"),
            date_low=low,
            date_high=high,
            prior=f"rates {posterior.prior}; each further change {posterior.changes_prior:g} times "
            f"as probable, up to {posterior.max_changes}, dates uniform",
        )


def _prior_dates(posterior: ChangePosterior, change: int, n_changes: int) -> Floats:
    """
    Return the prior weight of so many changes with one of them in each observed period.

    All sets of changes that leave segments long enough are alike: as many as there are before
    it, times those after it.
    """
    n, length = posterior.series.n_observed, posterior.min_length
    places = np.arange(n)
    logs = _log_ways(places, length, change - 1)
    logs += _log_ways(n - places, length, n_changes - change)
    logs += n_changes * np.log(posterior.changes_prior) - _log_ways(
        np.array([n]), length, n_changes
    )
    return np.asarray(np.exp(logs), dtype=np.float64)


def _log_ways(n_periods: NDArray[np.intp], min_length: int, n_changes: int) -> Floats:
    """Count the sets of changes among some periods that leave segments long enough, as logs."""
    from scipy.special import gammaln

    free = n_periods - (n_changes + 1) * (min_length - 1) - 1
    left = np.maximum(free - n_changes, 0)
    logs = gammaln(np.maximum(free, 0) + 1) - gammaln(n_changes + 1) - gammaln(left + 1)
    return np.where(free >= n_changes, logs, -np.inf)


def _orders(spans: list[_DateSpans], weights: list[Floats]) -> tuple[float, float]:
    """Return the probability that the first is surely before, and surely after, the second."""
    a, b = spans
    joint = np.outer(*weights)
    before = joint[a.last[:, None] < b.first[None, :]].sum()
    after = joint[a.first[:, None] > b.last[None, :]].sum()
    return float(before), float(after)


def _lag_distribution(joint: Floats, lags: Ordinals, steps: int) -> pd.Series:
    """Sum the probabilities of equal lags, in whole periods."""
    whole = lags // steps
    least = int(whole.min())
    sums = np.bincount((whole - least).ravel(), weights=joint.ravel())
    index = pd.RangeIndex(least, least + len(sums), name="lag")
    return pd.Series(sums, index=index, name="probability")


def _quantile(weights: Floats, share: float) -> int:
    """Return the first place up to which at least a share of the weights lies."""
    below = np.cumsum(weights)
    place = int(np.searchsorted(below, share * below[-1] * (1 - 1e-12), side="left"))
    return min(place, len(weights) - 1)


def _pair(value: T | tuple[T, T]) -> tuple[T, T]:
    if isinstance(value, tuple):
        if len(value) != 2:
            raise SettingError(f"one value or a pair is needed, got {shown(value)}")
        return value
    return value, value


def _check_change(posterior: ChangePosterior, change: object, n_changes: object) -> int:
    label = label_of(posterior.series)
    if isinstance(change, bool) or not isinstance(change, int) or change == 0:
        raise SettingError(
            f"change must be a whole number, from 1 or from the last with -1, got {shown(change)}"
        )
    if n_changes is not None and (
        isinstance(n_changes, bool) or not isinstance(n_changes, int) or n_changes < abs(change)
    ):
        raise SettingError(
            f"n_changes must be a whole number of at least {shown(abs(change))} for "
            f"change={shown(change)}, "
            f"got {shown(n_changes)}"
        )
    most = posterior.max_changes
    if max(abs(change), n_changes or 0) > most:
        raise SeriesError(
            f"{label}: there is no room for {shown(max(abs(change), n_changes or 0))} changes; "
            f"its posterior allows for {most}"
        )
    return change


def _check_periods(first: CountSeries, second: CountSeries) -> int:
    """Return how many units of the calendar a period has, for both alike."""
    freqs = [series.periods.freqstr for series in (first, second)]
    steps = multiple_of(first.periods)
    if freqs[0] != freqs[1]:
        raise SeriesError(
            f"both series need periods of one frequency, got {freqs[0]} ({label_of(first)}) and "
            f"{freqs[1]} ({label_of(second)})"
        )
    if len(first) and len(second) and (second.periods.asi8[0] - first.periods.asi8[0]) % steps:
        raise SeriesError(
            f"periods of {freqs[0]} must begin together, but {first.periods[0]} and "
            f"{second.periods[0]} lie across each other"
        )
    return steps
