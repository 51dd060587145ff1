"""Tables of events as rows of cells: their header, their rows, and all that is wrong with them."""

from __future__ import annotations

from collections import Counter
from operator import itemgetter
from typing import TYPE_CHECKING, Any, TypeVar

from engagement.errors import SettingError, TableError, named, shown, suggest
from engagement.events.own import own_name
from engagement.settings.checks import check_choice
from engagement.tables.cells import as_cell_text, is_absent
from engagement.tables.channels import add_channel, can_tell_channels
from engagement.tables.coded_cells import arrays_of, coded_cells
from engagement.tables.column_reading import read_columns
from engagement.tables.layouts import DOCUMENTED, Layout
from engagement.tables.participant_rows import Record, join_participants
from engagement.tables.records import (
    COLUMNS,
    NUMBERS,
    OWN,
    REQUIRED,
    columns_of,
    read_record,
    to_cells,
)
from engagement.tables.table_settings import (
    ENDS,
    OTHER_COLUMNS,
    PARTICIPANT_COLUMNS,
    PROBLEM_COLUMN,
    ROW_COLUMN,
)
from engagement.values.vocabulary import Activity, Status, fold_term

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    import pandas as pd

    from engagement.events.columns import EventColumns
    from engagement.events.events import Event

__all__ = [
    "RowFault",
    "check_on_error",
    "duplicates_frame",
    "events_frame",
    "faults_frame",
    "frame_rows",
    "header_faults",
    "read_frame",
    "read_rows",
    "settle",
]

RowFault = tuple[int, str, object, str]
L = TypeVar("L")


def read_rows(
    rows: Sequence[Mapping[str, object]],
    header: Sequence[str],
    *,
    layout: Layout = DOCUMENTED,
    numbers: Sequence[int] | None = None,
    unread: Iterable[RowFault] = (),
) -> tuple[list[Event], list[RowFault], list[int]]:
    """
    Read the rows of a table of events.

    Parameters
    ----------
    rows
        Cells by column.
    header
        The columns that the table has.
    layout
        How the table differs from the documented one.
    numbers
        Of the rows, to be named in faults; ``None`` counts from 1.
    unread
        Faults of rows whose cells cannot be told apart; these rows are not read.

    Returns
    -------
    events
        Those of the rows without faults.
    faults
        Tuples of row (0 for the header), column, value and problem, by row.
    rows
        The number of the first row of each event.
    """
    targets = layout.targets(header)
    faults = _layout_faults(header, layout, targets)
    if faults:
        empty = _empty_columns(header, rows, targets)
        faults = _layout_faults([name for name in header if name not in empty], layout, targets)
    if faults:
        return [], faults, []
    layout, of_columns = layout.in_view_of(lambda name: [row.get(name) for row in rows], targets)
    if of_columns:
        return [], [(0, *fault) for fault in of_columns], []
    faults += unread
    records = _read_records(rows, numbers or range(1, len(rows) + 1), layout, targets, faults)
    events: list[Event] = []
    rows_of: list[int] = []
    row_of_id: dict[str, int] = {}
    for record in records:
        event, found = _event_of(record, row_of_id)
        faults += found
        if event is not None:
            events.append(event)
            rows_of.append(record.numbers[0])
            if event.id:
                row_of_id[event.id] = record.numbers[0]
    theirs = {ours: name for name, ours in targets.items()}
    named_as_theirs = [
        (row, theirs.get(column, column), value, problem) for row, column, value, problem in faults
    ]
    return events, sorted(named_as_theirs, key=itemgetter(0)), rows_of


def read_cells(columns: Mapping[str, Any], layout: Layout) -> EventColumns | None:
    """
    Read a table without faults in columns, see `read_columns`.

    Parameters
    ----------
    columns
        Arrays of Arrow by column.
    layout
        How the table differs from the documented one.

    Returns
    -------
    EventColumns or None
        ``None`` where the rows have to be read one by one, see `read_rows`.
    """
    targets = layout.targets([*columns])
    if not columns or _layout_faults([*columns], layout, targets):
        return None
    cells = coded_cells(columns)
    return None if cells is None else read_columns(cells, targets, layout)


def _read_records(
    rows: Sequence[Mapping[str, object]],
    numbers: Sequence[int],
    layout: Layout,
    targets: Mapping[str, str],
    faults: list[RowFault],
) -> list[Record]:
    """Make a record of each event; rows that are at fault already are passed over."""
    not_read = {row for row, *_ in faults}
    records = []
    for number, row in zip(numbers, rows, strict=True):
        if number in not_read:
            continue
        if layout.undated == "leave out" and _is_undated(row, targets):
            faults.append((number, "date", None, LEFT_OUT))
            continue
        cells, wrong = layout.reshape(row, targets)
        records.append(Record((number,), cells, [(number, *fault) for fault in wrong]))
    ours = {*targets.values(), *layout.defaults}
    if not ours.isdisjoint(PARTICIPANT_COLUMNS):
        records = join_participants(records, has_countries="countries" in ours)
    if can_tell_channels(ours):
        for record in records:
            problem = "" if record.faults else add_channel(record.cells)
            if problem:
                record.faults.append((record.numbers[0], "channel", None, problem))
    return records


LEFT_OUT = "no date, and excluded as was asked"
"""The problem of a row that is no fault."""

_NO_DATES = {fold_term(text) for text in ("n.d.", "nd", "n/a", "na", "no date", "undated")}
_NO_DATES |= {"unknown", "not known", "none", "tbc", "tbd", "tba", "?", "", "..."}


def is_no_date(cell: object) -> bool:
    """Tell whether a cell of dates says that there is none."""
    text = as_cell_text(cell)
    return is_absent(cell) or (isinstance(text, str) and fold_term(text) in _NO_DATES)


def _is_undated(row: Mapping[str, object], targets: Mapping[str, str]) -> bool:
    dates = [cell for name, cell in row.items() if targets.get(name) in ("date", *ENDS)]
    return all(map(is_no_date, dates)) and any(
        not is_absent(cell) for name, cell in row.items() if name in targets
    )


def _event_of(record: Record, row_of_id: Mapping[str, int]) -> tuple[Event | None, list[RowFault]]:
    """Make the event of a record, or give the faults of each of its rows."""
    event, found = read_record(record.cells)
    if event is not None and event.status is Status.IMPLIED:
        problem = "implied events are not stored; they follow from a mechanism's recurrence"
        found = [("status", "implied", problem)]
    if event is not None and event.id in row_of_id:
        problem = f"id {shown(event.id)} stands in row {row_of_id[event.id]} already"
        found = [("id", event.id, problem)]
    if record.faults:  # a cell that could not be read is no missing one
        found = [fault for fault in found if fault[0] in record.cells]
    first, *_ = record.numbers
    faults = [*record.faults, *((first, *fault) for fault in found)]
    if not faults:
        return event, []
    blamed = {row for row, *_ in faults}
    name = record.cells.get("id")
    problem = f"its event is at fault, see row {min(blamed)}"
    faults += [(row, "id", name, problem) for row in record.numbers if row not in blamed]
    return None, faults


def _empty_columns(
    header: Sequence[str], rows: Sequence[Mapping[str, object]], targets: Mapping[str, str]
) -> set[str]:
    """Give the unknown columns that hold nothing in any row, so that nothing of them is lost."""
    unknown = [name for name in header if name not in targets]
    return {name for name in unknown if rows and all(is_absent(row.get(name)) for row in rows)}


def _layout_faults(
    header: Sequence[str], layout: Layout, targets: Mapping[str, str]
) -> list[RowFault]:
    lacking = [name for name in layout.columns.values() if name not in header]
    if lacking:
        hints = [suggest(named(name), header) for name in lacking]
        return [
            (0, named(name), None, f"there is no column {shown(name)}{hint}")
            for name, hint in zip(lacking, hints, strict=True)
        ]
    mending = (PROBLEM_COLUMN, ROW_COLUMN)
    ours = [targets.get(name, name) for name in header if name not in mending]
    own = [name for name in dict.fromkeys((*ours, *layout.defaults)) if name.startswith(OWN)]
    known = [*COLUMNS, *OTHER_COLUMNS, *own]
    told = {"date"} if "date_start" in ours else set()
    told |= {"channel"} if can_tell_channels({*ours, *layout.defaults}) else set()
    required = [name for name in REQUIRED if name not in told]
    faults = header_faults(ours, known, required, layout.defaults)
    faults += [(0, name, None, problem) for name in own if (problem := _own_problem(name))]
    strange = set(ours).difference(known)
    unknown = [
        place
        for place, (_, name, _, problem) in enumerate(faults)
        if name in strange and problem.startswith("unknown")
    ]
    if unknown and layout.unknown_columns == "refuse":
        row, column, value, problem = faults[unknown[-1]]
        problem += "; unknown_columns='keep' makes such columns your own"
        faults[unknown[-1]] = (row, column, value, problem)
    if layout.unknown_columns == "note":
        faults = [fault for place, fault in enumerate(faults) if place not in unknown]
    if "participants" in ours and not set(ours).isdisjoint(PARTICIPANT_COLUMNS):
        problem = "participants stand in one column or in a row each, not in both"
        faults.append((0, "participants", None, problem))
    return faults


def _own_problem(column: str) -> str:
    """Say what is wrong with the name of a column of the user's own, if anything is."""
    try:
        own_name(column.removeprefix(OWN))
    except SettingError as error:
        return str(error)
    return ""


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


def frame_rows(df: pd.DataFrame) -> tuple[list[str], list[dict[Any, Any]]]:
    """
    Give the header and the cells of a data frame; none where a column stands twice.

    Raises
    ------
    SettingError
        If *df* is no data frame of pandas.
    """
    import pandas as pd

    if not isinstance(df, pd.DataFrame):
        has_twin = callable(getattr(df, "to_pandas", None))
        hint = "; its to_pandas() gives one, and count_events takes it as it is" if has_twin else ""
        told = f"{type(df).__module__.partition('.')[0]}'s {type(df).__name__}"
        raise SettingError(
            f"a pandas DataFrame is read, got {told if has_twin else shown(df)}{hint}"
        )
    header = [named(name) for name in df.columns]
    if len(set(header)) < len(header):  # which pandas cannot give as rows
        return header, []
    return header, df.set_axis(header, axis=1).astype(object).to_dict("records")


def read_frame(
    df: pd.DataFrame, layout: Layout
) -> tuple[EventColumns | list[Event], list[RowFault]]:
    """
    Read the rows of a data frame, as `read_rows` does.

    Raises
    ------
    SettingError
        If *df* is no data frame of pandas.
    """
    import pandas as pd

    is_frame = isinstance(df, pd.DataFrame) and df.columns.is_unique
    arrays = arrays_of(df) if is_frame else None
    events = None if arrays is None else read_cells(arrays, layout)
    if events is not None:
        return events, []
    header, rows = frame_rows(df)
    if len(set(header)) < len(header):
        return [], header_faults(header, COLUMNS, REQUIRED, layout.defaults)
    read, faults, _ = read_rows(rows, header, layout=layout)
    return read, faults


def events_frame(events: Iterable[Event]) -> pd.DataFrame:
    """Return events as a frame with the documented columns, and the user's own."""
    import pandas as pd

    known = list(events)
    columns = columns_of(known)
    frame = pd.DataFrame([to_cells(event) for event in known], columns=columns)
    own = columns[len(COLUMNS) :]
    frame[own] = frame[own].fillna("")
    dtypes = {column: "str" for column in columns if column not in NUMBERS}
    dtypes |= {"personnel_low": "Int64", "personnel_high": "Int64", "value": "float64"}
    return frame.astype(dtypes)


_MUTUAL = {Activity.MEETING, Activity.EXERCISE, Activity.AGREEMENT, Activity.MECHANISM}
"""Kinds in which it makes no difference who is named first."""


def duplicates_frame(events: Iterable[Event]) -> pd.DataFrame:
    """Return the groups of events that may be one, see `EventLog.duplicates`."""
    import pandas as pd

    groups: dict[tuple[object, ...], list[Event]] = {}
    for event in events:
        states = (event.initiator, *event.countries)
        parties = (frozenset(states) if event.activity in _MUTUAL else states, event.organisations)
        offices = frozenset(
            (p.country, p.organisation, p.office.casefold()) for p in event.participants
        )
        key = (event.activity, event.channel, *parties, str(event.date), offices)
        groups.setdefault(key, []).append(event)
    rows = []
    for number, group in enumerate((g for g in groups.values() if len(g) > 1), 1):
        cells = [to_cells(event) for event in group]
        differ = [
            column
            for column in columns_of(group)
            if column != "id" and len({str(cell.get(column, "")) for cell in cells}) > 1
        ]
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
    check_choice("on_error", on_error, ("raise", "collect"))


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
    wrong = of_the_header or [fault for fault in faults if fault[-1] != LEFT_OUT]
    if of_the_header or (wrong and on_error == "raise"):
        raise TableError(where, wrong, n_rows)
    return log if on_error == "raise" else (log, faults_frame(faults))
