"""The network of actors: who takes part in events with whom, as a table of edges."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import pandas as pd
from attrs import field, frozen

from engagement.answers import Answer
from engagement.counting.counting import COUNTING
from engagement.counting.inside import ObservedKinds
from engagement.counting.placing import place_events
from engagement.display import Column, number_of
from engagement.interests.labelled import read_log
from engagement.settings.checks import check_choice, check_whole, read_choice
from engagement.values.places import is_organisation
from engagement.values.vocabulary import Status

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Literal

    from matplotlib.axes import Axes

    from engagement.counting.counting import Counting
    from engagement.events.events import Event
    from engagement.log.eventlog import EventLog

__all__ = ["ActorNetwork", "link_actors"]


@frozen(kw_only=True, eq=False, repr=False)
class ActorNetwork(Answer):
    """
    Actors and how often they take part in events together, from `link_actors`.

    Its rows are `edges`; ``networkx.from_pandas_edgelist(answer.to_frame(), edge_attr=True)``
    makes a graph of them.
    """

    most_rows: ClassVar[int | None] = 16

    edges: pd.DataFrame = field(repr=False)
    """
    One row per pair of actors, the heaviest first: source, target, weight, n_events, first and last
    (the dates of their first and last event together, as the source gives them). The source is
    on the initiator's side where one of the two is.
    """
    nodes: pd.DataFrame = field(repr=False)
    """One row per actor: its name, kind (country, organisation, office), side and n_events."""
    actors: str
    """What the actors are: ``states`` or ``offices``."""
    ties: str
    """Which pairs of an event are tied: ``all`` or ``initiator``."""
    counting: str
    """``whole`` or ``fractional``."""
    n_events: int
    """Events with a pair."""
    n_alone: int
    """Recorded events in which nobody is tied to anybody."""
    n_outside: int
    """Recorded events outside of the coverage, which are excluded."""

    @property
    def title(self) -> str:
        """How many actors and ties there are."""
        return (
            f"{len(self.nodes)} actors ({self.actors}) and {len(self.edges)} ties in "
            f"{self.n_events} events"
        )

    @property
    def columns(self) -> list[Column]:
        """Both ends of a tie, its weight, and its first and last event."""
        return [
            Column("source", "source"),
            Column("target", "target"),
            Column("weight", "weight", "{:.4g}"),
            Column("n_events", "events"),
            Column("first", "first"),
            Column("last", "last"),
        ]

    @property
    def rows(self) -> pd.DataFrame:
        """One row per tie, the heaviest first."""
        return self.edges

    @property
    def notes(self) -> tuple[str, ...]:
        """How ties were counted."""
        alone = f"{number_of(self.n_alone, 'event')} without a tie"
        outside = f"excluded: {number_of(self.n_outside, 'event')} outside of the coverage"
        return (
            f"{self.counting} counting; ties: {self.ties}",
            *((alone,) if self.n_alone else ()),
            *((outside,) if self.n_outside else ()),
        )

    def plot(self, ax: Axes | None = None, *, n_actors: int = 16) -> Axes:
        """Draw the actors of the most events on a circle, tied by lines as wide as they weigh."""
        return self._plot(ax, n_actors=check_whole("n_actors", n_actors, least=2))


def link_actors(
    log: EventLog,
    *,
    actors: Literal["states", "offices"] = "states",
    ties: Literal["all", "initiator"] = "all",
    counting: Counting = "whole",
) -> ActorNetwork:
    """
    Tie those who take part in the same events.

    An event is one fact with several participants; it is divided into pairs here because a
    graph consists of pairs. A summit of seven has 21 of them: with whole counting it outweighs
    twenty meetings of two, with fractional counting it has a weight of one.

    Parameters
    ----------
    log
        The events; those that are recorded, and covered where coverage is stated, are taken.
    actors
        ``"states"``: the initiator, the partner countries and the organisations.
        ``"offices"``: the offices of both sides, as ``KGZ: President``; two of one side are
        not tied, since they do not meet one another.
    ties
        ``"all"``: everybody in an event with everybody else. ``"initiator"``: the initiator's
        side with each of the others.
    counting
        ``"whole"``: each pair of an event weighs 1. ``"fractional"``: they sum to 1.

    Returns
    -------
    ActorNetwork
        Edges and nodes.

    Raises
    ------
    SettingError
        If a setting is outside of what it may be.

    Examples
    --------
    >>> from engagement.log.eventlog import EventLog
    >>> from engagement.events.events import Meeting
    >>> log = EventLog([
    ...     Meeting(date="2001-06", channel="multilateral", initiator="CHN",
    ...             countries=["KAZ", "KGZ"], organisations=["SCO"]),
    ...     Meeting(date="2019", channel="bilateral", initiator="CHN", countries=["KGZ"]),
    ... ])
    >>> print(link_actors(log, ties="initiator").to_frame().to_string(index=False))
    source target  weight  n_events   first    last
       CHN    KGZ     2.0         2 2001-06    2019
       CHN    KAZ     1.0         1 2001-06 2001-06
       CHN    SCO     1.0         1 2001-06 2001-06
    """
    whole = read_log(log)
    find = read_choice("actors", actors, {"states": _states, "offices": _offices})
    check_choice("ties", ties, ("all", "initiator"))
    check_choice("counting", counting, COUNTING)
    found: dict[tuple[str, str], list[tuple[float, Event]]] = {}
    present: dict[_Actor, int] = {}
    used = alone = 0
    for event in _observed(whole):
        those = list(dict.fromkeys(find(event)))
        for actor in those:
            present[actor] = present.get(actor, 0) + 1
        pairs = list(_pairs(those, event.initiator, only_initiator=ties == "initiator"))
        used, alone = used + bool(pairs), alone + (not pairs)
        for pair in pairs:
            weight = 1 / len(pairs) if counting == "fractional" else 1.0
            found.setdefault(pair, []).append((weight, event))
    return ActorNetwork(
        edges=_edges(found),
        nodes=_nodes(present),
        actors=actors,
        ties=ties,
        counting=counting,
        n_events=used,
        n_alone=alone,
        n_outside=sum(event.status is Status.RECORDED for event in whole) - used - alone,
    )


def _observed(log: EventLog) -> Iterator[Event]:
    """Yield the recorded events that are covered, also those that a text only mentions."""
    kinds = ObservedKinds.of(log, "Y", selective=True)
    if kinds.spans is None:
        yield from (event for event in log if event.status is Status.RECORDED)
        return
    settings = {"imprecise": "spread", "durations": "start"}
    placed = place_events(log, (Status.RECORDED,), "Y", settings, None)
    yield from (log[place] for place in kinds.inside(log, placed).places.tolist())


@frozen
class _Actor:
    name: str
    kind: str
    side: str


def _states(event: Event) -> Iterator[_Actor]:
    countries = [code for code in (event.initiator, *event.countries) if code is not None]
    countries += [p.country for p in event.participants if p.country is not None]
    for code in countries:
        yield _Actor(code, "organisation" if is_organisation(code) else "country", code)
    several = [*event.organisations, *(p.organisation for p in event.participants)]
    yield from (_Actor(name, "organisation", name) for name in several if name)


def _offices(event: Event) -> Iterator[_Actor]:
    for participant in event.participants:
        side = participant.country or participant.organisation
        if participant.office:
            yield _Actor(f"{side}: {participant.office}", "office", side)


def _pairs(
    those: list[_Actor], initiator: str | None, *, only_initiator: bool
) -> Iterator[tuple[str, str]]:
    """Yield pairs of different sides, those of the initiator first, others by name."""
    for one, other in combinations(those, 2):
        if one.side == other.side:
            continue
        if initiator in {one.side, other.side}:
            yield (one.name, other.name) if one.side == initiator else (other.name, one.name)
        elif not only_initiator:
            first, second = sorted((one.name, other.name))
            yield first, second


def _edges(found: dict[tuple[str, str], list[tuple[float, Event]]]) -> pd.DataFrame:
    joined: dict[tuple[str, str], list[tuple[float, Event]]] = {}
    for (source, target), several in found.items():
        turned = (target, source)
        joined.setdefault(turned if turned in joined else (source, target), []).extend(several)
    rows = []
    for (source, target), several in joined.items():
        dates = [event.date for _, event in several]
        rows.append(
            {
                "source": source,
                "target": target,
                "weight": float(np.sum([weight for weight, _ in several])),
                "n_events": len(several),
                "first": str(min(dates)),
                "last": str(max(dates, key=lambda when: (when.bounds[1], when.bounds[0]))),
            }
        )
    columns = ["source", "target", "weight", "n_events", "first", "last"]
    frame = pd.DataFrame(rows, columns=columns)
    return frame.sort_values(
        ["weight", "source", "target"], ascending=[False, True, True], ignore_index=True
    )


def _nodes(present: dict[_Actor, int]) -> pd.DataFrame:
    rows = [(actor.name, actor.kind, actor.side, n) for actor, n in present.items()]
    frame = pd.DataFrame(rows, columns=["actor", "kind", "side", "n_events"])
    return frame.sort_values(["n_events", "actor"], ascending=[False, True], ignore_index=True)
