"""The cells of one row, read by column; all that is wrong in the row is gathered."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING, TypeVar

from engagement.errors import DateError, EngagementError, SettingError
from engagement.tables.table_dates import read_table_date
from engagement.values.dates import EventDate
from engagement.values.vocabulary import SEPARATOR, read_text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from engagement.tables.table_dates import DateOrder

__all__ = [
    "NOT_AVAILABLE",
    "Cells",
    "days_around",
    "month_of",
    "read_day",
    "read_day_in",
    "span_of",
]

NOT_AVAILABLE = "NA"
"""An absent cell as R writes it; no column that is read here holds alpha-2 codes."""

T = TypeVar("T")

_SURROGATE = re.compile("[\ud800-\udfff]")
_WHOLE = re.compile(r"[+-]?\d{1,18}(\.0*)?")
_DAY = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)")
_MIDNIGHT = re.compile(r"[T ]00:00(:00(\.0+)?)?Z?$")


class Cells:
    """
    The cells of one row.

    Parameters
    ----------
    number
        Of the row, counted from 1.
    cells
        As they stand in the file; those missing at the end are taken for empty.
    places
        Place of each column by its name.
    printed
        Place to the column's name as printed, to be named in faults.
    state_of
        Gives the code under which a state counts.
    """

    __slots__ = ("_cells", "_places", "_printed", "faults", "number", "state_of")

    def __init__(
        self,
        number: int,
        cells: Sequence[str],
        places: Mapping[str, int],
        printed: Sequence[str | None],
        state_of: Callable[[str], str] = str,
    ) -> None:
        self.number = number
        self._cells = cells
        self._places = places
        self._printed = printed
        self.state_of = state_of
        self.faults: list[tuple[int, str, object, str]] = []

    def column(self, name: str) -> str:
        """Give a column's name as printed."""
        place = self._places.get(name)
        printed = None if place is None else self._printed[place]
        return name if printed is None else printed

    def has(self, name: str) -> bool:
        """Tell whether there is such a column."""
        return name in self._places

    def raw(self, name: str) -> str:
        """
        Give a cell without blanks around it.

        It is empty where the column or the cell is missing, or holds the ``NA`` of R.
        """
        cell = self._stripped(name)
        return "" if cell == NOT_AVAILABLE else cell

    def _stripped(self, name: str) -> str:
        place = self._places.get(name)
        if place is None or place >= len(self._cells):
            return ""
        return self._cells[place].strip()

    def told(self, name: str) -> str:
        """Give a cell as a list of faults can hold it, whatever bytes it was made of."""
        return self._stripped(name).encode("utf-8", "backslashreplace").decode()

    def fault(self, name: str, problem: str) -> None:
        """Note that a cell cannot be read."""
        self.faults.append((self.number, self.column(name), self.told(name), problem))

    def text(self, name: str) -> str:
        """Give a cell as a text that a table of events can keep."""
        value = self.raw(name)
        if value.isprintable():
            return value
        if _SURROGATE.search(value):
            self.fault(name, "holds bytes that are not of the encoding; give encoding=")
            return ""
        try:
            return read_text(value, "the cell")
        except SettingError as error:
            self.fault(name, str(error))
            return ""

    def item(self, name: str) -> str:
        """Give a cell as a text that can stand in a list: a comma stands for its semicolons."""
        return self.text(name).replace(SEPARATOR, ",")

    def apart(self, reader: Callable[[Cells], T]) -> T:
        """Read cells of whose faults is told elsewhere."""
        n_faults = len(self.faults)
        value = reader(self)
        del self.faults[n_faults:]
        return value

    def read(self, name: str, reader: Callable[[str], T], default: T) -> T:
        """Read a cell; where it is empty or cannot be read, give the default."""
        value = self.text(name)
        if not value:
            return default
        try:
            return reader(value)
        except EngagementError as error:
            self.fault(name, str(error))
            return default

    def required(self, name: str, reader: Callable[[str], T], default: T) -> T:
        """Read a cell that must not be empty."""
        n_faults = len(self.faults)
        if not self.text(name):
            if len(self.faults) == n_faults:
                self.fault(name, f"'{self.column(name)}' is required")
            return default
        return self.read(name, reader, default)

    def whole(self, name: str, low: int, high: int, default: int) -> int:
        """Read a required whole number; ``3.0`` is one, as some programs write it."""
        return self.required(name, lambda text: read_whole(text, low, high), default)

    def numeral(self, name: str, high: int) -> str:
        """Give a required whole number as it stands."""
        self.whole(name, 0, high, 0)
        return self.raw(name)


def read_whole(text: str, low: int, high: int) -> int:
    """
    Read a whole number, which may be written with ``.0`` behind.

    Raises
    ------
    SettingError
        If it is none, or outside of the bounds.

    Examples
    --------
    >>> read_whole("652.0", 1, 999)
    652
    """
    if text.isascii() and _WHOLE.fullmatch(text):
        number = int(text.partition(".")[0])
        if low <= number <= high:
            return number
    raise SettingError(f"must be a whole number from {low} to {high}, got {text[:60]!r}")


def read_day(text: str) -> date:
    """
    Read a day written as ``2019-10-16`` or ``20191016``, with a midnight behind or not.

    Raises
    ------
    DateError
        If it is none.

    Examples
    --------
    >>> read_day("20191016"), read_day("2019-10-16 00:00:00.000")
    (datetime.date(2019, 10, 16), datetime.date(2019, 10, 16))
    """
    found = _DAY.fullmatch(_MIDNIGHT.sub("", text)) if text.isascii() else None
    if found is None:
        raise DateError(f"must be a day such as 2019-10-16, got {text[:60]!r}")
    try:
        day = date(*map(int, found.groups()))
    except ValueError as error:
        raise DateError(f"{text[:60]!r} is no day: {error}") from None
    if day.year > 9998:
        raise DateError(f"years are 1 to 9998, got {text[:60]!r}")
    return day


def read_day_in(order: DateOrder | None, text: str) -> date:
    """
    Read a day as `read_day`, or in numbers that end in the year, of which the order is said.

    Raises
    ------
    DateError
        If it is none.

    Examples
    --------
    >>> read_day_in("month-first", "5/3/2017"), read_day_in(None, "2017-05-03")
    (datetime.date(2017, 5, 3), datetime.date(2017, 5, 3))
    """
    if "/" not in text and "." not in text:
        return read_day(text)
    if order is None:
        try:
            return read_day(text)
        except DateError as error:
            hint = "; date_order= reads days such as 5/3/2017" if "/" in text else ""
            raise DateError(f"{error}{hint}") from None
    when = read_table_date(text, order)
    if when.start is None or not when.is_exact:
        raise DateError(f"must be a day such as 2019-10-16, got {text[:60]!r}")
    return when.start


def month_of(day: date) -> str:
    """Write the month of a day."""
    return f"{day.year:04}-{day.month:02}"


def span_of(first: date, last: date) -> EventDate:
    """
    Give the date of one unknown day from the first to the last, in its shortest form.

    Examples
    --------
    >>> from datetime import date
    >>> print(span_of(date(2019, 2, 1), date(2019, 2, 28)))
    2019-02
    >>> print(span_of(date(2019, 2, 27), date(2019, 3, 3)))
    [2019-02-27..2019-03-03]
    """
    if first == last:
        return EventDate.from_day(first)
    after = last + timedelta(days=1)
    if first.day == after.day == 1:
        if (first.year * 12 + first.month + 1) == after.year * 12 + after.month:
            return EventDate(month_of(first))
        if first.month == after.month == 1 and after.year == first.year + 1:
            return EventDate(f"{first.year:04}")
    return EventDate(f"[{first.isoformat()}..{last.isoformat()}]")


def days_around(day: date, n_days: int) -> EventDate:
    """
    Give the date of one unknown day no further than *n_days* from a day.

    Examples
    --------
    >>> from datetime import date
    >>> print(days_around(date(2019, 10, 16), 6))
    [2019-10-10..2019-10-22]
    """
    low, high = date(1, 1, 1).toordinal(), date(9998, 12, 31).toordinal()
    centre = day.toordinal()
    first, last = max(low, centre - n_days), min(high, centre + n_days)
    return span_of(date.fromordinal(first), date.fromordinal(last))
