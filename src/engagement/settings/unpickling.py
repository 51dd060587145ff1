"""Objects that check themselves where they are made, and again where they are unpickled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from attrs import fields

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["by_fields", "checked_again"]

C = TypeVar("C", bound=type)


def checked_again(cls: C) -> C:
    """Let a class be pickled and copied by its fields, so that what comes back is checked again."""
    kind: Any = cls
    kind.__reduce__ = by_fields
    return cls


def by_fields(made: Any) -> tuple[Any, ...]:
    """Return how an object is made again of its fields, as ``__reduce__`` does."""
    kind = type(made)
    return _made, (kind, {one.name: getattr(made, one.name) for one in fields(kind) if one.init})


def _made(cls: type, values: Mapping[str, object]) -> object:
    return cls(**values)
