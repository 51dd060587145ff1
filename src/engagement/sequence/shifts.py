"""The arithmetic of one series after another: classes of time, stretches, shifts within them."""

from __future__ import annotations

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

__all__ = ["Stretch", "Tables", "cut_stretches", "tabulate"]

Floats = NDArray[np.float64]


@frozen(kw_only=True)
class Stretch:
    """Consecutive periods at risk of one series, within which its effects are shifted."""

    series: int
    """Whose they are."""
    block: int
    """Which part of the calendar they lie in; stretches of one block are shifted together."""
    start: int
    """Position of the first."""
    length: int
    """How many."""
    step: int
    """Shifts are multiples of this, which divides the length."""

    @property
    def n_shifts(self) -> int:
        """How many shifts there are, that of none included."""
        return self.length // self.step


def cut_stretches(at_risk: NDArray[np.bool_], block_length: int, step: int) -> list[Stretch]:
    """
    Cut the time at risk, shape ``(n_series, n_periods)``, into stretches on one calendar.

    Every stretch is made of whole steps, counted from the first period at risk of any series;
    what is left over at an end is in no stretch. Blocks are as equal as can be. Stretches are
    by series and time.
    """
    seen = np.flatnonzero(at_risk.any(axis=0))
    if not len(seen):
        return []
    first = int(seen[0])
    n_steps = -(-(int(seen[-1]) + 1 - first) // step)
    n_blocks = max(1, round(n_steps * step / block_length))
    edges = first + step * np.round(np.linspace(0, n_steps, n_blocks + 1)).astype(int)
    return [
        Stretch(series=series, block=block, start=start, length=end - start, step=step)
        for series, row in enumerate(at_risk)
        for run_start, run_end in _runs(row)
        for block in range(n_blocks)
        for start, end in [_whole_steps(run_start, run_end, edges[block : block + 2], first, step)]
        if end > start
    ]


def _runs(row: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Return where a row is true without a break, half-open."""
    steps = np.flatnonzero(np.diff(np.concatenate([[False], row, [False]]).astype(np.int8)))
    return [(int(start), int(end)) for start, end in steps.reshape(-1, 2)]


def _whole_steps(
    start: int, end: int, edges: NDArray[np.intp], first: int, step: int
) -> tuple[int, int]:
    """Return the whole steps that lie both in a run and in a block."""
    start = first + -(-(start - first) // step) * step
    end = first + (end - first) // step * step
    return max(start, int(edges[0])), min(end, int(edges[1]))


@frozen(kw_only=True, eq=False)
class Tables:
    """
    What every shift of one stretch would give; arrays over shifts, the first being none.

    Shifts leave each effect in its slot, the periods that are whole steps apart, so that effects
    are compared within their slot: shape ``(n_draws, n_slots, n_shifts)``.
    """

    after: Floats
    """Effects in periods after a cause."""
    other: Floats
    """Effects in periods neither after a cause nor with one."""
    same: Floats
    """Effects in periods that have a cause themselves."""
    time_after: Floats
    """Periods after a cause, shape ``(n_draws, n_slots)``."""
    time_other: Floats
    """Periods neither after a cause nor with one."""
    n_causes: float
    """Causes in the stretch, mean over draws."""
    by_lag: Floats
    """Pairs of a cause and an effect at each lag, mean over draws, ``(n_lags, n_shifts)``."""

    @property
    def share(self) -> Floats:
        """Share of the periods after a cause in those without one."""
        total = self.time_after + self.time_other
        return np.divide(self.time_after, total, out=np.zeros_like(total), where=total > 0)


def tabulate(stretch: Stretch, causes: Floats, effects: Floats, n_periods: int) -> Tables:
    """
    Shift the effects of a stretch round in every allowed way, and count each time.

    A period is *same* if it has a cause, *after* if it has none and one of the *n_periods* periods
    before it has, and else *other*. Causes and effects are those of the series in all periods, in
    each draw of the dates, shape ``(n_draws, n_periods)``.
    """
    inside = slice(stretch.start, stretch.start + stretch.length)
    slots = (len(causes), stretch.n_shifts, stretch.step)
    is_same = causes[:, inside] > 0
    padded = np.pad(causes, ((0, 0), (n_periods, n_periods)))
    around = np.lib.stride_tricks.sliding_window_view(padded, 2 * n_periods + 1, axis=1)[:, inside]
    is_after = around[..., :n_periods].any(axis=2) & ~is_same
    places = np.arange(stretch.length)
    shifts = np.arange(0, stretch.length, stretch.step)
    turned = effects[:, inside][:, (places[None, :] - shifts[:, None]) % stretch.length]
    by_slot = turned.reshape(len(causes), stretch.n_shifts, stretch.n_shifts, stretch.step)
    same, after = (flags.astype(np.float64).reshape(slots) for flags in (is_same, is_after))
    other = 1 - same - after
    return Tables(
        after=np.einsum("dyp,dsyp->dps", after, by_slot),
        other=np.einsum("dyp,dsyp->dps", other, by_slot),
        same=np.einsum("dyp,dsyp->dps", same, by_slot),
        time_after=after.sum(axis=1),
        time_other=other.sum(axis=1),
        n_causes=float(causes[:, inside].sum(axis=1).mean()),
        by_lag=np.tensordot(around, turned, axes=([0, 1], [0, 2]))[::-1] / len(causes),
    )
