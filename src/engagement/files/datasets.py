"""The data sets that come with the library."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from engagement.errors import DataError, shown, suggest
from engagement.files.event_files import read_events

if TYPE_CHECKING:
    from engagement.log.eventlog import EventLog

__all__ = ["DATASETS", "load_dataset"]

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
    527 events (3 planned), 1991/2006 to 2024-09-13, coverage stated
    >>> for source in next(event for event in log if event.id == "a2-09").sources:
    ...     print(source)
    yau-2022, appendix 2, row 9
    yau-2022, Multilateral, Exercises, paragraph 8, footnote 52
    """
    if not isinstance(name, str) or name not in DATASETS:
        listed = ", ".join(f"'{known}'" for known in DATASETS)
        hint = suggest(name, DATASETS) if isinstance(name, str) else ""
        raise DataError(f"unknown data set {shown(name)}; there is {listed}{hint}")
    return read_events(Path(__file__).parents[1] / "data" / f"{name}.csv")
