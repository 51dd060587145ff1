"""How long cells were observed: sets of days, and how many of them lie in a span."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from math import prod
from typing import TYPE_CHECKING

import numpy as np
from attrs import Factory, frozen
from numpy.typing import NDArray

from engagement.counting.calendar import first_days, numbers_of_days
from engagement.events.coded import Coded, alike
from engagement.events.observed import CUTS, Spans, join_spans
from engagement.values.today import today
from engagement.values.vocabulary import COVERED_AXES, NONE_LABEL, Basis, Channel, Status

if TYPE_CHECKING:
    from collections.abc import Iterable

    from engagement.events.coverage import Coverage
    from engagement.events.observed import Key, Observed, Only

__all__ = [
    "CellSpans",
    "CoverageRule",
    "ObservedDays",
    "assumed_span",
    "observed_spans",
    "whole_periods",
    "widened",
]

_SPACING = 2**22  # above the ordinal of every day


@frozen(eq=False)
class ObservedDays:
    """Several sets of days, made by `from_spans`."""

    starts: NDArray[np.int64]
    """First days: number of the set times a constant, plus ordinal; a span without days first."""
    n_days: NDArray[np.int64]
    """Lengths of the spans."""

    @classmethod
    def from_spans(cls, sets: Iterable[Spans], low: int, high: int) -> ObservedDays:
        """Keep of each set the days in ``[low, high)``."""
        starts, n_days = [-1], [0]
        for number, spans in enumerate(sets):
            for span_start, span_end in spans:
                start, end = max(span_start, low), min(span_end, high)
                if start < end:
                    starts.append(number * _SPACING + start)
                    n_days.append(end - start)
        return cls(np.array(starts, dtype=np.int64), np.array(n_days, dtype=np.int64))

    def between(
        self, number: NDArray[np.int64], since: NDArray[np.int64], until: NDArray[np.int64]
    ) -> NDArray[np.int64]:
        """Count the days of numbered sets in ``[since, until)``; the shapes broadcast."""
        return self._before(number * _SPACING + until) - self._before(number * _SPACING + since)

    def _before(self, keys: NDArray[np.int64]) -> NDArray[np.int64]:
        """Count the days before each of *keys*, those of earlier sets included."""
        total = np.cumsum(self.n_days) - self.n_days
        span = np.searchsorted(self.starts, keys, side="right") - 1
        counted: NDArray[np.int64] = total[span] + np.minimum(
            keys - self.starts[span], self.n_days[span]
        )
        return counted


@frozen(kw_only=True, eq=False)
class CoverageRule:
    """What of coverage matters to a count."""

    freq: str
    """Letter of the frequency: to its periods the ends of what is assumed are widened."""
    complete: bool = True
    """Whether all that a cell sums must have been observed, or a part of it."""
    coded: Mapping[str, Collection[str]] = Factory(dict)
    """By activity that has events, the axes on which some of them have a label."""
    statuses: Collection[str] = (Status.RECORDED,)
    """Those of the events that are counted."""


@frozen(eq=False)
class CellSpans:
    """When the cells of a full product of labels were observed, as a few different answers."""

    systematic: Sequence[Spans]
    """Days of which it is known what took place, by answer."""
    selective: Sequence[Spans]
    """Other days of which a selection was mentioned, by answer."""
    is_systematic: NDArray[np.bool_]
    """Whether the cell sums anything that is not only mentioned, by answer."""
    of_cell: NDArray[np.int64]
    """The answer of each cell, the last axis running fastest."""


def whole_periods(days: tuple[int, int], freq: str) -> tuple[int, int]:
    """Widen a span of days to the periods in which it begins and ends."""
    if days[0] == days[1]:
        return days
    numbers = numbers_of_days(np.array([days[0], days[1] - 1]), freq)
    low, high = first_days(numbers + np.array([0, 1]), freq)
    return int(low), int(high)


def observed_spans(
    coverage: Coverage, labels: Mapping[str, Sequence[str]], asked: CoverageRule
) -> CellSpans:
    """
    Find when cells were observed.

    A cell sums all kinds of activity of which coverage states something for its labels; where
    pairs are counted and countries are not, for either state of the pair. Of those, a day counts
    as observed where a statement says so that is not narrowed to other labels on the axes
    counted; and a label on another axis than those of coverage tells nothing of an activity whose
    events have no labels there.

    On axes that are not counted, a selection says what is counted: all statements must be
    narrowed alike, or else those that are not narrowed are taken. Those that are narrowed to
    labels on an axis on which their activity has none tell nothing.
    """
    axes = tuple(labels)
    entries = [entry for entry in coverage.entries if _tells(entry, axes)]
    usable = _usable(entries, axes, asked.statuses)
    keys = _by_label(dict.fromkeys(entry.key for entry in entries))
    stated: dict[Key, list[Observed]] = {}
    for entry in usable:
        stated.setdefault(entry.key, []).append(entry)
    narrowings = list(dict.fromkeys(_on_axes(entry, axes) for entry in usable))
    places = np.indices(tuple(map(len, labels.values())))
    told = []
    for (axis, known), at in zip(labels.items(), places, strict=True):
        is_named = axis in COVERED_AXES or (axis == "pair" and "country" not in labels)
        of_label = [_told(axis, label, narrowings, is_named=is_named) for label in known]
        told.append(Coded.of(of_label).take(at.reshape(-1)))
    of_cell, firsts = alike([one.codes for one in told], prod(map(len, labels.values())))
    answers = [
        _answer(coverage, stated, axes, parts, keys=keys, narrowings=narrowings, asked=asked)
        for parts in (zip(*(one.at(firsts) for one in told), strict=True) if told else [()])
    ]
    return CellSpans(
        systematic=[answer[0] for answer in answers],
        selective=[answer[1] for answer in answers],
        is_systematic=np.array([answer[2] for answer in answers], dtype=np.bool_),
        of_cell=of_cell,
    )


def widened(entry: Observed, freq: str) -> tuple[int, int]:
    """Return the days of a statement; the ends of what is assumed are those of periods."""
    if entry.basis is not Basis.ASSUMED:
        return entry.days
    start, end = entry.since.start_day or 0, entry.until.end_day or 0
    return entry.cut(*assumed_span((start, end), freq))


def assumed_span(extent: tuple[int, int], freq: str) -> tuple[int, int]:
    """Widen the days from the first to the last event to periods, but never beyond today."""
    low, high = whole_periods(extent, freq)
    high = min(high, today().toordinal() + 1)
    return (low, high) if low < high else (0, 0)


_Told = tuple[str | None, bool, tuple[bool, ...]]
"""Of a label: itself where it tells kinds apart, whether these must be coded, what keeps it."""


def _told(axis: str, label: str, narrowings: Sequence[Only], *, is_named: bool) -> _Told:
    kept = tuple(label in dict(only).get(axis, (label,)) for only in narrowings)
    is_coded = label != NONE_LABEL and axis not in (*COVERED_AXES, "status")
    is_named = is_named and (axis != "pair" or label != NONE_LABEL)
    return (label if is_named else None, is_coded, kept)


def _on_axes(entry: Observed, axes: Sequence[str]) -> Only:
    return tuple(pair for pair in entry.only if pair[0] in axes)


def _tells(entry: Observed, axes: Sequence[str]) -> bool:
    """Tell whether events of a kind have labels on the axes to which a statement is narrowed."""
    coded = entry.coded
    return coded is None or all(
        axis in coded or axis in (*axes, *CUTS, "status") or NONE_LABEL in labels
        for axis, labels in entry.only
    )


def _usable(
    entries: Iterable[Observed], axes: Sequence[str], statuses: Collection[str]
) -> list[Observed]:
    """Keep the statements that are narrowed alike on axes that are not counted."""
    groups: dict[Only, list[Observed]] = {}
    for entry in entries:
        other = [pair for pair in entry.only if pair[0] not in (*axes, *CUTS)]
        if any(axis == "status" and not {*statuses} <= {*labels} for axis, labels in other):
            continue
        key = tuple(pair for pair in other if pair[0] != "status")
        groups.setdefault(key, []).append(entry)
    if len(groups) == 1:
        return next(iter(groups.values()))
    return groups.get((), [])


def _by_label(keys: Iterable[Key]) -> dict[tuple[str, str], list[Key]]:
    """List kinds by axis and label, and all of them by two empty texts."""
    found: dict[tuple[str, str], list[Key]] = {("", ""): []}
    for key in keys:
        found["", ""].append(key)
        for pair in zip(COVERED_AXES, key, strict=True):
            found.setdefault(pair, []).append(key)
    return found


def _answer(
    coverage: Coverage,
    stated: Mapping[Key, Sequence[Observed]],
    axes: Sequence[str],
    parts: Sequence[_Told],
    *,
    keys: Mapping[tuple[str, str], Sequence[Key]],
    narrowings: Sequence[Only],
    asked: CoverageRule,
) -> tuple[Spans, Spans, bool]:
    """Find the days of the cells that are told alike."""
    named = {axis: part[0] for axis, part in zip(axes, parts, strict=True) if part[0] is not None}
    labelled = [axis for axis, part in zip(axes, parts, strict=True) if part[1]]
    kept = {only for place, only in enumerate(narrowings) if all(part[2][place] for part in parts)}
    covered: list[Sequence[Key]] = [
        keys.get(pair, ()) for pair in named.items() if pair[0] in COVERED_AXES
    ]
    sums = {
        key: coverage.keys[key]
        for key in min(covered or [keys["", ""]], key=len)
        if all(_is_of(key, axis, label) for axis, label in named.items())
        and all(_is_coded(coverage, key, axis, asked.coded) for axis in labelled)
    }
    days: dict[Key, list[tuple[int, int]]] = {key: [] for key, known in sums.items() if known}
    mentioned = []
    for entry in (entry for key in sums for entry in stated.get(key, ())):
        if _on_axes(entry, axes) not in kept:
            continue
        if entry.basis is Basis.SELECTIVE:
            mentioned.append(widened(entry, asked.freq))
        else:
            days[entry.key].append(widened(entry, asked.freq))
    sets = [join_spans(spans) for spans in days.values()]
    seen = _at_least(sets, len(sets) if asked.complete else 1) if sets else ()
    return seen, join_spans(mentioned), bool(days)


def _is_of(key: Key, axis: str, label: str) -> bool:
    """Tell whether a kind of activity has a label, or may be one of a pair of states."""
    if axis == "pair":
        return key[0] in label.split("-") and key[1] != Channel.DOMESTIC
    return key[COVERED_AXES.index(axis)] == label


def _is_coded(
    coverage: Coverage, key: Key, axis: str, coded: Mapping[str, Collection[str]]
) -> bool:
    """Tell whether events of a kind have labels on an axis, as coverage says or they show."""
    said = coverage.coded.get(key)
    if axis in coded.get(key[2], ()):
        return True
    return axis in said if said is not None else key[2] not in coded


def _at_least(sets: Sequence[Spans], n: int) -> Spans:
    """Return the days that lie in at least *n* of several sets of disjoint spans."""
    change: dict[int, int] = {}
    for spans in sets:
        for start, end in spans:
            change[start] = change.get(start, 0) + 1
            change[end] = change.get(end, 0) - 1
    found = []
    depth = since = 0
    for day in sorted(change):
        was, depth = depth, depth + change[day]
        if was < n <= depth:
            since = day
        elif depth < n <= was:
            found.append((since, day))
    return tuple(found)
