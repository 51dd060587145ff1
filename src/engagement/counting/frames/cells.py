"""The different cells of a frame's columns, each read once, and all that is wrong with them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from attrs import Factory, frozen

from engagement.counting.frames.engines import LIST_MARK, LIST_SEPARATOR
from engagement.errors import EngagementError, TableError, shown
from engagement.events.axes import labels_of
from engagement.tables.cells import as_cell_text, is_absent
from engagement.tables.records import read_record
from engagement.tables.table_dates import read_table_date
from engagement.tables.times_of_day import day_of
from engagement.values.country_systems import read_country
from engagement.values.dates import EventDate
from engagement.values.places import is_organisation, party_code
from engagement.values.vocabulary import (
    NONE_LABEL,
    SEPARATOR,
    Activity,
    Channel,
    Status,
    Terms,
    Topic,
    read_term,
    read_text,
    read_topic,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from engagement.events.events import Event

__all__ = ["CellReader", "Faults", "most_told", "party_faults"]

MOST_TOLD = 20
"""Wrong values of one column that are told."""


def _read_text(cell: Any) -> str:
    return read_text(as_cell_text(cell), "it")


def _is_short(cell: object) -> bool:
    return isinstance(cell, str) and is_organisation(cell)


_SCALARS: dict[str, Callable[[Any], str]] = {
    "channel": lambda cell: str(read_term(Channel, cell, "channel")),
    "activity": lambda cell: str(read_term(Activity, cell, "activity")),
    "status": lambda cell: str(read_term(Status, cell, "status")),
    "terms": lambda cell: str(read_term(Terms, cell, "terms of a transfer")),
    "subkind": lambda cell: " ".join(_read_text(cell).casefold().split()),
    "place": _read_text,
    "mechanism": _read_text,
    "initiator": lambda cell: party_code(cell) if _is_short(cell) else read_country(cell),
}


_ROW = {"date": "2000", "channel": "multilateral", "activity": "meeting", "organisations": "x"}


class Faults:
    """What is wrong with a frame, value by value, and in how many rows."""

    def __init__(self) -> None:
        self._numbers: dict[str, Counter[tuple[str, str]]] = defaultdict(Counter)

    def add(self, column: str, value: object, problem: str, number: int) -> None:
        """Note a problem of a value, and how many rows have it."""
        self._numbers[column][shown(value), problem] += number

    def has(self, column: str) -> bool:
        """Tell whether anything is wrong with a column so far."""
        return column in self._numbers

    def settle(self) -> None:
        """
        Raise if anything is wrong.

        Raises
        ------
        TableError
            With the values that are wrong, those in most rows first, and how many more there
            are in each column.
        """
        faults: list[tuple[int, str, object, str]] = []
        for column, numbers in self._numbers.items():
            for (value, problem), number in numbers.most_common(MOST_TOLD):
                told = f"column '{column}': {problem} ({_rows(number)})"
                faults.append((0, column, value, told))
            if len(numbers) > MOST_TOLD:
                told = f"column '{column}': and {len(numbers) - MOST_TOLD} more values"
                faults.append((0, column, None, told))
        if faults:
            raise TableError("data frame", faults, 0)


def _rows(number: int) -> str:
    return f"{number} row" + "s" * (number != 1)


@frozen(eq=False)
class CellReader:
    """Reads cells as a row of a table is read, and notes what cannot be."""

    defaults: Mapping[str, Any]
    """By column, what stands for an absent cell."""
    topics: Mapping[str, Topic]
    """Known topics by folded spelling."""
    date_order: str | None = None
    """Whether day or month comes first in dates such as 03/04/2019."""
    times: str = "refuse"
    """What becomes of times of day, see `day_of`."""
    faults: Faults = Factory(Faults)
    """What could not be read so far."""

    def date(self, cell: Any, number: int) -> EventDate | None:
        """Read a date."""
        cell = self._given("date", cell)
        if is_absent(cell):
            self.faults.add("date", None, "'date' is required", number)
            return None
        try:
            if isinstance(cell, str):
                return read_table_date(cell.strip(), self.date_order, self.times)
            if isinstance(cell, datetime):
                return EventDate.from_day(day_of(cell, self.times))
            if type(cell) is date:
                return EventDate.from_day(cell)
        except EngagementError as error:
            self.faults.add("date", cell, str(error), number)
            return None
        event = self._event("date", cell, number)
        return None if event is None else event.date

    def scalar(self, column: str, cell: Any, number: int) -> str | None:
        """Read a channel, an activity, a status or an initiator; ``None`` where absent."""
        cell = self._given(column, cell)
        if is_absent(cell):
            if column in ("channel", "activity"):
                self.faults.add(column, None, f"'{column}' is required", number)
            return str(Status.RECORDED) if column == "status" else None
        try:
            return _SCALARS[column](cell)
        except EngagementError as error:
            self.faults.add(column, cell, str(error), number)
            return None

    def labels(self, column: str, cell: Any, number: int) -> tuple[str, ...]:
        """Read a list of countries or of topics, or of participants the highest rank."""
        cell = self._given(column, cell)
        if is_absent(cell):
            return ()
        if column == "participants":
            event = self._event(column, cell, number)
            return () if event is None or event.rank is None else (str(event.rank),)
        items = _items(cell)
        if items is not None:
            try:
                labels = [self.item(column, item) for item in items]
            except EngagementError:
                pass
            else:
                if column == "topics":
                    return tuple(dict.fromkeys(labels))
                if len(set(labels)) == len(labels):
                    return tuple(sorted(labels))
        event = self._event(column, items or cell, number)
        return () if event is None else tuple(getattr(event, column))

    def whole(self, axis: str, column: str, cell: Any, number: int) -> tuple[str, ...]:
        """Read a cell that tells labels on an axis as a whole: of pairs, the partners."""
        cell = self._given(column, cell)
        if is_absent(cell):
            return ()
        if isinstance(cell, str) and cell.startswith(LIST_MARK):
            cell = _items(cell)
        event = self._event(column, cell, number)
        if event is None:
            return ()
        if axis == "pair":
            return event.countries
        return tuple(label for label in labels_of(event, axis) if label != NONE_LABEL)

    def item(self, column: str, item: str) -> str:
        """
        Read one item of a list.

        Raises
        ------
        EngagementError
            If it is none.
        """
        if column == "countries":
            return _country(item)
        return read_topic(item, self.topics)

    def _given(self, column: str, cell: Any) -> Any:
        return self.defaults.get(column) if is_absent(cell) else cell

    def _event(self, column: str, cell: Any, number: int) -> Event | None:
        event, faults = read_record({**_ROW, column: cell})
        for name, value, problem in faults:
            self.faults.add(name, value, problem, number)
        return event


_country = cache(read_country)


def _items(cell: Any) -> list[str] | None:
    """Take a cell's items apart, or ``None`` where it holds no texts."""
    if isinstance(cell, str):
        parts = (
            cell[1:].split(LIST_SEPARATOR) if cell.startswith(LIST_MARK) else cell.split(SEPARATOR)
        )
        return [part.strip() for part in parts if part and not part.isspace()]
    if isinstance(cell, (list, tuple)) and all(i is None or isinstance(i, str) for i in cell):
        return [item.strip() for item in cell if not is_absent(item)]
    return None


def most_told(axis: str) -> int:
    """
    Say up to which number the labels of one event on an axis matter; more are told as this.

    Rules of channels tell none, one and several countries apart; else it is none or some.
    """
    return 2 if axis == "country" else 1


def party_faults(channel: str, n_countries: int) -> str:
    """Say which rule of its channel an event breaks, if any; 2 partners stand for several."""
    got = ("none", "one", "several")[n_countries]
    if channel == Channel.BILATERAL and n_countries != 1:
        return f"a bilateral event has exactly one partner country, got {got}"
    if channel == Channel.DOMESTIC and n_countries:
        return f"a domestic event has no partner country, got {got}"
    return ""
