"""What the sources of a log observed: by country, channel and activity, from when to when."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from functools import cached_property
from itertools import product
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import field, fields_dict, frozen

from engagement.errors import CoverageError, EventError, SettingError, shown
from engagement.events.axes import labels_in
from engagement.events.columns import EventColumns
from engagement.events.events import Event
from engagement.events.joined_statements import joined_statements
from engagement.events.observed import Observed, join_spans, read_observed
from engagement.settings.checks import list_several
from engagement.settings.unpickling import checked_again
from engagement.values.checking import read_several
from engagement.values.dates import EventDate, read_date, read_span
from engagement.values.places import country_code
from engagement.values.vocabulary import (
    COVERED_AXES,
    Activity,
    Basis,
    Channel,
    Status,
    is_none_label,
    read_term,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    import pandas as pd

    from engagement.events.observed import Key, Spans

__all__ = [
    "Coverage",
    "as_coverage",
    "assumed_coverage",
    "coverage_on_basis",
    "narrow_coverage",
]


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
    return tuple(sorted(dict.fromkeys(entries), key=_place))


def _place(entry: Observed) -> tuple[object, ...]:
    said = (entry.completeness or 0, entry.note, entry.source, str(entry.since), str(entry.until))
    coded = (entry.coded is None, entry.coded or ())
    return (entry.key, entry.days, said, str(entry.basis), entry.only, coded)


def _read_events(events: object) -> EventColumns:
    held = getattr(events, "events", events)  # of a log
    if isinstance(held, EventColumns):
        return held
    known = []
    for event in list_several("events", events, "events"):
        if not isinstance(event, Event):
            raise SettingError(f"events must be of Event, got {shown(event)}")
        known.append(event)
    return EventColumns.of(known)


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
        """Take statements for what they are: coverage that is stated, or assumed."""
        if self.is_stated is not None and not isinstance(self.is_stated, bool):
            raise CoverageError(
                f"is_stated must be True, False or None, got {shown(self.is_stated)}"
            )
        is_assumed = any(entry.basis is Basis.ASSUMED for entry in self.entries)
        is_stated = not is_assumed and (bool(self.entries) or self.is_stated is True)
        object.__setattr__(self, "is_stated", is_stated)

    @property
    def is_given(self) -> bool:
        """
        Whether there is anything to go by: statements, or that nothing was observed.

        Otherwise a log is taken as observed from its first to its last recorded event.
        """
        return self.is_stated or bool(self.entries)

    @property
    def is_systematic(self) -> bool:
        """Whether somebody states that anything was looked for."""
        return any(entry.basis is Basis.SYSTEMATIC for entry in self.entries)

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
        return cls(_for_all(_labels(_read_events(events)), {"since": first, "until": last}))

    @classmethod
    def assumed(cls, events: Iterable[Event]) -> Coverage:
        """
        Write out what is assumed of a log that states no coverage.

        Returns
        -------
        Coverage
            From the first to the last recorded event for every country with every channel and
            every activity that recorded events have, on the basis ``assumed``: counting widens
            it to whole periods. Of what is only planned or implied nothing was observed.

        Raises
        ------
        SettingError
            If *events* are not events.
        """
        known = _read_events(events)
        if not known:
            return cls()
        is_recorded = known.coded("status").holds(lambda one: one is Status.RECORDED)
        recorded = known.take(np.flatnonzero(is_recorded))
        dates = recorded.coded("date").different()
        extents = [when.extent for when in dates if when.extent is not None]
        days = (
            min((low for low, _ in extents), default=0),
            max((high for _, high in extents), default=0),
        )
        return assumed_coverage(_labels(recorded), days)

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
        return Coverage(joined_statements((*self.entries, *other.entries)), is_stated=is_stated)

    @cached_property
    def merged(self) -> Mapping[Key, Spans]:
        """
        Spans by country, channel and activity as ordinals, joined where they touch.

        They are those in which what was not recorded did not take place: not those of a text
        that mentions a selection.
        """
        spans: defaultdict[Key, list[tuple[int, int]]] = defaultdict(list)
        for entry in self.entries:
            if entry.basis is not Basis.SELECTIVE:
                spans[entry.key].append(entry.days)
        joined = {key: join_spans(of_key) for key, of_key in spans.items()}
        return {key: of_key for key, of_key in joined.items() if of_key}

    @cached_property
    def keys(self) -> Mapping[Key, bool]:
        """
        All kinds of activity of which anything is stated, whatever is left of it.

        True: what was not recorded did not take place. False: only a selection was mentioned.
        """
        known = dict.fromkeys((entry.key for entry in self.entries), False)
        known |= {entry.key: True for entry in self.entries if entry.basis is not Basis.SELECTIVE}
        return known

    @cached_property
    def coded(self) -> Mapping[Key, frozenset[str]]:
        """Where it is said on which axes events have labels, these, by kind of activity."""
        said: defaultdict[Key, set[str]] = defaultdict(set)
        for entry in self.entries:
            if entry.coded is not None:
                said[entry.key].update(entry.coded)
        return {key: frozenset(axes) for key, axes in said.items()}

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
            country if is_none_label(country) else country_code(country),
            str(read_term(Channel, channel, "channel")),
            str(read_term(Activity, activity, "activity")),
        )
        return tuple(
            (date.fromordinal(start), date.fromordinal(end))
            for start, end in self.merged.get(key, ())
        )

    def to_frame(self) -> pd.DataFrame:
        """Return the statements as a table, dates as text."""
        import pandas as pd

        return pd.DataFrame(self.to_rows(), columns=list(fields_dict(Observed)))

    def to_rows(self) -> list[dict[str, Any]]:
        """Return the statements as rows of text, and a number or ``None`` for completeness."""
        return [entry.to_row() for entry in self.entries]

    def __repr__(self) -> str:
        """Return how much is stated."""
        days = [entry.days for entry in self.entries if entry.days[0] < entry.days[1]]
        if not days:
            return "Coverage(nothing observed)" if self.is_given else "Coverage(not stated)"
        first = date.fromordinal(min(start for start, _ in days))
        last = date.fromordinal(max(end for _, end in days)) - timedelta(days=1)
        return f"Coverage({len(self.entries)} statements, {first} to {last})"


def _labels(events: EventColumns) -> list[set[str]]:
    """List the countries, the channels and the activities of some events."""
    return [
        {label for said in labels_in(events, axis).different() for label in said}
        for axis in COVERED_AXES
    ]


def assumed_coverage(labels: Sequence[Iterable[str]], days: tuple[int, int]) -> Coverage:
    """
    Write out what is assumed of recorded events, see `Coverage.assumed`.

    *days* are the first day of any, and the day after the last, as ordinals; equal for none.
    """
    if days[0] == days[1]:
        return Coverage(is_stated=True)
    span = {"since": date.fromordinal(days[0]), "until": date.fromordinal(days[1] - 1)}
    return Coverage(_for_all(labels, {**span, "basis": Basis.ASSUMED}))


def _for_all(labels: Sequence[Iterable[str]], said: Mapping[str, Any]) -> list[Observed]:
    """State the same of every country with every channel and every activity of some."""
    kinds = list(product(*labels))
    if not kinds:
        return []
    country, channel, activity = kinds[0]
    first = Observed(country=country, channel=channel, activity=activity, **said)
    return [
        first.evolved(country=country, channel=Channel(channel), activity=Activity(activity))
        for country, channel, activity in kinds
    ]


def narrow_coverage(
    coverage: Coverage,
    labels: Mapping[str, Collection[str]],
    days: tuple[int | None, int | None] = (None, None),
    coded: Mapping[str, tuple[str, ...]] = MappingProxyType({}),
) -> Coverage:
    """
    Keep what is stated of some kinds of events, cut to days, as `EventLog.where` does.

    What a cell sums does not depend on the days: a statement of which none is left stays, and
    says that nothing was observed. Where no statement is left, that is stated.

    Parameters
    ----------
    coverage
        What is narrowed.
    labels
        By axis those to keep.
    days
        First day to keep, and the day after the last, as ordinals; ``None`` cuts nothing.
    coded
        By activity that has events, the axes on which they have labels in what is narrowed.
    """
    only = {axis: frozenset(kept) for axis, kept in labels.items() if axis not in COVERED_AXES}
    kept = [
        entry.narrowed(only, *days, coded.get(entry.key[2]))
        for entry in coverage.entries
        if all(
            term in labels.get(axis, (term,))
            for axis, term in zip(COVERED_AXES, entry.key, strict=True)
        )
    ]
    has_days = {entry.key for entry in kept if entry.days[0] < entry.days[1]}
    kept = [e for e in kept if e.days[0] < e.days[1] or e.key not in has_days]
    return Coverage(kept, is_stated=coverage.is_given)


def coverage_on_basis(
    coverage: Coverage, basis: Basis, instead_of: Collection[Basis] = tuple(Basis)
) -> Coverage:
    """
    Return the same statements, with those that are made on some bases made on another.

    ``selective`` is what is left when events were picked one by one: so many were there at
    least, and of others nothing is known.
    """
    entries = [
        entry.evolved(basis=basis) if entry.basis in instead_of else entry
        for entry in coverage.entries
    ]
    return Coverage(entries, is_stated=coverage.is_given)


def as_coverage(value: Coverage | None) -> Coverage:
    """Take coverage, or ``None`` for none that is stated."""
    if value is not None and not isinstance(value, Coverage):
        raise SettingError(f"coverage must be of Coverage, got {shown(value)}")
    return Coverage() if value is None else value
