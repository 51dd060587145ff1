"""Tables of events in columns, of which each different combination of cells is read once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date as day
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import evolve, frozen

from engagement.errors import SettingError
from engagement.events.coded import Cells, Coded, alike
from engagement.events.columns import EventColumns
from engagement.events.parts import Source
from engagement.tables.cells import is_absent
from engagement.tables.coded_cells import matches, read_texts
from engagement.tables.layouts import Layout
from engagement.tables.records import COLUMNS_OF_KINDS, OWN, read_record
from engagement.tables.table_settings import ENDS, PARTICIPANT_COLUMNS
from engagement.values.dates import EventDate
from engagement.values.today import today
from engagement.values.vocabulary import SEPARATOR, Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

__all__ = ["read_columns"]

_BESIDE = {"date": "2000", "channel": "multilateral", "activity": "meeting", "organisations": "x"}
"""What stands in the other columns while some are read, so that only those can be at fault."""

_WHO = ("channel", "initiator", "countries", "organisations")
_WHEN = ("date", *ENDS, "status")
_TEXTS = ("id", "place", "note")
_CITED = ("source", "where", "fields")

_OF_PARTIES = {"date": "2000", "activity": "meeting"}
_CODE = re.compile("[A-Z]{3}")

_UNDATED_SYSTEMS = ("name", "iso3", "iso2", "cameo")
"""Systems of countries in which a code means the same on every day."""

_ITEM = "^[!-:<-~]([ -:<-~]*[!-:<-~])?$"
"""One that can stand in a list."""

_ID = "^[!-')-:<-~]$|^[!-')-:<-~][ -:<-~]*[!-:<-~]$"
"""One that can be an id: neither a list nor that of no label."""

_SHORTENED = "E[+]"


def read_columns(
    cells: Mapping[str, Coded], targets: Mapping[str, str], layout: Layout
) -> EventColumns | None:
    """
    Read a table without faults in columns.

    Parameters
    ----------
    cells
        The columns as they stand.
    targets
        For each of them the documented one that it holds, see `Layout.targets`.
    layout
        How the table differs from the documented one.

    Returns
    -------
    EventColumns or None
        In the order of the rows; ``None`` where a cell may be at fault, or rows tell of one event
        together: then the rows have to be read one by one.
    """
    ours = {*targets.values(), *layout.defaults}
    by_rows = "channel" not in ours or not ours.isdisjoint(PARTICIPANT_COLUMNS)
    by_rows |= layout.undated != "refuse" or layout.unknown_columns == "note"
    if by_rows or len(set(targets.values())) < len(targets) or not len(next(iter(cells.values()))):
        return None
    layout, faults = layout.in_view_of(
        lambda name: cells[name].different() if name in cells else [], targets
    )
    if faults:
        return None
    reader = _Reader(cells, {name: column for column, name in targets.items()}, targets, layout)
    columns: dict[str, Coded] = {}
    for held in reader.columns():
        if held is None:
            return None
        columns |= held
    events = EventColumns.of_columns(**columns)
    if Status.IMPLIED in events.coded("status").different() or not _are_unique(events.coded("id")):
        return None
    return events


@frozen(eq=False)
class _Reader:
    """Reads the fields of events, those together that the same cells tell."""

    cells: Mapping[str, Coded]
    theirs: Mapping[str, str]
    """For a documented column the name that it has in the table."""
    targets: Mapping[str, str]
    layout: Layout

    def columns(self) -> Iterator[dict[str, Coded] | None]:
        """Give the fields of events, those together that are told by the same cells."""
        if self.layout.countries not in _UNDATED_SYSTEMS or self.layout.groups:
            yield self.read((*_WHEN, *_WHO), ("date", "status", *_WHO), _OF_PARTIES)
        else:
            yield self.dates()
            yield self.parties()
        yield self.read(("activity",), ("activity",), _BESIDE)
        for name in _TEXTS:
            yield self.text(name)
        for name in ("subkind", "topics", "participants"):
            yield self.read((name,), (name,), _BESIDE)
        yield self.cited()
        given = dict.fromkeys((*self.theirs, *self.layout.defaults))
        yield self.read([name for name in given if name.startswith(OWN)], ("own",), _BESIDE)
        for field in dict.fromkeys(COLUMNS_OF_KINDS.values()):
            columns = [name for name, of in COLUMNS_OF_KINDS.items() if of == field]
            if not given.keys().isdisjoint(columns):
                yield self.read(("activity", *columns), (field,), _BESIDE)

    def dates(self) -> dict[str, Coded] | None:
        """Read the dates, by themselves where none is yet to come."""
        known = self.cells.get(self.theirs.get("date", ""))
        found: list[EventDate] = []
        if known is not None and self.theirs.keys().isdisjoint(ENDS):
            for cell in known.meanings:
                shaped, faults = self.layout.reshape({self.theirs["date"]: cell}, self.targets)
                date = shaped.get("date")
                if not faults and type(date) is day:
                    date = EventDate.from_day(date)
                if faults or not isinstance(date, EventDate) or _is_to_come(date):
                    break
                found.append(date)
        if known is None or len(found) < len(known.meanings):
            return self.read(_WHEN, ("date", "status"), _BESIDE)
        status = self.read(("status",), ("status",), _BESIDE)
        return None if status is None else {"date": Coded.shortest(known.codes, found), **status}

    def parties(self) -> dict[str, Coded] | None:
        """Read who took part; countries one by one where all stand there as codes."""
        known = self.cells.get(self.theirs.get("countries", ""))
        lists = None if known is None else _lists_of_codes(known.meanings)
        items = sorted({item for codes in lists or () for item in codes})
        meant = {*self.layout.values, *self.layout.defaults}
        is_plain = self.layout.list_separator is None and meant.isdisjoint(_WHO[1:3])
        if known is None or lists is None or not items or not is_plain:
            return self.read(_WHO, _WHO, _OF_PARTIES)
        alone = {self.theirs["countries"]: Coded.of(items)}
        told = evolve(self, cells=alone).read(
            ("countries",), ("countries",), {**_OF_PARTIES, "channel": "bilateral"}
        )
        if told is None:
            return None
        read = zip(items, told["countries"].at(), strict=True)
        code_of = {item: code for item, (code,) in read}
        partners = [tuple(sorted(code_of[item] for item in codes)) for codes in lists]
        number = np.array([min(len(codes), 2) for codes in partners])[known.codes]
        others = self.read(_WHO, ("channel", "initiator", "organisations"), _OF_PARTIES, number)
        if others is None or any(len(set(codes)) < len(codes) for codes in partners):
            return None
        countries = Coded.shortest(known.codes, partners)
        if "initiator" in others:
            both = (others["initiator"], countries)
            _, firsts = alike([one.codes for one in both], len(known))
            pairs = zip(*(one.at(firsts) for one in both), strict=True)
            if any(initiator in codes for initiator, codes in pairs):
                return None
        return {**others, "countries": countries}

    def read(
        self,
        columns: Sequence[str],
        fields: Sequence[str],
        beside: Mapping[str, str],
        countries: NDArray[np.int64] | None = None,
    ) -> dict[str, Coded] | None:
        """
        Read fields that are told by some columns, each combination of cells once.

        Where *countries* are numbers, those of one number are taken for alike.
        """
        names = [self.theirs[column] for column in columns if column in self.theirs]
        if not names and self.layout.defaults.keys().isdisjoint(columns):
            return {}
        parts = [self.cells[name] for name in names]
        n_rows = len(next(iter(self.cells.values())))
        numbers = [one.codes for one in parts]
        if countries is not None:
            numbers[names.index(self.theirs["countries"])] = countries
        codes, firsts = alike(numbers, n_rows)
        combinations = zip(*(one.at(firsts) for one in parts), strict=True) if parts else [()]
        others = {column: cell for column, cell in beside.items() if column not in columns}
        values: list[tuple[Any, ...]] = []
        for combination in combinations:
            row = dict(zip(names, combination, strict=True))
            shaped, faults = self.layout.reshape(row, self.targets)
            told = {column: cell for column, cell in shaped.items() if column in columns}
            event, found = read_record({**others, **told})
            if faults or found or event is None:
                return None
            values.append(tuple(getattr(event, field, None) for field in fields))
        return {
            field: Coded.shortest(codes, list(held))
            for field, held in zip(fields, zip(*values, strict=True), strict=True)
        }

    def text(self, column: str) -> dict[str, Coded] | None:
        """Read a column of texts, of which those that stand for themselves are not looked at."""
        known = self.cells.get(self.theirs.get(column, ""))
        texts = self._texts(column)
        if known is None or texts is None:
            return self.read((column,), (column,), _BESIDE)
        if column != "id":
            try:
                return {column: Coded(known.codes, Cells((read_texts(texts),), str))}
            except SettingError:
                return None
        import pyarrow.compute as pc

        is_plain = pc.and_(matches(texts, _ID), pc.invert(matches(texts, _SHORTENED)))
        odd = np.flatnonzero(~is_plain.to_numpy(zero_copy_only=False))
        if len(odd):
            alone = evolve(self, cells={self.theirs[column]: Coded(odd, known.meanings)})
            found = alone.read((column,), (column,), _BESIDE)
            if found is None:
                return None
            texts = pc.replace_with_mask(texts, pc.invert(is_plain), found[column].texts())
        return {column: Coded(known.codes, Cells((texts,), str))}

    def cited(self) -> dict[str, Coded] | None:
        """Read the sources, which are made when they are asked for where they are many."""
        columns = [column for column in _CITED if column in self.theirs]
        arrays = [texts for column in columns if (texts := self._texts(column)) is not None]
        if columns not in (["source"], ["source", "where"]) or len(arrays) < len(columns):
            return self.read(_CITED, ("sources",), _BESIDE)
        known = [self.cells[self.theirs[column]] for column in columns]
        patterns = (_ITEM, f"^$|{_ITEM}")
        is_plain = all(
            matches(texts.fill_null(""), pattern).false_count == 0
            for texts, pattern in zip(arrays, patterns, strict=False)
        )
        if not is_plain or max(map(len, arrays)) * 8 < len(known[0]):
            return self.read(_CITED, ("sources",), _BESIDE)
        codes, firsts = alike([one.codes for one in known], len(known[0]))
        cells = zip(arrays, known, strict=True)
        taken = tuple(texts.take(one.codes[firsts]) for texts, one in cells)
        return {"sources": Coded.shortest(codes, Cells(taken, _source))}

    def _texts(self, column: str) -> Any:
        """Give the different texts of a column of such, unless the caller says what some mean."""
        known = self.cells.get(self.theirs.get(column, ""))
        if known is None or column in {*self.layout.values, *self.layout.defaults}:
            return None
        if isinstance(known.meanings, Cells):
            return known.meanings.arrays[0]
        if column not in _TEXTS or not all(type(cell) is int for cell in known.meanings):
            return None
        import pyarrow as pa

        return pa.array(map(str, known.meanings), pa.string())


def _lists_of_codes(cells: Iterable[Any]) -> list[list[str]] | None:
    """Take lists of countries apart that stand there as codes; ``None`` where any does not."""
    lists = []
    for cell in cells:
        items = [] if is_absent(cell) else cell.split(SEPARATOR) if isinstance(cell, str) else cell
        if not isinstance(items, list) or not all(map(_CODE.fullmatch, items)):
            return None
        lists.append(items)
    return lists


def _is_to_come(date: EventDate) -> bool:
    return date.start_day is not None and date.start_day > today().toordinal()


def _source(document: str, where: str | None = None) -> tuple[Source, ...]:
    return (Source(document=document, where=where or ""),)


def _are_unique(ids: Coded) -> bool:
    """Tell whether no id stands twice, but for those that are empty."""
    import pyarrow.compute as pc

    texts = ids.texts()
    named = texts.filter(pc.not_equal(texts, ""))
    return len(pc.unique(named)) == len(named)
