"""
How every answer shows itself, in one place.

An answer states its title, its columns, its rows and its notes. The data frame, the summary in
plain text, the line at a prompt, the table in a notebook, LaTeX and Markdown all follow from
them. What draws an answer stands in `engagement.figures`, and tables other than that of its own
rows in `engagement.words`: in the module of the answer's folder, registered by its class.
"""

from __future__ import annotations

from functools import cache, singledispatch
from html import escape
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from engagement.display import Column, Table, latex_text, markdown_text, visible
from engagement.errors import LabelError, shown, suggest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import pandas as pd
    from matplotlib.axes import Axes

__all__ = [
    "Answer",
    "Drawn",
    "SeveralAnswer",
    "draw",
    "shown_tables",
]

S = TypeVar("S")

_MOST_TOLD = 12
"""Labels up to which a message names all."""


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
        return self._plot(ax)

    def _plot(self, ax: Axes | None, **options: Any) -> Axes:
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
        lines += [rf"{{\footnotesize {latex_text(note)} \par}}" for note in self.notes]
        caption = rf"\caption{{{latex_text(self.title)}}}"
        return "\n".join([r"\begin{table}", r"\centering", caption, *lines, r"\end{table}"])

    def to_markdown(self) -> str:
        """Return the answer in Markdown: title, tables and notes as paragraphs."""
        parts = [[f"**{markdown_text(self.title)}**"]]
        parts += [table.markdown() for table in self._tables()]
        parts += [[markdown_text(note)] for note in self.notes]
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
            known = [f"'{visible(label)}'" for label in dict.fromkeys(labels)]
            listed = ", ".join(known[:_MOST_TOLD]) + (
                f" and {len(known) - _MOST_TOLD} more" if len(known) > _MOST_TOLD else ""
            )
            raise LabelError(
                f"{told} the label {shown(wanted)}; there is {listed}{suggest(wanted, labels)}"
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
