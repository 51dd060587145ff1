"""Where the columns of a file stand whose header names them."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

from engagement.errors import FormatError
from engagement.files.recognition import looks_like
from engagement.sources.cut import Layout
from engagement.sources.sheets import cut_text, find_header
from engagement.values.vocabulary import fold_term

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engagement.sources.published import PublishedFile

__all__ = ["headed_layout"]


def headed_layout(
    file: PublishedFile,
    *,
    what: str,
    required: Sequence[str],
    n_preamble: int = 0,
    reaches: str | None = None,
) -> Layout:
    """
    Find out where the columns of a file stand, whatever separates them.

    Parameters
    ----------
    file
        The file.
    what
        What it should be, to be named in the error.
    required
        Folded names of columns that it must have.
    n_preamble
        So many lines may stand above the header.
    reaches
        Folded name of the last column that a row must reach; ``None`` if it must reach all.

    Raises
    ------
    FormatError
        If it is something else, with what it looks like.
    """
    text = file.head()
    found = find_header(text, required, n_preamble)
    if found is None:
        lacking = ", ".join(f"'{column}'" for column in required)
        raise FormatError(
            f"{file.name}: not {what}: there is no header with the columns {lacking}"
            + looks_like(text)
        )
    start, delimiter = found
    try:
        header = next(cut_text(text[start:], delimiter))
    except csv.Error as error:
        raise FormatError(f"{file.name}: not {what}: not CSV: {error}") from None
    columns = tuple(cell.strip().removeprefix("\ufeff") for cell in header)
    while columns and not columns[-1]:
        columns = columns[:-1]
    folded = [fold_term(column) for column in columns]
    twice = [column for column in required if folded.count(column) > 1]
    if twice:
        raise FormatError(f"{file.name}: column '{twice[0]}' stands twice in the header")
    if delimiter == "\t":
        end = text.find("\n", start) + 1 or len(text)
        start = end
    return Layout(
        what=what,
        widths={len(columns): folded},
        printed=dict(zip(reversed(folded), reversed(columns), strict=True)),
        misfit=f"the row has {{n}} cells, the header {len(columns)}",
        least=len(columns) if reaches is None else folded.index(reaches) + 1,
        delimiter=delimiter,
        n_skipped=len(text[:start].encode(errors=file.errors)),
        has_header=delimiter != "\t",
    )
