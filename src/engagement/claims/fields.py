"""What an event says beside its axes, and which of it a query can ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from engagement.events.axes import labels_of
from engagement.tables.records import OWN
from engagement.values.vocabulary import AXES, NONE_LABEL, Terms

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from engagement.events.events import Event
    from engagement.events.parts import Personnel

__all__ = ["FIELDS", "LABELLED", "Field", "field_of", "field_texts", "is_own", "said_labels"]


@frozen(kw_only=True)
class Field:
    """How a column of the table of events is asked for."""

    attribute: str = ""
    """What a kind of event must have to have the column; empty where all have it."""
    whole: bool = False
    """Whether the text must be the whole term; otherwise it stands somewhere in the column."""
    blank_is_none: bool = False
    """Whether an empty cell says that there is none, and not that nothing is known."""
    headed: bool = False
    """Whether the text begins with a term that can be listed, up to a colon."""


FIELDS: Mapping[str, Field] = {
    "subkind": Field(whole=True),
    "organisations": Field(whole=True, blank_is_none=True),
    "organisation": Field(whole=True, blank_is_none=True),
    "participant": Field(whole=True),
    "pair": Field(whole=True),
    "place": Field(),
    "participants": Field(),
    "goods": Field(attribute="goods"),
    "terms": Field(attribute="terms", whole=True),
    "audience": Field(attribute="audience"),
    "provider": Field(attribute="provider"),
    "host": Field(attribute="host", whole=True),
    "scenario": Field(attribute="scenario", headed=True),
    "forces": Field(attribute="personnel"),
    "mechanism": Field(attribute="mechanism", blank_is_none=True),
    "note": Field(blank_is_none=True),
    "source": Field(whole=True, blank_is_none=True),
    "where": Field(blank_is_none=True),
    "id": Field(whole=True, blank_is_none=True),
}
"""Columns that a filter can ask for, and axes that claims read as they read columns."""

LABELLED = (
    *AXES,
    *(name for name, known in FIELDS.items() if (known.whole or known.headed) and name != "id"),
)
"""Axes and columns whose labels can be listed, counted and compared."""


_OWN = Field(whole=True)
_AXES_READ = ("organisation", "participant", "pair")


def field_of(name: str) -> Field:
    """Say how a column is asked for; of the user's own, such as ``own:region``, by whole labels."""
    return FIELDS.get(name, _OWN)


def is_own(name: object) -> bool:
    """Tell whether a key names a column of the user's own, as tables do."""
    return isinstance(name, str) and name.startswith(OWN) and len(name) > len(OWN)


def field_texts(event: Event, name: str) -> tuple[str, ...] | None:
    """
    Give the texts in a column of an event; none where the cell is empty or says unknown.

    None where the kind of event has no such column.
    """
    known = field_of(name)
    if known.attribute and not hasattr(event, known.attribute):
        return None
    if name in _READERS:
        return tuple(filter(None, _READERS[name](event)))
    if is_own(name) or name in _AXES_READ:
        return _labels(event, name.removeprefix(OWN))
    text = getattr(event, name)
    return (str(text),) if text and text is not Terms.UNKNOWN else ()


def _forces(event: Event) -> Iterable[str]:
    personnel: Personnel | None = getattr(event, "personnel", None)
    return personnel.forces if personnel is not None else ()


_READERS: Mapping[str, Callable[[Event], Iterable[str]]] = {
    "organisations": lambda event: event.organisations,
    "participants": lambda event: (
        " ".join(filter(None, (p.office, p.name, p.organisation))) for p in event.participants
    ),
    "forces": _forces,
    "source": lambda event: (source.document for source in event.sources),
    "where": lambda event: (source.where for source in event.sources),
}
"""How columns are read that hold several texts; of the others an event has one."""


def said_labels(event: Event, name: str) -> tuple[str, ...]:
    """Give an event's labels on an axis or in a column; empty where it has none."""
    if name in AXES:
        return _labels(event, name)
    texts = field_texts(event, name) or ()
    return tuple(text.partition(":")[0] for text in texts) if field_of(name).headed else texts


def _labels(event: Event, axis: str) -> tuple[str, ...]:
    return tuple(label for label in labels_of(event, axis) if label != NONE_LABEL)
