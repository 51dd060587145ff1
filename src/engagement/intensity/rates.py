"""Rates with exact intervals, and whether counts vary as such an interval assumes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from attrs import frozen

from engagement.answers import SeveralAnswer
from engagement.counting.panels import read_panel
from engagement.counting.series import CountSeries
from engagement.display import NOT_STATED, Column, axis_columns, names, number_of, percent
from engagement.intensity.dispersion import dispersion_p_value, pearson_dispersion
from engagement.intensity.spans import are_found, read_spans
from engagement.models.families import read_family
from engagement.models.observed import read_series
from engagement.settings.checks import check_share
from engagement.settings.seeds import Stream, read_seed, series_generator

if TYPE_CHECKING:
    from collections.abc import Iterable

    from engagement.changes.detect.found import Changes
    from engagement.changes.optimal.segmentation import Segmentation
    from engagement.counting.panels import CountsLike
    from engagement.counting.series import CountSeries
    from engagement.intensity.spans import Span

__all__ = ["Rate", "RateEstimate", "estimate_rate"]

N_DRAWS = 1999
"""Draws behind the p-value of a dispersion."""

TOO_DISPERSED = 0.05
"""P-value of the dispersion up to which an interval is said to be too narrow."""


@frozen(kw_only=True, eq=False)
class Rate:
    """One rate: of a series over a span of time."""

    axes: Mapping[str, str]
    """The label on each axis; ``series`` with its name where it came from no table."""
    start: pd.Period | None
    """First period of the span that was observed; None if none was."""
    end: pd.Period | None
    """Last period of the span that was observed; None if none was."""
    span: str
    """The span that was asked for, in words."""
    n_events: int
    """Events counted."""
    exposure_years: float
    """Years observed."""
    n_observed: int
    """Periods observed at least in part."""
    rate: float
    """Events per year; NaN if nothing was observed."""
    low: float
    """Lower end of the exact interval."""
    high: float
    """Upper end of the exact interval."""
    dispersion: float
    """Pearson's chi-square over its degrees of freedom; 1 is expected of Poisson counts."""
    dispersion_p: float
    """P-value of a dispersion so large; NaN with fewer than two periods or no events."""
    coverage_stated: bool
    """Whether the exposure rests on stated coverage, or on the first and last event."""

    @property
    def label(self) -> str:
        """The labels in one text."""
        return " ".join(self.axes.values())

    @property
    def is_too_narrow(self) -> bool:
        """Whether counts vary more than the interval assumes."""
        return self.dispersion_p <= TOO_DISPERSED

    def __str__(self) -> str:
        """Return the rate with its interval."""
        if not self.exposure_years:
            return "not observed"
        return f"{self.rate:.3g} per year ({self.low:.3g} to {self.high:.3g})"


@frozen(kw_only=True, eq=False, repr=False)
class RateEstimate(SeveralAnswer[Rate]):
    """
    Rates of one series or of a table of them, from `estimate_rate`.

    Iterating gives each `Rate`; ``len`` is their number. Its rows are the rates: one column per
    axis (``series`` where there are none), then start, end (both observed; NaT where nothing was),
    n_events, exposure_years, rate, low, high, dispersion and dispersion_p.
    """

    rates: tuple[Rate, ...]
    """By series, and by span within each."""
    by: tuple[str, ...]
    """Names of the axes."""
    level: float
    """Level of the intervals."""
    by_segment: bool
    """Whether spans were asked for."""
    spans_found: bool
    """Whether the spans were found in counts: then intervals take them as known."""
    seed: int
    """Seed of the draws behind the dispersion's p-values."""

    @property
    def _items(self) -> tuple[Rate, ...]:
        return self.rates

    @property
    def title(self) -> str:
        """The one rate, or how many there are."""
        return str(self.rates[0]) if len(self) == 1 else number_of(len(self), "rate")

    @property
    def columns(self) -> list[Column]:
        """Where each rate is from, the rate with its interval, and the dispersion."""
        freqs = {rate.start.freqstr for rate in self.rates if rate.start is not None}
        dtype = pd.PeriodDtype(min(freqs)) if len(freqs) == 1 else None
        spans = [Column("span", "span", in_frame=False)] if self.by_segment else []
        return [
            *axis_columns(self.by),
            *spans,
            Column("start", "observed", "{} to {end}", dtype=dtype, missing="not observed"),
            *names("end", dtype=dtype),
            Column("seen", "events", value=_events_if_observed, in_frame=False),
            *names("n_events"),
            Column("exposure_years", "years", "{:.4g}"),
            Column("rate", "per year", "{:.3g}"),
            Column("low", f"{percent(self.level)} interval", "{:.3g} to {high:.3g}"),
            *names("high"),
            Column("mark", value=lambda rate: "*" * rate.is_too_narrow, in_frame=False),
            Column("dispersion", "dispersion", "{:.2f}{mark}"),
            *names("dispersion_p"),
        ]

    @property
    def notes(self) -> tuple[str, ...]:
        """What the reader of the rates should know."""
        seen = [rate for rate in self.rates if rate.exposure_years]
        notes = ["intervals are exact (Garwood) if counts are Poisson with one rate in the span"]
        narrow = [rate for rate in seen if rate.is_too_narrow]
        if narrow:
            notes.append(
                f"* counts vary more than that in {len(narrow)} of {len(seen)} "
                f"(dispersion test, p at most {TOO_DISPERSED:g}): the rate changed, or events "
                "come in clusters; the interval is too narrow"
            )
        if self.spans_found:
            notes.append(
                "the segments were found in the counts; intervals take their dates as known, "
                "and rates that differ most were sought out"
            )
        if len(seen) < len(self):
            notes.append(f"{len(self) - len(seen)} not observed: no rate, which is not a rate of 0")
        if not all(rate.coverage_stated for rate in seen):
            notes.append(NOT_STATED)
        return tuple(notes)


def _events_if_observed(rate: Rate) -> int | None:
    return rate.n_events if rate.exposure_years else None


def estimate_rate(
    counts: CountsLike,
    *,
    periods: object = None,
    level: float = 0.95,
    by_segment: Segmentation | Changes | Iterable[object] | None = None,
    rng: np.random.Generator | int | None = None,
) -> RateEstimate:
    """
    Estimate how often events come, with an exact interval.

    The counts of a span are taken to be Poisson with one rate, so that only their sum and the
    years observed matter. The interval is the exact one of Garwood [1]_: it contains the
    rate with at least the stated probability, however few the events.

    The dispersion shows whether that assumption holds: Pearson's chi-square over its degrees of
    freedom, about 1 for Poisson counts. Its test distributes the total over the periods at
    random, in proportion to exposure, and so is valid for sparse counts too, where the
    chi-square distribution is not. A large dispersion says that the rate changed
    within the span or that events come in clusters; the interval is then too narrow.

    Parameters
    ----------
    counts
        A table of counts, each series of which gets its rate, or one series. Whole numbers.
    periods
        Periods of *counts* where that is an array, see `CountSeries.from_arrays`.
    level
        Coverage of the intervals, strictly between 0 and 1.
    by_segment
        ``None``: one rate over all that was observed. Several dates: each begins a new span.
        Several pairs of dates: each is a span, both ends included. A `Segmentation` or
        `Changes`: one rate per segment.
    rng
        A generator or a seed for the dispersion's p-values; ``None`` for a fixed seed.

    Returns
    -------
    RateEstimate
        A rate for each series and span. NaN where nothing was observed.

    Raises
    ------
    SeriesError
        If a count is not whole.
    SettingError
        If *level* is no share, or *by_segment* cannot be read.

    References
    ----------
    .. [1] F. Garwood (1936), *Biometrika* 28(3-4), 437-442.

    Examples
    --------
    >>> series = CountSeries.from_arrays([2, 0, 4, 1], range(1990, 1994))
    >>> print(estimate_rate(series))
    1.75 per year (0.704 to 3.61)
    >>> for rate in estimate_rate(series, by_segment=["1992"]):
    ...     print(rate.start, rate.end, rate)
    1990 1991 1 per year (0.121 to 3.61)
    1992 1993 2.5 per year (0.812 to 5.83)
    """
    level = check_share("level", level)
    seed = read_seed(rng)
    panel, by = read_panel(counts, periods)
    rates = [
        _estimate(series, by, span, level, seed)
        for series in panel
        for span in read_spans(series, by_segment)
    ]
    return RateEstimate(
        rates=tuple(rates),
        by=by,
        level=level,
        by_segment=by_segment is not None,
        spans_found=are_found(by_segment),
        seed=seed,
    )


def _estimate(
    series: CountSeries, by: tuple[str, ...], span: Span, level: float, seed: int
) -> Rate:
    observed = read_series(series, read_family("poisson"))
    inside = span.inside[observed.positions]
    places = np.flatnonzero(inside)
    counts, exposures = observed.counts[inside], observed.exposures[inside]
    n_events, years = int(counts.sum()), float(exposures.sum())
    rng = series_generator(seed, counts, stream=Stream.DISPERSION)
    low, high = exact_interval(n_events, years, level)
    return Rate(
        axes=dict(series.axes) or {by[0]: series.name or "series"},
        start=observed.date(places[0]) if len(places) else None,
        end=observed.date(places[-1]) if len(places) else None,
        span=span.label,
        n_events=n_events,
        exposure_years=years,
        n_observed=len(places),
        rate=n_events / years if years else float("nan"),
        low=low,
        high=high,
        dispersion=pearson_dispersion(counts, exposures),
        dispersion_p=dispersion_p_value(counts, exposures, N_DRAWS, rng),
        coverage_stated=series.coverage_stated,
    )


def exact_interval(n_events: int, years: float, level: float) -> tuple[float, float]:
    """
    Return Garwood's interval for a rate; NaN where nothing was observed.

    >>> [round(end, 3) for end in exact_interval(10, 1.0, 0.95)]
    [4.795, 18.39]
    """
    if not years:
        return float("nan"), float("nan")
    from statsmodels.stats.rates import confint_poisson

    low, high = confint_poisson(n_events, years, method="exact-c", alpha=1 - level)
    return float(low), float(high)
