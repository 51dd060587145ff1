"""CAMEO: its codes for actions as kinds of events, and its codes for actors as states."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from engagement.errors import SettingError, UnknownTermError, shown
from engagement.sources.kinds import read_kinds
from engagement.values.vocabulary import Activity

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "CAMEO_KINDS",
    "CAMEO_TEXTS",
    "Action",
    "actions_of",
    "find_action",
    "is_directed",
    "read_cameo_code",
]


class Action(NamedTuple):
    """What a code means here."""

    activity: Activity
    subkind: str


CAMEO_KINDS: Mapping[str, Action] = MappingProxyType(
    {
        "040": Action(Activity.MEETING, ""),
        "041": Action(Activity.MEETING, "telephone talk"),
        "042": Action(Activity.VISIT, ""),
        "043": Action(Activity.VISIT, ""),
        "044": Action(Activity.MEETING, "third location"),
        "045": Action(Activity.MEETING, "mediation"),
        "046": Action(Activity.MEETING, "negotiation"),
        "057": Action(Activity.AGREEMENT, ""),
        "062": Action(Activity.OPERATION, "military cooperation"),
        "063": Action(Activity.OPERATION, "judicial cooperation"),
        "064": Action(Activity.OPERATION, "intelligence sharing"),
        "070": Action(Activity.TRANSFER, "aid"),
        "071": Action(Activity.TRANSFER, "economic aid"),
        "072": Action(Activity.TRANSFER, "military aid"),
        "073": Action(Activity.TRANSFER, "humanitarian aid"),
        "074": Action(Activity.OPERATION, "military protection"),
    }
)
"""The codes that become events unless told otherwise; all others are excluded."""

CAMEO_TEXTS: Mapping[str, str] = MappingProxyType(
    {
        "consult": "040",
        "discuss by telephone": "041",
        "make a visit": "042",
        "host a visit": "043",
        "meet at a 'third' location": "044",
        "engage in mediation": "045",
        "engage in negotiation": "046",
        "sign formal agreement": "057",
        "cooperate militarily": "062",
        "engage in judicial cooperation": "063",
        "share intelligence or information": "064",
        "provide aid": "070",
        "provide economic aid": "071",
        "provide military aid": "072",
        "provide humanitarian aid": "073",
        "provide military protection or peacekeeping": "074",
    }
)
"""How ICEWS words these codes."""

_LAST = dict(
    zip(range(1, 21), (9, 8, 9, 6, 7, 4, 5, 7, 4, 8, 6, 9, 9, 5, 5, 6, 6, 6, 6, 4), strict=True)
)
_CODE = re.compile("|".join(f"{root:02}[0-{last}][0-9]?" for root, last in _LAST.items()))
_PREFIX = re.compile("(0[1-9]|1[0-9]|20)[0-9]{0,2}")
_MUTUAL = ("04", "05", "06")


def read_cameo_code(text: str) -> str:
    """
    Read a code of an action, which is a text: ``040`` is not 40.

    A zero that a spreadsheet took away is put back where the text is no code as it stands: a
    code has three or four digits, of which the first two are 01 to 20 and the third is no
    higher than the scheme goes there.

    Raises
    ------
    UnknownTermError
        If it is no code.

    Examples
    --------
    >>> read_cameo_code("040"), read_cameo_code("40"), read_cameo_code("311")
    ('040', '040', '0311')
    """
    for code in (text, f"0{text}"):
        if _CODE.fullmatch(code):
            return code
    raise UnknownTermError(
        f"must be a CAMEO code of three or four digits such as '040', got {text[:60]!r}"
    )


def actions_of(kinds: Mapping[str, Activity | str | None] | None) -> dict[str, Action | None]:
    """
    Lay a caller's choice of codes over `CAMEO_KINDS`.

    Parameters
    ----------
    kinds
        By the start of a code, its activity, or ``None`` to exclude such rows.

    Raises
    ------
    SettingError
        If it is no mapping, or a key does not start a code.
    UnknownTermError
        If an activity is not known.

    Examples
    --------
    >>> find_action("0711", actions_of({"07": None, "061": "operation"})) is None
    True
    """
    given = read_kinds(kinds, _read_prefix, keyed_by="CAMEO codes", example="{'061': 'operation'}")
    actions: dict[str, Action | None] = dict(CAMEO_KINDS)
    for prefix, term in given.items():
        for code in [code for code in actions if code.startswith(prefix) and code != prefix]:
            del actions[code]
        known = CAMEO_KINDS.get(prefix)
        subkind = known.subkind if known else ""
        actions[prefix] = None if term is None else Action(term, subkind)
    return actions


def _read_prefix(prefix: object) -> str:
    """Read the start of a code."""
    if not isinstance(prefix, str) or not _PREFIX.fullmatch(prefix):
        raise SettingError(
            "kinds must be keyed by the start of a CAMEO code, two to four digits as a text, "
            f"got {shown(prefix)}"
        )
    return prefix


def find_action(code: str, actions: Mapping[str, Action | None]) -> Action | None:
    """Give what a code means by its longest known start; ``None`` if such rows are excluded."""
    for length in range(len(code), 1, -1):
        if code[:length] in actions:
            return actions[code[:length]]
    return None


def is_directed(code: str) -> bool:
    """Tell whether the first actor does it to the second, rather than both together."""
    return code[:2] not in _MUTUAL
