"""The figures of what stands around the change points: priors, order, the monitor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from engagement.figures.charts import BLUE, GREY, LIGHT, RED, ends_of, new_axes, starts_of
from engagement.models.observed import label_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    import pandas as pd
    from matplotlib.axes import Axes

    from engagement.changes.continuous.located import LocatedChanges
    from engagement.changes.online.monitoring import Monitor
    from engagement.changes.posterior.date_order import DateComparison
    from engagement.changes.posterior.prior_sensitivity import PriorSensitivity

__all__ = ["draw_lags", "draw_located", "draw_monitor", "draw_sensitivity"]


def draw_lags(order: DateComparison, ax: Axes | None) -> Axes:
    """Draw how probable each lag is, coloured by which of the two came first."""
    ax = new_axes(ax)
    lags = order.lags[order.lags.cumsum().between(1e-4, 1 - 1e-4) | (order.lags > 1e-4)]
    values = lags.index.to_numpy()
    for chosen, colour, label in (
        (values > 0, BLUE, f"{order.first.label} first: {order.before:.2f}"),
        (values == 0, GREY, f"together, or left open: {order.same:.2f}"),
        (values < 0, RED, f"{order.second.label} first: {order.after:.2f}"),
    ):
        ax.bar(values[chosen], lags.to_numpy()[chosen], color=colour, label=label, width=0.9)
    ax.set_xlabel(f"periods from the change of {order.first.label} to that of {order.second.label}")
    ax.set_ylabel("probability")
    ax.spines[["top", "right"]].set_visible(False)
    ax.legend(frameon=False, fontsize="small", loc="upper left", bbox_to_anchor=(0, 1.14), ncols=3)
    return ax


def draw_monitor(state: Monitor, ax: Axes | None) -> Axes:
    """Draw the probability of a recent change over the counts, with threshold and alarms."""
    ax = new_axes(ax)
    series, frame = state.series, state.to_frame()
    starts, ends = starts_of(series.periods), ends_of(series.periods)
    below = ax.twinx()
    seen = series.observed
    below.bar(
        starts[seen], series.counts[seen] / series.exposure_years[seen],
        width=ends[seen] - starts[seen], align="edge", color=LIGHT, edgecolor="white",
        linewidth=0.3,
    )  # fmt: skip
    below.set_ylabel("events a year (bars)")
    below.spines[["top"]].set_visible(False)
    ax.set_zorder(below.get_zorder() + 1)
    ax.patch.set_visible(False)
    ax.plot(
        ends, frame["probability"], color=BLUE, linewidth=1.8,
        label=f"a change within the latest {state.within} periods",
    )  # fmt: skip
    ax.axhline(state.threshold, color=GREY, linestyle="--", linewidth=1, label="threshold")
    begun = frame["begins"].to_numpy()
    if begun.any():
        ax.plot(
            ends[begun], frame["probability"][begun], marker="v", color=RED, markersize=9,
            linestyle="none", markeredgecolor="white", label="an alarm begins",
        )  # fmt: skip
    ax.set_ylim(0, 1.05)
    ax.set_ylabel("probability")
    ax.set_title(state.name, loc="left")
    ax.spines[["top"]].set_visible(False)
    ax.legend(
        loc="upper center", bbox_to_anchor=(0.5, -0.1), ncols=3, frameon=False, fontsize="small"
    )
    return ax


SHADES = ("#d9d9d9", "#9ecae1", "#4292c6", "#08306b")
"""For no change, one, two and more: from light to dark, so that they differ in grey print too."""


def draw_sensitivity(found: PriorSensitivity, ax: Axes | None) -> Axes:
    """Draw the probabilities of the numbers of changes as a bar for each pair of priors."""
    tried = found.tried
    ax = new_axes(ax, width=8.5, height=1.6 + 0.24 * len(tried))
    names = [one.name for one in tried]
    gaps = [0.6 * len(set(names[: place + 1])) for place in range(len(names))]
    heights = [place + gap for place, gap in enumerate(gaps)]
    lefts = [0.0] * len(tried)
    for number, shade in zip(("none", "one", "two", "more"), SHADES, strict=True):
        which = ("none", "one", "two", "more").index(number)
        widths = [one.numbers[which] for one in tried]
        ax.barh(heights, widths, left=lefts, color=shade, edgecolor="white", label=number)
        lefts = [left + width for left, width in zip(lefts, widths, strict=True)]
    used = [height for height, one in zip(heights, tried, strict=True) if one.in_force]
    ax.plot(
        [1.012] * len(used),
        used,
        marker="<",
        color=RED,
        clip_on=False,
        linestyle="none",
        label="priors in force",
    )
    labels = [
        f"{one.name + ',  ' if place == 0 or names[place - 1] != one.name else ''}"
        f"{one.changes_prior:g}"
        for place, one in enumerate(tried)
    ]
    ax.set_yticks(heights, labels)
    ax.set_ylim(heights[-1] + 0.7, heights[0] - 0.7)
    ax.set_xlim(0, 1)
    ax.set_xlabel("probability of so many changes")
    ax.set_ylabel("prior on rates, prior on changes")
    ax.set_title(label_of(found.series), loc="left")
    ax.spines[["top", "right", "left"]].set_visible(False)
    ax.tick_params(axis="y", length=0)
    ax.legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=5, frameon=False, fontsize="small")
    return ax


def draw_located(found: LocatedChanges, running: pd.Series, ax: Axes | None) -> Axes:
    """Draw the events as they add up, and the changes of the likeliest number with intervals."""
    ax = new_axes(ax)
    first, last = _days([found.observed_from, found.observed_to])
    total = int(running.iloc[-1]) if len(running) else 0
    days = running.index.to_numpy()
    ax.step([first, *days, last], [0, *running, total], where="post", color=GREY, label="events")
    likely = max(int(found.n_changes.to_numpy().argmax()), min(found.max_changes, 1))
    dates = _days(found.most_probable(likely))
    sums = np.concatenate(([0], running.to_numpy()))
    heights = [0, *sums[np.searchsorted(days, dates)], total]
    ax.plot([first, *dates, last], heights, color=BLUE, linewidth=2, label="even rates between")
    label = "95% interval of the change"
    for place, when in enumerate(dates, 1):
        ax.axvspan(
            *_days(found.interval(place, likely)), color=RED, alpha=0.18, linewidth=0, label=label
        )
        label = "_"
        ax.axvline(when, color=RED, linestyle="--", linewidth=1.2)
        ax.annotate(
            f" {when.astype('datetime64[D]')}",
            (when, 0.03 * max(total, 1)),
            color=RED,
            fontsize="small",
        )
    ax.set_ylabel("events so far")
    ax.set_ylim(bottom=0)
    ax.set_xlim(first, last)
    ax.spines[["top", "right"]].set_visible(False)
    ax.legend(loc="upper left", frameon=False, fontsize="small")
    return ax


def _days(days: Sequence[date]) -> Any:
    """Return days as matplotlib draws them."""
    return np.array(days, dtype="datetime64[ns]")
