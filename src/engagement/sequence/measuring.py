"""From counts of causes and effects to ratios, p-values and curves, for each series and for all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from attrs import evolve
from numpy.typing import NDArray

from engagement.counting.calendar import YEARS
from engagement.sequence.following import POOLED, Following
from engagement.sequence.scores import Score, draw_shifts, envelope, shift_test, two_sided
from engagement.sequence.shifts import Stretch, Tables, cut_stretches, tabulate

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["measure"]

Floats = NDArray[np.float64]

_A_YEAR = {"Y": 1, "Q": 4, "M": 12, "W": 52, "D": 365}
"""Periods in a year; 52 weeks are a year less a day or two."""


def measure(
    labels: Sequence[str],
    causes: Floats,
    effects: Floats,
    at_risk: NDArray[np.bool_],
    *,
    freq: str,
    n_periods: int,
    block_years: float,
    keep_season: bool,
    level: float,
    n_draws: int,
    rng: np.random.Generator,
) -> tuple[list[Following], Following, list[Stretch]]:
    """
    Measure whether effects follow causes, for each series and for all together.

    Parameters
    ----------
    labels
        Of the series.
    causes, effects
        Events in each period, in each draw of the dates, shape
        ``(n_series, n_imputations, n_periods)``. Causes are zero where they were not observed.
    at_risk
        Whether effects were observed in a period, and causes in it and the *n_periods* before,
        shape ``(n_series, n_periods)``.
    freq, n_periods, block_years, keep_season, level, n_draws
        As in `lead_lag`.
    rng
        The source of the shifts.

    Returns
    -------
    tuple
        The result of each series, with p-values not yet adjusted, that of all, and the stretches.
    """
    year = _A_YEAR[freq]
    step = year if keep_season else 1
    stretches = cut_stretches(at_risk, max(round(block_years * year), step), step)
    tables = [
        tabulate(one, causes[one.series], effects[one.series], n_periods) for one in stretches
    ]
    shifts = draw_shifts(stretches, n_draws, rng)
    series = np.array([one.series for one in stretches], dtype=np.intp)
    found = [
        _measure(
            label,
            [stretches[place] for place in places],
            [tables[place] for place in places],
            shifts[:, places],
            freq=freq,
            n_periods=n_periods,
            level=level,
        )
        for label, places in (
            *((label, np.flatnonzero(series == place)) for place, label in enumerate(labels)),
            (POOLED, np.arange(len(stretches))),
        )
    ]
    return found[:-1], found[-1], stretches


def _measure(
    label: str,
    stretches: list[Stretch],
    tables: list[Tables],
    shifts: NDArray[np.intp],
    *,
    freq: str,
    n_periods: int,
    level: float,
) -> Following:
    statistic, drawn, dispersion = shift_test(tables, shifts)
    n_arrangements = _n_arrangements(stretches)
    ratio = low = high = p_value = float("nan")
    score = _score(tables, dispersion)
    if score is not None and score.is_informative:
        from scipy.stats import norm

        z = float(norm.ppf((1 + level) / 2))
        ratio, low, high = evolve(score, dispersion=1.0).solve(0.0), score.solve(z), score.solve(-z)
        if n_arrangements > 1:
            p_value = two_sided(statistic, drawn)
    times = [_times(stretch, table) for stretch, table in zip(stretches, tables, strict=True)]
    years_after, years_otherwise, years_same = (
        float(time) * YEARS[freq] for time in (np.sum(times, axis=0) if times else np.zeros(3))
    )
    n_after, n_otherwise, n_same = (
        float(sum(getattr(table, name)[..., 0].sum(axis=1).mean() for table in tables))
        for name in ("after", "other", "same")
    )
    return Following(
        label=label,
        n_causes=float(sum(table.n_causes for table in tables)),
        n_after=n_after,
        years_after=years_after,
        n_otherwise=n_otherwise,
        years_otherwise=years_otherwise,
        n_same=n_same,
        years_same=years_same,
        ratio=ratio,
        low=low,
        high=high,
        p_value=p_value,
        p_adjusted=p_value,
        n_arrangements=n_arrangements,
        dispersion=dispersion,
        curve=_curve(tables, shifts, n_periods, level),
        freq=freq,
        n_periods=n_periods,
        level=level,
    )


def _score(tables: list[Tables], dispersion: float) -> Score | None:
    if not tables:
        return None
    after = np.concatenate([table.after[..., 0] for table in tables], axis=1)
    other = np.concatenate([table.other[..., 0] for table in tables], axis=1)
    share = np.concatenate([table.share for table in tables], axis=1)
    return Score(after=after, total=after + other, share=share, dispersion=dispersion)


def _n_arrangements(stretches: list[Stretch]) -> float:
    """Count the different shifts: by block the ways in which its stretches can go together."""
    ways: dict[int, set[float]] = {}
    for one in stretches:
        ways.setdefault(one.block, set()).update(k / one.n_shifts for k in range(one.n_shifts))
    return float(np.prod([float(len(found)) for found in ways.values()], initial=1.0))


def _times(stretch: Stretch, table: Tables) -> tuple[float, float, float]:
    """Return the periods after a cause, without and with one, as means over the draws."""
    n_after = table.time_after.sum(axis=1)
    n_same = stretch.length - n_after - table.time_other.sum(axis=1)
    after, same = float(n_after.mean()), float(n_same.mean())
    return after, stretch.length - after - same, same


def _curve(
    tables: list[Tables], shifts: NDArray[np.intp], n_periods: int, level: float
) -> pd.DataFrame:
    """Compare the pairs at each lag with those under shifts, the observed counts among these."""
    lags = np.arange(-n_periods, n_periods + 1)
    observed, expected = np.zeros(len(lags)), np.zeros(len(lags))
    drawn = np.zeros((len(shifts), len(lags)))
    for table, chosen in zip(tables, shifts.T, strict=True):
        observed += table.by_lag[:, 0]
        expected += table.by_lag.mean(axis=1)
        drawn += table.by_lag.T[chosen]
    bands = envelope(np.vstack([observed, drawn]), level)
    frame = pd.DataFrame({"lag": lags, "pairs": observed, "expected": expected})
    with np.errstate(divide="ignore", invalid="ignore"):
        frame["ratio"] = observed / expected
        for name, ends in zip(("low", "high", "low_all", "high_all"), bands, strict=True):
            frame[name] = ends / expected
    return frame
