"""What of a log was coded from the text that makes a claim, so that it cannot test the claim."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from attrs import evolve, frozen

from engagement.events.parts import Personnel
from engagement.log.eventlog import EventLog
from engagement.values.dates import EventDate
from engagement.values.vocabulary import SEPARATOR, Terms

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engagement.claims.claim import Claim
    from engagement.events.events import Event
    from engagement.events.parts import Source

__all__ = ["TABLES", "OwnWords"]

TABLES = ("appendix", "table", "annex")
"""How the place of a table in a document begins."""


@frozen
class OwnWords:
    """
    The text of some documents, without their tables.

    What was coded from a document's tables can contradict its text; what was coded from the text
    itself cannot.

    Parameters
    ----------
    documents
        Keys or titles, as sources have them.
    tables
        How the places of tables in a document begin, in lower case.
    """

    documents: frozenset[str]
    tables: tuple[str, ...] = TABLES

    @classmethod
    def of(cls, claim: Claim, tables: tuple[str, ...]) -> OwnWords:
        """Give the text of the documents that make a claim."""
        return cls(frozenset(map(str.strip, claim.source.split(SEPARATOR))), tables)

    def hold(self, source: Source) -> bool:
        """Tell whether a source is a place in this text."""
        is_table = source.where.casefold().startswith(self.tables)
        return source.document in self.documents and not is_table

    def touch(self, event: Event) -> bool:
        """Tell whether an event, or a field of it, stands in this text alone."""
        return self._are_all(event) or any(map(self._fields, event.sources))

    def _are_all(self, event: Event) -> bool:
        whole = [source for source in event.sources if not source.fields]
        return bool(whole) and all(map(self.hold, whole))

    def _fields(self, source: Source) -> tuple[str, ...]:
        return source.fields if self.hold(source) else ()

    def taken_from(self, log: EventLog) -> EventLog:
        """
        Take out what stands in this text alone: events, and fields of others.

        A date that stands there alone is known without it to its years.
        """
        kept = [self._without(event) for event in log if not self._are_all(event)]
        return EventLog(kept, coverage=log.coverage, topics=log.topics)

    def _without(self, event: Event) -> Event:
        named = [name for source in event.sources for name in self._fields(source)]
        if not named:
            return event
        changes: dict[str, Any] = {}
        for item in named:
            name, _, part = item.partition("=")
            if not hasattr(event, _OF_PEOPLE.get(name, name)):
                continue
            if name in _OF_PEOPLE:
                people = changes.get("personnel", getattr(event, "personnel", None))
                changes["personnel"] = _fewer(people, name, part)
            else:
                changes[name] = _less(name, changes.get(name, getattr(event, name)), part)
        return evolve(event, **changes)


_OF_PEOPLE = {"personnel_by_country": "personnel", "forces": "personnel"}
"""Columns that an event holds in its personnel."""


def _less(name: str, value: Any, part: str) -> Any:
    """Give a field without what was read in a text, or the part of it."""
    if name == "date":
        return _its_years(value)
    if isinstance(value, tuple):
        return tuple(one for one in value if part and str(one) != part)
    if isinstance(value, str):
        return _EMPTY.get(name, "") if not part else _shorter(name, value, part)
    return None


_EMPTY: Mapping[str, object] = {"terms": Terms.UNKNOWN}


def _shorter(name: str, text: str, part: str) -> str:
    """Take a term out of a text of terms."""
    if name == "scenario":
        head, colon, tasks = text.rpartition(": ")
        left = ", ".join(one for one in tasks.split(", ") if one != part)
        return f"{head}{colon}{left}" if left else head
    return "; ".join(one for one in text.split("; ") if one != part)


def _its_years(value: EventDate) -> EventDate:
    start, end = value.bounds
    first, last = (date.fromordinal(day).year for day in (max(start, 1), max(end - 1, 1)))
    return EventDate(f"{first:04}") if first == last else EventDate(f"[{first:04}..{last:04}]")


def _fewer(people: Personnel | None, name: str, part: str) -> Personnel | None:
    if people is None:
        return None
    if name == "forces":
        forces = tuple(force for force in people.forces if part and force != part)
        return _personnel(people, forces=forces)
    shares = tuple(pair for pair in people.by_country if part and pair[0] != part)
    return _personnel(people, by_country=shares)


def _personnel(people: Personnel, **changes: Any) -> Personnel | None:
    """Change personnel, of which nothing may be left."""
    left = {name: getattr(people, name) for name in ("low", "high", "by_country", "forces")}
    left |= changes
    is_empty = left["low"] is None and left["high"] is None
    if is_empty and not left["by_country"] and not left["forces"]:
        return None
    return Personnel(**left)
