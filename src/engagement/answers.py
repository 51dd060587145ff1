"""How answers show themselves at a prompt, in a notebook and in a figure."""

from __future__ import annotations

from functools import wraps
from html import escape
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["answer", "keep_plain", "plain_texts"]

C = TypeVar("C", bound=type)
P = ParamSpec("P")


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
            setattr(kind, name, plain_texts(method))
    return cls


def plain_texts(draw: Callable[P, Axes]) -> Callable[P, Axes]:
    """
    Let texts that a function draws mean themselves: a ``$`` in a name begins no formula.

    Parameters
    ----------
    draw
        Takes the axes to draw on, or none, and returns them. What stands in their figure
        before stays as it is.
    """

    @wraps(draw)
    def drawn(*args: P.args, **kwargs: P.kwargs) -> Axes:
        from matplotlib.axes import Axes as AnyAxes
        from matplotlib.text import Text

        given = [one for one in (*args, *kwargs.values()) if isinstance(one, AnyAxes)]
        before = {id(text): text.get_text() for ax in given for text in ax.figure.findobj(Text)}
        made = draw(*args, **kwargs)
        keep_plain(made.figure, before)
        return made

    return drawn


def keep_plain(figure: Figure | Any, before: Mapping[int, str] | None = None) -> None:
    """
    Show the texts of a figure as they stand, but for the numbers that axes write themselves.

    Parameters
    ----------
    figure
        What is changed.
    before
        By identity of a text what it said; where it says the same still, it is left alone.
    """
    from matplotlib.text import Text
    from matplotlib.ticker import FixedFormatter, FuncFormatter

    known = before or {}
    axes = [axis for ax in figure.axes for axis in (ax.xaxis, ax.yaxis)]
    on_axes = {id(text) for axis in axes for text in axis.findobj(Text)}
    texts = [text for text in figure.findobj(Text) if id(text) not in on_axes]
    texts += [axis.label for axis in axes]
    for axis in axes:
        if isinstance(axis.get_major_formatter(), (FixedFormatter, FuncFormatter)):
            texts += axis.get_ticklabels()
    for text in texts:
        if text.get_text() != known.get(id(text)):
            text.set_parse_math(False)
