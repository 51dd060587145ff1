"""A column of labels as numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

__all__ = ["CodedColumn"]


@frozen(eq=False)
class CodedColumn:
    """A column as numbers, and what they mean; -1 is the last meaning, that of nothing."""

    codes: NDArray[np.int64]
    """By row."""
    meanings: list[Any]
    """By number."""

    def take(self, places: NDArray[np.int64]) -> CodedColumn:
        """Return the column at some places."""
        return CodedColumn(self.codes[places], self.meanings)
