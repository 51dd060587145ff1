"""What functions on counts take: a table of series or one series, in any form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import pandas as pd

from engagement.answers import Answer
from engagement.counting.alignment import labelled
from engagement.counting.counts import Counts
from engagement.counting.periods import is_labelled_by_period
from engagement.counting.series import CountSeries
from engagement.errors import SeriesError, SettingError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

__all__ = ["CountsLike", "read_counts", "read_one_series", "read_panel"]

CountsLike: TypeAlias = "Counts | CountSeries | pd.Series[Any] | pd.DataFrame | ArrayLike"
"""What functions on counts take, see `read_counts`."""


def read_counts(given: object, periods: object = None) -> Counts | CountSeries:
    """
    Take counts in any form: the one place where functions read their first argument.

    Counts or a CountSeries; a pandas Series or a data frame whose index is of periods, or that has
    the columns of `Counts.to_frame`; or an array, beside its *periods*.
    """
    if periods is not None:
        if isinstance(given, (Counts, CountSeries)) or _is_frame(given):
            raise SettingError(
                f"periods belong to an array, and {type(given).__name__} has its own"
            )
        return CountSeries.from_arrays(given, periods)
    if isinstance(given, (Counts, CountSeries)):
        return given
    if _is_frame(given):
        return Counts.from_frame(given)
    series = labelled(given)
    if series is not None and isinstance(series.index, pd.MultiIndex):
        return Counts.from_frame(series)
    if series is not None and is_labelled_by_period(series.index):
        name = "" if series.name is None else str(series.name)
        return CountSeries.from_arrays(series, name=name)
    raise SeriesError(
        f"Counts or a CountSeries are needed, got {type(given).__name__}; a Series or a frame "
        "needs periods for labels, and an array needs them beside it, as in "
        "CountSeries.from_arrays(counts, periods)"
    )


def _is_frame(given: object) -> bool:
    """Tell whether this is a data frame of some engine; answers have columns, too."""
    return hasattr(type(given), "columns") and not isinstance(given, Answer)


def read_panel(given: object, periods: object = None) -> tuple[list[CountSeries], tuple[str, ...]]:
    """
    List the series of counts in any form, see `read_counts`, and name their axes.

    Examples
    --------
    >>> read_panel(CountSeries.from_arrays([1, 0], ["2001", "2002"]))[1]
    ('series',)
    """
    counts = read_counts(given, periods)
    if isinstance(counts, CountSeries):
        return [counts], tuple(counts.axes) or ("series",)
    return list(counts.all_series()), tuple(counts.by) or ("series",)


def read_one_series(given: object, periods: object = None) -> CountSeries:
    """Take one series in any form, see `read_counts`."""
    counts = read_counts(given, periods)
    if isinstance(counts, CountSeries):
        return counts
    if len(counts) != 1:
        raise SeriesError(
            f"one series is needed, and these counts have {len(counts)}; choose one by its labels, "
            "as by counts.series(country='KGZ')"
        )
    return counts.series()
