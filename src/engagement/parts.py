"""What events are made of: sources, participants, personnel, recurrence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import field, frozen

from engagement.checking import (
    Checked,
    as_country,
    as_date,
    as_names,
    as_optional_date,
    as_text,
    read_item,
    refuse_twice,
    told_later,
)
from engagement.dates import EventDate
from engagement.errors import SettingError
from engagement.places import country_code
from engagement.vocabulary import SEPARATOR, Activity, Rank, read_term

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["Participant", "Personnel", "Recurrence", "Source"]


def _as_rank(value: Rank | str | None) -> Rank | None:
    return told_later(_read_rank, value)


def _read_rank(value: Rank | str | None) -> Rank | None:
    return None if value is None else read_term(Rank, value, "rank")


def _as_activity(value: Activity | str) -> Activity:
    return told_later(_read_activity, value)


def _read_activity(value: Activity | str) -> Activity:
    return read_term(Activity, value, "activity")


def _as_document(value: str) -> str:
    return told_later(read_item, value, "a document")


@frozen(kw_only=True, repr=False)
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

    def _broken_rules(self, unread: set[str]) -> Iterable[tuple[tuple[str, ...], str, str]]:
        if "where" not in unread and SEPARATOR in self.where:
            yield ("where",), "where", f"where must not hold '{SEPARATOR}', got {self.where!r}"

    def __str__(self) -> str:
        """Return the document and the place in it."""
        return f"{self.document}, {self.where}" if self.where else self.document


@frozen(kw_only=True, repr=False)
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


def _as_head_count(value: int | None) -> int | None:
    return told_later(_read_head_count, value)


def _read_head_count(value: int | None) -> int | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 2**53:
        raise SettingError(f"personnel must be a whole number and not negative, got {value!r}")
    return value


def _as_shares(value: Mapping[str, int] | Iterable[tuple[str, int]]) -> tuple[tuple[str, int], ...]:
    return told_later(_read_shares, value)


def _read_shares(
    value: Mapping[str, int] | Iterable[tuple[str, int]],
) -> tuple[tuple[str, int], ...]:
    pairs = [(country_code(code), n) for code, n in dict(value).items()]
    for code, n in pairs:
        if isinstance(n, bool) or not isinstance(n, int) or not 0 <= n < 2**53:
            raise SettingError(
                f"personnel of {code} must be a whole number and not negative, got {n!r}"
            )
    refuse_twice([code for code, _ in pairs], "by_country")
    return tuple(sorted(pairs))


@frozen(kw_only=True, repr=False)
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
        if unread:
            return
        low, high = self.low, self.high
        if low is not None and high is not None and low > high:
            yield ("low", "high"), "low", f"personnel_low {low} is above personnel_high {high}"
        known = sum(n for _, n in self.by_country)
        if high is not None and known > high:
            problem = f"the countries' personnel sum to {known}, above personnel_high {high}"
            yield ("high", "by_country"), "by_country", problem
        if low is None and high is None and not self.by_country and not self.forces:
            yield (), "low", "personnel says nothing; leave it out"


def _as_positive(value: int) -> int:
    return told_later(_read_positive, value)


def _read_positive(value: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 1000:
        raise SettingError(f"it must be a whole number from 1 to 1000, got {value!r}")
    return value


@frozen(kw_only=True, repr=False)
class Recurrence(Checked):
    """
    The stated rhythm of a mechanism: so many events in every so many years.

    Raises
    ------
    EventError
        If a value cannot be read, or *since* has no start.
    """

    since: EventDate = field(converter=as_date)
    """The year of this date is the first; the founding often."""
    until: EventDate | None = field(default=None, converter=as_optional_date)
    """The year of this date is the last; ``None`` while it goes on."""
    times: int = field(default=1, converter=_as_positive)
    """How many events in each stretch."""
    years: int = field(default=1, converter=_as_positive)
    """How many years a stretch has."""
    activity: Activity = field(default=Activity.MEETING, converter=_as_activity)
    """What kind of event recurs."""

    def _broken_rules(self, unread: set[str]) -> Iterable[tuple[tuple[str, ...], str, str]]:
        if unread:
            return
        if self.since.start is None:
            yield ("since",), "since", f"since {self.since} has no start"
        if self.until is not None and self.until.end is None:
            yield ("until",), "until", f"until {self.until} has no end; leave it out"
