"""Counts and exposures in rows, of every kind that is hard on arithmetic."""

import numpy as np
from hypothesis import strategies as st

EXPOSURES = {
    "even": lambda rng, size: np.ones(size),
    "uneven": lambda rng, size: rng.uniform(0.2, 5, size),
    "quarters": lambda rng, size: rng.choice([0.25, 0.5, 1.0], size),
    "six decades": lambda rng, size: 10.0 ** rng.uniform(-3, 3, size),
    "sixteen decades": lambda rng, size: 10.0 ** rng.uniform(-8, 8, size),
    "eighty decades": lambda rng, size: 10.0 ** rng.uniform(-40, 40, size),
    "mixed": lambda rng, size: rng.choice([1e-6, 1.0, 2.0, 1e6], size),
    "rising": lambda rng, size: np.sort(10.0 ** rng.uniform(-5, 5, size)),
    "falling": lambda rng, size: -np.sort(-(10.0 ** rng.uniform(-5, 5, size))),
}


def steps(rng, size):
    """Draw rates that stay for up to nine periods."""
    rates = np.repeat(10.0 ** rng.uniform(-1.5, 2.5, 8), rng.integers(1, 10, 8))
    return np.resize(rates, size)


def one_huge(rng, exposures):
    """Draw small counts, one of them huge."""
    counts = rng.poisson(1.0, len(exposures))
    counts[rng.integers(len(exposures))] = 10 ** int(rng.integers(3, 13))
    return counts


COUNTS = {
    "steps": lambda rng, e: rng.poisson(steps(rng, len(e))),
    "rates": lambda rng, e: rng.poisson(np.minimum(steps(rng, len(e)) * e, 1e9)),
    "small": lambda rng, e: rng.integers(0, 3, len(e)),
    "rare": lambda rng, e: rng.poisson(0.15, len(e)),
    "gaps": lambda rng, e: rng.poisson(steps(rng, len(e))) * (rng.random(len(e)) < 0.4),
    "one huge": one_huge,
    "trend": lambda rng, e: np.arange(len(e)),
    "nine decades": lambda rng, e: np.floor(10.0 ** rng.uniform(0, 9, len(e))),
    "none": lambda rng, e: np.zeros(len(e)),
}


def draw_row(rng, size, exposures="even", counts="steps"):
    """Draw counts and exposures of the kinds named."""
    years = EXPOSURES[exposures](rng, size)
    return np.asarray(COUNTS[counts](rng, years), dtype=float), years


few = st.integers(0, 6)
any_count = few | st.just(0) | st.sampled_from([40, 1000, 10**7, 10**12])
some_exposures = [
    st.just(1.0),
    st.sampled_from([1.0, 0.5, 0.25, 3.0]),
    st.sampled_from([1e-6, 1e-3, 1.0, 1e3, 1e6]),
    st.sampled_from([1e-40, 1e-20, 1.0, 1.5, 1e20, 1e40]),
    st.floats(0.01, 100),
]


@st.composite
def count_rows(draw, least=1, most=12, counts=any_count):
    """Counts and exposures of any kind."""
    size = draw(st.integers(least, most))
    exposures = draw(st.sampled_from(some_exposures))
    return (
        np.array(draw(st.lists(counts, min_size=size, max_size=size)), dtype=float),
        np.array(draw(st.lists(exposures, min_size=size, max_size=size))),
    )


def row_penalties(rng, counts):
    """Draw a penalty: none, tiny, usual, or large for these counts."""
    usual = 1.5 * np.log(max(len(counts), 2))
    large = 1e-3 * max(float(np.sum(counts)), 1.0)
    return float(rng.choice([0.0, 1e-9, 0.3, 1.0, usual, 5.0, rng.exponential(10.0), large]))
