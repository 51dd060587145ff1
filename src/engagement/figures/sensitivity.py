"""The figures of what else could explain a change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engagement.answers import draw
from engagement.figures.charts import (
    BLUE,
    GREY,
    LIGHT,
    RED,
    add_legend_below,
    new_axes,
    set_log_ticks,
)
from engagement.sensitivity.reporting import ReportingSensitivity
from engagement.sensitivity.trimming import WindowSensitivity

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@draw.register(ReportingSensitivity)
def draw_reporting(answer: ReportingSensitivity, ax: Axes | None) -> Axes:
    """Draw the probability that is left of a change against the factor of reporting."""
    ax = new_axes(ax)
    frame = answer.to_frame().sort_values("factor")
    if answer.stated.reach is not None:
        reach = answer.stated.reach if answer.change.is_rise else 1 / answer.stated.reach
        ax.axvspan(1, reach, color=LIGHT, alpha=0.6, linewidth=0, label="room that is stated")
    ax.plot(frame["factor"], frame["probability"], color=BLUE, linewidth=2, label="_")
    for factor, style, label in (
        (answer.factor_to_doubt, "--", "interval of the ratio reaches 1"),
        (answer.factor, "-", "explains all of the change"),
    ):
        ax.axvline(factor, color=RED, linestyle=style, linewidth=1.2, label=label)
    ax.axhline(0.5, color=GREY, linewidth=0.8, linestyle=":")
    set_log_ticks(ax, _TICKS, frame["factor"].min() * 0.98, frame["factor"].max() * 1.02)
    ax.set_ylim(0, 1.02)
    ax.set_xlabel("completeness of reporting after the change, over before")
    ax.set_ylabel("probability of the change")
    _finish(ax, f"{answer.change.label}, {answer.change.date}")
    return ax


_TICKS = [
    digit * 10.0**power for power in range(-4, 5) for digit in (1, 2, 5)
]  # what a reader can place


@draw.register(WindowSensitivity)
def draw_windows(answer: WindowSensitivity, ax: Axes | None) -> Axes:
    """Draw the probability of a change against where its window starts, and where it ends."""
    ax = new_axes(ax)
    for end, colour, marker, label in (
        ("start", BLUE, "o", "window starts here"),
        ("end", RED, "s", "window ends here"),
    ):
        windows = answer.cut(end)
        dates = [
            (window.since.start_time if end == "start" else window.until.end_time).to_datetime64()
            for window in windows
        ]
        chances = [window.probability for window in windows]
        ax.plot(dates, chances, color=colour, marker=marker, markersize=5, label=label)
    date: Any = answer.change.date.start_time.to_datetime64()
    ax.axvline(date, color=GREY, linewidth=1.2, linestyle="--", label="the change")
    ax.axhline(0.5, color=GREY, linewidth=0.8, linestyle=":")
    ax.set_ylim(0, 1.02)
    ax.set_ylabel("probability of the change")
    _finish(ax, f"{answer.change.label}, {answer.change.date}")
    return ax


def _finish(ax: Axes, title: str) -> None:
    ax.set_title(title, loc="left")
    add_legend_below(ax, drop=0.14)
