"""The calendar periods that counts are made for, as integers and as pandas periods."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from engagement.errors import SeriesError, SettingError, shown, suggest

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

__all__ = [
    "YEARS",
    "as_periods",
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

_FINER = {"Y": "QMD", "Q": "MD", "M": "D", "W": "D", "D": ""}
_PANDAS = {"Y": "Y-DEC", "Q": "Q-DEC", "M": "M", "W": "W-SUN", "D": "D"}
_EPOCH = 719163  # proleptic ordinal of 1970-01-01


def check_freq(freq: str) -> str:
    """
    Return the letter of a frequency, or say which there are.

    Raises
    ------
    SettingError
        If *freq* is none of Y, Q, M, W, D.
    """
    if not isinstance(freq, str) or freq not in YEARS:
        raise SettingError(
            f"unknown freq {shown(freq)}; the frequencies are 'Y', 'Q', 'M', 'W', 'D'"
            + (suggest(freq, YEARS) if isinstance(freq, str) else "")
        )
    return freq


def split_rule(rule: str, freq: str) -> tuple[int, str]:
    """
    Read a rule such as ``"5Y"`` for putting periods of *freq* together.

    Raises
    ------
    SettingError
        If the rule cannot be read, or periods of *freq* do not nest in it.
    """
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

    Parameters
    ----------
    days
        Proleptic ordinals of days, any shape.
    freq
        Letter of the frequency.

    Returns
    -------
    numpy.ndarray
        Consecutive integers: years; ``4 year + quarter``; ``12 year + month``, both from 0;
        weeks from Monday 1 January of the year 1; ordinals of days.
    """
    if freq == "D":
        return days
    if freq == "W":
        return (days - 1) // 7
    months = _from_epoch(days).astype("datetime64[M]").astype(np.int64) + 1970 * 12
    return months // {"M": 1, "Q": 3, "Y": 12}[freq]


def first_days(numbers: NDArray[np.int64], freq: str) -> NDArray[np.int64]:
    """Return the ordinals of the first days of numbered periods, see `numbers_of_days`."""
    if freq == "D":
        return numbers
    if freq == "W":
        return numbers * 7 + 1
    months = numbers * {"M": 1, "Q": 3, "Y": 12}[freq] - 1970 * 12
    return months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64) + _EPOCH


def _from_epoch(days: NDArray[np.int64]) -> NDArray[np.datetime64]:
    return (np.asarray(days, dtype=np.int64) - _EPOCH).astype("datetime64[D]")


def period_index(numbers: NDArray[np.int64], freq: str, multiple: int = 1) -> pd.PeriodIndex:
    """
    Turn numbered periods into a pandas index.

    Parameters
    ----------
    numbers
        As from `numbers_of_days`; the first of each *multiple*.
    freq
        Letter of the frequency.
    multiple
        How many periods of *freq* each entry spans.
    """
    offset = {"Y": 1970, "Q": 1970 * 4, "M": 1970 * 12, "W": 102736, "D": _EPOCH}[freq]
    ordinals = (np.asarray(numbers, dtype=np.int64) - offset).tolist()
    alias = _PANDAS[freq] if multiple == 1 else f"{multiple}{_PANDAS[freq]}"
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


def as_periods(periods: object) -> pd.PeriodIndex:
    """
    Read anyone's periods.

    Parameters
    ----------
    periods
        A pandas PeriodIndex, pandas periods, years as whole numbers, or texts such as
        ``"1993"``, ``"1993Q2"``, ``"1993-05"``, ``"1993-05-01"``, all of one frequency.

    Raises
    ------
    SeriesError
        If they cannot be read, are of several frequencies, or do not increase.
    """
    index = periods if isinstance(periods, pd.PeriodIndex) else _read_periods(periods)
    if index.hasnans:
        raise SeriesError(f"period {int(np.argmax(index.isna()))} is missing (NaT)")
    steps = np.diff(index.asi8)
    if (steps <= 0).any():
        place = int(np.argmax(steps <= 0)) + 1
        raise SeriesError(
            f"periods must increase, but {index[place]} follows {index[place - 1]} "
            f"at position {place}; sort the series by period and sum what stands twice"
        )
    if (steps < multiple_of(index)).any():
        place = int(np.argmax(steps < multiple_of(index))) + 1
        raise SeriesError(
            f"periods must not overlap, but each is of {index.freqstr} and {index[place]} "
            f"follows {index[place - 1]} at position {place}"
        )
    return index.rename("period")


def _read_periods(periods: object) -> pd.PeriodIndex:
    if isinstance(periods, pd.DatetimeIndex):
        raise SeriesError(
            "periods are timestamps, which have no length; say which periods they stand for, "
            'for example with .to_period("M")'
        )
    try:
        items = list(periods)  # type: ignore[call-overload]
    except TypeError:
        raise SeriesError(f"periods must be a sequence, got {shown(periods)}") from None
    if not items:
        return pd.PeriodIndex([], freq="Y-DEC")
    texts = [_period_text(item) for item in items]
    freqs = {freq for _, freq in texts}
    if len(freqs) > 1:
        listed = ", ".join(sorted(freqs))
        raise SeriesError(f"periods are of several frequencies ({listed}); give one")
    try:
        return pd.PeriodIndex([text for text, _ in texts], freq=freqs.pop())
    except ValueError as error:
        raise SeriesError(f"periods cannot be read: {error}") from None


def _period_text(item: object) -> tuple[object, str]:
    if isinstance(item, pd.Period):
        return item, item.freqstr
    text = str(item) if isinstance(item, (int, np.integer)) and 0 <= item <= 9999 else item
    if isinstance(text, str) and not isinstance(item, bool):
        for shape, freq in (("9999", "Y"), ("9999Q9", "Q"), ("9999-99", "M"), ("9999-99-99", "D")):
            if _has_shape(text, shape):
                return text, _PANDAS[freq]
    raise SeriesError(
        f"period {shown(item)} cannot be read; use texts like '1993', '1993Q2', '1993-05', "
        "'1993-05-01', or pandas periods"
    )


def _has_shape(text: str, shape: Iterable[str]) -> bool:
    shape = tuple(shape)
    return len(text) == len(shape) and all(
        a in "0123456789" if b == "9" else a == b for a, b in zip(text, shape, strict=True)
    )
