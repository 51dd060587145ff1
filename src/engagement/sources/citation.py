"""Rows of files as sources of events."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engagement.events.parts import Source
from engagement.values.vocabulary import SEPARATOR

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["source_of"]


def source_of(name: str, numbers: Iterable[int]) -> Source:
    """Say in which rows of a file something stands."""
    written = "".join(c if c.isprintable() else " " for c in name)
    document = written.encode("utf-8", "replace").decode().replace(SEPARATOR, ",").strip()
    rows = ", ".join(map(str, numbers))
    return Source(document=document or "file", where=f"row {rows}")
