"""The few rows that came back from an engine, read as a tally."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from engagement.cells import is_absent
from engagement.coverage import Coverage
from engagement.errors import EngagementError, SettingError, shown
from engagement.frames.cells import party_faults
from engagement.frames.keys import numbered, unpack
from engagement.tallies import Kind, Tally, is_stated
from engagement.vocabulary import NONE_LABEL, Channel

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa

    from engagement.frames.cells import CellReader
    from engagement.frames.keys import Digit
    from engagement.frames.lookups import DateKey, Lookup
    from engagement.vocabulary import Status

__all__ = ["Few", "read_rows"]

_LISTS = {"country": "countries", "topic": "topics", "rank": "participants"}


@frozen(eq=False)
class _Coded:
    """A column as numbers, and what they mean; -1 is the last meaning, that of nothing."""

    codes: NDArray[np.int64]
    meanings: list[Any]

    def take(self, places: NDArray[np.int64]) -> _Coded:
        return _Coded(self.codes[places], self.meanings)


@frozen(eq=False)
class Few:
    """The few rows that came back."""

    codes: Mapping[str, NDArray[np.int64]]
    """Columns of numbers, -1 for nothing."""
    texts: Mapping[str, _Coded]
    """Columns of what stands in the frame, numbered."""
    number: NDArray[np.int64]
    """How many events are in each row, or events in one of their cells."""

    @classmethod
    def of(cls, table: pa.Table, packed: Sequence[Digit]) -> Few:
        """Take a table apart, one column of which holds numbers that are packed."""
        import pyarrow as pa

        columns = {name: table.column(name).combine_chunks() for name in table.column_names}
        codes = unpack(_integers(columns.pop("packed")), packed)
        number = _integers(columns.pop("number"))
        texts = {}
        for name, column in columns.items():
            if pa.types.is_integer(column.type) and name not in _FROM_FRAME:
                codes[name] = _integers(column)
            else:
                texts[name] = _encoded(column)
        return cls(codes, texts, number)


_FROM_FRAME = ("id", "channel", "activity", "status", "initiator", "country", "topic")


def read_rows(
    few: Few,
    when: DateKey,
    lookups: Mapping[str, Lookup],
    *,
    coverage: Coverage,
    axes: Sequence[str],
    statuses: Sequence[Status],
    reader: CellReader,
) -> Tally:
    """
    Read rows of which each says how many events are alike, or parts of such.

    Parameters
    ----------
    few
        What `tally_frame` asks an engine for.
    when
        How its dates are numbered.
    lookups
        What other numbers in it mean, by the documented column that they stand for.
    coverage
        What is observed.
    axes
        Names of the axes to count on.
    statuses
        Those to count.
    reader
        Reads what stands there as it is in the frame, and notes what cannot be.
    """
    lists: dict[str, _Coded] = {}
    sizes: dict[str, NDArray[np.int64]] = {}
    row = np.arange(len(few.number))  # that each unit comes from
    for axis in (name for name in axes if name in _LISTS):
        label, size = _labels(few, lookups, axis, reader)
        label, size, units = _with_default(label.take(row), size[row], axis, reader)
        lists = {name: known.take(units) for name, known in lists.items()}
        sizes = {name: known[units] for name, known in sizes.items()}
        lists[axis], sizes[axis], row = label, size, row[units]
    number = few.number[row]
    n_cells = np.ones(len(row), dtype=np.int64)
    for size in sizes.values():
        n_cells *= np.maximum(size, 1)
    scalars = {
        name: _scalar(few, name, reader, row, number / n_cells)
        for name in _scalars_needed(axes, coverage)
    }
    parties = _Parties.of(
        few,
        lookups,
        lists=lists,
        sizes=sizes,
        scalars=scalars,
        coverage=coverage,
        reader=reader,
        row=row,
    )
    parties.note_faults(reader, number, n_cells)
    on_axis = lists | scalars | {"country": parties.label}
    kinds, kind = _kinds(
        [on_axis[axis] for axis in axes], parties, n_cells, on_axis="country" in axes
    )
    status = scalars["status"]
    wanted = np.array([str(meaning) in map(str, statuses) for meaning in status.meanings])
    return Tally(
        dates=when.dates_of(few.codes["date_class"][row], number / n_cells),
        asked=wanted[status.codes],
        kinds=kinds,
        kind=kind,
        part=1 / n_cells,
        number=number,
        ids_at=lambda places: _ids(few, row[places]),
    )


def _numbered(parts: Sequence[NDArray[np.int64]]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """
    Number the different rows of several columns of whole numbers from 0.

    Returns
    -------
    tuple
        The number of each row, and for each number the first row that has it.
    """
    kind = np.zeros(len(parts[0]), dtype=np.int64)
    firsts = kind[:1]
    n_kinds = 1
    for part in parts:
        size = int(part.max(initial=0)) + 1
        kind, firsts = numbered(kind * size + part, n_kinds * size)
        n_kinds = len(firsts)
    return kind, firsts


def _integers(column: pa.Array) -> NDArray[np.int64]:
    """Give numbers, -1 where there is none."""
    return np.asarray(column.cast("int64").fill_null(-1).to_numpy(zero_copy_only=False))


def _encoded(column: pa.Array) -> _Coded:
    """Number the different values of a column."""
    encoded = column.dictionary_encode()
    return _Coded(_integers(encoded.indices), [*encoded.dictionary.to_pylist(), None])


def _labels(
    few: Few,
    lookups: Mapping[str, Lookup],
    axis: str,
    reader: CellReader,
) -> tuple[_Coded, NDArray[np.int64]]:
    """Give the label of each row on an axis of lists, and how many its event has, or -1."""
    n_rows, column = len(few.number), _LISTS[axis]
    if f"n_{axis}" not in few.codes:
        return _Coded(np.full(n_rows, -1), [NONE_LABEL]), np.full(n_rows, -1)
    size = few.codes[f"n_{axis}"]
    if column in lookups:
        return _Coded(few.codes[axis], [*lookups[column].meanings, NONE_LABEL]), size
    items = few.texts[axis]
    rows = np.bincount(items.codes % len(items.meanings), few.number, len(items.meanings))
    for item, number in zip(items.meanings[:-1], rows, strict=False):
        _check_canonical(column, item, int(number), reader)
    n_absent = int(few.number[(items.codes < 0) & (size > 0)].sum())
    if n_absent:
        reader.faults.add(column, None, f"an item of a list is absent{_HINT}", n_absent)
    return _Coded(items.codes, [*items.meanings[:-1], NONE_LABEL]), size


_HINT = "; leave canonical=False to have every list read"


def _check_canonical(column: str, item: str, number: int, reader: CellReader) -> None:
    try:
        label = reader.item(column, item)
    except EngagementError as error:
        reader.faults.add(column, item, str(error), number)
        return
    if label != item:
        problem = f"{shown(item)} is counted as {shown(label)} and not as it stands{_HINT}"
        reader.faults.add(column, item, problem, number)


def _with_default(
    label: _Coded, size: NDArray[np.int64], axis: str, reader: CellReader
) -> tuple[_Coded, NDArray[np.int64], NDArray[np.int64]]:
    """Put the default in the place of absent lists, each row once for each label of it."""
    default = reader.labels(_LISTS[axis], None, 0)
    absent = size < 0
    if not default:
        return label, np.where(absent, 0, size), np.arange(len(size))
    times = np.where(absent, len(default), 1)
    units = np.repeat(np.arange(len(size)), times)
    nth = np.arange(len(units)) - np.repeat(np.cumsum(times) - times, times)
    meanings = [*label.meanings[:-1], *default, NONE_LABEL]
    codes = np.where(absent[units], len(label.meanings) - 1 + nth, label.codes[units])
    return _Coded(codes, meanings), np.where(absent, len(default), size)[units], units


def _scalars_needed(axes: Sequence[str], coverage: Coverage) -> list[str]:
    needed = {"status", *axes}.intersection({"status", "channel", "activity", "initiator"})
    if coverage.is_stated:
        needed |= {"channel", "activity", "initiator"}
    if "country" in axes:
        needed |= {"channel", "initiator"}
    return sorted(needed)


def _scalar(
    few: Few,
    name: str,
    reader: CellReader,
    row: NDArray[np.int64],
    events: NDArray[np.float64],
) -> _Coded:
    """Read a column of single values; *events* is how many events a unit stands for."""
    if name not in few.texts:
        read = reader.scalar(name, None, round(events.sum()))
        return _Coded(np.zeros(len(row), dtype=np.int64), [read or NONE_LABEL, NONE_LABEL])
    coded = few.texts[name].take(row)
    n_meanings = len(coded.meanings)
    codes = coded.codes % n_meanings
    numbers = np.bincount(codes, events, n_meanings)
    used = np.bincount(codes, minlength=n_meanings) > 0
    labels = [
        (reader.scalar(name, value, round(number)) if is_used else None) or NONE_LABEL
        for value, number, is_used in zip(coded.meanings, numbers, used, strict=True)
    ]
    known = {label: place for place, label in enumerate(dict.fromkeys(labels))}
    return _Coded(np.array([known[label] for label in labels])[codes], list(known))


def _ids(few: Few, places: NDArray[np.int64]) -> list[str]:
    """
    Give ids as a table's are read.

    Raises
    ------
    SettingError
        If one is absent.
    """
    if not len(places):
        return []
    ids = few.texts["id"]
    values = [ids.meanings[code] for code in ids.codes[places].tolist()]
    n_absent = sum(map(is_absent, values))
    if n_absent:
        raise SettingError(
            "imprecise='impute' draws a day by the seed and the event's id, but "
            f"{n_absent} events whose day is not known have none"
        )
    return [str(int(v) if isinstance(v, float) and v.is_integer() else v).strip() for v in values]


@frozen(eq=False)
class _Parties:
    """Who takes part, one a unit."""

    label: _Coded
    """The label on the axis ``country``; where that is not counted on, of events without any."""
    size: NDArray[np.int64]
    """Number of partner countries."""
    seen: _Coded | None
    """Pairs of channel and activity that are observed in any of them, where that is asked for."""
    scalars: Mapping[str, _Coded]
    coverage: Coverage

    @classmethod
    def of(
        cls,
        few: Few,
        lookups: Mapping[str, Lookup],
        *,
        lists: Mapping[str, _Coded],
        sizes: Mapping[str, NDArray[np.int64]],
        scalars: Mapping[str, _Coded],
        coverage: Coverage,
        reader: CellReader,
        row: NDArray[np.int64],
    ) -> _Parties:
        """Find the label of each unit, which for a domestic event is the initiator."""
        nothing = _Coded(np.full(len(row), -1), [NONE_LABEL])
        seen = None
        if "country" in lists:
            label, size = lists["country"], sizes["country"]
        else:
            label, size = nothing, np.full(len(row), -1)
            if "n_country" in few.codes:
                size = few.codes["n_country"][row]
            codes = few.codes["party"][row] if "party" in few.codes else nothing.codes
            default = reader.labels("countries", None, 0)
            observed = frozenset(
                (channel, activity)
                for country, channel, activity in coverage.merged
                if country in default
            )
            size = np.where(size < 0, len(default), size)
            known = lookups["countries"].meanings if "countries" in lookups else ()
            seen = _Coded(codes, [*known, observed])
        if "channel" in scalars and "initiator" in scalars:
            channel, initiator = scalars["channel"], scalars["initiator"]
            domestic = np.array([meaning == Channel.DOMESTIC for meaning in channel.meanings])
            alone = domestic[channel.codes] & (size == 0)
            meanings = [*label.meanings[:-1], *initiator.meanings, NONE_LABEL]
            shift = len(label.meanings) - 1
            label = _Coded(np.where(alone, shift + initiator.codes, label.codes), meanings)
        return cls(label, size, seen, scalars, coverage)

    def note_faults(
        self, reader: CellReader, number: NDArray[np.int64], n_cells: NDArray[np.int64]
    ) -> None:
        """Note the events that break a rule of their channel, as far as it is known here."""
        if self.seen is not None and not self.coverage.is_stated:
            return  # nobody asked who takes part
        if reader.faults.has("countries"):
            return  # what was not read would be told as missing
        channel = self.scalars["channel"]
        which, firsts = _numbered([channel.codes % len(channel.meanings), self.size])
        events = np.bincount(which, number / n_cells, len(firsts))
        for unit, n_events in zip(firsts.tolist(), events, strict=True):
            problem = party_faults(channel.meanings[channel.codes[unit]], int(self.size[unit]))
            if problem:
                reader.faults.add("countries", None, problem, round(n_events))

    def is_stated(self, unit: int, *, on_axis: bool) -> bool:
        """Tell whether coverage is stated for a unit."""
        if not self.coverage.is_stated:
            return True
        channel, activity = (
            self.scalars[name].meanings[self.scalars[name].codes[unit]]
            for name in ("channel", "activity")
        )
        if not on_axis and self.size[unit] and self.seen is not None:
            return (channel, activity) in self.seen.meanings[self.seen.codes[unit]]
        country = self.label.meanings[self.label.codes[unit]]
        return is_stated(self.coverage, (country,), channel, activity)


def _kinds(
    axes: Sequence[_Coded], parties: _Parties, n_cells: NDArray[np.int64], *, on_axis: bool
) -> tuple[list[Kind], NDArray[np.int64]]:
    """Find the units that are alike in where they count."""
    parts = [axis.codes % len(axis.meanings) for axis in axes]
    parts.append(n_cells)
    if parties.coverage.is_stated:
        parts += [parties.scalars[name].codes for name in ("channel", "activity")]
        parts += [parties.label.codes + 1, np.minimum(parties.size, 1)]
        if parties.seen is not None:
            parts.append(parties.seen.codes + 1)
    kind, firsts = _numbered(parts)
    kinds = [
        Kind(
            (tuple(axis.meanings[axis.codes[unit]] for axis in axes),),
            (parties.is_stated(unit, on_axis=on_axis),),
            int(n_cells[unit]),
        )
        for unit in firsts.tolist()
    ]
    return kinds, kind
