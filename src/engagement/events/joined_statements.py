"""Statements of coverage put together, where they are alike but for what they are narrowed to."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from engagement.events.observed import CUTS, Observed, join_spans
from engagement.values.vocabulary import Basis

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["joined_statements"]


def joined_statements(entries: Iterable[Observed]) -> list[Observed]:
    """
    Put statements together that are alike but for the labels to which they are narrowed.

    One that keeps what another keeps, and more, stands for both; two that keep different labels
    of one axis become one that keeps the labels of both.
    """
    alike: defaultdict[Observed, list[Observed]] = defaultdict(list)
    for entry in dict.fromkeys(entries):
        cuts = tuple(pair for pair in entry.only if pair[0] in CUTS)
        alike[entry.evolved(only=cuts, coded=None)].append(entry)
    merged = [one for group in alike.values() for one in _merged_labels(group)]
    looked_for = defaultdict(list)
    for entry in merged:
        if entry.basis is not Basis.SELECTIVE and not any(
            axis not in CUTS for axis, _ in entry.only
        ):
            looked_for[entry.key].append(entry.days)
    return [
        entry
        for entry in merged
        if entry.basis is not Basis.SELECTIVE
        or not any(
            start <= entry.days[0] and entry.days[1] <= end
            for start, end in join_spans(looked_for[entry.key])
        )
    ]


def _merged_labels(group: list[Observed]) -> list[Observed]:
    kept: list[Observed] = []
    waiting = list(group)
    while waiting:
        entry = waiting.pop()
        for place, other in enumerate(kept):
            only = _labels_of_both(dict(entry.only), dict(other.only))
            if only is not None:
                del kept[place]
                coded = (
                    None
                    if entry.coded is None or other.coded is None
                    else tuple(sorted({*entry.coded, *other.coded}))
                )
                waiting.append(entry.evolved(only=tuple(sorted(only.items())), coded=coded))
                break
        else:
            kept.append(entry)
    return kept


Labels = dict[str, tuple[str, ...]]


def _labels_of_both(one: Labels, other: Labels) -> Labels | None:
    """Say to what events are narrowed that are kept by either, if that can be said."""
    axes = {axis for axis in (*one, *other) if one.get(axis) != other.get(axis)}
    for less, more in ((one, other), (other, one)):
        if all(
            axis not in more or (axis in less and set(less[axis]) <= set(more[axis]))
            for axis in axes
        ):
            return more
    if len(axes) != 1:
        return None
    (axis,) = axes
    return {**one, axis: tuple(sorted({*one[axis], *other[axis]}))}
