"""
How every answer shows itself, in one place.

An answer states its title, its columns, its rows and its notes. The data frame, the summary in
plain text, the line at a prompt, the table in a notebook, LaTeX and Markdown all follow from
them. What draws an answer stands in `engagement.figures`, and tables other than that of its own
rows in `engagement.words`: in the module of the answer's folder, registered by its class.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, singledispatch
from html import escape
from importlib import import_module
from importlib.util import find_spec
from numbers import Real
from operator import attrgetter
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from attrs import frozen

from engagement.errors import LabelError, suggest

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd
    from matplotlib.axes import Axes

__all__ = [
    "NOT_STATED",
    "Answer",
    "Column",
    "Drawn",
    "SeveralAnswer",
    "Table",
    "answer",
    "axis_columns",
    "draw",
    "names",
    "number_of",
    "percent",
    "shown_tables",
    "visible",
]

S = TypeVar("S")

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
    return f"{number:.4g} {noun}{'' if number == 1 else 's'}"


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
        records = self._records()
        limits = [limit for limit in (self.most, most) if limit is not None]
        kept = records[: min(limits)] if limits else records
        more = f"... and {len(records) - len(kept)} more" if len(kept) < len(records) else ""
        shown = [column for column in self.columns if column.heading is not None]
        numeric = [
            all(_is_missing(value) or isinstance(value, Real) for value in column)
            and not any(isinstance(value, bool) for value in column)
            for column in ([row[c.name] for row in kept] for c in shown)
        ]
        head = [[visible(column.heading or "") for column in shown]] if kept else []
        return head + [[c.cell_of(row) for c in shown] for row in kept], numeric, more

    def _records(self) -> list[Mapping[str, Any]]:
        rows: Any = self.rows
        if hasattr(rows, "to_dict"):
            records: list[dict[str, Any]] = rows.to_dict("records")
            made = [c for c in self.columns if c.value is not None and c.name not in rows]
            return [row | {c.name: c.value_of(row) for c in made} for row in records]
        return [{column.name: column.value_of(row) for column in self.columns} for row in rows]

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
        lines = [rf"{_latex(self.title)} \par"] if self.title else []
        if rows:
            written = [" & ".join(map(_latex, row)) + r" \\" for row in rows]
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
        lines = [_markdown(self.title), ""] if self.title else []
        written = [f"| {' | '.join(map(_markdown, row))} |" for row in rows]
        if written:
            rule = "".join(" ---: |" if right else " --- |" for right in numeric)
            lines += [written[0], f"|{rule}", *written[1:]]
        return [*lines, *(["", more] if more else [])]


class Drawn:
    """Something that a figure is registered for."""

    __slots__ = ()

    def plot(self, ax: Axes | None = None) -> Axes:
        """
        Draw it.

        Parameters
        ----------
        ax
            Axes to draw on; ``None`` makes a figure.

        Returns
        -------
        matplotlib.axes.Axes
            What was drawn on.
        """
        return self._drawn(ax)

    def _drawn(self, ax: Axes | None, **options: Any) -> Axes:
        _load("figures", type(self))
        charts = import_module("engagement.figures.charts")
        drawn: Axes = charts.plain_texts(draw)(self, ax, **options)
        return drawn


class Answer(Drawn):
    """What every answer has: title, columns, rows and notes, and the forms made of them."""

    __slots__ = ()

    most_rows: ClassVar[int | None] = None
    """How many rows a table to read shows; ``None`` for all."""

    @property
    def title(self) -> str:
        """What the answer is, in one line."""
        raise NotImplementedError

    @property
    def columns(self) -> Sequence[Column]:
        """The columns of the data frame and of the table to read."""
        raise NotImplementedError

    @property
    def rows(self) -> Iterable[Any]:
        """What stands in the table: an object or a mapping a row, or a data frame."""
        raise NotImplementedError

    @property
    def notes(self) -> Sequence[str]:
        """What the reader should know, a sentence each."""
        return ()

    def to_frame(self) -> pd.DataFrame:
        """Return the rows as a data frame, with the columns that the class declares."""
        return Table(columns=self.columns, rows=self.rows).frame()

    def summary(self) -> str:
        """Return the answer in plain text: title, tables and notes."""
        parts = [[str(self)], *(table.text() for table in self._tables())]
        parts.append([visible(note) for note in self.notes])
        return "\n\n".join("\n".join(part) for part in parts if part)

    def __str__(self) -> str:
        """Return the title."""
        return visible(self.title)

    def __repr__(self) -> str:
        """Return the name of the class with the title."""
        return f"<{type(self).__name__}: {self}>"

    def _repr_html_(self) -> str:
        lines = [f"<p>{escape(str(self))}</p>"]
        lines += [line for table in self._tables() for line in table.html()]
        lines += [f"<p><small>{escape(visible(note))}</small></p>" for note in self.notes]
        return "\n".join(lines)

    def to_latex(self) -> str:
        """Return the answer as a LaTeX ``table`` with the title as its caption."""
        lines = [line for table in self._tables() for line in table.latex()]
        lines += [rf"{{\footnotesize {_latex(note)} \par}}" for note in self.notes]
        caption = rf"\caption{{{_latex(self.title)}}}"
        return "\n".join([r"\begin{table}", r"\centering", caption, *lines, r"\end{table}"])

    def to_markdown(self) -> str:
        """Return the answer in Markdown: title, tables and notes as paragraphs."""
        parts = [[f"**{_markdown(self.title)}**"]]
        parts += [table.markdown() for table in self._tables()]
        parts += [[_markdown(note)] for note in self.notes]
        return "\n\n".join("\n".join(part) for part in parts if part)

    def _tables(self) -> Sequence[Table]:
        _load("words", type(self))
        return shown_tables(self)


class SeveralAnswer(Answer, Generic[S]):
    """
    An answer that holds several of one kind, such as one of each series.

    Iterating gives each; ``len`` is their number.
    """

    __slots__ = ()

    @property
    def rows(self) -> Iterable[Any]:
        """What each row of the table shows: one of these."""
        return self._items

    @property
    def _items(self) -> Sequence[S]:
        """What is iterated over."""
        raise NotImplementedError

    @property
    def _named(self) -> Sequence[S]:
        """What can be asked for by its label."""
        return self._items

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._items)

    def __iter__(self) -> Iterator[S]:
        """Yield each."""
        return iter(self._items)

    def __getitem__(self, wanted: int | str) -> S:
        """
        Return the one at a place, or the one of a label.

        Raises
        ------
        LabelError
            If there is no such label, or it stands several times; close ones are suggested.
        """
        if not isinstance(wanted, str):
            return self._items[wanted]
        labels = [self._label(one) for one in self._named]
        if labels.count(wanted) != 1:
            told = f"{labels.count(wanted)} rows have" if wanted in labels else "no row has"
            listed = ", ".join(f"'{visible(label)}'" for label in dict.fromkeys(labels))
            raise LabelError(
                f"{told} the label {wanted!r}; there is {listed}{suggest(wanted, labels)}"
            )
        return self._named[labels.index(wanted)]

    @staticmethod
    def _label(one: Any) -> str:
        return str(one.label)


@singledispatch
def draw(answer: Any, ax: Axes | None, **options: Any) -> Axes:
    """
    Draw an answer; figures are registered by class.

    Raises
    ------
    TypeError
        If no figure is registered for the class.
    """
    told = f"no figure is registered for {type(answer).__name__} (drawn on {ax}, with {options})"
    raise TypeError(told)


@singledispatch
def shown_tables(answer: Any) -> Sequence[Table]:
    """Return the tables of an answer to read; its own rows, or what is registered by class."""
    return [Table(columns=answer.columns, rows=answer.rows, most=answer.most_rows)]


def _load(folder: str, kind: type) -> None:
    """Load what the module of a class's own wing registers in a folder further on."""
    for cls in kind.__mro__:
        package, _, rest = cls.__module__.partition(".")
        if package == "engagement":
            _load_if_there(f"engagement.{folder}.{rest.partition('.')[0]}")


@cache
def _load_if_there(name: str) -> None:
    if find_spec(name) is not None:
        import_module(name)


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
    return value is None or (not isinstance(value, (str, tuple)) and bool(value != value))  # noqa: PLR0124


_LATEX = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{character: rf"\{character}" for character in "&%$#_{}"},
}


def _latex(text: str) -> str:
    return "".join(_LATEX.get(character, character) for character in visible(text))


def _markdown(text: str) -> str:
    return re.sub(r"([\\`*_\[\]<>|~&$])", r"\\\1", visible(text))


C = TypeVar("C", bound=type)


def answer(cls: C) -> C:
    """
    Let a class of answers, or of events, show what it found, and not all that it holds.

    At a prompt an answer is its name and a line; in a notebook that line over the table of
    `to_frame`, of which pandas shows the ends where it is long or wide.
    ``print(answer.summary())`` shows all of it. What its methods ``plot`` and the like write
    into a figure is shown as it stands.

    Parameters
    ----------
    cls
        With the method ``to_frame``. The line is its text, if it has one of its own, or the
        first line of its ``summary``.
    """
    own_text = "__str__" in vars(cls)

    def line(self: Any) -> str:
        return str(self) if own_text else str(self.summary()).partition("\n")[0]

    def to_text(self: Any) -> str:
        return f"<{cls.__name__}: {line(self)}>"

    def to_html(self: Any) -> str:
        table = self.to_frame().to_html(max_rows=60, max_cols=20, show_dimensions=True, na_rep="")
        return f"<p>{escape(line(self))}</p>\n{table}"

    kind: Any = cls
    kind.__repr__ = to_text
    kind._repr_html_ = to_html
    for name, method in list(vars(cls).items()):
        if name.partition("_")[0] == "plot":
            charts = import_module("engagement.figures.charts")
            setattr(kind, name, charts.plain_texts(method))
    return cls
