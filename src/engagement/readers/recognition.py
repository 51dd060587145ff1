"""What a file looks like, so that a reader of another format can say so."""

from __future__ import annotations

import re
from typing import NamedTuple

from engagement.vocabulary import fold_term

__all__ = ["looks_like"]


class _Guise(NamedTuple):
    """A published layout by columns that only it has."""

    columns: tuple[str, ...]
    name: str
    reader: str


_GUISES = (
    _Guise(("type of violence", "date prec", "side a"), "a UCDP GED file", "read_ucdp_ged"),
    _Guise(("event id cnty", "event date", "sub event type"), "an ACLED export", "read_acled"),
    _Guise(("event date", "actor1", "inter1"), "an ACLED export", "read_acled"),
    _Guise(("event id", "cameo code", "source name"), "an ICEWS file", "read_icews"),
    _Guise(("event id", "event mode", "actor name"), "a POLECAT file", "read_plover"),
    _Guise(("weapon designation", "recipient", "supplier"), "a SIPRI register", "read_sipri"),
    _Guise(("order date", "delivery year", "designation"), "a SIPRI list of deals", "read_sipri"),
    _Guise(("date", "channel", "activity"), "a table of events", "read_events"),
)
_N_LINES = 40
_GDELT = re.compile(r"\d+\t\d{8}\t\d{6}\t\d{4}\t\d{4}\.\d*\t")


def looks_like(text: str) -> str:
    """
    Say what a text looks like, as the end of a message.

    Returns
    -------
    str
        ``"; this looks like ...; use read_..."``, or an empty text where nothing is known.

    Examples
    --------
    >>> looks_like("id,type_of_violence,side_a,date_prec")
    '; this looks like a UCDP GED file; use read_ucdp_ged'
    """
    head = text[:100_000]
    lines = head.split("\n", _N_LINES)[:_N_LINES]
    for line in lines:
        if _GDELT.match(line):
            width = line.count("\t") + 1
            version = "2.0" if width > 58 else "1.0"
            return (
                f"; this looks like a GDELT {version} export (tab-separated, {width} columns, "
                "no header); use read_gdelt"
            )
    for line in lines:
        for delimiter in (",", "\t", ";", "|"):
            cells = {fold_term(cell.strip('"\ufeff\r ')) for cell in line.split(delimiter)}
            for guise in _GUISES:
                if cells.issuperset(guise.columns):
                    return f"; this looks like {guise.name}; use {guise.reader}"
    if head.lstrip()[:1] in ("{", "["):
        return "; this looks like JSON"
    if head.lstrip()[:1] == "<":
        return "; this looks like a web page"
    return ""
