"""States by number: Gleditsch and Ward, Correlates of War (and its letters), ISO 3166-1."""

from __future__ import annotations

from functools import cache

from engagement.errors import SettingError, UnknownTermError, shown, suggest
from engagement.values.code_lists import Spell, rows_of, spell_of
from engagement.values.dates import DateLike, read_date
from engagement.values.vocabulary import SEPARATOR

__all__ = ["SYSTEMS", "country_of_number", "number_of_letters"]

SYSTEMS = {
    "gw": "Gleditsch and Ward",
    "cow": "Correlates of War",
    "iso": "ISO 3166-1",
}
"""The systems of numbers, and what they are called."""


@cache
def _spells() -> dict[tuple[str, int], list[Spell]]:
    """System and number to the spells of what it means."""
    found: dict[tuple[str, int], list[Spell]] = {}
    for row in rows_of("state_numbers"):
        for system in row["systems"].split(SEPARATOR):
            found.setdefault((system, int(row["number"])), []).append(spell_of(row))
    return found


@cache
def _letters() -> dict[str, int]:
    rows = rows_of("state_numbers")
    return {row["letters"]: int(row["number"]) for row in rows if row["letters"]}


def number_of_letters(letters: str) -> int:
    """
    Give the number of a state in the Correlates of War by its three letters there.

    They are not those of ISO 3166: AUS is Austria and MAC is Macedonia.

    Examples
    --------
    >>> number_of_letters("KYR"), number_of_letters("AUS")
    (703, 305)
    """
    number = _letters().get(letters.upper())
    if number is None:
        raise UnknownTermError(
            f"{SYSTEMS['cow']} has no state {shown(letters)}{suggest(letters.upper(), _letters())}"
        )
    return number


def country_of_number(number: int, *, system: str, day: DateLike | None = None) -> str:
    """
    Give the country that a system of numbers means.

    A number that outlived its state gives the code that was in force on the day: 365 is the
    Soviet Union from 30 December 1922 to 25 December 1991 and Russia before and after, and 345
    is Yugoslavia until 4 June 2006 and then Serbia. A mere change of name is none: 490 is COD
    also while it was called Zaire. A state that ended, such as 315, has no number on later days.

    *day* is when, None for the latest meaning. Of an imprecise date and of a duration any day on
    which the number was in force will do: it is what it meant on the first of them.

    Examples
    --------
    >>> from datetime import date
    >>> country_of_number(703, system="gw"), country_of_number(417, system="iso")
    ('KGZ', 'KGZ')
    >>> country_of_number(365, system="gw", day=date(1990, 1, 13))
    'SUN'
    >>> country_of_number(679, system="cow", day="1990")
    'YEM'
    """
    if not isinstance(system, str) or system not in SYSTEMS:
        listed = ", ".join(f"'{name}'" for name in SYSTEMS)
        raise SettingError(f"unknown system {shown(system)}; the systems are {listed}")
    spells = _spells().get((system, number), [])
    if not spells:
        raise UnknownTermError(f"{SYSTEMS[system]} has no state numbered {shown(number)}")
    if day is None:
        return spells[-1][0]
    when = read_date(day)
    first, after = when.bounds
    for code, since, until in spells:
        if since < after and first <= until:
            return code
    if when.start is None:
        told = f"on any day of {when}"
    else:
        told = f"on {when.start}" + ("" if when.is_exact else f" or any later day of {when}")
    raise UnknownTermError(f"{SYSTEMS[system]} has no state numbered {number} {told}")
