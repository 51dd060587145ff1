"""
Time the count of events by country, channel and month, beside queries written by hand.

The events are made by this script from a fixed seed: each has one to four partner countries out
of 200, some far more often than others, a day of 28 years, a channel and an activity. They stand
in a Parquet file, countries as lists. Every figure is of a process of its own: seconds from the
call to the counts in memory, imports not included, the best of some runs, and the most memory
that the process held, imports included. Processor time stands beside, since other programs
disturb it less than the clock. Ratios are to the query by hand on the same engine in the
same run of this script.

``default`` reads every different list of countries once, as `EventLog.from_frame` would.
``canonical`` is told that lists hold codes, none twice. Of a log ``read`` is the reading of the
file, every cell checked, and ``typed`` the count.

Nothing is asserted but that all count the same. Run it as ``python benchmarks/counting.py``.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import re
import resource
import subprocess
import sys
from functools import partial
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

CHUNK = 1_000_000
COLUMNS = ["date", "channel", "activity", "countries"]
FIELDS = ["engine", "events", "how", "seconds", "cpu_seconds", "mib"]
RATIOS = ["times_by_hand", "cpu_by_hand", "memory_by_hand"]
SQL = """
    select country, channel, month, count(*) as number
    from (select unnest(countries) as country, channel, year(date) * 12 + month(date) - 1 as month
          from {source})
    group by all
"""


def make_events(path: Path, n_events: int) -> None:
    """Write a Parquet file of events, a chunk at a time."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    from engagement.values.vocabulary import Activity

    names = (files("engagement") / "data" / "countries.csv").read_text(encoding="utf-8")
    codes = np.array([row["code"] for row in csv.DictReader(names.splitlines())][:200])
    rng = np.random.default_rng(6)
    chances = 1 / np.arange(1, len(codes) + 1)
    writer = None
    for start in range(0, n_events, CHUNK):
        n = min(CHUNK, n_events - start)
        size = rng.choice([1, 2, 3, 4], p=[0.5, 0.25, 0.125, 0.125], size=n)
        offsets = np.concatenate([[0], np.cumsum(size)])
        which = np.repeat(np.arange(n), size)
        nth = np.arange(offsets[-1]) - offsets[which]
        first = rng.choice(len(codes), p=chances / chances.sum(), size=n)
        step = rng.integers(1, 40, size=n)
        countries = codes[(first[which] + nth * step[which]) % len(codes)]
        days = np.datetime64("1993-01-01") + rng.integers(0, 28 * 365 + 7, size=n).astype(
            "timedelta64[D]"
        )
        table = pa.table(
            {
                "id": [f"e{number}" for number in range(start, start + n)],
                "date": pa.array(days).cast(pa.date32()),
                "channel": np.where(size == 1, "bilateral", "multilateral"),
                "activity": np.array(list(map(str, Activity)))[rng.integers(0, 9, n)],
                "countries": pa.ListArray.from_arrays(offsets.astype(np.int32), countries),
            }
        )
        writer = writer or pq.ParquetWriter(path, table.schema)
        writer.write_table(table)
    if writer is not None:
        writer.close()


def spark_session() -> Any:
    """Start Spark on this machine."""
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master("local[*]").config("spark.ui.enabled", "false")
    session = builder.config("spark.driver.memory", "4g").getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    return session


def source_of(engine: str, path: str) -> Any:
    """Open the file on an engine."""
    if engine == "DuckDB":
        import duckdb

        return duckdb.read_parquet(path)
    if engine == "polars":
        import polars as pl

        return pl.scan_parquet(path)
    if engine == "pandas":
        import pandas as pd

        return pd.read_parquet(path, columns=COLUMNS)
    return spark_session().read.parquet(path)


def by_hand(engine: str, path: str) -> Callable[[], int]:
    """Give a query as it is written by hand, which returns how many it counted."""
    if engine == "DuckDB":
        import duckdb

        return lambda: int(duckdb.sql(SQL.format(source=f"'{path}'")).df()["number"].sum())
    if engine == "polars":
        import polars as pl

        month = pl.col("date").dt.year().cast(pl.Int32) * 12 + pl.col("date").dt.month() - 1
        query = (
            pl.scan_parquet(path)
            .select("countries", "channel", month.alias("month"))
            .explode("countries")
            .group_by("countries", "channel", "month")
            .len()
        )
        return lambda: int(query.collect(engine="streaming")["len"].sum())
    if engine == "pandas":

        def count() -> int:
            frame = source_of("pandas", path)[["countries", "channel", "date"]]
            date = frame["date"].astype("datetime64[s]").dt
            frame["month"] = date.year * 12 + date.month - 1
            pairs = frame.explode("countries")
            return int(pairs.groupby(["countries", "channel", "month"]).size().sum())

        return count
    session = spark_session()
    return lambda: int(session.sql(_spark_sql(path)).toPandas()["number"].sum())


def _spark_sql(path: str) -> str:
    return SQL.format(source=f"parquet.`{path}`").replace("unnest", "explode")


def counted(engine: str, path: str, *, canonical: bool) -> Callable[[], int]:
    """Give the count of this library, on an engine."""
    from engagement import EventFrame, count_events

    if engine == "Spark":
        spark_session()

    def count() -> int:
        source = EventFrame(source_of(engine, path), canonical=canonical)
        counts = count_events(source, by=("country", "channel"), freq="M")
        return round(float(np.nansum(counts.values)))

    return count


def read_log(path: str) -> Any:
    """Read the file as a log."""
    from engagement import read_events

    return read_events(path, limits={"rows": 10**9, "cells": 10**10, "megabytes": 1000})


def n_partners(path: str) -> int:
    """Read the file, and say how many partners its events have."""
    return sum(map(len, read_log(path).events.coded("countries").at()))


def typed(path: str) -> Callable[[], int]:
    """Give the count of a log's events."""
    from engagement import count_events

    log = read_log(path)

    def count() -> int:
        counts = count_events(log, by=("country", "channel"), freq="M")
        return round(float(np.nansum(counts.values)))

    return count


def measure(engine: str, how: str, path: str, n_runs: int) -> dict[str, float]:
    """Time calls in this process, and say how much memory it has held at most."""
    if how == "read":
        call = partial(n_partners, path)
    elif how == "typed":
        call = typed(path)
    elif how == "by hand":
        call = by_hand(engine, path)
    else:
        call = counted(engine, path, canonical=how == "canonical")
    times = []
    for _ in range(n_runs):
        start, cpu_start = perf_counter(), cpu_seconds(engine)
        number = call()
        times.append((perf_counter() - start, cpu_seconds(engine) - cpu_start))
    seconds, cpu = min(times)
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    if engine == "Spark":  # which runs in another process
        most += int(re.findall(r"VmHWM:\s+(\d+)", java_file("status").read_text())[0])
    return {"seconds": seconds, "cpu_seconds": cpu, "mib": most / 1024, "number": number}


def java_file(name: str) -> Path:
    """Give a file in which Linux tells of the process of Spark."""
    from pyspark import SparkContext

    gateway = SparkContext._gateway  # noqa: SLF001 - nothing public tells of its process
    return Path("/proc") / str(gateway.proc.pid) / name


def cpu_seconds(engine: str) -> float:
    """Return the processor time that was used so far, which other programs disturb little."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    total = used.ru_utime + used.ru_stime
    if engine == "Spark":
        fields = java_file("stat").read_text().rpartition(")")[2].split()
        total += sum(map(int, fields[11:13])) / os.sysconf("SC_CLK_TCK")
    return total


def run(*arguments: str) -> str:
    """Run this script in a fresh process, and return the last line that it printed."""
    ended = subprocess.run(
        [sys.executable, "-W", "ignore", __file__, *arguments],
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
    )
    return (ended.stdout.splitlines() or [""])[-1]


def rows(sizes: list[int], engines: list[str], n_runs: int) -> Iterator[dict[str, object]]:
    """Measure everything on files of several sizes."""
    with TemporaryDirectory() as folder:
        for n_events in sizes:
            path = Path(folder) / f"{n_events}.parquet"
            run("--make", str(path), str(n_events))
            for engine in engines:
                hows = ["read", "typed"] if engine == "log" else ["by hand", "canonical", "default"]
                if engine == "log" and n_events > CHUNK:
                    continue
                hand: dict[str, Any] = {}
                for how in hows:
                    if engine == "pandas" and how == "canonical":
                        continue  # pandas reads every list anyway
                    found = json.loads(run("--measure", engine, how, str(path), str(n_runs)))
                    hand = hand or found
                    assert found["number"] == hand["number"], (engine, how, found, hand)
                    yield {
                        "engine": engine,
                        "events": n_events,
                        "how": how,
                        "seconds": round(found["seconds"], 2),
                        "cpu_seconds": round(found["cpu_seconds"], 2),
                        "mib": round(found["mib"]),
                        **{
                            ratio: round(found[name] / hand[name], 2) if engine != "log" else ""
                            for ratio, name in zip(RATIOS, FIELDS[3:], strict=True)
                        },
                    }


def main() -> None:
    """Print the table, and write it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=float, nargs="+", default=[1e6, 1e7])
    known = ["DuckDB", "polars", "pandas", "Spark", "log"]
    parser.add_argument("--engines", nargs="+", default=known, choices=known)
    parser.add_argument("--runs", type=int, default=3, help="of which the best is kept")
    parser.add_argument("--out", type=Path, default=Path(__file__).with_suffix(".csv"))
    parser.add_argument("--measure", nargs=4, help=argparse.SUPPRESS)
    parser.add_argument("--make", nargs=2, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.make:
        make_events(Path(asked.make[0]), int(asked.make[1]))
        return
    if asked.measure:
        engine, how, path, n_runs = asked.measure
        print(json.dumps(measure(engine, how, path, int(n_runs))))
        return
    package = {"DuckDB": "duckdb", "Spark": "pyspark", "log": "engagement"}
    engines = [name for name in asked.engines if find_spec(package.get(name, name))]
    with asked.out.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, FIELDS + RATIOS)
        writer.writeheader()
        for row in rows([int(n) for n in asked.events], engines, asked.runs):
            writer.writerow(row)
            file.flush()
            print(*(f"{value!s:>12}" for value in row.values()), flush=True)


if __name__ == "__main__":
    main()
