"""P-values of several tests, as permutation tests give them: ties and borders included."""

import numpy as np
from hypothesis import strategies as st

__all__ = ["p_values"]


def p_values():
    """Draw an array of one p-value or more, many of them equal or on the border of a rule."""
    fractions = st.integers(1, 400).map(lambda rank: rank / 400)
    return st.lists(fractions | st.floats(0, 1), min_size=1, max_size=40).map(np.array)
