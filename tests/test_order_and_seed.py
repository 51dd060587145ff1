"""An answer is a function of the set of observed series, not of their order nor of a seed."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from engagement import (
    Counts,
    CountSeries,
    detect_changes,
    estimate_rate,
    fit_trend,
    scan_test,
    shared_changes,
)

pytestmark = pytest.mark.foremost

YEARS = range(1998, 2018)


def made(seed):
    """Draw counts of six series, some of which change, with runs and years that nobody observed."""
    rng = np.random.default_rng(seed)
    rates = rng.choice([0.5, 1.5, 3.0], size=(6, 2)).repeat(10, axis=1)
    counts = rng.poisson(rates * rng.gamma(1, size=(6, 10)).repeat(2, axis=1)).astype(float)
    counts[0, :3] = np.nan
    counts[3, 7] = np.nan
    return {f"S{number}": row for number, row in enumerate(counts)}


def panel(rows):
    """Make a table of counts of rows by label, in their order."""
    frame = pd.DataFrame(
        [
            (label, year, count, float(not np.isnan(count)))
            for label, row in rows.items()
            for year, count in zip(YEARS, row, strict=True)
        ],
        columns=["country", "period", "count", "exposure"],
    )
    return Counts.from_frame(
        frame, period="period", by="country", count="count", exposure="exposure", freq="Y"
    )


def known_frame(frame, silent=("A", "Z")):
    """Leave out the rows of series that were never observed."""
    column = "country" if "country" in frame else None
    labels = frame[column] if column else frame.index.astype(str)
    return frame[[label not in silent for label in labels]]


def changes(**asked):
    """Give what `detect_changes` says of each series, and of their dispersions."""

    def answer(counts):
        found = detect_changes(counts, **asked)
        frame = found.to_frame().set_index("country")
        for verdict in found.verdicts:
            frame.loc[verdict.label, "told"] = str((verdict.dispersion, verdict.n_draws))
        return frame

    return answer


ANSWERS = {
    **{null: changes(null=null) for null in ("robust", "permutation", "poisson")},
    "borrowing": changes(borrow=True),
    "rates": lambda counts: estimate_rate(counts).to_frame().set_index("country"),
    "shared": lambda counts: shared_changes(counts).to_frame(),
    "trend": lambda counts: pd.DataFrame(fit_trend(counts, "country").to_frame()),
}


@pytest.mark.parametrize("name", ANSWERS)
@settings(max_examples=3, deadline=None, phases=[Phase.generate])
@given(seed=st.integers(0, 10**6), order=st.permutations(range(6)))
def test_order_and_silence_change_nothing(name, seed, order):
    """Series and rows in another order, and series that were never observed among them."""
    rows = made(seed)
    labels = list(rows)
    silent = np.full(len(YEARS), np.nan)
    other = {"A": silent} | {labels[place]: rows[labels[place]] for place in order} | {"Z": silent}

    before, after = ANSWERS[name](panel(rows)), ANSWERS[name](panel(other))

    kept, known = known_frame(before), known_frame(after)
    by = ["change", "country"] if "change" in kept else None
    kept, known = (
        frame.sort_values(by, ignore_index=True) if by else frame.sort_index()
        for frame in (kept, known)
    )
    pd.testing.assert_frame_equal(known, kept, check_exact=True)


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_seeds_agree_within_the_error_that_is_stated(seed):
    """P-values of two seeds differ by what both answers say of their Monte Carlo error."""
    counts = made(seed)["S1"]
    series = CountSeries.from_arrays(counts, YEARS)
    one, other = (scan_test(series, n_draws=999, rng=number) for number in (seed, seed + 1))

    error = (one.p_error**2 + other.p_error**2) ** 0.5
    assert abs(one.p_value - other.p_value) <= 5 * error + 0.002
