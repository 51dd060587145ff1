"""Numbers put beside periods: by their labels where they have any, by position otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from numbers import Real
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from engagement.counting.periods import (
    has_row_numbers,
    is_labelled_by_period,
    read_periods,
)
from engagement.errors import SeriesError, shown

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engagement.counting.periods import Freq

__all__ = ["aligned", "labelled", "masked", "numbers"]


def labelled(values: object) -> pd.Series | None:
    """Return values as a Series if they have labels: of pandas, a mapping, or of xarray."""
    if isinstance(values, Mapping):
        return pd.Series(dict(values), dtype="object" if not values else None)
    if type(values).__module__.partition(".")[0] == "xarray" and getattr(values, "ndim", 0) == 1:
        values = values.to_series()  # type: ignore[attr-defined]  # as every DataArray has
    return values if isinstance(values, pd.Series) else None


def masked(values: object, number: int) -> NDArray[np.bool_]:
    """Tell which of a *number* of values a masked array hides; without a mask, none."""
    if not isinstance(values, np.ma.MaskedArray):
        return np.zeros(number, dtype=bool)
    return np.ma.getmaskarray(values)


def numbers(values: object, what: str) -> NDArray[np.float64]:
    """
    Read an array of numbers; what is masked or missing is NaN.

    Masked arrays and nullable integers are taken. A truth value, a text, a date or a data frame is
    a SeriesError.
    """
    if isinstance(values, np.ndarray) and values.dtype == np.float64:
        return np.ma.filled(values, np.nan)
    if hasattr(type(values), "columns"):
        raise SeriesError(
            f"{what} are a data frame, whose rows have labels; Counts.from_frame reads it"
        )
    if isinstance(values, np.ma.MaskedArray):
        values = np.ma.filled(values.astype(object), np.nan)
    if isinstance(values, (pd.Series, pd.Index, pd.api.extensions.ExtensionArray)):
        values = values.to_numpy(dtype=object, na_value=np.nan)
    try:
        array = np.asarray(values)
        if array.dtype.kind in "iuf":
            return array.astype(np.float64)
        if array.dtype.kind == "O" or not array.size:
            flat = [_number(item) for item in array.reshape(-1).tolist()]
            return np.array(flat, dtype=np.float64).reshape(array.shape)
    except (TypeError, ValueError, OverflowError):
        pass
    raise SeriesError(f"{what} must be numbers, got {shown(values)}")


def _number(item: object) -> float:
    if item is None or item is pd.NA or item is np.ma.masked:
        return np.nan
    if isinstance(item, bool) or not (isinstance(item, Real) or hasattr(item, "is_finite")):
        raise TypeError
    return float(item)  # type: ignore[arg-type]  # a Decimal too


def aligned(
    values: object, what: str, index: pd.PeriodIndex, periods: object = None
) -> NDArray[np.float64]:
    """
    Put values beside periods.

    The labels of a Series are those of *periods*, in any order, or those of the rows of the same
    frame.
    """
    series = labelled(values)
    if series is not None:
        series = _by_label(series, what, index, periods)
        values = series.array
    array = numbers(values, what)
    if array.shape != (len(index),):
        raise SeriesError(
            f"{what} must have shape ({len(index)},) as the periods do, got {array.shape}"
        )
    return array


def _by_label(
    series: pd.Series[Any], what: str, index: pd.PeriodIndex, periods: object
) -> pd.Series[Any]:
    """Put a Series into the order of the periods."""
    if isinstance(periods, pd.Series) and not is_labelled_by_period(series.index):
        if series.index.equals(periods.index):
            return series
        if not series.index.is_unique or set(series.index) != set(periods.index):
            raise SeriesError(
                f"{what} and periods are columns with different row labels; take both from the "
                "same rows of one frame"
            )
        return series.reindex(periods.index)
    if has_row_numbers(series.index):
        return series
    if not is_labelled_by_period(series.index):
        raise SeriesError(
            f"{what} have labels that are no periods, such as {shown(series.index.tolist()[0])}; "
            f"if they stand in the order of the periods, give {what}.to_numpy()"
        )
    return series.iloc[_places(series.index, what, index)]


def _places(labels: pd.Index, what: str, index: pd.PeriodIndex) -> NDArray[np.intp]:
    """Find each period among the labels."""
    letter: Freq | None = None
    if not isinstance(labels, pd.PeriodIndex):
        first = index.freqstr.lstrip("0123456789")[:1] if len(index) else ""
        letter = first if first in ("Y", "Q", "M", "W", "D") else None  # type: ignore[assignment]
    read, faults = read_periods(labels, letter)
    if faults:
        raise SeriesError(f"labels of {what}: {faults[0][2]}")
    if not read.is_unique:
        raise SeriesError(f"{what} name period {read[read.duplicated()][0]} twice")
    alien = read.difference(index) if read.freqstr == index.freqstr else read
    absent = index.difference(read) if read.freqstr == index.freqstr else index
    if len(alien) or len(absent):
        told = [
            f"{only[0]}{f' and {len(only) - 1} more' if len(only) > 1 else ''} only in {where}"
            for only, where in ((alien, f"the labels of {what}"), (absent, "periods"))
            if len(only)
        ]
        raise SeriesError(f"the labels of {what} are not the periods: {'; '.join(told)}")
    return read.get_indexer(index)
