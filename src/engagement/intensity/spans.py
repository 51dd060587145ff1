"""The spans of time that rates are told for: the whole, the caller's, or found segments."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from attrs import frozen
from numpy.typing import NDArray

from engagement.changes.detect.found import Changes
from engagement.changes.optimal.segmentation import Segmentation
from engagement.counting.named_periods import read_period
from engagement.errors import SettingError, shown
from engagement.settings.checks import list_several

if TYPE_CHECKING:
    from engagement.counting.series import CountSeries

__all__ = ["BySegment", "Span", "are_found", "read_spans"]

BySegment = Segmentation | Changes | Iterable[object] | None
"""What a caller may say about spans."""


@frozen(kw_only=True, eq=False)
class Span:
    """Some periods of a series, one after the other."""

    start: pd.Period
    """The first period."""
    end: pd.Period
    """The last period, included."""
    inside: NDArray[np.bool_]
    """Which periods of the series lie in it."""

    @property
    def label(self) -> str:
        """First and last period in words."""
        return str(self.start) if self.start == self.end else f"{self.start} to {self.end}"


def are_found(by_segment: BySegment) -> bool:
    """Tell whether spans were found in counts, and were not fixed before looking at them."""
    return isinstance(by_segment, Segmentation | Changes)


def read_spans(series: CountSeries, by_segment: BySegment) -> tuple[Span, ...]:
    """
    Cut the periods of a series into spans.

    ``None``: one span. A `Segmentation` or `Changes`: a span a segment. Several dates: each is
    the first period of a new span. Several pairs of dates: each is a span, both ends included.
    """
    if not len(series):
        return ()
    if by_segment is None:
        return _between(series, [])
    if isinstance(by_segment, Segmentation):
        return _between(series, [_period(series, when) for when in by_segment.dates])
    if isinstance(by_segment, Changes):
        own = {name: label for name, label in series.axes.items() if name in by_segment.by}
        by_segment.series(**own)  # says so if the changes are those of other series
        found = [
            change.date
            for change in by_segment
            if all(change.axes[name] == label for name, label in own.items())
        ]
        return _between(series, [_period(series, when) for when in found])
    dates = (
        []
        if isinstance(by_segment, str)
        else list_several("by_segment", by_segment, "dates or several pairs of dates")
    )
    if not dates:
        raise SettingError(
            "by_segment must be a Segmentation, Changes, several dates or several pairs of "
            f"dates, got {shown(by_segment)}"
        )
    if any(_is_pair(item) for item in dates):
        return tuple(_pair(series, item) for item in dates)
    return _between(series, [_period(series, when) for when in dates])


def _is_pair(item: object) -> bool:
    return isinstance(item, Sequence) and not isinstance(item, str)


def _period(series: CountSeries, when: object, *, last: bool = False) -> pd.Period:
    """Read a date that begins a period of the series, or ends it."""
    given = read_period("by_segment", when)
    if given.freqstr == series.periods.freqstr:
        return given
    period = given.asfreq(series.periods.freqstr, how="E" if last else "S")
    if (period.end_time != given.end_time) if last else (period.start_time != given.start_time):
        verb = "ends" if last else "begins"
        raise SettingError(
            f"by_segment: {given} {verb} inside of period {period}; count with a finer freq, "
            f"or name a date that {verb} a period"
        )
    return period


def _between(series: CountSeries, starts: list[pd.Period]) -> tuple[Span, ...]:
    first, last = series.periods[0], series.periods[-1]
    for before, after in zip([first, *starts], starts, strict=False):
        if not before < after <= last:
            raise SettingError(
                f"by_segment: dates must increase and lie after {first} and up to {last}, "
                f"got {after} after {before}"
            )
    bounds = [first, *starts]
    ends = [*(start - 1 for start in starts), last]
    return tuple(_span(series, low, high) for low, high in zip(bounds, ends, strict=True))


def _pair(series: CountSeries, item: object) -> Span:
    if not isinstance(item, Sequence) or isinstance(item, str) or len(item) != 2:
        raise SettingError(f"by_segment: a span is a pair of dates, got {shown(item)}")
    low, high = _period(series, item[0]), _period(series, item[1], last=True)
    if low > high:
        raise SettingError(f"by_segment: {high} ends before {low} begins")
    return _span(series, low, high)


def _span(series: CountSeries, low: pd.Period, high: pd.Period) -> Span:
    inside = (series.periods >= low) & (series.periods <= high)
    return Span(start=low, end=high, inside=np.asarray(inside, dtype=np.bool_))
