"""Counts on named axes, with exposure beside every count."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from attrs import evolve, field, frozen
from numpy.typing import NDArray

from engagement.answers import Answer
from engagement.counting.consistency import check_kinds, checked_table
from engagement.counting.dataset import as_dataset
from engagement.counting.entries import Entries
from engagement.counting.long_form import Asked
from engagement.counting.periods import places_within
from engagement.counting.resampling import resampled
from engagement.counting.series import CountSeries, array_field, format_count
from engagement.counting.stated_shares import stated_shares
from engagement.counting.tabulation import tabulate
from engagement.display import NOT_STATED, Column, names
from engagement.errors import LabelError, shown, suggest
from engagement.log.eventlog import EventLog
from engagement.settings.checks import list_several
from engagement.settings.unpickling import checked_again
from engagement.values.vocabulary import as_label

if TYPE_CHECKING:
    from engagement.counting.gaps import Missing
    from engagement.counting.periods import Freq

__all__ = ["Counts"]


@checked_again
@frozen(kw_only=True, eq=False, repr=False)
class Counts(Answer):
    """
    Counts on named axes, with exposure; the answer of `count_events`.

    A cell that was not observed is NaN with exposure zero, never a zero. One row per cell and
    period: the axes, then ``period``, ``count`` (NaN if unobserved) and ``exposure_years``.
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
    selective: NDArray[np.float64] | None = None
    """
    Events of which a source mentions a selection, of the same shape, and NaN elsewhere: so many
    there were at least. They are not among ``values``, and have no exposure.
    """
    log: EventLog | None = None
    """The events that were counted, where the source was a log."""
    entries: Entries | None = None
    """Which event went where, where the source was a log."""

    def __attrs_post_init__(self) -> None:
        """Check that axes, periods, counts and exposures belong together."""
        held = (self.values, self.exposure_years, self.selective)
        checked = checked_table(self.axes, self.periods, self.freq, held)
        for name, value in checked.items():
            object.__setattr__(self, name, value)
        check_kinds(
            settings=(self.settings, Mapping),
            coverage_stated=(self.coverage_stated, bool | np.bool_),
            left_out=(self.left_out, pd.DataFrame),
            log=(self.log, EventLog | None),
            entries=(self.entries, Entries | None),
        )
        if self.entries is not None:
            n_events = 0 if self.log is None else len(self.log)
            self.entries.check(n_events, len(self), len(self.periods))

    @classmethod
    def from_frame(
        cls,
        frame: object,
        *,
        period: str | None = None,
        by: str | Sequence[str] | None = None,
        count: str | Sequence[str] | None = None,
        exposure: str | None = None,
        freq: Freq | None = None,
        missing: Missing | None = None,
    ) -> Counts:
        """
        Take counts that were made elsewhere out of a data frame.

        Three layouts are read. *Long*: one row per label and period, with *count* for the column
        of the numbers. *Wide*: one row per period, in the index or in a column, and one
        column per series. *Events*: one row per event, which are counted here. Rows and columns
        may be in any order.

        Parameters
        ----------
        frame
            Of pandas, polars or another engine that narwhals reads; or a pandas Series.
        period
            Column of the periods, see `CountSeries.from_arrays` for their forms. ``None``
            takes the column ``period`` or else the index.
        by
            Column or columns of the labels, one an axis. Of a wide frame the name of the axis
            that its columns are labels of. ``None`` for one series, or for a wide frame.
        count
            Column of the counts; several columns of a wide frame. ``None`` takes the columns
            of a frame as series, if its periods stand in the index, and its rows as events, if
            *by* or *period* names a column.
        exposure
            Column of the years observed. ``None`` takes each period that has a count as
            observed throughout.
        freq
            What dates stand for, or what events are counted by: ``Y``, ``Q``, ``M``, ``W``
            or ``D``.
        missing
            What cells without a count are, between the first and the last period of the frame:
            ``"zero"``, nothing happened, or ``"unobserved"``, nobody looked. There is no
            default. Grouping rows by month, for one, leaves months without events out.

        Returns
        -------
        Counts
            Labels are sorted texts. What is not known of them: the events behind a cell.

        Raises
        ------
        TableError
            With all that is wrong, by row and column: periods and numbers that cannot be read,
            rows that name one cell twice, labels that are missing, cells without a count where
            *missing* does not say what they are.
        SettingError
            If the settings do not say what the frame holds.

        Examples
        --------
        >>> frame = pd.DataFrame({
        ...     "month": ["2019-01", "2019-03", "2019-01"],
        ...     "country": ["KGZ", "KGZ", "TJK"],
        ...     "visits": [2, 1, 4],
        ... })
        >>> counts = Counts.from_frame(
        ...     frame, period="month", by="country", count="visits", missing="zero"
        ... )
        >>> print(counts.wide().to_string())
        country  KGZ  TJK
        period
        2019-01  2.0  4.0
        2019-02  0.0  0.0
        2019-03  1.0  0.0
        """
        asked = Asked.of(period, by, count, exposure)
        table = tabulate(frame, asked, freq=freq, missing=missing)
        return cls(
            **table,
            freq=table["periods"].freqstr.lstrip("0123456789")[0],
            settings={"by": tuple(table["axes"]), "missing": missing},
            coverage_stated=True,
            left_out=pd.DataFrame(columns=["id", "date", "reason", "share", "amount"]),
        )

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
        told = []
        if (self.exposure_years > 0).any():
            told.append(f"{format_count(np.nansum(self.values))} in all")
        if self.n_selective.any():
            at_least = format_count(self.n_selective.sum())
            told.append(f"at least {at_least} where sources are selective")
        return f"counts {by}, {extent}: {', '.join(told) or 'not observed'}"

    @property
    def n_selective(self) -> NDArray[np.float64]:
        """Events recorded selectively, by series: shape ``(n_series,)``."""
        held = np.zeros_like(self.values) if self.selective is None else self.selective
        return np.asarray(np.nansum(self._rows(held), axis=1))

    @property
    def columns(self) -> list[Column]:
        """The count and the exposure of each cell."""
        return names(*self.by, "period", "count", "exposure_years")

    @property
    def rows(self) -> pd.DataFrame:
        """One row per cell and period; with exposure NaN where only a selection was mentioned."""
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
        if self.selective is not None:
            noted = self.selective.reshape(-1)
            alone = ~np.isnan(noted) & (frame["exposure_years"] == 0)
            frame["count"] = frame["count"].where(~alone, noted)
            frame["exposure_years"] = frame["exposure_years"].where(~alone)
        return frame

    def to_xarray(self) -> Any:
        """
        Return the counts as a data set of xarray, which has to be installed.

        Returns
        -------
        xarray.Dataset
            ``count``, ``exposure_years`` and, where there is any, ``selective`` on the axes and
            ``period``, whose coordinate is the first day of each period.

        Raises
        ------
        SettingError
            If xarray is not installed.
        """
        held = (self.values, self.exposure_years, self.selective)
        return as_dataset(self.axes, self.periods, *held)

    def wide(self) -> pd.DataFrame:
        """Return the counts with one row per period and one column per series."""
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
            With the same ``left_out``: what was excluded from all.

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
            entries = entries.of_cells(flat, prod(shape))
        return evolve(
            self,
            axes={
                name: tuple(known[place] for place in grid[dim])
                for dim, (name, known) in enumerate(self.axes.items())
            },
            values=self.values[places],
            exposure_years=self.exposure_years[places],
            selective=None if self.selective is None else self.selective[places],
            entries=entries,
        )

    def _positions(self, axis: str, wanted: str | Iterable[str]) -> NDArray[np.int64]:
        known = self._axis(axis)
        is_several = isinstance(wanted, Iterable) and not isinstance(wanted, str)
        given = list_several(axis, wanted, "labels") if is_several else [wanted]
        texts = [as_label(label) for label in given]
        for text in texts:
            if text not in known:
                raise LabelError(
                    f"axis '{axis}' has no label {shown(text)}; it has {_listed(known)}"
                    + suggest(text, known)
                )
            if texts.count(text) > 1:
                raise LabelError(f"label {shown(text)} of axis '{axis}' stands twice")
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
            A label for each axis; an axis that has only one is optional.

        Raises
        ------
        LabelError
            If there is no such axis or label, or an axis with several labels is not named.
        """
        for name in labels:
            self._axis(name)
        chosen = {}
        for name, known in self.axes.items():
            if name not in labels and len(known) != 1:
                raise LabelError(
                    f"a series needs a label for axis '{name}', which has {_listed(known)}"
                )
            chosen[name] = as_label(labels.get(name, known[0] if known else ""))
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
            For an axis a label or several; all if it is not named.

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
            keep = np.isin(chosen.entries.period, places_within(self.periods, period))
        return chosen.log.take(np.unique(chosen.entries.event[keep]).tolist())

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
            A cell without any observed period is NaN; ``selective`` is summed apart.

        Raises
        ------
        SettingError
            If the rule cannot be read, or the present periods do not nest in it.
        """
        coarse = resampled(self.periods, self.freq, rule, self.values, self.exposure_years)
        noted = None if self.selective is None else coarse.sum_mentioned(self.selective)
        behind = self.entries
        return evolve(
            self,
            freq=coarse.freq,
            periods=coarse.periods,
            values=coarse.values,
            exposure_years=coarse.exposure_years,
            selective=noted,
            entries=behind and evolve(behind, period=coarse.to_bin[behind.period]),
        )

    @property
    def notes(self) -> tuple[str, ...]:
        """Whether coverage is stated, what is recorded in part, and what was not counted."""
        notes = [] if self.coverage_stated else [NOT_STATED]
        notes += stated_shares(None if self.log is None else self.log.coverage, self.axes)
        if len(self.left_out):
            amounts = self.left_out.groupby("reason")["amount"].sum().items()
            told = [f"{format_count(n)} ({reason})" for reason, n in amounts]
            notes.append(f"not counted: {', '.join(told)}")
        return tuple(notes)


def _listed(names: Iterable[str]) -> str:
    texts = [f"'{name}'" for name in names]
    return ", ".join(texts[:12]) + (f" and {len(texts) - 12} more" if texts[12:] else "") or "none"
