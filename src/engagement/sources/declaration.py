"""What a published data set says in which cells, and which of its rows are events."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal, NamedTuple

from attrs import frozen

from engagement.sources.cut import FileLayout
from engagement.sources.published import PublishedFile
from engagement.sources.row_cells import Cells

__all__ = ["Against", "Declaration", "Free", "Lookup", "Rule", "numbered_id"]


def numbered_id(source: str, text: str, _when: Any) -> str:
    """Give the id of an event by the number of its row, which may be written with .0 behind."""
    return f"{source}-{int(text.partition('.')[0])}"


@frozen(eq=False)
class Lookup:
    """
    Cells of which each different combination is read once.

    What is read must depend on nothing else, and it must be hashable.
    """

    name: str
    """Of what is read."""
    columns: tuple[str, ...]
    """The cells; a fault of what was read as a whole is told of the first."""
    read: Callable[[Cells], Any]
    """Reads them from a row that has no others; what is wrong is noted in the row's faults."""
    if_other: tuple[str, str, Callable[[str], bool]] | None = None
    """
    A column that is looked at only if another says so: its name, that of the other, and what
    cells of that say so.
    """
    shorten: Callable[[str], str] | None = None
    """Takes off a cell of the last column what tells nothing, so that fewer are different."""


@frozen(eq=False)
class Free:
    """A cell that is another one in nearly every row: an id, an address."""

    name: str
    """Of what is read, and of the column."""
    read: Callable[[Cells], str]
    """
    Reads it. It is asked only of cells that are not surely good, and in rows that are kept of
    short ones, which may say "absent". Any other cell is what it says: a number, an address.
    """
    sure: str | None = None
    """A pattern of cells that are surely good; ``None``: of plain printable characters."""


class Against(NamedTuple):
    """Why a row is no event."""

    column: str
    """To blame, which is one of the rule's lookups."""
    problem: str
    reason: str
    """The rule without the values of the row."""


@frozen(eq=False)
class Rule:
    """A condition under which a row is no event."""

    of: tuple[str, ...]
    """The lookups on which it depends."""
    why: Callable[..., Against | None]
    """Tells by their values why a row is none; ``None`` where it is one."""
    by: Callable[[Any], Any] | None = None
    """What of each value it depends on; ``None``: on all."""


@frozen(eq=False)
class Declaration:
    """A data set of events."""

    layout: Callable[[PublishedFile], FileLayout]
    """Finds out where the columns of a file stand."""
    id_column: str
    """The column that names the row."""
    cells: Sequence[Lookup | Free]
    """What is read, in the order in which faults are told; one lookup is ``when``."""
    rules: Sequence[Rule]
    """Which rows are excluded; the first that applies."""
    claims: Literal["all", "readable", "kept", "none"]
    """
    With which rows an id is compared: with all, even those that are refused, or with those that
    can be read, even if they are excluded, and another row of the same id is then refused; or
    with those that are kept, and it is then numbered; or with none.
    """
    id_of: Callable[[str, Any], str]
    """Gives the id of an event by the cell and by what was read as ``when``."""
    state_of: Callable[[str], str] = str
    """Gives the code under which a state counts, see `naming_of`."""
    same_by: tuple[str, ...] = ()
    """Lookups in which rows of one id agree that tell of one event; none: they repeat all cells."""

    def lookup(self, name: str) -> Lookup:
        """Give a lookup."""
        return next(cell for cell in self.cells if isinstance(cell, Lookup) and cell.name == name)
