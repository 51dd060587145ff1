"""Counts on named axes, with exposure beside every count."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product
from math import prod
from typing import Any

import numpy as np
import pandas as pd
from attrs import evolve, field, frozen
from numpy.typing import NDArray

from engagement.answers import Answer
from engagement.counting.calendar import (
    YEARS,
    as_periods,
    first_days,
    multiple_of,
    numbers_of_days,
    period_index,
    split_rule,
)
from engagement.counting.series import CountSeries, array_field, format_count
from engagement.display import NOT_STATED, Column, names
from engagement.errors import LabelError, SettingError, suggest
from engagement.log.eventlog import EventLog

__all__ = ["Counts"]


@frozen(kw_only=True, eq=False)
class Entries:
    """What went into which cell: arrays of one length, one entry a share of an event."""

    event: NDArray[np.int64]
    """Position of the event in the log."""
    cell: NDArray[np.int64]
    """Position of the cell in the flattened axes."""
    period: NDArray[np.int64]
    """Position of the period."""


@frozen(kw_only=True, eq=False, repr=False)
class Counts(Answer):
    """
    Counts on named axes, with exposure; the answer of `count_events`.

    A cell that was not observed is NaN with exposure zero, never a zero. A row a cell and period:
    a column an axis, then ``period``, ``count`` (NaN where not observed) and ``exposure_years``.
    """

    axes: Mapping[str, tuple[str, ...]]
    """The labels on each axis, in the order of the dimensions."""
    periods: pd.PeriodIndex
    """The periods, consecutive: the last dimension."""
    values: NDArray[np.float64] = field(**array_field)
    """Events in each cell, one dimension an axis and one for the periods."""
    exposure_years: NDArray[np.float64] = field(**array_field)
    """Calendar years observed in each cell, of the same shape."""
    freq: str
    """Letter of the frequency."""
    settings: Mapping[str, object]
    """What was asked of `count_events`."""
    coverage_stated: bool
    """Whether the log states its coverage; otherwise it is first to last event's period."""
    left_out: pd.DataFrame
    """
    What was not counted and why: columns ``id``, ``date``, ``reason``, ``share`` (of the event)
    and ``amount`` (by how much the counts are less for it). With the counts it makes up all.
    """
    log: EventLog | None = None
    """The events that were counted, where the source was a log."""
    entries: Entries | None = None
    """Which event went where, where the source was a log."""

    @property
    def by(self) -> tuple[str, ...]:
        """Names of the axes."""
        return tuple(self.axes)

    def __len__(self) -> int:
        """Return the number of series: the product of the axes' lengths."""
        return prod(len(labels) for labels in self.axes.values())

    @property
    def title(self) -> str:
        """What is counted by what."""
        by = f"by {', '.join(self.by)}" if self.by else "of all events together"
        extent = f"{self.periods[0]} to {self.periods[-1]}" if len(self.periods) else "no periods"
        return f"counts {by}, {extent}: {format_count(np.nansum(self.values))} in all"

    @property
    def columns(self) -> list[Column]:
        """The count and the exposure of each cell."""
        return names(*self.by, "period", "count", "exposure_years")

    @property
    def rows(self) -> pd.DataFrame:
        """A row a cell and period."""
        n_periods = len(self.periods)
        labels = list(product(*self.axes.values()))
        columns: dict[str, Any] = {
            name: np.repeat(np.array([label[place] for label in labels], dtype=object), n_periods)
            for place, name in enumerate(self.axes)
        }
        frame = pd.DataFrame(columns).astype("str") if columns else pd.DataFrame()
        frame["period"] = self.periods.take(np.tile(np.arange(n_periods), len(labels)))
        frame["count"] = self.values.reshape(-1)
        frame["exposure_years"] = self.exposure_years.reshape(-1)
        return frame

    def wide(self) -> pd.DataFrame:
        """Return the counts with a row a period and a column a series."""
        labels = list(product(*self.axes.values()))
        columns: pd.Index
        if not self.axes:
            columns = pd.Index(["all"])
        elif len(self.axes) == 1:
            columns = pd.Index([label for (label,) in labels], name=self.by[0], dtype="str")
        else:
            columns = pd.MultiIndex.from_tuples(labels, names=self.by)
        return pd.DataFrame(self._rows(self.values).T, index=self.periods, columns=columns)

    def _rows(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Lay the axes out, the last running fastest: shape ``(n_series, n_periods)``."""
        return values.reshape(len(self), len(self.periods))

    def select(self, **labels: str | Iterable[str]) -> Counts:
        """
        Keep some labels of some axes.

        Parameters
        ----------
        **labels
            For an axis a label or several, in the order wanted.

        Returns
        -------
        Counts
            With the same ``left_out``: what was left out of all.

        Raises
        ------
        LabelError
            If there is no such axis or label, with close ones, or a label stands twice.
        """
        positions = {name: self._positions(name, wanted) for name, wanted in labels.items()}
        shape = tuple(len(known) for known in self.axes.values())
        grid = [positions.get(name, np.arange(len(known))) for name, known in self.axes.items()]
        places = np.ix_(*grid) if grid else ()
        entries = self.entries
        if entries is not None:
            flat = np.arange(prod(shape)).reshape(shape)[places].reshape(-1)
            to_new = np.full(prod(shape), -1)
            to_new[flat] = np.arange(len(flat))
            kept = to_new[entries.cell] >= 0
            entries = Entries(
                event=entries.event[kept],
                cell=to_new[entries.cell[kept]],
                period=entries.period[kept],
            )
        return evolve(
            self,
            axes={
                name: tuple(known[place] for place in grid[dim])
                for dim, (name, known) in enumerate(self.axes.items())
            },
            values=self.values[places],
            exposure_years=self.exposure_years[places],
            entries=entries,
        )

    def _positions(self, axis: str, wanted: str | Iterable[str]) -> NDArray[np.int64]:
        known = self._axis(axis)
        is_several = isinstance(wanted, Iterable) and not isinstance(wanted, str)
        texts = [str(text) for text in (wanted if is_several else (wanted,))]
        for text in texts:
            if text not in known:
                raise LabelError(
                    f"axis '{axis}' has no label {text!r}; it has {_listed(known)}"
                    + suggest(text, known)
                )
            if texts.count(text) > 1:
                raise LabelError(f"label {text!r} of axis '{axis}' stands twice")
        return np.array([known.index(text) for text in texts], dtype=np.int64)

    def _axis(self, axis: str) -> tuple[str, ...]:
        if axis not in self.axes:
            raise LabelError(
                f"unknown axis '{axis}'; the axes are {_listed(self.axes)}"
                + suggest(axis, self.axes)
            )
        return self.axes[axis]

    def series(self, **labels: str) -> CountSeries:
        """
        Take one series out.

        Parameters
        ----------
        **labels
            A label for each axis; an axis that has only one may be left out.

        Raises
        ------
        LabelError
            If there is no such axis or label, or an axis with several labels is left out.
        """
        for name in labels:
            self._axis(name)
        chosen = {}
        for name, known in self.axes.items():
            if name not in labels and len(known) != 1:
                raise LabelError(
                    f"a series needs a label for axis '{name}', which has {_listed(known)}"
                )
            chosen[name] = str(labels.get(name, known[0] if known else ""))
        places = tuple(int(self._positions(name, label)[0]) for name, label in chosen.items())
        return CountSeries(
            counts=self.values[places],
            exposure_years=self.exposure_years[places],
            periods=self.periods,
            name=" ".join(chosen.values()),
            axes=chosen,
            coverage_stated=self.coverage_stated,
        )

    def all_series(self) -> Iterator[CountSeries]:
        """Yield every series, the last axis running fastest."""
        for labels in product(*self.axes.values()):
            yield self.series(**dict(zip(self.axes, labels, strict=True)))

    def events(self, *, period: object = None, **labels: str | Iterable[str]) -> EventLog:
        """
        Give the events behind cells.

        Parameters
        ----------
        period
            A pandas period or a text such as ``"2003"``: all periods that lie within it.
            ``None`` takes all.
        **labels
            For an axis a label or several; all where left out.

        Returns
        -------
        EventLog
            Every event that adds to one of the cells, whole or in part, once.

        Raises
        ------
        LabelError
            If there is no such axis, label or period, or the counts were not made from a log.
        SeriesError
            If *period* cannot be read.
        """
        chosen = self.select(**labels)
        if chosen.log is None or chosen.entries is None:
            raise LabelError("these counts do not know their events: they were not made of a log")
        keep = np.ones(len(chosen.entries.event), dtype=bool)
        if period is not None:
            keep = np.isin(chosen.entries.period, self._within(period))
        return chosen.log.take(np.unique(chosen.entries.event[keep]).tolist())

    def _within(self, period: object) -> NDArray[np.int64]:
        wanted = as_periods([period])
        starts, ends = self.periods.asfreq("D", "S").asi8, self.periods.asfreq("D", "E").asi8
        inside = starts >= wanted.asfreq("D", "S").asi8
        inside &= ends <= wanted.asfreq("D", "E").asi8
        if not inside.any():
            extent = f"{self.periods[0]} to {self.periods[-1]}" if len(self.periods) else "none"
            raise LabelError(f"no period of the counts lies within {wanted[0]}; they have {extent}")
        return np.flatnonzero(inside)

    def resample(self, rule: str) -> Counts:
        """
        Put periods together.

        Parameters
        ----------
        rule
            A number and a letter of Y, Q, M, W, D, such as ``"5Y"``. Bins begin with the
            first period; a last bin that is short has its true exposure.

        Returns
        -------
        Counts
            A cell is NaN where none of its periods was observed.

        Raises
        ------
        SettingError
            If the rule cannot be read, or the present periods do not nest in it.

        """
        multiple, letter = split_rule(rule, self.freq)
        if multiple_of(self.periods) != 1:
            raise SettingError(f"counts in bins of {self.periods.freqstr} are not resampled again")
        fine = self._numbers()
        if not len(fine):
            return evolve(self, freq=letter, periods=period_index(fine, letter, multiple))
        days = np.diff(first_days(np.append(fine, fine[-1] + 1), self.freq))
        units = numbers_of_days(first_days(fine, self.freq), letter)
        n_units = int(units[-1] - units[0]) + 1
        unit_days = np.diff(first_days(units[0] + np.arange(n_units + 1), letter))
        observed_days = np.rint(self.exposure_years / YEARS[self.freq] * days)
        exposure = _sum_into(observed_days, units - units[0], n_units) / unit_days * YEARS[letter]
        counts = _sum_into(np.nan_to_num(self.values), units - units[0], n_units)
        bins = np.arange(n_units) // multiple
        n_bins = int(bins[-1]) + 1
        exposure = _sum_into(exposure, bins, n_bins)
        counts = np.where(exposure > 0, _sum_into(counts, bins, n_bins), np.nan)
        to_bin = (units - units[0]) // multiple
        entries = self.entries
        if entries is not None:
            entries = evolve(entries, period=to_bin[entries.period])
        return evolve(
            self,
            freq=letter,
            periods=period_index(units[0] + multiple * np.arange(n_bins), letter, multiple),
            values=counts,
            exposure_years=exposure,
            entries=entries,
        )

    def _numbers(self) -> NDArray[np.int64]:
        if not len(self.periods):
            return np.zeros(0, dtype=np.int64)
        origin = period_index(np.zeros(1, dtype=np.int64), self.freq).asi8[0]
        return np.asarray(self.periods.asi8 - origin, dtype=np.int64)

    @property
    def notes(self) -> tuple[str, ...]:
        """Whether coverage is stated, and what was not counted."""
        notes = [] if self.coverage_stated else [NOT_STATED]
        if len(self.left_out):
            by_reason = self.left_out.groupby("reason")["amount"].sum()
            told = ", ".join(f"{format_count(n)} ({reason})" for reason, n in by_reason.items())
            notes.append(f"not counted: {told}")
        return tuple(notes)


def _sum_into(
    values: NDArray[np.float64], bins: NDArray[np.int64], n_bins: int
) -> NDArray[np.float64]:
    summed = np.zeros((n_bins, *values.shape[:-1]))
    np.add.at(summed, bins, np.moveaxis(values, -1, 0))
    return np.moveaxis(summed, 0, -1)


def _listed(names: Iterable[str]) -> str:
    texts: Sequence[str] = list(names)
    shown = ", ".join(f"'{name}'" for name in texts[:12])
    return shown + (f" and {len(texts) - 12} more" if len(texts) > 12 else "") or "none"
