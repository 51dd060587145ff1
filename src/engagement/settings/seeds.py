"""Where random numbers come from: a generator or a seed of the caller's, else a fixed seed."""

from __future__ import annotations

from numbers import Integral
from typing import TYPE_CHECKING
from zlib import crc32

import numpy as np

from engagement.errors import SettingError

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["read_generator", "read_seed", "series_generator"]


def read_generator(rng: object) -> np.random.Generator:
    """
    Return a generator from what a caller passes.

    Raises
    ------
    SettingError
        If *rng* is neither a generator, nor a whole number of at least 0, nor None.
    """
    return rng if isinstance(rng, np.random.Generator) else np.random.default_rng(read_seed(rng))


def read_seed(rng: object) -> int:
    """
    Return a seed from what a caller passes; a generator gives one, and moves on.

    Raises
    ------
    SettingError
        If *rng* is neither a generator, nor a whole number of at least 0, nor None.

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
            f"rng must be a numpy Generator, a whole number of at least 0, or None, got {rng!r}"
        )
    return int(rng)


def series_generator(seed: int, counts: NDArray[np.float64], stream: int) -> np.random.Generator:
    """
    Return the generator that belongs to a seed and the counts of a series.

    Thus a series gets the same answer alone and in any panel, in any order and under any
    name, while the draws for different series of a panel have nothing to do with each other.

    Parameters
    ----------
    seed
        The caller's.
    counts
        Events in the observed periods.
    stream
        What the numbers are for: uses that must not share them have different ones.
    """
    return np.random.default_rng([seed, stream, crc32(counts.tobytes())])
