"""The figures of the answers on sequence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engagement.charts import BLUE, GREY, LIGHT, RED, new_axes
from engagement.sequence.calendar import NAMES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from engagement.sequence.following import Following
    from engagement.sequence.waiting import Wait

__all__ = ["draw_curve", "draw_waits"]


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
    label = f"same {NAMES[found.freq][:-1]}: order unknown"
    ax.plot(lags[same], ratio[same], "o", markerfacecolor="white", color=RED, label=label)
    top = max(float(np.nanmax(curve[["ratio", "high_all"]].to_numpy(), initial=1.0)), 1.0)
    ax.set_ylim(0, 1.35 * top)
    ax.set_xlim(lags[0] - 0.6, lags[-1] + 0.6)
    ax.set_xlabel(f"{NAMES[found.freq]} from cause to effect (left of 0: effect before cause)")
    ax.set_ylabel("effects over expected")
    ax.set_title(f"{found.label}: {found.verdict}", loc="left")
    ax.legend(frameon=False, ncols=2, fontsize="small", loc="upper left")
    ax.spines[["top", "right"]].set_visible(False)
    return ax


def draw_waits(found: Sequence[Wait], ax: Axes | None) -> Axes:
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
    ax.spines[["top", "right"]].set_visible(False)
    if kept:
        ax.legend(frameon=False)
    else:
        ax.text(0.5, 0.6, "too little seen", ha="center", color=GREY, transform=ax.transAxes)
    return ax


COLORS = (BLUE, RED, "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
"""Colours that colour-blind readers can tell apart."""

STYLES = ("-", "--", ":", "-.")
"""Lines where colours do not suffice."""
