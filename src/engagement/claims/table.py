"""All claims with their verdicts: as a table, in words, as a picture, with the events behind."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from attrs import frozen

from engagement.answers import SeveralAnswer
from engagement.claims.claim import Claim
from engagement.claims.matching import QueriedLog
from engagement.claims.own_words import TABLES, OwnWords
from engagement.claims.queries import ABOUT
from engagement.claims.verdicts import TESTED, CheckedClaim, Verdict, check_claim, check_terms
from engagement.display import Column, number_of
from engagement.errors import SettingError
from engagement.log.eventlog import EventLog
from engagement.settings.checks import check_instance, list_several
from engagement.values.checking import read_several
from engagement.values.vocabulary import read_text

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["ClaimTable", "check_claims"]


def check_claims(
    log: EventLog, claims: Iterable[Claim], *, tables: Iterable[str] = TABLES
) -> ClaimTable:
    """
    Check what a document claims against a log of events.

    Every verdict is computed from the claim's query and the log. An imprecise date, an event
    that does not state what is asked for, and a country or a time that was not observed give
    bounds instead of a number, and a claim agrees or disagrees only if it does so within these
    bounds.

    A claim that holds only by what was coded from the text that makes it ``says so itself``, and
    was not tested. To find these, each claim that agrees is asked again without such events, and
    without the fields of others that their sources name as known from that text alone.

    A rate that rose or fell is tested with the robust null of `detect_changes`, and again
    without the years before every country concerned had its first event; a claim that holds
    only with these years cannot be checked.

    Parameters
    ----------
    log
        The events and what their sources covered.
    claims
        From `load_claims`, `read_claims`, or made one by one; no two with one id.
    tables
        How the places of tables in a document begin: the text of a document can be tested by
        what was coded from its tables.

    Returns
    -------
    ClaimTable
        One row per claim, in their order.

    Raises
    ------
    SettingError
        If two claims have one id, or something else is given.
    UnknownTermError
        If a claim asks for topics that the log does not know; all of them are told.

    Examples
    --------
    >>> from engagement.events.events import Meeting
    >>> log = EventLog([Meeting(date="2019-05", channel="bilateral", countries=["KGZ"])])
    >>> query = {"measure": "count", "where": {"country": "KGZ"}, "is": ">=", "value": 2}
    >>> claim = Claim(id="kgz", kind="number", statement="Two meetings or more",
    ...               source="a report", where="p. 1", query=query)
    >>> table = check_claims(log, [claim])
    >>> print(table["kgz"].verdict, table["kgz"].found, table["kgz"].why, sep=" | ")
    disagrees | 1 | short by 1; coverage is not stated
    """
    check_instance("log", log, EventLog)
    known = [
        check_instance("each of claims", claim, Claim)
        for claim in list_several("claims", claims, "claims")
    ]
    ids = [claim.id for claim in known]
    twice = sorted({name for name in ids if ids.count(name) > 1})
    if twice:
        raise SettingError(f"ids of claims must be unique, but these stand twice: {_listed(twice)}")
    logs = {about: QueriedLog(log, about) for about in ABOUT}
    check_terms(logs["records"], known)
    starts = tuple(read_text(word, "tables").casefold() for word in read_several(tables, "tables"))

    @cache
    def without(words: OwnWords) -> dict[str, QueriedLog]:
        bare = words.taken_from(log)
        return {about: QueriedLog(bare, about) for about in ABOUT}

    rows = (check_claim(logs, one, OwnWords.of(one, starts), without) for one in known)
    return ClaimTable(rows=tuple(rows), log=log)


@frozen(kw_only=True, eq=False, repr=False)
class ClaimTable(SeveralAnswer[CheckedClaim]):
    """
    Claims with their verdicts; the answer of `check_claims`.

    It can be iterated over, and ``table["id"]`` gives one row. The columns are texts: ``id``,
    ``kind``, ``statement``, ``source`` and ``where``; ``about`` (what took place, ``world``, or
    what was recorded of it, ``records``; empty without a query); ``claimed`` and ``found``;
    ``verdict``; and ``why``.
    """

    rows: tuple[CheckedClaim, ...]
    """The claims in their order, each with its verdict."""
    log: EventLog
    """The log that they were checked against."""

    @property
    def _items(self) -> tuple[CheckedClaim, ...]:
        return self.rows

    @staticmethod
    def _label(one: CheckedClaim) -> str:
        return one.claim.id

    def events(self, name: str) -> EventLog:
        """
        Give the events behind the value found for a claim.

        Those that only may belong are among them. A claim without a query has none.

        Raises
        ------
        LabelError
            If there is no claim of that id; close ones are suggested.
        """
        row = self[check_instance("name", name, str)]
        stored = {event.id: event for event in self.log}
        return EventLog(
            [stored.get(event.id, event) for event in row.events],
            coverage=self.log.coverage,
            topics=self.log.topics,
        )

    @property
    def n_by_verdict(self) -> dict[Verdict, int]:
        """How many claims have each verdict."""
        return {verdict: sum(row.verdict is verdict for row in self) for verdict in Verdict}

    @property
    def title(self) -> str:
        """How many claims were tested, and how many have which verdict."""
        counted = self.n_by_verdict
        parts = [
            ", ".join(f"{counted[verdict]} {verdict}" for verdict in verdicts)
            for verdicts in (TESTED, [one for one in Verdict if one not in TESTED])
        ]
        n_tested = sum(counted[verdict] for verdict in TESTED)
        tested, others = parts
        claims = number_of(len(self), "claim")
        return f"{claims}, {n_tested} tested: {tested}; not tested: {others}"

    @property
    def columns(self) -> list[Column]:
        """What is claimed, what was found, and the verdict."""

        def about(row: CheckedClaim) -> str:
            return "" if row.claim.query is None else row.claim.query.about

        stated = [
            Column(name, "id" if name == "id" else None, value=f"claim.{name}", dtype="str")
            for name in ("id", "kind", "statement", "source", "where")
        ]
        checked = [
            Column(name, name, _cut, dtype="str") for name in ("claimed", "found", "verdict", "why")
        ]
        return [*stated, Column("about", value=about, dtype="str"), *checked]


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."


_LONGEST = 60  # characters of a cell that are shown


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"'{name}'" for name in names)
