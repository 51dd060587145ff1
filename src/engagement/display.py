"""
How a table to read is written: as plain text, HTML, LaTeX and Markdown.

A column says what it is called, what stands above it, and how its values are written; a table
has columns and rows. Names that come from outside mean themselves in every form.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from html import escape
from numbers import Real
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from attrs import frozen

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "NOT_STATED",
    "Column",
    "Table",
    "axis_columns",
    "latex_text",
    "markdown_text",
    "names",
    "number_of",
    "percent",
    "visible",
]

NOT_STATED = "coverage is not stated: taken as first to last event's period"
"""The note of an answer whose exposure rests on the events alone."""

MOST_HTML_ROWS = 60
"""Rows of a table that a notebook shows."""


@frozen
class Column:
    """One column of an answer: of its data frame, of its tables to read, or of both."""

    name: str
    """What it is called in the data frame, and the attribute or key of a row that it shows."""
    heading: str | None = None
    """What stands above it in a table to read; ``None``: it is in the data frame only."""
    write: str | Callable[[Any], str] = "{}"
    """
    How a value is written: a format, in which the row's other columns may be named too, such as
    ``"{:.3g} ({low:.3g} to {high:.3g})"``, or a function of the value.
    """
    value: str | Callable[[Any], object] | None = None
    """What gives the value of a row: an attribute with dots or a function; the name if None."""
    dtype: Any = None
    """What pandas calls the type of its values; ``None`` leaves it to pandas."""
    missing: str = ""
    """What is written where there is no value."""
    in_frame: bool = True
    """Whether the data frame has it."""
    is_index: bool = False
    """Whether it is the index of the data frame."""

    def value_of(self, row: Any) -> Any:
        """Return the value that a row has here."""
        if self.value is not None:
            read = attrgetter(self.value) if isinstance(self.value, str) else self.value
            return read(row)
        return row[self.name] if isinstance(row, Mapping) else getattr(row, self.name)

    def cell_of(self, values: Mapping[str, Any]) -> str:
        """Write the value, given those of all columns of the row by their names."""
        value = values[self.name]
        if _is_missing(value):
            return self.missing
        if isinstance(self.write, str):
            return visible(self.write.format(value, **values))
        return visible(self.write(value))


def names(*columns: str, dtype: Any = None) -> list[Column]:
    """Declare columns that only the data frame has."""
    return [Column(name, dtype=dtype) for name in columns]


def axis_columns(by: Iterable[str]) -> list[Column]:
    """Declare a column for each axis, whose labels the rows hold in ``axes``."""

    def label(name: str) -> Callable[[Any], str]:
        return lambda row: str(row.axes[name])

    return [Column(name, name, value=label(name), dtype="str") for name in by]


def number_of(number: float, noun: str) -> str:
    """
    Write a number with its noun.

    Examples
    --------
    >>> number_of(1, "change"), number_of(2.5, "event")
    ('1 change', '2.5 events')
    """
    told = str(number) if isinstance(number, int) else f"{number:.4g}"
    return f"{told} {noun}{'' if number == 1 else 's'}"


def percent(share: float) -> str:
    """
    Write a level or a share.

    Examples
    --------
    >>> percent(0.95), percent(0.999)
    ('95%', '99.9%')
    """
    return f"{100 * share:g}%"


@frozen(kw_only=True, eq=False)
class Table:
    """A table to read, which can be written in every form."""

    columns: Sequence[Column]
    """Its columns; those without heading are not shown."""
    rows: Iterable[Any]
    """A mapping or an object a row, or a data frame."""
    title: str = ""
    """What stands above it."""
    most: int | None = None
    """How many rows are shown; ``None`` for all."""

    def frame(self) -> pd.DataFrame:
        """Return the columns as a data frame."""
        import pandas as pd

        kept = [column for column in self.columns if column.in_frame]
        if isinstance(self.rows, pd.DataFrame):
            frame = self.rows[[column.name for column in kept]].copy()
        else:
            rows = list(self.rows)
            frame = pd.DataFrame({c.name: [c.value_of(row) for row in rows] for c in kept})
        frame = frame.astype({c.name: c.dtype for c in kept if c.dtype is not None})
        index = [column.name for column in kept if column.is_index]
        return frame.set_index(index) if index else frame

    def cells(self, most: int | None = None) -> tuple[list[list[str]], list[bool], str]:
        """
        Write the headings and the rows.

        Returns
        -------
        tuple
            The rows of texts, the headings first; which columns are of numbers; and what is
            said of the rows that are not shown. There are no rows at all where the table has
            none.
        """
        rows: Any = self.rows if hasattr(self.rows, "iloc") else list(self.rows)
        kept = self._records(rows[: min(len(rows), self.most or len(rows), most or len(rows))])
        more = f"... and {len(rows) - len(kept)} more" if len(kept) < len(rows) else ""
        shown = [column for column in self.columns if column.heading is not None]
        numeric = [
            all(_is_missing(value) or isinstance(value, Real) for value in column)
            and not any(isinstance(value, bool) for value in column)
            for column in ([row[c.name] for row in kept] for c in shown)
        ]
        head = [[visible(column.heading or "") for column in shown]] if kept else []
        return head + [[c.cell_of(row) for c in shown] for row in kept], numeric, more

    def _records(self, rows: Any) -> list[dict[str, Any]]:
        if not hasattr(rows, "to_dict"):
            return [{column.name: column.value_of(row) for column in self.columns} for row in rows]
        records: list[dict[str, Any]] = rows.to_dict("records")
        made = [c for c in self.columns if c.value is not None and c.name not in rows]
        return [row | {c.name: c.value_of(row) for c in made} for row in records]

    def text(self) -> list[str]:
        """Return the lines in plain text: numbers to the right, all else to the left."""
        rows, numeric, more = self.cells()
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        lines = [
            "  ".join(
                cell.rjust(width) if is_number else cell.ljust(width)
                for cell, width, is_number in zip(row, widths, numeric, strict=True)
            ).rstrip()
            for row in rows
        ]
        return [part for part in (visible(self.title), *lines, more) if part]

    def html(self) -> list[str]:
        """Return the table for a page, all of it escaped."""
        rows, numeric, more = self.cells(MOST_HTML_ROWS)
        lines = [f"<p>{escape(visible(self.title))}</p>"] if self.title else []
        if rows:
            lines.append("<table>")
            for place, row in enumerate(rows):
                tag = "td" if place else "th"
                cells = "".join(
                    f'<{tag} style="text-align: {"right" if right else "left"}">'
                    f"{escape(cell)}</{tag}>"
                    for cell, right in zip(row, numeric, strict=True)
                )
                lines.append(f"<tr>{cells}</tr>")
            lines.append("</table>")
        return [*lines, *([f"<p>{more}</p>"] if more else [])]

    def latex(self) -> list[str]:
        """Return the table as a ``tabular``, which needs no package."""
        rows, numeric, more = self.cells()
        lines = [rf"{latex_text(self.title)} \par"] if self.title else []
        if rows:
            written = [" & ".join(map(latex_text, row)) + r" \\" for row in rows]
            lines += [
                rf"\begin{{tabular}}{{{''.join('r' if right else 'l' for right in numeric)}}}",
                r"\hline",
                written[0],
                r"\hline",
                *written[1:],
                r"\hline",
                r"\end{tabular} \par",
            ]
        return [*lines, *([rf"{more} \par"] if more else [])]

    def markdown(self) -> list[str]:
        """Return the table with bars between the columns."""
        rows, numeric, more = self.cells()
        lines = [markdown_text(self.title), ""] if self.title else []
        written = [f"| {' | '.join(map(markdown_text, row))} |" for row in rows]
        if written:
            rule = "".join(" ---: |" if right else " --- |" for right in numeric)
            lines += [written[0], f"|{rule}", *written[1:]]
        return [*lines, *(["", more] if more else [])]


_HIDDEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)


def visible(text: str) -> str:
    r"""
    Write what would steer a terminal, break a line or turn its direction as its escape.

    Examples
    --------
    >>> print(visible("KGZ\x1b[31m"))
    KGZ\x1b[31m
    """
    return _HIDDEN.sub(lambda found: ascii(found[0])[1:-1], text)


def _is_missing(value: object) -> bool:
    if isinstance(value, Real):
        return value != value  # noqa: PLR0124 - as nothing but NaN does
    return value is None or type(value).__name__ in {"NaTType", "NAType"}


_LATEX = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{character: rf"\{character}" for character in "&%$#_{}"},
}


def latex_text(text: str) -> str:
    """Write what LaTeX reads as a command as the character that it is."""
    return "".join(_LATEX.get(character, character) for character in visible(text))


def markdown_text(text: str) -> str:
    """Write what Markdown reads as mark-up as the character that it is."""
    return re.sub(r"([\\`*_\[\]<>|~&$])", r"\\\1", visible(text))
