"""The figures of the answers on interests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from engagement.charts import BLUE, GREY, LIGHT, RED, ends_of, new_axes, starts_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from engagement.interests.composition import CompositionChanges
    from engagement.interests.contest import TopicComparison

__all__ = ["draw_comparison", "draw_composition"]


def draw_composition(found: CompositionChanges, ax: Axes | None, n_labels: int) -> Axes:
    """Draw a row a label, darker where more events name it, and lines at the changes."""
    shares = found.shares.iloc[:, :n_labels].T
    ax = new_axes(ax, width=9.0, height=1.8 + 0.34 * max(len(shares), 1))
    ax.set_facecolor("white")
    ax.patch.set(hatch="////", edgecolor=LIGHT)
    periods = found.shares.index
    if shares.size:
        picture = ax.imshow(
            np.ma.masked_invalid(shares.to_numpy()),
            aspect="auto",
            cmap="Blues",
            interpolation="nearest",
            vmin=0,
            vmax=1,
        )
        ax.figure.colorbar(picture, ax=ax, label="share of events", pad=0.01)
    place = {period: number for number, period in enumerate(periods)}
    for change in found.changes:
        low, high = place[change.date_low] - 0.5, place[change.date_high] - 0.5
        if high > low:
            ax.axvspan(low, high, color=RED, alpha=0.15, linewidth=0)
        at = place[change.date] - 0.5
        ax.axvline(at, color=RED, linewidth=2)
        ax.annotate(
            f"{change.date}",
            (at, 1.0),
            xycoords=("data", "axes fraction"),
            xytext=(0, 2),
            textcoords="offset points",
            ha="center",
            va="bottom",
            color=RED,
            fontsize="small",
        )
    ax.set_yticks(range(len(shares)), list(shares.index))
    step = max(1, int(np.ceil(len(periods) / 15)))
    places = list(range(0, len(periods), step))
    ax.set_xticks(places, [str(periods[at]) for at in places], rotation=45, ha="right")
    ax.set_title(
        "red: a change, with its interval; hatched: no events",
        loc="right",
        fontsize="small",
        color=GREY,
        pad=16,
    )
    return ax


def draw_comparison(found: TopicComparison, ax: Axes | None) -> Axes:
    """Draw the share of the first topic by period: a mark as large as there are events."""
    ax = new_axes(ax, width=9.0, height=4.2)
    looks = ((BLUE, "o", 0.38, 0.0), (RED, "s", 0.62, 0.5))
    for shift, (colour, marker, aside, low) in zip(found.shifts, looks, strict=True):
        seen = shift.shares.dropna()
        if not len(seen):
            continue
        periods = pd.PeriodIndex(shift.shares.index)
        starts, ends = starts_of(periods), ends_of(periods)
        steps = ((ends - starts).astype(np.int64) * aside).astype(np.int64)
        middles = (starts + steps.astype((ends - starts).dtype))[shift.shares["share"].notna()]
        ax.scatter(
            middles,
            seen["share"],
            s=14 + 14 * seen["n_events"],
            color=colour,
            marker=marker,
            alpha=0.45,
            linewidth=0,
            label=f"{shift.reading}: {shift.n_events} events, p = {shift.p_value:.3g}",
        )
        if shift.date is None or shift.date_low is None or shift.date_high is None:
            continue
        first, last = starts[0], ends[-1]
        at = shift.date.start_time.to_datetime64()
        ax.plot([first, at], [shift.before] * 2, color=colour, linewidth=2)
        ax.plot([at, last], [shift.after] * 2, color=colour, linewidth=2)
        ax.plot([at, at], [shift.before, shift.after], color=colour, linewidth=1, linestyle=":")
        inside = (periods >= shift.date_low) & (periods <= shift.date_high)
        ax.axvspan(
            starts[inside][0],
            ends[inside][-1],
            ymin=low,
            ymax=low + 0.5,
            color=colour,
            alpha=0.12,
            linewidth=0,
        )
    ax.set_ylim(-0.05, 1.05)
    ax.set_ylabel(f"share of {found.first}\nagainst {found.second}")
    ax.spines[["top", "right"]].set_visible(False)
    ax.set_title(
        "a mark is larger where more events name either; shaded: when it changed",
        loc="right",
        fontsize="small",
        color=GREY,
    )
    ax.legend(
        loc="upper center", bbox_to_anchor=(0.5, -0.1), ncols=2, frameon=False, fontsize="small"
    )
    return ax
