"""What holds for every test: no window opens, and the same code gets the same verdict."""

from __future__ import annotations

import os
import random
import shutil
import sys
import time
import warnings
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, settings

os.environ["MPLBACKEND"] = "Agg"

collect_ignore = ["typing"]  # type-checked, not run

# how long examples take depends on the machine, and on what else it does
UNTIMED = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
# what is seldom found by chance would be judged by the first few examples
PATIENT = {
    "deadline": None,
    "suppress_health_check": [HealthCheck.too_slow, HealthCheck.filter_too_much],
}
# `pytest --hypothesis-profile=search` looks further, by other examples each time
settings.register_profile("steady", **UNTIMED, derandomize=True)
settings.register_profile("search", **UNTIMED, max_examples=2000, print_blob=True)
# `nox -s fresh` runs this one, with a seed of its own each time
settings.register_profile("fresh", **PATIENT, max_examples=150, print_blob=True)
# `--hypothesis-profile=few` for where the same code was tried at length before
settings.register_profile("few", **PATIENT, derandomize=True, max_examples=20)
settings.load_profile("steady")

BEGAN = pytest.StashKey()
"""When the first test began."""


def pytest_addoption(parser):
    """Let properties alone be run, for a stated time."""
    group = parser.getgroup("properties")
    group.addoption(
        "--only-properties", action="store_true", help="run property tests alone, in random order"
    )
    group.addoption("--seconds", type=float, help="begin no further test after so many seconds")


def pytest_configure(config):
    """Let the time begin with the first test, so that one is run however long the start takes."""
    config.stash[BEGAN] = None


def pytest_collection_modifyitems(config, items):
    """Keep properties, those foremost first, in an order that else follows from the seed."""
    if config.getoption("--only-properties"):
        kept = [item for item in items if getattr(item.obj, "is_hypothesis_test", False)]
        config.hook.pytest_deselected(items=[item for item in items if item not in set(kept)])
        random.Random(config.getoption("--hypothesis-seed")).shuffle(kept)  # noqa: S311
        kept.sort(key=lambda item: item.get_closest_marker("foremost") is None)
        items[:] = kept


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item):
    """Begin no test when the time is over."""
    seconds, stash = item.config.getoption("--seconds"), item.config.stash
    if stash[BEGAN] is None:
        stash[BEGAN] = time.monotonic()
    elif seconds is not None and time.monotonic() - stash[BEGAN] > seconds:
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


@pytest.fixture(scope="session")
def spark():
    """Start Spark; without it or Java, skip, but not in continuous integration."""
    missing = [
        name
        for name, is_there in (
            ("Java", shutil.which("java") or os.environ.get("JAVA_HOME")),
            ("the extra spark", find_spec("pyspark")),
        )
        if not is_there
    ]
    if missing:
        if os.environ.get("CI"):
            pytest.fail(f"continuous integration is to test Spark, but lacks {missing}")
        pytest.skip(f"Spark needs {' and '.join(missing)}, which is not installed")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of what Spark says about versions of pandas
        from pyspark.sql import SparkSession

        os.environ["PYSPARK_PYTHON"] = sys.executable  # of the workers
        settings = {
            "spark.ui.enabled": "false",
            "spark.sql.shuffle.partitions": "1",
            "spark.default.parallelism": "1",
            "spark.driver.host": "127.0.0.1",
            "spark.driver.bindAddress": "127.0.0.1",
            "spark.sql.session.timeZone": "UTC",
        }
        builder = SparkSession.builder.master("local[1]").appName("engagement")
        for name, value in settings.items():
            builder = builder.config(name, value)
        session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    yield session
    session.stop()
