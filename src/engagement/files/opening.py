"""How a file is opened, checked before it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import Factory, frozen

from engagement.errors import SettingError, shown, suggest
from engagement.files.decoding import check_encoding
from engagement.files.delimited import check_delimiter
from engagement.files.limits import Limits, read_limits
from engagement.settings.checks import check_whole
from engagement.tables.layouts import read_layout
from engagement.tables.table_settings import TableSettings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engagement.tables.layouts import Layout

__all__ = ["OPENING_SETTINGS", "FileSettings", "Opening", "read_file_settings"]

OPENING_SETTINGS = ("encoding", "delimiter", "sheet", "header_row", "limits")
"""Those of `FileSettings` that say how a file is opened."""


class FileSettings(TableSettings, total=False):
    """
    How a file of events is opened; each is optional.

    It has the settings of `TableSettings`, too.
    """

    encoding: str | None
    """Of a text, such as ``"cp1252"``; without, what its first bytes say, or else UTF-8."""
    delimiter: str | None
    """What separates the cells of a CSV: a comma, a semicolon, a tab or a bar."""
    sheet: str | None
    """The sheet of a workbook; without, the one named "events", or the only one."""
    header_row: int | None
    """The row with the names of the columns, as a spreadsheet numbers it; without, the first."""
    limits: Mapping[str, int] | None
    """
    What is read at most, by name: ``rows`` (131,072), ``columns`` (131,072), ``cells`` (2.1
    million), ``characters`` of a cell (16.8 million) and ``megabytes`` of a file, unpacked (256).
    """


@frozen(kw_only=True)
class Opening:
    """Checked `FileSettings`, but for those of tables; see there."""

    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    header_row: int | None = None
    limits: Limits = Factory(Limits)

    def refuse_useless(self, suffix: str, used: tuple[str, ...]) -> None:
        """Raise SettingError for a setting that files of a suffix have no use for."""
        for name in OPENING_SETTINGS:
            if name not in (*used, "limits") and getattr(self, name) is not None:
                raise SettingError(f"{name} says nothing of a file that ends in {suffix}")


def read_file_settings(settings: Mapping[str, Any]) -> tuple[Opening, Layout]:
    """
    Check `FileSettings`.

    Raises
    ------
    SettingError
        If there is no such setting, or not with such a value.
    """
    ours = OPENING_SETTINGS
    known = [*ours, *TableSettings.__annotations__]
    for name in settings:
        if name not in known:
            listed = ", ".join(f"'{one}'" for one in known)
            raise SettingError(
                f"unknown setting {shown(name)}; the settings are {listed}{suggest(name, known)}"
            )
    layout = read_layout({name: value for name, value in settings.items() if name not in ours})
    given = {name: value for name, value in settings.items() if name in ours}
    opening = Opening(**{**given, "limits": read_limits(settings.get("limits"))})
    check_encoding(opening.encoding)
    check_delimiter(opening.delimiter)
    if opening.header_row is not None:
        check_whole("header_row", opening.header_row, least=1)
    return opening, layout
