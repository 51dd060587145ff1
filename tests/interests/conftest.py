"""What several tests of interests look at."""

import pytest

import engagement as eg


@pytest.fixture(scope="session")
def meetings():
    """Give the bilateral meetings of the bundled data."""
    log = eg.load_dataset("china-central-asia")
    return log.where(channel="bilateral", activity="meeting", since="1993", until="2020")
