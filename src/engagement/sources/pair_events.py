"""Data sets of pairs of actors: from rows to events."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from engagement.events.coded import Coded
from engagement.sources.cameo_codes import Action, find_action, is_directed, read_cameo_code
from engagement.sources.event_table import EventTable, Rows, What
from engagement.sources.joining import Groups, by_event, group_rows, settle_ids
from engagement.sources.mapping import combined
from engagement.sources.parties import parties_of
from engagement.sources.scanning import Scanned
from engagement.values.actor_names import Party
from engagement.values.vocabulary import Activity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engagement.sources.fates import RowFate
    from engagement.sources.row_cells import Cells
    from engagement.sources.scanning import Kept

__all__ = ["Act", "Stories", "act_of", "pair_events", "read_act"]

Stories: TypeAlias = Callable[[Mapping[str, Any]], NDArray[np.int64]]


@frozen
class Act:
    """What the first of two actors does, by a code."""

    told: str
    """The code, as it is told."""
    column: str
    """In which it stands."""
    action: Action | None = None
    """What the code means; ``None`` where such rows are excluded."""
    is_directed: bool = False
    """Whether the first does something to the second, rather than both together."""
    host: int | None = None
    """Which of the two is visited, 0 or 1."""


def read_act(column: str, actions: Mapping[str, Action | None], cells: Cells) -> Act:
    """Read the CAMEO code of a row."""
    return act_of(cells.required(column, read_cameo_code, ""), actions, column)


def act_of(code: str, actions: Mapping[str, Action | None], column: str) -> Act:
    """Say what a CAMEO code in a column means."""
    host = {"042": 1, "043": 0}.get(code[:3])
    return Act(f"CAMEO {code}", column, find_action(code, actions), is_directed(code), host)


def pair_events(
    scanned: Scanned, *, focal: str | None, join: bool, stories: Stories, document: str = ""
) -> EventTable:
    """
    Make events of rows of two actors; the rows that are joined to others are noted.

    Parameters
    ----------
    scanned
        Rows with lookups ``act``, ``when``, ``first``, ``second``, ``place`` and ``note``.
    focal
        Alpha-3 code of the focal state.
    join
        Whether rows that tell of one event are joined.
    stories
        Gives by the texts of free cells a number of each row's story, and -1 where none is named.
    document
        The free cell with the report that tells of an event.
    """
    kept, ids = settle_ids(scanned)
    pairs = _Pairs.of(scanned, kept, stories)
    groups = pairs.joined() if join else Groups.alone(len(ids))
    _note_joined(scanned, kept, pairs, groups, ids)
    leads = groups.leads
    return EventTable(
        ids=[ids[lead] for lead in leads.tolist()],
        dates=Coded(pairs.when[leads], pairs.dates),
        whats=pairs.whats(leads),
        parties=pairs.parties(groups, focal),
        places=Coded(kept.codes["place"][leads], scanned.entries["place"].values),
        rows=Rows.of(scanned, kept, groups, kept.texts.get(document)),
        details={"host": pairs.hosts(groups)},
    )


def _note_joined(
    scanned: Scanned, kept: Kept, pairs: _Pairs, groups: Groups, ids: Sequence[str]
) -> None:
    """Note what each row that is not the first of its event is to that."""
    import pyarrow as pa

    lead = np.repeat(groups.leads, groups.sizes)
    is_joined = groups.rows != lead
    rows, lead = groups.rows[is_joined], lead[is_joined]
    first, second = pairs.first, pairs.second
    mirrors = (first[rows] == second[lead]) & (second[rows] == first[lead])
    repeats = (first[rows] == first[lead]) & (second[rows] == second[lead])
    scanned.fates.joined.append(
        _JoinedRows(
            scanned,
            places=np.stack([kept.file[rows], kept.row[rows], kept.file[lead], kept.row[lead]]),
            word=np.where(mirrors, 0, np.where(repeats, 1, 2)).astype(np.int8),
            ids=pa.array([ids[row] for row in rows.tolist()], pa.string()),
            events=pa.array([ids[row] for row in lead.tolist()], pa.string()),
        )
    )


@frozen(eq=False)
class _JoinedRows:
    """Rows that are not the first of their event, put into words when asked for."""

    scanned: Scanned
    places: NDArray[np.int64]
    """File and number of each row, and of the first of its event."""
    word: NDArray[np.int8]
    ids: Any
    events: Any

    def __len__(self) -> int:
        """Return how many they are."""
        return len(self.word)

    def __contains__(self, fate: object) -> bool:
        """Tell whether one of them is told so."""
        return fate in list(self)

    def __iter__(self) -> Iterator[RowFate]:
        """Give file, row, column, cell and problem of each."""
        told = zip(
            *self.places.tolist(),
            self.word.tolist(),
            self.ids.to_pylist(),
            self.events.to_pylist(),
            strict=True,
        )
        for file, row, of_file, of_row, word, name, event in told:
            column = self.scanned.layouts[file].printed[self.scanned.declaration.id_column]
            earlier = self.scanned.row_of((of_file, of_row), file)
            yield file, row, column, name, f"{_WORDS[word]} {earlier}, event {event}"


_WORDS = ("mirrors", "repeats", "is joined to")


@frozen(eq=False)
class _Pairs:
    """Rows of two actors as numbers."""

    acts: Sequence[Act]
    dates: Sequence[Any]
    notes: Sequence[str]
    people: Sequence[Party]
    act: NDArray[np.int32]
    when: NDArray[np.int64]
    note: NDArray[np.int32]
    place: NDArray[np.int64]
    first: NDArray[np.int64]
    second: NDArray[np.int64]
    story: NDArray[np.int64]
    """A number of each story, -1 where the source names none."""

    @classmethod
    def of(cls, scanned: Scanned, kept: Kept, stories: Stories) -> _Pairs:
        """Number what rows are compared by: equal things have equal numbers."""
        people: dict[Party, int] = {}
        sides = []
        for name in ("first", "second"):
            numbers = _distinct(scanned, name, people, lambda actor: actor.party)
            sides.append(numbers[kept.codes[name]])
        dates: dict[Any, int] = {}
        when = _distinct(scanned, "when", dates, lambda date: date)[kept.codes["when"]]
        places: dict[str, int] = {}
        place = _distinct(scanned, "place", places, lambda text: text)[kept.codes["place"]]
        return cls(
            acts=scanned.entries["act"].values,
            dates=list(dates),
            notes=scanned.entries["note"].values if "note" in scanned.entries else [""],
            people=list(people),
            act=kept.codes["act"],
            when=when,
            note=kept.codes.get("note", np.zeros(len(kept.row), dtype=np.int32)),
            place=place,
            first=sides[0],
            second=sides[1],
            story=stories(kept.texts),
        )

    def joined(self) -> Groups:
        """Group rows that tell of one event."""
        kinds: dict[Any, int] = {}
        kind = np.array(
            [
                -1
                if act is None or act.action is None
                else kinds.setdefault(act.action, len(kinds))
                for act in self.acts
            ],
            dtype=np.int64,
        )
        directed = np.array([act is not None and act.is_directed for act in self.acts], dtype=bool)
        actor = np.where(directed[self.act], self.first, -1) + 1
        keys = [self.when, kind[self.act], (self.first == self.second).astype(np.int64)]
        keys += [self.place, actor, self.story + 1]
        return group_rows(keys, self.first, self.second, self.story >= 0)

    def whats(self, leads: NDArray[np.int64]) -> Coded:
        """Give what took place in each event, by its first row."""
        codes, (acts, notes) = combined(
            [(self.act[leads], len(self.acts)), (self.note[leads], len(self.notes))]
        )
        values = []
        for act, note in zip(acts, notes, strict=True):
            read = self.acts[act]
            assert read.action is not None  # noqa: S101 - or else the row was excluded
            told = f"{read.told} {self.notes[note]}".strip()
            values.append(What(read.action.activity, read.action.subkind, told))
        return Coded(codes, values)

    def parties(self, groups: Groups, focal: str | None) -> Coded:
        """
        Give who took part in each event.

        Where its rows name different parties first, as mirrored rows do, the first of these by
        the alphabet acts, a state before an organisation, whatever the order of the rows.
        """
        gives = np.array(
            [
                act is not None
                and act.action is not None
                and act.action.activity is Activity.TRANSFER
                for act in self.acts
            ],
            dtype=np.int64,
        )[self.act[groups.leads]]
        ranked = sorted(
            range(len(self.people)),
            key=lambda one: (self.people[one].country is None, str(self.people[one])),
        )
        rank = np.argsort(np.array(ranked, dtype=np.int64))
        first, second = rank[self.first], rank[self.second]
        acting = by_event(groups, first, np.minimum)
        low, high = np.minimum(first, second), np.maximum(first, second)
        ends = [by_event(groups, side, np.minimum) for side in (low, high)]
        is_pair = np.ones(len(acting), dtype=bool)
        for side, end in zip((low, high), ends, strict=True):
            is_pair &= by_event(groups, side, np.maximum) == end
        size = len(ranked)
        codes, combos = combined(
            [(acting, size), (ends[0] + ends[1] - acting, 2 * size), (gives, 2)]
        )
        known: dict[tuple[tuple[int, ...], int], int] = {}
        values: list[Any] = []

        def number(everybody: tuple[int, ...], is_gift: int) -> int:
            key = everybody, is_gift
            if key not in known:
                people = [self.people[ranked[one]] for one in everybody]
                values.append(parties_of(people, None if is_gift else focal))
                known[key] = len(values) - 1
            return known[key]

        of_pair = np.bincount(codes, is_pair, minlength=len(combos[0])) > 0
        numbers = np.array(
            [
                number((one, two), is_gift) if is_one else -1
                for one, two, is_gift, is_one in zip(*combos, of_pair, strict=True)
            ],
            dtype=np.int64,
        )[codes]
        edges = np.append(groups.starts, len(groups.rows))
        for event in np.flatnonzero(~is_pair).tolist():
            rows = groups.rows[edges[event] : edges[event + 1]]
            others = sorted({*first[rows].tolist(), *second[rows].tolist()} - {int(acting[event])})
            numbers[event] = number((int(acting[event]), *others), int(gives[event]))
        return Coded(numbers, values)

    def hosts(self, groups: Groups) -> Coded:
        """Give the country that is visited, where the rows of an event agree on one."""
        countries: dict[str | None, int] = {}
        of_party = np.array(
            [countries.setdefault(party.country, len(countries)) for party in self.people] or [0],
            dtype=np.int64,
        )
        if None in countries:
            of_party[of_party == countries[None]] = -1
        side = np.array(
            [-1 if act is None or act.host is None else act.host for act in self.acts] or [-1],
            dtype=np.int64,
        )[self.act]
        host = np.where(side == 0, of_party[self.first], of_party[self.second])
        host = np.where(side < 0, -1, host)
        if not len(host):
            return Coded(host, [None])
        most = by_event(groups, host, np.maximum)
        least = by_event(groups, np.where(host < 0, len(countries), host), np.minimum)
        agreed = np.where((most >= 0) & (most == least), most, len(countries))
        return Coded(agreed, [*countries, None])


def _distinct(
    scanned: Scanned, name: str, known: dict[Any, int], of: Callable[[Any], Any]
) -> NDArray[np.int64]:
    """Number what was read, so that equal things have one number."""
    values = scanned.entries[name].values
    return np.array(
        [-1 if value is None else known.setdefault(of(value), len(known)) for value in values],
        dtype=np.int64,
    )
