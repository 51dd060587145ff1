"""The figures of the answers on sequence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engagement.answers import draw
from engagement.counting.calendar import PERIOD_NAMES
from engagement.display import percent
from engagement.figures.charts import (
    BLUE,
    GREY,
    LIGHT,
    RED,
    draw_ratios,
    hatch_spans,
    new_axes,
    new_rows,
    set_log_ticks,
)
from engagement.sequence.following import Following, LeadLag
from engagement.sequence.recurrence import KeptRhythm
from engagement.sequence.waiting import Wait, WaitingTimes

if TYPE_CHECKING:
    from collections.abc import Iterable

    from matplotlib.axes import Axes


@draw.register(LeadLag)
def draw_following(found: LeadLag, ax: Axes | None, *, ratios: bool = False) -> Axes:
    """Draw the curve of all series together, or the ratio of each with its interval."""
    if not ratios:
        return draw_curve(found.pooled, ax)
    values = [(one.ratio, one.low, one.high) for one in found.rows]
    label = f"rate after / rate otherwise, with {percent(found.level)} intervals"
    return draw_ratios([one.label for one in found.rows], values, label, ax)


@draw.register(Following)
def draw_curve(found: Following, ax: Axes | None) -> Axes:
    """Draw effects around causes over what shifts bring, lag by lag, with both bands."""
    ax = new_axes(ax)
    curve = found.curve
    lags = curve["lag"].to_numpy()
    known = np.isfinite(curve["ratio"].to_numpy())
    for low, high, color, label in (
        ("low_all", "high_all", "#ececec", f"all lags, {found.level:.0%}"),
        ("low", "high", LIGHT, f"each lag, {found.level:.0%}"),
    ):
        ax.bar(
            lags[known],
            (curve[high] - curve[low]).to_numpy()[known],
            bottom=curve[low].to_numpy()[known],
            width=1.0,
            color=color,
            label=f"without sequence: {label}",
        )
    ax.axhline(1, color=GREY, linestyle="--", linewidth=1)
    ratio = curve["ratio"].to_numpy()
    for part, label in ((lags < 0, "_"), (lags > 0, "observed")):
        ax.plot(lags[part & known], ratio[part & known], "o-", color=BLUE, label=label)
    same = (lags == 0) & known
    label = f"same {PERIOD_NAMES[found.freq]}: order unknown"
    ax.plot(lags[same], ratio[same], "o", markerfacecolor="white", color=RED, label=label)
    top = max(float(np.nanmax(curve[["ratio", "high_all"]].to_numpy(), initial=1.0)), 1.0)
    ax.set_ylim(0, 1.35 * top)
    ax.set_xlim(lags[0] - 0.6, lags[-1] + 0.6)
    ax.set_xlabel(
        f"{PERIOD_NAMES[found.freq]}s from cause to effect (left of 0: effect before cause)"
    )
    ax.set_ylabel("effects over expected")
    ax.set_title(f"{found.label}: {found.verdict}", loc="left")
    ax.legend(ncols=2, fontsize="small", loc="upper left")
    return ax


@draw.register(Wait)
def draw_wait(found: Wait, ax: Axes | None) -> Axes:
    """Draw the share of waits that are longer, with its band."""
    return draw_waits((found,), ax)


@draw.register(WaitingTimes)
def draw_answer_of_waits(
    found: WaitingTimes, ax: Axes | None, *, dispersions: bool = False
) -> Axes:
    """Draw the share of waits that are longer, or the dispersion of gaps."""
    return draw_dispersions(found, ax) if dispersions else draw_waits(found, ax)


def draw_waits(found: Iterable[Wait], ax: Axes | None) -> Axes:
    """Draw the share of waits that are longer; the band of a single series."""
    ax = new_axes(ax)
    kept = [one for one in found if len(one.curve)]
    for place, one in enumerate(kept):
        days = np.concatenate([[0.0], one.curve["days"].to_numpy()])
        color, style = COLORS[place % len(COLORS)], STYLES[place // len(COLORS) % len(STYLES)]
        if len(kept) == 1:
            low, high = (np.concatenate([[1.0], one.curve[name]]) for name in ("low", "high"))
            label = f"{one.level:.0%} band"
            ax.fill_between(
                days, low, high, step="post", color=color, alpha=0.25, linewidth=0, label=label
            )
        label = one.label if np.isnan(one.median) else f"{one.label}: median {one.median:.3g}"
        share = np.concatenate([[1.0], one.curve["waiting"].to_numpy()])
        ax.step(days, share, where="post", color=color, linestyle=style, label=label)
    ax.axhline(0.5, color=GREY, linestyle="--", linewidth=1)
    ax.set_ylim(0, 1.02)
    ax.set_xlim(left=0)
    ax.set_xlabel("days since an event")
    ax.set_ylabel("share of waits that are longer")
    if kept:
        ax.legend()
    else:
        ax.text(0.5, 0.6, "insufficient data", ha="center", color=GREY, transform=ax.transAxes)
    return ax


def draw_dispersions(found: Iterable[Wait], ax: Axes | None) -> Axes:
    """Draw the dispersion of gaps of each series over the middle 95% of what chance gives."""
    known = [one for one in found if len(one.drawn)]
    ax = new_rows(ax, [one.label for one in known], margin=1.6, each=0.36)
    for row, one in enumerate(known):
        low, high = np.exp(np.quantile(one.drawn, [0.025, 0.975]))
        ax.hlines(row, low, high, color=LIGHT, linewidth=9, label="_" if row else "chance, 95%")
        label = "_" if row else "observed"
        ax.plot(one.dispersion, row, "o", color=BLUE, markersize=6, label=label)
    ax.axvline(1, color=GREY, linestyle="--", linewidth=1)
    ends = [1.0, *(one.dispersion for one in known)]
    ends += [float(end) for one in known for end in np.exp(np.quantile(one.drawn, [0.025, 0.975]))]
    low, high = max(min(ends), 1e-3) / 1.3, max(ends) * 1.3
    set_log_ticks(ax, (0.001, 0.01, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20), low, high)
    ax.set_xlim(low, high)
    ax.set_xlabel("dispersion of gaps: left regular, right in clusters")
    if known:
        ax.legend(ncols=2, loc="lower right", bbox_to_anchor=(1, 1))
    else:
        ax.text(0.5, 0.5, "insufficient data", ha="center", color=GREY, transform=ax.transAxes)
    return ax


@draw.register(KeptRhythm)
def draw_rhythm(kept: KeptRhythm, ax: Axes | None) -> Axes:
    """Draw the events of each stretch: sure ones full, others hollow, a line at those expected."""
    from matplotlib.ticker import MaxNLocator

    ax = new_axes(ax)
    rows = kept.stretches
    middles = (rows["since"] + rows["until"]).to_numpy(dtype=np.float64) / 2
    widths = 0.86 * (rows["until"] - rows["since"] + 1).to_numpy(dtype=np.float64)
    surely, maybe = (rows[name].to_numpy(dtype=np.float64) for name in ("surely", "maybe"))
    top = 1.3 * max([1.0, *maybe, *rows["expected"]])
    unseen = rows.loc[rows["observed"] < 1, ["since", "until"]].to_numpy(dtype=np.float64)
    hatch_spans(ax, np.add(unseen, (-0.5, 0.5)).tolist(), "not observed, or in part")
    ax.bar(middles, surely, widths, color=BLUE, label="recorded")
    loose = maybe > surely
    if loose.any():
        rest = (maybe - surely)[loose]
        bars = ax.bar(middles[loose], rest, widths[loose], surely[loose], label="maybe in it")
        for bar in bars:
            bar.set(facecolor="none", edgecolor=BLUE)
    lapsed = (rows["verdict"] == "lapsed").to_numpy(dtype=bool)
    if lapsed.any():
        low = np.full(lapsed.sum(), 0.06 * top)
        ax.plot(middles[lapsed], low, "x", color=RED, label="lapsed")
    if len(rows):
        ax.axhline(rows["expected"].iloc[0], color=GREY, linestyle="--", label="expected")
        ax.legend(ncols=3, fontsize="small", loc="lower right", bbox_to_anchor=(1, 1))
    ax.set_ylim(0, top)
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_major_locator(MaxNLocator(integer=True))
    ax.set_ylabel("events")
    ax.set_title(kept.verdict, loc="left")
    return ax


COLORS = (BLUE, RED, "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
"""Colours that colour-blind readers can tell apart."""

STYLES = ("-", "--", ":", "-.")
"""Lines where colours do not suffice."""
