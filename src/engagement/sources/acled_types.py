"""ACLED's types of events as kinds of events."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engagement.errors import UnknownTermError, shown, suggest
from engagement.sources.kinds import read_kinds
from engagement.values.vocabulary import Activity, fold_term

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["ACLED_KINDS", "TYPES", "kinds_of"]

ACLED_KINDS: dict[str, Activity | None] = {
    "battles": Activity.OPERATION,
    "explosions/remote violence": Activity.OPERATION,
    "violence against civilians": Activity.OPERATION,
    "protests": None,
    "riots": None,
    "strategic developments": None,
    "agreement": Activity.AGREEMENT,
    "arrests": Activity.OPERATION,
    "disrupted weapons use": Activity.OPERATION,
    "headquarters or base established": Activity.MEASURE,
}
"""Event types, and sub-event types that are of another kind than their type."""

TYPES = tuple(ACLED_KINDS)[:6]
_STRATEGIC = tuple(ACLED_KINDS)[5:]
_SUBTYPES = (
    *("government regains territory", "non state actor overtakes territory", "armed clash"),
    *("excessive force against protesters", "protest with intervention", "peaceful protest"),
    *("violent demonstration", "mob violence", "chemical weapon", "air/drone strike"),
    *("suicide bomb", "shelling/artillery/missile attack", "remote explosive/landmine/ied"),
    *("grenade", "sexual violence", "attack", "abduction/forced disappearance"),
    *("change to group/activity", "looting/property destruction"),
    *("non violent transfer of territory", "other"),
)


def kinds_of(
    kinds: Mapping[str, Activity | str | None] | None,
) -> dict[str, Activity | None]:
    """
    Lay a caller's choice of types over `ACLED_KINDS`.

    Raises
    ------
    SettingError
        If it is no mapping.
    UnknownTermError
        If a type or an activity is not known.

    Examples
    --------
    >>> kinds_of({"Peaceful protest": "measure"})["peaceful protest"]
    <Activity.MEASURE: 'measure'>
    """
    known = (*ACLED_KINDS, *_SUBTYPES)

    def read(name: object) -> str:
        term = fold_term(name) if isinstance(name, str) else ""
        if term not in known:
            raise UnknownTermError(f"unknown event type {shown(name)}{suggest(str(name), known)}")
        return term

    given = read_kinds(kinds, read, keyed_by="event types", example="{'Protests': 'measure'}")
    taken = _STRATEGIC if _STRATEGIC[0] in given else ()  # a type goes for all of its sub-types
    return {term: kind for term, kind in ACLED_KINDS.items() if term not in taken} | given
