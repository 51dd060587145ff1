"""What several tests of intensity look at."""

import pytest

import engagement as eg


@pytest.fixture(scope="session")
def meetings():
    """Give yearly counts of bilateral meetings by country, from the bundled data."""
    log = eg.load_dataset("china-central-asia").where(channel="bilateral", activity="meeting")
    return eg.count_events(log, by="country")


@pytest.fixture(scope="session")
def bundled_log():
    """Give the bundled data."""
    return eg.load_dataset("china-central-asia")
