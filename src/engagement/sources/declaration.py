"""What a published data set says in which cells, and which of its rows are events."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, Protocol

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from engagement.sources.cut import Layout
from engagement.sources.published import PublishedFile
from engagement.sources.row_cells import Cells

__all__ = ["Declaration", "Free", "Lookup", "Rows", "Rule"]


class Rows(Protocol):
    """Rows of which it is known what lookups read."""

    def of(self, name: str, function: Callable[[Any], Any], *, absent: Any) -> NDArray[Any]:
        """
        Give for each row what a function says of what a lookup read.

        Parameters
        ----------
        name
            Of the lookup.
        function
            It is asked once of each different value.
        absent
            What stands where there are faults; it says the type too.
        """


@frozen(eq=False)
class Lookup:
    """
    Cells of which each different combination is read once.

    What is read must depend on nothing else.
    """

    name: str
    """Of what is read."""
    columns: tuple[str, ...]
    """The cells."""
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
    Reads it. It is asked only of cells that hold anything but plain printable characters, of
    which it may find faults, and in rows that are kept of short ones, which may say "absent".
    Any other cell is what it says: a number, an address.
    """
    is_number: bool = False
    """Whether only a whole number without a sign is surely good."""


@frozen(eq=False)
class Rule:
    """A condition under which a row is no event."""

    holds: Callable[[Rows], NDArray[Any]]
    """Tells it of each row, of which all lookups are read without faults."""
    of: tuple[str, ...]
    """One or two lookups of which depends what is told."""
    told: Callable[..., tuple[str, str]]
    """
    Gives for the values of these the column to blame, which is one of the first lookup's, and
    the problem.
    """
    reason: str
    """The rule without the values of a row."""


@frozen(eq=False)
class Declaration:
    """A data set of pairs of actors."""

    name: str
    """Of the data set, with which ids begin."""
    layout: Callable[[PublishedFile], Layout]
    """Finds out where the columns of a file stand."""
    id_column: str
    """The column that names the row."""
    id_title: str
    """That column in what is told of rows that were joined."""
    cells: Sequence[Lookup | Free]
    """What is read, in the order in which faults are told."""
    rules: Sequence[Rule]
    """Which rows are left out, the first that holds."""
    claims: Literal["all", "kept"]
    """
    With which rows an id is compared: with all, even those that are refused, and another row of
    the same id is then refused; or with those that are kept, and it is then numbered.
    """
    id_of: Callable[[str, Any], str]
    """Gives the id of an event by the cell and by what was read as ``when``."""
    story_of: Callable[[Mapping[str, Any]], NDArray[np.int64]]
    """
    Gives by the texts of free cells a number of each row's story, and -1 where none is named.
    """
    document_column: str | None = None
    """The column with the report that tells of an event."""
