"""Likelihood ratios over windows of periods, and their ranks in a resampling table."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Ranks", "WindowSet", "Windows", "rank_first", "window_lengths"]

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]

_LARGEST_LOG = 600.0
"""Log ratios above this count as this, in observed and simulated rows alike."""

_ROWS = 64
"""Rows that are handled at a time, so that what is in hand stays in the processor's cache."""


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
    The windows of one length, or all splits of the periods in two.

    A split at k is the window of the periods before k.
    """

    starts: NDArray[np.intp]
    """First period of each window."""
    ends: NDArray[np.intp]
    """First period after each."""
    log_inside: Floats = field(repr=False)
    """Log of the share of exposure in each."""
    log_outside: Floats = field(repr=False)
    """Log of the share of exposure out of it."""
    are_alike: bool
    """Whether all have the same share, so that a ratio depends on the events inside alone."""

    @classmethod
    def splits(cls, exposures: Floats) -> Windows:
        """Make all splits."""
        ends = np.arange(1, len(exposures))
        return cls._of(exposures, np.zeros_like(ends), ends)

    @classmethod
    def inner(cls, exposures: Floats, length: int) -> Windows:
        """Make all windows of a length that begin after the first and end before the last."""
        starts = np.arange(1, len(exposures) - length)
        return cls._of(exposures, starts, starts + length)

    @classmethod
    def _of(cls, exposures: Floats, starts: NDArray[np.intp], ends: NDArray[np.intp]) -> Windows:
        if np.ptp(exposures) <= 1e-12 * exposures.max(initial=0.0):  # lengths are exact
            inside = (ends - starts).astype(np.float64)
            return cls._sharing(starts, ends, inside, len(exposures) - inside)
        # sums of what is inside and outside, each by addition only: with exposures over many
        # decades a difference of running sums has no correct digit left
        before = np.concatenate(([0.0], np.cumsum(exposures)))
        after = np.concatenate((np.cumsum(exposures[::-1])[::-1], [0.0]))
        outside = before[starts] + after[ends]
        if len(starts) and starts[0] == 0:
            inside = before[ends]
        else:
            length = int(ends[0] - starts[0]) if len(starts) else 1
            inside = np.convolve(exposures, np.ones(length), "valid")[1:-1]
        return cls._sharing(starts, ends, inside, outside)

    @classmethod
    def _sharing(
        cls, starts: NDArray[np.intp], ends: NDArray[np.intp], inside: Floats, outside: Floats
    ) -> Windows:
        total = inside + outside
        return cls(
            starts=starts,
            ends=ends,
            log_inside=np.log(inside / total),
            log_outside=np.log(outside / total),
            are_alike=bool(len(inside) and (inside == inside[0]).all()),
        )

    def log_ratios(self, events: Whole, total: Whole | int) -> Floats:
        """
        Compare a rate inside and another outside with one rate for both.

        Parameters
        ----------
        events
            Events inside the windows, the last axis running over windows.
        total
            Events in all, a number or one a row.

        Returns
        -------
        numpy.ndarray
            ``s log(s / (N q)) + (N - s) log((N - s) / (N (1 - q)))``.
        """
        inside = np.asarray(events, dtype=np.float64)
        outside = total - inside
        total = np.maximum(total, 1)
        log_in = np.log(np.maximum(inside, 1.0) / total) - self.log_inside
        log_out = np.log(np.maximum(outside, 1.0) / total) - self.log_outside
        return np.asarray(np.maximum(inside * log_in + outside * log_out, 0.0), dtype=np.float64)

    def sum_of_ratios(self, running: Whole) -> Floats:
        """
        Sum the likelihood ratios over the windows, for each row.

        Parameters
        ----------
        running
            Running sums of counts, shape ``(n_rows, n_periods + 1)``.

        Returns
        -------
        numpy.ndarray
            Shape ``(n_rows,)``.
        """
        totals = running[:, -1:]
        events = running[:, self.ends[0] : self.ends[-1] + 1].copy()
        events -= running[:, self.starts[0] : self.starts[-1] + 1]
        least, most = int(events.min()), int(events.max())
        if most - least < len(running) and bool((totals == totals[0]).all()):
            # fewer ratios can occur than are asked for
            ladder = np.arange(least, most + 1)[:, None]
            known = np.exp(np.minimum(self.log_ratios(ladder, int(totals[0, 0])), _LARGEST_LOG))
            return self._looked_up(events, known, least)
        sums = np.empty(len(running))
        for top in range(0, len(running), _ROWS):
            logs = self.log_ratios(events[top : top + _ROWS], totals[top : top + _ROWS])
            sums[top : top + _ROWS] = np.exp(np.minimum(logs, _LARGEST_LOG)).sum(axis=1)
        return sums

    def _looked_up(self, events: Whole, known: Floats, least: int) -> Floats:
        """Sum ratios that are known by number of events, from *least* on, and by window."""
        sums = np.empty(len(events))
        by_window = np.arange(len(self.starts)) - least * len(self.starts)
        for top in range(0, len(events), _ROWS):
            part = events[top : top + _ROWS]
            if self.are_alike:
                ratios = known[:, 0].take(part - least, mode="clip")
            else:
                ratios = known.ravel().take(part * len(self.starts) + by_window, mode="clip")
            sums[top : top + _ROWS] = ratios.sum(axis=1)
        return sums


@frozen(kw_only=True, eq=False)
class WindowSet:
    """All windows that a test looks at."""

    splits: tuple[Windows, ...]
    """All splits of the periods in two."""
    inner: tuple[Windows, ...]
    """Windows that begin after the first period and end before the last, by length."""

    @classmethod
    def of(cls, exposures: Floats) -> WindowSet:
        """Make them for given exposures; those of the last few are remembered."""
        return _window_set(np.ascontiguousarray(exposures, dtype=np.float64).tobytes())

    def best(self, counts: Floats) -> tuple[float, int, int]:
        """Return the largest log ratio over all windows, with the window that has it."""
        return best_window(counts, (*self.splits, *self.inner))


@lru_cache(maxsize=64)
def _window_set(raw: bytes) -> WindowSet:
    exposures = np.frombuffer(raw)
    lengths = window_lengths(len(exposures))
    return WindowSet(
        splits=(Windows.splits(exposures),),
        inner=tuple(Windows.inner(exposures, length) for length in lengths),
    )


def best_window(counts: Floats, windows: Sequence[Windows]) -> tuple[float, int, int]:
    """
    Find the window with the largest log ratio of one series.

    Returns
    -------
    tuple
        The log ratio, the first period of the window, and the first after it.
    """
    running = np.concatenate(([0], np.cumsum(counts))).astype(np.int64)
    best = (-1.0, 0, 0)
    for group in windows:
        events = running[group.ends] - running[group.starts]
        ratios = np.round(group.log_ratios(events, int(running[-1])), 9)
        if len(ratios) and ratios.max() > best[0]:
            place = int(np.argmax(ratios))
            best = float(ratios[place]), int(group.starts[place]), int(group.ends[place])
    return best


def log_mean_ratios(rows: Whole, windows: Sequence[Windows]) -> Floats:
    """
    Average the likelihood ratios over all windows, as logs.

    Rows that mirror one another differ in rounding only; they are brought to one value.

    Parameters
    ----------
    rows
        Counts, shape ``(n_rows, n_periods)``; fastest if all rows have one total.
    windows
        Which windows; without any the answer is 0 throughout.

    Returns
    -------
    numpy.ndarray
        Shape ``(n_rows,)``.
    """
    n_windows = sum(len(group.starts) for group in windows)
    if not n_windows:
        return np.zeros(len(rows))
    running = np.zeros((len(rows), rows.shape[1] + 1), dtype=np.int64)
    np.cumsum(rows, axis=1, out=running[:, 1:])
    total = sum(group.sum_of_ratios(running) for group in windows)
    return np.asarray(np.round(np.log(total / n_windows), 9), dtype=np.float64)


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
