"""Tables of events as rows of cells: their header, their rows, and all that is wrong with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from engagement.errors import SettingError, TableError, suggest
from engagement.records import COLUMNS, REQUIRED, is_absent, read_record
from engagement.vocabulary import Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import pandas as pd

    from engagement.events import Event

__all__ = ["RowFault", "check_on_error", "faults_frame", "read_rows", "settle"]

RowFault = tuple[int, str, object, str]
L = TypeVar("L")


def read_rows(
    rows: Sequence[Mapping[str, object]],
    header: Iterable[str],
    *,
    defaults: Mapping[str, object] | None = None,
) -> tuple[list[Event], list[RowFault]]:
    """
    Read the rows of a table of events.

    Parameters
    ----------
    rows
        Cells by column.
    header
        The columns that the table has.
    defaults
        For a column the value of cells that are absent.

    Returns
    -------
    events
        Those of the rows without faults.
    faults
        Tuples of row (counted from 1; 0 for the header), column, value and problem.
    """
    faults = _header_faults(list(header), defaults or {})
    if faults:
        return [], faults
    events: list[Event] = []
    row_of_id: dict[str, int] = {}
    for number, row in enumerate(rows, 1):
        filled = _filled(row, defaults) if defaults else row
        event, found = read_record(filled)
        if event is not None and event.status is Status.IMPLIED:
            problem = "implied events are not stored; they follow from a mechanism's recurrence"
            found = [("status", "implied", problem)]
        if event is not None and event.id in row_of_id:
            problem = f"id {event.id!r} stands in row {row_of_id[event.id]} already"
            found = [("id", event.id, problem)]
        faults += [(number, *fault) for fault in found]
        if event is not None and not found:
            events.append(event)
            if event.id:
                row_of_id[event.id] = number
    return events, faults


def _filled(row: Mapping[str, object], defaults: Mapping[str, object]) -> dict[str, object]:
    absent = {name: value for name, value in defaults.items() if is_absent(row.get(name))}
    return {**row, **absent}


def _header_faults(header: list[str], defaults: Mapping[str, object]) -> list[RowFault]:
    known = set(COLUMNS)
    faults: list[RowFault] = [
        (0, name, None, f"unknown column '{name}'{suggest(name, known)}")
        for name in dict.fromkeys((*header, *defaults))
        if name not in known
    ]
    faults += [
        (0, name, None, f"column '{name}' stands twice")
        for name in dict.fromkeys(header)
        if header.count(name) > 1
    ]
    faults += [
        (0, name, None, f"column '{name}' is required and missing")
        for name in REQUIRED
        if name not in header and name not in defaults
    ]
    return faults


def faults_frame(faults: Iterable[RowFault]) -> pd.DataFrame:
    """Return faults as a frame with the columns row, column, value, problem."""
    import pandas as pd

    return pd.DataFrame(list(faults), columns=["row", "column", "value", "problem"])


def check_on_error(on_error: str) -> None:
    """Raise SettingError unless *on_error* is one of the two."""
    if on_error not in {"raise", "collect"}:
        raise SettingError(f"on_error must be 'raise' or 'collect', got {on_error!r}")


def settle(log: L, faults: list[RowFault], n_rows: int, where: str, on_error: str) -> Any:
    """
    Give a log, or raise for its faults, as the caller asked.

    Raises
    ------
    TableError
        If there are faults and *on_error* is ``"raise"``, or the header is at fault.
    """
    check_on_error(on_error)
    of_the_header = [fault for fault in faults if fault[0] == 0]
    if of_the_header or (faults and on_error == "raise"):
        raise TableError(where, of_the_header or faults, n_rows)
    return log if on_error == "raise" else (log, faults_frame(faults))
