"""From events to counts on named axes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, get_args

import numpy as np
import pandas as pd
from attrs import evolve

from engagement.counting.calendar import check_freq, period_index
from engagement.counting.cells import CountGrid, ObservedCells, ordered_labels
from engagement.counting.counts import Counts
from engagement.counting.exposure import CoverageRule, assumed_span, widened
from engagement.counting.frames.reduction import tally_frame
from engagement.counting.frames.source import EventFrame
from engagement.counting.placing import REASONS, Placed, place_units
from engagement.counting.shares import entries_of, share_out
from engagement.counting.tally import Members, Tally, tally_log
from engagement.errors import DateError, SettingError, shown, suggest
from engagement.events.coverage import assumed_coverage, coverage_on_basis
from engagement.log.eventlog import EventLog
from engagement.settings.checks import check_choice, list_several
from engagement.values.dates import read_span
from engagement.values.vocabulary import COVERED_AXES, EVERY_AXIS, Basis, Status, read_term

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engagement.counting.periods import Freq
    from engagement.events.coverage import Coverage
    from engagement.values.dates import DateLike

__all__ = ["count_events"]

Counting: TypeAlias = Literal["whole", "fractional"]
"""How an event counts that has several labels."""

Imprecise: TypeAlias = Literal["spread", "start", "middle", "end", "exclude", "impute"]
"""What is done with a date that may be one of several days."""

Durations: TypeAlias = Literal["start", "spread"]
"""Where what lasted counts."""

CoverageChoice: TypeAlias = Literal["complete", "any"]
"""Whether a cell is observed while all of its activities are, or while one is."""

Selective: TypeAlias = Literal["apart", "count"]
"""Whether what a selective source records is shown apart, or counts like the rest."""

Window: TypeAlias = "tuple[DateLike | None, DateLike | None] | None"
"""First and last date, both included; None for what coverage or the events begin or end with."""

COUNTING = get_args(Counting)
"""The ways in which an event counts that has several labels."""

_CHOICES = {
    "counting": COUNTING,
    "imprecise": get_args(Imprecise),
    "durations": get_args(Durations),
    "coverage": get_args(CoverageChoice),
    "selective": get_args(Selective),
}
_Window = tuple[int | None, int | None]


def count_events(
    source: EventLog | EventFrame | Any,
    *,
    by: str | Sequence[str] = ("country", "channel"),
    freq: Freq = "Y",
    window: Window = None,
    counting: Counting = "whole",
    imprecise: Imprecise = "spread",
    durations: Durations = "start",
    coverage: CoverageChoice = "complete",
    selective: Selective = "apart",
    statuses: Sequence[Status | str] = ("recorded",),
    rng: np.random.Generator | int | None = None,
) -> Counts:
    """
    Count events on named axes, period by period, with the exposure of every count.

    Parameters
    ----------
    source
        The events: a log, or a data frame of pandas, polars, DuckDB or PySpark with the
        documented columns. A frame is counted on its engine; `EventFrame` states its coverage.
    by
        An axis or several of country, channel, activity, topic, rank, initiator, pair,
        organisation, participant, subkind, mechanism, terms, place, status, and any column of
        the user's own.
        An axis that is not named never multiplies an event. ``()`` counts all together.
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
    selective
        What is done with events of which coverage says that a text mentions a selection.
        ``"apart"``: where nothing else is observed they are in ``selective``, as so many at
        least, without exposure, and in no rate and no test. ``"count"``: as if all had been
        recorded.
    statuses
        Which events to count, of recorded, implied and planned.
    rng
        Generator or seed for ``imprecise="impute"``; ``None`` is a fixed seed.

    Returns
    -------
    Counts
        A series for each combination of the labels that coverage or the events of these
        statuses know. Exposure is in calendar years; a cell without exposure is NaN. What was
        not counted is in ``left_out``, each with its reason; of a frame, reason by reason, and
        the events behind a cell are not known. Neither labels, nor periods, nor
        exposure depend on ``imprecise`` or ``counting``.

    Raises
    ------
    SettingError
        If a setting is not one of those above, or *source* is neither log nor frame.
    TableError
        If a frame lacks a column, or holds values that cannot be read: all of them.

    Examples
    --------
    >>> from engagement.events.events import Meeting
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
    source = source if isinstance(source, EventLog) else EventFrame.of(source)
    axes = _check_axes(by, (*EVERY_AXIS, *source.own_columns))
    check_freq(freq)
    settings = {
        "counting": counting,
        "imprecise": imprecise,
        "durations": durations,
        "coverage": coverage,
        "selective": selective,
    }
    for name, value in settings.items():
        check_choice(name, value, _CHOICES[name])
    wanted = _check_statuses(statuses)
    limits = _read_window(window)
    covered = source
    if selective == "count" and not all(source.coverage.keys.values()):
        systematic = coverage_on_basis(source.coverage, Basis.SYSTEMATIC, {Basis.SELECTIVE})
        covered = evolve(source, coverage=systematic)
    elif not source.coverage.is_given and {*wanted} != {Status.RECORDED}:
        covered = evolve(source, coverage=_assumed(source, freq, settings, limits))
    if isinstance(covered, EventLog):
        tally = tally_log(covered, axes, wanted, freq, limits, draws=imprecise == "impute")
    else:
        tally = tally_frame(covered, axes, wanted, freq, limits, draws=imprecise == "impute")
    placed = place_units(tally, freq, settings, rng)
    asked = np.flatnonzero(tally.asked)
    used = {axis: tally.labels[axis].take(asked).different() for axis in axes}
    labels = ordered_labels(used, covered.coverage)
    panel = CountGrid.lay_out(labels, freq, _window(limits, covered.coverage, placed, freq))
    observed = ObservedCells.of_panel(
        panel,
        covered.coverage,
        placed.extent,
        CoverageRule(
            freq=freq, complete=coverage == "complete", coded=tally.coded, statuses=wanted
        ),
    )
    entries, share, lost = share_out(panel, tally, placed, observed)
    units = tally.part if counting == "fractional" else np.ones(len(tally.part))
    amount = (tally.number * units)[entries.event] * share
    exposure = observed.years(panel)
    flat = entries.cell * len(panel.numbers) + entries.period
    values: NDArray[np.float64] = np.zeros(exposure.shape)
    values += np.bincount(flat, amount, minlength=values.size).reshape(values.shape)
    noted = np.where(observed.is_mentioned(panel), values, np.nan)
    values[exposure == 0] = np.nan
    shape = (*map(len, labels.values()), len(panel.numbers))
    log = source if isinstance(source, EventLog) else None
    members = tally.members
    return Counts(
        axes=labels,
        periods=period_index(panel.numbers, freq),
        values=values.reshape(shape),
        exposure_years=exposure.reshape(shape),
        selective=None if np.isnan(noted).all() else noted.reshape(shape),
        freq=freq,
        settings={
            "by": axes,
            "freq": freq,
            "window": window,
            **settings,
            "statuses": tuple(map(str, wanted)),
        },
        coverage_stated=source.coverage.is_stated,
        left_out=(
            _reasons_left_out(tally, lost, units)
            if log is None or members is None
            else _events_left_out(log, members, lost, counting)
        ),
        log=log,
        entries=None if members is None else entries_of(members, entries, len(lost)),
    )


def _several(name: str, given: object, what: str) -> tuple[Any, ...]:
    return (given,) if isinstance(given, str) else tuple(list_several(name, given, what))


def _check_axes(by: str | Iterable[str], known: Sequence[str]) -> tuple[str, ...]:
    axes = _several("by", by, "axes")
    for axis in axes:
        if not isinstance(axis, str) or axis not in known:
            listed = ", ".join(f"'{name}'" for name in known)
            raise SettingError(
                f"unknown axis {shown(axis)}; the axes are {listed}"
                + (suggest(axis, known) if isinstance(axis, str) else "")
            )
        if axes.count(axis) > 1:
            raise SettingError(f"axis '{axis}' stands twice in by")
    return axes


def _check_statuses(statuses: Sequence[Status | str]) -> tuple[Status, ...]:
    given = _several("statuses", statuses, "statuses")
    if not given:
        raise SettingError("statuses must name at least one of 'recorded', 'implied', 'planned'")
    return tuple(dict.fromkeys(read_term(Status, status, "status") for status in given))


def _read_window(window: Any) -> _Window:
    if window is None:
        return None, None
    if isinstance(window, str) or not isinstance(window, Sequence) or len(window) != 2:
        raise SettingError(f"window must be a pair of dates, first and last, got {shown(window)}")
    try:
        return read_span(window[0], window[1])
    except DateError as error:
        raise DateError(f"window: {error}") from None


def _window(limits: _Window, coverage: Coverage, placed: Placed, freq: str) -> tuple[int, int]:
    """Return the first day to count and the day after the last."""
    first, last = limits
    if coverage.is_given:
        days = [one for entry in coverage if (one := widened(entry, freq))[0] < one[1]]
        low = min((start for start, _ in days), default=0)
        high = max((end for _, end in days), default=0)
    else:
        low, high = assumed_span(placed.extent, freq)
    if low == high and (first is None or last is None):
        return 0, 0
    return (low if first is None else first), (high if last is None else last)


def _assumed(
    source: EventLog | EventFrame, freq: Freq, settings: Mapping[str, str], limits: _Window
) -> Coverage:
    """Write out what is assumed of events of which no coverage is stated: what is recorded."""
    if isinstance(source, EventLog):
        return source.given_coverage
    tally = tally_frame(source, COVERED_AXES, (Status.RECORDED,), freq, limits, draws=False)
    recorded = np.flatnonzero(tally.recorded)
    labels = [tally.labels[axis].take(recorded).different() for axis in COVERED_AXES]
    placed = place_units(tally, freq, {**settings, "imprecise": "spread"}, None)
    return assumed_coverage(labels, placed.extent)


def _events_left_out(
    log: EventLog, members: Members, lost: NDArray[np.float64], counting: str
) -> pd.DataFrame:
    """List what was lost by event and reason; *lost* is the share of each unit."""
    is_lost = np.asarray((lost > 0).any(axis=1))
    concerned = np.flatnonzero(is_lost[members.unit])
    places, row = np.unique(members.event[concerned], return_inverse=True)
    n_cells = np.bincount(members.event, minlength=len(log))[places]
    amount = np.zeros((len(places), len(REASONS)))
    np.add.at(amount, row, lost[members.unit[concerned]])  # of cells
    share = amount / n_cells[:, np.newaxis]
    told, reasons = np.nonzero(amount)
    at = places[told]
    return pd.DataFrame(
        {
            "id": pd.Series(log.events.coded("id").at(at), dtype="str"),
            "date": pd.Series([str(one) for one in log.events.coded("date").at(at)], dtype="str"),
            "reason": pd.Series([REASONS[reason] for reason in reasons], dtype="str"),
            "share": share[told, reasons],
            "amount": (share if counting == "fractional" else amount)[told, reasons],
        }
    )


def _reasons_left_out(
    tally: Tally, lost: NDArray[np.float64], units: NDArray[np.float64]
) -> pd.DataFrame:
    """Sum what was lost by reason; *units* is what a unit counts for."""
    told = np.flatnonzero(lost.any(axis=0))
    return pd.DataFrame(
        {
            "reason": pd.Series([REASONS[reason] for reason in told], dtype="str"),
            "share": (tally.number * tally.part) @ lost[:, told],
            "amount": (tally.number * units) @ lost[:, told],
        }
    )
