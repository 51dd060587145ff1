"""Texts that a spreadsheet would take for formulas, made harmless and back."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["guard_frame", "guard_text", "restore_text"]

_TEMPTING = re.compile("'*[=+\\-@\t\r\n\N{FULLWIDTH EQUALS SIGN}\N{FULLWIDTH PLUS SIGN}"
                       "\N{FULLWIDTH HYPHEN-MINUS}\N{FULLWIDTH COMMERCIAL AT}]")  # fmt: skip


def guard_text(text: str) -> str:
    """
    Put an apostrophe before a text that a spreadsheet would run as a formula.

    Those are texts that begin with ``=``, ``+``, ``-``, ``@``, a tab or a line end, and the wide
    forms of these. A text that begins with apostrophes before one of them gets one more, so that
    `restore_text` gives every text back.

    Examples
    --------
    >>> guard_text("=1+1"), guard_text("'=1+1"), guard_text("it's = 2")
    ("'=1+1", "''=1+1", "it's = 2")
    """
    return f"'{text}" if _TEMPTING.match(text) else text


def restore_text(text: str) -> str:
    """
    Take away the apostrophe that `guard_text` put there.

    Examples
    --------
    >>> restore_text("'=1+1"), restore_text("'tis")
    ('=1+1', "'tis")
    """
    return text[1:] if text.startswith("'") and _TEMPTING.match(text) else text


def guard_frame(frame: pd.DataFrame) -> pd.DataFrame:
    """Guard the names of a frame's columns and all texts in it; numbers stay."""
    texts = frame.select_dtypes(exclude="number").columns
    guarded = frame.assign(
        **{
            name: frame[name].map(lambda cell: guard_text(cell) if isinstance(cell, str) else cell)
            for name in texts
        }
    )
    return guarded.rename(columns=lambda name: guard_text(str(name)))
