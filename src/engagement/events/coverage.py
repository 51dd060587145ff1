"""What the sources of a log observed: by country, channel and activity, from when to when."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, timedelta
from functools import cached_property
from numbers import Real
from typing import TYPE_CHECKING, Any

from attrs import evolve, field, fields_dict, frozen

from engagement.errors import CoverageError, EventError, SettingError, shown
from engagement.settings.unpickling import checked_again
from engagement.values.checking import (
    Checked,
    as_date,
    as_text,
    read_several,
    told_later,
)
from engagement.values.dates import EventDate, read_date, read_span
from engagement.values.places import country_code
from engagement.values.vocabulary import NONE_LABEL, Activity, Channel, read_term

if TYPE_CHECKING:
    import pandas as pd

    from engagement.events.events import Event

__all__ = ["REQUIRED_STATEMENTS", "Coverage", "Observed", "as_coverage", "read_observed"]

REQUIRED_STATEMENTS = ("country", "channel", "activity", "since", "until")
"""What every statement of coverage says."""

Key = tuple[str, str, str]
Spans = tuple[tuple[int, int], ...]


def _as_country_label(value: str) -> str:
    return told_later(_read_country_label, value)


def _read_country_label(value: str) -> str:
    is_none = isinstance(value, str) and value == NONE_LABEL
    return value if is_none else country_code(value)


def _as_channel(value: Channel | str) -> Channel:
    return told_later(_read_channel, value)


def _read_channel(value: Channel | str) -> Channel:
    return read_term(Channel, value, "channel")


def _as_activity(value: Activity | str) -> Activity:
    return told_later(_read_activity, value)


def _read_activity(value: Activity | str) -> Activity:
    return read_term(Activity, value, "activity")


def _as_share(value: float | None) -> float | None:
    return told_later(_read_share, value)


def _read_share(value: float | None) -> float | None:
    if value is None:
        return None
    is_number = isinstance(value, Real) and not isinstance(value, bool)
    if not is_number or not 0 < value <= 1:
        raise SettingError(f"must be a share above 0 and at most 1, got {shown(value)}")
    return float(value)


@frozen(kw_only=True, repr=False, order=False)
class Observed(Checked):
    """
    A span over which one kind of activity was observed.

    Raises
    ------
    EventError
        If a value cannot be read, or the span has no start, no end or no days.
    """

    country: str = field(converter=_as_country_label)
    """The label that events have on the axis ``country``: alpha-3, or ``(none)``."""
    channel: Channel = field(converter=_as_channel)
    """The channel."""
    activity: Activity = field(converter=_as_activity)
    """The activity."""
    since: EventDate = field(converter=as_date)
    """From the first day of this date on."""
    until: EventDate = field(converter=as_date)
    """To the last day of this date."""
    completeness: float | None = field(default=None, converter=_as_share)
    """Share of all events that the sources are thought to record; ``None`` if nobody said."""
    note: str = field(default="", converter=as_text)
    """What is said of completeness."""
    source: str = field(default="", converter=as_text)
    """Who says it, and where."""

    def _broken_rules(self, unread: set[str]) -> Iterable[tuple[tuple[str, ...], str, str]]:
        if unread.intersection({"since", "until"}):
            return
        if self.since.start is None:
            yield ("since",), "since", f"'{self.since}' has no start; say when observation began"
        elif self.until.end is None:
            yield ("until",), "until", f"'{self.until}' has no end; say until when was observed"
        elif self.days[0] >= self.days[1]:
            yield ("until",), "until", f"'{self.until}' ends before since '{self.since}' begins"

    @property
    def key(self) -> Key:
        """Country, channel and activity as texts."""
        return self.country, str(self.channel), str(self.activity)

    @property
    def days(self) -> tuple[int, int]:
        """First day and the day after the last, as proleptic ordinals."""
        since, until = self.since.start_day, self.until.end_day
        return (since if since is not None else 0), (until if until is not None else 0)


def _as_entries(values: Iterable[Observed | Mapping[str, Any]]) -> tuple[Observed, ...]:
    entries: list[Observed] = []
    faults = []
    try:
        statements = read_several(values, "statements of coverage")
    except SettingError as error:
        raise CoverageError(str(error)) from None
    for place, value in enumerate(statements, 1):
        try:
            entries.append(value if isinstance(value, Observed) else read_observed(value))
        except EventError as error:
            faults.append(f"statement {place}: {error}")
    if faults:
        raise CoverageError("; ".join(faults))
    unique = dict.fromkeys(entries)
    return tuple(sorted(unique, key=lambda entry: (entry.key, entry.days, repr(entry))))


def read_observed(value: Mapping[str, Any]) -> Observed:
    """
    Read one statement of coverage.

    Raises
    ------
    EventError
        With all that is wrong in it.
    """
    if not isinstance(value, Mapping):
        problem = f"must be a mapping, got {shown(value)}"
        raise EventError("observed", [("statement", value, problem)])
    known = fields_dict(Observed)
    faults = [
        (str(name), None, f"unknown; the columns are {', '.join(known)}")
        for name in value
        if name not in known
    ] + [(name, None, "is required") for name in REQUIRED_STATEMENTS if name not in value]
    if faults:
        raise EventError("observed", faults)
    return Observed(**value)


def _read_terms(wanted: str | Iterable[str] | None, read: Callable[[str], str]) -> set[str] | None:
    if wanted is None:
        return None
    terms = [wanted] if isinstance(wanted, str) else read_several(wanted, "terms")
    return {term if term == NONE_LABEL else read(term) for term in terms}


@checked_again
@frozen(slots=False)
class Coverage:
    """
    What was observed: for country, channel and activity the spans that the sources cover.

    Everything else is unobserved, and what is unobserved is never zero.

    Parameters
    ----------
    entries
        Statements as `Observed` or as mappings of its fields. Statements that overlap or
        touch are allowed; none at all means that coverage is not stated.
    is_stated
        True where coverage is stated and nothing was observed, as of a part of a log that its
        sources did not look for. ``None``: whether there are statements.

    Raises
    ------
    CoverageError
        All statements that cannot be kept.

    Examples
    --------
    >>> coverage = Coverage([
    ...     {"country": "KGZ", "channel": "bilateral", "activity": "meeting",
    ...      "since": "1993", "until": "2020"},
    ... ])
    >>> coverage.spans("KGZ", "bilateral", "meeting")
    ((datetime.date(1993, 1, 1), datetime.date(2021, 1, 1)),)
    >>> coverage.spans("KGZ", "bilateral", "transfer")
    ()
    """

    entries: tuple[Observed, ...] = field(default=(), converter=_as_entries)
    is_stated: bool = field(default=None, kw_only=True)
    """Whether anything is stated; a log without is taken as observed while it has events."""

    def __attrs_post_init__(self) -> None:
        """Take statements for what they are: coverage that is stated."""
        if self.is_stated is not None and not isinstance(self.is_stated, bool):
            raise CoverageError(
                f"is_stated must be True, False or None, got {shown(self.is_stated)}"
            )
        object.__setattr__(self, "is_stated", bool(self.entries) or self.is_stated is True)

    @classmethod
    def since_to(
        cls, events: Iterable[Event], since: EventDate | str | date, until: EventDate | str | date
    ) -> Coverage:
        """
        State one span for all that a log has.

        Parameters
        ----------
        events
            A log, or events.
        since, until
            Both included: ``"2020"`` reaches to the end of that year.

        Returns
        -------
        Coverage
            The span for every country with every channel and every activity of the events.

        Raises
        ------
        DateError
            If an end cannot be read, or the span has no day.
        CoverageError
            If an end is open.
        """
        read_span(since, until)
        first, last = read_date(since), read_date(until)
        if first.start is None or last.end is None:
            raise CoverageError(f"a span needs both ends, got since '{first}' and until '{last}'")
        known = list(events)
        countries = dict.fromkeys(
            label for event in known for label in event.country_labels or (NONE_LABEL,)
        )
        channels = dict.fromkeys(event.channel for event in known)
        activities = dict.fromkeys(event.activity for event in known)
        return cls(
            {
                "country": country,
                "channel": channel,
                "activity": activity,
                "since": first,
                "until": last,
            }
            for country in countries
            for channel in channels
            for activity in activities
        )

    def __len__(self) -> int:
        """Return the number of statements."""
        return len(self.entries)

    def __iter__(self) -> Iterator[Observed]:
        """Yield the statements, by country, channel, activity and date."""
        return iter(self.entries)

    def __or__(self, other: Coverage) -> Coverage:
        """Join two: observed is what either observed."""
        if not isinstance(other, Coverage):
            return NotImplemented
        is_stated = self.is_stated or other.is_stated
        return Coverage((*self.entries, *other.entries), is_stated=is_stated)

    @cached_property
    def merged(self) -> Mapping[Key, Spans]:
        """Spans by country, channel and activity as ordinals, joined where they touch."""
        merged: dict[Key, list[tuple[int, int]]] = {}
        for entry in self.entries:
            start, end = entry.days
            spans = merged.setdefault(entry.key, [])
            if spans and start <= spans[-1][1]:
                spans[-1] = (spans[-1][0], max(spans[-1][1], end))
            else:
                spans.append((start, end))
        return {key: tuple(spans) for key, spans in merged.items()}

    def spans(
        self, country: str, channel: Channel | str, activity: Activity | str
    ) -> tuple[tuple[date, date], ...]:
        """
        Give the observed spans of one kind of activity.

        Returns
        -------
        tuple
            Pairs of first day and the day after the last, increasing, never touching.
        """
        key = (
            country if country == NONE_LABEL else country_code(country),
            str(read_term(Channel, channel, "channel")),
            str(read_term(Activity, activity, "activity")),
        )
        return tuple(
            (date.fromordinal(start), date.fromordinal(end))
            for start, end in self.merged.get(key, ())
        )

    def narrow(
        self,
        *,
        channels: str | Iterable[str] | None = None,
        activities: str | Iterable[str] | None = None,
        since: EventDate | str | date | None = None,
        until: EventDate | str | date | None = None,
    ) -> Coverage:
        """
        Keep the statements of some channels and activities, cut to dates.

        Parameters
        ----------
        channels, activities
            A term or several to keep; ``None`` keeps all.
        since, until
            Both included; ``None`` cuts nothing.

        Returns
        -------
        Coverage
            Still stated where nothing of it is left: then nothing was observed.
        """
        start, end = read_span(since, until)
        wanted_channels = _read_terms(channels, _read_channel)
        wanted_activities = _read_terms(activities, _read_activity)
        kept = []
        for entry in self.entries:
            if wanted_channels is not None and entry.channel not in wanted_channels:
                continue
            if wanted_activities is not None and entry.activity not in wanted_activities:
                continue
            first, stop = entry.days
            cut = entry
            if start is not None and start > first:
                cut = evolve(cut, since=date.fromordinal(min(start, stop - 1)))
            if end is not None and end < stop:
                cut = evolve(cut, until=date.fromordinal(max(end - 1, cut.days[0])))
            if (start is None or start < stop) and (end is None or end > first):
                kept.append(cut)
        return Coverage(kept, is_stated=self.is_stated)

    def to_frame(self) -> pd.DataFrame:
        """Return the statements as a table, dates as text."""
        import pandas as pd

        return pd.DataFrame(self.to_rows(), columns=list(fields_dict(Observed)))

    def to_rows(self) -> list[dict[str, Any]]:
        """Return the statements as rows of text, and a number or ``None`` for completeness."""
        return [
            {
                name: value if name == "completeness" else str(value)
                for name in fields_dict(Observed)
                for value in (getattr(entry, name),)
            }
            for entry in self.entries
        ]

    def __repr__(self) -> str:
        """Return how much is stated."""
        if not self.entries:
            return "Coverage(nothing observed)" if self.is_stated else "Coverage(not stated)"
        first = date.fromordinal(min(entry.days[0] for entry in self.entries))
        last = date.fromordinal(max(entry.days[1] for entry in self.entries)) - timedelta(days=1)
        return f"Coverage({len(self.entries)} statements, {first} to {last})"


def as_coverage(value: Coverage | None) -> Coverage:
    """Take coverage, or ``None`` for none that is stated."""
    if value is not None and not isinstance(value, Coverage):
        raise SettingError(f"coverage must be of Coverage, got {shown(value)}")
    return Coverage() if value is None else value
