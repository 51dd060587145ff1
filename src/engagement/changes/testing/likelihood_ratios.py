"""Compiled sums of likelihood ratios over windows of periods."""

from __future__ import annotations

from math import exp, log
from typing import TYPE_CHECKING, NamedTuple

from engagement.compiling import compiled

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Whole = NDArray[np.int64]

__all__ = ["Spans", "add_by_logs", "add_known", "sum_up"]


class Spans(NamedTuple):
    """
    Windows as `engagement.changes.testing.windows.Windows` has them.

    Larger log ratios count as that.
    """

    starts: Whole
    ends: Whole
    kinds: Whole
    log_inside: Floats
    log_outside: Floats
    largest_log: float


@compiled
def sum_up(rows: Whole, running: Whole) -> None:
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
def add_known(
    running: Whole, spans: Spans, ratios: Floats, kind_of_ratio: Whole, sums: Floats
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
    whole = max(total, 1)
    for window in range(len(spans.starts)):
        kind = spans.kinds[window]
        start, end = running[spans.starts[window]], running[spans.ends[window]]
        for row in range(len(sums)):
            inside = end[row] - start[row]
            if kind_of_ratio[inside] != kind:
                outside = total - inside
                ratio = inside * (log(max(inside, 1) / whole) - spans.log_inside[kind])
                ratio += outside * (log(max(outside, 1) / whole) - spans.log_outside[kind])
                ratios[inside] = exp(min(max(ratio, 0.0), spans.largest_log))
                kind_of_ratio[inside] = kind
            sums[row] += ratios[inside]


@compiled
def add_by_logs(running: Whole, spans: Spans, log_of: Floats, sums: Floats) -> None:
    """
    Add the likelihood ratios of windows in rows whose totals differ.

    Parameters
    ----------
    running, spans, sums
        As in `add_known`.
    log_of
        Logarithms of whole numbers up to the largest total, where 0 has that of 1.
    """
    totals = running[len(running) - 1]
    for window in range(len(spans.starts)):
        kind = spans.kinds[window]
        log_inside, log_outside = spans.log_inside[kind], spans.log_outside[kind]
        start, end = running[spans.starts[window]], running[spans.ends[window]]
        for row in range(len(sums)):
            inside = end[row] - start[row]
            outside = totals[row] - inside
            whole = log_of[totals[row]]
            ratio = inside * (log_of[inside] - whole - log_inside)
            ratio += outside * (log_of[outside] - whole - log_outside)
            sums[row] += exp(min(max(ratio, 0.0), spans.largest_log))
