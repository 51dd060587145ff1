"""Reading published data sets, as a log or in columns."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypedDict

from attrs import frozen

from engagement.sources.declaration import Declaration
from engagement.sources.event_table import EventTable
from engagement.sources.published import find_files
from engagement.sources.scanning import Scanned, scan_files
from engagement.tables.table import check_on_error

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from engagement.log.eventlog import EventLog
    from engagement.sources.fates import OnError
    from engagement.sources.reader_settings import Actors
    from engagement.values.vocabulary import Activity

__all__ = ["DataSet", "PairSettings"]


class PairSettings(TypedDict, total=False):
    """Which rows of two actors are read, and as what."""

    focal: str | None
    kinds: Mapping[str, Activity | str | None] | None
    actors: Actors
    domestic: bool
    encoding: str
    limits: Mapping[str, int] | None


@frozen(eq=False)
class DataSet:
    """A published data set that can be read from files."""

    declaration: Declaration
    """What it says in which cells."""
    make: Callable[[Scanned], EventTable]
    """Makes events of the rows that are kept."""

    def scan(
        self, path: object, on_error: OnError, encoding: str, limits: object
    ) -> EventTable | tuple[EventTable, pd.DataFrame]:
        """
        Read files as a table of events.

        Parameters
        ----------
        path, encoding, limits
            The files, see `find_files`.
        on_error
            Whether the rows that made no event of their own are listed, or told in an error or
            a warning.
        """
        check_on_error(on_error)
        scanned = scan_files(find_files(path, encoding, limits), self.declaration)
        table = self.make(scanned)
        if on_error == "collect":
            return table, scanned.fates.frame()
        scanned.fates.settle()
        return table

    def read(
        self, path: object, on_error: OnError, encoding: str, limits: object
    ) -> EventLog | tuple[EventLog, pd.DataFrame]:
        """Read files as a log, see `scan`."""
        found = self.scan(path, on_error, encoding, limits)
        return (found[0].log(), found[1]) if isinstance(found, tuple) else found.log()
