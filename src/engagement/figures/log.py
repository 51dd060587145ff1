"""A log as a picture: what was observed, and what took place, by country and activity."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engagement.answers import draw
from engagement.events.axes import labels_of
from engagement.figures.charts import BLUE, GREY, LIGHT, add_note, new_rows, plain_texts
from engagement.log.eventlog import EventLog
from engagement.settings.checks import check_instance
from engagement.values.places import country_name
from engagement.values.vocabulary import NONE_LABEL, Activity

if TYPE_CHECKING:
    from matplotlib.axes import Axes


__all__ = ["plot_log"]

_DAYS_PER_YEAR = 365.2425
_LEAST_WIDTH = 0.08  # years, so that a day can be seen
_NARROW = 0.2  # years; wider marks are lighter


@draw.register(EventLog)
@plain_texts
def plot_log(log: EventLog, ax: Axes | None = None) -> Axes:
    """
    Draw coverage as bars and events as marks on them, one row per country and activity.

    Parameters
    ----------
    log
        Events whose dates are open on a side are not drawn.
    ax
        ``None`` makes a figure that is high enough for the rows.

    Returns
    -------
    matplotlib.axes.Axes
        Years run to the right. A mark is as wide as its date is imprecise.
    """
    check_instance("log", log, EventLog)
    marks: dict[tuple[str, str], list[tuple[float, float]]] = {}
    for event in log:
        if event.date.start_day is None or event.date.end_day is None:
            continue
        span = (_year(event.date.start_day), _year(event.date.end_day))
        for country in labels_of(event, "country"):
            marks.setdefault((country, str(event.activity)), []).append(span)
    bars: dict[tuple[str, str], list[tuple[float, float]]] = {}
    observed = log.coverage.merged if log.coverage.is_stated else {}
    for (country, _, activity), spans in observed.items():
        known = bars.setdefault((country, activity), [])
        known += [(_year(start), _year(end)) for start, end in spans]
    order = [str(activity) for activity in Activity]
    rows = sorted(
        {*marks, *bars},
        key=lambda row: (row[0] == NONE_LABEL, country_name(row[0]), order.index(row[1])),
    )
    names = [f"{country_name(country)}, {activity}" for country, activity in rows]
    ax = new_rows(ax, names, width=9.0, each=0.2)
    ax.tick_params(axis="y", labelsize="small")
    for place, row in enumerate(rows):
        seen = [(start, end - start) for start, end in bars.get(row, [])]
        ax.broken_barh(seen, (place - 0.4, 0.8), color=LIGHT, alpha=0.6)
        widths = [(start, max(end - start, _LEAST_WIDTH)) for start, end in marks.get(row, [])]
        for alpha, chosen in (
            (0.75, [mark for mark in widths if mark[1] < _NARROW]),
            (0.35, [mark for mark in widths if mark[1] >= _NARROW]),
        ):
            ax.broken_barh(chosen, (place - 0.275, 0.55), color=BLUE, alpha=alpha)
    for place in range(1, len(rows)):
        if rows[place][0] != rows[place - 1][0]:
            ax.axhline(place - 0.5, color=GREY, linewidth=0.6)
    stated = "grey: observed" if bars else "coverage not stated"
    add_note(ax, f"{stated}; blue: an event, as wide as its date is imprecise")
    return ax


def _year(day: int) -> float:
    return 1 + (day - 1) / _DAYS_PER_YEAR
