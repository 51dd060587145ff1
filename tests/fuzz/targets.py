"""What is fuzzed: each target takes bytes, and fails where more than a stated error comes out."""

from __future__ import annotations

import io
import tempfile
import zipfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, Phase, given, settings

import coding
from engagement.claims.files import load_claims, read_claims, write_claims
from engagement.errors import EngagementError
from engagement.files import event_files
from engagement.files.datasets import load_dataset
from engagement.files.event_files import read_events, write_events
from engagement.files.opening import Opening
from engagement.files.recognition import looks_like, packed_as
from engagement.tables.formulas import guard_text, restore_text
from engagement.tables.layouts import Layout
from engagement.tables.table_dates import read_table_date
from engagement.tables.table_numbers import plain_number
from engagement.values.country_systems import COUNTRY_SYSTEMS, read_country
from engagement.values.dates import EventDate
from readers_under_test import READERS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from hypothesis.strategies import SearchStrategy

FOLDER = Path(tempfile.mkdtemp(prefix="fuzzed-"))


@dataclass
class Target:
    """Something that reads bytes, with good ones to start from."""

    run: Callable[[bytes], None]
    seeds: Callable[[], list[bytes]]
    longest: int = 4096


def of_text(read: Callable[[str], object], *seeds: str) -> Target:
    """Fuzz what reads a text."""

    def run(data: bytes) -> None:
        with suppress(EngagementError):
            read(data.decode("utf-8", "surrogatepass" if len(data) % 2 else "replace"))

    def run_any(data: bytes) -> None:
        with suppress(UnicodeDecodeError):
            run(data)

    return Target(run_any, lambda: [seed.encode() for seed in seeds], 6000)


def check_date(text: str) -> None:
    """Read a date; what is read gives its text back and has a span."""
    for order in (None, "day-first", "month-first"):
        with suppress(EngagementError):
            when = read_table_date(text, order)
            assert EventDate.parse(str(when)) == when
            assert when.start_day is None or when.end_day is None or when.start_day < when.end_day


def check_number(text: str) -> None:
    """Read a number with every mark."""
    for decimal in (None, ".", ","):
        with suppress(EngagementError):
            plain_number(text, decimal)
            plain_number(text, decimal, whole=True)


def check_country(text: str) -> None:
    """Read a country in every system."""
    for system in COUNTRY_SYSTEMS:
        with suppress(EngagementError):
            assert len(read_country(text, system=system)) == 3


def check_guard(text: str) -> None:
    """Guard a text and restore it."""
    assert restore_text(guard_text(text)) == text
    looks_like(text)
    packed_as(text.encode("utf-8", "surrogatepass"))


SHEET = "xl/worksheets/sheet1.xml"


def good_table(suffix: str) -> bytes:
    """Write a few events."""
    path = FOLDER / f"good{suffix}"
    write_events(load_dataset("china-central-asia")[:3], path)
    return path.read_bytes()


def with_sheet(sheet: bytes) -> bytes:
    """Put the text of a sheet into a good workbook, so that no checksum guards it."""
    sink = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(WORKBOOK)) as good, zipfile.ZipFile(sink, "w") as changed:
        for name in good.namelist():
            changed.writestr(name, sheet if name == SHEET else good.read(name))
    return sink.getvalue()


def good_sheet() -> bytes:
    """Give the text of a good sheet."""
    with zipfile.ZipFile(io.BytesIO(WORKBOOK)) as archive:
        return archive.read(SHEET)


WORKBOOK = good_table(".xlsx")


def of_table(
    suffix: str,
    packed: Callable[[bytes], bytes] = bytes,
    seed: Callable[[], bytes] | None = None,
    nasty: Sequence[bytes] = (),
    **how: object,
) -> Target:
    """Fuzz the reading of a table; each of its rows is read or refused."""
    path = FOLDER / f"events{suffix}"

    def run(data: bytes) -> None:
        path.write_bytes(packed(data))
        try:
            log, faults = read_events(path, on_error="collect", **how)
            content = event_files._read(path, Opening(), Layout())
        except EngagementError:
            return
        refused = set(faults["row"])
        assert refused <= set(content.numbers)
        n_read = len(content.rows) - len(refused)
        if any("participant" in name.casefold() for name in content.header):
            assert len(log) <= n_read
            assert bool(len(log)) == bool(n_read)
        else:
            assert len(log) == n_read

    return Target(run, lambda: [seed() if seed else good_table(suffix), *nasty])


def drawn(files: SearchStrategy[bytes], number: int = 30) -> list[bytes]:
    """Draw files as the tests do, the same in every run."""
    found: list[bytes] = []

    @settings(max_examples=number, database=None, derandomize=True, phases=[Phase.generate],
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(files)
    def draw(content: bytes) -> None:
        found.append(content)

    draw()
    return found


def of_reader(name: str) -> Target:
    """Fuzz a reader of an event data set; no row has two outcomes."""
    read, some, good = READERS[name]
    path = FOLDER / f"{name}.dat"

    def run(data: bytes) -> None:
        path.write_bytes(data)
        with suppress(EngagementError):
            _, faults = read(path, on_error="collect")
            assert not faults.groupby("row")["outcome"].nunique().gt(1).any()

    return Target(run, lambda: [good, *drawn(some)], 2**14)


def run_claims(data: bytes) -> None:
    """Read a table of claims."""
    path = FOLDER / "claims.csv"
    path.write_bytes(data)
    with suppress(EngagementError):
        read_claims(path)


def claim_seeds() -> list[bytes]:
    """Give a small table of claims."""
    path = FOLDER / "seed.csv"
    write_claims(load_claims("china-central-asia")[:3], path)
    return [path.read_bytes()]


NASTY = (
    b"\xef\xbb\xbfdate;channel;activity;countries\r\n2019;bilateral;meeting;NA\r\n",
    b"sep=|\ndate|channel|activity|note\n2019|domestic|measure|'=1+1\n",
    b'date,channel,activity,note\n2019,domestic,measure,"a\n""b"",\nc"\n2020,domestic,measure\n',
    b"date_start,date_end,channel,activity\n13/05/2019,June 2019,domestic,measure\n,,,\n",
    "date,channel,activity,countries\n\u0662\u0660,bilateral,meeting,C\u00f4te\n".encode("utf-16"),
    (
        b"id,date,channel,activity,participant_country,participant_office,participant_rank\n"
        b"a,2019,multilateral,meeting,KGZ,President,\na,2019,multilateral,meeting,TJK,,minister\n"
    ),
    b"title\n\ndate,channel,activity,value,currency\n2019,domestic,measure,1.234.567,\n",
    b'date,channel,activity\n2019,"domestic,measure\n' + b'"' * 40,
)
"""Tables in which separators, marks, quotes, dates and numbers are not what they seem."""

DATES = (
    *("2019-10~", "[2013..2014]", "13/05/2019", "May 2019", "spring 2019", "2019/..", "201X"),
    *("1st June 2020", "2019-05-01T00:00:00Z", "May 13, 2019", "43754", "3.4.2019", "2019-33?"),
    *("\u0662\u0660\u0661\u0669", "2019\u201305", " 2019 ", "0000-00-00", "9999-12-31"),
)

OWN = {"columns": {"date": "id"}, "unknown_columns": "keep", "groups": True, "decimal": ","}

TARGETS = {
    "date": of_text(check_date, *DATES),
    "office": of_text(coding.parse_office, "Deputy Minister of Defense", "Xi Jinping"),
    "offices": of_text(coding.parse_offices, "President, Minister of Defense"),
    "personnel": of_text(coding.parse_personnel, "1,100 (270 Chinese)", "24-40"),
    "amount": of_text(coding.parse_amount, "$30M RMB", "EUR 2.5 million"),
    "topics": of_text(coding.parse_topics, "terrorism, separatism", "three evils"),
    "printed date": of_text(coding.parse_printed_date, "August to December 2021"),
    "number": of_text(check_number, "1,234,567.5", "1.234,5", "12 500"),
    "country": of_text(check_country, "Kyrgyz Republic", "703", "ROM"),
    "guard": of_text(check_guard, "'=1+1", "<html>"),
    "csv": of_table(".csv", nasty=NASTY),
    **{suffix[1:]: of_table(suffix) for suffix in (".json", ".jsonl")},
    "own csv": of_table(".csv", nasty=NASTY, **OWN),
    "parquet": of_table(".parquet"),
    "xlsx": of_table(".xlsx"),
    "sheet": of_table(".xlsx", with_sheet, good_sheet),
    **{name: of_reader(name) for name in READERS},
    "claims": Target(run_claims, claim_seeds),
}
