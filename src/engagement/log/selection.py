"""What a log is narrowed to: labels on axes, read as they are meant, and events that have them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engagement.errors import SettingError, UnknownTermError, shown, suggest
from engagement.events.axes import labels_in, pair_label
from engagement.events.observed import CUTS
from engagement.values.checking import read_several
from engagement.values.places import country_code, party_code
from engagement.values.vocabulary import (
    EVERY_AXIS,
    NONE_LABEL,
    Activity,
    Channel,
    Rank,
    Status,
    Terms,
    Topic,
    fold_term,
    is_none_label,
    read_term,
    read_topic,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from engagement.events.columns import EventColumns


__all__ = ["labels_covered", "read_pair", "read_selection"]


def read_selection(
    events: EventColumns,
    topics: Mapping[str, Topic],
    own: Iterable[str],
    chosen: Mapping[str, Any],
) -> dict[str, frozenset[str]]:
    """Read the labels that are wanted, by axis."""
    axes = (*EVERY_AXIS, *own)
    known = (*axes, *CUTS)
    for name in chosen:
        if name not in known:
            raise SettingError(
                f"events cannot be selected by {shown(name)}; there is {', '.join(known)}"
                + suggest(str(name), known)
            )
    read: dict[str, Callable[[Any], object]] = {
        "channel": lambda term: read_term(Channel, term, "channel"),
        "activity": lambda term: read_term(Activity, term, "activity"),
        "country": country_code,
        "initiator": party_code,
        "rank": lambda term: read_term(Rank, term, "rank"),
        "topic": lambda term: _topic(events, topics, term),
        "pair": read_pair,
        "terms": lambda term: read_term(Terms, term, "terms of a transfer"),
        "status": lambda term: read_term(Status, term, "status"),
    }
    return {
        axis: _read(wanted, axis, read.get(axis) or _known_text(events, axis))
        for axis in axes
        if (wanted := chosen.get(axis)) is not None
    }


def labels_covered(wanted: Mapping[str, frozenset[str]]) -> Mapping[str, frozenset[str]]:
    """Give the labels to which coverage is narrowed: of a pair, one state has to be covered."""
    if "pair" not in wanted or NONE_LABEL in wanted["pair"]:
        return wanted
    states = frozenset(code for pair in wanted["pair"] for code in pair.split("-"))
    return {**wanted, "country": states & wanted.get("country", states)}


def _read(wanted: Any, axis: str, read: Callable[[Any], object]) -> frozenset[str]:
    items = [wanted] if isinstance(wanted, (str, Rank, Topic)) else read_several(wanted, axis)
    return frozenset(item if is_none_label(item) else str(read(item)) for item in items)


def read_pair(wanted: object) -> str:
    """Read a pair of states in any order."""
    parts = wanted.split("-") if isinstance(wanted, str) else []
    if len(parts) != 2:
        raise UnknownTermError(f"a pair is two states such as 'CHN-KGZ', got {shown(wanted)}")
    return pair_label(*map(country_code, parts))


def _topic(events: EventColumns, topics: Mapping[str, Topic], wanted: str | Topic) -> str:
    text = wanted.term if isinstance(wanted, Topic) else wanted
    term = read_topic(text, topics)
    used = {topic for said in events.coded("topics").different() for topic in said}
    if term not in used and fold_term(term) not in topics:
        known = sorted(used | {topic.term for topic in topics.values()})
        raise UnknownTermError(
            f"unknown topic {shown(text)}; no event has it and nobody defines it"
            + suggest(term, known)
        )
    return term


def _known_text(events: EventColumns, axis: str) -> Callable[[Any], str]:
    """Read a text that some event has: as it is, or else in any case and spacing."""
    labels = sorted({x for said in labels_in(events, axis).different() for x in said})
    known: dict[str, list[str]] = {}
    for label in labels:
        known.setdefault(_folded(label), []).append(label)

    def read(wanted: object) -> str:
        if isinstance(wanted, str) and wanted in labels:
            return wanted
        text = _folded(wanted) if isinstance(wanted, str) else ""
        if text not in known:
            raise UnknownTermError(
                f"unknown {axis} {shown(wanted)}; no event has it"
                + (suggest(text, known) if text else "")
            )
        if len(known[text]) > 1:
            listed = ", ".join(map(shown, known[text]))
            raise UnknownTermError(f"{axis} {shown(wanted)} may be any of {listed}")
        return known[text][0]

    return read


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()
