"""What the different cells of a column stand for, as tables to be joined with the frame."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from attrs import frozen

from engagement.dates import EventDate
from engagement.periods import numbers_of_days
from engagement.tallies import Dates

if TYPE_CHECKING:
    import narwhals as nw
    from numpy.typing import NDArray

    from engagement.coverage import Coverage
    from engagement.frames.cells import CellReader
    from engagement.frames.engines import OpenFrame

__all__ = ["Lookup", "date_lookup", "label_lookup", "party_lookup"]

_UNREAD = EventDate("../2000")  # stands for a date that could not be read, until that is told


@frozen(eq=False)
class Lookup:
    """Numbers for the different cells of a column, and what the numbers mean."""

    table: pa.Table
    """The cells, each with its number or numbers; absent cells have none."""
    meanings: Sequence[Any]
    """By number."""


def _different(
    frame: OpenFrame, table: nw.LazyFrame[Any], column: str
) -> tuple[pa.ChunkedArray, list[Any], list[int]]:
    """Bring the different cells of a column here: as Arrow and as Python, with their numbers."""
    import narwhals as nw

    counted = frame.collect(table.group_by(column).agg(nw.len().alias("number")))
    cells = counted.column(column)
    return cells, cells.to_pylist(), counted.column("number").to_pylist()


def _made(cells: pa.ChunkedArray, name: str, places: Sequence[int], **codes: Any) -> pa.Table:
    """Join cells at some places with numbers, and leave out the one that is null."""
    import pyarrow as pa

    taken = cells.take(pa.array(places, pa.int64()))
    columns = {key: pa.array(values, pa.int64()) for key, values in codes.items()}
    made = pa.table({name: taken, **columns})
    return made.filter(taken.is_valid())


def date_lookup(
    frame: OpenFrame,
    table: nw.LazyFrame[Any],
    reader: CellReader,
    freq: str,
    cuts: NDArray[np.int64],
) -> tuple[Lookup, int, int]:
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

    Returns
    -------
    tuple
        The lookup, whose meanings are dates; how many of its numbers stand for known days,
        which come first; and how many rows the frame has.
    """
    cells, values, numbers = _different(frame, table, "date")
    read = [
        reader.date(value, number) or _UNREAD for value, number in zip(values, numbers, strict=True)
    ]
    dates = Dates.of(read)
    is_exact = ~dates.lasted & (dates.end - dates.start == 1)
    keys = np.stack(
        [
            ~is_exact,
            np.where(is_exact, numbers_of_days(dates.start, freq), dates.start),
            np.where(is_exact, np.searchsorted(cuts, dates.start, side="right"), dates.end),
            np.where(is_exact, 0, dates.onset_start),
            np.where(is_exact, 0, dates.onset_end),
            dates.lasted,
        ],
        axis=1,
    ).astype(np.int64)
    _, firsts, classes = np.unique(keys, axis=0, return_index=True, return_inverse=True)
    n_exact = int(is_exact[firsts].sum())
    made = _made(cells, "date", range(len(values)), date_class=classes.reshape(-1))
    return Lookup(made, [read[place] for place in firsts]), n_exact, sum(numbers)


def label_lookup(
    frame: OpenFrame, table: nw.LazyFrame[Any], reader: CellReader, column: str, axis: str
) -> Lookup:
    """
    Read every different list of a column once, and number its labels.

    Returns
    -------
    Lookup
        A row for each label of each cell, and one without a label for an empty list: columns
        *column*, *axis* (the label's number or -1) and ``n_`` and *column*, how many the cell has.
    """
    cells, values, numbers = _different(frame, table, column)
    known: dict[str, int] = {}
    places, codes, sizes = [], [], []
    for place, (value, number) in enumerate(zip(values, numbers, strict=True)):
        labels = reader.labels(column, value, number)
        codes += [known.setdefault(label, len(known)) for label in labels] or [-1]
        places += [place] * max(len(labels), 1)
        sizes += [len(labels)] * max(len(labels), 1)
    return Lookup(_made(cells, column, places, **{axis: codes, f"n_{axis}": sizes}), list(known))


def party_lookup(
    frame: OpenFrame, table: nw.LazyFrame[Any], reader: CellReader, coverage: Coverage
) -> Lookup:
    """
    Read every different list of countries once, and number those that are observed alike.

    Returns
    -------
    Lookup
        A row for each cell, with columns ``countries``, ``party`` and ``n_country``, how many the
        cell has; a meaning is the pairs of channel and activity that are observed in any of them.
    """
    cells, values, numbers = _different(frame, table, "countries")
    of_country: dict[str, set[tuple[str, str]]] = {}
    for country, channel, activity in coverage.merged:
        of_country.setdefault(country, set()).add((channel, activity))
    known: dict[frozenset[tuple[str, str]], int] = {}
    codes, sizes = [], []
    for value, number in zip(values, numbers, strict=True):
        labels = reader.labels("countries", value, number)
        seen = frozenset(pair for label in labels for pair in of_country.get(label, ()))
        codes.append(known.setdefault(seen, len(known)))
        sizes.append(len(labels))
    made = _made(cells, "countries", range(len(values)), party=codes, n_country=sizes)
    return Lookup(made, list(known))
