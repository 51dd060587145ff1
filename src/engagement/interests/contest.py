"""One topic against another: did the one take the other's place, and when?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from attrs import evolve, field, frozen

from engagement.answers import Answer
from engagement.counting.named_periods import read_period
from engagement.display import Column, names, percent
from engagement.errors import SettingError, UnknownTermError, shown, suggest
from engagement.interests.composition import first_possible
from engagement.interests.labelled import (
    LabelledEvents,
    bundle,
    label_events,
    permuted,
    read_log,
    restrict,
)
from engagement.interests.proportions import difference_interval, wilson_interval
from engagement.interests.search import PermutationTest, places_not_refused
from engagement.settings.checks import MOST_DRAWS, check_share, check_whole
from engagement.settings.seeds import Stream, read_seed, stream_generator
from engagement.values.checking import read_several
from engagement.values.vocabulary import Topic, fold_term, read_topic

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from engagement.counting.periods import Freq
    from engagement.log.eventlog import EventLog

__all__ = ["TopicComparison", "TopicShift", "compare_topics"]


@frozen(kw_only=True, eq=False)
class TopicShift:
    """One topic against another, by one reading of the topics."""

    reading: str
    """``as printed`` or ``with implied terms``."""
    n_first: int
    """Events that name the first topic and not the second."""
    n_second: int
    """Events that name the second and not the first."""
    n_both: int
    """Events that name both; each counts half for either."""
    date: pd.Period | None
    """First period of the second part; ``None`` where there are too few events."""
    date_low: pd.Period | None
    """First period of the interval for the date; the date itself where the caller fixed it."""
    date_high: pd.Period | None
    """Last period of it."""
    before: float
    """The first topic's share before the date."""
    before_low: float
    """Lower end of its interval."""
    before_high: float
    """Upper end."""
    after: float
    """The first topic's share from the date on."""
    after_low: float
    """Lower end of its interval."""
    after_high: float
    """Upper end."""
    low: float
    """Lower end of the interval for the difference, after minus before."""
    high: float
    """Upper end."""
    p_value: float
    """Of no difference; where the date was sought, the search is accounted for."""
    shares: pd.DataFrame = field(repr=False)
    """Indexed by period: n_events and share of the first topic; NaN without events."""

    @property
    def n_events(self) -> int:
        """Events that name either topic."""
        return self.n_first + self.n_second + self.n_both


@frozen(kw_only=True, eq=False, repr=False)
class TopicComparison(Answer):
    """
    One topic against another by both readings, from `compare_topics`.

    One row per reading, with the fields of `TopicShift` but the shares.
    """

    first: str
    """The topic whose share is told; of a group all topics, with "or" between."""
    second: str
    """The topic, or the group, against which it stands."""
    shifts: tuple[TopicShift, ...] = field(repr=False)
    """As printed, and with implied terms."""
    is_sought: bool
    """Whether the date was sought in the same events, or fixed by the caller."""
    level: float
    """Level of the intervals."""
    min_events: int
    """Least number of events on each side of a date that was sought."""
    together: str | None
    """Events of one such period were permuted as one."""
    n_draws: int
    """Permutations behind each p-value."""
    seed: int
    """Seed of the permutations."""

    @property
    def printed(self) -> TopicShift:
        """The comparison of topics as they are printed."""
        return self.shifts[0]

    @property
    def implied(self) -> TopicShift:
        """The comparison with the terms that the printed ones imply."""
        return self.shifts[1]

    @property
    def title(self) -> str:
        """What share is told."""
        return f"share of {self.first} among events that name it or {self.second}"

    @property
    def columns(self) -> list[Column]:
        """Events, date and shares by each reading."""
        interval = f"({percent(self.level)} interval)"
        share = "{{:.0%}} ({{{0}_low:.0%}} to {{{0}_high:.0%}})"
        return [
            Column("reading", "reading"),
            *names("n_events"),
            Column("n_first", f"only {self.first}"),
            Column("n_second", f"only {self.second}"),
            Column("n_both", "both"),
            Column("date", "date", missing="insufficient data"),
            Column("date_low", "between" if self.is_sought else None, "{} to {date_high}"),
            *names("date_high"),
            Column("before", f"before {interval}", share.format("before")),
            *names("before_low", "before_high"),
            Column("after", f"after {interval}", share.format("after")),
            *names("after_low", "after_high", "low", "high"),
            Column("p_value", "p", "{:.3g}"),
        ]

    @property
    def rows(self) -> tuple[TopicShift, ...]:
        """One row per reading."""
        return self.shifts

    @property
    def notes(self) -> tuple[str, ...]:
        """How the date was found, and the intervals and p-values made."""
        how = (
            f"date sought, with {self.min_events} events or more on each side; p accounts for that"
            if self.is_sought
            else "date fixed beforehand"
        )
        return (
            f"{how}; an event that names both counts half for either",
            permuted(self.together, self.n_draws, self.seed),
            "intervals of dates by tests, of shares by Wilson's rule",
        )


def compare_topics(
    log: EventLog,
    first: str | Topic | Iterable[str | Topic],
    second: str | Topic | Iterable[str | Topic],
    *,
    split: object = None,
    freq: Freq = "Y",
    together: Freq | None = "M",
    level: float = 0.95,
    min_events: int = 5,
    n_draws: int = 999,
    rng: np.random.Generator | int | None = None,
) -> TopicComparison:
    """
    Ask whether one topic took the place of another.

    Either side may be a group of topics, such as those of economic security. Among the events
    that name either topic, the share of the first is compared before and after a date. An event
    that names both counts half for either. Whole events are permuted over their dates, as in
    `composition_changes`.

    A source may begin to print an umbrella term in place of its parts. The answer is therefore
    given twice: for topics as they are printed, and with the terms that they imply. Where the
    two differ, the wording has changed.

    Parameters
    ----------
    log
        The events.
    first, second
        Two topics that events name or somebody defines, or two groups of them. An event names a
        group if it names at least one of its topics.
    split
        The first period of the second part, fixed without looking at these events.
        ``None`` seeks the date at which the shares differ most, and accounts for the search.
    freq
        Length of the periods.
    together
        As in `composition_changes`.
    level
        Level of the intervals, strictly between 0 and 1.
    min_events
        Least number of events on each side of a date that is sought.
    n_draws
        Permutations behind each p-value.
    rng
        A generator or a seed; ``None`` for a fixed seed.

    Returns
    -------
    TopicComparison
        By each reading the date, the shares before and after, and the p-value.

    Raises
    ------
    UnknownTermError
        If a topic is not known; close ones are suggested.
    SettingError
        If a topic stands on both sides, a group is empty, or a setting is outside of what it may
        be.

    Examples
    --------
    >>> from engagement.log.eventlog import EventLog
    >>> from engagement.events.events import Meeting
    >>> log = EventLog(
    ...     Meeting(date=f"{year}-0{month}", channel="bilateral", countries=["KAZ"],
    ...             topics=["separatism" if year < 2001 else "three evils"])
    ...     for year in range(1996, 2006) for month in (3, 6)
    ... )
    >>> both = compare_topics(log, "terrorism", "separatism").to_frame()
    >>> print(both[["reading", "before", "after", "p_value"]].to_string(index=False))
               reading  before  after  p_value
            as printed     NaN    NaN      NaN
    with implied terms     0.0    0.5    0.001
    """
    whole = read_log(log)
    names = [_group(whole, topics) for topics in (first, second)]
    both = [name for name in names[0] if name in names[1]]
    if both:
        raise SettingError(f"two topics are compared, got '{both[0]}' twice")
    level = check_share("level", level)
    least = check_whole("min_events", min_events, least=1)
    n_draws = check_whole("n_draws", n_draws, least=19, most=MOST_DRAWS)
    seed = read_seed(rng)
    shifts = tuple(
        _shift(
            label_events(whole, labels="topic", implied=implied, counting="whole", freq=freq),
            names,
            split,
            together=together,
            level=level,
            min_events=least if split is None else 0,
            n_draws=n_draws,
            seed=seed,
        )
        for implied in (False, True)
    )
    return TopicComparison(
        first=" or ".join(names[0]),
        second=" or ".join(names[1]),
        shifts=shifts,
        is_sought=split is None,
        level=level,
        min_events=least,
        together=together,
        n_draws=n_draws,
        seed=seed,
    )


def _group(log: EventLog, wanted: object) -> tuple[str, ...]:
    """Read a topic, or several, as a group."""
    if isinstance(wanted, str | Topic):
        return (_topic(log, wanted),)
    group = tuple(dict.fromkeys(_topic(log, one) for one in read_several(wanted, "topics")))
    if not group:
        raise SettingError("a group of topics must name at least one")
    return group


def _topic(log: EventLog, wanted: object) -> str:
    """Read a topic that some event names, implies, or somebody defines."""
    text = wanted.term if isinstance(wanted, Topic) else wanted
    term = read_topic(text, log.known_topics)  # type: ignore[arg-type]
    used = {topic for event in log.events for topic in event.topics}
    if term not in used and fold_term(term) not in log.known_topics:
        known = sorted(used | {topic.term for topic in log.known_topics.values()})
        raise UnknownTermError(
            f"unknown topic {shown(text)}; no event has it and nobody defines it"
            + suggest(term, known)
        )
    return term


def _shift(
    every: LabelledEvents,
    names: list[tuple[str, ...]],
    split: object,
    *,
    together: str | None,
    level: float,
    min_events: int,
    n_draws: int,
    seed: int,
) -> TopicShift:
    named = [_names(every, group) for group in names]
    either = named[0] | named[1]
    score = (1 + named[0].astype(np.float64) - named[1])[either, None] / 2
    events = evolve(restrict(every, either), vectors=score, labels=(" or ".join(names[0]),))
    test = PermutationTest(
        bundles=bundle(events, together),
        min_events=min_events,
        n_draws=n_draws,
        rng=stream_generator(seed, Stream.TOPICS, int(every.implied)),
    )
    counts, sums = test.bundles.counts, test.bundles.as_they_are().sums[0]
    place, low, high, p_value = _date(events, test, split, level)
    told: dict[str, float] = dict.fromkeys(
        ("before", "before_low", "before_high", "after", "after_low", "after_high", "low", "high"),
        np.nan,
    )
    if place is not None:
        n_before, n_after = counts[:place].sum(), counts[place:].sum()
        before, after = sums[:place].sum(axis=0) / n_before, sums[place:].sum(axis=0) / n_after
        ends = (
            *wilson_interval(before, n_before, level),
            *wilson_interval(after, n_after, level),
            *difference_interval(before, n_before, after, n_after, level),
        )
        values = (before, *ends[:2], after, *ends[2:])
        told = {name: float(value[0]) for name, value in zip(told, values, strict=True)}
    share = np.divide(sums[:, 0], counts, out=np.full(len(counts), np.nan), where=counts > 0)
    return TopicShift(
        reading="with implied terms" if every.implied else "as printed",
        n_first=int((named[0] & ~named[1]).sum()),
        n_second=int((named[1] & ~named[0]).sum()),
        n_both=int((named[0] & named[1]).sum()),
        date=None if place is None else events.periods[place],
        date_low=None if low is None else events.periods[low],
        date_high=None if high is None else events.periods[high],
        p_value=p_value,
        shares=pd.DataFrame({"n_events": counts, "share": share}, index=events.periods),
        **told,
    )


def _names(every: LabelledEvents, group: tuple[str, ...]) -> NDArray[np.bool_]:
    """Tell which events name at least one topic of a group."""
    places = [every.labels.index(name) for name in group if name in every.labels]
    return np.asarray(np.any(every.vectors[:, places] > 0, axis=1))


def _date(
    events: LabelledEvents, test: PermutationTest, split: object, level: float
) -> tuple[int | None, int | None, int | None, float]:
    """Return the place of the date, the ends of its interval, and the p-value."""
    piece = test.piece(0, test.n_periods)
    if split is not None:
        kept = piece.cuts == _place(events, split)
        piece = evolve(piece, cuts=piece.cuts[kept], later=piece.later[kept])
    if not len(piece.cuts):
        return None, None, None, np.nan
    p_value, place = test.p_value(piece), test.best_cut(piece)
    if split is not None:
        return place, place, place, p_value
    places = [place, *places_not_refused(test, piece, level)]
    return place, first_possible(test.bundles.counts, min(places)), max(places), p_value


def _place(events: LabelledEvents, split: object) -> int:
    """Return the first period with events from a date on that a caller wrote."""
    periods = events.periods
    given = read_period("split", split)
    period = given.asfreq(periods.freqstr, how="S")
    if given.start_time != period.start_time:
        raise SettingError(
            f"split={given} begins inside of period {period}; use a finer freq, or name a date "
            "that begins a period"
        )
    counts = events.masses.sum(axis=1)
    later = np.flatnonzero((periods >= period) & (counts > 0))
    earlier = np.flatnonzero((periods < period) & (counts > 0))
    return int(later[0]) if len(later) and len(earlier) else -1
