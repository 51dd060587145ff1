"""What the different cells of a column stand for, as tables to be joined with the frame."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from engagement.counting.calendar import MONTHS_IN, first_days, numbers_of_days
from engagement.counting.frames.cells import most_told
from engagement.counting.frames.keys import Digit
from engagement.counting.tally import Dates, alike_dates, stated_by
from engagement.errors import DateError, SettingError
from engagement.events.coded import numbered
from engagement.tables.times_of_day import day_of
from engagement.values.dates import EventDate

if TYPE_CHECKING:
    import narwhals as nw
    import pyarrow as pa

    from engagement.counting.frames.cells import CellReader
    from engagement.counting.frames.engines import OpenFrame
    from engagement.counting.tally import Stated
    from engagement.events.coverage import Coverage

__all__ = [
    "DateKey",
    "ItemLookup",
    "date_lookup",
    "date_numbers",
    "days_alone",
    "label_lookup",
    "numbered_cells",
    "party_lookup",
]

_UNREAD = EventDate("../2000")  # stands for a date that could not be read, until that is told


@frozen(eq=False)
class ItemLookup:
    """Numbers for the different cells of a column, and what the numbers mean."""

    table: Any
    """The cells, each with its number or numbers, as a table of Arrow; absent ones have none."""
    meanings: Sequence[Any]
    """By number."""
    n_absent: int
    """Rows of the frame whose cell is absent."""


def _different(
    frame: OpenFrame, table: nw.LazyFrame[Any], column: str
) -> tuple[pa.ChunkedArray, list[Any], list[int]]:
    """Bring the different cells of a column here: as Arrow and as Python, with their numbers."""
    import narwhals as nw

    counted = frame.collect(table.group_by(column).agg(nw.len().alias("number")))
    cells = counted.column(column)
    return cells, cells.to_pylist(), counted.column("number").to_pylist()


def _n_absent(values: Sequence[Any], numbers: Sequence[int]) -> int:
    return sum(number for value, number in zip(values, numbers, strict=True) if value is None)


def _made(
    cells: pa.ChunkedArray, name: str, places: Sequence[int], parts: Any = None, **codes: Any
) -> pa.Table:
    """Join cells at some places with numbers, and drop the one that is null."""
    import pyarrow as pa

    taken = cells.take(pa.array(places, pa.int64()))
    columns = {key: pa.array(values, pa.int64()) for key, values in codes.items()}
    if parts is not None:
        columns[f"part_{name}"] = pa.array(parts, pa.float64())
    made = pa.table({name: taken, **columns})
    return made.filter(taken.is_valid())


def days_alone(frame: OpenFrame, table: nw.LazyFrame[Any], reader: CellReader) -> nw.LazyFrame[Any]:
    """Take moments as days, and note those whose time of day is refused."""
    import narwhals as nw

    kind = table.collect_schema()["date"]
    if not isinstance(kind, nw.Datetime):
        return table
    when = nw.col("date").dt
    if reader.times != "refuse" and kind.time_zone is None:
        return table.with_columns(when.date().alias("date"))
    if reader.times not in ("refuse", "cut"):
        try:
            return table.with_columns(when.convert_time_zone(reader.times).dt.date().alias("date"))
        except NotImplementedError:  # DuckDB knows the time zone of its connection alone
            return table
    parts = (when.hour(), when.minute(), when.second(), when.microsecond())
    late = table.filter(nw.any_horizontal(*(part != 0 for part in parts), ignore_nulls=True))
    some = frame.collect(late.select("date").head(3)).column("date").to_pylist()
    if some:
        number = frame.collect(late.select(nw.len().alias("number"))).column("number")[0].as_py()
        reader.faults.add("date", some[0], _refusal(some[0], reader.times), number)
    return table.with_columns(when.date().alias("date"))


def _refusal(moment: datetime, times: str) -> str:
    """Say why the time of day of a moment is refused."""
    try:
        day_of(moment, times)
    except DateError as error:
        return str(error)
    raise AssertionError(moment)  # the engine sees a time of day where Python sees none


@frozen(eq=False)
class DateKey:
    """How the dates of a frame are numbered."""

    digit: Digit
    """The number."""
    lookup: ItemLookup | None
    """The table to be joined for it."""
    n_exact: int | None
    """How many numbers stand for known days, which come first; ``None``: all."""
    dates_of: Callable[[NDArray[np.int64], NDArray[np.float64]], Dates]
    """Gives the dates of numbers that came back, and notes what is wrong, by numbers of events."""


def date_lookup(
    frame: OpenFrame,
    table: nw.LazyFrame[Any],
    reader: CellReader,
    freq: str,
    cuts: NDArray[np.int64],
) -> DateKey:
    """
    Read every different date once, and number those that count alike.

    Known days of one period are alike, if nothing begins or ends between them.

    Parameters
    ----------
    frame, table
        Where to ask, and what.
    reader
        Reads the cells.
    freq
        Letter of the frequency.
    cuts
        Ordinals of days on which a window or an observed span begins or has ended.
    """
    import narwhals as nw

    cells, values, numbers = _different(frame, table, "date")
    read = [
        reader.date(value, number) or _UNREAD for value, number in zip(values, numbers, strict=True)
    ]
    dates = Dates.of(read)
    classes, firsts, n_exact = alike_dates(dates, freq, cuts)
    absent = dates.take(np.flatnonzero([value is None for value in values]))
    known = dates.take(firsts)
    table_of_dates = _made(cells, "date", range(len(values)), date_class=classes)
    n_absent = _n_absent(values, numbers)

    def dates_of(codes: NDArray[np.int64], events: NDArray[np.float64]) -> Dates:
        if round(events[codes < 0].sum()) != n_absent:
            raise SettingError(LOST.format("date"))
        return known.followed_by(absent).take(np.where(codes < 0, len(firsts), codes))

    return DateKey(
        Digit("date_class", nw.col("date_class"), len(firsts)),
        ItemLookup(table_of_dates, (), n_absent),
        n_exact,
        dates_of,
    )


LOST = (
    "the engine did not find its own values of column '{}' again when it joined them; "
    "give the column as text"
)


def date_numbers(
    table: nw.LazyFrame[Any], reader: CellReader, freq: str, cuts: NDArray[np.int64]
) -> DateKey | None:
    """
    Number days by their period, where they are of a type for days.

    Returns
    -------
    DateKey or None
        None where the dates have to be read one by one, as texts have.
    """
    import narwhals as nw

    if table.collect_schema()["date"] != nw.Date or freq not in MONTHS_IN:
        return None
    inner = cuts[first_days(numbers_of_days(cuts, freq), freq) != cuts]
    if len(inner) > _MOST_CUTS:
        return None
    day = nw.col("date")
    months = day.dt.year().cast(nw.Int32) * 12 + day.dt.month().cast(nw.Int32) - 1
    number = months // MONTHS_IN[freq] if MONTHS_IN[freq] > 1 else months
    for cut in inner.tolist():
        is_after = day >= date.fromordinal(cut)
        number += nw.when(is_after).then(nw.lit(_N_PERIODS)).otherwise(nw.lit(0))

    def dates_of(codes: NDArray[np.int64], events: NDArray[np.float64]) -> Dates:
        place, firsts = numbered(codes + 1, size + 1)
        n_before, numbers = np.divmod(codes[firsts], _N_PERIODS)
        n_events = np.bincount(place, events, len(firsts))
        years = numbers * MONTHS_IN[freq] // 12
        is_absent = codes[firsts] < 0
        for year in np.unique(years[~is_absent & ((years < 1) | (years > 9998))]).tolist():
            n_wrong = round(n_events[~is_absent & (years == year)].sum())
            reader.faults.add("date", year, f"years are 0001 to 9998, got {year}", n_wrong)
        days = first_days(np.clip(numbers, 12 // MONTHS_IN[freq], None), freq)
        if len(inner):
            days = np.where(n_before > 0, np.maximum(days, inner[n_before - 1]), days)
        known = Dates.of_days(days)
        if is_absent.any():
            absent = reader.date(None, round(n_events[is_absent].sum())) or _UNREAD
            places = np.where(is_absent, len(days), np.arange(len(days)))
            known = known.followed_by(Dates.of([absent])).take(places)
        return known.take(place)

    size = _N_PERIODS * (len(inner) + 1)
    return DateKey(Digit("date_class", number, size), None, None, dates_of)


_N_PERIODS = 12 * 10_000
_MOST_CUTS = 8  # days inside of periods; each is asked for in every row


def label_lookup(
    frame: OpenFrame, table: nw.LazyFrame[Any], reader: CellReader, column: str, axis: str
) -> ItemLookup:
    """
    Read every different list of a column once, and number its labels.

    Returns
    -------
    ItemLookup
        A row for each label of each cell, and one without a label for an empty list: columns
        *column*, *axis* (the label's number or -1), ``n_`` and *axis*, how many the cell has
        up to `most_told`, and ``part_`` and *column*, one by how many it has.
    """
    cells, values, numbers = _different(frame, table, column)
    known: dict[str, int] = {}
    places, codes, sizes, parts = [], [], [], []
    for place, (value, number) in enumerate(zip(values, numbers, strict=True)):
        labels = reader.labels(column, value, number)
        codes += [known.setdefault(label, len(known)) for label in labels] or [-1]
        n_rows = max(len(labels), 1)
        places += [place] * n_rows
        sizes += [min(len(labels), most_told(axis))] * n_rows
        parts += [1 / n_rows] * n_rows
    return ItemLookup(
        _made(cells, column, places, parts, **{axis: codes, f"n_{axis}": sizes}),
        list(known),
        _n_absent(values, numbers),
    )


def numbered_cells(
    frame: OpenFrame,
    table: nw.LazyFrame[Any],
    column: str,
    name: str,
    read: Callable[[Any, int], tuple[str, ...]],
) -> ItemLookup:
    """
    Read every different cell of a column once, and number those that mean the same.

    Returns
    -------
    ItemLookup
        A row for each cell, with the columns *column* and *name*; a meaning is what *read* gives
        for a cell and the number of its rows.
    """
    cells, values, numbers = _different(frame, table, column)
    known: dict[tuple[str, ...], int] = {}
    codes = [
        known.setdefault(read(value, number), len(known))
        for value, number in zip(values, numbers, strict=True)
    ]
    made = _made(cells, column, range(len(values)), **{name: codes})
    return ItemLookup(made, list(known), _n_absent(values, numbers))


def party_lookup(
    frame: OpenFrame, table: nw.LazyFrame[Any], reader: CellReader, coverage: Coverage
) -> ItemLookup:
    """
    Read every different list of countries once, and number those that are observed alike.

    Returns
    -------
    ItemLookup
        A row for each cell, with columns ``countries``, ``party`` and ``n_country``, how many the
        cell has up to `most_told`; a meaning is channel, activity and whether they
        are observed systematically, for all that is stated of any of them.
    """
    cells, values, numbers = _different(frame, table, "countries")
    stated = stated_by(coverage)
    known: dict[Stated, int] = {}
    codes, sizes = [], []
    for value, number in zip(values, numbers, strict=True):
        labels = reader.labels("countries", value, number)
        codes.append(known.setdefault(stated(labels), len(known)))
        sizes.append(min(len(labels), most_told("country")))
    made = _made(cells, "countries", range(len(values)), party=codes, n_country=sizes)
    return ItemLookup(made, list(known), _n_absent(values, numbers))
