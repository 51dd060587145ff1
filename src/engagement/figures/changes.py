"""The figures of the change-point answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from engagement.answers import draw
from engagement.changes.continuous.located import LocatedChanges
from engagement.changes.detect.found import Changes
from engagement.changes.online.monitoring import Monitor
from engagement.changes.optimal.segmentation import Segmentation
from engagement.changes.posterior.answer import ChangePosterior
from engagement.changes.posterior.date_order import DateComparison
from engagement.changes.posterior.prior_sensitivity import PriorSensitivity
from engagement.changes.shared.shared_changes import SharedChanges
from engagement.changes.testing.scan_test import ScanTest
from engagement.figures.charts import (
    BLUE,
    GREY,
    LIGHT,
    RED,
    add_legend_below,
    draw_cells,
    draw_rates,
    draw_step_band,
    ends_of,
    new_axes,
    new_rows,
    starts_of,
    write_cells,
)
from engagement.models.families import read_family
from engagement.models.observed import label_of, read_series

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    import pandas as pd
    from matplotlib.axes import Axes

    from engagement.changes.detect.series_verdict import SeriesVerdict
    from engagement.counting.series import CountSeries


@draw.register(Segmentation)
def draw_segmentation(found: Segmentation, ax: Axes | None) -> Axes:
    """Draw the observed rates, the segments' rates and the changes."""
    return draw_segments(found.series, found.bounds, found.rates, ax, family=found.family)


@draw.register(ScanTest)
def draw_scan(test: ScanTest, ax: Axes | None) -> Axes:
    """Draw the observed rates, and the rates in and out of the best split or window."""
    if test.date is None:
        return draw_segments(test.series, (0,), (), ax)
    frame = test.to_frame()
    observed = read_series(test.series, read_family("poisson"))
    row = frame.loc[frame["kind"] == test.kind].iloc[0]
    start, end = observed.place(row["start"]), observed.place(row["end"]) + 1
    bounds = [0, start, end, len(observed)] if end < len(observed) else [0, start, end]
    rates = [row["rate_without"], row["rate_within"], row["rate_without"]]
    return draw_segments(test.series, bounds, rates[: len(bounds) - 1], ax)


@draw.register(ChangePosterior)
def draw_posterior(posterior: ChangePosterior, ax: Axes | None) -> Axes:
    """Draw the mean intensity with its 95% band, and the changes of the likeliest number."""
    likely = int(posterior.n_changes.to_numpy().argmax())
    dates = posterior.most_probable(likely)
    intervals = [(d, *posterior.interval(k, likely)) for k, d in enumerate(dates, 1)]
    band = posterior.intensity()
    return draw_intensity(posterior.series, band, intervals, ax, family=posterior.family)


@draw.register(Changes)
def draw_all_changes(changes: Changes, ax: Axes | None) -> Axes:
    """Draw one line per series over what was observed, with each change and its interval."""
    rows = [(verdict.label, series, verdict) for verdict, series in changes.tested]
    return draw_changes(changes, rows, ax)


def draw_segments(
    series: CountSeries,
    bounds: Sequence[int],
    rates: Sequence[float],
    ax: Axes | None,
    *,
    family: str = "poisson",
) -> Axes:
    """Draw the rate of each segment over the observed rates."""
    ax = new_axes(ax)
    draw_rates(series, ax, of=_summed(family))
    places = np.flatnonzero(series.observed)
    starts, ends = starts_of(series.periods)[places], ends_of(series.periods)[places]
    label = "rate of the segment"
    for low, high, rate in zip(bounds[:-1], bounds[1:], rates, strict=True):
        ax.hlines(rate, starts[low], ends[high - 1], color=BLUE, linewidth=2.5, label=label)
        label = "_"
    label = "change"
    for low in bounds[1:-1]:
        ax.axvline(starts[low], color=RED, linestyle="--", linewidth=1.2, label=label)
        label = "_"
    _legend(ax)
    return ax


def draw_intensity(
    series: CountSeries,
    intensity: pd.DataFrame,
    intervals: Sequence[tuple[pd.Period, pd.Period, pd.Period]],
    ax: Axes | None,
    *,
    family: str = "poisson",
    legend: bool = True,
) -> Axes:
    """
    Draw the posterior mean intensity with its band, and the changes with their intervals.

    *intervals* are the date, the first and the last period of each change.
    """
    ax = new_axes(ax)
    draw_rates(series, ax, of=_summed(family))
    draw_step_band(ax, series.periods, intensity, label="mean intensity", of_band="band")
    top = ax.get_ylim()[1]
    ax.set_ylim(0, top * 1.12)
    label = "change, with interval"
    for place, (date, first, last) in enumerate(intervals):
        height = top * (1.04 + 0.05 * (place % 2))
        ax.hlines(height, *_extent(first, last), color=RED, linewidth=4)
        ax.plot(
            [_extent(date, date)[0]],
            [height],
            marker="D",
            color=RED,
            markersize=7,
            linestyle="none",
            markeredgecolor="white",
            label=label,
        )
        label = "_"
    if legend:
        _legend(ax)
    return ax


def draw_changes(
    changes: Changes, rows: Sequence[tuple[str, CountSeries, SeriesVerdict]], ax: Axes | None
) -> Axes:
    """
    Draw one line per series over what was observed, with each change and its interval.

    *rows* are the name, the series and the verdict of each.
    """
    ax = new_rows(ax, [name for name, _, _ in rows], margin=1.6)
    seen = {
        "extent": "observed",
        "interval": f"{100 * changes.level:g}% interval of the date",
        "rise": "rise",
        "fall": "fall",
    }
    for row, (_, series, verdict) in enumerate(rows):
        starts, ends = starts_of(series.periods), ends_of(series.periods)
        for start, end in _spans(starts[series.observed], ends[series.observed]):
            ax.hlines(row, start, end, color=LIGHT, linewidth=2, label=seen["extent"])
            seen["extent"] = "_"
        for change in changes.of(verdict):
            low, high = _extent(change.date_low, change.date_high)
            colour, kind, marker = (BLUE, "rise", "^") if change.is_rise else (RED, "fall", "v")
            height = row + (0.18 if change.number % 2 == 0 else -0.18)
            ax.hlines(height, low, high, color=GREY, linewidth=4, label=seen["interval"])
            ax.plot(
                [_extent(change.date, change.date)[0]],
                [height],
                marker=marker,
                color=colour,
                markersize=10,
                linestyle="none",
                markeredgecolor="white",
                label=seen[kind],
            )
            seen[kind] = seen["interval"] = "_"
    ax.set_ylim(len(rows) - 0.4, -0.6)
    ax.spines["left"].set_visible(False)
    ax.tick_params(axis="y", length=0)
    _legend(ax)
    return ax


def _summed(family: str) -> str:
    """Return what a series of a family sums: the Gaussian one is of other amounts than events."""
    return "total" if family == "gaussian" else "events"


def _extent(first: pd.Period, last: pd.Period) -> tuple[Any, Any]:
    """Return when the first period starts, and when the one after the last does."""
    return first.start_time.to_datetime64(), (last + 1).start_time.to_datetime64()


def _spans(starts: np.ndarray, ends: np.ndarray) -> list[tuple[Any, Any]]:
    """Put together spans that touch."""
    if not len(starts):
        return []
    breaks = np.flatnonzero(starts[1:] > ends[:-1])
    firsts = np.concatenate(([0], breaks + 1))
    lasts = np.concatenate((breaks, [len(starts) - 1]))
    return [(starts[a], ends[b]) for a, b in zip(firsts, lasts, strict=True)]


def _legend(ax: Axes) -> None:
    if ax.get_legend_handles_labels()[0]:
        height = float(ax.get_window_extent().height) / ax.figure.dpi
        add_legend_below(ax, drop=0.35 / height, ncols=5)


@draw.register(DateComparison)
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
    ax.legend(fontsize="small", loc="upper left", bbox_to_anchor=(0, 1.14), ncols=3)
    return ax


@draw.register(Monitor)
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
    ax.spines["right"].set_visible(True)  # the scale of the bars
    below.set_ylabel("events per year (bars)")
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
    add_legend_below(ax, ncols=3)
    return ax


SHADES = ("#d9d9d9", "#9ecae1", "#4292c6", "#08306b")
"""For no change, one, two and more: from light to dark, so that they differ in grey print too."""


@draw.register(PriorSensitivity)
def draw_sensitivity(found: PriorSensitivity, ax: Axes | None) -> Axes:
    """Draw the probabilities of the numbers of changes as a bar for each pair of priors."""
    tried = found.tried
    ax = new_axes(ax, width=8.5, height=1.6 + 0.24 * len(tried))
    names = [one.name for one in tried]
    gaps = [0.6 * len(set(names[: place + 1])) for place in range(len(names))]
    heights = [place + gap for place, gap in enumerate(gaps)]
    lefts = [0.0] * len(tried)
    for number, shade in zip(("none", "one", "two", "more"), SHADES, strict=True):
        which = ("none", "one", "two", "more").index(number)
        widths = [one.numbers[which] for one in tried]
        ax.barh(heights, widths, left=lefts, color=shade, edgecolor="white", label=number)
        lefts = [left + width for left, width in zip(lefts, widths, strict=True)]
    used = [height for height, one in zip(heights, tried, strict=True) if one.in_force]
    ax.plot(
        [1.012] * len(used),
        used,
        marker="<",
        color=RED,
        clip_on=False,
        linestyle="none",
        label="priors in force",
    )
    labels = [
        f"{one.name + ',  ' if place == 0 or names[place - 1] != one.name else ''}"
        f"{one.changes_prior:g}"
        for place, one in enumerate(tried)
    ]
    ax.set_yticks(heights, labels)
    ax.set_ylim(heights[-1] + 0.7, heights[0] - 0.7)
    ax.set_xlim(0, 1)
    ax.set_xlabel("probability of so many changes")
    ax.set_ylabel("prior on rates, prior on changes")
    ax.set_title(label_of(found.series), loc="left")
    ax.spines["left"].set_visible(False)
    ax.tick_params(axis="y", length=0)
    ax.legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=5, fontsize="small")
    return ax


@draw.register(LocatedChanges)
def draw_located(found: LocatedChanges, ax: Axes | None) -> Axes:
    """Draw the events as they add up, and the changes of the likeliest number with intervals."""
    ax, running = new_axes(ax), found.running_total()
    first, last = _days([found.observed_from, found.observed_to])
    total = int(running.iloc[-1]) if len(running) else 0
    days = running.index.to_numpy()
    ax.step([first, *days, last], [0, *running, total], where="post", color=GREY, label="events")
    likely = max(int(found.n_changes.to_numpy().argmax()), min(found.max_changes, 1))
    dates = _days(found.most_probable(likely))
    sums = np.concatenate(([0], running.to_numpy()))
    heights = [0, *sums[np.searchsorted(days, dates)], total]
    ax.plot([first, *dates, last], heights, color=BLUE, linewidth=2, label="even rates between")
    label = "95% interval of the change"
    for place, when in enumerate(dates, 1):
        ax.axvspan(
            *_days(found.interval(place, likely)), color=RED, alpha=0.18, linewidth=0, label=label
        )
        label = "_"
        ax.axvline(when, color=RED, linestyle="--", linewidth=1.2)
        ax.annotate(
            f" {when.astype('datetime64[D]')}",
            (when, 0.03 * max(total, 1)),
            color=RED,
            fontsize="small",
        )
    ax.set_ylabel("events so far")
    ax.set_ylim(bottom=0)
    ax.set_xlim(first, last)
    ax.legend(loc="upper left", fontsize="small")
    return ax


def _days(days: Sequence[date]) -> Any:
    """Return days as matplotlib draws them."""
    return np.array(days, dtype="datetime64[ns]")


@draw.register(SharedChanges)
def draw_shared(answer: SharedChanges, ax: Axes | None) -> Axes:
    """Draw one column per shared change and one row per series, shaded by taking part."""
    labels = list(answer.own.index)
    ax = new_axes(ax, width=4.0 + 1.3 * len(answer), height=1.6 + 0.36 * len(labels))
    taking = np.array([[m.probability for m in change.members] for change in answer.found])
    taking = taking.reshape(len(answer), len(labels)).T
    draw_cells(ax, np.ma.masked_invalid(taking), label="takes part", vmin=0, vmax=1, hatched=True)
    ratios = {
        (row, column): f"\N{MULTIPLICATION SIGN}{member.ratio:.2g}"
        for column, change in enumerate(answer.found)
        for row, member in enumerate(change.members)
        if member.takes_part
    }
    write_cells(ax, ratios, lambda *cell: taking[cell] > 0.6, fontsize="small")
    ax.set_yticks(range(len(labels)), labels)
    ax.set_xticks(
        range(len(answer)),
        [f"{c.date}\n{c.date_low} to {c.date_high}\np {c.probability:.2f}" for c in answer.found],
        fontsize="small",
    )
    ax.set_title("shared changes (hatched: not observed)", loc="left", fontsize="medium")
    return ax
