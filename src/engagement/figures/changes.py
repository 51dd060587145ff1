"""The figures of the change-point answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from engagement.figures.charts import (
    BLUE,
    GREY,
    LIGHT,
    RED,
    draw_rates,
    ends_of,
    new_axes,
    starts_of,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from matplotlib.axes import Axes

    from engagement.changes.detect.found import Changes, SeriesVerdict
    from engagement.counting.series import CountSeries


def draw_segments(
    series: CountSeries,
    bounds: Sequence[int],
    rates: Sequence[float],
    ax: Axes | None,
    *,
    family: str = "poisson",
) -> Axes:
    """Draw the rate of each segment over the observed rates."""
    ax = new_axes(ax)
    draw_rates(series, ax, of=_summed(family))
    places = np.flatnonzero(series.observed)
    starts, ends = starts_of(series.periods)[places], ends_of(series.periods)[places]
    label = "rate of the segment"
    for low, high, rate in zip(bounds[:-1], bounds[1:], rates, strict=True):
        ax.hlines(rate, starts[low], ends[high - 1], color=BLUE, linewidth=2.5, label=label)
        label = "_"
    label = "change"
    for low in bounds[1:-1]:
        ax.axvline(starts[low], color=RED, linestyle="--", linewidth=1.2, label=label)
        label = "_"
    _legend(ax)
    return ax


def draw_intensity(
    series: CountSeries,
    intensity: pd.DataFrame,
    intervals: Sequence[tuple[pd.Period, pd.Period, pd.Period]],
    ax: Axes | None,
    *,
    family: str = "poisson",
    legend: bool = True,
) -> Axes:
    """
    Draw the posterior mean intensity with its band, and the changes with their intervals.

    *intervals* are the date, the first and the last period of each change.
    """
    ax = new_axes(ax)
    draw_rates(series, ax, of=_summed(family))
    starts, ends = starts_of(series.periods), ends_of(series.periods)
    times = np.stack([starts, ends], axis=1).reshape(-1)
    mean, low, high = (
        np.repeat(intensity[column].to_numpy(), 2) for column in ("mean", "low", "high")
    )
    ax.fill_between(times, low, high, color=BLUE, alpha=0.25, linewidth=0, label="band")
    ax.plot(times, mean, color=BLUE, linewidth=2, label="mean intensity")
    top = ax.get_ylim()[1]
    ax.set_ylim(0, top * 1.12)
    label = "change, with interval"
    for place, (date, first, last) in enumerate(intervals):
        height = top * (1.04 + 0.05 * (place % 2))
        ax.hlines(height, *_extent(first, last), color=RED, linewidth=4)
        ax.plot(
            [_extent(date, date)[0]],
            [height],
            marker="D",
            color=RED,
            markersize=7,
            linestyle="none",
            markeredgecolor="white",
            label=label,
        )
        label = "_"
    if legend:
        _legend(ax)
    return ax


def draw_changes(
    changes: Changes, rows: Sequence[tuple[str, CountSeries, SeriesVerdict]], ax: Axes | None
) -> Axes:
    """
    Draw a line a series over what was observed, with each change and its interval.

    *rows* are the name, the series and the verdict of each.
    """
    ax = new_axes(ax, height=1.6 + 0.32 * max(len(rows), 1))
    seen = {
        "extent": "observed",
        "interval": f"{100 * changes.level:g}% interval of the date",
        "rise": "rise",
        "fall": "fall",
        "open": "up or down, not sure",
    }
    for row, (_, series, verdict) in enumerate(rows):
        starts, ends = starts_of(series.periods), ends_of(series.periods)
        for start, end in _spans(starts[series.observed], ends[series.observed]):
            ax.hlines(row, start, end, color=LIGHT, linewidth=2, label=seen["extent"])
            seen["extent"] = "_"
        for change in changes.of(verdict):
            low, high = _extent(change.date_low, change.date_high)
            colour, kind, marker = (BLUE, "rise", "^") if change.is_rise else (RED, "fall", "v")
            if not change.is_direction_sure:
                colour, kind, marker = "black", "open", "D"
            height = row + (0.18 if change.number % 2 == 0 else -0.18)
            ax.hlines(height, low, high, color=GREY, linewidth=4, label=seen["interval"])
            ax.plot(
                [_extent(change.date, change.date)[0]],
                [height],
                marker=marker,
                color=colour,
                markersize=10,
                linestyle="none",
                markeredgecolor="white",
                label=seen[kind],
            )
            seen[kind] = seen["interval"] = "_"
    ax.set_yticks(range(len(rows)), [name for name, _, _ in rows])
    ax.set_ylim(len(rows) - 0.4, -0.6)
    ax.spines[["top", "right", "left"]].set_visible(False)
    ax.tick_params(axis="y", length=0)
    _legend(ax)
    return ax


def _summed(family: str) -> str:
    """Return what a series of a family sums: the Gaussian one is of other amounts than events."""
    return "total" if family == "gaussian" else "events"


def _extent(first: pd.Period, last: pd.Period) -> tuple[Any, Any]:
    """Return when the first period starts, and when the one after the last does."""
    return first.start_time.to_datetime64(), (last + 1).start_time.to_datetime64()


def _spans(starts: np.ndarray, ends: np.ndarray) -> list[tuple[Any, Any]]:
    """Put together spans that touch."""
    if not len(starts):
        return []
    breaks = np.flatnonzero(starts[1:] > ends[:-1])
    firsts = np.concatenate(([0], breaks + 1))
    lasts = np.concatenate((breaks, [len(starts) - 1]))
    return [(starts[a], ends[b]) for a, b in zip(firsts, lasts, strict=True)]


def _legend(ax: Axes) -> None:
    if ax.get_legend_handles_labels()[0]:
        height = float(ax.get_window_extent().height) / ax.figure.dpi
        ax.legend(
            loc="upper center",
            bbox_to_anchor=(0.5, -0.35 / height),
            ncols=5,
            frameon=False,
            fontsize="small",
        )
