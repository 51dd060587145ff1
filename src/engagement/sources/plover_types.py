"""PLOVER's types of events as kinds of events."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engagement.errors import UnknownTermError, shown, suggest
from engagement.sources.kinds import read_kinds
from engagement.values.vocabulary import Activity

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["EVENT_TYPES", "PLOVER_KINDS", "kinds_of"]

EVENT_TYPES = (
    *("AGREE", "CONSULT", "SUPPORT", "CONCEDE", "COOPERATE", "AID", "RETREAT"),
    *("DEMAND", "REQUEST", "ACCUSE", "REJECT", "THREATEN", "PROTEST", "SANCTION"),
    *("MOBILIZE", "COERCE", "ASSAULT"),
    *("DISAPPROVE", "INVESTIGATE", "FIGHT", "CRIME"),
)
"""
The words for types; REQUEST is another for DEMAND, and the last four are of earlier versions.
"""

PLOVER_KINDS: dict[str, Activity | None] = {
    "CONSULT": Activity.MEETING,
    "CONSULT-visit": Activity.VISIT,
    "CONSULT-host": Activity.VISIT,
    "COOPERATE": None,
    "COOPERATE-military": Activity.OPERATION,
    "COOPERATE-intelligence": Activity.OPERATION,
    "COOPERATE-legal": Activity.OPERATION,
    "AID": Activity.TRANSFER,
    "AID-asylum": None,
}
"""Types, and types with a mode, or with a context in the case of COOPERATE."""


def kinds_of(
    kinds: Mapping[str, Activity | str | None] | None,
) -> dict[str, Activity | None]:
    """
    Lay a caller's choice of types over `PLOVER_KINDS`.

    Raises
    ------
    SettingError
        If it is no mapping.
    UnknownTermError
        If a type or an activity is not known.

    Examples
    --------
    >>> kinds_of({"cooperate": "operation"})["COOPERATE"]
    <Activity.OPERATION: 'operation'>
    """
    given = read_kinds(kinds, _read_type, keyed_by="event types", example="{'AID': None}")
    taken = {name for name in given if "-" not in name}  # a type goes for all of its modes
    kept = {n: kind for n, kind in PLOVER_KINDS.items() if n.partition("-")[0] not in taken}
    return kept | given


def _read_type(name: object) -> str:
    """Read a type, or a type with its mode behind a hyphen."""
    kind, dash, mode = str(name).partition("-")
    if not isinstance(name, str) or kind.upper() not in EVENT_TYPES:
        raise UnknownTermError(
            f"unknown event type {shown(name)}; the types are {', '.join(EVENT_TYPES)}"
            + suggest(kind, EVENT_TYPES)
        )
    return kind.upper() + dash + mode.casefold()
