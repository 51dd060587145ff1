"""Rows joined to events: those that repeat an id, and those that tell of one event."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import evolve, frozen
from numpy.typing import NDArray

from engagement.errors import EventError
from engagement.events.events import Meeting
from engagement.sources.cut import rows_at
from engagement.sources.mapping import combined

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from engagement.sources.scanning import Kept, Scanned
    from engagement.values.dates import EventDate

__all__ = ["Groups", "group_rows", "problem_of_date", "settle_ids"]


def settle_ids(scanned: Scanned) -> tuple[Kept, list[str]]:
    """
    Compare the ids of rows, and give each row that stays the id of its own event.

    A row that repeats another is joined to it. One that says otherwise under the same id is
    refused, or has a number put behind its id, as is declared. So is one refused that is not
    of the past.
    """
    declaration, kept = scanned.declaration, scanned.kept
    if declaration.claims == "all":
        kept = _unlike_refused(scanned, kept)
    ids = kept.texts[declaration.id_column].to_pylist()
    names = list(map(declaration.id_of, ids, scanned.entries["when"].of(kept.codes["when"])))
    if declaration.claims in ("readable", "kept"):
        kept, names = _compared(scanned, kept, names)
    if declaration.claims == "readable":
        kept, names = _judged(scanned, kept, names)
    return _past(scanned, kept, names)


def _judged(scanned: Scanned, kept: Kept, names: list[str]) -> tuple[Kept, list[str]]:
    """Exclude rows by the rules, after their ids were compared."""
    left = []
    for file in range(len(scanned.files)):
        places = np.flatnonzero(kept.file == file)
        codes = {name: numbers[places] for name, numbers in kept.codes.items()}
        left.append(places[scanned.fates.judge(file, kept.row[places], codes)])
    places = np.concatenate(left)
    return taken(kept, places), [names[place] for place in places.tolist()]


def _past(scanned: Scanned, kept: Kept, names: list[str]) -> tuple[Kept, list[str]]:
    """Refuse rows whose date is yet to come."""
    which, problems = scanned.derived(kept, ("when",), problem_of_date)
    is_past = np.array([problem is None for problem in problems] or [True], dtype=bool)[which]
    if is_past.all():
        return kept, names
    column = scanned.declaration.lookup("when").columns[0]
    for place in np.flatnonzero(~is_past).tolist():
        printed = scanned.layouts[kept.file[place]].printed[column]
        scanned.refuse(kept, place, (printed, *problems[which[place]]))
    left = np.flatnonzero(is_past)
    return taken(kept, left), [names[place] for place in left.tolist()]


def problem_of_date(when: EventDate) -> tuple[str, str] | None:
    """Say what forbids an event on a date, as the event does."""
    try:
        Meeting(date=when, channel="domestic", initiator="CHN")
    except EventError as error:
        _, value, problem = error.faults[0]
        return str(value), problem
    return None


def _unlike_refused(scanned: Scanned, kept: Kept) -> Kept:
    """Compare the ids of rows that are kept with those of all rows."""
    claims = scanned.claims
    if claims.is_rising or not len(kept.row):
        return kept
    earlier = claims.firsts(kept.claim)
    is_later = earlier != kept.claim
    pairs = [
        (kept.place(place), claims.place(first))
        for place, first in zip(
            np.flatnonzero(is_later).tolist(), earlier[is_later].tolist(), strict=True
        )
    ]
    cells = _cells_at(scanned, (place for pair in pairs for place in pair))
    for own, first in pairs:
        _note(scanned, own, first, cells[own], is_same=cells[own] == cells[first])
    return taken(kept, np.flatnonzero(~is_later))


def _compared(scanned: Scanned, kept: Kept, names: list[str]) -> tuple[Kept, list[str]]:
    """Compare the ids of rows that are kept with one another."""
    import pyarrow as pa

    found = pa.array(names, pa.string()).dictionary_encode().indices.to_numpy()
    numbers = np.bincount(found) if len(found) else found
    places = np.flatnonzero((numbers > 1)[found])
    if not len(places):
        return kept, names
    declaration = scanned.declaration
    cells = _cells_at(scanned, map(kept.place, places.tolist()))
    seen: dict[int, dict[Any, int]] = {}
    dropped = []
    for place in places.tolist():
        key: Any = cells[kept.place(place)]
        if declaration.same_by:
            entries = ((scanned.entries[one], kept.codes[one]) for one in declaration.same_by)
            key = tuple(one.values[codes[place]] for one, codes in entries)
        same = seen.setdefault(found[place], {})
        first = same.get(key)
        if first is None and (not same or declaration.claims == "kept"):
            same[key] = place
            names[place] += f"-{len(same)}" if len(same) > 1 else ""
            continue
        dropped.append(place)
        lead = next(iter(same.values())) if first is None else first
        own, other = kept.place(place), kept.place(lead)
        _note(scanned, own, other, cells[own], is_same=first is not None)
    left = np.setdiff1d(np.arange(len(names)), dropped)
    return taken(kept, left), [names[place] for place in left.tolist()]


def _note(
    scanned: Scanned,
    place: tuple[int, int],
    first: tuple[int, int],
    cells: tuple[str, ...],
    *,
    is_same: bool,
) -> None:
    """Note a row that has the id of an earlier one."""
    file, row = place
    layout = scanned.layouts[file]
    column = scanned.declaration.id_column
    fault = layout.printed[column], layout.told(cells, column)
    earlier = scanned.row_of(first, file)
    if not is_same:
        problem = f"{earlier} has this id and says otherwise"
        scanned.fates.refuse(file, row, [(*fault, problem)])
    elif scanned.declaration.same_by:
        scanned.fates.joined.append([(file, row, *fault, f"tells of the event of {earlier}")])
    else:
        scanned.fates.joined.append([(file, row, *fault, f"repeats {earlier} cell for cell")])


def _cells_at(
    scanned: Scanned, places: Iterable[tuple[int, int]]
) -> dict[tuple[int, int], tuple[str, ...]]:
    """Cut some rows once more, for all of their cells."""
    by_file: dict[int, set[int]] = {}
    for file, row in places:
        by_file.setdefault(file, set()).add(row)
    return {
        (file, row): cells
        for file, rows in by_file.items()
        for row, cells in rows_at(scanned.files[file], scanned.layouts[file], rows).items()
    }


def taken(kept: Kept, places: NDArray[Any]) -> Kept:
    """Give some of the rows."""
    return evolve(
        kept,
        file=kept.file[places],
        row=kept.row[places],
        codes={name: codes[places] for name, codes in kept.codes.items()},
        texts={name: texts.take(places) for name, texts in kept.texts.items()},
        claim=kept.claim[places] if len(kept.claim) else kept.claim,
    )


@frozen(eq=False)
class Groups:
    """Rows of each event, which are in the order of their first rows."""

    rows: NDArray[np.int64]
    """Places of rows, event by event."""
    starts: NDArray[np.int64]
    """Where the rows of each event begin."""

    @classmethod
    def alone(cls, n_rows: int) -> Groups:
        """Take each row for an event."""
        return cls(np.arange(n_rows), np.arange(n_rows))

    @property
    def leads(self) -> NDArray[np.int64]:
        """The first row of each event."""
        return self.rows[self.starts]

    @property
    def sizes(self) -> NDArray[np.int64]:
        """How many rows tell of each event."""
        return np.diff(np.append(self.starts, len(self.rows)))


def group_rows(
    keys: list[NDArray[np.int64]],
    first: NDArray[np.int64],
    second: NDArray[np.int64],
    has_story: NDArray[np.bool_],
) -> Groups:
    """
    Group rows that tell of one event.

    Rows belong together if they agree in all keys, and are linked by somebody who takes part
    in both, directly or through others. Where the source names no story, they must name the
    same parties.

    Parameters
    ----------
    keys
        What rows of one event agree in, as numbers from 0, shape ``(n_rows,)`` each.
    first, second
        Who takes part, as numbers from 0; of which the first is also in the keys where it is
        the one that acts.
    has_story
        Whether the keys name a story.
    """
    pair = np.minimum(first, second) * (_size(first, second)) + np.maximum(first, second)
    pair = np.where(has_story, -1, pair) + 1
    group, _ = combined([(key, _size(key)) for key in (*keys, pair)])
    label = _linked(group, first, second)
    rows = np.argsort(label, kind="stable")
    starts = np.flatnonzero(np.diff(label[rows], prepend=-1))
    return Groups(rows, starts)


def _size(*numbers: NDArray[np.int64]) -> int:
    return 1 + max((int(array.max()) for array in numbers if len(array)), default=0)


def _linked(
    group: NDArray[np.int64], first: NDArray[np.int64], second: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Give for each row the first row of its group to which it is linked by parties."""
    n_rows = len(group)
    size = _size(first, second)
    low, high = np.minimum(first, second), np.maximum(first, second)
    lead = np.full(_size(group), n_rows)
    np.minimum.at(lead, group, np.arange(n_rows))
    label = lead[group]
    is_other = (low != low[label]) | (high != high[label]) if n_rows else np.zeros(0, bool)
    is_mixed = np.zeros(_size(group), dtype=bool)
    is_mixed[group[is_other]] = True
    rows = np.flatnonzero(is_mixed[group])
    leader: dict[int, int] = {}

    def find(party: int) -> int:
        while leader.setdefault(party, party) != party:
            leader[party] = leader[leader[party]]
            party = leader[party]
        return party

    ones = (group[rows] * size + first[rows]).tolist()
    twos = (group[rows] * size + second[rows]).tolist()
    for one, two in zip(ones, twos, strict=True):
        leader[find(two)] = find(one)
    lead_of: dict[int, int] = {}
    for row, one in zip(rows.tolist(), ones, strict=True):
        label[row] = lead_of.setdefault(find(one), row)
    return label


def by_event(
    groups: Groups, values: NDArray[np.int64], function: Callable[..., Any]
) -> NDArray[np.int64]:
    """Reduce a number of each row to one of each event."""
    if not len(groups.starts):
        return values[:0]
    found: NDArray[np.int64] = function.reduceat(values[groups.rows], groups.starts)  # type: ignore[attr-defined]
    return found
