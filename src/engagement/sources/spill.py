"""Numbers of many rows, held in a temporary file until they are asked for."""

from __future__ import annotations

from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Any
from weakref import finalize

import numpy as np
from attrs import define, frozen

if TYPE_CHECKING:
    from io import FileIO

    from numpy.typing import NDArray

__all__ = ["Spill", "Spilled"]

IN_MEMORY = 2**24
"""Bytes that are held in memory before the file is made."""


@define(eq=False)
class Spill:
    """Holds numbers, the later ones in a file that is gone when nothing refers to it."""

    _file: FileIO | None = None
    _in_memory: int = 0
    _in_file: int = 0

    def hold(self, numbers: NDArray[Any]) -> Spilled:
        """Take numbers, which are not to be changed afterwards."""
        if self._in_memory + numbers.nbytes <= IN_MEMORY:
            self._in_memory += numbers.nbytes
            return Spilled(len(numbers), numbers)
        if self._file is None:
            self._file = TemporaryFile(buffering=0)  # noqa: SIM115 - closed with this object
            finalize(self, self._file.close)
        offset = self._file.seek(self._in_file)
        self._in_file += self._file.write(numbers.tobytes())
        return Spilled(len(numbers), numbers.dtype, self, offset)

    def read(self, size: int, kind: np.dtype[Any], offset: int) -> NDArray[Any]:
        """Give numbers from the file."""
        assert self._file is not None  # noqa: S101 - or else nothing was put there
        self._file.seek(offset)
        return np.frombuffer(self._file.read(size * kind.itemsize), kind)


@frozen(eq=False)
class Spilled:
    """Numbers that may be in a file."""

    size: int
    """How many they are."""
    _held: Any
    """They themselves, or their type."""
    _spill: Spill | None = None
    _offset: int = 0

    def __len__(self) -> int:
        """Return how many they are."""
        return self.size

    def array(self) -> NDArray[Any]:
        """Give the numbers, read from the file where they are there."""
        if self._spill is not None:
            return self._spill.read(self.size, self._held, self._offset)
        found: NDArray[Any] = self._held
        return found
