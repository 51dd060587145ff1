"""What sources are said to record in part, of what counts sum."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engagement.display import percent
from engagement.values.vocabulary import COVERED_AXES, Basis

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from engagement.events.coverage import Coverage

__all__ = ["stated_shares"]

_MOST = 4


def stated_shares(
    coverage: Coverage | None, axes: Mapping[str, Collection[str]]
) -> tuple[str, ...]:
    """Say in a note which of the kinds that are counted are said to be recorded in part."""
    found = {
        (entry.completeness, *entry.key)
        for entry in coverage or ()
        if entry.completeness is not None
        and entry.completeness < 1
        and entry.basis is not Basis.SELECTIVE
        and all(
            label in axes.get(axis, (label,))
            for axis, label in zip(COVERED_AXES, entry.key, strict=True)
        )
    }
    told = [f"{' '.join(key)} {percent(share)}" for share, *key in sorted(found)]
    more = f" and {len(told) - _MOST} more" if len(told) > _MOST else ""
    return (f"recorded in part, as stated: {', '.join(told[:_MOST])}{more}",) if told else ()
