"""Groups of countries, and who was a member when."""

from __future__ import annotations

from datetime import date
from functools import cache
from operator import itemgetter

from engagement.errors import DateError, SettingError, UnknownTermError, shown, suggest
from engagement.values.code_lists import FIRST, LAST, Spell, rows_of, spell_of
from engagement.values.dates import DateKind, EventDate, read_date
from engagement.values.vocabulary import SEPARATOR, fold_term

__all__ = ["group_members", "is_group"]


@cache
def _groups() -> dict[str, tuple[Spell, ...]]:
    """Group to the spells of its members, in the order of their codes."""
    found: dict[str, list[Spell]] = {}
    for row in rows_of("country_groups"):
        found.setdefault(row["group"], []).append(spell_of(row))
    return {name: tuple(sorted(spells, key=itemgetter(0))) for name, spells in found.items()}


@cache
def _names() -> dict[str, str]:
    """Folded name or alias to the group."""
    return {
        fold_term(name): row["group"]
        for row in rows_of("country_groups")
        for name in (row["group"], *filter(None, row["aliases"].split(SEPARATOR)))
    }


def is_group(text: str) -> bool:
    """
    Tell whether a text names a group of countries.

    Examples
    --------
    >>> is_group("central asia"), is_group("Kazakhstan")
    (True, False)
    """
    return fold_term(text) in _names()


def group_members(group: str, *, on: EventDate | date | str | None = None) -> tuple[str, ...]:
    """
    Give the members of a group of countries on a date.

    Parameters
    ----------
    group
        ``Central Asia``, ``SCO`` or ``Shanghai Five``, or an alias of one.
    on
        When. Of a duration, its start; an imprecise date is taken only where the members were
        the same on every day of it. ``None`` for a group whose members never changed.

    Returns
    -------
    tuple of str
        Alpha-3 codes in their order, which `EventLog.where` takes as ``country``. Empty where
        the group had no members then.

    Raises
    ------
    UnknownTermError
        If there is no such group; close names are suggested.
    SettingError
        If *on* is needed, or leaves open who was a member.

    Examples
    --------
    >>> group_members("Central Asia")
    ('KAZ', 'KGZ', 'TJK', 'TKM', 'UZB')
    >>> group_members("SCO", on="2005")
    ('CHN', 'KAZ', 'KGZ', 'RUS', 'TJK', 'UZB')
    >>> group_members("SCO", on="2017")
    Traceback (most recent call last):
    ...
    engagement.errors.SettingError: the members of SCO changed within 2017: ...; say a day
    """
    name = _names().get(fold_term(group)) if isinstance(group, str) else None
    if name is None:
        listed = ", ".join(f"'{known}'" for known in _groups())
        aliases = (
            alias for row in rows_of("country_groups") for alias in row["aliases"].split(";")
        )
        known = [*_groups(), *filter(None, aliases)]
        hint = suggest(group, known) if isinstance(group, str) else ""
        raise UnknownTermError(f"unknown group {shown(group)}; the groups are {listed}{hint}")
    spells = _groups()[name]
    if on is None:
        if _changes(spells):
            raise SettingError(f"the members of {name} changed over time; say on= which date")
        return tuple(spell.code for spell in spells)
    first, last = _days(on)
    changes = [
        f"{codes} from {date.fromordinal(day).isoformat()}"
        for day, codes in _changes(spells).items()
        if first < day <= last
    ]
    if changes:
        raise SettingError(
            f"the members of {name} changed within {on}: {'; '.join(changes)}; say a day"
        )
    return tuple(spell.code for spell in spells if spell.first <= first <= spell.last)


def _days(on: EventDate | date | str) -> tuple[int, int]:
    """Give the first and the last day on which it may have been."""
    try:
        when = read_date(on)
    except DateError as error:
        raise SettingError(f"on: {error}") from None
    if when.start_day is None:
        raise SettingError(f"on: {when} has no start")
    if when.kind is DateKind.DURATION or when.end_day is None:
        return when.start_day, when.start_day
    return when.start_day, when.end_day - 1


def _changes(spells: tuple[Spell, ...]) -> dict[int, str]:
    """Give the days on which membership began or ended, and whose."""
    found: dict[int, list[str]] = {}
    for code, since, until in spells:
        if since > FIRST:
            found.setdefault(since, []).append(code)
        if until < LAST:
            found.setdefault(until + 1, []).append(f"not {code}")
    return {day: ", ".join(codes) for day, codes in sorted(found.items())}
