"""Rows joined to events: those that repeat an id, and those that tell of one event."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import evolve, frozen
from numpy.typing import NDArray

from engagement.sources.cut import rows_at
from engagement.sources.mapping import combined

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from engagement.sources.scanning import Kept, Scanned

__all__ = ["Groups", "group_rows", "settle_ids"]


def settle_ids(scanned: Scanned) -> tuple[Kept, list[str]]:
    """
    Compare the ids of rows, and give each row that stays the id of its own event.

    A row that repeats another cell for cell is joined to it. One that says otherwise under the
    same id is refused, or has a number put behind its id, as is declared.
    """
    if scanned.declaration.claims == "all":
        kept = _unlike_refused(scanned)
        return kept, _names(scanned, kept)
    return _unlike_numbered(scanned)


def _names(scanned: Scanned, kept: Kept) -> list[str]:
    declaration = scanned.declaration
    values = scanned.entries["when"].values
    dates = [values[code] for code in kept.codes["when"].tolist()]
    ids = kept.texts[declaration.id_column].to_pylist()
    return list(map(declaration.id_of, ids, dates))


def _unlike_refused(scanned: Scanned) -> Kept:
    kept, claims = scanned.kept, scanned.claims
    if not len(kept.row):
        return kept
    ids = np.concatenate(claims.ids)
    if (ids[1:] > ids[:-1]).all():
        return kept
    wanted = np.unique(ids[kept.claim])
    places = np.flatnonzero(np.isin(ids, wanted))
    which = np.searchsorted(wanted, ids[places])
    firsts = np.full(len(wanted), len(ids))
    np.minimum.at(firsts, which, places)
    earlier = firsts[np.searchsorted(wanted, ids[kept.claim])]
    is_later = earlier != kept.claim
    if not is_later.any():
        return kept
    files, rows = np.concatenate(claims.files), np.concatenate(claims.rows)
    pairs = [
        ((int(kept.file[place]), int(kept.row[place])), (int(files[one]), int(rows[one])))
        for place, one in zip(np.flatnonzero(is_later), earlier[is_later], strict=True)
    ]
    cells = _cells_at(scanned, (place for pair in pairs for place in pair))
    for (file, row), first in pairs:
        layout = scanned.layouts[file]
        name = scanned.declaration.id_column
        told = layout.told(cells[file, row], name)
        if cells[file, row] == cells[first]:
            problem = f"repeats {_row(scanned, first, file)} cell for cell"
            scanned.fates.joined.append((file, row, layout.printed[name], told, problem))
        else:
            problem = f"{_row(scanned, first, file)} has this id and says otherwise"
            scanned.fates.refuse(file, row, [(layout.printed[name], told, problem)])
    return taken(kept, np.flatnonzero(~is_later))


def _unlike_numbered(scanned: Scanned) -> tuple[Kept, list[str]]:
    kept = scanned.kept
    names = _names(scanned, kept)
    places: dict[str, list[int]] = {}
    for place, name in enumerate(names):
        places.setdefault(name, []).append(place)
    several = {name: found for name, found in places.items() if len(found) > 1}
    if not several:
        return kept, names
    where = {
        place: (int(kept.file[place]), int(kept.row[place]))
        for found in several.values()
        for place in found
    }
    cells = _cells_at(scanned, where.values())
    repeated = []
    column = scanned.declaration.id_column
    for name, found in several.items():
        seen: dict[tuple[str, ...], int] = {}
        for place in found:
            file, row = where[place]
            first = seen.setdefault(cells[file, row], place)
            if first == place:
                names[place] = name if len(seen) == 1 else f"{name}-{len(seen)}"
                continue
            layout = scanned.layouts[file]
            told = layout.told(cells[file, row], column)
            problem = f"repeats {_row(scanned, where[first], file)} cell for cell"
            scanned.fates.joined.append((file, row, layout.printed[column], told, problem))
            repeated.append(place)
    left = np.setdiff1d(np.arange(len(names)), repeated)
    return taken(kept, left), [names[place] for place in left]


def _row(scanned: Scanned, place: tuple[int, int], file: int) -> str:
    """Name a row, and its file where it is another one."""
    other = "" if place[0] == file else f" of {scanned.files[place[0]].name}"
    return f"row {place[1]}{other}"


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
