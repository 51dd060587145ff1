"""Counting of frames on Spark, in local mode and one session for all tests."""

import warnings

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


def spark_frame(session, table):
    """Bring a table of Arrow to Spark."""
    schema = ", ".join(
        f"`{field.name}` {'array<string>' if 'list' in str(field.type) else 'string'}"
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
