"""How long events wait for the next, and whether they are regular, random or clustered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd
from attrs import field, frozen
from numpy.typing import NDArray

from engagement.answers import Drawn, SeveralAnswer
from engagement.display import NOT_STATED, Column, names, percent
from engagement.sequence.days import draw_days
from engagement.sequence.regularity import dispersion_test, mean_gap, years_without_events
from engagement.sequence.survival import median_of, pooled_survival, waits_of
from engagement.settings.checks import MOST_DRAWS, check_share, check_whole
from engagement.settings.seeds import read_seed

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from engagement.log.eventlog import EventLog
    from engagement.sequence.days import SeriesDays
    from engagement.sequence.selecting import Selection

__all__ = ["Wait", "WaitingTimes", "waiting_times"]

_LISTED = 6  # years of a series that a note names


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
    mean_gap: float
    """Days from one event to the next of the same span, on average."""
    dispersion: float
    """Variance of the gaps over the square of their mean: 0 if regular, about 1 if random."""
    p_value: float
    """That events fall on days at random, with one rate; two-sided, by simulation."""
    verdict: str
    """``regular``, ``in clusters``, ``consistent with chance`` or ``insufficient data``."""
    drawn: NDArray[np.float64] = field(repr=False)
    """Logarithms of the dispersions of simulated series."""
    empty_years: tuple[int, ...]
    """Calendar years, observed throughout, without an event in any draw of the dates."""
    maybe_empty_years: tuple[int, ...]
    """Such years without an event in some draws and with one in others."""
    level: float
    """Of the intervals; the verdict is by a p-value of at most one minus this."""

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
    series, n_events, n_waits, n_censored, n_spans, median, low, high, mean_gap (days),
    dispersion, p_value, verdict, and how many observed years are empty (n_empty), or may be
    (n_maybe_empty).
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
    n_draws: int
    """Series simulated for each."""
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
        """Waits that ended and that were censored, their median, and how regular they are."""
        return [
            Column("series", "series", value="label", dtype="str"),
            Column("n_events", "events", "{:.4g}"),
            Column("n_waits", "waits", "{:.4g}"),
            Column("n_censored", "censored", "{:.4g}"),
            *names("n_spans"),
            Column("median", "median days", "{:.4g}", missing="not reached"),
            Column("low", f"{percent(self.level)} interval", "{:.4g} to {high:.4g}"),
            *names("high", "mean_gap"),
            Column("dispersion", "dispersion", "{:.2f}"),
            Column("p_value", "p", "{:.3g}"),
            Column("verdict", "verdict", dtype="str"),
            Column("n_empty", value=lambda one: len(one.empty_years)),
            Column("n_maybe_empty", value=lambda one: len(one.maybe_empty_years)),
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
            "dispersion of gaps: variance over squared mean; 0 if regular, about 1 if random",
            (
                f"p by {self.n_draws} series of as many events at random on the observed days, "
                f"with dates as imprecise; seed {self.seed}"
            ),
            "a rate that changed looks like clusters: look at the spans between changes",
        ]
        empty = [f"{one.label} {years}" for one in self.found if (years := _years_without(one))]
        if empty:
            notes.append(f"years observed without an event: {'; '.join(empty)}")
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

    def plot_dispersions(self, ax: Axes | None = None) -> Axes:
        """Draw the dispersion of gaps of each series over the middle 95% of what chance gives."""
        return self._plot(ax, dispersions=True)


def _years_without(one: Wait) -> str:
    maybe = [f"{year}?" for year in one.maybe_empty_years]
    years = sorted([*map(str, one.empty_years), *maybe])
    more = f" and {len(years) - _LISTED} more" if len(years) > _LISTED else ""
    return ", ".join(years[:_LISTED]) + more


def waiting_times(
    log: EventLog,
    events: Selection | None = None,
    *,
    by: Literal["country"] | None = "country",
    level: float = 0.95,
    n_imputations: int = 20,
    n_draws: int = 999,
    rng: np.random.Generator | int | None = None,
) -> WaitingTimes:
    """
    Estimate how long one event waits for the next, and test whether events are regular.

    A wait begins with an event and ends with the next of its series. The last of each observed
    span is censored by the end of observation, and counts for as long as it lasted; excluding
    it would bias waits downwards, since long ones are censored most often. The time before the
    first event of a span is not used, because the beginning of that wait is unknown. The
    survival curve is that of Kaplan and Meier, which holds for waits within one series too
    [1]_, if these are independent and identically distributed.

    Dates of more than a day are drawn within their span, a survival curve is made of each draw
    by statsmodels, the curves are averaged, and the variance between them is added.

    Whether events are regular, random or clustered is tested by the variance of the gaps between
    them over their squared mean: about 1 where events are random with one rate, less where they
    keep a rhythm, more where they cluster [2]_. Its distribution is found by simulation: the
    same number of events is placed at random on the observed days, and their dates are made as
    imprecise as those of the events and drawn again. The answer also lists years without an
    event.

    Parameters
    ----------
    log
        The events, with their coverage.
    events
        Arguments of `EventLog.where` as a mapping, a log, or ``None`` for all events.
    by
        ``"country"``: one series per country. ``None``: one of all.
    level
        Of the intervals, strictly between 0 and 1; events are said to be regular, or in
        clusters, where p is at most one minus this.
    n_imputations
        Draws of imprecise dates, where there are any.
    n_draws
        Series to simulate.
    rng
        A generator or a seed; ``None`` for a fixed seed.

    Returns
    -------
    WaitingTimes
        A median with interval, a curve, the dispersion of gaps with its p-value, and the empty
        years of each series. The verdict is ``insufficient data`` with fewer than four events.

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
    .. [2] D. R. Cox and P. A. W. Lewis (1966), *The Statistical Analysis of Series of Events*,
       chapter 6.

    Examples
    --------
    >>> from engagement.events.events import Meeting
    >>> from engagement.log.eventlog import EventLog
    >>> pair = {"channel": "bilateral", "countries": ["KGZ"]}
    >>> days = ["2003-01-01", "2003-01-11", "2003-01-31", "2003-03-12", "2003-05-01"]
    >>> log = EventLog(Meeting(date=day, **pair) for day in days)
    >>> print(waiting_times(log)["KGZ"])
    40 days (10 to 50)
    """
    level = check_share("level", level)
    n_draws = check_whole("n_draws", n_draws, least=99, most=MOST_DRAWS)
    seed = read_seed(rng)
    drawn = draw_days(log, events, by=by, n_imputations=n_imputations, seed=seed)
    return WaitingTimes(
        found=tuple(_wait(series, level, n_draws, seed) for series in drawn.series),
        events=drawn.events,
        level=level,
        n_imprecise=drawn.n_imprecise,
        n_imputations=n_imputations,
        n_draws=n_draws,
        seed=seed,
        n_left_out=drawn.n_left_out,
        coverage_stated=drawn.coverage_stated,
    )


def _wait(series: SeriesDays, level: float, n_draws: int, seed: int) -> Wait:
    waits = [waits_of(days, series.spans) for days in series.draws]
    curve = pooled_survival(waits, level)
    median, low, high = median_of(curve) if len(curve) else (float("nan"),) * 3
    dispersion, p_value, verdict, drawn = dispersion_test(series, level, n_draws, seed)
    empty, maybe = years_without_events(series)
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
        mean_gap=mean_gap(series),
        dispersion=dispersion,
        p_value=p_value,
        verdict=verdict,
        drawn=drawn,
        empty_years=empty,
        maybe_empty_years=maybe,
        level=level,
    )
