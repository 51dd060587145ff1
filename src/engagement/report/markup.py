"""Texts of the data as they stand on a page, and tables of them."""

from __future__ import annotations

from html import escape as escape_markup
from typing import TYPE_CHECKING

from engagement.display import visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["escape", "head_of", "row_of", "table_of"]


def escape(text: object) -> str:
    r"""
    Write a text so that it is only shown: no markup, no control, no turn of direction.

    Examples
    --------
    >>> print(escape("<b>\u202e'"))
    &lt;b&gt;\u202e&#x27;
    """
    return escape_markup(visible(str(text)))


def head_of(names: Sequence[str], kinds: Sequence[str] | None = None) -> str:
    """Write the headings of a table; *kinds* are classes of the page's style."""
    cells = (
        f"<th{kind}>{escape(name)}</th>"
        for name, kind in zip(names, _classes(names, kinds), strict=True)
    )
    return f"<thead><tr>{''.join(cells)}</tr></thead>"


def row_of(names: Sequence[str], cells: Iterable[str], kinds: Sequence[str] | None = None) -> str:
    """Write cells that are HTML; on a telephone each has its heading before it."""
    written = (
        f'<td{kind} data-h="{escape(name)}">{cell}</td>' if cell else "<td></td>"
        for name, cell, kind in zip(names, cells, _classes(names, kinds), strict=True)
    )
    return f"<tr>{''.join(written)}</tr>"


def table_of(
    names: Sequence[str], rows: Iterable[Iterable[str]], kinds: Sequence[str] | None = None
) -> str:
    """Write a table of cells that are HTML."""
    body = "".join(row_of(names, row, kinds) for row in rows)
    return f'<table class="cards">{head_of(names, kinds)}<tbody>{body}</tbody></table>'


def _classes(names: Sequence[str], kinds: Sequence[str] | None) -> list[str]:
    return [f' class="{kind}"' for kind in kinds] if kinds is not None else [""] * len(names)
