"""What events are made of: sources, participants, personnel, recurrence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from attrs import field, frozen

from engagement.errors import SettingError, shown, suggest
from engagement.values.checking import (
    Checked,
    as_activity,
    as_country,
    as_date,
    as_names,
    as_optional_date,
    as_text,
    gather_faults,
    read_item,
    read_several,
    read_whole,
    refuse_twice,
)
from engagement.values.dates import EventDate
from engagement.values.places import country_code
from engagement.values.vocabulary import SEPARATOR, Activity, Rank, read_term

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Participant", "Personnel", "Recurrence", "Source", "highest_rank"]


def _as_rank(value: Rank | str | None) -> Rank | None:
    return None if value is None else read_term(Rank, value, "rank")


def _as_document(value: str) -> str:
    return read_item(value, "a document")


SOURCED = (
    *("date", "subkind", "organisations", "topics", "place", "participants", "note"),
    *("personnel", "personnel_by_country", "forces", "scenario", "mechanism", "recurrence"),
    *("terms", "goods", "value", "audience", "provider", "host"),
)
"""Fields of an event of which a source can say that they stand there and nowhere else."""


def _as_sourced(values: Iterable[str]) -> tuple[str, ...]:
    read = [read_item(value, "a field") for value in read_several(values, "fields")]
    for item in read:
        name = item.partition("=")[0]
        if name not in SOURCED:
            raise SettingError(f"unknown field {shown(name)}{suggest(name, SOURCED)}")
        if "," in item:
            raise SettingError(f"a part of a field must not hold a comma, got {shown(item)}")
    return refuse_twice(read, "fields")


@frozen(kw_only=True, repr=False, field_transformer=gather_faults)
class Source(Checked):
    """
    Where a record comes from.

    Raises
    ------
    EventError
        If a text holds the separator ``;``.
    """

    document: str = field(converter=_as_document)
    """Key or title of the document."""
    where: str = field(default="", converter=as_text)
    """Place in it: a page, a table and row, a line."""
    fields: tuple[str, ...] = field(default=(), converter=_as_sourced)
    """
    Fields of the event that stand here and in none of its other sources, such as ``date``; with
    ``forces=CHN Air Force`` a part of one. Without any it is a source of the event as a whole.
    """

    def _broken_rules(self, unread: set[str]) -> Iterable[tuple[tuple[str, ...], str, str]]:
        if "where" not in unread and SEPARATOR in self.where:
            yield ("where",), "where", f"where must not hold '{SEPARATOR}', got {shown(self.where)}"

    def __str__(self) -> str:
        """Return the document and the place in it."""
        return f"{self.document}, {self.where}" if self.where else self.document


@frozen(kw_only=True, repr=False, field_transformer=gather_faults)
class Participant(Checked):
    """
    Somebody who took part: a country's or an organisation's office.

    Raises
    ------
    EventError
        If neither or both of country and organisation are given, or a value cannot be read.
    """

    country: str | None = field(default=None, converter=as_country)
    """ISO 3166 alpha-3 code, or ``None`` where an organisation is meant."""
    organisation: str = field(default="", converter=as_text)
    """Name, empty where a country is meant."""
    office: str = field(default="", converter=as_text)
    """The office as printed."""
    name: str = field(default="", converter=as_text)
    """The person, if printed."""
    rank: Rank | None = field(default=None, converter=_as_rank)
    """How high the office stands."""

    def _broken_rules(self, unread: set[str]) -> Iterable[tuple[tuple[str, ...], str, str]]:
        del unread
        if (self.country is None) == (self.organisation == ""):
            problem = "a participant is of a country or of an organisation, one of the two"
            yield ("country", "organisation"), "country", problem


def highest_rank(participants: Iterable[Participant]) -> Rank | None:
    """Give the highest rank among participants; ``None`` if none is known."""
    return max((one.rank for one in participants if one.rank is not None), default=None)


def _as_head_count(value: int | None) -> int | None:
    return None if value is None else _read_number(value, "personnel")


def _read_number(value: int, what: str) -> int:
    return read_whole(value, f"{what} must be a whole number and not negative", 0, 2**53 - 1)


def _as_shares(value: Mapping[str, int] | Iterable[tuple[str, int]]) -> tuple[tuple[str, int], ...]:
    pairs = []
    for pair in read_several(
        list(value.items()) if isinstance(value, Mapping) else value, "by_country"
    ):
        if not isinstance(pair, (tuple, list)) or len(pair) != 2:
            raise SettingError(f"by_country must be pairs of country and number, got {shown(pair)}")
        code = country_code(pair[0])
        pairs.append((code, _read_number(pair[1], f"personnel of {code}")))
    refuse_twice([code for code, _ in pairs], "by_country")
    return tuple(sorted(pairs))


@frozen(kw_only=True, repr=False, field_transformer=gather_faults)
class Personnel(Checked):
    """
    How many people took part, as exactly as the source says.

    Raises
    ------
    EventError
        If a number is negative, ``low`` exceeds ``high``, or the countries' numbers exceed it.
    """

    low: int | None = field(default=None, converter=_as_head_count)
    """At least so many; ``None`` if not known."""
    high: int | None = field(default=None, converter=_as_head_count)
    """At most so many; ``None`` if not known."""
    by_country: tuple[tuple[str, int], ...] = field(default=(), converter=_as_shares)
    """Pairs of alpha-3 code and number, for the countries whose number is known."""
    forces: tuple[str, ...] = field(default=(), converter=as_names)
    """Forces that took part, as printed."""

    def _broken_rules(self, unread: set[str]) -> Iterable[tuple[tuple[str, ...], str, str]]:
        low, high = self.low, self.high
        known = 0 if "by_country" in unread else sum(n for _, n in self.by_country)
        if high is not None and "high" not in unread:
            if low is not None and "low" not in unread and low > high:
                yield ("low", "high"), "low", f"personnel_low {low} is above personnel_high {high}"
            if known > high:
                problem = f"the countries' personnel sum to {known}, above personnel_high {high}"
                yield ("high", "by_country"), "by_country", problem
        if low is None and high is None and not self.by_country and not self.forces:
            yield (), "low", "personnel says nothing; leave it out"


def _as_positive(value: int) -> int:
    return read_whole(value, "it must be a whole number from 1 to 1000", 1, 1000)


@frozen(kw_only=True, repr=False, field_transformer=gather_faults)
class Recurrence(Checked):
    """
    The stated recurrence of a mechanism: a number of events every few years.

    Raises
    ------
    EventError
        If a value cannot be read, *since* has no start, or *until* ends before it.
    """

    since: EventDate = field(converter=as_date)
    """The year of this date is the first; the founding often."""
    until: EventDate | None = field(default=None, converter=as_optional_date)
    """The year of this date is the last; ``None`` while it goes on."""
    times: int = field(default=1, converter=_as_positive)
    """How many events in each stretch."""
    years: int = field(default=1, converter=_as_positive)
    """How many years a stretch has."""
    activity: Activity = field(default=Activity.MEETING, converter=as_activity)
    """What kind of event recurs."""

    def _broken_rules(self, unread: set[str]) -> Iterable[tuple[tuple[str, ...], str, str]]:
        start = None if "since" in unread else self.since.start_day
        if "since" not in unread and start is None:
            yield ("since",), "since", f"since {self.since} has no start"
        if "until" in unread or self.until is None:
            return
        if self.until.end_day is None:
            yield ("until",), "until", f"until {self.until} has no end; leave it out"
        elif start is not None and self.until.end_day <= start:
            yield ("until",), "until", f"until {self.until} ends before since {self.since} begins"
