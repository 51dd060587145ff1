"""The figures of the report: a timeline of counts and intensity for each country."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from engagement.changes.drawing import draw_intensity
from engagement.charts import draw_rates
from engagement.places import country_name
from engagement.progress import watched
from engagement.wording import name_series

if TYPE_CHECKING:
    from engagement.changes.found import Changes
    from engagement.counts import Counts
    from engagement.series import CountSeries

__all__ = ["MOST_COUNTRIES", "country_figures"]

MOST_COUNTRIES = 40
"""Countries that get a figure: those with the most events."""


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
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    shown = [series for series in group if series.total] or group[:1]
    figure = Figure(figsize=(9, 1.0 + 2.7 * len(shown)), layout="constrained")
    FigureCanvasAgg(figure)
    figure.suptitle(country_name(label), x=0.01, ha="left", weight="bold", size="large")
    axes = figure.subplots(len(shown), 1, squeeze=False)[:, 0]
    for series, ax in zip(shown, axes, strict=True):
        own = [change for change in changes if change.axes == series.axes]
        if series.total:
            posterior = changes.posterior(**series.axes)
            intervals = [(change.date, change.date_low, change.date_high) for change in own]
            draw_intensity(series, posterior.intensity(level=changes.level), intervals, ax)
        else:
            draw_rates(series, ax)
        rest = {axis: text for axis, text in series.axes.items() if axis != "country"}
        ax.set_title(name_series(rest), loc="left", size="medium")
    picture = io.BytesIO()
    figure.savefig(picture, format="png", dpi=110)
    return picture.getvalue()
