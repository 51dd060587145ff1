"""What is said beside a change of how often such intervals hold the truth."""

import csv
import runpy
from importlib.resources import files
from pathlib import Path

import pandas as pd
import pytest
from attrs import evolve

import engagement as eg
from engagement.changes.detect.interval_coverage import measured_coverage

BENCHMARKS = Path(__file__).parents[3] / "benchmarks"


def test_the_table_is_that_of_the_simulations():
    """The library tells what the kept measurements sum up to, and nothing else."""
    script = runpy.run_path(str(BENCHMARKS / "interval_coverage.py"))
    path = files("engagement") / "data" / "interval_coverage.csv"

    with path.open(encoding="utf-8", newline="") as file:
        kept = list(csv.DictReader(file))

    made = script["summed"](pd.read_csv(BENCHMARKS / "coverage.csv"))
    assert kept == [{name: str(value) for name, value in row.items()} for row in made]


@pytest.mark.parametrize(
    ("n_periods", "dispersion", "dependence", "told"),
    [
        (28, 1.0, 0.0, (28, "Poisson counts")),
        (40, 1.9, 0.1, (28, "counts whose variance is twice their mean")),
        (20, 5.0, 0.0, (28, "counts whose variance is four times their mean")),
        (30, 1.2, 0.3, (28, "counts that depend on their neighbours")),
        (8, 1.0, 0.0, None),
        (28, 30.0, 0.0, None),
        (5000, 1.0, 0.0, None),
    ],
)
def test_the_nearest_simulations_are_told(n_periods, dispersion, dependence, told):
    """Those of the nearest length and dispersion, or none where a series is unlike all of them."""
    found = measured_coverage(n_periods, dispersion, dependence)

    assert (found and (found.periods, found.counts)) == told
    if found:
        assert 0.5 < found.date <= 1
        assert 0.5 < found.ratio <= 1


def test_a_change_tells_it_at_the_level_that_was_measured():
    """Nothing is said of intervals at another level."""
    counts = [1, 0, 2, 1, 1, 0, 1, 2, 1, 0, 1, 1, 6, 8, 5, 7, 9, 6, 8, 7, 6, 9, 5, 8]
    (change,) = eg.detect_changes(eg.CountSeries.from_arrays(counts, range(1990, 2014)))

    assert change.measured.periods == 28
    assert f"{change.measured.date:.0%}" in str(change.measured)
    assert evolve(change, level=0.9).measured is None
