"""What a cell can only mean in view of the others of its column: decimal marks, fiscal years."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from engagement.errors import DateError, SettingError
from engagement.tables.table_numbers import decimal_marks
from engagement.values.dates import EventDate

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["column_decimal", "holds_fiscal_years", "next_year_of", "read_fiscal_year"]

_TWO_YEARS = re.compile(r"(?:FY ?)?(\d{4})[-/](\d{2})", re.ASCII | re.IGNORECASE)


def column_decimal(cells: Iterable[object]) -> str | None:
    """
    Tell the decimal mark of a column of numbers by the cells that can be read in one way only.

    Returns
    -------
    str or None
        ``"."`` or ``","``; ``None`` where no cell shows it.

    Raises
    ------
    SettingError
        If some cells show a point and others a comma.

    Examples
    --------
    >>> column_decimal(["1.234.567,5", "1.500"]), column_decimal(["1.500", "12"])
    (',', None)
    """
    shown: dict[str, str] = {}
    for cell in cells:
        if isinstance(cell, str) and len(marks := decimal_marks(cell)) == 1:
            shown.setdefault(marks.pop(), cell.strip())
    if len(shown) > 1:
        raise SettingError(
            f"the decimal mark is a point in '{shown['.']}' and a comma in '{shown[',']}'; "
            "write all numbers of the column in one way, or say decimal='.' or decimal=','"
        )
    return next(iter(shown), None)


def next_year_of(text: str) -> str | None:
    """
    Give the first year of a text such as 2018-19, whose second number is that of the next year.

    Examples
    --------
    >>> next_year_of("2018-19"), next_year_of("1999-00"), next_year_of("2018-12")
    ('2018', '1999', None)
    """
    found = _TWO_YEARS.fullmatch(text.strip())
    if found and int(found[2]) == (int(found[1]) + 1) % 100:
        return found[1]
    return None


def holds_fiscal_years(cells: Iterable[object], *, is_own: bool = False) -> bool:
    """
    Tell whether cells such as 2020-21 mean two years, since others such as 2018-19 can only.

    By EDTF 2020-21 is the spring of 2020 and 2010-11 November 2010. A column in which a like
    cell is neither month nor season, or in which three or more such cells follow the years and
    no other cell is a month, is one of fiscal years.

    Parameters
    ----------
    cells
        Of one column.
    is_own
        Whether the library wrote the table, in which months and seasons are what they are.

    Examples
    --------
    >>> holds_fiscal_years(["2018-19", "2020-21"]), holds_fiscal_years(["2020-21", "2020-05"])
    (True, False)
    """
    texts = {cell.strip() for cell in cells if isinstance(cell, str)}
    pairs = {text for text in texts if next_year_of(text)}
    if any(not _is_date(text) for text in pairs):
        return True
    months = {text for text in texts if _TWO_YEARS.fullmatch(text)}
    return not is_own and len(pairs) > 2 and pairs == months


def _is_date(text: str) -> bool:
    try:
        EventDate.parse(text)
    except DateError:
        return False
    return True


def read_fiscal_year(text: str, first_month: int) -> EventDate | None:
    """
    Read a text such as 2018-19 as one unknown day of the fiscal year.

    Parameters
    ----------
    text
        The cell.
    first_month
        The month, from 1 to 12, in which the fiscal year begins.

    Returns
    -------
    EventDate or None
        ``None`` where the text is no pair of years.

    Examples
    --------
    >>> print(read_fiscal_year("2018-19", 4))
    [2018-04..2019-03]
    """
    first = next_year_of(text)
    if first is None:
        return None
    year = int(first)
    last = f"{year}-12" if first_month == 1 else f"{year + 1}-{first_month - 1:02}"
    return EventDate.parse(f"[{year}-{first_month:02}..{last}]")
