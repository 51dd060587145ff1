"""What is fuzzed: each target takes bytes, and fails where more than a stated error comes out."""

from __future__ import annotations

import io
import tempfile
import zipfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from engagement import coding, files
from engagement.claims.files import load_claims, read_claims, write_claims
from engagement.countries.systems import COUNTRY_SYSTEMS, read_country
from engagement.datasets import load_dataset
from engagement.dates import EventDate
from engagement.errors import EngagementError
from engagement.files import read_events, write_events
from engagement.formats.settings import Opening
from engagement.formulas import guard_text, restore_text
from engagement.layouts import Layout
from engagement.readers.recognition import looks_like, packed_as
from engagement.table_dates import read_table_date
from engagement.table_numbers import plain_number
from readers_under_test import READERS

if TYPE_CHECKING:
    from collections.abc import Callable

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

    return Target(run_any, lambda: [seed.encode() for seed in seeds], 200)


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
    **settings: object,
) -> Target:
    """Fuzz the reading of a table; each of its rows is read or refused."""
    path = FOLDER / f"events{suffix}"

    def run(data: bytes) -> None:
        path.write_bytes(packed(data))
        try:
            log, faults = read_events(path, on_error="collect", **settings)
            content = files._read(path, Opening(), Layout())
        except EngagementError:
            return
        if not any("participant" in name.casefold() for name in content.header):
            assert len(log) + faults["row"].nunique() == len(content.rows)

    return Target(run, lambda: [seed() if seed else good_table(suffix)])


def of_reader(name: str) -> Target:
    """Fuzz a reader of an event data set; no row has two outcomes."""
    read, _, good = READERS[name]
    path = FOLDER / f"{name}.dat"

    def run(data: bytes) -> None:
        path.write_bytes(data)
        with suppress(EngagementError):
            _, faults = read(path, on_error="collect")
            assert not faults.groupby("row")["outcome"].nunique().gt(1).any()

    return Target(run, lambda: [good])


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


OWN = {"columns": {"date": "id"}, "unknown_columns": "note", "groups": True, "decimal": ","}

TARGETS = {
    "date": of_text(check_date, "2019-10~", "[2013..2014]", "13/05/2019", "May 2019"),
    "office": of_text(coding.parse_office, "Deputy Minister of Defense", "Xi Jinping"),
    "offices": of_text(coding.parse_offices, "President, Minister of Defense"),
    "personnel": of_text(coding.parse_personnel, "1,100 (270 Chinese)", "24-40"),
    "amount": of_text(coding.parse_amount, "$30M RMB", "EUR 2.5 million"),
    "topics": of_text(coding.parse_topics, "terrorism, separatism", "three evils"),
    "printed date": of_text(coding.parse_printed_date, "August to December 2021"),
    "number": of_text(check_number, "1,234,567.5", "1.234,5", "12 500"),
    "country": of_text(check_country, "Kyrgyz Republic", "703", "ROM"),
    "guard": of_text(check_guard, "'=1+1", "<html>"),
    **{suffix[1:]: of_table(suffix) for suffix in (".csv", ".json", ".jsonl")},
    "own csv": of_table(".csv", **OWN),
    "parquet": of_table(".parquet"),
    "xlsx": of_table(".xlsx"),
    "sheet": of_table(".xlsx", with_sheet, good_sheet),
    **{name: of_reader(name) for name in READERS},
    "claims": Target(run_claims, claim_seeds),
}
