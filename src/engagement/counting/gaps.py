"""Periods that are missing between the first and the last: zeros, or not observed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

from engagement.counting.calendar import index_of, multiple_of
from engagement.errors import SeriesError

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["MISSING", "REMEDY", "Missing", "without_gaps"]

Missing = Literal["zero", "unobserved"]
MISSING = get_args(Missing)
"""What periods may be that are not there."""

REMEDY = 'say missing="zero" if nothing happened there, or missing="unobserved" if nobody looked'
"""What to write where periods are missing."""

MOST_PERIODS = 10_000_000
"""More periods are refused."""


def all_periods(index: pd.PeriodIndex) -> pd.PeriodIndex:
    """Return all periods from the first to the last."""
    if not len(index):
        return index
    multiple = multiple_of(index)
    first, last = int(index.asi8.min()), int(index.asi8.max())
    if ((index.asi8 - first) % multiple).any():
        place = int(np.argmax((index.asi8 - first) % multiple > 0))
        raise SeriesError(
            f"period {index[place]} is no whole number of {index.freqstr} after the first"
        )
    number = (last - first) // multiple + 1
    if number == len(index) and (np.diff(index.asi8) == multiple).all():
        return index
    if number > MOST_PERIODS:
        raise SeriesError(
            f"{index.min()} to {index.max()} are {number:,} periods, and at most "
            f"{MOST_PERIODS:,} are taken; check the first and the last, or take a coarser freq"
        )
    return index_of(np.arange(first, last + 1, multiple), index.freqstr)


def without_gaps(index: pd.PeriodIndex, missing: Missing | None, name: str = "") -> pd.PeriodIndex:
    """Return all periods from the first to the last, if it is said what the missing ones are."""
    full = all_periods(index)
    if len(full) > len(index) and missing is None:
        absent = full.difference(index)
        told = ", ".join(map(str, absent[:3])) + (", ..." if len(absent) > 3 else "")
        lead = f"{name}: " if name else ""
        raise SeriesError(
            f"{lead}{len(absent)} of {len(full)} periods are missing ({told}): {REMEDY}"
        )
    return full
