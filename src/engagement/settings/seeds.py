"""Where random numbers come from: a generator or a seed of the caller's, else a fixed seed."""

from __future__ import annotations

from enum import IntEnum
from numbers import Integral
from typing import TYPE_CHECKING
from zlib import crc32

import numpy as np

from engagement.errors import SettingError, shown

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Stream", "read_generator", "read_seed", "series_generator", "stream_generator"]

_MOST = 2**128
"""A seed is below this: the size of numpy's own pool of entropy."""


class Stream(IntEnum):
    """
    What random numbers are drawn for; no two uses share them under one seed.

    The numbers are part of the answers: a use that got another one would draw others.
    """

    SCAN = 0
    """Counts permuted in the test for any change."""
    DATING = 1
    """Paths by which changes are dated."""
    RATIOS = 7
    """Counts before and after, permuted again for the ratio of a claim."""
    DISPERSION = 11
    """Totals permuted again over periods, for the test of overdispersion."""
    WEIGHTS = 13
    """Bootstraps of sums of weights."""
    SHIFTS = 14
    """Shifts of effects against causes."""
    REGULARITY = 15
    """Days of events that do not recur regularly."""
    COMPOSITION = 31
    """Labels permuted again over dates."""
    TOPICS = 33
    """Two topics permuted again over dates."""
    MENTIONS = 35
    """Bootstraps of shares of topics."""


def read_generator(rng: object) -> np.random.Generator:
    """Return a generator from what a caller passes."""
    return rng if isinstance(rng, np.random.Generator) else np.random.default_rng(read_seed(rng))


def read_seed(rng: object) -> int:
    """
    Return a seed from what a caller passes; a generator gives one, and moves on.

    Examples
    --------
    >>> read_seed(None), read_seed(7)
    (0, 7)
    """
    if rng is None:
        return 0
    if isinstance(rng, np.random.Generator):
        return int(rng.integers(2**63))
    if isinstance(rng, bool) or not isinstance(rng, Integral) or rng < 0:
        raise SettingError(
            "rng must be a numpy Generator, a whole number of at least 0, or None, "
            f"got {shown(rng)}"
        )
    if int(rng) >= _MOST:
        raise SettingError(f"rng must be a seed below 2**128, got {shown(rng)}")
    return int(rng)


def stream_generator(seed: int, stream: Stream, *more: int) -> np.random.Generator:
    """
    Return the generator that belongs to a seed and a use.

    Further numbers distinguish several generators of one use.
    """
    return np.random.default_rng([seed, int(stream), *more])


def series_generator(seed: int, counts: NDArray[np.float64], stream: Stream) -> np.random.Generator:
    """
    Return the generator that belongs to a seed and the counts of a series.

    Thus a series gets the same answer alone and in any panel, in any order and under any
    name, while the draws for different series of a panel have nothing to do with each other.
    """
    return stream_generator(seed, stream, crc32(counts.tobytes()))
