"""Where random numbers come from."""

from __future__ import annotations

import numpy as np
import pytest

from engagement.errors import SettingError
from engagement.settings.seeds import Stream, read_seed, series_generator, stream_generator


def test_streams_have_numbers_of_their_own():
    """No two uses have one number; other numbers than these would give other answers."""
    assert dict(Stream.__members__) == {
        "SCAN": 0,
        "DATING": 1,
        "RATIOS": 7,
        "DISPERSION": 11,
        "WEIGHTS": 13,
        "SHIFTS": 14,
        "REGULARITY": 15,
        "COMPOSITION": 31,
        "TOPICS": 33,
        "MENTIONS": 35,
    }
    assert len(set(Stream)) == len(Stream.__members__)


def test_streams_differ_under_one_seed():
    """Two uses draw other numbers, and each the same again."""
    draws = {stream: stream_generator(7, stream).random() for stream in Stream}

    assert len(set(draws.values())) == len(Stream)
    assert draws[Stream.SCAN] == stream_generator(7, Stream.SCAN).random()


def test_a_series_has_its_own_numbers():
    """They follow from the counts, so that other counts have others."""
    one, other = np.array([1.0, 2.0]), np.array([2.0, 1.0])

    first, second, again = (
        series_generator(0, counts, Stream.SCAN).random() for counts in (one, other, one)
    )

    assert first == again != second


@pytest.mark.parametrize("seed", [-1, True, "7", 1.0, None.__class__, np.array([1]), 2**128])
def test_what_is_no_seed(seed):
    """A seed is a whole number, a generator or None."""
    with pytest.raises(SettingError, match="rng must be"):
        read_seed(seed)


def test_a_generator_gives_a_seed_and_moves_on():
    """Two answers from one generator differ."""
    rng = np.random.default_rng(1)

    assert read_seed(rng) != read_seed(rng)
