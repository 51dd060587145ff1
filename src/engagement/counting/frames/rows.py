"""The few rows that came back from an engine, read as a tally."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import evolve, frozen
from numpy.typing import NDArray

from engagement.counting.frames.cells import Faults, most_told, party_faults
from engagement.counting.frames.keys import unpack
from engagement.counting.tally import (
    BASES,
    Tally,
    basis_of,
    labelled,
    needs_activity,
    stated_by,
)
from engagement.errors import SettingError
from engagement.events.coded import Coded, alike
from engagement.events.coverage import Coverage
from engagement.tables.cells import is_absent
from engagement.values.today import today
from engagement.values.vocabulary import NONE_LABEL, Activity, Basis, Channel, Status, Terms

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa

    from engagement.counting.frames.cells import CellReader
    from engagement.counting.frames.keys import Digit
    from engagement.counting.frames.lookups import DateKey
    from engagement.counting.frames.whole_cells import WholeCells
    from engagement.counting.tally import Dates

__all__ = ["LISTS", "SCALARS", "Few", "read_rows"]

LISTS = {"country": "countries", "topic": "topics", "rank": "participants"}
"""Axes of which an event can have several labels, and the column that holds them."""


@frozen(eq=False)
class Few:
    """The few rows that came back."""

    codes: Mapping[str, NDArray[np.int64]]
    """Columns of numbers, -1 for nothing."""
    texts: Mapping[str, Coded]
    """Columns of what stands in the frame, numbered."""
    number: NDArray[np.int64]
    """How many events are in each row, or events in one of their cells."""
    n_events: NDArray[np.float64]
    """How many events these make up, each divided by the number of its cells."""
    doubt: int
    """Not 0 if a list that was taken apart names something twice."""

    @classmethod
    def of(cls, table: pa.Table, packed: Sequence[Digit]) -> Few:
        """Take a table apart, one column of which holds numbers that are packed."""
        import pyarrow as pa

        columns = {name: table.column(name).combine_chunks() for name in table.column_names}
        codes = unpack(_integers(columns.pop("packed")), packed)
        number = _integers(columns.pop("number"))
        n_events, doubt = number.astype(np.float64), 0
        if "n_events" in columns:
            n_events = np.asarray(columns.pop("n_events").to_numpy(zero_copy_only=False))
        if "doubt" in columns:
            doubt = int(_integers(columns.pop("doubt")).sum())
        texts = {}
        for name, column in columns.items():
            if pa.types.is_integer(column.type) and name not in _FROM_FRAME:
                codes[name] = _integers(column)
            else:
                texts[name] = _encoded(column)
        return cls(codes, texts, number, n_events, doubt)


SCALARS = (
    *("channel", "activity", "status", "initiator"),
    *("subkind", "place", "mechanism", "terms"),
)
"""Axes on which an event has one label, which are columns."""

_FROM_FRAME = ("id", *SCALARS, "country", "topic")


def read_rows(
    few: Few,
    when: DateKey,
    meanings: Mapping[str, Sequence[Any]],
    whole: Sequence[WholeCells] = (),
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
    meanings
        What the numbers of lists in it mean, by documented column.
    whole
        Axes whose labels are told by whole cells.
    coverage
        What is observed.
    axes
        Names of the axes to count on.
    statuses
        Those to count.
    reader
        Reads what stands there as it is in the frame, and notes what cannot be.
    """
    lists: dict[str, Coded] = {}
    sizes: dict[str, NDArray[np.int64]] = {}
    row = np.arange(len(few.number))  # that each unit comes from
    part = few.n_events / few.number
    for axis in (name for name in axes if name in LISTS):
        label, size = _labels(few, meanings, axis)
        label, size, units, times = _with_default(label.take(row), size[row], axis, reader)
        lists = {name: known.take(units) for name, known in lists.items()}
        sizes = {name: known[units] for name, known in sizes.items()}
        lists[axis], sizes[axis], row = label, size, row[units]
        part = (part / times)[units]
    for cells in whole:
        codes = few.codes.get(cells.name, np.full(len(few.number), -1))[row]
        initiator = None
        if cells.axis == "pair":
            initiator = _scalar(few, "initiator", evolve(reader, faults=Faults()), row, part)
        label, units, times = cells.expand(codes, initiator)
        lists = {name: known.take(units) for name, known in lists.items()}
        sizes = {name: known[units] for name, known in sizes.items()}
        lists[cells.axis], row = label, row[units]
        part = (part / times)[units]
    number = few.number[row]
    n_events = number * part
    scalars = {
        name: _scalar(few, name, reader, row, n_events) for name in _scalars_needed(axes, coverage)
    }
    if "terms" in scalars:
        scalars["terms"] = _known_terms(scalars["terms"], scalars["activity"])
    nowhere = Coded(np.full(len(row), -1), [NONE_LABEL])
    parties = _Parties.of(
        few,
        meanings,
        lists=lists,
        sizes=sizes,
        scalars=scalars,
        coverage=coverage,
        reader=reader,
        row=row,
    )
    parties.note_faults(reader, n_events)
    on_axis = lists | scalars | {"country": parties.label}
    labels = {axis: on_axis.get(axis, nowhere) for axis in axes}
    status = scalars["status"]
    wanted = np.array([str(meaning) in map(str, statuses) for meaning in status.meanings])
    recorded = np.array([meaning == Status.RECORDED for meaning in status.meanings])
    dates = when.dates_of(few.codes["date_class"][row], n_events)
    _note_future(dates, recorded[status.codes], reader, n_events)
    return Tally(
        dates=dates,
        asked=wanted[status.codes],
        recorded=recorded[status.codes],
        coded=labelled(labels, on_axis["activity"]) if "activity" in on_axis else {},
        labels=labels,
        basis=parties.basis(on_axis="country" in axes),
        part=part,
        number=number,
        ids_at=lambda places: _ids(few, row[places]),
    )


def _integers(column: pa.Array) -> NDArray[np.int64]:
    """Give numbers, -1 where there is none."""
    return np.asarray(column.cast("int64").fill_null(-1).to_numpy(zero_copy_only=False))


def _encoded(column: pa.Array) -> Coded:
    """Number the different values of a column."""
    encoded = column.dictionary_encode()
    return Coded(_integers(encoded.indices), [*encoded.dictionary.to_pylist(), None])


def _labels(
    few: Few, meanings: Mapping[str, Sequence[Any]], axis: str
) -> tuple[Coded, NDArray[np.int64]]:
    """Give the label of each row on an axis of lists, and how many its event has, or -1."""
    n_rows, column = len(few.number), LISTS[axis]
    if f"n_{axis}" not in few.codes:
        return Coded(np.full(n_rows, -1), [NONE_LABEL]), np.full(n_rows, -1)
    codes = few.codes[axis] if axis in few.codes else few.texts[axis].codes
    return Coded(codes, [*meanings[column], NONE_LABEL]), few.codes[f"n_{axis}"]


def _with_default(
    label: Coded, size: NDArray[np.int64], axis: str, reader: CellReader
) -> tuple[Coded, NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """
    Put the default in the place of absent lists, each row once for each label of it.

    Returns
    -------
    tuple
        The label of each unit, the size of its list, the row that it is of, and of each row in
        how many units it now is.
    """
    default = reader.labels(LISTS[axis], None, 0)
    absent = size < 0
    if not default:
        return label, np.where(absent, 0, size), np.arange(len(size)), np.ones_like(size)
    times = np.where(absent, len(default), 1)
    units = np.repeat(np.arange(len(size)), times)
    nth = np.arange(len(units)) - np.repeat(np.cumsum(times) - times, times)
    meanings = [*label.meanings[:-1], *default, NONE_LABEL]
    codes = np.where(absent[units], len(label.meanings) - 1 + nth, label.codes[units])
    size = np.where(absent, min(len(default), most_told(axis)), size)
    return Coded(codes, meanings), size[units], units, times


def _scalars_needed(axes: Sequence[str], coverage: Coverage) -> list[str]:
    needed = {"status", *axes}.intersection(SCALARS)
    needed |= {"activity"} if "terms" in axes else set()
    if coverage.is_given:
        needed |= {"channel", "activity", "initiator"}
    if needs_activity(axes, coverage):
        needed.add("activity")
    if "country" in axes:
        needed |= {"channel", "initiator"}
    return sorted(needed)


def _scalar(
    few: Few,
    name: str,
    reader: CellReader,
    row: NDArray[np.int64],
    events: NDArray[np.float64],
) -> Coded:
    """Read a column of single values; *events* is how many events a unit stands for."""
    if name not in few.texts:
        read = reader.scalar(name, None, round(events.sum()))
        return Coded(np.zeros(len(row), dtype=np.int64), [read or NONE_LABEL, NONE_LABEL])
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
    return Coded(np.array([known[label] for label in labels])[codes], list(known))


def _known_terms(terms: Coded, activity: Coded) -> Coded:
    """Put unknown terms in the place of none, where it is a transfer."""
    is_transfer = np.array([one == Activity.TRANSFER for one in activity.meanings])
    is_none = np.array([one == NONE_LABEL for one in terms.meanings])
    codes = terms.codes % len(terms.meanings)
    lacking = is_none[codes] & is_transfer[activity.codes % len(activity.meanings)]
    return Coded(np.where(lacking, len(terms.meanings), codes), [*terms.meanings, Terms.UNKNOWN])


def _note_future(
    dates: Dates, recorded: NDArray[np.bool_], reader: CellReader, n_events: NDArray[np.float64]
) -> None:
    """Note the recorded events that are yet to come."""
    wrong = np.flatnonzero(recorded & (dates.start > today().toordinal()))
    for start in np.unique(dates.start[wrong]).tolist():
        day = date.fromordinal(start)
        number = round(n_events[wrong][dates.start[wrong] == start].sum())
        problem = f"'{day}' is yet to come; what is not recorded has status 'planned'"
        reader.faults.add("date", day, problem, number)


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

    label: Coded
    """The label on the axis ``country``; where that is not counted on, of events without any."""
    size: NDArray[np.int64]
    """Number of partner countries, as far as they are told apart, see `most_told`."""
    seen: Coded | None
    """What is stated of any of them, see `party_lookup`, where that is asked for."""
    scalars: Mapping[str, Coded]
    coverage: Coverage

    @classmethod
    def of(
        cls,
        few: Few,
        meanings: Mapping[str, Sequence[Any]],
        *,
        lists: Mapping[str, Coded],
        sizes: Mapping[str, NDArray[np.int64]],
        scalars: Mapping[str, Coded],
        coverage: Coverage,
        reader: CellReader,
        row: NDArray[np.int64],
    ) -> _Parties:
        """Find the label of each unit, which for a domestic event is the initiator."""
        nothing = Coded(np.full(len(row), -1), [NONE_LABEL])
        seen = None
        if "country" in lists:
            label, size = lists["country"], sizes["country"]
        else:
            label, size = nothing, np.full(len(row), -1)
            if "n_country" in few.codes:
                size = few.codes["n_country"][row]
            codes = few.codes["party"][row] if "party" in few.codes else nothing.codes
            default = reader.labels("countries", None, 0)
            observed = stated_by(coverage)(default)
            size = np.where(size < 0, min(len(default), most_told("country")), size)
            seen = Coded(codes, [*meanings.get("countries", ()), observed])
        if "channel" in scalars and "initiator" in scalars:
            channel, initiator = scalars["channel"], scalars["initiator"]
            domestic = np.array([meaning == Channel.DOMESTIC for meaning in channel.meanings])
            alone = domestic[channel.codes] & (size == 0)
            both = [*label.meanings[:-1], *initiator.meanings, NONE_LABEL]
            shift = len(label.meanings) - 1
            label = Coded(np.where(alone, shift + initiator.codes, label.codes), both)
        return cls(label, size, seen, scalars, coverage)

    def note_faults(self, reader: CellReader, n_events: NDArray[np.float64]) -> None:
        """Note the events that break a rule of their channel, as far as it is known here."""
        if self.seen is not None and not self.coverage.is_given:
            return  # nobody asked who takes part
        if reader.faults.has("countries"):
            return  # what was not read would be told as missing
        channel = self.scalars["channel"]
        parts = [channel.codes % len(channel.meanings), self.size]
        which, firsts = alike(parts, len(self.size))
        wrong = np.bincount(which, n_events, len(firsts))
        for unit, n_wrong in zip(firsts.tolist(), wrong, strict=True):
            problem = party_faults(channel.meanings[channel.codes[unit]], int(self.size[unit]))
            if problem:
                reader.faults.add("countries", None, problem, round(n_wrong))

    def basis(self, *, on_axis: bool) -> NDArray[np.int64]:
        """Tell on which basis coverage is stated for each unit, as a place in `BASES`."""
        if not self.coverage.is_given:
            return np.full(len(self.size), BASES.index(Basis.ASSUMED))
        stated = stated_by(self.coverage)
        known = self.label.map(lambda label: stated((label,)))
        if not on_axis and self.seen is not None:
            codes = [one.codes % len(one.meanings) for one in (self.seen, known)]
            both = np.where(self.size > 0, codes[0], codes[1] + len(self.seen.meanings))
            known = Coded(both, [*self.seen.meanings, *known.meanings])
        return basis_of(known, self.scalars["channel"], self.scalars["activity"])
