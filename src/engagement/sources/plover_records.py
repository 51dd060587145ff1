"""Records of PLOVER as JSON objects, as rows with the columns of POLECAT."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

__all__ = ["rows_of_records"]

_NOBODY = ("IGO", "NGO", "ISM", "NGM", "IMG", "MNC", "INT", "UIS", "")
"""Codes of those that are named by their text alone."""

_FIELDS = {
    "event id": ("id",),
    "event date": ("date",),
    "end date": ("enddate",),
    "event type": ("event",),
    "event mode": ("mode",),
    "contexts": ("context",),
    "actor": ("actor", "source"),
    "recipient": ("recipient", "target"),
    "placename": ("event_loc", "eventLoc"),
}
"""For what a record says the names of its field, of which the later are those of version 0.5."""


def rows_of_records(
    records: Sequence[Mapping[str, Any]],
) -> tuple[dict[str, str], list[list[str]]] | None:
    """
    Take the fields of records that are read.

    Records of the type DOCUMENT describe the file and are no rows.

    Returns
    -------
    tuple or None
        For each column of POLECAT the name of its field, and the rows; ``None`` where the objects
        are not records of PLOVER.

    Examples
    --------
    >>> record = {"id": "a1", "date": "2019-05-03", "event": ["CONSULT"], "mode": ["visit"]}
    >>> record |= {"actor": [{"code": "CHN", "sector": "GOV"}], "recipient": [{"code": "KGZ"}]}
    >>> fields, (row,) = rows_of_records([record])
    >>> row
    ['a1', '2019-05-03', '', 'CONSULT', 'visit', '', '', '', 'CHN', 'GOV', '', 'KGZ', '']
    """
    told = {name for record in records for name in record}
    named = {
        ours: next((name for name in names if name in told), names[0])
        for ours, names in _FIELDS.items()
    }
    if not {named["event date"], named["event type"], named["actor"]} <= told:
        return None
    columns: dict[str, tuple[str, Callable[[Any], str]]] = {
        "event id": (named["event id"], _items),
        "event date": (named["event date"], _items),
        "end date": (named["end date"], _items),
        "event type": (named["event type"], _items),
        "event mode": (named["event mode"], _items),
        "contexts": (named["contexts"], _contexts),
        "placename": (named["placename"], _place),
    }
    for who in ("actor", "recipient"):
        columns[f"{who} name"] = (named[who], _names)
        columns[f"{who} country"] = (named[who], _codes)
        columns[f"primary {who} sector"] = (named[who], _sectors)
    rows = [
        [read(record.get(field)) for field, read in columns.values()]
        for record in records
        if _items(record.get(named["event type"])).upper() != "DOCUMENT"
    ]
    return {ours: field for ours, (field, _) in columns.items()}, rows


def _items(value: Any) -> str:
    """Write a text, or a list of texts with semicolons between."""
    if value is None:
        return ""
    return "; ".join(map(str, value)) if isinstance(value, list) else str(value)


def _contexts(value: Any) -> str:
    return _items(value).replace(",", ";")


def _place(value: Any) -> str:
    return _items(value.get("name")) if isinstance(value, dict) else _items(value)


def _entities(value: Any) -> list[Mapping[str, Any]]:
    """Give the objects of those who take part; a text alone is a code."""
    several = value if isinstance(value, list) else [value] if value else []
    return [one if isinstance(one, dict) else {"code": one} for one in several]


def _codes(value: Any) -> str:
    return "; ".join(_items(one.get("code")) for one in _entities(value))


def _sectors(value: Any) -> str:
    return "; ".join(filter(None, (_items(one.get("sector")) for one in _entities(value))))


def _names(value: Any) -> str:
    """Name those whose code is not that of a country."""
    texts = [
        _items(one.get("entity_text") or one.get("actorText"))
        for one in _entities(value)
        if _items(one.get("code")) in _NOBODY
    ]
    return "; ".join(text.replace(";", ",") for text in texts)
