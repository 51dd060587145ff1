"""From a log of events to counts on named axes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import count as counter
from itertools import product
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd
from attrs import frozen
from numpy.typing import NDArray

from engagement.counts import Counts, Entries
from engagement.dates import EventDate, read_span
from engagement.errors import DateError, SettingError, suggest
from engagement.eventlog import EventLog
from engagement.events import AXES, Event, labels_of
from engagement.exposure import COVERED_AXES, ObservedDays, observed_spans
from engagement.periods import YEARS, check_freq, first_days, numbers_of_days, period_index
from engagement.placing import (
    NOT_COVERED,
    NOT_STATED,
    PARTLY,
    REASONS,
    WINDOW,
    Placed,
    place_events,
)
from engagement.vocabulary import NONE_LABEL, Activity, Channel, Rank, Status, read_term

if TYPE_CHECKING:
    from datetime import date

__all__ = ["count_events"]

_CHOICES = {
    "counting": ("whole", "fractional"),
    "imprecise": ("spread", "start", "middle", "end", "exclude", "impute"),
    "durations": ("start", "spread"),
    "coverage": ("complete", "any"),
}
_ORDERED = {
    "channel": [str(term) for term in Channel],
    "activity": [str(term) for term in Activity],
    "rank": [str(term) for term in Rank],
}
_FIELDS = {"topic": "topics", "rank": "rank"}  # of an event, beside those of every `_kinds`


def count_events(
    source: EventLog,
    *,
    by: str | Sequence[str] = ("country", "channel"),
    freq: Literal["Y", "Q", "M", "W", "D"] = "Y",
    window: tuple[EventDate | str | date | None, EventDate | str | date | None] | None = None,
    counting: Literal["whole", "fractional"] = "whole",
    imprecise: Literal["spread", "start", "middle", "end", "exclude", "impute"] = "spread",
    durations: Literal["start", "spread"] = "start",
    coverage: Literal["complete", "any"] = "complete",
    statuses: Sequence[Status | str] = ("recorded",),
    rng: np.random.Generator | int | None = None,
) -> Counts:
    """
    Count events on named axes, period by period, with the exposure of every count.

    Parameters
    ----------
    source
        The events and what their sources covered.
    by
        An axis or several of country, channel, activity, topic, rank and initiator. An axis
        that is not named never multiplies an event. ``()`` counts all events together.
    freq
        Length of a period: year, quarter, month, week (Monday to Sunday) or day.
    window
        First and last date, both included; ``None`` for either, or for both, takes the first
        and the last day that coverage states, or else the first and last event's period. Such
        a log is observed over these periods, however wide the window is.
    counting
        ``"whole"``: once in every cell that an event's labels reach. ``"fractional"``: in
        equal parts that sum to one over its cells.
    imprecise
        What is done with a date that may be one of several days: ``"spread"`` over them by
        days, put at its ``"start"``, ``"middle"`` or ``"end"``, ``"exclude"`` unless its days
        lie in one period and were observed alike, or ``"impute"``: one day of it drawn. The
        draw of an event depends on the seed and its id alone.
    durations
        ``"start"``: what lasted counts once, at its start, whose imprecision is treated as
        any other. ``"spread"``: over all its days.
    coverage
        A cell sums the activities for which the log states coverage in its country and
        channel. ``"complete"``: it is observed while all of them are. ``"any"``: while one is.
    statuses
        Which events to count, of recorded, implied and planned.
    rng
        Generator or seed for ``imprecise="impute"``; ``None`` is a fixed seed.

    Returns
    -------
    Counts
        A series for each combination of the labels that coverage or the events of these
        statuses know. Exposure is in calendar years; a cell without exposure is NaN. What was
        not counted is in ``left_out``, each with its reason. Neither labels, nor periods, nor
        exposure depend on ``imprecise`` or ``counting``.

    Raises
    ------
    SettingError
        If a setting is not one of those above.

    Examples
    --------
    >>> from engagement.events import Meeting
    >>> log = EventLog([
    ...     Meeting(date="2018-05", channel="bilateral", countries=["KGZ"]),
    ...     Meeting(date="2020", channel="bilateral", countries=["KGZ"]),
    ... ])
    >>> print(count_events(log).wide().to_string())
    country       KGZ
    channel bilateral
    period
    2018          1.0
    2019          0.0
    2020          1.0
    """
    axes = _check_axes(by)
    check_freq(freq)
    settings = {
        "counting": counting,
        "imprecise": imprecise,
        "durations": durations,
        "coverage": coverage,
    }
    _check_choices(settings)
    wanted = _check_statuses(statuses)
    if not isinstance(source, EventLog):
        raise SettingError(
            f"events are counted from an EventLog, got {type(source).__name__}; "
            "make one of a data frame by EventLog.from_frame"
        )
    placed = place_events(source, wanted, freq, settings, rng)
    low, high = _window(window, source, placed, freq)
    kinds = _kinds(source, axes)
    labels = _labels(source, axes, [kinds.events[k] for k in np.unique(kinds.of[placed.asked])])
    panel = _panel(labels, freq, low, high)
    observed = _observed(source, panel, placed, complete=coverage == "complete")
    pairs = _pairs(source, panel, placed, kinds)
    entries, share, lost = _distribute(panel, placed, pairs, observed)
    amount = share / pairs.n_cells[entries.event] if counting == "fractional" else share
    exposure = _exposure(panel, observed)
    flat = entries.cell * len(panel.numbers) + entries.period
    values: NDArray[np.float64] = np.zeros(exposure.shape)
    values += np.bincount(flat, amount, minlength=values.size).reshape(values.shape)
    values[exposure == 0] = np.nan
    shape = (*map(len, labels.values()), len(panel.numbers))
    units = np.ones(len(source)) if counting == "fractional" else pairs.n_cells
    return Counts(
        axes=labels,
        periods=period_index(panel.numbers, freq),
        values=values.reshape(shape),
        exposure_years=exposure.reshape(shape),
        freq=freq,
        settings={
            "by": axes,
            "freq": freq,
            "window": window,
            **settings,
            "statuses": tuple(map(str, wanted)),
        },
        coverage_stated=source.coverage.is_stated,
        left_out=_left_out(source, lost, units),
        log=source,
        entries=entries,
    )


def _several(given: Any) -> tuple[Any, ...]:
    return tuple(given) if isinstance(given, Iterable) and not isinstance(given, str) else (given,)


def _check_axes(by: str | Iterable[str]) -> tuple[str, ...]:
    axes = _several(by)
    for axis in axes:
        if axis not in AXES:
            listed = ", ".join(f"'{name}'" for name in AXES)
            raise SettingError(
                f"unknown axis {axis!r}; the axes are {listed}" + suggest(str(axis), AXES)
            )
        if axes.count(axis) > 1:
            raise SettingError(f"axis '{axis}' stands twice in by")
    return axes


def _check_choices(settings: Mapping[str, object]) -> None:
    for name, value in settings.items():
        if value not in _CHOICES[name]:
            listed = ", ".join(f"'{choice}'" for choice in _CHOICES[name])
            raise SettingError(
                f"{name} must be one of {listed}, got {value!r}"
                + suggest(str(value), _CHOICES[name])
            )


def _check_statuses(statuses: Sequence[Status | str]) -> tuple[Status, ...]:
    given = _several(statuses)
    if not given:
        raise SettingError("statuses must name at least one of 'recorded', 'implied', 'planned'")
    return tuple(dict.fromkeys(read_term(Status, status, "status") for status in given))


def _window(window: Any, log: EventLog, placed: Placed, freq: str) -> tuple[int, int]:
    """Return the first day to count and the day after the last."""
    if log.coverage.is_stated:
        low = min(entry.days[0] for entry in log.coverage)
        high = max(entry.days[1] for entry in log.coverage)
    else:
        low, high = _whole_periods(placed.extent, freq)
    if window is None:
        return low, high
    if isinstance(window, str) or not isinstance(window, Sequence) or len(window) != 2:
        raise SettingError(f"window must be a pair of dates, first and last, got {window!r}")
    try:
        first, last = read_span(window[0], window[1])
    except DateError as error:
        raise DateError(f"window: {error}") from None
    if low == high and (first is None or last is None):
        return 0, 0
    return (low if first is None else first), (high if last is None else last)


def _whole_periods(days: tuple[int, int], freq: str) -> tuple[int, int]:
    """Widen a span of days to the periods in which it begins and ends."""
    if days[0] == days[1]:
        return days
    numbers = numbers_of_days(np.array([days[0], days[1] - 1]), freq)
    low, high = first_days(numbers + np.array([0, 1]), freq)
    return int(low), int(high)


@frozen(eq=False)
class _Kinds:
    """Events that have the same labels and the same coverage: one of each, and which has which."""

    events: Sequence[Event]
    of: NDArray[np.int64]


def _kinds(log: EventLog, axes: Sequence[str]) -> _Kinds:
    """Find what is alike, so that labels are looked up once for all of a kind."""
    fields = ["channel", "activity", "countries", "initiator"]
    fields += [_FIELDS[axis] for axis in axes if axis in _FIELDS]
    number: defaultdict[tuple[object, ...], int] = defaultdict(counter().__next__)
    keys = map(attrgetter(*fields), log.events)  # a list of them would cost as much again
    of = np.fromiter(map(number.__getitem__, keys), dtype=np.int64, count=len(log))
    firsts = np.flatnonzero(np.diff(np.maximum.accumulate(of), prepend=-1))
    return _Kinds([log.events[place] for place in firsts], of)


def _labels(
    log: EventLog, axes: Sequence[str], events: Iterable[Event]
) -> dict[str, tuple[str, ...]]:
    labels: dict[str, tuple[str, ...]] = {}
    for axis in axes:
        known = {label for event in events for label in labels_of(event, axis)}
        if axis in COVERED_AXES:
            position = COVERED_AXES.index(axis)
            known |= {key[position] for key in log.coverage.merged}
        order = _ORDERED.get(axis, [])
        labels[axis] = tuple(
            sorted(
                known,
                key=lambda label: (
                    label == NONE_LABEL,
                    order.index(label) if label in order else 0,
                    label,
                ),
            )
        )
    return labels


@frozen(eq=False)
class _Panel:
    """The cells and periods to count into."""

    labels: Mapping[str, tuple[str, ...]]
    cells: Sequence[tuple[str, ...]]
    freq: str
    low: int
    high: int
    numbers: NDArray[np.int64]
    bounds: NDArray[np.int64]


def _panel(labels: Mapping[str, tuple[str, ...]], freq: str, low: int, high: int) -> _Panel:
    cells = list(product(*labels.values()))
    empty = np.zeros(0, dtype=np.int64)
    if low >= high:
        return _Panel(labels, cells, freq, low, high, empty, empty)
    first, last = numbers_of_days(np.array([low, high - 1]), freq)
    numbers = np.arange(first, last + 1)
    bounds = first_days(np.append(numbers, last + 1), freq)
    return _Panel(labels, cells, freq, low, high, numbers, bounds)


@frozen(eq=False)
class _Observed:
    """Sets of observed days within the window, and which of them each cell has."""

    days: ObservedDays
    n_sets: int
    of_cell: NDArray[np.int64]


def _observed(log: EventLog, panel: _Panel, placed: Placed, *, complete: bool) -> _Observed:
    if not log.coverage.is_stated:
        whole = (_whole_periods(placed.extent, panel.freq),)
        days = ObservedDays.from_spans([whole], panel.low, panel.high)
        return _Observed(days, 1, np.zeros(len(panel.cells), dtype=np.int64))
    named = [place for place, axis in enumerate(panel.labels) if axis in COVERED_AXES]
    axes = [tuple(panel.labels)[place] for place in named]
    spans = observed_spans(log.coverage.merged, axes, complete=complete)
    sets = [*spans.values(), ()]
    number = {labels: place for place, labels in enumerate(spans)}
    of_cell = [number.get(tuple(cell[p] for p in named), len(spans)) for cell in panel.cells]
    days = ObservedDays.from_spans(sets, panel.low, panel.high)
    return _Observed(days, len(sets), np.array(of_cell, dtype=np.int64))


@frozen(eq=False)
class _Pairs:
    """Each counted event with each of its cells; and in how many cells every event is."""

    event: NDArray[np.int64]
    cell: NDArray[np.int64]
    is_stated: NDArray[np.bool_]
    n_cells: NDArray[np.int64]


def _pairs(log: EventLog, panel: _Panel, placed: Placed, kinds: _Kinds) -> _Pairs:
    number = {cell: place for place, cell in enumerate(panel.cells)}
    first, n_cells, stated = [], [], []
    cells: list[int] = []
    for event in kinds.events:
        reached = list(product(*(labels_of(event, axis) for axis in panel.labels)))
        first.append(len(cells))
        n_cells.append(len(reached))
        if all(cell in number for cell in reached):  # or else none of the kind is asked for
            cells += [number[cell] for cell in reached]
            stated += [_is_stated(log, panel, event, cell) for cell in reached]
    kind = kinds.of[placed.counted]
    per_kind = np.array(n_cells, dtype=np.int64)
    which, place = _ranges(np.array(first, dtype=np.int64)[kind], per_kind[kind])
    return _Pairs(
        placed.counted[which],
        np.array(cells, dtype=np.int64)[place],
        np.array(stated, dtype=bool)[place],
        per_kind[kinds.of],
    )


def _is_stated(log: EventLog, panel: _Panel, event: Event, cell: tuple[str, ...]) -> bool:
    """Tell whether coverage is stated for the event's activity in the cell."""
    if not log.coverage.is_stated:
        return True
    countries = labels_of(event, "country")
    if "country" in panel.labels:
        countries = (dict(zip(panel.labels, cell, strict=True))["country"],)
    return any(
        (country, str(event.channel), str(event.activity)) in log.coverage.merged
        for country in countries
    )


def _ranges(
    first: NDArray[np.int64], lengths: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Write out ranges that begin at *first*: for each number the range that it is of, and it."""
    which = np.repeat(np.arange(len(lengths)), lengths)
    before = np.cumsum(lengths) - lengths
    return which, np.arange(len(which)) - before[which] + first[which]


def _distribute(
    panel: _Panel, placed: Placed, pairs: _Pairs, observed: _Observed
) -> tuple[Entries, NDArray[np.float64], NDArray[np.float64]]:
    """Give pairs of event and cell their periods, with shares, and say what falls beside them."""
    start, end = placed.start[pairs.event], placed.end[pairs.event]
    low, high = np.maximum(start, panel.low), np.minimum(end, panel.high)
    inside = np.maximum(high - low, 0)
    usable = np.flatnonzero(pairs.is_stated & (inside > 0))
    origin = panel.numbers[0] if len(panel.numbers) else 0
    first = numbers_of_days(low[usable], panel.freq) - origin
    last = numbers_of_days(high[usable] - 1, panel.freq) - origin
    which, period = _ranges(first, last - first + 1)
    pair = usable[which]
    seen = observed.days.between(
        observed.of_cell[pairs.cell[pair]],
        np.maximum(low[pair], panel.bounds[period]),
        np.minimum(high[pair], panel.bounds[period + 1]),
    )
    counted = np.bincount(pair, seen, minlength=len(start))
    cut = placed.whole[pairs.event] & (counted > 0) & (counted < end - start)
    seen = np.where(cut[pair], 0, seen)
    lost = placed.lost.copy()
    for reason, days in (
        (NOT_STATED, np.where(pairs.is_stated, 0, end - start)),
        (PARTLY, np.where(cut, end - start, 0)),
        (WINDOW, np.where(pairs.is_stated & ~cut, end - start - inside, 0)),
        (NOT_COVERED, np.where(pairs.is_stated & ~cut, inside - counted, 0)),
    ):
        share = days / (end - start) / pairs.n_cells[pairs.event]
        lost[:, REASONS.index(reason)] = np.bincount(pairs.event, share, minlength=len(lost))
    kept = seen > 0
    pair = pair[kept]
    entries = Entries(event=pairs.event[pair], cell=pairs.cell[pair], period=period[kept])
    return entries, seen[kept] / (end - start)[pair], lost


def _exposure(panel: _Panel, observed: _Observed) -> NDArray[np.float64]:
    """Return the years observed, shape ``(n_cells, n_periods)``."""
    bounds = panel.bounds
    sets = np.arange(observed.n_sets)[:, np.newaxis]
    parts = observed.days.between(sets, bounds[:-1], bounds[1:]) / np.diff(bounds)
    exposure: NDArray[np.float64] = (parts * YEARS[panel.freq])[observed.of_cell]
    return exposure


def _left_out(
    log: EventLog, lost: NDArray[np.float64], units: NDArray[np.int64] | NDArray[np.float64]
) -> pd.DataFrame:
    """List what was lost by event and reason; *units* is what an event counts for in all."""
    places, reasons = np.nonzero(lost)
    events = [log.events[place] for place in places]
    share = lost[places, reasons]
    return pd.DataFrame(
        {
            "id": pd.Series([event.id for event in events], dtype="str"),
            "date": pd.Series([str(event.date) for event in events], dtype="str"),
            "reason": pd.Series([REASONS[reason] for reason in reasons], dtype="str"),
            "share": share,
            "amount": share * units[places],
        }
    )
