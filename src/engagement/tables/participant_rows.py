"""Rows of one participant each, joined to rows of one event each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from engagement.errors import shown
from engagement.tables.cells import as_cell_text, is_absent, list_items
from engagement.tables.records import read_participant
from engagement.tables.table_settings import PARTICIPANT_COLUMNS
from engagement.values.dates import EventDate
from engagement.values.places import country_code

if TYPE_CHECKING:
    from collections.abc import Iterable

    from engagement.events.parts import Participant

__all__ = ["Record", "join_participants"]

_UNITED = ("countries", "organisations", "topics")
"""Columns whose lists are put together; all others must agree."""

RowFault = tuple[int, str, object, str]


@frozen
class Record:
    """The cells of one event by documented column, and the rows that they come from."""

    numbers: tuple[int, ...]
    """Of its rows."""
    cells: dict[str, Any]
    """By documented column."""
    faults: list[RowFault] = field(factory=list)
    """What is wrong with its rows so far."""


def join_participants(records: Iterable[Record], *, has_countries: bool) -> list[Record]:
    """
    Join rows that share an id to one event with their participants.

    Rows may stand anywhere; those without an id are an event each. Lists of countries,
    organisations and topics are put together in their order, and what else a row says must be
    what the rows before it said; a cell may be empty in any of them.

    Parameters
    ----------
    records
        One a row.
    has_countries
        Whether the table has a column ``countries``. If not, an event's partners are the
        countries of its participants, without the initiator.
    """
    groups: dict[object, list[Record]] = {}
    for place, record in enumerate(records):
        name = as_cell_text(record.cells.get("id"))
        is_named = isinstance(name, str) and not is_absent(name)
        groups.setdefault(name.strip() if is_named else place, []).append(record)
    return [_joined(group, has_countries=has_countries) for group in groups.values()]


def _joined(rows: list[Record], *, has_countries: bool) -> Record:
    faults = [fault for row in rows for fault in row.faults]
    cells: dict[str, Any] = {}
    said_in: dict[str, int] = {}
    people: list[Participant] = []
    for row in rows:
        (number,) = row.numbers
        person, wrong = _participant(row.cells)
        people += [] if person is None else [person]
        faults += [(number, *fault) for fault in wrong]
        for column, cell in row.cells.items():
            if column in PARTICIPANT_COLUMNS or is_absent(cell):
                continue
            if column in _UNITED:
                known = cells.setdefault(column, [])
                known += [item for item in list_items(cell) if item not in known]
            elif column not in cells:
                cells[column], said_in[column] = cell, number
            elif _told(cells[column]) != _told(cell):
                earlier = (
                    f"row {said_in[column]} of the same event says {shown(_told(cells[column]))}"
                )
                problem = f"{earlier}, this one {shown(_told(cell))}"
                faults.append((number, column, cell, problem))
    cells["participants"] = people
    if not has_countries:
        theirs = dict.fromkeys(person.country for person in people if person.country)
        initiator = _code(cells.get("initiator"))
        cells["countries"] = [code for code in theirs if code != initiator]
    return Record(tuple(row.numbers[0] for row in rows), cells, faults)


def _told(cell: object) -> object:
    text = str(cell) if isinstance(cell, EventDate) else as_cell_text(cell)
    return text.strip() if isinstance(text, str) else text


def _code(initiator: object) -> str | None:
    """Give the initiator's code; what is none is told when the event is read."""
    try:
        return country_code(initiator) if isinstance(initiator, str) else None
    except ValueError:
        return None


def _participant(cells: dict[str, Any]) -> tuple[Participant | None, list[tuple[str, object, str]]]:
    values = {
        column.removeprefix("participant_"): as_cell_text(cells[column])
        for column in PARTICIPANT_COLUMNS
        if not is_absent(cells.get(column))
    }
    if not values:
        return None, []
    person, faults = read_participant(values)
    return person, [(f"participant_{name}", value, problem) for name, value, problem in faults]
