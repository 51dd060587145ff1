"""Changes in the series of a Spark frame: each group is tested and dated on a worker."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pandas as pd
from attrs import evolve, frozen

from engagement.changes.detect.detection import bound_of, gather
from engagement.changes.detect.question import Question, read_question
from engagement.changes.detect.series_answer import answer_series, test_series
from engagement.changes.testing.false_discovery import Discovery, SeriesTest, discover
from engagement.counting.counts import Counts
from engagement.counting.gaps import Missing
from engagement.counting.periods import Freq
from engagement.errors import EngagementError, SettingError, TableError, shown, suggest
from engagement.models.imputation import DrawnSeries, draw_dates
from engagement.settings.checks import check_share, list_several

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from engagement.models.families import Family

__all__ = ["detect_changes_in_groups"]

_DATES = ("date", "date_low", "date_high")
_RESULT = ("p_value", "q_value", "n_draws", "is_changed", "is_uncertain")
_COLUMNS = (
    "date string, date_low string, date_high string, rate_before double, rate_after double, "
    "ratio double, ratio_low double, ratio_high double, events_before double, "
    "years_before double, events_after double, years_after double, probability double, "
    "direction string, p_value double, q_value double, verdict string, uncertain boolean"
)
"""The columns of an answer beside the labels, and their types on Spark."""

_MOST_FAULTS = 20
"""Faults that an error tells in full."""


def detect_changes_in_groups(
    frame: Any,
    *,
    by: str | Sequence[str],
    freq: Freq,
    period: str = "period",
    count: str = "count",
    exposure: str | None = None,
    missing: Missing | None = None,
    level: float = 0.95,
    fdr: float = 0.1,
    family: str | Family = "auto",
    null: str = "robust",
    season: int | None = None,
    rng: np.random.Generator | int | None = None,
) -> Any:
    """
    Find which series of a Spark frame changed, as `detect_changes` does for those in memory.

    The workers test one series at a time; the rule of Benjamini and Hochberg is applied to all
    p-values together; series whose p-value must be known more closely are drawn further; and
    the workers date those that passed. Only one row a series comes to the driver. Random
    numbers depend on the seed and on a series' own counts, so that the answer is that of
    `detect_changes`, however the frame is partitioned and in whatever order its rows stand.

    Parameters
    ----------
    frame
        A data frame of PySpark in long form: one row per series and period.
    by
        Column or columns that name a series.
    freq
        What the periods are: ``Y``, ``Q``, ``M``, ``W`` or ``D``.
    period, count, exposure
        Columns of the periods, the counts, and the years observed. Without the last each period
        that has a count is taken as observed throughout.
    missing
        What periods without a row are, between the first and the last period of the frame, see
        `Counts.from_frame`.
    level, fdr, family, null, season, rng
        As for `detect_changes`.

    Returns
    -------
    pyspark.sql.DataFrame
        The columns of the frame of `Changes`, dates as texts: one row per change, and one for each
        series without. It is computed when it is read.

    Raises
    ------
    SettingError
        If *frame* is no frame of PySpark, or a setting is outside of what it may be.
    TableError
        With what is wrong in the rows of each series.

    Examples
    --------
    >>> detect_changes_in_groups([1, 2], by="country", freq="Y")
    Traceback (most recent call last):
    ...
    engagement.errors.SettingError: frame must be a data frame of PySpark, got [1, 2]; \
detect_changes takes counts in memory
    """
    if not hasattr(frame, "sparkSession"):
        raise SettingError(
            f"frame must be a data frame of PySpark, got {shown(frame)}; "
            "detect_changes takes counts in memory"
        )
    names = [by] if isinstance(by, str) else list(map(str, list_several("by", by, "columns")))
    for column in (*names, period, count, *([] if exposure is None else [exposure])):
        if column not in frame.columns:
            hint = suggest(str(column), frame.columns)
            raise SettingError(f"frame has no column {shown(column)}{hint}")
    asked = _Question(
        by=tuple(names),
        columns={"period": period, "count": count, "exposure": exposure},
        freq=freq,
        missing=missing,
        periods=tuple(str(row[0]) for row in frame.select(period).distinct().collect()),
        question=read_question(level, family, null, season, rng),
    )
    return _run(frame, asked, check_share("fdr", fdr))


@frozen(kw_only=True, eq=False)
class _Question:
    """What a worker needs to know to answer for one series."""

    by: tuple[str, ...]
    columns: dict[str, str | None]
    freq: Freq
    missing: Missing | None
    periods: tuple[str, ...]
    """Every period that some series has, so that all series span the same time."""
    question: Question

    def read(self, rows: pd.DataFrame) -> DrawnSeries:
        """Make the series of one group."""
        name = cast("str", self.columns["period"])
        rows = rows.assign(**{name: rows[name].astype(str)})
        absent = sorted(set(self.periods) - set(rows[name]))
        labels = {column: rows[column].iloc[0] for column in self.by}
        more = pd.DataFrame({name: absent, **labels})
        counts = Counts.from_frame(
            pd.concat([rows, more], ignore_index=True) if absent else rows,
            by=self.by,
            freq=self.freq,
            missing=self.missing,
            **self.columns,
        )
        series = counts.series(**{axis: own[0] for axis, own in counts.axes.items()})
        question = self.question
        return draw_dates([series], None, question.family, n_imputations=2, seed=question.seed)[0]

    def test(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Test one series, drawing until there are so many draws as are asked for."""
        labels = {column: rows[column].iloc[0] for column in self.by}
        told = {**labels, "p_value": np.nan, "n_draws": 0, "is_at_floor": False, "fault": ""}
        try:
            test = test_series(self.read(rows), self.question)
        except EngagementError as error:
            return pd.DataFrame([told | {"fault": str(error)}])
        if test is not None:
            for n_draws in _wanted(rows):
                test = test.grown_to(n_draws)
            told |= {
                "p_value": test.p_value,
                "n_draws": test.n_draws,
                "is_at_floor": test.is_at_floor,
            }
        return pd.DataFrame([told])

    def answer(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Date the changes of one series whose test is known."""
        found = rows.iloc[0]
        result = Discovery(
            p_value=float(found["p_value"]),
            q_value=float(found["q_value"]),
            n_draws=int(found["n_draws"]),
            is_changed=bool(found["is_changed"]),
            is_uncertain=bool(found["is_uncertain"]),
        )
        question = evolve(self.question, bound=float(found["bound"]))
        drawn = self.read(rows)
        verdict, changes = answer_series(drawn, result, question, axis=self.by[0])
        told = gather([(verdict, changes)], [drawn], question, by=self.by, fdr=0.1).to_frame()
        for column in _DATES:
            texts = told[column].astype(str)
            told[column] = texts.where(told[column].notna(), None).astype(object)
        return told


def _on_rows(method: Callable[[pd.DataFrame], pd.DataFrame]) -> Any:
    """Make a function of one argument, for Spark counts those of a method with its object."""

    def answer(rows: pd.DataFrame) -> pd.DataFrame:
        return method(rows)

    return answer


def _wanted(rows: pd.DataFrame) -> list[int]:
    """Read at which numbers of draws a test is to be grown, one after the other."""
    if "grow_to" not in rows:
        return []
    return [int(number) for number in str(rows["grow_to"].iloc[0]).split(",")]


def _run(frame: Any, asked: _Question, fdr: float) -> Any:
    """Test everywhere, decide here, date everywhere."""
    spark = frame.sparkSession
    labels = [field for field in frame.schema.fields if field.name in asked.by]
    labels.sort(key=lambda field: asked.by.index(field.name))
    named = ", ".join(f"`{field.name}` {field.dataType.simpleString()}" for field in labels)
    of_test = f"{named}, p_value double, n_draws long, is_at_floor boolean, fault string"
    tested = frame.groupBy(*asked.by).applyInPandas(_on_rows(asked.test), of_test).toPandas()
    tested = tested.sort_values(list(asked.by), ignore_index=True)
    _refuse(tested, asked)
    paths: dict[int, list[int]] = {}

    def grow(places: list[int], numbers: list[int]) -> list[SeriesTest]:
        for place, number in zip(places, numbers, strict=True):
            paths.setdefault(place, []).append(number)
        more = tested.loc[places, list(asked.by)].assign(
            grow_to=[",".join(map(str, paths[place])) for place in places]
        )
        again = _joined(frame, spark, more, asked, f"{named}, grow_to string")
        found = again.groupBy(*asked.by).applyInPandas(_on_rows(asked.test), of_test).toPandas()
        found = found.sort_values(list(asked.by), ignore_index=True)
        return [_light(row) for row in found.to_dict("records")]

    tests = [_light(row) if row["n_draws"] else None for row in tested.to_dict("records")]
    rate = fdr if len(tests) > 1 else min(fdr, 1 - asked.question.level)
    results = discover(tests, rate, grow=grow)
    told = tested[list(asked.by)].assign(
        **{name: [getattr(one, name) for one in results] for name in _RESULT},
        bound=bound_of(results, rate),
    )
    kept = f"{named}, p_value double, q_value double, n_draws long"
    flags = "is_changed boolean, is_uncertain boolean"
    joined = _joined(frame, spark, told, asked, f"{kept}, {flags}, bound double")
    texts = ", ".join(f"`{column}` string" for column in asked.by)
    return joined.groupBy(*asked.by).applyInPandas(_on_rows(asked.answer), f"{texts}, {_COLUMNS}")


def _light(row: dict[str, Any]) -> SeriesTest:
    return SeriesTest(
        p_value=float(row["p_value"]),
        n_draws=int(row["n_draws"]),
        is_at_floor=bool(row["is_at_floor"]),
    )


def _joined(frame: Any, spark: Any, more: pd.DataFrame, asked: _Question, schema: str) -> Any:
    """Put what is known of each series beside its rows; series that are not named drop out."""
    records = [tuple(row) for row in more.astype(object).itertuples(index=False)]
    return frame.join(spark.createDataFrame(records, schema), list(asked.by))


def _refuse(tested: pd.DataFrame, asked: _Question) -> None:
    wrong = tested[tested["fault"] != ""]
    if not len(wrong):
        return
    told = [
        f"{', '.join(f'{column} {row[column]}' for column in asked.by)}: {row['fault']}"
        for row in wrong.head(_MOST_FAULTS).to_dict("records")
    ]
    more = f"; and {len(wrong) - len(told)} more series" if len(wrong) > len(told) else ""
    raise TableError("frame", [(0, "", "", "; ".join(told) + more)], len(tested))
