"""From a frame to few rows: what is alike is counted on the engine, and only that comes back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen

from engagement.errors import SettingError
from engagement.frames.cells import CellReader
from engagement.frames.keys import Digit, pack, split_digits
from engagement.frames.lookups import (
    date_lookup,
    date_numbers,
    days_alone,
    label_lookup,
    party_lookup,
)
from engagement.frames.rows import Few, read_rows
from engagement.progress import watched
from engagement.vocabulary import SEPARATOR

if TYPE_CHECKING:
    from collections.abc import Sequence

    import narwhals as nw
    from numpy.typing import NDArray

    from engagement.frames.engines import OpenFrame
    from engagement.frames.lookups import DateKey, Lookup
    from engagement.frames.source import EventFrame
    from engagement.tallies import Tally
    from engagement.vocabulary import Status

__all__ = ["tally_frame"]

_LISTS = {"country": "countries", "topic": "topics", "rank": "participants"}
_AXES = {column: axis for axis, column in _LISTS.items()}
_SCALARS = ("channel", "activity", "status", "initiator")


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
    reader = CellReader(source.defaults, source.known_topics, source.date_order)
    frame = source.open()
    table = frame.select(asked.columns)
    cuts = _cuts(source, limits)
    lookups: dict[str, Lookup] = {}
    table = days_alone(frame, table, reader)
    when = date_numbers(table, reader, freq, cuts)
    if when is None:
        when = date_lookup(frame, table, reader, freq, cuts)
    for column in watched([*asked.looked_up, ""], "counting", at_least=1):
        if column == "countries" and "country" not in axes:
            lookups[column] = party_lookup(frame, table, reader, source.coverage)
        elif column:
            lookups[column] = label_lookup(frame, table, reader, column, _AXES[column])
        else:
            few = _ask(frame, table, asked, when, lookups)
    tally = read_rows(
        few, when, lookups, coverage=source.coverage, axes=axes, statuses=statuses, reader=reader
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
        has_parties = "country" in axes or source.coverage.is_stated
        wanted = ["date", "status"]
        wanted += [_LISTS.get(axis, axis) for axis in axes]
        if has_parties:
            wanted += ["channel", "countries", "initiator"]
        if source.coverage.is_stated:
            wanted.append("activity")
        if draws:
            wanted.append("id")
        columns = source.has(dict.fromkeys(wanted))
        if draws and "id" not in columns:
            raise SettingError(
                "imprecise='impute' draws a day by the seed and the event's id, but the frame has "
                "no column 'id'"
            )
        lists = [name for name in ("countries", "topics", "participants") if name in columns]
        apart = [
            name
            for name in lists
            if source.canonical
            and source.open().engine != "pandas"  # which reads every cell anyway
            and name != "participants"
            and (name != "countries" or "country" in axes)
        ]
        looked_up = tuple(name for name in lists if name not in apart)
        return cls(tuple(axes), columns, looked_up, tuple(apart), draws, has_parties)


def _cuts(source: EventFrame, limits: tuple[int | None, int | None]) -> NDArray[np.int64]:
    """List the days on which a window or an observed span begins, or has ended."""
    days = {day for spans in source.coverage.merged.values() for span in spans for day in span}
    return np.array(sorted(days | {day for day in limits if day is not None}), dtype=np.int64)


def _ask(
    frame: OpenFrame,
    table: nw.LazyFrame[Any],
    asked: _Asked,
    when: DateKey,
    lookups: dict[str, Lookup],
) -> Few:
    """Put numbers in the place of cells, take lists apart, and count what is alike."""
    import narwhals as nw

    digits = [when.digit]
    if when.lookup is not None:
        table = table.join(frame.attach(when.lookup.table), on="date", how="left")
    for column, lookup in lookups.items():
        table = table.join(frame.attach(lookup.table), on=column, how="left")
        _, *names = lookup.table.column_names
        sizes = (
            len(lookup.meanings),
            1 + max(lookup.table.column(names[1]).to_pylist(), default=0),
        )
        digits += [Digit(name, nw.col(name), n) for name, n in zip(names, sizes, strict=True)]
    keys: dict[str, nw.Expr] = {}
    for column in asked.taken_apart:
        axis = _AXES[column]
        items = nw.col(column)
        if not isinstance(table.collect_schema()[column], nw.List):
            items = nw.when(items != "").then(items).str.split(SEPARATOR)
        keys[axis] = items
        digits.append(Digit(f"n_{axis}", items.list.len(), None))
    keys |= {name: nw.col(name) for name in _SCALARS if name in asked.columns}
    counts = {digit.name: digit.values for digit in digits}
    if "initiator" in keys and "initiator" not in asked.axes and "n_country" in counts:
        is_alone = counts["n_country"].fill_null(0) == 0  # or else it does not matter
        keys["initiator"] = nw.when(is_alone).then(nw.col("initiator"))
    if asked.draws and when.n_exact is not None:
        keys["id"] = nw.when(nw.col("date_class") >= when.n_exact).then(nw.col("id"))
    packed, single = split_digits(digits)
    keys["packed"] = pack(packed)
    keys |= {digit.name: digit.values for digit in single}
    table = table.select(**keys)
    for column in asked.taken_apart:
        table = table.explode(_AXES[column])
    if frame.engine == "polars":  # which groups by numbers of texts faster than by texts
        texts = [name for name in keys if name in ("channel", "country", "topic")]
        table = table.with_columns(nw.col(text).cast(nw.Categorical) for text in texts)
    counted = frame.collect(table.group_by(list(keys)).agg(nw.len().alias("number")))
    return Few.of(counted, packed)
