"""The data sets that come with the library."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from engagement.errors import DataError, shown, suggest
from engagement.files.event_files import read_events

if TYPE_CHECKING:
    import pandas as pd

    from engagement.log.eventlog import EventLog

__all__ = ["DATASETS", "load_courses", "load_dataset"]

DATASETS = {
    "china-central-asia": "China's security engagement with five Central Asian states, 1993-2024",
}
"""Names of the data sets, and what they hold."""


def load_dataset(name: str = "china-central-asia") -> EventLog:
    """
    Load a data set that comes with the library.

    Parameters
    ----------
    name
        ``"china-central-asia"``.

    Returns
    -------
    EventLog
        With its coverage stated, and every event's place in its source. Coverage ends with
        2020; later events are kept and not counted.

    Raises
    ------
    DataError
        If there is no such data set; close names are suggested.

    Examples
    --------
    >>> log = load_dataset("china-central-asia")
    >>> print(log)
    528 events (2 planned), [1992..2006-05] to 2024-09-13, coverage stated
    >>> for source in next(event for event in log if event.id == "a2-09").sources:
    ...     print(source)
    yau-2022, appendix 2, row 9
    yau-2022, Multilateral, Exercises, paragraph 8, footnote 52
    """
    return read_events(_path(name, ".csv"))


def load_courses(name: str = "china-central-asia") -> pd.DataFrame:
    """
    Load what a data set tells of courses that are described and not dated.

    They are no events, and no count holds them.

    Parameters
    ----------
    name
        ``"china-central-asia"``.

    Returns
    -------
    pandas.DataFrame
        One row per fact: document, where, course (a number), field (``topic``, ``trainer``,
        ``subject``, ``form`` or ``visit``), number within the field, and item.

    Raises
    ------
    DataError
        If there is no such data set; close names are suggested.

    Examples
    --------
    >>> courses = load_courses("china-central-asia")
    >>> courses.loc[courses["field"] == "topic", "item"].tolist()
    ['Criminal investigation technologies', 'Cyber security', 'Anti-drug']
    """
    import pandas as pd

    table = pd.read_csv(_path(name, ".courses.csv"), dtype={"item": "str", "field": "str"})
    where = "appendix " + table["appendix"].astype("str")
    table.insert(1, "where", where + ", course " + table["course"].astype("str"))
    return table.drop(columns="appendix").rename(columns={"row": "number"})


def _path(name: str, suffix: str) -> Path:
    if not isinstance(name, str) or name not in DATASETS:
        listed = ", ".join(f"'{known}'" for known in DATASETS)
        hint = suggest(name, DATASETS) if isinstance(name, str) else ""
        raise DataError(f"unknown data set {shown(name)}; there is {listed}{hint}")
    return Path(__file__).parents[1] / "data" / f"{name}{suffix}"
