"""The axes on which events are counted and selected, and the labels of an event on each."""

from __future__ import annotations

from itertools import combinations
from types import MappingProxyType
from typing import TYPE_CHECKING

from engagement.values.places import is_organisation
from engagement.values.vocabulary import EVERY_AXIS, NONE_LABEL, SEPARATOR

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from engagement.events.events import Event

__all__ = ["coded_axes", "labels_of", "own_columns", "pair_label"]


def labels_of(event: Event, axis: str) -> tuple[str, ...]:
    """
    Give an event's labels on an axis.

    Parameters
    ----------
    event
        Of any kind.
    axis
        One of `EVERY_AXIS`, or a column of the user's own, whose cells may hold a list.

    Returns
    -------
    tuple
        One label or more; ``("(none)",)`` where the event has none.

    Examples
    --------
    >>> from engagement.events.events import Measure
    >>> labels_of(Measure(date="2018", channel="domestic", initiator="CHN"), "country")
    ('CHN',)
    """
    several = _SEVERAL.get(axis)
    if several is not None:
        return tuple(several(event)) or (NONE_LABEL,)
    if axis not in EVERY_AXIS:
        return own_labels(dict(event.own).get(axis, "")) or (NONE_LABEL,)
    label = getattr(event, axis, None)
    return (NONE_LABEL,) if label is None or label == "" else (str(label),)


def own_labels(cell: str) -> tuple[str, ...]:
    """Give the labels in a cell of a column of the user's own."""
    return tuple(dict.fromkeys(part for item in cell.split(SEPARATOR) if (part := item.strip())))


def own_columns(events: Iterable[Event]) -> tuple[str, ...]:
    """Give the names of all columns of the user's own that events have, sorted."""
    return tuple(sorted({name for event in events for name, _ in event.own}))


def pair_label(one: str, other: str) -> str:
    """Name an unordered pair of states."""
    return "-".join(sorted((one, other)))


def _pairs(event: Event) -> Iterable[str]:
    states = [] if is_organisation(event.initiator) else [*filter(None, [event.initiator])]
    states += event.countries
    return sorted(pair_label(*both) for both in combinations(states, 2))


_SEVERAL: Mapping[str, Callable[[Event], Iterable[str]]] = MappingProxyType(
    {
        "country": lambda e: e.country_labels,
        "topic": lambda e: e.topics,
        "organisation": lambda e: e.organisations,
        "pair": _pairs,
        "participant": lambda e: dict.fromkeys(p.country or p.organisation for p in e.participants),
    }
)
"""What gives the labels on the axes on which an event can have several."""


def coded_axes(events: Iterable[Event], axes: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """
    Find on which axes events have labels, by activity: where none has any, nobody looked.

    Parameters
    ----------
    events
        Of any kinds.
    axes
        Those to look at.
    """
    found: dict[str, set[str]] = {}
    wanted = set(axes)
    for event in events:
        known = found.setdefault(str(event.activity), set())
        for axis in wanted - known:
            if labels_of(event, axis) != (NONE_LABEL,):
                known.add(axis)
    return {activity: tuple(sorted(known)) for activity, known in found.items()}
