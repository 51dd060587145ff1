"""What events are about, over time: how often each topic is named, and since and until when."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from attrs import field, frozen
from numpy.typing import NDArray
from scipy.sparse import csr_array

from engagement.answers import Answer
from engagement.counting.counting import count_events
from engagement.counting.counts import Counts
from engagement.display import NOT_STATED, Column, names, number_of
from engagement.intensity.shares import event_shares
from engagement.interests.labelled import read_log, reading_of
from engagement.interests.proportions import exact_interval
from engagement.settings.checks import (
    MOST_DRAWS,
    check_choice,
    check_share,
    check_table,
    check_whole,
)
from engagement.settings.seeds import Stream, read_seed, stream_generator
from engagement.values.vocabulary import NONE_LABEL

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Literal

    from matplotlib.axes import Axes

    from engagement.counting.counting import CoverageChoice, Durations, Imprecise, Window
    from engagement.counting.periods import Freq
    from engagement.log.eventlog import EventLog
    from engagement.values.vocabulary import Status

__all__ = ["TopicMentions", "count_mentions"]

Floats = NDArray[np.float64]


@frozen(kw_only=True, eq=False, repr=False)
class TopicMentions(Answer):
    """
    How often topics are named, period by period, from `count_mentions`.

    One row per topic and period: topic, period, count, exposure_years, share, low and high. The
    topic ``(none)`` has counts and no share.
    """

    counts: Counts = field(repr=False)
    """Mentions by topic and period; an event that names three topics counts once in each."""
    share: Floats = field(repr=False)
    """Share of each topic, of the shape of the counts; NaN in periods without mentions."""
    low: Floats = field(repr=False)
    """Lower end of the interval for the share."""
    high: Floats = field(repr=False)
    """Upper end of it."""
    topics: pd.DataFrame = field(repr=False)
    """
    One row per topic over all periods, the most frequent first: topic, n_events, share, low, high;
    and the days between which it was first named (first_low, first_high) and last named
    (last_low, last_high), as exactly as dates are known.
    """
    share_of: str
    """What the share is of: ``mentions`` or ``events``."""
    implied: bool
    """Whether topics brought those that they imply."""
    n_events: float
    """Events with a topic that were counted."""
    n_without: float
    """Events without one that were counted, which are not in the shares."""
    level: float
    """Level of the intervals."""
    n_draws: int
    """Bootstraps behind the intervals of shares of mentions."""
    seed: int
    """Seed of them."""

    @property
    def title(self) -> str:
        """How many topics there are, and by what reading."""
        reading = reading_of("topic", implied=self.implied)
        return f"{len(self.topics)} topics of {self.n_events:.4g} events, {reading}"

    @property
    def columns(self) -> list[Column]:
        """Counts and shares by topic and period."""
        return names("topic", "period", "count", "exposure_years", "share", "low", "high")

    @property
    def rows(self) -> pd.DataFrame:
        """One row per topic and period."""
        columns = {name: getattr(self, name).reshape(-1) for name in ("share", "low", "high")}
        return self.counts.to_frame().assign(**columns)

    @property
    def notes(self) -> tuple[str, ...]:
        """How the intervals were made, and what is in no share."""
        how = (
            f"{self.n_draws} bootstraps of whole events, seed {self.seed}; with fewer than about "
            "20 events they are too narrow"
            if self.share_of == "mentions"
            else "exact, events being independent of one another"
        )
        without = f"not in the shares: {number_of(self.n_without, 'event')} without a topic"
        return (
            f"intervals: {how}",
            *((without,) if self.n_without else ()),
            *(() if self.counts.coverage_stated else (NOT_STATED,)),
        )

    def plot(self, ax: Axes | None = None, *, n_topics: int = 5) -> Axes:
        """Draw the shares of the most frequent topics by period, with their intervals."""
        return self._plot(ax, n_topics=check_whole("n_topics", n_topics, least=1))


def count_mentions(
    log: EventLog,
    *,
    share_of: Literal["mentions", "events"] = "mentions",
    implied: bool = False,
    freq: Freq = "Y",
    every: str | None = None,
    level: float = 0.95,
    n_draws: int = 999,
    rng: np.random.Generator | int | None = None,
    window: Window = None,
    imprecise: Imprecise = "spread",
    durations: Durations = "start",
    coverage: CoverageChoice = "complete",
    statuses: Sequence[Status | str] = ("recorded",),
) -> TopicMentions:
    """
    Count how often each topic is named in each period, and its share of all mentions.

    Intervals of shares of mentions come from a bootstrap of whole events, each with all of its
    topics, since the mentions of one event are not independent. For a topic that no event names
    in a period, the upper limit is the exact one for the share of events. Intervals of shares
    of events are exact (Clopper and Pearson).

    Parameters
    ----------
    log
        The events.
    share_of
        ``"mentions"``: of all mentions in the period, so that shares sum to one.
        ``"events"``: of the events that name any topic, so that they need not.
    implied
        Whether implied topics are included.
    freq
        Length of the periods.
    every
        Put periods together, such as ``"7Y"``, as `Counts.resample` does.
    level
        Level of the intervals, strictly between 0 and 1.
    n_draws
        Bootstraps.
    rng
        A generator or a seed; ``None`` for a fixed seed.
    window, imprecise, durations, coverage, statuses
        As in `count_events`.

    Returns
    -------
    TopicMentions
        Counts, shares and intervals by topic and period; and one row per topic over all.

    Raises
    ------
    SettingError
        If a setting is outside of what it may be.

    Examples
    --------
    >>> from engagement.log.eventlog import EventLog
    >>> from engagement.events.events import Meeting
    >>> log = EventLog([
    ...     Meeting(date="2002-10", channel="bilateral", countries=["KGZ"],
    ...             topics=["terrorism", "separatism"]),
    ...     Meeting(date="2003", channel="bilateral", countries=["KGZ"], topics=["terrorism"]),
    ... ])
    >>> frame = count_mentions(log).topics
    >>> columns = ["topic", "n_events", "share", "first_low", "last_high"]
    >>> print(frame[columns].to_string(index=False))
         topic  n_events    share  first_low  last_high
     terrorism       2.0 0.666667 2002-10-01 2003-12-31
    separatism       1.0 0.333333 2002-10-01 2002-10-31
    """
    whole = read_log(log, implied=implied)
    check_choice("share_of", share_of, ("mentions", "events"))
    level = check_share("level", level)
    n_draws = check_whole("n_draws", n_draws, least=1, most=MOST_DRAWS)
    check_table(f"n_draws={n_draws} for {len(whole)} events", n_draws, len(whole))
    seed = read_seed(rng)
    settings: dict[str, Any] = {
        "by": ("topic",),
        "freq": freq,
        "window": window,
        "counting": "whole",
        "imprecise": imprecise,
        "durations": durations,
        "coverage": coverage,
        "statuses": statuses,
        "rng": seed,
    }
    counts = count_events(whole, **settings)
    shares = event_shares(counts, whole, settings)
    n_topics = len(counts)
    topic = np.repeat(np.arange(n_topics), len(counts.periods))
    total = _joined(shares, topic, n_topics)
    if every is not None:
        coarse = counts.resample(every)
        ends = coarse.periods.start_time.to_numpy()
        bins = np.searchsorted(ends, counts.periods.start_time.to_numpy(), side="right") - 1
        rows = topic * len(coarse.periods) + np.tile(bins, n_topics)
        shares = _joined(shares, rows, n_topics * len(coarse.periods))
        counts = coarse
    labels = np.array(counts.axes["topic"], dtype=object)
    named = np.flatnonzero(labels != NONE_LABEL)
    drawn = stream_generator(seed, Stream.MENTIONS).poisson(1.0, size=(len(whole), n_draws))
    shares_of = partial(_shares, share_of=share_of, level=level, times=drawn.astype(np.float64))
    n_periods = len(counts.periods)
    share, low, high = np.full((3, n_topics, n_periods), np.nan)
    for period in range(n_periods):
        part = shares[named * n_periods + period]
        share[named, period], low[named, period], high[named, period] = shares_of(part)
    return TopicMentions(
        counts=counts,
        share=share.reshape(counts.exposure_years.shape),
        low=low.reshape(counts.exposure_years.shape),
        high=high.reshape(counts.exposure_years.shape),
        topics=_topics(whole, total[named], labels[named], shares_of(total[named])),
        share_of=share_of,
        implied=implied,
        n_events=float(total[named].toarray().max(axis=0, initial=0.0).sum()),
        n_without=float(total[np.flatnonzero(labels == NONE_LABEL)].sum()),
        level=level,
        n_draws=n_draws,
        seed=seed,
    )


def _joined(shares: csr_array, rows: NDArray[np.int64], n_rows: int) -> csr_array:
    """Sum rows of shares into fewer."""
    joins = csr_array((np.ones(len(rows)), (rows, np.arange(len(rows)))), shape=(n_rows, len(rows)))
    return csr_array(joins @ shares)


def _shares(
    part: csr_array, *, share_of: str, level: float, times: Floats
) -> tuple[Floats, Floats, Floats]:
    """
    Return the share of each topic with its interval.

    Events, which are the columns, are drawn *times* in the bootstraps, ``(n_events, n_draws)``.
    """
    used = np.unique(part.indices)
    adds = part[:, used].toarray()
    mentions, n_events = adds.sum(axis=1), adds.max(axis=0, initial=0.0).sum()
    whole = n_events if share_of == "events" else mentions.sum()
    if whole <= 0:
        nothing = np.full(len(mentions), np.nan)
        return nothing, nothing, nothing
    low, high = exact_interval(mentions, np.full(len(mentions), n_events), level)
    if share_of == "mentions" and times[used].any():
        drawn = adds @ times[used]
        total = drawn.sum(axis=0)
        drawn = drawn[:, total > 0] / total[total > 0]
        tail = (1 - level) / 2
        ends = np.quantile(drawn, [tail, 1 - tail], axis=1)
        some = mentions > 0
        low, high = np.where(some, ends[0], low), np.where(some, ends[1], high)
    return mentions / whole, low, high


def _topics(
    log: EventLog, total: csr_array, labels: NDArray[Any], shares: tuple[Floats, Floats, Floats]
) -> pd.DataFrame:
    """Return one row per topic over all periods, with the days of its first and last mention."""
    share, low, high = shares
    rows = []
    for place, label in enumerate(labels):
        events = total.indices[total.indptr[place] : total.indptr[place + 1]]
        spans = [log[int(event)].date.onset_days or log[int(event)].date.bounds for event in events]
        if not spans:
            continue
        starts, ends = [first for first, _ in spans], [end - 1 for _, end in spans]
        days = (min(starts), min(ends), max(starts), max(ends))
        first_low, first_high, last_low, last_high = map(date.fromordinal, days)
        rows.append(
            {
                "topic": str(label),
                "n_events": float(total[[place]].sum()),
                "share": share[place],
                "low": low[place],
                "high": high[place],
                "first_low": first_low,
                "first_high": first_high,
                "last_low": last_low,
                "last_high": last_high,
            }
        )
    columns = [
        *("topic", "n_events", "share", "low", "high"),
        *("first_low", "first_high", "last_low", "last_high"),
    ]
    frame = pd.DataFrame(rows, columns=columns)
    return frame.sort_values(["n_events", "topic"], ascending=[False, True], ignore_index=True)
