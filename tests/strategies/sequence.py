"""Monthly series of causes and effects, and days of events within spans."""

import numpy as np
from hypothesis import strategies as st

rarely = st.sampled_from([0, 0, 0, 1, 2])


@st.composite
def months(draw, min_years=2, max_years=5, n_series=1):
    """Causes and effects of some series, shape ``(n_series, n_months)`` each."""
    n_months = 12 * draw(st.integers(min_years, max_years))
    rows = [
        draw(st.lists(rarely, min_size=n_months, max_size=n_months)) for _ in range(2 * n_series)
    ]
    causes, effects = np.split(np.array(rows, dtype=np.float64), 2)
    return causes, effects


@st.composite
def risks(draw, n_series=3, max_size=40):
    """Which periods of some series are at risk."""
    size = draw(st.integers(1, max_size))
    rows = [
        draw(st.lists(st.sampled_from([True, True, True, False]), min_size=size, max_size=size))
        for _ in range(n_series)
    ]
    return np.array(rows, dtype=bool)


@st.composite
def day_sets(draw):
    """Days with events, and spans that were observed, apart from one another."""
    edges = sorted(draw(st.sets(st.integers(0, 60), min_size=2, max_size=6)))
    edges = edges[: len(edges) // 2 * 2]
    spans = tuple(zip(edges[::2], edges[1::2], strict=True))
    inside = [day for start, end in spans for day in range(start, end)]
    days = sorted(draw(st.lists(st.sampled_from(inside), max_size=10)))
    return np.array(days, dtype=np.int64), spans
