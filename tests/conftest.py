"""What holds for every test: no window opens, and the same code gets the same verdict."""

from __future__ import annotations

import os
import random
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, settings

os.environ["MPLBACKEND"] = "Agg"

collect_ignore = ["typing"]  # type-checked, not run

# `pytest --hypothesis-profile=search` looks further, by other examples each time
settings.register_profile("steady", deadline=None, derandomize=True)
settings.register_profile("search", deadline=None, max_examples=2000, print_blob=True)
# `nox -s fresh` runs this one, with a seed of its own each time
settings.register_profile(
    "fresh",
    deadline=None,
    max_examples=150,
    print_blob=True,
    suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow],
)
# `--hypothesis-profile=few` for where the same code was tried at length before
settings.register_profile(
    "few",
    deadline=None,
    derandomize=True,
    max_examples=20,
    suppress_health_check=[HealthCheck.filter_too_much],  # judged by the first few examples
)
settings.load_profile("steady")

BEGAN = time.monotonic()


def pytest_addoption(parser):
    """Let properties alone be run, for a stated time."""
    group = parser.getgroup("properties")
    group.addoption(
        "--only-properties", action="store_true", help="run property tests alone, in random order"
    )
    group.addoption("--seconds", type=float, help="begin no further test after so many seconds")


def pytest_collection_modifyitems(config, items):
    """Keep properties, in an order that follows from the seed."""
    if config.getoption("--only-properties"):
        kept = [item for item in items if getattr(item.obj, "is_hypothesis_test", False)]
        config.hook.pytest_deselected(items=[item for item in items if item not in set(kept)])
        random.Random(config.getoption("--hypothesis-seed")).shuffle(kept)  # noqa: S311
        items[:] = kept


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item):
    """Begin no test when the time is over."""
    seconds = item.config.getoption("--seconds")
    if seconds is not None and time.monotonic() - BEGAN > seconds:
        pytest.skip("the time is over")


@pytest.fixture(autouse=True, scope="session")
def last_day_of_all():
    """Let every date lie in the past, whenever tests are run."""
    with patch("engagement.values.today._now", lambda: datetime(9999, 12, 30, tzinfo=UTC)):
        yield


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
