"""The figure of a forecast."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engagement.answers import draw
from engagement.figures.charts import (
    BLUE,
    GREY,
    add_legend_below,
    draw_rates,
    ends_of,
    new_axes,
    starts_of,
)
from engagement.forecasting.forecasts import Forecast

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@draw.register(Forecast)
def draw_forecast(coming: Forecast, ax: Axes | None) -> Axes:
    """Draw observed rates as bars, and for each period to come two bands and the median."""
    ax = new_axes(ax)
    draw_rates(coming.series, ax)
    starts, ends = starts_of(coming.periods), ends_of(coming.periods)
    edges = np.append(starts, ends[-1])
    tail = (1 - coming.level) / 2
    for low, high, alpha, label in (
        (tail, 1 - tail, 0.22, f"{100 * coming.level:g}% of the forecast"),
        (0.25, 0.75, 0.45, "half of the forecast"),
    ):
        bounds = [
            coming.quantile(share).to_numpy() / coming.exposure_years for share in (low, high)
        ]
        highest = bounds[1][np.isfinite(bounds[1])].max(initial=0.0)
        ax.set_ylim(top=max(ax.get_ylim()[1], 1.08 * highest))
        ax.stairs(
            bounds[1],
            edges,
            baseline=bounds[0],
            fill=True,
            color=BLUE,
            alpha=alpha,
            label=label,
            linewidth=0,
        )
    medians = coming.quantile(0.5).to_numpy() / coming.exposure_years
    ax.hlines(medians, starts, ends, color=BLUE, linewidth=2, label="median")
    ax.axvline(starts[0], color=GREY, linewidth=0.8, linestyle=":")
    ax.set_xlim(right=ends[-1])
    add_legend_below(ax, drop=0.08)
    return ax
