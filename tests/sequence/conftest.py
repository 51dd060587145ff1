"""What several tests of sequence look at."""

import pytest

import engagement as eg

PAIR = {"channel": "bilateral", "initiator": "CHN"}


@pytest.fixture(scope="session")
def bundled():
    """Give the bundled data."""
    return eg.load_dataset("china-central-asia")


@pytest.fixture(scope="session")
def make_log():
    """Give a function that makes a log of meetings and exercises in numbered months from 2000."""

    def make(meetings, exercises, until="2024", country="KGZ"):
        kinds = ((eg.Meeting, meetings), (eg.Exercise, exercises))
        events = [
            kind(date=date if isinstance(date, str) else month(date), countries=[country], **PAIR)
            for kind, dates in kinds
            for date in dates
        ]
        coverage = [
            {
                "country": country,
                "channel": "bilateral",
                "activity": activity,
                "since": "2000",
                "until": until,
            }
            for activity in ("meeting", "exercise")
        ]
        return eg.EventLog(events, coverage=eg.Coverage(coverage))

    return make


def month(number):
    """Write a month, numbered from January 2000."""
    return f"{2000 + number // 12}-{number % 12 + 1:02}"
