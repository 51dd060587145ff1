"""The figures of what stands around the change points: order, shared changes, the monitor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engagement.charts import BLUE, GREY, LIGHT, RED, ends_of, new_axes, starts_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from engagement.changes.monitoring import Monitor
    from engagement.changes.order import DateComparison

__all__ = ["draw_lags", "draw_monitor"]


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
