"""Numbers that are held in a file are those that were put there."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from engagement.sources import spill
from engagement.sources.spill import Spill


@given(sizes=st.lists(st.integers(0, 40), max_size=12), in_memory=st.integers(0, 400))
def test_numbers_come_back_from_memory_and_file(sizes, in_memory):
    """Numbers of any type come back as they were, in any order, whether in memory or in a file."""
    rng = np.random.default_rng(len(sizes))
    kinds = (np.int64, np.int32, np.uint8)
    given_ = [rng.integers(0, 99, size).astype(kinds[size % 3]) for size in sizes]
    held = Spill()
    before = spill.IN_MEMORY
    try:
        spill.IN_MEMORY = in_memory
        spilled = [held.hold(numbers) for numbers in given_]
    finally:
        spill.IN_MEMORY = before

    for one, numbers in reversed(list(zip(spilled, given_, strict=True))):
        assert len(one) == len(numbers)
        assert one.array().dtype == numbers.dtype
        assert np.array_equal(one.array(), numbers)
