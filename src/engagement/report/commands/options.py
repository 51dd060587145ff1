"""Options of every command that reads a table of someone's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engagement.errors import SettingError, shown
from engagement.values.country_systems import COUNTRY_SYSTEMS

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

__all__ = ["add_reading_options", "reading_settings", "refuse_to_replace"]

_DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t", "bar": "|"}


def add_reading_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that say how a table differs from the documented one."""
    group = parser.add_argument_group("how the table is read")
    group.add_argument(
        "--column",
        action="append",
        default=[],
        metavar="OURS=THEIRS",
        help="the name that a documented column has in the table; may be given again",
    )
    group.add_argument(
        "--default",
        action="append",
        default=[],
        metavar="COLUMN=VALUE",
        help="what cells of a documented column hold where they are empty; may be given again",
    )
    group.add_argument(
        "--unknown-columns",
        choices=["refuse", "note"],
        default="refuse",
        help="what becomes of columns that are not documented (default: refuse)",
    )
    group.add_argument(
        "--date-order",
        choices=["day-first", "month-first"],
        help="what dates such as 03/04/2019 mean; without it they are refused",
    )
    group.add_argument(
        "--decimal",
        choices=["point", "comma"],
        help="the decimal mark; without it amounts such as 1,234 are refused",
    )
    group.add_argument(
        "--fiscal-years",
        type=int,
        metavar="MONTH",
        help="the month in which a year written 2018-19 begins",
    )
    group.add_argument(
        "--countries",
        choices=list(COUNTRY_SYSTEMS),
        default="name",
        help="the system in which countries are written (default: name)",
    )
    group.add_argument(
        "--groups", action="store_true", help="read Central Asia and the like as their members"
    )
    group.add_argument("--encoding", metavar="NAME", help="of a text, such as cp1252")
    group.add_argument("--delimiter", choices=list(_DELIMITERS), help="between the cells of a CSV")
    group.add_argument("--sheet", metavar="NAME", help="the sheet of a workbook")
    group.add_argument(
        "--header-row", type=int, metavar="N", help="the row with the names of the columns"
    )


def reading_settings(options: argparse.Namespace) -> dict[str, Any]:
    """
    Give what was asked as settings of `read_events`.

    Raises
    ------
    SettingError
        If a column or a default is not written as a pair.
    """
    marks = {"point": ".", "comma": ",", None: None}
    return {
        "columns": _pairs(options.column, "--column"),
        "defaults": _pairs(options.default, "--default"),
        "unknown_columns": options.unknown_columns,
        "date_order": options.date_order,
        "decimal": marks[options.decimal],
        "fiscal_years": options.fiscal_years,
        "countries": options.countries,
        "groups": options.groups,
        "encoding": options.encoding,
        "delimiter": _DELIMITERS.get(options.delimiter),
        "sheet": options.sheet,
        "header_row": options.header_row,
    }


def _pairs(texts: list[str], option: str) -> dict[str, str]:
    found = {}
    for text in texts:
        name, sign, value = text.partition("=")
        if not sign:
            raise SettingError(f"{option} takes a pair such as date=When, got {shown(text)}")
        found[name.strip()] = value
    return found


def refuse_to_replace(file: Path, *, replace: bool) -> None:
    """Raise SettingError where a file stands already, unless it is to be replaced."""
    if file.exists() and not replace:
        raise SettingError(f"{file} is there already; --replace writes over it")
