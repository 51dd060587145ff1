"""The figures of counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engagement.answers import draw
from engagement.counting.counts import Counts
from engagement.counting.series import CountSeries
from engagement.figures.charts import draw_picture, draw_rates, new_axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@draw.register(CountSeries)
def draw_series(series: CountSeries, ax: Axes | None) -> Axes:
    """Draw events per year as a bar a period, and hatch what was not observed."""
    ax = new_axes(ax)
    draw_rates(series, ax)
    return ax


@draw.register(Counts)
def draw_counts(counts: Counts, ax: Axes | None) -> Axes:
    """Draw one row per series and one column per period, hatched where not observed."""
    frame = counts.wide()
    names = [" ".join(series.axes.values()) or "all" for series in counts.all_series()]
    return draw_picture(frame.to_numpy().T, names, counts.periods, ax)
