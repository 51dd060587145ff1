"""Reading data sets of pairs of actors, as a log or in columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

from engagement.sources.cameo_codes import find_action, is_directed, read_cameo_code
from engagement.sources.pair_events import Act, pair_events
from engagement.sources.published import find_files
from engagement.sources.scanning import scan_files
from engagement.tables.table import check_on_error

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from engagement.sources.cameo_codes import Action
    from engagement.sources.declaration import Declaration
    from engagement.sources.event_table import EventTable
    from engagement.sources.outcomes import OnError
    from engagement.sources.pair_rules import PairRules
    from engagement.sources.reader_settings import Actors
    from engagement.sources.row_cells import Cells
    from engagement.values.vocabulary import Activity

__all__ = ["PairSettings", "read_act", "scan_pairs"]


class PairSettings(TypedDict, total=False):
    """Which rows of two actors are read, and as what."""

    focal: str | None
    kinds: Mapping[str, Activity | str | None] | None
    actors: Actors
    domestic: bool
    join_dyads: bool
    encoding: str


def scan_pairs(
    path: object, encoding: str, on_error: OnError, declaration: Declaration, choice: PairRules
) -> EventTable | tuple[EventTable, pd.DataFrame]:
    """
    Read files as a table of events.

    Parameters
    ----------
    path, encoding
        The files, see `find_files`.
    on_error
        Whether the rows that made no event of their own are listed, or told in an error or a
        warning.
    declaration
        What the data set says in which cells.
    choice
        Which rows are read.
    """
    check_on_error(on_error)
    scanned = scan_files(find_files(path, encoding), declaration)
    table = pair_events(scanned, focal=choice.focal, join=choice.join)
    if on_error == "collect":
        return table, scanned.fates.frame()
    scanned.fates.settle()
    return table


def read_act(column: str, actions: Mapping[str, Action | None], cells: Cells) -> Act:
    """Read the CAMEO code of a row."""
    code = cells.required(column, read_cameo_code, "")
    host = {"042": 1, "043": 0}.get(code[:3])
    return Act(code, find_action(code, actions), is_directed(code), host, f"CAMEO {code}")
