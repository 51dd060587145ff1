"""Where the columns of GDELT event exports stand, as published or as other programs write them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import evolve

from engagement.errors import FormatError
from engagement.files.recognition import looks_like
from engagement.sources.cut import FileLayout
from engagement.sources.headers import find_headless, headed_layout
from engagement.values.vocabulary import fold_term

if TYPE_CHECKING:
    from engagement.sources.published import PublishedFile

__all__ = ["LAYOUTS", "gdelt_layout"]

_OF_ACTOR = (
    *("Code", "Name", "CountryCode", "KnownGroupCode", "EthnicCode"),
    *("Religion1Code", "Religion2Code", "Type1Code", "Type2Code", "Type3Code"),
)
_OF_ACTION = (
    *("IsRootEvent", "EventCode", "EventBaseCode", "EventRootCode", "QuadClass"),
    *("GoldsteinScale", "NumMentions", "NumSources", "NumArticles", "AvgTone"),
)
_GEO_1 = ("Type", "FullName", "CountryCode", "ADM1Code", "Lat", "Long", "FeatureID")
_GEO_2 = (*_GEO_1[:4], "ADM2Code", *_GEO_1[4:])


def _columns(geo: tuple[str, ...], *end: str) -> tuple[str, ...]:
    return (
        *("GlobalEventID", "SQLDATE", "MonthYear", "Year", "FractionDate"),
        *(f"Actor{n}{name}" for n in (1, 2) for name in _OF_ACTOR),
        *_OF_ACTION,
        *(f"{who}Geo_{name}" for who in ("Actor1", "Actor2", "Action") for name in geo),
        *end,
    )


LAYOUTS = {
    57: _columns(_GEO_1, "DATEADDED"),
    58: _columns(_GEO_1, "DATEADDED", "SOURCEURL"),
    61: _columns(_GEO_2, "DATEADDED", "SOURCEURL"),
}
"""The columns of versions 1.0 and 2.0 by their number."""
_REQUIRED = (
    *("globaleventid", "sqldate", "eventcode", "dateadded"),
    *(f"actor{n}{name}" for n in (1, 2) for name in ("code", "countrycode", "type1code")),
)
_N_TRIED = 20


def gdelt_layout(file: PublishedFile) -> FileLayout:
    """
    Find out where the columns of an export stand.

    Raises
    ------
    FormatError
        If it is something else, with what it looks like.
    """
    headed = _headed(file)
    if headed is not None:
        return headed
    lines = file.head().split("\n")[: 4 * _N_TRIED]
    rows = [line.removesuffix("\r").split("\t") for line in lines if line.strip()][:_N_TRIED]
    has_tabs = not rows or any(len(cells) in LAYOUTS for cells in rows)
    delimiter = "\t" if has_tabs else find_headless("\n".join(lines), set(LAYOUTS))
    if delimiter is None:
        raise FormatError(
            f"{file.name}: not a GDELT export: rows have 57, 58 or 61 cells between tabs, here "
            f"{len(rows[0])}"
            + looks_like("\n".join("\t".join(cells) for cells in rows), reader="read_gdelt")
        )
    return FileLayout(
        what="a GDELT export",
        widths=LAYOUTS,
        printed={name: name for columns in LAYOUTS.values() for name in columns},
        misfit="the row has {n} cells; a row of GDELT has 57, 58 or 61",
        delimiter=delimiter,
        has_quotes=False,
    )


def _headed(file: PublishedFile) -> FileLayout | None:
    """Find out where the columns stand in a file that went through a program that names them."""
    try:
        layout = headed_layout(file, what="a GDELT export", required=_REQUIRED)
    except FormatError:
        return None
    (names,) = layout.widths.values()
    declared = {fold_term(name): name for name in LAYOUTS[61]}
    return evolve(
        layout,
        widths={len(names): [declared.get(name, name) for name in names]},
        printed={declared.get(name, name): title for name, title in layout.printed.items()},
    )
