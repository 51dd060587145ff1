"""What became of each row of a file: read, joined to another, left out by rule, or refused."""

from __future__ import annotations

import warnings
from collections import Counter
from typing import TYPE_CHECKING, Any, Literal

from engagement.errors import EventError, TableError
from engagement.log.eventlog import EventLog
from engagement.tables.table import RowFault, check_on_error

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    import pandas as pd

    from engagement.events.events import Event
    from engagement.sources.row_cells import Cells

__all__ = ["OnError", "Outcomes", "RowsLeftOutWarning"]

OnError = Literal["raise", "collect"]

N_REASONS = 6


class RowsLeftOutWarning(UserWarning):
    """
    Rows of a data set that are no events by the reader's rules.

    It says how many, and why. With ``on_error="collect"`` each of them is listed instead.
    """


class Outcomes:
    """
    Gathers what becomes of the rows of one file.

    Each row has exactly one outcome. One that makes an event is in the event's sources and in no
    list here; the others are listed with a column, a value and a problem.
    """

    def __init__(self, where: str) -> None:
        self.where = where
        self.n_rows = 0
        self.events: list[Event] = []
        self._refused: list[RowFault] = []
        self._left_out: list[RowFault] = []
        self._joined: list[RowFault] = []
        self._reasons: Counter[str] = Counter()

    def refuse(self, faults: Iterable[RowFault]) -> None:
        """Note a row that cannot be read, with all that is wrong in it."""
        self._refused += faults

    def leave_out(self, cells: Cells, column: str, problem: str, reason: str = "") -> None:
        """Note a row that is no event by rule; *reason* is the rule without the row's values."""
        self._left_out.append((cells.number, cells.column(column), cells.told(column), problem))
        self._reasons[reason or problem] += 1

    def join(self, number: int, column: str, value: object, problem: str) -> None:
        """Note a row that went into the event of another."""
        self._joined.append((number, column, value, problem))

    def repeat(self, cells: Cells, column: str, earlier: int, *, same: bool) -> None:
        """Note a row with an id that an earlier row has: the same row again, or a fault."""
        if same:
            problem = f"repeats row {earlier} cell for cell"
            self.join(cells.number, cells.column(column), cells.told(column), problem)
        else:
            cells.fault(column, f"row {earlier} has this id and says otherwise")
            self.refuse(cells.faults)

    def make(
        self, kind: type[Event], cells: Cells, columns: Mapping[str, str], **values: Any
    ) -> None:
        """Make the event of a row, or refuse the row for what the event does not keep."""
        event, faults = made(kind, cells, columns, values)
        if event is not None:
            self.events.append(event)
        self.refuse(faults)

    def finish(self, on_error: OnError) -> EventLog | tuple[EventLog, pd.DataFrame]:
        """
        Give the log, or the log and the list of all rows that made no event of their own.

        Raises
        ------
        TableError
            If rows were refused and *on_error* is ``"raise"``.
        """
        check_on_error(on_error)
        if on_error == "collect":
            return EventLog(self.events), self._frame()
        if self._refused:
            raise TableError(self.where, sorted(self._refused, key=_row), self.n_rows)
        if self._left_out:
            warnings.warn(self._summary(), RowsLeftOutWarning, stacklevel=3)
        return EventLog(self.events)

    def _summary(self) -> str:
        n_left_out = len(self._left_out)
        listed = [f"{n} {reason}" for reason, n in self._reasons.most_common(N_REASONS)]
        if len(self._reasons) > N_REASONS:
            rest = n_left_out - sum(n for _, n in self._reasons.most_common(N_REASONS))
            listed.append(f"{rest} for other reasons")
        n_joined = len(self._joined)
        joined = f"; {n_joined} joined to the event of another row" if n_joined else ""
        return (
            f"{self.where}: {n_left_out} of {self.n_rows} rows left out: "
            f"{'; '.join(listed)}{joined} (on_error='collect' lists them)"
        )

    def _frame(self) -> pd.DataFrame:
        import pandas as pd

        parts = (("refused", self._refused), ("left out", self._left_out), ("joined", self._joined))
        rows = [(*fault, outcome) for outcome, faults in parts for fault in faults]
        rows.sort(key=_row)
        columns = ["row", "column", "value", "problem", "outcome"]
        return pd.DataFrame(rows, columns=columns).astype({"row": "int64"})


def _row(fault: tuple[Any, ...]) -> int:
    return int(fault[0])


def made(
    kind: Callable[..., Event], cells: Cells, columns: Mapping[str, str], values: dict[str, Any]
) -> tuple[Event | None, list[RowFault]]:
    """
    Make an event of a row.

    Parameters
    ----------
    kind
        The class.
    cells
        The row.
    columns
        For a field of the event the column that it was read from.
    values
        The fields.

    Returns
    -------
    tuple
        The event, or ``None`` and the faults.
    """
    try:
        return kind(**values), []
    except EventError as error:
        return None, [
            (cells.number, cells.column(columns.get(name, name)), shown, problem)
            for name, shown, problem in error.faults
        ]
