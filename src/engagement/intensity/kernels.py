"""Intensity by kernel from the dates in a log, day by day, boundaries and gaps accounted for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

from engagement.answers import Answer
from engagement.counting.counting import count_events
from engagement.counting.named_periods import read_period
from engagement.counting.series import CountSeries
from engagement.display import NOT_STATED, Column, names
from engagement.errors import SeriesError, SettingError, shown
from engagement.intensity.bandwidths import (
    DAYS_A_YEAR,
    KERNELS,
    RULES,
    DayEvents,
    choose_bandwidth,
    kernel_weights,
    smooth_days,
)
from engagement.settings.checks import (
    MOST_YEARS,
    check_positive,
    check_share,
    is_number,
    read_choice,
)

if TYPE_CHECKING:
    import pandas as pd

    from engagement.counting.counting import CoverageChoice, Imprecise
    from engagement.counting.counts import Counts
    from engagement.log.eventlog import EventLog
    from engagement.values.dates import EventDate

__all__ = ["KernelIntensity", "kernel_intensity"]

N_CANDIDATES = 25
"""Widths that cross-validation tries."""

_NOTHING = 1e-9  # of one event's share on its own day


@frozen(kw_only=True, eq=False, repr=False)
class KernelIntensity(Answer):
    """
    The intensity on each day, from `kernel_intensity`.

    Its rows are the days: period, count, exposure_years, mean, low, high.
    """

    series: CountSeries = field(repr=False)
    """Events on each day, those of imprecise dates in parts, with their exposure."""
    mean: NDArray[np.float64] = field(repr=False)
    """Intensity on each day, in events per year; NaN where not observed."""
    low: NDArray[np.float64] = field(repr=False)
    """Lower end of the interval for its expectation."""
    high: NDArray[np.float64] = field(repr=False)
    """Upper end of it."""
    level: float
    """Level of the intervals, each for its day."""
    kernel: str
    """Shape of the kernel."""
    bandwidth_years: float
    """Standard deviation of the kernel."""
    rule: str
    """How the width was chosen: ``likelihood``, ``least-squares`` or ``given``."""
    tried: Mapping[float, float] = field(repr=False)
    """The criterion by width in years, largest at the one that was chosen; none if given."""
    imprecise: str
    """What was done with imprecise dates."""

    def at(self, date: object) -> pd.Series:
        """
        Give the intensity on one day.

        Raises
        ------
        SettingError
            If *date* is no day.
        SeriesError
            If the day is not among those of the log's coverage.
        """
        day = read_period("date", date).asfreq("D", how="S")
        periods = self.series.periods
        if not periods[0] <= day <= periods[-1]:
            raise SeriesError(f"{day} lies outside of {periods[0]} to {periods[-1]}")
        return self.to_frame().iloc[day.ordinal - periods[0].ordinal]

    @property
    def title(self) -> str:
        """The kernel and its width."""
        how = "as given" if self.rule == "given" else f"by {self.rule} cross-validation"
        return (
            f"{self.series.name or 'events'}: {self.kernel} kernel of standard deviation "
            f"{self.bandwidth_years:.3g} years, {how}"
        )

    @property
    def columns(self) -> list[Column]:
        """What was observed on each day, and the intensity on it."""
        return names("period", "count", "exposure_years", "mean", "low", "high")

    @property
    def rows(self) -> pd.DataFrame:
        """One row per day."""
        return self.series.to_frame().assign(mean=self.mean, low=self.low, high=self.high)

    @property
    def notes(self) -> tuple[str, ...]:
        """How the intensity was made."""
        notes = [
            f"imprecise dates: {self.imprecise}",
            "days not observed are excluded, and the kernel is scaled up beside them",
            "intervals are for the smoothed intensity, and assume a Poisson process",
        ]
        if self.is_at_edge:
            notes.append(
                "the width is the smallest or the largest that was tried: the dates do not "
                "determine it"
            )
        if not self.series.coverage_stated:
            notes.append(NOT_STATED)
        return tuple(notes)

    @property
    def is_at_edge(self) -> bool:
        """Whether the width that was chosen is the least or the largest that was tried."""
        widths = list(self.tried)
        return bool(widths) and self.bandwidth_years in (widths[0], widths[-1])


def kernel_intensity(
    log: EventLog,
    *,
    bandwidth: float | Literal["likelihood", "least-squares"] = "likelihood",
    kernel: Literal["gaussian", "epanechnikov"] = "gaussian",
    level: float = 0.95,
    imprecise: Imprecise = "spread",
    coverage: CoverageChoice = "complete",
    rng: np.random.Generator | int | None = None,
    **axes: str,
) -> KernelIntensity:
    """
    Estimate the intensity from the dates of events, without periods.

    For each day it is the number of events around it over the number of observed days around
    it, both weighted by a kernel [1]_. At the ends of coverage and beside gaps both are smaller,
    so that a constant rate remains constant there; unobserved days have no intensity. The
    interval is that of Fay and Feuer for weighted sums of Poisson counts [2]_; it applies to the
    smoothed intensity and does not include the bias of smoothing.

    Parameters
    ----------
    log
        The events.
    bandwidth
        The kernel's standard deviation in years, or the criterion of the leave-one-out
        cross-validation that chooses it: ``"likelihood"`` [3]_ or ``"least-squares"`` [4]_.
    kernel
        ``"gaussian"`` or ``"epanechnikov"``.
    level
        Level of the intervals, strictly between 0 and 1.
    imprecise
        What is done with a date of several days, as in `count_events`. ``"spread"`` makes the
        intensity no finer than the dates.
    coverage
        Which days count as observed, as in `count_events`.
    rng
        For ``imprecise="impute"``.
    **axes
        A label for each axis to select by: ``country="TJK"``, ``channel="bilateral"``, ...

    Returns
    -------
    KernelIntensity
        Intensity and interval on each day.

    Raises
    ------
    SettingError
        If a setting is outside of what it may be, or too few events are left to choose the
        width by.
    LabelError
        If there is no such label.
    SeriesError
        If no day was observed.

    References
    ----------
    .. [1] P. Diggle (1985), *Journal of the Royal Statistical Society C* 34(2), 138-147.
    .. [2] M. P. Fay and E. J. Feuer (1997), *Statistics in Medicine* 16(7), 791-801.
    .. [3] C. Loader (1999), *Local Regression and Likelihood*, Springer, section 5.3.
    .. [4] M. M. Brooks and J. S. Marron (1991), *Stochastic Processes and their Applications*
       38(1), 157-165.

    Examples
    --------
    >>> from engagement.log.eventlog import EventLog
    >>> from engagement.events.events import Meeting
    >>> log = EventLog([
    ...     Meeting(date=f"{year}-06-15", channel="bilateral", countries=["KGZ"])
    ...     for year in range(2001, 2011)
    ... ])
    >>> print(round(kernel_intensity(log, bandwidth=1).at("2005-12-31")["mean"], 2))
    1.0
    """
    read_choice("kernel", kernel, KERNELS)
    level = check_share("level", level)
    counts = _daily(log, axes, imprecise, coverage, rng)
    series = counts.series(**axes)
    if not series.n_observed:
        raise SeriesError("no day was observed, so there is no intensity to tell")
    events = _day_events(counts.select(**axes))
    width, rule, tried = _width(events, kernel, bandwidth)
    mean, low, high = _estimate(events, kernel_weights(kernel, width, len(series)), level)
    return KernelIntensity(
        series=series,
        mean=mean,
        low=low,
        high=high,
        level=level,
        kernel=kernel,
        bandwidth_years=width / DAYS_A_YEAR,
        rule=rule,
        tried=tried,
        imprecise=imprecise,
    )


def _daily(
    log: EventLog, axes: Mapping[str, str], imprecise: Any, coverage: Any, rng: Any
) -> Counts:
    return count_events(
        log, by=tuple(axes), freq="D", imprecise=imprecise, coverage=coverage, rng=rng
    )


def _day_events(counts: Counts) -> DayEvents:
    """Find from when to when each event may lie, and how much of it lies on each day."""
    observed = (counts.exposure_years.reshape(-1) > 0).astype(np.float64)
    start: list[int] = []
    end: list[int] = []
    mass: list[float] = []
    if counts.entries is not None and counts.log is not None:
        events, periods = counts.entries.event, counts.entries.period
        order = np.lexsort((periods, events))
        starts = np.flatnonzero(np.diff(events[order], prepend=-1))
        for rows in np.split(order, starts[1:]) if len(order) else ():
            start.append(int(periods[rows[0]]))
            end.append(int(periods[rows[-1]]) + 1)
            when = counts.log[int(events[rows[0]])].date
            is_spread = counts.settings["imprecise"] == "spread"
            mass.append(1 / _n_days(when) if is_spread else 1.0)
    return DayEvents(
        start=np.array(start, dtype=np.intp),
        end=np.array(end, dtype=np.intp),
        mass=np.array(mass, dtype=np.float64),
        observed=observed,
    )


def _n_days(when: EventDate) -> int:
    """Return how many days the start of an event may be."""
    low, high = when.onset_days or (0, 1)
    return high - low


def _width(
    events: DayEvents, kernel: str, bandwidth: object
) -> tuple[float, str, dict[float, float]]:
    """Return the width in days, how it was chosen, and the criterion by width in years."""
    if not isinstance(bandwidth, str):
        if not is_number(bandwidth):
            raise SettingError(
                f"bandwidth must be years, 'likelihood' or 'least-squares', got {shown(bandwidth)}"
            )
        return check_positive("bandwidth", bandwidth, most=MOST_YEARS) * DAYS_A_YEAR, "given", {}
    rule = read_choice("bandwidth", bandwidth, {name: name for name in RULES})
    n_events = len(events.start)
    if n_events < 2:
        raise SettingError(
            f"a bandwidth is chosen by events that foretell one another, and {n_events} was "
            "counted; give it in years"
        )
    n_days = len(events.observed)
    least = max(7.0, float(np.median(events.end - events.start)))
    candidates = np.geomspace(min(least, n_days / 2), n_days, N_CANDIDATES)
    width, criterion = choose_bandwidth(events, kernel, rule, candidates)
    years = (candidates / DAYS_A_YEAR).tolist()
    return width, rule, dict(zip(years, criterion.tolist(), strict=True))


def _estimate(
    events: DayEvents, weights: NDArray[np.float64], level: float
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return the intensity in events per year and its interval on each day."""
    from scipy.stats import chi2

    daily, seen = events.daily(), smooth_days(events.observed, weights)
    days = events.observed > 0
    mean, low, high = (np.full(len(days), np.nan) for _ in range(3))
    total = smooth_days(daily, weights)[days] / seen[days]
    total[total < _NOTHING * weights.max()] = 0.0  # what transforms leave of nothing
    variance = smooth_days(daily, weights**2)[days] / seen[days] ** 2
    largest = weights.max() / seen[days]
    tail = (1 - level) / 2
    mean[days] = total
    with np.errstate(divide="ignore", invalid="ignore"):
        freedom = 2 * total**2 / variance
        lower = variance / (2 * total) * chi2.ppf(tail, freedom)
    low[days] = np.where(total > 0, np.nan_to_num(lower), 0.0)
    more, wider = total + largest, variance + largest**2
    high[days] = wider / (2 * more) * chi2.ppf(1 - tail, 2 * more**2 / wider)
    return mean * DAYS_A_YEAR, low * DAYS_A_YEAR, high * DAYS_A_YEAR
