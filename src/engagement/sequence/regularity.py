"""Whether gaps between events are regular, random or clustered, by simulation; empty years."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from engagement.settings.seeds import Stream, series_generator

if TYPE_CHECKING:
    from engagement.sequence.days import SeriesDays

__all__ = ["dispersion_test", "log_dispersions", "mean_gap", "simulate", "years_without_events"]

Floats = NDArray[np.float64]

REGULAR, CLUSTERED = "regular", "in clusters"
AS_CHANCE, TOO_LITTLE = "consistent with chance", "insufficient data"

_LEAST = 4  # events, under which gaps have no spread to speak of
_SAME = 1e-9
_AT_ONCE = 2**20  # simulated days


def mean_gap(series: SeriesDays) -> float:
    """Return the mean number of days between events of one span, over all draws; NaN if none."""
    parts = [_gaps(days, series.spans) for days in series.draws]
    gaps = np.concatenate([gaps[within] for gaps, within in parts])
    return float(gaps.mean()) if len(gaps) else float("nan")


def dispersion_test(
    series: SeriesDays, level: float, n_draws: int, seed: int
) -> tuple[float, float, str, Floats]:
    """Return the dispersion of gaps, its p-value, the verdict, and the logarithms of the null."""
    observed = np.array([log_dispersions(days, series.spans) for days in series.draws])
    n_events = np.mean([len(days) for days in series.draws])
    if n_events < _LEAST or not np.isfinite(observed).all():
        return float("nan"), float("nan"), TOO_LITTLE, np.zeros(0)
    widths = np.sort(series.widths).astype(np.float64)
    drawn = simulate(series, n_draws, series_generator(seed, widths, stream=Stream.REGULARITY))
    statistic = float(observed.mean())
    lower = (drawn <= statistic + _SAME).sum() + 1
    upper = (drawn >= statistic - _SAME).sum() + 1
    p_value = float(min(1.0, 2 * min(lower, upper) / (len(drawn) + 1)))
    verdict = AS_CHANCE
    if p_value <= (1 - level) * (1 + 1e-9):
        verdict = REGULAR if lower < upper else CLUSTERED
    return float(np.exp(statistic)), p_value, verdict, drawn


def log_dispersions(days: NDArray[np.int64], spans: tuple[tuple[int, int], ...]) -> Floats:
    """
    Return logarithms of the variance of gaps over their squared mean; NaN with under two gaps.

    Gaps are those within a half-open span, between days of shape ``(..., n_events)`` in any
    order. A squared day is added to the variance, since dates are no finer than days, so that
    equal gaps have a logarithm too.

    Examples
    --------
    >>> round(float(np.exp(log_dispersions(np.array([0, 10, 40]), ((0, 50),)))), 3)
    0.502
    """
    gaps, within = _gaps(days, spans)
    number = within.sum(axis=-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = (gaps * within).sum(axis=-1) / number
        spread = (((gaps - mean[..., None]) ** 2) * within).sum(axis=-1) / (number - 1)
        logs = np.log((spread + 1) / mean**2)
    return np.where((number > 1) & (mean > 0), logs, np.nan)


def _gaps(
    days: NDArray[np.int64], spans: tuple[tuple[int, int], ...]
) -> tuple[Floats, NDArray[np.bool_]]:
    """Return the gaps between days in order, and whether both ends lie in one span."""
    days = np.sort(days, axis=-1)
    span = np.searchsorted([start for start, _ in spans], days, side="right")
    return np.diff(days, axis=-1).astype(np.float64), np.diff(span, axis=-1) == 0


def simulate(series: SeriesDays, n_draws: int, rng: np.random.Generator) -> Floats:
    """
    Return logarithms of dispersions of events that fall on observed days at random.

    Each simulated event is forgotten to as many days as one of the events, and drawn in them as
    often as those were; a draw that falls where nothing was observed is left where it was.
    """
    n_events = round(float(np.mean([len(days) for days in series.draws])))
    step = max(1, _AT_ONCE // (n_events * len(series.draws)))
    sizes = [min(step, n_draws - start) for start in range(0, n_draws, step)]
    logs = np.concatenate([_simulate(series, n_events, size, rng) for size in sizes])
    return np.asarray(logs[np.isfinite(logs)], dtype=np.float64)


def _simulate(series: SeriesDays, n_events: int, n_draws: int, rng: np.random.Generator) -> Floats:
    starts = np.array([start for start, _ in series.spans])
    lengths = np.array([end - start for start, end in series.spans])
    before = np.cumsum(lengths) - lengths
    shape = (n_draws, 1, n_events)
    places = rng.integers(lengths.sum(), size=shape)
    span = np.searchsorted(before, places, side="right") - 1
    days = starts[span] + places - before[span]
    widths = np.maximum(rng.choice(series.widths, size=shape), 1)
    steps = rng.random((n_draws, len(series.draws), n_events))
    again = days // widths * widths + np.floor(steps * widths).astype(np.int64)
    inside = (again >= starts[span]) & (again < (starts + lengths)[span])
    logs = log_dispersions(np.where(inside, again, days), series.spans)
    return np.asarray(logs.mean(axis=1), dtype=np.float64)


def years_without_events(series: SeriesDays) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return the years, observed throughout, without an event in every draw, and in some."""
    empty, maybe = [], []
    for start, end in series.spans:
        first, last = date.fromordinal(start), date.fromordinal(end - 1)
        for year in range(first.year, last.year + 1):
            low, high = date(year, 1, 1).toordinal(), date(year + 1, 1, 1).toordinal()
            if low < start or high > end:
                continue
            without = [not ((days >= low) & (days < high)).any() for days in series.draws]
            if all(without):
                empty.append(year)
            elif any(without):
                maybe.append(year)
    return tuple(empty), tuple(maybe)
