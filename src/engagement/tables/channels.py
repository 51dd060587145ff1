"""The channel of an event by its partners, where a table has no column that says it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engagement.tables.cells import is_absent, list_items
from engagement.values.vocabulary import Channel

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

__all__ = ["add_channel", "can_tell_channels"]

_WHO = {"countries", "organisations", "participants", "participant_country"}


def can_tell_channels(columns: Collection[str]) -> bool:
    """Tell whether columns of a table name partners and none names the channel."""
    return "channel" not in columns and not _WHO.isdisjoint(columns)


def add_channel(cells: dict[str, Any]) -> str:
    """
    Give an event its channel: one partner is bilateral, several are multilateral, none domestic.

    Parameters
    ----------
    cells
        By documented column; the channel is written here.

    Returns
    -------
    str
        The problem where the partners leave it open, or an empty text.

    Examples
    --------
    >>> cells = {"countries": "KAZ;KGZ"}
    >>> add_channel(cells), str(cells["channel"])
    ('', 'multilateral')
    """
    n_partners, n_organisations = _number(cells, "countries"), _number(cells, "organisations")
    if n_partners == 1 and n_organisations:
        return (
            "one partner and an organisation may be bilateral or multilateral; say which in a "
            "column 'channel'"
        )
    if n_partners == 1:
        cells["channel"] = Channel.BILATERAL
    elif n_partners or n_organisations:
        cells["channel"] = Channel.MULTILATERAL
    elif is_absent(cells.get("initiator")):
        return "no column says the channel, and the row names neither a partner nor an initiator"
    else:
        cells["channel"] = Channel.DOMESTIC
    return ""


def _number(cells: Mapping[str, Any], column: str) -> int:
    return sum(not is_absent(item) for item in list_items(cells.get(column)))
