"""The documented columns of a table of events, and how a row becomes an event and back."""

from __future__ import annotations

import hashlib
import json
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from attrs import fields_dict

from engagement.errors import DateError, EngagementError, EventError, SettingError, named, shown
from engagement.events.axes import own_columns
from engagement.events.events import KINDS, Event, Meeting
from engagement.events.parts import Participant, Personnel, Recurrence, Source
from engagement.tables.cells import as_cell_text, as_own_text, is_absent, list_items, read_json
from engagement.tables.times_of_day import day_of
from engagement.values.checking import read_several
from engagement.values.dates import EventDate
from engagement.values.money import Money, currency_code, read_amount
from engagement.values.vocabulary import SEPARATOR, Activity, read_term, read_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

__all__ = ["COLUMNS", "REQUIRED", "content_id", "read_participant", "read_record", "to_cells"]

REQUIRED = ("date", "channel", "activity")
"""Columns that every table of events has."""

_PERSONNEL = ("personnel_low", "personnel_high", "personnel_by_country", "forces")
_MONEY = ("value", "currency", "value_text")
_OF_KINDS = ("terms", "goods", "audience", "provider", "host", "scenario", "mechanism")
"""Texts that only some kinds of event have, in fields of the same names."""

COLUMNS = (
    "id",
    *REQUIRED,
    *("subkind", "initiator", "countries", "organisations", "topics", "place", "status"),
    *("participants", "source", "where", "fields", "note"),
    *_PERSONNEL,
    *_MONEY,
    *_OF_KINDS,
    *("in_force", "recurrence"),
)
"""All columns, in the order in which they are written."""

NUMBERS = ("personnel_low", "personnel_high", "value")
"""Columns that hold numbers; all others hold text."""

OWN = "own:"
"""What stands before the name of a column of the user's own, which may be named as any other."""

_LISTS = ("countries", "organisations", "topics", "forces")
_TEXTS = ("id", "initiator", "place", "note", "status", "subkind")

COLUMNS_OF_KINDS = {
    **dict.fromkeys(_PERSONNEL, "personnel"),
    **dict.fromkeys(_MONEY, "value"),
    **{column: column for column in (*_OF_KINDS, "in_force", "recurrence")},
}
"""For a column that only some kinds of event have, the field that holds it."""

Fault = tuple[str, object, str]


def to_cells(event: Event) -> dict[str, Any]:
    """
    Write an event as the cells of a row.

    Returns
    -------
    dict
        A value for each of `COLUMNS`: a text, empty where absent, or in the columns of
        numbers a number or ``None``. Then the columns of the user's own that the event has.
    """
    cells: dict[str, Any] = dict.fromkeys(COLUMNS, "")
    cells.update(dict.fromkeys(NUMBERS))
    for column in (*REQUIRED, *_TEXTS, *_OF_KINDS, "in_force"):
        said = getattr(event, column, None)
        cells[column] = "" if said is None else str(said)
    for column in _LISTS[:3]:
        cells[column] = SEPARATOR.join(getattr(event, column))
    cells["source"] = SEPARATOR.join(source.document for source in event.sources)
    if any(source.where for source in event.sources):
        cells["where"] = SEPARATOR.join(source.where for source in event.sources)
    if any(source.fields for source in event.sources):
        cells["fields"] = SEPARATOR.join(", ".join(source.fields) for source in event.sources)
    if event.participants:
        cells["participants"] = _dump([_participant_cells(p) for p in event.participants])
    personnel: Personnel | None = getattr(event, "personnel", None)
    if personnel is not None:
        cells["personnel_low"], cells["personnel_high"] = personnel.low, personnel.high
        cells["personnel_by_country"] = SEPARATOR.join(f"{c}={n}" for c, n in personnel.by_country)
        cells["forces"] = SEPARATOR.join(personnel.forces)
    value: Money | None = getattr(event, "value", None)
    if value is not None:
        cells["value"], cells["currency"], cells["value_text"] = (
            Decimal(f"{value.amount:f}"),  # written out: 10000000, not 1E+7
            value.currency,
            value.text,
        )
    recurrence: Recurrence | None = getattr(event, "recurrence", None)
    if recurrence is not None:
        cells["recurrence"] = _dump(_recurrence_cells(recurrence))
    return cells | {OWN + name: text for name, text in event.own}


def columns_of(events: Iterable[Event]) -> list[str]:
    """Give the columns of a table of events: the documented ones, and the user's own."""
    return [*COLUMNS, *(OWN + name for name in own_columns(event.own for event in events))]


_dump = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def _participant_cells(participant: Participant) -> dict[str, str]:
    cells = {name: getattr(participant, name) for name in fields_dict(Participant)}
    return {name: str(value) for name, value in cells.items() if value}


def _recurrence_cells(recurrence: Recurrence) -> dict[str, str | int]:
    cells: dict[str, str | int] = {
        "since": str(recurrence.since),
        "times": recurrence.times,
        "years": recurrence.years,
        "activity": str(recurrence.activity),
    }
    if recurrence.until is not None:
        cells["until"] = str(recurrence.until)
    return cells


def content_id(event: Event) -> str:
    """
    Derive an id from what an event says, the same on every machine and in every run.

    Columns that the event leaves empty have no part in it, so that a column added to the table
    changes no id.

    Examples
    --------
    >>> content_id(Meeting(date="2019-05", channel="bilateral", countries=["KGZ"]))
    'meeting-2019-05-...'
    """
    cells = {
        name: str(value)
        for name, value in to_cells(event).items()
        if name != "id" and not is_absent(value)
    }
    digest = hashlib.sha256(_dump(cells).encode()).hexdigest()[:8]
    date = str(event.date).replace(SEPARATOR, "").replace("/", "_")
    return f"{event.activity}-{date}-{digest}"


def read_record(record: Mapping[str, object]) -> tuple[Event | None, list[Fault]]:
    """
    Read a row of a table of events.

    Parameters
    ----------
    record
        Cells by column, as text or as values. Lists are texts separated by ``;``, or lists.
        Columns that are not there are absent.

    Returns
    -------
    event
        The event, or ``None`` if there are faults.
    faults
        Tuples of column, value and problem, for all that is wrong in the row.
    """
    present = {column: cell for column, cell in record.items() if not is_absent(cell)}
    faults: list[Fault] = [
        (column, None, f"'{column}' is required") for column in REQUIRED if column not in present
    ]
    kind: type[Event] = Meeting
    known = False
    if "activity" in present:
        try:
            kind = KINDS[read_term(Activity, as_cell_text(present["activity"]), "activity")]
            known = True
        except EngagementError as error:
            faults.append(("activity", present["activity"], str(error)))
    values = _common_values(present, faults)
    if known:
        values.update(_values_of_kind(kind, present, faults))
    event = None
    try:
        event = kind(**{"date": None, "channel": None, **values})
    except EventError as error:
        faults += [
            (name, present.get(name, value), problem)
            for name, value, problem in error.faults
            if name in values or name not in REQUIRED
        ]
    faults.sort(key=lambda fault: COLUMNS.index(fault[0]) if fault[0] in COLUMNS else -1)
    return (None, faults) if faults else (event, [])


def _common_values(present: Mapping[str, object], faults: list[Fault]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for column in _TEXTS:
        if column in present:
            values[column] = as_cell_text(present[column])
    for column in _LISTS[:3]:
        if column in present:
            values[column] = _as_list(present[column])
    if "channel" in present:
        values["channel"] = as_cell_text(present["channel"])
    if "date" in present:
        _keep(values, faults, "date", present, lambda cells: _as_date(cells, "date"))
    own = {
        column.removeprefix(OWN): as_own_text(cell)
        for column, cell in present.items()
        if column.startswith(OWN)
    }
    if own:
        values["own"] = own
    if any(column in present for column in ("source", "where", "fields")):
        _keep(values, faults, "source", present, _as_sources)
        values["sources"] = values.pop("source", ())
    if "participants" in present:
        _keep(values, faults, "participants", present["participants"], _as_participants)
    return values


def _values_of_kind(
    kind: type[Event], present: Mapping[str, object], faults: list[Fault]
) -> dict[str, Any]:
    values: dict[str, Any] = {}
    known = fields_dict(kind)
    groups: tuple[tuple[str, tuple[str, ...], Callable[[Any], Any]], ...] = (
        ("personnel", _PERSONNEL, _as_personnel),
        ("value", _MONEY, _as_money),
        ("recurrence", ("recurrence",), _as_recurrence),
        ("in_force", ("in_force",), lambda cells: _as_date(cells, "in_force")),
        *(
            (column, (column,), lambda cells, c=column: as_cell_text(cells[c]))
            for column in _OF_KINDS
        ),
    )
    for name, columns, read in groups:
        used = [column for column in columns if column in present]
        if used and name not in known:
            problem = f"a {kind.activity} has no {name}"
            faults += [(column, present[column], problem) for column in used]
        elif used:
            _keep(values, faults, name, present, read)
    return values


class _CellError(Exception):
    """A cell, or several, that cannot be read; never leaves this module."""

    def __init__(self, *faults: Fault) -> None:
        self.faults = faults
        super().__init__()


def _keep(
    values: dict[str, Any], faults: list[Fault], name: str, cell: Any, read: Callable[[Any], Any]
) -> None:
    try:
        values[name] = read(cell)
    except _CellError as fault:
        faults += fault.faults


def _as_list(cell: object) -> list[Any]:
    return [item for item in list_items(cell) if not is_absent(item)]


def _as_date(present: Mapping[str, Any], column: str) -> EventDate | date | str:
    cell = present[column]
    if isinstance(cell, datetime):
        try:
            return day_of(cell)
        except DateError as error:
            raise _CellError((column, cell, str(error))) from None
    if isinstance(cell, (EventDate, date)):
        return cell
    text = as_cell_text(cell)
    if not isinstance(text, str):
        problem = f"a date is a text such as '2019-10', or a day, got {shown(cell)}"
        raise _CellError((column, cell, problem))
    return text.strip()


def _as_sources(present: Mapping[str, Any]) -> tuple[Source, ...]:
    if "source" not in present:
        told = "'where' says a place" if "where" in present else "'fields' says what stands there"
        raise _CellError(("source", None, f"{told}, but 'source' no document"))
    documents = list_items(present["source"])
    beside: dict[str, list[Any]] = {}
    for column, what in (("where", "places"), ("fields", "lists of fields")):
        beside[column] = list_items(present[column]) if column in present else [""] * len(documents)
        if len(beside[column]) != len(documents):
            problem = (
                f"'{column}' has {len(beside[column])} {what} for {len(documents)} documents in "
                "'source'"
            )
            raise _CellError((column, present[column], problem))
    try:
        return tuple(
            Source(document=document, where=place, fields=_as_field_names(names))
            for document, place, names in zip(documents, *beside.values(), strict=True)
        )
    except EventError as error:
        raise _CellError(("source", present["source"], str(error))) from None


def _as_field_names(cell: object) -> list[Any]:
    if not isinstance(cell, str):
        return [cell]
    return [name for part in cell.split(",") if (name := part.strip())]


def _as_objects(column: str, cell: object) -> Any:
    if not isinstance(cell, str):
        return cell
    try:
        return read_json(cell)
    except ValueError as error:
        raise _CellError((column, cell, f"not JSON: {error}")) from None


def _as_participants(cell: object) -> tuple[Participant, ...]:
    try:
        items = read_several(_as_objects("participants", cell), "it")
    except SettingError:
        items = [None]
    if not all(isinstance(item, (dict, Participant)) for item in items):
        raise _CellError(("participants", cell, "must be a JSON list of objects"))
    read, faults = [], []
    for place, item in enumerate(items, 1):
        if isinstance(item, Participant):
            read.append(item)
            continue
        try:
            read.append(_made(Participant, item))
        except EngagementError as error:
            faults.append(("participants", cell, f"no. {place}: {error}"))
    if faults:
        raise _CellError(*faults)
    return tuple(read)


def read_participant(item: Mapping[str, object]) -> tuple[Participant | None, list[Fault]]:
    """
    Read a participant from values by field.

    Returns
    -------
    tuple
        The participant, or ``None`` and the faults by field.
    """
    try:
        made: Participant = _made(Participant, item)
    except EventError as error:
        return None, list(error.faults)
    return made, []


def _as_recurrence(present: Mapping[str, Any]) -> Recurrence:
    cell = present["recurrence"]
    item = _as_objects("recurrence", cell)
    if not isinstance(item, dict):
        raise _CellError(("recurrence", cell, "must be a JSON object"))
    try:
        made: Recurrence = _made(Recurrence, item)
    except EngagementError as error:
        raise _CellError(("recurrence", cell, str(error))) from None
    return made


def _made(kind: type[Any], item: Mapping[str, object]) -> Any:
    known = fields_dict(kind)
    unknown = [name for name in item if name not in known]
    if unknown:
        listed = ", ".join(f"'{name}'" for name in known)
        problem = f"unknown key {shown(unknown[0])}; the keys are {listed}"
        raise EventError(kind.__name__.lower(), [(named(unknown[0]), None, problem)])
    missing = [name for name in ("since",) if name in known and item.get(name) is None]
    if missing:
        raise EventError(kind.__name__.lower(), [(missing[0], None, "is required")])
    return kind(**{name: value for name, value in item.items() if value is not None})


def _as_personnel(present: Mapping[str, Any]) -> Personnel:
    values: dict[str, Any] = {}
    faults: list[Fault] = []
    for column, name in (("personnel_low", "low"), ("personnel_high", "high")):
        if column in present:
            values[name] = _as_number(as_cell_text(present[column]))
            if values[name] is None:
                problem = f"must be a whole number and not negative, got {shown(present[column])}"
                faults.append((column, present[column], problem))
    shares: list[tuple[str, Any]] = []
    for pair in _as_list(present.get("personnel_by_country", "")):
        code, _, number = pair.partition("=") if isinstance(pair, str) else ("", "", None)
        shares.append((code.strip(), _as_number(number)))
        if shares[-1][1] is None:
            problem = f"must be pairs such as CHN=270;RUS=2000, got {shown(pair)}"
            faults.append(("personnel_by_country", present["personnel_by_country"], problem))
    if faults:
        raise _CellError(*faults)
    try:
        return Personnel(**values, by_country=shares, forces=_as_list(present.get("forces", "")))
    except EventError as error:
        to_column = {"low": "personnel_low", "high": "personnel_high", "forces": "forces"}
        raise _CellError(
            *(
                (to_column.get(name, "personnel_by_country"), value, problem)
                for name, value, problem in error.faults
            )
        ) from None


def _as_number(text: Any) -> int | None:
    digits = text.strip() if isinstance(text, str) else ""
    return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) < 20 else None


def _as_money(present: Mapping[str, Any]) -> Money:
    lacking = [column for column in ("value", "currency") if column not in present]
    if lacking:
        problem = "an amount needs both 'value' and 'currency'"
        raise _CellError((lacking[0], None, problem))
    readers: tuple[tuple[str, str, Callable[[Any], object]], ...] = (
        ("value", "amount", read_amount),
        ("currency", "currency", currency_code),
        ("value_text", "text", lambda cell: read_text(as_cell_text(cell), "the amount as printed")),
    )
    values: dict[str, Any] = {}
    faults: list[Fault] = []
    for column, name, read in readers:
        try:
            values[name] = read(present.get(column, ""))
        except EngagementError as error:
            faults.append((column, present[column], str(error)))
    if faults:
        raise _CellError(*faults)
    return Money(**values)
