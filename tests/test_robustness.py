"""No input brings down a parser: it reads, or raises an error of the library's own."""

from decimal import Decimal
from fractions import Fraction

import pandas as pd
import pytest

from engagement import coding
from engagement.coverage import Coverage
from engagement.datasets import load_dataset
from engagement.dates import EventDate
from engagement.errors import EngagementError
from engagement.eventlog import EventLog
from engagement.events import Meeting
from engagement.parts import Participant, Personnel, Recurrence, Source
from engagement.periods import check_freq
from engagement.places import country_code, country_name
from engagement.vocabulary import Topic

ENDLESS = 10**5000
"""More digits than Python writes out."""

READERS = {
    "date": EventDate.parse,
    "day": EventDate.from_day,
    "shift": lambda value: EventDate("2019").shift(years=value),
    "office": coding.parse_office,
    "offices": coding.parse_offices,
    "person": lambda value: coding.parse_office("Xi Jinping", date=value),
    "personnel": coding.parse_personnel,
    "amount": coding.parse_amount,
    "topics": coding.parse_topics,
    "printed date": coding.parse_printed_date,
    "event": lambda value: Meeting(
        date=value, channel=value, countries=value, topics=value, participants=value, note=value
    ),
    "participant": lambda value: Participant(country=value, rank=value, office=value),
    "source": lambda value: Source(document=value, where=value),
    "head counts": lambda value: Personnel(low=value, by_country=[("CHN", value)], forces=value),
    "recurrence": lambda value: Recurrence(since=value, times=value, activity=value),
    "topic": lambda value: Topic(value, value, value),
    "country": country_code,
    "name": country_name,
    "frequency": check_freq,
    "coverage": lambda value: Coverage.since_to(EventLog([]), value, value),
    "selection": lambda value: EventLog([]).where(since=value),
    "data set": load_dataset,
    "column": lambda value: EventLog.from_frame(pd.DataFrame([[1]], columns=[named(value)])),
    "key": lambda value: EventLog.from_frame(
        pd.DataFrame({"date": ["2019"], "participants": [[{named(value): 1}]]}),
        defaults={"channel": "domestic", "activity": "meeting"},
    ),
}


def named(value):
    """Give what can name a column: a list cannot."""
    return value if isinstance(value, (int, Fraction)) else ENDLESS


@pytest.mark.parametrize(
    "value",
    [ENDLESS, -ENDLESS, Fraction(ENDLESS, 3), [ENDLESS], {ENDLESS: 1}, Decimal(10) ** 5000],
    ids=["whole", "negative", "fraction", "list", "key", "decimal"],
)
@pytest.mark.parametrize("reader", READERS)
def test_number_that_cannot_be_written_out_is_refused(reader, value):
    """A number of thousands of digits is told by its type, in a message of bearable length."""
    with pytest.raises(EngagementError) as refused:
        READERS[reader](value)

    assert len(str(refused.value)) < 1500
