"""A period as a caller names it in a setting."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engagement.counting.periods import one_period
from engagement.errors import SeriesError, SettingError, shown
from engagement.values.dates import EventDate

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["read_period"]


def read_period(name: str, value: object) -> pd.Period:
    """
    Read a period: a pandas period, a day, a year as a whole number, or a text for one of these.

    A text that means another day each day, such as ``"today"``, is refused.

    Examples
    --------
    >>> read_period("split", "2001-05"), read_period("split", 2001)
    (Period('2001-05', 'M'), Period('2001', 'Y-DEC'))
    """
    try:
        return one_period(str(value) if isinstance(value, EventDate) else value)
    except SeriesError:
        raise SettingError(
            f"{name} must be a period such as '2001' or '2001-05', got {shown(value)}"
        ) from None
