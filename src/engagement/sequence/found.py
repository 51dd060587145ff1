"""What answers about several series have in common: look-up, table and text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

import pandas as pd

from engagement.settings.checks import read_choice

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

__all__ = ["NOT_STATED", "FoundBySeries", "frame_of", "in_words"]

NOT_STATED = "coverage is not stated: taken as first to last event's month"
"""What is said where spans rest on the events alone."""

_TEXTS = ("series", "verdict")


class Labelled(Protocol):
    """What was found of one series."""

    @property
    def label(self) -> str:
        """The country, or what stands for all."""


S = TypeVar("S", bound=Labelled)


class FoundBySeries(Generic[S]):
    """
    An answer that holds what was found of each of several series.

    Iterating gives that of each series; ``len`` is their number.
    """

    __slots__ = ()
    found: tuple[S, ...]

    @property
    def rows(self) -> tuple[S, ...]:
        """All that stands in a row of the tables; that of each series."""
        return self.found

    def __len__(self) -> int:
        """Return the number of series."""
        return len(self.found)

    def __iter__(self) -> Iterator[S]:
        """Yield what was found of each series."""
        return iter(self.found)

    def __getitem__(self, wanted: int | str) -> S:
        """
        Return what was found at a place, or for a country.

        Raises
        ------
        SettingError
            If there is no such country.
        """
        if not isinstance(wanted, str):
            return self.found[wanted]
        return read_choice("series", wanted, {one.label: one for one in self.rows})


def frame_of(rows: Sequence[Labelled], names: Sequence[str]) -> pd.DataFrame:
    """Return a row a series: its label as ``series``, and the attributes *names*."""
    columns = ["series", *names]
    values = [[row.label, *(getattr(row, name) for name in names)] for row in rows]
    frame = pd.DataFrame(values, columns=columns)
    return frame.astype({name: "str" for name in _TEXTS if name in columns})


def in_words(asked: Sequence[str], rows: Sequence[Mapping[str, Any]], notes: Sequence[str]) -> str:
    """Return what was asked, a table and what the reader should know, as plain text."""
    table = pd.DataFrame(rows).to_string(index=False) if rows else "no series"
    return "\n".join([*asked, "", table, "", *notes])
