"""Counting of frames on Spark, in local mode and one session for all tests."""

import os
import shutil
import warnings
from importlib.util import find_spec

import pytest
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as limits
from hypothesis import strategies as st

from engagement.counting.counting import count_events
from engagement.counting.frames.source import EventFrame
from frame_engines import assert_same
from strategies.counting import axes, logs
from strategies.counting import settings as choices
from strategies.frames import arrow_table

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
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
            pytest.fail(f"continuous integration is to count on Spark, but lacks {missing}")
        pytest.skip(f"counting on Spark needs {' and '.join(missing)}, which is not installed")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of what Spark says about versions of pandas
        from pyspark.sql import SparkSession

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


def spark_frame(session, table):
    """Bring a table of Arrow to Spark."""
    schema = ", ".join(
        f"{field.name} {'array<string>' if 'list' in str(field.type) else 'string'}"
        for field in table.schema
    )
    return session.createDataFrame([tuple(row.values()) for row in table.to_pylist()], schema)


@limits(
    max_examples=5,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(logs(max_size=25), choices(by=axes(3)), st.tuples(st.booleans(), st.booleans()))
def test_frame_of_spark_counts_as_the_log(spark, log, chosen, how):
    """A frame of Spark counts as the log that is read from it, with every setting."""
    as_lists, canonical = how
    frame = spark_frame(spark, arrow_table(log.to_frame(), as_lists=as_lists))
    source = EventFrame(frame, coverage=log.coverage, canonical=canonical)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        counts = count_events(source, **chosen, rng=1)

    assert_same(counts, count_events(log, **chosen, rng=1))
