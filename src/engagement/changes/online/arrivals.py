"""Counts that arrive after those that are known: read, and joined to them."""

from __future__ import annotations

import numpy as np
from attrs import evolve
from numpy.typing import NDArray

from engagement.counting.calendar import index_of, multiple_of
from engagement.counting.gaps import all_periods
from engagement.counting.series import CountSeries
from engagement.errors import SeriesError, SettingError, shown
from engagement.models.families import read_family
from engagement.models.observed import label_of, read_series
from engagement.settings.checks import MOST_YEARS

__all__ = ["join_arrivals"]

Floats = NDArray[np.float64]


def join_arrivals(known: CountSeries, counts: object, exposure_years: object) -> CountSeries:
    """Return a series with what came next; periods in between were not observed."""
    new = _read(known, counts, exposure_years)
    step = new.periods.asi8[0] - known.periods.asi8[-1] if len(new) and len(known) else 0
    if len(new) and len(known) and (step <= 0 or step % multiple_of(new.periods)):
        raise SeriesError(
            f"{new.periods[0]} does not follow {known.periods[-1]}, the latest "
            f"period of {label_of(known)}"
        )
    read_series(new, read_family("poisson"))
    both = index_of(np.append(known.periods.asi8, new.periods.asi8), new.periods.freqstr)
    periods = all_periods(both)
    values, years = np.full(len(periods), np.nan), np.zeros(len(periods))
    places = periods.get_indexer(both)
    values[places] = np.append(known.counts, new.counts)
    years[places] = np.append(known.exposure_years, new.exposure_years)
    return evolve(known, counts=values, exposure_years=years, periods=periods)


def _read(known: CountSeries, counts: object, exposure_years: object) -> CountSeries:
    periods = known.periods
    if isinstance(counts, CountSeries):
        if exposure_years is not None:
            raise SettingError("a series has its own exposure; exposure_years must be None")
        if counts.periods.freqstr != periods.freqstr:
            raise SeriesError(
                f"periods of {counts.periods.freqstr} cannot follow those of {periods.freqstr}"
            )
        return counts
    values = _numbers(counts, "counts")
    years = None if exposure_years is None else _numbers(exposure_years, "exposure_years")
    if years is not None and (years > MOST_YEARS).any():
        raise SettingError(f"exposure_years must be at most {MOST_YEARS:g}, got {years.max():g}")
    if not len(periods):
        raise SeriesError(
            "nothing was taken in yet, so that there is no next period; give a CountSeries"
        )
    ordinals = periods.asi8[-1] + multiple_of(periods) * np.arange(1, len(values) + 1)
    return CountSeries.from_arrays(values, index_of(ordinals, periods.freqstr), years)


def _numbers(values: object, name: str) -> Floats:
    try:
        return np.atleast_1d(np.asarray(values, dtype=np.float64))
    except (TypeError, ValueError, OverflowError):
        raise SeriesError(f"{name} must be numbers, got {shown(values)}") from None
