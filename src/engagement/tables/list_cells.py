"""Several names in one cell, between any marks, where each part is a known name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from engagement.errors import EngagementError
from engagement.tables.cells import as_cell_text, is_absent, list_items
from engagement.values.actor_names import organisation_of_name
from engagement.values.country_groups import is_group
from engagement.values.country_systems import read_country
from engagement.values.places import is_organisation
from engagement.values.topics import TOPICS
from engagement.values.vocabulary import fold_term

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["LIST_COLUMNS", "cell_items", "known_parts"]

LIST_COLUMNS = ("countries", "organisations", "topics", "forces")
"""Columns whose items may stand between another mark than the documented one."""

_MARK = re.compile(r"(\s*(?:[,/&+|\n]\s*(?:and\s+)?|\s+and\s+))", re.IGNORECASE)
_MOST_PARTS = 40


def cell_items(column: str, cell: object, *, separator: str | None, system: str) -> list[Any]:
    """
    Give the items of a list inside one cell.

    Items stand between the separator, or else between ``;``. Without a separator an item that
    is no known name is taken apart at commas, slashes and "and", where each part is one.

    Parameters
    ----------
    column
        One of `LIST_COLUMNS`.
    cell
        A text or a list.
    separator
        What the user says.
    system
        In which countries are written, see `read_country`.

    Examples
    --------
    >>> cell_items("countries", "KAZ, Kyrgyzstan and Tajikistan", separator=None, system="name")
    ['KAZ', 'Kyrgyzstan', 'Tajikistan']
    >>> cell_items("countries", "Kazakhstan, Nowhere", separator=None, system="name")
    ['Kazakhstan, Nowhere']
    """
    text = as_cell_text(cell)
    if separator is not None and isinstance(text, str):
        return [part.strip() for part in text.split(separator)]
    is_known = _KNOWN.get(column)
    if is_known is None:
        return list_items(cell)
    items: list[Any] = []
    for item in list_items(cell):
        parts = None
        if isinstance(item, str) and not is_absent(item):
            parts = known_parts(item, lambda name: is_known(name, system))
        items += [item] if parts is None else parts
    return items


def known_parts(text: str, is_known: Callable[[str], bool]) -> list[str] | None:
    """
    Take a text apart into known names, the longest first; ``None`` where that cannot be done.

    Examples
    --------
    >>> names = {"Serbia", "Bosnia and Herzegovina"}
    >>> known_parts("Bosnia and Herzegovina, and Serbia", names.__contains__)
    ['Bosnia and Herzegovina', 'Serbia']
    """
    pieces = _MARK.split(text.strip())
    if len(pieces) > 2 * _MOST_PARTS:
        return None
    parts: list[str] = []
    start = 0
    while start < len(pieces):
        for end in range(len(pieces), start, -2):
            name = "".join(pieces[start:end]).strip()
            if is_known(name):
                parts.append(name)
                start = end + 1
                break
        else:
            return None
    return parts


def _is_country(name: str, system: str) -> bool:
    if is_group(name):
        return True
    try:
        return bool(read_country(name, system=system))
    except EngagementError:
        return False


def _is_organisation(name: str, _: str) -> bool:
    return is_organisation(name) or bool(organisation_of_name(name))


def _is_topic(name: str, _: str) -> bool:
    return fold_term(name) in TOPICS


_KNOWN: dict[str, Callable[[str, str], bool]] = {
    "countries": _is_country,
    "organisations": _is_organisation,
    "topics": _is_topic,
}
