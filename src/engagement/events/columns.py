"""Events in columns: of each field what it holds, and an event where one is asked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from copy import copy
from typing import TYPE_CHECKING, Any, overload

import numpy as np
from attrs import evolve, fields, frozen

from engagement.events.coded import Cells, Coded, alike
from engagement.events.events import KINDS, Event

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

__all__ = ["FIELDS", "EventColumns"]

_CHUNK = 4096


_KINDS: tuple[type[Event], ...] = (Event, *KINDS.values())
_OF_KINDS = {kind: {one.name: one.default for one in fields(kind)} for kind in _KINDS}
FIELDS = tuple(dict.fromkeys(name for defaults in _OF_KINDS.values() for name in defaults))
"""The fields that events of some kind have."""


@frozen(eq=False, repr=False)
class EventColumns(Sequence[Event]):
    """
    Events in their order, as they were given or in columns.

    Those that stand in columns are made where they are asked for, and are not checked again.
    """

    n_events: int
    columns: dict[str, Coded]
    """By field; what an event's kind does not have is ``None``. Those not there hold defaults."""
    given: tuple[Event, ...] | None = None
    """The events themselves, of which columns are made where they are asked for."""
    is_ordered: bool = False
    """Whether they stand in the order of a log, each with an id of its own."""

    @classmethod
    def of(cls, events: Iterable[Event], *, is_ordered: bool = False) -> EventColumns:
        """Keep events as they are."""
        given = tuple(events)
        return cls(len(given), {}, given, is_ordered)

    @classmethod
    def of_columns(cls, activity: Coded, **columns: Coded) -> EventColumns:
        """Hold events in columns, whose values are checked."""
        return cls(len(activity), {"activity": activity, **columns})

    def coded(self, name: str) -> Coded:
        """Give what events hold in a field, or their activity; ``None`` where a kind has none."""
        found = self.columns.get(name)
        if found is None:
            if self.given is not None:
                found = Coded.of([getattr(event, name, None) for event in self.given])
            elif name in _OF_KINDS[Event]:
                found = Coded.constant(_OF_KINDS[Event][name], self.n_events)
            else:
                found = self.coded("activity").map(lambda one: _OF_KINDS[KINDS[one]].get(name))
            self.columns[name] = found
        return found

    def __len__(self) -> int:
        """Return the number of events."""
        return self.n_events

    @overload
    def __getitem__(self, place: int) -> Event: ...
    @overload
    def __getitem__(self, place: slice) -> EventColumns: ...
    def __getitem__(self, place: int | slice) -> Event | EventColumns:
        """Give the event at a place, or those of a slice."""
        if isinstance(place, slice):
            return self.take(np.arange(self.n_events)[place])
        if self.given is not None:
            return self.given[place]
        at = range(self.n_events)[place]
        return next(self._made(slice(at, at + 1)))

    def __iter__(self) -> Iterator[Event]:
        """Give the events in their order."""
        if self.given is not None:
            return iter(self.given)
        starts = range(0, self.n_events, _CHUNK)
        return (event for at in starts for event in self._made(slice(at, at + _CHUNK)))

    def _made(self, part: slice) -> Iterator[Event]:
        """Make the events of a part."""
        kinds = [KINDS[activity] for activity in self.columns["activity"].at(part)]
        held = {name: self.columns[name].at(part) for name in FIELDS if name in self.columns}
        for place, kind in enumerate(kinds):
            event = object.__new__(kind)
            for name, default in _OF_KINDS[kind].items():
                value = held[name][place] if name in held else default
                object.__setattr__(event, name, value)
            yield event

    def __eq__(self, other: object) -> bool:
        """Tell whether others are the same events in the same order."""
        if isinstance(other, tuple):
            return tuple(self) == other
        if not isinstance(other, EventColumns):
            return NotImplemented
        if self.given is not None and other.given is not None:
            return self.given == other.given
        names = ("activity", *FIELDS)
        return self.n_events == other.n_events and all(
            _is_equal(self.coded(name), other.coded(name)) for name in names
        )

    def __hash__(self) -> int:
        """Be the same for equal events."""
        return hash(tuple(self.coded("id").at()))

    def take(self, places: NDArray[np.integer[Any]], *, is_ordered: bool = False) -> EventColumns:
        """Return the events at some places."""
        if self.given is not None:
            kept = [self.given[place] for place in places.tolist()]
            return EventColumns.of(kept, is_ordered=is_ordered)
        columns = {name: column.take(places) for name, column in self.columns.items()}
        return EventColumns(len(places), columns, is_ordered=is_ordered)

    def mapped(self, name: str, function: Callable[[Any], Any]) -> EventColumns:
        """Return the events with something else in a field."""
        if self.given is None:
            columns = {**self.columns, name: self.coded(name).map(function)}
            return EventColumns(self.n_events, columns, is_ordered=self.is_ordered)
        made = []
        for event in self.given:
            value = getattr(event, name)
            new = function(value)
            made.append(event if new == value else evolve(event, **{name: new}))
        return EventColumns.of(made, is_ordered=self.is_ordered)

    def named(self, ids: Sequence[str]) -> EventColumns:
        """Return the events with these ids."""
        if self.given is None:
            import pyarrow as pa

            places = np.arange(self.n_events, dtype=np.int32)
            column = Coded(places, Cells((pa.array(ids, pa.string()),), str))
            return EventColumns(self.n_events, {**self.columns, "id": column})
        made = []
        for event, name in zip(self.given, ids, strict=True):
            twin = event if event.id == name else copy(event)
            if twin is not event:  # and not evolve, which would check again all that was checked
                object.__setattr__(twin, "id", name)
            made.append(twin)
        return EventColumns.of(made)

    def followed_by(self, other: EventColumns) -> EventColumns:
        """Return these events and then others."""
        if self.given is not None and other.given is not None:
            return EventColumns.of((*self.given, *other.given))
        columns = {
            name: self.coded(name).followed_by(other.coded(name))
            for name in ("activity", *FIELDS)
            if name in {*self.columns, *other.columns} or not (self.given is other.given is None)
        }
        return EventColumns(self.n_events + other.n_events, columns)

    def in_order(self) -> EventColumns:
        """Return the events by their dates and then by their ids."""
        if self.given is not None:
            events = sorted(self.given, key=lambda event: (event.date.sort_key, event.id))
            return EventColumns.of(events, is_ordered=True)
        import pyarrow as pa
        import pyarrow.compute as pc

        dates = self.coded("date")
        keys = [date.sort_key for date in dates.meanings]
        rank = {key: number for number, key in enumerate(sorted(set(keys)))}
        when = np.array([rank[key] for key in keys], dtype=np.int32)[dates.codes]
        if not (np.diff(when) > 0).all():
            table = pa.table({"when": when, "id": self.coded("id").texts()})
            order = pc.sort_indices(table, [("when", "ascending"), ("id", "ascending")])
            return self.take(order.to_numpy(), is_ordered=True)
        return evolve(self, is_ordered=True)


def _is_equal(one: Coded, other: Coded) -> bool:
    """Tell whether two columns hold the same."""
    if one.codes is other.codes and one.meanings is other.meanings:
        return True
    columns = [one.codes % max(len(one.meanings), 1), other.codes % max(len(other.meanings), 1)]
    _, firsts = alike(columns, len(one))
    return one.at(firsts) == other.at(firsts)
