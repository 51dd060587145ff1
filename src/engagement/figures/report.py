"""The figures of the report: all changes, a timeline for each country, and what was observed."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import numpy as np

from engagement.figures.changes import draw_changes, draw_intensity
from engagement.figures.charts import draw_rates, keep_plain
from engagement.figures.log import plot_log
from engagement.progress import watched
from engagement.values.places import country_name
from engagement.words.report import name_series

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from engagement.changes.detect.found import Changes, SeriesVerdict
    from engagement.counting.counts import Counts
    from engagement.counting.series import CountSeries
    from engagement.log.eventlog import EventLog

__all__ = ["MOST_COUNTRIES", "MOST_ROWS", "country_figures", "overview_figure", "records_figure"]

MOST_COUNTRIES = 40
"""Countries that get a figure: those with the most events."""


_TOP, _BOTTOM, _PANEL = 0.65, 0.8, 1.75  # inches

MOST_ROWS = 60
"""Rows of a picture of all changes, or of all records."""


def overview_figure(changes: Changes, shown: Sequence[SeriesVerdict]) -> bytes | None:
    """
    Draw all changes with their intervals, a row a series.

    Parameters
    ----------
    changes
        What was found.
    shown
        Which series to draw. Of more than `MOST_ROWS` only those that changed, the surest
        first.

    Returns
    -------
    bytes or None
        PNG; None where there is nothing to draw.
    """
    rows = list(shown)
    if len(rows) > MOST_ROWS:
        changed = [verdict for verdict in rows if changes.of(verdict)]
        surest = sorted(changed, key=lambda verdict: verdict.p_value)[:MOST_ROWS]
        kept = {id(verdict) for verdict in surest}
        rows = [verdict for verdict in changed if id(verdict) in kept]
    if not rows:
        return None
    named = [
        (name_series(verdict.axes), changes.series(**verdict.axes), verdict) for verdict in rows
    ]
    figure, ax = _one_panel(0.27 * (len(rows) + 0.4), top=0.12, bottom=0.75)
    draw_changes(changes, named, ax)
    _make_room(ax)
    return _png(figure)


def records_figure(log: EventLog) -> bytes | None:
    """
    Draw coverage and events, a row a country and activity.

    Parameters
    ----------
    log
        What was recorded; of many countries only those that take up to `MOST_ROWS` rows are
        drawn, beginning with those that coverage names.

    Returns
    -------
    bytes or None
        PNG; None for a log without events.
    """
    if not len(log):
        return None
    seen: dict[str, set[str]] = {}
    for country, _, activity in log.coverage.merged:
        seen.setdefault(country, set()).add(activity)
    if not seen:
        for event in log:
            for country in event.countries:
                seen.setdefault(country, set()).add(str(event.activity))
    kept, n_rows = [], 0
    for country, activities in seen.items():
        n_rows += len(activities)
        if n_rows > MOST_ROWS:
            break
        kept.append(country)
    chosen = log.where(country=kept) if kept else log
    figure, ax = _one_panel(0.22 * (max(n_rows, 1) + 0.4), top=0.32, bottom=0.36)
    plot_log(chosen, ax)
    _make_room(ax)
    return _png(figure)


def _blank(width: float, height: float) -> Figure:
    """Make a figure without a layout, for finding one takes as long as drawing."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height))
    FigureCanvasAgg(figure)
    return figure


def _one_panel(height: float, *, top: float, bottom: float) -> tuple[Figure, Axes]:
    """Make a figure of one panel with room above and below, in inches."""
    whole = height + top + bottom
    figure = _blank(9.5, whole)
    places = {"top": 1 - top / whole, "bottom": bottom / whole, "right": 0.985}
    return figure, figure.subplots(gridspec_kw=places)


def _make_room(ax: Axes) -> None:
    """Make the left margin as wide as the longest name of a row."""
    figure: Any = ax.figure
    longest = max(label.get_window_extent().width for label in ax.get_yticklabels())
    share = (longest / figure.dpi + 0.22) / figure.get_figwidth()
    figure.subplots_adjust(left=min(share, 0.6))


def _png(figure: Figure) -> bytes:
    keep_plain(figure)
    picture = io.BytesIO()
    figure.savefig(picture, format="png", dpi=90, pil_kwargs={"compress_level": 3})
    return picture.getvalue()


def country_figures(counts: Counts, changes: Changes) -> dict[str, bytes]:
    """
    Draw a figure for each country: a panel a channel and activity that was observed.

    Parameters
    ----------
    counts
        By country and more.
    changes
        What was found in them.

    Returns
    -------
    dict
        PNG by country label, in the order of the counts; at most `MOST_COUNTRIES`.
    """
    by_country: dict[str, list[CountSeries]] = {}
    for series in counts.all_series():
        if series.n_observed and (series.total or series.coverage_stated):
            by_country.setdefault(series.axes["country"], []).append(series)
    totals = {label: sum(s.total for s in group) for label, group in by_country.items()}
    kept = sorted(totals, key=lambda label: -totals[label])[:MOST_COUNTRIES]
    labels = [label for label in by_country if label in kept]
    return {
        label: _draw(label, by_country[label], changes)
        for label in watched(labels, "drawing", at_least=1)
    }


def _draw(label: str, group: list[CountSeries], changes: Changes) -> bytes:
    shown = [series for series in group if series.total] or group[:1]
    height = _TOP + _BOTTOM + _PANEL * len(shown)
    figure = _blank(9, height)
    figure.suptitle(
        country_name(label), x=0.01, y=1 - 0.1 / height, ha="left", weight="bold", size="large"
    )
    axes = figure.subplots(
        len(shown),
        1,
        squeeze=False,
        sharex=True,
        gridspec_kw={
            "left": 0.09,
            "right": 0.985,
            "top": 1 - _TOP / height,
            "bottom": _BOTTOM / height,
            "hspace": 0.32,
        },
    )[:, 0]
    for series, ax in zip(shown, axes, strict=True):
        own = [change for change in changes if change.axes == series.axes]
        if series.total:
            intervals = [(change.date, change.date_low, change.date_high) for change in own]
            band = changes.intensity(**series.axes)
            draw_intensity(series, band, intervals, ax, legend=False)
        else:
            draw_rates(series, ax)
        rest = {axis: text for axis, text in series.axes.items() if axis != "country"}
        ax.set_title(name_series(rest), loc="left", size="medium", y=1)  # else a place is sought
        ax.set_ylabel("")
        ax.locator_params(axis="y", nbins=4)
    _tick_years(ax, shown[-1])
    figure.supylabel("events per year", x=0.012, size="medium")
    known: dict[str, Artist] = {}
    for ax in axes:
        handles, labels = ax.get_legend_handles_labels()
        known |= dict(zip(labels, handles, strict=True))
    figure.legend(
        handles=list(known.values()),
        labels=list(known),
        loc="lower center",
        ncols=5,
        frameon=False,
    )
    return _png(figure)


def _tick_years(ax: Axes, series: CountSeries) -> None:
    """Tick every few years where there are many: finding ticks for dates takes long."""
    first, last = series.periods[0].year, series.periods[-1].year
    step = -(-(last - first + 1) // 8)
    if step > 1:
        years = range(first + -first % step, last + 1, step)
        ax.set_xticks([np.datetime64(f"{year}-01-01") for year in years], [*map(str, years)])
