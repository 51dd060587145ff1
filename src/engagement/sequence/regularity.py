"""How regularly events come, and whether a mechanism keeps the rhythm that it is said to have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

from engagement.answers import Drawn, SeveralAnswer
from engagement.display import NOT_STATED, Column, names
from engagement.sequence.days import draw_days
from engagement.settings.checks import MOST_DRAWS, check_share, check_whole
from engagement.settings.seeds import Stream, read_seed, series_generator

if TYPE_CHECKING:
    from engagement.log.eventlog import EventLog
    from engagement.sequence.days import SeriesDays
    from engagement.sequence.selecting import Selection

__all__ = ["Regularity", "SeriesRegularity", "measure_regularity"]

Floats = NDArray[np.float64]

REGULAR, CLUSTERED = "regular", "in clusters"
AS_CHANCE, TOO_LITTLE = "consistent with chance", "insufficient data"

_LEAST = 4  # events, under which gaps have no spread to speak of
_SAME = 1e-9
_AT_ONCE = 2**20  # simulated days


@frozen(kw_only=True, eq=False)
class SeriesRegularity(Drawn):
    """How regularly the events of one series come."""

    label: str
    """The country, or ``all``."""
    n_events: float
    """Events in observed spans, mean over draws of the dates as all numbers here."""
    mean_gap: float
    """Days from one event to the next of the same span, on average."""
    dispersion: float
    """Variance of the gaps over the square of their mean: 0 if regular, about 1 if random."""
    p_value: float
    """That events fall on days at random, with one rate; two-sided, by simulation."""
    verdict: str
    """``regular``, ``in clusters``, ``consistent with chance`` or ``insufficient data``."""
    drawn: Floats = field(repr=False)
    """Logarithms of the dispersions of simulated series."""
    empty_years: tuple[int, ...]
    """Calendar years, observed throughout, without an event in any draw of the dates."""
    maybe_empty_years: tuple[int, ...]
    """Such years without an event in some draws and with one in others."""

    @property
    def n_empty(self) -> int:
        """How many observed years have no event."""
        return len(self.empty_years)

    @property
    def n_maybe_empty(self) -> int:
        """How many may have none."""
        return len(self.maybe_empty_years)


@frozen(kw_only=True, eq=False, repr=False)
class Regularity(SeveralAnswer[SeriesRegularity]):
    """
    How regularly events come, from `measure_regularity`.

    Iterating gives the `SeriesRegularity` of each series; ``len`` is their number. Its rows are
    the series: series, n_events, mean_gap (days), dispersion, p_value, verdict, and how many
    observed years are empty (n_empty), or may be (n_maybe_empty).
    """

    found: tuple[SeriesRegularity, ...]
    """Of each series."""
    events: str
    """What was selected, in words."""
    level: float
    """One minus the p-value up to which events are said to be regular, or in clusters."""
    n_imprecise: int
    """Events of more than one day, whose dates were drawn."""
    n_imputations: int
    """Draws of their dates."""
    n_draws: int
    """Series simulated for each."""
    seed: int
    """Seed of the draws."""
    coverage_stated: bool
    """Whether spans rest on stated coverage, or on the first and last event."""

    @property
    def title(self) -> str:
        """What was asked."""
        return f"regularity of events: {self.events}"

    @property
    def columns(self) -> list[Column]:
        """The gaps of each series, what they say, and its empty years."""
        return [
            Column("series", "series", value="label", dtype="str"),
            Column("n_events", "events", "{:.4g}"),
            Column("mean_gap", "mean gap in days", "{:.4g}"),
            Column("dispersion", "dispersion", "{:.2f}"),
            Column("p_value", "p", "{:.3g}"),
            Column("verdict", "verdict", dtype="str"),
            *names("n_empty", "n_maybe_empty"),
            Column("years", "years without", value=_years_without, in_frame=False),
        ]

    @property
    def _items(self) -> tuple[SeriesRegularity, ...]:
        return self.found

    @property
    def notes(self) -> tuple[str, ...]:
        """What the reader should know."""
        notes = [
            "dispersion of gaps: variance over squared mean; 0 if regular, about 1 if random",
            (
                f"p by {self.n_draws} series of as many events at random on the observed days, "
                f"with dates as imprecise; seed {self.seed}"
            ),
            "a rate that changed looks like clusters: look at the spans between changes",
        ]
        if self.n_imprecise:
            notes.append(
                f"{self.n_imprecise} events are of more than one day: {self.n_imputations} draws "
                "of their dates, averaged"
            )
        if not self.coverage_stated:
            notes.append(NOT_STATED)
        return tuple(notes)


def _years_without(one: SeriesRegularity) -> str:
    maybe = [f"{year}?" for year in one.maybe_empty_years]
    years = sorted([*map(str, one.empty_years), *maybe])
    more = f" and {len(years) - _LISTED} more" if len(years) > _LISTED else ""
    return ", ".join(years[:_LISTED]) + more or "none"


_LISTED = 6


def measure_regularity(
    log: EventLog,
    events: Selection | None = None,
    *,
    by: Literal["country"] | None = "country",
    level: float = 0.95,
    n_imputations: int = 20,
    n_draws: int = 999,
    rng: np.random.Generator | int | None = None,
) -> Regularity:
    """
    Test whether events are regular, random or clustered in time.

    The statistic is the variance of the gaps between events over their squared mean: about 1
    where events are random with one rate, less where they keep a rhythm, more where they
    cluster [1]_. Its distribution is found by simulation: the same number of events is placed at
    random on the observed days, and their dates are made as imprecise as those of the events
    and drawn again. The answer also lists years without an event.

    Parameters
    ----------
    log
        The events, with their coverage.
    events
        Arguments of `EventLog.where` as a mapping, a log, or ``None`` for all events.
    by
        ``"country"``: one series per country. ``None``: one of all.
    level
        One minus the p-value up to which events are said to be regular, or in clusters.
    n_imputations
        Draws of imprecise dates, where there are any.
    n_draws
        Series to simulate.
    rng
        A generator or a seed; ``None`` for a fixed seed.

    Returns
    -------
    Regularity
        Dispersion, p-value and empty years of each series. ``insufficient data`` with fewer than
        four events.

    Raises
    ------
    SettingError
        If a setting is outside of what it may be, or a selection cannot be read.
    CoverageError
        If the log states coverage, but nothing for such events.

    References
    ----------
    .. [1] D. R. Cox and P. A. W. Lewis (1966), *The Statistical Analysis of Series of Events*,
       chapter 6.

    Examples
    --------
    >>> from engagement.events.events import Meeting
    >>> pair = {"channel": "bilateral", "countries": ["KGZ"]}
    >>> log = EventLog(Meeting(date=f"{year}-06", **pair) for year in range(2001, 2013))
    >>> found = measure_regularity(log)["KGZ"]
    >>> print(found.verdict, round(found.dispersion, 2), found.empty_years)
    regular 0.0 ()
    """
    level = check_share("level", level)
    n_draws = check_whole("n_draws", n_draws, least=99, most=MOST_DRAWS)
    seed = read_seed(rng)
    drawn = draw_days(log, events, by=by, n_imputations=n_imputations, seed=seed)
    return Regularity(
        found=tuple(_regularity(series, level, n_draws, seed) for series in drawn.series),
        events=drawn.events,
        level=level,
        n_imprecise=drawn.n_imprecise,
        n_imputations=n_imputations,
        n_draws=n_draws,
        seed=seed,
        coverage_stated=drawn.coverage_stated,
    )


def _regularity(series: SeriesDays, level: float, n_draws: int, seed: int) -> SeriesRegularity:
    observed = np.array([log_dispersions(days, series.spans) for days in series.draws])
    parts = [_gaps(days, series.spans) for days in series.draws]
    gaps = np.concatenate([gaps[within] for gaps, within in parts])
    n_events = float(np.mean([len(days) for days in series.draws]))
    statistic, p_value, verdict = float("nan"), float("nan"), TOO_LITTLE
    drawn: Floats = np.zeros(0)
    if n_events >= _LEAST and np.isfinite(observed).all():
        rng = series_generator(
            seed, np.sort(series.widths).astype(np.float64), stream=Stream.REGULARITY
        )
        drawn = simulate(series, n_draws, rng)
        statistic = float(observed.mean())
        lower = (drawn <= statistic + _SAME).sum() + 1
        upper = (drawn >= statistic - _SAME).sum() + 1
        p_value = float(min(1.0, 2 * min(lower, upper) / (len(drawn) + 1)))
        verdict = AS_CHANCE
        if p_value <= (1 - level) * (1 + 1e-9):
            verdict = REGULAR if lower < upper else CLUSTERED
    empty, maybe = _empty_years(series)
    return SeriesRegularity(
        label=series.label,
        n_events=n_events,
        mean_gap=float(gaps.mean()) if len(gaps) else float("nan"),
        dispersion=float(np.exp(statistic)),
        p_value=p_value,
        verdict=verdict,
        drawn=drawn,
        empty_years=empty,
        maybe_empty_years=maybe,
    )


def log_dispersions(days: NDArray[np.int64], spans: tuple[tuple[int, int], ...]) -> Floats:
    """
    Return logarithms of the variance of gaps over their squared mean; NaN with under two gaps.

    Gaps are those within a span. A squared day is added to the variance, for dates are no finer
    than days, so that equal gaps have a logarithm too.

    Parameters
    ----------
    days
        Rows of days with events, in any order, each within a span; shape ``(..., n_events)``.
    spans
        What was observed, half-open.

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


def _empty_years(series: SeriesDays) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return the years, observed throughout, without an event in every draw, and in some."""
    from datetime import date

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
