"""Periods put together to longer ones."""

from __future__ import annotations

import numpy as np
import pandas as pd
from attrs import frozen
from numpy.typing import NDArray

from engagement.counting.calendar import (
    PANDAS,
    YEARS,
    first_days,
    multiple_of,
    numbers_of_days,
    period_index,
    split_rule,
)
from engagement.errors import SettingError

__all__ = ["Resampled", "resampled"]

Floats = NDArray[np.float64]


@frozen(kw_only=True)
class Resampled:
    """Counts and exposures of longer periods, the last dimension."""

    freq: str
    periods: pd.PeriodIndex
    values: Floats
    exposure_years: Floats
    to_bin: NDArray[np.int64]
    """For each of the shorter periods the longer one that it went into."""

    def sum_mentioned(self, selective: Floats) -> Floats:
        """Sum what is only mentioned over the bins that hold some of it, else NaN."""
        n_bins = len(self.periods)
        known = _sum_into(np.isfinite(selective) * 1.0, self.to_bin, n_bins) > 0
        summed = _sum_into(np.nan_to_num(selective), self.to_bin, n_bins)
        return np.where(known, summed, np.nan)


def resampled(
    periods: pd.PeriodIndex, freq: str, rule: str, values: Floats, years: Floats
) -> Resampled:
    """Sum counts and exposures over longer periods; `Counts.resample` says how."""
    multiple, letter = split_rule(rule, freq)
    if multiple_of(periods) != 1:
        raise SettingError(f"counts in bins of {periods.freqstr} are not resampled again")
    if letter != freq and periods.freqstr != PANDAS[freq]:
        raise SettingError(f"periods of {periods.freqstr} do not nest in '{rule}'")
    if not len(periods):
        none = np.zeros(0, dtype=np.int64)
        index = period_index(none, letter, multiple)
        return Resampled(
            freq=letter, periods=index, values=values, exposure_years=years, to_bin=none
        )
    origin = period_index(np.zeros(1, dtype=np.int64), freq).asi8[0]
    fine = np.asarray(periods.asi8 - origin, dtype=np.int64)
    days = np.diff(first_days(np.append(fine, fine[-1] + 1), freq))
    units = numbers_of_days(first_days(fine, freq), letter)
    n_units = int(units[-1] - units[0]) + 1
    unit_days = np.diff(first_days(units[0] + np.arange(n_units + 1), letter))
    observed_days = np.rint(years / YEARS[freq] * days)
    exposure = _sum_into(observed_days, units - units[0], n_units) / unit_days * YEARS[letter]
    counts = _sum_into(np.nan_to_num(values), units - units[0], n_units)
    bins = np.arange(n_units) // multiple
    n_bins = int(bins[-1]) + 1
    exposure = _sum_into(exposure, bins, n_bins)
    return Resampled(
        freq=letter,
        periods=period_index(units[0] + multiple * np.arange(n_bins), letter, multiple),
        values=np.where(exposure > 0, _sum_into(counts, bins, n_bins), np.nan),
        exposure_years=exposure,
        to_bin=(units - units[0]) // multiple,
    )


def _sum_into(values: Floats, bins: NDArray[np.int64], n_bins: int) -> Floats:
    summed = np.zeros((n_bins, *values.shape[:-1]))
    np.add.at(summed, bins, np.moveaxis(values, -1, 0))
    return np.moveaxis(summed, 0, -1)
