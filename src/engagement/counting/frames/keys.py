"""Several small whole numbers as one, which an engine groups by faster than by each."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen

if TYPE_CHECKING:
    from collections.abc import Sequence

    import narwhals as nw
    from numpy.typing import NDArray

__all__ = ["Digit", "pack", "split_digits", "unpack"]

MOST = 2**40
"""Numbers are packed as long as there are not more of them in all."""


@frozen(eq=False)
class Digit:
    """A number that is to be packed with others."""

    name: str
    """What it numbers."""
    values: Any
    """Whole numbers from 0, or nothing: an expression of narwhals."""
    size: int
    """How many different ones there can be."""


def split_digits(digits: Sequence[Digit]) -> tuple[list[Digit], list[Digit]]:
    """Say which digits can be packed into one number, and which cannot."""
    kept: list[Digit] = []
    rest: list[Digit] = []
    total = 1
    for digit in digits:
        if total * (digit.size + 1) < MOST:
            total *= digit.size + 1
            kept.append(digit)
        else:
            rest.append(digit)
    return kept, rest


def pack(digits: Sequence[Digit]) -> nw.Expr:
    """Write digits as one number; nothing is the lowest value of a digit."""
    import narwhals as nw

    total = prod(digit.size + 1 for digit in digits)
    number = nw.Int32 if total < 2**31 else nw.Int64  # the shorter is grouped by faster
    packed: nw.Expr = nw.lit(0).cast(number)
    stride = 1
    for digit in digits:
        packed += (digit.values.cast(number).fill_null(-1) + 1) * nw.lit(stride).cast(number)
        stride *= digit.size + 1
    return packed


def unpack(numbers: NDArray[np.int64], digits: Sequence[Digit]) -> dict[str, NDArray[np.int64]]:
    """Take digits out of numbers by name; -1 stands for nothing."""
    found = {}
    for digit in digits:
        numbers, value = np.divmod(numbers, digit.size + 1)
        found[digit.name] = value - 1
    return found
