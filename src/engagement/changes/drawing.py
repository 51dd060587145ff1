"""The figures of the change-point answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from matplotlib.axes import Axes

    from engagement.counts import CountSeries

BLUE, RED, GREY, LIGHT = "#0072B2", "#D55E00", "#6b6b6b", "#c8c8c8"
"""Colours that colour-blind readers can tell apart, also in grey print."""


def new_axes(ax: Axes | None, *, width: float = 8.0, height: float = 4.0) -> Axes:
    """Return the axes given, or those of a new figure."""
    if ax is not None:
        return ax
    from matplotlib import pyplot as plt

    _, made = plt.subplots(figsize=(width, height), layout="constrained")
    return made


def starts_of(periods: pd.PeriodIndex) -> np.ndarray:
    """Return when each period starts, as matplotlib draws it."""
    return np.asarray(periods.start_time.to_numpy())


def ends_of(periods: pd.PeriodIndex) -> np.ndarray:
    """Return when the period after each starts."""
    return np.asarray((periods + 1).start_time.to_numpy())


def draw_rates(series: CountSeries, ax: Axes) -> None:
    """Draw events a year in each observed period as bars, and shade what was not observed."""
    starts, ends = starts_of(series.periods), ends_of(series.periods)
    seen = series.observed
    rates = series.counts[seen] / series.exposure_years[seen]
    ax.bar(
        starts[seen],
        rates,
        width=ends[seen] - starts[seen],
        align="edge",
        color=LIGHT,
        edgecolor="white",
        linewidth=0.5,
        label="observed",
    )
    label = "not observed"
    for start, end in unobserved_spans(series):
        ax.axvspan(start, end, facecolor="none", edgecolor=LIGHT, hatch="///", label=label)
        label = "_"
    ax.set_ylabel("events a year")
    ax.set_title(series.name or " ".join(series.axes.values()), loc="left")
    ax.spines[["top", "right"]].set_visible(False)
    if len(series.periods):
        ax.set_xlim(starts[0], ends[-1])
    ax.set_ylim(bottom=0)


def unobserved_spans(series: CountSeries) -> list[tuple[object, object]]:
    """Return from when to when nothing was observed, missing periods included."""
    starts, ends = starts_of(series.periods), ends_of(series.periods)
    spans: list[tuple[object, object]] = []
    if not len(starts):
        return spans
    last = starts[0]
    for start, end, seen in zip(starts, ends, series.observed, strict=True):
        if seen:
            if start > last:
                spans.append((last, start))
            last = end
    if ends[-1] > last:
        spans.append((last, ends[-1]))
    return spans


def draw_segments(
    series: CountSeries, bounds: Sequence[int], rates: Sequence[float], ax: Axes | None
) -> Axes:
    """Draw the rate of each segment over the observed rates."""
    ax = new_axes(ax)
    draw_rates(series, ax)
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
) -> Axes:
    """
    Draw the posterior mean intensity with its band, and the changes with their intervals.

    *intervals* are the date, the first and the last period of each change.
    """
    ax = new_axes(ax)
    draw_rates(series, ax)
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
        ax.hlines(height, first.start_time, (last + 1).start_time, color=RED, linewidth=4)
        ax.plot([date.start_time], [height], marker="D", color=RED, markersize=7, linestyle="none",
                markeredgecolor="white", label=label)  # fmt: skip
        label = "_"
    _legend(ax)
    return ax


def _legend(ax: Axes) -> None:
    ax.legend(
        loc="upper center",
        bbox_to_anchor=(0.5, -0.1),
        ncols=5,
        frameon=False,
        fontsize="small",
    )
