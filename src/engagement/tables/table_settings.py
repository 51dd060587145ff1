"""How someone's own table differs from the documented one: the settings, checked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any, Literal, TypedDict

from engagement.errors import SettingError, named, shown, suggest
from engagement.settings.checks import check_choice, check_flag
from engagement.tables.records import COLUMNS
from engagement.tables.table_dates import DateOrder, check_date_order
from engagement.tables.table_numbers import check_decimal
from engagement.tables.times_of_day import check_times
from engagement.values.country_systems import check_system
from engagement.values.vocabulary import fold_term

__all__ = [
    "ENDS",
    "KNOWN_COLUMNS",
    "OTHER_COLUMNS",
    "PARTICIPANT_COLUMNS",
    "PROBLEM_COLUMN",
    "ROW_COLUMN",
    "TableSettings",
    "check_settings",
]

ENDS = ("date_start", "date_end")
"""Columns that may stand for ``date``."""

PARTICIPANT_COLUMNS = tuple(
    f"participant_{name}" for name in ("country", "organisation", "office", "name", "rank")
)
"""Columns of a table with one row a participant."""

PROBLEM_COLUMN, ROW_COLUMN = "problem (not read)", "row (not read)"
"""The columns in which the problems of rows stand that are to be mended, and where they were."""

OTHER_COLUMNS = (*ENDS, *PARTICIPANT_COLUMNS)
"""Columns that are read beside the documented ones, and never written."""

KNOWN_COLUMNS = (*COLUMNS, *OTHER_COLUMNS)
"""Columns that have a meaning, by the names that they have here."""

_CHOICES = {
    "unknown_columns": ("refuse", "keep", "note"),
    "undated": ("refuse", "leave out"),
    "successors": ("keep", "merge"),
}


class TableSettings(TypedDict, total=False):
    """
    How a table differs from the documented one; each is optional.

    They are the same for `EventLog.from_frame`, `read_events`, `rows_at_fault` and the command
    line.
    """

    columns: Mapping[str, str] | None
    """
    For a documented column the name that it has in the table; ``{"own:certainty": "Status"}``
    makes a column of the user's own of one whose name means something else here.
    """
    defaults: Mapping[str, object] | None
    """For a documented column the value of absent cells, in rows of the kinds that have it."""
    values: Mapping[str, Mapping[str, str]] | None
    """
    For a documented column what texts of the table mean there, such as
    ``{"activity": {"summit": "meeting"}}``; an empty text for what says nothing.
    """
    unknown_columns: Literal["refuse", "keep", "note"]
    """
    What becomes of columns that are not documented: a fault, columns of the user's own, see
    `Event`, or texts in the note. A column whose name begins with ``own:`` is one of the
    user's own in any case.
    """
    date_order: DateOrder | None
    """Whether day or month comes first in dates such as 03/04/2019; such are refused without."""
    times: str
    """
    What becomes of times of day. ``"refuse"`` refuses all but midnight; ``"cut"`` takes the day
    as it is written; a time zone such as ``"Asia/Bishkek"`` takes the day there, where cells
    name a time zone. Those are refused without.
    """
    decimal: Literal[".", ","] | None
    """The decimal mark; ``None`` for that which other cells show; 1,234 alone is then refused."""
    fiscal_years: int | Literal[False] | None
    """
    The month, from 1 to 12, with which a year written 2018-19 begins; ``False`` where 2010-11
    means November. Without, such cells are refused where the column shows that they are years.
    """
    list_separator: str | None
    """
    What separates the items of a list. Without, ``;`` does, and known names may stand between
    commas, slashes and "and" as well.
    """
    amounts: bool
    """Whether ``value`` holds printed amounts, such as $2.5m, which name their currency."""
    undated: Literal["refuse", "leave out"]
    """What becomes of rows without a date, be it an empty cell or a text such as n.d."""
    coverage: tuple[str, str] | None
    """The first and the last date that the sources observed, of all kinds of events in it."""
    countries: str
    """The system in which countries are written, see `read_country`."""
    successors: Literal["keep", "merge"]
    """
    Whether states that ended keep their code, ``"keep"``, or have that of their successor,
    ``"merge"``: RUS for SUN, SRB for YUG and SCG, CZE for CSK, DEU for DDR, YEM for YMD.
    """
    groups: bool
    """Whether a group among the countries, such as Central Asia, stands for its members then."""


def _as_mapping(value: object, name: str) -> dict[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise SettingError(f"{name} must be a mapping from documented columns, got {shown(value)}")
    return {named(key): item for key, item in value.items()}


def _as_values(value: object) -> dict[str, dict[str, str]]:
    """Check what texts mean, by documented column and folded text."""
    found = {}
    for column, meant in _as_mapping(value, "values").items():
        if column not in KNOWN_COLUMNS:
            raise SettingError(
                f"values names the unknown column {shown(column)}{suggest(column, KNOWN_COLUMNS)}"
            )
        texts = _as_mapping(meant, f"values of '{column}'")
        for term in texts.values():
            if not isinstance(term, str):
                raise SettingError(f"values of '{column}' must be texts, got {shown(term)}")
        found[column] = {fold_term(text): term for text, term in texts.items()}
    return found


def _is_month(value: object) -> bool:
    """Tell whether a setting is a month, or says that there is none."""
    if value is None or value is False:
        return True
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 12


def check_settings(settings: Mapping[str, Any]) -> dict[str, Any]:
    """
    Check `TableSettings`, and give mappings as plain ones with texts folded.

    Raises
    ------
    SettingError
        If there is no such setting, or not with such a value.
    """
    known = list(TableSettings.__annotations__)
    for name in settings:
        if name not in known:
            listed = ", ".join(f"'{one}'" for one in known)
            raise SettingError(
                f"unknown setting {shown(name)}; the settings are {listed}{suggest(name, known)}"
            )
    columns = _as_mapping(settings.get("columns"), "columns")
    for name, number in Counter(map(shown, columns.values())).items():
        if number > 1:
            ours = [f"'{one}'" for one, theirs in columns.items() if shown(theirs) == name]
            raise SettingError(f"columns gives {name} for {' and '.join(ours)}; it can be one")
    for name, choices in _CHOICES.items():
        check_choice(name, settings.get(name, choices[0]), choices)
    for name in ("groups", "amounts"):
        check_flag(name, settings.get(name, False))
    span, mark = settings.get("coverage"), settings.get("list_separator")
    if span is not None and (not isinstance(span, (tuple, list)) or len(span) != 2):
        raise SettingError(f"coverage must be a first and a last date or None, got {shown(span)}")
    if mark is not None and (not isinstance(mark, str) or not mark):
        raise SettingError(f"list_separator must be a text or None, got {shown(mark)}")
    if not _is_month(settings.get("fiscal_years")):
        raise SettingError(
            "fiscal_years must be a month from 1 to 12, False or None, "
            f"got {shown(settings['fiscal_years'])}"
        )
    check_date_order(settings.get("date_order"))
    check_times(settings.get("times", "refuse"))
    check_decimal(settings.get("decimal"))
    check_system(settings.get("countries", "name"))
    return {
        **settings,
        "columns": columns,
        "defaults": _as_mapping(settings.get("defaults"), "defaults"),
        "values": _as_values(settings.get("values")),
    }
