"""A claim: what a document says, where it says it, and the query that tests it."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from attrs import field, frozen

from engagement.claims.queries import Query
from engagement.claims.reading import read_query
from engagement.errors import SettingError
from engagement.values.checking import Checked, as_text, gather_faults
from engagement.values.vocabulary import read_term, read_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["Claim", "ClaimKind"]


class ClaimKind(StrEnum):
    """What a claim speaks of."""

    NUMBER = "number"
    """How many there are, or how much."""
    DATE = "date"
    """When something was, began, ended or recurred."""
    COMPARISON = "comparison"
    """More, most, mainly: one number against another."""
    CHANGE = "change"
    """A number that rose or fell in time."""
    LIST = "list"
    """Who or what took part, by name."""
    QUALITY = "quality"
    """What cannot be counted: motives, quality, causes."""


def _as_kind(value: ClaimKind | str) -> ClaimKind:
    return read_term(ClaimKind, value, "kind of claim")


def _as_needed(value: str) -> str:
    text = read_text(value, "it")
    if not text:
        raise SettingError("must not be empty")
    return text


def _as_query(value: Query | Mapping[str, object] | str | None) -> Query | None:
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    return read_query(value)


@frozen(kw_only=True, repr=False, field_transformer=gather_faults)
class Claim(Checked):
    """
    What a document says about a log's subject.

    A claim holds no verdict and no value found: `check_claims` computes them from its query.

    Raises
    ------
    EventError
        All that is wrong with the values, the query's keys and terms among them.

    Examples
    --------
    >>> claim = Claim(
    ...     id="meetings-kgz", kind="number", source="yau-2022", where="p. 22",
    ...     statement="At least 80 meetings with Kyrgyzstan",
    ...     query={"measure": "count", "is": ">=", "value": 80,
    ...            "where": {"country": "KGZ", "activity": "meeting"}},
    ... )
    >>> Claim(id="", kind="numbr", statement="x", source="yau-2022", where="p. 22")
    Traceback (most recent call last):
    ...
    engagement.errors.EventError: claim: id: must not be empty; kind: unknown kind of claim ... \
Did you mean 'number'?; reason: a claim without a query says why nothing can test it
    """

    id: str = field(converter=_as_needed)
    """Unique among the claims."""
    kind: ClaimKind = field(converter=_as_kind)
    """What it speaks of."""
    statement: str = field(converter=_as_needed)
    """What is claimed, in short words that need not be the document's."""
    source: str = field(converter=_as_needed)
    """Key or title of the document; several, separated by ``;``, where all of them say so."""
    where: str = field(converter=_as_needed)
    """Place in it; as many places as documents."""
    query: Query | None = field(default=None, converter=_as_query)
    """What it asks of a log; an object, its JSON text, or None where nothing can be asked."""
    reason: str = field(default="", converter=as_text)
    """Of a claim without a query: why nothing in such a log can bear it out."""
    note: str = field(default="", converter=as_text)
    """What was decided in turning the words into a query."""

    def _broken_rules(self, unread: set[str]) -> Iterable[tuple[tuple[str, ...], str, str]]:
        del unread
        both = ("query", "reason")
        if self.query is None and not self.reason:
            yield both, "reason", "a claim without a query says why nothing can test it"
        if self.query is not None and self.reason:
            yield both, "reason", "a claim with a query has no reason against one; use the note"
