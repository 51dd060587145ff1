"""Changes of what events are about, and who is there: the composition of their labels."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from attrs import field, frozen

from engagement.answers import SeveralAnswer
from engagement.display import Column, names, number_of, percent
from engagement.interests.labelled import LabelledEvents, bundle, label_events, permuted, reading_of
from engagement.interests.proportions import difference_interval
from engagement.interests.search import Cut, PermutationTest, label_p_values, search_cuts
from engagement.settings.checks import MOST_DRAWS, check_share, check_whole
from engagement.settings.seeds import Stream, read_seed, stream_generator

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from engagement.counting.counting import Counting
    from engagement.counting.periods import Freq
    from engagement.interests.labelled import Labels
    from engagement.log.eventlog import EventLog

__all__ = ["CompositionChange", "CompositionChanges", "composition_changes"]


@frozen(kw_only=True, eq=False)
class CompositionChange:
    """One change of the composition."""

    date: pd.Period
    """First period of the new composition in which some event lies."""
    date_low: pd.Period
    """First period of the interval for the date, with periods without events before it."""
    date_high: pd.Period
    """Last period of it."""
    p_value: float
    """Of the step in which it was found; see `composition_changes`."""
    n_before: float
    """Events between the change before, or the start, and this one."""
    n_after: float
    """Events from this one to the next, or to the end."""
    labels: pd.DataFrame = field(repr=False)
    """
    One row per label, those that changed most first: label, before and after (share of events),
    difference, low and high (interval for it), contribution (part of the whole change) and
    p_value, adjusted for all labels and dates; NaN for a label of too few events.
    """


@frozen(kw_only=True, eq=False, repr=False)
class CompositionChanges(SeveralAnswer[CompositionChange]):
    """
    When the composition of a log's labels changed, from `composition_changes`.

    Iterating gives each `CompositionChange`; ``len`` is their number. One row per change and label:
    date, date_low, date_high, label, before, after, difference, low, high, contribution,
    label_p_value, p_value, n_before and n_after.
    """

    changes: tuple[CompositionChange, ...] = field(repr=False)
    """The changes, in the order of their dates."""
    p_value: float
    """Of the test for any change; NaN where there are too few events to cut."""
    p_next: float
    """Of the test at which the search stopped; NaN where nothing was left to cut."""
    shares: pd.DataFrame = field(repr=False)
    """Share of events by period and label; NaN in periods without events."""
    n_events: int
    """Events that were compared."""
    n_unlabelled: int
    """Events without a label, which were excluded."""
    n_undated: int
    """Events not recorded, without a date or outside of the coverage, which were excluded."""
    labels: str
    """What the labels are: an axis, or the name of the caller's function."""
    implied: bool
    """Whether topics brought those that they imply."""
    counting: str
    """``whole`` or ``fractional``."""
    level: float
    """Level of the intervals; a change stands if its p-value is at most one minus this."""
    min_events: int
    """Least number of events on each side of a change."""
    together: str | None
    """Events of one such period were permuted as one."""
    n_draws: int
    """Permutations behind each p-value."""
    seed: int
    """Seed of the permutations."""

    @property
    def _items(self) -> tuple[CompositionChange, ...]:
        return self.changes

    @staticmethod
    def _label(one: CompositionChange) -> str:
        return str(one.date)

    @property
    def verdict(self) -> str:
        """``change``, ``no change found`` or ``insufficient data``."""
        if np.isnan(self.p_value):
            return "insufficient data"
        return "change" if self.changes else "no change found"

    @property
    def title(self) -> str:
        """How many changes there are, and in what."""
        periods = self.shares.index
        extent = f", {periods[0]} to {periods[-1]}" if len(periods) else ""
        return (
            f"{number_of(len(self), 'change')} in the composition of {self.n_events} events"
            f"{extent} ({reading_of(self.labels, implied=self.implied)})"
        )

    @property
    def columns(self) -> list[Column]:
        """The labels of each change; what the change has as a whole stands above its table."""
        return [
            *names("date", "date_low", "date_high"),
            Column("label", "label"),
            Column("before", "before", "{:.0%}"),
            Column("after", "after", "{:.0%}"),
            *names("difference", "low", "high"),
            Column(
                "points",
                f"points ({percent(self.level)} interval)",
                value=lambda row: "{:+.0f} ({:+.0f} to {:+.0f})".format(
                    *(100 * row[name] for name in ("difference", "low", "high"))
                ),
                in_frame=False,
            ),
            Column("contribution", "of the change", "{:.0%}"),
            Column("label_p_value", "p", "{:.3g}"),
            *names("p_value", "n_before", "n_after"),
        ]

    @property
    def rows(self) -> pd.DataFrame:
        """One row per change and label."""
        columns = [column.name for column in self.columns if column.in_frame]
        parts = []
        for change in self.changes:
            part = change.labels.rename(columns={"p_value": "label_p_value"})
            for name in ("date", "date_low", "date_high", "p_value", "n_before", "n_after"):
                part[name] = [getattr(change, name)] * len(part)
            parts.append(part)
        return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)

    @property
    def notes(self) -> tuple[str, ...]:
        """Where the search stopped, how it was done, and what was excluded."""
        if np.isnan(self.p_value):
            stopped = f"insufficient data: no date leaves {self.min_events} events on either side"
        elif not self.changes:
            stopped = f"no change found: p = {self.p_value:.3g}"
        elif np.isnan(self.p_next):
            stopped = "the search stopped where nothing was left to cut"
        else:
            stopped = f"the next change would have p = {self.p_next:.3g}"
        n_unlabelled, n_undated = self.n_unlabelled, self.n_undated
        excluded = [
            f"excluded: {number_of(n_unlabelled, 'event')} without {self.labels}",
            f"excluded: {number_of(n_undated, 'event')} not recorded, not covered or undated",
        ]
        return (
            stopped,
            (
                f"{self.counting} counting; a change is found where p is at most "
                f"{1 - self.level:g}, with {self.min_events} events or more on each side"
            ),
            (
                f"{permuted(self.together, self.n_draws, self.seed)}; those of labels are "
                "adjusted for all labels and dates"
            ),
            (
                "intervals of dates by tests, of differences by Newcombe's rule with the date "
                "taken as known"
            ),
            *(note for n, note in zip((n_unlabelled, n_undated), excluded, strict=True) if n),
        )

    def plot(self, ax: Axes | None = None, *, n_labels: int = 8) -> Axes:
        """
        Draw the share of events by label and period, and the changes with their intervals.

        Parameters
        ----------
        ax
            ``None`` makes a figure.
        n_labels
            How many labels to show, those of the most events.
        """
        return self._plot(ax, n_labels=check_whole("n_labels", n_labels, least=1))


def composition_changes(
    log: EventLog,
    labels: Labels = "topic",
    *,
    implied: bool = False,
    counting: Counting = "whole",
    freq: Freq = "Y",
    together: Freq | None = "M",
    level: float = 0.95,
    min_events: int = 5,
    max_changes: int | None = None,
    n_draws: int = 999,
    rng: np.random.Generator | int | None = None,
) -> CompositionChanges:
    """
    Find when the composition of events changed, regardless of their number.

    At every date the events before are compared with those after, by the squared distance
    between the two vectors of shares, weighted by the numbers of events. The best date is tested
    by permuting whole sets of labels over the dates of the events: an event that names three
    topics keeps the three, and every date keeps its place and its imprecision. Events of one
    month are permuted together. If the permuted units are exchangeable without a change, the
    test is exact.

    Further changes are sought as in [1]_: the best cut of any of the parts so far is kept while
    its p-value, from permutations within the parts, is at most ``1 - level``. Then each date
    moves to its optimum between its neighbours. The interval of a date contains the dates that
    are not rejected by an exact test of one change between the neighbours, in which the events
    on either side are permuted among themselves.

    Parameters
    ----------
    log
        The events. Those without a label or a date are excluded and listed.
    labels
        An axis: ``"topic"``, ``"rank"``, ``"country"``, ``"channel"``, ``"activity"``,
        ``"initiator"``; or a function that gives an event's labels as texts.
    implied
        Whether implied topics are included. A new term may displace another in the wording
        only: try both.
    counting
        ``"whole"``: the share of events that name a label, which moves also where events come
        to name more labels each. ``"fractional"``: each event's labels sum to one.
    freq
        The periods at whose starts a change may lie. An imprecise date is spread over its span.
    together
        Events that lie in one month (``"M"``), week or other such period are permuted as one,
        since meetings of one journey share their topics. ``None`` permutes single events, which
        has more power but is invalid where they do.
    level
        Level of the intervals, and one minus the p-value up to which a change stands, strictly
        between 0 and 1.
    min_events
        Least number of events on each side of a change.
    max_changes
        Largest number of changes; ``None`` for no limit.
    n_draws
        Permutations behind each p-value.
    rng
        A generator or a seed; ``None`` for a fixed seed.

    Returns
    -------
    CompositionChanges
        Dates with intervals and p-values, and by label the shares before and after.

    Raises
    ------
    SettingError
        If a setting is outside of what it may be.
    UnknownTermError
        If there is no such axis.

    References
    ----------
    .. [1] D. S. Matteson and N. A. James (2014), *Journal of the American Statistical
       Association* 109(505), 334-345.

    Examples
    --------
    >>> from engagement.log.eventlog import EventLog
    >>> from engagement.events.events import Meeting
    >>> log = EventLog(
    ...     Meeting(date=f"{year}-0{month}", channel="bilateral", countries=["KAZ"],
    ...             topics=["separatism" if year < 2001 else "terrorism"])
    ...     for year in range(1996, 2006) for month in (3, 6)
    ... )
    >>> found = composition_changes(log)
    >>> change = found[0]
    >>> print(change.date, change.date_low, change.date_high, change.p_value)
    2001 2001 2001 0.001
    """
    level = check_share("level", level)
    least = check_whole("min_events", min_events, least=1)
    n_draws = check_whole("n_draws", n_draws, least=19, most=MOST_DRAWS)
    if max_changes is not None:
        max_changes = check_whole("max_changes", max_changes, least=0)
    seed = read_seed(rng)
    events = label_events(log, labels=labels, implied=implied, counting=counting, freq=freq)
    test = PermutationTest(
        bundles=bundle(events, together),
        min_events=least,
        n_draws=n_draws,
        rng=stream_generator(seed, Stream.COMPOSITION),
    )
    cuts, p_value, p_next = search_cuts(test, level=level, max_changes=max_changes)
    return CompositionChanges(
        changes=tuple(_change(events, test, cut, level) for cut in cuts),
        p_value=p_value,
        p_next=p_next,
        shares=shares_by_period(events),
        n_events=len(events),
        n_unlabelled=events.n_unlabelled,
        n_undated=events.n_undated,
        labels=labels if isinstance(labels, str) else getattr(labels, "__name__", "function"),
        implied=implied,
        counting=counting,
        level=level,
        min_events=least,
        together=together,
        n_draws=n_draws,
        seed=seed,
    )


def shares_by_period(events: LabelledEvents) -> pd.DataFrame:
    """Return the mean vector of the events in each period; NaN where there are none."""
    sums = np.asarray(events.masses @ events.vectors)
    counts = np.asarray(events.masses.sum(axis=1))[:, None]
    shares = np.divide(sums, counts, out=np.full_like(sums, np.nan), where=counts > 0)
    return pd.DataFrame(shares, index=events.periods, columns=pd.Index(events.labels, name="label"))


def _change(
    events: LabelledEvents, test: PermutationTest, cut: Cut, level: float
) -> CompositionChange:
    piece, own = test.piece(cut.start, cut.stop), test.bundles.as_they_are()
    sums, counts = own.sums[0], test.bundles.counts
    parts = piece.parts(own)[0, int(np.searchsorted(piece.cuts, cut.place))]
    n_before = float(counts[cut.start : cut.place].sum())
    n_after = float(counts[cut.place : cut.stop].sum())
    before = sums[cut.start : cut.place].sum(axis=0) / n_before
    after = sums[cut.place : cut.stop].sum(axis=0) / n_after
    low, high = difference_interval(before, n_before, after, n_after, level)
    frame = pd.DataFrame(
        {
            "label": pd.Series(events.labels, dtype="str"),
            "before": before,
            "after": after,
            "difference": after - before,
            "low": low,
            "high": high,
            "contribution": parts / parts.sum(),
            "p_value": label_p_values(test, piece),
        }
    )
    frame = frame[(before > 0) | (after > 0)]
    return CompositionChange(
        date=events.periods[cut.place],
        date_low=events.periods[first_possible(counts, cut.low)],
        date_high=events.periods[cut.high],
        p_value=cut.p_value,
        n_before=n_before,
        n_after=n_after,
        labels=frame.sort_values("contribution", ascending=False, kind="stable", ignore_index=True),
    )


def first_possible(counts: NDArray[np.float64], place: int) -> int:
    """Return the period after the last with events before a place."""
    before = np.flatnonzero(counts[:place] > 0)
    return int(before[-1]) + 1 if len(before) else place
