"""Queries: what a claim asks of a log, as data that is checked before it is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from attrs import evolve, fields, frozen

from engagement.claims.answers import CHANGE_SIGNS, ORDER_SIGNS, SET_SIGNS
from engagement.values.dates import EventDate
from engagement.values.vocabulary import AXES, Status

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["MEASURES", "Combination", "Filter", "MeasureKind", "Measurement", "Query", "Test"]

DEFAULT_TOLERANCE = 0.1
"""How far, as a part of the claimed number, "about" reaches where a query does not say."""
DEFAULT_LEVEL = 0.05
"""The p-value up to which a change is taken for one where a query does not say."""


@frozen(kw_only=True)
class MeasureKind:
    """What can be measured of the events that a filter selects."""

    answer: str
    """What it gives: ``number``, ``date``, ``labels``, ``ratio`` or ``rhythm``."""
    definition: str
    """What it is, in one sentence."""
    required: tuple[str, ...] = ()
    """Keys that a query must have for it."""
    optional: tuple[str, ...] = ()
    """Keys that a query may have for it."""

    @property
    def signs(self) -> tuple[str, ...]:
        """What may stand under the key ``is``."""
        return SIGNS[self.answer]


SIGNS: Mapping[str, tuple[str, ...]] = {
    "number": (*ORDER_SIGNS, "about"),
    "date": ORDER_SIGNS,
    "labels": SET_SIGNS,
    "ratio": (*ORDER_SIGNS, "about", *CHANGE_SIGNS),
    "rhythm": ("==",),
}
"""What may stand under the key ``is``, by what a measure gives."""

MEASURES: Mapping[str, MeasureKind] = {
    "count": MeasureKind(answer="number", definition="How many events there are."),
    "distinct": MeasureKind(
        answer="number", definition="How many different labels the events have.", required=("of",)
    ),
    "sum": MeasureKind(
        answer="number",
        definition="The sum over the events of their people or of their worth.",
        required=("of",),
        optional=("by", "currency"),
    ),
    "largest": MeasureKind(
        answer="number",
        definition="The greatest number of people, or the greatest worth, of one event.",
        required=("of",),
        optional=("by", "currency"),
    ),
    "smallest": MeasureKind(
        answer="number",
        definition="The least number of people, or the least worth, of one event.",
        required=("of",),
        optional=("by", "currency"),
    ),
    "share": MeasureKind(
        answer="number",
        definition="Which part of the events, from 0 to 1, is also what ``part`` selects.",
        required=("part",),
    ),
    "gap": MeasureKind(
        answer="number", definition="The longest time from one event to the next, in years."
    ),
    "first": MeasureKind(answer="date", definition="When the first event began."),
    "last": MeasureKind(answer="date", definition="When the last event began."),
    "peak": MeasureKind(
        answer="date", definition="In which period there were the most.", optional=("per",)
    ),
    "labels": MeasureKind(
        answer="labels", definition="Which labels the events have.", required=("of",)
    ),
    "most": MeasureKind(
        answer="labels",
        definition="Which ``n`` labels have more events than any other.",
        required=("of",),
        optional=("n",),
    ),
    "fewest": MeasureKind(
        answer="labels",
        definition="Which ``n`` labels have fewer events than any other.",
        required=("of",),
        optional=("n",),
    ),
    "ratio": MeasureKind(
        answer="ratio",
        definition="The rate after a date over the rate before it, tested.",
        optional=("split", "among"),
    ),
    "follows": MeasureKind(
        answer="ratio",
        definition="The rate in the months after other events over the rate elsewhere, tested.",
        required=("after",),
        optional=("months",),
    ),
    "rhythm": MeasureKind(
        answer="rhythm", definition="The rhythm that the mechanisms are said to have."
    ),
}
"""What can be measured."""

ABOUT = ("world", "records")
"""What a query is about: what took place, or what was recorded of it."""


@frozen(kw_only=True)
class Filter:
    """Which events a query speaks of; an event must pass all conditions."""

    labels: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """For an axis the labels of which an event has at least one."""
    words: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """For a column of the table of events the texts of which it holds at least one."""
    since: EventDate | None = None
    """The first day, and the days after it."""
    until: EventDate | None = None
    """The last day, and the days before it."""
    statuses: tuple[Status, ...] = (Status.RECORDED,)
    """How the events are known."""
    implied: bool = False
    """Whether topics count that follow from an event's own."""
    without: Filter | None = None
    """What an event must not be."""

    def label(self, axis: str) -> tuple[str, ...] | None:
        """Give the labels asked for on an axis; None where it does not matter."""
        return dict(self.labels).get(axis)

    def narrowed(
        self,
        labels: Mapping[str, str] | None = None,
        span: tuple[int, int] | None = None,
    ) -> Filter:
        """Ask for one label on some axes or in some columns, and for the days of a span."""
        made = self
        for name, label in (labels or {}).items():
            if name in AXES:
                made = evolve(made, labels=_replaced(made.labels, name, label))
            else:
                made = evolve(made, words=_replaced(made.words, name, label))
        if span is not None:
            from datetime import date

            first, last = date.fromordinal(span[0]), date.fromordinal(span[1] - 1)
            made = evolve(made, since=EventDate.from_day(first), until=EventDate.from_day(last))
        return made

    @property
    def span(self) -> tuple[int | None, int | None]:
        """The first day and the day after the last, as ordinals; None where open."""
        return (
            None if self.since is None else self.since.start_day,
            None if self.until is None else self.until.end_day,
        )

    def to_data(self) -> dict[str, Any]:
        """Return the filter as it is written."""
        data: dict[str, Any] = {
            name: _one_or_all(terms) for name, terms in (*self.labels, *self.words)
        }
        for name, end in (("since", self.since), ("until", self.until)):
            if end is not None:
                data[name] = str(end)
        if self.statuses != (Status.RECORDED,):
            data["status"] = _one_or_all(tuple(map(str, self.statuses)))
        if self.implied:
            data["implied"] = True
        if self.without is not None:
            data["not"] = self.without.to_data()
        return data


@frozen(kw_only=True)
class Measurement:
    """A measure of the events that a filter selects; its fields in the order of writing."""

    measure: str
    """One of `MEASURES`."""
    of: str = ""
    """Whose labels, or what to sum."""
    by: str = ""
    """Whose people alone, alpha-3."""
    currency: str = ""
    """The worth in which currency alone, ISO 4217."""
    n: int = 1
    """How many labels."""
    per: str = "Y"
    """Length of a period: a number and a letter of Y, Q, M."""
    months: int = 12
    """How many months count as after."""
    where: Filter = Filter()
    """Which events."""
    part: Filter | None = None
    """Which of the events a share is of."""
    among: Filter | None = None
    """Of which events a rate is a part; None for events a year."""
    after: Filter | None = None
    """Which events others may follow."""
    split: EventDate | None = None
    """The first date after a change; None for the middle of the span."""
    about: str = "world"
    """One of `ABOUT`: whether what was not observed, or not said, may be otherwise."""

    def to_data(self) -> dict[str, Any]:
        """Return the measurement as it is written."""
        return _set_fields(self)


Value: TypeAlias = (
    float | EventDate | frozenset[str] | tuple[tuple[str, Any], ...] | Measurement | None
)
"""What is claimed: a number, a date, labels, a rhythm, another measurement, or nothing."""


@frozen(kw_only=True, repr=False)
class Query:
    """
    What a claim asks of a log, read from JSON and checked.

    `Claim` makes it from its argument.
    """

    def to_data(self) -> dict[str, Any]:
        """Return the query as it is written in JSON, terms in their chosen spelling."""
        raise NotImplementedError

    def __repr__(self) -> str:
        """Return the data, from which a claim makes the same query."""
        return repr(self.to_data())

    @property
    def about(self) -> str:
        """What it is about, ``world`` or ``records``; both, where its parts differ."""
        parts = [part for test in self.tests() for part in (test.measurement, test.value)]
        kinds = {part.about for part in parts if isinstance(part, Measurement)}
        return " and ".join(sorted(kinds))

    def tests(self) -> tuple[Test, ...]:
        """Return what it measures and holds against values, one by one."""
        raise NotImplementedError


@frozen(kw_only=True, repr=False)
class Test(Query):
    """A measurement held against what is claimed."""

    __test__ = False  # to pytest, whose classes have such names

    measurement: Measurement
    """What is measured."""
    sign: str
    """How it is held against the value, see `SIGNS`."""
    value: Value = None
    """What is claimed; None for a direction."""
    tolerance: float = DEFAULT_TOLERANCE
    """For ``about``: the part of the value by which the found one may differ."""
    level: float = DEFAULT_LEVEL
    """For a direction: the p-value up to which a change is taken for one."""
    each: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """For an axis the labels, and for ``period`` the length, for each of which it must hold."""

    def tests(self) -> tuple[Test, ...]:
        """Return itself."""
        return (self,)

    def to_data(self) -> dict[str, Any]:
        """Return the test as it is written."""
        data = self.measurement.to_data()
        if self.each:
            data["each"] = {
                name: terms[0] if name == "period" else list(terms) for name, terms in self.each
            }
        data["is"] = self.sign
        return data | _set_fields(self, "measurement", "sign", "each")


@frozen(kw_only=True, repr=False)
class Combination(Query):
    """Queries of which all, or any, must hold, or the one must not."""

    kind: str
    """``all``, ``any`` or ``not``."""
    parts: tuple[Query, ...]
    """One or more; exactly one for ``not``."""

    def tests(self) -> tuple[Test, ...]:
        """Return the tests of all parts."""
        return tuple(test for part in self.parts for test in part.tests())

    def to_data(self) -> dict[str, Any]:
        """Return the combination as it is written."""
        written = [part.to_data() for part in self.parts]
        return {self.kind: written[0] if self.kind == "not" else written}


def _replaced(
    pairs: tuple[tuple[str, tuple[str, ...]], ...], name: str, label: str
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple({**dict(pairs), name: (label,)}.items())


def _one_or_all(terms: tuple[str, ...]) -> str | list[str]:
    return terms[0] if len(terms) == 1 else list(terms)


def _set_fields(made: Measurement | Test, *others: str) -> dict[str, Any]:
    """Write the fields that are not as by default, but for some that are written otherwise."""
    return {
        one.name: _written(value)
        for one in fields(type(made))
        if one.name not in others and (value := getattr(made, one.name)) != one.default
    }


def _written(value: Filter | Value) -> Any:
    if isinstance(value, Filter | Measurement):
        return value.to_data()
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, tuple):
        return dict(value)
    return str(value) if isinstance(value, EventDate) else value
