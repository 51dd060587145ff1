"""The calendar periods that counts are made for, as integers and as pandas periods."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from engagement.errors import SeriesError, SettingError, shown, suggest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = [
    "MONTHS_IN",
    "PANDAS",
    "PERIOD_NAMES",
    "YEARS",
    "check_freq",
    "first_days",
    "index_of",
    "numbers_of_days",
    "period_index",
    "split_rule",
    "years_per_period",
]

YEARS = {"Y": 1.0, "Q": 1 / 4, "M": 1 / 12, "W": 7 / 365.2425, "D": 1 / 365.2425}
"""Length of a period in calendar years, by the letter of its frequency."""

PERIOD_NAMES = {"Y": "year", "Q": "quarter", "M": "month", "W": "week", "D": "day"}
"""What a period is called, by the letter of its frequency."""

MONTHS_IN = {"Y": 12, "Q": 3, "M": 1}
"""Months in a period that is made of months, by the letter of its frequency."""

_FINER = {"Y": "QMD", "Q": "MD", "M": "D", "W": "D", "D": ""}
PANDAS = {"Y": "Y-DEC", "Q": "Q-DEC", "M": "M", "W": "W-SUN", "D": "D"}
"""What pandas calls a frequency, by its letter."""

_EPOCH = 719163  # proleptic ordinal of 1970-01-01


def check_freq(freq: str) -> str:
    """Return the letter of a frequency, or say which there are."""
    if not isinstance(freq, str) or freq not in YEARS:
        raise SettingError(
            f"unknown freq {shown(freq)}; the frequencies are 'Y', 'Q', 'M', 'W', 'D'"
            + (suggest(freq, YEARS) if isinstance(freq, str) else "")
        )
    return freq


def split_rule(rule: str, freq: str) -> tuple[int, str]:
    """Read a rule such as ``"5Y"`` for putting periods of *freq* together."""
    text = rule if isinstance(rule, str) else ""
    digits = text.rstrip("YQMWD")
    letter = text[len(digits) :]
    if len(letter) != 1 or not (digits == "" or (digits.isdecimal() and int(digits) > 0)):
        raise SettingError(
            f"rule {shown(rule)} is not a number and one of the letters Y, Q, M, W, D, such as '5Y'"
        )
    if letter != freq and freq not in _FINER[letter]:
        raise SettingError(f"periods of freq '{freq}' do not nest in '{rule}'")
    return int(digits or 1), letter


def numbers_of_days(days: NDArray[np.int64], freq: str) -> NDArray[np.int64]:
    """
    Number the periods in which days lie.

    They are consecutive integers: years; ``4 year + quarter``; ``12 year + month``, both from 0;
    weeks from Monday 1 January of the year 1; ordinals of days.
    """
    if freq == "D":
        return days
    if freq == "W":
        return (days - 1) // 7
    dates = (np.asarray(days, dtype=np.int64) - _EPOCH).astype("datetime64[D]")
    return (dates.astype("datetime64[M]").astype(np.int64) + 1970 * 12) // MONTHS_IN[freq]


def first_days(numbers: NDArray[np.int64], freq: str) -> NDArray[np.int64]:
    """Return the ordinals of the first days of numbered periods, see `numbers_of_days`."""
    if freq == "D":
        return numbers
    if freq == "W":
        return numbers * 7 + 1
    months = numbers * MONTHS_IN[freq] - 1970 * 12
    return months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64) + _EPOCH


def period_index(numbers: NDArray[np.int64], freq: str, multiple: int = 1) -> pd.PeriodIndex:
    """
    Turn numbered periods into a pandas index.

    *numbers* are those of `numbers_of_days`, the first of each *multiple*.
    """
    offset = {"Y": 1970, "Q": 1970 * 4, "M": 1970 * 12, "W": 102736, "D": _EPOCH}[freq]
    ordinals = (np.asarray(numbers, dtype=np.int64) - offset).tolist()
    alias = PANDAS[freq] if multiple == 1 else f"{multiple}{PANDAS[freq]}"
    return index_of(ordinals, alias)


def index_of(ordinals: Sequence[int] | NDArray[np.int64], freq: str) -> pd.PeriodIndex:
    """Return the periods that pandas numbers so, under its name of their frequency."""
    # absent from pandas-stubs
    made: pd.PeriodIndex = pd.PeriodIndex.from_ordinals(  # type: ignore[attr-defined]
        ordinals, freq=freq, name="period"
    )
    return made


def years_per_period(periods: pd.PeriodIndex) -> float:
    """Return the nominal length of an index's periods in calendar years."""
    text = periods.freqstr
    letter = text.lstrip("0123456789")[0]
    if letter not in YEARS:
        raise SeriesError(
            f"periods of frequency {periods.freqstr!r} have no stated length in years; "
            "use years, quarters, months, weeks or days, or give exposure_years"
        )
    return multiple_of(periods) * YEARS[letter]


def multiple_of(periods: pd.PeriodIndex) -> int:
    """Return how many years, quarters, months, weeks or days each period spans."""
    return int(periods.freqstr.partition(periods.freqstr.lstrip("0123456789"))[0] or 1)
