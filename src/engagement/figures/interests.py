"""The figures of the answers on interests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from engagement.answers import draw
from engagement.figures.charts import (
    BLUE,
    GREY,
    LIGHT,
    RED,
    add_legend_below,
    add_note,
    draw_cells,
    ends_of,
    new_axes,
    set_period_ticks,
    starts_of,
    write_cells,
)
from engagement.interests.composition import CompositionChanges
from engagement.interests.contest import TopicComparison
from engagement.interests.mentions import TopicMentions
from engagement.interests.pairs import CoMentions
from engagement.interests.ranks import RankMatrix

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@draw.register(CompositionChanges)
def draw_composition(found: CompositionChanges, ax: Axes | None, *, n_labels: int = 8) -> Axes:
    """Draw one row per label, darker where more events name it, and lines at the changes."""
    shares = found.shares.iloc[:, :n_labels].T
    ax = new_axes(ax, width=9.0, height=1.8 + 0.34 * max(len(shares), 1))
    periods = found.shares.index
    values = np.ma.masked_invalid(shares.to_numpy())
    draw_cells(ax, values, label="share of events", vmin=0, vmax=1, hatched=True)
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
    set_period_ticks(ax, periods)
    add_note(ax, "red: a change, with its interval; hatched: no events", pad=16)
    return ax


@draw.register(TopicComparison)
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
    add_note(ax, "a mark is larger where more events name either; shaded: when it changed")
    add_legend_below(ax, ncols=2)
    return ax


@draw.register(TopicMentions)
def draw_mentions(found: TopicMentions, ax: Axes | None, *, n_topics: int = 5) -> Axes:
    """Draw one row per topic: its share as a step with a band, all rows on one scale."""
    topics = found.topics["topic"].head(n_topics).tolist()
    ax = new_axes(ax, width=9.0, height=1.0 + 0.9 * max(len(topics), 1))
    periods = found.counts.periods
    edges = np.append(starts_of(periods), ends_of(periods)[-1:])
    rows = {label: place for place, label in enumerate(found.counts.axes["topic"])}
    shares = [np.nan_to_num(found.share[rows[label]]) for label in topics]
    top = min(1.0, 1.3 * max((float(share.max()) for share in shares), default=1.0))
    for place, label in enumerate(topics):
        base = (len(topics) - 1 - place) * 1.15
        share, low, high = (
            base + np.minimum(values[rows[label]] / top, 1.05)
            for values in (found.share, found.low, found.high)
        )
        ax.stairs(high, edges, baseline=low, fill=True, color=LIGHT, alpha=0.8, linewidth=0)
        ax.stairs(share, edges, baseline=None, color=BLUE, linewidth=1.8)
        ax.axhline(base, color=GREY, linewidth=0.5)
    ax.set_yticks([(len(topics) - 1 - k) * 1.15 for k in range(len(topics))], topics, va="bottom")
    ax.tick_params(axis="y", length=0)
    ax.set_ylim(-0.05, 1.15 * max(len(topics), 1))
    ax.spines["left"].set_visible(False)
    scale = f"each row from 0 to {100 * top:.0f}% of {found.share_of}"
    add_note(ax, f"{scale}; grey: {found.level:.0%} intervals")
    return ax


@draw.register(CoMentions)
def draw_pairs(found: CoMentions, ax: Axes | None) -> Axes:
    """Draw how far each pair is from what was expected, with the events in each cell."""
    together, expected = found.matrix("together"), found.matrix("expected")
    names = list(together.index)
    numbers, means = (table.to_numpy(dtype=np.float64) for table in (together, expected))
    with np.errstate(divide="ignore", invalid="ignore"):
        heights = (numbers - means) / np.sqrt(np.maximum(means, 0.5))
    ax = new_axes(ax, width=3.2 + 0.42 * max(len(names), 1), height=2.6 + 0.36 * max(len(names), 1))
    shown = np.ma.masked_invalid(np.clip(heights, -6, 6))
    label = "more or fewer than expected,\nin square roots of what was expected"
    draw_cells(ax, shown, label=label, cmap="RdBu", vmin=-6, vmax=6)
    if names:
        ax.set_aspect("equal")
    told = {(i, k): f"{numbers[i, k]:.0f}" for i, k in np.argwhere(np.isfinite(numbers)).tolist()}
    write_cells(ax, told, lambda *cell: abs(heights[cell]) > 3.5, fontsize="x-small")
    ax.set_xticks(range(len(names)), names, rotation=60, ha="right", fontsize="small")
    ax.set_yticks(range(len(names)), names, fontsize="small")
    add_note(ax, "numbers: events that name both")
    return ax


@draw.register(RankMatrix)
def draw_ranks(found: RankMatrix, ax: Axes | None, *, country: str | None = None) -> Axes:
    """Draw the matrix of ranks, darker where there are more events."""
    table = found.matrix(country=country)
    ax = new_axes(ax, width=3.6 + 0.7 * max(table.shape[1], 1), height=2.2 + 0.45 * len(table))
    values = table.to_numpy(dtype=np.float64)
    draw_cells(ax, np.ma.masked_equal(values, 0), vmin=0)
    told = {(i, k): f"{values[i, k]:.0f}" for i, k in np.argwhere(values).tolist()}
    write_cells(ax, told, lambda *cell: values[cell] > 0.55 * values.max())
    ax.set_xticks(range(table.shape[1]), list(table.columns), rotation=40, ha="right")
    ax.set_yticks(range(len(table)), list(table.index))
    ax.set_xlabel("highest rank of the initiator")
    ax.set_ylabel("highest rank of the partner")
    ax.set_title(country or "all countries", loc="left")
    return ax
