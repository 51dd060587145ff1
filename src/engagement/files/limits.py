"""How large a file may be that is read, so that a small one cannot take hours or all memory."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from attrs import evolve, fields_dict, frozen

from engagement.errors import LimitError, SettingError, shown, suggest
from engagement.settings.checks import check_whole

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["Limits", "read_limits"]

_LARGEST = 2**48


@frozen(kw_only=True)
class Limits:
    """
    What is read of a file at most, which takes about a minute; a file with more is refused.

    Attributes
    ----------
    rows, columns, cells
        Of a table, empty ones too, the cells with its header.
    characters
        Of one cell.
    megabytes
        Of a file, and of what it unpacks to, in 2**20 bytes.
    """

    rows: int = 2**17
    columns: int = 2**17
    cells: int = 2**21
    characters: int = 2**24
    megabytes: int = 2**8

    @property
    def bytes(self) -> int:
        """Bytes of a file."""
        return self.megabytes * 2**20

    def hold(self, limit: str, number: float, name: str, what: str = "") -> None:
        """
        Hold a number to a limit.

        Raises
        ------
        LimitError
            If it is larger; the limit, and how it is lifted, is told.

        Examples
        --------
        >>> Limits().hold("rows", 2_000_000, "x.csv")
        Traceback (most recent call last):
        engagement.errors.LimitError: x.csv has more than 131072 rows; limits={'rows': ...} ...
        """
        most = getattr(self, limit)
        if number > most:
            raise LimitError(
                f"{name} has {what or f'more than {most} {limit}'}; limits={{'{limit}': ...}} "
                f"reads more than {most}"
            )

    def hold_shape(self, n_rows: int, n_columns: int, name: str) -> None:
        """Hold the size of a table to the limits, see `hold`."""
        self.hold("columns", n_columns, name)
        self.hold("rows", n_rows, name)
        self.hold("cells", n_columns * (n_rows + 1), name)

    def hold_cells(
        self, rows: Iterable[Mapping[str, Any]], numbers: Sequence[int], name: str
    ) -> None:
        """Hold the texts of rows to the length of a cell, see `hold`."""
        for number, row in zip(numbers, rows, strict=True):
            for column, cell in row.items():
                if isinstance(cell, str) and len(cell) > self.characters:
                    what = f"{len(cell)} characters in row {number}, column {shown(column)}"
                    self.hold("characters", len(cell), name, what)


def read_limits(limits: object, usual: Limits | None = None) -> Limits:
    """
    Read the setting that lifts limits: numbers by the names of `Limits`.

    Parameters
    ----------
    limits
        The setting.
    usual
        What holds where the setting says nothing.

    Raises
    ------
    SettingError
        If it is something else.

    Examples
    --------
    >>> read_limits({"rows": 10_000_000}).rows
    10000000
    """
    if limits is None:
        return usual or Limits()
    known = fields_dict(Limits)
    if not isinstance(limits, Mapping):
        raise SettingError(f"limits must be a mapping of names to numbers, got {shown(limits)}")
    read: dict[str, Any] = {}
    for name, number in limits.items():
        if not isinstance(name, str) or name not in known:
            listed = ", ".join(f"'{one}'" for one in known)
            hint = suggest(name, known) if isinstance(name, str) else ""
            raise SettingError(f"unknown limit {shown(name)}; the limits are {listed}{hint}")
        read[name] = check_whole(f"limit '{name}'", number, least=1, most=_LARGEST)
    return evolve(usual or Limits(), **read)
