"""The figures of what stands around the change points: order, shared changes, the monitor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engagement.charts import BLUE, GREY, RED, new_axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from engagement.changes.order import DateComparison

__all__ = ["draw_lags"]


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
