"""What the figures have in common: colours, axes, observed rates, a picture of counts."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any, ParamSpec

import numpy as np

from engagement.figures.narrow import NARROW, asked_width, fit_narrow, text_sizes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from engagement.counting.series import CountSeries

__all__ = [
    "add_legend_below",
    "add_note",
    "draw_cells",
    "draw_intervals",
    "draw_picture",
    "draw_rates",
    "draw_ratios",
    "draw_step_band",
    "ends_of",
    "hatch_spans",
    "keep_plain",
    "new_axes",
    "new_rows",
    "plain_texts",
    "set_log_ticks",
    "set_period_ticks",
    "starts_of",
    "unobserved_spans",
    "write_cells",
]

P = ParamSpec("P")

BLUE, RED, GREY, LIGHT = "#0072B2", "#D55E00", "#6b6b6b", "#c8c8c8"
"""Colours that colour-blind readers can tell apart, also in grey print."""

MOST_VECTORS = 20_000
"""Cells up to which a matrix is drawn as vectors; more make a file that is slow to open."""


def new_axes(ax: Axes | None, *, width: float = 8.0, height: float | None = None) -> Axes:
    """
    Return the axes given, or those of a new figure.

    Parameters
    ----------
    width
        In inches, where matplotlib's ``figure.figsize`` is what it is by default; else a figure
        is as wide as that says.
    height
        In inches, of a figure that has a row for each of something; ``None`` for any other.
    """
    from matplotlib import pyplot as plt
    from matplotlib import rcParams, rcParamsDefault

    if ax is None:
        high = 4.0
        if list(rcParams["figure.figsize"]) != list(rcParamsDefault["figure.figsize"]):
            width, high = rcParams["figure.figsize"]
        _, ax = plt.subplots(figsize=(width, height or high), layout="constrained")
    ax.spines[["top", "right"]].set_visible(False)
    return ax


def new_rows(
    ax: Axes | None,
    names: Sequence[str],
    *,
    width: float = 8.0,
    margin: float = 1.2,
    each: float = 0.32,
) -> Axes:
    """
    Return axes with a named row for each of something, from the top down.

    Parameters
    ----------
    ax
        ``None`` makes a figure that is high enough: *margin*, and *each* for a row, in inches.
    names
        What each row is.
    width
        As of `new_axes`.
    """
    n_rows = max(len(names), 1)
    ax = new_axes(ax, width=width, height=margin + each * n_rows)
    ax.set_yticks(range(len(names)), list(names))
    ax.set_ylim(n_rows - 0.5, -0.5)
    return ax


def add_note(ax: Axes, text: str, **options: Any) -> None:
    """Say above the axes, at their right, what the figure shows."""
    ax.set_title(text, loc="right", fontsize="small", color=GREY, **options)


def add_legend_below(ax: Axes, *, drop: float = 0.1, ncols: int = 4) -> None:
    """Put the legend under the axes, by a share of their height."""
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, -drop), ncols=ncols, fontsize="small")


def hatch_spans(ax: Axes, spans: Iterable[tuple[Any, Any]], label: str = "not observed") -> None:
    """Hatch what was not observed, with one entry in the legend."""
    for start, end in spans:
        ax.axvspan(start, end, facecolor="none", edgecolor=LIGHT, hatch="///", label=label)
        label = "_"


def set_log_ticks(ax: Axes, ticks: Iterable[float], low: float, high: float) -> None:
    """Make the x axis logarithmic, with those ticks that lie between two ends."""
    shown = [tick for tick in ticks if low <= tick <= high]
    ax.set_xscale("log")
    ax.set_xticks(shown, [f"{tick:g}" for tick in shown])
    ax.set_xticks([], minor=True)


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
    hatch_spans(ax, unobserved_spans(series))
    ax.set_ylabel(f"{of} per year")
    ax.set_title(series.name or " ".join(series.axes.values()), loc="left")
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


def draw_step_band(
    ax: Axes, periods: pd.PeriodIndex, band: pd.DataFrame, *, label: str, of_band: str = "_"
) -> float:
    """Draw the mean of each period as a step with its band; give the highest end of the band."""
    times = np.stack([starts_of(periods), ends_of(periods)], axis=1).reshape(-1)
    mean, low, high = (np.repeat(band[name].to_numpy(), 2) for name in ("mean", "low", "high"))
    ax.fill_between(times, low, high, color=BLUE, alpha=0.25, linewidth=0, label=of_band)
    ax.plot(times, mean, color=BLUE, linewidth=2, label=label)
    return float(np.nanmax(high, initial=0.0))


def draw_cells(
    ax: Axes,
    values: np.ma.MaskedArray[Any, Any],
    *,
    label: str | None = None,
    cmap: str = "Blues",
    vmin: float | None = None,
    vmax: float | None = None,
    hatched: bool = False,
) -> None:
    """
    Draw a matrix as coloured cells, the first row on top.

    In vector files the cells are vectors, unless there are very many.

    Parameters
    ----------
    ax
        Where; the middles of the cells are whole numbers.
    values
        Shape ``(n_rows, n_columns)``; nothing is drawn if there are none.
    label
        Of the colour bar; ``None`` for no bar.
    cmap, vmin, vmax
        As matplotlib takes them.
    hatched
        Whether cells without a value are hatched.
    """
    if hatched:
        ax.set_facecolor("white")
        ax.patch.set(hatch="////", edgecolor=LIGHT)
    ax.spines[["top", "right"]].set_visible(True)
    n_rows, n_columns = values.shape
    if not values.size:
        return
    cells = ax.pcolormesh(
        np.arange(n_columns + 1) - 0.5,
        np.arange(n_rows + 1) - 0.5,
        values,
        cmap=cmap,
        vmin=vmin,
        vmax=vmax,
        edgecolors="face",  # or else viewers show the background between cells
        linewidth=0.1,
        rasterized=values.size > MOST_VECTORS,
    )
    ax.set_xlim(-0.5, n_columns - 0.5)
    ax.set_ylim(n_rows - 0.5, -0.5)
    if label is not None:
        bar = ax.figure.colorbar(cells, ax=ax, label=label, pad=0.02)
        if bar.solids is not None:
            bar.solids.set(rasterized=False, edgecolor="face")


def write_cells(
    ax: Axes, texts: Mapping[tuple[int, int], str], dark: Callable[[int, int], Any], **options: Any
) -> None:
    """Write texts into cells by row and column, in white where these are dark."""
    for (row, column), text in texts.items():
        colour = "white" if dark(row, column) else "black"
        ax.text(column, row, text, ha="center", va="center", color=colour, **options)


def draw_picture(
    values: NDArray[np.float64], names: Sequence[str], periods: pd.PeriodIndex, ax: Axes | None
) -> Axes:
    """
    Draw counts as a picture: one row per series, one column per period, hatched where unobserved.

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
    draw_cells(ax, np.ma.masked_invalid(values), label="events", vmin=0, hatched=True)
    ax.set_yticks(range(len(names)), names)
    set_period_ticks(ax, periods)
    add_note(ax, "hatched: not observed")
    return ax


def set_period_ticks(ax: Axes, periods: pd.Index[Any]) -> None:
    """Label the columns of a picture by their periods, fifteen of them at most."""
    places = list(range(0, len(periods), max(1, int(np.ceil(len(periods) / 15)))))
    ax.set_xticks(places, [str(periods[place]) for place in places], rotation=45, ha="right")


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
        from matplotlib import rc_context
        from matplotlib.axes import Axes as AnyAxes
        from matplotlib.text import Text

        given = [one for one in (*args, *kwargs.values()) if isinstance(one, AnyAxes)]
        before = {id(text): text.get_text() for ax in given for text in ax.figure.findobj(Text)}
        width = asked_width(given[0] if given else None)
        with rc_context({"legend.frameon": False, **text_sizes(width)}):
            made = draw(*args, **kwargs)
            if width is not None and width < NARROW:
                fit_narrow(made, is_own=not given)
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


def draw_intervals(
    names: Sequence[str],
    middles: Sequence[float],
    lows: Sequence[float],
    highs: Sequence[float],
    ax: Axes | None,
) -> Axes:
    """Draw a point with a bar a row, from the top down; an end without bound is an arrow."""
    ax = new_rows(ax, names)
    rows = np.arange(len(names))
    middle, low, high = (np.asarray(values, dtype=np.float64) for values in (middles, lows, highs))
    known = np.isfinite(middle)
    ends = np.concatenate([middle[known], low[known], high[known]])
    widest = float(ends[np.isfinite(ends)].max(initial=1.0))
    shown = np.where(np.isfinite(high), high, 1.08 * widest)
    ax.hlines(rows[known], low[known], shown[known], color=BLUE, linewidth=2, alpha=0.6)
    ax.plot(middle[known], rows[known], "o", color=BLUE, markersize=5)
    for row in rows[known & ~np.isfinite(high)]:
        ax.plot(shown[row], row, ">", color=BLUE, markersize=6, clip_on=False)
    ax.grid(axis="x", color="#e8e8e8", linewidth=0.8)
    ax.set_axisbelow(True)
    return ax


def draw_ratios(
    names: Sequence[str], values: Sequence[tuple[float, float, float]], label: str, ax: Axes | None
) -> Axes:
    """
    Draw ratios on a logarithmic axis with a line at 1.

    Parameters
    ----------
    names
        What each ratio is of.
    values
        Ratio, lower and upper end of each. What is zero or infinite is drawn as an arrow.
    label
        Of the axis.
    ax
        ``None`` makes a figure that is high enough for the rows.
    """
    ax = new_rows(ax, names)
    array = np.array(values, dtype=np.float64).reshape(-1, 3)
    within = array[np.isfinite(array) & (array > 0)]
    least, most = float(within.min(initial=0.5)) / 1.3, float(within.max(initial=2.0)) * 1.3
    for row, (middle, low, high) in enumerate(array.tolist()):
        if np.isnan(low):
            told = "  not observed"
            if np.isfinite(middle) and least < middle < most:
                ax.plot(middle, row, "o", color=BLUE, markerfacecolor="white", markersize=5)
                told = "   no interval"
            where = middle if np.isfinite(middle) else 1
            ax.text(where, row, told, color=GREY, fontsize="small", va="center")
            continue
        ends = low or least, high if np.isfinite(high) else most
        ax.hlines(row, *ends, color=BLUE, linewidth=2, alpha=0.6)
        for end, is_open, mark in ((ends[0], not low, "<"), (ends[1], not np.isfinite(high), ">")):
            if is_open:
                ax.plot(end, row, mark, color=BLUE, markersize=6)
        if np.isfinite(middle) and middle > 0:
            ax.plot(middle, row, "o", color=BLUE, markersize=5)
    ax.axvline(1, color=GREY, linestyle="--", linewidth=1)
    close = {0.8, 1.25} if most <= 15 * least else set()  # to 1: only where there is room
    set_log_ticks(ax, sorted({*_TICKS, *close}), least, most)
    ax.set_xlim(least / 1.1, most * 1.1)
    ax.set_xlabel(label)
    return ax


_TICKS = (0.001, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 1000)
