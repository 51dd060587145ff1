"""No input brings anything down: it is read or refused, and never run, opened or shown as more."""

import builtins
from contextlib import suppress
from decimal import Decimal
from fractions import Fraction
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import coding
from engagement.claims.files import read_claims
from engagement.counting.calendar import check_freq
from engagement.errors import EngagementError
from engagement.events.coverage import Coverage
from engagement.events.events import Meeting
from engagement.events.parts import Participant, Personnel, Recurrence, Source
from engagement.files.datasets import load_dataset
from engagement.files.event_files import read_events, write_events
from engagement.log.eventlog import EventLog
from engagement.report.report import report
from engagement.tables.table_dates import read_table_date
from engagement.tables.table_numbers import plain_number
from engagement.values.country_groups import group_members
from engagement.values.country_systems import read_country
from engagement.values.dates import EventDate
from engagement.values.places import country_code, country_name
from engagement.values.vocabulary import Topic

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


LONG = {
    **READERS,
    "table date": read_table_date,
    "table number": lambda text: plain_number(text, ","),
    "country of a system": lambda text: read_country(text, system="cow_letters"),
    "group": lambda text: group_members(text, on="2019"),
}


@pytest.mark.parametrize("reader", LONG)
@pytest.mark.parametrize(
    "unit",
    ["9", "$9", "1,", "1 ", "a", "a, ", " and ", "KGZ/", "(", "[2019,", "2019-", "May ", "2019/"],
)
def test_long_text_is_read_or_refused_in_brief(reader, unit):
    """A cell of any length takes no time to speak of, and its fault is told in a few lines."""
    text = unit[:1] + unit[-1] * 6000 if unit == "$9" else unit * (6000 // len(unit))

    told = ""
    try:
        LONG[reader](text)
    except EngagementError as error:
        told = str(error)
    assert len(told) < 1500


# Hostile texts

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'&amp=HYPERLINK(0)"


def hostile_log():
    """Give a log in which every text is an attack."""
    meeting = Meeting(
        date="2019",
        channel="bilateral",
        countries=["KGZ"],
        initiator="CHN",
        id=HOSTILE,
        place=HOSTILE,
        note=HOSTILE,
        subkind=HOSTILE,
        organisations=[HOSTILE],
        topics=[HOSTILE],
        participants=[Participant(country="CHN", office=HOSTILE, name=HOSTILE)],
        sources=[Source(document="/etc/passwd", where="file:///etc/passwd")],
        mechanism=HOSTILE,
    )
    stated = {"country": "KGZ", "channel": "bilateral", "activity": "meeting"}
    coverage = Coverage([{**stated, "since": "2015", "until": "2020", "note": HOSTILE}])
    return EventLog([meeting], coverage=coverage)


class Tags(HTMLParser):
    """Gathers the tags of a page with their attributes."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        """Keep a tag."""
        self.found.append((tag, dict(attrs)))


def test_page_shows_texts_and_runs_none(tmp_path):
    """What came from the data is text on the page: no tag, attribute or address of its own."""
    report(hostile_log(), title=HOSTILE).save(tmp_path)

    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    tags = Tags()
    tags.feed(page)
    assert HOSTILE not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert not {"iframe", "object", "link", "img"} & {tag for tag, _ in tags.found}
    assert sum(tag == "script" for tag, _ in tags.found) == 1
    assert not [name for _, attrs in tags.found for name in attrs if name.startswith("on")]
    addresses = [attrs["href"] for _, attrs in tags.found if "href" in attrs]
    own = {f"{name}.csv" for name in ("changes", "counts", "events", "not_counted")}
    assert [one for one in addresses if not one.startswith("#") and one not in own] == []
    assert not [attrs for _, attrs in tags.found if "src" in attrs]


def test_tables_of_a_report_hold_no_formulas(tmp_path):
    """No cell of a text in the report's tables begins as a formula does."""
    log = EventLog([Meeting(date="2019", channel="multilateral", organisations=["x"], id="=1+1")])

    report(log).save(tmp_path)

    for path in tmp_path.glob("*.csv"):
        table = pd.read_csv(path, dtype=str, keep_default_na=False, quotechar='"')
        cells = [cell for column in table for cell in table[column]]
        assert not [cell for cell in cells if cell[:1] in set("=+@\t\r")]


@pytest.mark.parametrize("suffix", [".csv", ".json", ".parquet", ".xlsx"])
def test_paths_in_data_are_not_followed(tmp_path, monkeypatch, suffix):
    """Reading a log opens its own file and those beside it, whatever names stand in its cells."""
    path = tmp_path / f"events{suffix}"
    log = hostile_log()
    write_events(log, path)
    read_events(path)
    opened, really_open, really_read = [], builtins.open, Path.read_bytes
    monkeypatch.setattr(
        builtins, "open", lambda file, *a, **k: (opened.append(file), really_open(file, *a, **k))[1]
    )
    monkeypatch.setattr(
        Path, "read_bytes", lambda file: (opened.append(file), really_read(file))[1]
    )

    assert read_events(path) == log

    assert {Path(file).parent for file in opened if isinstance(file, (str, Path))} <= {tmp_path}


# Anything at all

PIECES = st.lists(
    st.sampled_from(
        [
            "2019",
            "13/05/",
            "May ",
            "=",
            "1,234",
            ".5",
            ";",
            "KGZ",
            "[",
            "..",
            "/",
            "-",
            "~",
            "(",
            "$",
        ]
    )
    | st.text(max_size=3),
    max_size=8,
).map("".join)
SETTINGS = st.fixed_dictionaries(
    {},
    optional={
        "date_order": st.sampled_from(["day-first", "month-first"]),
        "decimal": st.sampled_from([".", ","]),
        "countries": st.sampled_from(["name", "iso2", "gw", "cameo"]),
        "groups": st.booleans(),
        "unknown_columns": st.just("keep"),
        "defaults": st.just({"channel": "bilateral", "activity": "transfer", "currency": "USD"}),
    },
)


@given(PIECES, st.sampled_from([None, "day-first", "month-first"]))
def test_any_text_is_a_date_or_refused(text, order):
    """A cell is a date that gives its own text back, or an error of the library's own."""
    with suppress(EngagementError):
        when = read_table_date(text, order)
        assert EventDate.parse(str(when)) == when


@given(PIECES, st.sampled_from([None, ".", ","]), st.booleans())
def test_any_text_is_a_number_or_left_as_it_is(text, decimal, whole):
    """A cell is made a plain number, which stays as it is, or is left, or is refused."""
    with suppress(EngagementError):
        plain = plain_number(text, decimal, whole=whole)
        assert plain == text.strip() or plain_number(plain) == plain


@given(
    st.lists(
        st.dictionaries(
            st.sampled_from(
                [
                    *("date", "date_start", "date_end", "channel", "activity", "countries"),
                    *("value", "initiator", "personnel_low", "participant_country", "id"),
                    *("note", "City"),
                ]
            ),
            PIECES | st.none() | st.integers() | st.floats() | st.dates() | st.datetimes(),
        ),
        max_size=4,
    ),
    SETTINGS,
)
def test_rows_of_any_table_are_read_or_refused(rows, settings):
    """Each row is of an event or has a fault, whatever stands in it and however it is read."""
    frame = pd.DataFrame(rows, index=range(len(rows)), dtype=object)
    try:
        log, faults = EventLog.from_frame(frame, on_error="collect", **settings)
    except EngagementError:
        return
    n_refused = faults["row"].nunique()
    if "participant_country" not in frame:
        assert len(log) + n_refused == len(rows)
    assert len(log) <= len(rows) - n_refused
    assert len(log) > 0 or n_refused == len(rows)


@pytest.mark.foremost
@given(st.binary(max_size=80) | PIECES.map(lambda text: f"id,kind,statement\n{text}".encode()))
def test_any_file_of_claims_is_read_or_told(tmp_path_factory, content):
    """A file gives claims, or an error of the library's own."""
    path = tmp_path_factory.getbasetemp() / "claims.csv"
    path.write_bytes(content)

    with suppress(EngagementError):
        read_claims(path)
