"""Who meets whom: how high both sides stand, by country and period."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from attrs import field, frozen

from engagement.answers import Answer
from engagement.counting.calendar import check_freq, numbers_of_days, period_index, split_rule
from engagement.counting.inside import ObservedKinds
from engagement.counting.placing import place_events
from engagement.display import Column, names, number_of
from engagement.errors import SettingError, shown
from engagement.interests.labelled import read_log
from engagement.interests.proportions import exact_interval
from engagement.settings.checks import check_share, list_several
from engagement.values.places import country_code
from engagement.values.vocabulary import NONE_LABEL, Rank, Status

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from engagement.events.events import Event
    from engagement.log.eventlog import EventLog

__all__ = ["RankMatrix", "count_ranks"]


@frozen(kw_only=True, eq=False, repr=False)
class RankMatrix(Answer):
    """
    Ranks on both sides of meetings, by country and period, from `count_ranks`.

    Its rows are `counts`.
    """

    counts: pd.DataFrame = field(repr=False)
    """
    One row per country, period and pair of ranks that occurs: country, period, initiator_rank,
    partner_rank, n_events.
    """
    level: float
    """Level of the intervals."""
    n_events: int
    """Events that were counted; one with several partners stands in the row of each."""
    n_left_out: int
    """
    Events without a partner country, not recorded, outside of the coverage, or whose date lies in
    several periods.
    """

    @property
    def title(self) -> str:
        """How many events the ranks are of."""
        return (
            f"highest rank on either side of {self.n_events} events, partner down, initiator across"
        )

    @property
    def columns(self) -> list[Column]:
        """Country, period, ranks and number of events."""
        return names("country", "period", "initiator_rank", "partner_rank", "n_events")

    @property
    def rows(self) -> pd.DataFrame:
        """One row per country, period and pair of ranks."""
        return self.counts

    @property
    def notes(self) -> tuple[str, ...]:
        """What is counted several times, and what is not."""
        excluded = (
            f"excluded: {number_of(self.n_left_out, 'event')} without a partner country, not "
            "recorded, not covered, or with a date in several periods"
        )
        return (
            "an event with several partners counts with each; intervals are exact",
            *((excluded,) if self.n_left_out else ()),
        )

    def matrix(self, *, country: str | None = None, period: object = None) -> pd.DataFrame:
        """
        Count events by the highest rank on either side.

        Parameters
        ----------
        country
            A partner; ``None`` for all together.
        period
            A period, or a text for it; ``None`` for all together.

        Returns
        -------
        pandas.DataFrame
            One row per rank of the partner, one column per rank of the initiator, both from the
            highest down; ``(none)`` where no rank is known.

        Raises
        ------
        SettingError
            If there is no such period.
        """
        chosen = self.counts
        if country is not None:
            chosen = chosen[chosen["country"] == country_code(country)]
        if period is not None:
            known = chosen["period"].astype(str)
            texts = {*self.counts["period"].astype(str)}
            if (str(period) if isinstance(period, str | pd.Period) else shown(period)) not in texts:
                raise SettingError(f"no event stands in period {shown(period)}")
            chosen = chosen[known == str(period)]
        order = [*(str(rank) for rank in Rank), NONE_LABEL]
        table = chosen.pivot_table(
            index="partner_rank",
            columns="initiator_rank",
            values="n_events",
            aggfunc="sum",
            fill_value=0,
        )
        rows = [rank for rank in order if rank in table.index]
        columns = [rank for rank in order if rank in table.columns]
        return table.loc[rows, columns]

    def share(
        self, rank: Rank | str = Rank.HEAD_OF_STATE, *, by: tuple[str, ...] = ("country",)
    ) -> pd.DataFrame:
        """
        Give the share of meetings at which both sides have a rank, or a higher one.

        Parameters
        ----------
        rank
            For heads of state: meetings between them.
        by
            ``("country",)``, ``("period",)``, both, or none for one row.

        Returns
        -------
        pandas.DataFrame
            The columns of *by*, then n_both, n_events (with a rank known on both sides),
            share, low and high. Intervals are exact.

        Raises
        ------
        SettingError
            If *by* is something else.
        """
        from engagement.values.vocabulary import read_term

        least = read_term(Rank, rank, "rank")
        names = [by] if isinstance(by, str) else list_several("by", by, "axes")
        if not all(isinstance(name, str) and name in ("country", "period") for name in names):
            raise SettingError(f"by takes 'country' and 'period', got {shown(by)}")
        known = self.counts[
            (self.counts["initiator_rank"] != NONE_LABEL)
            & (self.counts["partner_rank"] != NONE_LABEL)
        ]
        high = {str(each) for each in Rank if each >= least}
        both = known["initiator_rank"].isin(high) & known["partner_rank"].isin(high)
        table = known.assign(n_both=known["n_events"] * both)
        if names:
            table = table.groupby(names, sort=True)[["n_both", "n_events"]].sum().reset_index()
        else:
            table = table[["n_both", "n_events"]].sum().to_frame().T
        sums = table[[*names, "n_both", "n_events"]]
        n_both, n_events = (
            sums[name].to_numpy(dtype=np.float64) for name in ("n_both", "n_events")
        )
        low, high_end = exact_interval(n_both, n_events, self.level)
        share = np.divide(n_both, n_events, out=np.full_like(n_both, np.nan), where=n_events > 0)
        return sums.assign(share=share, low=low, high=high_end)

    def plot(self, ax: Axes | None = None, *, country: str | None = None) -> Axes:
        """Draw the matrix of all periods, of one country or of all together."""
        return self._plot(ax, country=country)


def count_ranks(
    log: EventLog, *, freq: str = "Y", every: str | None = None, level: float = 0.95
) -> RankMatrix:
    """
    Count events by the highest rank on either side, the partner country, and the period.

    The sides of an event are the delegation of the initiator and that of each partner; of a
    delegation its highest office counts. What changed about ranks, and when, is found by
    `composition_changes` with ``labels="rank"``.

    Parameters
    ----------
    log
        The events, meetings mostly; select them by `EventLog.where`.
    freq
        Length of the periods.
    every
        Put periods together, such as ``"7Y"``, from the first event on.
    level
        Level of the intervals of shares, strictly between 0 and 1.

    Returns
    -------
    RankMatrix
        Counts, matrices and shares.

    Raises
    ------
    SettingError
        If a setting is outside of what it may be.

    Examples
    --------
    >>> from engagement.log.eventlog import EventLog
    >>> from engagement.events.events import Meeting
    >>> from engagement.events.parts import Participant
    >>> log = EventLog([
    ...     Meeting(date="2002-10", channel="bilateral", initiator="CHN", countries=["KGZ"],
    ...             participants=[Participant(country="KGZ", rank="head of state"),
    ...                           Participant(country="CHN", rank="deputy leader")]),
    ... ])
    >>> print(count_ranks(log).matrix())
    initiator_rank  deputy leader
    partner_rank
    head of state               1
    """
    whole = read_log(log)
    check_freq(freq)
    level = check_share("level", level)
    multiple, letter = split_rule(freq if every is None else every, freq)
    settings = {"imprecise": "spread", "durations": "start"}
    placed = place_events(whole, (Status.RECORDED,), freq, settings, None)
    kinds = ObservedKinds.of(whole, freq)
    inside = kinds.inside(whole, placed)
    first = numbers_of_days(inside.start, letter)
    last = numbers_of_days(inside.end - 1, letter)
    base = int(first.min()) if len(first) else 0
    first, last = (base + (numbers - base) // multiple * multiple for numbers in (first, last))
    rows = []
    used = 0
    for place, low, high in zip(inside.places.tolist(), first.tolist(), last.tolist(), strict=True):
        event = whole[place]
        with_them = _observed_partners(event, kinds)
        if low != high or not with_them:
            continue
        used += 1
        mine = _side(event, event.initiator)
        rows += [(country, low, mine, _side(event, country)) for country in with_them]
    columns = ["country", "period", "initiator_rank", "partner_rank"]
    frame = pd.DataFrame(rows, columns=columns)
    frame = frame.groupby(columns, sort=True).size().rename("n_events").reset_index()
    numbers = frame["period"].to_numpy(dtype=np.int64)
    frame["period"] = period_index(numbers, letter, multiple)
    return RankMatrix(counts=frame, level=level, n_events=used, n_left_out=len(whole) - used)


def _observed_partners(event: Event, kinds: ObservedKinds) -> list[str]:
    """List the partners with which such an event was observed at its time."""
    low, high = event.date.bounds
    spans = {country: kinds.of_event(event, [country]) for country in event.countries}
    return [
        country
        for country, seen in spans.items()
        if seen is None or any(start < high and low < end for start, end in seen)
    ]


def _side(event: Event, country: str | None) -> str:
    """Return the highest rank of the delegation of a country, or of an organisation."""
    ranks = [
        p.rank
        for p in event.participants
        if p.rank is not None and country in {p.country, p.organisation}
    ]
    return str(max(ranks)) if ranks and country is not None else NONE_LABEL
