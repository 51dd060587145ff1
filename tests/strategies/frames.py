"""Tables of events as several engines hold them."""

import pyarrow as pa

from engagement.records import COLUMNS

LISTS = ("countries", "topics")
USED = ("id", "date", "channel", "activity", "initiator", *LISTS, "participants", "status")


def arrow_table(frame, *, as_lists, as_days=False):
    """
    Take the columns that counting looks at, empty cells null, lists as texts or as lists.

    *as_days* makes dates a type for days, where all are such.
    """
    columns = {}
    for name in USED:
        cells = [cell or None for cell in frame[name]]
        if as_lists and name in LISTS:
            cells = [None if cell is None else cell.split(";") for cell in cells]
            columns[name] = pa.array(cells, pa.list_(pa.string()))
        else:
            columns[name] = pa.array(cells, pa.string())
    if as_days:
        columns["date"] = columns["date"].cast(pa.date32())
    return pa.table(columns)


assert set(USED) <= set(COLUMNS)
