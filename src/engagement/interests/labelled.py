"""What each event of a log is labelled with, and in which periods it may lie."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from attrs import evolve, frozen
from numpy.typing import NDArray
from scipy.sparse import csr_array

from engagement.counting.calendar import (
    PERIOD_NAMES,
    check_freq,
    first_days,
    numbers_of_days,
    period_index,
)
from engagement.counting.counting import COUNTING
from engagement.counting.inside import ObservedKinds
from engagement.counting.placing import place_events
from engagement.errors import SettingError, UnknownTermError, shown, suggest
from engagement.events.axes import labels_of
from engagement.interests.splits import Bundles
from engagement.log.eventlog import EventLog
from engagement.settings.checks import check_choice, check_flag, check_instance
from engagement.values.vocabulary import AXES, NONE_LABEL, Status

if TYPE_CHECKING:
    from engagement.events.events import Event

__all__ = [
    "LabelledEvents",
    "Labels",
    "bundle",
    "label_events",
    "permuted",
    "read_log",
    "reading_of",
    "restrict",
]

Labels = str | Callable[["Event"], Iterable[str]]
"""An axis on which events have labels, or a function that gives an event's labels."""

Floats = NDArray[np.float64]


@frozen(kw_only=True, eq=False)
class LabelledEvents:
    """The events of a log that have a label and a date, as numbers."""

    log: EventLog
    """The events, with implied topics where those were asked for."""
    labels: tuple[str, ...]
    """The labels, those of the most events first."""
    vectors: Floats
    """What each event adds to each label, shape ``(n_events, n_labels)``."""
    masses: csr_array
    """Which part of each event's span lies in each period, shape ``(n_periods, n_events)``."""
    spans: NDArray[np.int64]
    """First day of each event, and the day after its last, shape ``(2, n_events)``."""
    periods: pd.PeriodIndex
    """From the first to the last period in which an event may lie."""
    implied: bool
    """Whether topics brought those that they imply."""
    n_unlabelled: int
    """Events without a label, which are excluded."""
    n_undated: int
    """Events of another status, without a date or outside of the coverage: they are excluded."""

    def __len__(self) -> int:
        """Return the number of events."""
        return len(self.log)


def read_log(log: object, *, implied: object = False) -> EventLog:
    """Take a log, with the topics that its topics imply where that is asked for."""
    whole = check_instance("log", log, EventLog)
    return whole.with_implied_topics() if check_flag("implied", implied) else whole


def label_events(
    log: EventLog, *, labels: Labels, implied: bool, counting: str, freq: str
) -> LabelledEvents:
    """
    Give each recorded event that was observed its labels and the periods in which it may lie.

    A duration stands at its start; an imprecise date is spread by days over its span, from the
    first to the last day on which it was observed. The settings are those of
    `composition_changes`.
    """
    check_choice("counting", counting, COUNTING)
    check_freq(freq)
    whole = read_log(log, implied=implied)
    settings = {"imprecise": "spread", "durations": "start"}
    placed = place_events(whole, (Status.RECORDED,), freq, settings, None)
    observed = ObservedKinds.of(whole, freq).inside(whole, placed)
    named = [_labels(whole[place], labels) for place in observed.places.tolist()]
    has_label = np.array([bool(texts) for texts in named], dtype=bool)
    kept = observed.places[has_label].tolist()
    named = [texts for texts in named if texts]
    order = _by_frequency(named)
    column = {label: place for place, label in enumerate(order)}
    vectors = np.zeros((len(kept), len(order)))
    for row, texts in enumerate(named):
        for text in texts:
            vectors[row, column[text]] = 1 / (len(texts) if counting == "fractional" else 1)
    start, end = observed.start[has_label], observed.end[has_label]
    first = numbers_of_days(start, freq)
    last = numbers_of_days(end - 1, freq)
    low = int(first.min()) if kept else 0
    n_periods = int(last.max()) - low + 1 if kept else 0
    repeats = last - first + 1
    event = np.repeat(np.arange(len(kept)), repeats)
    step = np.arange(len(event)) - np.repeat(np.cumsum(repeats) - repeats, repeats)
    number = first[event] + step
    inside = np.minimum(first_days(number + 1, freq), end[event]) - np.maximum(
        first_days(number, freq), start[event]
    )
    parts = inside / (end - start)[event]
    return LabelledEvents(
        log=whole.take(kept),
        labels=tuple(order),
        vectors=vectors,
        masses=csr_array((parts, (number - low, event)), shape=(n_periods, len(kept))),
        spans=np.stack([start, end]),
        periods=period_index(np.arange(low, low + n_periods), freq),
        implied=implied,
        n_unlabelled=len(observed.places) - len(kept),
        n_undated=len(whole) - len(observed.places),
    )


def bundle(events: LabelledEvents, together: str | None) -> Bundles:
    """
    Put events whose spans lie in one period of *together* into a bundle that is permuted as one.

    Events of a bundle also lie in one period of the events; ``None`` leaves each by itself.
    """
    if together is not None:
        check_freq(together)
    if together is None or not len(events):
        sizes = np.ones(len(events))
        return Bundles(masses=events.masses, vectors=events.vectors, sizes=sizes)
    start, end = events.spans
    first, last = (numbers_of_days(days, together) for days in (start, end - 1))
    columns = events.masses.tocsc()
    period = columns.indices[columns.indptr[:-1]]
    is_alone = (first != last) | (np.diff(columns.indptr) != 1)
    key = np.stack([first, period, np.where(is_alone, np.arange(len(events)), -1)], axis=1)
    _, group, number = np.unique(key, axis=0, return_inverse=True, return_counts=True)
    sizes = number.astype(np.float64)
    places = group.reshape(-1), np.arange(len(events))
    means = csr_array((1 / sizes[places[0]], places), shape=(len(sizes), len(events)))
    return Bundles(
        masses=csr_array(events.masses @ means.T),
        vectors=np.asarray(means @ events.vectors, dtype=np.float64),
        sizes=sizes,
    )


def permuted(together: str | None, n_draws: int, seed: int) -> str:
    """Say what a p-value of these events rests on."""
    bundled = f", those of one {PERIOD_NAMES[together]} together" if together is not None else ""
    return f"p by {n_draws} permutations of whole events over the dates{bundled}, seed {seed}"


def reading_of(labels: str, *, implied: bool) -> str:
    """Say what the labels are."""
    if labels != "topic":
        return labels
    return "topic, with implied terms" if implied else "topic, as printed"


def restrict(events: LabelledEvents, kept: NDArray[np.bool_]) -> LabelledEvents:
    """Return some of the events, with the same labels and periods."""
    places = np.flatnonzero(kept)
    return evolve(
        events,
        log=events.log.take(places.tolist()),
        vectors=events.vectors[places],
        masses=events.masses[:, places],
        spans=events.spans[:, places],
    )


def _labels(event: Event, labels: Labels) -> tuple[str, ...]:
    if callable(labels):
        given = labels(event)
        if isinstance(given, str) or not isinstance(given, Iterable):
            raise SettingError(
                f"labels must give several texts for an event, got {shown(given)} for {event}"
            )
        texts = tuple(dict.fromkeys(given))
        for text in texts:
            if not isinstance(text, str):
                raise SettingError(f"a label is a text, got {shown(text)} for {event}")
        return texts
    if not isinstance(labels, str) or labels not in AXES:
        listed = ", ".join(f"'{axis}'" for axis in AXES)
        raise UnknownTermError(
            f"unknown axis {shown(labels)}; events have labels on {listed}, or give a function"
            + (suggest(labels, AXES) if isinstance(labels, str) else "")
        )
    return tuple(label for label in labels_of(event, labels) if label != NONE_LABEL)


def _by_frequency(named: list[tuple[str, ...]]) -> list[str]:
    counted: dict[str, int] = {}
    for texts in named:
        for text in texts:
            counted[text] = counted.get(text, 0) + 1
    return sorted(counted, key=lambda text: (-counted[text], text))
