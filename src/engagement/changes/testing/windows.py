"""Likelihood ratios over windows of periods, and their ranks in a resampling table."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

from engagement import compiling

__all__ = ["Ranks", "WindowSet", "Windows", "rank_first", "window_lengths"]

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]

_LARGEST_LOG = 600.0
"""Log ratios above this count as this, in observed and simulated rows alike."""

_BLOCK = 16_384
"""Windows of rows that are in hand at a time, so that these stay in the processor's cache."""

_ROWS = 512
"""Rows that compiled code has in hand at a time."""

_LARGEST_TOTAL = 1 << 20
"""Events up to which compiled code keeps ratios by their number."""


def window_lengths(n_periods: int, growth: float = 1.4) -> list[int]:
    """
    Return lengths of inner windows, growing by a factor.

    Examples
    --------
    >>> window_lengths(28)
    [1, 2, 3, 4, 5, 7, 9, 12, 16, 22]
    """
    lengths, length = [], 1
    while length <= n_periods - 2:
        lengths.append(length)
        length = max(length + 1, int(length * growth))
    return lengths


@frozen(kw_only=True, eq=False)
class Windows:
    """
    Windows of periods.

    A split at k is the window of the periods before k. Windows of a kind stand together and
    have the same share of the exposure, so that a ratio depends on the events inside alone.
    """

    starts: Whole
    """First period of each window."""
    ends: Whole
    """First period after each."""
    kinds: Whole = field(repr=False)
    """The kind of each."""
    log_inside: Floats = field(repr=False)
    """Log of the share of exposure in a window of each kind."""
    log_outside: Floats = field(repr=False)
    """Log of the share of exposure out of it."""

    @classmethod
    def splits(cls, exposures: Floats) -> Windows:
        """Make all splits."""
        ends = np.arange(1, len(exposures))
        return cls._of(exposures, np.zeros_like(ends), ends)

    @classmethod
    def inner(cls, exposures: Floats) -> Windows:
        """Make windows of growing lengths that begin after the first and end before the last."""
        n_periods = len(exposures)
        starts = [np.arange(1, n_periods - length) for length in window_lengths(n_periods)]
        if not starts:
            return cls._of(exposures, *np.zeros((2, 0), dtype=np.int64))
        lengths = np.repeat(window_lengths(n_periods), [len(some) for some in starts])
        firsts = np.concatenate(starts)
        return cls._of(exposures, firsts, firsts + lengths)

    @classmethod
    def _of(cls, exposures: Floats, starts: Whole, ends: Whole) -> Windows:
        if np.ptp(exposures) <= 1e-12 * exposures.max(initial=0.0):  # lengths are exact
            lengths, kinds = np.unique(ends - starts, return_inverse=True)
            inside = lengths.astype(np.float64)
            outside = len(exposures) - inside
        else:
            # sums of what is inside and outside, each by addition only: with exposures over many
            # decades a difference of running sums has no correct digit left
            before = np.concatenate(([0.0], np.cumsum(exposures)))
            after = np.concatenate((np.cumsum(exposures[::-1])[::-1], [0.0]))
            outside, kinds = before[starts] + after[ends], np.arange(len(starts))
            inside = before[ends].copy()
            for length in np.unique((ends - starts)[starts > 0]):
                here = (starts > 0) & (ends - starts == length)
                inside[here] = np.convolve(exposures, np.ones(length), "valid")[starts[here]]
        total = inside + outside
        return cls(
            starts=starts,
            ends=ends,
            kinds=kinds,
            log_inside=np.log(inside / total),
            log_outside=np.log(outside / total),
        )

    def __len__(self) -> int:
        """Return the number of windows."""
        return len(self.starts)

    def log_ratios(self, events: Whole, total: Whole | int, kinds: Whole | None = None) -> Floats:
        """
        Compare a rate inside and another outside with one rate for both.

        Parameters
        ----------
        events
            Events inside windows, the last axis running over windows.
        total
            Events in all, a number or one a row.
        kinds
            Of which kind these windows are; ``None`` for all windows.

        Returns
        -------
        numpy.ndarray
            ``s log(s / (N q)) + (N - s) log((N - s) / (N (1 - q)))``.
        """
        kinds = self.kinds if kinds is None else kinds
        inside = np.asarray(events, dtype=np.float64)
        outside = total - inside
        total = np.maximum(total, 1)
        log_in = np.log(np.maximum(inside, 1.0) / total) - self.log_inside[kinds]
        log_out = np.log(np.maximum(outside, 1.0) / total) - self.log_outside[kinds]
        return np.asarray(np.maximum(inside * log_in + outside * log_out, 0.0), dtype=np.float64)

    def sums_of_ratios(self, rows: Whole) -> Floats:
        """
        Sum the likelihood ratios over the windows, for each row of counts.

        Parameters
        ----------
        rows
            Shape ``(n_rows, n_periods)``; fastest if all rows have one total.

        Returns
        -------
        numpy.ndarray
            Shape ``(n_rows,)``.
        """
        totals = rows.sum(axis=1, dtype=np.int64)
        most, is_one_total = int(totals.max(initial=0)), bool((totals == totals[:1]).all())
        if rows.shape[1] >= compiling.LONG and most <= _LARGEST_TOTAL:
            return self._compiled_sums(rows, totals)
        running = np.zeros((len(rows), rows.shape[1] + 1), dtype=np.int64)
        np.cumsum(rows, axis=1, out=running[:, 1:])
        n_kinds, known = len(self.log_inside), None
        if is_one_total and (most + 1) * n_kinds < len(rows) * len(self):
            # fewer ratios can occur than are asked for
            numbers, kinds = np.arange(most + 1)[:, None], np.arange(n_kinds)
            known = self._ratios(numbers, most, kinds).ravel()
        sums = np.empty(len(rows))
        for part in _parts(len(rows), _BLOCK // len(self)):
            events = running[part].take(self.ends, axis=1)
            events -= running[part].take(self.starts, axis=1)
            if known is not None:
                events *= n_kinds
                events += self.kinds
                ratios = known.take(events, mode="clip")
            else:
                ratios = self._ratios(events, totals[part, None], self.kinds)
            sums[part] = ratios.sum(axis=1)
        return sums

    def _compiled_sums(self, rows: Whole, totals: Whole) -> Floats:
        """Sum ratios by compiled code, which several threads can run at the same time."""
        from engagement.changes.testing.likelihood_ratios import (
            Spans,
            add_by_logs,
            add_known,
            sum_up,
        )

        most, is_one_total = int(totals.max(initial=0)), bool((totals == totals[:1]).all())
        log_of = np.log(np.maximum(np.arange(most + 1), 1))
        shares = self.log_inside, self.log_outside
        spans = Spans(self.starts, self.ends, self.kinds, *shares, log_of, _LARGEST_LOG)
        ratios, kind_of_ratio = np.empty(most + 1), np.full(most + 1, -1)
        rows, sums = np.ascontiguousarray(rows, dtype=np.int64), np.zeros(len(rows))
        for part in _parts(len(rows), _ROWS):
            running = np.zeros((rows.shape[1] + 1, len(sums[part])), dtype=np.int32)
            sum_up(rows[part], running)
            if is_one_total:
                add_known(running, spans, ratios, kind_of_ratio, sums[part])
            else:
                add_by_logs(running, spans, sums[part])
        return sums

    def _ratios(self, events: Whole, total: Whole | int, kinds: Whole) -> Floats:
        logs = np.minimum(self.log_ratios(events, total, kinds), _LARGEST_LOG)
        return np.asarray(np.exp(logs), dtype=np.float64)

    def log_mean_ratios(self, rows: Whole) -> Floats:
        """
        Average the likelihood ratios over the windows, as logs.

        Rows that mirror one another differ in rounding only; they are brought to one value.

        Parameters
        ----------
        rows
            Counts, shape ``(n_rows, n_periods)``.

        Returns
        -------
        numpy.ndarray
            Shape ``(n_rows,)``; 0 throughout if there are no windows.
        """
        if not len(self):
            return np.zeros(len(rows))
        logs = np.log(self.sums_of_ratios(rows) / len(self))
        return np.asarray(np.round(logs, 9), dtype=np.float64)

    def best(self, counts: Floats) -> tuple[float, int, int]:
        """
        Find the window with the largest log ratio of one series.

        Returns
        -------
        tuple
            The log ratio, the first period of the window, and the first after it; -1 for the
            ratio if there are no windows.
        """
        if not len(self):
            return -1.0, 0, 0
        running = np.concatenate(([0], np.cumsum(counts))).astype(np.int64)
        events = running[self.ends] - running[self.starts]
        ratios = np.round(self.log_ratios(events, int(running[-1])), 9)
        place = int(np.argmax(ratios))
        return float(ratios[place]), int(self.starts[place]), int(self.ends[place])


@frozen(kw_only=True, eq=False)
class WindowSet:
    """All windows that a test looks at."""

    splits: Windows
    """All splits of the periods in two."""
    inner: Windows
    """Windows that begin after the first period and end before the last."""

    @classmethod
    def of(cls, exposures: Floats) -> WindowSet:
        """Make them for given exposures; those of the last few are remembered."""
        return _window_set(np.ascontiguousarray(exposures, dtype=np.float64).tobytes())

    def best(self, counts: Floats) -> tuple[float, int, int]:
        """Return the largest log ratio over all windows, with the window that has it."""
        split, inner = self.splits.best(counts), self.inner.best(counts)
        return inner if inner[0] > split[0] else split


def _parts(n_rows: int, step: int) -> list[slice]:
    """Cut rows into parts."""
    return [slice(top, top + max(step, 1)) for top in range(0, n_rows, max(step, 1))]


@lru_cache(maxsize=64)
def _window_set(raw: bytes) -> WindowSet:
    exposures = np.frombuffer(raw)
    return WindowSet(splits=Windows.splits(exposures), inner=Windows.inner(exposures))


def rank_first(values: Floats) -> Whole:
    """
    Count for each row how many have at least its value.

    Examples
    --------
    >>> import numpy as np
    >>> rank_first(np.array([2.0, 5.0, 2.0]))
    array([3, 1, 3])
    """
    return np.asarray(len(values) - np.searchsorted(np.sort(values), values), dtype=np.int64)


@frozen(kw_only=True)
class Ranks:
    """
    How the first row of a resampling table stands among all.

    Its rank by splits and its rank by inner windows are shares of one budget, three fifths
    and two fifths; the lesser of the two is itself ranked in the same table, so that the
    answer is exact. Equal rows count against a change.
    """

    p_split: float
    p_window: float
    p_value: float

    @classmethod
    def of(cls, split: Floats, window: Floats) -> Ranks:
        """Rank the first row, given the statistics of all rows."""
        size = len(split)
        by_split, by_window = 2 * rank_first(split), 3 * rank_first(window)
        if not window.any():  # no inner window finds room
            by_window = np.full(size, 3 * size)
        combined = np.minimum(by_split, by_window)
        return cls(
            p_split=float(by_split[0]) / 2 / size,
            p_window=float(by_window[0]) / 3 / size,
            p_value=float((combined <= combined[0]).sum()) / size,
        )
