"""
Time the reading and counting of event data sets, beside queries written by hand.

The files are made by this script from a fixed seed in the layouts of GDELT 2.0 and of ICEWS.
Codes, lags, lost cells, mirrored rows and the share of rows that are events are roughly those of
the published files; names, addresses and sentences are made up.

Each figure is of a whole process, imports included: processor seconds, seconds by the clock, and
the most memory that it held. ``scan`` reads every cell that matters, checks it, tells every row
that is none, joins rows of one event, and counts by initiator, country, channel and month.
``by hand`` is a query on polars that does the same count of rows and checks no cell. ``read``
makes objects. Nothing is asserted but that the counts of `scan` are those of `read`.

Run it as ``python benchmarks/reading.py``.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import resource
import subprocess
import sys
import warnings
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import pyarrow as pa
    from numpy.typing import NDArray

CHUNK = 200_000
LIFTED = {"rows": 10**9, "megabytes": 10**5}
"""Ten million rows of GDELT are more megabytes than a reader takes unasked."""

FIELDS = ["source", "rows", "how", "cpu_seconds", "seconds", "mib", "events"]
RATIOS = ["cpu_by_hand", "memory_by_hand"]
KINDS = (
    *("040", "041", "042", "043", "044", "045", "046", "057", "062", "063", "064", "070", "071"),
    *("072", "073", "074"),
)
STATE = ("", "GOV", "MIL", "COP", "JUD", "LEG", "SPY")
CODES = (
    *("010", "042", "043", "051", "040", "036", "020", "190", "112", "173", "111", "046", "057"),
    *("130", "141", "071", "061", "180", "193", "120", "084", "073", "062", "110", "090", "030"),
    *("100", "160", "080"),
)
"""The more frequent first."""
SECTORS = (
    "",
    "Government",
    "Executive,Government",
    "Military,Army",
    "Business",
    "Media",
    "Civilian",
)
ICEWS_COLUMNS = (
    *("Event ID", "Event Date", "Source Name", "Source Sectors", "Source Country", "Event Text"),
    *("CAMEO Code", "Intensity", "Target Name", "Target Sectors", "Target Country", "Story ID"),
    *("Sentence Number", "Publisher", "City", "District", "Province", "Country", "Latitude"),
    "Longitude",
)


def countries() -> tuple[list[str], list[str]]:
    """Give codes and names of countries that both readers and queries know."""
    from engagement.values.places import country_code

    file = Path(country_code.__code__.co_filename).parent.parent / "data" / "countries.csv"
    rows = [row for row in csv.DictReader(file.read_text("utf-8").splitlines()) if row["alpha2"]]
    return [row["code"] for row in rows][:200], [row["name"] for row in rows][:200]


def draw(rng: np.random.Generator, n: int, size: int) -> NDArray[np.int64]:
    """Draw numbers below a size, the first far more often than the last."""
    chances = 1 / np.arange(1, size + 1)
    return rng.choice(size, p=chances / chances.sum(), size=n)


def taken(texts: list[str], which: NDArray[np.int64]) -> pa.Array:
    """Give a text for each number."""
    import pyarrow as pa

    return pa.array(texts, pa.string()).take(pa.array(which))


def gdelt_chunk(rng: np.random.Generator, start: int, n: int, n_rows: int) -> list[Any]:
    """Make rows of GDELT 2.0, as 61 columns."""
    import pyarrow as pa

    codes, names = countries()
    columns: list[Any] = [pa.array([""] * n)] * 61
    day = np.datetime64("2015-03-01") + (np.arange(start, start + n) * 365 // n_rows)
    lag = rng.choice([0, 1, 7, 30, 365], p=[0.9, 0.06, 0.02, 0.01, 0.01], size=n)
    quarter = np.sort(rng.integers(0, 96, n))
    added = np.char.replace(day.astype(str), "-", "")
    clock = np.array([f"{q // 4:02}{q % 4 * 15:02}00" for q in range(96)])[quarter]
    event_day = day - lag
    columns[0] = pa.array(np.arange(400_000_000 + start, 400_000_000 + start + n).astype(str))
    columns[1:5] = map(pa.array, gdelt_dates(event_day))
    roles = ["", "GOV", "MIL", "BUS", "MED", "CVL", "COP", "EDU", "LEG"]
    for first, is_there in ((5, rng.random(n) < 0.9), (15, rng.random(n) < 0.72)):
        who = draw(rng, n, len(codes))
        has_country = is_there & (rng.random(n) < 0.62)
        role = np.where(rng.random(n) < 0.5, 0, rng.integers(1, len(roles), n))
        code = np.char.add(np.array(codes)[who], np.array(roles)[role])
        person = draw(rng, n, 40)
        titles = [f"{name.upper()[:18]} {k}" for name in names for k in range(40)]
        blank = np.array("")
        columns[first] = pa.array(
            np.where(has_country, code, np.where(is_there, np.array(roles)[role], blank))
        )
        columns[first + 1] = taken(["", *titles], np.where(is_there, 1 + who * 40 + person, 0))
        columns[first + 2] = taken(["", *codes], np.where(has_country, 1 + who, 0))
        columns[first + 7] = taken(["", *roles], np.where(is_there, 1 + role, 0))
    event = draw(rng, n, len(CODES))
    columns[25] = taken(["0", "1"], rng.integers(0, 2, n))
    columns[26] = taken(list(CODES), event)
    columns[27] = columns[26]
    columns[28] = taken([code[:2] for code in CODES], event)
    columns[29] = taken(["1", "2", "3", "4"], rng.integers(0, 4, n))
    columns[30] = taken(["-2.0", "1.0", "4.0", "7.0"], rng.integers(0, 4, n))
    for place in (31, 32, 33):
        columns[place] = pa.array(rng.integers(1, 40, n).astype(str))
    columns[34] = pa.array(np.char.mod("%.12f", rng.normal(0, 4, n)))
    places = [f"Town {k}, Province {k % 90}, {names[k % 200]}" for k in range(20_000)]
    for first in (35, 43, 51):
        where = draw(rng, n, len(places))
        columns[first] = taken(["1", "3", "4"], rng.integers(0, 3, n))
        columns[first + 1] = taken(places, where)
        columns[first + 2] = taken([code[:2] for code in codes], where % 200)
        columns[first + 3] = columns[first + 2]
        columns[first + 5] = pa.array(np.char.mod("%.4f", rng.uniform(-60, 70, n)))
        columns[first + 6] = pa.array(np.char.mod("%.4f", rng.uniform(-180, 180, n)))
        columns[first + 7] = pa.array(np.char.mod("%d", where - 10_000))
    columns[59] = pa.array(np.char.add(added, clock))
    story = np.sort(rng.integers(0, n // 3 + 1, n)) + start
    columns[60] = pa.array(
        np.char.add("https://www.example.org/news/world/a-story-of-some-length-", story.astype(str))
    )
    return columns


def gdelt_dates(day: NDArray[Any]) -> list[NDArray[Any]]:
    """Write days in the four ways of GDELT."""
    written = np.char.replace(day.astype(str), "-", "")
    years = written.astype("<U4")
    month = day.astype("datetime64[M]")
    fraction = (month.astype(int) % 12 * 30 + (day - month).astype(int) + 1) / 365
    return [
        written,
        written.astype("<U6"),
        years,
        np.char.mod("%.4f", years.astype(int) + fraction),
    ]


def icews_chunk(rng: np.random.Generator, start: int, n: int, n_rows: int) -> list[Any]:
    """Make rows of ICEWS, in pairs of mirrored rows, as 20 columns."""
    import pyarrow as pa

    _, names = countries()
    half = n // 2
    both = np.repeat(np.arange(half), 2)
    turned = np.tile([False, True], half)
    day = np.datetime64("2015-01-01") + (np.arange(start, start + n) * 365 // n_rows)
    sides = [draw(rng, half, len(names)), draw(rng, half, len(names))]
    people = [rng.integers(0, 60, half), rng.integers(0, 60, half)]
    persons = [name if k == 0 else f"Person {k} ({name})" for name in names for k in range(60)]
    columns: list[Any] = [pa.array([""] * n)] * 20
    columns[0] = pa.array(np.arange(20_000_000 + start, 20_000_000 + start + n).astype(str))
    columns[1] = pa.array(day.astype(str))
    for first, side in ((2, 0), (8, 1)):
        who = np.where(turned, sides[1 - side][both], sides[side][both])
        person = np.where(turned, people[1 - side][both], people[side][both])
        sector = person % len(SECTORS)
        columns[first] = taken(persons, who * 60 + person)
        columns[first + 1] = taken(list(SECTORS), sector)
        columns[first + 2] = taken(names, who)
    event = draw(rng, half, len(CODES))[both]
    columns[5] = taken([f"Text of {code}" for code in CODES], event)
    columns[6] = taken(list(CODES), event)
    columns[7] = taken(["-2.0", "1.0", "4.0"], rng.integers(0, 3, n))
    columns[11] = pa.array((30_000_000 + (start + both) // 2).astype(str))
    columns[12] = pa.array(rng.integers(1, 7, half)[both].astype(str))
    columns[13] = taken(["Xinhua News Agency", "Interfax", "Reuters"], rng.integers(0, 3, n))
    where = draw(rng, half, 10_000)[both]
    columns[14] = taken([f"City {k}" for k in range(10_000)], where)
    columns[16] = taken([f"Province {k}" for k in range(500)], where % 500)
    columns[17] = taken(names, where % len(names))
    columns[18] = pa.array(np.char.mod("%.4f", rng.uniform(-60, 70, n)))
    columns[19] = pa.array(np.char.mod("%.4f", rng.uniform(-180, 180, n)))
    return columns


def make_file(source: str, path: Path, n_rows: int) -> None:
    """Write a file, a chunk at a time."""
    import pyarrow as pa
    from pyarrow import csv as arrow_csv

    rng = np.random.default_rng(14)
    options = arrow_csv.WriteOptions(include_header=False, delimiter="\t", quoting_style="none")
    with path.open("wb") as file:
        if source == "icews":
            file.write(("\t".join(ICEWS_COLUMNS) + "\n").encode())
        for start in range(0, n_rows, CHUNK):
            n = min(CHUNK, n_rows - start)
            chunk = gdelt_chunk if source == "gdelt" else icews_chunk
            columns = chunk(rng, start, n, n_rows)
            names = [f"c{place}" for place in range(len(columns))]
            arrow_csv.write_csv(pa.table(dict(zip(names, columns, strict=True))), file, options)


def by_hand(source: str, path: str) -> int:
    """Count as a query written by hand does, which checks nothing."""
    import polars as pl

    codes, names = countries()
    if source == "gdelt":
        table = pl.scan_csv(
            path,
            separator="\t",
            has_header=False,
            quote_char=None,
            infer_schema=False,
            with_column_names=lambda names: [f"column_{n}" for n in range(1, 1 + len(names))],
        )
        one, two, code, day = "column_8", "column_18", "column_27", "column_2"
        acts = pl.col("column_13").fill_null("").is_in(STATE) & pl.col("column_23").fill_null(
            ""
        ).is_in(STATE)
        known, month = codes, pl.col(day).str.slice(0, 6)
    else:
        table = pl.scan_csv(path, separator="\t", quote_char=None, infer_schema=False)
        one, two, code, day = "Source Country", "Target Country", "CAMEO Code", "Event Date"
        official = [sector for sector in SECTORS if "Gov" in sector or "Mil" in sector] + [""]
        acts = pl.lit(value=True)
        for side in ("Source Sectors", "Target Sectors"):
            acts &= pl.col(side).fill_null("").is_in(official)
        known, month = names, pl.col(day).str.slice(0, 7)
    kind = pl.col(code).str.slice(0, 3)
    query = (
        table.filter(kind.is_in(KINDS))
        .filter(pl.col(one).is_in(known) & pl.col(two).is_in(known) & acts)
        .filter(pl.col(one) != pl.col(two))
        .group_by(one, two, month.alias("month"))
        .len()
    )
    return int(query.collect(engine="streaming")["len"].sum())


def scanned(source: str, path: str) -> int:
    """Scan and count."""
    import engagement as eg

    scan = eg.scan_gdelt if source == "gdelt" else eg.scan_icews
    return counted(scan(path, limits=LIFTED))


def read(source: str, path: str) -> int:
    """Read events as objects and count them."""
    import engagement as eg

    reader = eg.read_gdelt if source == "gdelt" else eg.read_icews
    return counted(reader(path, limits=LIFTED))


def counted(events: Any) -> int:
    """Count by initiator, country, channel and month."""
    import engagement as eg

    counts = eg.count_events(
        events, by=("initiator", "country", "channel"), freq="M", imprecise="start"
    )
    return round(float(np.nansum(counts.values)))


HOWS: dict[str, Callable[[str, str], int]] = {"by hand": by_hand, "scan": scanned, "read": read}


def measure(source: str, how: str, path: str) -> dict[str, float]:
    """Count once, and say what this process took in all."""
    start = perf_counter()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        events = HOWS[how](source, path)
    used = resource.getrusage(resource.RUSAGE_SELF)
    return {
        "cpu_seconds": used.ru_utime + used.ru_stime,
        "seconds": perf_counter() - start,
        "mib": used.ru_maxrss / 1024,
        "events": events,
    }


def run(*arguments: str) -> str:
    """Run this script in a fresh process, and return the last line that it printed."""
    ended = subprocess.run(
        [sys.executable, __file__, *arguments],
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
    )
    return (ended.stdout.splitlines() or [""])[-1]


def rows(sources: list[str], sizes: list[int], hows: list[str]) -> Iterator[dict[str, Any]]:
    """Measure everything on files of several sizes."""
    with TemporaryDirectory() as folder:
        for source in sources:
            for n_rows in sizes:
                path = Path(folder) / f"{source}.tab"
                run("--make", source, str(path), str(n_rows))
                hand: dict[str, float] = {}
                for how in hows:
                    if how == "read" and n_rows > 2_000_000:
                        continue
                    found = json.loads(run("--measure", source, how, str(path)))
                    hand = hand or found
                    yield {
                        "source": source,
                        "rows": n_rows,
                        "how": how,
                        "cpu_seconds": round(found["cpu_seconds"], 2),
                        "seconds": round(found["seconds"], 2),
                        "mib": round(found["mib"]),
                        "events": found["events"],
                        "cpu_by_hand": round(found["cpu_seconds"] / hand["cpu_seconds"], 2),
                        "memory_by_hand": round(found["mib"] / hand["mib"], 2),
                    }


def main() -> None:
    """Print the table, and write it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=float, nargs="+", default=[2e6, 1e7])
    parser.add_argument("--sources", nargs="+", default=["gdelt", "icews"])
    parser.add_argument("--hows", nargs="+", default=list(HOWS), choices=list(HOWS))
    parser.add_argument("--out", type=Path, default=Path(__file__).with_suffix(".csv"))
    parser.add_argument("--measure", nargs=3, help=argparse.SUPPRESS)
    parser.add_argument("--make", nargs=3, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.make:
        make_file(asked.make[0], Path(asked.make[1]), int(asked.make[2]))
        return
    if asked.measure:
        print(json.dumps(measure(*asked.measure)))
        return
    with asked.out.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, FIELDS + RATIOS)
        writer.writeheader()
        for row in rows(asked.sources, [int(n) for n in asked.rows], asked.hows):
            writer.writerow(row)
            file.flush()
            print(*(f"{value!s:>12}" for value in row.values()), flush=True)


if __name__ == "__main__":
    main()
