"""How answers show themselves at a prompt and in a notebook."""

from __future__ import annotations

from html import escape
from typing import Any, TypeVar

__all__ = ["answer"]

C = TypeVar("C", bound=type)


def answer(cls: C) -> C:
    """
    Let a class of answers show what it found, and not all that it holds.

    At a prompt an answer is its name and a line; in a notebook that line over the table of
    `to_frame`, of which pandas shows the ends. ``print(answer.summary())`` shows all of it.

    Parameters
    ----------
    cls
        With the methods ``summary`` and ``to_frame``. The line is its text, if it has one of
        its own, or the first line of its summary.
    """
    own_text = "__str__" in vars(cls)

    def line(self: Any) -> str:
        return str(self) if own_text else str(self.summary()).partition("\n")[0]

    def to_text(self: Any) -> str:
        return f"<{cls.__name__}: {line(self)}>"

    def to_html(self: Any) -> str:
        table = self.to_frame().to_html(max_rows=60, show_dimensions=True, na_rep="")
        return f"<p>{escape(line(self))}</p>\n{table}"

    kind: Any = cls
    kind.__repr__ = to_text
    kind._repr_html_ = to_html
    return cls
