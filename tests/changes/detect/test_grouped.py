"""Changes in a Spark frame are those of the same counts in memory."""

import numpy as np
import pandas as pd
import pytest

import engagement as eg
from engagement.changes.detect.grouped import detect_changes_in_groups
from engagement.errors import SettingError, TableError

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore"),  # of what Spark says about versions of pandas
]

N_SERIES = 24
YEARS = range(1990, 2015)


def made_panel():
    """Give yearly counts of many series, a third of which change, with a gap and a short one."""
    rng = np.random.default_rng(3)
    rows = []
    for number in range(N_SERIES):
        means = np.where(np.arange(len(YEARS)) >= 12, 6.0 if number % 3 == 0 else 1.5, 1.5)
        counts = rng.poisson(means)
        rows += [
            {"country": f"C{number:02}", "kind": "talk", "year": year, "n": int(count)}
            for year, count in zip(YEARS, counts, strict=True)
            if not (number == 7 and year == 2001) and not (number == 8 and year < 2010)
        ]
    return pd.DataFrame(rows)


def on_spark(spark, frame, **settings):
    """Ask Spark, and give the answer as pandas, in order."""
    given = spark.createDataFrame(frame) if isinstance(frame, pd.DataFrame) else frame
    found = detect_changes_in_groups(
        given, by=["country", "kind"], period="year", count="n", freq="Y", **settings
    ).toPandas()
    return found.sort_values(["country", "kind", "date"], ignore_index=True)


def in_memory(frame, **settings):
    """Ask for the same in memory, dates as texts."""
    missing = settings.pop("missing")
    counts = eg.Counts.from_frame(
        frame, by=["country", "kind"], period="year", count="n", missing=missing, freq="Y"
    )
    found = eg.detect_changes(counts, **settings).to_frame()
    for name in ("date", "date_low", "date_high"):
        found[name] = found[name].astype(str).where(found[name].notna(), None).astype(object)
    return found.sort_values(["country", "kind", "date"], ignore_index=True)


@pytest.mark.parametrize("missing", ["unobserved", "zero"])
def test_workers_find_what_one_process_finds(spark, missing):
    """Numbers, dates and texts are the same to the last bit, with rows in another order too."""
    frame = made_panel()
    mixed = frame.sample(frac=1, random_state=1)

    found = on_spark(spark, mixed, missing=missing, rng=5)
    expected = in_memory(frame, missing=missing, rng=5)

    assert set(found["verdict"]) >= {"change", "no change found"}
    pd.testing.assert_frame_equal(found, expected[list(found.columns)], check_dtype=False)
    assert set(found.columns) == set(expected.columns)


@pytest.mark.parametrize("fdr", [0.05, 0.001])
def test_partitions_do_not_matter(spark, fdr):
    """
    The answer is that of any partitioning, also of series that are drawn further.

    They are those near the bound, and those that none of their draws equals; of both some stay
    uncertain at the most draws, which is said.
    """
    frame = made_panel()
    parted = spark.createDataFrame(frame).repartition(7)

    found = on_spark(spark, parted, missing="unobserved", fdr=fdr, rng=5)

    expected = in_memory(frame, missing="unobserved", fdr=fdr, rng=5)
    pd.testing.assert_frame_equal(found, expected[list(found.columns)], check_dtype=False)
    assert found["uncertain"].any()
    assert not found["uncertain"].all()


def test_faults_of_all_series_are_told(spark):
    """What cannot be read is told by series, and nothing is answered."""
    frame = made_panel()
    frame.loc[frame["country"].isin(["C01", "C02"]) & (frame["year"] == 1999), "n"] = -1

    with pytest.raises(TableError, match=r"(?s)country C01, kind talk: .*-1.*country C02"):
        on_spark(spark, frame, missing="unobserved")
    with pytest.raises(SettingError, match="no column 'contry'"):
        detect_changes_in_groups(spark.createDataFrame(frame), by="contry", freq="Y")
