"""One statement of coverage: what of a kind of activity was observed, from when to when."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from copy import copy
from datetime import date, timedelta
from numbers import Real
from typing import Any

from attrs import field, fields_dict, frozen

from engagement.errors import EventError, SettingError, shown
from engagement.values.checking import (
    Checked,
    as_activity,
    as_channel,
    as_date,
    as_text,
    gather_faults,
    read_several,
)
from engagement.values.dates import NEVER, EventDate
from engagement.values.places import country_code
from engagement.values.vocabulary import (
    NONE_LABEL,
    SEPARATOR,
    Activity,
    Basis,
    Channel,
    is_none_label,
    read_term,
    read_text,
)

__all__ = [
    "REQUIRED_STATEMENTS",
    "Key",
    "Observed",
    "Only",
    "Spans",
    "join_spans",
    "read_observed",
]

REQUIRED_STATEMENTS = ("country", "channel", "activity", "since", "until")
"""What every statement of coverage says."""

Key = tuple[str, str, str]
"""Country, channel and activity."""
Spans = tuple[tuple[int, int], ...]
"""Spans of ordinals, half-open, that increase and do not touch."""
Only = tuple[tuple[str, tuple[str, ...]], ...]
"""Labels by axis, axes and labels in order."""

CUTS = ("since", "until")
"""What a statement can be cut to, beside labels on axes."""


def _as_country_label(value: str) -> str:
    return value if is_none_label(value) else country_code(value)


def _as_share(value: float | None) -> float | None:
    if value is None:
        return None
    is_number = isinstance(value, Real) and not isinstance(value, bool)
    if not is_number or not 0 < value <= 1:
        raise SettingError(f"must be a share above 0 and at most 1, got {shown(value)}")
    return float(value)


def _as_basis(value: Basis | str) -> Basis:
    return read_term(Basis, value, "basis")


def _as_only(value: object) -> Only:
    """Read labels by axis, from a mapping, pairs, or JSON."""
    if isinstance(value, str):
        try:
            value = json.loads(value) if value else {}
        except (ValueError, RecursionError):
            value = None
    if isinstance(value, tuple):
        value = dict(value)
    if not isinstance(value, Mapping):
        raise SettingError('must be labels by axis, such as {"topic": ["terrorism"]}')
    read = {}
    for axis, labels in value.items():
        texts = [labels] if isinstance(labels, str) else read_several(labels, "labels")
        read[read_text(axis, "an axis")] = tuple(sorted({read_text(t, "a label") for t in texts}))
    for cut in CUTS:
        for text in read.get(cut, ()):
            EventDate.parse(text)
    return tuple(sorted(read.items()))


def _as_coded(value: object) -> tuple[str, ...] | None:
    if value is None or (isinstance(value, str) and not value):
        return None
    if isinstance(value, str):
        value = [] if value == NONE_LABEL else value.split(SEPARATOR)
    return tuple(sorted({read_text(text, "an axis").strip() for text in read_several(value, "it")}))


@frozen(kw_only=True, repr=False, field_transformer=gather_faults)
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
    channel: Channel = field(converter=as_channel)
    """The channel."""
    activity: Activity = field(converter=as_activity)
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
    basis: Basis = field(default=Basis.SYSTEMATIC, converter=_as_basis)
    """How it was observed: whether what is not recorded did not take place."""
    only: Only = field(default=(), converter=_as_only)
    """
    To which labels on other axes the statement is narrowed: of an event that has none of them,
    nothing is said. ``since`` and ``until`` among the axes cut it to dates.
    """
    coded: tuple[str, ...] | None = field(default=None, converter=_as_coded)
    """
    Axes on which such events were given labels, so that one without says something; ``None``:
    those on which any event of the activity has a label.
    """

    def _broken_rules(self, unread: set[str]) -> Iterable[tuple[tuple[str, ...], str, str]]:
        if unread.intersection({"since", "until"}):
            return
        if self.since.start is None:
            yield ("since",), "since", f"'{self.since}' has no start; say when observation began"
        elif self.until.end is None:
            yield ("until",), "until", f"'{self.until}' has no end; say until when was observed"
        elif (self.since.start_day or 0) >= (self.until.end_day or 0):
            yield ("until",), "until", f"'{self.until}' ends before since '{self.since}' begins"

    @property
    def key(self) -> Key:
        """Country, channel and activity as texts."""
        return self.country, str(self.channel), str(self.activity)

    @property
    def days(self) -> tuple[int, int]:
        """
        First day and the day after the last, as proleptic ordinals.

        They are equal where the statement was narrowed to dates of which it says nothing.
        """
        since, until = self.since.start_day, self.until.end_day
        return self.cut((since if since is not None else 0), (until if until is not None else 0))

    def cut(self, start: int, end: int) -> tuple[int, int]:
        """Cut a span of days to the dates to which the statement was narrowed."""
        for axis, texts in self.only:
            if axis == CUTS[0]:
                start = max([start, *(EventDate(text).bounds[0] for text in texts)])
            elif axis == CUTS[1]:
                end = min([end, *(EventDate(text).bounds[1] for text in texts)])
        return start, max(start, end)

    def narrowed(
        self,
        only: Mapping[str, frozenset[str]],
        since: int | None,
        until: int | None,
        coded: tuple[str, ...] | None,
    ) -> Observed:
        """
        Narrow the statement to labels on other axes, and to dates.

        Parameters
        ----------
        only
            Labels to keep, by axis.
        since, until
            First day to keep and the day after the last, as ordinals.
        coded
            Axes on which events of the activity have labels in the log that is narrowed.
        """
        kept = dict(self.only)
        for axis, labels in only.items():
            known = kept.get(axis)
            kept[axis] = tuple(sorted(labels if known is None else labels.intersection(known)))
        changes: dict[str, Any] = {}
        first, stop = self.days
        low = first if since is None else max(first, since)
        high = stop if until is None else min(stop, until)
        if self.basis is Basis.ASSUMED or low >= high:
            kept |= _cuts(since, until, self)
        else:
            changes |= {"since": date.fromordinal(low)} if low > first else {}
            last = date.fromordinal(high) - timedelta(days=1)
            changes |= {"until": last} if high < stop else {}
        if self.coded is None and coded is not None:
            changes["coded"] = coded
        return self.evolved(only=_as_only(kept), **changes)

    def evolved(self, **values: Any) -> Observed:
        """Return the statement with other values, which are not checked again."""
        twin = copy(self)
        for name, value in values.items():
            is_day = isinstance(value, date)
            object.__setattr__(twin, name, EventDate.from_day(value) if is_day else value)
        return twin

    def to_row(self) -> dict[str, Any]:
        """Return a row of texts, and a number or ``None`` for completeness."""
        row = {name: getattr(self, name) for name in fields_dict(type(self))}
        only = {axis: list(labels) for axis, labels in self.only}
        coded = "" if self.coded is None else SEPARATOR.join(self.coded) or NONE_LABEL
        return {name: str(value) for name, value in row.items()} | {
            "completeness": self.completeness,
            "only": json.dumps(only, ensure_ascii=False) if only else "",
            "coded": coded,
        }


def _cuts(since: int | None, until: int | None, known: Observed) -> dict[str, tuple[str, ...]]:
    """Write the days to which a statement is cut, beside those to which it was cut before."""
    low, high = known.cut(0 if since is None else since, NEVER if until is None else until)
    found = {CUTS[0]: low} if low else {}
    found |= {CUTS[1]: high - 1} if high < NEVER else {}
    return {axis: (date.fromordinal(day).isoformat(),) for axis, day in found.items()}


def read_observed(value: Mapping[str, Any]) -> Observed:
    """Read one statement of coverage."""
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


def join_spans(spans: Iterable[tuple[int, int]]) -> Spans:
    """Join spans of ordinals where they touch, and drop those without days."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if start >= end:
            continue
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return tuple(joined)
