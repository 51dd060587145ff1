"""From a log of events to counts on named axes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from math import prod
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd
from attrs import frozen
from numpy.typing import NDArray

from engagement.counts import Counts, Entries
from engagement.dates import EventDate, read_span
from engagement.errors import SettingError, suggest
from engagement.eventlog import EventLog
from engagement.events import AXES, labels_of
from engagement.exposure import ObservedDays, observed_days
from engagement.periods import YEARS, check_freq, first_days, numbers_of_days, period_index
from engagement.placing import NOT_COVERED, NOT_STATED, REASONS, WINDOW, Lost, Placed, place_events
from engagement.vocabulary import NONE_LABEL, Activity, Channel, Rank, Status, read_term

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

__all__ = ["count_events"]

_CHOICES = {
    "counting": ("whole", "fractional"),
    "imprecise": ("spread", "start", "middle", "end", "exclude", "impute"),
    "durations": ("start", "spread"),
    "coverage": ("complete", "any"),
}
_COVERED_AXES = ("country", "channel", "activity")


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
        and the last day that coverage states, or else the first and last event's period.
    counting
        ``"whole"``: once in every cell that an event's labels reach. ``"fractional"``: in
        equal parts that sum to one over its cells.
    imprecise
        What is done with a date that may be one of several days: ``"spread"`` over them by
        days, put at its ``"start"``, ``"middle"`` or ``"end"``, ``"exclude"`` unless all its
        days lie in one period, or ``"impute"``: one day of it drawn. The draw of an event
        depends on the seed and its id alone.
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
        A series for each combination of the labels that coverage or the counted events know.
        Exposure is in calendar years; a cell without exposure is NaN. What was not counted
        is in ``left_out``, each with its reason.

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
    numbers = _numbers(low, high, freq)
    labels = _labels(source, axes, placed.counted)
    cells = _cells(source, axes, labels, placed.counted)
    panel = _Panel(axes, labels, numbers, freq, low, high)
    observed = _observed(source, panel, placed, complete=coverage == "complete")
    entries, lost = _distribute(source, panel, placed, cells, observed)
    weight = 1 / cells.per_event if counting == "fractional" else np.ones(len(source))
    values = np.zeros((panel.n_cells, len(numbers)))
    np.add.at(values, (entries.cell, entries.period), entries.share * weight[entries.event])
    exposure = _exposure(panel, observed)
    values[exposure == 0] = np.nan
    shape = (*(len(labels[axis]) for axis in axes), len(numbers))
    return Counts(
        axes=labels,
        periods=period_index(numbers, freq),
        values=values.reshape(shape),
        exposure_years=exposure.reshape(shape),
        freq=freq,
        settings={"by": axes, "freq": freq, **settings, "statuses": tuple(map(str, wanted))},
        coverage_stated=source.coverage.is_stated,
        left_out=_left_out(source, lost + placed.lost, weight * cells.per_event),
        log=source,
        entries=Entries(event=entries.event, cell=entries.cell, period=entries.period),
    )


def _check_axes(by: str | Iterable[str]) -> tuple[str, ...]:
    axes = (by,) if isinstance(by, str) else tuple(by)
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
    given = (statuses,) if isinstance(statuses, str) else tuple(statuses)
    if not given:
        raise SettingError("statuses must name at least one of 'recorded', 'implied', 'planned'")
    return tuple(dict.fromkeys(read_term(Status, status, "status") for status in given))


def _window(window: Any, log: EventLog, placed: Placed, freq: str) -> tuple[int, int]:
    if log.coverage.is_stated:
        low = min(entry.days[0] for entry in log.coverage)
        high = max(entry.days[1] for entry in log.coverage)
    elif len(placed.counted):
        low, high = _event_periods(placed, freq)
    else:
        low = high = 0
    if window is None:
        return low, high
    if isinstance(window, str) or not hasattr(window, "__len__") or len(window) != 2:
        raise SettingError(f"window must be a pair of dates, first and last, got {window!r}")
    first, last = read_span(window[0], window[1])
    low, high = (low if first is None else first), (high if last is None else last)
    return low, max(low, high)


def _event_periods(placed: Placed, freq: str) -> tuple[int, int]:
    """Return the first day of the first and the day after the last event's period."""
    days = np.array([placed.start[placed.counted].min(), placed.end[placed.counted].max() - 1])
    numbers = numbers_of_days(days, freq)
    low, high = first_days(numbers + np.array([0, 1]), freq)
    return int(low), int(high)


def _numbers(low: int, high: int, freq: str) -> NDArray[np.int64]:
    if low >= high:
        return np.zeros(0, dtype=np.int64)
    first, last = numbers_of_days(np.array([low, high - 1]), freq)
    return np.arange(first, last + 1)


_ORDERED = {
    "channel": [str(term) for term in Channel],
    "activity": [str(term) for term in Activity],
    "rank": [str(term) for term in Rank],
}


def _labels(
    log: EventLog, axes: Sequence[str], counted: NDArray[np.int64]
) -> dict[str, tuple[str, ...]]:
    labels: dict[str, tuple[str, ...]] = {}
    for axis in axes:
        known = {label for place in counted for label in labels_of(log[int(place)], axis)}
        if axis in _COVERED_AXES:
            position = _COVERED_AXES.index(axis)
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

    axes: tuple[str, ...]
    labels: Mapping[str, tuple[str, ...]]
    numbers: NDArray[np.int64]
    freq: str
    low: int
    high: int

    @property
    def n_cells(self) -> int:
        return prod(len(self.labels[axis]) for axis in self.axes)

    @property
    def bounds(self) -> NDArray[np.int64]:
        """First days of the periods, and the day after the last."""
        if not len(self.numbers):
            return np.zeros(1, dtype=np.int64)
        return first_days(np.append(self.numbers, self.numbers[-1] + 1), self.freq)


@frozen(eq=False)
class _Cells:
    """Pairs of event and cell, and how many cells each event reaches."""

    event: NDArray[np.int64]
    cell: NDArray[np.int64]
    per_event: NDArray[np.int64]


def _cells(
    log: EventLog,
    axes: Sequence[str],
    labels: Mapping[str, tuple[str, ...]],
    counted: NDArray[np.int64],
) -> _Cells:
    index = {axis: {label: i for i, label in enumerate(labels[axis])} for axis in axes}
    counted_set = set(counted.tolist())
    events, cells = [], []
    per_event = np.ones(len(log), dtype=np.int64)
    for place, event in enumerate(log):
        reached = [labels_of(event, axis) for axis in axes]
        per_event[place] = prod(map(len, reached))
        if place not in counted_set:
            continue
        for combination in product(*reached):
            flat = 0
            for axis, label in zip(axes, combination, strict=True):
                flat = flat * len(labels[axis]) + index[axis][label]
            events.append(place)
            cells.append(flat)
    return _Cells(np.array(events, dtype=np.int64), np.array(cells, dtype=np.int64), per_event)


@frozen(eq=False)
class _Observed:
    """Sets of observed days, and the number of the set that each cell has."""

    sets: Sequence[ObservedDays]
    of_cell: NDArray[np.int64]


def _observed(log: EventLog, panel: _Panel, placed: Placed, *, complete: bool) -> _Observed:
    """Find the observed days of each cell, within the window."""
    if not log.coverage.is_stated:
        span = _event_periods(placed, panel.freq) if len(placed.counted) else (0, 0)
        days = ObservedDays(np.array(span[:1]), np.array(span[1:])).within(panel.low, panel.high)
        return _Observed([days], np.zeros(panel.n_cells, dtype=np.int64))
    number_of: dict[tuple[tuple[str, str], ...], int] = {}
    sets: list[ObservedDays] = []
    of_cell: list[int] = []
    for combination in product(*(panel.labels[axis] for axis in panel.axes)):
        named = zip(panel.axes, combination, strict=True)
        wanted = tuple((axis, label) for axis, label in named if axis in _COVERED_AXES)
        if wanted not in number_of:
            number_of[wanted] = len(sets)
            days = observed_days(log.coverage.merged, dict(wanted), complete=complete)
            sets.append(days.within(panel.low, panel.high))
        of_cell.append(number_of[wanted])
    return _Observed(sets, np.array(of_cell, dtype=np.int64))


@frozen(eq=False)
class _Shares:
    """Shares of events that are counted: event, cell, period and share of the event."""

    event: NDArray[np.int64]
    cell: NDArray[np.int64]
    period: NDArray[np.int64]
    share: NDArray[np.float64]


def _distribute(
    log: EventLog,
    panel: _Panel,
    placed: Placed,
    cells: _Cells,
    observed: _Observed,
) -> tuple[_Shares, list[Lost]]:
    """Give each pair of event and cell its periods, and say what falls beside them."""
    stated = _is_stated(log, panel, cells)
    start, end = placed.start[cells.event], placed.end[cells.event]
    n_days = end - start
    low, high = np.maximum(start, panel.low), np.minimum(end, panel.high)
    inside = np.maximum(high - low, 0)
    usable = np.flatnonzero(stated & (inside > 0))
    first = numbers_of_days(low[usable], panel.freq) - (panel.numbers[:1].sum())
    last = numbers_of_days(high[usable] - 1, panel.freq) - (panel.numbers[:1].sum())
    repeats = last - first + 1
    pair = np.repeat(usable, repeats)
    offset = np.arange(len(pair)) - np.repeat(np.cumsum(repeats) - repeats, repeats)
    period = np.repeat(first, repeats) + offset
    bounds = panel.bounds
    since = np.maximum(low[pair], bounds[period])
    until = np.minimum(high[pair], bounds[period + 1])
    seen = np.zeros(len(pair), dtype=np.int64)
    cell_of = cells.cell[pair]
    set_of = observed.of_cell[cell_of]
    order = np.argsort(set_of, kind="stable")
    edges = np.searchsorted(set_of[order], np.arange(len(observed.sets) + 1))
    for number, days in enumerate(observed.sets):
        mine = order[edges[number] : edges[number + 1]]
        seen[mine] = days.before(until[mine]) - days.before(since[mine])
    kept = seen > 0
    shares = _Shares(
        cells.event[pair[kept]], cell_of[kept], period[kept], seen[kept] / n_days[pair[kept]]
    )
    counted_days = np.bincount(pair, weights=seen, minlength=len(cells.event)).astype(np.int64)
    lost_days = {
        NOT_STATED: np.where(stated, 0, n_days),
        WINDOW: np.where(stated, n_days - inside, 0),
        NOT_COVERED: np.where(stated, inside - counted_days, 0),
    }
    lost = [
        Lost(int(cells.event[p]), days[p] / n_days[p] / cells.per_event[cells.event[p]], reason)
        for reason, days in lost_days.items()
        for p in np.flatnonzero(days)
    ]
    return shares, lost


def _is_stated(log: EventLog, panel: _Panel, cells: _Cells) -> NDArray[np.bool_]:
    """Tell for each pair whether coverage is stated for the event's activity in the cell."""
    if not log.coverage.is_stated:
        return np.ones(len(cells.event), dtype=bool)
    stated = np.zeros(len(cells.event), dtype=bool)
    combinations = list(product(*(panel.labels[axis] for axis in panel.axes)))
    position = panel.axes.index("country") if "country" in panel.axes else None
    for pair, (place, cell) in enumerate(zip(cells.event, cells.cell, strict=True)):
        event = log[int(place)]
        countries = labels_of(event, "country")
        if position is not None:
            countries = (combinations[cell][position],)
        stated[pair] = any(
            (country, str(event.channel), str(event.activity)) in log.coverage.merged
            for country in countries
        )
    return stated


def _exposure(panel: _Panel, observed: _Observed) -> NDArray[np.float64]:
    bounds = panel.bounds
    parts = [np.diff(days.before(bounds)) / np.diff(bounds) for days in observed.sets]
    by_set = np.array(parts).reshape(len(parts), len(panel.numbers)) * YEARS[panel.freq]
    exposure: NDArray[np.float64] = by_set[observed.of_cell]
    return exposure


def _left_out(log: EventLog, lost: Iterable[Lost], units: NDArray[np.float64]) -> pd.DataFrame:
    """Sum what was lost by event and reason; *units* is what an event counts for in all."""
    total: dict[tuple[int, str], float] = {}
    for part in lost:
        key = (part.event, part.reason)
        total[key] = total.get(key, 0.0) + part.share
    order = sorted(total, key=lambda key: (key[0], REASONS.index(key[1])))
    rows = [
        {
            "id": log[place].id,
            "date": str(log[place].date),
            "reason": reason,
            "share": total[place, reason],
            "amount": total[place, reason] * units[place],
        }
        for place, reason in order
    ]
    frame = pd.DataFrame(rows, columns=["id", "date", "reason", "share", "amount"])
    return frame.astype(
        {"id": "str", "date": "str", "reason": "str", "share": "float64", "amount": "float64"}
    )
