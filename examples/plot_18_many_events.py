"""
Many events: Parquet, DuckDB and polars
=======================================

Two hundred thousand events in a Parquet file are counted by the engine that reads it, in pieces, so
the same lines work for a file larger than memory.
"""

# %%
# A file of events
# ----------------
# The events are simulated: a day, one to three of twelve partner countries, a channel and an
# activity. Meetings with Kazakhstan become half as frequent again in 2013.

import tempfile
from pathlib import Path

import duckdb
import matplotlib.pyplot as plt
import numpy as np
import polars as pl

import engagement as eg

PARTNERS = np.array(
    ["KAZ", "KGZ", "TJK", "TKM", "UZB", "RUS", "MNG", "PAK", "IND", "IRN", "AFG", "BLR"]
)
rng = np.random.default_rng(7)
n_events = 200_000
days = np.datetime64("1998-01-01") + rng.integers(0, 365 * 24, n_events)
partners = [rng.choice(PARTNERS, size, replace=False) for size in rng.integers(1, 4, n_events)]
events = pl.DataFrame(
    {
        "date": days.astype("datetime64[ms]"),
        "countries": [list(some) for some in partners],
        "channel": np.where([len(some) == 1 for some in partners], "bilateral", "multilateral"),
        "activity": rng.choice(["meeting", "exercise", "training"], n_events, p=[0.7, 0.2, 0.1]),
    }
).with_columns(pl.col("date").cast(pl.Date))

few = pl.col("countries").list.contains("KAZ") & (pl.col("date") < pl.date(2013, 1, 1))
kept = events.filter(~few | pl.Series(rng.random(n_events) < 2 / 3))
folder = Path(tempfile.mkdtemp())
path = str(folder / "events.parquet")
kept.write_parquet(path)
print(f"{len(kept):,} events, {Path(path).stat().st_size / 1e6:.1f} MB")

# %%
# Counted by the engine that reads it
# -----------------------------------
# ``scan_parquet`` and ``read_parquet`` read nothing yet. Coverage is stated with the frame: here that
# all of 1998 to 2021 was observed.

coverage = eg.Coverage(
    {
        "country": country,
        "channel": channel,
        "activity": activity,
        "since": "1998",
        "until": "2021",
    }
    for country in PARTNERS
    for channel in ("bilateral", "multilateral")
    for activity in ("meeting", "exercise", "training")
)
asked = {"by": ("country", "channel"), "freq": "M"}
by_polars = eg.count_events(eg.EventFrame(pl.scan_parquet(path), coverage=coverage), **asked)
by_duckdb = eg.count_events(
    eg.EventFrame(duckdb.connect().read_parquet(path), coverage=coverage), **asked
)
print((by_polars.values == by_duckdb.values).all())
print(by_duckdb)

# %%
# The same table in memory, through pandas, gives the same counts.

by_pandas = eg.count_events(eg.EventFrame(kept.to_pandas(), coverage=coverage), **asked)
print((by_pandas.values == by_duckdb.values).all())

# %%
# The counts are a panel like any other
# -------------------------------------
# The result is 24 series of 288 months, however many events they count. With so many
# events small changes are found too: the others' multilateral series rise a little, since they
# share events with Kazakhstan.

changes = eg.detect_changes(by_duckdb)
print(changes.summary())

# %%
# On more than one machine, use a frame of Spark and the same call:
# ``eg.count_events(spark.read.parquet(path), by=("country", "channel"), freq="M")``.
# :doc:`/size` compares them.

fig, ax = plt.subplots(figsize=(8, 3.2), layout="constrained")
by_duckdb.series(country="KAZ", channel="bilateral").plot(ax=ax)
for change in changes:
    if change.axes == {"country": "KAZ", "channel": "bilateral"}:
        ax.axvline(change.date.start_time, color="black", linewidth=0.8)
