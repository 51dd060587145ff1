"""The axes on which events are counted and selected, and the labels of an event on each."""

from __future__ import annotations

from itertools import combinations
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from engagement.events.coded import Coded, alike
from engagement.events.events import country_labels
from engagement.events.parts import highest_rank
from engagement.values.places import is_organisation
from engagement.values.vocabulary import EVERY_AXIS, NONE_LABEL, SEPARATOR

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from engagement.events.columns import EventColumns
    from engagement.events.events import Event
    from engagement.events.own import Own

__all__ = ["coded_axes", "labels_in", "labels_of", "own_columns", "pair_label"]


def labels_of(event: Event, axis: str) -> tuple[str, ...]:
    """
    Give an event's labels on an axis.

    The axis is one of `EVERY_AXIS`, or a column of the user's own, whose cells may hold a list. An
    event without labels has ``("(none)",)``.

    Examples
    --------
    >>> from engagement.events.events import Measure
    >>> labels_of(Measure(date="2018", channel="domestic", initiator="CHN"), "country")
    ('CHN',)
    """
    names, read = _reader(axis)
    return tuple(read(*(getattr(event, name, None) for name in names))) or (NONE_LABEL,)


def labels_in(events: EventColumns, axis: str) -> Coded:
    """Give the labels of each event on an axis, see `labels_of`."""
    names, read = _reader(axis)
    columns = [events.coded(name) for name in names]
    if len(columns) == 1:
        return columns[0].map(lambda value: tuple(read(value)) or (NONE_LABEL,))
    codes, firsts = alike([one.codes % len(one.meanings) for one in columns], len(events))
    held = zip(*(one.at(firsts) for one in columns), strict=True)
    return Coded(codes, [tuple(read(*values)) or (NONE_LABEL,) for values in held])


def _reader(axis: str) -> tuple[tuple[str, ...], Callable[..., Iterable[str]]]:
    """Name the fields that tell the labels on an axis, and give what reads them."""
    if axis in _SEVERAL:
        return _SEVERAL[axis]
    if axis in EVERY_AXIS:
        return (axis,), _single
    return ("own",), lambda own: own_labels(dict(own).get(axis, ""))


def _single(value: object) -> tuple[str, ...]:
    return () if value is None or value == "" else (str(value),)


def own_labels(cell: str) -> tuple[str, ...]:
    """Give the labels in a cell of a column of the user's own."""
    return tuple(dict.fromkeys(part for item in cell.split(SEPARATOR) if (part := item.strip())))


def own_columns(held: Iterable[Own]) -> tuple[str, ...]:
    """Give the names of all columns of the user's own in which events hold something, sorted."""
    return tuple(sorted({name for own in held for name, _ in own}))


def pair_label(one: str, other: str) -> str:
    """Name an unordered pair of states."""
    return "-".join(sorted((one, other)))


def _pairs(initiator: str | None, countries: Sequence[str]) -> Iterable[str]:
    states = [] if is_organisation(initiator) else [*filter(None, [initiator])]
    states += countries
    return sorted(pair_label(*both) for both in combinations(states, 2))


_SEVERAL: Mapping[str, tuple[tuple[str, ...], Callable[..., Iterable[str]]]] = MappingProxyType(
    {
        "country": (("channel", "initiator", "countries"), country_labels),
        "topic": (("topics",), tuple),
        "organisation": (("organisations",), tuple),
        "pair": (("initiator", "countries"), _pairs),
        "participant": (
            ("participants",),
            lambda people: dict.fromkeys(p.country or p.organisation for p in people),
        ),
        "rank": (("participants",), lambda people: _single(highest_rank(people))),
    }
)
"""The fields that tell the labels on the axes that are no fields, and what reads them."""


def coded_axes(events: EventColumns, axes: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Find on which axes events have labels, by activity: where none has any, nobody looked."""
    activity = events.coded("activity")
    found: dict[str, tuple[str, ...]] = {str(one): () for one in activity.different()}
    for axis in sorted(set(axes)):
        labels = labels_in(events, axis)
        named = np.flatnonzero(labels.holds(lambda said: said != (NONE_LABEL,)))
        for one in activity.take(named).different():
            found[str(one)] += (axis,)
    return found
