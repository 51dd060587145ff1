"""How long events wait for the next: survival curves with censoring and drawn dates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd
from attrs import field, frozen
from numpy.typing import NDArray

from engagement.answers import Drawn, SeveralAnswer
from engagement.display import NOT_STATED, Column, names, percent
from engagement.sequence.days import draw_days
from engagement.settings.checks import check_share
from engagement.settings.seeds import read_seed

if TYPE_CHECKING:
    from engagement.log.eventlog import EventLog
    from engagement.sequence.days import SeriesDays
    from engagement.sequence.selecting import Selection

__all__ = ["Wait", "WaitingTimes", "pooled_survival", "waiting_times", "waits_of"]

Floats = NDArray[np.float64]

_SAME = 1e-12  # shares that differ by rounding alone


@frozen(kw_only=True, eq=False)
class Wait(Drawn):
    """How long the events of one series wait for the next."""

    label: str
    """The country, or ``all``."""
    n_events: float
    """Events where the series was observed, mean over draws of the dates as all numbers here."""
    n_waits: float
    """Waits that ended with another event."""
    n_censored: float
    """Waits that were cut off by the end of what was observed."""
    n_spans: int
    """Spans that were observed; what came before the first event of each has no beginning."""
    median: float
    """Days that half of the waits exceed; NaN if more than half are cut off before they end."""
    low: float
    """Lower end of its interval."""
    high: float
    """Upper end of it; infinite where the data set no bound."""
    curve: pd.DataFrame = field(repr=False)
    """One row per length: days, waiting (share of waits that are longer), low and high."""
    level: float
    """Of the intervals."""

    def __str__(self) -> str:
        """Return the median with its interval."""
        if np.isnan(self.low):
            return "insufficient data"
        middle = "not reached" if np.isnan(self.median) else f"{self.median:.3g} days"
        return f"{middle} ({self.low:.3g} to {self.high:.3g})"


@frozen(kw_only=True, eq=False, repr=False)
class WaitingTimes(SeveralAnswer[Wait]):
    """
    Waits between events, from `waiting_times`.

    Iterating gives the `Wait` of each series; ``len`` is their number. Its rows are the series:
    series, n_events, n_waits, n_censored, n_spans, median, low and high.
    """

    found: tuple[Wait, ...]
    """Of each series."""
    events: str
    """What was selected, in words."""
    level: float
    """Of the intervals."""
    n_imprecise: int
    """Events of more than one day, whose dates were drawn."""
    n_imputations: int
    """Draws of their dates."""
    seed: int
    """Seed of the draws."""
    n_left_out: int
    """Events that lie where nothing was observed, or are not recorded ones."""
    coverage_stated: bool
    """Whether the ends of waits rest on stated coverage, or on the first and last event."""

    @property
    def title(self) -> str:
        """What was asked."""
        return f"days from one event to the next: {self.events}"

    @property
    def columns(self) -> list[Column]:
        """Waits that ended and that were censored, and the median of all."""
        return [
            Column("series", "series", value="label", dtype="str"),
            Column("n_events", "events", "{:.4g}"),
            Column("n_waits", "waits", "{:.4g}"),
            Column("n_censored", "censored", "{:.4g}"),
            *names("n_spans"),
            Column("median", "median days", "{:.4g}", missing="not reached"),
            Column("low", f"{percent(self.level)} interval", "{:.4g} to {high:.4g}"),
            *names("high"),
        ]

    @property
    def _items(self) -> tuple[Wait, ...]:
        return self.found

    @property
    def notes(self) -> tuple[str, ...]:
        """What the reader should know."""
        notes = [
            "Kaplan-Meier from event to event, intervals on the log-log scale",
            "censored: waits that last beyond what was observed; they count as long as observed",
            "what came before a span's first event has no known beginning and is excluded",
        ]
        if self.n_imprecise:
            notes.append(
                f"{self.n_imprecise} events are of more than one day: {self.n_imputations} draws "
                f"of their dates, whose variance is added; seed {self.seed}"
            )
        if self.n_left_out:
            notes.append(
                f"excluded: {self.n_left_out} events that are not recorded, or lie where "
                "nothing was observed"
            )
        if not self.coverage_stated:
            notes.append(NOT_STATED)
        return tuple(notes)


def waiting_times(
    log: EventLog,
    events: Selection | None = None,
    *,
    by: Literal["country"] | None = "country",
    level: float = 0.95,
    n_imputations: int = 20,
    rng: np.random.Generator | int | None = None,
) -> WaitingTimes:
    """
    Estimate how long one event waits for the next.

    A wait begins with an event and ends with the next of its series. The last of each observed
    span is censored by the end of observation, and counts for as long as it lasted; excluding
    it would bias waits downwards, since long ones are censored most often. The time before the
    first event of a span is not used, because the beginning of that wait is unknown. The
    survival curve is that of Kaplan and Meier, which holds for waits within one series too
    [1]_, if these are independent and identically distributed.

    Dates of more than a day are drawn within their span, a survival curve is made of each draw
    by statsmodels, the curves are averaged, and the variance between them is added.

    Parameters
    ----------
    log
        The events, with their coverage.
    events
        Arguments of `EventLog.where` as a mapping, a log, or ``None`` for all events.
    by
        ``"country"``: one series per country. ``None``: one of all.
    level
        Of the intervals, strictly between 0 and 1.
    n_imputations
        Draws of imprecise dates, where there are any.
    rng
        A generator or a seed; ``None`` for a fixed seed.

    Returns
    -------
    WaitingTimes
        A median with interval and a curve for each series.

    Raises
    ------
    SettingError
        If a setting is outside of what it may be, or a selection cannot be read.
    CoverageError
        If the log states coverage, but nothing for such events.

    References
    ----------
    .. [1] E. A. Pena, R. L. Strawderman and M. Hollander (2001), *Journal of the American
       Statistical Association* 96(456), 1299-1315.

    Examples
    --------
    >>> from engagement.events.events import Meeting
    >>> pair = {"channel": "bilateral", "countries": ["KGZ"]}
    >>> days = ["2003-01-01", "2003-01-11", "2003-01-31", "2003-03-12", "2003-05-01"]
    >>> log = EventLog(Meeting(date=day, **pair) for day in days)
    >>> print(waiting_times(log)["KGZ"])
    40 days (10 to 50)
    """
    level = check_share("level", level)
    seed = read_seed(rng)
    drawn = draw_days(log, events, by=by, n_imputations=n_imputations, seed=seed)
    return WaitingTimes(
        found=tuple(_wait(series, level) for series in drawn.series),
        events=drawn.events,
        level=level,
        n_imprecise=drawn.n_imprecise,
        n_imputations=n_imputations,
        seed=seed,
        n_left_out=drawn.n_left_out,
        coverage_stated=drawn.coverage_stated,
    )


def _wait(series: SeriesDays, level: float) -> Wait:
    waits = [waits_of(days, series.spans) for days in series.draws]
    curve = pooled_survival(waits, level)
    median, low, high = _median(curve) if len(curve) else (float("nan"),) * 3
    return Wait(
        label=series.label,
        n_events=float(np.mean([len(days) for days in series.draws])),
        n_waits=float(np.mean([ended.sum() for _, ended in waits])),
        n_censored=float(np.mean([(~ended).sum() for _, ended in waits])),
        n_spans=len(series.spans),
        median=median,
        low=low,
        high=high,
        curve=curve,
        level=level,
    )


def waits_of(
    days: NDArray[np.int64], spans: tuple[tuple[int, int], ...]
) -> tuple[Floats, NDArray[np.bool_]]:
    """
    Return the waits between events, and whether each ended with an event.

    Parameters
    ----------
    days
        Days with events, increasing, each within a span.
    spans
        What was observed, half-open.

    Examples
    --------
    >>> length, ended = waits_of(np.array([3, 5, 5, 21]), ((0, 10), (20, 30)))
    >>> length.tolist(), ended.tolist()
    ([2.0, 0.0, 4.0, 8.0], [True, True, False, False])
    """
    lengths: list[Floats] = [np.zeros(0)]
    ended: list[NDArray[np.bool_]] = [np.zeros(0, dtype=bool)]
    for start, end in spans:
        inside = days[(days >= start) & (days < end)]
        if len(inside):
            lengths.append(np.diff(np.append(inside, end - 1)).astype(np.float64))
            ended.append(np.arange(len(inside)) < len(inside) - 1)
    return np.concatenate(lengths), np.concatenate(ended)


def pooled_survival(waits: list[tuple[Floats, NDArray[np.bool_]]], level: float) -> pd.DataFrame:
    """
    Average the survival curves of several draws, with the variance within and between.

    Parameters
    ----------
    waits
        Lengths, and whether each ended, of each draw.
    level
        Of the pointwise intervals, on the scale of the logarithm of the cumulative hazard.

    Returns
    -------
    pandas.DataFrame
        days, waiting, low and high; empty if no wait of some draw ended.
    """
    from scipy.stats import norm
    from statsmodels.duration.survfunc import SurvfuncRight

    columns = ["days", "waiting", "low", "high"]
    if not waits or not all(ended.any() for _, ended in waits):
        return pd.DataFrame(columns=columns, dtype=np.float64)
    curves = [SurvfuncRight(lengths, ended.astype(int)) for lengths, ended in waits]
    days = np.unique(np.concatenate([curve.surv_times for curve in curves]))
    share, error = np.ones((len(curves), len(days))), np.zeros((len(curves), len(days)))
    for row, curve in enumerate(curves):
        place = np.searchsorted(curve.surv_times, days, side="right") - 1
        with np.errstate(invalid="ignore"):
            errors = np.nan_to_num(np.asarray(curve.surv_prob_se, dtype=np.float64))
        share[row] = np.where(place >= 0, curve.surv_prob[place], 1.0)
        error[row] = np.where(place >= 0, errors[place], 0.0)
    mean, variance = share.mean(axis=0), (error**2).mean(axis=0)
    if len(curves) > 1:
        variance += (1 + 1 / len(curves)) * share.var(axis=0, ddof=1)
    z = norm.ppf((1 + level) / 2)
    with np.errstate(divide="ignore", invalid="ignore"):
        width = np.exp(z * np.sqrt(variance) / np.abs(mean * np.log(mean)))
        inner = (mean > 0) & (mean < 1)
        low = np.where(inner, mean**width, mean)
        high = np.where(inner, mean ** (1 / width), mean)
    low = np.maximum.accumulate(low[::-1])[::-1]  # what is longer is not more
    high = np.minimum.accumulate(high)
    return pd.DataFrame({"days": days, "waiting": mean, "low": low, "high": high})


def _median(curve: pd.DataFrame) -> tuple[float, float, float]:
    """Return the first lengths at which the curve, and the ends of its band, pass a half."""
    shares = (curve["waiting"] < 0.5 - _SAME, curve["low"] <= 0.5, curve["high"] < 0.5 - _SAME)
    passed = [curve["days"][below] for below in shares]
    never = (float("nan"), float("inf"), float("inf"))
    median, low, high = (
        float(days.iloc[0]) if len(days) else none for days, none in zip(passed, never, strict=True)
    )
    return median, low, high
