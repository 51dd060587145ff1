"""Events: dated, typed records of how states engage one another."""

from __future__ import annotations

from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar

from attrs import field, frozen

from engagement.errors import shown
from engagement.events.own import Own, read_own
from engagement.events.parts import Participant, Personnel, Recurrence, Source, highest_rank
from engagement.values.checking import (
    Checked,
    as_channel,
    as_country,
    as_date,
    as_instances,
    as_names,
    as_optional,
    as_optional_date,
    as_party,
    as_text,
    gather_faults,
    read_several,
    refuse_twice,
)
from engagement.values.dates import EventDate
from engagement.values.money import Money
from engagement.values.places import country_code, is_organisation
from engagement.values.today import today
from engagement.values.topics import TOPICS
from engagement.values.vocabulary import (
    NONE_LABEL,
    SEPARATOR,
    Activity,
    Channel,
    Rank,
    Status,
    Terms,
    Topic,
    read_term,
    read_text,
    read_topic,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = [
    "KINDS",
    "Agreement",
    "Event",
    "Exercise",
    "Measure",
    "Mechanism",
    "Meeting",
    "Operation",
    "Training",
    "Transfer",
    "Visit",
    "country_labels",
]


def _as_status(value: Status | str) -> Status:
    return read_term(Status, value, "status")


def _as_terms(value: Terms | str) -> Terms:
    return read_term(Terms, value, "terms of a transfer")


def _as_countries(values: Iterable[str]) -> tuple[str, ...]:
    codes = sorted(map(country_code, read_several(values, "countries")))
    return _shared(refuse_twice(codes, "countries"))


@lru_cache(maxsize=1 << 16)
def _shared(codes: tuple[str, ...]) -> tuple[str, ...]:
    """Return the first of equal tuples, so that a large log holds, and counts, few of them."""
    return codes


def _as_topics(values: Iterable[str | Topic]) -> tuple[str, ...]:
    texts = [
        value.term if isinstance(value, Topic) else value
        for value in read_several(values, "topics")
    ]
    return tuple(dict.fromkeys(read_topic(text, TOPICS) for text in texts))


def _as_subkind(value: str) -> str:
    return " ".join(read_text(value, "a subkind").casefold().split())


def _as_participants(values: Iterable[Participant]) -> tuple[Participant, ...]:
    return as_instances(values, Participant, "participants")


def _as_sources(values: Iterable[Source]) -> tuple[Source, ...]:
    return as_instances(values, Source, "sources")


def _as_value(value: Money | None) -> Money | None:
    return as_optional(value, Money, "a value")


def _as_personnel(value: Personnel | None) -> Personnel | None:
    return as_optional(value, Personnel, "personnel")


def _as_recurrence(value: Recurrence | None) -> Recurrence | None:
    return as_optional(value, Recurrence, "a recurrence")


def country_labels(
    channel: Channel, initiator: str | None, countries: tuple[str, ...]
) -> tuple[str, ...]:
    """Give the countries under which an event counts: partners, or of a domestic one itself."""
    if channel is Channel.DOMESTIC:
        return (initiator,) if initiator else ()
    return countries


@frozen(kw_only=True, repr=False, field_transformer=gather_faults)
class Event(Checked):
    """
    What every kind of event has; use one of the kinds.

    One event has many participants and is never split into pairs.
    A bilateral event has exactly one partner country, organisations may stand beside it.
    A multilateral event has two or more partner countries, or an organisation.
    A domestic event has no partner country.

    Raises
    ------
    EventError
        All rules that the values break, with field, value and problem.

    Examples
    --------
    >>> print(Meeting(date="2019-05", channel="bilateral", initiator="CHN", countries=["KGZ"]))
    2019-05 meeting, bilateral, CHN with KGZ
    >>> Meeting(date="2019-13", channel="bilateral", countries=["KGZ", "TJK"])
    Traceback (most recent call last):
    ...
    engagement.errors.EventError: meeting: date: ...; countries: a bilateral event has exactly ...
    """

    activity: ClassVar[Activity]
    """The kind, in lower case."""

    date: EventDate = field(converter=as_date)
    """When; an `EventDate`, a text of that form, or a day."""
    channel: Channel = field(converter=as_channel)
    """By what channel."""
    id: str = field(default="", converter=as_text)
    """Unique within a log, which gives one to an event without."""
    initiator: str | None = field(default=None, converter=as_party)
    """The focal state, alpha-3; the country itself of a domestic event. Or an organisation, EU."""
    countries: tuple[str, ...] = field(default=(), converter=_as_countries)
    """Partner countries, alpha-3, sorted; the initiator is not among them."""
    organisations: tuple[str, ...] = field(default=(), converter=as_names)
    """Organisations that take part or under which it is held."""
    participants: tuple[Participant, ...] = field(default=(), converter=_as_participants)
    """Offices and persons who took part."""
    topics: tuple[str, ...] = field(default=(), converter=_as_topics)
    """What it was about, see `Topic`."""
    place: str = field(default="", converter=as_text)
    """Where, as printed."""
    sources: tuple[Source, ...] = field(default=(), converter=_as_sources)
    """Documents and places in them, one or more where known."""
    note: str = field(default="", converter=as_text)
    """Anything else."""
    status: Status = field(default=Status.RECORDED, converter=_as_status)
    """How the event is known."""
    subkind: str = field(default="", converter=_as_subkind)
    """A free refinement of the kind, lower case: patrol, summit, donation."""
    own: Own = field(default=(), converter=read_own)
    """
    Columns of the user's own, given as a mapping of names to values and kept as sorted pairs of
    texts; each can be an axis, a filter or a weight.
    """

    @property
    def rank(self) -> Rank | None:
        """The highest rank among the participants; ``None`` if none is known."""
        return highest_rank(self.participants)

    @property
    def country_labels(self) -> tuple[str, ...]:
        """The countries under which the event counts: partners, or of a domestic event itself."""
        return country_labels(self.channel, self.initiator, self.countries)

    def _broken_rules(self, unread: set[str]) -> Iterable[tuple[tuple[str, ...], str, str]]:
        if "id" not in unread and (SEPARATOR in self.id or self.id == NONE_LABEL):
            problem = f"id must not hold '{SEPARATOR}' or be '{NONE_LABEL}', got {shown(self.id)}"
            yield ("id",), "id", problem
        if not unread.intersection({"date", "status"}) and self.status is Status.RECORDED:
            start = self.date.start_day
            if start is not None and start > today().toordinal():
                problem = f"'{self.date}' is yet to come; what is not recorded has status 'planned'"
                yield ("date", "status"), "date", problem
        if not unread.intersection({"channel", "countries", "organisations"}):
            yield from self._channel_rules()
        if "countries" not in unread and self.initiator in self.countries:
            problem = f"initiator {self.initiator} stands among countries, which are its partners"
            yield ("initiator", "countries"), "countries", problem

    def _channel_rules(self) -> Iterable[tuple[tuple[str, ...], str, str]]:
        n = len(self.countries)
        got = ", ".join(self.countries) or "none"
        blame = ("channel", "countries"), "countries"
        if self.channel is Channel.BILATERAL and n != 1:
            yield *blame, f"a bilateral event has exactly one partner country, got {got}"
        elif self.channel is Channel.MULTILATERAL and n < 2 and not self.organisations:
            rule = "has two or more partner countries or an organisation"
            yield *blame, f"a multilateral event {rule}, got {got}"
        elif self.channel is Channel.DOMESTIC and n:
            yield *blame, f"a domestic event has no partner country, got {got}"
        if self.channel is Channel.DOMESTIC and is_organisation(self.initiator):
            problem = f"a domestic event is one country's own, and {self.initiator} is none"
            yield ("channel", "initiator"), "initiator", problem

    def __str__(self) -> str:
        """Return date, kind, subkind, channel and who takes part, in one line."""
        kind = f"{self.activity} ({self.subkind})" if self.subkind else str(self.activity)
        partners = ", ".join((*self.countries, *self.organisations))
        who = " with ".join(filter(None, (self.initiator, partners))) or "nobody"
        return f"{self.date} {kind}, {self.channel}, {who}"


@frozen(kw_only=True, repr=False, field_transformer=gather_faults)
class Meeting(Event):
    """Officials meet and talk."""

    activity: ClassVar[Activity] = Activity.MEETING

    mechanism: str = field(default="", converter=as_text)
    """Id or name of the standing format under which it is held."""
    personnel: Personnel | None = field(default=None, converter=_as_personnel)
    """How many people came."""


@frozen(kw_only=True, repr=False, field_transformer=gather_faults)
class Exercise(Event):
    """Forces practise."""

    activity: ClassVar[Activity] = Activity.EXERCISE

    personnel: Personnel | None = field(default=None, converter=_as_personnel)
    """How many people, of which countries and forces."""
    scenario: str = field(default="", converter=as_text)
    """What was practised, in short terms."""


@frozen(kw_only=True, repr=False, field_transformer=gather_faults)
class Training(Event):
    """One side teaches staff of the other."""

    activity: ClassVar[Activity] = Activity.TRAINING

    personnel: Personnel | None = field(default=None, converter=_as_personnel)
    """How many people were taught."""
    audience: str = field(default="", converter=as_text)
    """Whose staff was taught."""
    provider: str = field(default="", converter=as_text)
    """Who taught."""


@frozen(kw_only=True, repr=False, field_transformer=gather_faults)
class Visit(Event):
    """A delegation inspects or tours a site."""

    activity: ClassVar[Activity] = Activity.VISIT

    host: str | None = field(default=None, converter=as_country)
    """The country that was visited, alpha-3."""


@frozen(kw_only=True, repr=False, field_transformer=gather_faults)
class Operation(Event):
    """Real action together."""

    activity: ClassVar[Activity] = Activity.OPERATION

    personnel: Personnel | None = field(default=None, converter=_as_personnel)
    """How many people took part."""


@frozen(kw_only=True, repr=False, field_transformer=gather_faults)
class Transfer(Event):
    """Goods, money or buildings pass from the initiator to the partner."""

    activity: ClassVar[Activity] = Activity.TRANSFER

    terms: Terms = field(default=Terms.UNKNOWN, converter=_as_terms)
    """On what terms."""
    value: Money | None = field(default=None, converter=_as_value)
    """What it is worth."""
    goods: str = field(default="", converter=as_text)
    """What was transferred, in short terms."""


@frozen(kw_only=True, repr=False, field_transformer=gather_faults)
class Agreement(Event):
    """A text is signed; its date is that of the signature."""

    activity: ClassVar[Activity] = Activity.AGREEMENT

    in_force: EventDate | None = field(default=None, converter=as_optional_date)
    """When it enters into force."""


@frozen(kw_only=True, repr=False, field_transformer=gather_faults)
class Mechanism(Event):
    """A standing format or body is founded; its date is that of the founding."""

    activity: ClassVar[Activity] = Activity.MECHANISM

    recurrence: Recurrence | None = field(default=None, converter=_as_recurrence)
    """How often it is said to meet; `EventLog.expand` makes implied events of it."""


@frozen(kw_only=True, repr=False, field_transformer=gather_faults)
class Measure(Event):
    """A state acts by itself."""

    activity: ClassVar[Activity] = Activity.MEASURE

    value: Money | None = field(default=None, converter=_as_value)
    """What it costs or pays."""
    personnel: Personnel | None = field(default=None, converter=_as_personnel)
    """How many people it is about."""


KINDS: Mapping[Activity, type[Event]] = MappingProxyType(
    {
        kind.activity: kind
        for kind in (
            *(Meeting, Exercise, Training, Visit, Operation),
            *(Transfer, Agreement, Mechanism, Measure),
        )
    }
)
"""The class of each activity."""
