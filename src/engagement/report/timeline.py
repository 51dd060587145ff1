"""Timelines and interval strips as SVG, written line by line and styled by the page's sheet."""

from __future__ import annotations

from math import ceil, floor, log10
from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from engagement.counting.calendar import years_per_period
from engagement.counting.series import format_count
from engagement.report.findings import EMPTY_START
from engagement.report.markup import escape

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import pandas as pd
    from numpy.typing import NDArray

    from engagement.report.findings import Finding, FoundChange

__all__ = ["HATCH", "draw_mark", "draw_strip", "draw_timeline"]

WIDTH, HEIGHT = 320, 150
_LEFT, _RIGHT, _TOP, _BOTTOM = 26, 4, 18, 18
_LEAST_TOLD = 0.5
"""Least count of a bar without scale that is written above it."""

MOST_SQUARES = 12
"""Highest bar that is shown as one square per event."""

HATCH = (
    '<svg width="0" height="0" class="defs" aria-hidden="true" focusable="false"><defs>'
    '<pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse">'
    '<path d="M0 6L6 0" stroke="#bbb" stroke-width="1"/></pattern></defs></svg>'
)
"""Pattern of what was not observed; stands once on a page, before all figures."""


def draw_mark(x: float, y: float, found: FoundChange, size: float = 4.5) -> str:
    """
    Draw the mark of a change.

    A triangle points up or down; it is hollow where the change rests on an empty start.
    """
    kind = "mark hollow" if EMPTY_START in found.marks else "mark"
    sign = -1 if found.change.is_rise else 1
    points = (
        f"{_n(x - size)},{_n(y - sign * size * 0.8)} {_n(x + size)},{_n(y - sign * size * 0.8)} "
        f"{_n(x)},{_n(y + sign * size)}"
    )
    return f'<polygon class="{kind}" points="{points}"/>'


def mark_in_words(found: FoundChange) -> str:
    """Say what the mark of a change shows."""
    return ", ".join([str(found.change.direction), *found.marks])


def draw_strip(finding: Finding, found: FoundChange, periods: pd.PeriodIndex) -> str:
    """Draw the interval of a change on the axis of all periods, which every row shares."""
    width, n = 130, len(periods)
    first = periods[0].ordinal
    series = finding.tested

    def x(ordinal: int) -> float:
        return 5 + (width - 10) * (ordinal - first) / max(n, 1)

    change = found.change
    low, high = x(change.date_low.ordinal), x(change.date_high.ordinal + 1)
    start = x(series.observed_from.ordinal) if series.observed_from is not None else 5
    end = x(series.observed_to.ordinal + 1) if series.observed_to is not None else width - 5
    told = f"{change.date}, within {change.date_low} to {change.date_high}"
    return (
        f'<svg class="strip" viewBox="0 0 {width} 14" width="{width}" height="14" role="img" '
        f'aria-label="{escape(told)}"><path class="seen" d="M{_n(start)} 7H{_n(end)}"/>'
        f'<path class="span" d="M{_n(low)} 7H{_n(high)}"/>'
        f"{draw_mark(x(change.date.ordinal) + 0.5 * (width - 10) / max(n, 1), 7, found)}</svg>"
    )


@frozen
class _Scale:
    """From periods and events to places in a picture."""

    n: int
    top: float

    def x(self, place: float) -> float:
        return _LEFT + (WIDTH - _LEFT - _RIGHT) * place / max(self.n, 1)

    def y(self, value: float) -> float:
        inside = HEIGHT - _TOP - _BOTTOM
        return HEIGHT - _BOTTOM - inside * min(value, self.top) / self.top


def draw_timeline(
    finding: Finding,
    band: pd.DataFrame | None,
    link: Callable[[int], str],
    *,
    is_light: bool = False,
) -> str:
    """
    Draw a series: a bar a period, its estimated intensity with a band, and its changes.

    Parameters
    ----------
    finding
        What was counted and found.
    band
        Mean, low and high of its intensity in events per year, by period; ``None`` for none.
    link
        Gives for the place of a period the address of the events behind its bar, or an empty
        text where there are none.
    is_light
        Whether to omit what only makes bars easier to hit, for pages of many figures.

    Returns
    -------
    str
        An ``svg`` element, styled by the page.
    """
    series = finding.series
    years = years_per_period(series.periods) if len(series) else 1.0
    counts = finding.recorded if finding.recorded is not None else np.nan_to_num(series.counts)
    exposure = series.exposure_years / years
    with np.errstate(divide="ignore", invalid="ignore"):
        whole = np.where(exposure > 0, counts / np.where(exposure > 0, exposure, 1), counts)
    scale = _Scale(len(series), _top(counts, whole, band, years))
    parts = [
        (
            f'<svg class="timeline" viewBox="0 0 {WIDTH} {HEIGHT}" role="group" '
            f'aria-label="{escape(finding.name)}, {escape(_extent(series.periods))}">'
        ),
        *_unobserved(finding, scale),
        *_axes(series.periods, scale),
    ]
    if band is not None:
        parts += _band(series.periods, band, years, scale)
    parts += _bars(finding, counts, scale, link, is_light=is_light)
    parts += _outlines(series.exposure_years / years, counts, whole, scale)
    if finding.recorded is not None:
        parts += [
            f'<text class="number" x="{_n(scale.x(place + 0.5))}" '
            f'y="{_n(scale.y(counts[place]) - 3)}">{_about(counts[place])}</text>'
            for place in np.flatnonzero(counts >= _LEAST_TOLD).tolist()
        ]
    parts += _changes(finding, scale)
    return "".join([*parts, "</svg>"])


def _top(
    counts: NDArray[np.float64],
    whole: NDArray[np.float64],
    band: pd.DataFrame | None,
    years: float,
) -> float:
    highest = max(counts.max(initial=0), whole.max(initial=0), 1e-9)
    if band is not None:
        highest = max(highest, float(np.nanmax(band["mean"], initial=0)) * years)
        highest = max(
            highest, min(1.4 * highest, float(np.nanmax(band["high"], initial=0)) * years)
        )
    return max(float(highest), 1.0 if counts.max(initial=0) >= 1 else 0.0)


def _extent(periods: pd.PeriodIndex) -> str:
    return f"{periods[0]} to {periods[-1]}" if len(periods) else "no periods"


def _n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _about(count: float) -> str:
    """Write a whole number as it is, and the sum of shares as about so many."""
    return f"{count:.0f}" if count == round(count) else f"~{count:.0f}"


def _runs(flags: NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate([[0], flags.astype(np.int8), [0]])))
    yield from zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)


def _unobserved(finding: Finding, scale: _Scale) -> Iterator[str]:
    if finding.recorded is not None:
        return
    for start, end in _runs(~finding.series.observed):
        yield (
            f'<rect class="gap" x="{_n(scale.x(start))}" y="{_TOP}" fill="url(#hatch)" '
            f'width="{_n(scale.x(end) - scale.x(start))}" height="{HEIGHT - _TOP - _BOTTOM}">'
            "<title>not observed</title></rect>"
        )


def _axes(periods: pd.PeriodIndex, scale: _Scale) -> Iterator[str]:
    base = HEIGHT - _BOTTOM
    yield f'<path class="axis" d="M{_LEFT} {base}H{WIDTH - _RIGHT}"/>'
    step = 10.0 ** floor(log10(scale.top))
    step = next(s for s in (step, 2 * step, 5 * step, 10 * step) if scale.top / s < 4)
    for k in range(floor(scale.top / step) + 1):
        y = _n(scale.y(k * step))
        yield f'<text class="y" x="{_LEFT - 4}" y="{y}">{format_count(k * step)}</text>'
    years = periods.year
    starts = np.flatnonzero(np.diff(years, prepend=years[0] - 1 if len(years) else 0))
    if not len(starts):
        return
    span = int(years[-1] - years[0]) + 1
    jump = next(s for s in (1, 2, 5, 10, 20, 50, 100, 1000, 10_000) if span / s <= 6)
    for place in starts.tolist():
        if years[place] % jump == 0 and (place or jump == 1):
            x = _n(scale.x(place))
            yield f'<path class="axis" d="M{x} {base}v3"/>'
            yield f'<text class="x" x="{x}" y="{HEIGHT - 4}">{years[place]}</text>'


def _band(
    periods: pd.PeriodIndex, band: pd.DataFrame, years: float, scale: _Scale
) -> Iterator[str]:
    values = band.reindex(periods)[["mean", "low", "high"]].to_numpy(dtype=float) * years
    for start, end in _runs(np.isfinite(values.sum(axis=1))):
        upper, lower, line = [], [], []
        for place in range(start, end):
            left, right = _n(scale.x(place)), _n(scale.x(place + 1))
            mean, low, high = (_n(scale.y(value)) for value in values[place])
            upper.append(f"{left},{high} {right},{high}")
            lower.append(f"{right},{low} {left},{low}")
            line.append(f"{left},{mean} {right},{mean}")
        yield f'<polygon class="band" points="{" ".join([*upper, *reversed(lower)])}"/>'
        yield f'<polyline class="mean" points="{" ".join(line)}"/>'


def _bars(
    finding: Finding,
    counts: NDArray[np.float64],
    scale: _Scale,
    link: Callable[[int], str],
    *,
    is_light: bool,
) -> Iterator[str]:
    kind = "bar recorded" if finding.recorded is not None else "bar"
    base = HEIGHT - _BOTTOM
    wide = (scale.x(1) - scale.x(0)) * 0.86
    side = (scale.x(1) - scale.x(0)) * 0.07
    places = np.flatnonzero(counts > 0).tolist()
    for place in places:
        x, y = scale.x(place) + side, scale.y(counts[place])
        told = format_count(counts[place])
        noun = "event" if told == "1" else "events"
        title = f"<title>{finding.series.periods[place]}: {told} {noun}</title>"
        bar = f'<path class="{kind}" d="M{_n(x)} {base}V{_n(y)}h{_n(wide)}V{base}z"/>'
        address = link(place)
        if not address:
            yield f"<g>{title}{bar}</g>"
            continue
        hit = ""
        if not is_light:
            hit = f'<path class="hit" d="M{_n(x)} {base}V{_TOP}h{_n(wide)}V{base}z"/>'
        yield f'<a href="{address}">{title}{hit}{bar}</a>'
    whole = np.all(counts == np.round(counts))
    if whole and counts.max(initial=0) <= MOST_SQUARES and not is_light and kind == "bar":
        lines = "".join(
            f"M{_n(scale.x(place) + side)} {_n(scale.y(k))}h{_n(wide)}"
            for place in places
            for k in range(1, ceil(counts[place]))
        )
        yield f'<path class="squares" d="{lines}"/>' if lines else ""


def _outlines(
    parts: NDArray[np.float64],
    counts: NDArray[np.float64],
    whole: NDArray[np.float64],
    scale: _Scale,
) -> Iterator[str]:
    """Draw, over a period that was observed in part, the count that its rate would give."""
    for place in np.flatnonzero((parts > 0) & (parts < 0.995) & (counts > 0)).tolist():
        x, y = scale.x(place), scale.y(whole[place])
        told = f"observed for {parts[place]:.0%} of it: at that rate {whole[place]:.1f}"
        yield (
            f'<path class="rate" d="M{_n(x)} {_n(scale.y(counts[place]))}V{_n(y)}'
            f'H{_n(scale.x(place + 1))}V{_n(scale.y(counts[place]))}"><title>{told}</title></path>'
        )


def _changes(finding: Finding, scale: _Scale) -> Iterator[str]:
    ordinals = finding.series.periods.asi8
    for found in finding.changes:
        change = found.change
        low, place, high = np.searchsorted(
            ordinals, [change.date_low.ordinal, change.date.ordinal, change.date_high.ordinal]
        ).tolist()
        told = f"{change.date} ({change.date_low} to {change.date_high}), {mark_in_words(found)}"
        yield (
            f'<g class="change"><title>{escape(told)}</title>'
            f'<path class="span" d="M{_n(scale.x(low))} 8H{_n(scale.x(high + 1))}"/>'
            f'<path class="at" d="M{_n(scale.x(place))} 8V{HEIGHT - _BOTTOM}"/>'
            f"{draw_mark(scale.x(place + 0.5), 8, found)}</g>"
        )
