"""Weighted intensity: not how many events, but how many people, how much money, how high."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from attrs import field, frozen
from numpy.typing import NDArray

from engagement.answers import Answer
from engagement.counting.counting import count_events
from engagement.counting.counts import Counts
from engagement.display import NOT_STATED, Column, names, number_of
from engagement.intensity.shares import event_shares
from engagement.intensity.weights import WEIGHTS, sizes_of
from engagement.log.eventlog import EventLog
from engagement.settings.checks import (
    MOST_DRAWS,
    check_instance,
    check_share,
    check_table,
    check_whole,
)
from engagement.settings.seeds import Stream, read_seed, stream_generator

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from scipy.sparse import csr_array

    from engagement.counting.counting import Counting, CoverageChoice, Durations, Imprecise, Window
    from engagement.counting.periods import Freq
    from engagement.events.events import Event
    from engagement.intensity.weights import Sizes
    from engagement.values.vocabulary import Rank, Status

__all__ = ["WeightedIntensity", "weigh_events"]

Floats = NDArray[np.float64]

_AT_ONCE = 2**22  # sums drawn at once


@frozen(kw_only=True, eq=False, repr=False)
class WeightedIntensity(Answer):
    """
    Sums of weights by cell and period, from `weigh_events`.

    A cell that was not observed is NaN. Sums have two bounds where sizes are unknown, and an
    interval for chance around both. One row per cell and period: one column per axis, then period,
    count, exposure_years, n_unknown, at_least, at_most, low and high, which are sums and not yet
    divided by exposure.
    """

    counts: Counts = field(repr=False)
    """The events that were weighed, counted in the same cells."""
    weight: str
    """What was asked: a name, or that of the function."""
    unit: str
    """What is summed."""
    at_least: Floats = field(repr=False)
    """Sum with every unknown size at its least, of the shape of the counts."""
    at_most: Floats = field(repr=False)
    """Sum with every unknown size at its most; infinite where nobody bounds one."""
    low: Floats = field(repr=False)
    """Lower end of the interval for the expected sum; NaN in a period without events."""
    high: Floats = field(repr=False)
    """Upper end of it."""
    n_unknown: Floats = field(repr=False)
    """Events of unknown size in each cell."""
    totals: pd.DataFrame = field(repr=False)
    """
    One row per series, over all that was observed: one column per axis, then n_events, n_unknown,
    exposure_years, and at_least, at_most, low and high per year.
    """
    level: float
    """Level of the intervals."""
    n_draws: int
    """Draws behind the intervals."""
    seed: int
    """Seed of the draws."""
    n_other: int
    """Events of kinds that cannot have this weight; they are not in the sums."""

    @property
    def title(self) -> str:
        """What is summed."""
        return f"{self.weight}: {self.unit} per year"

    @property
    def columns(self) -> list[Column]:
        """The sums of each cell and period."""
        counted = names(*self.counts.by, "period", "count", "exposure_years")
        return [*counted, *names("n_unknown", "at_least", "at_most", "low", "high")]

    @property
    def rows(self) -> pd.DataFrame:
        """One row per cell and period."""
        sums = ("n_unknown", "at_least", "at_most", "low", "high")
        return self.counts.to_frame().assign(
            **{name: getattr(self, name).reshape(-1) for name in sums}
        )

    @property
    def notes(self) -> tuple[str, ...]:
        """What the reader of the sums should know."""
        notes = [
            f"intervals by {self.n_draws} bootstraps of events, seed {self.seed}",
            "with fewer than about 20 events, or one that outweighs the rest, they are too narrow",
        ]
        n_unknown = float(self.totals["n_unknown"].sum())
        if n_unknown:
            notes.append(
                f"{n_unknown:g} of {self.totals['n_events'].sum():g} counts are of unknown size: "
                "sums lie between their bounds, and no unknown is a zero"
            )
        if self.n_other:
            other = number_of(self.n_other, "event")
            notes.append(f"not in the sums: {other} of kinds without {self.weight}")
        if not self.counts.coverage_stated:
            notes.append(NOT_STATED)
        return tuple(notes)


def weigh_events(
    log: EventLog,
    weight: str | Callable[[Event], Any] = "personnel",
    *,
    by: str | Sequence[str] = ("country", "channel"),
    freq: Freq = "Y",
    unknown: tuple[float, float] | str | None = None,
    currency: str | None = None,
    exchange: Mapping[str, float] | None = None,
    scale: Mapping[Rank | str, float] | None = None,
    level: float = 0.95,
    n_draws: int = 999,
    rng: np.random.Generator | int | None = None,
    window: Window = None,
    counting: Counting = "whole",
    imprecise: Imprecise = "spread",
    durations: Durations = "start",
    coverage: CoverageChoice = "complete",
    statuses: Sequence[Status | str] = ("recorded",),
) -> WeightedIntensity:
    """
    Sum what events weigh, period by period.

    One exercise of 5,000 is not five of 20. Where the source gives no size, it lies between two
    bounds, and so does the sum: an unknown size is never a zero. Chance is told by the
    bootstrap: every event comes as often as a Poisson number of mean 1 says, wherever it
    counts, so that the interval is that of a sum of independent events [1]_. With few events, or
    one that outweighs the rest, it is too narrow: see the page on intensity for how much.

    Parameters
    ----------
    log
        The events.
    weight
        ``"personnel"``: people at exercises, training and operations; what single countries
        sent is a least. ``"value"``: money of transfers and measures. ``"rank"``: that of the
        highest participant, on *scale*. A column of the user's own that holds numbers, empty
        where unknown. Or a function of an event that gives a number of at
        least 0, a pair of bounds, or ``None`` where unknown. A name takes only the kinds of
        events that can have the weight, and their coverage.
    by, freq
        As in `count_events`.
    unknown
        Between what unknown sizes lie. ``None``: 0 and infinity, for rank the ends of the scale.
        ``"range"``: the least and the largest known size. A pair: these.
    currency
        ISO 4217 code to sum values in; ``None`` where all are in one.
    exchange
        For each other currency what one unit is worth in it.
    scale
        A weight for every rank; ``None`` counts from 1 for working level to 9 for a head of
        state.
    level
        Level of the intervals, strictly between 0 and 1.
    n_draws
        Bootstraps.
    rng
        A generator or a seed, for them and for ``imprecise="impute"``; ``None`` for a fixed
        seed.
    window, counting, imprecise, durations, coverage, statuses
        As in `count_events`.

    Returns
    -------
    WeightedIntensity
        Sums with bounds and intervals.

    Raises
    ------
    SettingError
        If a setting is outside of what it may be, currencies differ without a rate between
        them, or a function gives what is no weight.

    References
    ----------
    .. [1] J. A. Hanley and B. MacGibbon (2006), *Computer Methods and Programs in Biomedicine*
       83(1), 57-62.

    Examples
    --------
    >>> from engagement.events.events import Exercise
    >>> from engagement.events.parts import Personnel
    >>> log = EventLog([
    ...     Exercise(date="2002-10", channel="bilateral", countries=["KGZ"]),
    ...     Exercise(date="2003-08", channel="bilateral", countries=["KGZ"],
    ...              personnel=Personnel(low=1000, high=1300)),
    ... ])
    >>> sums = weigh_events(log, "personnel", unknown=(20, 500)).to_frame()
    >>> print(sums[["period", "count", "at_least", "at_most"]].to_string(index=False))
    period  count  at_least  at_most
      2002    1.0      20.0    500.0
      2003    1.0    1000.0   1300.0
    """
    check_instance("log", log, EventLog)
    level = check_share("level", level)
    n_draws = check_whole("n_draws", n_draws, least=1, most=MOST_DRAWS)
    check_table(f"n_draws={n_draws} for {len(log)} events", n_draws, len(log))
    seed = read_seed(rng)
    kept = log
    if isinstance(weight, str) and weight in WEIGHTS:
        kept = log.where(activity=[str(kind) for kind in WEIGHTS[weight]])
    sizes = sizes_of(
        kept, weight, unknown=unknown, currency=currency, exchange=exchange, scale=scale
    )
    settings: dict[str, Any] = {
        "by": by,
        "freq": freq,
        "window": window,
        "counting": counting,
        "imprecise": imprecise,
        "durations": durations,
        "coverage": coverage,
        "statuses": statuses,
        "rng": seed,
    }
    counts = count_events(kept, **settings)
    shares = event_shares(counts, kept, settings)
    drawn = stream_generator(seed, Stream.WEIGHTS).poisson(1.0, size=(len(kept), n_draws))
    times = drawn.astype(np.uint8)
    sums = bounded_sums(shares, sizes, times, level)
    seen = counts.exposure_years > 0
    return WeightedIntensity(
        counts=counts,
        weight=weight if isinstance(weight, str) else getattr(weight, "__name__", "a function"),
        unit=sizes.unit,
        **{
            name: np.where(seen, values.reshape(seen.shape), np.nan)
            for name, values in sums.items()
        },
        totals=_totals(counts, shares, sizes, times, level),
        level=level,
        n_draws=n_draws,
        seed=seed,
        n_other=len(log) - len(kept),
    )


def bounded_sums(
    shares: csr_array, sizes: Sizes, times: NDArray[np.uint8], level: float
) -> dict[str, Floats]:
    """Sum sizes over rows of shares: unknown ones, both bounds, and the ends of the interval."""
    bounded = np.where(np.isfinite(sizes.high), sizes.high, 0.0)
    endless = np.isinf(sizes.high).astype(np.float64)
    at_most = shares @ bounded
    at_most[shares @ endless > 0] = np.inf
    low, high = np.full((2, shares.shape[0]), np.nan)
    filled = np.flatnonzero(np.diff(shares.indptr))
    step = max(1, _AT_ONCE // times.shape[1])
    tail = (1 - level) / 2
    for start in range(0, len(filled), step):
        rows = filled[start : start + step]
        part = shares[rows]
        used = np.unique(part.indices)
        part, drawn = part[:, used], times[used].astype(np.float64)
        low[rows] = np.quantile(part @ (sizes.low[used, None] * drawn), tail, axis=1)
        ends = part @ (bounded[used, None] * drawn)
        ends[part @ (endless[used, None] * drawn) > 0] = np.inf
        high[rows] = np.quantile(ends, 1 - tail, axis=1, method="higher")
    return {
        "n_unknown": shares @ sizes.is_unknown.astype(np.float64),
        "at_least": shares @ sizes.low,
        "at_most": at_most,
        "low": low,
        "high": high,
    }


def _totals(
    counts: Counts, shares: csr_array, sizes: Sizes, times: NDArray[np.uint8], level: float
) -> pd.DataFrame:
    """Sum each series over its periods, and divide by the years that were observed."""
    from scipy.sparse import csr_array

    n_series, n_periods = len(counts), len(counts.periods)
    places = shares.tocoo()
    rows = places.coords[0] // max(n_periods, 1)
    whole = csr_array((places.data, (rows, places.coords[1])), shape=(n_series, shares.shape[1]))
    sums = bounded_sums(whole, sizes, times, level)
    years = counts.exposure_years.reshape(n_series, n_periods).sum(axis=1)
    labels = list(product(*counts.axes.values()))
    axes = {name: [row[place] for row in labels] for place, name in enumerate(counts.by)}
    frame = pd.DataFrame(axes, index=pd.RangeIndex(n_series)).astype(dict.fromkeys(axes, "str"))
    frame["n_events"] = np.asarray(whole.sum(axis=1))
    frame["n_unknown"] = sums.pop("n_unknown")
    frame["exposure_years"] = years
    with np.errstate(divide="ignore", invalid="ignore"):
        for name, values in sums.items():
            frame[name] = np.where(years > 0, values / years, np.nan)
    return frame
