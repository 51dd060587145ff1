"""From a frame to few rows: what is alike is counted on the engine, and only that comes back."""

from __future__ import annotations

from functools import reduce
from operator import mul
from typing import TYPE_CHECKING, Any

from attrs import evolve, frozen

from engagement.counting.frames.cells import CellReader, most_told
from engagement.counting.frames.items import canonical_items, plain_items
from engagement.counting.frames.keys import Digit, pack, split_digits
from engagement.counting.frames.lookups import (
    ItemLookup,
    date_lookup,
    date_numbers,
    days_alone,
    label_lookup,
    party_lookup,
)
from engagement.counting.frames.rows import LISTS, SCALARS, Few, read_rows
from engagement.counting.frames.whole_cells import WholeCells, read_whole_cells, whole_column
from engagement.counting.tally import cuts_of, needs_activity
from engagement.errors import SettingError
from engagement.progress import waiting
from engagement.values.vocabulary import SEPARATOR

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import narwhals as nw

    from engagement.counting.frames.engines import OpenFrame
    from engagement.counting.frames.lookups import DateKey
    from engagement.counting.frames.source import EventFrame
    from engagement.counting.tally import Tally
    from engagement.values.vocabulary import Status

__all__ = ["tally_frame"]

_AXES = {column: axis for axis, column in LISTS.items()}


def tally_frame(
    source: EventFrame,
    axes: Sequence[str],
    statuses: Sequence[Status],
    freq: str,
    limits: tuple[int | None, int | None],
    *,
    draws: bool,
) -> Tally:
    """
    Count on its engine what is alike in a frame.

    Parameters
    ----------
    source
        The frame.
    axes
        Names of the axes to count on.
    statuses
        Those to count.
    freq
        Letter of the frequency: known days of one period are alike.
    limits
        Ends of the window: days on both sides of one are not alike.
    draws
        Whether a day is to be drawn where it is not known; then such events are told apart by
        their ids.

    Raises
    ------
    TableError
        With the values that cannot be read.
    SettingError
        If a day is to be drawn for an event without an id.
    """
    asked = _Asked.of(source, axes, draws=draws)
    reader = CellReader(source.defaults, source.known_topics, source.date_order, source.times)
    frame = source.open()
    with waiting(f"counting with {frame.engine}"):
        table = days_alone(frame, frame.select(asked.columns), reader)
        cuts = cuts_of(source.coverage, limits, freq)
        when = date_numbers(table, reader, freq, cuts)
        if when is None:
            when = date_lookup(frame, table, reader, freq, cuts)
        whole = read_whole_cells(frame, table, reader, axes, asked.columns)
        while (found := _count(source, table, asked, when, reader=reader, whole=whole)) is None:
            asked = evolve(asked, looked_up=(*asked.looked_up, *asked.taken_apart), taken_apart=())
    few, meanings = found
    tally = read_rows(
        few,
        when,
        meanings,
        whole,
        coverage=source.coverage,
        axes=axes,
        statuses=statuses,
        reader=reader,
    )
    reader.faults.settle()
    return tally


@frozen(eq=False)
class _Asked:
    """What of a frame is needed for a count."""

    axes: tuple[str, ...]
    columns: dict[str, str]
    """Documented columns that the frame has, with the frame's names for them."""
    looked_up: tuple[str, ...]
    """Those of which every different cell is read."""
    taken_apart: tuple[str, ...]
    """Those whose lists are taken apart on the engine."""
    draws: bool
    has_parties: bool
    """Whether it matters who took part."""

    @classmethod
    def of(cls, source: EventFrame, axes: Sequence[str], *, draws: bool) -> _Asked:
        """Find what is needed."""
        has_parties = bool({"country", "pair"}.intersection(axes)) or source.coverage.is_given
        wanted = ["date", "status"]
        wanted += [LISTS.get(axis) or whole_column(axis) or axis for axis in axes]
        wanted += ["activity"] if "terms" in axes else []
        if has_parties:
            wanted += ["channel", "countries", "initiator"]
        if needs_activity(axes, source.coverage):
            wanted.append("activity")
        if draws:
            wanted.append("id")
        columns = source.has(dict.fromkeys(wanted))
        if draws and "id" not in columns:
            raise SettingError(
                "imprecise='impute' draws a day by the seed and the event's id, but the frame has "
                "no column 'id'"
            )
        lists = [
            name
            for name, axis in _AXES.items()
            if name in columns and (axis in axes or (name == "countries" and has_parties))
        ]
        frame = source.open()
        apart = [
            name
            for name in lists
            if name != "participants"
            and (name != "countries" or "country" in axes)
            and frame.has_texts(columns[name])
        ]
        looked_up = tuple(name for name in lists if name not in apart)
        return cls(tuple(axes), columns, looked_up, tuple(apart), draws, has_parties)


def _count(
    source: EventFrame,
    table: nw.LazyFrame[Any],
    asked: _Asked,
    when: DateKey,
    *,
    reader: CellReader,
    whole: Sequence[WholeCells],
) -> tuple[Few, dict[str, Sequence[Any]]] | None:
    """
    Count what is alike, and say what the numbers of lists mean, by documented column.

    Returns
    -------
    tuple or None
        None where lists that were taken apart have to be read as wholes.
    """
    frame = source.open()
    lookups: dict[str, ItemLookup] = {}
    for column in asked.looked_up:
        if column == "countries" and "country" not in asked.axes:
            lookups[column] = party_lookup(frame, table, reader, source.coverage)
        else:
            lookups[column] = label_lookup(frame, table, reader, column, _AXES[column])
    few = _ask(*(frame, table, asked, when, lookups), whole=whole, doubts=not source.canonical)
    if few.doubt:
        return None
    meanings: dict[str, Sequence[Any]] = {
        column: lookup.meanings for column, lookup in lookups.items()
    }
    read = canonical_items if source.canonical else plain_items
    for column in asked.taken_apart:
        items = read(few, _AXES[column], column, reader)
        if items is None:
            return None
        meanings[column] = items.meanings[:-1]
    return few, meanings


def _ask(
    frame: OpenFrame,
    table: nw.LazyFrame[Any],
    asked: _Asked,
    when: DateKey,
    lookups: Mapping[str, ItemLookup],
    *,
    whole: Sequence[WholeCells],
    doubts: bool,
) -> Few:
    """Put numbers in the place of cells, take lists apart, and count what is alike."""
    import narwhals as nw

    joined = [*lookups.items(), *((cells.column, cells.lookup) for cells in whole)]
    if when.lookup is not None:
        joined.append(("date", when.lookup))
    for column, lookup in joined:
        table = table.join(frame.attach(lookup.table), on=column, how="left")
    keys, digits, parts = _parts_of_lists(table, asked, lookups)
    digits.insert(0, when.digit)
    digits += [Digit(cells.name, nw.col(cells.name), len(cells.lookup.meanings)) for cells in whole]
    keys |= {name: nw.col(name) for name in SCALARS if name in asked.columns}
    counts = {digit.name: digit.values for digit in digits}
    asks_initiator = not {"initiator", "pair"}.isdisjoint(asked.axes)
    if "initiator" in keys and not asks_initiator and "n_country" in counts:
        is_alone = counts["n_country"].fill_null(0) == 0  # or else it does not matter
        keys["initiator"] = nw.when(is_alone).then(nw.col("initiator"))
    if asked.draws and when.n_exact is not None:
        keys["id"] = nw.when(nw.col("date_class") >= when.n_exact).then(nw.col("id"))
    packed, single = split_digits(digits)
    keys["packed"] = pack(packed)
    keys |= {digit.name: digit.values for digit in single}
    sums = {"n_events": reduce(mul, parts)} if parts else {}
    table = table.select(**keys, **sums)
    apart = [_AXES[column] for column in asked.taken_apart]
    for axis in apart:
        table = frame.take_apart(table, axis)
    if apart and doubts:
        doubt = nw.sum_horizontal(*(nw.col(f"doubt_{axis}") for axis in apart))
        sums["doubt"] = doubt
        table = table.with_columns(doubt=doubt)
    alike = table.group_by(list(keys))
    counted = frame.collect(
        alike.agg(nw.len().alias("number"), *(nw.col(name).sum() for name in sums))
    )
    return Few.of(counted, packed)


def _parts_of_lists(
    table: nw.LazyFrame[Any], asked: _Asked, lookups: Mapping[str, ItemLookup]
) -> tuple[dict[str, nw.Expr], list[Digit], list[nw.Expr]]:
    """
    Say what is asked of lists.

    Returns
    -------
    tuple
        The lists that are to be taken apart, by axis; what else events are told apart by; and
        what, multiplied, is the share of an event that one of its cells has.
    """
    import narwhals as nw

    keys, digits, parts = {}, [], []
    for lookup in lookups.values():
        for name in lookup.table.column_names[1:]:
            if name.startswith("part_"):
                parts.append(nw.col(name).fill_null(1.0))
            else:
                size = 1 + max(lookup.table.column(name).to_pylist(), default=0)
                digits.append(Digit(name, nw.col(name), size))
    for column in asked.taken_apart:
        axis = _AXES[column]
        items = nw.col(column)
        if not isinstance(table.collect_schema()[column], nw.List):
            items = nw.when(items != "").then(items).str.split(SEPARATOR)
        keys[axis] = items
        n_items, most = items.list.len().cast(nw.Int64), most_told(axis)
        told = nw.when(n_items > most).then(nw.lit(most)).otherwise(n_items)
        digits.append(Digit(f"n_{axis}", told, most + 1))
        parts.append(nw.when(n_items > 1).then(1 / n_items).otherwise(nw.lit(1.0)))
    return keys, digits, parts
