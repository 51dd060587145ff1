"""The lists of codes and terms that come with the library as tables."""

from __future__ import annotations

import csv
from datetime import date
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Spell", "rows_of", "spell_of"]

FIRST, LAST = date.min.toordinal(), date.max.toordinal()
"""The days from which, and up to which, an open spell lasts."""


class Spell(NamedTuple):
    """How long a code was in force, or a country was a member: both days included."""

    code: str
    first: int
    last: int


@cache
def rows_of(name: str) -> tuple[dict[str, str], ...]:
    """Return the rows of a list, each as texts by column."""
    file = resources.files("engagement") / "data" / f"{name}.csv"
    return tuple(csv.DictReader(file.read_text(encoding="utf-8").splitlines()))


def spell_of(row: Mapping[str, str]) -> Spell:
    """Read the spell of a row, whose ends may be open."""
    first, last = (
        date.fromisoformat(row[end]).toordinal() if row[end] else day
        for end, day in (("since", FIRST), ("until", LAST))
    )
    return Spell(row["code"], first, last)
