"""The rows of someone's own table in documented columns."""

from __future__ import annotations

import re
from datetime import datetime
from numbers import Real
from typing import TYPE_CHECKING, Any

from attrs import evolve, field, fields_dict, frozen

from engagement.errors import (
    DateError,
    EngagementError,
    SettingError,
    UnknownTermError,
    shown,
)
from engagement.events.events import KINDS
from engagement.tables.cells import as_cell_text, is_absent, list_items, note_text
from engagement.tables.list_cells import LIST_COLUMNS, cell_items
from engagement.tables.records import COLUMNS, COLUMNS_OF_KINDS, OWN
from engagement.tables.table_dates import read_table_date
from engagement.tables.table_numbers import plain_number
from engagement.tables.table_settings import (
    ENDS,
    KNOWN_COLUMNS,
    PROBLEM_COLUMN,
    ROW_COLUMN,
    check_settings,
)
from engagement.tables.times_of_day import day_of
from engagement.tables.whole_columns import (
    column_decimal,
    holds_fiscal_years,
    next_year_of,
    read_fiscal_year,
)
from engagement.values.country_groups import group_members, is_group
from engagement.values.country_systems import read_country
from engagement.values.dates import EventDate
from engagement.values.money import Money, parse_amount
from engagement.values.places import is_organisation
from engagement.values.successors import successor_of
from engagement.values.vocabulary import Activity, fold_term, read_term

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

__all__ = ["DOCUMENTED", "Layout", "read_layout"]

_FOLDED = {fold_term(name): name for name in KNOWN_COLUMNS}
_LONGEST = 2000
_CALENDAR = ("D", "M", "Q-DEC", "Y-DEC", "A-DEC")
_MARKS = re.compile(r"[;\t|]")
_PLAIN = re.compile(r"[\d.,' ]*")
_SHORTENED = re.compile(r"\d(?:[.,]\d+)?E\+\d\d+", re.ASCII)
_ONE_COUNTRY = ("initiator", "host", "participant_country")
_HEAD_COUNTS = ("personnel_low", "personnel_high")

CellFault = tuple[str, object, str]


@frozen(kw_only=True)
class Layout:
    """Checked `TableSettings`; see there."""

    columns: dict[str, str] = field(factory=dict)
    defaults: dict[str, object] = field(factory=dict)
    values: dict[str, dict[str, str]] = field(factory=dict)
    list_separator: str | None = None
    amounts: bool = False
    undated: str = "refuse"
    coverage: tuple[str, str] | None = None
    unknown_columns: str = "refuse"
    date_order: str | None = None
    times: str = "refuse"
    decimal: str | None = None
    fiscal_years: int | bool | None = None
    suspects_fiscal_years: bool = False
    is_own: bool = False
    countries: str = "name"
    successors: str = "keep"
    groups: bool = False

    def targets(self, header: Sequence[str]) -> dict[str, str]:
        """
        Give for each column of a table the documented one that it holds.

        Case, blanks and hyphens in a name make no difference. A column of the user's own is named
        with ``own:`` before; other undocumented columns are omitted.
        """
        theirs = {name: ours for ours, name in self.columns.items()}
        found = {}
        for name in header:
            target = theirs.get(name) or _FOLDED.get(fold_term(name)) or self._own(name)
            if target:
                found[name] = target
        return found

    def _own(self, name: str) -> str:
        """Name a column of the user's own, if it is to be one."""
        if name[: len(OWN)].casefold() == OWN:
            return OWN + name[len(OWN) :].strip()
        is_kept = self.unknown_columns == "keep" and name not in (PROBLEM_COLUMN, ROW_COLUMN)
        return OWN + name.strip() if is_kept else ""

    def find_header(self, lines: Iterable[tuple[int, Sequence[Any]]]) -> int | None:
        """
        Give the number of the first line that has names of several columns, if one has.

        Below a title, cells may not have been told apart yet.
        """
        theirs = set(self.columns.values())
        for number, cells in lines:
            texts = [cell[:_LONGEST] for cell in cells if isinstance(cell, str)]
            names = {name.strip() for text in texts for name in _MARKS.split(text)}
            if sum(name in theirs or fold_term(name) in _FOLDED for name in names) > 1:
                return number
        return None

    def in_view_of(
        self, column: Callable[[str], Iterable[Any]], targets: Mapping[str, str]
    ) -> tuple[Layout, list[CellFault]]:
        """
        Settle by whole columns what single cells leave open: decimal marks and fiscal years.

        Parameters
        ----------
        column
            Gives the cells of a column by its name in the table.
        targets
            See `targets`.

        Returns
        -------
        tuple
            The layout to read each row by, and what is wrong with a column as a whole.
        """
        theirs = {ours: name for name, ours in targets.items()}

        def cells(name: str) -> list[Any]:
            return [*column(theirs[name])] if name in theirs else []

        settled = evolve(self, is_own=theirs.keys() >= set(COLUMNS))
        faults: list[CellFault] = []
        if self.decimal is None:
            try:
                settled = evolve(settled, decimal=column_decimal(cells("value")))
            except SettingError as error:
                faults.append(("value", None, str(error)))
        if self.fiscal_years is None:
            dates = [cells(name) for name in ("date", *ENDS)]
            suspects = any(holds_fiscal_years(known, is_own=settled.is_own) for known in dates)
            settled = evolve(settled, suspects_fiscal_years=suspects)
        return settled, faults

    def reshape(
        self, row: Mapping[str, Any], targets: Mapping[str, str]
    ) -> tuple[dict[str, Any], list[CellFault]]:
        """
        Give the cells of a row by documented column, and all that cannot be read so far.

        A cell at fault is omitted from the row.
        """
        cells = {targets[name]: cell for name, cell in row.items() if name in targets}
        faults: list[CellFault] = []
        self._fill(cells)
        self._note(cells, {name: cell for name, cell in row.items() if name not in targets})
        self._read_lists(cells)
        for step in (self._read_id, self._read_dates, self._read_numbers, self._read_countries):
            step(cells, faults)
        for column, *_ in faults:
            cells.pop(column, None)
        return cells, faults

    def _fill(self, cells: dict[str, Any]) -> None:
        """Put in what texts mean, and what absent cells hold."""
        for name, meant in self.values.items():
            if name in cells:
                cells[name] = self._meant(name, cells[name], meant)
        for name, value in self.defaults.items():
            if is_absent(cells.get(name)) and _is_of_kind(name, cells, self.defaults):
                cells[name] = value

    def _note(self, cells: dict[str, Any], others: Mapping[str, Any]) -> None:
        """Put what is not documented into the note, if it is to be there."""
        if self.unknown_columns != "note":
            return
        told = [
            f"{name}: {note_text(cell)}"
            for name, cell in others.items()
            if not is_absent(cell) and name not in (PROBLEM_COLUMN, ROW_COLUMN)
        ]
        if told:
            kept = as_cell_text(cells.get("note"))
            cells["note"] = "; ".join(told if is_absent(kept) else [kept, *told])

    def _meant(self, name: str, cell: object, meant: Mapping[str, str]) -> object:
        """Give what a cell means, as a whole or item by item."""
        text = as_cell_text(cell)
        if not isinstance(text, str):
            return cell
        if fold_term(text) in meant or name not in LIST_COLUMNS:
            return meant.get(fold_term(text), cell)
        items = cell_items(name, cell, separator=self.list_separator, system=self.countries)
        texts = [meant.get(fold_term(item), item) for item in items if isinstance(item, str)]
        return [item for text in texts for item in list_items(text)]

    def _read_lists(self, cells: dict[str, Any]) -> None:
        for name in () if self.is_own else LIST_COLUMNS:
            if not is_absent(cells.get(name)):
                cells[name] = cell_items(
                    name, cells[name], separator=self.list_separator, system=self.countries
                )

    def _read_id(self, cells: dict[str, Any], faults: list[CellFault]) -> None:
        cell = cells.get("id")
        if not self.is_own and isinstance(cell, str) and _SHORTENED.fullmatch(cell.strip()):
            problem = (
                f"{shown(cell)} is a number that a spreadsheet shortened, so that ids became "
                "alike; give the column the format of text and fill it again from the source"
            )
            faults.append(("id", cell, problem))

    def _read_date(self, text: str) -> EventDate:
        if self.fiscal_years and (found := read_fiscal_year(text, self.fiscal_years)):
            return found
        if self.suspects_fiscal_years and (first := next_year_of(text)):
            raise DateError(
                f"'{text}' is the fiscal year from {first} to {int(first) + 1}, as the column "
                "shows, and no month or season; say fiscal_years=, the month in which it begins"
            )
        return read_table_date(text, self.date_order, self.times)

    def _read_dates(self, cells: dict[str, Any], faults: list[CellFault]) -> None:
        for column in ("date", "in_force", *ENDS):
            cell = cells.get(column)
            is_number = isinstance(cell, Real) and not isinstance(cell, bool)
            text = as_cell_text(cell) if column in ENDS or is_number else _of_period(cell)
            try:
                if isinstance(cell, datetime) and not is_absent(cell):
                    cells[column] = EventDate.from_day(day_of(cell, self.times))
                elif isinstance(text, str) and not is_absent(text):
                    cells[column] = self._read_date(text.strip())
            except DateError as error:
                faults.append((column, cell, str(error)))
        ends = [cells.pop(column, None) for column in ENDS]
        if all(is_absent(end) for end in ends) or any(column in ENDS for column, *_ in faults):
            return
        start, end = (None if is_absent(end) else end for end in ends)
        if not is_absent(cells.get("date")):
            problem = "a date stands in 'date' or in 'date_start' and 'date_end', not in both"
            faults.append(("date_start", ends[0], problem))
        elif start is None:
            faults.append(("date_start", None, "'date_start' is required where 'date_end' is"))
        elif end is None or str(start) == str(end):
            cells["date"] = start
        else:
            try:
                cells["date"] = EventDate.parse(f"{start}/{end}")
            except DateError as error:
                faults.append(("date_end", ends[1], str(error)))

    def _read_numbers(self, cells: dict[str, Any], faults: list[CellFault]) -> None:
        for column in ("value", *_HEAD_COUNTS):
            cell = cells.get(column)
            if isinstance(cell, str) and not is_absent(cell):
                try:
                    if column == "value" and self.amounts and not _PLAIN.fullmatch(cell.strip()):
                        self._read_amount(cells, parse_amount(cell, _code_of(cells)))
                    else:
                        whole = column in _HEAD_COUNTS
                        cells[column] = plain_number(cell, self.decimal, whole=whole)
                except EngagementError as error:
                    faults.append((column, cell, str(error)))

    def _read_amount(self, cells: dict[str, Any], amount: Money) -> None:
        """Write a printed amount as number, currency and text; a column of its own goes first."""
        told = _code_of(cells)
        if told is not None and told.strip().upper() != amount.currency:
            raise SettingError(f"{shown(amount.text)} is in {amount.currency}, 'currency' {told}")
        cells["value"], cells["currency"] = amount.amount, amount.currency
        if is_absent(cells.get("value_text")):
            cells["value_text"] = amount.text

    def _read_countries(self, cells: dict[str, Any], faults: list[CellFault]) -> None:
        on = _date_of(cells.get("date"))
        for column in (*_ONE_COUNTRY, "countries", "personnel_by_country"):
            cell = cells.get(column)
            if is_absent(cell):
                continue
            items = [cell] if column in _ONE_COUNTRY else list_items(cell)
            read: list[Any] = []
            for item in items:
                try:
                    read += self._countries(as_cell_text(item), column, on)
                except EngagementError as error:
                    faults.append((column, cell, str(error)))
            if column in _ONE_COUNTRY:
                cells[column] = read[0] if read else None
            elif len(read) > len(items) or self.defaults.get("initiator"):
                # members of a group, or all who took part, of whom one may be the focal state
                cells[column] = [
                    code for code in dict.fromkeys(read) if code != cells.get("initiator")
                ]
            else:
                cells[column] = read

    def _countries(self, item: object, column: str, on: EventDate | None) -> list[Any]:
        """Give the codes that one item stands for; what is not known is left as it is."""
        if not isinstance(item, str) or is_absent(item):
            return [item]
        if column == "personnel_by_country":
            who, sign, number = item.partition("=")
            return [f"{self._countries(who, '', on)[0]}{sign}{plain_number(number, whole=True)}"]
        if column == "countries" and is_group(item):
            if not self.groups:
                raise UnknownTermError(
                    f"{shown(item)} is a group, not a country; groups=True reads its members"
                )
            return list(group_members(item, on=on))
        if column == "initiator" and is_organisation(item):
            return [item]
        try:
            code = read_country(item, system=self.countries, on=on)
            return [successor_of(code) if self.successors == "merge" else code]
        except UnknownTermError:
            if self.countries == "name":  # the event tells it, with all else that is wrong
                return [item]
            raise


def _is_of_kind(column: str, cells: Mapping[str, Any], defaults: Mapping[str, object]) -> bool:
    """Tell whether an event of the row's kind can have what a column holds."""
    if column not in COLUMNS_OF_KINDS:
        return True
    if column in ("currency", "value_text") and is_absent(cells.get("value")):
        return False
    activity = cells.get("activity")
    try:
        kind = KINDS[
            read_term(Activity, defaults["activity"] if is_absent(activity) else activity, "")
        ]
    except (EngagementError, KeyError):
        return True  # the activity is at fault, and told
    return COLUMNS_OF_KINDS[column] in fields_dict(kind)


def _code_of(cells: Mapping[str, Any]) -> str | None:
    code = cells.get("currency")
    return code if isinstance(code, str) and not is_absent(code) else None


DOCUMENTED = Layout()
"""The table as it is documented."""


def _of_period(cell: Any) -> Any:
    """Write a period of pandas as a text, if it is one of the calendar's."""
    if type(cell).__name__ == "Period" and cell.freqstr in _CALENDAR:
        return str(cell)
    return cell


def _date_of(cell: object) -> EventDate | None:
    """Give the date of an event as far as it can be read; what is none is told elsewhere."""
    text = as_cell_text(cell)
    if isinstance(cell, EventDate) or not isinstance(text, str):
        return cell if isinstance(cell, EventDate) else None
    try:
        return read_table_date(text)
    except DateError:
        return None


def read_layout(settings: Mapping[str, Any]) -> Layout:
    """Check `TableSettings`, see `check_settings`."""
    return Layout(**check_settings(settings))
