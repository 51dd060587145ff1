"""What holds for every test: no window opens, and the same code gets the same verdict."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

os.environ["MPLBACKEND"] = "Agg"

collect_ignore = ["typing"]  # type-checked, not run

# `pytest --hypothesis-profile=search` looks further, by other examples each time
settings.register_profile("steady", deadline=None, derandomize=True)
settings.register_profile("search", deadline=None, max_examples=2000, print_blob=True)
# `--hypothesis-profile=few` for where the same code was tried at length before
settings.register_profile(
    "few",
    deadline=None,
    derandomize=True,
    max_examples=20,
    suppress_health_check=[HealthCheck.filter_too_much],  # judged by the first few examples
)
settings.load_profile("steady")


@pytest.fixture(autouse=True)
def closed_figures():
    """Close the figures that a test draws."""
    yield
    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close("all")


@pytest.fixture(params=["on arrays", "compiled"])
def way(request, monkeypatch):
    """Work in either of both ways, whatever the length of a series."""
    from engagement import compiling

    monkeypatch.setattr(compiling, "LONG", 2 if request.param == "compiled" else 10**9)


@pytest.fixture(scope="session")
def coal():
    """Give yearly coal-mining disasters, 1851 to 1962."""
    import pandas as pd

    from engagement.counting.series import CountSeries

    table = pd.read_csv(Path(__file__).parent / "data" / "coal_yearly.csv")
    return CountSeries.from_arrays(table["count"], table["year"].tolist(), name="disasters")
