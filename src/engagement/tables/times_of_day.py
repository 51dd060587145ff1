"""Times of day behind the days of a table: refused, cut off, or told in a time zone."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo, available_timezones

from engagement.errors import DateError, SettingError, shown, suggest

__all__ = ["check_times", "cut_moment", "day_of"]

_CHOICES = ("refuse", "cut")
_MOMENT = re.compile(
    r"(?P<day>.*[^ ,T])(?:,? |T)(?P<hour>\d{1,2}):(?P<minute>\d\d)"
    r"(?::(?P<second>\d\d)(?:[.,](?P<fraction>\d{1,9}))?)?"
    r"(?: ?(?P<half>[AP])\.?M\.?)?(?: ?(?P<zone>Z|UTC|GMT|[+-]\d\d(?::?\d\d)?))?",
    re.ASCII | re.IGNORECASE,
)


def check_times(times: object) -> None:
    """
    Raise SettingError unless a setting says what becomes of times of day.

    Examples
    --------
    >>> check_times("cut")
    >>> check_times("Asia/Bishkek")
    """
    if not isinstance(times, str):
        raise SettingError(f"times must be 'refuse', 'cut' or a time zone, got {shown(times)}")
    if times in _CHOICES:
        return
    try:
        ZoneInfo(times)
    except (ValueError, OSError, KeyError):
        hint = suggest(times, [*_CHOICES, *available_timezones()])
        raise SettingError(
            f"times must be 'refuse', 'cut' or a time zone such as 'UTC' or 'Asia/Bishkek', "
            f"got {shown(times)}{hint}"
        ) from None


def day_of(moment: datetime, times: str = "refuse") -> date:
    """
    Give the day of a moment.

    Parameters
    ----------
    moment
        With a time zone or without.
    times
        ``"refuse"``: only midnights are days. ``"cut"``: the day as it is written; a moment with
        a time zone is refused, because its day is another elsewhere. A time zone: the day there;
        moments without a time zone are taken as written there.

    Raises
    ------
    DateError
        If the moment is refused.

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> day_of(datetime(2019, 5, 3, 14, 30), "cut")
    datetime.date(2019, 5, 3)
    >>> day_of(datetime(2019, 5, 3, 20, 30, tzinfo=UTC), "Asia/Bishkek")
    datetime.date(2019, 5, 4)
    """
    is_midnight = moment.time() == time()
    if times in _CHOICES and is_midnight:
        return moment.date()
    if moment.tzinfo is not None and times in _CHOICES:
        raise DateError(
            f"a date has no time of day, got {moment.isoformat()} with a time zone; "
            "times='UTC', or another time zone, takes the day there"
        )
    if times == "refuse":
        raise DateError(
            f"a date has no time of day, got {moment.isoformat()}; "
            "times='cut' takes the day as it is written"
        )
    if moment.tzinfo is None:
        return moment.date()
    try:
        return moment.astimezone(ZoneInfo(times)).date()
    except (OverflowError, ValueError):
        raise DateError(f"{moment.isoformat()} has no day in {times}") from None


def cut_moment(text: str) -> tuple[str, time] | None:
    """
    Part a text into a day and a time of day with its time zone; ``None`` where it has no time.

    Raises
    ------
    DateError
        If there is no such time.

    Examples
    --------
    >>> cut_moment("3 May 2019, 2:30 pm")
    ('3 May 2019', datetime.time(14, 30))
    >>> cut_moment("2019-05-03")
    """
    found = _MOMENT.fullmatch(text)
    if found is None:
        return None
    hour = int(found["hour"])
    if found["half"]:
        if not 1 <= hour <= 12:
            raise DateError(f"{text[:60]!r} has no time of day that exists")
        hour = hour % 12 + 12 * (found["half"] in "Pp")
    fraction = (found["fraction"] or "0").ljust(6, "0")[:6]
    try:
        clock = time(
            hour, int(found["minute"]), int(found["second"] or 0), int(fraction), _zone(found)
        )
    except ValueError as error:
        raise DateError(f"{text[:60]!r} has no time of day that exists: {error}") from None
    return found["day"], clock


def _zone(found: re.Match[str]) -> timezone | None:
    told = found["zone"]
    if told is None:
        return None
    if told[0] not in "+-":
        return UTC
    size = timedelta(hours=int(told[1:3]), minutes=int(told[3:].removeprefix(":") or 0))
    return timezone(-size if told[0] == "-" else size)
