"""Which documented column a column of someone's own table may hold, by its name and its cells."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from engagement.errors import EngagementError
from engagement.tables.cells import as_cell_text, is_absent
from engagement.tables.list_cells import known_parts
from engagement.tables.table_dates import read_table_date
from engagement.tables.table_settings import KNOWN_COLUMNS
from engagement.values.country_groups import is_group
from engagement.values.country_systems import read_country
from engagement.values.date_guesses import guess_dates
from engagement.values.vocabulary import Activity, Channel, fold_term

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

__all__ = ["ACTIVITIES", "find_columns", "known_names"]

_NAMES = {
    "date": "date, when, day, date of event, event date, dates, year, month",
    "date_start": "start, start date, from date, begin, began, date from, date start",
    "date_end": "end, end date, to date, until, ended, date to, date end",
    "countries": (
        "countries, country, partner, partners, partner country, partner countries, counterpart, "
        "counterparts, participants, participating countries, with, with whom, other side, "
        "country b, side b, recipient, target, states, state"
    ),
    "initiator": "initiator, focal state, country a, side a, sender, source country, from",
    "organisations": (
        "organisations, organisation, organizations, organization, forum, framework, body, under"
    ),
    "activity": (
        "activity, type, kind, type of event, event type, kind of event, what, type of activity, "
        "category, activity type"
    ),
    "channel": "channel, bilateral or multilateral, bilateral multilateral",
    "place": "place, location, city, venue, town, site, where",
    "topics": "topics, topic, theme, themes, subject, issue, issues, agenda",
    "source": "source, sources, url, link, reference, references, citation",
    "note": "note, notes, remark, remarks, comment, comments, description, details, summary",
    "value": "value, amount, cost, worth, sum, price, amount of money, value of aid",
    "currency": "currency",
    "goods": "goods, item, items, equipment",
    "terms": "terms, terms of transfer",
    "subkind": "subkind, subtype, sub type",
    "id": "id, event id",
    "personnel_low": "personnel, troops, number of troops, soldiers, people, headcount",
}
_FOLDED = {name: column for column, names in _NAMES.items() for name in names.split(", ")}
_KINDS = {
    "meeting": (
        "meetings, summit, talks, talk, consultation, consultations, conference, dialogue, "
        "negotiation, negotiations, phone call, call, session, forum, summit meeting"
    ),
    "exercise": "exercises, drill, drills, manoeuvre, manoeuvres, joint exercise, wargame",
    "training": "trainings, course, courses, seminar, workshop, training course, education",
    "visit": "visits, official visit, port call, delegation, tour, state visit",
    "operation": "operations, patrol, joint patrol, joint operation, patrols, raid",
    "transfer": (
        "transfers, donation, donations, aid, grant, gift, delivery, arms sale, sale, "
        "arms transfer, military aid, loan"
    ),
    "agreement": (
        "agreements, treaty, mou, memorandum, memorandum of understanding, accord, protocol, pact, "
        "signing"
    ),
    "mechanism": "mechanisms",
    "measure": "measures, law, decree, policy",
}
ACTIVITIES = {text: kind for kind, texts in _KINDS.items() for text in texts.split(", ")}
"""Words of the field by the activity that they mean as a rule."""

_LEAST_SHARE = 0.5
_MOST_CELLS = 400


def known_names(cells: Iterable[object]) -> int:
    """Count the cells of a line that are names of columns, each column once."""
    names = {_column_of(cell) for cell in cells if isinstance(cell, str)}
    return len(names - {None})


def _column_of(name: object) -> str | None:
    """Give the documented column that a name means, if it is a usual one."""
    tidy = fold_term(re.sub(r"[^\w -]", " ", re.sub(r"\(.*?\)", "", str(name))))
    return next((column for column in KNOWN_COLUMNS if fold_term(column) == tidy), None) or (
        _FOLDED.get(tidy) or _FOLDED.get(tidy.removesuffix(" s"))
    )


def find_columns(
    header: Sequence[str], rows: Sequence[Mapping[str, Any]], given: Mapping[str, str]
) -> dict[str, str]:
    """
    Propose what the columns of a table hold.

    Parameters
    ----------
    header, rows
        The table.
    given
        What the user says, by documented column.

    Returns
    -------
    dict
        For a documented column the name that it has in the table, with those *given*. Names
        go before cells, and the first of two columns that may be one is taken.

    Examples
    --------
    >>> rows = [{"When": "May 2019", "Partner(s)": "KGZ", "X": "drill"}]
    >>> find_columns(["When", "Partner(s)", "X"], rows, {})
    {'date': 'When', 'countries': 'Partner(s)', 'activity': 'X'}
    """
    found = dict(given)
    free = [name for name in header if name not in found.values()]
    columns = {name: _cells(rows, name) for name in free}
    has_source = "source" in map(fold_term, header)
    for name in free:
        column = _column_of(name)
        if column == "where" and not has_source:  # where in a source, or in the world
            column = "place"
        if column == "participants" and _share(columns[name], str.isdecimal) > _LEAST_SHARE:
            column = "personnel_low"
        if column and column not in found and _suits(column, columns[name]):
            found[column] = name
    for column, is_one in _BY_CELLS.items():
        taken = {*found, *({"date"} if "date_start" in found else set())}
        if column in taken:
            continue
        for name in free:
            if name not in found.values() and _share(columns[name], is_one) > _LEAST_SHARE:
                found[column] = name
                break
    return found


def _cells(rows: Sequence[Mapping[str, Any]], name: str) -> list[str]:
    cells = [as_cell_text(row.get(name)) for row in rows[:_MOST_CELLS]]
    return [cell.strip() for cell in cells if isinstance(cell, str) and not is_absent(cell)]


def _share(cells: Sequence[str], is_one: Callable[[str], bool]) -> float:
    return sum(map(is_one, cells)) / len(cells) if cells else 0.0


def _suits(column: str, cells: Sequence[str]) -> bool:
    """Tell whether cells may be of a column whose name is used for other things too."""
    is_one = _BY_CELLS.get(column) or _BY_CELLS.get({"initiator": "countries"}.get(column, ""))
    if column == "participants":
        return all(cell.startswith("[") for cell in cells)
    return is_one is None or not cells or _share(cells, is_one) > _LEAST_SHARE / 2


def _is_date(text: str) -> bool:
    try:
        read_table_date(text)
    except EngagementError as error:
        return "is not a date" not in str(error) or any(
            re.search(r"\d{4}", guess) and guess != text for guess in guess_dates(text)
        )
    return True


def _is_place_of(text: str) -> bool:
    return is_group(text) or _is_country(text)


def _is_country(name: str) -> bool:
    try:
        return bool(read_country(name))
    except EngagementError:
        return False


def _names_countries(text: str) -> bool:
    return any(
        _is_place_of(part.strip()) or known_parts(part, _is_place_of) is not None
        for part in re.split("[;\n]", text)
    )


def _is_activity(text: str) -> bool:
    folded = fold_term(text)
    return folded in ACTIVITIES or folded in {str(kind) for kind in Activity}


def _is_channel(text: str) -> bool:
    return fold_term(text) in {str(channel) for channel in Channel}


_BY_CELLS: dict[str, Callable[[str], bool]] = {
    "date": _is_date,
    "channel": _is_channel,
    "activity": _is_activity,
    "countries": _names_countries,
}
