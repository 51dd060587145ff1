"""Tables of events as rows of cells: their header, their rows, and all that is wrong with them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, TypeVar

from engagement.errors import SettingError, TableError, named, shown, suggest
from engagement.records import COLUMNS, NUMBERS, REQUIRED, is_absent, read_record, to_cells
from engagement.vocabulary import Status

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    import pandas as pd

    from engagement.events import Event

__all__ = [
    "RowFault",
    "check_on_error",
    "duplicates_frame",
    "events_frame",
    "faults_frame",
    "header_faults",
    "read_frame",
    "read_rows",
    "settle",
]

RowFault = tuple[int, str, object, str]
L = TypeVar("L")


def read_rows(
    rows: Sequence[Mapping[str, object]],
    header: Iterable[str],
    *,
    defaults: Mapping[str, object] | None = None,
    unread: Iterable[RowFault] = (),
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
    unread
        Faults of rows whose cells cannot be told apart, one a row; these are not read.

    Returns
    -------
    events
        Those of the rows without faults.
    faults
        Tuples of row (counted from 1; 0 for the header), column, value and problem.
    """
    faults = header_faults(list(header), COLUMNS, REQUIRED, defaults or {})
    if faults:
        return [], faults
    events: list[Event] = []
    row_of_id: dict[str, int] = {}
    fault_of_row = {fault[0]: fault for fault in unread}
    for number, row in enumerate(rows, 1):
        if number in fault_of_row:
            faults.append(fault_of_row[number])
            continue
        filled = _filled(row, defaults) if defaults else row
        event, found = read_record(filled)
        if event is not None and event.status is Status.IMPLIED:
            problem = "implied events are not stored; they follow from a mechanism's recurrence"
            found = [("status", "implied", problem)]
        if event is not None and event.id in row_of_id:
            problem = f"id {shown(event.id)} stands in row {row_of_id[event.id]} already"
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


def header_faults(
    header: Sequence[str],
    known: Collection[str],
    required: Iterable[str],
    defaults: Iterable[str] = (),
) -> list[RowFault]:
    """
    Find what is wrong with a header.

    Parameters
    ----------
    header
        The columns that a table has.
    known
        The columns that it may have.
    required
        Those of them that it must have, unless they are among *defaults*.
    defaults
        Columns that the caller fills.

    Returns
    -------
    list
        Faults of row 0: columns that are unknown, stand twice or are missing.
    """
    counted = Counter(header)
    given = {*header, *defaults}
    unknown = [name for name in dict.fromkeys((*header, *defaults)) if name not in known]
    hints = [suggest(name, known) if len(unknown) <= 50 else "" for name in unknown]
    told = [
        (name, f"unknown column {shown(name)}{hint}")
        for name, hint in zip(unknown, hints, strict=True)
    ]
    told += [(name, f"column {shown(name)} stands twice") for name, n in counted.items() if n > 1]
    told += [
        (name, f"column '{name}' is required and missing") for name in required if name not in given
    ]
    return [(0, name, None, problem) for name, problem in told]


def read_frame(
    df: pd.DataFrame,
    *,
    columns: Mapping[str, str] | None = None,
    defaults: Mapping[str, object] | None = None,
) -> tuple[list[Event], list[RowFault]]:
    """
    Read the rows of a data frame, as `read_rows` does.

    Parameters
    ----------
    df
        A row an event.
    columns
        For a documented column the name that it has in *df*.
    defaults
        For a documented column the value of cells that are absent.

    Raises
    ------
    SettingError
        If *df* is no data frame of pandas.
    """
    import pandas as pd

    if not isinstance(df, pd.DataFrame):
        raise SettingError(f"a pandas DataFrame is read, got {shown(df)}")
    theirs = dict(columns or {})
    lacking = [name for name in theirs.values() if name not in df.columns]
    if lacking:
        hints = [suggest(named(name), map(named, df.columns)) for name in lacking]
        return [], [
            (0, named(name), None, f"there is no column {shown(name)}{hint}")
            for name, hint in zip(lacking, hints, strict=True)
        ]
    ours = {name: column for column, name in theirs.items()}
    header = [named(ours.get(name, name)) for name in df.columns]
    if len(set(header)) < len(header):  # which pandas cannot give as rows
        return [], header_faults(header, COLUMNS, REQUIRED, defaults or {})
    cells: list[dict[Any, Any]] = df.set_axis(header, axis=1).astype(object).to_dict("records")
    return read_rows(cells, header, defaults=defaults)


def events_frame(events: Iterable[Event]) -> pd.DataFrame:
    """Return events as a frame with the documented columns."""
    import pandas as pd

    frame = pd.DataFrame([to_cells(event) for event in events], columns=list(COLUMNS))
    dtypes = {column: "str" for column in COLUMNS if column not in NUMBERS}
    dtypes |= {"personnel_low": "Int64", "personnel_high": "Int64", "value": "float64"}
    return frame.astype(dtypes)


def duplicates_frame(events: Iterable[Event]) -> pd.DataFrame:
    """Return the groups of events that may be one, see `EventLog.duplicates`."""
    import pandas as pd

    groups: dict[tuple[object, ...], list[Event]] = {}
    for event in events:
        parties = (event.initiator, event.countries, event.organisations)
        offices = frozenset(
            (p.country, p.organisation, p.office.casefold()) for p in event.participants
        )
        key = (event.activity, event.channel, *parties, str(event.date), offices)
        groups.setdefault(key, []).append(event)
    rows = []
    for number, group in enumerate((g for g in groups.values() if len(g) > 1), 1):
        cells = [to_cells(event) for event in group]
        differ = [c for c in COLUMNS if c != "id" and len({str(cell[c]) for cell in cells}) > 1]
        rows += [
            {
                "group": number,
                "id": event.id,
                "date": str(event.date),
                "event": str(event),
                "differ": ", ".join(differ),
            }
            for event in group
        ]
    return pd.DataFrame(rows, columns=["group", "id", "date", "event", "differ"])


def faults_frame(faults: Iterable[RowFault]) -> pd.DataFrame:
    """Return faults as a frame with the columns row, column, value, problem."""
    import pandas as pd

    return pd.DataFrame(list(faults), columns=["row", "column", "value", "problem"])


def check_on_error(on_error: str) -> None:
    """Raise SettingError unless *on_error* is one of the two."""
    if on_error not in ("raise", "collect"):
        raise SettingError(f"on_error must be 'raise' or 'collect', got {shown(on_error)}")


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
