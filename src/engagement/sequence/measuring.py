"""From counts of causes and effects to ratios, p-values and curves; arrays only."""

from __future__ import annotations

import numpy as np
from attrs import evolve, frozen
from numpy.typing import NDArray

from engagement.sequence.scores import Score, draw_shifts, envelope, shift_test, two_sided
from engagement.sequence.shifts import Stretch, Tables, cut_stretches, tabulate

__all__ = ["Curve", "Measured", "measure"]

Floats = NDArray[np.float64]


@frozen(kw_only=True, eq=False)
class Curve:
    """Effects around causes, lag by lag, against what shifts of the effects bring."""

    lags: NDArray[np.intp]
    """From minus to plus the window, in periods after a cause."""
    observed: Floats
    """Pairs of a cause and an effect."""
    expected: Floats
    """Mean of them over all shifts."""
    low: Floats
    """Lower end of the band in which each by itself would be; the observed counts among shifts."""
    high: Floats
    """Upper end of it."""
    low_all: Floats
    """Lower end of the band in which all would be."""
    high_all: Floats
    """Upper end of it."""


@frozen(kw_only=True, eq=False)
class Measured:
    """What was found of one series, or of several together."""

    n_after: float
    """Effects in periods after a cause, mean over draws of the dates, as all numbers here."""
    n_other: float
    """Effects in periods neither after a cause nor with one."""
    n_same: float
    """Effects in periods with a cause."""
    time_after: float
    """Periods after a cause."""
    time_other: float
    """Periods neither after a cause nor with one."""
    time_same: float
    """Periods with a cause."""
    n_causes: float
    """Causes in the periods at risk and in the window before each."""
    ratio: float
    """Rate after a cause over the rate otherwise, within stretches; NaN where unknown."""
    low: float
    """Lower end of its interval."""
    high: float
    """Upper end of it."""
    p_value: float
    """That effects do not heed causes, two-sided; NaN where nothing can be said."""
    statistic: float
    """Score of a ratio of 1 over its standard deviation."""
    drawn: Floats
    """The same under shifts."""
    dispersion: float
    """By how much the score varies more under shifts than for independent effects."""
    n_arrangements: float
    """How many different shifts there are; no p-value is below about 1 over this."""
    curve: Curve
    """Lag by lag."""


def measure(
    causes: Floats,
    effects: Floats,
    at_risk: NDArray[np.bool_],
    *,
    n_periods: int,
    year: int,
    block_years: float,
    keep_season: bool,
    level: float,
    n_draws: int,
    rng: np.random.Generator,
) -> tuple[list[Measured], Measured, list[Stretch]]:
    """
    Measure whether effects follow causes, for each series and for all together.

    Parameters
    ----------
    causes, effects
        Events in each period, in each draw of the dates, shape
        ``(n_series, n_imputations, n_periods)``. Causes are zero where they were not observed.
    at_risk
        Whether effects were observed in a period, and causes in it and the *n_periods* before,
        shape ``(n_series, n_periods)``.
    n_periods
        Periods after a cause, at least 1.
    year
        Periods in a year.
    block_years
        About how long a block is, within which effects are shifted.
    keep_season
        Whether they are shifted by whole years alone.
    level
        Of intervals and bands.
    n_draws
        Shifts to draw.
    rng
        Where they come from.

    Returns
    -------
    tuple
        Of each series, of all, and the stretches.
    """
    step = year if keep_season else 1
    stretches = cut_stretches(at_risk, max(round(block_years * year), step), step)
    tables = [
        tabulate(one, causes[one.series], effects[one.series], n_periods) for one in stretches
    ]
    shifts = draw_shifts(stretches, n_draws, rng)
    of = np.array([one.series for one in stretches], dtype=np.intp)
    found = []
    for chosen in [*(of == place for place in range(len(at_risk))), of >= 0]:
        places = np.flatnonzero(chosen)
        parts = _Parts(
            stretches=[stretches[place] for place in places],
            tables=[tables[place] for place in places],
            shifts=shifts[:, places],
        )
        found.append(_measure(parts, causes, n_periods, level))
    return found[:-1], found[-1], stretches


@frozen(kw_only=True, eq=False)
class _Parts:
    """Some of the stretches, with their tables and the shifts that were drawn for them."""

    stretches: list[Stretch]
    tables: list[Tables]
    shifts: NDArray[np.intp]


def _measure(parts: _Parts, causes: Floats, n_periods: int, level: float) -> Measured:
    stretches, tables = parts.stretches, parts.tables
    statistic, drawn, dispersion = shift_test(tables, parts.shifts)
    n_arrangements = _n_arrangements(stretches)
    ratio = low = high = p_value = float("nan")
    score = _score(tables, dispersion)
    if score is not None and score.is_informative:
        from scipy.stats import norm

        z = float(norm.ppf((1 + level) / 2))
        ratio, low, high = evolve(score, dispersion=1.0).solve(0.0), score.solve(z), score.solve(-z)
        if n_arrangements > 1:
            p_value = two_sided(statistic, drawn)
    times = [_times(stretch, causes[stretch.series], n_periods) for stretch in stretches]
    time_after, time_other, time_same, n_causes = np.sum(times, axis=0) if times else np.zeros(4)
    return Measured(
        n_after=float(sum(table.after[..., 0].sum(axis=1).mean() for table in tables)),
        n_other=float(sum(table.other[..., 0].sum(axis=1).mean() for table in tables)),
        n_same=float(sum(table.same[..., 0].sum(axis=1).mean() for table in tables)),
        time_after=float(time_after),
        time_other=float(time_other),
        time_same=float(time_same),
        n_causes=float(n_causes),
        ratio=ratio,
        low=low,
        high=high,
        p_value=p_value,
        statistic=statistic,
        drawn=drawn,
        dispersion=dispersion,
        n_arrangements=n_arrangements,
        curve=_curve(tables, parts.shifts, n_periods, level),
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


def _times(stretch: Stretch, causes: Floats, n_periods: int) -> tuple[float, float, float, float]:
    """Return the periods after a cause, without, and with one, and the causes; means."""
    inside = slice(stretch.start, stretch.start + stretch.length)
    reach = np.lib.stride_tricks.sliding_window_view(causes, n_periods + 1, axis=1)
    ends = slice(inside.start - n_periods, inside.stop - n_periods)
    is_same = causes[:, inside] > 0
    is_after = (reach[:, ends, :-1].sum(axis=2) > 0) & ~is_same
    n_after, n_same = is_after.sum(axis=1).mean(), is_same.sum(axis=1).mean()
    n_causes = causes[:, inside].sum(axis=1).mean()
    return float(n_after), float(stretch.length - n_after - n_same), float(n_same), float(n_causes)


def _curve(tables: list[Tables], shifts: NDArray[np.intp], n_periods: int, level: float) -> Curve:
    lags = np.arange(-n_periods, n_periods + 1)
    observed, expected = np.zeros(len(lags)), np.zeros(len(lags))
    drawn = np.zeros((len(shifts), len(lags)))
    for table, chosen in zip(tables, shifts.T, strict=True):
        observed += table.by_lag[:, 0]
        expected += table.by_lag.mean(axis=1)
        drawn += table.by_lag.T[chosen]
    low, high, low_all, high_all = envelope(np.vstack([observed, drawn]), level)
    return Curve(
        lags=lags,
        observed=observed,
        expected=expected,
        low=low,
        high=high,
        low_all=low_all,
        high_all=high_all,
    )
