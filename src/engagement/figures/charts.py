"""What the figures have in common: colours, axes, observed rates, a picture of counts."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any, ParamSpec

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from engagement.counting.series import CountSeries

__all__ = [
    "draw_picture",
    "draw_rates",
    "ends_of",
    "keep_plain",
    "new_axes",
    "plain_texts",
    "starts_of",
    "unobserved_spans",
]

P = ParamSpec("P")

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


def draw_rates(series: CountSeries, ax: Axes, *, of: str = "events") -> None:
    """
    Draw how much there is a year in each observed period as bars, and shade the unobserved.

    Parameters
    ----------
    of
        What the series counts, or sums.
    """
    starts, ends = starts_of(series.periods), ends_of(series.periods)
    seen = series.observed
    rates = series.counts[seen] / series.exposure_years[seen]
    ax.fill_between(  # bars as one collection: as many patches take several times as long
        np.stack([starts[seen], ends[seen], ends[seen]], axis=1).ravel(),
        np.repeat(rates, 3),
        where=np.tile([True, True, False], len(rates)),
        facecolor=LIGHT,
        edgecolor="white",
        linewidth=0.5,
        label="observed",
    )
    label = "not observed"
    for start, end in unobserved_spans(series):
        ax.axvspan(start, end, facecolor="none", edgecolor=LIGHT, hatch="///", label=label)
        label = "_"
    ax.set_ylabel(f"{of} a year")
    ax.set_title(series.name or " ".join(series.axes.values()), loc="left")
    ax.spines[["top", "right"]].set_visible(False)
    if len(series.periods):
        ax.set_xlim(starts[0], ends[-1])
    ax.set_ylim(bottom=0)


def unobserved_spans(series: CountSeries) -> list[tuple[Any, Any]]:
    """Return from when to when nothing was observed, missing periods included."""
    starts, ends = starts_of(series.periods), ends_of(series.periods)
    spans: list[tuple[Any, Any]] = []
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


def draw_picture(
    values: NDArray[np.float64], names: Sequence[str], periods: pd.PeriodIndex, ax: Axes | None
) -> Axes:
    """
    Draw counts as a picture: a row a series, a column a period, hatched where unobserved.

    Parameters
    ----------
    values
        Shape ``(n_series, n_periods)``; NaN where not observed.
    names
        What each row is.
    periods
        What each column is.
    ax
        ``None`` makes a figure that is high enough for the rows.
    """
    ax = new_axes(ax, width=9.0, height=1.2 + 0.32 * max(len(names), 1))
    n_periods = len(periods)
    ax.set_facecolor("white")
    ax.patch.set(hatch="////", edgecolor=LIGHT)
    if values.size:
        picture = ax.imshow(
            np.ma.masked_invalid(values),
            aspect="auto",
            cmap="Blues",
            interpolation="nearest",
            vmin=0,
        )
        ax.figure.colorbar(picture, ax=ax, label="events", pad=0.01)
    ax.set_yticks(range(len(names)), names)
    step = max(1, int(np.ceil(n_periods / 15)))
    places = list(range(0, n_periods, step))
    ax.set_xticks(places, [str(periods[place]) for place in places], rotation=45, ha="right")
    ax.set_title("hatched: not observed", loc="right", fontsize="small", color=GREY)
    return ax


def plain_texts(draw: Callable[P, Axes]) -> Callable[P, Axes]:
    """
    Let texts that a function draws mean themselves: a ``$`` in a name begins no formula.

    Parameters
    ----------
    draw
        Takes the axes to draw on, or none, and returns them. What stands in their figure
        before stays as it is.
    """

    @wraps(draw)
    def drawn(*args: P.args, **kwargs: P.kwargs) -> Axes:
        from matplotlib.axes import Axes as AnyAxes
        from matplotlib.text import Text

        given = [one for one in (*args, *kwargs.values()) if isinstance(one, AnyAxes)]
        before = {id(text): text.get_text() for ax in given for text in ax.figure.findobj(Text)}
        made = draw(*args, **kwargs)
        keep_plain(made.figure, before)
        return made

    return drawn


def keep_plain(figure: Figure | Any, before: Mapping[int, str] | None = None) -> None:
    """
    Show the texts of a figure as they stand, but for the numbers that axes write themselves.

    Parameters
    ----------
    figure
        What is changed.
    before
        By identity of a text what it said; where it says the same still, it is left alone.
    """
    from matplotlib.text import Text
    from matplotlib.ticker import FixedFormatter, FuncFormatter

    known = before or {}
    axes = [axis for ax in figure.axes for axis in (ax.xaxis, ax.yaxis)]
    on_axes = {id(text) for axis in axes for text in axis.findobj(Text)}
    texts = [text for text in figure.findobj(Text) if id(text) not in on_axes]
    texts += [axis.label for axis in axes]
    for axis in axes:
        if isinstance(axis.get_major_formatter(), (FixedFormatter, FuncFormatter)):
            texts += axis.get_ticklabels()
    for text in texts:
        if text.get_text() != known.get(id(text)):
            text.set_parse_math(False)
