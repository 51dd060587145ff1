"""The data sets that come with the library."""

import re

import pytest

from engagement.errors import DataError
from engagement.files.datasets import DATASETS, load_dataset
from engagement.files.event_files import read_events, write_events
from engagement.log.eventlog import EventLog
from engagement.values.vocabulary import Status


@pytest.mark.parametrize("name", DATASETS)
def test_data_set_is_a_log_with_coverage_and_sources(name):
    """Each data set states its coverage, and each event its place in a source."""
    log = load_dataset(name)

    assert isinstance(log, EventLog)
    assert len(log) > 0
    assert log.coverage.is_stated
    assert all(event.sources and event.sources[0].where for event in log)
    assert all(event.id for event in log)
    assert {event.status for event in log} <= {Status.RECORDED, Status.PLANNED}


@pytest.mark.parametrize("name", DATASETS)
@pytest.mark.parametrize("suffix", [".csv", ".json", ".parquet"])
def test_data_set_survives_every_format(tmp_path, name, suffix):
    """The real records come back from every format and from a data frame."""
    log = load_dataset(name)
    path = tmp_path / f"events{suffix}"

    write_events(log, path)

    assert read_events(path) == log
    assert EventLog.from_frame(log.to_frame()).events == log.events


def test_default_is_the_seed_data_set():
    """Without a name the seed data set is loaded."""
    assert load_dataset() == load_dataset("china-central-asia")


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("china-central-asian", "Did you mean 'china-central-asia'?"),
        ("../secret", "unknown data set '../secret'; there is 'china-central-asia'"),
        (None, "unknown data set None"),
        (5, "unknown data set 5"),
        (["china-central-asia"], "unknown data set ['china-central-asia']"),
    ],
)
def test_unknown_data_set_is_told(name, message):
    """A name that is none is told with the names that are, and is never a path."""
    with pytest.raises(DataError, match=re.escape(message)) as caught:
        load_dataset(name)
    assert isinstance(caught.value, LookupError)
