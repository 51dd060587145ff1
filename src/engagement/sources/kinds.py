"""A caller's choice of what a source's types of events are here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from engagement.errors import SettingError, shown
from engagement.values.vocabulary import Activity, read_term

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["read_kinds"]


def read_kinds(
    kinds: object, read_key: Callable[[object], str], *, keyed_by: str, example: str
) -> dict[str, Activity | None]:
    """
    Read a mapping of types to activities, ``None`` where such rows are excluded.

    Parameters
    ----------
    kinds
        What a caller passes; ``None`` for no choice.
    read_key
        Reads a key, or raises.
    keyed_by, example
        What the keys are, and a mapping as it is written, for messages.

    Raises
    ------
    SettingError
        If it is no mapping.
    UnknownTermError
        If an activity is not known.

    Examples
    --------
    >>> read_kinds({"aid": "transfer"}, str, keyed_by="types", example="{'aid': None}")
    {'aid': <Activity.TRANSFER: 'transfer'>}
    """
    if kinds is None:
        return {}
    if not isinstance(kinds, Mapping):
        raise SettingError(
            f"kinds must be a mapping of {keyed_by} to activities, such as {example}, "
            f"got {shown(kinds)}"
        )
    return {
        read_key(key): None if activity is None else read_term(Activity, activity, "activity")
        for key, activity in kinds.items()
    }
