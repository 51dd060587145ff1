"""The figures of the answers on intensity."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engagement.answers import draw
from engagement.display import percent
from engagement.figures.charts import (
    BLUE,
    GREY,
    LIGHT,
    RED,
    add_note,
    draw_intervals,
    draw_rates,
    draw_ratios,
    draw_step_band,
    ends_of,
    hatch_spans,
    new_axes,
    new_rows,
    starts_of,
    unobserved_spans,
)
from engagement.intensity.comparison import RateComparison
from engagement.intensity.crosswalk import Crosswalk
from engagement.intensity.rates import RateEstimate
from engagement.intensity.smoothing import SmoothIntensity
from engagement.intensity.trends import TrendFit
from engagement.intensity.weighing import WeightedIntensity

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matplotlib.axes import Axes


def short_labels(rows: Sequence[Mapping[str, str]]) -> list[str]:
    """
    Call rows by the labels in which they differ; by all of them where they do not.

    Examples
    --------
    >>> short_labels([{"country": "KGZ", "channel": "bilateral"},
    ...               {"country": "TJK", "channel": "bilateral"}])
    ['KGZ', 'TJK']
    """
    names = list(rows[0]) if rows else []
    varying = [name for name in names if len({row[name] for row in rows}) > 1]
    return [" ".join(row[name] for name in varying or names) for row in rows]


@draw.register(RateEstimate)
def draw_rate_estimates(estimate: RateEstimate, ax: Axes | None) -> Axes:
    """Draw every rate that was observed, with its interval."""
    kept = [rate for rate in estimate if rate.exposure_years]
    names = [
        name + (f", {rate.span}" if estimate.by_segment else "") + "*" * rate.is_too_narrow
        for name, rate in zip(short_labels([rate.axes for rate in kept]), kept, strict=True)
    ]
    ax = draw_intervals(
        names,
        [rate.rate for rate in kept],
        [rate.low for rate in kept],
        [rate.high for rate in kept],
        ax,
    )
    ax.set_xlim(left=0)
    ax.set_xlabel(f"events per year, with {100 * estimate.level:g}% intervals")
    if any(rate.is_too_narrow for rate in kept):
        add_note(ax, "* varies more than Poisson: interval too narrow")
    return ax


@draw.register(RateComparison)
def draw_comparison(comparison: RateComparison, ax: Axes | None) -> Axes:
    """Draw a point and a bar a ratio on a logarithmic axis, with a line at 1."""
    lead = short_labels([one.axes for one in comparison])
    pairs = [f"{one.first} / {one.second}" for one in comparison]
    if len({tuple(one.axes.items()) for one in comparison}) > 1:
        pairs = [f"{label} {pair}" for label, pair in zip(lead, pairs, strict=True)]
    values = [(one.ratio, one.low, one.high) for one in comparison]
    return draw_ratios(pairs, values, _ratio_label(comparison.level), ax)


def _ratio_label(level: float) -> str:
    return f"rate ratio, with {percent(level)} intervals"


@draw.register(TrendFit)
def draw_fit(fit: TrendFit, ax: Axes | None) -> Axes:
    """Draw the rate ratio of each term but the intercept, with its interval."""
    frame = fit.to_frame().drop(index="Intercept", errors="ignore")
    values = list(zip(frame["ratio"], frame["low"], frame["high"], strict=True))
    return draw_ratios([str(term) for term in frame.index], values, _ratio_label(fit.level), ax)


@draw.register(Crosswalk)
def draw_codes(walk: Crosswalk, ax: Axes | None) -> Axes:
    """Draw how many events each code has, and how many of them are conflict by the trap."""
    frame = walk.to_frame()
    codes = sorted(set(frame["code"]))
    trapped, free = (
        np.array([(of_kind["code"] == code).sum() for code in codes], dtype=np.int64)
        for of_kind in (frame[frame["trap"]], frame[~frame["trap"]])
    )
    ax = new_rows(ax, codes, margin=1.4, each=0.36)
    rows = np.arange(len(codes))
    ax.barh(rows, free, color=BLUE, label="events")
    if trapped.any():
        label = "done alone: conflict in the scheme"
        ax.barh(rows, trapped, left=free, color=RED, label=label)
    ax.set_xlabel(f"events by code of {walk.scheme.upper()}")
    if codes:
        ax.legend(loc="lower right")
    return ax


@draw.register(SmoothIntensity)
def draw_band(found: SmoothIntensity, ax: Axes | None) -> Axes:
    """Draw the mean with its band, a step a period, over the observed rates."""
    series = found.series
    label = f"mean over segmentations, with {percent(found.level)} band"
    ax = new_axes(ax)
    draw_rates(series, ax)
    highest = draw_step_band(ax, series.periods, found.band, label=label)
    if series.n_observed:
        ax.set_ylim(0, 1.15 * max(highest, ax.get_ylim()[1] / 1.05))
        ax.legend(loc="upper left")
    return ax


@draw.register(WeightedIntensity)
def draw_weighted(found: WeightedIntensity, ax: Axes | None) -> Axes:
    """Draw one series period by period, or of several the sums per year."""
    return draw_sums(found, ax) if len(found.counts) == 1 else draw_yearly_sums(found, ax)


def draw_sums(found: WeightedIntensity, ax: Axes | None) -> Axes:
    """Draw the sums of one series a period: what is known, what may be, and the interval."""
    ax = new_axes(ax)
    series = found.counts.series()
    starts, ends = starts_of(series.periods), ends_of(series.periods)
    least, most, low, high = (
        values.reshape(-1) for values in (found.at_least, found.at_most, found.low, found.high)
    )
    width = ends - starts
    ax.bar(starts, np.nan_to_num(least), width, align="edge", color=LIGHT, label="at least")
    more = np.where(np.isfinite(most), most - least, 0.0)
    open_ = more > 0
    ax.bar(
        starts[open_],
        more[open_],
        width[open_],
        least[open_],
        align="edge",
        facecolor="none",
        edgecolor=GREY,
        hatch="...",
        linewidth=0,
        label="at most" if open_.any() else "_",
    )
    middle = starts + width / 2
    drawn = np.isfinite(low) & np.isfinite(high)
    label = f"{100 * found.level:g}% interval"
    ax.vlines(middle[drawn], low[drawn], high[drawn], color=BLUE, linewidth=1.6, label=label)
    endless = np.isinf(most)
    if endless.any():
        ax.plot(middle[endless], least[endless], "^", color=RED, label="or more: no upper bound")
    hatch_spans(ax, unobserved_spans(series))
    ax.set_ylabel(found.unit)
    ax.set_title(series.name or found.weight, loc="left")
    ax.set_ylim(bottom=0)
    if len(starts):
        ax.set_xlim(starts[0], ends[-1])
        ax.legend(loc="upper left")
    return ax


def draw_yearly_sums(found: WeightedIntensity, ax: Axes | None) -> Axes:
    """Draw for each observed series the sum a year between its bounds, with the interval."""
    frame = found.totals[found.totals["exposure_years"] > 0]
    labels = frame[list(found.counts.by)].to_dict("records")
    names = short_labels([{str(name): str(label) for name, label in row.items()} for row in labels])
    ax = new_rows(ax, names)
    numbers = frame[["at_least", "at_most", "low", "high"]].to_numpy(dtype=np.float64)
    widest = float(numbers[np.isfinite(numbers)].max(initial=1.0))
    for row, (least, most, low, high) in enumerate(numbers.tolist()):
        if np.isfinite(low):
            end = high if np.isfinite(high) else 1.08 * widest
            ax.hlines(row, low, end, color=BLUE, linewidth=2, alpha=0.5)
        ax.hlines(row, least, most if np.isfinite(most) else 1.08 * widest, color=GREY, linewidth=6)
        ax.plot(least, row, "o", color=BLUE, markersize=5)
        if not np.isfinite(most):
            ax.plot(1.08 * widest, row, ">", color=GREY, markersize=7, clip_on=False)
    ax.set_xlim(0, 1.1 * widest)
    ax.set_xlabel(
        f"{found.unit} per year; grey: as sizes are unknown, blue: {found.level:.0%} interval"
    )
    return ax
