"""Merged cells of a sheet: all of a block show what its first cell holds."""

from __future__ import annotations

import re
from collections import deque
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import frozen

from engagement.errors import FormatError

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Block", "Blocks", "find_blocks"]

V = TypeVar("V")

_END = rb"\$?([A-Z]{1,3})\$?(\d{1,7})"
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\s[^>]*?\bref=[\"']" + _END + b":" + _END + rb"[\"']")
_MOST_COLUMNS = 2**14


@frozen
class Block:
    """A block of merged cells; rows and columns are counted from 1, the last included."""

    top: int
    left: int
    bottom: int
    right: int


def find_blocks(sheet: bytes) -> list[Block]:
    """
    Find the merged blocks in the text of a sheet.

    Examples
    --------
    >>> find_blocks(b'<mergeCells count="1"><mergeCell ref="B2:AA3"/></mergeCells>')
    [Block(top=2, left=2, bottom=3, right=27)]
    >>> find_blocks(b"<x:mergeCell ref='$A$1:$A$4'/>")
    [Block(top=1, left=1, bottom=4, right=1)]
    """
    found = []
    for left, top, right, bottom in _MERGED.findall(sheet):
        columns = sorted((_place(left), _place(right)))
        rows = sorted((int(top), int(bottom)))
        if rows[0] >= 1:
            found.append(Block(rows[0], columns[0], rows[1], columns[1]))
    return found


def _place(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


class Blocks:
    """
    Fills the rows of a sheet, given from the top, as it shows them.

    Parameters
    ----------
    blocks
        Merged blocks.
    name
        Of the file, for errors.
    """

    def __init__(self, blocks: Iterable[Block], name: str) -> None:
        self._waiting = deque(sorted(blocks, key=lambda block: block.top))
        self._name = name
        self._begun: list[tuple[Block, Any]] = []

    @property
    def n_begun(self) -> int:
        """Number of blocks that the row last filled has."""
        return len(self._begun)

    def fill(self, number: int, cells: list[V], *, width: int | None, empty: V) -> list[V]:
        """
        Put the value of each block into all of its cells in one row.

        Parameters
        ----------
        number
            Of the row; none may be left out.
        cells
            Those of the row.
        width
            How many columns the table has, beyond which no row is filled; ``None`` for any.
        empty
            What stands in a cell that is not stored.

        Raises
        ------
        FormatError
            If blocks overlap, which in no sheet they do.
        """
        self._begun = [begun for begun in self._begun if begun[0].bottom >= number]
        while self._waiting and self._waiting[0].top <= number:
            block = self._waiting.popleft()
            first = cells[block.left - 1] if block.left <= len(cells) else empty
            self._begun.append((block, first))
        if not self._begun:
            return cells
        if sum(block.right - block.left + 1 for block, _ in self._begun) > _MOST_COLUMNS:
            raise FormatError(f"{self._name}: row {number} has merged cells that overlap")
        last = max((block.right for block, value in self._begun if value != empty), default=0)
        size = max(len(cells), last if width is None else min(last, width))
        filled = [*cells, *[empty] * (size - len(cells))]
        for block, value in self._begun:
            for place in range(block.left - 1, min(block.right, size)):
                filled[place] = value
        return filled
