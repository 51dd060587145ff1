"""The table that regressions on counts are fitted to: one row per observed cell."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from engagement.counting.calendar import years_per_period
from engagement.errors import SeriesError, SettingError, shown, suggest
from engagement.models.families import read_family
from engagement.models.observed import read_series
from engagement.values.months import MONTHS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from engagement.counting.series import CountSeries

__all__ = ["read_formula", "regression_frame", "years_of"]

_NAME = re.compile(r"(?<![\w.'\"])([A-Za-z_]\w*)(?!\w*\s*[(=.'\"])")
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")
_WORDS = {"True", "False", "None", "Treatment", "Sum", "Poly", "Helmert", "Diff"}
_QUARTERS = ("Q1", "Q2", "Q3", "Q4")
_MONTHS = tuple(name[:3] for name in MONTHS)


def years_of(periods: pd.PeriodIndex) -> np.ndarray:
    """
    Return the middles of periods as years, with the part of the year behind the point.

    >>> years_of(pd.PeriodIndex(["1993", "1994"], freq="Y")).tolist()
    [1993.5, 1994.5]
    """
    starts = periods.start_time
    day = starts.day_of_year.to_numpy() - 1
    length = np.where(starts.is_leap_year, 366, 365)
    years: np.ndarray = starts.year.to_numpy() + day / length + years_per_period(periods) / 2
    return years


def regression_frame(panel: Sequence[CountSeries]) -> pd.DataFrame:
    """
    Lay series out with one row per period that was observed.

    There is a column per axis, then ``period``, ``count``, ``exposure_years``, ``year`` (in years
    from the middle of all that was observed), and ``season`` (the quarter or the month) where
    periods are shorter than a year.
    """
    parts = []
    for series in panel:
        observed = read_series(series, read_family("poisson"))
        part = {name: np.full(len(observed), label) for name, label in series.axes.items()}
        periods = series.periods[observed.positions]
        parts.append(
            pd.DataFrame(
                {
                    **part,
                    "period": periods,
                    "count": observed.counts,
                    "exposure_years": observed.exposures,
                    "year": years_of(periods),
                    **_season(periods),
                }
            )
        )
    kept = [part for part in parts if len(part)]
    if not kept:
        raise SeriesError("nothing was observed, so there is nothing to fit")
    frame = pd.concat(kept, ignore_index=True)
    frame["year"] -= (frame["year"].min() + frame["year"].max()) / 2
    frame = frame.astype(dict.fromkeys(panel[0].axes, "str"))
    if "season" in frame:
        order = [name for name in (*_QUARTERS, *_MONTHS) if (frame["season"] == name).any()]
        frame["season"] = pd.Categorical(frame["season"], categories=order)
    return frame


def _season(periods: pd.PeriodIndex) -> dict[str, object]:
    letter = periods.freqstr[:1]
    if letter == "Q":
        return {"season": [_QUARTERS[quarter - 1] for quarter in periods.quarter]}
    if letter in "MWD":
        return {"season": [_MONTHS[month - 1] for month in periods.start_time.month]}
    return {}


def read_formula(formula: object, columns: Iterable[str]) -> str:
    """
    Complete a formula by what is on its left, and look its names up among the columns.

    >>> read_formula("year * C(country)", ["country", "year"])
    'count ~ year * C(country)'
    """
    if not isinstance(formula, str) or not formula.strip():
        raise SettingError(f"formula must be a text such as 'year + country', got {shown(formula)}")
    left, tilde, right = formula.rpartition("~")
    if tilde and left.strip() not in ("", "count"):
        raise SettingError(
            f"counts stand on the left of the formula, which may be left out, "
            f"got {shown(left.strip())} in {shown(formula)}"
        )
    known = sorted({*columns} - {"period", "count", "exposure_years"})
    for name in _NAME.findall(_QUOTED.sub("''", right)):
        if name not in known and name not in _WORDS:
            listed = ", ".join(f"'{column}'" for column in known)
            told = "; season needs periods shorter than a year" if name == "season" else ""
            raise SettingError(
                f"formula {shown(formula)} names {shown(name)}; there is {listed}{told}"
                + suggest(name, known)
            )
    return f"count ~ {right.strip()}"
