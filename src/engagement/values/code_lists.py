"""The lists of codes and terms that come with the library as tables."""

from __future__ import annotations

import csv
from functools import cache
from importlib import resources

__all__ = ["rows_of"]


@cache
def rows_of(name: str) -> tuple[dict[str, str], ...]:
    """Return the rows of a list, each as texts by column."""
    file = resources.files("engagement") / "data" / f"{name}.csv"
    return tuple(csv.DictReader(file.read_text(encoding="utf-8").splitlines()))
