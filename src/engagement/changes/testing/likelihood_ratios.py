"""Compiled sums of likelihood ratios over windows of periods."""

from __future__ import annotations

from math import exp
from typing import TYPE_CHECKING, NamedTuple

from engagement.compiling import compiled

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Whole = NDArray[np.int64]
    Counts = NDArray[np.int32]

__all__ = ["Spans", "add_by_logs", "add_known", "sum_up"]


class Spans(NamedTuple):
    """
    Windows as `engagement.changes.testing.windows.Windows` has them.

    Larger log ratios than the largest count as that. *log_of* has the logarithms of whole numbers
    up to the largest total, where 0 has that of 1.
    """

    starts: Whole
    ends: Whole
    kinds: Whole
    log_inside: Floats
    log_outside: Floats
    log_of: Floats
    largest_log: float


@compiled
def sum_up(rows: Whole, running: Counts) -> None:
    """
    Write running sums of rows of counts, from one period to the next.

    Parameters
    ----------
    rows
        Shape ``(n_rows, n_periods)``.
    running
        Zeros, shape ``(n_periods + 1, n_rows)``.
    """
    for row in range(len(rows)):
        total = 0
        for period in range(len(rows[row])):
            total += rows[row, period]
            running[period + 1, row] = total


@compiled
def _log_ratio(inside: int, total: int, spans: Spans, kind: int) -> float:
    """Compare the rates in and out of a window with one rate for both."""
    outside, whole, log_of = total - inside, spans.log_of[total], spans.log_of
    ratio = inside * (log_of[inside] - whole - spans.log_inside[kind])
    ratio += outside * (log_of[outside] - whole - spans.log_outside[kind])
    return float(min(max(ratio, 0.0), spans.largest_log))


@compiled
def add_known(
    running: Counts, spans: Spans, ratios: Floats, kind_of_ratio: Whole, sums: Floats
) -> None:
    """
    Add the likelihood ratios of windows in rows that have one total.

    Each is worked out once for each kind of windows and each number of events in them.

    Parameters
    ----------
    running
        Running sums of counts, shape ``(n_periods + 1, n_rows)``.
    spans
        The windows.
    ratios, kind_of_ratio
        Room for what is known, shape ``(total + 1,)``: ratios by number of events, and for
        which kind of windows each was worked out, negative at the start.
    sums
        What is added to, shape ``(n_rows,)``.
    """
    total = running[len(running) - 1, 0]
    for window in range(len(spans.starts)):
        kind = spans.kinds[window]
        start, end = running[spans.starts[window]], running[spans.ends[window]]
        fewest = most = end[0] - start[0]
        for row in range(len(sums)):
            inside = end[row] - start[row]
            fewest, most = min(fewest, inside), max(most, inside)
        for inside in range(fewest, most + 1):
            if kind_of_ratio[inside] != kind:
                ratios[inside] = exp(_log_ratio(inside, total, spans, kind))
                kind_of_ratio[inside] = kind
        for row in range(len(sums)):
            sums[row] += ratios[end[row] - start[row]]


@compiled
def add_by_logs(running: Counts, spans: Spans, sums: Floats) -> None:
    """
    Add the likelihood ratios of windows in rows whose totals differ.

    Parameters
    ----------
    running, spans, sums
        As in `add_known`.
    """
    totals = running[len(running) - 1]
    for window in range(len(spans.starts)):
        kind = spans.kinds[window]
        start, end = running[spans.starts[window]], running[spans.ends[window]]
        for row in range(len(sums)):
            inside = end[row] - start[row]
            sums[row] += exp(_log_ratio(inside, totals[row], spans, kind))
